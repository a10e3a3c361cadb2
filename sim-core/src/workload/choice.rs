//! Which way into the cluster somebody takes, and which others the job is sent to as well.

use super::halls::{Hall, Offer};
use super::shape::Shape;
use super::{Class, Intent, WantedLimit};
use crate::ids::{AccountId, PartitionSet};
use crate::scenario::Routing;
use crate::units::Span;

/// Where a job goes.
pub(super) struct Choice<'a> {
    pub hall: &'a Hall,
    pub offer: &'a Offer,
    /// All that would do.
    mine: Vec<(&'a Hall, &'a Offer)>,
}

/// The ways are put in order: what is meant for such work, what its owner lets be pushed off, what is the owner's own, the
/// rest. The first that takes the width and the time is it; if none does, the longest of the widest.
pub(super) fn choose<'a>(intent: &Intent, account: AccountId, halls: &'a [Hall]) -> Choice<'a> {
    let offered = |hall: &'a Hall| hall.offer(intent).map(|offer| (hall, offer));
    let meant = |hall: &Hall| hall.is_meant_for(intent.class).is_some();
    let mut mine: Vec<(&Hall, &Offer)> = Vec::new();
    // Where nothing is meant for them, or nothing stays, people take what there is.
    for round in 0..3 {
        if mine.is_empty() {
            let would = |hall: &&Hall| {
                let stays = intent.opts_in || !hall.preemptible;
                hall.lets_in(account) && (round > 1 || meant(hall)) && (round > 0 || stays)
            };
            mine = halls.iter().filter(would).filter_map(offered).collect();
        }
    }
    if mine.is_empty() {
        // Nobody lets them in: the job is sent in all the same, and told so.
        mine.extend(halls.first().map(|hall| (hall, hall.any())));
    }
    let width = |offer: &Offer| offer.width(intent.gpus);
    let widest = mine.iter().map(|(_, offer)| width(offer)).max().unwrap_or(0);
    mine.retain(|(_, offer)| width(offer) == widest);
    let takes = Span(intent.work.0.div_ceil(widest.max(1)));
    let longest = mine.iter().map(|(hall, _)| hall.max_time).max();
    let longest = longest.unwrap_or(Span::ZERO);
    let routing = mine.first().map_or(Routing::First, |(hall, _)| hall.routing);
    let needed = match (intent.wanted, routing) {
        (WantedLimit::Longest, Routing::First) => longest,
        (WantedLimit::Longest, Routing::Informed) => takes.min(longest),
        (WantedLimit::Default(limit) | WantedLimit::Exactly(limit), _) => limit.min(longest),
    };
    let rank = |&&(hall, offer): &&(&Hall, &Offer)| {
        let keeps_width = offer.held >= widest;
        match hall.is_meant_for(intent.class) {
            // Nobody makes a test narrower or longer for the sake of a place among tests.
            Some(true) if keeps_width && (intent.class != Class::Debug || hall.max_time >= takes) => 0,
            _ if hall.max_time < needed => 5,
            _ if !keeps_width => 4,
            _ if hall.preemptible && intent.opts_in => 1,
            _ if hall.is_own(account) => 2,
            Some(_) | None => 3,
        }
    };
    let &(hall, offer) = mine
        .iter()
        .min_by_key(rank)
        .expect("Checked has at least one partition and QOS, and the widest stay");
    Choice { hall, offer, mine }
}

impl Choice<'_> {
    /// The other partitions that take a job of this shape and limit just as well, and have something to add.
    pub(super) fn also(&self, shape: Shape, limit: Span) -> PartitionSet {
        let mut also = PartitionSet::empty();
        let informed = self.hall.routing == Routing::Informed;
        for (other, _) in self.mine.iter().filter(|_| informed) {
            let helps = |offer: &Offer| {
                let most = offer.held.min(offer.at_once);
                let takes = most >= shape.gpus() && offer.shape(shape.gpus()) == shape;
                takes && (other.adds_to(self.hall) || offer.held > self.offer.held)
            };
            let alike = other.qos == self.hall.qos && other.exclusive == self.hall.exclusive;
            let is_other = other.partition != self.hall.partition && other.max_time >= limit;
            if alike && is_other && other.same(self.offer).is_some_and(helps) {
                also.insert(other.partition);
            }
        }
        also
    }
}
