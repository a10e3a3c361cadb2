//! What is odd about the link the page was opened with, said where nobody can miss it.

use leptos::prelude::*;

use crate::parts::Piece;
use crate::session::Session;

const NOTES: &str = r#"<section class="link-notes" role="alert">
  <h2 data-at="head"></h2><ul data-at="list"></ul><p data-at="then"></p>
  <button type="button" class="btn" data-at="start"></button>
</section>"#;

const LOADED: &str =
    "What was understood is loaded below. The address bar keeps the link as it came until you change a knob.";
const NOT_HERE: &str = "Nothing is lost: the address bar keeps the link as it came.";
const LOST: &str =
    "Nothing is loaded. Ask for the link again, or paste the whole of it into the address bar.";

/// The panel of notes; out of sight if the link was whole.
pub fn notes(session: Session) -> Piece {
    let piece = Piece::of(NOTES);
    let choose = move |lost: &'static str, not_here: &'static str, else_: &'static str| {
        let words = match session.is_lost.get() {
            true if session.lacks_set_ups() => not_here,
            true => lost,
            false => else_,
        };
        Some(words.to_owned())
    };
    piece
        .hide(".", move || session.notes.with(Vec::is_empty))
        .say("head", move || {
            choose(
                "This link cannot be read",
                "This cluster is not here",
                "This link may not be whole",
            )
        })
        .say("then", move || choose(LOST, NOT_HERE, LOADED))
        .fill("list", move || {
            session.notes.with(|notes| {
                notes
                    .iter()
                    .map(|note| Piece::of("<li></li>").write(".", note).clone())
                    .collect()
            })
        })
        .say("start", move || {
            Some(format!("Start from {}", session.first_profile()))
        })
        .hide("start", move || !session.is_lost.get())
        .on("start", "click", move |_| session.start_over());
    piece
}
