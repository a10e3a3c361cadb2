//! Size × length: the waits of pieces of work by the GPUs that they ask for and by how long their work is.
//!
//! Both are the intent's own, so that no policy moves work from one field to another.

use super::pairs::both;
use super::{SeedReport, Waits, median_f64};
use crate::ids::IntentId;
use crate::order;
use crate::units::Span;
use crate::workload::Demand;

/// The most GPUs of each size; the last has all that ask for more.
pub const SIZES: [u32; 6] = [1, 2, 4, 8, 16, u32::MAX];

/// The most work of each length; the last has all that is longer.
pub const LENGTHS: [Span; 6] = [
    Span::mins(10),
    Span::hours(1),
    Span::hours(4),
    Span::hours(12),
    Span::hours(24),
    Span(u32::MAX),
];

/// One field: work of one size and one length, over all runs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Field {
    /// Waits under the baseline.
    pub base: Waits,
    /// Waits under the proposal.
    pub proposal: Waits,
    /// Proposal minus baseline in seconds, of what started under both.
    pub differences: Vec<f64>,
}

impl Field {
    /// Pieces of work in it.
    pub fn count(&self) -> usize {
        self.base.started.len() + self.base.unfinished.len()
    }

    /// The median of the paired differences in seconds; none if nothing started under both.
    pub fn median_difference(&self) -> Option<f64> {
        median_f64(&self.differences)
    }
}

/// All fields over several runs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Heat {
    /// By size, then length.
    fields: [[Field; LENGTHS.len()]; SIZES.len()],
}

impl Heat {
    /// Adds two runs of one seed; `demand` is what both met.
    pub fn add(&mut self, base: &SeedReport, proposal: &SeedReport, demand: &Demand) {
        for (intent, before, after) in both(base, proposal) {
            let Some(intent) = demand.intents.get(IntentId(intent)) else {
                continue;
            };
            let (size, length) = place(intent.gpus, intent.work);
            let field = &mut self.fields[size][length];
            let book = |waits: &mut Waits, secs: u32, at_least: bool| {
                if at_least {
                    waits.unfinished.push(secs);
                } else {
                    waits.started.push(secs);
                }
            };
            book(&mut field.base, before.secs, before.at_least);
            if let Some(after) = after {
                book(&mut field.proposal, after.secs, after.at_least);
                if !before.at_least && !after.at_least {
                    field
                        .differences
                        .push(f64::from(after.secs) - f64::from(before.secs));
                }
            }
        }
        for field in self.fields.iter_mut().flatten() {
            for waits in [&mut field.base, &mut field.proposal] {
                order::sort(&mut waits.started);
                order::sort(&mut waits.unfinished);
            }
        }
    }

    /// The field of a size and a length, by their places in [`SIZES`] and [`LENGTHS`].
    pub fn field(&self, size: usize, length: usize) -> &Field {
        &self.fields[size][length]
    }

    /// Pieces of work in all fields.
    pub fn count(&self) -> usize {
        self.fields.iter().flatten().map(Field::count).sum()
    }
}

/// In which field work belongs: places in [`SIZES`] and [`LENGTHS`].
pub fn place(gpus: u32, work: Span) -> (usize, usize) {
    let size = SIZES.iter().take_while(|&&most| most < gpus).count();
    let length = LENGTHS.iter().take_while(|&&most| most < work).count();
    (size, length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Quantile, quantile};
    use crate::scenario::Scenario;
    use crate::workload;

    #[test]
    fn work_is_placed_by_its_size_and_length() {
        assert_eq!(place(1, Span::mins(10)), (0, 0));
        assert_eq!(place(3, Span::mins(11)), (2, 1));
        assert_eq!(place(16, Span::hours(24)), (4, 4));
        assert_eq!(place(17, Span::hours(25)), (5, 5));
    }

    #[test]
    fn every_piece_of_work_is_in_one_field_and_differences_are_paired() {
        let (checked, _) = Scenario::default().check().unwrap();
        let demand = workload::generate(&checked, 1);
        let run = |wait: u32| SeedReport {
            intents: (0..demand.intents.len().min(400))
                .map(|at| (at as u32, wait, at == 7))
                .collect(),
            ..SeedReport::default()
        };
        let mut heat = Heat::default();
        heat.add(&run(600), &run(900), &demand);
        assert_eq!(heat.count(), run(0).intents.len());
        let mut told = 0;
        for field in heat
            .fields
            .iter()
            .flatten()
            .filter(|field| !field.differences.is_empty())
        {
            told += field.differences.len();
            assert_eq!(field.median_difference(), Some(300.0));
            assert_eq!(quantile(&field.proposal, 1), Quantile::Secs(900));
        }
        assert_eq!(told + 1, heat.count(), "one still waits");
    }
}
