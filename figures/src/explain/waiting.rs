//! A job that waits: for what, what would have to change, and where backfill plans it.

use sim_core::engine::explain::{Ahead, Awaited, Explanation, Gap, InTheWay, Lack, Plan, Waiting, Why};
use sim_core::reason::Reason;

use super::{clock, exact, gpus, job, rule};
use crate::format;

/// What a job waits for: the rest of a sentence that begins with it.
pub(super) fn held(of: &Explanation, waiting: &Waiting) -> String {
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
                Some(itself) if itself == of.job => format!(
                    "had to leave a node that a service asked for, and is queued again; it may not be looked at before {at}"
                ),
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

/// What would have to change.
pub(super) fn change(waiting: &Waiting) -> Option<String> {
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

/// Where backfill plans it.
pub(super) fn planned(of: &Explanation, waiting: &Waiting, plan: &Plan) -> Option<String> {
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
        Plan::BeyondWindow { when, window } => match waiting.why {
            Why::Reservations(_) | Why::Behind(_) | Why::TooLittleFree(_) | Why::NotYetLookedAt => {
                let window = exact(*window);
                Some(match when {
                    Some(when) => format!(
                        "Backfill finds no place for it in the next {window}, and so keeps nothing for it; {} is as soon as it \
                         sees one.",
                        clock(*when, of.counted_from)
                    ),
                    None => format!("Backfill finds no place for it in the next {window}."),
                })
            }
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
