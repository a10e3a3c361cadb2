//! Waits of one kind as a share that has started within a time: baseline dashed, proposal solid on its band.
//!
//! Every curve is the middle of the runs at each wait, over all jobs that were asked for: those that never started keep
//! it below 100 %.

use sim_core::metrics::{Report, Waits, quantile_f64};

use crate::axis::WaitAxis;
use crate::figure::{Figure, Table};
use crate::format;
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words};
use crate::kind::Kind;
use crate::palette::Token;
use crate::view::{self, Ended, Spread};

/// Five days: what the longest named wait, three days, needs around it.
const LONGEST: f64 = 5.0 * 86_400.0;
const LEFT: i32 = 38 * PX;
const RIGHT: i32 = 8 * PX;
const TOP: i32 = 8 * PX;
const FOOT: i32 = 22 * PX;
/// From one point of a curve to the next.
const STEP: usize = 2 * PX as usize;

/// Draws one small multiple, `width` × `height` CSS pixels, without its title and caption, which are words of the page.
pub fn draw<I: Ink>(
    ink: &mut I,
    (width, height): (u32, u32),
    kind: Kind,
    base: &Report,
    proposal: &Report,
) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let plot = Area::between(LEFT, TOP, width as i32 * PX - RIGHT, height as i32 * PX - FOOT);
    let axis = WaitAxis::new(plot.w, LONGEST);
    let y = |share: f64| plot.bottom() - (f64::from(plot.h) * share).round() as i32;
    frame(&mut pen, plot, &axis);
    if view::asked(base, kind) + view::asked(proposal, kind) == 0 {
        let at = (plot.x + plot.w / 2, plot.y + plot.h / 2);
        pen.words(&nobody(kind), at, Words::middle(Token::Ink3));
        return pen.done();
    }
    let place = |curve: &[(i32, f64)]| -> Vec<(i32, i32)> {
        curve.iter().map(|&(x, share)| (plot.x + x, y(share))).collect()
    };
    let (before, after) = (
        Curves::of(base, kind, &axis, plot.w),
        Curves::of(proposal, kind, &axis, plot.w),
    );
    if after.runs > 1 {
        let mut band = place(&after.low);
        band.extend(place(&after.high).into_iter().rev());
        pen.shape(&band, crate::hatch::Texture::Solid(Token::Band));
    }
    pen.dashes(&place(&before.middle), Stroke::new(Token::Ink2, 15), 50, 35);
    pen.path(&place(&after.middle), Stroke::new(Token::Prop, 24));
    // Where half have started; at the start of the curve if more than half start at once.
    let ring = |report: &Report, curves: &Curves| {
        let typical = view::wait(report, kind, 500).filter(|wait| wait.more == Ended::Exact)?;
        let at = axis.at(typical.median);
        let share = if at == 0 {
            curves.middle.first()?.1.max(0.5)
        } else {
            0.5
        };
        Some((plot.x + at, y(share)))
    };
    let edge = Stroke::new(Token::Ink, 15);
    if let Some(at) = ring(base, &before) {
        pen.disc(at, 40, Token::Paper, edge);
    }
    if let Some(at) = ring(proposal, &after) {
        pen.disc(at, 45, Token::Yellow, Stroke::new(Token::Yink, 15));
    }
    pen.done()
}

/// Hairlines and words: half and nine in ten, and the named waits.
fn frame<I: Ink>(pen: &mut Pen<'_, I>, plot: Area, axis: &WaitAxis) {
    let hair = Stroke::new(Token::Hair, 10);
    for (share, word) in [(0.5, "50"), (0.9, "90\u{a0}%"), (1.0, "")] {
        let y = plot.bottom() - (f64::from(plot.h) * share) as i32;
        pen.line((plot.x, y), (plot.right(), y), hair);
        if !word.is_empty() {
            pen.words(word, (plot.x - 8 * PX, y), Words::right(Token::Ink3));
        }
    }
    let words = plot.bottom() + 13 * PX;
    for (at, word) in axis.names() {
        let x = plot.x + at;
        pen.line((x, plot.y), (x, plot.bottom()), hair);
        pen.words(word, (x, words), Words::middle(Token::Ink3));
    }
    pen.words("at once", (plot.x, words), Words::left(Token::Ink3));
    pen.line(
        (plot.x, plot.bottom()),
        (plot.right(), plot.bottom()),
        Stroke::new(Token::Ink, 10),
    );
}

