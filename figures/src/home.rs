//! What the home page knows: one stop of its slider per setting, computed when the site is built.

use serde::{Deserialize, Serialize};
use sim_core::ids::JobId;
use sim_core::metrics::{Moment, Report, Timeline};

use crate::answer::Part;
use crate::view::Spread;

/// The home page's question with all its answers.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Home {
    /// One per setting, in the order of the slider.
    pub stops: Vec<Stop>,
    /// The stop that the still shows.
    pub picture: u32,
    /// Runs behind each number.
    pub runs: u32,
}

/// One setting and what it does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Stop {
    /// Under its ring: "4", "no limit".
    pub label: String,
    /// At the head of the caption: "Limit 4", "No limit".
    pub setting: String,
    /// Share of the GPUs in use, 0 to 1.
    pub used: Spread,
    /// Typical wait of a ten-minute test, in seconds.
    pub test_wait: Spread,
    /// "There are free GPUs, and I am not allowed to use them."
    pub not_allowed: Often,
    /// "Every GPU is taken, and I only need ten minutes."
    pub all_taken: Often,
    /// One true sentence about the picture.
    pub caption: String,
    /// The answer against the stop of the picture.
    pub answer: Vec<Part>,
    /// The picture: the first two weeks of one run.
    pub timeline: Timeline,
    /// Where the first complaint is true in the picture, if it is.
    pub moment: Option<Moment>,
    /// A ten-minute test that waited, if there is one: where the second complaint is true.
    pub slow_test: Option<JobId>,
}

/// How often a complaint is said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Often {
    /// Below [`Often::SOMETIMES`].
    Rarely,
    /// Below [`Often::OFTEN`].
    Sometimes,
    /// From there.
    Often,
}

impl Often {
    /// All, in order.
    pub const ALL: [Often; 3] = [Often::Rarely, Often::Sometimes, Often::Often];
    /// From 100 thousandths it is *sometimes*: one time in ten that one asks or looks, about once in a fortnight of
    /// working days.
    pub const SOMETIMES: u32 = 100;
    /// From 333 thousandths it is *often*: one time in three, a couple of times in a working week.
    pub const OFTEN: u32 = 333;

    /// The word for so many thousandths.
    pub const fn of(thousandths: u32) -> Often {
        match thousandths {
            0..Often::SOMETIMES => Often::Rarely,
            Often::SOMETIMES..Often::OFTEN => Often::Sometimes,
            Often::OFTEN.. => Often::Often,
        }
    }

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Often::Rarely => "rarely",
            Often::Sometimes => "sometimes",
            Often::Often => "often",
        }
    }
}

/// A setting to be shown.
pub struct Setting<'a> {
    /// Under its ring.
    pub label: &'a str,
    /// At the head of the caption.
    pub setting: &'a str,
    /// Its runs; the first one with a timeline is the picture.
    pub report: &'a Report,
}

impl Home {
    /// Puts the settings in words. `picture` is the one that the still shows and that the others are compared with.
    pub fn new(settings: &[Setting<'_>], picture: usize) -> Home {
        let _ = settings;
        Home {
            stops: Vec::new(),
            picture: picture as u32,
            runs: 0,
        }
    }
}
