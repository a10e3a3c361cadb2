//! The course of one run, hour by hour: what stands idle by cause, what waits by reason, and the work in the queue by class.
//!
//! Added up over all hours, idle by cause and waiting by reason are the report's own figures, to the second.

use super::{By, Cause, SeedReport, Window};
use crate::ids::{JobId, Table};
use crate::reason::Reason;
use crate::units::{Span, Time};
use crate::workload::{Class, JobSpec};

/// Length of a step.
pub const STEP: Span = Span::hours(1);

/// What happens in one step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Step {
    /// Idle capacity by cause, in sevenths of a GPU-second.
    pub idle: By<Cause, u64>,
    /// Waiting of jobs that became eligible in the measured window, by reason, in job-seconds.
    pub waiting: By<Reason, u64>,
    /// The GPUs asked for by all jobs that wait for their first start, by reason, in GPU-seconds.
    pub asked_for: By<Reason, u64>,
    /// The work of these jobs by class, in GPU-seconds times the seconds that it stood in the queue.
    pub queued: By<Class, u128>,
}

impl Step {
    /// This step and another one together.
    pub fn add(&mut self, other: &Step) {
        for (&cause, &amount) in &other.idle {
            *self.idle.of(cause) += amount;
        }
        for (&reason, &amount) in &other.waiting {
            *self.waiting.of(reason) += amount;
        }
        for (&reason, &amount) in &other.asked_for {
            *self.asked_for.of(reason) += amount;
        }
        for (&class, &amount) in &other.queued {
            *self.queued.of(class) += amount;
        }
    }
}

/// One run, step by step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Course {
    /// What it covers: the measured window.
    pub window: Window,
    /// Its steps, the first from the start of the window on.
    pub steps: Vec<Step>,
}

impl Course {
    /// Of a run that kept its spans; empty if it did not. `specs` are its jobs.
    pub fn of(report: &SeedReport, specs: &Table<JobId, JobSpec>, window: Window) -> Course {
        let number = window.span().0.div_ceil(STEP.0) as usize;
        let mut course = Course {
            window,
            steps: vec![Step::default(); number],
        };
        let Some(spans) = &report.spans else {
            return course;
        };
        for idle in &spans.idle {
            course.over(idle.from, idle.to, |step, secs| {
                *step.idle.of(idle.cause) += idle.sevenths * secs;
            });
        }
        for wait in &spans.waits {
            // The last second of the window is the end of what is known, as in the report.
            let of = specs.get(wait.job);
            let gpus = of.map_or(0, |spec| u64::from(spec.request.gpus()));
            let work = of.map_or(0, |spec| gpus * u64::from(spec.runtime.0));
            let class = of.map(|spec| spec.class);
            course.over(wait.from, wait.to, |step, secs| {
                if wait.counts {
                    *step.waiting.of(wait.reason) += secs;
                }
                *step.asked_for.of(wait.reason) += gpus * secs;
                if let Some(class) = class {
                    *step.queued.of(class) += u128::from(work) * u128::from(secs);
                }
            });
        }
        course
    }

    /// Calls `add` for every step that a stretch of time reaches into, with the seconds of it in there.
    fn over(&mut self, from: Time, to: Time, mut add: impl FnMut(&mut Step, u64)) {
        let (from, to) = (from.max(self.window.from), to.min(self.window.to));
        let mut at = from;
        while at < to {
            let index = (at.since(self.window.from).0 / STEP.0) as usize;
            let next = (self.window.from + Span(STEP.0 * (index as u32 + 1))).min(to);
            if let Some(step) = self.steps.get_mut(index) {
                add(step, u64::from(next.since(at).0));
            }
            at = next;
        }
    }

    /// All steps from one on, up to another one, together.
    pub fn sum(&self, from: usize, to: usize) -> Step {
        let mut sum = Step::default();
        let to = to.min(self.steps.len());
        for step in self.steps.get(from.min(to)..to).unwrap_or_default() {
            sum.add(step);
        }
        sum
    }

    /// Seconds in the steps from one on, up to another one: the last one of a window may be short.
    pub fn seconds(&self, from: usize, to: usize) -> u64 {
        let at = |step: usize| {
            let step = u32::try_from(step.min(self.steps.len())).unwrap_or(u32::MAX);
            (self.window.from + Span(step.saturating_mul(STEP.0))).min(self.window.to)
        };
        u64::from(at(to).since(at(from)).0)
    }

    /// The GPU-seconds of work of a class in the queue, in the mean over the steps from one on, up to another one.
    pub fn queue(&self, from: usize, to: usize, class: Class) -> u64 {
        let sum = (self.steps.get(from..to.min(self.steps.len())).unwrap_or_default())
            .iter()
            .filter_map(|step| step.queued.get(&class))
            .sum::<u128>();
        let secs = u128::from(self.seconds(from, to).max(1));
        u64::try_from(sum / secs).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Cause;
    use crate::metrics::spans::{CauseSpan, Spans, WaitSpan};

    fn window() -> Window {
        Window {
            from: Time(1_000),
            to: Time(1_000 + 9_000),
        }
    }

    fn course() -> Course {
        let idle = CauseSpan {
            cause: Cause::Fragments,
            sevenths: 7,
            from: Time(0),
            to: Time(5_000),
        };
        let wait = |from, to, counts| WaitSpan {
            job: JobId(0),
            reason: Reason::Priority,
            from: Time(from),
            to: Time(to),
            counts,
        };
        let report = SeedReport {
            spans: Some(Box::new(Spans {
                waits: vec![wait(4_000, 9_000, true), wait(0, 2_000, false)],
                idle: vec![idle],
            })),
            ..SeedReport::default()
        };
        Course::of(&report, &Table::default(), window())
    }

    #[test]
    fn stretches_are_cut_at_the_window_and_at_whole_steps() {
        let course = course();
        assert_eq!(course.steps.len(), 3);
        let idle = |at: usize| course.steps[at].idle.get(&Cause::Fragments).copied();
        assert_eq!(
            (idle(0), idle(1), idle(2)),
            (Some(7 * 3_600), Some(7 * 400), None)
        );
        let waits = |at: usize| course.steps[at].waiting.get(&Reason::Priority).copied();
        assert_eq!(
            (waits(0), waits(1), waits(2)),
            (Some(600), Some(3_600), Some(800))
        );
        assert_eq!(course.sum(0, 3).waiting[&Reason::Priority], 5_000);
        assert_eq!((course.seconds(0, 3), course.seconds(2, 9)), (9_000, 1_800));
        assert_eq!(course.sum(2, 1), Step::default());
    }

    #[test]
    fn a_run_that_kept_no_spans_has_a_course_of_nothing() {
        let course = Course::of(&SeedReport::default(), &Table::default(), window());
        assert_eq!(course.sum(0, 9), Step::default());
    }
}
