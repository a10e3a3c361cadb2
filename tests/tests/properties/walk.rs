//! Slurm's backfill, written down step by step as `docs/slurm.md` has it under *Backfill*, with no thought for speed: every job
//! is planned, and nothing is left out because it cannot matter. The engine's walk must start the same jobs on the same nodes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sim_core::cluster::{Allocation, Cluster};
use sim_core::engine::Passes;
use sim_core::ids::{JobId, NodeId};
use sim_core::metrics::Detail;
use sim_core::reason::Reason;
use sim_core::scenario::{Policy, SlurmBackfill};
use sim_core::sched::Decision;
use sim_core::sched::backfill::{BackfillPass, plan_of};
use sim_core::units::{Span, Time};
use sim_core::workload::Request;
use tests::watch::Watch;
use tests::world::World;

use super::facts::Facts;
use super::{in_every, worlds};

/// What becomes of a job that fits now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fits {
    /// It starts.
    Starts,
    /// It is promised the nodes from now on: for plans that are only looked at.
    Planned,
}

/// What a walk did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Walk {
    pub starts: Vec<(JobId, Vec<usize>)>,
    pub promises: BTreeMap<JobId, (Time, Vec<usize>)>,
}

/// `nodes` are open from `begin` until `end`.
#[derive(Clone, Debug)]
struct Interval {
    begin: u64,
    end: u64,
    nodes: Vec<usize>,
}

const FOR_EVER: u64 = u64::MAX;

/// One walk over the whole queue.
pub fn walk(policy: &Policy, slurm: &SlurmBackfill, cluster: &Cluster, now: Time, fits: Fits) -> Walk {
    let mut cluster = cluster.clone();
    let mut done = Walk::default();
    let mut map = vec![Interval {
        begin: now.floor_to(slurm.resolution).0.into(),
        end: FOR_EVER,
        nodes: (0..cluster.nodes.len()).collect(),
    }];
    let queue: Vec<JobId> = cluster.queue.iter().map(|record| record.job()).collect();
    for id in queue {
        let request = cluster.jobs[id].request;
        let held = || {
            Facts {
                policy,
                cluster: &cluster,
                now,
            }
            .held(&request)
        };
        if let Some(Reason::PartitionTimeLimit | Reason::JobArrayTaskLimit) = held() {
            continue;
        }
        let Some((when, chosen)) = plan(slurm, &cluster, &map, &request, now) else {
            continue;
        };
        if held().is_some() {
            continue;
        }
        if when <= now && fits == Fits::Starts {
            let on = chosen.iter().map(|&node| NodeId::from(node)).collect();
            let partition = cluster.jobs[id].request.partition;
            cluster.start(id, partition, Allocation::many(on), now);
            done.starts.push((id, chosen));
            continue;
        }
        let (begin, end) = on_the_grid(slurm, when, &request);
        reserve(&mut map, begin.0.into(), end.0.into(), &chosen);
        done.promises.insert(id, (when, chosen));
    }
    done
}

/// What is reserved for a start at `when`: at least one grid step.
fn on_the_grid(slurm: &SlurmBackfill, when: Time, request: &Request) -> (Time, Time) {
    let begin = when.floor_to(slurm.resolution);
    let end = (when + request.limit).floor_to(slurm.resolution);
    (begin, end.max(begin + slurm.resolution))
}

