//! The page that sweeps: a form, the picture of what was found, a goal, and which knobs matter.

mod form;
mod results;
mod session;

use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::browser;
use crate::lab::words_of;
use crate::mount::{Place, places};
use crate::parts::{Piece, effect};
use session::Session;

/// Brings the marked place of the page to life.
pub fn start() {
    for place in places() {
        if place.data("mount").as_deref() == Some("sweep") {
            mount(place);
        }
    }
}

/// The form takes the still's place at the top, the results come below; the still goes when there is something to see.
fn mount(place: Place) {
    let Some(brought) = place.set_ups() else {
        place.say(
            "This page cannot start: it came without its set-ups. Reload it; the picture below still holds.",
        );
        return;
    };
    let (workers, more) = (
        [place.worker(), place.larger_worker(), place.builder()],
        place.data("more"),
    );
    let lab = place.file("lab/");
    let (Some(top), Some(below)) = (room(&place, "sweep-top"), room(&place, "sweep-below")) else {
        return;
    };
    let still = place.all(".sweep-still");
    let handle = leptos::mount::mount_to(top.clone(), move || {
        let session = Session::open(brought, more, workers);
        for piece in [notes(session), form::form(session, &lab)] {
            top.append_child(piece.element()).ok();
        }
        for piece in [
            results::results(session, &lab),
            results::goal(session),
            results::ranking(session),
        ] {
            below.append_child(piece.element()).ok();
        }
        effect(move || {
            if session.shown.with(Option::is_some) {
                still.iter().for_each(|still| still.remove());
            }
        });
        browser::mark_when_painted("ready");
    });
    handle.forget();
}

/// A place that the page keeps for a part of what is live.
fn room(place: &Place, class: &str) -> Option<HtmlElement> {
    use wasm_bindgen::JsCast as _;
    place.all(&format!(".{class}")).pop()?.dyn_into().ok()
}

const NOTES: &str = r#"<div class="sweep-notes" role="alert"><ul data-at="list"></ul></div>"#;

/// What is odd, and why there are no runs.
fn notes(session: Session) -> Piece {
    let all = move || {
        let mut all = session.notes.get();
        all.extend(session.trouble.with(|trouble| trouble.as_ref().map(words_of)));
        all
    };
    let piece = Piece::of(NOTES);
    piece
        .hide("list", move || all().is_empty())
        .fill("list", move || {
            let line = |words: &String| Piece::of("<li></li>").write(".", &sentence(words)).clone();
            all().iter().map(line).collect()
        });
    piece
}

/// Problems begin small and end without a stop; on the page they are sentences.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let stop = if words.ends_with('.') { "" } else { "." };
    format!(
        "{}{}{stop}",
        first.map_or(String::new(), String::from),
        letters.as_str()
    )
}
