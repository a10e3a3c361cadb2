//! The figures: the graphic timetable, waiting and idle as mirror pictures, and waits by kind as curves.

use std::sync::Arc;

use figures::figure::Figure;
use figures::hatch::Idle;
use figures::kind::Kind;
use figures::raster::{self, Look, Size};
use figures::{ecdf, idle};
use leptos::prelude::*;
use sim_core::metrics::Timeline;

use super::{Screen, Tab};
use crate::model::runs::LOOK_DAYS;
use crate::model::shown::{Mirror, Shown, Side};
use crate::parts::{behind_a_word, cause_key, flag, kind_key, say, table, yes_no};
use crate::plot::{Picture, drawing};
use crate::session::Session;

/// Height of one small multiple in CSS pixels.
const CURVE_HEIGHT: u32 = 190;
/// The hatches that most of the idle time has; the table names them all.
const CAUSES: [Idle; 4] = [Idle::ByLimit, Idle::Kept, Idle::TooFew, Idle::Nobody];

/// "What did it look like?"
pub fn timetable(session: Session, screen: Screen) -> AnyView {
    let side = RwSignal::new(Side::Proposal);
    let words = move || {
        session.shown.with(|shown| {
            let timeline = shown.as_ref()?.timeline(side.get())?;
            Some(raster::figure(timeline, &look(timeline, Size::Desktop)))
        })
    };
    let picture = move || {
        let size = if screen.is_phone.get() {
            Size::Phone
        } else {
            Size::Desktop
        };
        session
            .shown
            .with(|shown| shown.as_ref().map(|it| picture_of(it, side.get(), size)))
    };
    let choice = move |word: &'static str, this: Side| {
        let pressed = yes_no(move || side.get() == this);
        view! { <button type="button" aria-pressed=pressed on:click=move |_| side.set(this)>{word}</button> }
            .into_any()
    };
    let kinds = Kind::LEGEND.into_iter().filter(|kind| Kind::SHOWN.contains(kind));
    let kinds = kinds
        .map(|kind| view! { <li>{kind_key(kind)}<b>{kind.word()}</b></li> }.into_any())
        .collect_view();
    let causes = CAUSES
        .map(|cause| view! { <li>{cause_key(cause.texture())}"idle: "{cause.words()}</li> }.into_any())
        .collect_view();
    let label = say(move || words().map(|figure| figure.finding));
    let hidden = flag(move || screen.hides(Tab::Picture));
    view! {
        <section class="finding tab-panel" id=Tab::Picture.id() hidden=hidden>
            <div class="fig-top">
                <h2 class="fig-title">"What did it look like?"</h2>
                <div class="segment" role="group" aria-label="Which side">
                    {choice("Proposal", Side::Proposal)}{choice("Baseline", Side::Baseline)}
                </div>
            </div>
            <p class="fig-say">{say(move || words().map(|figure| figure.finding))}</p>
            <ul class="legend bare">{kinds}{causes}</ul>
            <div class="drawing">{drawing(label, Box::new(picture))}</div>
            {behind_a_word(move || words().map(|figure| table(&figure.table)))}
        </section>
    }
    .into_any()
}

fn look(timeline: &Timeline, size: Size) -> Look {
    Look::first_days(timeline, LOOK_DAYS, size)
}

fn picture_of(shown: &Arc<Shown>, side: Side, size: Size) -> Picture {
    let (tall, wide) = (Arc::clone(shown), Arc::clone(shown));
    let height = move |_| {
        tall.timeline(side)
            .map_or(0, |timeline| raster::height(timeline, &look(timeline, size)))
    };
    let paint = move |ink: &mut _, width| {
        if let Some(timeline) = wide.timeline(side) {
            drop(raster::draw(ink, width, timeline, &look(timeline, size)));
        }
    };
    let name = shown.picture_name(side) ^ usize::from(size == Size::Phone);
    Picture::new(height, paint).named(name)
}

