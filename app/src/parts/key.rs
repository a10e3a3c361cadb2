//! Keys of legends, drawn by the same code as the stills'.

use figures::hatch::Texture;
use figures::key;
use figures::kind::Kind;

use super::Piece;
use crate::plot::sign;

/// The sign of a kind: shape and swatch.
pub fn kind_key(kind: Kind) -> Piece {
    let key = Piece::of(r#"<span class="key" aria-hidden="true"><canvas data-at="sign"></canvas></span>"#);
    sign(
        &key.at("sign"),
        key::KIND,
        Box::new(move |ink| drop(key::kind(ink, kind))),
    );
    key
}

/// The hatch of an idle cause.
pub fn cause_key(texture: Texture) -> Piece {
    let key =
        Piece::of(r#"<span class="key cause" aria-hidden="true"><canvas data-at="sign"></canvas></span>"#);
    sign(
        &key.at("sign"),
        key::CAUSE,
        Box::new(move |ink| drop(key::cause(ink, texture))),
    );
    key
}
