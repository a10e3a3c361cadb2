//! The figures: the graphic timetable, idle and waiting as mirror pictures, and waits by kind as curves.

use std::sync::Arc;

use figures::figure::Figure;
use figures::hatch::Idle;
use figures::kind::Kind;
use figures::raster::{self, Look, Size};
use figures::{ecdf, view};
use figures::idle::{self, Bars};
use leptos::prelude::*;
use sim_core::metrics::{Report, Timeline};

use super::{Screen, Tab};
use crate::model::runs::LOOK_DAYS;
use crate::model::shown::Shown;
use crate::parts::{CauseKey, Finding, KindKey, table};
use crate::plot::drawing;
use crate::session::Session;

/// Height of one small multiple in CSS pixels.
const CURVE_HEIGHT: u32 = 190;

/// Which side the timetable shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Proposal,
    Baseline,
}

/// A timetable to draw: its data and how to show it.
#[derive(Clone)]
struct Scene {
    shown: Arc<Shown>,
    side: Side,
    size: Size,
}

impl Scene {
    fn with<R>(&self, then: impl FnOnce(&Timeline, &Look) -> R) -> Option<R> {
        let timeline = match self.side {
            Side::Proposal => self.shown.proposal_picture(),
            Side::Baseline => self.shown.baseline_picture(),
        }?;
        Some(then(timeline, &Look::first_days(timeline, LOOK_DAYS, self.size)))
    }
}

/// "What did it look like?"
#[component]
pub fn Raster() -> impl IntoView {
    let session = expect_context::<Session>();
    let screen = expect_context::<Screen>();
    let side = RwSignal::new(Side::Proposal);
    // Only the first look brings a picture; the whole runs that follow leave it as it is.
    let pictures = Memo::new_with_compare(move |_| session.shown.get(), |before, after| {
        let of = |shown: &Option<Option<Arc<Shown>>>| {
            shown.as_ref().and_then(|it| it.as_ref().map(|it| it.pictures.each_ref().map(Arc::as_ptr)))
        };
        of(&before.cloned()) != of(&after.cloned())
    });
    let scene = Signal::derive(move || {
        let size = if screen.is_phone.get() { Size::Phone } else { Size::Desktop };
        pictures.get().map(|shown| Scene { shown, side: side.get(), size })
    });
    let words = Memo::new(move |_| scene.get().and_then(|scene| scene.with(raster::figure)));
    let label = Signal::derive(move || words.with(|words| words.as_ref().map(|w| w.finding.clone()).unwrap_or_default()));
    let choice = move |word: &'static str, this: Side| {
        view! { <button type="button" aria-pressed=move || (side.get() == this).to_string() on:click=move |_| side.set(this)>{word}</button> }
    };
    let beside = move || {
        view! {
            <div class="segment" role="group" aria-label="Which side">
                {choice("Proposal", Side::Proposal)} {choice("Baseline", Side::Baseline)}
            </div>
        }
    };
    view! {
        <section class="finding tab-panel" id=Tab::Picture.id() hidden=move || screen.hides(Tab::Picture)>
            <Finding id="picture" words=words.into() beside=beside>
                <ul class="legend bare">
                    {Kind::LEGEND.into_iter().filter(|kind| Kind::SHOWN.contains(kind)).map(|kind| view! { <li><KindKey kind=kind/><b>{kind.word()}</b></li> }).collect_view()}
                    {CAUSES.map(|cause| view! { <li><CauseKey texture=cause.texture()/>"idle: "{cause.words()}</li> }).collect_view()}
                </ul>
                <div class="drawing">
                    {drawing(scene, label,
                        |scene, _| scene.with(raster::height).unwrap_or(0),
                        |ink, width, scene| { scene.with(|timeline, look| raster::draw(ink, width, timeline, look).ok()); })}
                </div>
            </Finding>
        </section>
    }
}

/// The hatches that most of the idle time has; the table names them all.
const CAUSES: [Idle; 4] = [Idle::ByLimit, Idle::Kept, Idle::TooFew, Idle::Nobody];

