//! What slurm.conf says of the whole cluster: enforcement, backfill, passes, preemption.

use sim_core::scenario::{
    Backfill, Enforce, PassRhythm, Policy, PreemptBy, PreemptMode, Preemption, Scenario, SlurmBackfill,
    SlurmPasses,
};

use super::conf::{Options, set};
use super::{Export, priority, time};
use crate::aloud::length;

/// More jobs than any queue holds: Slurm takes no word for "all" here.
const ALL_JOBS: u64 = 1_000_000;

pub(super) fn write(scenario: &Scenario, out: &mut Export) {
    let Policy {
        priority: of_priority,
        enforce: of_enforce,
        preemption: of_preemption,
        backfill,
        passes,
        // Elsewhere.
        partitions: _,
        qos: _,
        associations: _,
        quota: _,
        reservations: _,
        maintenance: _,
        idle_cull: _,
        low_use: _,
        service: _,
        outside: _,
    } = &scenario.policy;
    enforce(of_enforce, out);
    priority::write(of_priority, out);
    let mut options = Options::default();
    look_past(backfill, &mut options, out);
    rhythm(passes, &mut options, out);
    let delay = u64::from(of_preemption.requeue_delay.0);
    options.number(
        "requeue_delay",
        delay,
        121,
        "seconds before a job that was queued again may start",
    );
    options.write("SchedulerParameters", out);
    preemption(of_preemption, out);
}

fn enforce(of: &Enforce, out: &mut Export) {
    let Enforce { safe, part_limits } = of;
    let (words, why) = if *safe {
        (
            "associations,limits,qos,safe",
            "nothing of what follows holds without this; safe: a job starts only if its whole time limit fits into its budget",
        )
    } else {
        (
            "associations,limits,qos",
            "nothing of what follows holds without this; without safe, jobs are killed when a budget runs out",
        )
    };
    set(out, "AccountingStorageEnforce", words, "none", why);
    let all = if *part_limits { "ALL" } else { "NO" };
    set(
        out,
        "EnforcePartLimits",
        all,
        "NO",
        "jobs beyond a partition's limits are refused at once, not kept waiting",
    );
}

fn look_past(of: &Backfill, options: &mut Options, out: &mut Export) {
    match of {
        Backfill::Off => set(
            out,
            "SchedulerType",
            "sched/builtin",
            "sched/backfill",
            "strict order in each partition: nothing starts past a job that waits",
        ),
        Backfill::Easy => {
            options.number(
                "bf_job_part_count_reserve",
                1,
                0,
                "one job of each partition is promised a start; the nearest to EASY",
            );
            out.without(
                "policy.backfill",
                "EASY: only the first of the whole queue is promised a start",
                "Slurm promises by partition; one promise in each comes nearest",
            );
        }
        Backfill::Slurm(bf) => parameters(bf, options),
    }
}

fn parameters(of: &SlurmBackfill, options: &mut Options) {
    let SlurmBackfill {
        interval,
        window,
        resolution,
        max_job_test,
        max_job_user,
        max_job_assoc,
        max_job_part,
        max_job_user_part,
        max_job_start,
        min_age_reserve,
        min_prio_reserve,
        one_resv_per_job,
        job_part_count_reserve,
        window_linear,
    } = of;
    let tested = match *max_job_test {
        0 => ALL_JOBS,
        n => u64::from(n),
    };
    for (name, value, default, why) in [
        (
            "bf_interval",
            u64::from(interval.0),
            30,
            "seconds between two passes of backfill",
        ),
        (
            "bf_window",
            u64::from(window.mins_up()),
            1_440,
            "minutes that plans reach ahead; jobs planned later are promised nothing",
        ),
        (
            "bf_resolution",
            u64::from(resolution.0),
            60,
            "seconds to which plans are rounded",
        ),
        ("bf_max_job_test", tested, 500, "jobs that a pass looks at"),
        (
            "bf_max_job_user",
            u64::from(*max_job_user),
            0,
            "jobs of one person that a pass looks at",
        ),
        (
            "bf_max_job_assoc",
            u64::from(*max_job_assoc),
            0,
            "jobs of one person in one account that a pass looks at",
        ),
        (
            "bf_max_job_part",
            u64::from(*max_job_part),
            0,
            "jobs of one partition that a pass looks at",
        ),
        (
            "bf_max_job_user_part",
            u64::from(*max_job_user_part),
            0,
            "jobs of one person in one partition that a pass looks at",
        ),
        (
            "bf_max_job_start",
            u64::from(*max_job_start),
            0,
            "jobs that a pass starts",
        ),
        (
            "bf_min_age_reserve",
            u64::from(min_age_reserve.0),
            0,
            "seconds that a job has to wait before it is promised a start",
        ),
        (
            "bf_min_prio_reserve",
            u64::from(*min_prio_reserve),
            0,
            "priority that a job needs to be promised a start",
        ),
        (
            "bf_job_part_count_reserve",
            u64::from(*job_part_count_reserve),
            0,
            "jobs of one partition that are promised a start",
        ),
        (
            "bf_window_linear",
            u64::from(window_linear.0),
            0,
            "seconds by which each group of ends takes in more than the one before",
        ),
    ] {
        options.number(name, value, default, why);
    }
    options.flag(
        "bf_one_resv_per_job",
        *one_resv_per_job,
        "a job in several partitions is promised a start in the first only",
    );
}

