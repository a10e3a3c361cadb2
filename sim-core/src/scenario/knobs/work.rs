//! Rows about what becomes of work on its way: what is saved, what breaks, what is left idle.

use super::Setting::{self, Count, Off, Span as For};
use super::fields::{count, percent, set_percent, set_span};
use super::rows::{Dial, Row, assumption, how_long};
use super::{Kind, Unit};
use crate::units::Span;

const MINUTE: u32 = 60;
const DAY: u32 = 86_400;

pub(super) const CHECKPOINT_SHARE: Row = assumption(
    "checkpoint-share",
    "Training whose scripts save their state",
    "of training-like jobs",
    "0 %: a run that is pushed off, or whose node fails, is lost from its start. Else it goes on from its last saved \
     state. Our judgement for real clusters is 65 %; tests and notebooks hardly ever save.",
    (0, 100),
    &[Count(0), Count(30), Count(50), Count(65), Count(90), Count(100)],
    ["nothing is saved", "usual", "most"],
    |s| percent(s.assumptions.checkpoint_share),
    |s, to| set_percent(&mut s.assumptions.checkpoint_share, to),
);

pub(super) const CHECKPOINT_INTERVAL: Row = how_long(
    Kind::Assumption,
    "checkpoint-interval",
    "Work between two saved states",
    "",
    "The median; some save eight times as often, some as seldom. On average half of it is done again after each \
           interruption. Half an hour to an hour is typical, as remembered from papers on large clusters.",
    (5 * MINUTE, DAY),
    &[
        For(Span::mins(10)),
        For(Span::mins(30)),
        For(Span::mins(45)),
        For(Span::hours(2)),
        For(Span::hours(6)),
    ],
    ["often", "usual", "seldom"],
    |s| For(s.assumptions.checkpoint_interval),
    |s, to| set_span(&mut s.assumptions.checkpoint_interval, to),
);

pub(super) const SIGNAL_SHARE: Row = assumption(
    "signal-share",
    "Scripts that also save when told to stop",
    "of those that save",
    "They lose nothing where a grace time, or the warning before a time limit, is as long as one write. Without a grace \
     time nobody is told. Half is our judgement.",
    (0, 100),
    &[Count(0), Count(25), Count(50), Count(75), Count(100)],
    ["none", "usual", "all"],
    |s| percent(s.assumptions.signal_share),
    |s, to| set_percent(&mut s.assumptions.signal_share, to),
);

fn number_or_off(n: u32) -> Setting {
    if n == 0 { Off } else { Count(n) }
}

pub(super) const NODE_FAILURES: Row = Row {
    key: "node-failures",
    label: "Nodes fail",
    slurm: "",
    help: "What runs on a node that fails is broken off, and the node is away until it is repaired. Papers on a large \
           cluster tell of 3 to 7 failures in a thousand days of one node, as remembered.",
    kind: Kind::Assumption,
    rule: false,
    value: Dial {
        unit: Unit::Number,
        of: "in 1,000 node-days",
        off: Some("never"),
        range: (1, 1_000),
        step: 1,
        stops: &[Off, Count(3), Count(5), Count(7), Count(20)],
        words: ["never", "usual", "often"],
        get: |s| number_or_off(s.assumptions.node_failures),
        set: |s, to| s.assumptions.node_failures = count(to).unwrap_or(0),
        places: |_| 0,
    },
};

pub(super) const REPAIR_TIME: Row = how_long(
    Kind::Assumption,
    "repair-time",
    "A failed node is back after",
    "",
    "The median; some are back in hours, some wait a week for a part. A day is our judgement.",
    (10 * MINUTE, 60 * DAY),
    &[
        For(Span::hours(4)),
        For(Span::days(1)),
        For(Span::days(3)),
        For(Span::days(7)),
    ],
    ["soon", "usual", "late"],
    |s| For(s.assumptions.repair_time),
    |s, to| set_span(&mut s.assumptions.repair_time, to),
);

pub(super) const MAINTENANCE: Row = Row {
    key: "maintenance",
    label: "All nodes are maintained every",
    slurm: "scontrol create reservation flags=maint",
    help: "A window known beforehand: from a job's length before it on, only jobs that end in time may start, so nodes \
           run empty; short jobs fill what is left.",
    kind: Kind::Policy,
    rule: false,
    value: Dial {
        unit: Unit::Number,
        of: "weeks",
        off: Some("never"),
        range: (1, 52),
        step: 1,
        stops: &[Count(2), Count(4), Count(8), Count(13), Off],
        words: ["often", "usual", "never"],
        get: |s| number_or_off(s.policy.maintenance.every_weeks),
        set: |s, to| s.policy.maintenance.every_weeks = count(to).unwrap_or(0),
        places: |s| u32::from(s.policy.maintenance.every_weeks > 0),
    },
};

pub(super) const MAINTENANCE_TIME: Row = how_long(
    Kind::Policy,
    "maintenance-time",
    "A maintenance lasts",
    "Duration of the reservation",
    "Nothing runs meanwhile. Long and seldom, or short and often: what is lost before it starts counts each time.",
    (10 * MINUTE, 5 * DAY),
    &[
        For(Span::hours(4)),
        For(Span::hours(8)),
        For(Span::hours(12)),
        For(Span::days(1)),
        For(Span::days(2)),
    ],
    ["short", "usual", "long"],
    |s| For(s.policy.maintenance.duration),
    |s, to| set_span(&mut s.policy.maintenance.duration, to),
);

pub(super) const DEADLINE_SURGE: Row = assumption(
    "deadline-surge",
    "Sessions just before a deadline",
    "of the usual",
    "They rise towards it, half of the rise in its last five days, with more training and searching; in the week after they are half. Two to five \
     times, and one deadline on day 21 of the measured weeks, is our judgement: nobody has published a ramp.",
    (100, 500),
    &[Count(100), Count(200), Count(300), Count(500)],
    ["no deadline", "usual", "flood"],
    |s| percent(s.assumptions.deadline_surge),
    |s, to| set_percent(&mut s.assumptions.deadline_surge, to),
);

pub(super) const INTERN_SEASON: Row = assumption(
    "intern-season",
    "Interns in their season",
    "of the usual number",
    "They come beside the others, from day 14 of the measured weeks for 92 days, as June to August. Three times is our judgement; \
     that their requests climb is another assumption.",
    (100, 500),
    &[Count(100), Count(200), Count(300), Count(500)],
    ["as all year", "summer", "summer school"],
    |s| percent(s.assumptions.intern_season),
    |s, to| set_percent(&mut s.assumptions.intern_season, to),
);
