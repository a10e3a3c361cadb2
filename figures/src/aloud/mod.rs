//! A policy reads itself aloud: what a person must know under it, a sentence each, made from the scenario alone.
//!
//! The rules are as many as [`sim_core::metrics::simplicity`] counts: a sentence for each place in which a knob marked as a
//! rule differs from off, and one for each partition, QOS and type of GPU beyond the first. What else holds stands beside
//! them: nobody has to choose by it, or no knob counts it.

mod beside;
mod choices;
mod counted;
mod limits;
mod say;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use sim_core::scenario::Scenario;
use sim_core::units::{PerMille, Span};

/// One sentence, and what it is about: two scenarios that differ only in its words have the same rule set otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// A knob or a place, which stays the same while the setting changes: `cap/normal`, `partition/debug`.
    pub about: String,
    /// "One person may hold at most 8 GPUs at once."
    pub words: String,
}

/// All that a scenario's policy asks people to know.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Aloud {
    /// The rules, which are counted: those of knobs, in the order of the table.
    pub rules: Vec<Rule>,
    /// The choices, which are counted: partitions, QOS, types of GPU, each beyond the first.
    pub choices: Vec<Rule>,
    /// What also holds, and is not counted.
    pub beside: Vec<Rule>,
}

/// What became of a rule between a baseline and a proposal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It was so before.
    Kept,
    /// It was not there.
    New,
    /// It was set otherwise.
    Changed,
    /// It is not there any more.
    Dropped,
}

impl Change {
    /// The word that stands before the rule; nothing where nothing changed.
    pub const fn word(self) -> &'static str {
        match self {
            Change::Kept => "",
            Change::New => "new",
            Change::Changed => "changed",
            Change::Dropped => "dropped",
        }
    }
}

/// Reads a scenario's policy aloud.
pub fn aloud(scenario: &Scenario) -> Aloud {
    Aloud {
        rules: counted::rules(scenario),
        choices: choices::choices(scenario),
        beside: beside::beside(scenario),
    }
}

impl Aloud {
    /// All that is counted, in order.
    pub fn counted(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().chain(&self.choices)
    }

    /// How many rules and choices there are.
    pub fn count(&self) -> usize {
        self.rules.len() + self.choices.len()
    }
}

/// The second list marked by what has changed since the first, and after it what the first had alone.
pub fn marked<'a>(
    before: impl IntoIterator<Item = &'a Rule>,
    after: impl IntoIterator<Item = &'a Rule>,
) -> Vec<(Change, &'a Rule)> {
    let mut before: Vec<&Rule> = before.into_iter().collect();
    let mut all: Vec<(Change, &Rule)> = Vec::new();
    for rule in after {
        let change = match before.iter().position(|was| was.about == rule.about) {
            None => Change::New,
            Some(at) if before.remove(at).words == rule.words => Change::Kept,
            Some(_) => Change::Changed,
        };
        all.push((change, rule));
    }
    all.extend(before.into_iter().map(|rule| (Change::Dropped, rule)));
    all
}

/// A length of time as rules say it: "3 days", "36 h".
pub(crate) fn length(of: Span) -> String {
    say::span(of)
}

/// A share as rules say it: "25 %".
pub(crate) fn percent(of: PerMille) -> String {
    say::share(of)
}

fn rule(about: impl Into<String>, words: impl Into<String>) -> Rule {
    Rule {
        about: about.into(),
        words: words.into(),
    }
}
