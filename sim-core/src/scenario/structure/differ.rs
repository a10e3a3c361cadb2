//! What has to be said to get from one tree to another, and saying it to a tree.

use super::begins::begins;
use super::tree::{Tree, Unfit};
use super::words::{self, NEW, NOTHING};
use crate::scenario::knobs::nearest_word;

/// A place in a scenario, and what stands there: the names in a path are plain, the value is written as in links.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pair {
    pub path: Vec<String>,
    pub value: String,
}

/// What changes from one tree to another, in the order of the format.
pub(super) fn pairs(from: &Tree, to: &Tree) -> Result<Vec<Pair>, Unfit> {
    let mut told = Vec::new();
    Teller {
        path: Vec::new(),
        told: &mut told,
    }
    .tell(from, to)?;
    Ok(told)
}

struct Teller<'a> {
    path: Vec<String>,
    told: &'a mut Vec<Pair>,
}

impl Teller<'_> {
    fn say(&mut self, value: impl Into<String>) {
        self.told.push(Pair {
            path: self.path.clone(),
            value: value.into(),
        });
    }

    fn within(&mut self, name: &str, tell: impl FnOnce(&mut Self) -> Result<(), Unfit>) -> Result<(), Unfit> {
        self.path.push(name.to_owned());
        let told = tell(self);
        self.path.pop();
        told
    }

    fn tell(&mut self, from: &Tree, to: &Tree) -> Result<(), Unfit> {
        if from == to {
            return Ok(());
        }
        match (from, to) {
            (Tree::Map(_), Tree::Map(fields)) => {
                for (key, value) in fields {
                    let before = from.get(key).unwrap_or(&Tree::Nothing);
                    self.within(key, |teller| teller.tell(before, value))?;
                }
                Ok(())
            }
            (Tree::List(before), Tree::List(after)) => match begins(&borrowed(&self.path)) {
                Some(new) if new.name().is_some() => self.named(&new, before, after),
                Some(new) => self.numbered(&new, before, after),
                None => self.leaf(to),
            },
            (_, Tree::Choice(word, inner)) => {
                let before = from.get(word);
                let mut path = self.path.clone();
                path.push(word.clone());
                match (before, begins(&borrowed(&path))) {
                    (Some(before), _) => self.within(word, |teller| teller.tell(before, inner)),
                    (None, Some(new)) => {
                        self.say(words::key(word));
                        self.within(word, |teller| teller.tell(&new, inner))
                    }
                    (None, None) => self.within(word, |teller| teller.leaf(inner)),
                }
            }
            (
                Tree::Nothing
                | Tree::Bare(_)
                | Tree::Text(_)
                | Tree::List(_)
                | Tree::Map(_)
                | Tree::Choice(..)
                | Tree::Word(_),
                Tree::Nothing | Tree::Bare(_) | Tree::Text(_) | Tree::List(_) | Tree::Map(_) | Tree::Word(_),
            ) => self.leaf(to),
        }
    }

    fn leaf(&mut self, to: &Tree) -> Result<(), Unfit> {
        let value =
            words::value(to).map_err(|Unfit(why)| Unfit(format!("{}: {why}", self.path.join("."))))?;
        self.say(value);
        Ok(())
    }

    fn numbered(&mut self, new: &Tree, before: &[Tree], after: &[Tree]) -> Result<(), Unfit> {
        for number in (after.len()..before.len()).rev() {
            self.within(&number.to_string(), |teller| {
                teller.say(NOTHING);
                Ok(())
            })?;
        }
        for (number, thing) in after.iter().enumerate() {
            self.within(&number.to_string(), |teller| match before.get(number) {
                Some(before) => teller.tell(before, thing),
                None => {
                    teller.say(NEW);
                    teller.tell(new, thing)
                }
            })?;
        }
        Ok(())
    }

    fn named(&mut self, new: &Tree, before: &[Tree], after: &[Tree]) -> Result<(), Unfit> {
        let (old_names, names) = (self.names(before)?, self.names(after)?);
        for name in old_names.iter().filter(|name| !names.contains(name)) {
            self.within(name, |teller| {
                teller.say(NOTHING);
                Ok(())
            })?;
        }
        let mut order: Vec<&str> = old_names
            .iter()
            .copied()
            .filter(|name| names.contains(name))
            .collect();
        for (name, thing) in names.iter().zip(after) {
            self.within(name, |teller| match find(before, name) {
                Some(before) => teller.tell(before, thing),
                None => {
                    order.push(name);
                    teller.say(NEW);
                    teller.tell(&called(new, name), thing)
                }
            })?;
        }
        if order != names {
            let list = names.iter().map(|name| Tree::Text((*name).to_owned())).collect();
            self.leaf(&Tree::List(list))?;
        }
        Ok(())
    }

    fn names<'t>(&self, things: &'t [Tree]) -> Result<Vec<&'t str>, Unfit> {
        let names: Vec<&str> = things.iter().filter_map(Tree::name).collect();
        let list = self.path.join(".");
        for (at, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(Unfit(format!("{list}: one of them has no name; give it one")));
            }
            if names[..at].contains(name) {
                return Err(Unfit(format!(
                    "{list}: two of them are called `{name}`; rename one"
                )));
            }
        }
        Ok(names)
    }
}

