//! Worked examples of `docs/slurm.md`, *Fair Tree worked out* and *Classic fair share*. The first is Slurm's own test 24.4.

use crate::cluster::tree::Tree;
use crate::cluster::tres::TresTable;
use crate::cluster::usage::{Charge, Usage};
use crate::ids::{AccountId, AssocId, QosId, UserId};
use crate::scenario::{AccountSpec, FairShare, Persona, Policy, Shares, UserSpec};
use crate::units::{Span, Time};
use crate::workload::Person;

const PARENT: Shares = Shares::Parent;

const fn of(shares: u32) -> Shares {
    Shares::Of(shares)
}

/// Accounts (name, parent, shares) and users (name, account, shares, usage of their own).
struct Example {
    accounts: Vec<(&'static str, &'static str, Shares)>,
    users: Vec<(&'static str, &'static str, Shares, u32)>,
    dampening: u32,
}

struct Ranked {
    example: Example,
    tree: Tree,
    usage: Usage,
}

impl Example {
    fn ranked(self, algorithm: FairShare) -> Ranked {
        self.ranked_with_root(algorithm, 1)
    }

    /// With so many shares for root's user.
    fn ranked_with_root(self, algorithm: FairShare, root: u32) -> Ranked {
        let mut policy = Policy::default();
        policy.priority.fairshare = algorithm;
        policy.priority.half_life = None;
        policy.priority.dampening = self.dampening;
        let number = |name: &str| match name {
            "root" => AccountId(0),
            name => AccountId::from(1 + self.accounts.iter().position(|a| a.0 == name).unwrap()),
        };
        for &(name, parent, shares) in &self.accounts {
            policy.associations.accounts.push(AccountSpec {
                name: name.to_owned(),
                parent: (parent != "root").then(|| parent.to_owned()),
                shares,
                ..AccountSpec::default()
            });
        }
        let mut people = Vec::new();
        for (index, &(_, account, shares, _)) in self.users.iter().enumerate() {
            people.push(Person {
                persona: Persona::Trainer,
                account: number(account),
            });
            policy.associations.users.push(UserSpec {
                person: index as u32,
                shares,
                ..UserSpec::default()
            });
        }
        let tree = Tree::new(&policy, &people, self.accounts.len()).with_root_user(of(root));
        let mut usage = Usage::new(&policy, &tree, &TresTable::new([]));
        for (index, &(_, account, _, used)) in self.users.iter().enumerate() {
            let charge = Charge {
                assoc: tree.leaf(UserId::from(index), number(account)),
                qos: QosId(0),
                partition_qos: None,
                billing: f64::from(used),
                usage_factor: 1.0,
                tres: &[],
            };
            usage.charge(&charge, Span::secs(1));
        }
        // Classic fair share sees the usage of accounts one tick late.
        usage.decay(Time(300));
        usage.rank();
        Ranked {
            example: self,
            tree,
            usage,
        }
    }
}

impl Ranked {
    fn at(&self, name: &str) -> AssocId {
        if name == "u1" {
            return Tree::ROOT_USER;
        }
        if let Some(index) = self.example.accounts.iter().position(|a| a.0 == name) {
            return self.tree.account(AccountId::from(index + 1));
        }
        let index = self.example.users.iter().position(|u| u.0 == name).unwrap();
        self.tree.leaf(UserId::from(index), AccountId(u32::MAX))
    }

    fn factor(&self, name: &str) -> f64 {
        self.usage.factor(self.at(name))
    }

    fn level_fs(&self, name: &str) -> f64 {
        self.usage.level_fs(self.at(name)).unwrap()
    }
}

fn close(ours: f64, expected: f64, what: &str) {
    assert!(
        ours == expected || (ours - expected).abs() < 6e-7,
        "{what}: {ours}, not {expected}"
    );
}

