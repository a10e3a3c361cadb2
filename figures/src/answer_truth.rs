//! Sentences say what the runs say, and no more.

use super::*;
use crate::format::NBSP;
use crate::testing;
use sim_core::metrics::Waits;
use sim_core::metrics::{SeedReport, Simplicity};

/// Runs whose every wait of a kind is the same, so that each quantile is it.
fn runs(waits: &[(Kind, [u32; 8])], used: [f64; 8]) -> Report {
    let seeds = (0..8).map(|i| {
        let busy = (used[i] * 1000.0) as u64;
        let mut seed = SeedReport {
            seed: i as u64,
            capacity: 1000,
            ..SeedReport::default()
        };
        seed.busy.useful = busy;
        for (kind, secs) in waits {
            let started = vec![secs[i]; 3];
            let waits = Waits {
                started,
                unfinished: Vec::new(),
                given_up: 0,
            };
            seed.waits.insert(kind.classes()[0], waits);
        }
        seed
    });
    Report {
        seeds: seeds.collect(),
        simplicity: Simplicity::default(),
    }
}

fn say(base: &Report, proposal: &Report) -> String {
    let (base, proposal) = (view::shown(base), view::shown(proposal));
    let parts = answer(&testing::compared(&base, &proposal), &base, &proposal);
    text(&parts).replace(NBSP, " ")
}

/// The same comparison with a verdict on every row, as twelve runs or more would have it.
fn judged(base: &Report, proposal: &Report) -> Comparison {
    let mut comparison = testing::compared(base, proposal);
    for row in &mut comparison.rows {
        row.verdict = match (row.better, row.worse) {
            (0, 0) => Verdict::Identical,
            (8, 0) => Verdict::Better,
            (0, 8) => Verdict::Worse,
            _ => Verdict::NoClearDifference,
        };
    }
    comparison
}

const HALF: [f64; 8] = [0.886; 8];
const HOUR: u32 = 3600;

#[test]
fn gain_cost_and_use_each_have_a_sentence() {
    let test = [22 * 60; 8];
    let base = runs(&[(Kind::Test, test), (Kind::Training, [11 * HOUR; 8])], HALF);
    let mut faster = [120; 8];
    faster[3] = 30 * 60;
    let proposal = runs(
        &[(Kind::Test, faster), (Kind::Training, [15 * HOUR; 8])],
        [0.877; 8],
    );
    assert_eq!(
        say(&base, &proposal),
        "Ten-minute tests start sooner in 7 of 8 runs, typically in 2 min instead of 22 min. \
         Training jobs wait longer in 8 of 8 runs, typically 15 h instead of 11 h. \
         Use is lower in 8 of 8 runs: 87.7 % instead of 88.6 %."
    );
}

#[test]
fn a_verdict_is_said_without_counts() {
    let base = runs(
        &[(Kind::Test, [22 * 60; 8]), (Kind::Training, [11 * HOUR; 8])],
        HALF,
    );
    let proposal = runs(&[(Kind::Test, [12; 8]), (Kind::Training, [15 * HOUR; 8])], HALF);
    let parts = answer(&judged(&base, &proposal), &base, &proposal);
    assert_eq!(
        text(&parts).replace(NBSP, " "),
        "Ten-minute tests typically start at once instead of after 22 min. \
         Training jobs typically wait 15 h instead of 11 h. Use is the same in every run: 88.6 %."
    );
    let marked: Vec<_> = parts.iter().filter(|part| part.mark != Mark::Plain).collect();
    assert_eq!((marked[0].text.as_str(), marked[0].mark), ("at once", Mark::Gain));
    assert_eq!(marked[1].mark, Mark::Cost);
}

