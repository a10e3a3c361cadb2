//! The words of a sweep, and that its picture holds what it should.

use sim_core::metrics::{Busy, By, Simplicity, Waits};
use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::{Settings, Vary};

use super::*;
use crate::ink::PX;
use crate::svg::SvgInk;

/// A setting of the cap, with twelve runs.
fn point(vary: &Vary, at: usize, rules: u32, used: f64, wait: u32) -> Point {
    let mut settings = Settings::of(&Scenario::default());
    settings.set(vary.knob, vary.settings[at]);
    let run = |seed: u64| {
        let waits = Waits {
            started: vec![wait + 60 * (seed * 5 % 12) as u32],
            unfinished: Vec::new(),
            given_up: 0,
        };
        Reading::of(&SeedReport {
            seed,
            capacity: 10_000,
            busy: Busy {
                useful: (used * 10_000.0) as u64 - 10 * (seed * 7 % 12),
                ..Busy::default()
            },
            waits: By::from([(Class::Debug, waits)]),
            ..SeedReport::default()
        })
    };
    Point {
        settings,
        simplicity: Simplicity { rules, choices: 0 },
        runs: (1..=12).map(run).collect(),
    }
}

fn swept() -> (Vec<Point>, Vec<Vary>) {
    let vary = Vary::parse("cap=2,4,8,16").unwrap();
    let points = vec![
        point(&vary, 0, 2, 0.70, 600),
        point(&vary, 1, 2, 0.80, 7_200),
        point(&vary, 2, 2, 0.80, 18_000),
        point(&vary, 3, 2, 0.90, 90_000),
    ];
    (points, vec![vary])
}

const NOW: Places = Places {
    now: 2,
    proposal: Some(3),
};

fn plain(text: &str) -> String {
    text.replace([format::NBSP, format::THIN], " ")
}

#[test]
fn the_finding_names_the_nearest_setting_at_no_cost() {
    let (points, varied) = swept();
    let frontier = Frontier::of(&points, &varied, NOW, Kind::Test);
    let figure = frontier.figure();
    assert_eq!(
        plain(&figure.finding),
        "3 of 4 settings are on the frontier: none has as much use, as short a wait of ten-minute tests and as few rules. \
         The nearest that is better than now and no worse in anything is 4 GPUs: the typical wait \u{2212}3 h in 12 of 12 runs, \
         the nine-in-ten wait \u{2212}3 h in 12 of 12 runs."
    );
    assert_eq!(figure.table.rows.len(), 4);
    assert!(
        figure
            .table
            .rows
            .iter()
            .all(|row| row.len() == figure.table.headings.len())
    );
    assert_eq!(figure.table.rows[1][6], "on the frontier, better at no cost");
    assert_eq!(figure.table.rows[2][6], "now, beaten");
    assert!(
        plain(&frontier.sentence(2)).starts_with("8 GPUs: 79.4 % (79.2 % to 79.7 %) in use, half start 5 h"),
        "{}",
        plain(&frontier.sentence(2))
    );
}

#[test]
fn what_a_setting_brings_and_costs_against_now_is_said() {
    let (points, varied) = swept();
    let frontier = Frontier::of(&points, &varied, NOW, Kind::Test);
    let said = plain(&frontier.sentence(0));
    assert!(
        said.ends_with(
            "on the frontier. Against now: the typical wait \u{2212}4 h 50 min in 12 of 12 runs, the nine-in-ten wait \u{2212}4 h 50 min \
             in 12 of 12 runs. It costs: use \u{2212}10.0 points, useful work \u{2212}10.0 points."
        ),
        "{said}"
    );
    let said = plain(&frontier.sentence(3));
    assert!(said.contains("It costs: typical wait of all jobs +20 h, nine-in-ten wait of all jobs +20 h, typical wait of ten-minute tests +20 h"), "{said}");
    assert!(!frontier.sentence(2).contains("Against"));
}

#[test]
fn the_axis_of_waits_spends_its_length_on_where_the_settings_lie() {
    let (points, varied) = swept();
    let frontier = Frontier::of(&points, &varied, NOW, Kind::Test);
    let mut ink = SvgInk::new(640, 420, "frontier");
    draw(&mut ink, (640, 420), &frontier, None).unwrap();
    let svg = ink.finish("");
    assert!(svg.contains(">20 min<") && svg.contains(">1 day<") && !svg.contains(">at once<"));
    let vary = &varied[0];
    let quick = vec![point(vary, 0, 2, 0.7, 0), point(vary, 1, 2, 0.8, 600)];
    let quick = Frontier::of(
        &quick,
        &varied,
        Places {
            now: 0,
            proposal: None,
        },
        Kind::Test,
    );
    let mut ink = SvgInk::new(640, 420, "frontier");
    draw(&mut ink, (640, 420), &quick, None).unwrap();
    assert!(ink.finish("").contains(">5 min<"));
}

