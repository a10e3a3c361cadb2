//! A few curves of waits on an even axis, for texts whose point is the shape. Everywhere else waits stand on the
//! logarithmic axis of [`figures::curve`]; the words around both are the same.

use figures::curve::{Curves, Style};
use figures::format;
use figures::hatch::Texture;
use figures::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words, width_of};
use figures::palette::Token;

/// Steps between the lines of the axis, in seconds.
const STEPS: [f64; 9] = [
    300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 21_600.0, 43_200.0, 86_400.0,
];

/// Draws it, `width` × `height` CSS pixels.
pub fn draw<I: Ink>(ink: &mut I, (width, height): (u32, u32), curves: &Curves) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let labels = curves
        .lines
        .iter()
        .map(|line| width_of(&line.label))
        .max()
        .unwrap_or(0);
    let (width, height) = (width as i32 * PX, height as i32 * PX);
    let plot = Area::between(
        58 * PX,
        8 * PX,
        width - (labels + 12 * PX).min(width / 3),
        height - 42 * PX,
    );
    let points = || curves.lines.iter().flat_map(|line| &line.points);
    let most = points()
        .map(|(_, wait)| wait.q75.max(wait.median))
        .fold(600.0, f64::max)
        * 1.06;
    let step = STEPS
        .into_iter()
        .find(|step| most / step <= 6.0)
        .unwrap_or(172_800.0);
    let y = |secs: f64| plot.bottom() - (f64::from(plot.h) * secs / most).round() as i32;
    let (low, high) = (
        points().map(|(value, _)| *value).fold(f64::MAX, f64::min),
        points().map(|(value, _)| *value).fold(f64::MIN, f64::max),
    );
    let x = |value: f64| {
        let along = (value - low) / (high - low).max(f64::MIN_POSITIVE);
        plot.x + 6 * PX + (f64::from(plot.w - 12 * PX) * along).round() as i32
    };

    pen.part("axis");
    let mut at = step;
    while at < most {
        pen.line(
            (plot.x, y(at)),
            (plot.right(), y(at)),
            Stroke::new(Token::Hair, 10),
        );
        pen.words(
            &format::span(at),
            (plot.x - 6 * PX, y(at)),
            Words::right(Token::Ink3),
        );
        at += step;
    }
    pen.words(
        "at once",
        (plot.x - 6 * PX, plot.bottom()),
        Words::right(Token::Ink3),
    );
    pen.line(
        (plot.x, plot.bottom()),
        (plot.right(), plot.bottom()),
        Stroke::new(Token::Ink, 10),
    );
    for (value, word) in &curves.stops {
        pen.words(
            word,
            (x(*value), plot.bottom() + 13 * PX),
            Words::middle(Token::Ink3),
        );
    }
    pen.words(
        &curves.across,
        (plot.x, plot.bottom() + 32 * PX),
        Words::left(Token::Ink3),
    );

    pen.part("lines");
    for line in curves.lines.iter().filter(|line| line.style == Style::Proposal) {
        let mut band: Vec<_> = line
            .points
            .iter()
            .map(|(value, wait)| (x(*value), y(wait.q25)))
            .collect();
        band.extend(
            line.points
                .iter()
                .rev()
                .map(|(value, wait)| (x(*value), y(wait.q75))),
        );
        pen.shape(&band, Texture::Solid(Token::Band));
    }
    let mut last_label = i32::MIN / 2;
    for line in &curves.lines {
        let path: Vec<_> = line
            .points
            .iter()
            .map(|(value, wait)| (x(*value), y(wait.median)))
            .collect();
        match line.style {
            Style::Baseline => pen.dashes(&path, Stroke::new(Token::Ink2, 15), 50, 35),
            Style::Proposal => pen.path(&path, Stroke::new(Token::Prop, 24)),
        }
        for &at in &path {
            match line.style {
                Style::Baseline => pen.disc(at, 30, Token::Paper, Stroke::new(Token::Ink2, 12)),
                Style::Proposal => pen.dot(at, 34, Token::Prop),
            }
        }
        if let Some(&(right, height)) = path.last() {
            // Two labels keep a line's distance.
            let height = if (height - last_label).abs() < 15 * PX {
                last_label + 15 * PX
            } else {
                height
            };
            last_label = height;
            pen.words(
                &line.label,
                (right + 8 * PX, height),
                Words::left(Token::Ink).strong(),
            );
        }
    }
    pen.done()
}
