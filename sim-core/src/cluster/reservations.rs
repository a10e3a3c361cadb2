//! Reservations as passes see them: which nodes a job may not use between two instants (`docs/slurm.md`, *Reservations*).

use std::cell::Cell;

use super::job::Job;
use super::node_set::NodeSet;
use super::nodes::of_groups;
use crate::ids::{ReservationId, Table};
use crate::scenario::{Repeats, ReservationSpec, Scenario};
use crate::units::{Span, Time};

/// Longer than any run.
const FOR_GOOD: Span = Span::days(3_650);

/// All reservations.
#[derive(Clone, Debug)]
pub struct Reservations {
    rows: Table<ReservationId, Reservation>,
    /// The first begin of any as of an instant, if none lasted then.
    next_begin: Cell<Option<(Time, Time)>>,
}

#[derive(Clone, Debug)]
struct Reservation {
    spec: ReservationSpec,
    nodes: NodeSet,
    /// Accounts that may use it, by account; those below a named one count.
    accounts: Vec<bool>,
}

/// An interval during which a job may not use some nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closed {
    /// When it begins.
    pub from: Time,
    /// When it ends.
    pub to: Time,
    /// Which nodes.
    pub nodes: NodeSet,
    /// Whether it is for maintenance.
    pub maint: bool,
}

