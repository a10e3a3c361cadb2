//! Statistics of whole runs, where single starts are chaotic: order, typical difference, waits of people. Two real runs
//! of one case differ; no model needs to come closer than they do.

use std::collections::BTreeMap;

use super::{Check, LOOP, Pair};
use crate::observed::SeenJob;

/// What is asked of a group.
pub struct Asked {
    /// Spearman's correlation of first starts is above this.
    correlation: f64,
    /// The median difference of first starts is at most this many seconds.
    median: f64,
}

/// Of group D.
pub const SMALL: Asked = Asked {
    correlation: 0.98,
    median: LOOP,
};

/// Of group G.
pub const CROWDED: Asked = Asked {
    correlation: 0.95,
    median: 10.0,
};

/// Mean waits of people: within this many seconds …
const WAIT: f64 = 5.0;
/// … or this share of what was observed.
const WAIT_SHARE: f64 = 0.15;
/// How many jobs more or fewer may have started by the end of a crowded case, as a share.
const STARTED_SHARE: f64 = 0.05;

type Starts<'a> = BTreeMap<&'a str, f64>;

fn starts(jobs: &[SeenJob], until: f64) -> Starts<'_> {
    let starts = jobs
        .iter()
        .filter_map(|job| Some((job.id.as_str(), job.first_start()?)));
    starts.filter(|(_, start)| *start <= until + LOOP).collect()
}

/// First starts of those that began in both.
fn both<'a>(a: &Starts<'a>, b: &Starts<'_>) -> (Vec<&'a str>, Vec<f64>, Vec<f64>) {
    let ids: Vec<&'a str> = a.keys().copied().filter(|id| b.contains_key(id)).collect();
    let left = ids.iter().map(|id| a[id]).collect();
    let right = ids.iter().map(|id| b[id]).collect();
    (ids, left, right)
}

/// How many began, in which order, and how far apart.
pub fn statistics(pair: &Pair<'_>, asked: &Asked) -> Vec<Check> {
    let observed = starts(&pair.observed.jobs, pair.until);
    let ours = starts(&pair.ours.jobs, pair.until);
    let (_, theirs, mine) = both(&observed, &ours);
    let room = (observed.len() as f64 * STARTED_SHARE).max(2.0);
    let difference = observed.len().abs_diff(ours.len()) as f64;
    let counts = difference <= room && (observed.is_empty() || !theirs.is_empty());
    let (correlation, median) = (spearman(&theirs, &mine), median_difference(&theirs, &mine));
    let (mut least, mut most) = (asked.correlation, asked.median);
    for repeat in &pair.case.observed_repeats {
        let again = starts(&repeat.jobs, f64::INFINITY);
        let (_, a, b) = both(&observed, &again);
        least = least.min(spearman(&a, &b));
        most = most.max(median_difference(&a, &b));
    }
    vec![
        Check::new("jobs that began", observed.len(), ours.len(), counts),
        Check::new(
            "Spearman's correlation of first starts",
            format!("more than {least:.3}"),
            format!("{correlation:.3}"),
            correlation > least || correlation >= 1.0,
        ),
        Check::new(
            "median difference of first starts (s)",
            format!("at most {most:.1}"),
            format!("{median:.1}"),
            median <= most,
        ),
    ]
}

/// The mean wait of everybody.
pub fn waits(pair: &Pair<'_>) -> Vec<Check> {
    let observed = starts(&pair.observed.jobs, pair.until);
    let ours = starts(&pair.ours.jobs, pair.until);
    let theirs = means(pair, &observed, &ours);
    let mine = means(pair, &ours, &observed);
    let mut room: BTreeMap<&str, f64> = BTreeMap::new();
    for repeat in &pair.case.observed_repeats {
        let again = starts(&repeat.jobs, f64::INFINITY);
        let first = means(pair, &observed, &again);
        for (user, mean) in means(pair, &again, &observed) {
            let differs = (first.get(user).copied().unwrap_or(mean) - mean).abs();
            let entry = room.entry(user).or_default();
            *entry = entry.max(differs);
        }
    }
    let mut checks = Vec::new();
    for (user, their) in theirs {
        let my = mine.get(user).copied().unwrap_or(f64::NAN);
        let allowed = WAIT
            .max(WAIT_SHARE * their)
            .max(room.get(user).copied().unwrap_or(0.0));
        checks.push(Check::new(
            format!("mean wait of {user} (s)"),
            format!("{their:.1}"),
            format!("{my:.1}"),
            (their - my).abs() <= allowed,
        ));
    }
    checks
}

/// Mean wait by user, over jobs that began in both.
fn means<'a>(pair: &Pair<'a>, starts: &Starts<'_>, others: &Starts<'_>) -> BTreeMap<&'a str, f64> {
    let mut sums: BTreeMap<&'a str, (f64, u32)> = BTreeMap::new();
    for job in &pair.case.jobs {
        let eligible = pair
            .observed
            .job(&job.id)
            .and_then(|seen| seen.eligible_s)
            .or(job.submit_s);
        let (Some(start), Some(eligible)) = (starts.get(job.id.as_str()), eligible) else {
            continue;
        };
        if others.contains_key(job.id.as_str()) {
            let sum = sums.entry(&job.user).or_default();
            *sum = (sum.0 + start - eligible, sum.1 + 1);
        }
    }
    sums.into_iter()
        .map(|(user, (sum, count))| (user, sum / f64::from(count.max(1))))
        .collect()
}

/// Spearman's rank correlation, ties by their mean rank; 1 if there is nothing to order.
fn spearman(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 + 1.0) / 2.0;
    let product =
        |x: &[f64], y: &[f64]| -> f64 { x.iter().zip(y).map(|(x, y)| (x - mean) * (y - mean)).sum() };
    let (both, left, right) = (product(&a, &b), product(&a, &a), product(&b, &b));
    match (left == 0.0, right == 0.0) {
        (true, true) => 1.0,
        (true, false) | (false, true) => 0.0,
        (false, false) => both / (left * right).sqrt(),
    }
}

fn ranks(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .map(|value| {
            let below = values.iter().filter(|other| *other < value).count() as f64;
            let equal = values.iter().filter(|other| *other == value).count() as f64;
            below + (equal + 1.0) / 2.0
        })
        .collect()
}

fn median_difference(a: &[f64], b: &[f64]) -> f64 {
    let mut differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| (a - b).abs()).collect();
    differences.sort_by(f64::total_cmp);
    match differences.len() {
        0 => 0.0,
        n if n % 2 == 1 => differences[n / 2],
        n => (differences[n / 2 - 1] + differences[n / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0]), [2.5, 1.0, 2.5]);
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[10.0, 20.0, 21.0]), 1.0);
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), -1.0);
        assert_eq!(spearman(&[], &[]), 1.0);
        assert_eq!(median_difference(&[1.0, 5.0], &[2.0, 8.0]), 2.0);
    }
}
