//! What an admin changes of a cluster that runs: its rules, and jobs in the queue.

use std::cmp::Reverse;

use super::standing::Standing;
use super::{Amounts, Cluster, JobState, NodeSet, PreemptRules, Shapes, partition};
use crate::ids::JobId;
use crate::order;
use crate::scenario::{ReservationSpec, Scenario};
use crate::units::{Span, Time};
use crate::workload::Request;

impl Cluster {
    /// Partitions, QOS and associations follow other rules from now on; what has been counted stays, and so do fair-share
    /// factors until the next tick.
    pub fn change_rules(&mut self, scenario: &Scenario) {
        let policy = &scenario.policy;
        self.amounts = Amounts::new(policy, &self.nodes);
        self.partitions = partition::partitions(scenario);
        for partition in self.partitions.iter_mut() {
            partition.up.intersect(self.nodes.up());
        }
        self.preempt = PreemptRules::new(policy);
        self.standing = Standing::new(policy, &self.partitions);
        self.jobs.iter().for_each(|job| self.standing.meet(job));
        self.change_limits(policy);
        self.usage.change_rules(policy, &self.tree);
        for record in &mut self.queue {
            let job = &self.jobs[record.key.job];
            record.key.level = self.standing.level(job, record.partition);
            record.key.tier = Reverse(self.partitions[record.partition].tier);
        }
        self.sort_queue();
    }

    /// Brings the queue into order after its keys were changed; where pairs decide, the next look at it does.
    fn sort_queue(&mut self) {
        if !self.standing.disturb() {
            self.queue.sort();
            self.queue.has_new_order();
        }
    }

    /// A job asks for something else from now on.
    pub fn ask(&mut self, id: JobId, request: Request) {
        let job = &mut self.jobs[id];
        job.request = request;
        job.shape = self.shapes.of(&request);
    }

    /// Takes a job out of the queue; it is not to be looked at until it is put back.
    pub fn put_off(&mut self, id: JobId) {
        debug_assert_eq!(self.jobs[id].state, JobState::Pending);
        self.forget_unsettled(id);
        self.leave_queue(id);
        self.jobs[id].state = JobState::NotEligible;
    }

    /// A job that does not run is gone.
    pub fn withdraw(&mut self, id: JobId) {
        if self.jobs[id].state == JobState::Pending {
            self.put_off(id);
        }
        self.jobs[id].state = JobState::Ended;
        self.ledgers.withdraw(&self.jobs[id]);
    }

    /// Changes what a job asks for that does not run or, of what does not touch its nodes, that does. One that waits is
    /// put into its new place by [`Cluster::enqueue`], which the caller calls.
    pub fn ask_otherwise(&mut self, id: JobId, change: impl FnOnce(&mut Request)) {
        let runs = self.jobs[id].state == JobState::Running;
        if self.jobs[id].state == JobState::Pending {
            self.put_off(id);
        }
        let job = &mut self.jobs[id];
        if runs {
            self.ledgers.end(job, &self.amounts);
        }
        self.ledgers.withdraw(job);
        let mut request = job.request;
        change(&mut request);
        self.ask(id, request);
        let job = &mut self.jobs[id];
        job.assoc = self.tree.leaf(request.user, request.account);
        self.ledgers.submit(job);
        if runs {
            self.ledgers.start(job, &self.amounts);
            job.billing = self.amounts.billing(job);
        } else {
            job.partition = request.partition;
        }
    }

    /// Another time limit of a running job: it ends accordingly, and what it may still use changes by the difference.
    pub fn relimit(&mut self, id: JobId, limit: Span) {
        let job = &mut self.jobs[id];
        let left = job.on_ledger + limit - job.request.limit;
        self.ledgers.relimit(job, left, &self.amounts);
        job.on_ledger = left;
        let (by, goes_anyway) = (job.started + limit, job.pushed_off.is_some());
        let request = Request { limit, ..job.request };
        self.ask(id, request);
        if !goes_anyway {
            self.ends_by(id, by);
        }
    }

    /// Other priorities of a job in the queue, from those that it has in its partitions.
    pub fn reprioritise_job(&mut self, id: JobId, to: impl Fn(u32) -> u32) {
        let (request, shape) = (self.jobs[id].request, self.jobs[id].shape);
        let first = request.partition;
        for record in self.queue.iter_mut().filter(|record| record.key.job == id) {
            record.key.priority = Reverse(to(record.key.priority.0));
            record.shape = Shapes::of_place(shape, &request, record.partition);
            record.since = None;
            if record.partition == first {
                self.jobs[id].priority = record.key.priority.0;
            }
        }
        self.sort_queue();
    }

    /// Makes a reservation, with so many of its nodes if a number is given: those that are free first, by the limits of
    /// what runs on them, then in their order. If there are too few there is none.
    pub fn reserve(&mut self, spec: ReservationSpec, count: Option<u32>, scenario: &Scenario, now: Time) {
        let nodes = match count {
            None => None,
            Some(count) => match self.pick(&spec, count as usize, scenario, now) {
                Some(nodes) => Some(nodes),
                None => return,
            },
        };
        self.reservations.put(spec, nodes, scenario);
    }

    fn pick(&self, spec: &ReservationSpec, count: usize, scenario: &Scenario, now: Time) -> Option<NodeSet> {
        let mut open = super::nodes_of(&scenario.cluster, &spec.nodes);
        open.intersect(self.nodes.up());
        let (from, to) = (Time::ZERO + spec.start, Time::ZERO + spec.start + spec.duration);
        for id in self.reservations.ids() {
            let other = self.reservations.spec(id);
            let next = self.reservations.next(id, from.max(now));
            let known = Time::ZERO + other.announced <= now;
            if known && other.name != spec.name && next.is_some_and(|(begin, _)| begin < to) {
                open.subtract(self.reservations.nodes(id).0);
            }
        }
        let mut free_from: Vec<(Time, usize)> = open.iter().map(|node| (now, node)).collect();
        for &(by, id) in &self.running {
            for on in self.jobs[id].on.nodes() {
                if let Some(entry) = free_from.iter_mut().find(|(_, node)| *node == usize::from(*on)) {
                    entry.0 = entry.0.max(by);
                }
            }
        }
        if free_from.len() < count {
            return None;
        }
        order::sort(&mut free_from);
        let mut nodes = NodeSet::empty(self.nodes.len());
        free_from[..count]
            .iter()
            .for_each(|&(_, node)| nodes.insert(node));
        Some(nodes)
    }
}
