//! Amounts, lengths of time and lists as rules say them.

use sim_core::scenario::{TresCounts, TresName, TresWeights};
use sim_core::units::{PerMille, Span};

use crate::explain::exact;
use crate::format::{self, NBSP};

/// "8 GPUs and 64 CPUs".
pub(super) fn amounts(of: &TresCounts) -> String {
    let one = |(name, n): (&TresName, u64)| match name {
        TresName::Cpu => format::counted(n, "CPU", "CPUs"),
        TresName::Node => format::counted(n, "node", "nodes"),
        TresName::Billing => format!("a billing of {}", format::count(n)),
        TresName::Gpu => format::counted(n, "GPU", "GPUs"),
        TresName::GpuType(kind) => devices(n, kind),
        TresName::Shard => format::counted(n, "shard", "shards"),
    };
    and(&of.iter().map(one).collect::<Vec<_>>())
}

/// So many devices of a type, whole or slices: "4 h100 GPUs", "2 slices a100_3g.20gb".
pub(super) fn devices(n: u64, kind: &str) -> String {
    if n == 0 && kind.contains('_') {
        format!("no slices {kind}")
    } else if kind.contains('_') {
        format!("{} {kind}", format::counted(n, "slice", "slices"))
    } else if kind == "gpu" {
        format::counted(n, "GPU", "GPUs")
    } else {
        format::counted(n, &format!("{kind} GPU"), &format!("{kind} GPUs"))
    }
}

/// Minutes of resources: "120 GPU-hours".
pub(super) fn hours(of: &TresCounts) -> String {
    let one = |(name, n): (&TresName, u64)| {
        let what = match name {
            TresName::Cpu => "CPU",
            TresName::Node => "node",
            TresName::Billing => "billing",
            TresName::Gpu => "GPU",
            TresName::GpuType(kind) => kind,
            TresName::Shard => "shard",
        };
        if n.is_multiple_of(60) {
            format::counted(n / 60, &format!("{what}-hour"), &format!("{what}-hours"))
        } else {
            format::counted(n, &format!("{what}-minute"), &format!("{what}-minutes"))
        }
    };
    and(&of.iter().map(one).collect::<Vec<_>>())
}

/// Weights of resources: "1 for each v100 GPU, 4 for each h200 GPU".
pub(super) fn weights(of: &TresWeights) -> String {
    let one = |(name, weight): (&TresName, f64)| {
        let what = match name {
            TresName::Cpu => "CPU".to_owned(),
            TresName::Node => "node".to_owned(),
            TresName::Billing => "unit of billing".to_owned(),
            TresName::Gpu => "GPU".to_owned(),
            TresName::GpuType(kind) if kind.contains('_') => format!("slice {kind}"),
            TresName::GpuType(kind) => format!("{kind} GPU"),
            TresName::Shard => "shard".to_owned(),
        };
        format!("{weight} for each {what}")
    };
    of.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// To the second, in one unit where that is exact: "3 days", "36 h", "1 h 30 min", "45 s".
pub(super) fn span(span: Span) -> String {
    if span.0 > 0 && !span.0.is_multiple_of(86_400) && span.0.is_multiple_of(3_600) {
        return format!("{}{NBSP}h", span.0 / 3_600);
    }
    match span.0 % 60 {
        0 if span.0 > 0 => exact(span),
        secs if span.0 < 60 => format!("{secs}{NBSP}s"),
        secs => format!("{} {secs}{NBSP}s", exact(Span(span.0 - secs))),
    }
}

/// "25 %", "33.3 %".
pub(super) fn share(share: PerMille) -> String {
    match share.0 % 10 {
        0 => format!("{}{NBSP}%", share.0 / 10),
        _ => format!("{}{NBSP}%", format::one_decimal(u64::from(share.0))),
    }
}

/// A time of day: "8 h", "9:30 h".
pub(super) fn clock(at: Span) -> String {
    match at.0 / 60 % 60 {
        0 => format!("{}{NBSP}h", at.0 / 3_600),
        minutes => format!("{}:{minutes:02}{NBSP}h", at.0 / 3_600),
    }
}

/// "a", "a and b", "a, b and c".
pub(super) fn and<S: AsRef<str>>(all: &[S]) -> String {
    let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
    match all.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// Names after their noun: "partition a", "partitions a, b and c".
pub(super) fn named<S: AsRef<str>>(noun: &str, names: &[S]) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{noun}{plural} {}", and(names))
}
