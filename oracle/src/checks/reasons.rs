//! Why jobs waited, by the reasons that name a rule: the same stretches of time, give or take a loop.
//!
//! `None`, `Priority` and `Resources` count as one and are not compared. Real queues were looked at once a second, so a
//! stretch began up to a second before it was first seen, and ended up to a second before something else was.

use std::collections::BTreeMap;

use super::{Check, LOOP, Pair, short};
use crate::observed::SeenJob;

/// Between two looks at the queue.
const LOOK: f64 = 1.0;

type Stretches = Vec<(f64, f64)>;

/// One line for each job that a rule held, in either view.
pub fn intervals(pair: &Pair<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    for (seen, mine) in pair.jobs() {
        let theirs = stretches(seen, pair.until);
        let mut mine = mine.map(|mine| stretches(mine, pair.until)).unwrap_or_default();
        // Some queues were looked at only once a job was eligible: what it waited for before is not known.
        let seen_from = seen.history.first().map_or(f64::INFINITY, |first| first.from_s);
        if let Some(before) = mine.get_mut("Dependency") {
            before.retain_mut(|stretch| {
                stretch.0 = stretch.0.max(seen_from);
                stretch.0 < stretch.1
            });
        }
        // What lasted for less than a loop may have gone unseen.
        let lasting = |all: &Stretches| all.iter().any(|(from, until)| until - from > LOOP);
        if !theirs.values().chain(mine.values()).any(lasting) {
            continue;
        }
        let empty = Stretches::new();
        let reasons = theirs.keys().chain(mine.keys());
        let pass = reasons.into_iter().all(|reason| {
            let their = theirs.get(reason).unwrap_or(&empty);
            let my = mine.get(reason).unwrap_or(&empty);
            let largest: Stretches = their.iter().map(|&(from, until)| (from - LOOK, until)).collect();
            let smallest: Stretches = their.iter().map(|&(from, until)| (from, until - LOOK)).collect();
            covered(my, &largest) && covered(&smallest, my)
        });
        let what = format!("reasons of {}", seen.id);
        checks.push(Check::new(what, told(&theirs), told(&mine), pass));
    }
    checks
}

/// Stretches of waiting by reason, without those that only say that others came first.
fn stretches(job: &SeenJob, until: f64) -> BTreeMap<String, Stretches> {
    let mut stretches = BTreeMap::<String, Stretches>::new();
    for stretch in job.history.iter().filter(|stretch| stretch.state == "PENDING") {
        let (from, to) = (stretch.from_s, stretch.until_s.unwrap_or(until).min(until));
        if let Some(reason) = rule(&stretch.reason).filter(|_| to > from) {
            let list = stretches.entry(reason).or_default();
            match list.last_mut() {
                Some(last) if from - last.1 <= 0.001 => last.1 = to,
                Some(_) | None => list.push((from, to)),
            }
        }
    }
    stretches
}

/// The rule that a reason names, if it names one.
fn rule(reason: &str) -> Option<String> {
    let plain = ["None", "Priority", "Resources", ""].contains(&reason)
        || reason.starts_with("Nodes required for job are DOWN");
    let short = match reason.split(',').next().unwrap_or(reason) {
        // What `requeuehold` writes beside JobHeldUser.
        "job requeued in held state" | "job_requeued_in_held_state" => "JobHeldUser",
        short => short,
    };
    (!plain).then(|| short.to_owned())
}

/// Whether every instant of the stretches lies within a loop of one of the others.
fn covered(stretches: &[(f64, f64)], by: &[(f64, f64)]) -> bool {
    let mut wide: Stretches = by
        .iter()
        .map(|&(from, until)| (from - LOOP, until + LOOP))
        .collect();
    wide.sort_by(|a, b| a.0.total_cmp(&b.0));
    stretches.iter().all(|&(from, until)| {
        // What is shorter than a loop may be missed altogether.
        if until - from <= LOOP {
            return true;
        }
        let mut reached = from;
        for &(low, high) in &wide {
            if low <= reached && high > reached {
                reached = high;
            }
        }
        reached >= until
    })
}

fn told(stretches: &BTreeMap<String, Stretches>) -> String {
    let mut all: Vec<(f64, String)> = Vec::new();
    for (reason, list) in stretches {
        for &(from, until) in list {
            all.push((from, format!("{reason} {}–{}", short(from), short(until))));
        }
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    if all.is_empty() {
        return String::from("no rule");
    }
    all.into_iter()
        .map(|(_, text)| text)
        .collect::<Vec<_>>()
        .join("; ")
}
