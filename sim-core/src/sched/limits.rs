//! Limits: the first check that fails names the reason.
//!
//! Order (`slurm-semantics` §1.4): before node selection the array's throttle and the partition's MaxTime; after it,
//! for each QOS in order of precedence GrpTRESRunMins, MaxTRESPerUser, MaxTRESRunMinsPerUser, then the association from leaf to root.

use crate::cluster::{Cluster, Job};
use crate::ids::{PartitionId, QosId};
use crate::reason::Reason;

/// The limit that holds a request before nodes are looked for. Such a job is not counted as tested by backfill.
pub fn before_selection(cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<Reason> {
    let request = &job.request;
    if request.limit > cluster.partitions[partition].max_time {
        return Some(Reason::PartitionTimeLimit);
    }
    let (array, throttle) = request.array?;
    (throttle > 0 && cluster.ledgers.running_tasks(array) >= throttle).then_some(Reason::JobArrayTaskLimit)
}

/// The limit that holds a request whether or not nodes were found.
///
/// Run-minutes: held if `floor(ledger / 60) + GPUs × limit in minutes > limit`; the ledger falls in ticks.
pub fn after_selection(cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<Reason> {
    let request = &job.request;
    let ledgers = &cluster.ledgers;
    let limits = ledgers.effective(partition, request.qos);
    let minutes = u64::from(request.gpus()) * u64::from(request.limit.mins_up());
    let over = |left: u64, most: u32| left / 60 + minutes > u64::from(most);
    for qos in ledgers.precedence(partition, request.qos) {
        let here = |limit: Option<(QosId, u32)>| limit.filter(|&(of, _)| of == qos).map(|(_, most)| most);
        if let Some(most) = here(limits.grp_run_mins)
            && over(ledgers.left_in_qos(qos), most)
        {
            return Some(Reason::QOS_GRP_GRES_RUN_MINUTES);
        }
        if let Some(most) = here(limits.max_tres_pu)
            && ledgers.held_by_user(qos, request.user) + request.gpus() > most
        {
            return Some(Reason::QOS_MAX_GRES_PER_USER);
        }
        if let Some(most) = here(limits.max_run_mins_pu)
            && over(ledgers.left_of_user(qos, request.user), most)
        {
            return Some(Reason::MAX_GRES_RUN_MINS_PER_USER);
        }
    }
    if let Some(most) = limits.user_run_mins
        && over(ledgers.left_of_association(request.user), most)
    {
        return Some(Reason::ASSOC_GRP_GRES_RUN_MINUTES);
    }
    if let Some(most) = limits.account_run_mins
        && over(ledgers.left_of_account(request.account), most)
    {
        return Some(Reason::ASSOC_GRP_GRES_RUN_MINUTES);
    }
    None
}

/// The limit that holds a request now, if any.
pub fn verdict(cluster: &Cluster, job: &Job, partition: PartitionId) -> Option<Reason> {
    before_selection(cluster, job, partition).or_else(|| after_selection(cluster, job, partition))
}

/// Whether the request can never start under its limits, whatever else runs or ends.
pub fn forbidden(cluster: &Cluster, job: &Job, partition: PartitionId) -> bool {
    let request = &job.request;
    request.limit > cluster.partitions[partition].max_time
        || cluster.ledgers.effective(partition, request.qos).forbid(request)
}

/// Why a job was refused at submission.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The limit or rule that refused it.
    pub reason: Reason,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.reason)
    }
}

/// Whether a job may come in.
pub fn at_submission(_cluster: &Cluster, _job: &Job) -> Result<(), Refusal> {
    Ok(())
}

/// Running jobs whose budget is used up.
pub fn over_budget(_cluster: &Cluster) -> Vec<crate::ids::JobId> {
    Vec::new()
}

/// Whether backfill makes no promise to a job.
pub fn reserves_nothing(_cluster: &Cluster, _job: &Job) -> bool {
    false
}
