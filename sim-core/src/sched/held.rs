//! People all of whose waiting jobs their limits hold, as they did when that was last said: a walk goes past such a person's
//! places in one step.
//!
//! What limits say moves with the ledgers' stamp of that person; what was said, with a reason that a place is told. While neither
//! does, and nobody comes or goes, all of them come to the same as when they were looked at one by one.

use super::limits;
use crate::cluster::{Cluster, Record, Run, Whole};
use crate::ids::UserId;

/// Where a walk is among the runs of one person's places.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AtRun {
    next: usize,
    /// The first place of the next one.
    end: usize,
}

impl AtRun {
    /// Whether a place, no longer before the last one asked for, is beyond the run that the walk is in.
    #[inline]
    pub fn is_left(&self, place: usize) -> bool {
        self.end <= place
    }

    /// The run that begins at this place, and the place behind it; nothing inside a run.
    pub fn enter<'a>(&mut self, cluster: &'a Cluster, place: usize) -> Option<(&'a Run, usize)> {
        let mut entered = None;
        while self.is_left(place) {
            let run = cluster.queue.runs().get(self.next)?;
            entered = (self.end == place).then_some(run);
            self.next += 1;
            self.end += run.places;
        }
        entered.map(|run| (run, self.end))
    }
}

/// What all places of a person come to, if a limit holds each of them as before.
#[inline]
pub fn all_of(cluster: &Cluster, user: UserId) -> Option<Whole> {
    let stamp = cluster.ledgers.stamp(user) + cluster.queue.last_places();
    cluster.shapes.whole(user, stamp, || read(cluster, user))
}

fn read(cluster: &Cluster, user: UserId) -> Option<Whole> {
    let mut whole = Whole::default();
    // Those who are alike often stand behind one another.
    let mut before: Option<Record> = None;
    let other = cluster.queue.first_of(user, 0, &mut |place| {
        if before.is_some_and(|before| before.says_as_much_as(place)) {
            return false;
        }
        before = Some(*place);
        let verdict = limits::verdict_at(cluster, place);
        if verdict.before.is_some() {
            whole.some_before = true;
        } else {
            whole.after.insert(place.partition);
            whole.nodes = whole.nodes.max(cluster.jobs[place.job()].request.nodes);
        }
        !(place.key.unreserved && place.stays(verdict))
    });
    other.is_none().then_some(whole)
}
