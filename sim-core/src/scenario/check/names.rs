//! Names: that things have one of their own, and that what refers to something by name finds it.

use super::Found;
use crate::scenario::knobs::nearest_word;
use crate::scenario::{ClusterSpec, Scenario, TresName};

/// Place of one thing in a list: by its name, or by its number if it has none.
pub(super) fn path_of(list: &str, name: &str, index: usize) -> String {
    if name.is_empty() {
        format!("{list}.{}", index + 1)
    } else {
        format!("{list}.{name}")
    }
}

/// The name that was probably meant, or all there are.
pub(super) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match nearest_word(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => String::from("there is none: leave it out, or add one"),
        None => format!("there are: {}", known.join(", ")),
    }
}

/// A thing must have a name, and none before it may have the same.
pub(super) fn named<'a>(
    path: &str,
    (one, many): (&str, &str),
    example: &str,
    name: &str,
    before: impl IntoIterator<Item = &'a str>,
    found: &mut Found,
) {
    if name.is_empty() {
        found.error(
            path,
            format!("this {one} has no name"),
            format!("give it one, such as name = \"{example}\""),
        );
    } else if before.into_iter().any(|other| other == name) {
        found.error(path, format!("two {many} have this name"), "rename one of them");
    }
}

/// Every name of a list must be known, and stand there once.
pub(super) fn all_known<'a>(
    path: &str,
    noun: &str,
    names: &[String],
    known: impl Iterator<Item = &'a str> + Clone,
    found: &mut Found,
) {
    for (i, name) in names.iter().enumerate() {
        if !known.clone().any(|other| other == name) {
            let what = format!("there is no {noun} `{name}`");
            found.error(path, what, did_you_mean(name, known.clone()));
        } else if names[..i].contains(name) {
            found.error(path, format!("`{name}` stands here twice"), "write it once");
        }
    }
}

/// Names of node groups.
pub(super) fn groups(scenario: &Scenario) -> impl Iterator<Item = &str> + Clone {
    scenario.cluster.nodes.iter().map(|group| group.name.as_str())
}

/// Names of QOS.
pub(super) fn qos(scenario: &Scenario) -> impl Iterator<Item = &str> + Clone {
    scenario.policy.qos.iter().map(|qos| qos.name.as_str())
}

/// Names of accounts, root first.
pub(super) fn accounts(scenario: &Scenario) -> impl Iterator<Item = &str> + Clone {
    let listed = &scenario.policy.associations.accounts;
    std::iter::once("root").chain(listed.iter().map(|account| account.name.as_str()))
}

/// A resource in a limit or a weight must be one that some node has.
pub(super) fn resources<'a>(
    path: &str,
    types: &[String],
    names: impl Iterator<Item = &'a TresName>,
    found: &mut Found,
) {
    for name in names {
        match name {
            TresName::GpuType(kind) if !types.contains(kind) => {
                let what = format!("no node has a device of type `{kind}`");
                found.error(path, what, did_you_mean(kind, types.iter().map(String::as_str)));
            }
            TresName::Shard => {
                let remedy = "leave it out: nodes cannot offer shards here";
                found.error(path, "no node has shards", remedy);
            }
            TresName::Cpu | TresName::Node | TresName::Billing | TresName::Gpu | TresName::GpuType(_) => {}
        }
    }
}

/// Nodes in these groups, or in all if none is named.
pub(super) fn nodes_in(cluster: &ClusterSpec, groups: &[String]) -> u32 {
    cluster
        .nodes
        .iter()
        .filter(|group| groups.is_empty() || groups.contains(&group.name))
        .fold(0, |sum, group| group.count.saturating_add(sum))
}
