//! What is free on every node, and what jobs take of it.

use super::levels::Levels;
use super::node_set::NodeSet;
use crate::ids::{KindId, NodeId};
use crate::workload::Request;

/// The nodes that a job holds, and which devices of mixed nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allocation {
    on: On,
    /// By node: devices of each type, then CPUs (0: one for each device). Only where the request alone does not say it:
    /// any type on mixed nodes, whole nodes.
    split: Option<Box<[u32]>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum On {
    /// One node: nearly every job.
    One(NodeId),
    /// Several, in index order; empty before a start.
    Many(Box<[NodeId]>),
}

impl Allocation {
    /// No nodes.
    pub fn none() -> Allocation {
        Allocation::many(Box::default())
    }
    /// One node.
    pub fn one(node: NodeId) -> Allocation {
        Allocation {
            on: On::One(node),
            split: None,
        }
    }
    /// Several, in index order.
    pub fn many(nodes: Box<[NodeId]>) -> Allocation {
        Allocation {
            on: On::Many(nodes),
            split: None,
        }
    }
    /// Its nodes, in index order.
    pub fn nodes(&self) -> &[NodeId] {
        match &self.on {
            On::One(node) => std::slice::from_ref(node),
            On::Many(nodes) => nodes,
        }
    }
    /// Whether the request alone does not say which devices these are.
    pub fn is_split(&self) -> bool {
        self.split.is_some()
    }
    /// The devices by type on one of its nodes, for a cluster of so many types, where the request alone does not say it.
    pub fn split_on(&self, index: usize, kinds: usize) -> Option<&[u32]> {
        let split = self.split.as_ref()?;
        Some(&split[index * (kinds + 1)..][..kinds])
    }
    /// Its nodes, each with the devices by type, for a cluster of so many types.
    pub fn devices_by_node(
        &self,
        request: &Request,
        kinds: usize,
    ) -> impl Iterator<Item = (NodeId, Vec<u32>)> {
        self.nodes().iter().enumerate().map(move |(index, &node)| {
            let devices = match &self.split {
                Some(split) => split[index * (kinds + 1)..][..kinds].to_vec(),
                None => {
                    let mut devices = vec![0; kinds];
                    devices[request.kind.map_or(0, usize::from)] = request.gpus_per_node;
                    devices
                }
            };
            (node, devices)
        })
    }
    /// CPUs over all its nodes, for a cluster of so many types.
    pub fn cpus(&self, request: &Request, kinds: usize) -> u32 {
        match &self.split {
            Some(split) => split
                .chunks(kinds + 1)
                .map(|of_node| match of_node[kinds] {
                    0 => of_node[..kinds].iter().sum::<u32>(),
                    fixed => fixed,
                })
                .sum(),
            None => request.cpus(),
        }
    }
    /// Devices of every type over all its nodes, for a cluster of so many types.
    pub fn devices(&self, request: &Request, kinds: usize) -> Vec<u32> {
        match &self.split {
            Some(split) => (0..kinds)
                .map(|kind| split.iter().skip(kind).step_by(kinds + 1).sum())
                .collect(),
            None => {
                let mut devices = vec![0; kinds];
                devices[request.kind.map_or(0, usize::from)] = request.gpus();
                devices
            }
        }
    }
}

/// Devices and CPUs of every node: those free now, or those there are.
#[derive(PartialEq, Eq, Debug)]
pub struct Room {
    kinds: usize,
    /// Devices of all types together, by node.
    gpus: Vec<u32>,
    /// By node, then by type in index order. Empty where there is only one type.
    by_kind: Vec<u32>,
    /// By node. Empty where CPUs are never short.
    cpus: Vec<u32>,
    /// Jobs on each node.
    jobs: Vec<u32>,
    /// By the number of free devices.
    levels: Levels,
    total: u32,
}

