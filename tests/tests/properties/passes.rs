//! A pass that is not run would have changed nothing: a run with every pass forced gives the same records, the same
//! causes of idleness and the same waiting.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sim_core::engine::{Effort, Passes, Run};
use sim_core::metrics::{Detail, SeedReport, Window};
use sim_core::scenario::{Backfill, PartitionSpec, QosSpec, Scenario, SlurmBackfill, TresCounts};
use sim_core::units::{PerMille, Span, Time};
use sim_core::workload;
use tests::world::World;

use super::{everything, in_every, worlds};

/// All that must not depend on which passes were run.
pub fn same(one: &SeedReport, other: &SeedReport) -> Result<(), TestCaseError> {
    prop_assert_eq!(&one.digest, &other.digest);
    prop_assert_eq!(&one.idle, &other.idle);
    prop_assert_eq!(&one.waiting, &other.waiting);
    prop_assert_eq!(&one.timeline, &other.timeline);
    prop_assert_eq!(one.complaints, other.complaints);
    prop_assert_eq!(&one.intents, &other.intents);
    Ok(())
}

fn forced_is_skipped(world: &World) -> Result<(), TestCaseError> {
    let skipped = world.report(Passes::WhereNeeded, Detail::Timeline);
    let forced = world.report(Passes::Forced, Detail::Timeline);
    prop_assert!(skipped.passes <= forced.passes);
    same(&skipped, &forced)
}

#[test]
fn passes_that_are_left_out_would_have_changed_nothing() {
    in_every(worlds::small(14), 800, forced_is_skipped);
    in_every(worlds::crowded(24), 1_200, forced_is_skipped);
}

#[test]
fn passes_that_are_left_out_would_have_changed_nothing_without_backfill() {
    in_every(worlds::strict(10), 500, forced_is_skipped);
}

#[test]
fn passes_that_are_left_out_would_have_changed_nothing_under_easy() {
    in_every(worlds::pool(10), 60, forced_is_skipped);
}

#[test]
fn the_same_world_gives_the_same_records_again() {
    in_every(worlds::small(14), 200, |world| {
        let again = world.clone().report(Passes::WhereNeeded, Detail::Timeline);
        same(&world.report(Passes::WhereNeeded, Detail::Timeline), &again)
    });
}

/// A generated seed of a scenario, with those passes; and what it took.
fn generated(scenario: &Scenario, seed: u64, passes: Passes) -> (SeedReport, Effort) {
    let (checked, _) = scenario.clone().check().expect("these scenarios have no error");
    let demand = workload::generate(&checked, seed);
    let specs = workload::jobs(&demand, &checked);
    let from = Time::ZERO + scenario.horizon.warm_up;
    let window = Window {
        from,
        to: from + scenario.horizon.measured,
    };
    let mut run = Run::of(&checked, seed, &demand, specs, window, Detail::Summary, passes);
    while run.advance(u32::MAX) < 1.0 {}
    let effort = run.effort();
    (run.finish(), effort)
}

#[test]
fn passes_that_are_left_out_would_have_changed_nothing_in_a_whole_year() {
    let group = || {
        let mut scenario = Scenario::default();
        scenario.workload.activity_sigma = 1.2;
        scenario.horizon.warm_up = Span::days(7);
        scenario.horizon.measured = Span::days(if everything() { 358 } else { 53 });
        scenario
    };
    let mut capped = group();
    capped.horizon.measured = Span::days(358);
    capped.policy.qos[0].limits.max_tres_pu = TresCounts::gpus(8);
    let mut crowded = group();
    crowded.assumptions.load = PerMille(1_000);
    crowded.policy.qos[0].limits.max_tres_run_mins_pu = TresCounts::gpus(960 * 60);
    crowded.policy.backfill = Backfill::Slurm(SlurmBackfill {
        window: Span::days(1),
        ..SlurmBackfill::default()
    });
    let mut parted = group();
    parted.policy.qos.push(QosSpec {
        name: String::from("short"),
        ..QosSpec::default()
    });
    parted.policy.qos[1].limits.max_tres_pu = TresCounts::gpus(2);
    parted.policy.partitions.push(PartitionSpec {
        name: String::from("debug"),
        max_time: Span::hours(1),
        tier: 2,
        qos: Some(String::from("short")),
        ..PartitionSpec::default()
    });
    for (name, scenario) in [("capped", capped), ("crowded", crowded), ("parted", parted)] {
        let (skipped, effort) = generated(&scenario, 5, Passes::WhereNeeded);
        let (forced, _) = generated(&scenario, 5, Passes::Forced);
        assert!(skipped.passes < forced.passes, "{name}");
        let end = Time::ZERO + scenario.horizon.whole();
        let left_out = tests::forced::skipped(&scenario.policy, end, effort);
        assert_eq!(left_out, Some(forced.passes - skipped.passes), "{name}");
        same(&skipped, &forced).unwrap_or_else(|error| panic!("{name}: {error}"));
        let idle: u64 = skipped.idle.values().sum();
        assert_eq!(
            skipped.capacity,
            skipped.busy.total() + idle + skipped.lost_to_the_cut,
            "{name}"
        );
        assert_eq!(
            skipped.wait_total,
            skipped.waiting.values().sum::<u64>(),
            "{name}"
        );
    }
}