/// "Why are GPUs free while people wait?", from both sides.
#[component]
pub fn Mirror() -> impl IntoView {
    let screen = expect_context::<Screen>();
    view! {
        <section class="finding tab-panel" id=Tab::Idle.id() hidden=move || screen.hides(Tab::Idle)>
            <div class="fig-pair">
                <Half words=idle::waiting bars=idle::waiting_bars/>
                <Half words=idle::idle bars=idle::idle_bars/>
            </div>
        </section>
    }
}

/// One of the mirror pictures; its table with sums is always open.
#[component]
fn Half(words: fn(&Report, &Report) -> Figure, bars: fn(&Report, &Report) -> Bars) -> impl IntoView {
    let session = expect_context::<Session>();
    let words = Memo::new(move |_| session.shown.with(|it| it.as_deref().map(|it| words(&it.baseline, &it.proposal))));
    let bars = Memo::new(move |_| session.shown.with(|it| it.as_deref().map(|it| bars(&it.baseline, &it.proposal))));
    let said = move |of: fn(&Figure) -> String| move || words.with(|words| words.as_ref().map(of));
    let label = Signal::derive(move || words.with(|words| words.as_ref().map(|w| w.finding.clone()).unwrap_or_default()));
    let picture = drawing(bars.into(), label, |bars, width| idle::height(width, bars), |ink, width, bars| {
        idle::draw(ink, width, bars).ok();
    });
    view! {
        <div>
            <h2 class="fig-title">{said(|w| w.title.clone())}</h2>
            <p class="fig-say">{said(|w| w.finding.clone())}</p>
            <div class="drawing">{picture}</div>
            <div class="scroll">{move || words.with(|words| words.as_ref().map(|w| table(&w.table)))}</div>
        </div>
    }
}

/// "How long do people like me wait?", a curve per kind.
#[component]
pub fn Waits() -> impl IntoView {
    let screen = expect_context::<Screen>();
    view! {
        <section class="finding tab-panel" id=Tab::Waits.id() hidden=move || screen.hides(Tab::Waits)>
            <div class="fig-top">
                <h2 class="fig-title">"How long do people like me wait?"</h2>
                <span class="fig-state">"dashed: baseline · solid: proposal, with its spread over the runs"</span>
            </div>
            <p class="fig-say">"Share of jobs that have started within a time. Further left and higher is a shorter wait."</p>
            <div class="fig-many">{Kind::SHOWN.map(|kind| view! { <Curve kind=kind/> }).collect_view()}</div>
        </section>
    }
}

#[component]
fn Curve(kind: Kind) -> impl IntoView {
    let session = expect_context::<Session>();
    let shown: Signal<Option<Arc<Shown>>> = session.shown.into();
    let words = Memo::new(move |_| shown.with(|it| it.as_deref().map(|it| ecdf::figure(kind, &it.baseline, &it.proposal))));
    let finding = Signal::derive(move || words.with(|w| w.as_ref().map(|w| w.finding.clone()).unwrap_or_default()));
    let label = Signal::derive(move || format!("{}: {}", kind.word(), finding.get()));
    view! {
        <div class="curve">
            <div class="fig-top"><h3><KindKey kind=kind/>{kind.word()}</h3>
                <span class="fig-state">{move || shown.with(|it| it.as_deref().map(|it| format!("n {} a run", view::asked(&it.proposal, kind))))}</span></div>
            <div class="drawing">
                {drawing(shown, label, |_, _| CURVE_HEIGHT, move |ink, width, it| {
                    ecdf::draw(ink, (width, CURVE_HEIGHT), kind, &it.baseline, &it.proposal).ok();
                })}
            </div>
            <p class="small">{move || shown.with(|it| it.as_deref().map(|it| {
                let [head, now, was] = ecdf::caption(kind, &it.baseline, &it.proposal);
                view! { <span>{head}</span><b>{now}</b><span>{was}</span> }
            }))}</p>
            <details class="fig-table">
                <summary>"The same as a table"</summary>
                <div class="scroll">{move || words.with(|w| w.as_ref().map(|w| table(&w.table)))}</div>
            </details>
        </div>
    }
}
