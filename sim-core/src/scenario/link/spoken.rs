//! A proposal as somebody says it or writes it on a flip-chart: "group-32, cap 8, half life 14 days".
//!
//! It becomes a link, and every stretch says what it was read as. What cannot be read is named and left out, never guessed:
//! a number without its unit, where there are two units that people mean, is asked back.

use super::{VERSION, check_characters};
use crate::scenario::knobs::{self, KNOBS, Knob, KnobError, Unit};

/// What was said, as a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spoken {
    /// The fragment, without its `#`.
    pub link: String,
    /// What each stretch was read as, and what was not understood, as sentences.
    pub notes: Vec<String>,
}

/// What people call the knobs that are talked of most, beside their keys: `half-life` is also "half life".
const CALLED: [(&str, &str); 8] = [
    ("gpucap", "cap"),
    ("gpuseach", "cap"),
    ("gpusperperson", "cap"),
    ("timelimit", "max-time"),
    ("maximumtime", "max-time"),
    ("longesttime", "max-time"),
    ("runminutesbudget", "run-minutes"),
    ("fairsharehalflife", "half-life"),
];

/// Words between the others that say nothing.
const SMALL: [&str; 20] = [
    "a", "an", "and", "at", "be", "by", "each", "for", "is", "of", "on", "per", "person", "plus", "set",
    "the", "then", "to", "with", "=",
];

/// Numbers as words.
const NUMBERS: [(&str, u32); 27] = [
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];

/// Most words that one name or one value has.
const LONGEST: usize = 5;

/// Reads what was said; `None` if it does not begin with one of these set-ups.
pub fn spoken<'a>(text: &str, set_ups: impl IntoIterator<Item = &'a str>) -> Option<Spoken> {
    let words = words(text);
    let start = words.iter().position(|word| !is_small(word))?;
    let (set_up, length) = set_ups
        .into_iter()
        .filter_map(|name| Some((name, called(&words[start..], &squeezed(name))?)))
        .max_by_key(|&(_, length)| length)?;
    let mut reading = Reading {
        words: &words[start + length..],
        parts: vec![format!("profile={set_up}")],
        notes: Vec::new(),
    };
    while let Some(first) = reading.words.first() {
        if is_small(first) {
            reading.skip(1);
        } else {
            reading.next();
        }
    }
    let link = format!("p{VERSION}?{}", reading.parts.join("&"));
    let check = check_characters(&link);
    Some(Spoken {
        link: format!("{link}~{check}"),
        notes: reading.notes,
    })
}