/// Its user u1 has ten shares below root and no usage: here that is root's own.
fn slurms_own_test() -> Ranked {
    Example {
        accounts: vec![
            ("aA", "root", of(40)),
            ("aB", "root", of(60)),
            ("aC", "root", of(0)),
            ("aD", "root", of(50)),
            ("aE", "root", of(10)),
            ("aF", "root", of(20)),
            ("aG", "root", of(8)),
            ("aAA", "aA", of(30)),
            ("aAB", "aA", of(10)),
            ("aBA", "aB", of(25)),
            ("aBB", "aB", of(35)),
            ("aDA", "aD", PARENT),
            ("aGA", "aG", of(10)),
        ],
        users: vec![
            ("u2", "root", of(10), 10),
            ("uAA1", "aAA", of(1), 20),
            ("uAB1", "aAB", of(1), 25),
            ("uAB2", "aAB", of(1), 0),
            ("uBA1", "aBA", of(1), 25),
            ("uBB1", "aBB", of(1), 0),
            ("uC1", "aC", of(0), 30),
            ("uD1", "aD", PARENT, 20),
            ("uD2", "aD", of(40), 20),
            ("uD3", "aD", of(50), 25),
            ("uDA1", "aDA", PARENT, 10),
            ("uDA2", "aDA", of(30), 10),
            ("uDA3", "aDA", of(50), 25),
            ("aE1", "aE", of(10), 0),
            ("aE2", "aE", of(10), 0),
            ("uF1", "aF", of(10), 0),
            ("uF2", "aF", of(20), 0),
            ("uG1", "aG", of(10), 10),
            ("uGA1", "aGA", of(20), 4),
            ("uGA2", "aGA", of(20), 6),
        ],
        dampening: 1,
    }
    .ranked_with_root(FairShare::FairTree, 10)
}

#[test]
fn fair_tree_agrees_with_slurms_own_test_on_accounts() {
    let ranked = slurms_own_test();
    let inf = f64::INFINITY;
    for (account, raw, shares, used, level_fs) in [
        ("aA", 45.0, 0.192308, 0.187500, 1.025641),
        ("aB", 25.0, 0.288462, 0.104167, 2.769231),
        ("aC", 30.0, 0.0, 0.125000, 0.0),
        ("aD", 110.0, 0.240385, 0.458333, 0.524476),
        ("aE", 0.0, 0.048077, 0.0, inf),
        ("aF", 0.0, 0.096154, 0.0, inf),
        ("aG", 20.0, 0.038462, 0.083333, 0.461538),
        ("aAA", 20.0, 0.75, 0.444444, 1.6875),
        ("aAB", 25.0, 0.25, 0.555556, 0.45),
        ("aBA", 25.0, 0.416667, 1.0, 0.416667),
        ("aBB", 0.0, 0.583333, 0.0, inf),
        ("aGA", 10.0, 0.5, 0.5, 1.0),
    ] {
        let at = ranked.at(account);
        assert_eq!(ranked.usage.raw(at), raw, "{account}");
        close(ranked.usage.norm_shares(at), shares, account);
        close(ranked.usage.effective(at), used, account);
        close(ranked.level_fs(account), level_fs, account);
    }
    let transparent = ranked.at("aDA");
    assert_eq!(ranked.usage.raw(transparent), 45.0);
    assert_eq!(ranked.usage.level_fs(transparent), None);
}

