//! Figures that texts ask for: run, drawn, and framed with their words.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use content::{Figure, Page};
use figures::curve::{self, Curves, Line, Scale, Style};
use figures::view::Spread;

use crate::claims::in_words;
use crate::measure::{Metric, Unit};
use crate::runs::{Rasters, Runs};
use crate::stills::{Still, framed};

/// Runs behind each point of a curve.
const RUNS: u32 = 20;

/// Draws every figure of a page, by name.
pub fn of_page(page: &Page, runs: &Runs) -> Result<BTreeMap<String, String>> {
    let mut made = BTreeMap::new();
    for figure in page.figures() {
        println!("  figure {}{}", page.route, figure.id);
        made.insert(figure.id.clone(), draw(page.name(), figure, runs)?);
    }
    Ok(made)
}

fn draw(page: &str, figure: &Figure, runs: &Runs) -> Result<String> {
    let seeds = runs.seeds(RUNS);
    let places = places(&figure.values);
    let mut curves = Curves {
        title: figure.title.clone(),
        across: figure.across.clone(),
        stops: figure
            .values
            .iter()
            .zip(&places)
            .filter(|(value, _)| figure.named.is_empty() || figure.named.contains(value))
            .map(|(value, &at)| (at, in_words(&figure.vary, value)))
            .collect(),
        lines: Vec::new(),
        scale: match (Metric::parse(&figure.metric)?.unit(), figure.scale) {
            (Unit::Percent, _) => Scale::Shares,
            (Unit::Seconds, content::Scale::Even) => Scale::Even,
            (Unit::Seconds, content::Scale::Orders) => Scale::Orders,
        },
    };
    for line in &figure.lines {
        let metric = Metric::parse(line.metric.as_ref().unwrap_or(&figure.metric))?;
        let mut points = Vec::new();
        for (value, &at) in figure.values.iter().zip(&places) {
            let set: Vec<String> = figure
                .set
                .iter()
                .chain(&line.set)
                .map(|(key, value)| format!("{key}={value}"))
                .chain([format!("{}={value}", figure.vary)])
                .collect();
            let scenario = runs.scenario(&figure.scenario, &set)?;
            let report = runs.report(&scenario, seeds, Rasters::None)?;
            let spread = match (metric, metric.unit()) {
                (Metric::MeanWait, _) => Some(Spread::of(&runs.measure(
                    &scenario,
                    &report,
                    metric,
                    Metric::of,
                )?)),
                (_, Unit::Seconds) => {
                    let quantiles = runs.measure(&scenario, &report, metric, Metric::quantile)?;
                    Spread::of_quantiles(&quantiles)
                }
                (_, Unit::Percent) => {
                    let shares: Vec<f64> = report
                        .seeds
                        .iter()
                        .map(|seed| metric.of(seed, None) / 100.0)
                        .collect();
                    Some(Spread::of(&shares))
                }
            };
            points.extend(spread.map(|spread| (at, spread)));
        }
        if points.len() < figure.values.len() {
            bail!(
                "figure `{}`: nobody asks for what the line “{}” measures at some of its values",
                figure.id,
                line.label
            );
        }
        curves.lines.push(Line {
            label: line.label.clone(),
            style: if line.compared {
                Style::Baseline
            } else {
                Style::Proposal
            },
            points,
        });
    }
    let mut words = curve::figure(&curves);
    words.made_from = format!("the middle of {seeds} runs of 28 days; band: half of them");
    let label = format!("{} {}", words.title, words.finding);
    let name = format!("{page}-{}", figure.id);
    let drawing = Still::new(&name, &label).draw_three((960, 340), (680, 320), (328, 260), |ink, _, size| {
        curve::draw(ink, size, &curves)
    });
    Ok(framed(&words, &drawing))
}

/// Where settings stand: percentages by their numbers, others evenly.
fn places(values: &[String]) -> Vec<f64> {
    let shares: Option<Vec<f64>> = values
        .iter()
        .map(|value| value.strip_suffix("pct")?.parse::<f64>().ok())
        .map(|percent| Some(percent? / 100.0))
        .collect();
    shares.unwrap_or_else(|| (0..values.len()).map(|at| at as f64).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_stand_where_their_numbers_put_them_and_others_evenly() {
        let of = |values: &[&str]| places(&values.iter().map(|&v| v.to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["50pct", "95pct"]), [0.5, 0.95]);
        assert_eq!(of(&["2gpu", "8gpu", "off"]), [0.0, 1.0, 2.0]);
        assert_eq!(of(&["50pct", "off"]), [0.0, 1.0]);
    }
}
