//! Slurm's backfill: walk the queue, plan every job on whole nodes by the *limits* of what runs, start what can start now
//! without touching a promise made before it in this walk.
//!
//! Promises are made anew in every walk. A job may start now exactly if enough nodes have room for it whose earliest
//! promise begins after its end; so a plan further down matters only while a later job could still start, and the walk
//! stops planning as soon as none can. [`BackfillPass::recheck`] names the next instant at which time alone could change
//! the answer; the engine need not walk again before it unless something happens.

mod counts;
mod ends;
mod found;
mod in_the_way;
mod looked_at;
mod node_test;
mod passed;

use super::held::{self, AtRun};
use super::main_pass::places_before;
use super::timeline::Timeline;
use super::{Decision, limits, preempt, reserved, select};
use crate::cluster::{Allocation, Cluster, Job, NodeSet, Record, Verdict};
use crate::ids::{JobId, PartitionId, PartitionSet, ShapeId};
use crate::reason::Reason;
use crate::scenario::SlurmBackfill;
use crate::units::{Span, Time};
use crate::workload::Request;

pub(super) use looked_at::plan_in;
pub use looked_at::plan_of;

use counts::{Counted, Counts};
use found::Known;
use node_test::{NodeTest, Scratch};
use passed::Passed;

/// The begin of what never comes.
const NEVER: Time = Time(u32::MAX);

/// One walk down the queue. Ask [`BackfillPass::next`] until it has nothing more to say; carry out each answer first.
#[derive(Clone, Debug, Default)]
pub struct BackfillPass {
    policy: SlurmBackfill,
    now: Time,
    /// The place that is looked at.
    place: usize,
    run: AtRun,
    /// Whether there are reservations at all.
    reserved: bool,
    /// Whether places are counted by person or partition.
    counts_places: bool,
    /// Whether all who ask for the same come to the same, next to each other.
    answers_repeat: bool,
    /// Jobs that reached the node test.
    tested: u32,
    starts: u32,
    /// Whether the walk ended because as many were tested as may be.
    all_tested: bool,
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
    counts: Counts,
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

impl BackfillPass {
    /// At the head of the queue.
    pub fn new(cluster: &Cluster, policy: &SlurmBackfill, now: Time) -> BackfillPass {
        let mut pass = BackfillPass {
            policy: policy.clone(),
            ..BackfillPass::default()
        };
        pass.restart(cluster, now);
        pass
    }

