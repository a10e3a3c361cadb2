//! The queue: places in order, in one piece.

use std::ops::{Deref, DerefMut};

use super::job::Record;
use crate::ids::{JobId, PartitionId, PartitionSet, UserId};

/// Pending jobs, first in line first; a job with several partitions has a place in each.
///
/// Whoever leaves or comes moves those on the shorter side: mostly the first leaves, and the newest comes last.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    places: Vec<Record>,
    /// Neighbours of one person, first in line first.
    runs: Vec<Run>,
    /// So many places before the first are not in use.
    before: usize,
    /// Whether a job with several places has come.
    several: bool,
    /// By job, the count of the last marking that has met it.
    met: Vec<u32>,
    /// How often places were marked.
    marked: u32,
    /// See [`Queue::last_places`].
    last_places: u64,
    /// See [`Queue::changes`].
    changes: u64,
}

/// Places of one person, next to one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    /// Whose.
    pub user: UserId,
    /// How many.
    pub places: usize,
    /// Their partitions, and perhaps some that they have left.
    pub partitions: PartitionSet,
}

impl Queue {
    /// Places of one person that stand next to one another, first in line first.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// A number that is another one when a place has become, or ceased to be, the last of its job by a new order.
    pub fn last_places(&self) -> u64 {
        self.last_places
    }

    /// A number that is another one whenever a place has come or gone.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The first place of a person, from one on, that is sought.
    pub fn first_of(
        &self,
        user: UserId,
        from: usize,
        is_sought: &mut dyn FnMut(&Record) -> bool,
    ) -> Option<usize> {
        let mut end = 0;
        for run in &self.runs {
            let begin = from.max(end);
            end += run.places;
            if run.user == user {
                for at in begin..end {
                    if is_sought(&self[at]) {
                        return Some(at);
                    }
                }
            }
        }
        None
    }

    /// The next place of a person's job, from one on.
    pub fn next_of(&self, user: UserId, job: JobId, from: usize) -> Option<usize> {
        self.first_of(user, from, &mut |place| place.key.job == job)
    }

    /// The run that a place is in, and where in it; behind the last place that is the end of the last run.
    fn run_of(&self, at: usize) -> (usize, usize) {
        let mut ahead = at;
        for (index, run) in self.runs.iter().enumerate() {
            if ahead < run.places || index + 1 == self.runs.len() {
                return (index, ahead);
            }
            ahead -= run.places;
        }
        (0, 0)
    }

    /// A place joins a run beside it, or makes one of its own.
    fn join(&mut self, at: usize, user: UserId, partition: PartitionId) {
        let (mut index, within) = self.run_of(at);
        let is_own = |index: usize| self.runs.get(index).is_some_and(|run| run.user == user);
        if within == 0 && index > 0 && is_own(index - 1) {
            index -= 1;
        } else if !is_own(index) {
            let new = Run {
                user,
                places: 0,
                partitions: PartitionSet::empty(),
            };
            if within > 0 {
                let mut rest = self.runs[index];
                rest.places -= within;
                self.runs[index].places = within;
                index += 1;
                if rest.places > 0 {
                    self.runs.insert(index, rest);
                }
            }
            self.runs.insert(index, new);
        }
        self.runs[index].places += 1;
        self.runs[index].partitions.insert(partition);
    }

    /// A job with several places has come in: marks the last of them.
    pub(super) fn has_several(&mut self, user: UserId, job: JobId) {
        self.several = true;
        let mut last = None;
        let mut from = 0;
        while let Some(at) = self.next_of(user, job, from) {
            (last, from) = (Some(at), at + 1);
        }
        if let Some(last) = last {
            self[last].last = true;
        }
    }

