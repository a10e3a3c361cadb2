//! What a chart draws on: a plotters backend that also knows textures.
//!
//! Plotters' backends count in whole numbers, so every coordinate and width here is in **tenths of a CSS pixel**: a 2-px
//! rule is 20 wide, 12-px words have size 120. [`crate::svg::SvgInk`] writes a `viewBox` in tenths; the canvas ink of
//! the page scales its 2D context by a tenth of the device pixel ratio.

use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontFamily,
    FontStyle,
};

use crate::hatch::Texture;
use crate::palette::Token;

/// Tenths in a CSS pixel.
pub const PX: i32 = 10;

/// The fonts of chart words, the narrow grotesque first.
pub const FONTS: &str = "Archivo,'Helvetica Neue',Arial,sans-serif";

/// Chart words are 12 px, never smaller, never scaled.
pub const WORDS: u32 = 120;

/// What comes back from drawing.
pub type Drawn<I> = Result<(), DrawingErrorKind<<I as DrawingBackend>::ErrorType>>;

/// A drawing backend that also fills with textures. All lengths in tenths of a CSS pixel.
pub trait Ink: DrawingBackend {
    /// Fills a rectangle with a texture: its ground, then its tile, in step with the drawing's origin.
    fn textured_rect(&mut self, area: Area, texture: Texture) -> Drawn<Self>;

    /// Fills a closed shape with a texture.
    fn textured_shape(&mut self, points: &[BackendCoord], texture: Texture) -> Drawn<Self>;

    /// A hint: what follows belongs together under this name (`raster`, `waits`, `axis`). An ink may start a layer, flush
    /// a batch, or do nothing.
    fn part(&mut self, _name: &'static str) {}
}

/// A rectangle in tenths of a CSS pixel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Area {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
}

impl Area {
    /// From the left upper corner and the size.
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Area {
        Area { x, y, w, h }
    }
    /// From edges; an empty area if they are crossed.
    pub fn between(left: i32, top: i32, right: i32, bottom: i32) -> Area {
        Area::new(left, top, (right - left).max(0), (bottom - top).max(0))
    }
    /// Right edge.
    pub const fn right(self) -> i32 {
        self.x + self.w
    }
    /// Lower edge.
    pub const fn bottom(self) -> i32 {
        self.y + self.h
    }
    /// Grown by so much on every side; shrunk if negative, but never past its middle.
    pub fn grown(self, by: i32) -> Area {
        let (dx, dy) = (by.max(-self.w / 2), by.max(-self.h / 2));
        Area::new(self.x - dx, self.y - dy, self.w + 2 * dx, self.h + 2 * dy)
    }
    /// Whether a point lies in it.
    pub const fn holds(self, x: i32, y: i32) -> bool {
        x >= self.x && y >= self.y && x < self.right() && y < self.bottom()
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stroke {
    /// Colour.
    pub token: Token,
    /// Width in tenths.
    pub width: u32,
    /// Opacity.
    pub alpha: f64,
}

impl Stroke {
    /// An opaque line.
    pub const fn new(token: Token, width: u32) -> Stroke {
        Stroke {
            token,
            width,
            alpha: 1.0,
        }
    }
    /// The same, see-through.
    pub const fn faint(self, alpha: f64) -> Stroke {
        Stroke { alpha, ..self }
    }
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        self.token.color().mix(self.alpha)
    }
    fn stroke_width(&self) -> u32 {
        self.width
    }
}

/// How words are set: 12 px, in a colour, from a corner.
#[derive(Clone, Copy)]
pub struct Words {
    /// Colour.
    pub token: Token,
    /// Left end, middle or right end at the point.
    pub across: HPos,
    /// Top, middle or foot at the point.
    pub down: VPos,
    /// Whether in the strong weight.
    pub weight: Weight,
}

/// Weight of words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// 400.
    Normal,
    /// 640 (bold where the ink knows only two).
    Strong,
}

impl Words {
    /// Words whose left end is at the point, in the middle of their height.
    pub const fn left(token: Token) -> Words {
        Words {
            token,
            across: HPos::Left,
            down: VPos::Center,
            weight: Weight::Normal,
        }
    }
    /// Words that end at the point.
    pub const fn right(token: Token) -> Words {
        Words {
            across: HPos::Right,
            ..Words::left(token)
        }
    }
    /// Words around the point.
    pub const fn middle(token: Token) -> Words {
        Words {
            across: HPos::Center,
            ..Words::left(token)
        }
    }
    /// The same in the strong weight.
    pub const fn strong(self) -> Words {
        Words {
            weight: Weight::Strong,
            ..self
        }
    }
}

impl BackendTextStyle for Words {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        self.token.color()
    }
    fn size(&self) -> f64 {
        f64::from(WORDS)
    }
    fn style(&self) -> FontStyle {
        match self.weight {
            Weight::Normal => FontStyle::Normal,
            Weight::Strong => FontStyle::Bold,
        }
    }
    fn anchor(&self) -> Pos {
        Pos::new(self.across, self.down)
    }
    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(FONTS)
    }
    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        Ok(((0, 0), (width_of(text), WORDS as i32)))
    }
    // The inks set text themselves; no pixel is ever painted here.
    fn draw<E, DrawFunc: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _text: &str,
        _pos: BackendCoord,
        _draw: DrawFunc,
    ) -> Result<Result<(), E>, Infallible> {
        Ok(Ok(()))
    }
}

