//! The few words spoken with the browser: time, marks, address bar, clipboard, media. Nothing here knows clusters.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Document, Element, Event, EventTarget, HtmlElement, HtmlInputElement, KeyboardEvent, Response, Window,
};

/// The window. Pages always have one.
pub fn window() -> Window {
    web_sys::window().expect("this code runs on a page, and a page has a window")
}

/// The document. Pages always have one.
pub fn document() -> Document {
    window().document().expect("a page's window has a document")
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window()
        .performance()
        .map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// Leaves a mark in the browser's own timeline, where tests and benches read it.
pub fn mark(name: &str) {
    if let Some(clock) = window().performance() {
        // A mark that cannot be left is no loss to a reader.
        clock.mark(name).ok();
    }
}

/// Leaves a mark once what has just been changed is on screen.
pub fn mark_when_painted(name: &'static str) {
    next_frame(move || later(0, move || mark(name)));
}

/// Calls back before the next picture is drawn.
pub fn next_frame(call: impl FnOnce() + 'static) {
    window().request_animation_frame(&once(Box::new(call))).ok();
}

/// Calls back in its own task, after so many milliseconds.
pub fn later(millis: i32, call: impl FnOnce() + 'static) {
    let call = once(Box::new(call));
    window()
        .set_timeout_with_callback_and_timeout_and_arguments_0(&call, millis)
        .ok();
}

/// A function for the browser to call once. Boxed, so that it is compiled once and not for each caller.
fn once(call: Box<dyn FnOnce()>) -> js_sys::Function {
    Closure::once_into_js(call).unchecked_into()
}

/// Listens for as long as the page lives.
pub fn listen(target: &EventTarget, event: &str, call: impl FnMut(Event) + 'static) {
    listen_boxed(target, event, Box::new(call));
}

fn listen_boxed(target: &EventTarget, event: &str, call: Box<dyn FnMut(Event)>) {
    let call = Closure::wrap(call);
    target
        .add_event_listener_with_callback(event, call.as_ref().unchecked_ref())
        .ok();
    call.forget();
}

/// Calls back when a promise is kept, with what it brings, or broken.
pub fn then(promise: &Promise, call: impl FnOnce(Option<JsValue>) + 'static) {
    then_boxed(promise, Box::new(call));
}

/// What follows a promise, until it has followed.
type Then = Box<dyn FnOnce(Option<JsValue>)>;

fn then_boxed(promise: &Promise, call: Then) {
    let call = Rc::new(Cell::new(Some(call)));
    let settle = |call: Rc<Cell<Option<Then>>>, kept: bool| {
        Closure::<dyn FnMut(JsValue)>::wrap(Box::new(move |value| {
            if let Some(call) = call.take() {
                call(kept.then_some(value));
            }
        }))
    };
    let (kept, broken) = (settle(Rc::clone(&call), true), settle(call, false));
    drop(promise.then2(&kept, &broken));
    // A promise calls one of the two, some time.
    kept.forget();
    broken.forget();
}

/// What follows the `#`, without it.
pub fn fragment() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}

/// What follows the `?` under the key `s`, for programs that drop fragments.
pub fn query_s() -> Option<String> {
    let search = window().location().search().unwrap_or_default();
    let text = search.strip_prefix('?')?.strip_prefix("s=")?;
    Some(text.to_owned())
}

/// Puts a fragment into the address bar, in place of the one there.
pub fn replace_fragment(fragment: &str) {
    if let Ok(history) = window().history() {
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")))
            .ok();
    }
}

/// Leaves for another page.
pub fn go(address: &str) {
    window().location().set_href(address).ok();
}

/// What follows the `?` in the address bar, without it and with its escapes undone.
pub fn query() -> String {
    let search = window().location().search().unwrap_or_default();
    let text = search.strip_prefix('?').unwrap_or(&search);
    let plain = js_sys::decode_uri_component(text).map(String::from);
    plain.unwrap_or_else(|_| text.to_owned())
}

