//! Work that is done elsewhere: on GPUs outside, or, of sessions, by a service that many share.

use sim_core::engine::{Passes, Run};
use sim_core::metrics::{Detail, SeedReport};
use sim_core::reason::Reason;
use sim_core::scenario::{HandOver, Persona, ServiceRule};
use sim_core::units::{SEVENTHS, Span};
use sim_core::workload::Class;
use tests::people;
use tests::world::World;

use super::reactions::{at, ran, world};

const HOUR: u32 = 3_600;

/// One GPU is taken for five days; two people want an hour each, and one of them another hour the day after.
const BUSY: &str = "cluster  1 nodes x 1 gpus
    a  at 0h   gpus 1  limit 5d  user ann
    b  at 1h   gpus 1  limit 1h  user bob
    c  at 1h   gpus 1  limit 2h  user cid
    d  at 1d   gpus 1  limit 1h  user bob
    until 4d";

/// All of it can be moved, with next to no data.
fn outside(text: &str, settings: &[&str]) -> World {
    let usual = [
        "outside=4h",
        "portable=100pct",
        "outside-data=1",
        "outside-speed=2000",
        "outside-set-up=16h",
    ];
    let mut world = world(text, Class::Train, &usual);
    super::reactions::set(&mut world.scenario, settings);
    world
}

fn told(world: &World) -> SeedReport {
    let report = ran(world, Persona::Trainer).0.finish();
    let idle: u64 = report.idle.values().sum();
    assert_eq!(report.capacity, report.busy.total() + idle, "the books sum");
    assert_eq!(report.wait_total, report.waiting.values().sum::<u64>());
    report
}

/// Waits of all that started, in whole hours, shortest first.
fn hours(report: &SeedReport) -> Vec<u32> {
    let waits = &report.waits[&Class::Train];
    waits.started.iter().map(|secs| secs / HOUR).collect()
}

#[test]
fn what_has_waited_long_enough_starts_outside_once_it_is_set_up_and_its_data_is_there() {
    let world = outside(BUSY, &[]);
    let (_, starts) = ran(&world, Persona::Trainer);
    assert_eq!(starts, [at(Span::ZERO), None, None, None], "one job runs here");
    let report = told(&world);
    // Four hours in the queue and sixteen of setting up, and the next day only four in the queue.
    assert_eq!(hours(&report), [0, 4, 20, 20]);
    assert_eq!((report.still_waiting, report.given_up, report.served), (0, 0, 4));
    let outside = report.outside;
    assert_eq!((outside.moved, outside.set_ups), (3, 2));
    assert_eq!(outside.work, 4 * u64::from(HOUR));
    assert_eq!(outside.cost, 4 * 250);
    assert!(report.waiting[&Reason::MovingOut] >= 32 * u64::from(HOUR));
}

#[test]
fn a_site_that_tells_how_halves_the_time_to_set_up() {
    let report = told(&outside(BUSY, &["outside-guide=on"]));
    assert_eq!(hours(&report), [0, 4, 12, 12]);
}

#[test]
fn work_stays_whose_data_would_take_longer_than_it_has_waited() {
    // 5000 GB at 1 GB an hour take months.
    let report = told(&outside(BUSY, &["outside-data=5000", "outside-speed=1"]));
    assert_eq!(report.outside.moved, 0);
    assert_eq!((hours(&report), report.still_waiting), (vec![0], 3));
}

#[test]
fn nothing_goes_outside_that_cannot_be_moved_or_where_nothing_may() {
    for setting in ["portable=0pct", "outside=off"] {
        let world = outside(BUSY, &[setting]);
        let plain = World {
            scenario: outside(BUSY, &["outside=off", "portable=0pct"]).scenario,
            ..world.clone()
        };
        assert_eq!(told(&world).digest, told(&plain).digest, "{setting}");
        assert_eq!(told(&world).outside.moved, 0);
    }
}

#[test]
fn tests_and_sessions_stay() {
    for class in [Class::Debug, Class::Interactive] {
        let mut world = outside(BUSY, &[]);
        world.jobs.iter_mut().for_each(|job| job.class = class);
        assert_eq!(told(&world).outside.moved, 0);
    }
}

#[test]
fn what_is_not_there_by_the_end_still_waits_and_its_followers_never_come() {
    let text = "cluster  1 nodes x 1 gpus
        a  at 0h   gpus 1  limit 5d  user ann
        b  at 1h   gpus 1  limit 1h  user bob
        c  after b gpus 1  limit 1h  user bob
        until 10h";
    let mut world = outside(text, &[]);
    world.jobs[2].segment = 1;
    world.jobs[2].intent = world.jobs[1].intent;
    let report = told(&world);
    assert_eq!((report.still_waiting, report.served), (1, 1));
    assert_eq!(report.submitted, 2);
    assert_eq!(report.intents, [(0, 0, false), (1, 9 * HOUR, true)]);
}

/// A session of ten hours on one GPU that uses a tenth of it, and a service with a node of its own.
fn sessions(share: &str, may: bool) -> SeedReport {
    let text = "cluster  2 nodes x 4 gpus
        a*6  at 1h  gpus 1  limit 10h  runs 10h
        until 1d";
    let sharers = format!("service-sharers={share}");
    let mut world = world(text, Class::Interactive, &[&sharers]);
    world.scenario.policy.service = ServiceRule {
        rule: HandOver::Fixed,
        most: 1,
        shared: may,
        ..ServiceRule::default()
    };
    world.jobs.iter_mut().for_each(|job| job.idle_per_mille = 900);
    let mut run: Run = people::start(
        &world,
        &[Persona::InferenceOnly],
        Passes::WhereNeeded,
        Detail::Summary,
    );
    while run.advance(u32::MAX) < 1.0 {}
    run.finish()
}

#[test]
fn sessions_ask_a_shared_service_and_hold_no_gpu_of_their_own() {
    let gpu_hours = |amount: u64| amount as f64 / (SEVENTHS * u64::from(HOUR)) as f64;
    let own = sessions("100pct", false);
    assert_eq!(
        (gpu_hours(own.busy.useful), gpu_hours(own.busy.held_idle)),
        (6.0, 54.0)
    );
    // Four at once on the node that is left.
    assert_eq!(
        own.waits[&Class::Interactive].started,
        [0, 0, 0, 0, 36_000, 36_000]
    );
    let shared = sessions("100pct", true);
    assert_eq!((gpu_hours(shared.busy.useful), shared.busy.held_idle), (0.0, 0));
    assert_eq!(shared.waits[&Class::Interactive].started, [0; 6]);
    assert_eq!(shared.shared.sessions, 6);
    assert_eq!(gpu_hours(shared.shared.instead), 60.0);
    // Six tenths of a GPU for ten hours, in whole sevenths: five of them.
    assert_eq!(gpu_hours(shared.busy.served), 50.0 / 7.0);
    assert_eq!(gpu_hours(shared.busy.beyond_need), 96.0 - 50.0 / 7.0);
    assert_eq!(shared.service.share(), 1.0);
    assert_eq!(sessions("0pct", true).shared.sessions, 0);
}
