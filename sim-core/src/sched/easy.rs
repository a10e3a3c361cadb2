//! EASY backfilling on one pool, as other simulators define it, for replaying traces.
//!
//! From the head, jobs start while they fit. The first that does not is promised the *shadow time*: when it fits by the
//! estimates of what runs. *Extra* is what is free then beyond its need. Then, in queue order, any job starts that fits
//! now and either ends by its estimate by the shadow time, or fits in the extra, which it uses up.

use super::Decision;
use crate::cluster::{Allocation, Cluster};
use crate::ids::NodeId;
use crate::units::Time;

/// The walk behind a blocked head. The main pass has already started all that fits from the head on.
#[derive(Debug)]
pub struct EasyPass {
    cursor: usize,
    /// Shadow time and extra devices, once the head is known to be blocked.
    shadow: Option<(Time, u32)>,
}

impl EasyPass {
    /// At the head of the queue.
    pub fn new() -> EasyPass {
        EasyPass {
            cursor: 0,
            shadow: None,
        }
    }

    /// The next decision, or nothing if the walk is over.
    pub fn next(&mut self, cluster: &Cluster, now: Time) -> Option<Decision> {
        let free = cluster.nodes.free().total();
        if free == 0 {
            return None;
        }
        if self.shadow.is_none() {
            let head = cluster.queue.first()?.job();
            self.shadow = Some(shadow(cluster, cluster.jobs[head].request.gpus()));
            self.cursor = 1;
        }
        let (shadow, extra) = self.shadow.as_mut()?;
        while let Some(record) = cluster.queue.get(self.cursor) {
            let request = &cluster.jobs[record.job()].request;
            let need = request.gpus();
            if need <= free {
                let ends_in_time = now + request.limit <= *shadow;
                if ends_in_time || need <= *extra {
                    if !ends_in_time {
                        *extra -= need;
                    }
                    return Some(Decision::Start {
                        job: record.job(),
                        partition: record.partition,
                        on: Allocation::one(NodeId(0)),
                    });
                }
            }
            self.cursor += 1;
        }
        None
    }
}

impl Default for EasyPass {
    fn default() -> Self {
        EasyPass::new()
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
