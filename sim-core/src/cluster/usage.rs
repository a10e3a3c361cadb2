//! Decayed usage of associations and QOS (`docs/slurm.md`, *Usage*). What it means for priority is in `fairshare`.
//!
//! The decay per second is `1 − 0.693 / half-life`, on purpose not the exact root. Usage moves only at ticks and at job
//! ends, and what is charged is discounted by its own length. A tick is [`Usage::decay`], a [`Usage::charge`] for each
//! running job, [`Usage::rank`].

use super::fairshare::Ranking;
use super::tree::Tree;
use super::tres::{TresIx, TresTable};
use crate::ids::{AssocId, QosId, Table};
use crate::scenario::{Policy, UsageReset};
use crate::units::{Span, Time};

/// What one job uses while it runs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Charge<'a> {
    /// The leaf that pays; every node above it pays too.
    pub assoc: AssocId,
    /// The job's QOS.
    pub qos: QosId,
    /// The QOS of its partition, if any.
    pub partition_qos: Option<QosId>,
    /// Billing in each second, with its fraction.
    pub billing: f64,
    /// UsageFactor of the job's QOS.
    pub usage_factor: f64,
    /// What it holds.
    pub tres: &'a [(TresIx, u64)],
}

/// Usage and fair-share factors.
#[derive(Clone, Debug)]
pub struct Usage {
    decay_per_second: f64,
    last_tick: Time,
    reset: UsageReset,
    /// When all usage is next forgotten at once.
    next_reset: Option<Time>,
    associations: Book<AssocId>,
    qos: Book<QosId>,
    /// QOS whose usage never fades.
    no_decay: Table<QosId, bool>,
    /// The account above each association; root's is root.
    above: Table<AssocId, AssocId>,
    budgets: Budgets,
    ranking: Ranking,
    /// The last span faded over, and what it leaves: nearly every charge of a tick is over the same one.
    faded: (Span, f64),
}

/// Whether seconds by resource and wall time are written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Budgets {
    /// No GrpTRESMins, no GrpWall anywhere: nobody asks for them.
    NotKept,
    Kept,
}

/// Usage of each row of a table.
#[derive(Clone, Debug)]
struct Book<Id> {
    raw: Table<Id, f64>,
    /// Seconds of each resource, row after row; empty if not kept.
    tres: Vec<f64>,
    wall: Vec<f64>,
    /// Resources in a row.
    width: usize,
}

/// What is written down for one job and one length of time.
#[derive(Clone, Copy)]
struct Entry<'a> {
    billing: f64,
    seconds: f64,
    tres: &'a [(TresIx, u64)],
}

impl Usage {
    /// Nobody has used anything.
    pub fn new(policy: &Policy, tree: &Tree, tres: &TresTable) -> Usage {
        let budgets = budgets(policy, tree);
        let width = tres.len();
        let mut usage = Usage {
            decay_per_second: match policy.priority.half_life {
                Some(half) if half > Span::ZERO => 1.0 - 0.693 / f64::from(half.0),
                Some(_) | None => 1.0,
            },
            last_tick: Time::ZERO,
            reset: policy.priority.usage_reset,
            next_reset: next_reset(policy.priority.usage_reset, Time::ZERO),
            associations: Book::new(tree.len(), width, budgets),
            qos: Book::new(policy.qos.len(), width, budgets),
            no_decay: policy.qos.iter().map(|qos| qos.no_decay).collect(),
            above: tree
                .entries()
                .map(|(_, row)| row.parent.unwrap_or(Tree::ROOT))
                .collect(),
            budgets,
            ranking: Ranking::new(&policy.priority, tree),
            faded: (Span::ZERO, 1.0),
        };
        usage.ranking.before_tick(&usage.associations.raw);
        usage.rank();
        usage
    }

    /// Whether seconds by resource and wall time are written down: some budget asks for them.
    pub fn keeps_budgets(&self) -> bool {
        self.budgets == Budgets::Kept
    }

    /// When usage last moved as a whole.
    pub fn last_tick(&self) -> Time {
        self.last_tick
    }

    /// When all usage is next forgotten at once, and how long the period is that ends then.
    pub fn period(&self) -> Option<(Time, Span)> {
        let days = days_between(self.reset)?;
        self.next_reset.map(|end| (end, Span::days(days)))
    }

    /// Books seconds of a resource on one association's budget that nobody used, or takes them off.
    pub fn book(&mut self, assoc: AssocId, tres: TresIx, seconds: f64) {
        let row: usize = assoc.into();
        if let Some(value) = self
            .associations
            .tres
            .get_mut(row * self.associations.width + usize::from(tres))
        {
            *value += seconds;
        }
    }

