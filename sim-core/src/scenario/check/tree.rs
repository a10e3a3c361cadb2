//! Checks of the association tree: accounts below accounts, people in them, their shares and limits.

use super::Found;
use super::limits::{self, Carried};
use super::names::{accounts, did_you_mean, path_of};
use crate::scenario::{AccountSpec, Associations, Scenario, UserSpec};

/// How people are counted.
pub(super) const NUMBERS: &str = "numbers begin at 0 and end below workload.people";

/// What is wrong with the number of a person who is not there.
pub(super) fn nobody(scenario: &Scenario, person: u32) -> String {
    format!(
        "there is no person {person}: there are {}",
        scenario.workload.people
    )
}

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    let Associations {
        root,
        each_account,
        each_user,
        accounts: listed,
        users: _,
    } = &scenario.policy.associations;
    let path = "policy.associations";
    limits::of_assoc(scenario, &format!("{path}.root"), root, Carried::ByFile, found);
    for (key, limits) in [("each-account", each_account), ("each-user", each_user)] {
        limits::of_assoc(scenario, &format!("{path}.{key}"), limits, Carried::ByLink, found);
    }
    for (i, account) in listed.iter().enumerate() {
        let path = path_of("policy.associations.accounts", &account.name, i);
        name(&path, listed, i, found);
        parent(scenario, &path, listed, i, found);
        let path = format!("{path}.limits");
        limits::of_assoc(scenario, &path, &account.limits, Carried::ByFile, found);
    }
    users(scenario, found);
}

fn name(path: &str, listed: &[AccountSpec], index: usize, found: &mut Found) {
    let before = listed[..index].iter().map(|other| other.name.as_str());
    if listed[index].name == "root" {
        let remedy = "leave it out: accounts without a parent are below root";
        found.error(path, "root is there by itself", remedy);
    } else {
        super::names::named(
            path,
            ("account", "accounts"),
            "physics",
            &listed[index].name,
            before,
            found,
        );
    }
}

/// The account above must be there, before this one, and not below it.
fn parent(scenario: &Scenario, path: &str, listed: &[AccountSpec], index: usize, found: &mut Found) {
    let Some(parent) = listed[index].parent.as_deref().filter(|name| *name != "root") else {
        return;
    };
    let path = format!("{path}.parent");
    let place = |name: &str| listed.iter().position(|other| other.name == name);
    let Some(above) = place(parent) else {
        let what = format!("there is no account `{parent}`");
        return found.error(path, what, did_you_mean(parent, accounts(scenario)));
    };
    if above < index {
        return;
    }
    // Each step goes to another account, so as many steps as accounts come back here or never will.
    let step = |&at: &usize| listed[at].parent.as_deref().and_then(place);
    let mut circle: Vec<usize> = Vec::new();
    for at in std::iter::successors(Some(above), step).take(listed.len()) {
        circle.push(at);
        if at == index {
            break;
        }
    }
    if circle.last() == Some(&index) {
        if circle.iter().any(|&at| at < index) {
            // The first of them has told.
            return;
        }
        let names: Vec<&str> = circle.iter().map(|&at| listed[at].name.as_str()).collect();
        let what = format!(
            "accounts in a circle: {} → {}",
            listed[index].name,
            names.join(" → ")
        );
        found.error(path, what, "let one of them be below root: take its parent away");
    } else {
        let what = format!("`{parent}` comes later in the list");
        found.error(path, what, "write accounts after the one above them");
    }
}

fn users(scenario: &Scenario, found: &mut Found) {
    let users = &scenario.policy.associations.users;
    let known = accounts(scenario);
    // The people of the workload take turns over its accounts.
    let home = |person: u32| (person % scenario.workload.accounts.max(1)) as usize;
    let listed = &scenario.policy.associations.accounts;
    let account = |at: usize| {
        let user = &users[at];
        match (user.account.as_str(), listed.get(home(user.person))) {
            ("", Some(own)) => own.name.as_str(),
            (name, _) => name,
        }
    };
    for (i, user) in users.iter().enumerate() {
        let path = format!("policy.associations.users.{}", i + 1);
        if user.person >= scenario.workload.people {
            let what = nobody(scenario, user.person);
            found.error(format!("{path}.person"), what, NUMBERS);
        }
        if !user.account.is_empty() && !known.clone().any(|name| name == user.account) {
            let what = format!("there is no account `{}`", user.account);
            let remedy = did_you_mean(&user.account, known.clone());
            found.error(format!("{path}.account"), what, remedy);
        }
        twice(users, i, account, &path, found);
        let path = format!("{path}.limits");
        limits::of_assoc(scenario, &path, &user.limits, Carried::ByFile, found);
    }
}

