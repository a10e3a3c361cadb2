//! Waits of one kind as a share that has started within a time: baseline dashed, proposal solid on its band.

use sim_core::metrics::Report;

use crate::figure::Figure;
use crate::ink::{Drawn, Ink, Pen};
use crate::kind::Kind;

/// Draws one small multiple, `width` × `height` CSS pixels, without its title and caption, which are words of the page.
pub fn draw<I: Ink>(
    ink: &mut I,
    (width, height): (u32, u32),
    kind: Kind,
    base: &Report,
    proposal: &Report,
) -> Drawn<I> {
    let _ = (width, height, kind, base, proposal);
    Pen::new(ink).done()
}

/// Its words: the kind as title, "half start within 2 min, was 22 min" as finding, quantiles as table.
pub fn figure(kind: Kind, base: &Report, proposal: &Report) -> Figure {
    let _ = (kind, base, proposal);
    Figure::default()
}
