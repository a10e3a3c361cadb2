//! A corner as a straight scale: open circle for the baseline, yellow for the proposal, a bar between, a band for spread.

use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words};
use crate::palette::Token;
use crate::table::Corner;

/// Height in CSS pixels.
pub const HEIGHT: u32 = 44;

const LINE: i32 = 20 * PX;
const WORDS: i32 = 36 * PX;
/// Room for half a circle at either end.
const SIDE: i32 = 9 * PX;

/// Draws the ruler of a corner, `width` CSS pixels wide and [`HEIGHT`] high.
pub fn draw<I: Ink>(ink: &mut I, width: u32, corner: &Corner) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let (left, right) = (SIDE, width as i32 * PX - SIDE);
    let scale = &corner.scale;
    let x = |value: f64| {
        let along = (value - scale.worst) / (scale.best - scale.worst);
        left + (along.clamp(0.0, 1.0) * f64::from(right - left)).round() as i32
    };
    if let Some((low, high)) = corner.band {
        let (a, b) = (x(low).min(x(high)), x(low).max(x(high)));
        pen.flat(
            Area::between(a, LINE - 5 * PX, b.max(a + 2 * PX), LINE + 5 * PX),
            Token::Band,
        );
    }
    pen.line((left, LINE), (right, LINE), Stroke::new(Token::Ink, 10));
    for (i, (value, word)) in scale.words.iter().enumerate() {
        let at = x(*value);
        pen.line((at, LINE), (at, LINE + 6 * PX), Stroke::new(Token::Ink, 10));
        let (set, at) = if i == 0 {
            (Words::left(Token::Ink3), 0)
        } else if i + 1 == scale.words.len() {
            (Words::right(Token::Ink3), width as i32 * PX)
        } else {
            (Words::middle(Token::Ink3), at)
        };
        pen.words(word, (at, WORDS), set);
    }
    let (base, proposal) = (x(corner.base), x(corner.proposal));
    pen.line((base, LINE), (proposal, LINE), Stroke::new(Token::Ink, 30));
    let edge = Stroke::new(Token::Ink, 20);
    pen.disc((base, LINE), 50, Token::Paper, edge);
    pen.disc((proposal, LINE), 65, Token::Yellow, edge);
    pen.done()
}
