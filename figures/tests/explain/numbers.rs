//! What is told agrees with what is so: priorities with their sums, remedies with runs.

use expect_test::expect;
use figures::explain::words;
use figures::format::NBSP;
use sim_core::engine::Run;
use sim_core::engine::explain::{Plan, Standing, Way, explain};
use sim_core::metrics::Detail;
use sim_core::scenario::{Backfill, Limits, Scenario};
use sim_core::units::Span;
use sim_core::workload::Arrival;

use crate::scene::{ask, explained, limited, minutes, world};
use crate::world::Ask;

/// A busy machine with people, for a few days.
fn busy() -> Run {
    let mut scenario = Scenario::default();
    scenario.horizon.warm_up = Span::days(1);
    scenario.horizon.measured = Span::days(3);
    scenario.policy.qos[0].limits.max_tres_pu = 8.into();
    scenario.policy.priority.weight_job_size = 777;
    let (checked, _) = scenario.check().unwrap();
    Run::new(&checked, 3, Detail::Summary, None)
}

#[test]
fn a_priority_is_the_sum_of_its_products() {
    let mut run = busy();
    let end = run.next_instant().unwrap() + Span::hours(60);
    while run.step(end) {}
    let waiting: Vec<_> = run.cluster().queue.iter().map(|record| record.job()).collect();
    assert!(waiting.len() > 4, "{}", waiting.len());
    for id in waiting {
        let Standing::Waiting(waiting) = explain(busy(), id, end).unwrap().standing else {
            panic!("{id} waits");
        };
        let priority = &waiting.places[0].priority;
        let sum: f64 = priority.parts.iter().map(|part| part.product).sum();
        assert_eq!(priority.total, sum as u32, "{id}: {priority:?}");
    }
}

/// The same world with the held job's request changed by a way starts it, and with one step more it does not.
#[test]
fn a_smaller_request_named_is_one_that_goes_through_and_the_largest() {
    let cases = [
        Limits {
            max_tres_pu: 5.into(),
            ..Limits::default()
        },
        Limits {
            max_tres_run_mins_pu: 600.into(),
            ..Limits::default()
        },
        Limits {
            max_tres_mins_pj: 500.into(),
            max_wall: Some(Span::mins(150)),
            ..Limits::default()
        },
    ];
    for limits in cases {
        let world = limited(limits);
        let Standing::Waiting(waiting) = explained(&world, 1, minutes(2)).standing else {
            panic!("it waits");
        };
        let ways = waiting.rule.unwrap().ways;
        let asks: Vec<_> = ways
            .iter()
            .filter(|way| matches!(way, Way::GpusAtMost(_) | Way::LimitAtMost(_)))
            .collect();
        assert!(!asks.is_empty(), "{ways:?}");
        for way in asks {
            for (more, starts) in [(0, true), (1, false)] {
                let mut other = world.clone();
                let request = &mut other.jobs[1].request;
                match way {
                    Way::GpusAtMost(gpus) => request.gpus_per_node = gpus + more,
                    Way::LimitAtMost(limit) => request.limit = *limit + Span::mins(more),
                    Way::GiveBack(_)
                    | Way::Fade(_)
                    | Way::GpusAtLeast(_)
                    | Way::Partition(_)
                    | Way::Admin => {}
                }
                let runs = matches!(explained(&other, 1, minutes(2)).standing, Standing::Running(_));
                assert_eq!(runs, starts, "{way:?} and {more} more");
            }
        }
    }
}

/// A job that waits for a wide one to start slips in before it if it is short enough, or narrow enough.
#[test]
fn a_gap_named_is_one_and_the_widest() {
    let wide = Ask {
        nodes: 2,
        ..ask(1, 4, Span::hours(1))
    };
    let world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(0, 2, Span::hours(2)),
        wide,
        ask(2, 2, Span::hours(5)),
    ]);
    let Standing::Waiting(waiting) = explained(&world, 3, minutes(4)).standing else {
        panic!("it waits");
    };
    let limit = waiting.gap.unwrap().limit_at_most.unwrap();
    assert_eq!(waiting.gap.unwrap().gpus_at_most, None, "only time helps");
    for (more, starts) in [(0, true), (1, false)] {
        let mut other = world.clone();
        other.jobs[3].arrival = Arrival::At(minutes(4));
        other.jobs[3].request.limit = limit + Span::mins(more);
        let runs = matches!(explained(&other, 3, minutes(5)).standing, Standing::Running(_));
        assert_eq!(runs, starts, "{limit} and {more} min more");
    }
}

#[test]
fn beyond_the_window_a_start_is_shown_and_nothing_is_kept() {
    let mut world = world(vec![
        ask(0, 3, Span::days(1)),
        ask(1, 4, Span::hours(2)),
        ask(2, 4, Span::days(1)),
        ask(3, 1, Span::days(1)),
    ]);
    world.scenario.cluster.nodes[0].count = 1;
    if let Backfill::Slurm(slurm) = &mut world.scenario.policy.backfill {
        slurm.window = Span::hours(1);
    }
    // The last one slips in and moves the start of those before it.
    for minute in [2, 20] {
        let Standing::Waiting(waiting) = explained(&world, 1, minutes(minute)).standing else {
            panic!("it waits");
        };
        let start = if minute < 3 { 24 * 60 } else { 24 * 60 + 3 };
        assert_eq!(
            waiting.places[0].plan,
            Plan::BeyondWindow {
                when: Some(minutes(start)),
                window: Span::hours(1)
            }
        );
    }
    let words = words(&explained(&world, 1, minutes(20)));
    assert!(words.slurm.contains("StartTime=1-00:03:00"), "{}", words.slurm);
    expect!["Backfill finds no place for it in the next 1 h, and so keeps nothing for it; Tue 2 00:03 is as soon as it sees one."]
        .assert_eq(&words.plan.unwrap().replace(NBSP, " "));
}
