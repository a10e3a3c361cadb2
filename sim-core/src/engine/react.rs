//! How people react, done: jobs that are asked for otherwise, withdrawn, added, cut short, or sent elsewhere in the queue.
//! What they decide is in `crowd`; what they know of their budgets in `budgets`. Without anybody who reacts nothing of it runs.

use super::Run;
use super::budgets::AN_HOUR;
use super::crowd::{of, what};
use crate::cluster::{Ending, JobState};
use crate::ids::{JobId, UserId};
use crate::reason::Reason;
use crate::units::{PerMille, Span, Time};
use crate::workload::{self, Arrival, Class, JobSpec, Worth};

/// Jobs on overdraft go behind all others, and those that points pay for before them: so much of nice.
const NICE: i32 = 1_000_000;
/// Work that is saved at all is saved so often. (M) half an hour to an hour is usual
const CHECKPOINTS: Span = Span::mins(45);
/// A group that fills its quota submits up to three times what it would, so at most so many copies. (J)
const COPIES: u32 = 2;

impl Run {
    /// What the owner of a piece of work makes of it before they submit it.
    pub(super) fn before_submission(&mut self, id: JobId, now: Time) {
        let Some(mut crowd) = self.crowd.take() else {
            return;
        };
        let spec = &self.specs[id];
        let (intent, account) = (spec.intent, spec.request.account);
        if spec.segment == 0 {
            let widest = |wish| workload::most_gpus(wish, &self.scenario);
            if let Some(meant) = crowd.meant(intent, self.scenario.scenario(), widest, now) {
                let person = &crowd.people[meant.intent.user];
                let specs =
                    workload::route_as(&meant.intent, person, &self.scenario, meant.longest, meant.saves);
                crowd.intents[intent] = meant.intent;
                self.ask_for(id, specs);
            }
            let urge = of(
                crowd.assumed.hoard,
                crowd.budgets.urge(account, &self.cluster, now),
            );
            self.fill_quota(id, crowd.intents.get(intent), urge, now);
        }
        if let Some(qos) = crowd.budgets.overdraft(account, &self.cluster, false) {
            let request = &mut self.specs[id].request;
            (request.qos, request.nice) = (qos, NICE);
            self.cluster.announce_otherwise(id, *request);
        }
        self.crowd = Some(crowd);
    }

    /// In place of a job and its followers these are to come. Those that are too many never do.
    fn ask_for(&mut self, id: JobId, specs: Vec<JobSpec>) {
        let (mut at, mut before) = (Some(id), id);
        for (index, mut spec) in specs.into_iter().enumerate() {
            let old = &self.specs[id];
            (spec.intent, spec.arrival) = (old.intent, old.arrival);
            if index > 0 {
                spec.arrival = Arrival::After(before);
            } else {
                (spec.after, spec.begin) = (old.after.clone(), old.begin);
            }
            before = match at {
                Some(at) => {
                    self.cluster.announce_otherwise(at, spec.request);
                    self.runtimes[at] = spec.runtime;
                    self.specs[at] = spec;
                    at
                }
                None => {
                    let new = self.add(spec);
                    self.follow_with(before, Some(new));
                    new
                }
            };
            at = self.follower(before);
        }
        self.follow_with(before, None);
        while let Some(left_out) = at {
            self.specs[left_out].segment = JobSpec::NO_SEGMENT;
            at = self.follower(left_out);
        }
    }

    /// One more job, which comes in when something says so.
    fn add(&mut self, spec: JobSpec) -> JobId {
        let id = self.cluster.announce(spec.request);
        self.runtimes.push(spec.runtime);
        self.specs.push(spec);
        if let Some(collector) = &mut self.collector {
            collector.expect_one_more();
        }
        id
    }

    fn follow_with(&mut self, id: JobId, next: Option<JobId>) {
        let at = usize::from(id);
        if self.followers.len() <= at {
            self.followers.resize(at + 1, None);
        }
        self.followers[at] = next;
    }

    /// A batch job comes in up to three times over, to use up what would be lost.
    fn fill_quota(&mut self, id: JobId, intent: Option<&workload::Intent>, urge: PerMille, now: Time) {
        let spec = &self.specs[id];
        let Some(intent) = intent.filter(|_| !matches!(spec.class, Class::Debug | Class::Interactive)) else {
            return;
        };
        let filler = JobSpec {
            segment: JobSpec::NO_SEGMENT,
            arrival: Arrival::At(now),
            worth: Worth::Filler,
            class: Class::Sweep,
            last: true,
            ..spec.clone()
        };
        for copy in 0..COPIES {
            if intent.does(what::HOARD + copy, urge) {
                let copy = self.add(filler.clone());
                self.due.follow(now, copy);
            }
        }
    }

