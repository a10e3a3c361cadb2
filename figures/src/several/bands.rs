//! Winners and losers in bands: of all pieces of work, how many start sooner, about the same, later.

use sim_core::metrics::Shifts;

use crate::format;
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke};
use crate::palette::Token;

/// Width and height in CSS pixels. No word is in it, so it may be scaled.
pub const SIZE: (u32, u32) = (640, 22);

/// What the bands are, in order.
pub const WORDS: [&str; 6] = [
    "over an hour sooner",
    "5 min to an hour sooner",
    "within 5 min of A",
    "5 min to an hour later",
    "over an hour later",
    "cannot be told",
];

/// How many pieces of work are in each, in the order of [`WORDS`].
pub fn counts(shifts: &Shifts) -> [u32; 6] {
    [
        shifts.much_sooner,
        shifts.sooner,
        shifts.same,
        shifts.later,
        shifts.much_later,
        shifts.open,
    ]
}

/// A share of all in words.
pub fn share(count: u32, shifts: &Shifts) -> String {
    format::percent(f64::from(count) / f64::from(shifts.total().max(1)))
}

/// How a band is filled.
#[derive(Clone, Copy)]
enum Fill {
    Flat(Token),
    Hatched(Token),
    Empty,
}

const FILLS: [Fill; 6] = [
    Fill::Flat(Token::Ink),
    Fill::Hatched(Token::Ink),
    Fill::Flat(Token::Hair),
    Fill::Hatched(Token::Red),
    Fill::Flat(Token::Red),
    Fill::Empty,
];

/// Draws the bands of one proposal.
pub fn draw<I: Ink>(ink: &mut I, shifts: &Shifts) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let (width, height) = (SIZE.0 as i32 * PX, SIZE.1 as i32 * PX);
    let total = f64::from(shifts.total().max(1));
    let mut before = 0;
    let x = |count: u32| (f64::from(count) / total * f64::from(width)).round() as i32;
    for (count, fill) in counts(shifts).into_iter().zip(FILLS) {
        let area = Area::between(x(before), 0, x(before + count), height);
        before += count;
        band(&mut pen, area, fill);
    }
    pen.frame(
        Area::new(5, 5, width - 10, height - 10),
        Stroke::new(Token::Rule, 10),
    );
    pen.done()
}

/// The key of a band in the legend.
pub fn key<I: Ink>(ink: &mut I, at: usize) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let area = Area::new(5, 5, 270, 110);
    band(&mut pen, area, FILLS[at]);
    pen.frame(area, Stroke::new(Token::Rule, 10));
    pen.done()
}

fn band<I: Ink>(pen: &mut Pen<I>, area: Area, fill: Fill) {
    match fill {
        Fill::Flat(token) => pen.flat(area, token),
        Fill::Hatched(token) => {
            let lines = (area.x..area.right()).step_by(40);
            for x in lines {
                pen.flat(
                    Area::between(x, area.y, (x + 14).min(area.right()), area.bottom()),
                    token,
                );
            }
        }
        Fill::Empty => {}
    }
}
