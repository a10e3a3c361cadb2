//! Checks of a service beside the jobs: its nodes, and the tables of its need.

use super::Found;
use super::names::{all_known, groups, nodes_in};
use crate::scenario::{HandOver, Scenario};

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    let (rule, need) = (&scenario.policy.service, &scenario.assumptions.service);
    let known = groups(scenario);
    all_known("policy.service.nodes", "node group", &rule.nodes, known, found);
    for (path, table, length) in [
        ("assumptions.service.hours", &need.hours, 24),
        ("assumptions.service.days", &need.days, 7),
    ] {
        if table.len() != length || table.iter().any(|&share| share > 1_000) {
            let what = format!("{} numbers, or one above 1000", table.len());
            let remedy = format!("write {length} numbers, in hundredths of the busiest, each 0 to 1000");
            found.error(path, what, remedy);
        }
    }
    if rule.rule == HandOver::Off {
        return;
    }
    let nodes = nodes_in(&scenario.cluster, &rule.nodes);
    for (path, wanted) in [
        ("policy.service.least", rule.least),
        ("policy.service.most", rule.most),
    ] {
        if wanted > nodes {
            let what = format!("{wanted} nodes of {nodes} that may serve");
            found.warning(
                path,
                what,
                format!("{nodes} is meant then: write that, or name more nodes"),
            );
        }
    }
    if need.gpus == 0 && !rule.shared {
        let remedy = "nodes stand by for nobody: write what it needs in its busiest hour";
        found.warning("assumptions.service.gpus", "the service needs nothing", remedy);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, fine, warning};
    use crate::scenario::HandOver;
    use crate::units::{PerMille, Span};

    #[test]
    fn a_service_has_nodes_that_are_there_and_whole_tables() {
        fine(|s| s.policy.service.nodes = vec![String::from("node")]);
        assert_eq!(
            error(|s| s.policy.service.nodes = vec![String::from("nodes")]),
            "policy.service.nodes"
        );
        assert_eq!(
            error(|s| s.assumptions.service.hours.truncate(23)),
            "assumptions.service.hours"
        );
        assert_eq!(
            error(|s| s.assumptions.service.days[0] = 1_001),
            "assumptions.service.days"
        );
        assert_eq!(
            error(|s| s.assumptions.service.noise = PerMille(2_000)),
            "assumptions.service-noise"
        );
        assert_eq!(
            error(|s| s.policy.service.min_stay = Span::days(31)),
            "policy.service.min-stay"
        );
        assert_eq!(
            error(|s| s.policy.service.full = PerMille(20)),
            "policy.service.full"
        );
    }

    #[test]
    fn what_a_service_wants_in_vain_is_told() {
        assert_eq!(
            warning(|s| s.policy.service.rule = HandOver::Fixed),
            "assumptions.service.gpus"
        );
        assert_eq!(
            warning(|s| {
                s.policy.service.rule = HandOver::ByClock;
                s.policy.service.most = 9;
                s.assumptions.service.gpus = 8;
            }),
            "policy.service.most"
        );
    }
}
