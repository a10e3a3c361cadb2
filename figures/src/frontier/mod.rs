//! A sweep as a picture and in words: use against the nine-in-ten wait of a kind of work, and which settings nothing beats.
//!
//! What is said of settings comes from [`sim_core::metrics::sweep`]; here it is put into words and places.

mod csv;
mod draw;
mod goal;

use sim_core::metrics::sweep::{
    Effect, Found, Judged, Measure, Point, Reading, Spread, Tail, frontier, judge, nearest_better,
};
use sim_core::metrics::{Paired, SeedReport, Verdict};
use sim_core::scenario::knobs::Vary;
use sim_core::workload::Class;

use crate::figure::{Figure, Table};
use crate::format;
use crate::kind::Kind;
use crate::view;

pub use csv::csv;
pub use draw::{dot_at, draw};
pub use goal::{goal, sentence};

/// The settings of a sweep, and what the picture says of each.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Frontier {
    /// "ten-minute tests".
    pub work: String,
    /// The settings, in the order of the table.
    pub dots: Vec<Dot>,
    /// Runs of the setting that has fewest.
    pub runs: usize,
    /// Nothing, or what is better than now at no cost.
    better: String,
    /// What the rows of the table are named after.
    named: String,
}

/// One setting.
#[derive(Clone, PartialEq, Debug)]
pub struct Dot {
    /// "16 GPUs, 3 days".
    pub label: String,
    /// Share of GPU time held by jobs.
    pub used: Spread,
    /// Within which nine in ten of the kind start; nothing where nobody asked.
    pub wait: Spread,
    /// Words of its row.
    cells: Vec<String>,
    /// What it brings and costs against now, in a sentence; empty for now itself.
    against: String,
    /// What it is besides a setting.
    pub marks: Marks,
}

/// What a setting is besides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// How things are.
    pub now: bool,
    /// What is proposed.
    pub proposal: bool,
    /// No other is better in one thing and no worse in the others.
    pub frontier: bool,
    /// The nearest that is no worse than now in anything and better in something.
    pub better: bool,
}

impl Marks {
    /// "now, on the frontier".
    fn words(self) -> String {
        let marks = [
            (self.now, "now"),
            (self.proposal, "proposal"),
            (self.frontier, "on the frontier"),
            (!self.frontier, "beaten"),
            (self.better, "better at no cost"),
        ];
        let said: Vec<&str> = marks
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, word)| *word)
            .collect();
        said.join(", ")
    }
}

/// The places of how things are and of what is proposed among the settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Places {
    /// How things are.
    pub now: usize,
    /// What is proposed, if it is something else.
    pub proposal: Option<usize>,
}

/// The class under which a kind is kept.
pub fn class(kind: Kind) -> Option<Class> {
    kind.classes().first().copied()
}

/// What is kept of a run, with the waits of classes that are shown as one kind together, under the kind's first class.
pub fn reading(mut run: SeedReport) -> Reading {
    let folded = Kind::SHOWN
        .into_iter()
        .filter_map(|kind| Some((class(kind)?, view::waits(&run, kind))));
    run.waits = folded.collect();
    Reading::of(&run)
}

/// What a setting of the varied knobs is called: "16 GPUs, 3 days".
pub fn label(point: &Point, varied: &[Vary]) -> String {
    let said: Vec<String> = varied
        .iter()
        .map(|vary| vary.knob.say(point.settings.get(vary.knob)))
        .collect();
    said.join(", ")
}

impl Frontier {
    /// Of settings whose runs are there, waits of kinds folded.
    pub fn of(points: &[Point], varied: &[Vary], places: Places, kind: Kind) -> Frontier {
        let class = class(kind);
        let on = frontier(points, class);
        let found = nearest_better(points, places.now, class, varied);
        let judged = judge(points, places.now, class);
        let dots = points.iter().enumerate().filter_map(|(at, point)| {
            let used = point.spread(Measure::Use)?;
            let [half, most] =
                [Tail::Half, Tail::NineInTen].map(|tail| point.spread(Measure::Wait(class, tail)));
            let ready = point.spread(Measure::Readiness)?;
            let marks = Marks {
                now: at == places.now,
                proposal: Some(at) == places.proposal,
                frontier: on[at],
                better: matches!(&found, Found::Nearest(nearest) if nearest.point == at),
            };
            let label = label(point, varied);
            let cells = vec![
                label.clone(),
                around(used, format::percent),
                format::percent_whole(ready.median),
                half.map_or("nobody asked".to_owned(), middle),
                most.map_or("nobody asked".to_owned(), |most| around(most, format::wait)),
                point.simplicity.rules.to_string(),
                marks.words(),
            ];
            Some(Dot {
                label,
                used,
                wait: most.unwrap_or_default(),
                cells,
                against: if marks.now {
                    String::new()
                } else {
                    against(&judged[at])
                },
                marks,
            })
        });
        let named: Vec<&str> = varied.iter().map(|vary| vary.knob.texts().label).collect();
        Frontier {
            work: kind.plural().to_lowercase(),
            dots: dots.collect(),
            runs: points.iter().map(|point| point.runs.len()).min().unwrap_or(0),
            better: better(points, varied, places.now, class, &found),
            named: named.join(", "),
        }
    }

