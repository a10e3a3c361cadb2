//! Each kind of limit, who goes before whom, and the numbers of the comparison.

mod factor;
mod submission;

use super::*;
use crate::cluster::Cluster;
use crate::ids::{AccountId, AssocId, KindId, NodeId, PartitionSet, QosId, UserId};
use crate::scenario::{
    AccountSpec, Limits, NodeGroup, Persona, QosSpec, Scenario, TresCounts, TresName, UserSpec,
};
use crate::units::{Span, Time};
use crate::workload::{Person, Request};

/// Two accounts, `lab` with a group `den` below it, three people: 0 and 1 in den, 2 in solo. Four nodes with eight GPUs.
struct Place {
    cluster: Cluster,
    now: Time,
}

fn scenario() -> Scenario {
    let mut scenario = Scenario::default();
    scenario.cluster.nodes = vec![NodeGroup {
        count: 4,
        gpus: 8,
        gpu: String::from("h100"),
        ..NodeGroup::default()
    }];
    let account = |name: &str, parent: Option<&str>| AccountSpec {
        name: name.to_owned(),
        parent: parent.map(str::to_owned),
        ..AccountSpec::default()
    };
    scenario.workload.accounts = 3;
    scenario.policy.associations.accounts = vec![
        account("lab", None),
        account("den", Some("lab")),
        account("solo", None),
    ];
    scenario.policy.partitions[0].max_time = Span::days(7);
    scenario.policy.priority.half_life = None;
    scenario
}

impl Place {
    fn new(scenario: Scenario) -> Place {
        let person = |account| Person {
            persona: Persona::Trainer,
            account: AccountId(account),
        };
        let (checked, _) = scenario.check().unwrap();
        Place {
            cluster: Cluster::new(&checked, &[person(2), person(2), person(3)]),
            now: Time::ZERO,
        }
    }

    /// With these limits on the only QOS.
    fn with(change: impl Fn(&mut Limits)) -> Place {
        let mut scenario = scenario();
        change(&mut scenario.policy.qos[0].limits);
        Place::new(scenario)
    }

    fn job(&mut self, request: Request) -> JobId {
        let id = self.cluster.announce(request);
        self.cluster.submit(id, self.now);
        id
    }

    fn run(&mut self, request: Request, node: u32) -> JobId {
        let id = self.job(request);
        self.cluster.enqueue(id, self.now, &[1]);
        let nodes = &self.cluster.nodes;
        let on = nodes.settle(nodes.free(), Allocation::one(NodeId(node)), &request);
        self.cluster.start(id, request.partition, on, self.now);
        id
    }

    fn says(&mut self, request: Request) -> String {
        let id = self.cluster.announce(request);
        verdict(&self.cluster, &self.cluster.jobs[id], request.partition)
            .reason()
            .map_or_else(String::new, |reason| reason.to_string())
    }

    fn numbers(&mut self, request: Request) -> (u64, u64, u64) {
        let id = self.cluster.announce(request);
        let held = explain(&self.cluster, &self.cluster.jobs[id], request.partition).unwrap();
        (held.used, held.asked, held.limit)
    }

    fn refused(&mut self, request: Request) -> Option<Refusal> {
        let id = self.cluster.announce(request);
        at_submission(&self.cluster, &self.cluster.jobs[id]).err()
    }

    fn never(&mut self, request: Request) -> bool {
        let id = self.cluster.announce(request);
        forbidden(&self.cluster, &self.cluster.jobs[id], request.partition)
    }

    fn tick(&mut self, minutes: u32) {
        for _ in 0..minutes {
            self.now += Span::mins(1);
            self.cluster.tick(self.now);
        }
    }
}

/// GPUs of a person for so many minutes.
fn ask(user: u32, gpus: u32, minutes: u32) -> Request {
    Request {
        user: UserId(user),
        account: AccountId(if user == 2 { 3 } else { 2 }),
        gpus_per_node: gpus,
        limit: Span::mins(minutes),
        ..Request::default()
    }
}

fn counts(text: &str) -> TresCounts {
    text.parse().unwrap()
}