/// Puts a query and a fragment into the address bar, in place of those there.
pub fn replace_query(query: &str, fragment: &str) {
    if let Ok(history) = window().history() {
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(&format!("{query}#{fragment}")))
            .ok();
    }
}

/// Puts a query into the address bar, in place of whatever follows the page's own address.
pub fn replace_address(query: &str) {
    let page = window().location().pathname().unwrap_or_default();
    if let Ok(history) = window().history() {
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(&format!("{page}{query}")))
            .ok();
    }
}

/// Puts a fragment into the address bar, as a new entry to come back from.
pub fn push_fragment(fragment: &str) {
    if let Ok(history) = window().history() {
        history
            .push_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")))
            .ok();
    }
}

/// The page's address without its fragment.
pub fn page_address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// Cores that the browser admits to, at least one.
pub fn cores() -> usize {
    let cores = window().navigator().hardware_concurrency();
    if cores.is_finite() {
        (cores as usize).max(1)
    } else {
        1
    }
}

/// Whether a media query holds now.
pub fn media(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// Calls back whenever a media query begins or ceases to hold.
pub fn on_media(query: &str, mut call: impl FnMut() + 'static) {
    if let Ok(Some(list)) = window().match_media(query) {
        listen(&list, "change", move |_| call());
    }
}

/// Puts the keyboard's focus on an element.
pub fn focus(id: &str) {
    let element = document()
        .get_element_by_id(id)
        .and_then(|found| found.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        element.focus().ok();
    }
}

/// The id of the element that has the keyboard's focus; empty if it has none.
pub fn focused() -> String {
    document()
        .active_element()
        .map_or(String::new(), |element| element.id())
}

/// Hears keys for as long as the page lives, but for those that go into a text.
pub fn on_key(mut call: impl FnMut(KeyboardEvent) + 'static) {
    listen(&document(), "keydown", move |event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else {
            return;
        };
        let writes = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if writes.is_none_or(|input| input.type_() == "range") {
            call(event);
        }
    });
}

/// Puts a text on the clipboard, then calls back with whether that was allowed.
pub fn copy(text: &str, done: impl FnOnce(bool) + 'static) {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    if clipboard.is_err() || clipboard.is_ok_and(|clipboard| clipboard.is_undefined()) {
        // Pages that were not served securely have no clipboard.
        return done(false);
    }
    then(&window().navigator().clipboard().write_text(text), |kept| {
        done(kept.is_some())
    });
}

/// Reads the file that somebody chose, unless it is larger than so many bytes; then the next choice is a new one.
pub fn read_file(
    input: &HtmlInputElement,
    most: f64,
    done: impl FnOnce(Result<String, &'static str>) + 'static,
) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else {
        return;
    };
    input.set_value("");
    if file.size() > most {
        return done(Err(
            "This file is larger than 4 MiB, and no scenario is: choose a TOML file of a page or two.",
        ));
    }
    then(&file.text(), |text| {
        let text = text.and_then(|text| text.as_string());
        done(text.ok_or("This file could not be read. Choose it again."));
    });
}

/// Fetches a file's bytes; `None` if it does not come.
pub fn fetch(address: &str, done: impl FnOnce(Option<Vec<u8>>) + 'static) {
    let done: Box<dyn FnOnce(Option<Vec<u8>>)> = Box::new(done);
    then(&window().fetch_with_str(address), |response| {
        let response = response.and_then(|response| response.dyn_into::<Response>().ok());
        let body = response
            .filter(Response::ok)
            .and_then(|response| response.array_buffer().ok());
        match body {
            Some(body) => then(&body, |bytes| {
                done(bytes.map(|bytes| js_sys::Uint8Array::new(&bytes).to_vec()))
            }),
            None => done(None),
        }
    });
}

/// A new element.
pub fn element(tag: &str) -> Element {
    document().create_element(tag).expect("a tag's name is a name")
}
