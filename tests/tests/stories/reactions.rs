//! How people react to what they see: each reaction on its own, with everybody doing it.

use figures::explain::{in_the_end, words};
use sim_core::engine::explain::{explain, fate};
use sim_core::engine::{Passes, Run};
use sim_core::ids::JobId;
use sim_core::metrics::{Detail, SeedReport};
use sim_core::scenario::{Persona, Scenario, knobs};
use sim_core::units::{Span, Time};
use sim_core::workload::{Class, Saving, Worth};
use tests::people;
use tests::story::read;
use tests::world::World;

/// The world of a story with knobs set; all jobs are of one class.
pub(super) fn world(text: &str, class: Class, settings: &[&str]) -> World {
    let mut world = read(text).world;
    set(&mut world.scenario, settings);
    world.jobs.iter_mut().for_each(|job| job.class = class);
    world
}

pub(super) fn set(scenario: &mut Scenario, settings: &[&str]) {
    for setting in settings {
        knobs::assign(scenario, setting).expect("a setting that every scenario takes");
    }
}

/// A run to its end, and when each job started.
pub(super) fn ran(world: &World, persona: Persona) -> (Run, Vec<Option<Time>>) {
    let mut run = people::start(world, &[persona], Passes::WhereNeeded, Detail::Summary);
    while run.advance(u32::MAX) < 1.0 {}
    let jobs = run.cluster().jobs.iter();
    let starts = jobs.map(|job| (job.runs > 0).then_some(job.started)).collect();
    (run, starts)
}

pub(super) fn told(world: &World, persona: Persona) -> SeedReport {
    ran(world, persona).0.finish()
}

pub(super) fn at(span: Span) -> Option<Time> {
    Some(Time::ZERO + span)
}

const BUSY: &str = "cluster  1 nodes x 1 gpus
    a  at 0h  gpus 1  limit 5d  user ann
    b  at 1h  gpus 1  limit 1h  user bob
    c  at 1h  gpus 1  limit 2h  user cid";

#[test]
fn whoever_waits_longer_than_their_patience_leaves_and_is_counted() {
    // Two hours at a notebook, by half to twice.
    let patient = told(&world(BUSY, Class::Debug, &[]), Persona::Notebook);
    assert_eq!((patient.served, patient.given_up, patient.demand_lost), (3, 0, 0));
    let (run, starts) = ran(&world(BUSY, Class::Debug, &["give-up=100pct"]), Persona::Notebook);
    assert_eq!(starts, [at(Span::ZERO), None, None]);
    let report = run.finish();
    assert_eq!((report.served, report.given_up), (1, 2));
    assert_eq!(report.demand_lost, 3 * 3_600);
    let waits = &report.waits[&Class::Debug];
    assert_eq!(
        (waits.started.len(), waits.given_up, report.still_waiting),
        (1, 2, 0)
    );
    for &wait in &waits.unfinished {
        assert!(
            (3_600..4 * 3_600).contains(&wait),
            "between half and twice two hours: {wait} s"
        );
    }
    assert_eq!(report.wait_total, report.waiting.values().sum::<u64>());
}

#[test]
fn explaining_a_job_that_was_withdrawn_says_so() {
    let world = world(BUSY, Class::Debug, &["give-up=100pct"]);
    let run = || people::start(&world, &[Persona::Notebook], Passes::WhereNeeded, Detail::Summary);
    let told = |hours| {
        let of = explain(run(), JobId(1), Time::ZERO + Span::hours(hours)).expect("there is such a job");
        let later = in_the_end(&of, &fate(run(), JobId(1)));
        (words(&of).sentence, later)
    };
    let (waits, later) = told(2);
    assert!(waits.contains("waits"), "{waits}");
    assert!(later.is_some_and(|told| told.contains("is withdrawn on")));
    let (gone, later) = told(20);
    assert!(
        gone.contains("was withdrawn on") && gone.contains("never ran"),
        "{gone}"
    );
    assert_eq!(later, None);
}

