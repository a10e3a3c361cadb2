//! How people react, done: jobs that are asked for otherwise, withdrawn, added, cut short, or sent elsewhere in the queue.
//! What they decide is in `crowd`; what they know of their budgets in `budgets`. Without anybody who reacts nothing of it runs.

use super::Run;
use super::budgets::AN_HOUR;
use super::crowd::{Crowd, of, what};
use super::elsewhere::Elsewhere;
use crate::cluster::{Ending, JobState};
use crate::ids::JobId;
use crate::reason::Reason;
use crate::units::{PerMille, SEVENTHS, Span, Time};
use crate::workload::{self, Arrival, Class, Demand, Intent, JobSpec, Person, Request, Worth};

/// Jobs on overdraft go behind all others, and those that points pay for before them: so much of nice.
const NICE: i32 = 1_000_000;
/// A group that fills its quota submits up to three times what it would, so at most so many copies. (J)
const COPIES: u32 = 2;

/// When somebody may react, or a service act.
#[derive(Clone, Copy)]
pub(super) enum Moment {
    /// A job is about to be submitted.
    Submission(JobId),
    /// It is in the queue from now on.
    Waits(JobId),
    /// Its owner looks after it.
    Look(JobId),
    /// A limit holds it.
    Held(JobId, Reason),
    /// It starts.
    Starts(JobId),
    /// A run of it ends.
    Ends(JobId, Ending),
    /// Usage is about to move.
    TickBegins,
    /// It has moved.
    TickEnds,
    /// Nodes and rules are about to change.
    ChangesBegin,
    /// They have changed.
    ChangesEnd,
    /// A job has left its nodes.
    Left,
    /// The run is over.
    Over,
}

impl Run {
    /// Tells whoever reacts what happens now.
    pub(super) fn moment(&mut self, moment: Moment, now: Time) {
        if let Some(react) = self.react {
            react(self, moment, now);
        }
    }

    /// From now on people react, and a service shares the nodes, if the scenario says so.
    pub(super) fn let_others_act(&mut self, demand: &Demand) {
        self.crowd = Crowd::of(self.scenario.scenario(), demand);
        self.elsewhere = Elsewhere::of(self.scenario.scenario(), demand, self.seed);
        self.let_nodes_serve();
        if self.crowd.is_some() || self.elsewhere.is_some() || self.service.is_some() {
            self.react = Some(carry_out);
        }
    }

