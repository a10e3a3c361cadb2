//! What a sensible person submits under a policy. No random draws: two policies route the same intents.
//!
//! - **Where.** The first partition that takes the wanted width and limit; if none does, the one with the longest
//!   MaxTime among the widest. Always the default QOS, which is the first.
//! - **Shape.** One node if the GPUs fit in one, else whole nodes. Under a cap on GPUs per person that is below the wish:
//!   the largest power of two that is allowed, and the run time stretched so that the GPU time is the same.
//! - **Limit.** As wanted, but no longer than MaxTime. Stretched runs stretch their limit. If GPUs × limit is more than a
//!   run-minutes rule could ever let start, the limit is shortened, down to 15 minutes; where that is not enough, the
//!   width is halved.
//! - **Chains.** Work that is longer than the limit the rules leave is cut into segments. Each follower is sent in when
//!   its predecessor ends, and first spends the restart. Work that does not usually save its state is cut too: people
//!   who must, learn to save. A notebook that is cut goes on in a new session without a restart. Where saved states are in
//!   the model, a segment does what it has saved by its limit: all but a last write if it saves when told to stop.
//! - **Too short a limit.** Where no rule cut the limit and its owner simply asked for too little: training goes on as a
//!   chain; other batch work is killed and lost, and its owner either gives up or sends the whole again with twice the
//!   limit; of work that saves, what is saved counts, and only the rest is sent again. A notebook ends with its session.
//! - **Rules about idle GPUs.** A session that is left open is ended by a cull; whoever comes back opens another for the rest.
//!   A job that hardly uses its GPUs is cancelled, or ended, halved or improved by its owner (`watched`).

use super::choice::{Choice, choose};
use super::halls::{Hall, halls};
use super::shape::Shape;
use super::watched::{self, Course};
use super::{Arrival, Class, Demand, Intent, JobSpec, Outcome, Person, Request, Saving, WantedLimit, Worth};
use crate::ids::{IntentId, JobId, Table};
use crate::scenario::{Checked, Scenario};
use crate::units::{Span, Time};

/// Nobody shortens a limit below this to please a run-minutes rule: they ask for fewer GPUs instead. (J)
const SHORTEST: Span = Span::mins(15);

/// The segments that one intent becomes. Ids come later: `Arrival::After` counts segments of this route, and the intent
/// is 0.
///
/// Segments that could not start before the end of the horizon, even if none had to wait, are left out.
pub fn route(intent: &Intent, person: &Person, scenario: &Checked) -> Vec<JobSpec> {
    let scenario = scenario.scenario();
    segments(intent, person, &halls(scenario), scenario)
}

/// The same for somebody who cuts their work into jobs no longer than this.
pub fn route_as(intent: &Intent, person: &Person, scenario: &Checked, longest: Option<Span>) -> Vec<JobSpec> {
    let scenario = scenario.scenario();
    let mut halls = halls(scenario);
    for hall in &mut halls {
        hall.max_time = longest.map_or(hall.max_time, |longest| hall.max_time.min(longest));
        hall.default_time = hall.default_time.min(hall.max_time);
    }
    segments(intent, person, &halls, scenario)
}

/// The most GPUs that work like this may have in one job, of as many as it asks for, before a rule refuses it for ever.
pub fn most_gpus(intent: &Intent, person: &Person, scenario: &Checked) -> u32 {
    let halls = halls(scenario.scenario());
    let open = halls.iter().filter(|hall| hall.lets_in(person.account));
    let offers = open.filter_map(|hall| hall.offer(intent));
    let most = offers.map(|offer| offer.width(intent.gpus).min(offer.held));
    most.max().unwrap_or(0)
}

