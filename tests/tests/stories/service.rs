//! Nodes that change hands between jobs and a service: who asks for one, how jobs leave it, and what the books say.

use expect_test::{Expect, expect};
use figures::explain::words;
use sim_core::engine::Passes;
use sim_core::engine::explain::explain;
use sim_core::ids::JobId;
use sim_core::metrics::Detail;
use sim_core::scenario::{Drain, HandOver, Outage, ServiceRule};
use sim_core::units::{PerMille, SEVENTHS, Span, Time};
use tests::story::{Story, read};

/// A story with a service on its nodes: what happened to jobs, and what the GPUs were held for, in GPU-minutes.
fn check(text: &str, change: impl FnOnce(&mut Story), expected: Expect) {
    let mut story = read(text);
    // As many GPUs by day as by night, on every day.
    let need = &mut story.world.scenario.assumptions.service;
    (need.hours, need.days) = (vec![100; 24], vec![100; 7]);
    need.change_time = Span::mins(30);
    change(&mut story);
    let report = story.world.report(Passes::WhereNeeded, Detail::Timeline);
    let idle: u64 = report.idle.values().sum();
    assert_eq!(report.capacity, report.busy.total() + idle, "the books sum");
    let minutes = |sevenths: u64| sevenths / SEVENTHS / 60;
    let busy = report.busy;
    let mut told = story.told();
    told += &format!(
        "jobs {}, lost {}, served {}, standing by {}\n",
        minutes(busy.useful),
        minutes(busy.lost),
        minutes(busy.served),
        minutes(busy.beyond_need),
    );
    for (cause, amount) in &report.idle {
        told += &format!("{} {}\n", cause.key(), minutes(*amount));
    }
    let service = report.service;
    told += &format!(
        "needed {}, met {}, worst hour {:.2}, given {}, drained {} s, longest {} s, in vain {}\n",
        minutes(service.needed),
        minutes(service.met),
        service.worst_share(),
        service.given,
        service.drained,
        service.longest,
        service.in_vain,
    );
    expected.assert_eq(&told);
}

/// One node of two serves from 8 to 12 h, and is needed all day.
fn by_clock(drain: Drain) -> impl FnOnce(&mut Story) {
    move |story| {
        story.world.scenario.assumptions.service.gpus = 4;
        story.world.scenario.policy.service = ServiceRule {
            rule: HandOver::ByClock,
            least: 0,
            most: 1,
            from: Span::hours(8),
            to: Span::hours(12),
            min_stay: Span::hours(1),
            drain,
            notice: Span::hours(4),
            ..ServiceRule::default()
        };
    }
}

/// Two nodes are full until 8 h; `long` then runs on until 10 h, and others wait.
const MORNING: &str = "
    cluster  2 nodes x 4 gpus
    early  at 0m   gpus 1x4  limit 14h   runs 13h
    long   at 1m   gpus 1    limit 10h   runs 10h
    rest   at 2m   gpus 3    limit 8h    runs 8h
    short  at 3m   gpus 2    limit 90m   runs 90m
    wide   at 4m   gpus 3    limit 6h    runs 3h
    until 15h
    ";

