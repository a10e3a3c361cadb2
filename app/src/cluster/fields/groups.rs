//! Fields of a group of people, an account in Slurm.

use super::{Control, Field, field};
use crate::cluster::kinds::Kind;

/// In the order of the form.
pub const FIELDS: &[Field] = &[
    field!(Usual "name" "Name" "Account" "no name", Control::Text, policy.associations.accounts => name as name),
    field!(Usual "parent" "Belongs to" "Parent" "none above it", Control::One(Kind::Groups), policy.associations.accounts => parent as word_or),
    field!(Usual "shares" "Shares, against its neighbours" "Fairshare" "none", Control::Text, policy.associations.accounts => shares as shares),
    field!(Usual "limits.grp-tres" "The group may hold" "GrpTRES" "no limit", Control::Gpus, policy.associations.accounts => limits.grp_tres as amounts),
    field!(Usual "limits.grp-tres-mins" "The group may have taken" "GrpTRESMins" "no limit", Control::Hours, policy.associations.accounts => limits.grp_tres_mins as hours),
    field!(Usual "limits.grp-tres-run-mins" "Its running jobs may still take" "GrpTRESRunMins" "no limit", Control::Hours, policy.associations.accounts => limits.grp_tres_run_mins as hours),
    field!(Further "limits.max-tres" "One job may hold" "MaxTRES" "no limit", Control::Gpus, policy.associations.accounts => limits.max_tres as amounts),
    field!(Further "limits.max-tres-pn" "One job may hold of a node" "MaxTRESPerNode" "no limit", Control::Gpus, policy.associations.accounts => limits.max_tres_pn as amounts),
    field!(Further "limits.max-tres-mins" "One job may take" "MaxTRESMins" "no limit", Control::Hours, policy.associations.accounts => limits.max_tres_mins as hours),
    field!(Further "limits.max-wall" "Longest time limit" "MaxWall" "no limit", Control::Time, policy.associations.accounts => limits.max_wall as span_or),
    field!(Further "limits.grp-jobs" "Running jobs of the group" "GrpJobs" "no limit", Control::Number, policy.associations.accounts => limits.grp_jobs as whole_or),
    field!(Further "limits.max-jobs" "Running jobs of one person" "MaxJobs" "no limit", Control::Number, policy.associations.accounts => limits.max_jobs as whole_or),
    field!(Further "limits.grp-submit-jobs" "Jobs of the group, waiting too" "GrpSubmitJobs" "no limit", Control::Number, policy.associations.accounts => limits.grp_submit_jobs as whole_or),
    field!(Further "limits.max-submit-jobs" "Jobs of one person, waiting too" "MaxSubmitJobs" "no limit", Control::Number, policy.associations.accounts => limits.max_submit_jobs as whole_or),
    field!(Further "limits.grp-jobs-accrue" "Waiting jobs that gain age" "GrpJobsAccrue" "all", Control::Number, policy.associations.accounts => limits.grp_jobs_accrue as whole_or),
    field!(Further "limits.max-jobs-accrue" "Of one person, that gain age" "MaxJobsAccrue" "all", Control::Number, policy.associations.accounts => limits.max_jobs_accrue as whole_or),
    field!(Further "limits.grp-wall" "Its jobs may have run" "GrpWall" "no limit", Control::Time, policy.associations.accounts => limits.grp_wall as span_or),
    field!(Further "limits.min-prio-threshold" "Priority below which nothing is kept" "MinPrioThreshold" "none", Control::Number, policy.associations.accounts => limits.min_prio_threshold as whole_or),
    field!(Further "priority" "Priority" "Priority" "none", Control::Number, policy.associations.accounts => priority as whole),
];
