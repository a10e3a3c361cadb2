//! A counterfactual is a real run.

use expect_test::expect;
use figures::explain::{change_in_words, instead as in_words};
use figures::format::NBSP;
use sim_core::cluster::Ending;
use sim_core::engine::explain::{Change, Fate, World};
use sim_core::engine::{Happened, Passes, Run};
use sim_core::ids::JobId;
use sim_core::metrics::Detail;
use sim_core::scenario::{Checked, Scenario};
use sim_core::units::{Span, Time};
use sim_core::workload::Arrival;

fn scenario() -> Checked {
    let mut scenario = Scenario::default();
    scenario.horizon.warm_up = Span::days(1);
    scenario.horizon.measured = Span::days(4);
    scenario.policy.qos[0].limits.max_tres_pu = 8.into();
    scenario.check().unwrap().0
}

fn world_of(checked: &Checked) -> World {
    World::new(checked.clone(), 1)
}

/// Start and end of a job in a whole run with its request changed by hand.
fn by_hand(
    checked: &Checked,
    job: JobId,
    change: impl Fn(&mut sim_core::workload::JobSpec),
) -> (Option<Time>, Option<(Time, Ending)>) {
    let world = world_of(checked);
    let mut specs = world.specs().clone();
    change(&mut specs[job]);
    let mut run = Run::of(
        checked,
        world.seed(),
        world.demand(),
        specs,
        world.window(),
        Detail::Summary,
        Passes::WhereNeeded,
    );
    run.keep_log();
    while run.advance(u32::MAX) < 1.0 {}
    let (mut start, mut end) = (None, None);
    for (at, what) in run.log().entries() {
        match what {
            Happened::Started { job: id, .. } if *id == job => start = start.or(Some(*at)),
            Happened::Ended(id, how) if *id == job => end = Some((*at, *how)),
            _ => {}
        }
    }
    (start, end)
}

fn changed(checked: &Checked, job: JobId, change: &Change) -> Fate {
    world_of(checked).instead(job, change).unwrap()
}

fn as_it_was(checked: &Checked, job: JobId) -> Fate {
    world_of(checked).fate(job)
}

/// Jobs that waited long, a few of them.
fn waited(checked: &Checked) -> Vec<JobId> {
    let world = world_of(checked);
    let specs = world.specs();
    let mut run = Run::new(checked, 1, Detail::Summary, None);
    while run.advance(u32::MAX) < 1.0 {}
    let jobs = &run.cluster().jobs;
    let long = |id: &JobId| {
        let job = &jobs[*id];
        let first = matches!(specs[*id].arrival, Arrival::At(_));
        first
            && job.left_queue()
            && job.started.since(job.submitted) > Span::hours(3)
            && job.request.gpus() > 1
    };
    let all: Vec<JobId> = jobs.entries().map(|(id, _)| id).filter(long).collect();
    all.iter().copied().step_by((all.len() / 5).max(1)).collect()
}

#[test]
fn without_a_change_nothing_changes() {
    let checked = scenario();
    for job in waited(&checked) {
        assert_eq!(
            changed(&checked, job, &Change::default()),
            as_it_was(&checked, job)
        );
    }
}

#[test]
fn what_would_have_become_of_a_job_is_what_becomes_of_it() {
    let checked = scenario();
    let jobs = waited(&checked);
    assert!(jobs.len() >= 5, "{jobs:?}");
    let mut moved = 0;
    for job in jobs {
        let was = as_it_was(&checked, job);
        let short = Change {
            limit: Some(Span::hours(1)),
            ..Change::default()
        };
        let would = changed(&checked, job, &short);
        let (start, end) = by_hand(&checked, job, |spec| spec.request.limit = Span::hours(1));
        assert_eq!((would.started, would.ended), (start, end), "{job}");
        moved += u32::from(would.started != was.started);

        let narrow = Change {
            gpus: Some(1),
            ..Change::default()
        };
        let would = changed(&checked, job, &narrow);
        let (start, end) = by_hand(&checked, job, |spec| {
            let before = spec.request.gpus();
            spec.request.nodes = 1;
            spec.request.gpus_per_node = 1;
            spec.runtime = (spec.runtime - spec.restart) * before + spec.restart;
        });
        assert_eq!((would.started, would.ended), (start, end), "{job}");
        moved += u32::from(would.started != was.started);

        let later = was.submitted.unwrap() + Span::hours(2);
        let late = Change {
            at: Some(later),
            ..Change::default()
        };
        let would = changed(&checked, job, &late);
        let (start, end) = by_hand(&checked, job, |spec| spec.arrival = Arrival::At(later));
        assert_eq!((would.started, would.ended), (start, end), "{job}");
    }
    assert!(moved > 3, "{moved}");
}

#[test]
fn a_counterfactual_is_told_in_one_sentence() {
    let checked = scenario();
    let narrow = Change {
        gpus: Some(1),
        ..Change::default()
    };
    let gains = |job: &JobId| changed(&checked, *job, &narrow).started != as_it_was(&checked, *job).started;
    let job = waited(&checked).into_iter().find(gains).unwrap();
    let from = Time::ZERO + Span::days(1);
    let was = as_it_was(&checked, job);
    let told = |change: Change| {
        let would = changed(&checked, job, &change);
        let words = change_in_words(&change, None, None, from);
        in_words(job, &words, &was, &would, from).replace(NBSP, " ")
    };
    expect!["Had job 30 asked for 1 GPU, it would have started on Mon 12:39 (day 1 of the warm-up) instead of Wed 2 21:42, 2 days 9 h sooner. It would then have been stopped, at its time limit or for want of budget, on Mon 15:39 (day 1 of the warm-up)."].assert_eq(&told(narrow.clone()));
    expect!["Had job 30 asked for 1 GPU and a time limit of 1 h 30 min, it would have started on Mon 12:39 (day 1 of the warm-up) instead of Wed 2 21:42, 2 days 9 h sooner. It would then have been stopped, at its time limit or for want of budget, on Mon 14:09 (day 1 of the warm-up)."].assert_eq(&told(Change {
        limit: Some(Span::mins(90)),
        ..narrow.clone()
    }));
    expect!["Had job 30 come in on Tue 1 12:39, it would not have started before the simulation stops; as it was, it did on Wed 2 21:42."].assert_eq(&told(Change {
        at: Some(was.submitted.unwrap() + Span::hours(24)),
        ..Change::default()
    }));
}

#[test]
fn what_cannot_be_changed_is_said() {
    let checked = scenario();
    let world = world_of(&checked);
    let told = |job, change: Change| world.instead(job, &change).unwrap_err().to_string();
    let follower = world
        .specs()
        .entries()
        .find(|(_, spec)| matches!(spec.arrival, Arrival::After(_)))
        .unwrap()
        .0;
    let gpus = |n| Change {
        gpus: Some(n),
        ..Change::default()
    };
    let at = Change {
        at: Some(Time::ZERO),
        ..Change::default()
    };
    let told = [
        told(JobId(1_000_000), gpus(1)),
        told(JobId(0), gpus(0)),
        told(JobId(0), gpus(7)),
        told(follower, at),
    ];
    expect![[r#"
        there is no job 1000000 here; the last one is 513
        a job asks for at least one GPU and one minute
        7 GPUs are no whole number of nodes: a node there has 4; ask for fewer or for a multiple of 4
        job 114 comes when job 113 has ended, whatever the clock says"#]]
    .assert_eq(&told.join("\n"));
}
