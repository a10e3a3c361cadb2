//! The editor without a page: a proposal on a cluster, what is done to it, and the way back. It knows no browser.

use std::collections::BTreeMap;

use sim_core::scenario::link::{self, Proposal};
use sim_core::scenario::{PartitionSpec, Problem, Scenario, Severity};

use super::differences::{Difference, WayBack, capital, differences};
use super::fields;
use super::kinds::Kind;
use super::removal::{Remedy, Removal};
use super::slices;
use super::values::whole;

/// Steps that can be taken back.
const MOST_STEPS: usize = 200;

/// The two sides of a comparison.
#[derive(Clone, PartialEq, Debug)]
pub struct Sides {
    /// How things are, or what to compare with.
    pub base: Scenario,
    /// What is proposed.
    pub proposal: Scenario,
}

/// Which side an edit changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// What is proposed.
    Proposal,
    /// Both: the cluster itself is another.
    Both,
}

/// What was typed and could not be taken over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Typed {
    /// As it stands in the field.
    pub text: String,
    /// What to write instead.
    pub why: String,
}

/// A proposal that is being edited.
#[derive(Clone, Debug)]
pub struct Editor {
    /// The set-up that both sides differ from.
    pub preset: Scenario,
    /// The two sides.
    pub sides: Sides,
    /// Which of them edits change.
    pub scope: Scope,
    /// The kind of thing that is shown.
    pub tab: Kind,
    /// What was typed and could not be taken over, by the address of its field.
    pub typed: BTreeMap<String, Typed>,
    /// What is to go, while somebody is asked about it.
    pub asked: Option<Removal>,
    /// What has just happened, to be spoken.
    pub said: String,
    /// What has just come, to be opened.
    pub opened: Option<(Kind, usize)>,
    /// Notes on the link that all this came from.
    pub notes: Vec<String>,
    seeds: u32,
    past: Vec<Sides>,
    future: Vec<Sides>,
}

impl Editor {
    /// Over a proposal that a link names, on this set-up.
    pub fn open(mut proposal: Proposal, preset: Scenario) -> Editor {
        // For whose machine people plan follows from the sides; a link says it again where it has to.
        let implied = {
            let mut base = proposal.base.clone();
            base.workload.planned_for = preset.workload.planned_for;
            base.planned_for()
        };
        for side in [&mut proposal.base, &mut proposal.proposal] {
            if side.workload.planned_for == implied {
                side.workload.planned_for = preset.workload.planned_for;
            }
        }
        Editor {
            preset,
            notes: proposal.notes.iter().map(ToString::to_string).collect(),
            seeds: proposal.seeds,
            sides: Sides {
                base: proposal.base,
                proposal: proposal.proposal,
            },
            scope: Scope::Proposal,
            tab: Kind::Nodes,
            typed: BTreeMap::new(),
            asked: None,
            said: String::new(),
            opened: None,
            past: Vec::new(),
            future: Vec::new(),
        }
    }

    /// The scenario that is shown.
    pub fn now(&self) -> &Scenario {
        &self.sides.proposal
    }

    /// The link of both sides, without its `#`.
    pub fn link(&self) -> String {
        let proposal = Proposal {
            profile: self.preset.name.clone(),
            base: self.sides.base.clone(),
            proposal: self.sides.proposal.clone(),
            seeds: self.seeds,
            notes: Vec::new(),
        };
        link::encode(&proposal, &self.preset)
    }

    /// What differs from the preset, and whether the other side has it too.
    pub fn differences(&self) -> Vec<(Difference, bool)> {
        let theirs = differences(&self.preset, &self.sides.base);
        differences(&self.preset, self.now())
            .into_iter()
            .map(|it| {
                let is_theirs = theirs.contains(&it);
                (it, is_theirs)
            })
            .collect()
    }

