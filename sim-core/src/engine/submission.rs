//! How a job comes into the queue: submitted, refused, not yet eligible, or waiting.

use super::Run;
use super::react::Moment;
use crate::cluster::JobState;
use crate::ids::{JobId, PartitionSet};
use crate::reason::Reason;
use crate::scenario::PassRhythm;
use crate::sched::{limits, priority};
use crate::units::{Span, Time};

impl Run {
    /// A job comes in, or its time to be looked at has come.
    pub(super) fn submit(&mut self, id: JobId, now: Time) {
        self.events += 1;
        if self.cluster.jobs[id].state == JobState::Future {
            self.moment(Moment::Submission(id), now);
            // It may have gone elsewhere.
            if self.cluster.jobs[id].state != JobState::Future {
                return;
            }
            let refused = limits::at_submission(&self.cluster, &self.cluster.jobs[id]);
            if let Err(refusal) = refused {
                self.wrote = true;
                self.cluster.refuse(id, now);
                self.log.refused(id, refusal, now);
                if let Some(collector) = &mut self.collector {
                    collector.refused(id, &self.specs[id], now);
                }
                return;
            }
            self.cluster.submit(id, now);
            if let Some(reason) = self.waits_for_others(id) {
                self.cluster.give_reason(id, reason);
                return;
            }
        }
        // Put off or held meanwhile.
        let job = &self.cluster.jobs[id];
        if job.state != JobState::NotEligible || job.set_priority == Some(0) {
            return;
        }
        let begin = self.specs.get(id).and_then(|spec| spec.begin);
        if let Some(begin) = begin.filter(|&begin| begin > now) {
            self.cluster.give_reason(id, Reason::BeginTime);
            self.due.follow(begin, id);
            return;
        }
        // Whoever only waited for a time is found by the next periodic pass.
        let wakes = self.cluster.jobs[id].reason != Reason::BeginTime;
        self.wrote = true;
        let job = &self.cluster.jobs[id];
        let again = job.runs > 0;
        let accrues = self.cluster.limits.accrual.since(job, now);
        let place = self.enqueue(id, accrues, now);
        if let Some(collector) = &mut self.collector {
            collector.eligible(id, &self.specs[id], again, now);
        }
        if !again {
            self.moment(Moment::Waits(id), now);
        }
        let at = match &self.scenario.scenario().policy.passes {
            PassRhythm::Slurm(p) if !wakes => now.ceil_to(p.sched_interval),
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
        if place <= self.last_place {
            self.due.backfill_from(now);
        }
        if self.main_rules.min_age_reserve > Span::ZERO {
            self.due.wake(now + self.main_rules.min_age_reserve);
        }
        self.wake_as_reservations_close_in(id, now);
    }

    /// Puts a job into the queue, if it gains age since `accrues`; returns the first of its places.
    pub(super) fn enqueue(&mut self, id: JobId, accrues: Option<Time>, now: Time) -> usize {
        let job = &self.cluster.jobs[id];
        let of = |partition| priority::priority(&self.rules, &self.cluster, job, partition, accrues, now);
        // Nearly every job names one partition, and needs no list.
        if job.request.also == PartitionSet::empty() {
            let only = of(job.request.partition);
            self.cluster.enqueue(id, now, &[only])
        } else {
            let each: Vec<u32> = job.request.partitions().map(of).collect();
            self.cluster.enqueue(id, now, &each)
        }
    }

    /// Time alone brings reservations nearer: what a pending job waits for changes when its limit reaches into one.
    pub(super) fn wake_as_reservations_close_in(&mut self, id: JobId, now: Time) {
        for at in self.cluster.reservations.closes_on(&self.cluster.jobs[id], now) {
            self.due.wake(at);
        }
    }
}
