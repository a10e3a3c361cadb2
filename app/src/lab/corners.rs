//! The three corners, each on its own straight ruler, always together and never joined to a score.

use figures::ruler;
use figures::table::Corner;
use leptos::prelude::*;

use super::{Screen, Tab};
use crate::parts::{Said, flag, say};
use crate::plot::{Picture, drawing};
use crate::session::Session;

/// Use, readiness, simplicity.
pub fn corners(session: Session, screen: Screen) -> AnyView {
    let hidden = flag(move || screen.hides(Tab::Corners));
    view! {
        <div class="corners tab-panel" id=Tab::Corners.id() hidden=hidden>
            {[0, 1, 2].map(|index| corner(session, index)).collect_view()}
        </div>
    }
    .into_any()
}

fn corner(session: Session, index: usize) -> AnyView {
    let with = move |of: fn(&Corner) -> String| -> Said {
        say(move || {
            session
                .shown
                .with(|shown| shown.as_ref()?.corners.get(index).map(of))
        })
    };
    let picture = move || {
        let corner = session
            .shown
            .with(|shown| shown.as_ref()?.corners.get(index).cloned())?;
        Some(Picture::new(
            |_| ruler::HEIGHT,
            move |ink, width| drop(ruler::draw(ink, width, &corner)),
        ))
    };
    let label = with(|corner| format!("{}: {} {}", corner.name, corner.value, corner.was));
    // Simplicity is counted from the rules, and they can be read.
    let rules = flag(move || {
        let band = session
            .shown
            .with(|shown| shown.as_ref()?.corners.get(index).map(|corner| corner.band));
        band.is_none_or(|band| band.is_some())
    });
    view! {
        <section class="corner">
            <h3>{with(|corner| corner.name.to_owned())}</h3>
            <p class="corner-ask">{with(|corner| corner.question.to_owned())}</p>
            <p class="corner-value">{with(|corner| corner.value.clone())}" "
                <span class="corner-was">{with(|corner| corner.was.clone())}</span></p>
            <div class="ruler">{drawing(label, Box::new(picture))}</div>
            <p class="corner-count">{with(beside)}" "<a href="#rules" class="link" hidden=rules>"Read the rules"</a></p>
        </section>
    }
    .into_any()
}

/// How sure it is and what stands beside it, whichever there is.
fn beside(corner: &Corner) -> String {
    match (corner.sure.as_str(), corner.beside.as_str()) {
        ("", only) | (only, "") => only.to_owned(),
        (sure, beside) => format!("{sure} · {beside}"),
    }
}