/// Words in small letters, without the punctuation around them.
fn words(text: &str) -> Vec<String> {
    let is_edge = |c: char| !c.is_alphanumeric() && c != '%' && c != '=' && c != '-';
    let dashes = |c: char| {
        if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') {
            '-'
        } else {
            c
        }
    };
    let plain: String = text.chars().map(dashes).collect::<String>().to_ascii_lowercase();
    plain
        .replace('=', " = ")
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '+' | '\u{b7}' | '&'))
        .map(|word| word.trim_matches(is_edge).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Letters and digits alone: `half-life` and "half life" are one.
fn squeezed(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// How many words from the first on are this name.
fn called(words: &[String], name: &str) -> Option<usize> {
    (1..=words.len().min(LONGEST)).find(|&length| squeezed(&words[..length].concat()) == name)
}

/// What a name stands for.
#[derive(Clone, Copy)]
enum Meant {
    Knob(&'static Knob),
    Runs,
}

/// A text half read.
struct Reading<'w> {
    words: &'w [String],
    parts: Vec<String>,
    notes: Vec<String>,
}

impl Reading<'_> {
    fn skip(&mut self, count: usize) {
        self.words = &self.words[count.min(self.words.len())..];
    }

    /// Reads a name and its value, or names what is neither.
    fn next(&mut self) {
        let all = self.words;
        let mut named = 0;
        if is_no(&all[0]) {
            named = 1 + all[1..].iter().take_while(|word| is_small(word)).count();
        }
        let Some((meant, length)) = name(&all[named..]) else {
            // Up to the next thing that has a name, it is one stretch.
            let is_named = |at: &usize| name(&all[*at..]).is_some() || is_no(&all[*at]);
            let length = (1..all.len()).find(is_named).unwrap_or(all.len());
            let text = all[..length].join(" ");
            let why = match near(&all[0]) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => "; no knob is called so".to_owned(),
            };
            self.notes.push(format!("not understood: “{text}”{why}"));
            return self.skip(length);
        };
        let is_denied = named > 0;
        named += length;
        let knob = match meant {
            Meant::Knob(knob) if is_denied => {
                return self.hear(named, knob.key, knob.parse("off").map(|off| knob.write(off)));
            }
            Meant::Knob(knob) => knob,
            Meant::Runs => {
                return match number(&all[named..]).filter(|_| !is_denied) {
                    Some((runs, length)) => self.hear(named + length, "seeds", Ok(runs.to_string())),
                    None => self.refuse(named, "say how many runs, such as runs 12"),
                };
            }
        };
        let mut used = named;
        loop {
            return match value(knob, &all[used..]) {
                Value::Missing if all.get(used).is_some_and(|word| is_small(word)) => {
                    used += 1;
                    continue;
                }
                Value::Missing => self.refuse(named, &format!("no value is said; say {}", knob.expected())),
                Value::WithoutUnit(length) => {
                    let why = "in GPU-hours or in GPU-minutes? Say 120 GPU-hours, or 7200 minutes";
                    self.refuse(used + length, why)
                }
                Value::Refused(length, error) => self.hear(used + length, knob.key, Err(error)),
                Value::Read(length, _) if number(&all[used + length..]).is_some() => {
                    self.refuse(used + length + 1, "two numbers follow each other; say one")
                }
                Value::Read(length, written) => self.hear(used + length, knob.key, Ok(written)),
            };
        }
    }

    /// Takes the next words for a part of the link.
    fn hear(&mut self, length: usize, key: &str, written: Result<String, KnobError>) {
        match written {
            Ok(written) => {
                let part = format!("{key}={written}");
                let text = self.words[..length].join(" ");
                self.notes.push(format!("“{text}” is read as {part}"));
                self.parts.push(part);
                self.skip(length);
            }
            Err(error) => {
                let said = error.to_string();
                let why = said.split_once("`: ").map_or(said.as_str(), |(_, why)| why);
                self.refuse(length, why);
            }
        }
    }

    fn refuse(&mut self, length: usize, why: &str) {
        let text = self.words[..length.min(self.words.len())].join(" ");
        self.notes.push(format!("not understood: “{text}” ({why})"));
        self.skip(length.max(1));
    }
}

/// What the first words name, and how many they are: the longest name wins.
fn name(words: &[String]) -> Option<(Meant, usize)> {
    (1..=words.len().min(LONGEST)).rev().find_map(|length| {
        let text = squeezed(&words[..length].concat());
        let key = CALLED.iter().find(|(called, _)| *called == text);
        let is_meant =
            |knob: &&Knob| squeezed(knob.key) == text || key.is_some_and(|(_, key)| *key == knob.key);
        let knob = KNOBS.iter().find(is_meant).map(Meant::Knob);
        let runs = ["runs", "seeds"].contains(&text.as_str()).then_some(Meant::Runs);
        knob.or(runs).map(|meant| (meant, length))
    })
}

fn is_small(word: &str) -> bool {
    SMALL.contains(&word)
}

fn is_no(word: &str) -> bool {
    ["no", "without"].contains(&word)
}

/// The key that was probably meant by a word.
fn near(word: &str) -> Option<&'static str> {
    knobs::nearest_word(word, KNOBS.iter().map(|knob| knob.key))
}

/// What the words after a name are.
enum Value {
    /// So many words are this value, as links write it.
    Read(usize, String),
    /// So many words are a value that the knob does not take.
    Refused(usize, KnobError),
    /// So many words are a number, and it could be of two units.
    WithoutUnit(usize),
    /// None of them is a value.
    Missing,
}

