//! One job of a batch: how long it was meant to take, how it ends, and under which limit.

use rand_chacha::ChaCha8Rng;

use super::classes::{self, Kind};
use super::dist;
use super::limits::{self, Choice};
use super::{Outcome, WantedLimit};
use crate::units::Span;

/// Spread of run times inside one batch, lognormal sigma. (J)
const WITHIN_SIGMA: f64 = 0.35;
/// Share of jobs that are sent again after a limit that was too short. (J)
const TRIES_AGAIN: f64 = 0.5;

/// One job of a batch.
pub(super) struct Task {
    /// After the batch's first.
    pub later: Span,
    pub runtime: Span,
    pub outcome: Outcome,
    pub wanted: WantedLimit,
    pub tries_again: bool,
    /// For how long its owner is at it.
    pub used: Span,
    pub dice: u64,
}

/// How the limits of a batch are chosen.
pub(super) enum Limits {
    /// A notebook is booked for so long. Half of the sessions last until then.
    Booked(Span),
    /// A batch script has one limit for all its jobs.
    Chosen(Choice),
}

/// What the jobs of one batch have in common.
pub(super) struct Common<'a> {
    pub kind: &'a Kind,
    /// Intended run time in seconds that all of them vary around.
    pub base: f64,
    pub limits: Limits,
    /// Multiplies the odds of an early failure.
    pub early_x: f64,
    /// Seconds after which all of them die, if the batch is broken.
    pub broken_after: Option<f64>,
}

