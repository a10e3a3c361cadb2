//! The figures: the graphic timetable, waiting and idle as mirror pictures, and waits by kind as curves.

use std::sync::Arc;

use figures::figure::{Figure, Table};
use figures::hatch::Idle;
use figures::ink::PX;
use figures::kind::Kind;
use figures::raster::{self, Look, Size};
use figures::{ecdf, idle};
use leptos::prelude::*;
use sim_core::metrics::Cause;
use sim_core::metrics::Timeline;
use wasm_bindgen::JsCast as _;
use web_sys::{KeyboardEvent, MouseEvent};

use super::{Screen, Tab, job};
use crate::inquiry::Inquiry;
use crate::model::runs::LOOK_DAYS;
use crate::model::shown::{Mirror, Shown, Side};
use crate::parts::{Piece, behind_a_word, cause_key, kind_key, table, walk};
use crate::plot::{Picture, drawing};
use crate::session::Session;

/// Height of one small multiple in CSS pixels.
const CURVE_HEIGHT: u32 = 190;
/// The hatches that most of the idle time has; the table names them all.
const CAUSES: [Idle; 4] = [Idle::ByLimit, Idle::Kept, Idle::TooFew, Idle::Nobody];

const TIMETABLE: &str = r#"<section class="finding tab-panel">
  <div class="fig-top"><h2 class="fig-title">What did it look like?</h2>
    <div class="segment" role="group" aria-label="Which side"><button type="button" data-at="proposal">Proposal</button><button
      type="button" data-at="baseline">Baseline</button></div></div>
  <p class="fig-say" data-at="finding"></p>
  <ul class="legend bare" data-at="legend"></ul>
  <div class="drawing"><canvas role="img" class="pressable" height="400" data-at="picture"></canvas></div>
</section>"#;

/// "What did it look like?" A job that is pressed says why it waits.
pub fn timetable(session: Session, inquiry: Inquiry, screen: Screen) -> Piece {
    let side = inquiry.side;
    let finding = move || {
        session
            .shown
            .with(|shown| Some(shown.as_ref()?.timetable(side.get())?.finding.clone()))
    };
    let serves = move || {
        session.shown.with(|shown| {
            let timeline = shown.as_ref().and_then(|shown| shown.timeline(side.get()));
            timeline.is_some_and(|timeline| timeline.idle.iter().any(|span| span.cause == Cause::Serving))
        })
    };
    let piece = Piece::of(TIMETABLE);
    screen.panel(&piece, Tab::Picture);
    for (name, this) in [("proposal", Side::Proposal), ("baseline", Side::Baseline)] {
        piece
            .tell(name, "aria-pressed", move || side.get() == this)
            .on(name, "click", move |_| inquiry.turn(this));
    }
    for kind in Kind::LEGEND.into_iter().filter(|kind| Kind::SHOWN.contains(kind)) {
        let item = Piece::of("<li></li>");
        piece.put(
            "legend",
            item.put(".", &kind_key(kind))
                .put(".", Piece::of("<b></b>").write(".", kind.word())),
        );
    }
    for cause in CAUSES.into_iter().chain([Idle::Serving]) {
        let item = Piece::of("<li></li>");
        let words = match cause {
            Idle::Serving => cause.words().to_owned(),
            _ => format!("idle: {}", cause.words()),
        };
        piece.put(
            "legend",
            item.put(".", &cause_key(cause.texture()))
                .put(".", Piece::of("<span></span>").write(".", &words))
                .hide(".", move || cause == Idle::Serving && !serves()),
        );
    }
    piece
        .say("finding", finding)
        .set("picture", "aria-label", finding);
    let size = move || {
        if screen.is_phone.get() {
            Size::Phone
        } else {
            Size::Desktop
        }
    };
    let looked = RwSignal::new(None::<usize>);
    let of_walk = move |timeline: &Timeline, at: usize| {
        let lines = job::came(timeline, look(timeline, Size::Desktop).window);
        lines
            .skip(at)
            .map(|line| (line.job, raster::job(timeline, line)))
            .next()
    };
    let with_walk = move |at: Option<usize>| {
        session.shown.with(|shown| {
            let timeline = shown.as_ref()?.timeline(side.get())?;
            of_walk(timeline, at?)
        })
    };
    drawing(&piece.at("picture"), move || {
        let looked = with_walk(looked.get()).map(|(job, _)| job);
        let (job, people) = (inquiry.job.get(), inquiry.people());
        session.shown.with(|shown| {
            let shown = shown.as_ref()?;
            let marked = Look {
                job,
                looked,
                people,
                ..look(shown.timeline(side.get())?, size())
            };
            Some(picture_of(shown, side.get(), marked))
        })
    });
    let canvas = piece.at("picture");
    piece.on("picture", "click", move |event| {
        let event = event.unchecked_ref::<MouseEvent>();
        let at = (event.offset_x() * PX, event.offset_y() * PX);
        let width = canvas.client_width().max(0) as u32;
        let found = session.shown.with_untracked(|shown| {
            let timeline = shown.as_ref()?.timeline(side.get_untracked())?;
            raster::wait_at(width, timeline, &look(timeline, untrack(size)), at)
        });
        if let Some((job, at)) = found {
            job::open(inquiry, job, at);
        }
    });
    let places = move || {
        session.shown.with(|shown| {
            let timeline = shown.as_ref()?.timeline(side.get())?;
            Some(job::came(timeline, look(timeline, Size::Desktop).window).count())
        })
    };
    let walk = walk(
        looked,
        Box::new(move || places().unwrap_or(0)),
        Box::new(move |at| with_walk(Some(at)).map(|(_, words)| words + " Enter asks why it waited.")),
    );
    walk.on("at", "keydown", move |event| {
        let is_enter = event.unchecked_ref::<KeyboardEvent>().key() == "Enter";
        if let Some((job, _)) = untrack(|| with_walk(looked.get())).filter(|_| is_enter) {
            job::open(inquiry, job, None);
        }
    })
    .mark("at", "id", "timetable-walk");
    let now = move || {
        session
            .shown
            .with(|shown| Some(table(&shown.as_ref()?.timetable(side.get())?.table)))
    };
    piece
        .put(".", &walk)
        .put(".", &job::ask(session, inquiry))
        .put(".", &job::job(session, inquiry))
        .put(".", &behind_a_word(now));
    piece
}

