//! Whom to push off so that a job fits (`docs/slurm.md`, *Whom to push off*): candidates are taken away one by one, lowest class
//! first, until the job fits; then the order is turned to those that hold most of the chosen nodes, and it is tried again.

use std::cmp::Reverse;

use super::select;
use crate::cluster::{Cluster, Job, JobState, NodeSet, PreemptRules};
use crate::ids::{JobId, PartitionId};
use crate::order;
use crate::units::Time;

/// Whether anybody runs who was pushed off for this job and is still in grace: it waits for that.
pub fn under_way(cluster: &Cluster, id: JobId) -> bool {
    cluster
        .running
        .iter()
        .any(|&(_, victim)| cluster.jobs[victim].pushed_off == Some(id))
}

/// Jobs that this one may push off now, on some of `nodes`, in the order in which they run (by id).
fn candidates(
    cluster: &Cluster,
    rules: &PreemptRules,
    job: &Job,
    partition: PartitionId,
    nodes: &NodeSet,
    now: Time,
) -> Vec<JobId> {
    let mut found: Vec<JobId> = cluster
        .running
        .iter()
        .map(|&(_, id)| id)
        .filter(|&id| {
            let victim = &cluster.jobs[id];
            victim.state == JobState::Running
                && victim.pushed_off.is_none()
                && rules.may(job, partition, victim)
                && rules.exempt_until(victim) <= now
                && victim
                    .on
                    .nodes()
                    .iter()
                    .any(|&node| nodes.contains(usize::from(node)))
        })
        .collect();
    order::sort(&mut found);
    found
}

/// The jobs to push off so that `job` fits on `nodes` now; none if that would not help.
pub fn victims(
    cluster: &Cluster,
    rules: &PreemptRules,
    job: &Job,
    partition: PartitionId,
    nodes: &NodeSet,
    now: Time,
) -> Option<Vec<JobId>> {
    let mut order = candidates(cluster, rules, job, partition, nodes, now);
    if order.is_empty() {
        return None;
    }
    let (youngest_first, strict_order, reorder_count) = rules.order;
    if youngest_first {
        order::sort_by_key(&mut order, |&id| Reverse(cluster.jobs[id].started));
    } else {
        order::sort_by_key(&mut order, |&id| rules.rank(&cluster.jobs[id]));
    }
    let spread = cluster.partitions[partition].spread;
    let mut rounds = reorder_count.min(order.len() as u32 - 1);
    loop {
        let mut free = cluster.nodes.free().clone();
        let mut fit = None;
        for (index, &id) in order.iter().enumerate() {
            let victim = &cluster.jobs[id];
            free.give_back(&victim.on, &victim.request);
            if let Some(on) = select::choose(&job.request, &cluster.nodes, &free, nodes, &|_| true, spread) {
                fit = Some((index, on));
                break;
            }
        }
        let (last, on) = fit?;
        let on_chosen = |id: JobId| {
            let held = cluster.jobs[id].on.nodes();
            held.iter().filter(|node| on.nodes().contains(node)).count()
        };
        if rounds == 0 {
            return Some(
                order[..=last]
                    .iter()
                    .copied()
                    .filter(|&id| on_chosen(id) > 0)
                    .collect(),
            );
        }
        rounds -= 1;
        if strict_order {
            let first = order.remove(last);
            order.insert(0, first);
        } else {
            order::sort_by_key(&mut order, |&id| Reverse(on_chosen(id)));
        }
    }
}