impl<'a> Common<'a> {
    /// A batch that is whole and whose owner fails as often as others.
    pub(super) fn new(rng: &mut ChaCha8Rng, kind: &'a Kind, limits: Limits) -> Common<'a> {
        // With the variation inside the batch, each job has its class's distribution.
        let sigma = libm::sqrt(kind.sigma * kind.sigma - WITHIN_SIGMA * WITHIN_SIGMA);
        Common {
            kind,
            base: dist::lognormal(rng, kind.median, sigma),
            limits,
            early_x: 1.0,
            broken_after: None,
        }
    }

    /// Draws so many jobs, one every `gap`.
    pub(super) fn tasks(&self, rng: &mut ChaCha8Rng, count: u32, gap: Span) -> Vec<Task> {
        let drawn: Vec<Drawn> = (0..count).map(|_| self.draw(rng)).collect();
        let longest = drawn.iter().map(|job| job.intended).fold(0.0, f64::max);
        (0..)
            .zip(drawn)
            .map(|(i, job)| self.task(job, longest, gap * i))
            .collect()
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> Drawn {
        let spread = dist::lognormal(rng, 1.0, WITHIN_SIGMA);
        let free = (self.base * spread).min(self.kind.cap);
        let intended = match self.limits {
            Limits::Booked(until) => free.min(f64::from(until.0)),
            Limits::Chosen(_) => free,
        };
        let (outcome, seconds) =
            classes::ending(rng, self.kind.odds, intended, self.early_x, self.broken_after);
        Drawn {
            intended,
            outcome,
            seconds,
            tries_again: dist::chance(rng, TRIES_AGAIN),
        }
    }

    /// Gives a job its limit: that of the batch, which covers the longest, unless its owner under-asks.
    fn task(&self, job: Drawn, longest: f64, later: Span) -> Task {
        let killed = job.outcome == Outcome::HitsLimit;
        let (outcome, seconds, wanted) = match &self.limits {
            Limits::Booked(until) => {
                let seconds = if killed { f64::from(until.0) } else { job.seconds };
                (job.outcome, seconds, WantedLimit::Exactly(*until))
            }
            Limits::Chosen(choice) if killed => match limits::menu_below(job.intended) {
                Some(limit) => (job.outcome, job.seconds, WantedLimit::Exactly(limit)),
                // There is no limit so short that this work would run into it.
                None => (Outcome::Completes, job.seconds, choice.wanted(longest)),
            },
            Limits::Chosen(choice) => (job.outcome, job.seconds, choice.wanted(longest)),
        };
        let whole = |seconds: f64| Span::secs((seconds + 0.5).max(1.0) as u32);
        Task {
            later,
            runtime: whole(seconds),
            used: whole(seconds.min(job.intended)),
            dice: 0,
            outcome,
            wanted,
            tries_again: job.tries_again,
        }
    }
}

/// What is drawn of a job before the limit of its batch is known.
struct Drawn {
    intended: f64,
    outcome: Outcome,
    seconds: f64,
    tries_again: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Class;
    use crate::workload::classes::kind;
    use crate::workload::people::Habit;
    use crate::workload::streams::{Purpose, Streams};

    /// More than the table was made from, so that this is about the model and not about the seed.
    const DRAWS: usize = 200_000;
    const MIN: f64 = 60.0;
    const H: f64 = 3_600.0;
    const D: f64 = 86_400.0;

    /// Intended and actual seconds of single jobs, sorted, and mean GPU-hours.
    fn draws(class: Class) -> (Vec<f64>, Vec<f64>, f64) {
        let mut rng = Streams::new(1).stream(Purpose::Contents, class as u32, 0);
        let kind = kind(class);
        let (mut intended, mut actual, mut gpu_hours) = (Vec::new(), Vec::new(), 0.0);
        for _ in 0..DRAWS {
            let gpus = dist::pick(&mut rng, kind.gpus);
            let limits = match class {
                Class::Interactive => Limits::Booked(limits::session_limit(&mut rng)),
                Class::Debug
                | Class::Infer
                | Class::Finetune
                | Class::Sweep
                | Class::Train
                | Class::Large
                | Class::Cpubound => Limits::Chosen(Choice::draw(&mut rng, Habit::LongestIn(0.0), 1.0)),
            };
            let common = Common::new(&mut rng, &kind, limits);
            let job = common.draw(&mut rng);
            let meant = job.intended;
            let task = common.task(job, meant, Span::ZERO);
            let seconds = f64::from(task.runtime.0);
            // For a session, what is meant is its length after the limit.
            let session = matches!(common.limits, Limits::Booked(_)) && task.outcome == Outcome::HitsLimit;
            intended.push(if session { seconds } else { meant });
            actual.push(seconds);
            gpu_hours += seconds / H * f64::from(gpus);
        }
        intended.sort_by(f64::total_cmp);
        actual.sort_by(f64::total_cmp);
        (intended, actual, gpu_hours / DRAWS as f64)
    }

    fn near(what: &str, figure: f64, expected: f64, tolerance: f64) {
        assert!(
            (figure / expected - 1.0).abs() <= tolerance,
            "{what}: {figure}, expected {expected} within {tolerance}"
        );
    }

    /// The table of sanity quantiles: p10, p50, p90, p99 intended and actual, and mean GPU-hours.
    #[test]
    fn each_class_has_the_quantiles_of_its_row() {
        let rows = [
            (
                Class::Interactive,
                [41.0 * MIN, 2.0 * H, 12.0 * H, 24.0 * H],
                [23.0 * MIN, 2.0 * H, 12.0 * H, 24.0 * H],
                4.2,
            ),
            (
                Class::Debug,
                [22.0, 2.5 * MIN, 17.0 * MIN, 84.0 * MIN],
                [11.0, 77.0, 11.0 * MIN, 61.0 * MIN],
                0.13,
            ),
            (
                Class::Sweep,
                [6.0 * MIN, 30.0 * MIN, 2.5 * H, 9.1 * H],
                [2.4 * MIN, 23.0 * MIN, 2.2 * H, 8.4 * H],
                1.0,
            ),
            (
                Class::Finetune,
                [15.0 * MIN, 89.0 * MIN, 8.8 * H, 37.0 * H],
                [43.0, 48.0 * MIN, 6.6 * H, 29.0 * H],
                7.5,
            ),
            (
                Class::Train,
                [39.0 * MIN, 5.0 * H, 39.0 * H, 7.0 * D],
                [67.0, 2.7 * H, 25.0 * H, 5.4 * D],
                23.0,
            ),
            (
                Class::Large,
                [61.0 * MIN, 8.1 * H, 63.0 * H, 7.0 * D],
                [20.0, 78.0 * MIN, 25.0 * H, 5.5 * D],
                178.0,
            ),
            (
                Class::Infer,
                [77.0, 10.0 * MIN, 79.0 * MIN, 6.9 * H],
                [34.0, 7.0 * MIN, 65.0 * MIN, 5.9 * H],
                0.6,
            ),
            (
                Class::Cpubound,
                [35.0 * MIN, 4.0 * H, 27.0 * H, 5.2 * D],
                [4.0 * MIN, 2.8 * H, 22.0 * H, 4.4 * D],
                9.4,
            ),
        ];
        for (class, meant, lasted, mean) in rows {
            let (intended, actual, gpu_hours) = draws(class);
            for (name, sorted, row) in [("intended", &intended, meant), ("actual", &actual, lasted)] {
                let tolerances = [(0.10, 0.15), (0.50, 0.05), (0.90, 0.15), (0.99, 0.15)];
                for ((share, tolerance), expected) in tolerances.into_iter().zip(row) {
                    let figure = sorted[(share * DRAWS as f64) as usize];
                    near(
                        &format!("{class:?} {name} at {share}"),
                        figure,
                        expected,
                        tolerance,
                    );
                }
            }
            near(&format!("{class:?} GPU-hours"), gpu_hours, mean, 0.15);
        }
    }
}
