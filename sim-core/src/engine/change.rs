//! Changes of nodes, reservations and rules while the cluster runs.

use super::react::Moment;
use super::{JobChange, Run};
use crate::cluster::{Ending, JobState, NodeSet, nodes_of};
use crate::ids::{AssocId, JobId, QosId};
use crate::order;
use crate::scenario::{Policy, ReservationSpec, Scenario};
use crate::units::Time;

/// What an admin does during a run.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// Makes a reservation, in place of the one of its name if there is one; its times count from time zero. With a number
    /// (NodeCnt) it takes so many of its nodes: those that are free first, by the limits of what runs there.
    Reserve(ReservationSpec, Option<u32>),
    /// Deletes the reservation of this name.
    Unreserve(String),
    /// Partitions, QOS and associations follow this policy; who is there stays. What priorities are made of moves them at
    /// the next tick.
    Rules(Box<Policy>),
    /// Forgets what an association, and all below it, has used: RawUsage=0.
    ForgetUsage(AssocId),
    /// The same for a QOS.
    ForgetUsageOfQos(QosId),
    /// Tells a job something.
    Job(JobId, JobChange),
    /// Takes nodes down: what runs on them is lost and queued again.
    Down(NodeSet),
    /// Lets nobody new onto nodes.
    Drain(NodeSet),
    /// Brings nodes back.
    Resume(NodeSet),
}

/// Changes that are still to come, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    list: Vec<(Time, Change)>,
    done: usize,
}

impl Changes {
    /// The outages of a scenario, and the nodes that fail under this seed.
    pub fn of(scenario: &Scenario, seed: u64) -> Changes {
        let mut changes = Changes::default();
        for outage in &scenario.cluster.outages {
            let nodes = nodes_of(&scenario.cluster, &outage.nodes);
            let begin = Time::ZERO + outage.start;
            let gone = if outage.drain {
                Change::Drain(nodes.clone())
            } else {
                Change::Down(nodes.clone())
            };
            changes.add(begin, gone);
            changes.add(begin + outage.duration, Change::Resume(nodes));
        }
        for (node, at, repair) in crate::workload::failures(scenario, seed) {
            let mut alone = NodeSet::empty(scenario.cluster.node_count() as usize);
            alone.insert(node);
            changes.add(at, Change::Down(alone.clone()));
            changes.add(at + repair, Change::Resume(alone));
        }
        changes
    }

    /// One more; those of one instant keep their order.
    pub fn add(&mut self, at: Time, change: Change) {
        let after = self.list.partition_point(|(other, _)| *other <= at);
        self.list.insert(after, (at, change));
    }

    /// When something changes.
    pub fn instants(&self) -> impl Iterator<Item = Time> {
        self.list.iter().map(|(at, _)| *at)
    }

    fn next(&mut self, now: Time) -> Option<Change> {
        let (at, change) = self.list.get(self.done)?;
        (*at <= now).then(|| {
            self.done += 1;
            change.clone()
        })
    }
}

impl Run {
    /// Everything that changes now.
    pub(super) fn change(&mut self, now: Time) {
        self.events += 1;
        self.wrote = true;
        self.moment(Moment::ChangesBegin, now);
        while let Some(change) = self.changes.next(now) {
            match change {
                Change::Down(nodes) => {
                    self.cluster.set_up(&nodes, false);
                    self.lose_jobs_on(&nodes, now);
                }
                Change::Drain(nodes) => self.cluster.set_up(&nodes, false),
                Change::Resume(nodes) => self.cluster.set_up(&nodes, true),
                by_hand @ (Change::Reserve(..)
                | Change::Unreserve(_)
                | Change::Rules(_)
                | Change::ForgetUsage(_)
                | Change::ForgetUsageOfQos(_)
                | Change::Job(..)) => {
                    if let Some(carry_out) = self.by_hand {
                        carry_out(self, by_hand, now);
                    }
                }
            }
            // What was read before this change, also within this instant, is read anew.
            self.cluster.ledgers.rules_changed();
        }
        self.moment(Moment::ChangesEnd, now);
        self.end_what_outstays_its_reservation(now);
        if let Some(edge) = self.cluster.reservations.next_edge(now) {
            self.due.change(edge);
        }
        if !self.cluster.reservations.is_empty() {
            for at in 0..self.cluster.queue.len() {
                self.wake_as_reservations_close_in(self.cluster.queue[at].job(), now);
            }
        }
        self.looked = None;
        self.due.main_at(now);
        self.due.backfill_from(now);
    }

    fn lose_jobs_on(&mut self, nodes: &NodeSet, now: Time) {
        let mut lost: Vec<JobId> = self
            .cluster
            .running
            .iter()
            .map(|&(_, id)| id)
            .filter(|&id| self.cluster.jobs[id].state == JobState::Running)
            .filter(|&id| {
                let on = self.cluster.jobs[id].on.nodes();
                on.iter().any(|&node| nodes.contains(usize::from(node)))
            })
            .collect();
        order::sort(&mut lost);
        for id in lost {
            let how = if self.cluster.jobs[id].request.requeue {
                Ending::Requeued
            } else {
                Ending::NodeFail
            };
            self.end(id, how, now);
        }
    }

    /// Jobs inside a reservation end with it.
    fn end_what_outstays_its_reservation(&mut self, now: Time) {
        let over: Vec<JobId> = self
            .cluster
            .running
            .iter()
            .map(|&(_, id)| id)
            .filter(|&id| {
                let job = &self.cluster.jobs[id];
                job.state == JobState::Running
                    && job.request.reservation.is_some_and(|reservation| {
                        let (_, flexible) = self.cluster.reservations.nodes(reservation);
                        let lasts = self
                            .cluster
                            .reservations
                            .next(reservation, now)
                            .is_some_and(|(from, _)| from <= now);
                        !flexible && !lasts
                    })
            })
            .collect();
        for id in over {
            self.end(id, Ending::Timeout, now);
        }
    }
}
