//! What can be edited, as a table: each field with its words, its place, and how it is read and written.
//!
//! The table drives the forms, tells where a problem belongs, and words the differences. Keys are those of files, so a
//! problem's path leads to its field.

mod groups;
mod nodes;
mod partitions;
mod qos;
mod reservations;
mod rules;

use figures::explain::exact;
use sim_core::scenario::Scenario;

use super::kinds::Kind;
use super::values::span;

/// How a field is edited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Control {
    /// A line of text.
    Text,
    /// A whole number.
    Number,
    /// A length of time.
    Time,
    /// GPUs, or other resources.
    Gpus,
    /// GPU-hours.
    Hours,
    /// Yes or no.
    Tick,
    /// One of these: what is kept, and its words.
    Choice(&'static [(&'static str, &'static str)]),
    /// The name of one thing of a kind, or none.
    One(Kind),
    /// Names of things of a kind.
    Some(Kind),
    /// By a part of the page of its own.
    Apart,
}

/// Where in a form a field stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rank {
    /// At once.
    Usual,
    /// Behind a word.
    Further,
}

/// One field of a kind of thing.
#[derive(Debug)]
pub struct Field {
    /// Its key in files, below the thing.
    pub key: &'static str,
    /// What it is, for people.
    pub label: &'static str,
    /// What Slurm calls it; empty where it has no word.
    pub slurm: &'static str,
    /// What it means if nothing is said.
    pub empty: &'static str,
    /// How it is edited.
    pub control: Control,
    /// Where it stands.
    pub rank: Rank,
    /// What is set, as the form writes it. A thing that is not there has nothing set.
    pub get: fn(&Scenario, usize) -> String,
    /// Sets it, or says what to write instead.
    pub set: fn(&mut Scenario, usize, &str) -> Result<(), String>,
}

/// A row of the table: a list of the scenario, a field of what is in it, the module of [`super::values`] that reads it.
macro_rules! field {
    ($rank:ident $key:literal $label:literal $slurm:literal $empty:literal, $control:expr, $($list:ident).+ => $($path:ident).+ as $how:ident) => {
        $crate::cluster::fields::Field {
            key: $key,
            label: $label,
            slurm: $slurm,
            empty: $empty,
            control: $control,
            rank: $crate::cluster::fields::Rank::$rank,
            get: |scenario, at| {
                let list = &scenario.$($list).+;
                list.get(at)
                    .map_or_else(String::new, |it| $crate::cluster::values::$how::write(&it.$($path).+))
            },
            set: |scenario, at, text| {
                let value = $crate::cluster::values::$how::read(text)?;
                if let Some(it) = scenario.$($list).+.get_mut(at) {
                    it.$($path).+ = value;
                }
                Ok(())
            },
        }
    };
}
use field;

/// The fields of a kind of thing, its name first.
pub fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Nodes => nodes::FIELDS,
        Kind::Partitions => partitions::FIELDS,
        Kind::Qos => qos::FIELDS,
        Kind::Groups => groups::FIELDS,
        Kind::Reservations => reservations::FIELDS,
        Kind::Rules => rules::FIELDS,
    }
}

/// A field by its key.
pub fn find(kind: Kind, key: &str) -> Option<&'static Field> {
    fields(kind).iter().find(|field| field.key == key)
}

impl Field {
    /// A value in words: "8 GPUs", "5 days", "no limit".
    pub fn say(&self, text: &str) -> String {
        let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let counted = |one: &str| format!("{text}\u{a0}{one}{}", if text == "1" { "" } else { "s" });
        match self.control {
            Control::Choice(words) => {
                let found = words.iter().find(|(key, _)| *key == text);
                found.map_or(text, |(_, words)| words).to_owned()
            }
            Control::Tick => if text.is_empty() { "no" } else { "yes" }.to_owned(),
            _ if text.is_empty() => self.empty.to_owned(),
            Control::Time => span::read(text).map_or_else(|_| text.to_owned(), exact),
            Control::Gpus if bare => counted("GPU"),
            Control::Hours if bare => counted("GPU-hour"),
            Control::Some(_) => text.replace(',', ", "),
            Control::Text
            | Control::Number
            | Control::Gpus
            | Control::Hours
            | Control::One(_)
            | Control::Apart => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing::full;

    /// Every key that a file writes for a thing, tables of limits taken apart.
    fn keys(value: &toml::Value, path: &str) -> Vec<String> {
        let Some(table) = value.as_table() else {
            return vec![path.to_owned()];
        };
        let below = |(key, value): (&String, &toml::Value)| match path {
            "" => keys(value, key),
            path => keys(value, &format!("{path}.{key}")),
        };
        table.iter().flat_map(below).collect()
    }

    #[test]
    fn whatever_a_file_says_of_a_thing_has_a_field() {
        let file = toml::Value::try_from(full()).unwrap();
        for kind in Kind::ALL {
            let mut value = &file;
            for step in kind.path().split('.') {
                value = &value[step];
            }
            let thing = if kind.is_list() { &value[0] } else { value };
            for key in keys(thing, "") {
                // Shares are a table of one entry in files.
                let above = key.split('.').next().unwrap();
                let found = find(kind, &key).or_else(|| find(kind, above));
                assert!(found.is_some(), "{kind:?} has no field for {key}");
            }
        }
    }

    #[test]
    fn every_field_reads_what_it_writes() {
        let scenario = full();
        for kind in Kind::ALL {
            for field in fields(kind) {
                let text = (field.get)(&scenario, 0);
                assert!(
                    !text.is_empty() || field.control == Control::Tick,
                    "{kind:?} {}",
                    field.key
                );
                let mut empty = scenario.clone();
                if (field.set)(&mut empty, 0, "").is_ok() {
                    assert_eq!((field.get)(&empty, 0), "", "{kind:?} {}", field.key);
                }
                (field.set)(&mut empty, 0, &text).unwrap();
                assert_eq!(empty, scenario, "{kind:?} {}", field.key);
            }
        }
    }

    #[test]
    fn a_thing_that_is_not_there_is_neither_read_nor_written() {
        let scenario = full();
        for kind in Kind::ALL.into_iter().filter(|kind| kind.is_list()) {
            for field in fields(kind) {
                let mut same = scenario.clone();
                assert_eq!((field.get)(&same, 99), "");
                drop((field.set)(&mut same, 99, &(field.get)(&scenario, 0)));
                assert_eq!(same, scenario);
            }
        }
    }

    #[test]
    fn values_are_said_in_words() {
        let say = |kind, key, text: &str| find(kind, key).unwrap().say(text).replace('\u{a0}', " ");
        assert_eq!(say(Kind::Partitions, "max-time", "5d"), "5 days");
        assert_eq!(say(Kind::Qos, "limits.max-tres-pu", "16"), "16 GPUs");
        assert_eq!(say(Kind::Qos, "limits.max-tres-pu", ""), "no limit");
        assert_eq!(say(Kind::Partitions, "nodes", ""), "all nodes");
        assert_eq!(say(Kind::Partitions, "meant-for", "tests"), "tests");
        assert_eq!(say(Kind::Partitions, "exclusive", ""), "no");
    }
}
