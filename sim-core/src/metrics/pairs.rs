//! Intent by intent: how many pieces of work start sooner or later under a proposal, by how much.

use serde::{Deserialize, Serialize};

use super::{Report, SeedReport};
use crate::units::Span;

/// Within this a wait counts as the same.
pub const SAME: Span = Span::mins(5);
/// Beyond this it counts as much sooner or much later.
pub const MUCH: Span = Span::hours(1);

/// How the wait of a piece of work moves from baseline to proposal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Band {
    /// More than an hour less.
    MuchSooner,
    /// Five minutes to an hour less.
    Sooner,
    /// Within five minutes of each other.
    Same,
    /// Five minutes to an hour more; or at least so much, as it still waits.
    Later,
    /// More than an hour more.
    MuchLater,
    /// Cannot be told: it still waits under one of them or both.
    Open,
}

impl Band {
    /// All, who gains most first.
    pub const ALL: [Band; 6] = [
        Band::MuchSooner,
        Band::Sooner,
        Band::Same,
        Band::Later,
        Band::MuchLater,
        Band::Open,
    ];

    fn of(base: Waited, proposal: Waited) -> Band {
        let less = base.secs.saturating_sub(proposal.secs);
        let more = proposal.secs.saturating_sub(base.secs);
        match (base.at_least, proposal.at_least) {
            (false, false) if less > MUCH.0 => Band::MuchSooner,
            (false, false) if less > SAME.0 => Band::Sooner,
            (false, false) if more > MUCH.0 => Band::MuchLater,
            (false, false) if more > SAME.0 => Band::Later,
            (false, false) => Band::Same,
            // What still waits can only wait longer yet: its side of the difference grows.
            (true, false) if less > MUCH.0 => Band::MuchSooner,
            (true, false) if less > SAME.0 => Band::Sooner,
            (false, true) if more > MUCH.0 => Band::MuchLater,
            (false, true) if more > SAME.0 => Band::Later,
            (true, false) | (false, true) | (true, true) => Band::Open,
        }
    }
}

/// Pieces of work, or people, by how their wait changes from baseline to proposal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Shifts {
    /// More than an hour less.
    pub much_sooner: u32,
    /// Five minutes to an hour less.
    pub sooner: u32,
    /// Within five minutes of each other.
    pub same: u32,
    /// Five minutes to an hour more; or at least so much, as it still waits.
    pub later: u32,
    /// More than an hour more.
    pub much_later: u32,
    /// Cannot be told: it still waits under one of them or both.
    pub open: u32,
}

impl Shifts {
    /// All that were compared.
    pub fn total(&self) -> u32 {
        Band::ALL.into_iter().map(|band| self.of(band)).sum()
    }

    /// How many are in a band.
    pub fn of(&self, band: Band) -> u32 {
        match band {
            Band::MuchSooner => self.much_sooner,
            Band::Sooner => self.sooner,
            Band::Same => self.same,
            Band::Later => self.later,
            Band::MuchLater => self.much_later,
            Band::Open => self.open,
        }
    }

    /// How many start at least five minutes sooner.
    pub fn gain(&self) -> u32 {
        self.much_sooner + self.sooner
    }

    /// How many start at least five minutes later.
    pub fn lose(&self) -> u32 {
        self.later + self.much_later
    }

    /// One more in a band.
    pub(super) fn count(&mut self, band: Band) {
        *self.place(band) += 1;
    }

    /// These and others together.
    pub fn merge(&mut self, others: &Shifts) {
        for band in Band::ALL {
            *self.place(band) += others.of(band);
        }
    }

    fn place(&mut self, band: Band) -> &mut u32 {
        match band {
            Band::MuchSooner => &mut self.much_sooner,
            Band::Sooner => &mut self.sooner,
            Band::Same => &mut self.same,
            Band::Later => &mut self.later,
            Band::MuchLater => &mut self.much_later,
            Band::Open => &mut self.open,
        }
    }
}

/// How long a piece of work waited.
#[derive(Clone, Copy)]
pub(super) struct Waited {
    /// Seconds.
    pub(super) secs: u32,
    /// Whether it is only known to be at least that.
    pub(super) at_least: bool,
}

/// Compares the waits of the same intents under two policies, over all seeds that both reports have.
pub fn paired_intents(base: &Report, proposal: &Report) -> Shifts {
    let mut shifts = Shifts::default();
    for (base, proposal) in super::compare::pairs(base, proposal) {
        for (_, band) in moved(base, proposal) {
            shifts.count(band);
        }
    }
    shifts
}

/// Each intent of a run with how its wait moves.
pub(super) fn moved<'a>(
    base: &'a SeedReport,
    proposal: &'a SeedReport,
) -> impl Iterator<Item = (u32, Band)> + 'a {
    both(base, proposal).map(|(intent, before, after)| {
        let band = after.map_or(Band::Open, |after| Band::of(before, after));
        (intent, band)
    })
}

/// Each intent that the baseline has, with its waits under both policies; none under the second if it never came in.
pub(super) fn both<'a>(
    base: &'a SeedReport,
    proposal: &'a SeedReport,
) -> impl Iterator<Item = (u32, Waited, Option<Waited>)> + 'a {
    base.intents.iter().map(|&(intent, secs, at_least)| {
        let found = proposal.intents.binary_search_by_key(&intent, |&(id, _, _)| id);
        let other = found.ok().map(|at| {
            let (_, secs, at_least) = proposal.intents[at];
            Waited { secs, at_least }
        });
        (intent, Waited { secs, at_least }, other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(intents: &[(u32, u32, bool)]) -> Report {
        Report {
            seeds: vec![SeedReport {
                seed: 1,
                intents: intents.to_vec(),
                ..SeedReport::default()
            }],
            ..Report::default()
        }
    }

    #[test]
    fn each_intent_is_counted_once_by_how_far_its_wait_moved() {
        let base = report(&[
            (0, 9_000, false),
            (1, 900, false),
            (2, 300, false),
            (3, 0, false),
            (4, 0, false),
            (5, 9_000, true),
            (6, 100, true),
            (7, 0, false),
            (8, 100, true),
        ]);
        let proposal = report(&[
            (0, 0, false),
            (1, 0, false),
            (2, 0, false),
            (3, 301, false),
            (4, 3_601, false),
            (5, 9_000 - 301, false),
            (6, 9_000, false),
            (7, 3_601, true),
        ]);
        let shifts = paired_intents(&base, &proposal);
        let expected = Shifts {
            much_sooner: 1,
            sooner: 2,
            same: 1,
            later: 1,
            much_later: 2,
            open: 2,
        };
        assert_eq!((shifts, shifts.total()), (expected, 9));
    }

    #[test]
    fn equal_policies_move_nobody() {
        let report = report(&[(0, 9_000, false), (1, 0, false)]);
        let shifts = paired_intents(&report, &report);
        assert_eq!((shifts.same, shifts.total()), (2, 2));
    }
}
