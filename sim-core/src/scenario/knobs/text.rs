//! Settings as text: as written in links and after `--set`, and as said to people.

use super::{Knob, Setting, Unit, find};
use crate::scenario::Scenario;
use crate::units::Span;

/// Why a setting was not taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KnobError {
    /// No `=` in it.
    #[error("`{text}`: not a setting; write knob=value, such as cap=16gpu")]
    NotAnAssignment {
        /// What was given.
        text: String,
    },
    /// No such key.
    #[error("`{key}`: no such knob{}", near.map_or(String::new(), |near| format!("; did you mean `{near}`?")))]
    Unknown {
        /// What was given.
        key: String,
        /// The knob probably meant.
        near: Option<&'static str>,
    },
    /// The value is not of the knob's kind.
    #[error("`{key}={text}`: cannot be read; write {expected}")]
    Unreadable {
        /// Which knob.
        key: &'static str,
        /// What was given.
        text: String,
        /// What it takes, in words.
        expected: String,
    },
    /// The value is too small, too large, or between the steps.
    #[error("`{key}={text}`: out of range; write {expected}")]
    OutOfRange {
        /// Which knob.
        key: &'static str,
        /// What was given.
        text: String,
        /// What it takes, in words.
        expected: String,
    },
    /// Nothing in this scenario listens to it.
    #[error("`{key}={text}`: has no effect here; a bf- knob needs backfill=slurm")]
    NoEffect {
        /// Which knob.
        key: &'static str,
        /// What was given.
        text: String,
    },
}

/// Sets one knob from `key=value`, as after `--set`.
pub fn assign(scenario: &mut Scenario, text: &str) -> Result<(), KnobError> {
    let (key, value) = text.split_once('=').ok_or_else(|| KnobError::NotAnAssignment {
        text: text.to_owned(),
    })?;
    let knob = find(&key.trim().to_ascii_lowercase())?;
    knob.apply(scenario, knob.parse(value)?)
}

impl Knob {
    /// Reads a value: as it is written in links, and as people say it (`16`, `16 GPUs`, `7 days`, `none`).
    pub fn parse(&self, text: &str) -> Result<Setting, KnobError> {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
            .to_ascii_lowercase();
        let setting = self.read(&plain).ok_or_else(|| KnobError::Unreadable {
            key: self.key,
            text: text.to_owned(),
            expected: self.expected(),
        })?;
        self.check(setting, text)?;
        Ok(setting)
    }

    /// Writes a value as in a link: the one text that stands for it.
    pub fn write(&self, setting: Setting) -> String {
        match (setting, self.value.unit) {
            (Setting::Off, _) => "off".to_owned(),
            (Setting::Word(word), _) => word.to_owned(),
            (Setting::Span(span), _) => write_span(span),
            (Setting::Count(n), Unit::Gpus) => format!("{n}gpu"),
            (Setting::Count(n), Unit::GpuHours) => format!("{n}h"),
            (Setting::Count(n), Unit::Percent) => format!("{n}pct"),
            (Setting::Count(n), Unit::Number | Unit::Time | Unit::Words(_)) => n.to_string(),
        }
    }

    /// Says a value in words: "8 GPUs", "no limit", "3 days", "960 GPU-hours", "85 % of capacity".
    pub fn say(&self, setting: Setting) -> String {
        let with_of = |said: String| match self.value.of {
            "" => said,
            of => format!("{said} {of}"),
        };
        match (setting, self.value.unit) {
            (Setting::Off, _) => self.value.off.unwrap_or("off").to_owned(),
            (Setting::Word(word), Unit::Words(choices)) => choices
                .iter()
                .find(|choice| choice.key == word)
                .map_or(word, |choice| choice.words)
                .to_owned(),
            (Setting::Word(word), _) => word.to_owned(),
            (Setting::Span(span), _) => with_of(say_span(span)),
            (Setting::Count(n), Unit::Gpus) => with_of(counted(n, "GPU")),
            (Setting::Count(n), Unit::GpuHours) => with_of(counted(n, "GPU-hour")),
            (Setting::Count(n), Unit::Percent) => with_of(format!("{} %", grouped(n))),
            (Setting::Count(n), Unit::Number | Unit::Time | Unit::Words(_)) => with_of(grouped(n)),
        }
    }

