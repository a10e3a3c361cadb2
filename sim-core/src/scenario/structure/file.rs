//! Scenario files from trees and back, where no library of a file format reads scenarios: whoever has read a file's text hands
//! over its tree, and every value in it that does not fit is named at once.

use super::begins::begins;
use super::fit::Fit;
use super::tree::{Tree, Unfit};
use super::words;
use crate::scenario::Scenario;
use serde::Deserialize as _;

/// What is wrong with a value of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// Its place: `policy.partitions.debug.max-time`; things without names go by their number, from 1.
    pub path: String,
    /// What is wrong with it.
    pub why: String,
}

/// The scenario that a file's tree holds; what is left out has its default. What is worth trying is left out.
///
/// # Errors
/// Every value that does not fit.
pub fn from_file(file: &Tree) -> Result<Scenario, Vec<Misfit>> {
    let usual = Tree::of(&Scenario::default());
    let made = |file: &Tree| Scenario::deserialize(Fit(&filled(&mut Vec::new(), file, &usual)));
    let whole = match made(file) {
        Ok(scenario) => return Ok(scenario),
        Err(Unfit(why)) => why,
    };
    let mut misfits = Vec::new();
    for (path, alone) in leaves(file) {
        if let Err(Unfit(why)) = made(&alone) {
            misfits.push(Misfit { path, why });
        }
    }
    if misfits.is_empty() {
        misfits.push(Misfit {
            path: String::from("scenario"),
            why: whole,
        });
    }
    Err(misfits)
}

/// The name of a thing among others of its list, for people: its own, or its number from 1.
pub fn name_in_list(name: Option<&str>, index: usize) -> String {
    match name {
        Some(name) if !name.is_empty() => name.to_owned(),
        Some(_) | None => (index + 1).to_string(),
    }
}

/// What a file says, completed by what holds if it does not say it.
fn filled(path: &mut Vec<String>, file: &Tree, usual: &Tree) -> Tree {
    let within = |path: &mut Vec<String>, key: &str, file: &Tree, usual: &Tree| {
        path.push(key.to_owned());
        let tree = filled(path, file, usual);
        path.pop();
        tree
    };
    let new = |path: &[String]| begins(&path.iter().map(String::as_str).collect::<Vec<_>>());
    match (file, usual) {
        _ if *path == ["try"] => usual.clone(),
        (Tree::Map(said), Tree::Map(fields)) => {
            let mut all: Vec<(String, Tree)> = Vec::with_capacity(fields.len());
            for (key, usual) in fields {
                let tree = file
                    .get(key)
                    .map_or_else(|| usual.clone(), |file| within(path, key, file, usual));
                all.push((key.clone(), tree));
            }
            let unknown = said.iter().filter(|(key, _)| usual.get(key).is_none());
            all.extend(unknown.cloned());
            Tree::Map(all)
        }
        (Tree::List(things), _) => match new(path) {
            Some(new) => Tree::List(things.iter().map(|thing| within(path, "", thing, &new)).collect()),
            None => file.clone(),
        },
        (Tree::Map(said), _) if said.len() == 1 => {
            let (word, inner) = &said[0];
            path.push(word.clone());
            let inner = match new(path) {
                Some(new) => filled(path, inner, &new),
                None => inner.clone(),
            };
            path.pop();
            Tree::Choice(word.clone(), Box::new(inner))
        }
        _ => file.clone(),
    }
}

/// Every value of a file with its place, as a file that says nothing else.
fn leaves(file: &Tree) -> Vec<(String, Tree)> {
    match file {
        Tree::Map(fields) if !fields.is_empty() => fields
            .iter()
            .flat_map(|(key, value)| {
                let alone = |(path, tree): (String, Tree)| {
                    let dot = if path.is_empty() { "" } else { "." };
                    (format!("{key}{dot}{path}"), Tree::Map(vec![(key.clone(), tree)]))
                };
                leaves(value).into_iter().map(alone).collect::<Vec<_>>()
            })
            .collect(),
        Tree::List(things) if things.iter().any(|thing| matches!(thing, Tree::Map(_))) => things
            .iter()
            .enumerate()
            .flat_map(|(at, thing)| {
                let name = name_in_list(thing.name(), at);
                let alone = move |(path, tree): (String, Tree)| {
                    let dot = if path.is_empty() { "" } else { "." };
                    (format!("{name}{dot}{path}"), Tree::List(vec![tree]))
                };
                leaves(thing).into_iter().map(alone).collect::<Vec<_>>()
            })
            .collect(),
        Tree::Nothing
        | Tree::Bare(_)
        | Tree::Text(_)
        | Tree::List(_)
        | Tree::Map(_)
        | Tree::Choice(..)
        | Tree::Word(_) => vec![(String::new(), file.clone())],
    }
}

/// A scenario as a file in TOML: what differs from the defaults, and what it is called.
pub fn to_file(scenario: &Scenario) -> String {
    let (all, usual) = (Tree::of(scenario), Tree::of(&Scenario::default()));
    let mut text = String::new();
    table(&mut text, &mut Vec::new(), &all, &usual);
    text
}

/// Whether it is said at the top of a file in any case.
fn is_always_said(path: &[String], key: &str) -> bool {
    match path {
        [] => ["schema", "name", "title", "seed"].contains(&key),
        [table] => table == "horizon",
        [_, ..] => false,
    }
}

