//! A scenario with hand-picked people and submissions, in place of generated ones.

use sim_core::engine::{Passes, Run};
use sim_core::ids::{AccountId, ArrayId, IntentId, JobId, PartitionId, QosId, Table, UserId};
use sim_core::metrics::{Detail, SeedReport, Window};
use sim_core::scenario::{Checked, Persona, Problem, Scenario};
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, Class, Demand, JobSpec, Person, Request, Saving, Worth};

/// What there is, by which rules, who is there, and what they submit.
#[derive(Clone, Debug)]
pub struct World {
    /// Machine and rules; the generator's part of it is not used.
    pub scenario: Scenario,
    /// The account of each person; accounts count from 1.
    pub people: Vec<u32>,
    /// What is submitted.
    pub jobs: Vec<JobSpec>,
    /// What is measured; its end is the end of the simulation.
    pub window: Window,
}

impl World {
    /// Its machine and rules, if they have no error.
    pub fn checked(&self) -> Result<Checked, Vec<Problem>> {
        let mut scenario = self.scenario.clone();
        let accounts = self.people.iter().copied().max().unwrap_or(1);
        scenario.workload.accounts = accounts;
        scenario.workload.people = (self.people.len() as u32).max(accounts);
        scenario.check().map(|(checked, _)| checked)
    }

    /// A run that stands before its first instant. Panics if the scenario has an error: a world is part of a test.
    pub fn start(&self, passes: Passes, detail: Detail) -> Run {
        let checked = self
            .checked()
            .unwrap_or_else(|problems| panic!("this world cannot be: {problems:?}"));
        let demand = Demand {
            people: self
                .people
                .iter()
                .map(|&account| Person {
                    persona: Persona::Trainer,
                    account: AccountId(account),
                })
                .collect(),
            intents: Table::default(),
            ..Demand::default()
        };
        let specs = self.jobs.iter().cloned().collect();
        Run::of(&checked, 0, &demand, specs, self.window, detail, passes)
    }

    /// A run to its end.
    pub fn report(&self, passes: Passes, detail: Detail) -> SeedReport {
        let mut run = self.start(passes, detail);
        while run.advance(u32::MAX) < 1.0 {}
        run.finish()
    }
}

/// A job as a test thinks of it; [`Ask::spec`] fills in the rest.
#[derive(Clone, Debug)]
pub struct Ask {
    /// When it comes.
    pub arrival: Arrival,
    /// Whose it is.
    pub user: u32,
    /// Under which account.
    pub account: u32,
    /// Index of its partition.
    pub partition: usize,
    /// Index of its QOS.
    pub qos: usize,
    /// How many nodes.
    pub nodes: u32,
    /// GPUs on each of them.
    pub each: u32,
    /// Time limit.
    pub limit: Span,
    /// True run time; cut to the limit.
    pub runs: Span,
    /// Array and throttle.
    pub array: Option<(u32, u32)>,
    /// How it saves its state.
    pub saving: Saving,
}

impl Default for Ask {
    fn default() -> Self {
        Ask {
            arrival: Arrival::At(Time::ZERO),
            user: 0,
            account: 1,
            partition: 0,
            qos: 0,
            nodes: 1,
            each: 1,
            limit: Span::hours(1),
            runs: Span::hours(1),
            array: None,
            saving: Saving::default(),
        }
    }
}

impl Ask {
    /// The submission, as the job with this id.
    pub fn spec(&self, id: usize) -> JobSpec {
        JobSpec {
            intent: IntentId::from(id),
            segment: 0,
            arrival: self.arrival,
            request: Request {
                user: UserId(self.user),
                account: AccountId(self.account),
                partition: PartitionId::from(self.partition),
                qos: QosId::from(self.qos),
                nodes: self.nodes,
                gpus_per_node: self.each,
                limit: self.limit,
                array: self.array.map(|(array, throttle)| (ArrayId(array), throttle)),
                ..Request::default()
            },
            after: Box::default(),
            begin: None,
            runtime: self.saving.lasts(self.runs).min(self.limit),
            restart: Span::ZERO,
            saving: self.saving,
            worth: Worth::Result,
            idle_per_mille: 0,
            pause: Span::ZERO,
            freed: Span::ZERO,
            class: Class::Train,
            last: true,
        }
    }
}

/// The job with this place in [`World::jobs`].
pub fn job(index: usize) -> JobId {
    JobId::from(index)
}
