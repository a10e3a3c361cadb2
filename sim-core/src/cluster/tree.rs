//! The association tree: root, its own user, accounts, and people in accounts, each with shares, priority and the limits
//! that hold for it after inheritance (`docs/slurm.md`, *The tree*). Built once; usage and ledgers count on its rows.

use crate::ids::{AccountId, AssocId, Table, UserId};
use crate::order;
use crate::scenario::{AccountSpec, AssocLimits, Persona, Policy, Shares, TresCounts, UserSpec};
use crate::workload::Person;

/// What stands at a node of the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AssocKind {
    /// An account; root is account 0.
    Account(AccountId),
    /// A person in the account above.
    User(UserId),
    /// The user root below the account root: it never runs anything, but has a share and counts as a user.
    RootUser,
}

impl AssocKind {
    /// Whether this is a leaf.
    pub fn is_user(self) -> bool {
        match self {
            AssocKind::User(_) | AssocKind::RootUser => true,
            AssocKind::Account(_) => false,
        }
    }
}

/// A node of the tree.
#[derive(Clone, PartialEq, Debug)]
pub struct Association {
    /// The account above; `None` for root.
    pub parent: Option<AssocId>,
    /// Account or user.
    pub kind: AssocKind,
    /// Fairshare.
    pub shares: Shares,
    /// Priority: its own, or else that of the nearest above with one; 0 if none has.
    pub priority: u32,
    /// What holds here: Grp limits of the node itself; the others its own or else handed down.
    pub limits: AssocLimits,
}

/// All associations. Ids: root, root's user, accounts in order, then people.
#[derive(Clone, Debug)]
pub struct Tree {
    rows: Table<AssocId, Association>,
    /// Ids below each node, in order of id, one after the other; `child_from` tells where each node's begin.
    children: Vec<AssocId>,
    child_from: Vec<u32>,
    /// Ids from each node up to root, one after the other; `chain_from` tells where each node's begin.
    chains: Vec<AssocId>,
    chain_from: Vec<u32>,
    /// Leaves of people, sorted by person and account.
    leaves: Vec<(UserId, AccountId, AssocId)>,
    /// First association of each person: that of the workload.
    homes: Table<UserId, AssocId>,
}

impl Tree {
    /// Root.
    pub const ROOT: AssocId = AssocId(0);
    /// Root's own user.
    pub const ROOT_USER: AssocId = AssocId(1);

    /// The tree of a policy for the people of a workload with so many accounts. Account `n` is number `n − 1` of the
    /// policy's list; those that it does not list are children of root with one share.
    pub fn new(policy: &Policy, people: &[Person], accounts: usize) -> Tree {
        let rules = &policy.associations;
        let listed = &rules.accounts;
        let mut rows: Table<AssocId, Association> = Table::default();
        rows.push(Association {
            parent: None,
            kind: AssocKind::Account(AccountId(0)),
            shares: Shares::Of(1),
            priority: 0,
            limits: rules.root.clone(),
        });
        rows.push(Association {
            parent: Some(Tree::ROOT),
            kind: AssocKind::RootUser,
            shares: Shares::Of(1),
            priority: 0,
            limits: AssocLimits::default(),
        });
        let unlisted = AccountSpec::default();
        let count = listed.len().max(accounts);
        for index in 0..count {
            let spec = listed.get(index).unwrap_or(&unlisted);
            // Only an account listed before can be the parent, so there is no circle.
            let above = spec
                .parent
                .as_ref()
                .and_then(|name| listed[..index].iter().position(|other| other.name == *name))
                .map_or(Tree::ROOT, |at| of_account(AccountId::from(at + 1)));
            rows.push(Association {
                parent: Some(above),
                kind: AssocKind::Account(AccountId::from(index + 1)),
                shares: spec.shares,
                priority: nearest(spec.priority, &rows[above]),
                limits: inherited(&spec.limits, &rules.each_account, &rows[above].limits),
            });
        }
        let (mut leaves, mut homes) = (Vec::new(), Table::default());
        for (account, user, spec) in leaf_specs(policy, people, count) {
            let above = of_account(account);
            let leaf = rows.push(Association {
                parent: Some(above),
                kind: AssocKind::User(user),
                shares: spec.map_or(Shares::Of(1), |spec| spec.shares),
                priority: nearest(spec.map_or(0, |spec| spec.priority), &rows[above]),
                limits: inherited(
                    spec.map_or(&AssocLimits::default(), |spec| &spec.limits),
                    &rules.each_user,
                    &rows[above].limits,
                ),
            });
            if homes.len() == usize::from(user) {
                homes.push(leaf);
            }
            leaves.push((user, account, leaf));
        }
        order::sort(&mut leaves);
        let (children, child_from) = children(&rows);
        let (chains, chain_from) = chains(&rows);
        Tree {
            rows,
            children,
            child_from,
            chains,
            chain_from,
            leaves,
            homes,
        }
    }

