//! Whatever the rules, a route keeps the work, and asks only for what may be asked for.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sim_core::ids::JobId;
use sim_core::scenario::{Limits, NodeGroup, PartitionSpec, Scenario, TresCounts};
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, Class, Intent, JobSpec, Outcome, Worth, generate, route};

use super::{checked, group};

/// One to three partitions over all nodes or one of two groups, with or without each limit.
fn policies() -> impl Strategy<Value = Scenario> {
    let groups = ((1_u32..=12, 1_u32..=9), (0_u32..=4, 1_u32..=9));
    let places = prop::sample::select(vec![vec![], vec!["a"], vec!["b"], vec!["a", "b"]]);
    let default = prop::option::of(5_u32..=1_440);
    let partitions = prop::collection::vec((10_u32..=10_080, places, default), 1..=3);
    let cap = prop::option::of(1_u32..=40);
    let budget = || prop::option::weighted(0.3, 60_u32..=400_000);
    let budgets = (budget(), budget(), budget(), budget());
    (groups, partitions, cap, budgets).prop_map(|((a, b), partitions, max_tres_pu, budgets)| {
        let mut scenario = group();
        scenario.cluster.nodes = [("a", a), ("b", b)]
            .into_iter()
            .map(|(name, (count, gpus))| NodeGroup {
                name: String::from(name),
                count,
                gpus,
                ..NodeGroup::default()
            })
            .collect();
        scenario.policy.partitions = partitions
            .into_iter()
            .zip(["one", "two", "three"])
            .map(|((minutes, nodes, default), name)| PartitionSpec {
                name: String::from(name),
                nodes: nodes.into_iter().map(String::from).collect(),
                max_time: Span::mins(minutes),
                default_time: default.map(|default| Span::mins(default.min(minutes))),
                ..PartitionSpec::default()
            })
            .collect();
        let (grp_tres_run_mins, max_tres_run_mins_pu, account, user) = budgets;
        scenario.policy.qos[0].limits = Limits {
            max_tres_pu: TresCounts::gpus(max_tres_pu),
            grp_tres_run_mins: TresCounts::gpus(grp_tres_run_mins),
            max_tres_run_mins_pu: TresCounts::gpus(max_tres_run_mins_pu),
            ..Limits::default()
        };
        let associations = &mut scenario.policy.associations;
        associations.each_account.grp_tres_run_mins = TresCounts::gpus(account);
        associations.each_user.grp_tres_run_mins = TresCounts::gpus(user);
        scenario
    })
}

/// The tightest run-minutes rule in force: one that the QOS sets for all takes the place of the associations' own.
fn budget(scenario: &Scenario) -> u32 {
    let limits = &scenario.policy.qos[0].limits;
    let associations = &scenario.policy.associations;
    let mut budgets = vec![&limits.grp_tres_run_mins, &limits.max_tres_run_mins_pu];
    if limits.grp_tres_run_mins.is_empty() {
        budgets.extend([
            &associations.each_account.grp_tres_run_mins,
            &associations.each_user.grp_tres_run_mins,
        ]);
    }
    budgets
        .into_iter()
        .filter_map(TresCounts::of_gpus)
        .min()
        .unwrap_or(u32::MAX)
}

fn may_be_asked_for(job: &JobSpec, intent: &Intent, scenario: &Scenario) {
    let request = &job.request;
    let partition = &scenario.policy.partitions[usize::from(request.partition)];
    let cap = scenario.policy.qos[0]
        .limits
        .max_tres_pu
        .of_gpus()
        .unwrap_or(u32::MAX);
    assert!(
        request.limit >= Span::mins(1) && request.limit.0.is_multiple_of(60),
        "{job:?}"
    );
    assert!(request.limit <= partition.max_time, "{job:?}");
    assert!(
        job.runtime > job.restart && job.runtime <= request.limit,
        "{job:?}"
    );
    assert!(
        request.gpus() >= 1 && request.gpus() <= intent.gpus.min(cap),
        "{job:?}"
    );
    let mine = || {
        scenario
            .cluster
            .nodes
            .iter()
            .filter(|node| partition.nodes.is_empty() || partition.nodes.contains(&node.name))
    };
    let wide_enough: u32 = mine()
        .filter(|node| node.gpus >= request.gpus_per_node)
        .map(|node| node.count)
        .sum();
    assert!(request.nodes <= wide_enough, "{job:?}");
    assert!(
        request.nodes == 1 || mine().any(|node| node.gpus == request.gpus_per_node),
        "{job:?}"
    );
    assert!(
        request.gpus() * (request.limit.0 / 60) <= budget(scenario),
        "{job:?}"
    );
}

/// A chain in order, with at most one loss, and that at its head.
fn is_a_chain(jobs: &[JobSpec], intent: &Intent) {
    for (i, job) in (0..).zip(jobs) {
        let arrival = if i == 0 {
            Arrival::At(intent.asked)
        } else {
            Arrival::After(JobId(i - 1))
        };
        assert_eq!((job.segment, job.arrival), (i, arrival));
        assert!(!job.last || i as usize == jobs.len() - 1);
        assert!(job.worth != Worth::Lost || i == 0);
        assert!(job.restart == Span::ZERO || i > 0);
        assert!(job.restart == Span::ZERO || intent.class != Class::Interactive);
    }
}

fn keeps_the_work(jobs: &[JobSpec], intent: &Intent, end: Time) {
    let lost = jobs[0].worth == Worth::Lost;
    if lost {
        assert_eq!(intent.outcome, Outcome::HitsLimit);
        assert_eq!(jobs[0].runtime, jobs[0].request.limit);
        assert_eq!(jobs.len() > 1 || !jobs[0].last, intent.tries_again);
        if !intent.tries_again {
            return;
        }
    }
    let gpus = jobs[0].request.gpus();
    let rest = &jobs[usize::from(lost)..];
    let done: u64 = rest
        .iter()
        .map(|job| u64::from((job.runtime - job.restart).0))
        .sum();
    let (held, work) = (done * u64::from(gpus), u64::from(intent.work.0));
    if jobs.iter().any(|job| job.last) {
        assert!(held >= work && held < work + u64::from(gpus), "{held} of {work}");
    } else {
        let earliest = jobs.iter().fold(intent.asked, |at, job| at + job.runtime);
        assert!(
            held < work && earliest >= end,
            "a chain is cut short only where the horizon ends"
        );
    }
}

proptest! {
    // The same worlds every time, as in all our properties.
    #![proptest_config(ProptestConfig { cases: 48, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn every_route_keeps_the_work_and_asks_for_what_is_allowed(scenario in policies(), seed in 0_u64..1_000) {
        let b_is_empty = scenario.cluster.nodes[1].count == 0;
        prop_assume!(!(b_is_empty && scenario.policy.partitions.iter().all(|partition| partition.nodes == ["b"])));
        let end = Time::ZERO + scenario.horizon.whole();
        let checked = checked(scenario.clone());
        let demand = generate(&checked, seed);
        for intent in demand.intents.iter() {
            let jobs = route(intent, &demand.people[intent.user], &checked);
            jobs.iter().for_each(|job| may_be_asked_for(job, intent, &scenario));
            is_a_chain(&jobs, intent);
            keeps_the_work(&jobs, intent, end);
        }
    }
}
