//! The answer's table by kind, and the three corners, as data.

use sim_core::metrics::{Comparison, Paired, Quantile, Report, SeedReport, Verdict, quantile};

use crate::answer::of_runs;
use crate::figure::Table;
use crate::format;
use crate::kind::Kind;
use crate::view::{self, Spread};

/// One row of the answer's table.
#[derive(Clone, PartialEq, Debug)]
pub struct KindRow {
    /// Which kind.
    pub kind: Kind,
    /// Half start within this, baseline; `None` if nobody asked.
    pub base: Option<Spread>,
    /// Half start within this, proposal.
    pub proposal: Option<Spread>,
    /// Nine in ten start within this, baseline.
    pub base_p90: Option<Spread>,
    /// Nine in ten start within this, proposal.
    pub proposal_p90: Option<Spread>,
    /// The middle of the paired differences of typical waits, in words: "−12 min".
    pub difference: String,
    /// How sure: "sooner in 7 of 8 runs", "better in 19 of 20 runs", "no clear difference".
    pub sure: String,
    /// The pairs behind it, for the row of dots.
    pub paired: Option<Paired>,
}

/// The rows of all kinds that anybody asked for, in the order of tables.
pub fn kinds(comparison: &Comparison, base: &Report, proposal: &Report) -> Vec<KindRow> {
    let row = |kind: Kind| {
        let paired = comparison.row(&kind.row(50));
        KindRow {
            kind,
            base: view::wait(base, kind, 500),
            proposal: view::wait(proposal, kind, 500),
            base_p90: view::wait(base, kind, 900),
            proposal_p90: view::wait(proposal, kind, 900),
            difference: paired.map_or(String::new(), |row| format::difference(row.median_difference)),
            sure: paired.map_or(String::new(), |row| sure(row, ["sooner", "later"])),
            paired: paired.cloned(),
        }
    };
    Kind::SHOWN
        .into_iter()
        .map(row)
        .filter(|row| row.base.is_some() || row.proposal.is_some())
        .collect()
}

/// The rows as words, for a plain table.
pub fn words(rows: &[KindRow]) -> Table {
    let wait = |spread: Option<Spread>| spread.map_or(String::from("nobody asked"), Spread::wait);
    Table {
        caption: String::from("Typical wait and nine-in-ten wait by kind of work"),
        headings: [
            "kind of work",
            "half start within, baseline",
            "half start within, proposal",
            "difference",
            "how sure",
            "nine in ten, baseline",
            "nine in ten, proposal",
        ]
        .map(String::from)
        .to_vec(),
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    row.kind.word().to_owned(),
                    wait(row.base),
                    wait(row.proposal),
                    row.difference.clone(),
                    row.sure.clone(),
                    wait(row.base_p90),
                    wait(row.proposal_p90),
                ]
            })
            .collect(),
        sums: None,
    }
}

/// How sure a row is, in words; `ways` are the better and the worse direction: sooner and later, higher and lower.
pub fn sure(row: &Paired, ways: [&str; 2]) -> String {
    let [better, worse] = ways;
    let runs = row.difference.len() as u32;
    match row.verdict {
        Verdict::Identical => String::from("the same in every run"),
        Verdict::NoClearDifference => String::from("no clear difference"),
        Verdict::Better => format!("better {}", of_runs(row.better, row)),
        Verdict::Worse => format!("worse {}", of_runs(row.worse, row)),
        Verdict::TooFewSeeds if row.better * 2 > runs => format!("{better} {}", of_runs(row.better, row)),
        Verdict::TooFewSeeds if row.worse * 2 > runs => format!("{worse} {}", of_runs(row.worse, row)),
        Verdict::TooFewSeeds => format!("{better} in {}, {worse} {}", row.better, of_runs(row.worse, row)),
    }
}

/// One of the three corners.
#[derive(Clone, PartialEq, Debug)]
pub struct Corner {
    /// Its name: "Use".
    pub name: &'static str,
    /// Its question: "How much of the machine did work?"
    pub question: &'static str,
    /// The proposal's value in words: "87.7 %".
    pub value: String,
    /// The baseline's: "was 88.6 %"; empty if both are one.
    pub was: String,
    /// What stands beside it: the useful share, p50 and p90, rules and choices.
    pub beside: String,
    /// How sure: "lower in 7 of 8 runs"; empty for simplicity, which is counted, not measured.
    pub sure: String,
    /// The scale.
    pub scale: Scale,
    /// Baseline on the scale.
    pub base: f64,
    /// Proposal on the scale, the middle run.
    pub proposal: f64,
    /// Half of the runs lie between these; `None` for simplicity.
    pub band: Option<(f64, f64)>,
}

/// A straight scale whose right end is always the better end.
#[derive(Clone, PartialEq, Debug)]
pub struct Scale {
    /// Value at the left, worse end.
    pub worst: f64,
    /// Value at the right, better end.
    pub best: f64,
    /// Words under it: value and word.
    pub words: Vec<(f64, String)>,
}

