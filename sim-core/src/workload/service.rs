//! What a service beside the jobs needs, hour by hour: a matter of the place and the seed, which no policy can change.

use super::dist;
use super::streams::{Purpose, Streams};
use crate::scenario::Scenario;
use crate::units::SEVENTHS;

/// How much of an hour's deviation the next one keeps. (J)
const HOUR_PHI: f64 = 0.8;
/// No hour is further from the usual than so many standard deviations.
const FURTHEST: f64 = 3.0;

/// What the service needs in each hour from time zero, in sevenths of a GPU.
pub(crate) fn service_need(scenario: &Scenario, seed: u64) -> Vec<u64> {
    let need = &scenario.assumptions.service;
    let sigma = need.noise.as_f64();
    let mut rng = Streams::new(seed).stream(Purpose::Service, 0, 0);
    let mut deviate = dist::normal(&mut rng);
    let share = |table: &[u32], at: usize| f64::from(table.get(at).copied().unwrap_or(100)) / 100.0;
    (0..scenario.horizon.whole().0.div_ceil(3_600) as usize)
        .map(|hour| {
            if hour > 0 {
                deviate = HOUR_PHI * deviate + libm::sqrt(1.0 - HOUR_PHI * HOUR_PHI) * dist::normal(&mut rng);
            }
            let usual =
                f64::from(need.gpus) * share(&need.hours, hour % 24) * share(&need.days, hour / 24 % 7);
            let noise = libm::exp(sigma * deviate.clamp(-FURTHEST, FURTHEST) - sigma * sigma / 2.0);
            (usual * noise * SEVENTHS as f64 + 0.5) as u64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::PerMille;

    fn need(noise: u32, seed: u64) -> Vec<u64> {
        let mut scenario = Scenario::default();
        scenario.assumptions.service.gpus = 40;
        scenario.assumptions.service.noise = PerMille(noise);
        service_need(&scenario, seed)
    }

    #[test]
    fn without_noise_it_is_the_rhythm_of_hours_and_days() {
        let need = need(0, 1);
        assert_eq!(need.len(), 80 * 24);
        // Wednesday, 16 h; then Thursday, 5 h: 12 % of the hour and 94 % of the day.
        assert_eq!(need[2 * 24 + 16], 40 * SEVENTHS);
        assert_eq!(need[3 * 24 + 5], 32);
        assert_eq!(need[7 * 24..], need[..need.len() - 7 * 24]);
        assert_eq!(need[0], 116);
    }

    #[test]
    fn noise_keeps_the_mean_and_belongs_to_the_seed() {
        let (plain, noisy) = (need(0, 1), need(300, 1));
        let sum = |all: &[u64]| all.iter().sum::<u64>() as f64;
        let ratio = sum(&noisy) / sum(&plain);
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
        assert_eq!(noisy, need(300, 1));
        assert_ne!(noisy, need(300, 2));
        assert_eq!(plain, need(0, 2));
    }
}