    /// Begins a tick: forgets all usage if the reset period is over, and lets it fade to `now`.
    pub fn decay(&mut self, now: Time) {
        if self.next_reset.is_some_and(|at| now >= at) {
            self.associations.forget();
            self.qos.forget();
            self.next_reset = next_reset(self.reset, now);
        }
        self.ranking.before_tick(&self.associations.raw);
        let fade = self.fade(now.since(self.last_tick));
        if fade != 1.0 {
            self.associations.fade(fade, |_| false);
            let no_decay = &self.no_decay;
            self.qos.fade(fade, |qos| no_decay[qos]);
        }
        self.last_tick = now;
    }

    /// Charges a job for so many seconds that it ran since the last tick.
    pub fn charge(&mut self, charge: &Charge<'_>, ran: Span) {
        let whole = f64::from(ran.0);
        let entry = |seconds: f64| Entry {
            billing: seconds * charge.billing * charge.usage_factor,
            seconds: seconds * charge.usage_factor,
            tres: charge.tres,
        };
        let faded = entry(whole * self.fade(ran));
        for qos in [
            Some(charge.qos),
            charge.partition_qos.filter(|&qos| qos != charge.qos),
        ]
        .into_iter()
        .flatten()
        {
            let entry = if self.no_decay[qos] { entry(whole) } else { faded };
            self.qos.add(qos, &entry, self.budgets);
        }
        let mut at = charge.assoc;
        loop {
            self.associations.add(at, &faded, self.budgets);
            if at == Tree::ROOT {
                return;
            }
            at = self.above[at];
        }
    }

    /// Ends a tick: computes every factor from the usage as it stands.
    pub fn rank(&mut self) {
        self.ranking.rank(&self.associations.raw);
    }

    /// The fair-share factor of an association, 0 to 1, as of the last tick.
    pub fn factor(&self, assoc: AssocId) -> f64 {
        self.ranking.factor(assoc)
    }

    /// Raw usage of an association and all below it, in billing-seconds.
    pub fn raw(&self, assoc: AssocId) -> f64 {
        self.associations.raw[assoc]
    }

    /// Raw usage of a QOS, in billing-seconds.
    pub fn raw_of_qos(&self, qos: QosId) -> f64 {
        self.qos.raw[qos]
    }

    /// NormUsage of sshare: the part of all usage.
    pub fn norm_usage(&self, assoc: AssocId) -> f64 {
        let total = self.associations.raw[Tree::ROOT];
        if total == 0.0 {
            0.0
        } else {
            self.raw(assoc) / total
        }
    }

    /// NormShares of sshare: of its level under Fair Tree, of the cluster under classic fair share.
    pub fn norm_shares(&self, assoc: AssocId) -> f64 {
        self.ranking.norm_shares(assoc)
    }

    /// EffectvUsage of sshare: the part of the level's usage under Fair Tree.
    pub fn effective(&self, assoc: AssocId) -> f64 {
        self.ranking.effective(assoc)
    }

    /// LevelFS of sshare, infinite for who has used nothing; `None` where there is none.
    pub fn level_fs(&self, assoc: AssocId) -> Option<f64> {
        self.ranking.level_fs(assoc)
    }

    /// Decayed seconds of a resource that an association and all below it used; 0 if no limit asks for it.
    pub fn tres_seconds(&self, assoc: AssocId, tres: TresIx) -> f64 {
        self.associations.tres_seconds(assoc, tres)
    }

    /// Decayed seconds of a resource that the jobs of a QOS used; 0 if no limit asks for it.
    pub fn tres_seconds_of_qos(&self, qos: QosId, tres: TresIx) -> f64 {
        self.qos.tres_seconds(qos, tres)
    }

    /// Decayed wall seconds of an association and all below it; 0 if no limit asks for it.
    pub fn wall_seconds(&self, assoc: AssocId) -> f64 {
        self.associations.wall_seconds(assoc)
    }

    /// Decayed wall seconds of the jobs of a QOS; 0 if no limit asks for it.
    pub fn wall_seconds_of_qos(&self, qos: QosId) -> f64 {
        self.qos.wall_seconds(qos)
    }

    /// Other shares, and other QOS whose usage never fades; factors stay those of the last tick.
    pub fn change_rules(&mut self, policy: &Policy, tree: &Tree) {
        self.no_decay = policy.qos.iter().map(|qos| qos.no_decay).collect();
        self.ranking.change_shares(&policy.priority, tree);
    }

    /// Forgets what an association and all below it have used; those above it never had it either.
    pub fn forget(&mut self, assoc: AssocId, tree: &Tree) {
        self.associations.take_off(assoc, tree.chain(assoc));
        for id in self.above.ids() {
            if id != assoc && tree.chain(id).contains(&assoc) {
                self.associations.clear(id);
            }
        }
    }

