//! Checks of limits, those of QOS and those of associations alike: that they count something that is there, and that
//! they let jobs start.

use super::Found;
use super::budgets::{refill, too_small};
use super::names::resources;
use super::priority::highest;
use crate::scenario::{AssocLimits, Limits, Scenario, TresCounts, TresName};
use crate::units::Span;

/// What an amount in a limit means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Held at once, or by a job.
    Held,
    /// Minutes that running jobs may still use.
    RunMinutes,
    /// Minutes that may have been used.
    Used,
    /// Minutes of one job.
    JobMinutes,
    /// Least of a job.
    Least,
}

/// Whether a link can carry the GPU-minutes of a table of limits; it keeps whole hours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Carried {
    /// It can: some knob sets them.
    ByLink,
    /// Only a file can.
    ByFile,
}

/// Either sort of limits, by what has to be checked of them.
struct Sheet<'a> {
    tres: Vec<(&'static str, Kind, &'a TresCounts)>,
    /// Most jobs running, pending or both.
    jobs: Vec<(&'static str, Option<u32>)>,
    grp_wall: Option<Span>,
    max_wall: Option<Span>,
    min_prio_threshold: Option<u32>,
}

/// The limits of a QOS; `no_decay` is its flag.
pub(super) fn of_qos(scenario: &Scenario, path: &str, limits: &Limits, no_decay: bool, found: &mut Found) {
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
        // These two hold back age only; to let no job gain any is a rule like another.
        grp_jobs_accrue: _,
        max_jobs_accrue_pu: _,
        grp_wall,
        max_wall,
        min_prio_threshold,
    } = limits;
    let sheet = Sheet {
        tres: vec![
            ("grp-tres", Kind::Held, grp_tres),
            ("grp-tres-mins", Kind::Used, grp_tres_mins),
            ("grp-tres-run-mins", Kind::RunMinutes, grp_tres_run_mins),
            ("max-tres-pj", Kind::Held, max_tres_pj),
            ("max-tres-pn", Kind::Held, max_tres_pn),
            ("min-tres-pj", Kind::Least, min_tres_pj),
            ("max-tres-pu", Kind::Held, max_tres_pu),
            ("max-tres-pa", Kind::Held, max_tres_pa),
            ("max-tres-mins-pj", Kind::JobMinutes, max_tres_mins_pj),
            ("max-tres-run-mins-pu", Kind::RunMinutes, max_tres_run_mins_pu),
            ("max-tres-run-mins-pa", Kind::RunMinutes, max_tres_run_mins_pa),
        ],
        jobs: vec![
            ("grp-jobs", *grp_jobs),
            ("max-jobs-pu", *max_jobs_pu),
            ("max-jobs-pa", *max_jobs_pa),
            ("grp-submit-jobs", *grp_submit_jobs),
            ("max-submit-jobs-pu", *max_submit_jobs_pu),
            ("max-submit-jobs-pa", *max_submit_jobs_pa),
        ],
        grp_wall: *grp_wall,
        max_wall: *max_wall,
        min_prio_threshold: *min_prio_threshold,
    };
    check(scenario, path, &sheet, Carried::ByLink, no_decay, found);
    least(scenario, path, limits, found);
}

/// The limits of an association.
pub(super) fn of_assoc(
    scenario: &Scenario,
    path: &str,
    limits: &AssocLimits,
    carried: Carried,
    found: &mut Found,
) {
    let AssocLimits {
        grp_tres,
        grp_tres_mins,
        grp_tres_run_mins,
        max_tres,
        max_tres_pn,
        max_tres_mins,
        grp_jobs,
        max_jobs,
        grp_submit_jobs,
        max_submit_jobs,
        grp_jobs_accrue: _,
        max_jobs_accrue: _,
        grp_wall,
        max_wall,
        min_prio_threshold,
    } = limits;
    let sheet = Sheet {
        tres: vec![
            ("grp-tres", Kind::Held, grp_tres),
            ("grp-tres-mins", Kind::Used, grp_tres_mins),
            ("grp-tres-run-mins", Kind::RunMinutes, grp_tres_run_mins),
            ("max-tres", Kind::Held, max_tres),
            ("max-tres-pn", Kind::Held, max_tres_pn),
            ("max-tres-mins", Kind::JobMinutes, max_tres_mins),
        ],
        jobs: vec![
            ("grp-jobs", *grp_jobs),
            ("max-jobs", *max_jobs),
            ("grp-submit-jobs", *grp_submit_jobs),
            ("max-submit-jobs", *max_submit_jobs),
        ],
        grp_wall: *grp_wall,
        max_wall: *max_wall,
        min_prio_threshold: *min_prio_threshold,
    };
    check(scenario, path, &sheet, carried, false, found);
}

