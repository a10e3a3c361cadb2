//! Quantiles that know what is unfinished.

use super::Waits;
use crate::order;

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

/// The `per_mille` quantile of waits by nearest rank. An unfinished wait stands where it is now, after finished ones of
/// the same length; a quantile that falls on one is "more than" it.
pub fn quantile(waits: &Waits, per_mille: u32) -> Quantile {
    let n = waits.started.len() + waits.unfinished.len();
    if n == 0 {
        return Quantile::Nobody;
    }
    let rank = ((n as u64 * u64::from(per_mille)).div_ceil(1000).max(1) - 1) as usize;
    // Both lists are in order: walk them together to the rank.
    let (mut done, mut open) = (0, 0);
    loop {
        let started = waits.started.get(done).copied();
        let unfinished = waits.unfinished.get(open).copied();
        let here = match (started, unfinished) {
            (Some(wait), other) if other.is_none_or(|at_least| wait <= at_least) => {
                done += 1;
                Quantile::Secs(wait)
            }
            (_, Some(at_least)) => {
                open += 1;
                Quantile::MoreThan(at_least)
            }
            (_, None) => return Quantile::Nobody,
        };
        if done + open > rank {
            return here;
        }
    }
}

/// The `q` quantile of real numbers, with linear interpolation; `None` if there are none.
pub fn quantile_f64(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    order::sort_by(&mut sorted, f64::total_cmp);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_that_falls_among_the_unfinished_is_more_than() {
        let waits = Waits {
            started: vec![0, 10, 20, 300],
            unfinished: vec![20, 5_000],
            given_up: 0,
        };
        let at = |per_mille| quantile(&waits, per_mille);
        assert_eq!(
            (at(0), at(167), at(333)),
            (Quantile::Secs(0), Quantile::Secs(10), Quantile::Secs(10))
        );
        assert_eq!(
            (at(500), at(666), at(833)),
            (Quantile::Secs(20), Quantile::MoreThan(20), Quantile::Secs(300))
        );
        assert_eq!(
            (at(900), at(1000)),
            (Quantile::MoreThan(5_000), Quantile::MoreThan(5_000))
        );
        assert_eq!(quantile(&Waits::default(), 500), Quantile::Nobody);
    }

    #[test]
    fn real_quantiles_interpolate() {
        assert_eq!(
            (quantile_f64(&[3.0, 1.0, 2.0], 0.75), median_f64(&[4.0, 1.0])),
            (Some(2.5), Some(2.5))
        );
        assert_eq!(median_f64(&[]), None);
    }
}
