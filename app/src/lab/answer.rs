//! The answer: one sentence first in the page, how far the runs are, and the way back from each change.

use figures::answer;
use leptos::prelude::*;

use super::Screen;
use crate::browser;
use crate::model::draft::{Draft, Edit};
use crate::model::runs::{LOOK_DAYS, Stage, Trouble};
use crate::parts::{Piece, effect, sentence};
use crate::session::Session;

/// The runs a reader may ask for.
const SEEDS: [u32; 3] = [8, 12, 20];

const PANEL: &str = r#"<div class="answer">
  <div class="answer-top" data-at="top"><p class="eyebrow" data-at="eyebrow"></p>
    <div class="tools" role="group" aria-label="Changes" data-at="tools"></div></div>
  <p class="answer-line" data-at="line"></p>
  <p class="sr" role="status" aria-live="polite" data-at="spoken"></p>
  <div class="answer-runs">
    <progress max="100" aria-label="Runs done" data-at="progress"></progress>
    <span class="small" data-at="runs"></span>
    <button type="button" class="btn-quiet" data-at="cancel">Cancel</button>
    <button type="button" class="btn-quiet" data-at="go-on">Go on</button>
    <span class="answer-more" role="group" aria-label="Runs on each side" data-at="more"></span>
  </div>
  <p class="answer-note">Same jobs and same dice on both sides. Half of the jobs start sooner than the typical wait.
    <a data-at="model">What this model leaves out</a></p>
</div>"#;

/// The answer panel. `model_page` is where the model is described.
pub fn answer_panel(session: Session, screen: Screen, model_page: &str) -> Piece {
    let panel = Piece::of(PANEL);
    panel
        .mark("model", "href", model_page)
        .say("eyebrow", move || eyebrow(session))
        .set("line", "data-state", move || state(session).to_owned())
        .fill("line", move || {
            if let Some(trouble) = session.trouble.get() {
                return vec![Piece::of("<span></span>").write(".", &words_of(&trouble)).clone()];
            }
            session.shown.with(|shown| match shown {
                Some(shown) => sentence(&shown.answer),
                None => vec![Piece::of(
                    "<span>Running this cluster in your browser: the first look is on its way.</span>",
                )],
            })
        });
    runs(&panel, session);
    tools(&panel, session);
    // The phone has no room for the tools above the answer: there they are the last of it, to the eye and to the Tab key.
    let tools = panel.at("tools");
    let (top, foot) = (panel.at("top"), panel.element().clone());
    Effect::new(move |_| {
        let place = if screen.is_phone.get() { &foot } else { &top };
        place.append_child(&tools).ok();
    });
    speak(&panel, session);
    panel
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
        Some(Stage::All) if !session.progress.get().is_running() => "ready",
        Some(Stage::Waiting | Stage::Look | Stage::Some(_) | Stage::All) => "coarse",
    }
}

/// How far the runs are, with the ways to stop them and to ask for more.
fn runs(panel: &Piece, session: Session) {
    let progress = session.progress;
    panel
        .set("progress", "value", move || {
            ((progress.get().share * 100.0) as u32).to_string()
        })
        .hide("progress", move || !progress.get().is_running())
        .say("runs", move || state_of_runs(session))
        .hide("cancel", move || !progress.get().is_running())
        .on("cancel", "click", move |_| session.stop())
        .hide("go-on", move || !progress.get().is_stopped)
        .on("go-on", "click", move |_| session.go_on());
    for seeds in SEEDS {
        let button = Piece::of(r#"<button type="button" class="btn-quiet"></button>"#);
        button
            .write(".", &format!("{seeds} runs"))
            .tell(".", "aria-pressed", move || session.seeds.get() == seeds)
            .on(".", "click", move |_| session.set_seeds(seeds));
        panel.put("more", &button);
    }
}

/// A word to press, when it is of use, and what it does.
type Tool = (&'static str, fn(&Draft) -> bool, fn(Session));

/// Undo, redo, a second look, and back to the start. A tool out of use keeps its place and the keyboard's focus.
fn tools(panel: &Piece, session: Session) {
    let differs = |draft: &Draft| {
        let [baseline, proposal] = draft.pair().cases();
        baseline != proposal
    };
    let tools: [Tool; 6] = [
        ("Undo", Draft::can_undo, Session::undo),
        ("Redo", Draft::can_redo, Session::redo),
        ("Replay last change", Draft::can_undo, Session::replay),
        ("Take as baseline", differs, |session| {
            session.edit(Edit::TakeAsBaseline)
        }),
        ("Swap", differs, |session| session.edit(Edit::Swap)),
        ("Reset all", Draft::can_reset, |session| {
            session.edit(Edit::ResetAll)
        }),
    ];
    for (word, is_on, press) in tools {
        let tool = Piece::of(r#"<button type="button" class="btn-quiet"></button>"#);
        tool.write(".", word)
            .tell(".", "aria-disabled", move || !session.draft.with(is_on))
            .on(".", "click", move |_| {
                if session.draft.with_untracked(is_on) {
                    press(session);
                }
            });
        panel.put("tools", &tool);
    }
}

/// The answer for those who listen: once it is whole, and never faster than once a second.
fn speak(panel: &Piece, session: Session) {
    let spoken = RwSignal::new(String::new());
    let turn = StoredValue::new(0_u32);
    effect(move || {
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
    panel.say("spoken", move || spoken.get());
}

fn eyebrow(session: Session) -> String {
    let days = session
        .draft
        .with(|draft| draft.pair().horizon.measured.0 / 86_400);
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
        (false, true) => "all runs are in".to_owned(),
        (false, false) => format!("{} of {} runs", progress.done, progress.of),
    }
}

/// Why there is no answer, in a sentence or two.
pub fn words_of(trouble: &Trouble) -> String {
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