/// The loop from `again` on: when and where, if within the window.
fn plan(
    slurm: &SlurmBackfill,
    cluster: &Cluster,
    map: &[Interval],
    request: &Request,
    now: Time,
) -> Option<(Time, Vec<usize>)> {
    let partition: Vec<usize> = cluster.partitions[request.partition].nodes.iter().collect();
    let mut start = now;
    loop {
        let finish = u64::from((start + request.limit).0);
        let mut nodes = partition.clone();
        let mut later = None;
        for (i, interval) in map.iter().enumerate() {
            if interval.end > u64::from(start.0) && interval.begin <= finish {
                nodes.retain(|node| interval.nodes.contains(node));
                let offers = |next: &Interval| next.nodes.iter().any(|node| !interval.nodes.contains(node));
                if later.is_none() && map.get(i + 1).is_some_and(offers) {
                    later = Some(Time(interval.end as u32));
                }
            }
        }
        let tested = if nodes.len() < request.nodes as usize {
            None
        } else {
            will_run(cluster, &nodes, request, now, later)
        };
        let Some((when, chosen)) = tested else {
            start = later?;
            continue;
        };
        let when = when.max(start);
        if when <= now {
            return Some((when, chosen));
        }
        if when > now + slurm.window {
            return None;
        }
        let (from, to) = on_the_grid(slurm, when, request);
        let taken = map.iter().any(|interval| {
            interval.end > from.0.into()
                && interval.begin < to.0.into()
                && chosen.iter().any(|node| !interval.nodes.contains(node))
        });
        if taken && when > start {
            start = when;
            continue;
        }
        return Some((when, chosen));
    }
}

/// The node test, with ends up to `until` only.
fn will_run(
    cluster: &Cluster,
    nodes: &[usize],
    request: &Request,
    now: Time,
    until: Option<Time>,
) -> Option<(Time, Vec<usize>)> {
    let mut free = cluster.nodes.free().gpus().to_vec();
    if let Some(chosen) = choose(&free, nodes, request) {
        return Some((now, chosen));
    }
    let on = |id: JobId, among: &[usize]| {
        let held = cluster.jobs[id].on.nodes();
        held.iter().any(|&node| among.contains(&usize::from(node)))
    };
    // Everybody's ends; only those on `nodes` are taken.
    let mut ends: Vec<(Time, JobId)> = cluster
        .running
        .iter()
        .map(|&(_, id)| (cluster.jobs[id].started + cluster.jobs[id].request.limit, id))
        .filter(|&(end, _)| until.is_none_or(|until| end <= until))
        .collect();
    ends.sort();
    let mut gone = Vec::new();
    let mut first = None;
    let mut width = 30;
    let mut next = 0;
    loop {
        let before = gone.len();
        while next < ends.len() {
            let (end, id) = ends[next];
            next += 1;
            if !on(id, nodes) {
                continue;
            }
            let first = *first.get_or_insert(end.0.div_ceil(30) * 30);
            let job = &cluster.jobs[id];
            for &node in job.on.nodes() {
                free[usize::from(node)] += job.request.gpus_per_node;
            }
            gone.push((end, id));
            // Only the end that follows one that was taken can close the group.
            if next < ends.len() && ends[next].0.0 > first + width {
                break;
            }
        }
        if gone.len() == before {
            return None;
        }
        if let Some(chosen) = choose(&free, nodes, request) {
            let last = gone.iter().rev().find(|&&(_, id)| on(id, &chosen))?.0;
            return Some((last, chosen));
        }
        width *= 2;
        while next < ends.len() && first? + width < ends[next].0.0 {
            width *= 2;
        }
    }
}

/// The fewest sufficient free devices first, then the lowest index.
pub fn choose(free: &[u32], nodes: &[usize], request: &Request) -> Option<Vec<usize>> {
    let mut fit: Vec<usize> = nodes
        .iter()
        .copied()
        .filter(|&node| free[node] >= request.gpus_per_node)
        .collect();
    fit.sort_by_key(|&node| (free[node], node));
    fit.truncate(request.nodes as usize);
    fit.sort();
    (fit.len() == request.nodes as usize).then_some(fit)
}

fn reserve(map: &mut Vec<Interval>, begin: u64, end: u64, chosen: &[usize]) {
    for cut in [begin, end] {
        if let Some(i) = map
            .iter()
            .position(|interval| interval.begin < cut && cut < interval.end)
        {
            let mut second = map[i].clone();
            map[i].end = cut;
            second.begin = cut;
            map.insert(i + 1, second);
        }
    }
    for interval in map
        .iter_mut()
        .filter(|interval| begin <= interval.begin && interval.end <= end)
    {
        interval.nodes.retain(|node| !chosen.contains(node));
    }
}

