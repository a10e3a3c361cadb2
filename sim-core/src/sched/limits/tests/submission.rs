//! Partitions, submission, and limits that change.

use super::*;

#[test]
fn a_partition_has_rules_of_its_own() {
    let mut scenario = scenario();
    let part = &mut scenario.policy.partitions[0];
    part.max_time = Span::mins(60);
    part.max_nodes = Some(2);
    part.allow_accounts = vec![String::from("lab")];
    part.allow_qos = vec![String::from("normal")];
    scenario.policy.qos.push(QosSpec {
        name: String::from("long"),
        partition_time_limit: true,
        ..QosSpec::default()
    });
    let mut place = Place::new(scenario.clone());
    let nodes = |nodes| Request {
        nodes,
        ..ask(0, 1, 10)
    };
    assert_eq!(place.says(nodes(3)), "PartitionNodeLimit");
    assert_eq!(place.says(ask(0, 1, 61)), "PartitionTimeLimit");
    assert_eq!(place.says(ask(2, 1, 10)), "AccountNotAllowed");
    assert_eq!(place.says(ask(0, 1, 10)), "", "den is below lab");
    let long = Request {
        qos: QosId(1),
        ..ask(0, 1, 61)
    };
    assert_eq!(place.says(long), "QOSNotAllowed");
    scenario.policy.partitions[0].allow_qos.clear();
    assert_eq!(Place::new(scenario.clone()).says(long), "");
    assert_eq!(Place::new(scenario.clone()).refused(nodes(3)), None);
    scenario.policy.enforce.part_limits = true;
    let refused = Place::new(scenario.clone()).refused(nodes(3));
    assert_eq!(refused, Some(Refusal::Partition(Reason::PartitionNodeLimit)));
    scenario.policy.partitions[0].state = PartitionState::Down;
    let mut place = Place::new(scenario.clone());
    assert_eq!(place.says(ask(0, 1, 10)), "PartitionDown");
    assert_eq!(
        (place.refused(ask(0, 1, 10)), place.never(ask(0, 1, 10))),
        (None, false)
    );
    scenario.policy.partitions[0].state = PartitionState::Drain;
    let refused = Place::new(scenario).refused(ask(0, 1, 10));
    assert_eq!(refused, Some(Refusal::PartitionClosed));
}

#[test]
fn a_partition_keeps_out_whom_it_denies_unless_it_says_whom_it_allows() {
    let mut scenario = scenario();
    scenario.policy.partitions[0].deny_accounts = vec![String::from("lab")];
    let place = |scenario: &Scenario| Place::new(scenario.clone());
    assert_eq!(
        place(&scenario).says(ask(0, 1, 10)),
        "AccountNotAllowed",
        "den is below lab"
    );
    assert_eq!(place(&scenario).says(ask(2, 1, 10)), "");
    let by_account = Some(Refusal::Partition(Reason::AccountNotAllowed));
    scenario.policy.enforce.part_limits = true;
    assert_eq!(place(&scenario).refused(ask(0, 1, 10)), by_account);
    scenario.policy.partitions[0].deny_qos = vec![String::from("normal")];
    assert_eq!(place(&scenario).says(ask(2, 1, 10)), "QOSNotAllowed");
    // Where somebody is allowed, nobody is asked for among those who are denied.
    scenario.policy.partitions[0].allow_accounts = vec![String::from("lab")];
    scenario.policy.partitions[0].allow_qos = vec![String::from("normal")];
    assert_eq!(place(&scenario).says(ask(0, 1, 10)), "");
    assert_eq!(place(&scenario).says(ask(2, 1, 10)), "AccountNotAllowed");
}

#[test]
fn numbers_of_submitted_jobs_refuse_at_once() {
    for (set, code) in [
        (
            (|l| l.grp_submit_jobs = Some(2)) as fn(&mut Limits),
            "QOSGrpSubmitJobsLimit",
        ),
        (|l| l.max_submit_jobs_pu = Some(2), "QOSMaxSubmitJobPerUserLimit"),
        (|l| l.max_submit_jobs_pa = Some(2), "MaxSubmitJobsPerAccount"),
    ] {
        let mut place = Place::with(set);
        place.job(ask(0, 1, 10));
        let running = place.run(ask(0, 1, 10), 0);
        let refused = place.refused(ask(0, 1, 10)).map(|refusal| refusal.to_string());
        assert_eq!(
            refused,
            Some(format!(
                "sbatch: error: {code}\nsbatch: error: Batch job submission failed: Job violates accounting/QOS \
                 policy (job submit limit, user's size and/or time limits)"
            ))
        );
        assert_eq!(place.says(ask(0, 1, 10)), "", "it would start");
        place.cluster.end(running, place.now);
        place.cluster.ledgers.withdraw(&place.cluster.jobs[running]);
        assert_eq!(place.refused(ask(0, 1, 10)), None);
    }
    let mut scenario = scenario();
    scenario.policy.associations.each_user.max_submit_jobs = Some(1);
    let mut place = Place::new(scenario);
    place.job(ask(0, 1, 10));
    let refusal = Refusal::Limit(Reason::assoc(crate::reason::LimitKind::MaxSubmitJobs));
    assert_eq!(place.refused(ask(0, 1, 10)), Some(refusal));
    assert_eq!(place.refused(ask(1, 1, 10)), None);
}

