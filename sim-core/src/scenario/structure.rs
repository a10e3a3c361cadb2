//! What no knob says of a changed set-up, as parts of a link: `&.partitions.debug.max-time=30m&.partitions.old=-`.
//!
//! A part is a place in the scenario file, without `policy.` and `cluster.`, behind a dot, and what stands there now. Things
//! with names are found by them, others by their number from 0. `-` says that a thing is gone, or that nothing is set; `new`,
//! that a thing is new, and what follows says in what it differs from a new one's defaults; a list's own key gives the order
//! of its things where it is another. How names and values are spelt is told in `words`.
//!
//! It is worked out on trees ([`Tree`]), not field by field: a new field of a scenario is known here at once. What knobs can say
//! they say: see [`split`]. The people and their work ([`is_demand`]) are those of both sides of a link.

mod begins;
mod differ;
mod file;
mod fit;
mod told;
mod tree;
mod words;

use serde::Deserialize as _;

use super::Scenario;
use super::knobs::{KNOBS, Kind, Settings};

use differ::Pair;
use fit::Fit;

pub use file::{Misfit, from_file, name_in_list, to_file};
pub(super) use told::differences;
pub use tree::{Tree, Unfit};

/// Most names from the top of a scenario down to any of its values; there are six at most.
const DEEPEST: usize = 8;

/// Most parts that are read; a link that a person can send has far fewer.
const MOST_PARTS: usize = 1_000;

/// A part that was not understood: it stays as it was, and its reader should know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unread {
    /// The part, without its `&`.
    pub part: String,
    /// What is wrong with it.
    pub why: String,
}

/// Why a scenario cannot be told as a change of another.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a link cannot hold this change: {0}; save it as a file instead")]
pub struct Untold(String);

impl Untold {
    /// Where the two sides of a link differ in more than a link can say.
    pub(super) fn demand() -> Untold {
        Untold(String::from(
            "its two sides have other people, or other work that no knob names",
        ))
    }
}

/// What no knob says of a changed set-up, as the parts of a link that follow the name of the set-up; empty if knobs say all.
/// Name, title, source, what is worth trying, window and seed are no part of it.
///
/// With the knobs of the changed one set on what [`read`] makes of it, it is the changed one again, to the last field.
///
/// # Errors
/// What a link has no words for.
pub fn write(set_up: &Scenario, changed: &Scenario) -> Result<String, Untold> {
    split(set_up, changed).map(|(parts, _)| parts)
}

/// As [`write()`], with the set-up that the parts stand for: the changed one, but for those of its knobs that say their share of
/// the change themselves. They do where that makes the parts fewer, and where setting them again leads back exactly.
///
/// # Errors
/// What a link has no words for.
pub fn split(set_up: &Scenario, changed: &Scenario) -> Result<(String, Scenario), Untold> {
    let changed = as_told_of(set_up, changed);
    let settings = Settings::of(&changed);
    let leads_back = |made: &Scenario| {
        let mut again = made.clone();
        settings.apply(&mut again);
        again == changed
    };
    let mut plain = set_up.clone();
    settings.apply(&mut plain);
    if plain == changed {
        return Ok((String::new(), set_up.clone()));
    }
    // A set-up that cannot be run is no use: then its rules are told whole, and knobs keep to the assumptions.
    let is_fine = |made: &Scenario| made.clone().check().is_ok();
    let serves = |made: &Scenario| leads_back(made) && (is_fine(made) || !is_fine(&changed));
    let all = without_knobs(set_up, &changed, &[Kind::Policy, Kind::Assumption])?;
    let made = match serves(&all) {
        true => all,
        false => without_knobs(set_up, &changed, &[Kind::Assumption])?,
    };
    let made = if serves(&made) { made } else { changed.clone() };
    let parts = written(&pairs(set_up, &made)?);
    let (again, unread) = read(set_up, &parts);
    match unread.first() {
        Some(Unread { part, why }) => Err(Untold(format!("`{part}`: {why}"))),
        None if again != made => Err(Untold(String::from(
            "something in it would be read as something else",
        ))),
        None => Ok((parts, made)),
    }
}

/// The changed one with those knobs of these kinds put back that say their share better than parts would. In the reverse order of the table,
/// so that setting them in its order leads back.
fn without_knobs(set_up: &Scenario, changed: &Scenario, kinds: &[Kind]) -> Result<Scenario, Untold> {
    let mut made = changed.clone();
    let mut length = pairs(set_up, &made)?.len();
    for knob in KNOBS.iter().rev().filter(|knob| kinds.contains(&knob.kind)) {
        let (before, now) = (knob.get(set_up), knob.get(&made));
        if before == now {
            continue;
        }
        let mut other = made.clone();
        knob.set(&mut other, before);
        let mut again = other.clone();
        knob.set(&mut again, now);
        if again == made && knob.get(&other) == before {
            let shorter = pairs(set_up, &other)?.len();
            if shorter < length {
                (made, length) = (other, shorter);
            }
        }
    }
    Ok(made)
}