#[test]
fn sums_of_a_qos_hold_whoever_would_go_over_them() {
    for (set, code) in [
        (
            (|l| l.grp_tres = counts("gres/gpu=3")) as fn(&mut Limits),
            "QOSGrpGRES",
        ),
        (|l| l.grp_tres = counts("cpu=3"), "QOSGrpCpuLimit"),
        (|l| l.grp_tres = counts("billing=3"), "QOSGrpBilling"),
        (|l| l.max_tres_pu = counts("gres/gpu=3"), "QOSMaxGRESPerUser"),
        (|l| l.max_tres_pu = counts("cpu=3"), "QOSMaxCpuPerUserLimit"),
        (|l| l.max_tres_pa = counts("gres/gpu=3"), "MaxGRESPerAccount"),
        (
            |l| l.grp_tres_run_mins = counts("gres/gpu=30"),
            "QOSGrpGRESRunMinutes",
        ),
        (
            |l| l.grp_tres_run_mins = counts("cpu=30"),
            "QOSGrpCPURunMinutesLimit",
        ),
        (
            |l| l.max_tres_run_mins_pu = counts("gres/gpu=30"),
            "MaxGRESRunMinsPerUser",
        ),
        (
            |l| l.max_tres_run_mins_pa = counts("gres/gpu=30"),
            "MaxGRESRunMinsPerAccount",
        ),
        (|l| l.grp_tres_mins = counts("gres/gpu=30"), "QOSGrpGRESMinutes"),
        (|l| l.grp_jobs = Some(1), "QOSGrpJobsLimit"),
        (|l| l.max_jobs_pu = Some(1), "QOSMaxJobsPerUserLimit"),
        (|l| l.max_jobs_pa = Some(1), "MaxJobsPerAccount"),
    ] {
        let mut place = Place::with(set);
        assert_eq!(place.says(ask(0, 2, 10)), "", "{code}");
        let first = place.run(ask(0, 2, 10), 0);
        assert_eq!(place.says(ask(0, 2, 10)), code);
        assert!(!place.never(ask(0, 2, 10)), "{code} ends with the other job");
        place.cluster.end(first, place.now);
        assert_eq!(place.says(ask(0, 2, 10)), "", "{code}");
    }
}

#[test]
fn limits_on_one_job_hold_it_for_ever() {
    for (set, code) in [
        (
            (|l| l.max_tres_pj = counts("gres/gpu=3")) as fn(&mut Limits),
            "QOSMaxGRESPerJob",
        ),
        (|l| l.max_tres_pj = counts("node=1"), "QOSMaxNodePerJobLimit"),
        (|l| l.max_tres_pn = counts("cpu=1"), "QOSMaxCpuPerNode"),
        (
            |l| l.max_tres_mins_pj = counts("gres/gpu=39"),
            "QOSMaxGRESMinutesPerJob",
        ),
        (
            |l| l.max_tres_mins_pj = counts("cpu=39"),
            "QOSMaxCpuMinutesPerJobLimit",
        ),
        (|l| l.min_tres_pj = counts("gres/gpu=5"), "QOSMinGRES"),
        (|l| l.min_tres_pj = counts("node=3"), "QOSMinNode"),
        (
            |l| l.max_wall = Some(Span::mins(9)),
            "QOSMaxWallDurationPerJobLimit",
        ),
        (|l| l.grp_wall = Some(Span::mins(9)), "QOSGrpWallLimit"),
        (
            |l| l.grp_tres_run_mins = counts("gres/gpu=39"),
            "QOSGrpGRESRunMinutes",
        ),
    ] {
        let mut place = Place::with(set);
        let request = Request {
            nodes: 2,
            ..ask(0, 2, 10)
        };
        assert_eq!(place.says(request), code);
        assert!(place.never(request), "{code}");
    }
}

#[test]
fn nobody_is_held_by_a_most_of_what_they_do_not_ask_for() {
    let mut place = Place::with(|l| {
        l.grp_tres = counts("gres/gpu=0");
        l.max_tres_pj = counts("gres/gpu=0");
    });
    assert_eq!(place.says(ask(0, 1, 10)), "QOSGrpGRES");
    let on_cpus = Request {
        cpus_per_node: 4,
        ..ask(0, 0, 10)
    };
    assert_eq!(place.says(on_cpus), "");
    // A least is another matter.
    let mut place = Place::with(|l| l.min_tres_pj = counts("gres/gpu=1"));
    assert_eq!(place.says(on_cpus), "QOSMinGRES");
}

