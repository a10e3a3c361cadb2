//! Qualities of service and their limits.

use serde::{Deserialize, Serialize};

use super::{MeantFor, PreemptMode};
use crate::scenario::TresCounts;
use crate::units::Span;

/// A quality of service: a named set of limits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct QosSpec {
    /// Its name.
    pub name: String,
    /// Priority.
    pub priority: u32,
    /// Its limits.
    pub limits: Limits,
    /// UsageFactor: what a billing-second of its jobs counts.
    pub usage_factor: f64,
    /// LimitFactor: by how much GrpTRES and MaxTRES of associations are multiplied for its jobs; `None`: not at all.
    pub limit_factor: Option<f64>,
    /// Names of the QOS whose jobs its jobs may push off, if preemption goes by QOS.
    pub preempt: Vec<String>,
    /// PreemptMode of its running jobs; `None` is the cluster's (so is OFF in Slurm).
    pub preempt_mode: Option<PreemptMode>,
    /// WITHIN in its PreemptMode: its jobs may push off jobs of the same QOS with a lower priority.
    pub preempt_within: bool,
    /// PreemptExemptTime: how long its jobs run before they may be pushed off; `None` is the cluster's.
    pub preempt_exempt_time: Option<Span>,
    /// GraceTime of its running jobs.
    pub grace_time: Span,
    /// Flag DenyOnLimit: jobs that could never start are refused at submission.
    pub deny_on_limit: bool,
    /// Flag OverPartQOS: its limits come before those of the partition's QOS.
    pub over_part_qos: bool,
    /// Flag NoReserve: backfill makes no promise to its jobs.
    pub no_reserve: bool,
    /// Flag NoDecay: its usage is never forgotten.
    pub no_decay: bool,
    /// Flag PartitionTimeLimit: its jobs may be longer than MaxTime.
    pub partition_time_limit: bool,
    /// Flag UsageFactorSafe: run-minutes are tested with the usage factor too.
    pub usage_factor_safe: bool,
    /// What the site's pages say it is for. Slurm does not know; people keep to it.
    pub meant_for: MeantFor,
}

/// Limits of a QOS, by Slurm's names. Empty and `None` are no limit; minutes are whole.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Limits {
    /// GrpTRES: most that all its jobs hold at once.
    pub grp_tres: TresCounts,
    /// GrpTRESMins: what its jobs may have used, in minutes; fades with usage.
    pub grp_tres_mins: TresCounts,
    /// GrpTRESRunMins: what its running jobs may still use, in minutes.
    pub grp_tres_run_mins: TresCounts,
    /// MaxTRESPerJob.
    pub max_tres_pj: TresCounts,
    /// MaxTRESPerNode.
    pub max_tres_pn: TresCounts,
    /// MinTRESPerJob.
    pub min_tres_pj: TresCounts,
    /// MaxTRESPerUser: most that one person may hold at once.
    pub max_tres_pu: TresCounts,
    /// MaxTRESPerAccount.
    pub max_tres_pa: TresCounts,
    /// MaxTRESMinsPerJob.
    pub max_tres_mins_pj: TresCounts,
    /// MaxTRESRunMinsPerUser: what one person's running jobs may still use, in minutes.
    pub max_tres_run_mins_pu: TresCounts,
    /// MaxTRESRunMinsPerAccount.
    pub max_tres_run_mins_pa: TresCounts,
    /// GrpJobs: most running jobs.
    pub grp_jobs: Option<u32>,
    /// MaxJobsPerUser.
    pub max_jobs_pu: Option<u32>,
    /// MaxJobsPerAccount.
    pub max_jobs_pa: Option<u32>,
    /// GrpSubmitJobs: most jobs pending or running.
    pub grp_submit_jobs: Option<u32>,
    /// MaxSubmitJobsPerUser.
    pub max_submit_jobs_pu: Option<u32>,
    /// MaxSubmitJobsPerAccount.
    pub max_submit_jobs_pa: Option<u32>,
    /// GrpJobsAccrue: most pending jobs that gain age.
    pub grp_jobs_accrue: Option<u32>,
    /// MaxJobsAccruePerUser.
    pub max_jobs_accrue_pu: Option<u32>,
    /// GrpWall: wall time its jobs may have used; fades with usage.
    pub grp_wall: Option<Span>,
    /// MaxWall: longest time limit.
    pub max_wall: Option<Span>,
    /// MinPrioThreshold: jobs below it reserve nothing.
    pub min_prio_threshold: Option<u32>,
}

impl Default for QosSpec {
    fn default() -> Self {
        QosSpec {
            name: String::from("normal"),
            priority: 0,
            limits: Limits::default(),
            usage_factor: 1.0,
            limit_factor: None,
            preempt: Vec::new(),
            preempt_mode: None,
            preempt_within: false,
            preempt_exempt_time: None,
            grace_time: Span::ZERO,
            deny_on_limit: false,
            over_part_qos: false,
            no_reserve: false,
            no_decay: false,
            partition_time_limit: false,
            usage_factor_safe: false,
            meant_for: MeantFor::Anything,
        }
    }
}
