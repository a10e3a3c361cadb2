//! What is shown is what was found: sums hold, words are true, places and sheets agree.

use std::sync::OnceLock;

use sim_core::engine::follow::Follow;
use sim_core::metrics::{Band, Detail, Shifts, paired_intents, simplicity};
use sim_core::scenario::{Checked, Horizon, Scenario, knobs};
use sim_core::units::Span;

use super::*;

const SEEDS: u64 = 3;

fn scenario(changes: &[&str]) -> Checked {
    let mut scenario = Scenario {
        horizon: Horizon {
            warm_up: Span::days(7),
            measured: Span::days(6),
        },
        ..Scenario::default()
    };
    scenario.workload.accounts = 3;
    for change in ["load=105pct", "weight-fairshare=100000"].iter().chain(changes) {
        knobs::assign(&mut scenario, change).unwrap();
    }
    scenario.check().unwrap().0
}

/// What is found of a pair, as the page and the command line find it.
fn find(pair: [&Checked; 2]) -> Found {
    let mut found = Found::nothing(SEEDS as u32, pair.map(|of| simplicity(of.scenario())));
    for seed in 1..=SEEDS {
        let mut follows = pair.map(|of| Follow::new(of, seed));
        for follow in &mut follows {
            while follow.advance(100_000) < 1.0 {}
        }
        let demand = follows[0].demand().clone();
        found.follow(follows.map(Follow::finish), pair, &demand);
    }
    found
}

pub(super) fn found() -> &'static Found {
    static FOUND: OnceLock<Found> = OnceLock::new();
    FOUND.get_or_init(|| find([&scenario(&["cap=4gpu"]), &scenario(&["run-minutes=60h"])]))
}

fn equal() -> &'static Found {
    static FOUND: OnceLock<Found> = OnceLock::new();
    FOUND.get_or_init(|| find([&scenario(&["cap=4gpu"]), &scenario(&["cap=4gpu"])]))
}

fn picture<'a>(all: &'a [Picture], key: &str) -> &'a Picture {
    all.iter()
        .find(|picture| picture.key == key)
        .unwrap_or_else(|| panic!("no {key}"))
}

/// The number at the start of a cell.
fn number(cell: &str) -> u32 {
    let digits: String = (cell.chars().filter(|&c| c != format::THIN))
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or_else(|_| panic!("no number in {cell}"))
}

use crate::format;

#[test]
fn bands_add_up_to_all_pieces_of_work_in_table_and_report() {
    let found = found();
    let all = pictures(found, &Sight::default());
    let bands = picture(&all, "bands");
    let [base, proposal] = &found.reports;
    let shifts = paired_intents(base, proposal);
    for table in std::iter::once(&bands.figure.table).chain(&bands.more) {
        let sums = table.sums.as_ref().unwrap();
        for column in 1..8 {
            let rows: u32 = table.rows.iter().map(|row| number(&row[column])).sum();
            assert_eq!(rows, number(&sums[column]), "{}", table.headings[column]);
        }
        let in_bands: u32 = (2..8).map(|column| number(&sums[column])).sum();
        assert_eq!(in_bands, number(&sums[1]), "bands sum to all");
    }
    let sums = bands.figure.table.sums.as_ref().unwrap();
    assert_eq!(number(&sums[1]), shifts.total());
    for (at, band) in Band::ALL.into_iter().enumerate() {
        assert_eq!(number(&sums[2 + at]), shifts.of(band));
    }
    assert!(shifts.gain() > 0 && shifts.lose() > 0);
}

#[test]
fn equal_policies_have_neither_winners_nor_losers() {
    let found = equal();
    for run in &found.bands {
        let mut all = Shifts::default();
        run.work.values().for_each(|of| all.merge(of));
        assert_eq!(all.gain() + all.lose(), 0);
    }
    let all = pictures(found, &Sight::default());
    assert!(
        picture(&all, "bands")
            .figure
            .finding
            .starts_with("No piece of work")
    );
}

#[test]
fn every_place_has_a_sheet_and_every_picture_its_words() {
    for width in [320, 760, 1056] {
        let sight = Sight::of(&format!("width={width}\nfrom=2\nto=4"), None);
        let all = pictures(found(), &sight);
        let sheets = sheets(found(), &sight, "3 of 3 runs", &kept(found()));
        assert_eq!(sheets[0].matches("data-sheet").count() + 1, sheets.len());
        for picture in &all {
            let (figure, key) = (&picture.figure, picture.key);
            assert!(figure.title.ends_with('?'), "{key}: {}", figure.title);
            assert!(figure.finding.ends_with('.'), "{key}: {}", figure.finding);
            for table in std::iter::once(&figure.table).chain(&picture.more) {
                assert!(!table.rows.is_empty(), "{key}");
                for row in table.rows.iter().chain(&table.sums) {
                    assert_eq!(row.len(), table.headings.len(), "{key}: {row:?}");
                }
            }
            assert!(picture.svg.contains(&format!("width=\"{width}\"")), "{key}");
            assert!(!picture.now.is_empty() || !picture.walk.said.is_empty(), "{key}");
            assert!(!standalone(&picture.svg).contains("var("), "{key}");
        }
    }
}

#[test]
fn the_frame_stays_while_days_and_walks_change() {
    let one = sheets(found(), &Sight::default(), "", "");
    let other = sheets(
        found(),
        &Sight::of("width=360\nfrom=3\nto=4\nbands=3", None),
        "x",
        "",
    );
    assert_eq!(one[0], other[0]);
    assert_ne!(one[3], other[3]);
}

