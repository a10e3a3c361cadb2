//! The nodes of the cluster: what is installed, what is free, which can be used.

use super::node_set::NodeSet;
use super::room::{Allocation, Room};
use crate::ids::{KindId, NodeId, Table};
use crate::order;
use crate::reason::Cause;
use crate::scenario::{ClusterSpec, NodeGroup};
use crate::units::SEVENTHS;
use crate::workload::Request;

/// A type of device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kind {
    /// As in `gres/gpu:NAME`.
    pub name: String,
    /// Capacity in sevenths of a GPU: 7 for a whole one, k for a slice of k compute slices.
    pub sevenths: u64,
}

/// A node that is on its way to or from a service, or serves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lent {
    /// Which node.
    pub node: usize,
    /// Whether jobs may still start there, those that end before it has to go.
    pub takes: bool,
    /// Why what nobody holds there stands idle, if it goes already.
    pub cause: Option<Cause>,
}

/// All nodes, by index.
#[derive(Clone, Debug)]
pub struct Nodes {
    kinds: Table<KindId, Kind>,
    installed: Room,
    free: Room,
    /// Types of device of each node, in index order.
    orders: Vec<Vec<KindId>>,
    names: Vec<String>,
    weights: Vec<u32>,
    all: NodeSet,
    /// Those that can be used.
    up: NodeSet,
    /// Those that are neither down nor drained.
    works: NodeSet,
    /// Those that are on their way to or from a service, or serve.
    lent: Vec<Lent>,
    /// Whether there is more than one weight.
    weighted: bool,
    /// The nodes of each weight, lowest weight first.
    by_weight: Vec<NodeSet>,
    /// GPUs of each node with what is lost to the cut, in sevenths.
    capacity: u64,
}

