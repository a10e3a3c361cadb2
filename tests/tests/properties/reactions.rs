//! People who react to what they see, and what becomes of their budgets: sums stay sums, passes that are left out would have
//! changed nothing, and without reactions a run is the plain one.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sim_core::engine::{Passes, Run};
use sim_core::metrics::{Detail, SeedReport, Window};
use sim_core::scenario::{Assumptions, Horizon, Persona, Scenario, TresCounts, knobs};
use sim_core::units::{PerMille, Span, Time};
use sim_core::workload::{self, Class};
use tests::people;
use tests::world::World;

use super::passes::same;
use super::{in_every, worlds};

const PERSONAS: [Persona; 4] = [
    Persona::Notebook,
    Persona::Intern,
    Persona::Trainer,
    Persona::InferenceOnly,
];

/// Reactions, each off, for half or for all.
fn strengths() -> impl Strategy<Value = Vec<u32>> {
    vec(prop_oneof![Just(0u32), Just(500), Just(1000), Just(1000)], 8)
}

fn react(assumed: &mut Assumptions, strengths: &[u32]) {
    let fields = [
        &mut assumed.give_up,
        &mut assumed.split,
        &mut assumed.inflate,
        &mut assumed.hoard,
        &mut assumed.climb,
        &mut assumed.talk,
        &mut assumed.learn,
        &mut assumed.thrift,
    ];
    for (field, &strength) in fields.into_iter().zip(strengths) {
        *field = PerMille(strength);
    }
}

/// A world of people who react; some of their jobs are tests, for which nobody waits long.
fn reacting(worlds: impl Strategy<Value = World>) -> impl Strategy<Value = World> {
    (worlds, strengths(), any::<bool>()).prop_map(|(mut world, strengths, costs)| {
        react(&mut world.scenario.assumptions, &strengths);
        world.scenario.policy.quota.show_cost = costs;
        world.scenario.policy.quota.newcomers.cap = costs.then_some(1);
        for (id, job) in world.jobs.iter_mut().enumerate() {
            job.class = [Class::Debug, Class::Train, Class::Cpubound, Class::Sweep][id % 4];
            job.idle_per_mille = (id as u32 % 3) * 300;
        }
        world
    })
}

fn sums(report: &SeedReport) -> Result<(), TestCaseError> {
    let idle: u64 = report.idle.values().sum();
    prop_assert_eq!(
        report.capacity,
        report.busy.total() + idle + report.lost_to_the_cut
    );
    prop_assert_eq!(report.wait_total, report.waiting.values().sum::<u64>());
    let given_up: u32 = report.waits.values().map(|waits| waits.given_up).sum();
    prop_assert!(report.given_up <= given_up, "each given up is a job that left");
    let open: usize = report.waits.values().map(|waits| waits.unfinished.len()).sum();
    prop_assert_eq!(open as u32, report.still_waiting + given_up);
    prop_assert!(report.served + report.given_up <= report.intents.len() as u32);
    prop_assert!(
        report.intents.is_sorted_by(|one, other| one.0 < other.0),
        "each intent has one row"
    );
    Ok(())
}

fn holds(world: &World) -> Result<(), TestCaseError> {
    let skipped = people::report(world, &PERSONAS, Passes::WhereNeeded);
    let forced = people::report(world, &PERSONAS, Passes::Forced);
    sums(&skipped)?;
    same(&skipped, &forced)
}

#[test]
fn sums_hold_and_no_pass_is_missed_where_people_react() {
    in_every(reacting(worlds::small(14)), 500, holds);
    in_every(reacting(worlds::crowded(24)), 500, holds);
}

