//! From a scenario that may be wrong to one that cannot be: all problems at once, each with its place and a remedy.
//!
//! An error is what the engine could not run or would get wrong; a warning is what runs and will surprise.

mod place;
mod rules;

use serde::{Deserialize, Serialize};

use super::Scenario;

/// A scenario that has passed every check; engine and scheduler take only this, and never fail.
#[derive(Clone, PartialEq, Debug)]
pub struct Checked(Scenario);

impl Checked {
    /// The scenario inside.
    pub fn scenario(&self) -> &Scenario {
        &self.0
    }
}

/// How much a problem matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Severity {
    /// The scenario cannot run.
    Error,
    /// It runs, and something in it will surprise.
    Warning,
}

/// One thing that is wrong: where, what, and what to do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
#[error("{path}: {what}; {remedy}")]
pub struct Problem {
    /// Place in the scenario as a person sees it: `policy.partitions.batch.max-time`.
    pub path: String,
    /// What is wrong, with the figures.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
    /// Error or warning.
    pub severity: Severity,
}

/// What has been found so far.
#[derive(Default)]
struct Found(Vec<Problem>);

impl Found {
    fn error(&mut self, path: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) {
        self.push(path.into(), what.into(), remedy.into(), Severity::Error);
    }
    fn warning(&mut self, path: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) {
        self.push(path.into(), what.into(), remedy.into(), Severity::Warning);
    }
    fn push(&mut self, path: String, what: String, remedy: String, severity: Severity) {
        self.0.push(Problem {
            path,
            what,
            remedy,
            severity,
        });
    }
}