#[test]
fn an_account_lets_in_so_many_jobs_of_all_below_it() {
    let mut scenario = scenario();
    scenario.policy.associations.accounts[0].limits.grp_submit_jobs = Some(2);
    let mut place = Place::new(scenario);
    place.job(ask(0, 1, 10));
    assert_eq!(code(place.refused(ask(1, 1, 10))), "");
    place.job(ask(1, 1, 10));
    assert_eq!(code(place.refused(ask(0, 1, 10))), "AssocGrpSubmitJobsLimit");
    assert_eq!(
        code(place.refused(ask(2, 1, 10))),
        "",
        "another branch of the tree"
    );
}

/// The limit that refuses a job.
fn code(refusal: Option<Refusal>) -> &'static str {
    match refusal {
        Some(Refusal::Limit(reason)) => reason.code(),
        Some(_) => "another",
        None => "",
    }
}

#[test]
fn deny_on_limit_refuses_only_what_could_never_start() {
    let of = |deny: bool| {
        let mut scenario = scenario();
        scenario.policy.qos[0].deny_on_limit = deny;
        scenario.policy.qos[0].limits.max_tres_pj = counts("gres/gpu=6");
        scenario.policy.qos[0].limits.max_tres_pu = counts("gres/gpu=4");
        scenario.policy.associations.each_user.max_wall = Some(Span::mins(60));
        Place::new(scenario)
    };
    let mut place = of(true);
    assert_eq!(code(place.refused(ask(0, 5, 10))), "QOSMaxGRESPerUser");
    assert_eq!(
        code(place.refused(ask(0, 1, 61))),
        "AssocMaxWallDurationPerJobLimit"
    );
    place.run(ask(0, 3, 10), 0);
    assert_eq!(code(place.refused(ask(0, 2, 10))), "", "fits alone");
    assert_eq!(place.says(ask(0, 2, 10)), "QOSMaxGRESPerUser");
    assert_eq!(code(of(false).refused(ask(0, 7, 61))), "");
    assert_eq!(of(false).refused(ask(0, 9, 10)), Some(Refusal::NoSuchNodes));
}

#[test]
fn deny_on_limit_of_either_qos_tests_the_limits_of_both() {
    let grp = Limits {
        grp_tres: TresCounts::gpus(6),
        ..Limits::default()
    };
    let per_user = Limits {
        max_tres_pu: TresCounts::gpus(2),
        ..Limits::default()
    };
    for strict in [1, 2] {
        let mut scenario = two_qos(grp.clone(), per_user.clone(), false);
        scenario.policy.qos[strict].deny_on_limit = true;
        let mut place = Place::new(scenario);
        assert_eq!(code(place.refused(in_own(ask(0, 2, 10)))), "");
        assert_eq!(
            code(place.refused(in_own(ask(0, 3, 10)))),
            "QOSMaxGRESPerUser",
            "{strict}"
        );
        assert_eq!(
            code(place.refused(in_own(ask(0, 7, 10)))),
            "QOSGrpGRES",
            "{strict}"
        );
    }
}

#[test]
fn with_deny_on_limit_of_the_partitions_qos_a_sum_is_a_most_for_one_job() {
    let grp = Limits {
        grp_tres: TresCounts::gpus(4),
        ..Limits::default()
    };
    let mut scenario = two_qos(grp, Limits::default(), false);
    scenario.policy.qos[1].deny_on_limit = true;
    let mut place = Place::new(scenario);
    assert_eq!(code(place.refused(in_own(ask(0, 5, 10)))), "QOSGrpGRES");
    place.run(in_own(ask(0, 3, 10)), 0);
    assert_eq!(code(place.refused(in_own(ask(0, 4, 10)))), "", "fits alone");
    assert_eq!(place.says(in_own(ask(0, 4, 10))), "QOSGrpGRES");
}

#[test]
fn a_partition_that_is_enforced_refuses_too_much_time_and_too_many_nodes() {
    let mut scenario = scenario();
    scenario.policy.partitions[0].max_time = Span::mins(60);
    scenario.policy.partitions[0].max_nodes = Some(2);
    scenario.policy.enforce.part_limits = true;
    let mut place = Place::new(scenario);
    let mut told = |request| place.refused(request).map(|refusal| refusal.to_string());
    let nodes = Request {
        nodes: 3,
        ..ask(0, 1, 10)
    };
    let failed = "sbatch: error: Batch job submission failed: ";
    assert_eq!(
        told(nodes),
        Some(format!("{failed}Node count specification invalid"))
    );
    assert_eq!(
        told(ask(0, 1, 61)),
        Some(format!(
            "{failed}Requested time limit is invalid (missing or exceeds some limit)"
        ))
    );
    assert_eq!(told(ask(0, 1, 60)), None);
}

