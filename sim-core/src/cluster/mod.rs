//! What is true now: free devices, pending jobs in queue order, running jobs by the end of their limits, and the ledgers.
//!
//! Derived state that every pass needs (the ordered queue, sums of limits) is kept up to date here, so that a pass can be
//! a function of a read-only [`Cluster`]. Only the engine changes it. The true run time of a job is not in here.

mod billing;
mod extended;
mod fairshare;
mod ledgers;
mod nodes;
mod tree;
mod tres;
mod usage;

use std::cmp::Reverse;

use crate::ids::{JobId, PartitionId, QosId, Table};
use crate::reason::Reason;
use crate::scenario::{Checked, Policy};
use crate::units::{Span, Time};
use crate::workload::{Person, Request};

pub use billing::{billing, billing_tres};
pub use ledgers::{EffectiveLimits, Ledgers};
pub use nodes::{Allocation, NodeSet, Nodes};
pub use tree::{AssocKind, Association, Tree};
pub use tres::{TresIx, TresTable};
pub use usage::{Charge, Usage};

/// Where a job stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobState {
    /// Not yet submitted.
    Future,
    /// In the queue.
    Pending,
    /// On its nodes.
    Running,
    /// Gone.
    Ended,
}

/// What the scheduler knows of a job.
#[derive(Clone, PartialEq, Debug)]
pub struct Job {
    /// What was asked for.
    pub request: Request,
    /// Where it stands.
    pub state: JobState,
    /// When it became eligible.
    pub eligible: Time,
    /// When it started, if it did.
    pub started: Time,
    /// Multifactor priority as of the last tick (or submission).
    pub priority: u32,
    /// Why it waits.
    pub reason: Reason,
    /// Its nodes while it runs.
    pub on: Allocation,
    /// GPU-seconds that it still has on the run-minutes ledgers.
    pub on_ledger: u64,
}

impl Job {
    /// Whether it has started at some time.
    pub fn left_queue(&self) -> bool {
        match self.state {
            JobState::Future | JobState::Pending => false,
            JobState::Running | JobState::Ended => true,
        }
    }
}

/// What decides who stands first: tier, priority, submit time, id.
pub type QueueKey = (Reverse<u32>, Reverse<u32>, Time, JobId);

/// A partition as passes see it.
#[derive(Clone, PartialEq, Debug)]
pub struct Partition {
    /// Its nodes.
    pub nodes: NodeSet,
    /// MaxTime.
    pub max_time: Span,
    /// PriorityTier.
    pub tier: u32,
    /// PriorityJobFactor over the largest of all partitions.
    pub factor: f64,
}

/// The state of the cluster at one instant.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Devices by node.
    pub nodes: Nodes,
    /// All jobs, also those still to come and those gone.
    pub jobs: Table<JobId, Job>,
    /// Pending jobs, first in line first.
    pub queue: Vec<(QueueKey, JobId)>,
    /// Running jobs by the end of their limit, then id.
    pub running: Vec<(Time, JobId)>,
    /// Pending jobs whose reason is `None` or `Resources`, so that a blocked pass knows when nothing is left to say.
    pub unsettled: usize,
    /// Partitions.
    pub partitions: Table<PartitionId, Partition>,
    /// Accounts and people with their shares and limits.
    pub tree: Tree,
    /// Decayed usage and fair-share factors.
    pub usage: Usage,
    /// Sums that limits are compared with.
    pub ledgers: Ledgers,
    /// QOS priority over the largest of all QOS.
    pub qos_factor: Table<QosId, f64>,
}

impl Cluster {
    /// The empty cluster of a scenario at time zero, with everybody's associations.
    pub fn new(scenario: &Checked, people: &[Person]) -> Cluster {
        let scenario = scenario.scenario();
        let nodes = Nodes::new(scenario.cluster.gpus_by_node());
        let tree = Tree::new(&scenario.policy, people, scenario.workload.accounts as usize);
        let partitions = partitions(scenario, nodes.len());
        let top_qos = scenario.policy.qos.iter().map(|q| q.priority).max().unwrap_or(0);
        let qos_factor = scenario
            .policy
            .qos
            .iter()
            .map(|q| {
                if top_qos == 0 {
                    0.0
                } else {
                    f64::from(q.priority) / f64::from(top_qos)
                }
            })
            .collect();
        Cluster {
            ledgers: Ledgers::new(
                &scenario.policy,
                people.len(),
                scenario.workload.accounts as usize + 1,
            ),
            usage: Usage::new(&scenario.policy, &tree, &TresTable::new([])),
            tree,
            nodes,
            jobs: Table::default(),
            queue: Vec::new(),
            running: Vec::new(),
            unsettled: 0,
            partitions,
            qos_factor,
        }
    }

    /// Adds a job that is still to come.
    pub fn announce(&mut self, request: Request) -> JobId {
        self.jobs.push(Job {
            request,
            state: JobState::Future,
            eligible: Time::ZERO,
            started: Time::ZERO,
            priority: 0,
            reason: Reason::None,
            on: Allocation::none(),
            on_ledger: 0,
        })
    }

