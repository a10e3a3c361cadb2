//! What is drawn can be found again.

use super::*;
use crate::testing;

const WIDTH: u32 = 1056;

#[test]
fn pressing_on_a_block_finds_its_job() {
    let timeline = testing::timeline(8);
    for size in [Size::Desktop, Size::Phone] {
        let look = Look::first_days(&timeline, 14, size);
        let plan = Plan::new(WIDTH, &timeline, &look);
        for job in &timeline.jobs {
            for area in blocks(&plan, job).filter(|area| area.w > 0) {
                let at = (area.x + area.w / 2, area.y + area.h / 2);
                assert_eq!(job_at(WIDTH, &timeline, &look, at), Some(job.job));
            }
        }
    }
}

#[test]
fn pressing_on_a_line_of_the_waiting_graph_finds_one_that_runs_there() {
    let timeline = testing::timeline(8);
    let look = Look::first_days(&timeline, 14, Size::Desktop);
    let plan = Plan::new(WIDTH, &timeline, &look);
    let mut found = 0;
    for job in timeline.jobs.iter().filter(|job| job.asked < look.window.to) {
        if let Some((from, to)) = plan.wait(job.asked, job.started.unwrap_or(timeline.to)) {
            let middle = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
            found += u32::from(job_at(WIDTH, &timeline, &look, middle).is_some());
        }
    }
    assert!(found > 100, "{found} lines found");
    assert_eq!(job_at(WIDTH, &timeline, &look, (0, 0)), None);
}

#[test]
fn pressing_on_a_wait_finds_an_instant_of_it_and_on_a_block_none() {
    let timeline = testing::timeline(8);
    let look = Look::first_days(&timeline, 14, Size::Desktop);
    let plan = Plan::new(WIDTH, &timeline, &look);
    let mut waits = 0;
    for job in timeline.jobs.iter().filter(|job| job.asked < look.window.to) {
        let started = job.started.unwrap_or(timeline.to);
        let Some((from, to)) = plan.wait(job.asked, started) else {
            continue;
        };
        let middle = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
        if let Some((id, Some(at))) = wait_at(WIDTH, &timeline, &look, middle) {
            let found = timeline.jobs.iter().find(|job| job.job == id).unwrap();
            assert!(found.asked <= at && at <= found.started.unwrap_or(timeline.to));
            waits += 1;
        }
        for area in blocks(&plan, job).filter(|area| area.w > 0) {
            let at = (area.x + area.w / 2, area.y + area.h / 2);
            assert_eq!(wait_at(WIDTH, &timeline, &look, at), Some((job.job, None)));
        }
    }
    assert!(waits > 100, "{waits} waits found");
}

#[test]
fn blocks_lie_inside_their_rows_and_no_two_jobs_share_a_place() {
    let timeline = testing::timeline(8);
    let look = Look::first_days(&timeline, 14, Size::Desktop);
    let plan = Plan::new(WIDTH, &timeline, &look);
    let mut areas: Vec<Area> = timeline
        .jobs
        .iter()
        .flat_map(|job| blocks(&plan, job).collect::<Vec<_>>())
        .collect();
    areas.retain(|area| area.w > 0);
    areas.sort();
    for area in &areas {
        assert!(area.y >= plan.rows.y && area.bottom() <= plan.rows.bottom());
        assert!(area.x >= plan.rows.x && area.right() <= plan.rows.right());
    }
    for (i, a) in areas.iter().enumerate() {
        for b in areas[i + 1..].iter().take_while(|b| b.x < a.right()) {
            assert!(a.bottom() <= b.y || b.bottom() <= a.y, "{a:?} covers {b:?}");
        }
    }
}

#[test]
fn a_slant_is_a_wait_and_a_steep_line_a_short_one() {
    let timeline = testing::timeline(8);
    let look = Look::first_days(&timeline, 14, Size::Desktop);
    let plan = Plan::new(WIDTH, &timeline, &look);
    let day = |n: u32| Time(timeline.from.0 + n * 86_400);
    let lean = |asked, started| plan.wait(asked, started).map(|(from, to)| to.0 - from.0).unwrap();
    assert_eq!(lean(day(1), day(1)), 0);
    assert!(lean(day(1), day(3)) > lean(day(1), day(2)));
    // A line that enters from the left begins part of the way down.
    let (from, to) = plan.wait(Time(day(0).0 - 86_400), day(1)).unwrap();
    assert_eq!(from, (plan.graph.x, plan.graph.y + plan.graph.h / 2));
    assert_eq!(to.1, plan.graph.bottom());
    assert_eq!(plan.wait(Time(0), Time(1)), None);
}

#[test]
fn many_gpus_still_fit_a_page_and_a_phone() {
    let mut timeline = testing::timeline(8);
    timeline.nodes = vec![8; 16];
    let desktop = Look::first_days(&timeline, 14, Size::Desktop);
    let phone = Look::first_days(&timeline, 14, Size::Phone);
    assert!(
        (450..600).contains(&height(&timeline, &desktop)),
        "{}",
        height(&timeline, &desktop)
    );
    assert!(
        (200..300).contains(&height(&timeline, &phone)),
        "{}",
        height(&timeline, &phone)
    );
}

#[test]
fn whoever_is_chosen_stands_out_and_the_others_step_back() {
    let timeline = testing::timeline(8);
    let user = timeline.jobs[timeline.jobs.len() / 2].user;
    let svg = |people: Vec<UserId>| {
        let look = Look {
            people,
            ..Look::first_days(&timeline, 14, Size::Desktop)
        };
        let mut ink = crate::svg::SvgInk::new(WIDTH, height(&timeline, &look), "people");
        draw(&mut ink, WIDTH, &timeline, &look).unwrap();
        ink.finish("")
    };
    let (usual, chosen) = (svg(Vec::new()), svg(vec![user]));
    assert!(chosen.len() > usual.len());
    // Nobody's jobs are left out: everything that was drawn is still there.
    assert_eq!(
        chosen.matches("stroke=\"var(--paper)\"").count(),
        usual.matches("stroke=\"var(--paper)\"").count() + 2
    );
    assert_ne!(chosen, svg(vec![UserId(user.0 + 1)]));
}

#[test]
fn a_walk_tells_each_job_apart() {
    let timeline = testing::timeline(8);
    let mut said: Vec<String> = timeline.jobs.iter().map(|line| job(&timeline, line)).collect();
    let number = said.len();
    assert!(
        said.iter()
            .all(|words| words.starts_with("Job\u{a0}") && words.ends_with('.')),
        "{said:?}"
    );
    said.sort();
    said.dedup();
    assert_eq!(said.len(), number);
}