#[test]
fn equal_runs_differ_in_nothing_and_unclear_ones_say_so() {
    let base = runs(&[(Kind::Test, [600; 8])], HALF);
    assert_eq!(say(&base, &base), "Nothing differs.");
    let mut mixed = [600; 8];
    for (i, wait) in mixed.iter_mut().enumerate() {
        *wait = if i % 2 == 0 { 300 } else { 900 };
    }
    let proposal = runs(&[(Kind::Test, mixed)], HALF);
    assert_eq!(
        say(&base, &proposal),
        "No clear difference in 8 runs. Use is the same in every run: 88.6 %."
    );
    assert!(answer(&Comparison::default(), &base, &proposal).is_empty());
}

#[test]
fn a_change_of_seconds_is_no_finding() {
    let base = runs(&[(Kind::Test, [30; 8])], HALF);
    let proposal = runs(&[(Kind::Test, [5; 8])], HALF);
    assert!(
        say(&base, &proposal).starts_with("No clear difference"),
        "{}",
        say(&base, &proposal)
    );
}

#[test]
fn a_wait_that_has_not_ended_is_more_than() {
    let base = runs(&[(Kind::Training, [11 * HOUR; 8])], HALF);
    let mut proposal = runs(&[(Kind::Training, [15 * HOUR; 8])], HALF);
    for seed in &mut proposal.seeds {
        let waits = seed.waits.get_mut(&Kind::Training.classes()[0]).unwrap();
        waits.unfinished = std::mem::take(&mut waits.started);
    }
    assert!(
        say(&base, &proposal).contains("typically more than 15 h instead of 11 h"),
        "{}",
        say(&base, &proposal)
    );
}

#[test]
fn nothing_starts_within_more_than_a_time() {
    let base = runs(&[(Kind::Training, [23 * HOUR; 8])], HALF);
    let mut proposal = runs(&[(Kind::Training, [17 * HOUR; 8])], HALF);
    for seed in &mut proposal.seeds {
        let waits = seed.waits.get_mut(&Kind::Training.classes()[0]).unwrap();
        waits.unfinished = std::mem::take(&mut waits.started);
    }
    assert!(
        say(&base, &proposal).contains("typically after more than 17 h instead of 23 h"),
        "{}",
        say(&base, &proposal)
    );
}

/// Reads "2 h 50 min" back.
fn secs(words: &str) -> f64 {
    let mut parts = words.split([' ', NBSP]);
    let mut sum = 0.0;
    while let (Some(number), Some(unit)) = (parts.next(), parts.next()) {
        let unit = match unit {
            "min" => 60.0,
            "h" => 3600.0,
            "days" => 86_400.0,
            other => panic!("no unit: {other}"),
        };
        sum += number.parse::<f64>().unwrap() * unit;
    }
    sum
}

#[test]
fn every_number_of_a_sentence_can_be_read_back_from_the_runs() {
    let (free, limited) = testing::pair();
    for (base, proposal) in [(free, limited), (limited, free)] {
        let comparison = testing::compared(base, proposal);
        for mark in [Mark::Gain, Mark::Cost] {
            let Some(finding) = largest(&comparison, base, proposal, mark) else {
                continue;
            };
            let sentence = text(&finding.sentence());
            let n = if mark == Mark::Gain {
                finding.row.better
            } else {
                finding.row.worse
            };
            assert!(sentence.contains(&format!("in {n} of 4")), "{sentence}");
            let signs = finding
                .row
                .difference
                .iter()
                .filter(|&&d| (d < 0.0) == (mark == Mark::Gain) && d != 0.0);
            assert_eq!(signs.count() as u32, n);
            for (side, place) in [(finding.proposal, 1), (finding.base, 2)] {
                let said = finding.sentence()[place].text.clone();
                let words = ["instead of after ", "instead of in ", "instead of "]
                    .iter()
                    .find_map(|lead| said.split(lead).nth(1))
                    .unwrap_or(&said)
                    .trim_end_matches('.');
                if words.contains("once") || words.contains("more") || !words.contains(NBSP) {
                    continue;
                }
                let truth = side.median;
                assert!(
                    (secs(words) - truth).abs() <= (truth * 0.05).max(31.0),
                    "{words} is not {truth}: {sentence}"
                );
            }
        }
    }
}
