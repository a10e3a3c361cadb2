//! Fields of a QOS.

use super::{Control, Field, field};
use crate::cluster::kinds::Kind;
use crate::cluster::values::{meant_for, preempt_mode_or};

/// In the order of the form: what people meet first.
pub const FIELDS: &[Field] = &[
    field!(Usual "name" "Name" "Name" "no name", Control::Text, policy.qos => name as name),
    field!(Usual "meant-for" "Meant for" "" "any work", Control::Choice(meant_for::ALL), policy.qos => meant_for as meant_for),
    field!(Usual "priority" "Priority" "Priority" "none", Control::Number, policy.qos => priority as whole),
    field!(Usual "limits.max-tres-pu" "One person may hold" "MaxTRESPerUser" "no limit", Control::Gpus, policy.qos => limits.max_tres_pu as amounts),
    field!(Usual "limits.max-tres-pa" "One group may hold" "MaxTRESPerAccount" "no limit", Control::Gpus, policy.qos => limits.max_tres_pa as amounts),
    field!(Usual "limits.grp-tres" "All its jobs may hold" "GrpTRES" "no limit", Control::Gpus, policy.qos => limits.grp_tres as amounts),
    field!(Usual "limits.max-jobs-pu" "Running jobs of one person" "MaxJobsPerUser" "no limit", Control::Number, policy.qos => limits.max_jobs_pu as whole_or),
    field!(Usual "limits.max-wall" "Longest time limit" "MaxWall" "no limit", Control::Time, policy.qos => limits.max_wall as span_or),
    field!(Usual "limits.max-tres-run-mins-pu" "One person’s running jobs may still take" "MaxTRESRunMinsPerUser" "no limit", Control::Hours, policy.qos => limits.max_tres_run_mins_pu as hours),
    field!(Usual "preempt" "May push off jobs of" "Preempt" "nobody", Control::Some(Kind::Qos), policy.qos => preempt as names),
    field!(Further "preempt-mode" "A job of it that is pushed off" "PreemptMode" "as on the whole cluster", Control::Choice(preempt_mode_or::ALL), policy.qos => preempt_mode as preempt_mode_or),
    field!(Further "grace-time" "Notice before it is" "GraceTime" "none", Control::Time, policy.qos => grace_time as span),
    field!(Further "preempt-exempt-time" "Runs at least so long before" "PreemptExemptTime" "as on the whole cluster", Control::Time, policy.qos => preempt_exempt_time as span_or),
    field!(Further "preempt-within" "Also among its own jobs" "PreemptMode=WITHIN" "no", Control::Tick, policy.qos => preempt_within as tick),
    field!(Further "limits.max-submit-jobs-pu" "Jobs of one person, waiting too" "MaxSubmitJobsPerUser" "no limit", Control::Number, policy.qos => limits.max_submit_jobs_pu as whole_or),
    field!(Further "limits.max-jobs-pa" "Running jobs of one group" "MaxJobsPerAccount" "no limit", Control::Number, policy.qos => limits.max_jobs_pa as whole_or),
    field!(Further "limits.max-submit-jobs-pa" "Jobs of one group, waiting too" "MaxSubmitJobsPerAccount" "no limit", Control::Number, policy.qos => limits.max_submit_jobs_pa as whole_or),
    field!(Further "limits.grp-jobs" "Running jobs, all together" "GrpJobs" "no limit", Control::Number, policy.qos => limits.grp_jobs as whole_or),
    field!(Further "limits.grp-submit-jobs" "Jobs, waiting too, all together" "GrpSubmitJobs" "no limit", Control::Number, policy.qos => limits.grp_submit_jobs as whole_or),
    field!(Further "limits.max-tres-pj" "One job may hold" "MaxTRESPerJob" "no limit", Control::Gpus, policy.qos => limits.max_tres_pj as amounts),
    field!(Further "limits.max-tres-pn" "One job may hold of a node" "MaxTRESPerNode" "no limit", Control::Gpus, policy.qos => limits.max_tres_pn as amounts),
    field!(Further "limits.min-tres-pj" "One job asks at least for" "MinTRESPerJob" "nothing", Control::Gpus, policy.qos => limits.min_tres_pj as amounts),
    field!(Further "limits.max-tres-mins-pj" "One job may take" "MaxTRESMinsPerJob" "no limit", Control::Hours, policy.qos => limits.max_tres_mins_pj as hours),
    field!(Further "limits.max-tres-run-mins-pa" "One group’s running jobs may still take" "MaxTRESRunMinsPerAccount" "no limit", Control::Hours, policy.qos => limits.max_tres_run_mins_pa as hours),
    field!(Further "limits.grp-tres-run-mins" "All running jobs may still take" "GrpTRESRunMins" "no limit", Control::Hours, policy.qos => limits.grp_tres_run_mins as hours),
    field!(Further "limits.grp-tres-mins" "Its jobs may have taken" "GrpTRESMins" "no limit", Control::Hours, policy.qos => limits.grp_tres_mins as hours),
    field!(Further "limits.grp-wall" "Its jobs may have run" "GrpWall" "no limit", Control::Time, policy.qos => limits.grp_wall as span_or),
    field!(Further "limits.grp-jobs-accrue" "Waiting jobs that gain age" "GrpJobsAccrue" "all", Control::Number, policy.qos => limits.grp_jobs_accrue as whole_or),
    field!(Further "limits.max-jobs-accrue-pu" "Of one person, that gain age" "MaxJobsAccruePerUser" "all", Control::Number, policy.qos => limits.max_jobs_accrue_pu as whole_or),
    field!(Further "limits.min-prio-threshold" "Priority below which nothing is kept" "MinPrioThreshold" "none", Control::Number, policy.qos => limits.min_prio_threshold as whole_or),
    field!(Further "usage-factor" "What its use counts" "UsageFactor" "none", Control::Text, policy.qos => usage_factor as real),
    field!(Further "limit-factor" "Limits of groups, times" "LimitFactor" "not changed", Control::Text, policy.qos => limit_factor as real_or),
    field!(Further "deny-on-limit" "Jobs that could never start are refused" "DenyOnLimit" "no", Control::Tick, policy.qos => deny_on_limit as tick),
    field!(Further "over-part-qos" "Comes before the partition’s QOS" "OverPartQOS" "no", Control::Tick, policy.qos => over_part_qos as tick),
    field!(Further "no-reserve" "Nothing is kept for its jobs" "NoReserve" "no", Control::Tick, policy.qos => no_reserve as tick),
    field!(Further "no-decay" "Its use is never forgotten" "NoDecay" "no", Control::Tick, policy.qos => no_decay as tick),
    field!(Further "partition-time-limit" "May be longer than the partition’s limit" "PartitionTimeLimit" "no", Control::Tick, policy.qos => partition_time_limit as tick),
    field!(Further "usage-factor-safe" "Run-minutes count with the factor" "UsageFactorSafe" "no", Control::Tick, policy.qos => usage_factor_safe as tick),
];
