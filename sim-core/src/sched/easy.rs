//! EASY backfilling on one pool, as other simulators define it, for replaying traces.
//!
//! From the head, jobs start while they fit. The first that does not is promised the *shadow time*: when it fits by the
//! estimates of what runs. *Extra* is what is free then beyond its need. Then, in queue order, any job starts that fits
//! now and either ends by its estimate by the shadow time, or fits in the extra, which it uses up.
//!
//! Both conditions only tighten within a walk, so whom the walk has passed by does not fit later in it: the next to start
//! is always the first in the queue who fits. [`Search`] finds it.

use super::Decision;
use crate::cluster::{Allocation, Cluster};
use crate::ids::{JobId, NodeId, PartitionId};
use crate::units::{Span, Time};

mod by_need;

pub use by_need::ByNeed;

/// What a job has to keep to in order to start behind a blocked head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gap {
    /// Devices that are free.
    pub free: u32,
    /// Devices that the head leaves at the shadow time.
    pub extra: u32,
    /// The shadow time.
    pub shadow: Time,
    /// The clock.
    pub now: Time,
}

impl Gap {
    /// Whether a job with this time limit would end by the shadow time.
    fn ends_in_time(&self, limit: Span) -> bool {
        self.now + limit <= self.shadow
    }

    /// Whether a job with this need and time limit keeps to it.
    pub fn holds(&self, need: u32, limit: Span) -> bool {
        need <= self.free && (self.ends_in_time(limit) || need <= self.extra)
    }
}

/// Finds the first in the queue that fits.
pub trait Search: std::fmt::Debug {
    /// The first job behind the head that keeps to the gap, and where it is queued.
    fn first(&mut self, cluster: &Cluster, gap: Gap) -> Option<(JobId, PartitionId)>;

    /// Whether it is plain that nobody needs so little as is free.
    fn is_vain(&mut self, _cluster: &Cluster, _free: u32) -> bool {
        false
    }
}

/// The search place by place, from where the last one stopped: for one walk.
#[derive(Debug)]
pub struct PlaceByPlace(usize);

impl Default for PlaceByPlace {
    /// Behind the head.
    fn default() -> Self {
        PlaceByPlace(1)
    }
}

impl Search for PlaceByPlace {
    fn first(&mut self, cluster: &Cluster, gap: Gap) -> Option<(JobId, PartitionId)> {
        while let Some(record) = cluster.queue.get(self.0) {
            let request = &cluster.jobs[record.job()].request;
            if gap.holds(request.gpus(), request.limit) {
                return Some((record.job(), record.partition));
            }
            self.0 += 1;
        }
        None
    }
}

/// The walk behind a blocked head. The main pass has already started all that fits from the head on.
#[derive(Debug, Default)]
pub struct EasyPass {
    /// Shadow time and extra devices, once the head is known to be blocked.
    shadow: Option<(Time, u32)>,
}

impl EasyPass {
    /// The next decision, or nothing if the walk is over.
    pub fn next(&mut self, cluster: &Cluster, search: &mut dyn Search, now: Time) -> Option<Decision> {
        let free = cluster.nodes.free().total();
        if free == 0 || search.is_vain(cluster, free) {
            return None;
        }
        if self.shadow.is_none() {
            let head = cluster.queue.first()?.job();
            self.shadow = Some(shadow(cluster, cluster.jobs[head].request.gpus()));
        }
        let (shadow, extra) = self.shadow.as_mut()?;
        let gap = Gap {
            free,
            extra: *extra,
            shadow: *shadow,
            now,
        };
        let (job, partition) = search.first(cluster, gap)?;
        let request = &cluster.jobs[job].request;
        if !gap.ends_in_time(request.limit) {
            *extra -= request.gpus();
        }
        Some(Decision::Start {
            job,
            partition,
            on: Allocation::one(NodeId(0)),
        })
    }
}

/// When `need` devices are free by the limits of what runs, and how many are free then beyond that.
pub fn shadow(cluster: &Cluster, need: u32) -> (Time, u32) {
    let mut free = cluster.nodes.free().total();
    let mut at = Time::ZERO;
    for &(end, id) in &cluster.running {
        if free >= need && end > at {
            break;
        }
        free += cluster.jobs[id].request.gpus();
        at = end;
    }
    (at, free.saturating_sub(need))
}
