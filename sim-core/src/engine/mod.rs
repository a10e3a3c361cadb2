//! When: the clock that moves. Takes what is due, lets the scheduler choose, carries it out, and tells the observer.
//!
//! **Order at one instant**: ends, changes of nodes and rules, priority tick, submissions, main pass, backfill; within a
//! kind by id. The order is part of the results: changing it is a change of results.
//!
//! **Passes that are not run.** A main pass depends on the cluster alone, so it is run only after something changed: an
//! end, a submission, a start, a tick that brought the queue into another order or let a limited run-minutes ledger fall,
//! a reason that backfill took away, a change of nodes, reservations or rules. Backfill depends on the cluster and the
//! clock; it is run after a change and at the instants that the last walk named
//! ([`crate::sched::backfill::BackfillPass::recheck`]). A walk that has tested as many jobs as it may has not looked further: a
//! submission or a new order behind its last place is no change to it. Time alone also ends exempt times, brings jobs of age, and
//! brings reservations nearer than a time limit: those instants are named when a job starts or comes in, and when a
//! reservation begins or ends. Where limits depend on the nodes that a job would get, a reason that one kind of pass gives is
//! a change to the other, which may see other nodes. Where rules look at priorities themselves, every tick counts as a change;
//! and ticks go on as long as jobs wait. A run with every pass forced gives the same records; a test holds us
//! to it.
//!
//! In the replay of a trace, first come, first served or EASY, there are neither limits nor priorities. There a start only
//! takes room away and asks for no further pass, and no main pass is run while too little is free for the head
//! ([`replay`]).

mod budgets;
mod by_hand;
mod change;
mod crowd;
mod due;
mod elsewhere;
mod ends;
pub mod explain;
pub mod follow;
mod handover;
mod log;
mod prepare;
mod react;
pub mod replay;
mod service;
mod submission;

use crate::cluster::{Cluster, JobState, Reordered};
use crate::ids::{JobId, ShapeId, Table};
use crate::metrics::collect::Collector;
use crate::metrics::{Detail, SeedReport, Window};
use crate::reason::Reason;
use crate::scenario::{Backfill, Checked, PassRhythm};
use crate::sched::backfill::BackfillPass;
use crate::sched::easy::{EasyPass, PlaceByPlace, Search};
use crate::sched::main_pass::{MainPass, MainRules};
use crate::sched::priority::Standing;
use crate::sched::{Decision, idle, limits, priority};
use crate::units::{Span, Time};
use crate::workload::JobSpec;

use due::{Due, Kind};
use react::Moment;

pub use by_hand::JobChange;
pub use change::Change;
pub use log::{By, Happened, Log};

/// Which passes are run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passes {
    /// Those that can change something.
    WhereNeeded,
    /// Every one at its interval, for tests and benches.
    Forced,
}

/// What a run has taken so far, for benches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effort {
    /// Events handled.
    pub events: u64,
    /// Passes run.
    pub passes: u64,
    /// Of these, main passes between their intervals: soon after a submission.
    pub between: u64,
    /// Jobs that backfill tested on nodes.
    pub tested: u64,
}

/// Runs one seed to the end of the horizon.
pub fn run(scenario: &Checked, seed: u64, detail: Detail) -> SeedReport {
    let mut run = Run::new(scenario, seed, detail, None);
    while run.advance(u32::MAX) < 1.0 {}
    run.finish()
}