fn check(
    scenario: &Scenario,
    path: &str,
    sheet: &Sheet<'_>,
    carried: Carried,
    no_decay: bool,
    found: &mut Found,
) {
    let types = scenario.cluster.types();
    for &(key, kind, counts) in &sheet.tres {
        let path = format!("{path}.{key}");
        resources(&path, &types, counts.iter().map(|(name, _)| name), found);
        for (name, amount) in counts.iter() {
            amounts(scenario, &path, sheet, (kind, name, amount), carried, found);
        }
        if kind == Kind::Used && !counts.is_empty() {
            refill(scenario, &path, no_decay, found);
        }
    }
    for &(key, limit) in &sheet.jobs {
        if limit == Some(0) {
            let path = format!("{path}.{key}");
            found.warning(path, "0 jobs lets no job start", RAISE);
        }
    }
    walls(scenario, path, sheet, no_decay, found);
    if let (Some(threshold), Some(highest)) = (sheet.min_prio_threshold, highest(&scenario.policy.priority))
        && u64::from(threshold) > highest
    {
        let what = format!("{threshold} is more than any priority, {highest} at most");
        let remedy = "no job is ever promised a start: lower it, or leave it out";
        found.warning(format!("{path}.min-prio-threshold"), what, remedy);
    }
}

const RAISE: &str = "raise it, or leave it out for no limit";

/// One resource of one limit.
fn amounts(
    scenario: &Scenario,
    path: &str,
    sheet: &Sheet<'_>,
    (kind, name, amount): (Kind, &TresName, u64),
    carried: Carried,
    found: &mut Found,
) {
    // Every job has a CPU, a node and a GPU. What it does not ask for it may still have, so a type shut to all is a rule.
    let everybody = match name {
        TresName::Cpu | TresName::Node | TresName::Billing | TresName::Gpu => true,
        TresName::GpuType(_) | TresName::Shard => false,
    };
    match kind {
        Kind::Least => {}
        Kind::Held => {
            if amount == 0 && everybody {
                found.warning(path, format!("0 {} lets no job start", plural(name)), RAISE);
            }
        }
        Kind::JobMinutes => {
            if amount == 0 && everybody {
                found.warning(path, "a budget of 0 lets no job start", RAISE);
            }
        }
        Kind::Used => {
            if amount == 0 && everybody {
                found.warning(path, "a budget of 0 lets no job start", RAISE);
            } else if scenario.policy.enforce.safe {
                too_small(scenario, path, sheet.max_wall, (name, amount), found);
            }
        }
        Kind::RunMinutes => {
            if amount == 0 && everybody {
                found.warning(path, "a budget of 0 lets no job start", RAISE);
            } else if !too_small(scenario, path, sheet.max_wall, (name, amount), found)
                && *name == TresName::Gpu
                && carried == Carried::ByLink
                && !amount.is_multiple_of(60)
            {
                let what = format!("{amount} GPU-minutes are no whole GPU-hours");
                found.warning(
                    path,
                    what,
                    "a link or a slider would round it down: write a multiple of 60",
                );
            }
        }
    }
}

pub(super) fn one(name: &TresName) -> String {
    match name {
        TresName::Gpu => String::from("GPU"),
        TresName::Cpu => String::from("CPU"),
        TresName::Node | TresName::Billing => name.to_string(),
        TresName::GpuType(kind) => kind.clone(),
        TresName::Shard => String::from("shard"),
    }
}

fn plural(name: &TresName) -> String {
    match name {
        TresName::Billing => one(name),
        TresName::Cpu | TresName::Node | TresName::Gpu | TresName::GpuType(_) | TresName::Shard => {
            one(name) + "s"
        }
    }
}

fn walls(scenario: &Scenario, path: &str, sheet: &Sheet<'_>, no_decay: bool, found: &mut Found) {
    for (key, wall) in [("grp-wall", sheet.grp_wall), ("max-wall", sheet.max_wall)] {
        let Some(wall) = wall else {
            continue;
        };
        let path = format!("{path}.{key}");
        if wall == Span::ZERO {
            found.warning(path, "no time lets no job start", RAISE);
        } else if !wall.0.is_multiple_of(60) {
            let what = format!("{wall} is not whole minutes");
            found.error(path, what, "Slurm keeps limits in minutes: write such as \"1d\"");
        }
    }
    if sheet.grp_wall.is_some() {
        refill(scenario, &format!("{path}.grp-wall"), no_decay, found);
    }
}

