//! What holds at every instant of every run, and how the books must sum.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sim_core::cluster::{Cluster, JobState, TresIx, Who};
use sim_core::engine::Passes;
use sim_core::ids::{JobId, QosId, UserId};
use sim_core::metrics::{Detail, Window};
use sim_core::reason::Reason;
use sim_core::sched::limits;
use sim_core::units::{SEVENTHS, Time};
use sim_core::workload::Arrival;
use tests::watch::{Seen, Watch};
use tests::world::World;

use super::facts::Facts;
use super::{in_every, worlds};

type Holds = Result<(), TestCaseError>;

/// Lets a world run, and looks at it after every instant.
fn at_every_instant(
    world: &World,
    mut look: impl FnMut(Time, &[Seen], &Cluster) -> Holds,
) -> Result<sim_core::metrics::SeedReport, TestCaseError> {
    let mut watch = Watch::new(world.start(Passes::WhereNeeded, Detail::Timeline));
    let mut last = None;
    while let Some((now, seen)) = watch.step() {
        prop_assert!(
            last.is_none_or(|last| last < now),
            "time ran back from {:?} to {now}",
            last
        );
        last = Some(now);
        look(now, &seen, watch.run.cluster())?;
    }
    Ok(watch.run.finish())
}

#[test]
fn no_gpu_is_held_twice_and_every_gpu_is_held_or_free() {
    in_every(worlds::small(14), 600, |world| {
        at_every_instant(world, |_, _, cluster| {
            let mut held = vec![0; cluster.nodes.len()];
            for &(_, id) in &cluster.running {
                let job = &cluster.jobs[id];
                prop_assert_eq!(job.on.nodes().len(), job.request.nodes as usize);
                for &node in job.on.nodes() {
                    prop_assert!(
                        cluster.partitions[job.request.partition]
                            .nodes
                            .contains(usize::from(node))
                    );
                    held[usize::from(node)] += job.request.gpus_per_node;
                }
                prop_assert!(job.on.nodes().is_sorted_by(|a, b| a < b), "a node counts once");
            }
            for (node, held) in held.iter().enumerate() {
                prop_assert_eq!(
                    held + cluster.nodes.free().gpus()[node],
                    cluster.nodes.installed().gpus()[node]
                );
            }
            prop_assert_eq!(
                cluster.nodes.free().gpus().iter().sum::<u32>(),
                cluster.nodes.free().total()
            );
            Ok(())
        })
        .map(drop)
    });
}

#[test]
fn every_job_is_in_one_state_and_both_lists_are_in_order() {
    in_every(worlds::small(14), 300, |world| {
        at_every_instant(world, |now, _, cluster| {
            let listed = |state| {
                cluster
                    .jobs
                    .entries()
                    .filter(move |(_, job)| job.state == state)
                    .map(|(id, _)| id)
            };
            let mut pending: Vec<JobId> = cluster.queue.iter().map(|record| record.job()).collect();
            let mut running: Vec<JobId> = cluster.running.iter().map(|&(_, id)| id).collect();
            pending.sort();
            running.sort();
            prop_assert!(listed(JobState::Pending).eq(pending));
            prop_assert!(listed(JobState::Running).eq(running));
            prop_assert!(cluster.running.is_sorted());
            prop_assert!(cluster.running.iter().all(|&(end, _)| end > now));
            // Tier, priority, submission, id: worked out afresh.
            let rank = |id: JobId| {
                let job = &cluster.jobs[id];
                let tier = world.scenario.policy.partitions[usize::from(job.request.partition)].tier;
                (u32::MAX - tier, u32::MAX - job.priority, job.eligible, id)
            };
            prop_assert!(cluster.queue.is_sorted_by_key(|record| rank(record.job())));
            let unsettled = |reason| matches!(reason, Reason::None | Reason::Resources);
            let count = cluster
                .queue
                .iter()
                .filter(|record| unsettled(cluster.jobs[record.job()].reason))
                .count();
            prop_assert_eq!(count, cluster.unsettled.len());
            Ok(())
        })
        .map(drop)
    });
}

