//! Keys of legends, drawn by the same code as the stills'.

use figures::hatch::Texture;
use figures::key;
use figures::kind::Kind;
use leptos::prelude::*;

use crate::plot::sign;

/// The sign of a kind: shape and swatch.
#[component]
pub fn KindKey(kind: Kind) -> impl IntoView {
    view! { <span class="key" aria-hidden="true">{sign(key::KIND, move |ink| { key::kind(ink, kind).ok(); })}</span> }
}

/// The hatch of an idle cause.
#[component]
pub fn CauseKey(texture: Texture) -> impl IntoView {
    view! { <span class="key cause" aria-hidden="true">{sign(key::CAUSE, move |ink| { key::cause(ink, texture).ok(); })}</span> }
}
