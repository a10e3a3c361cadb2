//! What a run wrote down of waiting and idling for pictures over time. Kept only when asked for.

use super::Cause;
use crate::ids::JobId;
use crate::reason::Reason;
use crate::units::Time;

/// A job that waits for one reason from `from` to `to`, before its first start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitSpan {
    /// Which.
    pub job: JobId,
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// Whether it is part of the waits of the report: the job became eligible in the measured window.
    pub counts: bool,
}

/// So much capacity that stands idle for one cause from `from` to `to`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CauseSpan {
    /// Why.
    pub cause: Cause,
    /// Sevenths of a GPU.
    pub sevenths: u64,
    /// Since when.
    pub from: Time,
    /// Until when.
    pub to: Time,
}

/// Both, as they came. Not clipped to the measured window.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Spans {
    /// Waiting before a first start.
    pub waits: Vec<WaitSpan>,
    /// Idling.
    pub idle: Vec<CauseSpan>,
}
