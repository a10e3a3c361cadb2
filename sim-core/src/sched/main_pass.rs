//! The main pass: strict order in each partition. A blocked job shuts its partition and every node in it; a job held by
//! a limit blocks nothing.

use super::{Decision, limits, select};
use crate::cluster::{Cluster, NodeSet};
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
            let &(_, id) = cluster.queue.get(self.cursor)?;
            let job = &cluster.jobs[id];
            let was_unsettled = matches!(job.reason, Reason::None | Reason::Resources);
            let request = &job.request;
            if self.shut.contains(&request.partition) {
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
            if let Some(reason) = limits::before_selection(cluster, request) {
                self.pass_by(was_unsettled);
                if reason != job.reason {
                    return Some(Decision::Hold { job: id, reason });
                }
                continue;
            }
            let nodes = &cluster.partitions[request.partition].nodes;
            let free = cluster.nodes.free();
            let chosen = match &self.available {
                None => select::choose(request, free, nodes.iter()),
                Some(available) => select::choose(
                    request,
                    free,
                    nodes.iter().filter(|&node| available.contains(node)),
                ),
            };
            if let Some(reason) = limits::after_selection(cluster, request) {
                self.pass_by(was_unsettled);
                if reason != job.reason {
                    return Some(Decision::Hold { job: id, reason });
                }
                continue;
            }
            if let Some(on) = chosen {
                // The job leaves the queue, so the cursor already points at the next one.
                self.unsettled -= usize::from(was_unsettled);
                return Some(Decision::Start { job: id, on });
            }
            self.shut.push(request.partition);
            self.available
                .get_or_insert_with(|| {
                    let mut all = NodeSet::empty(cluster.nodes.len());
                    (0..cluster.nodes.len()).for_each(|node| all.insert(node));
                    all
                })
                .subtract(nodes);
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
        self.unsettled -= usize::from(was_unsettled);
    }
}
