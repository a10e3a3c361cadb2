//! Reads an explanation off the cluster as it is.

use super::gap::gap;
use super::past::Past;
use super::rule::{account_name, rule};
use super::{
    Ahead, Asked, Awaited, Ended, Explanation, Factor, InTheWay, Lack, Line, Part, Place, Plan, Priority,
    Running, Standing, Unexplained, Waiting, Why,
};
use crate::cluster::{Cluster, Ending, Job, JobState, billing_tres};
use crate::engine::{By, Run};
use crate::ids::{JobId, NodeId, PartitionId};
use crate::reason::{NotAvail, Reason};
use crate::scenario::{Backfill, Policy};
use crate::sched::{backfill, easy, limits, preempt, priority};
use crate::units::{Span, Time};
use crate::workload::{Arrival, Dependency};

pub(super) fn gather(run: &Run, id: JobId, at: Time, past: &Past) -> Result<Explanation, Unexplained> {
    let job = &run.cluster.jobs[id];
    let policy = &run.scenario.scenario().policy;
    Ok(Explanation {
        job: id,
        at,
        counted_from: run.window.from,
        user: job.request.user,
        account: account_name(policy, run.cluster.tree.account_of(job.assoc)),
        class: run.specs[id].class,
        asked: asked(run, job, policy),
        standing: standing(run, id, at, past)?,
    })
}

/// Everybody in the queue, and those who may not yet be looked at, by id.
pub(super) fn lines(run: &Run) -> Vec<Line> {
    run.cluster
        .jobs
        .entries()
        .filter(|(_, job)| matches!(job.state, JobState::NotEligible | JobState::Pending))
        .map(|(id, job)| Line {
            job: id,
            user: job.request.user,
            gpus: job.request.gpus(),
            limit: job.request.limit,
            since: job.submitted,
            reason: job.reason,
        })
        .collect()
}

fn asked(run: &Run, job: &Job, policy: &Policy) -> Asked {
    let request = &job.request;
    Asked {
        nodes: request.nodes,
        gpus_per_node: request.gpus_per_node,
        kind: request
            .kind
            .map(|kind| run.cluster.nodes.kinds()[kind].name.clone()),
        cpus: request.cpus(),
        limit: request.limit,
        partitions: request
            .partitions()
            .map(|id| partition_name(policy, id))
            .collect(),
        qos: policy.qos[usize::from(request.qos)].name.clone(),
        exclusive: request.exclusive,
        nice: request.nice,
        reservation: request
            .reservation
            .map(|id| run.cluster.reservations.spec(id).name.clone()),
    }
}

fn partition_name(policy: &Policy, id: PartitionId) -> String {
    policy.partitions[usize::from(id)].name.clone()
}

fn standing(run: &Run, id: JobId, at: Time, past: &Past) -> Result<Standing, Unexplained> {
    let job = &run.cluster.jobs[id];
    let policy = &run.scenario.scenario().policy;
    let submitted = past.fate.submitted.unwrap_or(job.submitted);
    match job.state {
        JobState::Future => {
            let (submitted, after) = match run.specs[id].arrival {
                Arrival::At(at) => (Some(at), None),
                Arrival::After(before) => (None, Some(before)),
            };
            Err(Unexplained::NotYetSubmitted {
                job: id,
                at,
                submitted,
                after,
            })
        }
        JobState::NotEligible | JobState::Pending => {
            Ok(Standing::Waiting(Box::new(waiting(run, id, at, past))))
        }
        JobState::Running => Ok(Standing::Running(Running {
            since: job.started,
            ends_by: job.ends_by,
            partition: partition_name(policy, job.partition),
            nodes: names(&run.cluster, job.on.nodes()),
            by: past.by.unwrap_or(By::Main),
            billing: billing_tres(job.billing),
            pushed_off_for: job.pushed_off,
            submitted,
            eligible: job.eligible,
            waited: past.fate.waited.clone(),
        })),
        JobState::Completing | JobState::Ended => {
            if let Some(refused) = &past.fate.refused {
                return Ok(Standing::Refused(refused.clone()));
            }
            let (ended, how) = past.fate.ended.unwrap_or((at, Ending::Completed));
            Ok(Standing::Ended(Ended {
                submitted,
                eligible: job.eligible,
                started: job.left_queue().then_some(job.started),
                ended,
                how,
                waited: past.fate.waited.clone(),
            }))
        }
    }
}

fn names(cluster: &Cluster, nodes: &[NodeId]) -> Vec<String> {
    nodes
        .iter()
        .map(|&node| cluster.nodes.name(node).to_owned())
        .collect()
}