/// A run that can be advanced in slices, for progress and cancelling.
#[derive(Debug)]
pub struct Run {
    scenario: Checked,
    seed: u64,
    /// What is true of each job; none where nobody observes.
    specs: Table<JobId, JobSpec>,
    /// How long each job would run.
    runtimes: Table<JobId, Span>,
    /// By job, the next segment of its chain, up to the last that has one.
    followers: Vec<Option<JobId>>,
    /// Jobs that wait for others: on whom, who. In order.
    dependents: Vec<(JobId, JobId)>,
    cluster: Cluster,
    rules: priority::Rules,
    main_rules: MainRules,
    /// Whether passes look at priorities themselves, not only at the order that they make.
    numbers_matter: bool,
    due: Due,
    changes: change::Changes,
    /// Carries out what an admin does by hand; `None` while nobody does anything, so that a program in which nobody can
    /// carries none of it.
    by_hand: Option<fn(&mut Run, Change, Time)>,
    /// The service that shares nodes with the jobs; `None` where there is none.
    service: Option<Box<service::Service>>,
    /// What is done elsewhere; `None` where nothing is.
    elsewhere: Option<Box<elsewhere::Elsewhere>>,
    /// The people, if they react to what they see or a quota does; `None` where the run is the plain one.
    crowd: Option<Box<crowd::Crowd>>,
    /// Carries out how they react, and what a service asks for; `None` where there is neither, so that a program whose runs
    /// are plain carries none of it.
    react: Option<fn(&mut Run, react::Moment, Time)>,
    /// Whether all devices are one pool without limits or priorities: starts give later passes nothing new to see, nor
    /// does time.
    looks_once: bool,
    /// How EASY searches the queue, if not place by place.
    search: Option<Box<dyn Search>>,
    /// `None` while nobody observes.
    collector: Option<Collector>,
    log: Log,
    window: Window,
    /// The last walk of backfill, for its memory. With every pass forced it is not used.
    walk: Option<Box<BackfillPass>>,
    /// The last place in the queue on which that walk depended. While only places behind it change, the next one would
    /// come to the same.
    last_place: usize,
    /// The last pass that looks past blocked jobs, if nothing has become free since.
    looked: Option<Time>,
    last_main: Option<Time>,
    /// The instant handled last.
    now: Time,
    /// Whether this instant wrote a record.
    wrote: bool,
    passes: u64,
    events: u64,
    between: u64,
    tested: u64,
    done: bool,
}

impl Run {
    /// The next segment of a job's chain.
    fn follower(&self, id: JobId) -> Option<JobId> {
        self.followers.get(usize::from(id)).copied().flatten()
    }

    /// Ticks come at these instants only, in place of every PriorityCalcPeriod. For replaying what a real Slurm did.
    pub fn tick_only_at(&mut self, instants: Vec<Time>) {
        self.due.tick_only_at(instants);
    }

    /// From now on every start, preemption and end is written down; [`Run::log`] has it.
    pub fn keep_log(&mut self) {
        self.log.keep();
    }

    /// What has happened since [`Run::keep_log`].
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Handles up to `events` more events; returns the share of simulated time done, 1.0 when finished.
    pub fn advance(&mut self, events: u32) -> f32 {
        let stop = self.events + u64::from(events);
        while !self.done && self.events < stop {
            match self.next_due() {
                Some(now) if now < self.window.to => self.instant(now),
                Some(_) | None => self.done = true,
            }
        }
        if self.done {
            return 1.0;
        }
        let now = self
            .next_due()
            .map_or(self.window.to, |at| at.min(self.window.to));
        (now.0 as f32 / self.window.to.0.max(1) as f32).min(0.999)
    }

    /// The cluster as it is, for explanation and tests.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// What turns factors into priorities.
    pub fn priority_rules(&self) -> &priority::Rules {
        &self.rules
    }

    /// The instant handled last; zero before the first.
    pub fn now(&self) -> Time {
        self.now
    }

    /// What it has taken so far.
    pub fn effort(&self) -> Effort {
        Effort {
            events: self.events,
            passes: self.passes,
            between: self.between,
            tested: self.tested,
        }
    }

    /// When the next instant comes, if there is one before the end.
    pub fn next_instant(&self) -> Option<Time> {
        self.next_due().filter(|&at| at < self.window.to)
    }

    /// Where jobs wait and nothing else is to come, the next tick may still put them into another order, or fill a budget.
    fn next_due(&self) -> Option<Time> {
        let waiting = !self.cluster.queue.is_empty();
        self.due
            .next_instant()
            .or_else(|| self.due.next_tick().filter(|_| waiting))
    }

    /// Everything due at one instant, in the written order.
    fn instant(&mut self, now: Time) {
        self.now = now;
        self.wrote = false;
        self.due.wake_at(now);
        // Ends that come after backfill's look of this second.
        let mut late = Vec::new();
        while let Some((id, run)) = self.due.end_at(now) {
            let job = &self.cluster.jobs[id];
            if job.runs != run {
                continue;
            }
            match job.state {
                JobState::Running if self.ends_after_backfill(job, now) => late.push((id, run)),
                JobState::Running => {
                    let how = self.how_it_ends(id, now);
                    self.end(id, how, now);
                    self.after_event(now);
                }
                JobState::Completing => self.leave(id, now),
                JobState::Future | JobState::NotEligible | JobState::Pending | JobState::Ended => {}
            }
        }
        if self.due.change_at(now) {
            self.change(now);
        }
        if self.due.tick_at(now) {
            self.tick(now);
        }
        while let Some(id) = self.due.look_at(now) {
            self.moment(Moment::Look(id), now);
        }
        while let Some(id) = self.due.submission_at(now) {
            self.submit(id, now);
            self.after_event(now);
        }
        // Whoever is pushed off at once leaves room for another pass.
        while self.due.pass_at(now, Kind::Main) {
            self.main_pass(now);
        }
        if self.due.pass_at(now, Kind::Backfill) {
            self.backfill(now);
        }
        for (id, run) in late {
            let job = &self.cluster.jobs[id];
            // A pass may have pushed it off meanwhile.
            if job.state == JobState::Running && job.runs == run {
                let how = self.how_it_ends(id, now);
                self.end(id, how, now);
                // Who comes in with this end has not been looked at, although a pass of this second may have run.
                self.looked = None;
            }
        }
        self.cluster.let_accrue(now);
        self.cluster.settle_queue();
        if self.wrote && self.collector.is_some() {
            self.find_idle_causes(now);
        }
    }