    /// At the head of the queue, in what is kept of the walk before this one by the same policy. It keeps the memory, and the
    /// ends of running jobs if nothing has started or ended since.
    pub fn after<'a>(
        before: &'a mut Option<Box<BackfillPass>>,
        cluster: &Cluster,
        policy: &SlurmBackfill,
        now: Time,
    ) -> &'a mut BackfillPass {
        let pass = before.get_or_insert_with(|| Box::new(BackfillPass::new(cluster, policy, now)));
        pass.restart(cluster, now);
        pass
    }

    fn restart(&mut self, cluster: &Cluster, now: Time) {
        let policy = &self.policy;
        self.now = now;
        self.place = 0;
        self.run = AtRun::default();
        self.reserved = !cluster.reservations.is_empty();
        self.counts_places = policy.max_job_assoc.max(policy.max_job_user) > 0
            || policy.max_job_part.max(policy.max_job_user_part) > 0;
        self.answers_repeat = !(self.counts_places || cluster.limits.counts_nodes);
        self.tested = 0;
        self.starts = 0;
        self.all_tested = false;
        self.timeline
            .restart(now.floor_to(policy.resolution), cluster.nodes.all());
        self.promised.clear();
        self.promised.resize(cluster.nodes.len(), (NEVER, NEVER));
        self.passed.forget();
        self.scratch.begin(cluster);
        self.recheck = None;
        self.no_room.clear();
        self.counts.forget();
        self.before = None;
        self.counted = None;
        self.has_promise.clear();
        self.preempted_for.clear();
    }

    /// After the walk: the next instant at which time alone may change its answer, if there is one. A job beyond the
    /// window enters it, or the end of a job that was tried at once comes to touch a promise.
    pub fn recheck(&self) -> Option<Time> {
        self.recheck
    }

    /// After the walk: the last place in the queue on which it depends. One that comes behind it would not be looked at.
    pub fn last_place(&self) -> usize {
        if self.all_tested { self.place } else { usize::MAX }
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
                debug_assert!(
                    verdict.reason().is_some()
                        || self.room(cluster, job, partition).is_none()
                            && self.victims(cluster, id, job, partition).is_none()
                );
                self.pass_by(cluster, id, job, partition, verdict);
                self.step(verdict.before.is_none());
                continue;
            }
            self.before = None;
            if self.run.is_left(self.place) && self.passes_runs(cluster) {
                continue;
            }
            let verdict = limits::verdict_at(cluster, &record);
            let before = verdict.before;
            // A place is met again after every answer about it, and counts once; whom a limit holds does not count.
            if self.counts_places && before.is_none() && self.counted != Some((id, partition)) {
                self.counted = Some((id, partition));
                if self.counts.too_many(&self.policy, job, partition) {
                    self.step(false);
                    continue;
                }
            }
            if before.is_none() && self.tested >= self.policy.max_job_test {
                self.all_tested = true;
                return None;
            }
            // What a reservation keeps it from comes before the limits on what it takes, as in the main pass.
            let held = before
                .or_else(|| self.kept_out(cluster, job, partition))
                .or_else(|| self.limit_after_selection(cluster, job, partition, verdict));
            match held {
                Some(reason) => {
                    let speaks = reason != job.reason && record.last;
                    // Whom only a reservation holds, or the nodes that are free now, is planned: a plan may find others.
                    self.pass_by(cluster, id, job, partition, verdict);
                    self.step(before.is_none());
                    if speaks {
                        return Some(Decision::Hold { job: id, reason });
                    }
                    // Whom a reservation keeps out was told so; the next one may not have been.
                    if reason.is_limit() {
                        self.keep_answer(cluster, job, &record, verdict);
                    }
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
                    self.pass_by(cluster, id, job, partition, verdict);
                    self.step(true);
                    self.keep_answer(cluster, job, &record, verdict);
                }
            }
        }
        None
    }

    /// Goes past people whose places are all held as before; whether there was one.
    fn passes_runs(&mut self, cluster: &Cluster) -> bool {
        let from = self.place;
        while self.answers_repeat
            && !self.reserved
            && let Some((run, end)) = self.run.enter(cluster, self.place)
            && let Some(whole) = held::all_of(cluster, run.user)
        {
            let counted = if whole.after == PartitionSet::empty() {
                0
            } else {
                run.places as u32
            };
            let differ = counted > 0 && whole.some_before;
            if differ || self.tested + counted > self.policy.max_job_test {
                break;
            }
            self.place = end;
            self.tested += counted;
        }
        self.place > from
    }

    /// The places behind this one may come to the same.
    fn keep_answer(&mut self, cluster: &Cluster, job: &Job, record: &Record, verdict: Verdict) {
        let request = &job.request;
        let several = request.also != PartitionSet::empty();
        let pushes = cluster.preempt.may_some(request, record.partition);
        if self.answers_repeat && !several && !request.exclusive && !pushes {
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
                debug_assert!(self.nobody_is_in_the_way(cluster, job, partition, on.as_ref()));
                return Some(match (on, victims) {
                    (Some(on), _) => self.start(cluster, id, job, partition, on),
                    (None, victims) => {
                        self.preempted_for.push(id);
                        self.scratch.forget_world();
                        self.scratch.found.forget();
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
        self.run = AtRun::default();
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

    #[inline]
    fn pass_by(&mut self, cluster: &Cluster, id: JobId, job: &Job, partition: PartitionId, verdict: Verdict) {
        if verdict.reason().is_none() {
            let pushes = cluster.preempt.may_some(&job.request, partition);
            self.passed.by(id, partition, &job.request, pushes);
        }
    }

    fn step(&mut self, counts: bool) {
        self.place += 1;
        self.tested += u32::from(counts);
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
        if self.goes_for_others(cluster, job) && self.no_room.iter().any(asks_as_much) {
            debug_assert!(cluster.preempt.on() || self.room(cluster, job, partition).is_none());
            return None;
        }
        let on = self.room(cluster, job, partition);
        if on.is_none() {
            self.keep_in_mind(cluster, job, partition);
        }
        on
    }

    /// Whether a job without room stands for all that ask for as much: what it may not use, another may to whom a reservation
    /// is open. Beside reservations, whoever pushes others off is looked at again when they have gone.
    #[inline]
    fn goes_for_others(&self, cluster: &Cluster, job: &Job) -> bool {
        !self.reserved || !cluster.preempt.on() && cluster.reservations.treat_as_others(job)
    }

    /// A job without room stands for all that ask for as much.
    fn keep_in_mind(&mut self, cluster: &Cluster, job: &Job, partition: PartitionId) {
        if self.goes_for_others(cluster, job) {
            self.no_room.push((partition, job.request));
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
        if !rules.may_some(&job.request, partition)
            || self.preempted_for.contains(&id)
            || preempt::under_way(cluster, id)
        {
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
            || self.counts.is_full(promised, self.policy.job_part_count_reserve)
        {
            return None;
        }
        let latest = self.now + self.policy.window;
        let known = if found::is_usual(cluster, job, partition) {
            self.scratch.found.of(partition, request)
        } else {
            Known::default()
        };
        if known.in_vain || known.not_before > latest {
            debug_assert!(
                self.plan_afresh(cluster, job, partition, latest).is_none(),
                "a plan would come to something"
            );
            // Only the window's end that comes nearer lets it in; who is planned in vain has named the instant already.
            if !known.in_vain && known.not_before < NEVER {
                self.look_again(known.not_before - self.policy.window);
            }
            return None;
        }
        // Tried at once, the job meets the intervals that begin by its end; time alone adds the next one.
        if let Some(begin) = self.timeline.next_begin(self.now + request.limit) {
            self.look_again(begin - request.limit);
        }
        let plan = self.plan(cluster, job, partition, (known.not_before, latest))?;
        if plan.when > latest {
            self.look_again(plan.when - self.policy.window);
            return None;
        }
        // A limit that refuses these nodes leaves it without a promise, whether they are free now or later.
        if limits::depend_on_nodes(cluster, request)
            && limits::after_selection_of(cluster, job, partition, Some(&plan.on)).is_some()
        {
            return None;
        }
        let mut kept = NodeSet::empty(cluster.nodes.len());
        let (begin, end) = on_the_grid(&self.policy, plan.when, request.limit);
        for node in plan.on.nodes() {
            kept.insert(usize::from(*node));
            let first = &mut self.promised[usize::from(*node)];
            *first = (begin, end).min(*first);
        }
        self.timeline.promise(&kept, begin, end);
        self.scratch.found.moved();
        self.counts.count(promised, self.policy.job_part_count_reserve);
        if several {
            self.has_promise.push(id);
        }
        Some(begin)
    }

    /// When and where a job that was passed would start, given the promises so far ([`NodeTest::plan`]).
    fn plan(
        &mut self,
        cluster: &Cluster,
        job: &Job,
        partition: PartitionId,
        (not_before, latest): (Time, Time),
    ) -> Option<Plan> {
        let (plan, too_early) = self.test(cluster, job, partition, (not_before, latest));
        let within = |plan: &Plan| plan.when <= latest;
        debug_assert_eq!(
            plan.clone().filter(within),
            self.plan_afresh(cluster, job, partition, latest),
            "what was found does not hold"
        );
        let in_vain = !plan.as_ref().is_some_and(within);
        if found::is_usual(cluster, job, partition) && (in_vain || too_early > self.now) {
            let found = &mut self.scratch.found;
            found.learn(partition, &job.request, too_early, in_vain);
        }
        plan
    }

    /// The same with nothing known, if it is no later than `latest`.
    fn plan_afresh(
        &mut self,
        cluster: &Cluster,
        job: &Job,
        partition: PartitionId,
        latest: Time,
    ) -> Option<Plan> {
        let (plan, _) = self.test(cluster, job, partition, (self.now, latest));
        plan.filter(|plan| plan.when <= latest)
    }

    fn test(
        &mut self,
        cluster: &Cluster,
        job: &Job,
        partition: PartitionId,
        between: (Time, Time),
    ) -> (Option<Plan>, Time) {
        let world = self.passed.world(cluster);
        let test = NodeTest {
            cluster,
            world,
            job,
            partition,
            now: self.now,
        };
        test.plan(&self.policy, &self.timeline, &mut self.scratch, between)
    }

    fn look_again(&mut self, at: Time) {
        if at > self.now {
            self.recheck = Some(self.recheck.map_or(at, |sooner| sooner.min(at)));
        }
    }
}

/// What a start at `when` keeps in the map: both ends are floored to its grid, and it lasts a step at least.
fn on_the_grid(policy: &SlurmBackfill, when: Time, limit: Span) -> (Time, Time) {
    let begin = when.floor_to(policy.resolution);
    let end = (when + limit).floor_to(policy.resolution);
    (begin, end.max(begin + policy.resolution.max(Span::secs(1))))
}
