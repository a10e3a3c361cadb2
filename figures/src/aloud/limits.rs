//! Limits of QOS and associations that no knob counts, as clauses.

use sim_core::scenario::{AssocLimits, Limits, TresCounts};
use sim_core::units::Span;

use super::say::{amounts, hours, span};
use crate::format;

/// So much that it never holds anybody: it only takes the place of another limit.
const NO_LIMIT: u64 = u32::MAX as u64;

/// The limits of a QOS but those that knobs count.
pub(super) fn of_qos(limits: &Limits) -> Vec<String> {
    let Limits {
        grp_tres,
        grp_tres_mins,
        // Counted: pool-run-minutes.
        grp_tres_run_mins: _,
        max_tres_pj,
        max_tres_pn,
        min_tres_pj,
        // Counted: cap.
        max_tres_pu: _,
        max_tres_pa,
        max_tres_mins_pj,
        // Counted: run-minutes.
        max_tres_run_mins_pu: _,
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
    } = limits;
    let mut all = Clauses::default();
    all.hold(max_tres_pj, |most| format!("a job may ask for at most {most}"));
    all.hold(max_tres_pn, |most| {
        format!("a job may ask for at most {most} on a node")
    });
    all.hold(min_tres_pj, |least| {
        format!("a job must ask for at least {least}")
    });
    all.use_up(max_tres_mins_pj, |most| {
        format!("a job may ask for at most {most}, what it holds times its time limit")
    });
    all.last(*max_wall, |most| format!("a job may run for {most} at most"));
    all.hold(max_tres_pa, |most| {
        format!("one group may hold at most {most} at once")
    });
    all.hold(grp_tres, |most| {
        format!("all jobs together may hold at most {most} at once")
    });
    all.use_up(grp_tres_mins, |most| {
        format!("all jobs together may use at most {most}")
    });
    all.last(*grp_wall, |most| format!("all jobs together may run for {most}"));
    all.use_up(max_tres_run_mins_pa, |most| {
        format!("one group’s running jobs may still take at most {most} within their time limits")
    });
    all.jobs(*max_jobs_pu, |most| {
        format!("one person may run at most {most} at once")
    });
    all.jobs(*max_jobs_pa, |most| {
        format!("one group may run at most {most} at once")
    });
    all.jobs(*grp_jobs, |most| format!("at most {most} run at once"));
    all.jobs(*max_submit_jobs_pu, |most| {
        format!("one person may have at most {most} waiting or running")
    });
    all.jobs(*max_submit_jobs_pa, |most| {
        format!("one group may have at most {most} waiting or running")
    });
    all.jobs(*grp_submit_jobs, |most| {
        format!("at most {most} wait or run at once")
    });
    all.jobs(*max_jobs_accrue_pu, |most| {
        format!("the wait of at most {most} of one person counts at a time")
    });
    all.jobs(*grp_jobs_accrue, |most| {
        format!("the wait of at most {most} counts at a time")
    });
    if let Some(points) = min_prio_threshold {
        all.0.push(format!(
            "a job below {} points of priority is promised no start",
            format::count(u64::from(*points))
        ));
    }
    all.0
}

/// The limits of associations but those that knobs count. Limits named Grp hold for all of `who` together, the others for
/// `each`: what is set on an account is handed down to its people.
pub(super) fn of_association(
    limits: &AssocLimits,
    (who, each): (&str, &str),
    counted: &[Counted],
) -> Vec<String> {
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
        grp_jobs_accrue,
        max_jobs_accrue,
        grp_wall,
        max_wall,
        min_prio_threshold,
    } = limits;
    let mut all = Clauses::default();
    all.hold(grp_tres, |most| format!("{who} may hold at most {most} at once"));
    if !counted.contains(&Counted::Budget) {
        all.use_up(grp_tres_mins, |most| format!("{who} may use at most {most}"));
    }
    if !counted.contains(&Counted::RunMinutes) {
        all.use_up(grp_tres_run_mins, |most| {
            format!("the running jobs of {who} may still take at most {most} within their time limits")
        });
    }
    all.hold(max_tres, |most| {
        format!("a job of {each} may ask for at most {most}")
    });
    all.hold(max_tres_pn, |most| {
        format!("a job of {each} may ask for at most {most} on a node")
    });
    all.use_up(max_tres_mins, |most| {
        format!("a job of {each} may ask for at most {most}, what it holds times its time limit")
    });
    all.jobs(*grp_jobs, |most| format!("{who} may run at most {most} at once"));
    all.jobs(*max_jobs, |most| format!("{each} may run at most {most} at once"));
    all.jobs(*grp_submit_jobs, |most| {
        format!("{who} may have at most {most} waiting or running")
    });
    all.jobs(*max_submit_jobs, |most| {
        format!("{each} may have at most {most} waiting or running")
    });
    all.jobs(*grp_jobs_accrue, |most| {
        format!("the wait of at most {most} of {who} counts at a time")
    });
    all.jobs(*max_jobs_accrue, |most| {
        format!("the wait of at most {most} of {each} counts at a time")
    });
    all.last(*grp_wall, |most| {
        format!("the jobs of {who} together may run for {most}")
    });
    all.last(*max_wall, |most| {
        format!("a job of {each} may run for {most} at most")
    });
    if let Some(points) = min_prio_threshold {
        all.0.push(format!(
            "a job of {each} below {} points of priority is promised no start",
            format::count(u64::from(*points))
        ));
    }
    all.0
}

/// Limits of associations that a knob counts already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// GrpTRESMins: group-budget.
    Budget,
    /// GrpTRESRunMins: group-run-minutes, user-run-minutes.
    RunMinutes,
}

#[derive(Default)]
struct Clauses(Vec<String>);

impl Clauses {
    fn hold(&mut self, limit: &TresCounts, say: impl Fn(String) -> String) {
        if !limit.is_empty() {
            self.0.push(say(amounts(limit)));
        }
    }
    fn use_up(&mut self, limit: &TresCounts, say: impl Fn(String) -> String) {
        if limit.iter().any(|(_, n)| n < NO_LIMIT) {
            self.0.push(say(hours(limit)));
        }
    }
    fn jobs(&mut self, limit: Option<u32>, say: impl Fn(String) -> String) {
        if let Some(n) = limit {
            self.0.push(say(format::counted(u64::from(n), "job", "jobs")));
        }
    }
    fn last(&mut self, limit: Option<Span>, say: impl Fn(String) -> String) {
        if let Some(most) = limit {
            self.0.push(say(span(most)));
        }
    }
}
