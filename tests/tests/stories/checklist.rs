//! The checklist of small end-to-end tests (`docs/slurm.md`, *Checklist*), in its order.
//! What a line of a story cannot say is set on the world that was read; a job that is refused "ends" there at once. Item 14,
//! the vectors of fair share and decay, is tested beside its code.

use expect_test::{Expect, expect};
use sim_core::engine::Passes;
use sim_core::ids::KindId;
use sim_core::metrics::Detail;
use sim_core::reason::Reason;
use sim_core::scenario::{
    AccountSpec, AssocLimits, Backfill, Devices, PassRhythm, PreemptBy, PreemptMode, ReservationSpec,
    Scenario, SlurmPasses, TresCounts,
};
use sim_core::units::{Span, Time};
use tests::story::{Story, read};
use tests::world::job;

/// A story with more set than its lines say.
fn check_with(text: &str, change: impl FnOnce(&mut Story), expected: Expect) {
    let mut story = read(text);
    change(&mut story);
    expected.assert_eq(&story.told());
}

fn counts(text: &str) -> TresCounts {
    text.parse().expect("amounts of resources")
}

fn passes(scenario: &mut Scenario) -> &mut SlurmPasses {
    match &mut scenario.policy.passes {
        PassRhythm::Slurm(passes) => passes,
        PassRhythm::EveryInstant | PassRhythm::EveryEvent => panic!("this story is told in Slurm's rhythm"),
    }
}

