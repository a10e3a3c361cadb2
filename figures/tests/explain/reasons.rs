//! A job held by each of the other kinds of reason; one that runs, one that has ended, one that was refused.

use expect_test::expect;
use figures::explain::{Words, words};
use figures::format::NBSP;
use sim_core::engine::Passes;
use sim_core::engine::explain::{Explanation, explain, waiting};
use sim_core::ids::{PartitionId, ReservationId};
use sim_core::metrics::Detail;
use sim_core::scenario::{
    Outage, PartitionSpec, PartitionState, PreemptBy, PreemptMode, QosSpec, ReservationSpec,
};
use sim_core::units::Span;
use sim_core::workload::{Arrival, Dependency};

use crate::scene::{ask, explained, minutes, nodes, told, told_at, world};
use crate::world::{Ask, job};

#[test]
fn resources_nothing_free() {
    let world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(0, 4, Span::hours(3)),
        ask(1, 2, Span::hours(1)),
    ]);
    expect![[r#"
        Job 2 waits because it wants 2 GPUs on one node, and nothing that it could use is free in batch.
        Neither a shorter time limit nor fewer GPUs would start it now.
        Backfill plans it for Mon 1 02:00 on node1, should everybody use their whole time limits.
        (Resources)
    "#]]
    .assert_eq(&told(&world, 2, 10));
}

#[test]
fn resources_too_few() {
    let world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(0, 3, Span::hours(3)),
        ask(1, 2, Span::hours(1)),
    ]);
    expect![[r#"
        Job 2 waits because it wants 2 GPUs on one node, and only 1 GPU is free in batch.
        Backfill would start it at once if it asked for at most 1 GPU.
        Backfill plans it for Mon 1 02:00 on node1, should everybody use their whole time limits.
        (Resources)
    "#]]
    .assert_eq(&told(&world, 2, 10));
}

#[test]
fn resources_in_pieces() {
    let world = world(vec![
        ask(0, 3, Span::hours(2)),
        ask(0, 3, Span::hours(3)),
        ask(1, 2, Span::hours(1)),
    ]);
    expect![[r#"
        Job 2 waits because it wants 2 GPUs on one node, and of the 2 free in batch no node has more than 1.
        Backfill would start it at once if it asked for at most 1 GPU.
        Backfill plans it for Mon 1 02:00 on node1, should everybody use their whole time limits.
        (Resources)
    "#]]
    .assert_eq(&told(&world, 2, 10));
}

#[test]
fn resources_several_nodes() {
    let both = Ask {
        nodes: 2,
        ..ask(1, 3, Span::hours(1))
    };
    let world = world(vec![ask(0, 2, Span::hours(2)), both]);
    expect![[r#"
        Job 1 waits because it wants 2 nodes with 3 GPUs each, and only 1 node in batch has room for such a share.
        Backfill would start it at once if it asked for at most 4 GPUs.
        Backfill plans it for Mon 1 02:00 on node1, node2, should everybody use their whole time limits.
        (Resources)
    "#]].assert_eq(&told(&world, 1, 10));
}

#[test]
fn resources_set_aside_elsewhere() {
    let mut world = world(vec![ask(0, 4, Span::hours(2)), ask(1, 2, Span::hours(1))]);
    world.scenario.cluster.nodes = vec![nodes("here", 1), nodes("there", 1)];
    world.scenario.policy.partitions = vec![
        PartitionSpec {
            nodes: vec!["here".into()],
            ..PartitionSpec::default()
        },
        PartitionSpec {
            name: "other".into(),
            nodes: vec!["there".into()],
            ..PartitionSpec::default()
        },
    ];
    expect![[r#"
        Job 1 waits because it wants 2 GPUs on one node, and nothing that it could use is free in batch; 4 GPUs are free on nodes outside it.
        Neither a shorter time limit nor fewer GPUs would start it now.
        Backfill plans it for Mon 1 02:00 on here, should everybody use their whole time limits.
        (Resources)
    "#]].assert_eq(&told(&world, 1, 10));
}

#[test]
fn priority() {
    let world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(0, 3, Span::hours(2)),
        ask(1, 4, Span::hours(1)),
        ask(2, 1, Span::hours(5)),
        ask(3, 2, Span::hours(1)),
    ]);
    expect![[r#"
        Job 4 waits its turn: job 2, which wants 4 GPUs, stands before it and cannot start yet, and only what does not delay that one may pass it in batch.
        Neither a shorter time limit nor fewer GPUs would start it now.
        Backfill plans it for Mon 1 02:00 on node2, should everybody use their whole time limits.
        (Priority)
    "#]].assert_eq(&told(&world, 4, 10));
}

#[test]
fn a_limit_besides_the_turn() {
    let mut world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(0, 3, Span::hours(2)),
        ask(1, 4, Span::hours(1)),
        ask(10, 2, Span::hours(3)),
    ]);
    world.scenario.policy.qos[0].limits.max_wall = Some(Span::hours(2));
    // Backfill, which tests limits behind a blocked job, comes at every half minute.
    let at = minutes(10) + Span::secs(1);
    world.jobs[3].arrival = Arrival::At(at);
    expect![[r#"
        Job 3 waits its turn: job 2, which wants 4 GPUs, stands before it and cannot start yet, and only what does not delay that one may pass it in batch. Besides, QOSMaxWallDurationPerJobLimit would hold it, because it asks for 3 h, and QOS normal lets a job run for 2 h at most.
        It can go on if it asks for a time limit of at most 2 h.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 180 > 120 minutes
        (Priority)
    "#]].assert_eq(&told_at(&world, 3, at));
}

#[test]
fn not_yet_looked_at() {
    // The second one comes within three seconds of a pass.
    let mut world = world(vec![ask(1, 1, Span::hours(1)), ask(1, 1, Span::hours(1))]);
    let at = minutes(1) + Span::secs(1);
    world.jobs[1].arrival = Arrival::At(at);
    expect![[r#"
        Job 1 has just come in, and no pass has looked at it yet.
        Backfill can start it at its next look.
        (None)
    "#]]
    .assert_eq(&told_at(&world, 1, at));
}

#[test]
fn array_throttle() {
    let task = || Ask {
        array: Some((7, 1)),
        ..ask(0, 1, Span::hours(2))
    };
    expect![[r#"
        Job 1 waits because 1 task of its array runs already, and its owner lets only 1 run at once.
        It can go on if one of those tasks ends.
        Backfill plans nothing for a job that a rule holds.
        array 7: 1 + 1 > 1 jobs
        (JobArrayTaskLimit)
    "#]]
    .assert_eq(&told(&world(vec![task(), task()]), 1, 10));
}

#[test]
fn partition_time_limit() {
    let mut world = world(vec![ask(0, 1, Span::days(2))]);
    world.scenario.policy.partitions.push(PartitionSpec {
        name: "long".into(),
        max_time: Span::days(3),
        ..PartitionSpec::default()
    });
    expect![[r#"
        Job 0 waits because it asks for 2 days, and partition batch lets a job run for 1 day at most.
        As it is, it can never start. It can go on if it asks for a time limit of at most 1 day, or if it goes to partition long.
        Backfill plans nothing for a job that a rule holds.
        partition batch: 2880 > 1440 minutes
        (PartitionTimeLimit)
    "#]].assert_eq(&told(&world, 0, 10));
}

#[test]
fn partition_node_limit() {
    let both = Ask {
        nodes: 2,
        ..ask(1, 3, Span::hours(1))
    };
    let mut world = world(vec![both]);
    world.scenario.policy.partitions[0].max_nodes = Some(1);
    expect![[r#"
        Job 0 waits because it asks for 2 nodes, and partition batch gives a job 1 node at most.
        As it is, it can never start. It can go on if it asks for at most 4 GPUs.
        Backfill plans nothing for a job that a rule holds.
        partition batch: 2 > 1 node
        (PartitionNodeLimit)
    "#]]
    .assert_eq(&told(&world, 0, 10));
}

#[test]
fn partition_down() {
    let mut world = world(vec![ask(0, 1, Span::hours(1))]);
    world.scenario.policy.partitions[0].state = PartitionState::Down;
    expect![[r#"
        Job 0 waits because partition batch lets nothing start now.
        It can go on if an admin changes the rule.
        Backfill plans nothing for a job that a rule holds.
        partition batch
        (PartitionDown)
    "#]]
    .assert_eq(&told(&world, 0, 10));
}

#[test]
fn qos_not_allowed() {
    let mut world = world(vec![ask(0, 1, Span::hours(1))]);
    world.scenario.policy.qos.push(QosSpec {
        name: "long".into(),
        ..QosSpec::default()
    });
    world.scenario.policy.partitions[0].allow_qos = vec!["long".into()];
    expect![[r#"
        Job 0 waits because partition batch does not let its QOS in.
        As it is, it can never start. It can go on if an admin changes the rule.
        Backfill plans nothing for a job that a rule holds.
        partition batch
        (QOSNotAllowed)
    "#]]
    .assert_eq(&told(&world, 0, 10));
}

fn maintenance() -> ReservationSpec {
    ReservationSpec {
        start: Span::hours(4),
        ..ReservationSpec::default()
    }
}

#[test]
fn somebody_elses_reservation() {
    let mut world = world(vec![ask(0, 1, Span::hours(6))]);
    world.scenario.policy.reservations = vec![maintenance()];
    expect![[r#"
        Job 0 waits because with a time limit of 6 h it might still run when reservation maintenance (maintenance) begins on Mon 1 04:00.
        It can go on if it asks for a time limit of at most 3 h 50 min.
        Backfill plans it for Mon 1 12:00 on node1, should everybody use their whole time limits.
        (ReqNodeNotAvail, Reserved for maintenance)
    "#]].assert_eq(&told(&world, 0, 10));
    expect![[r#"
        Job 0 waits because reservation maintenance (maintenance) keeps its nodes until Mon 1 12:00.
        Backfill plans it for Mon 1 12:00 on node1, should everybody use their whole time limits.
        (ReqNodeNotAvail, Reserved for maintenance)
    "#]]
    .assert_eq(&told(&world, 0, 300));
}

#[test]
fn its_own_reservation() {
    let mut world = world(vec![ask(0, 1, Span::hours(1))]);
    world.scenario.policy.reservations = vec![ReservationSpec {
        name: "course".into(),
        people: vec![0],
        maint: false,
        ..maintenance()
    }];
    world.jobs[0].request.reservation = Some(ReservationId(0));
    expect![[r#"
        Job 0 waits for its reservation course, which begins on Mon 1 04:00.
        Backfill plans it for Mon 1 04:00 on node1, should everybody use their whole time limits.
        (Reservation)
    "#]]
    .assert_eq(&told(&world, 0, 10));
}

#[test]
fn dependency() {
    let mut world = world(vec![ask(0, 1, Span::hours(2)), ask(1, 1, Span::hours(1))]);
    world.jobs[1].after = [Dependency::AfterOk(job(0))].into();
    expect![[r#"
        Job 1 waits for job 0 to end well, which runs until Mon 1 02:00 at the latest.
        (Dependency)
    "#]]
    .assert_eq(&told(&world, 1, 10));
    // The first one runs into its limit.
    world.jobs[0].runtime = Span::hours(3);
    expect![[r#"
        Job 1 waits for ever: it was to start after job 0 had ended well, and that did not happen.
        (DependencyNeverSatisfied)
    "#]]
    .assert_eq(&told(&world, 1, 200));
}

#[test]
fn begin_time() {
    let mut world = world(vec![ask(0, 1, Span::hours(2))]);
    world.jobs[0].begin = Some(minutes(60));
    expect![[r#"
        Job 0 waits because its owner asked that it not begin before Mon 1 01:00.
        (BeginTime)
    "#]]
    .assert_eq(&told(&world, 0, 10));
}

#[test]
fn pushed_off_and_queued_again() {
    let urgent = Ask {
        qos: 1,
        ..ask(5, 4, Span::hours(1))
    };
    let mut world = world(vec![ask(0, 4, Span::hours(2)), ask(0, 4, Span::hours(2)), urgent]);
    world.scenario.policy.qos.push(QosSpec {
        name: "urgent".into(),
        preempt: vec!["normal".into()],
        ..QosSpec::default()
    });
    world.scenario.policy.preemption.by = PreemptBy::Qos;
    world.scenario.policy.preemption.mode = PreemptMode::Requeue;
    let off = (0..2)
        .find(|&id| told(&world, id, 6).contains("pushed off"))
        .unwrap();
    expect![[r#"
        Job 0 was pushed off its nodes for job 2 and is queued again; it may not be looked at before Mon 1 00:07.
        (BeginTime)
    "#]].assert_eq(&told(&world, off, 6));
    expect![[r#"
        Job 0 waits because it wants 4 GPUs on one node, and nothing that it could use is free in batch.
        Neither a shorter time limit nor fewer GPUs would start it now.
        Backfill plans it for Mon 1 01:05 on node1, should everybody use their whole time limits.
        (Resources)
    "#]]
    .assert_eq(&told(&world, off, 20));
    expect![[r#"
        Job 0 has run since Mon 1 01:05 on node1 and is stopped on Mon 1 03:05 at the latest; account 1 pays. Before that it waited 1 h: 57 min for Resources, 2 min for BeginTime, 1 min before a pass looked at it.
    "#]].assert_eq(&told(&world, off, 119));
}

#[test]
fn nodes_down() {
    let mut world = world(vec![ask(5, 1, Span::hours(2))]);
    world.scenario.cluster.outages = vec![Outage {
        start: Span::mins(1),
        ..Outage::default()
    }];
    expect![[r#"
        Job 0 waits because it wants 1 GPU on one node, and nothing that it could use is free in batch; 2 nodes of it cannot be used now.
        Neither a shorter time limit nor fewer GPUs would start it now.
        Backfill finds no place for it in the next 5 days.
        (Resources)
    "#]].assert_eq(&told(&world, 0, 10));
}

#[test]
fn running_ended_and_refused() {
    let mut world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(0, 4, Span::hours(3)),
        ask(1, 2, Span::hours(1)),
        ask(2, 8, Span::hours(1)),
    ]);
    world.jobs[2].runtime = Span::mins(30);
    expect![[r#"
        Job 0 has run since Mon 1 00:00 on node1 and is stopped on Mon 1 02:00 at the latest; account 1 pays. Before that it did not have to wait.
    "#]].assert_eq(&told(&world, 0, 10));
    expect![[r#"
        Job 2 has run since Mon 1 02:00 on node1 and is stopped on Mon 1 03:00 at the latest; account 1 pays. Before that it waited 2 h for Resources.
    "#]].assert_eq(&told(&world, 2, 130));
    expect![[r#"
        Job 2 ended by itself on Mon 1 02:30, after running for 30 min. Before that it waited 2 h for Resources.
    "#]].assert_eq(&told(&world, 2, 200));
    expect![[r#"
        Job 3 was refused as it came in, on Mon 1 00:02: Requested node configuration is not available.
    "#]]
    .assert_eq(&told(&world, 3, 10));
}

#[test]
fn everything_that_is_told_of_a_job_in_two_partitions() {
    let mut world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(0, 4, Span::hours(3)),
        ask(1, 2, Span::hours(1)),
    ]);
    world.scenario.policy.partitions.push(PartitionSpec {
        name: "spare".into(),
        job_factor: 0,
        ..PartitionSpec::default()
    });
    world.jobs[2].request.also.insert(PartitionId(1));
    let words = words(&explained(&world, 2, minutes(10)));
    let rows: Vec<String> = words
        .rows
        .iter()
        .map(|(name, value)| format!("{name}: {value}").replace(NBSP, " "))
        .collect();
    let factors: Vec<String> = words.priority.iter().map(|row| row.join(" ")).collect();
    expect![[r#"
        time: Mon 1 00:10
        whose: person 0, account 1
        what: training
        asks for: 2 GPUs for 1 h
        where: partition batch or spare, QOS normal
        waits since: Mon 1 00:01, for 9 min
        reason: Resources, since Mon 1 00:01
        before it: 0 jobs in batch
        before it: 0 jobs in spare, 1 of other partitions

        age 1000 0.000893 0.89
        partition 1000 1.000000 1000.00
        priority   1000

        $ squeue --job 2
           JOBID PARTITION     NAME     USER ST       TIME NODES NODELIST(REASON)
               2 batch,spa    train  person0 PD       0:00     1 (Resources)
        $ sprio --job 2
           JOBID PARTITION   PRIORITY       AGE PARTITION
               2     batch       1000         1      1000
               2     spare          1         1         0
        $ scontrol show job 2
        JobId=2 JobName=train
           UserId=person0 Account=account1 QOS=normal
           Priority=1000 Nice=0
           JobState=PENDING Reason=Resources Dependency=(null)
           SubmitTime=00:01:00 EligibleTime=00:01:00
           StartTime=02:00:00 EndTime=03:00:00
           TimeLimit=01:00:00 Partition=batch,spare
           NumNodes=1 ReqTRES=cpu=2,node=1,gres/gpu=2
    "#]]
    .assert_eq(&format!(
        "{}\n\n{}\n\n{}",
        rows.join("\n"),
        factors.join("\n"),
        words.slurm
    ));
}

#[test]
fn an_explanation_crosses_from_worker_to_page() {
    let mut world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(1, 8, Span::hours(1)),
        ask(2, 4, Span::hours(1)),
    ]);
    world.scenario.policy.qos[0].limits.max_tres_pu = 5.into();
    for (id, minute) in [(0, 10), (0, 300), (1, 10), (2, 10)] {
        let found = explained(&world, id, minutes(minute));
        let sent = postcard::to_allocvec(&found).unwrap();
        assert_eq!(postcard::from_bytes::<Explanation>(&sent).unwrap(), found);
        let words = words(&found);
        let sent = postcard::to_allocvec(&words).unwrap();
        assert_eq!(postcard::from_bytes::<Words>(&sent).unwrap(), words);
    }
}

#[test]
fn whoever_waits_is_listed() {
    let world = world(vec![
        ask(0, 4, Span::hours(2)),
        ask(0, 4, Span::hours(3)),
        ask(1, 2, Span::hours(1)),
        ask(20, 2, Span::hours(1)),
    ]);
    let run = world.start(Passes::WhereNeeded, Detail::Summary);
    let ids: Vec<u32> = waiting(run, minutes(10))
        .unwrap()
        .iter()
        .map(|line| line.job.0)
        .collect();
    assert_eq!(ids, [2]);
}

#[test]
fn what_cannot_be_explained_is_said() {
    let world = world(vec![ask(5, 1, Span::hours(2))]);
    let told = |id, minute| {
        let run = world.start(Passes::WhereNeeded, Detail::Summary);
        explain(run, job(id), minutes(minute)).unwrap_err().to_string()
    };
    expect![[r#"
        there is no job 7 here; the last one is 0
        at 00:01:00 job 0 is not yet submitted; it comes at 00:05:00
        13-21:20:00 is not simulated; the simulation ends at 7-00:00:00"#]]
    .assert_eq(&[told(7, 10), told(0, 1), told(0, 20_000)].join("\n"));
}
