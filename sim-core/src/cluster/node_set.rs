//! Sets of nodes.

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
    /// All of so many nodes.
    pub fn full(nodes: usize) -> NodeSet {
        let mut all = NodeSet::empty(nodes);
        (0..nodes).for_each(|node| all.insert(node));
        all
    }
    /// Whether some pair of words says yes.
    #[inline]
    fn any_with(&self, other: &NodeSet, says: impl Fn(u64, u64) -> bool) -> bool {
        says(self.first, other.first)
            || !self.rest.is_empty()
                && (self.rest.iter().zip(&other.rest)).any(|(&mine, &theirs)| says(mine, theirs))
    }
    /// The members from 64 times `index` on, a bit each.
    #[inline]
    pub(super) fn word(&self, index: usize) -> u64 {
        if index == 0 {
            self.first
        } else {
            self.rest[index - 1]
        }
    }
    #[inline]
    fn change(&mut self, other: &NodeSet, op: impl Fn(u64, u64) -> u64) {
        self.first = op(self.first, other.first);
        if self.rest.is_empty() {
            return;
        }
        for (mine, &theirs) in self.rest.iter_mut().zip(&other.rest) {
            *mine = op(*mine, theirs);
        }
    }
    /// The members, 64 nodes in a word.
    #[inline]
    pub fn words(&self) -> impl Iterator<Item = u64> + '_ {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }
    /// Keeps only what is in these words too.
    #[inline]
    pub fn intersect_words(&mut self, words: &[u64]) {
        if let [first, rest @ ..] = words {
            self.first &= first;
            if rest.is_empty() {
                return;
            }
            for (mine, &theirs) in self.rest.iter_mut().zip(rest) {
                *mine &= theirs;
            }
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
    /// Takes a node out.
    pub fn remove(&mut self, node: usize) {
        let word = if node < 64 {
            &mut self.first
        } else {
            &mut self.rest[node / 64 - 1]
        };
        *word &= !(1 << (node % 64));
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
    pub fn iter(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        Members {
            bits: self.first,
            from: 0,
            rest: self.rest.iter(),
        }
    }
    /// Takes every member of `other` out.
    pub fn subtract(&mut self, other: &NodeSet) {
        self.change(other, |mine, theirs| mine & !theirs);
    }
    /// Keeps only what is in `other` too.
    pub fn intersect(&mut self, other: &NodeSet) {
        self.change(other, |mine, theirs| mine & theirs);
    }
    /// Adds what is in `other`.
    pub fn unite(&mut self, other: &NodeSet) {
        self.change(other, |mine, theirs| mine | theirs);
    }
    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.first == 0 && self.rest.iter().all(|&word| word == 0)
    }
    /// Whether the two share a node.
    pub fn meets(&self, other: &NodeSet) -> bool {
        self.any_with(other, |mine, theirs| mine & theirs != 0)
    }
    /// Number of nodes that the two share.
    pub fn count_shared(&self, other: &NodeSet) -> usize {
        let ones = |word: u64| word.count_ones() as usize;
        let rest = self.rest.iter().zip(&other.rest);
        ones(self.first & other.first) + rest.map(|(&mine, &theirs)| ones(mine & theirs)).sum::<usize>()
    }
    /// Number of members.
    pub fn count(&self) -> usize {
        let ones = |word: u64| word.count_ones() as usize;
        ones(self.first) + self.rest.iter().map(|&word| ones(word)).sum::<usize>()
    }
}

/// The members of a set that are still to come.
#[derive(Clone)]
struct Members<'a> {
    /// Of the word at hand.
    bits: u64,
    /// The first node of that word.
    from: usize,
    rest: std::slice::Iter<'a, u64>,
}

impl Iterator for Members<'_> {
    type Item = usize;
    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.bits = *self.rest.next()?;
            self.from += 64;
        }
        let bit = self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(self.from + bit)
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
        assert!(a.meets(&b));
        a.subtract(&b);
        assert_eq!((a.count(), a.contains(64), a.meets(&b)), (3, false, false));
        a.intersect(&b);
        assert_eq!(a.count(), 0);
    }
}
