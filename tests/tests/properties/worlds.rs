//! Random worlds. Small ones make odd meetings likely: few nodes, few people, instants that coincide, windows shorter
//! than limits, jobs smaller than a node, partitions that overlap, limits that bite.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sim_core::metrics::Window;
use sim_core::scenario::{
    AssocLimits, Associations, Backfill, ClusterSpec, FairShare, Limits, NodeGroup, PartitionSpec,
    PassRhythm, Policy, PriorityPolicy, QosSpec, Scenario, SlurmBackfill, SlurmPasses, TresCounts,
};
use sim_core::units::{Span, Time};
use sim_core::workload::Arrival;
use tests::world::{Ask, World, job};

mod wild;

pub use wild::wild;

/// Up to four nodes, up to so many jobs, Slurm's rhythm, any limits and partitions.
pub fn small(jobs: usize) -> impl Strategy<Value = World> {
    world(slurm_backfill().boxed(), slurm_rhythm().boxed(), jobs, Shape::Any)
}

/// The same without backfill.
pub fn strict(jobs: usize) -> impl Strategy<Value = World> {
    world(
        Just(Backfill::Off).boxed(),
        slurm_rhythm().boxed(),
        jobs,
        Shape::Any,
    )
}

/// One node, one partition, no limits, EASY, one pass at each instant: what other simulators call a pool.
pub fn pool(jobs: usize) -> impl Strategy<Value = World> {
    world(
        Just(Backfill::Easy).boxed(),
        Just(PassRhythm::EveryInstant).boxed(),
        jobs,
        Shape::Pool,
    )
}

/// All come within ten minutes to one partition, few limits hold them, and backfill decides nearly everything.
pub fn crowded(jobs: usize) -> impl Strategy<Value = World> {
    world(
        slurm_backfill().boxed(),
        slurm_rhythm().boxed(),
        jobs,
        Shape::Crowd,
    )
}

/// Many who wait for few nodes without backfill in the run itself, so that one walk of it passes some and starts others
/// by turns.
pub fn throng(jobs: usize) -> impl Strategy<Value = World> {
    world(
        Just(Backfill::Off).boxed(),
        slurm_rhythm().boxed(),
        jobs,
        Shape::Throng,
    )
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    Any,
    Crowd,
    Throng,
    Pool,
}

fn slurm_backfill() -> impl Strategy<Value = Backfill> {
    let slurm = (
        prop_oneof![Just(30u32), Just(60), Just(45)],
        prop_oneof![Just(10u32), Just(60), Just(180), Just(1_440)],
        prop_oneof![Just(60u32), Just(600), Just(1)],
        prop_oneof![4 => Just(500u32), 1 => 1u32..6],
    )
        .prop_map(|(interval, window, resolution, max_job_test)| {
            Backfill::Slurm(SlurmBackfill {
                interval: Span(interval),
                window: Span::mins(window),
                resolution: Span(resolution),
                max_job_test,
                ..SlurmBackfill::default()
            })
        });
    prop_oneof![5 => slurm, 1 => Just(Backfill::Off)]
}

fn slurm_rhythm() -> impl Strategy<Value = PassRhythm> {
    (0u32..5, prop_oneof![Just(60u32), Just(30), Just(7)]).prop_map(|(delay, every)| {
        PassRhythm::Slurm(SlurmPasses {
            batch_sched_delay: Span(delay),
            sched_interval: Span(every),
            ..SlurmPasses::default()
        })
    })
}

fn priority() -> impl Strategy<Value = PriorityPolicy> {
    let weight = || prop_oneof![Just(0u32), Just(10), Just(1_000)];
    (
        (weight(), weight(), weight(), weight(), weight()),
        option::of(1u32..200),
        1u32..7,
        any::<bool>(),
    )
        .prop_map(
            |((fairshare, age, partition, qos, size), half_life, period, tree)| PriorityPolicy {
                weight_fairshare: fairshare,
                weight_age: age,
                weight_partition: partition,
                weight_qos: qos,
                weight_job_size: size,
                max_age: Span::hours(10),
                half_life: half_life.map(Span::mins),
                calc_period: Span::mins(period),
                fairshare: if tree { FairShare::FairTree } else { FairShare::Off },
                ..PriorityPolicy::default()
            },
        )
}

fn run_minutes() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![4 => Just(None), 1 => (10u32..400).prop_map(Some)]
}

/// GPUs that several share.
fn pot() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![5 => Just(None), 1 => (3u32..12).prop_map(Some)]
}

