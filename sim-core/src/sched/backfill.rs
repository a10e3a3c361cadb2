//! Slurm's backfill: walk the queue, plan every job on whole nodes by the *limits* of what runs, start what can start now
//! without touching a promise made before it in this walk.
//!
//! Promises are made anew in every walk. A job may start now exactly if enough nodes have room for it whose earliest
//! promise begins after its end; so a plan further down matters only while a later job could still start, and the walk
//! stops planning as soon as none can. [`BackfillPass::recheck`] names the next instant at which time alone could change
//! the answer; the engine need not walk again before it unless something happens.

use super::main_pass::{is_last_place, places_before};
use super::timeline::Timeline;
use super::{Decision, limits, preempt, reserved, select};
use crate::cluster::{Allocation, Cluster, Job, JobState, NodeSet, Room};
use crate::ids::{JobId, PartitionId, PartitionSet, UserId};
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
    /// Next place to plan or start.
    cursor: usize,
    /// First place at or after the cursor whose job could start now; everything before it has had its limits tested.
    candidate: usize,
    /// Jobs that reached the node test.
    tested: u32,
    /// Stop looking for candidates: the queue or `bf_max_job_test` has come to its end.
    exhausted: bool,
    starts: u32,
    timeline: Timeline,
    /// By node, when its earliest promise begins.
    promised: Vec<Time>,
    recheck: Option<Time>,
    /// Requests without room in this walk. Promises and starts only take room away, so whatever asks for as much for as
    /// long has none either.
    no_room: Vec<(PartitionId, Request)>,
    /// How many places of each person and of each partition were looked at, where that is limited.
    of_user: Vec<(UserId, u32)>,
    of_partition: Vec<(PartitionId, u32)>,
    /// The place that was counted last.
    counted: Option<(JobId, PartitionId)>,
    /// Places that were one too many of their person or partition: they are not considered at all.
    passed_over: Vec<(JobId, PartitionId)>,
    /// Jobs in several partitions that have their promise.
    has_promise: Vec<JobId>,
    /// Jobs for which others were pushed off in this walk.
    preempted_for: Vec<JobId>,
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
            starts: 0,
            timeline: Timeline::new(now.floor_to(policy.resolution), all),
            promised: vec![NEVER; cluster.nodes.len()],
            recheck: None,
            no_room: Vec::new(),
            of_user: Vec::new(),
            of_partition: Vec::new(),
            counted: None,
            passed_over: Vec::new(),
            has_promise: Vec::new(),
            preempted_for: Vec::new(),
        }
    }

    /// After the walk: the next instant at which time alone may change its answer, if there is one. A job beyond the
    /// window enters it, or the end of a job that was tried at once comes to touch a promise.
    pub fn recheck(&self) -> Option<Time> {
        self.recheck
    }

    /// Jobs that have reached the node test.
    pub fn tested(&self) -> u32 {
        self.tested
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
                if let Some(on) = self.room(cluster, job, partition) {
                    self.starts += 1;
                    self.cursor -= places_before(cluster, job, id, self.cursor);
                    self.candidate = self.cursor;
                    return Some(Decision::Start {
                        job: id,
                        partition,
                        on,
                    });
                }
                let victims = self
                    .victims(cluster, id, job, partition)
                    .expect("a candidate has room, or may make it");
                self.preempted_for.push(id);
                return Some(Decision::Preempt { job: id, victims });
            }
            // Somebody further down could start: what stands before it must have its promise first.
            let considered = !self.passed_over.contains(&(id, partition));
            if considered && limits::verdict(cluster, job, partition).is_none() {
                self.promise(cluster, id, job, partition);
            }
            self.cursor += 1;
        }
    }

    /// Moves `candidate` to the first place whose job its limits let start now and that has room, or may make it; tests
    /// limits on the way.
    fn find_candidate(&mut self, cluster: &Cluster) -> Option<Decision> {
        self.candidate = self.candidate.max(self.cursor);
        let enough = self.policy.max_job_start > 0 && self.starts >= self.policy.max_job_start;
        while let Some(&record) = cluster.queue.get(self.candidate).filter(|_| !enough) {
            let (id, partition) = (record.job(), record.partition);
            let job = &cluster.jobs[id];
            // A place is met again after every answer about it, and counts once.
            if self.counted != Some((id, partition)) {
                self.counted = Some((id, partition));
                if self.too_many(job, partition) {
                    self.passed_over.push((id, partition));
                    self.step(false);
                    continue;
                }
            }
            let before = limits::before_selection(cluster, job, partition);
            if before.is_none() && self.tested >= self.policy.max_job_test {
                break;
            }
            // What a reservation keeps it from comes before the limits on what it takes, as in the main pass.
            let held = before
                .or_else(|| reserved::kept_out(cluster, job, partition, self.now))
                .or_else(|| self.limit_after_selection(cluster, job, partition));
            match held {
                Some(reason) => {
                    let speaks = reason != job.reason && is_last_place(cluster, job, id, self.candidate);
                    self.step(before.is_none());
                    if speaks {
                        return Some(Decision::Hold { job: id, reason });
                    }
                }
                None if job.reason.is_limit() && is_last_place(cluster, job, id, self.candidate) => {
                    // The limit has cleared; the next main pass says what the job waits for now.
                    return Some(Decision::Hold {
                        job: id,
                        reason: Reason::None,
                    });
                }
                None => {
                    if self.has_room(cluster, job, partition)
                        || self.victims(cluster, id, job, partition).is_some()
                    {
                        return None;
                    }
                    self.step(true);
                }
            }
        }
        self.exhausted = true;
        None
    }

    /// The limit that holds a job on the nodes that it could start on now, where they make a difference, or else on any.
    fn limit_after_selection(&self, cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<Reason> {
        let nodes_matter = job.request.exclusive || cluster.limits.counts_nodes;
        let on = if nodes_matter {
            self.room(cluster, job, partition)
        } else {
            None
        };
        limits::after_selection_of(cluster, job, partition, on.as_ref())
    }

    fn step(&mut self, counts: bool) {
        self.candidate += 1;
        self.tested += u32::from(counts);
    }

    /// Whether as many jobs of its owner or of its partition as may be were looked at; counts this one.
    fn too_many(&mut self, job: &Job, partition: PartitionId) -> bool {
        let users = over(&mut self.of_user, job.request.user, self.policy.max_job_user);
        let partitions = over(&mut self.of_partition, partition, self.policy.max_job_part);
        users || partitions
    }

    fn has_room(&mut self, cluster: &Cluster, job: &Job, partition: PartitionId) -> bool {
        let request = &job.request;
        // With reservations, what one job may not use another may.
        let alike = cluster.reservations.is_empty();
        let asks_as_much = |(of, less): &(PartitionId, Request)| {
            *of == partition
                && less.kind == request.kind
                && less.exclusive == request.exclusive
                && less.cpus_per_node <= request.cpus_per_node
                && less.nodes <= request.nodes
                && less.gpus_per_node <= request.gpus_per_node
                && less.limit <= request.limit
        };
        if alike && self.no_room.iter().any(asks_as_much) {
            return false;
        }
        let room = self.room(cluster, job, partition).is_some();
        if !room && alike {
            self.no_room.push((partition, *request));
        }
        room
    }

    /// Nodes that no promise made so far, and no reservation of others, keeps from a job that starts now.
    fn open_now(&self, cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<NodeSet> {
        let finish = self.now + job.request.limit;
        let mut nodes = cluster.partitions[partition].up.clone();
        for (node, &promised) in self.promised.iter().enumerate() {
            if promised <= finish {
                nodes.remove(node);
            }
        }
        if !cluster.reservations.is_empty() {
            reserved::leave_open(cluster, job, &mut nodes, self.now).ok()?;
        }
        Some(nodes)
    }

    /// Where the job could start now: nodes with room whose earliest promise begins after its end.
    fn room(&self, cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<Allocation> {
        let request = &job.request;
        let free = cluster.nodes.free();
        if free.total() < request.gpus() {
            return None;
        }
        let spread = cluster.partitions[partition].spread;
        if cluster.reservations.is_empty() {
            let finish = self.now + request.limit;
            let up = cluster.partitions[partition].up.iter();
            let open = up.filter(|&node| self.promised[node] > finish);
            return select::choose(request, &cluster.nodes, free, open, spread);
        }
        let open = self.open_now(cluster, job, partition)?;
        select::choose(request, &cluster.nodes, free, open.iter(), spread)
    }

    /// Whom to push off so that the job can start on nodes that are open to it now.
    fn victims(&self, cluster: &Cluster, id: JobId, job: &Job, partition: PartitionId) -> Option<Vec<JobId>> {
        let rules = &cluster.preempt;
        if !rules.on() || self.preempted_for.contains(&id) || preempt::under_way(cluster, id) {
            return None;
        }
        let open = self.open_now(cluster, job, partition)?;
        preempt::victims(cluster, rules, job, partition, &open, self.now)
    }

    /// Plans a job that cannot start now and writes its promise into the map.
    fn promise(&mut self, cluster: &Cluster, id: JobId, job: &Job, partition: PartitionId) {
        let request = &job.request;
        let several = request.also != PartitionSet::empty();
        let promised_already = several && self.policy.one_resv_per_job && self.has_promise.contains(&id);
        let young = self.now.since(job.eligible) < self.policy.min_age_reserve;
        if promised_already
            || young
            || limits::ranks_too_low(cluster, job, partition, self.policy.min_prio_reserve)
            || cluster.limits.qos[request.qos].no_reserve
        {
            return;
        }
        // Tried at once, the job meets the intervals that begin by its end; time alone adds the next one.
        if let Some(begin) = self.timeline.next_begin(self.now + request.limit) {
            self.look_again(begin - request.limit);
        }
        let Some(plan) = plan(cluster, self.policy, job, partition, &self.timeline, self.now) else {
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
        if several {
            self.has_promise.push(id);
        }
    }

    fn look_again(&mut self, at: Time) {
        if at > self.now {
            self.recheck = Some(self.recheck.map_or(at, |sooner| sooner.min(at)));
        }
    }
}

/// Counts one more of `who`; whether that is over the limit (0: none).
fn over<T: PartialEq>(counts: &mut Vec<(T, u32)>, who: T, most: u32) -> bool {
    if most == 0 {
        return false;
    }
    match counts.iter_mut().find(|(other, _)| *other == who) {
        Some((_, count)) => {
            *count += 1;
            *count > most
        }
        None => {
            counts.push((who, 1));
            false
        }
    }
}

/// Plans every job from the head down to and including the one at `index` in the queue; returns that one's plan. It is
/// promised nodes if the plan lies within the window. For explanation and for the causes of idleness: decides nothing.
pub fn plan_of(cluster: &Cluster, policy: &SlurmBackfill, now: Time, index: usize) -> Option<Plan> {
    let mut pass = BackfillPass::new(cluster, policy, now);
    for record in &cluster.queue[..index] {
        let job = &cluster.jobs[record.job()];
        if !pass.too_many(job, record.partition) && limits::verdict(cluster, job, record.partition).is_none()
        {
            pass.promise(cluster, record.job(), job, record.partition);
        }
    }
    let record = cluster.queue.get(index)?;
    let job = &cluster.jobs[record.job()];
    if pass.too_many(job, record.partition) || limits::verdict(cluster, job, record.partition).is_some() {
        return None;
    }
    plan(cluster, policy, job, record.partition, &pass.timeline, now)
}

/// What a start at `when` keeps in the map: both ends are floored to its grid, and it lasts a step at least.
fn on_the_grid(policy: &SlurmBackfill, when: Time, request: &Request) -> (Time, Time) {
    let begin = when.floor_to(policy.resolution);
    let end = (when + request.limit).floor_to(policy.resolution);
    (begin, end.max(begin + policy.resolution.max(Span::secs(1))))
}

/// When and where a job would start, given the promises in the map.
fn plan(
    cluster: &Cluster,
    policy: &SlurmBackfill,
    job: &Job,
    partition: PartitionId,
    map: &Timeline,
    now: Time,
) -> Option<Plan> {
    let request = &job.request;
    let mut mine = cluster.partitions[partition].up.clone();
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
        reserved::closed(cluster, job, now, now, policy.window)
    };
    loop {
        let finish = start + request.limit;
        let (mut nodes, mut later) = map.open(start, finish, mine.clone());
        for closed in closed.iter().filter(|c| c.from < finish && c.to > start) {
            nodes.subtract(&closed.nodes);
            later = Some(later.map_or(closed.to, |other| other.min(closed.to)));
        }
        let found = will_run(cluster, job, partition, &nodes, now, later);
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

/// The node test: fits now, or once everybody whom it may push off is gone, or when the running jobs on `nodes` have
/// ended by their limits, no later than `until`. Ends are taken in groups, each twice as wide as the one before; the
/// estimate is the last end that matters for the chosen nodes.
///
/// A group is closed only by the end that follows one taken into it, whoever that end belongs to. So once a job that is
/// not on `nodes` follows, the next one on `nodes` comes into the group as well, however late it ends (a quirk of
/// Slurm's loop). The plan is then later than need be, and short jobs find room before it.
fn will_run(
    cluster: &Cluster,
    job: &Job,
    partition: PartitionId,
    nodes: &NodeSet,
    now: Time,
    until: Option<Time>,
) -> Option<(Time, Allocation)> {
    let request = &job.request;
    let spread = cluster.partitions[partition].spread;
    let wanted = request.nodes as usize;
    let installed = cluster.nodes.installed();
    let could = nodes.iter().filter(|&node| installed.fits(node, request));
    if could.take(wanted).count() < wanted {
        return None;
    }
    let able = |free: &Room| nodes.iter().filter(|&node| free.fits(node, request)).count();
    let choose = |free: &Room| select::choose(request, &cluster.nodes, free, nodes.iter(), spread);
    let able_now = able(cluster.nodes.free());
    if able_now >= wanted {
        return choose(cluster.nodes.free()).map(|on| (now, on));
    }
    let mut free = cluster.nodes.free().clone();
    let rules = &cluster.preempt;
    if rules.on() {
        for &(_, id) in &cluster.running {
            let victim = &cluster.jobs[id];
            let may = victim.state == JobState::Running && rules.may(job, partition, victim);
            if may && rules.exempt_until(victim) <= now {
                free.give_back(&victim.on, &victim.request);
            }
        }
        if able(&free) >= wanted {
            return choose(&free).map(|on| (now, on));
        }
        free = cluster.nodes.free().clone();
    }
    let touches = |id: JobId| {
        cluster.jobs[id]
            .on
            .nodes()
            .iter()
            .any(|&node| nodes.contains(usize::from(node)))
    };
    let in_time = |&&(end, _): &&(Time, JobId)| until.is_none_or(|until| end <= until);
    let mut ends = cluster.running.iter().take_while(in_time).peekable();
    let first = ends.clone().find(|&&(_, id)| touches(id))?.0.ceil_to(FIRST_GROUP);
    let mut width = FIRST_GROUP;
    let mut able_then = able_now;
    let mut gone: Vec<(Time, JobId)> = Vec::new();
    loop {
        let taken = gone.len();
        while let Some(&(end, id)) = ends.next() {
            if !touches(id) {
                continue;
            }
            let job = &cluster.jobs[id];
            let fitting = |free: &Room| {
                let its = job.on.nodes().iter().map(|&node| usize::from(node));
                its.filter(|&node| nodes.contains(node) && free.fits(node, request))
                    .count()
            };
            let before = fitting(&free);
            free.give_back(&job.on, &job.request);
            able_then += fitting(&free) - before;
            gone.push((end, id));
            if ends.peek().is_some_and(|&&(next, _)| next > first + width) {
                break;
            }
        }
        if gone.len() == taken {
            return None;
        }
        if able_then >= wanted {
            let on = choose(&free)?;
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
