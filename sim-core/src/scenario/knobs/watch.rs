//! Rows about GPUs that are held and hardly used: sessions left open, jobs of low use, and how people answer.

use super::Setting::{Count, Off, Span as For, Word};
use super::fields::{percent, set_percent, set_span, span, span_or_off};
use super::rows::{Dial, Row, assumption, how_long};
use super::{Choice, Kind, Unit};
use crate::scenario::LowUseRule;
use crate::units::Span;

const MINUTE: u32 = 60;
const DAY: u32 = 86_400;

pub(super) const IDLE_CULL: Row = Row {
    key: "idle-cull",
    label: "Sessions are ended when idle for",
    slurm: "",
    help: "A notebook that nobody uses gives its GPU back. Too short, and people who were at lunch find their session gone \
           and queue again. Slurm has no word for it: JupyterHub's culler or a script does it.",
    kind: Kind::Policy,
    rule: true,
    value: Dial {
        unit: Unit::Time,
        of: "",
        off: Some("never"),
        range: (5 * MINUTE, 7 * DAY),
        step: 1,
        stops: &[
            For(Span::mins(15)),
            For(Span::mins(30)),
            For(Span::hours(1)),
            For(Span::hours(2)),
            For(Span::hours(8)),
            Off,
        ],
        words: ["soon", "usual", "never"],
        get: |s| span_or_off(s.policy.idle_cull),
        set: |s, to| s.policy.idle_cull = span(to),
        places: |s| u32::from(s.policy.idle_cull.is_some()),
    },
};

pub(super) const LOW_USE: Row = Row {
    key: "low-use",
    label: "Jobs that hardly use their GPUs",
    slurm: "",
    help: "A cancel frees the GPU and loses the work; a mail asks; a visit improves the script. Princeton mails after 60 and \
           105 minutes at nothing and cancels after 2 hours; Northeastern mails after 15 minutes and cancels after an hour.",
    kind: Kind::Policy,
    rule: true,
    value: Dial {
        unit: Unit::Words(&[
            Choice {
                key: "warn",
                words: "their owners get a mail",
            },
            Choice {
                key: "cancel",
                words: "are cancelled",
            },
            Choice {
                key: "help",
                words: "somebody comes and helps",
            },
        ]),
        of: "",
        off: Some("are left alone"),
        range: (0, 0),
        step: 1,
        stops: &[Off, Word("warn"), Word("help"), Word("cancel")],
        words: ["off", "or", "on"],
        get: |s| match s.policy.low_use.rule {
            LowUseRule::Off => Off,
            LowUseRule::Warn => Word("warn"),
            LowUseRule::Cancel => Word("cancel"),
            LowUseRule::Help => Word("help"),
        },
        set: |s, to| {
            s.policy.low_use.rule = match to {
                Word("warn") => LowUseRule::Warn,
                Word("cancel") => LowUseRule::Cancel,
                Word("help") => LowUseRule::Help,
                Word(_) | Off | For(_) | Count(_) => LowUseRule::Off,
            }
        },
        places: |s| u32::from(s.policy.low_use.rule != LowUseRule::Off),
    },
};

pub(super) const LOW_USE_BELOW: Row = Row {
    kind: Kind::Policy,
    ..assumption(
        "low-use-below",
        "Hardly used is less than",
        "of the GPU's time",
        "Sites look for nothing at all (Princeton, Northeastern) or for less than 10 % (DICC Malaya).",
        (1, 100),
        &[Count(1), Count(5), Count(10), Count(25)],
        ["nothing", "usual", "a quarter"],
        |s| percent(s.policy.low_use.below),
        |s, to| set_percent(&mut s.policy.low_use.below, to),
    )
};

pub(super) const LOW_USE_AFTER: Row = how_long(
    Kind::Policy,
    "low-use-after",
    "Something is done about low use after",
    "",
    "Short jobs are never noticed. Two hours at Princeton, one at Northeastern, a third of the time limit at DICC Malaya.",
    (5 * MINUTE, 7 * DAY),
    &[
        For(Span::mins(15)),
        For(Span::hours(1)),
        For(Span::hours(2)),
        For(Span::hours(8)),
    ],
    ["soon", "usual", "late"],
    |s| For(s.policy.low_use.after),
    |s, to| set_span(&mut s.policy.low_use.after, to),
);

pub(super) const CULLED_RETURN: Row = assumption(
    "culled-return",
    "People whose idle session was ended open another",
    "of those who still wanted it",
    "The rest give up what they wanted to do in it. All of them is our judgement, so that no rule looks good by making work \
     disappear.",
    (0, 100),
    &[Count(0), Count(50), Count(80), Count(100)],
    ["nobody", "most", "all"],
    |s| percent(s.assumptions.culled_return),
    |s, to| set_percent(&mut s.assumptions.culled_return, to),
);

pub(super) const WEEKEND_NOTEBOOKS: Row = assumption(
    "weekend-notebooks",
    "Notebooks of a Friday afternoon left open until Monday",
    "of those left open",
    "0 %: a notebook that is left open ends with its limit of a day at most. Nobody has counted them; it is our judgement.",
    (0, 100),
    &[Count(0), Count(25), Count(50), Count(100)],
    ["none", "half", "all"],
    |s| percent(s.assumptions.weekend_notebooks),
    |s, to| set_percent(&mut s.assumptions.weekend_notebooks, to),
);

pub(super) const WARN_ANSWER: Row = assumption(
    "warn-answer",
    "People who act on a mail about low use",
    "of those who get one",
    "They end a job on one GPU, or go on with half of several. A third or so is our judgement.",
    (0, 100),
    &[Count(0), Count(10), Count(30), Count(60), Count(100)],
    ["nobody", "usual", "all"],
    |s| percent(s.assumptions.warn_answer),
    |s, to| set_percent(&mut s.assumptions.warn_answer, to),
);

pub(super) const HELP_ANSWER: Row = assumption(
    "help-answer",
    "Jobs of low use that a visit improves",
    "of those visited",
    "They lose half of the time in which their GPU does nothing. A study at Microsoft calls 85 % of such causes fixable; \
     that 60 % are fixed is our judgement.",
    (0, 100),
    &[Count(0), Count(30), Count(60), Count(85), Count(100)],
    ["none", "usual", "all"],
    |s| percent(s.assumptions.help_answer),
    |s, to| set_percent(&mut s.assumptions.help_answer, to),
);
