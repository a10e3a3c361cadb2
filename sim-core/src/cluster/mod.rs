//! What is true now: free devices, pending jobs in queue order, running jobs by the end of their limits, and the ledgers.
//!
//! Derived state that every pass needs (the ordered queue, sums of limits) is kept up to date here, so that a pass can be
//! a function of a read-only [`Cluster`]. Only the engine changes it. The true run time of a job is not in here.

mod accrual;
mod amounts;
mod billing;
mod by_hand;
mod extended;
mod fairshare;
mod job;
mod jobs;
mod ledgers;
mod levels;
mod limit_rules;
mod node_set;
mod nodes;
mod partition;
mod preemption;
mod queue;
mod reservations;
mod room;
mod shapes;
mod standing;
mod tree;
mod tres;
mod usage;

use std::cmp::Reverse;

use crate::ids::{JobId, PartitionId, PartitionSet, Table};
use crate::order;
use crate::reason::Reason;
use crate::scenario::{Checked, Policy};
use crate::units::Time;
use crate::workload::{Person, Request};

pub use amounts::Amounts;
pub use billing::{billing, billing_tres};
pub use job::{Ending, Job, JobState, QueueKey, Record};
pub use jobs::Jobs;
pub use ledgers::Ledgers;
pub use limit_rules::{Check, LimitRules, Owner, Phase, QosFlags, Who, replaces};
pub use node_set::NodeSet;
pub use nodes::{Kind, Lent, Nodes, of_groups as nodes_of};
pub use partition::Partition;
pub use preemption::PreemptRules;
pub use queue::{Queue, Run};
pub use reservations::{Closed, Reservations};
pub use room::{Allocation, Room};
pub use shapes::{Shapes, Steady, Verdict, Whole};
pub use tree::{AssocKind, Association, Tree};
pub use tres::{TresIx, TresTable};
pub use usage::{Charge, Usage};

/// The state of the cluster at one instant.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Devices by node.
    pub nodes: Nodes,
    /// All jobs, also those still to come and those gone.
    pub jobs: Jobs,
    /// Pending jobs, first in line first; a job with several partitions has a place in each.
    pub queue: Queue,
    /// Running jobs by the end of their limit, then id.
    pub running: Vec<(Time, JobId)>,
    /// See [`Cluster::moves`].
    moves: u64,
    /// Jobs in the queue whose reason is `None` or `Resources`, once for each of their places, so that a blocked pass knows
    /// of whom something is left to say.
    pub unsettled: Vec<JobId>,
    /// Jobs after which their nodes are cleaned up.
    pub completing: usize,
    /// Partitions.
    pub partitions: Table<PartitionId, Partition>,
    /// Accounts and people with their shares and limits.
    pub tree: Tree,
    /// Decayed usage and fair-share factors.
    pub usage: Usage,
    /// The limits, in the order in which they are tested.
    pub limits: LimitRules,
    /// Sums that limits are compared with.
    pub ledgers: Ledgers,
    /// What requests and allocations amount to.
    pub amounts: Amounts,
    /// Who may push whom off.
    pub preempt: PreemptRules,
    /// Nodes set aside for an interval.
    pub reservations: Reservations,
    /// What is known of requests that are alike.
    pub shapes: Shapes,
    /// Whether jobs wait that a limit keeps from gaining age.
    some_do_not_accrue: bool,
    /// The state of queue and rules in which it was last seen who gains age.
    accrual_seen: u64,
    /// Who stands first because it could push the other off.
    standing: standing::Standing,
}

impl Cluster {
    /// The empty cluster of a scenario at time zero, with everybody's associations.
    pub fn new(scenario: &Checked, people: &[Person]) -> Cluster {
        let scenario = scenario.scenario();
        let nodes = Nodes::new(&scenario.cluster);
        let tree = Tree::new(&scenario.policy, people, scenario.workload.accounts as usize);
        let partitions = partition::partitions(scenario);
        let amounts = Amounts::new(&scenario.policy, &nodes);
        let limits = LimitRules::new(&scenario.policy, &tree, &amounts);
        Cluster {
            standing: standing::Standing::new(&scenario.policy, &partitions),
            ledgers: Ledgers::new(&limits, &tree, &amounts, nodes.len()),
            limits,
            usage: Usage::new(&scenario.policy, &tree, &amounts.table),
            amounts,
            tree,
            nodes,
            jobs: Jobs::default(),
            queue: Queue::default(),
            running: Vec::new(),
            moves: 0,
            unsettled: Vec::new(),
            completing: 0,
            partitions,
            preempt: PreemptRules::new(&scenario.policy),
            reservations: Reservations::new(scenario),
            shapes: Shapes::default(),
            some_do_not_accrue: false,
            accrual_seen: u64::MAX,
        }
    }

