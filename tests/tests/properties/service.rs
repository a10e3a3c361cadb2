//! Nodes that change hands, and work that is done elsewhere: whatever the rule, GPU time and waiting sum exactly, and no pass is
//! left out that would have changed something.

use proptest::prelude::*;
use sim_core::engine::Passes;
use sim_core::metrics::Detail;
use sim_core::scenario::{Drain, HandOver, Persona, ServiceRule};
use sim_core::units::{PerMille, Span};
use sim_core::workload::{Class, generate};
use tests::people;
use tests::world::World;

use super::passes::same;
use super::wild::on_a_large_stack;
use super::{in_every, worlds};

fn rule() -> impl Strategy<Value = ServiceRule> {
    let rules = prop_oneof![
        Just(HandOver::Fixed),
        Just(HandOver::ByClock),
        Just(HandOver::ByDemand)
    ];
    let drains = prop_oneof![Just(Drain::Wait), Just(Drain::ShortJobs), Just(Drain::Preempt)];
    let nodes = (0u32..3, 0u32..4);
    // A day of these worlds is not long: times are all within it.
    let times = (0u32..20_000, 0u32..20_000, 0u32..20_000, 0u32..20_000, 0u32..400);
    (rules, drains, nodes, times, any::<bool>(), 100u32..1_500).prop_map(
        |(rule, drain, (least, most), (from, to, stay, notice, grace), weekends, full)| ServiceRule {
            rule,
            drain,
            least,
            most,
            from: Span(from),
            to: Span(to),
            weekends,
            full: PerMille(full),
            min_stay: Span(stay),
            notice: Span(notice),
            grace: Span(grace),
            nodes: Vec::new(),
            shared: false,
        },
    )
}

/// A world of this kind with a service on its nodes.
fn with_service(kind: impl Strategy<Value = World>) -> impl Strategy<Value = World> {
    (
        kind,
        rule(),
        (0u32..12, 0u32..800, 0u32..4_000),
        prop::collection::vec(0u32..300, 24),
    )
        .prop_map(|(mut world, rule, (gpus, noise, change), hours)| {
            world.scenario.policy.service = rule;
            let need = &mut world.scenario.assumptions.service;
            need.gpus = gpus;
            need.noise = PerMille(noise);
            need.change_time = Span(change);
            need.hours = hours;
            world
        })
}

/// The same world with somewhere else to go, for people who want what its jobs are.
fn elsewhere(world: &World) -> World {
    let mut world = world.clone();
    world.scenario.policy.service.shared = true;
    world.scenario.assumptions.service.sharers = PerMille(700);
    world.scenario.policy.outside.after = Some(Span(world.jobs.len() as u32 * 60));
    let pool = &mut world.scenario.assumptions.outside;
    (pool.portable, pool.data, pool.set_up) = (PerMille(700), 20, Span::mins(20));
    for (id, job) in world.jobs.iter_mut().enumerate() {
        job.class = [Class::Interactive, Class::Train, Class::Sweep][id % 3];
        job.idle_per_mille = (id as u32 % 4) * 300;
    }
    world
}

fn elsewhere_sums_hold(world: &World) -> Result<(), TestCaseError> {
    let world = elsewhere(world);
    let report = |passes| people::report(&world, &[Persona::InferenceOnly], passes);
    let needed = report(Passes::WhereNeeded);
    let idle: u64 = needed.idle.values().sum();
    prop_assert_eq!(
        needed.capacity,
        needed.busy.total() + idle + needed.lost_to_the_cut
    );
    prop_assert_eq!(needed.wait_total, needed.waiting.values().sum::<u64>());
    let started: usize = needed.waits.values().map(|waits| waits.started.len()).sum();
    prop_assert_eq!(started as u32 + needed.still_waiting, needed.submitted);
    same(&needed, &report(Passes::Forced))
}

#[test]
fn sums_hold_while_work_is_done_elsewhere() {
    in_every(with_service(worlds::small(14)), 300, elsewhere_sums_hold);
    in_every(with_service(worlds::crowded(24)), 300, elsewhere_sums_hold);
}

fn sums_hold(world: &World) -> Result<(), TestCaseError> {
    let report = world.report(Passes::WhereNeeded, Detail::Timeline);
    let idle: u64 = report.idle.values().sum();
    prop_assert_eq!(
        report.capacity,
        report.busy.total() + idle + report.lost_to_the_cut
    );
    prop_assert_eq!(report.wait_total, report.waiting.values().sum::<u64>());
    let service = report.service;
    prop_assert!(service.met <= service.needed);
    prop_assert_eq!(
        (service.met, service.beyond),
        (report.busy.served, report.busy.beyond_need)
    );
    prop_assert!(service.worst_share() <= service.share());
    let forced = world.report(Passes::Forced, Detail::Timeline);
    same(&report, &forced)
}

#[test]
fn sums_hold_and_passes_left_out_change_nothing_while_nodes_change_hands() {
    in_every(with_service(worlds::small(14)), 300, sums_hold);
    on_a_large_stack(|| in_every(with_service(worlds::wild(14)), 300, sums_hold));
}

#[test]
fn a_service_changes_no_intent_and_its_need_no_policy() {
    let text = include_str!("../../../content/scenarios/dual-64.toml");
    let mut scenario: sim_core::scenario::Scenario = toml::from_str(text).expect("it is a scenario");
    scenario.horizon.warm_up = Span::days(1);
    scenario.horizon.measured = Span::days(5);
    let demand = |rule| {
        let mut scenario = scenario.clone();
        scenario.policy.service.rule = rule;
        let (checked, _) = scenario.check().expect("it can be");
        (
            generate(&checked, 3),
            sim_core::engine::run(&checked, 3, Detail::Summary).service.needed,
        )
    };
    let (people, needed) = demand(HandOver::Fixed);
    for rule in [HandOver::ByClock, HandOver::ByDemand] {
        assert_eq!(demand(rule), (people.clone(), needed));
    }
    assert_eq!(demand(HandOver::Off), (people, 0));
}
