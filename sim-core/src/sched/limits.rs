//! Limits: the first check that fails names the reason.
//!
//! Order (`docs/slurm.md`, *Order of the tests*): before node selection the partition's own rules, the array's throttle, and
//! limits on jobs and wall time; after it, whether or not nodes were found, limits on resources. In each of the two the QOS
//! come first, in order of precedence, then the associations from the leaf to root. What a QOS limits, no association does.

mod submission;
mod test;

use crate::cluster::{
    Allocation, AssocKind, Check, Cluster, Job, Owner, Phase, Record, Shapes, Tree, TresIx, Verdict, Who,
    replaces,
};
use crate::ids::{ArrayId, JobId, PartitionId, ShapeId, UserId};
use crate::reason::Reason;
use crate::scenario::{PartitionState, Policy};
use crate::workload::Request;

pub use submission::{Refusal, at_submission, default_limit};

use test::{Against, Candidate};

/// What holds a job, with both sides of the comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// The reason that `squeue` shows.
    pub reason: Reason,
    /// What is used already.
    pub used: u64,
    /// What the job would add.
    pub asked: u64,
    /// What there may be; for MinTRES the least that a job must ask for.
    pub limit: u64,
    /// In what the three are measured.
    pub unit: Unit,
    /// Whose limit it is, and whose jobs are counted.
    pub scope: Scope,
}

/// What a limit is measured in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// So much of a resource.
    Amount(TresIx),
    /// So much of a resource, times minutes.
    Minutes(TresIx),
    /// Minutes.
    Time,
    /// Jobs.
    Jobs,
    /// Nothing: a rule without a number.
    Nothing,
}

/// Where a limit holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// A partition.
    Partition(PartitionId),
    /// An array.
    Array(ArrayId),
    /// Jobs that are counted together.
    Jobs(Who),
}

impl Scope {
    /// Its name in the words of a policy: `partition batch`, `qos normal, person 3`, `account lab`.
    pub fn name(self, cluster: &Cluster, policy: &Policy) -> String {
        let qos = |id| format!("qos {}", policy.qos[usize::from(id)].name);
        let account = |id| match usize::from(id).checked_sub(1) {
            None => String::from("account root"),
            Some(at) => match policy.associations.accounts.get(at) {
                Some(spec) => format!("account {}", spec.name),
                None => format!("account {id}"),
            },
        };
        match self {
            Scope::Partition(id) => format!("partition {}", policy.partitions[usize::from(id)].name),
            Scope::Array(id) => id.to_string(),
            Scope::Jobs(Who::Qos(id)) => qos(id),
            Scope::Jobs(Who::User(id, user)) => format!("{}, {user}", qos(id)),
            Scope::Jobs(Who::Account(id, of)) => format!("{}, {}", qos(id), account(of)),
            Scope::Jobs(Who::Assoc(id)) => match cluster.tree.row(id).kind {
                AssocKind::Account(of) => account(of),
                AssocKind::User(user) => {
                    format!("{}, {user}", account(cluster.tree.account_of(id)))
                }
                AssocKind::RootUser => String::from("account root, user root"),
            },
        }
    }
}

/// What the limits say now, wherever its nodes may be. A job that is held before nodes are looked for is not counted as
/// tested by backfill.
#[inline]
pub fn verdict(cluster: &Cluster, job: &Job, partition: PartitionId) -> Verdict {
    let shape = Shapes::of_place(job.shape, &job.request, partition);
    asked(cluster, shape, job.request.user, || (job, partition))
}

/// The same of a place in the queue.
#[inline]
pub fn verdict_at(cluster: &Cluster, place: &Record) -> Verdict {
    asked(cluster, place.shape, place.user, || {
        (&cluster.jobs[place.job()], place.partition)
    })
}

#[inline]
fn asked<'a>(
    cluster: &'a Cluster,
    shape: ShapeId,
    user: UserId,
    who: impl Fn() -> (&'a Job, PartitionId),
) -> Verdict {
    let read = || {
        let (job, partition) = who();
        let candidate = Candidate::new(cluster, job, partition, Against::Now);
        let before = before(&candidate);
        let after = if before.is_none() { after(&candidate) } else { None };
        Verdict { before, after }
    };
    cluster.shapes.verdict(shape, cluster.ledgers.stamp(user), read)
}

/// Whether limits may say something else on some nodes than on others.
pub fn depend_on_nodes(cluster: &Cluster, request: &Request) -> bool {
    request.exclusive || cluster.limits.counts_nodes
}

/// The limit that holds a request on nodes that were found: those where jobs counted by the same limit run already are
/// not counted twice.
pub fn after_selection_of(
    cluster: &Cluster,
    job: &Job,
    partition: PartitionId,
    on: Option<&Allocation>,
) -> Option<Reason> {
    let mut candidate = Candidate::new(cluster, job, partition, Against::Now);
    candidate.on = on;
    after(&candidate)
}

