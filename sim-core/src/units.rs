//! Instants, lengths of time and amounts of GPUs as types, with only the arithmetic that means something.
//!
//! Everything here is a whole number. Real numbers live in random draws, in decayed usage and in display, nowhere else.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Sub, SubAssign};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant of simulated time: whole seconds since Monday 00:00 of the first week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Time(pub u32);

/// A length of simulated time, in whole seconds. Written `1-12:00:00` in files, as Slurm does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span(pub u32);

impl Time {
    /// The first instant: Monday, midnight.
    pub const ZERO: Time = Time(0);

    /// Whole days since the start.
    pub fn day(self) -> u32 {
        self.0 / 86_400
    }

    /// Day of the week, Monday = 0.
    pub fn weekday(self) -> u32 {
        self.day() % 7
    }

    /// Hour of the day, 0 to 23.
    pub fn hour(self) -> u32 {
        self.0 / 3_600 % 24
    }

    /// Time since `earlier`, or zero if that lies in the future.
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The latest multiple of `grid` not after this instant. A zero grid changes nothing.
    pub fn floor_to(self, grid: Span) -> Time {
        if grid.0 == 0 {
            self
        } else {
            Time(self.0 - self.0 % grid.0)
        }
    }

    /// The earliest multiple of `grid` not before this instant. A zero grid changes nothing.
    pub fn ceil_to(self, grid: Span) -> Time {
        if grid.0 == 0 {
            self
        } else {
            Time(self.0.div_ceil(grid.0).saturating_mul(grid.0))
        }
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A span of so many seconds.
    pub const fn secs(n: u32) -> Span {
        Span(n)
    }
    /// A span of so many minutes.
    pub const fn mins(n: u32) -> Span {
        Span(n * 60)
    }
    /// A span of so many hours.
    pub const fn hours(n: u32) -> Span {
        Span(n * 3_600)
    }
    /// A span of so many days.
    pub const fn days(n: u32) -> Span {
        Span(n * 86_400)
    }
    /// Whole minutes, rounded up: Slurm keeps time limits in minutes.
    pub const fn mins_up(self) -> u32 {
        self.0.div_ceil(60)
    }
    /// Hours, for display and for the generator.
    pub fn as_hours(self) -> f64 {
        f64::from(self.0) / 3_600.0
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}
impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}
impl Sub<Span> for Time {
    type Output = Time;
    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}
impl Sub for Time {
    type Output = Span;
    /// Panics in debug builds if `earlier` is later: use [`Time::since`] where that can happen.
    fn sub(self, earlier: Time) -> Span {
        debug_assert!(self >= earlier, "time runs forward");
        self.since(earlier)
    }
}
impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}
impl AddAssign for Span {
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}
impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}
impl SubAssign for Span {
    fn sub_assign(&mut self, other: Span) {
        *self = *self - other;
    }
}
impl Mul<u32> for Span {
    type Output = Span;
    fn mul(self, n: u32) -> Span {
        Span(self.0.saturating_mul(n))
    }
}

/// Prints `3-04:05:06`, or `04:05:06` below a day, as Slurm does.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (d, h, m, s) = (
            self.0 / 86_400,
            self.0 / 3_600 % 24,
            self.0 / 60 % 60,
            self.0 % 60,
        );
        if d > 0 {
            write!(f, "{d}-{h:02}:{m:02}:{s:02}")
        } else {
            write!(f, "{h:02}:{m:02}:{s:02}")
        }
    }
}

/// Prints as [`Span`] since the start: `3-04:05:06`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(f)
    }
}

/// A length of time that could not be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is not a length of time; write 30s, 15m, 12h, 3d, 2w or 1-12:00:00")]
pub struct NotASpan(pub String);

impl FromStr for Span {
    type Err = NotASpan;
    /// Reads `90s`, `15m` or `15min`, `12h`, `3d`, `2w`, and Slurm's `MM:SS`, `HH:MM:SS`, `D-HH`, `D-HH:MM`, `D-HH:MM:SS`.
    ///
    /// A bare number is refused: Slurm would read minutes, most people would not.
    fn from_str(text: &str) -> Result<Span, NotASpan> {
        let bad = || NotASpan(text.to_owned());
        let t = text.trim();
        let number = |s: &str| -> Result<u64, NotASpan> {
            if s.is_empty() || s.len() > 9 || !s.bytes().all(|b| b.is_ascii_digit()) {
                return Err(bad());
            }
            s.parse().map_err(|_| bad())
        };
        let total = if let Some((days, rest)) = t.split_once('-') {
            let mut parts = rest.split(':');
            let mut next = || parts.next().map(&number).transpose();
            let (h, m, s) = (next()?.unwrap_or(0), next()?.unwrap_or(0), next()?.unwrap_or(0));
            if next()?.is_some() || h > 23 || m > 59 || s > 59 {
                return Err(bad());
            }
            number(days)? * 86_400 + h * 3_600 + m * 60 + s
        } else if t.contains(':') {
            let parts: Vec<u64> = t.split(':').map(number).collect::<Result<_, _>>()?;
            match parts[..] {
                [m, s] if s < 60 => m * 60 + s,
                [h, m, s] if m < 60 && s < 60 => h * 3_600 + m * 60 + s,
                _ => return Err(bad()),
            }
        } else {
            let cut = t.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
            let unit = match t.get(cut..).unwrap_or_default() {
                "s" => 1,
                "m" | "min" => 60,
                "h" => 3_600,
                "d" => 86_400,
                "w" => 604_800,
                _ => return Err(bad()),
            };
            number(t.get(..cut).unwrap_or_default())? * unit
        };
        u32::try_from(total).map(Span).map_err(|_| bad())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            to.serialize_u32(self.0)
        }
    }
}
impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Span, D::Error> {
        if from.is_human_readable() {
            String::deserialize(from)?
                .parse()
                .map_err(serde::de::Error::custom)
        } else {
            u32::deserialize(from).map(Span)
        }
    }
}

/// Sevenths of a GPU in one GPU: the unit of capacity is one seventh of a GPU for one second, so that a slice of
/// k compute slices counts k.
pub const SEVENTHS: u64 = 7;

/// A share in thousandths. 850 is 85 %.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PerMille(pub u32);

impl PerMille {
    /// The share as a real number: 850 becomes 0.85.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_print_and_read_back() {
        for (text, secs) in [
            ("1-12:00:00", 129_600),
            ("00:15:00", 900),
            ("3-00:00:00", 259_200),
            ("00:00:01", 1),
        ] {
            assert_eq!(text.parse(), Ok(Span(secs)));
            assert_eq!(Span(secs).to_string(), text);
        }
        for (text, secs) in [
            ("14d", 1_209_600),
            ("2w", 1_209_600),
            ("90s", 90),
            ("15min", 900),
            ("1-12", 129_600),
            ("5:30", 330),
        ] {
            assert_eq!(text.parse(), Ok(Span(secs)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_length_of_time_is_refused() {
        for text in [
            "",
            "14",
            "d",
            "-",
            "1-",
            "1-24:00:00",
            "1:60",
            "1.5h",
            "-1h",
            "99999999d",
            "1-2-3",
            "1:2:3:4",
            "١d",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_calendar_starts_on_a_monday() {
        assert_eq!(
            (
                Time(0).weekday(),
                Time(6 * 86_400).weekday(),
                Time(7 * 86_400 + 3_600 * 9).hour()
            ),
            (0, 6, 9)
        );
        assert_eq!(Time(1_250).floor_to(Span(600)), Time(1_200));
        assert_eq!(Time(1_250).ceil_to(Span(600)), Time(1_800));
    }
}
