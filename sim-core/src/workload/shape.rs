//! GPUs as nodes × GPUs on each.

use crate::order;

/// Nodes, and GPUs on each of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shape {
    pub nodes: u32,
    pub gpus_per_node: u32,
}

impl Shape {
    pub(super) fn gpus(self) -> u32 {
        self.nodes * self.gpus_per_node
    }
}

/// Nodes by GPUs in them, widest first: GPUs per node, number of nodes with at least so many.
pub(super) struct Widths(Vec<(u32, u32)>);

impl Widths {
    /// Of groups of nodes, each with GPUs per node and number of nodes, where a job gets `most` nodes.
    pub(super) fn of(groups: &[(u32, u32)], most: u32) -> Widths {
        let mut widths: Vec<u32> = groups.iter().map(|&(gpus, _)| gpus).collect();
        order::sort_by(&mut widths, |a, b| b.cmp(a));
        widths.dedup();
        let at_least = |width: u32| {
            let wide = groups.iter().filter(|&&(gpus, _)| gpus >= width);
            let nodes: u32 = wide.map(|&(_, nodes)| nodes).sum();
            (width, nodes.min(most))
        };
        let some = |&(width, nodes): &(u32, u32)| width > 0 && nodes > 0;
        Widths(widths.into_iter().map(at_least).filter(some).collect())
    }

    /// Whether there is no GPU.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The widest shape of at most so many GPUs: one node if they fit in one, else whole nodes, as many as there are.
    pub(super) fn shape(&self, gpus: u32) -> Shape {
        let gpus = gpus.max(1);
        let one_node = self.0.iter().any(|&(width, _)| gpus <= width);
        if one_node {
            return Shape {
                nodes: 1,
                gpus_per_node: gpus,
            };
        }
        let shapes = self.0.iter().map(|&(width, nodes)| Shape {
            nodes: (gpus / width).min(nodes),
            gpus_per_node: width,
        });
        // Of equal widths the one on the widest nodes, which comes first.
        shapes.rev().max_by_key(|shape| shape.gpus()).unwrap_or(Shape {
            nodes: 1,
            gpus_per_node: 1,
        })
    }
}