    /// Puts a job into the queue with a priority computed by the caller. Its reason is `Priority` at once if a job of
    /// its partition stands before it, as `sbatch` does.
    pub fn enqueue(&mut self, id: JobId, now: Time, priority: u32) {
        let partition = self.jobs[id].request.partition;
        let tier = self.partitions[partition].tier;
        let job = &mut self.jobs[id];
        debug_assert_eq!(job.state, JobState::Future);
        job.state = JobState::Pending;
        job.eligible = now;
        job.priority = priority;
        let key = (Reverse(tier), Reverse(priority), now, id);
        let at = self.queue.partition_point(|&(other, _)| other < key);
        let outranked = self.queue[..at]
            .iter()
            .any(|&(_, ahead)| self.jobs[ahead].request.partition == partition);
        self.queue.insert(at, (key, id));
        self.jobs[id].reason = if outranked { Reason::Priority } else { Reason::None };
        self.unsettled += usize::from(!outranked);
    }

    /// Writes a new reason; returns the old one.
    pub fn give_reason(&mut self, id: JobId, reason: Reason) -> Reason {
        let old = std::mem::replace(&mut self.jobs[id].reason, reason);
        self.unsettled += usize::from(unsettled(reason));
        self.unsettled -= usize::from(unsettled(old));
        old
    }

    /// Moves a job from the queue to its nodes and charges limits.
    pub fn start(&mut self, id: JobId, on: Allocation, now: Time) {
        let job = &mut self.jobs[id];
        debug_assert_eq!(job.state, JobState::Pending);
        let key = (
            Reverse(self.partitions[job.request.partition].tier),
            Reverse(job.priority),
            job.eligible,
            id,
        );
        let at = self.queue.partition_point(|&(other, _)| other < key);
        debug_assert_eq!(self.queue[at].1, id, "the queue is in order");
        self.queue.remove(at);
        self.unsettled -= usize::from(unsettled(job.reason));
        job.reason = Reason::None;
        job.state = JobState::Running;
        job.started = now;
        self.nodes.take(&on, job.request.gpus_per_node);
        job.on_ledger = u64::from(job.request.gpus()) * u64::from(job.request.limit.0);
        job.on = on;
        self.ledgers.start(&job.request, job.on_ledger);
        let entry = (now + job.request.limit, id);
        let at = self.running.partition_point(|&other| other < entry);
        self.running.insert(at, entry);
    }

    /// Takes a job off its nodes, charges what it used since the last tick, and clears its limits.
    pub fn end(&mut self, id: JobId, now: Time) {
        let job = &mut self.jobs[id];
        debug_assert_eq!(job.state, JobState::Running);
        job.state = JobState::Ended;
        let entry = (job.started + job.request.limit, id);
        let at = self.running.partition_point(|&other| other < entry);
        debug_assert_eq!(self.running[at], entry);
        self.running.remove(at);
        self.nodes.give_back(&job.on, job.request.gpus_per_node);
        self.ledgers.end(&job.request, std::mem::take(&mut job.on_ledger));
        let ran = now.since(job.started.max(self.usage.last_tick()));
        self.usage.charge(&charge(&self.tree, &job.request), ran);
        // The allocation is kept until here only; records hold it for ever.
        job.on = Allocation::none();
    }

    /// The priority tick: decay, charging, run-minutes ledgers, fair-share factors. Priorities are set by the caller.
    pub fn tick(&mut self, now: Time) {
        let last = self.usage.last_tick();
        self.usage.decay(now);
        for &(_, id) in &self.running {
            let job = &mut self.jobs[id];
            let elapsed = now.since(job.started.max(last));
            self.usage.charge(&charge(&self.tree, &job.request), elapsed);
            let falls = (u64::from(job.request.gpus()) * u64::from(elapsed.0)).min(job.on_ledger);
            job.on_ledger -= falls;
            self.ledgers.fall(&job.request, falls);
        }
        self.usage.rank();
    }

    /// Sets the priorities of the pending jobs, given in queue order, and brings the queue into its new order. Tells
    /// whether the order is another one than before: passes look at the order, never at the numbers.
    pub fn reprioritise(&mut self, priorities: &[u32]) -> bool {
        for ((key, id), &priority) in self.queue.iter_mut().zip(priorities) {
            self.jobs[*id].priority = priority;
            key.1 = Reverse(priority);
        }
        if self.queue.is_sorted() {
            return false;
        }
        // Nearly in order: a stable, run-detecting sort costs little more than one look per job.
        self.queue.sort();
        true
    }
}

/// What a job uses: one billing unit for each GPU.
fn charge(tree: &Tree, request: &Request) -> Charge<'static> {
    Charge {
        assoc: tree.leaf(request.user, request.account),
        qos: request.qos,
        partition_qos: None,
        billing: f64::from(request.gpus()),
        usage_factor: 1.0,
        tres: &[],
    }
}

/// Reasons that a main pass replaces by `Priority` when the partition is blocked.
fn unsettled(reason: Reason) -> bool {
    matches!(reason, Reason::None | Reason::Resources)
}

/// Partitions with their node sets.
fn partitions(scenario: &crate::scenario::Scenario, nodes: usize) -> Table<PartitionId, Partition> {
    let policy: &Policy = &scenario.policy;
    let top = policy
        .partitions
        .iter()
        .map(|p| p.job_factor)
        .max()
        .unwrap_or(1)
        .max(1);
    policy
        .partitions
        .iter()
        .map(|spec| {
            let mut set = NodeSet::empty(nodes);
            let mut index = 0;
            for group in &scenario.cluster.nodes {
                for _ in 0..group.count {
                    if spec.nodes.is_empty() || spec.nodes.contains(&group.name) {
                        set.insert(index);
                    }
                    index += 1;
                }
            }
            Partition {
                nodes: set,
                max_time: spec.max_time,
                tier: spec.tier,
                factor: f64::from(spec.job_factor) / f64::from(top),
            }
        })
        .collect()
}
