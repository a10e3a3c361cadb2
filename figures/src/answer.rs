//! The answer in at most three short sentences: what is gained, what it costs, what becomes of use.
//!
//! It never says more than the runs show. From 12 runs on a gain or a cost is named only where the model's rule calls it
//! better or worse. With fewer there is no verdict: a direction is named with its count ("sooner in 7 of 8 runs"), and
//! only if it holds in three runs of four and is as large as the rule asks.

use serde::{Deserialize, Serialize};
use sim_core::metrics::{Comparison, Paired, Report, Verdict, median_f64};

use crate::format;
use crate::kind::Kind;
use crate::view::{self, Ended, Spread};

/// A stretch of a sentence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// The words.
    pub text: String,
    /// How they are set.
    pub mark: Mark,
}

/// How a stretch is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Mark {
    /// As the rest.
    Plain,
    /// Underlined yellow.
    Gain,
    /// In red.
    Cost,
}

impl Part {
    /// Plain words.
    pub fn plain(text: impl Into<String>) -> Part {
        Part::marked(text, Mark::Plain)
    }
    /// Words with a mark.
    pub fn marked(text: impl Into<String>, mark: Mark) -> Part {
        Part {
            text: text.into(),
            mark,
        }
    }
}

/// The words without their marks.
pub fn text(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect()
}

/// The smallest difference worth a word, as a share of the baseline, in seconds, and as a share of the machine.
const SHARE: f64 = 0.05;
const SECONDS: f64 = 60.0;
const POINTS: f64 = 0.005;

/// The answer to "what does the proposal change?". `comparison` is [`view::compare`] of the same two reports. Nothing if
/// there are no runs.
pub fn answer(comparison: &Comparison, base: &Report, proposal: &Report) -> Vec<Part> {
    let Some(runs) = comparison
        .rows
        .iter()
        .map(|row| row.difference.len())
        .max()
        .filter(|&n| n > 0)
    else {
        return Vec::new();
    };
    if comparison
        .rows
        .iter()
        .all(|row| row.verdict == Verdict::Identical)
    {
        return vec![Part::plain("Nothing differs.")];
    }
    let mut sentences: Vec<Vec<Part>> = Vec::new();
    for mark in [Mark::Gain, Mark::Cost] {
        sentences.extend(largest(comparison, base, proposal, mark).map(|finding| finding.sentence()));
    }
    let usage = comparison.row("use");
    if sentences.is_empty() && usage.is_none_or(|row| direction(row, POINTS).is_none()) {
        let runs = format::counted(runs as u64, "run", "runs");
        sentences.push(vec![Part::plain(format!("No clear difference in {runs}."))]);
    }
    sentences.extend(usage.map(use_sentence));
    join(sentences)
}

fn join(sentences: Vec<Vec<Part>>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (i, sentence) in sentences.into_iter().enumerate() {
        if i > 0 {
            parts.push(Part::plain(" "));
        }
        parts.extend(sentence);
    }
    parts
}

/// Which way a row clearly goes, if any way: a verdict, or with few runs the count and the size.
pub(crate) fn direction(row: &Paired, least: f64) -> Option<Mark> {
    match row.verdict {
        Verdict::Better => Some(Mark::Gain),
        Verdict::Worse => Some(Mark::Cost),
        Verdict::Identical | Verdict::NoClearDifference => None,
        Verdict::TooFewSeeds => {
            let most = (row.difference.len() as u32 * 3).div_ceil(4);
            if row.median_difference.abs() < least {
                None
            } else if row.better >= most {
                Some(Mark::Gain)
            } else if row.worse >= most {
                Some(Mark::Cost)
            } else {
                None
            }
        }
    }
}

/// The least difference of waits worth a word.
fn least_wait(row: &Paired) -> f64 {
    (median_f64(&row.base).unwrap_or(0.0) * SHARE).max(SECONDS)
}

/// A change of one kind's waits that may be named.
struct Finding<'a> {
    kind: Kind,
    mark: Mark,
    row: &'a Paired,
    per_mille: u32,
    base: Spread,
    proposal: Spread,
}

/// The largest change of a sign: of typical waits if there is one, else of nine-in-ten waits.
fn largest<'a>(
    comparison: &'a Comparison,
    base: &Report,
    proposal: &Report,
    mark: Mark,
) -> Option<Finding<'a>> {
    let find = |percentile: u32| {
        let mut best: Option<(f64, Finding<'a>)> = None;
        for kind in Kind::SHOWN {
            let Some(row) = comparison.row(&kind.row(percentile)) else {
                continue;
            };
            if direction(row, least_wait(row)) != Some(mark) {
                continue;
            }
            let per_mille = percentile * 10;
            let waits = (
                view::wait(base, kind, per_mille),
                view::wait(proposal, kind, per_mille),
            );
            let (Some(base), Some(proposal)) = waits else {
                continue;
            };
            // Ratios, so that a test's minutes weigh as much as a training job's hours.
            let size = ((proposal.median + SECONDS) / (base.median + SECONDS)).ln().abs();
            if best.as_ref().is_none_or(|(most, _)| size > *most) {
                let finding = Finding {
                    kind,
                    mark,
                    row,
                    per_mille,
                    base,
                    proposal,
                };
                best = Some((size, finding));
            }
        }
        best.map(|(_, finding)| finding)
    };
    find(50).or_else(|| find(90))
}