/// What the engine's walk starts, carried out on a copy.
fn engines(slurm: &SlurmBackfill, cluster: &mut Cluster, now: Time) -> Vec<(JobId, Vec<usize>)> {
    let mut starts = Vec::new();
    let mut pass = BackfillPass::new(cluster, slurm, now);
    while let Some(decision) = pass.next(cluster) {
        match decision {
            Decision::Start { job, partition, on } => {
                starts.push((job, on.nodes().iter().map(|&node| usize::from(node)).collect()));
                cluster.start(job, partition, on, now);
            }
            Decision::Hold { job, reason } => {
                cluster.give_reason(job, reason);
            }
            Decision::Preempt { .. } => unreachable!("nobody may push off anybody in these worlds"),
        }
    }
    starts
}

fn the_walk_is_as_written(world: &World) -> Result<(), TestCaseError> {
    let policy = &world.scenario.policy;
    let mut watch = Watch::new(world.start(Passes::WhereNeeded, Detail::Summary));
    while let Some((now, _)) = watch.step() {
        let cluster = watch.run.cluster();
        if cluster.queue.is_empty() {
            continue;
        }
        for (window, resolution) in [(30, 60), (300, 600), (10_000, 60), (10_000, 600)] {
            let slurm = SlurmBackfill {
                window: Span::mins(window),
                resolution: Span(resolution),
                ..SlurmBackfill::default()
            };
            let literal = walk(policy, &slurm, cluster, now, Fits::Starts);
            let mut after = cluster.clone();
            let ours = engines(&slurm, &mut after, now);
            prop_assert_eq!(&ours, &literal.starts, "starts at {} with {:?}", now, slurm);
            for (index, record) in after.queue.iter().enumerate() {
                let id = record.job();
                let plan = plan_of(&after, &slurm, now, index).filter(|plan| plan.when <= now + slurm.window);
                let plan = plan.map(|p| (p.when, p.on.nodes().iter().map(|&n| usize::from(n)).collect()));
                let literal = walk(policy, &slurm, &after, now, Fits::Planned);
                prop_assert_eq!(
                    plan.as_ref(),
                    literal.promises.get(&id),
                    "{} at {} with {:?}",
                    id,
                    now,
                    slurm
                );
            }
        }
    }
    Ok(())
}

/// One walk in which jobs that are planned late must be planned against the cluster as it was in their turn.
fn starts_as_written(world: &World) -> Result<(), TestCaseError> {
    let policy = &world.scenario.policy;
    let mut watch = Watch::new(world.start(Passes::WhereNeeded, Detail::Summary));
    while let Some((now, _)) = watch.step() {
        let cluster = watch.run.cluster();
        if cluster.queue.len() < 4 {
            continue;
        }
        let slurm = SlurmBackfill {
            window: Span::days(7),
            resolution: Span::mins(1),
            ..SlurmBackfill::default()
        };
        let literal = walk(policy, &slurm, cluster, now, Fits::Starts);
        let ours = engines(&slurm, &mut cluster.clone(), now);
        prop_assert_eq!(&ours, &literal.starts, "starts at {}", now);
    }
    Ok(())
}

#[test]
fn jobs_planned_late_are_planned_as_the_cluster_was_in_their_turn() {
    in_every(worlds::throng(30), 400, starts_as_written);
}

#[test]
fn backfill_starts_what_the_written_walk_starts_and_promises_what_it_promises() {
    // Without backfill in the run itself more is left for a walk to find.
    in_every(worlds::strict(14), 100, the_walk_is_as_written);
    in_every(worlds::crowded(12), 60, the_walk_is_as_written);
}
