//! Jobs of a case.

use std::collections::BTreeMap;

use sim_core::ids::{AccountId, PartitionId, QosId, UserId};
use sim_core::scenario::{Policy, ReservationSpec};
use sim_core::units::{Span, Time};

use super::machine::default_partition;
use super::{Found, MOST_SECONDS, T0, at};
use crate::case::{Case, Group, Job, Phase, SubmitMode};
use crate::experiment::{After, Asked, Devices, Names};
use crate::observed::SeenJob;
use crate::words;

/// Jobs in the order of their ids.
pub fn jobs(case: &Case, names: &Names, policy: &Policy, found: &mut Found) -> Vec<Asked> {
    let order = order(case, found);
    let places: BTreeMap<&str, usize> = order
        .iter()
        .enumerate()
        .map(|(place, &job)| (case.jobs[job].id.as_str(), place))
        .collect();
    let mut latest = T0;
    let mut asked = Vec::new();
    for &index in &order {
        let job = &case.jobs[index];
        let seen = case.observed.job(&job.id);
        asked.push(one(case, job, seen, &mut latest, names, policy, &places, found));
    }
    asked
}

/// Positions of jobs in the order of their ids. Jobs that were refused have none, and stand where they were handed in.
fn order(case: &Case, found: &mut Found) -> Vec<usize> {
    let mut order: Vec<usize> = (0..case.jobs.len()).collect();
    let wanted = |index: usize| case.jobs[index].submit_s.unwrap_or(0.0);
    order.sort_by(|&a, &b| {
        let by_name = match case.submit_mode {
            SubmitMode::Begin => case.jobs[a].id.cmp(&case.jobs[b].id),
            SubmitMode::Live => a.cmp(&b),
        };
        wanted(a).total_cmp(&wanted(b)).then(by_name)
    });
    let number = |index: usize| {
        case.observed
            .job(&case.jobs[index].id)
            .and_then(|seen| seen.slurm_job_id)
    };
    let mut numbered: Vec<usize> = order
        .iter()
        .copied()
        .filter(|&index| number(index).is_some())
        .collect();
    numbered.sort_by_key(|&index| number(index));
    let mut next = numbered.into_iter();
    for place in &mut order {
        if number(*place).is_some() {
            *place = next.next().unwrap_or(*place);
        }
    }
    for (index, job) in case.jobs.iter().enumerate() {
        if case.jobs[..index].iter().any(|other| other.id == job.id) {
            found.problem(
                format!("jobs[{index}].id"),
                format!("`{}` is given twice; rename one", job.id),
            );
        }
    }
    order
}

#[expect(
    clippy::too_many_arguments,
    reason = "one job in the light of all that is known"
)]
fn one(
    case: &Case,
    job: &Job,
    seen: Option<&SeenJob>,
    latest: &mut Time,
    names: &Names,
    policy: &Policy,
    places: &BTreeMap<&str, usize>,
    found: &mut Found,
) -> Asked {
    let place = format!("jobs.{}", job.id);
    for key in job
        .others
        .keys()
        .filter(|key| !["cpus", "gpus", "pause_after_s"].contains(&key.as_str()))
    {
        found.unknown(&place, format!("`{key}`"));
    }
    for (key, value) in [("nodes", job.nodes), ("cpus_per_node", job.cpus_per_node)] {
        if value == 0 {
            found.problem(format!("{place}.{key}"), "0; write 1 or more");
        }
    }
    let times = [
        job.submit_s.unwrap_or(0.0),
        job.runtime_s,
        seen.and_then(|seen| seen.eligible_s).unwrap_or(0.0),
    ];
    if times.iter().any(|seconds| seconds.abs() > MOST_SECONDS) || job.runtime_s < 0.0 {
        found.problem(
            &place,
            "a time that makes no sense; write seconds, at most ten million",
        );
    }
    let (submitted, eligible) = arrival(case, job, seen, *latest);
    *latest = eligible;
    let mut refused = None;
    let user = names.users.iter().position(|name| *name == job.user);
    let account = names.accounts.iter().position(|name| *name == job.account);
    let belongs = |user: usize| {
        let mut associations = policy.associations.users.iter();
        associations.any(|spec| spec.person as usize == user && spec.account == job.account)
    };
    if !user.is_some_and(belongs) {
        refused = Some("Invalid account or account/partition combination specified");
    }
    let qos_name = job.qos.as_deref().unwrap_or("normal");
    let qos = names.qos.iter().position(|name| name == qos_name);
    if qos.is_none() {
        refused = Some("Invalid qos specification");
    }
    let mut partitions = Vec::new();
    for name in words::list(job.partition.as_deref().unwrap_or_default()) {
        match names.partitions.iter().position(|other| other == name) {
            Some(index) => partitions.push(PartitionId::from(index)),
            None => refused = Some("Invalid partition name specified"),
        }
    }
    if partitions.is_empty() {
        partitions.push(PartitionId::from(default_partition(case)));
    }
    // Only root may raise a priority so.
    if job.nice < 0 {
        refused = Some("Invalid --nice value");
    }
    Asked {
        name: job.id.clone(),
        user: UserId::from(user.unwrap_or(0)),
        account: AccountId::from(account.unwrap_or(0)),
        submitted,
        eligible,
        partitions,
        qos: QosId::from(qos.unwrap_or(0)),
        nodes: job.nodes,
        cpus_per_node: job.cpus_per_node,
        devices_per_node: devices(job, &place, found),
        limit: job
            .time_limit_min
            .map(|minutes| Span::secs(minutes.saturating_mul(60))),
        nice: job.nice,
        exclusive: job.exclusive,
        after: after(job, &place, places, found),
        ignores_term: job.trap_term,
        run_time: Span::secs(true_run_time(job, seen)),
        probe: job.phase == Some(Phase::Probe),
        refused: refused.map(|what| format!("sbatch: error: Batch job submission failed: {what}")),
    }
}

