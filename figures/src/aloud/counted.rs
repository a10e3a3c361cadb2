//! The rules that knobs count, a sentence for each place in which one differs from off.

use sim_core::scenario::knobs::{KNOBS, Knob};
use sim_core::scenario::{
    Drain, HandOver, Limits, LoseIt, LowUseRule, Policy, QosSpec, Scenario, ShareOut, TresCounts, UsageReset,
};
use sim_core::units::Span;

use super::say::{amounts, and, clock, hours, named, share, span};
use super::{Rule, rule};
use crate::format;

/// A limit as long as this is none that anybody plans by.
const AS_GOOD_AS_UNLIMITED: Span = Span::days(365);

/// The rules in the order of the table of knobs.
pub(super) fn rules(scenario: &Scenario) -> Vec<Rule> {
    let rules = KNOBS.iter().filter(|knob| knob.rule);
    rules.flat_map(|knob| of_knob(knob, scenario)).collect()
}

/// As many sentences as there are places in which the knob differs from off.
fn of_knob(knob: &Knob, scenario: &Scenario) -> Vec<Rule> {
    let policy = &scenario.policy;
    let places = knob.places(scenario);
    if places == 0 {
        return Vec::new();
    }
    let one = |words: String| vec![rule(knob.key, words)];
    let each = &policy.associations;
    let in_qos = |of: fn(&Limits) -> &TresCounts, say: fn(String) -> String| {
        let set = policy.qos.iter().filter(|qos| !of(&qos.limits).is_empty());
        set.map(|qos| {
            let words = format!("{}{}", scope(policy, qos), say(self::said(of(&qos.limits), knob)));
            rule(format!("{}/{}", knob.key, qos.name), format::capital(&words))
        })
        .collect()
    };
    match knob.key {
        "cap" => in_qos(
            |l| &l.max_tres_pu,
            |most| format!("one person may hold at most {most} at once."),
        ),
        "run-minutes" => in_qos(
            |l| &l.max_tres_run_mins_pu,
            |most| {
                format!("one person’s running jobs may still take at most {most} within their time limits.")
            },
        ),
        "pool-run-minutes" => in_qos(
            |l| &l.grp_tres_run_mins,
            |most| {
                format!(
                    "everybody’s running jobs together may still take at most {most} within their time limits."
                )
            },
        ),
        "user-run-minutes" => one(format!(
            "Over all QOS, one person’s running jobs may still take at most {} within their time limits.",
            hours(&each.each_user.grp_tres_run_mins)
        )),
        "group-run-minutes" => one(format!(
            "The running jobs of one group together may still take at most {} within their time limits.",
            hours(&each.each_account.grp_tres_run_mins)
        )),
        "max-time" => longest(policy),
        "group-budget" => one(format!(
            "Each group may use at most {} {}.",
            hours(&each.each_account.grp_tres_mins),
            period(policy)
        )),
        "overdraft" => one(format!(
            "A group whose budget is used up may go on for {} of it more, behind everybody else.",
            share(policy.quota.overdraft)
        )),
        "carry-over" => one(format!(
            "{} of what a group did not use is added to its next budget, once.",
            share(policy.quota.carry_over)
        )),
        "points" => one(format!(
            "{} of what a group did not use becomes GPU-hours that go before all others in the next period.",
            share(policy.quota.points)
        )),
        "share-out" => one(String::from(match policy.quota.share_out {
            ShareOut::AsWritten => "Budgets are as written.",
            ShareOut::Once => {
                "The sum of all budgets is shared out once, by what each group is thought to need."
            }
            ShareOut::EachPeriod => {
                "The sum of all budgets is shared out anew at the end of each period, by what each group has used and has waiting."
            }
        })),
        "lose-it" => one(lose(&policy.quota.lose)),
        "newcomer-cap" => one(newcomers(policy)),
        "idle-cull" => one(format!(
            "A session that stands idle for {} is ended.",
            policy.idle_cull.map_or(String::new(), span)
        )),
        "low-use" => one(low_use(policy)),
        "service" => one(service(policy)),
        "service-drain" => one(String::from(match policy.service.drain {
            Drain::Wait => "Jobs on a node that goes to the service run out.",
            Drain::ShortJobs => {
                "On a node that is to go to the service only jobs start that end before it goes."
            }
            Drain::Preempt => {
                "Jobs on a node that goes to the service are told to leave it and queued again."
            }
        })),
        "shared-model" => one(String::from(
            "Whoever only asks a model may ask the service, and needs no GPU for it.",
        )),
        "outside" => one(format!(
            "Work that can be moved may go to GPUs outside once it has waited {}.",
            policy.outside.after.map_or(String::new(), span)
        )),
        // A knob that is newer than this list still counts, so it still speaks.
        _ => (0..places)
            .map(|place| {
                let said = knob.say(knob.get(scenario));
                rule(
                    format!("{}/{place}", knob.key),
                    format!("{}: {said}.", knob.texts().label),
                )
            })
            .collect(),
    }
}

