//! The main pass: strict order in each partition. A blocked job shuts its partition and every node in it; a job held by
//! a limit blocks nothing (unless `assoc_limit_stop`), nor does one that only a reservation keeps back.

use super::held::{self, AtRun};
use super::{Decision, limits, preempt, reserved, select};
use crate::cluster::{Cluster, Job, NodeSet, Partition, Record, Run};
use crate::ids::{JobId, PartitionId, PartitionSet, ReservationId, UserId};
use crate::reason::Reason;
use crate::scenario::{Backfill, PassRhythm, Policy};
use crate::units::{Span, Time};

/// What of the policy a main pass asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MainRules {
    /// Places in the queue that a pass at an event looks at; 0: all.
    pub depth: u32,
    /// Places of one partition that a pass looks at; 0: all.
    pub partition_depth: u32,
    /// Starts in a pass; 0: any number.
    pub max_start: u32,
    /// Whether a job that a limit holds shuts its partition.
    pub assoc_limit_stop: bool,
    /// Younger jobs block nothing.
    pub min_age_reserve: Span,
    /// Jobs of lower priority block nothing.
    pub min_prio_reserve: u32,
}

impl MainRules {
    /// Those of a policy.
    pub fn new(policy: &Policy) -> MainRules {
        let mut rules = MainRules::default();
        match &policy.passes {
            PassRhythm::Slurm(passes) => {
                rules.depth = passes.default_queue_depth;
                rules.partition_depth = passes.partition_job_depth;
                rules.max_start = passes.max_job_start;
                rules.assoc_limit_stop = passes.assoc_limit_stop;
            }
            PassRhythm::EveryInstant | PassRhythm::EveryEvent => {}
        }
        match &policy.backfill {
            Backfill::Slurm(backfill) => {
                rules.min_age_reserve = backfill.min_age_reserve;
                rules.min_prio_reserve = backfill.min_prio_reserve;
            }
            Backfill::Off | Backfill::Easy => {}
        }
        rules
    }
}

/// More unsettled jobs than this are not looked for in a list.
const FEW: usize = 16;

/// One walk down the queue. Ask [`MainPass::next`] until it has nothing more to say; carry out each answer first.
#[derive(Debug)]
pub struct MainPass {
    rules: MainRules,
    now: Time,
    /// Places that may still be looked at.
    left: u32,
    starts: u32,
    looked_at: Vec<(PartitionId, u32)>,
    cursor: usize,
    /// Places without a settled reason that the walk has not met yet.
    unsettled: usize,
    run: AtRun,
    /// Whether somebody whom the same limit holds as before changes nothing, neither for others nor in what is said.
    quiet: bool,
    shut: PartitionSet,
    /// Reservations one of whose jobs is blocked.
    shut_reservations: Vec<ReservationId>,
    /// Nodes not yet claimed by a blocked job; `None` while nothing is blocked.
    available: Option<NodeSet>,
    /// Who has asked for others to be pushed off in this pass.
    preempted_for: Option<JobId>,
    /// Whether the next place is that of the last answer: it has been counted.
    meets_again: bool,
}

/// What the walk makes of one place in the queue.
enum Verdict {
    Start(crate::cluster::Allocation),
    Preempt(Vec<JobId>),
    /// Held, and nobody is blocked by that.
    Held(Reason),
    /// Too little is free: what stands behind it waits too.
    Blocked,
    /// Those who stand before it leave too few nodes in this pass; its limits were not tested, so that a limit's reason
    /// stays.
    Claimed,
}

impl MainPass {
    /// At the head of the queue. A `full` pass looks at the whole of it.
    pub fn new(cluster: &Cluster, rules: MainRules, now: Time, full: bool) -> MainPass {
        MainPass {
            rules,
            now,
            // The counter lets one more through than it says.
            left: if full || rules.depth == 0 {
                u32::MAX
            } else {
                rules.depth + 1
            },
            starts: 0,
            looked_at: Vec::new(),
            cursor: 0,
            unsettled: cluster.unsettled.len(),
            run: AtRun::default(),
            quiet: rules.partition_depth == 0
                && !rules.assoc_limit_stop
                && cluster.reservations.is_empty()
                && !cluster.limits.counts_nodes,
            shut: PartitionSet::empty(),
            shut_reservations: Vec::new(),
            available: None,
            preempted_for: None,
            meets_again: false,
        }
    }