#[test]
fn equal_settings_say_that_none_beats_another() {
    let (points, varied) = swept();
    let equal = vec![points[0].clone(), points[0].clone()];
    let places = Places {
        now: 0,
        proposal: None,
    };
    let finding = Frontier::of(&equal, &varied, places, Kind::Test).figure().finding;
    assert!(
        finding.starts_with("None of the 2 settings beats another"),
        "{finding}"
    );
    assert!(
        finding
            .ends_with("None is clearly better than now in something without being worse in something else.")
    );
}

#[test]
fn a_goal_is_met_or_told_by_how_much_it_is_missed() {
    let (points, varied) = swept();
    let met = sentence(&goal(Kind::Test, Some(180.0), Some(75.0), None), &points, &varied);
    assert_eq!(
        plain(&met),
        "One setting meets this in the middle run: 4 GPUs (in 12 of 12 runs)."
    );
    let missed = sentence(
        &goal(Kind::Test, Some(10.0), Some(85.0), Some(1.0)),
        &points,
        &varied,
    );
    assert!(
        plain(&missed).starts_with("No setting tried meets this. Nearest comes 2 GPUs: nine in ten start within 16 min, 6 min too long; 69.4 % in use, 15.6 points too little; 2 rules, 1 too many."),
        "{}", plain(&missed)
    );
    assert_eq!(
        sentence(&goal(Kind::Test, None, None, None), &points, &varied),
        "Nothing is asked for yet."
    );
}

#[test]
fn the_picture_names_both_axes_and_what_is_asked_about_at_every_width() {
    let (points, varied) = swept();
    let frontier = Frontier::of(&points, &varied, NOW, Kind::Test);
    for width in [288, 640, 1_056] {
        let mut ink = SvgInk::new(width, 420, "frontier");
        draw(&mut ink, (width, 420), &frontier, Some(1)).unwrap();
        let svg = ink.finish("");
        for words in [
            "share of GPU time in use",
            "nine in ten ten-minute tests start within",
            "8 GPUs · now",
            "16 GPUs · proposal",
        ] {
            assert!(svg.contains(words), "{words} at {width}");
        }
        assert!(!svg.contains("NaN"));
    }
    let mut ink = SvgInk::new(320, 300, "empty");
    draw(&mut ink, (320, 300), &Frontier::default(), None).unwrap();
    assert!(ink.finish("").contains("No setting has been run yet."));
}

#[test]
fn a_press_finds_the_dot_that_is_near() {
    let (points, varied) = swept();
    let frontier = Frontier::of(&points, &varied, NOW, Kind::Test);
    let size = (640, 420);
    let hits: Vec<usize> = (0..640)
        .flat_map(|x| (0..42).map(move |y| (x, y * 10)))
        .filter_map(|(x, y)| dot_at(size, &frontier, (x * PX, y * PX)))
        .collect();
    assert!((0..4).all(|at| hits.contains(&at)));
    assert_eq!(dot_at(size, &frontier, (0, 0)), None);
}

#[test]
fn every_line_of_the_csv_has_as_many_cells_as_its_head() {
    let (points, varied) = swept();
    let text = csv(&points, &varied, 2, Some(Class::Debug), None);
    let counts: Vec<usize> = text.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(counts.len(), 5);
    assert!(counts.iter().all(|&count| count == counts[0]));
    assert!(
        text.lines()
            .nth(3)
            .unwrap()
            .starts_with("8gpu,true,false,12,2,0,")
    );
}

#[test]
fn a_ranking_says_what_matters_most() {
    let (points, varied) = swept();
    let by = Measure::Wait(Some(Class::Debug), Tail::NineInTen);
    let effects = sim_core::metrics::sweep::rank(&points, 2, &[vec![0, 1, 3]], by);
    let figure = ranking(&effects, &points, &varied, "ten-minute tests");
    assert_eq!(
        figure.finding,
        "What matters most for ten-minute tests: Most GPUs one person may hold at once, 16 GPUs."
    );
    assert_eq!(figure.table.rows[0][5], "longer");
}