impl Reservations {
    /// Those of a scenario.
    pub fn new(scenario: &Scenario) -> Reservations {
        let tree = &scenario.policy.associations.accounts;
        let below = |named: &[String]| {
            // Index 0 is root; parents come first in the list.
            let mut may = vec![false; tree.len() + 1];
            may[0] = named.iter().any(|name| name == "root");
            for (index, account) in tree.iter().enumerate() {
                let parent = account
                    .parent
                    .as_ref()
                    .and_then(|name| tree.iter().position(|other| &other.name == name))
                    .map_or(0, |at| at + 1);
                may[index + 1] = named.contains(&account.name) || may[parent];
            }
            may
        };
        Reservations {
            next_begin: Cell::new(None),
            rows: scenario
                .policy
                .reservations
                .iter()
                .cloned()
                .chain(scenario.policy.maintenance.reservation())
                .map(|spec| Reservation {
                    nodes: of_groups(&scenario.cluster, &spec.nodes),
                    accounts: below(&spec.accounts),
                    spec,
                })
                .collect(),
        }
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All, in order.
    pub fn ids(&self) -> impl Iterator<Item = ReservationId> + use<> {
        self.rows.ids()
    }

    /// What a reservation is; its times are absolute.
    pub fn spec(&self, id: ReservationId) -> &ReservationSpec {
        &self.rows[id].spec
    }

    /// Adds one while the cluster runs, or puts it in the place of the one of its name; its times are absolute. `nodes`
    /// stand for those that it names.
    pub fn put(&mut self, spec: ReservationSpec, nodes: Option<NodeSet>, scenario: &Scenario) {
        self.next_begin.set(None);
        let mut with = scenario.clone();
        let name = spec.name.clone();
        with.policy.reservations = vec![spec];
        with.policy.maintenance.every_weeks = 0;
        for mut row in Reservations::new(&with).rows.iter().cloned() {
            row.nodes = nodes.clone().unwrap_or(row.nodes);
            match self.rows.iter_mut().find(|other| other.spec.name == name) {
                Some(old) => *old = row,
                None => {
                    self.rows.push(row);
                }
            }
        }
    }

    /// Deletes the one of this name. Its number stays, for the jobs that name it.
    pub fn delete(&mut self, name: &str) {
        self.next_begin.set(None);
        for row in self.rows.iter_mut().filter(|row| row.spec.name == name) {
            row.spec.name.clear();
            row.spec.start = Span::ZERO;
            row.spec.duration = Span::ZERO;
            row.spec.repeats = Repeats::Never;
        }
    }

    /// Adds one that closes nodes to everybody, from no instant yet: see [`Reservations::close_from`].
    pub fn add_closed(&mut self, nodes: NodeSet) -> ReservationId {
        self.next_begin.set(None);
        self.rows.push(Reservation {
            spec: ReservationSpec {
                start: Span::ZERO,
                duration: Span::ZERO,
                maint: false,
                ..ReservationSpec::default()
            },
            nodes,
            accounts: Vec::new(),
        })
    }

    /// A reservation begins at this instant and lasts until it is told otherwise, or there is none.
    pub fn close_from(&mut self, id: ReservationId, from: Option<Time>) {
        self.next_begin.set(None);
        let spec = &mut self.rows[id].spec;
        spec.start = from.unwrap_or_default().since(Time::ZERO);
        spec.duration = from.map_or(Span::ZERO, |_| FOR_GOOD);
    }

    /// Whether a job may use a reservation: it belongs to the people or accounts it is for.
    pub fn may_use(&self, id: ReservationId, job: &Job) -> bool {
        let row = &self.rows[id];
        let account = row.accounts.get(usize::from(job.request.account));
        row.spec.people.contains(&job.request.user.0) || account.copied().unwrap_or(false)
    }

    /// The nodes of a reservation, and whether its jobs may begin before it and outlive it.
    pub fn nodes(&self, id: ReservationId) -> (&NodeSet, bool) {
        let row = &self.rows[id];
        (&row.nodes, row.spec.flex)
    }

    /// The next occurrence of a reservation that ends after `at`.
    pub fn next(&self, id: ReservationId, at: Time) -> Option<(Time, Time)> {
        occurrences(&self.rows[id].spec, at).next()
    }

    /// Every instant at which one begins, ends or is made known, after `at`: the first one.
    pub fn next_edge(&self, at: Time) -> Option<Time> {
        self.rows
            .iter()
            .flat_map(|row| {
                let known = Time::ZERO + row.spec.announced;
                occurrences(&row.spec, at)
                    .take(2)
                    .flat_map(|(from, to)| [from, to])
                    .chain([known])
            })
            .filter(|&edge| edge > at)
            .min()
    }

    /// When time alone begins to keep a job out, if it does not start before: its time limit comes to reach into a
    /// reservation that is not open to it. The next such instant of each, after `now`.
    pub fn closes_on(&self, job: &Job, now: Time) -> impl Iterator<Item = Time> {
        let limit = job.request.limit.max(Span::secs(1));
        self.rows
            .entries()
            .filter(move |&(id, row)| !self.is_open(id, row, job))
            .filter_map(move |(_, row)| occurrences(&row.spec, now).find(|&(begin, _)| begin > now))
            .map(move |(begin, _)| begin + Span::secs(1) - limit)
            .filter(move |&at| at > now)
    }

    /// Whether a reservation is open to a job: it names it, or it is magnetic and for it.
    fn is_open(&self, id: ReservationId, row: &Reservation, job: &Job) -> bool {
        job.request.reservation == Some(id)
            || (job.request.reservation.is_none() && row.spec.magnetic && self.may_use(id, job))
    }

    /// Whether no reservation lasts now or begins before an instant.
    pub fn are_far(&self, now: Time, to: Time) -> bool {
        let read = || self.rows.ids().filter_map(|id| self.next(id, now)).min();
        if let Some((_, begin)) = (self.next_begin.get()).filter(|&(then, begin)| then <= now && now < begin)
        {
            debug_assert_eq!(read().map_or(Time(u32::MAX), |(begin, _)| begin), begin);
            return to <= begin;
        }
        let begin = read().map_or(Time(u32::MAX), |(begin, _)| begin);
        self.next_begin.set(Some((now, begin)));
        now < begin && to <= begin
    }

    /// Whether what is closed to a job depends on its time limit alone: it names no reservation, and none is open to it.
    pub fn treat_as_others(&self, job: &Job) -> bool {
        let mut rows = self.rows.entries();
        job.request.reservation.is_none() && !rows.any(|(id, row)| self.is_open(id, row, job))
    }

    /// What a job may not use from `from` on, up to but not including `to`, as is known at `now`. The reservation that it
    /// names, and magnetic ones that are for it, are open to it.
    pub fn closed(&self, job: &Job, now: Time, from: Time, to: Time) -> Vec<Closed> {
        let mut closed = Vec::new();
        for (id, row) in self.rows.entries() {
            if self.is_open(id, row, job) || now < Time::ZERO + row.spec.announced {
                continue;
            }
            closed.extend(
                occurrences(&row.spec, from)
                    .take_while(|&(begin, _)| begin < to)
                    .map(|(begin, end)| Closed {
                        from: begin,
                        to: end,
                        nodes: row.nodes.clone(),
                        maint: row.spec.maint,
                    }),
            );
        }
        closed
    }
}

/// All occurrences that end after `at`, in order.
fn occurrences(spec: &ReservationSpec, at: Time) -> impl Iterator<Item = (Time, Time)> {
    let period = match spec.repeats {
        Repeats::Never => None,
        Repeats::Daily | Repeats::Weekdays => Some(Span::days(1)),
        Repeats::Weekly => Some(Span::days(7)),
        Repeats::EveryWeeks(n) => Some(Span::days(7 * n)),
    };
    let first = Time::ZERO + spec.start;
    let skip = match period {
        // Those that have ended by `at` are skipped in one step.
        Some(period) => at.since(first + spec.duration).0 / period.0,
        None => 0,
    };
    let (duration, weekdays) = (spec.duration, spec.repeats == Repeats::Weekdays);
    (skip..)
        .map_while(move |n| match period {
            Some(period) => Some(first + period * n),
            None => (n == 0).then_some(first),
        })
        .filter(move |begin| !weekdays || begin.weekday() < 5)
        .map(move |begin| (begin, begin + duration))
        .filter(move |&(_, end)| end > at)
        .take_while(|&(begin, _)| begin < Time(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(repeats: Repeats, at: Time) -> Vec<(u32, u32)> {
        let spec = ReservationSpec {
            start: Span::hours(9),
            duration: Span::hours(2),
            repeats,
            ..ReservationSpec::default()
        };
        occurrences(&spec, at)
            .take(3)
            .map(|(from, _)| (from.day(), from.hour()))
            .collect()
    }

    #[test]
    fn occurrences_come_in_order_and_from_the_first_that_still_lasts() {
        assert_eq!(starts(Repeats::Never, Time::ZERO), [(0, 9)]);
        assert_eq!(starts(Repeats::Never, Time::ZERO + Span::hours(11)), []);
        assert_eq!(
            starts(Repeats::Daily, Time::ZERO + Span::hours(10)),
            [(0, 9), (1, 9), (2, 9)]
        );
        // Thursday evening: Friday, then Monday.
        let thursday = Time::ZERO + Span::days(3) + Span::hours(20);
        assert_eq!(starts(Repeats::Weekdays, thursday), [(4, 9), (7, 9), (8, 9)]);
        assert_eq!(starts(Repeats::Weekly, thursday), [(7, 9), (14, 9), (21, 9)]);
    }
}
