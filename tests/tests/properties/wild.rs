//! What holds in wild worlds, where every feature meets every other: devices, states, places and sums; and that a pass
//! which is not run would have changed nothing. The consent of limits has its own file.

use std::cmp::Reverse;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use sim_core::cluster::{Allocation, Cluster, Ending, Job, JobState, Record, nodes_of};
use sim_core::engine::{By, Happened, Passes, Run};
use sim_core::ids::{JobId, KindId, NodeId, PartitionId};
use sim_core::metrics::{Detail, SeedReport};
use sim_core::reason::Reason;
use sim_core::scenario::{PartitionState, PreemptBy, PreemptMode, Repeats, ReservationSpec};
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, Dependency};
use tests::world::World;

use super::passes::same;
use super::{in_every, worlds};

pub type Holds = Result<(), TestCaseError>;

/// Lets a world run and looks at it after every instant, with what happened then, in order.
pub fn at_every_instant(
    world: &World,
    mut look: impl FnMut(Time, &[(Time, Happened)], &Run) -> Holds,
) -> Result<SeedReport, TestCaseError> {
    let mut run = world.start(Passes::WhereNeeded, Detail::Timeline);
    run.keep_log();
    let mut told = 0;
    let mut last = None;
    while run.advance(1) < 1.0 {
        let now = run.now();
        prop_assert!(last.is_none_or(|last| last <= now), "time ran back to {now}");
        last = Some(now);
        let happened = &run.log().entries()[told..];
        prop_assert!(happened.iter().all(|(at, _)| *at == now));
        look(now, happened, &run)?;
        told = run.log().entries().len();
    }
    Ok(run.finish())
}

pub fn in_wild_worlds(jobs: usize, count: u32, holds: impl Fn(&World) -> Holds + Send) {
    on_a_large_stack(|| in_every(worlds::wild(jobs), count, holds));
}

