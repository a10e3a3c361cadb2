//! Who gains age (`docs/slurm.md`, *Age*). With GrpJobsAccrue, MaxJobsAccrue or MaxJobsAccruePerUser only so many of the jobs
//! counted together do while they wait; a later one begins to when one of them leaves the queue.

use super::job::Job;
use super::limit_rules::LimitRules;
use super::tree::Tree;
use super::{Cluster, JobState};
use crate::ids::{AssocId, JobId, QosId, Table, UserId};
use crate::order;
use crate::scenario::Policy;
use crate::units::Time;

/// Whose jobs are counted together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Together {
    /// All of a QOS.
    Qos(QosId),
    /// One person's of a QOS.
    User(QosId, UserId),
    /// All of an association and those below it.
    Below(AssocId),
    /// Those of one association.
    Own(AssocId),
}

/// A most, if there is one.
type Most = Option<u32>;

/// The rules of gaining age.
#[derive(Clone, Debug)]
pub struct Accrual {
    /// ACCRUE_ALWAYS: from submission, whatever the state.
    always: bool,
    /// GrpJobsAccrue and MaxJobsAccruePerUser.
    qos: Table<QosId, (Most, Most)>,
    /// GrpJobsAccrue and MaxJobsAccrue.
    assoc: Table<AssocId, (Most, Most)>,
    is_limited: bool,
}

impl Accrual {
    /// Those of a policy.
    pub fn new(policy: &Policy, tree: &Tree) -> Accrual {
        let qos: Table<QosId, (Most, Most)> = policy
            .qos
            .iter()
            .map(|qos| (qos.limits.grp_jobs_accrue, qos.limits.max_jobs_accrue_pu))
            .collect();
        let assoc: Table<AssocId, (Most, Most)> = tree
            .entries()
            .map(|(_, row)| (row.limits.grp_jobs_accrue, row.limits.max_jobs_accrue))
            .collect();
        let some = |&(grp, max): &(Most, Most)| grp.or(max).is_some();
        Accrual {
            always: policy.priority.accrue_always,
            is_limited: qos.iter().any(some) || assoc.iter().any(some),
            qos,
            assoc,
        }
    }

    /// Since when a job that becomes eligible now gains age; nothing if that is yet to be seen.
    pub fn since(&self, job: &Job, now: Time) -> Option<Time> {
        (!self.is_limited).then(|| self.unlimited(job, now))
    }

    fn unlimited(&self, job: &Job, now: Time) -> Time {
        if self.always { job.submitted } else { now }
    }

    /// The limits on a job. What a QOS limits for all its jobs, no association does.
    fn limits(&self, rules: &LimitRules, tree: &Tree, job: &Job) -> Vec<(Together, u32)> {
        let (first, second) = rules.order(job.request.partition, job.request.qos);
        let of_qos = |pick: fn(&(Most, Most)) -> Most| {
            [Some(first), second]
                .into_iter()
                .flatten()
                .find_map(|qos| Some((qos, pick(&self.qos[qos])?)))
        };
        let mut limits = Vec::new();
        if let Some((qos, most)) = of_qos(|&(_, max)| max) {
            limits.push((Together::User(qos, job.request.user), most));
        }
        if let Some(most) = self.assoc[job.assoc].1 {
            limits.push((Together::Own(job.assoc), most));
        }
        match of_qos(|&(grp, _)| grp) {
            Some((qos, most)) => limits.push((Together::Qos(qos), most)),
            None => limits.extend(
                tree.chain(job.assoc)
                    .iter()
                    .filter_map(|&assoc| Some((Together::Below(assoc), self.assoc[assoc].0?))),
            ),
        }
        limits
    }
}

impl Cluster {
    /// Lets those gain age who may begin to now, in the order in which they came.
    pub fn let_accrue(&mut self, now: Time) {
        let accrual = &self.limits.accrual;
        if !accrual.is_limited && !self.some_do_not_accrue {
            return;
        }
        // Nobody else begins to gain age until somebody comes, leaves, or the rules change.
        let stamp = self.queue.changes() + self.ledgers.rules_stamp();
        let known = std::mem::replace(&mut self.accrual_seen, stamp) == stamp;
        if known && !cfg!(debug_assertions) {
            return;
        }
        let mut waiting: Vec<JobId> = self.queue.iter().map(|record| record.key.job).collect();
        order::sort(&mut waiting);
        waiting.dedup();
        let mut counts: Vec<(Together, u32)> = Vec::new();
        let (mut begin, mut left_out) = (Vec::new(), false);
        // Those who gain age already are counted before anybody else begins to.
        for begins in [false, true] {
            for &id in &waiting {
                let job = &self.jobs[id];
                debug_assert_eq!(job.state, JobState::Pending);
                if job.accrues.is_none() != begins {
                    continue;
                }
                let limits = accrual.limits(&self.limits, &self.tree, job);
                let count_of = |counts: &[(Together, u32)], which: Together| {
                    counts
                        .iter()
                        .find(|(other, _)| *other == which)
                        .map_or(0, |&(_, count)| count)
                };
                let has_room = limits
                    .iter()
                    .all(|&(which, most)| count_of(&counts, which) < most);
                if begins && !has_room {
                    left_out = true;
                    continue;
                }
                for (which, _) in limits {
                    match counts.iter_mut().find(|(other, _)| *other == which) {
                        Some((_, count)) => *count += 1,
                        None => counts.push((which, 1)),
                    }
                }
                if begins {
                    begin.push((id, accrual.unlimited(job, now)));
                }
            }
        }
        debug_assert!(!known || begin.is_empty(), "somebody begins to gain age");
        for (id, since) in begin {
            self.jobs[id].accrues = Some(since);
        }
        self.some_do_not_accrue = left_out;
    }
}
