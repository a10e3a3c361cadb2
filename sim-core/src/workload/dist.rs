//! Distributions over `libm`, so that native and WASM draw the same bits.
//!
//! Only what the generator needs; nothing here knows what is drawn.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The dice that somebody was given beforehand, from their first throw.
pub(super) fn again(dice: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(dice)
}

/// Evenly in [0, 1), in steps of 2⁻⁵³.
pub(super) fn unit(rng: &mut ChaCha8Rng) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
    (rng.next_u64() >> 11) as f64 * STEP
}

/// True with this probability.
pub(super) fn chance(rng: &mut ChaCha8Rng, probability: f64) -> bool {
    unit(rng) < probability
}

/// Standard normal, by Box and Muller: always two uniform draws.
pub(super) fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - unit(rng)));
    radius * libm::cos(std::f64::consts::TAU * unit(rng))
}

/// Standard normal, drawn again until it is not above `most`. Below −6 that would take for ever: then `most` itself.
pub(super) fn normal_up_to(rng: &mut ChaCha8Rng, most: f64) -> f64 {
    if most < -6.0 {
        return most;
    }
    loop {
        let z = normal(rng);
        if z <= most {
            return z;
        }
    }
}

/// Lognormal with this median and sigma.
pub(super) fn lognormal(rng: &mut ChaCha8Rng, median: f64, sigma: f64) -> f64 {
    median * libm::exp(sigma * normal(rng))
}

/// Exponential with mean 1: the gap between arrivals of a Poisson process of rate 1.
pub(super) fn exponential(rng: &mut ChaCha8Rng) -> f64 {
    -libm::log(1.0 - unit(rng))
}

/// Geometric from 1 upwards with this mean: throws until the first success.
pub(super) fn geometric(rng: &mut ChaCha8Rng, mean: f64) -> u32 {
    let u = 1.0 - unit(rng);
    if mean <= 1.0 {
        return 1;
    }
    let throws = libm::ceil(libm::log(u) / libm::log(1.0 - 1.0 / mean));
    throws.clamp(1.0, 1e6) as u32
}

/// Beta(a, b), as a share of two gammas; with b = 1 as a power, which is much quicker. `a` or `b` of zero is the point
/// mass at its end.
pub(super) fn beta(rng: &mut ChaCha8Rng, a: f64, b: f64) -> f64 {
    if a <= 0.0 {
        return 0.0;
    }
    if b <= 0.0 {
        return 1.0;
    }
    if b == 1.0 {
        return libm::pow(unit(rng), 1.0 / a);
    }
    let (x, y) = (gamma(rng, a), gamma(rng, b));
    if x + y > 0.0 { x / (x + y) } else { 0.5 }
}

/// Gamma with this shape and scale 1, by Marsaglia and Tsang (2000), with their boost for shapes below 1.
fn gamma(rng: &mut ChaCha8Rng, shape: f64) -> f64 {
    if shape < 1.0 {
        let boost = libm::pow(1.0 - unit(rng), 1.0 / shape);
        return boost * gamma(rng, shape + 1.0);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    loop {
        let z = normal(rng);
        let root = 1.0 + c * z;
        let v = root * root * root;
        let u = 1.0 - unit(rng);
        if v > 0.0 && libm::log(u) < 0.5 * z * z + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}

/// One of a list by weight. Weights need not sum to one; with no positive weight the first is taken.
pub(super) fn pick<T: Copy>(rng: &mut ChaCha8Rng, choices: &[(T, f64)]) -> T {
    let total: f64 = choices.iter().map(|(_, weight)| weight).sum();
    let mut left = unit(rng) * total;
    let mut chosen = choices[0].0;
    for &(choice, weight) in choices {
        if weight <= 0.0 {
            continue;
        }
        chosen = choice;
        if left < weight {
            break;
        }
        left -= weight;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: usize = 100_000;

    fn mean_and_variance(mut draw: impl FnMut(&mut ChaCha8Rng) -> f64) -> (f64, f64) {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let draws: Vec<f64> = (0..DRAWS).map(|_| draw(&mut rng)).collect();
        let mean = draws.iter().sum::<f64>() / DRAWS as f64;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / DRAWS as f64;
        (mean, variance)
    }

    /// Four standard errors of the mean, and 5 % on the variance.
    fn has(what: &str, mean: f64, variance: f64, draw: impl FnMut(&mut ChaCha8Rng) -> f64) {
        let (m, v) = mean_and_variance(draw);
        let error = 4.0 * libm::sqrt(variance / DRAWS as f64);
        assert!(
            (m - mean).abs() < error,
            "{what}: mean {m}, expected {mean} ± {error}"
        );
        assert!(
            (v - variance).abs() < 0.05 * variance,
            "{what}: variance {v}, expected {variance}"
        );
    }

    #[test]
    fn each_distribution_has_its_mean_and_variance() {
        has("unit", 0.5, 1.0 / 12.0, unit);
        has("normal", 0.0, 1.0, normal);
        has("exponential", 1.0, 1.0, exponential);
        has("geometric", 3.0, 6.0, |rng| f64::from(geometric(rng, 3.0)));
        has("beta(1.5, 1)", 0.6, 1.5 / (6.25 * 3.5), |rng| beta(rng, 1.5, 1.0));
        has("beta(0.5, 1.5)", 0.25, 0.75 / (4.0 * 3.0), |rng| {
            beta(rng, 0.5, 1.5)
        });
        let s = libm::exp(0.25);
        has("lognormal", 2.0 * libm::exp(0.125), 4.0 * s * (s - 1.0), |rng| {
            lognormal(rng, 2.0, 0.5)
        });
    }

    #[test]
    fn a_normal_up_to_a_bound_stays_below_it() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        assert!((0..DRAWS).all(|_| normal_up_to(&mut rng, 1.0) <= 1.0));
        assert_eq!(normal_up_to(&mut rng, -50.0), -50.0);
    }

    #[test]
    fn picks_follow_the_weights_and_never_take_a_weight_of_zero() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut counts = [0_u32; 3];
        for _ in 0..DRAWS {
            counts[pick(&mut rng, &[(0, 3.0), (1, 0.0), (2, 1.0)])] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((f64::from(counts[0]) / DRAWS as f64 - 0.75).abs() < 0.006);
    }

    #[test]
    fn geometric_of_mean_one_is_one() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        assert!((0..100).all(|_| geometric(&mut rng, 1.0) == 1));
    }

    #[test]
    fn beta_with_a_zero_parameter_is_a_point() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        assert_eq!((beta(&mut rng, 0.0, 2.0), beta(&mut rng, 2.0, 0.0)), (0.0, 1.0));
    }
}