fn waiting(run: &Run, id: JobId, at: Time, past: &Past) -> Waiting {
    let cluster = &run.cluster;
    let job = &cluster.jobs[id];
    let policy = &run.scenario.scenario().policy;
    let places: Vec<usize> = (0..cluster.queue.len())
        .filter(|&index| cluster.queue[index].job() == id)
        .collect();
    let eligible = job.state == JobState::Pending;
    // Of several partitions, the one whose rule gave the reason.
    let gave_it = |&partition: &PartitionId| {
        limits::explain(cluster, job, partition).is_some_and(|held| held.reason == job.reason)
    };
    let partition = job.request.partitions().find(gave_it);
    let partition = partition.unwrap_or(job.request.partition);
    let rule = if eligible {
        rule(cluster, policy, job, partition)
    } else {
        None
    };
    let others_hold_it = rule.is_none() && matches!(job.reason, Reason::Priority | Reason::Resources);
    let gap = match &policy.backfill {
        Backfill::Slurm(slurm) if others_hold_it => Some(gap(cluster, slurm, id, at)),
        Backfill::Off | Backfill::Easy | Backfill::Slurm(_) => None,
    };
    Waiting {
        since: job.submitted,
        eligible: eligible.then_some(job.eligible),
        reason: job.reason,
        reason_since: past.waits.map_or(job.submitted, |(_, since)| since),
        runs: job.runs,
        pushed_off_for: past.pushed_off_for,
        why: why(run, id, job, partition, at),
        rule,
        gap,
        places: places
            .into_iter()
            .map(|index| place(run, job, index, at))
            .collect(),
        waited: past.fate.waited.clone(),
    }
}

fn why(run: &Run, id: JobId, job: &Job, partition: PartitionId, at: Time) -> Why {
    match job.reason {
        Reason::None => Why::NotYetLookedAt,
        Reason::Priority => Why::Behind(ahead(run, id, job, partition, at)),
        Reason::Resources => Why::TooLittleFree(lack(run, id, job, partition)),
        Reason::PartitionTimeLimit
        | Reason::PartitionNodeLimit
        | Reason::PartitionDown
        | Reason::PartitionInactive
        | Reason::PartitionConfig
        | Reason::AccountNotAllowed
        | Reason::QosNotAllowed
        | Reason::JobArrayTaskLimit
        | Reason::Limit(_) => Why::Rule,
        Reason::BeginTime => Why::Until {
            at: begins(run, id, job),
        },
        Reason::Dependency | Reason::DependencyNeverSatisfied => Why::Others(
            run.specs[id]
                .after
                .iter()
                .map(|&after| awaited(run, after))
                .collect(),
        ),
        Reason::Reservation | Reason::ReservationDeleted => match job.request.reservation {
            Some(own) => Why::OwnReservation {
                name: run.cluster.reservations.spec(own).name.clone(),
                begins: run.cluster.reservations.next(own, at).map(|(from, _)| from),
            },
            None => Why::Nothing,
        },
        Reason::ReqNodeNotAvail(NotAvail::ReservedForMaintenance | NotAvail::ReservedForOtherJob) => {
            Why::Reservations(in_the_way(run, job, partition, at))
        }
        Reason::ReqNodeNotAvail(NotAvail::UnavailableNodes) => Why::NodesDown {
            nodes: nodes_down(&run.cluster, partition),
        },
        Reason::JobHeldUser | Reason::JobHeldAdmin | Reason::BadConstraints | Reason::MovingOut => {
            Why::Nothing
        }
    }
}

/// When a job may be looked at that waits for a time.
fn begins(run: &Run, id: JobId, job: &Job) -> Time {
    if job.runs > 0 {
        job.submitted + run.scenario.scenario().policy.preemption.requeue_delay
    } else {
        run.specs[id].begin.unwrap_or(job.submitted)
    }
}

fn awaited(run: &Run, after: Dependency) -> Awaited {
    let job = &run.cluster.jobs[after.on()];
    let (ended, running) = match job.state {
        JobState::Ended | JobState::Completing => (true, false),
        JobState::Running => (false, true),
        JobState::Future | JobState::NotEligible | JobState::Pending => (false, false),
    };
    Awaited {
        job: after.on(),
        must_succeed: match after {
            Dependency::AfterOk(_) => true,
            Dependency::AfterAny(_) => false,
        },
        ended,
        ends_by: running.then_some(job.ends_by),
    }
}

fn in_the_way(run: &Run, job: &Job, partition: PartitionId, at: Time) -> Vec<InTheWay> {
    let cluster = &run.cluster;
    let all = &cluster.reservations;
    let nodes = &cluster.partitions[partition].nodes;
    all.ids()
        .filter(|&id| {
            let spec = all.spec(id);
            let own = job.request.reservation == Some(id)
                || (job.request.reservation.is_none() && spec.magnetic && all.may_use(id, job));
            !own && at >= Time::ZERO + spec.announced && all.nodes(id).0.meets(nodes)
        })
        .filter_map(|id| {
            let (from, to) = all.next(id, at)?;
            let spec = all.spec(id);
            let left = Span::mins(from.since(at).0 / 60);
            (from < at + job.request.limit).then(|| InTheWay {
                name: spec.name.clone(),
                from,
                to,
                maint: spec.maint,
                limit_at_most: (left > Span::ZERO).then_some(left),
            })
        })
        .collect()
}

fn nodes_down(cluster: &Cluster, partition: PartitionId) -> u32 {
    let partition = &cluster.partitions[partition];
    (partition.nodes.count() - partition.up.count()) as u32
}

