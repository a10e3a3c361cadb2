//! When: the clock that moves. Takes what is due, lets the scheduler choose, writes down what happened.

use crate::metrics::{Detail, SeedReport};
use crate::scenario::Checked;

/// Runs one seed to the end of the horizon.
pub fn run(_scenario: &Checked, seed: u64, _detail: Detail) -> SeedReport {
    SeedReport {
        seed,
        ..SeedReport::default()
    }
}

/// A run that can be advanced in slices, for progress and cancelling.
pub struct Run {
    report: SeedReport,
}

impl Run {
    /// Generates the demand of `seed`, routes it, and stands at time zero. With `stop_after_days` the measured window is
    /// cut to so many days while the demand stays that of the whole horizon (a first look).
    pub fn new(scenario: &Checked, seed: u64, detail: Detail, _stop_after_days: Option<u32>) -> Run {
        Run {
            report: run(scenario, seed, detail),
        }
    }
    /// Handles up to `events` more events; returns the share done, 1.0 when finished.
    pub fn advance(&mut self, _events: u32) -> f32 {
        1.0
    }
    /// The report of a finished run.
    pub fn finish(self) -> SeedReport {
        self.report
    }
}
