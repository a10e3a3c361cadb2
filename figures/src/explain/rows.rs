//! An explanation as rows of names and figures.

use sim_core::engine::By;
use sim_core::engine::explain::{Explanation, Factor, Standing};
use sim_core::units::Time;

use super::{account, class, clock, exact, gpus, rule};
use crate::format::{self, NBSP};

/// Names and figures.
pub(super) fn rows(of: &Explanation) -> Vec<(String, String)> {
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

/// Each factor of the priority with weight and product, then the sum.
pub(super) fn priority(of: &Explanation) -> Vec<[String; 4]> {
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
                format::decimals(part.weight, 0),
                format::decimals(part.factor, 6),
                format::decimals(part.product, 2),
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