/// The set-up with these parts of a link said to it, as they stand there: each with its `&` before it. What does not fit is
/// left out and named. Whether the whole makes sense is for [`Scenario::check`] to say.
pub fn read(set_up: &Scenario, parts: &str) -> (Scenario, Vec<Unread>) {
    let parts: Vec<&str> = parts.split('&').filter(|part| !part.is_empty()).collect();
    let mut unread = Vec::new();
    if parts.is_empty() {
        return (set_up.clone(), unread);
    }
    let whole = Tree::of(set_up);
    let mut said: Vec<(&str, Pair)> = Vec::new();
    for (at, &part) in parts.iter().enumerate() {
        let pair = match parsed(part) {
            _ if at >= MOST_PARTS => Err(Unfit(format!("a link may have {MOST_PARTS} such parts"))),
            Ok(pair) if said.iter().any(|(_, other)| stands_twice(other, &pair)) => {
                Err(Unfit(String::from("it stands there twice")))
            }
            parsed => parsed,
        };
        match pair {
            Ok(pair) => said.push((part, pair)),
            Err(Unfit(why)) => unread.push(not_read(part, why)),
        }
    }
    // Nearly always all of them fit.
    let mut tree = whole.clone();
    if said.iter().all(|(_, pair)| differ::put(&mut tree, pair).is_ok())
        && let Ok(scenario) = fit(&tree)
    {
        return (scenario, unread);
    }
    let (mut tree, mut scenario) = (whole, set_up.clone());
    for (part, pair) in &said {
        let mut next = tree.clone();
        match differ::put(&mut next, pair).and_then(|()| fit(&next)) {
            Ok(fits) => (tree, scenario) = (next, fits),
            Err(Unfit(why)) => unread.push(not_read(part, why)),
        }
    }
    (scenario, unread)
}

/// Whether a part of a link speaks of structure; the baseline's begin with `b.` before the dot.
pub fn is_part(part: &str) -> bool {
    part.starts_with('.')
}

/// Whether a part speaks of people and their work: such parts are said once, for both sides of a link.
pub fn is_demand(part: &str) -> bool {
    [".workload.", ".assumptions."]
        .iter()
        .any(|place| part.starts_with(place))
}

/// The name of a preset, and the parts that follow it in the name of a changed set-up: `uni-128&.nodes.a100.count=8`.
pub fn taken_apart(name: &str) -> (&str, &str) {
    name.split_at(name.find('&').unwrap_or(name.len()))
}

/// A change is one of machine, people, assumptions and policy; everything else is the set-up's.
fn as_told_of(set_up: &Scenario, changed: &Scenario) -> Scenario {
    Scenario {
        cluster: changed.cluster.clone(),
        workload: changed.workload.clone(),
        assumptions: changed.assumptions.clone(),
        policy: changed.policy.clone(),
        ..set_up.clone()
    }
}

fn pairs(set_up: &Scenario, made: &Scenario) -> Result<Vec<Pair>, Untold> {
    differ::pairs(&Tree::of(set_up), &Tree::of(made)).map_err(|Unfit(why)| Untold(why))
}

fn fit(tree: &Tree) -> Result<Scenario, Unfit> {
    Scenario::deserialize(Fit(tree))
}

fn not_read(part: &str, why: String) -> Unread {
    Unread {
        part: part.to_owned(),
        why,
    }
}

/// A thing may be named again to say more of it; the same place may not.
fn stands_twice(one: &Pair, other: &Pair) -> bool {
    one.path == other.path
}

fn written(pairs: &[Pair]) -> String {
    let mut text = String::new();
    for pair in pairs {
        let path: &[String] = match pair.path.first().map(String::as_str) {
            Some("policy" | "cluster") => &pair.path[1..],
            Some(_) | None => &pair.path,
        };
        text.push('&');
        for name in path {
            text.push('.');
            text += &words::key(name);
        }
        text.push('=');
        text += &pair.value;
    }
    text
}

fn parsed(part: &str) -> Result<Pair, Unfit> {
    let (key, value) = part
        .split_once('=')
        .ok_or_else(|| Unfit(String::from("there is no = in it")))?;
    if value.is_empty() {
        return Err(Unfit(String::from("nothing follows the =; write - for nothing")));
    }
    let names: Result<Vec<String>, Unfit> = key.split('.').skip(1).map(words::plain).collect();
    let mut path = names?;
    match path.first().map(String::as_str) {
        Some("workload" | "assumptions" | "policy" | "cluster") => {}
        Some("nodes" | "outages") => path.insert(0, String::from("cluster")),
        Some(_) | None => path.insert(0, String::from("policy")),
    }
    if path.len() > DEEPEST {
        return Err(Unfit(String::from("no place of a scenario lies so deep")));
    }
    match path.iter().any(String::is_empty) {
        true => Err(Unfit(String::from("a name is missing between its dots"))),
        false => Ok(Pair {
            path,
            value: value.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests;
