//! A run that is followed for pictures over time: every stretch of waiting and idling is kept, and once an hour of the measured
//! window the accounts are looked at. What happens in it is what happens in [`Run::new`].

use super::Run;
use crate::metrics::course::{Course, STEP};
use crate::metrics::paths::Paths;
use crate::metrics::{Detail, SeedReport, Window};
use crate::scenario::Checked;
use crate::units::{Span, Time};
use crate::workload::{Demand, JobSpec};

/// A run under way.
#[derive(Debug)]
pub struct Follow {
    run: Run,
    demand: Demand,
    paths: Paths,
    /// The next look at the accounts.
    next: Time,
}

/// What was seen of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Followed {
    /// Its report, with the raster.
    pub report: SeedReport,
    /// Idle, waiting and the queue, hour by hour.
    pub course: Course,
    /// How the accounts stood, hour by hour.
    pub paths: Paths,
    /// Of each of its jobs, in order of id, the GPUs and the work of the piece of work that it belongs to.
    pub jobs: Vec<(u32, Span)>,
}

impl Follow {
    /// Stands at time zero of a seed.
    pub fn new(scenario: &Checked, seed: u64) -> Follow {
        let (mut run, demand) = Run::to_begin(scenario, seed, Detail::Timeline, None);
        run.let_others_act(&demand);
        if let Some(collector) = &mut run.collector {
            collector.keep_spans();
        }
        Follow {
            next: run.window.from,
            run,
            demand,
            paths: Paths::default(),
        }
    }

    /// What its people want.
    pub fn demand(&self) -> &Demand {
        &self.demand
    }

    /// Handles about so many more events; returns the share of simulated time done, 1.0 when finished.
    pub fn advance(&mut self, events: u32) -> f32 {
        let stop = self.run.events + u64::from(events);
        loop {
            // What stands between two instants stands at every look between them.
            let until = self.run.next_instant().unwrap_or(self.run.window.to);
            while self.next <= until && self.next < self.run.window.to {
                self.paths.look(&self.run.cluster, self.next);
                self.next += STEP;
            }
            let done = self.run.advance(1);
            if done >= 1.0 || self.run.events >= stop {
                return done;
            }
        }
    }

    /// What was seen of a finished run.
    pub fn finish(self) -> Followed {
        let window: Window = self.run.window;
        let specs = self.run.specs.clone();
        let mut report = self.run.finish();
        let course = Course::of(&report, &specs, window);
        report.spans = None;
        Followed {
            report,
            course,
            paths: self.paths,
            jobs: specs.iter().map(|spec| of_intent(&self.demand, spec)).collect(),
        }
    }
}

/// The GPUs and the work of a job's piece of work; its own, where a reaction has made it.
fn of_intent(demand: &Demand, spec: &JobSpec) -> (u32, Span) {
    let own = (spec.request.gpus(), spec.runtime);
    demand
        .intents
        .get(spec.intent)
        .map_or(own, |intent| (intent.gpus, intent.work))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::run;
    use crate::metrics::paths::Ledger;
    use crate::scenario::{Horizon, Scenario, knobs};

    fn scenario(changes: &[&str]) -> Checked {
        let mut scenario = Scenario {
            horizon: Horizon {
                warm_up: Span::days(2),
                measured: Span::days(5) + Span::mins(30),
            },
            ..Scenario::default()
        };
        for change in changes {
            knobs::assign(&mut scenario, change).unwrap();
        }
        scenario.check().unwrap().0
    }

    fn followed(scenario: &Checked) -> Followed {
        let mut follow = Follow::new(scenario, 3);
        while follow.advance(1_000) < 1.0 {}
        follow.finish()
    }

    #[test]
    fn who_is_followed_runs_as_ever_and_hours_add_up_to_the_report() {
        for changes in [&[][..], &["load=110pct", "cap=4gpu"]] {
            let scenario = scenario(changes);
            let Followed {
                report,
                course,
                paths,
                jobs,
            } = followed(&scenario);
            let plain = run(&scenario, 3, Detail::Timeline);
            assert_eq!(report.digest, plain.digest);
            let sum = course.sum(0, course.steps.len());
            assert_eq!(sum.idle, plain.idle);
            assert_eq!(sum.waiting, plain.waiting);
            assert!(!plain.waiting.values().all(|&secs| secs == 0), "somebody waits");
            let idle: u64 = sum.idle.values().sum();
            assert_eq!(plain.capacity, plain.busy.total() + idle + plain.lost_to_the_cut);
            assert_eq!(course.steps.len(), 5 * 24 + 1);
            assert_eq!(paths.at.len(), course.steps.len());
            assert!(
                paths
                    .accounts
                    .iter()
                    .all(|path| path.used.len() == paths.at.len())
            );
            let lines = &report.timeline.as_ref().unwrap().jobs;
            assert!(lines.iter().all(|line| usize::from(line.job) < jobs.len()));
        }
    }

    #[test]
    fn a_ledger_that_holds_somebody_is_kept_and_never_above_its_limit() {
        for (limit, is_members) in [("run-minutes=40h", false), ("user-run-minutes=40h", true)] {
            let scenario = self::scenario(&["load=110pct", limit]);
            let paths = followed(&scenario).paths;
            assert!(!paths.ledgers.is_empty(), "{limit}");
            for ledger in &paths.ledgers {
                assert_eq!(matches!(ledger.of, Ledger::Member(..)), is_members, "{limit}");
                assert_eq!(ledger.left.len(), paths.at.len());
                assert!(ledger.holding > 0);
                // Slurm compares whole minutes: less than one more may be on it.
                let most = ledger.left.iter().max().copied().unwrap_or(0);
                assert!(most / 60 <= ledger.limit, "{most} of {}", ledger.limit * 60);
                assert!(most > 0);
            }
        }
        assert!(followed(&self::scenario(&[])).paths.ledgers.is_empty());
    }
}
