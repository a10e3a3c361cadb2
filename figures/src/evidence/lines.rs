//! Small multiples over time: a panel for each account or ledger, baseline dashed, proposal solid, a line that both are held to.

use super::time::{DAYS, Scene};
use super::{Mark, Who};
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words, width_of};
use crate::palette::Token;

/// Height of a panel's plot.
const HIGH: i32 = 84 * PX;
const HEAD: i32 = 22 * PX;
const GAP: i32 = 24 * PX;

/// One panel. All paths have one value an hour of the whole run.
pub(super) struct Panel {
    /// Over the plot, at the left.
    pub name: String,
    /// Over the plot, at the right.
    pub beside: String,
    /// Baseline and proposal; nothing where one has none.
    pub paths: [Vec<f64>; 2],
    /// Another path of the proposal, thin.
    pub thin: Vec<f64>,
    /// The line that they are held to.
    pub line: f64,
    /// The word at the line.
    pub word: &'static str,
    /// The upper end of the axis, and its words.
    pub end: (f64, String),
    /// For whom it stands, if for somebody who can be chosen.
    pub who: Option<Who>,
    /// Whether that one is chosen.
    pub is_chosen: bool,
}

/// Panels beside each other at a width.
fn columns(width: u32) -> i32 {
    if width >= 1_000 {
        3
    } else if width >= 640 {
        2
    } else {
        1
    }
}

fn pitch() -> i32 {
    HEAD + HIGH + DAYS
}

/// Height in CSS pixels.
pub(super) fn height(width: u32, panels: usize) -> u32 {
    let rows = (panels as i32 + columns(width) - 1) / columns(width);
    (rows * pitch() / PX).unsigned_abs()
}

/// Where each plot is drawn.
fn places(width: u32, panels: usize) -> impl Iterator<Item = Area> {
    let columns = columns(width);
    let wide = (width as i32 * PX - PX - (columns - 1) * GAP) / columns;
    (0..panels as i32).map(move |at| {
        let left = at % columns * (wide + GAP);
        Area::new(left, at / columns * pitch() + HEAD, wide, HIGH)
    })
}

/// The panels that stand for somebody, with their names.
pub(super) fn marks(width: u32, panels: &[Panel]) -> Vec<Mark> {
    let all = places(width, panels.len()).zip(panels);
    all.filter_map(|(plot, panel)| {
        let area = Area::between(plot.x, plot.y - HEAD, plot.right(), plot.bottom());
        panel.who.map(|who| Mark { area, who })
    })
    .collect()
}

/// The rows of a table with a row for each panel that are about whoever is chosen.
pub(super) fn chosen(panels: &[Panel]) -> Vec<(usize, usize)> {
    let all = panels.iter().enumerate();
    all.filter(|(_, panel)| panel.is_chosen)
        .map(|(row, _)| (0, row))
        .collect()
}

/// Draws them; the one looked at has its name on a band, the one chosen its name and its proposal in yellow on ink.
pub(super) fn draw<I: Ink>(
    ink: &mut I,
    width: u32,
    scene: &Scene<'_>,
    panels: &[Panel],
    looked: usize,
) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    for (at, (area, panel)) in places(width, panels.len()).zip(panels).enumerate() {
        let scene = scene.within((area.x + 42 * PX, area.right()));
        if at == looked && panels.len() > 1 {
            let head = Area::between(area.x, area.y - HEAD + 2 * PX, area.right(), area.y - 2 * PX);
            pen.flat(head, Token::Band);
        }
        draw_panel(&mut pen, &scene, area, panel);
    }
    pen.done()
}

fn draw_panel<I: Ink>(pen: &mut Pen<'_, I>, scene: &Scene<'_>, area: Area, panel: &Panel) {
    let (left, right) = scene.ends;
    let head = area.y - HEAD / 2;
    if panel.is_chosen {
        let plate = Area::new(area.x, head - 8 * PX, width_of(&panel.name) + 8 * PX, 16 * PX);
        pen.flat(plate, Token::Yellow);
        pen.frame(plate, Stroke::new(Token::Yink, 10));
        let at = (area.x + 3 * PX, head);
        pen.words(&panel.name, at, Words::left(Token::Yink).strong());
    } else {
        pen.words(&panel.name, (area.x, head), Words::left(Token::Ink).strong());
    }
    if width_of(&panel.name) + width_of(&panel.beside) + 10 * PX < area.w {
        pen.words(&panel.beside, (right, head), Words::right(Token::Ink3));
    }
    scene.ground(pen, area.y, area.bottom());
    let (end, words) = &panel.end;
    let y = |value: f64| area.bottom() - (f64::from(area.h) * (value / end).clamp(0.0, 1.0)).round() as i32;
    let names = Words::right(Token::Ink3);
    pen.words(words, (left - 5 * PX, area.y + 6 * PX), names);
    pen.words("0", (left - 5 * PX, area.bottom() - 6 * PX), names);
    pen.line((left, area.y), (right, area.y), Stroke::new(Token::Hair, 10));
    let points = |path: &[f64]| -> Vec<(i32, i32)> {
        let at = |step: usize| (scene.x(scene.instant(step)), y(path[step]));
        (scene.steps.0..scene.steps.1.min(path.len())).map(at).collect()
    };
    let held = y(panel.line);
    pen.line((left, held), (right, held), Stroke::new(Token::Rule, 20));
    pen.path(&points(&panel.thin), Stroke::new(Token::Ink3, 8));
    pen.dashes(&points(&panel.paths[0]), Stroke::new(Token::Ink2, 15), 50, 35);
    if panel.is_chosen {
        pen.path(&points(&panel.paths[1]), Stroke::new(Token::Yink, 50));
        pen.path(&points(&panel.paths[1]), Stroke::new(Token::Yellow, 28));
    } else {
        pen.path(&points(&panel.paths[1]), Stroke::new(Token::Prop, 22));
    }
    // The word stands where there is room: above its line, or below it at the top.
    let up = if held - area.y < 16 * PX {
        held + 8 * PX
    } else {
        held - 8 * PX
    };
    let plate = Area::new(left + 3 * PX, up - 6 * PX, width_of(panel.word) + 4 * PX, 12 * PX);
    pen.flat(plate, Token::Paper);
    pen.words(panel.word, (left + 5 * PX, up), Words::left(Token::Ink3));
    let foot = area.bottom();
    pen.line((left, foot), (right, foot), Stroke::new(Token::Ink, 10));
    scene.marks(pen, 1, area.y, foot);
    scene.names(pen, foot);
}
