//! One result in a frame of another site: one view, one caption, a link back. It never writes into its address.

use figures::answer;
use figures::figure::Table;
use figures::raster::{self, Look, Size};
use figures::svg::SvgInk;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::browser;
use crate::lab::words_of;
use crate::model::address;
use crate::model::runs::{LOOK_DAYS, Stage};
use crate::model::shown::{Shown, Side};
use crate::mount::Place;
use crate::parts::{Piece, effect, sentence, table};
use crate::session::Session;

/// What is shown of the result, by a word in the address: `?view=waits`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum View {
    /// The answer in a sentence, and the three corners.
    Answer,
    /// The graphic timetable of the proposal.
    Raster,
    /// The waits by kind of work.
    Waits,
}

impl View {
    /// All, with their words.
    const ALL: [(&'static str, View); 3] = [
        ("answer", View::Answer),
        ("raster", View::Raster),
        ("waits", View::Waits),
    ];

    /// What a query asks for: the answer, unless it says otherwise. A word that is none is named.
    fn of(query: &str) -> (View, Option<String>) {
        let word = query.split('&').find_map(|part| part.strip_prefix("view="));
        let Some(word) = word else {
            return (View::Answer, None);
        };
        match View::ALL.iter().find(|(name, _)| *name == word) {
            Some(&(_, view)) => (view, None),
            None => {
                let names = View::ALL.map(|(name, _)| name).join(", ");
                let note = format!("There is no view “{word}”, so this is the answer. There are: {names}.");
                (View::Answer, Some(note))
            }
        }
    }
}

const CARD: &str = r#"<article class="embed-card">
  <h1 class="embed-title" data-at="title"></h1>
  <p class="small quiet" data-at="against"></p>
  <ul class="small embed-notes" data-at="notes"></ul>
  <p class="embed-answer" data-at="answer"></p>
  <dl class="embed-corners" data-at="corners"></dl>
  <div class="drawing" data-at="picture"></div>
  <div class="scroll" tabindex="0" role="group" aria-label="Waits by kind of work" data-at="waits"></div>
  <p class="embed-caption small" role="status" aria-live="polite" data-at="caption"></p>
  <p class="embed-back small"><a target="_blank" rel="noopener" data-at="back">Open it in the lab</a> · <a target="_blank" rel="noopener"
    data-at="model">What this model leaves out</a> <span class="quiet">· Trilemma, run in your browser. Nothing is sent.</span></p>
</article>"#;

/// Brings the frame to life.
pub fn mount(place: Place) {
    let Some(brought) = place.set_ups() else {
        place.say("This frame cannot start: it came without its set-ups. Reload it.");
        return;
    };
    // Without a link a session would begin with the first cluster and write its link into the address.
    let is_link = address::is_link(&browser::fragment()) || browser::query_s().is_some();
    if !is_link {
        return;
    }
    let (view, odd) = View::of(&browser::query());
    let workers = [place.worker(), place.larger_worker(), place.builder()];
    let more = place.data("more");
    let ways_on = ["lab/", "model/#what-it-leaves-out"].map(|name| place.file(name));
    let (element, still) = (place.element.clone(), place.all(".embed-still"));
    let handle = leptos::mount::mount_to(place.element, move || {
        let Some(session) = Session::open(brought, [more, None], workers) else {
            return;
        };
        element
            .append_child(card(session, view, odd, ways_on).element())
            .ok();
        still.iter().for_each(|still| still.remove());
    });
    handle.forget();
}

/// The one view; `lab` and `model` are where its links lead.
fn card(session: Session, view: View, odd: Option<String>, [lab, model]: [String; 2]) -> Piece {
    let piece = Piece::of(CARD);
    let shown = session.shown;
    let is_lost = move || session.is_lost.get();
    piece
        .say("title", move || {
            Some(if is_lost() {
                "This link could not be read".to_owned()
            } else {
                session.draft.with(|draft| draft.title())
            })
        })
        .say("against", move || session.draft.with(crate::lab::against))
        .hide("against", is_lost)
        .hide("notes", {
            let odd = odd.is_none();
            move || odd && session.notes.with(Vec::is_empty)
        })
        .fill("notes", move || {
            let line = |words: &String| Piece::of("<li></li>").write(".", &super::sentence(words)).clone();
            session
                .notes
                .with(|notes| odd.iter().chain(notes).map(line).collect())
        })
        .say("caption", move || caption(session, view))
        .set("back", "href", move || {
            Some(format!("{lab}#{}", session.link.get()))
        })
        .mark("model", "href", &model);
    for (name, of) in [
        ("answer", View::Answer),
        ("corners", View::Answer),
        ("picture", View::Raster),
        ("waits", View::Waits),
    ] {
        piece.hide(name, move || view != of || shown.with(Option::is_none));
    }
    match view {
        View::Answer => {
            piece
                .fill("answer", move || {
                    shown.with(|shown| shown.as_ref().map_or(Vec::new(), |it| sentence(&it.answer)))
                })
                .fill("corners", move || {
                    shown.with(|shown| shown.as_ref().map_or(Vec::new(), corners))
                });
        }
        View::Raster => picture(&piece, session),
        View::Waits => {
            piece.fill("waits", move || {
                shown.with(|shown| shown.iter().map(|shown| table(&waits(shown))).collect())
            });
        }
    }
    piece
}

/// One caption: why there is nothing, or what is shown and what it is made from.
fn caption(session: Session, view: View) -> String {
    if let Some(trouble) = session.trouble.with(|trouble| trouble.as_ref().map(words_of)) {
        return trouble;
    }
    if session.is_lost.get() {
        return "The address of this frame ends in a link that is cut or damaged.".to_owned();
    }
    session.shown.with(|shown| match shown {
        None => "Running in your browser …".to_owned(),
        Some(shown) => {
            let made = match shown.stage {
                Stage::Waiting | Stage::Look => {
                    format!("A first estimate, from one run of {LOOK_DAYS} days.")
                }
                Stage::Some(_) => format!("From {} runs so far, on the same jobs and dice.", shown.runs()),
                Stage::All => format!(
                    "From {} runs on each side, on the same jobs and dice.",
                    shown.runs()
                ),
            };
            match view {
                View::Answer => made,
                View::Raster => shown
                    .timetable(Side::Proposal)
                    .map_or(made, |figure| figure.finding.clone()),
                View::Waits => format!("{} {made}", answer::text(&shown.answer)),
            }
        }
    })
}

/// Name and value of each corner.
fn corners(shown: &std::sync::Arc<Shown>) -> Vec<Piece> {
    let corner = |corner: &figures::table::Corner| {
        let piece = Piece::of(
            r#"<div><dt data-at="name"></dt><dd><b data-at="value"></b> <span class="small" data-at="was"></span></dd></div>"#,
        );
        piece
            .write("name", corner.name)
            .write("value", &corner.value)
            .write("was", &corner.was)
            .clone()
    };
    shown.corners.iter().map(corner).collect()
}

/// The typical waits, as few columns as say it.
fn waits(shown: &Shown) -> Table {
    let wait = |spread: Option<figures::view::Spread>| {
        spread.map_or_else(|| "nobody asked".to_owned(), figures::view::Spread::wait)
    };
    let row = |row: &figures::table::KindRow| {
        vec![
            row.kind.word().to_owned(),
            wait(row.base),
            wait(row.proposal),
            row.difference.clone(),
        ]
    };
    Table {
        caption: "Half of the jobs of a kind start within this time".to_owned(),
        headings: ["half start within", "now", "proposed", "difference"]
            .map(str::to_owned)
            .to_vec(),
        rows: shown.rows.iter().map(row).collect(),
        sums: None,
    }
}

/// The timetable, drawn anew for each width of the frame.
fn picture(piece: &Piece, session: Session) {
    let place: HtmlElement = piece.at("picture").unchecked_into();
    let width = RwSignal::new(0_u32);
    let measured = place.clone();
    let measure = move || {
        let now = measured.client_width().max(0) as u32;
        if now > 0 && width.get_untracked() != now {
            width.set(now);
        }
    };
    let again = measure.clone();
    browser::listen(&browser::window(), "resize", move |_| again());
    effect(move || {
        let Some(shown) = session.shown.get() else { return };
        let now = width.get();
        if now == 0 {
            // Out of sight a place has no width yet.
            return browser::next_frame(measure.clone());
        }
        let (Some(timeline), Some(words)) = (shown.timeline(Side::Proposal), shown.timetable(Side::Proposal))
        else {
            return;
        };
        let size = if now < 600 { Size::Phone } else { Size::Desktop };
        let look = Look::first_days(timeline, LOOK_DAYS, size);
        let mut ink = SvgInk::new(now, raster::height(timeline, &look), "embed");
        // Drawing into memory does not fail.
        raster::draw(&mut ink, now, timeline, &look).ok();
        place.set_inner_html(&ink.finish(&format!("{} {}", words.title, words.finding)));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_picks_the_view_and_a_word_that_is_none_is_named() {
        for (word, view) in View::ALL {
            assert_eq!(View::of(&format!("view={word}")), (view, None));
            assert_eq!(View::of(&format!("utm=1&view={word}")), (view, None));
        }
        assert_eq!(View::of(""), (View::Answer, None));
        let (view, note) = View::of("view=film");
        assert!(view == View::Answer && note.unwrap().contains("“film”"));
    }
}
