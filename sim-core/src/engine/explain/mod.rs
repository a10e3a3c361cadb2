//! Why a job stands where it stands at one instant: its state, the reason, the priority with every factor, the rule that
//! holds it with both sides of the comparison, what would have to change, and where backfill plans it.
//!
//! All of it is plain data, for a table, a page or a script; the sentences are made elsewhere. A counterfactual
//! ([`World::instead`]) is no estimate: the same world is run again with one request changed.

mod gap;
mod gather;
mod instead;
mod past;
mod rule;
mod world;

use serde::{Deserialize, Serialize};

use super::{By, Run};
use crate::cluster::Ending;
use crate::ids::{JobId, UserId};
use crate::reason::Reason;
use crate::units::{Span, Time};
use crate::workload::Class;

pub use instead::{CannotChange, Change};
pub use past::{Fate, fate};
pub use rule::{Measure, Rule, Way, Whose};
pub use world::World;

/// A job at one instant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// Which.
    pub job: JobId,
    /// When.
    pub at: Time,
    /// The first measured instant: pages count days from it.
    pub counted_from: Time,
    /// Whose.
    pub user: UserId,
    /// Name of the account that pays.
    pub account: String,
    /// What kind of work.
    pub class: Class,
    /// What was asked for.
    pub asked: Asked,
    /// Where it stands.
    pub standing: Standing,
}

/// What a job asks for, by name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// Nodes.
    pub nodes: u32,
    /// GPUs on each of them.
    pub gpus_per_node: u32,
    /// The type of GPU, if it names one.
    pub kind: Option<String>,
    /// CPUs over all nodes.
    pub cpus: u32,
    /// Time limit.
    pub limit: Span,
    /// Partitions, the one named first before the others.
    pub partitions: Vec<String>,
    /// QOS.
    pub qos: String,
    /// Whether it wants whole nodes.
    pub exclusive: bool,
    /// Nice: what is taken off its priority.
    pub nice: i32,
    /// The reservation it names.
    pub reservation: Option<String>,
}

impl Asked {
    /// GPUs over all nodes.
    pub fn gpus(&self) -> u32 {
        self.nodes * self.gpus_per_node
    }
}

/// Where a job stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It was not let in.
    Refused(Refused),
    /// It waits.
    Waiting(Box<Waiting>),
    /// It is on its nodes.
    Running(Running),
    /// It is gone.
    Ended(Ended),
}

/// A job that was refused at submission.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refused {
    /// When.
    pub at: Time,
    /// By what, if it has the name of a reason.
    pub reason: Option<Reason>,
    /// What `sbatch` said.
    pub told: String,
}

/// A job that waits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// When it was submitted, or queued again.
    pub since: Time,
    /// Since when it may be looked at; `None`: it may not yet.
    pub eligible: Option<Time>,
    /// What `squeue` shows.
    pub reason: Reason,
    /// Since when it shows that.
    pub reason_since: Time,
    /// How often it has run already.
    pub runs: u32,
    /// For whom it was pushed off last, if it was; itself, if for a service.
    pub pushed_off_for: Option<JobId>,
    /// What stands behind the reason.
    pub why: Why,
    /// The rule that holds it now. Beside the reasons `Priority` and `Resources` it is one that would hold it as well.
    pub rule: Option<Rule>,
    /// Which smaller request would start at once, if no rule but others or a lack of room hold it and Slurm's backfill
    /// looks for it.
    pub gap: Option<Gap>,
    /// Its places in the queue, one in each of its partitions; none while it may not be looked at.
    pub places: Vec<Place>,
    /// How long it has waited so far, by reason, without the time it ran.
    pub waited: Vec<(Reason, Span)>,
}

/// A smaller request that the next backfill pass would start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Gap {
    /// The longest shorter time limit with which it would start.
    pub limit_at_most: Option<Span>,
    /// The most fewer GPUs with which it would start.
    pub gpus_at_most: Option<u32>,
}

