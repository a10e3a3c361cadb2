//! When: the clock that moves. Takes what is due, lets the scheduler choose, carries it out, and tells the observer.
//!
//! **Order at one instant**: ends, priority tick, submissions, main pass, backfill; within a kind by id. The order is part
//! of the results: changing it is a change of results.
//!
//! **Passes that are not run.** A main pass depends on the cluster alone, so it is run only after something changed: an
//! end, a submission, a start, a tick that brought the queue into another order or let a limited run-minutes ledger fall. Backfill depends on the cluster and the clock; it is run after a change and at the instants
//! that the last walk named ([`crate::sched::backfill::BackfillPass::recheck`]). A run with every pass forced gives the
//! same records; a test holds us to it.

mod due;
pub mod replay;

use crate::cluster::{Cluster, JobState};
use crate::ids::{JobId, Table};
use crate::metrics::collect::Collector;
use crate::metrics::{Detail, SeedReport, Window};
use crate::scenario::{Backfill, Checked, PassRhythm};
use crate::sched::backfill::BackfillPass;
use crate::sched::easy::EasyPass;
use crate::sched::main_pass::MainPass;
use crate::sched::{Decision, idle, priority};
use crate::units::{Span, Time};
use crate::workload::{self, Arrival, Demand, JobSpec};

use due::{Due, Kind};

/// Which passes are run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passes {
    /// Those that can change something.
    WhereNeeded,
    /// Every one at its interval, for tests and benches.
    Forced,
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
    specs: Table<JobId, JobSpec>,
    followers: Vec<Option<JobId>>,
    cluster: Cluster,
    rules: priority::Rules,
    due: Due,
    collector: Collector,
    window: Window,
    /// The last pass that looks past blocked jobs, if nothing has become free since.
    looked: Option<Time>,
    last_main: Option<Time>,
    /// The instant handled last.
    now: Time,
    /// Whether this instant wrote a record.
    wrote: bool,
    passes: u64,
    events: u64,
    done: bool,
}

impl Run {
    /// Generates the demand of `seed`, routes it, and stands at time zero. With `stop_after_days` the measured window is
    /// cut to so many days while the demand stays that of the whole horizon (a first look).
    pub fn new(scenario: &Checked, seed: u64, detail: Detail, stop_after_days: Option<u32>) -> Run {
        let horizon = scenario.scenario().horizon;
        let measured =
            stop_after_days.map_or(horizon.measured, |days| horizon.measured.min(Span::days(days)));
        let from = Time::ZERO + horizon.warm_up;
        let window = Window {
            from,
            to: from + measured,
        };
        let demand = workload::generate(scenario, seed);
        let specs = workload::jobs(&demand, scenario);
        Run::of(
            scenario,
            seed,
            &demand,
            specs,
            window,
            detail,
            Passes::WhereNeeded,
        )
    }

    /// A run of given submissions.
    pub fn of(
        scenario: &Checked,
        seed: u64,
        demand: &Demand,
        specs: Table<JobId, JobSpec>,
        window: Window,
        detail: Detail,
        passes_wanted: Passes,
    ) -> Run {
        let people: Vec<_> = demand.people.iter().cloned().collect();
        let mut cluster = Cluster::new(scenario, &people);
        let mut followers = vec![None; specs.len()];
        let mut due = Due::new(&scenario.scenario().policy, passes_wanted);
        for (id, spec) in specs.entries() {
            cluster.announce(spec.request);
            match spec.arrival {
                Arrival::At(at) => due.submit(at, id),
                Arrival::After(before) => followers[usize::from(before)] = Some(id),
            }
        }
        due.settle();
        let collector = Collector::new(window, specs.len(), cluster.nodes.installed().gpus(), detail);
        Run {
            scenario: scenario.clone(),
            seed,
            specs,
            followers,
            rules: priority::rules(&cluster, &scenario.scenario().policy),
            cluster,
            due,
            collector,
            window,
            looked: Some(Time::ZERO),
            last_main: None,
            now: Time::ZERO,
            wrote: false,
            passes: 0,
            events: 0,
            done: false,
        }
    }

    /// Handles up to `events` more events; returns the share of simulated time done, 1.0 when finished.
    pub fn advance(&mut self, events: u32) -> f32 {
        let stop = self.events + u64::from(events);
        while !self.done && self.events < stop {
            match self.due.next_instant() {
                Some(now) if now < self.window.to => self.instant(now),
                Some(_) | None => self.done = true,
            }
        }
        if self.done {
            return 1.0;
        }
        let now = self
            .due
            .next_instant()
            .map_or(self.window.to, |at| at.min(self.window.to));
        (now.0 as f32 / self.window.to.0.max(1) as f32).min(0.999)
    }