    /// A number that is another one whenever a job has come onto nodes or left them, or is to end at another time.
    pub fn moves(&self) -> u64 {
        self.moves
    }

    /// Adds a job that is still to come. In a partition that gives whole nodes it gets whole nodes.
    pub fn announce(&mut self, request: Request) -> JobId {
        let job = self.job(request);
        self.jobs.push(job)
    }

    /// A job that is still to come asks for something else.
    pub fn announce_otherwise(&mut self, id: JobId, request: Request) {
        debug_assert_eq!(self.jobs[id].state, JobState::Future);
        self.jobs[id] = self.job(request);
    }

    fn job(&mut self, mut request: Request) -> Job {
        request.exclusive |= request
            .partitions()
            .any(|partition| self.partitions[partition].exclusive);
        let assoc = self.tree.leaf(request.user, request.account);
        let shape = self.shapes.of(&request);
        let job = Job::new(request, shape, assoc);
        self.standing.meet(&job);
        job
    }

    /// A job comes in and is not yet to be looked at.
    pub fn submit(&mut self, id: JobId, now: Time) {
        debug_assert_eq!(self.jobs[id].state, JobState::Future);
        self.jobs[id].submitted = now;
        self.jobs[id].state = JobState::NotEligible;
        self.ledgers.submit(&self.jobs[id]);
    }

    /// A job is refused, and gone.
    pub fn refuse(&mut self, id: JobId, now: Time) {
        debug_assert_eq!(self.jobs[id].state, JobState::Future);
        self.jobs[id].submitted = now;
        self.jobs[id].state = JobState::Ended;
    }

    /// Other limits hold from now on; what has been counted stays.
    pub fn change_limits(&mut self, policy: &Policy) {
        self.tree = self.tree.relimited(policy);
        self.limits = LimitRules::new(policy, &self.tree, &self.amounts);
        let jobs = self.jobs.iter();
        self.ledgers = self
            .ledgers
            .recount(&self.limits, &self.tree, &self.amounts, self.nodes.len(), jobs);
    }

    /// Whether nodes can be used, from now on.
    pub fn set_up(&mut self, nodes: &NodeSet, up: bool) {
        self.nodes.set_up(nodes, up);
        self.find_up();
    }

    /// These nodes are lent from now on, and no others.
    pub fn lend(&mut self, lent: Vec<Lent>) {
        self.nodes.lend(lent);
        self.find_up();
    }

    /// Which nodes of each partition can be used.
    fn find_up(&mut self) {
        for partition in self.partitions.iter_mut() {
            partition.up = partition.nodes.clone();
            partition.up.intersect(self.nodes.up());
        }
    }

    /// Where a job with this priority stands in the queue of a partition.
    fn record(&self, id: JobId, partition: PartitionId, priority: u32) -> Record {
        let job = &self.jobs[id];
        Record {
            key: QueueKey {
                level: self.standing.level(job, partition),
                unreserved: job.request.reservation.is_none(),
                tier: Reverse(self.partitions[partition].tier),
                priority: Reverse(priority),
                submitted: job.submitted,
                job: id,
            },
            partition,
            shape: Shapes::of_place(job.shape, &job.request, partition),
            user: job.request.user,
            last: true,
            told: Reason::None,
            since: None,
        }
    }

    /// Puts a job into the queue of each of its partitions, with priorities computed by the caller (in the order of
    /// [`Request::partitions`]). Its reason is `Priority` at once if a job that may use one of its nodes stands before it,
    /// as `sbatch` does. Returns the first of its places.
    pub fn enqueue(&mut self, id: JobId, now: Time, priorities: &[u32]) -> usize {
        let job = &mut self.jobs[id];
        debug_assert_eq!(job.state, JobState::NotEligible);
        job.state = JobState::Pending;
        job.eligible = now;
        job.accrues = self.limits.accrual.since(job, now);
        let request = job.request;
        let mut outranked = false;
        let mut first = usize::MAX;
        let several = request.also != PartitionSet::empty();
        for (index, (partition, &priority)) in request.partitions().zip(priorities).enumerate() {
            if index == 0 {
                self.jobs[id].priority = priority;
            }
            let mut record = self.record(id, partition, priority);
            record.last = !several;
            let comes_last = self.queue.last().is_none_or(|last| *last < record);
            let at = if self.standing.disturb() || comes_last {
                self.queue.len()
            } else {
                self.queue.partition_point(|other| *other < record)
            };
            let nodes = &self.partitions[partition].nodes;
            outranked |= self.queue[..at].iter().any(|ahead| {
                (ahead.partition == partition || self.partitions[ahead.partition].nodes.meets(nodes))
                    && self.comes_after(&record, ahead)
            });
            first = first.min(at);
            self.queue.insert(at, record);
        }
        self.shapes.forget_whole(request.user);
        if several {
            self.queue.has_several(request.user, id);
        }
        self.jobs[id].reason = if outranked { Reason::Priority } else { Reason::None };
        self.note_if_unsettled(id);
        if self.standing.by_pairs() { 0 } else { first }
    }