fn table(text: &mut String, path: &mut Vec<String>, all: &Tree, usual: &Tree) {
    let Tree::Map(fields) = all else { return };
    let differs = |path: &[String], key: &str, value: &Tree| {
        let same = usual.get(key) == Some(value) || *value == Tree::Nothing;
        !same || is_always_said(path, key)
    };
    let is_table = |path: &mut Vec<String>, key: &str, value: &Tree| match value {
        Tree::Map(_) => true,
        Tree::List(things) => !things.is_empty() && new_in(path, key).is_some(),
        Tree::Nothing | Tree::Bare(_) | Tree::Text(_) | Tree::Choice(..) | Tree::Word(_) => false,
    };
    let mut lines = String::new();
    for (key, value) in fields {
        if differs(path, key, value) && !is_table(path, key, value) {
            path.push(key.clone());
            lines += key;
            lines += " = ";
            inline(&mut lines, path, value);
            lines.push('\n');
            path.pop();
        }
    }
    if !lines.is_empty() {
        if !path.is_empty() {
            head(text, &format!("[{}]", path.join(".")));
        }
        *text += &lines;
    }
    for (key, value) in fields {
        let said = differs(path, key, value) || (path.is_empty() && key == "horizon");
        if !said || !is_table(path, key, value) {
            continue;
        }
        path.push(key.clone());
        match value {
            Tree::List(things) => {
                let new = begins(&path.iter().map(String::as_str).collect::<Vec<_>>());
                for thing in things {
                    head(text, &format!("[[{}]]", path.join(".")));
                    thing_lines(text, path, thing, new.as_ref().unwrap_or(&Tree::Nothing));
                }
            }
            Tree::Nothing
            | Tree::Bare(_)
            | Tree::Text(_)
            | Tree::Map(_)
            | Tree::Choice(..)
            | Tree::Word(_) => {
                table(text, path, value, usual.get(key).unwrap_or(&Tree::Nothing));
            }
        }
        path.pop();
    }
}

fn new_in(path: &mut Vec<String>, key: &str) -> Option<Tree> {
    path.push(key.to_owned());
    let new = begins(&path.iter().map(String::as_str).collect::<Vec<_>>());
    path.pop();
    new
}

fn head(text: &mut String, head: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    *text += head;
    text.push('\n');
}

/// A thing of a list, a line for each field.
fn thing_lines(text: &mut String, path: &mut Vec<String>, thing: &Tree, new: &Tree) {
    for (key, value) in said(thing, new) {
        path.extend([String::new(), key.clone()]);
        *text += key;
        *text += " = ";
        inline(text, path, value);
        text.push('\n');
        path.truncate(path.len() - 2);
    }
}

/// The fields that a file has to say; a thing's name always.
fn said<'t>(thing: &'t Tree, new: &'t Tree) -> impl Iterator<Item = &'t (String, Tree)> {
    let fields: &[(String, Tree)] = match thing {
        Tree::Map(fields) => fields,
        Tree::Nothing | Tree::Bare(_) | Tree::Text(_) | Tree::List(_) | Tree::Choice(..) | Tree::Word(_) => {
            &[]
        }
    };
    fields
        .iter()
        .filter(move |(key, value)| key == "name" || (new.get(key) != Some(value) && *value != Tree::Nothing))
}

fn inline(text: &mut String, path: &mut Vec<String>, value: &Tree) {
    match value {
        // What is not set is left out before.
        Tree::Nothing => *text += "\"\"",
        Tree::Bare(word) | Tree::Word(word) => *text += word,
        Tree::Text(words) => quoted(text, words),
        Tree::List(items) => {
            let new = begins(&path.iter().map(String::as_str).collect::<Vec<_>>());
            *text += "[";
            for (at, item) in items.iter().enumerate() {
                *text += if at == 0 { "" } else { ", " };
                match (&new, item) {
                    (Some(new), Tree::Map(_)) => {
                        path.push(String::new());
                        fields(text, path, said(item, new));
                        path.pop();
                    }
                    _ => inline(text, path, item),
                }
            }
            *text += "]";
        }
        Tree::Map(all) => {
            // A part of a thing, such as the limits of a QOS; its defaults say nothing.
            fields(text, path, all.iter().filter(|(_, value)| !is_empty(value)));
        }
        Tree::Choice(word, inner) => {
            path.push(word.clone());
            let new = begins(&path.iter().map(String::as_str).collect::<Vec<_>>());
            *text += "{ ";
            *text += word;
            *text += " = ";
            match new {
                Some(new) => fields(text, path, said(inner, &new)),
                None => inline(text, path, inner),
            }
            *text += " }";
            path.pop();
        }
    }
}

fn is_empty(value: &Tree) -> bool {
    match value {
        Tree::Nothing => true,
        Tree::Text(words) => words.is_empty(),
        Tree::List(items) => items.is_empty(),
        Tree::Bare(_) | Tree::Map(_) | Tree::Choice(..) | Tree::Word(_) => false,
    }
}

fn fields<'t>(text: &mut String, path: &mut Vec<String>, fields: impl Iterator<Item = &'t (String, Tree)>) {
    let before = text.len();
    for (key, value) in fields {
        *text += if text.len() == before { "{ " } else { ", " };
        *text += key;
        *text += " = ";
        path.push(key.clone());
        inline(text, path, value);
        path.pop();
    }
    *text += if text.len() == before { "{}" } else { " }" };
}

/// In quotes; a length of time as people write it, a text of several lines over several lines.
fn quoted(text: &mut String, words: &str) {
    if let Some(span) = words::span(words) {
        *text += &format!("\"{span}\"");
        return;
    }
    let is_long = words.contains('\n');
    *text += if is_long { "\"\"\"\n" } else { "\"" };
    for c in words.chars() {
        match c {
            '"' => *text += "\\\"",
            '\\' => *text += "\\\\",
            '\n' if is_long => text.push('\n'),
            c if u32::from(c) < 0x20 || c == '\u{7f}' => *text += &format!("\\u{:04X}", u32::from(c)),
            c => text.push(c),
        }
    }
    *text += if is_long { "\"\"\"" } else { "\"" };
}
