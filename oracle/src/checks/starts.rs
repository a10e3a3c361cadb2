//! When runs began and ended, and in which order.

use super::{Check, GRACE, LOOP, Pair, SCAN, short};
use crate::observed::{LogStart, SeenJob};

/// Relations of group D: far enough apart to survive a pass more or less.
const FAR: f64 = 10.0;
/// Starts of one pass lie this close together in the log.
const ONE_PASS: f64 = 0.2;

/// Every start: within a loop of the observed one, or of what further real runs showed.
pub fn times(pair: &Pair<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    for (seen, mine) in pair.jobs() {
        let (theirs, mine) = (pair.runs(Some(seen)), pair.runs(mine));
        for index in 0..theirs.len().max(mine.len()) {
            let what = if theirs.len().max(mine.len()) == 1 {
                format!("start of {}", seen.id)
            } else {
                format!("start {} of {}", index + 1, seen.id)
            };
            let told = |run: Option<f64>| run.map_or_else(|| String::from("none"), short);
            let (their, my) = (
                theirs.get(index).map(|run| run.0),
                mine.get(index).map(|run| run.0),
            );
            let pass = match (their, my) {
                (Some(start), Some(my)) => {
                    let (low, high) = span(pair, seen, index, start);
                    let tolerance = pair.start_tolerance(&seen.id);
                    my >= low - tolerance && my <= high + tolerance
                }
                // A run at the very end of the observation may be missed by either.
                (Some(start), None) | (None, Some(start)) => start > pair.until - LOOP,
                (None, None) => true,
            };
            checks.push(Check::new(what, told(their), told(my), pass));
        }
    }
    checks
}

/// From the earliest to the latest instant that real runs showed for this start: accounting has the beginning of the
/// pass, the log the start itself.
fn span(pair: &Pair<'_>, seen: &SeenJob, index: usize, start: f64) -> (f64, f64) {
    let logged = |job: &SeenJob| job.log_starts.get(index).map(|log| log.t_s.floor());
    let further = pair.case.observed_repeats.iter().filter_map(|repeat| {
        let job = repeat.jobs.iter().find(|job| job.id == seen.id)?;
        job.runs.get(index)?.start_s
    });
    let all = further.chain(logged(seen).filter(|log| (log - start).abs() <= LOOP));
    all.fold((start, start), |(low, high), t| (low.min(t), high.max(t)))
}

/// Ends of runs that were cut short, and how every run ended.
pub fn ends(pair: &Pair<'_>) -> Vec<Check> {
    let mut checks = Vec::new();
    for (seen, mine) in pair.jobs() {
        for ((_, theirs), (_, mine)) in pair.runs(Some(seen)).into_iter().zip(pair.runs(mine)) {
            if theirs.state == "COMPLETED" && mine.state == "COMPLETED" {
                continue;
            }
            let tolerance = match theirs.state.as_str() {
                "TIMEOUT" => SCAN,
                _ if pair.has_grace(&seen.id) => GRACE,
                _ => LOOP,
            };
            let told = |state: &str, end: Option<f64>| match end {
                Some(end) => format!("{state} at {}", short(end)),
                None => state.to_owned(),
            };
            let near = match (theirs.end_s, mine.end_s) {
                (Some(their), Some(my)) => (their - my).abs() <= tolerance,
                (Some(end), None) | (None, Some(end)) => end > pair.until - tolerance,
                (None, None) => true,
            };
            // What still ran when the observation ended may end in ours as it likes afterwards.
            let same = theirs.state == mine.state || theirs.state == "RUNNING";
            checks.push(Check::new(
                format!("end of {}", seen.id),
                told(&theirs.state, theirs.end_s),
                told(&mine.state, mine.end_s),
                near && same,
            ));
        }
    }
    checks
}

/// One start: whose, which of its runs, when.
struct Place<'a> {
    job: &'a str,
    run: usize,
    start: f64,
    log: Option<&'a LogStart>,
}

/// All starts, and of each the position in our order.
fn places<'a>(pair: &Pair<'a>) -> Vec<(Place<'a>, Option<usize>, Option<&'a LogStart>)> {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    let mut ours = std::collections::BTreeMap::<(&str, usize), usize>::new();
    for (position, id) in pair.ours.start_order.iter().enumerate() {
        let run = counts.entry(id.as_str()).or_default();
        ours.insert((id.as_str(), *run), position);
        *run += 1;
    }
    let mut places = Vec::new();
    for (seen, mine) in pair.jobs() {
        for (run, (start, _)) in pair.runs(Some(seen)).into_iter().enumerate() {
            let place = Place {
                job: &seen.id,
                run,
                start,
                log: seen.log_starts.get(run),
            };
            let log = mine.and_then(|mine| mine.log_starts.get(run));
            places.push((place, ours.get(&(seen.id.as_str(), run)).copied(), log));
        }
    }
    places
}

/// Order among starts that lie far enough apart, and within one pass.
pub fn order(pair: &Pair<'_>) -> Vec<Check> {
    let places = places(pair);
    let apart = wrong(&places, |a, b| {
        b.start - a.start > pair.start_tolerance(a.job).max(pair.start_tolerance(b.job))
    });
    let mut checks = vec![told(&format!("order of starts more than {LOOP} s apart"), apart)];
    let in_pass: Vec<String> = {
        let same = |a: Option<&LogStart>, b: Option<&LogStart>| matches!((a, b), (Some(a), Some(b)) if a.by == b.by && (a.t_s - b.t_s).abs() < ONE_PASS);
        let mut wrong = Vec::new();
        for (a, mine_a, log_a) in &places {
            for (b, mine_b, log_b) in &places {
                let first = same(a.log, b.log)
                    && matches!((a.log, b.log), (Some(a), Some(b)) if a.t_s + 0.0005 < b.t_s);
                let together = same(*log_a, *log_b);
                if first && together && matches!((mine_a, mine_b), (Some(a), Some(b)) if a > b) {
                    wrong.push(format!("{} before {}", b.job, a.job));
                }
            }
        }
        wrong
    };
    checks.push(told("order within a pass", in_pass));
    checks
}

/// Who began before whom, far apart: what a case on backfill is about.
pub fn relations(pair: &Pair<'_>) -> Vec<Check> {
    let wrong = wrong(&places(pair), |a, b| b.start - a.start > FAR);
    vec![told(&format!("who began more than {FAR} s before whom"), wrong)]
}

fn wrong(
    places: &[(Place<'_>, Option<usize>, Option<&LogStart>)],
    before: impl Fn(&Place<'_>, &Place<'_>) -> bool,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (a, mine_a, _) in places {
        for (b, mine_b, _) in places {
            let turned = matches!((mine_a, mine_b), (Some(a), Some(b)) if a > b);
            if turned && before(a, b) {
                wrong.push(format!("{} before {}", tell(b), tell(a)));
            }
        }
    }
    wrong
}

fn tell(place: &Place<'_>) -> String {
    if place.run == 0 {
        place.job.to_owned()
    } else {
        format!("{} again", place.job)
    }
}

fn told(what: &str, wrong: Vec<String>) -> Check {
    let pass = wrong.is_empty();
    let ours = match wrong.len() {
        0 => String::from("kept"),
        _ => super::some(&wrong),
    };
    Check::new(what, "kept", ours, pass)
}
