//! One time axis for all pictures of the first run: the same days at the same places, nights tinted, and one hour looked at.

use sim_core::metrics::Window;
use sim_core::metrics::course::{Course, STEP};
use sim_core::units::{Span, Time};

use super::chosen::Chosen;
use super::{First, Found, Sight};
use crate::format;
use crate::ink::{Area, Ink, PX, Pen, Stroke, Words};
use crate::palette::Token;

/// Room for row names, at the left of every picture over time: that of the timetable.
const NAMES: (i32, i32) = (66 * PX, 40 * PX);
/// Room for the names of days.
pub(super) const DAYS: i32 = 22 * PX;
/// A bar of a picture is at least so wide.
const LEAST: i32 = 2 * PX;

/// The first run, as a reader looks at it.
pub(super) struct Scene<'f> {
    /// Baseline and proposal.
    pub first: &'f [First; 2],
    /// The days shown.
    pub shown: Window,
    /// Their steps.
    pub steps: (usize, usize),
    /// Steps of one bar.
    pub bar: usize,
    /// Left and right end of the plot.
    pub ends: (i32, i32),
    /// The step looked at.
    pub now: usize,
    /// Where all days are counted from.
    pub counted_from: Time,
    /// The wait of the job that is marked, from asked to started, under either policy.
    pub marked: [Option<(Time, Time)>; 2],
    /// Who is chosen.
    pub chosen: Chosen,
}

/// Days of the measured window, and so the ends of the brush.
pub(super) fn days(first: &[First; 2]) -> u32 {
    let window = first[0].followed.course.window;
    window
        .to
        .0
        .div_ceil(86_400)
        .saturating_sub(window.from.day())
        .max(1)
}

impl<'f> Scene<'f> {
    /// What was found of the first run, if it is there.
    pub fn of(found: &'f Found, sight: &Sight) -> Option<Scene<'f>> {
        let first = found.first.as_ref()?;
        let course = &first[0].followed.course;
        let window = course.window;
        let last = days(first) - 1;
        let (from, to) = (sight.days.0.min(last), sight.days.1.min(last));
        let midnight = |day: u32| Time((window.from.day() + day) * 86_400);
        let shown = Window {
            from: midnight(from).max(window.from),
            to: midnight(to + 1).min(window.to),
        };
        let step = |at: Time| (at.since(window.from).0 / STEP.0) as usize;
        let steps = (
            step(shown.from),
            step(shown.to).max(step(shown.from) + 1).min(course.steps.len()),
        );
        let left = if sight.is_narrow() { NAMES.1 } else { NAMES.0 };
        let ends = (left, sight.width as i32 * PX - PX);
        let number = steps.1 - steps.0;
        // Hours, quarters of a day, half days or whole ones: as narrow as can be seen.
        let bar = [1, 3, 6, 12]
            .into_iter()
            .find(|bar| (ends.1 - ends.0) * *bar / (number as i32).max(1) >= 2 * LEAST)
            .unwrap_or(24) as usize;
        let hours = number.max(1);
        let now = steps.0 + sight.walk("hour", hours);
        let chosen = Chosen::of(found, sight);
        let wait = |side: usize| {
            let timeline = first[side].followed.report.timeline.as_ref()?;
            let job = chosen.jobs[side]?;
            let line = timeline.jobs.iter().find(|line| line.job == job)?;
            Some((line.asked, line.started.unwrap_or(line.ended)))
        };
        Some(Scene {
            first,
            shown,
            steps,
            bar,
            ends,
            now: now.min(steps.1.saturating_sub(1)),
            counted_from: window.from,
            marked: [0, 1].map(wait),
            chosen,
        })
    }

    /// Baseline or proposal, hour by hour.
    pub fn course(&self, side: usize) -> &'f Course {
        &self.first[side].followed.course
    }