    /// The same tree with other shares for root's user.
    #[cfg(test)]
    pub(super) fn with_root_user(mut self, shares: Shares) -> Tree {
        self.rows[Tree::ROOT_USER].shares = shares;
        self
    }

    /// The same tree with the limits, shares and priorities of another policy that lists the same accounts and users.
    pub fn relimited(&self, policy: &Policy) -> Tree {
        let person = |&home: &AssocId| Person {
            persona: Persona::Trainer,
            account: self.account_of(home),
        };
        let people: Vec<Person> = self.homes.iter().map(person).collect();
        let new = Tree::new(policy, &people, self.accounts() - 1);
        let mut tree = self.clone();
        if new.len() == tree.len() {
            for (row, new) in tree.rows.iter_mut().zip(new.rows.iter()) {
                row.limits.clone_from(&new.limits);
                row.shares = new.shares;
                row.priority = new.priority;
            }
        }
        tree
    }

    /// Number of people.
    pub fn people(&self) -> usize {
        self.homes.len()
    }

    /// Number of associations.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none: never.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A node.
    pub fn row(&self, assoc: AssocId) -> &Association {
        &self.rows[assoc]
    }

    /// All nodes, every account before what is below it.
    pub fn entries(&self) -> impl Iterator<Item = (AssocId, &Association)> {
        self.rows.entries()
    }

    /// Number of accounts, root included: accounts are 0 to this, less one.
    pub fn accounts(&self) -> usize {
        self.rows.iter().filter(|row| !row.kind.is_user()).count()
    }

    /// The node of an account.
    pub fn account(&self, account: AccountId) -> AssocId {
        of_account(account)
    }

    /// The account in which a node stands, or which it is.
    pub fn account_of(&self, assoc: AssocId) -> AccountId {
        self.chain(assoc)
            .iter()
            .find_map(|&above| match self.rows[above].kind {
                AssocKind::Account(account) => Some(account),
                AssocKind::User(_) | AssocKind::RootUser => None,
            })
            .unwrap_or_default()
    }

    /// The association of a person in an account; if there is none, the person's own by the workload.
    pub fn leaf(&self, user: UserId, account: AccountId) -> AssocId {
        self.find(user, account).unwrap_or(self.homes[user])
    }

    /// The association of a person in an account, if there is one.
    pub fn find(&self, user: UserId, account: AccountId) -> Option<AssocId> {
        self.leaves
            .binary_search_by_key(&(user, account), |&(user, account, _)| (user, account))
            .ok()
            .map(|at| self.leaves[at].2)
    }

    /// From a node up to root, both included.
    #[inline]
    pub fn chain(&self, assoc: AssocId) -> &[AssocId] {
        span(&self.chains, &self.chain_from, assoc)
    }

    /// What stands directly below a node, in order of id.
    pub fn children(&self, assoc: AssocId) -> &[AssocId] {
        span(&self.children, &self.child_from, assoc)
    }

    /// The largest priority of any association.
    pub fn top_priority(&self) -> u32 {
        self.rows.iter().map(|row| row.priority).max().unwrap_or(0)
    }
}

/// Accounts follow root and its user.
fn of_account(account: AccountId) -> AssocId {
    match account.0 {
        0 => Tree::ROOT,
        n => AssocId(n + 1),
    }
}

fn span<'a>(rows: &'a [AssocId], from: &[u32], assoc: AssocId) -> &'a [AssocId] {
    let at = usize::from(assoc);
    &rows[from[at] as usize..from[at + 1] as usize]
}

