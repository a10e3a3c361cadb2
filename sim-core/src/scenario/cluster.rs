//! The machine: groups of equal nodes. CPUs and memory go with the GPUs in proportion and are never short.

use serde::{Deserialize, Serialize};

use crate::units::Span;

/// All nodes of the cluster, in Slurm's index order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct ClusterSpec {
    /// Groups of equal nodes. The order gives the node index, which breaks ties in node selection.
    pub nodes: Vec<NodeGroup>,
    /// Times at which nodes are down or drained.
    pub outages: Vec<Outage>,
}

/// So many nodes of one kind.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct NodeGroup {
    /// Name by which partitions refer to it.
    pub name: String,
    /// Number of nodes.
    pub count: u32,
    /// GPUs in each node.
    pub gpus: u32,
    /// Model of the GPU: `a100`. It is the type that `gres/gpu:a100` counts.
    pub gpu: String,
    /// CPUs in each node. 0: they go with the GPUs and are never short.
    pub cpus: u32,
    /// Weight: nodes of lower weight are filled first.
    pub weight: u32,
    /// Devices of other types in each node, after the first ones in index order.
    pub more: Vec<Devices>,
    /// How some of the GPUs are cut into MIG slices; their places in index order are the last.
    pub cut: Vec<CutGpus>,
}

/// Devices of one type in a node.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Devices {
    /// Type, as in `gres/gpu:TYPE`.
    pub gpu: String,
    /// How many in each node.
    pub count: u32,
}

/// So many of a node's GPUs, cut alike.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct CutGpus {
    /// How many of the node's `gpus`.
    pub gpus: u32,
    /// Profiles of one GPU: `3g.20gb+2g.10gb+2g.10gb`. Each slice is a device of type `MODEL_PROFILE`.
    pub layout: String,
}

/// Nodes that nobody can use for a while. Jobs on a node that goes down are lost and queued again; a draining node
/// lets them finish.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Outage {
    /// Names of node groups; empty means all nodes.
    pub nodes: Vec<String>,
    /// When it begins, from time zero.
    pub start: Span,
    /// How long it lasts.
    pub duration: Span,
    /// DRAIN rather than DOWN.
    pub drain: bool,
}

impl Default for Outage {
    fn default() -> Self {
        Outage {
            nodes: Vec::new(),
            start: Span::days(7),
            duration: Span::hours(4),
            drain: false,
        }
    }
}

impl Default for ClusterSpec {
    fn default() -> Self {
        ClusterSpec {
            nodes: vec![NodeGroup::default()],
            outages: Vec::new(),
        }
    }
}

impl Default for NodeGroup {
    fn default() -> Self {
        NodeGroup {
            name: String::from("node"),
            count: 8,
            gpus: 4,
            gpu: String::from("gpu"),
            cpus: 0,
            weight: 1,
            more: Vec::new(),
            cut: Vec::new(),
        }
    }
}

impl ClusterSpec {
    /// GPUs installed, over all nodes.
    pub fn gpus(&self) -> u32 {
        self.nodes
            .iter()
            .map(|group| group.count.saturating_mul(group.gpus))
            .fold(0, u32::saturating_add)
    }
    /// Number of nodes.
    pub fn node_count(&self) -> u32 {
        self.nodes
            .iter()
            .fold(0, |sum, group| group.count.saturating_add(sum))
    }
    /// GPUs of the widest job anybody plans for: the largest power of two in half of the most nodes that are alike, whatever
    /// their groups, since a job over all of them would need the machine to itself (J); at least one node.
    pub fn widest_job(&self) -> u32 {
        let groups = &self.nodes;
        let alike = |group: &NodeGroup| {
            let others = groups
                .iter()
                .filter(|other| (other.gpus, &other.gpu) == (group.gpus, &group.gpu));
            others.map(|other| other.count).fold(0, u32::saturating_add)
        };
        let half = |count: u32, gpus: u32| (count.saturating_mul(gpus) / 2).max(gpus);
        let most = groups
            .iter()
            .filter(|group| group.count > 0)
            .map(|group| half(alike(group), group.gpus))
            .max()
            .unwrap_or(0);
        most.checked_ilog2().map_or(1, |log| 1 << log)
    }
    /// GPUs per node, in index order.
    pub fn gpus_by_node(&self) -> impl Iterator<Item = u32> + '_ {
        self.nodes
            .iter()
            .flat_map(|group| std::iter::repeat_n(group.gpus, group.count as usize))
    }
}
