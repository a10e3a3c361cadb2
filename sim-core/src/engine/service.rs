//! Nodes that change hands between jobs and a service: who asks for one, how jobs leave it, how it is set up, when it
//! comes back. Nothing of it is in a program whose runs are all without a service.
//!
//! A node is with the jobs, is being drained, is set up for the service, serves, and is set up for jobs again. The rule
//! says how many are wanted at an instant; the nodes that would be free first by the limits of their jobs go first. Slurm
//! knows the states as DRAIN and RESUME, and a reservation that begins when a node has to go.

use crate::cluster::{Cluster, JobState, Lent, NodeSet};
use crate::ids::{JobId, KindId, ReservationId};
use crate::metrics::{ServiceFigures, Window};
use crate::order;
use crate::reason::Cause;
use crate::scenario::{Drain, HandOver, Scenario, ServiceRule};
use crate::units::{PerMille, SEVENTHS, Span, Time};
use crate::workload::service_need;

const HOUR: Span = Span::hours(1);
const DAY: Span = Span::days(1);

/// With whom a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Hand {
    /// With the jobs.
    Jobs,
    /// With those jobs that end before this instant.
    Closing(Time),
    /// Jobs run out; where shorter ones may fill the time, it ends at this instant by the limits of those there.
    Draining(Option<Time>),
    /// Set up for the service until then.
    ToService(Time),
    /// With the service.
    Serving,
    /// Set up for jobs until then.
    ToJobs(Time),
}

/// A node that may serve.
#[derive(Clone, Debug)]
struct Node {
    node: usize,
    sevenths: u64,
    hand: Hand,
    /// When it came to whom it is with; `None` if it was there from the start.
    since: Option<Time>,
    /// When the service asked for it.
    asked: Time,
    /// What keeps long jobs off it, where short ones may fill its last time.
    row: Option<ReservationId>,
}

impl Node {
    /// When it may go again.
    fn stays_until(&self, least: Span) -> Time {
        self.since.map_or(Time::ZERO, |since| since + least)
    }
}

/// The service: its need, the rule, and the nodes that may serve.
#[derive(Debug)]
pub(super) struct Service {
    rule: ServiceRule,
    change: Span,
    window: Window,
    /// By hour, in sevenths of a GPU.
    need: Vec<u64>,
    /// Sessions that ask it: until when, and how much of a GPU in thousandths.
    pub sessions: Vec<(Time, u64)>,
    nodes: Vec<Node>,
    /// Instants at which something is to be looked at again.
    pub wakes: Vec<Time>,
    booked: Time,
    /// What was needed and met in this hour.
    hour: (u64, u64),
    figures: ServiceFigures,
}

impl Service {
    /// The service of a scenario, if it has one, with the nodes that it has from the start.
    pub fn of(scenario: &Scenario, seed: u64, window: Window, cluster: &mut Cluster) -> Option<Box<Service>> {
        let rule = scenario.policy.service.clone();
        if rule.rule == HandOver::Off {
            return None;
        }
        let named = crate::cluster::nodes_of(&scenario.cluster, &rule.nodes);
        let kinds = cluster.nodes.kinds();
        let of = |node| {
            let devices = |(kind, sevenths): (KindId, u64)| {
                u64::from(cluster.nodes.installed().of_kind(node, kind)) * sevenths
            };
            let kinds = kinds.entries().map(|(id, kind)| (id, kind.sevenths));
            kinds.map(devices).sum()
        };
        let mut nodes: Vec<Node> = Vec::new();
        for node in named.iter() {
            nodes.push(Node {
                node,
                sevenths: of(node),
                hand: Hand::Jobs,
                since: None,
                asked: Time::ZERO,
                row: None,
            });
        }
        if rule.drain == Drain::ShortJobs {
            for node in &mut nodes {
                let mut alone = NodeSet::empty(cluster.nodes.len());
                alone.insert(node.node);
                node.row = Some(cluster.reservations.add_closed(alone));
            }
        }
        let mut service = Box::new(Service {
            rule,
            change: scenario.assumptions.service.change_time,
            window,
            need: service_need(scenario, seed),
            sessions: Vec::new(),
            nodes,
            wakes: Vec::new(),
            booked: Time::ZERO,
            hour: (0, 0),
            figures: ServiceFigures::default(),
        });
        let wanted = service.wanted(Time::ZERO);
        for node in service.nodes.iter_mut().take(wanted) {
            node.hand = Hand::Serving;
        }
        service.tell(cluster);
        Some(service)
    }

