//! What the home page knows: one stop of its slider per setting, computed when the site is built.

use serde::{Deserialize, Serialize};
use sim_core::ids::JobId;
use sim_core::metrics::{Cause, Moment, Report, Timeline, Window};
use sim_core::units::Time;
use sim_core::workload::Class;

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

/// The longest stretch in the window in which the same number of GPUs stands idle under a limit and the same people wait;
/// weighed by GPUs, so that many for a night come before one for a week.
pub fn moment_in(timeline: &Timeline, window: Window) -> Option<Moment> {
    let mut edges: Vec<(Time, i32)> = Vec::new();
    for span in &timeline.idle {
        if let Cause::Limit(_) = span.cause {
            let (from, to) = (span.from.max(window.from), span.to.min(window.to));
            if from < to {
                edges.extend([(from, 1), (to, -1)]);
            }
        }
    }
    edges.sort_unstable();
    let mut level = 0;
    let mut best: Option<(u64, Moment)> = None;
    for (i, &(from, step)) in edges.iter().enumerate() {
        level += step;
        let Some(&(to, _)) = edges.get(i + 1) else { break };
        let weight = u64::from(level.unsigned_abs()) * u64::from(to.since(from).0);
        if weight > best.map_or(0, |(most, _)| most) {
            let moment = Moment {
                idle_by_limit: level.unsigned_abs(),
                people_held_by_limit: waiting_people(timeline, from),
                from,
                to,
            };
            best = Some((weight, moment));
        }
    }
    best.map(|(_, moment)| moment)
}

/// People with a job that was asked for and has not started at an instant.
fn waiting_people(timeline: &Timeline, at: Time) -> u32 {
    let waits = timeline
        .jobs
        .iter()
        .filter(|job| job.asked <= at && job.started.is_none_or(|start| start > at));
    let people: std::collections::BTreeSet<_> = waits.map(|job| job.user).collect();
    people.len() as u32
}

/// The ten-minute test of the window that waited longest, if one waited over ten minutes.
pub fn slow_test_in(timeline: &Timeline, window: Window) -> Option<JobId> {
    timeline
        .jobs
        .iter()
        .filter(|job| job.class == Class::Debug && job.asked >= window.from)
        .filter_map(|job| Some((job.started.filter(|&s| s < window.to)?.since(job.asked), job.job)))
        .filter(|&(wait, _)| wait.0 > 600)
        .max()
        .map(|(_, job)| job)
}
