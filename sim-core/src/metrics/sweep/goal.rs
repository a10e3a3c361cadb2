//! What is wanted of a setting, in a line of text: who meets it, and how near the others come.
//!
//! `tests p90 <= 10min, use >= 85 %, rules <= 8`. What misses is told in its own unit, and as a share of what was asked, so
//! that minutes and points can be held against each other. There is no sum of misses: the largest counts.

use super::{Measure, Point, Tail};
use crate::order;
use crate::workload::Class;

/// How a goal may be written.
const EXAMPLE: &str = "tests p90 <= 10min, use >= 85 %, rules <= 8";

/// Words for classes in goals, beside their own keys.
const CLASSES: [(&str, Option<Class>); 22] = [
    ("all", None),
    ("jobs", None),
    ("test", Some(Class::Debug)),
    ("tests", Some(Class::Debug)),
    ("ten-minute-tests", Some(Class::Debug)),
    ("notebook", Some(Class::Interactive)),
    ("notebooks", Some(Class::Interactive)),
    ("inference", Some(Class::Infer)),
    ("batch-inference", Some(Class::Infer)),
    ("tuning", Some(Class::Finetune)),
    ("fine-tuning", Some(Class::Finetune)),
    ("sweeps", Some(Class::Sweep)),
    ("training", Some(Class::Train)),
    ("several-nodes", Some(Class::Large)),
    // The keys of the classes themselves.
    ("debug", Some(Class::Debug)),
    ("interactive", Some(Class::Interactive)),
    ("infer", Some(Class::Infer)),
    ("finetune", Some(Class::Finetune)),
    ("sweep", Some(Class::Sweep)),
    ("train", Some(Class::Train)),
    ("large", Some(Class::Large)),
    ("cpubound", Some(Class::Cpubound)),
];

/// The class that a word stands for, `None` for all jobs: `tests`, `fine-tuning`, `debug`, `all`.
pub fn class_named(word: &str) -> Option<Option<Class>> {
    let word = word.trim().to_ascii_lowercase().replace(' ', "-");
    let found = CLASSES.iter().find(|(name, _)| *name == word);
    found.map(|&(_, class)| class)
}

/// Which way a demand goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// No more than this.
    AtMost,
    /// No less than this.
    AtLeast,
}

/// One thing that is wanted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Demand {
    /// Of what.
    pub measure: Measure,
    /// Which way.
    pub bound: Bound,
    /// How much: seconds of a wait, a share from 0 to 1, a number of rules.
    pub value: f64,
}

/// All that is wanted.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Goal {
    /// It, in the order written.
    pub demands: Vec<Demand>,
}

/// Why a goal cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GoalError {
    /// Nothing in it.
    #[error("the goal is empty; write what is wanted, such as {EXAMPLE}")]
    Empty,
    /// No `<=` or `>=` in a part.
    #[error("`{part}`: no comparison in it; write <= or >=, such as {EXAMPLE}")]
    NoComparison {
        /// The part.
        part: String,
    },
    /// What is wanted cannot be told.
    #[error(
        "`{part}`: `{word}` is nothing that can be wanted; write use, useful, readiness, rules, or a kind of work and p50 or p90, such as tests p90"
    )]
    Unknown {
        /// The part.
        part: String,
        /// The word.
        word: String,
    },
    /// How much is wanted cannot be told.
    #[error("`{part}`: `{value}` cannot be read; write {expected}")]
    Unreadable {
        /// The part.
        part: String,
        /// What stands there.
        value: String,
        /// What may stand there.
        expected: &'static str,
    },
}

/// How far a setting is from a demand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Miss {
    /// The demand.
    pub demand: Demand,
    /// What the setting has, in the middle run.
    pub has: f64,
    /// By how much it misses, in the demand's own unit.
    pub by: f64,
    /// The same as a share of what is asked.
    pub share: f64,
    /// Whether it misses by more than that: its wait goes on.
    pub at_least: bool,
}

/// What a setting does of a goal.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Met {
    /// What it misses in the middle run; nothing, if it meets the goal.
    pub misses: Vec<Miss>,
    /// Runs in which every demand is met.
    pub runs: usize,
    /// Of so many.
    pub of: usize,
}

impl Met {
    /// The largest miss as a share of what is asked; 0 if there is none.
    pub fn largest(&self) -> f64 {
        self.misses.iter().map(|miss| miss.share).fold(0.0, f64::max)
    }
}

