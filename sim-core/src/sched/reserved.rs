//! What reservations leave a job: nodes on which it would not run into somebody else's, and inside its own.

use crate::cluster::{Closed, Cluster, Job, NodeSet};
use crate::ids::PartitionId;
use crate::reason::{NotAvail, Reason};
use crate::units::{Span, Time};

/// Takes away the nodes that the job may not use if it starts now. If too few are left that would otherwise be enough,
/// that is the reason it waits.
pub fn leave_open(cluster: &Cluster, job: &Job, nodes: &mut NodeSet, now: Time) -> Result<(), Reason> {
    let finish = now + job.request.limit.max(Span::secs(1));
    if job.request.reservation.is_none() && cluster.reservations.are_far(now, finish) {
        return Ok(());
    }
    if let Some(id) = job.request.reservation {
        let (own, flexible) = cluster.reservations.nodes(id);
        match cluster.reservations.next(id, now) {
            None => return Err(Reason::ReservationDeleted),
            Some((from, _)) if from > now && !flexible => return Err(Reason::Reservation),
            Some(_) => {}
        }
        if !flexible {
            nodes.intersect(own);
        }
    }
    let before = nodes.count();
    let closed = closed(cluster, job, now, now, Span::ZERO);
    closed.iter().for_each(|closed| nodes.subtract(&closed.nodes));
    let wanted = job.request.nodes as usize;
    if nodes.count() < wanted && before >= wanted {
        let what = if closed.iter().any(|closed| closed.maint) {
            NotAvail::ReservedForMaintenance
        } else {
            NotAvail::ReservedForOtherJob
        };
        return Err(Reason::ReqNodeNotAvail(what));
    }
    Ok(())
}

/// The reservation, or the want of its own, that keeps a job from starting now in a partition of which all is free.
#[inline]
pub fn kept_out(cluster: &Cluster, job: &Job, partition: PartitionId, now: Time) -> Option<Reason> {
    if cluster.reservations.is_empty() {
        return None;
    }
    let mut nodes = cluster.partitions[partition].up.clone();
    leave_open(cluster, job, &mut nodes, now).err()
}

/// Intervals that a job must keep out of if it starts somewhere from `from` to `from + window`.
pub fn closed(cluster: &Cluster, job: &Job, now: Time, from: Time, window: Span) -> Vec<Closed> {
    let to = from + window + job.request.limit.max(Span::secs(1));
    cluster.reservations.closed(job, now, from, to)
}
