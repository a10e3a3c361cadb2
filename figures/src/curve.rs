//! Waits or shares against something that is turned up, such as load: a line per case on a band over the runs.

use sim_core::order;

use crate::axis::WaitAxis;
use crate::figure::{Figure, Table};
use crate::format;
use crate::hatch::Texture;
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words, width_of};
use crate::palette::Token;
use crate::view::{Ended, Spread};

/// A picture of a few curves.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Curves {
    /// A question.
    pub title: String,
    /// What runs to the right: "work asked for, share of the machine".
    pub across: String,
    /// Values named under the axis, with their words: `(0.85, "85 %")`.
    pub stops: Vec<(f64, String)>,
    /// The lines.
    pub lines: Vec<Line>,
    /// What is measured, and how its axis is spaced.
    pub scale: Scale,
}

/// What is measured, and how its axis is spaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scale {
    /// Waits in seconds by orders of magnitude: a minute, an hour and a day about equally far apart.
    #[default]
    Orders,
    /// Waits in seconds on an even axis, for texts whose point is the shape.
    Even,
    /// Shares of a whole, from 0 to 1, on an even axis that begins at nothing.
    Shares,
}

/// One curve: a wait in seconds, or a share, per value.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Its name, set at its right end.
    pub label: String,
    /// How it is drawn.
    pub style: Style,
    /// Value on the axis, and the wait or share over the runs.
    pub points: Vec<(f64, Spread)>,
}

/// How a curve is drawn: always baseline, then the one that is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Dashed and grey, its points open.
    Baseline,
    /// Solid on its band.
    Proposal,
}

const LEFT: i32 = 58 * PX;
const TOP: i32 = 10 * PX;
const FOOT: i32 = 42 * PX;
/// A row of words.
const ROW: i32 = 16 * PX;
/// Steps between the lines of an even axis of waits, in seconds.
const STEPS: [f64; 11] = [
    300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 21_600.0, 43_200.0, 86_400.0, 172_800.0, 604_800.0,
];
/// Steps between the lines of an axis of shares.
const SHARES: [f64; 5] = [0.01, 0.02, 0.05, 0.1, 0.2];

/// The axis that runs up: heights over its foot, with their names.
struct Upwards {
    names: Vec<(i32, String)>,
    foot: &'static str,
    height: i32,
    scale: Scale,
    /// The most that fits on an even axis.
    most: f64,
    waits: WaitAxis,
}

impl Upwards {
    fn new(curves: &Curves, height: i32) -> Upwards {
        let points = curves.lines.iter().flat_map(|line| &line.points);
        let largest = points
            .map(|(_, spread)| spread.q75.max(spread.median))
            .fold(0.0, f64::max);
        let even = |steps: &[f64], most: f64| {
            let step = steps.iter().copied().find(|step| most / step <= 6.0);
            step.unwrap_or(most / 4.0)
        };
        let (most, step) = match curves.scale {
            Scale::Orders => ((largest * 1.3).max(4.0 * 3600.0), 0.0),
            Scale::Even => (largest.max(600.0) * 1.06, even(&STEPS, largest.max(600.0) * 1.06)),
            Scale::Shares => {
                let most = (largest * 1.06).clamp(0.02, 1.0);
                (most, even(&SHARES, most))
            }
        };
        let mut axis = Upwards {
            names: Vec::new(),
            foot: if curves.scale == Scale::Shares {
                "0\u{a0}%"
            } else {
                "at once"
            },
            height,
            scale: curves.scale,
            most,
            waits: WaitAxis::new(height, most),
        };
        axis.names = match curves.scale {
            Scale::Orders => axis
                .waits
                .names()
                .map(|(at, word)| (at, String::from(word)))
                .collect(),
            Scale::Even | Scale::Shares => (1_u32..)
                .map(|n| f64::from(n) * step)
                .take_while(|&value| value <= most)
                .map(|value| (axis.at(value), Upwards::word(curves.scale, value)))
                .collect(),
        };
        axis
    }

    fn word(scale: Scale, value: f64) -> String {
        match scale {
            Scale::Shares => format::percent_whole(value),
            Scale::Even | Scale::Orders => format::span(value),
        }
    }

    /// How far above the foot a value stands.
    fn at(&self, value: f64) -> i32 {
        match self.scale {
            Scale::Orders => self.waits.at(value),
            Scale::Even | Scale::Shares => (f64::from(self.height) * value / self.most).round() as i32,
        }
    }
}