#[test]
fn limits_of_associations_count_at_every_level_and_the_tightest_wins() {
    let mut scenario = scenario();
    let accounts = &mut scenario.policy.associations.accounts;
    accounts[0].limits.grp_tres = counts("gres/gpu=8");
    accounts[1].limits.grp_tres = counts("gres/gpu=4");
    scenario.policy.associations.users = vec![UserSpec {
        person: 0,
        limits: crate::scenario::AssocLimits {
            grp_tres: counts("gres/gpu=2"),
            ..Default::default()
        },
        ..UserSpec::default()
    }];
    let mut place = Place::new(scenario);
    assert_eq!(place.numbers(ask(0, 3, 10)), (0, 3, 2));
    place.run(ask(0, 2, 10), 0);
    assert_eq!(place.numbers(ask(1, 3, 10)), (2, 3, 4));
    assert_eq!(place.says(ask(1, 3, 10)), "AssocGrpGRES");
    assert_eq!(place.says(ask(1, 2, 10)), "");
    assert_eq!(place.says(ask(2, 8, 10)), "", "another branch of the tree");
}

#[test]
fn limits_not_named_grp_are_handed_down_and_no_shared_pot() {
    let mut scenario = scenario();
    let lab = &mut scenario.policy.associations.accounts[0].limits;
    lab.max_jobs = Some(1);
    lab.max_tres = counts("gres/gpu=4");
    lab.max_tres_pn = counts("cpu=5");
    lab.max_tres_mins = counts("gres/gpu=100");
    lab.max_wall = Some(Span::mins(90));
    let mut place = Place::new(scenario);
    place.run(ask(0, 1, 10), 0);
    assert_eq!(place.says(ask(0, 1, 10)), "AssocMaxJobsLimit");
    assert_eq!(place.says(ask(1, 1, 10)), "", "each has their own");
    assert_eq!(place.says(ask(1, 5, 10)), "AssocMaxGRESPerJob");
    assert_eq!(place.says(ask(1, 1, 91)), "AssocMaxWallDurationPerJobLimit");
    assert_eq!(place.says(ask(1, 2, 51)), "AssocMaxGRESMinutesPerJob");
    let many_cpus = Request {
        cpus_per_node: 6,
        ..ask(1, 1, 10)
    };
    assert_eq!(place.says(many_cpus), "AssocMaxCpuPerNode");
}

/// A QOS `first` of the partition and a QOS of the job, after `normal`.
fn two_qos(part: Limits, own: Limits, over: bool) -> Scenario {
    let mut scenario = scenario();
    let qos = |name: &str, limits: Limits| QosSpec {
        name: name.to_owned(),
        limits,
        over_part_qos: over,
        ..QosSpec::default()
    };
    scenario.policy.qos.push(qos("part", part));
    scenario.policy.qos.push(qos("own", own));
    scenario.policy.partitions[0].qos = Some(String::from("part"));
    scenario
}

fn in_own(request: Request) -> Request {
    Request {
        qos: QosId(2),
        ..request
    }
}

#[test]
fn the_partitions_qos_comes_first_unless_the_jobs_says_otherwise() {
    let grp = |gpus: u32| Limits {
        grp_tres: TresCounts::gpus(gpus),
        ..Limits::default()
    };
    let mut place = Place::new(two_qos(grp(6), grp(2), false));
    assert_eq!(place.says(in_own(ask(0, 5, 10))), "");
    assert_eq!(place.numbers(in_own(ask(0, 7, 10))), (0, 7, 6));
    let mut place = Place::new(two_qos(grp(6), grp(2), true));
    assert_eq!(place.numbers(in_own(ask(0, 5, 10))), (0, 5, 2));
    // Different kinds both count, and so do different resources of one kind.
    let per_user = Limits {
        max_tres_pu: TresCounts::gpus(2),
        ..Limits::default()
    };
    let mut place = Place::new(two_qos(grp(6), per_user, false));
    assert_eq!(place.says(in_own(ask(0, 3, 10))), "QOSMaxGRESPerUser");
    let of_cpus = Limits {
        grp_tres: counts("cpu=2"),
        ..Limits::default()
    };
    let mut place = Place::new(two_qos(grp(6), of_cpus, false));
    assert_eq!(place.says(in_own(ask(0, 3, 10))), "QOSGrpCpuLimit");
    // A partition's QOS counts the jobs of every QOS.
    let mut place = Place::new(two_qos(grp(6), Limits::default(), false));
    place.run(in_own(ask(0, 4, 10)), 0);
    assert_eq!(place.numbers(ask(2, 3, 10)), (4, 3, 6));
}

