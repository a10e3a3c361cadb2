//! Why a job waits, in the words that `squeue` prints; and why a GPU stands idle.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Reason of a pending job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Reason {
    /// Not yet looked at.
    None,
    /// A job that comes first is blocked in the same partition.
    Priority,
    /// This job is the one that blocks: too little is free.
    Resources,
    /// The partition's MaxTime is shorter than the limit asked for.
    PartitionTimeLimit,
    /// It may not be looked at before a time: it asked for that, or was pushed off and is queued again.
    BeginTime,
    /// It waits for other jobs.
    Dependency,
    /// As many tasks of its array as may run are running.
    JobArrayTaskLimit,
    /// MaxTRESPerUser of the QOS.
    QosMaxGresPerUser,
    /// GrpTRESRunMins of the QOS.
    QosGrpGresRunMinutes,
    /// MaxTRESRunMinsPerUser of the QOS.
    MaxGresRunMinsPerUser,
    /// GrpTRESRunMins of an association.
    AssocGrpGresRunMinutes,
}

impl Reason {
    /// All, in the order of tables.
    pub const ALL: [Reason; 11] = [
        Reason::None,
        Reason::Priority,
        Reason::Resources,
        Reason::PartitionTimeLimit,
        Reason::JobArrayTaskLimit,
        Reason::QosMaxGresPerUser,
        Reason::QosGrpGresRunMinutes,
        Reason::MaxGresRunMinsPerUser,
        Reason::AssocGrpGresRunMinutes,
        Reason::BeginTime,
        Reason::Dependency,
    ];

    /// Whether a limit holds the job (rather than others or a lack of resources).
    pub fn is_limit(self) -> bool {
        match self {
            Reason::None | Reason::Priority | Reason::Resources | Reason::BeginTime | Reason::Dependency => {
                false
            }
            Reason::PartitionTimeLimit
            | Reason::JobArrayTaskLimit
            | Reason::QosMaxGresPerUser
            | Reason::QosGrpGresRunMinutes
            | Reason::MaxGresRunMinsPerUser
            | Reason::AssocGrpGresRunMinutes => true,
        }
    }

    /// Whether a rule of the site holds the job: any limit but the throttle that its owner gave the array.
    pub fn is_rule(self) -> bool {
        self.is_limit() && self != Reason::JobArrayTaskLimit
    }

    /// Slurm's spelling.
    pub fn code(self) -> &'static str {
        match self {
            Reason::None => "None",
            Reason::Priority => "Priority",
            Reason::Resources => "Resources",
            Reason::PartitionTimeLimit => "PartitionTimeLimit",
            Reason::BeginTime => "BeginTime",
            Reason::Dependency => "Dependency",
            Reason::JobArrayTaskLimit => "JobArrayTaskLimit",
            Reason::QosMaxGresPerUser => "QOSMaxGRESPerUser",
            Reason::QosGrpGresRunMinutes => "QOSGrpGRESRunMinutes",
            Reason::MaxGresRunMinsPerUser => "MaxGRESRunMinsPerUser",
            Reason::AssocGrpGresRunMinutes => "AssocGrpGRESRunMinutes",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a GPU stands idle.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Cause {
    /// A job would fit, but this limit holds it.
    Limit(Reason),
    /// A job would fit, but no pass has looked since a device became free.
    NotYetLookedAt,
    /// A job would fit or holds a promise here, but something that comes first would be delayed.
    KeptForJobAhead,
    /// Enough is free in number, not in one piece.
    Fragments,
    /// The next job needs more than is free.
    TooFewForNextJob,
    /// Draining, rebooting, re-slicing, in grace, down.
    HandingOver,
    /// A job would fit were it allowed in this partition.
    SetAside,
    /// Nobody who could use it waits.
    NoDemand,
}

impl Cause {
    /// Whether a rule of the site keeps the GPU from somebody; an array's own throttle does not count.
    pub fn is_rule(self) -> bool {
        match self {
            Cause::Limit(reason) => reason.is_rule(),
            Cause::NotYetLookedAt
            | Cause::KeptForJobAhead
            | Cause::Fragments
            | Cause::TooFewForNextJob
            | Cause::HandingOver
            | Cause::SetAside
            | Cause::NoDemand => false,
        }
    }

    /// A short stable name, as in JSON: `limit:QOSMaxGRESPerUser`, `no-demand`.
    pub fn key(self) -> String {
        match self {
            Cause::Limit(reason) => format!("limit:{reason}"),
            Cause::NotYetLookedAt => "not-yet-looked-at".into(),
            Cause::KeptForJobAhead => "kept-for-a-job-ahead".into(),
            Cause::Fragments => "fragments".into(),
            Cause::TooFewForNextJob => "too-few-for-the-next-job".into(),
            Cause::HandingOver => "handing-over".into(),
            Cause::SetAside => "set-aside".into(),
            Cause::NoDemand => "no-demand".into(),
        }
    }
}
