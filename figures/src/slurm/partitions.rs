//! PartitionName lines.

use sim_core::scenario::{ClusterSpec, MeantFor, PartitionSpec, PartitionState, PreemptMode, Scenario};

use super::accounts::weights;
use super::conf::Options;
use super::machine::hosts_of;
use super::{Export, Line, list, safe, time};
use crate::aloud::length;

pub(super) fn write(scenario: &Scenario, out: &mut Export) {
    for (number, partition) in scenario.policy.partitions.iter().enumerate() {
        one(&scenario.cluster, number == 0, partition, out);
    }
}

fn one(cluster: &ClusterSpec, is_default: bool, of: &PartitionSpec, out: &mut Export) {
    let PartitionSpec {
        name,
        nodes,
        max_time,
        default_time,
        min_nodes,
        max_nodes,
        tier,
        job_factor,
        qos,
        allow_accounts,
        allow_qos,
        deny_accounts,
        deny_qos,
        state,
        preempt_mode,
        grace_time,
        exclusive,
        least_loaded,
        billing,
        meant_for: purpose,
    } = of;
    let mut options = Options::default();
    options.add(
        format!("Nodes={}", hosts_of(cluster, nodes)),
        "where its jobs run",
    );
    options.flag("Default=YES", is_default, "jobs that name no partition come here");
    options.add(
        format!("MaxTime={}", time(*max_time)),
        &format!("the longest time limit, {}", length(*max_time)),
    );
    if let Some(limit) = default_time {
        options.add(
            format!("DefaultTime={}", time(*limit)),
            &format!("the limit of jobs that ask for none, {}", length(*limit)),
        );
    }
    if *min_nodes != 1 {
        options.add(format!("MinNodes={min_nodes}"), "the fewest nodes of a job");
    }
    if let Some(most) = max_nodes {
        options.add(format!("MaxNodes={most}"), "the most nodes of a job");
    }
    options.number(
        "PriorityTier",
        u64::from(*tier),
        1,
        "jobs of a higher tier are looked at first",
    );
    options.number(
        "PriorityJobFactor",
        u64::from(*job_factor),
        1,
        "its part of PriorityWeightPartition, against the largest",
    );
    if let Some(qos) = qos {
        options.add(format!("QOS={}", safe(qos)), "its limits hold for all jobs here");
    }
    for (option, names, why) in [
        ("AllowAccounts", allow_accounts, "only they may come"),
        (
            "DenyAccounts",
            deny_accounts,
            "they may not come; not asked where AllowAccounts is set",
        ),
        ("AllowQos", allow_qos, "only jobs of these QOS may come"),
        (
            "DenyQos",
            deny_qos,
            "jobs of these QOS may not come; not asked where AllowQos is set",
        ),
    ] {
        if !names.is_empty() {
            options.add(format!("{option}={}", list(names)), why);
        }
    }
    let (word, why) = match state {
        PartitionState::Up => ("UP", ""),
        PartitionState::Down => ("DOWN", "jobs come; none starts"),
        PartitionState::Drain => ("DRAIN", "none comes; those in the queue start"),
        PartitionState::Inactive => ("INACTIVE", "none comes, none starts"),
    };
    if *state != PartitionState::Up {
        options.add(format!("State={word}"), why);
    }
    if let Some(mode) = preempt_mode {
        options.add(
            format!("PreemptMode={}", mode_word(*mode)),
            "what becomes of jobs here that are pushed off",
        );
    }
    options.number(
        "GraceTime",
        u64::from(grace_time.0),
        0,
        "seconds that a job here may still run once it is told to go",
    );
    options.flag("OverSubscribe=EXCLUSIVE", *exclusive, "a job gets whole nodes");
    options.flag(
        "LLN=YES",
        *least_loaded,
        "jobs are spread over the least loaded nodes",
    );
    if !billing.is_empty() {
        options.add(
            format!("TRESBillingWeights=\"{}\"", weights(billing)),
            "what an hour of each counts as use",
        );
    }
    let (words, why) = options.into_line();
    let name = safe(name);
    out.slurm_conf.push(Line {
        about: format!("PartitionName={name}"),
        text: format!("PartitionName={name} {words}"),
        why,
        back: format!("# take out the line PartitionName={name}, once it is empty"),
    });
    meant_for(&format!("policy.partitions.{name}.meant-for"), *purpose, out);
}

/// A word of PreemptMode.
pub(super) fn mode_word(mode: PreemptMode) -> &'static str {
    match mode {
        PreemptMode::Off => "OFF",
        PreemptMode::Cancel => "CANCEL",
        PreemptMode::Requeue => "REQUEUE",
    }
}

/// What a place is for is a matter of the site's pages.
pub(super) fn meant_for(about: &str, purpose: MeantFor, out: &mut Export) {
    let what = match purpose {
        MeantFor::Anything => return,
        MeantFor::Tests => "meant for short tests",
        MeantFor::Sessions => "meant for sessions",
        MeantFor::TestsAndSessions => "meant for short tests and sessions",
    };
    out.without(
        about,
        what,
        "Slurm does not know what work is for; say it on the site's pages, or tell jobs apart in a submit plugin",
    );
}
