//! Writes a replay down in the shape of an observation: what happened, in order, and how each job stood after every
//! instant. Knows nothing of the engine.

use sim_core::units::Time;

use super::experiment::Experiment;
use super::observed::{Event, LogStart, Observed, SeenJob, SeenRun, Stretch, Tick};

/// One thing that happened, in the order in which it did.
#[derive(Clone, PartialEq, Debug)]
pub enum Happened {
    /// `sbatch` refused a job: by this reason, or with these words.
    Refused {
        /// Position in [`Experiment::jobs`].
        job: usize,
        /// What `sbatch` said.
        told: String,
    },
    /// A job started.
    Started(Started),
    /// A run ended.
    Ended {
        /// Position in [`Experiment::jobs`].
        job: usize,
        /// How.
        how: End,
    },
    /// A job was chosen to make room. Its run ends by [`Happened::Ended`], at once or after the grace time.
    Preempted {
        /// Position in [`Experiment::jobs`].
        job: usize,
        /// Whether it comes back.
        requeued: bool,
        /// Who gets the place.
        sake: Option<usize>,
    },
}

/// A start.
#[derive(Clone, PartialEq, Debug)]
pub struct Started {
    /// Position in [`Experiment::jobs`].
    pub job: usize,
    /// Which pass.
    pub by: By,
    /// Nodes, by index.
    pub nodes: Vec<usize>,
    /// Index of the partition.
    pub partition: usize,
    /// The allocation by resource: `billing=8,cpu=8,gres/gpu=1,node=1`.
    pub tres: String,
    /// Time limit in force, in minutes.
    pub limit_min: u32,
}

/// A kind of pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// The main one.
    Main,
    /// Backfill.
    Backfill,
}

impl By {
    fn word(self) -> &'static str {
        match self {
            By::Main => "main",
            By::Backfill => "backfill",
        }
    }
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// By itself.
    Completed,
    /// At its time limit, or because a budget was used up.
    Timeout,
    /// To make room.
    Preempted,
    /// An administrator queued it again.
    Requeued,
    /// An administrator ended it.
    Cancelled,
    /// Its node went down.
    NodeFail,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            End::Completed => "COMPLETED",
            End::Timeout => "TIMEOUT",
            End::Preempted => "PREEMPTED",
            End::Requeued => "REQUEUED",
            End::Cancelled => "CANCELLED",
            End::NodeFail => "NODE_FAIL",
        }
    }
}

/// How a job stands after an instant.
#[derive(Clone, PartialEq, Debug)]
pub enum Standing {
    /// Not in the queue yet.
    Absent,
    /// In the queue, for this reason and with this priority.
    Pending {
        /// Slurm's spelling.
        reason: String,
        /// Of its last record.
        priority: u32,
    },
    /// On its nodes.
    Running,
    /// Gone.
    Gone,
}

/// A run being written down.
pub struct Recorder<'a> {
    experiment: &'a Experiment,
    seen: Observed,
    standing: Vec<Standing>,
    instant: Time,
    /// Starts so far in this instant: they are told apart by milliseconds.
    in_instant: u32,
}

