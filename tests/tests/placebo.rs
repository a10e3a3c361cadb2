//! A placebo: the same policy for other people. Whatever differs then is chance, and the rule by which a page says *better* or
//! *worse* hardly ever takes it for more.
#![cfg(not(target_arch = "wasm32"))]

use sim_core::engine;
use sim_core::metrics::compare::ENOUGH_SEEDS;
use sim_core::metrics::{Comparison, Detail, Report, Verdict, compare};
use sim_core::scenario::{Checked, Horizon, Scenario};
use sim_core::units::Span;

const TABLES: u64 = 20;

/// A group's cluster as it is, for a week: short runs differ more from one another than long ones.
fn group() -> Checked {
    let text = include_str!("../../content/scenarios/group-32.toml");
    let mut scenario: Scenario = toml::from_str(text).expect("a preset can be read");
    scenario.horizon = Horizon {
        warm_up: Span::days(2),
        measured: Span::days(5),
    };
    match scenario.check() {
        Ok((checked, _)) => checked,
        Err(problems) => panic!("{problems:?}"),
    }
}

/// As many runs as a verdict needs, and as many again with other people and other dice under the numbers of the first. No
/// table shares a run with another.
fn table(group: &Checked, number: u64) -> Comparison {
    let seeds = ENOUGH_SEEDS as u64;
    let run = |seed: u64, under: u64| {
        let mut report = engine::run(group, seed, Detail::Summary);
        report.seed = under;
        report
    };
    let first = 1 + number * 2 * seeds;
    let side = |from: u64| Report {
        seeds: (0..seeds).map(|at| run(from + at, at)).collect(),
        ..Report::default()
    };
    compare(&side(first), &side(first + seeds))
}

#[test]
fn the_same_policy_for_other_people_is_called_better_or_worse_in_at_most_one_table_of_twenty() {
    let group = group();
    let tables: Vec<Comparison> = (0..TABLES).map(|number| table(&group, number)).collect();
    let is_told = |verdict: Verdict| matches!(verdict, Verdict::Better | Verdict::Worse);
    let told: Vec<Vec<&str>> = tables
        .iter()
        .map(|table| {
            let rows = table.rows.iter().filter(|row| is_told(row.verdict));
            rows.map(|row| row.key.as_str()).collect::<Vec<&str>>()
        })
        .filter(|rows| !rows.is_empty())
        .collect();
    assert!(told.len() <= 1, "{} tables have a verdict: {told:?}", told.len());
    // It is chance that was judged: runs do differ, half of them this way and half of them that.
    let (better, worse) = tables
        .iter()
        .filter_map(|table| table.row("use"))
        .fold((0, 0), |(better, worse), row| {
            (better + row.better, worse + row.worse)
        });
    let all = TABLES as u32 * ENOUGH_SEEDS as u32;
    assert!(better + worse > all * 9 / 10, "{better} and {worse} of {all}");
    assert!(better.min(worse) > all / 3, "{better} and {worse} of {all}");
}
