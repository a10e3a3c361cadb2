//! Replays a trace on one pool of processors, by the same clock and passes as everything else.

use crate::cluster::JobState;
use crate::engine::{Passes, Run};
use crate::ids::AccountId;
use crate::metrics::Window;
use crate::scenario::{
    Backfill, Checked, ClusterSpec, FairShare, NodeGroup, PartitionSpec, PassRhythm, Persona, Policy,
    PriorityPolicy, Problem, QosSpec, Scenario, SlurmBackfill,
};
use crate::sched::easy::ByNeed;
use crate::units::{Span, Time};
use crate::workload::trace::{Trace, TraceJob};
use crate::workload::{Arrival, Person, Request};

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
    let mut replaying = Replaying::new(&scenario, trace, policy);
    while replaying.step() {}
    replaying.let_go(replaying.run.cluster.jobs.iter().len());
    Ok(Replay {
        starts: replaying.starts,
        passes: replaying.run.passes,
    })
}

/// Jobs that are kept at least before any is let go.
const KEPT: usize = 4096;

/// A run in which jobs are only there from just before their submission until they have ended, and nobody observes.
struct Replaying<'a> {
    run: Run,
    /// Those that are still to be announced.
    coming: &'a [TraceJob],
    /// Whether they are in order of submission, as those of a trace that was read are.
    in_order: bool,
    policy: ReplayPolicy,
    /// Starts of those that were let go.
    starts: Vec<Option<Time>>,
    /// Above so many jobs it is seen who can be let go.
    keep: usize,
}

impl<'a> Replaying<'a> {
    fn new(scenario: &Checked, trace: &'a Trace, policy: ReplayPolicy) -> Replaying<'a> {
        let owner = Person {
            persona: Persona::Trainer,
            account: AccountId(1),
        };
        let window = Window {
            from: Time::ZERO,
            to: Time(u32::MAX),
        };
        let mut run = Run::without_jobs(scenario, 0, &[owner], window, Passes::WhereNeeded);
        // Without limits what a walk has started only takes room away. EASY's shadow time and what remains of its extra
        // devices come out the same when they are worked out anew.
        run.looks_once = policy != ReplayPolicy::Slurm;
        let in_order = trace.jobs.is_sorted_by_key(|job| job.submit);
        // No priorities: who was submitted first stands first.
        if in_order {
            run.search = Some(Box::new(ByNeed::default()));
        }
        Replaying {
            run,
            coming: &trace.jobs,
            in_order,
            policy,
            starts: Vec::with_capacity(trace.jobs.len()),
            keep: KEPT,
        }
    }

    /// The next instant, if there is one.
    fn step(&mut self) -> bool {
        if self.run.due.knows_no_submission() {
            self.announce();
        }
        let next = self.run.next_instant();
        if let Some(now) = next {
            self.run.instant(now);
        }
        let kept = self.run.cluster.jobs.iter();
        if kept.len() > self.keep {
            let ended = kept.take_while(|job| job.state == JobState::Ended).count();
            self.let_go(ended);
            self.keep = KEPT.max(2 * self.run.cluster.jobs.iter().len());
        }
        next.is_some()
    }

    /// Those who come next, all of one instant.
    fn announce(&mut self) {
        let Some(first) = self.coming.first() else {
            return;
        };
        let of_next = |job: &&TraceJob| !self.in_order || job.submit == first.submit;
        let (now, later) = self
            .coming
            .split_at(self.coming.iter().take_while(of_next).count());
        for job in now {
            self.run
                .announce(&request(job, self.policy), Arrival::At(job.submit), job.run);
        }
        self.run.due.settle();
        self.coming = later;
    }

    /// Lets the oldest jobs go, after writing down when they started.
    fn let_go(&mut self, count: usize) {
        let gone = self.run.cluster.jobs.let_go(count);
        self.starts
            .extend(gone.map(|job| job.left_queue().then_some(job.started)));
    }
}

fn request(job: &TraceJob, policy: ReplayPolicy) -> Request {
    let (nodes, gpus_per_node) = match policy {
        ReplayPolicy::Slurm => (job.procs, 1),
        ReplayPolicy::Fcfs | ReplayPolicy::EasyBatched | ReplayPolicy::EasyPerEvent => (1, job.procs),
    };
    Request {
        nodes,
        gpus_per_node,
        limit: job.estimate,
        ..Request::default()
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

#[cfg(test)]
mod tests {
    use super::*;

    const POLICIES: [ReplayPolicy; 3] = [
        ReplayPolicy::Fcfs,
        ReplayPolicy::EasyBatched,
        ReplayPolicy::EasyPerEvent,
    ];

    /// Jobs in order of submission, many in the same second, on a pool that is always too small.
    fn trace(dice: u32, jobs: u32) -> Trace {
        let mut state = dice;
        let mut throw = |sides: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % sides
        };
        let mut submit = Time::ZERO;
        let jobs = (0..jobs).map(|_| {
            submit += Span(throw(4) * throw(30));
            let run = Span(1 + throw(300));
            TraceJob {
                submit,
                run,
                procs: 1 + throw(2) * throw(16) + throw(4),
                estimate: run + Span(throw(3) * 100),
                user: 0,
            }
        });
        Trace {
            jobs: jobs.collect(),
            ..Trace::default()
        }
    }

    fn starts(trace: &Trace, policy: ReplayPolicy, change: impl Fn(&mut Replaying<'_>)) -> Vec<Option<Time>> {
        let (scenario, _) = scenario(20, policy).check().expect("a pool of twenty");
        let mut replaying = Replaying::new(&scenario, trace, policy);
        change(&mut replaying);
        while replaying.step() {}
        replaying.let_go(replaying.run.cluster.jobs.iter().len());
        replaying.starts
    }

    #[test]
    fn short_cuts_change_no_start() {
        for dice in 0..40 {
            let trace = trace(dice, 400);
            for policy in POLICIES {
                let plain = starts(&trace, policy, |replaying| {
                    replaying.run.search = None;
                    replaying.run.looks_once = false;
                });
                let short = starts(&trace, policy, |replaying| replaying.keep = 8);
                assert_eq!(short, plain, "{policy:?} with dice {dice}");
                assert!(short.iter().all(Option::is_some));
            }
        }
    }

    #[test]
    fn jobs_that_are_not_in_order_of_submission_come_when_they_are_due() {
        let mut one = trace(1, 300);
        // A second apart at least, so that no tie goes by id.
        (0..)
            .zip(&mut one.jobs)
            .for_each(|(more, job)| job.submit += Span(more));
        let mut other = one.clone();
        other.jobs.reverse();
        // One pass an event goes by the order of ends, and so by id.
        for policy in [ReplayPolicy::Fcfs, ReplayPolicy::EasyBatched] {
            let forward = starts(&one, policy, |_| {});
            let mut backward = starts(&other, policy, |_| {});
            backward.reverse();
            assert_eq!(forward, backward, "{policy:?}");
        }
    }
}
