//! Checks of priority, fair share and the forgetting of use.

use super::Found;
use super::names::resources;
use crate::scenario::{FairShare, PriorityPolicy, Scenario, UsageReset};
use crate::units::Span;

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    let priority = &scenario.policy.priority;
    settable(scenario, found);
    dampening(priority, found);
    resources(
        "policy.priority.weight-tres",
        &scenario.cluster.types(),
        priority.weight_tres.iter().map(|(name, _)| name),
        found,
    );
}

/// What settings of knobs can make wrong here.
pub(super) fn settable(scenario: &Scenario, found: &mut Found) {
    let priority = &scenario.policy.priority;
    let period = priority.calc_period;
    if period == Span::ZERO || !period.0.is_multiple_of(60) {
        let what = format!("{period} is not whole minutes");
        found.error(
            "policy.priority.calc-period",
            what,
            "write whole minutes, such as \"5m\"",
        );
    }
    if priority.max_age == Span::ZERO {
        found.error(
            "policy.priority.max-age",
            "no time",
            "write a time such as \"7d\"",
        );
    }
    half_life(priority, found);
}

fn half_life(priority: &PriorityPolicy, found: &mut Found) {
    let path = "policy.priority.half-life";
    if priority.half_life == Some(Span::ZERO) {
        let remedy = "write a time such as \"14d\", or \"off\" for never forgotten";
        found.error(path, "use that halves in no time", remedy);
    }
    // Without fair share nothing asks for usage, and the line need not be in slurm.conf.
    let asked = match priority.fairshare {
        FairShare::FairTree | FairShare::Classic => true,
        FairShare::Off => false,
    };
    if asked && priority.half_life.is_none() && priority.usage_reset == UsageReset::None {
        let what = "usage is never forgotten, and slurmctld does not start like this";
        let remedy = "in earnest, set usage-reset such as \"yearly\" too, or a long half-life";
        found.warning(path, what, remedy);
    }
}

fn dampening(priority: &PriorityPolicy, found: &mut Found) {
    let path = "policy.priority.dampening";
    match (priority.dampening, priority.fairshare) {
        (0, _) => found.error(path, "a factor of 0", "write 1 for none, or more"),
        (1, _) | (2.., FairShare::Classic) => {}
        (2.., FairShare::FairTree | FairShare::Off) => {
            let what = "only the classic algorithm dampens";
            found.warning(path, what, "leave it out, or write fairshare = \"classic\"");
        }
    }
}

/// The most that a job's priority can be, if every factor is between 0 and 1.
pub(super) fn highest(priority: &PriorityPolicy) -> Option<u64> {
    let PriorityPolicy {
        weight_fairshare,
        weight_age,
        weight_partition,
        weight_qos,
        weight_job_size,
        weight_assoc,
        weight_tres,
        fairshare,
        ..
    } = priority;
    let raw = [
        (priority.no_normal_assoc, *weight_assoc > 0),
        (priority.no_normal_part, *weight_partition > 0),
        (priority.no_normal_qos, *weight_qos > 0),
        (priority.no_normal_tres, !weight_tres.is_empty()),
    ];
    if raw.contains(&(true, true)) {
        return None;
    }
    let fair = match fairshare {
        FairShare::FairTree | FairShare::Classic => *weight_fairshare,
        FairShare::Off => 0,
    };
    let whole: u64 = [
        fair,
        *weight_age,
        *weight_partition,
        *weight_qos,
        *weight_job_size,
        *weight_assoc,
    ]
    .into_iter()
    .map(u64::from)
    .sum();
    let tres: f64 = weight_tres.iter().map(|(_, weight)| weight).sum();
    Some((whole + tres as u64).max(1))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, fine, warning};
    use super::*;

    #[test]
    fn use_fades_with_time_or_is_forgotten_at_once() {
        assert_eq!(
            error(|s| s.policy.priority.calc_period = Span(90)),
            "policy.priority.calc-period"
        );
        assert_eq!(
            error(|s| s.policy.priority.half_life = Some(Span::ZERO)),
            "policy.priority.half-life"
        );
        assert_eq!(
            warning(|s| s.policy.priority.half_life = None),
            "policy.priority.half-life"
        );
        fine(|s| {
            s.policy.priority.half_life = None;
            s.policy.priority.usage_reset = UsageReset::Weekly;
        });
    }

    #[test]
    fn fair_share_is_dampened_only_where_it_can_be() {
        let path = "policy.priority.dampening";
        assert_eq!(error(|s| s.policy.priority.dampening = 0), path);
        assert_eq!(warning(|s| s.policy.priority.dampening = 5), path);
        fine(|s| {
            s.policy.priority.dampening = 5;
            s.policy.priority.fairshare = FairShare::Classic;
        });
    }

    #[test]
    fn a_weight_is_on_what_some_node_has() {
        let weigh = |text: &'static str| {
            move |s: &mut Scenario| s.policy.priority.weight_tres = text.parse().unwrap()
        };
        fine(weigh("cpu=1000,gres/gpu=3000,gres/gpu:gpu=1"));
        assert_eq!(error(weigh("gres/gpu:h100=1")), "policy.priority.weight-tres");
    }
}
