//! What a figure shows: words, tables and drawings made from reports, one drawing code for SVG and canvas.
//!
//! Everything the native `site` (stills) and the browser `app` (canvas) share lives here, and nothing that needs a
//! browser, a file or a clock. A chart is a pure function: reports in, strokes on an [`ink::Ink`] and a
//! [`figure::Figure`] (title, finding, table) out. Coordinates are tenths of a CSS pixel, see [`ink`].
//!
//! Reading order: [`palette`], [`kind`], [`hatch`], [`mod@format`] say how things look and read; [`view`] turns two reports
//! into what is shown; [`answer`], [`table`] and [`home`] put it into words, [`explain`] why a job waits, [`frontier`] what a sweep found,
//! [`evidence`] what stands beneath an answer,
//! [`several`] proposals beside each other, [`machine`] what a cluster is made of; the rest draws.

pub mod aloud;
pub mod answer;
pub mod axis;
pub mod curve;
pub mod dots;
pub mod ecdf;
pub mod evidence;
pub mod explain;
pub mod figure;
pub mod format;
pub mod frontier;
pub mod hatch;
pub mod home;
pub mod idle;
pub mod ink;
pub mod key;
pub mod kind;
pub mod machine;
pub mod markup;
pub mod palette;
pub mod raster;
pub mod ruler;
pub mod several;
pub mod slurm;
pub mod still;
pub mod svg;
pub mod table;
pub mod view;

#[cfg(test)]
mod testing;
