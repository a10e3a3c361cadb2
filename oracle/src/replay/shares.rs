//! Associations as `sshare` shows them.

use serde_json::Value;
use sim_core::cluster::{AssocKind, Cluster, Tree};
use sim_core::ids::AssocId;
use sim_core::scenario::{FairShare, Shares};

use crate::experiment::Experiment;
use crate::observed::ShareRow;

/// All associations, in the order of the tree.
pub fn rows(cluster: &Cluster, experiment: &Experiment) -> Vec<ShareRow> {
    let ids = cluster.tree.entries().map(|(id, _)| id);
    ids.map(|id| row(cluster, experiment, id)).collect()
}

fn row(cluster: &Cluster, experiment: &Experiment, id: AssocId) -> ShareRow {
    let (tree, usage, names) = (&cluster.tree, &cluster.usage, &experiment.names);
    let row = tree.row(id);
    let account = names.accounts[usize::from(tree.account_of(id))].clone();
    let name = match row.kind {
        AssocKind::Account(_) => account.clone(),
        AssocKind::User(user) => names.users[usize::from(user)].clone(),
        AssocKind::RootUser => String::from("root"),
    };
    let is_root = id == Tree::ROOT;
    let classic = experiment.scenario.policy.priority.fairshare == FairShare::Classic;
    let shares = match row.shares {
        Shares::Of(shares) => f64::from(shares),
        Shares::Parent => ShareRow::PARENT,
    };
    let level_fs = match usage.level_fs(id) {
        Some(level) if level.is_infinite() => Value::from("inf"),
        Some(level) => Value::from(level),
        // Classic fair share has no levels, and prints 0.
        None if classic => Value::from(0.0),
        None => Value::Null,
    };
    let parent = row.parent.map(|parent| usize::from(tree.account_of(parent)));
    ShareRow {
        name,
        is_user: row.kind.is_user(),
        parent: parent
            .map(|parent| names.accounts[parent].clone())
            .unwrap_or_default(),
        account,
        raw_shares: (!is_root).then_some(shares),
        norm_shares: Some(usage.norm_shares(id)),
        raw_usage: Some(usage.raw(id).trunc()),
        norm_usage: (!is_root).then(|| usage.norm_usage(id)),
        effective_usage: Some(usage.effective(id)),
        fairshare_factor: Some(usage.factor(id)),
        level_fs,
    }
}
