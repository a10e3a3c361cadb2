//! The one place where the command meets the engine: an experiment in, an observation out.
//!
//! [`submission`] passes a request on, [`Watch`] reads what happened, and the modules below read what `sshare`, `sprio` and
//! `scontrol show assoc_mgr` would show. What the engine cannot do is told, never left out in silence.

mod amounts;
mod priorities;
mod samples;
mod shares;

use std::collections::BTreeSet;

use sim_core::cluster::{Cluster, Ending, Job, JobState, NodeSet, Nodes, Tree, TresIx};
use sim_core::engine::{self, Change, JobChange, Passes, Run};
use sim_core::ids::{IntentId, JobId, KindId, PartitionSet, Table};
use sim_core::metrics::{Detail, Window};
use sim_core::reason::Reason;
use sim_core::scenario::{Checked, PreemptMode};
use sim_core::sched::limits;
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, Class, Demand, Dependency, JobSpec, Request, Saving, Worth};

use super::experiment::{self as act, Asked, Experiment, NodesAre};
use super::observed::Observed;
use super::record::{By, End, Happened, Recorder, Standing, Started};
use priorities::Priorities;
use samples::Samples;

/// Runs the experiment, or tells what the engine cannot do of it.
pub fn replay(experiment: &Experiment) -> Result<Observed, Vec<String>> {
    let missing = missing(experiment);
    if !missing.is_empty() {
        return Err(missing);
    }
    let checked = experiment.scenario.clone().check();
    let (scenario, _) =
        checked.map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let mut recorder = Recorder::new(experiment);
    let mut watch = Watch::new(experiment, &scenario, &mut recorder);
    let mut samples = Samples::new(experiment);
    loop {
        // What is seen before the next instant is what this one left.
        let next = watch.run.next_instant();
        samples.take_before(
            next.map_or(f64::INFINITY, |next| experiment.seconds(next)),
            &watch,
        );
        if !watch.step(&mut recorder) {
            break;
        }
    }
    let mut ours = recorder.finish();
    samples.put_into(&mut ours);
    Ok(ours)
}

/// What the experiment needs and the engine has not.
fn missing(experiment: &Experiment) -> Vec<String> {
    let several = |asked: &Asked| asked.devices_per_node.len() > 1;
    [(
        experiment.jobs.iter().any(several),
        "jobs that ask for several types of device at once",
    )]
    .into_iter()
    .filter(|(needed, _)| *needed)
    .map(|(_, what)| format!("not supported yet: {what}"))
    .collect()
}

/// A job as the engine takes it; `places` tells where the jobs it waits for have got to.
fn submission(
    index: usize,
    asked: &Asked,
    kinds: &[String],
    places: &[JobId],
    default_limit: impl Fn(&Asked) -> Span,
) -> JobSpec {
    let mut also = PartitionSet::empty();
    asked.partitions[1..]
        .iter()
        .for_each(|&partition| also.insert(partition));
    let kind = asked
        .devices_per_node
        .iter()
        .find_map(|devices| devices.kind.as_ref());
    let after = asked.after.iter().map(|after| {
        let on = places[after.job];
        if after.completed {
            Dependency::AfterOk(on)
        } else {
            Dependency::AfterAny(on)
        }
    });
    JobSpec {
        intent: IntentId::from(index),
        segment: 0,
        arrival: Arrival::At(asked.submitted),
        after: after.collect(),
        begin: (asked.eligible > asked.submitted).then_some(asked.eligible),
        request: Request {
            user: asked.user,
            account: asked.account,
            partition: asked.partitions[0],
            also,
            qos: asked.qos,
            nodes: asked.nodes,
            gpus_per_node: asked.devices_per_node.iter().map(|devices| devices.count).sum(),
            kind: kind
                .and_then(|kind| kinds.iter().position(|other| other == kind))
                .map(KindId::from),
            cpus_per_node: asked.cpus_per_node,
            limit: asked.limit.unwrap_or_else(|| default_limit(asked)),
            array: None,
            exclusive: asked.exclusive,
            nice: i32::try_from(asked.nice).unwrap_or(i32::MAX),
            requeue: true,
            reservation: None,
        },
        runtime: asked.run_time,
        restart: Span::ZERO,
        saving: Saving::default(),
        worth: Worth::Result,
        idle_per_mille: 0,
        pause: Span::ZERO,
        freed: Span::ZERO,
        class: Class::Train,
        last: true,
    }
}

