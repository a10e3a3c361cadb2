//! Keys of legends: shape and swatch of a kind of work, hatch of an idle cause.

use figures::hatch::Texture;
use figures::ink::{Area, Pen, Stroke};
use figures::kind::{Kind, Shape};
use figures::palette::Token;
use figures::svg::SvgInk;

use crate::html::escape;

/// Shape and swatch of a kind. `place` keeps ids apart where a page shows a key twice.
pub fn kind(kind: Kind, place: &str) -> String {
    let mut ink = SvgInk::new(42, 12, &format!("{place}-{}", kind.short()));
    let mut pen = Pen::new(&mut ink);
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
    // A key writes into memory, which does not fail.
    pen.done().ok();
    as_key(ink, "key")
}

/// Hatch of an idle cause.
pub fn cause(texture: Texture, place: &str) -> String {
    let mut ink = SvgInk::new(28, 12, &format!("{place}-{}", texture.name()));
    let mut pen = Pen::new(&mut ink);
    let swatch = Area::new(5, 5, 270, 110);
    pen.fill(swatch, texture);
    pen.frame(swatch, Stroke::new(Token::Hair, 10));
    pen.done().ok();
    as_key(ink, "key cause")
}

fn as_key(ink: SvgInk, class: &str) -> String {
    ink.finish("")
        .replace("class=\"drawing\"", &format!("class=\"{class}\""))
}

/// A kind's key and word.
pub fn named(of: Kind, place: &str) -> String {
    format!("{}{}", kind(of, place), escape(of.word()))
}