    /// Its words.
    pub fn figure(&self) -> Figure {
        let headings = [
            &self.named,
            "GPU time in use",
            "readiness",
            "half start within",
            "nine in ten start within",
            "rules",
            "standing",
        ];
        let caption = format!("Settings tried, and what they do to the waits of {}", self.work);
        Figure {
            title: "Which settings does nothing beat?".to_owned(),
            finding: self.finding(),
            table: Table {
                caption,
                headings: headings.map(str::to_owned).to_vec(),
                rows: self.dots.iter().map(|dot| dot.cells.clone()).collect(),
                sums: None,
            },
            made_from: format!(
                "{} of each setting, all on the same jobs and dice",
                format::counted(self.runs as u64, "run", "runs")
            ),
        }
    }

    fn finding(&self) -> String {
        let on = self.dots.iter().filter(|dot| dot.marks.frontier).count();
        let all = self.dots.len();
        let first = match on {
            0 => return "No setting has been run yet.".to_owned(),
            1 => format!(
                "Of {all} settings one beats or equals all others in use, the wait of {} and rules.",
                self.work
            ),
            _ if on == all => format!(
                "None of the {all} settings beats another in use, the wait of {} and rules at once.",
                self.work
            ),
            _ => format!(
                "{on} of {all} settings are on the frontier: none has as much use, as short a wait of {} and as few rules.",
                self.work
            ),
        };
        format!("{first} {}", self.better)
    }

    /// One setting in a sentence, for somebody who walks through them.
    pub fn sentence(&self, at: usize) -> String {
        let Some(Dot {
            cells,
            marks,
            against,
            ..
        }) = self.dots.get(at)
        else {
            return String::new();
        };
        format!(
            "{}: {} in use, half start {}, nine in ten {}, {} to know; {}.{against}",
            cells[0],
            cells[1],
            cells[3],
            cells[4],
            match cells[5].as_str() {
                "1" => "1 rule".to_owned(),
                rules => format!("{rules} rules"),
            },
            marks.words()
        )
    }
}

fn middle(spread: Spread) -> String {
    if spread.at_least {
        format!("more than {}", format::span(spread.median))
    } else {
        format::wait(spread.median)
    }
}

/// "81.2 % (79.9 % to 82.0 %)".
fn around(spread: Spread, say: fn(f64) -> String) -> String {
    let middle = if spread.at_least {
        format!("more than {}", say(spread.median))
    } else {
        say(spread.median)
    };
    let (low, high) = (say(spread.q25), say(spread.q75));
    if spread.runs < 2 || low == high {
        middle
    } else {
        format!("{middle} ({low} to {high})")
    }
}

fn better(points: &[Point], varied: &[Vary], now: usize, class: Option<Class>, found: &Found) -> String {
    match found {
        Found::TooFewRuns => "Fewer than 12 runs call nothing better.".to_owned(),
        Found::Nothing => {
            "None is clearly better than now in something without being worse in something else.".to_owned()
        }
        Found::Nearest(nearest) => {
            let judged = judge(points, now, class).swap_remove(nearest.point);
            format!(
                "The nearest that is better than now and no worse in anything is {}: {}.",
                label(&points[nearest.point], varied),
                gains(&judged).join(", ")
            )
        }
    }
}

/// " Against now it brings …; it costs …."
fn against(judged: &Judged) -> String {
    let gains = gains(judged);
    let mut costs: Vec<String> = judged.costs.iter().map(cost).collect();
    if judged.rules > 0 {
        let more = judged.rules.unsigned_abs();
        costs.push(format!("{} more", format::counted(more, "rule", "rules")));
    }
    match (gains.is_empty(), costs.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(" Against now: {}.", gains.join(", ")),
        (true, false) => format!(" Against now it costs: {}.", costs.join(", ")),
        (false, false) => format!(
            " Against now: {}. It costs: {}.",
            gains.join(", "),
            costs.join(", ")
        ),
    }
}

