//! Which proposals: a field for whatever is pasted, the list of what stands there, and how often each is run.

use figures::several::{MOST, letter};
use leptos::prelude::*;

use super::sentence;
use super::session::Session;
use crate::browser;
use crate::model::beside::Entry;
use crate::model::wish::RUNS;
use crate::parts::{Piece, effect};

const FORM: &str = r#"<form class="beside-form" aria-label="Add proposals">
  <p class="field"><label for="beside-text">Paste links, one or several, with whatever stands around them</label>
    <textarea id="beside-text" rows="3" spellcheck="false" autocomplete="off" aria-describedby="beside-hint" data-at="text"></textarea></p>
  <p class="small quiet" id="beside-hint">Or write it as you would say it: “group-32, cap 8, half life 14 days”. Up to four stand beside
    each other, and the first is what the others are held against. Nothing is sent.</p>
  <p class="beside-do"><button type="submit" class="btn btn-first">Add</button>
    <button type="button" class="btn" data-at="today">Add the cluster as it is today</button></p>
  <p class="sr" role="status" aria-live="polite" data-at="said"></p>
</form>"#;

const ITEM: &str = r#"<li class="beside-item">
  <h2 class="beside-name"><b class="badge" data-at="letter"></b> <span data-at="title"></span></h2>
  <p class="small quiet" data-at="against"></p>
  <div class="beside-difference" data-at="difference"></div>
  <ul class="beside-remarks small" data-at="remarks"></ul>
  <p class="beside-link small"><a data-at="open"></a></p>
  <p class="beside-tools" data-at="tools"><button type="button" class="btn-quiet" data-at="before"></button>
    <button type="button" class="btn-quiet" data-at="after"></button>
    <button type="button" class="btn-quiet" data-at="remove"></button></p>
</li>"#;

const RUN: &str = r#"<div class="beside-runs">
  <p class="field"><label for="beside-count">Runs of each</label> <select id="beside-count" data-at="count"></select></p>
  <progress data-at="progress" aria-label="Runs done"></progress>
  <span class="small" role="status" data-at="said"></span>
  <button type="button" class="btn" data-at="cancel">Cancel</button>
  <button type="button" class="btn" data-at="go-on">Go on</button>
</div>"#;

/// The field, and what can be added without it.
pub fn form(session: Session) -> Piece {
    let form = Piece::of(FORM);
    let field = form.input("text");
    form.on(".", "submit", move |event| {
        event.prevent_default();
        let emptied = field.clone();
        session.add(field.value(), move |is_found| {
            if is_found {
                emptied.set_value("");
            }
        });
    })
    .on("today", "click", move |_| session.add_unchanged())
    .say("said", move || session.said.get());
    form
}