    /// Forgets what the jobs of a QOS have used.
    pub fn forget_qos(&mut self, qos: QosId) {
        self.qos.clear(qos);
    }

    /// What so much time leaves of a unit of usage.
    fn fade(&mut self, over: Span) -> f64 {
        if self.decay_per_second == 1.0 {
            return 1.0;
        }
        if self.faded.0 != over {
            self.faded = (over, libm::pow(self.decay_per_second, f64::from(over.0)));
        }
        self.faded.1
    }
}

impl<Id: From<usize> + Into<usize> + Copy> Book<Id> {
    fn new(rows: usize, width: usize, budgets: Budgets) -> Book<Id> {
        let kept = match budgets {
            Budgets::NotKept => 0,
            Budgets::Kept => rows,
        };
        Book {
            raw: (0..rows).map(|_| 0.0).collect(),
            tres: vec![0.0; kept * width],
            wall: vec![0.0; kept],
            width,
        }
    }

    fn forget(&mut self) {
        for value in self.raw.iter_mut().chain(&mut self.tres).chain(&mut self.wall) {
            *value = 0.0;
        }
    }

    /// Takes what a row has used off each of `rows`.
    fn take_off(&mut self, id: Id, rows: &[Id]) {
        let row = |id: Id| -> usize { id.into() };
        let (own, width) = (row(id), self.width);
        let raw = self.raw[id];
        let wall = self.wall.get(own).copied();
        let tres: Vec<f64> = (0..wall.map_or(0, |_| width))
            .map(|column| self.tres[own * width + column])
            .collect();
        for &other in rows {
            self.raw[other] = (self.raw[other] - raw).max(0.0);
            if let Some(wall) = wall {
                self.wall[row(other)] = (self.wall[row(other)] - wall).max(0.0);
                for (value, less) in self.tres[row(other) * width..].iter_mut().zip(&tres) {
                    *value = (*value - less).max(0.0);
                }
            }
        }
    }

    fn clear(&mut self, id: Id) {
        self.take_off(id, &[id]);
    }

    fn fade(&mut self, by: f64, exempt: impl Fn(Id) -> bool) {
        for row in 0..self.raw.len() {
            let id = Id::from(row);
            if exempt(id) {
                continue;
            }
            self.raw[id] *= by;
            if let Some(wall) = self.wall.get_mut(row) {
                *wall *= by;
                for value in &mut self.tres[row * self.width..][..self.width] {
                    *value *= by;
                }
            }
        }
    }

    fn add(&mut self, id: Id, entry: &Entry<'_>, budgets: Budgets) {
        self.raw[id] += entry.billing;
        match budgets {
            Budgets::NotKept => {}
            Budgets::Kept => {
                let row: usize = id.into();
                self.wall[row] += entry.seconds;
                let values = &mut self.tres[row * self.width..][..self.width];
                for &(tres, amount) in entry.tres {
                    values[usize::from(tres)] += entry.seconds * amount as f64;
                }
            }
        }
    }

    fn tres_seconds(&self, id: Id, tres: TresIx) -> f64 {
        let row: usize = id.into();
        self.tres
            .get(row * self.width + usize::from(tres))
            .copied()
            .unwrap_or(0.0)
    }

    fn wall_seconds(&self, id: Id) -> f64 {
        self.wall.get(id.into()).copied().unwrap_or(0.0)
    }
}

/// Whether any limit is compared with seconds by resource or with wall time.
fn budgets(policy: &Policy, tree: &Tree) -> Budgets {
    let of_qos =
        |limits: &crate::scenario::Limits| !limits.grp_tres_mins.is_empty() || limits.grp_wall.is_some();
    let kept = policy.qos.iter().any(|qos| of_qos(&qos.limits))
        || tree
            .entries()
            .any(|(_, row)| !row.limits.grp_tres_mins.is_empty() || row.limits.grp_wall.is_some());
    if kept { Budgets::Kept } else { Budgets::NotKept }
}

/// Days between two boundaries of a reset period.
fn days_between(period: UsageReset) -> Option<u32> {
    Some(match period {
        UsageReset::None => return None,
        UsageReset::Daily => 1,
        UsageReset::Weekly => 7,
        UsageReset::Monthly => 30,
        UsageReset::Quarterly => 91,
        UsageReset::Yearly => 365,
    })
}

/// The first boundary of a reset period after an instant.
fn next_reset(period: UsageReset, after: Time) -> Option<Time> {
    let days = days_between(period)?;
    // Time zero is a Monday, and weeks end with Saturday.
    let first = if period == UsageReset::Weekly { 6 } else { days };
    let first = Time::ZERO + Span::days(first);
    let gone = after.since(first).0 / Span::days(days).0;
    Some(if after < first {
        first
    } else {
        first + Span::days(days) * (gone + 1)
    })
}

#[cfg(test)]
mod tests;
