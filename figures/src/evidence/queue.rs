//! "How much work waits?" The work in the queue by class, in GPU-hours, baseline above proposal: the first run, and behind it the
//! range over all runs, which meet other work and so stand higher or lower.

use super::layers::{self, Layer, Way};
use super::time::{DAYS, Scene, round_up};
use super::{Found, Picture, Sight, Walk};
use crate::figure::{Figure, Table};
use crate::format::{self, NBSP};
use crate::hatch::Texture;
use crate::ink::{Drawn, Ink, PX, Pen, Stroke, Words};
use crate::kind::Kind;
use crate::palette::Token;
use crate::svg::SvgInk;
use sim_core::metrics::course::Course;

const KEY: &str = "queue";
const HIGH: i32 = 110 * PX;
const HEAD: i32 = 26 * PX;
/// How the range over all runs is filled.
pub(super) const RANGE: Texture = Texture::Solid(Token::Band);

/// GPU-hours of work of a kind in the queue of a run, in the mean of some steps.
#[inline(never)]
fn hours(course: &Course, kind: Kind, (from, to): (usize, usize)) -> f64 {
    let of = |class| course.queue(from, to, class) as f64;
    kind.classes().iter().map(|&class| of(class)).sum::<f64>() / 3_600.0
}

/// The same of all kinds together.
#[inline(never)]
fn all_hours(course: &Course, steps: (usize, usize)) -> f64 {
    Kind::SHOWN.iter().map(|&kind| hours(course, kind, steps)).sum()
}

/// The lowest and the highest of all runs that were followed.
fn range(found: &Found, side: usize, of: &dyn Fn(&Course) -> f64) -> (f64, f64) {
    let all = found.queues.iter().map(|run| of(&run[side]));
    all.fold((f64::INFINITY, 0.0), |(low, high), hours| {
        (hours.min(low), hours.max(high))
    })
}

