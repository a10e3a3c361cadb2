//! What Slurm's own commands would print. Simulated time has no calendar: instants are days, hours, minutes and seconds
//! from the first Monday, midnight.

use std::fmt::Write as _;

use sim_core::cluster::Ending;
use sim_core::engine::explain::{Explanation, Factor, Plan, Standing, Why};
use sim_core::units::Span;

use crate::format;

/// The three commands with their answers.
pub(super) fn words(of: &Explanation) -> String {
    match &of.standing {
        Standing::Refused(refused) => refused.told.clone(),
        Standing::Waiting(_) => [squeue(of), sprio(of), scontrol(of)].concat(),
        Standing::Running(_) => [squeue(of), scontrol(of)].concat(),
        Standing::Ended(_) => scontrol(of),
    }
}

/// As `squeue` does by itself: `3-04:05:06`, `4:05:06`, `5:06`.
fn ran(span: Span) -> String {
    let (d, h, m, s) = (
        span.0 / 86_400,
        span.0 / 3_600 % 24,
        span.0 / 60 % 60,
        span.0 % 60,
    );
    match (d, h) {
        (0, 0) => format!("{m}:{s:02}"),
        (0, _) => format!("{h}:{m:02}:{s:02}"),
        _ => format!("{d}-{h:02}:{m:02}:{s:02}"),
    }
}

/// The first so many letters, as columns of a fixed width show them.
fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

fn squeue(of: &Explanation) -> String {
    let (state, time, last) = match &of.standing {
        Standing::Running(running) => ("R", of.at.since(running.since), running.nodes.join(",")),
        Standing::Waiting(waiting) => ("PD", Span::ZERO, format!("({})", waiting.reason)),
        Standing::Refused(_) | Standing::Ended(_) => return String::new(),
    };
    let partitions = of.asked.partitions.join(",");
    format!(
        "$ squeue --job {}\n{:>8} {:>9} {:>8} {:>8} {:>2} {:>10} {:>5} NODELIST(REASON)\n{:>8} {:>9} {:>8} {:>8} \
         {:>2} {:>10} {:>5} {last}\n",
        of.job.0,
        "JOBID",
        "PARTITION",
        "NAME",
        "USER",
        "ST",
        "TIME",
        "NODES",
        of.job.0,
        cut(&partitions, 9),
        cut(of.class.key(), 8),
        cut(&user(of), 8),
        state,
        ran(time),
        of.asked.nodes
    )
}

fn user(of: &Explanation) -> String {
    format!("person{}", of.user.0)
}

fn sprio(of: &Explanation) -> String {
    let Standing::Waiting(waiting) = &of.standing else {
        return String::new();
    };
    if waiting.places.is_empty() {
        return String::new();
    }
    let mut head = format!("{:>8} {:>9} {:>10}", "JOBID", "PARTITION", "PRIORITY");
    for part in &waiting.places[0].priority.parts {
        let name = match part.of {
            Factor::Age => "AGE",
            Factor::Assoc => "ASSOC",
            Factor::Fairshare => "FAIRSHARE",
            Factor::JobSize => "JOBSIZE",
            Factor::Partition => "PARTITION",
            Factor::Qos => "QOS",
            Factor::Tres => "TRES",
        };
        let _ = write!(head, " {name:>9}");
    }
    let mut told = format!("$ sprio --job {}\n{head}\n", of.job.0);
    for place in &waiting.places {
        let _ = write!(
            told,
            "{:>8} {:>9} {:>10}",
            of.job.0,
            cut(&place.partition, 9),
            place.priority.total
        );
        for part in &place.priority.parts {
            let _ = write!(told, " {:>9}", format::decimals(part.product, 0));
        }
        told.push('\n');
    }
    told
}