/// About how wide words are, in tenths, erring on the wide side so that what is said to fit does fit even in Arial.
pub fn width_of(text: &str) -> i32 {
    text.chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 't' | 'f' | 'I' | '.' | ',' | ':' | '|' | '\'' => 34,
            ' ' | '\u{a0}' | '\u{202f}' => 34,
            'm' | 'w' | 'M' | 'W' | '%' => 102,
            'A'..='Z' => 82,
            _ => 67,
        })
        .sum()
}

/// Draws on an ink and remembers the first failure, so that charts read as a list of strokes.
pub struct Pen<'a, I: Ink> {
    ink: &'a mut I,
    drawn: Drawn<I>,
}

impl<'a, I: Ink> Pen<'a, I> {
    /// A pen on an ink.
    pub fn new(ink: &'a mut I) -> Pen<'a, I> {
        let drawn = ink.ensure_prepared();
        Pen { ink, drawn }
    }

    /// Presents what was drawn; the first failure if there was one.
    pub fn done(self) -> Drawn<I> {
        self.drawn.and_then(|()| self.ink.present())
    }

    fn then(&mut self, stroke: impl FnOnce(&mut I) -> Drawn<I>) {
        if self.drawn.is_ok() {
            self.drawn = stroke(self.ink);
        }
    }

    /// See [`Ink::part`].
    pub fn part(&mut self, name: &'static str) {
        self.ink.part(name);
    }

    /// A filled rectangle.
    pub fn fill(&mut self, area: Area, texture: Texture) {
        if area.w > 0 && area.h > 0 {
            self.then(|ink| match texture.tile() {
                None => ink.draw_rect(
                    (area.x, area.y),
                    (area.right(), area.bottom()),
                    &texture.ground().color(),
                    true,
                ),
                Some(_) => ink.textured_rect(area, texture),
            });
        }
    }

    /// A rectangle of one colour.
    pub fn flat(&mut self, area: Area, token: Token) {
        self.fill(area, Texture::Solid(token));
    }

    /// The outline of a rectangle; the line lies half inside and half outside.
    pub fn frame(&mut self, area: Area, stroke: Stroke) {
        let (l, t, r, b) = (area.x, area.y, area.right(), area.bottom());
        self.path(&[(l, t), (r, t), (r, b), (l, b), (l, t)], stroke);
    }

    /// A straight line.
    pub fn line(&mut self, from: BackendCoord, to: BackendCoord, stroke: Stroke) {
        self.then(|ink| ink.draw_line(from, to, &stroke));
    }

    /// A line through points.
    pub fn path(&mut self, points: &[BackendCoord], stroke: Stroke) {
        self.then(|ink| ink.draw_path(points.iter().copied(), &stroke));
    }

    /// A line through points in dashes, both in tenths; dashes run on over corners.
    pub fn dashes(&mut self, points: &[BackendCoord], stroke: Stroke, dash: i32, gap: i32) {
        for piece in dashed(points, f64::from(dash), f64::from(gap)) {
            self.path(&piece, stroke);
        }
    }

    /// A filled shape of one colour.
    pub fn shape(&mut self, points: &[BackendCoord], texture: Texture) {
        self.then(|ink| match texture.tile() {
            None => ink.fill_polygon(points.iter().copied(), &texture.ground().color()),
            Some(_) => ink.textured_shape(points, texture),
        });
    }

    /// A disc with an outline.
    pub fn disc(&mut self, at: BackendCoord, radius: u32, fill: Token, edge: Stroke) {
        self.then(|ink| ink.draw_circle(at, radius, &fill.color(), true));
        self.then(|ink| ink.draw_circle(at, radius, &edge, false));
    }

    /// A disc of one colour.
    pub fn dot(&mut self, at: BackendCoord, radius: u32, fill: Token) {
        self.then(|ink| ink.draw_circle(at, radius, &fill.color(), true));
    }

    /// Words at a point.
    pub fn words(&mut self, text: &str, at: BackendCoord, words: Words) {
        self.then(|ink| ink.draw_text(text, &words, at));
    }
}

/// The dashes of a line through points.
fn dashed(points: &[BackendCoord], dash: f64, gap: f64) -> Vec<Vec<BackendCoord>> {
    let round = |(x, y): (f64, f64)| (x.round() as i32, y.round() as i32);
    let (mut out, mut piece) = (Vec::new(), Vec::new());
    let (mut on, mut left) = (true, dash);
    for pair in points.windows(2) {
        let (mut x, mut y) = (f64::from(pair[0].0), f64::from(pair[0].1));
        let (x2, y2) = (f64::from(pair[1].0), f64::from(pair[1].1));
        if on && piece.is_empty() {
            piece.push(round((x, y)));
        }
        loop {
            let far = (x2 - x).hypot(y2 - y);
            if far <= left {
                left -= far;
                if on {
                    piece.push(round((x2, y2)));
                }
                break;
            }
            (x, y) = (x + (x2 - x) * left / far, y + (y2 - y) * left / far);
            if on {
                piece.push(round((x, y)));
                out.push(std::mem::take(&mut piece));
            } else {
                piece.push(round((x, y)));
            }
            (on, left) = (!on, if on { gap } else { dash });
        }
    }
    if piece.len() > 1 {
        out.push(piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_of_a_line_and_run_over_corners() {
        let pieces = dashed(&[(0, 0), (70, 0), (70, 80)], 40.0, 20.0);
        assert_eq!(
            pieces,
            [
                vec![(0, 0), (40, 0)],
                vec![(60, 0), (70, 0), (70, 30)],
                vec![(70, 50), (70, 80)],
            ]
        );
    }

    #[test]
    fn an_area_shrunk_too_far_is_empty_and_stays_put() {
        let area = Area::new(0, 0, 10, 100).grown(-20);
        assert_eq!((area.x, area.w, area.h), (5, 0, 60));
    }
}
