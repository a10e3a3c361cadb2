//! Slurm's backfill: walk the queue, plan every job on whole nodes by the *limits* of what runs, start what can start now
//! without touching a promise made before it in this walk.
//!
//! Promises are made anew in every walk. A job may start now exactly if enough nodes have room for it whose earliest
//! promise begins after its end; so a plan further down matters only while a later job could still start, and the walk
//! stops planning as soon as none can. [`BackfillPass::recheck`] names the next instant at which time alone could change
//! the answer; the engine need not walk again before it unless something happens.

use super::timeline::Timeline;
use super::{Decision, limits, select};
use crate::cluster::{Allocation, Cluster, NodeSet, Partition, Room};
use crate::ids::{JobId, PartitionId};
use crate::reason::Reason;
use crate::scenario::SlurmBackfill;
use crate::units::{Span, Time};
use crate::workload::Request;

/// The first estimate looks this far past the first end, then twice as far, and so on (`slurm-semantics` §4.4).
const FIRST_GROUP: Span = Span::secs(30);

/// A node without a promise.
const NEVER: Time = Time(u32::MAX);

/// One walk down the queue. Ask [`BackfillPass::next`] until it has nothing more to say; carry out each answer first.
#[derive(Debug)]
pub struct BackfillPass<'a> {
    policy: &'a SlurmBackfill,
    now: Time,
    /// Next job to plan or start.
    cursor: usize,
    /// First job at or after the cursor that could start now; everything before it has had its limits tested.
    candidate: usize,
    /// Jobs that reached the node test.
    tested: u32,
    /// Stop looking for candidates: the queue or `bf_max_job_test` has come to its end.
    exhausted: bool,
    timeline: Timeline,
    /// By node, when its earliest promise begins.
    promised: Vec<Time>,
    recheck: Option<Time>,
    /// Requests without room in this walk. Promises and starts only take room away, so whatever asks for as much for as
    /// long has none either.
    no_room: Vec<(PartitionId, Request)>,
}

/// Where and when a job is planned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// When it would start.
    pub when: Time,
    /// Its nodes; all of each is kept for it.
    pub on: Allocation,
}