    /// The bars: from which step to which, and from where to where they are drawn.
    pub fn bars(&self) -> impl Iterator<Item = ((usize, usize), (i32, i32))> + '_ {
        (self.steps.0..self.steps.1).step_by(self.bar).map(|from| {
            let to = (from + self.bar).min(self.steps.1);
            ((from, to), (self.at_step(from), self.at_step(to)))
        })
    }

    /// Where an instant lies, held inside the plot.
    pub fn x(&self, at: Time) -> i32 {
        let whole = f64::from(self.shown.span().0.max(1));
        let along = f64::from(
            at.max(self.shown.from)
                .min(self.shown.to)
                .since(self.shown.from)
                .0,
        ) / whole;
        self.ends.0 + (f64::from(self.ends.1 - self.ends.0) * along).round() as i32
    }

    fn at_step(&self, step: usize) -> i32 {
        self.x(self.instant(step))
    }

    /// When a step begins.
    pub fn instant(&self, step: usize) -> Time {
        self.counted_from + Span(STEP.0 * step as u32)
    }

    /// The same days between two other ends: a panel among several.
    pub fn within(&self, ends: (i32, i32)) -> Scene<'f> {
        Scene {
            ends,
            chosen: self.chosen.clone(),
            ..*self
        }
    }

    /// Hours in the days shown.
    pub fn hours(&self) -> usize {
        self.steps.1 - self.steps.0
    }

    /// "Tue 2, 14 h".
    pub fn hour(&self) -> String {
        let at = self.instant(self.now);
        format!(
            "{}, {}{}h",
            format::day(at, self.counted_from),
            at.hour(),
            format::NBSP
        )
    }

    /// "Mon 1 to Sun 14".
    pub fn days(&self) -> String {
        let (from, to) = (self.shown.from, Time(self.shown.to.0.saturating_sub(1)));
        let [from, to] = [from, to].map(|at| format::day(at, self.counted_from));
        if from == to {
            from
        } else {
            format!("{from} to {to}")
        }
    }

    /// "From Mon 1 to Sun 14", "On Mon 1".
    pub fn in_these_days(&self) -> String {
        let days = self.days();
        let word = if days.contains(" to ") { "From" } else { "On" };
        format!("{word} {days}")
    }

    /// Nights and day lines behind a plot between two heights.
    pub fn ground<I: Ink>(&self, pen: &mut Pen<'_, I>, top: i32, foot: i32) {
        for day in self.all_days() {
            let at = |hour: u32| self.x(Time(day * 86_400 + hour * 3_600));
            for (from, to) in [(at(0), at(6)), (at(22), at(24))] {
                pen.flat(Area::between(from, top, to, foot), Token::Night);
            }
        }
        for day in self.all_days().skip(1) {
            let x = self.x(Time(day * 86_400));
            pen.line((x, top), (x, foot), Stroke::new(Token::Hair, 10));
        }
    }

    /// The names of days, in the middle of a strip that begins at `top`.
    pub fn names<I: Ink>(&self, pen: &mut Pen<'_, I>, top: i32) {
        let wide = self.x(Time(self.shown.from.0 + 86_400)) - self.ends.0;
        // Every day, or Mondays alone; a letter where a word has no room.
        for day in self.all_days() {
            let noon = Time(day * 86_400 + 43_200);
            let words = if wide >= 46 * PX {
                format::day(noon, self.counted_from)
            } else if wide >= 14 * PX {
                format::weekday(noon).chars().take(1).collect()
            } else if noon.weekday() == 0 {
                format::day(noon, self.counted_from)
            } else {
                continue;
            };
            let x = self.x(noon).min(self.ends.1 - 12 * PX);
            pen.words(&words, (x, top + DAYS / 2), Words::middle(Token::Ink3));
        }
    }

    /// The hour looked at, and the wait of the job that is marked, over a plot of one side.
    pub fn marks<I: Ink>(&self, pen: &mut Pen<'_, I>, side: usize, top: i32, foot: i32) {
        if let Some((asked, started)) = self.marked[side]
            .filter(|(asked, started)| *started >= self.shown.from && *asked <= self.shown.to)
        {
            let (from, to) = (self.x(asked), self.x(started));
            let y = top + 4 * PX;
            pen.line(
                (from, y),
                (to.max(from + 2 * PX), y),
                Stroke::new(Token::Yink, 55),
            );
            pen.line(
                (from, y),
                (to.max(from + 2 * PX), y),
                Stroke::new(Token::Yellow, 32),
            );
        }
        let x = self.x(self.instant(self.now) + Span(STEP.0 / 2));
        pen.dashes(&[(x, top), (x, foot)], Stroke::new(Token::Ink, 10), 30, 20);
    }

    fn all_days(&self) -> std::ops::Range<u32> {
        self.shown.from.day()..self.shown.to.0.div_ceil(86_400)
    }
}

/// A round number at least as large, and its half: the ends of an axis of amounts.
pub(super) fn round_up(most: f64) -> f64 {
    let mut unit = 1.0;
    while unit * 10.0 < most {
        unit *= 10.0;
    }
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|times| times * unit)
        .find(|&end| end >= most)
        .unwrap_or(10.0 * unit)
}

#[cfg(test)]
mod tests {
    use super::round_up;

    #[test]
    fn axes_end_at_round_numbers() {
        assert_eq!(
            [0.0, 1.0, 9.0, 11.0, 64.0, 801.0].map(round_up),
            [1.0, 1.0, 10.0, 20.0, 80.0, 1_000.0]
        );
    }
}