/// The generator is deep, and its values want a large stack where nothing is optimised.
pub fn on_a_large_stack(run: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        let joined = thread.spawn_scoped(scope, run).expect("a thread").join();
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

#[test]
fn no_device_is_held_twice_and_every_one_is_held_or_free() {
    in_wild_worlds(14, 400, |world| {
        at_every_instant(world, |_, _, run| devices(run.cluster())).map(drop)
    });
}

fn devices(cluster: &Cluster) -> Holds {
    let kinds = cluster.nodes.kinds().len();
    let (free, installed) = (cluster.nodes.free(), cluster.nodes.installed());
    for node in 0..cluster.nodes.len() {
        let here: Vec<&Job> = cluster
            .running
            .iter()
            .map(|&(_, id)| &cluster.jobs[id])
            .filter(|job| job.on.nodes().contains(&NodeId::from(node)))
            .collect();
        prop_assert_eq!(free.jobs(node), here.len() as u32);
        prop_assert!(
            here.len() == 1 || here.iter().all(|job| !job.request.exclusive),
            "whole nodes are for one job"
        );
        let of_node = |on: &Allocation, job: &Job| -> Vec<u32> {
            let mut all = on.devices_by_node(&job.request, kinds);
            all.find(|(at, _)| usize::from(*at) == node)
                .expect("it is here")
                .1
        };
        let mut held = vec![0; kinds];
        for job in &here {
            let devices = of_node(&job.on, job);
            let wanted = match job.request.kind {
                Some(kind) => devices[usize::from(kind)],
                None => devices.iter().sum(),
            };
            prop_assert!(wanted >= job.request.gpus_per_node);
            if !job.request.exclusive {
                prop_assert_eq!(devices.iter().sum::<u32>(), job.request.gpus_per_node);
            }
            held.iter_mut().zip(devices).for_each(|(sum, more)| *sum += more);
        }
        for (kind, held) in held.iter().enumerate() {
            let kind = KindId::from(kind);
            prop_assert_eq!(held + free.of_kind(node, kind), installed.of_kind(node, kind));
        }
        if free.counts_cpus()
            && installed.cpus(node) < u32::MAX
            && here.iter().all(|job| !job.request.exclusive)
        {
            let cpus: u32 = here.iter().map(|job| job.request.cpus_per_node).sum();
            prop_assert_eq!(cpus + free.cpus(node), installed.cpus(node));
        }
    }
    prop_assert_eq!(free.gpus().iter().sum::<u32>(), free.total());
    Ok(())
}

#[test]
fn every_job_is_in_one_state_and_has_a_place_in_each_of_its_partitions() {
    in_wild_worlds(14, 300, |world| {
        at_every_instant(world, |now, _, run| {
            states(now, run.cluster())?;
            order(world, run.cluster())
        })
        .map(drop)
    });
}

/// Of two neighbours in the queue the first stands first: it could push the other off, or else has a reservation, a
/// higher tier, a higher priority, an earlier submission, a lower id. Those further apart need not agree.
fn order(world: &World, cluster: &Cluster) -> Holds {
    let policy = &world.scenario.policy;
    let pushes = |own: &Record, other: &Record| {
        let (job, its) = (&cluster.jobs[own.job()], &cluster.jobs[other.job()]);
        let (from, to) = (
            &cluster.partitions[own.partition],
            &cluster.partitions[other.partition],
        );
        let qos = &policy.qos[usize::from(job.request.qos)];
        match policy.preemption.by {
            PreemptBy::None => false,
            PreemptBy::PartitionPrio => from.tier > to.tier && from.nodes.meets(&to.nodes),
            PreemptBy::Qos if job.request.qos == its.request.qos => {
                (policy.preemption.within || qos.preempt_within) && job.priority > its.priority
            }
            PreemptBy::Qos => {
                let other = &policy.qos[usize::from(its.request.qos)];
                qos.preempt.contains(&other.name)
            }
        }
    };
    let rank = |record: &Record| {
        let job = &cluster.jobs[record.job()];
        (
            job.request.reservation.is_none(),
            Reverse(cluster.partitions[record.partition].tier),
            record.key.priority,
            job.submitted,
            record.job(),
            record.partition,
        )
    };
    for pair in cluster.queue.windows(2) {
        let (one, other) = (&pair[0], &pair[1]);
        let first = pushes(one, other) || !pushes(other, one) && rank(one) < rank(other);
        prop_assert!(first, "{one:?} stands before {other:?}");
    }
    Ok(())
}

fn states(now: Time, cluster: &Cluster) -> Holds {
    let mut places: Vec<(JobId, PartitionId)> =
        cluster.queue.iter().map(|r| (r.job(), r.partition)).collect();
    places.sort();
    let mut expected: Vec<(JobId, PartitionId)> = cluster
        .jobs
        .entries()
        .filter(|(_, job)| job.state == JobState::Pending)
        .flat_map(|(id, job)| job.request.partitions().map(move |partition| (id, partition)))
        .collect();
    expected.sort();
    prop_assert_eq!(places, expected);
    let mut running: Vec<JobId> = cluster.running.iter().map(|&(_, id)| id).collect();
    running.sort();
    let on_nodes = cluster
        .jobs
        .entries()
        .filter(|(_, job)| matches!(job.state, JobState::Running | JobState::Completing))
        .map(|(id, _)| id);
    prop_assert!(on_nodes.eq(running));
    prop_assert!(cluster.running.is_sorted());
    let unsettled = |id: JobId| matches!(cluster.jobs[id].reason, Reason::None | Reason::Resources);
    let count = cluster
        .queue
        .iter()
        .filter(|record| unsettled(record.job()))
        .count();
    prop_assert_eq!(count, cluster.unsettled.len());
    for job in cluster.jobs.iter() {
        prop_assert!(job.submitted <= now && job.eligible <= now && job.started <= now);
        if job.state == JobState::Running {
            prop_assert_eq!(job.reason, Reason::None);
        } else if job.state != JobState::Completing {
            prop_assert!(job.on.nodes().is_empty());
        }
    }
    Ok(())
}

#[test]
fn nobody_starts_where_or_when_it_may_not() {
    in_wild_worlds(14, 600, |world| {
        let mut down: Vec<bool> = Vec::new();
        let mut ended: Vec<Option<bool>> = vec![None; world.jobs.len()];
        let mut requeued: Vec<Option<Time>> = vec![None; world.jobs.len()];
        at_every_instant(world, |now, happened, run| {
            let cluster = run.cluster();
            down.clear();
            down.resize(cluster.nodes.len(), false);
            for outage in &world.scenario.cluster.outages {
                let (from, to) = (
                    Time::ZERO + outage.start,
                    Time::ZERO + outage.start + outage.duration,
                );
                for node in nodes_of(&world.scenario.cluster, &outage.nodes).iter() {
                    // Where outages overlap, the end of the first ends both.
                    down[node] |= from <= now && now < to && !cluster.nodes.up().contains(node);
                }
            }
            for (_, what) in happened {
                match what {
                    Happened::Started {
                        job,
                        partition,
                        nodes,
                        ..
                    } => {
                        started(world, *job, *partition, nodes, &down, now)?;
                        in_time(world, *job, &ended, requeued[usize::from(*job)], now)?;
                    }
                    Happened::Ended(job, Ending::Requeued) => {
                        requeued[usize::from(*job)] = Some(now);
                    }
                    Happened::Ended(job, how) => {
                        ended[usize::from(*job)] = Some(*how == Ending::Completed);
                    }
                    Happened::Refused(job, _) => ended[usize::from(*job)] = Some(false),
                    Happened::Preempted { .. } => {}
                }
            }
            Ok(())
        })
        .map(drop)
    });
}

fn started(
    world: &World,
    id: JobId,
    partition: PartitionId,
    nodes: &[NodeId],
    down: &[bool],
    now: Time,
) -> Holds {
    let request = &world.jobs[usize::from(id)].request;
    let policy = &world.scenario.policy;
    let spec = &policy.partitions[usize::from(partition)];
    prop_assert!(request.partitions().any(|other| other == partition));
    prop_assert_eq!(nodes.len(), request.nodes as usize);
    prop_assert!(nodes.is_sorted_by(|a, b| a < b), "a node counts once");
    let may = nodes_of(&world.scenario.cluster, &spec.nodes);
    prop_assert!(nodes.iter().all(|&node| may.contains(usize::from(node))));
    prop_assert!(
        nodes.iter().all(|&node| !down[usize::from(node)]),
        "{id} starts on a node that is down"
    );
    prop_assert!(matches!(spec.state, PartitionState::Up | PartitionState::Drain));
    prop_assert!(request.nodes >= spec.min_nodes && spec.max_nodes.is_none_or(|most| request.nodes <= most));
    let qos = &policy.qos[usize::from(request.qos)];
    prop_assert!(qos.partition_time_limit || request.limit <= spec.max_time);
    prop_assert!(spec.allow_qos.is_empty() || spec.allow_qos.contains(&qos.name));
    prop_assert!(!spec.allow_qos.is_empty() || !spec.deny_qos.contains(&qos.name));
    let accounts = &policy.associations.accounts;
    let named_above = |names: &[String]| {
        let mut at = request.account.0 as usize;
        loop {
            let (name, parent) = match at {
                0 => ("root", None),
                n => (accounts[n - 1].name.as_str(), Some(&accounts[n - 1].parent)),
            };
            if names.iter().any(|other| other == name) {
                return true;
            }
            at = match parent {
                None => return false,
                Some(None) => 0,
                Some(Some(parent)) => {
                    1 + accounts
                        .iter()
                        .position(|a| a.name == *parent)
                        .expect("the parent is there")
                }
            };
        }
    };
    prop_assert!(spec.allow_accounts.is_empty() || named_above(&spec.allow_accounts));
    prop_assert!(!spec.allow_accounts.is_empty() || !named_above(&spec.deny_accounts));
    let finish = now + request.limit;
    for (index, reservation) in policy.reservations.iter().enumerate() {
        let held = nodes_of(&world.scenario.cluster, &reservation.nodes);
        let own = request.reservation == Some(sim_core::ids::ReservationId::from(index));
        let meant_for = reservation.people.contains(&request.user.0) || named_above(&reservation.accounts);
        if own {
            prop_assert!(
                reservation.flex
                    || (nodes.iter().all(|&node| held.contains(usize::from(node)))
                        && times(reservation).any(|(from, to)| from <= now && now < to)),
                "{id} starts outside its reservation"
            );
        }
        let magnetic = request.reservation.is_none() && reservation.magnetic && meant_for;
        if own || magnetic || now < Time::ZERO + reservation.announced {
            continue;
        }
        let touches = nodes.iter().any(|&node| held.contains(usize::from(node)));
        prop_assert!(
            !touches || times(reservation).all(|(from, to)| finish <= from || to <= now),
            "{id} runs into somebody else's reservation at {now}"
        );
    }
    Ok(())
}

/// When it is, in the first two weeks.
fn times(reservation: &ReservationSpec) -> impl Iterator<Item = (Time, Time)> {
    let spec = reservation.clone();
    (0..14u32)
        .filter(move |day| match spec.repeats {
            Repeats::Never => *day == 0,
            Repeats::Daily => true,
            Repeats::Weekdays => (spec.start.0 / 86_400 + day) % 7 < 5,
            Repeats::Weekly => day % 7 == 0,
            Repeats::EveryWeeks(n) => day % (7 * n) == 0,
        })
        .map(move |day| {
            let from = Time::ZERO + spec.start + Span::days(day);
            (from, from + spec.duration)
        })
}

/// It has come, its time has come, and what it waits for is over; `ended`: who is gone, and whether well.
fn in_time(world: &World, id: JobId, ended: &[Option<bool>], requeued: Option<Time>, now: Time) -> Holds {
    let spec = &world.jobs[usize::from(id)];
    match spec.arrival {
        Arrival::At(at) => prop_assert!(at <= now),
        Arrival::After(before) => prop_assert!(ended[usize::from(before)].is_some()),
    }
    if let Some(at) = requeued {
        prop_assert!(at + world.scenario.policy.preemption.requeue_delay <= now);
    }
    prop_assert!(spec.begin.is_none_or(|begin| begin <= now));
    for after in &spec.after {
        let on = usize::from(after.on());
        let over = match after {
            Dependency::AfterAny(_) => ended[on].is_some(),
            Dependency::AfterOk(_) => ended[on] == Some(true),
        };
        prop_assert!(over, "{id} does not wait for {}", after.on());
    }
    Ok(())
}

#[test]
fn nobody_runs_longer_than_it_may_and_only_those_who_may_be_are_pushed_off() {
    in_wild_worlds(14, 400, |world| {
        let policy = &world.scenario.policy;
        let scan = match &policy.passes {
            sim_core::scenario::PassRhythm::Slurm(passes) => passes.kill_scan,
            _ => Span::ZERO,
        };
        at_every_instant(world, |now, happened, run| {
            for (_, what) in happened {
                match what {
                    Happened::Ended(id, how) => {
                        let job = &run.cluster().jobs[*id];
                        let limit = (job.started + job.request.limit).ceil_to(scan);
                        prop_assert!(now <= limit);
                        if *how == Ending::Completed {
                            let spec = &world.jobs[usize::from(*id)];
                            let goes_on = spec.saving.on() && job.runs > 1;
                            prop_assert!(now == job.started + spec.runtime || goes_on);
                        }
                    }
                    Happened::Preempted { job, by } => {
                        let (victim, by) = (&run.cluster().jobs[*job], &run.cluster().jobs[*by]);
                        let tier = |p: PartitionId| policy.partitions[usize::from(p)].tier;
                        let name = |job: &Job| &policy.qos[usize::from(job.request.qos)];
                        let mode = match policy.preemption.by {
                            PreemptBy::None => None,
                            PreemptBy::PartitionPrio => {
                                prop_assert!(
                                    by.request.partitions().any(|p| tier(p) > tier(victim.partition))
                                );
                                let of = &policy.partitions[usize::from(victim.partition)];
                                Some(of.preempt_mode.unwrap_or(policy.preemption.mode))
                            }
                            PreemptBy::Qos => {
                                let within = (policy.preemption.within || name(by).preempt_within)
                                    && name(by).name == name(victim).name;
                                prop_assert!(within || name(by).preempt.contains(&name(victim).name));
                                let own = name(victim).preempt_mode.filter(|m| *m != PreemptMode::Off);
                                Some(own.unwrap_or(policy.preemption.mode))
                            }
                        };
                        prop_assert!(mode.is_some_and(|mode| mode != PreemptMode::Off));
                        let own = name(victim).preempt_exempt_time;
                        prop_assert!(victim.started + own.unwrap_or(policy.preemption.exempt_time) <= now);
                    }
                    Happened::Started { .. } | Happened::Refused(..) => {}
                }
            }
            Ok(())
        })
        .map(drop)
    });
}

#[test]
fn capacity_and_waiting_sum_exactly() {
    in_wild_worlds(14, 400, |world| {
        let report = world.report(Passes::WhereNeeded, Detail::Summary);
        let idle: u64 = report.idle.values().sum();
        prop_assert_eq!(
            report.capacity,
            report.busy.total() + idle + report.lost_to_the_cut
        );
        prop_assert_eq!(report.wait_total, report.waiting.values().sum::<u64>());
        Ok(())
    });
}

#[test]
fn the_same_wild_world_gives_the_same_records_again() {
    in_wild_worlds(14, 100, |world| {
        let again = world.clone().report(Passes::WhereNeeded, Detail::Timeline);
        same(&world.report(Passes::WhereNeeded, Detail::Timeline), &again)
    });
}

#[test]
fn passes_that_are_left_out_would_have_changed_nothing_in_wild_worlds() {
    in_wild_worlds(12, 1_000, |world| {
        let (needed, ours, reasons) = followed(world, Passes::WhereNeeded);
        let (forced, all, reasons_of_all) = followed(world, Passes::Forced);
        prop_assert_eq!(ours, all);
        prop_assert_eq!(reasons, reasons_of_all);
        same(&needed, &forced)
    });
}

/// What happened, and when a pending job had another reason than before.
pub type Story = (SeedReport, Vec<(Time, Happened)>, Vec<(Time, JobId, Reason)>);

pub fn followed(world: &World, passes: Passes) -> Story {
    let mut run = world.start(passes, Detail::Timeline);
    run.keep_log();
    let mut last: Vec<Option<Reason>> = vec![None; world.jobs.len()];
    let mut reasons = Vec::new();
    while run.advance(1) < 1.0 {
        for ((id, job), last) in run.cluster().jobs.entries().zip(&mut last) {
            let reason = (job.state == JobState::Pending).then_some(job.reason);
            if *last != reason {
                *last = reason;
                reasons.extend(reason.map(|reason| (run.now(), id, reason)));
            }
        }
    }
    let entries = run.log().entries().to_vec();
    (run.finish(), entries, reasons)
}

#[test]
fn wild_worlds_are_wild() {
    let seen = std::sync::Mutex::new(std::collections::BTreeMap::<&str, u32>::new());
    in_wild_worlds(14, 400, |world| {
        at_every_instant(world, |_, happened, run| {
            let mut seen = seen.lock().expect("one thread counts");
            let mut count = |what| *seen.entry(what).or_default() += 1;
            for (_, what) in happened {
                match what {
                    Happened::Started {
                        job, partition, by, ..
                    } => {
                        let request = &world.jobs[usize::from(*job)].request;
                        count(match by {
                            By::Main => "started by the main pass",
                            By::Backfill => "started by backfill",
                        });
                        if *partition != request.partition {
                            count("started in another partition");
                        }
                        if request.exclusive {
                            count("given whole nodes");
                        }
                        if request.reservation.is_some() {
                            count("started in a reservation");
                        }
                        if run.cluster().jobs[*job].runs > 1 {
                            count("started again");
                        }
                    }
                    Happened::Refused(..) => count("refused"),
                    Happened::Preempted { .. }
                        if world.scenario.policy.preemption.exempt_time > Span::ZERO =>
                    {
                        count("pushed off after an exempt time");
                    }
                    Happened::Preempted { .. } => count("pushed off"),
                    Happened::Ended(_, how) => count(match how {
                        Ending::Completed => "completed",
                        Ending::Timeout => "timed out",
                        Ending::Preempted => "preempted",
                        Ending::Requeued => "requeued",
                        Ending::NodeFail => "lost with a node",
                    }),
                }
            }
            for record in &run.cluster().queue {
                match run.cluster().jobs[record.job()].reason {
                    Reason::ReqNodeNotAvail(_) => count("kept out by a reservation"),
                    Reason::Limit(_) => count("held by a limit"),
                    _ => {}
                }
            }
            Ok(())
        })
        .map(drop)
    });
    let seen = seen.into_inner().expect("one thread counts");
    assert_eq!(seen.len(), 16, "something never happens: {seen:?}");
    assert!(
        seen.values().all(|&times| times >= 5),
        "something is too rare: {seen:?}"
    );
}
