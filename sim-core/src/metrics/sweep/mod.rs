//! Many settings of one scenario beside each other: what each does, which of them nothing beats, and how sure that is.
//!
//! All settings meet the same jobs and dice, so every difference is taken seed by seed. Nothing here runs anything, and
//! there is no single score: use, waits and rules stay apart.

mod frontier;
mod goal;
mod rank;

#[cfg(test)]
mod testing;

use serde::{Deserialize, Serialize};

use super::compare::{Known, quantities};
use super::{SeedReport, Simplicity, quantile_f64};
use crate::scenario::knobs::Settings;
use crate::workload::Class;

pub use frontier::{Found, Judged, Nearest, frontier, judge, nearest_better};
pub use goal::{Bound, Demand, Goal, GoalError, Met, Miss, class_named};
pub use rank::{Effect, rank};

/// Which of a class's waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tail {
    /// Half of the jobs start within it.
    Half,
    /// Nine in ten do.
    NineInTen,
}

/// Something that settings are compared by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// Allocated over installed capacity.
    Use,
    /// Useful over installed capacity.
    Useful,
    /// Share of tests and notebooks that start within ten minutes in office hours.
    Readiness,
    /// A wait of a class, or of all jobs.
    Wait(Option<Class>, Tail),
    /// Rules that a person must know.
    Rules,
}

impl Measure {
    /// Whether more of it is better.
    pub fn more_is_better(self) -> bool {
        match self {
            Measure::Use | Measure::Useful | Measure::Readiness => true,
            Measure::Wait(..) | Measure::Rules => false,
        }
    }

    /// As in tables and JSON: `use`, `wait.p90.debug`, `rules`.
    pub fn key(self) -> String {
        match self {
            Measure::Use => "use".to_owned(),
            Measure::Useful => "useful".to_owned(),
            Measure::Readiness => "readiness".to_owned(),
            Measure::Rules => "rules".to_owned(),
            Measure::Wait(class, tail) => {
                let share = match tail {
                    Tail::Half => "p50",
                    Tail::NineInTen => "p90",
                };
                format!("wait.{share}.{}", class.map_or("all", Class::key))
            }
        }
    }

    /// Its row among [`quantities`]; rules are counted from the policy and have none.
    fn row(self) -> Option<usize> {
        match self {
            Measure::Use => Some(0),
            Measure::Useful => Some(1),
            Measure::Readiness => Some(2),
            Measure::Wait(class, tail) => {
                let tail = match tail {
                    Tail::Half => 0,
                    Tail::NineInTen => 1,
                };
                Some(3 + 2 * place(class) + tail)
            }
            Measure::Rules => None,
        }
    }
}

/// All jobs first, then the classes in the order of tables.
fn place(class: Option<Class>) -> usize {
    let found = class.and_then(|class| Class::ALL.iter().position(|&other| other == class));
    found.map_or(0, |at| at + 1)
}

/// What is kept of one run of a setting: the figures that [`super::compare()`] compares, without the waits they come from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reading {
    /// Its seed.
    pub seed: u64,
    /// Digest of its records.
    pub digest: String,
    figures: Vec<Known>,
    /// Jobs asked for in the measured window: all, then by class.
    jobs: Vec<u32>,
}

impl Reading {
    /// Reads it off a run.
    pub fn of(seed: &SeedReport) -> Reading {
        let count = |class: &Class| {
            let waits = seed.waits.get(class);
            waits.map_or(0, |waits| (waits.started.len() + waits.unfinished.len()) as u32)
        };
        let by_class: Vec<u32> = Class::ALL.iter().map(count).collect();
        Reading {
            seed: seed.seed,
            digest: seed.digest.clone(),
            figures: quantities().iter().map(|quantity| (quantity.of)(seed)).collect(),
            jobs: std::iter::once(by_class.iter().sum()).chain(by_class).collect(),
        }
    }

    /// Jobs of a class, or all.
    pub fn jobs(&self, class: Option<Class>) -> u32 {
        self.jobs.get(place(class)).copied().unwrap_or(0)
    }

    /// A figure, if anybody asked for what it is about.
    fn figure(&self, measure: Measure) -> Option<Known> {
        let asked = match measure {
            Measure::Wait(class, _) => self.jobs(class) > 0,
            Measure::Use | Measure::Useful | Measure::Readiness | Measure::Rules => true,
        };
        self.figures.get(measure.row()?).copied().filter(|_| asked)
    }
}

