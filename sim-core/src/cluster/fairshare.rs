//! From usage to fair-share factors: Fair Tree's ranks, or the classic power of usage over shares.
//!
//! Operations stand in Slurm's order (`fair_tree.c`, `priority_multifactor.c`), because ties are exact equality of real
//! numbers; where these lie close together, they are compared with Slurm's precision. Accounts with Fairshare=parent are transparent: what is below them counts as being below the nearest
//! account that is not. Buffers are made once; ranking allocates nothing.

use std::cmp::Ordering;

use super::extended::Extended;
use super::tree::Tree;
use crate::ids::{AssocId, Table};
use crate::order;
use crate::scenario::{FairShare, PriorityPolicy, Shares};

/// Two quotients that differ by more than this part of themselves differ in any precision.
const CLOSE: f64 = 1e-14;

/// What of a node takes part in fair share, and what came out for it.
#[derive(Clone, Debug)]
struct Node {
    user: bool,
    shares: Shares,
    /// The nearest account above that is not transparent; root's is itself.
    above: AssocId,
    /// Sum of the shares of all that compete on its level.
    level_shares: u64,
    /// Normalised shares: of its level (Fair Tree), of the cluster (classic).
    norm: f64,
    effective: f64,
    level_fs: f64,
    factor: f64,
}

/// Shares and factors of all associations.
#[derive(Clone, Debug)]
pub(super) struct Ranking {
    algorithm: FairShare,
    dampening: f64,
    nodes: Table<AssocId, Node>,
    /// Who competes below each account that is not transparent, level after level; kept sorted from tick to tick.
    levels: Vec<AssocId>,
    /// Where each node's level begins and ends in `levels`.
    level: Table<AssocId, (u32, u32)>,
    users: u32,
    /// Levels being visited, outermost first.
    visits: Vec<Visit>,
}

/// How far the walk through a level has come.
#[derive(Clone, Copy, Debug)]
struct Visit {
    next: u32,
    end: u32,
    /// The sibling before.
    before: Option<AssocId>,
    /// Whether the account of this level was tied, so that its first child is.
    tied: bool,
}

impl Ranking {
    /// Shares of a tree; usage is nothing, so factors are those of nobody having used anything.
    pub(super) fn new(policy: &PriorityPolicy, tree: &Tree) -> Ranking {
        let mut nodes: Table<AssocId, Node> = Table::default();
        for (_, row) in tree.entries() {
            let above = match row.parent {
                None => Tree::ROOT,
                // Parents come first, so their own nearest account is known.
                Some(parent) if transparent(tree, parent) => nodes[parent].above,
                Some(parent) => parent,
            };
            nodes.push(Node {
                user: row.kind.is_user(),
                shares: row.shares,
                above,
                level_shares: 0,
                norm: 0.0,
                effective: 0.0,
                level_fs: 0.0,
                factor: 0.0,
            });
        }
        let mut competing: Vec<(AssocId, AssocId)> = nodes
            .entries()
            .skip(1)
            .filter(|(id, _)| !transparent(tree, *id))
            .map(|(id, node)| (node.above, id))
            .collect();
        order::sort(&mut competing);
        let mut sums: Table<AssocId, u64> = nodes.iter().map(|_| 0).collect();
        for &(above, id) in &competing {
            sums[above] += own_shares(nodes[id].shares);
        }
        for node in nodes.iter_mut().skip(1) {
            node.level_shares = sums[node.above];
        }
        let level = nodes
            .ids()
            .map(|id| {
                (
                    competing.partition_point(|&(above, _)| above < id) as u32,
                    competing.partition_point(|&(above, _)| above <= id) as u32,
                )
            })
            .collect();
        let mut ranking = Ranking {
            algorithm: policy.fairshare,
            dampening: f64::from(policy.dampening.max(1)),
            users: nodes.iter().filter(|node| node.user).count() as u32,
            nodes,
            levels: competing.into_iter().map(|(_, id)| id).collect(),
            level,
            visits: Vec::new(),
        };
        ranking.normalise();
        ranking
    }

    /// Other shares count from the next tick on; until then factors stay.
    pub(super) fn change_shares(&mut self, policy: &PriorityPolicy, tree: &Tree) {
        let alike = tree
            .entries()
            .zip(self.nodes.iter())
            .all(|((_, row), node)| row.shares == node.shares);
        if alike {
            return;
        }
        let old = std::mem::replace(self, Ranking::new(policy, tree));
        for (node, old) in self.nodes.iter_mut().zip(old.nodes.iter()) {
            node.effective = old.effective;
            node.level_fs = old.level_fs;
            node.factor = old.factor;
        }
    }