    /// Finds the runs and marks the last place of each job, after the order has changed.
    pub(super) fn has_new_order(&mut self) {
        let mut runs = std::mem::take(&mut self.runs);
        runs.clear();
        for place in self.iter() {
            if runs.last().is_none_or(|run| run.user != place.user) {
                runs.push(Run {
                    user: place.user,
                    places: 0,
                    partitions: PartitionSet::empty(),
                });
            }
            if let Some(run) = runs.last_mut() {
                run.places += 1;
                run.partitions.insert(place.partition);
            }
        }
        self.runs = runs;
        if !self.several {
            return;
        }
        self.marked += 1;
        for record in self.places[self.before..].iter_mut().rev() {
            let job = usize::from(record.key.job);
            if job >= self.met.len() {
                self.met.resize(job + 1, 0);
            }
            let last = std::mem::replace(&mut self.met[job], self.marked) != self.marked;
            self.last_places += u64::from(std::mem::replace(&mut record.last, last) != last);
        }
    }

    /// Puts a place where it belongs.
    pub(super) fn insert(&mut self, at: usize, record: Record) {
        self.changes += 1;
        self.join(at, record.user, record.partition);
        let (first, index) = (self.before, self.before + at);
        if first > 0 && at < self.len() / 2 {
            self.places.copy_within(first..index, first - 1);
            self.places[index - 1] = record;
            self.before -= 1;
        } else {
            self.places.insert(index, record);
        }
    }

    /// Takes one place out.
    pub(super) fn remove(&mut self, at: usize) {
        let (first, index) = (self.before, self.before + at);
        self.changes += 1;
        let (run, _) = self.run_of(at);
        self.runs[run].places -= 1;
        if self.runs[run].places == 0 {
            self.runs.remove(run);
        }
        if at < self.len() / 2 {
            self.places.copy_within(first..index, first + 1);
            self.before += 1;
        } else {
            self.places.remove(index);
        }
        if self.before > self.len() {
            self.places.drain(..self.before);
            self.before = 0;
        }
    }

    /// Takes all places of a job out.
    pub(super) fn remove_job(&mut self, user: UserId, job: JobId) {
        while let Some(at) = self.next_of(user, job, 0) {
            self.remove(at);
        }
    }
}

impl Deref for Queue {
    type Target = [Record];
    fn deref(&self) -> &[Record] {
        &self.places[self.before..]
    }
}

impl DerefMut for Queue {
    fn deref_mut(&mut self) -> &mut [Record] {
        &mut self.places[self.before..]
    }
}

impl<'a> IntoIterator for &'a Queue {
    type Item = &'a Record;
    type IntoIter = std::slice::Iter<'a, Record>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Queue {
    type Item = &'a mut Record;
    type IntoIter = std::slice::IterMut<'a, Record>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use super::super::QueueKey;
    use super::*;
    use crate::ids::ShapeId;
    use crate::reason::Reason;
    use crate::units::Time;

    fn place(job: u32) -> Record {
        Record {
            key: QueueKey {
                level: Reverse(0),
                unreserved: true,
                tier: Reverse(1),
                priority: Reverse(1),
                submitted: Time::ZERO,
                job: JobId(job),
            },
            partition: PartitionId(0),
            shape: ShapeId(0),
            user: UserId(job % 3),
            last: true,
            told: Reason::None,
            since: None,
        }
    }

    #[test]
    fn it_holds_what_a_plain_list_holds() {
        let (mut queue, mut list) = (Queue::default(), Vec::new());
        // Comes and leaves at places that are strewn over the queue, more coming at first and more leaving at last.
        for step in 0..600_u32 {
            let at = (step * 7919 + step * step) as usize % (list.len() + 1);
            let comes = list.is_empty() || (step * 31) % 100 < if step < 300 { 70 } else { 35 };
            if comes {
                queue.insert(at, place(step));
                list.insert(at, place(step));
            } else {
                let at = at % list.len();
                queue.remove(at);
                list.remove(at);
            }
            assert_eq!(&queue[..], &list[..], "after step {step}");
            let by_run = (queue.runs().iter()).flat_map(|run| vec![run.user; run.places]);
            assert!(
                by_run.eq(list.iter().map(|place| place.user)),
                "after step {step}"
            );
        }
        for job in (0..600).filter(|job| job % 3 == 0).map(JobId) {
            queue.remove_job(UserId(job.0 % 3), job);
            list.retain(|record| record.job() != job);
            assert_eq!(&queue[..], &list[..]);
        }
    }
}