    /// The next decision, or nothing if the walk is over.
    pub fn next(&mut self, cluster: &Cluster) -> Option<Decision> {
        loop {
            let enough = self.rules.max_start > 0 && self.starts >= self.rules.max_start;
            if self.left == 0 || enough {
                return None;
            }
            // Of those whose partition is shut, something is left to say of the unsettled alone.
            let few = self.unsettled == 0 || cluster.unsettled.len() <= FEW;
            let shuts = few && !self.shut.is_empty() && cluster.reservations.is_empty();
            let mut all = cluster.partitions.ids();
            if shuts && self.unsettled == 0 && all.all(|partition| self.shut.contains(partition)) {
                return None;
            }
            if self.run.is_left(self.cursor) {
                self.pass_runs(cluster, shuts);
            }
            if shuts {
                self.pass_those_shut_out(cluster);
            }
            if self.left == 0 {
                return None;
            }
            let &record = cluster.queue.get(self.cursor)?;
            let (id, partition) = (record.job(), record.partition);
            let job = &cluster.jobs[id];
            let was_unsettled = matches!(job.reason, Reason::None | Reason::Resources);
            self.left -= 1;
            let met_again = std::mem::take(&mut self.meets_again);
            if self.is_shut(job, partition) || (!met_again && self.too_deep(partition)) {
                self.pass_by(was_unsettled);
                // A limit's reason stays until the job is next tested.
                if was_unsettled && record.last {
                    return Some(Decision::Hold {
                        job: id,
                        reason: Reason::Priority,
                    });
                }
                continue;
            }
            let verdict = match self.verdict(cluster, &record, job) {
                // Those who are pushed off have yet to go; who stands first when they have is for the next pass to say.
                Verdict::Start(_) | Verdict::Preempt(_) if self.preempted_for == Some(id) => Verdict::Blocked,
                verdict => verdict,
            };
            let reason = match verdict {
                Verdict::Start(on) => {
                    // The job leaves the queue, so the cursor already points at the next one.
                    self.cursor -= places_before(cluster, job, id, self.cursor);
                    self.unsettled = self.unsettled.saturating_sub(usize::from(was_unsettled));
                    self.starts += 1;
                    self.run = AtRun::default();
                    return Some(Decision::Start {
                        job: id,
                        partition,
                        on,
                    });
                }
                Verdict::Preempt(victims) => {
                    // It is met once more, as one that is blocked.
                    self.preempted_for = Some(id);
                    self.left = self.left.saturating_add(1);
                    self.meets_again = true;
                    // It waits for resources from now on, here and in its later places.
                    if !was_unsettled {
                        let later = &cluster.queue[self.cursor..];
                        self.unsettled += later.iter().filter(|record| record.job() == id).count();
                    }
                    return Some(Decision::Preempt { job: id, victims });
                }
                Verdict::Held(reason) => {
                    if self.rules.assoc_limit_stop && reason.is_limit() {
                        self.block(cluster, job, partition);
                    }
                    reason
                }
                Verdict::Blocked => {
                    self.block(cluster, job, partition);
                    Reason::Resources
                }
                Verdict::Claimed => {
                    self.block(cluster, job, partition);
                    if job.reason.is_limit() {
                        job.reason
                    } else {
                        reserved::kept_out(cluster, job, partition, self.now).unwrap_or(Reason::Resources)
                    }
                }
            };
            self.pass_by(was_unsettled);
            if reason != job.reason && record.last {
                return Some(Decision::Hold { job: id, reason });
            }
        }
    }

    /// Goes past so many places of whom nothing is to be said.
    fn go_past(&mut self, places: usize) {
        if places > 0 {
            self.cursor += places;
            self.left -= places as u32;
            self.meets_again = false;
        }
    }

    /// Goes past people whose partitions are all shut or whose places are all held as before.
    fn pass_runs(&mut self, cluster: &Cluster, shuts: bool) {
        while let Some((run, end)) = self.run.enter(cluster, self.cursor) {
            let places = end - self.cursor;
            let says_nothing =
                shuts && self.is_shut_out(cluster, run) || self.quiet && self.is_held(cluster, run.user);
            if !says_nothing || places > self.left as usize {
                return;
            }
            self.go_past(places);
        }
    }

    fn is_shut_out(&self, cluster: &Cluster, run: &Run) -> bool {
        let mut unsettled = cluster.unsettled.iter();
        run.partitions.is_within(self.shut)
            && (self.unsettled == 0 || unsettled.all(|id| cluster.jobs[*id].request.user != run.user))
    }

    /// Whether what a person's jobs are told stays, and none of them blocks anything.
    fn is_held(&self, cluster: &Cluster, user: UserId) -> bool {
        held::all_of(cluster, user).is_some_and(|whole| {
            self.available.is_none()
                || (whole.after.iter()).all(|partition| self.lets_past(cluster, partition, whole.nodes))
        })
    }

    /// Whether somebody of a partition whom a limit holds on so many nodes blocks nothing.
    fn lets_past(&self, cluster: &Cluster, partition: PartitionId, nodes: u32) -> bool {
        self.shut.contains(partition) || self.leaves(&cluster.partitions[partition].up, nodes as usize)
    }

