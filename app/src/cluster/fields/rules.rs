//! What holds on the whole cluster: who may push whom off.

use super::{Control, Field, Rank};
use crate::cluster::values::{preempt_by, preempt_mode, span, tick, whole};

/// A row for a field of `policy.preemption`.
macro_rules! rule {
    ($rank:ident $key:literal $label:literal $slurm:literal $empty:literal, $control:expr, $field:ident as $how:ident) => {
        Field {
            key: $key,
            label: $label,
            slurm: $slurm,
            empty: $empty,
            control: $control,
            rank: Rank::$rank,
            get: |scenario, _| $how::write(&scenario.policy.preemption.$field),
            set: |scenario, _, text| {
                scenario.policy.preemption.$field = $how::read(text)?;
                Ok(())
            },
        }
    };
}

/// In the order of the form.
pub const FIELDS: &[Field] = &[
    rule!(Usual "by" "Who may push others off" "PreemptType" "nobody may", Control::Choice(preempt_by::ALL), by as preempt_by),
    rule!(Usual "mode" "A job that is pushed off" "PreemptMode" "is not", Control::Choice(preempt_mode::ALL), mode as preempt_mode),
    rule!(Usual "exempt-time" "A job runs at least so long before" "PreemptExemptTime" "none", Control::Time, exempt_time as span),
    rule!(Further "within" "Also inside one QOS, by priority" "PreemptMode=WITHIN" "no", Control::Tick, within as tick),
    rule!(Further "kill-wait" "From the signal to the end" "KillWait" "none", Control::Time, kill_wait as span),
    rule!(Further "requeue-delay" "Stays out of the queue for" "" "none", Control::Time, requeue_delay as span),
    rule!(Further "youngest-first" "The youngest goes first" "youngest_first" "no", Control::Tick, youngest_first as tick),
    rule!(Further "strict-order" "In strict order" "strict_order" "no", Control::Tick, strict_order as tick),
    rule!(Further "reorder-count" "Tries to spare jobs" "reorder_count" "none", Control::Number, reorder_count as whole),
];
