//! Winners and losers: how many pieces of work and how many people start sooner or later, by class and by persona, and in how
//! many runs more of them gain than lose.
//!
//! A piece of work is in the band of its own wait ([`Band`]). A person is in the band in the middle of their work: half of it
//! moves at least so far to either side. Where two bands share the middle, the one nearer to *about the same* counts, so that
//! nobody is called a winner or a loser by half of their work alone.

use super::pairs::moved;
use super::{Band, By, SeedReport, Shifts};
use crate::ids::{IntentId, UserId};
use crate::order;
use crate::scenario::Persona;
use crate::workload::{Class, Demand};

/// Bands of one run, baseline and proposal on the same dice.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SeedBands {
    /// The seed.
    pub seed: u64,
    /// Pieces of work by class.
    pub work: By<Class, Shifts>,
    /// People who asked for something in the measured window, by persona.
    pub people: By<Persona, Shifts>,
}

impl SeedBands {
    /// Of two runs of one seed; `demand` is what both met.
    pub fn of(base: &SeedReport, proposal: &SeedReport, demand: &Demand) -> SeedBands {
        let mut bands = SeedBands {
            seed: base.seed,
            ..SeedBands::default()
        };
        let mut of_person: Vec<(UserId, Band)> = Vec::with_capacity(base.intents.len());
        for (intent, band) in moved(base, proposal) {
            // What has no intent of the demand came in with a reaction, and belongs to nobody's work.
            let Some(intent) = demand.intents.get(IntentId(intent)) else {
                continue;
            };
            bands.work.of(intent.class).count(band);
            of_person.push((intent.user, band));
        }
        order::sort(&mut of_person);
        for own in of_person.chunk_by(|a, b| a.0 == b.0) {
            if let Some(person) = own.first().and_then(|&(user, _)| demand.people.get(user)) {
                bands.people.of(person.persona).count(middle(own));
            }
        }
        bands
    }
}

/// The band in the middle of a person's work, which is in order of bands.
fn middle(own: &[(UserId, Band)]) -> Band {
    let told = own.iter().take_while(|(_, band)| *band != Band::Open).count();
    if told * 2 < own.len() || told == 0 {
        return Band::Open;
    }
    let (low, high) = (own[(told - 1) / 2].1, own[told / 2].1);
    // Bands stand in order, so one of the two is the nearer to the middle one, unless it lies between them.
    if high <= Band::Same {
        high
    } else if low >= Band::Same {
        low
    } else {
        Band::Same
    }
}

/// Bands over several runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// All runs together.
    pub counts: Shifts,
    /// Runs.
    pub runs: u32,
    /// Runs in which more gain than lose.
    pub more_gain: u32,
    /// Runs in which more lose than gain.
    pub more_lose: u32,
}

/// Adds up what `of` reads off each run.
pub fn tally(runs: &[SeedBands], of: impl Fn(&SeedBands) -> Shifts) -> Tally {
    let mut tally = Tally::default();
    for run in runs {
        let counts = of(run);
        tally.counts.merge(&counts);
        tally.runs += 1;
        tally.more_gain += u32::from(counts.gain() > counts.lose());
        tally.more_lose += u32::from(counts.lose() > counts.gain());
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Report, paired_intents};
    use crate::scenario::Scenario;
    use crate::workload;

    fn demand() -> Demand {
        let (checked, _) = Scenario::default().check().unwrap();
        workload::generate(&checked, 1)
    }

    /// The first pieces of work of the demand, waiting so long.
    fn run(demand: &Demand, wait: impl Fn(usize) -> u32) -> SeedReport {
        SeedReport {
            seed: 1,
            intents: (0..demand.intents.len().min(500))
                .map(|at| (at as u32, wait(at), at % 50 == 49))
                .collect(),
            ..SeedReport::default()
        }
    }

    #[test]
    fn every_piece_of_work_and_every_person_is_in_one_band() {
        let demand = demand();
        let base = run(&demand, |at| (at as u32 * 977) % 9_000);
        let proposal = run(&demand, |at| (at as u32 * 353) % 9_000);
        let bands = SeedBands::of(&base, &proposal, &demand);
        let all = |seeds: &[SeedBands]| {
            tally(seeds, |run| {
                run.work.values().fold(Shifts::default(), |mut sum, of| {
                    sum.merge(of);
                    sum
                })
            })
        };
        let report = |seed: &SeedReport| Report {
            seeds: vec![seed.clone()],
            ..Report::default()
        };
        let whole = all(std::slice::from_ref(&bands));
        assert_eq!(whole.counts, paired_intents(&report(&base), &report(&proposal)));
        assert_eq!(whole.counts.total() as usize, base.intents.len());
        let mut people: Vec<UserId> = (0..base.intents.len())
            .map(|at| demand.intents[IntentId(at as u32)].user)
            .collect();
        people.sort_unstable();
        people.dedup();
        let counted: u32 = bands.people.values().map(Shifts::total).sum();
        assert_eq!(counted as usize, people.len());
        for persona in bands.people.keys() {
            assert!(people.iter().any(|&user| demand.people[user].persona == *persona));
        }
    }

    #[test]
    fn a_person_stands_where_the_middle_of_their_work_stands() {
        use Band::{Later, MuchLater, MuchSooner, Open, Same, Sooner};
        let of = |bands: &[Band]| {
            let mut own: Vec<(UserId, Band)> = bands.iter().map(|&band| (UserId(0), band)).collect();
            order::sort(&mut own);
            middle(&own)
        };
        assert_eq!(of(&[MuchSooner, Sooner, Later]), Sooner);
        assert_eq!(of(&[Sooner, Later]), Same);
        assert_eq!(of(&[MuchSooner, Sooner]), Sooner);
        assert_eq!(of(&[Later, MuchLater]), Later);
        assert_eq!(of(&[Same, MuchLater]), Same);
        assert_eq!(of(&[Later, Later, Open, Open, Open]), Open);
        assert_eq!(of(&[Later, Later, Open]), Later);
        assert_eq!(of(&[Open]), Open);
    }

    #[test]
    fn runs_are_counted_for_the_side_that_more_are_on() {
        let run = |much_sooner, later| SeedBands {
            work: By::from([(
                Class::Debug,
                Shifts {
                    much_sooner,
                    later,
                    ..Shifts::default()
                },
            )]),
            ..SeedBands::default()
        };
        let tally = tally(&[run(3, 1), run(1, 3), run(2, 2), run(9, 0)], |run| {
            run.work[&Class::Debug]
        });
        assert_eq!((tally.runs, tally.more_gain, tally.more_lose), (4, 2, 1));
        assert_eq!((tally.counts.gain(), tally.counts.lose()), (15, 6));
    }

    #[test]
    fn equal_runs_move_nobody() {
        let demand = demand();
        let run = SeedReport {
            intents: run(&demand, |at| at as u32)
                .intents
                .into_iter()
                .map(|(id, wait, _)| (id, wait, false))
                .collect(),
            ..SeedReport::default()
        };
        let bands = SeedBands::of(&run, &run, &demand);
        for shifts in bands.work.values().chain(bands.people.values()) {
            assert_eq!(shifts.same, shifts.total());
        }
    }
}
