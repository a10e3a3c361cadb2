//! A pass that is not run would have changed nothing: a run with every pass forced gives the same records, the same
//! causes of idleness and the same waiting.

use expect_test::expect;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sim_core::engine::{Effort, Happened, Passes, Run};
use sim_core::metrics::{Detail, SeedReport, Window};
use sim_core::scenario::{
    AccountSpec, AssocLimits, Backfill, NodeGroup, PartitionSpec, PreemptBy, PreemptMode, QosSpec, Scenario,
    SlurmBackfill, TresCounts,
};
use sim_core::units::{PerMille, Span, Time};
use sim_core::workload::{self, Arrival};
use tests::world::{Ask, World, job};

use super::wild::followed;
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

/// The smallest world in which a pass that had been left out would have written another limit. `b` may use node 0, where
/// its account is already, or else count as a second node: the main pass sees node 0 shut by `head` and speaks of nodes,
/// backfill finds room there and speaks of GPUs, and each says so again whenever it comes after the other.
#[test]
fn two_passes_that_see_other_nodes_go_on_naming_other_limits() {
    let mut scenario = Scenario::default();
    scenario.cluster.nodes = ["near", "far"]
        .map(|name| NodeGroup {
            name: String::from(name),
            count: 1,
            gpus: 4,
            ..NodeGroup::default()
        })
        .into();
    let partition = |name: &str, nodes: &[&str], tier| PartitionSpec {
        name: String::from(name),
        nodes: nodes.iter().copied().map(String::from).collect(),
        tier,
        ..PartitionSpec::default()
    };
    scenario.policy.partitions = vec![partition("first", &["near"], 2), partition("all", &[], 1)];
    let account = |name: &str, most: &str| AccountSpec {
        name: String::from(name),
        limits: AssocLimits {
            grp_tres: most.parse().expect("amounts"),
            ..AssocLimits::default()
        },
        ..AccountSpec::default()
    };
    scenario.policy.associations.accounts = vec![account("lab", "node=1,gres/gpu=2"), account("guests", "")];
    scenario.policy.backfill = Backfill::Slurm(SlurmBackfill {
        interval: Span::secs(45),
        ..SlurmBackfill::default()
    });
    let ask = |at, user, partition, each, limit| Ask {
        arrival: Arrival::At(Time(at)),
        user,
        account: 1 + user,
        partition,
        each,
        limit,
        runs: limit,
        ..Ask::default()
    };
    let a = ask(0, 0, 1, 2, Span::hours(2));
    let head = ask(1, 1, 0, 4, Span::hours(2));
    let b = ask(2, 0, 1, 1, Span::mins(5));
    let world = World {
        scenario,
        people: vec![1, 2],
        jobs: [a, head, b]
            .iter()
            .enumerate()
            .map(|(id, ask)| ask.spec(id))
            .collect(),
        window: Window {
            from: Time::ZERO,
            to: Time(3_600),
        },
    };
    let (needed, ours, reasons) = followed(&world, Passes::WhereNeeded);
    let (forced, all, reasons_of_all) = followed(&world, Passes::Forced);
    assert_eq!(ours, all);
    assert_eq!(reasons, reasons_of_all);
    same(&needed, &forced).expect("the same records");
    let mut told: Vec<String> = (reasons.iter())
        .filter(|(_, id, _)| *id == job(2))
        .map(|(at, _, reason)| format!("{at} {reason}"))
        .collect();
    told.truncate(5);
    expect![[r#"
        00:00:02 Priority
        00:00:03 AssocGrpNodeLimit
        00:00:45 AssocGrpGRES
        00:01:00 AssocGrpNodeLimit
        00:01:30 AssocGrpGRES"#]]
    .assert_eq(&told.join("\n"));
}

/// Job 1 comes back at an instant that only the main pass of its minute was to look at; backfill looks right after it, and
/// finds somebody to push off. Job 0 wants the whole node, whose CPUs are too many for its limit once the node is free.
#[test]
fn backfill_looks_after_whom_the_main_pass_starts_at_the_same_instant() {
    let mut scenario = Scenario::default();
    scenario.cluster.nodes[0].count = 1;
    scenario.cluster.nodes[0].gpus = 1;
    scenario.cluster.nodes[0].cpus = 4;
    scenario.policy.preemption.by = PreemptBy::Qos;
    scenario.policy.preemption.mode = PreemptMode::Requeue;
    let mut above = QosSpec {
        name: String::from("above"),
        preempt: vec![String::from("normal")],
        ..QosSpec::default()
    };
    above.limits.max_tres_run_mins_pu = "cpu=84".parse().expect("an amount");
    scenario.policy.qos.push(above);
    scenario.policy.backfill = Backfill::Slurm(SlurmBackfill {
        interval: Span::secs(45),
        ..SlurmBackfill::default()
    });
    let ask = |at, user, qos, minutes| Ask {
        arrival: Arrival::At(Time(at)),
        user,
        account: 1 + user,
        qos,
        limit: Span::mins(minutes),
        runs: Span::mins(minutes),
        ..Ask::default()
    };
    let mut jobs = vec![ask(0, 0, 1, 22).spec(0), ask(1_036, 1, 0, 1).spec(1)];
    jobs[0].request.exclusive = true;
    jobs[1].request.requeue = true;
    let world = World {
        scenario,
        people: vec![1, 2],
        jobs,
        window: Window {
            from: Time::ZERO,
            to: Time(3_600),
        },
    };
    let (needed, ours, _) = followed(&world, Passes::WhereNeeded);
    let (forced, all, _) = followed(&world, Passes::Forced);
    assert_eq!(ours, all);
    same(&needed, &forced).expect("the same records");
    let pushed_off = |(_, what): &&(Time, Happened)| matches!(what, Happened::Preempted { .. });
    assert!(ours.iter().filter(pushed_off).count() > 2, "{ours:?}");
}
