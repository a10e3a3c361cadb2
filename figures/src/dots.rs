//! One dot per run on a symmetrical log axis: zero in the middle, sooner left and filled, later right, open and red.

use sim_core::metrics::Paired;

use crate::ink::{Drawn, Ink, Pen};

/// Height in CSS pixels.
pub const HEIGHT: u32 = 24;

/// Draws the runs of one row, `width` CSS pixels wide.
pub fn draw<I: Ink>(ink: &mut I, width: u32, paired: &Paired) -> Drawn<I> {
    let _ = (width, paired);
    Pen::new(ink).done()
}
