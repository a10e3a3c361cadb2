//! What to do: passes over the queue as functions of what is true now and of the policy. Nothing here moves time or
//! changes the cluster.
//!
//! A pass is asked for one [`Decision`] at a time; the engine carries it out and asks again, so a pass always sees the
//! cluster as it is and never keeps a copy.

pub mod backfill;
pub mod easy;
mod held;
pub mod idle;
pub mod limits;
pub mod main_pass;
pub mod preempt;
pub mod priority;
pub mod reserved;
pub mod select;
mod timeline;

use crate::cluster::Allocation;
use crate::ids::{JobId, PartitionId};

pub use crate::reason::Reason;

/// What a pass has chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Start this job on these nodes.
    Start {
        /// Which.
        job: JobId,
        /// In which of its partitions.
        partition: PartitionId,
        /// Where.
        on: Allocation,
    },
    /// This job may start once these have been pushed off.
    Preempt {
        /// Which.
        job: JobId,
        /// Whom.
        victims: Vec<JobId>,
    },
    /// This job waits, from now on for this reason.
    Hold {
        /// Which.
        job: JobId,
        /// Why.
        reason: Reason,
    },
}