    /// Goes past those whose partition is shut, up to the next of whom something is to be said.
    fn pass_those_shut_out(&mut self, cluster: &Cluster) {
        let unsettled = if self.unsettled == 0 {
            &[]
        } else {
            &cluster.unsettled[..]
        };
        let ahead = cluster.queue.get(self.cursor..).unwrap_or_default();
        let shut_out = ahead
            .iter()
            .take(self.left as usize)
            .take_while(|place| self.shut.contains(place.partition) && !unsettled.contains(&place.job()))
            .count();
        self.go_past(shut_out);
    }

    fn verdict(&self, cluster: &Cluster, place: &Record, job: &Job) -> Verdict {
        let (id, partition) = (place.job(), place.partition);
        let request = &job.request;
        let limits = limits::verdict_at(cluster, place);
        if let Some(reason) = limits.before {
            return Verdict::Held(reason);
        }
        let Partition { up, spread, .. } = &cluster.partitions[partition];
        let wanted = request.nodes as usize;
        if !self.leaves(up, wanted) {
            return Verdict::Claimed;
        }
        let mut own = None;
        if !cluster.reservations.is_empty() {
            let nodes = own.insert(up.clone());
            if let Err(reason) = reserved::leave_open(cluster, job, nodes, self.now) {
                return Verdict::Held(reason);
            }
            if !self.leaves(nodes, wanted) {
                return Verdict::Claimed;
            }
        }
        if let Some(available) = &self.available {
            own.get_or_insert_with(|| up.clone()).intersect(available);
        }
        let nodes = own.as_ref().unwrap_or(up);
        let nodes_matter = limits::depend_on_nodes(cluster, request);
        if let Some(reason) = limits.after.filter(|_| !nodes_matter) {
            return Verdict::Held(reason);
        }
        let free = cluster.nodes.free();
        let chosen = select::choose(request, &cluster.nodes, free, nodes, &|_| true, *spread);
        if nodes_matter
            && let Some(reason) = limits::after_selection_of(cluster, job, partition, chosen.as_ref())
        {
            return Verdict::Held(reason);
        }
        if let Some(on) = chosen {
            return Verdict::Start(on);
        }
        let rules = &cluster.preempt;
        if rules.may_some(request, partition)
            && !preempt::under_way(cluster, id)
            && let Some(victims) = preempt::victims(cluster, rules, job, partition, nodes, self.now)
        {
            return Verdict::Preempt(victims);
        }
        Verdict::Blocked
    }

    /// Whether those who are blocked leave so many of these nodes.
    fn leaves(&self, nodes: &NodeSet, wanted: usize) -> bool {
        self.available
            .as_ref()
            .is_none_or(|available| nodes.count_shared(available) >= wanted)
    }

    fn is_shut(&self, job: &Job, partition: PartitionId) -> bool {
        match job.request.reservation {
            Some(id) => self.shut_reservations.contains(&id),
            None => self.shut.contains(partition),
        }
    }

    /// Whether as many places of the partition as may be have been looked at; counts this one.
    fn too_deep(&mut self, partition: PartitionId) -> bool {
        if self.rules.partition_depth == 0 {
            return false;
        }
        let at = self.looked_at.iter().position(|(of, _)| *of == partition);
        let at = at.unwrap_or_else(|| {
            self.looked_at.push((partition, 0));
            self.looked_at.len() - 1
        });
        self.looked_at[at].1 += 1;
        self.looked_at[at].1 > self.rules.partition_depth
    }

    fn block(&mut self, cluster: &Cluster, job: &Job, partition: PartitionId) {
        if let Some(id) = job.request.reservation {
            self.shut_reservations.push(id);
            return;
        }
        let young = self.now.since(job.eligible) < self.rules.min_age_reserve;
        if young || limits::ranks_too_low(cluster, job, partition, self.rules.min_prio_reserve) {
            return;
        }
        self.shut.insert(partition);
        self.available
            .get_or_insert_with(|| NodeSet::full(cluster.nodes.len()))
            .subtract(&cluster.partitions[partition].nodes);
    }

    fn pass_by(&mut self, was_unsettled: bool) {
        self.cursor += 1;
        self.unsettled = self.unsettled.saturating_sub(usize::from(was_unsettled));
    }
}

/// How many places of a job in several partitions stand before `cursor`: they go with the one it starts from.
pub(super) fn places_before(cluster: &Cluster, job: &Job, id: JobId, cursor: usize) -> usize {
    if job.request.also == PartitionSet::empty() {
        return 0;
    }
    let (mut count, mut from) = (0, 0);
    while let Some(at) = cluster
        .queue
        .next_of(job.request.user, id, from)
        .filter(|&at| at < cursor)
    {
        (count, from) = (count + 1, at + 1);
    }
    count
}
