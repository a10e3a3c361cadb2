//! What is due when: ends, ticks, submissions, passes. Equal instants come out in the engine's written order, and
//! within a kind by id.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Passes;
use crate::ids::JobId;
use crate::scenario::{Backfill, PassRhythm, Policy};
use crate::units::{Span, Time};

/// A kind of pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Main,
    Backfill,
}

/// Everything that is still to come.
#[derive(Debug)]
pub(super) struct Due {
    ends: BinaryHeap<Reverse<(Time, JobId)>>,
    /// First submissions, latest first, so that the next one is at the end.
    submissions: Vec<(Time, JobId)>,
    /// Segments whose predecessor has ended.
    follows: BinaryHeap<Reverse<(Time, JobId)>>,
    tick: Option<Time>,
    calc_period: Span,
    main: Option<Time>,
    main_every: Span,
    backfill: Option<Time>,
    backfill_every: Option<Span>,
    passes: Passes,
}

impl Due {
    pub fn new(policy: &Policy, passes: Passes) -> Due {
        let main_every = match &policy.passes {
            PassRhythm::Slurm(p) => p.sched_interval,
            PassRhythm::EveryInstant | PassRhythm::EveryEvent => Span::secs(1),
        };
        let backfill_every = match &policy.backfill {
            Backfill::Off => None,
            Backfill::Easy => Some(Span::secs(1)),
            Backfill::Slurm(p) => match &policy.passes {
                PassRhythm::Slurm(_) => Some(p.interval),
                PassRhythm::EveryInstant | PassRhythm::EveryEvent => Some(Span::secs(1)),
            },
        };
        let forced = passes == Passes::Forced;
        let p = &policy.priority;
        // A period of ten years or more means no ticks: replays have neither fair share nor ledgers.
        Due {
            ends: BinaryHeap::new(),
            submissions: Vec::new(),
            follows: BinaryHeap::new(),
            tick: (p.calc_period < Span::days(3_650)).then_some(Time::ZERO + p.calc_period),
            calc_period: p.calc_period,
            main: forced.then_some(Time::ZERO),
            main_every,
            backfill: backfill_every.filter(|_| forced).map(|_| Time::ZERO),
            backfill_every,
            passes,
        }
    }

    /// A first submission; call [`Due::settle`] after the last one.
    pub fn submit(&mut self, at: Time, id: JobId) {
        self.submissions.push((at, id));
    }

    /// Brings the submissions into order.
    pub fn settle(&mut self) {
        self.submissions.sort_unstable_by(|a, b| b.cmp(a));
    }

    pub fn follow(&mut self, at: Time, id: JobId) {
        self.follows.push(Reverse((at, id)));
    }

    pub fn end(&mut self, at: Time, id: JobId) {
        self.ends.push(Reverse((at, id)));
    }

    /// The next instant at which anything is due. Ticks and passes alone keep nothing alive.
    pub fn next_instant(&self) -> Option<Time> {
        let jobs = [
            self.ends.peek().map(|r| r.0.0),
            self.follows.peek().map(|r| r.0.0),
            self.submissions.last().map(|s| s.0),
        ];
        let passes = [self.main, self.backfill];
        let next = jobs.into_iter().chain(passes).flatten().min()?;
        Some(self.tick.map_or(next, |tick| tick.min(next)))
    }

    pub fn end_at(&mut self, now: Time) -> Option<JobId> {
        pop(&mut self.ends, now)
    }

    /// The next submission due now, lowest id first.
    pub fn submission_at(&mut self, now: Time) -> Option<JobId> {
        let first = self.submissions.last().filter(|s| s.0 == now).map(|s| s.1);
        let follower = self.follows.peek().filter(|r| r.0.0 == now).map(|r| r.0.1);
        match (first, follower) {
            (Some(a), Some(b)) if b < a => pop(&mut self.follows, now),
            (Some(_), _) => self.submissions.pop().map(|s| s.1),
            (None, _) => pop(&mut self.follows, now),
        }
    }

    /// Whether a tick is due now; if so, the next one is set.
    pub fn tick_at(&mut self, now: Time) -> bool {
        let due = self.tick == Some(now);
        if due {
            self.tick = Some(now + self.calc_period);
        }
        due
    }

    /// A main pass is wanted at this instant.
    pub fn main_at(&mut self, at: Time) {
        self.main = Some(self.main.map_or(at, |other| other.min(at)));
    }

    /// A main pass is wanted at the next multiple of its interval.
    pub fn main_from(&mut self, at: Time) {
        self.main_at(at.ceil_to(self.main_every));
    }

    /// Backfill is wanted at the next multiple of its interval.
    pub fn backfill_from(&mut self, at: Time) {
        if let Some(every) = self.backfill_every {
            let at = at.ceil_to(every);
            self.backfill = Some(self.backfill.map_or(at, |other| other.min(at)));
        }
    }

    /// Whether a pass of this kind is due now. With every pass forced, the next one is set.
    pub fn pass_at(&mut self, now: Time, kind: Kind) -> bool {
        let (slot, every) = match kind {
            Kind::Main => (&mut self.main, self.main_every),
            Kind::Backfill => (&mut self.backfill, self.backfill_every.unwrap_or(Span::secs(1))),
        };
        let due = *slot == Some(now);
        if due {
            *slot = match self.passes {
                Passes::WhereNeeded => None,
                Passes::Forced => Some((now + Span::secs(1)).ceil_to(every)),
            };
        }
        due
    }
}

fn pop(heap: &mut BinaryHeap<Reverse<(Time, JobId)>>, now: Time) -> Option<JobId> {
    heap.peek()
        .is_some_and(|r| r.0.0 == now)
        .then(|| heap.pop().expect("it was peeked").0.1)
}
