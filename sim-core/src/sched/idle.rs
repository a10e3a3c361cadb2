//! Why devices stand idle: pending jobs, in queue order, claim the free devices, and each claim has a cause.
//!
//! The first rule that applies to a job decides. It fits: it claims what it would take (for a limit, for not having been
//! looked at, for a job ahead). Enough is free in number but not in one piece: it claims that many as fragments. It would
//! fit outside its partition: set aside. Too few are free: it claims all it may use, kept where it holds a promise. What
//! is left has no demand. Jobs that can never start claim nothing, and nobody claims what nobody can have now: devices of
//! nodes that are down or drained, and those that are cleaned up after a job, are being handed over. Nodes that change hands
//! between jobs and a service have causes of their own; what serves is claimed as such, and is not idle.

mod sums;

use super::backfill::{self, BackfillPass};
use super::{limits, select};
use crate::cluster::{Allocation, Cluster, JobState, NodeSet, Partition, Room};
use crate::ids::{JobId, KindId, NodeId, PartitionId, PartitionSet};
use crate::reason::Cause;
use crate::scenario::Backfill;
use crate::units::Time;
use crate::workload::Request;

/// Some devices of a node claimed for one cause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Which node.
    pub node: NodeId,
    /// Of which type.
    pub kind: KindId,
    /// How many of its free devices.
    pub devices: u32,
    /// Why they stand idle.
    pub cause: Cause,
    /// The job that claims them; none for "no demand".
    pub job: Option<JobId>,
}

/// All free devices with their causes, in order of claiming; their numbers sum to what is free and what is cleaned up.
///
/// `looked` is the instant of the last pass that looks past blocked jobs, if no device has become free since; `walk` the
/// last walk of this cluster, whose memory is used.
pub fn claims(
    cluster: &Cluster,
    policy: &Backfill,
    now: Time,
    looked: Option<Time>,
    walk: &mut Option<Box<BackfillPass>>,
) -> Vec<Claim> {
    let most_tested = most_tested(policy);
    let mut left = Left {
        free: cluster.nodes.free().clone(),
        kinds: cluster.nodes.kinds().len(),
        claims: Vec::new(),
    };
    left.hand_over(cluster);
    let mut tested = 0;
    // Who found nothing to claim. Less is left with each claim, so whoever asks for as much in the same partition finds nothing.
    let mut in_vain: Vec<(PartitionId, &Request)> = Vec::new();
    for (index, record) in cluster.queue.iter().enumerate() {
        if left.free.total() == 0 {
            break;
        }
        let (id, partition) = (record.job(), record.partition);
        let job = &cluster.jobs[id];
        let request = &job.request;
        let verdict = limits::verdict_at(cluster, record);
        tested += u32::from(verdict.before.is_none());
        let limit = verdict.reason();
        if limit.is_some() && limits::forbidden(cluster, job, partition) {
            continue;
        }
        let asks_no_less =
            |&(of, less): &(PartitionId, &Request)| of == partition && request.asks_no_less(less);
        if in_vain.iter().any(asks_no_less) || left.has_claimed(id, request) {
            continue;
        }
        let Partition { up, spread, .. } = &cluster.partitions[partition];
        let choose = |free: &Room, nodes: &NodeSet| {
            select::choose(request, &cluster.nodes, free, nodes, &|_| true, *spread)
        };
        if let Some(on) = choose(&left.free, up) {
            let seen = || tested <= most_tested && looked.is_some_and(|at| job.eligible <= at);
            let cause = match sums::cause(verdict, seen) {
                // Who does not start there would not end in time.
                Cause::KeptForJobAhead if on.nodes().iter().any(|&node| is_lent(cluster, node)) => {
                    Cause::Draining
                }
                cause => cause,
            };
            left.take(id, request, &on, cause);
            continue;
        }
        let here: u32 = if left.kinds == 1 && up == cluster.nodes.all() {
            left.free.total()
        } else {
            up.iter().map(|node| left.free.usable(node, request)).sum()
        };
        if here >= request.gpus() {
            left.take_any(id, request, request.gpus(), up.iter(), |_| Cause::Fragments);
        } else if let Some(on) = choose(&left.free, cluster.nodes.all()) {
            left.take(id, request, &on, Cause::SetAside);
        } else if here > 0 {
            let promise = promise(cluster, policy, now, index, walk);
            let kept = |node| {
                promise
                    .as_ref()
                    .is_some_and(|on| on.nodes().contains(&NodeId::from(node)))
            };
            let cause = |node| {
                if kept(node) {
                    Cause::KeptForJobAhead
                } else {
                    Cause::TooFewForNextJob
                }
            };
            left.take_any(id, request, here, up.iter(), cause);
        } else {
            in_vain.push((partition, request));
        }
    }
    left.rest_has_no_demand(cluster)
}

