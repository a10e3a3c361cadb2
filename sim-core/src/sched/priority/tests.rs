//! The worked examples of `docs/slurm.md`, *Priority worked out*, and each rule alone.

use super::*;
use crate::ids::{AccountId, UserId};
use crate::scenario::{AccountSpec, Persona, QosSpec, TresWeights, UserSpec};
use crate::workload::Person;

/// Weights of the first example; its partition is the first of two, its QOS the second.
fn example() -> Policy {
    let mut policy = Policy::default();
    let p = &mut policy.priority;
    p.weight_age = 1_000;
    p.weight_fairshare = 10_000;
    p.weight_job_size = 500;
    p.weight_partition = 1_000;
    p.weight_qos = 2_000;
    p.weight_tres = "GRES/gpu=3000".parse().unwrap();
    p.max_age = Span::days(7);
    let spec = policy.partitions[0].clone();
    policy.partitions.push(spec);
    policy.partitions[0].job_factor = 10;
    policy.partitions[1].job_factor = 20;
    for priority in [50, 100] {
        policy.qos.push(QosSpec {
            priority,
            ..QosSpec::default()
        });
    }
    policy
}

/// 10 nodes of 64 CPUs; the first partition has 80 GPUs.
fn rules(policy: &Policy) -> Rules {
    let installed = Installed { nodes: 10, cpus: 640 };
    rules_of(
        policy,
        &[vec![640, 10, 0, 80, 0], vec![640, 10, 0, 80, 0]],
        installed,
    )
}

fn rules_of(policy: &Policy, totals: &[Vec<u64>], installed: Installed) -> Rules {
    let person = Person {
        persona: Persona::Trainer,
        account: AccountId(1),
    };
    let tree = Tree::new(policy, &[person], 1);
    assert_eq!(tree.leaf(UserId(0), AccountId(1)), AssocId(3));
    Rules::new(policy, &tree, &TresTable::new([]), totals, installed)
}

const TRES: &[(TresIx, u64)] = &[(TresIx::CPU, 16), (TresIx::NODE, 1), (TresIx::GPU, 2)];

fn subject() -> Subject<'static> {
    Subject {
        age: Span::hours(36),
        assoc: AssocId(3),
        fairshare: 0.625,
        partition: PartitionId(0),
        qos: QosId(1),
        nodes: 1,
        cpus: 16,
        time_limit: Span::mins(240),
        tres: TRES,
        nice: 100,
    }
}

#[test]
fn the_sum_follows_the_worked_example_in_all_four_job_sizes() {
    for (favor_small, relative, size, sum) in [
        (false, false, 31.25, 7_970),
        (true, false, 468.75, 8_408),
        (false, true, 0.208333, 7_939),
        (true, true, 499.791667, 8_439),
    ] {
        let mut policy = example();
        policy.priority.favor_small = favor_small;
        policy.priority.small_relative_to_time = relative;
        let rules = rules(&policy);
        let f = rules.factors(&subject());
        assert!((f.age * rules.weight_age - 214.285714).abs() < 1e-6);
        assert_eq!(f.fairshare * rules.weight_fairshare, 6_250.0);
        assert!((f.job_size * rules.weight_job_size - size).abs() < 1e-6);
        assert_eq!((f.partition, f.qos, f.tres), (0.5, 0.5, 75.0));
        assert_eq!(rules.priority(&f), sum, "{favor_small} {relative}");
    }
}

#[test]
fn the_sum_follows_an_observed_job() {
    let mut policy = example();
    policy.qos[1].priority = 10;
    // 3 nodes of 32 CPUs; a partition of one node with 8 GPUs.
    let rules = rules_of(
        &policy,
        &[vec![32, 1, 0, 8, 0], Vec::new()],
        Installed { nodes: 3, cpus: 96 },
    );
    let job = Subject {
        age: Span::ZERO,
        fairshare: 5.0 / 6.0,
        ..subject()
    };
    let f = rules.factors(&job);
    assert_eq!((f.job_size, f.qos, f.tres), (0.25, 0.1, 750.0));
    assert_eq!(rules.priority(&f), 9_808);
}

