//! Multifactor priority, each factor kept so that it can be shown.

use crate::cluster::{Cluster, Job};
use crate::ids::PartitionId;
use crate::scenario::PriorityPolicy;
use crate::units::Time;

/// The factors of one job, each 0 to 1.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Factors {
    /// Time since it became eligible over PriorityMaxAge.
    pub age: f64,
    /// Rank of its user in the tree, as of the last tick.
    pub fairshare: f64,
    /// Its partition's PriorityJobFactor over the largest.
    pub partition: f64,
    /// Its QOS' priority over the largest.
    pub qos: f64,
    /// Nodes and CPUs over those of the cluster (with CPUs in proportion to GPUs); large jobs are favoured.
    pub job_size: f64,
}

/// The factors of a pending job at `now`.
pub fn factors(
    cluster: &Cluster,
    policy: &PriorityPolicy,
    job: &Job,
    partition: PartitionId,
    now: Time,
) -> Factors {
    let request = &job.request;
    let waited = f64::from(now.since(job.eligible).0);
    let nodes = cluster.nodes.len() as f64;
    let gpus = cluster.nodes.installed().total();
    Factors {
        age: (waited / f64::from(policy.max_age.0)).min(1.0),
        fairshare: cluster.usage.factor(request.user),
        partition: cluster.partitions[partition].factor,
        qos: cluster.qos_factor[request.qos],
        job_size: (f64::from(request.nodes) / nodes + f64::from(request.gpus()) / f64::from(gpus)) / 2.0,
    }
}

/// The weighted sum, truncated, at least 1.
pub fn priority(policy: &PriorityPolicy, f: Factors) -> u32 {
    let sum = f64::from(policy.weight_age) * f.age
        + f64::from(policy.weight_fairshare) * f.fairshare
        + f64::from(policy.weight_job_size) * f.job_size
        + f64::from(policy.weight_partition) * f.partition
        + f64::from(policy.weight_qos) * f.qos;
    // A float-to-integer cast truncates toward zero and saturates.
    (sum as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_follows_the_worked_example() {
        let policy = PriorityPolicy {
            weight_age: 1_000,
            weight_fairshare: 10_000,
            weight_job_size: 500,
            weight_partition: 1_000,
            weight_qos: 2_000,
            ..PriorityPolicy::default()
        };
        let f = Factors {
            age: 36.0 / 168.0,
            fairshare: 0.625,
            partition: 0.5,
            qos: 0.5,
            job_size: 0.0625,
        };
        // 214.29 + 6250 + 31.25 + 500 + 1000, without the TRES term and nice of the original example.
        assert_eq!(priority(&policy, f), 7_995);
    }

    #[test]
    fn without_weights_everybody_has_one() {
        let policy = PriorityPolicy {
            weight_age: 0,
            weight_fairshare: 0,
            weight_job_size: 0,
            weight_partition: 0,
            weight_qos: 0,
            ..PriorityPolicy::default()
        };
        assert_eq!(
            priority(
                &policy,
                Factors {
                    age: 1.0,
                    ..Factors::default()
                }
            ),
            1
        );
    }
}
