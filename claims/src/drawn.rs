//! A figure that a text asks for: run, drawn, and framed with its words.

use anyhow::{Result, bail};
use content::Figure;
use figures::curve::{self, Curves, Line, Scale, Style};
use figures::still::{Still, framed};
use figures::view::Spread;
use sim_core::scenario::Horizon;
use sim_core::units::Span;

use crate::measure::{Metric, Unit};
use crate::outcome::in_words;
use crate::{Source, each};

/// Runs behind each point of a curve.
const RUNS: u32 = 20;

/// A figure of a text, framed with its words. `page` is the name that tells it from those of other pages.
///
/// # Errors
/// One of its settings cannot be run, nobody asks for what a line measures, or a line is not in the unit of the axis.
pub fn draw(page: &str, figure: &Figure, source: &impl Source) -> Result<String> {
    let seeds = source.seeds(RUNS);
    let places = places(&figure.values);
    let unit = Metric::parse(&figure.metric)?.unit();
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
        scale: match (unit, figure.scale) {
            (Unit::Percent, _) => Scale::Shares,
            (Unit::Seconds, content::Scale::Even) => Scale::Even,
            (Unit::Seconds, content::Scale::Orders) => Scale::Orders,
        },
    };
    for line in &figure.lines {
        let metric = Metric::parse(line.metric.as_ref().unwrap_or(&figure.metric))?;
        if metric.unit() != unit {
            bail!(
                "figure `{}`: the line “{}” measures shares where the axis has waits, or waits where it has shares",
                figure.id,
                line.label
            );
        }
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
            let plain = |whole: f64| {
                each(&scenario, &report, metric, |metric, run, demand| {
                    metric
                        .is_asked(run, demand)
                        .then(|| metric.of(run, demand) / whole)
                })
            };
            let spread = match (metric, unit) {
                (Metric::MeanWait, _) => spread_of(plain(1.0)?),
                (_, Unit::Percent) => spread_of(plain(100.0)?),
                (_, Unit::Seconds) => {
                    let quantiles = each(&scenario, &report, metric, Metric::quantile)?;
                    Spread::of_quantiles(&quantiles)
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
    let days = Horizon::PAGE.measured.0 / Span::days(1).0;
    words.made_from = format!("the middle of {seeds} runs of {days} days; band: half of them");
    let label = format!("{} {}", words.title, words.finding);
    let name = format!("{page}-{}", figure.id);
    let drawing = Still::new(&name, &label).draw_three((960, 340), (680, 320), (328, 260), |ink, _, size| {
        curve::draw(ink, size, &curves)
    });
    Ok(framed(&words, &drawing))
}

/// The spread of plain numbers, without the runs in which nobody asks; nothing, if nobody does in any.
fn spread_of(runs: Vec<Option<f64>>) -> Option<Spread> {
    let asked: Vec<f64> = runs.into_iter().flatten().collect();
    (!asked.is_empty()).then(|| Spread::of(&asked))
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
    use crate::testing::Made;
    use sim_core::metrics::{SeedReport, Waits};
    use sim_core::workload::Class;

    fn figure(metric: &str, of_line: &str) -> Figure {
        let text = format!(
            "id = 'knee'\ntitle = 'How long?'\nacross = 'load'\nscenario = 'group-32'\nvary = 'load'\n\
             values = ['50pct', '85pct']\nmetric = '{metric}'\nlines = [{{ label = 'all', metric = '{of_line}' }}]"
        );
        toml::from_str(&text).expect("is well formed")
    }

    #[test]
    fn a_line_in_another_unit_than_the_axis_is_refused() {
        let why = draw("a", &figure("use", "wait.mean"), &Made(SeedReport::default()));
        assert!(why.is_err_and(|why| why.to_string().contains("axis")));
    }

    #[test]
    fn a_mean_wait_of_nobody_is_not_drawn_as_none() {
        let figure = figure("wait.mean", "wait.mean");
        let why = draw("a", &figure, &Made(SeedReport::default()));
        assert!(why.is_err_and(|why| why.to_string().contains("nobody asks")));
        let mut run = SeedReport::default();
        let waits = Waits {
            started: vec![600],
            ..Waits::default()
        };
        run.waits.insert(Class::Debug, waits);
        let drawn = draw("a", &figure, &Made(run)).expect("somebody asks");
        assert!(drawn.contains("20 runs of 28 days"), "{drawn}");
    }

    #[test]
    fn percentages_stand_where_their_numbers_put_them_and_others_evenly() {
        let of = |values: &[&str]| places(&values.iter().map(|&v| v.to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["50pct", "95pct"]), [0.5, 0.95]);
        assert_eq!(of(&["2gpu", "8gpu", "off"]), [0.0, 1.0, 2.0]);
        assert_eq!(of(&["50pct", "off"]), [0.0, 1.0]);
    }
}