fn budget((minutes, gpus): (Option<u32>, Option<u32>)) -> AssocLimits {
    AssocLimits {
        grp_tres_run_mins: TresCounts::gpus(minutes),
        grp_tres: TresCounts::gpus(gpus),
        ..AssocLimits::default()
    }
}

fn limits() -> impl Strategy<Value = Limits> {
    let cap = prop_oneof![2 => Just(None), 1 => (1u32..7).prop_map(Some)];
    (cap, run_minutes(), run_minutes(), pot(), pot()).prop_map(
        |(per_user, all, minutes, grp, per_account)| Limits {
            max_tres_pu: TresCounts::gpus(per_user),
            grp_tres_run_mins: TresCounts::gpus(all),
            max_tres_run_mins_pu: TresCounts::gpus(minutes),
            grp_tres: TresCounts::gpus(grp),
            max_tres_pa: TresCounts::gpus(per_account),
            ..Limits::default()
        },
    )
}

/// A partition: which of the node groups (none: all), MaxTime, tier, factor, which of two QOS.
fn partition() -> impl Strategy<Value = PartitionSpec> {
    (
        prop_oneof![2 => Just(0u8), 3 => 0u8..16],
        prop_oneof![3 => Just(600u32), 1 => 30u32..120],
        1u32..3,
        1u32..4,
        option::weighted(0.3, 0u8..2),
    )
        .prop_map(|(groups, max_time, tier, job_factor, qos)| PartitionSpec {
            name: String::new(),
            nodes: (0..4)
                .filter(|bit| groups >> bit & 1 == 1)
                .map(|bit| bit.to_string())
                .collect(),
            max_time: Span::mins(max_time),
            default_time: None,
            tier,
            job_factor,
            qos: qos.map(|index| index.to_string()),
            ..PartitionSpec::default()
        })
}

fn policy(
    backfill: BoxedStrategy<Backfill>,
    passes: BoxedStrategy<PassRhythm>,
) -> impl Strategy<Value = Policy> {
    (
        priority(),
        vec(partition(), 1..4),
        (limits(), limits(), 0u32..3),
        ((run_minutes(), pot()), (run_minutes(), pot())),
        backfill,
        passes,
    )
        .prop_map(
            |(priority, mut partitions, (first, second, rank), (account, user), backfill, passes)| {
                for (index, partition) in partitions.iter_mut().enumerate() {
                    partition.name = format!("p{index}");
                }
                let qos = |name: &str, priority, limits| QosSpec {
                    name: name.to_owned(),
                    priority,
                    limits,
                    ..QosSpec::default()
                };
                Policy {
                    priority,
                    partitions,
                    qos: vec![qos("0", 1, first), qos("1", rank, second)],
                    associations: Associations {
                        each_account: budget(account),
                        each_user: budget(user),
                        ..Associations::default()
                    },
                    backfill,
                    passes,
                    ..Policy::default()
                }
            },
        )
}

/// A submission before it is fitted to its world: draws, taken modulo what there is.
type Draw = (
    u32,
    (u8, u8, u8),
    (u8, u8),
    (u16, u16, bool),
    Option<u8>,
    Option<u8>,
);

fn draw() -> impl Strategy<Value = Draw> {
    let at = prop_oneof![2 => 0u32..7_200, 1 => (0u32..120).prop_map(|n| n * 60), 1 => Just(0u32)];
    (
        at,
        (any::<u8>(), any::<u8>(), any::<u8>()),
        (any::<u8>(), any::<u8>()),
        (1u16..200, any::<u16>(), any::<bool>()),
        option::weighted(0.15, 0u8..2),
        option::weighted(0.15, any::<u8>()),
    )
}