/// What stands behind a reason.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// No pass has looked at it.
    NotYetLookedAt,
    /// A job that comes first cannot start, and nobody may pass it; `None`: it has just gone.
    Behind(Option<Ahead>),
    /// This job is the one that cannot start.
    TooLittleFree(Lack),
    /// A rule holds it: see [`Waiting::rule`]. If there is none any more, the next pass will find that out.
    Rule,
    /// Its time has not come.
    Until {
        /// When it does.
        at: Time,
    },
    /// It waits for other jobs.
    Others(Vec<Awaited>),
    /// Its own reservation has not begun, or is gone.
    OwnReservation {
        /// Its name.
        name: String,
        /// The next time it begins, if it does.
        begins: Option<Time>,
    },
    /// Others' reservations are in its way.
    Reservations(Vec<InTheWay>),
    /// Nodes are down or drained.
    NodesDown {
        /// How many of its partition's.
        nodes: u32,
    },
    /// Somebody holds it, or it asks for what there is not.
    Nothing,
}

/// The job that nobody may pass.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ahead {
    /// Which.
    pub job: JobId,
    /// Whose.
    pub user: UserId,
    /// Its GPUs.
    pub gpus: u32,
    /// Its reason.
    pub reason: Reason,
    /// When backfill would start it, if it plans it.
    pub planned: Option<Time>,
}

/// Wanted and free.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Lack {
    /// Free GPUs that it could use, over the nodes of its partition.
    pub free: u32,
    /// The most of them on one node.
    pub most_on_a_node: u32,
    /// Nodes with room for its share.
    pub nodes_with_room: u32,
    /// Free GPUs that it could use on other nodes.
    pub free_elsewhere: u32,
    /// Nodes of its partition that are down or drained.
    pub nodes_down: u32,
    /// Whether it waits for somebody to leave who was pushed off for it.
    pub push_under_way: bool,
}

/// A job that another one waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Awaited {
    /// Which.
    pub job: JobId,
    /// Whether it has to end well.
    pub must_succeed: bool,
    /// Whether it has ended.
    pub ended: bool,
    /// When its time limit is over, if it runs.
    pub ends_by: Option<Time>,
}

/// A reservation of others that a job would run into.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InTheWay {
    /// Its name.
    pub name: String,
    /// When it begins, or began.
    pub from: Time,
    /// When it ends.
    pub to: Time,
    /// Whether it is for maintenance.
    pub maint: bool,
    /// The longest time limit with which the job would be gone before it; none if it has begun or begins within a minute.
    pub limit_at_most: Option<Span>,
}

/// A place in the queue.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// Of which partition.
    pub partition: String,
    /// Places of the same partition before it.
    pub ahead: u32,
    /// Places of all partitions before it.
    pub ahead_in_all: u32,
    /// Its priority there.
    pub priority: Priority,
    /// Where backfill plans it.
    pub plan: Plan,
}

/// A priority with its parts, as of the last tick or as it came in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Priority {
    /// The whole: the sum of the products, cut to a whole number of at least 1.
    pub total: u32,
    /// Factors that have a weight, in the order of `sprio`.
    pub parts: Vec<Part>,
    /// Nice: what was taken off.
    pub nice: i64,
}

/// A factor with its weight.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// Which.
    pub of: Factor,
    /// Its weight; 1 for resources, each of which has its own.
    pub weight: f64,
    /// The factor.
    pub factor: f64,
    /// Weight times factor.
    pub product: f64,
}

/// A factor of the multifactor priority.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// How long it has waited.
    Age,
    /// The association's own.
    Assoc,
    /// How little its person and account have used.
    Fairshare,
    /// How much of the machine it asks for.
    JobSize,
    /// The partition's.
    Partition,
    /// The QOS's.
    Qos,
    /// Resources by name.
    Tres,
}

/// Where backfill plans a job.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plan {
    /// There, if nothing changes.
    At {
        /// When.
        when: Time,
        /// Names of the nodes.
        nodes: Vec<String>,
    },
    /// Nowhere: a rule holds it.
    Held,
    /// Nowhere within the window: nothing is kept for it.
    BeyondWindow {
        /// The start that is shown all the same; `None`: it finds no place at all.
        when: Option<Time>,
        /// How far backfill looks.
        window: Span,
    },
    /// Nowhere: backfill is off, or plans only the first job.
    Off,
}

