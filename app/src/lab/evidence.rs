//! The evidence beneath the findings: what another worker finds and draws, once somebody opens it. The worker's frame holds every
//! field; what the fields say goes back to it, and its sheets go into the places of the frame.

use leptos::prelude::*;
use sim_worker::Errand;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent, MouseEvent};

use crate::clerk::Clerk;
use crate::inquiry::Inquiry;
use crate::model::shown::Side;
use crate::parts::{Piece, effect};
use crate::session::Session;

const EVIDENCE: &str = r#"<section class="finding evidence" id="evidence"><details class="more" data-at="all"><summary>The evidence: who wins
  and who loses, and what happened when</summary><div data-at="frame"></div></details></section>"#;

/// Behind a word: pictures of winners and losers, and of the first run over time. `url` is the address of the worker's loader.
pub fn evidence(session: Session, inquiry: Inquiry, url: String) -> Piece {
    let sight = RwSignal::new(String::new());
    let clerk = Clerk::open(session, url, move || Errand::Evidence {
        pair: session.draft.with(|draft| draft.pair().cases()),
        runs: session.seeds.get(),
        sight: [
            &*sight.get(),
            "\nside=",
            if inquiry.side.get() == Side::Proposal {
                "1\n"
            } else {
                "0\n"
            },
            &inquiry.marked.with(|marked| marked.line.clone()),
        ]
        .concat(),
        job: inquiry.job.get(),
    });
    let piece = Piece::of(EVIDENCE);
    let (details, frame) = (piece.at("all"), piece.at("frame"));
    let seen = frame.clone();
    let look = move || {
        let said = said(&seen);
        if sight.with_untracked(|sight| *sight != said) {
            sight.set(said);
        }
    };
    let (looked, told) = (look.clone(), look.clone());
    brush(&piece, &frame, look.clone());
    piece
        .on("all", "toggle", move |_| {
            looked();
            clerk.is_wanted.set(details.has_attribute("open"));
        })
        .on("frame", "input", move |_| look())
        .on("frame", "click", move |event| {
            if let Some(mark) = near(&event, "[data-mark]") {
                inquiry.choose_marked(&mark);
            }
        })
        .on("frame", "keydown", move |event| {
            // Enter chooses whom the walk is at.
            if event.unchecked_ref::<KeyboardEvent>().key() != "Enter" {
                return;
            }
            let section = near(&event, "input").and_then(|input| input.closest("section").ok()?);
            if let Some(mark) =
                section.and_then(|section| section.query_selector("output [data-mark]").ok()?)
            {
                inquiry.choose_marked(&mark);
            }
        });
    let last = StoredValue::new(Vec::<String>::new());
    effect(move || {
        let sheets = clerk.sheets.get();
        let Some(first) = sheets.first() else { return };
        let is_new = last.with_value(|last| last.first() != Some(first));
        if is_new {
            frame.set_inner_html(first);
        }
        for (at, place) in found(&frame, "[data-sheet]").iter().enumerate() {
            let sheet = sheets.get(at + 1);
            if let Some(sheet) =
                sheet.filter(|&sheet| is_new || last.with_value(|last| last.get(at + 1) != Some(sheet)))
            {
                place.set_inner_html(sheet);
            }
        }
        last.set_value(sheets);
        told();
    });
    piece
}

/// How the reader looks at it: the width that there is, and what each field says.
fn said(frame: &Element) -> String {
    let mut said = ["width=", &frame.client_width().to_string()].concat();
    for field in found(frame, "input") {
        let field = field.unchecked_into::<HtmlInputElement>();
        said += &["\n", &field.name(), "=", &field.value()].concat();
    }
    said
}

/// Days may be chosen with a mouse too: from where it is pressed on a picture over time to where it is let go.
fn brush(piece: &Piece, frame: &Element, look: impl Fn() + 'static) {
    let pressed = StoredValue::new(None::<i32>);
    let (down, up) = (frame.clone(), frame.clone());
    piece
        .on("frame", "mousedown", move |event| {
            pressed.set_value(day(&event, &down))
        })
        .on("frame", "mouseup", move |event| {
            let both = pressed.get_value().zip(day(&event, &up));
            if let Some((a, b)) = both.filter(|(a, b)| a != b) {
                for (end, day) in ends(&up).iter().zip([a.min(b), a.max(b)]) {
                    end.set_value(&day.to_string());
                }
                look();
            }
        });
}

/// The day under the mouse, if it is over a picture over time.
fn day(event: &Event, frame: &Element) -> Option<i32> {
    let picture = near(event, "[data-days]")?;
    let event = event.unchecked_ref::<MouseEvent>();
    let room = picture.get_bounding_client_rect();
    // The room for row names, as the drawings have it.
    let (left, wide) = (room.left() as i32, room.width() as i32);
    let names = if wide < 640 { 40 } else { 66 };
    let shown = ends(frame);
    let mut days = shown.iter().map(|end| end.value().parse::<i32>().unwrap_or(1));
    let (from, to) = (days.next()?, days.next()?);
    let number = (to - from).abs() + 1;
    let along = (event.client_x() - left - names).clamp(0, wide - names - 1);
    Some(from.min(to) + along * number / (wide - names).max(1))
}

/// What an event has happened to, or what that lies in.
fn near(event: &Event, selector: &str) -> Option<Element> {
    let target = event.target()?.unchecked_into::<Element>();
    target.closest(selector).ok()?
}

/// The fields of the first and the last day.
fn ends(frame: &Element) -> Vec<HtmlInputElement> {
    let fields = found(frame, "[name=from], [name=to]");
    fields
        .into_iter()
        .map(wasm_bindgen::JsCast::unchecked_into)
        .collect()
}

fn found(frame: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = frame.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.item(at))
        .map(wasm_bindgen::JsCast::unchecked_into)
        .collect()
}