    /// A job waits from now on: when its owner will look after it.
    pub(super) fn plan_looks(&mut self, id: JobId, now: Time) {
        let Some(crowd) = &self.crowd else { return };
        let spec = &self.specs[id];
        if spec.segment == 0
            && let Some(patience) = crowd.patience(spec.intent)
        {
            self.due.look(now + patience.max(Span::secs(1)), id);
        }
        let talks = crowd.is_few() && crowd.assumed.talk.0 > 0;
        if spec.worth != Worth::Filler && (talks || crowd.budgets.gives_points()) {
            self.due.look(now + AN_HOUR, id);
        }
    }

    /// The owner of a job looks after it.
    pub(super) fn look_after(&mut self, id: JobId, now: Time) {
        let job = &self.cluster.jobs[id];
        if job.state != JobState::Pending || job.runs > 0 {
            return;
        }
        let Some(mut crowd) = self.crowd.take() else {
            return;
        };
        self.events += 1;
        let spec = &self.specs[id];
        let (waited, account) = (now.since(job.eligible), job.request.account);
        let patience = crowd.patience(spec.intent).filter(|_| spec.segment == 0);
        let cost = f64::from(job.request.gpus()) * f64::from(job.request.limit.0);
        if patience.is_some_and(|patience| waited >= patience.max(Span::secs(1))) {
            let work = crowd
                .intents
                .get(spec.intent)
                .map_or(spec.work(), |intent| u64::from(intent.work.0));
            self.withdraw_waiting(id, work, now);
        } else if job.reason == Reason::ASSOC_GRP_GRES_MINUTES && job.request.nice < NICE {
            if let Some(qos) = crowd.budgets.overdraft(account, &self.cluster, true) {
                self.ask_otherwise(id, |request| (request.qos, request.nice) = (qos, NICE), now);
                self.look_again(now);
            }
        } else if waited >= AN_HOUR && job.request.nice == 0 && crowd.budgets.spends(account, cost) {
            self.change_nice(id, -NICE);
            self.look_again(now);
        } else if waited >= AN_HOUR && crowd.is_few() && crowd.assumed.talk.0 > 0 {
            self.ask_neighbour(id, &crowd, now);
            self.due.look(now + AN_HOUR, id);
        }
        self.crowd = Some(crowd);
    }

    /// Somebody gives up.
    fn withdraw_waiting(&mut self, id: JobId, work: u64, now: Time) {
        let reason = self.cluster.jobs[id].reason;
        self.cluster.withdraw(id);
        self.log.ended(id, Ending::Preempted, now);
        self.release_dependents(id, Ending::Preempted, now);
        if let Some(collector) = &mut self.collector {
            collector.withdrawn(id, reason, work, now);
        }
        self.wrote = true;
        self.look_again(now);
    }

    /// The queue is another one: passes look again.
    fn look_again(&mut self, now: Time) {
        self.looked = None;
        self.due.main_at(now);
        self.due.backfill_from(now);
    }