fn rhythm(of: &PassRhythm, options: &mut Options, out: &mut Export) {
    let SlurmPasses {
        batch_sched_delay,
        sched_interval,
        default_queue_depth,
        partition_job_depth,
        max_job_start,
        assoc_limit_stop,
        completing,
        kill_scan,
    } = match of {
        PassRhythm::Slurm(passes) => passes,
        PassRhythm::EveryInstant | PassRhythm::EveryEvent => {
            return out.without(
                "policy.passes",
                if *of == PassRhythm::EveryEvent {
                    "a pass after every single event"
                } else {
                    "a pass after all events of an instant"
                },
                "Slurm looks when jobs end and come, and by its intervals; this is for replaying traces",
            );
        }
    };
    let depth = match *default_queue_depth {
        0 => ALL_JOBS,
        n => u64::from(n),
    };
    for (name, value, default, why) in [
        (
            "batch_sched_delay",
            u64::from(batch_sched_delay.0),
            3,
            "seconds between two passes that submissions ask for",
        ),
        (
            "sched_interval",
            u64::from(sched_interval.0),
            60,
            "seconds between two passes over the whole queue",
        ),
        (
            "default_queue_depth",
            depth,
            100,
            "jobs that a pass after an end or a submission looks at; the model looks at all unless the scenario says less",
        ),
        (
            "partition_job_depth",
            u64::from(*partition_job_depth),
            0,
            "jobs of one partition that a pass looks at",
        ),
        (
            "sched_max_job_start",
            u64::from(*max_job_start),
            0,
            "jobs that a pass starts",
        ),
    ] {
        options.number(name, value, default, why);
    }
    options.flag(
        "assoc_limit_stop",
        *assoc_limit_stop,
        "a job that a limit holds keeps its partition from starting others",
    );
    if completing.0 > 0 {
        out.without(
            "policy.passes.completing",
            format!("a node is cleaned up for {} after a job", length(*completing)),
            "it lasts as long as your Epilog does; no parameter says how long",
        );
    }
    if kill_scan.0 > 0 {
        out.without(
            "policy.passes.kill-scan",
            format!("exceeded limits are looked for every {}", length(*kill_scan)),
            "Slurm looks every 30 seconds, and nothing sets it; OverTimeLimit lets jobs run longer",
        );
    }
}

fn preemption(of: &Preemption, out: &mut Export) {
    let Preemption {
        by,
        mode,
        within,
        kill_wait,
        // With the options of the scheduler.
        requeue_delay: _,
        exempt_time,
        youngest_first,
        strict_order,
        reorder_count,
    } = of;
    set(
        out,
        "KillWait",
        &kill_wait.0.to_string(),
        "30",
        "seconds between the signal to end and the kill",
    );
    let (kind, why) = match by {
        PreemptBy::None => {
            let nothing = Preemption {
                kill_wait: of.kill_wait,
                requeue_delay: of.requeue_delay,
                ..Preemption::default()
            };
            if *of != nothing {
                out.without(
                    "policy.preemption",
                    "how jobs would be pushed off",
                    "nobody may push anybody off (PreemptType is none), so it has no effect",
                );
            }
            return;
        }
        PreemptBy::PartitionPrio => (
            "preempt/partition_prio",
            "jobs of a partition of a higher PriorityTier push off those of lower ones on the same nodes",
        ),
        PreemptBy::Qos => (
            "preempt/qos",
            "jobs of a QOS push off those of the QOS in its Preempt list",
        ),
    };
    set(out, "PreemptType", kind, "preempt/none", why);
    let mode = match (mode, within) {
        (PreemptMode::Off, false) => "OFF",
        (PreemptMode::Off, true) => "WITHIN",
        (PreemptMode::Cancel, false) => "CANCEL",
        (PreemptMode::Cancel, true) => "CANCEL,WITHIN",
        (PreemptMode::Requeue, false) => "REQUEUE",
        (PreemptMode::Requeue, true) => "REQUEUE,WITHIN",
    };
    set(
        out,
        "PreemptMode",
        mode,
        "OFF",
        "what becomes of whoever is pushed off; WITHIN: also inside one QOS, by priority",
    );
    if exempt_time.0 > 0 {
        set(
            out,
            "PreemptExemptTime",
            &time(*exempt_time),
            "",
            "a job runs at least so long before it may be pushed off",
        );
    }
    let mut options = Options::default();
    options.flag(
        "youngest_first",
        *youngest_first,
        "whoever started last is pushed off first",
    );
    options.flag(
        "strict_order",
        *strict_order,
        "only the last victim found is looked at again",
    );
    options.number(
        "reorder_count",
        u64::from(*reorder_count),
        1,
        "how often the victims are looked at again, to spare some",
    );
    options.write("PreemptParameters", out);
}
