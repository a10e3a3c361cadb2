//! The page that compares: proposals to paste, order and remove, and what each changes against the first. The same program
//! brings the frame for other sites to life.

mod embed;
mod form;
mod results;
mod session;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::browser;
use crate::lab::words_of;
use crate::mount::{Place, places};
use crate::parts::{Piece, effect};
use session::Session;

/// Brings the marked place of the page to life.
pub fn start() {
    for place in places() {
        match place.data("mount").as_deref() {
            Some("compare") => mount(place),
            Some("embed") => embed::mount(place),
            // A mark of another script.
            Some(_) | None => {}
        }
    }
}

/// The form takes its place at the top, the results come below; the example goes when there is something to see.
fn mount(place: Place) {
    let Some(brought) = place.set_ups() else {
        place.say(
            "This page cannot start: it came without its set-ups. Reload it; the example below still holds.",
        );
        return;
    };
    // Many runs: the worker that is built for speed.
    let workers = [place.larger_worker(), place.clerk(), place.builder()];
    let (more, lab) = (place.data("more"), place.file("lab/"));
    let (Some(top), Some(below)) = (room(&place, "beside-top"), room(&place, "beside-below")) else {
        return;
    };
    let still = place.all(".beside-still");
    let handle = leptos::mount::mount_to(top.clone(), move || {
        let session = Session::open(brought, more, workers);
        for piece in [
            form::form(session),
            notes(session),
            form::list(session, &lab),
            form::runs(session),
        ] {
            top.append_child(piece.element()).ok();
        }
        below.append_child(results::results(session, lab).element()).ok();
        effect(move || {
            if session.entries.with(|all| !all.is_empty()) {
                still.iter().for_each(|still| still.remove());
            }
        });
        browser::mark_when_painted("ready");
    });
    handle.forget();
}

/// A place that the page keeps for a part of what is live.
fn room(place: &Place, class: &str) -> Option<HtmlElement> {
    place.all(&format!(".{class}")).pop()?.dyn_into().ok()
}

const NOTES: &str = r#"<div class="beside-notes" role="alert"><ul data-at="list"></ul></div>"#;

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
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let stop = if words.ends_with(['.', '?']) { "" } else { "." };
    format!(
        "{}{}{stop}",
        first.map_or(String::new(), String::from),
        letters.as_str()
    )
}
