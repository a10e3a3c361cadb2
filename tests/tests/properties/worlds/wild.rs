//! Wild worlds: everything a scenario can say, all at once. Mixed nodes, weights, outages, a tree of accounts, every limit,
//! preemption, reservations, jobs in several partitions that wait for one another; each piece is small and can be left out.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sim_core::ids::{KindId, PartitionId, ReservationId};
use sim_core::metrics::Window;
use sim_core::scenario::{
    AccountSpec, AssocLimits, Associations, Backfill, BillingRule, ClusterSpec, CutGpus, Devices, Enforce,
    FairShare, Limits, NodeGroup, Outage, PartitionSpec, PartitionState, PassRhythm, Policy, PreemptBy,
    PreemptMode, Preemption, PriorityPolicy, QosSpec, Repeats, ReservationSpec, Scenario, Shares,
    SlurmBackfill, SlurmPasses, TresCounts, UsageReset, UserSpec,
};
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, Dependency, JobSpec};
use tests::world::{Ask, World, job};

/// Up to so many jobs in any world that is allowed.
pub fn wild(jobs: usize) -> impl Strategy<Value = World> {
    (
        (vec(group(), 1..5), vec(outage(), 0..3)),
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

fn priority() -> impl Strategy<Value = PriorityPolicy> {
    let weight = || prop_oneof![Just(0u32), Just(10), Just(1_000)];
    (
        (weight(), weight(), weight(), weight(), weight(), weight()),
        (option::of(1u32..200), 1u32..7, 0usize..4, 0usize..3),
        (now_and_then(), now_and_then(), now_and_then(), 1u32..600),
    )
        .prop_map(
            |(
                (fairshare, age, partition, qos, size, assoc),
                (half_life, period, share, billing),
                (favor_small, relative, accrue_always, max_age),
            )| PriorityPolicy {
                weight_fairshare: fairshare,
                weight_age: age,
                weight_partition: partition,
                weight_qos: qos,
                weight_job_size: size,
                weight_assoc: assoc,
                weight_tres: if size == 10 {
                    "gres/gpu=100".parse().unwrap()
                } else {
                    Default::default()
                },
                max_age: Span::mins(max_age),
                half_life: half_life.map(Span::mins),
                calc_period: Span::mins(period),
                usage_reset: if share == 3 {
                    UsageReset::Daily
                } else {
                    UsageReset::None
                },
                fairshare: [FairShare::FairTree, FairShare::Classic, FairShare::Off][share % 3],
                favor_small,
                small_relative_to_time: relative,
                accrue_always,
                billing: [BillingRule::Sum, BillingRule::MaxTres, BillingRule::MaxTresGres][billing],
                ..PriorityPolicy::default()
            },
        )
}

fn mode() -> impl Strategy<Value = PreemptMode> {
    prop_oneof![
        Just(PreemptMode::Requeue),
        Just(PreemptMode::Cancel),
        Just(PreemptMode::Off)
    ]
}

fn partition() -> impl Strategy<Value = PartitionSpec> {
    (
        (some_of_four(), prop_oneof![3 => Just(600u32), 1 => 30u32..120]),
        (1u32..4, 1u32..4, option::weighted(0.3, 0u8..3)),
        (rarely(1usize..5), rarely(0u8..3)),
        (
            prop_oneof![
                20 => Just(PartitionState::Up), 1 => Just(PartitionState::Drain), 1 => Just(PartitionState::Down)
            ],
            rarely(mode()),
            seldom(1..300),
        ),
        (now_and_then(), now_and_then(), rarely(1u32..3), now_and_then()),
    )
        .prop_map(
            |(
                (groups, max_time),
                (tier, job_factor, qos),
                (account, allowed_qos),
                (state, preempt_mode, grace),
                (exclusive, least_loaded, max_nodes, weights),
            )| PartitionSpec {
                nodes: bits(groups),
                max_time: Span::mins(max_time),
                default_time: None,
                max_nodes,
                tier,
                job_factor,
                qos: qos.map(|index| index.to_string()),
                allow_accounts: account.map(account_name).into_iter().collect(),
                allow_qos: allowed_qos.map(|index| index.to_string()).into_iter().collect(),
                state,
                preempt_mode,
                grace_time: Span(grace),
                exclusive,
                least_loaded,
                billing: if weights {
                    "cpu=1,gres/gpu=2.5".parse().unwrap()
                } else {
                    Default::default()
                },
                ..PartitionSpec::default()
            },
        )
}

fn account_name(number: usize) -> String {
    format!("a{number}")
}

/// A limit on one resource or two.
fn counts(most: u32) -> impl Strategy<Value = TresCounts> {
    let one = (0usize..6, 1..most).prop_map(|(which, n)| {
        let name = ["gres/gpu", "gres/gpu", "cpu", "node", "billing", "gres/gpu:a100"][which];
        format!("{name}={n}").parse().unwrap()
    });
    prop_oneof![24 => Just(TresCounts::none()), 1 => one]
}

fn time() -> impl Strategy<Value = Option<Span>> {
    option::weighted(0.04, (20u32..300).prop_map(Span::mins))
}

fn number(range: std::ops::Range<u32>) -> impl Strategy<Value = Option<u32>> {
    option::weighted(0.04, range)
}

fn limits() -> impl Strategy<Value = Limits> {
    (
        (
            counts(12),
            counts(2_000),
            counts(800),
            counts(5),
            counts(4),
            counts(2),
        ),
        (counts(8), counts(8), counts(600), counts(500), counts(500)),
        (
            number(1..5),
            number(1..4),
            number(1..4),
            number(3..9),
            number(2..6),
            number(2..6),
        ),
        (number(1..4), number(1..3), time(), time(), number(1..900)),
    )
        .prop_map(|(first, second, jobs, rest)| Limits {
            grp_tres: first.0,
            grp_tres_mins: first.1,
            grp_tres_run_mins: first.2,
            max_tres_pj: first.3,
            max_tres_pn: first.4,
            min_tres_pj: first.5,
            max_tres_pu: second.0,
            max_tres_pa: second.1,
            max_tres_mins_pj: second.2,
            max_tres_run_mins_pu: second.3,
            max_tres_run_mins_pa: second.4,
            grp_jobs: jobs.0,
            max_jobs_pu: jobs.1,
            max_jobs_pa: jobs.2,
            grp_submit_jobs: jobs.3,
            max_submit_jobs_pu: jobs.4,
            max_submit_jobs_pa: jobs.5,
            grp_jobs_accrue: rest.0,
            max_jobs_accrue_pu: rest.1,
            grp_wall: rest.2,
            max_wall: rest.3,
            min_prio_threshold: rest.4,
        })
}

fn assoc_limits() -> impl Strategy<Value = AssocLimits> {
    (
        (
            counts(12),
            counts(2_000),
            counts(800),
            counts(5),
            counts(4),
            counts(600),
        ),
        (number(1..5), number(1..4), number(3..9), number(2..6)),
        (number(1..4), number(1..3), time(), time(), number(1..900)),
    )
        .prop_map(|(tres, jobs, rest)| AssocLimits {
            grp_tres: tres.0,
            grp_tres_mins: tres.1,
            grp_tres_run_mins: tres.2,
            max_tres: tres.3,
            max_tres_pn: tres.4,
            max_tres_mins: tres.5,
            grp_jobs: jobs.0,
            max_jobs: jobs.1,
            grp_submit_jobs: jobs.2,
            max_submit_jobs: jobs.3,
            grp_jobs_accrue: rest.0,
            max_jobs_accrue: rest.1,
            grp_wall: rest.2,
            max_wall: rest.3,
            min_prio_threshold: rest.4,
        })
}

/// A QOS; which of those before it it may push off, by bit.
fn qos() -> impl Strategy<Value = (QosSpec, u8)> {
    (
        (0u32..4, limits(), 0usize..6),
        (0u8..4, rarely(mode()), seldom(1..300)),
        (now_and_then(), now_and_then(), now_and_then(), now_and_then()),
        (now_and_then(), now_and_then()),
    )
        .prop_map(
            |(
                (priority, limits, factor),
                (preempt, preempt_mode, grace),
                (deny_on_limit, over_part_qos, no_reserve, no_decay),
                (partition_time_limit, usage_factor_safe),
            )| {
                let spec = QosSpec {
                    name: String::new(),
                    priority,
                    limits,
                    usage_factor: [1.0, 1.0, 1.0, 0.5, 2.0, 0.0][factor],
                    preempt: Vec::new(),
                    preempt_mode,
                    grace_time: Span(grace),
                    deny_on_limit,
                    over_part_qos,
                    no_reserve,
                    no_decay,
                    partition_time_limit,
                    usage_factor_safe,
                };
                (spec, preempt)
            },
        )
}

fn shares() -> impl Strategy<Value = Shares> {
    prop_oneof![5 => (0u32..4).prop_map(Shares::Of), 1 => Just(Shares::Parent)]
}

/// Up to four accounts, each below root or an earlier one, and some people with rows of their own.
fn associations() -> impl Strategy<Value = Associations> {
    let account = (rarely(0usize..3).boxed(), shares(), seldom(1..9), assoc_limits());
    let user = (0u32..6, shares(), seldom(1..9), assoc_limits());
    (
        vec(account, 2..5),
        vec(user, 0..3),
        assoc_limits(),
        assoc_limits(),
    )
        .prop_map(|(accounts, mut users, each_account, each_user)| {
            users.sort_by_key(|user| user.0);
            users.dedup_by_key(|user| user.0);
            Associations {
                each_account,
                each_user,
                accounts: accounts
                    .into_iter()
                    .enumerate()
                    .map(|(index, (parent, shares, priority, limits))| AccountSpec {
                        name: account_name(index + 1),
                        parent: parent.filter(|_| index > 0).map(|p| account_name(1 + p % index)),
                        shares,
                        priority,
                        limits,
                    })
                    .collect(),
                users: users
                    .into_iter()
                    .map(|(person, shares, priority, limits)| UserSpec {
                        person,
                        account: String::new(),
                        shares,
                        priority,
                        limits,
                    })
                    .collect(),
            }
        })
}

fn preemption() -> impl Strategy<Value = Preemption> {
    (
        prop_oneof![
            Just(PreemptBy::None),
            Just(PreemptBy::Qos),
            Just(PreemptBy::PartitionPrio)
        ],
        prop_oneof![3 => Just(PreemptMode::Requeue), 3 => Just(PreemptMode::Cancel), 1 => Just(PreemptMode::Off)],
        (now_and_then(), now_and_then(), now_and_then(), 0u32..3),
        (
            seldom(1..60),
            prop_oneof![Just(121u32), 0u32..200],
            prop_oneof![Just(0u32), 30u32..1_800],
        ),
    )
        .prop_map(
            |(
                by,
                mode,
                (within, youngest_first, strict_order, reorder_count),
                (kill_wait, delay, exempt),
            )| {
                Preemption {
                    by,
                    mode,
                    within,
                    kill_wait: Span(kill_wait),
                    requeue_delay: Span(delay),
                    exempt_time: Span(exempt),
                    youngest_first,
                    strict_order,
                    reorder_count,
                }
            },
        )
}

fn reservation() -> impl Strategy<Value = ReservationSpec> {
    (
        (some_of_four(), 0u32..300, 5u32..240),
        (seldom(1..60), 0usize..6),
        (rarely(1usize..5), vec(0u32..6, 0..2)),
        any::<(bool, bool, bool)>(),
    )
        .prop_map(
            |((nodes, start, lasts), (before, repeats), (account, people), (maint, magnetic, flex))| {
                ReservationSpec {
                    name: String::new(),
                    nodes: bits(nodes),
                    start: Span::mins(start),
                    duration: Span::mins(lasts),
                    repeats: [Repeats::Daily, Repeats::Weekdays, Repeats::Weekly]
                        .get(repeats)
                        .copied()
                        .unwrap_or(Repeats::Never),
                    announced: Span::mins(start.saturating_sub(before) * u32::from(before > 0)),
                    accounts: account.map(account_name).into_iter().collect(),
                    people,
                    maint,
                    magnetic,
                    flex,
                }
            },
        )
}

fn backfill() -> impl Strategy<Value = Backfill> {
    let slurm = (
        (
            prop_oneof![Just(30u32), Just(60), Just(45)],
            prop_oneof![Just(10u32), Just(60), Just(180), Just(1_440)],
            prop_oneof![Just(60u32), Just(600), Just(1)],
            prop_oneof![4 => Just(500u32), 1 => 1u32..6],
        ),
        (seldom(1..4), seldom(1..4), seldom(1..3)),
        (seldom(60..1_800), seldom(1..900), now_and_then()),
    )
        .prop_map(
            |((interval, window, resolution, tests), (user, part, start), (age, prio, one))| {
                Backfill::Slurm(SlurmBackfill {
                    interval: Span(interval),
                    window: Span::mins(window),
                    resolution: Span(resolution),
                    max_job_test: tests,
                    max_job_user: user,
                    max_job_part: part,
                    max_job_start: start,
                    min_age_reserve: Span(age),
                    min_prio_reserve: prio,
                    one_resv_per_job: one,
                })
            },
        );
    prop_oneof![5 => slurm, 1 => Just(Backfill::Off)]
}

fn passes() -> impl Strategy<Value = PassRhythm> {
    (
        (0u32..5, prop_oneof![Just(60u32), Just(30), Just(7)]),
        (seldom(1..5), seldom(1..4), seldom(1..3)),
        (now_and_then(), seldom(1..40), prop_oneof![Just(0u32), Just(30)]),
    )
        .prop_map(
            |((delay, every), (depth, part, start), (stop, completing, scan))| {
                PassRhythm::Slurm(SlurmPasses {
                    batch_sched_delay: Span(delay),
                    sched_interval: Span(every),
                    default_queue_depth: depth,
                    partition_job_depth: part,
                    max_job_start: start,
                    assoc_limit_stop: stop,
                    completing: Span(completing),
                    kill_scan: Span(scan),
                })
            },
        )
}

/// A submission before it is fitted to its world: draws, taken modulo what there is.
#[derive(Clone, Debug)]
struct Draw {
    at: u32,
    partitions: (u8, u8),
    size: (u8, u8),
    who: (u8, u8),
    limit: u16,
    runs: Runs,
    array: Option<u8>,
    after: Option<(u8, u8)>,
    begin: Option<u32>,
    kind: Option<u8>,
    cpus: Option<u8>,
    exclusive: bool,
    nice: i32,
    requeue: bool,
    reservation: Option<u8>,
}

/// How long a job would run.
#[derive(Clone, Copy, Debug)]
enum Runs {
    AsLimited,
    Shorter(u16),
    Longer,
}

fn draw() -> impl Strategy<Value = Draw> {
    let at = prop_oneof![2 => 0u32..7_200, 1 => (0u32..120).prop_map(|n| n * 60), 1 => Just(0u32)];
    let runs = prop_oneof![
        2 => Just(Runs::AsLimited), 3 => any::<u16>().prop_map(Runs::Shorter), 1 => Just(Runs::Longer)
    ];
    (
        (
            at,
            (any::<u8>(), prop_oneof![3 => Just(0u8), 1 => 0u8..8]),
            any::<(u8, u8)>(),
        ),
        (any::<(u8, u8)>(), 1u16..200, runs),
        (rarely(0u8..2), rarely(any::<(u8, u8)>()), rarely(0u32..9_000)),
        (
            option::weighted(0.25, any::<u8>()),
            rarely(1u8..8),
            now_and_then(),
        ),
        (
            prop_oneof![4 => Just(0i32), 1 => -50i32..50],
            any::<bool>(),
            rarely(any::<u8>()),
        ),
    )
        .prop_map(
            |(
                (at, partitions, size),
                (who, limit, runs),
                (array, after, begin),
                (kind, cpus, exclusive),
                (nice, requeue, reservation),
            )| Draw {
                at,
                partitions,
                size,
                who,
                limit,
                runs,
                array,
                after,
                begin,
                kind,
                cpus,
                exclusive,
                nice,
                requeue,
                reservation,
            },
        )
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
    (mut nodes, mut outages): (Vec<NodeGroup>, Vec<Outage>),
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

/// Fits a draw to a world: mostly something that one partition could give, sometimes not.
fn spec(id: usize, draw: &Draw, scenario: &Scenario, people: &[u32]) -> JobSpec {
    let policy = &scenario.policy;
    let partition = usize::from(draw.partitions.0) % policy.partitions.len();
    let names = &policy.partitions[partition].nodes;
    let mut gpus: Vec<u32> = scenario
        .cluster
        .nodes
        .iter()
        .filter(|group| names.is_empty() || names.contains(&group.name))
        .flat_map(|group| std::iter::repeat_n(group.gpus, group.count as usize))
        .collect();
    gpus.sort_unstable_by(|a, b| b.cmp(a));
    let (width, each) = draw.size;
    let nodes = if width % 3 == 0 {
        1 + usize::from(width / 3) % gpus.len()
    } else {
        1
    };
    let user = u32::from(draw.who.0) % people.len() as u32;
    let limit = Span::mins(u32::from(draw.limit));
    let mut spec = Ask {
        arrival: Arrival::At(Time(draw.at)),
        user,
        account: people[user as usize],
        partition,
        qos: usize::from(draw.who.1) % policy.qos.len(),
        nodes: nodes as u32,
        each: 1 + u32::from(each) % gpus[nodes - 1],
        limit,
        runs: limit,
        array: draw.array.map(|array| (u32::from(array), 1 + u32::from(array))),
    }
    .spec(id);
    spec.runtime = match draw.runs {
        Runs::AsLimited => limit,
        Runs::Shorter(seconds) => Span(1 + u32::from(seconds) % limit.0),
        Runs::Longer => limit + Span::mins(30),
    };
    spec.begin = draw.begin.map(Time);
    match draw.after.filter(|_| id > 0) {
        // Each job has at most one follower: the one that comes next.
        Some((0..64, _)) => spec.arrival = Arrival::After(job(id - 1)),
        Some((how, on)) => {
            let on = job(usize::from(on) % id);
            let after = if how % 2 == 0 {
                Dependency::AfterAny(on)
            } else {
                Dependency::AfterOk(on)
            };
            spec.after = Box::new([after]);
        }
        None => {}
    }
    let kinds = scenario.cluster.types().len();
    let request = &mut spec.request;
    request.kind = draw.kind.map(|kind| KindId::from(usize::from(kind) % kinds));
    request.cpus_per_node = draw.cpus.map_or(0, u32::from);
    request.exclusive = draw.exclusive;
    request.nice = draw.nice;
    request.requeue = draw.requeue;
    request.reservation = draw
        .reservation
        .filter(|_| !policy.reservations.is_empty())
        .map(|which| ReservationId::from(usize::from(which) % policy.reservations.len()));
    for index in 0..policy.partitions.len() {
        if draw.partitions.1 >> index & 1 == 1 && index != partition {
            request.also.insert(PartitionId::from(index));
        }
    }
    spec
}