/// All submissions of a demand, in order of intent and segment.
pub fn jobs(demand: &Demand, scenario: &Checked) -> Table<JobId, JobSpec> {
    let scenario = scenario.scenario();
    let halls = halls(scenario);
    let mut jobs = Table::default();
    for (id, intent) in demand.intents.entries() {
        let first = u32::try_from(jobs.len()).expect("job ids are 32 bits wide");
        for mut job in segments(intent, &demand.people[intent.user], &halls, scenario) {
            job.intent = id;
            job.arrival = match job.arrival {
                Arrival::At(time) => Arrival::At(time),
                Arrival::After(JobId(segment)) => Arrival::After(JobId(first + segment)),
            };
            jobs.push(job);
        }
    }
    jobs
}

fn segments(intent: &Intent, person: &Person, halls: &[Hall], scenario: &Scenario) -> Vec<JobSpec> {
    let choice = choose(intent, person.account, halls);
    let hall = choice.hall;
    let mut fit = fit(intent, &choice);
    let request = Request {
        user: intent.user,
        account: person.account,
        partition: hall.partition,
        also: choice.also(fit.shape, fit.limit),
        qos: hall.qos,
        kind: choice.offer.kind,
        nodes: fit.shape.nodes,
        gpus_per_node: fit.shape.gpus_per_node,
        limit: fit.limit,
        array: intent.array,
        ..Request::default()
    };
    let mut route = Route {
        intent,
        request,
        left: (Time::ZERO + scenario.horizon.whole()).since(intent.asked),
        idle_per_mille: intent.idle_per_mille,
        jobs: Vec::new(),
    };
    let gpus = fit.shape.gpus();
    let before = fit.duration;
    match watched::low_use(intent, fit.duration, fit.limit, gpus, scenario) {
        Course::Spared => {}
        Course::Improved(duration, idle) => {
            fit.duration = duration;
            route.idle_per_mille = idle;
        }
        how @ (Course::Ends | Course::Halved) => {
            let left = route.stop(scenario.policy.low_use.after, fit.duration);
            if matches!(how, Course::Halved) {
                route.halve(left);
            }
            return route.jobs;
        }
    }
    if intent.class == Class::Interactive {
        // Nobody comes back to open a session again that was left.
        if watched::is_left_for_days(intent) {
            fit.duration = fit
                .duration
                .min(fit.limit.max(watched::used(intent, fit.duration)));
        }
        if let Some(after) = scenario.policy.idle_cull {
            route.watched_session(fit.duration, after, scenario.assumptions.culled_return.as_f64());
            return route.jobs;
        }
    }
    let (mut left, mut restart) = (fit.duration, Span::ZERO);
    if fit.is_killed(intent) {
        let mut saving = route.saving(fit.limit);
        if saving.on() {
            saving.cut = true;
            left -= saving.worked(saving.safe_at_limit(fit.limit));
            restart = saving.restart;
            route.push(fit.limit, Span::ZERO, Worth::Result, saving);
        } else {
            route.push(fit.limit, Span::ZERO, Worth::Lost, saving);
        }
        if intent.tries_again {
            route.request.limit = (fit.limit * 2).min(fit.most);
            route.chain(left, restart);
        } else {
            route.finish();
        }
    } else {
        route.chain(left, restart);
    }
    if let Some(job) = route.jobs.last_mut() {
        job.freed = before - fit.duration;
    }
    route.jobs
}

/// What of a wish the rules leave.
struct Fit {
    shape: Shape,
    /// How long the work takes in this shape.
    duration: Span,
    limit: Span,
    /// The longest limit the rules allow in this shape.
    most: Span,
    /// The limit its owner wanted, stretched with the work, before any rule.
    wanted: Span,
}

impl Fit {
    /// Whether the job is killed and lost because its owner, not a rule, made the limit too short.
    fn is_killed(&self, intent: &Intent) -> bool {
        let own_doing = intent.outcome == Outcome::HitsLimit && self.limit >= self.wanted;
        let goes_on = match intent.class {
            Class::Train | Class::Large | Class::Interactive => true,
            Class::Debug | Class::Infer | Class::Finetune | Class::Sweep | Class::Cpubound => false,
        };
        own_doing && !goes_on && self.duration > self.limit
    }
}

