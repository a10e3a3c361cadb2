//! The policy lab: a proposal at the left, its answer and findings at the right; on the phone one thing at a time.
//!
//! The page's order is the order of reading at every width: the proposal's name, its answer, the knobs, the findings, the
//! rules, the link. A wide screen sets them in two columns and changes nothing in it.

mod aloud;
mod answer;
mod chosen;
mod corners;
mod evidence;
mod findings;
mod job;
mod kinds;
mod layers;
mod share;
mod side;
mod trouble;

use leptos::prelude::*;
use sim_worker::Errand;
use wasm_bindgen::JsCast as _;
use web_sys::KeyboardEvent;

use crate::browser;
use crate::clerk::Clerk;
use crate::inquiry::Inquiry;
use crate::model::draft::{Draft, Edit};
use crate::mount::{self, Place};
use crate::parts::{Piece, effect};
use crate::plot::Sheet;
use crate::session::Session;

pub use answer::words_of;
pub use side::against;

/// Narrower than this is a phone; a sheet of paper is none.
const PHONE: &str = "screen and (max-width: 47.4375em)";

/// The findings that the phone shows one at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// The three corners.
    Corners,
    /// Waits by kind, as curves.
    Waits,
    /// The graphic timetable.
    Picture,
    /// Idle by cause, waiting by reason.
    Idle,
    /// Waits by kind, run by run.
    Pays,
}

impl Tab {
    const ALL: [Tab; 5] = [Tab::Corners, Tab::Waits, Tab::Picture, Tab::Idle, Tab::Pays];

    const fn word(self) -> &'static str {
        match self {
            Tab::Corners => "Corners",
            Tab::Waits => "Waits",
            Tab::Picture => "Picture",
            Tab::Idle => "Idle",
            Tab::Pays => "Who pays",
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Tab::Corners => "corners",
            Tab::Waits => "waits",
            Tab::Picture => "picture",
            Tab::Idle => "idle",
            Tab::Pays => "who-pays",
        }
    }
}

/// What the parts of the lab know of the screen.
#[derive(Clone, Copy)]
pub struct Screen {
    /// Whether this is a phone.
    pub is_phone: RwSignal<bool>,
    /// The finding that the phone shows.
    pub tab: RwSignal<Tab>,
}

impl Screen {
    fn watch() -> Screen {
        let screen = Screen {
            is_phone: RwSignal::new(browser::media(PHONE)),
            tab: RwSignal::new(Tab::Corners),
        };
        browser::on_media(PHONE, move || screen.is_phone.set(browser::media(PHONE)));
        screen
    }

    /// Makes a piece the panel of a tab: on the phone it is out of sight while another is chosen.
    pub fn panel(self, piece: &Piece, tab: Tab) {
        piece
            .mark(".", "id", tab.id())
            .hide(".", move || self.is_phone.get() && self.tab.get() != tab);
    }
}

/// Brings the lab to life, in place of its still.
pub fn mount(place: Place) {
    let Some(brought) = place.set_ups() else {
        place.say("The lab cannot start: this page came without its set-ups. Reload it; the picture below still holds.");
        return;
    };
    let Some(room) = mount::room(&place) else { return };
    let (workers, explainer) = (
        [place.worker(), place.larger_worker(), place.builder()],
        place.explainer(),
    );
    let model_page = place.file("model/");
    let (shown_in, live_in) = (room.clone(), room.clone());
    let handle = leptos::mount::mount_to(room, move || {
        provide_context(Sheet::watch());
        let screen = Screen::watch();
        let files = ["more", "about"].map(|name| place.data(name));
        let session = Session::open(brought, files, workers).expect("a lab has a set-up, see above");
        effect(move || {
            // The still shows the first cluster: what is said of another does not wait for its first look.
            let is_elsewhere = session
                .draft
                .with(|draft| draft.pair().preset() != session.first_profile());
            let has_something = is_elsewhere || session.shown.with(Option::is_some);
            if has_something || session.trouble.with(Option::is_some) || session.is_lost.get() {
                mount::reveal(&shown_in);
            }
        });
        listen_for_keys(session);
        let inquiry = Inquiry::open(session, explainer);
        let lab = lab(session, inquiry, screen, &model_page, &place);
        live_in.append_child(lab.element()).ok();
        live_in.append_child(share::dock(session).element()).ok();
    });
    handle.forget();
}

