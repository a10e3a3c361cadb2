//! Why devices stand idle, worked out afresh from the table of `design.md` §5, row by row, and compared with the engine's
//! causes: node by node at single instants, and summed over whole runs.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sim_core::cluster::{Cluster, JobState};
use sim_core::engine::Passes;
use sim_core::ids::JobId;
use sim_core::metrics::{Cause, Detail, Window};
use sim_core::reason::Reason;
use sim_core::scenario::{Backfill, Policy};
use sim_core::sched::idle;
use sim_core::units::{SEVENTHS, Span, Time};
use tests::watch::{Seen, Watch};
use tests::world::World;

use super::facts::Facts;
use super::walk::{Fits, choose, walk};
use super::{in_every, worlds};

/// Free devices by node and cause.
type Causes = BTreeMap<(usize, Cause), u32>;

/// The free devices, and what has been claimed of them.
struct Free {
    left: Vec<u32>,
    claimed: Causes,
}

impl Free {
    fn claim(&mut self, node: usize, devices: u32, cause: Cause) {
        if devices > 0 {
            self.left[node] -= devices;
            *self.claimed.entry((node, cause)).or_default() += devices;
        }
    }
}

/// The table. `looked`: when a pass last looked past blocked jobs, unless a device became free since.
fn table(policy: &Policy, cluster: &Cluster, now: Time, looked: Option<Time>) -> Causes {
    let facts = Facts { policy, cluster, now };
    let mut free = Free {
        left: cluster.nodes.free().gpus().to_vec(),
        claimed: Causes::new(),
    };
    let everywhere: Vec<usize> = (0..cluster.nodes.len()).collect();
    let promises = promises(policy, cluster, now);
    let seen = within_the_depth(policy, &facts);
    for record in &cluster.queue {
        let id = record.job();
        let job = &cluster.jobs[id];
        let request = &job.request;
        if facts.never_starts(request) {
            continue;
        }
        let mine: Vec<usize> = cluster.partitions[request.partition].nodes.iter().collect();
        let in_number: u32 = mine.iter().map(|&node| free.left[node]).sum();
        if let Some(takes) = choose(&free.left, &mine, request) {
            // Fits: held by a limit, or not yet looked at, or something ahead would be delayed.
            let cause = if let Some(limit) = facts.held(request) {
                Cause::Limit(limit)
            } else if looked.is_none_or(|looked| job.eligible > looked) || !seen.contains(&id) {
                Cause::NotYetLookedAt
            } else {
                Cause::KeptForJobAhead
            };
            takes
                .iter()
                .for_each(|&node| free.claim(node, request.gpus_per_node, cause));
        } else if in_number >= request.gpus() {
            // Enough in number, not placeable: as many as it needs, from the first node on.
            let mut wanted = request.gpus();
            for &node in &mine {
                let devices = wanted.min(free.left[node]);
                free.claim(node, devices, Cause::Fragments);
                wanted -= devices;
            }
        } else if let Some(takes) = choose(&free.left, &everywhere, request) {
            takes
                .iter()
                .for_each(|&node| free.claim(node, request.gpus_per_node, Cause::SetAside));
        } else {
            // Too few: all it may use.
            let promised = promises.get(&id);
            for &node in &mine {
                let kept = promised.is_some_and(|nodes| nodes.contains(&node));
                let cause = if kept {
                    Cause::KeptForJobAhead
                } else {
                    Cause::TooFewForNextJob
                };
                free.claim(node, free.left[node], cause);
            }
        }
    }
    for node in everywhere {
        free.claim(node, free.left[node], Cause::NoDemand);
    }
    free.claimed
}

/// The nodes that each pending job is promised.
fn promises(policy: &Policy, cluster: &Cluster, now: Time) -> BTreeMap<JobId, Vec<usize>> {
    match &policy.backfill {
        Backfill::Off => BTreeMap::new(),
        Backfill::Easy => cluster
            .queue
            .first()
            .map(|record| (record.job(), vec![0]))
            .into_iter()
            .collect(),
        Backfill::Slurm(slurm) => walk(policy, slurm, cluster, now, Fits::Planned)
            .promises
            .into_iter()
            .map(|(id, (_, nodes))| (id, nodes))
            .collect(),
    }
}

/// The jobs that backfill gets to: the first `bf_max_job_test` of those that reach the node test.
fn within_the_depth(policy: &Policy, facts: &Facts) -> Vec<JobId> {
    let depth = match &policy.backfill {
        Backfill::Slurm(slurm) => slurm.max_job_test as usize,
        Backfill::Off | Backfill::Easy => usize::MAX,
    };
    let before_the_test = |reason| {
        matches!(
            reason,
            Some(Reason::PartitionTimeLimit | Reason::JobArrayTaskLimit)
        )
    };
    facts
        .cluster
        .queue
        .iter()
        .map(|record| record.job())
        .filter(|&id| !before_the_test(facts.held(&facts.cluster.jobs[id].request)))
        .take(depth)
        .collect()
}

