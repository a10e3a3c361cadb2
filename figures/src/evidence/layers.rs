//! Layers on top of each other over time, in steps: what the pictures of the queue, of waiting and of idling are made of.

use super::time::{Scene, round_up};
use crate::format;
use crate::hatch::Texture;
use crate::ink::{Area, Ink, PX, Pen, Stroke, Words};
use crate::palette::Token;

/// One layer: its words, its texture, and its amount in each bar.
pub(super) struct Layer {
    pub words: &'static str,
    pub texture: Texture,
    pub amounts: Vec<f64>,
}

/// Which way layers grow from their line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// The highest of several stacks.
pub(super) fn most<'l>(stacks: impl IntoIterator<Item = &'l [Layer]>) -> f64 {
    let mut most = 0.0_f64;
    for layers in stacks {
        let bars = layers.first().map_or(0, |layer| layer.amounts.len());
        for bar in 0..bars {
            most = most.max(layers.iter().map(|layer| layer.amounts[bar]).sum());
        }
    }
    round_up(most)
}

/// Draws layers between two heights, the first one next to the line they grow from.
pub(super) fn draw<I: Ink>(
    pen: &mut Pen<'_, I>,
    scene: &Scene<'_>,
    (top, foot): (i32, i32),
    layers: &[Layer],
    end: f64,
    way: Way,
) {
    let high = f64::from(foot - top);
    let line = match way {
        Way::Up => foot,
        Way::Down => top,
    };
    let places: Vec<(i32, i32)> = scene.bars().map(|(_, ends)| ends).collect();
    let mut edge = vec![line; places.len()];
    let mut sums = vec![0.0; places.len()];
    let mut labels = Vec::new();
    for layer in layers
        .iter()
        .filter(|layer| layer.amounts.iter().any(|&amount| amount > 0.0))
    {
        let mut outline: Vec<(i32, i32)> = Vec::with_capacity(places.len() * 4);
        let mut back: Vec<(i32, i32)> = Vec::with_capacity(places.len() * 2);
        let mut best: Option<(i32, i32, i32)> = None;
        for (bar, &(left, right)) in places.iter().enumerate() {
            let before = edge[bar];
            sums[bar] += layer.amounts.get(bar).copied().unwrap_or(0.0);
            let length = (high * sums[bar] / end).round() as i32;
            let after = match way {
                Way::Up => foot - length,
                Way::Down => top + length,
            };
            edge[bar] = after;
            outline.extend([(left, after), (right, after)]);
            back.extend([(left, before), (right, before)]);
            let thick = (after - before).abs();
            if best.is_none_or(|(_, _, most)| thick > most) {
                best = Some(((left + right) / 2, (after + before) / 2, thick));
            }
        }
        let whole: Vec<(i32, i32)> = outline.iter().copied().chain(back.into_iter().rev()).collect();
        pen.shape(&whole, layer.texture);
        pen.path(&outline, Stroke::new(Token::Ink, 8));
        labels.extend(best.map(|(x, y, thick)| (layer, x, y, thick)));
    }
    // A word inside where it is high enough; on paper, so that it reads on any hatch, and never over another word.
    let mut plates: Vec<Area> = Vec::new();
    for (layer, x, y, thick) in labels {
        let wide = crate::ink::width_of(layer.words);
        let (from, to) = scene.ends;
        if thick < 17 * PX || wide > (to - from) / 3 {
            continue;
        }
        let x = x.clamp(from + wide / 2 + 4 * PX, to - wide / 2 - 4 * PX);
        let plate = Area::new(x - wide / 2 - 2 * PX, y - 7 * PX, wide + 4 * PX, 14 * PX);
        let covers = |other: &Area| {
            plate.x < other.right()
                && other.x < plate.right()
                && plate.y < other.bottom()
                && other.y < plate.bottom()
        };
        if plates.iter().any(covers) {
            continue;
        }
        plates.push(plate);
        pen.flat(plate, Token::Paper);
        pen.words(layer.words, (x, y), Words::middle(Token::Ink));
    }
    pen.line(
        (scene.ends.0, line),
        (scene.ends.1, line),
        Stroke::new(Token::Ink, 10),
    );
    let (far, near) = match way {
        Way::Up => (top, foot),
        Way::Down => (foot, top),
    };
    let inward = |y: i32| if y == top { y + 6 * PX } else { y - 6 * PX };
    let names = Words::right(Token::Ink3);
    let amount = format::count(end.round() as u64);
    pen.words(&amount, (scene.ends.0 - 6 * PX, inward(far)), names);
    pen.words("0", (scene.ends.0 - 6 * PX, inward(near)), names);
    pen.line(
        (scene.ends.0, far),
        (scene.ends.1, far),
        Stroke::new(Token::Hair, 10),
    );
}
