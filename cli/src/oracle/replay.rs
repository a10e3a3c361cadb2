//! The one place where the command meets the engine: an experiment in, an observation out.
//!
//! Each function below is to be extended as the engine learns: [`missing`] loses a line, [`submission`] passes more of a
//! request on, [`Watch`] reads what happened in place of guessing it from a difference, and the sampling functions
//! return rows. What the engine cannot do is told, never left out in silence.

use sim_core::cluster::{Cluster, JobState};
use sim_core::engine::{Passes, Run};
use sim_core::ids::{IntentId, JobId, Table};
use sim_core::metrics::{Detail, Window};
use sim_core::scenario::{AssocLimits, Checked, Shares};
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, Class, Demand, JobSpec, Request, Worth};

use super::experiment::{Asked, Experiment, Submissions};
use super::observed::{LimitSample, Look, Observed, PrioritySample, ShareRow, ShareSample};
use super::record::{By, End, Happened, Recorder, Standing, Started};

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
    while let Some(now) = watch.step(&mut recorder) {
        samples.take_before(experiment.seconds(now));
        samples.stands = Some(State::of(watch.run.cluster()));
    }
    samples.take_before(f64::INFINITY);
    let mut ours = recorder.finish();
    ours.sshare_samples = samples.shares;
    ours.sprio_samples = samples.priorities;
    ours.assoc_mgr_samples = samples.limits;
    ours.looks = samples.looks;
    Ok(ours)
}

/// What the experiment needs and the engine has not.
fn missing(experiment: &Experiment) -> Vec<String> {
    let scenario = &experiment.scenario;
    let policy = &scenario.policy;
    let jobs = &experiment.jobs;
    let associations = &policy.associations;
    let limited = associations
        .accounts
        .iter()
        .any(|spec| spec.limits != AssocLimits::default())
        || associations
            .users
            .iter()
            .any(|spec| spec.limits != AssocLimits::default())
        || experiment.root_limits != AssocLimits::default();
    let shared = associations
        .accounts
        .iter()
        .any(|spec| spec.shares != Shares::Of(1) || spec.parent.is_some())
        || associations.users.iter().any(|spec| spec.shares != Shares::Of(1));
    let several = |person: u32| {
        associations
            .users
            .iter()
            .filter(|spec| spec.person == person)
            .count()
            > 1
    };
    let nodes = &scenario.cluster.nodes;
    let samples = &experiment.samples;
    [
        (true, "priority ticks at given instants"),
        (
            experiment.submissions == Submissions::Ahead,
            "jobs that become eligible without a submission",
        ),
        (nodes.iter().any(|node| node.cpus > 0), "CPUs of nodes and jobs"),
        (
            nodes.iter().any(|node| !node.more.is_empty()),
            "nodes with several types of device",
        ),
        (
            jobs.iter()
                .any(|job| job.devices_per_node.iter().any(|devices| devices.kind.is_some())),
            "requests for a type of device",
        ),
        (
            jobs.iter().any(|job| job.devices_per_node.is_empty()),
            "jobs without devices",
        ),
        (
            jobs.iter().any(|job| job.limit.is_none()),
            "jobs without a time limit",
        ),
        (jobs.iter().any(|job| job.nice != 0), "nice"),
        (
            jobs.iter().any(|job| job.partitions.len() > 1),
            "jobs in several partitions",
        ),
        (
            jobs.iter().any(|job| job.exclusive),
            "jobs that want nodes for themselves",
        ),
        (jobs.iter().any(|job| !job.after.is_empty()), "dependencies"),
        (limited, "limits of single associations"),
        (shared, "shares and trees of accounts"),
        (
            (0..experiment.people.len()).any(|person| several(person as u32)),
            "people in several accounts",
        ),
        (
            !experiment.actions.is_empty(),
            "limits that change during the run",
        ),
        (!policy.reservations.is_empty(), "reservations"),
        (
            policy.preemption.by != sim_core::scenario::PreemptBy::None,
            "preemption",
        ),
        (
            !samples.shares.is_empty() || !samples.looks.is_empty(),
            "rows of sshare and sprio",
        ),
        (!samples.limits.is_empty(), "use of single limits"),
    ]
    .into_iter()
    .filter(|(needed, _)| *needed)
    .map(|(_, what)| format!("not supported yet: {what}"))
    .collect()
}

/// A job as the engine takes it. Run times longer than the limit are cut to it.
fn submission(index: usize, asked: &Asked) -> JobSpec {
    let limit = asked.limit.unwrap_or(Span::days(365));
    JobSpec {
        intent: IntentId::from(index),
        segment: 0,
        arrival: Arrival::At(asked.eligible),
        request: Request {
            user: asked.user,
            account: asked.account,
            partition: asked.partitions[0],
            qos: asked.qos,
            nodes: asked.nodes,
            gpus_per_node: asked.devices_per_node.iter().map(|devices| devices.count).sum(),
            limit,
            array: None,
        },
        runtime: asked.run_time.min(limit),
        restart: Span::ZERO,
        worth: Worth::Result,
        idle_per_mille: 0,
        class: Class::Train,
        last: true,
    }
}

/// Follows a run instant by instant.
struct Watch<'a> {
    experiment: &'a Experiment,
    run: Run,
    before: Vec<JobState>,
    /// Position in the experiment of each job of the engine: those refused at the door never get there.
    jobs: Vec<usize>,
}

