//! Why a job stands where it stands: one sentence a student understands, what would have to change, where backfill plans
//! it, the figures as rows, and what Slurm's own commands would print.

mod rule;
mod slurm;

use serde::{Deserialize, Serialize};
use sim_core::cluster::Ending;
use sim_core::engine::By;
use sim_core::engine::explain::{
    Ahead, Awaited, Change, Ended, Explanation, Factor, Fate, Gap, InTheWay, Lack, Plan, Refused, Running,
    Standing, Waiting, Why,
};
use sim_core::ids::JobId;
use sim_core::reason::Reason;
use sim_core::units::{Span, Time};
use sim_core::workload::Class;

use crate::format::{self, NBSP, WEEKDAYS};

/// An explanation in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Words {
    /// What holds it, or what it does.
    pub sentence: String,
    /// What would have to change.
    pub change: Option<String>,
    /// Where backfill plans it.
    pub plan: Option<String>,
    /// Names and figures, a row each.
    pub rows: Vec<(String, String)>,
    /// Its priority: factor, weight, product; the last row is the sum.
    pub priority: Vec<[String; 4]>,
    /// What `squeue`, `sprio` and `scontrol show job` would print.
    pub slurm: String,
}

/// Puts an explanation into words.
pub fn words(of: &Explanation) -> Words {
    let (sentence, change, plan) = match &of.standing {
        Standing::Refused(refused) => (refused_sentence(of, refused), None, None),
        Standing::Waiting(waiting) => (
            format!("Job{NBSP}{} {}.", of.job.0, held(of, waiting)),
            change(of, waiting),
            waiting
                .places
                .first()
                .and_then(|place| planned(of, waiting, &place.plan)),
        ),
        Standing::Running(running) => (running_sentence(of, running), None, None),
        Standing::Ended(ended) => (ended_sentence(of, ended), None, None),
    };
    Words {
        sentence,
        change,
        plan,
        rows: rows(of),
        priority: priority(of),
        slurm: slurm::words(of),
    }
}

/// What a class of work is called.
pub fn class(class: Class) -> &'static str {
    match class {
        Class::Debug => "ten-minute test",
        Class::Interactive => "notebook",
        Class::Infer => "batch inference",
        Class::Finetune => "fine-tuning",
        Class::Sweep => "sweep",
        Class::Train => "training",
        Class::Large => "training over several nodes",
        Class::Cpubound => "training, mostly on CPUs",
    }
}

/// Day and clock as on the pages, where days count from the first measured one: "Tue 2 09:47". Before that: "Tue 09:47
/// (day 9 of the warm-up)".
pub fn clock(at: Time, counted_from: Time) -> String {
    let (hour, minute) = (at.hour(), at.0 / 60 % 60);
    if at.day() < counted_from.day() {
        let day = at.day() + 1;
        return format!(
            "{} {hour:02}:{minute:02} (day{NBSP}{day} of the warm-up)",
            format::weekday(at)
        );
    }
    format!("{} {hour:02}:{minute:02}", format::day(at, counted_from))
}

/// The instant that [`clock`] writes so: `Tue 2 09:47`; without the number the first such day measured.
pub fn instant(text: &str, counted_from: Time) -> Option<Time> {
    let mut words = text.split_whitespace();
    let weekday = words.next()?;
    let weekday = WEEKDAYS
        .iter()
        .position(|name| name.eq_ignore_ascii_case(weekday))?;
    let second = words.next()?;
    let (number, clock) = match second.parse::<u32>() {
        Ok(number) => (Some(number), words.next()?),
        Err(_) => (None, second),
    };
    if words.next().is_some() {
        return None;
    }
    let (hour, minute) = clock.split_once(':')?;
    let (hour, minute) = (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?);
    let first = counted_from.day();
    let day = match number {
        Some(number) => first.checked_add(number.checked_sub(1)?)?,
        None => (first..first + 7).find(|day| *day as usize % 7 == weekday)?,
    };
    if day as usize % 7 != weekday || hour > 23 || minute > 59 {
        return None;
    }
    let midnight = Time(day.checked_mul(86_400)?);
    Some(midnight + Span::hours(hour) + Span::mins(minute))
}

