//! Which nodes: the fewest sufficient free devices first, then the lowest index.
//!
//! Slurm looks at free CPUs here, never at GPUs; with CPUs in proportion to GPUs the two orders are the same
//! (`slurm-semantics` §4.5 and §9.1).

use crate::cluster::Allocation;
use crate::ids::NodeId;
use crate::workload::Request;

/// The nodes that the request would take among `candidates` with so many devices free, or none.
///
/// ```
/// use sim_core::ids::{AccountId, NodeId, PartitionId, QosId, UserId};
/// use sim_core::{sched::select, units::Span, workload::Request};
/// let request = Request {
///     user: UserId(0), account: AccountId(1), partition: PartitionId(0), qos: QosId(0),
///     nodes: 1, gpus_per_node: 2, limit: Span::hours(1), array: None,
/// };
/// // Three and two are free on nodes 1 and 2: the tighter one is taken.
/// let chosen = select::choose(&request, &[1, 3, 2], 0..3).unwrap();
/// assert_eq!(chosen.nodes(), [NodeId(2)]);
/// ```
pub fn choose(
    request: &Request,
    free: &[u32],
    candidates: impl Iterator<Item = usize>,
) -> Option<Allocation> {
    let each = request.gpus_per_node;
    if request.nodes == 1 {
        let mut best: Option<usize> = None;
        for node in candidates {
            if free[node] == each {
                return Some(Allocation::One(NodeId::from(node)));
            }
            if free[node] > each && best.is_none_or(|other| free[node] < free[other]) {
                best = Some(node);
            }
        }
        return best.map(|node| Allocation::One(NodeId::from(node)));
    }
    let mut nodes: Vec<usize> = candidates.filter(|&node| free[node] >= each).collect();
    let wanted = request.nodes as usize;
    if nodes.len() < wanted {
        return None;
    }
    nodes.sort_by_key(|&node| (free[node], node));
    nodes.truncate(wanted);
    nodes.sort_unstable();
    Some(Allocation::Many(nodes.into_iter().map(NodeId::from).collect()))
}
