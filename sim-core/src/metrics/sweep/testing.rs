//! Settings with made-up runs, for tests whose answer is known.

use super::{Point, Reading};
use crate::metrics::{Busy, By, SeedReport, Simplicity, Waits};
use crate::scenario::Scenario;
use crate::scenario::knobs::{Settings, find};
use crate::workload::Class;

/// A run with this use and these waits of ten-minute tests.
pub fn reading(seed: u64, used: f64, started: &[u32], unfinished: &[u32]) -> SeedReport {
    let waits = Waits {
        started: started.to_vec(),
        unfinished: unfinished.to_vec(),
        given_up: 0,
    };
    SeedReport {
        seed,
        capacity: 10_000,
        busy: Busy {
            useful: (used * 10_000.0) as u64,
            ..Busy::default()
        },
        waits: By::from([(Class::Debug, waits)]),
        ..SeedReport::default()
    }
}

/// Sets a knob.
pub fn cap(settings: &mut Settings, key: &str, value: &str) {
    let knob = find(key).unwrap();
    settings.set(knob, knob.parse(value).unwrap());
}

/// A setting of `cap`, its rules, and the use and the wait of each of its runs.
pub fn point<const N: usize>(value: &str, rules: u32, runs: [(f64, f64); N]) -> Point {
    let mut settings = Settings::of(&Scenario::default());
    cap(&mut settings, "cap", value);
    let run = |(at, (used, wait)): (usize, (f64, f64))| {
        Reading::of(&reading(1 + at as u64, used, &[wait as u32], &[]))
    };
    Point {
        settings,
        simplicity: Simplicity { rules, choices: 0 },
        runs: runs.into_iter().enumerate().map(run).collect(),
    }
}

/// The same with twelve runs that differ among themselves by more than settings do; the seeds' differences are the same for all settings.
pub fn scattered(value: &str, rules: u32, used: f64, wait: f64) -> Point {
    let run = |at: usize| {
        let lucky = (at * 5 % 12) as f64;
        (used - 0.01 * lucky, wait * (1.0 + 0.2 * lucky))
    };
    point(value, rules, std::array::from_fn::<_, 12, _>(run))
}