#[test]
fn sums_hold_in_wild_worlds_where_people_react() {
    std::thread::scope(|scope| {
        let run = || {
            in_every(reacting(worlds::wild(14)), 300, |world| {
                sums(&people::report(world, &PERSONAS, Passes::WhereNeeded))
            });
        };
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        let joined = thread.spawn_scoped(scope, run).expect("a thread").join();
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

#[test]
fn without_reactions_a_run_is_the_plain_one() {
    in_every(worlds::small(14), 200, |world| {
        let plain = world.report(Passes::WhereNeeded, Detail::Timeline);
        same(&plain, &people::report(world, &PERSONAS, Passes::WhereNeeded))
    });
}

/// Twelve people in three groups on two nodes for a week, with a budget for each day.
fn week(settings: &[&str], strengths: &[u32]) -> Scenario {
    let mut scenario = Scenario {
        horizon: Horizon {
            warm_up: Span::days(1),
            measured: Span::days(6),
        },
        ..Scenario::default()
    };
    scenario.cluster.nodes[0].count = 2;
    scenario.workload.people = if settings.contains(&"talk=50pct") { 9 } else { 12 };
    scenario.workload.accounts = 3;
    scenario.policy.partitions[0].max_time = Span::days(1);
    react(&mut scenario.assumptions, strengths);
    for setting in settings {
        knobs::assign(&mut scenario, setting).expect("a setting that every scenario takes");
    }
    scenario
}

fn run(scenario: &Scenario, seed: u64, passes: Passes) -> SeedReport {
    let (checked, _) = scenario.clone().check().expect("it can run");
    let demand = workload::generate(&checked, seed);
    let specs = workload::jobs(&demand, &checked);
    let window = Window {
        from: Time::ZERO + Span::days(1),
        to: Time::ZERO + Span::days(7),
    };
    let mut run = Run::of(&checked, seed, &demand, specs, window, Detail::Timeline, passes);
    while run.advance(u32::MAX) < 1.0 {}
    run.finish()
}

const SETTINGS: [&str; 14] = [
    "group-budget=50h",
    "group-budget=20h",
    "budget-period=day",
    "overdraft=25pct",
    "carry-over=50pct",
    "points=50pct",
    "lose-it=thirds",
    "lose-it=next",
    "show-cost=on",
    "newcomer-cap=1gpu",
    "mentor=1d",
    "cap=4gpu",
    "half-life=off",
    "talk=50pct",
];

#[test]
fn sums_hold_with_every_reaction_and_every_quota_at_once() {
    let settings = proptest::sample::subsequence(&SETTINGS[..], 5..=SETTINGS.len());
    let kind = (settings, strengths(), 1u64..1_000);
    let config = ProptestConfig {
        cases: if super::everything() { 300 } else { 40 },
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let seen = std::cell::Cell::new([0u64; 3]);
    proptest!(config, |((settings, strengths, seed) in kind)| {
        let mut scenario = week(&settings, &strengths);
        scenario.assumptions.load = PerMille(1_100);
        let skipped = run(&scenario, seed, Passes::WhereNeeded);
        sums(&skipped)?;
        same(&skipped, &run(&scenario, seed, Passes::WhereNeeded))?;
        same(&skipped, &run(&scenario, seed, Passes::Forced))?;
        let some = [u64::from(skipped.given_up), skipped.busy.filler, skipped.demand_lost];
        let sum = seen.get();
        seen.set([sum[0] + some[0], sum[1] + some[1], sum[2] + some[2]]);
    });
    let seen = seen.get();
    assert!(seen.iter().all(|&sum| sum > 0), "each of them happens: {seen:?}");
}

#[test]
fn reactions_change_what_is_submitted_and_never_what_is_wanted() {
    let demand = |settings: &[&str], strengths: &[u32]| {
        let (checked, _) = week(settings, strengths).check().expect("it can run");
        workload::generate(&checked, 3)
    };
    let plain = demand(&[], &[0; 8]);
    assert_eq!(plain, demand(&[], &[1000; 8]));
    assert_eq!(
        plain,
        demand(&["cap=2gpu", "group-budget=20h", "budget-period=day"], &[1000; 8])
    );
    let mut capped = week(&[], &[1000; 8]);
    capped.policy.qos[0].limits.max_tres_pu = TresCounts::gpus(1);
    let (open, capped) = (
        run(&week(&[], &[1000; 8]), 3, Passes::WhereNeeded),
        run(&capped, 3, Passes::WhereNeeded),
    );
    let ids = |report: &SeedReport| -> Vec<u32> { report.intents.iter().map(|row| row.0).collect() };
    assert_eq!(ids(&open), ids(&capped), "both meet the same intents");
    assert_ne!(open.digest, capped.digest);
}
