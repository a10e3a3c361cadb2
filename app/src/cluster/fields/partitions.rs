//! Fields of a partition.

use super::{Control, Field, field};
use crate::cluster::kinds::Kind;
use crate::cluster::values::{meant_for, preempt_mode_or, state};

/// In the order of the form. The nodes are ticked in the grid.
pub const FIELDS: &[Field] = &[
    field!(Usual "name" "Name" "PartitionName" "no name", Control::Text, policy.partitions => name as name),
    field!(Usual "nodes" "Nodes" "Nodes" "all nodes", Control::Apart, policy.partitions => nodes as names),
    field!(Usual "meant-for" "Meant for" "" "any work", Control::Choice(meant_for::ALL), policy.partitions => meant_for as meant_for),
    field!(Usual "max-time" "Longest time limit" "MaxTime" "none", Control::Time, policy.partitions => max_time as span),
    field!(Usual "default-time" "Limit of who asks for none" "DefaultTime" "the longest", Control::Time, policy.partitions => default_time as span_or),
    field!(Usual "tier" "Tier: higher is served first" "PriorityTier" "none", Control::Number, policy.partitions => tier as whole),
    field!(Usual "allow-accounts" "Only for these groups" "AllowAccounts" "everybody", Control::Some(Kind::Groups), policy.partitions => allow_accounts as names),
    field!(Further "deny-accounts" "Not for these groups" "DenyAccounts" "none", Control::Some(Kind::Groups), policy.partitions => deny_accounts as names),
    field!(Further "allow-qos" "Only with these QOS" "AllowQos" "any", Control::Some(Kind::Qos), policy.partitions => allow_qos as names),
    field!(Further "deny-qos" "Not with these QOS" "DenyQos" "none", Control::Some(Kind::Qos), policy.partitions => deny_qos as names),
    field!(Further "qos" "Limits of this QOS hold here" "QOS" "none", Control::One(Kind::Qos), policy.partitions => qos as word_or),
    field!(Further "state" "State" "State" "up", Control::Choice(state::ALL), policy.partitions => state as state),
    field!(Further "min-nodes" "Fewest nodes of a job" "MinNodes" "none", Control::Number, policy.partitions => min_nodes as whole),
    field!(Further "max-nodes" "Most nodes of a job" "MaxNodes" "no limit", Control::Number, policy.partitions => max_nodes as whole_or),
    field!(Further "job-factor" "Share in priority" "PriorityJobFactor" "none", Control::Number, policy.partitions => job_factor as whole),
    field!(Further "preempt-mode" "A job pushed off here" "PreemptMode" "as on the whole cluster", Control::Choice(preempt_mode_or::ALL), policy.partitions => preempt_mode as preempt_mode_or),
    field!(Further "grace-time" "Notice before it is" "GraceTime" "none", Control::Time, policy.partitions => grace_time as span),
    field!(Further "billing" "What a device costs" "TRESBillingWeights" "all alike", Control::Text, policy.partitions => billing as weights),
    field!(Further "exclusive" "Jobs get whole nodes" "OverSubscribe=EXCLUSIVE" "no", Control::Tick, policy.partitions => exclusive as tick),
    field!(Further "least-loaded" "Jobs go to the emptiest nodes" "LLN" "no", Control::Tick, policy.partitions => least_loaded as tick),
];