/// A length of time to the minute, as limits are compared: "3 days", "1 h 30 min".
pub fn exact(span: Span) -> String {
    let minutes = span.mins_up();
    let parts = [
        (minutes / 1_440, "day", "days"),
        (minutes / 60 % 24, "h", "h"),
        (minutes % 60, "min", "min"),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|&(n, _, _)| n > 0)
        .map(|(n, one, many)| format!("{n}{NBSP}{}", if n == 1 { one } else { many }))
        .collect();
    if told.is_empty() {
        format!("0{NBSP}min")
    } else {
        told.join(" ")
    }
}

fn gpus(n: u32) -> String {
    format::counted(u64::from(n), "GPU", "GPUs")
}

fn job(id: JobId) -> String {
    format!("job{NBSP}{}", id.0)
}

fn held(of: &Explanation, waiting: &Waiting) -> String {
    let told = match &waiting.why {
        Why::NotYetLookedAt if waiting.reason_since > waiting.since => {
            String::from("waits for the next pass: what held it is gone")
        }
        Why::NotYetLookedAt => String::from("has just come in, and no pass has looked at it yet"),
        Why::Behind(None) => String::from("waits its turn; the job that blocked its partition has just gone"),
        Why::Behind(Some(ahead)) => behind(of, ahead),
        Why::TooLittleFree(lack) => lacks(of, lack),
        Why::Rule => match &waiting.rule {
            Some(rule) => format!("waits because {}", rule::because(rule)),
            None => String::from("waits for the next pass: the rule that held it has room for it now"),
        },
        Why::Until { at } => {
            let at = clock(*at, of.counted_from);
            match waiting.pushed_off_for {
                Some(other) => format!(
                    "was pushed off its nodes for {} and is queued again; it may not be looked at before {at}",
                    job(other)
                ),
                None if waiting.runs > 0 => {
                    format!("lost its node and is queued again; it may not be looked at before {at}")
                }
                None => format!("waits because its owner asked that it not begin before {at}"),
            }
        }
        Why::Others(others) => depends(of, waiting.reason, others),
        Why::OwnReservation {
            name,
            begins: Some(begins),
        } => format!(
            "waits for its reservation {name}, which begins on {}",
            clock(*begins, of.counted_from)
        ),
        Why::OwnReservation { name, begins: None } => {
            format!("waits for ever: its reservation {name} is over")
        }
        Why::Reservations(all) => runs_into(of, all),
        Why::NodesDown { nodes } => format!(
            "waits because {} of its partition cannot be used now",
            format::counted(u64::from(*nodes), "node", "nodes")
        ),
        Why::Nothing if waiting.reason == Reason::JobHeldUser => String::from("is held by its owner"),
        Why::Nothing if waiting.reason == Reason::JobHeldAdmin => String::from("is held by an admin"),
        Why::Nothing => String::from("asks for what no node can ever give"),
    };
    let besides = waiting
        .rule
        .as_ref()
        .filter(|_| matches!(waiting.why, Why::Behind(_) | Why::TooLittleFree(_)));
    match besides {
        Some(rule) => format!(
            "{told}. Besides, {} would hold it, because {}",
            rule.reason,
            rule::because(rule)
        ),
        None => told,
    }
}

fn partition(of: &Explanation) -> &str {
    of.asked.partitions.first().map_or("", String::as_str)
}

fn behind(of: &Explanation, ahead: &Ahead) -> String {
    format!(
        "waits its turn: {}, which wants {}, stands before it and cannot start yet, and only what does not delay \
         that one may pass it in {}",
        job(ahead.job),
        gpus(ahead.gpus),
        partition(of)
    )
}

