//! Small worlds: two nodes with four GPUs each, first come first in line, and what is told of one of their jobs.

use figures::explain::words;
use figures::format::{NBSP, THIN};
use sim_core::engine::Passes;
use sim_core::engine::explain::{Explanation, explain};
use sim_core::metrics::{Detail, Window};
use sim_core::scenario::{
    Backfill, FairShare, Limits, NodeGroup, PartitionSpec, Policy, PriorityPolicy, QosSpec, Scenario,
    SlurmBackfill,
};
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, JobSpec};

use crate::world::{Ask, World, job};

/// So many minutes from time zero.
pub fn minutes(n: u32) -> Time {
    Time::ZERO + Span::mins(n)
}

/// A group of nodes with four GPUs.
pub fn nodes(name: &str, count: u32) -> NodeGroup {
    NodeGroup {
        name: name.into(),
        count,
        gpus: 4,
        ..NodeGroup::default()
    }
}

/// Two nodes of four GPUs, one partition, one QOS without limits, two accounts with one person each.
pub fn world(jobs: Vec<Ask>) -> World {
    let mut scenario = Scenario::default();
    scenario.cluster.nodes = vec![nodes("node", 2)];
    scenario.policy = Policy {
        priority: PriorityPolicy {
            fairshare: FairShare::Off,
            weight_fairshare: 0,
            weight_partition: 1_000,
            ..PriorityPolicy::default()
        },
        partitions: vec![PartitionSpec {
            max_time: Span::days(1),
            ..PartitionSpec::default()
        }],
        qos: vec![QosSpec::default()],
        backfill: Backfill::Slurm(SlurmBackfill::default()),
        ..Policy::default()
    };
    World {
        scenario,
        people: vec![1, 2],
        jobs: specs(jobs),
        window: Window {
            from: Time::ZERO,
            to: Time::ZERO + Span::days(7),
        },
    }
}

fn specs(jobs: Vec<Ask>) -> Vec<JobSpec> {
    jobs.iter().enumerate().map(|(id, ask)| ask.spec(id)).collect()
}

/// A job that comes at a minute.
pub fn ask(minute: u32, each: u32, limit: Span) -> Ask {
    Ask {
        arrival: Arrival::At(minutes(minute)),
        each,
        limit,
        runs: limit,
        ..Ask::default()
    }
}

/// Somebody runs on four GPUs for two hours; the same person then asks for two more, for three hours, under these limits.
pub fn limited(limits: Limits) -> World {
    let mut world = world(vec![ask(0, 4, Span::hours(2)), ask(1, 2, Span::hours(3))]);
    world.scenario.policy.qos[0].limits = limits;
    world
}

/// The explanation of a job at an instant.
pub fn explained(world: &World, id: usize, at: Time) -> Explanation {
    let run = world.start(Passes::WhereNeeded, Detail::Summary);
    explain(run, job(id), at).unwrap()
}

/// Sentence, change, plan, the rule's figures, and the last column of `squeue`.
pub fn told(world: &World, id: usize, minute: u32) -> String {
    told_at(world, id, minutes(minute))
}

/// The same at an instant.
pub fn told_at(world: &World, id: usize, at: Time) -> String {
    let words = words(&explained(world, id, at));
    let rule = words.rows.iter().find(|(name, _)| name == "rule");
    let squeue = words.slurm.lines().nth(2).unwrap_or_default();
    let column = squeue
        .split_once('(')
        .map_or(String::new(), |(_, reason)| format!("({reason}"));
    let lines = [
        Some(words.sentence),
        words.change,
        words.plan,
        rule.map(|(_, figures)| figures.clone()),
        (!column.is_empty()).then_some(column),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    lines.join("\n").replace([NBSP, THIN], " ") + "\n"
}
