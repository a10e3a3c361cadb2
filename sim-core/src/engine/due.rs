//! What is due when: ends, changes of nodes and rules, ticks, submissions, passes. Equal instants come out in the
//! engine's written order, and within a kind by id.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Passes;
use crate::ids::JobId;
use crate::order;
use crate::scenario::{Backfill, PassRhythm, Policy};
use crate::units::{Span, Time};

/// A kind of pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Main,
    Backfill,
}

/// When the priority ticks come.
#[derive(Debug)]
enum Ticks {
    Never,
    Every(Span),
    /// Given instants, latest first.
    Given(Vec<Time>),
}

/// The earlier of two instants that there may be.
fn sooner(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Everything that is still to come.
#[derive(Debug)]
pub(super) struct Due {
    /// Ends by job and number of its run: one that has ended otherwise is out of date.
    ends: BinaryHeap<Reverse<(Time, JobId, u32)>>,
    /// First submissions, latest first, so that the next one is at the end.
    submissions: Vec<(Time, JobId)>,
    /// Segments whose predecessor has ended, and jobs whose time to be looked at comes.
    follows: BinaryHeap<Reverse<(Time, JobId)>>,
    /// Jobs whose owners look after them if they still wait.
    looks: BinaryHeap<Reverse<(Time, JobId)>>,
    /// Instants at which nodes, reservations or rules change.
    changes: BinaryHeap<Reverse<Time>>,
    /// Instants at which time alone may change what a pass decides.
    wakes: BinaryHeap<Reverse<Time>>,
    ticks: Ticks,
    tick: Option<Time>,
    main: Option<Time>,
    main_every: Span,
    /// How often limits are scanned; ticks fall on scans, since both count from the start of slurmctld.
    scan_every: Span,
    backfill: Option<Time>,
    backfill_every: Option<Span>,
    passes: Passes,
    /// The instant whose passes came before what happened then.
    over: Option<Time>,
    /// The instant whose main pass alone did.
    main_over: Option<Time>,
}

impl Due {
    pub fn new(policy: &Policy, passes: Passes) -> Due {
        let main_every = match &policy.passes {
            PassRhythm::Slurm(p) => p.sched_interval,
            PassRhythm::EveryInstant | PassRhythm::EveryEvent => Span::secs(1),
        };
        let scan_every = match &policy.passes {
            PassRhythm::Slurm(p) => p.kill_scan,
            PassRhythm::EveryInstant | PassRhythm::EveryEvent => Span::ZERO,
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
        let period = policy.priority.calc_period;
        // A period of ten years or more means no ticks: replays have neither fair share nor ledgers.
        let ticks = if period < Span::days(3_650) {
            Ticks::Every(period)
        } else {
            Ticks::Never
        };
        Due {
            ends: BinaryHeap::new(),
            submissions: Vec::new(),
            follows: BinaryHeap::new(),
            looks: BinaryHeap::new(),
            changes: BinaryHeap::new(),
            wakes: BinaryHeap::new(),
            tick: matches!(ticks, Ticks::Every(_)).then_some(Time::ZERO + period),
            ticks,
            main: forced.then_some(Time::ZERO),
            main_every,
            scan_every,
            backfill: backfill_every.filter(|_| forced).map(|_| Time::ZERO),
            backfill_every,
            passes,
            over: None,
            main_over: None,
        }
    }

    /// Ticks come at these instants and at no others.
    pub fn tick_only_at(&mut self, mut instants: Vec<Time>) {
        order::sort_by(&mut instants, |a, b| b.cmp(a));
        instants.dedup();
        self.tick = instants.pop();
        self.ticks = Ticks::Given(instants);
    }

    /// The scan for exceeded limits at this instant or after it.
    pub fn scan_after(&self, at: Time) -> Time {
        let every = self.scan_every.0;
        if every == 0 {
            return at;
        }
        let phase = match (&self.ticks, self.tick) {
            (Ticks::Given(_), Some(tick)) => tick.0 % every,
            (Ticks::Given(_) | Ticks::Never | Ticks::Every(_), _) => 0,
        };
        let late = (at.0 + every - phase) % every;
        if late == 0 { at } else { at + Span(every - late) }
    }

    /// A first submission; call [`Due::settle`] after the last one.
    pub fn submit(&mut self, at: Time, id: JobId) {
        self.submissions.push((at, id));
    }

    /// Brings the submissions into order.
    pub fn settle(&mut self) {
        // A trace comes in order.
        self.submissions.reverse();
        if !self.submissions.is_sorted_by(|a, b| a >= b) {
            order::sort_by(&mut self.submissions, |a, b| b.cmp(a));
        }
    }

    /// Whether nobody is to be submitted any more, as far as is known.
    pub fn knows_no_submission(&self) -> bool {
        self.submissions.is_empty()
    }

    pub fn follow(&mut self, at: Time, id: JobId) {
        self.follows.push(Reverse((at, id)));
    }

    /// The owner of a job looks after it at this instant.
    pub fn look(&mut self, at: Time, id: JobId) {
        self.looks.push(Reverse((at, id)));
    }

    /// The next job that its owner looks after now, lowest id first.
    pub fn look_at(&mut self, now: Time) -> Option<JobId> {
        let Reverse((at, id)) = *self.looks.peek()?;
        (at == now).then(|| {
            self.looks.pop();
            id
        })
    }

    pub fn end(&mut self, at: Time, id: JobId, run: u32) {
        self.ends.push(Reverse((at, id, run)));
    }

    /// A job has come in already.
    pub fn forget_submission(&mut self, id: JobId) {
        self.submissions.retain(|(_, other)| *other != id);
    }

    /// Whatever end was to come for this job does not.
    pub fn forget_end(&mut self, id: JobId) {
        self.ends.retain(|Reverse((_, other, _))| *other != id);
    }

    pub fn change(&mut self, at: Time) {
        self.changes.push(Reverse(at));
    }

    /// Passes are wanted from this instant on, besides all others.
    pub fn wake(&mut self, at: Time) {
        self.wakes.push(Reverse(at));
    }

    /// The next instant at which anything is due. Ticks of a period and passes alone keep nothing alive.
    pub fn next_instant(&self) -> Option<Time> {
        let submission = self.submissions.last().map(|s| s.0);
        let mut next = sooner(self.main, self.backfill);
        next = sooner(next, self.ends.peek().map(|r| r.0.0));
        next = sooner(next, self.follows.peek().map(|r| r.0.0));
        next = sooner(next, self.looks.peek().map(|r| r.0.0));
        next = sooner(next, submission);
        next = sooner(next, self.changes.peek().map(|r| r.0));
        next = sooner(next, self.wakes.peek().map(|r| r.0));
        match &self.ticks {
            Ticks::Never | Ticks::Every(_) if next.is_none() => None,
            Ticks::Given(_) | Ticks::Never | Ticks::Every(_) => sooner(next, self.tick),
        }
    }

    /// The next tick, whether or not anything else is to come.
    pub fn next_tick(&self) -> Option<Time> {
        self.tick
    }

    /// The next end due now: which job, and which of its runs.
    pub fn end_at(&mut self, now: Time) -> Option<(JobId, u32)> {
        let Reverse((at, id, run)) = *self.ends.peek()?;
        (at == now).then(|| {
            self.ends.pop();
            (id, run)
        })
    }

    /// Whether nodes, reservations or rules change now.
    pub fn change_at(&mut self, now: Time) -> bool {
        let mut due = false;
        while self.changes.peek() == Some(&Reverse(now)) {
            self.changes.pop();
            due = true;
        }
        due
    }

    /// Whether time alone may change what passes decide from now on; if so, they are due.
    pub fn wake_at(&mut self, now: Time) {
        while self.wakes.peek() == Some(&Reverse(now)) {
            self.wakes.pop();
            self.main_from(now);
            self.backfill_from(now);
        }
    }

    /// The next job due now, lowest id first.
    pub fn submission_at(&mut self, now: Time) -> Option<JobId> {
        let first = self.submissions.last().filter(|s| s.0 == now).map(|s| s.1);
        let follower = self.follows.peek().filter(|r| r.0.0 == now).map(|r| r.0.1);
        match (first, follower) {
            (Some(a), Some(b)) if b < a => self.follows.pop().map(|r| r.0.1),
            (Some(_), _) => self.submissions.pop().map(|s| s.1),
            (None, Some(_)) => self.follows.pop().map(|r| r.0.1),
            (None, None) => None,
        }
    }

    /// Whether a tick is due now; if so, the next one is set.
    pub fn tick_at(&mut self, now: Time) -> bool {
        let due = self.tick == Some(now);
        if due {
            self.tick = match &mut self.ticks {
                Ticks::Never => None,
                Ticks::Every(period) => Some(now + *period),
                Ticks::Given(instants) => instants.pop(),
            };
        }
        due
    }

    /// A main pass is wanted at this instant.
    pub fn main_at(&mut self, at: Time) {
        let at = if self.over == Some(at) || self.main_over == Some(at) {
            at + Span::secs(1)
        } else {
            at
        };
        self.main = Some(self.main.map_or(at, |other| other.min(at)));
    }

    /// A main pass is wanted at the next multiple of its interval.
    pub fn main_from(&mut self, at: Time) {
        self.main_at(at.ceil_to(self.main_every));
    }

    /// Whether a main pass at this instant is the periodic one, which looks at the whole queue.
    pub fn is_periodic(&self, now: Time) -> bool {
        now.ceil_to(self.main_every) == now
    }

    /// Whether every pass is run.
    pub fn is_forced(&self) -> bool {
        self.passes == Passes::Forced
    }

    /// Backfill is wanted at the next multiple of its interval.
    pub fn backfill_from(&mut self, at: Time) {
        if let Some(every) = self.backfill_every {
            let over = self.over == Some(at);
            let at = if over { at + Span::secs(1) } else { at }.ceil_to(every);
            self.backfill = Some(self.backfill.map_or(at, |other| other.min(at)));
        }
    }

    /// The passes of this second came before what happened in it: a main pass looks a second later, backfill in its next
    /// turn.
    pub fn passes_are_over(&mut self, now: Time) {
        let next = now + Span::secs(1);
        self.over = Some(now);
        self.main = self.main.filter(|&at| at != now);
        self.main_at(next);
        if let Some(every) = self.backfill_every {
            self.backfill = self.backfill.filter(|&at| at != now);
            let at = next.ceil_to(every);
            self.backfill = Some(self.backfill.map_or(at, |other| other.min(at)));
        }
    }

    /// The main pass of this second came before what happened in it: the next one looks a second later.
    pub fn main_is_over(&mut self, now: Time) {
        self.main_over = Some(now);
        self.main = self.main.filter(|&at| at != now);
    }

    /// Whether it is backfill's turn at this instant, needed or not.
    pub fn is_backfills_turn(&self, now: Time) -> bool {
        self.backfill_every.is_some_and(|every| now.ceil_to(every) == now)
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
