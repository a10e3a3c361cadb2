//! The left column: the proposal's name, its five knobs, what is supposed, and the rules read aloud.

use leptos::prelude::*;
use sim_core::scenario::knobs::{self, Knob};

use super::Screen;
use crate::model::draft::Draft;
use crate::model::rules;
use crate::parts::{flag, knob_row, say};
use crate::session::Session;

/// The controls, in order: policy first, then what is supposed.
const POLICY: [&str; 4] = ["half-life", "run-minutes", "cap", "max-time"];
const ASSUMED: [&str; 1] = ["load"];
const COUNT: usize = POLICY.len() + ASSUMED.len();

/// The proposal column.
pub fn side(session: Session, screen: Screen) -> AnyView {
    let at = RwSignal::new(0_usize);
    let rows = move |keys: &[&str], first: usize| {
        let found = keys
            .iter()
            .enumerate()
            .filter_map(|(i, key)| Some((i, knobs::find(key).ok()?)));
        found
            .map(|(i, knob)| knob_row(session, knob, flag(move || at.get() == first + i)))
            .collect_view()
    };
    let changed = move || session.draft.with(changed_policy);
    let no_policy = flag(move || screen.is_phone.get() && at.get() >= POLICY.len());
    let no_assumption = flag(move || screen.is_phone.get() && at.get() < POLICY.len());
    let count = say(move || {
        Some(match changed() {
            0 => "none changed".to_owned(),
            n => format!("{n} changed"),
        })
    });
    view! {
        <aside class="lab-side" aria-label="Proposal">
            <div class="lab-name">
                <p class="eyebrow">"Proposal"</p>
                <h1 class="lab-title">{say(move || Some(session.draft.with(title)))}</h1>
                <p class="against">{say(move || Some(session.draft.with(against)))}</p>
            </div>
            <details class="drawer" open>
                <summary>"The five knobs"</summary>
                {stepper(at)}
                <section class="layer" hidden=no_policy>
                    <h2 class="layer-head"><span class="layer-n">"1"</span>"Policy"
                        <span class="layer-count" class:changed=flag(move || changed() > 0)>{count}</span></h2>
                    {rows(&POLICY, 0)}
                </section>
                <section class="layer layer-assume" hidden=no_assumption>
                    <h2 class="layer-head"><span class="layer-n">"2"</span>"Assumption"
                        <span class="layer-count">"not policy"</span></h2>
                    <p class="layer-say">"What we suppose about demand. Nobody can set this in Slurm; it changes for both sides."</p>
                    {rows(&ASSUMED, POLICY.len())}
                </section>
            </details>
            {aloud(session)}
        </aside>
    }
    .into_any()
}

/// The phone's way from knob to knob.
fn stepper(at: RwSignal<usize>) -> AnyView {
    let step = move |by: usize| move |_| at.update(|n| *n = (*n + by) % COUNT);
    view! {
        <div class="stepper phone-only">
            <button type="button" aria-label="Knob before" on:click=step(COUNT - 1)>"←"</button>
            <span aria-live="polite">"Knob "<b>{say(move || Some((at.get() + 1).to_string()))}</b>{format!(" of {COUNT}")}</span>
            <button type="button" aria-label="Next knob" on:click=step(1)>"→"</button>
        </div>
    }
    .into_any()
}

/// What a person must know under the proposal.
fn aloud(session: Session) -> AnyView {
    let list: Box<dyn Fn() -> AnyView + Send + Sync> = Box::new(move || {
        session.draft.with(|draft| {
            let pair = draft.pair();
            let rules = rules::rules(&pair.baseline, &pair.proposal)
                .into_iter()
                .map(|rule| {
                    let mark = if rule.is_new { "changed: " } else { "" };
                    let class = if rule.is_new { "new" } else { "" };
                    view! { <li class=class><span class="sr">{mark}</span>{rule.words}</li> }.into_any()
                });
            let dropped = rules::dropped(&pair.baseline, &pair.proposal).into_iter();
            let dropped =
                dropped.map(|words| view! { <p class="small">"No longer a rule: "{words}</p> }.into_any());
            view! { <ol>{rules.collect_view()}</ol>{dropped.collect_view()} }.into_any()
        })
    });
    view! { <section class="aloud" id="rules"><h2>"What must a person know?"</h2>{list}</section> }.into_any()
}

/// How many of the policy's controls are changed.
fn changed_policy(draft: &Draft) -> usize {
    POLICY
        .iter()
        .filter_map(|key| knobs::find(key).ok())
        .filter(|knob: &&Knob| draft.is_changed(knob))
        .count()
}

/// The proposal in few words: "Cap 8 GPUs, half-life 7 days".
fn title(draft: &Draft) -> String {
    let changed: Vec<String> = knobs::KNOBS
        .iter()
        .filter(|knob| knob.kind == knobs::Kind::Policy && draft.is_changed(knob))
        .map(|knob| format!("{} {}", knob.key.replace('-', " "), knob.say(draft.is(knob))))
        .collect();
    if changed.is_empty() {
        return "As it is today".to_owned();
    }
    let mut text = changed.join(", ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn against(draft: &Draft) -> String {
    let profile = draft.profile();
    if draft.pair().baseline.policy == profile.policy {
        format!("against {} as it is today", profile.name)
    } else {
        format!("against a changed {}", profile.name)
    }
}