fn look(timeline: &Timeline, size: Size) -> Look {
    Look::first_days(timeline, LOOK_DAYS, size)
}

fn picture_of(shown: &Arc<Shown>, side: Side, look: Look) -> Picture {
    let (tall, wide) = (Arc::clone(shown), Arc::clone(shown));
    let is_plain = look.people.is_empty() && look.looked.is_none() && look.job.is_none();
    let (size, marked) = (look.size, look.clone());
    let picture = Picture::new(
        move |_| {
            tall.timeline(side)
                .map_or(0, |timeline| raster::height(timeline, &look))
        },
        move |ink, width| {
            if let Some(timeline) = wide.timeline(side) {
                drop(raster::draw(ink, width, timeline, &marked));
            }
        },
    );
    if is_plain {
        picture.named((shown.picture_name(side), usize::from(size == Size::Phone)))
    } else {
        picture
    }
}

const HALF: &str = r#"<div>
  <h2 class="fig-title" data-at="title"></h2>
  <p class="fig-say" data-at="finding"></p>
  <div class="drawing"><canvas role="img" height="300" data-at="picture"></canvas></div>
  <div data-at="walk"></div>
  <div class="scroll" data-at="table"></div>
</div>"#;

/// "Why are GPUs free while people wait?", from both sides; the tables with their sums are always open.
pub fn mirror(session: Session, screen: Screen) -> Piece {
    let piece = Piece::of(
        r#"<section class="finding tab-panel"><div class="fig-pair" data-at="pair"></div></section>"#,
    );
    screen.panel(&piece, Tab::Idle);
    piece
        .put("pair", &half(session, Mirror::Waiting))
        .put("pair", &half(session, Mirror::Idle));
    piece
}

