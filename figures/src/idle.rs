//! The two mirror questions: why GPUs stand idle, and why jobs wait. Baseline against proposal, as shares.

use sim_core::metrics::Report;

use crate::figure::{Figure, Table};
use crate::ink::{Drawn, Ink, Pen};

/// Height in CSS pixels of [`draw_idle`] and [`draw_waiting`] at a width.
pub fn height(width: u32, base: &Report, proposal: &Report) -> u32 {
    let _ = (width, base, proposal);
    150
}

/// Idle capacity by cause, as a share of all capacity: one bar for the baseline, one for the proposal.
pub fn draw_idle<I: Ink>(ink: &mut I, width: u32, base: &Report, proposal: &Report) -> Drawn<I> {
    let _ = (width, base, proposal);
    Pen::new(ink).done()
}

/// Waiting by reason, in job-hours: one bar for the baseline, one for the proposal.
pub fn draw_waiting<I: Ink>(ink: &mut I, width: u32, base: &Report, proposal: &Report) -> Drawn<I> {
    let _ = (width, base, proposal);
    Pen::new(ink).done()
}

/// The words of the idle picture.
pub fn idle(base: &Report, proposal: &Report) -> Figure {
    let _ = (base, proposal);
    Figure::default()
}

/// The words of the waiting picture.
pub fn waiting(base: &Report, proposal: &Report) -> Figure {
    let _ = (base, proposal);
    Figure::default()
}

/// Rows with their hatches, for tables that show a swatch.
pub fn swatches(table: &Table) -> Vec<Option<crate::hatch::Texture>> {
    vec![None; table.rows.len()]
}
