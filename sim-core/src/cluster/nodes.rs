//! Nodes, how many of their devices are free, and sets of nodes.

use crate::ids::NodeId;

/// The nodes that a job holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Allocation {
    /// One node: nearly every job.
    One(NodeId),
    /// Several, in index order; empty before a start.
    Many(Box<[NodeId]>),
}

impl Allocation {
    /// No nodes.
    pub fn none() -> Allocation {
        Allocation::Many(Box::default())
    }
    /// Its nodes, in index order.
    pub fn nodes(&self) -> &[NodeId] {
        match self {
            Allocation::One(node) => std::slice::from_ref(node),
            Allocation::Many(nodes) => nodes,
        }
    }
}

/// Devices of every node.
#[derive(Clone, Debug)]
pub struct Nodes {
    installed: Vec<u32>,
    free: Vec<u32>,
    free_total: u32,
    installed_total: u32,
}

impl Nodes {
    /// All free.
    pub fn new(gpus: impl Iterator<Item = u32>) -> Nodes {
        let installed: Vec<u32> = gpus.collect();
        let total = installed.iter().sum();
        Nodes {
            free_total: total,
            installed_total: total,
            free: installed.clone(),
            installed,
        }
    }
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.installed.len()
    }
    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.installed.is_empty()
    }
    /// Devices installed, by node.
    pub fn installed(&self) -> &[u32] {
        &self.installed
    }
    /// Free devices, by node.
    pub fn free(&self) -> &[u32] {
        &self.free
    }
    /// Free devices over all nodes.
    pub fn free_total(&self) -> u32 {
        self.free_total
    }
    /// Devices installed over all nodes.
    pub fn installed_total(&self) -> u32 {
        self.installed_total
    }
    /// Takes so many devices on each node of the allocation.
    pub fn take(&mut self, on: &Allocation, each: u32) {
        for &node in on.nodes() {
            assert!(self.free[node.0 as usize] >= each, "no device is held twice");
            self.free[node.0 as usize] -= each;
            self.free_total -= each;
        }
    }
    /// Gives them back.
    pub fn give_back(&mut self, on: &Allocation, each: u32) {
        for &node in on.nodes() {
            self.free[node.0 as usize] += each;
            self.free_total += each;
            debug_assert!(self.free[node.0 as usize] <= self.installed[node.0 as usize]);
        }
    }
}

/// A set of nodes, one bit each. Up to 64 nodes it needs no heap, so that passes may clone it freely.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeSet {
    first: u64,
    rest: Vec<u64>,
}

impl NodeSet {
    /// The empty set over so many nodes.
    pub fn empty(nodes: usize) -> NodeSet {
        NodeSet {
            first: 0,
            rest: vec![0; nodes.div_ceil(64).saturating_sub(1)],
        }
    }
    fn words(&self) -> impl Iterator<Item = u64> + '_ {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }
    fn change(&mut self, other: &NodeSet, op: impl Fn(u64, u64) -> u64) {
        self.first = op(self.first, other.first);
        for (mine, &theirs) in self.rest.iter_mut().zip(&other.rest) {
            *mine = op(*mine, theirs);
        }
    }
    /// Puts a node in.
    pub fn insert(&mut self, node: usize) {
        let word = if node < 64 {
            &mut self.first
        } else {
            &mut self.rest[node / 64 - 1]
        };
        *word |= 1 << (node % 64);
    }
    /// Whether the node is in.
    pub fn contains(&self, node: usize) -> bool {
        let word = if node < 64 {
            self.first
        } else {
            self.rest[node / 64 - 1]
        };
        word >> (node % 64) & 1 == 1
    }
    /// The members, in index order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words().enumerate().flat_map(|(word, bits)| {
            let mut rest = bits;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(word * 64 + bit)
            })
        })
    }
    /// Takes every member of `other` out.
    pub fn subtract(&mut self, other: &NodeSet) {
        self.change(other, |mine, theirs| mine & !theirs);
    }
    /// Keeps only what is in `other` too.
    pub fn intersect(&mut self, other: &NodeSet) {
        self.change(other, |mine, theirs| mine & theirs);
    }
    /// Whether the two share a node.
    pub fn meets(&self, other: &NodeSet) -> bool {
        self.words()
            .zip(other.words())
            .any(|(mine, theirs)| mine & theirs != 0)
    }
    /// Whether this one has a node that `other` lacks.
    pub fn exceeds(&self, other: &NodeSet) -> bool {
        self.words()
            .zip(other.words())
            .any(|(mine, theirs)| mine & !theirs != 0)
    }
    /// Number of members.
    pub fn count(&self) -> usize {
        self.words().map(|word| word.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_was_put_in() {
        let mut a = NodeSet::empty(130);
        for node in [0, 63, 64, 129] {
            a.insert(node);
        }
        assert_eq!(a.iter().collect::<Vec<_>>(), [0, 63, 64, 129]);
        let mut b = NodeSet::empty(130);
        b.insert(64);
        assert!(a.meets(&b) && a.exceeds(&b) && !b.exceeds(&a));
        a.subtract(&b);
        assert_eq!((a.count(), a.contains(64), a.meets(&b)), (3, false, false));
        a.intersect(&b);
        assert_eq!(a.count(), 0);
    }
}
