//! Checks of what becomes of budgets, and of the cap for newcomers. Knobs can make nothing of it wrong.

use super::Found;
use crate::scenario::{LoseIt, Scenario, UsageReset};
use crate::units::PerMille;

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    overdraft(scenario, found);
    shares(scenario, found);
    without_effect(scenario, found);
    if scenario.policy.quota.newcomers.cap == Some(0) {
        found.error(
            "policy.quota.newcomers.cap",
            "a job of no GPUs",
            "write 1 or more, or take the line away",
        );
    }
}

fn overdraft(scenario: &Scenario, found: &mut Found) {
    let policy = &scenario.policy;
    let path = "policy.quota.overdraft-qos";
    let Some(name) = &policy.quota.overdraft_qos else {
        return;
    };
    let Some(qos) = policy.qos.iter().find(|qos| qos.name == *name) else {
        let what = format!("there is no QOS `{name}`");
        found.error(path, what, "name one of policy.qos");
        return;
    };
    if qos.limits.grp_tres_mins.of_gpus().is_none() {
        let what = format!("jobs in QOS `{name}` are held by the budget that they were to go beyond");
        let remedy = "give that QOS a grp-tres-mins of its own: it takes the place of the account's";
        found.warning(path, what, remedy);
    }
}

fn shares(scenario: &Scenario, found: &mut Found) {
    let quota = &scenario.policy.quota;
    let mut share = |path: String, PerMille(value): PerMille, most: u32| {
        if value > most {
            let what = format!("{value} thousandths is out of range");
            found.error(format!("policy.quota.{path}"), what, format!("write 0 to {most}"));
        }
    };
    share("overdraft".to_owned(), quota.overdraft, 10_000);
    share("carry-over".to_owned(), quota.carry_over, 1_000);
    share("points".to_owned(), quota.points, 1_000);
    for (row, &LoseIt { at, below, lose }) in quota.lose.iter().enumerate() {
        share(format!("lose.{row}.at"), at, 1_000);
        share(format!("lose.{row}.below"), below, 1_000);
        share(format!("lose.{row}.lose"), lose, 1_000);
    }
}

/// What is set and never acts.
fn without_effect(scenario: &Scenario, found: &mut Found) {
    let (policy, assumed) = (&scenario.policy, &scenario.assumptions);
    let tree = &policy.associations;
    let limits = std::iter::once(&tree.each_account).chain(tree.accounts.iter().map(|row| &row.limits));
    let budgets = limits
        .filter(|limits| limits.grp_tres_mins.of_gpus().is_some())
        .count()
        > 0;
    let quota = &policy.quota;
    let of_a_period = [
        ("assumptions.hoard", assumed.hoard.0 > 0),
        ("policy.quota.carry-over", quota.carry_over.0 > 0),
        ("policy.quota.points", quota.points.0 > 0),
        ("policy.quota.lose", !quota.lose.is_empty()),
    ];
    let ends = budgets && policy.priority.usage_reset != UsageReset::None;
    for (path, set) in of_a_period {
        if set && !ends {
            let remedy = "set grp-tres-mins of each account, and a usage-reset, or take it away";
            found.warning(path, "no group has a budget that ends with a period", remedy);
        }
    }
    if quota.overdraft_qos.is_some() && !budgets {
        let remedy = "set grp-tres-mins of each account, or take it away";
        found.warning("policy.quota.overdraft-qos", "no group has a budget", remedy);
    }
    if assumed.thrift.0 > 0 && !quota.show_cost {
        let remedy = "set show-cost = true in policy.quota, or take it away";
        found.warning("assumptions.thrift", "nobody is shown what jobs cost", remedy);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, fine, problem, warning};
    use super::*;
    use crate::scenario::knobs::assign;

    fn set(changes: &'static [&'static str]) -> impl Fn(&mut Scenario) {
        |s| changes.iter().for_each(|change| assign(s, change).unwrap())
    }

    #[test]
    fn whatever_needs_a_budget_says_so_without_one() {
        assert_eq!(warning(set(&["hoard=50pct"])), "assumptions.hoard");
        assert_eq!(warning(set(&["carry-over=50pct"])), "policy.quota.carry-over");
        assert_eq!(warning(set(&["lose-it=thirds"])), "policy.quota.lose");
        assert_eq!(warning(set(&["overdraft=25pct"])), "policy.quota.overdraft-qos");
        assert_eq!(
            warning(set(&["group-budget=4000h", "points=50pct"])),
            "policy.quota.points"
        );
        fine(set(&[
            "group-budget=4000h",
            "budget-period=month",
            "points=50pct",
            "hoard=50pct",
            "overdraft=25pct",
        ]));
        assert_eq!(warning(set(&["thrift=50pct"])), "assumptions.thrift");
        fine(set(&["thrift=50pct", "show-cost=on"]));
    }

    #[test]
    fn what_cannot_be_is_an_error_with_its_place() {
        assert_eq!(
            error(|s| s.policy.quota.newcomers.cap = Some(0)),
            "policy.quota.newcomers.cap"
        );
        let unknown = problem(|s| {
            set(&["group-budget=4000h"])(s);
            s.policy.quota.overdraft_qos = Some("low".to_owned());
        });
        assert_eq!(
            unknown.to_string(),
            "policy.quota.overdraft-qos: there is no QOS `low`; name one of policy.qos"
        );
        let too_much = |s: &mut Scenario| {
            set(&["group-budget=4000h", "budget-period=month", "lose-it=next"])(s);
            s.policy.quota.lose[0].lose = PerMille(1_001);
        };
        assert_eq!(error(too_much), "policy.quota.lose.0.lose");
        let held = |s: &mut Scenario| {
            set(&["group-budget=4000h", "overdraft=25pct"])(s);
            s.policy.qos[1].limits.grp_tres_mins = Default::default();
        };
        assert_eq!(warning(held), "policy.quota.overdraft-qos");
    }
}
