//! The three corners, each on its own straight ruler, always together and never joined to a score.

use figures::ruler;
use figures::table::{self, Corner};
use leptos::prelude::*;

use super::{Screen, Tab};
use crate::plot::drawing;
use crate::session::Session;

/// Use, readiness, simplicity.
#[component]
pub fn Corners() -> impl IntoView {
    let session = expect_context::<Session>();
    let screen = expect_context::<Screen>();
    let corners = Memo::new(move |_| {
        session.shown.with(|shown| {
            shown.as_deref().map(|it| table::corners(&it.comparison, &it.baseline, &it.proposal))
        })
    });
    let one = move |index: usize| {
        let corner = Memo::new(move |_| corners.with(|corners| corners.as_ref().and_then(|corners| corners.get(index)).cloned()));
        view! { <OneCorner corner=corner/> }
    };
    view! {
        <div class="corners tab-panel" id=Tab::Corners.id() hidden=move || screen.hides(Tab::Corners)>
            {[0, 1, 2].map(one).collect_view()}
        </div>
    }
}

#[component]
fn OneCorner(corner: Memo<Option<Corner>>) -> impl IntoView {
    let said = move |of: fn(&Corner) -> String| move || corner.with(|corner| corner.as_ref().map(of));
    let label = Signal::derive(move || {
        corner.with(|corner| corner.as_ref().map(|c| format!("{}: {} {}", c.name, c.value, c.was)).unwrap_or_default())
    });
    let is_rules = move || corner.with(|corner| corner.as_ref().is_some_and(|corner| corner.band.is_none()));
    view! {
        <section class="corner">
            <h3>{said(|corner| corner.name.to_owned())}</h3>
            <p class="corner-ask">{said(|corner| corner.question.to_owned())}</p>
            <p class="corner-value">{said(|corner| corner.value.clone())}
                <span class="corner-was">{said(|corner| corner.was.clone())}</span></p>
            <div class="ruler">
                {drawing(corner.into(), label, |_, _| ruler::HEIGHT, |ink, width, corner| { ruler::draw(ink, width, corner).ok(); })}
            </div>
            <p class="corner-count">{said(|corner| corner.sure.clone())} " " {said(|corner| corner.beside.clone())}
                <Show when=is_rules><a href="#rules" class="link">"Read the rules"</a></Show></p>
        </section>
    }
}