    /// Notes a job that is in the queue, if its reason is one that a main pass replaces by `Priority`.
    fn note_if_unsettled(&mut self, id: JobId) {
        let job = &self.jobs[id];
        if matches!(job.reason, Reason::None | Reason::Resources) {
            self.unsettled.extend(job.request.partitions().map(|_| id));
        }
    }

    /// A job leaves the queue, or has another reason.
    fn forget_unsettled(&mut self, id: JobId) {
        self.unsettled.retain(|&other| other != id);
    }

    /// Writes a new reason; returns the old one.
    pub fn give_reason(&mut self, id: JobId, reason: Reason) -> Reason {
        let old = std::mem::replace(&mut self.jobs[id].reason, reason);
        if self.jobs[id].state == JobState::Pending {
            self.forget_unsettled(id);
            self.note_if_unsettled(id);
            if old.is_limit() || reason.is_limit() {
                self.tell_place(id, reason);
            }
        }
        old
    }

    /// Writes the reason at the place in the queue, if a walk may go by it.
    fn tell_place(&mut self, id: JobId, reason: Reason) {
        let job = &self.jobs[id];
        self.shapes.forget_whole(job.request.user);
        if job.request.exclusive {
            return;
        }
        if job.request.also == PartitionSet::empty() && !self.standing.by_pairs() {
            let record = self.record(id, job.request.partition, job.priority);
            let at = self.queue.partition_point(|other| *other < record);
            if let Some(place) = self.queue.get_mut(at).filter(|place| place.job() == id) {
                place.told = reason;
            }
            return;
        }
        let mut from = 0;
        while let Some(at) = self.queue.next_of(job.request.user, id, from) {
            self.queue[at].told = reason;
            from = at + 1;
        }
    }

    /// What the limits say to a place whose job waits for one of them, if none of what they compare with has moved since
    /// they were read and there is nothing new to say of the job.
    #[inline]
    pub fn still_held(&self, place: &Record) -> Option<Verdict> {
        let known = self.shapes.known(place.shape, &self.ledgers)?;
        let still = place.stays(known);
        debug_assert!(!still || self.jobs[place.job()].reason == place.told);
        still.then_some(known)
    }

    /// Moves a job from the queue to its nodes and charges limits.
    pub fn start(&mut self, id: JobId, partition: PartitionId, on: Allocation, now: Time) {
        debug_assert_eq!(self.jobs[id].state, JobState::Pending);
        self.forget_unsettled(id);
        self.leave_queue(id);
        let job = &mut self.jobs[id];
        job.reason = Reason::None;
        job.state = JobState::Running;
        job.partition = partition;
        job.started = now;
        job.runs += 1;
        job.ends_by = now + job.request.limit;
        job.on_ledger = job.request.limit;
        self.moves += 1;
        self.nodes.take(&on, &job.request);
        job.on = on;
        job.billing = self.amounts.billing(job);
        self.ledgers.start(job, &self.amounts);
        let entry = (job.ends_by, id);
        let at = self.running.partition_point(|&other| other < entry);
        self.running.insert(at, entry);
    }

    /// Takes all places of a job out of the queue.
    fn leave_queue(&mut self, id: JobId) {
        let by_pairs = self.standing.disturb();
        let job = &self.jobs[id];
        self.shapes.forget_whole(job.request.user);
        if !by_pairs && job.request.also == PartitionSet::empty() {
            let record = self.record(id, job.request.partition, job.priority);
            let at = match self.queue.first() {
                Some(first) if *first == record => 0,
                Some(_) | None => self.queue.partition_point(|other| *other < record),
            };
            debug_assert_eq!(self.queue[at].job(), id, "the queue is in order");
            self.queue.remove(at);
        } else {
            self.queue.remove_job(job.request.user, id);
        }
    }

    /// A job ends: charges what it used since the last tick, and clears its limits. It is on its nodes until it leaves.
    pub fn complete(&mut self, id: JobId, now: Time) {
        let job = &mut self.jobs[id];
        debug_assert_eq!(job.state, JobState::Running);
        job.state = JobState::Completing;
        self.completing += 1;
        job.pushed_off = None;
        self.ledgers.end(job, &self.amounts);
        job.on_ledger = crate::units::Span::ZERO;
        let ran = now.since(job.started.max(self.usage.last_tick()));
        let job = &self.jobs[id];
        let held = if self.usage.keeps_budgets() {
            self.amounts.all_allocated(job)
        } else {
            Vec::new()
        };
        self.usage.charge(&charge(&self.amounts, job, &held), ran);
    }

