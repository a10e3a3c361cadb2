//! The share bar: the link in full, a button that copies it, and the receipt of the result it leads to.

use leptos::prelude::*;

use crate::browser;
use crate::model::address;
use crate::model::receipt;
use crate::model::runs::Stage;
use crate::session::Session;

/// How long a button says that it has copied, in milliseconds.
const SAID_MS: i32 = 2_000;

/// The share bar at the foot of the findings.
#[component]
pub fn Share() -> impl IntoView {
    let session = expect_context::<Session>();
    let profile = move || session.draft.with(|draft| draft.profile().name.clone());
    view! {
        <section class="share" aria-label="Share">
            <div>
                <p class="small">"This page is the link. It holds only what differs from "<b>{profile}</b>"."</p>
                <p class="share-link"><Link/></p>
                <Receipt/>
            </div>
            <div class="share-do"><CopyLink/></div>
        </section>
    }
}

/// The phone's share bar, always at hand.
#[component]
pub fn Dock() -> impl IntoView {
    view! { <div class="dock"><span class="share-link"><bdi><Link/></bdi></span><CopyLink/></div> }
}

/// The link, its changed parts marked.
#[component]
fn Link() -> impl IntoView {
    let session = expect_context::<Session>();
    move || {
        address::pieces(&session.link.get())
            .into_iter()
            .map(|(text, is_change)| {
                if is_change {
                    view! { <mark>{text}</mark> }.into_any()
                } else {
                    view! { <span>{text}</span> }.into_any()
                }
            })
            .collect_view()
    }
}

/// The page's one yellow button.
#[component]
fn CopyLink() -> impl IntoView {
    let session = expect_context::<Session>();
    let said = RwSignal::new("");
    let copy = move |_| {
        let link = format!("{}#{}", browser::page_address(), session.link.get_untracked());
        browser::copy(&link, move |is_copied| {
            said.set(if is_copied { "Copied" } else { "Copy it from the address bar" });
            browser::later(SAID_MS, move || said.set(""));
        });
    };
    view! {
        <button type="button" class="btn btn-first" on:click=copy>
            {move || if said.get().is_empty() { "Copy link" } else { said.get() }}
        </button>
        <span class="sr" role="status" aria-live="polite">{move || said.get()}</span>
    }
}

/// By what a reader of the link can tell that they see the same result.
#[component]
fn Receipt() -> impl IntoView {
    let session = expect_context::<Session>();
    let receipt = Memo::new(move |_| {
        session.shown.with(|shown| {
            shown.as_deref().filter(|shown| shown.stage == Stage::All).map(|shown| {
                session.draft.with(|draft| receipt::receipt(shown, draft.pair()))
            })
        })
    });
    let digest = move || receipt.with(|receipt| receipt.as_ref().map(|receipt| receipt.digest.clone()));
    let words = move || receipt.with(|receipt| receipt.as_ref().map(|receipt| receipt.words.clone()));
    let is_current = move || session.progress.get().is_current && receipt.with(Option::is_some);
    view! {
        <p class="small quiet receipt" data-digest=digest hidden=move || !is_current()>{words}</p>
    }
}
