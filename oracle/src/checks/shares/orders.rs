//! Fair Tree where sibling accounts are tied: real factors depend on which of them is visited first, and either order
//! passes. This ranks observed level fairshares in every such order.

use std::collections::BTreeMap;

use crate::observed::ShareRow;

/// More orders than this are not tried.
const MOST: usize = 5_000;

/// All sets of factors that the observed levels allow, by the key of the user's row.
#[derive(Debug)]
pub struct Orders(Vec<BTreeMap<String, f64>>);

/// A visit under way: rank of the last user, rank of the next, factors so far.
#[derive(Clone)]
struct Visit {
    rank: usize,
    next: usize,
    factors: Vec<(String, usize)>,
}

impl Orders {
    /// Ranks the users of a tree. Without levels (classic fair share) there is no order.
    pub fn of(rows: &[ShareRow]) -> Orders {
        let users = rows.iter().filter(|row| row.is_user).count();
        let start = Visit {
            rank: users,
            next: users,
            factors: Vec::new(),
        };
        let visits = visit(rows, children(rows, "root"), false, vec![start]);
        let factor = |rank: usize| rank as f64 / users.max(1) as f64;
        let factors = visits.into_iter().map(|visit| {
            visit
                .factors
                .into_iter()
                .map(|(key, rank)| (key, factor(rank)))
                .collect()
        });
        Orders(factors.collect())
    }

    /// Whether both views show factors of one of the orders each: then they differ only by an order that is free.
    pub fn accept(&self, observed: &[ShareRow], ours: &[ShareRow]) -> bool {
        let shown = |rows: &[ShareRow]| {
            self.0.iter().any(|factors| {
                factors.iter().all(|(key, factor)| {
                    let row = rows.iter().find(|row| row.is_user && row.key() == *key);
                    row.and_then(|row| row.fairshare_factor)
                        .is_some_and(|f| (f - factor).abs() <= super::EXACT)
                })
            })
        };
        !self.0.is_empty() && shown(observed) && shown(ours)
    }
}

/// Rows that compete below an account: transparent accounts stand for their children.
fn children<'a>(rows: &'a [ShareRow], account: &str) -> Vec<&'a ShareRow> {
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| row.parent == account) {
        // A row that is its own parent would never end.
        if !row.is_user && row.raw_shares == Some(ShareRow::PARENT) && row.account != account {
            found.extend(children(rows, &row.account));
        } else {
            found.push(row);
        }
    }
    found
}

fn level(row: &ShareRow) -> f64 {
    if row.is_user && row.raw_shares == Some(ShareRow::PARENT) {
        return f64::INFINITY;
    }
    row.level().unwrap_or(0.0)
}

/// Visits siblings in every order of tied accounts: level falling, users before accounts.
fn visit(rows: &[ShareRow], mut siblings: Vec<&ShareRow>, tied: bool, visits: Vec<Visit>) -> Vec<Visit> {
    siblings.sort_by(|a, b| level(b).total_cmp(&level(a)).then(b.is_user.cmp(&a.is_user)));
    let mut visits: Vec<Visit> = visits;
    let mut first = true;
    let mut before: Option<f64> = None;
    for group in siblings.chunk_by(|a, b| level(a) == level(b) && a.is_user == b.is_user) {
        let starts_tied = before == Some(level(group[0])) || (first && tied);
        let mut all = Vec::new();
        let orders = if group[0].is_user {
            vec![group.to_vec()]
        } else {
            permutations(group)
        };
        for order in orders {
            let mut so_far = visits.clone();
            for (index, row) in order.iter().enumerate() {
                let tied = starts_tied || index > 0;
                if row.is_user {
                    for visit in &mut so_far {
                        if !tied {
                            visit.rank = visit.next;
                        }
                        visit.factors.push((row.key(), visit.rank));
                        visit.next = visit.next.saturating_sub(1);
                    }
                } else {
                    so_far = visit(rows, children(rows, &row.account), tied, so_far);
                }
            }
            all.extend(so_far);
            all.truncate(MOST);
        }
        visits = all;
        first = false;
        before = Some(level(group[0]));
    }
    visits
}

fn permutations<'a>(rows: &[&'a ShareRow]) -> Vec<Vec<&'a ShareRow>> {
    let mut all: Vec<Vec<&ShareRow>> = vec![Vec::new()];
    for &row in rows {
        let mut longer = Vec::new();
        for shorter in &all {
            for place in 0..=shorter.len() {
                let mut order = shorter.clone();
                order.insert(place, row);
                longer.push(order);
            }
        }
        longer.truncate(MOST);
        all = longer;
    }
    all
}