    /// Classic fair share takes the effective usage of accounts as it was before this tick's decay and charges.
    pub(super) fn before_tick(&mut self, raw: &Table<AssocId, f64>) {
        match self.algorithm {
            FairShare::Off | FairShare::FairTree => {}
            FairShare::Classic => {
                self.nodes[Tree::ROOT].effective = 1.0;
                for id in self.nodes.ids().skip(1) {
                    if !self.nodes[id].user {
                        self.use_classic(id, raw);
                    }
                }
            }
        }
    }

    /// Computes every factor from the usage as it stands.
    pub(super) fn rank(&mut self, raw: &Table<AssocId, f64>) {
        match self.algorithm {
            FairShare::Off => {}
            FairShare::FairTree => {
                self.weigh_levels(raw);
                self.walk(raw);
            }
            FairShare::Classic => {
                for id in self.nodes.ids().skip(1) {
                    if self.nodes[id].user {
                        self.use_classic(id, raw);
                    }
                    self.nodes[id].factor = self.classic_factor(id);
                }
            }
        }
    }

    /// The factor of an association, 0 to 1. Only users have one under Fair Tree.
    pub(super) fn factor(&self, assoc: AssocId) -> f64 {
        self.nodes[assoc].factor
    }

    /// Normalised shares.
    pub(super) fn norm_shares(&self, assoc: AssocId) -> f64 {
        self.nodes[assoc].norm
    }

    /// Effective usage.
    pub(super) fn effective(&self, assoc: AssocId) -> f64 {
        self.nodes[assoc].effective
    }

    /// Level fairshare; `None` where there is none: for root, transparent accounts, and unless Fair Tree rules.
    pub(super) fn level_fs(&self, assoc: AssocId) -> Option<f64> {
        let node = &self.nodes[assoc];
        let competes = assoc != Tree::ROOT && (node.user || node.shares != Shares::Parent);
        (competes && self.algorithm == FairShare::FairTree).then_some(node.level_fs)
    }

    fn normalise(&mut self) {
        let classic = match self.algorithm {
            FairShare::Off | FairShare::FairTree => false,
            FairShare::Classic => true,
        };
        self.nodes[Tree::ROOT].norm = if classic { 1.0 } else { 0.0 };
        self.nodes[Tree::ROOT].effective = 1.0;
        for id in self.nodes.ids().skip(1) {
            let node = &self.nodes[id];
            let norm = match node.shares {
                Shares::Parent => self.nodes[node.above].norm,
                Shares::Of(_) if node.level_shares == 0 => 0.0,
                Shares::Of(own) => {
                    let of_level = f64::from(own) / node.level_shares as f64;
                    if classic {
                        // From the leaf upward, as Slurm multiplies.
                        std::iter::successors(Some(node.above), |&at| Some(self.nodes[at].above))
                            .take_while(|&at| at != Tree::ROOT)
                            .fold(of_level, |product, at| {
                                product * self.share_of_level(&self.nodes[at])
                            })
                    } else {
                        of_level
                    }
                }
            };
            self.nodes[id].norm = norm;
        }
    }

    /// What part of its level's shares a node has.
    fn share_of_level(&self, node: &Node) -> f64 {
        if node.level_shares == 0 {
            0.0
        } else {
            own_shares(node.shares) as f64 / node.level_shares as f64
        }
    }

    /// Level fairshare `S / U` of every node: the more of its shares it has left, the larger.
    fn weigh_levels(&mut self, raw: &Table<AssocId, f64>) {
        for (node, &own) in self.nodes.iter_mut().zip(raw.iter()).skip(1) {
            let of = raw[node.above];
            node.effective = if of == 0.0 { 0.0 } else { own / of };
            node.level_fs = match node.shares {
                Shares::Parent => f64::INFINITY,
                Shares::Of(_) if node.norm == 0.0 => 0.0,
                Shares::Of(_) if node.effective == 0.0 => f64::INFINITY,
                Shares::Of(_) => node.norm / node.effective,
            };
        }
    }