    /// What may be written, in words: `1gpu to 4096gpu, or off`.
    pub fn expected(&self) -> String {
        let off = if self.value.may_be_off() { ", or off" } else { "" };
        let (low, high) = self.value.range;
        let ends = |low, high| format!("{} to {}", self.write(low), self.write(high));
        match self.value.unit {
            Unit::Time => {
                let step = match self.value.step {
                    0 | 1 => String::new(),
                    step => format!(" in steps of {}", write_span(Span(step))),
                };
                let range = ends(Setting::Span(Span(low)), Setting::Span(Span(high)));
                format!("a time from {range}{step}{off}")
            }
            Unit::Words(choices) => {
                let keys: Vec<&str> = choices.iter().map(|choice| choice.key).collect();
                format!("{}{off}", keys.join(" or "))
            }
            Unit::Gpus | Unit::GpuHours | Unit::Percent | Unit::Number => {
                format!("{}{off}", ends(Setting::Count(low), Setting::Count(high)))
            }
        }
    }

    /// The setting that lower-case text without spaces stands for, in range or not.
    fn read(&self, text: &str) -> Option<Setting> {
        if let Unit::Words(choices) = self.value.unit {
            let named = choices.iter().find(|choice| choice.key == text);
            let only = choices.first().filter(|_| text == "on");
            if let Some(choice) = named.or(only) {
                return Some(Setting::Word(choice.key));
            }
        }
        if self.value.may_be_off() && ["off", "none", "never", "unlimited"].contains(&text) {
            return Some(Setting::Off);
        }
        let cut = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, unit) = text.split_at_checked(cut)?;
        let number = || -> Option<u32> { digits.parse().ok() };
        match (self.value.unit, unit) {
            (Unit::Time, "days" | "day") => read_span(digits, "d"),
            (Unit::Time, "weeks" | "week") => read_span(digits, "w"),
            (Unit::Time, "hours" | "hour") => read_span(digits, "h"),
            (Unit::Time, "minutes" | "minute" | "mins") => read_span(digits, "m"),
            (Unit::Time, "seconds" | "second") => read_span(digits, "s"),
            (Unit::Time, _) => text.parse().ok().map(Setting::Span),
            (Unit::Gpus, "" | "gpu" | "gpus") => number().map(Setting::Count),
            (
                Unit::GpuHours,
                "" | "h" | "gpuh" | "gpu-h" | "hours" | "gpu-hour" | "gpu-hours" | "gpuhours",
            ) => number().map(Setting::Count),
            (Unit::GpuHours, "min" | "gpu-min" | "minutes" | "gpu-minutes") => {
                number().filter(|n| n % 60 == 0).map(|n| Setting::Count(n / 60))
            }
            (Unit::Percent, "" | "pct" | "%" | "percent") => number().map(Setting::Count),
            (Unit::Number, "") => number().map(Setting::Count),
            (Unit::Number, of) if of == self.value.of => number().map(Setting::Count),
            (Unit::Gpus | Unit::GpuHours | Unit::Percent | Unit::Number | Unit::Words(_), _) => None,
        }
    }

    /// Whether a setting is one this knob can take; `text` is what was given, for the message.
    pub(super) fn check(&self, setting: Setting, text: &str) -> Result<(), KnobError> {
        let (low, high) = self.value.range;
        let within = |n: u32| (low..=high).contains(&n) && n.is_multiple_of(self.value.step.max(1));
        let fits = match (setting, self.value.unit) {
            (Setting::Off, _) => self.value.may_be_off(),
            (Setting::Span(span), Unit::Time) => within(span.0),
            (Setting::Word(word), Unit::Words(choices)) => choices.iter().any(|choice| choice.key == word),
            (Setting::Count(n), Unit::Gpus | Unit::GpuHours | Unit::Percent | Unit::Number) => within(n),
            (Setting::Span(_) | Setting::Word(_) | Setting::Count(_), _) => false,
        };
        if fits {
            return Ok(());
        }
        Err(KnobError::OutOfRange {
            key: self.key,
            text: text.to_owned(),
            expected: self.expected(),
        })
    }
}

fn read_span(digits: &str, unit: &str) -> Option<Setting> {
    format!("{digits}{unit}").parse().ok().map(Setting::Span)
}

/// In the largest unit that divides it: `7d`, `36h`, `90m`, `30s`.
pub(in crate::scenario) fn write_span(span: Span) -> String {
    let (n, unit) = in_largest_unit(span);
    format!("{n}{}", unit.get(..1).unwrap_or_default())
}

/// In words, in the largest unit that divides it: "7 days", "1 hour".
pub(in crate::scenario) fn say_span(span: Span) -> String {
    let (n, unit) = in_largest_unit(span);
    counted(n, unit)
}

fn in_largest_unit(span: Span) -> (u32, &'static str) {
    [(86_400, "day"), (3_600, "hour"), (60, "minute")]
        .into_iter()
        .find(|(secs, _)| span.0 > 0 && span.0.is_multiple_of(*secs))
        .map_or((span.0, "second"), |(secs, unit)| (span.0 / secs, unit))
}

