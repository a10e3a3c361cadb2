//! Replays a trace on one pool of processors, by the same clock and passes as everything else.

use crate::engine::{Passes, Run};
use crate::ids::{AccountId, IntentId, JobId, PartitionId, QosId, Table, UserId};
use crate::metrics::{Detail, Window};
use crate::scenario::{
    Backfill, Checked, ClusterSpec, FairShare, NodeGroup, PartitionSpec, PassRhythm, Persona, Policy,
    PriorityPolicy, Problem, QosSpec, Scenario, SlurmBackfill,
};
use crate::units::{Span, Time};
use crate::workload::trace::Trace;
use crate::workload::{Arrival, Class, Demand, JobSpec, Person, Request, Worth};

/// How the trace is scheduled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReplayPolicy {
    /// First come, first served; nobody passes a blocked head.
    Fcfs,
    /// EASY backfilling, one pass after all events of an instant.
    EasyBatched,
    /// EASY backfilling, one pass after every single event.
    EasyPerEvent,
    /// Slurm's main pass and backfill on single-processor nodes, in order of submission.
    Slurm,
}

/// When each job of a trace started, in the trace's order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replay {
    /// Starts; a job that never started has none (which a whole replay does not leave).
    pub starts: Vec<Option<Time>>,
    /// Passes run.
    pub passes: u64,
}

/// Replays every job to its end. Fails only if the pool itself is no cluster (no processors, too many).
pub fn replay(trace: &Trace, procs: u32, policy: ReplayPolicy) -> Result<Replay, Vec<Problem>> {
    let (scenario, _) = scenario(procs, policy).check()?;
    let mut run = Replaying::new(&scenario, trace, policy);
    while run.0.advance(u32::MAX) < 1.0 {}
    let starts = run
        .0
        .cluster()
        .jobs
        .iter()
        .map(|job| job.left_queue().then_some(job.started))
        .collect();
    Ok(Replay {
        starts,
        passes: run.0.passes,
    })
}

struct Replaying(Run);

impl Replaying {
    fn new(scenario: &Checked, trace: &Trace, policy: ReplayPolicy) -> Replaying {
        let specs: Table<JobId, JobSpec> = trace
            .jobs
            .iter()
            .enumerate()
            .map(|(i, job)| spec(i, job, policy))
            .collect();
        let demand = Demand {
            people: std::iter::once(Person {
                persona: Persona::Trainer,
                account: AccountId(1),
            })
            .collect(),
            intents: Table::default(),
        };
        let window = Window {
            from: Time::ZERO,
            to: Time(u32::MAX),
        };
        Replaying(Run::of(
            scenario,
            0,
            &demand,
            specs,
            window,
            Detail::Summary,
            Passes::WhereNeeded,
        ))
    }
}

fn spec(index: usize, job: &crate::workload::trace::TraceJob, policy: ReplayPolicy) -> JobSpec {
    let (nodes, gpus_per_node) = match policy {
        ReplayPolicy::Slurm => (job.procs, 1),
        ReplayPolicy::Fcfs | ReplayPolicy::EasyBatched | ReplayPolicy::EasyPerEvent => (1, job.procs),
    };
    JobSpec {
        intent: IntentId::from(index),
        segment: 0,
        arrival: Arrival::At(job.submit),
        request: Request {
            user: UserId(0),
            account: AccountId(1),
            partition: PartitionId(0),
            qos: QosId(0),
            nodes,
            gpus_per_node,
            limit: job.estimate,
            ..Request::default()
        },
        after: Box::default(),
        begin: None,
        runtime: job.run,
        restart: Span::ZERO,
        worth: Worth::Result,
        idle_per_mille: 0,
        class: Class::Train,
        last: true,
    }
}

fn scenario(procs: u32, policy: ReplayPolicy) -> Scenario {
    let never = Span::days(36_500);
    let (count, gpus) = match policy {
        ReplayPolicy::Slurm => (procs, 1),
        ReplayPolicy::Fcfs | ReplayPolicy::EasyBatched | ReplayPolicy::EasyPerEvent => (1, procs),
    };
    let (backfill, passes) = match policy {
        ReplayPolicy::Fcfs => (Backfill::Off, PassRhythm::EveryInstant),
        ReplayPolicy::EasyBatched => (Backfill::Easy, PassRhythm::EveryInstant),
        ReplayPolicy::EasyPerEvent => (Backfill::Easy, PassRhythm::EveryEvent),
        ReplayPolicy::Slurm => {
            let long = SlurmBackfill {
                window: never,
                ..SlurmBackfill::default()
            };
            (Backfill::Slurm(long), PassRhythm::default())
        }
    };
    let priority = PriorityPolicy {
        weight_fairshare: 0,
        weight_age: 0,
        weight_partition: 0,
        weight_qos: 0,
        weight_job_size: 0,
        calc_period: never,
        half_life: None,
        fairshare: FairShare::Off,
        ..PriorityPolicy::default()
    };
    Scenario {
        name: String::from("replay"),
        cluster: ClusterSpec {
            nodes: vec![NodeGroup {
                name: String::from("pool"),
                count,
                gpus,
                ..NodeGroup::default()
            }],
            ..ClusterSpec::default()
        },
        policy: Policy {
            priority,
            partitions: vec![PartitionSpec {
                max_time: never,
                default_time: None,
                ..PartitionSpec::default()
            }],
            qos: vec![QosSpec::default()],
            backfill,
            passes,
            ..Policy::default()
        },
        ..Scenario::default()
    }
}
