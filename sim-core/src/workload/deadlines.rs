//! Deadlines: more sessions in the weeks before, fewer in the week after.

use super::batches::Place;
use super::dist;
use super::streams::{Purpose, Streams};
use crate::scenario::Scenario;

const DAY: f64 = 86_400.0;
/// Days in which the rise before a deadline grows to e times what it was. (J)
const RISE: f64 = 7.0;
/// Share of the usual sessions in the week after. (J)
const LULL: f64 = 0.5;
const LULL_DAYS: f64 = 7.0;
/// In the last days before it people train and search more, and sit at notebooks more. (J)
const LAST_DAYS: f64 = 10.0;
const TRAIN_X: f64 = 1.5;
const SWEEP_X: f64 = 1.5;
const INTERACTIVE_X: f64 = 1.3;
/// Layers of sessions from this one on are those that deadlines add.
pub(super) const ADDED: u32 = 2_048;
/// Most layers that they add: five times the rate on a hundred layers.
pub(super) const MOST_ADDED: u32 = 400;

/// The deadlines of a run.
pub(super) struct Deadlines {
    /// How many times the usual rate sessions come at just before one.
    peak: f64,
    /// When, in seconds.
    at: Vec<f64>,
}

impl Deadlines {
    pub(super) fn new(scenario: &Scenario) -> Deadlines {
        let assumed = &scenario.assumptions;
        let from = f64::from(scenario.horizon.warm_up.0);
        Deadlines {
            peak: assumed.deadline_surge.as_f64(),
            at: assumed
                .deadline_days
                .iter()
                .map(|&day| from + DAY * f64::from(day))
                .collect(),
        }
    }

    /// By how many times the usual rate it rises, at most.
    pub(super) fn most(&self) -> f64 {
        if self.at.is_empty() {
            0.0
        } else {
            (self.peak - 1.0).max(0.0)
        }
    }

    /// Days to the next deadline.
    fn ahead(&self, start: f64) -> f64 {
        let days = self.at.iter().map(|at| (at - start) / DAY);
        days.filter(|&days| days >= 0.0).fold(f64::INFINITY, f64::min)
    }

    /// How high the rise stands, from 0 to 1 at a deadline.
    pub(super) fn rise(&self, start: f64) -> f64 {
        libm::exp(-self.ahead(start) / RISE)
    }

    /// Whether a usual session is left out, because a deadline is just over.
    pub(super) fn leaves_out(&self, start: f64, user: u32, key: u32, streams: &Streams) -> bool {
        let since = |at: &f64| start - at;
        let after = self
            .at
            .iter()
            .map(since)
            .any(|since| (0.0..LULL_DAYS * DAY).contains(&since));
        let lull = self.most() > 0.0 && after;
        lull && !dist::chance(&mut streams.stream(Purpose::Lull, user, key), LULL)
    }

    /// What people run in a session that a deadline adds.
    pub(super) fn place<'a>(&self, start: f64, usual: &'a Place, last: &'a Place) -> &'a Place {
        if self.ahead(start) < LAST_DAYS {
            last
        } else {
            usual
        }
    }
}

/// The place as it is in the last days before a deadline.
pub(super) fn last_days(place: &Place) -> Place {
    let mut last = place.clone();
    last.train_x = TRAIN_X;
    last.mix.sweep_x *= SWEEP_X;
    last.mix.interactive_x *= INTERACTIVE_X;
    last
}
