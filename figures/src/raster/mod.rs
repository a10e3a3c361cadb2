//! The graphic timetable: a waiting graph above, a row per GPU below.
//!
//! Work is ink on paper, idle is paper with a pencil hatch. Each job is one line in the waiting graph, from when it was
//! asked to when it started: steep is short. A job on several GPUs of one node is one block below.

mod people;
mod plan;
mod rows;
mod waits;
mod words;

use sim_core::ids::{JobId, UserId};
use sim_core::metrics::{JobLine, Timeline, Window};
use sim_core::units::{Span, Time};

use crate::format;
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words};
use crate::palette::Token;
use plan::Plan;

pub use words::{figure, job};

/// What to show of a timeline, and how large.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    /// The days shown.
    pub window: Window,
    /// Desktop or phone.
    pub size: Size,
    /// Hours to be outlined in yellow.
    pub moment: Option<Window>,
    /// A job to be marked in yellow.
    pub job: Option<JobId>,
    /// A job to be outlined in ink: a walk stands there.
    pub looked: Option<JobId>,
    /// People whose jobs stand out while all others step back; nobody: all stand alike.
    pub people: Vec<UserId>,
}

/// The two drawings there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// Row names at the left, words in blocks, weekday and date.
    Desktop,
    /// Neither; single-letter days.
    Phone,
}

impl Look {
    /// The first so many days of the measured window, nothing marked.
    pub fn first_days(timeline: &Timeline, days: u32, size: Size) -> Look {
        let to = (timeline.from + Span::days(days)).min(timeline.to);
        Look {
            window: Window {
                from: timeline.from,
                to,
            },
            size,
            moment: None,
            job: None,
            looked: None,
            people: Vec::new(),
        }
    }
}

/// Its height in CSS pixels; the width is free.
pub fn height(timeline: &Timeline, look: &Look) -> u32 {
    let rows = Plan::new(100, timeline, look).rows;
    ((rows.bottom() + 2 * PX - 1) / PX).unsigned_abs()
}

/// Draws it `width` CSS pixels wide and [`height`] high.
pub fn draw<I: Ink>(ink: &mut I, width: u32, timeline: &Timeline, look: &Look) -> Drawn<I> {
    let plan = Plan::new(width, timeline, look);
    let mut pen = Pen::new(ink);
    pen.part("days");
    days(&mut pen, &plan, timeline, look);
    pen.part("waits");
    waits::draw(&mut pen, &plan, timeline, look);
    pen.part("rows");
    rows::draw(&mut pen, &plan, timeline, look);
    pen.part("people");
    people::draw(&mut pen, &plan, timeline, look);
    pen.part("marks");
    marks(&mut pen, &plan, timeline, look);
    pen.done()
}

/// Nights, day lines and day names.
fn days<I: Ink>(pen: &mut Pen<'_, I>, plan: &Plan, timeline: &Timeline, look: &Look) {
    let (first, last) = (look.window.from.day(), look.window.to.0.div_ceil(86_400));
    let at = |day: u32, hour: u32| Time(day * 86_400 + hour * 3600);
    let (top, foot) = (plan.graph.y, plan.rows.bottom());
    for day in first..last {
        for (from, to) in [(at(day, 0), at(day, 6)), (at(day, 22), at(day, 24))] {
            pen.flat(Area::between(plan.x(from), top, plan.x(to), foot), Token::Night);
        }
    }
    for day in first..last {
        if plan.shows(at(day, 0)) && at(day, 0) > look.window.from {
            let x = plan.x(at(day, 0));
            pen.line((x, top), (x, foot), Stroke::new(Token::Hair, 10));
        }
    }
    for day in (first..last).filter(|&day| plan.shows(at(day, 12))) {
        let words = match look.size {
            Size::Desktop => format::day(at(day, 12), timeline.from),
            Size::Phone => format::weekday(at(day, 12)).chars().take(1).collect(),
        };
        pen.words(
            &words,
            (plan.x(at(day, 12)), top - 10 * PX),
            Words::middle(Token::Ink3),
        );
    }
}

/// What is looked at: hours and job, in yellow on ink.
fn marks<I: Ink>(pen: &mut Pen<'_, I>, plan: &Plan, timeline: &Timeline, look: &Look) {
    let (casing, yellow) = (Stroke::new(Token::Yink, 50), Stroke::new(Token::Yellow, 30));
    if let Some(area) = moment_area(plan, look) {
        pen.frame(area, casing);
        pen.frame(area, yellow);
    }
    if let Some(job) = line_of(timeline, look.looked) {
        let ink = Stroke::new(Token::Ink, 25);
        blocks(plan, job).for_each(|area| pen.frame(area.grown(10), ink));
        if let Some((from, to)) = plan.wait(job.asked, job.started.unwrap_or(timeline.to)) {
            pen.line(from, to, ink);
        }
    }
    if let Some(job) = line_of(timeline, look.job) {
        for area in blocks(plan, job) {
            pen.frame(area.grown(5), casing);
            pen.frame(area.grown(5), yellow);
        }
        if let Some((from, to)) = plan.wait(job.asked, job.started.unwrap_or(timeline.to)) {
            pen.line(from, to, Stroke::new(Token::Yink, 55));
            pen.line(from, to, Stroke::new(Token::Yellow, 32));
        }
    }
}

