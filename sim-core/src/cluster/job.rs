//! A job as the scheduler knows it, and its place in the queue.

use std::cmp::{Ordering, Reverse};

use serde::{Deserialize, Serialize};

use super::room::Allocation;
use super::shapes::Verdict;
use crate::ids::{AssocId, JobId, PartitionId, ShapeId, UserId};
use crate::reason::Reason;
use crate::units::{Span, Time};
use crate::workload::Request;

/// Where a job stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobState {
    /// Not yet submitted.
    Future,
    /// Submitted, but not yet to be looked at: it waits for a time or for other jobs.
    NotEligible,
    /// In the queue.
    Pending,
    /// On its nodes.
    Running,
    /// At its end, while its nodes are cleaned up after it.
    Completing,
    /// Gone.
    Ended,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// By itself.
    Completed,
    /// Killed at its time limit, or by a budget that was used up.
    Timeout,
    /// Pushed off or cancelled, for good.
    Preempted,
    /// Pushed off, or its node went down; it is queued again.
    Requeued,
    /// Its node went down.
    NodeFail,
}

/// What the scheduler knows of a job.
#[derive(Clone, PartialEq, Debug)]
pub struct Job {
    /// What was asked for.
    pub request: Request,
    /// Those who ask for the same.
    pub shape: ShapeId,
    /// Who pays: its owner in its account.
    pub assoc: AssocId,
    /// Where it stands.
    pub state: JobState,
    /// When it was submitted, or queued again.
    pub submitted: Time,
    /// When it became eligible.
    pub eligible: Time,
    /// Since when it gains age; `None` while it does not.
    pub accrues: Option<Time>,
    /// When it last started, if it did.
    pub started: Time,
    /// Multifactor priority in its first partition, as of the last tick (or submission).
    pub priority: u32,
    /// A priority that an admin has set, in place of the multifactor one; 0: the job is held.
    pub set_priority: Option<u32>,
    /// Why it waits.
    pub reason: Reason,
    /// The partition in which it runs, or ran last; before that the one it named first.
    pub partition: PartitionId,
    /// Its nodes while it runs.
    pub on: Allocation,
    /// When its time limit, or its grace, ends while it runs.
    pub ends_by: Time,
    /// What it is billed in each second while it runs, with the fraction.
    pub billing: f64,
    /// What of its time limit the run-minutes ledgers still hold.
    pub on_ledger: Span,
    /// How often it has started.
    pub runs: u32,
    /// Whether backfill started it last.
    pub backfilled: bool,
    /// For whom it has to go, while it is in grace; itself, where it makes way for a service.
    pub pushed_off: Option<JobId>,
}

impl Job {
    /// A job that is still to come.
    pub(super) fn new(request: Request, shape: ShapeId, assoc: AssocId) -> Job {
        Job {
            request,
            shape,
            assoc,
            billing: 0.0,
            state: JobState::Future,
            submitted: Time::ZERO,
            eligible: Time::ZERO,
            accrues: None,
            backfilled: false,
            started: Time::ZERO,
            priority: 0,
            set_priority: None,
            reason: Reason::None,
            partition: request.partition,
            on: Allocation::none(),
            ends_by: Time::ZERO,
            on_ledger: Span::ZERO,
            runs: 0,
            pushed_off: None,
        }
    }

    /// Whether this job, whose number is given, is in grace because a service is to have its node.
    pub fn makes_way(&self, id: JobId) -> bool {
        self.pushed_off == Some(id)
    }

    /// Whether it has started at some time.
    pub fn left_queue(&self) -> bool {
        self.runs > 0
    }
}

/// What decides who stands first: who may push off others, reservations, tier, priority, submit time, id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueueKey {
    /// How many levels of others its QOS or its partition may push off; 0 for all where levels say nothing.
    pub level: Reverse<u32>,
    /// Jobs with a reservation come before those without.
    pub unreserved: bool,
    /// PriorityTier of the partition.
    pub tier: Reverse<u32>,
    /// Priority in this partition.
    pub priority: Reverse<u32>,
    /// When it was submitted, or queued again.
    pub submitted: Time,
    /// Which.
    pub job: JobId,
}

/// A place in the queue: a job has one in each of its partitions. Ordered as they stand there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record {
    /// What decides its place.
    pub key: QueueKey,
    /// In which partition.
    pub partition: PartitionId,
    /// Those who ask for the same as its job.
    pub shape: ShapeId,
    /// Whose job it is.
    pub user: UserId,
    /// Whether its job stands nowhere further back: of several places, the last one says what the job waits for.
    pub last: bool,
    /// The job's reason, where its limits say the same on all nodes; else `None`. A walk that finds it as it was need not
    /// look at the job.
    pub told: Reason,
    /// Since when its job gains age, once a tick has found that nothing else of its own moves its priority; until then `None`.
    pub since: Option<Time>,
}

impl Record {
    /// What is compared, first difference first, in numbers as wide as the machine's: every tick compares the whole queue.
    #[inline]
    pub(super) fn rank(&self) -> [u64; 4] {
        let pair = |first: u32, second: u32| u64::from(first) << 32 | u64::from(second);
        let QueueKey {
            level,
            unreserved,
            tier,
            priority,
            submitted,
            job,
        } = self.key;
        [
            pair(!level.0, unreserved.into()),
            pair(!tier.0, !priority.0),
            pair(submitted.0, job.0),
            self.partition.0.into(),
        ]
    }
}

impl Ord for Record {
    #[inline]
    fn cmp(&self, other: &Record) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Record {
    #[inline]
    fn partial_cmp(&self, other: &Record) -> Option<Ordering> {
        Some(self.cmp(other))
    }
    #[inline]
    fn lt(&self, other: &Record) -> bool {
        self.rank() < other.rank()
    }
}

impl Record {
    /// Whether limits that say this to it leave its job's reason, a limit, as it is: only the last of several places speaks.
    #[inline]
    pub fn stays(&self, verdict: Verdict) -> bool {
        let is_same = |reason| reason == self.told || !self.last;
        self.told.is_limit() && verdict.reason().is_some_and(is_same)
    }

    /// Whether limits leave the other's reason as it is if they do so here.
    #[inline]
    pub fn says_as_much_as(&self, other: &Record) -> bool {
        self.shape == other.shape && self.told == other.told && self.last >= other.last
    }

    /// Whose place it is.
    pub fn job(&self) -> JobId {
        self.key.job
    }
}
