//! The page that edits a cluster: an app of its own, which knows scenarios and runs nothing.
//!
//! [`editor`] is plain Rust and knows no browser; [`view`] writes the page from it; [`morph`] carries that over to what is on
//! the page already. Fields come from the table in [`fields`], so forms, problems and differences speak of the same things.

mod differences;
mod editor;
mod fields;
mod kinds;
mod morph;
mod removal;
mod slices;
#[cfg(test)]
mod testing;
mod troubles;
mod values;
mod view;

use std::cell::RefCell;
use std::rc::Rc;

use sim_core::scenario::Scenario;
use sim_core::scenario::link::{self, LinkError, Proposal};
use sim_worker::{Brought, SetUps};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use crate::browser;
use crate::model::address;
use crate::mount::{Place, places};
use editor::Editor;

const NOT_FETCHED: &str =
    "The other clusters could not be fetched. Check the connection, then reload the page; the link keeps.";

/// Marks a list that is being walked through by keys, and says whether another choice was met on the way.
const BY_KEYS: &str = "data-by-keys";
const HELD: &str = "held";

/// The page while it lives.
struct Page {
    place: Place,
    room: Element,
    lab: String,
    set_ups: Vec<Scenario>,
    editor: Option<Editor>,
    /// Where the focus was last sent, so that it is sent there once.
    focused: Option<String>,
    is_asked: bool,
}

type Shared = Rc<RefCell<Page>>;

/// Brings the marked place of the page to life.
pub fn start() {
    for place in places() {
        if place.data("mount").as_deref() == Some("cluster") {
            mount(place);
        }
    }
}

fn mount(place: Place) {
    let set_ups = match place.set_ups() {
        Some(brought) => scenarios(&brought),
        None => Vec::new(),
    };
    if set_ups.is_empty() {
        place.say("The editor cannot start: this page came without its set-ups. Reload it; what is below still holds.");
        return;
    }
    let Some(room) = place.all(".cluster-live").pop() else {
        return;
    };
    let page = Rc::new(RefCell::new(Page {
        lab: place.file("lab/"),
        place,
        room: room.clone(),
        set_ups,
        editor: None,
        focused: None,
        is_asked: false,
    }));
    type Hearer = fn(&Shared, &Event);
    let hearers: [(&str, Hearer); 5] = [
        ("click", on_click),
        ("change", on_change),
        ("keydown", on_choice_key),
        ("focusout", take_choice),
        ("pointerdown", take_choice),
    ];
    for (event, heard) in hearers {
        let page = Rc::clone(&page);
        browser::listen(&room, event, move |event| heard(&page, &event));
    }
    let here = Rc::clone(&page);
    browser::listen(&room, "keydown", move |event| on_tab_key(&event));
    browser::on_key(move |event| on_key(&here, &event));
    for event in ["popstate", "hashchange"] {
        let page = Rc::clone(&page);
        browser::listen(&browser::window(), event, move |_| {
            let is_ours = page.borrow().editor.as_ref().map(Editor::link) == Some(browser::fragment());
            if !is_ours {
                take_address(&page);
            }
        });
    }
    take_address(&page);
}

/// The set-ups that a page brings along, as scenarios.
fn scenarios(brought: &Brought) -> Vec<Scenario> {
    let set_ups = SetUps::of(&brought.sealed);
    set_ups
        .all()
        .iter()
        .map(|set_up| set_up.scenario().clone())
        .collect()
}

/// Opens what the address bar says, or the first set-up.
fn take_address(page: &Shared) {
    let fragment = browser::fragment();
    let text = match address::is_link(&fragment) {
        true => Some(fragment),
        false => browser::query_s(),
    };
    let mut here = page.borrow_mut();
    let opened = match &text {
        Some(text) => link::decode_among(text, &here.set_ups),
        None => Ok(Proposal::of(&here.set_ups[0])),
    };
    match opened {
        Ok(proposal) => {
            let preset = here
                .set_ups
                .iter()
                .find(|it| it.name == proposal.profile)
                .cloned();
            if let Some(preset) = preset {
                here.editor = Some(Editor::open(proposal, preset));
            }
        }
        Err(LinkError::UnknownProfile { .. }) if !here.is_asked => {
            here.is_asked = true;
            if let Some(more) = here.place.data("more") {
                let page = Rc::clone(page);
                drop(here);
                return browser::fetch(&more, move |bytes| fetched(&page, bytes));
            }
        }
        Err(error) => here.place.say(&format!("This link cannot be read: {error}.")),
    }
    drop(here);
    show(page);
}

/// All set-ups have come, or have not.
fn fetched(page: &Shared, bytes: Option<Vec<u8>>) {
    let brought = bytes.and_then(|bytes| Brought::of(&bytes));
    match brought {
        Some(brought) => page.borrow_mut().set_ups = scenarios(&brought),
        None => page.borrow().place.say(NOT_FETCHED),
    }
    take_address(page);
}

