//! How accounts stand over time: what they have used of late against their share, and what their running jobs may still use.
//!
//! The cluster is looked at once an hour; what is kept is what Slurm itself would show then (`sshare`, and the sums that
//! run-minutes limits are compared with).

use super::median_f64;
use crate::cluster::{AssocKind, Check, Cluster, Owner, Tree, TresIx, Who};
use crate::ids::{AccountId, AssocId, JobId, QosId, UserId};
use crate::order;
use crate::reason::{LimitKind, Reason};
use crate::units::Time;

/// One account.
#[derive(Clone, PartialEq, Debug)]
pub struct AccountPath {
    /// Which.
    pub account: AccountId,
    /// Its share of its level, 0 to 1.
    pub share: f64,
    /// At each look, its part of the usage of its level, which decays; 0 to 1.
    pub used: Vec<f64>,
    /// At each look, the fair-share factor in the middle of its people; 0 to 1.
    pub factor: Vec<f64>,
}

/// Whose run-minutes are counted together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ledger {
    /// All jobs of a QOS.
    Qos(QosId),
    /// One person's jobs of a QOS.
    Person(QosId, UserId),
    /// One account's jobs of a QOS.
    AccountOfQos(QosId, AccountId),
    /// All jobs of an account and of those below it.
    Account(AccountId),
    /// One person's jobs in an account: those of the person's own association.
    Member(AssocId, AccountId, UserId),
}

/// One ledger of run-minutes.
#[derive(Clone, PartialEq, Debug)]
pub struct LedgerPath {
    /// Whose.
    pub of: Ledger,
    /// The most that there may be, in GPU-minutes.
    pub limit: u64,
    /// At each look, what running jobs may still use, in GPU-seconds.
    pub left: Vec<u64>,
    /// Looks at which it held somebody.
    pub holding: u32,
}

/// What was seen of a run.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Paths {
    /// When the cluster was looked at.
    pub at: Vec<Time>,
    /// Accounts below root, in order.
    pub accounts: Vec<AccountPath>,
    /// Ledgers that held somebody at some look, in order. What they held before they first did is 0.
    pub ledgers: Vec<LedgerPath>,
}

impl Paths {
    /// Looks at a cluster.
    pub fn look(&mut self, cluster: &Cluster, now: Time) {
        self.at.push(now);
        self.look_at_accounts(cluster);
        self.look_at_ledgers(cluster);
    }

    fn look_at_accounts(&mut self, cluster: &Cluster) {
        let (tree, usage) = (&cluster.tree, &cluster.usage);
        if self.accounts.is_empty() {
            let below_root = (1..tree.accounts()).map(AccountId::from);
            let path = |account: AccountId| AccountPath {
                account,
                share: usage.norm_shares(tree.account(account)),
                used: Vec::new(),
                factor: Vec::new(),
            };
            self.accounts = below_root.map(path).collect();
        }
        for path in &mut self.accounts {
            let row = tree.account(path.account);
            path.used.push(usage.effective(row));
            let factors: Vec<f64> = (tree.children(row).iter())
                .filter(|&&child| matches!(tree.row(child).kind, AssocKind::User(_)))
                .map(|&child| usage.factor(child))
                .collect();
            path.factor.push(median_f64(&factors).unwrap_or(0.0));
        }
    }

    fn look_at_ledgers(&mut self, cluster: &Cluster) {
        for ledger in &mut self.ledgers {
            let left = cluster.ledgers.left(ledger.of.who(&cluster.tree), TresIx::GPU);
            ledger.left.push(left.unwrap_or(0));
        }
        let mut holding: Vec<(Ledger, u64)> = (cluster.queue.iter())
            .filter_map(|place| holds(cluster, place.job()))
            .collect();
        order::sort(&mut holding);
        holding.dedup();
        for (of, limit) in holding {
            let found = self.ledgers.iter_mut().find(|ledger| ledger.of == of);
            match found {
                Some(ledger) => ledger.holding += 1,
                None => {
                    let mut left = vec![0; self.at.len() - 1];
                    let now = cluster.ledgers.left(of.who(&cluster.tree), TresIx::GPU);
                    left.push(now.unwrap_or(0));
                    self.ledgers.push(LedgerPath {
                        of,
                        limit,
                        left,
                        holding: 1,
                    });
                }
            }
        }
    }
}

impl Ledger {
    fn who(self, tree: &Tree) -> Who {
        match self {
            Ledger::Qos(qos) => Who::Qos(qos),
            Ledger::Person(qos, user) => Who::User(qos, user),
            Ledger::AccountOfQos(qos, account) => Who::Account(qos, account),
            Ledger::Account(account) => Who::Assoc(tree.account(account)),
            Ledger::Member(assoc, _, _) => Who::Assoc(assoc),
        }
    }
}

/// The ledger of run-minutes that holds a waiting job, and its limit in GPU-minutes, if its reason says that one does.
fn holds(cluster: &Cluster, id: JobId) -> Option<(Ledger, u64)> {
    let job = &cluster.jobs[id];
    let Reason::Limit(reason) = job.reason else {
        return None;
    };
    let is_run_minutes = matches!(
        reason.kind,
        LimitKind::GrpTresRunMins(_)
            | LimitKind::MaxTresRunMinsPerUser(_)
            | LimitKind::MaxTresRunMinsPerAccount(_)
    );
    if !is_run_minutes {
        return None;
    }
    let account = cluster.tree.account_of(job.assoc);
    let is_its = |check: &&Check| {
        check.reason() == job.reason
            && check.tres == TresIx::GPU
            && match check.owner {
                Owner::Qos(qos) => {
                    let (first, second) = cluster.limits.order(job.request.partition, job.request.qos);
                    qos == first || Some(qos) == second
                }
                Owner::Assoc(assoc) => is_above(&cluster.tree, assoc, job.assoc),
            }
    };
    let check = cluster.limits.all().find(is_its)?;
    let of = match check.who(job.request.user, account) {
        Who::Qos(qos) => Ledger::Qos(qos),
        Who::User(qos, user) => Ledger::Person(qos, user),
        Who::Account(qos, account) => Ledger::AccountOfQos(qos, account),
        Who::Assoc(assoc) => {
            let account = cluster.tree.account_of(assoc);
            match cluster.tree.row(assoc).kind {
                AssocKind::User(user) => Ledger::Member(assoc, account, user),
                AssocKind::Account(_) | AssocKind::RootUser => Ledger::Account(account),
            }
        }
    };
    Some((of, check.limit))
}

fn is_above(tree: &Tree, above: AssocId, below: AssocId) -> bool {
    tree.chain(below).contains(&above)
}
