//! What becomes of groups' budgets beyond Slurm's own rules: when they are lost, carried over, turned into points, and how
//! far each group has come with its own.

use super::Run;
use super::crowd::{Crowd, of};
use crate::cluster::{Cluster, TresIx};
use crate::ids::{AccountId, QosId};
use crate::scenario::{LoseIt, Quota, Scenario};
use crate::units::{PerMille, Span, Time};

/// A group is behind if it has used less than this share of what it would have by now at an even pace. (J)
const BEHIND: f64 = 0.7;
/// A period, or the time until what is not used is lost, ends with its last fifth. (J)
const LAST_PART: PerMille = PerMille(200);

/// One group's budget in this period.
#[derive(Clone, Copy, Debug, Default)]
struct Budget {
    /// GPU-seconds, if it has one.
    whole: Option<f64>,
    /// Of that, what is lost, less what was carried over: it is booked as if it had been used.
    booked: f64,
    /// GPU-seconds that may go before all others.
    points: f64,
}

/// All groups' budgets.
#[derive(Debug)]
pub(super) struct Budgets {
    quota: Quota,
    overdraft: Option<QosId>,
    accounts: Vec<Budget>,
    /// The end of the period that is on, and how far into it tables have been applied.
    until: Option<Time>,
    applied: PerMille,
}

impl Budgets {
    pub fn new(scenario: &Scenario) -> Budgets {
        let policy = &scenario.policy;
        let name = policy.quota.overdraft_qos.as_ref();
        let place = name.and_then(|name| policy.qos.iter().position(|qos| qos.name == *name));
        Budgets {
            quota: policy.quota.clone(),
            overdraft: place.map(QosId::from),
            accounts: Vec::new(),
            until: None,
            applied: PerMille(0),
        }
    }

    /// What a group has used of its budget: both in GPU-seconds.
    fn used(&self, account: AccountId, cluster: &Cluster) -> Option<(f64, f64)> {
        let budget = self.accounts.get(usize::from(account))?;
        let used = cluster
            .usage
            .tres_seconds(cluster.tree.account(account), TresIx::GPU);
        Some((used - budget.booked, budget.whole?))
    }

    /// The QOS for a group whose budget is used up, as long as it may go beyond it.
    pub fn overdraft(&self, account: AccountId, cluster: &Cluster, safe: bool) -> Option<QosId> {
        let qos = self.overdraft?;
        let budget = self.accounts.get(usize::from(account))?;
        let (used, whole) = self.used(account, cluster)?;
        let is_used_up = safe || used + budget.booked >= whole;
        let most = whole * (1.0 + self.quota.overdraft.as_f64());
        (is_used_up && used + budget.booked < most).then_some(qos)
    }

    /// How many of a group's people would fill its quota now: nobody, unless it is behind and what is not used is about to be
    /// lost. Whatever is carried over, or turned into points, is no reason to.
    pub fn urge(&self, account: AccountId, cluster: &Cluster, now: Time) -> PerMille {
        let (Some((used, whole)), Some((gone, _))) = (self.used(account, cluster), phase(cluster, now))
        else {
            return PerMille(0);
        };
        let near = |at: PerMille| gone <= at && gone.0 >= at.0 - of(at, LAST_PART).0;
        let end = PerMille(1000);
        if near(end) && used < whole * gone.as_f64() * BEHIND {
            let kept = self.quota.carry_over.0.min(1000) + self.quota.points.0.min(1000);
            return PerMille(end.0 - kept.min(end.0));
        }
        let lost = |rule: &&LoseIt| near(rule.at) && used < whole * rule.below.as_f64();
        let most = self.quota.lose.iter().filter(lost).map(|rule| rule.lose).max();
        // Whoever may lose anything of note acts: a tenth of the budget is reason enough for all.
        most.map_or(PerMille(0), |lose| PerMille((lose.0 * 10).min(1000)))
    }