/// A job on its nodes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Running {
    /// Since when.
    pub since: Time,
    /// When its time limit, or its grace, is over.
    pub ends_by: Time,
    /// In which partition.
    pub partition: String,
    /// Names of its nodes.
    pub nodes: Vec<String>,
    /// Which pass started it.
    pub by: By,
    /// What it is billed in each second.
    pub billing: u64,
    /// For whom it has to go, while it is in grace; itself, if for a service.
    pub pushed_off_for: Option<JobId>,
    /// When it was submitted first.
    pub submitted: Time,
    /// Since when it could be looked at, before it started last.
    pub eligible: Time,
    /// How long it waited, by reason.
    pub waited: Vec<(Reason, Span)>,
}

/// A job that is gone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// When it was submitted first.
    pub submitted: Time,
    /// Since when it could be looked at, before it started last.
    pub eligible: Time,
    /// When it last started; `None` if it never did, and was withdrawn.
    pub started: Option<Time>,
    /// When it ended.
    pub ended: Time,
    /// How.
    pub how: Ending,
    /// How long it waited, by reason.
    pub waited: Vec<(Reason, Span)>,
}

/// Why there is nothing to explain.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unexplained {
    /// There is no such job.
    #[error("there is no {job} here; the last one is {}", .jobs.saturating_sub(1))]
    NoSuchJob {
        /// What was asked for.
        job: JobId,
        /// How many there are.
        jobs: u32,
    },
    /// It has not come yet.
    #[error("at {at} {job} is not yet submitted{}", comes(*.submitted, *.after))]
    NotYetSubmitted {
        /// Which.
        job: JobId,
        /// What was asked for.
        at: Time,
        /// When it comes, if a time decides that.
        submitted: Option<Time>,
        /// At whose end it comes, if another job decides that.
        after: Option<JobId>,
    },
    /// Nothing is simulated then.
    #[error("{at} is not simulated; the simulation ends at {end}")]
    Outside {
        /// What was asked for.
        at: Time,
        /// The end of the simulation.
        end: Time,
    },
}

fn comes(submitted: Option<Time>, after: Option<JobId>) -> String {
    match (submitted, after) {
        (Some(at), _) => format!("; it comes at {at}"),
        (None, Some(job)) => format!("; it comes when {job} has ended"),
        (None, None) => String::new(),
    }
}

/// A job that waits, in a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Which.
    pub job: JobId,
    /// Whose.
    pub user: UserId,
    /// GPUs.
    pub gpus: u32,
    /// Time limit.
    pub limit: Span,
    /// When it was submitted, or queued again.
    pub since: Time,
    /// What `squeue` shows.
    pub reason: Reason,
}

/// The job at `at`, after everything that is due then. `run` stands before its first instant: what happened before is
/// told too.
pub fn explain(mut run: Run, job: JobId, at: Time) -> Result<Explanation, Unexplained> {
    if at >= run.window.to {
        return Err(Unexplained::Outside {
            at,
            end: run.window.to,
        });
    }
    let jobs = run.cluster.jobs.len();
    if usize::from(job) >= jobs {
        return Err(Unexplained::NoSuchJob {
            job,
            jobs: u32::try_from(jobs).unwrap_or(u32::MAX),
        });
    }
    let past = past::follow(&mut run, job, at);
    gather::gather(&run, job, at, &past)
}

/// Who waits at `at`, by id.
pub fn waiting(mut run: Run, at: Time) -> Result<Vec<Line>, Unexplained> {
    if at >= run.window.to {
        return Err(Unexplained::Outside {
            at,
            end: run.window.to,
        });
    }
    while run.step(at) {}
    Ok(gather::lines(&run))
}

impl Run {
    /// Handles the next instant, unless it lies after `at`; whether there was one.
    pub fn step(&mut self, at: Time) -> bool {
        match self.next_instant().filter(|&next| next <= at) {
            Some(next) => {
                self.instant(next);
                true
            }
            None => false,
        }
    }
}
