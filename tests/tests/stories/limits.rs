//! Limits: whom they hold, whom they do not, and when they let go.

use expect_test::expect;
use sim_core::cluster::Ending;
use sim_core::engine::{Happened, Passes};
use sim_core::metrics::Detail;
use sim_core::scenario::{CutGpus, PassRhythm, Policy, PreemptBy, PreemptMode, TresCounts};
use sim_core::units::Span;
use tests::story::read;
use tests::world::job;

use crate::check;

#[test]
fn a_job_held_by_a_limit_blocks_nothing() {
    // Checklist 15.
    check(
        "cluster   1 nodes x 4 gpus
         backfill  off
         qos       normal cap 1
         a1  at 0s  gpus 1  limit 1h  user ann
         a2  at 0s  gpus 1  limit 1h  user ann
         b1  at 0s  gpus 1  limit 1h  user bob",
        expect![[r#"
            00:00:00  a1, b1 starts on 0
            00:00:00  a2 waits: QOSMaxGRESPerUser
            01:00:00  a1, b1 ends
            01:00:00  a2 starts on 0
            02:00:00  a2 ends
        "#]],
    );
}

#[test]
fn a_qos_that_a_partition_denies_waits_for_ever_and_keeps_nobody_else_out() {
    check(
        "cluster    1 nodes x 4 gpus
         qos        normal
         qos        scavenger
         partition  batch denies scavenger
         partition  rest
         a  at 0s  gpus 4  limit 1h  partition batch  qos scavenger
         b  at 0s  gpus 4  limit 1h  partition batch  qos normal
         c  at 0s  gpus 4  limit 1h  partition rest   qos scavenger",
        expect![[r#"
            00:00:00  b starts on 0
            00:00:00  a waits: QOSNotAllowed
            00:00:00  c waits: Resources
            01:00:00  b ends
            01:00:00  c starts on 0
            02:00:00  c ends
        "#]],
    );
}

#[test]
fn five_day_jobs_run_one_at_a_time_under_120_gpu_hours_of_run_minutes() {
    check(
        "cluster   1 nodes x 8 gpus
         accounts  account-run-minutes 7200
         a  at 0s  gpus 1  limit 5d  runs 1d
         b  at 0s  gpus 1  limit 5d  runs 1d
         c  at 0s  gpus 1  limit 5d  runs 1d",
        expect![[r#"
            00:00:00  a starts on 0
            00:00:00  b, c waits: AssocGrpGRESRunMinutes
            1-00:00:00  a ends
            1-00:00:00  b starts on 0
            2-00:00:00  b ends
            2-00:00:00  c starts on 0
            3-00:00:00  c ends
        "#]],
    );
}

#[test]
fn thirty_four_hour_jobs_run_at_once_and_the_next_waits_for_the_ledger() {
    check(
        "cluster   8 nodes x 8 gpus
         accounts  account-run-minutes 7200
         a*32  at 0s  gpus 1  limit 4h",
        expect![[r#"
            00:00:00  a1..a8 (8 jobs) starts on 0
            00:00:00  a9..a16 (8 jobs) starts on 1
            00:00:00  a17..a24 (8 jobs) starts on 2
            00:00:00  a25..a30 (6 jobs) starts on 3
            00:00:00  a31, a32 waits: AssocGrpGRESRunMinutes
            00:10:00  a31 starts on 3
            00:20:00  a32 starts on 3
            04:00:00  a1..a30 (30 jobs) ends
            04:10:00  a31 ends
            04:20:00  a32 ends
        "#]],
    );
}

#[test]
fn the_ledger_falls_in_ticks_and_is_freed_at_once_at_an_end() {
    // a and b take 180 of 180. The first tick takes 5 off each, so c fits. d would fit at 00:20:00, but b ends before.
    check(
        "cluster   1 nodes x 8 gpus
         accounts  user-run-minutes 180
         a  at 0s   gpus 1  limit 2h
         b  at 0s   gpus 1  limit 1h   runs 17m
         c  at 1m   gpus 1  limit 10m
         d  at 12m  gpus 1  limit 38m",
        expect![[r#"
            00:00:00  a, b starts on 0
            00:01:00  c waits: AssocGrpGRESRunMinutes
            00:05:00  c starts on 0
            00:12:00  d waits: AssocGrpGRESRunMinutes
            00:15:00  c ends
            00:17:00  b ends
            00:17:00  d starts on 0
            00:55:00  d ends
            02:00:00  a ends
        "#]],
    );
}

#[test]
fn a_job_larger_than_its_run_minutes_never_starts_and_blocks_nobody() {
    check(
        "cluster   1 nodes x 1 gpus
         accounts  account-run-minutes 7200
         until     10d
         a  at 0s  gpus 1  limit 5-00:01:00  runs 1h
         b  at 0s  gpus 1  limit 5d          runs 1h",
        expect![[r#"
            00:00:00  b starts on 0
            00:00:00  a waits: AssocGrpGRESRunMinutes
            01:00:00  b ends
        "#]],
    );
}

#[test]
fn run_minutes_per_user_count_each_user_alone() {
    check(
        "cluster   1 nodes x 8 gpus
         qos       normal run-minutes 120
         a1  at 0s  gpus 1  limit 2h  runs 30m  user ann
         a2  at 0s  gpus 1  limit 1h  runs 30m  user ann
         b1  at 0s  gpus 2  limit 1h  runs 30m  user bob",
        expect![[r#"
            00:00:00  a1, b1 starts on 0
            00:00:00  a2 waits: MaxGRESRunMinsPerUser
            00:30:00  a1, b1 ends
            00:30:00  a2 starts on 0
            01:00:00  a2 ends
        "#]],
    );
}

#[test]
fn a_limit_of_the_qos_replaces_that_of_the_association() {
    // The account's 60 are gone, although they are tighter.
    check(
        "cluster   1 nodes x 8 gpus
         qos       normal group-run-minutes 180
         accounts  account-run-minutes 60
         a*4  at 0s  gpus 1  limit 1h  runs 20m",
        expect![[r#"
            00:00:00  a1, a2, a3 starts on 0
            00:00:00  a4 waits: QOSGrpGRESRunMinutes
            00:20:00  a1, a2, a3 ends
            00:20:00  a4 starts on 0
            00:40:00  a4 ends
        "#]],
    );
}

#[test]
fn limits_of_different_kinds_all_apply() {
    check(
        "cluster   1 nodes x 8 gpus
         qos       normal cap 2
         accounts  account-run-minutes 180
         a*3  at 0s  gpus 1  limit 1h  runs 30m  user ann
         b*3  at 0s  gpus 1  limit 1h  runs 30m  user bob",
        expect![[r#"
            00:00:00  a1, a2, b1 starts on 0
            00:00:00  a3 waits: QOSMaxGRESPerUser
            00:00:00  b2, b3 waits: AssocGrpGRESRunMinutes
            00:20:00  b2 starts on 0
            00:20:00  b3 waits: QOSMaxGRESPerUser
            00:30:00  a1, a2, b1 ends
            00:30:00  a3, b3 starts on 0
            00:50:00  b2 ends
            01:00:00  a3, b3 ends
        "#]],
    );
}

#[test]
fn the_partitions_qos_counts_before_the_jobs_and_over_all_its_users() {
    check(
        "cluster    1 nodes x 8 gpus
         qos        normal  cap 4
         qos        small   cap 1
         partition  batch
         partition  debug   qos small
         a1  at 0s  gpus 1  limit 1h  user ann  partition debug
         a2  at 0s  gpus 1  limit 1h  user ann  partition debug
         a3  at 0s  gpus 3  limit 1h  user ann  partition batch
         a4  at 0s  gpus 1  limit 1h  user ann  partition batch
         b1  at 0s  gpus 1  limit 1h  user bob  partition debug",
        expect![[r#"
            00:00:00  a1, a3, b1 starts on 0
            00:00:00  a2, a4 waits: QOSMaxGRESPerUser
            01:00:00  a1, a3, b1 ends
            01:00:00  a2, a4 starts on 0
            02:00:00  a2, a4 ends
        "#]],
    );
}

#[test]
fn the_reason_is_that_of_the_partitions_qos_if_both_would_hold_a_job() {
    check(
        "cluster    1 nodes x 8 gpus
         qos        normal  group-run-minutes 60
         qos        small   cap 1
         partition  debug   qos small
         a*2  at 0s  gpus 1  limit 1h  user ann",
        expect![[r#"
            00:00:00  a1 starts on 0
            00:00:00  a2 waits: QOSMaxGRESPerUser
            01:00:00  a1 ends
            01:00:00  a2 starts on 0
            02:00:00  a2 ends
        "#]],
    );
}

#[test]
fn a_job_longer_than_the_partition_allows_waits_for_ever_and_blocks_nobody() {
    check(
        "cluster    1 nodes x 1 gpus
         partition  batch max-time 1h
         until      2h
         a  at 0s  gpus 1  limit 2h
         b  at 0s  gpus 1  limit 1h",
        expect![[r#"
            00:00:00  b starts on 0
            00:00:00  a waits: PartitionTimeLimit
            01:00:00  b ends
        "#]],
    );
}

#[test]
fn an_array_runs_no_more_tasks_at_once_than_it_allows() {
    check(
        "cluster  1 nodes x 8 gpus
         a*5  at 0s  gpus 1  limit 1h  runs 10m  array 0  throttle 2
         b    at 0s  gpus 1  limit 1h",
        expect![[r#"
            00:00:00  a1, a2, b starts on 0
            00:00:00  a3, a4, a5 waits: JobArrayTaskLimit
            00:10:00  a1, a2 ends
            00:10:00  a3, a4 starts on 0
            00:20:00  a3, a4 ends
            00:20:00  a5 starts on 0
            00:30:00  a5 ends
            01:00:00  b ends
        "#]],
    );
}

#[test]
fn a_failing_limit_replaces_resources() {
    // Ann's second job lacks GPUs and quota; it shows the quota and does not stand in Bob's way.
    check(
        "cluster   1 nodes x 4 gpus
         backfill  off
         qos       normal cap 3
         a1  at 0s  gpus 3  limit 1h  user ann
         a2  at 0s  gpus 2  limit 1h  user ann
         b1  at 0s  gpus 1  limit 1h  user bob",
        expect![[r#"
            00:00:00  a1, b1 starts on 0
            00:00:00  a2 waits: QOSMaxGRESPerUser
            01:00:00  a1, b1 ends
            01:00:00  a2 starts on 0
            02:00:00  a2 ends
        "#]],
    );
}

#[test]
fn a_limits_reason_stays_until_the_job_is_looked_at_again() {
    // a2 is free of its limit at 00:10:00, when wide blocks the partition: the main pass does not look behind it.
    check(
        "cluster   1 nodes x 4 gpus
         backfill  off
         priority  qos 1000
         qos       normal  cap 3
         qos       high    priority 10
         a1    at 0s  gpus 1  limit 1h   runs 10m  user ann
         b1    at 0s  gpus 3  limit 30m            user bob
         a2    at 0s  gpus 3  limit 1h             user ann
         wide  at 1m  gpus 3  limit 1h             user cem  qos high",
        expect![[r#"
            00:00:00  a1, b1 starts on 0
            00:00:00  a2 waits: QOSMaxGRESPerUser
            00:01:00  wide waits: Resources
            00:10:00  a1 ends
            00:30:00  b1 ends
            00:30:00  wide starts on 0
            00:30:00  a2 waits: Resources
            01:30:00  wide ends
            01:30:00  a2 starts on 0
            02:30:00  a2 ends
        "#]],
    );
}

#[test]
fn a_budget_that_is_used_up_ends_its_jobs_at_the_next_scan_after_a_tick() {
    // Two GPU-minutes are left. The tick at 00:02:00 finds 71 seconds used, that at 00:03:00 finds 131.
    for (scan, ends) in [(30, "00:03:00"), (40, "00:03:20")] {
        let mut story = read(
            "cluster   1 nodes x 1 gpus
             priority  calc-period 1m  half-life off
             a  at 49s  gpus 1  limit 1h",
        );
        let policy = &mut story.world.scenario.policy;
        policy.enforce.safe = false;
        policy.qos[0].limits.grp_tres_mins = TresCounts::gpus(2);
        let PassRhythm::Slurm(passes) = &mut policy.passes else {
            panic!("this story is told in Slurm's rhythm");
        };
        passes.kill_scan = Span::secs(scan);
        let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
        run.keep_log();
        while run.advance(u32::MAX) < 1.0 {}
        let (at, last) = run.log().entries().last().unwrap();
        assert_eq!(
            (at.to_string().as_str(), last),
            (ends, &Happened::Ended(job(0), Ending::Timeout))
        );
    }
}

/// Jobs of a higher tier push off those of a lower one.
fn push_off(policy: &mut Policy) {
    policy.preemption.by = PreemptBy::PartitionPrio;
    policy.preemption.mode = PreemptMode::Cancel;
}

#[test]
fn who_is_held_by_a_limit_pushes_nobody_off() {
    let mut story = read(
        "cluster    1 nodes x 4 gpus
         partition  common
         partition  owner  tier 10  qos small
         qos        normal
         qos        small  cap 2
         victim  at 0s  gpus 4  limit 1h   user ann  partition common
         three   at 1m  gpus 3  limit 10m  user bob  partition owner
         two     at 2m  gpus 2  limit 10m  user bob  partition owner",
    );
    push_off(&mut story.world.scenario.policy);
    expect![[r#"
        00:00:00  victim starts on 0
        00:01:00  three waits: QOSMaxGRESPerUser
        00:02:00  victim ends
        00:02:00  two starts on 0
        00:12:00  two ends
    "#]]
    .assert_eq(&story.told());
}

#[test]
fn what_those_hold_who_would_be_pushed_off_counts_against_a_shared_limit() {
    for (most, expected) in [
        (
            4,
            expect![[r#"
                00:00:00  victim starts on 0
                00:01:00  owner waits: QOSGrpGRES
                01:00:00  victim ends
                01:00:00  owner starts on 0
                01:10:00  owner ends
            "#]],
        ),
        (
            5,
            expect![[r#"
                00:00:00  victim starts on 0
                00:01:00  victim ends
                00:01:00  owner starts on 0
                00:11:00  owner ends
            "#]],
        ),
    ] {
        let mut story = read(
            "cluster    1 nodes x 4 gpus
             partition  common
             partition  owner  tier 10
             victim  at 0s  gpus 4  limit 1h   user ann  partition common
             owner   at 1m  gpus 1  limit 10m  user bob  partition owner",
        );
        let policy = &mut story.world.scenario.policy;
        push_off(policy);
        policy.qos[0].limits.grp_tres = TresCounts::gpus(most);
        expected.assert_eq(&story.told());
    }
}

#[test]
fn a_slice_counts_as_much_as_a_whole_gpu() {
    let mut story = read(
        "cluster  1 nodes x 1 gpus
         qos      normal cap 2
         a*3  at 0s  gpus 1  limit 1h",
    );
    let group = &mut story.world.scenario.cluster.nodes[0];
    group.gpu = String::from("h100");
    group.cut = vec![CutGpus {
        gpus: 1,
        layout: ["1g.10gb"; 7].join("+"),
    }];
    expect![[r#"
        00:00:00  a1, a2 starts on 0
        00:00:00  a3 waits: QOSMaxGRESPerUser
        01:00:00  a1, a2 ends
        01:00:00  a3 starts on 0
        02:00:00  a3 ends
    "#]]
    .assert_eq(&story.told());
}

#[test]
fn a_job_that_waits_for_its_budget_alone_starts_at_the_tick_at_which_enough_is_forgotten() {
    let mut story = read(
        "cluster   1 nodes x 4 gpus
         priority  half-life 1h calc-period 5m
         a  at 0m  gpus 4  limit 30m
         b  at 1m  gpus 1  limit 10m",
    );
    let policy = &mut story.world.scenario.policy;
    policy.qos[0].limits.grp_tres_mins = TresCounts::gpus(60);
    policy.enforce.safe = false;
    // The first is stopped once the budget is used up. After that nothing is due but ticks.
    expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b waits: Resources
        00:20:00  b waits: QOSGrpGRESMinutes
        00:20:00  a ends
        00:35:00  b starts on 0
        00:45:00  b ends
    "#]]
    .assert_eq(&story.told());
}

#[test]
fn limits_on_root_hold_for_everybody_together_and_are_handed_down() {
    let told = |limit: fn(&mut Policy)| {
        let mut story = read(
            "cluster  1 nodes x 8 gpus
             people   ann 1 bob 2
             a  at 0m  gpus 2  limit 1h  user ann
             b  at 1m  gpus 2  limit 1h  user bob
             c  at 2m  gpus 1  limit 1h  user ann
             until 90m",
        );
        limit(&mut story.world.scenario.policy);
        story.told()
    };
    expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b waits: AssocGrpGRES
        00:02:00  c starts on 0
        01:00:00  a ends
        01:00:00  b starts on 0
        01:02:00  c ends
    "#]]
    .assert_eq(&told(|policy| {
        policy.associations.root.grp_tres = TresCounts::gpus(3)
    }));
    expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b starts on 0
        00:02:00  c waits: AssocMaxJobsLimit
        01:00:00  a ends
        01:00:00  c starts on 0
        01:01:00  b ends
    "#]]
    .assert_eq(&told(|policy| policy.associations.root.max_jobs = Some(1)));
}

#[test]
fn a_budget_of_root_starts_nobody_and_kills_nobody() {
    let mut story = read(
        "cluster   1 nodes x 4 gpus
         priority  half-life off calc-period 5m
         a  at 0m  gpus 4  limit 30m
         b  at 1m  gpus 1  limit 10m
         until 1h",
    );
    let policy = &mut story.world.scenario.policy;
    policy.associations.root.grp_tres_mins = TresCounts::gpus(60);
    policy.enforce.safe = false;
    expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b waits: Resources
        00:15:00  b waits: AssocGrpGRESMinutes
        00:30:00  a ends
    "#]]
    .assert_eq(&story.told());
}

#[test]
fn a_job_whose_end_uses_up_the_budget_ends_the_others_at_once() {
    let mut story = read(
        "cluster   1 nodes x 8 gpus
         priority  half-life off calc-period 30m
         a  at 0m  gpus 4  limit 16m
         b  at 1m  gpus 1  limit 2h
         until 1h",
    );
    let policy = &mut story.world.scenario.policy;
    policy.qos[0].limits.grp_tres_mins = TresCounts::gpus(60);
    policy.enforce.safe = false;
    // The next tick is a quarter of an hour away.
    expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b starts on 0
        00:16:00  a, b ends
    "#]]
    .assert_eq(&story.told());
}

/// Two people ask for GPUs one after the other, under a rule.
fn one_after_the_other(gpus: &str, rule: impl Fn(&mut tests::story::Story)) -> String {
    let mut story = read(&format!(
        "cluster  2 nodes x 4 gpus
         a  at 0m  gpus {gpus}  limit 1h
         b  at 1m  gpus {gpus}  limit 1h
         until 90m"
    ));
    rule(&mut story);
    story.told()
}

#[test]
fn a_node_that_is_held_already_costs_nothing_of_a_limit_on_nodes() {
    let most = |nodes: &'static str| {
        move |story: &mut tests::story::Story| {
            story.world.scenario.policy.qos[0].limits.max_tres_pu = nodes.parse().unwrap();
        }
    };
    // Both fit on one node.
    expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b starts on 0
        01:00:00  a ends
        01:01:00  b ends
    "#]]
    .assert_eq(&one_after_the_other("2", most("node=1")));
    // They do not.
    expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b waits: QOSMaxNodePerUserLimit
        01:00:00  a ends
        01:00:00  b starts on 0
    "#]]
    .assert_eq(&one_after_the_other("3", most("node=1")));
}
