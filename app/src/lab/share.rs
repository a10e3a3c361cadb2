//! The share bar: the link in full, a button that copies it, and the receipt of the result it leads to.

use leptos::prelude::*;

use crate::browser;
use crate::model::address;
use crate::model::receipt::{self, Receipt};
use crate::model::runs::Stage;
use crate::parts::{flag, say};
use crate::session::Session;

/// How long a button says that it has copied, in milliseconds.
const SAID_MS: i32 = 2_000;

/// The share bar at the foot of the findings.
pub fn share(session: Session) -> AnyView {
    let profile = say(move || Some(session.draft.with(|draft| draft.profile().name.clone())));
    view! {
        <section class="share" aria-label="Share">
            <div>
                <p class="small">"This page is the link. It holds only what differs from "<b>{profile}</b>"."</p>
                <p class="share-link">{link(session)}</p>
                {receipt_line(session)}
            </div>
            <div class="share-do">{copy_link(session)}</div>
        </section>
    }
    .into_any()
}

/// The phone's share bar, always at hand.
pub fn dock(session: Session) -> AnyView {
    view! { <div class="dock"><span class="share-link"><bdi>{link(session)}</bdi></span>{copy_link(session)}</div> }.into_any()
}

/// The link, its changed parts marked.
fn link(session: Session) -> AnyView {
    let pieces: Box<dyn Fn() -> AnyView + Send + Sync> = Box::new(move || {
        let piece = |(text, is_change): (String, bool)| {
            if is_change {
                view! { <mark>{text}</mark> }.into_any()
            } else {
                view! { <span>{text}</span> }.into_any()
            }
        };
        address::pieces(&session.link.get())
            .into_iter()
            .map(piece)
            .collect_view()
            .into_any()
    });
    view! { {pieces} }.into_any()
}

/// The page's one yellow button.
fn copy_link(session: Session) -> AnyView {
    let said = RwSignal::new("");
    let copy = move |_| {
        let link = format!("{}#{}", browser::page_address(), session.link.get_untracked());
        browser::copy(&link, move |is_copied| {
            said.set(if is_copied {
                "Copied"
            } else {
                "Copy it from the address bar"
            });
            browser::later(SAID_MS, move || said.set(""));
        });
    };
    let word = say(move || {
        Some(
            if said.get().is_empty() {
                "Copy link"
            } else {
                said.get()
            }
            .to_owned(),
        )
    });
    let spoken = say(move || Some(said.get().to_owned()));
    view! {
        <button type="button" class="btn btn-first" on:click=copy>{word}</button>
        <span class="sr" role="status" aria-live="polite">{spoken}</span>
    }
    .into_any()
}

/// By what a reader of the link can tell that they see the same result.
fn receipt_line(session: Session) -> AnyView {
    let now = move || -> Option<Receipt> {
        let is_current = session.progress.get().is_current;
        session.shown.with(|shown| {
            let whole = shown
                .as_ref()
                .filter(|shown| is_current && shown.stage == Stage::All)?;
            Some(session.draft.with(|draft| receipt::receipt(whole, draft.pair())))
        })
    };
    let digest = say(move || now().map(|receipt| receipt.digest));
    let words = say(move || now().map(|receipt| receipt.words));
    view! { <p class="small quiet receipt" data-digest=digest hidden=flag(move || now().is_none())>{words}</p> }.into_any()
}
