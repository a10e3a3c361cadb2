//! A sweep as tables and sentences for people.

use sim_core::metrics::sweep::{
    Bound, Effect, Found, Goal, Judged, Measure, Met, Miss, Nearest, Point, Spread, Tail, frontier, judge,
    nearest_better, rank,
};
use sim_core::metrics::{Paired, Verdict};
use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::Vary;
use sim_core::workload::Class;

use super::plan::Plan;
use crate::compare::{name, shown};
use crate::run::heading;
use crate::text::{days, fill, span, table};

/// What came of a sweep.
pub struct Told<'a> {
    /// What was run.
    pub plan: &'a Plan,
    /// What came of each setting.
    pub points: &'a [Point],
    /// Runs of each.
    pub number: u32,
    /// Whose wait is weighed.
    pub class: Option<Class>,
    /// What is wanted.
    pub goal: Option<&'a Goal>,
}

impl Told<'_> {
    /// The scenario as it is.
    pub fn now(&self) -> &Scenario {
        self.plan.scenarios[self.plan.now].scenario()
    }

    /// Whether each setting is on the frontier.
    pub fn frontier(&self) -> Vec<bool> {
        frontier(self.points, self.class)
    }

    /// The nearest setting at no cost.
    pub fn nearest(&self) -> Found {
        nearest_better(self.points, self.plan.now, self.class, &self.plan.varied)
    }

    /// The wait that is weighed against use.
    pub fn wait(&self) -> Measure {
        Measure::Wait(self.class, Tail::NineInTen)
    }

    /// The knobs ranked by what they do to that wait, if that was asked.
    pub fn effects(&self) -> Option<Vec<Effect>> {
        let tried = self.plan.tried.as_ref()?;
        Some(rank(self.points, self.plan.now, tried, self.wait()))
    }

    /// By how a setting differs from the scenario as it is: `cap=16gpu max-time=2d`.
    pub fn setting(&self, at: usize) -> String {
        let (now, point) = (&self.points[self.plan.now], &self.points[at]);
        let varied = self.plan.varied.iter().map(|vary| vary.knob);
        let said: Vec<String> = varied
            .filter(|knob| now.settings.get(knob) != point.settings.get(knob))
            .map(|knob| format!("{}={}", knob.key, knob.write(point.settings.get(knob))))
            .collect();
        if said.is_empty() {
            "as it is".to_owned()
        } else {
            said.join(" ")
        }
    }

    /// Tables and sentences.
    pub fn for_people(&self) -> String {
        let now = self.now();
        let mut out = fill(&heading(now));
        let (runs, settings) = (
            counted(self.number, "run"),
            counted(self.points.len() as u32, "setting"),
        );
        out += &fill(&format!(
            "{settings}, {runs} of each, {} of warm-up, {} measured. Medians over the runs; in brackets the half of them \
             around the middle.",
            days(now.horizon.warm_up),
            days(now.horizon.measured),
        ));
        out += "\n";
        match self.effects() {
            Some(effects) => out += &self.ranking(&effects),
            None => out += &self.settings(),
        }
        out += "\n";
        out += &fill(&self.better());
        if let Some(goal) = self.goal {
            out += "\n";
            out += &self.searched(goal);
        }
        out
    }

    fn settings(&self) -> String {
        let on = self.frontier();
        let knobs: Vec<&str> = self.plan.varied.iter().map(|vary| vary.knob.key).collect();
        // Two knobs need the room of a column.
        let typical = knobs.len() < 2;
        let row = |(at, point): (usize, &Point)| {
            let write = |vary: &Vary| vary.knob.write(point.settings.get(vary.knob));
            let set: Vec<String> = self.plan.varied.iter().map(write).collect();
            let star = if on[at] { "*" } else { " " };
            let now = if at == self.plan.now { ", now" } else { "" };
            let wait = |tail| point.spread(Measure::Wait(self.class, tail));
            let mut cells = vec![
                format!("{star} {}{now}", set.join(" ")),
                around(point.spread(Measure::Use), |share| {
                    format!("{:.0} %", 100.0 * share)
                }),
                figure(point.spread(Measure::Readiness), |share| {
                    format!("{:.0} %", 100.0 * share)
                }),
            ];
            if typical {
                cells.push(figure(wait(Tail::Half), span));
            }
            cells.push(around(wait(Tail::NineInTen), span));
            cells.push(point.simplicity.rules.to_string());
            cells
        };
        let rows: Vec<Vec<String>> = self.points.iter().enumerate().map(row).collect();
        let named = knobs.join(" ");
        let mut head = vec![named.as_str(), "use", "readiness", "nine in ten", "rules"];
        if typical {
            head.insert(3, "typical");
        }
        let mut out = table(&head, &rows);
        out += &fill(&format!(
            "Waits are those of: {}. A star marks the frontier: no other setting has as much use, nine in ten starting as soon \
             and as few rules.",
            self.work(),
        ));
        out
    }

    fn work(&self) -> &'static str {
        self.class.map_or("all work", crate::text::class)
    }

    fn ranking(&self, effects: &[Effect]) -> String {
        let row = |effect: &Effect| {
            let (low, high) = effect.quartiles;
            let is_clear = matches!(effect.row.verdict, Verdict::Better | Verdict::Worse);
            let count = count(&effect.row);
            vec![
                self.setting(effect.point),
                signed(effect.row.median_difference, span),
                format!("{} to {}", signed(low, span), signed(high, span)),
                signed(100.0 * effect.used.median_difference, |points| {
                    format!("{points:.1}")
                }),
                if is_clear { count } else { format!("({count})") },
            ]
        };
        let moves = |effect: &&Effect| effect.row.difference.iter().any(|&d| d != 0.0);
        let rows: Vec<Vec<String>> = effects.iter().filter(moves).map(row).collect();
        let still: Vec<&str> = effects
            .iter()
            .filter(|effect| !moves(effect))
            .map(|effect| self.plan.varied[effect.knob].knob.key)
            .collect();
        let mut out = table(
            &[
                "turned alone",
                "nine in ten",
                "half of the runs",
                "use, points",
                "runs",
            ],
            &rows,
        );
        out += &fill(&format!(
            "Each knob is turned alone, at its strongest setting of those tried, by what that does to the wait of: {}. Runs in brackets: no \
             clear difference, corrected for all that was tried.",
            self.work(),
        ));
        if !still.is_empty() {
            out += &fill(&format!("Change nothing for it here: {}.", still.join(", ")));
        }
        out
    }

    fn better(&self) -> String {
        match self.nearest() {
            Found::TooFewRuns => "Better is said from 12 runs on: --seeds 12.".to_owned(),
            Found::Nothing => {
                "No setting tried is better in something and no worse in anything than it is now.".to_owned()
            }
            Found::Nearest(Nearest { point, .. }) => {
                let judged = judge(self.points, self.plan.now, self.class).swap_remove(point);
                format!(
                    "Nearest at no cost: {}. No worse in anything, and better: {}.",
                    self.setting(point),
                    gains(&judged).join("; ")
                )
            }
        }
    }

    fn searched(&self, goal: &Goal) -> String {
        let (meets, nearest) = goal.search(self.points);
        let judged = |at: usize| goal.judge(&self.points[at]).unwrap_or_default();
        let mut out = String::new();
        if meets.is_empty() {
            out += &fill(
                "No setting tried meets the goal in the middle run. These come nearest, by the largest share that is missing:",
            );
        } else {
            out += &fill(&format!(
                "{} the goal in the middle run:",
                match meets.len() {
                    1 => "1 setting meets".to_owned(),
                    n => format!("{n} settings meet"),
                }
            ));
        }
        let shown = if meets.is_empty() {
            &nearest[..nearest.len().min(3)]
        } else {
            &meets[..]
        };
        for &at in shown {
            let met = judged(at);
            let misses: Vec<String> = met.misses.iter().map(missing).collect();
            let mut said = vec![self.setting(at)];
            said.extend(misses);
            said.push(in_runs(&met));
            out += &fill(&format!("- {}", said.join("; ")));
        }
        out
    }
}