#[test]
fn fewer_nodes_than_the_partition_wants_are_held_like_too_many() {
    let mut scenario = scenario();
    scenario.policy.partitions[0].min_nodes = 2;
    let mut place = Place::new(scenario);
    assert_eq!(place.says(ask(0, 1, 10)), "PartitionNodeLimit");
    let two = Request {
        nodes: 2,
        ..ask(0, 1, 10)
    };
    assert_eq!(place.says(two), "");
}

#[test]
fn a_job_in_two_partitions_is_submitted_in_the_qos_of_both_and_runs_in_one() {
    let mut scenario = two_qos(
        Limits {
            max_submit_jobs_pu: Some(5),
            ..Limits::default()
        },
        Limits {
            max_submit_jobs_pu: Some(5),
            ..Limits::default()
        },
        false,
    );
    let mut second = scenario.policy.partitions[0].clone();
    second.name = String::from("second");
    second.qos = Some(String::from("own"));
    scenario.policy.partitions.push(second);
    let mut place = Place::new(scenario);
    let mut also = PartitionSet::empty();
    also.insert(PartitionId(1));
    let submitted =
        |place: &Place| [1, 2].map(|qos| place.cluster.ledgers.submitted(Who::User(QosId(qos), UserId(0))));
    let id = place.job(Request {
        also,
        ..ask(0, 1, 10)
    });
    assert_eq!(submitted(&place), [Some(1), Some(1)]);
    place.cluster.enqueue(id, place.now, &[1, 1]);
    place
        .cluster
        .start(id, PartitionId(1), Allocation::one(NodeId(0)), place.now);
    assert_eq!(submitted(&place), [Some(0), Some(1)]);
    place.cluster.end(id, place.now);
    place.cluster.ledgers.withdraw(&place.cluster.jobs[id]);
    assert_eq!(submitted(&place), [Some(0), Some(0)]);
}

#[test]
fn who_asks_for_no_time_gets_the_default_or_the_tightest_limit_on_it() {
    let mut scenario = scenario();
    let limit = |scenario: &Scenario| {
        let tree = &Place::new(scenario.clone()).cluster.tree;
        let leaf: AssocId = tree.leaf(UserId(0), AccountId(2));
        default_limit(&scenario.policy, tree, QosId(0), leaf, PartitionId(0))
    };
    assert_eq!(limit(&scenario), Span::hours(1));
    scenario.policy.partitions[0].default_time = None;
    assert_eq!(limit(&scenario), Span::days(7));
    scenario.policy.associations.accounts[0].limits.max_wall = Some(Span::hours(9));
    assert_eq!(limit(&scenario), Span::hours(9));
    scenario.policy.qos[0].limits.grp_wall = Some(Span::hours(8));
    assert_eq!(limit(&scenario), Span::hours(8));
    scenario.policy.qos[0].limits.grp_wall = None;
    scenario.policy.qos[0].limits.max_wall = Some(Span::hours(10));
    assert_eq!(limit(&scenario), Span::hours(10), "in place of the association's");
}

#[test]
fn a_default_time_is_tested_like_any_other() {
    let mut scenario = scenario();
    scenario.policy.qos[0].limits.max_wall = Some(Span::mins(5));
    let mut place = Place::new(scenario.clone());
    let leaf = place.cluster.tree.leaf(UserId(0), AccountId(2));
    let limit = default_limit(
        &scenario.policy,
        &place.cluster.tree,
        QosId(0),
        leaf,
        PartitionId(0),
    );
    let given = Request {
        limit,
        ..ask(0, 1, 0)
    };
    assert_eq!(limit, Span::mins(60));
    assert_eq!(code(place.refused(given)), "");
    assert_eq!(place.says(given), "QOSMaxWallDurationPerJobLimit");
}

#[test]
fn limits_can_change_while_jobs_run() {
    let mut scenario = scenario();
    let mut place = Place::new(scenario.clone());
    place.run(ask(0, 4, 100), 0);
    place.tick(10);
    let limits = &mut scenario.policy.qos[0].limits;
    limits.max_tres_pu = counts("gres/gpu=5");
    limits.grp_tres_run_mins.set(TresName::Gpu, 1_000);
    place.cluster.change_limits(&scenario.policy);
    assert_eq!(place.numbers(ask(0, 2, 10)), (4, 2, 5));
    assert_eq!(place.numbers(ask(1, 8, 81)), (360, 648, 1_000));
    scenario.policy.qos[0].limits = Limits::default();
    place.cluster.change_limits(&scenario.policy);
    assert_eq!(place.says(ask(0, 8, 1_000)), "");
}

#[test]
fn a_scope_has_a_name() {
    let mut scenario = scenario();
    scenario.policy.associations.accounts[1].limits.grp_tres = counts("gres/gpu=1");
    let mut place = Place::new(scenario.clone());
    let id = place.cluster.announce(ask(0, 2, 10));
    let held = explain(&place.cluster, &place.cluster.jobs[id], PartitionId(0)).unwrap();
    assert_eq!(held.scope.name(&place.cluster, &scenario.policy), "account den");
    assert_eq!(held.unit, Unit::Amount(TresIx::GPU));
}
