//! What becomes of work on its way: what is saved and what is done again, what breaks, what is left idle.

use expect_test::{Expect, expect};
use sim_core::engine::Passes;
use sim_core::ids::{AccountId, UserId};
use sim_core::metrics::Detail;
use sim_core::scenario::{LowUseRule, Outage, Persona, PreemptMode, Scenario};
use sim_core::units::{PerMille, Span, Time};
use sim_core::workload::{Class, Intent, Needs, Outcome, Person, Saving, WantedLimit, route};
use tests::story::{Story, read};

/// A story with more set than its lines say: what happened, and what the GPUs were held for, in GPU-minutes.
fn check(text: &str, change: impl FnOnce(&mut Story), expected: Expect) {
    let mut story = read(text);
    change(&mut story);
    expected.assert_eq(&told(&story));
}

fn told(story: &Story) -> String {
    let report = story.world.report(Passes::WhereNeeded, Detail::Summary);
    let busy = report.busy;
    let minutes = |sevenths: u64| sevenths as f64 / 420.0;
    let sums = format!(
        "useful {:.1}, held but idle {:.1}, without result {:.1}, lost {:.1}\n",
        minutes(busy.useful),
        minutes(busy.held_idle),
        minutes(busy.no_result),
        minutes(busy.lost),
    );
    let freed = match report.freed {
        0 => String::new(),
        freed => format!("set free {:.1}\n", minutes(freed)),
    };
    format!("{}{sums}{freed}", story.told())
}

/// What people send in who want this, on two GPUs, and what comes of it.
fn check_wanted(wanted: &Intent, change: impl FnOnce(&mut Scenario), expected: Expect) {
    let mut story = read("cluster 1 nodes x 4 gpus\nuntil 20d");
    change(&mut story.world.scenario);
    story.world.people = vec![1];
    let checked = story.world.checked().expect("a story that can be");
    let person = Person {
        persona: Persona::Notebook,
        account: AccountId(1),
    };
    story.world.jobs = route(wanted, &person, &checked);
    story.names = (1..=story.world.jobs.len()).map(|n| format!("part{n}")).collect();
    expected.assert_eq(&told(&story));
}

/// Ten hours of a notebook on a Monday morning, of which its owner is there for six.
fn notebook() -> Intent {
    Intent {
        user: UserId(0),
        class: Class::Interactive,
        asked: Time(9 * 3_600),
        gpus: 1,
        work: Span::hours(10),
        outcome: Outcome::HitsLimit,
        wanted: WantedLimit::Exactly(Span::hours(10)),
        checkpoints: false,
        saving: Saving::default(),
        restart: Span::ZERO,
        tries_again: false,
        used: Span::hours(6),
        dice: 3,
        idle_per_mille: 900,
        array: None,
        needs: Needs::default(),
        opts_in: false,
        whim: 0,
    }
}

/// Ten hours on four GPUs that do one tenth of what they could.
fn wasteful() -> Intent {
    Intent {
        class: Class::Train,
        gpus: 4,
        work: Span::hours(40),
        outcome: Outcome::Completes,
        wanted: WantedLimit::Exactly(Span::hours(20)),
        ..notebook()
    }
}

fn rule(rule: LowUseRule) -> impl Fn(&mut Scenario) {
    move |scenario| {
        scenario.policy.low_use.rule = rule;
        scenario.policy.low_use.below = PerMille(200);
        scenario.assumptions.warn_answer = PerMille(1_000);
        scenario.assumptions.help_answer = PerMille(1_000);
    }
}

/// Whoever is pushed off comes back.
fn requeued(story: &mut Story) {
    story.world.scenario.policy.preemption.mode = PreemptMode::Requeue;
}

