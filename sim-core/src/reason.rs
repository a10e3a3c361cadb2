//! Why a job waits, in the words that `squeue` prints; and why a GPU stands idle.

mod limit;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use limit::{LimitKind, LimitOf, LimitReason, TresClass};

/// Reason of a pending job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// Not yet looked at.
    None,
    /// A job that comes first is blocked in the same partition.
    Priority,
    /// This job is the one that blocks: too little is free.
    Resources,
    /// The partition's MaxTime is shorter than the limit asked for.
    PartitionTimeLimit,
    /// More nodes than the partition's MaxNodes, or fewer than its MinNodes.
    PartitionNodeLimit,
    /// The partition lets nothing start.
    PartitionDown,
    /// The partition lets nothing in and nothing start.
    PartitionInactive,
    /// The partition is set up so that the job cannot run there.
    PartitionConfig,
    /// The partition's AllowAccounts leaves its account out.
    AccountNotAllowed,
    /// The partition's AllowQos leaves its QOS out.
    QosNotAllowed,
    /// It may not be looked at before a time: it asked for that, or was pushed off and is queued again.
    BeginTime,
    /// It waits for other jobs.
    Dependency,
    /// It waits for a job that did not end well.
    DependencyNeverSatisfied,
    /// Its owner holds it.
    JobHeldUser,
    /// An admin holds it.
    JobHeldAdmin,
    /// It waits for the reservation that it names.
    Reservation,
    /// The reservation that it names is gone.
    ReservationDeleted,
    /// Nodes that it needs cannot be had.
    ReqNodeNotAvail(NotAvail),
    /// No node could ever give what it asks for.
    BadConstraints,
    /// As many tasks of its array as may run are running.
    JobArrayTaskLimit,
    /// It has left for GPUs outside, and is not there yet. Slurm knows nothing of it any more.
    MovingOut,
    /// A limit of a QOS or of an association.
    Limit(LimitReason),
}

/// Why nodes cannot be had.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NotAvail {
    /// A reservation for maintenance begins before the job's limit ends.
    ReservedForMaintenance,
    /// Another reservation does.
    ReservedForOtherJob,
    /// They are down or drained.
    UnavailableNodes,
}

impl Reason {
    /// Those that are no limit of a QOS or an association, in the order of tables.
    pub const PLAIN: [Reason; 23] = [
        Reason::None,
        Reason::Priority,
        Reason::Resources,
        Reason::PartitionTimeLimit,
        Reason::PartitionNodeLimit,
        Reason::PartitionDown,
        Reason::PartitionInactive,
        Reason::PartitionConfig,
        Reason::AccountNotAllowed,
        Reason::QosNotAllowed,
        Reason::BeginTime,
        Reason::Dependency,
        Reason::DependencyNeverSatisfied,
        Reason::JobHeldUser,
        Reason::JobHeldAdmin,
        Reason::Reservation,
        Reason::ReservationDeleted,
        Reason::ReqNodeNotAvail(NotAvail::ReservedForMaintenance),
        Reason::ReqNodeNotAvail(NotAvail::ReservedForOtherJob),
        Reason::ReqNodeNotAvail(NotAvail::UnavailableNodes),
        Reason::BadConstraints,
        Reason::JobArrayTaskLimit,
        Reason::MovingOut,
    ];

    /// All, in the order of tables.
    pub fn all() -> impl Iterator<Item = Reason> {
        Reason::PLAIN
            .into_iter()
            .chain(LimitReason::all().map(Reason::Limit))
    }

    /// A limit of a QOS.
    pub const fn qos(kind: LimitKind) -> Reason {
        Reason::Limit(LimitReason {
            of: LimitOf::Qos,
            kind,
        })
    }

    /// A limit of an association.
    pub const fn assoc(kind: LimitKind) -> Reason {
        Reason::Limit(LimitReason {
            of: LimitOf::Assoc,
            kind,
        })
    }

