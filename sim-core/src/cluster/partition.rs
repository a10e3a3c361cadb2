//! Partitions as passes see them.

use super::node_set::NodeSet;
use super::nodes::of_groups;
use crate::ids::{PartitionId, Table};
use crate::scenario::{PartitionState, Scenario};
use crate::units::Span;

/// A partition as passes see it.
#[derive(Clone, PartialEq, Debug)]
pub struct Partition {
    /// Its nodes.
    pub nodes: NodeSet,
    /// Those of its nodes that can be used now.
    pub up: NodeSet,
    /// MaxTime.
    pub max_time: Span,
    /// MinNodes and MaxNodes per job.
    pub nodes_per_job: (u32, u32),
    /// PriorityTier.
    pub tier: u32,
    /// PriorityJobFactor over the largest of all partitions.
    pub factor: f64,
    /// Whether jobs may start and come in.
    pub state: PartitionState,
    /// LLN: spread jobs.
    pub spread: bool,
    /// OverSubscribe=EXCLUSIVE.
    pub exclusive: bool,
}

/// The partitions of a scenario.
pub(super) fn partitions(scenario: &Scenario) -> Table<PartitionId, Partition> {
    let specs = &scenario.policy.partitions;
    let top = specs.iter().map(|p| p.job_factor).max().unwrap_or(1).max(1);
    specs
        .iter()
        .map(|spec| {
            let nodes = of_groups(&scenario.cluster, &spec.nodes);
            Partition {
                up: nodes.clone(),
                nodes,
                max_time: spec.max_time,
                nodes_per_job: (spec.min_nodes, spec.max_nodes.unwrap_or(u32::MAX)),
                tier: spec.tier,
                factor: f64::from(spec.job_factor) / f64::from(top),
                state: spec.state,
                spread: spec.least_loaded,
                exclusive: spec.exclusive,
            }
        })
        .collect()
}
