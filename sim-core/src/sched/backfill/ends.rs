//! The ends of running jobs, by their limits, as the node test asks for them: after how many of them a node has room, and
//! how tight it is then. Worked out once for a state of the cluster, and asked by every plan that is made against it.

use crate::cluster::{Allocation, Cluster, NodeSet, Room};
use crate::ids::{JobId, KindId, NodeId};
use crate::order;
use crate::scenario::SlurmBackfill;
use crate::units::{Span, Time};
use crate::workload::Request;

use super::node_test::{NodeTest, World};

/// The first estimate looks this far past the first end, then twice as far, and so on (`slurm-semantics` §4.4).
pub(super) const FIRST_GROUP: Span = Span::secs(30);

/// Never, however many end.
const NEVER: u32 = u32::MAX;

/// Where a request fits first.
pub(super) enum FirstFit {
    /// At once.
    Now,
    /// When the last end that matters has come, on these nodes.
    After(Time, Allocation),
}

/// The width of the next group: twice as far, or by `bf_window_linear`, once at least and until it reaches `next`, an
/// instant so long after the first.
pub(super) fn wider(policy: &SlurmBackfill, mut width: Span, next: Span) -> Span {
    loop {
        width = match policy.window_linear {
            Span::ZERO => width * 2,
            more => width + more,
        };
        if width >= next {
            return width;
        }
    }
}

/// All ends of one state of the cluster.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// Whether they are those of the state at hand.
    seen: bool,
    /// In order.
    times: Vec<Time>,
    /// Whose ends they are.
    jobs: Vec<JobId>,
    /// By node, where its ends begin in `on_node`; one more at the end.
    begins: Vec<u32>,
    /// Node by node: which end, and the free devices of the node after it.
    on_node: Vec<(u32, u32)>,
    /// By what is asked of a node: after how many ends each node has room.
    room_after: Vec<(Need, Vec<u32>)>,
    /// Room to sort nodes in.
    able: Vec<(u32, u32, usize)>,
    /// Rows of `room_after` in use; the others are kept for their memory.
    needs: usize,
}

/// What a request asks of each of its nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Need {
    kind: Option<KindId>,
    gpus: u32,
    exclusive: bool,
}

impl Ends {
    /// The state has become another one.
    pub fn forget(&mut self) {
        self.seen = false;
    }

