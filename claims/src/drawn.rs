//! A figure that a text asks for: run, drawn, and framed with its words.

use anyhow::{Result, bail};
use content::Figure;
use figures::curve::{self, Curves, Line, Scale, Style};
use figures::still::{Still, framed};
use figures::view::Spread;

use crate::measure::{Metric, Unit};
use crate::outcome::in_words;
use crate::{Source, each};

/// Runs behind each point of a curve.
const RUNS: u32 = 20;

/// A figure of a text, framed with its words. `page` is the name that tells it from those of other pages.
///
/// # Errors
/// One of its settings cannot be run, or nobody asks for what a line measures.
pub fn draw(page: &str, figure: &Figure, source: &impl Source) -> Result<String> {
    let seeds = source.seeds(RUNS);
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
            let scenario = source.scenario(&figure.scenario, &set)?;
            let report = source.report(&scenario, seeds)?;
            let spread = match (metric, metric.unit()) {
                (Metric::MeanWait, _) => Some(Spread::of(&each(&scenario, &report, metric, Metric::of)?)),
                (_, Unit::Seconds) => {
                    let quantiles = each(&scenario, &report, metric, Metric::quantile)?;
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
