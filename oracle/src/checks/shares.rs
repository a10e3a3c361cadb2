//! Group A's shares and factors, exactly; group B's usage, to the unit.

use super::{Check, LOOP, Pair};
use crate::observed::{Look, ShareRow};

mod orders;

pub use orders::Orders;

/// A number of a row.
type Field = fn(&ShareRow) -> Option<f64>;

/// Factors are compared to this.
const EXACT: f64 = 1e-9;

/// Everything that `sshare` shows of a standing cluster.
pub fn looks(pair: &Pair<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    for (index, look) in pair.observed.looks.iter().enumerate() {
        let empty = Look::default();
        let ours = pair.ours.looks.get(index).unwrap_or(&empty);
        let orders = Orders::of(&look.sshare);
        for row in &look.sshare {
            let mine = ours.sshare.iter().find(|mine| mine.key() == row.key());
            let at = if index == 0 {
                String::new()
            } else {
                format!(" at look {}", index + 1)
            };
            let is_root = row.account == "root" && !row.is_user;
            // Printed without decimals.
            checks.push(value(
                &format!("raw usage of {}{at}", row.key()),
                row.raw_usage,
                mine.and_then(|mine| mine.raw_usage),
                1e-6,
            ));
            if is_root {
                continue;
            }
            let fields: [(&str, Field); 4] = [
                ("share", |row| row.norm_shares),
                ("usage share", |row| row.norm_usage),
                ("effective usage", |row| row.effective_usage),
                ("level fairshare", ShareRow::level),
            ];
            for (name, field) in fields {
                let what = format!("{name} of {}{at}", row.key());
                checks.push(value(&what, field(row), mine.and_then(field), EXACT));
            }
            let what = format!("factor of {}{at}", row.key());
            let mut check = value(
                &what,
                row.fairshare_factor,
                mine.and_then(|mine| mine.fairshare_factor),
                EXACT,
            );
            check.pass |= orders.accept(&look.sshare, &ours.sshare);
            checks.push(check);
        }
    }
    checks
}

/// One number: exact where both are there, and missing in both or in neither.
fn value(what: &str, observed: Option<f64>, ours: Option<f64>, room: f64) -> Check {
    let pass = match (observed, ours) {
        (Some(a), Some(b)) => a == b || (a - b).abs() <= room,
        (None, _) => true,
        (Some(_), None) => false,
    };
    let told = |value: Option<f64>| value.map_or_else(|| String::from("none"), |value| value.to_string());
    Check::new(what, told(observed), told(ours), pass)
}

/// Raw usage over time: every sample within a unit of ours, at the same instant or, close to a tick or an end, at one
/// of the samples beside it.
pub fn usage(pair: &Pair<'_>) -> Vec<Check> {
    let samples = &pair.observed.sshare_samples;
    let keys: Vec<String> = samples
        .first()
        .map(|s| s.rows.iter().map(ShareRow::key).collect())
        .unwrap_or_default();
    let ticks = pair.observed.decay_ticks.iter().map(|tick| tick.t_s);
    let runs = pair.observed.jobs.iter().flat_map(|job| &job.runs);
    let moments: Vec<f64> = ticks
        .chain(runs.flat_map(|run| [run.start_s, run.end_s]).flatten())
        .collect();
    let mut checks = Vec::new();
    for key in keys {
        let of = |rows: &[ShareRow]| {
            rows.iter()
                .find(|row| row.key() == key)
                .and_then(|row| row.raw_usage)
        };
        // An account's usage is the sum over its users, each cut to whole units.
        let (mut wrong, mut compared, mut worst) = (0, 0, 0.0_f64);
        let mut first = None;
        for (index, sample) in samples.iter().enumerate() {
            let Some(observed) = of(&sample.rows) else {
                continue;
            };
            compared += 1;
            let busy = moments.iter().any(|moment| (moment - sample.t_s).abs() <= LOOP);
            let around = if busy {
                index.saturating_sub(1)..=index + 1
            } else {
                index..=index
            };
            let differences = around.filter_map(|index| {
                let ours = pair.ours.sshare_samples.get(index)?;
                Some((of(&ours.rows)? - observed).abs())
            });
            let difference = differences.fold(f64::INFINITY, f64::min);
            worst = worst.max(difference);
            if difference > 1.0 {
                wrong += 1;
                let mine = pair
                    .ours
                    .sshare_samples
                    .get(index)
                    .and_then(|ours| of(&ours.rows));
                first = first.or(Some((sample.t_s, observed, mine)));
            }
        }
        let what = format!("raw usage of {key} at {compared} samples");
        checks.push(match first {
            None => Check::new(
                what,
                "within 1",
                format!("within {}", super::short(worst.max(0.0))),
                true,
            ),
            Some((at, observed, mine)) => Check::new(
                what,
                format!("{observed} at {} s", super::short(at)),
                format!(
                    "{}; off at {wrong} samples",
                    mine.map_or_else(|| String::from("none"), super::short)
                ),
                false,
            ),
        });
    }
    checks
}
