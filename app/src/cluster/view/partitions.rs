//! Partitions: the grid of what they cover, and a card for each.

use figures::format::counted;
use figures::markup::escape;
use sim_core::scenario::{MeantFor, NodeGroup, PartitionSpec};

use super::View;
use super::form::{Cards, cards};
use crate::cluster::fields::find;
use crate::cluster::kinds::Kind;

/// The grid and the cards.
pub fn panel(view: &View<'_>) -> String {
    let cards = cards(
        view,
        &Cards {
            kind: Kind::Partitions,
            add: "Add a partition",
            none: "There is no partition: no job can go anywhere.",
            facts: &|at| facts(view, at),
            apart: &|_| String::new(),
            verbs: &|_| Vec::new(),
        },
    );
    format!("{}{cards}", grid(view))
}

/// "5 days · tier 2 · 24 nodes · for tests · only for buyer".
fn facts(view: &View<'_>, at: usize) -> String {
    let Some(partition) = view.now.policy.partitions.get(at) else {
        return String::new();
    };
    let say = |key: &str| {
        find(Kind::Partitions, key).map_or(String::new(), |field| field.say(&(field.get)(view.now, at)))
    };
    let nodes: u64 = covered(view, partition).map(|group| u64::from(group.count)).sum();
    let mut facts = vec![
        format!("up to {}", say("max-time")),
        counted(nodes, "node", "nodes"),
        format!("tier {}", partition.tier),
    ];
    if partition.meant_for != MeantFor::Anything {
        facts.push(format!("for {}", say("meant-for")));
    }
    if !partition.allow_accounts.is_empty() {
        facts.push(format!("only for {}", say("allow-accounts")));
    }
    facts.join(" · ")
}

fn covered<'a>(view: &'a View<'_>, partition: &'a PartitionSpec) -> impl Iterator<Item = &'a NodeGroup> {
    let covers = |group: &&NodeGroup| partition.nodes.is_empty() || partition.nodes.contains(&group.name);
    view.now.cluster.nodes.iter().filter(covers)
}

/// Nodes by partitions, to tick: what overlaps can be seen.
fn grid(view: &View<'_>) -> String {
    let partitions = &view.now.policy.partitions;
    if partitions.is_empty() {
        return String::new();
    }
    let heads: String = partitions
        .iter()
        .map(|it| format!("<th scope=\"col\"><span>{}</span></th>", escape(&it.name)))
        .collect();
    let rows: String = view
        .now
        .cluster
        .nodes
        .iter()
        .enumerate()
        .map(|(at, group)| row(view, at, group))
        .collect();
    let typed = view
        .editor
        .typed
        .iter()
        .filter(|(address, _)| address.starts_with("cover/"));
    let notes: String = typed
        .map(|(_, typed)| format!("<span class=\"cl-note note-error\">{}</span>", escape(&typed.why)))
        .collect();
    let names = view
        .troubles
        .iter()
        .filter(|it| matches!(it.place, Some((Kind::Partitions, _, Some("nodes")))))
        .map(super::note)
        .collect::<String>();
    format!(
        "<div class=\"scroll cl-grid\" tabindex=\"0\" role=\"group\" aria-label=\"Nodes by partitions\"><table class=\"plain\">\
         <caption class=\"sr\">Which partition is on which nodes</caption><thead><tr><th scope=\"col\">Nodes</th>{heads}\
         <th scope=\"col\">Shared</th></tr></thead><tbody>{rows}</tbody></table></div><p class=\"cl-under\">{notes}{names}</p>"
    )
}

fn row(view: &View<'_>, at: usize, group: &NodeGroup) -> String {
    let covers = |it: &PartitionSpec| it.nodes.is_empty() || it.nodes.contains(&group.name);
    let partitions = &view.now.policy.partitions;
    let cells: String = partitions
        .iter()
        .enumerate()
        .map(|(partition, it)| {
            let is = covers(it);
            format!(
                "<td class=\"{class}\"><label><input type=\"checkbox\" id=\"cover-{partition}-{at}\" data-set=\"cover/{partition}/{at}\"{checked}>\
                 <span class=\"sr\">{name} on {nodes}</span></label></td>",
                class = if is { "on" } else { "off" },
                checked = if is { " checked" } else { "" },
                name = escape(&it.name),
                nodes = escape(&group.name),
            )
        })
        .collect();
    let shared = match partitions.iter().filter(|it| covers(it)).count() {
        0 => "by none: idle".to_owned(),
        1 => "no".to_owned(),
        n => format!("by {n}"),
    };
    format!(
        "<tr><th scope=\"row\">{name} <span class=\"quiet\">{gpus}</span></th>{cells}<td>{shared}</td></tr>",
        name = escape(&group.name),
        gpus = counted(group.installed().gpus, "GPU", "GPUs"),
    )
}