#[test]
fn nobody_starts_before_submission_or_runs_beyond_the_end() {
    in_every(worlds::small(14), 300, |world| {
        let mut ended: BTreeMap<JobId, Time> = BTreeMap::new();
        at_every_instant(world, |now, seen, cluster| {
            for one in seen {
                match one {
                    Seen::Ends(id) => {
                        let spec = &world.jobs[usize::from(*id)];
                        prop_assert_eq!(now, cluster.jobs[*id].started + spec.runtime);
                        prop_assert!(spec.runtime <= spec.request.limit);
                        ended.insert(*id, now);
                    }
                    Seen::Starts(id, _) => {
                        let job = &cluster.jobs[*id];
                        prop_assert_eq!(job.started, now);
                        prop_assert!(job.eligible <= now);
                        match world.jobs[usize::from(*id)].arrival {
                            Arrival::At(at) => prop_assert_eq!(job.eligible, at),
                            Arrival::After(before) => {
                                prop_assert_eq!(Some(&job.eligible), ended.get(&before))
                            }
                        }
                    }
                    Seen::Waits(..) => {}
                }
            }
            Ok(())
        })
        .map(drop)
    });
}

#[test]
fn the_sums_of_limits_are_those_of_the_running_jobs() {
    in_every(worlds::small(14), 300, |world| {
        let policy = &world.scenario.policy;
        at_every_instant(world, |now, _, cluster| {
            let facts = Facts { policy, cluster, now };
            for user in (0..world.people.len()).map(UserId::from) {
                for qos in (0..policy.qos.len()).map(QosId::from) {
                    let ledgers = &cluster.ledgers;
                    let held = ledgers.held(Who::User(qos, user), TresIx::GPU);
                    prop_assert!(held.is_none_or(|held| held == u64::from(facts.gpus_of_user(qos, user))));
                    let left = ledgers.left(Who::User(qos, user), TresIx::GPU);
                    prop_assert!(left.is_none_or(|left| left == facts.left_of_user(qos, user)));
                    let left = ledgers.left(Who::Qos(qos), TresIx::GPU);
                    prop_assert!(left.is_none_or(|left| left == facts.left_in_qos(qos)));
                }
            }
            for job in cluster.jobs.iter() {
                let request = &job.request;
                let left = |assoc| cluster.ledgers.left(Who::Assoc(assoc), TresIx::GPU);
                let own = facts.left_of_association(request.user);
                prop_assert!(left(job.assoc).is_none_or(|left| left == own));
                let account = facts.left_of_account(request);
                prop_assert!(left(cluster.tree.account(request.account)).is_none_or(|left| left == account));
                // And so are the verdicts made of them, on everybody, submitted or not.
                prop_assert_eq!(
                    limits::verdict(cluster, job, request.partition).reason(),
                    facts.held(request)
                );
                prop_assert_eq!(
                    limits::forbidden(cluster, job, request.partition),
                    facts.never_starts(request)
                );
                if let Some((array, throttle)) = request.array {
                    prop_assert!(facts.tasks_of(array) <= throttle);
                }
            }
            Ok(())
        })
        .map(drop)
    });
}

#[test]
fn every_start_has_the_consent_of_every_limit() {
    in_every(worlds::small(14), 600, |world| {
        let policy = &world.scenario.policy;
        at_every_instant(world, |now, seen, cluster| {
            let started: Vec<JobId> = seen
                .iter()
                .filter_map(|one| match one {
                    Seen::Starts(id, _) => Some(*id),
                    Seen::Ends(_) | Seen::Waits(..) => None,
                })
                .collect();
            // Some order of this instant's starts must have had every limit's consent: take away, one at a time, a job
            // that could have been the last.
            let mut before = cluster.clone();
            let mut left = started;
            while !left.is_empty() {
                let last = left.iter().position(|&id| {
                    let mut without = before.clone();
                    without.running.retain(|&(_, other)| other != id);
                    let facts = Facts {
                        policy,
                        cluster: &without,
                        now,
                    };
                    facts.held(&before.jobs[id].request).is_none()
                });
                prop_assert!(
                    last.is_some(),
                    "{now}: none of {left:?} could be the last to start"
                );
                let id = left.remove(last.unwrap());
                before.running.retain(|&(_, other)| other != id);
            }
            Ok(())
        })
        .map(drop)
    });
}

