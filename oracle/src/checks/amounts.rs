//! How much of each limit was used: at every sample an amount that ours passed through within a loop of it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Check, LOOP, Pair, short};
use crate::observed::LimitSample;

/// Minutes are printed whole.
const ROUNDING: f64 = 1.0;

type Amounts = BTreeMap<String, (f64, f64)>;

/// One line for each limit that was sampled.
pub fn samples(pair: &Pair<'_>) -> Vec<Check> {
    let theirs: Vec<(f64, Amounts)> = pair.observed.assoc_mgr_samples.iter().map(flat).collect();
    let (moves, samples) = (&pair.ours.limit_moves, &pair.ours.assoc_mgr_samples);
    // Where ours is another observation there are samples only.
    let ours = if moves.is_empty() { samples } else { moves };
    let ours: Vec<(f64, Amounts)> = ours.iter().map(flat).collect();
    let mut paths: Vec<&String> = theirs.iter().flat_map(|(_, amounts)| amounts.keys()).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().map(|path| one(path, &theirs, &ours)).collect()
}

fn one(path: &str, theirs: &[(f64, Amounts)], ours: &[(f64, Amounts)]) -> Check {
    let room = if path.contains("Mins") { ROUNDING } else { 0.0 };
    let known = ours.iter().any(|(_, amounts)| amounts.contains_key(path));
    let (mut compared, mut wrong) = (0, Vec::new());
    for (at, amounts) in theirs {
        let Some(&(limit, used)) = amounts.get(path) else {
            continue;
        };
        compared += 1;
        let near = near(path, *at, limit, ours);
        let low = near.iter().map(|mine| mine.1).fold(f64::INFINITY, f64::min);
        let high = near.iter().map(|mine| mine.1).fold(f64::NEG_INFINITY, f64::max);
        let reached = low - room <= used && used <= high + room;
        if !(known && reached && near.iter().any(|mine| mine.0 == limit)) {
            wrong.push((
                *at,
                used,
                near.iter().map(|mine| short(mine.1)).collect::<Vec<_>>(),
            ));
        }
    }
    let what = format!("{path} at {compared} samples");
    match wrong.first() {
        None => Check::new(what, "as observed", "as observed", true),
        Some((at, used, near)) => {
            let told = if known {
                near.join(", ")
            } else {
                String::from("none")
            };
            Check::new(
                what,
                format!("{} at {} s", short(*used), short(*at)),
                format!("{told}; off at {} samples", wrong.len()),
                false,
            )
        }
    }
}

/// `[limit, used]` of ours in turn, from a loop before an instant to a loop after it. Nothing is counted for a person who
/// has not handed in anything yet.
fn near(path: &str, at: f64, limit: f64, ours: &[(f64, Amounts)]) -> Vec<(f64, f64)> {
    let first = ours.partition_point(|(t, _)| *t <= at - LOOP).saturating_sub(1);
    let after = ours.partition_point(|(t, _)| *t <= at + LOOP);
    let within = ours.get(first..after).unwrap_or_default();
    within
        .iter()
        .map(|(_, amounts)| amounts.get(path).copied().unwrap_or((limit, 0.0)))
        .collect()
}

/// `[limit, used]` by path.
fn flat(sample: &LimitSample) -> (f64, Amounts) {
    let mut amounts = Amounts::new();
    for (name, tree) in [("assoc", &sample.assoc), ("qos", &sample.qos)] {
        walk(tree, name, &mut amounts);
    }
    (sample.t_s, amounts)
}

fn walk(tree: &Value, path: &str, amounts: &mut Amounts) {
    match tree {
        Value::Object(children) => {
            for (name, child) in children {
                walk(child, &format!("{path}.{name}"), amounts);
            }
        }
        Value::Array(pair) => {
            if let [Some(limit), Some(used)] =
                [pair.first(), pair.get(1)].map(|value| value.and_then(Value::as_f64))
            {
                amounts.insert(path.to_owned(), (limit, used));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