/// "met in 3 of 12 runs".
fn in_runs(met: &Met) -> String {
    format!("all of it met in {} of {} runs", met.runs, met.of)
}

/// "9 in 10: ten-minute test 12 min, 2 min too long".
fn missing(miss: &Miss) -> String {
    let key = miss.demand.measure.key();
    let by = match miss.demand.measure {
        Measure::Use | Measure::Useful | Measure::Readiness => format!("{:.1} points", 100.0 * miss.by),
        Measure::Wait(..) | Measure::Rules => shown(&key, miss.by),
    };
    let (more, goes_on) = match (miss.demand.bound, miss.at_least) {
        (Bound::AtMost, false) => ("too much", ""),
        (Bound::AtMost, true) => ("too much at least", "> "),
        (Bound::AtLeast, _) => ("too little", ""),
    };
    let share = match miss.share {
        share if share < 0.01 => "under 1 %".to_owned(),
        share if share < 1.0 => format!("{:.0} %", 100.0 * share),
        share => format!("{share:.0} times what is asked"),
    };
    format!(
        "{} {goes_on}{}, {by} {more} ({share})",
        name(&key),
        shown(&key, miss.has),
    )
}

/// What is better, in words.
fn gains(judged: &Judged) -> Vec<String> {
    let rows = judged.rows.iter().filter(|row| row.verdict == Verdict::Better);
    let mut gains: Vec<String> = rows
        .map(|row| {
            let by = match row.key.as_str() {
                "use" | "readiness" => signed(100.0 * row.median_difference, |points| {
                    format!("{points:.1} points")
                }),
                _ => signed(row.median_difference, span),
            };
            format!(
                "{} {by} ({} of {} runs)",
                name(&row.key),
                row.better,
                row.difference.len()
            )
        })
        .collect();
    if judged.rules < 0 {
        gains.push(format!(
            "{} fewer",
            counted(judged.rules.unsigned_abs() as u32, "rule")
        ));
    }
    gains
}

fn count(row: &Paired) -> String {
    let runs = row.difference.len();
    match (row.better, row.worse) {
        (0, 0) => "same".to_owned(),
        (better, worse) if better >= worse => format!("better {better}/{runs}"),
        (_, worse) => format!("worse {worse}/{runs}"),
    }
}

fn figure(spread: Option<Spread>, say: impl Fn(f64) -> String) -> String {
    match spread {
        None => "–".to_owned(),
        Some(spread) if spread.at_least => format!("> {}", say(spread.median)),
        Some(spread) => say(spread.median),
    }
}

/// `2.1 h (1.9–2.4 h)`: a unit that both ends have is written once.
fn around(spread: Option<Spread>, say: impl Fn(f64) -> String) -> String {
    let middle = figure(spread, &say);
    match spread {
        Some(spread) if spread.runs > 1 => {
            let (low, high) = (say(spread.q25), say(spread.q75));
            let low = match (low.split_once(' '), high.split_once(' ')) {
                (Some((number, unit)), Some((_, other))) if unit == other => number,
                (Some(_) | None, _) => &low,
            };
            format!("{middle} ({low}–{high})")
        }
        Some(_) | None => middle,
    }
}

fn signed(value: f64, say: impl Fn(f64) -> String) -> String {
    if value > 0.0 {
        format!("+{}", say(value))
    } else {
        say(value)
    }
}

fn counted(n: u32, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{plural}")
}
