//! What is odd about the link the page was opened with, said where nobody can miss it.

use leptos::prelude::*;

use crate::parts::say;
use crate::session::Session;

/// The panel of notes; empty if the link was whole.
pub fn notes(session: Session) -> AnyView {
    let panel: Box<dyn Fn() -> Option<AnyView> + Send + Sync> = Box::new(move || {
        let notes = session.notes.get();
        if notes.is_empty() {
            return None;
        }
        let head = if session.is_lost.get() {
            "This link cannot be read"
        } else {
            "This link may not be whole"
        };
        let list = notes
            .into_iter()
            .map(|note| view! { <li>{note}</li> }.into_any())
            .collect_view();
        let then = if session.is_lost.get() {
            lost(session)
        } else {
            loaded()
        };
        Some(
            view! { <section class="link-notes" role="alert"><h2>{head}</h2><ul>{list}</ul>{then}</section> }
                .into_any(),
        )
    });
    view! { {panel} }.into_any()
}

fn loaded() -> AnyView {
    let words = "What was understood is loaded below. The address bar keeps the link as it came until you change a knob.";
    view! { <p>{words}</p> }.into_any()
}

fn lost(session: Session) -> AnyView {
    let first = say(move || Some(format!("Start from {}", session.first_profile())));
    let words = "Nothing is loaded. Ask for the link again, or paste the whole of it into the address bar.";
    view! {
        <p>{words}</p>
        <button type="button" class="btn" on:click=move |_| session.start_over()>{first}</button>
    }
    .into_any()
}