fn world(
    backfill: BoxedStrategy<Backfill>,
    passes: BoxedStrategy<PassRhythm>,
    jobs: usize,
    shape: Shape,
) -> impl Strategy<Value = World> {
    let nodes = match shape {
        Shape::Any => vec(1u32..5, 1..5).boxed(),
        Shape::Crowd => vec(2u32..5, 2..4).boxed(),
        Shape::Throng => vec(1u32..4, 4..8).boxed(),
        Shape::Pool => vec(2u32..20, 1..2).boxed(),
    };
    (nodes, policy(backfill, passes), vec(draw(), 1..=jobs), 1usize..6).prop_map(
        move |(nodes, mut policy, draws, people)| {
            for partition in &mut policy.partitions {
                partition
                    .nodes
                    .retain(|name| name.parse().is_ok_and(|index: usize| index < nodes.len()));
            }
            match shape {
                Shape::Any => {}
                Shape::Pool => unlimited(&mut policy),
                Shape::Crowd | Shape::Throng => roomy(&mut policy),
            }
            let scenario = Scenario {
                cluster: ClusterSpec {
                    nodes: nodes
                        .iter()
                        .enumerate()
                        .map(|(index, &gpus)| NodeGroup {
                            name: index.to_string(),
                            count: 1,
                            gpus,
                            ..NodeGroup::default()
                        })
                        .collect(),
                    ..ClusterSpec::default()
                },
                policy,
                ..Scenario::default()
            };
            let mut asks: Vec<Ask> = draws
                .iter()
                .enumerate()
                .map(|(id, draw)| ask(id, draw, &scenario, people as u32))
                .collect();
            match shape {
                Shape::Any => {}
                Shape::Pool => asks.iter_mut().for_each(|ask| ask.array = None),
                Shape::Crowd | Shape::Throng => asks.iter_mut().for_each(come_early),
            }
            World {
                people: (0..people as u32).map(account).collect(),
                jobs: asks.iter().enumerate().map(|(id, ask)| ask.spec(id)).collect(),
                window: Window {
                    from: Time(1_800),
                    to: Time(6 * 3_600),
                },
                scenario,
            }
        },
    )
}

fn account(user: u32) -> u32 {
    1 + user % 2
}

/// One partition and no limit but the cap.
fn roomy(policy: &mut Policy) {
    policy.partitions.truncate(1);
    policy.partitions[0].nodes.clear();
    policy.partitions[0].max_time = Span::days(1);
    policy.associations = Associations::default();
    for qos in &mut policy.qos {
        qos.limits.grp_tres = TresCounts::none();
        qos.limits.max_tres_pa = TresCounts::none();
        qos.limits.grp_tres_run_mins = TresCounts::none();
        qos.limits.max_tres_run_mins_pu = TresCounts::none();
    }
}

fn come_early(ask: &mut Ask) {
    ask.array = None;
    if let Arrival::At(at) = ask.arrival {
        ask.arrival = Arrival::At(Time(at.0 % 600));
    }
}

/// First come, first in line, and nothing else.
fn unlimited(policy: &mut Policy) {
    policy.partitions.truncate(1);
    policy.partitions[0].nodes.clear();
    policy.partitions[0].max_time = Span::days(1);
    policy.associations = Associations::default();
    policy.priority.weight_fairshare = 0;
    policy.priority.weight_age = 0;
    policy.priority.weight_job_size = 0;
    policy.priority.weight_qos = 0;
    policy
        .qos
        .iter_mut()
        .for_each(|qos| qos.limits = Limits::default());
}

/// Fits a draw to a world: a partition that exists, no more nodes than it has, no more GPUs than a node of it has.
fn ask(id: usize, draw: &Draw, scenario: &Scenario, people: u32) -> Ask {
    let &(at, (partition, width, each), (user, qos), (limit, runs, exact), array, before) = draw;
    let partition = usize::from(partition) % scenario.policy.partitions.len();
    let names = &scenario.policy.partitions[partition].nodes;
    let mut gpus: Vec<u32> = scenario
        .cluster
        .nodes
        .iter()
        .filter(|group| names.is_empty() || names.contains(&group.name))
        .map(|group| group.gpus)
        .collect();
    gpus.sort_unstable_by(|a, b| b.cmp(a));
    // Mostly one node; the n-th largest node bounds what a job over n nodes may ask of each.
    let nodes = if width % 3 == 0 {
        1 + usize::from(width / 3) % gpus.len()
    } else {
        1
    };
    let user = u32::from(user) % people;
    let limit = Span::mins(u32::from(limit));
    Ask {
        arrival: match before {
            // Each job has at most one follower: the one that comes next.
            Some(_) if id > 0 => Arrival::After(job(id - 1)),
            Some(_) | None => Arrival::At(Time(at)),
        },
        user,
        account: account(user),
        partition,
        qos: usize::from(qos) % 2,
        nodes: nodes as u32,
        each: 1 + u32::from(each) % gpus[nodes - 1],
        limit,
        runs: if exact {
            limit
        } else {
            Span(1 + u32::from(runs) % limit.0)
        },
        // An array is one person's.
        array: array.map(|array| (people * u32::from(array) + user, 1 + u32::from(array))),
        ..Ask::default()
    }
}
