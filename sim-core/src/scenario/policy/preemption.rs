//! Who may push whom off the nodes.

use serde::{Deserialize, Serialize};

use crate::units::Span;

/// Who may push whom off the nodes, and what becomes of those.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Preemption {
    /// PreemptType.
    pub by: PreemptBy,
    /// PreemptMode of the cluster.
    pub mode: PreemptMode,
    /// WITHIN of PreemptMode: also inside one QOS, by job priority.
    pub within: bool,
    /// KillWait: between the signal to end and the kill.
    pub kill_wait: Span,
    /// How long a job that is queued again may not start: the lifetime of its credential and a second.
    pub requeue_delay: Span,
    /// PreemptExemptTime: a job runs at least so long.
    pub exempt_time: Span,
    /// `youngest_first` of PreemptParameters.
    pub youngest_first: bool,
    /// `strict_order` of PreemptParameters.
    pub strict_order: bool,
    /// `reorder_count` of PreemptParameters.
    pub reorder_count: u32,
}

/// What decides who may preempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreemptBy {
    /// preempt/none.
    #[default]
    None,
    /// preempt/partition_prio.
    PartitionPrio,
    /// preempt/qos.
    Qos,
}

/// What becomes of a job that is pushed off. SUSPEND is left out: a suspended job keeps its GPUs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreemptMode {
    /// It is not pushed off.
    #[default]
    Off,
    /// It is killed.
    Cancel,
    /// It is killed and goes back into the queue.
    Requeue,
}

impl Default for Preemption {
    fn default() -> Self {
        Preemption {
            by: PreemptBy::None,
            mode: PreemptMode::Off,
            within: false,
            kill_wait: Span::secs(30),
            requeue_delay: Span::secs(121),
            exempt_time: Span::ZERO,
            youngest_first: false,
            strict_order: false,
            reorder_count: 1,
        }
    }
}
