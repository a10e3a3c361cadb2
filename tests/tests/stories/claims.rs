//! The claims of docs/claims.md that a few jobs show; the others are runs.

use expect_test::expect;
use sim_core::engine::{self, Passes};
use sim_core::metrics::{Detail, SeedReport, median_f64};
use sim_core::scenario::{Checked, Horizon, Scenario};
use sim_core::units::{Span, Time};
use tests::story::read as read_story;

use crate::check;

#[test]
fn whoever_fills_an_empty_cluster_stands_behind_others_once_there_are_any() {
    // Ann takes all there is while nobody else wants it. Whatever of hers ends then goes to Bob first.
    check(
        "cluster   1 nodes x 4 gpus
         priority  fairshare 1000
         people    ann 1 bob 1
         a*8  at 0s  gpus 1  limit 12h  user ann
         b*4  at 6h  gpus 1  limit 12h  user bob",
        expect![[r#"
            00:00:00  a1..a4 (4 jobs) starts on 0
            00:00:00  a5 waits: Resources
            00:00:00  a6, a7, a8 waits: Priority
            06:00:00  a5 waits: Priority
            06:00:00  b1 waits: Resources
            06:00:00  b2, b3, b4 waits: Priority
            12:00:00  a1..a4 (4 jobs) ends
            12:00:00  b1..b4 (4 jobs) starts on 0
            12:00:00  a5 waits: Resources
            1-00:00:00  b1..b4 (4 jobs) ends
            1-00:00:00  a5..a8 (4 jobs) starts on 0
            1-12:00:00  a5..a8 (4 jobs) ends
        "#]],
    );
}

#[test]
fn under_120_gpu_hours_thirty_four_hour_jobs_begin_at_once_and_some_sixty_run_in_the_end() {
    // K / W = 30 at first; later the jobs that run have half their limit left, so 2 K / W - 1 = 59 fit.
    let mut story = read_story(
        "cluster   8 nodes x 8 gpus
         qos       normal run-minutes 7200
         a*400  at 0s  gpus 1  limit 4h",
    );
    story.world.window.to = Time::ZERO + Span::hours(20);
    let mut run = story.world.start(Passes::WhereNeeded, Detail::Timeline);
    while run.advance(10_000) < 1.0 {}
    let jobs = run.finish().timeline.expect("it was asked for").jobs;
    let at_once = |at: Span| {
        let at = Time::ZERO + at;
        let runs = jobs
            .iter()
            .filter(|job| job.started.is_some_and(|it| it <= at) && at < job.ended);
        runs.count()
    };
    assert_eq!(at_once(Span::ZERO), 30);
    for hours in 12..19 {
        let now = at_once(Span::hours(hours));
        assert!((56..=60).contains(&now), "{now} jobs after {hours} h");
    }
}

fn read(name: &str) -> Checked {
    let file = format!("{}/../docs/claims/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut scenario: Scenario = toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    scenario.horizon = Horizon {
        warm_up: Span::days(7),
        measured: Span::days(28),
    };
    match scenario.check() {
        Ok((checked, _)) => checked,
        Err(problems) => panic!("{file}: {problems:?}"),
    }
}

/// Use and readiness over six seeds, in per cent.
fn use_and_readiness(name: &str) -> [f64; 2] {
    let checked = read(name);
    let reports: Vec<_> = (1..=6)
        .map(|seed| engine::run(&checked, seed, Detail::Summary))
        .collect();
    let middle = |of: fn(&SeedReport) -> f64| {
        100.0 * median_f64(&reports.iter().map(of).collect::<Vec<_>>()).expect("there are six")
    };
    [middle(SeedReport::used), middle(|it| it.readiness.share())]
}

#[test]
fn a_node_for_tests_makes_them_ready_and_costs_use_and_a_lane_takes_some_of_both_back() {
    let [rest, node, lane] =
        ["tests-with-the-rest", "tests-own-node", "tests-over-others"].map(use_and_readiness);
    assert!(
        node[0] < rest[0] - 3.0 && node[1] > rest[1] + 10.0,
        "{rest:?} {node:?}"
    );
    assert!(lane[0] > node[0] + 3.0 && lane[1] < node[1], "{node:?} {lane:?}");
    assert!(lane[1] > rest[1] + 3.0, "{rest:?} {lane:?}");
}

#[test]
fn slices_start_more_sessions_at_once_than_the_same_gpus_whole() {
    let [whole, sliced] = ["sessions-on-whole-gpus", "sessions-on-slices"].map(use_and_readiness);
    assert!(
        sliced[1] > whole[1] + 15.0 && sliced[0] < whole[0],
        "{whole:?} {sliced:?}"
    );
}

#[test]
fn work_that_may_be_pushed_off_fills_what_a_cap_leaves_idle_and_makes_nobody_wait() {
    let [left, filled] = ["gaps-left", "gaps-filled"].map(use_and_readiness);
    assert!(
        filled[0] > left[0] && filled[1] > left[1] + 10.0,
        "{left:?} {filled:?}"
    );
}
