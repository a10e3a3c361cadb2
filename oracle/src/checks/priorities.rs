//! Group A's priorities: sums as whole numbers, their parts as `sprio` prints them, factors as the log has them.

use serde_json::Value;

use super::shares::Orders;
use super::{Check, Pair};
use crate::observed::{Columns, Look, ShareRow};

/// Parts of a priority in `sprio`.
const PARTS: [&str; 8] = [
    "PRIORITY",
    "AGE",
    "ASSOC",
    "FAIRSHARE",
    "JOBSIZE",
    "PARTITION",
    "QOS",
    "NICE",
];
/// Factors in `sprio`'s normalised form.
const FACTORS: [&str; 5] = ["age", "fairshare", "jobsize", "partition", "qos"];
/// Parts in the controller's log: six figures each.
const LOGGED: [&str; 6] = ["age", "assoc", "fairshare", "jobsize", "partition", "qos"];

/// Everything that `sprio`, `squeue` and the log show of a standing cluster.
pub fn looks(pair: &Pair<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    for (index, look) in pair.observed.looks.iter().enumerate() {
        let empty = Look::default();
        let ours = pair.ours.looks.get(index).unwrap_or(&empty);
        // With tied accounts in another order, priorities follow the factors: only those are compared.
        let swapped = swapped(&look.sshare, &ours.sshare);
        let at = if index == 0 {
            String::new()
        } else {
            format!(" at look {}", index + 1)
        };
        for (job, theirs, mine) in matched(&look.sprio, &ours.sprio) {
            for part in PARTS {
                let moves = ["PRIORITY", "FAIRSHARE"].contains(&part) && swapped;
                if let Some(their) = number(theirs.get(part)) {
                    let my = mine.and_then(|mine| number(mine.get(part)));
                    checks.push(compare(&format!("{part} of {job}{at}"), their, my, 0.0, moves));
                }
            }
            if let Some(their) = theirs.get("TRES").and_then(Value::as_str) {
                let my = mine
                    .and_then(|mine| mine.get("TRES"))
                    .and_then(Value::as_str)
                    .unwrap_or("none");
                checks.push(Check::new(format!("TRES of {job}{at}"), their, my, their == my));
            }
        }
        for (job, theirs, mine) in matched(&look.sprio_normalized, &ours.sprio_normalized) {
            for factor in FACTORS {
                if let Some(their) = number(theirs.get(factor)) {
                    let my = mine.and_then(|mine| number(mine.get(factor)));
                    let moves = factor == "fairshare" && swapped;
                    checks.push(compare(
                        &format!("{factor} factor of {job}{at}"),
                        their,
                        my,
                        1.000_001e-7,
                        moves,
                    ));
                }
            }
        }
        for (job, theirs) in &look.priority_log {
            let mine = ours.priority_log.get(job);
            for part in LOGGED {
                let first = |columns: &Columns| columns.get(part).and_then(|list| number(list.get(0)));
                if let Some(their) = first(theirs) {
                    let moves = part == "fairshare" && swapped;
                    let what = format!("{part} in the log of {job}{at}");
                    checks.push(compare(
                        &what,
                        their,
                        mine.and_then(first),
                        their.abs() * 1e-5 + 1e-6,
                        moves,
                    ));
                }
            }
            if let Some(their) = number(theirs.get("total")) {
                let my = mine.and_then(|mine| number(mine.get("total")));
                checks.push(compare(
                    &format!("sum in the log of {job}{at}"),
                    their,
                    my,
                    0.01,
                    swapped,
                ));
            }
        }
        for (job, &their) in &look.squeue_priority {
            let my = ours.squeue_priority.get(job).copied();
            checks.push(compare(
                &format!("priority in the queue of {job}{at}"),
                their,
                my,
                0.0,
                swapped,
            ));
        }
    }
    checks
}

/// Whether ours differs from what was observed only by the order of tied accounts.
fn swapped(observed: &[ShareRow], ours: &[ShareRow]) -> bool {
    let same = observed.iter().filter(|row| row.is_user).all(|row| {
        let mine = ours.iter().find(|mine| mine.key() == row.key());
        let (a, b) = (row.fairshare_factor, mine.and_then(|mine| mine.fairshare_factor));
        matches!((a, b), (Some(a), Some(b)) if (a - b).abs() <= 1e-9)
    });
    !same && Orders::of(observed).accept(observed, ours)
}

/// Rows of one job in both views: several partitions have one each, the highest first.
fn matched<'a>(
    theirs: &'a [Columns],
    ours: &'a [Columns],
) -> Vec<(String, &'a Columns, Option<&'a Columns>)> {
    let name = |row: &Columns| {
        row.get("job")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let height = |row: &Columns| number(row.get("PRIORITY").or_else(|| row.get("priority"))).unwrap_or(0.0);
    let of = |rows: &'a [Columns], job: &str| -> Vec<&'a Columns> {
        let mut found: Vec<&Columns> = rows.iter().filter(|row| name(row) == job).collect();
        found.sort_by(|a, b| height(b).total_cmp(&height(a)));
        found
    };
    let mut jobs: Vec<String> = Vec::new();
    for row in theirs {
        let job = name(row);
        if !jobs.contains(&job) {
            jobs.push(job);
        }
    }
    let mut all = Vec::new();
    for job in jobs {
        let (their, my) = (of(theirs, &job), of(ours, &job));
        for (index, row) in their.iter().enumerate() {
            let told = if their.len() > 1 {
                format!("{job} (record {})", index + 1)
            } else {
                job.clone()
            };
            all.push((told, *row, my.get(index).copied()));
        }
    }
    all
}

fn compare(what: &str, their: f64, my: Option<f64>, room: f64, moves: bool) -> Check {
    let told = my.map_or_else(|| String::from("none"), |my| my.to_string());
    let pass = my.is_some_and(|my| (their - my).abs() <= room) || (moves && my.is_some());
    Check::new(what, their, told, pass)
}

/// A number, also one that was printed.
fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
