//! Work is kept: whatever breaks off, and however often, what counts in the end is the work that was wanted.

use proptest::prelude::*;
use sim_core::engine::Passes;
use sim_core::ids::{AccountId, UserId};
use sim_core::metrics::{Detail, Window};
use sim_core::scenario::{NodeGroup, Outage, Persona, Scenario};
use sim_core::units::{Span, Time};
use sim_core::workload::{Class, Intent, Outcome, Person, Saving, WantedLimit, route};
use tests::world::World;

use super::in_every;

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
