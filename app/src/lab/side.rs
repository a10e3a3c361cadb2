//! What stands at the left of a wide screen: the proposal's name, its five knobs, what is supposed.

use leptos::prelude::*;
use sim_core::scenario::knobs::{self, Knob};

use super::Screen;
use crate::model::draft::Draft;
use crate::mount::Place;
use crate::parts::{Piece, knob_row};
use crate::session::Session;

/// The controls, in order: policy first, then what is supposed.
const POLICY: [&str; 4] = ["half-life", "run-minutes", "cap", "max-time"];
const ASSUMED: [&str; 1] = ["load"];
const COUNT: usize = POLICY.len() + ASSUMED.len();

const NAME: &str = r#"<div class="lab-name"><p class="eyebrow">Proposal</p>
  <h1 class="lab-title" data-at="title"></h1><p class="against" data-at="against"></p>
  <p class="lab-place"><label for="place">Cluster</label> <select id="place" data-at="place"></select>
    <a data-at="more">What each is like</a></p>
  <p class="small quiet" data-at="acts"></p></div>"#;

const DRAWER: &str = r#"<details class="drawer" open>
  <summary>The five knobs</summary>
  <div class="stepper phone-only">
    <button type="button" aria-label="Knob before" data-at="before">←</button>
    <span aria-live="polite">Knob <b data-at="number"></b> of 5</span>
    <button type="button" aria-label="Next knob" data-at="next">→</button>
  </div>
  <section class="layer" data-at="policy">
    <h2 class="layer-head"><span class="layer-n">1</span>Policy <span class="layer-count" data-at="count"></span></h2>
  </section>
  <section class="layer layer-assume" data-at="assumed">
    <h2 class="layer-head"><span class="layer-n">2</span>Assumption <span class="layer-count">not policy</span></h2>
    <p class="layer-say">What we suppose about demand. Nobody can set this in Slurm; it changes for both sides.</p>
  </section>
</details>"#;

/// The proposal in few words, what it is held against, and the choice of the cluster that both are on. The page brings the
/// choices along.
pub fn name(session: Session, place: &Place) -> Piece {
    let name = Piece::of(NAME);
    let choices = name.at("place");
    choices.set_inner_html(&place.data("clusters").unwrap_or_default());
    let choice = name.input("place");
    name.say("title", move || session.draft.with(title))
        .say("against", move || session.draft.with(against))
        .mark("more", "href", &place.file("lab/site/"))
        .value("place", move || {
            session.draft.with(|draft| draft.profile().name.clone())
        })
        .on("place", "change", move |_| session.choose(&choice.value()))
        .say("acts", move || {
            let now = session.draft.with(|draft| draft.profile().name.clone());
            let chosen = choices.query_selector(&format!("[value={now}]")).ok()??;
            chosen.get_attribute("data-acts")
        });
    name
}

/// The controls; the phone shows one at a time.
pub fn knobs(session: Session, screen: Screen) -> Piece {
    let drawer = Piece::of(DRAWER);
    let at = RwSignal::new(0_usize);
    let keys = POLICY.iter().chain(&ASSUMED).enumerate();
    for (i, knob) in keys.filter_map(|(i, key)| Some((i, knobs::find(key).ok()?))) {
        let layer = if i < POLICY.len() { "policy" } else { "assumed" };
        drawer.put(layer, &knob_row(session, knob, move || at.get() == i));
    }
    let changed = move || session.draft.with(changed_policy);
    drawer
        .say("count", move || match changed() {
            0 => "none changed".to_owned(),
            n => format!("{n} changed"),
        })
        .class("count", "changed", move || changed() > 0)
        .say("number", move || (at.get() + 1).to_string())
        .on("before", "click", move |_| {
            at.update(|n| *n = (*n + COUNT - 1) % COUNT)
        })
        .on("next", "click", move |_| at.update(|n| *n = (*n + 1) % COUNT))
        .hide("policy", move || {
            screen.is_phone.get() && at.get() >= POLICY.len()
        })
        .hide("assumed", move || {
            screen.is_phone.get() && at.get() < POLICY.len()
        });
    drawer
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
    let name = &draft.profile().name;
    if draft.has_usual_baseline() {
        format!("against {name} as it is today")
    } else {
        format!("against a changed {name}")
    }
}
