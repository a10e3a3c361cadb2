//! slurm.conf of a case: priority, rhythm, backfill, preemption.

use sim_core::scenario::{
    AssocLimits, Backfill, BillingRule, FairShare, Limits, PassRhythm, Policy, PreemptBy, PriorityPolicy,
    SlurmBackfill, SlurmPasses, UsageReset,
};
use sim_core::units::Span;

use super::machine::{preempt_mode, weights};
use super::{Found, bare};
use crate::case::Case;
use crate::words;

/// Scan for exceeded limits: a constant of slurmctld.
const KILL_SCAN: Span = Span::secs(30);
/// What launching a job and cleaning up after it add to the time it holds its nodes: less than a second each, so that
/// a pass in the second of its end comes too early.
const COMPLETING: Span = Span::secs(1);

/// KillWait: seconds between asking a job to end and making it.
pub fn kill_wait(case: &Case, found: &mut Found) -> Span {
    let wait = case.config.slurm_conf.get("KillWait").unwrap_or("30");
    Span::secs(found.number("config.slurm_conf.KillWait", wait))
}

/// JobRequeue: whether jobs may be queued again. They may by default.
pub fn requeues(case: &Case) -> bool {
    case.config.slurm_conf.get("JobRequeue").unwrap_or("1") != "0"
}

/// Whether AccountingStorageEnforce switches limits on. Nothing is enforced by default.
pub fn enforces_limits(case: &Case) -> bool {
    let words = case
        .config
        .slurm_conf
        .get("AccountingStorageEnforce")
        .unwrap_or("");
    words::list(words).any(|word| ["limits", "safe", "all"].contains(&word.to_ascii_lowercase().as_str()))
}

/// Lets every limit go.
pub fn without_limits(policy: &mut Policy) {
    for qos in &mut policy.qos {
        qos.limits = Limits::default();
    }
    let tree = &mut policy.associations;
    let accounts = tree.accounts.iter_mut().map(|row| &mut row.limits);
    let users = tree.users.iter_mut().map(|row| &mut row.limits);
    for limits in accounts
        .chain(users)
        .chain([&mut tree.root, &mut tree.each_account, &mut tree.each_user])
    {
        *limits = AssocLimits::default();
    }
}

/// The rules of the cluster as a whole; partitions, QOS and tree come from elsewhere.
pub fn policy(case: &Case, found: &mut Found) -> Policy {
    let mut policy = bare();
    policy.priority = PriorityPolicy {
        weight_fairshare: 0,
        weight_age: 0,
        weight_partition: 0,
        ..PriorityPolicy::default()
    };
    policy.priority.half_life = Some(Span::days(7));
    policy.enforce.safe = false;
    let mut backfill = SlurmBackfill {
        window: Span::mins(1_440),
        resolution: Span::secs(60),
        ..SlurmBackfill::default()
    };
    let mut passes = SlurmPasses {
        default_queue_depth: 100,
        kill_scan: KILL_SCAN,
        completing: COMPLETING,
        ..SlurmPasses::default()
    };
    let mut backfills = true;
    for (key, value) in case.config.slurm_conf.iter() {
        let place = format!("config.slurm_conf.{key}");
        match key.to_ascii_lowercase().as_str() {
            "schedulertype" => match value {
                "sched/backfill" => {}
                "sched/builtin" => backfills = false,
                _ => found.problem(
                    &place,
                    format!("`{value}`; write sched/backfill or sched/builtin"),
                ),
            },
            "schedulerparameters" => {
                for word in words::list(value) {
                    scheduler(word, &place, &mut backfill, &mut passes, &mut policy, found);
                }
            }
            "accountingstorageenforce" => {
                for word in words::list(value) {
                    match word.to_ascii_lowercase().as_str() {
                        "associations" | "limits" | "qos" | "nosteps" | "all" => {}
                        "safe" => policy.enforce.safe = true,
                        _ => found.unknown(&place, format!("`{word}`")),
                    }
                }
            }
            "enforcepartlimits" => match value.to_ascii_uppercase().as_str() {
                "NO" => {}
                "YES" | "ALL" | "ANY" => policy.enforce.part_limits = true,
                _ => found.problem(&place, format!("`{value}`; write NO or ALL")),
            },
            "preempttype" => match value {
                "preempt/none" => {}
                "preempt/qos" => policy.preemption.by = PreemptBy::Qos,
                "preempt/partition_prio" => policy.preemption.by = PreemptBy::PartitionPrio,
                _ => found.problem(
                    &place,
                    format!("`{value}`; write preempt/none, qos or partition_prio"),
                ),
            },
            "preemptmode" => {
                (policy.preemption.mode, policy.preemption.within) = preempt_mode(&place, value, found);
            }
            "preemptexempttime" => {
                let read = words::time(value, 60);
                policy.preemption.exempt_time = found.take(&place, read).unwrap_or_default();
            }
            "preemptparameters" => {
                for word in words::list(value) {
                    preempt_parameter(word, &place, &mut policy, found);
                }
            }
            "selecttype" if value == "select/cons_tres" => {}
            "selecttypeparameters"
                if value.eq_ignore_ascii_case("CR_Core") || value.eq_ignore_ascii_case("CR_CPU") => {}
            "accountingstoragetres" | "killwait" | "jobrequeue" => {}
            key if key.starts_with("priority") || key == "fairsharedampeningfactor" => {
                priority(key, value, &place, &mut policy.priority, found);
            }
            _ => found.unknown(&place, format!("`{value}`")),
        }
    }
    policy.backfill = if backfills {
        Backfill::Slurm(backfill)
    } else {
        Backfill::Off
    };
    policy.passes = PassRhythm::Slurm(passes);
    policy
}

