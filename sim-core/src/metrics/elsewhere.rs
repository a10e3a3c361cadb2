//! What was done elsewhere: on GPUs outside, or by a service that many share.

use serde::{Deserialize, Serialize};

/// What left the queue for GPUs outside in the measured window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OutsideFigures {
    /// Pieces of work.
    pub moved: u32,
    /// Their work, in GPU-seconds.
    pub work: u64,
    /// What that costs, in hundredths of the unit of money.
    pub cost: u64,
    /// Seconds from leaving the queue to starting outside, over all of them: set-up and transfer.
    pub on_the_way: u64,
    /// Data moved, in GB.
    pub data: u64,
    /// People who set up the move for the first time.
    pub set_ups: u32,
}

/// Sessions that asked a shared service in the measured window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SharedFigures {
    /// Sessions.
    pub sessions: u32,
    /// What they would have held of their own for as long as they lasted, in sevenths of a GPU-second. It is no part of the sums.
    pub instead: u64,
}
