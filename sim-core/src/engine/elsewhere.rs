//! Work that is done elsewhere: on GPUs outside, after it has waited long enough here; or, of sessions, by a service that
//! many share. Nothing of it is in a program whose runs are all plain.
//!
//! Whoever has waited for so long takes work outside that can be moved and whose data is there sooner than it has waited:
//! that is how long it may still have to. The first move of each person is set up first; what is sent in one batch moves its data once.

use std::collections::BTreeMap;

use super::Run;
use crate::cluster::{Ending, JobState};
use crate::ids::{JobId, UserId};
use crate::metrics::{OutsideFigures, SharedFigures};
use crate::reason::Reason;
use crate::scenario::{HandOver, Scenario};
use crate::units::{Span, Time};
use crate::workload::{Demand, Intent, JobSpec, data_to_move, would_share};

/// What can be done elsewhere, and what has been.
#[derive(Debug)]
pub(super) struct Elsewhere {
    outside: Option<Outside>,
    /// By piece of work, whether it is a session that asks the service.
    shares: Option<Vec<bool>>,
    /// By piece of work: when it is asked for, its GPU time, for how long its owner is at it, and its idle share.
    intents: Vec<(Time, u32, Span, u32)>,
    moved: OutsideFigures,
    shared: SharedFigures,
}

#[derive(Debug)]
struct Outside {
    after: Span,
    set_up: Span,
    /// GB that are moved in an hour.
    speed: u32,
    /// Hundredths for a GPU-hour.
    price: u32,
    /// By piece of work, GB.
    data: Vec<Option<u32>>,
    /// By person, when the first move is set up.
    ready: Vec<Option<Time>>,
    /// When the data of a batch is there.
    there: BTreeMap<(UserId, Time), Time>,
}

impl Outside {
    /// How long the data of a piece of work takes, if it can be moved.
    fn transfer(&self, spec: &JobSpec) -> Option<Span> {
        let data = (*self.data.get(usize::from(spec.intent))?)?;
        Some(Span(data * 3_600 / self.speed.max(1)))
    }
}

impl Elsewhere {
    /// Where else this demand could be met, if anywhere.
    pub fn of(scenario: &Scenario, demand: &Demand, seed: u64) -> Option<Box<Elsewhere>> {
        let (rule, assumed) = (scenario.policy.outside, &scenario.assumptions.outside);
        let service = &scenario.policy.service;
        let outside = rule.after.map(|after| Outside {
            after,
            set_up: Span(assumed.set_up.0 / if rule.documented { 2 } else { 1 }),
            speed: assumed.speed,
            price: assumed.price,
            data: data_to_move(demand, scenario, seed),
            ready: vec![None; demand.people.len()],
            there: BTreeMap::new(),
        });
        let shares =
            (service.shared && service.rule != HandOver::Off).then(|| would_share(demand, scenario, seed));
        let known = |intent: &Intent| (intent.asked, intent.work.0, intent.used, intent.idle_per_mille);
        (outside.is_some() || shares.is_some()).then(|| {
            Box::new(Elsewhere {
                outside,
                shares,
                intents: demand.intents.iter().map(known).collect(),
                moved: OutsideFigures::default(),
                shared: SharedFigures::default(),
            })
        })
    }
}

impl Run {
    /// Before a piece of work is submitted: whether it is a session that asks the shared service instead.
    pub(super) fn ask_the_service(&mut self, id: JobId, now: Time) {
        let Some(mut elsewhere) = self.elsewhere.take() else {
            return;
        };
        let spec = &self.specs[id];
        let intent = usize::from(spec.intent);
        let shares = elsewhere.shares.as_ref().and_then(|all| all.get(intent)).copied();
        if shares == Some(true) && spec.segment == 0 && self.cluster.jobs[id].state == JobState::Future {
            let (_, work, used, idle) = elsewhere.intents[intent];
            let request = spec.request;
            let kind = request.kind.map_or(0, usize::from);
            let sevenths = self
                .cluster
                .nodes
                .kinds()
                .iter()
                .nth(kind)
                .map_or(0, |kind| kind.sevenths);
            let (mut held, mut next) = (0, Some(id));
            while let Some(id) = next {
                held += u64::from(self.specs[id].runtime.0) * u64::from(request.gpus()) * sevenths;
                next = self.follower(id);
            }
            if self.window.contains(now) {
                elsewhere.shared.sessions += 1;
                elsewhere.shared.instead += held;
            }
            // The GPU does as much for it as a copy of its own would, while its owner is there.
            let lasts = used.min(Span(work)).max(Span::secs(1));
            let active = u64::from(1_000 - idle.min(1_000)) * u64::from(work) / u64::from(lasts.0);
            self.session_begins(now + lasts, active.min(1_000), now);
            if let Some(collector) = &mut self.collector {
                collector.eligible(id, &self.specs[id], false, now);
            }
            self.cluster.refuse(id, now);
            self.goes(id, Reason::None, now, now);
        }
        self.elsewhere = Some(elsewhere);
    }

