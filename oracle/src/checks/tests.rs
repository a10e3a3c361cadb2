//! The checks on real observations, and on small ones written by hand.

use super::*;
use crate::case::Phase;
use crate::observed::{LogStart, Stretch};
use crate::tests::cases;
use crate::translate::translate;

fn failures(case: &Case, ours: &Observed) -> Vec<String> {
    let (experiment, notes) = translate(case).unwrap_or_else(|found| panic!("{:?}", found.problems));
    assert_eq!(notes, Vec::<String>::new(), "{}", case.name);
    let all = checks(case, &experiment, ours);
    assert!(!all.is_empty());
    let failed = all.iter().filter(|check| !check.pass);
    failed
        .map(|c| format!("{}: {}: {} | {}", case.name, c.what, c.observed, c.ours))
        .collect()
}

#[test]
fn what_was_observed_agrees_with_itself() {
    let failed: Vec<String> = cases()
        .iter()
        .flat_map(|case| failures(case, &case.observed))
        .collect();
    assert_eq!(failed, Vec::<String>::new());
}

#[test]
fn another_real_run_agrees_with_the_first() {
    let mut failed = Vec::new();
    for case in cases() {
        for repeat in &case.observed_repeats {
            let mut ours = case.observed.clone();
            ours.start_order.clone_from(&repeat.start_order);
            for job in &mut ours.jobs {
                let again = repeat.jobs.iter().find(|again| again.id == job.id).unwrap();
                job.runs.clone_from(&again.runs);
                job.log_starts.clone_from(&again.log_starts);
            }
            failed.extend(failures(&case, &ours));
        }
    }
    assert_eq!(failed, Vec::<String>::new());
}

#[test]
fn observed_ranks_are_among_the_orders_of_tied_accounts() {
    for case in cases().iter().filter(|case| case.group == Group::A) {
        let flags = case.config.slurm_conf.get("PriorityFlags").unwrap_or_default();
        for look in case
            .observed
            .looks
            .iter()
            .filter(|_| !flags.contains("NO_FAIR_TREE"))
        {
            let orders = shares::Orders::of(&look.sshare);
            assert!(orders.accept(&look.sshare, &look.sshare), "{}", case.name);
        }
    }
}

/// A small case of one group: two jobs on one node, the second held by a limit until the first ends.
fn small(group: &str) -> Case {
    let text = r#"{
      "schema": 1, "name": "small", "group": "GROUP", "submit_mode": "begin",
      "config": {
        "slurm_conf": {"SchedulerParameters": "bf_interval=2", "PriorityDecayHalfLife": "0"},
        "partitions": [{"name": "p", "nodes": "n1", "MaxTime": "60"}],
        "nodes": [{"name": "n1", "cpus": 8}]
      },
      "accounting": {
        "accounts": [{"name": "x", "parent": "root", "fairshare": 1}],
        "users": [{"name": "ann", "account": "x"}],
        "qos": [{"name": "q", "MaxJobsPerUser": 1}]
      },
      "jobs": [
        {"id": "one", "user": "ann", "account": "x", "submit_s": 0, "nodes": 1, "cpus_per_node": 2,
         "time_limit_min": 1, "runtime_s": 20, "qos": "q"},
        {"id": "two", "user": "ann", "account": "x", "submit_s": 0, "nodes": 1, "cpus_per_node": 2,
         "time_limit_min": 1, "runtime_s": 20, "qos": "q"}
      ],
      "observed": {"start_order": ["one", "two"], "jobs": [
        {"id": "one", "slurm_job_id": 1, "eligible_s": 0,
         "runs": [{"start_s": 1, "end_s": 21, "state": "COMPLETED", "partition": "p", "alloc_tres": "cpu=2,node=1"}],
         "log_starts": [{"t_s": 2.01, "by": "main"}]},
        {"id": "two", "slurm_job_id": 2, "eligible_s": 0,
         "runs": [{"start_s": 22, "end_s": 42, "state": "COMPLETED", "partition": "p", "alloc_tres": "cpu=2,node=1"}],
         "log_starts": [{"t_s": 22.01, "by": "main"}],
         "history": [
           {"from_s": 0.5, "state": "PENDING", "reason": "Priority", "until_s": 1.5},
           {"from_s": 1.5, "state": "PENDING", "reason": "QOSMaxJobsPerUserLimit", "until_s": 22.5},
           {"from_s": 22.5, "state": "RUNNING", "reason": "None"}]}
      ]}
    }"#;
    Case::read(&text.replace("GROUP", group)).unwrap()
}

/// What fails of the small case after a change of ours.
fn failing(group: &str, change: impl Fn(&mut Observed)) -> Vec<String> {
    let case = small(group);
    let mut ours = case.observed.clone();
    change(&mut ours);
    let (experiment, _) = translate(&case).unwrap();
    let failed = checks(&case, &experiment, &ours)
        .into_iter()
        .filter(|check| !check.pass);
    failed.map(|check| check.what).collect()
}

