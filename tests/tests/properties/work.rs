//! Work is kept: whatever breaks off, and however often, what counts in the end is the work that was wanted.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sim_core::engine::Passes;
use sim_core::ids::{AccountId, UserId};
use sim_core::metrics::{Detail, Window};
use sim_core::scenario::{NodeGroup, Outage, Persona, Policy, Scenario, knobs};
use sim_core::units::{Span, Time};
use sim_core::workload::{self, Class, Intent, Needs, Outcome, Person, Saving, WantedLimit, route};
use tests::world::World;

use super::{everything, in_every};

/// One node with one GPU that goes down now and then, and one piece of work on it that saves its state.
fn worlds() -> impl Strategy<Value = World> {
    let saving = (60u32..9_000, 0u32..200, 1u32..900, any::<bool>());
    let outages = prop::collection::vec((0u32..400_000, 60u32..20_000), 0..6);
    let limits = (10u32..3_000, 10u32..3_000);
    (1u32..200_000, saving, outages, limits, any::<bool>()).prop_map(
        |(work, (every, write, restart, on_signal), outages, (max_time, wanted), checkpoints)| {
            let mut scenario = Scenario::default();
            scenario.cluster.nodes = vec![NodeGroup {
                count: 1,
                gpus: 1,
                ..NodeGroup::default()
            }];
            scenario.cluster.outages = outages
                .into_iter()
                .map(|(start, duration)| Outage {
                    start: Span(start),
                    duration: Span(duration),
                    ..Outage::default()
                })
                .collect();
            scenario.policy.partitions[0].max_time = Span::mins(max_time);
            scenario.policy.partitions[0].default_time = None;
            scenario.workload.people = 1;
            // The wanted work, for the test; nothing is drawn here.
            scenario.seed = u64::from(work);
            let intent = Intent {
                user: UserId(0),
                class: Class::Train,
                asked: Time(7),
                gpus: 1,
                work: Span(work),
                outcome: Outcome::Completes,
                wanted: WantedLimit::Exactly(Span::mins(wanted)),
                checkpoints,
                saving: Saving {
                    every: Span(every),
                    write: Span(write),
                    on_signal,
                    ..Saving::default()
                },
                restart: Span(restart),
                tries_again: false,
                used: Span(work),
                dice: 7,
                idle_per_mille: 0,
                array: None,
                needs: Needs::default(),
                opts_in: false,
                whim: 0,
            };
            let person = Person {
                persona: Persona::Trainer,
                account: AccountId(1),
            };
            let (checked, _) = scenario.clone().check().expect("a world that can be");
            World {
                jobs: route(&intent, &person, &checked),
                scenario,
                people: vec![1],
                window: Window {
                    from: Time::ZERO,
                    to: Time::ZERO + Span::days(80),
                },
            }
        },
    )
}

#[test]
fn what_counts_over_all_runs_is_the_work_that_was_wanted() {
    in_every(worlds(), 400, |world| {
        let report = world.report(Passes::WhereNeeded, Detail::Summary);
        let wanted = world.scenario.seed;
        prop_assert_eq!(report.still_waiting, 0);
        prop_assert_eq!(report.work_done, wanted);
        prop_assert_eq!(report.busy.useful, 7 * wanted);
        Ok(())
    });
}

/// Everything that can happen to work, at once: short work that pushes long work off, with and without grace, and each
/// mechanism at some stop of its knob; people react, and budgets end.
fn rough_places() -> impl Strategy<Value = (Scenario, u64)> {
    let mechanisms = [
        "checkpoint-share",
        "checkpoint-interval",
        "signal-share",
        "node-failures",
        "repair-time",
        "maintenance",
        "maintenance-time",
        "idle-cull",
        "culled-return",
        "weekend-notebooks",
        "low-use",
        "low-use-below",
        "low-use-after",
        "warn-answer",
        "help-answer",
        "deadline-surge",
        "intern-season",
        "service",
        "service-most",
        "service-least",
        "service-from",
        "service-to",
        "service-full",
        "service-stay",
        "service-drain",
        "service-notice",
        "service-grace",
        "service-need",
        "service-noise",
        "service-change",
        "shared-model",
        "service-sharers",
        "outside",
        "outside-guide",
        "portable",
        "outside-data",
        "outside-speed",
        "outside-set-up",
        "opt-in",
        "routing",
        "give-up",
        "split",
        "inflate",
        "hoard",
        "climb",
        "talk",
        "learn",
        "thrift",
        "group-budget",
        "budget-period",
        "overdraft",
        "carry-over",
        "points",
        "lose-it",
        "show-cost",
        "newcomer-cap",
        "newcomer-for",
        "mentor",
    ];
    let stops = prop::collection::vec(any::<prop::sample::Index>(), mechanisms.len());
    let kind = (stops, any::<[bool; 3]>(), 1u64..1_000);
    kind.prop_map(move |(stops, [grace, few, hurries], seed)| {
        let text = include_str!("../../fixtures/short-before-long.toml");
        let mut scenario: Scenario = toml::from_str(text).expect("it is a scenario");
        scenario.horizon.warm_up = Span::days(2);
        scenario.horizon.measured = Span::days(9);
        scenario.assumptions.deadline_days = vec![5];
        // Those who are few talk, and each group has a budget that some use up within a week.
        scenario.workload.people = if few { 9 } else { 40 };
        scenario.workload.accounts = 3;
        scenario.policy.partitions[1].grace_time = Span::mins(5 * u32::from(grace));
        for (key, stop) in mechanisms.into_iter().zip(stops) {
            let knob = knobs::find(key).expect("there is such a knob");
            let stop = *stop.get(knob.stops());
            knob.apply(&mut scenario, stop).expect("a stop can be set");
        }
        if hurries {
            let budget = ["group-budget=1000h", "budget-period=week", "hoard=100pct"];
            for setting in budget.into_iter().chain(["carry-over=0pct", "points=0pct"]) {
                knobs::assign(&mut scenario, setting).expect("a setting that every scenario takes");
            }
        }
        (scenario, seed)
    })
}

#[test]
fn capacity_and_waiting_sum_exactly_whatever_becomes_of_work() {
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: if everything() { 200 } else { 20 },
            failure_persistence: None,
            max_shrink_iters: 20,
            ..Config::default()
        },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let reacted = std::cell::Cell::new([0u32; 3]);
    let holds = |(scenario, seed): (Scenario, u64)| {
        let (checked, _) = scenario.check().expect("a place that can be");
        let report = sim_core::engine::run(&checked, seed, Detail::Summary);
        let elsewhere = Scenario {
            policy: Policy::default(),
            ..checked.scenario().clone()
        };
        let (elsewhere, _) = elsewhere.check().expect("the usual rules fit any place");
        prop_assert!(workload::generate(&checked, seed) == workload::generate(&elsewhere, seed));
        let before = reacted.get();
        let now = [
            report.given_up,
            (report.busy.filler > 0).into(),
            (report.freed > 0).into(),
        ];
        reacted.set(std::array::from_fn(|at| before[at] + now[at]));
        let idle: u64 = report.idle.values().sum();
        prop_assert_eq!(
            report.capacity,
            report.busy.total() + idle + report.lost_to_the_cut
        );
        prop_assert_eq!(report.wait_total, report.waiting.values().sum::<u64>());
        prop_assert!(report.submitted > 0);
        Ok(())
    };
    if let Err(error) = runner.run(&rough_places(), holds) {
        panic!("{error}");
    }
    let reacted = reacted.get();
    assert!(
        reacted.iter().all(|&times| times > 0),
        "each of them happens: {reacted:?}"
    );
}
