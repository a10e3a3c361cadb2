//! Instants and lengths of time as explanations tell them: to the minute, with days counted as on the pages.

use sim_core::units::{Span, Time};

use crate::format::{self, NBSP, WEEKDAYS};

/// Day and clock as on the pages, where days count from the first measured one: "Tue 2 09:47". Before that: "Tue 09:47
/// (day 9 of the warm-up)".
pub fn clock(at: Time, counted_from: Time) -> String {
    let (hour, minute) = (at.hour(), at.0 / 60 % 60);
    if at.day() < counted_from.day() {
        let day = at.day() + 1;
        return format!(
            "{} {hour:02}:{minute:02} (day{NBSP}{day} of the warm-up)",
            format::weekday(at)
        );
    }
    format!("{} {hour:02}:{minute:02}", format::day(at, counted_from))
}

/// The instant that [`clock`] writes so: `Tue 2 09:47`; without the number the first such day measured.
pub fn instant(text: &str, counted_from: Time) -> Option<Time> {
    let mut words = text.split_whitespace();
    let weekday = words.next()?;
    let weekday = WEEKDAYS
        .iter()
        .position(|name| name.eq_ignore_ascii_case(weekday))?;
    let second = words.next()?;
    let (number, clock) = match second.parse::<u32>() {
        Ok(number) => (Some(number), words.next()?),
        Err(_) => (None, second),
    };
    if words.next().is_some() {
        return None;
    }
    let (hour, minute) = clock.split_once(':')?;
    let (hour, minute) = (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?);
    let first = counted_from.day();
    let day = match number {
        Some(number) => first.checked_add(number.checked_sub(1)?)?,
        None => (first..first + 7).find(|day| *day as usize % 7 == weekday)?,
    };
    if day as usize % 7 != weekday || hour > 23 || minute > 59 {
        return None;
    }
    let midnight = Time(day.checked_mul(86_400)?);
    Some(midnight + Span::hours(hour) + Span::mins(minute))
}

/// A length of time as people type it and [`Span`] reads it: "3d", "4h", "10min".
pub fn as_typed(span: Span) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min")];
    match units
        .into_iter()
        .find(|(secs, _)| span.0 > 0 && span.0.is_multiple_of(*secs))
    {
        Some((secs, unit)) => format!("{}{unit}", span.0 / secs),
        None => format!("{}s", span.0),
    }
}

/// A length of time to the minute, as limits are compared: "3 days", "1 h 30 min".
pub fn exact(span: Span) -> String {
    let minutes = span.mins_up();
    let parts = [
        (minutes / 1_440, "day", "days"),
        (minutes / 60 % 24, "h", "h"),
        (minutes % 60, "min", "min"),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|&(n, _, _)| n > 0)
        .map(|(n, one, many)| format!("{n}{NBSP}{}", if n == 1 { one } else { many }))
        .collect();
    if told.is_empty() {
        format!("0{NBSP}min")
    } else {
        told.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_typed_as_they_are_read() {
        for (span, typed) in [
            (Span::days(3), "3d"),
            (Span::hours(4), "4h"),
            (Span::mins(90), "90min"),
            (Span::secs(61), "61s"),
            (Span::ZERO, "0s"),
        ] {
            assert_eq!(as_typed(span), typed);
            assert_eq!(typed.parse(), Ok(span));
        }
    }

    #[test]
    fn instants_are_read_as_they_are_written() {
        let first = Time(20 * 86_400);
        for at in [first, Time(22 * 86_400 + 9 * 3_600 + 47 * 60), Time(40 * 86_400)] {
            assert_eq!(instant(&clock(at, first), first), Some(at));
        }
        // The twentieth day from a Monday is a Sunday.
        assert_eq!(clock(first, first), "Sun 1 00:00");
        assert_eq!(
            instant("fri 09:47", first),
            Some(Time(25 * 86_400 + 9 * 3_600 + 47 * 60))
        );
        for text in [
            "Mon 1 00:00",
            "Fri 9",
            "Fri 24:00",
            "Sun 0 00:00",
            "Fri 09:47 x",
            "",
        ] {
            assert_eq!(instant(text, first), None, "{text}");
        }
    }

    #[test]
    fn limits_are_told_to_the_minute() {
        for (span, told) in [
            (Span::days(3), "3 days"),
            (Span::mins(90), "1 h 30 min"),
            (Span::days(1) + Span::mins(1), "1 day 1 min"),
            (Span::ZERO, "0 min"),
        ] {
            assert_eq!(exact(span).replace(NBSP, " "), told);
        }
    }
}
