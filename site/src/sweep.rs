//! The page that sweeps, before its app is there: what it does, and an example as a still and a table.

use std::path::Path;

use anyhow::Result;
use figures::frontier::{self, Frontier, Places};
use figures::kind::Kind;
use sim_core::metrics::simplicity;
use sim_core::metrics::sweep::Point;
use sim_core::scenario::knobs::{Settings, Vary, grid};

use crate::lab::{SetUps, set_ups};
use crate::mounts;
use crate::runs::{DEFAULT, Rasters, Runs};
use figures::still::{Still, framed};

/// The route of the page.
pub const ROUTE: &str = "/lab/sweep/";

/// Runs behind the example: the fewest from which something is called better.
const RUNS: u32 = 12;
/// What the example varies: what one person may hold, and for how long.
const VARIED: [&str; 2] = ["cap=2,4,8,16,off", "max-time=1d,3d"];

/// The main part of the page; the file of all set-ups goes into `out`.
pub fn main(runs: &Runs, out: &Path) -> Result<String> {
    println!("  sweep: the example");
    let SetUps { first, file } = set_ups(runs, out)?;
    Ok(format!(
        "<div class=\"sweep-page wrap\" data-mount=\"{mount}\" data-root=\"../../\" data-set-ups=\"{first}\" data-more=\"../../{file}\">\
         <header class=\"page-head\"><p class=\"eyebrow\"><a href=\"~/lab/\">The lab</a></p><h1>Which setting should it be?</h1>\
         <p class=\"stand-first\">Try one or two knobs over a range. Every setting meets the same jobs and the same dice, and the \
         picture shows which of them nothing beats.</p></header>\
         <p class=\"app-note\">To sweep here takes scripts and WebAssembly in your browser. Without them this page shows an \
         example; the command line sweeps too: <code>trilemma sweep group-32 --vary cap=2..off --seeds 12</code>.</p>\
         <div class=\"sweep-top\"></div>\
         <div class=\"sweep-still\"><p class=\"small quiet\">An example: the cap and the longest time limit on the small cluster.</p>{example}</div><div class=\"sweep-below\"></div>\
         <section class=\"fig sweep-how\"><h2 class=\"fig-title\">What is said, and when?</h2><div class=\"sweep-words\">\
         <p><b>On the frontier</b> is a setting if no other has as much use, as short a wait for nine in ten of the work you look \
         at, and as few rules. Medians over the runs decide. A wait that goes on when the simulation stops beats nothing.</p>\
         <p><b>Better at no cost</b> is the nearest setting that is no worse than now in anything the lab compares, by as much as counts there, and \
         better in something by the rule for verdicts, corrected for every setting tried. It takes twelve runs; often there is \
         none.</p>\
         <p><b>A goal</b> is met where every part of it holds in the middle run. Where none meets it, the nearest is the one whose \
         largest miss is the smallest share of what was asked. There is no single score.</p>\
         <p><a href=\"~/model/#what-it-leaves-out\">What this model leaves out</a></p></div></section></div>",
        mount = mounts::SWEEP,
        example = example(runs)?,
    ))
}

fn example(runs: &Runs) -> Result<String> {
    let varied: Vec<Vary> = VARIED
        .iter()
        .map(|text| Vary::parse(text))
        .collect::<Result<_, _>>()?;
    let base = runs.scenario(DEFAULT, &[])?;
    let mut points = Vec::new();
    for settings in grid(&varied)? {
        let mut scenario = base.clone();
        for (vary, setting) in varied.iter().zip(settings) {
            vary.knob.apply(&mut scenario, setting)?;
        }
        let report = runs.report(&scenario, RUNS, Rasters::None)?;
        points.push(Point {
            settings: Settings::of(&scenario),
            simplicity: simplicity(&scenario),
            runs: report.seeds.into_iter().map(frontier::reading).collect(),
        });
    }
    let now = Settings::of(&base);
    let now = points.iter().position(|point| point.settings == now);
    let places = Places {
        now: now.unwrap_or(0),
        proposal: None,
    };
    let found = Frontier::of(&points, &varied, places, Kind::Test);
    let words = found.figure();
    let label = format!("{} {}", words.title, words.finding);
    let drawing =
        Still::new("frontier", &label).draw_three((1_200, 440), (680, 420), (328, 340), |ink, _, size| {
            frontier::draw(ink, size, &found, None)
        });
    Ok(framed(&words, &drawing))
}
