//! What slips past a blocked job, and what may not.

use expect_test::expect;
use sim_core::engine::Passes;
use sim_core::metrics::Detail;
use sim_core::scenario::Backfill;
use sim_core::sched::backfill::plan_of;
use tests::story::{read, tell};
use tests::watch::Watch;

use crate::check;

#[test]
fn small_jobs_slip_in_front_without_delaying_the_head() {
    check(
        "cluster  2 nodes x 4 gpus
         a     at 0s  gpus 2x3  limit 2h
         head  at 1m  gpus 2x4  limit 1h
         c     at 2m  gpus 2    limit 1h  runs 30m   # does not fit on one node
         d     at 3m  gpus 1    limit 1h
         e     at 4m  gpus 1    limit 2h             # would end after head's start",
        expect![[r#"
            00:00:00  a starts on 0,1
            00:01:00  head waits: Resources
            00:02:00  c waits: Priority
            00:03:00  d starts on 0
            00:04:00  e waits: Priority
            01:03:00  d ends
            02:00:00  a ends
            02:00:00  head starts on 0,1
            02:00:00  c waits: Resources
            03:00:00  head ends
            03:00:00  c, e starts on 0
            03:30:00  c ends
            05:00:00  e ends
        "#]],
    );
}

#[test]
fn a_promise_takes_whole_nodes() {
    // Checklist 1: two GPUs would be left beside `second` from 00:10:00 on, and still `long` waits for its end.
    check(
        "cluster   1 nodes x 8 gpus
         backfill  slurm resolution 60s window 1d
         first   at 0s  gpus 6  limit 10m
         second  at 1s  gpus 4  limit 60m
         short   at 2s  gpus 1  limit 5m
         long    at 3s  gpus 1  limit 60m",
        expect![[r#"
            00:00:00  first starts on 0
            00:00:01  second waits: None
            00:00:02  short waits: Priority
            00:00:03  second waits: Resources
            00:00:03  long waits: Priority
            00:00:30  short starts on 0
            00:05:30  short ends
            00:10:00  first ends
            00:10:00  second, long starts on 0
            01:10:00  second, long ends
        "#]],
    );
}

#[test]
fn touching_counts_as_overlap() {
    // Tried at 00:00:30: `exact` would end at 00:30:30 and the promise begins, floored, at 00:30:00.
    check(
        "cluster   1 nodes x 4 gpus
         backfill  slurm resolution 60s window 1d
         a      at 0s  gpus 3  limit 30m
         head   at 1s  gpus 4  limit 1h
         exact  at 2s  gpus 1  limit 30m
         fits   at 3s  gpus 1  limit 29m",
        expect![[r#"
            00:00:00  a starts on 0
            00:00:01  head waits: None
            00:00:02  exact waits: Priority
            00:00:03  head waits: Resources
            00:00:03  fits waits: Priority
            00:00:30  fits starts on 0
            00:29:30  fits ends
            00:30:00  a ends
            00:30:00  head starts on 0
            00:30:00  exact waits: Resources
            01:30:00  head ends
            01:30:00  exact starts on 0
            02:00:00  exact ends
        "#]],
    );
    // On the grid: at 00:01:00 a job of 29 minutes ends exactly where the promise begins.
    check(
        "cluster   1 nodes x 4 gpus
         backfill  slurm resolution 60s window 1d
         a      at 0s   gpus 3  limit 30m
         head   at 1s   gpus 4  limit 1h
         exact  at 60s  gpus 1  limit 29m
         fits   at 60s  gpus 1  limit 28m",
        expect![[r#"
            00:00:00  a starts on 0
            00:00:01  head waits: None
            00:00:03  head waits: Resources
            00:01:00  fits starts on 0
            00:01:00  exact waits: Priority
            00:29:00  fits ends
            00:30:00  a ends
            00:30:00  head starts on 0
            00:30:00  exact waits: Resources
            01:30:00  head ends
            01:30:00  exact starts on 0
            01:59:00  exact ends
        "#]],
    );
}

#[test]
fn promises_lie_on_the_grid_so_a_coarse_one_costs_minutes() {
    // The start at 00:17:00 is floored to 00:10:00.
    check(
        "cluster   1 nodes x 4 gpus
         backfill  slurm resolution 10m window 1d
         a     at 0s  gpus 3  limit 17m
         head  at 1s  gpus 4  limit 1h
         c     at 2s  gpus 1  limit 10m
         d     at 3s  gpus 1  limit 9m",
        expect![[r#"
            00:00:00  a starts on 0
            00:00:01  head waits: None
            00:00:02  c waits: Priority
            00:00:03  head waits: Resources
            00:00:03  d waits: Priority
            00:00:30  d starts on 0
            00:09:30  d ends
            00:17:00  a ends
            00:17:00  head starts on 0
            00:17:00  c waits: Resources
            01:17:00  head ends
            01:17:00  c starts on 0
            01:27:00  c ends
        "#]],
    );
}

#[test]
fn a_wide_job_planned_beyond_the_window_starves() {
    // Checklist 2. Small jobs keep coming; with a window as long as the limits they wait for the wide one.
    let story = |window: &str| {
        format!(
            "cluster   1 nodes x 2 gpus
             backfill  slurm resolution 60s window {window}
             until     9h
             a      at 0s   gpus 1  limit 14d  runs 8h
             wide   at 1m   gpus 2  limit 1h
             s*4    at 2m   gpus 1  limit 14d  runs 2h"
        )
    };
    check(
        &story("1h"),
        expect![[r#"
        00:00:00  a starts on 0
        00:01:00  wide waits: Resources
        00:02:00  s1 starts on 0
        00:02:00  s2, s3, s4 waits: Priority
        02:02:00  s1 ends
        02:02:00  s2 starts on 0
        04:02:00  s2 ends
        04:02:00  s3 starts on 0
        06:02:00  s3 ends
        06:02:00  s4 starts on 0
        08:00:00  a ends
        08:02:00  s4 ends
        08:02:00  wide starts on 0
    "#]],
    );
    check(
        &story("28d"),
        expect![[r#"
        00:00:00  a starts on 0
        00:01:00  wide waits: Resources
        00:02:00  s1..s4 (4 jobs) waits: Priority
        08:00:00  a ends
        08:00:00  wide starts on 0
        08:00:00  s1 waits: Resources
    "#]],
    );
}

#[test]
fn a_job_held_by_a_limit_gets_no_promise() {
    // Without its limit `big` would keep the node from 01:00:00 on, and `small` would wait.
    check(
        "cluster  1 nodes x 4 gpus
         qos      normal cap 4
         a1     at 0s  gpus 2  limit 2h  user ann  runs 2h
         b1     at 0s  gpus 1  limit 1h  user bob
         big    at 1m  gpus 3  limit 1h  user ann
         small  at 2m  gpus 1  limit 3h  user cem",
        expect![[r#"
            00:00:00  a1, b1 starts on 0
            00:01:00  big waits: QOSMaxGRESPerUser
            00:02:00  small starts on 0
            01:00:00  b1 ends
            02:00:00  a1 ends
            02:00:00  big starts on 0
            03:00:00  big ends
            03:02:00  small ends
        "#]],
    );
}

#[test]
fn backfill_tests_so_many_jobs_and_no_more() {
    check(
        "cluster   1 nodes x 4 gpus
         backfill  slurm resolution 60s window 1d tests 3
         until     1h
         a     at 0s  gpus 3  limit 2h
         w*3   at 1m  gpus 2  limit 1h
         last  at 2m  gpus 1  limit 10m",
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  w1 waits: Resources
            00:01:00  w2, w3 waits: Priority
            00:02:00  last waits: Priority
        "#]],
    );
}

#[test]
fn easy_promises_only_the_head() {
    let story = |backfill: &str| {
        format!(
            "cluster   1 nodes x 8 gpus
             backfill  {backfill}
             passes    every instant
             a     at 0s  gpus 5  limit 1h
             head  at 1s  gpus 6  limit 1h
             next  at 2s  gpus 8  limit 1h
             c     at 3s  gpus 2  limit 3h   # fits beside head, delays only next"
        )
    };
    check(
        &story("easy"),
        expect![[r#"
        00:00:00  a starts on 0
        00:00:01  head waits: Resources
        00:00:02  next waits: Priority
        00:00:03  c starts on 0
        01:00:00  a ends
        01:00:00  head starts on 0
        01:00:00  next waits: Resources
        02:00:00  head ends
        03:00:03  c ends
        03:00:03  next starts on 0
        04:00:03  next ends
    "#]],
    );
    check(
        &story("slurm resolution 60s"),
        expect![[r#"
        00:00:00  a starts on 0
        00:00:01  head waits: Resources
        00:00:02  next waits: Priority
        00:00:03  c waits: Priority
        01:00:00  a ends
        01:00:00  head starts on 0
        01:00:00  next waits: Resources
        02:00:00  head ends
        02:00:00  next starts on 0
        02:00:00  c waits: Resources
        03:00:00  next ends
        03:00:00  c starts on 0
        06:00:00  c ends
    "#]],
    );
}

/// When each pending job of a story would start as backfill plans it, after the instant `until` of the story.
fn plans(text: &str) -> String {
    let story = read(text);
    let Backfill::Slurm(policy) = &story.world.scenario.policy.backfill else {
        panic!("only Slurm's backfill plans")
    };
    let mut watch = Watch::new(story.world.start(Passes::WhereNeeded, Detail::Summary));
    while watch.step().is_some() {}
    let cluster = watch.run.cluster();
    (0..cluster.queue.len())
        .map(|index| {
            let name = &story.names[usize::from(cluster.queue[index].job())];
            match plan_of(cluster, policy, watch.run.now(), index) {
                Some(plan) => {
                    let on: Vec<u32> = plan.on.nodes().iter().map(|node| node.0).collect();
                    format!("{name} {} on {on:?}\n", plan.when)
                }
                None => format!("{name} not promised\n"),
            }
        })
        .collect()
}

#[test]
fn an_estimate_looks_at_ends_in_groups_and_takes_the_last_that_matters() {
    // Ends at 10, 100, 110, 120 and 130 minutes. On one node every end of the second group matters: 130, not 110.
    expect![[r#"
        w 02:10:00 on [0]
    "#]]
    .assert_eq(&plans(
        "cluster   1 nodes x 5 gpus
         backfill  slurm resolution 60s window 1d
         until     1m
         a  at 0s  gpus 1  limit 10m
         b  at 0s  gpus 1  limit 100m
         c  at 0s  gpus 1  limit 110m
         d  at 0s  gpus 1  limit 120m
         e  at 0s  gpus 1  limit 130m
         w  at 0s  gpus 3  limit 1h",
    ));
    // With a node for each, only those of the chosen nodes do.
    expect![[r#"
        w 01:50:00 on [0, 1, 2]
    "#]]
    .assert_eq(&plans(
        "cluster   5 nodes x 1 gpus
         backfill  slurm resolution 60s window 1d
         until     1m
         a  at 0s  gpus 1    limit 10m
         b  at 0s  gpus 1    limit 100m
         c  at 0s  gpus 1    limit 110m
         d  at 0s  gpus 1    limit 120m
         e  at 0s  gpus 1    limit 130m
         w  at 0s  gpus 3x1  limit 1h",
    ));
}

#[test]
fn groups_may_grow_by_as_much_each_time() {
    // In steps of a minute 100 and 110 minutes are in groups of their own, and three GPUs are free at 110.
    expect![[r#"
        w 01:50:00 on [0]
    "#]]
    .assert_eq(&plans(
        "cluster   1 nodes x 5 gpus
         backfill  slurm resolution 60s window 1d linear 60s
         until     1m
         a  at 0s  gpus 1  limit 10m
         b  at 0s  gpus 1  limit 100m
         c  at 0s  gpus 1  limit 110m
         d  at 0s  gpus 1  limit 120m
         e  at 0s  gpus 1  limit 130m
         w  at 0s  gpus 3  limit 1h",
    ));
}

#[test]
fn an_end_on_other_nodes_keeps_a_group_open_for_one_more() {
    // A group is closed by the end that follows one on the job's own nodes. Here that is the end of a: 1 h.
    let story = |other: &str| {
        format!(
            "cluster  1 nodes x 4 gpus named left
             cluster  1 nodes x 4 gpus named right
             partition  p  nodes left
             partition  q  nodes right
             backfill  slurm resolution 60s window 1d
             until     1m
             a      at 0s  gpus 3  limit 1h  partition p
             b      at 0s  gpus 1  limit 2h  partition p
             other  at 0s  gpus 4  limit {other}  partition q
             w      at 0s  gpus 3  limit 1h  partition p"
        )
    };
    expect![[r#"
        w 01:00:00 on [0]
    "#]]
    .assert_eq(&plans(&story("3h")));
    // The end of `other` follows it, in the group but elsewhere; so b comes in as well.
    expect![[r#"
        w 02:00:00 on [0]
    "#]]
    .assert_eq(&plans(&story("1h")));
}

#[test]
fn an_estimate_stops_where_more_nodes_come_free() {
    // Until 2 h the left node is promised to `head`. On the right one the group of 100 and 110 minutes would reach to 130.
    expect![[r#"
        head 01:00:00 on [0]
        w 01:50:00 on [1]
    "#]]
    .assert_eq(&plans(
        "cluster   2 nodes x 4 gpus
         backfill  slurm resolution 60s window 1d
         until     1m
         l     at 0s  gpus 4  limit 1h
         a     at 0s  gpus 1  limit 10m
         b     at 0s  gpus 1  limit 100m
         c     at 0s  gpus 1  limit 110m
         d     at 0s  gpus 1  limit 130m
         head  at 0s  gpus 4  limit 1h
         w     at 0s  gpus 3  limit 2h",
    ));
}

#[test]
fn plans_follow_one_another_and_stop_at_the_window() {
    expect![[r#"
        second 00:10:00 on [0]
        third 01:10:00 on [0]
        fourth not promised
        fifth not promised
    "#]]
    .assert_eq(&plans(
        "cluster   1 nodes x 8 gpus
         backfill  slurm resolution 60s window 2h
         until     1m
         first   at 0s  gpus 6  limit 10m
         second  at 1s  gpus 4  limit 60m
         third   at 3s  gpus 1  limit 60m
         fourth  at 4s  gpus 1  limit 60m
         fifth   at 5s  gpus 8  limit 60m",
    ));
}

#[test]
fn a_plan_may_reach_into_the_grid_step_in_which_the_next_promise_begins() {
    // c frees two GPUs at 02:29:00; d would end at 02:31:00, floored 02:30:00, where the promise of b begins.
    expect![[r#"
        b 02:30:00 on [0]
        d 02:29:00 on [0]
    "#]]
    .assert_eq(&plans(
        "cluster   1 nodes x 4 gpus
         backfill  slurm resolution 10m
         until     2h
         a  at 0s  gpus 2  limit 150m
         c  at 0s  gpus 2  limit 149m
         b  at 1s  gpus 3  limit 1m
         d  at 2s  gpus 1  limit 2m",
    ));
}

#[test]
fn whom_bf_max_job_user_passes_over_is_promised_nothing() {
    // Were `second` promised both nodes, `other` could not take one of them for a day.
    let story = |most: u32| {
        let mut story = read(
            "cluster  2 nodes x 1 gpus
             qos      normal
             qos      nobody  cap 0
             run     at 0s  gpus 1    limit 1h  user cid
             first   at 1s  gpus 1    limit 1h  user ann  qos nobody
             second  at 2s  gpus 2x1  limit 1h  user ann
             other   at 3s  gpus 1    limit 1d  user bob
             until 2h",
        );
        if let Backfill::Slurm(slurm) = &mut story.world.scenario.policy.backfill {
            slurm.max_job_user = most;
        }
        story.told()
    };
    expect![[r#"
        00:00:00  run starts on 0
        00:00:01  first waits: None
        00:00:02  second waits: Priority
        00:00:03  first waits: QOSMaxGRESPerUser
        00:00:03  second waits: Resources
        00:00:03  other waits: Priority
        01:00:00  run ends
        01:00:00  second starts on 0,1
        01:00:00  other waits: Resources
    "#]]
    .assert_eq(&story(0));
    expect![[r#"
        00:00:00  run starts on 0
        00:00:01  first waits: None
        00:00:02  second waits: Priority
        00:00:03  first waits: QOSMaxGRESPerUser
        00:00:03  second waits: Resources
        00:00:03  other waits: Priority
        00:00:30  other starts on 1
        01:00:00  run ends
    "#]]
    .assert_eq(&story(1));
}

/// When `other` starts: at once, or where `second` is promised both nodes, after it.
fn other_starts(counts: &str, more: &str) -> bool {
    let told = tell(&format!(
        "cluster    2 nodes x 1 gpus
         partition  p
         partition  q
         qos        normal
         qos        nobody  cap 0
         backfill   slurm resolution 60s {counts}
         run     at 0s  gpus 1    limit 1h  user cid
         {more}
         second  at 2s  gpus 2x1  limit 1h  user ann  partition q
         other   at 3s  gpus 1    limit 1d  user bob  partition q
         until 2h",
    ));
    told.contains("other starts")
}

#[test]
fn jobs_are_counted_by_person_association_or_person_in_a_partition() {
    let here = "first at 1s gpus 1 limit 1h user ann qos nobody partition q";
    let there = "first at 1s gpus 1 limit 1h user ann qos nobody partition p";
    assert!(!other_starts("", here));
    for counts in ["per-user 1", "per-association 1", "per-user-and-partition 1"] {
        assert!(other_starts(counts, here), "{counts}");
    }
    assert!(!other_starts("per-user 2", here));
    // Where associations are counted, people are not.
    assert!(!other_starts("per-user 1 per-association 2", here));
    assert!(other_starts("per-user 1", there));
    assert!(!other_starts("per-user-and-partition 1", there));
}

#[test]
fn whom_a_limit_on_time_holds_does_not_count() {
    // MaxTime is looked at before any node is.
    let long = "first at 1s gpus 1 limit 2h user ann partition short";
    let story = |limit: &str| {
        tell(&format!(
            "cluster    2 nodes x 1 gpus
             partition  q
             partition  short  max-time {limit}
             backfill   slurm resolution 60s per-user 1
             run     at 0s  gpus 1    limit 1h  user cid  partition q
             keeps   at 0s  gpus 1    limit 9m  user cid  partition q
             {long}
             second  at 2s  gpus 2x1  limit 1h  user ann  partition q
             other   at 3s  gpus 1    limit 1d  user bob  partition q
             until 30m",
        ))
    };
    assert!(!story("1h").contains("other starts"));
}

#[test]
fn so_many_jobs_of_a_partition_are_promised_nodes_and_no_more() {
    let starts = |most: u32| {
        let told = tell(&format!(
            "cluster   2 nodes x 3 gpus
             backfill  slurm resolution 60s window 1d promises {most}
             a       at 0s  gpus 2  limit 1h
             b       at 0s  gpus 2  limit 2h
             first   at 1s  gpus 3  limit 5h
             second  at 2s  gpus 3  limit 1h
             other   at 3s  gpus 1  limit 3h
             until   10m"
        ));
        told.contains("other starts on 1")
    };
    assert_eq!([0, 2, 1].map(starts), [false, false, true]);
}
