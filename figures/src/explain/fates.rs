//! What became of a job, and what would have become of it had it asked for something else.

use sim_core::cluster::Ending;
use sim_core::engine::explain::{Change, Ended, Explanation, Fate, Refused, Running, Standing};
use sim_core::ids::JobId;
use sim_core::reason::Reason;
use sim_core::units::{Span, Time};

use super::{account, clock, exact, gpus, job};
use crate::format::{self, NBSP};

/// Had it asked for something else: what changed, what became of it and what would have.
pub fn instead(job: JobId, change: &str, was: &Fate, would: &Fate, counted_from: Time) -> String {
    let clock = |at| clock(at, counted_from);
    let started = match (was.started, would.started) {
        (_, None) if would.refused.is_some() => String::from("it would have been refused as it came in"),
        (Some(was), Some(would)) if was == would => {
            format!("it would have started at the same time, on {}", clock(was))
        }
        (Some(was), Some(would)) => {
            let (apart, how) = if would < was {
                (was.since(would), "sooner")
            } else {
                (would.since(was), "later")
            };
            format!(
                "it would have started on {} instead of {}, {} {how}",
                clock(would),
                clock(was),
                format::span(f64::from(apart.0))
            )
        }
        (Some(was), None) => format!(
            "it would not have started before the simulation stops; as it was, it did on {}",
            clock(was)
        ),
        (None, Some(would)) => format!(
            "it would have started on {}; as it was, it {}",
            clock(would),
            if was.refused.is_some() {
                "was refused"
            } else {
                "never did"
            }
        ),
        (None, None) => String::from("it would not have started either"),
    };
    let end = match would.ended {
        Some((at, how @ (Ending::Timeout | Ending::Preempted | Ending::NodeFail))) => {
            let end = match how {
                Ending::Timeout => "been stopped, at its time limit or for want of budget,",
                Ending::Preempted => "been pushed off for good",
                Ending::NodeFail | Ending::Completed | Ending::Requeued => "lost its node",
            };
            format!(" It would then have {end} on {}.", clock(at))
        }
        Some((_, Ending::Completed | Ending::Requeued)) | None => String::new(),
    };
    format!("Had job{NBSP}{} {change}, {started}.{end}", job.0)
}

/// What is changed, as in "had it …": "asked for 1 GPU and a time limit of 2 h", "come in on Tue 2 09:47".
pub fn change_in_words(
    change: &Change,
    partition: Option<&str>,
    qos: Option<&str>,
    counted_from: Time,
) -> String {
    let asked: Vec<String> = [
        change.gpus.map(gpus),
        change
            .limit
            .map(|limit| format!("a time limit of {}", exact(limit))),
        partition.map(|name| format!("partition {name}")),
        qos.map(|name| format!("QOS {name}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let asked = (!asked.is_empty()).then(|| format!("asked for {}", asked.join(" and ")));
    let came = change
        .at
        .map(|at| format!("come in on {}", clock(at, counted_from)));
    asked.into_iter().chain(came).collect::<Vec<_>>().join(" and ")
}

/// How long it waited, for which reasons.
fn waited(reasons: &[(Reason, Span)]) -> String {
    let all: u32 = reasons.iter().map(|(_, span)| span.0).sum();
    if all < 30 {
        return String::from("it did not have to wait");
    }
    let mut by_length: Vec<&(Reason, Span)> = reasons.iter().filter(|(_, span)| span.0 >= 30).collect();
    by_length.sort_by_key(|(_, span)| std::cmp::Reverse(*span));
    let told: Vec<String> = by_length
        .into_iter()
        .map(|(reason, span)| {
            let span = format::span(f64::from(span.0));
            if *reason == Reason::None {
                format!("{span} before a pass looked at it")
            } else {
                format!("{span} for {reason}")
            }
        })
        .collect();
    if told.is_empty() {
        return format!("it waited {}", format::span(f64::from(all)));
    }
    if told.len() == 1 {
        return format!("it waited {}", told.join(""));
    }
    format!("it waited {}: {}", format::span(f64::from(all)), told.join(", "))
}

/// What becomes of a job that waits at the instant explained.
pub fn in_the_end(explanation: &Explanation, fate: &Fate) -> Option<String> {
    match (&explanation.standing, fate.started) {
        (Standing::Waiting(_), None) if fate.ended.is_some() => {
            let at = clock(fate.ended?.0, explanation.counted_from);
            Some(format!("In this run it is withdrawn on {at} before it starts."))
        }
        (Standing::Waiting(_), None) => {
            Some("In this run it does not start before the simulation stops.".to_owned())
        }
        (Standing::Waiting(_), Some(started)) if started > explanation.at => {
            let waited = format::span(f64::from(fate.wait()?.0));
            let at = clock(started, explanation.counted_from);
            Some(format!(
                "In this run it starts on {at}, after {waited} of waiting."
            ))
        }
        (Standing::Waiting(_) | Standing::Refused(_) | Standing::Running(_) | Standing::Ended(_), _) => None,
    }
}

/// A job on its nodes.
pub(super) fn running(of: &Explanation, running: &Running) -> String {
    let start = clock(running.since, of.counted_from);
    let end = clock(running.ends_by, of.counted_from);
    let stop = match running.pushed_off_for {
        Some(itself) if itself == of.job => {
            format!("has to leave for a service that asked for its node, and has until {end} to go")
        }
        Some(other) => format!("has been pushed off for {} and has until {end} to go", job(other)),
        None => format!("is stopped on {end} at the latest"),
    };
    format!(
        "Job{NBSP}{} has run since {start} on {} and {stop}; {} pays. Before that {}.",
        of.job.0,
        running.nodes.join(", "),
        account(&of.account),
        waited(&running.waited)
    )
}

/// How a run ended.
fn ending(how: Ending) -> &'static str {
    match how {
        Ending::Completed => "ended by itself",
        Ending::Timeout => "was stopped, at its time limit or for want of budget,",
        Ending::Preempted => "was pushed off for good",
        Ending::Requeued => "was pushed off and queued again",
        Ending::NodeFail => "lost its node",
    }
}

/// A job that is gone.
pub(super) fn ended(of: &Explanation, ended: &Ended) -> String {
    let at = clock(ended.ended, of.counted_from);
    let Some(started) = ended.started else {
        let waited = waited(&ended.waited);
        return format!(
            "Job{NBSP}{} was withdrawn on {at} and never ran: {waited}.",
            of.job.0
        );
    };
    format!(
        "Job{NBSP}{} {} on {at}, after running for {}. Before that {}.",
        of.job.0,
        ending(ended.how),
        format::span(f64::from(ended.ended.since(started).0)),
        waited(&ended.waited)
    )
}

/// A job that was not let in.
pub(super) fn refused(of: &Explanation, refused: &Refused) -> String {
    let last = refused.told.lines().last().unwrap_or_default();
    let said = last.rsplit_once("failed: ").map_or(last, |(_, said)| said);
    let why = match refused.reason {
        Some(reason) => format!(": {reason}"),
        None => format!(": {said}"),
    };
    format!(
        "Job{NBSP}{} was refused as it came in, on {}{why}.",
        of.job.0,
        clock(refused.at, of.counted_from)
    )
}
