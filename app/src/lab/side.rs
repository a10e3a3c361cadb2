//! What stands above and below the knobs at the left of a wide screen: the proposal's name, and the rules read aloud.

use leptos::prelude::*;
use sim_core::scenario::knobs;

use crate::model::draft::Draft;
use crate::model::rules;
use crate::mount::Place;
use crate::parts::Piece;
use crate::session::Session;

const NAME: &str = r#"<div class="lab-name"><p class="eyebrow">Proposal</p>
  <h1 class="lab-title" data-at="title"></h1><p class="against" data-at="against"></p>
  <p class="lab-place"><label for="place">Cluster</label> <select id="place" data-at="place"></select>
    <a data-at="more">What each is like</a></p>
  <p class="small quiet" data-at="acts"></p></div>"#;

const ALOUD: &str = r#"<section class="aloud" id="rules"><h2>What must a person know?</h2>
  <ol data-at="rules"></ol><div data-at="dropped"></div></section>"#;

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

/// What a person must know under the proposal.
pub fn aloud(session: Session) -> Piece {
    let aloud = Piece::of(ALOUD);
    aloud.fill("rules", move || {
        let told = session.told.get();
        let rules = session.draft.with(|draft| rules::rules(draft.pair(), &told));
        let rule = |rule: &rules::Rule| {
            let item =
                Piece::of(r#"<li><span class="sr" data-at="new"></span><span data-at="words"></span></li>"#);
            if rule.is_new {
                item.mark(".", "class", "new").write("new", "changed: ");
            }
            item.write("words", &rule.words).clone()
        };
        rules.iter().map(rule).collect()
    });
    aloud.fill("dropped", move || {
        let told = session.told.get();
        let dropped = session.draft.with(|draft| rules::dropped(draft.pair(), &told));
        let line = |words: &String| {
            Piece::of(r#"<p class="small"></p>"#)
                .write(".", &format!("No longer a rule: {words}"))
                .clone()
        };
        dropped.iter().map(line).collect()
    });
    aloud
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
