//! Jobs that the walk has passed without planning them yet.
//!
//! A plan is asked for only when somebody further down could start and might meet the promise. Until then the walk notes
//! whom it passed, in order, and what started meanwhile; so a plan made late is made against the state that it would have
//! been made against in turn.
//!
//! Often no plan can be in the way, whatever it is ([`super::BackfillPass::last_in_the_way`]). A job was passed because too few nodes
//! had room for it that were open for as long as it asks. So a promise of a node begins no earlier than the first end by a
//! limit after which there is room for it; where that lies so near to the first promise made of the node that both would
//! meet, no earlier than that promise ends; and for one that wants several nodes no earlier than the first end anywhere.

use crate::cluster::{Cluster, Room};
use crate::ids::{JobId, PartitionId};
use crate::units::{Span, Time};
use crate::workload::Request;

use super::node_test::World;

/// Room that a walk often needs.
const SOME: usize = 256;

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
#[derive(Clone, Debug)]
pub(super) struct Then {
    pub free: Room,
    pub running: Vec<(Time, JobId)>,
}

/// What has been passed, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Passed {
    steps: Vec<Step>,
    /// Steps dealt with.
    done: usize,
    /// Jobs still to be planned.
    waiting: usize,
    /// The state that the next of them is planned against, if it is not the one that is.
    then: Option<Box<Then>>,
    /// Whether that has become another one since it was last asked.
    moved: bool,
    /// Those who were passed, by what they ask of a node.
    alike: Vec<Alike>,
    /// Where the last one was put.
    hit: usize,
}

/// Passed jobs of a partition that ask the same of each of their nodes.
#[derive(Clone, Debug)]
struct Alike {
    /// Where they wait.
    partition: PartitionId,
    /// What one of them asks for.
    request: Request,
    /// The shortest time limit among them.
    shortest: Span,
    /// The step that passed the last of them.
    last: usize,
    /// Whether they may push others off.
    pushes: bool,
}

impl Alike {
    fn is_of(&self, partition: PartitionId, request: &Request, pushes: bool) -> bool {
        let own = &self.request;
        self.partition == partition
            && self.pushes == pushes
            && own.gpus_per_node == request.gpus_per_node
            && (own.nodes > 1) == (request.nodes > 1)
            && own.kind == request.kind
            && own.cpus_per_node == request.cpus_per_node
            && own.exclusive == request.exclusive
    }
}

impl Passed {
    /// Whether nobody is still to be planned.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// A job was passed.
    pub fn by(&mut self, job: JobId, partition: PartitionId, request: &Request, pushes: bool) {
        if self.is_empty() {
            self.clear();
            self.steps.reserve(SOME);
        }
        self.steps.push(Step::Passed(Place { job, partition }));
        self.waiting += 1;
        let last = self.steps.len() - 1;
        // Neighbours often ask for the same.
        let is_of = |alike: &Alike| alike.is_of(partition, request, pushes);
        if !self.alike.get(self.hit).is_some_and(is_of) {
            self.hit = (self.alike.iter().position(is_of)).unwrap_or(self.alike.len());
        }
        match self.alike.get_mut(self.hit) {
            Some(alike) => {
                alike.last = last;
                alike.shortest = alike.shortest.min(request.limit);
            }
            None => self.alike.push(Alike {
                partition,
                request: *request,
                shortest: request.limit,
                last,
                pushes,
            }),
        }
    }

    /// A job is about to start.
    pub fn start(&mut self, cluster: &Cluster, job: JobId) {
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

    /// Whether plans are made against another state than when this was last asked.
    pub fn has_moved(&mut self) -> bool {
        std::mem::take(&mut self.moved)
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
                    self.moved = true;
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

    /// A walk begins.
    pub fn forget(&mut self) {
        self.waiting = 0;
        self.clear();
        self.moved = false;
    }

    fn clear(&mut self) {
        self.moved |= self.then.is_some();
        self.steps.clear();
        self.done = 0;
        self.then = None;
        self.alike.clear();
    }

    /// The state that the next of them is planned against.
    pub fn world<'a>(&'a self, cluster: &'a Cluster) -> World<'a> {
        match &self.then {
            Some(then) => World {
                free: &then.free,
                running: &then.running,
                moves: None,
            },
            None => World {
                free: cluster.nodes.free(),
                running: &cluster.running,
                moves: Some(cluster.moves()),
            },
        }
    }

    /// The last step that passed somebody still to be planned who may be in the way, as `may` says of where those wait who
    /// are alike, of what they ask for, of the shortest time limit among them, and of whether they may push others off.
    pub fn last_that(&self, mut may: impl FnMut(PartitionId, &Request, Span, bool) -> bool) -> Option<usize> {
        self.alike
            .iter()
            .filter(|alike| alike.last >= self.done)
            .filter(|alike| may(alike.partition, &alike.request, alike.shortest, alike.pushes))
            .map(|alike| alike.last)
            .max()
    }

    /// Whether so far all steps up to this one have been dealt with.
    pub fn is_beyond(&self, step: usize) -> bool {
        self.done > step
    }
}
