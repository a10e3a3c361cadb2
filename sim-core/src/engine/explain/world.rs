//! One run of a scenario, to be made as often as questions are asked of it.

use super::past::{Fate, fate};
use super::{CannotChange, Change, Explanation, Unexplained, explain};
use crate::engine::{Passes, Run};
use crate::ids::{JobId, Table};
use crate::metrics::{Detail, Window};
use crate::scenario::{Checked, Policy};
use crate::units::{Span, Time};
use crate::workload::{self, Demand, JobSpec};

/// The people of a scenario, what they ask for with one seed, and the machine and rules they meet.
#[derive(Debug)]
pub struct World {
    scenario: Checked,
    seed: u64,
    demand: Demand,
    specs: Table<JobId, JobSpec>,
    window: Window,
}

impl World {
    /// The world of [`Run::new`].
    pub fn new(scenario: Checked, seed: u64) -> World {
        let horizon = scenario.scenario().horizon;
        let from = Time::ZERO + horizon.warm_up;
        let demand = workload::generate(&scenario, seed);
        World {
            specs: workload::jobs(&demand, &scenario),
            window: Window {
                from,
                to: from + horizon.measured,
            },
            scenario,
            seed,
            demand,
        }
    }

    /// Its rules.
    pub fn policy(&self) -> &Policy {
        &self.scenario.scenario().policy
    }

    /// The name of its scenario.
    pub fn name(&self) -> &str {
        &self.scenario.scenario().name
    }

    /// The number of its dice.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What is measured of it.
    pub fn window(&self) -> Window {
        self.window
    }

    /// Its people.
    pub fn demand(&self) -> &Demand {
        &self.demand
    }

    /// What they submit.
    pub fn specs(&self) -> &Table<JobId, JobSpec> {
        &self.specs
    }

    /// A run of it that stands before its first instant.
    pub fn start(&self) -> Run {
        self.run_of(self.specs.clone())
    }

    fn run_of(&self, specs: Table<JobId, JobSpec>) -> Run {
        Run::of(
            &self.scenario,
            self.seed,
            &self.demand,
            specs,
            self.window,
            Detail::Summary,
            Passes::WhereNeeded,
        )
    }

    /// What becomes of a job.
    pub fn fate(&self, job: JobId) -> Fate {
        fate(self.start(), job)
    }

    /// Half-way between submission and start, or what there is of it.
    pub fn half_way(&self, fate: &Fate) -> Time {
        let last = Time(self.window.to.0.saturating_sub(1));
        let Some(from) = fate.submitted else {
            return last;
        };
        let to = fate.started.unwrap_or(last);
        from + Span(to.since(from).0 / 2)
    }

    /// A job at an instant.
    pub fn explain(&self, job: JobId, at: Time) -> Result<Explanation, Unexplained> {
        explain(self.start(), job, at)
    }

    /// What would have become of `job` with its request changed, by the same people, the same dice and every other
    /// request unchanged.
    pub fn instead(&self, job: JobId, change: &Change) -> Result<Fate, CannotChange> {
        let mut specs = self.specs.clone();
        change.apply(self.scenario.scenario(), &mut specs, job)?;
        Ok(fate(self.run_of(specs), job))
    }
}