    /// All instants at which the need or the clock may say something new.
    pub fn instants(&self) -> Vec<Time> {
        let (every, end) = (HOUR.0 as usize, self.window.to.0);
        let mut all: Vec<Time> = (0..end).step_by(every).map(Time).collect();
        for of_day in [self.rule.from, self.rule.to] {
            if of_day.0 % HOUR.0 != 0 {
                all.extend((of_day.0..end).step_by(DAY.0 as usize).map(Time));
            }
        }
        all
    }

    /// Whether the clock says day.
    fn is_day(&self, now: Time) -> bool {
        let (from, to) = (self.rule.from.0 % DAY.0, self.rule.to.0 % DAY.0);
        let lasts = (to + DAY.0 - from - 1) % DAY.0 + 1;
        let Some(since) = now.0.checked_sub(from) else {
            // The night before the first Monday began on a Sunday.
            return self.rule.weekends && now.0 + DAY.0 - from < lasts;
        };
        let begins = Time(now.0 - since % DAY.0);
        since % DAY.0 < lasts && (self.rule.weekends || begins.weekday() < 5)
    }

    /// The next instant within the notice at which the clock begins to say day, from a night.
    fn next_day(&self, now: Time) -> Option<Time> {
        let from = self.rule.from.0 % DAY.0;
        let first = now.0 - now.0 % DAY.0 + from;
        let last = (now + self.rule.notice).0;
        let mut days = (first..=last).step_by(DAY.0 as usize).map(Time);
        days.find(|&at| at > now && self.is_day(at))
    }

    fn need_at(&self, now: Time) -> u64 {
        let hour = (now.0 / HOUR.0) as usize;
        let asked: u64 = self.sessions.iter().map(|(_, active)| active).sum();
        self.need.get(hour).copied().unwrap_or(0) + (asked * SEVENTHS).div_ceil(1_000)
    }

    /// How many nodes the service should have now.
    fn wanted(&self, now: Time) -> usize {
        let most = self.rule.least.max(self.rule.most) as usize;
        let (least, most) = (
            (self.rule.least as usize).min(self.nodes.len()),
            most.min(self.nodes.len()),
        );
        match self.rule.rule {
            HandOver::Off => 0,
            HandOver::Fixed => most,
            HandOver::ByClock if self.is_day(now) => most,
            HandOver::ByClock => least,
            HandOver::ByDemand => {
                let PerMille(full) = self.rule.full;
                let need = self.need_at(now) * 1_000;
                let enough = |&count: &usize| {
                    let first = self.nodes.iter().take(count);
                    first.map(|node| node.sevenths).sum::<u64>() * u64::from(full) >= need
                };
                (least..most).find(enough).unwrap_or(most)
            }
        }
    }

    /// Counts what was needed and given since the last time: until now nothing of it has moved.
    pub fn book(&mut self, cluster: &Cluster, now: Time) {
        let (from, works) = (self.booked, cluster.nodes.works());
        self.booked = now;
        let span = self.window.overlap(from, now);
        if span > 0 {
            let serving = self.nodes.iter().filter(|node| node.hand == Hand::Serving);
            let serves: u64 = serving
                .filter(|node| works.contains(node.node))
                .map(|node| node.sevenths)
                .sum();
            let need = self.need_at(from);
            let met = need.min(serves);
            self.figures.needed += need * span;
            self.figures.met += met * span;
            self.figures.beyond += (serves - met) * span;
            self.hour.0 += need * span;
            self.hour.1 += met * span;
        }
        if now.0.is_multiple_of(HOUR.0) {
            let (need, met) = std::mem::take(&mut self.hour);
            self.figures.hour(need, met);
        }
    }

