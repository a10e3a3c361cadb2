//! What comes first within one second, where nodes take a moment to be cleaned after a job. Where that moment is seen,
//! a job ends twice: its run, and then its stay.

use expect_test::{Expect, expect};
use sim_core::scenario::PassRhythm;
use sim_core::units::Span;
use tests::story::read;

/// A story in which nodes are cleaned for a second.
fn check(text: &str, expected: Expect) {
    check_cleaned_for(Span::secs(1), text, expected);
}

fn check_cleaned_for(completing: Span, text: &str, expected: Expect) {
    let mut story = read(text);
    if let PassRhythm::Slurm(passes) = &mut story.world.scenario.policy.passes {
        passes.completing = completing;
    }
    expected.assert_eq(&story.told());
}

#[test]
fn whom_the_main_pass_started_ends_before_backfill_looks() {
    // `a` ends after sixty seconds, on the grid of backfill; the main pass of that second has been.
    check(
        "cluster   1 nodes x 1 gpus
         backfill  slurm interval 30s
         a  at 0s  gpus 1  limit 10m  runs 60s
         b  at 5s  gpus 1  limit 10m",
        expect![[r#"
            00:00:00  a starts on 0
            00:00:05  b waits: Resources
            00:01:00  a ends
            00:01:00  b starts on 0
            00:11:00  b ends
            00:11:01  b ends
        "#]],
    );
}

#[test]
fn off_the_grid_of_backfill_the_main_pass_of_the_next_second_sees_an_end() {
    check(
        "cluster   1 nodes x 1 gpus
         backfill  slurm interval 30s
         a  at 0s  gpus 1  limit 10m  runs 70s
         b  at 5s  gpus 1  limit 10m",
        expect![[r#"
            00:00:00  a starts on 0
            00:00:05  b waits: Resources
            00:01:10  a ends
            00:01:11  b starts on 0
            00:11:11  b ends
        "#]],
    );
}

#[test]
fn whom_backfill_started_ends_after_it_has_looked() {
    // `wide` shuts the partition, so that only backfill can start the small ones. When `a` ends it looks at 01:30 as always,
    // and finds the node that was free before; that of `a` it finds a turn later.
    check(
        "cluster   3 nodes x 1 gpus
         backfill  slurm interval 30s
         first  at 0s   gpus 1    limit 10m
         wide   at 0s   gpus 3x1  limit 10m
         a      at 1s   gpus 1    limit 8m  runs 60s
         b      at 70s  gpus 1    limit 5m
         c      at 71s  gpus 1    limit 5m
         until 3m",
        expect![[r#"
            00:00:00  first starts on 0
            00:00:00  wide waits: Resources
            00:00:01  a waits: Priority
            00:00:30  a starts on 1
            00:01:10  b waits: Priority
            00:01:11  c waits: Priority
            00:01:30  a ends
            00:01:30  b starts on 2
            00:01:31  a ends
            00:02:00  c starts on 1
        "#]],
    );
}

#[test]
fn a_limit_is_free_while_the_node_is_still_cleaned() {
    // `wide` shuts the partition, so that only backfill can start the small ones. `b` waits for the limit alone: there is
    // another node, and it need not wait for that of `a` to be clean.
    check_cleaned_for(
        Span::mins(5),
        "cluster   3 nodes x 1 gpus
         backfill  slurm interval 30s
         qos       normal
         qos       small cap 1
         first  at 0s  gpus 1    limit 10m
         wide   at 0s  gpus 3x1  limit 10m
         a      at 1s  gpus 1    limit 5m  runs 70s  qos small
         b      at 2s  gpus 1    limit 5m  qos small
         until 4m",
        expect![[r#"
            00:00:00  first starts on 0
            00:00:00  wide waits: Resources
            00:00:01  a waits: Priority
            00:00:02  b waits: Priority
            00:00:30  a starts on 1
            00:00:30  b waits: QOSMaxGRESPerUser
            00:01:40  a ends
            00:02:00  b starts on 2
        "#]],
    );
}