    /// A job waits from now on: when its owner will ask whether it should go outside.
    pub(super) fn plan_to_leave(&mut self, id: JobId, now: Time) {
        let outside = self
            .elsewhere
            .as_ref()
            .and_then(|elsewhere| elsewhere.outside.as_ref());
        let Some(outside) = outside.filter(|_| self.specs[id].segment == 0) else {
            return;
        };
        if let Some(transfer) = outside.transfer(&self.specs[id]) {
            let wait = outside.after.max(transfer).max(Span::secs(1));
            self.due.look(now + wait, id);
        }
    }

    /// The owner of a job looks whether it should go outside.
    pub(super) fn leave_if_it_pays(&mut self, id: JobId, now: Time) {
        let job = &self.cluster.jobs[id];
        if job.state != JobState::Pending || job.runs > 0 {
            return;
        }
        let Some(mut elsewhere) = self.elsewhere.take() else {
            return;
        };
        let spec = &self.specs[id];
        let (intent, user, waited, reason) = (
            usize::from(spec.intent),
            spec.request.user,
            now.since(job.eligible),
            job.reason,
        );
        let outside = elsewhere.outside.as_mut().filter(|_| spec.segment == 0);
        let transfer = outside.as_ref().and_then(|outside| outside.transfer(spec));
        if let (Some(outside), Some(transfer)) = (outside, transfer)
            && waited >= outside.after.max(transfer)
        {
            let (asked, work, ..) = elsewhere.intents[intent];
            let counts = self.window.contains(now);
            let ready = &mut outside.ready[usize::from(user)];
            if ready.is_none() && counts {
                elsewhere.moved.set_ups += 1;
            }
            let ready = (*ready.get_or_insert(now + outside.set_up)).max(now);
            let there = outside.there.entry((user, asked));
            if counts && matches!(there, std::collections::btree_map::Entry::Vacant(_)) {
                elsewhere.moved.data += u64::from(outside.data[intent].unwrap_or(0));
            }
            let at = (*there.or_insert(ready + transfer)).max(now);
            if counts {
                elsewhere.moved.moved += 1;
                elsewhere.moved.work += u64::from(work);
                elsewhere.moved.cost += u64::from(work) * u64::from(outside.price) / 3_600;
                elsewhere.moved.on_the_way += u64::from(at.since(now).0);
            }
            self.cluster.withdraw(id);
            self.goes(id, reason, at, now);
            self.look_again(now);
        }
        self.elsewhere = Some(elsewhere);
    }

    /// A piece of work goes elsewhere, all of it, and starts there at this instant.
    fn goes(&mut self, id: JobId, reason: Reason, at: Time, now: Time) {
        self.wrote = true;
        self.log.ended(id, Ending::Preempted, now);
        self.release_dependents(id, Ending::Preempted, now);
        if let Some(collector) = &mut self.collector {
            collector.goes_elsewhere(id, reason, at, now);
        }
        let mut next = self.follower(id);
        self.follow_with(id, None);
        while let Some(left_out) = next {
            self.specs[left_out].segment = JobSpec::NO_SEGMENT;
            next = self.follower(left_out);
        }
    }

    /// The run is over.
    pub(super) fn count_elsewhere(&mut self) {
        if let (Some(elsewhere), Some(collector)) = (&self.elsewhere, &mut self.collector) {
            collector.was_elsewhere(elsewhere.moved, elsewhere.shared);
        }
    }
}
