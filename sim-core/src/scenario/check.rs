//! From a scenario that may be wrong to one that cannot be: all problems at once, each with its place and a remedy.
//!
//! An error is what the engine could not run or would get wrong; a warning is what runs and will surprise.

mod budgets;
mod limits;
mod machine;
mod names;
mod place;
mod preemption;
mod priority;
mod quota;
mod reservations;
mod rules;
mod scheduler;
mod service;
#[cfg(test)]
mod testing;
mod tree;

use serde::{Deserialize, Serialize};

use super::knobs::{Knob, Settings};
use super::{Horizon, Scenario};

/// A scenario that has passed every check; engine and scheduler take only this, and never fail.
///
/// It may be read only from bytes that a program of the same build wrote.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Checked(Scenario);

impl Checked {
    /// The scenario inside.
    pub fn scenario(&self) -> &Scenario {
        &self.0
    }

    /// The scenario over another time and with knobs set otherwise; beside it those that have no effect.
    ///
    /// Only what these can make wrong is checked, so that the worker does without the other checks and all their texts.
    ///
    /// # Errors
    /// Every problem that a check of the whole would call an error.
    pub fn set(
        &self,
        horizon: Horizon,
        seed: u64,
        settings: &Settings,
    ) -> Result<(Checked, Vec<&'static Knob>), Vec<Problem>> {
        let mut scenario = self.0.clone();
        scenario.horizon = horizon;
        scenario.seed = seed;
        let idle = settings.apply(&mut scenario);
        let mut found = Found::default();
        place::settable(&scenario, &mut found);
        rules::settable(&scenario, &mut found);
        priority::settable(&scenario, &mut found);
        scheduler::settable(&scenario, &mut found);
        let Found(mut problems) = found;
        problems.retain(|problem| problem.severity == Severity::Error);
        if problems.is_empty() {
            Ok((Checked(scenario), idle))
        } else {
            Err(problems)
        }
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
        machine::check(&self, &mut found);
        rules::check(&self, &mut found);
        tree::check(&self, &mut found);
        priority::check(&self, &mut found);
        preemption::check(&self, &mut found);
        quota::check(&self, &mut found);
        reservations::check(&self, &mut found);
        scheduler::check(&self, &mut found);
        service::check(&self, &mut found);
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
    use super::testing::{error, fine, warning};
    use super::*;
    use crate::scenario::Try;
    use crate::scenario::knobs::{self, Setting};
    use crate::units::{PerMille, Span};

    #[test]
    fn the_usual_scenario_has_no_problem() {
        fine(|_| {});
        let (checked, _) = Scenario::default().check().unwrap();
        assert_eq!(checked.scenario(), &Scenario::default());
    }

    #[test]
    fn every_stop_of_every_slider_can_run() {
        for knob in knobs::KNOBS {
            for &stop in knob.stops() {
                let mut scenario = Scenario::default();
                knob.apply(&mut scenario, stop).unwrap();
                assert!(scenario.check().is_ok(), "{} {stop:?}", knob.key);
            }
        }
    }

    /// Two knobs at a time, at their ends, at their stops and beyond what a form offers.
    #[test]
    fn what_settings_can_make_wrong_is_found_without_the_whole_check() {
        let moves: Vec<(&Knob, Setting)> = knobs::KNOBS
            .iter()
            .flat_map(|knob| {
                let (low, high) = knob.value.range;
                let ends = [0, low, high].into_iter();
                let ends = ends.flat_map(|end| [Setting::Count(end), Setting::Span(Span(end))]);
                let all = ends.chain(knob.stops().iter().copied()).chain([Setting::Off]);
                all.map(move |setting| (knob, setting))
            })
            .collect();
        let (base, _) = Scenario::default().check().unwrap();
        let errors = |all: Vec<Problem>| -> Vec<Problem> {
            all.into_iter()
                .filter(|problem| problem.severity == Severity::Error)
                .collect()
        };
        let horizons = [
            Horizon::PAGE,
            Horizon {
                measured: Span::ZERO,
                ..Horizon::PAGE
            },
        ];
        for (at, &(knob, setting)) in moves.iter().enumerate() {
            for &(other, otherwise) in &moves[..=at] {
                let mut settings = Settings::of(base.scenario());
                settings.set(knob, setting);
                settings.set(other, otherwise);
                let horizon = horizons[usize::from(at % 50 == 0)];
                let mut scenario = Scenario {
                    horizon,
                    ..base.scenario().clone()
                };
                settings.apply(&mut scenario);
                let expected = scenario.check().map(|(checked, _)| checked).map_err(errors);
                let set = base.set(horizon, 1, &settings).map(|(checked, _)| checked);
                assert_eq!(
                    set, expected,
                    "{} {setting:?}, {} {otherwise:?}",
                    knob.key, other.key
                );
            }
        }
    }

    #[test]
    fn people_and_assumptions_must_make_sense() {
        assert_eq!(error(|s| s.workload.people = 0), "workload.people");
        assert_eq!(error(|s| s.workload.people = 100_001), "workload.people");
        assert_eq!(error(|s| s.workload.accounts = 0), "workload.accounts");
        assert_eq!(error(|s| s.workload.accounts = 41), "workload.accounts");
        assert_eq!(
            error(|s| s.workload.group_sizes = vec![1, 2]),
            "workload.group-sizes"
        );
        assert_eq!(
            error(|s| s.workload.group_sizes = vec![0]),
            "workload.group-sizes"
        );
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
        assert_eq!(
            error(|s| s.assumptions.checkpoint_interval = Span::ZERO),
            "assumptions.checkpoint-interval"
        );
        assert_eq!(
            error(|s| s.assumptions.help_answer = PerMille(1_010)),
            "assumptions.help-answer"
        );
        assert_eq!(
            error(|s| s.policy.idle_cull = Some(Span::ZERO)),
            "policy.idle-cull"
        );
        assert_eq!(
            error(|s| s.assumptions.deadline_days = vec![731]),
            "assumptions.deadline-days"
        );
        assert_eq!(
            warning(|s| {
                s.assumptions.deadline_surge = PerMille(3_000);
                s.assumptions.deadline_days = vec![61];
            }),
            "assumptions.deadline-days"
        );
        assert_eq!(
            error(|s| s.assumptions.intern_days = (30, 30)),
            "assumptions.intern-days"
        );
        assert_eq!(
            warning(|s| {
                s.assumptions.intern_season = PerMille(3_000);
                s.assumptions.intern_days = (61, 80);
            }),
            "assumptions.intern-days"
        );
        assert_eq!(
            error(|s| s.assumptions.opt_in = PerMille(1_010)),
            "assumptions.opt-in"
        );
    }

    #[test]
    fn what_is_worth_a_try_is_a_knob_that_is_there_or_a_text() {
        let to_try = |knob: &'static str, line: &'static str| {
            move |s: &mut Scenario| {
                s.to_try.push(Try {
                    knob: knob.into(),
                    line: line.into(),
                });
            }
        };
        fine(to_try("cap", "8 or 16"));
        fine(to_try("", "one node more for tests"));
        assert_eq!(error(to_try("caps", "8 or 16")), "try.1.knob");
        assert_eq!(error(to_try("cap", "")), "try.1.line");
    }

    #[test]
    fn time_must_pass_but_not_without_end() {
        assert_eq!(error(|s| s.horizon.measured = Span::ZERO), "horizon.measured");
        assert_eq!(error(|s| s.horizon.measured = Span::days(731)), "horizon");
        assert_eq!(error(|s| s.schema = 2), "schema");
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