/// Whether a node has to go, or will have to.
fn is_lent(cluster: &Cluster, node: NodeId) -> bool {
    let lent = cluster.nodes.lent();
    lent.iter().any(|lent| lent.node == usize::from(node))
}

/// The same where only the sums by cause are asked for: the claims may be put together, and say nothing of nodes and jobs.
pub fn sums(
    cluster: &Cluster,
    policy: &Backfill,
    now: Time,
    looked: Option<Time>,
    walk: &mut Option<Box<BackfillPass>>,
) -> Vec<Claim> {
    match sums::sums(cluster, policy, most_tested(policy), looked) {
        Some(sums) => {
            debug_assert!(
                agree(&sums, &claims(cluster, policy, now, looked, walk)),
                "sums are those of the claims"
            );
            sums
        }
        None => claims(cluster, policy, now, looked, walk),
    }
}

/// Whether the claims say the same by cause.
fn agree(sums: &[Claim], claims: &[Claim]) -> bool {
    let sum = |list: &[Claim], cause| -> u32 {
        list.iter()
            .filter(|claim| claim.cause == cause)
            .map(|claim| claim.devices)
            .sum()
    };
    (sums.iter().chain(claims)).all(|claim| sum(sums, claim.cause) == sum(claims, claim.cause))
}

/// How many jobs a pass looks at that no limit holds from the first.
fn most_tested(policy: &Backfill) -> u32 {
    match policy {
        Backfill::Slurm(slurm) => slurm.max_job_test,
        Backfill::Off | Backfill::Easy => u32::MAX,
    }
}

/// Whether a promise is a plan, so that whom a limit holds has none.
fn promises_by_plan(policy: &Backfill) -> bool {
    match policy {
        Backfill::Off | Backfill::Slurm(_) => true,
        Backfill::Easy => false,
    }
}

/// The nodes that the job at `index` in the queue is promised, if it is.
fn promise(
    cluster: &Cluster,
    policy: &Backfill,
    now: Time,
    index: usize,
    walk: &mut Option<Box<BackfillPass>>,
) -> Option<Allocation> {
    match policy {
        Backfill::Off => None,
        Backfill::Easy => (index == 0).then_some(Allocation::one(NodeId(0))),
        Backfill::Slurm(slurm) => {
            let pass = BackfillPass::after(walk, cluster, slurm, now);
            let plan = backfill::plan_in(pass, cluster, index);
            plan.filter(|plan| plan.when <= now + slurm.window)
                .map(|plan| plan.on)
        }
    }
}

/// Free devices not yet claimed.
struct Left {
    free: Room,
    kinds: usize,
    claims: Vec<Claim>,
}

impl Left {
    /// Whether a job with places in several partitions has claimed from another place.
    fn has_claimed(&self, job: JobId, request: &Request) -> bool {
        request.also != PartitionSet::empty() && self.claims.iter().any(|claim| claim.job == Some(job))
    }