    /// With a pass at every event, the passes of this one.
    fn after_event(&mut self, now: Time) {
        if self.scenario.scenario().policy.passes == PassRhythm::EveryEvent {
            self.main_pass(now);
            self.backfill(now);
        }
    }

    fn tick(&mut self, now: Time) {
        self.events += 1;
        self.moment(Moment::TickBegins, now);
        self.cluster.tick(now);
        self.moment(Moment::TickEnds, now);
        let rules = &self.rules;
        // Who asks for the same often stands side by side, and has often come at the same instant.
        let mut before: Option<(ShapeId, Standing)> = None;
        let mut same = (None, 0);
        let reordered = self.cluster.reprioritise(self.last_place, |cluster, place| {
            if before.as_ref().is_none_or(|(shape, _)| *shape != place.shape) {
                before = Some((place.shape, priority::standing(rules, cluster, place)));
            } else if place.since.is_some() && place.since == same.0 {
                return same.1;
            }
            let priority = (before.as_ref()).map_or(1, |(_, of)| of.at_tick(rules, cluster, place, now));
            same = (place.since, priority);
            priority
        });
        let moved = self.cluster.ledgers.limit_run_minutes() || self.numbers_matter;
        if !self.cluster.queue.is_empty() {
            if moved || reordered != Reordered::Nowhere {
                self.due.main_from(now);
            }
            if moved || reordered == Reordered::Before {
                self.due.backfill_from(now);
            }
        }
        self.end_what_is_over_budget(now);
    }

    /// Whether nobody waits, or the head of the queue finds too little free: a main pass would start nobody.
    fn has_no_room_for_the_head(&self) -> bool {
        let free = self.cluster.nodes.free().total();
        let head = self.cluster.queue.first();
        head.is_none_or(|place| self.cluster.jobs[place.job()].request.gpus() > free)
    }

    fn main_pass(&mut self, now: Time) {
        if self.looks_once && self.has_no_room_for_the_head() {
            return;
        }
        self.events += 1;
        self.passes += 1;
        self.last_main = Some(now);
        let full = self.due.is_periodic(now);
        self.cluster.settle_queue();
        self.between += u64::from(!full);
        let mut pass = MainPass::new(&self.cluster, self.main_rules, now, full);
        while let Some(decision) = pass.next(&self.cluster) {
            self.carry_out(decision, By::Main, now);
        }
        if !full && self.main_rules.depth > 0 {
            self.due.main_from(now + Span::secs(1));
        }
        if self.scenario.scenario().policy.backfill == Backfill::Off {
            self.looked = Some(now);
        }
    }

    fn backfill(&mut self, now: Time) {
        self.forget_walk_if_forced();
        self.cluster.settle_queue();
        self.events += 1;
        self.passes += 1;
        match &self.scenario.scenario().policy.backfill {
            Backfill::Off => {}
            Backfill::Easy => {
                let mut kept = self.search.take();
                let mut own = PlaceByPlace::default();
                let search = kept.as_deref_mut().unwrap_or(&mut own);
                let mut pass = EasyPass::default();
                while let Some(decision) = pass.next(&self.cluster, search, now) {
                    self.carry_out(decision, By::Backfill, now);
                }
                self.search = kept;
                self.looked = Some(now);
            }
            Backfill::Slurm(policy) => {
                let mut kept = self.walk.take();
                let pass = BackfillPass::after(&mut kept, &self.cluster, policy, now);
                while let Some(decision) = pass.next(&self.cluster) {
                    self.carry_out(decision, By::Backfill, now);
                }
                self.tested += u64::from(pass.tested());
                if let Some(at) = pass.recheck() {
                    self.due.backfill_from(at);
                }
                self.last_place = pass.last_place();
                self.walk = kept;
                // Causes depend on what has been looked at, so a first look is told to the observer.
                self.wrote |= self.looked.is_none();
                self.looked = Some(now);
            }
        }
    }

