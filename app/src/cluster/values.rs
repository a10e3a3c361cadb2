//! Values as fields of a form write and read them: one pair of functions for each kind of value, a sentence for what cannot
//! be read. An empty text is no value.

use sim_core::scenario::{
    Devices, MeantFor, PartitionState, PreemptBy, PreemptMode, Repeats, Shares, TresCounts, TresName,
    TresWeights,
};
use sim_core::units::Span;

/// What was read, or a sentence that says what to write.
pub type Read<T> = Result<T, String>;

/// A whole number.
pub mod whole {
    use super::Read;

    pub fn write(n: &u32) -> String {
        n.to_string()
    }
    pub fn read(text: &str) -> Read<u32> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let n = digits.then(|| text.parse().ok()).flatten();
        n.ok_or_else(|| format!("“{text}” is no whole number: write such as 8."))
    }
}

/// A whole number, or none.
pub mod whole_or {
    use super::{Read, whole};

    pub fn write(n: &Option<u32>) -> String {
        n.as_ref().map_or(String::new(), whole::write)
    }
    pub fn read(text: &str) -> Read<Option<u32>> {
        if text.is_empty() {
            return Ok(None);
        }
        whole::read(text).map(Some)
    }
}

/// A length of time, in the largest unit that divides it.
pub mod span {
    use super::{Read, Span};

    pub fn write(span: &Span) -> String {
        let units = [(604_800, 'w'), (86_400, 'd'), (3_600, 'h'), (60, 'm')];
        let fits = |&&(secs, unit): &&(u32, char)| {
            span.0 > 0 && span.0.is_multiple_of(secs) && (unit != 'w' || span.0 > 2 * secs)
        };
        match units.iter().find(fits) {
            Some((secs, unit)) => format!("{}{unit}", span.0 / secs),
            None if span.0 == 0 => "0m".to_owned(),
            None => format!("{}s", span.0),
        }
    }
    pub fn read(text: &str) -> Read<Span> {
        let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        // People write days out; a bare nought needs no unit.
        let short = match tight.find(|c: char| c.is_ascii_alphabetic()) {
            Some(at)
                if tight
                    .get(at..)
                    .is_some_and(|unit| unit.len() > 1 && unit != "min") =>
            {
                tight.get(..=at)
            }
            Some(_) => Some(tight.as_str()),
            None if tight == "0" => Some("0m"),
            None => Some(tight.as_str()),
        };
        let span = short.and_then(|short| short.parse().ok());
        span.ok_or_else(|| format!("“{text}” is no length of time: write such as 30m, 12h or 3d."))
    }
}

/// A length of time, or none.
pub mod span_or {
    use super::{Read, Span, span};

    pub fn write(span: &Option<Span>) -> String {
        span.as_ref().map_or(String::new(), span::write)
    }
    pub fn read(text: &str) -> Read<Option<Span>> {
        if text.is_empty() {
            return Ok(None);
        }
        span::read(text).map(Some)
    }
}

/// A word.
pub mod word {
    use super::Read;

    pub fn write(word: &str) -> String {
        word.to_owned()
    }
    pub fn read(text: &str) -> Read<String> {
        Ok(text.to_owned())
    }
}

/// A name, as files and links can carry it.
pub mod name {
    use super::Read;

    pub fn write(word: &str) -> String {
        word.to_owned()
    }
    pub fn read(text: &str) -> Read<String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        match text.chars().find(|&c| !fits(c)) {
            Some(c) => Err(format!(
                "“{c}” cannot stand in a name: use letters, digits and dashes."
            )),
            None => Ok(text.to_owned()),
        }
    }
}

/// A name, or none.
pub mod word_or {
    use super::Read;

    pub fn write(word: &Option<String>) -> String {
        word.clone().unwrap_or_default()
    }
    pub fn read(text: &str) -> Read<Option<String>> {
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }
}

/// Yes or no.
pub mod tick {
    use super::Read;

    pub fn write(is: &bool) -> String {
        if *is { "yes" } else { "" }.to_owned()
    }
    pub fn read(text: &str) -> Read<bool> {
        Ok(!text.is_empty())
    }
}

/// Names between commas.
pub mod names {
    use super::Read;

    pub fn write(names: &[String]) -> String {
        names.join(",")
    }
    pub fn read(text: &str) -> Read<Vec<String>> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(names.map(str::to_owned).collect())
    }
}

/// Numbers of people between commas.
pub mod people {
    use super::{Read, whole};

    pub fn write(people: &[u32]) -> String {
        people.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
    }
    pub fn read(text: &str) -> Read<Vec<u32>> {
        let numbers = text.split(',').map(str::trim).filter(|number| !number.is_empty());
        numbers.map(whole::read).collect()
    }
}

/// Amounts of resources; a bare number counts GPUs.
pub mod amounts {
    use super::{Read, TresCounts, TresName};