fn line_of(timeline: &Timeline, job: Option<JobId>) -> Option<&JobLine> {
    let id = job?;
    timeline.jobs.iter().find(|job| job.job == id)
}

fn moment_area(plan: &Plan, look: &Look) -> Option<Area> {
    let Window { from, to } = look.moment?;
    let inside = to > look.window.from && from < look.window.to;
    inside.then(|| {
        let (left, right) = (plan.x(from), plan.x(to));
        // Short moments are shown as wide as an eye can find.
        let pad = ((8 * PX - (right - left)) / 2).max(0);
        // Half of the casing lies outside: it must not be cut off at the drawing's edge.
        let edge = 25;
        Area::between(
            (left - pad).max(plan.rows.x + edge),
            plan.rows.y - 2 * PX,
            (right + pad).min(plan.rows.right() - edge),
            plan.rows.bottom() - PX,
        )
    })
}

/// The blocks of a job.
fn blocks<'p>(plan: &'p Plan, job: &'p JobLine) -> impl Iterator<Item = Area> + 'p {
    let from = job
        .started
        .filter(|&s| s < plan.until() && job.ended > plan.since());
    job.held
        .iter()
        .filter_map(move |&held| Some(plan.block(held, from?, job.ended)))
}

/// The job at a point of the drawing, in tenths of a CSS pixel: below a block, above the nearest line within 4 px.
pub fn job_at(width: u32, timeline: &Timeline, look: &Look, (x, y): (i32, i32)) -> Option<JobId> {
    let plan = Plan::new(width, timeline, look);
    if plan.rows.holds(x, y) {
        let under = |reach: i32| {
            timeline.jobs.iter().find(|job| {
                blocks(&plan, job)
                    .any(|area| Area::new(area.x - reach, area.y, area.w + 2 * reach, area.h).holds(x, y))
            })
        };
        // Tests are thin: they may be found 2 px beside.
        return under(0).or_else(|| under(2 * PX)).map(|job| job.job);
    }
    if !plan.graph.holds(x, y) {
        return None;
    }
    let far = |job: &JobLine| -> Option<i32> {
        let ((x1, y1), (x2, y2)) = plan.wait(job.asked, job.started.unwrap_or(timeline.to))?;
        if y < y1 || y > y2 || y1 == y2 {
            return None;
        }
        let along = f64::from(y - y1) / f64::from(y2 - y1);
        Some((x - x1 - (f64::from(x2 - x1) * along) as i32).abs())
    };
    timeline
        .jobs
        .iter()
        .filter_map(|job| Some((far(job)?, job.job)))
        .filter(|&(distance, _)| distance <= 4 * PX)
        .min()
        .map(|(_, job)| job)
}

/// The job at a point as [`job_at`] finds it, and the instant there if the point lies on its wait.
pub fn wait_at(
    width: u32,
    timeline: &Timeline,
    look: &Look,
    (x, y): (i32, i32),
) -> Option<(JobId, Option<Time>)> {
    let id = job_at(width, timeline, look, (x, y))?;
    let plan = Plan::new(width, timeline, look);
    let job = timeline.jobs.iter().find(|job| job.job == id)?;
    let started = job.started.unwrap_or(timeline.to);
    let on_its_wait = plan.graph.holds(x, y) && job.asked < started;
    Some((id, on_its_wait.then(|| plan.at(x).max(job.asked).min(started))))
}

/// The job of another policy's run that does the same work: it was asked for by the same person at the same instant, and is the
/// same one among several of theirs.
pub fn same_job(timeline: &Timeline, other: &Timeline, job: JobId) -> Option<JobId> {
    let this = line_of(timeline, Some(job))?;
    let is_like =
        |line: &&JobLine| (line.user, line.class, line.asked) == (this.user, this.class, this.asked);
    let before = timeline
        .jobs
        .iter()
        .filter(is_like)
        .take_while(|line| line.job != job);
    other
        .jobs
        .iter()
        .filter(is_like)
        .nth(before.count())
        .map(|line| line.job)
}

/// Where the outlined hours are, for a leader line, in tenths.
pub fn place_of_moment(width: u32, timeline: &Timeline, look: &Look) -> Option<Area> {
    moment_area(&Plan::new(width, timeline, look), look)
}

/// Where the marked job's line runs through the waiting graph: asked and started, in tenths.
pub fn place_of_job(width: u32, timeline: &Timeline, look: &Look) -> Option<((i32, i32), (i32, i32))> {
    let job = line_of(timeline, look.job)?;
    Plan::new(width, timeline, look).wait(job.asked, job.started.unwrap_or(timeline.to))
}

#[cfg(test)]
#[path = "places.rs"]
mod places;
