//! How runs end, what that sets free, and who is sent away.

use super::Run;
use super::react::Moment;
use crate::cluster::{Ending, Job, JobState};
use crate::ids::JobId;
use crate::reason::Reason;
use crate::scenario::{PassRhythm, PreemptMode};
use crate::units::{Span, Time};
use crate::workload::Dependency;

impl Run {
    /// When a job that starts now would end by itself or at its limit, and which of the two.
    pub(super) fn natural_end(&self, id: JobId, started: Time) -> (Time, Ending) {
        let runtime = self.runtimes[id];
        let limit = self.cluster.jobs[id].request.limit;
        if runtime <= limit {
            return (started + runtime, Ending::Completed);
        }
        (self.due.scan_after(started + limit), Ending::Timeout)
    }

    pub(super) fn how_it_ends(&self, id: JobId, now: Time) -> Ending {
        let job = &self.cluster.jobs[id];
        let (at, how) = self.natural_end(id, job.started);
        if at <= now {
            how
        } else if job.pushed_off.is_some() {
            self.pushed_off(id)
        } else {
            // Only a budget that was used up ends a job before its time.
            Ending::Timeout
        }
    }

    fn pushed_off(&self, id: JobId) -> Ending {
        let job = &self.cluster.jobs[id];
        if job.makes_way(id) {
            return if job.request.requeue {
                Ending::Requeued
            } else {
                Ending::Preempted
            };
        }
        match self.cluster.preempt.mode(job) {
            PreemptMode::Requeue => Ending::Requeued,
            PreemptMode::Off | PreemptMode::Cancel => Ending::Preempted,
        }
    }

    /// How many seconds of a run that ends now count, from its start: all, or up to the last saved state from which
    /// somebody goes on.
    fn kept(&self, id: JobId, how: Ending, now: Time) -> Span {
        let job = &self.cluster.jobs[id];
        let elapsed = now.since(job.started);
        let Some(spec) = self.specs.get(id) else {
            return Span::ZERO;
        };
        match how {
            Ending::Completed | Ending::Timeout if !spec.saving.on() => elapsed,
            Ending::Completed if !spec.saving.cut => elapsed,
            Ending::Completed | Ending::Timeout => spec.safe_at_limit(elapsed),
            Ending::Preempted | Ending::Requeued | Ending::NodeFail => {
                let told = (job.pushed_off).map(|_| elapsed - self.stays(id));
                let kept = spec.safe(elapsed, told);
                // Nobody goes on from a state that is sooner made again.
                let counts = how != Ending::Requeued || spec.is_worth_keeping(kept);
                if counts { kept } else { Span::ZERO }
            }
        }
    }

    /// A run ends, and what waits for that comes forward.
    pub(super) fn end(&mut self, id: JobId, how: Ending, now: Time) {
        self.events += 1;
        self.wrote = true;
        let kept = self.kept(id, how, now);
        self.cluster.complete(id, now);
        if self.cluster.usage.keeps_budgets() {
            // What it has used since the last tick may have been the last that was left.
            self.end_what_is_over_budget(now);
        }
        self.log.ended(id, how, now);
        self.moment(Moment::Ends(id, how), now);
        if let Some(collector) = &mut self.collector {
            match how {
                Ending::Completed | Ending::Timeout => collector.ended(id, &self.specs[id], kept, now),
                Ending::Preempted | Ending::NodeFail | Ending::Requeued => {
                    collector.broken_off(id, &self.specs[id], kept, now);
                }
            }
        }
        if how == Ending::Requeued {
            self.leave(id, now);
            self.cluster.requeue(id, now);
            if kept > Span::ZERO {
                self.specs[id].go_on(kept);
                self.runtimes[id] = self.specs[id].runtime;
            }
            let delay = self.scenario.scenario().policy.preemption.requeue_delay;
            self.due.follow(now + delay, id);
            return;
        }
        self.cluster.ledgers.withdraw(&self.cluster.jobs[id]);
        if let Some(next) = self.follower(id) {
            let pause = self.specs.get(next).map_or(Span::ZERO, |spec| spec.pause);
            self.due.follow(now + pause, next);
        }
        self.release_dependents(id, how, now);
        let epilog = match (&self.scenario.scenario().policy.passes, how) {
            (PassRhythm::Slurm(passes), Ending::Completed | Ending::Timeout) => passes.completing,
            (
                PassRhythm::Slurm(_) | PassRhythm::EveryInstant | PassRhythm::EveryEvent,
                Ending::Completed | Ending::Timeout | Ending::Preempted | Ending::Requeued | Ending::NodeFail,
            ) => Span::ZERO,
        };
        if epilog == Span::ZERO {
            self.leave(id, now);
        } else if !self.cluster.jobs[id].backfilled {
            // It began with a main pass, at the head of its second, and so it ends: just after the main pass of this one,
            // and before backfill, which comes later in a second.
            self.due.main_is_over(now);
            self.leave(id, now);
        } else {
            // Plans go on counting with its limit: nobody tells them that it is about to leave.
            let run = self.cluster.jobs[id].runs;
            self.due.end(now + epilog, id, run);
            // Its limits are free at once, but no pass of this second has yet seen it end.
            self.due.passes_are_over(now);
        }
    }