#[test]
fn without_backfill_starts_follow_the_queue_within_a_partition() {
    in_every(worlds::strict(14), 600, |world| {
        let policy = &world.scenario.policy;
        at_every_instant(world, |now, seen, cluster| {
            let facts = Facts { policy, cluster, now };
            for one in seen {
                let Seen::Starts(started, _) = one else { continue };
                let job = &cluster.jobs[*started];
                for record in &cluster.queue {
                    let id = record.job();
                    let waits = &cluster.jobs[id];
                    let ahead = (u32::MAX - waits.priority, waits.eligible, id)
                        < (u32::MAX - job.priority, job.eligible, *started);
                    if ahead && waits.request.partition == job.request.partition {
                        prop_assert!(
                            facts.held(&waits.request).is_some(),
                            "{now}: {id} was passed by {started}"
                        );
                        prop_assert!(waits.reason.is_limit());
                    }
                }
            }
            Ok(())
        })
        .map(drop)
    });
}

#[test]
fn capacity_and_waiting_sum_exactly_over_all_and_for_each_job() {
    in_every(worlds::small(14), 600, |world| {
        let window = world.window;
        let mut waiting: BTreeMap<Reason, u64> = BTreeMap::new();
        let mut busy = 0;
        let mut before: Option<(Time, Cluster)> = None;
        let mut count = |from: Time, to: Time, cluster: &Cluster| {
            for job in cluster.jobs.iter() {
                match job.state {
                    JobState::Pending if window.contains(job.eligible) => {
                        *waiting.entry(job.reason).or_default() += u64::from(to.since(from).0);
                    }
                    JobState::Running => {
                        busy += SEVENTHS * u64::from(job.request.gpus()) * window.overlap(from, to);
                    }
                    JobState::Pending
                    | JobState::NotEligible
                    | JobState::Future
                    | JobState::Completing
                    | JobState::Ended => {}
                }
            }
        };
        let report = at_every_instant(world, |now, _, cluster| {
            if let Some((since, cluster)) = before.replace((now, cluster.clone())) {
                count(since, now, &cluster);
            }
            Ok(())
        })?;
        if let Some((since, cluster)) = before {
            count(since, window.to, &cluster);
        }
        waiting.retain(|_, seconds| *seconds > 0);
        let idle: u64 = report.idle.values().sum();
        prop_assert_eq!(
            report.capacity,
            report.busy.total() + idle + report.lost_to_the_cut
        );
        prop_assert_eq!(report.busy.total(), busy);
        prop_assert!(report.waiting.iter().eq(&waiting));
        prop_assert_eq!(report.wait_total, waiting.values().sum::<u64>());
        let timeline = report.timeline.expect("it was asked for");
        let Window { to, .. } = window;
        let by_job: u64 = timeline
            .jobs
            .iter()
            .filter(|line| window.contains(line.asked))
            .map(|line| u64::from(line.started.unwrap_or(to).since(line.asked).0))
            .sum();
        prop_assert_eq!(report.wait_total, by_job);
        Ok(())
    });
}

#[test]
fn who_has_which_number_changes_nothing() {
    // People of one account change numbers with one another; account 1 has the even ones, account 2 the odd ones.
    in_every(worlds::small(14), 300, |world| {
        let mut renamed = world.clone();
        let people = world.people.len() as u32;
        let other = |user: u32| {
            let of_account = people.div_ceil(2) - u32::from(user % 2 == 1 && people % 2 == 1);
            2 * (of_account - 1 - user / 2) + user % 2
        };
        for job in &mut renamed.jobs {
            job.request.user = UserId(other(job.request.user.0));
        }
        let digest = |world: &World| world.report(Passes::WhereNeeded, Detail::Summary).digest;
        prop_assert_eq!(digest(world), digest(&renamed));
        Ok(())
    });
}
