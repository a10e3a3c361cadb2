//! QOS and their limits, as sacctmgr commands.

use sim_core::scenario::{Limits, Policy, PreemptMode, QosSpec, Scenario};

use super::partitions::{meant_for, mode_word};
use super::{Export, Line, list, safe, time};

/// The one that is there from the start.
const NORMAL: &str = "normal";

pub(super) fn write(scenario: &Scenario, out: &mut Export) {
    let policy = &scenario.policy;
    for qos in policy.qos.iter().filter(|qos| qos.name != NORMAL) {
        let name = safe(&qos.name);
        out.commands.push(Line {
            about: format!("qos/{name}"),
            text: format!("sacctmgr -i add qos {name}"),
            why: vec![String::from(
                "a quality of service beside the one that is always there, normal",
            )],
            back: format!("sacctmgr -i remove qos {name}"),
        });
    }
    for qos in &policy.qos {
        one(policy, qos, out);
    }
    may_use(policy, out);
}

/// Who may ask for which: everybody for those that are asked for by name, and the first if they ask for none.
fn may_use(policy: &Policy, out: &mut Export) {
    let Some(first) = policy.qos.first() else { return };
    let comes_with_a_partition =
        |name: &String| policy.partitions.iter().any(|it| it.qos.as_ref() == Some(name));
    let is_named = |name: &String| policy.partitions.iter().any(|it| it.allow_qos.contains(name));
    let asked: Vec<&str> = policy
        .qos
        .iter()
        .filter(|qos| qos.name == first.name || is_named(&qos.name) || !comes_with_a_partition(&qos.name))
        .map(|qos| qos.name.as_str())
        .collect();
    if asked == [NORMAL] {
        return;
    }
    // What an account may ask for already, for other reasons, it keeps.
    let added: Vec<&str> = asked.iter().copied().filter(|name| *name != NORMAL).collect();
    out.commands.push(Line {
        about: String::from("qos-of-root"),
        text: format!(
            "sacctmgr -i modify account where name=root set QOS+={} DefaultQOS={}",
            list(&added),
            safe(&first.name)
        ),
        why: vec![String::from(
            "everybody may ask for these, and gets the first by default; QOS of partitions need not be asked for",
        )],
        back: format!("sacctmgr -i modify account where name=root set QOS-={} DefaultQOS={NORMAL}", list(&added)),
    });
}

fn one(policy: &Policy, of: &QosSpec, out: &mut Export) {
    let QosSpec {
        name,
        priority,
        limits: of_jobs,
        usage_factor,
        limit_factor,
        preempt,
        preempt_mode,
        preempt_within,
        preempt_exempt_time,
        grace_time,
        deny_on_limit,
        over_part_qos,
        no_reserve,
        no_decay,
        partition_time_limit,
        usage_factor_safe,
        meant_for: purpose,
    } = of;
    let name = safe(name);
    let mut set = |option: &str, value: Option<String>, none: &str, why: &str| {
        if let Some(value) = value {
            out.commands.push(Line {
                about: format!("qos/{name}/{option}"),
                text: format!("sacctmgr -i modify qos {name} set {option}={value}"),
                why: vec![format!("{option}: {why}")],
                back: format!("sacctmgr -i modify qos {name} set {option}={none}"),
            });
        }
    };
    set(
        "Priority",
        (*priority > 0).then(|| priority.to_string()),
        "0",
        "its part of PriorityWeightQOS, against the largest",
    );
    limits(of_jobs, &mut set);
    set(
        "UsageFactor",
        (*usage_factor != 1.0).then(|| usage_factor.to_string()),
        "1",
        "what its jobs use counts so many times",
    );
    set(
        "LimitFactor",
        limit_factor.map(|factor| factor.to_string()),
        "-1",
        "GrpTRES and MaxTRES of associations are so many times as wide for its jobs",
    );
    set(
        "Preempt",
        (!preempt.is_empty()).then(|| list(preempt)),
        "''",
        "its jobs may push off those of these QOS (PreemptType=preempt/qos)",
    );
    let mode = match (preempt_mode, preempt_within) {
        (None | Some(PreemptMode::Off), false) => None,
        (mode, true) => Some(format!(
            "{},WITHIN",
            mode_word(mode.unwrap_or(policy.preemption.mode))
        )),
        (Some(mode), false) => Some(mode_word(*mode).to_owned()),
    };
    set(
        "PreemptMode",
        mode,
        "cluster",
        "what becomes of its jobs when they are pushed off; WITHIN: also by others of it, by priority",
    );
    set(
        "PreemptExemptTime",
        preempt_exempt_time.map(time),
        "-1",
        "its jobs run at least so long before they may be pushed off",
    );
    set(
        "GraceTime",
        (grace_time.0 > 0).then(|| grace_time.0.to_string()),
        "0",
        "seconds that its jobs may still run once they are told to go",
    );
    let flags: Vec<&str> = [
        ("DenyOnLimit", deny_on_limit),
        ("OverPartQOS", over_part_qos),
        ("NoReserve", no_reserve),
        ("NoDecay", no_decay),
        ("PartitionTimeLimit", partition_time_limit),
        ("UsageFactorSafe", usage_factor_safe),
    ]
    .into_iter()
    .filter(|(_, is_set)| **is_set)
    .map(|(flag, _)| flag)
    .collect();
    let why = flags.iter().map(|flag| format!("{flag}, {}", meaning(flag)));
    let why: Vec<String> = why.collect();
    set(
        "Flags",
        (!flags.is_empty()).then(|| flags.join(",")),
        "-1",
        &why.join("; "),
    );
    if *preempt_mode == Some(PreemptMode::Off) {
        out.without(
            format!("policy.qos.{name}.preempt-mode"),
            "jobs that are never pushed off",
            "OFF of a QOS means the cluster's mode in Slurm; keep it out of every Preempt list instead",
        );
    }
    meant_for(&format!("policy.qos.{name}.meant-for"), *purpose, out);
}

