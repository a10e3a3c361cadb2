//! Jobs and administrator's commands of a case.

use std::collections::BTreeMap;

use sim_core::ids::{AccountId, PartitionId, QosId, UserId};
use sim_core::scenario::{AssocLimits, Limits, Policy, Repeats, ReservationSpec};
use sim_core::units::{Span, Time};

use super::machine::{default_partition, node_names};
use super::{Found, MOST_SECONDS, T0, at, limits};
use crate::case::{Case, Group, Job, Phase, SubmitMode};
use crate::experiment::{Action, After, Asked, Change, Devices, Names};
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

/// Commands in order of time. Reservations go into the policy, announced at that instant.
pub fn actions(case: &Case, names: &Names, policy: &mut Policy, found: &mut Found) -> Vec<Action> {
    let mut qos: Vec<Limits> = policy.qos.iter().map(|spec| spec.limits.clone()).collect();
    let mut accounts: Vec<AssocLimits> = policy
        .associations
        .accounts
        .iter()
        .map(|spec| spec.limits.clone())
        .collect();
    let mut users: Vec<AssocLimits> = policy
        .associations
        .users
        .iter()
        .map(|spec| spec.limits.clone())
        .collect();
    let mut in_time: Vec<&crate::case::Action> = case.actions.iter().collect();
    in_time.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    let mut actions = Vec::new();
    for action in in_time {
        let place = format!("actions at {} s", action.at_s);
        let at = at(action.at_s);
        // `-i` and the like only keep sacctmgr from asking.
        let words: Vec<&str> = action
            .cmd
            .iter()
            .map(String::as_str)
            .filter(|word| !word.starts_with('-'))
            .collect();
        let lower: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        match lower[..] {
            ["scontrol", "create", ref rest @ ..]
                if rest.first().is_some_and(|word| word.starts_with("res")) =>
            {
                let skip = if rest[0].contains('=') { 2 } else { 3 };
                let made = reservation(&words[skip..], at, &place, names, found);
                policy.reservations.push(made);
            }
            ["sacctmgr", "modify" | "update", kind, ..] => {
                let Some(set) = lower.iter().position(|word| *word == "set") else {
                    found.problem(&place, "sacctmgr modify without set; write what is set");
                    continue;
                };
                let mut whom: Vec<&str> = words.get(3..set).unwrap_or_default().to_vec();
                whom.retain(|word| !word.eq_ignore_ascii_case("where"));
                let settings = &words[set + 1..];
                let change = match kind {
                    "qos" => change_qos(&whom, settings, names, &mut qos, &place, found),
                    "account" | "acct" => {
                        change_account(&whom, settings, names, &mut accounts, &place, found)
                    }
                    "user" => change_user(&whom, settings, names, policy, &mut users, &place, found),
                    _ => None,
                };
                match change {
                    Some(change) => actions.push(Action { at, change }),
                    None => found.problem(&place, format!("cannot do `{}`", action.cmd.join(" "))),
                }
            }
            _ => found.problem(
                &place,
                format!(
                    "`{}` is not modelled; scontrol create reservation and sacctmgr modify are",
                    action.cmd.join(" ")
                ),
            ),
        }
    }
    actions
}

/// The value of `name=…` or of a bare word.
fn value<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.iter().find_map(|word| match word.split_once('=') {
        Some((key, value)) if key.eq_ignore_ascii_case(name) => Some(value),
        Some(_) => None,
        None if name == "name" => Some(*word),
        None => None,
    })
}

fn change_qos(
    whom: &[&str],
    settings: &[&str],
    names: &Names,
    qos: &mut [Limits],
    place: &str,
    found: &mut Found,
) -> Option<Change> {
    let name = value(whom, "name")?;
    let index = names.qos.iter().position(|other| other == name)?;
    let limits = qos.get_mut(index)?;
    set(settings, place, found, |key, text| {
        limits::of_qos(limits, key, text)
    });
    Some(Change::Qos(QosId::from(index), limits.clone()))
}

fn change_account(
    whom: &[&str],
    settings: &[&str],
    names: &Names,
    accounts: &mut [AssocLimits],
    place: &str,
    found: &mut Found,
) -> Option<Change> {
    let name = value(whom, "name").or_else(|| value(whom, "account"))?;
    let index = names.accounts.iter().position(|other| other == name)?;
    let limits = accounts.get_mut(index.checked_sub(1)?)?;
    set(settings, place, found, |key, text| {
        limits::of_association(limits, key, text)
    });
    Some(Change::Account(AccountId::from(index), limits.clone()))
}

