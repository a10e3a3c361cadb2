//! What an admin does while jobs run and wait.

use expect_test::{Expect, expect};
use sim_core::cluster::{NodeSet, Tree};
use sim_core::engine::{Change, JobChange, Passes};
use sim_core::ids::{JobId, PartitionId, PartitionSet, QosId, UserId};
use sim_core::metrics::Detail;
use sim_core::reason::Reason;
use sim_core::scenario::{PartitionState, Policy, ReservationSpec};
use sim_core::units::{Span, Time};
use tests::story::{Story, read};

/// Seconds from the start.
fn at(seconds: u32) -> Time {
    Time(seconds)
}

fn told(story: &Story, changes: &[(Time, Change)], passes: Passes) -> String {
    let mut run = story.world.start(passes, Detail::Summary);
    for (at, change) in changes {
        run.change_at(*at, change.clone());
    }
    story.told_of(run)
}

/// A story in which an admin does these things. Whoever starts and ends is the same with every pass forced.
fn check_story(story: &Story, changes: &[(Time, Change)], expected: Expect) {
    let needed = told(story, changes, Passes::WhereNeeded);
    let forced = told(story, changes, Passes::Forced);
    let facts = |told: &str| -> Vec<String> {
        let lines = told.lines().filter(|line| !line.contains("waits: "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(facts(&needed), facts(&forced));
    expected.assert_eq(&needed);
}

fn check(text: &str, changes: &[(Time, Change)], expected: Expect) {
    check_story(&read(text), changes, expected);
}

fn tell(seconds: u32, job: usize, what: JobChange) -> (Time, Change) {
    (at(seconds), Change::Job(JobId::from(job), what))
}

/// New rules, from those of a story.
fn rules(seconds: u32, story: &Story, rule: impl Fn(&mut Policy)) -> (Time, Change) {
    let mut policy = story.world.scenario.policy.clone();
    rule(&mut policy);
    (at(seconds), Change::Rules(Box::new(policy)))
}

const fn cancel(waiting: bool, running: bool) -> JobChange {
    JobChange::Cancel { waiting, running }
}

const ANYHOW: JobChange = cancel(true, true);
const IF_WAITING: JobChange = cancel(true, false);
const IF_RUNNING: JobChange = cancel(false, true);

const QUEUE: &str = "
    cluster  1 nodes x 1 gpus
    a  at 0s  gpus 1  limit 1h  runs 10m
    b  at 1m  gpus 1  limit 1h  runs 10m
    c  at 2m  gpus 1  limit 1h  runs 10m";

#[test]
fn a_held_job_lets_others_by_until_it_is_released() {
    check(
        QUEUE,
        &[
            tell(180, 1, JobChange::Hold(Reason::JobHeldAdmin)),
            tell(900, 1, JobChange::Release),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:02:00  c waits: Priority
            00:03:00  b waits: JobHeldAdmin
            00:03:00  c waits: Resources
            00:10:00  a ends
            00:10:00  c starts on 0
            00:15:00  b waits: Resources
            00:20:00  c ends
            00:20:00  b starts on 0
            00:30:00  b ends
        "#]],
    );
}

#[test]
fn who_is_held_in_the_second_in_which_it_comes_does_not_start() {
    check(
        QUEUE,
        &[
            tell(0, 0, JobChange::Hold(Reason::JobHeldUser)),
            tell(240, 0, JobChange::Release),
        ],
        expect![[r#"
            00:00:00  a waits: JobHeldUser
            00:01:00  b starts on 0
            00:02:00  c waits: Resources
            00:04:00  a waits: Resources
            00:04:00  c waits: Priority
            00:11:00  b ends
            00:11:00  a starts on 0
            00:11:00  c waits: Resources
            00:21:00  a ends
            00:21:00  c starts on 0
            00:31:00  c ends
        "#]],
    );
}

#[test]
fn who_is_not_yet_there_or_gone_does_not_listen() {
    check(
        QUEUE,
        &[
            tell(30, 1, JobChange::Hold(Reason::JobHeldUser)),
            tell(700, 0, JobChange::Hold(Reason::JobHeldUser)),
            tell(700, 0, ANYHOW),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:02:00  c waits: Priority
            00:10:00  a ends
            00:10:00  b starts on 0
            00:10:00  c waits: Resources
            00:20:00  b ends
            00:20:00  c starts on 0
            00:30:00  c ends
        "#]],
    );
}

#[test]
fn a_priority_that_is_set_counts_at_once_and_stays() {
    check(
        QUEUE,
        &[tell(180, 2, JobChange::Priority(500))],
        expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b waits: Resources
        00:02:00  c waits: Priority
        00:03:00  b waits: Priority
        00:03:00  c waits: Resources
        00:10:00  a ends
        00:10:00  c starts on 0
        00:10:00  b waits: Resources
        00:20:00  c ends
        00:20:00  b starts on 0
        00:30:00  b ends
    "#]],
    );
    // 0 holds, anything else releases.
    check(
        QUEUE,
        &[
            tell(180, 1, JobChange::Priority(0)),
            tell(900, 1, JobChange::Priority(7)),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:02:00  c waits: Priority
            00:03:00  b waits: JobHeldAdmin
            00:03:00  c waits: Resources
            00:10:00  a ends
            00:10:00  c starts on 0
            00:15:00  b waits: Resources
            00:20:00  c ends
            00:20:00  b starts on 0
            00:30:00  b ends
        "#]],
    );
}

#[test]
fn nice_moves_a_priority_at_once() {
    let text =
        format!("priority qos 1000 calc-period 1h\nqos top priority 9\nqos normal priority 9\n{QUEUE}");
    check(
        &text,
        &[tell(180, 1, JobChange::Nice(500))],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:02:00  c waits: Priority
            00:03:00  b waits: Priority
            00:03:00  c waits: Resources
            00:10:00  a ends
            00:10:00  c starts on 0
            00:10:00  b waits: Resources
            00:20:00  c ends
            00:20:00  b starts on 0
            00:30:00  b ends
        "#]],
    );
}

#[test]
fn a_running_job_ends_by_its_new_limit() {
    let mut story = read(
        "cluster  2 nodes x 1 gpus
         longer   at 0s  gpus 1  limit 10m
         shorter  at 0s  gpus 1  limit 1h
         next     at 1m  gpus 1  limit 1h  runs 1m",
    );
    story.world.jobs[0].runtime = Span::mins(15);
    check_story(
        &story,
        &[
            tell(300, 0, JobChange::Limit(Span::hours(1))),
            tell(300, 1, JobChange::Limit(Span::mins(2))),
        ],
        expect![[r#"
            00:00:00  longer starts on 0
            00:00:00  shorter starts on 1
            00:01:00  next waits: Resources
            00:05:00  shorter ends
            00:05:00  next starts on 1
            00:06:00  next ends
            00:15:00  longer ends
        "#]],
    );
}

#[test]
fn run_minutes_follow_a_new_limit() {
    // `a` leaves 60 GPU-minutes, and after its limit was cut 110.
    check(
        "cluster  2 nodes x 1 gpus
         qos      normal  group-run-minutes 120
         priority calc-period 1h
         a  at 0s  gpus 1  limit 1h
         b  at 1m  gpus 1  limit 100m  runs 5m",
        &[tell(300, 0, JobChange::Limit(Span::mins(10)))],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: QOSGrpGRESRunMinutes
            00:05:00  b starts on 1
            00:10:00  a, b ends
        "#]],
    );
}

#[test]
fn who_is_cancelled_is_gone_and_leaves_its_nodes() {
    check(
        QUEUE,
        &[
            tell(180, 0, IF_WAITING),
            tell(240, 1, IF_WAITING),
            tell(300, 0, IF_RUNNING),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:02:00  c waits: Priority
            00:04:00  b ends
            00:04:00  c waits: Resources
            00:05:00  a ends
            00:05:00  c starts on 0
            00:15:00  c ends
        "#]],
    );
}

#[test]
fn who_is_queued_again_waits_for_its_delay_and_if_held_for_its_release() {
    let text = "
        cluster  1 nodes x 1 gpus
        a  at 0s  gpus 1  limit 1h  runs 10m";
    check(
        text,
        &[tell(60, 0, JobChange::Requeue { held: false })],
        expect![[r#"
            00:00:00  a starts on 0
            00:03:01  a waits: None
            00:03:30  a starts on 0
            00:13:30  a ends
        "#]],
    );
    check(
        text,
        &[
            tell(60, 0, JobChange::Requeue { held: true }),
            tell(90, 0, JobChange::Release),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  a waits: JobHeldUser
            00:03:01  a waits: None
            00:03:30  a starts on 0
            00:13:30  a ends
        "#]],
    );
    check(
        text,
        &[
            tell(60, 0, JobChange::Requeue { held: true }),
            tell(600, 0, JobChange::Release),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  a waits: JobHeldUser
            00:10:00  a starts on 0
            00:20:00  a ends
        "#]],
    );
    // Also one that has ended; and the delay can be cut short.
    check(
        text,
        &[
            tell(700, 0, JobChange::Requeue { held: false }),
            tell(705, 0, JobChange::Begin(at(710))),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:10:00  a ends
            00:11:50  a waits: None
            00:12:00  a starts on 0
            00:22:00  a ends
        "#]],
    );
}

#[test]
fn what_is_asked_for_can_change_while_it_waits() {
    let text = "
        cluster    1 nodes x 1 gpus named left
        cluster    1 nodes x 1 gpus named right
        partition  l  nodes left
        partition  r  nodes right
        priority   qos 1000
        qos        low   priority 1
        qos        high  priority 5
        a  at 0s  gpus 1  limit 1h  runs 10m  partition l  qos low
        b  at 1m  gpus 1  limit 1h  runs 10m  partition l  qos low
        c  at 2m  gpus 1  limit 1h  runs 10m  partition l  qos low
        d  at 3m  gpus 1  limit 1h  runs 10m  partition l  qos low";
    check(
        text,
        &[
            tell(240, 3, JobChange::Qos(QosId(1))),
            tell(
                300,
                2,
                JobChange::Partitions(PartitionId(1), PartitionSet::empty()),
            ),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:02:00  c waits: Priority
            00:03:00  d waits: Priority
            00:04:00  b waits: Priority
            00:04:00  d waits: Resources
            00:05:00  c starts on 1
            00:10:00  a ends
            00:10:00  d starts on 0
            00:10:00  b waits: Resources
            00:15:00  c ends
            00:20:00  d ends
            00:20:00  b starts on 0
            00:30:00  b ends
        "#]],
    );
    check(
        text,
        &[tell(240, 1, JobChange::Begin(at(900)))],
        expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b waits: Resources
        00:02:00  c waits: Priority
        00:03:00  d waits: Priority
        00:04:00  b waits: BeginTime
        00:04:00  c waits: Resources
        00:10:00  a ends
        00:10:00  c starts on 0
        00:10:00  d waits: Resources
        00:15:00  b waits: Resources
        00:15:00  d waits: Priority
        00:20:00  c ends
        00:20:00  b starts on 0
        00:20:00  d waits: Resources
        00:30:00  b ends
        00:30:00  d starts on 0
        00:40:00  d ends
    "#]],
    );
}

#[test]
fn a_partition_that_is_down_starts_nothing() {
    let story = read(QUEUE);
    let state = |seconds, state| rules(seconds, &story, |policy| policy.partitions[0].state = state);
    check_story(
        &story,
        &[state(180, PartitionState::Down), state(1200, PartitionState::Up)],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:02:00  c waits: Priority
            00:03:00  b, c waits: PartitionDown
            00:10:00  a ends
            00:20:00  b starts on 0
            00:20:00  c waits: Resources
            00:30:00  b ends
            00:30:00  c starts on 0
            00:40:00  c ends
        "#]],
    );
}

#[test]
fn a_new_tier_counts_at_once() {
    let story = read(
        "cluster    1 nodes x 1 gpus
         partition  p
         partition  q
         a  at 0s  gpus 1  limit 1h  runs 10m  partition p
         b  at 1m  gpus 1  limit 1h  runs 10m  partition p
         c  at 2m  gpus 1  limit 1h  runs 10m  partition q",
    );
    let tier = rules(180, &story, |policy| policy.partitions[1].tier = 5);
    check_story(
        &story,
        &[tier],
        expect![[r#"
        00:00:00  a starts on 0
        00:01:00  b waits: Resources
        00:02:00  c waits: Resources
        00:10:00  a ends
        00:10:00  c starts on 0
        00:20:00  c ends
        00:20:00  b starts on 0
        00:30:00  b ends
    "#]],
    );
}

#[test]
fn drained_nodes_let_jobs_finish_and_nodes_that_go_down_lose_them() {
    let mut first = NodeSet::empty(2);
    first.insert(0);
    let text = "
        cluster  2 nodes x 1 gpus
        a  at 0s  gpus 1  limit 1h  runs 10m
        b  at 1m  gpus 2x1  limit 1h  runs 10m";
    check(
        text,
        &[
            (at(120), Change::Drain(first.clone())),
            (at(1200), Change::Resume(first.clone())),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:10:00  a ends
            00:20:00  b starts on 0,1
            00:30:00  b ends
        "#]],
    );
    check(
        text,
        &[
            (at(120), Change::Down(first.clone())),
            (at(240), Change::Resume(first)),
        ],
        expect![[r#"
            00:00:00  a starts on 0
            00:01:00  b waits: Resources
            00:04:00  b starts on 0,1
            00:04:01  a waits: None
            00:05:00  a waits: Resources
            00:14:00  b ends
            00:14:00  a starts on 0
            00:24:00  a ends
        "#]],
    );
}

#[test]
fn a_reservation_of_so_many_nodes_takes_those_that_are_free_first_until_it_is_deleted() {
    let spec = ReservationSpec {
        name: String::from("r"),
        nodes: Vec::new(),
        start: Span::mins(2),
        duration: Span::hours(5),
        announced: Span::mins(2),
        ..ReservationSpec::default()
    };
    let text = "
        cluster  3 nodes x 1 gpus
        a  at 0s  gpus 1  limit 2h  runs 1h
        b  at 0s  gpus 1  limit 1h
        c  at 3m  gpus 1  limit 1h  runs 10m
        d  at 3m  gpus 1  limit 1h  runs 10m";
    // Two: node 2, which is free, and node 1, which is free before node 0.
    let two = (at(120), Change::Reserve(spec.clone(), Some(2)));
    let deleted = (at(600), Change::Unreserve(String::from("r")));
    check(
        text,
        &[two.clone(), deleted.clone()],
        expect![[r#"
            00:00:00  a starts on 0
            00:00:00  b starts on 1
            00:03:00  c waits: Resources
            00:03:00  d waits: Priority
            00:10:00  c starts on 2
            00:10:00  d waits: Resources
            00:20:00  c ends
            00:20:00  d starts on 2
            00:30:00  d ends
            01:00:00  a, b ends
        "#]],
    );
    // Changed: it is in the place of the first.
    let mut shorter = spec.clone();
    shorter.duration = Span::mins(10);
    check(
        text,
        &[two, (at(300), Change::Reserve(shorter, Some(1)))],
        expect![[r#"
            00:00:00  a starts on 0
            00:00:00  b starts on 1
            00:03:00  c waits: Resources
            00:03:00  d waits: Priority
            00:12:00  c starts on 2
            00:12:00  d waits: Resources
            00:22:00  c ends
            00:22:00  d starts on 2
            00:32:00  d ends
            01:00:00  a, b ends
        "#]],
    );
    // More than there are: none.
    check(
        text,
        &[(at(120), Change::Reserve(spec, Some(4)))],
        expect![[r#"
            00:00:00  a starts on 0
            00:00:00  b starts on 1
            00:03:00  c starts on 2
            00:03:00  d waits: Resources
            00:13:00  c ends
            00:13:00  d starts on 2
            00:23:00  d ends
            01:00:00  a, b ends
        "#]],
    );
}

#[test]
fn shares_and_forgotten_use_count_from_the_next_tick() {
    let story = read(
        "cluster   1 nodes x 1 gpus
         priority  fairshare 1000 calc-period 5m half-life 7d
         people    ann 1 bob 1
         a  at 0s  gpus 1  limit 1h  runs 10m  user ann",
    );
    let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
    let tree = run.cluster().tree.clone();
    let [ann, bob] = [0, 1].map(|user| tree.leaf(UserId(user), sim_core::ids::AccountId(1)));
    run.change_at(
        at(660),
        Change::ForgetUsage(tree.account(sim_core::ids::AccountId(1))),
    );
    let (mut before, mut after) = ((0.0, 0.0), (0.0, 0.0));
    while run.advance(1) < 1.0 {
        let usage = &run.cluster().usage;
        match run.now().0 {
            600..660 => before = (usage.raw(ann), usage.factor(ann)),
            660 => after = (usage.raw(ann), usage.factor(ann)),
            _ => {}
        }
    }
    assert!(
        before.0 > 0.0 && before.1 < run.cluster().usage.factor(bob),
        "{before:?}"
    );
    assert_eq!(after, (0.0, before.1));
    assert_eq!(run.cluster().usage.raw(Tree::ROOT), 0.0);
}
