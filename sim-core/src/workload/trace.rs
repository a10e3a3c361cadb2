//! The Standard Workload Format: text → submissions.

use crate::units::{Span, Time};

/// One job of a trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceJob {
    /// When it was submitted.
    pub submit: Time,
    /// How long it ran.
    pub run: Span,
    /// Processors.
    pub procs: u32,
    /// Time limit.
    pub estimate: Span,
    /// Who.
    pub user: u32,
}

/// A trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// Jobs.
    pub jobs: Vec<TraceJob>,
    /// Dropped.
    pub dropped: u32,
    /// Cut.
    pub cut: u32,
}