    /// Goes through the tree, the best of each level first, and gives each user its rank over the number of users.
    ///
    /// Siblings that are tied share a rank if they are users. Tied accounts are visited one after the other: the first
    /// user of the second inherits the rank of the last user of the first.
    fn walk(&mut self, raw: &Table<AssocId, f64>) {
        let mut rank = self.users;
        let mut rank_without_ties = rank;
        self.visits.clear();
        self.enter(Tree::ROOT, false, raw);
        while let Some(visit) = self.visits.last_mut() {
            if visit.next == visit.end {
                self.visits.pop();
                continue;
            }
            let id = self.levels[visit.next as usize];
            let as_before = visit
                .before
                .is_some_and(|before| compare(&self.nodes, raw, before, id).is_eq());
            let tied = std::mem::take(&mut visit.tied) || as_before;
            visit.next += 1;
            visit.before = Some(id);
            if self.nodes[id].user {
                if !tied {
                    rank = rank_without_ties;
                }
                self.nodes[id].factor = f64::from(rank) / f64::from(self.users);
                rank_without_ties -= 1;
            } else {
                self.enter(id, tied, raw);
            }
        }
    }

    /// Sorts the level below an account and puts it before the levels still to be walked.
    fn enter(&mut self, account: AssocId, tied: bool, raw: &Table<AssocId, f64>) {
        let (next, end) = self.level[account];
        let nodes = &self.nodes;
        // Larger level fairshare first; users before accounts; then by id.
        order::merge_sort(&mut self.levels[next as usize..end as usize], &|&a, &b| {
            compare(nodes, raw, b, a)
                .then(nodes[b].user.cmp(&nodes[a].user))
                .then(a.cmp(&b))
                .is_gt()
        });
        self.visits.push(Visit {
            next,
            end,
            before: None,
            tied,
        });
    }

    /// Effective usage by the classic rule: its own, and its share of what its siblings used.
    fn use_classic(&mut self, id: AssocId, raw: &Table<AssocId, f64>) {
        let node = &self.nodes[id];
        let total = raw[Tree::ROOT];
        let norm = if total == 0.0 {
            0.0
        } else {
            (raw[id] / total).min(1.0)
        };
        let above = self.nodes[node.above].effective;
        self.nodes[id].effective = match node.shares {
            Shares::Of(_) | Shares::Parent if node.above == Tree::ROOT => norm,
            Shares::Parent => above,
            Shares::Of(_) if node.level_shares == 0 => above,
            Shares::Of(own) => norm + (above - norm) * (f64::from(own) / node.level_shares as f64),
        };
    }

    /// `2^(−U / S / dampening)`. With Fairshare=parent a user has the factor of the account whose place it takes.
    fn classic_factor(&self, id: AssocId) -> f64 {
        let node = &self.nodes[id];
        let of = match node.shares {
            Shares::Parent if node.user => &self.nodes[node.above],
            Shares::Parent | Shares::Of(_) => node,
        };
        if of.norm <= 0.0 {
            0.0
        } else {
            libm::pow(2.0, -(of.effective / of.norm / self.dampening))
        }
    }
}

/// Compares the level fairshare of siblings as Slurm does, whose quotients have more digits than ours.
fn compare(nodes: &Table<AssocId, Node>, raw: &Table<AssocId, f64>, a: AssocId, b: AssocId) -> Ordering {
    let (one, other) = (&nodes[a], &nodes[b]);
    let rough = one.level_fs.total_cmp(&other.level_fs);
    let apart = (one.level_fs - other.level_fs).abs() > CLOSE * one.level_fs;
    // Infinite, zero, and the same numbers in the same quotient need no second look.
    let settled = apart || !one.level_fs.is_finite() || one.level_fs == 0.0 || other.level_fs == 0.0;
    if settled || (one.norm == other.norm && raw[a] == raw[b]) {
        return rough;
    }
    let exact = |node: &Node, own: f64| {
        let used = Extended::from_positive(own).over(Extended::from_positive(raw[node.above]));
        Extended::from_positive(node.norm).over(used)
    };
    exact(one, raw[a]).cmp(&exact(other, raw[b]))
}

/// An account with Fairshare=parent.
fn transparent(tree: &Tree, assoc: AssocId) -> bool {
    let row = tree.row(assoc);
    !row.kind.is_user() && row.shares == Shares::Parent
}

fn own_shares(shares: Shares) -> u64 {
    match shares {
        Shares::Of(n) => u64::from(n),
        Shares::Parent => 0,
    }
}

#[cfg(test)]
mod tests;
