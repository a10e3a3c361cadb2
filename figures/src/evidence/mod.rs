//! The evidence beneath an answer: who wins and who loses, and what happened when, each as a question with a finding, a drawing,
//! a table of the same numbers and a walk through them.
//!
//! Page and command line show the same pictures: both hand in what was found of the same runs. Statistics come from
//! `sim_core::metrics`; here they are put into words, rows and strokes.

mod above;
mod bands;
mod chosen;
mod differ;
mod files;
mod heat;
mod layers;
mod ledgers;
mod lines;
mod mirror;
mod page;
mod queue;
mod shares;
mod sight;
mod time;

use sim_core::engine::follow::Followed;
use sim_core::ids::{AccountId, IntentId, Table as ById, UserId};
use sim_core::metrics::course::{Course, Step};
use sim_core::metrics::heat::Heat;
use sim_core::metrics::{Report, SeedBands, SeedReport, Simplicity};
use sim_core::scenario::{Checked, Policy};
use sim_core::workload::{self, Demand, Person};

use crate::figure::{Figure, Table};

pub use above::above;
pub use chosen::{Mark, Who};
pub use files::{csv, standalone};
pub use page::{kept, sheets};
pub use sight::Sight;

/// One side of the first run, followed.
#[derive(Clone, Debug)]
pub struct First {
    /// What was seen.
    pub followed: Followed,
    /// The rules it ran under, for names.
    pub policy: Policy,
    /// Of each job that was to be foreseen, in order of id, the piece of work and the number of the segment.
    pub pieces: Vec<(IntentId, u32)>,
}

impl First {
    fn of(followed: Followed, side: &Checked, demand: &Demand) -> First {
        let jobs = workload::jobs(demand, side);
        First {
            followed,
            policy: side.scenario().policy.clone(),
            pieces: jobs.iter().map(|job| (job.intent, job.segment)).collect(),
        }
    }
}

/// What was found so far.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Winners and losers, run by run.
    pub bands: Vec<SeedBands>,
    /// Waits by size and length.
    pub heat: Heat,
    /// All runs, baseline and proposal, without their rasters.
    pub reports: [Report; 2],
    /// The first run, baseline and proposal.
    pub first: Option<[First; 2]>,
    /// Its people.
    pub people: ById<UserId, Person>,
    /// The work in the queue of every run that was followed, baseline and proposal, hour by hour; nothing else is in it.
    pub queues: Vec<[Course; 2]>,
    /// How many runs there are to be.
    pub wanted: u32,
}

impl Found {
    /// Nothing yet.
    pub fn nothing(wanted: u32, simplicity: [Simplicity; 2]) -> Found {
        Found {
            wanted,
            reports: simplicity.map(|simplicity| Report {
                seeds: Vec::new(),
                simplicity,
            }),
            ..Found::default()
        }
    }

    /// Adds a pair of runs on the same dice; `demand` is what both met.
    pub fn add(&mut self, [base, proposal]: [SeedReport; 2], demand: &Demand) {
        self.bands.push(SeedBands::of(&base, &proposal, demand));
        self.heat.add(&base, &proposal, demand);
        for (report, seed) in self.reports.iter_mut().zip([base, proposal]) {
            report.seeds.push(SeedReport {
                timeline: None,
                spans: None,
                ..seed
            });
        }
    }

    /// Adds a pair of runs that were followed, under the policies of `sides`. Of the first one all is kept.
    pub fn follow(&mut self, pair: [Followed; 2], sides: [&Checked; 2], demand: &Demand) {
        self.queues
            .push(pair.each_ref().map(|side| queue_of(&side.course)));
        if self.first.is_some() {
            return self.add(pair.map(|side| side.report), demand);
        }
        self.add(pair.each_ref().map(|side| side.report.clone()), demand);
        self.people = demand.people.clone();
        let [base, proposal] = pair;
        self.first = Some([
            First::of(base, sides[0], demand),
            First::of(proposal, sides[1], demand),
        ]);
    }

    /// "8 runs", or "3 of 8 runs" while some are still to come.
    pub fn runs(&self) -> String {
        let done = self.bands.len();
        if done as u32 >= self.wanted {
            crate::format::counted(done as u64, "run", "runs")
        } else {
            format!("{done} of {} runs", self.wanted)
        }
    }
}

/// The queue alone: the rest of a course is kept of the first run only.
fn queue_of(course: &Course) -> Course {
    let step = |step: &Step| Step {
        queued: step.queued.clone(),
        ..Step::default()
    };
    Course {
        window: course.window,
        steps: course.steps.iter().map(step).collect(),
    }
}

/// A picture with all its words.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// Its name in files and on the page.
    pub key: &'static str,
    /// Question, finding, table.
    pub figure: Figure,
    /// Further tables that belong to it.
    pub more: Vec<Table>,
    /// The drawing.
    pub svg: String,
    /// Places in the drawing that stand for somebody.
    pub marks: Vec<Mark>,
    /// Rows of its tables that are about whoever is chosen: the number of the table, and of the row.
    pub chosen: Vec<(usize, usize)>,
    /// What there is at the hour looked at; nothing where it is no picture over time.
    pub now: String,
    /// Where the walk through its marks stands, and what is said there.
    pub walk: Walk,
}

/// A walk through the marks of a picture.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Walk {
    /// How many marks there are; none where there is no walk.
    pub marks: usize,
    /// What is said of the one where it stands.
    pub said: String,
    /// Whom that one stands for, and what they are called there.
    pub who: Option<(Who, String)>,
}

/// All pictures that can be drawn of what was found, in the order of the page.
pub fn pictures(found: &Found, sight: &Sight) -> Vec<Picture> {
    let mut all = Vec::new();
    if !found.bands.is_empty() {
        all.push(bands::picture(found, sight));
        all.push(heat::picture(found, sight));
    }
    all.extend(queue::picture(found, sight));
    all.extend(mirror::picture(found, sight));
    all.extend(differ::picture(found, sight));
    all.extend(shares::picture(found, sight));
    all.extend(ledgers::picture(found, sight));
    all
}

/// Name of an account: accounts that the policy does not list have a number.
fn account(policy: &Policy, id: AccountId) -> String {
    let named = usize::from(id).checked_sub(1);
    named
        .and_then(|at| policy.associations.accounts.get(at))
        .map_or_else(|| id.to_string(), |account| account.name.clone())
}

#[cfg(test)]
mod tests;
