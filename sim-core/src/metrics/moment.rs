//! How often GPUs stand free while a limit alone keeps somebody from them, and the moment that shows it best.

use super::collect::at_work;
use super::{Complaints, Moment, Window};
use crate::units::{Span, Time};

/// The moment shown must lie in the part of the window that pictures show.
const SHOWN: Span = Span::days(14);

/// Follows the stretch of time in which the same number of GPUs stands idle under a limit.
#[derive(Debug)]
pub(super) struct Moments {
    window: Window,
    at_work: u64,
    held_at_work: u64,
    current: Moment,
    best: Moment,
    since: Time,
}

impl Moments {
    pub fn new(window: Window) -> Moments {
        Moments {
            window,
            at_work: 0,
            held_at_work: 0,
            current: Moment::default(),
            best: Moment::default(),
            since: Time::ZERO,
        }
    }

    /// From now on so many GPUs are idle under a limit that holds so many people.
    pub fn holds_from_now(&mut self, idle_by_limit: u32, people: u32, now: Time) {
        self.settle(now);
        if idle_by_limit != self.current.idle_by_limit {
            self.close(now);
            self.current = Moment {
                idle_by_limit,
                people_held_by_limit: people,
                from: now,
                to: now,
            };
        }
        self.current.people_held_by_limit = self.current.people_held_by_limit.min(people);
    }

    fn settle(&mut self, now: Time) {
        let (mut from, to) = (self.since.max(self.window.from), now.min(self.window.to));
        self.since = now;
        while from < to {
            let hour = (Time(from.0 + 1).ceil_to(Span::hours(1))).min(to);
            if at_work(from) {
                let span = u64::from(hour.since(from).0);
                self.at_work += span;
                self.held_at_work += if self.current.idle_by_limit > 0 { span } else { 0 };
            }
            from = hour;
        }
    }

    fn close(&mut self, now: Time) {
        let from = self.current.from.max(self.window.from);
        let to = now.min(self.window.to).min(self.window.from + SHOWN);
        let weight = |m: &Moment| u64::from(m.idle_by_limit) * u64::from(m.to.since(m.from).0);
        let closed = Moment {
            from,
            to,
            ..self.current
        };
        if to > from && weight(&closed) > weight(&self.best) {
            self.best = closed;
        }
    }

    /// `all_taken` is filled in by the caller, who knows the jobs.
    pub fn finish(mut self, end: Time) -> Complaints {
        self.settle(end);
        self.close(end);
        let share = (self.held_at_work * 1000).checked_div(self.at_work).unwrap_or(0);
        Complaints {
            not_allowed: share as u32,
            all_taken: 0,
            moment: self.best,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NINE: Time = Time(86_400 + 9 * 3_600);

    fn week() -> Moments {
        Moments::new(Window {
            from: Time::ZERO,
            to: Time(7 * 86_400),
        })
    }

    #[test]
    fn an_hour_of_a_tuesday_is_a_fiftieth_of_the_working_week() {
        let mut moments = week();
        moments.holds_from_now(3, 2, NINE);
        moments.holds_from_now(0, 0, NINE + Span::hours(1));
        let told = moments.finish(Time(7 * 86_400));
        assert_eq!(told.not_allowed, 20);
        let moment = Moment {
            idle_by_limit: 3,
            people_held_by_limit: 2,
            from: NINE,
            to: NINE + Span::hours(1),
        };
        assert_eq!(told.moment, moment);
    }

    #[test]
    fn the_night_does_not_count_and_the_fewest_people_of_a_moment_are_told() {
        let mut moments = week();
        let evening = NINE + Span::hours(10);
        moments.holds_from_now(1, 5, evening);
        moments.holds_from_now(1, 4, evening + Span::hours(1));
        moments.holds_from_now(0, 0, evening + Span::hours(2));
        let told = moments.finish(Time(7 * 86_400));
        assert_eq!((told.not_allowed, told.moment.people_held_by_limit), (0, 4));
        assert_eq!(told.moment.to.since(told.moment.from), Span::hours(2));
    }
}
