//! Administrator's commands of a case: `scontrol`, `scancel`, `sacctmgr`. What changes rules is followed here, and each
//! change carries the whole of them; what is not modelled is a problem, for what comes after it would not be worth comparing.

mod accounts;
mod jobs;
mod reserve;

use sim_core::scenario::{Policy, ReservationSpec};
use sim_core::units::Time;

use super::machine::{default_partition, node_names, partition_setting};
use super::{Found, at, policy};
use crate::case::Case;
use crate::experiment::{Action, Asked, Change, Names, NodesAre};

/// All that commands have done so far.
struct Acts<'a> {
    names: &'a Names,
    /// Jobs as they ask now.
    jobs: Vec<Asked>,
    /// Slurm's number of each of them, where it was seen.
    numbers: Vec<Option<u64>>,
    /// The rules as they are now.
    policy: Policy,
    limits_count: bool,
    default_partition: usize,
    /// Reservations that there are, with the numbers of nodes that they asked for.
    reservations: Vec<(ReservationSpec, Option<u32>)>,
    /// Nodes that are down, not only drained.
    down: Vec<bool>,
    /// When the command is given.
    now: Time,
    list: Vec<Action>,
}

/// What commands do, in order of time. Reservations that name their nodes go into the policy, announced at that instant.
pub fn actions(
    case: &Case,
    names: &Names,
    jobs: &[Asked],
    policy: &mut Policy,
    found: &mut Found,
) -> Vec<Action> {
    let seen = |job: &Asked| case.observed.job(&job.name)?.slurm_job_id;
    let mut acts = Acts {
        names,
        numbers: jobs.iter().map(seen).collect(),
        jobs: jobs.to_vec(),
        policy: policy.clone(),
        limits_count: policy::enforces_limits(case),
        default_partition: default_partition(case),
        reservations: Vec::new(),
        down: vec![false; names.nodes.len()],
        now: at(0.0),
        list: Vec::new(),
    };
    let mut in_time: Vec<&crate::case::Action> = case.actions.iter().collect();
    in_time.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    for action in in_time {
        let place = format!("actions at {} s", action.at_s);
        acts.now = at(action.at_s);
        let words: Vec<&str> = action.cmd.iter().map(String::as_str).collect();
        acts.command(&words, &place, found);
    }
    policy.reservations = acts.policy.reservations;
    acts.list
}