impl Nodes {
    /// All free.
    pub fn new(spec: &ClusterSpec) -> Nodes {
        let mut kinds: Table<KindId, Kind> = Table::default();
        let mut devices: Vec<Vec<(KindId, u32)>> = Vec::new();
        let (mut names, mut weights, mut cpus) = (Vec::new(), Vec::new(), Vec::new());
        for group in &spec.nodes {
            let of_node = of_group(group, &mut kinds);
            for number in 0..group.count {
                names.push(if group.count == 1 {
                    group.name.clone()
                } else {
                    format!("{}{}", group.name, number + 1)
                });
                weights.push(group.weight);
                cpus.push(if group.cpus == 0 { u32::MAX } else { group.cpus });
                devices.push(of_node.clone());
            }
        }
        if kinds.is_empty() {
            kinds.push(Kind {
                name: String::from("gpu"),
                sevenths: SEVENTHS,
            });
        }
        let by_kind: Vec<Vec<u32>> = devices
            .iter()
            .map(|of_node| {
                let mut counts = vec![0; kinds.len()];
                of_node
                    .iter()
                    .for_each(|&(kind, count)| counts[usize::from(kind)] += count);
                counts
            })
            .collect();
        if cpus.iter().all(|&of_node| of_node == u32::MAX) {
            cpus.clear();
        }
        let installed = Room::new(kinds.len(), &by_kind, cpus);
        let gpus = |group: &NodeGroup| {
            let more: u32 = group.more.iter().map(|devices| devices.count).sum();
            u64::from(group.count) * u64::from(group.gpus + more)
        };
        Nodes {
            free: installed.clone(),
            up: NodeSet::full(names.len()),
            works: NodeSet::full(names.len()),
            lent: Vec::new(),
            all: NodeSet::full(names.len()),
            installed,
            orders: devices
                .iter()
                .map(|of_node| of_node.iter().map(|&(kind, _)| kind).collect())
                .collect(),
            names,
            by_weight: by_weight(&weights),
            weighted: weights.windows(2).any(|pair| pair[0] != pair[1]),
            weights,
            capacity: SEVENTHS * spec.nodes.iter().map(gpus).sum::<u64>(),
            kinds,
        }
    }
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.installed.gpus().len()
    }
    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Types of device, in order of their first appearance.
    pub fn kinds(&self) -> &Table<KindId, Kind> {
        &self.kinds
    }
    /// What there is.
    pub fn installed(&self) -> &Room {
        &self.installed
    }
    /// What is free.
    pub fn free(&self) -> &Room {
        &self.free
    }
    /// All nodes.
    pub fn all(&self) -> &NodeSet {
        &self.all
    }
    /// Nodes that can be used: neither down nor drained.
    pub fn up(&self) -> &NodeSet {
        &self.up
    }
    /// Nodes that are neither down nor drained, whoever has them.
    pub fn works(&self) -> &NodeSet {
        &self.works
    }
    /// Nodes that a service has, or is about to have or has had.
    pub fn lent(&self) -> &[Lent] {
        &self.lent
    }
    /// Whether nodes can be used, from now on.
    pub(super) fn set_up(&mut self, nodes: &NodeSet, up: bool) {
        if up {
            self.works.unite(nodes);
        } else {
            self.works.subtract(nodes);
        }
        self.find_up();
    }
    /// These nodes are lent from now on, and no others.
    pub(super) fn lend(&mut self, lent: Vec<Lent>) {
        self.lent = lent;
        self.find_up();
    }
    fn find_up(&mut self) {
        self.up.clone_from(&self.works);
        for lent in self.lent.iter().filter(|lent| !lent.takes) {
            self.up.remove(lent.node);
        }
    }
    /// Installed capacity in sevenths of a GPU, with what is lost to the cut.
    pub fn capacity(&self) -> u64 {
        self.capacity
    }
    /// Name of a node: that of its group, with its number from 1 if the group has several.
    pub fn name(&self, node: NodeId) -> &str {
        &self.names[usize::from(node)]
    }
    /// Writes down which devices the request takes of these nodes: the lowest free ones.
    pub fn settle(&self, free: &Room, on: Allocation, request: &Request) -> Allocation {
        free.settle(on, request, |node| &self.orders[node])
    }
    /// Weight of a node, or 0 where all are equal.
    pub fn weight(&self, node: usize) -> u32 {
        if self.weighted { self.weights[node] } else { 0 }
    }
    /// The nodes of each weight, lowest weight first.
    pub fn by_weight(&self) -> &[NodeSet] {
        &self.by_weight
    }
    /// A job takes its share.
    pub fn take(&mut self, on: &Allocation, request: &Request) {
        self.free.take(on, request);
    }
    /// It gives it back.
    pub fn give_back(&mut self, on: &Allocation, request: &Request) {
        self.free.give_back(on, request);
    }
}

fn by_weight(weights: &[u32]) -> Vec<NodeSet> {
    let mut all = weights.to_vec();
    order::sort(&mut all);
    all.dedup();
    all.iter()
        .map(|weight| {
            let mut nodes = NodeSet::empty(weights.len());
            let of_weight = (0..weights.len()).filter(|&node| weights[node] == *weight);
            of_weight.for_each(|node| nodes.insert(node));
            nodes
        })
        .collect()
}

/// Devices of a node of the group, in index order, by type.
fn of_group(group: &NodeGroup, kinds: &mut Table<KindId, Kind>) -> Vec<(KindId, u32)> {
    let mut devices: Vec<(KindId, u32)> = Vec::new();
    for device in group.devices() {
        let known = kinds
            .entries()
            .find(|(_, kind)| kind.name == device.kind)
            .map(|(id, _)| id);
        let kind = known.unwrap_or_else(|| {
            kinds.push(Kind {
                name: device.kind,
                sevenths: device.sevenths,
            })
        });
        match devices.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, count)) => *count += 1,
            None => devices.push((kind, 1)),
        }
    }
    devices
}

/// All nodes of the groups with these names; all there are if none is named.
pub fn of_groups(spec: &ClusterSpec, groups: &[String]) -> NodeSet {
    let mut set = NodeSet::empty(spec.node_count() as usize);
    let mut index = 0;
    for group in &spec.nodes {
        for _ in 0..group.count {
            if groups.is_empty() || groups.contains(&group.name) {
                set.insert(index);
            }
            index += 1;
        }
    }
    set
}
