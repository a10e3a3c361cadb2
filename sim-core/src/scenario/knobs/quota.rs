//! How the rows on budgets reach into a scenario, where a word or a number stands for more than one field.

use super::Setting::{self, Off, Word};
use super::fields::count;
use crate::scenario::{LoseIt, Scenario, TresCounts};
use crate::units::PerMille;

/// The QOS that the knob makes for jobs beyond the budget.
const OVERDRAFT: &str = "overdraft";
/// Its own GrpTRESMins, so large that it never holds anybody: it takes the place of the account's.
const NO_BUDGET: u32 = u32::MAX;

/// At a third of the period, at two thirds: whoever has used less than this share of the budget loses that. (R) OLCF INCITE
const THIRDS: [LoseIt; 5] = [
    rule(333, 100, 300),
    rule(333, 150, 150),
    rule(667, 100, 750),
    rule(667, 330, 500),
    rule(667, 500, 330),
];
/// Whoever has used less than half by the end gets half in the next period. (J)
const NEXT: [LoseIt; 1] = [rule(1000, 500, 500)];

const fn rule(at: u32, below: u32, lose: u32) -> LoseIt {
    LoseIt {
        at: PerMille(at),
        below: PerMille(below),
        lose: PerMille(lose),
    }
}

pub(super) fn set_share(field: &mut PerMille, to: Setting) {
    if let Some(to) = count(to) {
        *field = PerMille(to.min(100) * 10);
    }
}

pub(super) fn set_overdraft(s: &mut Scenario, to: Setting) {
    let policy = &mut s.policy;
    let quota = &mut policy.quota;
    let most = count(to).filter(|&most| most > 0);
    quota.overdraft = PerMille(most.unwrap_or(0).min(1_000) * 10);
    if most.is_none() {
        if quota.overdraft_qos.take().is_some_and(|name| name == OVERDRAFT) {
            policy.qos.retain(|qos| qos.name != OVERDRAFT);
        }
    } else if quota.overdraft_qos.is_none() {
        quota.overdraft_qos = Some(OVERDRAFT.to_owned());
        let known = policy.qos.iter().any(|qos| qos.name == OVERDRAFT);
        if let Some(mut qos) = policy.qos.first().filter(|_| !known).cloned() {
            OVERDRAFT.clone_into(&mut qos.name);
            qos.limits.grp_tres_mins = TresCounts::gpus(NO_BUDGET);
            policy.qos.push(qos);
        }
    }
}

pub(super) fn lose_it(s: &Scenario) -> Setting {
    match &s.policy.quota.lose[..] {
        [] => Off,
        rules if *rules == THIRDS => Word("thirds"),
        rules if *rules == NEXT => Word("next"),
        _ => Word("own"),
    }
}

pub(super) fn set_lose_it(s: &mut Scenario, to: Setting) {
    let rules = &mut s.policy.quota.lose;
    match to {
        Word("thirds") => *rules = THIRDS.to_vec(),
        Word("next") => *rules = NEXT.to_vec(),
        Word(_) => {}
        Off | Setting::Span(_) | Setting::Count(_) => rules.clear(),
    }
}