fn fit(intent: &Intent, choice: &Choice) -> Fit {
    let (hall, offer) = (choice.hall, choice.offer);
    let mut wish = capped(intent.gpus, offer.held.min(offer.at_once));
    loop {
        let shape = offer.shape(wish);
        let gpus = shape.gpus();
        let wanted = wanted(intent, hall, gpus);
        let minutes = (hall.most_gpu_minutes / gpus).min(hall.most_node_minutes / shape.nodes);
        let most = hall.max_time.min(Span::mins(1) * minutes);
        let limit = wanted.min(most);
        if limit >= wanted.min(hall.max_time).min(SHORTEST) || gpus == 1 {
            return Fit {
                shape,
                duration: Span::secs(intent.work.0.div_ceil(gpus).max(1)),
                limit: limit.max(Span::mins(1)),
                most: most.max(Span::mins(1)),
                wanted,
            };
        }
        wish = gpus / 2;
    }
}

/// The wish, or the largest power of two under the cap.
fn capped(wish: u32, cap: u32) -> u32 {
    if wish <= cap {
        wish
    } else {
        cap.checked_ilog2().map_or(1, |log| 1 << log)
    }
}

/// The limit wanted for this width, in whole minutes. Narrower jobs run longer, and their limits with them.
fn wanted(intent: &Intent, hall: &Hall, gpus: u32) -> Span {
    let stretched = |limit: Span| {
        let seconds = u64::from(limit.0) * u64::from(intent.gpus) / u64::from(gpus);
        let minutes = seconds.div_ceil(60).min(u64::from(u32::MAX / 60));
        Span::mins(u32::try_from(minutes).expect("bounded in the line above"))
    };
    match intent.wanted {
        WantedLimit::Longest => hall.max_time,
        WantedLimit::Default(fitting) if stretched(fitting) <= hall.default_time => hall.default_time,
        WantedLimit::Default(fitting) => stretched(fitting),
        WantedLimit::Exactly(limit) => stretched(limit),
    }
}

/// Jobs of one intent, one after the other.
struct Route<'a> {
    intent: &'a Intent,
    request: Request,
    /// From asking to the end of the horizon, less all run times so far.
    left: Span,
    /// Share of the held time in which the GPU does nothing, in thousandths.
    idle_per_mille: u32,
    jobs: Vec<JobSpec>,
}

