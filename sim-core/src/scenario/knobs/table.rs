//! The rows of the table of knobs, in the order of links and forms: limits, times, memory, weights, backfill, assumptions.

use super::Setting::{Count, Off, Span as For, Word};
use super::fields::{
    AS_GOOD_AS_UNLIMITED, count, count_or_off, hours_or_off, in_qos, limits, limits_mut, minutes, partition,
    partition_mut, percent, priority, set_backfill, set_number, set_percent, set_span, slurm_backfill,
    slurm_backfill_mut, span, span_or_off,
};
use super::rows::{Dial, Row, assumption, bf_time, run_minutes, weight};
use super::{Choice, Kind, Unit, elsewhere, service, watch, work};
use crate::scenario::{Backfill, FairShare, Routing};
use crate::units::Span;

const HOUR: u32 = 3_600;
const DAY: u32 = 86_400;

/// All knobs and how they reach into a scenario, in the order of links and forms.
pub(super) const ROWS: &[Row] = &[
    Row {
        key: "cap",
        label: "Most GPUs one person may hold at once",
        slurm: "MaxTRESPerUser",
        help: "A low cap leaves room for others and keeps one person from taking everything. It also leaves GPUs idle \
               in a quiet week while somebody would use them.",
        kind: Kind::Policy,
        rule: true,
        value: Dial {
            unit: Unit::Gpus,
            of: "",
            off: Some("no limit"),
            range: (1, 4_096),
            step: 1,
            stops: &[Count(2), Count(4), Count(8), Count(16), Off],
            words: ["strict", "usual", "no cap"],
            get: |s| count_or_off(limits(s).and_then(|l| l.max_tres_pu.of_gpus())),
            set: |s, to| {
                if let Some(l) = limits_mut(s) {
                    l.max_tres_pu.set_gpus(count(to))
                }
            },
            places: |s| in_qos(s, |l| &l.max_tres_pu),
        },
    },
    run_minutes(
        "run-minutes",
        "GPU-hours that one person's running jobs may still take",
        "MaxTRESRunMinsPerUser",
        "Many short jobs or few long ones: GPUs times remaining time limit must stay under it. Short jobs are \
               rewarded, long ones confined; a limit asked for but not needed costs quota until the job ends.",
        |s| hours_or_off(limits(s).and_then(|l| l.max_tres_run_mins_pu.of_gpus())),
        |s, to| {
            if let Some(l) = limits_mut(s) {
                l.max_tres_run_mins_pu.set_gpus(minutes(to))
            }
        },
        |s| in_qos(s, |l| &l.max_tres_run_mins_pu),
    ),
    run_minutes(
        "user-run-minutes",
        "The same budget, set on each person's association",
        "GrpTRESRunMins on each user",
        "What one person's running jobs may still take, over all QOS together. Jobs that it holds show \
               AssocGrpGRESRunMinutes.",
        |s| hours_or_off(s.policy.associations.each_user.grp_tres_run_mins.of_gpus()),
        |s, to| {
            s.policy
                .associations
                .each_user
                .grp_tres_run_mins
                .set_gpus(minutes(to))
        },
        |s| u32::from(!s.policy.associations.each_user.grp_tres_run_mins.is_empty()),
    ),
    run_minutes(
        "group-run-minutes",
        "GPU-hours that one group's running jobs may still take",
        "GrpTRESRunMins on each account",
        "A budget that all people of a group share: one busy member can use it up for the others.",
        |s| hours_or_off(s.policy.associations.each_account.grp_tres_run_mins.of_gpus()),
        |s, to| {
            s.policy
                .associations
                .each_account
                .grp_tres_run_mins
                .set_gpus(minutes(to))
        },
        |s| u32::from(!s.policy.associations.each_account.grp_tres_run_mins.is_empty()),
    ),
    run_minutes(
        "pool-run-minutes",
        "GPU-hours that everybody's running jobs together may still take",
        "GrpTRESRunMins of the QOS",
        "One budget for everybody in the QOS. A classic slip: meant as so much for each, written as so much for \
               all. For one budget each, use MaxTRESRunMinsPerUser.",
        |s| hours_or_off(limits(s).and_then(|l| l.grp_tres_run_mins.of_gpus())),
        |s, to| {
            if let Some(l) = limits_mut(s) {
                l.grp_tres_run_mins.set_gpus(minutes(to))
            }
        },
        |s| in_qos(s, |l| &l.grp_tres_run_mins),
    ),
    Row {
        key: "max-time",
        label: "Longest time limit of a job",
        slurm: "MaxTime",
        help: "A short limit makes GPUs come free more often, so that everybody starts sooner. Work that is longer has \
               to be saved and continued in a next job, and each restart costs time.",
        kind: Kind::Policy,
        rule: true,
        value: Dial {
            unit: Unit::Time,
            of: "",
            off: None,
            range: (60, 365 * DAY),
            step: 60,
            stops: &[
                For(Span::hours(4)),
                For(Span::hours(12)),
                For(Span::days(1)),
                For(Span::days(2)),
                For(Span::days(3)),
                For(Span::days(5)),
                For(Span::days(7)),
            ],
            words: ["short", "usual", "long"],
            get: |s| For(partition(s).map_or(AS_GOOD_AS_UNLIMITED, |p| p.max_time)),
            set: |s, to| {
                if let (Some(p), For(span)) = (partition_mut(s), to) {
                    p.max_time = span;
                }
            },
            places: |s| {
                let limited = s
                    .policy
                    .partitions
                    .iter()
                    .filter(|p| p.max_time < AS_GOOD_AS_UNLIMITED);
                u32::try_from(limited.count()).unwrap_or(u32::MAX)
            },
        },
    },
    Row {
        key: "default-time",
        label: "Time limit of jobs that ask for none",
        slurm: "DefaultTime",
        help: "Short: small jobs of people who ask for nothing fit into gaps. Long: they block gaps that they do not need.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Time,
            of: "",
            off: Some("the longest limit"),
            range: (60, 365 * DAY),
            step: 60,
            stops: &[
                For(Span::mins(15)),
                For(Span::hours(1)),
                For(Span::hours(4)),
                For(Span::hours(12)),
                For(Span::days(1)),
                Off,
            ],
            words: ["short", "usual", "the longest"],
            get: |s| span_or_off(partition(s).and_then(|p| p.default_time)),
            set: |s, to| {
                if let Some(p) = partition_mut(s) {
                    p.default_time = span(to)
                }
            },
            places: |s| {
                let set = s.policy.partitions.iter().filter(|p| p.default_time.is_some());
                u32::try_from(set.count()).unwrap_or(u32::MAX)
            },
        },
    },
    Row {
        key: "fairshare",
        label: "Those who used little come first",
        slurm: "PriorityWeightFairshare with Fair Tree",
        help: "On: whoever, and whose group, used least lately goes first. Off: nobody's past counts, and whoever has \
               waited longest goes first.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Words(&[
                Choice {
                    key: "tree",
                    words: "on, by rank in the tree of groups and people",
                },
                Choice {
                    key: "classic",
                    words: "on, by use against shares",
                },
            ]),
            of: "",
            off: Some("off, nobody's past counts"),
            range: (0, 0),
            step: 1,
            stops: &[Off, Word("classic"), Word("tree")],
            words: ["off", "or", "on"],
            get: |s| match s.policy.priority.fairshare {
                FairShare::FairTree => Word("tree"),
                FairShare::Classic => Word("classic"),
                FairShare::Off => Off,
            },
            set: |s, to| {
                s.policy.priority.fairshare = match to {
                    Word("classic") => FairShare::Classic,
                    Word(_) => FairShare::FairTree,
                    Off | For(_) | Count(_) => FairShare::Off,
                }
            },
            places: |s| u32::from(s.policy.priority.fairshare != FairShare::Off),
        },
    },
    Row {
        key: "half-life",
        label: "Past use is forgotten by half in",
        slurm: "PriorityDecayHalfLife",
        help: "Short: last week's heavy user is soon equal again. Long: a big run in spring is still held against its \
               owner in summer.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Time,
            of: "",
            off: Some("never forgotten"),
            range: (HOUR, 3_650 * DAY),
            step: 1,
            stops: &[
                For(Span::days(1)),
                For(Span::days(3)),
                For(Span::days(7)),
                For(Span::days(14)),
                For(Span::days(30)),
                For(Span::days(60)),
                Off,
            ],
            words: ["short memory", "usual", "never forgets"],
            get: |s| span_or_off(s.policy.priority.half_life),
            set: |s, to| s.policy.priority.half_life = span(to),
            places: |s| u32::from(s.policy.priority.half_life.is_some()),
        },
    },
    weight(
        "weight-fairshare",
        "Weight of fair share",
        "PriorityWeightFairshare",
        "How much past use counts against age and partition when the queue is ordered.",
        |s| Count(s.policy.priority.weight_fairshare),
        |s, to| set_number(&mut priority(s).weight_fairshare, to),
    ),
    weight(
        "weight-age",
        "Weight of waiting",
        "PriorityWeightAge",
        "How much a long wait lifts a job. Large against fair share: who has waited long goes first, whatever they used.",
        |s| Count(s.policy.priority.weight_age),
        |s, to| set_number(&mut priority(s).weight_age, to),
    ),
    weight(
        "weight-partition",
        "Weight of the partition",
        "PriorityWeightPartition",
        "How much the partition's own factor counts. With one partition it lifts every job alike.",
        |s| Count(s.policy.priority.weight_partition),
        |s, to| set_number(&mut priority(s).weight_partition, to),
    ),
    weight(
        "weight-size",
        "Weight of a job's size",
        "PriorityWeightJobSize",
        "How much jobs on many nodes are lifted. Slurm looks at nodes and CPUs here, not at GPUs.",
        |s| Count(s.policy.priority.weight_job_size),
        |s, to| set_number(&mut priority(s).weight_job_size, to),
    ),
    Row {
        key: "max-age",
        label: "Waiting counts in full after",
        slurm: "PriorityMaxAge",
        help: "A job's age lifts it until it has waited this long, and no further.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Time,
            of: "",
            off: None,
            range: (60, 365 * DAY),
            step: 1,
            stops: &[
                For(Span::days(1)),
                For(Span::days(3)),
                For(Span::days(7)),
                For(Span::days(14)),
                For(Span::days(30)),
            ],
            words: ["soon", "usual", "late"],
            get: |s| For(s.policy.priority.max_age),
            set: |s, to| set_span(&mut priority(s).max_age, to),
            places: |_| 0,
        },
    },
    Row {
        key: "calc-period",
        label: "Usage and priorities are brought up to date every",
        slurm: "PriorityCalcPeriod",
        help: "Usage, run-minute budgets and priorities move only at these ticks: a freed budget may be seen one period late.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Time,
            of: "",
            off: None,
            range: (60, DAY),
            step: 60,
            stops: &[
                For(Span::mins(1)),
                For(Span::mins(5)),
                For(Span::mins(15)),
                For(Span::hours(1)),
            ],
            words: ["often", "usual", "seldom"],
            get: |s| For(s.policy.priority.calc_period),
            set: |s, to| set_span(&mut priority(s).calc_period, to),
            places: |_| 0,
        },
    },
    Row {
        key: "backfill",
        label: "Small jobs may start in gaps",
        slurm: "SchedulerType",
        help: "Backfill starts a job out of turn if that delays no job ahead of it. Without it one wide job at the head \
               keeps everybody waiting.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Words(&[
                Choice {
                    key: "easy",
                    words: "only the first job is promised a start",
                },
                Choice {
                    key: "slurm",
                    words: "as Slurm: every job in the plan is promised a start",
                },
            ]),
            of: "",
            off: Some("off, strictly in order"),
            range: (0, 0),
            step: 1,
            stops: &[Off, Word("slurm")],
            words: ["strictly in order", "or", "as Slurm"],
            get: |s| match s.policy.backfill {
                Backfill::Off => Off,
                Backfill::Easy => Word("easy"),
                Backfill::Slurm(_) => Word("slurm"),
            },
            set: set_backfill,
            places: |_| 0,
        },
    },
    bf_time(
        "bf-interval",
        "Pause between two backfill passes",
        "bf_interval",
        "After a GPU comes free, a small job that would fit waits up to this long for the next look.",
        (1, DAY),
        &[
            For(Span::secs(10)),
            For(Span::secs(30)),
            For(Span::mins(2)),
            For(Span::mins(10)),
        ],
        ["often", "usual", "seldom"],
        |s| For(slurm_backfill(s).interval),
        |s, to| {
            if let Some(bf) = slurm_backfill_mut(s) {
                set_span(&mut bf.interval, to)
            }
        },
    ),
    bf_time(
        "bf-window",
        "How far ahead backfill plans",
        "bf_window",
        "Shorter than the longest limit: wide jobs get no promised start, and small ones may pass them for ever.",
        (60, 365 * DAY),
        &[
            For(Span::hours(6)),
            For(Span::days(1)),
            For(Span::days(3)),
            For(Span::days(5)),
            For(Span::days(10)),
        ],
        ["near", "usual", "far"],
        |s| For(slurm_backfill(s).window),
        |s, to| {
            if let Some(bf) = slurm_backfill_mut(s) {
                set_span(&mut bf.window, to)
            }
        },
    ),
    bf_time(
        "bf-resolution",
        "Grid of the backfill plan",
        "bf_resolution",
        "Both ends of a promise are rounded down to this grid. Coarse is quicker to work out and leaves gaps.",
        (1, DAY),
        &[
            For(Span::mins(1)),
            For(Span::mins(5)),
            For(Span::mins(10)),
            For(Span::hours(1)),
        ],
        ["fine", "usual", "coarse"],
        |s| For(slurm_backfill(s).resolution),
        |s, to| {
            if let Some(bf) = slurm_backfill_mut(s) {
                set_span(&mut bf.resolution, to)
            }
        },
    ),
    Row {
        key: "bf-max-job-test",
        label: "Jobs that a backfill pass looks at",
        slurm: "bf_max_job_test",
        help: "Jobs further down the queue are not looked at, however well they would fit.",
        kind: Kind::Policy,
        rule: false,
        value: Dial {
            unit: Unit::Number,
            of: "jobs",
            off: None,
            range: (1, 1_000_000),
            step: 1,
            stops: &[
                Count(10),
                Count(50),
                Count(100),
                Count(500),
                Count(1_000),
                Count(5_000),
            ],
            words: ["few", "usual", "many"],
            get: |s| Count(slurm_backfill(s).max_job_test),
            set: |s, to| {
                if let Some(bf) = slurm_backfill_mut(s) {
                    set_number(&mut bf.max_job_test, to)
                }
            },
            places: |_| 0,
        },
    },
    work::MAINTENANCE,
    work::MAINTENANCE_TIME,
    watch::IDLE_CULL,
    watch::LOW_USE,
    watch::LOW_USE_BELOW,
    watch::LOW_USE_AFTER,
    service::SERVICE,
    service::SERVICE_MOST,
    service::SERVICE_LEAST,
    service::SERVICE_FROM,
    service::SERVICE_TO,
    service::SERVICE_FULL,
    service::SERVICE_STAY,
    service::SERVICE_DRAIN,
    service::SERVICE_NOTICE,
    service::SERVICE_GRACE,
    elsewhere::SHARED_MODEL,
    elsewhere::OUTSIDE,
    elsewhere::OUTSIDE_DOCUMENTED,
    assumption(
        "load",
        "GPU time people ask for",
        "of capacity",
        "How much is asked for against what there is. Above 100 % the queue only ever grows, whatever the policy.",
        (10, 150),
        &[
            Count(50),
            Count(60),
            Count(70),
            Count(80),
            Count(85),
            Count(90),
            Count(95),
            Count(100),
            Count(105),
            Count(110),
        ],
        ["quiet", "busy", "too much"],
        |s| percent(s.assumptions.load),
        |s, to| set_percent(&mut s.assumptions.load, to),
    ),
    assumption(
        "padding",
        "How much more time people ask for than they need",
        "of the usual",
        "0 %: most limits fit the work, or are the default. 100 %: as measured on real clusters, where many ask for the longest there is.",
        (0, 200),
        &[Count(0), Count(50), Count(100), Count(150), Count(200)],
        ["honest", "as measured", "twice that"],
        |s| percent(s.assumptions.padding),
        |s, to| set_percent(&mut s.assumptions.padding, to),
    ),
    assumption(
        "burstiness",
        "How much busier some weeks are than others",
        "of the usual",
        "0 %: every week is alike. 100 %: as measured, with lulls and weeks before a deadline.",
        (0, 300),
        &[Count(0), Count(50), Count(100), Count(150), Count(200)],
        ["even weeks", "as measured", "feast and famine"],
        |s| percent(s.assumptions.burstiness),
        |s, to| set_percent(&mut s.assumptions.burstiness, to),
    ),
    work::CHECKPOINT_SHARE,
    work::CHECKPOINT_INTERVAL,
    work::SIGNAL_SHARE,
    work::NODE_FAILURES,
    work::REPAIR_TIME,
    watch::CULLED_RETURN,
    watch::WEEKEND_NOTEBOOKS,
    watch::WARN_ANSWER,
    watch::HELP_ANSWER,
    work::DEADLINE_SURGE,
    work::INTERN_SEASON,
    service::SERVICE_NEED,
    service::SERVICE_NOISE,
    service::SERVICE_CHANGE,
    elsewhere::SERVICE_SHARERS,
    elsewhere::OUTSIDE_PORTABLE,
    elsewhere::OUTSIDE_DATA,
    elsewhere::OUTSIDE_SPEED,
    elsewhere::OUTSIDE_SET_UP,
    elsewhere::OUTSIDE_PRICE,
    assumption(
        "opt-in",
        "People who let work be pushed off",
        "of the people",
        "They send what usually saves its state where others may push it off, if there is such a place. The others never do.",
        (0, 100),
        &[Count(0), Count(25), Count(50), Count(75), Count(100)],
        ["nobody", "half of them", "everybody"],
        |s| percent(s.assumptions.opt_in),
        |s, to| set_percent(&mut s.assumptions.opt_in, to),
    ),
    assumption(
        "type-choosers",
        "Batches that name a type of GPU",
        "of the batches",
        "The others take what comes. Whoever names a type waits for that type, however many others are free.",
        (0, 100),
        &[Count(0), Count(15), Count(30), Count(50), Count(100)],
        ["nobody", "some", "everybody"],
        |s| percent(s.assumptions.type_choosers),
        |s, to| set_percent(&mut s.assumptions.type_choosers, to),
    ),
    Row {
        key: "routing",
        label: "How well people know the partitions",
        slurm: "",
        help: "Informed: a job is sent to every partition that would do as well, and nobody asks for a week's place with two \
               hours of work. Else: the first partition that fits.",
        kind: Kind::Assumption,
        rule: false,
        value: Dial {
            unit: Unit::Words(&[Choice {
                key: "informed",
                words: "they name every partition that would do",
            }]),
            of: "",
            off: Some("they take the first that fits"),
            range: (0, 0),
            step: 1,
            stops: &[Off, Word("informed")],
            words: ["the first", "or", "all that would do"],
            get: |s| match s.assumptions.routing {
                Routing::First => Off,
                Routing::Informed => Word("informed"),
            },
            set: |s, to| {
                s.assumptions.routing = match to {
                    Word(_) => Routing::Informed,
                    Off | For(_) | Count(_) => Routing::First,
                }
            },
            places: |_| 0,
        },
    },
];
