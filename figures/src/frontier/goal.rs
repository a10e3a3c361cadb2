//! A goal in a sentence: who meets it, or how near the nearest comes.

use sim_core::metrics::sweep::{Bound, Demand, Goal, Measure, Miss, Point, Tail};
use sim_core::scenario::knobs::Vary;

use super::{class, label};
use crate::format;
use crate::kind::Kind;

/// Most settings that are named.
const NAMED: usize = 4;

/// A goal of what a form asks for: minutes within which nine in ten of a kind start, percent of GPU time in use, rules.
/// What is not asked is `None`.
pub fn goal(kind: Kind, minutes: Option<f64>, percent: Option<f64>, rules: Option<f64>) -> Goal {
    let demand = |measure, bound, value: Option<f64>| {
        value.map(|value| Demand {
            measure,
            bound,
            value,
        })
    };
    let wait = Measure::Wait(class(kind), Tail::NineInTen);
    let demands = [
        demand(wait, Bound::AtMost, minutes.map(|minutes| 60.0 * minutes)),
        demand(
            Measure::Use,
            Bound::AtLeast,
            percent.map(|percent| percent / 100.0),
        ),
        demand(Measure::Rules, Bound::AtMost, rules),
    ];
    Goal {
        demands: demands.into_iter().flatten().collect(),
    }
}

/// What a sweep says of a goal.
pub fn sentence(goal: &Goal, points: &[Point], varied: &[Vary]) -> String {
    if goal.demands.is_empty() {
        return "Nothing is asked for yet.".to_owned();
    }
    let (meets, nearest) = goal.search(points);
    let named = |at: usize| label(&points[at], varied);
    let Some(&first) = nearest.first() else {
        return "No setting has been run yet.".to_owned();
    };
    let judged = goal.judge(&points[first]).unwrap_or_default();
    if meets.is_empty() {
        let misses: Vec<String> = judged.misses.iter().map(miss).collect();
        return format!(
            "No setting tried meets this. Nearest comes {}: {}. All of it holds in {} of {} runs.",
            named(first),
            misses.join("; "),
            judged.runs,
            judged.of
        );
    }
    let some: Vec<String> = meets
        .iter()
        .take(NAMED)
        .map(|&at| {
            let met = goal.judge(&points[at]).unwrap_or_default();
            format!("{} (in {} of {} runs)", named(at), met.runs, met.of)
        })
        .collect();
    let more = match meets.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!("; and {n} more"),
    };
    let meet = if meets.len() == 1 {
        "One setting meets"
    } else {
        "These settings meet"
    };
    format!("{meet} this in the middle run: {}{more}.", some.join("; "))
}

/// "nine in ten start within 12 min, 2 min too long".
fn miss(miss: &Miss) -> String {
    let more = if miss.at_least { "more than " } else { "" };
    match miss.demand.measure {
        Measure::Use => format!(
            "{} in use, {} too little",
            format::percent(miss.has),
            format::points(miss.by).trim_start_matches('+')
        ),
        Measure::Useful | Measure::Readiness => {
            format!("{} short", format::points(miss.by).trim_start_matches('+'))
        }
        Measure::Wait(..) => format!(
            "nine in ten start within {more}{}, {more}{} too long",
            format::wait(miss.has),
            format::span(miss.by)
        ),
        Measure::Rules => format!(
            "{}, {} too many",
            format::counted(miss.has as u64, "rule", "rules"),
            miss.by as u64
        ),
    }
}
