//! Multifactor priority, fair share and billing.

use serde::{Deserialize, Serialize};

use super::span_or_off;
use crate::scenario::TresWeights;
use crate::units::Span;

/// Multifactor priority: weights, age and usage.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
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
    /// PriorityWeightAssoc.
    pub weight_assoc: u32,
    /// PriorityWeightTRES.
    pub weight_tres: TresWeights,
    /// PriorityMaxAge: the age at which the age factor is 1.
    pub max_age: Span,
    /// PriorityDecayHalfLife. `None`: usage is never forgotten, written `off` in files.
    #[serde(with = "span_or_off")]
    pub half_life: Option<Span>,
    /// PriorityCalcPeriod: usage, run-minutes ledgers and priorities move only at these ticks.
    pub calc_period: Span,
    /// PriorityUsageResetPeriod: when all usage is forgotten at once.
    pub usage_reset: UsageReset,
    /// Which fair-share algorithm.
    pub fairshare: FairShare,
    /// FairShareDampeningFactor, for the classic algorithm.
    pub dampening: u32,
    /// PriorityFavorSmall.
    pub favor_small: bool,
    /// SMALL_RELATIVE_TO_TIME of PriorityFlags.
    pub small_relative_to_time: bool,
    /// ACCRUE_ALWAYS of PriorityFlags: age from submission, whatever the state.
    pub accrue_always: bool,
    /// NO_NORMAL_ASSOC: the association's priority itself in place of its share of the largest.
    pub no_normal_assoc: bool,
    /// NO_NORMAL_PART, for the partition's job factor.
    pub no_normal_part: bool,
    /// NO_NORMAL_QOS, for the priority of the QOS.
    pub no_normal_qos: bool,
    /// NO_NORMAL_TRES, for the resources asked for.
    pub no_normal_tres: bool,
    /// How weighted resources become billing.
    pub billing: BillingRule,
}

/// How past use becomes a factor between 0 and 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FairShare {
    /// Rank in the tree of accounts and users; Slurm's default.
    FairTree,
    /// `2^(-usage / shares)`, as before Fair Tree (NO_FAIR_TREE of PriorityFlags).
    Classic,
    /// Nothing is remembered: the factor is 0 for everybody, and age decides.
    Off,
}

/// When all usage is set to nothing, at the first tick after the boundary.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UsageReset {
    /// Never.
    #[default]
    None,
    /// Midnight.
    Daily,
    /// Sunday, midnight.
    Weekly,
    /// Every 30 days: simulated time has no calendar.
    Monthly,
    /// Every 91 days.
    Quarterly,
    /// Every 365 days.
    Yearly,
}

/// How a partition's weights make billing out of an allocation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BillingRule {
    /// The sum of weight times amount.
    #[default]
    Sum,
    /// MAX_TRES: the largest of the products of what sits on nodes.
    MaxTres,
    /// MAX_TRES_GRES: the largest product of CPUs and nodes, and the sum over GPUs.
    MaxTresGres,
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
            weight_assoc: 0,
            weight_tres: TresWeights::default(),
            max_age: Span::days(7),
            half_life: Some(Span::days(14)),
            calc_period: Span::mins(5),
            usage_reset: UsageReset::None,
            fairshare: FairShare::FairTree,
            dampening: 1,
            favor_small: false,
            small_relative_to_time: false,
            accrue_always: false,
            no_normal_assoc: false,
            no_normal_part: false,
            no_normal_qos: false,
            no_normal_tres: false,
            billing: BillingRule::Sum,
        }
    }
}
