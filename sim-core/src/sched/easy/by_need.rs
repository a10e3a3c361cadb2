//! The search by what jobs ask for: of jobs with the same need and time limit only the first can be the next to start.

use super::{Gap, Search};
use crate::cluster::{Cluster, JobState};
use crate::ids::{JobId, PartitionId};
use crate::units::Span;

/// Pending jobs by need and time limit, kept from one walk to the next.
///
/// For a queue in order of id in which newcomers stand last and that jobs leave only by starting: that of a trace in order
/// of submission.
#[derive(Debug, Default)]
pub struct ByNeed {
    /// In order of need, then of time limit.
    alike: Vec<Alike>,
    /// By job, who comes next of those who are alike.
    next: Vec<JobId>,
    /// Jobs from this one on have not been met.
    unmet: JobId,
}

/// Jobs that ask for the same. The first of them may have started meanwhile.
#[derive(Clone, Copy, Debug)]
struct Alike {
    need: u32,
    limit: Span,
    first: JobId,
    last: JobId,
}

impl ByNeed {
    /// Takes up who has come since.
    fn meet(&mut self, cluster: &Cluster) {
        let queue = &cluster.queue;
        let known = queue.iter().rev().position(|place| place.job() < self.unmet);
        let new = queue.len() - known.unwrap_or(queue.len());
        for place in &queue[new..] {
            let id = place.job();
            let request = &cluster.jobs[id].request;
            let (need, limit) = (request.gpus(), request.limit);
            self.next.resize(usize::from(id) + 1, JobId::default());
            self.unmet = JobId(id.0 + 1);
            match self
                .alike
                .binary_search_by(|row| (row.need, row.limit).cmp(&(need, limit)))
            {
                Ok(at) => {
                    let row = &mut self.alike[at];
                    self.next[usize::from(row.last)] = id;
                    row.last = id;
                }
                Err(at) => {
                    let row = Alike {
                        need,
                        limit,
                        first: id,
                        last: id,
                    };
                    self.alike.insert(at, row);
                }
            }
        }
    }

    /// The first of those who are alike is no longer in the queue.
    fn drop_first(&mut self, at: usize) {
        let row = &mut self.alike[at];
        if row.first == row.last {
            self.alike.remove(at);
        } else {
            row.first = self.next[usize::from(row.first)];
        }
    }
}

impl Search for ByNeed {
    fn is_vain(&mut self, cluster: &Cluster, free: u32) -> bool {
        self.meet(cluster);
        self.alike.first().is_none_or(|row| row.need > free)
    }

    fn first(&mut self, cluster: &Cluster, gap: Gap) -> Option<(JobId, PartitionId)> {
        loop {
            let narrow = self.alike.iter().take_while(|row| row.need <= gap.free);
            let (at, row) = narrow
                .enumerate()
                .filter(|(_, row)| gap.holds(row.need, row.limit))
                .min_by_key(|(_, row)| row.first)?;
            match cluster.jobs.get(row.first) {
                Some(job) if job.state == JobState::Pending => {
                    return Some((row.first, job.request.partition));
                }
                Some(_) | None => self.drop_first(at),
            }
        }
    }
}
