//! The waiting graph, after Marey: one line per job from asked to started.

use sim_core::metrics::Timeline;
use sim_core::order;

use super::plan::Plan;
use super::{Look, Size};
use crate::ink::{Ink, PX, Pen, Stroke, Words};
use crate::kind::Kind;
use crate::palette::Token;

/// From the back to the front: many thin lines behind few long ones, and the tests, which complain, on top.
const ORDER: [Kind; 7] = [
    Kind::Sweep,
    Kind::Inference,
    Kind::Notebook,
    Kind::Service,
    Kind::Tuning,
    Kind::Training,
    Kind::Test,
];

/// Lines closer than this (in tenths) at both ends are drawn once: the eye does not part them, and a still of a crowded
/// fortnight is a quarter lighter.
const fn same(size: Size) -> i32 {
    match size {
        Size::Desktop => 5,
        Size::Phone => 6,
    }
}

fn stroke(kind: Kind, size: Size) -> Stroke {
    let (width, alpha) = match kind {
        Kind::Sweep | Kind::Inference => (7, 0.55),
        Kind::Notebook | Kind::Service => (9, 0.7),
        Kind::Tuning => (9, 0.7),
        Kind::Training => (12, 0.8),
        Kind::Test => (8, 0.6),
    };
    let width = match size {
        Size::Desktop => width,
        Size::Phone => width * 3 / 4,
    };
    Stroke::new(kind.token(), width).faint(alpha)
}

pub(super) fn draw<I: Ink>(pen: &mut Pen<'_, I>, plan: &Plan, timeline: &Timeline, look: &Look) {
    let same = same(look.size);
    for kind in ORDER {
        let mut lines = Vec::new();
        for job in timeline.jobs.iter().filter(|job| Kind::of(job.class) == kind) {
            // A job that has not started by the end waits at least as long as the line says.
            if let Some((from, to)) = plan.wait(job.asked, job.started.unwrap_or(timeline.to)) {
                lines.push((from.0 / same * same, from.1, to.0 / same * same, to.1));
            }
        }
        order::sort(&mut lines);
        lines.dedup();
        for (x1, y1, x2, y2) in lines {
            pen.line((x1, y1), (x2, y2), stroke(kind, look.size));
        }
    }
    for y in [plan.graph.y, plan.graph.bottom()] {
        pen.line(
            (plan.graph.x, y),
            (plan.graph.right(), y),
            Stroke::new(Token::Ink, 10),
        );
    }
    match look.size {
        Size::Desktop => {
            let x = plan.graph.x - 8 * PX;
            pen.words("asked", (x, plan.graph.y + PX), Words::right(Token::Ink3));
            pen.words("started", (x, plan.graph.bottom()), Words::right(Token::Ink3));
        }
        Size::Phone => {}
    }
}
