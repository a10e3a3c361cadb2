//! What becomes of budgets that are used up, or not, and of those who are new.

use sim_core::engine::Passes;
use sim_core::ids::{AccountId, JobId};
use sim_core::metrics::{Detail, simplicity};
use sim_core::scenario::{Persona, TresCounts};
use sim_core::units::{Span, Time};
use sim_core::workload::Class;
use tests::people;
use tests::world::World;

use super::reactions::{at, generated, ran, told, world};

/// One group with so many GPU-hours a day that nothing fades.
fn group(text: &str, hours: u32, settings: &[&str]) -> World {
    let mut world = world(text, Class::Train, &["half-life=off", "budget-period=day"]);
    world.scenario.policy.associations.each_account.grp_tres_mins = TresCounts::gpus(hours * 60);
    super::reactions::set(&mut world.scenario, settings);
    world
}

const USED_UP: &str = "cluster  1 nodes x 2 gpus
    a  at 0h   gpus 2  limit 4h  user ann
    b  at 5h   gpus 1  limit 2h  user bob";

#[test]
fn a_group_that_has_used_its_budget_up_waits_for_the_next_day() {
    let hard = group(USED_UP, 8, &[]);
    let (run, starts) = ran(&hard, Persona::Trainer);
    assert_eq!(starts[1], at(Span::hours(24)));
    let report = run.finish();
    let held: u64 = report
        .waiting
        .iter()
        .filter(|(why, _)| why.code() == "AssocGrpGRESMinutes")
        .map(|(_, &s)| s)
        .sum();
    assert_eq!(held, 19 * 3_600);
}

#[test]
fn overdraft_takes_what_nobody_else_wants() {
    let soft = group(USED_UP, 8, &["overdraft=50pct"]);
    let (run, starts) = ran(&soft, Persona::Trainer);
    assert_eq!(starts[1], at(Span::hours(5)));
    assert_eq!(usize::from(run.cluster().jobs[JobId(1)].request.qos), 1);
    // One whose budget runs out while it waits goes over as well, and behind everybody of another group.
    let text = "cluster  1 nodes x 1 gpus
        priority partition 10
        people   ann 1 bob 2
        a  at 0h  gpus 1  limit 2h  user ann
        b  at 1h  gpus 1  limit 1h  user ann
        c  at 1h  gpus 1  limit 2h  user bob";
    let (_, starts) = ran(&group(text, 2, &["overdraft=100pct"]), Persona::Trainer);
    assert_eq!((starts[1], starts[2]), (at(Span::hours(4)), at(Span::hours(2))));
    // Beyond the overdraft nothing runs before the next day.
    let text = "cluster  1 nodes x 1 gpus
        a  at 0h   gpus 1  limit 8h
        b  at 9h   gpus 1  limit 4h
        c  at 14h  gpus 1  limit 1h";
    let (_, starts) = ran(&group(text, 8, &["overdraft=50pct"]), Persona::Trainer);
    assert_eq!((starts[1], starts[2]), (at(Span::hours(9)), at(Span::hours(24))));
}

/// What is left of the day's budget at an instant, in GPU-hours.
fn used_at(world: &World, instant: Span) -> f64 {
    let mut run = people::start(world, &[Persona::Trainer], Passes::WhereNeeded, Detail::Summary);
    while run.now() < Time::ZERO + instant && run.advance(1) < 1.0 {}
    let cluster = run.cluster();
    cluster
        .usage
        .tres_seconds(cluster.tree.account(AccountId(1)), sim_core::cluster::TresIx::GPU)
        / 3_600.0
}

/// Somebody is always there, so that ticks come.
const QUIET: &str = "cluster  1 nodes x 4 gpus
    people   ann 1 bob 2
    a  at 0h    gpus 1  limit 1h   user ann
    b  at 0h    gpus 1  limit 90h  user bob";