#[test]
fn item_1_only_what_ends_before_the_promise_starts_in_front_of_it() {
    check_with(
        "
        cluster  1 nodes x 8 gpus
        backfill slurm window 1d resolution 60s
        six    at 0m  gpus 6  limit 10m
        four   at 10s gpus 4  limit 60m
        short  at 20s gpus 1  limit 5m
        long   at 30s gpus 1  limit 60m
        until 3h
        ",
        |_| {},
        expect![[r#"
            00:00:00  six starts on 0
            00:00:10  four waits: Resources
            00:00:20  short waits: Priority
            00:00:30  short starts on 0
            00:00:30  long waits: Priority
            00:05:30  short ends
            00:10:00  six ends
            00:10:00  four, long starts on 0
            01:10:00  four, long ends
        "#]],
    );
}

#[test]
fn item_2_a_job_planned_beyond_the_window_is_promised_nothing() {
    check_with(
        "
        cluster  1 nodes x 2 gpus
        backfill slurm window 60m resolution 60s
        small  at 0m  gpus 1  limit 14d  runs 13d
        big    at 1m  gpus 2  limit 1d
        later  at 2m  gpus 1  limit 14d  runs 14d
        until 16d
        ",
        |_| {},
        expect![[r#"
            00:00:00  small starts on 0
            00:01:00  big waits: Resources
            00:02:00  later starts on 0
            13-00:00:00  small ends
            14-00:02:00  later ends
            14-00:02:00  big starts on 0
            15-00:02:00  big ends
        "#]],
    );
}

#[test]
fn item_3_a_five_day_job_takes_all_run_minutes_and_a_longer_one_never_starts() {
    check_with(
        "
        cluster  1 nodes x 8 gpus
        accounts account-run-minutes 7200
        priority calc-period 1m
        first    at 0m  gpus 1  limit 5d    runs 1h
        next     at 1m  gpus 1  limit 5m
        toolong  at 2m  gpus 1  limit 7201m
        until 2h
        ",
        |_| {},
        expect![[r#"
            00:00:00  first starts on 0
            00:01:00  next waits: AssocGrpGRESRunMinutes
            00:02:00  toolong waits: AssocGrpGRESRunMinutes
            00:05:00  next starts on 0
            00:10:00  next ends
            01:00:00  first ends
        "#]],
    );
}

#[test]
fn item_4_an_account_of_four_gpus_under_a_parent_of_two() {
    check_with(
        "
        cluster  1 nodes x 8 gpus
        people ann 1 bob 2
        a  at 0m  gpus 2  limit 1h  user bob
        b  at 1m  gpus 2  limit 1h  user bob
        until 150m
        ",
        |story| {
            let account = |name: &str, parent: Option<&str>, gpus: u32| AccountSpec {
                name: name.to_owned(),
                parent: parent.map(str::to_owned),
                limits: AssocLimits {
                    grp_tres: TresCounts::gpus(gpus),
                    ..AssocLimits::default()
                },
                ..AccountSpec::default()
            };
            story.world.scenario.policy.associations.accounts =
                vec![account("parent", None, 2), account("four", Some("parent"), 4)];
        },
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: AssocGrpGRES
            01:00:00  a ends
            01:00:00  b starts on 0
            02:00:00  b ends
        "#]],
    );
}

#[test]
fn item_5_a_qos_of_four_gpus_stands_over_an_association_of_two() {
    check_with(
        "
        cluster  1 nodes x 8 gpus
        j*5  at 0m  gpus 1  limit 1h
        until 90m
        ",
        |story| {
            let policy = &mut story.world.scenario.policy;
            policy.qos[0].limits.grp_tres = TresCounts::gpus(4);
            policy.associations.each_user.grp_tres = TresCounts::gpus(2);
        },
        expect![[r#"
            00:00:00  j1..j4 (4 jobs) starts on 0
            00:00:00  j5 waits: QOSGrpGRES
            01:00:00  j1..j4 (4 jobs) ends
            01:00:00  j5 starts on 0
        "#]],
    );
}

#[test]
fn item_6_deny_on_limit_refuses_what_would_wait_for_ever() {
    for deny in [false, true] {
        let expected = if deny {
            expect![[r#"
            00:00:00  three ends
        "#]]
        } else {
            expect![[r#"
            00:00:00  three waits: QOSMaxGRESPerJob
        "#]]
        };
        check_with(
            "
            cluster  1 nodes x 8 gpus
            three  at 0m  gpus 3  limit 1h
            until 2h
            ",
            |story| {
                let qos = &mut story.world.scenario.policy.qos[0];
                qos.limits.max_tres_pj = TresCounts::gpus(2);
                qos.deny_on_limit = deny;
            },
            expected,
        );
    }
}

#[test]
fn item_7_most_per_account_has_a_reason_without_qos_in_it() {
    check_with(
        "
        cluster  1 nodes x 8 gpus
        people ann 1 bob 1 cid 2
        a  at 0m  gpus 2  limit 1h  user ann
        b  at 1m  gpus 1  limit 1h  user bob
        c  at 2m  gpus 2  limit 1h  user cid
        until 90m
        ",
        |story| story.world.scenario.policy.qos[0].limits.max_tres_pa = TresCounts::gpus(2),
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: MaxGRESPerAccount
            00:02:00  c starts on 0
            01:00:00  a ends
            01:00:00  b starts on 0
            01:02:00  c ends
        "#]],
    );
}

#[test]
fn item_8_who_is_pushed_off_may_come_back_after_121_seconds() {
    check_with(
        "
        cluster  1 nodes x 4 gpus
        partition common tier 1
        partition owner tier 10
        victim  at 0m   gpus 4  limit 2h  partition common
        owner   at 10m  gpus 1  limit 1h  partition owner
        until 3h
        ",
        |story| {
            let policy = &mut story.world.scenario.policy;
            policy.preemption.by = PreemptBy::PartitionPrio;
            policy.preemption.mode = PreemptMode::Requeue;
            policy.partitions[1].preempt_mode = Some(PreemptMode::Off);
        },
        expect![[r#"
            00:00:00  victim starts on 0
            00:10:00  owner starts on 0
            00:12:01  victim waits: None
            00:13:00  victim waits: Resources
            01:10:00  owner ends
            01:10:00  victim starts on 0
        "#]],
    );
}

#[test]
fn item_8_who_was_pushed_off_is_as_old_as_its_second_eligibility() {
    let mut story = read(
        "
        cluster  1 nodes x 4 gpus
        partition common tier 1
        partition owner tier 10
        priority  age 604800 max-age 7d
        victim  at 0m   gpus 4  limit 2h  partition common
        owner   at 10m  gpus 1  limit 1h  partition owner
        ",
    );
    let policy = &mut story.world.scenario.policy;
    policy.preemption.by = PreemptBy::PartitionPrio;
    policy.preemption.mode = PreemptMode::Requeue;
    let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
    let mut victim_at = |time: &str| {
        let until = Time::ZERO + time.parse().expect("a time");
        while run.next_instant().is_some_and(|next| next <= until) {
            run.advance(1);
        }
        run.cluster().jobs[job(0)].clone()
    };
    let pushed_off = victim_at("00:12:00");
    assert_eq!(pushed_off.reason, Reason::BeginTime);
    assert_eq!(pushed_off.submitted.to_string(), "00:10:00");
    let queued = victim_at("01:00:00");
    assert_eq!(queued.submitted.to_string(), "00:10:00");
    assert_eq!(queued.eligible.to_string(), "00:12:01");
    // A point for each second of age: 47 minutes and 59 seconds.
    assert_eq!(queued.priority, 2_879);
}

#[test]
fn item_9_of_equal_victims_the_older_goes_unless_the_youngest_is_first() {
    for youngest in [false, true] {
        let expected = if youngest {
            expect![[r#"
            00:00:00  older starts on 0
            00:05:00  younger starts on 0
            00:10:00  younger ends
            00:10:00  owner starts on 0
        "#]]
        } else {
            expect![[r#"
            00:00:00  older starts on 0
            00:05:00  younger starts on 0
            00:10:00  older ends
            00:10:00  owner starts on 0
        "#]]
        };
        check_with(
            "
            cluster  1 nodes x 4 gpus
            partition common tier 1
            partition owner tier 10
            older   at 0m   gpus 2  limit 2h  partition common
            younger at 5m   gpus 2  limit 2h  partition common
            owner   at 10m  gpus 2  limit 1h  partition owner
            until 11m
            ",
            |story| {
                let preemption = &mut story.world.scenario.policy.preemption;
                preemption.by = PreemptBy::PartitionPrio;
                preemption.mode = PreemptMode::Cancel;
                preemption.youngest_first = youngest;
            },
            expected,
        );
    }
}

#[test]
fn item_10_maintenance_in_twenty_minutes_lets_in_ten_minutes_only() {
    check_with(
        "
        cluster  1 nodes x 4 gpus
        hour  at 0m  gpus 1  limit 60m
        ten   at 0m  gpus 1  limit 10m
        until 3h
        ",
        |story| {
            story.world.scenario.policy.reservations.push(ReservationSpec {
                start: Span::mins(20),
                duration: Span::mins(60),
                ..ReservationSpec::default()
            });
        },
        expect![[r#"
            00:00:00  ten starts on 0
            00:00:00  hour waits: ReqNodeNotAvail, Reserved for maintenance
            00:10:00  ten ends
            01:20:00  hour starts on 0
            02:20:00  hour ends
        "#]],
    );
}

/// One node with an h100, a 3g and a 1g, as types.
fn mixed(story: &mut Story) {
    let group = &mut story.world.scenario.cluster.nodes[0];
    group.gpu = String::from("h100");
    group.more = ["3g", "1g"]
        .map(|gpu| Devices {
            gpu: gpu.to_owned(),
            count: 1,
        })
        .to_vec();
}

#[test]
fn item_11_untyped_jobs_take_the_lowest_index_of_a_mixed_node() {
    let mut story = read(
        "
        cluster  1 nodes x 1 gpus
        a  at 0s  gpus 1  limit 1h
        b  at 1m  gpus 1  limit 1h
        c  at 2m  gpus 1  limit 1h
        ",
    );
    mixed(&mut story);
    let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
    while run.cluster().running.len() < 3 {
        assert!(run.advance(1) < 1.0);
    }
    let cluster = run.cluster();
    let of: Vec<Vec<u32>> = cluster
        .jobs
        .iter()
        .map(|job| job.on.devices(&job.request, 3))
        .collect();
    assert_eq!(of, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    assert_eq!(cluster.nodes.kinds()[KindId(0)].name, "h100");
}

#[test]
fn item_12_an_untyped_job_passes_the_limit_of_a_type() {
    check_with(
        "
        cluster  1 nodes x 3 gpus
        typed    at 0m  gpus 1  limit 1h
        untyped  at 1m  gpus 1  limit 1h
        again    at 2m  gpus 1  limit 1h
        until 90m
        ",
        |story| {
            let scenario = &mut story.world.scenario;
            scenario.cluster.nodes[0].gpu = String::from("h100");
            scenario.policy.qos[0].limits.grp_tres = counts("gres/gpu:h100=1");
            story.world.jobs[0].request.kind = Some(KindId(0));
            story.world.jobs[2].request.kind = Some(KindId(0));
        },
        expect![[r#"
            00:00:00  typed starts on 0
            00:01:00  untyped starts on 0
            00:02:00  again waits: QOSGrpGRES
            01:00:00  typed ends
            01:01:00  untyped ends
            01:01:00  again starts on 0
        "#]],
    );
}

#[test]
fn item_13_best_fit_counts_cpus_and_is_blind_to_gpus() {
    // 32 CPUs and 8 GPUs on each: 12 CPUs and 8 GPUs are free on the first, 31 CPUs and 1 GPU on the second.
    // FIXME: a real Slurm takes the first; here a job whose CPUs go with its GPUs looks at GPUs alone.
    check_with(
        "
        cluster  1 nodes x 8 gpus named first
        cluster  1 nodes x 8 gpus named second
        partition all
        partition one nodes first
        partition two nodes second
        cpus  at 0m  gpus 0  limit 2h  partition one
        gpus  at 0m  gpus 7  limit 2h  partition two
        job   at 5m  gpus 1  limit 1h  partition all
        until 10m
        ",
        |story| {
            for group in &mut story.world.scenario.cluster.nodes {
                group.cpus = 32;
            }
            story.world.jobs[0].request.cpus_per_node = 20;
            story.world.jobs[1].request.cpus_per_node = 1;
        },
        expect![[r#"
            00:00:00  cpus starts on 0
            00:00:00  gpus starts on 1
            00:05:00  job starts on 1
        "#]],
    );
}

#[test]
fn item_15_a_job_held_by_a_limit_blocks_nobody_unless_it_stops_them() {
    for stop in [false, true] {
        let expected = if stop {
            expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: QOSMaxGRESPerUser
            00:02:00  c waits: Priority
            01:00:00  a ends
            01:00:00  b, c starts on 0
            02:00:00  b, c ends
        "#]]
        } else {
            expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: QOSMaxGRESPerUser
            00:02:00  c starts on 0
            01:00:00  a ends
            01:00:00  b starts on 0
            01:02:00  c ends
            02:00:00  b ends
        "#]]
        };
        check_with(
            "
            cluster  1 nodes x 8 gpus
            qos normal cap 2
            backfill off
            people ann 1 bob 1
            a  at 0m  gpus 2  limit 1h  user ann
            b  at 1m  gpus 2  limit 1h  user ann
            c  at 2m  gpus 2  limit 1h  user bob
            until 150m
            ",
            |story| passes(&mut story.world.scenario).assoc_limit_stop = stop,
            expected,
        );
    }
}

#[test]
fn item_16_a_blocked_job_claims_its_nodes_in_the_main_pass_and_backfill_uses_them() {
    for backfill in [false, true] {
        let expected = if backfill {
            expect![[r#"
            00:00:00  running starts on 0
            00:01:00  blocked waits: Resources
            00:02:00  a1 starts on 4
            00:02:00  a2 starts on 5
            00:02:00  a3 starts on 2
        "#]]
        } else {
            expect![[r#"
            00:00:00  running starts on 0
            00:01:00  blocked waits: Resources
            00:02:00  a1 starts on 4
            00:02:00  a2 starts on 5
            00:02:00  a3 waits: Resources
        "#]]
        };
        check_with(
            "
            cluster  2 nodes x 1 gpus named low
            cluster  2 nodes x 1 gpus named both
            cluster  2 nodes x 1 gpus named high
            partition p nodes low,both
            partition q nodes both,high
            backfill slurm window 1d resolution 60s
            running  at 0m  gpus 1    limit 2h   partition p
            blocked  at 1m  gpus 4x1  limit 1h   partition p
            a*3      at 2m  gpus 1    limit 30m  partition q
            until 20m
            ",
            |story| {
                if !backfill {
                    story.world.scenario.policy.backfill = Backfill::Off;
                }
            },
            expected,
        );
    }
}