#[test]
fn fair_tree_agrees_with_slurms_own_test_on_users() {
    let ranked = slurms_own_test();
    let inf = f64::INFINITY;
    for (user, level_fs, rank) in [
        ("u1", inf, 21),
        ("aE1", inf, 21),
        ("aE2", inf, 21),
        ("uF1", inf, 21),
        ("uF2", inf, 21),
        ("uBB1", inf, 16),
        ("uBA1", 1.0, 15),
        ("u2", 1.153846, 14),
        ("uAA1", 1.0, 13),
        ("uAB2", inf, 12),
        ("uAB1", 0.5, 11),
        ("uD1", inf, 10),
        ("uDA1", inf, 10),
        ("uDA2", 1.941176, 8),
        ("uDA3", 1.294118, 7),
        ("uD3", 1.294118, 7),
        ("uD2", 1.294118, 5),
        ("uG1", 1.0, 4),
        ("uGA1", 1.25, 4),
        ("uGA2", 0.833333, 2),
        ("uC1", 0.0, 1),
    ] {
        close(ranked.level_fs(user), level_fs, user);
        assert_eq!(ranked.factor(user), f64::from(rank) / 21.0, "{user}");
    }
    assert!(
        ranked.level_fs("uD2") < ranked.level_fs("uD3"),
        "equal on paper, one unit in the last place apart"
    );
}

fn labs(alice: u32, bob: u32, carol: u32, dave: u32, erin: u32, dampening: u32) -> Example {
    Example {
        accounts: vec![
            ("labA", "root", of(40)),
            ("labB", "root", of(40)),
            ("labC", "root", of(20)),
        ],
        users: vec![
            ("alice", "labA", of(1), alice),
            ("bob", "labA", of(1), bob),
            ("carol", "labB", of(1), carol),
            ("dave", "labB", of(1), dave),
            ("erin", "labC", of(1), erin),
        ],
        dampening,
    }
}

#[test]
fn all_users_of_the_better_account_stand_above_all_of_the_worse() {
    let ranked = labs(45_535, 22_225, 12_497, 313, 10_873, 1).ranked(FairShare::FairTree);
    assert_eq!(ranked.usage.factor(Tree::ROOT_USER), 1.0);
    assert_eq!(ranked.usage.level_fs(Tree::ROOT_USER), Some(f64::INFINITY));
    // Usage was observed as integers, so level fairshare agrees to about four digits.
    for (account, level_fs) in [("labB", 2.827088), ("labC", 1.665277), ("labA", 0.534465)] {
        assert!(
            (ranked.level_fs(account) / level_fs - 1.0).abs() < 1e-3,
            "{account}"
        );
    }
    for (user, level_fs, factor) in [
        ("dave", 20.457942, 5.0 / 6.0),
        ("carol", 0.512526, 4.0 / 6.0),
        ("erin", 1.0, 3.0 / 6.0),
        ("bob", 1.524370, 2.0 / 6.0),
        ("alice", 0.744053, 1.0 / 6.0),
    ] {
        assert!((ranked.level_fs(user) / level_fs - 1.0).abs() < 1e-3, "{user}");
        assert_eq!(ranked.factor(user), factor, "{user}");
    }
}

#[test]
fn of_tied_accounts_the_first_user_of_the_second_inherits_the_rank() {
    let ranked = labs(1_565, 0, 1_565, 0, 0, 1).ranked(FairShare::FairTree);
    assert_eq!(ranked.level_fs("labA"), ranked.level_fs("labB"));
    close(ranked.level_fs("labA"), 0.792079, "labA");
    assert_eq!(ranked.usage.factor(Tree::ROOT_USER), 1.0);
    assert_eq!(
        ranked.factor("erin"),
        1.0,
        "tied with root's user at the first level"
    );
    // Which of the two comes first depends on Slurm's list; ours goes by id.
    let sixths = ["bob", "alice", "dave", "carol"].map(|user| (ranked.factor(user) * 6.0).round() as u32);
    assert_eq!(sixths, [4, 3, 3, 1]);
}

#[test]
fn what_is_equal_on_paper_is_tied_if_it_is_in_slurms_precision() {
    // One of so many shares and 10 of 70 used, against so many times both. What `long double` makes of it was computed.
    for (times, all, tied) in [(4, 14, true), (3, 17, false), (5, 23, true)] {
        let ranked = Example {
            accounts: vec![("lab", "root", of(1))],
            users: vec![
                ("one", "lab", of(1), 10),
                ("more", "lab", of(times), 10 * times),
                ("rest", "lab", of(all - 1 - times), 60 - 10 * times),
            ],
            dampening: 1,
        }
        .ranked(FairShare::FairTree);
        assert_eq!(
            ranked.factor("one") == ranked.factor("more"),
            tied,
            "{times} of {all}"
        );
    }
}