/// When a job was handed in and when it may start. Group B compares accounting given the observed runs, so that there
/// a job comes when its run began.
fn arrival(case: &Case, job: &Job, seen: Option<&SeenJob>, latest: Time) -> (Time, Time) {
    let wanted = job.submit_s.map(at);
    let began = seen
        .and_then(SeenJob::first_start)
        .map(at)
        .filter(|_| case.group == Group::B);
    let eligible = seen.and_then(|seen| seen.eligible_s).map(at);
    let eligible = match case.submit_mode {
        SubmitMode::Begin => began.or(wanted).or(eligible),
        SubmitMode::Live => began.or(eligible).or(wanted),
    };
    let eligible = eligible.unwrap_or(latest);
    let submitted = seen.and_then(|seen| seen.submit_s).map_or(eligible, at);
    (submitted.min(eligible), eligible)
}

/// Of a completed run what it took, else what the case says.
fn true_run_time(job: &Job, seen: Option<&SeenJob>) -> u32 {
    let observed = seen.and_then(SeenJob::true_run_time);
    observed.unwrap_or(job.runtime_s).clamp(0.0, MOST_SECONDS).round() as u32
}

fn devices(job: &Job, place: &str, found: &mut Found) -> Vec<Devices> {
    let mut devices = Vec::new();
    for (name, count) in &job.gres_per_node.0 {
        let (gres, kind) = match name.split_once(':') {
            Some((gres, kind)) => (gres, Some(kind.to_owned())),
            None => (name.as_str(), None),
        };
        if !["gpu", "shard"].contains(&gres) {
            found.unknown(format!("{place}.gres_per_node"), format!("`{name}`"));
        } else if *count > 0 {
            devices.push(Devices {
                gres: gres.to_owned(),
                kind,
                count: *count,
            });
        }
    }
    devices
}

fn after(job: &Job, place: &str, places: &BTreeMap<&str, usize>, found: &mut Found) -> Vec<After> {
    let Some((kind, others)) = job.after.as_deref().and_then(<[String]>::split_first) else {
        return Vec::new();
    };
    let place = format!("{place}.after");
    if !["afterok", "afterany"].contains(&kind.as_str()) {
        found.problem(
            &place,
            format!("`{kind}` is not modelled; write afterok or afterany"),
        );
    }
    let completed = kind == "afterok";
    let mut after = Vec::new();
    for other in others {
        match places.get(other.as_str()) {
            Some(&job) => after.push(After { job, completed }),
            None => found.problem(&place, format!("there is no job `{other}`; name one of jobs")),
        }
    }
    after
}

/// What keeps probes pending: all nodes set aside from the first of them on, for nobody.
pub fn standstill(jobs: &[Asked]) -> Option<ReservationSpec> {
    let from = jobs
        .iter()
        .filter(|job| job.probe)
        .map(|job| job.submitted)
        .min()?;
    Some(ReservationSpec {
        name: String::from("standstill"),
        start: from - Time::ZERO,
        duration: Span::days(1),
        announced: from - Time::ZERO,
        maint: false,
        ..ReservationSpec::default()
    })
}
