//! Fields of a group of nodes.

use super::{Control, Field, field};
use crate::cluster::slices;

/// In the order of the form.
pub const FIELDS: &[Field] = &[
    field!(Usual "name" "Name" "NodeName" "no name", Control::Text, cluster.nodes => name as name),
    field!(Usual "count" "Nodes" "" "none", Control::Number, cluster.nodes => count as whole),
    field!(Usual "gpus" "GPUs in each" "Gres" "none", Control::Number, cluster.nodes => gpus as whole),
    field!(Usual "gpu" "Type of GPU" "Gres" "no type", Control::Text, cluster.nodes => gpu as word),
    Field {
        key: "cut",
        label: "Cut into slices",
        slurm: "MIG",
        empty: "none",
        control: Control::Apart,
        rank: super::Rank::Usual,
        get: |scenario, at| {
            scenario
                .cluster
                .nodes
                .get(at)
                .map_or_else(String::new, |group| slices::write(&group.cut))
        },
        set: |scenario, at, text| {
            let cut = slices::read(text)?;
            if let Some(group) = scenario.cluster.nodes.get_mut(at) {
                group.cut = cut;
            }
            Ok(())
        },
    },
    field!(Further "cpus" "CPUs in each; 0: never short" "CPUs" "none", Control::Number, cluster.nodes => cpus as whole),
    field!(Further "weight" "Weight: lower is filled first" "Weight" "none", Control::Number, cluster.nodes => weight as whole),
    field!(Further "more" "Further devices in each, such as 2 l4" "Gres" "none", Control::Text, cluster.nodes => more as devices),
];