/// The three corners: use, readiness, simplicity. Never a score.
pub fn corners(comparison: &Comparison, base: &Report, proposal: &Report) -> Vec<Corner> {
    let sure = |key: &str| {
        comparison
            .row(key)
            .map_or(String::new(), |row| sure(row, ["higher", "lower"]))
    };
    let useful = view::middle(proposal, SeedReport::useful).median;
    let ready = |per_mille| {
        let of = |seed: &SeedReport| quantile(&seed.readiness.waits, per_mille);
        let runs: Vec<Quantile> = proposal.seeds.iter().map(of).collect();
        Spread::of_quantiles(&runs)
    };
    let beside = match (ready(500), ready(900)) {
        (Some(half), Some(most)) => format!("half start {}, nine in ten {}", within(half), within(most)),
        (None, _) | (_, None) => String::from("nobody asked in working hours"),
    };
    vec![
        share(
            ["Use", "How much of the machine did work?"],
            [base, proposal].map(|side| view::middle(side, SeedReport::used)),
            (0.7, format!("{} useful", format::percent(useful)), sure("use")),
        ),
        share(
            [
                "Readiness",
                "How many tests and notebooks start within ten minutes, Monday to Friday, 8 to 18 h?",
            ],
            [base, proposal].map(|side| view::middle(side, |seed| seed.readiness.share())),
            (0.0, beside, sure("readiness")),
        ),
        simplicity(base, proposal),
    ]
}

fn within(spread: Spread) -> String {
    let wait = spread.wait();
    if wait == "at once" {
        wait
    } else {
        format!("within {wait}")
    }
}

fn share(
    [name, question]: [&'static str; 2],
    [base, proposal]: [Spread; 2],
    (start, beside, sure): (f64, String, String),
) -> Corner {
    // The scale starts lower, by whole tens, where a mark would fall off it.
    let least = base.median.min(proposal.q25);
    let worst = if least < start {
        (least * 10.0).floor() / 10.0
    } else {
        start
    };
    let middle = (worst + 1.0) / 2.0;
    let (value, was) = (format::percent(proposal.median), format::percent(base.median));
    Corner {
        name,
        question,
        was: if was == value {
            String::new()
        } else {
            format!("was {was}")
        },
        value,
        beside,
        sure,
        scale: Scale {
            worst,
            best: 1.0,
            words: vec![
                (worst, format::percent_whole(worst)),
                (middle, format::percent_whole(middle)),
                (1.0, format::percent_whole(1.0)),
            ],
        },
        base: base.median,
        proposal: proposal.median,
        band: Some((proposal.q25, proposal.q75)),
    }
}

fn simplicity(base: &Report, proposal: &Report) -> Corner {
    let [before, after] = [base, proposal].map(|side| side.simplicity.rules + side.simplicity.choices);
    let of = &proposal.simplicity;
    let most = before.max(after).max(10);
    let say = |n: u32| format!("{n} to know");
    Corner {
        name: "Simplicity",
        question: "How many rules and choices must a person know?",
        value: say(after),
        was: if before == after {
            String::new()
        } else {
            format!("was {before}")
        },
        beside: format!(
            "{} and {}",
            counted(of.rules, "rule", "rules"),
            counted(of.choices, "choice", "choices")
        ),
        sure: String::new(),
        scale: Scale {
            worst: f64::from(most),
            best: 0.0,
            words: vec![
                (f64::from(most), most.to_string()),
                (f64::from(most / 2), (most / 2).to_string()),
                (0.0, String::from("none")),
            ],
        },
        base: f64::from(before),
        proposal: f64::from(after),
        band: None,
    }
}

fn counted(n: u32, one: &str, many: &str) -> String {
    if n == 0 {
        format!("no {many}")
    } else {
        format::counted(u64::from(n), one, many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn every_kind_that_somebody_asked_for_has_a_row() {
        let (base, proposal) = testing::pair();
        let rows = kinds(&testing::compared(base, proposal), base, proposal);
        assert_eq!(rows.iter().map(|row| row.kind).collect::<Vec<_>>(), Kind::SHOWN);
        for row in &rows {
            let paired = row.paired.as_ref().unwrap();
            assert!(
                row.sure.contains("runs") || row.sure == "the same in every run",
                "{}",
                row.sure
            );
            assert_eq!(paired.difference.len(), base.seeds.len());
        }
        let table = words(&rows);
        assert!(table.rows.iter().all(|row| row.len() == table.headings.len()));
    }

    #[test]
    fn how_sure_is_said_as_counts_until_a_verdict_is_allowed() {
        let mut row = Paired {
            key: String::from("use"),
            more_is_better: true,
            base: vec![0.0; 8],
            proposal: vec![0.0; 8],
            difference: vec![0.0; 8],
            better: 7,
            worse: 1,
            median_difference: 0.1,
            verdict: Verdict::TooFewSeeds,
        };
        let say = |row: &Paired| sure(row, ["higher", "lower"]).replace(format::NBSP, " ");
        assert_eq!(say(&row), "higher in 7 of 8 runs");
        (row.better, row.worse) = (3, 4);
        assert_eq!(say(&row), "higher in 3, lower in 4 of 8 runs");
        (row.better, row.worse, row.verdict) = (0, 8, Verdict::Worse);
        assert_eq!(say(&row), "worse in 8 of 8 runs");
        row.verdict = Verdict::NoClearDifference;
        assert_eq!(say(&row), "no clear difference");
    }

    #[test]
    fn the_better_end_of_every_ruler_is_the_right_one_and_no_mark_falls_off() {
        let (base, proposal) = testing::pair();
        let corners = corners(&testing::compared(base, proposal), base, proposal);
        assert_eq!(
            corners.iter().map(|c| c.name).collect::<Vec<_>>(),
            ["Use", "Readiness", "Simplicity"]
        );
        for corner in corners {
            let (worst, best) = (corner.scale.worst, corner.scale.best);
            let on = |value: f64| (worst.min(best)..=worst.max(best)).contains(&value);
            assert!(on(corner.base) && on(corner.proposal), "{}", corner.name);
            assert_eq!(corner.scale.words.last().map(|word| word.0), Some(best));
            assert_eq!(corner.band.is_none(), corner.name == "Simplicity");
        }
    }
}