fn lacks(of: &Explanation, lack: &Lack) -> String {
    let asked = &of.asked;
    let kind = asked
        .kind
        .as_ref()
        .map_or(String::new(), |kind| format!(" of type {kind}"));
    let wants = if asked.nodes == 1 {
        format!("{}{kind} on one node", gpus(asked.gpus_per_node))
    } else {
        format!(
            "{} with {}{kind} each",
            format::counted(u64::from(asked.nodes), "node", "nodes"),
            gpus(asked.gpus_per_node)
        )
    };
    let is = |n: u32| if n == 1 { "is" } else { "are" };
    let mut told = if lack.push_under_way {
        String::from("waits for others to leave their nodes, who were pushed off for it")
    } else if lack.nodes_with_room >= asked.nodes {
        format!(
            "wants {wants}, which {} free, but kept for a job before it or not yet looked at",
            is(asked.gpus())
        )
    } else if lack.free == 0 {
        format!(
            "waits because it wants {wants}, and nothing that it could use is free in {}",
            partition(of)
        )
    } else if lack.free < asked.gpus() {
        format!(
            "waits because it wants {wants}, and only {} {} free in {}",
            gpus(lack.free),
            is(lack.free),
            partition(of)
        )
    } else if asked.nodes > 1 {
        let nodes = match lack.nodes_with_room {
            0 => String::from("no node"),
            n => format!("only {}", format::counted(u64::from(n), "node", "nodes")),
        };
        let has = if lack.nodes_with_room > 1 { "have" } else { "has" };
        format!(
            "waits because it wants {wants}, and {nodes} in {} {has} room for such a share",
            partition(of)
        )
    } else if lack.most_on_a_node < asked.gpus_per_node {
        format!(
            "waits because it wants {wants}, and of the {} free in {} no node has more than {}",
            lack.free,
            partition(of),
            lack.most_on_a_node
        )
    } else {
        format!("waits because it wants {wants}, and no node with so many has the CPUs as well")
    };
    if lack.free_elsewhere > 0 {
        told += &format!(
            "; {} {} free on nodes outside it",
            gpus(lack.free_elsewhere),
            is(lack.free_elsewhere)
        );
    }
    if lack.nodes_down > 0 {
        told += &format!(
            "; {} of it cannot be used now",
            format::counted(u64::from(lack.nodes_down), "node", "nodes")
        );
    }
    told
}

fn depends(of: &Explanation, reason: Reason, others: &[Awaited]) -> String {
    if reason == Reason::DependencyNeverSatisfied {
        let failed: Vec<String> = others
            .iter()
            .filter(|other| other.must_succeed && other.ended)
            .map(|other| job(other.job))
            .collect();
        return format!(
            "waits for ever: it was to start after {} had ended well, and that did not happen",
            failed.join(" and ")
        );
    }
    let open: Vec<String> = others
        .iter()
        .filter(|other| !other.ended)
        .map(|other| {
            let until = match other.ends_by {
                Some(at) => format!(", which runs until {} at the latest", clock(at, of.counted_from)),
                None => String::from(", which does not run yet"),
            };
            let how = if other.must_succeed { "end well" } else { "end" };
            format!("{} to {how}{until}", job(other.job))
        })
        .collect();
    format!("waits for {}", open.join(", and for "))
}

fn runs_into(of: &Explanation, all: &[InTheWay]) -> String {
    let told: Vec<String> = all
        .iter()
        .map(|one| {
            let name = if one.maint {
                format!("reservation {} (maintenance)", one.name)
            } else {
                format!("reservation {}", one.name)
            };
            if one.from <= of.at {
                format!("{name} keeps its nodes until {}", clock(one.to, of.counted_from))
            } else {
                format!(
                    "with a time limit of {} it might still run when {name} begins on {}",
                    exact(of.asked.limit),
                    clock(one.from, of.counted_from)
                )
            }
        })
        .collect();
    if told.is_empty() {
        return String::from("waits for the next pass: the reservation in its way is over");
    }
    format!("waits because {}", told.join(", and "))
}

