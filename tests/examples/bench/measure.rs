//! How a figure is taken: medians of five rounds, counts of the run behind the median, and the memory of this process.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_core::engine::Effort;

/// Rounds behind each figure.
pub const ROUNDS: usize = 5;
/// No further round begins once a row has taken so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that takes longer is broken off, and the figure is then "at least".
pub const LONGEST: Duration = Duration::from_secs(120);

/// What a run counts, beside its time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Share of the simulated time that was run, if it was broken off.
    pub broken_off: Option<f32>,
    /// Events handled.
    pub events: u64,
    /// Passes run.
    pub passes: u64,
    /// Passes left out, where they come at intervals.
    pub skipped: Option<u64>,
    /// Jobs that backfill tested on nodes, where that is counted.
    pub tested: Option<u64>,
}

impl Counts {
    /// Those of a run under Slurm's rhythm.
    pub fn of(effort: Effort, skipped: Option<u64>) -> Counts {
        Counts {
            broken_off: None,
            events: effort.events,
            passes: effort.passes,
            skipped,
            tested: Some(effort.tested),
        }
    }
}

/// Seconds of one call, and what it returns.
pub fn timed<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let began = Instant::now();
    let returned = run();
    (began.elapsed().as_secs_f64(), returned)
}

/// The middle one; of an even number the lower of the two in the middle.
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times
        .get(times.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(f64::NAN)
}

/// Runs every seed in each of five rounds, or in fewer where that takes long. Each seed has the median of its times, and
/// the figure is that of the seed in the middle. `run` times what it wants timed.
pub fn over_seeds(seeds: &[u64], mut run: impl FnMut(u64) -> (f64, Counts)) -> Value {
    let began = Instant::now();
    let mut found: Vec<(Vec<f64>, Counts)> = vec![(Vec::new(), Counts::default()); seeds.len()];
    let mut rounds = 0;
    let mut broken_off = false;
    while rounds == 0 || (rounds < ROUNDS && began.elapsed() < PATIENCE && !broken_off) {
        for (&seed, (times, counts)) in seeds.iter().zip(&mut found) {
            if !broken_off {
                let (seconds, counted) = run(seed);
                times.push(seconds);
                *counts = counted;
                broken_off = counted.broken_off.is_some();
            }
        }
        rounds += 1;
    }
    let mut medians: Vec<(f64, Counts)> = found
        .into_iter()
        .filter(|(times, _)| !times.is_empty())
        .map(|(times, counts)| (median(times), counts))
        .collect();
    medians.sort_by(|a, b| a.0.total_cmp(&b.0));
    // One that was broken off takes longer than the others: of few figures, the longest is the honest one.
    let middle = if broken_off {
        medians.len()
    } else {
        medians.len().div_ceil(2)
    };
    let (seconds, counts) = medians[middle - 1];
    json!({
        "value": seconds,
        "rounds": rounds,
        "share_of_the_run": counts.broken_off,
        "events": counts.events,
        "events_per_second": (counts.events as f64 / seconds).round(),
        "passes": counts.passes,
        "passes_skipped": counts.skipped.filter(|_| counts.broken_off.is_none()),
        "jobs_tested": counts.tested,
    })
}

/// From here on [`peak_megabytes`] counts anew, where the system lets it: what reading a file took is no part of a run.
pub fn forget_peak() {
    // Where that cannot be written, the peak includes the reading, and is too high rather than too low.
    std::fs::write("/proc/self/clear_refs", "5").ok();
}

/// The most memory that this process has held, in megabytes, where the system tells.
pub fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some((kibibytes * 1024.0 / 1e6).round())
}

/// Seconds for which this thread has really run, where the system tells: beside the clock they say how much others took.
pub fn on_cpu() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}