    /// The cluster as it is, for explanation and tests.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The instant handled last; zero before the first.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Everything due at one instant, in the written order.
    fn instant(&mut self, now: Time) {
        self.now = now;
        self.wrote = false;
        while let Some(id) = self.due.end_at(now) {
            self.end(id, now);
            self.after_event(now);
        }
        if self.due.tick_at(now) {
            self.tick(now);
        }
        while let Some(id) = self.due.submission_at(now) {
            self.submit(id, now);
            self.after_event(now);
        }
        if self.due.pass_at(now, Kind::Main) {
            self.main_pass(now);
        }
        if self.due.pass_at(now, Kind::Backfill) {
            self.backfill(now);
        }
        if self.wrote {
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

    fn end(&mut self, id: JobId, now: Time) {
        self.events += 1;
        self.wrote = true;
        self.cluster.end(id, now);
        self.collector.ended(id, &self.specs[id], now);
        if let Some(next) = self.followers[usize::from(id)] {
            self.due.follow(now, next);
        }
        self.looked = None;
        self.due.main_at(now);
        self.due.backfill_from(now);
    }

    fn submit(&mut self, id: JobId, now: Time) {
        self.events += 1;
        self.wrote = true;
        self.cluster.submit(id, now);
        let job = &self.cluster.jobs[id];
        let priorities: Vec<u32> = job
            .request
            .partitions()
            .map(|partition| priority::priority(&self.rules, &self.cluster, job, partition, now, now))
            .collect();
        self.cluster.enqueue(id, now, priorities);
        self.collector.submitted(id, &self.specs[id], now);
        let at = match &self.scenario.scenario().policy.passes {
            PassRhythm::Slurm(p) => {
                // A periodic pass that was not run for want of change counts as run.
                let periodic = now.floor_to(p.sched_interval);
                let last = self.last_main.map_or(periodic, |last| last.max(periodic));
                let delayed = if last == now {
                    now
                } else {
                    now.max(last + p.batch_sched_delay)
                };
                // The pass of every `sched_interval` may come sooner.
                delayed.min(now.ceil_to(p.sched_interval))
            }
            PassRhythm::EveryInstant | PassRhythm::EveryEvent => now,
        };
        self.due.main_at(at);
        self.due.backfill_from(now);
    }

    fn tick(&mut self, now: Time) {
        self.events += 1;
        self.cluster.tick(now);
        let new: Vec<u32> = self
            .cluster
            .queue
            .iter()
            .map(|record| {
                let job = &self.cluster.jobs[record.job()];
                priority::priority(
                    &self.rules,
                    &self.cluster,
                    job,
                    record.partition,
                    job.eligible,
                    now,
                )
            })
            .collect();
        let reordered = self.cluster.reprioritise(&new);
        let ledgers_fell = self.cluster.ledgers.limit_run_minutes();
        if (reordered || ledgers_fell) && !self.cluster.queue.is_empty() {
            self.due.main_from(now);
            self.due.backfill_from(now);
        }
    }

    fn main_pass(&mut self, now: Time) {
        self.events += 1;
        self.passes += 1;
        self.last_main = Some(now);
        let mut pass = MainPass::new(&self.cluster);
        while let Some(decision) = pass.next(&self.cluster) {
            self.carry_out(decision, now);
        }
        if self.scenario.scenario().policy.backfill == Backfill::Off {
            self.looked = Some(now);
        }
    }

    fn backfill(&mut self, now: Time) {
        self.events += 1;
        self.passes += 1;
        match self.scenario.scenario().policy.backfill.clone() {
            Backfill::Off => {}
            Backfill::Easy => {
                let mut pass = EasyPass::new();
                while let Some(decision) = pass.next(&self.cluster, now) {
                    self.carry_out(decision, now);
                }
                self.looked = Some(now);
            }
            Backfill::Slurm(policy) => {
                let mut pass = BackfillPass::new(&self.cluster, &policy, now);
                while let Some(decision) = pass.next(&self.cluster) {
                    self.carry_out(decision, now);
                }
                if let Some(at) = pass.recheck() {
                    self.due.backfill_from(at);
                }
                // Causes depend on what has been looked at, so a first look is told to the observer.
                self.wrote |= self.looked.is_none();
                self.looked = Some(now);
            }
        }
    }

    fn carry_out(&mut self, decision: Decision, now: Time) {
        match decision {
            Decision::Start {
                job: id,
                partition,
                on,
            } => {
                let job = &self.cluster.jobs[id];
                debug_assert_eq!(job.state, JobState::Pending);
                self.collector
                    .started(id, job.reason, job.request.gpus_per_node, &on, now);
                self.cluster.start(id, partition, on, now);
                self.due.end(now + self.specs[id].runtime, id);
                self.wrote = true;
                // Plans made before this start may fall otherwise in the next walk.
                self.due.main_from(now + Span::secs(1));
                self.due.backfill_from(now + Span::secs(1));
            }
            Decision::Hold { job: id, reason } => {
                let old = self.cluster.give_reason(id, reason);
                self.collector.reason_changed(id, old, reason, now);
                self.wrote |= reason.is_limit();
            }
        }
    }

    fn find_idle_causes(&mut self, now: Time) {
        let policy = &self.scenario.scenario().policy.backfill;
        let claims = idle::claims(&self.cluster, policy, now, self.looked);
        self.collector.idle_from_now(&claims, now);
    }

    /// The report of a finished run.
    pub fn finish(self) -> SeedReport {
        let pending: Vec<_> = self
            .cluster
            .queue
            .iter()
            .filter(|record| record.partition == self.cluster.jobs[record.job()].request.partition)
            .map(|record| (record.job(), self.cluster.jobs[record.job()].reason))
            .collect();
        let running: Vec<_> = self.cluster.running.iter().map(|&(_, id)| id).collect();
        let installed = self.cluster.nodes.installed().total();
        let mut report = self
            .collector
            .finish(self.seed, &self.specs, &pending, &running, installed);
        report.passes = self.passes;
        report.events = self.events;
        report
    }
}
