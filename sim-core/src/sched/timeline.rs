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
    open: Vec<NodeSet>,
}

impl Timeline {
    /// One interval from `start` on, with all of `nodes` open.
    pub fn new(start: Time, nodes: NodeSet) -> Timeline {
        Timeline {
            begins: vec![start],
            open: vec![nodes],
        }
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
        for i in self.index(start)..self.begins.len() {
            if self.begins[i] > finish {
                break;
            }
            nodes.intersect(&self.open[i]);
            if later.is_none() && i + 1 < self.begins.len() && self.open[i + 1].exceeds(&self.open[i]) {
                later = Some(self.begins[i + 1]);
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
            .any(|i| nodes.exceeds(&self.open[i]))
    }

    /// Promises `nodes` for `[start, finish)`.
    pub fn promise(&mut self, nodes: &NodeSet, start: Time, finish: Time) {
        let first = self.split(start);
        let after = self.split(finish);
        for open in &mut self.open[first..after] {
            open.subtract(nodes);
        }
    }

    /// Makes `at` the beginning of an interval; returns its index.
    fn split(&mut self, at: Time) -> usize {
        let i = self.index(at);
        if self.begins[i] >= at {
            return i;
        }
        self.begins.insert(i + 1, at);
        self.open.insert(i + 1, self.open[i].clone());
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
        let mut map = Timeline::new(Time(0), set(&[0, 1, 2]));
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