/// The limit that holds a request now, if any, with the numbers that were compared.
pub fn explain(cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<Held> {
    let c = Candidate::new(cluster, job, partition, Against::Now);
    let told =
        |phase| first_that(&c, phase, |check| c.fails(check)).map(|(check, sides)| c.tell(check, sides));
    partition_rule(&c)
        .map(|reason| tell_partition_rule(&c, reason))
        .or_else(|| throttle(&c))
        .or_else(|| told(Phase::Before))
        .or_else(|| told(Phase::After))
}

/// Whether the request can never start under its limits, whatever else runs or ends.
pub fn forbidden(cluster: &Cluster, job: &Job, partition: PartitionId) -> bool {
    let read = || {
        let candidate = Candidate::new(cluster, job, partition, Against::Nothing);
        before(&candidate).or_else(|| after(&candidate)).is_some()
    };
    let shape = Shapes::of_place(job.shape, &job.request, partition);
    cluster
        .shapes
        .forbidden(shape, cluster.ledgers.rules_stamp(), read)
}

/// Running jobs whose budget is used up: without `safe`, the next scan for exceeded limits kills them. Limits on root
/// are passed over (`docs/slurm.md`, *Budgets*).
pub fn over_budget(cluster: &Cluster) -> Vec<JobId> {
    if cluster.limits.enforce.safe {
        return Vec::new();
    }
    let is_over = |job: &Job| {
        let candidate = Candidate::new(cluster, job, job.partition, Against::Now);
        let spent = |check: &Check| {
            (check.owner != Owner::Assoc(Tree::ROOT) && candidate.has_spent(check)).then_some(())
        };
        [Phase::Before, Phase::After]
            .into_iter()
            .any(|phase| first_that(&candidate, phase, spent).is_some())
    };
    cluster
        .running
        .iter()
        .map(|&(_, id)| id)
        .filter(|&id| is_over(&cluster.jobs[id]))
        .collect()
}

/// Whether a job's priority is too low for it to keep anything from others in a partition: below the first
/// MinPrioThreshold that is set, of its QOS or its association, or else below bf_min_prio_reserve.
pub fn ranks_too_low(cluster: &Cluster, job: &Job, partition: PartitionId, min_prio_reserve: u32) -> bool {
    let rules = &cluster.limits;
    let (first, second) = rules.order(partition, job.request.qos);
    let least = rules.qos[first]
        .min_prio_threshold
        .or_else(|| rules.qos[second?].min_prio_threshold)
        .or_else(|| rules.threshold[job.assoc])
        .unwrap_or(min_prio_reserve);
    job.priority < least
}

/// The first check of a phase, of those that count for a candidate, which says something.
fn first_that<'a, T>(
    c: &Candidate<'a>,
    phase: Phase,
    mut says: impl FnMut(&'a Check) -> Option<T>,
) -> Option<(&'a Check, T)> {
    let rules = &c.cluster.limits;
    let of_qos = rules.of_qos(c.partition, c.job.request.qos, phase);
    for check in of_qos {
        if let Some(what) = says(check) {
            return Some((check, what));
        }
    }
    if !rules.any_of_assoc(phase) {
        return None;
    }
    for &assoc in c.cluster.tree.chain(c.job.assoc) {
        for check in rules.of_assoc(assoc, phase) {
            if !of_qos.iter().any(|earlier| replaces(earlier, check))
                && let Some(what) = says(check)
            {
                return Some((check, what));
            }
        }
    }
    None
}

fn before(c: &Candidate<'_>) -> Option<Reason> {
    partition_rule(c)
        .or_else(|| throttle(c).map(|held| held.reason))
        .or_else(|| first_that(c, Phase::Before, |check| c.fails(check)).map(|(check, _)| check.reason()))
}

fn after(c: &Candidate<'_>) -> Option<Reason> {
    first_that(c, Phase::After, |check| c.fails(check)).map(|(check, _)| check.reason())
}

/// The partition's rule that keeps a job out of it.
fn partition_rule(c: &Candidate<'_>) -> Option<Reason> {
    let request = &c.job.request;
    let partition = &c.cluster.partitions[c.partition];
    let rules = &c.cluster.limits;
    let (least, most) = partition.nodes_per_job;
    if request.nodes > most || request.nodes < least {
        return Some(Reason::PartitionNodeLimit);
    }
    if request.limit > partition.max_time && !rules.qos[request.qos].partition_time_limit {
        return Some(Reason::PartitionTimeLimit);
    }
    match (partition.state, c.against) {
        (PartitionState::Up | PartitionState::Drain, _) | (_, Against::Nothing) => {}
        (PartitionState::Down, Against::Now) => return Some(Reason::PartitionDown),
        (PartitionState::Inactive, Against::Now) => return Some(Reason::PartitionInactive),
    }
    rules.shut_out(c.partition, request.account, request.qos)
}

/// A rule of the partition with the numbers that it compares, if it compares any.
fn tell_partition_rule(c: &Candidate<'_>, reason: Reason) -> Held {
    let request = &c.job.request;
    let partition = &c.cluster.partitions[c.partition];
    let (least, most) = partition.nodes_per_job;
    let (asked, limit, unit) = match reason {
        Reason::PartitionNodeLimit if request.nodes > most => {
            (request.nodes, most, Unit::Amount(TresIx::NODE))
        }
        Reason::PartitionNodeLimit => (request.nodes, least, Unit::Amount(TresIx::NODE)),
        Reason::PartitionTimeLimit => {
            let (asked, limit) = (request.limit.mins_up(), partition.max_time.mins_up());
            (asked, limit, Unit::Time)
        }
        _ => (0, 0, Unit::Nothing),
    };
    Held {
        reason,
        used: 0,
        asked: asked.into(),
        limit: limit.into(),
        unit,
        scope: Scope::Partition(c.partition),
    }
}

/// The throttle of the job's array.
fn throttle(c: &Candidate<'_>) -> Option<Held> {
    let (array, most) = c.job.request.array.filter(|&(_, most)| most > 0)?;
    let running = match c.against {
        Against::Now => c.cluster.ledgers.running_tasks(array),
        Against::Nothing => 0,
    };
    (running >= most).then(|| Held {
        reason: Reason::JobArrayTaskLimit,
        used: running.into(),
        asked: 1,
        limit: most.into(),
        unit: Unit::Jobs,
        scope: Scope::Array(array),
    })
}

#[cfg(test)]
mod tests;