    /// Whoever waits asks the one who holds more than half of all GPUs. Who agrees lets the job that would run longest end
    /// where it next saves its state, if there is one that does, and sends what else they have into the queue anew.
    fn ask_neighbour(&mut self, id: JobId, crowd: &super::crowd::Crowd, now: Time) {
        let asker = self.cluster.jobs[id].request.user;
        let running = |run: &Run| -> Vec<JobId> {
            let ids = run.cluster.running.iter().map(|&(_, id)| id);
            ids.filter(|&id| run.cluster.jobs[id].state == JobState::Running)
                .collect()
        };
        let jobs = running(self);
        let held = |user: UserId| -> u32 {
            let of_user = jobs.iter().map(|&id| &self.cluster.jobs[id].request);
            of_user
                .filter(|request| request.user == user)
                .map(|request| request.gpus())
                .sum()
        };
        let all: u32 = self.cluster.nodes.installed().gpus().iter().sum();
        let Some(holder) = crowd.people.ids().find(|&user| 2 * held(user) > all) else {
            return;
        };
        let intent = self.specs[id].intent;
        let hour = now.since(self.cluster.jobs[id].eligible).0 / AN_HOUR.0;
        let draw = |intent: &workload::Intent| intent.does(what::TALK + (hour << 8), crowd.assumed.talk);
        if holder == asker || !crowd.intents.get(intent).is_some_and(draw) {
            return;
        }
        let saves = |id: &&JobId| {
            let spec = &self.specs[**id];
            let intent = crowd.intents.get(spec.intent);
            spec.request.user == holder && spec.worth != Worth::Lost && intent.is_some_and(|i| i.checkpoints)
        };
        let ends = |id: &&JobId| self.natural_end(**id, self.cluster.jobs[**id].started).0;
        if let Some(&longest) = jobs.iter().filter(saves).max_by_key(ends) {
            let restart = crowd
                .intents
                .get(self.specs[longest].intent)
                .map_or(Span::ZERO, |i| i.restart);
            self.end_early(longest, restart, now);
        }
        let waiting: Vec<JobId> = self.cluster.queue.iter().map(|place| place.job()).collect();
        for other in waiting {
            if self.cluster.jobs[other].request.user == holder {
                self.stand_back(other, now);
            }
        }
        self.look_again(now);
    }

    /// A running job ends where it next saves its state; the rest of it is a job of its own, which follows.
    fn end_early(&mut self, id: JobId, restart: Span, now: Time) {
        let started = self.cluster.jobs[id].started;
        let saved = Span::secs((now.since(started).0 / CHECKPOINTS.0 + 1) * CHECKPOINTS.0);
        let spec = &self.specs[id];
        let whole = spec.runtime.min(spec.request.limit);
        if saved + restart >= whole || saved <= spec.restart {
            return;
        }
        let rest = JobSpec {
            segment: if spec.segment == JobSpec::NO_SEGMENT {
                spec.segment
            } else {
                spec.segment + 1
            },
            arrival: Arrival::After(id),
            after: Box::default(),
            begin: None,
            runtime: (restart + whole - saved).min(spec.request.limit),
            restart,
            ..spec.clone()
        };
        let next = self.follower(id);
        let rest = self.add(rest);
        self.follow_with(rest, next);
        self.follow_with(id, Some(rest));
        let spec = &mut self.specs[id];
        (spec.runtime, spec.last) = (saved, false);
        self.runtimes[id] = saved;
        self.due.end(started + saved, id, self.cluster.jobs[id].runs);
    }

    /// A waiting job is sent in anew, behind those that came before.
    fn stand_back(&mut self, id: JobId, now: Time) {
        let eligible = self.cluster.jobs[id].eligible;
        if self.cluster.jobs[id].state != JobState::Pending || self.cluster.jobs[id].submitted == now {
            return;
        }
        let reason = self.cluster.jobs[id].reason;
        self.cluster.put_off(id);
        self.cluster.jobs[id].submitted = now;
        self.enqueue(id, Some(now), now);
        self.cluster.give_reason(id, reason);
        self.cluster.jobs[id].eligible = eligible;
    }

    /// What somebody learns from the start of a job.
    pub(super) fn felt_start(&mut self, id: JobId, now: Time) {
        if let Some(crowd) = &mut self.crowd {
            let job = &self.cluster.jobs[id];
            crowd.felt[job.request.user].waited = now.since(job.eligible);
        }
    }

    /// What they learn from its end.
    pub(super) fn felt_end(&mut self, id: JobId, how: Ending) {
        if let Some(crowd) = &mut self.crowd {
            let spec = &self.specs[id];
            let felt = &mut crowd.felt[spec.request.user];
            match how {
                Ending::Completed | Ending::Timeout => {
                    felt.ended |= spec.worth == Worth::Result;
                    felt.lost |= spec.worth == Worth::Lost;
                }
                Ending::Preempted | Ending::Requeued | Ending::NodeFail => felt.lost = true,
            }
        }
    }

    /// What they learn from being held by a limit.
    pub(super) fn felt_limit(&mut self, id: JobId, reason: Reason, now: Time) {
        if let Some(crowd) = &mut self.crowd {
            crowd.felt[self.cluster.jobs[id].request.user].told = true;
            if reason == Reason::ASSOC_GRP_GRES_MINUTES {
                self.due.look(now + Span::secs(1), id);
            }
        }
    }
}