/// Draws it, `width` × `height` CSS pixels.
pub fn draw<I: Ink>(ink: &mut I, (width, height): (u32, u32), curves: &Curves) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let labels = curves
        .lines
        .iter()
        .map(|line| width_of(&line.label))
        .max()
        .unwrap_or(0);
    // Names that would take more than a third of the width stand above the picture.
    let whole = width as i32 * PX;
    let beside = labels + 12 * PX <= whole / 3;
    let (right, head) = if beside {
        (labels + 12 * PX, 0)
    } else {
        (8 * PX, curves.lines.len() as i32 * ROW)
    };
    let across = broken(&curves.across, whole - LEFT);
    let foot = FOOT + (across.len() as i32 - 1).max(0) * ROW;
    let plot = Area::between(LEFT, TOP + head, whole - right, height as i32 * PX - foot);
    let axis = Upwards::new(curves, plot.h);
    let values = || {
        let points = curves.lines.iter().flat_map(|line| &line.points);
        points
            .map(|(value, _)| *value)
            .chain(curves.stops.iter().map(|stop| stop.0))
    };
    let (least, most) = (
        values().fold(f64::MAX, f64::min),
        values().fold(f64::MIN, f64::max),
    );
    let x = |value: f64| {
        let along = (value - least) / (most - least).max(f64::MIN_POSITIVE);
        plot.x + 6 * PX + (f64::from(plot.w - 12 * PX) * along).round() as i32
    };
    let y = |value: f64| plot.bottom() - axis.at(value);

    pen.part("axis");
    for (at, word) in &axis.names {
        let y = plot.bottom() - at;
        pen.line((plot.x, y), (plot.right(), y), Stroke::new(Token::Hair, 10));
        pen.words(word, (plot.x - 6 * PX, y), Words::right(Token::Ink3));
    }
    pen.words(
        axis.foot,
        (plot.x - 6 * PX, plot.bottom()),
        Words::right(Token::Ink3),
    );
    pen.line(
        (plot.x, plot.bottom()),
        (plot.right(), plot.bottom()),
        Stroke::new(Token::Ink, 10),
    );
    // A name that would touch the one before it is left out.
    let mut taken = i32::MIN;
    for (value, word) in &curves.stops {
        let (at, half) = (x(*value), width_of(word) / 2);
        if at - half < taken {
            continue;
        }
        taken = at + half + 6 * PX;
        pen.words(word, (at, plot.bottom() + 13 * PX), Words::middle(Token::Ink3));
    }
    for (line, at) in across.iter().zip(0..) {
        pen.words(
            line,
            (plot.x, plot.bottom() + 32 * PX + at * ROW),
            Words::left(Token::Ink3),
        );
    }

    pen.part("lines");
    for line in curves.lines.iter().filter(|line| line.style == Style::Proposal) {
        let mut band: Vec<_> = line.points.iter().map(|(v, wait)| (x(*v), y(wait.q25))).collect();
        band.extend(line.points.iter().rev().map(|(v, wait)| (x(*v), y(wait.q75))));
        pen.shape(&band, Texture::Solid(Token::Band));
    }
    for line in &curves.lines {
        let path: Vec<_> = line
            .points
            .iter()
            .map(|(v, wait)| (x(*v), y(wait.median)))
            .collect();
        match line.style {
            Style::Baseline => pen.dashes(&path, Stroke::new(Token::Ink2, 15), 50, 35),
            Style::Proposal => pen.path(&path, Stroke::new(Token::Prop, 24)),
        }
        for (at, (_, wait)) in path.into_iter().zip(&line.points) {
            match (line.style, wait.more) {
                (Style::Baseline, Ended::Exact) => {
                    pen.disc(at, 30, Token::Paper, Stroke::new(Token::Ink2, 12))
                }
                (Style::Proposal, Ended::Exact) => pen.dot(at, 34, Token::Prop),
                // More than can be seen: an arrow up.
                (Style::Baseline | Style::Proposal, Ended::AtLeast) => {
                    let tip = [(at.0 - 40, at.1), (at.0, at.1 - 70), (at.0 + 40, at.1)];
                    pen.shape(&tip, Texture::Solid(Token::Ink2));
                }
            }
        }
    }
    if beside {
        let place = |line: &Line| line.points.last().map_or(0, |(_, wait)| y(wait.median));
        for (at, line) in labels_apart(curves, place) {
            pen.words(
                &line.label,
                (plot.right() + 6 * PX, at),
                Words::left(Token::Ink).strong(),
            );
        }
    } else {
        for (line, row) in curves.lines.iter().zip(0..) {
            let at = TOP + row * ROW;
            let sample = [(0, at), (22 * PX, at)];
            match line.style {
                Style::Baseline => pen.dashes(&sample, Stroke::new(Token::Ink2, 15), 50, 35),
                Style::Proposal => pen.path(&sample, Stroke::new(Token::Prop, 24)),
            }
            pen.words(&line.label, (30 * PX, at), Words::left(Token::Ink).strong());
        }
    }
    pen.done()
}

/// Words broken into as few rows as fit into a width.
fn broken(text: &str, room: i32) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match rows.last_mut() {
            Some(row) if width_of(row) + width_of(" ") + width_of(word) <= room => {
                row.push(' ');
                row.push_str(word);
            }
            _ => rows.push(word.to_owned()),
        }
    }
    rows
}