/// Makes the page say what the editor holds.
fn show(page: &Shared) {
    let mut page = page.borrow_mut();
    let Some(editor) = &page.editor else { return };
    let markup = view::page(editor, &page.lab);
    let new = crate::parts::Piece::of(&markup);
    let new = new.element();
    let focus = new.get_attribute("data-focus");
    if new.has_attribute("data-shut") && page.focused != focus {
        let open = page.room.query_selector_all("details.thing[open]").ok();
        let open = open
            .into_iter()
            .flat_map(|all| (0..all.length()).filter_map(move |i| all.item(i)));
        open.filter_map(|it| it.dyn_into::<Element>().ok())
            .for_each(|it| drop(it.remove_attribute("open")));
    }
    match page.room.first_element_child() {
        Some(old) => morph::morph(&old, new),
        None => {
            page.room.append_child(new).ok();
            for still in page.place.all(".cluster-still") {
                still.remove();
            }
        }
    }
    let lost = browser::document()
        .active_element()
        .is_none_or(|it| it.tag_name() == "BODY");
    let is_used = page.editor.as_ref().is_some_and(Editor::can_undo);
    let tab = page
        .editor
        .as_ref()
        .map(|editor| format!("tab-{}", editor.tab.key()));
    let to = match &focus {
        Some(_) if focus != page.focused => focus.clone(),
        Some(_) | None => tab.filter(|_| lost && is_used),
    };
    page.focused = focus;
    // Whatever loses the focus may have something to say about it, so nobody holds the page meanwhile.
    drop(page);
    to.as_deref().into_iter().for_each(browser::focus);
    browser::mark_when_painted("ready");
}

/// After a step: the address bar is the link.
fn stepped(page: &Shared) {
    let link = page.borrow().editor.as_ref().map(Editor::link);
    if let Some(link) = link.filter(|link| *link != browser::fragment()) {
        browser::replace_fragment(&link);
    }
    show(page);
}

fn act(page: &Shared, act: impl FnOnce(&mut Editor) + 'static) {
    match page.try_borrow_mut() {
        Ok(mut here) => {
            if let Some(editor) = &mut here.editor {
                act(editor);
            }
        }
        // A field that goes with the old markup says its last word while the new is carried over.
        Err(_) => {
            let page = Rc::clone(page);
            return browser::later(0, move || self::act(&page, act));
        }
    }
    stepped(page);
}

/// The element around an event's target that says something under an attribute, and what it says.
fn saying(event: &Event, attribute: &str) -> Option<(Element, String)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let found = target.closest(&format!("[{attribute}]")).ok()??;
    let said = found.get_attribute(attribute)?;
    Some((found, said))
}

fn on_click(page: &Shared, event: &Event) {
    if let Some((_, verb)) = saying(event, "data-do") {
        act(page, move |editor| editor.press(&verb));
    }
}

fn on_change(page: &Shared, event: &Event) {
    let Some((field, address)) = saying(event, "data-set") else {
        return;
    };
    if field.has_attribute(BY_KEYS) {
        field.set_attribute(BY_KEYS, HELD).ok();
        return;
    }
    set(page, field, address);
}

fn set(page: &Shared, field: Element, address: String) {
    let field: HtmlInputElement = field.unchecked_into();
    let text = match field.get_attribute("type").as_deref() {
        Some("checkbox") if field.checked() => "yes".to_owned(),
        Some("checkbox") => String::new(),
        Some(_) | None => field.value(),
    };
    act(page, move |editor| editor.set(&address, &text));
}

/// A list that is walked through by keys has another value at each of them: it is taken with Enter, or when the reader goes on.
fn on_choice_key(page: &Shared, event: &Event) {
    let Some((field, _)) = saying(event, "data-set").filter(|(field, _)| field.tag_name() == "SELECT") else {
        return;
    };
    let key = event.unchecked_ref::<KeyboardEvent>();
    match (key.key().as_str(), key.alt_key()) {
        // The list is opened: what is chosen in it is meant.
        ("Enter" | " " | "F4", _) | (_, true) => take_choice(page, event),
        _ if field.has_attribute(BY_KEYS) => {}
        _ => drop(field.set_attribute(BY_KEYS, "")),
    }
}

/// Takes what was chosen by keys.
fn take_choice(page: &Shared, event: &Event) {
    let Some((field, address)) = saying(event, "data-set") else {
        return;
    };
    let is_held = field.get_attribute(BY_KEYS).as_deref() == Some(HELD);
    field.remove_attribute(BY_KEYS).ok();
    if is_held {
        set(page, field, address);
    }
}

/// Undo and redo by the keys of the lab, unless a text is being written.
fn on_key(page: &Shared, event: &KeyboardEvent) {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
        return;
    }
    let verb = match (event.key().as_str(), event.shift_key()) {
        ("z", false) => "undo",
        ("y", false) | ("z" | "Z", true) => "redo",
        _ => return,
    };
    event.prevent_default();
    act(page, move |editor| editor.press(verb));
}

/// Arrows go from tab to tab.
fn on_tab_key(event: &Event) {
    let Some((tab, _)) = saying(event, "role").filter(|(_, role)| role == "tab") else {
        return;
    };
    let to = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
        "ArrowRight" => tab.next_element_sibling(),
        "ArrowLeft" => tab.previous_element_sibling(),
        _ => return,
    };
    event.prevent_default();
    if let Some(to) = to.and_then(|to| to.dyn_into::<HtmlElement>().ok()) {
        to.click();
        to.focus().ok();
    }
}