/// The proposals in order. Each place of the list lives on its own, so that the keyboard keeps its place.
pub fn list(session: Session, lab: &str) -> Piece {
    let list = Piece::of(r#"<ol class="bare beside-list" aria-label="Proposals"></ol>"#);
    for at in 0..MOST {
        list.put(".", &item(session, at, lab.to_owned()));
    }
    list.hide(".", move || session.entries.with(Vec::is_empty));
    list
}

fn item(session: Session, at: usize, lab: String) -> Piece {
    let piece = Piece::of(ITEM);
    let entries = session.entries;
    let with = move |say: &dyn Fn(&Entry, &Entry) -> String| {
        entries.with(|all| all.get(at).map(|entry| say(entry, &all[0])))
    };
    piece
        .hide(".", move || entries.with(|all| all.len() <= at))
        .write("letter", &letter(at).to_string())
        .say("title", move || with(&|entry, _| entry.title()))
        .say("against", move || with(&|entry, first| entry.against(at, first)))
        .html("difference", move || {
            session
                .differences
                .with(|all| all.get(at).cloned().unwrap_or_default())
        })
        .hide("remarks", move || {
            entries.with(|all| {
                all.get(at)
                    .is_none_or(|entry| entry.remarks(at, &all[0]).is_empty())
            })
        })
        .fill("remarks", move || {
            let remarks = entries.with(|all| all.get(at).map(|entry| entry.remarks(at, &all[0])));
            let line = |words: &String| Piece::of("<li></li>").write(".", &sentence(words)).clone();
            remarks.unwrap_or_default().iter().map(line).collect()
        })
        .say("open", move || with(&|entry, _| format!("#{}", entry.link)))
        .set("open", "href", move || {
            with(&|entry, _| format!("{lab}#{}", entry.link))
        });
    let name = |word: &'static str| {
        let letter = letter(at);
        move || with(&|_, _| format!("{word} {letter}"))
    };
    for (place, word, id) in [
        ("before", "Move up", "before"),
        ("after", "Move down", "after"),
        ("remove", "Remove", "remove"),
    ] {
        piece
            .write(place, word)
            .mark(place, "id", &format!("beside-{id}-{at}"))
            .set(place, "aria-label", name(word));
    }
    piece
        .hide("before", move || at == 0)
        .hide("after", move || entries.with(|all| at + 1 >= all.len()))
        .on("before", "click", move |_| {
            move_to(session, at, at.saturating_sub(1), "before")
        })
        .on("after", "click", move |_| move_to(session, at, at + 1, "after"))
        .on("remove", "click", move |_| {
            session.remove(at);
            let is_there = entries.with_untracked(|all| all.len() > at);
            browser::focus(&if is_there {
                format!("beside-remove-{at}")
            } else {
                "beside-text".to_owned()
            });
        });
    piece
}

/// Moves a proposal; the keyboard goes along with it, to the same button or the only one left.
fn move_to(session: Session, from: usize, to: usize, button: &'static str) {
    session.swap(from, to);
    let last = session.entries.with_untracked(Vec::len).saturating_sub(1);
    let button = match button {
        "before" if to == 0 => "after",
        "after" if to == last => "before",
        same => same,
    };
    browser::later(0, move || browser::focus(&format!("beside-{button}-{to}")));
}

/// How often each is run, and how far that is.
pub fn runs(session: Session) -> Piece {
    let piece = Piece::of(RUN);
    for runs in RUNS {
        let option = Piece::of("<option></option>");
        piece.put(
            "count",
            option
                .mark(".", "value", &runs.to_string())
                .write(".", &runs.to_string()),
        );
    }
    let select = piece.input("count");
    let shown = select.clone();
    effect(move || shown.set_value(&session.runs.get().to_string()));
    let progress = session.progress;
    let is_stopped = move || {
        let now = progress.get();
        !now.is_running && now.done < now.of && session.trouble.with(Option::is_none)
    };
    piece
        .hide(".", move || {
            session
                .entries
                .with(|all| crate::model::beside::compared(all).len() < 2)
        })
        .on("count", "change", move |_| {
            if let Ok(runs) = select.value().parse() {
                session.set_runs(runs);
            }
        })
        .set("progress", "max", move || {
            Some(progress.get().of.max(1).to_string())
        })
        .set("progress", "value", move || Some(progress.get().done.to_string()))
        .hide("progress", move || !progress.get().is_running)
        .hide("cancel", move || !progress.get().is_running)
        .on("cancel", "click", move |_| session.stop())
        .hide("go-on", move || !is_stopped())
        .on("go-on", "click", move |_| session.run());
    // Spoken, so it says less than the bar shows: the beginning, each quarter, and the end.
    piece.say("said", move || {
        let now = progress.get();
        Some(match (now.of, now.is_running) {
            (0, _) => String::new(),
            (of, true) => format!("{} of {of} runs done.", of * (now.done * 4 / of) / 4),
            (of, false) if now.done >= of => format!("All {of} runs are in."),
            (of, false) => format!("Stopped after {} of {of} runs.", now.done),
        })
    });
    piece
}
