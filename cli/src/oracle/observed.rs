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
    pub jobs: Vec<SeenJob>,
    pub events: Vec<Event>,
    pub start_order: Vec<String>,
    pub decay_ticks: Vec<Tick>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assoc_mgr_samples: Vec<LimitSample>,
    /// Of ours: the use of limits after every instant that moved it, so that times may be off by a little.
    #[serde(skip)]
    pub limit_moves: Vec<LimitSample>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sshare_samples: Vec<ShareSample>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sprio_samples: Vec<PrioritySample>,
    #[serde(rename = "static", skip_serializing_if = "Vec::is_empty")]
    pub looks: Vec<Look>,
}

/// Another real run of the same case.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub struct Repeat {
    pub jobs: Vec<SeenJob>,
    pub start_order: Vec<String>,
    pub decay_ticks: Vec<Tick>,
}

/// One job as accounting, log and queue showed it.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenJob {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slurm_job_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submit_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eligible_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_priority: Option<u64>,
    /// What `sbatch` said, if it refused the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    pub runs: Vec<SeenRun>,
    pub log_starts: Vec<LogStart>,
    pub history: Vec<Stretch>,
    pub priority_history: Vec<(f64, f64)>,
}

/// One time that a job ran.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SeenRun {
    pub start_s: Option<f64>,
    pub end_s: Option<f64>,
    pub elapsed_s: Option<f64>,
    pub state: String,
    pub nodes: Vec<String>,
    pub alloc_tres: String,
    pub partition: String,
    pub time_limit_min: Option<f64>,
}

/// A start in the controller's log.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct LogStart {
    pub t_s: f64,
    /// `main` or `backfill`.
    pub by: String,
    pub node_list: String,
    pub partition: String,
}

/// A stretch of time in which a job showed the same state and reason.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Stretch {
    pub from_s: f64,
    pub state: String,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_s: Option<f64>,
}

/// A start or a preemption.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    pub event: String,
    pub job: String,
    pub t_s: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_list: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
    /// `killed` or `requeued`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// The job that a place was made for.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub sake: Option<String>,
}

/// A run of the decay thread.
#[derive(Clone, Copy, Default, Debug, Serialize, Deserialize)]
pub struct Tick {
    pub t_s: f64,
}

/// `[limit, used]` of each limit that is set, under its association or QOS.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitSample {
    pub t_s: f64,
    pub assoc: Value,
    pub qos: Value,
}

/// `sshare` at an instant.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ShareSample {
    pub t_s: f64,
    pub rows: Vec<ShareRow>,
}

/// One association in `sshare`.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ShareRow {
    pub name: String,
    pub is_user: bool,
    pub parent: String,
    pub account: String,
    /// 2147483647 is `parent`.
    pub raw_shares: Option<f64>,
    pub norm_shares: Option<f64>,
    pub raw_usage: Option<f64>,
    pub norm_usage: Option<f64>,
    pub effective_usage: Option<f64>,
    pub fairshare_factor: Option<f64>,
    /// A number, or `inf`.
    pub level_fs: Value,
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
    pub t_s: f64,
    pub rows: Vec<Columns>,
}

/// Columns of a printed table, by their headings.
pub type Columns = BTreeMap<String, Value>;

/// One look at a standing cluster.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    pub t_s: f64,
    pub sshare: Vec<ShareRow>,
    pub sprio: Vec<Columns>,
    pub sprio_normalized: Vec<Columns>,
    /// By job: `[factor, weight, product]` of each part, `total`, `t_s`.
    pub priority_log: BTreeMap<String, Columns>,
    pub squeue_priority: BTreeMap<String, f64>,
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
