//! When people work: hour of the day, day of the week, and weeks that are busier than others.
//!
//! A [`Rhythm`] is the time the crowd feels: it runs fast on Wednesday afternoon and slowly on Sunday night. Poisson
//! arrivals are even in that time, so a session is drawn there and carried back to the clock.

use super::dist;
use super::streams::{Purpose, Streams};
use crate::units::Span;

/// Sessions opened by hour of the day, mean 1. (C) Helios Venus, 125 000 GPU jobs over 181 days.
const HOUR: [f64; 24] = [
    0.90, 0.66, 0.60, 0.38, 0.27, 0.21, 0.19, 0.22, 0.37, 0.80, 1.29, 1.47, //
    1.16, 1.30, 1.56, 1.66, 1.73, 1.73, 1.28, 1.31, 1.34, 1.36, 1.15, 1.04,
];
/// The same by day, Monday first, mean 1. (C) Helios Venus.
const DAY: [f64; 7] = [1.02, 1.10, 1.27, 1.20, 0.95, 0.68, 0.77];
/// Spread of the log of a week's rate, common to all people. (J) fits a weekly variation of 0.32.
const WEEK_SIGMA: f64 = 0.28;
/// How much of a week's log rate the next one keeps. (J)
const WEEK_PHI: f64 = 0.6;

/// The crowd's time against the clock's: a rising line with a corner at every full hour.
pub(super) struct Rhythm {
    /// Crowd's time, in seconds, at each full hour of the horizon.
    at_hour: Vec<f64>,
}

impl Rhythm {
    /// `burstiness` scales the spread of the weekly rates: 1 is as measured, 0 is even weeks.
    pub(super) fn new(streams: &Streams, horizon: Span, burstiness: f64) -> Rhythm {
        let mut rng = streams.stream(Purpose::Weeks, 0, 0);
        let sigma = WEEK_SIGMA * burstiness;
        let mut deviate = dist::normal(&mut rng);
        let mut at_hour = vec![0.0];
        let mut passed = 0.0;
        for hour in 0..horizon.0.div_ceil(3_600) as usize {
            if hour > 0 && hour % (7 * 24) == 0 {
                deviate = WEEK_PHI * deviate + libm::sqrt(1.0 - WEEK_PHI * WEEK_PHI) * dist::normal(&mut rng);
            }
            let week = libm::exp(sigma * deviate - sigma * sigma / 2.0);
            passed += 3_600.0 * HOUR[hour % 24] * DAY[hour / 24 % 7] * week;
            at_hour.push(passed);
        }
        Rhythm { at_hour }
    }

    /// The crowd's time at a second of the clock.
    pub(super) fn felt(&self, clock: f64) -> f64 {
        let hours = (clock / 3_600.0).clamp(0.0, (self.at_hour.len() - 1) as f64);
        let hour = hours as usize;
        let from = self.at_hour[hour];
        let to = self.at_hour.get(hour + 1).copied().unwrap_or(from);
        from + (to - from) * (hours - hour as f64)
    }

    /// The second of the clock at a crowd's time within the horizon.
    pub(super) fn clock(&self, felt: f64) -> f64 {
        let hour = self
            .at_hour
            .partition_point(|&passed| passed <= felt)
            .saturating_sub(1);
        let from = self.at_hour[hour];
        let to = self.at_hour.get(hour + 1).copied().unwrap_or(from);
        let share = if to > from {
            (felt - from) / (to - from)
        } else {
            0.0
        };
        3_600.0 * (hour as f64 + share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_mean_one() {
        assert!((HOUR.iter().sum::<f64>() / 24.0 - 1.0).abs() < 0.005);
        assert!((DAY.iter().sum::<f64>() / 7.0 - 1.0).abs() < 0.005);
    }

    #[test]
    fn clock_and_felt_time_lead_back_to_each_other() {
        let rhythm = Rhythm::new(&Streams::new(3), Span::days(35), 1.0);
        for clock in [0.0, 1.0, 3_599.0, 3_600.0, 100_000.5, 3_023_999.0] {
            assert!((rhythm.clock(rhythm.felt(clock)) - clock).abs() < 1e-6, "{clock}");
        }
    }

    #[test]
    fn without_burstiness_every_week_is_alike() {
        let rhythm = Rhythm::new(&Streams::new(3), Span::days(28), 0.0);
        let week = |n: f64| rhythm.felt(n * 604_800.0) - rhythm.felt((n - 1.0) * 604_800.0);
        assert!((week(1.0) - week(4.0)).abs() < 1e-6);
    }

    #[test]
    fn an_afternoon_passes_faster_than_a_night() {
        let rhythm = Rhythm::new(&Streams::new(3), Span::days(7), 1.0);
        let hour = |h: f64| rhythm.felt((h + 1.0) * 3_600.0) - rhythm.felt(h * 3_600.0);
        assert!(hour(16.0) > 5.0 * hour(5.0));
    }
}