impl Goal {
    /// Reads a goal: parts with commas or `and` between them.
    ///
    /// # Errors
    /// Every part that cannot be read.
    pub fn parse(text: &str) -> Result<Goal, Vec<GoalError>> {
        let parts = text.split([',', ';']).flat_map(|part| part.split(" and "));
        let mut demands = Vec::new();
        let mut problems = Vec::new();
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            match demand(part) {
                Ok(demand) => demands.push(demand),
                Err(problem) => problems.push(problem),
            }
        }
        if demands.is_empty() && problems.is_empty() {
            problems.push(GoalError::Empty);
        }
        if problems.is_empty() {
            Ok(Goal { demands })
        } else {
            Err(problems)
        }
    }

    /// What a setting does of it; `None` without a run.
    pub fn judge(&self, point: &Point) -> Option<Met> {
        if point.runs.is_empty() {
            return None;
        }
        let is_met = |run: &&super::Reading| {
            self.demands.iter().all(|demand| {
                let rules = (f64::from(point.simplicity.rules), false);
                let has = match demand.measure {
                    Measure::Rules => Some(rules),
                    other => run.figure(other),
                };
                has.is_none_or(|(has, at_least)| demand.miss(has, at_least).is_none())
            })
        };
        let misses = self.demands.iter().filter_map(|demand| {
            let has = point.spread(demand.measure)?;
            demand.miss(has.median, has.at_least)
        });
        Some(Met {
            misses: misses.collect(),
            runs: point.runs.iter().filter(is_met).count(),
            of: point.runs.len(),
        })
    }

    /// The settings that meet it in the middle run, in their order; and every setting, those that come nearest first: by
    /// the largest of their misses.
    pub fn search(&self, points: &[Point]) -> (Vec<usize>, Vec<usize>) {
        let met: Vec<(usize, Met)> = points
            .iter()
            .enumerate()
            .filter_map(|(at, point)| Some((at, self.judge(point)?)))
            .collect();
        let meets = met.iter().filter(|(_, met)| met.misses.is_empty());
        let mut nearest: Vec<&(usize, Met)> = met.iter().collect();
        order::sort_by(&mut nearest, |a, b| a.1.largest().total_cmp(&b.1.largest()));
        (
            meets.map(|(at, _)| *at).collect(),
            nearest.into_iter().map(|(at, _)| *at).collect(),
        )
    }
}

impl Demand {
    /// By how much something misses it. What is only known to be at least so much can never be at most anything.
    fn miss(&self, has: f64, at_least: bool) -> Option<Miss> {
        let by = match self.bound {
            Bound::AtMost => has - self.value,
            Bound::AtLeast => self.value - has,
        };
        let is_open = at_least && self.bound == Bound::AtMost;
        // A hair of rounding is forgiven.
        if by <= 1e-12 && !is_open {
            return None;
        }
        let by = by.max(0.0);
        let asked = if self.value == 0.0 { 1.0 } else { self.value };
        Some(Miss {
            demand: *self,
            has,
            by,
            share: by / asked,
            at_least: is_open,
        })
    }
}

fn demand(part: &str) -> Result<Demand, GoalError> {
    let signs = [
        ("<=", Bound::AtMost),
        (">=", Bound::AtLeast),
        ("≤", Bound::AtMost),
        ("≥", Bound::AtLeast),
    ];
    let found = signs
        .into_iter()
        .find_map(|(sign, bound)| Some((part.split_once(sign)?, bound)));
    let Some(((what, value), bound)) = found else {
        return Err(GoalError::NoComparison {
            part: part.to_owned(),
        });
    };
    let measure = measure(what).ok_or_else(|| GoalError::Unknown {
        part: part.to_owned(),
        word: what.trim().to_owned(),
    })?;
    let (value_of, expected): (fn(&str) -> Option<f64>, _) = match measure {
        Measure::Use | Measure::Useful | Measure::Readiness => (percent, "a share from 0 % to 100 %"),
        Measure::Wait(..) => (seconds, "a time such as 90s, 10min, 2h or 1d"),
        Measure::Rules => (count, "a whole number"),
    };
    let read = value_of(&value.to_lowercase().replace(char::is_whitespace, ""));
    let value = read.ok_or_else(|| GoalError::Unreadable {
        part: part.to_owned(),
        value: value.trim().to_owned(),
        expected,
    })?;
    Ok(Demand {
        measure,
        bound,
        value,
    })
}

fn measure(text: &str) -> Option<Measure> {
    let text = text.trim().to_ascii_lowercase();
    match text.as_str() {
        "use" | "utilisation" => return Some(Measure::Use),
        "useful" | "useful work" => return Some(Measure::Useful),
        "readiness" => return Some(Measure::Readiness),
        "rules" => return Some(Measure::Rules),
        _ => {}
    }
    let ends = [
        ("p90", Tail::NineInTen),
        ("nine in ten", Tail::NineInTen),
        ("p50", Tail::Half),
        ("median", Tail::Half),
        ("typical", Tail::Half),
    ];
    let (class, tail) = ends
        .into_iter()
        .find_map(|(end, tail)| Some((text.strip_suffix(end)?, tail)))?;
    Some(Measure::Wait(class_named(class)?, tail))
}

/// `85%`, `85pct`, `85`.
fn percent(text: &str) -> Option<f64> {
    let plain = text.strip_suffix('%').or_else(|| text.strip_suffix("pct"));
    let number = number(plain.unwrap_or(text))?;
    (number <= 100.0).then_some(number / 100.0)
}

