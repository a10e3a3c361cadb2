//! Idle causes and waiting reasons: their hatches and their words.

use sim_core::metrics::Cause;
use sim_core::reason::{LimitKind, LimitOf, LimitReason, NotAvail, TresClass};
use sim_core::sched::Reason;

use super::Texture;
use crate::palette::Token;

/// What idle time is shown as: the causes of the model with all limits together, in the order of pictures and tables.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Idle {
    /// A limit holds those who wait.
    ByLimit,
    /// Kept for a job that comes first.
    Kept,
    /// Set aside.
    SetAside,
    /// Enough in number, not in one piece.
    Fragments,
    /// Fewer free than the next job needs.
    TooFew,
    /// Handing over.
    HandingOver,
    /// No pass has looked yet.
    NotYet,
    /// Nobody waits who could use it.
    Nobody,
    /// Not idle: a service has it. Only pictures show it.
    Serving,
}

impl Idle {
    /// All that is idle, the complaint first.
    pub const ALL: [Idle; 8] = [
        Idle::ByLimit,
        Idle::Kept,
        Idle::SetAside,
        Idle::Fragments,
        Idle::TooFew,
        Idle::HandingOver,
        Idle::NotYet,
        Idle::Nobody,
    ];

    /// Under which a cause of the model is shown.
    pub const fn of(cause: Cause) -> Idle {
        match cause {
            Cause::Limit(_) => Idle::ByLimit,
            Cause::NotYetLookedAt => Idle::NotYet,
            Cause::KeptForJobAhead => Idle::Kept,
            Cause::Fragments => Idle::Fragments,
            Cause::TooFewForNextJob => Idle::TooFew,
            Cause::HandingOver | Cause::Draining | Cause::Reprovisioning => Idle::HandingOver,
            Cause::Serving => Idle::Serving,
            Cause::SetAside => Idle::SetAside,
            Cause::NoDemand => Idle::Nobody,
        }
    }

    /// Its hatch; bare paper if nobody waits.
    pub const fn texture(self) -> Texture {
        match self {
            Idle::ByLimit => Texture::ByLimit,
            Idle::Kept => Texture::Kept,
            Idle::SetAside => Texture::SetAside,
            // Both are "free, but not enough together": one hatch, two words.
            Idle::Fragments | Idle::TooFew => Texture::Fragments,
            Idle::HandingOver => Texture::HandingOver,
            Idle::NotYet => Texture::NotYet,
            Idle::Nobody => Texture::Solid(Token::Paper),
            Idle::Serving => Texture::Service,
        }
    }

    /// In plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Idle::ByLimit => "a limit holds those who wait",
            Idle::Kept => "kept for a job that comes first",
            Idle::SetAside => "set aside",
            Idle::Fragments => "fragments: enough, but not in one piece",
            Idle::TooFew => "too few for the next job",
            Idle::HandingOver => "handing over",
            Idle::NotYet => "not yet looked at",
            Idle::Nobody => "nobody waiting could use it",
            Idle::Serving => "a service has it",
        }
    }

    /// For labels in a picture.
    pub const fn short(self) -> &'static str {
        match self {
            Idle::ByLimit => "a limit",
            Idle::Kept => "kept",
            Idle::SetAside => "set aside",
            Idle::Fragments => "fragments",
            Idle::TooFew => "too few",
            Idle::HandingOver => "handing over",
            Idle::NotYet => "not yet",
            Idle::Nobody => "nobody waiting",
            Idle::Serving => "service",
        }
    }
}

/// The texture of a waiting reason: the hatch of the same cause on the idle side, flat grey where others come first.
pub const fn of_reason(reason: Reason) -> Texture {
    match reason {
        Reason::Priority => Texture::Solid(Token::Queue),
        Reason::Resources => Texture::Fragments,
        Reason::None
        | Reason::BeginTime
        | Reason::Dependency
        | Reason::DependencyNeverSatisfied
        | Reason::JobHeldUser
        | Reason::JobHeldAdmin
        | Reason::MovingOut => Texture::NotYet,
        Reason::Reservation
        | Reason::ReservationDeleted
        | Reason::ReqNodeNotAvail(_)
        | Reason::BadConstraints => Texture::SetAside,
        Reason::PartitionTimeLimit
        | Reason::PartitionNodeLimit
        | Reason::PartitionDown
        | Reason::PartitionInactive
        | Reason::PartitionConfig
        | Reason::AccountNotAllowed
        | Reason::QosNotAllowed
        | Reason::JobArrayTaskLimit
        | Reason::Limit(_) => Texture::ByLimit,
    }
}

