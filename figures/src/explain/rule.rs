//! A rule that holds a job, in words: both sides of the comparison, and what would have to change.

use sim_core::engine::explain::{Measure, Rule, Way, Whose};
use sim_core::reason::{LimitKind, Reason};
use sim_core::units::Span;

use super::{account, exact, gpus};
use crate::format::{self, NBSP};

/// So much of what a rule counts: "4 GPUs", "48 GPU-hours", "3 h", "2 jobs". Hours have one decimal at most: the row of
/// figures has the minutes that were compared.
pub(super) fn amount(n: u64, of: &Measure) -> String {
    match of {
        Measure::Amount(tres) => match tres.as_str() {
            "cpu" => format::counted(n, "CPU", "CPUs"),
            "node" => format::counted(n, "node", "nodes"),
            "billing" => format!("a billing of {}", format::count(n)),
            "gres/gpu" => format::counted(n, "GPU", "GPUs"),
            "gres/shard" => format::counted(n, "shard", "shards"),
            typed => {
                let kind = typed.strip_prefix("gres/gpu:").unwrap_or(typed);
                format::counted(n, &format!("{kind} GPU"), &format!("{kind} GPUs"))
            }
        },
        Measure::Minutes(tres) => {
            let what = match tres.as_str() {
                "cpu" => "CPU",
                "node" => "node",
                "billing" => "billing",
                "gres/gpu" => "GPU",
                "gres/shard" => "shard",
                typed => typed.strip_prefix("gres/gpu:").unwrap_or(typed),
            };
            let hours = n as f64 / 60.0;
            if n < 60 {
                format::counted(n, &format!("{what}-minute"), &format!("{what}-minutes"))
            } else if n.is_multiple_of(60) || hours >= 1_000.0 {
                let hours = hours.round() as u64;
                format::counted(hours, &format!("{what}-hour"), &format!("{what}-hours"))
            } else {
                format!("{}{NBSP}{what}-hours", format::one_decimal((n + 3) / 6))
            }
        }
        Measure::Time => exact(Span::mins(u32::try_from(n).unwrap_or(u32::MAX / 60))),
        Measure::Jobs => format::counted(n, "job", "jobs"),
        Measure::Nothing => n.to_string(),
    }
}

/// Those whose jobs are counted together.
fn jobs_of(whose: &Whose) -> String {
    match whose {
        Whose::Partition(name) => format!("jobs in partition {name}"),
        Whose::Array(_) => String::from("tasks of its array"),
        Whose::Qos(qos) => format!("jobs of QOS {qos}"),
        Whose::PersonInQos(qos) => format!("its owner's jobs of QOS {qos}"),
        Whose::AccountInQos { qos, account: name } => format!("jobs of {} in QOS {qos}", account(name)),
        Whose::Account(name) if name == "root" => String::from("jobs of everybody"),
        Whose::Account(name) => format!("jobs of {}", account(name)),
        Whose::PersonInAccount(name) => format!("its owner's jobs of {}", account(name)),
    }
}

/// Who has set it.
fn setter(whose: &Whose) -> String {
    match whose {
        Whose::Partition(name) => format!("partition {name}"),
        Whose::Array(_) => String::from("its array"),
        Whose::Qos(qos) | Whose::PersonInQos(qos) | Whose::AccountInQos { qos, .. } => format!("QOS {qos}"),
        Whose::Account(name) | Whose::PersonInAccount(name) => account(name),
    }
}

