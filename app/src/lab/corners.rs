//! The three corners, each on its own straight ruler, always together and never joined to a score.

use figures::ruler;
use figures::table::Corner;
use leptos::prelude::*;

use super::{Screen, Tab};
use crate::parts::Piece;
use crate::plot::{Picture, drawing};
use crate::session::Session;

const CORNER: &str = r##"<section class="corner">
  <h3 data-at="name"></h3>
  <p class="corner-ask" data-at="question"></p>
  <p class="corner-value"><span data-at="value"></span> <span class="corner-was" data-at="was"></span></p>
  <div class="ruler"><canvas role="img" height="44" data-at="ruler"></canvas></div>
  <p class="corner-count"><span data-at="count"></span> <a href="#rules" class="link" data-at="rules">Read the rules</a></p>
</section>"##;

/// Use, readiness, simplicity.
pub fn corners(session: Session, screen: Screen) -> Piece {
    let corners = Piece::of(r#"<div class="corners tab-panel"></div>"#);
    screen.panel(&corners, Tab::Corners);
    for index in 0..3 {
        corners.put(".", &corner(session, index));
    }
    corners
}

fn corner(session: Session, index: usize) -> Piece {
    let with = move |of: fn(&Corner) -> String| {
        session
            .shown
            .with(|shown| shown.as_ref()?.corners.get(index).map(of))
    };
    let corner = Piece::of(CORNER);
    corner
        .say("name", move || with(|corner| corner.name.to_owned()))
        .say("question", move || with(|corner| corner.question.to_owned()))
        .say("value", move || with(|corner| corner.value.clone()))
        .say("was", move || with(|corner| corner.was.clone()))
        .say("count", move || with(beside))
        .set("ruler", "aria-label", move || {
            with(|corner| format!("{}: {} {}", corner.name, corner.value, corner.was))
        })
        // Simplicity alone is counted from the rules, and they can be read.
        .hide("rules", move || {
            let band = session
                .shown
                .with(|shown| shown.as_ref()?.corners.get(index).map(|corner| corner.band));
            band.is_none_or(|band| band.is_some())
        });
    drawing(&corner.at("ruler"), move || {
        let corner = session
            .shown
            .with(|shown| shown.as_ref()?.corners.get(index).cloned())?;
        Some(Picture::new(
            |_| ruler::HEIGHT,
            move |ink, width| drop(ruler::draw(ink, width, &corner)),
        ))
    });
    corner
}

/// How sure it is and what stands beside it, whichever there is.
fn beside(corner: &Corner) -> String {
    match (corner.sure.as_str(), corner.beside.as_str()) {
        ("", only) | (only, "") => only.to_owned(),
        (sure, beside) => format!("{sure} · {beside}"),
    }
}
