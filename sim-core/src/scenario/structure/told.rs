//! The same difference in words, a line each: for people who would rather not read links.

use super::differ::{self, Pair};
use super::tree::Tree;
use super::words::{self, NEW, NOTHING};
use crate::scenario::Scenario;
use crate::scenario::knobs::say_span;

/// More lines than these nobody reads: two scenarios are then simply two.
const MOST_LINES: usize = 40;

/// What differs from one scenario to another, in words. What knobs say of it is left out by whoever has said it before.
pub(in crate::scenario) fn differences(before: &Scenario, after: &Scenario) -> Vec<String> {
    let (from, to) = (Tree::of(before), Tree::of(after));
    let top = ["cluster", "workload", "assumptions", "policy"];
    let pairs = match differ::pairs(&from, &to) {
        Ok(pairs) => pairs,
        Err(why) => return vec![format!("Further differences: {why}")],
    };
    let pairs: Vec<Pair> = pairs
        .into_iter()
        .filter(|pair| {
            pair.path
                .first()
                .is_some_and(|first| top.contains(&first.as_str()))
        })
        .collect();
    let mut lines: Vec<String> = Vec::new();
    // A new thing, and what is said of it as long as it is spoken of.
    let mut new: Option<&[String]> = None;
    for pair in &pairs {
        let thing = new.filter(|thing| pair.path.starts_with(thing));
        if let (Some(thing), Some(line)) = (thing, lines.last_mut()) {
            let sign = if line.ends_with(" is new") { ":" } else { "," };
            *line += &format!(
                "{sign} {} {}",
                names(&pair.path[thing.len()..]),
                value(&to, &pair.path)
            );
            continue;
        }
        new = None;
        match (pair.value.as_str(), of_list(&pair.path)) {
            (NEW, Some(thing)) => {
                lines.push(format!("{thing} is new"));
                new = Some(&pair.path);
            }
            (NOTHING, Some(thing)) => lines.push(format!("{thing} is gone")),
            (_, Some(_) | None) => lines.push(changed(&from, &to, pair)),
        }
    }
    if lines.len() > MOST_LINES {
        let n = lines.len();
        return vec![format!(
            "{n} further differences of machine, people and rules: these are two scenarios"
        )];
    }
    lines
}

fn changed(from: &Tree, to: &Tree, pair: &Pair) -> String {
    if pair.path == ["workload", "planned-for"]
        && let Some(Tree::List(planned)) = at(to, &pair.path)
        && let [Tree::Bare(gpus), Tree::Bare(widest)] = &planned[..]
    {
        return format!(
            "People ask for work as on a machine of {gpus} GPUs, in jobs of {widest} GPUs at most"
        );
    }
    let after = value(to, &pair.path);
    if matches!(at(to, &pair.path), Some(Tree::List(things)) if things.iter().any(|thing| thing.name().is_some()))
    {
        let order: Result<Vec<String>, _> = pair.value.split(',').map(words::plain).collect();
        let order = order.unwrap_or_default().join(", ");
        return format!("The order of {}: {order}", names(&pair.path[1..]));
    }
    let place = place(&pair.path);
    match at(from, &pair.path) {
        Some(before) => format!("{place}: {} → {after}", said(before)),
        None => format!("{place}: {after}"),
    }
}

/// What a list's things are called one by one.
fn thing(list: &[String]) -> Option<&'static str> {
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    Some(match list[..] {
        ["cluster", "nodes"] => "Node group",
        ["cluster", "outages"] => "Outage",
        ["policy", "partitions"] => "Partition",
        ["policy", "qos"] => "QOS",
        ["policy", "associations", "accounts"] => "Account",
        ["policy", "associations", "users"] => "Person with limits of their own",
        ["policy", "reservations"] => "Reservation",
        ["policy", "quota", "lose"] => "Line of use it or lose it",
        ["cluster", "nodes", _, "more"] => "Further devices",
        ["cluster", "nodes", _, "cut"] => "Cut GPUs",
        _ => return None,
    })
}

/// A thing by its list and name, if the path leads to one.
fn of_list(path: &[String]) -> Option<String> {
    let (name, list) = path.split_last()?;
    let kind = thing(list)?;
    let inside = match list {
        [_, _, group, _] => format!(" of `{group}`"),
        [..] => String::new(),
    };
    Some(match name.parse::<usize>() {
        Ok(number) if !is_named(list) => format!("{kind} {}{inside}", number + 1),
        Ok(_) | Err(_) => format!("{kind} `{name}`{inside}"),
    })
}

