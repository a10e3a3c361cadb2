//! Which jobs: refused, never started, preempted, killed; and what the others were given. Exact.

use std::collections::BTreeMap;

use super::{Check, Pair, names};
use crate::observed::{Observed, SeenJob, SeenRun};

/// What of a run is told.
type Tell = fn(&SeenRun) -> String;

/// Who was refused at submission.
pub fn refused(pair: &Pair<'_>) -> Vec<Check> {
    let refused = |job: &SeenJob| job.rejected.is_some();
    let (observed, ours) = (pair.those(pair.observed, refused), pair.those(pair.ours, refused));
    vec![Check::new(
        "refused",
        names(&observed),
        names(&ours),
        observed == ours,
    )]
}

/// What became of the jobs.
pub fn fates(pair: &Pair<'_>) -> Vec<Check> {
    let until = pair.until;
    let never = move |job: &SeenJob| {
        job.rejected.is_none() && job.first_start().is_none_or(|start| start > until + super::LOOP)
    };
    let state = |state: &'static str| {
        move |job: &SeenJob| {
            let mut runs = job.started().filter(|(start, _)| *start <= until);
            runs.any(|(_, run)| run.state == state && run.end_s.is_none_or(|end| end <= until + super::SCAN))
        }
    };
    let mut checks = vec![set(pair, "never started", never)];
    let killed = state("TIMEOUT");
    let preempted = state("PREEMPTED");
    checks.push(set(pair, "preempted", preempted));
    checks.push(set(pair, "killed for time", killed));
    // What accounting calls such a run depends on how far its end had come; that it was broken off does not.
    let told_to_go = |job: &SeenJob| {
        let told = |run: &SeenRun| {
            let state = run.state.as_str();
            state.starts_with("CANCELLED") || ["NODE_FAIL", "REQUEUED"].contains(&state)
        };
        job.started().any(|(start, run)| start <= until && told(run))
    };
    let any = |side: &Observed| side.jobs.iter().any(told_to_go);
    if any(pair.observed) || any(pair.ours) {
        checks.push(set(pair, "broken off by an administrator", told_to_go));
    }
    let victims = |how: &'static str| {
        move |pair: &Pair<'_>, ours: bool| -> Vec<String> {
            let side = if ours { pair.ours } else { pair.observed };
            let events = side
                .events
                .iter()
                .filter(|event| event.event == "preempted" && event.t_s <= until + 1.0);
            let mut victims: Vec<String> = events
                .filter(|event| event.how.as_deref() == Some(how))
                .map(|event| event.job.clone())
                .collect();
            victims.sort();
            victims
        }
    };
    for how in ["requeued", "killed"] {
        let find = victims(how);
        let (observed, ours) = (find(pair, false), find(pair, true));
        if !observed.is_empty() || !ours.is_empty() {
            let pass = observed == ours;
            let told = |list: Vec<String>| names(&list.iter().map(String::as_str).collect::<Vec<_>>());
            checks.push(Check::new(
                format!("preempted and {how}"),
                told(observed),
                told(ours),
                pass,
            ));
        }
    }
    checks
}

fn set(pair: &Pair<'_>, what: &str, holds: impl Fn(&SeenJob) -> bool + Copy) -> Check {
    let (observed, ours) = (pair.those(pair.observed, holds), pair.those(pair.ours, holds));
    Check::new(what, names(&observed), names(&ours), observed == ours)
}

/// Resources and time limit of each run, and its partition: one line for each kind, which names the differences.
pub fn allocations(pair: &Pair<'_>) -> Vec<Check> {
    let kinds: [(&str, Tell); 3] = [
        ("resources held", |run| resources(&run.alloc_tres)),
        ("time limits in force (min)", |run| {
            run.time_limit_min
                .map_or_else(|| String::from("none"), super::short)
        }),
        ("partitions", |run| run.partition.clone()),
    ];
    kinds.map(|(what, tell)| differences(pair, what, tell)).to_vec()
}

fn differences(pair: &Pair<'_>, what: &str, tell: Tell) -> Check {
    let (mut observed, mut ours, mut count) = (Vec::new(), Vec::new(), 0);
    for (seen, mine) in pair.jobs() {
        for ((_, theirs), (_, mine)) in pair.runs(Some(seen)).into_iter().zip(pair.runs(mine)) {
            count += 1;
            let (theirs, mine) = (tell(theirs), tell(mine));
            if theirs != mine {
                observed.push(format!("{} {theirs}", seen.id));
                ours.push(format!("{} {mine}", seen.id));
            }
        }
    }
    if observed.is_empty() {
        let all = format!("{count} runs");
        return Check::new(what, &all, &all, true);
    }
    Check::new(what, super::some(&observed), super::some(&ours), false)
}

/// Resources in alphabetical order.
fn resources(text: &str) -> String {
    let entries: BTreeMap<&str, &str> = text
        .split(',')
        .filter_map(|entry| entry.trim().split_once('='))
        .collect();
    let entries: Vec<String> = entries
        .iter()
        .map(|(name, amount)| format!("{name}={amount}"))
        .collect();
    entries.join(",")
}
