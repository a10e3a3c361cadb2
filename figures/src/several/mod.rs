//! Two to four proposals beside each other: each held against the first, on the same jobs and dice.
//!
//! The page that is made ahead and the live one show the same markup, made here. Every figure comes from
//! [`sim_core::metrics`]; verdicts are corrected over all proposals together.

mod bands;
mod files;
mod html;

use sim_core::metrics::{Comparison, Paired, Report, Shifts, compare_all, paired_intents};

use crate::answer::{self, Part};
use crate::format;
use crate::kind::Kind;
use crate::table::{self, Corner};
use crate::view;

/// Most proposals that stand beside each other.
pub const MOST: usize = 4;

/// The letter of a proposal, by its place.
pub fn letter(at: usize) -> char {
    ['A', 'B', 'C', 'D'].get(at).copied().unwrap_or('?')
}

/// What a proposal is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// Its letter.
    pub letter: char,
    /// "Cap 4 GPUs".
    pub title: String,
    /// The lab's link of it, without the `#`.
    pub link: String,
}

/// A proposal held against the first.
#[derive(Clone, PartialEq, Debug)]
struct Against {
    comparison: Comparison,
    answer: Vec<Part>,
    shifts: Shifts,
}

/// Proposals and their runs.
#[derive(Clone, PartialEq, Debug)]
pub struct Several {
    named: Vec<Named>,
    /// Over the same seeds, classes folded into kinds.
    reports: Vec<Report>,
    /// Of each but the first.
    against: Vec<Against>,
    /// Use, readiness and simplicity of each, on scales that they share.
    corners: Vec<Vec<Corner>>,
}

impl Several {
    /// Of proposals and their runs, folded by [`view::shown`], in one order; `None` before a run is there of all of them, or
    /// without two.
    pub fn of(named: Vec<Named>, mut reports: Vec<Report>) -> Option<Several> {
        let in_all = |seed: &u64| {
            let has = |report: &Report| report.seeds.iter().any(|run| run.seed == *seed);
            reports.iter().all(has)
        };
        let seeds = reports.first()?.seeds.iter().map(|run| run.seed);
        let kept: Vec<u64> = seeds.filter(in_all).collect();
        for report in &mut reports {
            report.seeds.retain(|run| kept.contains(&run.seed));
        }
        let (first, others) = reports.split_first()?;
        if kept.is_empty() || others.is_empty() {
            return None;
        }
        let compared = compare_all(first, &others.iter().collect::<Vec<_>>());
        let against: Vec<Against> = others
            .iter()
            .zip(compared)
            .map(|(other, comparison)| Against {
                answer: answer::answer(&comparison, first, other),
                shifts: paired_intents(first, other),
                comparison,
            })
            .collect();
        let none = Comparison::default();
        let comparisons = std::iter::once(&none).chain(against.iter().map(|it| &it.comparison));
        let mut corners: Vec<Vec<Corner>> = comparisons
            .zip(&reports)
            .map(|(comparison, report)| table::corners(comparison, first, report))
            .collect();
        share_scales(&mut corners);
        Some(Several {
            named,
            against,
            corners,
            reports,
        })
    }

    /// Runs of each.
    pub fn runs(&self) -> usize {
        self.reports.first().map_or(0, |report| report.seeds.len())
    }

    /// The letter of a proposal, by its place among those that are compared.
    fn letter(&self, at: usize) -> char {
        self.named.get(at).map_or('?', |named| named.letter)
    }

    /// The answers one after the other, for those who listen.
    pub fn spoken(&self) -> String {
        let said = self.against.iter().enumerate().map(|(at, against)| {
            let answer = answer::text(&against.answer);
            format!("{} against A: {answer}", self.letter(at + 1))
        });
        said.collect::<Vec<_>>().join(" ")
    }

    /// "12 runs of each, on the same jobs and dice".
    fn made_from(&self) -> String {
        let runs = format::counted(self.runs() as u64, "run", "runs");
        format!("{runs} of each, on the same jobs and dice")
    }

    /// The kinds of work that anybody asked for.
    fn kinds(&self) -> impl Iterator<Item = Kind> + '_ {
        let asked = |kind: &Kind| self.reports.iter().any(|it| view::wait(it, *kind, 500).is_some());
        Kind::SHOWN.into_iter().filter(asked)
    }

    /// A kind's wait under a proposal: half start within it, or with 90 nine in ten.
    fn wait(&self, at: usize, kind: Kind, percentile: u32) -> String {
        let spread = view::wait(&self.reports[at], kind, percentile * 10);
        spread.map_or_else(|| "nobody asked".to_owned(), view::Spread::wait)
    }

    /// The same held against the first, for each but the first.
    fn paired(&self, at: usize, kind: Kind, percentile: u32) -> Option<&Paired> {
        let against = self.against.get(at.checked_sub(1)?)?;
        against.comparison.row(&kind.row(percentile))
    }
}

/// Puts the rulers of a corner on the widest scale among them, so that they can be read one below the other.
fn share_scales(corners: &mut [Vec<Corner>]) {
    for which in 0..3 {
        let width = |corner: &&Corner| (corner.scale.worst - corner.scale.best).abs();
        let all = corners.iter().filter_map(|of| of.get(which));
        let widest = all.max_by(|a, b| width(a).total_cmp(&width(b)));
        let Some(scale) = widest.map(|corner| corner.scale.clone()) else {
            continue;
        };
        for corner in corners.iter_mut().filter_map(|of| of.get_mut(which)) {
            corner.scale = scale.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    pub(super) fn several() -> Several {
        let reports = [8, 2, 8].map(|cap| view::shown(&testing::report(cap, 12)));
        let named = ["As it is today", "Cap 2 GPUs", "The same <again>"];
        let named =
            std::array::from_fn::<_, 3, _>(|at| (letter(at), named[at])).map(|(letter, title)| Named {
                letter,
                title: title.to_owned(),
                link: format!("p0?profile=group-32&cap=2gpu~{}", title.len()),
            });
        Several::of(named.to_vec(), reports.to_vec()).unwrap()
    }

    #[test]
    fn every_proposal_is_held_against_the_first_and_an_equal_one_differs_in_nothing() {
        let several = several();
        assert_eq!((several.runs(), several.against.len()), (12, 2));
        assert!(
            several.spoken().contains("C against A: Nothing differs."),
            "{}",
            several.spoken()
        );
        let shifts = several.against[1].shifts;
        assert_eq!(shifts.same + shifts.open, shifts.total());
    }

    #[test]
    fn only_runs_that_all_have_are_compared() {
        let whole = view::shown(&testing::report(8, 12));
        let mut short = view::shown(&testing::report(2, 12));
        short.seeds.remove(0);
        let named = vec![
            Named {
                letter: 'A',
                title: String::new(),
                link: String::new()
            };
            2
        ];
        let made = Several::of(named.clone(), vec![whole.clone(), short.clone()]);
        assert_eq!(made.map(|it| it.runs()), Some(11));
        short.seeds.clear();
        assert_eq!(Several::of(named, vec![whole, short]), None);
    }

    #[test]
    fn rulers_of_a_corner_share_their_scale() {
        let several = several();
        for which in 0..3 {
            let scale = &several.corners[0][which].scale;
            for corners in &several.corners {
                assert_eq!(&corners[which].scale, scale);
                let on =
                    |value: f64| (scale.worst.min(scale.best)..=scale.worst.max(scale.best)).contains(&value);
                assert!(on(corners[which].base) && on(corners[which].proposal));
            }
        }
    }
}
