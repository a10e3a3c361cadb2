//! A walk through the data of a picture: arrow keys move along it, and a polite sentence says what is there.

use leptos::prelude::*;

use super::Piece;

const WALK: &str = r#"<div class="walk"><label class="ev-walk"><span>Walk through it</span> <input type="range" min="1" value="1"
  data-at="at"></label><output class="small" data-at="said"></output></div>"#;

/// A slider over so many places, and what is `said` of the one where it stands. Until somebody takes it, `at` is nowhere. Boxed, so that it is compiled once.
pub fn walk(
    at: RwSignal<Option<usize>>,
    places: Box<dyn Fn() -> usize>,
    said: Box<dyn Fn(usize) -> Option<String>>,
) -> Piece {
    let piece = Piece::of(WALK);
    let slider = piece.input("at");
    for event in ["input", "focus"] {
        let slider = slider.clone();
        piece.on("at", event, move |_| {
            let place = slider.value().parse::<usize>().unwrap_or(1);
            at.set(Some(place.saturating_sub(1)));
        });
    }
    piece
        .set("at", "max", move || Some(places().max(1).to_string()))
        .say("said", move || said(at.get()?));
    piece
}