    pub fn write(counts: &TresCounts) -> String {
        let all: Vec<(&TresName, u64)> = counts.iter().collect();
        match all.as_slice() {
            [(TresName::Gpu, n)] => n.to_string(),
            _ => counts.to_string(),
        }
    }
    pub fn read(text: &str) -> Read<TresCounts> {
        let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let whole = if bare {
            format!("gres/gpu={text}")
        } else {
            text.to_owned()
        };
        whole.parse().map_err(|_| {
            format!("“{text}” is not read: write a number of GPUs, or such as gres/gpu:a100=4,cpu=64.")
        })
    }
}

/// Minutes of resources; a bare number counts GPU-hours.
pub mod hours {
    use super::{Read, TresCounts, TresName, amounts};

    pub fn write(minutes: &TresCounts) -> String {
        let all: Vec<(&TresName, u64)> = minutes.iter().collect();
        match all.as_slice() {
            [(TresName::Gpu, n)] if n.is_multiple_of(60) => (n / 60).to_string(),
            _ => minutes.to_string(),
        }
    }
    pub fn read(text: &str) -> Read<TresCounts> {
        let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !bare {
            return amounts::read(text);
        }
        let minutes = text.parse().ok().and_then(|hours: u64| hours.checked_mul(60));
        let minutes =
            minutes.ok_or_else(|| format!("{text} GPU-hours are too many to count: write fewer."))?;
        let mut counts = TresCounts::none();
        counts.set(TresName::Gpu, minutes);
        Ok(counts)
    }
}

/// Weights of resources.
pub mod weights {
    use super::{Read, TresWeights};

    pub fn write(weights: &TresWeights) -> String {
        weights.to_string()
    }
    pub fn read(text: &str) -> Read<TresWeights> {
        text.parse()
            .map_err(|_| format!("“{text}” is not read: write such as gres/gpu:a100=2,gres/gpu:h100=3."))
    }
}

/// A number that need not be whole.
pub mod real {
    use super::Read;

    pub fn write(number: &f64) -> String {
        number.to_string()
    }
    pub fn read(text: &str) -> Read<f64> {
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| format!("“{text}” is no number: write such as 0.5."))
    }
}

/// The same, or none.
pub mod real_or {
    use super::{Read, real};

    pub fn write(number: &Option<f64>) -> String {
        number.as_ref().map_or(String::new(), real::write)
    }
    pub fn read(text: &str) -> Read<Option<f64>> {
        if text.is_empty() {
            return Ok(None);
        }
        real::read(text).map(Some)
    }
}

/// Shares in fair share: a number, or `parent`.
pub mod shares {
    use super::{Read, Shares, whole};

    pub fn write(shares: &Shares) -> String {
        match shares {
            Shares::Of(n) => n.to_string(),
            Shares::Parent => "parent".to_owned(),
        }
    }
    pub fn read(text: &str) -> Read<Shares> {
        if text == "parent" {
            return Ok(Shares::Parent);
        }
        let shares = whole::read(text).map(Shares::Of);
        shares.map_err(|_| format!("“{text}” is no share: write a number such as 10, or parent."))
    }
}

/// Devices of further types: `2 l4, 1 t4`.
pub mod devices {
    use super::{Devices, Read};

    pub fn write(more: &[Devices]) -> String {
        let all: Vec<String> = more.iter().map(|it| format!("{} {}", it.count, it.gpu)).collect();
        all.join(", ")
    }
    pub fn read(text: &str) -> Read<Vec<Devices>> {
        let one = |part: &str| {
            let (count, gpu) = part.trim().split_once(' ')?;
            Some(Devices {
                gpu: gpu.trim().to_owned(),
                count: count.parse().ok()?,
            })
        };
        let parts = text.split(',').filter(|part| !part.trim().is_empty());
        let all: Option<Vec<Devices>> = parts.map(one).collect();
        all.ok_or_else(|| format!("“{text}” is not read: write such as 2 l4, or 2 l4, 1 t4."))
    }
}

/// How often a reservation comes again.
pub mod repeats {
    use super::{Read, Repeats};

    pub const ALL: &[(&str, &str)] = &[
        ("", "once"),
        ("daily", "every day"),
        ("weekdays", "Monday to Friday"),
        ("weekly", "every week"),
        ("2 weeks", "every two weeks"),
        ("4 weeks", "every four weeks"),
    ];
    pub fn write(repeats: &Repeats) -> String {
        match repeats {
            Repeats::Never => String::new(),
            Repeats::Daily => "daily".to_owned(),
            Repeats::Weekdays => "weekdays".to_owned(),
            Repeats::Weekly => "weekly".to_owned(),
            Repeats::EveryWeeks(n) => format!("{n} weeks"),
        }
    }
    pub fn read(text: &str) -> Read<Repeats> {
        let weeks = || text.strip_suffix(" weeks")?.parse().ok();
        match text {
            "" => Ok(Repeats::Never),
            "daily" => Ok(Repeats::Daily),
            "weekdays" => Ok(Repeats::Weekdays),
            "weekly" => Ok(Repeats::Weekly),
            _ => weeks()
                .map(Repeats::EveryWeeks)
                .ok_or_else(|| format!("“{text}” is not read: choose how often it comes again.")),
        }
    }
}