/// One association may be written once. Whose own account a name is holds for the people of the workload; a trace may say
/// otherwise, so that is a warning.
fn twice<'a>(
    users: &[UserSpec],
    at: usize,
    account: impl Fn(usize) -> &'a str,
    path: &str,
    found: &mut Found,
) {
    let person = users[at].person;
    let same = |other: &usize| users[*other].person == person && account(*other) == account(at);
    let Some(first) = (0..at).find(same) else {
        return;
    };
    let remedy = "put both entries into one";
    if users[first].account == users[at].account {
        let what = format!(
            "person {person} has this association already, as number {}",
            first + 1
        );
        found.error(path, what, remedy);
    } else {
        let what = format!(
            "this and number {} both mean person {person}'s own account, `{}`",
            first + 1,
            account(at)
        );
        found.warning(path, what, remedy);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, fine, problem, problems, warning};
    use super::*;

    /// Accounts by name and parent.
    fn tree(rows: &'static [(&'static str, &'static str)]) -> impl Fn(&mut Scenario) {
        move |s| {
            s.policy.associations.accounts = rows
                .iter()
                .map(|&(name, parent)| AccountSpec {
                    name: name.into(),
                    parent: (!parent.is_empty()).then(|| parent.into()),
                    ..AccountSpec::default()
                })
                .collect();
        }
    }

    fn people(rows: &'static [(u32, &'static str)]) -> impl Fn(&mut Scenario) {
        move |s| {
            tree(&[("bio", ""), ("chem", "")])(s);
            s.workload.accounts = 3;
            s.policy.associations.users = rows
                .iter()
                .map(|&(person, account)| UserSpec {
                    person,
                    account: account.into(),
                    ..UserSpec::default()
                })
                .collect();
        }
    }

    #[test]
    fn accounts_stand_below_accounts_that_come_before_them() {
        fine(tree(&[("bio", "root"), ("cell", "bio"), ("lab", "cell")]));
        let path = |name: &str| format!("policy.associations.accounts.{name}");
        assert_eq!(error(tree(&[("", "")])), path("1"));
        assert_eq!(error(tree(&[("root", "")])), path("root"));
        assert_eq!(error(tree(&[("bio", ""), ("bio", "")])), path("bio"));
        assert_eq!(error(tree(&[("cell", "bio"), ("bio", "")])), path("cell.parent"));
        assert_eq!(
            problem(tree(&[("bio", ""), ("cell", "boi")])).to_string(),
            "policy.associations.accounts.cell.parent: there is no account `boi`; there are: root, bio, cell"
        );
    }

    #[test]
    fn accounts_in_a_circle_are_told_once() {
        assert_eq!(
            problem(tree(&[("a", "b"), ("b", "c"), ("c", "a")])).what,
            "accounts in a circle: a → b → c → a"
        );
        assert_eq!(problem(tree(&[("a", "a")])).what, "accounts in a circle: a → a");
        // `d` only hangs on the circle.
        let all = problems(tree(&[("d", "a"), ("a", "b"), ("b", "a")]));
        let paths: Vec<&str> = all.iter().map(|p| &p.path[..]).collect();
        assert_eq!(
            paths,
            [
                "policy.associations.accounts.d.parent",
                "policy.associations.accounts.a.parent"
            ]
        );
    }

    #[test]
    fn people_in_accounts_are_there_and_there_once() {
        fine(people(&[(0, ""), (0, "chem"), (0, "root"), (39, "bio"), (2, "")]));
        let path = |key: &str| format!("policy.associations.users.{key}");
        assert_eq!(error(people(&[(40, "")])), path("1.person"));
        assert_eq!(error(people(&[(0, "bioo")])), path("1.account"));
        assert_eq!(error(people(&[(7, "bio"), (7, "bio")])), path("2"));
        assert_eq!(
            warning(people(&[(3, ""), (3, "bio")])),
            path("2"),
            "bio is their own"
        );
        assert_eq!(error(people(&[(2, ""), (2, "")])), path("2"));
    }
}