impl Acts<'_> {
    fn command(&mut self, words: &[&str], place: &str, found: &mut Found) {
        let words = match words {
            ["sudo", rest @ ..] => rest,
            all => all,
        };
        let program = words
            .first()
            .map_or("", |path| path.rsplit('/').next().unwrap_or(path));
        if program == "scancel" {
            return self.cancel(&words[1..], place, found);
        }
        // `-i` and the like only keep a program from asking or from telling.
        let words: Vec<&str> = words
            .iter()
            .skip(1)
            .copied()
            .filter(|word| !word.starts_with('-'))
            .collect();
        let verb = words
            .first()
            .map(|verb| verb.to_ascii_lowercase())
            .unwrap_or_default();
        let rest = words.get(1..).unwrap_or_default();
        match (program, verb.as_str()) {
            ("scontrol", "create") if names_one(rest, "reservation") => self.reserve(rest, place, found),
            ("scontrol", "update") => self.update(rest, place, found),
            ("scontrol", "delete") if names_one(rest, "reservation") => self.unreserve(rest, place, found),
            ("scontrol", "hold" | "uhold" | "release" | "requeue" | "requeuehold") => {
                self.tell(&verb, rest, place, found);
            }
            ("sacctmgr", "modify" | "update") => self.modify(rest, place, found),
            // These only look.
            ("scontrol", "show" | "ping") | ("sacctmgr", "show" | "list") => {}
            _ => found.problem(
                place,
                format!(
                    "`{program} {}` is not modelled; scontrol create, update, delete, hold, release and requeue, scancel \
                     and sacctmgr modify are",
                    words.join(" ")
                )
                .replace(" `", "`"),
            ),
        }
    }

    /// `scontrol update`: what is updated is named by the key that says which.
    fn update(&mut self, words: &[&str], place: &str, found: &mut Found) {
        if names_one(words, "node") {
            self.update_nodes(words, place, found);
        } else if names_one(words, "partition")
            && !names_one(words, "job")
            && !names_one(words, "reservation")
        {
            self.update_partition(words, place, found);
        } else if names_one(words, "job") {
            self.update_jobs(words, place, found);
        } else if names_one(words, "reservation") {
            self.reserve(words, place, found);
        } else {
            found.problem(
                place,
                "this says not what to update; write NodeName=, PartitionName=, JobId= or ReservationName=",
            );
        }
    }

    fn update_nodes(&mut self, words: &[&str], place: &str, found: &mut Found) {
        let mut nodes = Vec::new();
        for (key, value) in pairs(words) {
            match key.as_str() {
                "nodename" | "node" => nodes = self.nodes(value, place, found),
                "state" | "reason" | "comment" => {}
                _ => found.problem(place, format!("`{key}` of a node is not modelled; State is")),
            }
        }
        let (is, which): (NodesAre, Vec<usize>) = match value_of(words, "state").to_ascii_uppercase().as_str()
        {
            "DOWN" => (NodesAre::Down, nodes),
            "DRAIN" | "FAIL" => (NodesAre::Drained, nodes),
            "RESUME" | "IDLE" => (NodesAre::Up, nodes),
            "UNDRAIN" => (
                NodesAre::Up,
                nodes.into_iter().filter(|&node| !self.down[node]).collect(),
            ),
            other => {
                return found.problem(
                    place,
                    format!("State={other} of a node is not modelled; write DOWN, DRAIN, RESUME or UNDRAIN"),
                );
            }
        };
        for &node in &which {
            match is {
                NodesAre::Down => self.down[node] = true,
                NodesAre::Up => self.down[node] = false,
                NodesAre::Drained => {}
            }
        }
        self.act(Change::Nodes(which, is));
    }

    /// Indices of nodes.
    fn nodes(&self, text: &str, place: &str, found: &mut Found) -> Vec<usize> {
        let named = node_names(place, text, self.names, found);
        let index = |name: &String| self.names.nodes.iter().position(|other| other == name);
        if text.eq_ignore_ascii_case("ALL") {
            (0..self.names.nodes.len()).collect()
        } else {
            named.iter().filter_map(index).collect()
        }
    }

    fn update_partition(&mut self, words: &[&str], place: &str, found: &mut Found) {
        let name = value_of(words, "partition");
        let Some(index) = self.names.partitions.iter().position(|other| other == name) else {
            return found.problem(
                place,
                format!("there is no partition `{name}`; list it in config.partitions"),
            );
        };
        let notes = found.notes.len();
        for (key, value) in pairs(words) {
            let spec = &mut self.policy.partitions[index];
            partition_setting(spec, &key, value, &format!("{place}, {key}"), self.names, found);
            if key == "qos" && !value.is_empty() && !self.names.qos.iter().any(|qos| qos == value) {
                found.problem(
                    place,
                    format!("there is no QOS `{value}`; add it to accounting.qos"),
                );
            }
        }
        refuse_notes(notes, found);
        self.rules();
    }

    /// The rules hold as they are now.
    fn rules(&mut self) {
        let mut policy = self.policy.clone();
        if !self.limits_count {
            policy::without_limits(&mut policy);
        }
        self.act(Change::Rules(Box::new(policy)));
    }

    fn act(&mut self, change: Change) {
        self.list.push(Action { at: self.now, change });
    }
}

/// Keys in small letters, and values.
fn pairs<'a>(words: &[&'a str]) -> impl Iterator<Item = (String, &'a str)> {
    words
        .iter()
        .filter_map(|word| word.split_once('='))
        .map(|(key, value)| (key.to_ascii_lowercase(), value.trim_matches(['"', '\''])))
}

/// Whether a thing of this kind is named: `job=`, `JobId=`, `job 7`.
fn names_one(words: &[&str], kind: &str) -> bool {
    let is = |key: &str| {
        let key = key.to_ascii_lowercase();
        key == kind
            || (kind == "reservation" && key == "res")
            || key
                .strip_prefix(kind)
                .is_some_and(|rest| ["name", "id"].contains(&rest))
    };
    words.first().is_some_and(|word| is(word))
        || words
            .iter()
            .filter_map(|word| word.split_once('='))
            .any(|(key, _)| is(key))
}

/// The value that names a thing of this kind, or that of a plain key.
fn value_of<'a>(words: &[&'a str], kind: &str) -> &'a str {
    let named = words.iter().find_map(|word| {
        let (key, value) = word.split_once('=')?;
        names_one(&[key], kind).then_some(value)
    });
    let bare = match words {
        [first, second, ..] if names_one(&[first], kind) && !second.contains('=') => Some(*second),
        _ => None,
    };
    named.or(bare).unwrap_or_default()
}

/// What a command says that is not known stops the case.
fn refuse_notes(from: usize, found: &mut Found) {
    for note in found.notes.split_off(from) {
        let told = note.split(" is not known here").next().unwrap_or_default();
        found
            .problems
            .push(format!("{told} is not modelled; leave it out"));
    }
}

#[cfg(test)]
mod tests;
