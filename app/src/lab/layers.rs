//! The knobs in three layers: five of them at once, all rules when somebody asks, and all that is supposed.
//!
//! A group's rows are made when it is first opened: most visitors never ask for eighty knobs.

use leptos::prelude::*;
use sim_core::scenario::knobs::{self, GROUPS, Group, Kind, Knob};

use super::Screen;
use crate::model::draft::Draft;
use crate::parts::{Piece, effect, knob_row};
use crate::session::Session;

/// The controls of the first layer, in order: policy first, then what is supposed.
const POLICY: [&str; 4] = ["half-life", "run-minutes", "cap", "max-time"];
const ASSUMED: [&str; 1] = ["load"];
const COUNT: usize = POLICY.len() + ASSUMED.len();

const DRAWER: &str = r#"<details class="drawer" open>
  <summary>The knobs</summary>
  <div class="stepper phone-only">
    <button type="button" aria-label="Knob before" data-at="before">←</button>
    <span aria-live="polite">Knob <b data-at="number"></b> of 5</span>
    <button type="button" aria-label="Next knob" data-at="next">→</button>
  </div>
  <section class="layer" data-at="policy">
    <h2 class="layer-head"><span class="layer-n">1</span>Five knobs <span class="layer-count" data-at="count"></span></h2>
  </section>
  <section class="layer layer-assume" data-at="assumed">
    <h2 class="layer-head">Assumption <span class="layer-count">not policy</span></h2>
    <p class="layer-say">What we suppose about demand. Nobody can set this in Slurm; it changes for both sides.</p>
  </section>
</details>"#;

const LAYER: &str = r#"<details class="layer layer-all">
  <summary class="layer-head"><span class="layer-n" data-at="n"></span><span data-at="title"></span> <span class="layer-count" data-at="count"></span></summary>
  <p class="layer-say" data-at="say"></p>
  <p class="layer-find"><label data-at="label">Find a knob<span class="sr" data-at="among"></span></label> <input type="search" autocomplete="off" data-at="find"></p>
  <p class="small" role="status" data-at="found"></p>
</details>"#;

const GROUP: &str = r#"<details class="knob-group">
  <summary><h3 data-at="title"></h3> <span class="layer-count" data-at="count"></span></summary>
</details>"#;

/// All three layers; the phone shows one knob of the first at a time.
pub fn knobs(session: Session, screen: Screen) -> Piece {
    let drawer = Piece::of(DRAWER);
    let at = RwSignal::new(0_usize);
    let keys = POLICY.iter().chain(&ASSUMED).enumerate();
    for (i, knob) in keys.filter_map(|(i, key)| Some((i, knobs::find(key).ok()?))) {
        let layer = if i < POLICY.len() { "policy" } else { "assumed" };
        drawer.put(layer, &knob_row(session, knob, "knob", move || at.get() == i));
    }
    let first = || POLICY.iter().filter_map(|key| knobs::find(key).ok());
    count(&drawer, move || {
        (None, session.draft.with(|draft| changed(draft, first())))
    });
    drawer
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
    for kind in [Kind::Policy, Kind::Assumption] {
        drawer.put(".", &layer(session, kind));
    }
    drawer
}

/// All knobs of a kind, by group, with a field that finds them by their words.
fn layer(session: Session, kind: Kind) -> Piece {
    let layer = Piece::of(LAYER);
    let groups = move || GROUPS.iter().filter(move |group| group.kind == kind);
    let all = move || groups().flat_map(Group::knobs);
    let (n, title, among, say) = match kind {
        Kind::Policy => (
            "2",
            "All rules",
            " among the rules",
            "Each acts on the first partition or QOS of a cluster that has several.",
        ),
        Kind::Assumption => (
            "3",
            "All assumptions",
            " among the assumptions",
            "What we suppose about people and machines. Each changes for both sides.",
        ),
    };
    layer
        .write("n", n)
        .write("title", title)
        .write("among", among)
        .write("say", say);
    if kind == Kind::Assumption {
        layer.class(".", "layer-assume", || true);
    }
    count(&layer, move || {
        (
            Some(all().count()),
            session.draft.with(|draft| changed(draft, all())),
        )
    });
    let sought = RwSignal::new(String::new());
    let (field, id) = (layer.input("find"), format!("find-{n}"));
    layer
        .mark("label", "for", &id)
        .mark("find", "id", &id)
        .on("find", "input", move |_| {
            sought.set(field.value().trim().to_ascii_lowercase())
        })
        .say("found", move || {
            sought.with(
                |sought| match all().filter(|knob| is_meant(knob, sought)).count() {
                    _ if sought.is_empty() => String::new(),
                    0 => format!("No knob here speaks of “{sought}”. Try Slurm’s name, or another word."),
                    1 => "1 knob".to_owned(),
                    n => format!("{n} knobs"),
                },
            )
        });
    for one in groups() {
        layer.put(".", &group(session, one, sought));
    }
    layer
}

/// A group, closed; its rows come when it opens, or when one of them is sought.
fn group(session: Session, group: &'static Group, sought: RwSignal<String>) -> Piece {
    let piece = Piece::of(GROUP);
    piece.write("title", group.title);
    count(&piece, move || {
        let changed = session.draft.with(|draft| changed(draft, group.knobs()));
        (Some(group.knobs().count()), changed)
    });
    let meant = move |knob: &Knob| sought.with(|sought| is_meant(knob, sought));
    piece.hide(".", move || !group.knobs().any(meant));
    let place = piece.element().clone();
    effect(move || {
        if sought.with(|sought| !sought.is_empty()) && group.knobs().any(meant) {
            place.set_attribute("open", "").ok();
        }
    });
    let (rows, owner, mut has_rows) = (piece.clone(), Owner::current(), false);
    let mut fill = move || {
        for knob in group.knobs() {
            let row = knob_row(session, knob, "all", || true);
            rows.put(".", row.hide(".", move || !meant(knob)));
        }
    };
    piece.on(".", "toggle", move |_| {
        if !std::mem::replace(&mut has_rows, true) {
            // What lives in the rows belongs to the lab, not to the event.
            match &owner {
                Some(owner) => owner.with(&mut fill),
                None => fill(),
            }
        }
    });
    piece
}

/// Whether a knob's words hold what is sought; nothing is in all of them.
fn is_meant(knob: &Knob, sought: &str) -> bool {
    let texts = knob.texts();
    [knob.key, texts.label, texts.slurm]
        .iter()
        .any(|text| text.to_ascii_lowercase().contains(sought))
}

/// Says how many knobs there are, and how many are changed, which stands out.
fn count(piece: &Piece, now: impl Fn() -> (Option<usize>, usize) + Copy + 'static) {
    piece
        .say("count", move || match now() {
            (None, 0) => "none changed".to_owned(),
            (Some(all), 0) => all.to_string(),
            (None, n) => format!("{n} changed"),
            (Some(all), n) => format!("{n} of {all} changed"),
        })
        .class("count", "changed", move || now().1 > 0);
}

/// How many of these knobs are changed.
fn changed(draft: &Draft, knobs: impl Iterator<Item = &'static Knob>) -> usize {
    knobs.filter(|knob| draft.is_changed(knob)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knob_is_found_by_key_by_words_and_by_its_name_in_slurm() {
        let cap = knobs::find("cap").unwrap();
        for sought in ["cap", "gpus one person", "maxtresperuser", ""] {
            assert!(is_meant(cap, sought), "{sought}");
        }
        assert!(!is_meant(cap, "half"));
    }
}