/// Values that are chosen among words: a module with the words, and the pair of functions.
macro_rules! chosen {
    ($(#[$about:meta])* $name:ident: $type:ty { $($key:literal $words:literal $value:path),+ $(,)? }) => {
        $(#[$about])*
        pub mod $name {
            use super::*;

            pub const ALL: &[(&str, &str)] = &[$(($key, $words)),+];
            pub fn write(value: &$type) -> String {
                match value {
                    $($value => $key),+
                }
                .to_owned()
            }
            pub fn read(text: &str) -> Read<$type> {
                match text {
                    $($key => Ok($value),)+
                    other => Err(format!("“{other}” is not among the choices.")),
                }
            }
        }
    };
}

chosen! {
    /// What a partition or a QOS is for.
    meant_for: MeantFor {
        "" "any work" MeantFor::Anything,
        "tests" "tests" MeantFor::Tests,
        "sessions" "sessions" MeantFor::Sessions,
        "tests-and-sessions" "tests and sessions" MeantFor::TestsAndSessions,
    }
}
chosen! {
    /// What a partition lets in and out.
    state: PartitionState {
        "" "up: jobs come and start" PartitionState::Up,
        "down" "down: jobs come, none starts" PartitionState::Down,
        "drain" "drain: none comes, those there start" PartitionState::Drain,
        "inactive" "inactive: none comes, none starts" PartitionState::Inactive,
    }
}
chosen! {
    /// What decides who may push whom off.
    preempt_by: PreemptBy {
        "" "nobody may" PreemptBy::None,
        "partition-prio" "jobs of a partition with a higher tier" PreemptBy::PartitionPrio,
        "qos" "jobs of a QOS, as it says" PreemptBy::Qos,
    }
}
chosen! {
    /// What becomes of a job that is pushed off.
    preempt_mode: PreemptMode {
        "off" "is not pushed off" PreemptMode::Off,
        "cancel" "is ended" PreemptMode::Cancel,
        "requeue" "goes back into the queue" PreemptMode::Requeue,
    }
}

/// The same where the cluster's may hold.
pub mod preempt_mode_or {
    use super::{PreemptMode, Read, preempt_mode};

    pub const ALL: &[(&str, &str)] = &[
        ("", "as on the whole cluster"),
        ("off", "is not pushed off"),
        ("cancel", "is ended"),
        ("requeue", "goes back into the queue"),
    ];
    pub fn write(mode: &Option<PreemptMode>) -> String {
        mode.as_ref().map_or(String::new(), preempt_mode::write)
    }
    pub fn read(text: &str) -> Read<Option<PreemptMode>> {
        if text.is_empty() {
            return Ok(None);
        }
        preempt_mode::read(text).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_short_and_read_as_people_say_them() {
        for (secs, text) in [
            (0, "0m"),
            (900, "15m"),
            (5_400, "90m"),
            (43_200, "12h"),
            (604_800, "7d"),
            (61, "61s"),
        ] {
            assert_eq!(span::write(&Span(secs)), text);
            assert_eq!(span::read(text), Ok(Span(secs)), "{text}");
        }
        assert_eq!(span::write(&Span::days(21)), "3w");
        assert_eq!(span::read("3 days"), Ok(Span::days(3)));
        assert_eq!(span::read("2 hours"), Ok(Span::hours(2)));
        assert_eq!(span::read("0"), Ok(Span::ZERO));
        assert!(span::read("soon").unwrap_err().contains("write such as"));
        assert!(span::read("é").is_err() && span::read("").is_err());
    }

    #[test]
    fn amounts_count_gpus_unless_they_say_otherwise() {
        assert_eq!(amounts::write(&amounts::read("8").unwrap()), "8");
        assert_eq!(hours::write(&hours::read("120").unwrap()), "120");
        assert_eq!(hours::read("120").unwrap().of_gpus(), Some(7_200));
        let typed = "gres/gpu=8,gres/gpu:a100=4";
        assert_eq!(amounts::write(&amounts::read(typed).unwrap()), typed);
        assert_eq!(amounts::read("").unwrap(), TresCounts::none());
        assert!(hours::read("99999999999999999999").is_err());
        assert!(
            amounts::read("many")
                .unwrap_err()
                .contains("write a number of GPUs")
        );
    }

    #[test]
    fn names_can_stand_in_files_and_links() {
        assert_eq!(name::read("debug-2"), Ok("debug-2".to_owned()));
        for bad in ["a b", "a,b", "a.b", "a&b", "é"] {
            assert!(name::read(bad).is_err(), "{bad}");
        }
    }
}
