//! What the home page knows: one stop of its slider per setting, computed when the site is built.

mod moment;

use serde::{Deserialize, Serialize};
use sim_core::ids::JobId;
use sim_core::metrics::{Report, SeedReport, Timeline, Window};

use crate::answer::{self, Part};
use crate::format;
use crate::kind::Kind;
use crate::raster::{Look, Size};
use crate::view::{self, Spread};

pub use moment::{Moment, cropped, moment_in, slow_test_in};

/// Days in the picture.
pub const DAYS: u32 = 14;

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
    /// Typical wait of a ten-minute test, in seconds; zero if nobody asks for one.
    pub test_wait: Spread,
    /// "There are free GPUs, and I am not allowed to use them."
    pub not_allowed: Often,
    /// "Every GPU is taken, and I only need ten minutes."
    pub all_taken: Often,
    /// One true sentence about the picture.
    pub caption: String,
    /// The answer against the stop of the picture; empty at that stop.
    pub answer: Vec<Part>,
    /// The picture: the first two weeks of the first run.
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
    /// From 100 thousandths it is *sometimes*: one look at the queue, or one test, in ten.
    pub const SOMETIMES: u32 = 100;
    /// From 333 thousandths it is *often*: one in three.
    pub const OFTEN: u32 = 333;

    /// The word for so many thousandths, as [`sim_core::metrics::Complaints`] counts them.
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
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Under its ring.
    pub label: &'a str,
    /// At the head of the caption.
    pub setting: &'a str,
    /// Its runs; the first one that has a timeline is the picture.
    pub report: &'a Report,
}

impl Home {
    /// Puts the settings in words. `picture` is the one that the still shows and that the others are compared with.
    pub fn new(settings: &[Setting<'_>], picture: usize) -> Home {
        let shown = settings.get(picture);
        let stops = settings.iter().enumerate().map(|(i, setting)| {
            let against = shown.filter(|_| i != picture).map(|shown| shown.report);
            Stop::new(setting, against)
        });
        Home {
            stops: stops.collect(),
            picture: picture as u32,
            runs: shown.map_or(0, |shown| shown.report.seeds.len() as u32),
        }
    }
}

impl Stop {
    fn new(setting: &Setting<'_>, against: Option<&Report>) -> Stop {
        let report = setting.report;
        let often = |of: fn(&SeedReport) -> u32| {
            Often::of(view::middle(report, |seed| f64::from(of(seed))).median.round() as u32)
        };
        let timeline = report.seeds.iter().find_map(|seed| seed.timeline.as_ref());
        let timeline =
            timeline.map_or_else(Timeline::default, |timeline| cropped(timeline, window(timeline)));
        let shown = window(&timeline);
        let moment = moment_in(&timeline, shown);
        Stop {
            label: setting.label.to_owned(),
            setting: setting.setting.to_owned(),
            used: view::middle(report, SeedReport::used),
            test_wait: view::wait(report, Kind::Test, 500).unwrap_or_default(),
            not_allowed: often(|seed| seed.complaints.not_allowed),
            all_taken: often(|seed| seed.complaints.all_taken),
            caption: caption(&timeline, moment),
            answer: against.map_or_else(Vec::new, |base| {
                answer::answer(&view::compare(base, report), base, report)
            }),
            slow_test: slow_test_in(&timeline, shown),
            moment,
            timeline,
        }
    }

    /// How its picture is drawn: two weeks, with the hours and the job that the complaints are about.
    pub fn look(&self, size: Size) -> Look {
        Look {
            moment: self.moment.map(|moment| Window {
                from: moment.from,
                to: moment.to,
            }),
            job: self.slow_test,
            ..Look::first_days(&self.timeline, DAYS, size)
        }
    }

    /// Beside the second complaint: "Asked Fri 13:54, started 20 h later. A steep line is a short wait."
    pub fn slow_test_words(&self) -> Option<String> {
        let id = self.slow_test?;
        let job = self.timeline.jobs.iter().find(|job| job.job == id)?;
        let wait = job.started?.since(job.asked);
        let (asked, wait) = (format::clock(job.asked), format::span(f64::from(wait.0)));
        Some(format!(
            "Asked {asked}, started {wait} later. A steep line is a short wait."
        ))
    }
}

fn window(timeline: &Timeline) -> Window {
    Look::first_days(timeline, DAYS, Size::Desktop).window
}

/// One true sentence about the picture.
fn caption(timeline: &Timeline, moment: Option<Moment>) -> String {
    let gpus: u32 = timeline.nodes.iter().sum();
    let Some(moment) = moment else {
        return format!("In these {DAYS} days none of the {gpus} GPUs stands idle because of a limit.");
    };
    let (idle, people) = (moment.idle_by_limit, moment.people_held_by_limit);
    format!(
        "On {} at {:02}:{:02}, {idle} of {gpus} GPUs {} idle under a limit while {}.",
        format::day(moment.from, timeline.from),
        moment.from.hour(),
        moment.from.0 / 60 % 60,
        if idle == 1 { "stands" } else { "stand" },
        match people {
            1 => String::from("one person waits"),
            n => format!("{n} people wait"),
        }
    )
}

#[cfg(test)]
#[path = "truth.rs"]
mod truth;