/// A figure that is worse, in the middle run.
fn cost(row: &Paired) -> String {
    let by = row.median_difference;
    let of_wait = |tail: &str, class: &str| {
        let named = Class::ALL.into_iter().find(|it| it.key() == class);
        let work = named.map_or("all jobs".to_owned(), |class| {
            Kind::of(class).plural().to_lowercase()
        });
        format!("{tail} wait of {work} {}", format::difference(by))
    };
    match row.key.as_str() {
        "use" => format!("use {}", format::points(by)),
        "useful" => format!("useful work {}", format::points(by)),
        "readiness" => format!("readiness {}", format::points(by)),
        "work-done" => "work done".to_owned(),
        "still-waiting" => "jobs still waiting at the end".to_owned(),
        "given-up" => "work given up".to_owned(),
        "filler" => "work only to use up a quota".to_owned(),
        "outside-cost" => "the bill for GPUs outside".to_owned(),
        key if key.starts_with("service") => "what the service gets".to_owned(),
        key => match (key.strip_prefix("wait.p50."), key.strip_prefix("wait.p90.")) {
            (Some(class), _) => of_wait("typical", class),
            (None, Some(class)) => of_wait("nine-in-ten", class),
            (None, None) => key.to_owned(),
        },
    }
}

fn gains(judged: &Judged) -> Vec<String> {
    let gain = |row: &Paired| {
        let (what, by) = match row.key.as_str() {
            "use" => ("use", format::points(row.median_difference)),
            "readiness" => ("readiness", format::points(row.median_difference)),
            key if key.starts_with("wait.p50") => {
                ("the typical wait", format::difference(row.median_difference))
            }
            _ => ("the nine-in-ten wait", format::difference(row.median_difference)),
        };
        format!("{what} {by} in {} of {} runs", row.better, row.difference.len())
    };
    let rows = judged.rows.iter().filter(|row| row.verdict == Verdict::Better);
    let mut gains: Vec<String> = rows.map(gain).collect();
    if judged.rules < 0 {
        let fewer = judged.rules.unsigned_abs();
        gains.push(format!("{} less", format::counted(fewer, "rule", "rules")));
    }
    gains
}

/// Which knobs matter here: a row for each that changes something, and the others by name. `varied` is what was tried.
pub fn ranking(effects: &[Effect], points: &[Point], varied: &[Vary], work: &str) -> Figure {
    let row = |effect: &Effect| {
        let knob = varied[effect.knob].knob;
        let row = &effect.row;
        let (low, high) = effect.quartiles;
        let said = match row.verdict {
            Verdict::Better => "shorter",
            Verdict::Worse => "longer",
            Verdict::Identical | Verdict::TooFewSeeds | Verdict::NoClearDifference => "not clear",
        };
        let runs = row.difference.len();
        let count = match row.better.cmp(&row.worse) {
            std::cmp::Ordering::Less => format!("longer in {} of {runs}", row.worse),
            std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => {
                format!("shorter in {} of {runs}", row.better)
            }
        };
        vec![
            knob.texts().label.to_owned(),
            knob.say(points[effect.point].settings.get(knob)),
            format::difference(row.median_difference),
            format!("{} to {}", format::difference(low), format::difference(high)),
            count,
            said.to_owned(),
            format::points(effect.used.median_difference),
        ]
    };
    let moves = |effect: &&Effect| effect.row.difference.iter().any(|&d| d != 0.0);
    let still: Vec<&str> = effects
        .iter()
        .filter(|effect| !moves(effect))
        .map(|effect| varied[effect.knob].knob.texts().label)
        .collect();
    let rows: Vec<Vec<String>> = effects.iter().filter(moves).map(row).collect();
    let first = match rows.first() {
        Some(row) if row[5] != "not clear" => {
            format!("What matters most for {work}: {}, {}.", row[0], row[1])
        }
        Some(_) | None => format!("No knob alone has a clear effect on {work} in so many runs."),
    };
    let rest = match still.len() {
        0 => String::new(),
        n => format!(" {n} of {} change nothing for them here.", effects.len()),
    };
    Figure {
        title: "Which knobs matter here?".to_owned(),
        finding: format!("{first}{rest}"),
        table: Table {
            caption: format!("Knobs turned one at a time, by what they do to the nine-in-ten wait of {work}"),
            headings: [
                "turned alone",
                "to",
                "nine-in-ten wait",
                "half of the runs",
                "runs",
                "verdict",
                "use",
            ]
            .map(str::to_owned)
            .to_vec(),
            rows,
            sums: None,
        },
        made_from: String::new(),
    }
}

#[cfg(test)]
mod tests;