fn is_named(list: &[String]) -> bool {
    let path: Vec<&str> = list.iter().map(String::as_str).collect();
    super::begins::begins(&path).is_some_and(|new| new.name().is_some())
}

/// A place in words: the thing, then what of it.
fn place(path: &[String]) -> String {
    let deepest = (1..path.len())
        .rev()
        .find_map(|length| Some((length, of_list(&path[..length])?)));
    if let Some((length, thing)) = deepest {
        return format!("{thing}, {}", names(&path[length..]));
    }
    let path = match path.first().map(String::as_str) {
        Some("policy" | "cluster" | "workload") => &path[1..],
        Some(_) | None => path,
    };
    let mut text = names(path);
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Keys as words: the last tells most.
fn names(path: &[String]) -> String {
    let plain = path.iter().filter(|key| *key != "limits");
    plain
        .map(|key| key.replace('-', " "))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What stands at a place.
fn at<'t>(tree: &'t Tree, path: &[String]) -> Option<&'t Tree> {
    let Some((key, rest)) = path.split_first() else {
        return Some(tree);
    };
    let inner = match tree {
        Tree::List(things) => match things.iter().find(|thing| thing.name() == Some(key)) {
            Some(thing) => thing,
            None => things
                .get(key.parse::<usize>().ok()?)
                .filter(|thing| thing.name().is_none())?,
        },
        Tree::Nothing | Tree::Bare(_) | Tree::Text(_) | Tree::Map(_) | Tree::Choice(..) | Tree::Word(_) => {
            tree.get(key)?
        }
    };
    at(inner, rest)
}

fn value(tree: &Tree, path: &[String]) -> String {
    at(tree, path).map_or_else(|| String::from("none"), said)
}

fn said(value: &Tree) -> String {
    match value {
        Tree::Nothing => String::from("none"),
        Tree::Bare(word) if word == "true" => String::from("yes"),
        Tree::Bare(word) if word == "false" => String::from("no"),
        Tree::Bare(word) | Tree::Word(word) => word.clone(),
        Tree::Text(text) if text.is_empty() => String::from("none"),
        Tree::Text(text) => match (
            words::span(text).and_then(|_| text.parse().ok()),
            text.strip_prefix("gres/gpu="),
        ) {
            (Some(span), _) => say_span(span),
            (None, Some("1")) => String::from("1 GPU"),
            (None, Some(n)) if n.bytes().all(|b| b.is_ascii_digit()) => format!("{n} GPUs"),
            (None, Some(_) | None) => text.clone(),
        },
        Tree::List(items) if items.is_empty() => String::from("none"),
        Tree::List(items) => items.iter().map(said).collect::<Vec<_>>().join(", "),
        Tree::Map(_) => String::from("changed"),
        Tree::Choice(word, inner) => match &**inner {
            Tree::Map(_) => word.clone(),
            inner => format!("{} {}", word.replace('-', " "), said(inner)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{PartitionSpec, Repeats, ReservationSpec, TresCounts};
    use crate::units::Span;

    #[test]
    fn what_came_went_and_changed_is_said_in_words() {
        let before = Scenario::default();
        let mut after = before.clone();
        after.policy.partitions[0].tier = 2;
        after.policy.partitions[0].qos = Some(String::from("normal"));
        after.policy.partitions.insert(
            0,
            PartitionSpec {
                name: String::from("tests"),
                max_time: Span::mins(30),
                exclusive: true,
                ..PartitionSpec::default()
            },
        );
        after.policy.qos[0].limits.max_tres_pj = TresCounts::gpus(4);
        after.policy.reservations.push(ReservationSpec {
            name: String::from("course"),
            repeats: Repeats::EveryWeeks(2),
            ..ReservationSpec::default()
        });
        after.workload.planned_for = (32, 16);
        after.policy.enforce.part_limits = true;
        assert_eq!(
            differences(&before, &after),
            [
                "People ask for work as on a machine of 32 GPUs, in jobs of 16 GPUs at most",
                "Partition `tests` is new: max time 30 minutes, exclusive yes",
                "Partition `batch`, tier: 1 → 2",
                "Partition `batch`, qos: none → normal",
                "The order of partitions: tests, batch",
                "QOS `normal`, max tres pj: none → 4 GPUs",
                "Enforce, part limits: no → yes",
                "Reservation `course` is new: repeats, every weeks 2",
            ]
        );
        after.policy.partitions.truncate(1);
        let lines = differences(&before, &after);
        assert!(
            lines.contains(&String::from("Partition `batch` is gone")),
            "{lines:?}"
        );
    }
}
