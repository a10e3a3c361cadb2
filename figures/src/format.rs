//! Numbers as people read them: lengths of time, shares, counts, days.
//!
//! Units stay with their number by a no-break space (U+00A0); thousands are parted by a narrow one (U+202F), from five
//! digits up. Real numbers are rounded here and written as whole ones: the standard library's own way of writing them
//! would be a fortieth of the app.

use sim_core::metrics::Quantile;
use sim_core::units::Time;

/// Keeps a unit with its number.
pub const NBSP: char = '\u{a0}';
/// Parts thousands.
pub const THIN: char = '\u{202f}';
/// A real minus sign.
pub const MINUS: char = '\u{2212}';

/// Weekdays, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A length of time: "40 s" never, "12 min", "2 h 50 min", "15 h", "2 days 4 h". Two units at most: whole minutes below
/// an hour, 5 minutes below ten hours, whole hours above.
pub fn span(secs: f64) -> String {
    if secs < 30.0 {
        return format!("under 1{NBSP}min");
    }
    let minutes = (secs / 60.0).round() as u64;
    if minutes < 60 {
        return format!("{minutes}{NBSP}min");
    }
    let fives = (secs / 300.0).round() as u64 * 5;
    if fives < 600 {
        return two(fives / 60, "h", fives % 60, "min");
    }
    let hours = (secs / 3600.0).round() as u64;
    if hours < 48 {
        return format!("{hours}{NBSP}h");
    }
    let (days, rest) = (hours / 24, hours % 24);
    if days < 10 {
        two(days, "days", rest, "h")
    } else {
        format!("{}{NBSP}days", (secs / 86_400.0).round() as u64)
    }
}

fn two(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large}{NBSP}{large_unit}")
    } else {
        format!("{large}{NBSP}{large_unit} {small}{NBSP}{small_unit}")
    }
}

/// A wait: "at once" below half a minute, else a [`span`].
pub fn wait(secs: f64) -> String {
    if secs < 30.0 {
        String::from("at once")
    } else {
        span(secs)
    }
}

/// The end of a sentence about a wait: "at once", "within 12 min".
pub fn within(secs: f64) -> String {
    if secs < 30.0 {
        String::from("at once")
    } else {
        format!("within {}", span(secs))
    }
}

/// A quantile of waits: "12 min", "more than 3 h" if it falls among those still waiting, "nobody asked".
pub fn quantile(quantile: Quantile) -> String {
    match quantile {
        Quantile::Nobody => String::from("nobody asked"),
        Quantile::Secs(secs) => wait(f64::from(secs)),
        Quantile::MoreThan(secs) => format!("more than {}", span(f64::from(secs))),
    }
}

/// A difference of waits with its sign: "−12 min", "+2 h 55 min", "< 1 min", "0".
pub fn difference(secs: f64) -> String {
    if secs == 0.0 {
        String::from("0")
    } else if secs.abs() < 30.0 {
        format!("<{NBSP}1{NBSP}min")
    } else {
        format!("{}{}", sign(secs), span(secs.abs()))
    }
}

/// A difference of shares in percentage points, with its sign: "−0.9 points".
pub fn points(share: f64) -> String {
    let tenths = (share * 1000.0).round();
    if tenths == 0.0 {
        return format!("0{NBSP}points");
    }
    format!("{}{}{NBSP}points", sign(tenths), one_decimal(tenths.abs() as u64))
}

fn sign(of: f64) -> char {
    if of < 0.0 { MINUS } else { '+' }
}

/// A share as percent with one decimal: "88.6 %".
pub fn percent(share: f64) -> String {
    format!(
        "{}{NBSP}%",
        one_decimal((share * 1000.0).round_ties_even() as u64)
    )
}

/// A share as whole percent: "89 %".
pub fn percent_whole(share: f64) -> String {
    format!("{}{NBSP}%", (share * 100.0).round_ties_even() as u64)
}

/// A real number with so many decimals, up to nine, as Slurm's own tables write it: "0.125000", "-3.50".
pub fn decimals(number: f64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let all = (number.abs() * unit as f64).round_ties_even() as u64;
    let minus = if number < 0.0 && all > 0 { "-" } else { "" };
    let width = places as usize;
    match places {
        0 => format!("{minus}{all}"),
        _ => format!("{minus}{}.{:0width$}", all / unit, all % unit),
    }
}

