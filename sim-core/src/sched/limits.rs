//! Limits: the first check that fails names the reason.
//!
//! Order (`slurm-semantics` §1.4): before node selection the array's throttle and the partition's MaxTime; after it,
//! for each QOS in order of precedence GrpTRESRunMins, MaxTRESPerUser, MaxTRESRunMinsPerUser, then the association from leaf to root.

use crate::cluster::Cluster;
use crate::ids::QosId;
use crate::reason::Reason;
use crate::workload::Request;

/// The limit that holds a request before nodes are looked for. Such a job is not counted as tested by backfill.
pub fn before_selection(cluster: &Cluster, request: &Request) -> Option<Reason> {
    if request.limit > cluster.partitions[request.partition].max_time {
        return Some(Reason::PartitionTimeLimit);
    }
    let (array, throttle) = request.array?;
    (throttle > 0 && cluster.ledgers.running_tasks(array) >= throttle).then_some(Reason::JobArrayTaskLimit)
}

/// The limit that holds a request whether or not nodes were found.
///
/// Run-minutes: held if `floor(ledger / 60) + GPUs × limit in minutes > limit`; the ledger falls in ticks.
pub fn after_selection(cluster: &Cluster, request: &Request) -> Option<Reason> {
    let ledgers = &cluster.ledgers;
    let limits = ledgers.effective(request);
    let minutes = u64::from(request.gpus()) * u64::from(request.limit.mins_up());
    let over = |left: u64, most: u32| left / 60 + minutes > u64::from(most);
    for qos in ledgers.precedence(request) {
        let here = |limit: Option<(QosId, u32)>| limit.filter(|&(of, _)| of == qos).map(|(_, most)| most);
        if let Some(most) = here(limits.grp_run_mins)
            && over(ledgers.left_in_qos(qos), most)
        {
            return Some(Reason::QosGrpGresRunMinutes);
        }
        if let Some(most) = here(limits.max_tres_pu)
            && ledgers.held_by_user(qos, request.user) + request.gpus() > most
        {
            return Some(Reason::QosMaxGresPerUser);
        }
        if let Some(most) = here(limits.max_run_mins_pu)
            && over(ledgers.left_of_user(qos, request.user), most)
        {
            return Some(Reason::MaxGresRunMinsPerUser);
        }
    }
    if let Some(most) = limits.user_run_mins
        && over(ledgers.left_of_association(request.user), most)
    {
        return Some(Reason::AssocGrpGresRunMinutes);
    }
    if let Some(most) = limits.account_run_mins
        && over(ledgers.left_of_account(request.account), most)
    {
        return Some(Reason::AssocGrpGresRunMinutes);
    }
    None
}

/// The limit that holds a request now, if any.
pub fn verdict(cluster: &Cluster, request: &Request) -> Option<Reason> {
    before_selection(cluster, request).or_else(|| after_selection(cluster, request))
}

/// Whether the request can never start under its limits, whatever else runs or ends.
pub fn forbidden(cluster: &Cluster, request: &Request) -> bool {
    request.limit > cluster.partitions[request.partition].max_time
        || cluster.ledgers.effective(request).forbid(request)
}
