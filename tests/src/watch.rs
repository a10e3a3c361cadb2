//! Follows a run instant by instant, through what anybody can see of the cluster from outside.

use sim_core::cluster::JobState;
use sim_core::engine::Run;
use sim_core::ids::{JobId, NodeId};
use sim_core::reason::Reason;
use sim_core::units::Time;

/// One thing that changed at an instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// A job left its nodes.
    Ends(JobId),
    /// A job went to these nodes.
    Starts(JobId, Vec<NodeId>),
    /// A pending job has this reason, new or for the first time.
    Waits(JobId, Reason),
}

/// A run, and how every job stood when we last looked.
pub struct Watch {
    /// The run itself.
    pub run: Run,
    before: Vec<(JobState, Reason)>,
}

impl Watch {
    /// Before the first instant.
    pub fn new(run: Run) -> Watch {
        let before = run
            .cluster()
            .jobs
            .iter()
            .map(|job| (job.state, job.reason))
            .collect();
        Watch { run, before }
    }

    /// Lets one instant pass: when it was, and what changed (ends, then starts, then reasons; each by id). Nothing after
    /// the last one.
    pub fn step(&mut self) -> Option<(Time, Vec<Seen>)> {
        if self.run.advance(1) >= 1.0 {
            return None;
        }
        let mut seen: [Vec<Seen>; 3] = Default::default();
        for ((id, job), before) in self.run.cluster().jobs.entries().zip(&mut self.before) {
            let after = (job.state, job.reason);
            if *before == after {
                continue;
            }
            match job.state {
                // One that an admin keeps from being looked at.
                JobState::NotEligible if before.0 == JobState::Pending || job.set_priority == Some(0) => {
                    seen[2].push(Seen::Waits(id, job.reason));
                }
                JobState::Future | JobState::NotEligible => {}
                JobState::Pending => seen[2].push(Seen::Waits(id, job.reason)),
                JobState::Running if before.0 != JobState::Running => {
                    seen[1].push(Seen::Starts(id, job.on.nodes().to_vec()));
                }
                JobState::Running => {}
                JobState::Completing | JobState::Ended => seen[0].push(Seen::Ends(id)),
            }
            *before = after;
        }
        Some((self.run.now(), seen.concat()))
    }
}
