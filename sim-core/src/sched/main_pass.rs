//! The main pass: strict order in each partition. A blocked job shuts its partition and every node in it; a job held by
//! a limit blocks nothing.

use super::{Decision, limits, select};
use crate::cluster::{Cluster, NodeSet, Partition};
use crate::ids::PartitionId;
use crate::reason::Reason;

/// One walk down the queue. Ask [`MainPass::next`] until it has nothing more to say; carry out each answer first.
#[derive(Debug)]
pub struct MainPass {
    cursor: usize,
    /// Pending jobs without a settled reason that the walk has not met yet.
    unsettled: usize,
    shut: Vec<PartitionId>,
    /// Nodes not yet claimed by a blocked job; `None` while nothing is blocked.
    available: Option<NodeSet>,
}

impl MainPass {
    /// At the head of the queue.
    pub fn new(cluster: &Cluster) -> MainPass {
        MainPass {
            cursor: 0,
            unsettled: cluster.unsettled,
            shut: Vec::new(),
            available: None,
        }
    }

    /// The next decision, or nothing if the walk is over.
    pub fn next(&mut self, cluster: &Cluster) -> Option<Decision> {
        loop {
            let everything_shut = self.shut.len() == cluster.partitions.len();
            if everything_shut && self.unsettled == 0 {
                return None;
            }
            let &record = cluster.queue.get(self.cursor)?;
            let (id, partition) = (record.job(), record.partition);
            let job = &cluster.jobs[id];
            let was_unsettled = matches!(job.reason, Reason::None | Reason::Resources);
            let request = &job.request;
            if self.shut.contains(&partition) {
                self.pass_by(was_unsettled);
                // A limit's reason stays until the job is next tested.
                if was_unsettled {
                    return Some(Decision::Hold {
                        job: id,
                        reason: Reason::Priority,
                    });
                }
                continue;
            }
            if let Some(reason) = limits::before_selection(cluster, job, partition) {
                self.pass_by(was_unsettled);
                if reason != job.reason {
                    return Some(Decision::Hold { job: id, reason });
                }
                continue;
            }
            let Partition { up, spread, .. } = &cluster.partitions[partition];
            let free = cluster.nodes.free();
            let open = |node: &usize| {
                self.available
                    .as_ref()
                    .is_none_or(|available| available.contains(*node))
            };
            let chosen = select::choose(request, &cluster.nodes, free, up.iter().filter(open), *spread);
            if let Some(reason) = limits::after_selection(cluster, job, partition) {
                self.pass_by(was_unsettled);
                if reason != job.reason {
                    return Some(Decision::Hold { job: id, reason });
                }
                continue;
            }
            if let Some(on) = chosen {
                // The job leaves the queue, so the cursor already points at the next one.
                self.unsettled = self.unsettled.saturating_sub(usize::from(was_unsettled));
                return Some(Decision::Start {
                    job: id,
                    partition,
                    on,
                });
            }
            self.shut.push(partition);
            self.available
                .get_or_insert_with(|| NodeSet::full(cluster.nodes.len()))
                .subtract(&cluster.partitions[partition].nodes);
            self.pass_by(was_unsettled);
            if job.reason != Reason::Resources {
                return Some(Decision::Hold {
                    job: id,
                    reason: Reason::Resources,
                });
            }
        }
    }

    fn pass_by(&mut self, was_unsettled: bool) {
        self.cursor += 1;
        self.unsettled = self.unsettled.saturating_sub(usize::from(was_unsettled));
    }
}