fn priority(key: &str, value: &str, place: &str, policy: &mut PriorityPolicy, found: &mut Found) {
    match key {
        "prioritytype" if value == "priority/multifactor" => {}
        "prioritytype" => found.problem(
            place,
            format!("`{value}` is not modelled; use priority/multifactor"),
        ),
        "priorityweightfairshare" => policy.weight_fairshare = found.number(place, value),
        "priorityweightage" => policy.weight_age = found.number(place, value),
        "priorityweightpartition" => policy.weight_partition = found.number(place, value),
        "priorityweightqos" => policy.weight_qos = found.number(place, value),
        "priorityweightjobsize" => policy.weight_job_size = found.number(place, value),
        "priorityweightassoc" => policy.weight_assoc = found.number(place, value),
        "priorityweighttres" => policy.weight_tres = weights(place, value, found),
        "prioritymaxage" => {
            let read = words::time(value, 60);
            policy.max_age = found.take(place, read).unwrap_or(Span::days(36_500));
        }
        "prioritydecayhalflife" => {
            let read = words::time(value, 60);
            policy.half_life = found.take(place, read).filter(|half| *half > Span::ZERO);
        }
        "prioritycalcperiod" => {
            let read = words::time(value, 60);
            policy.calc_period = found.take(place, read).unwrap_or(Span::mins(5));
        }
        "priorityusageresetperiod" => {
            policy.usage_reset = match value.to_ascii_uppercase().as_str() {
                "NONE" => UsageReset::None,
                "DAILY" => UsageReset::Daily,
                "WEEKLY" => UsageReset::Weekly,
                "MONTHLY" => UsageReset::Monthly,
                "QUARTERLY" => UsageReset::Quarterly,
                "YEARLY" => UsageReset::Yearly,
                _ => {
                    found.unknown(place, format!("`{value}`"));
                    UsageReset::None
                }
            };
        }
        "fairsharedampeningfactor" => policy.dampening = found.number(place, value),
        "priorityfavorsmall" => policy.favor_small = words::yes(value),
        "priorityflags" => {
            for word in words::list(value) {
                flag(word, place, policy, found);
            }
        }
        _ => found.unknown(place, format!("`{value}`")),
    }
}

