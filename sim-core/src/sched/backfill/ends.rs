//! The ends of running jobs, by their limits, as the node test asks for them: after how many of them a node has room, and
//! how tight it is then. Worked out once for a state of the cluster, and asked by every plan that is made against it.

use crate::cluster::{Allocation, Cluster, NodeSet};
use crate::ids::{JobId, KindId, NodeId};
use crate::order;
use crate::scenario::SlurmBackfill;
use crate::units::{Span, Time};
use crate::workload::Request;

use super::node_test::{NodeTest, World};

/// The first estimate looks this far past the first end, then twice as far, and so on (`docs/slurm.md`, *Ends in groups*).
const FIRST_GROUP: Span = Span::secs(30);

/// When a request first fits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    /// When so many have ended.
    ends: u32,
    /// The row of `room_after` that says so.
    row: usize,
}

impl Fit {
    /// Without waiting for anybody.
    pub fn is_now(self) -> bool {
        self.ends == 0
    }
}

/// The width of the next group: twice as far, or by `bf_window_linear`, once at least and until it reaches `next`, an
/// instant so long after the first.
fn wider(policy: &SlurmBackfill, mut width: Span, next: Span) -> Span {
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
#[derive(Clone, Debug, Default)]
pub(super) struct Ends {
    /// Whether they are those of the state at hand.
    seen: bool,
    /// [`Cluster::moves`] in that state, if it is known.
    moves: Option<u64>,
    /// In order.
    times: Vec<Time>,
    /// Whose ends they are.
    jobs: Vec<JobId>,
    /// By node, where its ends begin in `on_node`; one more at the end.
    begins: Vec<u32>,
    /// Node by node: which end, and the free devices of the node after it.
    on_node: Vec<(u32, u32)>,
    /// In order: which end, on which node, and the free devices there after it.
    in_order: Vec<(u32, u32, u32)>,
    /// For each entry of `in_order` the free devices by type; empty where there is one type only.
    by_kind: Vec<u32>,
    /// Where each end begins in `in_order`.
    of_end: Vec<u32>,
    /// By what is asked of a node, when each has room.
    room_after: Vec<RoomAfter>,
    /// Room to sort nodes in.
    able: Vec<(u32, u32, usize)>,
    /// Rows of `room_after` in use; the others are kept for their memory.
    needs: usize,
    /// Room to add up in: where the next end of each node belongs, free devices by node, and by node and type.
    next: Vec<u32>,
    free: Vec<u32>,
    free_of_kind: Vec<u32>,
}

/// When nodes have room for a request's share.
#[derive(Clone, Debug)]
struct RoomAfter {
    need: Need,
    /// After how many ends which node, the first ones first. Those that never have room are not in it.
    list: Vec<(u32, u32)>,
    /// By node, after how many ends; [`NEVER_ROOM`] if never.
    of_node: Vec<u32>,
}

/// In place of a number of ends.
const NEVER_ROOM: u32 = u32::MAX;

/// What a request asks of each of its nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Need {
    kind: Option<KindId>,
    gpus: u32,
    cpus: u32,
    exclusive: bool,
}

impl Ends {
    /// The state has become another one.
    pub fn forget(&mut self) {
        self.seen = false;
    }

    /// A walk begins: they still hold if nothing has started or ended since.
    pub fn keep_if_of(&mut self, moves: u64) {
        self.seen &= self.moves == Some(moves);
    }

    /// Looks at the state, if it has not been seen.
    pub fn see(&mut self, cluster: &Cluster, world: World<'_>) {
        if self.seen {
            return;
        }
        self.seen = true;
        self.moves = world.moves;
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
        self.on_node.resize(self.begins[nodes] as usize, (0, 0));
        self.in_order.clear();
        self.of_end.clear();
        self.by_kind.clear();
        self.next.clone_from(&self.begins);
        self.free.clear();
        self.free.extend_from_slice(world.free.gpus());
        self.free_of_kind.clear();
        self.free_of_kind.extend_from_slice(world.free.by_kind());
        let kinds = self.free_of_kind.len() / nodes.max(1);
        for (index, &id) in self.jobs.iter().enumerate() {
            let job = &cluster.jobs[id];
            self.of_end.push(self.in_order.len() as u32);
            for (place, &node) in job.on.nodes().iter().enumerate() {
                let at = usize::from(node);
                let of_kind = &mut self.free_of_kind[at * kinds..][..kinds];
                match job.on.split_on(place, cluster.nodes.kinds().len()) {
                    Some(share) => {
                        self.free[at] += share.iter().sum::<u32>();
                        of_kind
                            .iter_mut()
                            .zip(share)
                            .for_each(|(free, share)| *free += share);
                    }
                    None => {
                        let share = job.request.gpus_per_node;
                        self.free[at] += share;
                        if let Some(free) = of_kind.get_mut(job.request.kind.map_or(0, usize::from)) {
                            *free += share;
                        }
                    }
                }
                let (end, of_all) = (index as u32, self.free[at]);
                let next = &mut self.next[at];
                self.on_node[*next as usize] = (end, of_all);
                self.in_order.push((end, node.0, of_all));
                self.by_kind.extend_from_slice(of_kind);
                *next += 1;
            }
        }
    }

