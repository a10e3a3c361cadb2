//! Checks of the policy: names that must be there, times that must pass, limits that would block everything.

use super::Found;
use crate::scenario::knobs::nearest_word;
use crate::scenario::{Associations, Backfill, Limits, PartitionSpec, PassRhythm, QosSpec, Scenario};
use crate::units::Span;

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    partitions(scenario, found);
    qos(scenario, found);
    associations(scenario, found);
    priority(scenario, found);
    scheduler(scenario, found);
}

fn partitions(scenario: &Scenario, found: &mut Found) {
    let partitions = &scenario.policy.partitions;
    if partitions.is_empty() {
        found.error(
            "policy.partitions",
            "there is no partition",
            "add one, such as name = \"batch\"",
        );
    }
    for (i, partition) in partitions.iter().enumerate() {
        let path = path_of("policy.partitions", &partition.name, i);
        if partition.name.is_empty() {
            found.error(
                &path,
                "this partition has no name",
                "give it one, such as name = \"batch\"",
            );
        } else if partitions[..i].iter().any(|other| other.name == partition.name) {
            found.error(&path, "two partitions have this name", "rename one of them");
        }
        time_limits(&path, partition, found);
        let groups = || scenario.cluster.nodes.iter().map(|group| group.name.as_str());
        for (j, name) in partition.nodes.iter().enumerate() {
            if !groups().any(|group| group == name) {
                let what = format!("there is no node group `{name}`");
                found.error(format!("{path}.nodes"), what, did_you_mean(name, groups()));
            } else if partition.nodes[..j].contains(name) {
                found.error(
                    format!("{path}.nodes"),
                    format!("`{name}` stands here twice"),
                    "write it once",
                );
            }
        }
        let qos = || scenario.policy.qos.iter().map(|qos| qos.name.as_str());
        if let Some(name) = partition
            .qos
            .as_deref()
            .filter(|name| !qos().any(|qos| qos == *name))
        {
            let what = format!("there is no QOS `{name}`");
            found.error(format!("{path}.qos"), what, did_you_mean(name, qos()));
        }
    }
}

fn time_limits(path: &str, partition: &PartitionSpec, found: &mut Found) {
    let whole_minutes = |span: Span| span > Span::ZERO && span.0.is_multiple_of(60);
    if !whole_minutes(partition.max_time) {
        let what = format!("{} is not whole minutes", partition.max_time);
        found.error(
            format!("{path}.max-time"),
            what,
            "Slurm keeps limits in minutes: write such as \"3d\"",
        );
    }
    let Some(default_time) = partition.default_time else {
        return;
    };
    if !whole_minutes(default_time) {
        let what = format!("{default_time} is not whole minutes");
        found.error(
            format!("{path}.default-time"),
            what,
            "Slurm keeps limits in minutes: write such as \"1h\"",
        );
    } else if default_time > partition.max_time {
        let what = format!(
            "{default_time} is longer than the longest limit, {}",
            partition.max_time
        );
        let remedy = "jobs that ask for none could never start: shorten it, or leave it out";
        found.error(format!("{path}.default-time"), what, remedy);
    }
}

fn qos(scenario: &Scenario, found: &mut Found) {
    let all = &scenario.policy.qos;
    if all.is_empty() {
        found.error(
            "policy.qos",
            "there is no QOS",
            "add one, such as name = \"normal\"",
        );
    }
    for (i, qos) in all.iter().enumerate() {
        let path = path_of("policy.qos", &qos.name, i);
        if qos.name.is_empty() {
            found.error(
                &path,
                "this QOS has no name",
                "give it one, such as name = \"normal\"",
            );
        } else if all[..i].iter().any(|other| other.name == qos.name) {
            found.error(&path, "two QOS have this name", "rename one of them");
        }
        if qos.limits.max_tres_pu.of_gpus() == Some(0) {
            let path = format!("{path}.limits.max-tres-pu");
            found.warning(
                path,
                "0 GPUs per person lets no job start",
                "raise it, or leave it out for no limit",
            );
        }
        let QosSpec { limits, .. } = qos;
        run_minutes(
            scenario,
            format!("{path}.limits.grp-tres-run-mins"),
            limits.grp_tres_run_mins.of_gpus(),
            found,
        );
        run_minutes(
            scenario,
            format!("{path}.limits.max-tres-run-mins-pu"),
            limits.max_tres_run_mins_pu.of_gpus(),
            found,
        );
    }
}