#[test]
fn what_a_qos_limits_no_association_does() {
    let mut scenario = scenario();
    let lab = &mut scenario.policy.associations.accounts[0].limits;
    lab.grp_tres = counts("gres/gpu=2,cpu=5");
    lab.max_jobs = Some(0);
    let limits = &mut scenario.policy.qos[0].limits;
    limits.grp_tres = counts("gres/gpu=4");
    limits.max_jobs_pa = Some(9);
    let mut place = Place::new(scenario.clone());
    assert_eq!(
        place.says(ask(0, 4, 10)),
        "",
        "4 in place of 2, and MaxJobs is gone"
    );
    let many_cpus = Request {
        cpus_per_node: 6,
        ..ask(0, 1, 10)
    };
    assert_eq!(
        place.says(many_cpus),
        "AssocGrpCpuLimit",
        "CPUs are still the account's"
    );
    scenario.policy.qos[0].limits = Limits {
        max_tres_pu: TresCounts::gpus(4),
        max_jobs_pu: Some(9),
        ..Limits::default()
    };
    assert_eq!(
        Place::new(scenario).says(ask(0, 3, 10)),
        "AssocGrpGRES",
        "another kind"
    );
}

#[test]
fn a_most_per_account_leaves_out_the_accounts_below() {
    let mut scenario = scenario();
    scenario.policy.qos[0].limits.max_tres_pa = TresCounts::gpus(2);
    scenario.policy.associations.users = vec![UserSpec {
        account: String::from("lab"),
        ..UserSpec::default()
    }];
    let mut place = Place::new(scenario);
    let in_lab = Request {
        account: AccountId(1),
        ..ask(0, 2, 10)
    };
    place.run(in_lab, 0);
    assert_eq!(place.says(in_lab), "MaxGRESPerAccount");
    assert_eq!(place.says(ask(0, 2, 10)), "", "den is below lab");
    place.run(ask(0, 2, 10), 0);
    assert_eq!(place.numbers(ask(1, 1, 10)), (2, 1, 2));
}

#[test]
fn the_first_check_that_fails_names_the_reason() {
    let mut place = Place::with(|l| {
        l.max_tres_pu = counts("gres/gpu=1");
        l.grp_tres = counts("gres/gpu=1");
        l.grp_tres_run_mins = counts("gres/gpu=1,cpu=1");
        l.max_jobs_pu = Some(1);
        l.max_wall = Some(Span::mins(60));
    });
    assert_eq!(place.says(ask(0, 2, 61)), "QOSMaxWallDurationPerJobLimit");
    assert_eq!(place.says(ask(0, 2, 10)), "QOSGrpGRES");
    assert_eq!(
        place.says(ask(0, 1, 10)),
        "QOSGrpCPURunMinutesLimit",
        "cpu before gres"
    );
    place.run(ask(0, 1, 1), 0);
    assert_eq!(place.says(ask(0, 2, 10)), "QOSMaxJobsPerUserLimit");
}

#[test]
fn types_are_tested_if_named_and_counted_in_any_case() {
    let mut place = Place::with(|l| l.max_tres_pu = counts("gres/gpu:h100=1"));
    let named = Request {
        kind: Some(KindId(0)),
        ..ask(0, 1, 10)
    };
    assert_eq!(place.says(ask(0, 2, 10)), "", "names no type");
    place.run(ask(0, 1, 10), 0);
    assert_eq!(place.says(ask(0, 1, 10)), "");
    assert_eq!(place.says(named), "QOSMaxGRESPerUser");
}