impl<'a> Recorder<'a> {
    /// Nothing has happened.
    pub fn new(experiment: &'a Experiment) -> Recorder<'a> {
        let seconds = |at: Time| experiment.seconds(at);
        let jobs = experiment.jobs.iter().enumerate().map(|(index, job)| SeenJob {
            id: job.name.clone(),
            slurm_job_id: u64::try_from(index + 1).ok(),
            submit_s: Some(seconds(job.submitted)),
            eligible_s: Some(seconds(job.eligible)),
            ..SeenJob::default()
        });
        let ticks = experiment.ticks.iter().map(|&tick| Tick { t_s: seconds(tick) });
        Recorder {
            experiment,
            seen: Observed {
                jobs: jobs.collect(),
                decay_ticks: ticks.collect(),
                ..Observed::default()
            },
            standing: vec![Standing::Absent; experiment.jobs.len()],
            instant: Time::ZERO,
            in_instant: 0,
        }
    }

    /// Something happened.
    pub fn happened(&mut self, at: Time, what: Happened) {
        if at != self.instant {
            self.instant = at;
            self.in_instant = 0;
        }
        self.in_instant += 1;
        let exact = self.experiment.seconds(at) + f64::from(self.in_instant.min(999)) / 1000.0;
        match what {
            Happened::Refused { job, told } => {
                let job = &mut self.seen.jobs[job];
                job.rejected = Some(told);
                job.slurm_job_id = None;
                job.submit_s = None;
                job.eligible_s = None;
            }
            Happened::Started(start) => self.started(at, exact, start),
            Happened::Ended { job, how } => {
                let end = self.experiment.seconds(at);
                // One that ends while it waits ends no run.
                let runs = &mut self.seen.jobs[job].runs;
                if let Some(run) = runs.last_mut().filter(|run| run.end_s.is_none()) {
                    run.end_s = Some(end);
                    run.elapsed_s = run.start_s.map(|start| end - start);
                    how.word().clone_into(&mut run.state);
                }
            }
            Happened::Preempted { job, requeued, sake } => self.seen.events.push(Event {
                event: String::from("preempted"),
                job: self.seen.jobs[job].id.clone(),
                t_s: exact,
                how: Some(String::from(if requeued { "requeued" } else { "killed" })),
                sake: sake.map(|job| self.seen.jobs[job].id.clone()),
                ..Event::default()
            }),
        }
    }

    fn started(&mut self, at: Time, exact: f64, start: Started) {
        let names = &self.experiment.names;
        let nodes: Vec<String> = start
            .nodes
            .iter()
            .map(|&node| names.nodes[node].clone())
            .collect();
        let list = nodes.join(",");
        let partition = names.partitions[start.partition].clone();
        let job = &mut self.seen.jobs[start.job];
        self.seen.start_order.push(job.id.clone());
        self.seen.events.push(Event {
            event: String::from("start"),
            job: job.id.clone(),
            t_s: exact,
            by: Some(start.by.word().to_owned()),
            node_list: Some(list.clone()),
            partition: Some(partition.clone()),
            ..Event::default()
        });
        job.log_starts.push(LogStart {
            t_s: exact,
            by: start.by.word().to_owned(),
            node_list: list,
            partition: partition.clone(),
        });
        job.runs.push(SeenRun {
            start_s: Some(self.experiment.seconds(at)),
            end_s: None,
            elapsed_s: None,
            state: String::from("RUNNING"),
            nodes,
            alloc_tres: start.tres,
            partition,
            time_limit_min: Some(f64::from(start.limit_min)),
        });
    }

    /// The time limit in force of a job that runs, in minutes: an administrator may change it.
    pub fn limit(&mut self, job: usize, limit_min: u32) {
        let runs = &mut self.seen.jobs[job].runs;
        if let Some(run) = runs.last_mut().filter(|run| run.end_s.is_none()) {
            run.time_limit_min = Some(f64::from(limit_min));
        }
    }

    /// How a job stands after everything of this instant was done.
    pub fn stands(&mut self, at: Time, job: usize, standing: Standing) {
        let now = self.experiment.seconds(at);
        if self.standing[job] == standing {
            return;
        }
        let seen = &mut self.seen.jobs[job];
        let (state, reason) = match &standing {
            Standing::Absent => return,
            Standing::Pending { reason, priority } => {
                if seen
                    .priority_history
                    .last()
                    .is_none_or(|&(_, last)| last != f64::from(*priority))
                {
                    seen.priority_history.push((now, f64::from(*priority)));
                }
                seen.final_priority = Some(u64::from(*priority));
                (String::from("PENDING"), reason.clone())
            }
            Standing::Running => (String::from("RUNNING"), String::from("None")),
            Standing::Gone => {
                let state = seen.runs.last().map_or("CANCELLED", |run| run.state.as_str());
                (state.to_owned(), String::from("None"))
            }
        };
        self.standing[job] = standing;
        let same = |stretch: &Stretch| stretch.state == state && stretch.reason == reason;
        if seen.history.last().is_some_and(same) {
            return;
        }
        if let Some(last) = seen.history.last_mut() {
            last.until_s = Some(now);
        }
        seen.history.push(Stretch {
            from_s: now,
            state,
            reason,
            until_s: None,
        });
    }

    /// What was seen, with samples and looks to be filled in.
    pub fn finish(self) -> Observed {
        self.seen
    }
}