fn borrowed(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn find<'t>(things: &'t [Tree], name: &str) -> Option<&'t Tree> {
    things.iter().find(|thing| thing.name() == Some(name))
}

/// A new thing under its name.
fn called(new: &Tree, name: &str) -> Tree {
    let mut thing = new.clone();
    if let Tree::Map(fields) = &mut thing {
        for (_, value) in fields.iter_mut().filter(|(key, _)| key == "name") {
            *value = Tree::Text(name.to_owned());
        }
    }
    thing
}

/// Says it to a tree. Whether the value is one that can stand there shows when a scenario is made of the tree.
pub(super) fn put(tree: &mut Tree, pair: &Pair) -> Result<(), Unfit> {
    let path = borrowed(&pair.path);
    go(tree, &path, 0, &pair.value)
}

fn go(tree: &mut Tree, path: &[&str], depth: usize, value: &str) -> Result<(), Unfit> {
    let (so_far, rest) = path.split_at(depth);
    if let (Tree::List(things), Some(new)) = (&mut *tree, begins(so_far)) {
        return match rest {
            [] => reorder(things, so_far, value),
            [name] if value == NOTHING || value == NEW => come_or_go(things, &new, name, value),
            [name, ..] => go(known(things, name)?, path, depth + 1, value),
        };
    }
    let Some(key) = rest.first() else {
        if matches!(tree, Tree::Map(_)) {
            return Err(Unfit(String::from(
                "it has fields: write one of them, then its value",
            )));
        }
        let word = words::plain(value)?;
        let chosen = [so_far, &[word.as_str()]].concat();
        *tree = match begins(&chosen) {
            Some(inner) => Tree::Choice(word, Box::new(inner)),
            None => Tree::Word(value.to_owned()),
        };
        return Ok(());
    };
    match tree {
        Tree::Map(fields) => {
            let keys: Vec<String> = fields.iter().map(|(key, _)| key.clone()).collect();
            match fields.iter_mut().find(|(name, _)| name == key) {
                Some((_, field)) => go(field, path, depth + 1, value),
                None => Err(Unfit(unknown(
                    "there is no",
                    key,
                    keys.iter().map(String::as_str),
                ))),
            }
        }
        Tree::Choice(word, inner) if word == key => go(inner, path, depth + 1, value),
        Tree::Nothing | Tree::Bare(_) | Tree::Text(_) | Tree::List(_) | Tree::Choice(..) | Tree::Word(_) => {
            let mut inner = begins(&path[..=depth]).unwrap_or(Tree::Nothing);
            go(&mut inner, path, depth + 1, value)?;
            *tree = Tree::Choice((*key).to_owned(), Box::new(inner));
            Ok(())
        }
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    match nearest_word(name, known) {
        Some(near) => format!("{what} `{name}`; did you mean `{near}`?"),
        None => format!("{what} `{name}`"),
    }
}

fn place(things: &[Tree], name: &str) -> Option<usize> {
    match things.iter().any(|thing| thing.name().is_some()) {
        true => things.iter().position(|thing| thing.name() == Some(name)),
        false => name.parse().ok().filter(|&at| at < things.len()),
    }
}

fn known<'t>(things: &'t mut [Tree], name: &str) -> Result<&'t mut Tree, Unfit> {
    let Some(at) = place(things, name) else {
        let names = things.iter().filter_map(Tree::name);
        return Err(Unfit(unknown("there is no", name, names)));
    };
    Ok(&mut things[at])
}

fn come_or_go(things: &mut Vec<Tree>, new: &Tree, name: &str, value: &str) -> Result<(), Unfit> {
    let at = place(things, name);
    if value == NOTHING {
        known(things, name)?;
        things.remove(at.unwrap_or(0));
        return Ok(());
    }
    if at.is_some() {
        return Err(Unfit(format!("there is `{name}` already")));
    }
    if new.name().is_none() && name.parse() != Ok(things.len()) {
        return Err(Unfit(format!("the next one is number {}", things.len())));
    }
    things.push(called(new, name));
    Ok(())
}

fn reorder(things: &mut Vec<Tree>, path: &[&str], value: &str) -> Result<(), Unfit> {
    let names: Result<Vec<String>, Unfit> = value.split(',').map(words::plain).collect();
    let names = names?;
    let mut ordered = Vec::with_capacity(things.len());
    for name in &names {
        ordered.push(known(things, name)?.clone());
    }
    let twice = names
        .iter()
        .enumerate()
        .any(|(at, name)| names[..at].contains(name));
    if twice || ordered.len() != things.len() {
        let list = path.last().copied().unwrap_or_default();
        return Err(Unfit(format!(
            "name each of the {} {list} once, in their order",
            things.len()
        )));
    }
    *things = ordered;
    Ok(())
}