#[test]
fn a_start_may_be_a_loop_off_and_no_more() {
    let moved = |by: f64| {
        failing("C", |ours| {
            let run = &mut ours.jobs[1].runs[0];
            run.start_s = run.start_s.map(|start| start + by);
        })
    };
    assert_eq!(moved(3.0), Vec::<String>::new());
    assert_eq!(moved(-3.0), Vec::<String>::new());
    assert_eq!(moved(4.0), ["start of two"]);
}

#[test]
fn a_pass_that_began_a_second_before_the_start_counts_as_either() {
    let moved = |to: f64| failing("C", |ours| ours.jobs[0].runs[0].start_s = Some(to));
    assert_eq!(moved(5.0), Vec::<String>::new());
    assert_eq!(moved(6.0), ["start of one"]);
}

#[test]
fn a_job_that_never_starts_or_is_refused_fails_by_name() {
    assert_eq!(
        failing("C", |ours| ours.jobs[1].runs.clear()),
        ["never started", "start of two"]
    );
    assert_eq!(
        failing("C", |ours| ours.jobs[1].rejected = Some("no".into())),
        ["refused"]
    );
    assert_eq!(failing("C", |ours| ours.jobs.clear()).len(), 4);
}

#[test]
fn the_order_of_starts_counts_where_they_lie_apart() {
    let turn = |ours: &mut Observed| ours.start_order.reverse();
    assert_eq!(failing("C", turn), ["order of starts more than 3 s apart"]);
    assert_eq!(failing("D", turn), ["who began more than 10 s before whom"]);
}

#[test]
fn a_limits_reason_must_hold_for_the_same_time() {
    let reason = |stretches: &[(f64, f64, &str)]| {
        let history: Vec<Stretch> = stretches
            .iter()
            .map(|&(from_s, until_s, reason)| Stretch {
                from_s,
                until_s: Some(until_s),
                state: "PENDING".into(),
                reason: reason.into(),
            })
            .collect();
        failing("C", move |ours| ours.jobs[1].history.clone_from(&history))
    };
    let limit = "QOSMaxJobsPerUserLimit";
    assert_eq!(reason(&[(0.0, 25.0, limit)]), Vec::<String>::new());
    assert_eq!(
        reason(&[(0.0, 10.0, limit), (10.0, 12.0, "Resources"), (12.0, 22.0, limit)]),
        Vec::<String>::new()
    );
    for wrong in [
        &[(0.0, 22.0, "Resources")][..],
        &[(0.0, 22.0, "QOSMaxCpuPerUserLimit")][..],
        &[(0.0, 12.0, limit), (12.0, 22.0, "Priority")][..],
        &[(0.0, 27.0, limit)][..],
    ] {
        assert_eq!(reason(wrong), ["reasons of two"], "{wrong:?}");
    }
}

#[test]
fn what_was_held_and_how_runs_ended_is_exact() {
    let held = failing("E", |ours| {
        ours.jobs[0].runs[0].alloc_tres = "node=1,cpu=2".into()
    });
    assert_eq!(held, Vec::<String>::new());
    let held = failing("E", |ours| {
        ours.jobs[0].runs[0].alloc_tres = "cpu=3,node=1".into()
    });
    assert_eq!(held, ["resources held"]);
    let ended = failing("E", |ours| ours.jobs[0].runs[0].state = "PREEMPTED".into());
    assert_eq!(ended, ["preempted", "end of one"]);
}

#[test]
fn crowded_cases_ask_for_mean_waits_of_people() {
    let late = |by: f64| {
        failing("G", move |ours| {
            for job in &mut ours.jobs {
                job.runs[0].start_s = job.runs[0].start_s.map(|start| start + by);
            }
        })
    };
    assert_eq!(late(5.0), Vec::<String>::new());
    assert_eq!(late(9.0), ["mean wait of ann (s)"]);
    assert_eq!(
        late(11.0),
        ["median difference of first starts (s)", "mean wait of ann (s)"]
    );
}

#[test]
fn translation_takes_times_and_lengths_and_nothing_more() {
    let case = small("C");
    let (experiment, _) = translate(&case).unwrap();
    let mut stripped = small("C");
    for job in &mut stripped.observed.jobs {
        job.history.clear();
        job.log_starts = vec![LogStart::default()];
        for run in &mut job.runs {
            let moved = 400.0;
            run.start_s = run.start_s.map(|start| start + moved);
            run.end_s = run.end_s.map(|end| end + moved);
            run.nodes.clear();
        }
    }
    stripped.observed.start_order.clear();
    let (again, _) = translate(&stripped).unwrap();
    assert_eq!(experiment.jobs, again.jobs);
    assert_eq!(experiment.scenario, again.scenario);
    assert!(case.jobs.iter().all(|job| job.phase != Some(Phase::Probe)));
}