impl Clone for Room {
    fn clone(&self) -> Room {
        Room {
            kinds: self.kinds,
            gpus: self.gpus.clone(),
            by_kind: self.by_kind.clone(),
            cpus: self.cpus.clone(),
            jobs: self.jobs.clone(),
            levels: self.levels.clone(),
            total: self.total,
        }
    }
    /// Without new memory.
    fn clone_from(&mut self, other: &Room) {
        self.kinds = other.kinds;
        self.gpus.clone_from(&other.gpus);
        self.by_kind.clone_from(&other.by_kind);
        self.cpus.clone_from(&other.cpus);
        self.jobs.clone_from(&other.jobs);
        self.levels.copy(&other.levels);
        self.total = other.total;
    }
}

impl Room {
    /// Room for nobody yet: devices by node, each a list by type; CPUs by node, or none where they are never short.
    pub fn new(kinds: usize, devices: &[Vec<u32>], cpus: Vec<u32>) -> Room {
        let gpus: Vec<u32> = devices.iter().map(|of_node| of_node.iter().sum()).collect();
        Room {
            kinds,
            total: gpus.iter().sum(),
            jobs: vec![0; gpus.len()],
            levels: Levels::new(&gpus),
            gpus,
            by_kind: if kinds > 1 { devices.concat() } else { Vec::new() },
            cpus,
        }
    }
    /// Devices of all types, by node.
    pub fn gpus(&self) -> &[u32] {
        &self.gpus
    }
    /// Devices by node, then by type; empty where there is only one type.
    pub fn by_kind(&self) -> &[u32] {
        &self.by_kind
    }
    /// Devices over all nodes.
    pub fn total(&self) -> u32 {
        self.total
    }
    /// Devices of one type on a node.
    #[inline]
    pub fn of_kind(&self, node: usize, kind: KindId) -> u32 {
        if self.kinds > 1 {
            self.by_kind[node * self.kinds + usize::from(kind)]
        } else {
            self.gpus[node]
        }
    }
    /// Devices on a node that a request could take.
    #[inline]
    pub fn usable(&self, node: usize, request: &Request) -> u32 {
        match request.kind {
            None => self.gpus[node],
            Some(kind) => self.of_kind(node, kind),
        }
    }
    /// CPUs on a node; more than anybody asks for where they are never short.
    #[inline]
    pub fn cpus(&self, node: usize) -> u32 {
        self.cpus.get(node).copied().unwrap_or(u32::MAX)
    }
    /// Whether CPUs can be short.
    pub fn counts_cpus(&self) -> bool {
        !self.cpus.is_empty()
    }
    /// Jobs on a node.
    pub fn jobs(&self, node: usize) -> u32 {
        self.jobs[node]
    }
    /// Whether the node has room for the request's share.
    #[inline]
    pub fn fits(&self, node: usize, request: &Request) -> bool {
        self.usable(node, request) >= request.gpus_per_node
            && (request.cpus_per_node == 0 || self.cpus(node) >= request.cpus_per_node)
            && !(request.exclusive && self.jobs[node] > 0)
    }
    /// Whether nodes are kept by their number of free devices, so that [`Room::tightest`] can be asked.
    pub fn has_levels(&self) -> bool {
        self.levels.len() > 0
    }
    /// Number of nodes with no device free, with one, and so on.
    pub fn levels(&self) -> &[u32] {
        self.levels.counts()
    }
    /// The first nodes of both sets that have room for the request and that `open` lets through: the fewest free devices
    /// first, or with `spread` the most, then the lowest index, up to so many. Only where CPUs are not asked for.
    pub fn tightest(
        &self,
        request: &Request,
        (a, b): (&NodeSet, &NodeSet),
        open: &dyn Fn(usize) -> bool,
        spread: bool,
        wanted: usize,
        found: &mut Vec<usize>,
    ) -> bool {
        let least = request.gpus_per_node as usize;
        let all = self.levels.len();
        (least..all).any(|level| {
            let level = if spread { all - 1 + least - level } else { level };
            self.levels.counts()[level] > 0
                && self.levels.find(level, a, b, |node| {
                    if self.fits(node, request) && open(node) {
                        found.push(node);
                    }
                    found.len() == wanted
                })
        })
    }
    /// Writes down which devices the request takes of these nodes. `order` gives the types of a node in index order.
    pub(super) fn settle<'a>(
        &self,
        mut on: Allocation,
        request: &Request,
        order: impl Fn(usize) -> &'a [KindId],
    ) -> Allocation {
        let any_type = self.kinds > 1 && request.kind.is_none() && request.gpus_per_node > 0;
        if any_type || request.exclusive {
            let width = self.kinds + 1;
            let mut split = vec![0; on.nodes().len() * width];
            for (&node, share) in on.nodes().iter().zip(split.chunks_exact_mut(width)) {
                self.share(usize::from(node), request, order(usize::from(node)), share);
            }
            on.split = Some(split.into_boxed_slice());
        }
        on
    }
    /// The devices by type that the request takes of a node, the lowest free ones, and CPUs; all of it if it wants whole
    /// nodes.
    fn share(&self, node: usize, request: &Request, order: &[KindId], share: &mut [u32]) {
        share[self.kinds] = match self.cpus.get(node) {
            Some(&all) if request.exclusive && all < u32::MAX => all,
            Some(_) | None => request.cpus_per_node,
        };
        let mut wanted = request.gpus_per_node;
        for &kind in order {
            let free = self.of_kind(node, kind);
            let taken = if request.exclusive { free } else { free.min(wanted) };
            wanted -= taken.min(wanted);
            share[usize::from(kind)] = taken;
        }
    }
    /// So many devices of a type are counted as taken, by no job.
    pub fn set_apart(&mut self, node: usize, kind: KindId, devices: u32) {
        let before = self.gpus[node];
        self.gpus[node] -= devices;
        self.levels.change(node, before, self.gpus[node]);
        self.total -= devices;
        if self.kinds > 1 {
            self.by_kind[node * self.kinds + usize::from(kind)] -= devices;
        }
    }
    /// A job takes its share of each of its nodes.
    pub fn take(&mut self, on: &Allocation, request: &Request) {
        self.change(on, request, |have, share| {
            assert!(*have >= share, "nothing is held twice");
            *have -= share;
        });
        for &node in on.nodes() {
            self.jobs[usize::from(node)] += 1;
        }
    }
    /// It gives them back.
    pub fn give_back(&mut self, on: &Allocation, request: &Request) {
        self.change(on, request, |have, share| *have += share);
        for &node in on.nodes() {
            self.jobs[usize::from(node)] -= 1;
        }
    }
    fn change(&mut self, on: &Allocation, request: &Request, apply: impl Fn(&mut u32, u32)) {
        for (index, &node) in on.nodes().iter().enumerate() {
            let node = usize::from(node);
            let before = self.gpus[node];
            let mut cpus_taken = request.cpus_per_node;
            match &on.split {
                Some(split) => {
                    let of_node = &split[index * (self.kinds + 1)..][..=self.kinds];
                    for (kind, &share) in of_node[..self.kinds].iter().enumerate() {
                        apply(&mut self.gpus[node], share);
                        if self.kinds > 1 {
                            apply(&mut self.by_kind[node * self.kinds + kind], share);
                        }
                    }
                    cpus_taken = of_node[self.kinds];
                }
                None => {
                    apply(&mut self.gpus[node], request.gpus_per_node);
                    if self.kinds > 1 && request.gpus_per_node > 0 {
                        let kind = request.kind.map_or(0, usize::from);
                        apply(&mut self.by_kind[node * self.kinds + kind], request.gpus_per_node);
                    }
                }
            }
            let now = self.gpus[node];
            self.total = self.total - before + now;
            self.levels.change(node, before, now);
            if let Some(cpus) = self.cpus.get_mut(node) {
                apply(cpus, cpus_taken);
            }
        }
    }
}
