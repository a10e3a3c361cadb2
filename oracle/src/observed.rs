//! What was seen of a run, ours or a real one: the same shape for both, and what of it can be asked.
//!
//! Times are seconds from T0. More keys than these are let pass.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A whole observation.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Observed {
    pub(crate) jobs: Vec<SeenJob>,
    pub(crate) events: Vec<Event>,
    pub(crate) start_order: Vec<String>,
    pub(crate) decay_ticks: Vec<Tick>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) assoc_mgr_samples: Vec<LimitSample>,
    /// Of ours: the use of limits after every instant that moved it, so that times may be off by a little.
    #[serde(skip)]
    pub(crate) limit_moves: Vec<LimitSample>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sshare_samples: Vec<ShareSample>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sprio_samples: Vec<PrioritySample>,
    #[serde(rename = "static", skip_serializing_if = "Vec::is_empty")]
    pub(crate) looks: Vec<Look>,
}

/// Another real run of the same case.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub struct Repeat {
    pub(crate) jobs: Vec<SeenJob>,
    pub(crate) start_order: Vec<String>,
    pub(crate) decay_ticks: Vec<Tick>,
}

/// One job as accounting, log and queue showed it.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenJob {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) slurm_job_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) submit_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) eligible_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) final_priority: Option<u64>,
    /// What `sbatch` said, if it refused the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rejected: Option<String>,
    pub(crate) runs: Vec<SeenRun>,
    pub(crate) log_starts: Vec<LogStart>,
    pub(crate) history: Vec<Stretch>,
    pub(crate) priority_history: Vec<(f64, f64)>,
}

/// One time that a job ran.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenRun {
    pub(crate) start_s: Option<f64>,
    pub(crate) end_s: Option<f64>,
    pub(crate) elapsed_s: Option<f64>,
    pub(crate) state: String,
    pub(crate) nodes: Vec<String>,
    pub(crate) alloc_tres: String,
    pub(crate) partition: String,
    pub(crate) time_limit_min: Option<f64>,
}

/// A start in the controller's log.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct LogStart {
    pub(crate) t_s: f64,
    /// `main` or `backfill`.
    pub(crate) by: String,
    pub(crate) node_list: String,
    pub(crate) partition: String,
}

/// A stretch of time in which a job showed the same state and reason.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Stretch {
    pub(crate) from_s: f64,
    pub(crate) state: String,
    pub(crate) reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until_s: Option<f64>,
}

/// A start or a preemption.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    pub(crate) event: String,
    pub(crate) job: String,
    pub(crate) t_s: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) node_list: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) partition: Option<String>,
    /// `killed` or `requeued`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) how: Option<String>,
    /// The job that a place was made for.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub(crate) sake: Option<String>,
}

/// A run of the decay thread.
#[derive(Clone, Copy, Default, Debug, Serialize, Deserialize)]
pub struct Tick {
    pub(crate) t_s: f64,
}

/// `[limit, used]` of each limit that is set, under its association or QOS.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitSample {
    pub(crate) t_s: f64,
    pub(crate) assoc: Value,
    pub(crate) qos: Value,
}

/// `sshare` at an instant.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ShareSample {
    pub(crate) t_s: f64,
    pub(crate) rows: Vec<ShareRow>,
}

/// One association in `sshare`.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ShareRow {
    pub(crate) name: String,
    pub(crate) is_user: bool,
    pub(crate) parent: String,
    pub(crate) account: String,
    /// 2147483647 is `parent`.
    pub(crate) raw_shares: Option<f64>,
    pub(crate) norm_shares: Option<f64>,
    pub(crate) raw_usage: Option<f64>,
    pub(crate) norm_usage: Option<f64>,
    pub(crate) effective_usage: Option<f64>,
    pub(crate) fairshare_factor: Option<f64>,
    /// A number, or `inf`.
    pub(crate) level_fs: Value,
}

impl ShareRow {
    /// Raw shares that stand for `parent`.
    pub const PARENT: f64 = 2_147_483_647.0;

    /// Account and, of a user, name: what a row is found by.
    pub fn key(&self) -> String {
        if self.is_user {
            format!("{}/{}", self.account, self.name)
        } else {
            self.account.clone()
        }
    }
    /// Level fairshare as a number.
    pub fn level(&self) -> Option<f64> {
        match &self.level_fs {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if text == "inf" => Some(f64::INFINITY),
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// `sprio` at an instant: its columns as printed.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct PrioritySample {
    pub(crate) t_s: f64,
    pub(crate) rows: Vec<Columns>,
}

/// Columns of a printed table, by their headings.
pub type Columns = BTreeMap<String, Value>;

/// One look at a standing cluster.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    pub(crate) t_s: f64,
    pub(crate) sshare: Vec<ShareRow>,
    pub(crate) sprio: Vec<Columns>,
    pub(crate) sprio_normalized: Vec<Columns>,
    /// By job: `[factor, weight, product]` of each part, `total`, `t_s`.
    pub(crate) priority_log: BTreeMap<String, Columns>,
    pub(crate) squeue_priority: BTreeMap<String, f64>,
}

impl Observed {
    /// A job by its name.
    pub fn job(&self, id: &str) -> Option<&SeenJob> {
        self.jobs.iter().find(|job| job.id == id)
    }
    /// The last second of which anything is known.
    pub fn last_seen(&self) -> f64 {
        let histories = self.jobs.iter().flat_map(|job| &job.history);
        let seen = histories.flat_map(|stretch| [Some(stretch.from_s), stretch.until_s]);
        let runs = self.jobs.iter().flat_map(|job| &job.runs);
        let seen = seen.chain(runs.flat_map(|run| [run.start_s, run.end_s]));
        let samples = self.assoc_mgr_samples.iter().map(|sample| sample.t_s);
        let samples = samples.chain(self.sshare_samples.iter().map(|sample| sample.t_s));
        let samples = samples.chain(self.sprio_samples.iter().map(|sample| sample.t_s));
        let samples = samples.chain(self.looks.iter().map(|look| look.t_s));
        let ticks = self.decay_ticks.iter().map(|tick| tick.t_s);
        let all = seen.flatten().chain(samples).chain(ticks);
        all.filter(|t| t.is_finite()).fold(0.0, f64::max)
    }
}

impl SeenJob {
    /// Runs that began, in order.
    pub fn started(&self) -> impl Iterator<Item = (f64, &SeenRun)> {
        self.runs
            .iter()
            .filter_map(|run| run.start_s.map(|start| (start, run)))
    }
    /// The first start.
    pub fn first_start(&self) -> Option<f64> {
        self.started().map(|(start, _)| start).next()
    }
    /// How long it runs if nobody disturbs it: what a run that completed took.
    pub fn true_run_time(&self) -> Option<f64> {
        let completed = self.started().filter(|(_, run)| run.state == "COMPLETED");
        completed
            .filter_map(|(start, run)| run.end_s.map(|end| end - start))
            .last()
    }
}
