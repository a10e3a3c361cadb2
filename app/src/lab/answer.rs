//! The answer: one sentence first in the page, how far the runs are, and the way back from each change.

use figures::answer;
use leptos::prelude::*;

use crate::browser;
use crate::model::draft::{Draft, Edit};
use crate::model::runs::{LOOK_DAYS, Stage, Trouble};
use crate::parts::{Said, flag, say, sentence, yes_no};
use crate::session::Session;

/// The runs a reader may ask for.
const SEEDS: [u32; 3] = [8, 12, 20];

/// The answer panel. `model_page` is where the model is described.
pub fn answer_panel(session: Session, model_page: String) -> AnyView {
    let state: Said = say(move || Some(state(session).to_owned()));
    let line: Box<dyn Fn() -> AnyView + Send + Sync> = Box::new(move || {
        if let Some(trouble) = session.trouble.get() {
            return words_of(&trouble).into_any();
        }
        session.shown.with(|shown| match shown {
            Some(shown) => sentence(&shown.answer),
            None => "Running this cluster in your browser: the first look is on its way.".into_any(),
        })
    });
    view! {
        <div class="answer">
            <div class="answer-top">
                <p class="eyebrow">{say(move || Some(eyebrow(session)))}</p>
                {tools(session)}
            </div>
            <p class="answer-line" data-state=state>{line}</p>
            {spoken(session)}
            {runs(session)}
            <p class="answer-note">
                "Same jobs and same dice on both sides. Half of the jobs start sooner than the typical wait."
                <a href=model_page>"What this model leaves out"</a>
            </p>
        </div>
    }
    .into_any()
}

/// The state of the answer, as the style sheet knows it.
fn state(session: Session) -> &'static str {
    let stage = session
        .shown
        .with(|shown| shown.as_ref().map(|shown| shown.stage));
    match stage {
        _ if session.trouble.with(Option::is_some) => "failed",
        None => "none",
        Some(_) if !session.progress.get().is_current => "running",
        Some(Stage::All) => "ready",
        Some(Stage::Waiting | Stage::Look | Stage::Some(_)) => "coarse",
    }
}

/// How far the runs are, with the ways to stop them and to ask for more.
fn runs(session: Session) -> AnyView {
    let progress = session.progress;
    let more = move |seeds: u32| {
        let pressed = yes_no(move || session.seeds.get() == seeds);
        let click = move |_| session.set_seeds(seeds);
        view! { <button type="button" class="btn-quiet" aria-pressed=pressed on:click=click>{format!("{seeds} runs")}</button> }.into_any()
    };
    let is_still = || flag(move || !progress.get().is_running());
    let share = say(move || Some(format!("{:.2}", progress.get().share)));
    view! {
        <div class="answer-runs">
            <progress max="1" value=share hidden=is_still() aria-label="Runs done"></progress>
            <span class="small">{say(move || Some(state_of_runs(session)))}</span>
            <button type="button" class="btn-quiet" hidden=is_still() on:click=move |_| session.stop()>"Cancel"</button>
            <button type="button" class="btn-quiet" hidden=flag(move || !progress.get().is_stopped)
                on:click=move |_| session.go_on()>"Go on"</button>
            <span class="answer-more" role="group" aria-label="Runs on each side">{SEEDS.map(more).collect_view()}</span>
        </div>
    }
    .into_any()
}

/// Undo, redo, a second look, and back to the start. A tool out of use keeps its place and the keyboard's focus.
fn tools(session: Session) -> AnyView {
    let differs = |draft: &Draft| draft.pair().baseline != draft.pair().proposal;
    let tool = move |word: &'static str, is_on: fn(&Draft) -> bool, press: fn(Session)| {
        let is_off = yes_no(move || !session.draft.with(is_on));
        let click = move |_| {
            if session.draft.with_untracked(is_on) {
                press(session);
            }
        };
        view! { <button type="button" class="btn-quiet" aria-disabled=is_off on:click=click>{word}</button> }
            .into_any()
    };
    view! {
        <div class="tools" role="group" aria-label="Changes">
            {tool("Undo", Draft::can_undo, Session::undo)}
            {tool("Redo", Draft::can_redo, Session::redo)}
            {tool("Replay last change", Draft::can_undo, Session::replay)}
            {tool("Take as baseline", differs, |session| session.edit(Edit::TakeAsBaseline))}
            {tool("Swap", differs, |session| session.edit(Edit::Swap))}
            {tool("Reset all", Draft::can_undo, |session| session.edit(Edit::ResetAll))}
        </div>
    }
    .into_any()
}

/// The answer for those who listen: once it is whole, and never faster than once a second.
fn spoken(session: Session) -> AnyView {
    let spoken = RwSignal::new(String::new());
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let is_ready = state(session) == "ready";
        let text = session
            .shown
            .with(|shown| shown.as_ref().map(|it| answer::text(&it.answer)));
        let Some(text) = text.filter(|_| is_ready) else {
            return;
        };
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
    view! { <p class="sr" role="status" aria-live="polite">{say(move || Some(spoken.get()))}</p> }.into_any()
}

fn eyebrow(session: Session) -> String {
    let days = session
        .draft
        .with(|draft| draft.pair().proposal.horizon.measured.0 / 86_400);
    match session
        .shown
        .with(|shown| shown.as_ref().map(|shown| (shown.stage, shown.runs())))
    {
        None => "Answer".to_owned(),
        Some((Stage::Waiting | Stage::Look, _)) => {
            format!("First estimate, from one run of {LOOK_DAYS} days")
        }
        Some((Stage::Some(_) | Stage::All, runs)) => {
            format!("Answer, from {runs} runs of {days} days on each side")
        }
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
