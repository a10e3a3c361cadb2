//! A case into an experiment. What cannot be meant is an error, what is not known is a note; nothing is taken from what
//! was observed but what the oracle's README allows: ticks, submit and eligible times, the order of ids, the length of
//! completed runs, and (group B, which compares accounting only) when runs began.

mod acts;
mod ask;
mod limits;
mod machine;
mod policy;
mod tree;

use std::fmt;

use sim_core::scenario::{Horizon, Policy, Scenario, WorkloadSpec};
use sim_core::units::{Span, Time};

use super::case::Case;
use super::experiment::{Experiment, Names, Samples};

/// T0 in the engine: room before it for what was submitted ahead.
const T0: Time = Time(3_600);
/// How long an observation lasts at most, from T0.
const LONGEST_OBSERVATION: f64 = 560.0;
/// More than any case may take.
const MOST_SECONDS: f64 = 10_000_000.0;
const MOST_JOBS: usize = 100_000;

/// What was found on the way: problems stop the case, notes do not.
#[derive(Default, Debug)]
pub struct Found {
    /// Where, what, and what to do.
    pub problems: Vec<String>,
    /// What was left out, and where.
    pub notes: Vec<String>,
}

impl Found {
    fn problem(&mut self, place: impl fmt::Display, what: impl fmt::Display) {
        self.problems.push(format!("{place}: {what}"));
    }
    /// Something not known here, which is left out.
    fn unknown(&mut self, place: impl fmt::Display, what: impl fmt::Display) {
        self.notes.push(format!(
            "{place}: {what} is not known here and left out; what follows may differ for it"
        ));
    }
    /// The value, or a problem and its default.
    fn take<T: Default>(&mut self, place: impl fmt::Display, read: Result<T, String>) -> T {
        read.unwrap_or_else(|what| {
            self.problem(place, what);
            T::default()
        })
    }
    /// A whole number.
    fn number(&mut self, place: impl fmt::Display, text: &str) -> u32 {
        let read = text.trim().parse::<u32>();
        self.take(
            place,
            read.map_err(|_| format!("`{text}` is no whole number; write 0 or more")),
        )
    }
}

/// Translates a case, with notes on what was left out; or tells every problem.
pub fn translate(case: &Case) -> Result<(Experiment, Vec<String>), Found> {
    let mut found = Found::default();
    if case.jobs.len() > MOST_JOBS {
        found.problem("jobs", format!("more than {MOST_JOBS}; cut the case"));
        return Err(found);
    }
    let mut names = Names::default();
    let cluster = machine::cluster(case, &mut names, &mut found);
    let mut policy = policy::policy(case, &mut found);
    policy.partitions = machine::partitions(case, &mut names, &mut found);
    let tree = tree::tree(case, &mut names, &mut found);
    policy.associations = tree.associations;
    policy.qos = tree.qos;
    if !policy::enforces_limits(case) {
        policy::without_limits(&mut policy);
    }
    for partition in &policy.partitions {
        if let Some(qos) = partition.qos.as_ref().filter(|qos| !names.qos.contains(qos)) {
            found.problem(
                format!("config.partitions.{}.QOS", partition.name),
                format!("there is no QOS `{qos}`; add it to accounting.qos"),
            );
        }
    }
    let jobs = ask::jobs(case, &names, &policy, &mut found);
    let actions = acts::actions(case, &names, &jobs, &mut policy, &mut found);
    if jobs.iter().any(|job| job.probe) {
        policy.reservations.extend(ask::standstill(&jobs));
    }
    if !found.problems.is_empty() {
        return Err(found);
    }
    let until = case.observed.last_seen().clamp(LONGEST_OBSERVATION, MOST_SECONDS);
    let until = at(until) + Span::secs(1);
    policy.preemption.kill_wait = policy::kill_wait(case, &mut found);
    let period = policy.priority.calc_period;
    let experiment = Experiment {
        scenario: Scenario {
            name: case.name.clone(),
            horizon: Horizon {
                warm_up: Span::ZERO,
                measured: until - Time::ZERO,
            },
            cluster,
            workload: WorkloadSpec {
                people: u32::try_from(tree.people.len().max(names.accounts.len() - 1))
                    .unwrap_or(u32::MAX)
                    .max(1),
                accounts: u32::try_from(names.accounts.len() - 1).unwrap_or(u32::MAX).max(1),
                ..WorkloadSpec::default()
            },
            policy,
            ..Scenario::default()
        },
        people: tree.people,
        requeues: policy::requeues(case),
        t0: T0,
        until,
        ticks: ticks(case, period, until),
        jobs,
        actions,
        samples: samples(case),
        names,
    };
    if found.problems.is_empty() {
        Ok((experiment, found.notes))
    } else {
        Err(found)
    }
}

/// The instant of a time from T0, in the whole second in which it lies, as Slurm's clock shows it.
fn at(seconds: f64) -> Time {
    let seconds = seconds.clamp(-f64::from(T0.0), MOST_SECONDS).floor();
    // In range by the line above.
    Time((f64::from(T0.0) + seconds) as u32)
}

/// The observed ticks, and after the last one a tick each period.
fn ticks(case: &Case, period: Span, until: Time) -> Vec<Time> {
    let mut ticks: Vec<Time> = case
        .observed
        .decay_ticks
        .iter()
        .map(|tick| at(tick.t_s))
        .collect();
    ticks.sort_unstable();
    ticks.dedup();
    let period = Span::secs(period.0.max(60));
    let mut next = ticks.last().map_or(T0, |&last| last + period);
    while next <= until {
        ticks.push(next);
        next += period;
    }
    ticks
}

fn samples(case: &Case) -> Samples {
    let observed = &case.observed;
    Samples {
        shares: in_time(observed.sshare_samples.iter().map(|sample| sample.t_s)),
        priorities: in_time(observed.sprio_samples.iter().map(|sample| sample.t_s)),
        limits: in_time(observed.assoc_mgr_samples.iter().map(|sample| sample.t_s)),
        looks: in_time(observed.looks.iter().map(|look| look.t_s)),
    }
}

fn in_time(times: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times
}

/// The policy before anything is set: Slurm's defaults, without what our own set-ups add.
fn bare() -> Policy {
    Policy {
        partitions: Vec::new(),
        qos: Vec::new(),
        ..Policy::default()
    }
}

#[cfg(test)]
#[path = "translate/tests.rs"]
mod tests;