impl<'a> BackfillPass<'a> {
    /// At the head of the queue.
    pub fn new(cluster: &Cluster, policy: &'a SlurmBackfill, now: Time) -> BackfillPass<'a> {
        let all = NodeSet::full(cluster.nodes.len());
        BackfillPass {
            policy,
            now,
            cursor: 0,
            candidate: 0,
            tested: 0,
            exhausted: false,
            timeline: Timeline::new(now.floor_to(policy.resolution), all),
            promised: vec![NEVER; cluster.nodes.len()],
            recheck: None,
            no_room: Vec::new(),
        }
    }

    /// After the walk: the next instant at which time alone may change its answer, if there is one. A job beyond the
    /// window enters it, or the end of a job that was tried at once comes to touch a promise.
    pub fn recheck(&self) -> Option<Time> {
        self.recheck
    }

    /// The next decision, or nothing if the walk is over.
    pub fn next(&mut self, cluster: &Cluster) -> Option<Decision> {
        loop {
            if let Some(hold) = self.find_candidate(cluster) {
                return Some(hold);
            }
            if self.exhausted {
                return None;
            }
            let record = cluster.queue[self.cursor];
            let (id, partition) = (record.job(), record.partition);
            let job = &cluster.jobs[id];
            if self.cursor == self.candidate {
                let on = self
                    .room(cluster, &job.request, partition)
                    .expect("a candidate has room");
                return Some(Decision::Start {
                    job: id,
                    partition,
                    on,
                });
            }
            // Somebody further down could start: what stands before it must have its promise first.
            if limits::verdict(cluster, job, partition).is_none() {
                self.promise(cluster, &job.request, partition);
            }
            self.cursor += 1;
        }
    }

    /// Moves `candidate` to the first job that its limits let start now and that has room; tests limits on the way.
    fn find_candidate(&mut self, cluster: &Cluster) -> Option<Decision> {
        self.candidate = self.candidate.max(self.cursor);
        while let Some(&record) = cluster.queue.get(self.candidate) {
            let (id, partition) = (record.job(), record.partition);
            let job = &cluster.jobs[id];
            let before = limits::before_selection(cluster, job, partition);
            if before.is_none() && self.tested >= self.policy.max_job_test {
                break;
            }
            let held = before.or_else(|| limits::after_selection(cluster, job, partition));
            match held {
                Some(reason) => {
                    self.step(before.is_none());
                    if reason != job.reason {
                        return Some(Decision::Hold { job: id, reason });
                    }
                }
                None if job.reason.is_limit() => {
                    // The limit has cleared; it is looked at again as one of the crowd.
                    return Some(Decision::Hold {
                        job: id,
                        reason: Reason::Priority,
                    });
                }
                None => {
                    if self.has_room(cluster, &job.request, partition) {
                        return None;
                    }
                    self.step(true);
                }
            }
        }
        self.exhausted = true;
        None
    }

    fn step(&mut self, counts: bool) {
        self.candidate += 1;
        self.tested += u32::from(counts);
    }

    fn has_room(&mut self, cluster: &Cluster, request: &Request, partition: PartitionId) -> bool {
        let asks_as_much = |(of, less): &(PartitionId, Request)| {
            *of == partition
                && less.kind == request.kind
                && less.exclusive == request.exclusive
                && less.cpus_per_node <= request.cpus_per_node
                && less.nodes <= request.nodes
                && less.gpus_per_node <= request.gpus_per_node
                && less.limit <= request.limit
        };
        if self.no_room.iter().any(asks_as_much) {
            return false;
        }
        let room = self.room(cluster, request, partition).is_some();
        if !room {
            self.no_room.push((partition, *request));
        }
        room
    }

    /// Where the request could start now: nodes with room whose earliest promise begins after its end.
    fn room(&self, cluster: &Cluster, request: &Request, partition: PartitionId) -> Option<Allocation> {
        let free = cluster.nodes.free();
        if free.total() < request.gpus() {
            return None;
        }
        let finish = self.now + request.limit;
        let Partition { up, spread, .. } = &cluster.partitions[partition];
        let open = up.iter().filter(|&node| self.promised[node] > finish);
        select::choose(request, &cluster.nodes, free, open, *spread)
    }

    /// Plans a job that cannot start now and writes its promise into the map.
    fn promise(&mut self, cluster: &Cluster, request: &Request, partition: PartitionId) {
        // Tried at once, the job meets the intervals that begin by its end; time alone adds the next one.
        if let Some(begin) = self.timeline.next_begin(self.now + request.limit) {
            self.look_again(begin - request.limit);
        }
        let Some(plan) = plan(cluster, self.policy, request, partition, &self.timeline, self.now) else {
            return;
        };
        if plan.when > self.now + self.policy.window {
            self.look_again(plan.when - self.policy.window);
            return;
        }
        let mut kept = NodeSet::empty(cluster.nodes.len());
        let (begin, end) = on_the_grid(self.policy, plan.when, request);
        for node in plan.on.nodes() {
            kept.insert(usize::from(*node));
            self.promised[usize::from(*node)] = self.promised[usize::from(*node)].min(begin);
        }
        self.timeline.promise(&kept, begin, end);
    }

    fn look_again(&mut self, at: Time) {
        if at > self.now {
            self.recheck = Some(self.recheck.map_or(at, |sooner| sooner.min(at)));
        }
    }
}

/// Plans every job from the head down to and including the one at `index` in the queue; returns that one's plan if it
/// would be promised nodes. For explanation and for the causes of idleness: decides nothing.
pub fn promise_of(cluster: &Cluster, policy: &SlurmBackfill, now: Time, index: usize) -> Option<Plan> {
    let mut pass = BackfillPass::new(cluster, policy, now);
    for record in &cluster.queue[..index] {
        let job = &cluster.jobs[record.job()];
        if limits::verdict(cluster, job, record.partition).is_none() {
            pass.promise(cluster, &job.request, record.partition);
        }
    }
    let record = cluster.queue.get(index)?;
    let job = &cluster.jobs[record.job()];
    if limits::verdict(cluster, job, record.partition).is_some() {
        return None;
    }
    plan(
        cluster,
        policy,
        &job.request,
        record.partition,
        &pass.timeline,
        now,
    )
    .filter(|plan| plan.when <= now + policy.window)
}

/// What a start at `when` keeps in the map: both ends are floored to its grid, and it lasts a step at least.
fn on_the_grid(policy: &SlurmBackfill, when: Time, request: &Request) -> (Time, Time) {
    let begin = when.floor_to(policy.resolution);
    let end = (when + request.limit).floor_to(policy.resolution);
    (begin, end.max(begin + policy.resolution.max(Span::secs(1))))
}

/// When and where a request would start, given the promises in the map.
fn plan(
    cluster: &Cluster,
    policy: &SlurmBackfill,
    request: &Request,
    partition: PartitionId,
    map: &Timeline,
    now: Time,
) -> Option<Plan> {
    let Partition { up, spread, .. } = &cluster.partitions[partition];
    let mut start = now;
    loop {
        let (nodes, later) = map.open(start, start + request.limit, up.clone());
        let found = will_run(cluster, request, &nodes, *spread, now);
        let Some((when, on)) = found else {
            start = later?;
            continue;
        };
        let when = when.max(start);
        if let Some(later) = later
            && when > later
        {
            start = later;
            continue;
        }
        let mut chosen = NodeSet::empty(cluster.nodes.len());
        on.nodes()
            .iter()
            .for_each(|&node| chosen.insert(usize::from(node)));
        let (begin, end) = on_the_grid(policy, when, request);
        if when > start && map.promised(&chosen, begin, end) {
            start = when;
            continue;
        }
        return Some(Plan { when, on });
    }
}

/// The node test: fits now, or when the running jobs on `nodes` have ended by their limits. Ends are taken in groups,
/// each twice as wide as the one before; the estimate is the last end that matters for the chosen nodes.
fn will_run(
    cluster: &Cluster,
    request: &Request,
    nodes: &NodeSet,
    spread: bool,
    now: Time,
) -> Option<(Time, Allocation)> {
    let wanted = request.nodes as usize;
    let installed = cluster.nodes.installed();
    if nodes.iter().filter(|&node| installed.fits(node, request)).count() < wanted {
        return None;
    }
    let able = |free: &Room| nodes.iter().filter(|&node| free.fits(node, request)).count();
    if able(cluster.nodes.free()) >= wanted {
        return select::choose(
            request,
            &cluster.nodes,
            cluster.nodes.free(),
            nodes.iter(),
            spread,
        )
        .map(|on| (now, on));
    }
    let mut free = cluster.nodes.free().clone();
    let touches = |id: JobId| {
        cluster.jobs[id]
            .on
            .nodes()
            .iter()
            .any(|&node| nodes.contains(usize::from(node)))
    };
    let mut ends = cluster.running.iter().filter(|&&(_, id)| touches(id)).peekable();
    let first = ends.peek()?.0.ceil_to(FIRST_GROUP);
    let mut width = FIRST_GROUP;
    let mut gone: Vec<(Time, JobId)> = Vec::new();
    loop {
        while let Some(&(end, id)) = ends.next_if(|&&(end, _)| end <= first + width) {
            let job = &cluster.jobs[id];
            free.give_back(&job.on, &job.request);
            gone.push((end, id));
        }
        if able(&free) >= wanted {
            let on = select::choose(request, &cluster.nodes, &free, nodes.iter(), spread)?;
            let matters = |id: JobId| {
                cluster.jobs[id]
                    .on
                    .nodes()
                    .iter()
                    .any(|node| on.nodes().contains(node))
            };
            let last = gone
                .iter()
                .rev()
                .find(|&&(_, id)| matters(id))
                .map_or(now, |&(end, _)| end);
            return Some((last.max(now), on));
        }
        let &&(next, _) = ends.peek()?;
        width = width * 2;
        while first + width < next {
            width = width * 2;
        }
    }
}
