//! People who are chosen: their jobs stand out, and all others step back.

use sim_core::metrics::Timeline;

use super::plan::Plan;
use super::{Look, blocks};
use crate::ink::{Ink, Pen, Stroke};
use crate::kind::Kind;
use crate::palette::Token;

/// So much of what steps back is hidden.
const HIDDEN: f64 = 0.65;

pub(super) fn draw<I: Ink>(pen: &mut Pen<'_, I>, plan: &Plan, timeline: &Timeline, look: &Look) {
    if look.people.is_empty() {
        return;
    }
    for area in [plan.graph, plan.rows] {
        // Inks draw lines see-through, and areas not: a line as wide as the area is high.
        let middle = area.y + area.h / 2;
        let veil = Stroke::new(Token::Paper, area.h.unsigned_abs()).faint(HIDDEN);
        pen.line((area.x, middle), (area.right(), middle), veil);
    }
    let (line, edge) = (Stroke::new(Token::Ink, 14), Stroke::new(Token::Ink, 10));
    for job in timeline.jobs.iter().filter(|job| look.people.contains(&job.user)) {
        if let Some((from, to)) = plan.wait(job.asked, job.started.unwrap_or(timeline.to)) {
            pen.line(from, to, line);
        }
        for area in blocks(plan, job).filter(|area| area.w > 0) {
            let block = area.grown(-3);
            pen.fill(block, Kind::of(job.class).texture());
            pen.frame(block, edge);
        }
    }
}
