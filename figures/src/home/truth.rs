//! The home page says what its picture shows.

use super::*;
use crate::testing;

fn home() -> Home {
    let reports = [4, 6, 32].map(|cap| testing::report(cap, 1));
    let settings: Vec<Setting<'_>> = ["4", "6", "no limit"]
        .into_iter()
        .zip(&reports)
        .map(|(label, report)| Setting {
            label,
            setting: label,
            report,
        })
        .collect();
    Home::new(&settings, 1)
}

#[test]
fn the_outlined_hours_hold_as_many_idle_gpus_and_waiting_people_as_the_caption_says() {
    let home = home();
    let stop = &home.stops[0];
    let moment = stop.moment.expect("a limit of 4 leaves GPUs idle");
    let at = moment.from;
    let idle = stop
        .timeline
        .idle
        .iter()
        .filter(|span| span.cause.is_rule() && span.from <= at && at < span.to);
    assert_eq!(idle.count() as u32, moment.idle_by_limit);
    let mut people: Vec<_> = stop
        .timeline
        .jobs
        .iter()
        .filter(|job| job.asked <= at && job.started.is_none_or(|start| start > at))
        .map(|job| job.user)
        .collect();
    people.sort_unstable();
    people.dedup();
    assert_eq!(people.len() as u32, moment.people_held_by_limit);
    let numbers: Vec<u32> = stop
        .caption
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|word| word.parse().ok())
        .collect();
    assert_eq!(numbers[3..5], [moment.idle_by_limit, 32], "{}", stop.caption);
    assert!(moment.to.since(moment.from) <= sim_core::units::Span::hours(12));
}

#[test]
fn without_a_limit_nothing_is_outlined_and_the_caption_says_so() {
    let home = home();
    let free = &home.stops[2];
    assert_eq!(free.moment, None);
    assert!(free.caption.contains("none of the 32 GPUs"), "{}", free.caption);
    assert!(
        home.stops[1].answer.is_empty(),
        "the picture is not compared with itself"
    );
}

#[test]
fn the_job_beside_the_second_complaint_waited_over_ten_minutes() {
    for stop in home().stops {
        let Some(id) = stop.slow_test else { continue };
        let job = stop.timeline.jobs.iter().find(|job| job.job == id).unwrap();
        assert!(job.started.unwrap().since(job.asked).0 > 600);
        let free = stop
            .timeline
            .idle
            .iter()
            .any(|span| span.from <= job.asked && job.asked < span.to);
        assert!(!free, "a GPU was free when it was asked for");
        assert!(stop.slow_test_words().unwrap().starts_with("Asked "));
    }
}

#[test]
fn the_home_page_survives_the_way_to_the_browser() {
    let home = home();
    let bytes = postcard::to_allocvec(&home).unwrap();
    assert_eq!(postcard::from_bytes::<Home>(&bytes).unwrap(), home);
}

#[test]
fn a_cropped_timeline_draws_the_same_picture() {
    let whole = testing::timeline(5);
    let look = Look::first_days(&whole, 9, Size::Desktop);
    let svg = |timeline: &Timeline| {
        let mut ink = crate::svg::SvgInk::new(800, 400, "x");
        crate::raster::draw(&mut ink, 800, timeline, &look).unwrap();
        ink.finish("")
    };
    assert_eq!(svg(&whole), svg(&cropped(&whole, look.window)));
}

#[test]
fn often_begins_where_it_says() {
    let words = [0, 99, 100, 332, 333, 1000].map(|n| Often::of(n).word());
    assert_eq!(
        words,
        ["rarely", "rarely", "sometimes", "sometimes", "often", "often"]
    );
}
