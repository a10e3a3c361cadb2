//! What is known of many at once, and whom that is not to be said of.

use expect_test::expect;
use sim_core::scenario::{PreemptBy, PreemptMode, ReservationSpec};
use sim_core::units::Span;
use tests::story::read;

use crate::check;

#[test]
fn who_was_held_before_blocks_its_partition_once_those_ahead_leave_too_few_nodes() {
    // Of the four nodes that four may be claimed on, wide claims one: from then on it is nodes that keep four from starting, and
    // who stands behind it waits.
    check(
        "cluster    1 nodes x 1 gpus named left
         cluster    1 nodes x 1 gpus named middle
         cluster    3 nodes x 1 gpus named right
         partition  p  nodes left,middle   tier 2
         partition  q  nodes middle,right
         backfill   off
         qos        normal cap 4
         a     at 0s  gpus 1    limit 4h  partition p  user ann
         one   at 0s  gpus 1    limit 6h  partition q  user bob
         four  at 0s  gpus 4x1  limit 1h  partition q  user bob
         wide  at 1h  gpus 2x1  limit 1h  partition p  user ann
         s     at 2h  gpus 1    limit 1h  partition q  user cid",
        expect![[r#"
            00:00:00  a starts on 0
            00:00:00  one starts on 1
            00:00:00  four waits: QOSMaxGRESPerUser
            01:00:00  wide waits: Resources
            02:00:00  s waits: Priority
            04:00:00  a ends
            06:00:00  one ends
            06:00:00  wide starts on 0,1
            06:00:00  four waits: Resources
            07:00:00  wide ends
            07:00:00  four starts on 1,2,3,4
            07:00:00  s waits: Resources
            08:00:00  four ends
            08:00:00  s starts on 1
            09:00:00  s ends
        "#]],
    );
}

#[test]
fn whom_a_reservation_lets_in_starts_where_somebody_who_asks_for_the_same_could_not() {
    let mut story = read(
        "cluster  1 nodes x 4 gpus named set-aside
         cluster  1 nodes x 4 gpus named open
         partition p  nodes set-aside,open
         a    at 0s  gpus 2x1  limit 5m  partition p  user ann
         b    at 1s  gpus 4    limit 4h  partition p  user bob
         big  at 2s  gpus 2x4  limit 30m partition p  user ann
         out  at 3s  gpus 1    limit 2h  partition p  user bob
         in   at 4s  gpus 1    limit 2h  partition p  user cid",
    );
    story.world.scenario.policy.reservations.push(ReservationSpec {
        nodes: vec![String::from("set-aside")],
        start: Span::hours(1),
        duration: Span::hours(8),
        people: vec![2],
        magnetic: true,
        ..ReservationSpec::default()
    });
    expect![[r#"
        00:00:00  a starts on 0,1
        00:00:01  b waits: None
        00:00:02  big waits: Priority
        00:00:03  b waits: Resources
        00:00:03  out waits: Priority
        00:00:04  in waits: Priority
        00:00:30  in starts on 0
        00:05:00  a ends
        00:05:00  b starts on 1
        00:05:00  big waits: Resources
        00:30:30  big waits: ReqNodeNotAvail, Reserved for maintenance
        00:31:00  out waits: Resources
        02:00:30  in ends
        04:05:00  b ends
        04:05:00  out starts on 1
        06:05:00  out ends
        09:00:00  big starts on 0,1
        09:30:00  big ends
    "#]]
    .assert_eq(&story.told());
}

#[test]
fn who_waits_for_somebody_in_grace_is_promised_the_nodes_at_once() {
    let mut story = read(
        "cluster  1 nodes x 4 gpus
         qos      normal
         qos      urgent
         backfill slurm
         victim  at 0s  gpus 3  limit 9h   qos normal
         owner   at 1m  gpus 4  limit 1h   qos urgent
         short   at 2m  gpus 1  limit 10m  qos normal",
    );
    let policy = &mut story.world.scenario.policy;
    policy.preemption.by = PreemptBy::Qos;
    policy.preemption.mode = PreemptMode::Requeue;
    policy.qos[1].preempt = vec![String::from("normal")];
    policy.qos[0].grace_time = Span::hours(2);
    expect![[r#"
        00:00:00  victim starts on 0
        00:01:00  owner waits: Resources
        00:02:00  short waits: Priority
        02:01:41  owner starts on 0
        02:01:41  short waits: Resources
        02:03:42  victim waits: Priority
        03:01:41  owner ends
        03:01:41  victim, short starts on 0
        03:11:41  short ends
        12:01:41  victim ends
    "#]]
    .assert_eq(&story.told());
}

#[test]
fn a_job_that_has_room_but_no_leave_to_use_it_is_promised_nothing() {
    // Whole would have two nodes now, with all their CPUs; that is more than its owner may hold, which is asked only with the
    // nodes. No start is known, so nothing is kept for it, and small goes past wide.
    let mut story = read(
        "cluster    1 nodes x 4 gpus named left
         cluster    2 nodes x 4 gpus named right
         partition  p  nodes left,right
         partition  q  nodes left,right
         backfill   slurm
         a      at 0s  gpus 4    limit 9h  partition p  user ann
         whole  at 1m  gpus 2x1  limit 2h  partition q  user bob
         wide   at 2m  gpus 3x4  limit 1h  partition p  user ann
         small  at 3m  gpus 1    limit 1h  partition p  user cid",
    );
    for group in &mut story.world.scenario.cluster.nodes {
        group.cpus = 16;
    }
    let policy = &mut story.world.scenario.policy;
    policy.partitions[1].exclusive = true;
    policy.qos[0].limits.max_tres_pu = "cpu=20".parse().expect("is an amount");
    expect![[r#"
        00:00:00  a starts on 0
        00:01:00  whole waits: QOSMaxCpuPerUserLimit
        00:02:00  wide waits: Resources
        00:03:00  small starts on 1
        00:03:30  whole waits: None
        00:04:00  whole waits: Resources
        01:03:00  small ends
        01:03:00  whole waits: QOSMaxCpuPerUserLimit
        09:00:00  a ends
        09:00:00  wide starts on 0,1,2
        09:00:00  whole waits: None
        09:01:00  whole waits: Resources
        10:00:00  wide ends
        10:00:00  whole waits: QOSMaxCpuPerUserLimit
    "#]]
    .assert_eq(&story.told());
}
