//! Lessons, guides and the glossary: Markdown with typed front matter, compiled and checked.
//!
//! A file is a block of TOML between two `+++` lines and Markdown below it. [`load`] reads the whole folder and returns
//! a [`Library`] of typed pages, or *every* problem found, each saying where, what and what to do.
//!
//! Beyond Markdown a text may hold:
//!
//! - `[[backfill]]` or `[[backfill|let past]]`: a link to that term of the glossary; unknown terms are problems.
//! - Links that begin with `/`: routes of this site, checked; written out as `~/…`, which the site makes relative.
//! - `{{knee.95pct}}`: a number, put in by the site from a claim (or from a named table of facts). No figure is typed.
//! - A fenced block named `claim`: a [`Claim`] in TOML, which the site runs and the build depends on.
//! - A fenced block named `figure`: a [`Figure`] in TOML, which the site runs and draws where it stands.
//! - Directives, alone on a line: `:::predict`, `:::reveal` … `:::end`, and side notes
//!   `:::aside slurm|mistaken|assumption|voice TITLE` … `:::end`.
//!
//! This crate knows nothing of the simulator: it can say that a claim is well written, not that it holds.

mod body;
mod claim;
mod figure;
mod front;
mod glossary;
mod library;
mod markdown;
mod page;
mod problem;

pub use claim::{Case, Claim, Expect};
pub use figure::{Figure, FigureLine, Scale};
pub use glossary::{Glossary, Term};
pub use library::{Library, load};
pub use markdown::{AsideKind, Part, Text, inline, to_take_away};
pub use page::{
    Body, CheckOption, CheckQuestion, Exercise, Goal, Guide, InstructorNote, Lesson, Link, Page, Prediction,
    PredictionOption, Reach, Source, Stage,
};
pub use problem::Problem;
