//! The sums of the claims by cause, where it does not matter which nodes they are on: where all nodes are alike, their
//! number by free devices says what the tightest of them leave.

use super::{Claim, promises_by_plan};
use crate::cluster::{Cluster, Verdict};
use crate::ids::{JobId, KindId, NodeId, PartitionSet, ShapeId};
use crate::reason::{Cause, Reason};
use crate::scenario::Backfill;
use crate::sched::limits;
use crate::units::Time;
use crate::workload::Request;

/// One claim for each cause, with all devices that stand idle for it, in the order in which the causes come up first; or
/// nothing where only the claims themselves can tell.
pub(super) fn sums(
    cluster: &Cluster,
    policy: &Backfill,
    most_tested: u32,
    looked: Option<Time>,
) -> Option<Vec<Claim>> {
    let nodes = &cluster.nodes;
    let alike = nodes.kinds().len() == 1
        && nodes.by_weight().len() == 1
        && nodes.free().has_levels()
        && cluster.completing == 0
        && nodes.lent().is_empty()
        && (cluster.partitions.iter()).all(|partition| !partition.spread && partition.up == *nodes.all());
    if !alike {
        return None;
    }
    let mut left = Left {
        total: nodes.free().total(),
        levels: nodes.free().levels().to_vec(),
        sums: Vec::new(),
    };
    let mut tested = 0;
    let mut before: Option<(ShapeId, Reason, _)> = None;
    for place in &cluster.queue {
        if left.total == 0 {
            break;
        }
        let partition = place.partition;
        // Who waits for the same limit as before need not be looked at.
        let known = match before {
            Some((shape, told, known)) if (shape, told) == (place.shape, place.told) => Some(known),
            Some(_) | None => {
                let request = || cluster.shapes.known_request(place.shape, &cluster.ledgers);
                cluster
                    .still_held(place)
                    .and_then(|verdict| Some((verdict, request()?)))
            }
        };
        before = known.map(|known| (place.shape, place.told, known));
        let (verdict, forbidden, request, eligible) = match known {
            Some((verdict, (request, forbidden))) => (verdict, forbidden, request, None),
            None => {
                let job = &cluster.jobs[place.job()];
                let verdict = limits::verdict_at(cluster, place);
                let forbidden = verdict.reason().is_some() && limits::forbidden(cluster, job, partition);
                (verdict, forbidden, &job.request, Some(job.eligible))
            }
        };
        if request.also != PartitionSet::empty() || request.exclusive || request.cpus_per_node > 0 {
            return None;
        }
        tested += u32::from(verdict.before.is_none());
        if forbidden {
            continue;
        }
        if left.take(request) {
            let seen = || {
                tested <= most_tested
                    && looked.is_some_and(|at| eligible.is_some_and(|eligible| eligible <= at))
            };
            left.claim(cause(verdict, seen), request.gpus());
        } else if left.total >= request.gpus() || verdict.reason().is_none() || !promises_by_plan(policy) {
            return None;
        } else {
            // Who is held by a limit is not promised anything.
            left.claim(Cause::TooFewForNextJob, left.total);
            left.total = 0;
        }
    }
    left.claim(Cause::NoDemand, left.total);
    Some(left.sums)
}

/// Why somebody who would fit does not start.
pub(super) fn cause(verdict: Verdict, seen: impl Fn() -> bool) -> Cause {
    match verdict.reason() {
        Some(reason) => Cause::Limit(reason),
        None if seen() => Cause::KeptForJobAhead,
        None => Cause::NotYetLookedAt,
    }
}

/// Free devices not yet claimed.
struct Left {
    total: u32,
    /// Nodes by free devices.
    levels: Vec<u32>,
    sums: Vec<Claim>,
}

impl Left {
    /// Takes what the request asks for of the tightest nodes, if there are enough.
    fn take(&mut self, request: &Request) -> bool {
        let least = request.gpus_per_node as usize;
        let able = self.levels.get(least..).unwrap_or_default();
        if request.nodes == 1 {
            let Some(level) = able.iter().position(|&nodes| nodes > 0) else {
                return false;
            };
            self.levels[least + level] -= 1;
            self.levels[level] += 1;
        } else {
            if able.iter().sum::<u32>() < request.nodes {
                return false;
            }
            let mut wanted = request.nodes;
            for level in least..self.levels.len() {
                let taken = wanted.min(self.levels[level]);
                self.levels[level] -= taken;
                self.levels[level - least] += taken;
                wanted -= taken;
            }
        }
        self.total -= request.gpus();
        true
    }

    fn claim(&mut self, cause: Cause, devices: u32) {
        if devices == 0 {
            return;
        }
        match self.sums.iter_mut().find(|sum| sum.cause == cause) {
            Some(sum) => sum.devices += devices,
            None => self.sums.push(Claim {
                node: NodeId(0),
                kind: KindId(0),
                devices,
                cause,
                job: None::<JobId>,
            }),
        }
    }
}