/// A least amount that nobody can ask for.
fn least(scenario: &Scenario, path: &str, limits: &Limits, found: &mut Found) {
    for (name, least) in limits.min_tres_pj.iter() {
        let at = format!("{path}.min-tres-pj");
        let most = [
            ("max-tres-pj", limits.max_tres_pj.get(name)),
            ("max-tres-pu", limits.max_tres_pu.get(name)),
            ("max-tres-pa", limits.max_tres_pa.get(name)),
            ("grp-tres", limits.grp_tres.get(name)),
        ];
        if let Some((key, most)) = most.into_iter().find_map(|(key, most)| Some((key, most?)))
            && least > most
        {
            let what = format!("at least {least} and at most {most} {name} by {key}");
            found.warning(at, what, "no job can be both: lower it, or raise the other");
            continue;
        }
        let installed = match name {
            TresName::Gpu => installed(scenario, |_| true),
            TresName::GpuType(kind) => installed(scenario, |other| other == kind),
            TresName::Node => u64::from(scenario.cluster.node_count()),
            TresName::Cpu | TresName::Billing | TresName::Shard => continue,
        };
        if least > installed && installed > 0 {
            let what = format!("at least {least} {name}, and there are {installed}");
            found.warning(at, what, "no job can start: lower it");
        }
    }
}

/// Devices of these types, over all nodes.
fn installed(scenario: &Scenario, wanted: impl Fn(&str) -> bool) -> u64 {
    let groups = scenario.cluster.nodes.iter();
    groups.fold(0, |sum, group| {
        sum.saturating_add(u64::from(group.count) * group.count_of(&wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, fine, problem, warning};
    use super::*;
    use crate::scenario::CutGpus;

    fn set(text: &str) -> TresCounts {
        text.parse().unwrap()
    }

    /// Path of a limit of the usual QOS.
    fn at(key: &str) -> String {
        format!("policy.qos.normal.limits.{key}")
    }

    #[test]
    fn a_limit_counts_what_some_node_has() {
        let typo = problem(|s| {
            s.cluster.nodes[0].gpu = "a100".into();
            s.policy.qos[0].limits.max_tres_pu = set("gres/gpu:a10=4");
        });
        assert_eq!(
            typo.to_string(),
            "policy.qos.normal.limits.max-tres-pu: no node has a device of type `a10`; did you mean `a100`?"
        );
        assert_eq!(
            error(|s| s.policy.associations.each_user.max_tres = set("gres/shard=4")),
            "policy.associations.each-user.max-tres"
        );
        let slices = |gpus| {
            move |s: &mut Scenario| {
                let group = &mut s.cluster.nodes[0];
                group.gpu = "a100".into();
                group.cut.push(CutGpus {
                    gpus,
                    layout: "7x1g.5gb".into(),
                });
                s.policy.qos[0].limits.max_tres_pu = set("gres/gpu:a100=2,gres/gpu:a100_1g.5gb=3");
            }
        };
        fine(slices(1));
        assert_eq!(error(slices(4)), at("max-tres-pu"), "no whole one is left");
    }

    #[test]
    fn limits_that_let_no_job_start_earn_a_warning() {
        for (key, change) in [
            (
                "max-tres-pu",
                (|l| l.max_tres_pu = set("gres/gpu=0")) as fn(&mut Limits),
            ),
            ("grp-tres", |l| l.grp_tres = set("node=0")),
            ("grp-tres-run-mins", |l| l.grp_tres_run_mins = set("gres/gpu=0")),
            ("grp-tres-mins", |l| l.grp_tres_mins = set("cpu=0")),
            ("max-tres-mins-pj", |l| l.max_tres_mins_pj = set("gres/gpu=0")),
            ("max-jobs-pu", |l| l.max_jobs_pu = Some(0)),
            ("grp-submit-jobs", |l| l.grp_submit_jobs = Some(0)),
            ("max-wall", |l| l.max_wall = Some(Span::ZERO)),
            ("min-tres-pj", |l| l.min_tres_pj = set("gres/gpu=33")),
            ("min-tres-pj", |l| {
                l.min_tres_pj = set("gres/gpu=8");
                l.max_tres_pj = set("gres/gpu=4");
            }),
            ("min-prio-threshold", |l| l.min_prio_threshold = Some(111_001)),
        ] {
            assert_eq!(warning(|s| change(&mut s.policy.qos[0].limits)), at(key));
        }
        fine(|s| s.policy.qos[0].limits.max_tres_pu = set("gres/gpu:gpu=0"));
        fine(|s| s.policy.qos[0].limits.min_prio_threshold = Some(111_000));
        assert_eq!(
            error(|s| s.policy.qos[0].limits.max_wall = Some(Span(90))),
            at("max-wall")
        );
    }
}