#[test]
fn a_run_that_saves_nothing_is_lost_from_its_start() {
    check(
        "
        cluster  1 nodes x 1 gpus
        qos low
        qos high preempts low
        long   at 0m   limit 10h  runs 3h   qos low
        short  at 100m limit 10m  qos high
        until 1d
        ",
        requeued,
        expect![[r#"
            00:00:00  long starts on 0
            01:40:00  short starts on 0
            01:42:01  long waits: None
            01:43:00  long waits: Resources
            01:50:00  short ends
            01:50:00  long starts on 0
            04:50:00  long ends
            useful 190.0, held but idle 0.0, without result 0.0, lost 100.0
        "#]],
    );
}

#[test]
fn a_run_goes_on_from_its_last_saved_state() {
    // Its third write was done after 93 minutes: 7 of work are lost, and 3 + 5 + 2 go into writes and the restart.
    check(
        "
        cluster  1 nodes x 1 gpus
        qos low
        qos high preempts low
        long   at 0m   limit 10h  runs 3h   qos low  saves 30m write 1m restart 5m
        short  at 100m limit 10m  qos high
        until 1d
        ",
        requeued,
        expect![[r#"
            00:00:00  long starts on 0
            01:40:00  short starts on 0
            01:42:01  long waits: None
            01:43:00  long waits: Resources
            01:50:00  short ends
            01:50:00  long starts on 0
            03:27:00  long ends
            useful 190.0, held but idle 0.0, without result 0.0, lost 17.0
        "#]],
    );
}

#[test]
fn in_a_grace_time_those_who_hear_the_signal_lose_nothing_but_a_write() {
    check(
        "
        cluster  1 nodes x 1 gpus
        qos low
        qos high preempts low
        long   at 0m   limit 10h  runs 3h   qos low  saves 30m write 1m restart 5m hears signals
        short  at 100m limit 10m  qos high
        until 1d
        ",
        |story| {
            requeued(story);
            story.world.scenario.policy.qos[0].grace_time = Span::mins(2);
        },
        expect![[r#"
            00:00:00  long starts on 0
            01:40:00  short waits: Resources
            01:41:00  short starts on 0
            01:43:01  long waits: None
            01:44:00  long waits: Resources
            01:51:00  short ends
            01:51:00  long starts on 0
            03:21:00  long ends
            useful 190.0, held but idle 0.0, without result 0.0, lost 11.0
        "#]],
    );
}

#[test]
fn a_grace_shorter_than_a_write_saves_nobody() {
    check(
        "
        cluster  1 nodes x 1 gpus
        qos low
        qos high preempts low
        long   at 0m   limit 10h  runs 3h   qos low  saves 30m write 4m restart 5m hears signals
        short  at 100m limit 10m  qos high
        until 1d
        ",
        |story| {
            requeued(story);
            story.world.scenario.policy.qos[0].grace_time = Span::mins(2);
        },
        expect![[r#"
            00:00:00  long starts on 0
            01:40:00  short waits: Resources
            01:42:41  short starts on 0
            01:44:42  long waits: None
            01:45:00  long waits: Resources
            01:52:41  short ends
            01:52:41  long starts on 0
            03:35:41  long ends
            useful 190.0, held but idle 0.0, without result 0.0, lost 25.7
        "#]],
    );
}

#[test]
fn a_node_that_fails_costs_what_was_not_saved_time_and_again() {
    check(
        "
        cluster  1 nodes x 1 gpus
        long   at 0m   limit 10h  runs 3h  saves 30m write 1m restart 5m
        until 1d
        ",
        |story| {
            story.world.scenario.cluster.outages = [100, 200]
                .map(|minutes| Outage {
                    start: Span::mins(minutes),
                    duration: Span::mins(20),
                    ..Outage::default()
                })
                .to_vec();
        },
        expect![[r#"
            00:00:00  long starts on 0
            01:42:01  long waits: None
            01:43:00  long waits: Resources
            02:00:00  long starts on 0
            03:22:01  long waits: None
            03:23:00  long waits: Resources
            03:40:00  long starts on 0
            04:15:00  long ends
            useful 180.0, held but idle 0.0, without result 0.0, lost 35.0
        "#]],
    );
}

#[test]
fn a_state_that_is_sooner_made_again_than_read_is_not_used() {
    check(
        "
        cluster  1 nodes x 1 gpus
        qos low
        qos high preempts low
        long   at 0m   limit 10h  runs 3h   qos low  saves 4m write 1m restart 5m
        short  at 6m limit 10m  qos high
        until 1d
        ",
        requeued,
        expect![[r#"
            00:00:00  long starts on 0
            00:06:00  short starts on 0
            00:08:01  long waits: None
            00:09:00  long waits: Resources
            00:16:00  short ends
            00:16:00  long starts on 0
            04:00:00  long ends
            useful 190.0, held but idle 0.0, without result 0.0, lost 50.0
        "#]],
    );
}

#[test]
fn a_limit_takes_what_was_not_saved_before_it() {
    check(
        "
        cluster  1 nodes x 1 gpus
        cut    at 0m limit 100m runs 100m saves 30m write 1m
        hears  at 0m limit 100m runs 100m saves 30m write 1m hears signals
        until 1d
        ",
        |story| {
            for job in &mut story.world.jobs {
                job.saving.cut = true;
            }
        },
        expect![[r#"
            00:00:00  cut starts on 0
            00:00:00  hears waits: Resources
            01:40:00  cut ends
            01:40:00  hears starts on 0
            03:20:00  hears ends
            useful 186.0, held but idle 0.0, without result 0.0, lost 14.0
        "#]],
    );
}

#[test]
fn nodes_fail_by_themselves_and_come_back() {
    check(
        "
        cluster  2 nodes x 1 gpus
        a  at 0m limit 10d  runs 3d  saves 30m write 1m restart 5m
        b  at 0m limit 10d  runs 3d
        until 20d
        ",
        |story| {
            let assumed = &mut story.world.scenario.assumptions;
            assumed.node_failures = 1_000;
            assumed.repair_time = Span::hours(4);
        },
        expect![[r#"
            00:00:00  a starts on 0
            00:00:00  b starts on 1
            1-15:30:34  a waits: None
            1-15:31:00  a waits: Resources
            2-01:37:07  a starts on 0
            2-15:30:40  a waits: None
            2-15:31:00  a waits: Resources
            2-17:04:33  a starts on 0
            3-00:00:00  b ends
            3-14:50:33  a ends
            useful 8640.0, held but idle 0.0, without result 0.0, lost 186.1
        "#]],
    );
}

#[test]
fn before_a_regular_maintenance_only_those_start_that_end_in_time() {
    // The first is on the second Tuesday, the next two weeks later.
    check(
        "
        cluster  1 nodes x 2 gpus
        long    at 7d limit 2d
        short   at 7d limit 1d
        late    at 8d limit 1h
        next    at 21d limit 2d
        until 30d
        ",
        |story| {
            let maintenance = &mut story.world.scenario.policy.maintenance;
            maintenance.every_weeks = 2;
            maintenance.duration = Span::hours(12);
        },
        expect![[r#"
            7-00:00:00  short starts on 0
            7-00:00:00  long waits: ReqNodeNotAvail, Reserved for maintenance
            8-00:00:00  short ends
            8-00:00:00  late starts on 0
            8-01:00:00  late ends
            8-20:00:00  long starts on 0
            10-20:00:00  long ends
            21-00:00:00  next waits: ReqNodeNotAvail, Reserved for maintenance
            22-20:00:00  next starts on 0
            24-20:00:00  next ends
            useful 7260.0, held but idle 0.0, without result 0.0, lost 0.0
        "#]],
    );
}

#[test]
fn a_notebook_that_is_left_open_holds_its_gpu_to_the_limit() {
    check_wanted(
        &notebook(),
        |_| {},
        expect![[r#"
            09:00:00  part1 starts on 0
            19:00:00  part1 ends
            useful 60.0, held but idle 540.0, without result 0.0, lost 0.0
        "#]],
    );
}

#[test]
fn a_cull_ends_it_and_whoever_was_only_away_opens_another() {
    check_wanted(
        &notebook(),
        |scenario| scenario.policy.idle_cull = Some(Span::mins(20)),
        expect![[r#"
            09:00:00  part1 starts on 0
            10:47:21  part1 ends
            10:55:12  part2 starts on 0
            11:28:45  part2 ends
            11:29:31  part3 starts on 0
            12:11:16  part3 ends
            12:20:43  part4 starts on 0
            12:51:24  part4 ends
            13:31:43  part5 starts on 0
            15:20:00  part5 ends
            useful 60.1, held but idle 261.5, without result 0.0, lost 0.0
            set free 278.4
        "#]],
    );
}

#[test]
fn where_nobody_comes_back_the_rest_is_given_up() {
    check_wanted(
        &notebook(),
        |scenario| {
            scenario.policy.idle_cull = Some(Span::mins(20));
            scenario.assumptions.culled_return = PerMille(0);
        },
        expect![[r#"
            09:00:00  part1 starts on 0
            10:47:21  part1 ends
            useful 17.9, held but idle 89.4, without result 0.0, lost 0.0
            set free 492.6
        "#]],
    );
}

#[test]
fn a_session_whose_gpu_is_at_work_is_not_idle() {
    let at_work = Intent {
        idle_per_mille: 30,
        ..notebook()
    };
    check_wanted(
        &at_work,
        |scenario| scenario.policy.idle_cull = Some(Span::mins(20)),
        expect![[r#"
            09:00:00  part1 starts on 0
            19:00:00  part1 ends
            useful 582.0, held but idle 18.0, without result 0.0, lost 0.0
        "#]],
    );
}

#[test]
fn low_use_that_is_left_alone_holds_what_it_holds() {
    check_wanted(
        &wasteful(),
        rule(LowUseRule::Off),
        expect![[r#"
            09:00:00  part1 starts on 0
            19:00:00  part1 ends
            useful 240.0, held but idle 2160.0, without result 0.0, lost 0.0
        "#]],
    );
}

#[test]
fn a_cancel_frees_the_gpus_and_loses_the_work() {
    check_wanted(
        &wasteful(),
        rule(LowUseRule::Cancel),
        expect![[r#"
            09:00:00  part1 starts on 0
            11:00:00  part1 ends
            useful 0.0, held but idle 432.0, without result 0.0, lost 48.0
            set free 1920.0
        "#]],
    );
}

#[test]
fn a_cancel_loses_less_of_what_saves() {
    let saves = Intent {
        checkpoints: true,
        saving: Saving {
            every: Span::mins(50),
            write: Span::mins(1),
            ..Saving::default()
        },
        ..wasteful()
    };
    check_wanted(
        &saves,
        rule(LowUseRule::Cancel),
        expect![[r#"
            09:00:00  part1 starts on 0
            11:00:00  part1 ends
            useful 40.0, held but idle 360.0, without result 0.0, lost 80.0
            set free 1920.0
        "#]],
    );
}

#[test]
fn after_a_mail_the_work_goes_on_with_half_of_the_gpus() {
    check_wanted(
        &wasteful(),
        rule(LowUseRule::Warn),
        expect![[r#"
            09:00:00  part1 starts on 0
            11:00:00  part1 ends
            11:00:00  part2 starts on 0
            21:00:00  part2 ends
            useful 240.0, held but idle 1392.0, without result 0.0, lost 48.0
            set free 720.0
        "#]],
    );
}

#[test]
fn after_a_visit_half_of_the_idle_time_is_gone() {
    check_wanted(
        &wasteful(),
        rule(LowUseRule::Help),
        expect![[r#"
            09:00:00  part1 starts on 0
            14:30:00  part1 ends
            useful 240.2, held but idle 1079.8, without result 0.0, lost 0.0
            set free 1080.0
        "#]],
    );
}