fn flag(word: &str, place: &str, policy: &mut PriorityPolicy, found: &mut Found) {
    match word.to_ascii_uppercase().as_str() {
        "FAIR_TREE" => {}
        "NO_FAIR_TREE" => policy.fairshare = FairShare::Classic,
        "MAX_TRES" => policy.billing = BillingRule::MaxTres,
        "MAX_TRES_GRES" => policy.billing = BillingRule::MaxTresGres,
        "SMALL_RELATIVE_TO_TIME" => policy.small_relative_to_time = true,
        "ACCRUE_ALWAYS" => policy.accrue_always = true,
        "NO_NORMAL_ALL" => {
            policy.no_normal_assoc = true;
            policy.no_normal_part = true;
            policy.no_normal_qos = true;
            policy.no_normal_tres = true;
        }
        "NO_NORMAL_ASSOC" => policy.no_normal_assoc = true,
        "NO_NORMAL_PART" => policy.no_normal_part = true,
        "NO_NORMAL_QOS" => policy.no_normal_qos = true,
        "NO_NORMAL_TRES" => policy.no_normal_tres = true,
        _ => found.unknown(place, format!("`{word}`")),
    }
}

fn preempt_parameter(word: &str, place: &str, policy: &mut Policy, found: &mut Found) {
    let (key, value) = word.split_once('=').unwrap_or((word, "1"));
    match key.trim_start_matches("preempt_") {
        "youngest_first" => policy.preemption.youngest_first = true,
        "strict_order" => policy.preemption.strict_order = true,
        "reorder_count" => policy.preemption.reorder_count = found.number(format!("{place}.{key}"), value),
        _ => found.unknown(place, format!("`{word}`")),
    }
}

/// One word of SchedulerParameters.
fn scheduler(
    word: &str,
    place: &str,
    bf: &mut SlurmBackfill,
    passes: &mut SlurmPasses,
    policy: &mut Policy,
    found: &mut Found,
) {
    let (key, value) = word.split_once('=').unwrap_or((word, ""));
    let place = format!("{place}.{key}");
    if key.starts_with("preempt_") {
        return preempt_parameter(word, &place, policy, found);
    }
    let mut count = || found.number(&place, value);
    match key {
        "bf_interval" => bf.interval = Span::secs(count()),
        "bf_resolution" => bf.resolution = Span::secs(count()),
        "bf_window" => bf.window = Span::secs(count().saturating_mul(60)),
        "bf_max_job_test" => bf.max_job_test = count(),
        "bf_max_job_user" => bf.max_job_user = count(),
        "bf_max_job_assoc" => bf.max_job_assoc = count(),
        "bf_max_job_part" => bf.max_job_part = count(),
        "bf_max_job_user_part" => bf.max_job_user_part = count(),
        "bf_max_job_start" => bf.max_job_start = count(),
        "bf_min_age_reserve" => bf.min_age_reserve = Span::secs(count()),
        "bf_min_prio_reserve" => bf.min_prio_reserve = count(),
        "bf_job_part_count_reserve" => bf.job_part_count_reserve = count(),
        "bf_window_linear" => bf.window_linear = Span::secs(count()),
        "bf_one_resv_per_job" => bf.one_resv_per_job = true,
        "default_queue_depth" => passes.default_queue_depth = count(),
        "partition_job_depth" => passes.partition_job_depth = count(),
        "sched_max_job_start" => passes.max_job_start = count(),
        "sched_interval" => passes.sched_interval = Span::secs(count()),
        "batch_sched_delay" => passes.batch_sched_delay = Span::secs(count()),
        "assoc_limit_stop" => passes.assoc_limit_stop = true,
        // A pass takes no time here, so that it is never broken off and need not be continued.
        "bf_continue"
        | "bf_max_time"
        | "bf_yield_interval"
        | "bf_yield_sleep"
        | "bf_yield_rpc_cnt"
        | "max_sched_time"
        | "max_rpc_cnt"
        | "sched_min_interval"
        | "assoc_limit_continue" => {}
        _ => found.unknown(&place, format!("`{word}`")),
    }
}