    /// Everything that is wrong or will surprise, on the side that is shown.
    pub fn problems(&self) -> Vec<Problem> {
        match self.now().clone().check() {
            Ok((_, warnings)) => warnings,
            Err(problems) => problems,
        }
    }

    /// Whether it could be run as it stands.
    pub fn can_run(&self) -> bool {
        let is_error = |it: &Problem| it.severity == Severity::Error;
        self.typed.is_empty()
            && !self.problems().iter().any(is_error)
            && self.sides.base.clone().check().is_ok()
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step to take again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// A button was pressed.
    pub fn press(&mut self, verb: &str) {
        let mut words = verb.split('/');
        let verb = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        let kind = rest.first().and_then(|word| Kind::of_key(word));
        let number = |at: usize| rest.get(at).and_then(|word| word.parse::<usize>().ok());
        match (verb, kind, number(0), number(1)) {
            ("undo", ..) => self.step_back(),
            ("redo", ..) => self.step_again(),
            ("reset", ..) => self.reset(),
            ("keep", ..) => self.asked = None,
            ("go", ..) => self.carry_out(),
            ("tab", Some(kind), ..) => self.tab = kind,
            ("back", _, Some(at), _) => self.go_back(at),
            ("add", Some(kind), ..) => self.add(kind),
            ("copy", Some(kind), _, Some(at)) => self.copy(kind, at),
            ("remove", Some(kind), _, Some(at)) => self.remove(kind, at),
            ("earlier", Some(kind), _, Some(at)) => self.edit_at(kind, at, &|s, at| kind.earlier(s, at)),
            ("later", Some(kind), _, Some(at)) => self.edit_at(kind, at + 1, &|s, at| kind.earlier(s, at)),
            ("split", Some(kind), _, Some(at)) => self.split(kind, at),
            ("host", Some(Kind::Nodes), _, Some(at)) => self.partition_on(at),
            ("own", Some(Kind::Groups), _, Some(at)) => self.partition_for(at),
            ("cut", _, Some(at), _) => self.edit_at(Kind::Nodes, at, &|s, at| {
                let group = &mut s.cluster.nodes[at];
                let layout = slices::first(&group.gpu);
                group.cut.push(sim_core::scenario::CutGpus { gpus: 1, layout });
            }),
            ("uncut", _, Some(at), Some(part)) => self.edit_cut(at, part, &|_, _| None),
            ("slice", _, Some(at), Some(part)) => {
                let profile = rest.get(2).copied().unwrap_or_default().to_owned();
                self.add_slice(at, part, &profile);
            }
            ("unslice", _, Some(at), Some(part)) => {
                let slice = number(2).unwrap_or(usize::MAX);
                self.edit_cut(at, part, &|gpu, layout| slices::without(gpu, layout, slice));
            }
            // Nothing on the page says so.
            _ => {}
        }
    }

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

    fn add(&mut self, kind: Kind) {
        let name = kind.free_name(self.now(), "new");
        let at = kind.names(self.now()).len();
        self.edit(&|s| {
            kind.add(s, name.clone());
            // Its limits and prices are those of the first, until somebody changes them.
            if let (Kind::Partitions, [first, .., last]) = (kind, s.policy.partitions.as_mut_slice()) {
                (last.max_time, last.default_time) = (first.max_time, None);
                last.billing.clone_from(&first.billing);
            }
        });
        self.opened = Some((kind, at));
    }

    fn copy(&mut self, kind: Kind, at: usize) {
        let Some(name) = kind
            .names(self.now())
            .get(at)
            .map(|name| kind.free_name(self.now(), name))
        else {
            return;
        };
        self.edit_at(kind, at, &|s, at| kind.copy(s, at, name.clone()));
        self.opened = Some((kind, at + 1));
    }

    /// One node of a group becomes a group of its own, in every list where the group is.
    fn split(&mut self, kind: Kind, at: usize) {
        let Some(name) = kind.names(self.now()).get(at).map(|name| (*name).to_owned()) else {
            return;
        };
        let new = kind.free_name(self.now(), &name);
        self.edit_at(kind, at, &|s, at| {
            if s.cluster.nodes[at].count < 2 {
                return;
            }
            kind.copy(s, at, new.clone());
            s.cluster.nodes[at].count -= 1;
            s.cluster.nodes[at + 1].count = 1;
            kind.each_list(s, &mut |_, names| {
                if let Some(place) = names.iter().position(|other| *other == name) {
                    names.insert(place + 1, new.clone());
                }
            });
        });
        self.opened = Some((kind, at + 1));
    }

    /// A partition on one group of nodes alone.
    fn partition_on(&mut self, at: usize) {
        let Some(nodes) = Kind::Nodes
            .names(self.now())
            .get(at)
            .map(|name| (*name).to_owned())
        else {
            return;
        };
        self.add(Kind::Partitions);
        self.touch_up_last(&|partition| partition.nodes = vec![nodes.clone()]);
    }

    /// A partition that lets in one group of people alone, before others on the same nodes.
    fn partition_for(&mut self, at: usize) {
        let Some(group) = Kind::Groups
            .names(self.now())
            .get(at)
            .map(|name| (*name).to_owned())
        else {
            return;
        };
        let name = Kind::Partitions.free_name(self.now(), &group);
        let nodes = self.now().cluster.nodes.last().map(|it| it.name.clone());
        self.add(Kind::Partitions);
        self.touch_up_last(&|partition| {
            partition.name.clone_from(&name);
            partition.allow_accounts = vec![group.clone()];
            partition.tier = 2;
            partition.nodes = nodes.clone().into_iter().collect();
        });
    }

    /// The partition that has just come, as part of the same step.
    fn touch_up_last(&mut self, edit: &dyn Fn(&mut PartitionSpec)) {
        let sides = match self.scope {
            Scope::Proposal => vec![&mut self.sides.proposal],
            Scope::Both => vec![&mut self.sides.proposal, &mut self.sides.base],
        };
        for side in sides {
            side.policy.partitions.last_mut().into_iter().for_each(edit);
        }
        self.tab = Kind::Partitions;
        if let Some(before) = self.past.last() {
            self.said = said(&differences(&before.proposal, &self.sides.proposal));
        }
    }

    fn add_slice(&mut self, at: usize, part: usize, profile: &str) {
        let group = self.now().cluster.nodes.get(at);
        let cut = group.and_then(|group| Some((&group.gpu, &group.cut.get(part)?.layout)));
        let offer = cut.and_then(|(gpu, layout)| {
            let offers = slices::offers(gpu, layout);
            offers.into_iter().find(|offer| offer.profile == profile)
        });
        match offer.map(|offer| offer.why) {
            None => {}
            Some(Some(why)) => self.said = format!("{profile} is not added: {why}."),
            Some(None) => self.edit_cut(at, part, &|_, layout| Some(slices::with(layout, profile))),
        }
    }

    /// Changes one layout of a group by its GPU's type and text; nothing: the cut goes.
    fn edit_cut(&mut self, at: usize, part: usize, edit: &dyn Fn(&str, &str) -> Option<String>) {
        self.edit_at(Kind::Nodes, at, &|s, at| {
            let group = &mut s.cluster.nodes[at];
            let Some(cut) = group.cut.get_mut(part) else {
                return;
            };
            match edit(&group.gpu, &cut.layout) {
                Some(layout) => cut.layout = layout,
                None => drop(group.cut.remove(part)),
            }
        });
    }

    fn remove(&mut self, kind: Kind, at: usize) {
        match Removal::of(self.now(), kind, at) {
            Some(removal) if removal.is_free() => self.edit(&|s| removal.carry_out(s)),
            Some(removal) => {
                self.said = removal.breaks.join(" ");
                self.asked = Some(removal);
            }
            None => {}
        }
    }

    fn carry_out(&mut self) {
        if let Some(removal) = self.asked.take()
            && removal.remedy != Remedy::Refuse
        {
            self.edit(&|s| removal.carry_out(s));
        }
    }

    /// Undoes one difference from the preset.
    fn go_back(&mut self, at: usize) {
        let Some((
            Difference {
                way_back: Some(way), ..
            },
            is_theirs,
        )) = self.differences().into_iter().nth(at)
        else {
            return;
        };
        if let WayBack::Take(kind, name) = &way {
            // Others may have come to need it.
            if let Some(place) = kind.names(self.now()).iter().rposition(|other| other == name) {
                self.tab = *kind;
                self.remove(*kind, place);
            }
            return;
        }
        let preset = self.preset.clone();
        let scope = self.scope;
        if is_theirs {
            self.scope = Scope::Both;
        }
        self.edit(&|s| way.go(s, &preset));
        self.scope = scope;
    }

    fn reset(&mut self) {
        let (horizon, seed) = (self.now().horizon, self.now().seed);
        let preset = Scenario {
            horizon,
            seed,
            ..self.preset.clone()
        };
        self.both(Sides {
            base: preset.clone(),
            proposal: preset,
        });
    }

    /// Changes one thing on the sides in question; on the other side it is found by its name.
    fn edit_at(&mut self, kind: Kind, at: usize, edit: &dyn Fn(&mut Scenario, usize)) {
        let Some(name) = kind.names(self.now()).get(at).map(|name| (*name).to_owned()) else {
            return;
        };
        let mut sides = self.sides.clone();
        edit(&mut sides.proposal, at);
        if let (Scope::Both, Some(at)) = (self.scope, kind.find(&sides.base, &name)) {
            edit(&mut sides.base, at);
        }
        self.both(sides);
    }

    /// Changes the sides in question.
    fn edit(&mut self, edit: &dyn Fn(&mut Scenario)) {
        let mut sides = self.sides.clone();
        edit(&mut sides.proposal);
        if self.scope == Scope::Both {
            edit(&mut sides.base);
        }
        self.both(sides);
    }

    /// A step.
    fn both(&mut self, sides: Sides) {
        self.asked = None;
        self.opened = None;
        if sides == self.sides {
            return;
        }
        self.said = said(&differences(&self.sides.proposal, &sides.proposal));
        let is_elsewhere = |kind: Kind| kind.names(&self.sides.proposal) != kind.names(&sides.proposal);
        if Kind::ALL.into_iter().any(is_elsewhere) {
            // What was typed may stand in a field that is not there any more.
            self.typed.clear();
        }
        self.past.push(std::mem::replace(&mut self.sides, sides));
        if self.past.len() > MOST_STEPS {
            self.past.remove(0);
        }
        self.future.clear();
    }

    fn step_back(&mut self) {
        if let Some(before) = self.past.pop() {
            let words = said(&differences(&before.proposal, &self.sides.proposal));
            self.said = format!("Undone: {words}");
            self.future.push(std::mem::replace(&mut self.sides, before));
            self.leave();
        }
    }

    fn step_again(&mut self) {
        if let Some(after) = self.future.pop() {
            let words = said(&differences(&self.sides.proposal, &after.proposal));
            self.said = format!("Again: {words}");
            self.past.push(std::mem::replace(&mut self.sides, after));
            self.leave();
        }
    }

    fn leave(&mut self) {
        self.typed.clear();
        self.asked = None;
        self.opened = None;
    }
}

/// Differences in a breath: the first few, and how many more.
fn said(all: &[Difference]) -> String {
    const FEW: usize = 3;
    let words: Vec<String> = all.iter().take(FEW).map(|it| capital(&it.words)).collect();
    match all.len().saturating_sub(FEW) {
        _ if all.is_empty() => "The baseline is changed.".to_owned(),
        0 => format!("{}.", words.join(". ")),
        more => format!("{}, and {more} more.", words.join(". ")),
    }
}

#[cfg(test)]
mod tests;