/// What a limit of a QOS comes to: GPUs for a cap, GPU-hours for a budget.
fn said(of: &TresCounts, knob: &Knob) -> String {
    if knob.key == "cap" { amounts(of) } else { hours(of) }
}

/// Where a limit of a QOS holds, as the beginning of a sentence; nothing if it holds for everybody.
pub(super) fn scope(policy: &Policy, qos: &QosSpec) -> String {
    let of = partitions_of(policy, qos);
    let is_first = policy.qos.first().is_some_and(|first| first.name == qos.name);
    if !of.is_empty() && !is_first {
        let together = if of.len() > 1 { " together" } else { "" };
        return format!("in {}{together}, ", named("partition", &of));
    }
    let asked_for = policy
        .qos
        .iter()
        .filter(|other| partitions_of(policy, other).is_empty())
        .count();
    if is_first && asked_for <= 1 {
        String::new()
    } else {
        format!("with QOS {}, ", qos.name)
    }
}

/// The partitions that a QOS belongs to.
pub(super) fn partitions_of<'a>(policy: &'a Policy, qos: &QosSpec) -> Vec<&'a str> {
    let of_it = policy
        .partitions
        .iter()
        .filter(|partition| partition.qos.as_ref() == Some(&qos.name));
    of_it.map(|partition| partition.name.as_str()).collect()
}

fn longest(policy: &Policy) -> Vec<Rule> {
    let only = policy.partitions.len() == 1;
    let limited = policy
        .partitions
        .iter()
        .filter(|partition| partition.max_time < AS_GOOD_AS_UNLIMITED);
    limited
        .map(|partition| {
            let place = if only {
                String::from("A job")
            } else {
                format!("In partition {} a job", partition.name)
            };
            rule(
                format!("max-time/{}", partition.name),
                format!("{place} may run for {} at most.", span(partition.max_time)),
            )
        })
        .collect()
}

/// For how long a budget is.
pub(super) fn period(policy: &Policy) -> &'static str {
    match policy.priority.usage_reset {
        UsageReset::None => "before use fades from memory",
        UsageReset::Daily => "a day",
        UsageReset::Weekly => "a week",
        UsageReset::Monthly => "in 30 days",
        UsageReset::Quarterly => "in 91 days",
        UsageReset::Yearly => "a year",
    }
}

fn lose(rules: &[LoseIt]) -> String {
    let one = |rule: &LoseIt| {
        let (below, lost) = (share(rule.below), share(rule.lose));
        if rule.at.0 >= 1_000 {
            format!("less than {below} by its end loses {lost} of the next")
        } else {
            format!(
                "less than {below} after {} of the period loses {lost}",
                share(rule.at)
            )
        }
    };
    let all: Vec<String> = rules.iter().map(one).collect();
    format!(
        "A group that has used too little of its budget loses part of it: {}.",
        and(&all)
    )
}

fn newcomers(policy: &Policy) -> String {
    let new = &policy.quota.newcomers;
    let most = format::counted(u64::from(new.cap.unwrap_or(0)), "GPU", "GPUs");
    let mentor = match new.mentor {
        None => String::new(),
        Some(after) => format!(
            ", until a mentor lifts it {} after it first stood in the way",
            span(after)
        ),
    };
    format!(
        "In somebody’s first {} each of their jobs may ask for at most {most}{mentor}.",
        span(new.weeks)
    )
}

fn low_use(policy: &Policy) -> String {
    let rule = &policy.low_use;
    let what = match rule.rule {
        LowUseRule::Off => "is left alone",
        LowUseRule::Warn => "brings its owner a mail",
        LowUseRule::Cancel => "is cancelled",
        LowUseRule::Help => "brings its owner a visit",
    };
    format!(
        "A job that uses less than {} of its GPUs’ time for {} {what}.",
        share(rule.below),
        span(rule.after)
    )
}

fn service(policy: &Policy) -> String {
    let rule = &policy.service;
    let nodes = |n: u32| format::counted(u64::from(n), "node", "nodes");
    let serve = |n: u32| if n == 1 { "serves" } else { "serve" };
    match rule.rule {
        HandOver::Off => String::from("No node serves."),
        HandOver::Fixed => format!(
            "{} {} requests at all times and {} no jobs.",
            nodes(rule.most),
            serve(rule.most),
            if rule.most == 1 { "runs" } else { "run" }
        ),
        HandOver::ByClock => format!(
            "From {} to {} {}, {} {} requests and run no jobs; else {} {}.",
            clock(rule.from),
            clock(rule.to),
            if rule.weekends {
                "every day"
            } else {
                "from Monday to Friday"
            },
            nodes(rule.most),
            serve(rule.most),
            nodes(rule.least),
            if rule.least == 1 { "does" } else { "do" }
        ),
        HandOver::ByDemand => format!(
            "Between {} and {} {} requests and run no jobs, as many as the service needs: one more above {} of what \
             serves, and each for at least {}.",
            rule.least,
            nodes(rule.most),
            serve(rule.most),
            share(rule.full),
            span(rule.min_stay)
        ),
    }
}
