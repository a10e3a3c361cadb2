//! Checks of passes and backfill: that time passes between them, and that promises can be made.

use super::Found;
use super::priority;
use crate::scenario::{
    Associations, Backfill, Limits, NodeGroup, PartitionSpec, PartitionState, PassRhythm, PreemptBy, QosSpec,
    Scenario, SlurmBackfill,
};
use crate::units::Span;

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    settable(scenario, found);
    if let Backfill::Slurm(bf) = &scenario.policy.backfill {
        reach(scenario, bf, found);
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

/// What settings of knobs can make wrong here.
pub(super) fn settable(scenario: &Scenario, found: &mut Found) {
    match &scenario.policy.backfill {
        Backfill::Off => {}
        Backfill::Easy => easy(scenario, found),
        Backfill::Slurm(bf) => backfill(bf, found),
    }
}

/// EASY is defined on one pool of equal devices without rules, for replaying traces; elsewhere it would not know what it
/// promises.
fn easy(scenario: &Scenario, found: &mut Found) {
    let policy = &scenario.policy;
    let limits = |qos: &QosSpec| qos.limits != Limits::default();
    let typed = |group: &NodeGroup| !group.more.is_empty() || !group.cut.is_empty();
    let shut = |partition: &PartitionSpec| {
        let open = PartitionSpec::default();
        let PartitionSpec {
            allow_accounts,
            allow_qos,
            deny_accounts,
            deny_qos,
            ..
        } = partition;
        !allow_accounts.is_empty()
            || !allow_qos.is_empty()
            || !deny_accounts.is_empty()
            || !deny_qos.is_empty()
            || partition.exclusive
            || partition.state != PartitionState::Up
            || (partition.min_nodes, partition.max_nodes) != (open.min_nodes, open.max_nodes)
    };
    let reasons: Vec<&str> = [
        (scenario.cluster.node_count() != 1, "more than one node"),
        (policy.partitions.len() != 1, "more than one partition"),
        (
            policy.qos.iter().any(limits) || policy.associations != Associations::default(),
            "limits or accounts",
        ),
        (
            policy.partitions.iter().any(shut),
            "a partition with rules of its own",
        ),
        (policy.preemption.by != PreemptBy::None, "preemption"),
        (!policy.reservations.is_empty(), "reservations"),
        (!scenario.cluster.outages.is_empty(), "outages"),
        (
            scenario.cluster.nodes.iter().any(typed),
            "devices of several types",
        ),
    ]
    .into_iter()
    .filter_map(|(holds, reason)| holds.then_some(reason))
    .collect();
    if !reasons.is_empty() {
        let what = format!(
            "easy is defined only on one node in one partition without rules, and here are {}",
            reasons.join(", ")
        );
        found.error("policy.backfill", what, "write slurm or off, or replay a trace");
    }
}

fn backfill(bf: &SlurmBackfill, found: &mut Found) {
    let path = "policy.backfill.slurm";
    for (key, span) in [
        ("interval", bf.interval),
        ("window", bf.window),
        ("resolution", bf.resolution),
    ] {
        if span == Span::ZERO {
            let remedy = "write a time such as \"30s\"";
            found.error(format!("{path}.{key}"), "no time", remedy);
        }
    }
    if bf.max_job_test == 0 {
        let remedy = "write a number such as 500, or backfill = \"off\"";
        found.error(
            format!("{path}.max-job-test"),
            "a pass that looks at no job",
            remedy,
        );
    }
}

/// Backfill that promises too little.
fn reach(scenario: &Scenario, bf: &SlurmBackfill, found: &mut Found) {
    let path = "policy.backfill.slurm";
    let limits = scenario.policy.partitions.iter().map(|p| p.max_time);
    let longest = limits.max().unwrap_or(Span::ZERO);
    if bf.window > Span::ZERO && bf.window < longest {
        let what = format!("{} is shorter than the longest time limit, {longest}", bf.window);
        let remedy = "wide jobs may get no promised start and wait very long: make it as long";
        found.warning(format!("{path}.window"), what, remedy);
    }
    if bf.window > Span::ZERO && bf.resolution > bf.window {
        let what = format!("{} is longer than the window, {}", bf.resolution, bf.window);
        let remedy = "plans fall on a grid of it: write such as \"10m\"";
        found.warning(format!("{path}.resolution"), what, remedy);
    }
    if bf.min_age_reserve >= scenario.horizon.whole() && scenario.horizon.whole() > Span::ZERO {
        let what = format!("{} is longer than the simulated time", bf.min_age_reserve);
        let remedy = "no job is ever promised a start: shorten it";
        found.warning(format!("{path}.min-age-reserve"), what, remedy);
    }
    if let Some(highest) = priority::highest(&scenario.policy.priority)
        && u64::from(bf.min_prio_reserve) > highest
    {
        let what = format!(
            "{} is more than any priority, {highest} at most",
            bf.min_prio_reserve
        );
        let remedy = "no job is ever promised a start: lower it";
        found.warning(format!("{path}.min-prio-reserve"), what, remedy);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, problem, warning};
    use super::*;
    use crate::scenario::{CutGpus, Outage, ReservationSpec, knobs};

    fn slurm(change: fn(&mut SlurmBackfill)) -> impl Fn(&mut Scenario) {
        move |s| {
            let mut bf = SlurmBackfill::default();
            change(&mut bf);
            s.policy.backfill = Backfill::Slurm(bf);
        }
    }

    #[test]
    fn time_passes_between_passes() {
        let path = |key: &str| format!("policy.backfill.slurm.{key}");
        assert_eq!(error(slurm(|bf| bf.interval = Span::ZERO)), path("interval"));
        assert_eq!(error(slurm(|bf| bf.max_job_test = 0)), path("max-job-test"));
    }

    #[test]
    fn backfill_that_promises_nothing_earns_a_warning() {
        let path = |key: &str| format!("policy.backfill.slurm.{key}");
        let bf_window = |s: &mut Scenario| knobs::assign(s, "bf-window=1d").unwrap();
        assert_eq!(warning(bf_window), path("window"));
        assert_eq!(
            warning(slurm(|bf| bf.resolution = Span::days(6))),
            path("resolution")
        );
        assert_eq!(
            warning(slurm(|bf| bf.min_age_reserve = Span::days(80))),
            path("min-age-reserve")
        );
        assert_eq!(
            warning(slurm(|bf| bf.min_prio_reserve = 111_001)),
            path("min-prio-reserve")
        );
    }

    fn pool(change: impl Fn(&mut Scenario)) -> impl Fn(&mut Scenario) {
        move |s| {
            s.policy.backfill = Backfill::Easy;
            s.cluster.nodes[0].count = 1;
            change(s);
        }
    }

    #[test]
    fn easy_is_refused_where_it_is_not_defined() {
        let mut scenario = Scenario::default();
        pool(|_| {})(&mut scenario);
        assert_eq!(scenario.check().unwrap().1, []);
        for (change, says) in [
            (
                (|s| s.cluster.nodes[0].count = 2) as fn(&mut Scenario),
                "more than one node",
            ),
            (|s| s.policy.qos[0].limits.grp_jobs = Some(9), "limits"),
            (
                |s| s.policy.reservations.push(ReservationSpec::default()),
                "reservations",
            ),
            (|s| s.cluster.outages.push(Outage::default()), "outages"),
            (|s| s.policy.partitions[0].exclusive = true, "rules of its own"),
            (
                |s| {
                    s.policy.preemption.by = PreemptBy::Qos;
                    s.policy.preemption.mode = crate::scenario::PreemptMode::Cancel;
                    s.policy.preemption.within = true;
                },
                "preemption",
            ),
            (
                |s| {
                    s.cluster.nodes[0].gpu = "a100".into();
                    s.cluster.nodes[0].cut.push(CutGpus {
                        gpus: 1,
                        layout: "7g.40gb".into(),
                    });
                },
                "several types",
            ),
        ] {
            let problem = problem(pool(change));
            assert_eq!(problem.path, "policy.backfill");
            assert!(problem.what.contains(says), "{problem}");
        }
    }
}