/// The longest value that begins with the first word.
fn value(knob: &Knob, words: &[String]) -> Value {
    let mut refused = None;
    // "8 4" is no 84.
    let parted = words.windows(2).position(|pair| {
        pair[0].ends_with(|c: char| c.is_ascii_digit()) && pair[1].starts_with(|c: char| c.is_ascii_digit())
    });
    let longest = parted.map_or(words.len(), |at| at + 1).min(LONGEST);
    for length in (1..=longest).rev() {
        let text = match in_digits(&words[..length]).as_str() {
            "nolimit" => "off".to_owned(),
            text => text.to_owned(),
        };
        let has_no_unit = text.bytes().all(|c| c.is_ascii_digit());
        let is_a_value =
            length == 1 && (has_no_unit || ["off", "none", "never", "unlimited"].contains(&text.as_str()));
        match knob
            .parse(&text)
            .or_else(|error| knob.parse(&words[..length].join("-")).map_err(|_| error))
        {
            Ok(_) if knob.value.unit == Unit::GpuHours && has_no_unit => return Value::WithoutUnit(length),
            Ok(setting) => return Value::Read(length, knob.write(setting)),
            Err(error)
                if refused.is_none() && (is_a_value || matches!(error, KnobError::OutOfRange { .. })) =>
            {
                refused = Some((length, error));
            }
            Err(_) => {}
        }
    }
    refused.map_or(Value::Missing, |(length, error)| Value::Refused(length, error))
}

/// The words as one, a number at their head in digits. "A week" is one week, and "a" alone is no number.
fn in_digits(words: &[String]) -> String {
    match (number(words), words) {
        (Some((n, used)), _) => format!("{n}{}", words[used..].concat()),
        (None, [a, rest @ ..]) if a == "a" && !rest.is_empty() => format!("1{}", rest.concat()),
        (None, _) => words.concat(),
    }
}

/// The number that the first words say, and how many they are: "24", "twenty-four", "one hundred and ten".
fn number(words: &[String]) -> Option<(u32, usize)> {
    let first = words.first()?;
    if let Ok(n) = first.parse() {
        return Some((n, 1));
    }
    let (head, used) = below_hundred(words)?;
    if words.get(used).is_none_or(|word| word != "hundred") {
        return Some((head, used));
    }
    let rest = used + 1 + usize::from(words.get(used + 1).is_some_and(|word| word == "and"));
    let tail = words.get(rest..).and_then(below_hundred);
    Some(tail.map_or((head * 100, used + 1), |(n, length)| {
        (head * 100 + n, rest + length)
    }))
}

