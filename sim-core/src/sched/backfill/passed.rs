//! Jobs that the walk has passed without planning them yet.
//!
//! A plan is asked for only when somebody further down could start and might meet the promise. Until then the walk notes
//! whom it passed, in order, and what started meanwhile; so a plan made late is made against the state that it would have
//! been made against in turn.
//!
//! Often no plan can be in the way, whatever it is ([`Passed::cannot_reach`]). A job was passed because too few nodes had
//! room for it that were open for as long as it asks. So a promise of a node on which it does not fit begins no earlier
//! than the first job there ends by its limit; and one that wants several nodes, of which this one has room already, begins
//! no earlier than the first end anywhere.

use crate::cluster::{Allocation, Cluster, Room};
use crate::ids::{JobId, PartitionId};
use crate::scenario::SlurmBackfill;
use crate::units::Time;
use crate::workload::Request;

use super::NEVER;

/// One step of the walk.
#[derive(Clone, Copy, Debug)]
enum Step {
    Passed(Place),
    Started(JobId),
}

/// Whose place was passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub job: JobId,
    pub partition: PartitionId,
}

/// The state before something started.
#[derive(Debug)]
pub(super) struct Then {
    pub free: Room,
    pub running: Vec<(Time, JobId)>,
}

/// What has been passed, in order.
#[derive(Debug, Default)]
pub(super) struct Passed {
    steps: Vec<Step>,
    /// Steps dealt with.
    done: usize,
    /// Jobs still to be planned.
    waiting: usize,
    /// The state that the next of them is planned against, if it is not the one that is.
    pub then: Option<Box<Then>>,
    /// The fewest GPUs on each node that a job of several nodes asks for which is still to be planned.
    least_of_several: Option<u32>,
    /// By node, when the first job there ends by its limit; empty until it is asked for.
    first_end: Vec<Time>,
}

impl Passed {
    /// Whether nobody is still to be planned.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// A job was passed.
    pub fn by(&mut self, job: JobId, partition: PartitionId, request: &Request) {
        if self.is_empty() {
            self.clear();
        }
        self.steps.push(Step::Passed(Place { job, partition }));
        self.waiting += 1;
        if request.nodes > 1 {
            let least = self.least_of_several.unwrap_or(u32::MAX);
            self.least_of_several = Some(least.min(request.gpus_per_node));
        }
    }

    /// A job is about to start on these nodes.
    pub fn start(&mut self, cluster: &Cluster, job: JobId, on: &Allocation, ends_by: Time) {
        if !self.first_end.is_empty() {
            for &node in on.nodes() {
                let first = &mut self.first_end[usize::from(node)];
                *first = ends_by.min(*first);
            }
        }
        if self.is_empty() {
            return;
        }
        self.then.get_or_insert_with(|| {
            Box::new(Then {
                free: cluster.nodes.free().clone(),
                running: cluster.running.clone(),
            })
        });
        self.steps.push(Step::Started(job));
    }

    /// The next job to plan.
    pub fn next(&mut self, cluster: &Cluster) -> Option<Place> {
        while !self.is_empty() {
            let step = self.steps[self.done];
            self.done += 1;
            match step {
                Step::Passed(place) => {
                    self.waiting -= 1;
                    return Some(place);
                }
                Step::Started(id) => {
                    if let Some(then) = &mut self.then {
                        let job = &cluster.jobs[id];
                        then.free.take(&job.on, &job.request);
                        let at = then.running.partition_point(|&other| other < (job.ends_by, id));
                        then.running.insert(at, (job.ends_by, id));
                    }
                    if !self.steps[self.done..]
                        .iter()
                        .any(|step| matches!(step, Step::Started(_)))
                    {
                        self.then = None;
                    }
                }
            }
        }
        None
    }

    fn clear(&mut self) {
        self.steps.clear();
        self.done = 0;
        self.then = None;
        self.least_of_several = None;
    }

    /// Whether no promise to those who were passed can begin by `finish` on one of the nodes that `request` would take.
    /// What the others could be promised elsewhere would not make it choose differently.
    pub fn cannot_reach(
        &mut self,
        cluster: &Cluster,
        policy: &SlurmBackfill,
        request: &Request,
        on: &Allocation,
        finish: Time,
    ) -> bool {
        // Whoever may push others off waits for no end, reservations close nodes for a time, and with fixed CPUs runs of
        // neighbours are chosen, which a promise elsewhere may break.
        if cluster.preempt.on() || !cluster.reservations.is_empty() || request.cpus_per_node > 0 {
            return false;
        }
        if self.first_end.is_empty() {
            self.first_end.resize(cluster.nodes.len(), NEVER);
            for &(end, id) in cluster.running.iter().rev() {
                for &node in cluster.jobs[id].on.nodes() {
                    self.first_end[usize::from(node)] = end;
                }
            }
        }
        let free = self.then.as_ref().map_or(cluster.nodes.free(), |then| &then.free);
        let first_anywhere = cluster.running.first().map_or(NEVER, |&(end, _)| end);
        on.nodes().iter().all(|&node| {
            let node = usize::from(node);
            let may_have_room = self
                .least_of_several
                .is_some_and(|least| free.gpus()[node] >= least);
            let first = if may_have_room {
                first_anywhere
            } else {
                self.first_end[node]
            };
            first.floor_to(policy.resolution) > finish
        })
    }
}
