//! The share bar: the link in full, a button that copies it, and the receipt of the result it leads to.

use leptos::prelude::*;

use crate::browser;
use crate::model::address;
use crate::model::receipt::{self, Receipt};
use crate::model::runs::Stage;
use crate::parts::Piece;
use crate::session::Session;

/// How long a button says that it has copied, in milliseconds.
const SAID_MS: i32 = 2_000;

const SHARE: &str = r#"<section class="share" aria-label="Share">
  <div>
    <p class="small">This page is the link. It holds only what differs from <b data-at="profile"></b>.</p>
    <p class="share-link" data-at="link"></p>
    <p class="small quiet receipt" data-at="receipt"></p>
    <p class="small"><a data-at="sweep">Which setting should it be? Sweep a knob</a></p>
  </div>
  <div class="share-do"><button type="button" class="btn btn-first" data-at="copy"></button><span class="sr" role="status"
    aria-live="polite" data-at="said"></span></div>
</section>"#;

const DOCK: &str = r#"<div class="dock"><span class="share-link"><bdi data-at="link"></bdi></span><button type="button"
  class="btn btn-first" data-at="copy"></button><span class="sr" role="status" aria-live="polite" data-at="said"></span></div>"#;

/// The share bar at the foot of the findings.
pub fn share(session: Session) -> Piece {
    let share = Piece::of(SHARE);
    share.say("profile", move || {
        session.draft.with(|draft| draft.profile().name.clone())
    });
    link(&share, session);
    share.set("sweep", "href", move || {
        Some(format!("sweep/#{}", session.link.get()))
    });
    let now = move || -> Option<Receipt> {
        let is_current = session.progress.get().is_current;
        session.shown.with(|shown| {
            let whole = shown
                .as_ref()
                .filter(|shown| is_current && shown.stage == Stage::All)?;
            Some(session.draft.with(|draft| receipt::receipt(whole, draft.pair())))
        })
    };
    share
        .say("receipt", move || now().map(|receipt| receipt.words))
        .set("receipt", "data-digest", move || {
            now().map(|receipt| receipt.digest)
        })
        .hide("receipt", move || now().is_none());
    share
}

/// The phone's share bar, always at hand.
pub fn dock(session: Session) -> Piece {
    let dock = Piece::of(DOCK);
    link(&dock, session);
    dock
}

/// The link, its changed parts marked, and the page's one yellow button.
fn link(piece: &Piece, session: Session) {
    let said = RwSignal::new("");
    piece
        .fill("link", move || {
            let piece = |(text, is_change): (String, bool)| {
                Piece::of(if is_change {
                    "<mark></mark>"
                } else {
                    "<span></span>"
                })
                .write(".", &text)
                .clone()
            };
            address::pieces(&session.link.get())
                .into_iter()
                .map(piece)
                .collect()
        })
        .say("copy", move || {
            Some(
                if said.get().is_empty() {
                    "Copy link"
                } else {
                    said.get()
                }
                .to_owned(),
            )
        })
        .say("said", move || said.get().to_owned())
        .on("copy", "click", move |_| {
            let link = format!("{}#{}", browser::page_address(), session.link.get_untracked());
            browser::copy(&link, move |is_copied| {
                said.set(if is_copied {
                    "Copied"
                } else {
                    "Copy it from the address bar"
                });
                browser::later(SAID_MS, move || said.set(""));
            });
        });
}
