//! Quantiles that know what is unfinished.

use super::Waits;

/// A quantile of waits: a value, or "more than" if it falls among those still waiting.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Quantile {
    /// Nobody asked.
    Nobody,
    /// This many seconds.
    Secs(u32),
    /// More than this many seconds: it falls among the unfinished.
    MoreThan(u32),
}

impl Quantile {
    /// Seconds, taking "more than x" as x and nobody as 0; for curves and differences, never for a sentence.
    pub fn floor_secs(self) -> u32 {
        match self {
            Quantile::Nobody => 0,
            Quantile::Secs(s) | Quantile::MoreThan(s) => s,
        }
    }
}

/// The `per_mille` quantile of waits by nearest rank; all unfinished waits rank above every finished one of at most
/// their length, and the quantile is "more than" as soon as an unfinished wait stands at or below its rank.
pub fn quantile(waits: &Waits, per_mille: u32) -> Quantile {
    let n = waits.started.len() + waits.unfinished.len();
    if n == 0 {
        return Quantile::Nobody;
    }
    let rank = ((n as u64 * u64::from(per_mille)).div_ceil(1000).max(1) - 1) as usize;
    // An unfinished wait is at least as long as it is now, so it may belong anywhere above: a rank is certain only while
    // it lies below every unfinished wait.
    let certain = match waits.unfinished.first() {
        None => n,
        Some(&first) => waits.started.partition_point(|&w| w <= first),
    };
    if rank < certain {
        Quantile::Secs(waits.started[rank])
    } else {
        let mut all: Vec<u32> = waits.started.iter().chain(&waits.unfinished).copied().collect();
        all.sort_unstable();
        Quantile::MoreThan(all[rank])
    }
}

/// The `q` quantile of real numbers, with linear interpolation; `None` if there are none.
pub fn quantile_f64(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let at = q.clamp(0.0, 1.0) * last as f64;
    let below = at as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (sorted[above] - sorted[below]) * (at - below as f64))
}

/// The middle of real numbers; `None` if there are none.
pub fn median_f64(values: &[f64]) -> Option<f64> {
    quantile_f64(values, 0.5)
}