impl Scenario {
    /// Checks everything and returns the scenario with the warnings, or every problem found.
    pub fn check(self) -> Result<(Checked, Vec<Problem>), Vec<Problem>> {
        let mut found = Found::default();
        place::check(&self, &mut found);
        rules::check(&self, &mut found);
        let Found(problems) = found;
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            Err(problems)
        } else {
            Ok((Checked(self), problems))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{NodeGroup, PartitionSpec, QosSpec, knobs};
    use crate::units::{PerMille, Span};

    /// Path of the only problem that a change of the usual scenario makes.
    fn problem(change: impl Fn(&mut Scenario)) -> Problem {
        let mut scenario = Scenario::default();
        change(&mut scenario);
        let mut problems = match scenario.check() {
            Ok((_, warnings)) => warnings,
            Err(problems) => problems,
        };
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    }

    fn error(change: impl Fn(&mut Scenario)) -> String {
        let problem = problem(change);
        assert_eq!(problem.severity, Severity::Error, "{problem}");
        problem.path
    }

    #[test]
    fn easy_is_refused_where_it_is_not_defined() {
        assert_eq!(
            error(|s| s.policy.backfill = crate::scenario::Backfill::Easy),
            "policy.backfill"
        );
        let mut pool = Scenario::default();
        pool.policy.backfill = crate::scenario::Backfill::Easy;
        pool.cluster.nodes[0].count = 1;
        assert!(pool.check().is_ok());
    }

    fn warning(change: impl Fn(&mut Scenario)) -> String {
        let problem = problem(change);
        assert_eq!(problem.severity, Severity::Warning, "{problem}");
        problem.path
    }

    #[test]
    fn the_usual_scenario_has_no_problem() {
        let (checked, warnings) = Scenario::default().check().unwrap();
        assert_eq!(
            (checked.scenario(), &warnings[..]),
            (&Scenario::default(), &[][..])
        );
    }

    #[test]
    fn every_stop_of_every_slider_can_run() {
        for knob in knobs::KNOBS {
            for &stop in knob.value.stops {
                let mut scenario = Scenario::default();
                knob.apply(&mut scenario, stop).unwrap();
                assert!(scenario.check().is_ok(), "{} {stop:?}", knob.key);
            }
        }
    }

    #[test]
    fn a_machine_without_gpus_or_with_too_many_is_refused() {
        assert_eq!(error(|s| s.cluster.nodes.clear()), "cluster.nodes");
        assert_eq!(error(|s| s.cluster.nodes[0].count = 0), "cluster.nodes");
        assert_eq!(error(|s| s.cluster.nodes[0].gpus = 0), "cluster.nodes.node.gpus");
        assert_eq!(error(|s| s.cluster.nodes[0].count = u32::MAX), "cluster.nodes");
        assert_eq!(
            error(|s| s.cluster.nodes.push(NodeGroup::default())),
            "cluster.nodes.node"
        );
        assert_eq!(error(|s| s.cluster.nodes[0].name.clear()), "cluster.nodes.1");
    }

    #[test]
    fn people_and_assumptions_must_make_sense() {
        assert_eq!(error(|s| s.workload.people = 0), "workload.people");
        assert_eq!(error(|s| s.workload.people = 100_001), "workload.people");
        assert_eq!(error(|s| s.workload.accounts = 0), "workload.accounts");
        assert_eq!(error(|s| s.workload.accounts = 41), "workload.accounts");
        assert_eq!(
            error(|s| s.workload.activity_sigma = f64::NAN),
            "workload.activity-sigma"
        );
        assert_eq!(
            error(|s| s.workload.activity_z_max = -1.0),
            "workload.activity-z-max"
        );
        assert_eq!(
            error(|s| s.workload.mix.sweep_x = f64::INFINITY),
            "workload.mix.sweep-x"
        );
        assert_eq!(error(|s| s.assumptions.load = PerMille(0)), "assumptions.load");
        assert_eq!(
            error(|s| s.assumptions.padding = PerMille(9_000)),
            "assumptions.padding"
        );
    }

    #[test]
    fn time_must_pass_but_not_without_end() {
        assert_eq!(error(|s| s.horizon.measured = Span::ZERO), "horizon.measured");
        assert_eq!(error(|s| s.horizon.measured = Span::days(731)), "horizon");
        assert_eq!(
            error(|s| s.policy.priority.calc_period = Span(90)),
            "policy.priority.calc-period"
        );
        assert_eq!(
            error(|s| s.policy.priority.half_life = Some(Span::ZERO)),
            "policy.priority.half-life"
        );
        assert_eq!(error(|s| s.schema = 2), "schema");
    }

    #[test]
    fn names_in_rules_must_be_there_and_be_unique() {
        assert_eq!(error(|s| s.policy.partitions.clear()), "policy.partitions");
        assert_eq!(error(|s| s.policy.qos.clear()), "policy.qos");
        assert_eq!(
            error(|s| s.policy.qos.push(QosSpec::default())),
            "policy.qos.normal"
        );
        assert_eq!(
            error(|s| s.policy.partitions.push(PartitionSpec::default())),
            "policy.partitions.batch"
        );
        assert_eq!(
            error(|s| s.policy.partitions[0].qos = Some("norml".into())),
            "policy.partitions.batch.qos"
        );
        let unknown = problem(|s| s.policy.partitions[0].nodes = vec!["nodes".into()]);
        assert_eq!(
            unknown.to_string(),
            "policy.partitions.batch.nodes: there is no node group `nodes`; did you mean `node`?"
        );
    }

    #[test]
    fn rules_that_will_surprise_earn_a_warning() {
        assert_eq!(
            warning(|s| s.policy.qos[0].limits.max_tres_pu.set_gpus(Some(0))),
            "policy.qos.normal.limits.max-tres-pu"
        );
        let bf_window = |s: &mut Scenario| knobs::assign(s, "bf-window=1d").unwrap();
        assert_eq!(warning(bf_window), "policy.backfill.slurm.window");
        let budget = |s: &mut Scenario| knobs::assign(s, "run-minutes=24h").unwrap();
        assert_eq!(warning(budget), "policy.qos.normal.limits.max-tres-run-mins-pu");
        let odd = |s: &mut Scenario| {
            s.policy
                .associations
                .each_user
                .grp_tres_run_mins
                .set_gpus(Some(7_210));
        };
        assert_eq!(warning(odd), "policy.associations.each-user.grp-tres-run-mins");
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let mut scenario = Scenario::default();
        scenario.cluster.nodes.clear();
        scenario.workload.people = 0;
        scenario.horizon.measured = Span::ZERO;
        scenario.policy.qos.clear();
        assert_eq!(scenario.check().unwrap_err().len(), 4);
    }
}