/// Labels at the ends of their lines, at least a line of words apart.
fn labels_apart(curves: &Curves, place: impl Fn(&Line) -> i32) -> Vec<(i32, &Line)> {
    let mut placed: Vec<(i32, &Line)> = curves.lines.iter().map(|line| (place(line), line)).collect();
    order::sort_by_key(&mut placed, |(at, _)| *at);
    for i in 1..placed.len() {
        placed[i].0 = placed[i].0.max(placed[i - 1].0 + 14 * PX);
    }
    placed
}

/// The middle in words.
fn say(scale: Scale, spread: &Spread) -> String {
    match scale {
        Scale::Orders | Scale::Even => spread.wait(),
        Scale::Shares => format::percent(spread.median),
    }
}

/// Its words; the finding compares the ends of each line.
pub fn figure(curves: &Curves) -> Figure {
    let word = |value: f64| {
        let stop = curves.stops.iter().find(|stop| (stop.0 - value).abs() < 1e-9);
        stop.map_or_else(|| format::percent_whole(value), |stop| stop.1.clone())
    };
    // "15 min at 85 %", but "15 min (no limit)".
    let place = |words: &str| {
        let is_number = words.starts_with(|c: char| c.is_ascii_digit());
        if is_number {
            format!(" at {words}")
        } else {
            format!(" ({words})")
        }
    };
    let ends = curves.lines.iter().filter_map(|line| {
        let ((low, first), (high, last)) = (line.points.first()?, line.points.last()?);
        Some(format!(
            "{}: {}{}, {}{}.",
            format::capital(&line.label),
            say(curves.scale, first),
            place(&word(*low)),
            say(curves.scale, last),
            place(&word(*high))
        ))
    });
    let finding: Vec<String> = ends.collect();
    let values = curves.lines.first().map_or(&[][..], |line| &line.points[..]);
    let row = |i: usize, value: f64| {
        let waits = curves.lines.iter().map(|line| {
            line.points
                .get(i)
                .map_or(String::from("–"), |(_, spread)| say(curves.scale, spread))
        });
        std::iter::once(word(value)).chain(waits).collect()
    };
    Figure {
        title: curves.title.clone(),
        finding: finding.join(" "),
        table: Table {
            caption: curves.title.clone(),
            headings: std::iter::once(curves.across.clone())
                .chain(curves.lines.iter().map(|line| line.label.clone()))
                .collect(),
            rows: values
                .iter()
                .enumerate()
                .map(|(i, (value, _))| row(i, *value))
                .collect(),
            sums: None,
        },
        made_from: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves() -> Curves {
        let line = |label: &str, style, waits: [f64; 2]| Line {
            label: label.to_owned(),
            style,
            points: [0.5, 0.95]
                .into_iter()
                .zip(waits.map(|wait| Spread::of(&[wait])))
                .collect(),
        };
        Curves {
            title: String::from("What does load cost?"),
            across: String::from("load"),
            stops: vec![(0.5, String::from("half"))],
            lines: vec![
                line("even", Style::Baseline, [0.0, 900.0]),
                line("bursts", Style::Proposal, [60.0, 7200.0]),
            ],
            scale: Scale::Orders,
        }
    }

    #[test]
    fn the_finding_compares_the_ends_of_each_line() {
        let figure = figure(&curves());
        assert_eq!(
            figure.finding.replace(format::NBSP, " "),
            "Even: at once (half), 15 min at 95 %. Bursts: 1 min (half), 2 h at 95 %."
        );
        assert_eq!(figure.table.rows.len(), 2);
    }

    #[test]
    fn an_even_axis_is_named_at_round_heights() {
        let mut curves = curves();
        curves.scale = Scale::Even;
        let axis = Upwards::new(&curves, 6_000);
        let words: Vec<String> = axis
            .names
            .iter()
            .map(|(_, word)| word.replace(format::NBSP, " "))
            .collect();
        assert_eq!(words, ["30 min", "1 h", "1 h 30 min", "2 h"]);
        curves.lines[1].points[1].1 = Spread::of(&[0.93]);
        curves.lines[0].points[1].1 = Spread::of(&[0.5]);
        curves.lines[1].points[0].1 = Spread::of(&[0.5]);
        curves.scale = Scale::Shares;
        let axis = Upwards::new(&curves, 6_000);
        assert_eq!(
            axis.names.last().map(|(_, word)| word.replace(format::NBSP, " ")),
            Some("80 %".into())
        );
        assert!(axis.at(0.93) < 6_000);
    }

    #[test]
    fn long_words_are_broken_where_they_fit_and_none_is_lost() {
        let text = "longest time limit of others’ jobs on the bought nodes; nothing is stopped";
        let rows = broken(text, 270 * PX);
        assert_eq!(rows.join(" "), text);
        assert!(rows.len() > 1 && rows.iter().all(|row| width_of(row) <= 270 * PX));
        assert_eq!(broken("load", 270 * PX), ["load"]);
    }

    #[test]
    fn labels_never_stand_on_each_other() {
        let curves = curves();
        let placed = labels_apart(&curves, |_| 100);
        assert!(placed[1].0 - placed[0].0 >= 12 * PX);
    }
}
