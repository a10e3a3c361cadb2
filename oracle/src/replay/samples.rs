//! Looks at the run at the instants at which somebody looked at the real one.

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
            let same = |last: &LimitSample| last.assoc == now.assoc && last.qos == now.qos;
            if !self.limit_moves.last().is_some_and(same) {
                self.limit_moves.push(now);
            }
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

    /// Hands over what was seen.
    pub fn put_into(self, ours: &mut Observed) {
        ours.sshare_samples = self.shares;
        ours.sprio_samples = self.priorities;
        ours.assoc_mgr_samples = self.limits;
        ours.limit_moves = self.limit_moves;
        ours.looks = self.looks;
    }
}

/// Times before a second, without those already taken.
fn due(times: &[f64], taken: usize, second: f64) -> impl Iterator<Item = f64> + '_ {
    times[taken..].iter().copied().take_while(move |&t| t < second)
}
