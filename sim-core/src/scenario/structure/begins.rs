//! What a new thing begins as, by the list that it stands in.

use super::tree::Tree;
use crate::scenario::{
    AccountSpec, CutGpus, Devices, LoseIt, NodeGroup, Outage, PartitionSpec, QosSpec, ReservationSpec,
    SlurmBackfill, SlurmPasses, UserSpec,
};

/// What a new thing of a list begins as, or what a word of several holds at first; `None`: it is no such list or word. The
/// path is that of the list, with the names of what it lies in.
pub(super) fn begins(path: &[&str]) -> Option<Tree> {
    Some(match path {
        ["cluster", "nodes"] => Tree::of(&NodeGroup::default()),
        ["cluster", "nodes", _, "more"] => Tree::of(&Devices::default()),
        ["cluster", "nodes", _, "cut"] => Tree::of(&CutGpus::default()),
        ["cluster", "outages"] => Tree::of(&Outage::default()),
        ["policy", "partitions"] => Tree::of(&PartitionSpec::default()),
        ["policy", "qos"] => Tree::of(&QosSpec::default()),
        ["policy", "associations", "accounts"] => Tree::of(&AccountSpec::default()),
        ["policy", "associations", "users"] => Tree::of(&UserSpec::default()),
        ["policy", "reservations"] => Tree::of(&ReservationSpec::default()),
        ["policy", "quota", "lose"] => Tree::of(&LoseIt::default()),
        ["policy", "backfill", "slurm"] => Tree::of(&SlurmBackfill::default()),
        ["policy", "passes", "slurm"] => Tree::of(&SlurmPasses::default()),
        _ => return None,
    })
}