/// The end of "it waits because …".
pub(super) fn because(rule: &Rule) -> String {
    let tell = |n: u64| amount(n, &rule.measure);
    let (used, asked, limit) = (tell(rule.used), tell(rule.asked), tell(rule.limit));
    let (jobs, setter) = (jobs_of(&rule.of), setter(&rule.of));
    match rule.reason {
        Reason::JobArrayTaskLimit => format!(
            "{} of its array {} already, and its owner lets only {} run at once",
            format::counted(rule.used, "task", "tasks"),
            if rule.used == 1 { "runs" } else { "run" },
            rule.limit
        ),
        Reason::PartitionTimeLimit => {
            format!("it asks for {asked}, and {setter} lets a job run for {limit} at most")
        }
        Reason::PartitionNodeLimit if rule.asked > rule.limit => {
            format!("it asks for {asked}, and {setter} gives a job {limit} at most")
        }
        Reason::PartitionNodeLimit => {
            format!("it asks for {asked}, and {setter} gives a job {limit} at least")
        }
        Reason::PartitionDown => format!("{setter} lets nothing start now"),
        Reason::PartitionInactive => format!("{setter} is closed"),
        Reason::AccountNotAllowed => format!("{setter} does not let its account in"),
        Reason::QosNotAllowed => format!("{setter} does not let its QOS in"),
        Reason::Limit(of) => match of.kind {
            LimitKind::GrpTres(_) | LimitKind::MaxTresPerUser(_) | LimitKind::MaxTresPerAccount(_) => {
                if rule.used == 0 {
                    format!("it asks for {asked}, and {jobs} may hold {limit} at most at once")
                } else {
                    format!(
                        "{jobs} hold {used}, it asks for {} more, and {} is the most they may hold at once",
                        rule.asked, rule.limit
                    )
                }
            }
            LimitKind::GrpTresRunMins(_)
            | LimitKind::MaxTresRunMinsPerUser(_)
            | LimitKind::MaxTresRunMinsPerAccount(_) => format!(
                "{jobs} that run may still use {used} within their time limits, it would add {asked}, and {limit} {} \
                 the most for all of them",
                is(rule.limit, &rule.measure)
            ),
            LimitKind::GrpTresMins(_) => format!(
                "{jobs} have used or may still use {used} of a budget of {limit}, and it would add {asked}"
            ),
            LimitKind::GrpWall => {
                format!("{jobs} have run for {used} of a budget of {limit}, and it would add {asked}")
            }
            LimitKind::MaxTresPerJob(_) => {
                format!("it asks for {asked}, and {setter} gives one job {limit} at most")
            }
            LimitKind::MaxTresPerNode(_) => {
                format!("it asks for {asked} on a node, and {setter} gives one job {limit} there at most")
            }
            LimitKind::MaxTresMinsPerJob(_) => format!(
                "it asks for {asked} (what it holds, times its time limit), and {setter} gives one job {limit} at most"
            ),
            LimitKind::MinTresPerJob(_) => {
                format!("it asks for {asked}, and {setter} wants a job to ask for {limit} at least")
            }
            LimitKind::GrpJobs
            | LimitKind::MaxJobs
            | LimitKind::MaxJobsPerUser
            | LimitKind::MaxJobsPerAccount => format!(
                "{} {} already, and no more than {} may at once",
                counted(rule.used, &jobs),
                if rule.used == 1 { "runs" } else { "run" },
                rule.limit
            ),
            LimitKind::GrpSubmitJobs
            | LimitKind::MaxSubmitJobs
            | LimitKind::MaxSubmitJobsPerUser
            | LimitKind::MaxSubmitJobsPerAccount => format!(
                "{} {} already, and no more than {} may at once",
                counted(rule.used, &jobs),
                if rule.used == 1 {
                    "waits or runs"
                } else {
                    "wait or run"
                },
                rule.limit
            ),
            LimitKind::MaxWall => {
                format!("it asks for {asked}, and {setter} lets a job run for {limit} at most")
            }
        },
        Reason::None
        | Reason::Priority
        | Reason::Resources
        | Reason::PartitionConfig
        | Reason::BeginTime
        | Reason::Dependency
        | Reason::DependencyNeverSatisfied
        | Reason::JobHeldUser
        | Reason::JobHeldAdmin
        | Reason::Reservation
        | Reason::ReservationDeleted
        | Reason::ReqNodeNotAvail(_)
        | Reason::BadConstraints
        | Reason::MovingOut => format!("{setter} does not let it start"),
    }
}

/// So many of these jobs.
fn counted(n: u64, jobs: &str) -> String {
    match jobs.strip_prefix("jobs ") {
        Some(rest) => format!("{} {rest}", format::counted(n, "job", "jobs")),
        None => format!("{n} of {jobs}"),
    }
}