fn layers(scene: &Scene<'_>, side: usize) -> Vec<Layer> {
    let amounts = |kind| {
        scene
            .bars()
            .map(|(steps, _)| hours(scene.course(side), kind, steps))
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
    let ranges = [0, 1].map(|side| {
        let of_bar = |(steps, _)| range(found, side, &|run| all_hours(run, steps));
        scene.bars().map(of_bar).collect::<Vec<(f64, f64)>>()
    });
    let highest = ranges.iter().flatten().map(|range| range.1).fold(0.0, f64::max);
    let end = layers::most(sides.iter().map(Vec::as_slice)).max(round_up(highest));
    let height = (2 * (HEAD + HIGH) + DAYS) / PX;
    let mut ink = SvgInk::new(sight.width, height.unsigned_abs(), KEY);
    let _: Drawn<SvgInk> = draw(&mut ink, &scene, &sides, &ranges, (end, found.queues.len()));
    let figure = figure(found, &scene);
    let say = |hours: f64| format::count(hours.round() as u64);
    let now = (scene.now, scene.now + 1);
    let at = |side| {
        let (low, high) = range(found, side, &|run| all_hours(run, now));
        let others = match found.queues.len() {
            0 | 1 => String::new(),
            runs => format!(" ({} to {} in {runs} runs)", say(low), say(high)),
        };
        format!("{}{others}", say(all_hours(scene.course(side), now)))
    };
    Some(Picture {
        key: KEY,
        svg: ink.finish(&figure.finding),
        more: Vec::new(),
        marks: Vec::new(),
        chosen: Vec::new(),
        now: format!(
            "{}: GPU-hours of work that wait: {} under the baseline, {} under the proposal.",
            scene.hour(),
            at(0),
            at(1)
        ),
        walk: Walk::default(),
        figure,
    })
}

fn draw<I: Ink>(
    ink: &mut I,
    scene: &Scene<'_>,
    sides: &[Vec<Layer>; 2],
    ranges: &[Vec<(f64, f64)>; 2],
    (end, runs): (f64, usize),
) -> Drawn<I> {
    let mut pen = Pen::new(ink);
    for (side, layers) in sides.iter().enumerate() {
        let top = side as i32 * (HEAD + HIGH) + HEAD;
        let name = ["Baseline", "Proposal"][side];
        let words = format!("{name}: GPU-hours of work that wait");
        pen.words(&words, (0, top - 9 * PX), Words::left(Token::Ink).strong());
        scene.ground(&mut pen, top, top + HIGH);
        let y = |hours: f64| top + HIGH - (f64::from(HIGH) * hours / end).round() as i32;
        let edge = |of: fn(&(f64, f64)) -> f64| -> Vec<(i32, i32)> {
            let bars = scene.bars().zip(&ranges[side]);
            bars.flat_map(|((_, (left, right)), range)| [(left, y(of(range))), (right, y(of(range)))])
                .collect()
        };
        let (low, high) = (edge(|range| range.0), edge(|range| range.1));
        if runs > 1 {
            let band: Vec<(i32, i32)> = high.iter().chain(low.iter().rev()).copied().collect();
            pen.shape(&band, RANGE);
        }
        layers::draw(&mut pen, scene, (top, top + HIGH), layers, end, Way::Up);
        if runs > 1 {
            // Where the band lies under the layers, its edges say where.
            for edge in [&low, &high] {
                pen.path(edge, Stroke::new(Token::Paper, 22));
                pen.dashes(edge, Stroke::new(Token::Ink2, 10), 30, 25);
            }
            let all = format!("band: all {runs} runs");
            let room = scene.ends.1 - crate::ink::width_of(&words) - 12 * PX;
            if crate::ink::width_of(&all) < room {
                pen.words(&all, (scene.ends.1, top - 9 * PX), Words::right(Token::Ink3));
            }
        }
        scene.marks(&mut pen, side, top, top + HIGH);
    }
    scene.names(&mut pen, 2 * (HEAD + HIGH));
    pen.done()
}

fn figure(found: &Found, scene: &Scene<'_>) -> Figure {
    let whole = scene.steps;
    let mean = |side| Kind::SHOWN.map(|kind| hours(scene.course(side), kind, whole));
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
    let runs = found.queues.len();
    let range = |side, of: &dyn Fn(&Course) -> f64| {
        let (low, high) = range(found, side, of);
        [say(low), say(high)]
    };
    let row = |name: &str, first: [f64; 2], of: &dyn Fn(&Course) -> f64| {
        let mut row = vec![name.to_owned()];
        for (side, hours) in first.into_iter().enumerate() {
            row.push(say(hours));
            row.extend(range(side, of));
        }
        row
    };
    let of_kind = |(at, kind): (usize, Kind)| {
        row(kind.word(), [base[at], proposal[at]], &|run| {
            hours(run, kind, whole)
        })
    };
    let spread = match runs {
        0 | 1 => String::new(),
        _ => {
            let [low, high] = range(1, &|run| all_hours(run, whole));
            let [was_low, was_high] = range(0, &|run| all_hours(run, whole));
            let was = if (&low, &high) == (&was_low, &was_high) {
                String::new()
            } else {
                format!(", was {was_low} to {was_high}")
            };
            format!(" Over {runs}{NBSP}runs the mean is {low} to {high}{was}.")
        }
    };
    Figure {
        title: String::from("How much work waits?"),
        finding: format!(
            "{}, {}{NBSP}GPU-hours of work wait in the mean{was}.{most}{spread}",
            scene.in_these_days(),
            say(sums[1])
        ),
        table: Table {
            caption: format!(
                "GPU-hours of work in the queue, mean over {}: the first run, and the lowest and the highest of {}",
                scene.days(),
                found.runs()
            ),
            headings: [
                "kind of work",
                "baseline",
                "lowest",
                "highest",
                "proposal",
                "lowest",
                "highest",
            ]
            .map(String::from)
            .to_vec(),
            rows: Kind::SHOWN.into_iter().enumerate().map(of_kind).collect(),
            sums: Some(row("together", sums, &|run| all_hours(run, whole))),
        },
        made_from: format!("the first run, and the range over {}", found.runs()),
    }
}
