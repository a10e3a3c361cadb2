//! Partitions: who may go where, for how long.

use serde::{Deserialize, Serialize};

use super::{PreemptMode, span_or_off};
use crate::scenario::TresWeights;
use crate::units::Span;

/// A partition: a named set of node groups with its own rules.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
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
    /// MinNodes per job.
    pub min_nodes: u32,
    /// MaxNodes per job.
    pub max_nodes: Option<u32>,
    /// PriorityTier.
    pub tier: u32,
    /// PriorityJobFactor.
    pub job_factor: u32,
    /// Name of the partition QOS, if any.
    pub qos: Option<String>,
    /// AllowAccounts; empty means all.
    pub allow_accounts: Vec<String>,
    /// AllowQos; empty means all.
    pub allow_qos: Vec<String>,
    /// DenyAccounts: those who may not come, with the accounts below them; not asked where `allow_accounts` names any.
    pub deny_accounts: Vec<String>,
    /// DenyQos; not asked where `allow_qos` names any.
    pub deny_qos: Vec<String>,
    /// State.
    pub state: PartitionState,
    /// PreemptMode of jobs that run here, if preemption goes by partition; `None` is the cluster's.
    pub preempt_mode: Option<PreemptMode>,
    /// GraceTime of jobs that run here.
    pub grace_time: Span,
    /// OverSubscribe=EXCLUSIVE: jobs get whole nodes.
    pub exclusive: bool,
    /// LLN: spread jobs over the least loaded nodes.
    pub least_loaded: bool,
    /// TRESBillingWeights. None: CPUs, which go with the GPUs.
    pub billing: TresWeights,
    /// What the site's pages say it is for. Slurm does not know; people keep to it.
    pub meant_for: MeantFor,
}

/// What a partition or a QOS is meant for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeantFor {
    /// Any work.
    #[default]
    Anything,
    /// Short try-outs of a script.
    Tests,
    /// Notebooks, shells and the like.
    Sessions,
    /// Tests and sessions.
    TestsAndSessions,
}

/// What a partition lets in and out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartitionState {
    /// Jobs come and start.
    #[default]
    Up,
    /// Jobs come; none starts.
    Down,
    /// None comes; those in the queue start.
    Drain,
    /// None comes, none starts.
    Inactive,
}

impl Default for PartitionSpec {
    fn default() -> Self {
        PartitionSpec {
            name: String::from("batch"),
            nodes: Vec::new(),
            max_time: Span::days(3),
            default_time: Some(Span::hours(1)),
            min_nodes: 1,
            max_nodes: None,
            tier: 1,
            job_factor: 1,
            qos: None,
            allow_accounts: Vec::new(),
            allow_qos: Vec::new(),
            deny_accounts: Vec::new(),
            deny_qos: Vec::new(),
            state: PartitionState::Up,
            preempt_mode: None,
            grace_time: Span::ZERO,
            exclusive: false,
            least_loaded: false,
            billing: TresWeights::default(),
            meant_for: MeantFor::Anything,
        }
    }
}