#[test]
fn billing_is_limited_by_its_integer_part() {
    for (most, code) in [(17, ""), (16, "QOSGrpBilling")] {
        let mut scenario = scenario();
        scenario.policy.partitions[0].billing = "gres/gpu=17.0244140625".parse().unwrap();
        scenario.policy.qos[0]
            .limits
            .grp_tres
            .set(TresName::Billing, most);
        assert_eq!(Place::new(scenario).says(ask(0, 1, 10)), code);
    }
}

#[test]
fn a_node_that_is_shared_counts_once() {
    let mut place = Place::with(|l| l.max_tres_pu = counts("node=1"));
    place.run(ask(0, 1, 10), 0);
    place.run(ask(0, 1, 10), 0);
    let id = place.cluster.announce(ask(0, 1, 10));
    let says = |place: &Place, node: u32| {
        let on = Allocation::one(NodeId(node));
        let job = &place.cluster.jobs[id];
        after_selection_of(&place.cluster, job, PartitionId(0), Some(&on)).map(Reason::code)
    };
    assert_eq!(says(&place, 0), None);
    assert_eq!(says(&place, 1), Some("QOSMaxNodePerUserLimit"));
    assert_eq!(
        place.says(ask(0, 1, 10)),
        "QOSMaxNodePerUserLimit",
        "no node was found"
    );
    let who = Who::User(QosId(0), UserId(0));
    assert_eq!(place.cluster.ledgers.held(who, TresIx::NODE), Some(1));
}

#[test]
fn run_minutes_fall_at_ticks_and_are_freed_at_the_end() {
    let mut place = Place::with(|l| l.grp_tres_run_mins = counts("gres/gpu=7200"));
    let long = place.run(ask(0, 1, 7_200), 0);
    assert_eq!(place.says(ask(1, 1, 5)), "QOSGrpGRESRunMinutes");
    place.tick(4);
    assert_eq!(place.numbers(ask(1, 1, 5)), (7_196, 5, 7_200));
    place.tick(1);
    assert_eq!(place.says(ask(1, 1, 5)), "");
    assert!(place.never(ask(1, 1, 7_201)));
    place.cluster.end(long, place.now);
    assert_eq!(place.says(ask(1, 4, 1_800)), "");
    assert_eq!(place.says(ask(1, 4, 1_801)), "QOSGrpGRESRunMinutes");
}

#[test]
fn thirty_jobs_of_four_hours_share_the_minutes_and_one_more_after_two_ticks() {
    let mut scenario = scenario();
    scenario.policy.associations.each_account.grp_tres_run_mins = counts("gres/gpu=7200");
    let mut place = Place::new(scenario);
    for index in 0..30 {
        assert_eq!(place.says(ask(0, 1, 240)), "");
        place.run(ask(0, 1, 240), index / 8);
    }
    for (minutes, left, code) in [
        (0, 7_200, "AssocGrpGRESRunMinutes"),
        (5, 7_050, "AssocGrpGRESRunMinutes"),
        (5, 6_900, ""),
    ] {
        place.now += Span::mins(minutes);
        place.cluster.tick(place.now);
        assert_eq!(place.says(ask(1, 1, 240)), code);
        assert_eq!(place.numbers(ask(1, 1, 301)), (left, 301, 7_200));
    }
}

#[test]
fn the_usage_factor_counts_for_those_that_run_and_for_a_candidate_only_if_its_qos_says_so() {
    let of = |factor: f64, safe: bool| {
        let mut scenario = scenario();
        scenario.policy.qos[0].usage_factor = factor;
        scenario.policy.qos[0].usage_factor_safe = safe;
        scenario.policy.qos[0].limits.grp_tres_run_mins = counts("gres/gpu=100");
        Place::new(scenario)
    };
    let mut place = of(0.5, false);
    place.run(ask(0, 1, 100), 0);
    assert_eq!(place.numbers(ask(1, 1, 60)), (50, 60, 100));
    let mut place = of(0.5, true);
    place.run(ask(0, 1, 100), 0);
    assert_eq!(place.says(ask(1, 1, 100)), "");
    let mut place = of(0.0, false);
    for _ in 0..4 {
        assert_eq!(place.says(ask(0, 1, 100)), "");
        place.run(ask(0, 1, 100), 0);
    }
    assert!(place.never(ask(0, 1, 101)));
}