fn change_user(
    whom: &[&str],
    settings: &[&str],
    names: &Names,
    policy: &Policy,
    users: &mut [AssocLimits],
    place: &str,
    found: &mut Found,
) -> Option<Change> {
    let name = value(whom, "name").or_else(|| value(whom, "user"))?;
    let person = names.users.iter().position(|other| other == name)?;
    let account = value(whom, "account");
    let specs = &policy.associations.users;
    let index = specs.iter().position(|spec| {
        spec.person as usize == person && account.is_none_or(|account| account == spec.account)
    })?;
    let account = names
        .accounts
        .iter()
        .position(|other| *other == specs[index].account)?;
    let limits = users.get_mut(index)?;
    set(settings, place, found, |key, text| {
        limits::of_association(limits, key, text)
    });
    Some(Change::User(
        UserId::from(person),
        AccountId::from(account),
        limits.clone(),
    ))
}

fn set(
    settings: &[&str],
    place: &str,
    found: &mut Found,
    mut one: impl FnMut(&str, &str) -> Result<bool, String>,
) {
    for word in settings {
        let done = match word.split_once('=') {
            Some((key, text)) => one(key, text),
            None => Ok(false),
        };
        match done {
            Ok(true) => {}
            Ok(false) => found.problem(place, format!("`{word}` is no limit known here; set limits only")),
            Err(what) => found.problem(place, what),
        }
    }
}

fn reservation(words: &[&str], now: Time, place: &str, names: &Names, found: &mut Found) -> ReservationSpec {
    let mut spec = ReservationSpec {
        announced: now - Time::ZERO,
        start: now - Time::ZERO,
        duration: Span::ZERO,
        maint: false,
        ..ReservationSpec::default()
    };
    let mut end = None;
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match key.to_ascii_lowercase().as_str() {
            "reservation" | "reservationname" => spec.name = value.to_owned(),
            "starttime" => spec.start = instant(value, now, place, found) - Time::ZERO,
            "endtime" => end = Some(instant(value, now, place, found) - Time::ZERO),
            "duration" => {
                let read = words::time(value, 60);
                spec.duration = found.take(place, read).unwrap_or(Span::days(365));
            }
            "nodes" => spec.nodes = node_names(place, value, names, found),
            "users" => {
                for user in words::list(value).filter(|user| *user != "root") {
                    match names.users.iter().position(|name| name == user) {
                        Some(index) => spec.people.push(u32::try_from(index).unwrap_or(u32::MAX)),
                        None => {
                            found.problem(place, format!("there is no user `{user}`; add an association"))
                        }
                    }
                }
            }
            "accounts" => spec.accounts = words::list(value).map(str::to_owned).collect(),
            "flags" => {
                for flag in words::list(value) {
                    match flag.to_ascii_uppercase().as_str() {
                        "MAINT" => spec.maint = true,
                        "MAGNETIC" => spec.magnetic = true,
                        "FLEX" => spec.flex = true,
                        "DAILY" => spec.repeats = Repeats::Daily,
                        "WEEKDAY" => spec.repeats = Repeats::Weekdays,
                        "WEEKLY" => spec.repeats = Repeats::Weekly,
                        "IGNORE_JOBS" => {}
                        _ => found.unknown(place, format!("flag `{flag}`")),
                    }
                }
            }
            _ => found.unknown(place, format!("`{word}`")),
        }
    }
    if let Some(end) = end {
        spec.duration = end - spec.start.min(end);
    }
    if spec.duration == Span::ZERO {
        found.problem(place, "a reservation without length; write EndTime or Duration");
    }
    spec
}

/// `now`, `now+90`, `now+2minutes`.
fn instant(text: &str, now: Time, place: &str, found: &mut Found) -> Time {
    let Some(rest) = text.strip_prefix("now") else {
        found.problem(
            place,
            format!("`{text}` is no time from now; write such as now+100"),
        );
        return now;
    };
    let rest = rest.trim_start_matches('+');
    let cut = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, unit) = rest.split_at(cut);
    let factor = match unit {
        "" | "seconds" | "second" => 1,
        "minutes" | "minute" => 60,
        "hours" | "hour" => 3_600,
        "days" | "day" => 86_400,
        _ => {
            found.problem(place, format!("`{text}`: write seconds, minutes, hours or days"));
            1
        }
    };
    let number = if number.is_empty() {
        0
    } else {
        found.number(place, number)
    };
    now + Span::secs(number.saturating_mul(factor))
}
