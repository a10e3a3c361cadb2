//! What happens to a job at submission: whether it is let in, and the time limit it gets if it asks for none
//! (`docs/slurm.md`, *At submission*).

use std::fmt;

use super::test::{Against, Candidate, Factor, Sides};
use super::{first_that, partition_rule};
use crate::cluster::{Check, Cluster, Job, Phase, Tree};
use crate::ids::{AssocId, PartitionId, QosId};
use crate::reason::{LimitKind, Reason};
use crate::scenario::{PartitionState, Policy};
use crate::units::Span;

/// Why a job was refused at submission.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// By a limit of a QOS or an association.
    Limit(Reason),
    /// By a rule of its partition, as EnforcePartLimits wants it.
    Partition(Reason),
    /// Its partition takes nothing in.
    PartitionClosed,
    /// The partition does not have such nodes, or not so many.
    NoSuchNodes,
}

impl fmt::Display for Refusal {
    /// As `sbatch` says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Refusal::Limit(reason) = self {
            writeln!(f, "sbatch: error: {reason}")?;
        }
        let why = match self {
            Refusal::Limit(_) => {
                "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"
            }
            Refusal::Partition(Reason::PartitionTimeLimit) => {
                "Requested time limit is invalid (missing or exceeds some limit)"
            }
            Refusal::Partition(Reason::PartitionNodeLimit) => "Node count specification invalid",
            Refusal::Partition(Reason::AccountNotAllowed) => {
                "Invalid account or account/partition combination specified"
            }
            Refusal::Partition(Reason::QosNotAllowed) => "Invalid qos specification",
            Refusal::Partition(_) | Refusal::PartitionClosed => {
                "Required partition not available (inactive or drain)"
            }
            Refusal::NoSuchNodes => "Requested node configuration is not available",
        };
        write!(f, "sbatch: error: Batch job submission failed: {why}")
    }
}

/// Whether a job may come in. A job in several partitions has to be let into each.
pub fn at_submission(cluster: &Cluster, job: &Job) -> Result<(), Refusal> {
    job.request
        .partitions()
        .try_for_each(|partition| into_partition(cluster, job, partition))?;
    if job.request.partitions().any(|at| could_run(cluster, job, at)) {
        Ok(())
    } else {
        Err(Refusal::NoSuchNodes)
    }
}

fn into_partition(cluster: &Cluster, job: &Job, partition: PartitionId) -> Result<(), Refusal> {
    match cluster.partitions[partition].state {
        PartitionState::Up | PartitionState::Down => {}
        PartitionState::Drain | PartitionState::Inactive => return Err(Refusal::PartitionClosed),
    }
    let rules = &cluster.limits;
    let mut alone = Candidate::new(cluster, job, partition, Against::Nothing);
    alone.factor = Factor::Ignored;
    if rules.enforce.part_limits
        && let Some(reason) = partition_rule(&alone)
    {
        return Err(Refusal::Partition(reason));
    }
    let (first, second) = rules.order(partition, job.request.qos);
    let strict = [Some(first), second]
        .into_iter()
        .flatten()
        .any(|qos| rules.qos[qos].deny_on_limit);
    let now = Candidate::new(cluster, job, partition, Against::Now);
    let broken = |check: &Check| -> Option<Sides> {
        if counts_submitted(check.kind) {
            now.fails(check)
        } else if strict {
            alone.fails(check)
        } else {
            None
        }
    };
    match first_that(&alone, Phase::Submission, broken) {
        Some((check, _)) => Err(Refusal::Limit(check.reason())),
        None => Ok(()),
    }
}

/// Limits on the number of submitted jobs always refuse; the others only where a QOS says DenyOnLimit.
fn counts_submitted(kind: LimitKind) -> bool {
    matches!(
        kind,
        LimitKind::GrpSubmitJobs
            | LimitKind::MaxSubmitJobs
            | LimitKind::MaxSubmitJobsPerUser
            | LimitKind::MaxSubmitJobsPerAccount
    )
}

/// Whether the partition has the nodes at all, were they all free.
fn could_run(cluster: &Cluster, job: &Job, partition: PartitionId) -> bool {
    let installed = cluster.nodes.installed();
    let fitting = cluster.partitions[partition]
        .nodes
        .iter()
        .filter(|&node| installed.fits(node, &job.request));
    fitting.take(job.request.nodes as usize).count() == job.request.nodes as usize
}

/// The time limit of a job that asks for none: the partition's DefaultTime; else the tightest limit on wall time that
/// holds for it, of QOS and association; else the partition's MaxTime.
pub fn default_limit(
    policy: &Policy,
    tree: &Tree,
    qos: QosId,
    assoc: AssocId,
    partition: PartitionId,
) -> Span {
    let spec = &policy.partitions[usize::from(partition)];
    if let Some(default) = spec.default_time {
        return default;
    }
    let own = &policy.qos[usize::from(qos)];
    let of_partition = spec
        .qos
        .as_ref()
        .and_then(|name| policy.qos.iter().find(|qos| &qos.name == name));
    let order = match of_partition {
        Some(part) if own.over_part_qos => [Some(own), Some(part)],
        Some(part) => [Some(part), Some(own)],
        None => [Some(own), None],
    };
    let first = |limit: fn(&crate::scenario::Limits) -> Option<Span>| {
        order.into_iter().flatten().find_map(|qos| limit(&qos.limits))
    };
    let of_chain = |limit: fn(&crate::scenario::AssocLimits) -> Option<Span>| {
        tree.chain(assoc)
            .iter()
            .find_map(|&at| limit(&tree.row(at).limits))
    };
    let max_wall = first(|l| l.max_wall).or(tree.row(assoc).limits.max_wall);
    let grp_wall = first(|l| l.grp_wall).or_else(|| of_chain(|l| l.grp_wall));
    [max_wall, grp_wall]
        .into_iter()
        .flatten()
        .fold(spec.max_time, Span::min)
}
