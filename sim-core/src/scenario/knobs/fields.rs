//! How the rows of the table reach into a scenario. A knob of a partition or a QOS acts on the first one.

use super::Setting::{self, Count, Off, Span as For, Word};
use crate::scenario::{
    Backfill, Limits, PartitionSpec, Policy, PriorityPolicy, Scenario, SlurmBackfill, TresCounts,
};
use crate::units::{PerMille, Span};

/// A MaxTime of a year or more is no rule that anybody plans by.
pub(super) const AS_GOOD_AS_UNLIMITED: Span = Span::days(365);

pub(super) fn partition(s: &Scenario) -> Option<&PartitionSpec> {
    s.policy.partitions.first()
}
pub(super) fn partition_mut(s: &mut Scenario) -> Option<&mut PartitionSpec> {
    s.policy.partitions.first_mut()
}
pub(super) fn limits(s: &Scenario) -> Option<&Limits> {
    s.policy.qos.first().map(|qos| &qos.limits)
}
pub(super) fn limits_mut(s: &mut Scenario) -> Option<&mut Limits> {
    s.policy.qos.first_mut().map(|qos| &mut qos.limits)
}
pub(super) fn priority(s: &mut Scenario) -> &mut PriorityPolicy {
    &mut s.policy.priority
}

/// In how many QOS a limit is set.
pub(super) fn in_qos(s: &Scenario, limit: fn(&Limits) -> &TresCounts) -> u32 {
    let set = s.policy.qos.iter().filter(|qos| !limit(&qos.limits).is_empty());
    u32::try_from(set.count()).unwrap_or(u32::MAX)
}

/// The parameters in force, or the usual ones where backfill is not Slurm's.
pub(super) fn slurm_backfill(s: &Scenario) -> SlurmBackfill {
    match &s.policy.backfill {
        Backfill::Slurm(bf) => bf.clone(),
        Backfill::Off | Backfill::Easy => SlurmBackfill::default(),
    }
}
pub(super) fn slurm_backfill_mut(s: &mut Scenario) -> Option<&mut SlurmBackfill> {
    match &mut s.policy.backfill {
        Backfill::Slurm(bf) => Some(bf),
        Backfill::Off | Backfill::Easy => None,
    }
}
pub(super) fn set_backfill(s: &mut Scenario, to: Setting) {
    let policy: &mut Policy = &mut s.policy;
    match to {
        Word("easy") => policy.backfill = Backfill::Easy,
        Word(_) if matches!(policy.backfill, Backfill::Slurm(_)) => {}
        Word(_) => policy.backfill = Backfill::default(),
        Off | For(_) | Count(_) => policy.backfill = Backfill::Off,
    }
}

pub(super) fn count_or_off(limit: Option<u32>) -> Setting {
    limit.map_or(Off, Count)
}
pub(super) fn count(setting: Setting) -> Option<u32> {
    match setting {
        Count(n) => Some(n),
        Off | For(_) | Word(_) => None,
    }
}
/// Slurm's GPU-minutes as GPU-hours, rounded down: a file may hold less than a whole one, see `check`.
pub(super) fn hours_or_off(minutes: Option<u32>) -> Setting {
    minutes.map_or(Off, |m| Count(m / 60))
}
pub(super) fn minutes(setting: Setting) -> Option<u32> {
    count(setting).map(|hours| hours.saturating_mul(60))
}
pub(super) fn span_or_off(limit: Option<Span>) -> Setting {
    limit.map_or(Off, For)
}
pub(super) fn span(setting: Setting) -> Option<Span> {
    match setting {
        For(span) => Some(span),
        Off | Count(_) | Word(_) => None,
    }
}
pub(super) fn set_span(field: &mut Span, to: Setting) {
    if let Some(to) = span(to) {
        *field = to;
    }
}
pub(super) fn set_number(field: &mut u32, to: Setting) {
    if let Some(to) = count(to) {
        *field = to;
    }
}
pub(super) fn percent(share: PerMille) -> Setting {
    Count(share.0 / 10)
}
pub(super) fn set_percent(field: &mut PerMille, to: Setting) {
    if let Some(to) = count(to) {
        *field = PerMille(to.saturating_mul(10));
    }
}
