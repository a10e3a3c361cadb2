//! Which nodes a request gets: those of the lowest weight; of these the fewest sufficient free GPUs, then the lowest index
//! (`docs/slurm.md`, *Selection of nodes*).
//!
//! Where the request fixes its CPUs, Slurm counts all nodes that fit as equal and looks at runs of neighbours: the
//! shortest run that suffices is taken from its beginning; while none suffices, the longest one is taken whole. Single
//! nodes go by the same rule, so a node that stands alone is taken before one of two neighbours. (Observed, and read in
//! the source: the set of consecutive nodes with the tightest fit.)

use crate::cluster::{Allocation, NodeSet, Nodes, Room};
use crate::ids::NodeId;
use crate::order;
use crate::workload::Request;

/// The nodes that the request would take among those of `candidates` that `open` lets through, with `free` on them, or
/// none. With `spread` (LLN) the emptiest nodes come first.
///
/// ```
/// use sim_core::cluster::{NodeSet, Nodes};
/// use sim_core::ids::NodeId;
/// use sim_core::scenario::{ClusterSpec, NodeGroup};
/// use sim_core::{sched::select, workload::Request};
/// let group = |name: &str, gpus| NodeGroup { name: name.into(), count: 1, gpus, ..NodeGroup::default() };
/// let spec = ClusterSpec { nodes: vec![group("a", 1), group("b", 3), group("c", 2)], ..ClusterSpec::default() };
/// let nodes = Nodes::new(&spec);
/// let request = Request { gpus_per_node: 2, ..Request::default() };
/// // Three and two are free on nodes 1 and 2: the tighter one is taken.
/// let chosen = select::choose(&request, &nodes, nodes.free(), &NodeSet::full(3), &|_| true, false).unwrap();
/// assert_eq!(chosen.nodes(), [NodeId(2)]);
/// ```
pub fn choose(
    request: &Request,
    nodes: &Nodes,
    free: &Room,
    candidates: &NodeSet,
    open: &dyn Fn(usize) -> bool,
    spread: bool,
) -> Option<Allocation> {
    let wanted = request.nodes as usize;
    let mut chosen: Vec<usize> = Vec::new();
    if request.cpus_per_node == 0 && free.has_levels() {
        nodes.by_weight().iter().any(|of_weight| {
            free.tightest(
                request,
                (candidates, of_weight),
                open,
                spread,
                wanted,
                &mut chosen,
            )
        });
        if chosen.len() < wanted {
            return None;
        }
    } else {
        chosen.extend(
            candidates
                .iter()
                .filter(|&node| free.fits(node, request) && open(node)),
        );
        if request.cpus_per_node > 0 && !spread {
            chosen = by_runs(chosen, wanted, |node| nodes.weight(node))?;
        } else if chosen.len() < wanted {
            return None;
        } else {
            order::sort_by_key(&mut chosen, |&node| {
                let left = match (request.cpus_per_node, spread) {
                    (0, false) => free.gpus()[node],
                    (0, true) => u32::MAX - free.gpus()[node],
                    (_, _) => u32::MAX - free.cpus(node),
                };
                (nodes.weight(node), left, node)
            });
            chosen.truncate(wanted);
        }
    }
    let on = match chosen[..] {
        [node] => Allocation::one(NodeId::from(node)),
        _ => {
            order::sort(&mut chosen);
            Allocation::many(chosen.into_iter().map(NodeId::from).collect())
        }
    };
    Some(nodes.settle(free, on, request))
}

