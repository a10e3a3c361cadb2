//! What a site does beside Slurm: it has no line there, and the nearest that can be done is said.

use sim_core::scenario::{
    Drain, HandOver, LowUse, LowUseRule, Newcomers, OutsideRule, Quota, Scenario, ServiceRule, ShareOut,
};

use super::Export;
use crate::aloud::{Rule, aloud, length, percent};

pub(super) fn write(scenario: &Scenario, out: &mut Export) {
    let policy = &scenario.policy;
    // The same words as in the rules: a knob's key stands before its place.
    let rules = aloud(scenario).rules;
    let words = |key: &str| -> String {
        let of_it = |rule: &&Rule| rule.about.split('/').next() == Some(key);
        let found = rules
            .iter()
            .find(of_it)
            .map(|rule| rule.words.trim_end_matches('.'));
        found.unwrap_or(key).to_owned()
    };
    if policy.idle_cull.is_some() {
        out.without(
            "policy.idle-cull",
            words("idle-cull"),
            "Slurm does not see that a session is idle; JupyterHub's idle culler, or a script that asks the GPU, ends it with scancel",
        );
    }
    low_use(&policy.low_use, &words, out);
    quota(&policy.quota, &words, out);
    service(&policy.service, &words, out);
    let OutsideRule { after, documented } = policy.outside;
    if after.is_some() {
        out.without(
            "policy.outside",
            words("outside"),
            "a matter of the site's pages; cloud nodes (State=CLOUD, ResumeProgram) bring GPUs in, and do not send work out",
        );
    }
    if documented {
        out.without(
            "policy.outside.documented",
            "the site tells how to move work outside",
            "a matter of the site's pages",
        );
    }
}

fn low_use(of: &LowUse, words: &impl Fn(&str) -> String, out: &mut Export) {
    let LowUse {
        rule,
        below: _,
        after: _,
    } = of;
    let why = match rule {
        LowUseRule::Off => return,
        LowUseRule::Warn => {
            "Slurm does not look at what a GPU does; a script that asks DCGM or nvidia-smi sends the mail"
        }
        LowUseRule::Cancel => {
            "Slurm does not look at what a GPU does; a script that asks DCGM or nvidia-smi calls scancel"
        }
        LowUseRule::Help => "people do it; DCGM or nvidia-smi says whom to visit",
    };
    out.without("policy.low-use", words("low-use"), why);
}

fn quota(of: &Quota, words: &impl Fn(&str) -> String, out: &mut Export) {
    let Quota {
        share_out,
        overdraft_qos,
        overdraft,
        lose,
        carry_over,
        points,
        show_cost,
        newcomers,
    } = of;
    match share_out {
        ShareOut::AsWritten => {}
        ShareOut::Once => out.without(
            "policy.quota.share-out",
            words("share-out"),
            "somebody does it: sacctmgr modify account where name=… set GrpTRESMins=…, once for each group",
        ),
        ShareOut::EachPeriod => out.without(
            "policy.quota.share-out",
            words("share-out"),
            "somebody does it: sacctmgr modify account where name=… set GrpTRESMins=…, at the end of each period, from sreport's figures",
        ),
    }
    if let Some(qos) = overdraft_qos {
        out.without(
            "policy.quota.overdraft-qos",
            format!("{} (QOS {qos}, {})", words("overdraft"), percent(*overdraft)),
            "Slurm moves no job to another QOS by itself; a submit plugin or a script does (scontrol update job … qos=…), and stops at the overdraft",
        );
    }
    if !lose.is_empty() {
        out.without(
            "policy.quota.lose",
            words("lose-it"),
            "a script lowers GrpTRESMins on the day (cron, sreport, sacctmgr)",
        );
    }
    if carry_over.0 > 0 {
        out.without(
            "policy.quota.carry-over",
            words("carry-over"),
            "a script raises GrpTRESMins for one period (cron, sreport, sacctmgr)",
        );
    }
    if points.0 > 0 {
        out.without(
            "policy.quota.points",
            words("points"),
            "a script keeps the account and lifts jobs (scontrol update job … nice=-…)",
        );
    }
    if *show_cost {
        out.without(
            "policy.quota.show-cost",
            "everybody is shown what their jobs cost",
            "a submit plugin or the site's pages tell it; TRESBillingWeights gives the figure",
        );
    }
    let Newcomers {
        cap,
        weeks: _,
        mentor: _,
    } = newcomers;
    if cap.is_some() {
        out.without(
            "policy.quota.newcomers",
            words("newcomer-cap"),
            "Slurm does not know who is new; a script sets MaxTRESPerJob on the newcomer's association, and takes it away",
        );
    }
}

fn service(of: &ServiceRule, words: &impl Fn(&str) -> String, out: &mut Export) {
    let ServiceRule {
        rule,
        nodes,
        least: _,
        most: _,
        from: _,
        to: _,
        weekends: _,
        full: _,
        min_stay,
        drain,
        notice,
        grace,
        shared,
    } = of;
    let why = match rule {
        HandOver::Off => return,
        HandOver::Fixed => {
            "the service's nodes are no nodes of Slurm: leave them out of slurm.conf, or drain them"
        }
        HandOver::ByClock => {
            "cron does it: scontrol update nodename=… state=drain reason=service, and state=resume when they come back"
        }
        HandOver::ByDemand => {
            "the service's own scaler does it: scontrol update nodename=… state=drain reason=service, and state=resume"
        }
    };
    let which = if nodes.is_empty() {
        String::from("any node")
    } else {
        nodes.join(", ")
    };
    out.without(
        "policy.service",
        format!(
            "{} ({which}; each stays at least {} with whom it came to)",
            words("service"),
            length(*min_stay)
        ),
        why,
    );
    let (what, why) = match drain {
        Drain::Wait => (
            String::from("jobs on a node that has to go run out, and nobody new starts"),
            "state=drain is that",
        ),
        Drain::ShortJobs => (
            format!(
                "on a node that has to go only jobs start that end in time, for {} before",
                length(*notice)
            ),
            "a reservation of these nodes with StartTime at the hand-over does it; a script makes it each time",
        ),
        Drain::Preempt => (
            format!(
                "jobs on a node that has to go are told, and queued again after {}",
                length(*grace)
            ),
            "a script does it: scancel --signal=TERM, then scontrol requeue",
        ),
    };
    out.without("policy.service.drain", what, why);
    if *shared {
        out.without(
            "policy.service.shared",
            words("shared-model"),
            "the service's matter: who asks it needs no job",
        );
    }
}
