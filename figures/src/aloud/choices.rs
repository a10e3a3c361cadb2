//! The choices that a person must make: partitions, QOS and types of GPU, a sentence for each beyond the first.

use sim_core::scenario::{
    ClusterSpec, MeantFor, NodeGroup, PartitionSpec, PartitionState, Policy, PreemptBy, PreemptMode, QosSpec,
    Scenario,
};

use super::counted::partitions_of;
use super::limits;
use super::say::{and, named, span};
use super::{Rule, rule};
use crate::format;

/// Partitions, QOS and types beyond the first of each.
pub(super) fn choices(scenario: &Scenario) -> Vec<Rule> {
    let (policy, cluster) = (&scenario.policy, &scenario.cluster);
    let partitions = policy.partitions.iter().skip(1);
    let qos = policy.qos.iter().skip(1);
    let types = types(cluster);
    let types = types.iter().skip(1);
    partitions
        .map(|it| {
            let clauses = partition(policy, cluster, it);
            rule(
                format!("partition/{}", it.name),
                with_clauses(&format!("Partition {}", it.name), &clauses),
            )
        })
        .chain(qos.map(|it| rule(format!("qos/{}", it.name), of_qos(policy, it))))
        .chain(types.map(|kind| rule(format!("type/{kind}"), of_type(cluster, kind))))
        .collect()
}

/// "Partition debug: for short tests; on 96 GPUs."
pub(super) fn with_clauses(what: &str, clauses: &[String]) -> String {
    if clauses.is_empty() {
        format!("{what}.")
    } else {
        format!("{what}: {}.", clauses.join("; "))
    }
}

/// What a person who chooses must know of a partition.
pub(super) fn partition(policy: &Policy, cluster: &ClusterSpec, of: &PartitionSpec) -> Vec<String> {
    let mut all: Vec<String> = meant_for(of.meant_for).into_iter().map(String::from).collect();
    match of.state {
        PartitionState::Up => {}
        PartitionState::Down => all.push(String::from("nothing starts there now")),
        PartitionState::Drain => all.push(String::from("nothing new may be sent there now")),
        PartitionState::Inactive => all.push(String::from("it is closed now")),
    }
    if !of.allow_accounts.is_empty() {
        all.push(format!("only for {}", named("group", &of.allow_accounts)));
    } else if !of.deny_accounts.is_empty() {
        all.push(format!("not for {}", named("group", &of.deny_accounts)));
    }
    all.push(on(cluster, of));
    if !of.allow_qos.is_empty() {
        all.push(format!("only with QOS {}", of.allow_qos.join(" or ")));
    } else if !of.deny_qos.is_empty() {
        all.push(format!("not with QOS {}", of.deny_qos.join(" or ")));
    }
    let nodes = |n: u32| format::counted(u64::from(n), "node", "nodes");
    if of.min_nodes > 1 {
        all.push(format!("a job takes at least {}", nodes(of.min_nodes)));
    }
    if let Some(most) = of.max_nodes {
        all.push(format!("a job takes at most {}", nodes(most)));
    }
    if of.exclusive {
        all.push(String::from("a job gets whole nodes"));
    }
    let rivals = |is_below: fn(u32, u32) -> bool| -> Vec<&str> {
        let others = policy
            .partitions
            .iter()
            .filter(|other| is_below(of.tier, other.tier) && share_nodes(of, other));
        others.map(|other| other.name.as_str()).collect()
    };
    let (below, above) = (
        rivals(|tier, other| other < tier),
        rivals(|tier, other| other > tier),
    );
    if !below.is_empty() {
        all.push(format!(
            "its jobs come before those of {}",
            named("partition", &below)
        ));
    }
    if policy.preemption.by == PreemptBy::PartitionPrio && !above.is_empty() {
        let mode = of.preempt_mode.unwrap_or(policy.preemption.mode);
        if let Some(what) = pushed_off(mode) {
            all.push(format!(
                "its jobs may be {what} by those of {}{}",
                named("partition", &above),
                grace(of.grace_time)
            ));
        }
    }
    all
}

/// What becomes of a job that is pushed off; nothing if it is not.
pub(super) fn pushed_off(mode: PreemptMode) -> Option<&'static str> {
    match mode {
        PreemptMode::Off => None,
        PreemptMode::Cancel => Some("killed"),
        PreemptMode::Requeue => Some("pushed off and queued again"),
    }
}

fn grace(time: sim_core::units::Span) -> String {
    match time.0 {
        0 => String::new(),
        _ => format!(", {} after they are told", span(time)),
    }
}

fn meant_for(what: MeantFor) -> Option<&'static str> {
    match what {
        MeantFor::Anything => None,
        MeantFor::Tests => Some("for short tests"),
        MeantFor::Sessions => Some("for notebooks and other sessions"),
        MeantFor::TestsAndSessions => Some("for short tests and for sessions"),
    }
}

fn share_nodes(a: &PartitionSpec, b: &PartitionSpec) -> bool {
    a.nodes.is_empty() || b.nodes.is_empty() || a.nodes.iter().any(|name| b.nodes.contains(name))
}

