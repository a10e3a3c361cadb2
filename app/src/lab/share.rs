//! The share bar: the link in full, a button that copies it, and the receipt of the result it leads to.

use leptos::prelude::*;
use sim_worker::Errand;

use super::side;
use crate::browser;
use crate::clerk::Clerk;
use crate::model::address;
use crate::model::markdown::markdown;
use crate::model::receipt::{self, Receipt};
use crate::model::runs::Stage;
use crate::parts::Piece;
use crate::session::Session;

/// How long a button says that it has copied, in milliseconds.
const SAID_MS: i32 = 2_000;
/// A scenario file is a page of text; more bytes are none.
const LARGEST_FILE: f64 = 4_194_304.0;

const SHARE: &str = r#"<section class="share" aria-label="Share">
  <div>
    <p class="small">This page is the link. It holds only what differs from <b data-at="profile"></b>.</p>
    <p class="share-link" data-at="link"></p>
    <p class="small quiet receipt" data-at="receipt"></p>
    <p class="small"><a data-at="sweep">Which setting should it be? Sweep a knob</a></p>
  </div>
  <div class="share-do"><button type="button" class="btn btn-first" data-at="copy"></button><span class="sr" role="status"
    aria-live="polite" data-at="said"></span></div>
  <details class="more share-more" data-at="more"><summary>More ways to share</summary>
    <div class="share-ways"><div class="share-qr" data-at="qr"></div>
      <div><p class="small">A phone that looks at this code opens the whole link. It is drawn here; nothing is sent.</p>
        <div data-at="whole"><p class="small">Title, answer, corners and link as Markdown, for a wiki, an issue or a mail:</p>
          <pre class="scroll" tabindex="0" aria-label="The result as Markdown" data-at="markdown"></pre>
          <p class="share-do"><button type="button" class="btn" data-at="copy-markdown"></button> <a class="btn" download="proposal.md"
            data-at="download">Download it</a><span class="sr" role="status" aria-live="polite" data-at="said-markdown"></span></p></div>
        <p class="small">As a scenario file, for later or for the command line:</p><p class="share-file" data-at="save"></p>
        <p class="share-file small"><label for="open">Open a scenario file</label> <input type="file" id="open" accept=".toml" data-at="open"></p>
        <div role="status"><ul class="small" data-at="opened"></ul></div></div></div>
  </details>
</section>"#;

const DOCK: &str = r#"<div class="dock"><span class="share-link"><bdi data-at="link"></bdi></span><button type="button"
  class="btn btn-first" data-at="copy"></button><span class="sr" role="status" aria-live="polite" data-at="said"></span></div>"#;

/// The share bar at the foot of the findings. `clerk` is the address of the loader of the worker that draws the code.
pub fn share(session: Session, clerk: String) -> Piece {
    let share = Piece::of(SHARE);
    share.say("profile", move || {
        session.draft.with(|draft| draft.pair().preset().to_owned())
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
    let markdown = Memo::new(move |_| {
        let receipt = now()?.words;
        let (title, against) = session
            .draft
            .with(|draft| (side::title(draft), side::against(draft)));
        let address = address(session);
        session
            .shown
            .with(|shown| Some(markdown(shown.as_ref()?, &title, &against, &address, &receipt)))
    });
    code(&share, session, clerk);
    open(&share, session);
    copies(&share, ["copy-markdown", "said-markdown"], "Copy it", move || {
        markdown.get_untracked().unwrap_or_default()
    });
    share
        .hide("whole", move || markdown.with(Option::is_none))
        .say("markdown", move || markdown.get())
        .set("download", "href", move || {
            let text = js_sys::encode_uri_component(&markdown.get()?);
            Some(format!("data:text/markdown;charset=utf-8,{text}"))
        });
    share
}

/// The link as a code for phones, once somebody opens the drawer that it is in.
fn code(share: &Piece, session: Session, clerk: String) {
    let scribe = Clerk::open(session, clerk, move || {
        let [_, case] = session.draft.with(|draft| draft.pair().cases());
        Errand::Share {
            text: address(session),
            case: Box::new(case),
        }
    });
    let details = share.at("more");
    share
        .on("more", "toggle", move |_| {
            scribe.is_wanted.set(details.has_attribute("open"));
        })
        .html("qr", move || scribe.sheet(0))
        .html("save", move || scribe.sheet(1));
}

/// A scenario file, opened in place of what is shown.
fn open(share: &Piece, session: Session) {
    let wrong = RwSignal::new(Vec::<String>::new());
    let input = share.input("open");
    share
        .on("open", "change", move |_| {
            browser::read_file(&input, LARGEST_FILE, move |text| match text {
                Ok(text) => session.open_file(text, wrong),
                Err(why) => wrong.set(vec![why.to_owned()]),
            });
        })
        .fill("opened", move || {
            let item = |words: &String| Piece::of("<li></li>").write(".", words).clone();
            wrong.with(|wrong| wrong.iter().map(item).collect())
        });
}

/// The whole link.
fn address(session: Session) -> String {
    format!("{}#{}", browser::page_address(), session.link.get())
}

/// A button that copies a text, and says that it has.
fn copies(
    piece: &Piece,
    [button, status]: [&'static str; 2],
    name: &'static str,
    text: impl Fn() -> String + 'static,
) {
    let said = RwSignal::new("");
    piece
        .say(button, move || {
            let said = said.get();
            Some(if said.is_empty() { name } else { said }.to_owned())
        })
        .say(status, move || said.get().to_owned())
        .on(button, "click", move |_| {
            browser::copy(&text(), move |is_copied| {
                said.set(if is_copied { "Copied" } else { "Select it to copy" });
                browser::later(SAID_MS, move || said.set(""));
            });
        });
}

/// The phone's share bar, always at hand.
pub fn dock(session: Session) -> Piece {
    let dock = Piece::of(DOCK);
    link(&dock, session);
    dock
}

/// The link, its changed parts marked, and the page's one yellow button.
fn link(piece: &Piece, session: Session) {
    piece.fill("link", move || {
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
    });
    copies(piece, ["copy", "said"], "Copy link", move || {
        untrack(|| address(session))
    });
}
