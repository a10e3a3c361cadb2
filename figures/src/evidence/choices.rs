//! Who is chosen is marked wherever they can be seen, and marks stand for whom they say.

use std::collections::BTreeSet;

use sim_core::metrics::JobLine;

use super::super::tests::found;
use super::super::{pictures, sheets};
use super::*;

fn lines(side: usize) -> &'static [JobLine] {
    let first = &found().first.as_ref().unwrap()[side];
    &first.followed.report.timeline.as_ref().unwrap().jobs
}

fn sight(who: Who) -> Sight {
    match who {
        Who::Job(job) => Sight::of("", Some(job)),
        Who::Person(_) | Who::Account(_) => Sight::of(&who.line(), None),
    }
}

/// The keys of the pictures that look different once somebody is chosen.
fn moved(who: Who) -> BTreeSet<&'static str> {
    let usual = pictures(found(), &Sight::default());
    let chosen = pictures(found(), &sight(who));
    let both = usual.iter().zip(&chosen);
    both.filter(|(usual, chosen)| usual.svg != chosen.svg)
        .map(|(usual, _)| usual.key)
        .collect()
}

/// Somebody whom a ledger held, with a job that waited.
fn somebody() -> (UserId, JobId) {
    let all = pictures(found(), &Sight::default());
    let ledgers = all.iter().find(|picture| picture.key == "ledgers").unwrap();
    let of_person = |mark: &Mark| match mark.who {
        Who::Person(user) => Some(user),
        Who::Job(_) | Who::Account(_) => None,
    };
    let user = ledgers.marks.iter().find_map(of_person).unwrap();
    let from = found().first.as_ref().unwrap()[1].followed.course.window.from;
    let waits = |line: &&JobLine| {
        line.user == user && line.asked > from && line.started.is_some_and(|at| at > line.asked)
    };
    (user, lines(1).iter().find(waits).unwrap().job)
}

#[test]
fn a_job_is_marked_in_every_picture_and_its_person_with_it() {
    let (user, job) = somebody();
    let of_job = moved(Who::Job(job));
    let all = ["bands", "heat", "queue", "mirror", "differ", "shares", "ledgers"];
    assert_eq!(of_job, BTreeSet::from(all));
    let of_person = moved(Who::Person(user));
    assert_eq!(of_person, BTreeSet::from(["bands", "shares", "ledgers"]));
    let account = found().people[user].account;
    assert_eq!(moved(Who::Account(account)), BTreeSet::from(["shares"]));
}

#[test]
fn rows_of_tables_are_those_of_whoever_is_chosen() {
    let (user, _) = somebody();
    let sheets = sheets(found(), &sight(Who::Person(user)), "", "").join("");
    assert_eq!(
        sheets.matches("aria-current").count(),
        3,
        "what they do, their account and their ledger"
    );
    let all = pictures(found(), &sight(Who::Person(user)));
    for picture in &all {
        let tables: Vec<_> = std::iter::once(&picture.figure.table)
            .chain(&picture.more)
            .collect();
        for &(table, row) in &picture.chosen {
            let name = &tables[table].rows[row][0];
            let expected = match picture.key {
                "ledgers" => format!("person {} in", user.0),
                "shares" => format!("account {}", found().people[user].account.0),
                _ => continue,
            };
            assert!(name.starts_with(&expected), "{name}: {expected}");
        }
    }
}

#[test]
fn a_field_stands_for_the_longest_wait_among_its_own_jobs() {
    let all = pictures(found(), &Sight::default());
    let heat = all.iter().find(|picture| picture.key == "heat").unwrap();
    let from = found().first.as_ref().unwrap()[1].followed.course.window;
    assert!(heat.marks.len() > 3);
    let waits = |line: &JobLine| line.started.unwrap_or(from.to).since(line.asked);
    let longest = lines(1)
        .iter()
        .filter(|line| line.asked >= from.from)
        .map(waits)
        .max();
    let marked = heat.marks.iter().map(|mark| match mark.who {
        Who::Job(job) => waits(lines(1).iter().find(|line| line.job == job).unwrap()),
        Who::Person(_) | Who::Account(_) => panic!("a field is nobody"),
    });
    assert_eq!(
        marked.max(),
        longest,
        "the longest of all is the longest of its field"
    );
    // Whoever presses a field is shown that very field.
    for mark in &heat.marks {
        let chosen = pictures(found(), &sight(mark.who));
        let heat = chosen.iter().find(|picture| picture.key == "heat").unwrap();
        assert_eq!(heat.chosen.len(), 1);
    }
}

#[test]
fn the_same_work_is_found_on_the_other_side() {
    let sides = found().first.as_ref().unwrap();
    let mut told_apart = 0;
    for line in lines(1)
        .iter()
        .filter(|line| usize::from(line.job) < sides[1].pieces.len())
    {
        let sight = Sight::of("side=1", Some(line.job));
        let Some(other) = Chosen::of(found(), &sight).jobs[0] else {
            continue;
        };
        let piece = |side: usize, job: JobId| sides[side].pieces[usize::from(job)].0;
        assert_eq!(piece(0, other), piece(1, line.job));
        told_apart += u32::from(other != line.job);
    }
    assert!(
        told_apart > 0,
        "the two policies cut work otherwise, and numbers move"
    );
}

#[test]
fn marks_can_be_pressed_on_the_page_and_are_not_in_files() {
    let sheets = sheets(found(), &Sight::default(), "", "").join("");
    for what in ["data-mark=\"job=", "data-mark=\"person=", "data-mark=\"account="] {
        assert!(sheets.contains(what), "{what}");
    }
    let all = pictures(found(), &Sight::default());
    assert!(all.iter().all(|picture| !picture.svg.contains("data-mark")));
    let words = Who::Account(AccountId(1)).words(found());
    let people = found()
        .people
        .iter()
        .filter(|person| person.account == AccountId(1))
        .count();
    assert_eq!(words, format!("account 1, {people}\u{a0}people"));
}

#[test]
fn the_page_finds_the_same_work_by_whose_it_is_and_when_it_was_asked_for() {
    let sides = found().first.as_ref().unwrap();
    let timelines = [0, 1].map(|side| sides[side].followed.report.timeline.as_ref().unwrap());
    let (mut right, mut all) = (0, 0);
    for line in &timelines[1].jobs {
        let Some(other) = crate::raster::same_job(timelines[1], timelines[0], line.job) else {
            continue;
        };
        all += 1;
        let piece = |side: usize, job: JobId| sides[side].pieces.get(usize::from(job)).map(|piece| piece.0);
        right += u32::from(piece(0, other) == piece(1, line.job));
    }
    assert!(
        all * 10 > timelines[1].jobs.len() as u32 * 8,
        "{all} have a counterpart"
    );
    assert_eq!(right, all);
}
