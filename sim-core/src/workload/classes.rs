//! The classes of work: GPUs, intended run time, how it ends, whether it saves, what the GPU does meanwhile.

use rand_chacha::ChaCha8Rng;

use super::dist;
use super::{Class, Outcome};
use crate::units::Span;

/// Median and sigma of the time to an early failure, in seconds. (C) shape of the short jobs of Acme and MIT.
const EARLY_MEDIAN: f64 = 45.0;
const EARLY_SIGMA: f64 = 1.3;
/// A cancelled run ends at a share of its intended time drawn from Beta(1.5, 1). (J)
const CANCEL_SHARE: (f64, f64) = (1.5, 1.0);
/// Runs meant to be longer than 12 hours are cancelled twice as often. (C) fits MIT: 24 GPU-hours per cancelled job.
const LONG_RUN: f64 = 43_200.0;

/// Probabilities of the ways to end; what is left of one completes.
#[derive(Clone, Copy)]
pub(super) struct Odds {
    pub early: f64,
    pub late: f64,
    pub cancel: f64,
    pub limit: f64,
}

/// Job-average GPU activity: a point mass at nothing, else Beta(a, b). (F), (R), fitted to several studies.
#[derive(Clone, Copy)]
pub(super) struct Activity {
    pub zero: f64,
    pub a: f64,
    pub b: f64,
}

/// Constants of a class. (C)/(J): sizes and run times are fitted to published class data, outcomes to five traces.
pub(super) struct Kind {
    pub gpus: &'static [(u32, f64)],
    /// Intended run time: lognormal median (seconds), sigma, and the longest that is meant (seconds).
    pub median: f64,
    pub sigma: f64,
    pub cap: f64,
    pub odds: Odds,
    /// Share of batches whose script saves its state.
    pub checkpoints: f64,
    pub activity: Activity,
    /// Share of its work on one GPU that a slice of 10 GB would serve, and one of 40 GB. (J) from published memory figures
    pub fits: [f64; 2],
    /// Mean GPU-hours of a job, to guess how many sessions make a load; the load itself is then met exactly.
    pub gpu_hours: f64,
}

const fn odds(early: f64, late: f64, cancel: f64, limit: f64) -> Odds {
    Odds {
        early,
        late,
        cancel,
        limit,
    }
}

const fn activity(zero: f64, a: f64, b: f64) -> Activity {
    Activity { zero, a, b }
}

const TRAINING: Activity = activity(0.08, 1.6, 1.4);

/// The table of classes.
pub(super) fn kind(class: Class) -> Kind {
    match class {
        Class::Interactive => Kind {
            gpus: &[(1, 0.97), (2, 0.03)],
            median: 5_760.0,
            sigma: 1.0,
            cap: 86_400.0,
            odds: odds(0.03, 0.02, 0.15, 0.50),
            checkpoints: 0.0,
            activity: activity(0.70, 0.9, 2.2),
            fits: [0.65, 0.85],
            gpu_hours: 4.2,
        },
        Class::Debug => Kind {
            gpus: &[(1, 0.80), (2, 0.08), (4, 0.07), (8, 0.05)],
            median: 150.0,
            sigma: 1.5,
            cap: 7_200.0,
            odds: odds(0.30, 0.05, 0.20, 0.0),
            checkpoints: 0.0,
            activity: activity(0.40, 1.2, 2.0),
            fits: [0.60, 0.60],
            gpu_hours: 0.13,
        },
        Class::Sweep => Kind {
            gpus: &[(1, 0.94), (2, 0.04), (4, 0.02)],
            median: 1_800.0,
            sigma: 1.25,
            cap: 172_800.0,
            odds: odds(0.08, 0.05, 0.12, 0.03),
            checkpoints: 0.4,
            activity: TRAINING,
            fits: [0.15, 0.35],
            gpu_hours: 1.0,
        },
        Class::Finetune => Kind {
            gpus: &[(1, 0.50), (2, 0.16), (4, 0.19), (8, 0.15)],
            median: 5_400.0,
            sigma: 1.4,
            cap: 259_200.0,
            odds: odds(0.20, 0.07, 0.11, 0.04),
            checkpoints: 0.7,
            activity: TRAINING,
            fits: [0.10, 0.10],
            gpu_hours: 7.5,
        },
        Class::Train => Kind {
            gpus: &[(1, 0.58), (2, 0.17), (4, 0.16), (8, 0.09)],
            median: 18_000.0,
            sigma: 1.6,
            cap: 604_800.0,
            odds: odds(0.16, 0.07, 0.18, 0.09),
            checkpoints: 0.7,
            activity: TRAINING,
            fits: [0.05, 0.05],
            gpu_hours: 23.0,
        },
        Class::Large => Kind {
            gpus: &[(8, 0.50), (16, 0.27), (32, 0.14), (64, 0.09)],
            median: 28_800.0,
            sigma: 1.6,
            cap: 604_800.0,
            odds: odds(0.38, 0.10, 0.20, 0.10),
            checkpoints: 0.95,
            activity: activity(0.02, 5.0, 1.5),
            fits: [0.0, 0.0],
            gpu_hours: 178.0,
        },
        Class::Infer => Kind {
            gpus: &[(1, 0.90), (2, 0.05), (4, 0.04), (8, 0.01)],
            median: 600.0,
            sigma: 1.6,
            cap: 172_800.0,
            odds: odds(0.14, 0.03, 0.05, 0.0),
            checkpoints: 0.2,
            activity: activity(0.15, 1.3, 1.6),
            fits: [0.50, 0.60],
            gpu_hours: 0.6,
        },
        Class::Cpubound => Kind {
            gpus: &[(1, 0.95), (2, 0.05)],
            median: 14_400.0,
            sigma: 1.5,
            cap: 604_800.0,
            odds: odds(0.10, 0.05, 0.12, 0.08),
            checkpoints: 0.4,
            activity: activity(0.45, 0.8, 9.0),
            fits: [0.80, 0.80],
            gpu_hours: 9.4,
        },
    }
}

