//! What the fields of the page set.

use sim_core::scenario::PartitionSpec;

use super::{Editor, Scope, Typed};
use crate::cluster::fields;
use crate::cluster::kinds::Kind;
use crate::cluster::slices;
use crate::cluster::values::whole;

impl Editor {
    /// A field was set; `text` is what stands in it.
    pub fn set(&mut self, address: &str, text: &str) {
        let text = text.trim();
        let words: Vec<&str> = address.split('/').collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse::<usize>().ok());
        let result = match words.as_slice() {
            ["scope"] => {
                self.scope = if text == "both" {
                    Scope::Both
                } else {
                    Scope::Proposal
                };
                Ok(())
            }
            ["cover", ..] => match (number(1), number(2)) {
                (Some(partition), Some(nodes)) => self.cover(partition, nodes, !text.is_empty()),
                _ => Ok(()),
            },
            ["cut-gpus", ..] => whole::read(text).map(|gpus| {
                let (at, part) = (number(1).unwrap_or(usize::MAX), number(2).unwrap_or(usize::MAX));
                self.edit_at(Kind::Nodes, at, &|s, at| {
                    if let Some(part) = s.cluster.nodes[at].cut.get_mut(part) {
                        part.gpus = gpus;
                    }
                });
            }),
            ["cut-layout", ..] => {
                let (at, part) = (number(1).unwrap_or(usize::MAX), number(2).unwrap_or(usize::MAX));
                self.edit_cut(at, part, &|_, _| Some(text.to_owned()));
                Ok(())
            }
            ["tick", kind, at, key, name] => {
                let at = at.parse().unwrap_or(usize::MAX);
                match Kind::of_key(kind) {
                    Some(kind) => self.tick(kind, at, key, name, !text.is_empty()),
                    None => Ok(()),
                }
            }
            [kind, at, key] => match (Kind::of_key(kind), at.parse()) {
                (Some(kind), Ok(at)) => self.set_field(kind, at, key, text),
                _ => Ok(()),
            },
            _ => Ok(()),
        };
        match result {
            Ok(()) => drop(self.typed.remove(address)),
            Err(why) => {
                let text = text.to_owned();
                self.said.clone_from(&why);
                self.typed.insert(address.to_owned(), Typed { text, why });
            }
        }
    }

    fn set_field(&mut self, kind: Kind, at: usize, key: &str, text: &str) -> Result<(), String> {
        let Some(field) = fields::find(kind, key) else {
            return Ok(());
        };
        if key == "name" {
            return self.rename(kind, at, text);
        }
        (field.set)(&mut self.now().clone(), at, text)?;
        self.edit_at(kind, at, &|s, at| {
            let gpu = s.cluster.nodes.get(at).map(|group| group.gpu.clone());
            // It was read above.
            (field.set)(s, at, text).ok();
            if let ((Kind::Nodes, "gpu"), Some(gpu)) = ((kind, key), gpu) {
                slices::translate(&mut s.cluster.nodes[at], &gpu);
            }
        });
        Ok(())
    }

    fn rename(&mut self, kind: Kind, at: usize, name: &str) -> Result<(), String> {
        let names = kind.names(self.now());
        let old = names.get(at).copied().unwrap_or_default().to_owned();
        if name == old {
            return Ok(());
        }
        if name.is_empty() {
            return Err(format!("A {} needs a name: write one.", kind.one()));
        }
        if names.contains(&name) {
            return Err(format!(
                "There is a {} {name} already: write another name.",
                kind.one()
            ));
        }
        let Some(field) = fields::find(kind, "name") else {
            return Ok(());
        };
        (field.set)(&mut self.now().clone(), at, name)?;
        self.edit_at(kind, at, &|s, at| {
            (field.set)(s, at, name).ok();
            if !old.is_empty() && kind.find(s, &old).is_none() {
                kind.name_instead(s, &old, Some(name));
            }
        });
        Ok(())
    }

    fn tick(&mut self, kind: Kind, at: usize, key: &str, name: &str, is: bool) -> Result<(), String> {
        let Some(field) = fields::find(kind, key) else {
            return Ok(());
        };
        let text = (field.get)(self.now(), at);
        let mut names: Vec<&str> = text
            .split(',')
            .filter(|it| !it.is_empty() && *it != name)
            .collect();
        if is {
            names.push(name);
        }
        self.set_field(kind, at, key, &names.join(","))
    }

    /// A partition covers a group of nodes, or no longer.
    fn cover(&mut self, partition: usize, nodes: usize, is: bool) -> Result<(), String> {
        let all: Vec<String> = Kind::Nodes
            .names(self.now())
            .iter()
            .map(|it| (*it).to_owned())
            .collect();
        let (Some(name), Some(spec)) = (all.get(nodes), self.now().policy.partitions.get(partition)) else {
            return Ok(());
        };
        let covered = |other: &String| match other == name {
            true => is,
            false => spec.nodes.is_empty() || spec.nodes.contains(other),
        };
        let mut names: Vec<String> = all.iter().filter(|other| covered(other)).cloned().collect();
        if names.is_empty() {
            return Err(format!(
                "Partition {} would be on no node: tick others first, or remove the partition.",
                spec.name
            ));
        }
        // What is as before is written as before.
        let before = Kind::Partitions.find(&self.preset, &spec.name);
        let before = before.and_then(|at| self.preset.policy.partitions.get(at));
        let same = |list: &&PartitionSpec| match list.nodes.is_empty() {
            true => names.len() == all.len(),
            false => list.nodes.len() == names.len() && list.nodes.iter().all(|it| names.contains(it)),
        };
        if let Some(before) = before.filter(same) {
            names.clone_from(&before.nodes);
        }
        self.edit_at(Kind::Partitions, partition, &|s, at| {
            s.policy.partitions[at].nodes.clone_from(&names)
        });
        Ok(())
    }
}
