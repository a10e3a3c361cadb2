//! What arrives: scenario and seed → people and their intents → the submissions that a policy turns them into.
//!
//! An [`Intent`] never depends on policy; [`route()`] has no random draws. So two policies meet the same demand, and a
//! comparison pairs intent with intent.
//!
//! How demand comes about, one file each: `people` have a persona, an activity and hot phases; in these they open
//! `sessions`, more often when the `rhythm` of day and week says so; a session is a few `batches` with time to think in
//! between; a batch is some `tasks` of one of the `classes`, under `limits` chosen by habit. `generate` takes sessions
//! until the wanted load is met. `dist` and `streams` are the dice.
//!
//! Constants carry the mark of their source: (C) computed from published data, (R) read in a source's own text, (F) read
//! off a published figure, (M) remembered from a paper and not checked again, (J) our judgement, chosen so that the whole
//! fits the data. The page on the model names the sources.

mod batches;
mod choice;
mod classes;
mod deadlines;
mod dist;
mod elsewhere;
mod failures;
mod generate;
mod halls;
mod limits;
mod people;
mod rhythm;
mod route;
mod saving;
mod service;
mod sessions;
mod shape;
mod streams;
mod tasks;
pub mod trace;
mod watched;

use serde::{Deserialize, Serialize};

use crate::ids::{
    AccountId, ArrayId, IntentId, JobId, KindId, PartitionId, PartitionSet, QosId, ReservationId, Table,
    UserId,
};
use crate::scenario::Persona;
use crate::units::{PerMille, Span, Time};

pub(crate) use elsewhere::{data_to_move, would_share};
pub(crate) use failures::failures;
pub use generate::generate;
pub use route::{jobs, most_gpus, route, route_as};
pub use saving::Saving;
pub(crate) use service::service_need;

/// A class of work, with one colour, texture, shape and word everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Ten-minute test: a short try-out of a batch script.
    Debug,
    /// Notebook, shell or IDE on a GPU.
    Interactive,
    /// Batch inference and evaluation.
    Infer,
    /// Fine-tuning.
    Finetune,
    /// One task of a hyper-parameter search.
    Sweep,
    /// Training, up to one node.
    Train,
    /// Training over several nodes.
    Large,
    /// Holds a GPU and mostly uses CPUs.
    Cpubound,
}

impl Class {
    /// All, in the order of tables: shortest wait wanted first.
    pub const ALL: [Class; 8] = [
        Class::Debug,
        Class::Interactive,
        Class::Infer,
        Class::Finetune,
        Class::Sweep,
        Class::Train,
        Class::Large,
        Class::Cpubound,
    ];

    /// A short stable name, as in keys and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Class::Debug => "debug",
            Class::Interactive => "interactive",
            Class::Infer => "infer",
            Class::Finetune => "finetune",
            Class::Sweep => "sweep",
            Class::Train => "train",
            Class::Large => "large",
            Class::Cpubound => "cpubound",
        }
    }
}

/// How a piece of work ends if it is never held back by a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It runs to the end it was meant to have.
    Completes,
    /// It fails, early or late: what it used had no result.
    Fails,
    /// Its owner cancels it: what it used had no result.
    Cancelled,
    /// It runs into its time limit and is killed. For a notebook that is its natural end.
    HitsLimit,
}

/// The time limit a person wants, before a policy says what may be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum WantedLimit {
    /// The longest there is.
    Longest,
    /// None is given: the partition's default applies if the work fits in it, else the shortest menu value that fits.
    Default(Span),
    /// This much.
    Exactly(Span),
}

/// Somebody with an account.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Person {
    /// What they do.
    pub persona: Persona,
    /// Whom they belong to.
    pub account: AccountId,
}

