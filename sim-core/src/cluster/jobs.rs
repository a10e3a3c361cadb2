//! All jobs by their id, but for those that were let go.

use std::ops::{Index, IndexMut};

use super::job::Job;
use crate::ids::JobId;

/// Jobs by id. Where nobody asks for jobs that are gone, the oldest of them can be let go; asking for one of these is a bug.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    kept: Vec<Job>,
    /// So many were let go.
    gone: usize,
}

impl Jobs {
    /// Adds the next job.
    pub fn push(&mut self, job: Job) -> JobId {
        self.kept.push(job);
        JobId::from(self.len() - 1)
    }
    /// How many jobs there have been.
    pub fn len(&self) -> usize {
        self.gone + self.kept.len()
    }
    /// Whether there has been none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// A job, if it was not let go.
    pub fn get(&self, id: JobId) -> Option<&Job> {
        self.kept.get(usize::from(id).checked_sub(self.gone)?)
    }
    /// Those that are kept, in order of id.
    pub fn iter(&self) -> std::slice::Iter<'_, Job> {
        self.kept.iter()
    }
    /// Ids of those that are kept, with the jobs.
    pub fn entries(&self) -> impl Iterator<Item = (JobId, &Job)> {
        (self.gone..).map(JobId::from).zip(&self.kept)
    }
    /// Lets so many of the oldest go that are kept.
    pub(crate) fn let_go(&mut self, count: usize) -> impl Iterator<Item = Job> + '_ {
        self.gone += count;
        self.kept.drain(..count)
    }
}

impl Index<JobId> for Jobs {
    type Output = Job;
    #[inline]
    fn index(&self, id: JobId) -> &Job {
        &self.kept[usize::from(id) - self.gone]
    }
}

impl IndexMut<JobId> for Jobs {
    #[inline]
    fn index_mut(&mut self, id: JobId) -> &mut Job {
        &mut self.kept[usize::from(id) - self.gone]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AssocId, ShapeId};
    use crate::units::Time;
    use crate::workload::Request;

    #[test]
    fn those_that_are_kept_keep_their_ids() {
        let mut jobs = Jobs::default();
        for second in 0..5 {
            let mut job = Job::new(Request::default(), ShapeId(0), AssocId(0));
            job.started = Time(second);
            jobs.push(job);
        }
        let gone: Vec<Time> = jobs.let_go(2).map(|job| job.started).collect();
        assert_eq!(gone, [Time(0), Time(1)]);
        assert_eq!((jobs.len(), jobs.iter().count()), (5, 3));
        assert!(jobs.get(JobId(1)).is_none());
        let job = Job::new(Request::default(), ShapeId(0), AssocId(0));
        assert_eq!(jobs.push(job), JobId(5));
        let times: Vec<(u32, Time)> = jobs.entries().map(|(id, job)| (id.0, job.started)).collect();
        assert_eq!(times, [(2, Time(2)), (3, Time(3)), (4, Time(4)), (5, Time::ZERO)]);
        assert_eq!(jobs[JobId(3)].started, Time(3));
    }
}
