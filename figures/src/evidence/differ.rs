//! "Where do the two differ?" A row for each node: above its line the GPUs that only the proposal has in use, below it those that
//! only the baseline has.

use sim_core::metrics::course::STEP;
use sim_core::metrics::differ::in_use;
use sim_core::units::Span;

use super::time::{DAYS, Scene};
use super::{Found, Picture, Sight, Walk};
use crate::figure::{Figure, Table};
use crate::format;
use crate::hatch::Texture;
use crate::ink::{Area, Drawn, Ink, PX, Pen, Stroke, Words};
use crate::palette::Token;
use crate::svg::SvgInk;

const KEY: &str = "differ";
const HEAD: i32 = 20 * PX;

/// GPU-hours by node and bar, baseline and proposal.
struct Used {
    sides: [Vec<Vec<u64>>; 2],
    gpus: Vec<u32>,
}

impl Used {
    fn difference(&self, node: usize, bar: usize) -> f64 {
        let of = |side: usize| {
            let row = self.sides[side].get(node);
            row.and_then(|row| row.get(bar)).copied().unwrap_or(0) as f64
        };
        of(1) - of(0)
    }
    fn sum(&self, side: usize, node: usize) -> f64 {
        let all: u64 = self.sides[side].get(node).map_or(0, |row| row.iter().sum());
        all as f64 / 3_600.0
    }
    fn all(&self, side: usize) -> f64 {
        (0..self.gpus.len()).map(|node| self.sum(side, node)).sum()
    }
}

/// The picture, if the first run is there.
pub(super) fn picture(found: &Found, sight: &Sight) -> Option<Picture> {
    let scene = Scene::of(found, sight)?;
    let [base, proposal] = scene
        .first
        .each_ref()
        .map(|side| side.followed.report.timeline.as_ref());
    let (base, proposal) = (base?, proposal?);
    let bar = Span(STEP.0 * scene.bar as u32);
    let used = Used {
        gpus: proposal.nodes.clone(),
        sides: [base, proposal].map(|timeline| in_use(timeline, scene.shown, bar)),
    };
    let row = (480 * PX / used.gpus.len().max(1) as i32).clamp(9 * PX, 24 * PX);
    let height = (HEAD + row * used.gpus.len() as i32 + DAYS) / PX;
    let mut ink = SvgInk::new(sight.width, height.unsigned_abs(), KEY);
    let _: Drawn<SvgInk> = draw(&mut ink, &scene, &used, row);
    let figure = figure(&scene, &used);
    let at = (scene.now - scene.steps.0) / scene.bar;
    let moved = |sign: f64| {
        let all = (0..used.gpus.len()).map(|node| (used.difference(node, at) * sign).max(0.0));
        format::count((all.sum::<f64>() / f64::from(bar.0)).round() as u64)
    };
    Some(Picture {
        key: KEY,
        svg: ink.finish(&figure.finding),
        more: Vec::new(),
        marks: Vec::new(),
        chosen: Vec::new(),
        now: format!(
            "{}: {} GPUs more in use under the proposal on some nodes, {} fewer on others.",
            scene.hour(),
            moved(1.0),
            moved(-1.0)
        ),
        walk: Walk::default(),
        figure,
    })
}

fn draw<I: Ink>(ink: &mut I, scene: &Scene<'_>, used: &Used, row: i32) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    let key = Area::new(0, 4 * PX, 12 * PX, 10 * PX);
    let words = ["more in use under the proposal", "fewer"];
    pen.fill(key, MORE);
    pen.words(words[0], (key.right() + 6 * PX, 9 * PX), Words::left(Token::Ink2));
    let x = key.right() + crate::ink::width_of(words[0]) + 24 * PX;
    let key = Area::new(x, 4 * PX, 12 * PX, 10 * PX);
    pen.fill(key, FEWER);
    pen.frame(key.grown(-5), Stroke::new(Token::Ink2, 10));
    pen.words(words[1], (key.right() + 6 * PX, 9 * PX), Words::left(Token::Ink2));
    let foot = HEAD + row * used.gpus.len() as i32;
    scene.ground(&mut pen, HEAD, foot);
    let narrow = scene.ends.0 < 60 * PX;
    // Row names need 14 px: where rows are lower, not every row has one.
    let named = (14 * PX + row - 1) / row;
    let secs = f64::from(STEP.0) * scene.bar as f64;
    for (node, &gpus) in used.gpus.iter().enumerate() {
        let middle = HEAD + row * node as i32 + row / 2;
        if node as i32 % named == 0 {
            let name = if narrow {
                (node + 1).to_string()
            } else {
                format!("node {}", node + 1)
            };
            pen.words(&name, (scene.ends.0 - 8 * PX, middle), Words::right(Token::Ink3));
        }
        pen.line(
            (scene.ends.0, middle),
            (scene.ends.1, middle),
            Stroke::new(Token::Hair, 10),
        );
        for (bar, (_, (left, right))) in scene.bars().enumerate() {
            let gpus = f64::from(gpus.max(1));
            let share = (used.difference(node, bar) / secs / gpus).clamp(-1.0, 1.0);
            let high = (f64::from(row / 2 - PX / 2) * share.abs()).round() as i32;
            if high == 0 {
                continue;
            }
            if share > 0.0 {
                pen.fill(Area::between(left, middle - high, right, middle), MORE);
            } else {
                pen.fill(Area::between(left, middle, right, middle + high), FEWER);
            }
        }
    }
    pen.line(
        (scene.ends.0, foot),
        (scene.ends.1, foot),
        Stroke::new(Token::Ink, 10),
    );
    scene.marks(&mut pen, 1, HEAD, foot);
    scene.names(&mut pen, foot);
    pen.done()
}

const MORE: Texture = Texture::Solid(Token::Ink);
const FEWER: Texture = Texture::Solid(Token::Queue);

fn figure(scene: &Scene<'_>, used: &Used) -> Figure {
    let say = |hours: f64| format::count(hours.round() as u64);
    let (base, proposal) = (used.all(0), used.all(1));
    let is_same = used.sides[0] == used.sides[1];
    let finding = if is_same {
        format!(
            "{}, both hold the same GPUs of every node at every hour: {} GPU-hours.",
            scene.in_these_days(),
            say(proposal)
        )
    } else {
        format!(
            "{}, jobs hold {} GPU-hours under the proposal, and {} under the baseline.",
            scene.in_these_days(),
            say(proposal),
            say(base)
        )
    };
    let row = |node: usize| {
        vec![
            format!("node {}", node + 1),
            say(used.sum(0, node)),
            say(used.sum(1, node)),
        ]
    };
    Figure {
        title: String::from("Where do the two differ?"),
        finding,
        table: Table {
            caption: format!("GPU-hours held by jobs on each node, {}", scene.days()),
            headings: ["node", "baseline", "proposal"].map(String::from).to_vec(),
            rows: (0..used.gpus.len()).map(row).collect(),
            sums: Some(vec![String::from("together"), say(base), say(proposal)]),
        },
        made_from: String::from("the first run"),
    }
}
