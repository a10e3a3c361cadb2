//! How much of each limit was used: at every sample the observed amount, or one that ours showed a loop before or after.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Check, LOOP, Pair, short};
use crate::oracle::observed::LimitSample;

/// Minutes are printed whole.
const ROUNDING: f64 = 1.0;

type Amounts = BTreeMap<String, (f64, f64)>;

/// One line for each limit that was sampled.
pub fn samples(pair: &Pair<'_>) -> Vec<Check> {
    let theirs: Vec<(f64, Amounts)> = pair.observed.assoc_mgr_samples.iter().map(flat).collect();
    let ours: Vec<(f64, Amounts)> = pair.ours.assoc_mgr_samples.iter().map(flat).collect();
    let mut paths: Vec<&String> = theirs.iter().flat_map(|(_, amounts)| amounts.keys()).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().map(|path| one(path, &theirs, &ours)).collect()
}

fn one(path: &str, theirs: &[(f64, Amounts)], ours: &[(f64, Amounts)]) -> Check {
    let room = if path.contains("Mins") { ROUNDING } else { 0.0 };
    let (mut compared, mut wrong) = (0, Vec::new());
    for (index, (at, amounts)) in theirs.iter().enumerate() {
        let Some(&(limit, used)) = amounts.get(path) else {
            continue;
        };
        compared += 1;
        // What ours showed from the sample before to the one after covers any loop between.
        let around = index.saturating_sub(1)..=index + 1;
        let near: Vec<(f64, f64)> = around
            .filter_map(|index| ours.get(index))
            .map(|(_, amounts)| amounts.get(path).copied().unwrap_or((limit, 0.0)))
            .collect();
        let (low, high) = near
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (_, used)| {
                (low.min(*used), high.max(*used))
            });
        let same = ours
            .get(index)
            .is_some_and(|(_, mine)| mine.get(path).is_none_or(|mine| mine.0 == limit));
        let steady = steady(theirs, index, path);
        let mine = ours
            .get(index)
            .map(|(_, amounts)| amounts.get(path).map_or(0.0, |mine| mine.1));
        let pass = if steady {
            mine.is_some_and(|mine| (mine - used).abs() <= room)
        } else {
            used >= low - room && used <= high + room
        };
        if !pass || (steady && !same) {
            wrong.push((*at, used, mine));
        }
    }
    let what = format!("{path} at {compared} samples");
    match wrong.first() {
        None => Check::new(what, "as observed", "as observed", true),
        Some((at, used, mine)) => Check::new(
            what,
            format!("{} at {} s", short(*used), short(*at)),
            format!(
                "{}; off at {} samples",
                mine.map_or_else(|| String::from("none"), short),
                wrong.len()
            ),
            false,
        ),
    }
}

/// Whether an amount stood still for a loop around a sample.
fn steady(samples: &[(f64, Amounts)], index: usize, path: &str) -> bool {
    let Some((at, amounts)) = samples.get(index) else {
        return false;
    };
    let here = amounts.get(path);
    let used = |amounts: &Amounts| amounts.get(path).map_or(0.0, |amount| amount.1);
    let near = samples
        .iter()
        .filter(|(t, _)| (t - at).abs() <= LOOP.max(gap(samples, index)) + 0.5);
    let mut near = near.map(|(_, amounts)| used(amounts));
    near.all(|other| here.is_some_and(|here| here.1 == other))
}

/// The longer way to a neighbour.
fn gap(samples: &[(f64, Amounts)], index: usize) -> f64 {
    let at = samples[index].0;
    let before = index.checked_sub(1).map_or(0.0, |before| at - samples[before].0);
    let after = samples.get(index + 1).map_or(0.0, |after| after.0 - at);
    before.max(after)
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