/// `90s`, `10min`, `2h`, `1.5d`.
fn seconds(text: &str) -> Option<f64> {
    let cut = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (digits, unit) = text.split_at_checked(cut)?;
    let size = match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    };
    Some(number(digits)? * size)
}

fn count(text: &str) -> Option<f64> {
    text.parse::<u32>().ok().map(f64::from)
}

/// A plain number that is not negative and has an end.
fn number(text: &str) -> Option<f64> {
    let is_plain = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    text.parse()
        .ok()
        .filter(|&number: &f64| is_plain && number <= 1e9)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{point, reading};
    use super::*;
    use crate::metrics::sweep::Reading;

    const P90: Measure = Measure::Wait(Some(Class::Debug), Tail::NineInTen);

    #[test]
    fn a_goal_is_read_as_people_write_it() {
        let goal = Goal::parse("tests p90 <= 10min, use >= 85 %, rules <= 8").unwrap();
        let wanted = [
            (P90, Bound::AtMost, 600.0),
            (Measure::Use, Bound::AtLeast, 0.85),
            (Measure::Rules, Bound::AtMost, 8.0),
        ];
        for (demand, (measure, bound, value)) in goal.demands.iter().zip(wanted) {
            assert_eq!(
                (demand.measure, demand.bound, demand.value),
                (measure, bound, value)
            );
        }
        for (text, measure, value) in [
            ("Use ≥ 85", Measure::Use, 0.85),
            (
                "fine-tuning median ≤ 1.5 h",
                Measure::Wait(Some(Class::Finetune), Tail::Half),
                5_400.0,
            ),
            (
                "fine tuning p50<=2d",
                Measure::Wait(Some(Class::Finetune), Tail::Half),
                172_800.0,
            ),
            (
                "all p90 <= 90 seconds",
                Measure::Wait(None, Tail::NineInTen),
                90.0,
            ),
            (
                "train p90 <= 1 day",
                Measure::Wait(Some(Class::Train), Tail::NineInTen),
                86_400.0,
            ),
        ] {
            let goal = Goal::parse(text).unwrap();
            assert_eq!(
                (goal.demands[0].measure, goal.demands[0].value),
                (measure, value),
                "{text}"
            );
        }
        assert_eq!(Goal::parse("use >= 85 and rules <= 8").unwrap().demands.len(), 2);
        assert!(
            Class::ALL
                .iter()
                .all(|class| class_named(class.key()) == Some(Some(*class)))
        );
    }

    #[test]
    fn every_part_that_cannot_be_read_is_named() {
        let problems = Goal::parse(
            "tests p90 10min, speed >= 3, tests p90 <= soon, use >= 101 %, rules <= 1.5, use >= -3",
        );
        let said: Vec<String> = problems.unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 6);
        assert!(said[0].starts_with("`tests p90 10min`: no comparison in it; write <= or >="));
        assert!(said[1].starts_with("`speed >= 3`: `speed` is nothing that can be wanted; write use,"));
        assert_eq!(
            said[2],
            "`tests p90 <= soon`: `soon` cannot be read; write a time such as 90s, 10min, 2h or 1d"
        );
        assert_eq!(Goal::parse(" , ").unwrap_err(), [GoalError::Empty]);
    }

    #[test]
    fn who_meets_the_goal_is_found_and_else_who_comes_nearest() {
        let points = [
            point("2", 2, [(0.80, 300.0), (0.90, 300.0)]),
            point("4", 2, [(0.86, 500.0), (0.86, 700.0)]),
            point("8", 9, [(0.90, 500.0), (0.90, 500.0)]),
        ];
        let goal = Goal::parse("tests p90 <= 10min, use >= 85 %, rules <= 8").unwrap();
        let (meets, nearest) = goal.search(&points);
        assert_eq!(meets, [0, 1]);
        assert_eq!(nearest, [0, 1, 2]);
        // In the middle run both meet it; in one run of two each does.
        let met = goal.judge(&points[1]).unwrap();
        assert_eq!((met.misses.len(), met.runs, met.of), (0, 1, 2));
        let met = goal.judge(&points[2]).unwrap();
        assert_eq!((met.misses[0].by, met.largest()), (1.0, 0.125));
        // Nobody does: the least of the largest misses is the nearest.
        let harder = Goal::parse("tests p90 <= 5min, use >= 90 %").unwrap();
        let (meets, nearest) = harder.search(&points);
        assert_eq!((meets.len(), nearest), (0, vec![0, 2, 1]));
    }

    #[test]
    fn a_wait_that_goes_on_meets_no_goal() {
        let mut point = point("2", 1, [(0.9, 60.0)]);
        point.runs[0] = Reading::of(&reading(1, 0.9, &[], &[60]));
        let met = Goal::parse("tests p90 <= 10min").unwrap().judge(&point).unwrap();
        assert!(met.misses[0].at_least);
        assert_eq!((met.misses[0].by, met.runs), (0.0, 0));
    }
}