fn counted(n: u32, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(n))
}

/// With a thin space between thousands, from five digits on.
fn grouped(n: u32) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out
}

/// The word that differs from `text` by at most a third of its letters and fewest of all; the first if several do.
pub fn nearest_word<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if text.len() > 64 {
        return None;
    }
    let reach = (text.chars().count() / 3).max(1);
    words
        .into_iter()
        .map(|word| (edits(text, word), word))
        .filter(|&(away, _)| away <= reach)
        .min_by_key(|&(away, _)| away)
        .map(|(_, word)| word)
}

/// Letters to change, add or remove to get from one word to the other (Levenshtein's distance).
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, &to) in b.iter().enumerate() {
            let change = corner + usize::from(from != to);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::super::KNOBS;
    use super::*;

    /// A spread of settings over the whole range of a knob.
    fn spread(knob: &Knob) -> Vec<Setting> {
        let (low, high) = knob.value.range;
        let step = knob.value.step.max(1);
        let mut settings = knob.stops().to_vec();
        for i in 0..=40_u64 {
            let n = low + (u64::from(high - low) * i / 40) as u32;
            let n = (n - n % step).max(low);
            match knob.value.unit {
                Unit::Time => settings.push(Setting::Span(Span(n))),
                Unit::Words(_) => {}
                Unit::Gpus | Unit::GpuHours | Unit::Percent | Unit::Number => {
                    settings.push(Setting::Count(n))
                }
            }
        }
        if knob.value.may_be_off() {
            settings.push(Setting::Off);
        }
        settings
    }

    #[test]
    fn every_setting_reads_back_as_it_was_written() {
        for knob in KNOBS {
            for setting in spread(knob) {
                let text = knob.write(setting);
                assert_eq!(knob.parse(&text), Ok(setting), "{}={text}", knob.key);
                assert!(!knob.say(setting).is_empty());
            }
        }
    }

    #[test]
    fn values_are_read_as_people_say_them() {
        for (change, written) in [
            ("cap=16", "16gpu"),
            ("cap=16 GPUs", "16gpu"),
            ("cap=none", "off"),
            ("half-life=7 days", "7d"),
            ("half-life=1w", "7d"),
            ("half-life=never", "off"),
            ("max-time=1-12:00:00", "36h"),
            ("run-minutes=7200min", "120h"),
            ("run-minutes=120 GPU-hours", "120h"),
            ("load=85%", "85pct"),
            ("LOAD=85", "85pct"),
            ("fairshare=on", "tree"),
            ("bf-max-job-test=200", "200"),
        ] {
            let (key, value) = change.split_once('=').unwrap();
            let knob = find(&key.to_lowercase()).unwrap();
            assert_eq!(knob.write(knob.parse(value).unwrap()), written, "{change}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_what_can() {
        for change in [
            "cap",
            "cap=",
            "cap=0",
            "cap=0gpu",
            "cap=-1",
            "cap=4097gpu",
            "cap=99999999999",
            "cap=8h",
            "cap=1.5",
            "cap=١",
            "half-life=14",
            "half-life=0d",
            "half-life=99999d",
            "max-time=off",
            "max-time=90s",
            "load=9",
            "load=151pct",
            "fairshare=sometimes",
            "run-minutes=7201min",
            "nonsense=1",
            "=",
            "",
        ] {
            let mut scenario = Scenario::default();
            let error = assign(&mut scenario, change).unwrap_err().to_string();
            assert!(error.starts_with('`'), "{error}");
            assert_eq!(scenario, Scenario::default(), "{change}");
        }
        let error = find("cap").unwrap().parse("0gpu").unwrap_err().to_string();
        assert_eq!(error, "`cap=0gpu`: out of range; write 1gpu to 4096gpu, or off");
    }

    #[test]
    fn settings_are_said_in_words() {
        for (change, said) in [
            ("cap=8gpu", "8 GPUs"),
            ("cap=1gpu", "1 GPU"),
            ("cap=off", "no limit"),
            ("max-time=3d", "3 days"),
            ("max-time=36h", "36 hours"),
            ("run-minutes=960h", "960 GPU-hours"),
            ("load=85pct", "85 % of capacity"),
            ("weight-fairshare=100000", "100\u{2009}000 points"),
        ] {
            let (key, value) = change.split_once('=').unwrap();
            let knob = find(key).unwrap();
            assert_eq!(knob.say(knob.parse(value).unwrap()), said);
        }
    }
}
