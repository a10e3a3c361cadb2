//! Checks of budgets, limits in minutes: that the longest job fits into them, and that they come back.

use super::Found;
use super::limits::one;
use crate::scenario::{Scenario, TresName, UsageReset};
use crate::units::Span;

/// A budget is tested against GPUs × time limit: one below the longest limit keeps a job of that length on a single GPU
/// waiting for ever.
pub(super) fn too_small(
    scenario: &Scenario,
    path: &str,
    max_wall: Option<Span>,
    (name, minutes): (&TresName, u64),
    found: &mut Found,
) -> bool {
    let unit = match name {
        TresName::Billing | TresName::Shard => return false,
        TresName::Cpu | TresName::Node | TresName::Gpu | TresName::GpuType(_) => one(name),
    };
    let limits = scenario.policy.partitions.iter().map(|p| p.max_time.mins_up());
    let longest = limits.max().unwrap_or(0);
    let longest = max_wall.map_or(longest, |wall| longest.min(wall.mins_up()));
    if minutes >= u64::from(longest) {
        return false;
    }
    let what =
        format!("{minutes} {unit}-minutes are less than one {unit} for the longest limit, {longest} minutes");
    let remedy = "jobs that ask for more wait for ever: raise it, or shorten max-time";
    found.warning(path, what, remedy);
    true
}

/// A budget of past use comes back only as use is forgotten.
pub(super) fn refill(scenario: &Scenario, path: &str, no_decay: bool, found: &mut Found) {
    let priority = &scenario.policy.priority;
    if priority.usage_reset != UsageReset::None || (priority.half_life.is_some() && !no_decay) {
        return;
    }
    let what = "usage is never forgotten, so the budget never refills";
    let remedy = if no_decay {
        "set usage-reset, or take no-decay away"
    } else {
        "set a half-life or usage-reset, unless it is meant for once"
    };
    found.warning(path, what, remedy);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fine, problems, warning};
    use super::*;
    use crate::scenario::{AccountSpec, AssocLimits, TresCounts, knobs};

    fn set(text: &str) -> TresCounts {
        text.parse().unwrap()
    }

    /// Path of a limit of the usual QOS.
    fn at(key: &str) -> String {
        format!("policy.qos.normal.limits.{key}")
    }

    #[test]
    fn a_budget_below_the_longest_limit_earns_a_warning() {
        let budget = |s: &mut Scenario| knobs::assign(s, "run-minutes=24h").unwrap();
        assert_eq!(warning(budget), at("max-tres-run-mins-pu"));
        let odd = |s: &mut Scenario| {
            let limits = &mut s.policy.associations.each_user;
            limits.grp_tres_run_mins.set_gpus(Some(7_210));
        };
        assert_eq!(warning(odd), "policy.associations.each-user.grp-tres-run-mins");
        let short = |s: &mut Scenario| {
            let limits = &mut s.policy.qos[0].limits;
            limits.grp_tres_run_mins = set("gres/gpu=240,billing=1");
            limits.max_wall = Some(Span::hours(4));
        };
        fine(short);
    }

    #[test]
    fn a_budget_of_past_use_refills_only_if_use_is_forgotten() {
        let budget = |s: &mut Scenario| s.policy.qos[0].limits.grp_tres_mins = set("gres/gpu=100000");
        fine(budget);
        let kept = |s: &mut Scenario| {
            budget(s);
            s.policy.qos[0].no_decay = true;
        };
        assert_eq!(warning(kept), at("grp-tres-mins"));
        fine(|s| {
            kept(s);
            s.policy.priority.usage_reset = UsageReset::Monthly;
        });
        let never = problems(|s| {
            s.policy.priority.half_life = None;
            s.policy.associations.accounts.push(AccountSpec {
                name: "bio".into(),
                limits: AssocLimits {
                    grp_wall: Some(Span::days(30)),
                    ..AssocLimits::default()
                },
                ..AccountSpec::default()
            });
        });
        let paths: Vec<&str> = never.iter().map(|p| &p.path[..]).collect();
        assert_eq!(
            paths,
            [
                "policy.associations.accounts.bio.limits.grp-wall",
                "policy.priority.half-life"
            ]
        );
    }
}
