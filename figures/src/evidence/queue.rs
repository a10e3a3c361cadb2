//! "How much work waits?" The work in the queue by class, in GPU-hours, baseline above proposal.

use super::layers::{self, Layer, Way};
use super::time::{DAYS, Scene};
use super::{Found, Picture, Sight, Walk};
use crate::figure::{Figure, Table};
use crate::format::{self, NBSP};
use crate::ink::{Drawn, Ink, PX, Pen, Words};
use crate::kind::Kind;
use crate::palette::Token;
use crate::svg::SvgInk;

const KEY: &str = "queue";
const HIGH: i32 = 110 * PX;
const HEAD: i32 = 26 * PX;

/// GPU-hours of work of a kind in the queue, in the mean of some steps.
fn hours(scene: &Scene<'_>, side: usize, kind: Kind, (from, to): (usize, usize)) -> f64 {
    let course = scene.course(side);
    let of = |class| course.queue(from, to, class) as f64;
    kind.classes().iter().map(|&class| of(class)).sum::<f64>() / 3_600.0
}

fn layers(scene: &Scene<'_>, side: usize) -> Vec<Layer> {
    let amounts = |kind| {
        scene
            .bars()
            .map(|(steps, _)| hours(scene, side, kind, steps))
            .collect()
    };
    Kind::SHOWN
        .into_iter()
        .rev()
        .map(|kind| Layer {
            words: kind.word(),
            texture: kind.texture(),
            amounts: amounts(kind),
        })
        .collect()
}

/// The picture, if the first run is there.
pub(super) fn picture(found: &Found, sight: &Sight) -> Option<Picture> {
    let scene = Scene::of(found, sight)?;
    let sides = [0, 1].map(|side| layers(&scene, side));
    let end = layers::most(sides.iter().map(Vec::as_slice));
    let height = (2 * (HEAD + HIGH) + DAYS) / PX;
    let mut ink = SvgInk::new(sight.width, height.unsigned_abs(), KEY);
    let _: Drawn<SvgInk> = draw(&mut ink, &scene, &sides, end);
    let figure = figure(found, &scene);
    let at = |side| {
        let rows = Kind::SHOWN.map(|kind| hours(&scene, side, kind, (scene.now, scene.now + 1)));
        format::count(rows.iter().sum::<f64>().round() as u64)
    };
    Some(Picture {
        key: KEY,
        svg: ink.finish(&figure.finding),
        more: Vec::new(),
        walk: Walk {
            marks: 0,
            said: format!(
                "{}: {} GPU-hours of work wait under the baseline, {} under the proposal.",
                scene.hour(),
                at(0),
                at(1)
            ),
        },
        figure,
    })
}

fn draw<I: Ink>(ink: &mut I, scene: &Scene<'_>, sides: &[Vec<Layer>; 2], end: f64) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    for (side, layers) in sides.iter().enumerate() {
        let top = side as i32 * (HEAD + HIGH) + HEAD;
        let name = ["Baseline", "Proposal"][side];
        let words = format!("{name}: GPU-hours of work that wait");
        pen.words(&words, (0, top - 9 * PX), Words::left(Token::Ink).strong());
        scene.ground(&mut pen, top, top + HIGH);
        layers::draw(&mut pen, scene, (top, top + HIGH), layers, end, Way::Up);
        scene.marks(&mut pen, side, top, top + HIGH);
    }
    scene.names(&mut pen, 2 * (HEAD + HIGH));
    pen.done()
}

fn figure(found: &Found, scene: &Scene<'_>) -> Figure {
    let whole = scene.steps;
    let mean = |side| Kind::SHOWN.map(|kind| hours(scene, side, kind, whole));
    let (base, proposal) = (mean(0), mean(1));
    let say = |hours: f64| format::count(hours.round() as u64);
    let sums = [base, proposal].map(|side| side.iter().sum::<f64>());
    let was = if say(sums[0]) == say(sums[1]) {
        String::from(", as under the baseline")
    } else {
        format!(", was {}", say(sums[0]))
    };
    let largest = Kind::SHOWN
        .into_iter()
        .zip(proposal)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|(_, hours)| *hours >= 0.5);
    let most = largest.map_or(String::new(), |(kind, hours)| {
        format!(
            " Most of it is {}: {}.",
            kind.word().to_ascii_lowercase(),
            say(hours)
        )
    });
    let row = |(at, kind): (usize, Kind)| vec![kind.word().to_owned(), say(base[at]), say(proposal[at])];
    let _ = found;
    Figure {
        title: String::from("How much work waits?"),
        finding: format!(
            "{}, {}{NBSP}GPU-hours of work wait in the mean{was}.{most}",
            scene.in_these_days(),
            say(sums[1])
        ),
        table: Table {
            caption: format!("GPU-hours of work in the queue, mean over {}", scene.days()),
            headings: ["kind of work", "baseline", "proposal"]
                .map(String::from)
                .to_vec(),
            rows: Kind::SHOWN.into_iter().enumerate().map(row).collect(),
            sums: Some(vec![String::from("together"), say(sums[0]), say(sums[1])]),
        },
        made_from: String::from("the first run"),
    }
}