    /// Lets the cluster know who has which node.
    pub fn tell(&mut self, cluster: &mut Cluster) {
        let mut all = Vec::new();
        for node in &self.nodes {
            let lent = |takes, cause| Lent {
                node: node.node,
                takes,
                cause,
            };
            let (lent, from) = match node.hand {
                Hand::Jobs => (None, None),
                Hand::Closing(at) => (Some(lent(true, None)), Some(at)),
                Hand::Draining(Some(at)) => (Some(lent(true, Some(Cause::Draining))), Some(at)),
                Hand::Draining(None) => (Some(lent(false, Some(Cause::Draining))), None),
                Hand::ToService(_) | Hand::ToJobs(_) => {
                    (Some(lent(false, Some(Cause::Reprovisioning))), None)
                }
                Hand::Serving => (Some(lent(false, Some(Cause::Serving))), None),
            };
            all.extend(lent);
            if let Some(row) = node.row {
                cluster.reservations.close_from(row, from);
            }
        }
        cluster.lend(all);
    }

    /// Everything that is due now. Returns who has to go.
    pub fn step(&mut self, cluster: &Cluster, now: Time) -> Vec<JobId> {
        for node in &mut self.nodes {
            let arrives = match node.hand {
                Hand::ToService(until) if until <= now => Hand::Serving,
                Hand::ToJobs(until) if until <= now => Hand::Jobs,
                other => other,
            };
            if arrives != node.hand {
                (node.hand, node.since) = (arrives, Some(now));
            }
        }
        self.sessions.retain(|&(until, _)| until > now);
        self.empty_nodes_go(cluster, now);
        let works = |node: &Node| cluster.nodes.works().contains(node.node);
        let is_ours = |node: &&Node| match node.hand {
            Hand::Draining(_) | Hand::ToService(_) | Hand::Serving => works(node),
            Hand::Jobs | Hand::Closing(_) | Hand::ToJobs(_) => false,
        };
        let mut ours = self.nodes.iter().filter(is_ours).count();
        let wanted = self.wanted(now);
        let stay = self.rule.min_stay;
        let mut go = Vec::new();
        while ours < wanted {
            let free = (self.nodes.iter().enumerate()).filter(|(_, node)| works(node) && is_with_jobs(node));
            let able = free.clone().filter(|(_, node)| node.stays_until(stay) <= now);
            let first = able.min_by_key(|(_, node)| (node.hand == Hand::Jobs, free_at(cluster, node.node)));
            let Some((at, _)) = first else {
                self.wakes
                    .extend(free.map(|(_, node)| node.stays_until(stay)).min());
                break;
            };
            go.extend(self.ask_for(at, cluster, now));
            ours += 1;
        }
        while ours > wanted {
            if !self.give_back_one(cluster, now) {
                break;
            }
            ours -= 1;
        }
        self.close_ahead(wanted, cluster, now);
        order::sort(&mut go);
        go.dedup();
        go
    }

    /// The service asks for a node. Returns the jobs that have to go.
    fn ask_for(&mut self, at: usize, cluster: &Cluster, now: Time) -> Vec<JobId> {
        let node = &mut self.nodes[at];
        node.asked = now;
        let (drain, number) = (self.rule.drain, node.node);
        node.hand = match drain {
            Drain::ShortJobs => Hand::Draining(Some(free_at(cluster, number).max(now))),
            Drain::Wait | Drain::Preempt => Hand::Draining(None),
        };
        self.empty_nodes_go(cluster, now);
        match drain {
            Drain::Preempt => on_node(cluster, number)
                .filter(|&id| cluster.jobs[id].pushed_off.is_none())
                .collect(),
            Drain::Wait | Drain::ShortJobs => Vec::new(),
        }
    }

    /// Nodes that jobs have left are set up for the service.
    pub fn empty_nodes_go(&mut self, cluster: &Cluster, now: Time) {
        for node in &mut self.nodes {
            if !matches!(node.hand, Hand::Draining(_)) || cluster.nodes.free().jobs(node.node) > 0 {
                continue;
            }
            let drained = now.since(node.asked).0;
            if self.window.contains(now) {
                self.figures.given += 1;
                self.figures.drained += u64::from(drained);
                self.figures.longest = self.figures.longest.max(drained);
            }
            if self.change == Span::ZERO {
                (node.hand, node.since) = (Hand::Serving, Some(now));
            } else {
                node.hand = Hand::ToService(now + self.change);
                self.wakes.push(now + self.change);
            }
        }
    }