/// Something of what is held comes free.
fn given_back(n: u64, of: &Measure) -> String {
    let what = match of {
        Measure::Amount(tres) => match tres.as_str() {
            "cpu" => String::from("CPUs"),
            "node" => String::from("nodes"),
            "billing" => String::from("billing"),
            "gres/gpu" => String::from("GPUs"),
            "gres/shard" => String::from("shards"),
            typed => format!("{} GPUs", typed.strip_prefix("gres/gpu:").unwrap_or(typed)),
        },
        Measure::Minutes(_) | Measure::Time | Measure::Jobs | Measure::Nothing => String::from("things"),
    };
    format!("{n} of the {what} they hold {} given back", is(n, of))
}

fn is(n: u64, of: &Measure) -> &'static str {
    let one = match of {
        Measure::Minutes(_) => n == 60,
        Measure::Amount(tres) => n == 1 || tres == "billing",
        Measure::Time | Measure::Jobs | Measure::Nothing => n == 1,
    };
    if one { "is" } else { "are" }
}

/// The rule as a row of figures: its name, and both sides.
pub(super) fn figures(rule: &Rule) -> String {
    let unit = match &rule.measure {
        Measure::Amount(tres) => tres.clone(),
        Measure::Minutes(tres) => format!("{tres}-minutes"),
        Measure::Time => String::from("minutes"),
        Measure::Jobs => String::from("jobs"),
        Measure::Nothing => String::new(),
    };
    let of = match &rule.of {
        Whose::Partition(name) => format!("partition {name}"),
        Whose::Array(id) => format!("array {id}"),
        Whose::Qos(qos) => format!("QOS {qos}"),
        Whose::PersonInQos(qos) => format!("QOS {qos}, for one person"),
        Whose::AccountInQos { qos, account: name } => format!("QOS {qos}, for {}", account(name)),
        Whose::Account(name) => account(name),
        Whose::PersonInAccount(name) => format!("the owner in {}", account(name)),
    };
    let least = match rule.reason {
        Reason::Limit(limit) => matches!(limit.kind, LimitKind::MinTresPerJob(_)),
        reason => reason == Reason::PartitionNodeLimit && rule.asked < rule.limit,
    };
    let (used, asked, limit) = (
        format::count(rule.used),
        format::count(rule.asked),
        format::count(rule.limit),
    );
    let sides = match (&rule.measure, least) {
        (Measure::Nothing, _) => return of,
        (_, true) => format!("{asked} < {limit}"),
        (_, false) if rule.used == 0 => format!("{asked} > {limit}"),
        (_, false) => format!("{used} + {asked} > {limit}"),
    };
    format!("{of}: {sides}{NBSP}{unit}")
}

/// What would have to change, each as the end of "it can go on if …".
pub(super) fn ways(rule: &Rule) -> Vec<String> {
    rule.ways.iter().map(|way| in_words(rule, way)).collect()
}

fn in_words(rule: &Rule, way: &Way) -> String {
    match way {
        Way::GiveBack(n) => match (&rule.measure, &rule.of) {
            (Measure::Jobs, Whose::Array(_)) if *n == 1 => String::from("one of those tasks ends"),
            (Measure::Jobs, Whose::Array(_)) => format!("{n} of those tasks end"),
            (Measure::Jobs, _) if *n == 1 => String::from("one of those jobs ends"),
            (Measure::Jobs, _) => format!("{n} of those jobs end"),
            (Measure::Minutes(_) | Measure::Time, _) => {
                format!("running jobs end or get on by {}", amount(*n, &rule.measure))
            }
            (Measure::Amount(_) | Measure::Nothing, _) => given_back(*n, &rule.measure),
        },
        Way::Fade(n) => format!("{} of that fade or are given back", amount(*n, &rule.measure)),
        Way::GpusAtMost(n) => format!("it asks for at most {}", gpus(*n)),
        Way::GpusAtLeast(n) => format!("it asks for at least {}", gpus(*n)),
        Way::LimitAtMost(limit) => format!("it asks for a time limit of at most {}", exact(*limit)),
        Way::Partition(name) => format!("it goes to partition {name}"),
        Way::Admin => String::from("an admin changes the rule"),
    }
}