    /// Whether the end of a job that was started by backfill comes after backfill's look of this second: where cleaning takes
    /// its time, a job ends as late in its second as it began.
    pub(super) fn ends_after_backfill(&self, job: &Job, now: Time) -> bool {
        let completing = match &self.scenario.scenario().policy.passes {
            PassRhythm::Slurm(passes) => passes.completing > Span::ZERO,
            PassRhythm::EveryInstant | PassRhythm::EveryEvent => false,
        };
        completing && job.backfilled && job.pushed_off.is_none() && self.due.is_backfills_turn(now)
    }

    /// A job that has ended leaves its nodes.
    pub(super) fn leave(&mut self, id: JobId, now: Time) {
        self.wrote = true;
        self.cluster.leave(id);
        self.moment(Moment::Left, now);
        self.looked = None;
        self.due.main_at(now);
        self.due.backfill_from(now);
    }

    /// Jobs that waited for this one, and for nothing else, are due now.
    pub(super) fn release_dependents(&mut self, id: JobId, how: Ending, now: Time) {
        let first = self.dependents.partition_point(|&(on, _)| on < id);
        for at in first..self.dependents.len() {
            let (on, who) = self.dependents[at];
            if on != id {
                break;
            }
            if self.cluster.jobs[who].state != JobState::NotEligible {
                continue;
            }
            let needs_success = self.specs[who].after.contains(&Dependency::AfterOk(id));
            if needs_success && how != Ending::Completed {
                self.cluster.give_reason(who, Reason::DependencyNeverSatisfied);
            } else if self.cluster.jobs[who].reason == Reason::Dependency && self.is_independent(who) {
                self.due.follow(now, who);
            }
        }
    }

    /// What a job that comes in, or is released, waits for, if that is other jobs.
    pub(super) fn waits_for_others(&self, id: JobId) -> Option<Reason> {
        let failed =
            |after: &Dependency| matches!(after, Dependency::AfterOk(on) if self.log.ended_badly(*on));
        if self.waits_for(id).iter().any(failed) {
            return Some(Reason::DependencyNeverSatisfied);
        }
        (!self.is_independent(id)).then_some(Reason::Dependency)
    }

    fn waits_for(&self, id: JobId) -> &[Dependency] {
        self.specs.get(id).map_or(&[], |spec| &spec.after)
    }

    fn is_independent(&self, id: JobId) -> bool {
        self.waits_for(id).iter().all(|after| {
            let state = self.cluster.jobs[after.on()].state;
            matches!(state, JobState::Ended | JobState::Completing)
        })
    }

    /// Without `safe`, whoever runs on a budget that is used up is killed at the next scan.
    pub(super) fn end_what_is_over_budget(&mut self, now: Time) {
        let at = self.due.scan_after(now);
        for id in crate::sched::limits::over_budget(&self.cluster) {
            self.due.end(at, id, self.cluster.jobs[id].runs);
        }
    }

    /// How long a job that is pushed off stays on its nodes; who saves at the signal leaves once that is done.
    pub(super) fn stays(&self, id: JobId) -> Span {
        let job = &self.cluster.jobs[id];
        let stays = if job.makes_way(id) {
            self.scenario.scenario().policy.service.grace
        } else {
            self.cluster.preempt.stays(job)
        };
        match self.specs.get(id) {
            Some(spec) if spec.saving.on() && spec.saving.on_signal => {
                stays.min(spec.saving.write.max(Span::secs(1)))
            }
            Some(_) | None => stays,
        }
    }

    /// A running job has to go, at once or after its grace.
    pub(super) fn push_off(&mut self, id: JobId, for_whom: JobId, now: Time) {
        let stays = self.stays(id);
        let how = self.pushed_off(id);
        self.log.preempted(id, for_whom, now);
        if stays == Span::ZERO {
            self.end(id, how, now);
            return;
        }
        let job = &self.cluster.jobs[id];
        let (by, run) = (now + stays, job.runs);
        let by = by.min(job.ends_by);
        self.cluster.jobs[id].pushed_off = Some(for_whom);
        self.cluster.ends_by(id, by);
        self.due.end(by, id, run);
        self.due.backfill_from(now + Span::secs(1));
    }
}
