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
//!   who must, learn to save. A notebook that is cut goes on in a new session without a restart.
//! - **Too short a limit.** Where no rule cut the limit and its owner simply asked for too little: training goes on as a
//!   chain; other batch work is killed and lost, and its owner either gives up or sends the whole again with twice the
//!   limit. A notebook ends with its session.

use super::choice::{Choice, choose};
use super::halls::{Hall, halls};
use super::shape::Shape;
use super::{Arrival, Class, Demand, Intent, JobSpec, Outcome, Person, Request, WantedLimit, Worth};
use crate::ids::{IntentId, JobId, Table};
use crate::scenario::Checked;
use crate::units::{Span, Time};

/// Nobody shortens a limit below this to please a run-minutes rule: they ask for fewer GPUs instead. (J)
const SHORTEST: Span = Span::mins(15);

/// The segments that one intent becomes. Ids come later: `Arrival::After` counts segments of this route, and the intent
/// is 0.
///
/// Segments that could not start before the end of the horizon, even if none had to wait, are left out.
pub fn route(intent: &Intent, person: &Person, scenario: &Checked) -> Vec<JobSpec> {
    let scenario = scenario.scenario();
    segments(intent, person, &halls(scenario), scenario.horizon.whole())
}

/// All submissions of a demand, in order of intent and segment.
pub fn jobs(demand: &Demand, scenario: &Checked) -> Table<JobId, JobSpec> {
    let scenario = scenario.scenario();
    let halls = halls(scenario);
    let mut jobs = Table::default();
    for (id, intent) in demand.intents.entries() {
        let first = u32::try_from(jobs.len()).expect("job ids are 32 bits wide");
        for mut job in segments(
            intent,
            &demand.people[intent.user],
            &halls,
            scenario.horizon.whole(),
        ) {
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

fn segments(intent: &Intent, person: &Person, halls: &[Hall], horizon: Span) -> Vec<JobSpec> {
    let choice = choose(intent, person.account, halls);
    let hall = choice.hall;
    let fit = fit(intent, &choice);
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
        left: (Time::ZERO + horizon).since(intent.asked),
        jobs: Vec::new(),
    };
    if fit.is_killed(intent) {
        route.push(fit.limit, Span::ZERO, Worth::Lost);
        if intent.tries_again {
            route.request.limit = (fit.limit * 2).min(fit.most);
            route.chain(fit.duration);
        } else {
            route.finish();
        }
    } else {
        route.chain(fit.duration);
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
    jobs: Vec<JobSpec>,
}

impl Route<'_> {
    /// Cuts work of this length into segments.
    fn chain(&mut self, duration: Span) {
        let worth = match self.intent.outcome {
            Outcome::Completes | Outcome::HitsLimit => Worth::Result,
            Outcome::Fails | Outcome::Cancelled => Worth::NoResult,
        };
        let limit = self.request.limit;
        // Whoever must save so often that the restart would eat the limit finds a quicker way.
        let usual_restart = match self.intent.class {
            Class::Interactive => Span::ZERO,
            Class::Debug
            | Class::Infer
            | Class::Finetune
            | Class::Sweep
            | Class::Train
            | Class::Large
            | Class::Cpubound => self.intent.restart.min(Span::secs(limit.0 / 2)),
        };
        let mut todo = duration;
        let mut restart = Span::ZERO;
        while todo > Span::ZERO {
            if !self.jobs.is_empty() && self.left == Span::ZERO {
                return;
            }
            let runtime = (restart + todo).min(limit);
            self.push(runtime, restart, worth);
            todo -= runtime - restart;
            restart = usual_restart;
        }
        self.finish();
    }

    fn push(&mut self, runtime: Span, restart: Span, worth: Worth) {
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
            worth,
            idle_per_mille: self.intent.idle_per_mille,
            class: self.intent.class,
            last: false,
        });
    }

    /// Marks the segment after which nothing follows.
    fn finish(&mut self) {
        if let Some(job) = self.jobs.last_mut() {
            job.last = true;
        }
    }
}
