//! The rows: idle hatched by cause, jobs as blocks, people's names inside training blocks.

use std::collections::BTreeMap;

use sim_core::metrics::{IdleSpan, Timeline};
use sim_core::order;

use super::plan::Plan;
use super::{Look, Size, blocks};
use crate::hatch::Idle;
use crate::ink::{Area, Ink, PX, Pen, Stroke, Words, width_of};
use crate::kind::Kind;
use crate::palette::Token;

/// From the back to the front: tests last, for they are thin.
const ORDER: [Kind; 7] = [
    Kind::Training,
    Kind::Tuning,
    Kind::Inference,
    Kind::Sweep,
    Kind::Service,
    Kind::Notebook,
    Kind::Test,
];

/// From this width a training block bears a name.
const NAMED: i32 = 58 * PX;
/// Idle time narrower than this is neither seen nor worth its bytes.
const fn hair(size: Size) -> i32 {
    match size {
        Size::Desktop => PX / 2,
        Size::Phone => PX,
    }
}
/// From this height of a row, a block over several GPUs shows its rows.
const LINED: f64 = 6.0 * PX as f64;
/// Words need this much height.
const WORD_HEIGHT: i32 = 14 * PX;

pub(super) fn draw<I: Ink>(pen: &mut Pen<'_, I>, plan: &Plan, timeline: &Timeline, look: &Look) {
    idle(pen, plan, timeline, hair(look.size));
    let gap = if plan.row >= 60.0 { 7 } else { 4 };
    let mut lines = Vec::new();
    let mut names = Vec::new();
    for kind in ORDER {
        let mut outlines = Vec::new();
        for job in timeline.jobs.iter().filter(|job| Kind::of(job.class) == kind) {
            for (area, held) in blocks(plan, job).zip(&job.held) {
                let block = inset(area, kind, gap);
                pen.fill(block, kind.texture());
                if kind.texture().outline().is_some() && block.w > 20 && block.h > 25 {
                    outlines.push(block.grown(-3));
                }
                for row in 1..held.2 {
                    let y = area.y + (plan.row * f64::from(row)).round() as i32;
                    lines.push(((block.x, y - gap / 2), (block.right(), y - gap / 2)));
                }
                if kind == Kind::Training && look.size == Size::Desktop {
                    names.extend(name(block, job.user.0));
                }
            }
        }
        if let Some(token) = kind.texture().outline() {
            for area in outlines {
                pen.frame(area, Stroke::new(token, 7));
            }
        }
    }
    // Row by row: what many rows share is then the same text again and again.
    order::sort_by_key(&mut lines, |&((x, y), _)| (y, x));
    for (from, to) in lines.into_iter().filter(|_| plan.row >= LINED) {
        pen.line(from, to, Stroke::new(Token::Paper, 6).faint(0.35));
    }
    let edges = super::moment_area(plan, look).map(|area| [area.x, area.right()]);
    for (at, words) in names {
        // A name that the outlined hours would cross is left out.
        let reach = at.0 - 3 * PX..at.0 + width_of(&words) + 3 * PX;
        if edges.is_some_and(|edges| edges.iter().any(|edge| reach.contains(edge))) {
            continue;
        }
        pen.words(&words, at, Words::left(Token::White).strong());
    }
    let foot = plan.rows.bottom();
    pen.line(
        (plan.rows.x, foot),
        (plan.rows.right(), foot),
        Stroke::new(Token::Ink, 10),
    );
    match look.size {
        Size::Desktop => node_names(pen, plan, timeline),
        Size::Phone => {}
    }
}

/// A block ends a hair before its neighbour begins; a test is never narrower than 1.6 px.
fn inset(area: Area, kind: Kind, gap: i32) -> Area {
    let least = match kind {
        Kind::Test => 16,
        Kind::Training | Kind::Tuning | Kind::Inference | Kind::Sweep | Kind::Notebook | Kind::Service => 8,
    };
    let wide = if area.w > 3 * gap { area.w - gap } else { area.w };
    Area::new(area.x, area.y, wide.max(least), (area.h - gap).max(8))
}

/// The white words in a block, and where they begin.
fn name(block: Area, person: u32) -> Option<((i32, i32), String)> {
    let room = block.w - 10 * PX;
    let long = format!("person {person}");
    if block.w < NAMED || block.h < WORD_HEIGHT {
        return None;
    }
    let words = if width_of(&long) <= room {
        long
    } else {
        format!("p{person}")
    };
    Some(((block.x + 5 * PX, block.y + block.h / 2), words))
}

/// Idle spans of neighbouring devices that share cause and times are one hatched area.
fn idle<I: Ink>(pen: &mut Pen<'_, I>, plan: &Plan, timeline: &Timeline, hair: i32) {
    let mut areas: BTreeMap<Idle, Vec<Area>> = BTreeMap::new();
    let mut open: BTreeMap<(u32, u32, u32, Idle), (u32, u32)> = BTreeMap::new();
    let mut close = |(node, from, to, idle): (u32, u32, u32, Idle), (device, number): (u32, u32)| {
        let area = plan.block(
            (node, device, number),
            sim_core::units::Time(from),
            sim_core::units::Time(to),
        );
        if area.w >= hair {
            areas.entry(idle).or_default().push(area);
        }
    };
    for span in timeline.idle.iter().filter(|span| shown(span, plan)) {
        let key = (span.node, span.from.0, span.to.0, Idle::of(span.cause));
        let run = open.entry(key).or_insert((span.device, 0));
        if run.0 + run.1 == span.device {
            run.1 += 1;
        } else {
            close(key, *run);
            *run = (span.device, 1);
        }
    }
    for (key, run) in open {
        close(key, run);
    }
    for (idle, areas) in areas {
        for area in areas {
            pen.fill(area, idle.texture());
        }
    }
}

fn shown(span: &IdleSpan, plan: &Plan) -> bool {
    span.to > plan.since() && span.from < plan.until() && Idle::of(span.cause) != Idle::Nobody
}

/// Every node's name where there is room, else every fourth.
fn node_names<I: Ink>(pen: &mut Pen<'_, I>, plan: &Plan, timeline: &Timeline) {
    let pitch = plan.node(0).h.max(1);
    let every = if pitch >= WORD_HEIGHT {
        1
    } else {
        (WORD_HEIGHT as usize)
            .div_ceil(pitch as usize)
            .next_multiple_of(4)
    };
    for node in (0..timeline.nodes.len()).step_by(every) {
        let area = plan.node(node);
        let at = (plan.rows.x - 8 * PX, area.y + area.h / 2);
        pen.words(&format!("node {}", node + 1), at, Words::right(Token::Ink3));
    }
}