/// Follows a run instant by instant.
struct Watch<'a> {
    experiment: &'a Experiment,
    run: Run,
    /// Entries of the log that have been passed on.
    read: usize,
    /// Position in the experiment of each job of the engine: those refused at the door never get there.
    jobs: Vec<usize>,
    /// Jobs that were pushed off since their last start.
    pushed_off: BTreeSet<JobId>,
    priorities: Priorities,
}

impl<'a> Watch<'a> {
    fn new(experiment: &'a Experiment, scenario: &Checked, recorder: &mut Recorder<'_>) -> Watch<'a> {
        let mut specs: Table<JobId, JobSpec> = Table::default();
        let nodes = Nodes::new(&scenario.scenario().cluster);
        let kinds: Vec<String> = nodes.kinds().iter().map(|kind| kind.name.clone()).collect();
        let policy = &scenario.scenario().policy;
        let accounts = scenario.scenario().workload.accounts as usize;
        let tree = Tree::new(policy, &experiment.people, accounts);
        let default_limit = |asked: &Asked| {
            let assoc = tree.leaf(asked.user, asked.account);
            limits::default_limit(policy, &tree, asked.qos, assoc, asked.partitions[0])
        };
        // Numbers of jobs in the engine, which never sees those refused at the door.
        let mut places = Vec::new();
        let mut next = 0;
        for asked in &experiment.jobs {
            places.push(JobId::from(next));
            next += usize::from(asked.refused.is_none());
        }
        let mut jobs = Vec::new();
        for (index, asked) in experiment.jobs.iter().enumerate() {
            match &asked.refused {
                Some(told) => recorder.happened(
                    asked.submitted,
                    Happened::Refused {
                        job: index,
                        told: told.clone(),
                    },
                ),
                None => {
                    let mut spec = submission(index, asked, &kinds, &places, default_limit);
                    spec.request.requeue = experiment.requeues;
                    specs.push(spec);
                    jobs.push(index);
                }
            }
        }
        let demand = Demand {
            people: experiment.people.iter().cloned().collect(),
            intents: Table::default(),
            ..Demand::default()
        };
        let window = Window {
            from: Time::ZERO,
            to: experiment.until,
        };
        let mut run = Run::of(
            scenario,
            0,
            &demand,
            specs,
            window,
            Detail::Summary,
            Passes::WhereNeeded,
        );
        run.keep_log();
        run.tick_only_at(experiment.ticks.clone());
        for action in &experiment.actions {
            let what = change(&action.change, &places, &experiment.jobs, &tree, nodes.len());
            if let Some(what) = what {
                run.change_at(action.at, what);
            }
        }
        Watch {
            experiment,
            run,
            read: 0,
            jobs,
            pushed_off: BTreeSet::new(),
            priorities: Priorities::default(),
        }
    }

    /// Whether an administrator queues a job again at this instant.
    fn is_told_to_go(&self, job: usize, at: Time) -> bool {
        let mut actions = self.experiment.actions.iter().filter(|action| action.at == at);
        let requeue = |what: &act::Change| matches!(what, act::Change::Job(other, JobChange::Requeue { .. }) if *other == job);
        actions.any(|action| requeue(&action.change))
    }

    /// Lets one instant pass and writes it down; whether there was one.
    fn step(&mut self, recorder: &mut Recorder<'_>) -> bool {
        if self.run.advance(1) >= 1.0 {
            return false;
        }
        self.priorities.update(&self.run);
        let cluster = self.run.cluster();
        let place = |id: JobId| self.jobs[usize::from(id)];
        for (at, entry) in &self.run.log().entries()[self.read..] {
            let what = match entry {
                engine::Happened::Refused(id, refusal) => Happened::Refused {
                    job: place(*id),
                    told: refusal.to_string(),
                },
                engine::Happened::Started {
                    job,
                    by,
                    partition,
                    nodes,
                } => Happened::Started(Started {
                    job: place(*job),
                    by: match by {
                        engine::By::Main => By::Main,
                        engine::By::Backfill => By::Backfill,
                    },
                    nodes: nodes.iter().map(|&node| usize::from(node)).collect(),
                    partition: usize::from(*partition),
                    tres: tres(cluster, &cluster.jobs[*job]),
                    limit_min: cluster.jobs[*job].request.limit.mins_up(),
                }),
                engine::Happened::Preempted { job, by } => Happened::Preempted {
                    job: place(*job),
                    requeued: cluster.preempt.mode(&cluster.jobs[*job]) == PreemptMode::Requeue,
                    sake: Some(place(*by)),
                },
                engine::Happened::Ended(id, how) => Happened::Ended {
                    job: place(*id),
                    how: match how {
                        Ending::Completed => End::Completed,
                        Ending::Timeout => End::Timeout,
                        Ending::NodeFail => End::NodeFail,
                        Ending::Preempted | Ending::Requeued if self.pushed_off.contains(id) => {
                            End::Preempted
                        }
                        Ending::Preempted => End::Cancelled,
                        Ending::Requeued if self.is_told_to_go(place(*id), *at) => End::Requeued,
                        Ending::Requeued => End::NodeFail,
                    },
                },
            };
            match entry {
                engine::Happened::Preempted { job, .. } => {
                    self.pushed_off.insert(*job);
                }
                engine::Happened::Started { job, .. } => {
                    self.pushed_off.remove(job);
                }
                engine::Happened::Refused(..) | engine::Happened::Ended(..) => {}
            }
            recorder.happened(*at, what);
        }
        self.read = self.run.log().entries().len();
        for (id, job) in cluster.jobs.entries() {
            let priority = self.priorities.shown(&self.run, id);
            recorder.stands(self.run.now(), place(id), standing(job, priority));
            if job.state == JobState::Running {
                recorder.limit(place(id), job.request.limit.mins_up());
            }
        }
        true
    }
}

