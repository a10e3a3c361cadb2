//! Scenarios for tests.

use sim_core::scenario::{
    AccountSpec, AssocLimits, CutGpus, Devices, Limits, MeantFor, NodeGroup, PartitionSpec, PartitionState,
    PreemptBy, PreemptMode, Preemption, QosSpec, Repeats, ReservationSpec, Scenario, TresCounts,
};
use sim_core::units::Span;

/// A university's cluster, as its file has it.
pub fn university() -> Scenario {
    toml::from_str(include_str!("../../../content/scenarios/uni-128.toml")).expect("a preset can be read")
}

/// One of each kind of thing, with every field set to something.
pub fn full() -> Scenario {
    let mut scenario = Scenario::default();
    let word = || "a".to_owned();
    let gpus = || TresCounts::gpus(8);
    let hours = || TresCounts::gpus(120);
    scenario.cluster.nodes = vec![NodeGroup {
        name: word(),
        count: 2,
        gpus: 4,
        gpu: "a100".to_owned(),
        cpus: 64,
        weight: 2,
        more: vec![Devices {
            gpu: "l4".to_owned(),
            count: 2,
        }],
        cut: vec![CutGpus {
            gpus: 1,
            layout: "7x1g.5gb".to_owned(),
        }],
    }];
    scenario.policy.partitions = vec![PartitionSpec {
        name: word(),
        nodes: vec![word()],
        max_time: Span::days(2),
        default_time: Some(Span::hours(1)),
        min_nodes: 1,
        max_nodes: Some(2),
        tier: 2,
        job_factor: 3,
        qos: Some(word()),
        allow_accounts: vec![word()],
        allow_qos: vec![word()],
        deny_accounts: vec![word()],
        deny_qos: vec![word()],
        state: PartitionState::Drain,
        preempt_mode: Some(PreemptMode::Cancel),
        grace_time: Span::mins(5),
        exclusive: true,
        least_loaded: true,
        billing: "gres/gpu=2".parse().expect("weights"),
        meant_for: MeantFor::Tests,
    }];
    scenario.policy.qos = vec![QosSpec {
        name: word(),
        priority: 5,
        limits: Limits {
            grp_tres: gpus(),
            grp_tres_mins: hours(),
            grp_tres_run_mins: hours(),
            max_tres_pj: gpus(),
            max_tres_pn: gpus(),
            min_tres_pj: gpus(),
            max_tres_pu: gpus(),
            max_tres_pa: gpus(),
            max_tres_mins_pj: hours(),
            max_tres_run_mins_pu: hours(),
            max_tres_run_mins_pa: hours(),
            grp_jobs: Some(1),
            max_jobs_pu: Some(2),
            max_jobs_pa: Some(3),
            grp_submit_jobs: Some(4),
            max_submit_jobs_pu: Some(5),
            max_submit_jobs_pa: Some(6),
            grp_jobs_accrue: Some(7),
            max_jobs_accrue_pu: Some(8),
            grp_wall: Some(Span::hours(9)),
            max_wall: Some(Span::hours(10)),
            min_prio_threshold: Some(11),
        },
        usage_factor: 0.5,
        limit_factor: Some(2.5),
        preempt: vec![word()],
        preempt_mode: Some(PreemptMode::Requeue),
        preempt_within: true,
        preempt_exempt_time: Some(Span::hours(1)),
        grace_time: Span::mins(5),
        deny_on_limit: true,
        over_part_qos: true,
        no_reserve: true,
        no_decay: true,
        partition_time_limit: true,
        usage_factor_safe: true,
        meant_for: MeantFor::Sessions,
    }];
    scenario.policy.associations.accounts = vec![AccountSpec {
        name: word(),
        parent: Some("root".to_owned()),
        shares: sim_core::scenario::Shares::Of(3),
        priority: 2,
        limits: AssocLimits {
            grp_tres: gpus(),
            grp_tres_mins: hours(),
            grp_tres_run_mins: hours(),
            max_tres: gpus(),
            max_tres_pn: gpus(),
            max_tres_mins: hours(),
            grp_jobs: Some(1),
            max_jobs: Some(2),
            grp_submit_jobs: Some(3),
            max_submit_jobs: Some(4),
            grp_jobs_accrue: Some(5),
            max_jobs_accrue: Some(6),
            grp_wall: Some(Span::hours(7)),
            max_wall: Some(Span::hours(8)),
            min_prio_threshold: Some(9),
        },
    }];
    scenario.policy.reservations = vec![ReservationSpec {
        name: word(),
        nodes: vec![word()],
        start: Span::days(3),
        duration: Span::hours(8),
        repeats: Repeats::EveryWeeks(2),
        announced: Span::days(1),
        accounts: vec![word()],
        people: vec![1, 2],
        maint: true,
        magnetic: true,
        flex: true,
    }];
    scenario.policy.preemption = Preemption {
        by: PreemptBy::PartitionPrio,
        mode: PreemptMode::Requeue,
        within: true,
        kill_wait: Span::secs(30),
        requeue_delay: Span::secs(121),
        exempt_time: Span::mins(10),
        youngest_first: true,
        strict_order: true,
        reorder_count: 2,
    };
    scenario
}
