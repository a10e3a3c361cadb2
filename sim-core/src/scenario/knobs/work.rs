//! Rows about what becomes of work on its way: what is saved, what breaks, what is left idle.

use super::Setting::{Count, Span as For};
use super::fields::{percent, set_percent, set_span};
use super::rows::{Dial, Row, assumption};
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
    ["nothing is saved", "usual", "everything"],
    |s| percent(s.assumptions.checkpoint_share),
    |s, to| set_percent(&mut s.assumptions.checkpoint_share, to),
);

pub(super) const CHECKPOINT_INTERVAL: Row = Row {
    key: "checkpoint-interval",
    label: "Work between two saved states",
    slurm: "",
    help: "The median; some save eight times as often, some as seldom. On average half of it is done again after each \
           interruption. Half an hour to an hour is typical, as remembered from papers on large clusters.",
    kind: Kind::Assumption,
    rule: false,
    value: Dial {
        unit: Unit::Time,
        of: "",
        off: None,
        range: (5 * MINUTE, DAY),
        step: 1,
        stops: &[
            For(Span::mins(10)),
            For(Span::mins(30)),
            For(Span::mins(45)),
            For(Span::hours(2)),
            For(Span::hours(6)),
        ],
        words: ["often", "usual", "seldom"],
        get: |s| For(s.assumptions.checkpoint_interval),
        set: |s, to| set_span(&mut s.assumptions.checkpoint_interval, to),
        places: |_| 0,
    },
};

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
