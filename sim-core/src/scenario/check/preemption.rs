//! Checks of who may push whom off: that there is such a pair, and that what is written about it has an effect.

use super::Found;
use super::names::{all_known, path_of, qos as qos_names};
use crate::scenario::{PartitionSpec, PreemptBy, PreemptMode, Scenario};

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    lists(scenario, found);
    switches(scenario, found);
    match scenario.policy.preemption.by {
        PreemptBy::None => {}
        PreemptBy::Qos => by_qos(scenario, found),
        PreemptBy::PartitionPrio => by_partition(scenario, found),
    }
}

/// The Preempt lists. A QOS that may push itself off over others is refused by Slurm's database too; the queue could not
/// put preemptors first.
fn lists(scenario: &Scenario, found: &mut Found) {
    let all = &scenario.policy.qos;
    for (i, qos) in all.iter().enumerate() {
        let path = format!("{}.preempt", path_of("policy.qos", &qos.name, i));
        all_known(&path, "QOS", &qos.preempt, qos_names(scenario), found);
        if let Some(circle) = circle(scenario, i) {
            let what = format!("QOS that push each other off: {}", circle.join(" → "));
            found.error(&path, what, "take one out of the list of another");
        }
        if !qos.preempt.is_empty() && scenario.policy.preemption.by != PreemptBy::Qos {
            let remedy = "write preemption.by = \"qos\", or leave the list out";
            found.warning(
                path,
                "preemption does not go by QOS: the list has no effect",
                remedy,
            );
        }
    }
}

/// The way from a QOS back to itself over Preempt lists, told at the first QOS on it.
fn circle(scenario: &Scenario, from: usize) -> Option<Vec<&str>> {
    let all = &scenario.policy.qos;
    let place = |name: &String| all.iter().position(|qos| qos.name == *name);
    let mut before: Vec<Option<usize>> = vec![None; all.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for next in all[at].preempt.iter().filter_map(place) {
            if next == from {
                let back = std::iter::successors(Some(at), |&at| before[at]);
                let mut way: Vec<&str> = back.map(|at| all[at].name.as_str()).collect();
                if way.last() != Some(&all[from].name.as_str()) {
                    way.push(&all[from].name);
                }
                way.reverse();
                way.push(&all[from].name);
                return Some(way);
            }
            // Those before `from` have told of circles that go over them.
            if next > from && before[next].is_none() {
                before[next] = Some(at);
                open.push(next);
            }
        }
    }
    None
}

fn switches(scenario: &Scenario, found: &mut Found) {
    let preemption = &scenario.policy.preemption;
    let path = "policy.preemption";
    match (preemption.by, preemption.mode) {
        (PreemptBy::PartitionPrio | PreemptBy::Qos, PreemptMode::Off) => {
            let what = "preemption is on, and off is what becomes of jobs: none is pushed off";
            let remedy = "write requeue or cancel, as slurmctld would not start like this; or by = \"none\"";
            found.warning(format!("{path}.mode"), what, remedy);
        }
        (PreemptBy::None, PreemptMode::Cancel | PreemptMode::Requeue) => {
            let what = "nobody may push jobs off, so this has no effect";
            let remedy = "write by = \"qos\" or \"partition-prio\"; slurmctld would not start like this";
            found.warning(format!("{path}.mode"), what, remedy);
        }
        (PreemptBy::None, PreemptMode::Off)
        | (PreemptBy::PartitionPrio | PreemptBy::Qos, PreemptMode::Cancel | PreemptMode::Requeue) => {}
    }
    if preemption.within && preemption.by != PreemptBy::Qos {
        let what = "WITHIN is about jobs of one QOS, and preemption does not go by QOS";
        let remedy = "leave it out, or write by = \"qos\"";
        found.warning(format!("{path}.within"), what, remedy);
    }
}

fn by_qos(scenario: &Scenario, found: &mut Found) {
    let all = &scenario.policy.qos;
    let within = scenario.policy.preemption.within || all.iter().any(|qos| qos.preempt_within);
    if all.iter().all(|qos| qos.preempt.is_empty()) && !within {
        let what = "no QOS may push off another: all lists are empty";
        let remedy = "name QOS in preempt of another, such as preempt = [\"scavenger\"]";
        found.warning("policy.preemption.by", what, remedy);
    }
    for (i, qos) in all.iter().enumerate() {
        if qos.preempt_mode == Some(PreemptMode::Off) {
            let path = format!("{}.preempt-mode", path_of("policy.qos", &qos.name, i));
            let what = "Slurm reads off as unset: its jobs go the way of preemption.mode";
            let remedy = "to protect them, take the QOS out of all preempt lists";
            found.warning(path, what, remedy);
        }
    }
    for (i, partition) in scenario.policy.partitions.iter().enumerate() {
        if partition.preempt_mode.is_some() {
            let path = format!(
                "{}.preempt-mode",
                path_of("policy.partitions", &partition.name, i)
            );
            let remedy = "set it on a QOS, or write by = \"partition-prio\"";
            found.warning(path, "preemption goes by QOS: this has no effect", remedy);
        }
    }
}

