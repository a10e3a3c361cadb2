//! What of a demand could be done elsewhere: drawn for each piece of work from streams of its own, whatever the policy.

use rand_chacha::ChaCha8Rng;

use super::dist;
use super::streams::{Purpose, Streams};
use super::{Class, Demand, Intent};
use crate::scenario::Scenario;

/// Spread of the data that a piece of work needs, lognormal sigma. (J)
const DATA_SIGMA: f64 = 2.0;
/// No work needs more data than this, in GB. (J)
const MOST_DATA: f64 = 50_000.0;

/// Of each piece of work, the GB to be moved with it if it can be moved. What is sent in one batch moves together.
pub(crate) fn data_to_move(demand: &Demand, scenario: &Scenario, seed: u64) -> Vec<Option<u32>> {
    let assumed = &scenario.assumptions.outside;
    of_each(demand, seed, Purpose::Outside, |intent, rng| {
        let moves = dist::chance(rng, assumed.portable.as_f64());
        let data = dist::lognormal(rng, f64::from(assumed.data), DATA_SIGMA).clamp(1.0, MOST_DATA);
        let batch = match intent.class {
            Class::Debug | Class::Interactive => false,
            Class::Infer | Class::Finetune | Class::Sweep | Class::Train | Class::Large | Class::Cpubound => {
                true
            }
        };
        (moves && batch).then_some(data as u32)
    })
}

/// Of each piece of work, whether it is a session on one GPU that would do with a shared model.
pub(crate) fn would_share(demand: &Demand, scenario: &Scenario, seed: u64) -> Vec<bool> {
    let share = scenario.assumptions.service.sharers.as_f64();
    of_each(demand, seed, Purpose::Sharing, |intent, rng| {
        dist::chance(rng, share) && intent.class == Class::Interactive && intent.gpus == 1
    })
}

/// Draws for each piece of work by whose it is and when it is asked for: more load moves no draw.
fn of_each<T>(
    demand: &Demand,
    seed: u64,
    purpose: Purpose,
    draw: impl Fn(&Intent, &mut ChaCha8Rng) -> T,
) -> Vec<T> {
    let streams = Streams::new(seed);
    let intents = demand.intents.iter();
    intents
        .map(|intent| {
            draw(
                intent,
                &mut streams.stream(purpose, intent.user.0, intent.asked.0),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::PerMille;
    use crate::workload::generate;

    fn drawn(portable: u32, load: u32) -> (Demand, Vec<Option<u32>>, Vec<bool>) {
        let mut scenario = Scenario::default();
        scenario.assumptions.load = PerMille(load);
        scenario.assumptions.outside.portable = PerMille(portable);
        scenario.assumptions.service.sharers = PerMille(portable);
        let (checked, _) = scenario.clone().check().unwrap();
        let demand = generate(&checked, 1);
        let data = data_to_move(&demand, &scenario, 1);
        let share = would_share(&demand, &scenario, 1);
        (demand, data, share)
    }

    #[test]
    fn so_many_can_be_moved_and_more_only_adds_to_them() {
        let (demand, some, few) = drawn(300, 850);
        let (_, more, many) = drawn(700, 850);
        let batch = |intent: &&Intent| !matches!(intent.class, Class::Debug | Class::Interactive);
        let all = demand.intents.iter().filter(batch).count() as f64;
        let moved = |data: &[Option<u32>]| data.iter().flatten().count() as f64 / all;
        assert!((0.2..0.4).contains(&moved(&some)), "{}", moved(&some));
        assert!((0.6..0.8).contains(&moved(&more)), "{}", moved(&more));
        assert!(
            some.iter()
                .zip(&more)
                .all(|(some, more)| some.is_none() || some == more)
        );
        assert!(few.iter().zip(&many).all(|(few, many)| !few || *many));
        assert!(few.contains(&true) && drawn(0, 850).1.iter().all(Option::is_none));
    }

    #[test]
    fn more_load_moves_no_draw() {
        let (less, few, _) = drawn(500, 400);
        let (more, many, _) = drawn(500, 850);
        let mut checked = 0;
        for (intent, data) in less.intents.iter().zip(&few) {
            let same = more.intents.iter().position(|other| other == intent);
            if let Some(at) = same {
                assert_eq!(many[at], *data);
                checked += 1;
            }
        }
        assert!(checked > 100, "{checked}");
    }
}