/// "Why are GPUs free while people wait?", from both sides.
pub fn mirror(session: Session, screen: Screen) -> AnyView {
    let hidden = flag(move || screen.hides(Tab::Idle));
    view! {
        <section class="finding tab-panel" id=Tab::Idle.id() hidden=hidden>
            <div class="fig-pair">{half(session, Mirror::Waiting)}{half(session, Mirror::Idle)}</div>
        </section>
    }
    .into_any()
}

/// One of the mirror pictures; its table with sums is always open.
fn half(session: Session, which: Mirror) -> AnyView {
    let said = move |of: fn(&Figure) -> &String| {
        say(move || {
            session
                .shown
                .with(|shown| shown.as_ref().map(|it| of(it.mirror(which)).clone()))
        })
    };
    let picture = move || {
        let tall = session.shown.get()?;
        let wide = Arc::clone(&tall);
        Some(Picture::new(
            move |width| idle::height(width, &tall.baseline, &tall.proposal),
            move |ink, width| match which {
                Mirror::Waiting => drop(idle::draw_waiting(ink, width, &wide.baseline, &wide.proposal)),
                Mirror::Idle => drop(idle::draw_idle(ink, width, &wide.baseline, &wide.proposal)),
            },
        ))
    };
    let rows: Box<dyn Fn() -> Option<AnyView> + Send + Sync> = Box::new(move || {
        session
            .shown
            .with(|shown| shown.as_ref().map(|it| table(&it.mirror(which).table)))
    });
    view! {
        <div>
            <h2 class="fig-title">{said(|figure| &figure.title)}</h2>
            <p class="fig-say">{said(|figure| &figure.finding)}</p>
            <div class="drawing">{drawing(said(|figure| &figure.finding), Box::new(picture))}</div>
            <div class="scroll">{rows}</div>
        </div>
    }
    .into_any()
}

/// "How long do people like me wait?", a curve per kind.
pub fn waits(session: Session, screen: Screen) -> AnyView {
    let hidden = flag(move || screen.hides(Tab::Waits));
    view! {
        <section class="finding tab-panel" id=Tab::Waits.id() hidden=hidden>
            <div class="fig-top">
                <h2 class="fig-title">"How long do people like me wait?"</h2>
                <span class="fig-state">"dashed: baseline · solid: proposal, with its spread over the runs"</span>
            </div>
            <p class="fig-say">"Share of jobs that have started within a time. Further left and higher is a shorter wait."</p>
            <div class="fig-many">{Kind::SHOWN.map(|kind| curve(session, kind)).collect_view()}</div>
        </section>
    }
    .into_any()
}

fn curve(session: Session, kind: Kind) -> AnyView {
    let caption = move |part: usize| {
        say(move || {
            session
                .shown
                .with(|shown| Some(shown.as_ref()?.curve(kind)?.caption[part].clone()))
        })
    };
    let label = say(move || {
        session.shown.with(|shown| {
            Some(format!(
                "{}: {}",
                kind.word(),
                shown.as_ref()?.curve(kind)?.figure.finding
            ))
        })
    });
    let asked = say(move || {
        session
            .shown
            .with(|shown| Some(format!("n {} a run", shown.as_ref()?.curve(kind)?.asked)))
    });
    let picture = move || {
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
    };
    let rows = move || {
        session
            .shown
            .with(|shown| Some(table(&shown.as_ref()?.curve(kind)?.figure.table)))
    };
    view! {
        <div class="curve">
            <div class="fig-top"><h3>{kind_key(kind)}{kind.word()}</h3><span class="fig-state">{asked}</span></div>
            <div class="drawing">{drawing(label, Box::new(picture))}</div>
            <p class="small">{caption(0)}<b>{caption(1)}</b>{caption(2)}</p>
            {behind_a_word(rows)}
        </div>
    }
    .into_any()
}