fn meaning(flag: &str) -> &'static str {
    match flag {
        "DenyOnLimit" => "a job that could never start is refused at once",
        "OverPartQOS" => "its limits come before those of the partition's QOS",
        "NoReserve" => "its jobs are promised no start",
        "NoDecay" => "what its jobs use is never forgotten",
        "PartitionTimeLimit" => "its jobs may be longer than MaxTime of the partition",
        _ => "run-minutes are tested with UsageFactor too",
    }
}

fn limits(of: &Limits, set: &mut impl FnMut(&str, Option<String>, &str, &str)) {
    let Limits {
        grp_tres,
        grp_tres_mins,
        grp_tres_run_mins,
        max_tres_pj,
        max_tres_pn,
        min_tres_pj,
        max_tres_pu,
        max_tres_pa,
        max_tres_mins_pj,
        max_tres_run_mins_pu,
        max_tres_run_mins_pa,
        grp_jobs,
        max_jobs_pu,
        max_jobs_pa,
        grp_submit_jobs,
        max_submit_jobs_pu,
        max_submit_jobs_pa,
        grp_jobs_accrue,
        max_jobs_accrue_pu,
        grp_wall,
        max_wall,
        min_prio_threshold,
    } = of;
    for (option, amount, why) in [
        (
            "MaxTRESPerUser",
            max_tres_pu,
            "the most that one person may hold at once",
        ),
        (
            "MaxTRESPerAccount",
            max_tres_pa,
            "the most that one account may hold at once",
        ),
        ("MaxTRESPerJob", max_tres_pj, "the most that a job may ask for"),
        (
            "MaxTRESPerNode",
            max_tres_pn,
            "the most that a job may ask for on a node",
        ),
        ("MinTRESPerJob", min_tres_pj, "the least that a job may ask for"),
        (
            "GrpTRES",
            grp_tres,
            "the most that all its jobs together may hold at once",
        ),
        (
            "GrpTRESMins",
            grp_tres_mins,
            "minutes that its jobs may use; they fade with usage",
        ),
        (
            "GrpTRESRunMins",
            grp_tres_run_mins,
            "minutes that its running jobs may still take, all together",
        ),
        (
            "MaxTRESRunMinsPerUser",
            max_tres_run_mins_pu,
            "minutes that one person's running jobs may still take; in force since 24.05",
        ),
        (
            "MaxTRESRunMinsPerAccount",
            max_tres_run_mins_pa,
            "minutes that one account's running jobs may still take; in force since 24.05",
        ),
        (
            "MaxTRESMinsPerJob",
            max_tres_mins_pj,
            "minutes that a job may ask for: what it holds times its limit",
        ),
    ] {
        set(
            option,
            super::accounts::amount(amount),
            &super::accounts::none(amount),
            why,
        );
    }
    for (option, n, why) in [
        ("GrpJobs", grp_jobs, "jobs that may run at once"),
        (
            "MaxJobsPerUser",
            max_jobs_pu,
            "jobs of one person that may run at once",
        ),
        (
            "MaxJobsPerAccount",
            max_jobs_pa,
            "jobs of one account that may run at once",
        ),
        (
            "GrpSubmitJobs",
            grp_submit_jobs,
            "jobs that may wait or run; more are refused",
        ),
        (
            "MaxSubmitJobsPerUser",
            max_submit_jobs_pu,
            "jobs of one person that may wait or run; more are refused",
        ),
        (
            "MaxSubmitJobsPerAccount",
            max_submit_jobs_pa,
            "jobs of one account that may wait or run; more are refused",
        ),
        ("GrpJobsAccrue", grp_jobs_accrue, "waiting jobs that gain age"),
        (
            "MaxJobsAccruePerUser",
            max_jobs_accrue_pu,
            "waiting jobs of one person that gain age",
        ),
        (
            "MinPrioThreshold",
            min_prio_threshold,
            "priority that a job needs to be promised a start",
        ),
    ] {
        set(option, n.map(|n| n.to_string()), "-1", why);
    }
    for (option, span, why) in [
        (
            "GrpWall",
            grp_wall,
            "time that its jobs may have run, all together; it fades with usage",
        ),
        ("MaxWall", max_wall, "the longest time limit of its jobs"),
    ] {
        set(option, span.map(time), "-1", why);
    }
}
