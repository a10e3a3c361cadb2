//! The rows on how people react and on what becomes of budgets, after those of `table`.

use super::Setting::{Count, Off, Span as For, Word};
use super::fields::{
    count, count_or_off, hours_or_off, minutes, percent, set_percent, set_span, span, span_or_off,
};
use super::quota::{lose_it, set_lose_it, set_overdraft, set_share, set_share_out, share_out};
use super::rows::{Dial, Row, assumption, kept, reaction};
use super::{Choice, Kind, Unit};
use crate::scenario::{ShareOut, UsageReset};
use crate::units::Span;

const HOUR: u32 = 3_600;
const DAY: u32 = 86_400;

/// Reactions, which are assumptions, then budgets and newcomers, which are policy.
pub(super) const ROWS: &[Row] = &[
    reaction(
        "give-up",
        "People who leave when their work does not start",
        "Patience is by kind of person, from two hours at a notebook to two weeks for a large run; each piece of work has its own. \
               Whoever leaves takes the work to a desktop or a cloud: it is counted beside every wait.",
        |s| percent(s.assumptions.give_up),
        |s, to| set_percent(&mut s.assumptions.give_up, to),
    ),
    reaction(
        "split",
        "People who cut long work into short jobs",
        "Once a limit has held a job of theirs, work that saves its state is sent in as jobs of four hours, one after the other. \
               Each restart costs time.",
        |s| percent(s.assumptions.split),
        |s, to| set_percent(&mut s.assumptions.split, to),
    ),
    reaction(
        "inflate",
        "People who ask for more to be safe",
        "After a wait of an hour, or while nothing of theirs has yet run through, they double the time limit; after eight hours \
               the GPUs too.",
        |s| percent(s.assumptions.inflate),
        |s, to| set_percent(&mut s.assumptions.inflate, to),
    ),
    reaction(
        "hoard",
        "Groups that use up what would be lost",
        "A group that has used less than 70 % of what it should have by now sends its batch work in up to three times over in the \
               last fifth of the period. Needs a budget for each group, and a period.",
        |s| percent(s.assumptions.hoard),
        |s, to| set_percent(&mut s.assumptions.hoard, to),
    ),
    reaction(
        "climb",
        "Newcomers who add GPUs until refused",
        "Interns double what they ask for with each submission until a rule or the machine refuses it, and stay there. Their scripts \
               use no more than before.",
        |s| percent(s.assumptions.climb),
        |s, to| set_percent(&mut s.assumptions.climb, to),
    ),
    reaction(
        "talk",
        "Neighbours who make room when asked",
        "Where up to ten people share a machine, whoever has waited an hour asks the one who holds more than half of it: that one \
               lets a job end where it next saves its state, and queues up anew.",
        |s| percent(s.assumptions.talk),
        |s, to| set_percent(&mut s.assumptions.talk, to),
    ),
    reaction(
        "learn",
        "People who save their work once some was lost",
        "After a job that was lost because nothing of it was saved, later work saves its state every so often and goes on from there.",
        |s| percent(s.assumptions.learn),
        |s, to| set_percent(&mut s.assumptions.learn, to),
    ),
    reaction(
        "thrift",
        "People who ask for less once they see what it costs",
        "Acts only where costs are shown: time limits that fit the work, and half the GPUs as long as more than half of them idle.",
        |s| percent(s.assumptions.thrift),
        |s, to| set_percent(&mut s.assumptions.thrift, to),
    ),
    assumption(
        "need-error",
        "Estimates of groups' needs reach",
        "of the true need, or as many times less",
        "Of two groups in three; of the others they are further off. What somebody knows who shares out budgets before the work is \
         there. Nobody has published it: half or twice as much is our judgement.",
        (100, 400),
        &[Count(100), Count(150), Count(200), Count(300)],
        ["known", "roughly", "guessed"],
        |s| percent(s.assumptions.need_error),
        |s, to| set_percent(&mut s.assumptions.need_error, to),
    ),
    Row {
        key: "group-budget",
        label: "GPU-hours that each group may use in a period",
        slurm: "GrpTRESMins on each account",
        help: "A hard budget: whoever has used it up waits for the next period, also while GPUs stand idle. The period is a knob of \
               its own; without one the budget comes back as use is forgotten.",
        kind: Kind::Policy,
        rule: true,
        value: Dial {
            unit: Unit::GpuHours,
            of: "",
            off: Some("no budget"),
            range: (1, 1_000_000),
            step: 1,
            stops: &[
                Count(1_000),
                Count(2_000),
                Count(4_000),
                Count(8_000),
                Count(16_000),
                Off,
            ],
            words: ["tight", "usual", "no budget"],
            get: |s| hours_or_off(s.policy.associations.each_account.grp_tres_mins.of_gpus()),
            set: |s, to| {
                s.policy
                    .associations
                    .each_account
                    .grp_tres_mins
                    .set_gpus(minutes(to))
            },
            places: |s| u32::from(!s.policy.associations.each_account.grp_tres_mins.is_empty()),
        },
    },
    Row {
        key: "budget-period",
        label: "All use is forgotten, and budgets begin anew,",
        slurm: "PriorityUsageResetPeriod",
        help: "The period of all budgets. Fair share forgets too: whoever used much before the boundary is equal after it.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Words(&[
                Choice {
                    key: "day",
                    words: "every day",
                },
                Choice {
                    key: "week",
                    words: "every week",
                },
                Choice {
                    key: "month",
                    words: "every 30 days",
                },
                Choice {
                    key: "quarter",
                    words: "every 91 days",
                },
                Choice {
                    key: "year",
                    words: "every year",
                },
            ]),
            of: "",
            off: Some("never at once"),
            range: (0, 0),
            step: 1,
            stops: &[Word("week"), Word("month"), Word("quarter"), Off],
            words: ["often", "sometimes", "never"],
            get: |s| match s.policy.priority.usage_reset {
                UsageReset::None => Off,
                UsageReset::Daily => Word("day"),
                UsageReset::Weekly => Word("week"),
                UsageReset::Monthly => Word("month"),
                UsageReset::Quarterly => Word("quarter"),
                UsageReset::Yearly => Word("year"),
            },
            set: |s, to| {
                s.policy.priority.usage_reset = match to {
                    Word("day") => UsageReset::Daily,
                    Word("week") => UsageReset::Weekly,
                    Word("month") => UsageReset::Monthly,
                    Word("quarter") => UsageReset::Quarterly,
                    Word(_) => UsageReset::Yearly,
                    Off | For(_) | Count(_) => UsageReset::None,
                }
            },
            places: |_| 0,
        },
    },
    Row {
        key: "overdraft",
        label: "A group may go beyond its budget, behind everybody, by",
        slurm: "a second QOS",
        help: "Once the budget is used up, jobs go into a QOS behind all others: GPUs that nobody else wants are still used. Sites \
               allow a quarter to half as much again.",
        kind: Kind::Policy,
        rule: true,
        value: Dial {
            unit: Unit::Percent,
            of: "of the budget",
            off: Some("not at all"),
            range: (1, 1_000),
            step: 1,
            stops: &[Off, Count(25), Count(50), Count(100)],
            words: ["hard", "some", "as much again"],
            get: |s| match &s.policy.quota.overdraft_qos {
                Some(_) => percent(s.policy.quota.overdraft),
                None => Off,
            },
            set: set_overdraft,
            places: |s| u32::from(s.policy.quota.overdraft_qos.is_some()),
        },
    },
    kept(
        "carry-over",
        "What a group did not use is carried over",
        "That share of it goes into the next period, and again if it is left again. Nobody has to hurry.",
        |s| percent(s.policy.quota.carry_over),
        |s, to| set_share(&mut s.policy.quota.carry_over, to),
        |s| u32::from(s.policy.quota.carry_over.0 > 0),
    ),
    kept(
        "points",
        "What a group did not use earns points",
        "Points put a job of the next period before all others: tried once, after an hour, for GPUs times limit, no refund. \
               The budget stays hard: else points are farmed.",
        |s| percent(s.policy.quota.points),
        |s, to| set_share(&mut s.policy.quota.points, to),
        |s| u32::from(s.policy.quota.points.0 > 0),
    ),
    Row {
        key: "share-out",
        label: "The sum of all budgets is shared out",
        slurm: "sacctmgr modify account",
        help: "Needs a period. By what each group is thought to need, once; or anew at the end of each, by what it has used and has waiting: the \
               meter cannot tell what that was worth. How far off estimates are is an assumption, need-error.",
        kind: Kind::Policy,
        rule: true,
        value: Dial {
            unit: Unit::Words(&[
                Choice {
                    key: "once",
                    words: "once, by estimated need",
                },
                Choice {
                    key: "each-period",
                    words: "at the end of each period, by what was used",
                },
            ]),
            of: "",
            off: Some("as the limits say"),
            range: (0, 0),
            step: 1,
            stops: &[Off, Word("once"), Word("each-period")],
            words: ["as written", "once", "each period"],
            get: share_out,
            set: set_share_out,
            places: |s| u32::from(s.policy.quota.share_out != ShareOut::AsWritten),
        },
    },
    Row {
        key: "lose-it",
        label: "Use it or lose it",
        slurm: "",
        help: "A group that has used too little by a day of reckoning loses part of its budget. In thirds: as a large American centre \
               does, a third and two thirds of the way. Next time: whoever uses less than half gets half in the next period.",
        kind: Kind::Policy,
        rule: true,
        value: Dial {
            unit: Unit::Words(&[
                Choice {
                    key: "thirds",
                    words: "after one third and two thirds of the period",
                },
                Choice {
                    key: "next",
                    words: "half of the next budget, for less than half used",
                },
                Choice {
                    key: "own",
                    words: "by a table of its own",
                },
            ]),
            of: "",
            off: Some("nothing is lost"),
            range: (0, 0),
            step: 1,
            stops: &[Off, Word("next"), Word("thirds")],
            words: ["nothing", "or", "in thirds"],
            get: lose_it,
            set: set_lose_it,
            places: |s| u32::from(!s.policy.quota.lose.is_empty()),
        },
    },
    Row {
        key: "show-cost",
        label: "People are shown what their jobs cost",
        slurm: "",
        help: "Whether that changes what they ask for is an assumption of its own, thrift.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Words(&[Choice {
                key: "on",
                words: "yes",
            }]),
            of: "",
            off: Some("no"),
            range: (0, 0),
            step: 1,
            stops: &[Off, Word("on")],
            words: ["no", "or", "yes"],
            get: |s| if s.policy.quota.show_cost { Word("on") } else { Off },
            set: |s, to| s.policy.quota.show_cost = to != Off,
            places: |_| 0,
        },
    },
    Row {
        key: "newcomer-cap",
        label: "Most GPUs a newcomer's job may ask for",
        slurm: "MaxTRES on the newcomer's association",
        help: "Interns start small until some weeks have gone or a mentor has had a word. Costs little use, and nobody learns the \
               limits by running into them.",
        kind: Kind::Policy,
        rule: true,
        value: Dial {
            unit: Unit::Gpus,
            of: "",
            off: Some("no cap"),
            range: (1, 4_096),
            step: 1,
            stops: &[Count(1), Count(2), Count(4), Count(8), Off],
            words: ["strict", "usual", "no cap"],
            get: |s| count_or_off(s.policy.quota.newcomers.cap),
            set: |s, to| s.policy.quota.newcomers.cap = count(to).filter(|&gpus| gpus > 0),
            places: |s| u32::from(s.policy.quota.newcomers.cap.is_some()),
        },
    },
    Row {
        key: "newcomer-for",
        label: "Somebody is new for",
        slurm: "",
        help: "How long the cap for newcomers holds, from their first job.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Time,
            of: "",
            off: None,
            range: (DAY, 365 * DAY),
            step: 1,
            stops: &[For(Span::days(7)), For(Span::days(28)), For(Span::days(91))],
            words: ["a week", "four weeks", "three months"],
            get: |s| For(s.policy.quota.newcomers.weeks),
            set: |s, to| set_span(&mut s.policy.quota.newcomers.weeks, to),
            places: |_| 0,
        },
    },
    Row {
        key: "mentor",
        label: "A mentor has a word with a newcomer after",
        slurm: "",
        help: "So long after the cap first stood in somebody's way a mentor lifts it, and explains what GPUs are for: that newcomer adds \
               no more.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Time,
            of: "",
            off: Some("nobody does"),
            range: (HOUR, 365 * DAY),
            step: 1,
            stops: &[For(Span::days(1)), For(Span::days(3)), For(Span::days(7)), Off],
            words: ["soon", "in a week", "nobody"],
            get: |s| span_or_off(s.policy.quota.newcomers.mentor),
            set: |s, to| s.policy.quota.newcomers.mentor = span(to),
            places: |_| 0,
        },
    },
];
