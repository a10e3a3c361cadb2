//! What happened, in order, for whoever asks: explanation and the comparison with a real Slurm. A run that only counts
//! keeps none.

use serde::{Deserialize, Serialize};

use crate::cluster::Ending;
use crate::ids::{JobId, NodeId, PartitionId};
use crate::sched::limits::Refusal;
use crate::units::Time;

/// Which pass started a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The main pass.
    Main,
    /// Backfill.
    Backfill,
}

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Happened {
    /// A job was refused at submission.
    Refused(JobId, Refusal),
    /// A job started.
    Started {
        /// Which.
        job: JobId,
        /// By which pass.
        by: By,
        /// In which partition.
        partition: PartitionId,
        /// Where.
        nodes: Box<[NodeId]>,
    },
    /// A job was told to go.
    Preempted {
        /// Which.
        job: JobId,
        /// For whom; itself, if for a service.
        by: JobId,
    },
    /// A run ended.
    Ended(JobId, Ending),
}

/// What happened when, and who ended without success.
#[derive(Clone, Debug, Default)]
pub struct Log {
    kept: bool,
    entries: Vec<(Time, Happened)>,
    /// Jobs that are gone and did not complete, in order of their ends: dependencies ask for them.
    failed: Vec<JobId>,
}

impl Log {
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }
    /// In order.
    pub fn entries(&self) -> &[(Time, Happened)] {
        &self.entries
    }
    pub(super) fn ended_badly(&self, id: JobId) -> bool {
        self.failed.contains(&id)
    }
    fn write(&mut self, now: Time, what: impl FnOnce() -> Happened) {
        if self.kept {
            self.entries.push((now, what()));
        }
    }
    pub(super) fn refused(&mut self, id: JobId, refusal: Refusal, now: Time) {
        self.failed.push(id);
        self.write(now, || Happened::Refused(id, refusal));
    }
    pub(super) fn started(&mut self, job: JobId, by: By, partition: PartitionId, on: &[NodeId], now: Time) {
        self.write(now, || Happened::Started {
            job,
            by,
            partition,
            nodes: on.into(),
        });
    }
    pub(super) fn preempted(&mut self, job: JobId, by: JobId, now: Time) {
        self.write(now, || Happened::Preempted { job, by });
    }
    pub(super) fn ended(&mut self, id: JobId, how: Ending, now: Time) {
        match how {
            Ending::Completed | Ending::Requeued => {}
            Ending::Timeout | Ending::Preempted | Ending::NodeFail => self.failed.push(id),
        }
        self.write(now, || Happened::Ended(id, how));
    }
}