fn by_partition(scenario: &Scenario, found: &mut Found) {
    let policy = &scenario.policy;
    let meet = |a: &PartitionSpec, b: &PartitionSpec| {
        a.nodes.is_empty() || b.nodes.is_empty() || a.nodes.iter().any(|group| b.nodes.contains(group))
    };
    let mode = |partition: &PartitionSpec| partition.preempt_mode.unwrap_or(policy.preemption.mode);
    let pushes =
        |a: &PartitionSpec, b: &PartitionSpec| a.tier > b.tier && meet(a, b) && mode(b) != PreemptMode::Off;
    let some = policy
        .partitions
        .iter()
        .any(|a| policy.partitions.iter().any(|b| pushes(a, b)));
    if !some && policy.preemption.mode != PreemptMode::Off {
        let what = "no partition is above another on the same nodes whose jobs may be pushed off";
        let remedy = "give one a higher tier, or write by = \"none\"";
        found.warning("policy.preemption.by", what, remedy);
    }
    for (i, qos) in policy.qos.iter().enumerate() {
        if qos.preempt_mode.is_some() {
            let path = format!("{}.preempt-mode", path_of("policy.qos", &qos.name, i));
            let remedy = "set it on a partition, or write by = \"qos\"";
            found.warning(path, "preemption goes by partition: this has no effect", remedy);
        }
        if qos.preempt_within {
            let path = format!("{}.preempt-within", path_of("policy.qos", &qos.name, i));
            let what = "WITHIN is about jobs of one QOS, and preemption goes by partition";
            found.warning(path, what, "leave it out, or write by = \"qos\"");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, fine, problem, problems, warning};
    use super::*;
    use crate::scenario::QosSpec;

    fn qos(name: &str, preempt: &[&str]) -> QosSpec {
        QosSpec {
            name: name.into(),
            preempt: preempt.iter().map(|&other| other.into()).collect(),
            ..QosSpec::default()
        }
    }

    fn scavenging(s: &mut Scenario) {
        s.policy.preemption.by = PreemptBy::Qos;
        s.policy.preemption.mode = PreemptMode::Requeue;
        s.policy.qos = vec![qos("normal", &["scavenger"]), qos("scavenger", &[])];
    }

    fn owners(s: &mut Scenario) {
        s.policy.preemption.by = PreemptBy::PartitionPrio;
        s.policy.preemption.mode = PreemptMode::Requeue;
        s.policy.partitions.push(PartitionSpec {
            name: "owner".into(),
            tier: 10,
            preempt_mode: Some(PreemptMode::Off),
            ..PartitionSpec::default()
        });
    }

    #[test]
    fn the_common_set_ups_have_no_problem() {
        fine(scavenging);
        fine(owners);
    }

    #[test]
    fn lists_name_qos_that_are_there_and_go_one_way() {
        let list = |index: usize, names: &'static [&'static str]| {
            move |s: &mut Scenario| {
                scavenging(s);
                s.policy.qos[index].preempt = names.iter().map(|&name| name.into()).collect();
            }
        };
        assert_eq!(
            problem(list(0, &["scavengers"])).to_string(),
            "policy.qos.normal.preempt: there is no QOS `scavengers`; did you mean `scavenger`?"
        );
        assert_eq!(
            error(list(0, &["scavenger", "scavenger"])),
            "policy.qos.normal.preempt"
        );
        assert_eq!(
            problem(list(1, &["normal"])).what,
            "QOS that push each other off: normal → scavenger → normal"
        );
        assert_eq!(
            problem(list(1, &["scavenger"])).what,
            "QOS that push each other off: scavenger → scavenger"
        );
    }

    #[test]
    fn preemption_that_pushes_nobody_earns_a_warning() {
        let off = |s: &mut Scenario| {
            scavenging(s);
            s.policy.preemption.mode = PreemptMode::Off;
        };
        assert_eq!(warning(off), "policy.preemption.mode");
        assert_eq!(
            warning(|s| s.policy.preemption.mode = PreemptMode::Cancel),
            "policy.preemption.mode"
        );
        let no_list = |s: &mut Scenario| {
            scavenging(s);
            s.policy.qos[0].preempt.clear();
        };
        assert_eq!(warning(no_list), "policy.preemption.by");
        let level = |s: &mut Scenario| {
            owners(s);
            s.policy.partitions[1].tier = 1;
        };
        assert_eq!(warning(level), "policy.preemption.by");
        let protected = |s: &mut Scenario| {
            owners(s);
            s.policy.partitions[0].preempt_mode = Some(PreemptMode::Off);
        };
        assert_eq!(warning(protected), "policy.preemption.by");
    }

    #[test]
    fn what_has_no_effect_earns_a_warning() {
        let unused = |s: &mut Scenario| {
            scavenging(s);
            s.policy.preemption.by = PreemptBy::None;
            s.policy.preemption.mode = PreemptMode::Off;
        };
        assert_eq!(warning(unused), "policy.qos.normal.preempt");
        let unset = |s: &mut Scenario| {
            scavenging(s);
            s.policy.qos[1].preempt_mode = Some(PreemptMode::Off);
        };
        assert_eq!(warning(unset), "policy.qos.scavenger.preempt-mode");
        let other = |s: &mut Scenario| {
            owners(s);
            s.policy.qos[0].preempt_mode = Some(PreemptMode::Cancel);
            s.policy.preemption.within = true;
        };
        assert_eq!(problems(other).len(), 2);
    }
}
