//! When nodes fail and how long their repair takes: a matter of the place and the seed, which no policy can change.

use super::dist;
use super::streams::{Purpose, Streams};
use crate::scenario::Scenario;
use crate::units::{Span, Time};

/// Spread of repair times, lognormal sigma. (J)
const REPAIR_SIGMA: f64 = 0.7;

/// Which node fails when, and for how long it is away, node by node: a Poisson process of its own for each.
pub(crate) fn failures(scenario: &Scenario, seed: u64) -> Vec<(usize, Time, Span)> {
    let assumed = &scenario.assumptions;
    let mut all = Vec::new();
    if assumed.node_failures == 0 {
        return all;
    }
    let streams = Streams::new(seed);
    let mean = 86_400_000.0 / f64::from(assumed.node_failures);
    let end = f64::from(scenario.horizon.whole().0);
    for node in 0..scenario.cluster.node_count() {
        let mut rng = streams.stream(Purpose::Failures, node, 0);
        let mut clock = mean * dist::exponential(&mut rng);
        while clock < end {
            let repair = dist::lognormal(&mut rng, f64::from(assumed.repair_time.0), REPAIR_SIGMA).max(60.0);
            all.push((node as usize, Time(clock as u32), Span(repair as u32)));
            clock += repair + mean * dist::exponential(&mut rng);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_fail_at_the_wanted_rate_and_a_higher_rate_moves_no_repair() {
        let mut scenario = Scenario::default();
        scenario.cluster.nodes[0].count = 1_000;
        assert_eq!(failures(&scenario, 1), []);
        scenario.assumptions.node_failures = 5;
        let some = failures(&scenario, 1);
        // 80 days: 400 are expected, 20 is their standard deviation.
        assert!((340..=460).contains(&some.len()), "{}", some.len());
        scenario.assumptions.node_failures = 10;
        let more = failures(&scenario, 1);
        assert!((700..=900).contains(&more.len()), "{}", more.len());
        let repairs =
            |all: &[(usize, Time, Span)], node| all.iter().find(|one| one.0 == node).map(|one| one.2);
        let node = some[0].0;
        assert_eq!(repairs(&some, node), repairs(&more, node));
        assert_ne!(failures(&scenario, 2), more);
    }
}
