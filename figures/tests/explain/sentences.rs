//! Sentences that the same reasons have in rarer circumstances.

use expect_test::expect;
use sim_core::ids::{KindId, ReservationId};
use sim_core::scenario::{
    AccountSpec, Devices, Outage, PartitionState, PreemptBy, PreemptMode, QosSpec, ReservationSpec,
    TresCounts,
};
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, Dependency};

use crate::scene::{ask, minutes, told, told_at, world};
use crate::world::{Ask, job};

#[test]
fn what_held_it_is_gone() {
    // The second job is free of its limit at 00:20, when the last one blocks the partition; backfill sees that first.
    let wide = Ask {
        nodes: 2,
        user: 1,
        account: 2,
        qos: 1,
        ..ask(1, 4, Span::hours(1))
    };
    let mut world = world(vec![
        ask(0, 2, Span::mins(20)),
        ask(0, 2, Span::hours(3)),
        Ask {
            user: 1,
            account: 2,
            ..ask(0, 2, Span::hours(1))
        },
        wide,
    ]);
    let policy = &mut world.scenario.policy;
    policy.priority.weight_qos = 1_000;
    policy.qos[0].limits.max_tres_pu = TresCounts::gpus(2);
    policy.qos.push(QosSpec {
        name: "high".into(),
        priority: 10,
        ..QosSpec::default()
    });
    expect![[r#"
        Job 1 waits for the next pass: what held it is gone.
        Backfill plans it for Mon 1 02:00 on node1, should everybody use their whole time limits.
        (None)
    "#]]
    .assert_eq(&told_at(&world, 1, minutes(20) + Span::secs(40)));
}

#[test]
fn whoever_stood_before_it_has_just_gone() {
    // Both come a second after a pass and a second before backfill, which starts the first; the next pass is yet to come.
    let mut world = world(vec![
        ask(0, 1, Span::hours(3)),
        ask(0, 2, Span::hours(2)),
        ask(0, 2, Span::hours(1)),
    ]);
    world.scenario.cluster.nodes[0].count = 1;
    for (job, second) in world.jobs.iter_mut().zip([88, 89, 89]) {
        job.arrival = Arrival::At(Time::ZERO + Span::secs(second));
    }
    expect![[r#"
        Job 2 waits its turn; the job that blocked its partition has just gone.
        Backfill would start it at once if it asked for at most 1 GPU.
        Backfill plans it for Mon 1 02:01 on node, should everybody use their whole time limits.
        (Priority)
    "#]]
    .assert_eq(&told_at(&world, 2, Time::ZERO + Span::secs(90)));
}

#[test]
fn resources_that_others_leave_in_grace() {
    let urgent = Ask {
        qos: 1,
        ..ask(5, 4, Span::hours(1))
    };
    let mut world = world(vec![ask(0, 4, Span::hours(2)), urgent]);
    world.scenario.cluster.nodes[0].count = 1;
    let policy = &mut world.scenario.policy;
    policy.qos[0].grace_time = Span::mins(10);
    policy.qos.push(QosSpec {
        name: "urgent".into(),
        preempt: vec!["normal".into()],
        ..QosSpec::default()
    });
    policy.preemption.by = PreemptBy::Qos;
    policy.preemption.mode = PreemptMode::Cancel;
    let told = told(&world, 1, 8);
    expect!["Job 1 waits for others to leave their nodes, who were pushed off for it."]
        .assert_eq(told.lines().next().unwrap());
}

#[test]
fn resources_without_the_cpus() {
    let mut world = world(vec![ask(0, 1, Span::hours(2)), ask(1, 1, Span::hours(1))]);
    let group = &mut world.scenario.cluster.nodes[0];
    (group.count, group.cpus) = (1, 8);
    world.jobs[0].request.cpus_per_node = 7;
    world.jobs[1].request.cpus_per_node = 2;
    expect![[r#"
        Job 1 waits because it wants 1 GPU on one node, and no node with so many has the CPUs as well.
        Neither a shorter time limit nor fewer GPUs would start it now.
        Backfill plans it for Mon 1 02:00 on node, should everybody use their whole time limits.
        (Resources)
    "#]]
    .assert_eq(&told(&world, 1, 10));
}

#[test]
fn resources_of_a_type() {
    let mut world = world(vec![ask(0, 2, Span::hours(2)), ask(1, 1, Span::hours(1))]);
    let group = &mut world.scenario.cluster.nodes[0];
    (group.count, group.gpus, group.gpu) = (1, 2, "a100".into());
    group.more = vec![Devices {
        gpu: "l4".into(),
        count: 2,
    }];
    for job in &mut world.jobs {
        job.request.kind = Some(KindId(0));
    }
    expect![[r#"
        Job 1 waits because it wants 1 GPU of type a100 on one node, and nothing that it could use is free in batch.
        Neither a shorter time limit nor fewer GPUs would start it now.
        Backfill plans it for Mon 1 02:00 on node, should everybody use their whole time limits.
        (Resources)
    "#]].assert_eq(&told(&world, 1, 10));
}

#[test]
fn begin_time_of_one_that_lost_its_node() {
    let mut world = world(vec![ask(0, 1, Span::hours(2))]);
    world.scenario.cluster.outages = vec![Outage {
        start: Span::mins(5),
        ..Outage::default()
    }];
    expect![[r#"
        Job 0 lost its node and is queued again; it may not be looked at before Mon 1 00:07.
        (BeginTime)
    "#]]
    .assert_eq(&told(&world, 0, 6));
}

#[test]
fn dependency_on_several_of_which_one_does_not_run() {
    let mut world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(0, 4, Span::hours(3)),
        ask(1, 4, Span::hours(1)),
        ask(2, 1, Span::hours(1)),
    ]);
    world.jobs[3].after = [Dependency::AfterAny(job(0)), Dependency::AfterOk(job(2))].into();
    expect![[r#"
        Job 3 waits for job 0 to end, which runs until Mon 1 02:00 at the latest, and for job 2 to end well, which does not run yet.
        (Dependency)
    "#]].assert_eq(&told(&world, 3, 10));
}

#[test]
fn partition_node_limit_from_below() {
    let mut world = world(vec![ask(0, 1, Span::hours(1))]);
    world.scenario.policy.partitions[0].min_nodes = 2;
    expect![[r#"
        Job 0 waits because it asks for 1 node, and partition batch gives a job 2 nodes at least.
        As it is, it can never start. It can go on if it asks for at least 8 GPUs.
        Backfill plans nothing for a job that a rule holds.
        partition batch: 1 < 2 node
        (PartitionNodeLimit)
    "#]]
    .assert_eq(&told(&world, 0, 10));
}

#[test]
fn account_not_allowed() {
    let mut world = world(vec![ask(0, 1, Span::hours(1))]);
    let policy = &mut world.scenario.policy;
    policy.associations.accounts = ["physics", "chemistry"]
        .map(|name| AccountSpec {
            name: name.into(),
            ..AccountSpec::default()
        })
        .to_vec();
    policy.partitions[0].allow_accounts = vec!["chemistry".into()];
    expect![[r#"
        Job 0 waits because partition batch does not let its account in.
        As it is, it can never start. It can go on if an admin changes the rule.
        Backfill plans nothing for a job that a rule holds.
        partition batch
        (AccountNotAllowed)
    "#]]
    .assert_eq(&told(&world, 0, 10));
}

fn course() -> ReservationSpec {
    ReservationSpec {
        name: "course".into(),
        start: Span::hours(1),
        duration: Span::hours(2),
        people: vec![0],
        maint: false,
        ..ReservationSpec::default()
    }
}

#[test]
fn its_reservation_is_over() {
    let mut world = world(vec![ask(240, 1, Span::hours(1))]);
    world.scenario.policy.reservations = vec![course()];
    world.jobs[0].request.reservation = Some(ReservationId(0));
    expect![[r#"
        Job 0 waits for ever: its reservation course is over.
        (ReservationDeleted)
    "#]]
    .assert_eq(&told(&world, 0, 250));
}

#[test]
fn a_reservation_of_others_that_is_no_maintenance() {
    let other = Ask {
        user: 1,
        account: 2,
        ..ask(0, 1, Span::hours(6))
    };
    let mut world = world(vec![other]);
    world.scenario.policy.reservations = vec![course()];
    expect![[r#"
        Job 0 waits because with a time limit of 6 h it might still run when reservation course begins on Mon 1 01:00.
        It can go on if it asks for a time limit of at most 50 min.
        Backfill plans it for Mon 1 03:00 on node1, should everybody use their whole time limits.
        (ReqNodeNotAvail, May be reserved for other job)
    "#]].assert_eq(&told(&world, 0, 10));
}

#[test]
fn refused_by_a_limit_a_rule_of_the_partition_and_a_closed_one() {
    let mut limited = world(vec![ask(2, 2, Span::hours(1))]);
    limited.scenario.policy.qos[0].deny_on_limit = true;
    limited.scenario.policy.qos[0].limits.max_tres_pj = TresCounts::gpus(1);
    let mut too_long = world(vec![ask(2, 2, Span::days(2))]);
    too_long.scenario.policy.enforce.part_limits = true;
    let mut closed = world(vec![ask(2, 2, Span::hours(1))]);
    closed.scenario.policy.partitions[0].state = PartitionState::Drain;
    let told = [limited, too_long, closed].map(|world| told(&world, 0, 10));
    expect![[r#"
        Job 0 was refused as it came in, on Mon 1 00:02: QOSMaxGRESPerJob.
        Job 0 was refused as it came in, on Mon 1 00:02: PartitionTimeLimit.
        Job 0 was refused as it came in, on Mon 1 00:02: Required partition not available (inactive or drain).
    "#]]
    .assert_eq(&told.concat());
}
