//! What the plans of one walk have found, for those planned after them.
//!
//! **Too early.** A plan is sought from instant to instant: from now, then from the begin of each interval that offers a node
//! that the one before it does not. Where too few of the nodes that are open for long enough have room before the next
//! of these instants, nobody can be planned between the two who asks for no less in that partition, then or later in the
//! walk: promises and starts only take room away. So the search of somebody else may begin where that ended, as long as
//! its own would have come there ([`Timeline::last_chance`]). A promise may touch the end of a job that starts a
//! little later, but not of one that starts at once; where only that closes a node, nothing is concluded, nor where
//! nodes were found that somebody else had been promised.
//!
//! **In vain.** A plan that comes to no promise comes to none again until something is promised or starts.
//!
//! [`Timeline::last_chance`]: crate::sched::timeline::Timeline::last_chance

use crate::cluster::{Cluster, Job};
use crate::ids::PartitionId;
use crate::scenario::SlurmBackfill;
use crate::units::Time;
use crate::workload::Request;

/// Whether a plan in vain says the same of all that ask for the same: it pushes nobody off, and no reservation is open to it.
#[inline]
pub(super) fn is_usual(cluster: &Cluster, job: &Job, partition: PartitionId) -> bool {
    (cluster.reservations.is_empty() || cluster.reservations.treat_as_others(job))
        && !cluster.preempt.may_some(&job.request, partition)
}

/// Whether what is too early for one of these is so for all that ask for no less: no reservation is about, no runs of
/// neighbours are chosen, and a promise lasts no longer than its job.
pub(super) fn holds(cluster: &Cluster, policy: &SlurmBackfill, request: &Request) -> bool {
    cluster.reservations.is_empty() && request.cpus_per_node == 0 && request.limit >= policy.resolution
}

/// What is known of a request before it is planned.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// It does not start sooner.
    pub not_before: Time,
    /// It gets no promise.
    pub in_vain: bool,
}

/// What has been found, by partition and request.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    all: Vec<(PartitionId, Request, Known)>,
}

impl Found {
    /// A walk begins.
    pub fn forget(&mut self) {
        self.all.clear();
    }

    /// Something was promised, or has started.
    pub fn moved(&mut self) {
        for (.., known) in &mut self.all {
            known.in_vain = false;
        }
    }

    /// What is known of a request in a partition.
    pub fn of(&self, partition: PartitionId, request: &Request) -> Known {
        let mut sum = Known::default();
        for (of, less, known) in &self.all {
            if *of == partition && less.limit <= request.limit && request.asks_no_less(less) {
                sum.not_before = sum.not_before.max(known.not_before);
                sum.in_vain |= known.in_vain && request.limit == less.limit && less.asks_no_less(request);
            }
        }
        sum
    }

    /// A plan was made.
    pub fn learn(&mut self, partition: PartitionId, request: &Request, not_before: Time, in_vain: bool) {
        let same = |(of, other, _): &&mut (PartitionId, Request, Known)| {
            *of == partition
                && other.limit == request.limit
                && other.asks_no_less(request)
                && request.asks_no_less(other)
        };
        let known = Known { not_before, in_vain };
        match self.all.iter_mut().find(same) {
            Some((.., before)) => {
                before.not_before = before.not_before.max(not_before);
                before.in_vain = in_vain;
            }
            None => self.all.push((partition, *request, known)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;

    #[test]
    fn what_is_found_holds_for_all_that_ask_for_no_less_until_something_moves() {
        let asks = |gpus_per_node, hours| Request {
            gpus_per_node,
            limit: Span::hours(hours),
            ..Request::default()
        };
        let here = PartitionId(0);
        let mut found = Found::default();
        found.learn(here, &asks(2, 4), Time(600), true);
        let known = |found: &Found, partition, request| {
            let Known { not_before, in_vain } = found.of(partition, &request);
            (not_before.0, in_vain)
        };
        assert_eq!(known(&found, here, asks(2, 4)), (600, true));
        assert_eq!(known(&found, here, asks(3, 4)), (600, false));
        assert_eq!(known(&found, here, asks(2, 5)), (600, false));
        assert_eq!(known(&found, here, asks(2, 3)), (0, false));
        assert_eq!(known(&found, here, asks(1, 4)), (0, false));
        assert_eq!(known(&found, PartitionId(1), asks(2, 4)), (0, false));
        found.moved();
        assert_eq!(known(&found, here, asks(2, 4)), (600, false));
        found.learn(here, &asks(2, 4), Time(300), false);
        assert_eq!(known(&found, here, asks(2, 4)), (600, false), "it only grows");
        found.forget();
        assert_eq!(known(&found, here, asks(2, 4)), (0, false));
    }
}