/// A waiting reason in plain words; [`Reason::code`] has Slurm's.
pub const fn words_of(reason: Reason) -> &'static str {
    match reason {
        Reason::None => "not yet looked at",
        Reason::Priority => "others come first",
        Reason::Resources => "first in line, but too little is free",
        Reason::BeginTime => "may not start before a time",
        Reason::Dependency => "waits for other jobs of its owner",
        Reason::DependencyNeverSatisfied => "waits for a job that did not end well",
        Reason::JobHeldUser => "its owner holds it",
        Reason::JobHeldAdmin => "an admin holds it",
        Reason::Reservation => "its reservation has not begun",
        Reason::ReservationDeleted => "its reservation is gone",
        Reason::ReqNodeNotAvail(NotAvail::ReservedForMaintenance) => "would run into a maintenance",
        Reason::ReqNodeNotAvail(NotAvail::ReservedForOtherJob) => "would run into a reservation",
        Reason::ReqNodeNotAvail(NotAvail::UnavailableNodes) => "its nodes are down",
        Reason::BadConstraints => "no node has what it asks for",
        Reason::PartitionTimeLimit => "asks for longer than the partition allows",
        Reason::PartitionNodeLimit => "asks for another number of nodes than the partition allows",
        Reason::PartitionDown => "the partition is down",
        Reason::PartitionInactive => "the partition is inactive",
        Reason::PartitionConfig => "the partition is not set up for it",
        Reason::AccountNotAllowed => "the partition is not open to the group",
        Reason::QosNotAllowed => "the partition is not open to the queue",
        Reason::JobArrayTaskLimit => "as many of its array run as may",
        Reason::MovingOut => "on its way to GPUs outside",
        Reason::Limit(limit) => words_of_limit(limit),
    }
}

/// The same words around what is counted.
macro_rules! counted {
    ($tres:expr, $before:literal, $unit:literal, $after:literal) => {
        match $tres {
            TresClass::Gres => concat!($before, "GPU", $unit, $after),
            TresClass::Cpu => concat!($before, "CPU", $unit, $after),
            TresClass::Node => concat!($before, "node", $unit, $after),
            TresClass::Billing => concat!($before, "billing unit", $unit, $after),
        }
    };
}

const fn words_of_limit(limit: LimitReason) -> &'static str {
    let group = matches!(limit.of, LimitOf::Assoc);
    match limit.kind {
        LimitKind::MaxTresPerUser(tres) => counted!(tres, "the person holds as many ", "s", " as allowed"),
        LimitKind::MaxTresPerAccount(tres) => counted!(tres, "the group holds as many ", "s", " as allowed"),
        LimitKind::GrpTres(tres) if group => counted!(tres, "the group holds as many ", "s", " as allowed"),
        LimitKind::GrpTres(tres) => counted!(tres, "the queue holds as many ", "s", " as allowed"),
        LimitKind::GrpTresRunMins(tres) if group => {
            counted!(tres, "the group's ", "-hours", " still to run are used up")
        }
        LimitKind::GrpTresRunMins(tres) => {
            counted!(tres, "the queue's ", "-hours", " still to run are used up")
        }
        LimitKind::MaxTresRunMinsPerUser(tres) => {
            counted!(tres, "the person's ", "-hours", " still to run are used up")
        }
        LimitKind::MaxTresRunMinsPerAccount(tres) => {
            counted!(tres, "the group's ", "-hours", " still to run are used up")
        }
        LimitKind::GrpTresMins(tres) if group => {
            counted!(tres, "the group's budget of ", "-hours", " is spent")
        }
        LimitKind::GrpTresMins(tres) => counted!(tres, "the queue's budget of ", "-hours", " is spent"),
        LimitKind::MaxTresPerJob(tres) => counted!(tres, "asks for more ", "s", " than a job may have"),
        LimitKind::MaxTresPerNode(tres) => {
            counted!(tres, "asks for more ", "s", " on a node than a job may have")
        }
        LimitKind::MaxTresMinsPerJob(tres) => {
            counted!(tres, "asks for more ", "-hours", " than a job may have")
        }
        LimitKind::MinTresPerJob(tres) => counted!(tres, "asks for fewer ", "s", " than a job must have"),
        LimitKind::GrpJobs if group => "as many jobs of the group run as may",
        LimitKind::GrpJobs => "as many jobs of the queue run as may",
        LimitKind::MaxJobs | LimitKind::MaxJobsPerUser => "as many jobs of the person run as may",
        LimitKind::MaxJobsPerAccount => "as many jobs of the group run as may",
        LimitKind::GrpSubmitJobs if group => "as many jobs of the group are in the queue as may",
        LimitKind::GrpSubmitJobs => "as many jobs are in the queue as may",
        LimitKind::MaxSubmitJobs | LimitKind::MaxSubmitJobsPerUser => {
            "as many jobs of the person are in the queue as may"
        }
        LimitKind::MaxSubmitJobsPerAccount => "as many jobs of the group are in the queue as may",
        LimitKind::GrpWall if group => "the group's budget of running time is spent",
        LimitKind::GrpWall => "the queue's budget of running time is spent",
        LimitKind::MaxWall => "asks for longer than a job may run",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_cause_has_the_same_hatch_on_both_sides() {
        for reason in Reason::all() {
            if reason.is_limit() {
                assert_eq!(of_reason(reason), Idle::of(Cause::Limit(reason)).texture());
            }
        }
        assert_eq!(of_reason(Reason::None), Idle::of(Cause::NotYetLookedAt).texture());
        assert_eq!(
            of_reason(Reason::Resources),
            Idle::of(Cause::TooFewForNextJob).texture()
        );
    }
}
