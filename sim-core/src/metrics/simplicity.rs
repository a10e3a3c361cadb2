//! The simplicity corner: how many rules a person must know, and among how much they must choose.

use super::Simplicity;
use crate::scenario::Scenario;
use crate::scenario::knobs::KNOBS;

/// Counts knobs marked `rule` that differ from "off", once per partition or QOS for which they differ, and the partitions,
/// QOS and GPU types to choose among, each minus one. A MaxTime of a year or more is no rule.
pub fn simplicity(scenario: &Scenario) -> Simplicity {
    let rules = KNOBS
        .iter()
        .filter(|knob| knob.rule)
        .map(|knob| knob.places(scenario))
        .sum();
    let groups = &scenario.cluster.nodes;
    let is_new_type = |&at: &usize| groups[..at].iter().all(|other| other.gpu != groups[at].gpu);
    let gpu_types = (0..groups.len()).filter(is_new_type).count();
    let policy = &scenario.policy;
    let choices = [policy.partitions.len(), policy.qos.len(), gpu_types]
        .into_iter()
        .map(|among| among.saturating_sub(1) as u32)
        .sum();
    Simplicity { rules, choices }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{NodeGroup, PartitionSpec, QosSpec, knobs};

    #[test]
    fn rules_are_counted_where_they_hold_and_choices_beyond_the_first() {
        let mut scenario = Scenario::default();
        assert_eq!(simplicity(&scenario), Simplicity { rules: 1, choices: 0 });
        for change in ["cap=8", "run-minutes=120h", "half-life=7d", "max-time=365d"] {
            knobs::assign(&mut scenario, change).unwrap();
        }
        assert_eq!(simplicity(&scenario), Simplicity { rules: 2, choices: 0 });
        let named = |name: &str| name.to_owned();
        scenario.policy.partitions.push(PartitionSpec {
            name: named("short"),
            ..PartitionSpec::default()
        });
        scenario.policy.qos.push(QosSpec {
            name: named("debug"),
            ..scenario.policy.qos[0].clone()
        });
        scenario.cluster.nodes.push(NodeGroup {
            name: named("b"),
            gpu: named("h200"),
            ..NodeGroup::default()
        });
        assert_eq!(simplicity(&scenario), Simplicity { rules: 5, choices: 3 });
    }
}
