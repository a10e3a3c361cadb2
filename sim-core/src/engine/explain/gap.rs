//! Which smaller request the next backfill pass would start: tried on copies of the cluster, by the pass itself.

use super::Gap;
use super::instead::{of_gpus, widest};
use crate::cluster::Cluster;
use crate::ids::JobId;
use crate::scenario::SlurmBackfill;
use crate::sched::Decision;
use crate::sched::backfill::BackfillPass;
use crate::units::{Span, Time};
use crate::workload::Request;

/// More widths than that nobody tries.
const MOST_WIDTHS: usize = 16;

/// What would let a pending job slip through.
pub(super) fn gap(cluster: &Cluster, policy: &SlurmBackfill, id: JobId, now: Time) -> Gap {
    let request = cluster.jobs[id].request;
    let starts = |request: Request| starts(cluster, policy, id, request, now);
    let (mut goes, mut stays) = (0, request.limit.mins_up());
    while goes + 1 < stays {
        let middle = goes + (stays - goes) / 2;
        let limit = Span::mins(middle);
        if starts(Request { limit, ..request }) {
            goes = middle;
        } else {
            stays = middle;
        }
    }
    let each = widest(cluster, &request, request.partition);
    let narrower = (1..request.gpus())
        .rev()
        .filter_map(|gpus| of_gpus(&request, gpus, each))
        .take(MOST_WIDTHS)
        .find(|narrower| starts(*narrower));
    Gap {
        limit_at_most: (goes > 0).then_some(Span::mins(goes)),
        gpus_at_most: narrower.map(|narrower| narrower.gpus()),
    }
}

/// Whether a pass would start the job, had it asked for this.
fn starts(cluster: &Cluster, policy: &SlurmBackfill, id: JobId, request: Request, now: Time) -> bool {
    let mut copy = cluster.clone();
    copy.ask(id, request);
    // Its places in the queue say what it asks for too.
    copy.reprioritise_job(id, |priority| priority);
    let mut pass = BackfillPass::new(&copy, policy, now);
    while let Some(decision) = pass.next(&copy) {
        match decision {
            Decision::Start { job, .. } if job == id => return true,
            Decision::Start { job, partition, on } => copy.start(job, partition, on, now),
            Decision::Hold { job, reason } => {
                copy.give_reason(job, reason);
            }
            // Whoever is pushed off has not left yet.
            Decision::Preempt { .. } => {}
        }
    }
    false
}
