//! Priorities as `sprio`, `squeue` and the controller's log show them: those of the last tick, or of the submission if
//! that came later.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sim_core::cluster::{Job, JobState};
use sim_core::engine::Run;
use sim_core::ids::{JobId, PartitionId};
use sim_core::scenario::TresName;
use sim_core::sched::priority::{self, Factors, Rules};
use sim_core::units::Time;
use sim_core::workload::Request;

use super::Watch;
use crate::observed::Columns;

/// `sprio` cuts its column of resources here.
const TRES_WIDTH: usize = 20;

/// The factors computed last for every job, also for those that have left the queue.
#[derive(Default)]
pub struct Priorities(BTreeMap<JobId, Computed>);

struct Computed {
    at: Time,
    eligible: Time,
    /// What it asked for: an administrator may change that.
    request: Request,
    /// In the order of the job's partitions.
    records: Vec<(PartitionId, Factors)>,
}

impl Priorities {
    /// Follows the instant that has just passed.
    pub fn update(&mut self, run: &Run) {
        let cluster = run.cluster();
        for (id, job) in cluster.jobs.entries() {
            let just_left = job.runs > 0 && job.started == run.now();
            if job.state != JobState::Pending && !just_left {
                continue;
            }
            let at = cluster.usage.last_tick().max(job.eligible);
            let known = self.0.get(&id);
            let alike = |known: &&Computed| known.eligible == job.eligible && known.request == job.request;
            let known = known.filter(alike);
            if known.is_some_and(|known| known.at >= at) {
                continue;
            }
            let factors =
                |partition| priority::factors(run.priority_rules(), cluster, job, partition, job.accrues, at);
            let records = job.request.partitions();
            let computed = Computed {
                at,
                eligible: job.eligible,
                request: job.request,
                records: records.map(|partition| (partition, factors(partition))).collect(),
            };
            self.0.insert(id, computed);
        }
    }

    /// What `squeue` shows: what an administrator has set, or else the priority of the last record; 0 before there is one.
    pub fn shown(&self, run: &Run, id: JobId) -> u32 {
        if let Some(set) = run.cluster().jobs[id].set_priority {
            return set;
        }
        let last = self.0.get(&id).and_then(|computed| computed.records.last());
        last.map_or(0, |(_, factors)| run.priority_rules().priority(factors))
    }
}

/// One record of the queue.
pub struct Row<'a> {
    watch: &'a Watch<'a>,
    rules: &'a Rules,
    id: JobId,
    job: &'a Job,
    partition: PartitionId,
    factors: &'a Factors,
}

impl Watch<'_> {
    /// Records of waiting jobs, in the order of job ids.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        for (&id, computed) in &self.priorities.0 {
            let job = &self.run.cluster().jobs[id];
            if job.state != JobState::Pending {
                continue;
            }
            rows.extend(computed.records.iter().map(|(partition, factors)| Row {
                watch: self,
                rules: self.run.priority_rules(),
                id,
                job,
                partition: *partition,
                factors,
            }));
        }
        rows
    }

    /// Priorities of waiting jobs by name.
    pub fn squeue_priority(&self) -> BTreeMap<String, f64> {
        let rows = self.rows();
        // Of several records the last one stays.
        let each = rows.iter().map(|row| (row.name(), f64::from(row.priority())));
        each.collect()
    }

    /// What the controller wrote when it last computed each job's priority.
    pub fn priority_log(&self) -> BTreeMap<String, Columns> {
        let rules = self.run.priority_rules();
        let told = self.priorities.0.iter().filter_map(|(&id, computed)| {
            let (_, factors) = computed.records.last()?;
            let mut columns: Columns = parts(rules, factors)
                .into_iter()
                .map(|(name, factor, weight)| (name.to_lowercase(), json!([factor, weight, factor * weight])))
                .collect();
            let seconds = self.experiment.seconds(computed.at);
            columns.insert(String::from("nice"), Value::from(factors.nice));
            columns.insert(String::from("total"), Value::from(rules.sum(factors).max(1.0)));
            columns.insert(String::from("t_s"), Value::from(seconds));
            Some((
                self.experiment.jobs[self.jobs[usize::from(id)]].name.clone(),
                columns,
            ))
        });
        told.collect()
    }
}

/// Parts of a priority: heading, factor, weight.
fn parts(rules: &Rules, f: &Factors) -> [(&'static str, f64, f64); 6] {
    [
        ("AGE", f.age, rules.weight_age),
        ("ASSOC", f.assoc, rules.weight_assoc),
        ("FAIRSHARE", f.fairshare, rules.weight_fairshare),
        ("JOBSIZE", f.job_size, rules.weight_job_size),
        ("PARTITION", f.partition, rules.weight_partition),
        ("QOS", f.qos, rules.weight_qos),
    ]
}

impl Row<'_> {
    fn name(&self) -> String {
        self.watch.experiment.jobs[self.watch.jobs[usize::from(self.id)]]
            .name
            .clone()
    }

    fn priority(&self) -> u32 {
        let set = self.job.set_priority;
        set.unwrap_or_else(|| self.rules.priority(self.factors))
    }

    /// A line of `sprio`, every part rounded by itself.
    pub fn printed(&self) -> Columns {
        let names = &self.watch.experiment.names;
        let request = &self.job.request;
        let mut columns: Columns = parts(self.rules, self.factors)
            .into_iter()
            .map(|(name, factor, weight)| (name.to_owned(), Value::from(format!("{:.0}", factor * weight))))
            .collect();
        let told = [
            ("JOBID", (self.watch.jobs[usize::from(self.id)] + 1).to_string()),
            ("USER", names.users[usize::from(request.user)].clone()),
            ("ACCOUNT", names.accounts[usize::from(request.account)].clone()),
            ("PRIORITY", self.priority().to_string()),
            ("SITE", String::from("0")),
            ("QOSNAME", names.qos[usize::from(request.qos)].clone()),
            ("NICE", self.factors.nice.to_string()),
            ("job", self.name()),
        ];
        columns.extend(told.map(|(name, text)| (name.to_owned(), Value::from(text))));
        let policy = &self.watch.experiment.scenario.policy;
        if !policy.priority.weight_tres.is_empty() {
            let mut list = self.tres(|name, weight, factor| format!("{name}={:.0}", weight * factor));
            list.truncate(TRES_WIDTH);
            columns.insert(String::from("TRES"), Value::from(list));
        }
        columns
    }

    /// A line of `sprio --norm`.
    pub fn normalized(&self) -> Columns {
        let mut columns: Columns = parts(self.rules, self.factors)
            .into_iter()
            .filter(|(name, ..)| *name != "ASSOC")
            .map(|(name, factor, _)| (name.to_lowercase(), Value::from(format!("{factor:.7}"))))
            .collect();
        let told = [
            ("job", self.name()),
            ("priority", self.priority().to_string()),
            ("tres", self.tres(|name, _, factor| format!("{name}={factor:.2}"))),
        ];
        columns.extend(told.map(|(name, text)| (name.to_owned(), Value::from(text))));
        columns
    }

    /// The weighted resources that it asks for.
    fn tres(&self, told: impl Fn(&TresName, f64, f64) -> String) -> String {
        let cluster = self.watch.run.cluster();
        let weighted = priority::tres_factors(self.rules, cluster, self.job, self.partition);
        let entries = weighted
            .filter(|&(_, _, factor)| factor > 0.0)
            .map(|(tres, weight, factor)| told(cluster.amounts.table.name(tres), weight, factor));
        entries.collect::<Vec<_>>().join(",")
    }
}
