//! The association tree: accounts and users, their shares and limits.

use serde::{Deserialize, Serialize};

use crate::scenario::TresCounts;
use crate::units::Span;

/// The association tree. Accounts and users without an entry here have one share and the limits of their kind.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Associations {
    /// Limits of root: those named Grp hold for everybody together, the others are handed down.
    pub root: AssocLimits,
    /// Limits of every account below root.
    pub each_account: AssocLimits,
    /// Limits of every user's own association.
    pub each_user: AssocLimits,
    /// Accounts by name, parents first. The people of the workload belong to the first ones, as many as it has accounts.
    pub accounts: Vec<AccountSpec>,
    /// Associations of single people.
    pub users: Vec<UserSpec>,
}

/// An inner node of the association tree.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct AccountSpec {
    /// Its name.
    pub name: String,
    /// The account above it; `None` is root.
    pub parent: Option<String>,
    /// Fairshare.
    pub shares: Shares,
    /// Priority of the association.
    pub priority: u32,
    /// Its limits, in place of those of every account where set. Those not named Grp are handed down.
    pub limits: AssocLimits,
}

/// A leaf of the association tree: one person in one account.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct UserSpec {
    /// Number of the person, from 0.
    pub person: u32,
    /// Name of the account; empty: the person's own by the workload.
    pub account: String,
    /// Fairshare.
    pub shares: Shares,
    /// Priority of the association.
    pub priority: u32,
    /// Its limits, in place of inherited ones where set.
    pub limits: AssocLimits,
}

/// Fairshare of an association.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shares {
    /// So many, against those of its siblings.
    Of(u32),
    /// `parent`: a user takes the account's place; an account is transparent.
    Parent,
}

/// Limits of an association, by Slurm's names. Empty and `None` are no limit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct AssocLimits {
    /// GrpTRES.
    pub grp_tres: TresCounts,
    /// GrpTRESMins.
    pub grp_tres_mins: TresCounts,
    /// GrpTRESRunMins.
    pub grp_tres_run_mins: TresCounts,
    /// MaxTRES, per job.
    pub max_tres: TresCounts,
    /// MaxTRESPerNode.
    pub max_tres_pn: TresCounts,
    /// MaxTRESMins, per job.
    pub max_tres_mins: TresCounts,
    /// GrpJobs.
    pub grp_jobs: Option<u32>,
    /// MaxJobs.
    pub max_jobs: Option<u32>,
    /// GrpSubmitJobs.
    pub grp_submit_jobs: Option<u32>,
    /// MaxSubmitJobs.
    pub max_submit_jobs: Option<u32>,
    /// GrpJobsAccrue.
    pub grp_jobs_accrue: Option<u32>,
    /// MaxJobsAccrue.
    pub max_jobs_accrue: Option<u32>,
    /// GrpWall.
    pub grp_wall: Option<Span>,
    /// MaxWall.
    pub max_wall: Option<Span>,
    /// MinPrioThreshold.
    pub min_prio_threshold: Option<u32>,
}

impl Default for Shares {
    fn default() -> Self {
        Shares::Of(1)
    }
}