    /// A job ends and leaves its nodes at once.
    pub fn end(&mut self, id: JobId, now: Time) {
        self.complete(id, now);
        self.leave(id);
    }

    /// A job that has ended leaves its nodes.
    pub fn leave(&mut self, id: JobId) {
        let job = &mut self.jobs[id];
        debug_assert_eq!(job.state, JobState::Completing);
        job.state = JobState::Ended;
        self.completing -= 1;
        let entry = (job.ends_by, id);
        let at = self.running.partition_point(|&other| other < entry);
        debug_assert_eq!(self.running[at], entry);
        self.running.remove(at);
        self.moves += 1;
        self.nodes.give_back(&job.on, &job.request);
        // The allocation is kept until here only; records hold it for ever.
        job.on = Allocation::none();
    }

    /// The end of a running job's time is another one from now on: its grace ends, or its limit was changed.
    pub fn ends_by(&mut self, id: JobId, by: Time) {
        let entry = (self.jobs[id].ends_by, id);
        let at = self.running.partition_point(|&other| other < entry);
        debug_assert_eq!(self.running[at], entry);
        self.running.remove(at);
        self.jobs[id].ends_by = by;
        self.moves += 1;
        let at = self.running.partition_point(|&other| other < (by, id));
        self.running.insert(at, (by, id));
    }

    /// A job that has ended its run comes back; it is not yet to be looked at, and its age is lost.
    pub fn requeue(&mut self, id: JobId, now: Time) {
        let job = &mut self.jobs[id];
        debug_assert_eq!(job.state, JobState::Ended);
        job.state = JobState::NotEligible;
        job.submitted = now;
        job.reason = match job.set_priority {
            Some(0) => Reason::JobHeldAdmin,
            Some(_) | None => Reason::BeginTime,
        };
        job.accrues = None;
    }

    /// The priority tick: decay, charging, run-minutes ledgers, fair-share factors. Priorities are set by the caller.
    pub fn tick(&mut self, now: Time) {
        let last = self.usage.last_tick();
        self.usage.decay(now);
        for &(_, id) in &self.running {
            let job = &mut self.jobs[id];
            if job.state == JobState::Completing {
                continue;
            }
            let elapsed = now.since(job.started.max(last));
            let held = if self.usage.keeps_budgets() {
                self.amounts.all_allocated(job)
            } else {
                Vec::new()
            };
            self.usage.charge(&charge(&self.amounts, job, &held), elapsed);
            let falls = elapsed.min(job.on_ledger);
            self.ledgers.fall(job, falls, &self.amounts);
            job.on_ledger -= falls;
        }
        self.usage.rank();
        self.ledgers.tick();
    }

    /// Gives every place in the queue its priority anew and brings the queue into its new order. Tells how far that is
    /// another one than before: passes look at the order, never at the numbers.
    pub fn reprioritise(
        &mut self,
        last_place: usize,
        mut priority: impl FnMut(&Cluster, &mut Record) -> u32,
    ) -> Reordered {
        let mut queue = std::mem::take(&mut self.queue);
        let mut breaks = Vec::new();
        let mut before = [0; 4];
        for (at, record) in queue.iter_mut().enumerate() {
            let id = record.key.job;
            let priority = priority(self, record);
            if record.key.priority.0 != priority {
                record.key.priority = Reverse(priority);
                let job = &mut self.jobs[id];
                if record.partition == job.request.partition {
                    job.priority = priority;
                }
            }
            let rank = record.rank();
            if before > rank {
                breaks.push(at);
            }
            before = rank;
        }
        let by_pairs = self.standing.disturb();
        let mut reordered = if by_pairs {
            Reordered::Before
        } else {
            Reordered::Nowhere
        };
        if !breaks.is_empty() && !by_pairs {
            let changed = order::merge_pieces(&mut queue, &breaks, &|one, other| one > other);
            queue.has_new_order();
            reordered = if changed > last_place {
                Reordered::Behind
            } else {
                Reordered::Before
            };
        }
        self.queue = queue;
        reordered
    }
}

/// Where in the queue places have changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reordered {
    /// Nowhere.
    Nowhere,
    /// Behind the place that was named.
    Behind,
    /// Up to that place, and perhaps behind it.
    Before,
}

/// What a running job uses.
fn charge<'a>(amounts: &Amounts, job: &Job, held: &'a [(TresIx, u64)]) -> Charge<'a> {
    let qos = job.request.qos;
    Charge {
        assoc: job.assoc,
        qos,
        partition_qos: amounts.partition_qos[job.partition],
        billing: job.billing,
        usage_factor: amounts.usage_factor[qos],
        tres: held,
    }
}
