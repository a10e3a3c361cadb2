//! For the tests of the checks: what a change of the usual scenario brings to light.

use super::{Problem, Severity};
use crate::scenario::Scenario;

/// All problems that a change of the usual scenario makes.
pub(super) fn problems(change: impl Fn(&mut Scenario)) -> Vec<Problem> {
    let mut scenario = Scenario::default();
    change(&mut scenario);
    match scenario.check() {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    }
}

/// The only one.
pub(super) fn problem(change: impl Fn(&mut Scenario)) -> Problem {
    let mut problems = problems(change);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

/// Path of the only problem, an error.
pub(super) fn error(change: impl Fn(&mut Scenario)) -> String {
    let problem = problem(change);
    assert_eq!(problem.severity, Severity::Error, "{problem}");
    problem.path
}

/// Path of the only problem, a warning.
pub(super) fn warning(change: impl Fn(&mut Scenario)) -> String {
    let problem = problem(change);
    assert_eq!(problem.severity, Severity::Warning, "{problem}");
    problem.path
}

/// That a change brings no problem.
pub(super) fn fine(change: impl Fn(&mut Scenario)) {
    assert_eq!(problems(change), []);
}