fn change(of: &Explanation, waiting: &Waiting) -> Option<String> {
    let ways: Vec<String> = match &waiting.why {
        Why::Rule => rule::ways(waiting.rule.as_ref()?),
        Why::Reservations(all) => {
            let shortest = all.iter().map(|one| one.limit_at_most).min().flatten()?;
            vec![format!("it asks for a time limit of at most {}", exact(shortest))]
        }
        Why::Behind(_) | Why::TooLittleFree(_) => match &waiting.rule {
            Some(rule) => rule::ways(rule),
            None => return slips_through(&waiting.gap?),
        },
        Why::NotYetLookedAt
        | Why::Until { .. }
        | Why::Others(_)
        | Why::OwnReservation { .. }
        | Why::NodesDown { .. }
        | Why::Nothing => Vec::new(),
    };
    let forever = waiting.rule.as_ref().is_some_and(|rule| rule.forever);
    let never = if forever && waiting.why == Why::Rule {
        "As it is, it can never start. "
    } else {
        ""
    };
    (!ways.is_empty()).then(|| format!("{never}It can go on if {}.", ways.join(", or if ")))
}

/// What would let it start at once.
fn slips_through(gap: &Gap) -> Option<String> {
    let limit = gap
        .limit_at_most
        .map(|limit| format!("asked for a time limit of at most {}", exact(limit)));
    let narrower = gap.gpus_at_most.map(|n| format!("asked for at most {}", gpus(n)));
    let ways: Vec<String> = limit.into_iter().chain(narrower).collect();
    Some(if ways.is_empty() {
        String::from("Neither a shorter time limit nor fewer GPUs would start it now.")
    } else {
        format!(
            "Backfill would start it at once if it {}.",
            ways.join(", or if it ")
        )
    })
}

