//! What an admin can set: priority, partitions, QOS, limits, backfill. Names and units are Slurm's unless a type says better.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::units::Span;

/// All rules by which the scheduler decides.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// Weights and fair share (`PriorityType=priority/multifactor`).
    pub priority: PriorityPolicy,
    /// At least one. A job goes to the one that `route` picks.
    pub partitions: Vec<PartitionSpec>,
    /// At least one; the first is the default.
    pub qos: Vec<QosSpec>,
    /// Limits on accounts and on users' own associations.
    pub associations: Associations,
    /// What looks past a blocked job.
    pub backfill: Backfill,
    /// When the scheduler looks at the queue.
    pub passes: PassRhythm,
}

/// Multifactor priority: weights, age and usage.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PriorityPolicy {
    /// PriorityWeightFairshare.
    pub weight_fairshare: u32,
    /// PriorityWeightAge.
    pub weight_age: u32,
    /// PriorityWeightPartition.
    pub weight_partition: u32,
    /// PriorityWeightQOS.
    pub weight_qos: u32,
    /// PriorityWeightJobSize.
    pub weight_job_size: u32,
    /// PriorityMaxAge: the age at which the age factor is 1.
    pub max_age: Span,
    /// PriorityDecayHalfLife. `None`: usage is never forgotten, written `off` in files.
    #[serde(with = "span_or_off")]
    pub half_life: Option<Span>,
    /// PriorityCalcPeriod: usage, run-minutes ledgers and priorities move only at these ticks.
    pub calc_period: Span,
    /// Which fair-share algorithm.
    pub fairshare: FairShare,
}

/// How past use becomes a factor between 0 and 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FairShare {
    /// Rank in the tree of accounts and users; Slurm's default.
    FairTree,
    /// Nothing is remembered: the factor is 0 for everybody, and age decides.
    Off,
}

/// A partition: a named set of node groups with its own rules.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PartitionSpec {
    /// Its name.
    pub name: String,
    /// Names of its node groups; empty means all nodes.
    pub nodes: Vec<String>,
    /// MaxTime.
    pub max_time: Span,
    /// DefaultTime: the limit of those who ask for none. `None`: MaxTime, written `off` in files.
    #[serde(with = "span_or_off")]
    pub default_time: Option<Span>,
    /// PriorityTier.
    pub tier: u32,
    /// PriorityJobFactor.
    pub job_factor: u32,
    /// Name of the partition QOS, if any.
    pub qos: Option<String>,
}

/// A quality of service: a named set of limits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct QosSpec {
    /// Its name.
    pub name: String,
    /// Priority.
    pub priority: u32,
    /// Its limits.
    pub limits: Limits,
}

/// Limits of a QOS. All are in `gres/gpu`; `None` is no limit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// MaxTRESPerUser=gres/gpu: most GPUs one person may hold at once.
    pub max_tres_pu: Option<u32>,
    /// GrpTRESRunMins=gres/gpu, in GPU-minutes: one budget for everybody in the QOS.
    pub grp_tres_run_mins: Option<u32>,
    /// MaxTRESRunMinsPerUser=gres/gpu, in GPU-minutes: what one person's running jobs may still use.
    pub max_tres_run_mins_pu: Option<u32>,
}

/// Limits on the association tree, the same for every account and for every user. `None` is no limit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Associations {
    /// GrpTRESRunMins=gres/gpu on each account, in GPU-minutes.
    pub account_grp_tres_run_mins: Option<u32>,
    /// GrpTRESRunMins=gres/gpu on each user's association, in GPU-minutes.
    pub user_grp_tres_run_mins: Option<u32>,
}

/// What may start although a job ahead of it is blocked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backfill {
    /// Nothing: strict order in each partition.
    Off,
    /// EASY: only the head of the queue is promised a start. For replaying traces against other simulators.
    Easy,
    /// Slurm's `sched/backfill`: every job that can be planned is promised whole nodes.
    Slurm(SlurmBackfill),
}