/// The middle of several runs, and the half of them around it.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Spread {
    /// How many runs have the figure.
    pub runs: usize,
    /// A quarter of them lie below.
    pub q25: f64,
    /// Half of them lie below.
    pub median: f64,
    /// A quarter of them lie above.
    pub q75: f64,
    /// Whether the middle falls among waits that had not ended: it is then "more than".
    pub at_least: bool,
}

/// One setting and its runs.
#[derive(Clone, PartialEq, Debug)]
pub struct Point {
    /// What all knobs are set to.
    pub settings: Settings,
    /// What it asks people to know.
    pub simplicity: Simplicity,
    /// Its runs, in order of seed.
    pub runs: Vec<Reading>,
}

impl Point {
    /// A measure over its runs; `None` without a run in which somebody asked. The middle is "at least" as soon as a run at
    /// or below it is. Rules are the same in every run.
    pub fn spread(&self, measure: Measure) -> Option<Spread> {
        if measure == Measure::Rules {
            let rules = f64::from(self.simplicity.rules);
            return Some(Spread {
                runs: self.runs.len(),
                q25: rules,
                median: rules,
                q75: rules,
                at_least: false,
            });
        }
        let read = || self.runs.iter().filter_map(|run| run.figure(measure));
        let values: Vec<f64> = read().map(|(value, _)| value).collect();
        let median = quantile_f64(&values, 0.5)?;
        Some(Spread {
            runs: values.len(),
            q25: quantile_f64(&values, 0.25)?,
            median,
            q75: quantile_f64(&values, 0.75)?,
            at_least: read().any(|(value, open)| open && value <= median),
        })
    }

    /// Jobs of a class, or all, in the middle run.
    pub fn jobs(&self, class: Option<Class>) -> f64 {
        let counts: Vec<f64> = self.runs.iter().map(|run| f64::from(run.jobs(class))).collect();
        quantile_f64(&counts, 0.5).unwrap_or(0.0)
    }

    /// The runs that both have, by seed: ours, theirs.
    fn pairs<'a>(&'a self, other: &'a Point) -> impl Iterator<Item = (&'a Reading, &'a Reading)> {
        self.runs.iter().filter_map(|run| {
            let same = other.runs.iter().find(|theirs| theirs.seed == run.seed)?;
            Some((run, same))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{point, reading};
    use super::*;
    use crate::metrics::compare;

    #[test]
    fn a_measure_is_the_row_that_a_comparison_calls_so() {
        let keys: Vec<String> = quantities().iter().map(|row| row.key.clone()).collect();
        let tails = [Tail::Half, Tail::NineInTen];
        let classes = std::iter::once(None).chain(Class::ALL.map(Some));
        let waits = classes.flat_map(|class| tails.map(|tail| Measure::Wait(class, tail)));
        for measure in [Measure::Use, Measure::Useful, Measure::Readiness]
            .into_iter()
            .chain(waits)
        {
            assert_eq!(measure.row().map(|at| &keys[at]), Some(&measure.key()));
        }
        assert_eq!(
            (Measure::Rules.row(), Measure::Rules.key()),
            (None, "rules".into())
        );
    }

    #[test]
    fn a_middle_among_the_unfinished_is_at_least() {
        let p90 = Measure::Wait(Some(Class::Debug), Tail::NineInTen);
        let mut point = point("8", 2, [(0.8, 60.0), (0.9, 600.0), (0.7, 900.0)]);
        let spread = point.spread(p90).unwrap();
        assert_eq!(
            (spread.q25, spread.median, spread.q75, spread.runs),
            (330.0, 600.0, 750.0, 3)
        );
        assert!(!spread.at_least);
        point.runs[1] = Reading::of(&reading(2, 0.9, &[], &[600]));
        assert!(point.spread(p90).unwrap().at_least);
        let nobody = Measure::Wait(Some(Class::Train), Tail::Half);
        assert_eq!(point.spread(nobody), None);
        assert_eq!(point.jobs(Some(Class::Debug)), 1.0);
        assert_eq!(point.spread(Measure::Rules).unwrap().median, 2.0);
    }

    #[test]
    fn what_is_kept_of_a_run_is_what_a_comparison_reads_off_it() {
        let seed = reading(1, 0.75, &[10, 70, 4_000], &[50_000]);
        let report = crate::metrics::Report {
            seeds: vec![seed.clone()],
            ..Default::default()
        };
        let compared = compare(&report, &report);
        let kept = Reading::of(&seed);
        for measure in [
            Measure::Use,
            Measure::Wait(Some(Class::Debug), Tail::Half),
            Measure::Wait(None, Tail::NineInTen),
        ] {
            let row = compared.row(&measure.key()).unwrap();
            assert_eq!(kept.figure(measure).map(|(value, _)| value), Some(row.base[0]));
        }
    }
}
