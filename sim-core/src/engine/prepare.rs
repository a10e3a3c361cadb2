//! How a run comes to stand at time zero.

use super::change::Changes;
use super::due::Due;
use super::{Log, Passes, Run};
use crate::cluster::Cluster;
use crate::ids::{JobId, Table};
use crate::metrics::collect::Collector;
use crate::metrics::{Detail, Window};
use crate::order;
use crate::scenario::{Backfill, Checked, Policy};
use crate::sched::main_pass::MainRules;
use crate::sched::priority;
use crate::units::{Span, Time};
use crate::workload::{self, Arrival, Demand, JobSpec, Person, Request};

impl Run {
    /// Generates the demand of `seed`, routes it, and stands at time zero. With `stop_after_days` the measured window is
    /// cut to so many days while the demand stays that of the whole horizon (a first look).
    pub fn new(scenario: &Checked, seed: u64, detail: Detail, stop_after_days: Option<u32>) -> Run {
        let (mut run, demand) = Run::to_begin(scenario, seed, detail, stop_after_days);
        run.let_others_act(&demand);
        run
    }

    /// The same where nobody reacts and nothing else has nodes, whatever the scenario says: for a program that has no room
    /// for that. It asks [`Scenario::is_plain`] first.
    ///
    /// [`Scenario::is_plain`]: crate::scenario::Scenario::is_plain
    pub fn plain(scenario: &Checked, seed: u64, detail: Detail, stop_after_days: Option<u32>) -> Run {
        Run::to_begin(scenario, seed, detail, stop_after_days).0
    }

    pub(super) fn to_begin(
        scenario: &Checked,
        seed: u64,
        detail: Detail,
        stop_after_days: Option<u32>,
    ) -> (Run, Demand) {
        let horizon = scenario.scenario().horizon;
        let measured =
            stop_after_days.map_or(horizon.measured, |days| horizon.measured.min(Span::days(days)));
        let from = Time::ZERO + horizon.warm_up;
        let window = Window {
            from,
            to: from + measured,
        };
        let demand = workload::generate(scenario, seed);
        let specs = workload::jobs(&demand, scenario);
        let passes = Passes::WhereNeeded;
        let run = Run::of_jobs(scenario, seed, &demand, specs, window, detail, passes);
        (run, demand)
    }

    /// A run of given submissions.
    pub fn of(
        scenario: &Checked,
        seed: u64,
        demand: &Demand,
        specs: Table<JobId, JobSpec>,
        window: Window,
        detail: Detail,
        passes_wanted: Passes,
    ) -> Run {
        let mut run = Run::of_jobs(scenario, seed, demand, specs, window, detail, passes_wanted);
        run.let_others_act(demand);
        run
    }

    fn of_jobs(
        scenario: &Checked,
        seed: u64,
        demand: &Demand,
        specs: Table<JobId, JobSpec>,
        window: Window,
        detail: Detail,
        passes_wanted: Passes,
    ) -> Run {
        let people: Vec<_> = demand.people.iter().cloned().collect();
        let mut run = Run::without_jobs(scenario, seed, &people, window, passes_wanted);
        for (id, spec) in specs.entries() {
            run.announce(&spec.request, spec.arrival, spec.runtime);
            run.dependents
                .extend(spec.after.iter().map(|after| (after.on(), id)));
        }
        order::sort(&mut run.dependents);
        run.due.settle();
        let nodes = &run.cluster.nodes;
        run.collector = Some(Collector::new(window, specs.len(), nodes, detail));
        run.specs = specs;
        run
    }

    /// A run to which nobody submits anything, and that nobody observes.
    pub(super) fn without_jobs(
        scenario: &Checked,
        seed: u64,
        people: &[Person],
        window: Window,
        passes_wanted: Passes,
    ) -> Run {
        let cluster = Cluster::new(scenario, people);
        let policy = &scenario.scenario().policy;
        let mut due = Due::new(policy, passes_wanted);
        let changes = Changes::of(scenario.scenario(), seed);
        changes.instants().for_each(|at| due.change(at));
        if let Some(edge) = cluster.reservations.next_edge(Time::ZERO) {
            due.change(edge);
        }
        Run {
            rules: priority::rules(&cluster, policy),
            numbers_matter: numbers_matter(policy),
            main_rules: MainRules::new(policy),
            scenario: scenario.clone(),
            seed,
            specs: Table::default(),
            runtimes: Table::default(),
            followers: Vec::new(),
            dependents: Vec::new(),
            cluster,
            due,
            changes,
            by_hand: None,
            service: None,
            elsewhere: None,
            crowd: None,
            react: None,
            looks_once: false,
            search: None,
            collector: None,
            log: Log::default(),
            window,
            walk: None,
            last_place: usize::MAX,
            looked: Some(Time::ZERO),
            last_main: None,
            now: Time::ZERO,
            wrote: false,
            passes: 0,
            events: 0,
            between: 0,
            tested: 0,
            done: false,
        }
    }

    /// A job that is to come.
    pub(super) fn announce(&mut self, request: &Request, arrival: Arrival, runtime: Span) {
        let id = self.cluster.announce(*request);
        self.runtimes.push(runtime);
        match arrival {
            Arrival::At(at) => self.due.submit(at, id),
            Arrival::After(before) => {
                let before = usize::from(before);
                self.followers.resize(self.followers.len().max(before + 1), None);
                self.followers[before] = Some(id);
            }
        }
    }
}

/// Whether the rules compare priorities with one another across the queue's edge, or with a number: WITHIN, and what a job
/// must have to reserve anything.
pub(super) fn numbers_matter(policy: &Policy) -> bool {
    let reserve = match &policy.backfill {
        Backfill::Slurm(backfill) => backfill.min_prio_reserve > 0,
        Backfill::Off | Backfill::Easy => false,
    };
    let associations = &policy.associations;
    let mut thresholds = (policy.qos.iter().map(|qos| qos.limits.min_prio_threshold))
        .chain(
            associations
                .accounts
                .iter()
                .map(|row| row.limits.min_prio_threshold),
        )
        .chain(associations.users.iter().map(|row| row.limits.min_prio_threshold))
        .chain([
            associations.root.min_prio_threshold,
            associations.each_account.min_prio_threshold,
            associations.each_user.min_prio_threshold,
        ]);
    policy.preemption.within
        || policy.qos.iter().any(|qos| qos.preempt_within)
        || reserve
        || thresholds.any(|least| least.is_some())
}
