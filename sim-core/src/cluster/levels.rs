//! Which nodes have how many devices free: what choosing the tightest node asks, answered 64 nodes at a time.

use super::node_set::NodeSet;

/// Nodes with more devices than this are not kept by level: choosing looks at each of them.
const MOST: u32 = 32;

/// Nodes by the number of their free devices, of all types together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Levels {
    /// Words of 64 nodes, level after level from none free on. Empty where nodes have too many devices.
    words: Vec<u64>,
    /// Nodes on each level.
    counts: Vec<u32>,
    /// Words of a level.
    width: usize,
}

impl Levels {
    /// Of nodes with so many free devices, and never more.
    pub fn new(free: &[u32]) -> Levels {
        let most = free.iter().copied().max().unwrap_or(0);
        if most > MOST {
            return Levels::default();
        }
        let width = free.len().div_ceil(64);
        let mut levels = Levels {
            words: vec![0; width * (most as usize + 1)],
            counts: vec![0; most as usize + 1],
            width,
        };
        for (node, &free) in free.iter().enumerate() {
            levels.words[width * free as usize + node / 64] |= 1 << (node % 64);
            levels.counts[free as usize] += 1;
        }
        levels
    }

    /// Without new memory.
    pub fn copy(&mut self, other: &Levels) {
        self.words.clone_from(&other.words);
        self.counts.clone_from(&other.counts);
        self.width = other.width;
    }

    /// Number of levels; none if nodes are not kept by level.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Number of nodes on each level.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// A node has another number of free devices.
    #[inline]
    pub fn change(&mut self, node: usize, before: u32, now: u32) {
        if before == now || self.counts.is_empty() {
            return;
        }
        let (word, bit) = (node / 64, 1 << (node % 64));
        self.words[self.width * before as usize + word] &= !bit;
        self.words[self.width * now as usize + word] |= bit;
        self.counts[before as usize] -= 1;
        self.counts[now as usize] += 1;
    }

    /// The nodes of a level that are in both sets, in index order, until `until` says that it is enough; whether it did.
    #[inline]
    pub fn find(&self, level: usize, a: &NodeSet, b: &NodeSet, mut until: impl FnMut(usize) -> bool) -> bool {
        for (index, &word) in self.words[self.width * level..][..self.width].iter().enumerate() {
            if word == 0 {
                continue;
            }
            let mut left = word & a.word(index) & b.word(index);
            while left != 0 {
                if until(index * 64 + left.trailing_zeros() as usize) {
                    return true;
                }
                left &= left - 1;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_found_on_the_level_that_they_have_come_to() {
        let mut levels = Levels::new(&[4; 130]);
        levels.change(129, 4, 1);
        levels.change(64, 4, 1);
        levels.change(3, 4, 0);
        let found = |level: usize, among: &NodeSet| {
            let mut found = Vec::new();
            levels.find(level, among, &NodeSet::full(130), |node| {
                found.push(node);
                false
            });
            found
        };
        assert_eq!(levels.counts(), [1, 2, 0, 0, 127]);
        assert_eq!(found(1, &NodeSet::full(130)), [64, 129]);
        assert_eq!(found(0, &NodeSet::full(130)), [3]);
        let mut few = NodeSet::full(130);
        few.remove(64);
        assert_eq!(found(1, &few), [129]);
    }

    #[test]
    fn nodes_with_many_devices_have_no_levels() {
        assert_eq!(Levels::new(&[MOST + 1]).len(), 0);
        assert_eq!(Levels::new(&[MOST]).len(), MOST as usize + 1);
    }
}