/// So many of the nodes, run by run: lower weights first, then the shortest run that suffices, else the longest.
fn by_runs(able: Vec<usize>, wanted: usize, weight: impl Fn(usize) -> u32) -> Option<Vec<usize>> {
    if able.len() < wanted {
        return None;
    }
    let neighbours = |a: &usize, b: &usize| *b == *a + 1 && weight(*a) == weight(*b);
    let mut runs: Vec<&[usize]> = able.chunk_by(neighbours).collect();
    let mut chosen = Vec::with_capacity(wanted);
    while chosen.len() < wanted {
        let left = wanted - chosen.len();
        let better = |run: &[usize]| {
            let suffices = run.len() >= left;
            let fit = if suffices {
                run.len()
            } else {
                usize::MAX - run.len()
            };
            (weight(run[0]), !suffices, fit)
        };
        let (best, run) = runs.iter().enumerate().min_by_key(|(_, run)| better(run))?;
        chosen.extend(run.iter().take(left));
        runs.remove(best);
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{ClusterSpec, Devices, NodeGroup};

    fn node(name: &str, gpus: u32) -> NodeGroup {
        NodeGroup {
            name: name.into(),
            count: 1,
            gpus,
            ..NodeGroup::default()
        }
    }

    fn chosen(request: Request, groups: Vec<NodeGroup>) -> Option<Vec<u32>> {
        let nodes = Nodes::new(&ClusterSpec {
            nodes: groups,
            ..ClusterSpec::default()
        });
        choose(
            &request,
            &nodes,
            nodes.free(),
            &NodeSet::full(nodes.len()),
            &|_| true,
            false,
        )
        .map(|on| on.nodes().iter().map(|node| node.0).collect())
    }

    fn of_gpus(nodes: u32, gpus_per_node: u32, free: &[u32]) -> Option<Vec<u32>> {
        let request = Request {
            nodes,
            gpus_per_node,
            ..Request::default()
        };
        let names = ["a", "b", "c", "d"];
        chosen(
            request,
            free.iter()
                .zip(names)
                .map(|(&gpus, name)| node(name, gpus))
                .collect(),
        )
    }

    #[test]
    fn the_tightest_nodes_are_taken_and_ties_go_to_the_lowest_index() {
        assert_eq!(of_gpus(1, 1, &[4, 2, 2]), Some(vec![1]));
        assert_eq!(of_gpus(2, 2, &[4, 3, 2, 1]), Some(vec![1, 2]));
        assert_eq!(of_gpus(2, 1, &[4, 4, 4]), Some(vec![0, 1]));
    }

    #[test]
    fn nodes_with_too_many_devices_for_levels_are_chosen_by_the_same_rule() {
        assert_eq!(of_gpus(1, 1, &[64, 40, 40]), Some(vec![1]));
        assert_eq!(of_gpus(2, 2, &[64, 63, 40, 1]), Some(vec![1, 2]));
        assert_eq!(of_gpus(2, 65, &[64, 63]), None);
    }

    #[test]
    fn lower_weights_go_first_and_spread_takes_the_emptiest() {
        let mut weighted = vec![node("a", 2), node("b", 4), node("c", 3)];
        weighted[0].weight = 5;
        let one = Request {
            gpus_per_node: 1,
            ..Request::default()
        };
        assert_eq!(chosen(one, weighted.clone()), Some(vec![2]));
        let spec = ClusterSpec {
            nodes: weighted,
            ..ClusterSpec::default()
        };
        let nodes = Nodes::new(&spec);
        let all = NodeSet::full(3);
        let on = choose(&one, &nodes, nodes.free(), &all, &|_| true, true).unwrap();
        assert_eq!(on.nodes(), [NodeId(1)]);
        let on = choose(&one, &nodes, nodes.free(), &all, &|node| node != 1, true).unwrap();
        assert_eq!(on.nodes(), [NodeId(2)]);
    }

    #[test]
    fn enough_in_number_is_not_enough_in_one_piece() {
        assert_eq!(of_gpus(1, 2, &[1, 1, 1]), None);
        assert_eq!(of_gpus(2, 2, &[4, 1, 1]), None);
    }

    #[test]
    fn fixed_cpus_and_weights_go_before_tightness() {
        let fixed = Request {
            cpus_per_node: 2,
            ..Request::default()
        };
        let with_cpus = |name: &str, gpus, cpus| NodeGroup {
            cpus,
            ..node(name, gpus)
        };
        let two = || vec![with_cpus("a", 8, 12), with_cpus("b", 1, 31)];
        // The first node in index order, although it breaks an empty one.
        assert_eq!(chosen(fixed, two()), Some(vec![0]));
        let mut weighted = two();
        weighted[0].weight = 5;
        assert_eq!(chosen(fixed, weighted), Some(vec![1]));
    }

    #[test]
    fn with_fixed_cpus_the_shortest_run_that_suffices_is_taken_from_its_beginning() {
        let runs = |able: &[usize], wanted| by_runs(able.to_vec(), wanted, |_| 0);
        assert_eq!(runs(&[0, 1, 3], 1), Some(vec![3]));
        assert_eq!(runs(&[0, 1, 3], 2), Some(vec![0, 1]));
        assert_eq!(runs(&[0, 1, 2, 4, 5], 2), Some(vec![4, 5]));
        // None suffices: the longest whole, then the tightest that is enough.
        assert_eq!(runs(&[0, 2, 3, 5, 6], 3), Some(vec![2, 3, 0]));
        assert_eq!(runs(&[0, 2], 3), None);
    }

    #[test]
    fn any_type_takes_the_first_listed_one_first() {
        let mut mixed = node("a", 1);
        mixed.gpu = "h100".into();
        mixed.more = vec![Devices {
            gpu: "h100_1g.10gb".into(),
            count: 2,
        }];
        let spec = ClusterSpec {
            nodes: vec![mixed],
            ..ClusterSpec::default()
        };
        let mut nodes = Nodes::new(&spec);
        let request = Request::default();
        for devices in [[1, 0], [0, 1], [0, 1]] {
            let on = choose(
                &request,
                &nodes,
                nodes.free(),
                &NodeSet::full(1),
                &|_| true,
                false,
            )
            .unwrap();
            assert_eq!(on.devices(&request, 2), devices);
            nodes.take(&on, &request);
        }
        assert_eq!(
            choose(
                &request,
                &nodes,
                nodes.free(),
                &NodeSet::full(1),
                &|_| true,
                false
            ),
            None
        );
    }
}
