//! Backfill's map of the future: intervals, each with the set of nodes not promised to anybody during it.
//!
//! It knows whole nodes only, and running jobs are not in it. Ends are inclusive: touching counts as overlap. It has no
//! far end; whether a plan lies within `bf_window` is asked of the plan.

use crate::cluster::NodeSet;
use crate::units::Time;

/// Intervals in order; each lasts until the next begins.
#[derive(Clone, Debug)]
pub struct Timeline {
    begins: Vec<Time>,
    /// Words of a set of nodes.
    words: usize,
    /// Interval by interval, the words of the set of nodes that are open in it: walks read many intervals, and these stand
    /// side by side.
    open: Vec<u64>,
}

impl Timeline {
    /// One interval from `start` on, with all of `nodes` open.
    pub fn new(start: Time, nodes: &NodeSet) -> Timeline {
        // Room for as many intervals as walks often make.
        let mut begins = Vec::with_capacity(64);
        begins.push(start);
        let mut open: Vec<u64> = nodes.words().collect();
        let words = open.len();
        open.reserve(64 * words);
        Timeline { begins, words, open }
    }

    /// The nodes open in one interval.
    #[inline]
    fn of(&self, interval: usize) -> &[u64] {
        &self.open[interval * self.words..][..self.words]
    }

    /// Index of the interval that holds `at` (the first, if `at` lies before it).
    fn index(&self, at: Time) -> usize {
        self.begins.partition_point(|&begin| begin <= at).max(1) - 1
    }

    /// The beginning of the first interval after `at`, if there is one.
    pub fn next_begin(&self, at: Time) -> Option<Time> {
        self.begins
            .get(self.begins.partition_point(|&begin| begin <= at))
            .copied()
    }

    /// The nodes open in every interval that overlaps `[start, finish]`, taken from `nodes`; and the end of the first of
    /// those intervals whose successor offers a node that it does not, if there is one. Where fewer than `wanted` are left,
    /// they need not be all that are not open.
    pub fn open(
        &self,
        start: Time,
        finish: Time,
        mut nodes: NodeSet,
        wanted: usize,
    ) -> (NodeSet, Option<Time>) {
        let mut later = None;
        let first = self.index(start);
        let begins = &self.begins[first..];
        let sets = &self.open[first * self.words..];
        for (at, &begin) in begins.iter().enumerate() {
            if begin > finish {
                break;
            }
            // One word is what most clusters need.
            let offers_more = if self.words == 1 {
                nodes.intersect_words(&sets[at..=at]);
                sets.get(at + 1).is_some_and(|next| next & !sets[at] != 0)
            } else {
                let (here, rest) = sets[at * self.words..].split_at(self.words);
                nodes.intersect_words(here);
                rest.iter().zip(here).any(|(next, here)| next & !here != 0)
            };
            if offers_more && later.is_none() {
                later = begins.get(at + 1).copied();
            }
            if later.is_some() && nodes.count() < wanted {
                break;
            }
        }
        (nodes, later)
    }

    /// Whether one of `nodes` is promised to somebody within `[start, finish)`.
    pub fn promised(&self, nodes: &NodeSet, start: Time, finish: Time) -> bool {
        (self.index(start)..self.begins.len())
            .take_while(|&i| self.begins[i] < finish)
            .any(|i| {
                nodes
                    .words()
                    .zip(self.of(i))
                    .any(|(mine, open)| mine & !open != 0)
            })
    }

    /// Promises `nodes` for `[start, finish)`.
    pub fn promise(&mut self, nodes: &NodeSet, start: Time, finish: Time) {
        let first = self.split(start);
        let after = self.split(finish);
        let within = &mut self.open[first * self.words..after * self.words];
        for open in within.chunks_exact_mut(self.words) {
            for (open, kept) in open.iter_mut().zip(nodes.words()) {
                *open &= !kept;
            }
        }
    }

    /// Makes `at` the beginning of an interval; returns its index.
    fn split(&mut self, at: Time) -> usize {
        let i = self.index(at);
        if self.begins[i] >= at {
            return i;
        }
        self.begins.insert(i + 1, at);
        let (from, to) = (i * self.words, (i + 1) * self.words);
        self.open.splice(to..to, Vec::from(&self.open[from..to]));
        i + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(nodes: &[usize]) -> NodeSet {
        let mut set = NodeSet::empty(3);
        nodes.iter().for_each(|&node| set.insert(node));
        set
    }

    #[test]
    fn a_promise_closes_its_nodes_for_its_time_and_touching_counts() {
        let mut map = Timeline::new(Time(0), &set(&[0, 1, 2]));
        map.promise(&set(&[1]), Time(600), Time(1200));
        assert_eq!(
            map.open(Time(0), Time(599), set(&[0, 1, 2]), 1),
            (set(&[0, 1, 2]), None)
        );
        assert_eq!(
            map.open(Time(0), Time(600), set(&[0, 1, 2]), 1),
            (set(&[0, 2]), Some(Time(1200)))
        );
        assert_eq!(
            map.open(Time(1200), Time(9000), set(&[0, 1, 2]), 1),
            (set(&[0, 1, 2]), None)
        );
        assert!(map.promised(&set(&[1, 2]), Time(0), Time(601)));
        assert!(!map.promised(&set(&[1, 2]), Time(0), Time(600)));
        assert!(!map.promised(&set(&[0, 2]), Time(0), Time(9000)));
    }
}