    /// Whether a group's points pay for so many GPU-seconds; if so, they do.
    pub fn spends(&mut self, account: AccountId, cost: f64) -> bool {
        match self.accounts.get_mut(usize::from(account)) {
            Some(budget) if self.quota.points.0 > 0 && budget.points >= cost => {
                budget.points -= cost;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Whether points can be earned at all.
    pub fn gives_points(&self) -> bool {
        self.quota.points.0 > 0
    }

    /// The share that the tables take of a budget of which so much is used, between two shares of the period.
    fn loses(&self, used: f64, whole: f64, from: PerMille, to: PerMille) -> f64 {
        let applies = |rule: &&LoseIt| from < rule.at && rule.at <= to && used < whole * rule.below.as_f64();
        let most = self.quota.lose.iter().filter(applies).map(|rule| rule.lose).max();
        most.unwrap_or_default().as_f64()
    }
}

/// How far the period is gone, and when it ends.
fn phase(cluster: &Cluster, now: Time) -> Option<(PerMille, Time)> {
    let (end, length) = cluster.usage.period()?;
    let gone = u64::from(length.0 - end.since(now).0.min(length.0)) * 1000 / u64::from(length.0.max(1));
    Some((PerMille(gone as u32), end))
}

impl Run {
    /// Before a tick: what is left of each budget if its period ends now.
    pub(super) fn close_budgets(&mut self, now: Time) {
        let Some(Crowd { budgets, .. }) = self.crowd.as_deref_mut() else {
            return;
        };
        let cluster = &self.cluster;
        if budgets.accounts.is_empty() {
            let tree = &cluster.tree;
            let minutes = |at| tree.row(tree.account(at)).limits.grp_tres_mins.of_gpus();
            budgets.accounts = vec![Budget::default(); tree.accounts()];
            for (at, budget) in budgets.accounts.iter_mut().enumerate() {
                budget.whole = minutes(AccountId::from(at)).map(|minutes| f64::from(minutes) * 60.0);
            }
            budgets.until = phase(cluster, now).map(|(_, end)| end);
        }
        if budgets.until.is_none_or(|until| now < until) {
            return;
        }
        for at in 0..budgets.accounts.len() {
            let Some((used, whole)) = budgets.used(AccountId::from(at), cluster) else {
                continue;
            };
            let left = (whole - budgets.accounts[at].booked - used).max(0.0);
            let quota = &budgets.quota;
            let lost = whole * budgets.loses(used, whole, PerMille(999), PerMille(1000));
            let points = left * quota.points.as_f64();
            let booked = lost - left * quota.carry_over.as_f64();
            let budget = &mut budgets.accounts[at];
            (budget.points, budget.booked) = (points, booked);
        }
    }

    /// After a tick: what was carried over or lost is booked, and what a table takes by now.
    pub(super) fn open_budgets(&mut self, now: Time) {
        let Some(Crowd { budgets, .. }) = self.crowd.as_deref_mut() else {
            return;
        };
        let cluster = &mut self.cluster;
        let Some((gone, end)) = phase(cluster, now) else {
            return;
        };
        let anew = budgets.until != Some(end);
        let mut moved = anew;
        let before = if anew { PerMille(0) } else { budgets.applied };
        for at in 0..budgets.accounts.len() {
            let Some((used, whole)) = budgets.used(AccountId::from(at), cluster) else {
                continue;
            };
            let row = cluster.tree.account(AccountId::from(at));
            if anew {
                cluster.usage.book(row, TresIx::GPU, budgets.accounts[at].booked);
            }
            let lost = whole * budgets.loses(used, whole, before, gone);
            if lost > 0.0 {
                cluster.usage.book(row, TresIx::GPU, lost);
                budgets.accounts[at].booked += lost;
                moved = true;
            }
        }
        (budgets.until, budgets.applied) = (Some(end), gone);
        if moved {
            cluster.ledgers.rules_changed();
            self.due.main_at(now);
            self.due.backfill_from(now);
        }
    }
}

/// Somebody spends points, or asks a neighbour, after so long. (J)
pub(super) const AN_HOUR: Span = Span::hours(1);
