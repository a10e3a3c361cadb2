//! What stands where, and which limits hold there.

use super::*;
use crate::scenario::{Persona, TresName};
use crate::units::Span;

fn people(accounts: &[u32]) -> Vec<Person> {
    accounts
        .iter()
        .map(|&account| Person {
            persona: Persona::Trainer,
            account: AccountId(account),
        })
        .collect()
}

fn policy(text: &str) -> Policy {
    toml::from_str(text).unwrap()
}

#[test]
fn accounts_stand_below_root_or_where_the_policy_puts_them() {
    let policy = policy(
        r#"
        [[associations.accounts]]
        name = "lab"
        shares = { of = 30 }
        [[associations.accounts]]
        name = "vision"
        parent = "lab"
        shares = "parent"
        [[associations.users]]
        person = 1
        account = "lab"
        shares = { of = 4 }
        "#,
    );
    let tree = Tree::new(&policy, &people(&[1, 2, 3]), 3);
    assert_eq!(tree.accounts(), 4, "root, lab, vision and one that is not listed");
    let vision = tree.account(AccountId(2));
    assert_eq!(tree.row(vision).shares, Shares::Parent);
    assert_eq!(
        tree.row(tree.account(AccountId(3))).parent,
        Some(Tree::ROOT),
        "an unlisted account is a child of root"
    );
    let home = tree.leaf(UserId(1), AccountId(2));
    let other = tree.leaf(UserId(1), AccountId(1));
    assert_ne!(home, other);
    assert_eq!(
        tree.chain(home),
        [home, vision, tree.account(AccountId(1)), Tree::ROOT]
    );
    assert_eq!(tree.row(other).shares, Shares::Of(4));
    assert_eq!(
        tree.leaf(UserId(1), AccountId(3)),
        home,
        "no association there: the own one"
    );
    assert_eq!(tree.find(UserId(1), AccountId(3)), None);
    assert_eq!(
        tree.children(Tree::ROOT),
        [Tree::ROOT_USER, AssocId(2), tree.account(AccountId(3))]
    );
    assert_eq!(tree.account_of(home), AccountId(2));
}

#[test]
fn grp_limits_stay_on_their_node_and_others_are_handed_down_unless_set_nearer() {
    let policy = policy(
        r#"
        [associations.each-account]
        grp-tres = "gres/gpu=16,cpu=100"
        max-jobs = 9
        [associations.each-user]
        grp-tres = "gres/gpu=2"
        [[associations.accounts]]
        name = "lab"
        [associations.accounts.limits]
        grp-tres = "gres/gpu=8"
        max-tres = "gres/gpu=4,cpu=32"
        max-wall = "2d"
        [[associations.accounts]]
        name = "vision"
        parent = "lab"
        [[associations.users]]
        person = 1
        [associations.users.limits]
        max-tres = "cpu=8"
        "#,
    );
    let tree = Tree::new(&policy, &people(&[2, 2]), 2);
    let limits = |assoc| &tree.row(assoc).limits;
    let lab = tree.account(AccountId(1));
    assert_eq!(limits(lab).grp_tres.to_string(), "cpu=100,gres/gpu=8");
    assert_eq!(limits(tree.account(AccountId(2))).grp_tres.of_gpus(), Some(16));
    let (first, second) = (
        tree.leaf(UserId(0), AccountId(2)),
        tree.leaf(UserId(1), AccountId(2)),
    );
    assert_eq!(limits(first).grp_tres.to_string(), "gres/gpu=2");
    assert_eq!(limits(first).max_jobs, Some(9));
    assert_eq!(limits(first).max_wall, Some(Span::days(2)));
    assert_eq!(limits(second).max_tres.to_string(), "cpu=8,gres/gpu=4");
    assert_eq!(limits(second).max_tres.get(&TresName::Cpu), Some(8));
    assert_eq!(*limits(Tree::ROOT_USER), AssocLimits::default());
}

#[test]
fn priority_is_inherited_downward() {
    let policy = policy(
        r#"
        [[associations.accounts]]
        name = "a"
        priority = 7
        [[associations.accounts]]
        name = "b"
        [[associations.users]]
        person = 1
        priority = 20
        "#,
    );
    let tree = Tree::new(&policy, &people(&[1, 1, 2]), 2);
    let priority = |user, account| tree.row(tree.leaf(UserId(user), AccountId(account))).priority;
    assert_eq!((priority(0, 1), priority(1, 1), priority(2, 2)), (7, 20, 0));
    assert_eq!(tree.top_priority(), 20);
}

#[test]
fn names_that_lead_nowhere_change_nothing() {
    let policy = policy(
        r#"
        [[associations.accounts]]
        name = "a"
        parent = "a"
        [[associations.users]]
        person = 9
        [[associations.users]]
        person = 0
        account = "nobody"
        "#,
    );
    let tree = Tree::new(&policy, &people(&[1, 7]), 1);
    assert_eq!(tree.len(), 5);
    assert_eq!(tree.row(AssocId(2)).parent, Some(Tree::ROOT));
    assert_eq!(
        tree.leaf(UserId(1), AccountId(0)),
        AssocId(4),
        "an account that is not there is root"
    );
}
