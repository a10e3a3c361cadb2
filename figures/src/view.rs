//! Glue between two reports and what is shown of them: the model's classes folded into kinds, runs into middles.

use serde::{Deserialize, Serialize};
use sim_core::metrics::{By, Comparison, Quantile, Report, SeedReport, Waits, quantile, quantile_f64};
use sim_core::workload::Class;

use crate::format;
use crate::kind::Kind;

/// The report with the waits of classes that are shown as one kind merged under the kind's first class. Rasters are left
/// out: they say which class a job is, and the drawing folds them itself.
pub fn shown(report: &Report) -> Report {
    let seeds = report.seeds.iter().map(|seed| SeedReport {
        seed: seed.seed,
        digest: seed.digest.clone(),
        idle: seed.idle.clone(),
        waiting: seed.waiting.clone(),
        waits: merged(seed),
        readiness: seed.readiness.clone(),
        intents: seed.intents.clone(),
        timeline: None,
        spans: None,
        ..*seed
    });
    Report {
        seeds: seeds.collect(),
        simplicity: report.simplicity.clone(),
    }
}

/// The waits of all kinds on show, each under its first class.
fn merged(seed: &SeedReport) -> By<Class, Waits> {
    let mut merged = By::default();
    for kind in Kind::SHOWN {
        if let Some(&class) = kind.classes().first() {
            merged.insert(class, waits(seed, kind));
        }
    }
    merged
}

/// Compares two reports kind by kind, by the model's own rule for verdicts. Rows of training are keyed
/// `wait.p50.train` and hold all three classes that are shown so; [`Kind::row`] makes the key.
pub fn compare(base: &Report, proposal: &Report) -> Comparison {
    sim_core::metrics::compare(&shown(base), &shown(proposal))
}

/// The waits of a kind in one run, its classes merged.
pub fn waits(seed: &SeedReport, kind: Kind) -> Waits {
    let mut all = Waits::default();
    for waits in kind.classes().iter().filter_map(|class| seed.waits.get(class)) {
        all.merge(waits);
    }
    all
}

/// The middle of several runs, and the half of them around it.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Spread {
    /// A quarter of the runs lie below.
    pub q25: f64,
    /// Half of the runs lie below.
    pub median: f64,
    /// A quarter of the runs lie above.
    pub q75: f64,
    /// Whether the middle falls among waits that had not ended: it is then "more than".
    pub more: Ended,
}

/// Whether a number is one, or only a lower bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Ended {
    /// It is the number.
    #[default]
    Exact,
    /// It is at least the number.
    AtLeast,
}

impl Spread {
    /// Of plain numbers; all zero if there are none.
    pub fn of(values: &[f64]) -> Spread {
        let at = |q| quantile_f64(values, q).unwrap_or(0.0);
        Spread {
            q25: at(0.25),
            median: at(0.5),
            q75: at(0.75),
            more: Ended::Exact,
        }
    }

    /// Of one quantile per run; `None` if in no run anybody asked. The middle is "at least" as soon as a run at or below
    /// it is.
    pub fn of_quantiles(quantiles: &[Quantile]) -> Option<Spread> {
        let asked: Vec<Quantile> = quantiles
            .iter()
            .copied()
            .filter(|&q| q != Quantile::Nobody)
            .collect();
        if asked.is_empty() {
            return None;
        }
        let secs: Vec<f64> = asked.iter().map(|q| f64::from(q.floor_secs())).collect();
        let spread = Spread::of(&secs);
        let open = asked
            .iter()
            .any(|q| matches!(q, Quantile::MoreThan(s) if f64::from(*s) <= spread.median));
        Some(Spread {
            more: if open { Ended::AtLeast } else { Ended::Exact },
            ..spread
        })
    }

    /// The middle as a wait: "at once", "2 h 50 min", "more than 3 h".
    pub fn wait(self) -> String {
        match self.more {
            Ended::Exact => format::wait(self.median),
            Ended::AtLeast => format!("more than {}", format::span(self.median)),
        }
    }
}

/// A quantile of the waits of a kind, run by run.
pub fn quantiles(report: &Report, kind: Kind, per_mille: u32) -> Vec<Quantile> {
    report
        .seeds
        .iter()
        .map(|seed| quantile(&waits(seed, kind), per_mille))
        .collect()
}

/// The middle of the runs' typical waits (or nine-in-ten waits, with 900); `None` if nobody asked.
pub fn wait(report: &Report, kind: Kind, per_mille: u32) -> Option<Spread> {
    Spread::of_quantiles(&quantiles(report, kind, per_mille))
}

/// A share or count of each run, in the middle.
pub fn middle(report: &Report, of: impl Fn(&SeedReport) -> f64) -> Spread {
    let values: Vec<f64> = report.seeds.iter().map(of).collect();
    Spread::of(&values)
}

/// Jobs of a kind that became eligible, in the middle run: the `n` of its picture.
pub fn asked(report: &Report, kind: Kind) -> u64 {
    let count = |seed: &SeedReport| {
        let waits = waits(seed, kind);
        (waits.started.len() + waits.unfinished.len()) as f64
    };
    middle(report, count).median.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use sim_core::workload::Class;

    #[test]
    fn training_holds_the_waits_of_all_three_classes_shown_so() {
        let report = testing::report(8, 1);
        let merged = waits(&report.seeds[0], Kind::Training);
        let parts = [Class::Train, Class::Large, Class::Cpubound].map(|class| &report.seeds[0].waits[&class]);
        assert_eq!(
            merged.started.len(),
            parts.iter().map(|w| w.started.len()).sum::<usize>()
        );
        assert!(merged.started.is_sorted() && merged.unfinished.is_sorted());
        let shown = shown(&report);
        assert_eq!(shown.seeds[0].waits[&Class::Train], merged);
        assert_eq!(
            wait(&shown, Kind::Training, 500),
            wait(&report, Kind::Training, 500)
        );
        assert_eq!(shown.seeds[0].capacity, report.seeds[0].capacity);
    }

    #[test]
    fn a_middle_among_the_unfinished_is_more_than() {
        use Quantile::{MoreThan, Nobody, Secs};
        let more = |quantiles: &[Quantile]| Spread::of_quantiles(quantiles).map(|s| (s.median, s.more));
        assert_eq!(more(&[Nobody, Nobody]), None);
        assert_eq!(
            more(&[Secs(10), Secs(20), MoreThan(30)]),
            Some((20.0, Ended::Exact))
        );
        assert_eq!(
            more(&[Secs(10), MoreThan(20), MoreThan(30)]),
            Some((20.0, Ended::AtLeast))
        );
        assert_eq!(
            more(&[Nobody, MoreThan(5), Secs(20), Secs(40)]),
            Some((20.0, Ended::AtLeast))
        );
    }

    #[test]
    fn a_comparison_by_kind_of_equal_reports_differs_in_nothing() {
        let report = testing::report(8, 2);
        let comparison = compare(&report, &report);
        assert!(comparison.row(&Kind::Training.row(50)).is_some());
        assert!(
            comparison
                .rows
                .iter()
                .all(|row| row.difference.iter().all(|&d| d == 0.0))
        );
    }
}
