//! Hours at the desk, and how much of them GPUs stand free while a rule alone keeps somebody from them.

use super::Window;
use crate::units::{Span, Time};

/// Monday to Friday, 8 to 18 h.
pub(super) fn at_work(at: Time) -> bool {
    at.weekday() < 5 && (8..18).contains(&at.hour())
}

/// Sums the measured hours at work, and those in which a rule keeps a free GPU from somebody.
#[derive(Debug)]
pub(super) struct HeldAtWork {
    window: Window,
    all: u64,
    held: u64,
    holds: bool,
    since: Time,
}

impl HeldAtWork {
    pub fn new(window: Window) -> HeldAtWork {
        HeldAtWork {
            window,
            all: 0,
            held: 0,
            holds: false,
            since: Time::ZERO,
        }
    }

    /// From now on a rule keeps so many free GPUs from somebody.
    pub fn hold(&mut self, held: u32, now: Time) {
        self.settle(now);
        self.holds = held > 0;
    }

    fn settle(&mut self, now: Time) {
        let (mut from, to) = (self.since.max(self.window.from), now.min(self.window.to));
        self.since = now;
        while from < to {
            let hour = Time(from.0 + 1).ceil_to(Span::hours(1)).min(to);
            if at_work(from) {
                let span = u64::from(hour.since(from).0);
                self.all += span;
                self.held += if self.holds { span } else { 0 };
            }
            from = hour;
        }
    }

    /// The share, in thousandths.
    pub fn finish(mut self, end: Time) -> u32 {
        self.settle(end);
        (self.held * 1000)
            .checked_div(self.all)
            .map_or(0, |share| share as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tuesday, nine in the morning.
    const NINE: Time = Time(86_400 + 9 * 3_600);

    fn week() -> HeldAtWork {
        HeldAtWork::new(Window {
            from: Time::ZERO,
            to: Time(7 * 86_400),
        })
    }

    #[test]
    fn an_hour_of_a_tuesday_is_a_fiftieth_of_the_working_week() {
        let mut held = week();
        held.hold(3, NINE);
        held.hold(0, NINE + Span::hours(1));
        assert_eq!(held.finish(Time(7 * 86_400)), 20);
    }

    #[test]
    fn the_night_does_not_count() {
        let mut held = week();
        held.hold(1, NINE + Span::hours(10));
        held.hold(0, NINE + Span::hours(12));
        assert_eq!(held.finish(Time(7 * 86_400)), 0);
    }
}