fn lab(session: Session, inquiry: Inquiry, screen: Screen, model_page: &str, place: &Place) -> Piece {
    let clerk = Clerk::open(session, place.clerk(), move || Errand::Policy {
        pair: session.draft.with(|draft| draft.pair().cases()),
    });
    let is_lost = move || session.is_lost.get();
    let has_nothing = move || is_lost() || session.shown.with(Option::is_none);
    let first = Piece::of(r#"<div class="lab-answer" id="answer"></div>"#);
    let answer = answer::answer_panel(session, screen, model_page);
    first
        .put(".", &trouble::notes(session))
        .put(".", answer.hide(".", is_lost));
    let findings = Piece::of(r#"<div class="lab-findings"></div>"#);
    for part in [
        chosen::chosen(session, inquiry, screen),
        tabs(screen),
        kinds::kinds(session, screen),
        corners::corners(session, screen),
        findings::timetable(session, inquiry, screen),
        findings::mirror(session, screen),
        findings::waits(session, screen),
        evidence::evidence(session, inquiry, place.evidence()),
    ] {
        findings.put(".", &part);
    }
    let lab = Piece::of(r#"<div class="lab wrap lab-live"></div>"#);
    lab.put(".", &side::name(session, place))
        .put(".", &first)
        .put(".", &layers::knobs(session, screen))
        .put(".", findings.hide(".", has_nothing))
        .put(".", &aloud::aloud(session, clerk))
        .put(".", &aloud::lines(clerk))
        .put(".", share::share(session, place.clerk()).hide(".", is_lost));
    lab
}

/// The phone's choice of finding.
fn tabs(screen: Screen) -> Piece {
    let tabs = Piece::of(r#"<div class="tabs phone-only" role="tablist" aria-label="Findings"></div>"#);
    for tab in Tab::ALL {
        let is_on = move || screen.tab.get() == tab;
        let button = Piece::of(r#"<button type="button" role="tab"></button>"#);
        button
            .write(".", tab.word())
            .mark(".", "id", &format!("tab-{}", tab.id()))
            .mark(".", "aria-controls", tab.id())
            .tell(".", "aria-selected", is_on)
            .set(".", "tabindex", move || {
                if is_on() { "0" } else { "-1" }.to_owned()
            })
            .on(".", "click", move |_| screen.tab.set(tab));
        tabs.put(".", &button);
    }
    tabs.on(".", "keydown", move |event| {
        let by = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
            "ArrowLeft" => Tab::ALL.len() - 1,
            "ArrowRight" => 1,
            _ => return,
        };
        event.prevent_default();
        let at = Tab::ALL
            .iter()
            .position(|&tab| tab == screen.tab.get_untracked())
            .unwrap_or(0);
        let next = Tab::ALL[(at + by) % Tab::ALL.len()];
        screen.tab.set(next);
        browser::focus(&format!("tab-{}", next.id()));
    });
    tabs
}

/// Undo and redo by the keys everybody's fingers know, and the two sides exchanged by another, unless a text is being written.
fn listen_for_keys(session: Session) {
    browser::on_key(move |event| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return;
        }
        match (event.key().as_str(), event.shift_key()) {
            ("z", false) if session.draft.with_untracked(|draft| draft.can_undo()) => session.undo(),
            ("y", false) | ("z" | "Z", true) if session.draft.with_untracked(|draft| draft.can_redo()) => {
                session.redo();
            }
            ("x" | "X", true) if session.draft.with_untracked(Draft::differs) => session.edit(Edit::Swap),
            _ => return,
        }
        event.prevent_default();
    });
}
