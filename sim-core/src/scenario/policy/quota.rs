//! What sites do with budgets beyond Slurm's GrpTRESMins: overdraft, use it or lose it, carry-over, points, a price that is
//! shown, and a cap for newcomers. Slurm itself has none of it; a script of the site sets limits, QOS and nice.

use serde::{Deserialize, Serialize};

use crate::units::{PerMille, Span};

/// What becomes of a group's budget (GrpTRESMins of GPUs on its account, for a `usage-reset` period). All of it is off
/// unless it is set.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Quota {
    /// Who shares out the budgets, and when.
    pub share_out: ShareOut,
    /// Name of the QOS that takes a group's jobs once its budget is used up, behind all others. It needs a GrpTRESMins of
    /// its own, which takes the place of the account's.
    pub overdraft_qos: Option<String>,
    /// How far beyond its budget a group may go there, as a share of the budget.
    pub overdraft: PerMille,
    /// Use it or lose it.
    pub lose: Vec<LoseIt>,
    /// The share of what is left that the next period begins with beside its own budget; what was carried before is left too.
    pub carry_over: PerMille,
    /// The share of what was not used that becomes points: GPU-hours that go before all others in the next period.
    pub points: PerMille,
    /// Whether people are shown what their jobs cost.
    pub show_cost: bool,
    /// What those who are new may ask for.
    pub newcomers: Newcomers,
}

/// How the sum of all groups' budgets is shared out among them. Nobody's share is below a tenth of an equal one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShareOut {
    /// As the limits on the accounts say.
    #[default]
    AsWritten,
    /// By what each group was thought to need when the budgets were made, and never again.
    Once,
    /// At first the same; at the end of each period anew, by what each group has used in it and what it has waiting.
    EachPeriod,
}

/// One line of a use-it-or-lose-it table; of several for one instant the harshest that applies counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct LoseIt {
    /// When, as a share of the period. 1000 is its end: what is lost is lost of the next one.
    pub at: PerMille,
    /// Whoever has used less than this share of the budget by then …
    pub below: PerMille,
    /// … loses this share of it.
    pub lose: PerMille,
}

/// A cap on the GPUs of one job, for interns in their first weeks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "files", serde(default))]
pub struct Newcomers {
    /// The most GPUs that one of their jobs may ask for (MaxTRES of their association).
    pub cap: Option<u32>,
    /// How long they count as new, from their first job.
    pub weeks: Span,
    /// A mentor lifts the cap, and explains, this long after it first stood in somebody's way; `None`: nobody does.
    pub mentor: Option<Span>,
}

impl Quota {
    /// Whether anything is set that acts while a cluster runs.
    pub fn acts(&self) -> bool {
        self.share_out != ShareOut::AsWritten
            || self.overdraft_qos.is_some()
            || !self.lose.is_empty()
            || self.carry_over.0 + self.points.0 > 0
            || self.show_cost
            || self.newcomers.cap.is_some()
    }
}

impl Default for Newcomers {
    /// No cap.
    fn default() -> Self {
        Newcomers {
            cap: None,
            weeks: Span::days(28),
            mentor: None,
        }
    }
}
