//! Slurm's backfill: walk the queue, plan every job on whole nodes by the *limits* of what runs, start what can start now
//! without touching a promise made before it in this walk.
//!
//! Promises are made anew in every walk. A job may start now exactly if enough nodes have room for it whose earliest
//! promise begins after its end; so a plan further down matters only while a later job could still start, and the walk
//! stops planning as soon as none can. [`BackfillPass::recheck`] names the next instant at which time alone could change
//! the answer; the engine need not walk again before it unless something happens.

mod ends;
mod node_test;
mod passed;

use super::main_pass::places_before;
use super::timeline::Timeline;
use super::{Decision, limits, preempt, reserved, select};
use crate::cluster::{Allocation, Cluster, Job, NodeSet, Record, Verdict};
use crate::ids::{AssocId, JobId, PartitionId, PartitionSet, ShapeId, UserId};
use crate::reason::Reason;
use crate::scenario::SlurmBackfill;
use crate::units::{Span, Time};
use crate::workload::Request;

use node_test::{NodeTest, Scratch};
use passed::Passed;

/// What is counted in a walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Counted {
    /// Places of an association.
    Assoc(AssocId),
    /// Places of a person.
    User(UserId),
    /// Places of a partition.
    Partition(PartitionId),
    /// Places of a person in a partition.
    UserIn(UserId, PartitionId),
    /// Promises in a partition.
    Promised(PartitionId),
}

/// The begin of what never comes.
const NEVER: Time = Time(u32::MAX);

