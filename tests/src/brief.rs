//! A world in few lines: only what is not as usual. For the smallest world in which a property fails.

use std::fmt::Write as _;

use sim_core::scenario::{
    AccountSpec, CutGpus, Devices, NodeGroup, Outage, PartitionSpec, QosSpec, ReservationSpec, Scenario,
    UserSpec,
};
use toml::Value;

use crate::world::{Ask, World};

/// The world, with every setting left out that a scenario need not set.
pub fn brief(world: &World) -> String {
    let mut text = String::new();
    let ours = Value::try_from(&world.scenario).expect("a scenario can be written");
    let usual = Value::try_from(one_of_each()).expect("a scenario can be written");
    if let Some(differs) = without(ours, Some(&usual)) {
        let _ = write!(
            text,
            "{}",
            toml::to_string(&differs).expect("it was read as such")
        );
    }
    let _ = writeln!(text, "accounts of the people: {:?}", world.people);
    for (id, spec) in world.jobs.iter().enumerate() {
        let usual = format!("{:?}", Ask::default().spec(id));
        let ours = format!("{spec:?}");
        // Field by field: none of them holds `, ` outside its braces but for small values.
        let fields: Vec<&str> = ours
            .split(", ")
            .filter(|field| !usual.split(", ").any(|other| other == *field))
            .collect();
        let _ = writeln!(text, "{id}: {}", fields.join(", "));
    }
    text
}

/// One of everything that comes in lists, as usual.
fn one_of_each() -> Scenario {
    let mut scenario = Scenario::default();
    let group = NodeGroup {
        more: vec![Devices::default()],
        cut: vec![CutGpus::default()],
        ..NodeGroup::default()
    };
    scenario.cluster.nodes = vec![group];
    scenario.cluster.outages = vec![Outage::default()];
    scenario.policy.partitions = vec![PartitionSpec::default()];
    scenario.policy.qos = vec![QosSpec::default()];
    scenario.policy.reservations = vec![ReservationSpec::default()];
    scenario.policy.associations.accounts = vec![AccountSpec::default()];
    scenario.policy.associations.users = vec![UserSpec::default()];
    scenario
}

/// What of a value is not as usual.
fn without(ours: Value, usual: Option<&Value>) -> Option<Value> {
    match (ours, usual) {
        (Value::Table(ours), Some(Value::Table(usual))) => {
            let left: toml::Table = ours
                .into_iter()
                .filter_map(|(key, value)| Some((key.clone(), without(value, usual.get(&key))?)))
                .collect();
            (!left.is_empty()).then_some(Value::Table(left))
        }
        (Value::Array(ours), Some(Value::Array(usual))) if usual.first().is_some_and(Value::is_table) => {
            let left: Vec<Value> = ours
                .into_iter()
                .map(|row| without(row, usual.first()).unwrap_or_else(|| Value::Table(toml::Table::new())))
                .collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        (ours, usual) => (Some(&ours) != usual).then_some(ours),
    }
}
