//! Rows about nodes that change hands between jobs and a service.

use super::Setting::{self, Count, Off, Span as For, Word};
use super::fields::{percent, set_number, set_percent, set_span};
use super::rows::{Dial, Get, Row, Set, assumption, how_long};
use super::{Choice, Kind, Unit};
use crate::scenario::{Drain, HandOver, Scenario};
use crate::units::Span;

const HOUR: u32 = 3_600;
const DAY: u32 = 86_400;

pub(super) fn is_on(s: &Scenario) -> bool {
    s.policy.service.rule != HandOver::Off
}

pub(super) const SERVICE: Row = Row {
    key: "service",
    label: "Nodes go from jobs to a service and back",
    slurm: "",
    help: "A service that answers requests needs most by day. A fixed split leaves its nodes idle by night; by clock or by \
           demand they go to jobs meanwhile. Slurm has no word for it: a script sets nodes to DRAIN and RESUME, or makes a \
           reservation.",
    kind: Kind::Policy,
    rule: true,
    value: Dial {
        unit: Unit::Words(&[
            Choice {
                key: "fixed",
                words: "never: the same nodes serve",
            },
            Choice {
                key: "by-clock",
                words: "by clock",
            },
            Choice {
                key: "by-demand",
                words: "by demand",
            },
        ]),
        of: "",
        off: Some("there is no service"),
        range: (0, 0),
        step: 1,
        stops: &[Off, Word("fixed"), Word("by-clock"), Word("by-demand")],
        words: ["off", "or", "on"],
        get: |s| match s.policy.service.rule {
            HandOver::Off => Off,
            HandOver::Fixed => Word("fixed"),
            HandOver::ByClock => Word("by-clock"),
            HandOver::ByDemand => Word("by-demand"),
        },
        set: |s, to| {
            s.policy.service.rule = match to {
                Word("fixed") => HandOver::Fixed,
                Word("by-clock") => HandOver::ByClock,
                Word("by-demand") => HandOver::ByDemand,
                Word(_) | Off | For(_) | Count(_) => HandOver::Off,
            }
        },
        places: |s| u32::from(is_on(s)),
    },
};

