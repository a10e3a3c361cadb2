//! When the scheduler looks at the queue, and how far.

use serde::{Deserialize, Serialize};

use crate::units::Span;

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

/// Parameters of `sched/backfill`. A count of 0 is no limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct SlurmBackfill {
    /// bf_interval: pause between passes.
    pub interval: Span,
    /// bf_window: jobs planned later than this get no promise.
    pub window: Span,
    /// bf_resolution: grid of the time map.
    pub resolution: Span,
    /// bf_max_job_test: jobs tested in a pass.
    pub max_job_test: u32,
    /// bf_max_job_user: jobs of one person looked at in a pass; not used where `max_job_assoc` is set.
    pub max_job_user: u32,
    /// bf_max_job_assoc: jobs of one person in one account looked at in a pass.
    pub max_job_assoc: u32,
    /// bf_max_job_part: jobs of one partition looked at in a pass.
    pub max_job_part: u32,
    /// bf_max_job_user_part: jobs of one person in one partition looked at in a pass.
    pub max_job_user_part: u32,
    /// bf_max_job_start: starts in a pass.
    pub max_job_start: u32,
    /// bf_min_age_reserve: younger jobs start now or reserve nothing.
    pub min_age_reserve: Span,
    /// bf_min_prio_reserve: jobs of lower priority start now or reserve nothing.
    pub min_prio_reserve: u32,
    /// bf_one_resv_per_job: a job in several partitions reserves in the first only.
    pub one_resv_per_job: bool,
    /// bf_job_part_count_reserve: jobs of one partition that get a promise in a pass.
    pub job_part_count_reserve: u32,
    /// bf_window_linear: by how much more each group of ends takes in than the one before; zero: twice as much.
    pub window_linear: Span,
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

/// How often slurmctld runs its main pass, and how far it goes. A count of 0 is no limit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct SlurmPasses {
    /// batch_sched_delay: least time between a pass and the next that a submission asks for.
    pub batch_sched_delay: Span,
    /// sched_interval: a pass over the whole queue at least this often.
    pub sched_interval: Span,
    /// default_queue_depth: records that a pass at an event looks at (one more, in truth).
    pub default_queue_depth: u32,
    /// partition_job_depth: records of one partition that a pass looks at.
    pub partition_job_depth: u32,
    /// sched_max_job_start: starts in a pass.
    pub max_job_start: u32,
    /// assoc_limit_stop: a job that a limit holds shuts its partition, as a blocked one does.
    pub assoc_limit_stop: bool,
    /// How long a node is cleaned up after a job (COMPLETING, the epilog) before others may have it.
    pub completing: Span,
    /// Scan for exceeded limits: a job is killed at the first multiple after its end. Zero: exactly at its end.
    pub kill_scan: Span,
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
            max_job_user: 0,
            max_job_assoc: 0,
            max_job_part: 0,
            max_job_user_part: 0,
            max_job_start: 0,
            min_age_reserve: Span::ZERO,
            min_prio_reserve: 0,
            one_resv_per_job: false,
            job_part_count_reserve: 0,
            window_linear: Span::ZERO,
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
            default_queue_depth: 0,
            partition_job_depth: 0,
            max_job_start: 0,
            assoc_limit_stop: false,
            completing: Span::ZERO,
            kill_scan: Span::ZERO,
        }
    }
}
