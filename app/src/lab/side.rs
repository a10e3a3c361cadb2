//! What stands above the knobs at the left of a wide screen: the proposal's name, and what it is held against.

use leptos::prelude::*;
use sim_core::scenario::knobs;

use crate::model::draft::Draft;
use crate::mount::Place;
use crate::parts::Piece;
use crate::session::Session;

const NAME: &str = r#"<div class="lab-name"><p class="eyebrow">Proposal</p>
  <h1 class="lab-title" data-at="title"></h1><p class="against" data-at="against"></p>
  <p class="lab-place"><label for="place">Cluster</label> <select id="place" data-at="place"></select>
    <a data-at="more">What each is like</a> <a data-at="edit">Change it</a></p>
  <p class="small quiet" data-at="acts"></p></div>"#;

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
        .set("edit", "href", move || {
            Some(format!("cluster/#{}", session.link.get()))
        })
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

/// The proposal in few words: "Cap 8 GPUs, half-life 7 days".
pub fn title(draft: &Draft) -> String {
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

/// What it is held against.
pub fn against(draft: &Draft) -> String {
    let name = &draft.profile().name;
    if draft.has_usual_baseline() {
        format!("against {name} as it is today")
    } else {
        format!("against a changed {name}")
    }
}
