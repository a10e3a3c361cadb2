//! Waits against something that is turned up, such as load: a line per case on a band over the runs.

use crate::figure::Figure;
use crate::ink::{Drawn, Ink, Pen};
use crate::view::Spread;

/// A picture of a few curves.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Curves {
    /// A question.
    pub title: String,
    /// What runs to the right: "work asked for, share of the machine".
    pub across: String,
    /// Values named under the axis, with their words: `(0.85, "85 %")`.
    pub stops: Vec<(f64, String)>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One curve: a wait per value, in seconds.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Its name, set at its right end.
    pub label: String,
    /// How it is drawn.
    pub style: Style,
    /// Value on the axis, and the wait over the runs.
    pub points: Vec<(f64, Spread)>,
}

/// How a curve is drawn: always baseline, then the one that is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Dashed and grey.
    Baseline,
    /// Solid on its band.
    Proposal,
}

/// Draws it.
pub fn draw<I: Ink>(ink: &mut I, (width, height): (u32, u32), curves: &Curves) -> Drawn<I> {
    let _ = (width, height, curves);
    Pen::new(ink).done()
}

/// Its words; the finding compares the ends of each line.
pub fn figure(curves: &Curves) -> Figure {
    let _ = curves;
    Figure::default()
}