impl Route<'_> {
    /// How the work saves if nothing forces it to. Whoever must save so often that the restart would eat the limit finds a
    /// quicker way.
    fn saving(&self, limit: Span) -> Saving {
        let restart = match self.intent.class {
            Class::Interactive => Span::ZERO,
            Class::Debug
            | Class::Infer
            | Class::Finetune
            | Class::Sweep
            | Class::Train
            | Class::Large
            | Class::Cpubound => self.intent.restart.min(Span::secs(limit.0 / 2)),
        };
        let every = if self.intent.checkpoints {
            self.intent.saving.every
        } else {
            Span::ZERO
        };
        Saving {
            every,
            restart,
            ..self.intent.saving
        }
    }

    /// What work counts as, if it is not broken off.
    fn worth(&self) -> Worth {
        match self.intent.outcome {
            Outcome::Completes | Outcome::HitsLimit => Worth::Result,
            Outcome::Fails | Outcome::Cancelled => Worth::NoResult,
        }
    }

    /// Cuts work of this length into segments; the first begins with this restart.
    fn chain(&mut self, duration: Span, mut restart: Span) {
        let worth = self.worth();
        let limit = self.request.limit;
        let mut saving = self.saving(limit);
        // People who must, learn to save; a notebook is just opened again.
        if restart + saving.lasts(duration) > limit && self.intent.class != Class::Interactive {
            saving.every = self.intent.saving.every;
            saving = saving.within(limit);
        }
        let mut todo = duration;
        while todo > Span::ZERO {
            if !self.jobs.is_empty() && self.left == Span::ZERO {
                return;
            }
            let room = limit - restart;
            let whole = saving.lasts(todo);
            let done = match (whole <= room, saving.on()) {
                (true, _) => whole,
                (false, true) => saving.safe_at_limit(room),
                (false, false) => room,
            };
            saving.cut = whole > room && saving.on();
            self.push(restart + whole.min(room), restart, worth, saving);
            todo -= saving.worked(done);
            restart = saving.restart;
        }
        self.finish();
    }

    fn push(&mut self, runtime: Span, restart: Span, worth: Worth, saving: Saving) {
        let segment = u32::try_from(self.jobs.len()).expect("segments are bounded by the horizon");
        let arrival = match segment.checked_sub(1) {
            None => Arrival::At(self.intent.asked),
            Some(before) => Arrival::After(JobId(before)),
        };
        self.left -= runtime;
        self.jobs.push(JobSpec {
            intent: IntentId(0),
            segment,
            arrival,
            after: Box::default(),
            begin: None,
            request: self.request,
            runtime,
            restart,
            saving,
            worth,
            idle_per_mille: self.idle_per_mille,
            pause: Span::ZERO,
            freed: Span::ZERO,
            class: self.intent.class,
            last: false,
        });
    }

    /// A session under a rule that ends it when it is idle for so long; whoever comes back opens another.
    fn watched_session(&mut self, duration: Span, after: Span, returns: f64) {
        let (parts, idle) = watched::session(self.intent, duration, after, returns);
        self.idle_per_mille = idle;
        let mut pause = Span::ZERO;
        for part in parts {
            let first = self.jobs.len();
            if let Some(job) = self.jobs.last_mut() {
                job.last = false;
            }
            self.chain(part.runs, Span::ZERO);
            if let Some(job) = self.jobs.get_mut(first) {
                job.pause = pause;
            }
            if let Some(job) = self.jobs.last_mut() {
                job.freed = part.freed;
            }
            pause = part.pause;
        }
    }

    /// The job ends before its time; what it has saved counts. Returns how long it would take to do the rest.
    fn stop(&mut self, after: Span, duration: Span) -> Span {
        let mut saving = self.saving(self.request.limit);
        let worth = if saving.on() { self.worth() } else { Worth::Lost };
        saving.cut = saving.on();
        let done = saving.worked(saving.safe_at_limit(after));
        self.push(after, Span::ZERO, worth, saving);
        self.finish();
        let left = duration - done;
        if let Some(job) = self.jobs.last_mut() {
            job.freed = duration - after;
        }
        left
    }

    /// The rest of the work goes on with half of the GPUs, in the same time: so little do they do.
    fn halve(&mut self, left: Span) {
        let gpus = |request: &Request| request.nodes * request.gpus_per_node;
        let before = gpus(&self.request);
        if self.request.nodes > 1 {
            self.request.nodes /= 2;
        } else {
            self.request.gpus_per_node /= 2;
        }
        let active = (1_000 - self.idle_per_mille.min(1_000)) * before / gpus(&self.request);
        self.idle_per_mille = 1_000 - active.min(1_000);
        let mut restart = Span::ZERO;
        if let Some(job) = self.jobs.last_mut() {
            job.last = false;
            if job.saving.on() {
                restart = job.saving.restart;
            }
            // In time on all of them.
            let held = u64::from((restart + left).0) * u64::from(gpus(&self.request)) / u64::from(before);
            job.freed -= Span(held as u32);
        }
        self.chain(left, restart);
    }

    /// Marks the segment after which nothing follows.
    fn finish(&mut self) {
        if let Some(job) = self.jobs.last_mut() {
            job.last = true;
        }
    }
}
