//! One line over all findings that says who is chosen in them, and lets go.

use figures::format;
use leptos::prelude::*;

use super::{Screen, Tab};
use crate::browser;
use crate::inquiry::Inquiry;
use crate::parts::Piece;
use crate::session::Session;

const CHOSEN: &str = r#"<div class="chosen-line"><p role="status" data-at="words"></p><div class="tools" data-at="tools"><button
  type="button" class="btn-quiet" data-at="story">Why it waits</button><button type="button" class="btn-quiet" data-at="close">Let
  go</button></div></div>"#;

/// Who is chosen. Escape lets go as well.
pub fn chosen(session: Session, inquiry: Inquiry, screen: Screen) -> Piece {
    let piece = Piece::of(CHOSEN);
    let is_nobody = move || inquiry.people().is_empty();
    let close = move || inquiry.let_go();
    browser::on_key(move |event| {
        if event.key() == "Escape" {
            close();
        }
    });
    piece
        .class(".", "is-on", move || !is_nobody())
        .hide("tools", is_nobody)
        .say("words", move || words(session, inquiry))
        .hide("story", move || inquiry.job.get().is_none())
        .on("story", "click", move |_| {
            screen.tab.set(Tab::Picture);
            browser::next_frame(|| browser::focus("job-title"));
        })
        .on("close", "click", move |_| close());
    piece
}

/// "Person 12, account 3: 48 jobs in the timetable, job 345 among them."
fn words(session: Session, inquiry: Inquiry) -> Option<String> {
    let people = inquiry.people();
    let &user = people.first()?;
    let name = match inquiry.marked.with(|marked| marked.words.clone()) {
        marked if inquiry.job.get().is_none() && !marked.is_empty() => marked,
        _ => {
            let short = format!("person{}{}", format::NBSP, user.0);
            let told = inquiry.told.with(|told| {
                let rows = told.as_ref()?.words.rows.iter();
                let mut whose = rows.map(|row| &row.1);
                whose
                    .find(|whose| whose.starts_with(&[&*short, ","].concat()))
                    .cloned()
            });
            told.unwrap_or(short)
        }
    };
    let jobs = session.shown.with(|shown| {
        let timeline = shown.as_ref()?.timeline(inquiry.side.get())?;
        let own = timeline.jobs.iter().filter(|line| people.contains(&line.user));
        Some(own.count())
    });
    let jobs = format::counted(jobs.unwrap_or(0) as u64, "job", "jobs");
    let job = inquiry.job.get();
    let among = job.map_or(String::new(), |job| {
        format!("; job{}{} is marked", format::NBSP, job.0)
    });
    // Both words that it may begin with are ours.
    let (first, rest) = name.split_at_checked(1)?;
    Some(format!(
        "{}{rest}: {jobs} in the timetable{among}.",
        first.to_ascii_uppercase()
    ))
}