/// Share started by wait: the middle run, and the runs around it.
struct Curves {
    runs: usize,
    low: Vec<(i32, f64)>,
    middle: Vec<(i32, f64)>,
    high: Vec<(i32, f64)>,
}

impl Curves {
    fn of(report: &Report, kind: Kind, axis: &WaitAxis, width: i32) -> Curves {
        let runs: Vec<Waits> = report
            .seeds
            .iter()
            .map(|seed| view::waits(seed, kind))
            .filter(|waits| !(waits.started.is_empty() && waits.unfinished.is_empty()))
            .collect();
        // Eight in ten of many runs; all of a few.
        let edge = if runs.len() >= 10 { 0.1 } else { 0.0 };
        let mut curves = Curves {
            runs: runs.len(),
            low: Vec::new(),
            middle: Vec::new(),
            high: Vec::new(),
        };
        let first = [0, axis.slot()];
        let rest = (axis.slot() + STEP as i32..width).step_by(STEP);
        for x in first.into_iter().chain(rest).chain([width]) {
            let shares: Vec<f64> = runs.iter().map(|waits| within(waits, axis.secs(x))).collect();
            let at = |q| quantile_f64(&shares, q).unwrap_or(0.0);
            curves.low.push((x, at(edge)));
            curves.middle.push((x, at(0.5)));
            curves.high.push((x, at(1.0 - edge)));
        }
        curves
    }
}

/// Of all that were asked for, the share that started within so many seconds.
fn within(waits: &Waits, secs: f64) -> f64 {
    let asked = waits.started.len() + waits.unfinished.len();
    waits.started.partition_point(|&wait| f64::from(wait) <= secs) as f64 / asked.max(1) as f64
}

fn nobody(kind: Kind) -> String {
    format!("No {} in this demand.", kind.plural().to_ascii_lowercase())
}

/// Its caption in three stretches, the middle one strong: "half start within ", "2 min", ", was 22 min".
pub fn caption(kind: Kind, base: &Report, proposal: &Report) -> [String; 3] {
    let (was, is) = (view::wait(base, kind, 500), view::wait(proposal, kind, 500));
    let Some(is) = is else {
        return [nobody(kind), String::new(), String::new()];
    };
    let now = is.wait();
    let lead = if now == "at once" || is.more == Ended::AtLeast {
        ""
    } else {
        "within "
    };
    let was = was.map(Spread::wait).filter(|was| *was != now);
    let head = match is.more {
        Ended::Exact => format!("half start {lead}"),
        Ended::AtLeast => String::from("half wait "),
    };
    [head, now, was.map_or(String::new(), |was| format!(", was {was}"))]
}

/// Its words: the kind as a question, the caption as finding, quantiles as table.
pub fn figure(kind: Kind, base: &Report, proposal: &Report) -> Figure {
    let wait = |report: &Report, per_mille| {
        view::wait(report, kind, per_mille).map_or(String::from("nobody asked"), Spread::wait)
    };
    let row = |name: &str, per_mille| vec![name.to_owned(), wait(base, per_mille), wait(proposal, per_mille)];
    Figure {
        title: format!("How long do {} wait?", kind.plural().to_ascii_lowercase()),
        finding: format!(
            "{}.",
            format::capital(caption(kind, base, proposal).concat().trim_end_matches('.'))
        ),
        table: Table {
            caption: format!("{}: share started within a time", kind.word()),
            headings: ["share of jobs", "baseline", "proposal"]
                .map(String::from)
                .to_vec(),
            rows: vec![
                row("a quarter", 250),
                row("half", 500),
                row("three quarters", 750),
                row("nine in ten", 900),
            ],
            sums: None,
        },
        made_from: format!(
            "n{}{} a run",
            format::NBSP,
            format::count(view::asked(proposal, kind))
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_that_never_start_keep_the_curve_below_one() {
        let waits = Waits {
            started: vec![0, 10, 100],
            unfinished: vec![5],
            given_up: 0,
        };
        assert_eq!(within(&waits, 59.0), 0.5);
        assert_eq!(within(&waits, 1e9), 0.75);
    }
}
