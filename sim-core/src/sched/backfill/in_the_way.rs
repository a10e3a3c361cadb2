//! Whose promise may be in the way of a job that could start now, and the planning of those whom the walk has passed.

use super::{BackfillPass, NEVER, on_the_grid};
use crate::cluster::{Allocation, Cluster, Job};
use crate::ids::PartitionId;
use crate::sched::limits;
use crate::units::Time;
use crate::workload::Request;

impl BackfillPass {
    /// The last step of those passed whose promise may begin before the end of a request that starts now, on one of its
    /// nodes; nothing if there is none.
    pub(super) fn last_in_the_way(
        &mut self,
        cluster: &Cluster,
        request: &Request,
        on: &Allocation,
    ) -> Option<usize> {
        if self.passed.is_empty() {
            return None;
        }
        // With fixed CPUs runs of neighbours are chosen, which a promise elsewhere may break.
        if request.cpus_per_node > 0 {
            return Some(usize::MAX);
        }
        let reserved = self.reserved;
        let BackfillPass {
            policy,
            now,
            passed,
            scratch,
            promised,
            ..
        } = self;
        if passed.has_moved() {
            scratch.forget_world();
        }
        let world = passed.world(cluster);
        let first_end = cluster.running.first().map_or(NEVER, |&(end, _)| end);
        passed.last_that(|partition, other, shortest, pushes| {
            // Whoever may push others off waits for no end. Where limits depend on the nodes, what starts now changes what they
            // say of a plan.
            if pushes || limits::depend_on_nodes(cluster, other) {
                return true;
            }
            let theirs = &cluster.partitions[partition].up;
            on.nodes().iter().any(|&node| {
                let node = usize::from(node);
                if !theirs.contains(node) {
                    return false;
                }
                let Some(mut at) = scratch.has_room_at(cluster, world, other, node, *now) else {
                    return false;
                };
                // With room on this node already, it waits for another one, or for the end of a reservation.
                if other.nodes > 1 && !reserved {
                    at = at.max(first_end);
                }
                let (begin, end) = promised[node];
                if begin < on_the_grid(policy, at, shortest).1 && at < end {
                    at = end;
                }
                at.floor_to(policy.resolution) <= *now + request.limit
            })
        })
    }

    /// Whether a job finds the same room if everybody passed is planned first.
    pub(super) fn nobody_is_in_the_way(
        &self,
        cluster: &Cluster,
        job: &Job,
        partition: PartitionId,
        on: Option<&Allocation>,
    ) -> bool {
        let mut thorough = self.clone();
        while !thorough.passed.is_empty() {
            thorough.plan_passed(cluster, NEVER, usize::MAX);
        }
        on.is_none_or(|on| thorough.room(cluster, job, partition).as_ref() == Some(on))
    }

    /// Plans jobs that were passed, in order and up to this step, until one of them is promised nodes no later than
    /// `finish`.
    pub(super) fn plan_passed(&mut self, cluster: &Cluster, finish: Time, until: usize) {
        while !self.passed.is_beyond(until)
            && let Some(step) = self.passed.next(cluster)
        {
            if self.passed.has_moved() {
                self.scratch.forget_world();
            }
            let job = &cluster.jobs[step.job];
            let begin = self.promise(cluster, step.job, job, step.partition);
            if begin.is_some_and(|begin| begin <= finish) {
                return;
            }
        }
    }
}