    /// What the owner of a piece of work makes of it before they submit it.
    fn before_submission(&mut self, id: JobId, now: Time) {
        let Some(mut crowd) = self.crowd.take() else {
            return;
        };
        let spec = &self.specs[id];
        let (intent, account) = (spec.intent, spec.request.account);
        if spec.segment == 0 {
            let widest = |wish: &Intent, person: &Person| workload::most_gpus(wish, person, &self.scenario);
            if let Some(meant) = crowd.meant(intent, self.scenario.scenario(), widest, now) {
                let person = &crowd.people[meant.intent.user];
                let specs = workload::route_as(&meant.intent, person, &self.scenario, meant.longest);
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

    pub(super) fn follow_with(&mut self, id: JobId, next: Option<JobId>) {
        let at = usize::from(id);
        if self.followers.len() <= at {
            self.followers.resize(at + 1, None);
        }
        self.followers[at] = next;
    }

    /// A batch job comes in up to three times over, to use up what would be lost.
    fn fill_quota(&mut self, id: JobId, intent: Option<&Intent>, urge: PerMille, now: Time) {
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
    fn plan_looks(&mut self, id: JobId, now: Time) {
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
    fn look_after(&mut self, id: JobId, now: Time) {
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
                .map_or(0, |intent| u64::from(intent.work.0));
            self.withdraw_waiting(id, work, now);
        } else if job.reason == Reason::ASSOC_GRP_GRES_MINUTES && job.request.nice < NICE {
            if let Some(qos) = crowd.budgets.overdraft(account, &self.cluster, true) {
                self.queue_anew(
                    id,
                    Request {
                        qos,
                        nice: NICE,
                        ..job.request
                    },
                    job.submitted,
                    now,
                );
            }
        } else if waited >= AN_HOUR && job.request.nice == 0 && crowd.budgets.spends(account, cost) {
            self.queue_anew(
                id,
                Request {
                    nice: -NICE,
                    ..job.request
                },
                job.submitted,
                now,
            );
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
    pub(super) fn look_again(&mut self, now: Time) {
        self.looked = None;
        self.due.main_at(now);
        self.due.backfill_from(now);
    }

    /// Whoever waits asks the one who holds more than half of all GPUs. Who agrees lets the job that would run longest end
    /// where it next saves its state, if there is one that does, and sends what else they have into the queue anew.
    fn ask_neighbour(&mut self, id: JobId, crowd: &Crowd, now: Time) {
        let asking = &self.cluster.jobs[id];
        let (asker, hour) = (asking.request.user, now.since(asking.eligible).0 / AN_HOUR.0);
        let agrees = crowd
            .intents
            .get(self.specs[id].intent)
            .is_some_and(|intent| intent.does(what::TALK + (hour << 8), crowd.assumed.talk));
        let mut held = vec![0; crowd.people.len()];
        let mut holder = None;
        for &(_, id) in &self.cluster.running {
            let request = &self.cluster.jobs[id].request;
            let held = &mut held[usize::from(request.user)];
            *held += request.gpus();
            if u64::from(*held) * 2 * SEVENTHS > self.cluster.nodes.capacity() {
                holder = Some(request.user);
            }
        }
        let Some(holder) = holder.filter(|&holder| agrees && holder != asker) else {
            return;
        };
        let mut last = None;
        for &(_, id) in &self.cluster.running {
            let (job, spec) = (&self.cluster.jobs[id], &self.specs[id]);
            let of_holder = job.request.user == holder && job.state == JobState::Running;
            let saves = |intent: &Intent| spec.saving.on() || intent.checkpoints;
            let saves = crowd.intents.get(spec.intent).is_some_and(saves);
            if of_holder && saves && spec.worth != Worth::Lost {
                last = last.max(Some((self.natural_end(id, job.started).0, id)));
            }
        }
        if let Some((_, id)) = last {
            self.end_early(id, now);
        }
        // Whoever is put back stands further down, and is met once more: it has come now.
        let mut at = 0;
        while at < self.cluster.queue.len() {
            let id = self.cluster.queue[at].job();
            let job = &self.cluster.jobs[id];
            if job.request.user == holder && job.submitted < now {
                self.queue_anew(id, job.request, now, now);
                at = 0;
            } else {
                at += 1;
            }
        }
    }

    /// A running job ends where it next saves its state; the rest of it is a job of its own, which follows. Where saved
    /// states are left out of the model, work that saves does so as often as is assumed.
    fn end_early(&mut self, id: JobId, now: Time) {
        let started = self.cluster.jobs[id].started;
        let spec = &self.specs[id];
        let saving = spec.saving;
        let cycle = if saving.on() {
            saving.every + saving.write
        } else {
            self.scenario.scenario().assumptions.checkpoint_interval
        };
        let cycles = now.since(started + spec.restart).0 / cycle.0.max(1) + 1;
        let kept = spec.restart + cycle * cycles;
        let mut rest = spec.clone();
        rest.go_on(kept);
        if kept + rest.restart >= spec.runtime.min(spec.request.limit) || !spec.is_worth_keeping(kept) {
            return;
        }
        if rest.segment != JobSpec::NO_SEGMENT {
            rest.segment += 1;
        }
        (rest.arrival, rest.pause) = (Arrival::After(id), Span::ZERO);
        (rest.after, rest.begin) = (Box::default(), None);
        let next = self.follower(id);
        let rest = self.add(rest);
        self.follow_with(rest, next);
        self.follow_with(id, Some(rest));
        let spec = &mut self.specs[id];
        (spec.runtime, spec.last, spec.freed) = (kept, false, Span::ZERO);
        spec.saving.cut = saving.on();
        self.runtimes[id] = kept;
        self.due.end(started + kept, id, self.cluster.jobs[id].runs);
    }

    /// A waiting job asks for this from now on, and stands in the queue as if it had been sent in then.
    fn queue_anew(&mut self, id: JobId, request: Request, submitted: Time, now: Time) {
        self.cluster.put_off(id);
        self.cluster.ledgers.withdraw(&self.cluster.jobs[id]);
        self.cluster.ask(id, request);
        let job = &mut self.cluster.jobs[id];
        let (eligible, reason) = (job.eligible, job.reason);
        let accrues = if job.submitted == submitted {
            job.accrues
        } else {
            Some(now)
        };
        job.submitted = submitted;
        self.cluster.ledgers.submit(job);
        self.enqueue(id, accrues, now);
        self.cluster.give_reason(id, reason);
        let job = &mut self.cluster.jobs[id];
        (job.eligible, job.accrues) = (eligible, accrues);
        self.look_again(now);
    }

    /// What somebody learns from the start of a job.
    fn felt_start(&mut self, id: JobId, now: Time) {
        if let Some(crowd) = &mut self.crowd {
            let job = &self.cluster.jobs[id];
            crowd.felt[usize::from(job.request.user)].waited = now.since(job.eligible);
        }
    }

    /// What they learn from its end.
    fn felt_end(&mut self, id: JobId, how: Ending) {
        if let Some(crowd) = &mut self.crowd {
            let spec = &self.specs[id];
            let felt = &mut crowd.felt[usize::from(spec.request.user)];
            match how {
                Ending::Completed | Ending::Timeout => {
                    felt.ended |= spec.worth == Worth::Result;
                    felt.lost |= spec.worth == Worth::Lost;
                }
                Ending::Preempted | Ending::Requeued | Ending::NodeFail => felt.lost |= !spec.saving.on(),
            }
        }
    }

    /// What they learn from being held by a limit.
    fn felt_limit(&mut self, id: JobId, reason: Reason, now: Time) {
        if let Some(crowd) = &mut self.crowd {
            crowd.felt[usize::from(self.cluster.jobs[id].request.user)].told = true;
            if reason == Reason::ASSOC_GRP_GRES_MINUTES {
                self.due.look(now + Span::secs(1), id);
            }
        }
    }
}

/// Does what is done at a moment.
fn carry_out(run: &mut Run, moment: Moment, now: Time) {
    match moment {
        Moment::Submission(id) => {
            run.ask_the_service(id, now);
            if run.cluster.jobs[id].state == JobState::Future {
                run.before_submission(id, now);
            }
        }
        Moment::Waits(id) => {
            run.plan_looks(id, now);
            run.plan_to_leave(id, now);
        }
        Moment::Look(id) => {
            run.look_after(id, now);
            run.leave_if_it_pays(id, now);
        }
        Moment::Held(id, reason) => run.felt_limit(id, reason, now),
        Moment::Starts(id) => run.felt_start(id, now),
        Moment::Ends(id, how) => run.felt_end(id, how),
        Moment::TickBegins => run.close_budgets(now),
        Moment::TickEnds => run.open_budgets(now),
        Moment::ChangesBegin => run.book_service(now),
        Moment::ChangesEnd => run.hand_over(now),
        Moment::Left => run.take_empty_nodes(now),
        Moment::Over => {
            run.close_service(now);
            run.count_elsewhere();
        }
    }
}