/// One walk down the queue. Ask [`BackfillPass::next`] until it has nothing more to say; carry out each answer first.
#[derive(Debug)]
pub struct BackfillPass<'a> {
    policy: &'a SlurmBackfill,
    now: Time,
    /// The place that is looked at.
    place: usize,
    /// Whether there are reservations at all.
    reserved: bool,
    /// Whether places are counted by person or partition.
    counts_places: bool,
    /// Whether all who ask for the same come to the same, next to each other.
    answers_repeat: bool,
    /// Jobs that reached the node test.
    tested: u32,
    starts: u32,
    timeline: Timeline,
    /// By node, when its earliest promise begins and ends.
    promised: Vec<(Time, Time)>,
    /// What has been passed without being planned yet.
    passed: Passed,
    scratch: Scratch,
    recheck: Option<Time>,
    /// Requests without room in this walk. Promises and starts only take room away, so whatever asks for as much for as
    /// long has none either.
    no_room: Vec<(PartitionId, Request)>,
    /// How many places of whom were looked at or promised, where that is limited.
    counts: Vec<(Counted, u32)>,
    /// What the place before came to, where the next one comes to the same if its job asks for the same and waits for the
    /// same limit or none.
    before: Option<(ShapeId, Reason, Verdict)>,
    /// The place that was counted last.
    counted: Option<(JobId, PartitionId)>,
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
        let reserved = !cluster.reservations.is_empty();
        let counts_places = policy.max_job_assoc.max(policy.max_job_user) > 0
            || policy.max_job_part.max(policy.max_job_user_part) > 0;
        BackfillPass {
            policy,
            now,
            place: 0,
            reserved,
            counts_places,
            answers_repeat: !(reserved
                || counts_places
                || cluster.preempt.on()
                || cluster.limits.counts_nodes),
            tested: 0,
            starts: 0,
            timeline: Timeline::new(now.floor_to(policy.resolution), &all),
            promised: vec![(NEVER, NEVER); cluster.nodes.len()],
            passed: Passed::default(),
            scratch: Scratch::default(),
            recheck: None,
            no_room: Vec::new(),
            counts: Vec::new(),
            before: None,
            counted: None,
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
        let enough = self.policy.max_job_start > 0 && self.starts >= self.policy.max_job_start;
        while let Some(&record) = cluster.queue.get(self.place).filter(|_| !enough) {
            let (id, partition) = (record.job(), record.partition);
            let job = &cluster.jobs[id];
            if let Some((shape, told, verdict)) = self.before
                && record.shape == shape
                && record.told == told
                && (verdict.before.is_some() || self.tested < self.policy.max_job_test)
            {
                self.pass_by(id, job, partition, verdict);
                self.step(verdict.before.is_none());
                continue;
            }
            self.before = None;
            let verdict = limits::verdict(cluster, job, partition);
            let before = verdict.before;
            // A place is met again after every answer about it, and counts once; whom a limit holds does not count.
            if self.counts_places && before.is_none() && self.counted != Some((id, partition)) {
                self.counted = Some((id, partition));
                if self.too_many(job, partition) {
                    self.step(false);
                    continue;
                }
            }
            if before.is_none() && self.tested >= self.policy.max_job_test {
                return None;
            }
            // What a reservation keeps it from comes before the limits on what it takes, as in the main pass.
            let held = before
                .or_else(|| self.kept_out(cluster, job, partition))
                .or_else(|| self.limit_after_selection(cluster, job, partition, verdict));
            match held {
                Some(reason) => {
                    let speaks = reason != job.reason && record.last;
                    // Whom only a reservation holds, or the nodes that are free now, is planned all the same.
                    self.pass_by(id, job, partition, verdict);
                    self.step(before.is_none());
                    if speaks {
                        return Some(Decision::Hold { job: id, reason });
                    }
                    self.keep_answer(job, &record, verdict);
                }
                None if job.reason.is_limit() && record.last => {
                    // The limit has cleared; the next main pass says what the job waits for now.
                    return Some(Decision::Hold {
                        job: id,
                        reason: Reason::None,
                    });
                }
                None => {
                    if let Some(decision) = self.way_in(cluster, id, job, partition) {
                        return Some(decision);
                    }
                    self.pass_by(id, job, partition, verdict);
                    self.step(true);
                    self.keep_answer(job, &record, verdict);
                }
            }
        }
        None
    }

    /// The places behind this one may come to the same.
    fn keep_answer(&mut self, job: &Job, record: &Record, verdict: Verdict) {
        let several = job.request.also != PartitionSet::empty();
        if self.answers_repeat && !several && !job.request.exclusive {
            self.before = Some((record.shape, record.told, verdict));
        }
    }

    /// How the job at this place gets onto nodes now, if it does: those that it passes by are planned first, as far as
    /// their promises may be in its way.
    fn way_in(
        &mut self,
        cluster: &Cluster,
        id: JobId,
        job: &Job,
        partition: PartitionId,
    ) -> Option<Decision> {
        let finish = self.now + job.request.limit;
        let mut on = self.first_room(cluster, job, partition);
        loop {
            let victims = match on {
                Some(_) => None,
                None => Some(self.victims(cluster, id, job, partition)?),
            };
            let until = match &on {
                Some(on) => self.last_in_the_way(cluster, &job.request, on),
                None => (!self.passed.is_empty()).then_some(usize::MAX),
            };
            let Some(until) = until else {
                return Some(match (on, victims) {
                    (Some(on), _) => self.start(cluster, id, job, partition, on),
                    (None, victims) => {
                        self.preempted_for.push(id);
                        self.scratch.forget_world();
                        let victims = victims.unwrap_or_default();
                        Decision::Preempt { job: id, victims }
                    }
                });
            };
            self.plan_passed(cluster, finish, until);
            if on.is_some() {
                on = self.room(cluster, job, partition);
                if on.is_none() {
                    self.keep_in_mind(cluster, job, partition);
                }
            }
        }
    }

    fn start(
        &mut self,
        cluster: &Cluster,
        id: JobId,
        job: &Job,
        partition: PartitionId,
        on: Allocation,
    ) -> Decision {
        self.starts += 1;
        self.place -= places_before(cluster, job, id, self.place);
        if self.passed.is_empty() {
            self.scratch.forget_world();
        }
        self.passed.start(cluster, id);
        Decision::Start {
            job: id,
            partition,
            on,
        }
    }

    #[inline]
    fn kept_out(&self, cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<Reason> {
        if self.reserved {
            reserved::kept_out(cluster, job, partition, self.now)
        } else {
            None
        }
    }

    /// The limit that holds a job on the nodes that it could start on now, where they make a difference, or else on any.
    fn limit_after_selection(
        &mut self,
        cluster: &Cluster,
        job: &Job,
        partition: PartitionId,
        verdict: Verdict,
    ) -> Option<Reason> {
        if !limits::depend_on_nodes(cluster, &job.request) {
            return verdict.after;
        }
        // Which nodes they are depends on all promises before it; time alone brings the next one into its way.
        let finish = self.now + job.request.limit;
        while !self.passed.is_empty() {
            self.plan_passed(cluster, finish, usize::MAX);
        }
        if let Some(begin) = self.timeline.next_begin(finish) {
            self.look_again(begin - job.request.limit);
        }
        let on = self.room(cluster, job, partition);
        limits::after_selection_of(cluster, job, partition, on.as_ref())
    }

    fn pass_by(&mut self, id: JobId, job: &Job, partition: PartitionId, verdict: Verdict) {
        if verdict.reason().is_none() {
            self.passed.by(id, partition, &job.request);
        }
    }

    fn step(&mut self, counts: bool) {
        self.place += 1;
        self.tested += u32::from(counts);
    }

    /// Whether as many jobs of its owner or of its partition as may be were looked at; if not, counts this one.
    fn too_many(&mut self, job: &Job, partition: PartitionId) -> bool {
        let (policy, user) = (self.policy, job.request.user);
        let of_person = if policy.max_job_assoc > 0 {
            (policy.max_job_assoc, Counted::Assoc(job.assoc))
        } else {
            (policy.max_job_user, Counted::User(user))
        };
        let counted = [
            of_person,
            (policy.max_job_part, Counted::Partition(partition)),
            (policy.max_job_user_part, Counted::UserIn(user, partition)),
        ];
        if counted.iter().any(|&(most, of)| self.is_full(of, most)) {
            return true;
        }
        for (most, of) in counted {
            self.count(of, most);
        }
        false
    }

    /// Whether so many were counted (0: no limit).
    fn is_full(&self, of: Counted, most: u32) -> bool {
        most > 0
            && self
                .counts
                .iter()
                .any(|&(other, count)| other == of && count >= most)
    }

    /// Counts one more, where that is limited.
    fn count(&mut self, of: Counted, most: u32) {
        match self.counts.iter_mut().find(|(other, _)| *other == of) {
            _ if most == 0 => {}
            Some((_, count)) => *count += 1,
            None => self.counts.push((of, 1)),
        }
    }

    /// Where the job could start now, unless it is known from others that it cannot.
    fn first_room(&mut self, cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<Allocation> {
        let request = &job.request;
        if cluster.nodes.free().total() < request.gpus() {
            return None;
        }
        let asks_as_much = |(of, less): &(PartitionId, Request)| {
            *of == partition && less.limit <= request.limit && request.asks_no_less(less)
        };
        if self.no_room.iter().any(asks_as_much) {
            return None;
        }
        let on = self.room(cluster, job, partition);
        if on.is_none() {
            self.keep_in_mind(cluster, job, partition);
        }
        on
    }

    /// A job without room stands for all that ask for as much.
    fn keep_in_mind(&mut self, cluster: &Cluster, job: &Job, partition: PartitionId) {
        // With reservations, what one job may not use another may.
        if cluster.reservations.is_empty() {
            self.no_room.push((partition, job.request));
        }
    }

    /// The last step of those passed whose promise may begin before the end of a request that starts now, on one of its
    /// nodes; nothing if there is none.
    fn last_in_the_way(&mut self, cluster: &Cluster, request: &Request, on: &Allocation) -> Option<usize> {
        if self.passed.is_empty() {
            return None;
        }
        // Whoever may push others off waits for no end, reservations close nodes for a time, and with fixed CPUs runs of
        // neighbours are chosen, which a promise elsewhere may break.
        if cluster.preempt.on() || self.reserved || request.cpus_per_node > 0 {
            return Some(usize::MAX);
        }
        let BackfillPass {
            policy,
            now,
            passed,
            scratch,
            promised,
            ..
        } = self;
        if passed.has_moved() {
            scratch.forget_world();
        }
        let world = passed.world(cluster);
        let first_end = cluster.running.first().map_or(NEVER, |&(end, _)| end);
        passed.last_that(|other, shortest| {
            on.nodes().iter().any(|&node| {
                let node = usize::from(node);
                let Some(mut at) = scratch.has_room_at(cluster, world, other, node, *now) else {
                    return false;
                };
                // With room on this node already, it waits for another one.
                if other.nodes > 1 {
                    at = at.max(first_end);
                }
                let (begin, end) = promised[node];
                if begin < on_the_grid(policy, at, shortest).1 && at < end {
                    at = end;
                }
                at.floor_to(policy.resolution) <= *now + request.limit
            })
        })
    }

    /// Plans jobs that were passed, in order and up to this step, until one of them is promised nodes no later than
    /// `finish`.
    fn plan_passed(&mut self, cluster: &Cluster, finish: Time, until: usize) {
        while !self.passed.is_beyond(until)
            && let Some(step) = self.passed.next(cluster)
        {
            if self.passed.has_moved() {
                self.scratch.forget_world();
            }
            let job = &cluster.jobs[step.job];
            let begin = self.promise(cluster, step.job, job, step.partition);
            if begin.is_some_and(|begin| begin <= finish) {
                return;
            }
        }
    }

    /// Nodes that no promise made so far, and no reservation of others, keeps from a job that starts now.
    fn open_now(&self, cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<NodeSet> {
        let finish = self.now + job.request.limit;
        let mut nodes = cluster.partitions[partition].up.clone();
        for (node, &(promised, _)) in self.promised.iter().enumerate() {
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
            let up = &cluster.partitions[partition].up;
            let open = |node: usize| self.promised[node].0 > finish;
            return select::choose(request, &cluster.nodes, free, up, &open, spread);
        }
        let open = self.open_now(cluster, job, partition)?;
        select::choose(request, &cluster.nodes, free, &open, &|_| true, spread)
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

    /// Plans a job that cannot start now and writes its promise into the map; returns when it begins, if there is one.
    fn promise(&mut self, cluster: &Cluster, id: JobId, job: &Job, partition: PartitionId) -> Option<Time> {
        let request = &job.request;
        let several = request.also != PartitionSet::empty();
        let promised_already = several && self.policy.one_resv_per_job && self.has_promise.contains(&id);
        let young = self.now.since(job.eligible) < self.policy.min_age_reserve;
        let promised = Counted::Promised(partition);
        if promised_already
            || young
            || limits::ranks_too_low(cluster, job, partition, self.policy.min_prio_reserve)
            || cluster.limits.qos[request.qos].no_reserve
            || self.is_full(promised, self.policy.job_part_count_reserve)
        {
            return None;
        }
        // Tried at once, the job meets the intervals that begin by its end; time alone adds the next one.
        if let Some(begin) = self.timeline.next_begin(self.now + request.limit) {
            self.look_again(begin - request.limit);
        }
        let latest = self.now + self.policy.window;
        let plan = self.plan(cluster, job, partition, latest)?;
        if plan.when > latest {
            self.look_again(plan.when - self.policy.window);
            return None;
        }
        let mut kept = NodeSet::empty(cluster.nodes.len());
        let (begin, end) = on_the_grid(self.policy, plan.when, request.limit);
        for node in plan.on.nodes() {
            kept.insert(usize::from(*node));
            let first = &mut self.promised[usize::from(*node)];
            *first = (begin, end).min(*first);
        }
        self.timeline.promise(&kept, begin, end);
        self.count(promised, self.policy.job_part_count_reserve);
        if several {
            self.has_promise.push(id);
        }
        Some(begin)
    }

    /// When and where a job that was passed would start, given the promises so far.
    fn plan(&mut self, cluster: &Cluster, job: &Job, partition: PartitionId, latest: Time) -> Option<Plan> {
        let world = self.passed.world(cluster);
        let test = NodeTest {
            cluster,
            world,
            job,
            partition,
            now: self.now,
        };
        test.plan(self.policy, &self.timeline, &mut self.scratch, latest)
    }

    fn look_again(&mut self, at: Time) {
        if at > self.now {
            self.recheck = Some(self.recheck.map_or(at, |sooner| sooner.min(at)));
        }
    }
}

/// Plans every job from the head down to and including the one at `index` in the queue; returns that one's plan. It is
/// promised nodes if the plan lies within the window. For explanation and for the causes of idleness: decides nothing.
pub fn plan_of(cluster: &Cluster, policy: &SlurmBackfill, now: Time, index: usize) -> Option<Plan> {
    let last = cluster.queue.get(index)?;
    let held = limits::verdict(cluster, &cluster.jobs[last.job()], last.partition);
    if held.reason().is_some() {
        return None;
    }
    let mut pass = BackfillPass::new(cluster, policy, now);
    let is_planned = |pass: &mut BackfillPass<'_>, place: usize| {
        let record = cluster.queue.get(place)?;
        let job = &cluster.jobs[record.job()];
        let held = limits::verdict(cluster, job, record.partition);
        let counts = held.before.is_none() && !pass.too_many(job, record.partition);
        let planned = counts && held.after.is_none();
        planned.then_some((record.job(), job, record.partition))
    };
    for place in 0..index {
        if let Some((id, job, partition)) = is_planned(&mut pass, place) {
            pass.promise(cluster, id, job, partition);
        }
    }
    let (_, job, partition) = is_planned(&mut pass, index)?;
    pass.plan(cluster, job, partition, NEVER)
}

/// What a start at `when` keeps in the map: both ends are floored to its grid, and it lasts a step at least.
fn on_the_grid(policy: &SlurmBackfill, when: Time, limit: Span) -> (Time, Time) {
    let begin = when.floor_to(policy.resolution);
    let end = (when + limit).floor_to(policy.resolution);
    (begin, end.max(begin + policy.resolution.max(Span::secs(1))))
}
