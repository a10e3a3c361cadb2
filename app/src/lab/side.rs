//! What stands above the knobs at the left of a wide screen: the proposal's name, and what it is held against.

use leptos::prelude::*;
use sim_worker::Errand;

use crate::clerk::Clerk;
use crate::model::draft::Draft;
use crate::mount::Place;
use crate::parts::{Piece, effect};
use crate::session::Session;

const NAME: &str = r#"<div class="lab-name"><p class="eyebrow">Proposal</p>
  <h1 class="lab-title" data-at="title"></h1><p class="against" data-at="against"></p>
  <p class="lab-place"><label for="place">Cluster</label> <select id="place" data-at="place"></select>
    <a data-at="more">What each is like</a> <a data-at="edit">Change it</a></p>
  <p class="small quiet" data-at="acts"></p><div class="lab-rebuilt" data-at="rebuilt"></div>
  <details class="more lab-with"><summary>Compare with …</summary><p class="small"><label for="with">Paste a link: one to this cluster becomes
    the baseline, others open beside it</label> <input id="with" autocomplete="off" spellcheck="false" data-at="with"></p></details></div>"#;

/// The proposal in few words, what it is held against, and the choice of the cluster that both are on. The page brings the
/// choices along.
pub fn name(session: Session, place: &Place) -> Piece {
    let name = Piece::of(NAME);
    let choices = name.at("place");
    choices.set_inner_html(&place.data("clusters").unwrap_or_default());
    let (choice, with) = (name.input("place"), name.input("with"));
    name.say("title", move || session.draft.with(title))
        .say("against", move || session.draft.with(against))
        .mark("more", "href", &place.file("lab/site/"))
        .set("edit", "href", move || {
            Some(format!("cluster/#{}", session.link.get()))
        })
        .value("place", move || {
            session.draft.with(|draft| draft.pair().preset().to_owned())
        })
        .on("place", "change", move |_| session.choose(&choice.value()))
        .on("with", "change", move |_| {
            session.compare_with(&with.value());
            with.set_value("");
        })
        .say("acts", move || {
            let now = session.draft.with(|draft| draft.pair().preset().to_owned());
            let chosen = choices.query_selector(&format!("[value={now}]")).ok()??;
            chosen.get_attribute("data-acts")
        });
    // What is changed in the cluster's set-up, in words.
    let clerk = Clerk::open(session, place.clerk(), move || Errand::Rebuilt {
        pair: session.draft.with(|draft| draft.pair().cases()),
    });
    let is_rebuilt = move || {
        session
            .draft
            .with(|draft| draft.pair().is_rebuilt() != [false; 2])
    };
    effect(move || clerk.is_wanted.set(is_rebuilt()));
    name.html("rebuilt", move || match is_rebuilt() {
        true => clerk.sheet(0),
        false => String::new(),
    });
    name
}

/// The proposal in few words.
pub fn title(draft: &Draft) -> String {
    draft.title()
}

/// What it is held against.
pub fn against(draft: &Draft) -> String {
    let name = draft.pair().preset();
    if draft.has_usual_baseline() {
        format!("against {name} as it is today")
    } else {
        format!("against a changed {name}")
    }
}
