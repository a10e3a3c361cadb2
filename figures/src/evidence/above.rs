//! The pictures of the findings above, to keep: the lab draws them on canvas, here they become files.

use super::{Found, Picture, Walk};
use crate::figure::Figure;
use crate::ink::Drawn;
use crate::kind::Kind;
use crate::raster::{self, Look, Size};
use crate::svg::SvgInk;
use crate::{dots, ecdf, idle, table, view};

/// Wide enough for every word.
const WIDTH: u32 = 1_056;
const CURVE: (u32, u32) = (420, 220);
const DOTS: u32 = 420;
/// Days of the timetable.
const DAYS: u32 = 14;

fn picture(key: &'static str, figure: Figure, ink: SvgInk) -> Picture {
    Picture {
        key,
        svg: ink.finish(&figure.finding),
        figure,
        more: Vec::new(),
        marks: Vec::new(),
        chosen: Vec::new(),
        now: String::new(),
        walk: Walk::default(),
    }
}

/// All of them; none while no pair of runs is there.
pub fn above(found: &Found) -> Vec<Picture> {
    let mut all = Vec::new();
    let [base, proposal] = found.reports.each_ref().map(view::shown);
    if base.seeds.is_empty() {
        return all;
    }
    for (key, side) in [("timetable-baseline", 0), ("timetable-proposal", 1)] {
        let first = found.first.as_ref().map(|first| &first[side].followed.report);
        if let Some(timeline) = first.and_then(|report| report.timeline.as_ref()) {
            let look = Look::first_days(timeline, DAYS, Size::Desktop);
            let mut ink = SvgInk::new(WIDTH, raster::height(timeline, &look), key);
            let _: Drawn<SvgInk> = raster::draw(&mut ink, WIDTH, timeline, &look);
            all.push(picture(key, raster::figure(timeline, &look), ink));
        }
    }
    let mut ink = SvgInk::new(
        WIDTH / 2,
        idle::waiting_height(WIDTH / 2, &base, &proposal),
        "waiting",
    );
    let _: Drawn<SvgInk> = idle::draw_waiting(&mut ink, WIDTH / 2, &base, &proposal, None);
    all.push(picture("waiting", idle::waiting(&base, &proposal), ink));
    let mut ink = SvgInk::new(WIDTH / 2, idle::idle_height(WIDTH / 2, &base, &proposal), "idle");
    let _: Drawn<SvgInk> = idle::draw_idle(&mut ink, WIDTH / 2, &base, &proposal, None);
    all.push(picture("idle", idle::idle(&base, &proposal), ink));
    let comparison = sim_core::metrics::compare(&base, &proposal);
    let rows = table::kinds(&comparison, &base, &proposal);
    for kind in Kind::SHOWN {
        let mut ink = SvgInk::new(CURVE.0, CURVE.1, curve(kind));
        let _: Drawn<SvgInk> = ecdf::draw(&mut ink, CURVE, kind, &base, &proposal);
        all.push(picture(curve(kind), ecdf::figure(kind, &base, &proposal), ink));
    }
    let words = table::words(&rows);
    for row in &rows {
        if let Some(paired) = &row.paired {
            let key = runs(row.kind);
            let mut ink = SvgInk::new(DOTS, dots::HEIGHT, key);
            let _: Drawn<SvgInk> = dots::draw(&mut ink, DOTS, paired);
            let figure = Figure {
                title: format!("Do {} start sooner?", row.kind.plural().to_ascii_lowercase()),
                finding: format!("{}: {}.", row.kind.plural(), row.sure),
                table: words.clone(),
                made_from: found.runs(),
            };
            all.push(picture(key, figure, ink));
        }
    }
    all
}

const fn curve(kind: Kind) -> &'static str {
    match kind {
        Kind::Test => "waits-tests",
        Kind::Notebook => "waits-notebooks",
        Kind::Inference => "waits-inference",
        Kind::Tuning => "waits-tuning",
        Kind::Sweep => "waits-sweep",
        Kind::Training => "waits-training",
        Kind::Service => "waits-service",
    }
}

const fn runs(kind: Kind) -> &'static str {
    match kind {
        Kind::Test => "runs-tests",
        Kind::Notebook => "runs-notebooks",
        Kind::Inference => "runs-inference",
        Kind::Tuning => "runs-tuning",
        Kind::Sweep => "runs-sweep",
        Kind::Training => "runs-training",
        Kind::Service => "runs-service",
    }
}
