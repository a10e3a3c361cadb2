//! Who stands first in the queue because it could push the other off, before everything else (`docs/slurm.md`, *The queue*).
//!
//! Slurm asks pair by pair. Mostly a number says the same, the level of a QOS or of a partition: how many others stand
//! below it in a row. Where it does not - A may push off B, and neither has to do with C - there need not be any order
//! that all pairs agree with, and what comes out depends on how the list is sorted. Then it is sorted here in Slurm's way.

use std::cmp::Reverse;

use super::{Cluster, Job, Jobs, Partition, Record};
use crate::ids::{PartitionId, PartitionSet, Table};
use crate::order;
use crate::scenario::{Policy, PreemptBy, QosSpec};
use crate::workload::Request;

/// How far levels go, and what pairs say where they do not.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    by: PreemptBy,
    /// By QOS or partition, by whichever preemption goes: how many levels of others it may push off.
    level: Vec<u32>,
    /// By QOS or partition, whom it stands before.
    above: Vec<Vec<bool>>,
    /// By QOS, whether the higher priority inside it comes before everything else.
    within: Vec<bool>,
    /// Whether pairs decide as soon as a job names a reservation or several partitions: until then tiers and priorities
    /// say the same.
    in_some_cases: bool,
    /// Whether pairs decide.
    by_pairs: bool,
    /// Whether pairs decide, and the queue has changed since it was last sorted.
    unsorted: bool,
}

impl Standing {
    pub fn new(policy: &Policy, partitions: &Table<PartitionId, Partition>) -> Standing {
        let preemption = &policy.preemption;
        let above: Vec<Vec<bool>> = match preemption.by {
            PreemptBy::None => Vec::new(),
            PreemptBy::PartitionPrio => {
                let before = |own: &Partition, other: &Partition| {
                    own.tier > other.tier && own.nodes.meets(&other.nodes)
                };
                let row = |own| partitions.iter().map(|other| before(own, other)).collect();
                partitions.iter().map(row).collect()
            }
            PreemptBy::Qos => {
                let qos = &policy.qos;
                let row = |own: &QosSpec| {
                    qos.iter()
                        .map(|other| other.name != own.name && own.preempt.contains(&other.name))
                        .collect()
                };
                qos.iter().map(row).collect()
            }
        };
        let mut level = levels(&above);
        let agree = (above.iter().zip(&level)).all(|(row, own)| {
            row.iter()
                .zip(&level)
                .all(|(&first, other)| first == (own > other))
        });
        if !agree {
            level.fill(0);
        }
        let by_qos = preemption.by == PreemptBy::Qos;
        let within: Vec<bool> = (policy.qos.iter())
            .map(|qos| by_qos && (preemption.within || qos.preempt_within))
            .collect();
        let in_tiers = partitions
            .iter()
            .any(|partition| partition.tier != partitions[PartitionId(0)].tier);
        let some_within = within.contains(&true);
        Standing {
            by: preemption.by,
            level,
            above,
            within,
            in_some_cases: some_within || !agree,
            by_pairs: by_qos && !agree || some_within && in_tiers,
            unsorted: false,
        }
    }

    /// What comes first in a place's key.
    pub fn level(&self, job: &Job, partition: PartitionId) -> Reverse<u32> {
        Reverse(match self.by {
            PreemptBy::None => 0,
            PreemptBy::PartitionPrio => self.level[usize::from(partition)],
            PreemptBy::Qos => self.level[usize::from(job.request.qos)],
        })
    }

    /// A job is announced.
    pub fn meet(&mut self, job: &Job) {
        let Request {
            reservation, also, ..
        } = job.request;
        self.by_pairs |= self.in_some_cases && (reservation.is_some() || also != PartitionSet::empty());
    }

    /// Whether pairs decide.
    pub fn by_pairs(&self) -> bool {
        self.by_pairs
    }

    /// Whether pairs decide; the queue is about to change.
    pub fn disturb(&mut self) -> bool {
        self.unsorted = self.by_pairs;
        self.by_pairs
    }

    /// Whether `own` could push off whoever holds the other place, modes left aside.
    fn outranks(&self, jobs: &Jobs, own: &Record, other: &Record) -> bool {
        let (job, its) = (&jobs[own.job()], &jobs[other.job()]);
        let (qos, its_qos) = (usize::from(job.request.qos), usize::from(its.request.qos));
        match self.by {
            PreemptBy::None => false,
            PreemptBy::PartitionPrio => self.above[usize::from(own.partition)][usize::from(other.partition)],
            PreemptBy::Qos => {
                self.above[qos][its_qos]
                    || (qos == its_qos && self.within[qos] && job.priority > its.priority)
            }
        }
    }
}

impl Cluster {
    /// Whether the one place comes after the other, asked as a pair.
    pub(super) fn comes_after(&self, one: &Record, other: &Record) -> bool {
        let outranks = |own, other| self.standing.outranks(&self.jobs, own, other);
        !outranks(one, other) && (outranks(other, one) || other < one)
    }

    /// Brings the queue into its order where pairs decide and something has changed. Before every look at it.
    pub fn settle_queue(&mut self) {
        if !std::mem::take(&mut self.standing.unsorted) {
            return;
        }
        let mut queue = std::mem::take(&mut self.queue);
        // Slurm's list of jobs, each with its partitions.
        let place = |record: &Record| {
            let first = self.jobs[record.job()].request.partition;
            (record.job(), record.partition != first, record.partition)
        };
        order::sort_by_key(&mut queue, place);
        order::merge_sort_in_full(&mut queue, &|one, other| self.comes_after(one, other));
        queue.has_new_order();
        self.queue = queue;
    }
}

/// The longest row of those below each that stand below one another.
fn levels(above: &[Vec<bool>]) -> Vec<u32> {
    let mut levels = vec![0; above.len()];
    // A row without a loop is no longer than there are of them.
    for _ in above {
        for (index, row) in above.iter().enumerate() {
            let below = row.iter().zip(&levels).filter(|(first, _)| **first);
            let most = below.map(|(_, level)| level + 1).max();
            levels[index] = most.unwrap_or(0).min(above.len() as u32);
        }
    }
    levels
}
