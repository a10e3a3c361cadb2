//! Intent by intent: how many pieces of work start sooner or later under a proposal, by how much.

use serde::{Deserialize, Serialize};

use super::{Report, SeedReport};
use crate::units::Span;

/// Within this a wait counts as the same.
pub const SAME: Span = Span::mins(5);
/// Beyond this it counts as much sooner or much later.
pub const MUCH: Span = Span::hours(1);

/// Pieces of work by how their wait changes from baseline to proposal.
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
        self.much_sooner + self.sooner + self.same + self.later + self.much_later + self.open
    }

    fn add(&mut self, base: Waited, proposal: Waited) {
        let less = base.secs.saturating_sub(proposal.secs);
        let more = proposal.secs.saturating_sub(base.secs);
        let bucket = match (base.at_least, proposal.at_least) {
            (false, false) if less > MUCH.0 => &mut self.much_sooner,
            (false, false) if less > SAME.0 => &mut self.sooner,
            (false, false) if more > MUCH.0 => &mut self.much_later,
            (false, false) if more > SAME.0 => &mut self.later,
            (false, false) => &mut self.same,
            // What still waits can only wait longer yet: its side of the difference grows.
            (true, false) if less > MUCH.0 => &mut self.much_sooner,
            (true, false) if less > SAME.0 => &mut self.sooner,
            (false, true) if more > MUCH.0 => &mut self.much_later,
            (false, true) if more > SAME.0 => &mut self.later,
            (true, false) | (false, true) | (true, true) => &mut self.open,
        };
        *bucket += 1;
    }
}

#[derive(Clone, Copy)]
struct Waited {
    secs: u32,
    at_least: bool,
}

/// Compares the waits of the same intents under two policies, over all seeds that both reports have.
pub fn paired_intents(base: &Report, proposal: &Report) -> Shifts {
    let mut shifts = Shifts::default();
    for (base, proposal) in super::compare::pairs(base, proposal) {
        add_seed(&mut shifts, base, proposal);
    }
    shifts
}

fn add_seed(shifts: &mut Shifts, base: &SeedReport, proposal: &SeedReport) {
    for &(intent, secs, at_least) in &base.intents {
        let found = proposal.intents.binary_search_by_key(&intent, |&(id, _, _)| id);
        match found.map(|at| proposal.intents[at]) {
            Ok((_, other, other_at_least)) => {
                let proposed = Waited {
                    secs: other,
                    at_least: other_at_least,
                };
                shifts.add(Waited { secs, at_least }, proposed);
            }
            Err(_) => shifts.open += 1,
        }
    }
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
