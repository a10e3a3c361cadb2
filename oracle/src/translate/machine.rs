//! Nodes and partitions of a case.

use sim_core::scenario::{
    ClusterSpec, Devices, NodeGroup, PartitionSpec, PartitionState, PreemptMode, TresWeights,
};
use sim_core::units::Span;

use super::Found;
use crate::case::{Case, Settings};
use crate::experiment::Names;
use crate::words;

/// MaxTime=UNLIMITED: planned as a year.
const UNLIMITED: Span = Span::days(365);

/// Every node a group of its own, devices in the order of the file.
pub fn cluster(case: &Case, names: &mut Names, found: &mut Found) -> ClusterSpec {
    let mut nodes = Vec::new();
    for node in &case.config.nodes {
        let place = format!("config.nodes.{}", node.name);
        for key in node.others.keys() {
            found.unknown(&place, format!("`{key}`"));
        }
        let mut devices: Vec<Devices> = Vec::new();
        for (name, count) in &node.gres.0 {
            match name.split_once(':').unwrap_or((name, "gpu")) {
                ("gpu", kind) => devices.push(Devices {
                    gpu: kind.to_owned(),
                    count: *count,
                }),
                _ => found.unknown(format!("{place}.gres"), format!("`{name}`")),
            }
        }
        devices.retain(|devices| devices.count > 0);
        let mut devices = devices.into_iter();
        let first = devices.next().unwrap_or_default();
        nodes.push(NodeGroup {
            name: node.name.clone(),
            count: 1,
            gpus: first.count,
            gpu: if first.count == 0 {
                String::from("gpu")
            } else {
                first.gpu
            },
            cpus: node.cpus,
            more: devices.collect(),
            ..NodeGroup::default()
        });
        if names.nodes.contains(&node.name) {
            found.problem(&place, "two nodes have this name; rename one");
        }
        names.nodes.push(node.name.clone());
    }
    if nodes.is_empty() {
        found.problem("config.nodes", "there is no node; list at least one");
    }
    ClusterSpec {
        nodes,
        ..ClusterSpec::default()
    }
}

/// Partitions in the order of the file; the default one is found by [`default_partition`].
pub fn partitions(case: &Case, names: &mut Names, found: &mut Found) -> Vec<PartitionSpec> {
    let mut partitions: Vec<PartitionSpec> = Vec::new();
    for settings in &case.config.partitions {
        let name = settings.name().to_owned();
        let place = format!("config.partitions.{name}");
        if name.is_empty() {
            found.problem("config.partitions", "a partition without a name; name it");
        } else if names.partitions.contains(&name) {
            found.problem(&place, "two partitions have this name; rename one");
        }
        names.partitions.push(name);
        partitions.push(partition(settings, &place, names, found));
    }
    if partitions.is_empty() {
        found.problem("config.partitions", "there is no partition; list at least one");
    }
    partitions
}

/// Where jobs go that name no partition.
pub fn default_partition(case: &Case) -> usize {
    let marked = |settings: &Settings| settings.get("Default").is_some_and(words::yes);
    case.config.partitions.iter().position(marked).unwrap_or(0)
}

fn partition(settings: &Settings, place: &str, names: &Names, found: &mut Found) -> PartitionSpec {
    let mut spec = PartitionSpec {
        name: settings.name().to_owned(),
        max_time: UNLIMITED,
        default_time: None,
        ..PartitionSpec::default()
    };
    for (key, value) in settings.iter() {
        partition_setting(&mut spec, key, value, &format!("{place}.{key}"), names, found);
    }
    spec
}

