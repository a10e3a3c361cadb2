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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, PartitionId, QosId, UserId};
    use crate::units::Span;

    fn chosen(nodes: u32, each: u32, free: &[u32]) -> Option<Vec<u32>> {
        let request = Request {
            user: UserId(0),
            account: AccountId(1),
            partition: PartitionId(0),
            qos: QosId(0),
            nodes,
            gpus_per_node: each,
            limit: Span::hours(1),
            array: None,
        };
        choose(&request, free, 0..free.len()).map(|on| on.nodes().iter().map(|node| node.0).collect())
    }

    #[test]
    fn the_tightest_nodes_are_taken_and_ties_go_to_the_lowest_index() {
        assert_eq!(chosen(1, 1, &[4, 2, 2]), Some(vec![1]));
        assert_eq!(chosen(2, 2, &[4, 3, 2, 1]), Some(vec![1, 2]));
        assert_eq!(chosen(2, 1, &[4, 4, 4]), Some(vec![0, 1]));
    }

    #[test]
    fn enough_in_number_is_not_enough_in_one_piece() {
        assert_eq!(chosen(1, 2, &[1, 1, 1]), None);
        assert_eq!(chosen(2, 2, &[4, 1, 1]), None);
    }
}
