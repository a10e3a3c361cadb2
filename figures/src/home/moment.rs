//! The two places in a picture where the two complaints are true.

use serde::{Deserialize, Serialize};
use sim_core::ids::{JobId, UserId};
use sim_core::metrics::{Timeline, Window};
use sim_core::order;
use sim_core::units::{Span, Time};
use sim_core::workload::Class;

/// One moment at which idle GPUs and waiting people stand side by side; used for true captions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Moment {
    /// GPUs idle because a limit holds somebody.
    pub idle_by_limit: u32,
    /// People with a pending job that only a limit holds.
    pub people_held_by_limit: u32,
    /// When it begins and how long it lasts.
    pub from: Time,
    /// Its end.
    pub to: Time,
}

/// A moment is no longer than half a day: a leader line should end on hours, not on a week.
const LONGEST: Span = Span::hours(12);

/// Where in the window most GPUs stand idle under a limit for longest: the stretch of at most half a day whose least
/// number of such GPUs times its length is greatest. The counts are those at its first instant.
pub fn moment_in(timeline: &Timeline, window: Window) -> Option<Moment> {
    let steps = steps(timeline, window);
    let highest = steps.iter().map(|step| step.idle).max()?;
    let mut best: Option<(u64, Moment)> = None;
    for least in 1..=highest {
        let mut begun: Option<&Step> = None;
        for (i, step) in steps.iter().enumerate() {
            let after = steps.get(i + 1);
            if step.idle < least {
                begun = None;
                continue;
            }
            let first = *begun.get_or_insert(step);
            let end = after
                .map_or(window.to, |next| next.from)
                .min(first.from + LONGEST);
            let weight = u64::from(least) * u64::from(end.since(first.from).0);
            if weight > best.map_or(0, |(most, _)| most) {
                let moment = Moment {
                    idle_by_limit: first.idle,
                    people_held_by_limit: 0,
                    from: first.from,
                    to: end,
                };
                best = Some((weight, moment));
            }
        }
    }
    best.map(|(_, moment)| Moment {
        people_held_by_limit: waiting_people(timeline, moment.from),
        ..moment
    })
}

/// GPUs idle under a limit from an instant on.
struct Step {
    from: Time,
    idle: u32,
}

fn steps(timeline: &Timeline, window: Window) -> Vec<Step> {
    let mut edges: Vec<(Time, i32)> = Vec::new();
    for span in &timeline.idle {
        if span.cause.is_rule() {
            let (from, to) = (span.from.max(window.from), span.to.min(window.to));
            if from < to {
                edges.extend([(from, 1), (to, -1)]);
            }
        }
    }
    order::sort(&mut edges);
    let mut steps: Vec<Step> = Vec::new();
    let mut level = 0i32;
    for (from, change) in edges {
        level += change;
        let idle = level.unsigned_abs();
        match steps.last_mut() {
            Some(step) if step.from == from => step.idle = idle,
            Some(_) | None => steps.push(Step { from, idle }),
        }
    }
    steps.dedup_by(|next, step| next.idle == step.idle);
    steps
}

/// People with a job that was asked for and has not started at an instant.
fn waiting_people(timeline: &Timeline, at: Time) -> u32 {
    let waits = timeline
        .jobs
        .iter()
        .filter(|job| job.asked <= at && job.started.is_none_or(|start| start > at));
    let mut people: Vec<UserId> = waits.map(|job| job.user).collect();
    order::sort(&mut people);
    people.dedup();
    people.len() as u32
}

/// A ten-minute test asked for while every GPU was taken, in working hours if there is such a one, that waited over ten
/// minutes and started in the window: the longest wait of at most a day, else the shortest above.
pub fn slow_test_in(timeline: &Timeline, window: Window) -> Option<JobId> {
    let all_taken = |at: Time| !timeline.idle.iter().any(|span| span.from <= at && at < span.to);
    let waited: Vec<Waited> = timeline
        .jobs
        .iter()
        .filter(|job| job.class == Class::Debug && job.asked >= window.from)
        .filter_map(|job| {
            Some(Waited {
                wait: job.started.filter(|&at| at < window.to)?.since(job.asked),
                job: job.job,
                asked: job.asked,
            })
        })
        .filter(|test| test.wait > Span::mins(10) && all_taken(test.asked))
        .collect();
    let at_work = |test: &&Waited| test.asked.weekday() < 5 && (8..18).contains(&test.asked.hour());
    let longest = |tests: &[&Waited]| {
        let within_a_day = tests.iter().filter(|test| test.wait <= Span::days(1)).max();
        within_a_day.or(tests.iter().min()).map(|test| test.job)
    };
    longest(&waited.iter().filter(at_work).collect::<Vec<_>>())
        .or_else(|| longest(&waited.iter().collect::<Vec<_>>()))
}

/// A test and its wait.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waited {
    wait: Span,
    job: JobId,
    asked: Time,
}

/// Only what a picture of the window needs.
pub fn cropped(timeline: &Timeline, window: Window) -> Timeline {
    let jobs = timeline.jobs.iter().filter(|job| {
        let last = if job.started.is_some() {
            job.ended
        } else {
            timeline.to
        };
        job.asked <= window.to && last >= window.from
    });
    let idle = timeline
        .idle
        .iter()
        .filter(|span| span.to > window.from && span.from < window.to);
    Timeline {
        nodes: timeline.nodes.clone(),
        from: timeline.from,
        to: timeline.to,
        jobs: jobs.cloned().collect(),
        idle: idle.copied().collect(),
    }
}
