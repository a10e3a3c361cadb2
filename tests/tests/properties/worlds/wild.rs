//! Wild worlds: everything a scenario can say, all at once. Mixed nodes, weights, outages, a tree of accounts, every limit,
//! preemption, reservations, jobs in several partitions that wait for one another; each piece is small and can be left out.

mod jobs;
mod rules;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sim_core::metrics::Window;
use sim_core::scenario::{
    Associations, Assumptions, Backfill, ClusterSpec, CutGpus, Devices, Enforce, NodeGroup, Outage,
    PartitionSpec, PassRhythm, Policy, Preemption, PriorityPolicy, QosSpec, ReservationSpec, Scenario,
};
use sim_core::units::{Span, Time};
use tests::world::World;

use jobs::{Draw, draw, spec};
use rules::{
    account_name, associations, backfill, partition, passes, preemption, priority, qos, reservation,
};

/// Up to so many jobs in any world that is allowed.
pub fn wild(jobs: usize) -> impl Strategy<Value = World> {
    (
        (vec(group(), 1..5), vec(outage(), 0..3), now_and_then()),
        (
            priority(),
            vec(partition(), 1..4),
            (qos(), qos(), qos()),
            associations(),
        ),
        (
            preemption(),
            prop_oneof![2 => Just(Vec::new()), 1 => vec(reservation(), 1..3)],
            backfill(),
            passes(),
        ),
        (any::<bool>(), now_and_then()),
        (1usize..6, vec(draw(), 1..=jobs)),
    )
        .prop_map(|(machine, rules, more, enforce, (people, draws))| {
            world(machine, rules, more, enforce, people, &draws)
        })
        .prop_filter("allowed", |world| world.checked().is_ok())
}

/// Usually nothing.
fn rarely<T: Clone + std::fmt::Debug + 'static>(
    some: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Option<T>> {
    option::weighted(0.12, some)
}

/// Usually zero.
fn seldom(range: std::ops::Range<u32>) -> impl Strategy<Value = u32> {
    prop_oneof![5 => Just(0u32), 1 => range]
}

fn now_and_then() -> impl Strategy<Value = bool> {
    prop_oneof![5 => Just(false), 1 => Just(true)]
}

/// Some of four things, by bit; none is all.
fn some_of_four() -> impl Strategy<Value = u8> {
    prop_oneof![2 => Just(0u8), 3 => 0u8..16]
}

fn group() -> impl Strategy<Value = NodeGroup> {
    (
        prop_oneof![4 => Just(1u32), 1 => 2u32..4],
        1u32..5,
        any::<bool>(),
        prop_oneof![3 => Just(0u32), 1 => 4u32..20],
        prop_oneof![3 => Just(1u32), 1 => 2u32..4],
        rarely(1u32..3),
        rarely(0usize..2),
    )
        .prop_map(|(count, gpus, a100, cpus, weight, more, cut)| NodeGroup {
            name: String::new(),
            count,
            gpus,
            gpu: String::from(if a100 { "a100" } else { "l4" }),
            cpus,
            weight,
            more: more
                .map(|count| Devices {
                    gpu: String::from("t4"),
                    count,
                })
                .into_iter()
                .collect(),
            cut: cut
                .filter(|_| a100)
                .map(|which| CutGpus {
                    gpus: 1,
                    layout: String::from(["3g.20gb+4x1g.5gb", "2x3g.20gb"][which]),
                })
                .into_iter()
                .collect(),
        })
}

fn outage() -> impl Strategy<Value = Outage> {
    (some_of_four(), 0u32..240, 5u32..180, any::<bool>()).prop_map(|(nodes, start, lasts, drain)| Outage {
        nodes: bits(nodes),
        start: Span::mins(start),
        duration: Span::mins(lasts),
        drain,
    })
}

/// Names of groups `0` to `3`.
fn bits(set: u8) -> Vec<String> {
    (0..4)
        .filter(|bit| set >> bit & 1 == 1)
        .map(|bit| bit.to_string())
        .collect()
}

type Rules = (
    PriorityPolicy,
    Vec<PartitionSpec>,
    ((QosSpec, u8), (QosSpec, u8), (QosSpec, u8)),
    Associations,
);
type More = (Preemption, Vec<ReservationSpec>, Backfill, PassRhythm);

/// Gives everything its name, and takes out what names nothing.
fn world(
    (mut nodes, mut outages, failing): (Vec<NodeGroup>, Vec<Outage>, bool),
    (priority, mut partitions, qos, mut associations): Rules,
    (preemption, mut reservations, backfill, passes): More,
    (safe, part_limits): (bool, bool),
    people: usize,
    draws: &[Draw],
) -> World {
    let groups = nodes.len();
    let there = |names: &mut Vec<String>| {
        names.retain(|name| name.parse().is_ok_and(|index: usize| index < groups));
    };
    nodes
        .iter_mut()
        .enumerate()
        .for_each(|(index, group)| group.name = index.to_string());
    outages.iter_mut().for_each(|outage| there(&mut outage.nodes));
    let accounts = associations.accounts.len();
    let known =
        |names: &mut Vec<String>| names.retain(|name| (1..=accounts).any(|n| account_name(n) == *name));
    for (index, partition) in partitions.iter_mut().enumerate() {
        partition.name = format!("p{index}");
        there(&mut partition.nodes);
        known(&mut partition.allow_accounts);
        known(&mut partition.deny_accounts);
    }
    for (index, reservation) in reservations.iter_mut().enumerate() {
        reservation.name = format!("r{index}");
        there(&mut reservation.nodes);
        known(&mut reservation.accounts);
        reservation.people.retain(|&person| (person as usize) < people);
    }
    // As many people as accounts at least: the world sees to it.
    let people: Vec<u32> = (0..people.max(accounts))
        .map(|n| 1 + (n % accounts) as u32)
        .collect();
    associations
        .users
        .retain(|user| (user.person as usize) < people.len());
    let qos = [qos.0, qos.1, qos.2]
        .into_iter()
        .enumerate()
        .map(|(index, (spec, preempt))| QosSpec {
            name: index.to_string(),
            preempt: (0..index)
                .filter(|below| preempt >> below & 1 == 1)
                .map(|below| below.to_string())
                .collect(),
            ..spec
        })
        .collect();
    let scenario = Scenario {
        cluster: ClusterSpec { nodes, outages },
        policy: Policy {
            priority,
            partitions,
            qos,
            associations,
            enforce: Enforce { safe, part_limits },
            preemption,
            reservations,
            backfill,
            passes,
            ..Policy::default()
        },
        assumptions: Assumptions {
            node_failures: 1_000 * u32::from(failing),
            repair_time: Span::mins(30),
            ..Assumptions::default()
        },
        ..Scenario::default()
    };
    World {
        jobs: draws
            .iter()
            .enumerate()
            .map(|(id, draw)| spec(id, draw, &scenario, &people))
            .collect(),
        people,
        window: Window {
            from: Time(1_800),
            to: Time(6 * 3_600),
        },
        scenario,
    }
}