    /// The service gives one node back, or asks for one less; not if those that it has came too lately.
    fn give_back_one(&mut self, cluster: &Cluster, now: Time) -> bool {
        let works = |node: &Node| cluster.nodes.works().contains(node.node);
        let drains = |node: &&mut Node| works(node) && matches!(node.hand, Hand::Draining(_));
        let last = self.nodes.iter_mut().filter(drains);
        if let Some(node) = last.max_by_key(|node| free_at(cluster, node.node)) {
            node.hand = Hand::Jobs;
            if self.window.contains(now) {
                self.figures.in_vain += 1;
                self.figures.longest = self.figures.longest.max(now.since(node.asked).0);
            }
            return true;
        }
        let (stay, change) = (self.rule.min_stay, self.change);
        let serves = |node: &&mut Node| works(node) && node.hand == Hand::Serving;
        let node = self.nodes.iter_mut().filter(serves);
        let Some(node) = node.min_by_key(|node| (node.stays_until(stay), std::cmp::Reverse(node.node)))
        else {
            return false;
        };
        if node.stays_until(stay) > now {
            self.wakes.push(node.stays_until(stay));
            return false;
        }
        if change == Span::ZERO {
            (node.hand, node.since) = (Hand::Jobs, Some(now));
        } else {
            node.hand = Hand::ToJobs(now + change);
            self.wakes.push(now + change);
        }
        true
    }

    /// Before a day that is known, the nodes that will go then take only jobs that end before.
    fn close_ahead(&mut self, wanted: usize, cluster: &Cluster, now: Time) {
        let ahead = match (self.rule.rule, self.rule.drain) {
            (HandOver::ByClock, Drain::ShortJobs) if !self.is_day(now) => self.next_day(now),
            (HandOver::Off | HandOver::Fixed | HandOver::ByDemand | HandOver::ByClock, _) => None,
        };
        // Those that are on their way back are empty then, and go first.
        let some_come = self.nodes.iter().any(|node| matches!(node.hand, Hand::ToJobs(_)));
        let Some(day) = ahead.filter(|_| !some_come) else {
            for node in &mut self.nodes {
                if matches!(node.hand, Hand::Closing(_)) {
                    node.hand = Hand::Jobs;
                }
            }
            return;
        };
        let mut more = self.wanted(day).saturating_sub(wanted);
        let stay = self.rule.min_stay;
        let mut able: Vec<usize> = (0..self.nodes.len())
            .filter(|&at| is_with_jobs(&self.nodes[at]) && self.nodes[at].stays_until(stay) <= day)
            .collect();
        order::sort_by_key(&mut able, |&at| {
            let node = &self.nodes[at];
            (node.hand == Hand::Jobs, free_at(cluster, node.node))
        });
        for at in able {
            self.nodes[at].hand = if more > 0 { Hand::Closing(day) } else { Hand::Jobs };
            more = more.saturating_sub(1);
        }
    }

    /// The books are closed.
    pub fn close(&mut self, cluster: &Cluster, end: Time) -> ServiceFigures {
        self.book(cluster, end);
        let (need, met) = std::mem::take(&mut self.hour);
        self.figures.hour(need, met);
        for node in &self.nodes {
            if matches!(node.hand, Hand::Draining(_)) {
                self.figures.longest = self.figures.longest.max(end.since(node.asked).0);
            }
        }
        self.figures
    }
}

fn is_with_jobs(node: &Node) -> bool {
    matches!(node.hand, Hand::Jobs | Hand::Closing(_))
}

/// Running jobs on a node.
fn on_node(cluster: &Cluster, node: usize) -> impl Iterator<Item = JobId> {
    let running = cluster.running.iter().map(|&(_, id)| id);
    running.filter(move |&id| {
        let job = &cluster.jobs[id];
        let here = |&on: &crate::ids::NodeId| usize::from(on) == node;
        job.state == JobState::Running && job.on.nodes().iter().any(here)
    })
}

/// When a node is free at the latest, by the limits of its jobs.
fn free_at(cluster: &Cluster, node: usize) -> Time {
    let ends = on_node(cluster, node).map(|id| cluster.jobs[id].ends_by);
    ends.max().unwrap_or(Time::ZERO)
}