/// How a run ends and after how long, given how long it was meant to take (seconds).
///
/// `early_x` multiplies the odds of an early failure, `broken_after` (seconds) makes it certain at that moment. A run
/// that hits its limit is given its whole intended time: what its owner does about the limit is the route's affair.
pub(super) fn ending(
    rng: &mut ChaCha8Rng,
    odds: Odds,
    intended: f64,
    early_x: f64,
    broken_after: Option<f64>,
) -> (Outcome, f64) {
    let u = dist::unit(rng);
    let early_end = dist::lognormal(rng, EARLY_MEDIAN, EARLY_SIGMA);
    let late_share = dist::unit(rng);
    let cancel_share = dist::beta(rng, CANCEL_SHARE.0, CANCEL_SHARE.1);
    let cancel = odds.cancel * if intended > LONG_RUN { 2.0 } else { 1.0 };
    let early = (odds.early * early_x).min(1.0);
    // In this order, so that whatever is added to early failures and cancels is taken from completion.
    if let Some(after) = broken_after {
        (Outcome::Fails, after.min(intended))
    } else if u < odds.limit {
        (Outcome::HitsLimit, intended)
    } else if u < odds.limit + odds.late {
        (Outcome::Fails, late_share * intended)
    } else if u < odds.limit + odds.late + early {
        (Outcome::Fails, early_end.min(intended))
    } else if u < odds.limit + odds.late + early + cancel {
        (Outcome::Cancelled, cancel_share * intended)
    } else {
        (Outcome::Completes, intended)
    }
}

/// Seconds after which every task of a broken array dies.
pub(super) fn broken_after(rng: &mut ChaCha8Rng) -> f64 {
    dist::lognormal(rng, EARLY_MEDIAN, EARLY_SIGMA)
}

/// Job-average GPU activity, between 0 and 1.
pub(super) fn gpu_activity(rng: &mut ChaCha8Rng, activity: Activity) -> f64 {
    let zero = dist::chance(rng, activity.zero);
    let busy = dist::beta(rng, activity.a, activity.b);
    if zero { 0.0 } else { busy }
}

/// Seconds of a restart after a checkpoint: 2 to 10 minutes, for runs over several nodes 5 to 20. (M)
pub(super) fn restart(rng: &mut ChaCha8Rng, class: Class) -> Span {
    let spread = dist::lognormal(rng, 1.0, 0.5);
    match class {
        Class::Interactive => Span::ZERO,
        Class::Large => Span::secs((600.0 * spread).clamp(300.0, 1_200.0) as u32),
        Class::Debug | Class::Infer | Class::Finetune | Class::Sweep | Class::Train | Class::Cpubound => {
            Span::secs((240.0 * spread).clamp(120.0, 600.0) as u32)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odds_leave_room_for_completion_even_where_cancels_double_and_interns_fail_more() {
        for class in Class::ALL {
            let k = kind(class);
            let gpus: f64 = k.gpus.iter().map(|(_, p)| p).sum();
            assert!((gpus - 1.0).abs() < 1e-9, "{class:?}");
            let o = k.odds;
            assert!(o.early + o.late + 2.0 * o.cancel + o.limit < 1.0, "{class:?}");
        }
    }
}
