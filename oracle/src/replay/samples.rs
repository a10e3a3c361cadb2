//! Looks at the run at the instants at which somebody looked at the real one.

use sim_core::cluster::{Cluster, JobState};
use sim_core::ids::JobId;
use sim_core::units::Time;

use super::{Watch, amounts, shares};
use crate::experiment::Experiment;
use crate::observed::{LimitSample, Look, Observed, PrioritySample, ShareSample};

/// Samples taken so far.
pub struct Samples<'a> {
    experiment: &'a Experiment,
    shares: Vec<ShareSample>,
    priorities: Vec<PrioritySample>,
    limits: Vec<LimitSample>,
    limit_moves: Vec<LimitSample>,
    looks: Vec<Look>,
}

impl<'a> Samples<'a> {
    /// None yet.
    pub fn new(experiment: &'a Experiment) -> Samples<'a> {
        Samples {
            experiment,
            shares: Vec::new(),
            priorities: Vec::new(),
            limits: Vec::new(),
            limit_moves: Vec::new(),
            looks: Vec::new(),
        }
    }

    /// Takes every sample that is due before this second, of the run as it stands.
    pub fn take_before(&mut self, second: f64, watch: &Watch<'_>) {
        let experiment = self.experiment;
        let wanted = &experiment.samples;
        let cluster = watch.run.cluster();
        for t_s in due(&wanted.shares, self.shares.len(), second) {
            let rows = shares::rows(cluster, experiment);
            self.shares.push(ShareSample { t_s, rows });
        }
        for t_s in due(&wanted.priorities, self.priorities.len(), second) {
            let rows = watch.rows();
            let rows = rows.iter().map(|row| row.printed()).collect();
            self.priorities.push(PrioritySample { t_s, rows });
        }
        if !wanted.limits.is_empty() {
            let now = amounts::sample(experiment.seconds(watch.run.now()), cluster, &experiment.names);
            for t_s in due(&wanted.limits, self.limits.len(), second) {
                self.limits.push(LimitSample { t_s, ..now.clone() });
            }
            if let Some(cluster) = before_starts(watch.run.now(), cluster) {
                self.moved(amounts::sample(now.t_s, &cluster, &experiment.names));
            }
            self.moved(now);
        }
        for t_s in due(&wanted.looks, self.looks.len(), second) {
            let rows = watch.rows();
            self.looks.push(Look {
                t_s,
                sshare: shares::rows(cluster, experiment),
                sprio: rows.iter().map(|row| row.printed()).collect(),
                sprio_normalized: rows.iter().map(|row| row.normalized()).collect(),
                priority_log: watch.priority_log(),
                squeue_priority: watch.squeue_priority(),
            });
        }
    }

    fn moved(&mut self, now: LimitSample) {
        let same = |last: &LimitSample| last.assoc == now.assoc && last.qos == now.qos;
        if !self.limit_moves.last().is_some_and(same) {
            self.limit_moves.push(now);
        }
    }

    /// Hands over what was seen.
    pub fn put_into(self, ours: &mut Observed) {
        ours.sshare_samples = self.shares;
        ours.sprio_samples = self.priorities;
        ours.assoc_mgr_samples = self.limits;
        ours.limit_moves = self.limit_moves;
        ours.looks = self.looks;
    }
}

/// The cluster as it was in this second after the ends and before the starts: a look at the real one may fall between
/// the two.
fn before_starts(now: Time, cluster: &Cluster) -> Option<Cluster> {
    let started = |id: &JobId| {
        let job = &cluster.jobs[*id];
        job.state == JobState::Running && job.started == now
    };
    let started: Vec<JobId> = cluster
        .running
        .iter()
        .map(|&(_, id)| id)
        .filter(started)
        .collect();
    let mut before = (!started.is_empty()).then(|| cluster.clone())?;
    started.into_iter().for_each(|id| before.end(id, now));
    Some(before)
}

/// Times before a second, without those already taken.
fn due(times: &[f64], taken: usize, second: f64) -> impl Iterator<Item = f64> + '_ {
    times[taken..].iter().copied().take_while(move |&t| t < second)
}
