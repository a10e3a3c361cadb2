//! The lines that would set a scenario's policy in a real Slurm: slurm.conf, gres.conf and commands, each explained, and what
//! has no counterpart there. Only what differs from Slurm's own defaults (25.11) is written.
//!
//! Nothing is dropped in silence: a field of the policy either makes a line or stands under what has no counterpart, with the reason.
//! What is supposed about people is no policy and is not here; [`ASSUMED`] says so.

mod accounts;
mod conf;
mod machine;
mod partitions;
mod plain;
mod priority;
mod qos;
mod reservations;
mod scheduler;
#[cfg(test)]
mod tests;
mod without;

use serde::{Deserialize, Serialize};
use sim_core::scenario::Scenario;
use sim_core::units::Span;

pub use plain::text;

/// What is said of assumptions.
pub const ASSUMED: &str = "What is supposed about people and their work (load, habits, reactions, prices outside) is no setting of Slurm \
                           and is not written here.";

/// One line, and what it does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// What it sets, which stays the same while the value changes: `PriorityMaxAge`, `PartitionName=debug`.
    pub about: String,
    /// The line itself.
    pub text: String,
    /// What it does, a remark for each thing that it sets.
    pub why: Vec<String>,
    /// What sets it back to Slurm's default.
    pub back: String,
}

/// Something that Slurm has no word for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Without {
    /// The field or place.
    pub about: String,
    /// What the scenario asks for.
    pub what: String,
    /// Why there is no line, and what comes nearest.
    pub why: String,
}

/// All lines of a scenario.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Export {
    /// slurm.conf.
    pub slurm_conf: Vec<Line>,
    /// gres.conf.
    pub gres_conf: Vec<Line>,
    /// Commands for an administrator's shell: sacctmgr, scontrol, nvidia-smi.
    pub commands: Vec<Line>,
    /// What has no counterpart.
    pub without: Vec<Without>,
}

/// The lines of a scenario.
pub fn lines(scenario: &Scenario) -> Export {
    let mut out = Export::default();
    scheduler::write(scenario, &mut out);
    machine::write(scenario, &mut out);
    partitions::write(scenario, &mut out);
    qos::write(scenario, &mut out);
    accounts::write(scenario, &mut out);
    reservations::write(scenario, &mut out);
    without::write(scenario, &mut out);
    out
}

/// Only what changes from one scenario to another: new lines, lines that read otherwise, and for those that are gone what
/// sets them back.
pub fn changes(before: &Scenario, after: &Scenario) -> Export {
    let (before, after) = (lines(before), lines(after));
    Export {
        slurm_conf: changed(&before.slurm_conf, after.slurm_conf),
        gres_conf: changed(&before.gres_conf, after.gres_conf),
        commands: changed(&before.commands, after.commands),
        without: {
            let mut all: Vec<Without> = after.without;
            let gone = before
                .without
                .iter()
                .filter(|was| all.iter().all(|it| it.about != was.about));
            let gone: Vec<Without> = gone
                .map(|was| Without {
                    about: was.about.clone(),
                    what: format!("no longer: {}", was.what),
                    why: was.why.clone(),
                })
                .collect();
            all.retain(|it| !before.without.contains(it));
            all.extend(gone);
            all
        },
    }
}

fn changed(before: &[Line], after: Vec<Line>) -> Vec<Line> {
    let gone: Vec<Line> = before
        .iter()
        .rev()
        .filter(|was| after.iter().all(|line| line.about != was.about))
        .map(|was| Line {
            why: vec![format!("No longer: {}", was.text)],
            text: was.back.clone(),
            ..was.clone()
        })
        .collect();
    let mut all: Vec<Line> = after
        .into_iter()
        .filter(|line| !before.contains(line))
        .map(|mut line| {
            // Of a line with many settings only those are explained that are new.
            if let Some(was) = before.iter().find(|was| was.about == line.about) {
                let (kept, new): (Vec<String>, Vec<String>) =
                    line.why.into_iter().partition(|why| was.why.contains(why));
                line.why = if new.is_empty() { kept } else { new };
            }
            line
        })
        .collect();
    all.extend(gone);
    all
}

impl Export {
    fn without(&mut self, about: impl Into<String>, what: impl Into<String>, why: impl Into<String>) {
        self.without.push(Without {
            about: about.into(),
            what: what.into(),
            why: why.into(),
        });
    }
}

/// A length of time as Slurm writes it: `3-12:00:00`.
fn time(span: Span) -> String {
    span.to_string()
}

/// A name that is safe in a configuration file and in a shell, and means one thing.
fn safe(name: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || "._-".contains(letter) {
            letter
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(plain).collect();
    if name.starts_with('-') || name.is_empty() {
        format!("x{name}")
    } else {
        name
    }
}

/// Safe names between commas.
fn list<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<String> = names.iter().map(|name| safe(name.as_ref())).collect();
    names.join(",")
}

/// `s` or none.
fn plural(n: u32) -> &'static str {
    if n == 1 { "" } else { "s" }
}