fn below_hundred(words: &[String]) -> Option<(u32, usize)> {
    let of = |word: &str| NUMBERS.iter().find(|(name, _)| *name == word).map(|&(_, n)| n);
    let is_tens = |n: &u32| *n >= 20;
    let first = words.first()?;
    if let Some((tens, ones)) = first.split_once('-') {
        return Some((of(tens).filter(is_tens)? + of(ones).filter(|&n| n < 10)?, 1));
    }
    let head = of(first)?;
    let ones = words
        .get(1)
        .and_then(|word| of(word))
        .filter(|&n| n < 10 && is_tens(&head));
    Some(ones.map_or((head, 1), |ones| (head + ones, 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET_UPS: [&str; 4] = ["group-32", "uni-128", "lab-512", "lab-caps-requeue"];

    fn read(text: &str) -> Option<(String, Vec<String>)> {
        let spoken = spoken(text, SET_UPS)?;
        let (body, check) = spoken.link.split_once('~').unwrap();
        assert_eq!(check_characters(body), check);
        Some((body.to_owned(), spoken.notes))
    }

    #[test]
    fn twenty_ways_to_say_a_proposal_are_read() {
        for (said, link) in [
            (
                "group-32 cap 8 half life 14 days",
                "group-32&cap=8gpu&half-life=14d",
            ),
            (
                "Group 32, cap 8, half-life 14 days.",
                "group-32&cap=8gpu&half-life=14d",
            ),
            ("on group 32 with a cap of eight GPUs", "group-32&cap=8gpu"),
            ("GROUP32 CAP 8", "group-32&cap=8gpu"),
            (
                "group-32: cap = 8, max-time = 12h",
                "group-32&cap=8gpu&max-time=12h",
            ),
            ("uni-128 no cap", "uni-128&cap=off"),
            ("uni 128 without a cap", "uni-128&cap=off"),
            ("uni-128 load one hundred and ten percent", "uni-128&load=110pct"),
            ("uni-128 cap off", "uni-128&cap=off"),
            (
                "uni-128 cap: no limit, load ninety percent",
                "uni-128&cap=off&load=90pct",
            ),
            ("uni-128, half life one week", "uni-128&half-life=7d"),
            ("uni-128 half life a week", "uni-128&half-life=7d"),
            ("uni-128 half life never", "uni-128&half-life=off"),
            (
                "uni-128 half life fourteen days and cap sixteen",
                "uni-128&half-life=14d&cap=16gpu",
            ),
            ("group-32 time limit 24 hours", "group-32&max-time=1d"),
            (
                "group-32 max time two days; run minutes 120 GPU hours",
                "group-32&max-time=2d&run-minutes=120h",
            ),
            ("group-32 run-minutes 7200 minutes", "group-32&run-minutes=120h"),
            ("group-32 load 85 %", "group-32&load=85pct"),
            ("group-32 load at 110%", "group-32&load=110pct"),
            ("group-32 cap twenty-four", "group-32&cap=24gpu"),
            (
                "group-32 cap 16 gpus each, runs 12",
                "group-32&cap=16gpu&seeds=12",
            ),
            ("lab caps requeue", "lab-caps-requeue"),
            (
                "group-32 user run minutes 60 gpu-hours",
                "group-32&user-run-minutes=60h",
            ),
            ("group–32 backfill off", "group-32&backfill=off"),
        ] {
            let (body, notes) = read(said).unwrap_or_else(|| panic!("{said}"));
            assert_eq!(body, format!("p0?profile={link}"), "{said}: {notes:?}");
        }
    }

    #[test]
    fn every_stretch_says_what_it_was_read_as() {
        let (_, notes) = read("group-32 cap 8 half life 14 days").unwrap();
        assert_eq!(
            notes,
            [
                "“cap 8” is read as cap=8gpu",
                "“half life 14 days” is read as half-life=14d"
            ]
        );
    }

    #[test]
    fn what_is_unclear_is_asked_back_and_never_guessed() {
        for (said, kept, note) in [
            (
                "group-32 run minutes 120 cap 8",
                "&cap=8gpu",
                "in GPU-hours or in GPU-minutes?",
            ),
            (
                "group-32 half life 14 cap 8",
                "&cap=8gpu",
                "“half life 14” (cannot be read; write a time",
            ),
            (
                "group-32 cap 0",
                "",
                "“cap 0” (out of range; write 1gpu to 4096gpu, or off)",
            ),
            (
                "group-32 cap many",
                "",
                "“cap” (no value is said; say 1gpu to 4096gpu, or off)",
            ),
            ("group-32 capp 8", "", "“capp 8”; did you mean `cap`?"),
            (
                "group-32 be kind to tests cap 8",
                "&cap=8gpu",
                "“kind to tests”; no knob is called so",
            ),
            ("group-32 cap a lot", "", "“cap” (no value is said"),
            ("group-32 cap 8 4", "", "“cap 8 4” (two numbers follow each other"),
            ("group-32 max time off", "", "“max time off” (cannot be read"),
            ("group-32 no load", "", "“no load” (cannot be read"),
        ] {
            let (body, notes) = read(said).unwrap();
            assert_eq!(body, format!("p0?profile=group-32{kept}"), "{said}");
            assert!(notes.iter().any(|it| it.contains(note)), "{said}: {notes:?}");
        }
    }

    #[test]
    fn a_text_that_names_no_set_up_first_is_nothing_said() {
        for text in [
            "",
            "cap 8",
            "Dear all, group-32 has a cap",
            "hello",
            "p0?profile=group-32",
            "the",
            "–",
        ] {
            assert_eq!(spoken(text, SET_UPS), None, "{text}");
        }
    }

    #[test]
    fn every_knob_can_be_said_by_its_key_and_every_stop_by_its_words() {
        for knob in KNOBS {
            for &stop in knob.stops() {
                let said = format!("group-32 {} {}", knob.key.replace('-', " "), knob.write(stop));
                let (body, notes) = read(&said).unwrap();
                let meant = format!("p0?profile=group-32&{}={}", knob.key, knob.write(stop));
                assert_eq!(body, meant, "{said}: {notes:?}");
            }
        }
    }
}
