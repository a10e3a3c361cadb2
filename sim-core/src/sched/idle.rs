//! Why devices stand idle: pending jobs, in queue order, claim the free devices, and each claim has a cause.
//!
//! The first rule that applies to a job decides. It fits: it claims what it would take (for a limit, for not having been
//! looked at, for a job ahead). Enough is free in number but not in one piece: it claims that many as fragments. It would
//! fit outside its partition: set aside. Too few are free: it claims all it may use, kept where it holds a promise. What
//! is left has no demand. Jobs that can never start claim nothing.

use super::{backfill, limits, select};
use crate::cluster::{Allocation, Cluster};
use crate::ids::{JobId, NodeId};
use crate::reason::Cause;
use crate::scenario::Backfill;
use crate::units::Time;
use crate::workload::Request;

/// Some devices of a node claimed for one cause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Which node.
    pub node: NodeId,
    /// How many of its free devices.
    pub devices: u32,
    /// Why they stand idle.
    pub cause: Cause,
    /// The job that claims them; none for "no demand".
    pub job: Option<JobId>,
}

/// All free devices with their causes, in order of claiming; their numbers sum to what is free.
///
/// `looked` is the instant of the last pass that looks past blocked jobs, if no device has become free since.
pub fn claims(cluster: &Cluster, policy: &Backfill, now: Time, looked: Option<Time>) -> Vec<Claim> {
    let mut left = Left {
        free: cluster.nodes.free().to_vec(),
        total: cluster.nodes.free_total(),
        claims: Vec::new(),
    };
    let most_tested = match policy {
        Backfill::Slurm(slurm) => slurm.max_job_test,
        Backfill::Off | Backfill::Easy => u32::MAX,
    };
    let mut tested = 0;
    for (index, &(_, id)) in cluster.queue.iter().enumerate() {
        if left.total == 0 {
            break;
        }
        let job = &cluster.jobs[id];
        let request = &job.request;
        let before = limits::before_selection(cluster, request);
        tested += u32::from(before.is_none());
        let limit = before.or_else(|| limits::after_selection(cluster, request));
        if limit.is_some() && limits::forbidden(cluster, request) {
            continue;
        }
        let nodes = &cluster.partitions[request.partition].nodes;
        if let Some(on) = select::choose(request, &left.free, nodes.iter()) {
            let seen = tested <= most_tested && looked.is_some_and(|at| job.eligible <= at);
            let cause = match limit {
                Some(reason) => Cause::Limit(reason),
                None if seen => Cause::KeptForJobAhead,
                None => Cause::NotYetLookedAt,
            };
            left.take(id, request, &on, cause);
            continue;
        }
        let here: u32 = nodes.iter().map(|node| left.free[node]).sum();
        if here >= request.gpus() {
            left.take_any(id, request.gpus(), nodes.iter(), |_| Cause::Fragments);
        } else if let Some(on) = select::choose(request, &left.free, 0..cluster.nodes.len()) {
            left.take(id, request, &on, Cause::SetAside);
        } else if here > 0 {
            let promise = promise(cluster, policy, now, index);
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
            left.take_any(id, here, nodes.iter(), cause);
        }
    }
    left.rest_has_no_demand()
}

/// The nodes that the job at `index` in the queue is promised, if it is.
fn promise(cluster: &Cluster, policy: &Backfill, now: Time, index: usize) -> Option<Allocation> {
    match policy {
        Backfill::Off => None,
        Backfill::Easy => (index == 0).then_some(Allocation::One(NodeId(0))),
        Backfill::Slurm(slurm) => backfill::promise_of(cluster, slurm, now, index).map(|plan| plan.on),
    }
}

/// Free devices not yet claimed.
struct Left {
    free: Vec<u32>,
    total: u32,
    claims: Vec<Claim>,
}

impl Left {
    fn claim(&mut self, job: JobId, node: usize, devices: u32, cause: Cause) {
        self.free[node] -= devices;
        self.total -= devices;
        self.claims.push(Claim {
            node: NodeId::from(node),
            devices,
            cause,
            job: Some(job),
        });
    }

    fn take(&mut self, job: JobId, request: &Request, on: &Allocation, cause: Cause) {
        for &node in on.nodes() {
            self.claim(job, usize::from(node), request.gpus_per_node, cause);
        }
    }

    fn take_any(
        &mut self,
        job: JobId,
        mut wanted: u32,
        nodes: impl Iterator<Item = usize>,
        cause: impl Fn(usize) -> Cause,
    ) {
        for node in nodes {
            let devices = self.free[node].min(wanted);
            if devices > 0 {
                self.claim(job, node, devices, cause(node));
                wanted -= devices;
            }
        }
    }

    fn rest_has_no_demand(mut self) -> Vec<Claim> {
        for (node, &devices) in self.free.iter().enumerate() {
            if devices > 0 {
                self.claims.push(Claim {
                    node: NodeId::from(node),
                    devices,
                    cause: Cause::NoDemand,
                    job: None,
                });
            }
        }
        self.claims
    }
}