/// One piece of work somebody wants done. Every random draw it will ever use is in here, but for whether it could be done
/// elsewhere, which is drawn by whose it is and when it is asked for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Intent {
    /// Whose.
    pub user: UserId,
    /// What kind.
    pub class: Class,
    /// When it is asked for.
    pub asked: Time,
    /// GPUs it would like.
    pub gpus: u32,
    /// GPU time it truly takes at that width, until its outcome.
    pub work: Span,
    /// How it ends.
    pub outcome: Outcome,
    /// The limit its owner would ask for.
    pub wanted: WantedLimit,
    /// Whether it saves its state also where nothing forces it to.
    pub checkpoints: bool,
    /// How it saves, if it does; all zero where saved states are left out of the model.
    pub saving: Saving,
    /// Spent at the start of each segment after the first.
    pub restart: Span,
    /// Whether its owner tries again with twice the limit after running into one (classes without chains).
    pub tries_again: bool,
    /// Of a session: for how long its owner is at it. What is left of it stands open.
    pub used: Span,
    /// What further throws are made of, whoever needs them under whatever policy.
    pub dice: u64,
    /// Share of the held time in which the GPU does nothing, in thousandths.
    pub idle_per_mille: u32,
    /// The array it belongs to, and how many of its tasks may run at once (0: any number).
    pub array: Option<(ArrayId, u32)>,
    /// What it needs of a GPU.
    pub needs: Needs,
    /// Whether its owner lets it be pushed off: only work that saves its state.
    pub opts_in: bool,
    /// A draw for whatever its owner may come to decide, the same for all of a batch: see [`Intent::does`].
    pub whim: u32,
}

impl Intent {
    /// Whether its owner does what this share of people do. Each thing to do has a number, and with it a draw of its own
    /// that was fixed with the intent.
    pub fn does(&self, what: u32, share: PerMille) -> bool {
        self.draw(what) % 1000 < share.0
    }

    /// The draw for one thing to do: the fixed one, stirred with its number.
    pub fn draw(&self, what: u32) -> u32 {
        let mut mixed = self.whim ^ what.wrapping_mul(0x9e37_79b9);
        for factor in [0x85eb_ca6b_u32, 0xc2b2_ae35] {
            mixed = (mixed ^ mixed >> 15).wrapping_mul(factor);
        }
        mixed ^ mixed >> 16
    }
}

/// What a piece of work needs of a GPU.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Needs {
    /// GB of memory that a slice must have to serve it, if it is for one GPU; `None`: a slice never does.
    pub slice: Option<u32>,
    /// Whether its owner names the type of GPU.
    pub names_type: bool,
    /// Settles every choice among types that are equally good.
    pub lot: u16,
}

/// Everything a seed makes of a scenario, before any policy: same scenario but for its policy and same seed, same demand.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Demand {
    /// People, by id. Everybody with an account, also those who ask for nothing.
    pub people: Table<UserId, Person>,
    /// Pieces of work in order of asking.
    pub intents: Table<IntentId, Intent>,
    /// By account, how many times its true need it is thought to have. Empty: needs are known.
    pub guesses: Table<AccountId, f64>,
}

/// What the scheduler may see of a job: what was asked for, never what is true.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Who asks.
    pub user: UserId,
    /// Under which account.
    pub account: AccountId,
    /// Where: the partition named first.
    pub partition: PartitionId,
    /// The other partitions it may go to.
    pub also: PartitionSet,
    /// Under which QOS.
    pub qos: QosId,
    /// Nodes.
    pub nodes: u32,
    /// GPUs on each of them.
    pub gpus_per_node: u32,
    /// The type of GPU, if it names one.
    pub kind: Option<KindId>,
    /// CPUs on each node, fixed (`-n`). 0: they go with the GPUs.
    pub cpus_per_node: u32,
    /// Time limit.
    pub limit: Span,
    /// Array and throttle (0: none).
    pub array: Option<(ArrayId, u32)>,
    /// `--exclusive`: whole idle nodes.
    pub exclusive: bool,
    /// `--nice`: taken off the priority.
    pub nice: i32,
    /// Whether it may be queued again after it was pushed off (JobRequeue; off: `--no-requeue`).
    pub requeue: bool,
    /// The reservation it names.
    pub reservation: Option<ReservationId>,
}

