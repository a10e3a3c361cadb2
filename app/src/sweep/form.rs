//! What to sweep: one or two knobs and their values, whose wait, how many runs; and how far the runs are.

use figures::kind::Kind;
use leptos::prelude::*;
use sim_core::scenario::knobs::{KNOBS, Knob, Setting};

use super::session::Session;
use crate::model::wish::{RUNS, Varied, is_offered};
use crate::parts::{Piece, effect};

const FORM: &str = r#"<form class="sweep-form" aria-label="What to sweep">
  <p class="sweep-around" data-at="around"></p>
  <div class="sweep-knobs" data-at="knobs"></div>
  <div class="sweep-row">
    <p class="field"><label for="sweep-kind">Whose wait counts</label> <select id="sweep-kind" data-at="kind"></select></p>
    <p class="field"><label for="sweep-runs">Runs of each setting</label> <select id="sweep-runs" data-at="runs"></select></p>
    <div class="sweep-do"><button type="submit" class="btn btn-first" data-at="run">Run the sweep</button>
      <button type="button" class="btn" data-at="cancel">Cancel</button></div>
  </div>
  <div class="sweep-progress"><progress data-at="progress" aria-label="Runs done"></progress>
    <span class="small" role="status" data-at="said"></span></div>
</form>"#;

const KNOB: &str = r#"<fieldset class="sweep-knob">
  <legend class="field"><label data-at="label"></label> <select data-at="knob"></select></legend>
  <p class="small quiet" data-at="slurm"></p>
  <div class="stops-list" role="group" data-at="stops"></div>
  <p class="field" data-at="further"><label data-at="more-label">Further values</label>
    <input type="text" data-at="more" autocomplete="off" spellcheck="false" placeholder="such as 6, 12"></p>
</fieldset>"#;

/// The form. `lab` is the address of the lab.
pub fn form(session: Session, lab: &str) -> Piece {
    let form = Piece::of(FORM);
    let lab = lab.to_owned();
    form.fill("around", move || vec![around(session, &lab)]);
    for which in 0..2 {
        form.put("knobs", &knob(session, which));
    }
    let kinds = Kind::SHOWN.map(|kind| (kind.word().to_owned(), kind));
    choice(
        &form,
        "kind",
        &kinds,
        move || session.wish.with(|wish| wish.kind),
        move |kind| {
            session.wish.update(|wish| wish.kind = kind);
            session.show();
            session.wish.with_untracked(|wish| session.write_address(wish));
        },
    );
    let runs = RUNS.map(|runs| (runs.to_string(), runs));
    choice(
        &form,
        "runs",
        &runs,
        move || session.wish.with(|wish| wish.runs),
        move |runs| {
            session.wish.update(|wish| wish.runs = runs);
        },
    );
    let progress = session.progress;
    form.on(".", "submit", move |event| {
        event.prevent_default();
        session.run();
    })
    .set("run", "aria-disabled", move || {
        Some((session.around.with(Option::is_none)).to_string())
    })
    .on("cancel", "click", move |_| session.stop())
    .hide("cancel", move || !progress.get().is_running)
    .set("progress", "max", move || {
        Some(progress.get().of.max(1).to_string())
    })
    .set("progress", "value", move || Some(progress.get().done.to_string()))
    .hide("progress", move || !progress.get().is_running);
    // Spoken, so it says less than the bar shows: the beginning, each quarter, and the end.
    form.say("said", move || {
        let progress = progress.get();
        let what = if progress.is_ranking {
            "Ranking knobs"
        } else {
            "Sweep"
        };
        Some(match (progress.of, progress.is_running) {
            (0, _) => String::new(),
            (of, true) => {
                let quarter = progress.done * 4 / of;
                format!("{what} under way: {} of {of} runs done.", of * quarter / 4)
            }
            (of, false) if progress.done == of => format!("{what} complete: {of} runs."),
            (of, false) => format!("{what} stopped after {} of {of} runs.", progress.done),
        })
    });
    form
}

/// What is swept around, with the way back.
fn around(session: Session, lab: &str) -> Piece {
    let piece = Piece::of(
        r#"<span>Around <b data-at="name"></b><span data-at="what"></span>. <a data-at="lab">Back to the lab</a></span>"#,
    );
    let (name, what) = session.around.with(|around| match around {
        Some(around) => {
            let pair = &around.pair;
            let changed: Vec<String> = KNOBS
                .iter()
                .filter(|knob| pair.proposal.get(knob) != pair.on[1].settings.get(knob))
                .map(|knob| {
                    format!(
                        "{} {}",
                        knob.key.replace('-', " "),
                        knob.say(pair.proposal.get(knob))
                    )
                })
                .collect();
            let what = match changed.as_slice() {
                [] if pair.is_rebuilt()[1] => ", rebuilt".to_owned(),
                [] => " as it is today".to_owned(),
                _ => format!(" with {}", changed.join(", ")),
            };
            (pair.preset().to_owned(), what)
        }
        None => (
            "the link's cluster".to_owned(),
            ", which is on its way".to_owned(),
        ),
    });
    let to = format!("{lab}#{}", session.link());
    piece
        .write("name", &name)
        .write("what", &what)
        .mark("lab", "href", &to);
    piece
}