    /// Whether a limit or a rule of the partition holds the job (rather than others or a lack of resources).
    pub fn is_limit(self) -> bool {
        match self {
            Reason::None
            | Reason::Priority
            | Reason::Resources
            | Reason::BeginTime
            | Reason::Dependency
            | Reason::DependencyNeverSatisfied
            | Reason::JobHeldUser
            | Reason::JobHeldAdmin
            | Reason::Reservation
            | Reason::ReservationDeleted
            | Reason::ReqNodeNotAvail(_)
            | Reason::BadConstraints
            | Reason::MovingOut => false,
            Reason::PartitionTimeLimit
            | Reason::PartitionNodeLimit
            | Reason::PartitionDown
            | Reason::PartitionInactive
            | Reason::PartitionConfig
            | Reason::AccountNotAllowed
            | Reason::QosNotAllowed
            | Reason::JobArrayTaskLimit
            | Reason::Limit(_) => true,
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
            Reason::PartitionNodeLimit => "PartitionNodeLimit",
            Reason::PartitionDown => "PartitionDown",
            Reason::PartitionInactive => "PartitionInactive",
            Reason::PartitionConfig => "PartitionConfig",
            Reason::AccountNotAllowed => "AccountNotAllowed",
            Reason::QosNotAllowed => "QOSNotAllowed",
            Reason::BeginTime => "BeginTime",
            Reason::Dependency => "Dependency",
            Reason::DependencyNeverSatisfied => "DependencyNeverSatisfied",
            Reason::JobHeldUser => "JobHeldUser",
            Reason::JobHeldAdmin => "JobHeldAdmin",
            Reason::Reservation => "Reservation",
            Reason::ReservationDeleted => "ReservationDeleted",
            Reason::ReqNodeNotAvail(NotAvail::ReservedForMaintenance) => {
                "ReqNodeNotAvail, Reserved for maintenance"
            }
            Reason::ReqNodeNotAvail(NotAvail::ReservedForOtherJob) => {
                "ReqNodeNotAvail, May be reserved for other job"
            }
            Reason::ReqNodeNotAvail(NotAvail::UnavailableNodes) => "ReqNodeNotAvail, UnavailableNodes",
            Reason::BadConstraints => "BadConstraints",
            Reason::JobArrayTaskLimit => "JobArrayTaskLimit",
            Reason::MovingOut => "MovingOut",
            Reason::Limit(limit) => limit.code(),
        }
    }

    /// A number of its own, below 240, which never changes: digests and messages tell reasons by it.
    pub fn byte(self) -> u8 {
        match self {
            Reason::None => 0,
            Reason::Priority => 1,
            Reason::Resources => 2,
            Reason::PartitionTimeLimit => 3,
            Reason::JobArrayTaskLimit => 4,
            // The first limits there were.
            Reason::QOS_MAX_GRES_PER_USER => 5,
            Reason::QOS_GRP_GRES_RUN_MINUTES => 6,
            Reason::MAX_GRES_RUN_MINS_PER_USER => 7,
            Reason::ASSOC_GRP_GRES_RUN_MINUTES => 8,
            Reason::BeginTime => 9,
            Reason::Dependency => 10,
            Reason::DependencyNeverSatisfied => 11,
            Reason::PartitionNodeLimit => 12,
            Reason::PartitionDown => 13,
            Reason::PartitionInactive => 14,
            Reason::PartitionConfig => 15,
            Reason::AccountNotAllowed => 16,
            Reason::QosNotAllowed => 17,
            Reason::JobHeldUser => 18,
            Reason::JobHeldAdmin => 19,
            Reason::Reservation => 20,
            Reason::ReservationDeleted => 21,
            Reason::ReqNodeNotAvail(NotAvail::ReservedForMaintenance) => 22,
            Reason::ReqNodeNotAvail(NotAvail::ReservedForOtherJob) => 23,
            Reason::ReqNodeNotAvail(NotAvail::UnavailableNodes) => 24,
            Reason::BadConstraints => 25,
            Reason::MovingOut => 26,
            Reason::Limit(limit) => 64 + limit.number(),
        }
    }

    /// `QOSMaxGRESPerUser`.
    pub const QOS_MAX_GRES_PER_USER: Reason = Reason::qos(LimitKind::MaxTresPerUser(TresClass::Gres));
    /// `QOSGrpGRESRunMinutes`.
    pub const QOS_GRP_GRES_RUN_MINUTES: Reason = Reason::qos(LimitKind::GrpTresRunMins(TresClass::Gres));
    /// `MaxGRESRunMinsPerUser`.
    pub const MAX_GRES_RUN_MINS_PER_USER: Reason =
        Reason::qos(LimitKind::MaxTresRunMinsPerUser(TresClass::Gres));
    /// A group's budget of GPU-minutes is used up.
    pub const ASSOC_GRP_GRES_MINUTES: Reason = Reason::assoc(LimitKind::GrpTresMins(TresClass::Gres));
    /// `AssocGrpGRESRunMinutes`.
    pub const ASSOC_GRP_GRES_RUN_MINUTES: Reason = Reason::assoc(LimitKind::GrpTresRunMins(TresClass::Gres));
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// People read and write the code; machines the byte.
impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.serialize_str(self.code())
        } else {
            to.serialize_u8(self.byte())
        }
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let found = if from.is_human_readable() {
            let code = String::deserialize(from)?;
            Reason::all().find(|reason| reason.code() == code)
        } else {
            let byte = u8::deserialize(from)?;
            Reason::all().find(|reason| reason.byte() == byte)
        };
        found.ok_or_else(|| de::Error::custom("no reason known here"))
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
    /// On a node that jobs have to leave for a service.
    Draining,
    /// On a node that is set up anew, for a service or for jobs.
    Reprovisioning,
    /// Not idle: it serves. Only pictures have it; sums do not.
    Serving,
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
            | Cause::Draining
            | Cause::Reprovisioning
            | Cause::Serving
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
            Cause::Draining => "draining".into(),
            Cause::Reprovisioning => "re-provisioning".into(),
            Cause::Serving => "serving".into(),
            Cause::SetAside => "set-aside".into(),
            Cause::NoDemand => "no-demand".into(),
        }
    }
}

#[cfg(test)]
mod tests;
