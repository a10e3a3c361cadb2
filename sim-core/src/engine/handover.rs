//! What a service does to a run: it takes nodes that jobs have left, sends jobs away from others, and gives nodes back. What
//! it wants is in `service`. Nothing of either is in a program whose runs are all plain.

use super::Run;
use super::service::Service;
use crate::cluster::{Ending, JobState};
use crate::ids::JobId;
use crate::units::{Span, Time};

impl Run {
    /// From now on nodes change hands, if the scenario has a service.
    pub(super) fn let_nodes_serve(&mut self) {
        let scenario = self.scenario.scenario();
        self.service = Service::of(scenario, self.seed, self.window, &mut self.cluster);
        if let Some(service) = &self.service {
            service.instants().into_iter().for_each(|at| self.due.change(at));
        }
    }

    /// Before anything moves: what was needed and given until now.
    pub(super) fn book_service(&mut self, now: Time) {
        if let Some(service) = &mut self.service {
            service.book(&self.cluster, now);
        }
    }

    /// Somebody asks the service until then, for so many thousandths of a GPU.
    pub(super) fn session_begins(&mut self, until: Time, active: u64, now: Time) {
        if let Some(service) = &mut self.service {
            service.book(&self.cluster, now);
            service.sessions.push((until, active));
            self.due.change(until);
        }
    }

    /// Nodes have changed, or an hour has: what the service asks for and gives back.
    pub(super) fn hand_over(&mut self, now: Time) {
        let Some(mut service) = self.service.take() else {
            return;
        };
        let go = service.step(&self.cluster, now);
        self.served(service);
        self.cluster.ledgers.rules_changed();
        for id in go {
            self.clear(id, now);
        }
    }

    /// A job has left its nodes: the service may have waited for one of them.
    pub(super) fn take_empty_nodes(&mut self, now: Time) {
        if let Some(mut service) = self.service.take() {
            service.book(&self.cluster, now);
            service.empty_nodes_go(&self.cluster, now);
            self.served(service);
        }
    }

    /// The run is over.
    pub(super) fn close_service(&mut self, now: Time) {
        if let (Some(service), Some(collector)) = (&mut self.service, &mut self.collector) {
            collector.served(service.close(&self.cluster, now));
        }
    }

    /// A job has to leave its node, at once or after the grace of the rule.
    fn clear(&mut self, id: JobId, now: Time) {
        let job = &self.cluster.jobs[id];
        if job.state != JobState::Running {
            return;
        }
        self.log.preempted(id, id, now);
        if self.scenario.scenario().policy.service.grace == Span::ZERO {
            let how = if job.request.requeue {
                Ending::Requeued
            } else {
                Ending::Preempted
            };
            self.end(id, how, now);
            return;
        }
        self.cluster.jobs[id].pushed_off = Some(id);
        let by = (now + self.stays(id)).min(self.cluster.jobs[id].ends_by);
        self.cluster.ends_by(id, by);
        self.due.end(by, id, self.cluster.jobs[id].runs);
    }

    /// What the service does to the cluster from now on.
    fn served(&mut self, mut service: Box<Service>) {
        service.tell(&mut self.cluster);
        for at in service.wakes.drain(..) {
            self.due.change(at);
        }
        self.service = Some(service);
    }
}
