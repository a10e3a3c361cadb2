//! What is odd about the link the page was opened with, said where nobody can miss it.

use leptos::prelude::*;

use crate::session::Session;

/// The panel of notes; empty if the link was whole.
#[component]
pub fn Notes() -> impl IntoView {
    let session = expect_context::<Session>();
    let has_notes = move || session.notes.with(|notes| !notes.is_empty());
    let head = move || {
        if session.is_lost.get() {
            "This link cannot be read"
        } else {
            "This link may not be whole"
        }
    };
    let list = move || session.notes.get().into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
    view! {
        <Show when=has_notes>
            <section class="link-notes" role="alert">
                <h2>{head}</h2>
                <ul>{list}</ul>
                <Show when=move || session.is_lost.get()
                    fallback=|| view! { <p>"What was understood is loaded below. The address bar keeps the link as it came until you change a knob."</p> }>
                    <p>"Nothing is loaded. Ask for the link again, or paste the whole of it into the address bar."</p>
                    <button type="button" class="btn" on:click=move |_| session.start_over()>{move || format!("Start from {}", session.first_profile())}</button>
                </Show>
            </section>
        </Show>
    }
}