impl<'a> Watch<'a> {
    fn new(experiment: &'a Experiment, scenario: &Checked, recorder: &mut Recorder<'_>) -> Watch<'a> {
        let mut specs: Table<JobId, JobSpec> = Table::default();
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
                    specs.push(submission(index, asked));
                    jobs.push(index);
                }
            }
        }
        let demand = Demand {
            people: experiment.people.iter().cloned().collect(),
            intents: Table::default(),
        };
        let window = Window {
            from: Time::ZERO,
            to: experiment.until,
        };
        let before = vec![JobState::Future; jobs.len()];
        let run = Run::of(
            scenario,
            0,
            &demand,
            specs,
            window,
            Detail::Summary,
            Passes::WhereNeeded,
        );
        Watch {
            experiment,
            run,
            before,
            jobs,
        }
    }

    /// Lets one instant pass and writes it down; when it was, or nothing after the last one.
    fn step(&mut self, recorder: &mut Recorder<'_>) -> Option<Time> {
        let place = |id: JobId, run: &Run| run.cluster().queue.iter().position(|&(_, other)| other == id);
        let queued: Vec<Option<usize>> = self
            .run
            .cluster()
            .jobs
            .ids()
            .map(|id| place(id, &self.run))
            .collect();
        if self.run.advance(1) >= 1.0 {
            return None;
        }
        let now = self.run.now();
        let cluster = self.run.cluster();
        let mut started: Vec<(Option<usize>, JobId)> = Vec::new();
        for (id, job) in cluster.jobs.entries() {
            let before = self.before[usize::from(id)];
            if before == JobState::Running && job.state == JobState::Ended {
                let asked = &self.experiment.jobs[self.jobs[usize::from(id)]];
                let how = match asked.limit {
                    Some(limit) if asked.run_time > limit => End::Timeout,
                    Some(_) | None => End::Completed,
                };
                recorder.happened(
                    now,
                    Happened::Ended {
                        job: self.jobs[usize::from(id)],
                        how,
                    },
                );
            }
            if before != JobState::Running && job.state == JobState::Running {
                started.push((queued[usize::from(id)], id));
            }
        }
        // The engine does not tell the order within an instant: that of the queue is the likeliest.
        started.sort();
        for (_, id) in started {
            recorder.happened(now, Happened::Started(self.start(id)));
        }
        for (id, job) in cluster.jobs.entries() {
            let standing = match job.state {
                JobState::Future => Standing::Absent,
                JobState::Pending => Standing::Pending {
                    reason: job.reason.code().to_owned(),
                    priority: job.priority,
                },
                JobState::Running => Standing::Running,
                JobState::Ended => Standing::Gone,
            };
            recorder.stands(now, self.jobs[usize::from(id)], standing);
            self.before[usize::from(id)] = job.state;
        }
        Some(now)
    }

    fn start(&self, id: JobId) -> Started {
        let job = &self.run.cluster().jobs[id];
        let nodes = job.on.nodes().iter().map(|node| node.0 as usize).collect();
        let gpus = job.request.gpus();
        Started {
            job: self.jobs[usize::from(id)],
            by: By::Main,
            nodes,
            partition: usize::from(job.request.partition),
            tres: format!("billing={gpus},gres/gpu={gpus},node={}", job.request.nodes),
            limit_min: job.request.limit.mins_up(),
        }
    }
}

/// What samples show of a cluster at one instant.
#[derive(Clone, Default)]
struct State {
    shares: Vec<ShareRow>,
}

impl State {
    fn of(_cluster: &Cluster) -> State {
        State::default()
    }
}

/// Samples taken so far, and the state since the last instant.
struct Samples<'a> {
    experiment: &'a Experiment,
    stands: Option<State>,
    shares: Vec<ShareSample>,
    priorities: Vec<PrioritySample>,
    limits: Vec<LimitSample>,
    looks: Vec<Look>,
}

impl<'a> Samples<'a> {
    fn new(experiment: &'a Experiment) -> Samples<'a> {
        Samples {
            experiment,
            stands: None,
            shares: Vec::new(),
            priorities: Vec::new(),
            limits: Vec::new(),
            looks: Vec::new(),
        }
    }

    /// Takes every sample that is due before this second.
    fn take_before(&mut self, now: f64) {
        let state = self.stands.clone().unwrap_or_default();
        let wanted = &self.experiment.samples;
        let due = |times: &[f64], taken: usize| -> Vec<f64> {
            times[taken..].iter().copied().take_while(|&t| t < now).collect()
        };
        for t_s in due(&wanted.shares, self.shares.len()) {
            self.shares.push(ShareSample {
                t_s,
                rows: state.shares.clone(),
            });
        }
        for t_s in due(&wanted.priorities, self.priorities.len()) {
            self.priorities.push(PrioritySample {
                t_s,
                ..PrioritySample::default()
            });
        }
        for t_s in due(&wanted.limits, self.limits.len()) {
            self.limits.push(LimitSample {
                t_s,
                ..LimitSample::default()
            });
        }
        for t_s in due(&wanted.looks, self.looks.len()) {
            self.looks.push(Look {
                t_s,
                sshare: state.shares.clone(),
                ..Look::default()
            });
        }
    }
}