/// One setting of a partition, in the configuration or by `scontrol update`.
pub fn partition_setting(
    spec: &mut PartitionSpec,
    key: &str,
    value: &str,
    place: &str,
    names: &Names,
    found: &mut Found,
) {
    match key.to_ascii_lowercase().as_str() {
        "name" | "partitionname" | "default" => {}
        "nodes" => spec.nodes = node_names(place, value, names, found),
        "maxtime" => {
            let read = words::time(value, 60);
            spec.max_time = found.take(place, read).unwrap_or(UNLIMITED);
        }
        "defaulttime" => {
            let read = words::time(value, 60);
            spec.default_time = found.take(place, read);
        }
        "minnodes" => spec.min_nodes = found.number(place, value),
        "maxnodes" if value.eq_ignore_ascii_case("UNLIMITED") => spec.max_nodes = None,
        "maxnodes" => spec.max_nodes = Some(found.number(place, value)),
        "prioritytier" => spec.tier = found.number(place, value),
        "priorityjobfactor" => spec.job_factor = found.number(place, value),
        "priority" => {
            spec.tier = found.number(place, value);
            spec.job_factor = spec.tier;
        }
        "qos" => spec.qos = Some(value.to_owned()).filter(|qos| !qos.is_empty()),
        "allowaccounts" => spec.allow_accounts = allowed(value),
        "allowqos" => spec.allow_qos = allowed(value),
        "denyaccounts" => spec.deny_accounts = denied(value),
        "denyqos" => spec.deny_qos = denied(value),
        "state" => match value.to_ascii_uppercase().as_str() {
            "UP" => spec.state = PartitionState::Up,
            "DOWN" => spec.state = PartitionState::Down,
            "DRAIN" => spec.state = PartitionState::Drain,
            "INACTIVE" => spec.state = PartitionState::Inactive,
            _ => found.problem(place, format!("`{value}`; write UP, DOWN, DRAIN or INACTIVE")),
        },
        "preemptmode" => spec.preempt_mode = Some(preempt_mode(place, value, found).0),
        "gracetime" => {
            let read = words::time(value, 1);
            spec.grace_time = found.take(place, read).unwrap_or_default();
        }
        "oversubscribe" | "shared" if value.eq_ignore_ascii_case("EXCLUSIVE") => spec.exclusive = true,
        "oversubscribe" | "shared" if value.eq_ignore_ascii_case("NO") => spec.exclusive = false,
        "lln" => spec.least_loaded = words::yes(value),
        "tresbillingweights" => spec.billing = weights(place, value, found),
        _ => found.unknown(place, format!("`{value}`")),
    }
}

/// Those named; none for nobody.
fn denied(value: &str) -> Vec<String> {
    words::list(value)
        .filter(|name| !name.eq_ignore_ascii_case("NONE"))
        .map(str::to_owned)
        .collect()
}

/// Those named; none for all.
fn allowed(value: &str) -> Vec<String> {
    if value.eq_ignore_ascii_case("ALL") {
        return Vec::new();
    }
    words::list(value).map(str::to_owned).collect()
}

/// Names of node groups; empty for all nodes.
pub fn node_names(place: &str, text: &str, names: &Names, found: &mut Found) -> Vec<String> {
    if text.eq_ignore_ascii_case("ALL") {
        return Vec::new();
    }
    let nodes = found.take(place, words::hosts(text));
    for node in nodes.iter().filter(|node| !names.nodes.contains(node)) {
        found.problem(
            place,
            format!("there is no node `{node}`; list it in config.nodes"),
        );
    }
    nodes
}

/// Weights by resource; memory does not count here.
pub fn weights(place: &str, text: &str, found: &mut Found) -> TresWeights {
    let memory = |entry: &&str| {
        entry
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("mem="))
    };
    for entry in words::list(text).filter(memory) {
        found.unknown(place, format!("`{entry}`"));
    }
    let rest: Vec<&str> = words::list(text).filter(|entry| !memory(entry)).collect();
    found.take(place, rest.join(",").parse())
}

/// What becomes of a job that is pushed off, and whether `WITHIN` is written.
pub fn preempt_mode(place: &str, text: &str, found: &mut Found) -> (PreemptMode, bool) {
    let (mut mode, mut within) = (PreemptMode::Off, false);
    for word in words::list(text) {
        match word.to_ascii_uppercase().as_str() {
            "OFF" => {}
            "CANCEL" => mode = PreemptMode::Cancel,
            "REQUEUE" => mode = PreemptMode::Requeue,
            "WITHIN" => within = true,
            _ => found.problem(
                place,
                format!("`{word}` is not modelled; write OFF, CANCEL or REQUEUE"),
            ),
        }
    }
    (mode, within)
}
