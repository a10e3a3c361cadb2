//! Idle causes and waiting reasons: their hatches and their words.

use sim_core::metrics::Cause;
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
}

impl Idle {
    /// All, the complaint first.
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
            Cause::HandingOver => Idle::HandingOver,
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
        }
    }
}

/// The texture of a waiting reason: the hatch of the same cause on the idle side, flat grey where others come first.
pub const fn of_reason(reason: Reason) -> Texture {
    match reason {
        Reason::Priority => Texture::Solid(Token::Queue),
        Reason::Resources => Texture::Fragments,
        Reason::None | Reason::BeginTime | Reason::Dependency => Texture::NotYet,
        Reason::PartitionTimeLimit
        | Reason::JobArrayTaskLimit
        | Reason::QosMaxGresPerUser
        | Reason::QosGrpGresRunMinutes
        | Reason::MaxGresRunMinsPerUser
        | Reason::AssocGrpGresRunMinutes => Texture::ByLimit,
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
        Reason::PartitionTimeLimit => "asks for longer than the partition allows",
        Reason::JobArrayTaskLimit => "as many of its array run as may",
        Reason::QosMaxGresPerUser => "the person holds as many GPUs as allowed",
        Reason::QosGrpGresRunMinutes => "the queue's GPU-hours still to run are used up",
        Reason::MaxGresRunMinsPerUser => "the person's GPU-hours still to run are used up",
        Reason::AssocGrpGresRunMinutes => "the group's GPU-hours still to run are used up",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_cause_has_the_same_hatch_on_both_sides() {
        for reason in Reason::ALL {
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
