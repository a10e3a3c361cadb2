//! A statement about the model that can be run: "if this knob moves so, that number does this".

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// What numbers of a claim are called beside the names of its settings.
const OWN_NUMBERS: [&str; 7] = ["first", "last", "times", "up", "down", "seeds", "points"];

/// A sentence of a text in a form that can be tested.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Name, unique in its page: `knee`. Placeholders are `{{knee.FIELD}}`.
    pub id: String,
    /// The sentence that stands or falls with it, as it is printed if the claim fails.
    pub says: String,
    /// Preset: `group-32`.
    pub scenario: String,
    /// Knobs set the same way for every value: `cap = "off"`.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// Key of the knob that moves: `load`. Empty where `cases` are named instead.
    #[serde(default)]
    pub vary: String,
    /// Its settings, in order, as in links: `["80pct", "95pct"]`.
    #[serde(default)]
    pub values: Vec<String>,
    /// In place of `vary` and `values`: whole settings, each with a name.
    #[serde(default)]
    pub cases: Vec<Case>,
    /// What is measured: `use`, `wait.p50.all`, `wait.p90.debug`, …
    pub metric: String,
    /// What is expected of it from the first value to the last.
    pub expect: Expect,
    /// Seeds, at least [`Claim::LEAST_SEEDS`].
    pub seeds: u32,
    /// Whether each build of the pages runs them all, since a few do not settle it.
    #[serde(default)]
    pub whole: bool,
}

/// One of several settings that a claim compares.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name in placeholders: `shared` in `{{pool.shared}}`.
    pub name: String,
    /// Its name in words, as the evidence has it: "all nodes shared".
    pub words: String,
    /// What is set for it.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

/// What the measured number is expected to do.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Expect {
    /// Grows from each value to the next.
    Rises,
    /// Shrinks from each value to the next.
    Falls,
    /// The last is at least so many times the first.
    AtLeastTimes(f64),
    /// The last is at most so many times the first.
    AtMostTimes(f64),
    /// The last is larger than the first by at least so much, in the unit of the metric.
    GainsAtLeast(f64),
    /// First and last differ by at most so much, in the unit of the metric.
    StaysWithin(f64),
    /// The runs do not agree on a direction.
    NoClearDirection,
}

impl Claim {
    /// Fewer seeds allow no verdict.
    pub const LEAST_SEEDS: u32 = 12;

    pub(crate) fn is_name(id: &str) -> bool {
        !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    }

    /// Its cases in order: the name that numbers are called by, and what is set.
    pub fn settings(&self) -> Vec<(String, Vec<String>)> {
        let text = |(key, value): (&String, &String)| format!("{key}={value}");
        let common: Vec<String> = self.set.iter().map(text).collect();
        let varied = self.values.iter().map(|value| {
            let own = format!("{}={value}", self.vary);
            (value.clone(), common.iter().cloned().chain([own]).collect())
        });
        let cases = self.cases.iter().map(|case| {
            let own = case.set.iter().map(text);
            (case.name.clone(), common.iter().cloned().chain(own).collect())
        });
        varied.chain(cases).collect()
    }

    pub(crate) fn problems(&self, file: &str, line: usize) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut say = |what: String, remedy: &str| found.push(Problem::new(file, what, remedy).at(line));
        if !Claim::is_name(&self.id) || self.id == "fact" {
            say(
                format!("`{}` is no name for a claim", self.id),
                "use small letters and hyphens; `fact` is taken",
            );
        }
        let names: Vec<&String> = (self.values.iter())
            .chain(self.cases.iter().map(|case| &case.name))
            .collect();
        for (at, name) in names.iter().enumerate() {
            if OWN_NUMBERS.contains(&name.as_str()) || names[..at].contains(name) {
                say(
                    format!("`{name}` of claim `{}` would name two numbers", self.id),
                    "call that setting something else",
                );
            }
        }
        let one_way =
            self.vary.is_empty() == self.values.is_empty() && self.vary.is_empty() != self.cases.is_empty();
        if !one_way || self.values.len() + self.cases.len() < 2 {
            say(
                format!("claim `{}` varies nothing, or two things", self.id),
                "give `vary` and at least two `values`, or at least two `cases`",
            );
        }
        if self.seeds < Claim::LEAST_SEEDS {
            say(
                format!("claim `{}` asks for {} seeds", self.id, self.seeds),
                "ask for at least 12: with fewer no verdict is allowed",
            );
        }
        found
    }
}

