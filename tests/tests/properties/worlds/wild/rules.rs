//! The rules of wild worlds.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sim_core::scenario::{
    AccountSpec, AssocLimits, Associations, Backfill, BillingRule, FairShare, Limits, MeantFor,
    PartitionSpec, PartitionState, PassRhythm, PreemptBy, PreemptMode, Preemption, PriorityPolicy, QosSpec,
    Repeats, ReservationSpec, Shares, SlurmBackfill, SlurmPasses, TresCounts, UsageReset, UserSpec,
};
use sim_core::units::Span;

use super::{bits, now_and_then, rarely, seldom, some_of_four};

pub(super) fn priority() -> impl Strategy<Value = PriorityPolicy> {
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
                    "gres/gpu=100".parse().expect("a weight")
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

pub(super) fn mode() -> impl Strategy<Value = PreemptMode> {
    prop_oneof![
        Just(PreemptMode::Requeue),
        Just(PreemptMode::Cancel),
        Just(PreemptMode::Off)
    ]
}

pub(super) fn partition() -> impl Strategy<Value = PartitionSpec> {
    (
        (some_of_four(), prop_oneof![3 => Just(600u32), 1 => 30u32..120]),
        (1u32..4, 1u32..4, option::weighted(0.3, 0u8..3)),
        (rarely(1usize..5), rarely(0u8..3), any::<bool>()),
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
                (account, named_qos, denied),
                (state, preempt_mode, grace),
                (exclusive, least_loaded, max_nodes, weights),
            )| {
            let accounts: Vec<String> = account.map(account_name).into_iter().collect();
            let named: Vec<String> = named_qos.map(|index| index.to_string()).into_iter().collect();
            let (allow_accounts, deny_accounts) = turned(accounts, denied);
            let (allow_qos, deny_qos) = turned(named, denied);
            PartitionSpec {
                nodes: bits(groups),
                max_time: Span::mins(max_time),
                default_time: None,
                max_nodes,
                tier,
                job_factor,
                qos: qos.map(|index| index.to_string()),
                allow_accounts,
                allow_qos,
                deny_accounts,
                deny_qos,
                state,
                preempt_mode,
                grace_time: Span(grace),
                exclusive,
                least_loaded,
                billing: if weights {
                    "cpu=1,gres/gpu=2.5".parse().expect("weights")
                } else {
                    Default::default()
                },
                ..PartitionSpec::default()
            }},
        )
}

/// A list of those who may come, or of those who may not.
fn turned(names: Vec<String>, denied: bool) -> (Vec<String>, Vec<String>) {
    if denied {
        (Vec::new(), names)
    } else {
        (names, Vec::new())
    }
}

pub(super) fn account_name(number: usize) -> String {
    format!("a{number}")
}

/// A limit on one resource or two.
pub(super) fn counts(most: u32) -> impl Strategy<Value = TresCounts> {
    let one = (0usize..6, 1..most).prop_map(|(which, n)| {
        let name = ["gres/gpu", "gres/gpu", "cpu", "node", "billing", "gres/gpu:a100"][which];
        format!("{name}={n}").parse().expect("an amount")
    });
    prop_oneof![24 => Just(TresCounts::none()), 1 => one]
}

pub(super) fn time() -> impl Strategy<Value = Option<Span>> {
    option::weighted(0.04, (20u32..300).prop_map(Span::mins))
}

pub(super) fn number(range: std::ops::Range<u32>) -> impl Strategy<Value = Option<u32>> {
    option::weighted(0.04, range)
}

pub(super) fn limits() -> impl Strategy<Value = Limits> {
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

pub(super) fn assoc_limits() -> impl Strategy<Value = AssocLimits> {
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
pub(super) fn qos() -> impl Strategy<Value = (QosSpec, u8)> {
    (
        (0u32..4, limits(), 0usize..6),
        (0u8..4, rarely(mode()), seldom(1..300)),
        (now_and_then(), now_and_then(), now_and_then(), now_and_then()),
        (now_and_then(), now_and_then()),
        (now_and_then(), rarely((1u32..9).prop_map(Span::mins))),
    )
        .prop_map(
            |(
                (priority, limits, factor),
                (preempt, preempt_mode, grace),
                (deny_on_limit, over_part_qos, no_reserve, no_decay),
                (partition_time_limit, usage_factor_safe),
                (preempt_within, preempt_exempt_time),
            )| {
                let spec = QosSpec {
                    name: String::new(),
                    priority,
                    limits,
                    usage_factor: [1.0, 1.0, 1.0, 0.5, 2.0, 0.0][factor],
                    limit_factor: [None, None, None, Some(1.5)][priority as usize],
                    preempt: Vec::new(),
                    preempt_mode,
                    preempt_within,
                    preempt_exempt_time,
                    grace_time: Span(grace),
                    deny_on_limit,
                    over_part_qos,
                    no_reserve,
                    no_decay,
                    partition_time_limit,
                    usage_factor_safe,
                    meant_for: MeantFor::Anything,
                };
                (spec, preempt)
            },
        )
}

pub(super) fn shares() -> impl Strategy<Value = Shares> {
    prop_oneof![5 => (0u32..4).prop_map(Shares::Of), 1 => Just(Shares::Parent)]
}

/// Up to four accounts, each below root or an earlier one, and some people with rows of their own.
pub(super) fn associations() -> impl Strategy<Value = Associations> {
    let account = (rarely(0usize..3).boxed(), shares(), seldom(1..9), assoc_limits());
    let user = (0u32..6, shares(), seldom(1..9), assoc_limits());
    (
        vec(account, 2..5),
        vec(user, 0..3),
        assoc_limits(),
        assoc_limits(),
        option::weighted(0.04, assoc_limits()),
    )
        .prop_map(|(accounts, mut users, each_account, each_user, root)| {
            users.sort_by_key(|user| user.0);
            users.dedup_by_key(|user| user.0);
            Associations {
                root: root.unwrap_or_default(),
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

pub(super) fn preemption() -> impl Strategy<Value = Preemption> {
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

pub(super) fn reservation() -> impl Strategy<Value = ReservationSpec> {
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

pub(super) fn backfill() -> impl Strategy<Value = Backfill> {
    let slurm = (
        (
            prop_oneof![Just(30u32), Just(60), Just(45)],
            prop_oneof![Just(10u32), Just(60), Just(180), Just(1_440)],
            prop_oneof![Just(60u32), Just(600), Just(1)],
            prop_oneof![4 => Just(500u32), 1 => 1u32..6],
        ),
        (seldom(1..4), seldom(1..4), seldom(1..3)),
        (seldom(60..1_800), seldom(1..900), now_and_then()),
        (seldom(1..4), seldom(1..3), seldom(1..3), seldom(1..90)),
    )
        .prop_map(
            |(
                (interval, window, resolution, tests),
                (user, part, start),
                (age, prio, one),
                (assoc, user_part, promised, linear),
            )| {
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
                    max_job_assoc: assoc,
                    max_job_user_part: user_part,
                    job_part_count_reserve: promised,
                    window_linear: Span(linear),
                })
            },
        );
    prop_oneof![5 => slurm, 1 => Just(Backfill::Off)]
}

pub(super) fn passes() -> impl Strategy<Value = PassRhythm> {
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