#[test]
fn a_cap_makes_people_cut_long_work_that_saves_its_state() {
    let text = "cluster  1 nodes x 2 gpus
        qos      normal cap 1
        a  at 0h  gpus 1  limit 1h           user ann
        b  at 0h  gpus 1  limit 1h           user ann
        c  at 3h  gpus 1  limit 12h runs 10h user ann
        d  at 3h  gpus 1  limit 12h runs 10h user bob";
    let (run, _) = ran(&world(text, Class::Train, &["split=100pct"]), Persona::Trainer);
    let of = |id: usize| run.cluster().jobs[JobId::from(id)].request.limit;
    assert_eq!(of(2), Span::hours(4), "a limit has held ann");
    assert_eq!(of(3), Span::hours(12), "bob has met none");
    // Two more segments of four hours and of two.
    assert_eq!(run.cluster().jobs.len(), 6);
    let ends: Vec<_> = [2, 4, 5]
        .map(|id| run.cluster().jobs[JobId::from(id)].started)
        .to_vec();
    assert!(ends[0] + Span::hours(4) <= ends[1] && ends[1] + Span::hours(4) <= ends[2]);
    let report = run.finish();
    assert_eq!(
        (report.served, report.intents.len()),
        (4, 4),
        "it is still one piece of work"
    );
    let unsaved = world(text, Class::Cpubound, &["split=100pct"]);
    assert_eq!(ran(&unsaved, Persona::Trainer).1.len(), 4);
}

#[test]
fn after_a_long_wait_people_ask_for_more_time_and_then_for_more_gpus() {
    let text = "cluster  2 nodes x 2 gpus
        a  at 0h   gpus 2  limit 2h   user ann
        x  at 3h   gpus 2  limit 9h   user bob
        y  at 3h   gpus 2  limit 12h  user bob
        b  at 3h   gpus 1  limit 1h   user ann
        c  at 14h  gpus 1  limit 1h   user ann
        d  at 30h  gpus 1  limit 1h   user ann";
    let (run, starts) = ran(&world(text, Class::Train, &["inflate=100pct"]), Persona::Trainer);
    let asked = |id: usize| {
        let request = run.cluster().jobs[JobId::from(id)].request;
        (request.gpus(), request.limit)
    };
    assert_eq!(
        asked(0),
        (2, Span::hours(4)),
        "nothing of theirs has yet run through"
    );
    assert_eq!(asked(3), (1, Span::hours(1)), "by now something has, at once");
    assert_eq!(starts[3], at(Span::hours(12)));
    assert_eq!(asked(4), (2, Span::hours(2)), "after eight hours both");
    assert_eq!(asked(5), (1, Span::hours(1)), "the last wait was short");
    let report = run.finish();
    assert!(report.busy.held_idle > 0, "GPUs asked for to be safe do nothing");
}

#[test]
fn newcomers_double_what_they_ask_for_until_the_machine_refuses() {
    let text = "cluster  1 nodes x 8 gpus
        qos      normal cap 4
        a  at 0h   gpus 1  limit 1h
        b  at 2h   gpus 1  limit 1h
        c  at 4h   gpus 1  limit 1h
        d  at 6h   gpus 1  limit 1h";
    let gpus = |settings: &[&str], persona| -> Vec<u32> {
        let (run, _) = ran(&world(text, Class::Train, settings), persona);
        run.cluster().jobs.iter().map(|job| job.request.gpus()).collect()
    };
    assert_eq!(gpus(&["climb=100pct"], Persona::Intern), [2, 4, 4, 4]);
    assert_eq!(gpus(&["climb=100pct"], Persona::Trainer), [1, 1, 1, 1]);
    assert_eq!(
        gpus(&["climb=100pct", "newcomer-cap=1gpu"], Persona::Intern),
        [1, 1, 1, 1]
    );
    assert_eq!(
        gpus(
            &["climb=100pct", "show-cost=on", "thrift=100pct"],
            Persona::Intern
        ),
        [1, 1, 1, 1]
    );
    let report = told(&world(text, Class::Train, &["climb=100pct"]), Persona::Intern);
    let hour = 7 * 3_600;
    assert_eq!(report.busy.useful, 4 * hour, "the scripts use one GPU each");
    assert_eq!(report.busy.held_idle, (1 + 3 + 3 + 3) * hour);
}

const TWO_DESKS: &str = "cluster  1 nodes x 4 gpus
    a  at 0h  gpus 4  limit 10h  user ann
    b  at 0h  gpus 4  limit 10h  user ann
    c  at 2h  gpus 1  limit 1h   user bob";

