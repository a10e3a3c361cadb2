//! The editor without a page: a proposal on a cluster, what is done to it, and the way back. It knows no browser.

mod press;
mod set;

use std::collections::BTreeMap;

use sim_core::scenario::link::{self, Proposal};
use sim_core::scenario::{Problem, Scenario, Severity};

use super::differences::{Difference, capital, differences};
use super::kinds::Kind;
use super::removal::Removal;

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