impl FromStr for Expect {
    type Err = String;

    fn from_str(text: &str) -> Result<Expect, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |word: &str| {
            word.parse::<f64>()
                .ok()
                .filter(|n| n.is_finite() && *n >= 0.0)
                .ok_or_else(|| format!("`{word}` in `{text}` is no number"))
        };
        match words[..] {
            ["rises"] => Ok(Expect::Rises),
            ["falls"] => Ok(Expect::Falls),
            ["at", "least", n, "times"] => number(n).map(Expect::AtLeastTimes),
            ["at", "most", n, "times"] => number(n).map(Expect::AtMostTimes),
            ["gains", "at", "least", n] => number(n).map(Expect::GainsAtLeast),
            ["stays", "within", n] => number(n).map(Expect::StaysWithin),
            ["no", "clear", "direction"] => Ok(Expect::NoClearDirection),
            [..] => Err(format!(
                "`{text}` is no expectation; write `rises`, `falls`, `at least 3 times`, `at most 1.2 times`, \
                 `gains at least 5`, `stays within 2` or `no clear direction`"
            )),
        }
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expect::Rises => f.write_str("rises"),
            Expect::Falls => f.write_str("falls"),
            Expect::AtLeastTimes(n) => write!(f, "at least {n} times"),
            Expect::AtMostTimes(n) => write!(f, "at most {n} times"),
            Expect::GainsAtLeast(n) => write!(f, "gains at least {n}"),
            Expect::StaysWithin(n) => write!(f, "stays within {n}"),
            Expect::NoClearDirection => f.write_str("no clear direction"),
        }
    }
}

impl Serialize for Expect {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expect {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Expect, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_read_as_they_are_spoken() {
        assert_eq!("rises".parse(), Ok(Expect::Rises));
        assert_eq!("at least 2.5 times".parse(), Ok(Expect::AtLeastTimes(2.5)));
        assert_eq!("stays within 3".parse(), Ok(Expect::StaysWithin(3.0)));
        for said in [
            "falls",
            "at least 2.5 times",
            "at most 1 times",
            "gains at least 0.5",
            "no clear direction",
        ] {
            assert_eq!(said.parse::<Expect>().map(|it| it.to_string()), Ok(said.into()));
        }
        for wrong in [
            "",
            "soars",
            "at least many times",
            "at least -1 times",
            "at least NaN times",
        ] {
            assert!(wrong.parse::<Expect>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn cases_are_set_on_top_of_what_all_have() {
        let claim: Claim = toml::from_str(
            "id = 'a'\nsays = 's'\nscenario = 'group-32'\nmetric = 'use'\nexpect = 'rises'\nseeds = 20\n\
             set = { load = '90pct' }\ncases = [{ name = 'open', words = 'no limit' }, { name = 'four', words = 'four', set = { cap = '4gpu' } }]",
        )
        .expect("is well formed");
        assert!(claim.problems("a.md", 1).is_empty());
        let settings = claim.settings();
        assert_eq!(settings[0], ("open".into(), vec!["load=90pct".into()]));
        assert_eq!(settings[1].1, ["load=90pct", "cap=4gpu"]);
    }

    #[test]
    fn a_number_has_one_name() {
        let claim = |id: &str, one: &str, other: &str| -> Claim {
            toml::from_str(&format!(
                "id = '{id}'\nsays = 's'\nscenario = 'group-32'\nmetric = 'use'\nexpect = 'rises'\nseeds = 20\n\
                 cases = [{{ name = '{one}', words = 'o' }}, {{ name = '{other}', words = 'p' }}]"
            ))
            .expect("is well formed")
        };
        let found = |id, one, other| claim(id, one, other).problems("a.md", 1).len();
        assert_eq!(found("a", "open", "shut"), 0);
        assert_eq!(found("a", "open", "open"), 1);
        assert_eq!(found("a", "first", "last"), 2);
        assert_eq!(found("fact", "open", "shut"), 1);
    }

    #[test]
    fn a_claim_with_too_few_seeds_is_refused() {
        let claim: Claim = toml::from_str(
            "id = 'a'\nsays = 's'\nscenario = 'group-32'\nvary = 'load'\nvalues = ['80pct']\nmetric = 'use'\nexpect = 'rises'\nseeds = 3",
        )
        .expect("is well formed");
        assert_eq!(claim.problems("a.md", 1).len(), 2);
    }
}
