//! What has happened to one job: watched instant by instant.

use serde::{Deserialize, Serialize};

use super::Refused;
use crate::cluster::{Ending, JobState};
use crate::engine::{By, Happened, Run};
use crate::ids::JobId;
use crate::reason::Reason;
use crate::sched::limits::Refusal;
use crate::units::{Span, Time};

/// What becomes of a job.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Fate {
    /// When it was submitted first; `None` if it never was.
    pub submitted: Option<Time>,
    /// When it started first; `None` if it still waited when the simulation stopped, or never came in.
    pub started: Option<Time>,
    /// When it ended last, and how; `None` if it had not when the simulation stopped.
    pub ended: Option<(Time, Ending)>,
    /// How long it waited, by reason, in order of first waiting.
    pub waited: Vec<(Reason, Span)>,
    /// How often it started.
    pub runs: u32,
    /// How it was refused, if it was.
    pub refused: Option<Refused>,
}

impl Fate {
    /// The time from submission to the first start.
    pub fn wait(&self) -> Option<Span> {
        Some(self.started?.since(self.submitted?))
    }
}

/// What becomes of a job until it is gone or the simulation stops. `run` stands before its first instant.
pub fn fate(mut run: Run, job: JobId) -> Fate {
    let end = run.window.to;
    follow(&mut run, job, end).fate
}

/// What has happened to a job.
#[derive(Debug, Default)]
pub(super) struct Past {
    pub fate: Fate,
    /// Its present reason, if it waits, and since when.
    pub waits: Option<(Reason, Time)>,
    /// Which pass started it last.
    pub by: Option<By>,
    /// For whom it was pushed off last.
    pub pushed_off_for: Option<JobId>,
}

/// Runs to `at`, or until the job is gone.
pub(super) fn follow(run: &mut Run, id: JobId, at: Time) -> Past {
    run.keep_log();
    let mut past = Past::default();
    if usize::from(id) >= run.cluster.jobs.len() {
        return past;
    }
    while run.step(at) {
        let job = &run.cluster.jobs[id];
        let reason = match job.state {
            JobState::Future | JobState::Running | JobState::Completing | JobState::Ended => None,
            JobState::NotEligible | JobState::Pending => Some(job.reason),
        };
        if job.state != JobState::Future {
            past.fate.submitted.get_or_insert(job.submitted);
        }
        past.waits_for(reason, run.now);
        if past.fate.submitted.is_some() && job.state == JobState::Ended {
            break;
        }
    }
    if let Some((reason, since)) = past.waits {
        let until = at.min(run.window.to);
        past.add(reason, until.since(since));
    }
    past.read(run, id);
    past
}

impl Past {
    fn waits_for(&mut self, reason: Option<Reason>, now: Time) {
        if reason == self.waits.map(|(reason, _)| reason) {
            return;
        }
        if let Some((before, since)) = self.waits {
            self.add(before, now.since(since));
        }
        self.waits = reason.map(|reason| (reason, now));
    }

    fn add(&mut self, reason: Reason, waited: Span) {
        if waited == Span::ZERO {
            return;
        }
        match self.fate.waited.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, sum)) => *sum += waited,
            None => self.fate.waited.push((reason, waited)),
        }
    }

    fn read(&mut self, run: &Run, id: JobId) {
        for (at, what) in run.log().entries() {
            match what {
                Happened::Refused(job, refusal) if *job == id => {
                    self.fate.refused = Some(refused(*at, *refusal));
                }
                Happened::Started { job, by, .. } if *job == id => {
                    self.fate.started.get_or_insert(*at);
                    self.fate.runs += 1;
                    self.by = Some(*by);
                }
                Happened::Preempted { job, by } if *job == id => self.pushed_off_for = Some(*by),
                Happened::Ended(job, how) if *job == id && *how != Ending::Requeued => {
                    self.fate.ended = Some((*at, *how));
                }
                Happened::Refused(..)
                | Happened::Started { .. }
                | Happened::Preempted { .. }
                | Happened::Ended(..) => {}
            }
        }
    }
}

fn refused(at: Time, refusal: Refusal) -> Refused {
    Refused {
        at,
        reason: match refusal {
            Refusal::Limit(reason) | Refusal::Partition(reason) => Some(reason),
            Refusal::PartitionClosed | Refusal::NoSuchNodes => None,
        },
        told: refusal.to_string(),
    }
}