#[test]
fn a_group_that_has_used_too_little_loses_part_of_its_budget() {
    // One of 20 hours used: at a third of the day less than 10 % of them, lose 30 %; at two thirds lose 75 %.
    let world = group(QUIET, 20, &["lose-it=thirds"]);
    assert_eq!(used_at(&world, Span::mins(7 * 60)).round(), 1.0);
    assert_eq!(used_at(&world, Span::mins(9 * 60)).round(), 7.0);
    assert_eq!(used_at(&world, Span::mins(17 * 60)).round(), 22.0);
    assert_eq!(
        used_at(&world, Span::mins(25 * 60)).round(),
        0.0,
        "a new day, a new budget"
    );
    // Or half of the next one.
    let world = group(QUIET, 20, &["lose-it=next"]);
    assert_eq!(used_at(&world, Span::mins(23 * 60)).round(), 1.0);
    assert_eq!(used_at(&world, Span::mins(25 * 60)).round(), 10.0);
}

#[test]
fn what_was_not_used_is_carried_over_once() {
    let world = group(QUIET, 20, &["carry-over=50pct"]);
    let rules = |settings| simplicity(&group(QUIET, 20, settings).scenario).rules;
    assert_eq!(rules(&["carry-over=50pct", "points=50pct"]), rules(&[]) + 2);
    assert_eq!(used_at(&world, Span::mins(23 * 60)).round(), 1.0);
    // Half of nineteen; the day after, half of twenty and those.
    assert_eq!((used_at(&world, Span::mins(25 * 60)) * 2.0).round(), -19.0);
    assert_eq!((used_at(&world, Span::mins(49 * 60)) * 4.0).round(), -59.0);
}

#[test]
fn points_pay_for_going_first_later() {
    let text = "cluster  1 nodes x 1 gpus
        people   ann 1 bob 2
        w  at 0h   gpus 1  limit 12h user bob
        x  at 25h  gpus 1  limit 4h  user bob
        y  at 25h  gpus 1  limit 4h  user bob
        a  at 26h  gpus 1  limit 1h  user ann";
    let starts = |settings: &[&str]| ran(&group(text, 12, settings), Persona::Trainer).1;
    // Bob's group has used its budget of the first day, and earned nothing.
    assert_eq!(starts(&[])[3], at(Span::hours(33)));
    assert_eq!(starts(&["points=50pct"])[3], at(Span::hours(29)));
    // With points for all nobody gains.
    let all = text.replace("limit 12h", "limit 1h");
    let both = ran(&group(&all, 12, &["points=50pct"]), Persona::Trainer).1;
    assert_eq!(both[3], at(Span::hours(33)));
}

const LATE: &str = "cluster  1 nodes x 4 gpus
    a  at 1h   gpus 1  limit 1h
    b  at 21h  gpus 1  limit 1h";

#[test]
fn a_group_that_is_behind_fills_its_quota_before_the_period_ends() {
    let filler = |settings: &[&str]| {
        let report = told(&group(LATE, 20, settings), Persona::Trainer);
        (report.busy.filler / 7 / 3_600, report.intents.len())
    };
    assert_eq!(
        filler(&["hoard=100pct"]),
        (2, 2),
        "twice over, and no more intents for that"
    );
    assert_eq!(filler(&[]), (0, 2));
    assert_eq!(
        filler(&["hoard=100pct", "carry-over=100pct"]).0,
        0,
        "there is nothing to hurry for"
    );
    assert_eq!(filler(&["hoard=100pct", "points=100pct"]).0, 0);
    let on_pace = group(LATE, 1, &["hoard=100pct"]);
    assert_eq!(told(&on_pace, Persona::Trainer).busy.filler, 0);
    // A day of reckoning in the middle of the period is reason enough too.
    let early = LATE.replace("21h", "7h");
    let told = told(
        &group(&early, 20, &["hoard=100pct", "lose-it=thirds"]),
        Persona::Trainer,
    );
    assert_eq!(told.busy.filler, 2 * 7 * 3_600);
}

