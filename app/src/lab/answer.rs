//! The answer: one sentence first in the page, how far the runs are, and the way back from each change.

use figures::answer::{self, Part};
use leptos::prelude::*;

use super::ModelPage;
use crate::browser;
use crate::model::draft::{Draft, Edit};
use crate::model::runs::{LOOK_DAYS, Stage, Trouble};
use crate::model::shown::Shown;
use crate::parts::sentence;
use crate::session::Session;

/// The runs a reader may ask for.
const SEEDS: [u32; 3] = [8, 12, 20];

/// The answer panel.
#[component]
pub fn Answer() -> impl IntoView {
    let session = expect_context::<Session>();
    let model_page = expect_context::<ModelPage>();
    let parts = Memo::new(move |_| session.shown.with(|shown| shown.as_deref().map(parts_of)));
    let state = Memo::new(move |_| {
        let stage = session.shown.with(|shown| shown.as_ref().map(|shown| shown.stage));
        match stage {
            _ if session.trouble.with(Option::is_some) => "failed",
            None => "none",
            Some(_) if !session.progress.get().is_current => "running",
            Some(Stage::All) => "ready",
            Some(Stage::Waiting | Stage::Look | Stage::Some(_)) => "coarse",
        }
    });
    view! {
        <div class="answer">
            <div class="answer-top">
                <p class="eyebrow">{move || eyebrow(session)}</p>
                <Tools/>
            </div>
            <p class="answer-line" data-state=state>
                {move || match session.trouble.get() {
                    Some(trouble) => words_of(&trouble).into_any(),
                    None => match parts.get() {
                        Some(parts) => sentence(&parts).into_any(),
                        None => "Running this cluster in your browser: the first look is on its way.".into_any(),
                    },
                }}
            </p>
            <Spoken parts=parts state=state/>
            <Under/>
            <p class="answer-note">
                "Same jobs and same dice on both sides. Half of the jobs start sooner than the typical wait."
                <a href=model_page.0.clone()>"What this model leaves out"</a>
            </p>
        </div>
    }
}

/// How far the runs are, with the ways to stop them and to ask for more.
#[component]
fn Under() -> impl IntoView {
    let session = expect_context::<Session>();
    let progress = session.progress;
    let more = move |seeds: u32| {
        view! {
            <button type="button" class="btn-quiet" aria-pressed=move || (session.seeds.get() == seeds).to_string()
                on:click=move |_| session.set_seeds(seeds)>{format!("{seeds} runs")}</button>
        }
    };
    view! {
        <div class="answer-runs">
            <progress max="1" value=move || progress.get().share.to_string()
                hidden=move || !progress.get().is_running() aria-label="Runs done"></progress>
            <span class="small">{move || state_of_runs(session)}</span>
            <Show when=move || progress.get().is_running()>
                <button type="button" class="btn-quiet" on:click=move |_| session.stop()>"Cancel"</button>
            </Show>
            <Show when=move || progress.get().is_stopped>
                <button type="button" class="btn-quiet" on:click=move |_| session.go_on()>"Go on"</button>
            </Show>
            <span class="answer-more" role="group" aria-label="Runs on each side">{SEEDS.map(more).collect_view()}</span>
        </div>
    }
}

/// Undo, redo, a second look, and back to the start.
#[component]
fn Tools() -> impl IntoView {
    let session = expect_context::<Session>();
    let can_undo = Memo::new(move |_| session.draft.with(Draft::can_undo));
    let can_redo = Memo::new(move |_| session.draft.with(Draft::can_redo));
    let differs = Memo::new(move |_| session.draft.with(|draft| draft.pair().baseline != draft.pair().proposal));
    let tool = move |word: &'static str, is_on: Memo<bool>, press: fn(Session)| {
        // A tool out of use keeps its place and the keyboard's focus.
        let click = move |_| {
            if is_on.get_untracked() {
                press(session);
            }
        };
        view! { <button type="button" class="btn-quiet" aria-disabled=move || (!is_on.get()).to_string() on:click=click>{word}</button> }
    };
    view! {
        <div class="tools" role="group" aria-label="Changes">
            {tool("Undo", can_undo, Session::undo)}
            {tool("Redo", can_redo, Session::redo)}
            {tool("Replay last change", can_undo, Session::replay)}
            {tool("Take as baseline", differs, |session| session.edit(Edit::TakeAsBaseline))}
            {tool("Swap", differs, |session| session.edit(Edit::Swap))}
            {tool("Reset all", can_undo, |session| session.edit(Edit::ResetAll))}
        </div>
    }
}

/// The answer for those who listen: once it is whole, and never faster than once a second.
#[component]
fn Spoken(parts: Memo<Option<Vec<Part>>>, state: Memo<&'static str>) -> impl IntoView {
    let spoken = RwSignal::new(String::new());
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let text = parts.with(|parts| parts.as_deref().map(answer::text));
        let Some(text) = text.filter(|_| state.get() == "ready") else { return };
        let mine = turn.try_update_value(|n| {
            *n += 1;
            *n
        });
        browser::later(1_000, move || {
            if turn.try_get_value() == mine {
                spoken.set(text);
            }
        });
    });
    view! { <p class="sr" role="status" aria-live="polite">{move || spoken.get()}</p> }
}

fn parts_of(shown: &Shown) -> Vec<Part> {
    answer::answer(&shown.comparison, &shown.baseline, &shown.proposal)
}

fn eyebrow(session: Session) -> String {
    let days = session.draft.with(|draft| draft.pair().proposal.horizon.measured.0 / 86_400);
    match session.shown.get().as_deref().map(|shown: &Shown| (shown.stage, shown.runs())) {
        None => "Answer".to_owned(),
        Some((Stage::Waiting | Stage::Look, _)) => format!("First estimate, from one run of {LOOK_DAYS} days"),
        Some((Stage::Some(_) | Stage::All, runs)) => format!("Answer, from {runs} runs of {days} days on each side"),
    }
}

fn state_of_runs(session: Session) -> String {
    let progress = session.progress.get();
    match (progress.is_stopped, progress.done == progress.of) {
        (true, _) => format!("stopped at {} of {} runs", progress.done, progress.of),
        (false, true) => format!("{} runs", progress.of),
        (false, false) => format!("{} of {} runs", progress.done, progress.of),
    }
}

fn words_of(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Rejected(problems) => format!("This cannot be run. {}", problems.join(". ")),
        Trouble::Crashed(message) if message.is_empty() => {
            "The simulator could not be loaded. Check the connection and reload the page; the link keeps your proposal."
                .to_owned()
        }
        Trouble::Crashed(message) => {
            format!("The simulator broke down at this setting ({message}). Change a knob or reload the page; the link keeps your proposal.")
        }
        Trouble::OtherVersion => {
            "The page and its simulator come from different versions. Reload the page; the link keeps your proposal."
                .to_owned()
        }
    }
}