/// Which leaves there are: everybody's own by the workload in order of person, then those that only the policy names.
fn leaf_specs<'a>(
    policy: &'a Policy,
    people: &[Person],
    accounts: usize,
) -> Vec<(AccountId, UserId, Option<&'a UserSpec>)> {
    let listed = &policy.associations.accounts;
    let account_of = |spec: &UserSpec| -> Option<AccountId> {
        match spec.account.as_str() {
            "" => people.get(spec.person as usize).map(|person| person.account),
            "root" => Some(AccountId(0)),
            name => listed
                .iter()
                .position(|account| account.name == name)
                .map(|at| AccountId::from(at + 1)),
        }
    };
    let mut leaves: Vec<(AccountId, UserId, Option<&UserSpec>)> = people
        .iter()
        .enumerate()
        .map(|(index, person)| {
            let account = Some(person.account).filter(|account| usize::from(*account) <= accounts);
            (account.unwrap_or_default(), UserId::from(index), None)
        })
        .collect();
    for spec in &policy.associations.users {
        let (Some(account), user) = (account_of(spec), UserId(spec.person)) else {
            continue;
        };
        if usize::from(user) >= people.len() {
            continue;
        }
        match leaves.iter_mut().find(|leaf| (leaf.0, leaf.1) == (account, user)) {
            Some(leaf) => leaf.2 = Some(spec),
            None => leaves.push((account, user, Some(spec))),
        }
    }
    leaves
}

fn nearest(own: u32, above: &Association) -> u32 {
    if own == 0 { above.priority } else { own }
}

/// What holds at a node: its own entry, else what every node of its kind has; of limits not named Grp also what the
/// account above has. Amounts are inherited resource by resource.
fn inherited(own: &AssocLimits, each: &AssocLimits, above: &AssocLimits) -> AssocLimits {
    let here = |pick: fn(&AssocLimits) -> &TresCounts| merged(&[pick(own), pick(each)]);
    let down = |pick: fn(&AssocLimits) -> &TresCounts| merged(&[pick(own), pick(each), pick(above)]);
    AssocLimits {
        grp_tres: here(|l| &l.grp_tres),
        grp_tres_mins: here(|l| &l.grp_tres_mins),
        grp_tres_run_mins: here(|l| &l.grp_tres_run_mins),
        max_tres: down(|l| &l.max_tres),
        max_tres_pn: down(|l| &l.max_tres_pn),
        max_tres_mins: down(|l| &l.max_tres_mins),
        grp_jobs: own.grp_jobs.or(each.grp_jobs),
        max_jobs: own.max_jobs.or(each.max_jobs).or(above.max_jobs),
        grp_submit_jobs: own.grp_submit_jobs.or(each.grp_submit_jobs),
        max_submit_jobs: own
            .max_submit_jobs
            .or(each.max_submit_jobs)
            .or(above.max_submit_jobs),
        grp_jobs_accrue: own.grp_jobs_accrue.or(each.grp_jobs_accrue),
        max_jobs_accrue: own
            .max_jobs_accrue
            .or(each.max_jobs_accrue)
            .or(above.max_jobs_accrue),
        grp_wall: own.grp_wall.or(each.grp_wall),
        max_wall: own.max_wall.or(each.max_wall).or(above.max_wall),
        min_prio_threshold: own
            .min_prio_threshold
            .or(each.min_prio_threshold)
            .or(above.min_prio_threshold),
    }
}

/// For each resource what the first source says that says anything.
fn merged(sources: &[&TresCounts]) -> TresCounts {
    let mut all = TresCounts::none();
    for source in sources.iter().rev() {
        for (name, count) in source.iter() {
            all.set(name.clone(), count);
        }
    }
    all
}

fn children(rows: &Table<AssocId, Association>) -> (Vec<AssocId>, Vec<u32>) {
    let mut pairs: Vec<(AssocId, AssocId)> = rows
        .entries()
        .filter_map(|(id, row)| Some((row.parent?, id)))
        .collect();
    order::sort(&mut pairs);
    let from = (0..=rows.len())
        .map(|at| pairs.partition_point(|&(parent, _)| usize::from(parent) < at) as u32)
        .collect();
    (pairs.into_iter().map(|(_, child)| child).collect(), from)
}

fn chains(rows: &Table<AssocId, Association>) -> (Vec<AssocId>, Vec<u32>) {
    let (mut chains, mut from) = (Vec::new(), vec![0]);
    for id in rows.ids() {
        chains.extend(std::iter::successors(Some(id), |&at| rows[at].parent));
        from.push(chains.len() as u32);
    }
    (chains, from)
}

#[cfg(test)]
mod tests;