/// A number of something, always set, and no rule of its own.
#[expect(clippy::too_many_arguments, reason = "one per column of the table")]
pub(super) const fn number(
    kind: Kind,
    key: &'static str,
    label: &'static str,
    (unit, of): (Unit, &'static str),
    help: &'static str,
    stops: &'static [Setting],
    words: [&'static str; 3],
    get: Get,
    set: Set,
) -> Row {
    Row {
        kind,
        value: Dial {
            unit,
            of,
            off: None,
            range: (0, 100_000),
            step: 1,
            stops,
            words,
            get,
            set,
            places: |_| 0,
        },
        ..assumption(key, label, of, help, (0, 0), stops, words, get, set)
    }
}

pub(super) const SERVICE_MOST: Row = number(
    Kind::Policy,
    "service-most",
    "Nodes that serve when most are wanted",
    (Unit::Number, "nodes"),
    "Where the split is fixed they serve all the time. No more than may serve.",
    &[Count(0), Count(1), Count(2), Count(4), Count(6), Count(8)],
    ["few", "some", "many"],
    |s| Count(s.policy.service.most),
    |s, to| set_number(&mut s.policy.service.most, to),
);

pub(super) const SERVICE_LEAST: Row = number(
    Kind::Policy,
    "service-least",
    "Nodes that serve at any time",
    (Unit::Number, "nodes"),
    "What is left to the service at night, and while nobody asks it anything.",
    &[Count(0), Count(1), Count(2), Count(4)],
    ["none", "some", "many"],
    |s| Count(s.policy.service.least),
    |s, to| set_number(&mut s.policy.service.least, to),
);

pub(super) const SERVICE_DRAIN: Row = Row {
    key: "service-drain",
    label: "Jobs on a node that has to go",
    slurm: "State=DRAIN",
    help: "If jobs just run out, one long job keeps a whole node idle for as long as it lasts. Short ones may fill that time \
           (a reservation that begins when the last job ends), or all are pushed off and queued again.",
    kind: Kind::Policy,
    rule: true,
    value: Dial {
        unit: Unit::Words(&[
            Choice {
                key: "short-jobs",
                words: "run out, and short ones fill the time",
            },
            Choice {
                key: "preempt",
                words: "are told to go and queued again",
            },
        ]),
        of: "",
        off: Some("run out, and nobody new starts"),
        range: (0, 0),
        step: 1,
        stops: &[Off, Word("short-jobs"), Word("preempt")],
        words: ["wait", "fill", "push off"],
        get: |s| match s.policy.service.drain {
            Drain::Wait => Off,
            Drain::ShortJobs => Word("short-jobs"),
            Drain::Preempt => Word("preempt"),
        },
        set: |s, to| {
            s.policy.service.drain = match to {
                Word("short-jobs") => Drain::ShortJobs,
                Word("preempt") => Drain::Preempt,
                Word(_) | Off | For(_) | Count(_) => Drain::Wait,
            }
        },
        places: |s| u32::from(is_on(s) && s.policy.service.drain != Drain::Wait),
    },
};

pub(super) const SERVICE_NOTICE: Row = how_long(
    Kind::Policy,
    "service-notice",
    "Before nodes go by clock, only jobs that end in time start there for",
    "StartTime of the reservation",
    "Where short jobs fill the time. With a notice as long as the night nodes mostly go in time, and long jobs hardly run \
     on them; without one, they go when the last job that was there has ended.",
    (0, 30 * DAY),
    &[
        For(Span::ZERO),
        For(Span::hours(4)),
        For(Span::hours(12)),
        For(Span::days(1)),
        For(Span::days(3)),
    ],
    ["none", "usual", "always"],
    |s| For(s.policy.service.notice),
    |s, to| set_span(&mut s.policy.service.notice, to),
);

pub(super) const SERVICE_GRACE: Row = how_long(
    Kind::Policy,
    "service-grace",
    "Who is told to leave a node may still run for",
    "",
    "Where jobs are told to go. Scripts that save their state at the signal lose nothing if it is long enough for one write.",
    (0, DAY),
    &[
        For(Span::ZERO),
        For(Span::mins(2)),
        For(Span::mins(5)),
        For(Span::mins(30)),
    ],
    ["none", "usual", "long"],
    |s| For(s.policy.service.grace),
    |s, to| set_span(&mut s.policy.service.grace, to),
);

pub(super) const SERVICE_FROM: Row = how_long(
    Kind::Policy,
    "service-from",
    "By clock, nodes go to the service at",
    "",
    "Time of day, Monday to Friday unless the scenario says weekends too. Each change costs the time in which a node is set up anew.",
    (0, DAY),
    &[For(Span::hours(6)), For(Span::hours(8)), For(Span::hours(10))],
    ["early", "usual", "late"],
    |s| For(s.policy.service.from),
    |s, to| set_span(&mut s.policy.service.from, to),
);

pub(super) const SERVICE_TO: Row = how_long(
    Kind::Policy,
    "service-to",
    "By clock, nodes come back at",
    "",
    "Time of day; one before the first is of the next day. What was asked for and is still full of jobs then just stays with them.",
    (0, DAY),
    &[For(Span::hours(16)), For(Span::hours(20)), For(Span::hours(23))],
    ["early", "usual", "midnight"],
    |s| For(s.policy.service.to),
    |s, to| set_span(&mut s.policy.service.to, to),
);

pub(super) const SERVICE_FULL: Row = Row {
    kind: Kind::Policy,
    ..assumption(
        "service-full",
        "By demand, a further node is asked for above",
        "of what serves",
        "Low: nodes are asked for early, and some stand by. High: the service runs short whenever demand rises faster than \
         nodes come free.",
        (10, 200),
        &[Count(50), Count(70), Count(80), Count(100)],
        ["early", "usual", "late"],
        |s| percent(s.policy.service.full),
        |s, to| set_percent(&mut s.policy.service.full, to),
    )
};

pub(super) const SERVICE_STAY: Row = how_long(
    Kind::Policy,
    "service-stay",
    "A node stays with whom it came to for at least",
    "",
    "Too short, and nodes are set up anew all the time; too long, and they stand by in the evening.",
    (0, 30 * DAY),
    &[
        For(Span::ZERO),
        For(Span::hours(1)),
        For(Span::hours(2)),
        For(Span::hours(8)),
        For(Span::days(1)),
    ],
    ["at once", "usual", "a day"],
    |s| For(s.policy.service.min_stay),
    |s, to| set_span(&mut s.policy.service.min_stay, to),
);

pub(super) const SERVICE_NEED: Row = number(
    Kind::Assumption,
    "service-need",
    "GPUs that the service needs in its busiest hour",
    (Unit::Gpus, ""),
    "Requests a second over what one GPU answers. By hour and weekday it follows the rhythm in which people send jobs \
     (Helios), unless the scenario has another.",
    &[Count(0), Count(8), Count(16), Count(24), Count(40)],
    ["nothing", "some", "much"],
    |s| Count(s.assumptions.service.gpus),
    |s, to| set_number(&mut s.assumptions.service.gpus, to),
);

pub(super) const SERVICE_NOISE: Row = assumption(
    "service-noise",
    "How much the service's hours differ from week to week",
    "of their need",
    "0 %: every week is alike, and a clock knows it all. The spread of an hour's need around its usual one, with busy hours \
     in a row; how much is our judgement.",
    (0, 100),
    &[Count(0), Count(10), Count(25), Count(50)],
    ["alike", "usual", "wild"],
    |s| percent(s.assumptions.service.noise),
    |s, to| set_percent(&mut s.assumptions.service.noise, to),
);

pub(super) const SERVICE_CHANGE: Row = how_long(
    Kind::Assumption,
    "service-change",
    "A node that changes hands is set up anew for",
    "",
    "Either way. A restart of other daemons takes minutes, a new image and a model to load half an hour, our judgement.",
    (0, DAY),
    &[
        For(Span::ZERO),
        For(Span::mins(10)),
        For(Span::mins(30)),
        For(Span::secs(2 * HOUR)),
    ],
    ["at once", "usual", "long"],
    |s| For(s.assumptions.service.change_time),
    |s, to| set_span(&mut s.assumptions.service.change_time, to),
);