#[test]
fn idle_and_waiting_over_time_are_those_of_the_report_and_of_the_labs_own_tables() {
    let found = found();
    let all = pictures(found, &Sight::of("from=1\nto=6", None));
    let mirror = picture(&all, "mirror");
    // Of one run, so that the lab's mean over runs is that of this one.
    let one = found.reports.each_ref().map(|report| Report {
        seeds: report.seeds[..1].to_vec(),
        simplicity: report.simplicity.clone(),
    });
    for (ours, theirs) in [
        (&mirror.figure.table, crate::idle::idle(&one[0], &one[1]).table),
        (&mirror.more[0], crate::idle::waiting(&one[0], &one[1]).table),
    ] {
        let sums = theirs.sums.as_ref().unwrap();
        let own = ours.sums.as_ref().unwrap();
        // The window is six whole days, so that the days shown are the whole run.
        assert_eq!((&own[1], &own[2]), (&own[3], &own[4]));
        assert_eq!((&own[3], &own[4]), (&sums[1], &sums[2]), "{}", ours.caption);
        for row in &theirs.rows {
            let same = ours.rows.iter().find(|other| other[0] == row[0]);
            let same = same.unwrap_or_else(|| panic!("no row {} in {}", row[0], ours.caption));
            assert_eq!(same[3..], row[1..], "{}", row[0]);
        }
    }
}

#[test]
fn a_picture_of_time_shows_the_days_that_are_asked_for_and_marks_the_job() {
    let first = &found().first.as_ref().unwrap()[1];
    let lines = &first.followed.report.timeline.as_ref().unwrap().jobs;
    let from = first.followed.course.window.from;
    let waits = |line: &&sim_core::metrics::JobLine| {
        line.asked > from && line.started.is_some_and(|at| at > line.asked)
    };
    let job = lines.iter().find(waits).unwrap().job;
    for key in ["queue", "mirror", "differ", "shares"] {
        let of = |sight: &Sight| picture(&pictures(found(), sight), key).clone();
        let usual = of(&Sight::default());
        let fewer = of(&Sight::of("from=2\nto=3", None));
        assert_ne!(usual.svg, fewer.svg, "{key}");
        let words = format!("{} {}", fewer.figure.finding, fewer.figure.table.caption);
        assert!(words.contains("Tue 2 to Wed 3"), "{key}: {words}");
        let later = of(&Sight::of("hour=40", None));
        assert_ne!(usual.now, later.now, "{key}");
        let marked = of(&Sight::of("", Some(job)));
        assert_ne!(usual.svg, marked.svg, "{key}");
    }
    let heat = |job| {
        picture(&pictures(found(), &Sight::of("", job)), "heat")
            .svg
            .clone()
    };
    assert_ne!(heat(None), heat(Some(job)));
}

#[test]
fn fields_of_size_and_length_hold_all_work() {
    let found = found();
    let heat = picture(&pictures(found, &Sight::default()), "heat").clone();
    let sum: u32 = heat.figure.table.rows.iter().map(|row| number(&row[1])).sum();
    let [base, proposal] = &found.reports;
    assert_eq!(sum, paired_intents(base, proposal).total());
}

#[test]
fn run_minutes_that_hold_somebody_are_shown() {
    let all = pictures(found(), &Sight::default());
    let ledgers = picture(&all, "ledgers");
    assert!(
        ledgers.figure.finding.contains("under the proposal"),
        "{}",
        ledgers.figure.finding
    );
    assert!(
        !pictures(equal(), &Sight::default())
            .iter()
            .any(|picture| picture.key == "ledgers")
    );
}

#[test]
fn the_findings_above_become_files() {
    let above = above(found());
    for key in [
        "timetable-baseline",
        "timetable-proposal",
        "waiting",
        "idle",
        "waits-tests",
        "runs-training",
    ] {
        let picture = picture(&above, key);
        assert!(csv(&picture.figure.table).lines().count() > 1, "{key}");
        assert!(
            picture.figure.finding.ends_with('.'),
            "{key}: {}",
            picture.figure.finding
        );
    }
}

#[test]
fn a_walk_says_every_mark() {
    let marks = picture(&pictures(found(), &Sight::default()), "bands").walk.marks;
    let mut said: Vec<String> = (1..=marks)
        .map(|at| {
            let sight = Sight::of(&format!("bands={at}"), None);
            picture(&pictures(found(), &sight), "bands").walk.said.clone()
        })
        .collect();
    said.dedup();
    assert_eq!(said.len(), marks);
}

#[test]
fn followed_runs_are_those_of_the_lab() {
    let base = scenario(&["cap=4gpu"]);
    for seed in 1..=SEEDS {
        let plain = sim_core::engine::run(&base, seed, Detail::Summary);
        let ours = &found().reports[0].seeds[seed as usize - 1];
        assert_eq!((ours.seed, &ours.digest), (seed, &plain.digest));
    }
}

#[test]
fn the_queue_of_the_first_run_lies_within_the_range_of_all() {
    let all = pictures(found(), &Sight::default());
    let queue = picture(&all, "queue");
    assert!(
        queue.figure.finding.contains("Over 3"),
        "{}",
        queue.figure.finding
    );
    let table = &queue.figure.table;
    let mut is_wide = false;
    for row in table.rows.iter().chain(&table.sums) {
        for side in [1, 4] {
            let [first, low, high] = [side, side + 1, side + 2].map(|at| number(&row[at]));
            assert!(low <= first && first <= high, "{row:?}");
            is_wide |= low < high;
        }
    }
    assert!(is_wide, "three runs meet other work");
    let mut one = found().clone();
    one.queues.truncate(1);
    let alone = pictures(&one, &Sight::default());
    assert_ne!(queue.svg, picture(&alone, "queue").svg);
    assert!(!picture(&alone, "queue").figure.finding.contains("Over"));
}
