//! A case file as it is written: schema 1 of real observations. Types only, and reading with errors that say where;
//! what it means is for `translate`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

pub use super::observed::{Observed, Repeat};

/// One experiment: what was set up, and what was seen.
#[derive(Debug, Deserialize)]
pub struct Case {
    pub(crate) schema: u32,
    pub(crate) name: String,
    pub(crate) group: Group,
    #[serde(default)]
    pub(crate) submit_mode: SubmitMode,
    pub(crate) config: Config,
    #[serde(default)]
    pub(crate) accounting: Accounting,
    pub(crate) jobs: Vec<Job>,
    #[serde(default)]
    pub(crate) actions: Vec<Action>,
    pub(crate) observed: Observed,
    #[serde(default)]
    pub(crate) observed_repeats: Vec<Repeat>,
}

/// What a case shows, and so how it is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum Group {
    /// Fair share and priority of a standing cluster.
    A,
    /// Decay of usage.
    B,
    /// Limits.
    C,
    /// Backfill.
    D,
    /// Preemption.
    E,
    /// Types of GPU.
    F,
    /// Everything together.
    G,
}

/// How jobs were handed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubmitMode {
    /// All before T0, each with the instant at which it becomes eligible.
    Begin,
    /// Each at its instant.
    #[default]
    Live,
}

#[derive(Debug, Deserialize)]
pub struct Config {
    #[serde(default)]
    pub(crate) slurm_conf: Settings,
    pub(crate) partitions: Vec<Settings>,
    pub(crate) nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
pub struct Node {
    pub(crate) name: String,
    pub(crate) cpus: u32,
    /// In the order of the file, which is the order of the devices.
    #[serde(default)]
    pub(crate) gres: InOrder<u32>,
    #[serde(flatten)]
    pub(crate) others: BTreeMap<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Accounting {
    #[serde(default)]
    pub(crate) root_limits: Settings,
    #[serde(default)]
    pub(crate) accounts: Vec<Settings>,
    #[serde(default)]
    pub(crate) users: Vec<Settings>,
    #[serde(default)]
    pub(crate) qos: Vec<Settings>,
    #[serde(flatten)]
    pub(crate) others: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
pub struct Job {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) account: String,
    pub(crate) submit_s: Option<f64>,
    pub(crate) nodes: u32,
    pub(crate) cpus_per_node: u32,
    #[serde(default)]
    pub(crate) gres_per_node: InOrder<u32>,
    pub(crate) time_limit_min: Option<u32>,
    pub(crate) runtime_s: f64,
    #[serde(default)]
    pub(crate) nice: i64,
    pub(crate) qos: Option<String>,
    pub(crate) partition: Option<String>,
    #[serde(default)]
    pub(crate) exclusive: bool,
    pub(crate) after: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) trap_term: bool,
    #[serde(default)]
    pub(crate) phase: Option<Phase>,
    #[serde(flatten)]
    pub(crate) others: BTreeMap<String, Value>,
}

/// The part of a job in a case of group A.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Runs, to make usage.
    Usage,
    /// Stays pending, to be looked at.
    Probe,
}

/// A command that an administrator gave during the run.
#[derive(Debug, Deserialize)]
pub struct Action {
    pub(crate) at_s: f64,
    pub(crate) cmd: Vec<String>,
}

/// Names and values as in Slurm's own files. Values may be numbers; they are kept as the text that they print as.
pub type Settings = InOrder<Text>;

/// A JSON object in the order of the file.
#[derive(Clone, PartialEq, Debug)]
pub struct InOrder<T>(pub Vec<(String, T)>);

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        InOrder(Vec::new())
    }
}

impl InOrder<Text> {
    /// The value of a name in any spelling of upper and lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.0.as_str())
    }
    /// The name of the thing described, or nothing.
    pub fn name(&self) -> &str {
        self.get("name").unwrap_or_default()
    }
    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.0.as_str()))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = InOrder<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names with values")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(InOrder(entries))
            }
            fn visit_unit<E>(self) -> Result<InOrder<T>, E> {
                Ok(InOrder::default())
            }
        }
        from.deserialize_any(Entries(std::marker::PhantomData))
    }
}

/// A value as text, whether it was written as text, number or truth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            Value::String(text) => Ok(Text(text)),
            Value::Number(number) => Ok(Text(number.to_string())),
            Value::Bool(truth) => Ok(Text(String::from(if truth { "YES" } else { "NO" }))),
            Value::Null => Ok(Text(String::new())),
            Value::Array(list) => {
                let words: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
                let words = words.ok_or_else(|| serde::de::Error::custom("a list of anything but texts"))?;
                Ok(Text(words.join(",")))
            }
            Value::Object(_) => Err(serde::de::Error::custom(
                "an object where a text or a number should be",
            )),
        }
    }
}

