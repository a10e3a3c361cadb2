//! A plan that is only looked at: for explanation and for the causes of idleness.

use super::{BackfillPass, NEVER, Plan};
use crate::cluster::{Cluster, Record};
use crate::scenario::SlurmBackfill;
use crate::sched::limits;
use crate::units::Time;

/// Plans every job from the head down to and including the one at `index` in the queue; returns that one's plan. It is
/// promised nodes if the plan lies within the window. For explanation and for the causes of idleness: decides nothing.
pub fn plan_of(cluster: &Cluster, policy: &SlurmBackfill, now: Time, index: usize) -> Option<Plan> {
    plan_in(&mut BackfillPass::new(cluster, policy, now), cluster, index)
}

/// The same in a walk that has just begun.
pub(in crate::sched) fn plan_in(pass: &mut BackfillPass, cluster: &Cluster, index: usize) -> Option<Plan> {
    let held = |place: &Record| limits::verdict_at(cluster, place).reason().is_some();
    if cluster.queue.get(index).is_none_or(held) {
        return None;
    }
    let is_planned = |pass: &mut BackfillPass, place: usize| {
        let record = cluster.queue.get(place)?;
        let job = &cluster.jobs[record.job()];
        let held = limits::verdict_at(cluster, record);
        let counts = held.before.is_none() && !pass.counts.too_many(&pass.policy, job, record.partition);
        let planned = counts && held.after.is_none();
        planned.then_some((record.job(), job, record.partition))
    };
    for place in 0..index {
        if let Some((id, job, partition)) = is_planned(pass, place) {
            pass.promise(cluster, id, job, partition);
        }
    }
    let (_, job, partition) = is_planned(pass, index)?;
    pass.plan(cluster, job, partition, (pass.now, NEVER))
}