    fn carry_out(&mut self, decision: Decision, by: By, now: Time) {
        match decision {
            Decision::Start {
                job: id,
                partition,
                on,
            } => {
                let job = &self.cluster.jobs[id];
                debug_assert_eq!(job.state, JobState::Pending);
                if let Some(collector) = &mut self.collector {
                    collector.started(id, job.reason, &job.request, &on, now);
                }
                self.cluster.start(id, partition, on, now);
                self.moment(Moment::Starts(id), now);
                self.cluster.jobs[id].backfilled = by == By::Backfill;
                self.log
                    .started(id, by, partition, self.cluster.jobs[id].on.nodes(), now);
                let (at, _) = self.natural_end(id, now);
                let job = &self.cluster.jobs[id];
                self.due.end(at, id, job.runs);
                if self.cluster.preempt.on() {
                    let exempt = self.cluster.preempt.exempt_until(job);
                    if exempt > now {
                        self.due.wake(exempt);
                    }
                }
                self.wrote = true;
                if !self.looks_once {
                    // Plans made before this start may fall otherwise in the next walk.
                    self.due.main_from(now + Span::secs(1));
                    // Backfill comes after the main pass, and may do so at this instant.
                    let after_all = match by {
                        By::Main => now,
                        By::Backfill => now + Span::secs(1),
                    };
                    self.due.backfill_from(after_all);
                }
            }
            Decision::Preempt { job: id, victims } => {
                self.give_reason(id, Reason::Resources, now);
                // Where it stands behind a blocked job, the next main pass says so.
                self.due.main_from(now + Span::secs(1));
                for victim in victims {
                    self.push_off(victim, id, now);
                }
            }
            Decision::Hold { job: id, reason } => {
                self.give_reason(id, reason, now);
                // Each kind of pass may find other nodes for the job, and other limits on them: it says so again.
                let by_nodes = limits::depend_on_nodes(&self.cluster, &self.cluster.jobs[id].request);
                match by {
                    By::Main if by_nodes => self.due.backfill_from(now),
                    By::Backfill if by_nodes || reason == Reason::None => {
                        self.due.main_from(now + Span::secs(1));
                    }
                    By::Main | By::Backfill => {}
                }
            }
        }
    }

    fn give_reason(&mut self, id: JobId, reason: Reason, now: Time) {
        let old = self.cluster.give_reason(id, reason);
        if old != reason {
            if let Some(collector) = &mut self.collector {
                collector.reason_changed(id, old, reason, now);
            }
            self.wrote |= reason.is_limit();
            if reason.is_limit() {
                self.moment(Moment::Held(id, reason), now);
            }
        }
    }

    /// With every pass forced nothing is kept from one walk to the next.
    fn forget_walk_if_forced(&mut self) {
        if self.due.is_forced() {
            self.walk = None;
        }
    }

    fn find_idle_causes(&mut self, now: Time) {
        self.forget_walk_if_forced();
        let policy = &self.scenario.scenario().policy.backfill;
        let Some(collector) = &mut self.collector else {
            return;
        };
        let find = if collector.keeps_lines() {
            idle::claims
        } else {
            idle::sums
        };
        let claims = find(&self.cluster, policy, now, self.looked, &mut self.walk);
        collector.idle_from_now(&claims, now);
    }

    /// The report of a finished run.
    pub fn finish(mut self) -> SeedReport {
        self.moment(Moment::Over, self.window.to);
        let pending: Vec<_> = self
            .cluster
            .queue
            .iter()
            .filter(|record| record.partition == self.cluster.jobs[record.job()].request.partition)
            .map(|record| (record.job(), self.cluster.jobs[record.job()].reason))
            .collect();
        let running: Vec<_> = self
            .cluster
            .running
            .iter()
            .map(|&(_, id)| id)
            .filter(|&id| self.cluster.jobs[id].state == JobState::Running)
            .collect();
        let mut report = match self.collector {
            Some(collector) => collector.finish(self.seed, &self.specs, &pending, &running),
            None => SeedReport::default(),
        };
        report.passes = self.passes;
        report.events = self.events;
        report
    }
}