fn lack(run: &Run, id: JobId, job: &Job, partition: PartitionId) -> Lack {
    let cluster = &run.cluster;
    let (free, request) = (cluster.nodes.free(), &job.request);
    let up = &cluster.partitions[partition].up;
    let everywhere: u32 = cluster
        .nodes
        .up()
        .iter()
        .map(|node| free.usable(node, request))
        .sum();
    let here: u32 = up.iter().map(|node| free.usable(node, request)).sum();
    Lack {
        free: here,
        most_on_a_node: up
            .iter()
            .map(|node| free.usable(node, request))
            .max()
            .unwrap_or(0),
        nodes_with_room: up.iter().filter(|&node| free.fits(node, request)).count() as u32,
        free_elsewhere: everywhere - here,
        nodes_down: nodes_down(cluster, partition),
        push_under_way: preempt::under_way(cluster, id),
    }
}

/// The first job before this one that no rule holds: while it cannot start, nobody behind it in its partition may.
fn ahead(run: &Run, id: JobId, job: &Job, partition: PartitionId, at: Time) -> Option<Ahead> {
    let cluster = &run.cluster;
    let nodes = &cluster.partitions[partition].nodes;
    let own = cluster
        .queue
        .iter()
        .position(|record| record.job() == id && record.partition == partition)?;
    let blocks = |index: &usize| {
        let record = cluster.queue[*index];
        let other = &cluster.jobs[record.job()];
        record.job() != id
            && other.request.reservation == job.request.reservation
            && (record.partition == partition || cluster.partitions[record.partition].nodes.meets(nodes))
            && limits::verdict(cluster, other, record.partition)
                .reason()
                .is_none()
    };
    let cannot_start = |index: &usize| cluster.jobs[cluster.queue[*index].job()].reason == Reason::Resources;
    let index = (0..own)
        .find(|index| blocks(index) && cannot_start(index))
        .or_else(|| (0..own).find(blocks))?;
    let record = cluster.queue[index];
    let other = &cluster.jobs[record.job()];
    Some(Ahead {
        job: record.job(),
        user: other.request.user,
        gpus: other.request.gpus(),
        reason: other.reason,
        planned: match plan(run, other, index, at) {
            Plan::At { when, .. } => Some(when),
            Plan::Held | Plan::BeyondWindow { .. } | Plan::Off => None,
        },
    })
}

fn place(run: &Run, job: &Job, index: usize, at: Time) -> Place {
    let cluster = &run.cluster;
    let record = cluster.queue[index];
    let ahead = cluster.queue[..index]
        .iter()
        .filter(|other| other.partition == record.partition)
        .count();
    Place {
        partition: partition_name(&run.scenario.scenario().policy, record.partition),
        ahead: ahead as u32,
        ahead_in_all: index as u32,
        priority: priority_of(run, job, record.partition, record.key.priority.0),
        plan: plan(run, job, index, at),
    }
}

/// The priority as it is, with the factors of the instant at which it was worked out.
fn priority_of(run: &Run, job: &Job, partition: PartitionId, total: u32) -> Priority {
    let rules = &run.rules;
    let then = run.cluster.usage.last_tick().max(job.eligible);
    let factors = priority::factors(rules, &run.cluster, job, partition, job.accrues, then);
    let parts = [
        (Factor::Age, rules.weight_age, factors.age),
        (Factor::Assoc, rules.weight_assoc, factors.assoc),
        (Factor::Fairshare, rules.weight_fairshare, factors.fairshare),
        (Factor::JobSize, rules.weight_job_size, factors.job_size),
        (Factor::Partition, rules.weight_partition, factors.partition),
        (Factor::Qos, rules.weight_qos, factors.qos),
        (
            Factor::Tres,
            if factors.tres == 0.0 { 0.0 } else { 1.0 },
            factors.tres,
        ),
    ];
    Priority {
        total,
        parts: parts
            .into_iter()
            .filter(|&(_, weight, _)| weight != 0.0)
            .map(|(of, weight, factor)| Part {
                of,
                weight,
                factor,
                product: weight * factor,
            })
            .collect(),
        nice: factors.nice,
    }
}

fn plan(run: &Run, job: &Job, index: usize, at: Time) -> Plan {
    let cluster = &run.cluster;
    let record = cluster.queue[index];
    if limits::verdict(cluster, job, record.partition).reason().is_some() {
        return Plan::Held;
    }
    match &run.scenario.scenario().policy.backfill {
        Backfill::Off => Plan::Off,
        Backfill::Easy if index > 0 => Plan::Off,
        Backfill::Easy => Plan::At {
            when: easy::shadow(cluster, job.request.gpus()).0,
            nodes: Vec::new(),
        },
        Backfill::Slurm(slurm) => match backfill::plan_of(cluster, slurm, at, index) {
            Some(plan) if plan.when <= at + slurm.window => Plan::At {
                when: plan.when,
                nodes: names(cluster, plan.on.nodes()),
            },
            plan => Plan::BeyondWindow {
                when: plan.map(|plan| plan.when),
                window: slurm.window,
            },
        },
    }
}
