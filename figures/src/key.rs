//! Keys of legends: shape and swatch of a kind of work, hatch of an idle cause.

use crate::hatch::Texture;
use crate::ink::{Area, Drawn, Ink, Pen, Stroke};
use crate::kind::{Kind, Shape};
use crate::palette::Token;

/// Size of a kind's key in CSS pixels.
pub const KIND: (u32, u32) = (42, 12);
/// Size of a cause's key in CSS pixels.
pub const CAUSE: (u32, u32) = (28, 12);

/// Shape and swatch of a kind.
pub fn kind<I: Ink>(ink: &mut I, kind: Kind) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let (token, middle) = (kind.token(), (60, 60));
    let square = |r: i32| {
        [
            (60 - r, 60 - r),
            (60 + r, 60 - r),
            (60 + r, 60 + r),
            (60 - r, 60 + r),
        ]
    };
    match kind.shape() {
        Shape::Square => pen.shape(&square(42), Texture::Solid(token)),
        Shape::Triangle => pen.shape(&[(60, 10), (108, 104), (12, 104)], Texture::Solid(token)),
        Shape::Diamond => pen.shape(&[(60, 8), (112, 60), (60, 112), (8, 60)], Texture::Solid(token)),
        Shape::Plus => {
            pen.flat(Area::new(43, 14, 34, 92), token);
            pen.flat(Area::new(14, 43, 92, 34), token);
        }
        Shape::Disc => pen.dot(middle, 46, token),
        Shape::Ring => pen.disc(middle, 38, Token::Paper, Stroke::new(token, 18)),
        Shape::Bar => pen.flat(Area::new(12, 42, 96, 36), token),
    }
    let swatch = Area::new(160, 4, 256, 112);
    if kind == Kind::Test {
        for x in [172, 262, 352] {
            pen.flat(Area::new(x, 4, 22, 112), token);
        }
    } else {
        pen.fill(swatch, kind.texture());
    }
    if let Some(outline) = kind.texture().outline() {
        pen.frame(swatch.grown(-5), Stroke::new(outline, 10));
    }
    pen.done()
}

/// Hatch of an idle cause.
pub fn cause<I: Ink>(ink: &mut I, texture: Texture) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let swatch = Area::new(5, 5, 270, 110);
    pen.fill(swatch, texture);
    pen.frame(swatch, Stroke::new(Token::Hair, 10));
    pen.done()
}