#[test]
fn newcomers_start_small_until_weeks_have_gone_or_a_mentor_has_had_a_word() {
    let text = "cluster  1 nodes x 8 gpus
        a  at 0d  gpus 4  limit 1h
        b  at 3d  gpus 4  limit 1h
        c  at 9d  gpus 4  limit 1h";
    let gpus = |settings: &[&str], persona| -> Vec<u32> {
        let (run, _) = ran(&world(text, Class::Train, settings), persona);
        run.cluster().jobs.iter().map(|job| job.request.gpus()).collect()
    };
    assert_eq!(gpus(&["newcomer-cap=1gpu"], Persona::Intern), [1, 1, 1]);
    assert_eq!(gpus(&["newcomer-cap=1gpu"], Persona::Trainer), [4, 4, 4]);
    assert_eq!(
        gpus(&["newcomer-cap=1gpu", "newcomer-for=7d"], Persona::Intern),
        [1, 1, 4]
    );
    assert_eq!(
        gpus(&["newcomer-cap=1gpu", "mentor=1d"], Persona::Intern),
        [1, 4, 4]
    );
}

#[test]
fn whoever_sees_the_price_asks_for_what_they_need() {
    let text = "cluster  1 nodes x 8 gpus
        a  at 0h  gpus 4  limit 24h runs 4h";
    let asked = |settings: &[&str]| {
        let mut world = world(text, Class::Train, settings);
        world.jobs[0].idle_per_mille = 700;
        let request = ran(&world, Persona::Trainer).0.cluster().jobs[JobId(0)].request;
        (request.gpus(), request.limit)
    };
    assert_eq!(asked(&["show-cost=on"]), (4, Span::hours(24)), "nobody minds");
    assert_eq!(asked(&["thrift=100pct"]), (4, Span::hours(24)), "nobody is told");
    assert_eq!(asked(&["show-cost=on", "thrift=100pct"]), (2, Span::hours(5)));
}

#[test]
fn over_weeks_a_budget_that_ends_makes_filler_and_points_make_less() {
    let budget = [
        "group-budget=1500h",
        "budget-period=week",
        "half-life=off",
        "hoard=100pct",
    ];
    let filler = |more: &[&str]| generated(&[&budget[..], more].concat(), 21).busy.filler;
    let hurried = filler(&[]);
    assert!(hurried > 0);
    assert!(filler(&["points=75pct"]) < hurried);
}

#[test]
fn budgets_are_shared_out_by_what_groups_need_and_then_by_what_they_have_used() {
    let text = "cluster  1 nodes x 4 gpus
        people  ann 1 bob 2
        a  at 0h   gpus 4  limit 2h   user ann
        b  at 3h   gpus 4  limit 1h   user ann
        c  at 5h   gpus 4  limit 1h   user bob
        d  at 25h  gpus 4  limit 75m  user bob
        e  at 27h  gpus 1  limit 1h   user bob
        f  at 50h  gpus 4  limit 2h   user ann";
    let starts = |settings: &[&str]| {
        let starts = ran(&group(text, 10, settings), Persona::Trainer).1;
        (starts[1], starts[4])
    };
    let (soon, late) = (at(Span::hours(3)), at(Span::hours(27)));
    // Ten GPU-hours a day each: ann's group has used eight when she asks for four more, bob's never so many.
    assert_eq!(starts(&[]), (at(Span::hours(24)), late));
    // Of twenty hours one each, and of the rest two thirds to ann's group, which needs twice as much: 13 hours and 7.
    assert_eq!(starts(&["share-out=once"]), (soon, late));
    // On the second day three quarters of it, since bob's group used four hours to her twelve on the first: 5.5 hours for it.
    assert_eq!(starts(&["share-out=each-period"]), (soon, at(Span::hours(48))));
}