fn engines(policy: &Policy, cluster: &Cluster, now: Time, looked: Option<Time>) -> Causes {
    let mut causes = Causes::new();
    for claim in idle::claims(cluster, &policy.backfill, now, looked, &mut None) {
        *causes.entry((usize::from(claim.node), claim.cause)).or_default() += claim.devices;
    }
    causes
}

fn causes_follow_the_table(world: &World) -> Result<(), TestCaseError> {
    let policy = &world.scenario.policy;
    let mut watch = Watch::new(world.start(Passes::WhereNeeded, Detail::Summary));
    while let Some((now, _)) = watch.step() {
        let cluster = watch.run.cluster();
        for looked in [None, Some(now), Some(now - Span::mins(10))] {
            let causes = engines(policy, cluster, now, looked);
            prop_assert_eq!(
                &causes,
                &table(policy, cluster, now, looked),
                "{} {:?}",
                now,
                looked
            );
            prop_assert_eq!(causes.values().sum::<u32>(), cluster.nodes.free().total());
        }
    }
    Ok(())
}

#[test]
fn causes_follow_the_table_node_by_node_at_every_instant() {
    in_every(worlds::small(6), 700, causes_follow_the_table);
    in_every(worlds::crowded(6), 300, causes_follow_the_table);
    in_every(worlds::strict(6), 300, causes_follow_the_table);
    in_every(worlds::pool(6), 200, causes_follow_the_table);
}

/// With every pass forced, backfill looks at each multiple of its interval; so `looked` can be told from outside.
fn idle_time_sums_by_cause_and_node(world: &World) -> Result<(), TestCaseError> {
    let policy = &world.scenario.policy;
    let Backfill::Slurm(slurm) = &policy.backfill else {
        return Ok(());
    };
    let mut world = world.clone();
    world.window.from = Time::ZERO;
    let Window { to, .. } = world.window;
    let mut sums: BTreeMap<(u32, Cause), u64> = BTreeMap::new();
    let mut hold = |causes: &Causes, from: Time, until: Time| {
        for (&(node, cause), &devices) in causes {
            *sums.entry((node as u32, cause)).or_default() +=
                u64::from(devices) * u64::from(until.since(from).0);
        }
    };
    let mut watch = Watch::new(world.start(Passes::Forced, Detail::Timeline));
    let mut causes: Causes = watch
        .run
        .cluster()
        .nodes
        .free()
        .gpus()
        .iter()
        .enumerate()
        .map(|(n, &free)| ((n, Cause::NoDemand), free))
        .collect();
    let mut since = Time::ZERO;
    let mut looked = Some(Time::ZERO);
    let mut pending: Vec<bool> = vec![false; world.jobs.len()];
    while let Some((now, seen)) = watch.step() {
        let cluster = watch.run.cluster();
        let mut wrote = false;
        for one in &seen {
            wrote |= match one {
                Seen::Ends(_) => {
                    looked = None;
                    true
                }
                Seen::Starts(..) => true,
                Seen::Waits(id, reason) => reason.is_limit() || !pending[usize::from(*id)],
            };
        }
        for (was, job) in pending.iter_mut().zip(cluster.jobs.iter()) {
            *was = job.state == JobState::Pending;
        }
        if now.0.is_multiple_of(slurm.interval.0) {
            wrote |= looked.is_none();
            looked = Some(now);
        }
        if wrote {
            hold(&causes, since, now);
            since = now;
            causes = table(policy, cluster, now, looked);
        }
    }
    hold(&causes, since, to);
    sums.retain(|_, seconds| *seconds > 0);
    let report = watch.run.finish();
    let mut theirs: BTreeMap<(u32, Cause), u64> = BTreeMap::new();
    for span in report.timeline.expect("it was asked for").idle {
        *theirs.entry((span.node, span.cause)).or_default() += u64::from((span.to - span.from).0);
    }
    prop_assert_eq!(&theirs, &sums);
    let mut totals: BTreeMap<Cause, u64> = BTreeMap::new();
    for ((_, cause), seconds) in sums {
        *totals.entry(cause).or_default() += SEVENTHS * seconds;
    }
    let idle: BTreeMap<Cause, u64> = (report.idle.iter())
        .map(|(&cause, &amount)| (cause, amount))
        .filter(|&(_, amount)| amount > 0)
        .collect();
    prop_assert_eq!(idle, totals);
    Ok(())
}

#[test]
fn idle_time_sums_by_cause_and_node_over_whole_runs() {
    in_every(worlds::small(6), 300, idle_time_sums_by_cause_and_node);
    in_every(worlds::crowded(10), 300, idle_time_sums_by_cause_and_node);
}
