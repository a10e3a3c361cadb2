//! Who is first, and what stands behind whom in the main pass.

use expect_test::expect;
use sim_core::engine::Passes;
use sim_core::metrics::Detail;
use tests::story::read;
use tests::world::job;

use crate::check;

#[test]
fn a_blocked_job_shuts_its_partition_in_the_main_pass() {
    check(
        "cluster   1 nodes x 4 gpus
         backfill  off
         a  at 0s  gpus 3  limit 1h
         b  at 0s  gpus 2  limit 1h
         c  at 0s  gpus 1  limit 10m   # one GPU is free, and stays so",
        expect![[r#"
            00:00:00  a starts on 0
            00:00:00  b waits: Resources
            00:00:00  c waits: Priority
            01:00:00  a ends
            01:00:00  b, c starts on 0
            01:10:00  c ends
            02:00:00  b ends
        "#]],
    );
}

#[test]
fn a_blocked_job_shuts_every_node_of_its_partition_for_others_too_but_backfill_may_use_them() {
    // Checklist 16: p has nodes 0 to 3, q nodes 2 to 5. The job of p needs four nodes and node 0 is taken.
    let story = |backfill: &str| {
        format!(
            "cluster    2 nodes x 1 gpus named left
             cluster    2 nodes x 1 gpus named middle
             cluster    2 nodes x 1 gpus named right
             partition  p  nodes left,middle   tier 2
             partition  q  nodes middle,right
             backfill   {backfill}
             a     at 0s  gpus 1    limit 2h  partition p
             wide  at 0s  gpus 4x1  limit 1h  partition p
             x*3   at 0s  gpus 1    limit 1h  partition q
             long  at 0s  gpus 1    limit 3h  partition q"
        )
    };
    check(
        &story("off"),
        expect![[r#"
        00:00:00  a starts on 0
        00:00:00  x1 starts on 4
        00:00:00  x2 starts on 5
        00:00:00  wide, x3 waits: Resources
        00:00:00  long waits: Priority
        01:00:00  x1, x2 ends
        01:00:00  x3 starts on 4
        01:00:00  long starts on 5
        02:00:00  a, x3 ends
        02:00:00  wide starts on 0,1,2,3
        03:00:00  wide ends
        04:00:00  long ends
    "#]],
    );
    check(
        &story("slurm"),
        expect![[r#"
        00:00:00  a starts on 0
        00:00:00  x1 starts on 4
        00:00:00  x2 starts on 5
        00:00:00  x3 starts on 2
        00:00:00  wide waits: Resources
        00:00:00  long waits: Priority
        00:01:00  long waits: Resources
        01:00:00  x1, x2, x3 ends
        01:00:00  long starts on 4
        02:00:00  a ends
        02:00:00  wide starts on 0,1,2,3
        03:00:00  wide ends
        04:00:00  long ends
    "#]],
    );
}

#[test]
fn a_partition_of_a_higher_tier_comes_first_without_preempting() {
    check(
        "cluster    1 nodes x 2 gpus
         partition  batch
         partition  debug  tier 2
         a  at 0s  gpus 2  limit 1h   partition batch
         b  at 1m  gpus 2  limit 1h   partition batch
         c  at 2m  gpus 1  limit 10m  partition debug",
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:02:00  c waits: Resources
            01:00:00  a ends
            01:00:00  c starts on 0
            01:10:00  c ends
            01:10:00  b starts on 0
            02:10:00  b ends
        "#]],
    );
}

#[test]
fn whoever_could_push_another_off_stands_before_it() {
    check(
        "cluster  1 nodes x 1 gpus
         qos  low   priority 10
         qos  high  preempts low
         priority  qos 1000
         a  at 0s  gpus 1  limit 1h  qos high
         b  at 1s  gpus 1  limit 1h  qos low
         c  at 2s  gpus 1  limit 1h  qos high",
        expect![[r#"
            00:00:00  a starts on 0
            00:00:01  b waits: None
            00:00:02  c waits: None
            00:00:03  b waits: Priority
            00:00:03  c waits: Resources
            01:00:00  a ends
            01:00:00  c starts on 0
            01:00:00  b waits: Resources
            02:00:00  c ends
            02:00:00  b starts on 0
            03:00:00  b ends
        "#]],
    );
}

/// Low stands before other by its priority, other before high, and high before low since it could push it off: any order
/// breaks one of the three. Slurm's sort looks at the last two first, and then goes on with the first of all.
#[test]
fn pairs_that_agree_with_no_order_fall_as_they_do_in_slurms_sort() {
    let rules = "cluster  1 nodes x 1 gpus
         qos  low    priority 10
         qos  high   preempts low
         qos  other  priority 5
         priority  qos 1000
         a  at 0s  gpus 1  limit 1h  qos high\n";
    let submissions = |[b, c, d]: [&str; 3]| {
        format!(
            "{rules} {b} at 1s gpus 1 limit 1h qos {b}
             {c} at 1s gpus 1 limit 1h qos {c}
             {d} at 1s gpus 1 limit 1h qos {d}"
        )
    };
    for (submitted, first, second, third) in [
        (["low", "other", "high"], "low", "other", "high"),
        (["high", "low", "other"], "high", "low", "other"),
        (["other", "high", "low"], "other", "high", "low"),
    ] {
        let told = read(&submissions(submitted)).told();
        let starts: Vec<&str> = told
            .lines()
            .filter(|line| line.contains("starts"))
            .filter_map(|line| line.split_whitespace().nth(1))
            .collect();
        assert_eq!(starts, ["a", first, second, third], "{told}");
    }
}

#[test]
fn a_gpu_freed_at_an_instant_serves_a_job_submitted_at_that_instant() {
    check(
        "cluster  1 nodes x 1 gpus
         a  at 0s   gpus 1  limit 1h  runs 90s
         b  at 90s  gpus 1  limit 1h",
        expect![[r#"
            00:00:00  a starts on 0
            00:01:30  a ends
            00:01:30  b starts on 0
            01:01:30  b ends
        "#]],
    );
}

#[test]
fn a_submission_is_looked_at_three_seconds_after_the_last_pass_at_the_earliest() {
    check(
        "cluster  1 nodes x 4 gpus
         a  at 100s  gpus 1  limit 10m
         b  at 101s  gpus 1  limit 10m
         c  at 102s  gpus 1  limit 10m
         d  at 119s  gpus 1  limit 10m",
        expect![[r#"
            00:01:40  a starts on 0
            00:01:41  b waits: None
            00:01:42  c waits: Priority
            00:01:43  b, c starts on 0
            00:01:59  d starts on 0
            00:11:40  a ends
            00:11:43  b, c ends
            00:11:59  d ends
        "#]],
    );
}

#[test]
fn the_pass_of_every_minute_serves_what_came_a_second_before() {
    check(
        "cluster  1 nodes x 4 gpus
         backfill  off
         qos      normal cap 1
         a1  at 0s    gpus 1  limit 1h  user ann
         a2  at 178s  gpus 1  limit 1h  user ann   # the pass at 00:02:58 starts nothing
         b1  at 179s  gpus 1  limit 1h  user bob",
        expect![[r#"
            00:00:00  a1 starts on 0
            00:02:58  a2 waits: QOSMaxGRESPerUser
            00:02:59  b1 waits: Priority
            00:03:00  b1 starts on 0
            01:00:00  a1 ends
            01:00:00  a2 starts on 0
            01:03:00  b1 ends
            02:00:00  a2 ends
        "#]],
    );
}

#[test]
fn the_next_segment_of_a_chain_is_submitted_at_its_predecessors_end() {
    check(
        "cluster  1 nodes x 2 gpus
         first   at 0s        gpus 2  limit 1h
         other   at 10m       gpus 1  limit 1h
         second  after first  gpus 1  limit 1h",
        expect![[r#"
            00:00:00  first starts on 0
            00:10:00  other waits: Resources
            01:00:00  first ends
            01:00:00  other, second starts on 0
            02:00:00  other, second ends
        "#]],
    );
}

#[test]
fn whoever_used_less_stands_first() {
    check(
        "cluster   1 nodes x 2 gpus
         priority  fairshare 1000
         people    ann 1 bob 1 cem 1
         a1  at 0s   gpus 2  limit 2h  user ann
         b1  at 2h   gpus 2  limit 1h  user bob
         a2  at 125m gpus 2  limit 1h  user ann
         b2  at 126m gpus 2  limit 1h  user bob
         c2  at 127m gpus 2  limit 1h  user cem",
        expect![[r#"
            00:00:00  a1 starts on 0
            02:00:00  a1 ends
            02:00:00  b1 starts on 0
            02:05:00  a2 waits: Resources
            02:06:00  a2 waits: Priority
            02:06:00  b2 waits: Resources
            02:07:00  b2 waits: Priority
            02:07:00  c2 waits: Resources
            03:00:00  b1 ends
            03:00:00  c2 starts on 0
            03:00:00  b2 waits: Resources
            04:00:00  c2 ends
            04:00:00  b2 starts on 0
            04:00:00  a2 waits: Resources
            05:00:00  b2 ends
            05:00:00  a2 starts on 0
            06:00:00  a2 ends
        "#]],
    );
}

#[test]
fn all_users_of_the_account_that_used_less_stand_before_all_of_the_other() {
    check(
        "cluster   1 nodes x 4 gpus
         priority  fairshare 1000
         people    ann 1 bob 1 cem 2 dan 2
         a1  at 0s  gpus 3  limit 1h  user ann
         c1  at 0s  gpus 1  limit 1h  user cem
         b2  at 1m  gpus 4  limit 1h  user bob    # idle, in the account that used more
         c2  at 2m  gpus 4  limit 1h  user cem
         d2  at 3m  gpus 4  limit 1h  user dan",
        expect![[r#"
            00:00:00  a1, c1 starts on 0
            00:01:00  b2 waits: Resources
            00:02:00  c2 waits: Priority
            00:03:00  d2 waits: Priority
            00:05:00  b2 waits: Priority
            00:05:00  d2 waits: Resources
            01:00:00  a1, c1 ends
            01:00:00  d2 starts on 0
            01:00:00  c2 waits: Resources
            01:30:00  b2 waits: Resources
            01:30:00  c2 waits: Priority
            02:00:00  d2 ends
            02:00:00  b2 starts on 0
            02:00:00  c2 waits: Resources
            03:00:00  b2 ends
            03:00:00  c2 starts on 0
            04:00:00  c2 ends
        "#]],
    );
}

#[test]
fn a_short_half_life_forgets_what_a_long_one_remembers() {
    // Ann used twice as much as Bob, nine days earlier.
    let story = |half_life: &str| {
        format!(
            "cluster   1 nodes x 4 gpus
             priority  fairshare 1000 half-life {half_life}
             people    ann 1 bob 1 cem 1
             a1    at 0s       gpus 4  limit 20h  user ann
             b1    at 9d       gpus 4  limit 10h  user bob
             c1    at 9-10:00  gpus 4  limit 1h   user cem
             b2    at 9-10:01  gpus 4  limit 1h   user bob
             a2    at 9-10:02  gpus 4  limit 1h   user ann"
        )
    };
    check(
        &story("1d"),
        expect![[r#"
        00:00:00  a1 starts on 0
        20:00:00  a1 ends
        9-00:00:00  b1 starts on 0
        9-10:00:00  b1 ends
        9-10:00:00  c1 starts on 0
        9-10:01:00  b2 waits: Resources
        9-10:02:00  b2 waits: Priority
        9-10:02:00  a2 waits: Resources
        9-11:00:00  c1 ends
        9-11:00:00  a2 starts on 0
        9-11:00:00  b2 waits: Resources
        9-12:00:00  a2 ends
        9-12:00:00  b2 starts on 0
        9-13:00:00  b2 ends
    "#]],
    );
    check(
        &story("off"),
        expect![[r#"
        00:00:00  a1 starts on 0
        20:00:00  a1 ends
        9-00:00:00  b1 starts on 0
        9-10:00:00  b1 ends
        9-10:00:00  c1 starts on 0
        9-10:01:00  b2 waits: Resources
        9-10:02:00  a2 waits: Priority
        9-11:00:00  c1 ends
        9-11:00:00  b2 starts on 0
        9-11:00:00  a2 waits: Resources
        9-12:00:00  b2 ends
        9-12:00:00  a2 starts on 0
        9-13:00:00  a2 ends
    "#]],
    );
}

#[test]
fn priorities_move_at_ticks_only() {
    // Bob's use of the last minutes counts from 01:05:00 on; at 01:02:00 both are still equal, and b2 came first.
    check(
        "cluster   1 nodes x 4 gpus
         priority  fairshare 1000
         people    ann 1 bob 1
         b1    at 1h    gpus 4  limit 2m   user bob
         b2    at 3601s gpus 4  limit 10m  user bob
         a2    at 3602s gpus 4  limit 10m  user ann
         b3    at 3603s gpus 4  limit 10m  user bob
         a3    at 3604s gpus 4  limit 10m  user ann",
        expect![[r#"
            01:00:00  b1 starts on 0
            01:00:01  b2 waits: None
            01:00:02  a2 waits: Priority
            01:00:03  b2 waits: Resources
            01:00:03  b3 waits: Priority
            01:00:04  a3 waits: Priority
            01:02:00  b1 ends
            01:02:00  b2 starts on 0
            01:02:00  a2 waits: Resources
            01:12:00  b2 ends
            01:12:00  a2 starts on 0
            01:12:00  a3 waits: Resources
            01:22:00  a2 ends
            01:22:00  a3 starts on 0
            01:22:00  b3 waits: Resources
            01:32:00  a3 ends
            01:32:00  b3 starts on 0
            01:42:00  b3 ends
        "#]],
    );
}

#[test]
fn age_lets_who_waits_longer_pass_by() {
    check(
        "cluster    1 nodes x 1 gpus
         partition  low   factor 1
         partition  high  factor 10
         priority   age 1000 partition 100 max-age 7d
         a     at 0s  gpus 1  limit 2d  partition high
         old   at 1h  gpus 1  limit 1h  partition low   # a day ahead in age is worth 143, the partition 90
         young at 1d  gpus 1  limit 1h  partition high",
        expect![[r#"
            00:00:00  a starts on 0
            01:00:00  old waits: Resources
            1-00:00:00  young waits: Resources
            2-00:00:00  a ends
            2-00:00:00  old starts on 0
            2-01:00:00  old ends
            2-01:00:00  young starts on 0
            2-02:00:00  young ends
        "#]],
    );
}

#[test]
fn age_grows_whatever_rule_holds_a_job() {
    let story = read(
        "cluster    1 nodes x 4 gpus
         partition  batch  max-time 3d
         qos        normal cap 1
         priority   age 7000 max-age 7d calc-period 5m
         until      2d
         runs  at 0s  gpus 1  limit 3d  user ann
         held  at 0s  gpus 1  limit 1h  user ann
         long  at 0s  gpus 1  limit 4d  user bob",
    );
    let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
    while run.advance(u32::MAX) < 1.0 {}
    let of = |name: usize| {
        let job = &run.cluster().jobs[job(name)];
        (job.reason.code(), job.priority)
    };
    // The last tick comes five minutes before the end, at 2875 of 10080 minutes.
    assert_eq!(of(1), ("QOSMaxGRESPerUser", 1_996));
    assert_eq!(of(2), ("PartitionTimeLimit", 1_996));
}

#[test]
fn a_job_that_a_limit_held_has_its_age_when_it_is_free() {
    check(
        "cluster   1 nodes x 4 gpus
         backfill  off
         qos       normal
         qos       single cap 1
         priority  age 1000 max-age 7d
         a1    at 0s   gpus 1  limit 1d  user ann  qos single
         a2    at 1m   gpus 1  limit 1h  user ann  qos single
         wide  at 12h  gpus 4  limit 1h  user bob",
        expect![[r#"
            00:00:00  a1 starts on 0
            00:01:00  a2 waits: QOSMaxGRESPerUser
            12:00:00  wide waits: Resources
            1-00:00:00  a1 ends
            1-00:00:00  a2 starts on 0
            1-01:00:00  a2 ends
            1-01:00:00  wide starts on 0
            1-02:00:00  wide ends
        "#]],
    );
}