#[test]
fn who_is_asked_lets_a_job_end_where_it_next_saves_and_queues_up_anew() {
    let starts = |settings: &[&str], class| ran(&world(TWO_DESKS, class, settings), Persona::Trainer).1;
    assert_eq!(starts(&[], Class::Train)[2], at(Span::hours(20)));
    let talked = starts(&["talk=100pct"], Class::Train);
    // Asked at three, ann lets `a` end at the next full three quarters of an hour; what is left of it comes after `c`.
    assert_eq!(talked[2], at(Span::mins(3 * 60 + 45)));
    assert_eq!(talked.len(), 4);
    // What does not save its state runs on, but `b` stands behind `c`.
    assert_eq!(starts(&["talk=100pct"], Class::Cpubound)[2], at(Span::hours(10)));
    let report = told(
        &world(TWO_DESKS, Class::Train, &["talk=100pct"]),
        Persona::Trainer,
    );
    assert_eq!((report.served, report.work_done), (3, (40 + 40 + 1) * 3_600));
}

#[test]
fn who_makes_room_loses_nothing_that_was_saved() {
    let mut world = world(TWO_DESKS, Class::Train, &["talk=100pct"]);
    world.jobs[0].saving = Saving {
        every: Span::hours(1),
        write: Span::mins(1),
        restart: Span::mins(5),
        ..Saving::default()
    };
    // Three hours of work and their writes.
    let (run, starts) = ran(&world, Persona::Trainer);
    assert_eq!(starts[2], at(Span::mins(183)));
    let report = run.finish();
    // Of ten hours nine minutes were writes; with the last six hours and 51 minutes come a restart and six more.
    assert_eq!(report.work_done, (4 * 591 + 4 * 600 + 60) * 60);
    assert_eq!(report.busy.lost, 4 * 7 * (3 + 5 + 6) * 60);
}

#[test]
fn among_forty_nobody_knows_whom_to_ask() {
    let mut world = world(TWO_DESKS, Class::Train, &["talk=100pct"]);
    world.people.resize(40, 1);
    assert_eq!(ran(&world, Persona::Trainer).1[2], at(Span::hours(20)));
}

#[test]
fn whoever_lost_work_saves_it_from_then_on() {
    let text = "cluster  1 nodes x 1 gpus
        a  at 0h  gpus 1  limit 2h          user ann
        b  at 4h  gpus 1  limit 3h runs 2h  user ann";
    let lost = |settings: &[&str]| {
        let mut world = world(text, Class::Sweep, settings);
        // The first is killed at its limit before it was saved.
        world.jobs[0].worth = Worth::Lost;
        let mut run = people::start(&world, &[Persona::Sweeper], Passes::WhereNeeded, Detail::Summary);
        while run.advance(u32::MAX) < 1.0 {}
        run.finish().busy.lost
    };
    assert_eq!(lost(&[]), 2 * 3_600 * 7);
    // What is lost is lost; in two hours the second job saves twice.
    assert_eq!(lost(&["learn=100pct"]), (2 * 3_600 + 2 * 30) * 7);
    assert_eq!(
        lost(&["learn=100pct", "checkpoint-interval=30m"]),
        (2 * 3_600 + 3 * 30) * 7
    );
    // Over weeks in which short work pushes long work off, less is.
    let weeks = |settings: &[&str]| {
        let text = include_str!("../../fixtures/short-before-long.toml");
        let mut scenario: Scenario = toml::from_str(text).expect("it is a scenario");
        set(&mut scenario, settings);
        told_of(scenario, 14).busy
    };
    let (before, learnt) = (
        weeks(&["opt-in=100pct"]),
        weeks(&["opt-in=100pct", "learn=100pct"]),
    );
    assert!(
        learnt.lost < before.lost && learnt.useful > before.useful,
        "{before:?} {learnt:?}"
    );
}

/// Forty people in four groups on 32 GPUs.
pub(super) fn generated(settings: &[&str], days: u32) -> SeedReport {
    let mut scenario = Scenario::default();
    scenario.workload.accounts = 4;
    set(&mut scenario, settings);
    told_of(scenario, days)
}

/// So many days of a scenario, after a week that is not measured.
fn told_of(mut scenario: Scenario, days: u32) -> SeedReport {
    (scenario.horizon.warm_up, scenario.horizon.measured) = (Span::days(7), Span::days(days));
    let (checked, _) = scenario.check().expect("it can run");
    sim_core::engine::run(&checked, 1, Detail::Summary)
}
