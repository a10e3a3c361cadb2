//! What limit people ask for: a few round values, much slack, and often simply the longest.

use rand_chacha::ChaCha8Rng;

use super::WantedLimit;
use super::dist;
use super::people::Habit;
use crate::units::Span;

/// The values people ask for. (R) about 20 round values cover nine jobs in ten (Tsafrir, Etsion, Feitelson 2005).
const MENU: [Span; 19] = [
    Span::mins(15),
    Span::mins(30),
    Span::hours(1),
    Span::hours(2),
    Span::hours(3),
    Span::hours(4),
    Span::hours(6),
    Span::hours(8),
    Span::hours(10),
    Span::hours(12),
    Span::hours(16),
    Span::hours(20),
    Span::hours(24),
    Span::hours(36),
    Span::hours(48),
    Span::hours(72),
    Span::hours(96),
    Span::hours(120),
    Span::hours(168),
];
/// How long a session on a notebook is booked for, with shares. (J)
const SESSION_MENU: [(Span, f64); 6] = [
    (Span::hours(1), 0.15),
    (Span::hours(2), 0.22),
    (Span::hours(4), 0.25),
    (Span::hours(8), 0.18),
    (Span::hours(12), 0.10),
    (Span::hours(24), 0.10),
];
/// Share of batches that give no limit. (J)
const DEFAULT: f64 = 0.08;
/// Median and sigma of limit over intended run time, lognormal, and the least. (J)
const SLACK_MEDIAN: f64 = 2.0;
const SLACK_SIGMA: f64 = 0.8;
const SLACK_LEAST: f64 = 1.05;

/// How the limit of one batch will be chosen, before the work is known.
pub(super) struct Choice {
    how: How,
    slack: f64,
    usual: Span,
}

enum How {
    Longest,
    Default,
    Fitting,
    Usual,
}

impl Choice {
    /// Draws how the owner of this habit will choose. `padding` scales the slack: 0 is none, 1 as measured.
    pub(super) fn draw(rng: &mut ChaCha8Rng, habit: Habit, padding: f64) -> Choice {
        let u = dist::unit(rng);
        let slack = libm::pow(dist::lognormal(rng, SLACK_MEDIAN, SLACK_SIGMA), padding);
        // A notebook user's batch jobs get the longer values of the session menu: 4 to 24 hours.
        let usual = dist::pick(rng, &SESSION_MENU[2..]);
        let how = match habit {
            Habit::Usual => How::Usual,
            Habit::LongestIn(share) if u < share => How::Longest,
            Habit::LongestIn(share) if u < share + DEFAULT => How::Default,
            Habit::LongestIn(_) => How::Fitting,
        };
        Choice {
            how,
            slack: slack.max(SLACK_LEAST),
            usual,
        }
    }

    /// The limit for work that is meant to take `intended` seconds.
    pub(super) fn wanted(&self, intended: f64) -> WantedLimit {
        match self.how {
            How::Longest => WantedLimit::Longest,
            How::Default => WantedLimit::Default(menu_at_least(intended)),
            How::Fitting => WantedLimit::Exactly(menu_at_least(intended * self.slack)),
            How::Usual => WantedLimit::Exactly(self.usual.max(menu_at_least(intended))),
        }
    }
}

/// How long a session is booked for.
pub(super) fn session_limit(rng: &mut ChaCha8Rng) -> Span {
    dist::pick(rng, &SESSION_MENU)
}

/// The limit of somebody who asks for too little: the largest menu value below the intended time, if there is one.
pub(super) fn menu_below(intended: f64) -> Option<Span> {
    MENU.into_iter().rev().find(|limit| f64::from(limit.0) < intended)
}

/// The smallest menu value that is long enough, or the largest of all.
fn menu_at_least(seconds: f64) -> Span {
    MENU.into_iter()
        .find(|limit| f64::from(limit.0) >= seconds)
        .unwrap_or(MENU[MENU.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::streams::{Purpose, Streams};

    fn rng() -> ChaCha8Rng {
        Streams::new(1).stream(Purpose::Contents, 0, 0)
    }

    #[test]
    fn the_menu_rises() {
        assert!(MENU.is_sorted());
        assert_eq!(menu_at_least(3_601.0), Span::hours(2));
        assert_eq!(menu_at_least(1e9), Span::hours(168));
        assert_eq!(menu_below(3_601.0), Some(Span::hours(1)));
        assert_eq!(menu_below(600.0), None);
    }

    #[test]
    fn honest_people_ask_for_the_menu_value_that_fits() {
        let mut rng = rng();
        for _ in 0..1_000 {
            match Choice::draw(&mut rng, Habit::LongestIn(0.0), 0.0).wanted(3_000.0) {
                WantedLimit::Exactly(limit) | WantedLimit::Default(limit) => {
                    assert_eq!(limit, Span::hours(1));
                }
                WantedLimit::Longest => panic!("nobody asks for the longest"),
            }
        }
    }

    #[test]
    fn the_share_of_longest_limits_is_the_habit() {
        let mut rng = rng();
        let longest = (0..20_000)
            .filter(|_| {
                Choice::draw(&mut rng, Habit::LongestIn(0.25), 1.0).wanted(60.0) == WantedLimit::Longest
            })
            .count();
        assert!((4_700..5_300).contains(&longest), "{longest}");
    }
}
