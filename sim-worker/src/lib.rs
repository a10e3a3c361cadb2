//! The simulator off the main thread: everything that crosses between a page and its workers, and the page's side of it.
//!
//! Messages are `postcard` bytes in a `Uint8Array` whose buffer is handed over. Page and worker are built together, so
//! the bytes promise nothing beyond one build; [`PROTOCOL`] catches a stale worker from a cache.
//!
//! No scenario crosses but in the bytes of the set-ups, which the page hands on unread. The page speaks in settings of
//! knobs, so that it does not grow with the scenario.

mod asked;
mod attend;
mod brought;
mod clerk;
mod client;
mod desk;
mod evidence;
mod opened;
mod qr;
mod question;
mod trusted;

use serde::{Deserialize, Serialize};
use sim_core::metrics::{Detail, SeedReport};

pub use asked::{Case, InForce, SetUps};
pub use attend::{attend, attend_at_length};
pub use brought::Brought;
pub use clerk::{Clerk, Errand};
pub use client::{Client, Heard, Said};
pub use desk::{Begin, serve};
pub use evidence::Evidence;
pub use opened::{Builder, Opened, Opening};
pub use question::{About, Answer, Explainer, Question, Told};

/// Number of this set of messages; it rises whenever they, or anything inside them, change.
pub const PROTOCOL: u32 = 6;

/// One run asked of a worker. A later run has a greater number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct RunId(pub u32);

/// What a page may ask of a worker.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Request {
    /// These are the set-ups that cases name, in place of any before. Said first.
    SetUps {
        /// As the page brings them along.
        bytes: Vec<u8>,
    },
    /// Run one seed. A run still under way in this worker is dropped without a word: the latest wins.
    Run {
        /// Its number.
        run: RunId,
        /// What is asked.
        case: Case,
        /// With these dice.
        seed: u64,
        /// How much is to be reported.
        detail: Detail,
        /// Measure only so many days (a first look); the demand stays that of the whole horizon.
        stop_after_days: Option<u32>,
    },
    /// Drop this run if it is still under way. Nothing is answered.
    Cancel {
        /// Its number.
        run: RunId,
    },
}

/// What a worker tells its page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The worker has started and listens. Nothing sent before this is heard.
    Ready {
        /// Its [`PROTOCOL`].
        protocol: u32,
    },
    /// The run begins.
    Begun {
        /// Its number.
        run: RunId,
        /// What holds in its case.
        in_force: InForce,
    },
    /// The run goes on.
    Progress {
        /// Its number.
        run: RunId,
        /// Share done, 0 to 1.
        done: f32,
    },
    /// The run is over.
    Finished {
        /// Its number.
        run: RunId,
        /// What came of it.
        report: Box<SeedReport>,
    },
    /// The scenario cannot be run.
    Rejected {
        /// The number of the run.
        run: RunId,
        /// Every problem, as a sentence with place and remedy.
        problems: Vec<String>,
    },
    /// This worker has no room for what the run needs: the larger one has.
    Elsewhere {
        /// The number of the run.
        run: RunId,
    },
}

/// A message as bytes. Empty bytes stand for what cannot be written, and [`decode`] refuses them.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).unwrap_or_default()
}

/// The message in these bytes, if they hold one.
pub fn decode<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::knobs::Settings;
    use sim_core::scenario::{Horizon, Scenario};

    #[test]
    fn a_request_survives_the_crossing() {
        let request = Request::Run {
            run: RunId(3),
            case: Case {
                profile: "group-32".to_owned(),
                settings: Settings::of(&Scenario::default()),
                horizon: Horizon::PAGE,
                seed: 1,
            },
            seed: 7,
            detail: Detail::Timeline,
            stop_after_days: Some(14),
        };
        assert_eq!(decode(&encode(&request)), Some(request));
    }

    #[test]
    fn a_reply_survives_the_crossing() {
        let report = sim_core::metrics::SeedReport {
            seed: 5,
            capacity: u64::MAX,
            ..Default::default()
        };
        let reply = Reply::Finished {
            run: RunId(9),
            report: Box::new(report),
        };
        assert_eq!(decode(&encode(&reply)), Some(reply));
    }

    #[test]
    fn bytes_that_are_no_message_are_refused() {
        assert_eq!(decode::<Reply>(&[]), None);
        assert_eq!(decode::<Reply>(&[250, 1, 2]), None);
    }
}
