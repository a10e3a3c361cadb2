//! Rows about what is done elsewhere: by a shared service, or on GPUs outside.

use super::Setting::{self, Count, Off, Span as For, Word};
use super::fields::{percent, set_number, set_percent, set_span, span, span_or_off};
use super::rows::{Dial, Get, Places, Row, Set, assumption, how_long};
use super::service::{SERVICE, is_on, number};
use super::{Choice, Kind, Unit};
use crate::units::Span;

const DAY: u32 = 86_400;

/// A word for yes; off is no.
#[expect(clippy::too_many_arguments, reason = "one per column of the table")]
const fn switch(
    key: &'static str,
    label: &'static str,
    yes: &'static [Choice],
    no: &'static str,
    help: &'static str,
    stops: &'static [Setting],
    get: Get,
    set: Set,
    places: Places,
) -> Row {
    Row {
        key,
        label,
        slurm: "",
        help,
        kind: Kind::Policy,
        rule: true,
        value: Dial {
            unit: Unit::Words(yes),
            of: "",
            off: Some(no),
            range: (0, 0),
            step: 1,
            stops,
            words: ["off", "or", "on"],
            get,
            set,
            places,
        },
    }
}

pub(super) const SHARED_MODEL: Row = switch(
    "shared-model",
    "People may ask the service instead of keeping a model of their own",
    &[Choice {
        key: "on",
        words: "they may",
    }],
    "each keeps a GPU",
    "A session that only asks a model now and then holds a whole GPU or slice for hours. Asked of the service it takes what \
     it uses, and nobody waits for it; but the service must be there, and when it is full its need is not met.",
    &[Off, Word("on")],
    |s| if s.policy.service.shared { Word("on") } else { Off },
    |s, to| s.policy.service.shared = to == Word("on"),
    |s| u32::from(is_on(s) && s.policy.service.shared),
);

pub(super) const SERVICE_SHARERS: Row = assumption(
    "service-sharers",
    "Sessions that would do with a shared model",
    "of those on one GPU",
    "Their owners only ask a model, and would send it to the service where they may. A quarter is our judgement: nobody has \
     counted them.",
    (0, 100),
    &[Count(0), Count(10), Count(25), Count(50), Count(100)],
    ["none", "usual", "all"],
    |s| percent(s.assumptions.service.sharers),
    |s, to| set_percent(&mut s.assumptions.service.sharers, to),
);

pub(super) const OUTSIDE: Row = Row {
    value: Dial {
        unit: Unit::Time,
        off: Some("nothing goes outside"),
        range: (0, 30 * DAY),
        stops: &[
            For(Span::hours(1)),
            For(Span::hours(4)),
            For(Span::days(1)),
            For(Span::days(3)),
            Off,
        ],
        words: ["soon", "usual", "never"],
        get: |s| span_or_off(s.policy.outside.after),
        set: |s, to| s.policy.outside.after = span(to),
        places: |s| u32::from(s.policy.outside.after.is_some()),
        ..SERVICE.value
    },
    key: "outside",
    label: "Work may go to GPUs outside after waiting",
    slurm: "",
    help: "Of what can be moved, that whose data takes no longer than it has waited here. It costs money, and the first time \
           days of setting up, unweighed; those who stay find the queue shorter. Slurm has no word for it, unless its cloud nodes are used.",
    kind: Kind::Policy,
    rule: true,
};

pub(super) const OUTSIDE_DOCUMENTED: Row = switch(
    "outside-guide",
    "The site tells how to move work outside",
    &[Choice {
        key: "on",
        words: "with a tried recipe",
    }],
    "no",
    "With a recipe, images and staging scripts, setting up the first move takes half as long: our judgement.",
    &[Off, Word("on")],
    |s| {
        if s.policy.outside.documented {
            Word("on")
        } else {
            Off
        }
    },
    |s, to| s.policy.outside.documented = to == Word("on"),
    |_| 0,
);

pub(super) const OUTSIDE_PORTABLE: Row = assumption(
    "portable",
    "Work that could be done elsewhere",
    "of batches",
    "It is in a container, its licence and its data may leave. Tests and sessions stay. Three in ten is our judgement.",
    (0, 100),
    &[Count(0), Count(10), Count(30), Count(60), Count(100)],
    ["nothing", "usual", "everything"],
    |s| percent(s.assumptions.outside.portable),
    |s, to| set_percent(&mut s.assumptions.outside.portable, to),
);

pub(super) const OUTSIDE_DATA: Row = number(
    Kind::Assumption,
    "outside-data",
    "Data that has to move with a batch",
    (Unit::Number, "GB"),
    "The median; one batch in six needs seven times as much or more. What takes longer to move than the work has waited \
     stays here. Our judgement.",
    &[Count(1), Count(10), Count(50), Count(500), Count(5_000)],
    ["little", "usual", "much"],
    |s| Count(s.assumptions.outside.data),
    |s, to| set_number(&mut s.assumptions.outside.data, to),
);

pub(super) const OUTSIDE_SPEED: Row = number(
    Kind::Assumption,
    "outside-speed",
    "Data that moves in an hour",
    (Unit::Number, "GB"),
    "200 GB an hour is somewhat less than half a gigabit a second: our judgement of what one person gets.",
    &[Count(20), Count(200), Count(2_000)],
    ["slow", "usual", "fast"],
    |s| Count(s.assumptions.outside.speed),
    |s, to| set_number(&mut s.assumptions.outside.speed, to),
);

pub(super) const OUTSIDE_SET_UP: Row = how_long(
    Kind::Assumption,
    "outside-set-up",
    "Somebody's first move outside is set up in",
    "",
    "Access, image, data paths. Two working days, sixteen hours, is our judgement; half of it where the site tells how.",
    (0, 90 * DAY),
    &[
        For(Span::hours(2)),
        For(Span::hours(16)),
        For(Span::days(3)),
        For(Span::days(14)),
    ],
    ["quick", "usual", "weeks"],
    |s| For(s.assumptions.outside.set_up),
    |s, to| set_span(&mut s.assumptions.outside.set_up, to),
);

pub(super) const OUTSIDE_PRICE: Row = number(
    Kind::Assumption,
    "outside-price",
    "Price of a GPU-hour outside, in hundredths",
    (Unit::Number, "cents"),
    "It changes nothing but the bill. 250 is our judgement of a rented large GPU.",
    &[Count(50), Count(250), Count(1_000)],
    ["cheap", "usual", "dear"],
    |s| Count(s.assumptions.outside.price),
    |s, to| set_number(&mut s.assumptions.outside.price, to),
);
