//! The node test: when and where a job would start, given the promises in the map and the limits of what runs
//! (`slurm-semantics` §4.4).

use crate::cluster::{Allocation, Cluster, Job, JobState, NodeSet, Room};
use crate::ids::{JobId, PartitionId};
use crate::scenario::SlurmBackfill;
use crate::sched::timeline::Timeline;
use crate::sched::{reserved, select};
use crate::units::Time;

use super::ends::{Ends, FIRST_GROUP, FirstFit, wider};
use super::{Plan, on_the_grid};

/// The state that a plan is made against.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub free: &'a Room,
    /// By the end of their limits.
    pub running: &'a [(Time, JobId)],
}

/// What one test leaves for the next: room to try ends in, and the ends of the world if it is still the same.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    free: Option<Room>,
    gone: Vec<(Time, JobId)>,
    ends: Ends,
}

impl Scratch {
    fn see(&mut self, cluster: &Cluster, world: World<'_>) {
        let Scratch { ends, free, .. } = self;
        ends.see(cluster, world, || copy(free, world.free));
    }

    /// The world is another one from now on.
    pub fn forget_world(&mut self) {
        self.ends.forget();
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
    /// Whether ends alone make room: whoever may push others off has a world without them besides; and fixed CPUs choose
    /// nodes by runs, which is not asked of [`Ends`].
    fn waits_for_ends(&self) -> bool {
        !self.cluster.preempt.on() && self.job.request.cpus_per_node == 0
    }

    /// When and where the job would start. Beyond `latest` nodes are not looked for; it would start no sooner than it says.
    pub fn plan(
        &self,
        policy: &SlurmBackfill,
        map: &Timeline,
        scratch: &mut Scratch,
        latest: Time,
    ) -> Option<Plan> {
        let (cluster, now) = (self.cluster, self.now);
        let request = &self.job.request;
        let wanted = request.nodes as usize;
        let mut mine = cluster.partitions[self.partition].up.clone();
        let mut start = now;
        let closed = if cluster.reservations.is_empty() {
            Vec::new()
        } else {
            if let Some(id) = request.reservation {
                let (own, flexible) = cluster.reservations.nodes(id);
                if !flexible {
                    mine.intersect(own);
                    start = start.max(cluster.reservations.next(id, now)?.0);
                }
            }
            reserved::closed(cluster, self.job, now, now, policy.window)
        };
        loop {
            if start > latest {
                let on = Allocation::none();
                return Some(Plan { when: start, on });
            }
            let finish = start + request.limit;
            let (mut nodes, mut later) = map.open(start, finish, mine.clone(), wanted);
            for closed in closed.iter().filter(|c| c.from < finish && c.to > start) {
                nodes.subtract(&closed.nodes);
                later = Some(later.map_or(closed.to, |other| other.min(closed.to)));
            }
            let found = self.will_run(policy, &nodes, later, scratch);
            let Some((when, on)) = found else {
                start = later?;
                continue;
            };
            let when = when.max(start);
            let mut chosen = NodeSet::empty(cluster.nodes.len());
            on.nodes()
                .iter()
                .for_each(|&node| chosen.insert(usize::from(node)));
            let (begin, end) = on_the_grid(policy, when, request);
            let taken = map.promised(&chosen, begin, end)
                || closed
                    .iter()
                    .any(|c| c.from < when + request.limit && c.to > when && c.nodes.meets(&chosen));
            if when > start && taken {
                start = when;
                continue;
            }
            return Some(Plan { when, on });
        }
    }

    /// Fits now, or once everybody whom it may push off is gone, or when the running jobs on `nodes` have ended by their
    /// limits, no later than `until`. Ends are taken in groups, each twice as wide as the one before; the estimate is the
    /// last end that matters for the chosen nodes.
    ///
    /// A group is closed only by the end that follows one taken into it, whoever that end belongs to. So once a job that is
    /// not on `nodes` follows, the next one on `nodes` comes into the group as well, however late it ends (a quirk of
    /// Slurm's loop). The plan is then later than need be, and short jobs find room before it.
    fn will_run(
        &self,
        policy: &SlurmBackfill,
        nodes: &NodeSet,
        until: Option<Time>,
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
        let wanted = request.nodes as usize;
        if self.waits_for_ends() {
            scratch.see(cluster, world);
            return match scratch.ends.first_fit(self, policy, nodes, until)? {
                FirstFit::Now => {
                    select::choose(request, &cluster.nodes, world.free, nodes, &|_| true, spread)
                        .map(|on| (now, on))
                }
                FirstFit::After(end, on) => Some((end.max(now), on)),
            };
        }
        let able = |free: &Room| nodes.iter().filter(|&node| free.fits(node, request)).count();
        if able(cluster.nodes.installed()) < wanted {
            return None;
        }
        let choose = |free: &Room| select::choose(request, &cluster.nodes, free, nodes, &|_| true, spread);
        let able_now = able(world.free);
        if able_now >= wanted {
            return choose(world.free).map(|on| (now, on));
        }
        let rules = &cluster.preempt;
        if rules.on() {
            let free = copy(&mut scratch.free, world.free);
            for &(_, id) in world.running {
                let victim = &cluster.jobs[id];
                let may = victim.state == JobState::Running && rules.may(job, partition, victim);
                if may && rules.exempt_until(victim) <= now {
                    free.give_back(&victim.on, &victim.request);
                }
            }
            if able(free) >= wanted {
                return choose(free).map(|on| (now, on));
            }
        }
        let touches = |id: JobId| {
            let on = cluster.jobs[id].on.nodes();
            on.iter().any(|&node| nodes.contains(usize::from(node)))
        };
        let in_time = |&&(end, _): &&(Time, JobId)| until.is_none_or(|until| end <= until);
        let mut ends = world.running.iter().take_while(in_time).peekable();
        let first = ends.clone().find(|&&(_, id)| touches(id))?.0.ceil_to(FIRST_GROUP);
        let free = copy(&mut scratch.free, world.free);
        let gone = &mut scratch.gone;
        gone.clear();
        let mut width = FIRST_GROUP;
        let mut able_then = able_now;
        loop {
            let taken = gone.len();
            while let Some(&(end, id)) = ends.next() {
                if !touches(id) {
                    continue;
                }
                let leaving = &cluster.jobs[id];
                let fitting = |free: &Room| {
                    let its = leaving.on.nodes().iter().map(|&node| usize::from(node));
                    its.filter(|&node| nodes.contains(node) && free.fits(node, request))
                        .count()
                };
                let before = fitting(free);
                free.give_back(&leaving.on, &leaving.request);
                able_then += fitting(free) - before;
                gone.push((end, id));
                if ends.peek().is_some_and(|&&(next, _)| next > first + width) {
                    break;
                }
            }
            if gone.len() == taken {
                return None;
            }
            if able_then >= wanted {
                let on = choose(free)?;
                let matters = |id: JobId| {
                    let its = cluster.jobs[id].on.nodes();
                    its.iter().any(|node| on.nodes().contains(node))
                };
                let last = gone
                    .iter()
                    .rev()
                    .find(|&&(_, id)| matters(id))
                    .map_or(now, |&(end, _)| end);
                return Some((last.max(now), on));
            }
            let &&(next, _) = ends.peek()?;
            width = wider(policy, width, next.since(first));
        }
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