/// Tenths as a number with one decimal: "5.7".
pub fn one_decimal(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A count: "3413", "25 458".
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(digit);
    }
    out
}

/// Sevenths of a GPU-second as whole GPU-hours, without the unit: "6444".
pub fn gpu_hours(sevenths: u64) -> String {
    count((sevenths + 7 * 1800) / (7 * 3600))
}

/// "1 rule", "8 rules".
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{}{NBSP}{}", count(n), if n == 1 { one } else { many })
}

/// Weekday and hour: "Tue 14 h".
pub fn hour(at: Time) -> String {
    format!("{} {}{NBSP}h", weekday(at), at.hour())
}

/// Weekday and clock: "Fri 13:54".
pub fn clock(at: Time) -> String {
    format!("{} {:02}:{:02}", weekday(at), at.hour(), at.0 / 60 % 60)
}

/// The weekday of an instant: "Fri".
pub fn weekday(at: Time) -> &'static str {
    WEEKDAYS[at.weekday() as usize % 7]
}

/// The date of an instant: "Tue 2" on the second day after `first`, the first day shown.
pub fn day(at: Time, first: Time) -> String {
    format!("{} {}", weekday(at), (at.day() + 1).saturating_sub(first.day()))
}

/// A sentence begins large.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        std::iter::once(first.to_ascii_uppercase())
            .chain(letters)
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: String) -> String {
        text.replace([NBSP, THIN], " ")
    }

    #[test]
    fn lengths_of_time_have_two_units_at_most() {
        for (secs, words) in [
            (0.0, "under 1 min"),
            (29.0, "under 1 min"),
            (31.0, "1 min"),
            (1_320.0, "22 min"),
            (3_569.0, "59 min"),
            (3_571.0, "1 h"),
            (10_190.0, "2 h 50 min"),
            (30_300.0, "8 h 25 min"),
            (35_849.0, "9 h 55 min"),
            (35_851.0, "10 h"),
            (54_000.0, "15 h"),
            (133_200.0, "37 h"),
            (187_200.0, "2 days 4 h"),
            (950_400.0, "11 days"),
        ] {
            assert_eq!(plain(span(secs)), words, "{secs}");
        }
        assert_eq!(wait(12.0), "at once");
        assert_eq!(plain(within(120.0)), "within 2 min");
    }

    #[test]
    fn decimals_are_those_of_the_standard_library() {
        for number in [
            0.0,
            0.5,
            0.125,
            0.999_999_9,
            1.0,
            12.346,
            33_333.333_333,
            -3.5,
            -0.000_1,
        ] {
            for places in [0, 1, 2, 6] {
                let theirs = format!("{number:.width$}", width = places as usize);
                // Nothing is not less than nothing.
                let theirs = match theirs.strip_prefix('-') {
                    Some(rest) if !rest.contains(|c: char| ('1'..='9').contains(&c)) => rest.to_owned(),
                    _ => theirs,
                };
                assert_eq!(decimals(number, places), theirs, "{number} to {places}");
            }
        }
    }

    #[test]
    fn a_quantile_among_the_unfinished_says_more_than() {
        assert_eq!(plain(quantile(Quantile::MoreThan(10_800))), "more than 3 h");
        assert_eq!(plain(quantile(Quantile::Secs(10_800))), "3 h");
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(plain(difference(-720.0)), "\u{2212}12 min");
        assert_eq!(plain(difference(10_500.0)), "+2 h 55 min");
        assert_eq!(plain(difference(-3.0)), "< 1 min");
        assert_eq!(difference(0.0), "0");
        assert_eq!(plain(points(-0.0092)), "\u{2212}0.9 points");
    }

    #[test]
    fn counts_are_parted_from_five_digits() {
        assert_eq!(
            (count(3413), count(25_458)),
            ("3413".into(), "25\u{202f}458".into())
        );
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(gpu_hours(7 * 3600 * 12), "12");
    }

    #[test]
    fn days_count_from_the_first_one_shown() {
        let first = Time(7 * 86_400);
        assert_eq!(day(first, first), "Mon 1");
        assert_eq!(day(Time(8 * 86_400 + 5), first), "Tue 2");
        assert_eq!(plain(hour(Time(8 * 86_400 + 14 * 3600 + 59))), "Tue 14 h");
        assert_eq!(clock(Time(11 * 86_400 + 13 * 3600 + 54 * 60)), "Fri 13:54");
    }
}