#[test]
fn flags_put_the_raw_number_in_place_of_the_quotient() {
    let mut policy = example();
    let p = &mut policy.priority;
    (
        p.no_normal_part,
        p.no_normal_qos,
        p.no_normal_assoc,
        p.no_normal_tres,
    ) = (true, true, true, true);
    p.weight_assoc = 10;
    policy.associations.users.push(UserSpec {
        priority: 7,
        ..UserSpec::default()
    });
    let rules = rules(&policy);
    let f = rules.factors(&subject());
    assert_eq!((f.partition, f.qos, f.assoc), (10.0, 50.0, 7.0));
    assert_eq!(f.tres, 2.0 * 3_000.0);
    let each: Vec<_> = rules.tres_factors(&subject()).collect();
    assert_eq!(each, [(TresIx::GPU, 3_000.0, 2.0)]);
}

#[test]
fn while_a_job_waits_only_age_and_fair_share_move() {
    let rules = rules(&example());
    let job = Subject {
        age: Span::hours(40),
        fairshare: 0.5,
        ..subject()
    };
    let before = rules.factors(&subject());
    assert_eq!(rules.later(&before, job.age, job.fairshare), rules.factors(&job));
}

#[test]
fn age_stops_at_the_longest() {
    let rules = rules(&example());
    for (age, factor) in [
        (Span::ZERO, 0.0),
        (Span::hours(84), 0.5),
        (Span::days(7), 1.0),
        (Span::days(70), 1.0),
    ] {
        let job = Subject { age, ..subject() };
        assert_eq!(rules.factors(&job).age, factor);
    }
}

#[test]
fn a_priority_is_at_least_one_and_fits_into_32_bits() {
    let rules = rules(&example());
    let with_nice = |nice| {
        let job = Subject { nice, ..subject() };
        rules.priority(&rules.factors(&job))
    };
    assert_eq!(with_nice(2_147_483_645), 1);
    assert_eq!(with_nice(8_070), 1, "0 is for held jobs");
    assert_eq!(with_nice(8_068), 2);
    assert_eq!(with_nice(-8_000_000_000), u32::MAX);
}

#[test]
fn without_weights_everybody_has_one() {
    let mut policy = example();
    let p = &mut policy.priority;
    for weight in [
        &mut p.weight_age,
        &mut p.weight_fairshare,
        &mut p.weight_job_size,
        &mut p.weight_partition,
        &mut p.weight_qos,
    ] {
        *weight = 0;
    }
    p.weight_tres = TresWeights::default();
    let rules = rules(&policy);
    let f = rules.factors(&subject());
    assert_eq!(
        f,
        Factors {
            nice: 100,
            ..Factors::default()
        }
    );
    assert_eq!(rules.priority(&f), 1);
    let urged = Subject {
        nice: -50,
        ..subject()
    };
    assert_eq!(rules.priority(&rules.factors(&urged)), 50);
}

#[test]
fn without_priorities_of_qos_and_associations_their_factors_are_nothing() {
    let mut policy = example();
    for qos in &mut policy.qos {
        qos.priority = 0;
    }
    policy.priority.weight_assoc = 10;
    let f = rules(&policy).factors(&subject());
    assert_eq!((f.qos, f.assoc), (0.0, 0.0));
}

#[test]
fn an_association_counts_by_the_highest_priority_of_all() {
    let mut policy = example();
    policy.priority.weight_assoc = 10;
    policy.associations.accounts.push(AccountSpec {
        priority: 20,
        ..AccountSpec::default()
    });
    policy.associations.users.push(UserSpec {
        priority: 7,
        ..UserSpec::default()
    });
    assert_eq!(rules(&policy).factors(&subject()).assoc, 0.35);
}

#[test]
fn a_job_whose_cpus_are_not_known_is_as_large_as_its_nodes() {
    let mut policy = example();
    let job = Subject {
        nodes: 5,
        cpus: 0,
        ..subject()
    };
    assert_eq!(rules(&policy).factors(&job).job_size, 0.5);
    policy.priority.favor_small = true;
    let job = Subject { nodes: 4, ..job };
    assert_eq!(rules(&policy).factors(&job).job_size, 0.6);
}
