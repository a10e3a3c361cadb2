//! Figures that texts call by name: run, drawn, and framed with their words.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use content::Part;
use figures::curve::{self, Curves, Line, Style};
use figures::view::Spread;
use sim_core::metrics::Quantile;

use crate::measure::Metric;
use crate::runs::{Rasters, Runs};
use crate::stills::{Still, Width, framed};

/// Runs behind each point of a curve.
const RUNS: u32 = 12;
/// Loads of the knee, in percent of the machine.
const LOADS: [u32; 12] = [50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 105];

/// Draws every figure that a text calls.
pub fn called(parts: &[Part], runs: &Runs) -> Result<BTreeMap<String, String>> {
    let mut made = BTreeMap::new();
    for part in parts {
        match part {
            Part::Figure(name) => {
                made.insert(name.clone(), figure(name, runs)?);
            }
            Part::Reveal(hidden) => made.extend(called(hidden, runs)?),
            Part::Prose(_) | Part::Aside { .. } | Part::Predict | Part::Claim(_) => {}
        }
    }
    Ok(made)
}

fn figure(name: &str, runs: &Runs) -> Result<String> {
    println!("  figure {name}");
    match name {
        "knee" => knee(runs),
        _ => bail!("there is no figure `{name}`; site/src/figures.rs lists them"),
    }
}

/// Wait against load, with demand as bursty as measured and with even weeks.
fn knee(runs: &Runs) -> Result<String> {
    let metric = Metric::parse("wait.p90.debug")?;
    let lines = [
        ("even weeks", "0pct", Style::Baseline),
        ("weeks as measured", "100pct", Style::Proposal),
    ];
    let mut curves = Curves {
        title: String::from("How long do nine in ten ten-minute tests wait at most?"),
        across: String::from("work asked for, as a share of the machine"),
        stops: LOADS
            .iter()
            .filter(|load| **load % 10 == 0)
            .map(|&load| (f64::from(load) / 100.0, format!("{load}\u{a0}%")))
            .collect(),
        lines: Vec::new(),
    };
    for (label, burstiness, style) in lines {
        let mut points = Vec::new();
        for load in LOADS {
            let set = [format!("load={load}pct"), format!("burstiness={burstiness}")];
            let report = runs.report(&runs.scenario("group-32", &set)?, RUNS, Rasters::None)?;
            let quantiles: Vec<Quantile> = report.seeds.iter().map(|seed| metric.quantile(seed)).collect();
            if let Some(spread) = Spread::of_quantiles(&quantiles) {
                points.push((f64::from(load) / 100.0, spread));
            }
        }
        curves.lines.push(Line {
            label: label.to_owned(),
            style,
            points,
        });
    }
    let mut words = curve::figure(&curves);
    words.made_from = format!("the middle of {RUNS} runs of 28 days; band: half of them");
    let label = format!("{} {}", words.title, words.finding);
    let drawing = Still::new("knee", &label).draw((960, 340), (358, 260), |ink, which, size| {
        let _: Width = which;
        curve::draw(ink, size, &curves)
    });
    Ok(framed(&words, &drawing))
}
