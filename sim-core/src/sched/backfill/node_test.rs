//! The node test: when and where a job would start, given the promises in the map and the limits of what runs
//! (`docs/slurm.md`, *Nodes tried*).

use crate::cluster::{Allocation, Cluster, Job, JobState, NodeSet, Room};
use crate::ids::{JobId, PartitionId};
use crate::scenario::SlurmBackfill;
use crate::sched::timeline::Timeline;
use crate::sched::{reserved, select};
use crate::units::Time;
use crate::workload::Request;

use super::ends::Ends;
use super::found::{self, Found};
use super::{NEVER, Plan, on_the_grid};

/// The state that a plan is made against.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub free: &'a Room,
    /// By the end of their limits.
    pub running: &'a [(Time, JobId)],
    /// [`Cluster::moves`] then, if it is the state at hand.
    pub moves: Option<u64>,
}

/// What one test leaves for the next: room to try ends in, and the ends of the world if it is still the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    free: Option<Room>,
    ends: Ends,
    pub found: Found,
}

impl Scratch {
    /// A walk begins.
    pub fn begin(&mut self, cluster: &Cluster) {
        self.ends.keep_if_of(cluster.moves());
        self.found.forget();
    }

    /// The world is another one from now on.
    pub fn forget_world(&mut self) {
        self.ends.forget();
        self.found.moved();
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
        self.ends.see(cluster, world);
        self.ends.has_room_at(cluster, world, request, node, now)
    }
}

/// One job to plan.
#[derive(Clone, Copy)]
pub(super) struct NodeTest<'a> {
    pub cluster: &'a Cluster,
    pub world: World<'a>,
    pub job: &'a Job,
    pub partition: PartitionId,
    pub now: Time,
}

impl NodeTest<'_> {
    /// When and where the job would start: not before an instant, as far as is known. Beyond `latest` nodes are not looked
    /// for; it would start no sooner than it says. And before when nobody finds room who asks for no less.
    pub fn plan(
        &self,
        policy: &SlurmBackfill,
        map: &Timeline,
        scratch: &mut Scratch,
        (not_before, latest): (Time, Time),
    ) -> (Option<Plan>, Time) {
        let (cluster, now) = (self.cluster, self.now);
        let request = &self.job.request;
        let wanted = request.nodes as usize;
        let mut mine = cluster.partitions[self.partition].up.clone();
        let mut start = now;
        // As far as nothing is found that might be found in another way for somebody else.
        let is_usual = found::is_usual(cluster, self.job, self.partition);
        let mut certain = is_usual && found::holds(cluster, policy, request);
        let mut too_early = now;
        if certain {
            start = map.last_chance(now, request.limit, not_before.max(now));
        }
        let closed = if cluster.reservations.is_empty() {
            Vec::new()
        } else {
            if let Some(id) = request.reservation {
                let (own, flexible) = cluster.reservations.nodes(id);
                if !flexible {
                    mine.intersect(own);
                    let Some((from, _)) = cluster.reservations.next(id, now) else {
                        return (None, now);
                    };
                    start = start.max(from);
                }
            }
            reserved::closed(cluster, self.job, now, now, policy.window)
        };
        let Scratch { ends, .. } = scratch;
        ends.see(cluster, self.world);
        let row = ends.room_for(cluster, self.world, request);
        let plan = loop {
            if certain {
                too_early = start;
            }
            if start > latest {
                let on = Allocation::none();
                break Some(Plan { when: start, on });
            }
            let finish = start + request.limit;
            let mut touched = false;
            let (mut nodes, mut later) = map.open(
                start,
                finish,
                mine.clone(),
                wanted,
                (on_the_grid(policy, start, request.limit).1, &mut touched),
            );
            certain &= !touched;
            for closed in closed.iter().filter(|c| c.from < finish && c.to > start) {
                nodes.subtract(&closed.nodes);
                later = Some(later.map_or(closed.to, |other| other.min(closed.to)));
            }
            let found = self.will_run(policy, &nodes, later, row, scratch);
            let Some((when, on)) = found else {
                let Some(later) = later else {
                    if certain {
                        too_early = map.next_offer(start).unwrap_or(NEVER);
                    }
                    break None;
                };
                start = later;
                continue;
            };
            let when = when.max(start);
            let mut chosen = NodeSet::empty(cluster.nodes.len());
            on.nodes()
                .iter()
                .for_each(|&node| chosen.insert(usize::from(node)));
            let (begin, end) = on_the_grid(policy, when, request.limit);
            let taken = map.promised(&chosen, begin, end)
                || closed
                    .iter()
                    .any(|c| c.from < when + request.limit && c.to > when && c.nodes.meets(&chosen));
            if when > start && taken {
                certain = false;
                start = when;
                continue;
            }
            break Some(Plan { when, on });
        };
        (plan, too_early)
    }

    /// Fits now, or once everybody whom it may push off is gone, or when the running jobs on `nodes` have ended by their
    /// limits, no later than `until`. Ends are taken in groups ([`Ends::gone_with`]); the estimate is the last end that
    /// matters for the chosen nodes.
    fn will_run(
        &self,
        policy: &SlurmBackfill,
        nodes: &NodeSet,
        until: Option<Time>,
        row: usize,
        scratch: &mut Scratch,
    ) -> Option<(Time, Allocation)> {
        let NodeTest {
            cluster,
            world,
            job,
            partition,
            now,
        } = *self;
        let request = &job.request;
        let spread = cluster.partitions[partition].spread;
        let choose = |free: &Room| select::choose(request, &cluster.nodes, free, nodes, &|_| true, spread);
        let Scratch { free, ends, .. } = scratch;
        let fit = ends.fit(row, request.nodes as usize, nodes)?;
        if fit.is_now() {
            return choose(world.free).map(|on| (now, on));
        }
        let rules = &cluster.preempt;
        if rules.may_some(request, partition) {
            let free = copy(free, world.free);
            for &(_, id) in world.running {
                let victim = &cluster.jobs[id];
                let may = victim.state == JobState::Running && rules.may(job, partition, victim);
                if may && rules.exempt_until(victim) <= now {
                    free.give_back(&victim.on, &victim.request);
                }
            }
            if let Some(on) = choose(free) {
                return Some((now, on));
            }
        }
        let gone = ends.gone_with(fit, policy, nodes, until)?;
        let on = if request.cpus_per_node > 0 {
            // Runs of neighbours are chosen.
            let free = copy(free, world.free);
            for &(_, id) in &world.running[..gone] {
                let leaving = &cluster.jobs[id];
                free.give_back(&leaving.on, &leaving.request);
            }
            choose(free)?
        } else {
            ends.tightest(fit, self, nodes, gone)?
        };
        let last = ends.last_on(on.nodes(), gone);
        Some((last.map_or(now, |last| last.max(now)), on))
    }
}

/// A copy to try things in.
fn copy<'a>(to: &'a mut Option<Room>, from: &Room) -> &'a mut Room {
    match to {
        Some(copy) => copy.clone_from(from),
        None => *to = Some(from.clone()),
    }
    to.as_mut().expect("it was put there")
}
