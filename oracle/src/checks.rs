//! The comparison of a replay with what was observed, by the tolerances of the oracle's README.

mod amounts;
mod priorities;
mod reasons;
mod sets;
mod shares;
mod spread;
mod starts;

use serde::Serialize;

use super::case::{Case, Group};
use super::experiment::Experiment;
use super::observed::{Observed, SeenJob, SeenRun};

/// Start times and limit reasons: the scheduler's loop and whole-second rounding.
const LOOP: f64 = 3.0;
/// Anything that hangs on the end of a grace time.
const GRACE: f64 = 20.0;
/// Kills by the scan for exceeded limits, which comes every 30 s.
const SCAN: f64 = 30.0 + LOOP;

/// One thing compared.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Check {
    /// What is compared.
    pub what: String,
    /// What was observed.
    pub observed: String,
    /// What our replay gave.
    pub ours: String,
    /// Whether the two agree, within the tolerance.
    pub pass: bool,
}

impl Check {
    fn new(what: impl Into<String>, observed: impl ToString, ours: impl ToString, pass: bool) -> Check {
        Check {
            what: what.into(),
            observed: observed.to_string(),
            ours: ours.to_string(),
            pass,
        }
    }
}

/// Two observations of one case side by side.
struct Pair<'a> {
    case: &'a Case,
    experiment: &'a Experiment,
    observed: &'a Observed,
    ours: &'a Observed,
    /// The last second that was observed: later starts of ours were never looked for.
    until: f64,
}

impl<'a> Pair<'a> {
    /// Jobs of the case in the order of the file, with both views of them. Ours may have forgotten one.
    fn jobs(&self) -> impl Iterator<Item = (&'a SeenJob, Option<&'a SeenJob>)> {
        let ours = self.ours;
        self.observed.jobs.iter().map(move |job| (job, ours.job(&job.id)))
    }
    /// Runs that began while somebody looked.
    fn runs(&self, job: Option<&'a SeenJob>) -> Vec<(f64, &'a SeenRun)> {
        let runs = job.map(SeenJob::started).into_iter().flatten();
        runs.filter(|(start, _)| *start <= self.until + LOOP).collect()
    }
    /// Names of the jobs for which something holds, in the order of the file. A job that a side has forgotten never ran.
    fn those(&self, side: &Observed, holds: impl Fn(&SeenJob) -> bool) -> Vec<&'a str> {
        let all = self.observed.jobs.iter().map(|job| job.id.as_str());
        all.filter(|id| side.job(id).map_or_else(|| holds(&SeenJob::default()), &holds))
            .collect()
    }
    /// Whether a victim of this name has a grace time.
    fn has_grace(&self, id: &str) -> bool {
        let policy = &self.experiment.scenario.policy;
        let Some(asked) = self.experiment.jobs.iter().find(|asked| asked.name == id) else {
            return false;
        };
        let qos = policy.qos.get(usize::from(asked.qos));
        let partitions = asked
            .partitions
            .iter()
            .filter_map(|&id| policy.partitions.get(usize::from(id)));
        qos.map(|qos| qos.grace_time)
            .into_iter()
            .chain(partitions.map(|partition| partition.grace_time))
            .any(|grace| grace.0 > 0)
    }
    /// How far a start may be off: more if a victim with a grace time had to leave first.
    fn start_tolerance(&self, id: &str) -> f64 {
        let mut preemptions = self
            .observed
            .events
            .iter()
            .filter(|event| event.event == "preempted");
        let graceful =
            preemptions.any(|event| event.sake.as_deref() == Some(id) && self.has_grace(&event.job));
        if graceful { GRACE } else { LOOP }
    }
}

/// Every check of a case.
pub fn checks(case: &Case, experiment: &Experiment, ours: &Observed) -> Vec<Check> {
    let pair = Pair {
        case,
        experiment,
        observed: &case.observed,
        ours,
        until: case.observed.last_seen(),
    };
    match case.group {
        Group::A => [
            sets::refused(&pair),
            shares::looks(&pair),
            priorities::looks(&pair),
        ]
        .concat(),
        Group::B => [
            sets::refused(&pair),
            shares::usage(&pair),
            amounts::samples(&pair),
        ]
        .concat(),
        Group::C | Group::E | Group::F => [
            sets::refused(&pair),
            sets::fates(&pair),
            sets::allocations(&pair),
            starts::times(&pair),
            starts::ends(&pair),
            starts::order(&pair),
            reasons::intervals(&pair),
            amounts::samples(&pair),
        ]
        .concat(),
        Group::D => [
            sets::refused(&pair),
            sets::fates(&pair),
            spread::statistics(&pair, &spread::SMALL),
            starts::relations(&pair),
            reasons::intervals(&pair),
        ]
        .concat(),
        Group::G => [
            sets::refused(&pair),
            spread::statistics(&pair, &spread::CROWDED),
            spread::waits(&pair),
        ]
        .concat(),
    }
}

/// Names in one line.
fn names(names: &[&str]) -> String {
    if names.is_empty() {
        String::from("none")
    } else {
        names.join(" ")
    }
}

/// The first few of a list, and how many more there are.
fn some(list: &[String]) -> String {
    const TOLD: usize = 4;
    match list.get(..TOLD) {
        Some(first) if list.len() > TOLD => format!("{}; and {} more", first.join("; "), list.len() - TOLD),
        Some(_) | None => list.join("; "),
    }
}

/// A number of seconds as short as it can be said.
fn short(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests;
