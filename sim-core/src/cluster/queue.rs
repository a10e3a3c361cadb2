//! The queue: places in order, in one piece.

use std::ops::{Deref, DerefMut};

use super::job::Record;
use crate::ids::JobId;

/// Pending jobs, first in line first; a job with several partitions has a place in each.
///
/// Whoever leaves or comes moves those on the shorter side: mostly the first leaves, and the newest comes last.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    places: Vec<Record>,
    /// So many places before the first are not in use.
    before: usize,
    /// Number of places by partition, up to the last one that had some.
    of_partition: Vec<u32>,
    /// Whether a job with several places has come.
    several: bool,
    /// By job, the count of the last marking that has met it.
    met: Vec<u32>,
    /// How often places were marked.
    marked: u32,
}

impl Queue {
    /// A job with several places has come in: marks the last of them.
    pub(super) fn has_several(&mut self, job: JobId) {
        self.several = true;
        if let Some(last) = self.iter_mut().rfind(|record| record.key.job == job) {
            last.last = true;
        }
    }

    /// Marks the last place of each job, after the order has changed.
    pub(super) fn mark_last_places(&mut self) {
        if !self.several {
            return;
        }
        self.marked += 1;
        for record in self.places[self.before..].iter_mut().rev() {
            let job = usize::from(record.key.job);
            if job >= self.met.len() {
                self.met.resize(job + 1, 0);
            }
            record.last = std::mem::replace(&mut self.met[job], self.marked) != self.marked;
        }
    }

    /// Number of places by partition, up to the last one that had some.
    pub fn of_partition(&self) -> &[u32] {
        &self.of_partition
    }

    fn count(&mut self, record: &Record) -> &mut u32 {
        let partition = usize::from(record.partition);
        if partition >= self.of_partition.len() {
            self.of_partition.resize(partition + 1, 0);
        }
        &mut self.of_partition[partition]
    }

    /// Puts a place where it belongs.
    pub(super) fn insert(&mut self, at: usize, record: Record) {
        *self.count(&record) += 1;
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
        let record = self.places[index];
        *self.count(&record) -= 1;
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
    pub(super) fn remove_job(&mut self, job: JobId, mut places: usize) {
        let mut from = 0;
        while places > 0
            && let Some(next) = self[from..].iter().position(|record| record.key.job == job)
        {
            from += next;
            self.remove(from);
            places -= 1;
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
    use crate::ids::{PartitionId, ShapeId};
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
            assert_eq!(queue.of_partition(), [list.len() as u32]);
        }
        for job in (0..600).filter(|job| job % 3 == 0).map(JobId) {
            let places = list.iter().filter(|record| record.job() == job).count();
            queue.remove_job(job, places);
            list.retain(|record| record.job() != job);
            assert_eq!(&queue[..], &list[..]);
        }
    }
}
