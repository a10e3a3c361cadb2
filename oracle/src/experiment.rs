//! The boundary between a case and the engine: what is to be run, in our own terms. No text of a case is in here but
//! names for printing.

use sim_core::engine::JobChange;
use sim_core::ids::{AccountId, PartitionId, QosId, UserId};
use sim_core::scenario::{Policy, ReservationSpec, Scenario};
use sim_core::units::{Span, Time};
use sim_core::workload::Person;

/// All that a replay may know.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// Machine and policy. Every node is a node group of its own; reservations that are made during the run are in the
    /// policy, announced at that instant.
    pub scenario: Scenario,
    /// People, by [`UserId`]; their account is the first of their associations.
    pub people: Vec<Person>,
    /// Whether jobs may be queued again.
    pub requeues: bool,
    /// The instant that a case calls zero.
    pub t0: Time,
    /// When the replay stops.
    pub until: Time,
    /// Priority ticks, in order: usage, ledgers and priorities move at these and at no others.
    pub ticks: Vec<Time>,
    /// Jobs in the order of their job ids.
    pub jobs: Vec<Asked>,
    /// What changes in between, in order of time.
    pub actions: Vec<Action>,
    /// When to look, in seconds from T0.
    pub samples: Samples,
    /// What things are called.
    pub names: Names,
}

/// A job: what is asked for and what is true of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// Its name in the case.
    pub name: String,
    /// Whose.
    pub user: UserId,
    /// Under which account.
    pub account: AccountId,
    /// When `sbatch` was called. If that was before it may start, becoming eligible wakes no pass.
    pub submitted: Time,
    /// When it may start at the earliest: counts as its submission for age and order.
    pub eligible: Time,
    /// Where; one record of the queue for each, in the order given.
    pub partitions: Vec<PartitionId>,
    /// Under which QOS.
    pub qos: QosId,
    /// Nodes.
    pub nodes: u32,
    /// CPUs on each of them.
    pub cpus_per_node: u32,
    /// Devices on each of them.
    pub devices_per_node: Vec<Devices>,
    /// Time limit; `None`: none was given.
    pub limit: Option<Span>,
    /// nice.
    pub nice: i64,
    /// --exclusive.
    pub exclusive: bool,
    /// --dependency: all of them must hold.
    pub after: Vec<After>,
    /// Ignores SIGTERM.
    pub ignores_term: bool,
    /// How long it runs if it is not disturbed. May be longer than the limit.
    pub run_time: Span,
    /// Never starts, because the case holds the nodes: its priority is looked at.
    pub probe: bool,
    /// What `sbatch` says, where the job asks for something that is refused without looking at any limit.
    pub refused: Option<String>,
}

/// Devices of one kind on each node of a job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Devices {
    /// `gpu` or `shard`.
    pub gres: String,
    /// The type asked for; `None`: any.
    pub kind: Option<String>,
    /// How many.
    pub count: u32,
}

/// A condition on another job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct After {
    /// Position in [`Experiment::jobs`].
    pub job: usize,
    /// afterok: it must have completed; else any end will do.
    pub completed: bool,
}

/// Something that an administrator does while jobs run and wait.
#[derive(Clone, PartialEq, Debug)]
pub struct Action {
    /// When.
    pub at: Time,
    /// What.
    pub change: Change,
}

/// What an administrator does.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// Partitions, QOS and associations follow this policy.
    Rules(Box<Policy>),
    /// Makes or changes the reservation of this name; with so many of its nodes, if a number is given.
    Reserve(ReservationSpec, Option<u32>),
    /// Deletes the reservation of this name.
    Unreserve(String),
    /// These nodes, by index, come to stand so.
    Nodes(Vec<usize>, NodesAre),
    /// Forgets what an account, or a person's association in it, has used.
    ForgetUsage(Option<UserId>, AccountId),
    /// Forgets what a QOS has used.
    ForgetUsageOfQos(QosId),
    /// Tells something to the job at this position in [`Experiment::jobs`].
    Job(usize, JobChange),
}

/// How nodes stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodesAre {
    /// What ran there is lost.
    Down,
    /// Nobody new comes there.
    Drained,
    /// They can be used.
    Up,
}

/// When to look at what, in seconds from T0.
#[derive(Clone, Default, Debug)]
pub struct Samples {
    /// `sshare`.
    pub shares: Vec<f64>,
    /// `sprio`.
    pub priorities: Vec<f64>,
    /// `[limit, used]` of every limit.
    pub limits: Vec<f64>,
    /// Everything at once, of a standing cluster.
    pub looks: Vec<f64>,
}

/// What things are called, by index.
#[derive(Clone, Default, Debug)]
pub struct Names {
    /// By [`UserId`].
    pub users: Vec<String>,
    /// By [`AccountId`]; 0 is root.
    pub accounts: Vec<String>,
    /// By [`PartitionId`].
    pub partitions: Vec<String>,
    /// By [`QosId`].
    pub qos: Vec<String>,
    /// By node index.
    pub nodes: Vec<String>,
}

impl Experiment {
    /// Seconds from T0.
    pub fn seconds(&self, at: Time) -> f64 {
        f64::from(at.0) - f64::from(self.t0.0)
    }
}