fn planned(of: &Explanation, waiting: &Waiting, plan: &Plan) -> Option<String> {
    match plan {
        Plan::At { when, .. } if *when <= of.at => {
            Some(String::from("Backfill can start it at its next look."))
        }
        Plan::At { when, nodes } => {
            let on = if nodes.is_empty() {
                String::new()
            } else {
                format!(" on {}", nodes.join(", "))
            };
            Some(format!(
                "Backfill plans it for {}{on}, should everybody use their whole time limits.",
                clock(*when, of.counted_from)
            ))
        }
        Plan::BeyondWindow { window } => match waiting.why {
            Why::Reservations(_) | Why::Behind(_) | Why::TooLittleFree(_) | Why::NotYetLookedAt => Some(
                format!("Backfill finds no place for it in the next {}.", exact(*window)),
            ),
            Why::Rule
            | Why::Until { .. }
            | Why::Others(_)
            | Why::OwnReservation { .. }
            | Why::NodesDown { .. }
            | Why::Nothing => None,
        },
        Plan::Held => Some(String::from(
            "Backfill plans nothing for a job that a rule holds.",
        )),
        Plan::Off => None,
    }
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

fn running_sentence(of: &Explanation, running: &Running) -> String {
    let start = clock(running.since, of.counted_from);
    let end = clock(running.ends_by, of.counted_from);
    let stop = match running.pushed_off_for {
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

fn ended_sentence(of: &Explanation, ended: &Ended) -> String {
    format!(
        "Job{NBSP}{} {} on {}, after running for {}. Before that {}.",
        of.job.0,
        ending(ended.how),
        clock(ended.ended, of.counted_from),
        format::span(f64::from(ended.ended.since(ended.started).0)),
        waited(&ended.waited)
    )
}

fn refused_sentence(of: &Explanation, refused: &Refused) -> String {
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

fn rows(of: &Explanation) -> Vec<(String, String)> {
    let asked = &of.asked;
    let shape = if asked.nodes == 1 {
        gpus(asked.gpus_per_node)
    } else {
        format!(
            "{} with {} each",
            format::counted(u64::from(asked.nodes), "node", "nodes"),
            gpus(asked.gpus_per_node)
        )
    };
    let kind = asked
        .kind
        .as_ref()
        .map_or(String::new(), |kind| format!(" of type {kind}"));
    let mut rows = vec![
        ("time", clock(of.at, of.counted_from)),
        (
            "whose",
            format!("person{NBSP}{}, {}", of.user.0, account(&of.account)),
        ),
        ("what", class(of.class).to_owned()),
        ("asks for", format!("{shape}{kind} for {}", exact(asked.limit))),
        (
            "where",
            format!("partition {}, QOS {}", asked.partitions.join(" or "), asked.qos),
        ),
    ];
    match &of.standing {
        Standing::Waiting(waiting) => {
            let since = |at: Time| {
                format!(
                    "{}, for {}",
                    clock(at, of.counted_from),
                    format::span(f64::from(of.at.since(at).0))
                )
            };
            rows.push(("waits since", since(waiting.since)));
            rows.push((
                "reason",
                format!(
                    "{}, since {}",
                    waiting.reason,
                    clock(waiting.reason_since, of.counted_from)
                ),
            ));
            if let Some(rule) = &waiting.rule {
                rows.push(("rule", rule::figures(rule)));
            }
            for place in &waiting.places {
                let others = place.ahead_in_all - place.ahead;
                let elsewhere = if others > 0 {
                    format!(", {others} of other partitions")
                } else {
                    String::new()
                };
                rows.push((
                    "before it",
                    format!(
                        "{} in {}{elsewhere}",
                        format::counted(u64::from(place.ahead), "job", "jobs"),
                        place.partition
                    ),
                ));
            }
        }
        Standing::Running(running) => {
            let by = match running.by {
                By::Main => "the main pass",
                By::Backfill => "backfill",
            };
            rows.push(("started by", by.to_owned()));
            rows.push(("billing", format!("{} each second", running.billing)));
        }
        Standing::Refused(_) | Standing::Ended(_) => {}
    }
    rows.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// An account, whether it has a name or a number.
fn account(name: &str) -> String {
    if name.starts_with("account ") {
        name.to_owned()
    } else {
        format!("account {name}")
    }
}

/// What a factor of the priority is called.
fn factor(of: Factor) -> &'static str {
    match of {
        Factor::Age => "age",
        Factor::Assoc => "association",
        Factor::Fairshare => "fair share",
        Factor::JobSize => "job size",
        Factor::Partition => "partition",
        Factor::Qos => "QOS",
        Factor::Tres => "resources",
    }
}

fn priority(of: &Explanation) -> Vec<[String; 4]> {
    let Standing::Waiting(waiting) = &of.standing else {
        return Vec::new();
    };
    let Some(place) = waiting.places.first() else {
        return Vec::new();
    };
    let priority = &place.priority;
    let mut rows: Vec<[String; 4]> = priority
        .parts
        .iter()
        .map(|part| {
            [
                factor(part.of).to_owned(),
                format!("{:.0}", part.weight),
                format!("{:.6}", part.factor),
                format!("{:.2}", part.product),
            ]
        })
        .collect();
    let blank = String::new;
    if priority.nice != 0 {
        let off = format!("{}.00", -priority.nice);
        rows.push([String::from("nice"), blank(), blank(), off]);
    }
    rows.push([
        String::from("priority"),
        blank(),
        blank(),
        priority.total.to_string(),
    ]);
    rows
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_as_they_are_written() {
        let first = Time(20 * 86_400);
        for at in [first, Time(22 * 86_400 + 9 * 3_600 + 47 * 60), Time(40 * 86_400)] {
            assert_eq!(instant(&clock(at, first), first), Some(at));
        }
        // The twentieth day from a Monday is a Sunday.
        assert_eq!(clock(first, first), "Sun 1 00:00");
        assert_eq!(
            instant("fri 09:47", first),
            Some(Time(25 * 86_400 + 9 * 3_600 + 47 * 60))
        );
        for text in [
            "Mon 1 00:00",
            "Fri 9",
            "Fri 24:00",
            "Sun 0 00:00",
            "Fri 09:47 x",
            "",
        ] {
            assert_eq!(instant(text, first), None, "{text}");
        }
    }

    #[test]
    fn limits_are_told_to_the_minute() {
        for (span, told) in [
            (Span::days(3), "3 days"),
            (Span::mins(90), "1 h 30 min"),
            (Span::days(1) + Span::mins(1), "1 day 1 min"),
            (Span::ZERO, "0 min"),
        ] {
            assert_eq!(exact(span).replace(NBSP, " "), told);
        }
    }
}