fn dependency(of: &Explanation) -> String {
    let Standing::Waiting(waiting) = &of.standing else {
        return String::from("(null)");
    };
    match &waiting.why {
        Why::Others(others) => {
            let told = others
                .iter()
                .filter(|other| !other.ended || other.must_succeed)
                .map(|other| {
                    let how = if other.must_succeed { "afterok" } else { "afterany" };
                    let state = if other.ended { "failed" } else { "unfulfilled" };
                    format!("{how}:{}({state})", other.job.0)
                });
            told.collect::<Vec<_>>().join(",")
        }
        Why::NotYetLookedAt
        | Why::Behind(_)
        | Why::TooLittleFree(_)
        | Why::Rule
        | Why::Until { .. }
        | Why::OwnReservation { .. }
        | Why::Reservations(_)
        | Why::NodesDown { .. }
        | Why::Nothing => String::from("(null)"),
    }
}

fn scontrol(of: &Explanation) -> String {
    let asked = &of.asked;
    let (mut state, mut reason, mut priority) = ("RUNNING", String::from("None"), None);
    let (submit, eligible);
    let (mut start, mut end, mut nodes) = (String::from("Unknown"), String::from("Unknown"), Vec::new());
    let mut restarts = 0;
    match &of.standing {
        Standing::Refused(_) => return String::new(),
        Standing::Waiting(waiting) => {
            state = "PENDING";
            reason = waiting.reason.code().replace(", ", ",").replace(' ', "_");
            submit = waiting.since;
            eligible = waiting.eligible;
            restarts = waiting.runs;
            let place = waiting.places.first();
            priority = place.map(|place| place.priority.total);
            let shown = match place.map(|place| &place.plan) {
                Some(Plan::At { when, .. }) => Some(when),
                Some(Plan::BeyondWindow { when, .. }) => when.as_ref(),
                Some(Plan::Held | Plan::Off) | None => None,
            };
            if let Some(when) = shown {
                (start, end) = (when.to_string(), (*when + asked.limit).to_string());
            }
        }
        Standing::Running(running) => {
            submit = running.submitted;
            eligible = Some(running.eligible);
            (start, end) = (running.since.to_string(), running.ends_by.to_string());
            nodes.clone_from(&running.nodes);
        }
        Standing::Ended(ended) => {
            submit = ended.submitted;
            eligible = Some(ended.eligible);
            let started = ended.started.unwrap_or(ended.ended);
            (start, end) = (started.to_string(), ended.ended.to_string());
            state = match ended.how {
                Ending::Preempted if ended.started.is_none() => "CANCELLED",
                Ending::Completed => "COMPLETED",
                Ending::Timeout => "TIMEOUT",
                Ending::Preempted => "PREEMPTED",
                Ending::Requeued => "PENDING",
                Ending::NodeFail => "NODE_FAIL",
            };
        }
    }
    let mut lines = vec![
        format!("JobId={} JobName={}", of.job.0, of.class.key()),
        format!(
            "   UserId={} Account={} QOS={}",
            user(of),
            of.account.replace(' ', ""),
            asked.qos
        ),
        format!(
            "   JobState={state} Reason={reason} Dependency={}",
            dependency(of)
        ),
        format!(
            "   SubmitTime={submit} EligibleTime={}",
            eligible.map_or(String::from("Unknown"), |at| at.to_string())
        ),
        format!("   StartTime={start} EndTime={end}"),
        format!(
            "   TimeLimit={} Partition={}",
            asked.limit,
            asked.partitions.join(",")
        ),
        format!(
            "   NumNodes={} ReqTRES=cpu={},node={},gres/gpu={}",
            asked.nodes,
            asked.cpus,
            asked.nodes,
            asked.gpus()
        ),
    ];
    if restarts > 0 {
        lines[2] += &format!(" Restarts={restarts}");
    }
    if let Some(priority) = priority {
        lines.insert(2, format!("   Priority={priority} Nice={}", asked.nice));
    }
    if !nodes.is_empty() {
        lines.push(format!("   NodeList={}", nodes.join(",")));
    }
    format!("$ scontrol show job {}\n{}\n", of.job.0, lines.join("\n"))
}