/// Parameters of `sched/backfill`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SlurmBackfill {
    /// bf_interval: pause between passes.
    pub interval: Span,
    /// bf_window: jobs planned later than this get no promise.
    pub window: Span,
    /// bf_resolution: grid of the time map.
    pub resolution: Span,
    /// bf_max_job_test: jobs tested in a pass.
    pub max_job_test: u32,
}

/// When the main pass runs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PassRhythm {
    /// As slurmctld: at every job end, at a submission (not within `batch_sched_delay` of the last pass), and every
    /// `sched_interval`; backfill by its own interval.
    Slurm(SlurmPasses),
    /// One pass, main then backfill, after all events of an instant. For replaying traces.
    EveryInstant,
    /// One pass after every single event. For replaying traces.
    EveryEvent,
}

/// How often slurmctld runs its main pass.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SlurmPasses {
    /// batch_sched_delay: least time between a pass and the next that a submission asks for.
    pub batch_sched_delay: Span,
    /// sched_interval: a pass over the whole queue at least this often.
    pub sched_interval: Span,
}

/// Files cannot leave out what is set by default: there `None` is the word `off`. Machines get the option itself.
mod span_or_off {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Span};

    pub(super) fn serialize<S: Serializer>(span: &Option<Span>, to: S) -> Result<S::Ok, S::Error> {
        match span {
            None if to.is_human_readable() => to.serialize_str("off"),
            Some(span) if to.is_human_readable() => span.serialize(to),
            None | Some(_) => span.serialize(to),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Span>, D::Error> {
        if !from.is_human_readable() {
            return Option::<Span>::deserialize(from);
        }
        match String::deserialize(from)?.trim() {
            "off" => Ok(None),
            text => text.parse().map(Some).map_err(serde::de::Error::custom),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            priority: PriorityPolicy::default(),
            partitions: vec![PartitionSpec::default()],
            qos: vec![QosSpec::default()],
            associations: Associations::default(),
            backfill: Backfill::default(),
            passes: PassRhythm::default(),
        }
    }
}

impl Default for PriorityPolicy {
    /// The weights of the standard set-ups: fair share rules, age breaks ties.
    fn default() -> Self {
        PriorityPolicy {
            weight_fairshare: 100_000,
            weight_age: 1_000,
            weight_partition: 10_000,
            weight_qos: 0,
            weight_job_size: 0,
            max_age: Span::days(7),
            half_life: Some(Span::days(14)),
            calc_period: Span::mins(5),
            fairshare: FairShare::FairTree,
        }
    }
}

impl Default for PartitionSpec {
    fn default() -> Self {
        PartitionSpec {
            name: String::from("batch"),
            nodes: Vec::new(),
            max_time: Span::days(3),
            default_time: Some(Span::hours(1)),
            tier: 1,
            job_factor: 1,
            qos: None,
        }
    }
}

impl Default for QosSpec {
    fn default() -> Self {
        QosSpec {
            name: String::from("normal"),
            priority: 0,
            limits: Limits::default(),
        }
    }
}

impl Default for Backfill {
    fn default() -> Self {
        Backfill::Slurm(SlurmBackfill::default())
    }
}

impl Default for SlurmBackfill {
    /// Those of the standard set-ups: the window is as long as the longest limit.
    fn default() -> Self {
        SlurmBackfill {
            interval: Span::secs(30),
            window: Span::mins(7_200),
            resolution: Span::secs(600),
            max_job_test: 500,
        }
    }
}

impl Default for PassRhythm {
    fn default() -> Self {
        PassRhythm::Slurm(SlurmPasses::default())
    }
}

impl Default for SlurmPasses {
    fn default() -> Self {
        SlurmPasses {
            batch_sched_delay: Span::secs(3),
            sched_interval: Span::secs(60),
        }
    }
}