    fn of_node(&self, node: usize) -> &[(u32, u32)] {
        &self.on_node[self.begins[node] as usize..self.begins[node + 1] as usize]
    }

    /// After how many ends each node has room for one share of the request; worked out once for each kind of share.
    pub fn room_for(&mut self, cluster: &Cluster, world: World<'_>, request: &Request) -> usize {
        let need = Need {
            kind: request.kind,
            gpus: request.gpus_per_node,
            cpus: request.cpus_per_node,
            exclusive: request.exclusive,
        };
        let known = self.room_after[..self.needs]
            .iter()
            .position(|known| known.need == need);
        if let Some(row) = known {
            return row;
        }
        let row = self.needs;
        self.needs += 1;
        if row == self.room_after.len() {
            self.room_after.push(RoomAfter {
                need,
                list: Vec::new(),
                of_node: Vec::new(),
            });
        }
        let RoomAfter {
            need: of,
            list,
            of_node,
        } = &mut self.room_after[row];
        *of = need;
        list.clear();
        of_node.clear();
        of_node.resize(cluster.nodes.len(), NEVER_ROOM);
        let mut note = |ends: u32, node: u32, fits: bool| {
            let known = &mut of_node[node as usize];
            if fits && *known == NEVER_ROOM {
                *known = ends;
                list.push((ends, node));
            }
        };
        for node in 0..cluster.nodes.len() {
            note(0, node as u32, world.free.fits(node, request));
        }
        let kinds = cluster.nodes.kinds().len();
        if !request.exclusive && request.cpus_per_node == 0 {
            for (entry, &(end, node, of_all)) in self.in_order.iter().enumerate() {
                let free = match request.kind {
                    Some(kind) if kinds > 1 => self.by_kind[entry * kinds + usize::from(kind)],
                    Some(_) | None => of_all,
                };
                note(end + 1, node, free >= request.gpus_per_node);
            }
        } else {
            let mut free = world.free.clone();
            for (&id, end) in self.jobs.iter().zip(1..) {
                let job = &cluster.jobs[id];
                free.give_back(&job.on, &job.request);
                for node in job.on.nodes() {
                    note(end, node.0, free.fits(usize::from(*node), request));
                }
            }
        }
        row
    }

    /// When a node first has room for one share of the request, by the limits of what runs; nothing if it never has.
    pub fn has_room_at(
        &mut self,
        cluster: &Cluster,
        world: World<'_>,
        request: &Request,
        node: usize,
        now: Time,
    ) -> Option<Time> {
        let row = self.room_for(cluster, world, request);
        match self.room_after[row].of_node[node] {
            0 => Some(now),
            NEVER_ROOM => None,
            ends => Some(self.times[ends as usize - 1].max(now)),
        }
    }

    /// When so many of `nodes` first have room for a share ([`Ends::room_for`]), groups left aside; nothing if they never do.
    pub fn fit(&self, row: usize, wanted: usize, nodes: &NodeSet) -> Option<Fit> {
        let mut able = self.room_after[row]
            .list
            .iter()
            .filter(|(_, node)| nodes.contains(*node as usize));
        let &(ends, _) = able.nth(wanted.checked_sub(1)?)?;
        Some(Fit { ends, row })
    }