#[test]
fn a_budget_counts_what_was_used_and_with_safe_what_runs_and_asks() {
    let of = |safe: bool| {
        let mut scenario = scenario();
        scenario.policy.enforce.safe = safe;
        scenario.policy.associations.accounts[0].limits.grp_tres_mins = counts("gres/gpu=100");
        Place::new(scenario)
    };
    let mut place = of(true);
    place.run(ask(0, 2, 40), 0);
    place.tick(10);
    // 20 are used, 60 may still be.
    assert_eq!(place.says(ask(1, 2, 10)), "");
    assert_eq!(place.numbers(ask(1, 3, 7)), (80, 21, 100));
    assert_eq!(place.says(ask(1, 3, 7)), "AssocGrpGRESMinutes");
    assert!(place.never(ask(1, 1, 101)) && over_budget(&place.cluster).is_empty());
    let mut place = of(false);
    let long = place.run(ask(0, 2, 4_000), 0);
    let other = place.run(ask(2, 2, 4_000), 1);
    place.tick(49);
    assert_eq!(place.says(ask(1, 8, 4_000)), "", "98 of 100 are used");
    assert!(over_budget(&place.cluster).is_empty());
    place.tick(1);
    assert_eq!(place.says(ask(1, 1, 1)), "AssocGrpGRESMinutes");
    assert_eq!(over_budget(&place.cluster), [long]);
    assert_ne!(long, other);
}

#[test]
fn a_budget_refills_as_usage_decays() {
    let mut scenario = scenario();
    scenario.policy.enforce.safe = false;
    scenario.policy.priority.half_life = Some(Span::hours(1));
    scenario.policy.qos[0].limits.grp_tres_mins = counts("gres/gpu=20");
    let mut place = Place::new(scenario);
    let id = place.run(ask(0, 4, 10), 0);
    place.tick(10);
    place.cluster.end(id, place.now);
    // A little less than 40 after the run, half of that an hour later.
    assert_eq!(place.numbers(ask(1, 1, 1)).0, 37);
    place.tick(50);
    assert_eq!(place.says(ask(1, 1, 1)), "QOSGrpGRESMinutes");
    place.tick(10);
    assert_eq!(place.says(ask(1, 1, 1)), "");
}

#[test]
fn wall_time_is_a_budget_too() {
    let mut scenario = scenario();
    scenario.policy.qos[0].limits.grp_wall = Some(Span::mins(60));
    scenario.policy.enforce.safe = false;
    let mut place = Place::new(scenario.clone());
    let id = place.run(ask(0, 2, 600), 0);
    place.tick(59);
    assert_eq!(place.says(ask(1, 1, 600)), "");
    place.tick(1);
    assert_eq!(place.says(ask(1, 1, 1)), "QOSGrpWallLimit");
    assert_eq!(over_budget(&place.cluster), [id]);
    scenario.policy.enforce.safe = true;
    let mut place = Place::new(scenario);
    place.run(ask(0, 2, 50), 0);
    place.tick(50);
    assert_eq!(place.says(ask(1, 1, 10)), "", "what still runs is not added");
    assert_eq!(place.numbers(ask(1, 1, 11)), (50, 11, 60));
}

#[test]
fn what_is_counted_is_what_is_limited() {
    let place = Place::with(|l| l.max_tres_pu = counts("gres/gpu=5"));
    let ledgers = &place.cluster.ledgers;
    let user = Who::User(QosId(0), UserId(0));
    assert_eq!(ledgers.held(user, TresIx::GPU), Some(0));
    assert_eq!(ledgers.held(user, TresIx::CPU), None);
    assert_eq!(ledgers.held(Who::Qos(QosId(0)), TresIx::GPU), None);
    assert_eq!(ledgers.running(user), None);
    assert!(!ledgers.limit_run_minutes());
}
