//! Where a job may go and in which shape: the partitions with their limits, and GPUs as nodes × GPUs on each.

use crate::ids::{PartitionId, QosId};
use crate::order;
use crate::scenario::{ClusterSpec, Limits, PartitionSpec, Scenario};
use crate::units::Span;

/// Nodes, and GPUs on each of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shape {
    pub nodes: u32,
    pub gpus_per_node: u32,
}

impl Shape {
    pub(super) fn gpus(self) -> u32 {
        self.nodes * self.gpus_per_node
    }
}

/// A partition as somebody sees it who is about to submit.
pub(super) struct Hall {
    pub partition: PartitionId,
    pub qos: QosId,
    /// MaxTime in whole minutes, at least one.
    pub max_time: Span,
    /// The limit of those who give none.
    pub default_time: Span,
    /// The most GPUs one person may hold there.
    pub most_gpus: u32,
    /// The most GPU-minutes a job may promise to use, by any rule.
    pub most_gpu_minutes: u32,
    /// Its nodes by GPUs in them, widest first: GPUs per node, number of nodes with at least so many.
    widths: Vec<(u32, u32)>,
}

/// All partitions, in the order of the policy.
pub(super) fn halls(scenario: &Scenario) -> Vec<Hall> {
    let policy = &scenario.policy;
    (0..)
        .zip(&policy.partitions)
        .map(|(number, partition)| hall(scenario, PartitionId(number), partition))
        .collect()
}

fn hall(scenario: &Scenario, id: PartitionId, partition: &PartitionSpec) -> Hall {
    let policy = &scenario.policy;
    let limits_of = |name: &String| {
        policy
            .qos
            .iter()
            .find(|qos| qos.name == *name)
            .map(|qos| &qos.limits)
    };
    let of_partition = partition.qos.as_ref().and_then(limits_of);
    let of_job = policy.qos.first().map(|qos| &qos.limits);
    // A limit of the partition's QOS takes the place of the same limit of the job's QOS (Slurm, resource limits page).
    let limit = |field: fn(&Limits) -> Option<u32>| of_partition.and_then(field).or(of_job.and_then(field));
    // Once a QOS sets GrpTRESRunMins, the associations' own are not in force.
    let of_all = limit(|limits| limits.grp_tres_run_mins.of_gpus());
    let of_tree = |own: Option<u32>| if of_all.is_some() { None } else { own };
    let budgets = [
        of_all,
        limit(|limits| limits.max_tres_run_mins_pu.of_gpus()),
        of_tree(policy.associations.each_account.grp_tres_run_mins.of_gpus()),
        of_tree(policy.associations.each_user.grp_tres_run_mins.of_gpus()),
    ];
    let max_time = whole_minutes(partition.max_time);
    Hall {
        partition: id,
        qos: QosId(0),
        max_time,
        default_time: partition
            .default_time
            .map_or(max_time, |time| whole_minutes(time).min(max_time)),
        most_gpus: limit(|limits| limits.max_tres_pu.of_gpus()).unwrap_or(u32::MAX),
        most_gpu_minutes: budgets.into_iter().flatten().min().unwrap_or(u32::MAX),
        widths: widths(&scenario.cluster, partition),
    }
}

/// Rounded down to minutes, which is how Slurm keeps limits, and at least one.
fn whole_minutes(time: Span) -> Span {
    Span::mins((time.0 / 60).max(1))
}

fn widths(cluster: &ClusterSpec, partition: &PartitionSpec) -> Vec<(u32, u32)> {
    let groups = || {
        cluster.nodes.iter().filter(|group| {
            group.gpus > 0 && (partition.nodes.is_empty() || partition.nodes.contains(&group.name))
        })
    };
    let mut widths: Vec<u32> = groups().map(|group| group.gpus).collect();
    order::sort_by(&mut widths, |a, b| b.cmp(a));
    widths.dedup();
    widths
        .into_iter()
        .map(|width| {
            let nodes = groups()
                .filter(|group| group.gpus >= width)
                .map(|group| group.count)
                .sum();
            (width, nodes)
        })
        .filter(|&(_, nodes)| nodes > 0)
        .collect()
}

impl Hall {
    /// How many of so many GPUs it can give one job.
    pub(super) fn width(&self, gpus: u32) -> u32 {
        if self.widths.is_empty() {
            return 0;
        }
        self.shape(gpus).gpus()
    }

    /// The widest shape of at most so many GPUs: one node if they fit in one, else whole nodes, as many as there are.
    pub(super) fn shape(&self, gpus: u32) -> Shape {
        let gpus = gpus.max(1);
        let one_node = self.widths.iter().any(|&(width, _)| gpus <= width);
        if one_node {
            return Shape {
                nodes: 1,
                gpus_per_node: gpus,
            };
        }
        let shapes = self.widths.iter().map(|&(width, nodes)| Shape {
            nodes: (gpus / width).min(nodes),
            gpus_per_node: width,
        });
        // Of equal widths the one on the widest nodes, which comes first.
        shapes.rev().max_by_key(|shape| shape.gpus()).unwrap_or(Shape {
            nodes: 1,
            gpus_per_node: 1,
        })
    }
}