/// What an administrator does, to the engine; nothing if it is meant for a job that was refused at the door.
fn change(
    change: &act::Change,
    places: &[JobId],
    asked: &[Asked],
    tree: &Tree,
    nodes: usize,
) -> Option<Change> {
    Some(match change {
        act::Change::Rules(policy) => Change::Rules(policy.clone()),
        act::Change::Reserve(spec, count) => Change::Reserve(spec.clone(), *count),
        act::Change::Unreserve(name) => Change::Unreserve(name.clone()),
        act::Change::Nodes(which, are) => {
            let mut set = NodeSet::empty(nodes);
            which.iter().for_each(|&node| set.insert(node));
            match are {
                NodesAre::Down => Change::Down(set),
                NodesAre::Drained => Change::Drain(set),
                NodesAre::Up => Change::Resume(set),
            }
        }
        act::Change::ForgetUsage(Some(user), account) => Change::ForgetUsage(tree.leaf(*user, *account)),
        act::Change::ForgetUsage(None, account) => Change::ForgetUsage(tree.account(*account)),
        act::Change::ForgetUsageOfQos(qos) => Change::ForgetUsageOfQos(*qos),
        act::Change::Job(job, what) => {
            asked[*job].refused.is_none().then_some(())?;
            Change::Job(places[*job], *what)
        }
    })
}

/// How a job stands. Before it may be looked at the first time nobody sees it, unless it waits for another job or is held.
fn standing(job: &Job, priority: u32) -> Standing {
    match job.state {
        JobState::Future => Standing::Absent,
        JobState::NotEligible
            if job.runs == 0
                && job.set_priority != Some(0)
                && !matches!(job.reason, Reason::Dependency | Reason::DependencyNeverSatisfied) =>
        {
            Standing::Absent
        }
        JobState::NotEligible | JobState::Pending => Standing::Pending {
            reason: job.reason.to_string(),
            priority,
        },
        JobState::Running => Standing::Running,
        JobState::Completing | JobState::Ended => Standing::Gone,
    }
}

/// What a running job holds, as accounting prints it.
fn tres(cluster: &Cluster, job: &Job) -> String {
    let kinds = cluster.nodes.kinds();
    let cpus = job.on.cpus(&job.request, kinds.len());
    let devices = job.on.devices(&job.request, kinds.len());
    let billing = cluster.amounts.allocated(job, TresIx::BILLING);
    let mut entries = vec![format!("billing={billing}"), format!("cpu={cpus}")];
    for (kind, count) in kinds.iter().zip(&devices).filter(|(_, count)| **count > 0) {
        entries.push(format!("gres/gpu:{}={count}", kind.name));
    }
    let all: u32 = devices.iter().sum();
    if all > 0 {
        entries.push(format!("gres/gpu={all}"));
    }
    entries.push(format!("node={}", job.on.nodes().len()));
    entries.join(",")
}

#[cfg(test)]
mod tests;
