//! Keys of legends, drawn by the same code as the stills'.

use figures::hatch::Texture;
use figures::key;
use figures::kind::Kind;
use leptos::prelude::*;

use crate::plot::sign;

/// The sign of a kind: shape and swatch.
pub fn kind_key(kind: Kind) -> AnyView {
    let canvas = sign(key::KIND, Box::new(move |ink| drop(key::kind(ink, kind))));
    view! { <span class="key" aria-hidden="true">{canvas}</span> }.into_any()
}

/// The hatch of an idle cause.
pub fn cause_key(texture: Texture) -> AnyView {
    let canvas = sign(key::CAUSE, Box::new(move |ink| drop(key::cause(ink, texture))));
    view! { <span class="key cause" aria-hidden="true">{canvas}</span> }.into_any()
}
