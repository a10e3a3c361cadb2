//! One line over all findings that says who is chosen in them, and lets go.

use figures::format;
use leptos::prelude::*;

use super::{Screen, Tab};
use crate::browser;
use crate::inquiry::Inquiry;
use crate::parts::Piece;
use crate::session::Session;

const CHOSEN: &str = r#"<div class="chosen-line"><p role="status" data-at="words"></p><div class="tools"><button
  type="button" class="btn-quiet" data-at="story">Why it waits</button><button type="button" class="btn-quiet" data-at="close">Let
  go</button></div></div>"#;

/// Who is chosen. Escape lets go as well.
pub fn chosen(session: Session, inquiry: Inquiry, screen: Screen) -> Piece {
    let piece = Piece::of(CHOSEN);
    let close = move || inquiry.let_go();
    browser::on_key(move |event| {
        if event.key() == "Escape" {
            close();
        }
    });
    piece
        .class(".", "is-on", move || !inquiry.people().is_empty())
        .say("words", move || words(session, inquiry))
        .hide("story", move || inquiry.job.get().is_none())
        .on("story", "click", move |_| {
            screen.tab.set(Tab::Picture);
            browser::next_frame(|| browser::focus("job-title"));
        })
        .on("close", "click", move |_| close());
    piece
}

/// "Chosen: person 12, 48 jobs in the timetable; job 345 is marked"
fn words(session: Session, inquiry: Inquiry) -> Option<String> {
    let people = inquiry.people();
    let &user = people.first()?;
    let name = match inquiry.marked.with(|marked| marked.words.clone()) {
        marked if inquiry.job.get().is_none() && !marked.is_empty() => marked,
        _ => ["person\u{a0}", &user.0.to_string()].concat(),
    };
    let jobs = session.shown.with(|shown| {
        let timeline = shown.as_ref()?.timeline(inquiry.side.get())?;
        let own = timeline.jobs.iter().filter(|line| people.contains(&line.user));
        Some(own.count())
    });
    let jobs = format::counted(jobs.unwrap_or(0) as u64, "job", "jobs");
    let job = inquiry.job.get().map_or(String::new(), |job| {
        ["; job\u{a0}", &job.0.to_string(), " is marked"].concat()
    });
    Some(["Chosen: ", &name, ", ", &jobs, " in the timetable", &job].concat())
}