    /// Looks at the state, if it has not been seen. `free` gives a copy of its free devices to try ends in.
    pub fn see<'a>(&mut self, cluster: &Cluster, world: World<'_>, free: impl FnOnce() -> &'a mut Room) {
        if self.seen {
            return;
        }
        self.seen = true;
        self.needs = 0;
        self.times.clear();
        self.jobs.clear();
        self.times.extend(world.running.iter().map(|&(end, _)| end));
        self.jobs.extend(world.running.iter().map(|&(_, id)| id));
        let nodes = cluster.nodes.len();
        self.begins.clear();
        self.begins.resize(nodes + 1, 0);
        for &id in &self.jobs {
            for &node in cluster.jobs[id].on.nodes() {
                self.begins[usize::from(node) + 1] += 1;
            }
        }
        for node in 0..nodes {
            self.begins[node + 1] += self.begins[node];
        }
        self.on_node.clear();
        self.on_node.resize(self.begins[nodes] as usize, (NEVER, 0));
        let free = free();
        let mut next = self.begins.clone();
        for (index, &id) in self.jobs.iter().enumerate() {
            let job = &cluster.jobs[id];
            free.give_back(&job.on, &job.request);
            for &node in job.on.nodes() {
                let at = &mut next[usize::from(node)];
                self.on_node[*at as usize] = (index as u32, free.gpus()[usize::from(node)]);
                *at += 1;
            }
        }
    }

    fn of_node(&self, node: usize) -> &[(u32, u32)] {
        &self.on_node[self.begins[node] as usize..self.begins[node + 1] as usize]
    }

    /// After how many ends each node has room for one share of the request; worked out once for each kind of share.
    fn room_for(&mut self, cluster: &Cluster, world: World<'_>, request: &Request) -> usize {
        let need = Need {
            kind: request.kind,
            gpus: request.gpus_per_node,
            exclusive: request.exclusive,
        };
        let known = self.room_after[..self.needs]
            .iter()
            .position(|(known, _)| *known == need);
        if let Some(row) = known {
            return row;
        }
        let row = self.needs;
        self.needs += 1;
        if row == self.room_after.len() {
            self.room_after.push((need, Vec::new()));
        }
        let nodes = cluster.nodes.len();
        let mut after = std::mem::take(&mut self.room_after[row].1);
        after.clear();
        after.extend((0..nodes).map(|node| if world.free.fits(node, request) { 0 } else { NEVER }));
        if cluster.nodes.kinds().len() == 1 && !request.exclusive {
            for (node, after) in after.iter_mut().enumerate().filter(|(_, after)| **after == NEVER) {
                let mut ends = self.of_node(node).iter();
                if let Some(&(end, _)) = ends.find(|&&(_, free)| free >= request.gpus_per_node) {
                    *after = end + 1;
                }
            }
        } else {
            let mut free = world.free.clone();
            for (&id, ends) in self.jobs.iter().zip(1..) {
                let job = &cluster.jobs[id];
                free.give_back(&job.on, &job.request);
                for node in job.on.nodes().iter().map(|&node| usize::from(node)) {
                    if after[node] == NEVER && free.fits(node, request) {
                        after[node] = ends;
                    }
                }
            }
        }
        self.room_after[row] = (need, after);
        row
    }

    /// After how many ends the request of a test fits on `nodes`, groups left aside; and by which row of `room_after`.
    fn enough(&mut self, test: &NodeTest<'_>, nodes: &NodeSet) -> (u32, usize) {
        let request = &test.job.request;
        let row = self.room_for(test.cluster, test.world, request);
        let after = &self.room_after[row].1;
        let wanted = request.nodes as usize;
        let enough = if wanted == 1 {
            nodes.iter().map(|node| after[node]).min().unwrap_or(NEVER)
        } else {
            let able = |ends: u32| nodes.iter().filter(|&node| after[node] <= ends).count() >= wanted;
            let (mut too_few, mut enough) = (0, self.times.len() as u32);
            if able(too_few) {
                enough = 0;
            } else if !able(enough) {
                enough = NEVER;
            } else {
                while enough - too_few > 1 {
                    let middle = too_few.midpoint(enough);
                    if able(middle) {
                        enough = middle;
                    } else {
                        too_few = middle;
                    }
                }
            }
            enough
        };
        (enough, row)
    }

    /// Where the request of a test fits first on `nodes`, no later than `until`, by the groups of
    /// [`NodeTest::will_run`].
    pub fn first_fit(
        &mut self,
        test: &NodeTest<'_>,
        policy: &SlurmBackfill,
        nodes: &NodeSet,
        until: Option<Time>,
    ) -> Option<FirstFit> {
        let NodeTest { cluster, world, .. } = *test;
        let (enough, row) = self.enough(test, nodes);
        let after = &self.room_after[row].1;
        let wanted = test.job.request.nodes as usize;
        if enough == 0 {
            return Some(FirstFit::Now);
        }
        let last = self.times.get(enough as usize - 1)?;
        let times = match until {
            Some(until) if *last > until => return None,
            Some(until) => &self.times[..self.times.partition_point(|&end| end <= until)],
            None => &self.times[..],
        };
        let gone = self.group_with(cluster, policy, nodes, times, enough as usize);
        let mut ranked = std::mem::take(&mut self.able);
        ranked.clear();
        let last_of = |node: usize| {
            let ends = self.of_node(node);
            ends[..ends.partition_point(|&(end, _)| (end as usize) < gone)].last()
        };
        let spread = cluster.partitions[test.partition].spread;
        let rank = |node: usize| {
            let free = last_of(node).map_or(world.free.gpus()[node], |&(_, free)| free);
            let left = if spread { u32::MAX - free } else { free };
            (cluster.nodes.weight(node), left, node)
        };
        let able = nodes.iter().filter(|&node| after[node] as usize <= gone);
        let on = if wanted == 1 {
            let (.., node) = able.map(rank).min()?;
            Allocation::one(NodeId::from(node))
        } else {
            ranked.extend(able.map(rank));
            order::sort(&mut ranked);
            let mut chosen: Box<[NodeId]> = ranked[..wanted]
                .iter()
                .map(|&(.., node)| NodeId::from(node))
                .collect();
            order::sort(&mut chosen);
            Allocation::many(chosen)
        };
        let last = on.nodes().iter().filter_map(|&node| last_of(usize::from(node)));
        let last = last.map(|&(end, _)| self.times[end as usize]).max();
        self.able = ranked;
        Some(FirstFit::After(last.unwrap_or(test.now), on))
    }

    /// How many of `times` have gone when the group is closed that holds the `enough`-th, which is on `nodes`.
    fn group_with(
        &self,
        cluster: &Cluster,
        policy: &SlurmBackfill,
        nodes: &NodeSet,
        times: &[Time],
        enough: usize,
    ) -> usize {
        let touches = |&end: &usize| {
            let on = cluster.jobs[self.jobs[end]].on.nodes();
            on.iter().any(|&node| nodes.contains(usize::from(node)))
        };
        let Some(mut next) = (0..times.len()).find(touches) else {
            return times.len();
        };
        let first = times[next].ceil_to(FIRST_GROUP);
        let mut width = FIRST_GROUP;
        let mut inside = next;
        loop {
            // The last one inside the bound closes the group if it is on these nodes, else the first one after it that is.
            inside += times[inside..]
                .iter()
                .take_while(|&&end| end <= first + width)
                .count();
            let Some(closes) = (next.max(inside.saturating_sub(1))..times.len()).find(touches) else {
                return times.len();
            };
            next = closes + 1;
            if next >= enough || next == times.len() {
                return next;
            }
            width = wider(policy, width, times[next].since(first));
        }
    }
}