impl Default for Request {
    /// One GPU for an hour in the first partition and QOS.
    fn default() -> Self {
        Request {
            user: UserId(0),
            account: AccountId(1),
            partition: PartitionId(0),
            also: PartitionSet::empty(),
            qos: QosId(0),
            nodes: 1,
            gpus_per_node: 1,
            kind: None,
            cpus_per_node: 0,
            limit: Span::hours(1),
            array: None,
            exclusive: false,
            nice: 0,
            requeue: true,
            reservation: None,
        }
    }
}

impl Request {
    /// GPUs over all nodes.
    pub fn gpus(&self) -> u32 {
        self.nodes * self.gpus_per_node
    }
    /// CPUs over all nodes: one for each GPU where they go with the GPUs.
    pub fn cpus(&self) -> u32 {
        match self.cpus_per_node {
            0 => self.gpus(),
            each => self.nodes * each,
        }
    }
    /// Whether nodes that have no room for the other have none for this one: it asks for as much or more of the same.
    pub fn asks_no_less(&self, other: &Request) -> bool {
        other.gpus_per_node <= self.gpus_per_node
            && other.nodes <= self.nodes
            && other.kind == self.kind
            && other.cpus_per_node <= self.cpus_per_node
            && other.exclusive == self.exclusive
    }
    /// Every partition it may go to, the first one first.
    pub fn partitions(&self) -> impl Iterator<Item = PartitionId> + use<> {
        let first = self.partition;
        std::iter::once(first).chain(self.also.iter().filter(move |&other| other != first))
    }
}

/// When a job comes into the queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Arrival {
    /// At this instant.
    At(Time),
    /// As soon as this job has ended: the next segment of a chain.
    After(JobId),
}

/// How the seconds that a job held its GPUs are counted when it ends by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Worth {
    /// Useful, but for the idle share.
    Result,
    /// Ended without result.
    NoResult,
    /// Killed before it was saved.
    Lost,
    /// Done only to use up a quota.
    Filler,
}

/// What a job waits for before it may be looked at (`--dependency`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Dependency {
    /// `afterany`: that this job has ended.
    AfterAny(JobId),
    /// `afterok`: that this job has ended well. If it did not, the wait has no end.
    AfterOk(JobId),
}

impl Dependency {
    /// The job it depends on.
    pub fn on(self) -> JobId {
        match self {
            Dependency::AfterAny(job) | Dependency::AfterOk(job) => job,
        }
    }
}

impl JobSpec {
    /// Segment of a job that is no part of its intent: done to use up a quota, or never submitted because its owner cut
    /// the work otherwise.
    pub const NO_SEGMENT: u32 = u32::MAX;
}

/// One submission: what is asked and what is true.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JobSpec {
    /// The piece of work it is (a segment of).
    pub intent: IntentId,
    /// Number of the segment, from 0.
    pub segment: u32,
    /// When it comes.
    pub arrival: Arrival,
    /// What it waits for before it is eligible.
    pub after: Box<[Dependency]>,
    /// It may not be looked at before this instant (`--begin`).
    pub begin: Option<Time>,
    /// What is asked.
    pub request: Request,
    /// How long it would truly run; its limit may cut it.
    pub runtime: Span,
    /// Of that, spent on restarting: counted as lost.
    pub restart: Span,
    /// How it saves its state.
    pub saving: Saving,
    /// What the rest of it is worth.
    pub worth: Worth,
    /// Share of the held time in which the GPU does nothing, in thousandths.
    pub idle_per_mille: u32,
    /// After the end of the segment before it, it comes so much later.
    pub pause: Span,
    /// For how much longer it would hold its GPUs, had no rule about idle GPUs ended it or made it shorter.
    pub freed: Span,
    /// Class, for waits and pictures.
    pub class: Class,
    /// Whether it is the last segment.
    pub last: bool,
}