fn associations(scenario: &Scenario, found: &mut Found) {
    let associations = &scenario.policy.associations;
    for (key, limit) in [
        (
            "each-account.grp-tres-run-mins",
            associations.each_account.grp_tres_run_mins.of_gpus(),
        ),
        (
            "each-user.grp-tres-run-mins",
            associations.each_user.grp_tres_run_mins.of_gpus(),
        ),
    ] {
        run_minutes(scenario, format!("policy.associations.{key}"), limit, found);
    }
}

/// A budget is tested against GPUs × time limit: one below the longest limit keeps a job of that length on a single GPU
/// waiting for ever.
fn run_minutes(scenario: &Scenario, path: String, limit: Option<u32>, found: &mut Found) {
    let Some(minutes) = limit else {
        return;
    };
    let longest = scenario
        .policy
        .partitions
        .iter()
        .map(|p| p.max_time.mins_up())
        .max()
        .unwrap_or(0);
    if minutes == 0 {
        found.warning(
            path,
            "a budget of 0 lets no job start",
            "raise it, or leave it out for no limit",
        );
    } else if minutes < longest {
        let what =
            format!("{minutes} GPU-minutes are less than one GPU for the longest limit, {longest} minutes");
        found.warning(
            path,
            what,
            "jobs that ask for more wait for ever: raise it, or shorten max-time",
        );
    } else if !minutes.is_multiple_of(60) {
        let what = format!("{minutes} GPU-minutes are no whole GPU-hours");
        found.warning(
            path,
            what,
            "a link or a slider would round it down: write a multiple of 60",
        );
    }
}

fn priority(scenario: &Scenario, found: &mut Found) {
    let priority = &scenario.policy.priority;
    let period = priority.calc_period;
    if period == Span::ZERO || !period.0.is_multiple_of(60) {
        let what = format!("{period} is not whole minutes");
        found.error(
            "policy.priority.calc-period",
            what,
            "write whole minutes, such as \"5m\"",
        );
    }
    if priority.half_life == Some(Span::ZERO) {
        let remedy = "write a time such as \"14d\", or \"off\" for never forgotten";
        found.error("policy.priority.half-life", "use that halves in no time", remedy);
    }
    if priority.max_age == Span::ZERO {
        found.error(
            "policy.priority.max-age",
            "no time",
            "write a time such as \"7d\"",
        );
    }
}

/// EASY is defined on one pool without limits, for replaying traces; elsewhere it would not know what it promises.
fn easy(scenario: &Scenario, found: &mut Found) {
    let limits = |qos: &QosSpec| qos.limits != Limits::default();
    let policy = &scenario.policy;
    let limited = policy.qos.iter().any(limits) || policy.associations != Associations::default();
    if scenario.cluster.node_count() != 1 || policy.partitions.len() != 1 || limited {
        found.error(
            "policy.backfill",
            "easy is defined only on one node in one partition without limits",
            "write slurm or off, or replay a trace",
        );
    }
}

fn scheduler(scenario: &Scenario, found: &mut Found) {
    match &scenario.policy.backfill {
        Backfill::Off => {}
        Backfill::Easy => easy(scenario, found),
        Backfill::Slurm(bf) => {
            for (key, span) in [
                ("interval", bf.interval),
                ("window", bf.window),
                ("resolution", bf.resolution),
            ] {
                if span == Span::ZERO {
                    found.error(
                        format!("policy.backfill.slurm.{key}"),
                        "no time",
                        "write a time such as \"30s\"",
                    );
                }
            }
            if bf.max_job_test == 0 {
                let remedy = "write a number such as 500, or backfill = \"off\"";
                found.error(
                    "policy.backfill.slurm.max-job-test",
                    "a pass that looks at no job",
                    remedy,
                );
            }
            let longest = scenario
                .policy
                .partitions
                .iter()
                .map(|p| p.max_time)
                .max()
                .unwrap_or(Span::ZERO);
            if bf.window > Span::ZERO && bf.window < longest {
                let what = format!("{} is shorter than the longest time limit, {longest}", bf.window);
                let remedy = "wide jobs may get no promised start and wait very long: make it as long";
                found.warning("policy.backfill.slurm.window", what, remedy);
            }
        }
    }
    match &scenario.policy.passes {
        PassRhythm::EveryInstant | PassRhythm::EveryEvent => {}
        PassRhythm::Slurm(passes) => {
            if passes.sched_interval == Span::ZERO {
                let remedy = "write a time such as \"60s\"";
                found.error("policy.passes.slurm.sched-interval", "no time", remedy);
            }
        }
    }
}

fn path_of(list: &str, name: &str, index: usize) -> String {
    if name.is_empty() {
        format!("{list}.{}", index + 1)
    } else {
        format!("{list}.{name}")
    }
}

fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match nearest_word(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.join(", ")),
    }
}
