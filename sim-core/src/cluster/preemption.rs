//! Who may push whom off the nodes, worked out once from the policy (`docs/slurm.md`, *Who may push off whom*).

use super::job::Job;
use crate::ids::{PartitionId, QosId, Table};
use crate::scenario::{Policy, PreemptBy, PreemptMode};
use crate::units::{Span, Time};
use crate::workload::Request;

/// Seconds that slurmctld waits for an answer from a node (MessageTimeout).
const MESSAGE_TIMEOUT: Span = Span::secs(10);

/// The rules of preemption.
#[derive(Clone, Debug)]
pub struct PreemptRules {
    by: PreemptBy,
    kill_wait: Span,
    /// PreemptParameters: `youngest_first`, `strict_order`, `reorder_count`.
    pub order: (bool, bool, u32),
    /// By QOS: its priority, what becomes of its jobs, their grace, and whom it may push off.
    qos: Table<QosId, (u32, PreemptMode, Span, Vec<bool>)>,
    /// By QOS, whether its jobs may push off one another, and how long they are safe.
    among: Table<QosId, (bool, Span)>,
    /// By partition: its tier, what becomes of its jobs, their grace.
    partitions: Table<PartitionId, (u32, PreemptMode, Span)>,
}

impl PreemptRules {
    /// Those of a policy.
    pub fn new(policy: &Policy) -> PreemptRules {
        let rules = &policy.preemption;
        PreemptRules {
            by: rules.by,
            kill_wait: rules.kill_wait,
            order: (rules.youngest_first, rules.strict_order, rules.reorder_count),
            qos: policy
                .qos
                .iter()
                .map(|qos| {
                    // OFF of a QOS is stored like "not set".
                    let mode = match qos.preempt_mode {
                        Some(PreemptMode::Off) | None => rules.mode,
                        Some(mode) => mode,
                    };
                    let below = policy
                        .qos
                        .iter()
                        .map(|other| other.name != qos.name && qos.preempt.contains(&other.name))
                        .collect();
                    (qos.priority, mode, qos.grace_time, below)
                })
                .collect(),
            among: policy
                .qos
                .iter()
                .map(|qos| {
                    let exempt = qos.preempt_exempt_time.unwrap_or(rules.exempt_time);
                    (rules.within || qos.preempt_within, exempt)
                })
                .collect(),
            partitions: policy
                .partitions
                .iter()
                .map(|partition| {
                    let mode = partition.preempt_mode.unwrap_or(rules.mode);
                    (partition.tier, mode, partition.grace_time)
                })
                .collect(),
        }
    }

    /// Whether anybody may push off anybody.
    #[inline]
    pub fn on(&self) -> bool {
        self.by != PreemptBy::None
    }

    /// Whether a job may push off another that runs, if it were tried in this partition, nodes and times left aside.
    pub fn may(&self, job: &Job, partition: PartitionId, victim: &Job) -> bool {
        let outranks = match self.by {
            PreemptBy::None => false,
            PreemptBy::PartitionPrio => self.partitions[partition].0 > self.partitions[victim.partition].0,
            PreemptBy::Qos => {
                let (own, other) = (job.request.qos, victim.request.qos);
                self.qos[own].3[usize::from(other)]
                    || (self.among[own].0 && own == other && job.priority > victim.priority)
            }
        };
        outranks && self.mode(victim) != PreemptMode::Off
    }

    /// Whether there is anybody whom such a job might push off, whoever runs.
    #[inline]
    pub fn may_some(&self, request: &Request, partition: PartitionId) -> bool {
        self.on() && self.outranks_some(request, partition)
    }

    fn outranks_some(&self, request: &Request, partition: PartitionId) -> bool {
        match self.by {
            PreemptBy::None => false,
            PreemptBy::PartitionPrio => {
                let tier = self.partitions[partition].0;
                self.partitions.iter().any(|other| other.0 < tier)
            }
            PreemptBy::Qos => self.among[request.qos].0 || self.qos[request.qos].3.contains(&true),
        }
    }

    /// When a running job may be pushed off at the earliest.
    pub fn exempt_until(&self, victim: &Job) -> Time {
        victim.started + self.among[victim.request.qos].1
    }

    /// What becomes of a job that is pushed off. One that may not be queued again is killed.
    pub fn mode(&self, victim: &Job) -> PreemptMode {
        let mode = match self.by {
            PreemptBy::None => PreemptMode::Off,
            PreemptBy::PartitionPrio => self.partitions[victim.partition].1,
            PreemptBy::Qos => self.qos[victim.request.qos].1,
        };
        match mode {
            PreemptMode::Requeue if !victim.request.requeue => PreemptMode::Cancel,
            mode => mode,
        }
    }

    /// How long a job that is pushed off stays on its nodes: nothing without a grace time; with one, until the next
    /// attempt at it, which comes after KillWait and MessageTimeout. (A batch script does not get the first signal.)
    pub fn stays(&self, victim: &Job) -> Span {
        let grace = match self.by {
            PreemptBy::None => Span::ZERO,
            PreemptBy::PartitionPrio => self.partitions[victim.partition].2,
            PreemptBy::Qos => self.qos[victim.request.qos].2,
        };
        if grace == Span::ZERO {
            Span::ZERO
        } else {
            grace + self.kill_wait + MESSAGE_TIMEOUT + Span::secs(1)
        }
    }

    /// What decides who is pushed off first, lowest first: QOS priority or tier, then nodes held.
    pub fn rank(&self, victim: &Job) -> u64 {
        let class = match self.by {
            PreemptBy::None => 0,
            PreemptBy::PartitionPrio => self.partitions[victim.partition].0,
            PreemptBy::Qos => self.qos[victim.request.qos].0,
        };
        u64::from(class) * 65_536 + u64::from(victim.request.nodes)
    }
}