    /// Sets apart what is free on nodes that cannot be used, and names what is cleaned up.
    fn hand_over(&mut self, cluster: &Cluster) {
        let (up, works) = (cluster.nodes.up(), cluster.nodes.works());
        let lent = cluster.nodes.lent().iter();
        for lent in lent.filter(|lent| !lent.takes && works.contains(lent.node)) {
            for kind in (0..self.kinds).map(KindId::from) {
                let devices = self.free.of_kind(lent.node, kind);
                self.free.set_apart(lent.node, kind, devices);
                if let Some(cause) = lent.cause {
                    self.claim(None, lent.node, kind, devices, cause);
                }
            }
        }
        if up.count() < cluster.nodes.len() {
            for node in (0..cluster.nodes.len()).filter(|&node| !up.contains(node)) {
                for kind in (0..self.kinds).map(KindId::from) {
                    let devices = self.free.of_kind(node, kind);
                    self.free.set_apart(node, kind, devices);
                    self.claim(None, node, kind, devices, Cause::HandingOver);
                }
            }
        }
        if cluster.completing == 0 {
            return;
        }
        for &(_, id) in &cluster.running {
            let job = &cluster.jobs[id];
            if job.state != JobState::Completing {
                continue;
            }
            for (node, devices) in job.on.devices_by_node(&job.request, self.kinds) {
                for (kind, count) in devices.into_iter().enumerate() {
                    let kind = KindId::from(kind);
                    self.claim(None, usize::from(node), kind, count, Cause::HandingOver);
                }
            }
        }
    }

    fn claim(&mut self, job: Option<JobId>, node: usize, kind: KindId, devices: u32, cause: Cause) {
        if devices > 0 {
            self.claims.push(Claim {
                node: NodeId::from(node),
                kind,
                devices,
                cause,
                job,
            });
        }
    }

    fn take(&mut self, job: JobId, request: &Request, on: &Allocation, cause: Cause) {
        for (index, &node) in on.nodes().iter().enumerate() {
            match on.split_on(index, self.kinds) {
                Some(devices) => {
                    for (kind, &count) in devices.iter().enumerate() {
                        self.claim(Some(job), usize::from(node), KindId::from(kind), count, cause);
                    }
                }
                None => {
                    let kind = request.kind.unwrap_or_default();
                    self.claim(Some(job), usize::from(node), kind, request.gpus_per_node, cause);
                }
            }
        }
        self.free.take(on, request);
    }

    /// Takes so many devices that the request could use, node by node.
    fn take_any(
        &mut self,
        job: JobId,
        request: &Request,
        mut wanted: u32,
        nodes: impl Iterator<Item = usize>,
        cause: impl Fn(usize) -> Cause,
    ) {
        for node in nodes {
            if wanted == 0 {
                return;
            }
            for kind in (0..self.kinds).map(KindId::from) {
                if request.kind.is_some_and(|named| named != kind) {
                    continue;
                }
                let devices = self.free.of_kind(node, kind).min(wanted);
                self.free.set_apart(node, kind, devices);
                self.claim(Some(job), node, kind, devices, cause(node));
                wanted -= devices;
            }
        }
    }

    fn rest_has_no_demand(mut self, cluster: &Cluster) -> Vec<Claim> {
        if self.free.total() == 0 {
            return self.claims;
        }
        for lent in cluster.nodes.lent() {
            for kind in (0..self.kinds).map(KindId::from) {
                let devices = self.free.of_kind(lent.node, kind);
                if let Some(cause) = lent.cause {
                    self.free.set_apart(lent.node, kind, devices);
                    self.claim(None, lent.node, kind, devices, cause);
                }
            }
        }
        for node in 0..self.free.gpus().len() {
            for kind in (0..self.kinds).map(KindId::from) {
                let devices = self.free.of_kind(node, kind);
                self.claim(None, node, kind, devices, Cause::NoDemand);
            }
        }
        self.claims
    }
}
