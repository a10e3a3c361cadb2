//! How many passes a run would have made if none were left out, worked out from its rhythm: nothing is run again.

use sim_core::engine::Effort;
use sim_core::scenario::{Backfill, PassRhythm, Policy};
use sim_core::units::{Span, Time};

/// The passes that a run to `end` left out, where passes come at intervals.
pub fn skipped(policy: &Policy, end: Time, took: Effort) -> Option<u64> {
    let PassRhythm::Slurm(passes) = &policy.passes else {
        return None;
    };
    // Whole intervals from time zero on; the end itself is no longer run.
    let every = |interval: Span| u64::from(end.0.div_ceil(interval.0.max(1)));
    let backfill = match &policy.backfill {
        Backfill::Off => 0,
        Backfill::Easy => every(Span::secs(1)),
        Backfill::Slurm(backfill) => every(backfill.interval),
    };
    let forced = every(passes.sched_interval) + backfill + took.between;
    Some(forced.saturating_sub(took.passes))
}
