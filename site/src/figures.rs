//! Figures that texts call by name: run, drawn, and framed with their words.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use content::Part;
use figures::curve::{self, Curves, Line, Style};
use figures::view::Spread;
use sim_core::metrics::Quantile;

use crate::linear;
use crate::measure::Metric;
use crate::runs::{Rasters, Runs};
use crate::stills::{Still, framed};

/// Runs behind each point of a curve.
const RUNS: u32 = 20;
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
        "bursts" => bursts(runs),
        "padding" => padding(runs),
        _ => bail!("there is no figure `{name}`; site/src/figures.rs lists them"),
    }
}

/// A curve of waits over a knob, as data.
struct Asked<'a> {
    name: &'a str,
    title: &'a str,
    across: &'a str,
    metric: &'a str,
    /// Settings of the knob that runs to the right, in percent, and which of them are named.
    knob: &'a str,
    values: &'a [u32],
    named: &'a [u32],
    /// A label, what is set for the line, and how it is drawn.
    lines: &'a [(&'a str, &'a [&'a str], Style)],
    set: &'a [&'a str],
}

/// Wait against load.
fn knee(runs: &Runs) -> Result<String> {
    draw(
        &Asked {
            name: "knee",
            title: "How long does a typical job wait?",
            across: "work asked for, as a share of what the machine could do",
            metric: "wait.p50.all",
            knob: "load",
            values: &LOADS,
            named: &[50, 60, 70, 80, 90, 100],
            lines: &[("half have started", &[], Style::Proposal)],
            set: &["cap=off"],
        },
        runs,
    )
}

/// The same, even weeks as the baseline.
fn bursts(runs: &Runs) -> Result<String> {
    draw(
        &Asked {
            name: "bursts",
            title: "And if the same work comes in bursts?",
            across: "work asked for, as a share of what the machine could do",
            metric: "wait.p50.all",
            knob: "load",
            values: &LOADS,
            named: &[50, 60, 70, 80, 90, 100],
            lines: &[
                ("even weeks", &["burstiness=0pct"], Style::Baseline),
                ("weeks as measured", &["burstiness=100pct"], Style::Proposal),
            ],
            set: &["cap=off"],
        },
        runs,
    )
}

/// Wait against how much people pad their time limits, on a full cluster.
fn padding(runs: &Runs) -> Result<String> {
    draw(
        &Asked {
            name: "padding",
            title: "What do padded time limits do to everybody’s wait?",
            across: "padding of time limits: 0 % is honest, 100 % as measured",
            metric: "wait.p90.all",
            knob: "padding",
            values: &[0, 50, 100, 150, 200],
            named: &[0, 50, 100, 150, 200],
            lines: &[("nine in ten jobs", &[], Style::Proposal)],
            set: &["load=100pct"],
        },
        runs,
    )
}

fn draw(asked: &Asked<'_>, runs: &Runs) -> Result<String> {
    let metric = Metric::parse(asked.metric)?;
    let mut curves = Curves {
        title: asked.title.to_owned(),
        across: asked.across.to_owned(),
        stops: asked
            .named
            .iter()
            .map(|&value| (f64::from(value) / 100.0, format!("{value}\u{a0}%")))
            .collect(),
        lines: Vec::new(),
    };
    for (label, set, style) in asked.lines {
        let mut points = Vec::new();
        for value in asked.values {
            let set: Vec<String> = asked
                .set
                .iter()
                .chain(*set)
                .map(|text| (*text).to_owned())
                .chain([format!("{}={value}pct", asked.knob)])
                .collect();
            let report = runs.report(&runs.scenario("group-32", &set)?, RUNS, Rasters::None)?;
            let quantiles: Vec<Quantile> = report.seeds.iter().map(|seed| metric.quantile(seed)).collect();
            if let Some(spread) = Spread::of_quantiles(&quantiles) {
                points.push((f64::from(*value) / 100.0, spread));
            }
        }
        curves.lines.push(Line {
            label: (*label).to_owned(),
            style: *style,
            points,
        });
    }
    let mut words = curve::figure(&curves);
    words.made_from = format!("the middle of {RUNS} runs of 28 days; band: half of them");
    let label = format!("{} {}", words.title, words.finding);
    let drawing =
        Still::new(asked.name, &label).draw_three((960, 340), (680, 320), (328, 260), |ink, _, size| {
            linear::draw(ink, size, &curves)
        });
    Ok(framed(&words, &drawing))
}
