//! What an admin does by hand: tells jobs something, changes rules, makes and deletes reservations. Nothing of it is in a
//! program that never calls [`Run::change_at`].

use super::prepare::numbers_matter;
use super::{Change, Run, priority};
use crate::cluster::{Ending, JobState};
use crate::ids::{AccountId, JobId, PartitionId, PartitionSet, QosId};
use crate::reason::Reason;
use crate::scenario::Policy;
use crate::units::{Span, Time};
use crate::workload::{Arrival, Request};

/// What a job is told. One that is not there yet, or is gone, does not listen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobChange {
    /// It does not start until it is released, and waits for this reason (`scontrol hold`, `uhold`).
    Hold(Reason),
    /// It may start again; it gains age from now on.
    Release,
    /// Its priority is this one and no tick changes it. 0 holds it, and any other releases it.
    Priority(u32),
    /// Another nice: its priority moves by the difference at once.
    Nice(i32),
    /// Another time limit, also while it runs.
    Limit(Span),
    /// Another QOS, also while it runs.
    Qos(QosId),
    /// Another account, if it waits.
    Account(AccountId),
    /// Other partitions, the first and the rest, if it waits.
    Partitions(PartitionId, PartitionSet),
    /// It may be looked at from this instant on, if it waits.
    Begin(Time),
    /// Its run is broken off and it is queued again, if it may be; also one that has ended. `held`: it does not start until
    /// it is released.
    Requeue {
        /// `scontrol requeuehold`.
        held: bool,
    },
    /// It goes, if it stands so.
    Cancel {
        /// If it waits.
        waiting: bool,
        /// If it runs.
        running: bool,
    },
}

impl Run {
    /// At this instant an admin changes something.
    pub fn change_at(&mut self, at: Time, change: Change) {
        self.by_hand = Some(carry_out);
        self.changes.add(at, change);
        self.due.change(at);
    }

    fn change_rules(&mut self, policy: &Policy, now: Time) {
        let mut scenario = self.scenario.scenario().clone();
        scenario.policy = policy.clone();
        self.cluster.change_rules(&scenario);
        self.rules = priority::rules(&self.cluster, policy);
        self.numbers_matter |= numbers_matter(policy);
        self.end_what_is_over_budget(now);
    }

    fn tell(&mut self, id: JobId, what: JobChange, now: Time) {
        // Who is spoken to in the second in which it comes is there already.
        if self.cluster.jobs[id].state == JobState::Future && self.specs[id].arrival == Arrival::At(now) {
            self.due.forget_submission(id);
            self.submit(id, now);
        }
        let job = &self.cluster.jobs[id];
        let waits = matches!(job.state, JobState::NotEligible | JobState::Pending);
        let runs = job.state == JobState::Running;
        match what {
            JobChange::Requeue { held } => self.requeue(id, held, now),
            JobChange::Cancel { waiting, .. } if waits && waiting => self.withdraw(id, now),
            JobChange::Cancel { running, .. } if runs && running => {
                self.end(id, Ending::Preempted, now);
            }
            _ if !waits && !runs => {}
            JobChange::Hold(reason) => self.hold(id, reason, now),
            JobChange::Priority(0) => self.hold(id, Reason::JobHeldAdmin, now),
            JobChange::Release if job.set_priority == Some(0) => self.release(id, None, now),
            JobChange::Priority(priority) if job.set_priority == Some(0) => {
                self.release(id, Some(priority), now);
            }
            JobChange::Priority(priority) => {
                self.cluster.jobs[id].set_priority = Some(priority);
                self.cluster.reprioritise_job(id, |_| priority);
            }
            JobChange::Nice(nice) => self.change_nice(id, nice),
            JobChange::Limit(limit) if runs => self.change_limit(id, limit, now),
            JobChange::Limit(limit) => self.ask_otherwise(id, |request| request.limit = limit, now),
            JobChange::Qos(qos) => self.ask_otherwise(id, |request| request.qos = qos, now),
            JobChange::Account(account) if waits => {
                self.ask_otherwise(id, |request| request.account = account, now);
            }
            JobChange::Partitions(first, also) if waits => {
                let to = |request: &mut Request| (request.partition, request.also) = (first, also);
                self.ask_otherwise(id, to, now);
            }
            JobChange::Begin(at) if waits => self.begin(id, at, now),
            JobChange::Release
            | JobChange::Account(_)
            | JobChange::Partitions(..)
            | JobChange::Begin(_)
            | JobChange::Cancel { .. } => {}
        }
    }

    fn hold(&mut self, id: JobId, reason: Reason, now: Time) {
        let job = &mut self.cluster.jobs[id];
        job.set_priority = Some(0);
        if job.state == JobState::Running {
            return;
        }
        if job.state == JobState::Pending {
            self.give_reason(id, reason, now);
            self.cluster.put_off(id);
        } else {
            self.cluster.give_reason(id, reason);
        }
        let job = &mut self.cluster.jobs[id];
        (job.priority, job.accrues) = (0, None);
    }