/// One knob and its values.
fn knob(session: Session, which: usize) -> Piece {
    let piece = Piece::of(KNOB);
    let (word, id) = [("Knob to vary", "sweep-knob-1"), ("And a second", "sweep-knob-2")][which];
    let more_id = format!("{id}-more");
    piece
        .write("label", word)
        .mark("label", "for", id)
        .mark("knob", "id", id)
        .mark("more", "id", &more_id)
        .mark("more-label", "for", &more_id);
    let mut keys: Vec<(String, &'static str)> = Vec::new();
    if which > 0 {
        keys.push(("none".to_owned(), ""));
    }
    let offered = KNOBS.iter().filter(|knob| is_offered(knob));
    keys.extend(offered.map(|knob| (knob.texts().label.to_owned(), knob.key)));
    let now = move || session.wish.with(|wish| wish.varied[which].clone());
    let all = keys.clone();
    let key = move || {
        let key = now().key;
        let found = all.iter().find(|(_, other)| *other == key);
        found.map_or("", |(_, key)| *key)
    };
    choice(&piece, "knob", &keys, key, move |key| {
        session
            .wish
            .update(|wish| wish.varied[which] = Varied::all_of(key));
    });
    let chosen = Memo::new(move |_| now().key);
    let found = move || KNOBS.iter().find(|knob| knob.key == chosen.get());
    piece
        .say("slurm", move || {
            Some(found().map_or(String::new(), |knob| knob.texts().slurm.to_owned()))
        })
        .hide("slurm", move || found().is_none())
        .hide("further", move || found().is_none())
        .hide("stops", move || found().is_none())
        .set("stops", "aria-label", move || {
            Some(found().map_or(String::new(), |knob| format!("Values of {}", knob.texts().label)))
        })
        .fill("stops", move || {
            let stop = |knob: &'static Knob| {
                knob.stops()
                    .iter()
                    .map(move |&setting| stop(session, which, knob, setting))
            };
            found().into_iter().flat_map(stop).collect()
        });
    let field = piece.input("more");
    piece
        .value("more", move || now().more)
        .on("more", "input", move |_| {
            session
                .wish
                .update(|wish| wish.varied[which].more = field.value());
        });
    piece
}

/// A stop to tick.
fn stop(session: Session, which: usize, knob: &'static Knob, setting: Setting) -> Piece {
    let piece = Piece::of(
        r#"<label class="stop-tick"><input type="checkbox" data-at="box"> <span data-at="word"></span></label>"#,
    );
    piece.write("word", &knob.say(setting));
    let input = piece.input("box");
    let ticked = input.clone();
    effect(move || {
        let is_on = session
            .wish
            .with(|wish| wish.varied[which].stops.contains(&setting));
        input.set_checked(is_on);
    });
    piece.on("box", "change", move |_| {
        session.wish.update(|wish| {
            let stops = &mut wish.varied[which].stops;
            stops.retain(|&other| other != setting);
            if ticked.checked() {
                stops.push(setting);
            }
        });
    });
    piece
}

/// A native choice among named values.
fn choice<T: Clone + PartialEq + 'static>(
    piece: &Piece,
    place: &'static str,
    values: &[(String, T)],
    now: impl Fn() -> T + 'static,
    choose: impl Fn(T) + 'static,
) {
    for (at, (word, _)) in values.iter().enumerate() {
        let option = Piece::of("<option></option>");
        piece.put(place, option.mark(".", "value", &at.to_string()).write(".", word));
    }
    let select = piece.input(place);
    let values: Vec<T> = values.iter().map(|(_, value)| value.clone()).collect();
    let (all, shown) = (values.clone(), select.clone());
    effect(move || {
        let now = now();
        let at = all.iter().position(|value| *value == now).unwrap_or(0);
        shown.set_value(&at.to_string());
    });
    piece.on(place, "change", move |_| {
        let at: usize = select.value().parse().unwrap_or(0);
        if let Some(value) = values.get(at) {
            choose(value.clone());
        }
    });
}