fn half(session: Session, which: Mirror) -> Piece {
    let said = move |of: fn(&Figure) -> &String| {
        session
            .shown
            .with(|shown| shown.as_ref().map(|it| of(it.mirror(which)).clone()))
    };
    let piece = Piece::of(HALF);
    piece
        .say("title", move || said(|figure| &figure.title))
        .say("finding", move || said(|figure| &figure.finding))
        .set("picture", "aria-label", move || said(|figure| &figure.finding))
        .fill("table", move || {
            session
                .shown
                .with(|shown| shown.iter().map(|it| table(&it.mirror(which).table)).collect())
        });
    let looked = RwSignal::new(None::<usize>);
    drawing(&piece.at("picture"), move || {
        let tall = session.shown.get()?;
        let wide = Arc::clone(&tall);
        let looked = looked.get();
        Some(Picture::new(
            move |width| idle::height(width, &tall.baseline, &tall.proposal),
            move |ink, width| {
                let (base, proposal) = (&wide.baseline, &wide.proposal);
                match which {
                    Mirror::Waiting => drop(idle::draw_waiting(ink, width, base, proposal, looked)),
                    Mirror::Idle => drop(idle::draw_idle(ink, width, base, proposal, looked)),
                }
            },
        ))
    });
    let with_table = move |of: &dyn Fn(&Table) -> Option<String>| {
        session
            .shown
            .with(|shown| of(&shown.as_ref()?.mirror(which).table))
    };
    let places = move || {
        session.shown.with(|shown| {
            let table = &shown.as_ref()?.mirror(which).table;
            Some(table.rows.len() + table.sums.iter().len())
        })
    };
    let unit = match which {
        Mirror::Waiting => " job-hours",
        Mirror::Idle => " GPU-hours",
    };
    let walk = walk(
        looked,
        Box::new(move || places().unwrap_or(0)),
        Box::new(move |at| with_table(&|table| table.said(at, unit))),
    );
    piece.put("walk", &walk);
    piece
}

const WAITS: &str = r#"<section class="finding tab-panel">
  <div class="fig-top"><h2 class="fig-title">How long do people like me wait?</h2>
    <span class="fig-state">dashed: baseline · solid: proposal, with its spread over the runs</span></div>
  <p class="fig-say">Share of jobs that have started within a time. Further left and higher is a shorter wait.</p>
  <div class="fig-many" data-at="curves"></div>
</section>"#;

const CURVE: &str = r#"<div class="curve">
  <div class="fig-top"><h3 data-at="kind"></h3><span class="fig-state" data-at="asked"></span></div>
  <div class="drawing"><canvas role="img" height="190" data-at="picture"></canvas></div>
  <p class="small"><span data-at="head"></span><b data-at="now"></b><span data-at="was"></span></p>
</div>"#;

/// "How long do people like me wait?", a curve per kind.
pub fn waits(session: Session, screen: Screen) -> Piece {
    let piece = Piece::of(WAITS);
    screen.panel(&piece, Tab::Waits);
    for kind in Kind::SHOWN {
        piece.put("curves", &curve(session, kind));
    }
    piece
}

fn curve(session: Session, kind: Kind) -> Piece {
    let caption = move |part: usize| {
        session
            .shown
            .with(|shown| Some(shown.as_ref()?.curve(kind)?.caption[part].clone()))
    };
    let piece = Piece::of(CURVE);
    piece
        .put("kind", &kind_key(kind))
        .put("kind", Piece::of("<span></span>").write(".", kind.word()))
        .say("head", move || caption(0))
        .say("now", move || caption(1))
        .say("was", move || caption(2))
        .say("asked", move || {
            session
                .shown
                .with(|shown| Some(format!("n {} a run", shown.as_ref()?.curve(kind)?.asked)))
        })
        .set("picture", "aria-label", move || {
            session.shown.with(|shown| {
                Some(format!(
                    "{}: {}",
                    kind.word(),
                    shown.as_ref()?.curve(kind)?.figure.finding
                ))
            })
        });
    drawing(&piece.at("picture"), move || {
        let shown = session.shown.get()?;
        Some(Picture::new(
            |_| CURVE_HEIGHT,
            move |ink, width| {
                drop(ecdf::draw(
                    ink,
                    (width, CURVE_HEIGHT),
                    kind,
                    &shown.baseline,
                    &shown.proposal,
                ))
            },
        ))
    });
    let now = move || {
        session
            .shown
            .with(|shown| Some(table(&shown.as_ref()?.curve(kind)?.figure.table)))
    };
    piece.put(".", &behind_a_word(now));
    piece
}