impl Case {
    /// Reads a case. The error is one line: where, what, and what to do.
    pub fn read(text: &str) -> Result<Case, String> {
        let case: Case = serde_json::from_str(text).map_err(|error| {
            let place = place(text, error.line(), error.column());
            let told = error.to_string();
            let what = told.split(" at line ").next().unwrap_or(&told);
            let remedy = match error.classify() {
                serde_json::error::Category::Data => "correct it as in schema 1",
                serde_json::error::Category::Eof => "the file is cut off: get the whole of it",
                serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
                    "give a case in JSON, schema 1"
                }
            };
            format!("{place} (line {}): {what}; {remedy}", error.line())
        })?;
        if case.schema != 1 {
            let schema = case.schema;
            return Err(format!(
                "schema: {schema} is not known here; give a case of schema 1"
            ));
        }
        Ok(case)
    }
}

/// Where in a JSON text a line and column lie: `jobs[3].nodes`. Good enough for people also where the text is no JSON.
fn place(text: &str, line: usize, column: usize) -> String {
    enum Level {
        Object(String),
        Array(usize),
    }
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let end = (before + column.saturating_sub(1)).min(text.len());
    let mut levels: Vec<Level> = Vec::new();
    let mut bytes = text.as_bytes()[..end].iter();
    let mut word: Option<Vec<u8>> = None;
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => {
                let mut inside = Vec::new();
                while let Some(&byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => drop(bytes.next()),
                        byte => inside.push(byte),
                    }
                }
                word = Some(inside);
            }
            b':' => {
                if let (Some(Level::Object(key)), Some(word)) = (levels.last_mut(), word.take()) {
                    *key = String::from_utf8_lossy(&word).into_owned();
                }
            }
            b'{' => levels.push(Level::Object(String::new())),
            b'[' => levels.push(Level::Array(0)),
            b'}' | b']' => drop(levels.pop()),
            b',' => match levels.last_mut() {
                Some(Level::Array(index)) => *index += 1,
                Some(Level::Object(key)) => key.clear(),
                None => {}
            },
            _ => {}
        }
    }
    // What an object lacks is noticed at its end, and lies in no key of it.
    if let (Some(b'}'), Some(Level::Object(key))) = (text.as_bytes().get(end), levels.last_mut()) {
        key.clear();
    }
    let mut path = String::new();
    for level in levels {
        match level {
            Level::Object(key) if key.is_empty() => {}
            Level::Object(key) if path.is_empty() => path = key,
            Level::Object(key) => path = format!("{path}.{key}"),
            Level::Array(index) => path = format!("{path}[{index}]"),
        }
    }
    if path.is_empty() {
        String::from("the case")
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_where_what_and_what_to_do() {
        for (text, told) in [
            (
                "",
                "the case (line 1): EOF while parsing a value; the file is cut off",
            ),
            ("[]", "[0] (line 1): invalid length"),
            (
                "{\"schema\": 1, \"name\": \"x\", \"group\": \"Z\"}",
                "group (line 1): unknown variant `Z`",
            ),
            (
                "{\"schema\": 1,\n\"jobs\": [{\"id\": \"a\"}, {\"id\": 3}]}",
                "jobs[0] (line 2): missing field",
            ),
            (
                "{\"schema\": 1, \"config\": {\"nodes\": [{\"name\": \"n1\", \"cpus\": -4}]}}",
                "config.nodes[0]",
            ),
            ("{\"schema\": 1, \"jobs\": [", "jobs (line 1): EOF"),
        ] {
            let error = Case::read(text).unwrap_err();
            assert!(error.starts_with(told), "{text}: {error}");
            assert_eq!(error.lines().count(), 1);
        }
    }

    #[test]
    fn nothing_that_is_cut_off_or_odd_is_a_panic() {
        let text = "{\"schema\": 1, \"name\": \"é\\\"\", \"group\": \"C\", \"config\": {\"nodes\": [], \"partitions\": []}}";
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            assert!(Case::read(&text[..end]).is_err());
        }
        let deep = "[".repeat(10_000);
        assert!(Case::read(&deep).is_err());
        assert!(Case::read("{\"schema\": 1e999}").is_err());
    }

    #[test]
    fn objects_keep_the_order_of_the_file() {
        let gres: InOrder<u32> = serde_json::from_str("{\"gpu:b\": 1, \"gpu:a\": 2}").unwrap();
        assert_eq!(gres.0[0].0, "gpu:b");
        let settings: Settings =
            serde_json::from_str("{\"b\": 3, \"a\": 0.5, \"c\": [\"x\", \"y\"]}").unwrap();
        assert_eq!(
            settings.iter().collect::<Vec<_>>(),
            [("b", "3"), ("a", "0.5"), ("c", "x,y")]
        );
    }
}
