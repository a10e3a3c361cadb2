//! Backfill's map of the future: intervals, each with the set of nodes not promised to anybody during it.
//!
//! It knows whole nodes only, and running jobs are not in it. Ends are inclusive: touching counts as overlap. It has no
//! far end; whether a plan lies within `bf_window` is asked of the plan.

use crate::cluster::NodeSet;
use crate::units::{Span, Time};

/// Intervals in order; each lasts until the next begins.
#[derive(Clone, Debug, Default)]
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
    pub fn restart(&mut self, start: Time, nodes: &NodeSet) {
        self.begins.clear();
        self.begins.push(start);
        self.open.clear();
        self.open.extend(nodes.words());
        self.words = self.open.len();
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

    /// Whether an interval offers a node that the one before it does not.
    fn offers_more(&self, interval: usize) -> bool {
        let mut pairs = self.of(interval).iter().zip(self.of(interval - 1));
        pairs.any(|(here, before)| here & !before != 0)
    }

    /// The last instant up to `at` that a search from `now` comes to which finds nothing: it goes on from the begin of one
    /// interval that offers more to that of the next, as long as its own time reaches up to there.
    pub fn last_chance(&self, now: Time, limit: Span, at: Time) -> Time {
        let mut start = now;
        for next in self.index(now) + 1..=self.index(at) {
            if self.begins[next - 1] > start + limit {
                break;
            }
            if self.offers_more(next) {
                start = self.begins[next];
            }
        }
        start
    }

    /// The begin of the next interval that offers more, if there is one.
    pub fn next_offer(&self, after: Time) -> Option<Time> {
        let mut next = self.index(after) + 1..self.begins.len();
        next.find(|&next| self.offers_more(next))
            .map(|next| self.begins[next])
    }

    /// The nodes open in every interval that overlaps `[start, finish]`, taken from `nodes`; and the end of the first of
    /// those intervals whose successor offers a node that it does not, if there is one. Where fewer than `wanted` are left,
    /// they need not be all that are not open. `touched` is told whether an interval that begins at `end` or later has
    /// closed one.
    pub fn open(
        &self,
        start: Time,
        finish: Time,
        mut nodes: NodeSet,
        wanted: usize,
        (end, touched): (Time, &mut bool),
    ) -> (NodeSet, Option<Time>) {
        let mut later = None;
        let first = self.index(start);
        let begins = &self.begins[first..];
        let sets = &self.open[first * self.words..];
        for (at, &begin) in begins.iter().enumerate() {
            if begin > finish {
                break;
            }
            let before = (begin >= end && at > 0).then(|| nodes.count());
            // One word is what most clusters need.
            let offers_more = if self.words == 1 {
                nodes.intersect_words(&sets[at..=at]);
                sets.get(at + 1).is_some_and(|next| next & !sets[at] != 0)
            } else {
                let (here, rest) = sets[at * self.words..].split_at(self.words);
                nodes.intersect_words(here);
                rest.iter().zip(here).any(|(next, here)| next & !here != 0)
            };
            *touched |= before.is_some_and(|before| nodes.count() < before);
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
        let end = self.open.len();
        self.open.extend_from_within(end - self.words..);
        self.open.copy_within(from..end, to);
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
        let mut map = Timeline::default();
        map.restart(Time(0), &set(&[0, 1, 2]));
        map.promise(&set(&[1]), Time(600), Time(1200));
        assert_eq!(
            map.open(Time(0), Time(599), set(&[0, 1, 2]), 1, (Time(9_999), &mut false)),
            (set(&[0, 1, 2]), None)
        );
        assert_eq!(
            map.open(Time(0), Time(600), set(&[0, 1, 2]), 1, (Time(9_999), &mut false)),
            (set(&[0, 2]), Some(Time(1200)))
        );
        assert_eq!(
            map.open(
                Time(1200),
                Time(9000),
                set(&[0, 1, 2]),
                1,
                (Time(9_999), &mut false)
            ),
            (set(&[0, 1, 2]), None)
        );
        assert!(map.promised(&set(&[1, 2]), Time(0), Time(601)));
        assert!(!map.promised(&set(&[1, 2]), Time(0), Time(600)));
        assert!(!map.promised(&set(&[0, 2]), Time(0), Time(9000)));
    }

    #[test]
    fn a_search_goes_from_offer_to_offer_as_far_as_its_own_time_reaches() {
        let mut map = Timeline::default();
        map.restart(Time(0), &set(&[0, 1, 2]));
        map.promise(&set(&[1]), Time(600), Time(1200));
        map.promise(&set(&[0]), Time(1800), Time(6000));
        assert_eq!(map.next_offer(Time(0)), Some(Time(1200)));
        assert_eq!(map.next_offer(Time(1200)), Some(Time(6000)));
        assert_eq!(map.next_offer(Time(6000)), None);
        let from_ten = |limit, at| map.last_chance(Time(10), Span(limit), Time(at));
        assert_eq!(from_ten(900, 1199), Time(10));
        assert_eq!(from_ten(900, 1200), Time(1200));
        // From 1200 on, 900 seconds reach into the interval before the offer at 6000; from 10 on, 500 do not reach 600.
        assert_eq!(from_ten(900, 9000), Time(6000));
        assert_eq!(from_ten(599, 9000), Time(1200));
        assert_eq!(from_ten(500, 9000), Time(10));
    }

    #[test]
    fn it_is_told_when_only_an_interval_from_the_end_on_has_closed_a_node() {
        let mut map = Timeline::default();
        map.restart(Time(0), &set(&[0, 1, 2]));
        map.promise(&set(&[1]), Time(600), Time(1200));
        let told = |finish, end| {
            let mut touched = false;
            let (open, _) = map.open(
                Time(0),
                Time(finish),
                set(&[0, 1, 2]),
                1,
                (Time(end), &mut touched),
            );
            (open.contains(1), touched)
        };
        assert_eq!(told(599, 600), (true, false));
        assert_eq!(told(600, 600), (false, true));
        assert_eq!(told(900, 700), (false, false));
    }
}
