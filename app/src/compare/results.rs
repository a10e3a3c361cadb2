//! What was found, as it was written for every page, and files to keep.

use std::sync::Arc;

use figures::several::Several;
use leptos::prelude::*;
use web_sys::Element;

use super::session::Session;
use crate::browser;
use crate::parts::Piece;

/// How long a button says that it has copied, in milliseconds.
const SAID_MS: i32 = 2_000;

const RESULTS: &str = r#"<div class="beside-results">
  <p class="sr" role="status" aria-live="polite" data-at="spoken"></p>
  <p class="beside-alone" data-at="alone">Add a second proposal for the same cluster, and both are run.</p>
  <div data-at="found"></div>
  <p class="beside-files" data-at="files"><button type="button" class="btn" data-at="link">Copy the link</button>
    <button type="button" class="btn" data-at="markdown">Copy as Markdown</button>
    <a class="btn" download="comparison.csv" href="data:," data-at="csv">Table as CSV</a>
    <button type="button" class="btn" data-at="print">Print</button>
    <span class="sr" role="status" aria-live="polite" data-at="copied"></span></p>
  <p class="beside-here small" data-at="here"></p>
</div>"#;

/// Everything that was found. `lab` is the way to the lab.
pub fn results(session: Session, lab: String) -> Piece {
    let piece = Piece::of(RESULTS);
    let shown = session.shown;
    let is_whole = move || !session.progress.get().is_running && shown.with(Option::is_some);
    piece
        .hide("alone", move || {
            session
                .entries
                .with(|all| all.is_empty() || crate::model::beside::compared(all).len() > 1)
        })
        .hide("files", move || shown.with(Option::is_none))
        .html("found", move || {
            shown.with(|shown| shown.as_ref().map_or(String::new(), |several| several.html()))
        })
        // On paper the address of what is printed is spelled out.
        .say("here", move || {
            shown.track();
            Some(here())
        })
        .say("spoken", move || {
            let spoken = shown.with(|shown| shown.as_ref().map(|several| several.spoken()));
            spoken.filter(|_| is_whole())
        });
    copies(&piece, "link", || Some(here()));
    let base = lab.clone();
    copies(&piece, "markdown", move || {
        let here = here();
        let several: Option<Arc<Several>> = shown.get_untracked();
        several.map(|several| several.markdown(&lab_address(&here, &base), &here))
    });
    let link: Element = piece.at("csv");
    piece
        .on("csv", "click", move |_| {
            if let Some(several) = shown.get_untracked() {
                let text = String::from(js_sys::encode_uri_component(&several.csv()));
                link.set_attribute("href", &format!("data:text/csv;charset=utf-8,{text}"))
                    .ok();
            }
        })
        .on("print", "click", |_| drop(browser::window().print()));
    piece
}

/// The address of this page and what stands on it.
fn here() -> String {
    browser::window().location().href().unwrap_or_default()
}

/// The whole address of the lab, from that of this page and the way from here to there.
fn lab_address(here: &str, way: &str) -> String {
    let mut folders: Vec<&str> = here.split(['?', '#']).next().unwrap_or(here).split('/').collect();
    folders.pop();
    for step in way.split('/') {
        match step {
            ".." => drop(folders.pop()),
            "." | "" => {}
            name => folders.push(name),
        }
    }
    format!("{}/", folders.join("/"))
}

/// A button that copies a text, and says that it has.
fn copies(piece: &Piece, button: &'static str, text: impl Fn() -> Option<String> + 'static) {
    let place = piece.at(button);
    let (name, said) = (place.text_content().unwrap_or_default(), piece.at("copied"));
    piece.on(button, "click", move |_| {
        let Some(text) = text() else { return };
        let (place, said, name) = (place.clone(), said.clone(), name.clone());
        browser::copy(&text, move |is_copied| {
            let word = if is_copied {
                "Copied"
            } else {
                "The browser did not allow it"
            };
            place.set_text_content(Some(word));
            said.set_text_content(Some(word));
            browser::later(SAID_MS, move || {
                place.set_text_content(Some(&name));
                said.set_text_content(None);
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_the_lab_becomes_a_whole_address() {
        let here = "https://example.org/x/lab/compare/?with=p0?a=b/c#p0";
        assert_eq!(lab_address(here, "../../lab/"), "https://example.org/x/lab/");
        assert_eq!(
            lab_address("http://127.0.0.1:8080/lab/compare/", "../../lab/"),
            "http://127.0.0.1:8080/lab/"
        );
    }
}
