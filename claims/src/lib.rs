//! What texts claim and draw, run: numbers of runs by name, sentences judged, curves drawn.
//!
//! The `site` does it natively when pages are made, from runs kept on disk; a worker does it in the browser when a reader
//! asks how a text fares on another cluster. Both are a [`Source`] of runs, and get the same words from them.
//!
//! Reading order: [`Metric`] is a number of a run by its name; [`Outcome`] what came of a claim; [`draw`] draws a figure;
//! [`answer`] runs what somebody proposes for an exercise.

mod drawn;
mod elsewhere;
mod goal;
mod measure;
mod outcome;

use anyhow::{Result, anyhow, bail};
use content::Claim;
use figures::view::{Ended, Spread};
use sim_core::metrics::{Quantile, Report, SeedReport};
use sim_core::scenario::knobs::assign;
use sim_core::scenario::link::{Note, Proposal, decode_among};
use sim_core::scenario::{Horizon, Scenario, structure};
use sim_core::workload::{Demand, generate};

pub use drawn::draw;
pub use elsewhere::{Asked, Elsewhere, Told};
pub use goal::{Reached, Verdict, answer};
pub use measure::{Held, Metric, Unit, Why};
pub use outcome::{Numbers, Outcome};

/// Where runs come from.
pub trait Source {
    /// The cluster that a text names, with knobs and parts set as in links: `load=85pct`.
    ///
    /// # Errors
    /// There is no such cluster, or a setting means nothing there: a sentence that says which.
    fn scenario(&self, preset: &str, set: &[String]) -> Result<Scenario>;

    /// Seeds 1 to `seeds`.
    ///
    /// # Errors
    /// The scenario cannot run; the sentence lists its problems.
    fn report(&self, scenario: &Scenario, seeds: u32) -> Result<Report>;

    /// How many of the seeds that a text asks for are run.
    fn seeds(&self, wanted: u32) -> u32;

    /// How many seeds of a claim are run.
    fn seeds_of(&self, claim: &Claim) -> u32 {
        self.seeds(claim.seeds)
    }
}

/// A preset over the time of a page, with knobs and parts set as in links.
///
/// # Errors
/// A setting is not understood, or means nothing on this preset.
pub fn set(preset: &Scenario, set: &[String]) -> Result<Scenario> {
    let name = &preset.name;
    let mut scenario = preset.clone();
    scenario.horizon = Horizon::PAGE;
    let (parts, knobs): (Vec<&String>, Vec<&String>) = set.iter().partition(|text| structure::is_part(text));
    let parts: String = parts.iter().map(|part| format!("&{part}")).collect();
    let (mut scenario, unread) = structure::read(&scenario, &parts);
    if let Some(structure::Unread { part, why }) = unread.first() {
        bail!("{name} with {part}: {why}");
    }
    for text in knobs {
        assign(&mut scenario, text).map_err(|error| anyhow!("{name} with {text}: {error}"))?;
    }
    Ok(scenario)
}

/// As [`set()`], on a cluster that the text does not speak of: its rules are set there and what is supposed of its people, never
/// another machine or other people.
///
/// # Errors
/// As there; or the text asks it of a machine or of people of its own.
pub fn set_elsewhere(chosen: &Scenario, settings: &[String]) -> Result<Scenario> {
    let is_own = |part: &&String| {
        [".nodes.", ".outages.", ".cluster.", ".workload."]
            .iter()
            .any(|place| part.starts_with(place))
    };
    match settings.iter().find(is_own) {
        Some(part) => bail!("it is asked of a machine or of people of its own (`{part}`)"),
        None => set(chosen, settings),
    }
}

/// What a link proposes, if all of it is understood. That it was typed or changed by hand is no harm.
fn read_link(link: &str, presets: &[Scenario]) -> Result<Proposal> {
    let found = decode_among(link, presets)?;
    let odd = found
        .notes
        .iter()
        .find(|note| matches!(note, Note::NotUnderstood { .. }));
    if let Some(note) = odd {
        bail!("{note}");
    }
    Ok(found)
}

/// What a metric says of the runs of a report on `scenario`; nothing, if in some of them nobody asks for what it measures.
fn measured(scenario: &Scenario, report: &Report, metric: Metric) -> Result<Option<Measured>> {
    let told = each(scenario, report, metric, |metric, run, demand| {
        let said = (metric.of(run, demand), metric.quantile(run, demand));
        metric.is_asked(run, demand).then_some(said)
    })?;
    let told: Option<Vec<(f64, Quantile)>> = told.into_iter().collect();
    Ok(told.map(|told| {
        let (runs, quantiles): (Vec<f64>, Vec<Quantile>) = told.into_iter().unzip();
        let spread = Spread::of_quantiles(&quantiles);
        Measured {
            runs,
            at_least: spread.is_some_and(|spread| spread.more == Ended::AtLeast),
        }
    }))
}

/// What a metric says of several runs.
struct Measured {
    /// Its value in each run.
    runs: Vec<f64>,
    /// Whether the middle run's is only a lower bound.
    at_least: bool,
}

/// What a metric says of each run of a report on `scenario`.
///
/// # Errors
/// The scenario cannot run.
pub fn each<T>(
    scenario: &Scenario,
    report: &Report,
    metric: Metric,
    of: impl Fn(Metric, &SeedReport, Option<&Demand>) -> T,
) -> Result<Vec<T>> {
    let checked = metric.needs_demand().then(|| check(scenario)).transpose()?;
    let told = report.seeds.iter().map(|run| {
        let demand = checked.as_ref().map(|checked| generate(checked, run.seed));
        of(metric, run, demand.as_ref())
    });
    Ok(told.collect())
}

/// A scenario as the engine takes it.
///
/// # Errors
/// The engine refuses it; the sentence lists why.
pub fn check(scenario: &Scenario) -> Result<sim_core::scenario::Checked> {
    match scenario.clone().check() {
        Ok((checked, _warnings)) => Ok(checked),
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            bail!("{} is refused:\n  {}", scenario.name, lines.join("\n  "))
        }
    }
}

/// What texts say of a cluster without running it: `fact.gpus`, `fact.nodes`, `fact.people`.
#[must_use]
pub fn facts(of: &Scenario) -> Numbers {
    let facts = [
        ("gpus", of.cluster.gpus().to_string()),
        ("nodes", of.cluster.node_count().to_string()),
        ("people", of.workload.people.to_string()),
    ];
    facts
        .into_iter()
        .map(|(name, words)| (format!("fact.{name}"), words))
        .collect()
}

#[cfg(test)]
mod testing {
    use super::*;

    /// Runs made by hand in the place of the engine's, all alike.
    pub struct Made(pub SeedReport);

    impl Source for Made {
        fn scenario(&self, _preset: &str, _set: &[String]) -> Result<Scenario> {
            Ok(Scenario::default())
        }

        fn report(&self, _scenario: &Scenario, seeds: u32) -> Result<Report> {
            Ok(Report {
                seeds: vec![self.0.clone(); seeds as usize],
                ..Report::default()
            })
        }

        fn seeds(&self, wanted: u32) -> u32 {
            wanted
        }
    }
}
