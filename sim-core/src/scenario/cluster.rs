//! The machine: groups of equal nodes. CPUs and memory go with the GPUs in proportion and are never short.

use serde::{Deserialize, Serialize};

/// All nodes of the cluster, in Slurm's index order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClusterSpec {
    /// Groups of equal nodes. The order gives the node index, which breaks ties in node selection.
    pub nodes: Vec<NodeGroup>,
}

/// So many nodes of one kind.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct NodeGroup {
    /// Name by which partitions refer to it.
    pub name: String,
    /// Number of nodes.
    pub count: u32,
    /// GPUs in each node.
    pub gpus: u32,
    /// Model of the GPU, for display: `a100`.
    pub gpu: String,
}

impl Default for ClusterSpec {
    fn default() -> Self {
        ClusterSpec {
            nodes: vec![NodeGroup::default()],
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
    /// GPUs per node, in index order.
    pub fn gpus_by_node(&self) -> impl Iterator<Item = u32> + '_ {
        self.nodes
            .iter()
            .flat_map(|group| std::iter::repeat_n(group.gpus, group.count as usize))
    }
}