/// Where its jobs run, and on what.
fn on(cluster: &ClusterSpec, of: &PartitionSpec) -> String {
    let groups: Vec<&NodeGroup> = cluster
        .nodes
        .iter()
        .filter(|group| of.nodes.is_empty() || of.nodes.contains(&group.name))
        .collect();
    let mut kinds: Vec<(String, u64)> = Vec::new();
    for group in &groups {
        for kind in group.types() {
            let n = group.count_of(|other| other == kind) * u64::from(group.count);
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, sum)) => *sum += n,
                None => kinds.push((kind, n)),
            }
        }
    }
    let what: Vec<String> = kinds
        .iter()
        .map(|(kind, n)| super::say::devices(*n, kind))
        .collect();
    let what = and(&what);
    if of.nodes.is_empty() {
        format!("on all nodes ({what})")
    } else if groups.len() > 8 {
        let nodes: u64 = groups.iter().map(|group| u64::from(group.count)).sum();
        format!(
            "on {} in {} groups ({what})",
            format::counted(nodes, "node", "nodes"),
            groups.len()
        )
    } else {
        format!("on the nodes {} ({what})", and(&of.nodes))
    }
}

fn of_qos(policy: &Policy, of: &QosSpec) -> String {
    let partitions = partitions_of(policy, of);
    let what = if policy.quota.overdraft_qos.as_ref() == Some(&of.name) {
        format!("QOS {} takes the jobs of groups beyond their budget", of.name)
    } else if partitions.is_empty() {
        format!("QOS {} is asked for by name", of.name)
    } else {
        format!("QOS {} comes with {}", of.name, named("partition", &partitions))
    };
    with_clauses(&what, &qos(policy, of))
}

/// What a person who chooses must know of a QOS, but what knobs count.
pub(super) fn qos(policy: &Policy, of: &QosSpec) -> Vec<String> {
    let QosSpec {
        name,
        priority,
        limits,
        usage_factor,
        limit_factor,
        preempt,
        preempt_mode,
        preempt_within,
        preempt_exempt_time,
        grace_time,
        deny_on_limit,
        over_part_qos,
        no_reserve,
        no_decay,
        partition_time_limit,
        usage_factor_safe,
        meant_for: purpose,
    } = of;
    let mut all: Vec<String> = meant_for(*purpose).into_iter().map(String::from).collect();
    let points = |n: u32| format::count(u64::from(n));
    if policy.priority.weight_qos > 0 && *priority > 0 {
        all.push(format!("its jobs have a priority of {}", points(*priority)));
    }
    all.extend(limits::of_qos(limits));
    if *usage_factor != 1.0 {
        all.push(format!("what its jobs use counts {usage_factor} times"));
    }
    if let Some(factor) = limit_factor {
        all.push(format!(
            "limits of people and groups are {factor} times as wide for its jobs"
        ));
    }
    if policy.preemption.by == PreemptBy::Qos {
        if !preempt.is_empty() {
            all.push(format!(
                "its jobs may push off those of QOS {}",
                preempt.join(" and ")
            ));
        }
        if *preempt_within || policy.preemption.within {
            all.push(String::from(
                "its jobs may push off those of lower priority in it",
            ));
        }
        let above: Vec<&str> = policy
            .qos
            .iter()
            .filter(|other| other.preempt.contains(name))
            .map(|other| other.name.as_str())
            .collect();
        let mode = preempt_mode.unwrap_or(policy.preemption.mode);
        if let Some(what) = pushed_off(mode).filter(|_| !above.is_empty()) {
            let exempt = match preempt_exempt_time.filter(|time| time.0 > 0) {
                Some(time) => format!(", once they have run for {}", span(time)),
                None => String::new(),
            };
            all.push(format!(
                "its jobs may be {what} by those of QOS {}{}{exempt}",
                above.join(" and "),
                grace(*grace_time)
            ));
        }
    }
    for (is_set, words) in [
        (deny_on_limit, "a job that could never start is refused at once"),
        (over_part_qos, "its limits come before those of the partition"),
        (no_reserve, "its jobs are promised no start"),
        (no_decay, "what its jobs use is never forgotten"),
        (
            partition_time_limit,
            "its jobs may be longer than the partition’s limit",
        ),
        (
            usage_factor_safe,
            "budgets of run-minutes count its jobs as use does",
        ),
    ] {
        if *is_set {
            all.push(String::from(words));
        }
    }
    all
}

/// The types of whole GPUs, each once, as simplicity counts them.
pub(super) fn types(cluster: &ClusterSpec) -> Vec<&str> {
    let mut types: Vec<&str> = Vec::new();
    for group in &cluster.nodes {
        if !types.contains(&group.gpu.as_str()) {
            types.push(&group.gpu);
        }
    }
    types
}

fn of_type(cluster: &ClusterSpec, kind: &str) -> String {
    let groups: Vec<&NodeGroup> = cluster.nodes.iter().filter(|group| group.gpu == kind).collect();
    let n: u64 = groups
        .iter()
        .map(|group| u64::from(group.count) * u64::from(group.gpus))
        .sum();
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    let cut = if groups.iter().any(|group| !group.cut.is_empty()) {
        ", some of them cut into slices"
    } else {
        ""
    };
    format::capital(&format!(
        "GPUs of type {kind} are {} in the nodes {}{cut}; whoever needs one names the type.",
        format::count(n),
        and(&names)
    ))
}
