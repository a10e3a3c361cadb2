//! One seed → independent random streams by purpose and index, so that no draw depends on another purpose.
//!
//! A stream is a ChaCha8 nonce: 8 bits of purpose, 24 of "whose", 32 of "which". Two streams of one seed never overlap.

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

/// What a stream is for. The numbers are part of the results: a new purpose gets a new number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// Who is which persona.
    Personas = 1,
    /// How active somebody is.
    Activity = 2,
    /// When somebody's project is hot.
    Phases = 3,
    /// How often somebody asks for the longest limit.
    Habits = 4,
    /// How busy each week is.
    Weeks = 5,
    /// When somebody opens sessions; one stream per person and layer.
    Sessions = 6,
    /// What is in a session; one stream per session.
    Contents = 7,
    /// How scripts save their state; one stream per session.
    Saving = 16,
    /// When a node fails; one stream per node.
    Failures = 17,
    /// What further throws of an intent are made of; one stream per session.
    Dice = 18,
    /// Which sessions are left out after a deadline; one stream per session.
    Lull = 19,
    /// What memory and which GPUs the batches of a session need; one stream per session.
    Needs = 20,
    /// Whether somebody lets work be pushed off.
    OptIn = 21,
    /// What somebody may come to decide about a batch; one stream per session.
    Whims = 22,
    /// How far off the estimate of a group's need is; one stream per account.
    NeedError = 23,
    /// How much more or less a service needs than usual.
    Service = 24,
    /// What can be moved to GPUs outside; one stream per person and instant of asking.
    Outside = 25,
    /// Which sessions would do with a shared model; one stream per person and instant of asking.
    Sharing = 26,
}

/// The streams of one seed.
#[derive(Clone)]
pub(super) struct Streams {
    root: ChaCha8Rng,
}

impl Streams {
    pub(super) fn new(seed: u64) -> Streams {
        Streams {
            root: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// The stream for a purpose, a person (below 16 million) and a number of that person's.
    pub(super) fn stream(&self, purpose: Purpose, person: u32, number: u32) -> ChaCha8Rng {
        debug_assert!(person < 1 << 24, "fewer than 16 million people");
        let mut stream = self.root.clone();
        stream.set_stream((purpose as u64) << 56 | u64::from(person) << 32 | u64::from(number));
        stream
    }
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;

    use super::*;

    fn first(streams: &Streams, purpose: Purpose, person: u32, number: u32) -> u64 {
        streams.stream(purpose, person, number).next_u64()
    }

    #[test]
    fn a_stream_depends_on_seed_purpose_person_and_number_only() {
        let (one, two) = (Streams::new(1), Streams::new(2));
        let base = first(&one, Purpose::Activity, 3, 4);
        assert_eq!(base, first(&Streams::new(1), Purpose::Activity, 3, 4));
        for other in [
            first(&two, Purpose::Activity, 3, 4),
            first(&one, Purpose::Habits, 3, 4),
            first(&one, Purpose::Activity, 4, 4),
            first(&one, Purpose::Activity, 3, 5),
        ] {
            assert_ne!(base, other);
        }
    }
}