    /// The nodes that a request takes which fits when so many have gone: the lowest weight, the fewest free devices (the
    /// most, with `spread`), the lowest index.
    pub fn tightest(
        &mut self,
        fit: Fit,
        test: &NodeTest<'_>,
        nodes: &NodeSet,
        gone: usize,
    ) -> Option<Allocation> {
        let NodeTest { cluster, world, .. } = *test;
        let wanted = test.job.request.nodes as usize;
        let spread = cluster.partitions[test.partition].spread;
        let mut ranked = std::mem::take(&mut self.able);
        ranked.clear();
        let rank = |node: usize| {
            let free = self
                .last_end(node, gone)
                .map_or(world.free.gpus()[node], |(_, free)| free);
            let left = if spread { u32::MAX - free } else { free };
            (cluster.nodes.weight(node), left, node)
        };
        let able = self.room_after[fit.row].list.iter();
        let able = able
            .take_while(|(ends, _)| *ends as usize <= gone)
            .map(|&(_, node)| node as usize)
            .filter(|&node| nodes.contains(node));
        if wanted == 1 {
            let (.., node) = able.map(rank).min()?;
            self.able = ranked;
            return Some(Allocation::one(NodeId::from(node)));
        }
        for ranks in able.map(rank) {
            if ranked.len() < wanted {
                let at = ranked.partition_point(|other| *other < ranks);
                ranked.insert(at, ranks);
            } else if ranks < ranked[wanted - 1] {
                let at = ranked.partition_point(|other| *other < ranks);
                ranked[at..].rotate_right(1);
                ranked[at] = ranks;
            }
        }
        let chosen = ranked.get(..wanted)?.iter();
        let mut chosen: Box<[NodeId]> = chosen.map(|&(.., node)| NodeId::from(node)).collect();
        order::sort(&mut chosen);
        self.able = ranked;
        Some(Allocation::many(chosen))
    }

    /// The last of so many ends that is on one of these nodes.
    pub fn last_on(&self, nodes: &[NodeId], gone: usize) -> Option<Time> {
        let last = |&node: &NodeId| self.last_end(node.into(), gone);
        nodes
            .iter()
            .filter_map(last)
            .map(|(end, _)| self.times[end as usize])
            .max()
    }

    /// Of the first so many ends the last one on a node, and what is free there after it.
    fn last_end(&self, node: usize, gone: usize) -> Option<(u32, u32)> {
        let ends = self.of_node(node);
        ends[..ends.partition_point(|&(end, _)| (end as usize) < gone)]
            .last()
            .copied()
    }

    /// How many ends, none later than `until`, have gone when the group is closed in which a request fits on `nodes`; nothing
    /// if it does not fit by then. Each group is twice as wide as the one before, or wider by `bf_window_linear`.
    ///
    /// A group is closed only by the end that follows one taken into it, whoever that end belongs to. So once a job that is
    /// not on `nodes` follows, the next one on `nodes` comes into the group as well, however late it ends (a quirk of
    /// Slurm's loop). The plan is then later than need be, and short jobs find room before it.
    pub fn gone_with(
        &self,
        fit: Fit,
        policy: &SlurmBackfill,
        nodes: &NodeSet,
        until: Option<Time>,
    ) -> Option<usize> {
        let enough = fit.ends as usize;
        let last = *self.times.get(enough.checked_sub(1)?)?;
        let times = match until {
            Some(until) if last > until => return None,
            Some(until) => &self.times[..self.times.partition_point(|&end| end <= until)],
            None => &self.times[..],
        };
        // The first end from this one on that is on these nodes.
        let on_these = |from: usize| {
            let from = *self.of_end.get(from)? as usize;
            let on = |&&(_, node, _): &&(u32, u32, u32)| nodes.contains(node as usize);
            let &(end, ..) = self.in_order[from..].iter().find(on)?;
            Some(end as usize).filter(|&end| end < times.len())
        };
        let mut next = on_these(0)?;
        let first = times[next].ceil_to(FIRST_GROUP);
        let mut width = FIRST_GROUP;
        let mut inside = next;
        loop {
            // The last one inside the bound closes the group if it is on these nodes, else the first one after it that is.
            inside += times[inside..]
                .iter()
                .take_while(|&&end| end <= first + width)
                .count();
            let Some(closes) = on_these(next.max(inside.saturating_sub(1))) else {
                return Some(times.len());
            };
            next = closes + 1;
            if next >= enough || next == times.len() {
                return Some(next);
            }
            width = wider(policy, width, times[next].since(first));
        }
    }
}