impl Finding<'_> {
    fn sentence(&self) -> Vec<Part> {
        let (verb, count) = match self.mark {
            Mark::Gain => ("start", counted(self.row, self.row.better, "sooner")),
            Mark::Plain | Mark::Cost => ("wait", counted(self.row, self.row.worse, "longer")),
        };
        let typically = if self.per_mille == 500 {
            "typically"
        } else {
            "nine in ten"
        };
        let plural = self.kind.plural();
        let head = match count {
            Some(count) => format!("{plural} {verb} {count}, {typically} "),
            None if self.per_mille == 500 => format!("{plural} typically {verb} "),
            None => format!("Nine in ten {} {verb} ", lower(plural)),
        };
        let (after, before) = (self.proposal.wait(), self.base.wait());
        let right_way = (self.proposal.median < self.base.median) == (self.mark == Mark::Gain);
        if after == before || !right_way {
            // The middle of the differences is not the difference of the middles: say the former alone.
            let by = format::span(self.row.median_difference.abs());
            let way = if self.mark == Mark::Gain {
                "sooner"
            } else {
                "longer"
            };
            return vec![
                Part::plain(head),
                Part::marked(by, self.mark),
                Part::plain(format!(" {way}.")),
            ];
        }
        let (lead, tail) = match self.mark {
            Mark::Gain if at_once(&self.proposal) => ("", format!(" instead of after {before}.")),
            // A bound from below is no time within which anything has happened.
            Mark::Gain if self.proposal.more == Ended::AtLeast => {
                ("after ", format!(" instead of {before}."))
            }
            Mark::Gain if self.per_mille == 500 => ("in ", format!(" instead of {before}.")),
            Mark::Gain => ("within ", format!(" instead of {before}.")),
            Mark::Plain | Mark::Cost if at_once(&self.base) => {
                ("", String::from(" instead of starting at once."))
            }
            Mark::Plain | Mark::Cost if self.per_mille == 500 => ("", format!(" instead of {before}.")),
            Mark::Plain | Mark::Cost => ("up to ", format!(" instead of {before}.")),
        };
        vec![
            Part::plain(format!("{head}{lead}")),
            Part::marked(after, self.mark),
            Part::plain(tail),
        ]
    }
}

fn at_once(spread: &Spread) -> bool {
    spread.more == Ended::Exact && format::wait(spread.median) == "at once"
}

fn lower(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| {
        std::iter::once(first.to_ascii_lowercase())
            .chain(letters)
            .collect()
    })
}

/// "sooner in 7 of 8 runs" where no verdict may be given.
fn counted(row: &Paired, n: u32, way: &str) -> Option<String> {
    (row.verdict == Verdict::TooFewSeeds).then(|| format!("{way} {}", of_runs(n, row)))
}

pub(crate) fn of_runs(n: u32, row: &Paired) -> String {
    format!(
        "in {n} of {}",
        format::counted(row.difference.len() as u64, "run", "runs")
    )
}

fn use_sentence(row: &Paired) -> Vec<Part> {
    let [before, after] = [&row.base, &row.proposal].map(|side| median_f64(side).unwrap_or(0.0));
    let (was, is) = (format::percent(before), format::percent(after));
    let Some(mark) = direction(row, POINTS) else {
        return vec![Part::plain(match row.verdict {
            Verdict::Identical => format!("Use is the same in every run: {is}."),
            Verdict::TooFewSeeds | Verdict::NoClearDifference | Verdict::Better | Verdict::Worse
                if is == was =>
            {
                format!("Use stays at {is}.")
            }
            Verdict::TooFewSeeds | Verdict::NoClearDifference | Verdict::Better | Verdict::Worse => {
                format!("Use hardly differs: {is} instead of {was}.")
            }
        })];
    };
    let (verb, way, n) = match mark {
        Mark::Gain => ("rises", "higher", row.better),
        Mark::Plain | Mark::Cost => ("falls", "lower", row.worse),
    };
    if is == was || (after > before) != (mark == Mark::Gain) {
        let by = format::points(row.median_difference).replace(['+', format::MINUS], "");
        return vec![
            Part::plain(format!("Use {verb} by ")),
            Part::marked(by, mark),
            Part::plain(format!(" {}.", of_runs(n, row))),
        ];
    }
    match row.verdict {
        Verdict::TooFewSeeds => vec![
            Part::plain(format!("Use is {way} {}: ", of_runs(n, row))),
            Part::marked(is, mark),
            Part::plain(format!(" instead of {was}.")),
        ],
        Verdict::Identical | Verdict::NoClearDifference | Verdict::Better | Verdict::Worse => vec![
            Part::plain(format!("Use {verb} from {was} to ")),
            Part::marked(is, mark),
            Part::plain("."),
        ],
    }
}

#[cfg(test)]
#[path = "answer_truth.rs"]
mod truth;