    /// A held job may start again, with a priority that was set or with that of the rules.
    fn release(&mut self, id: JobId, priority: Option<u32>, now: Time) {
        self.cluster.jobs[id].set_priority = priority;
        let job = &self.cluster.jobs[id];
        let delay = self.scenario.scenario().policy.preemption.requeue_delay;
        let from = if job.runs > 0 { job.submitted + delay } else { now };
        if job.state != JobState::NotEligible {
            return;
        }
        match self.waits_for_others(id) {
            Some(reason) => {
                self.cluster.give_reason(id, reason);
            }
            None => self.come_forward(id, from, now),
        }
    }

    /// A job that is not looked at is looked at from an instant on.
    fn come_forward(&mut self, id: JobId, from: Time, now: Time) {
        let begin = self.specs[id].begin.unwrap_or(now).max(from);
        let waits = begin > now;
        let reason = if waits { Reason::BeginTime } else { Reason::None };
        self.cluster.give_reason(id, reason);
        self.due.follow(begin.max(now), id);
    }

    fn begin(&mut self, id: JobId, at: Time, now: Time) {
        self.specs[id].begin = Some(at);
        if self.cluster.jobs[id].state == JobState::Pending {
            if at <= now {
                return;
            }
            self.give_reason(id, Reason::BeginTime, now);
            self.cluster.put_off(id);
            self.cluster.jobs[id].accrues = None;
        }
        if self.cluster.jobs[id].reason == Reason::BeginTime {
            self.come_forward(id, at, now);
        }
    }

    fn change_nice(&mut self, id: JobId, nice: i32) {
        let request = self.cluster.jobs[id].request;
        let by = i64::from(request.nice) - i64::from(nice);
        self.cluster.ask(id, Request { nice, ..request });
        let job = &mut self.cluster.jobs[id];
        let moved = |priority: u32| {
            let moved = (i64::from(priority) + by).clamp(2, i64::from(u32::MAX));
            u32::try_from(moved).unwrap_or(u32::MAX)
        };
        job.set_priority = job.set_priority.map(|set| if set == 0 { 0 } else { moved(set) });
        self.cluster.reprioritise_job(id, moved);
    }

    /// Another limit of a running job: it ends by itself or at the new limit.
    fn change_limit(&mut self, id: JobId, limit: Span, now: Time) {
        self.cluster.relimit(id, limit);
        let job = &self.cluster.jobs[id];
        if job.pushed_off.is_some() {
            return;
        }
        let run = job.runs;
        let (at, _) = self.natural_end(id, job.started.max(now - limit));
        self.due.forget_end(id);
        self.due.end(at.max(now), id, run);
        self.end_what_is_over_budget(now);
    }

    /// Something else is asked for; who waits keeps its age and its reason, and has the priority of the rules at once.
    fn ask_otherwise(&mut self, id: JobId, change: impl FnOnce(&mut Request), now: Time) {
        let before = &self.cluster.jobs[id];
        let (state, eligible, accrues, reason) =
            (before.state, before.eligible, before.accrues, before.reason);
        self.cluster.ask_otherwise(id, change);
        if state != JobState::Pending {
            return;
        }
        self.enqueue(id, accrues, now);
        self.cluster.give_reason(id, reason);
        let job = &mut self.cluster.jobs[id];
        (job.eligible, job.accrues) = (eligible, accrues);
    }

    fn requeue(&mut self, id: JobId, held: bool, now: Time) {
        let job = &self.cluster.jobs[id];
        if !job.request.requeue || job.runs == 0 {
            return;
        }
        match job.state {
            JobState::Running => self.end(id, Ending::Requeued, now),
            JobState::Ended => {
                self.cluster.ledgers.submit(job);
                self.cluster.requeue(id, now);
                let delay = self.scenario.scenario().policy.preemption.requeue_delay;
                self.due.follow(now + delay, id);
            }
            JobState::Future | JobState::NotEligible | JobState::Pending | JobState::Completing => return,
        }
        if held {
            self.hold(id, Reason::JobHeldUser, now);
        }
    }

    /// A job that does not run goes.
    fn withdraw(&mut self, id: JobId, now: Time) {
        self.cluster.withdraw(id);
        self.log.ended(id, Ending::Preempted, now);
        if let Some(next) = self.follower(id) {
            self.due.follow(now, next);
        }
        self.release_dependents(id, Ending::Preempted, now);
    }
}

/// Does what is not a matter of nodes alone.
fn carry_out(run: &mut Run, change: Change, now: Time) {
    match change {
        Change::Reserve(spec, count) => {
            let scenario = run.scenario.scenario();
            run.cluster.reserve(spec, count, scenario, now);
        }
        Change::Unreserve(name) => run.cluster.reservations.delete(&name),
        Change::Rules(policy) => run.change_rules(&policy, now),
        Change::ForgetUsage(assoc) => run.cluster.usage.forget(assoc, &run.cluster.tree),
        Change::ForgetUsageOfQos(qos) => run.cluster.usage.forget_qos(qos),
        Change::Job(id, what) => run.tell(id, what, now),
        Change::Down(_) | Change::Drain(_) | Change::Resume(_) => {}
    }
}
