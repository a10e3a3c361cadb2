//! What an admin can set: priority, partitions, QOS, limits, backfill. Names and units are Slurm's unless a type says better.

mod low_use;
mod maintenance;
mod outside;
mod partition;
mod preemption;
mod priority;
mod qos;
mod quota;
mod reservation;
mod scheduler;
mod service;
mod tree;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::units::Span;

pub use low_use::{LowUse, LowUseRule};
pub use maintenance::Maintenance;
pub use outside::OutsideRule;
pub use partition::{MeantFor, PartitionSpec, PartitionState};
pub use preemption::{PreemptBy, PreemptMode, Preemption};
pub use priority::{BillingRule, FairShare, PriorityPolicy, UsageReset};
pub use qos::{Limits, QosSpec};
pub use quota::{LoseIt, Newcomers, Quota, ShareOut};
pub use reservation::{Repeats, ReservationSpec};
pub use scheduler::{Backfill, PassRhythm, SlurmBackfill, SlurmPasses};
pub use service::{Drain, HandOver, ServiceRule};
pub use tree::{AccountSpec, AssocLimits, Associations, Shares, UserSpec};

/// All rules by which the scheduler decides.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Policy {
    /// Weights and fair share (`PriorityType=priority/multifactor`).
    pub priority: PriorityPolicy,
    /// At least one. A job goes to the one that `route` picks.
    pub partitions: Vec<PartitionSpec>,
    /// At least one; the first is the default.
    pub qos: Vec<QosSpec>,
    /// The tree of accounts and users: shares, and limits on them.
    pub associations: Associations,
    /// What becomes of budgets that are used up, or not, and what newcomers may ask for.
    pub quota: Quota,
    /// What of AccountingStorageEnforce can be chosen.
    pub enforce: Enforce,
    /// Who may push whom off the nodes.
    pub preemption: Preemption,
    /// Nodes set aside for an interval.
    pub reservations: Vec<ReservationSpec>,
    /// A regular maintenance of all nodes.
    pub maintenance: Maintenance,
    /// Interactive sessions are ended after so much idle time.
    #[serde(with = "span_or_off")]
    pub idle_cull: Option<Span>,
    /// What happens to jobs that hold a GPU and hardly use it.
    pub low_use: LowUse,
    /// Which nodes change hands between jobs and a service.
    pub service: ServiceRule,
    /// When people may take work to GPUs outside.
    pub outside: OutsideRule,
    /// What looks past a blocked job.
    pub backfill: Backfill,
    /// When the scheduler looks at the queue.
    pub passes: PassRhythm,
}

/// What of AccountingStorageEnforce can be chosen: limits and QOS always hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Enforce {
    /// `safe`: a job starts only if its whole time limit fits under GrpTRESMins and GrpWall.
    pub safe: bool,
    /// EnforcePartLimits=ALL: jobs beyond a partition's MaxTime or MaxNodes are refused, not kept waiting.
    pub part_limits: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            priority: PriorityPolicy::default(),
            partitions: vec![PartitionSpec::default()],
            qos: vec![QosSpec::default()],
            associations: Associations::default(),
            quota: Quota::default(),
            enforce: Enforce::default(),
            preemption: Preemption::default(),
            reservations: Vec::new(),
            maintenance: Maintenance::default(),
            idle_cull: None,
            low_use: LowUse::default(),
            service: ServiceRule::default(),
            outside: OutsideRule::default(),
            backfill: Backfill::default(),
            passes: PassRhythm::default(),
        }
    }
}

impl Default for Enforce {
    /// As every site that budgets should have it.
    fn default() -> Self {
        Enforce {
            safe: true,
            part_limits: false,
        }
    }
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