#[test]
fn nobody_having_used_anything_everybody_is_first() {
    let ranked = labs(0, 0, 0, 0, 0, 1).ranked(FairShare::FairTree);
    for user in ["alice", "bob", "carol", "dave", "erin"] {
        assert_eq!(ranked.factor(user), 1.0);
    }
}

#[test]
fn classic_fair_share_takes_in_what_siblings_used() {
    for (dampening, alice) in [(1, 0.114359), (5, 0.648118)] {
        let ranked = labs(45_535, 22_225, 12_497, 313, 10_873, dampening).ranked(FairShare::Classic);
        assert!((ranked.factor("alice") - alice).abs() < 2e-5, "{dampening}");
    }
    let ranked = labs(45_535, 22_225, 12_497, 313, 10_873, 1).ranked(FairShare::Classic);
    for (name, norm, effective, shares) in [
        ("labA", 0.741002, 0.741002, 0.396040),
        ("labB", 0.140087, 0.140087, 0.396040),
        ("labC", 0.118911, 0.118911, 0.198020),
        ("alice", 0.497950, 0.619476, 0.198020),
        ("bob", 0.243052, 0.492027, 0.198020),
        ("carol", 0.136664, 0.138376, 0.198020),
        ("dave", 0.003424, 0.071756, 0.198020),
        ("erin", 0.118911, 0.118911, 0.198020),
    ] {
        let at = ranked.at(name);
        assert!((ranked.usage.norm_usage(at) - norm).abs() < 2e-5, "{name}");
        assert!((ranked.usage.effective(at) - effective).abs() < 2e-5, "{name}");
        assert!((ranked.usage.norm_shares(at) - shares).abs() < 2e-6, "{name}");
    }
    for (user, factor) in [
        ("bob", 0.178657),
        ("carol", 0.616086),
        ("dave", 0.777888),
        ("erin", 0.659525),
    ] {
        assert!((ranked.factor(user) - factor).abs() < 2e-5, "{user}");
    }
}

#[test]
fn classic_users_with_shares_of_the_parent_share_one_factor() {
    let ranked = Example {
        accounts: vec![("lab", "root", of(3)), ("none", "root", of(0))],
        users: vec![
            ("one", "lab", PARENT, 90),
            ("two", "lab", PARENT, 0),
            ("three", "lab", of(1), 10),
            ("four", "none", of(1), 0),
            ("five", "root", PARENT, 0),
        ],
        dampening: 1,
    }
    .ranked(FairShare::Classic);
    // The lab has 3 of 4 shares and used everything.
    let lab = libm::pow(2.0, -1.0 / 0.75);
    assert_eq!((ranked.factor("one"), ranked.factor("two")), (lab, lab));
    assert_eq!(
        ranked.factor("three"),
        lab,
        "alone with shares, it takes in all of the lab's usage"
    );
    assert_eq!(ranked.factor("four"), 0.0, "zero shares");
    assert_eq!(ranked.factor("five"), 0.5, "root has all shares and all usage");
}

#[test]
fn where_nobody_on_a_level_has_shares_classic_usage_is_the_accounts() {
    let ranked = Example {
        accounts: vec![("lab", "root", of(1))],
        users: vec![("one", "lab", of(0), 20), ("two", "lab", of(0), 0)],
        dampening: 1,
    }
    .ranked(FairShare::Classic);
    assert_eq!(ranked.usage.effective(ranked.at("two")), 1.0);
    assert_eq!((ranked.factor("one"), ranked.factor("two")), (0.0, 0.0));
}