#[test]
fn a_draining_node_waits_for_its_last_job_and_stands_idle() {
    check(
        MORNING,
        by_clock(Drain::Wait),
        expect![[r#"
        00:00:00  early starts on 0
        00:01:00  long starts on 1
        00:02:00  rest starts on 1
        00:03:00  short waits: Resources
        00:04:00  wide waits: Priority
        08:02:00  rest ends
        10:01:00  long ends
        12:30:00  short starts on 1
        12:30:00  wide waits: Resources
        13:00:00  early ends
        13:00:00  wide starts on 0
        14:00:00  short ends
        jobs 5700, lost 0, served 356, standing by 0
        too-few-for-the-next-job 60
        draining 357
        re-provisioning 240
        no-demand 487
        needed 3600, met 356, worst hour 0.00, given 1, drained 7260 s, longest 7260 s, in vain 0
    "#]],
    );
}

#[test]
fn short_jobs_fill_the_time_until_the_last_job_ends() {
    check(
        MORNING,
        by_clock(Drain::ShortJobs),
        expect![[r#"
        00:00:00  early starts on 0
        00:01:00  long starts on 1
        00:02:00  rest starts on 1
        00:03:00  short waits: Resources
        00:04:00  wide waits: Priority
        08:02:00  rest ends
        08:02:00  short starts on 1
        08:02:00  wide waits: Resources
        09:32:00  short ends
        10:01:00  long ends
        12:30:00  wide starts on 1
        13:00:00  early ends
        jobs 5790, lost 0, served 356, standing by 0
        too-few-for-the-next-job 90
        draining 87
        re-provisioning 240
        no-demand 637
        needed 3600, met 356, worst hour 0.00, given 1, drained 7260 s, longest 7260 s, in vain 0
    "#]],
    );
}

#[test]
fn jobs_are_told_to_go_and_queued_again() {
    check(
        MORNING,
        by_clock(Drain::Preempt),
        expect![[r#"
        00:00:00  early starts on 0
        00:01:00  long starts on 1
        00:02:00  rest starts on 1
        00:03:00  short waits: Resources
        00:04:00  wide waits: Priority
        08:02:00  rest ends
        08:07:01  long waits: Priority
        12:30:00  long, short starts on 1
        12:30:00  wide waits: Resources
        13:00:00  early ends
        13:00:00  wide starts on 0
        14:00:00  short ends
        jobs 5250, lost 484, served 820, standing by 0
        kept-for-a-job-ahead 30
        draining 9
        re-provisioning 240
        no-demand 367
        needed 3600, met 820, worst hour 0.00, given 1, drained 300 s, longest 300 s, in vain 0
    "#]],
    );
}

#[test]
fn without_grace_they_go_at_once() {
    check(
        MORNING,
        |story| {
            by_clock(Drain::Preempt)(story);
            story.world.scenario.policy.service.grace = Span::ZERO;
        },
        expect![[r#"
            00:00:00  early starts on 0
            00:01:00  long starts on 1
            00:02:00  rest starts on 1
            00:03:00  short waits: Resources
            00:04:00  wide waits: Priority
            08:02:01  long, rest waits: Priority
            12:30:00  long, short starts on 1
            12:30:00  wide waits: Resources
            13:00:00  early ends
            13:00:00  wide starts on 0
            13:00:00  rest waits: Resources
            14:00:00  short ends
            14:00:00  rest starts on 1
            jobs 3990, lost 1913, served 840, standing by 0
            kept-for-a-job-ahead 90
            too-few-for-the-next-job 60
            re-provisioning 240
            no-demand 67
            needed 3600, met 840, worst hour 0.00, given 1, drained 0 s, longest 0 s, in vain 0
        "#]],
    );
}

#[test]
fn with_notice_enough_a_node_is_empty_when_it_has_to_go() {
    check(
        "
        cluster  1 nodes x 4 gpus
        five   at 0m  gpus 2  limit 5h   runs 1h
        nine   at 0m  gpus 2  limit 9h   runs 9h
        three  at 2h  gpus 1  limit 3h   runs 3h
        until 15h
        ",
        |story| {
            by_clock(Drain::ShortJobs)(story);
            story.world.scenario.policy.service.notice = Span::hours(12);
        },
        expect![[r#"
            00:00:00  five starts on 0
            00:00:00  nine waits: ReqNodeNotAvail, May be reserved for other job
            01:00:00  five ends
            02:00:00  three starts on 0
            05:00:00  three ends
            08:00:00  nine waits: Resources
            12:30:00  nine starts on 0
            jobs 600, lost 0, served 840, standing by 0
            draining 960
            re-provisioning 240
            no-demand 960
            needed 3600, met 840, worst hour 0.00, given 1, drained 0 s, longest 0 s, in vain 0
        "#]],
    );
}

#[test]
fn a_job_of_five_days_keeps_a_node_for_five_days() {
    check(
        "
        cluster  1 nodes x 4 gpus
        long   at 7h  gpus 1  limit 5d  runs 5d
        until 6d
        ",
        |story| {
            by_clock(Drain::Wait)(story);
            // From Monday to Saturday, 8 h.
            story.world.scenario.policy.service.to = Span::hours(8);
        },
        expect![[r#"
            07:00:00  long starts on 0
            5-07:00:00  long ends
            jobs 7200, lost 0, served 240, standing by 0
            draining 21420
            re-provisioning 240
            no-demand 5460
            needed 34560, met 240, worst hour 0.00, given 1, drained 428400 s, longest 428400 s, in vain 0
        "#]],
    );
}

#[test]
fn by_demand_nodes_come_and_go_with_it_but_stay_for_a_while() {
    check(
        "
        cluster  3 nodes x 4 gpus
        many*3  at 0m  gpus 4  limit 30m  runs 30m
        until 12h
        ",
        |story| {
            let need = &mut story.world.scenario.assumptions.service;
            need.gpus = 8;
            // Nothing until 4 h, all of it until 5 h, half of it until 10 h.
            need.hours = vec![0, 0, 0, 0, 100, 50, 50, 50, 50, 50, 0, 0];
            need.hours.resize(24, 0);
            story.world.scenario.policy.service = ServiceRule {
                rule: HandOver::ByDemand,
                most: 3,
                full: PerMille(1_000),
                min_stay: Span::hours(3),
                ..ServiceRule::default()
            };
        },
        expect![[r#"
            00:00:00  many1 starts on 0
            00:00:00  many2 starts on 1
            00:00:00  many3 starts on 2
            00:30:00  many1, many2, many3 ends
            jobs 360, lost 0, served 1440, standing by 600
            re-provisioning 480
            no-demand 5760
            needed 1680, met 1440, worst hour 0.50, given 2, drained 0 s, longest 0 s, in vain 0
        "#]],
    );
}

#[test]
fn a_node_that_fails_serves_nobody_and_another_is_asked_for() {
    check(
        "
        cluster  1 nodes x 4 gpus named first
        cluster  1 nodes x 4 gpus named second
        job  at 5h  gpus 4  limit 1h
        until 8h
        ",
        |story| {
            story.world.scenario.assumptions.service.gpus = 4;
            story.world.scenario.policy.service = ServiceRule {
                rule: HandOver::Fixed,
                most: 1,
                ..ServiceRule::default()
            };
            story.world.scenario.cluster.outages = vec![Outage {
                nodes: vec![String::from("first")],
                start: Span::hours(1),
                duration: Span::hours(3),
                drain: false,
            }];
        },
        expect![[r#"
            05:00:00  job starts on 0
            06:00:00  job ends
            jobs 240, lost 0, served 1800, standing by 0
            handing-over 720
            re-provisioning 240
            no-demand 840
            needed 1920, met 1800, worst hour 0.50, given 1, drained 0 s, longest 0 s, in vain 0
        "#]],
    );
}

#[test]
fn who_saves_at_the_signal_loses_nothing_by_a_hand_over() {
    check(
        "
        cluster  1 nodes x 1 gpus
        deaf   at 0m  gpus 1  limit 20h  runs 10h  saves 3h  write 1m  restart 10m
        until 1d
        ",
        |story| {
            by_clock(Drain::Preempt)(story);
            story.world.jobs[0].saving.on_signal = true;
        },
        expect![[r#"
            00:00:00  deaf starts on 0
            08:03:01  deaf waits: None
            08:04:00  deaf waits: Resources
            12:30:00  deaf starts on 0
            14:42:00  deaf ends
            jobs 600, lost 13, served 209, standing by 0
            re-provisioning 60
            no-demand 558
            needed 5760, met 209, worst hour 0.00, given 1, drained 60 s, longest 60 s, in vain 0
        "#]],
    );
}

#[test]
fn explaining_a_job_that_makes_way_names_the_service() {
    let mut story = read(MORNING);
    by_clock(Drain::Preempt)(&mut story);
    let told = |minutes| {
        let run = story.world.start(Passes::WhereNeeded, Detail::Summary);
        let at = Time::ZERO + Span::hours(8) + Span::mins(minutes);
        words(&explain(run, JobId(1), at).expect("there is such a job")).sentence
    };
    let (in_grace, gone) = (told(1), told(6));
    assert!(in_grace.contains("has to leave for a service"), "{in_grace}");
    assert!(
        gone.contains("had to leave a node that a service asked for"),
        "{gone}"
    );
}
