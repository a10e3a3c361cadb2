//! The answer's table by kind, and the three corners, as data.

use sim_core::metrics::{Comparison, Paired, Report};

use crate::kind::Kind;
use crate::view::Spread;

/// One row of the answer's table.
#[derive(Clone, PartialEq, Debug)]
pub struct KindRow {
    /// Which kind.
    pub kind: Kind,
    /// Half start within this, baseline; `None` if nobody asked.
    pub base: Option<Spread>,
    /// Half start within this, proposal.
    pub proposal: Option<Spread>,
    /// Nine in ten start within this, baseline.
    pub base_p90: Option<Spread>,
    /// Nine in ten start within this, proposal.
    pub proposal_p90: Option<Spread>,
    /// The middle of the paired differences of typical waits, in words: "−12 min".
    pub difference: String,
    /// How sure: "sooner in 7 of 8 runs", "better in 19 of 20 runs", "no clear difference".
    pub sure: String,
    /// The pairs behind it, for the row of dots.
    pub paired: Option<Paired>,
}

/// The rows of all kinds that anybody asked for, in the order of tables.
pub fn kinds(comparison: &Comparison, base: &Report, proposal: &Report) -> Vec<KindRow> {
    let _ = (comparison, base, proposal);
    Vec::new()
}

/// One of the three corners.
#[derive(Clone, PartialEq, Debug)]
pub struct Corner {
    /// Its name: "Use".
    pub name: &'static str,
    /// Its question: "How much of the machine did work?"
    pub question: &'static str,
    /// The proposal's value in words: "87.7 %".
    pub value: String,
    /// The baseline's: "was 88.6 %"; empty if both are one.
    pub was: String,
    /// What stands beside it: the useful share, p50 and p90, rules and choices.
    pub beside: String,
    /// How sure: "lower in 7 of 8 runs"; empty for simplicity, which is counted, not measured.
    pub sure: String,
    /// The scale.
    pub scale: Scale,
    /// Baseline on the scale.
    pub base: f64,
    /// Proposal on the scale, the middle run.
    pub proposal: f64,
    /// Half of the runs lie between these; `None` for simplicity.
    pub band: Option<(f64, f64)>,
}

/// A straight scale whose right end is always the better end.
#[derive(Clone, PartialEq, Debug)]
pub struct Scale {
    /// Value at the left, worse end.
    pub worst: f64,
    /// Value at the right, better end.
    pub best: f64,
    /// Words under it: value and word.
    pub words: Vec<(f64, String)>,
}

/// The three corners: use, readiness, simplicity.
pub fn corners(comparison: &Comparison, base: &Report, proposal: &Report) -> Vec<Corner> {
    let _ = (comparison, base, proposal);
    Vec::new()
}
