//! The left column: the proposal's name, its five knobs, what is supposed, and the rules read aloud.

use leptos::prelude::*;
use sim_core::scenario::knobs::{self, Knob};

use super::Screen;
use crate::model::draft::Draft;
use crate::model::rules;
use crate::parts::KnobRow;
use crate::session::Session;

/// The controls, in order: policy first, then what is supposed.
const POLICY: [&str; 4] = ["half-life", "run-minutes", "cap", "max-time"];
const ASSUMED: [&str; 1] = ["load"];

fn rows(keys: &[&str]) -> Vec<&'static Knob> {
    keys.iter().filter_map(|key| knobs::find(key).ok()).collect()
}

/// The proposal column.
#[component]
pub fn Side() -> impl IntoView {
    let session = expect_context::<Session>();
    let screen = expect_context::<Screen>();
    let policy = rows(&POLICY);
    let assumed = rows(&ASSUMED);
    let count = policy.len() + assumed.len();
    let at = RwSignal::new(0_usize);
    let place = move |knob: &'static Knob, index: usize| {
        view! { <KnobRow knob=knob on_phone=Signal::derive(move || at.get() == index)/> }
    };
    let on_phone_policy = {
        let policy = policy.len();
        move || screen.is_phone.get() && at.get() >= policy
    };
    let on_phone_assumed = {
        let policy = policy.len();
        move || screen.is_phone.get() && at.get() < policy
    };
    let changed = {
        let policy = policy.clone();
        Memo::new(move |_| session.draft.with(|draft| policy.iter().filter(|knob| draft.is_changed(knob)).count()))
    };
    let first_assumed = policy.len();
    view! {
        <aside class="lab-side" aria-label="Proposal">
            <div class="lab-name">
                <p class="eyebrow">"Proposal"</p>
                <h1 class="lab-title">{move || session.draft.with(title)}</h1>
                <p class="against">{move || session.draft.with(against)}</p>
            </div>
            <details class="drawer" open>
                <summary>"The five knobs"</summary>
                <Stepper at=at of=count/>
                <section class="layer" hidden=on_phone_policy>
                    <h2 class="layer-head"><span class="layer-n">"1"</span>"Policy"
                        <span class="layer-count" class:changed=move || { changed.get() > 0 }>{move || counted(changed.get())}</span></h2>
                    {policy.iter().enumerate().map(|(i, knob)| place(knob, i)).collect_view()}
                </section>
                <section class="layer layer-assume" hidden=on_phone_assumed>
                    <h2 class="layer-head"><span class="layer-n">"2"</span>"Assumption"
                        <span class="layer-count">"not policy"</span></h2>
                    <p class="layer-say">"What we suppose about demand. Nobody can set this in Slurm; it changes for both sides."</p>
                    {assumed.iter().enumerate().map(|(i, knob)| place(knob, first_assumed + i)).collect_view()}
                </section>
            </details>
            <Aloud/>
        </aside>
    }
}

/// The phone's way from knob to knob.
#[component]
fn Stepper(at: RwSignal<usize>, of: usize) -> impl IntoView {
    view! {
        <div class="stepper phone-only">
            <button type="button" aria-label="Knob before" on:click=move |_| at.update(|n| *n = (*n + of - 1) % of)>"←"</button>
            <span aria-live="polite">"Knob "<b>{move || at.get() + 1}</b>{format!(" of {of}")}</span>
            <button type="button" aria-label="Next knob" on:click=move |_| at.update(|n| *n = (*n + 1) % of)>"→"</button>
        </div>
    }
}

/// What a person must know under the proposal.
#[component]
fn Aloud() -> impl IntoView {
    let session = expect_context::<Session>();
    let rules = Memo::new(move |_| {
        session.draft.with(|draft| {
            let pair = draft.pair();
            (rules::rules(&pair.baseline, &pair.proposal), rules::dropped(&pair.baseline, &pair.proposal))
        })
    });
    view! {
        <section class="aloud" id="rules">
            <h2>"What must a person know?"</h2>
            <ol>
                {move || rules.with(|(rules, _)| rules.iter().map(|rule| {
                    let mark = rule.is_new.then_some("changed: ");
                    view! { <li class:new=rule.is_new><span class="sr">{mark}</span>{rule.words.clone()}</li> }
                }).collect_view())}
            </ol>
            {move || rules.with(|(_, dropped)| dropped.iter().map(|words| {
                view! { <p class="small quiet">"No longer a rule: "<s>{words.clone()}</s></p> }
            }).collect_view())}
        </section>
    }
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
    if draft.pair().baseline == *profile || only_assumptions_differ(draft) {
        format!("against {} as it is today", profile.name)
    } else {
        format!("against a changed {}", profile.name)
    }
}

fn only_assumptions_differ(draft: &Draft) -> bool {
    draft.pair().baseline.policy == draft.profile().policy
}

fn counted(changed: usize) -> String {
    match changed {
        0 => "none changed".to_owned(),
        n => format!("{n} changed"),
    }
}
