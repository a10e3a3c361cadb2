//! Finds the marked places of a page and brings each to life. What cannot start says so in a sentence; the still stays.

use sim_worker::Brought;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::browser;

/// A marked place of a page.
#[derive(Clone)]
pub struct Place {
    /// Its element.
    pub element: HtmlElement,
    /// The way to the site's first folder: `../`.
    pub root: String,
}

impl Place {
    /// What the page says under `data-NAME`.
    pub fn data(&self, name: &str) -> Option<String> {
        self.element.get_attribute(&format!("data-{name}"))
    }

    /// The address of a file of the site.
    pub fn file(&self, name: &str) -> String {
        format!("{}{name}", self.root)
    }

    /// The address of the worker's loader, as the page names it.
    pub fn worker(&self) -> String {
        page_says("data-worker").unwrap_or_else(|| self.file("sim-worker_loader.js"))
    }

    /// The address of the loader of the worker that has room for everything, as the page names it.
    pub fn larger_worker(&self) -> String {
        page_says("data-larger").unwrap_or_else(|| self.file("larger-worker_loader.js"))
    }

    /// The address of the loader of the worker that explains, as the page names it.
    pub fn explainer(&self) -> String {
        page_says("data-explainer").unwrap_or_else(|| self.file("explain-worker_loader.js"))
    }

    /// The address of the loader of the worker that writes, as the page names it.
    pub fn clerk(&self) -> String {
        page_says("data-clerk").unwrap_or_else(|| self.file("clerk-worker_loader.js"))
    }

    /// The address of the loader of the worker that builds set-ups, as the page names it.
    pub fn builder(&self) -> String {
        page_says("data-builder").unwrap_or_else(|| self.file("builder-worker_loader.js"))
    }

    /// The address of the loader of the worker that finds evidence, as the page names it.
    pub fn evidence(&self) -> String {
        page_says("data-evidence").unwrap_or_else(|| self.file("evidence-worker_loader.js"))
    }

    /// The set-ups that the page brings along, if they can be read.
    pub fn set_ups(&self) -> Option<Brought> {
        Brought::of(&bytes_of_hex(&self.data("set-ups")?)?)
    }

    /// All elements in it that a selector finds.
    pub fn all(&self, selector: &str) -> Vec<Element> {
        let Ok(found) = self.element.query_selector_all(selector) else {
            return Vec::new();
        };
        (0..found.length())
            .filter_map(|i| found.item(i)?.dyn_into().ok())
            .collect()
    }

    /// Says in one sentence that this place stays as it is.
    pub fn say(&self, sentence: &str) {
        let Ok(line) = browser::document().create_element("p") else {
            return;
        };
        line.set_class_name("small live-failed");
        line.set_attribute("role", "status").ok();
        line.set_text_content(Some(sentence));
        self.element.prepend_with_node_1(&line).ok();
    }
}

/// Brings every place of the page that has this mark to life. Other marks are another script's.
pub fn start(mark: &str, mount: fn(Place)) {
    for place in places()
        .into_iter()
        .filter(|place| place.data("mount").as_deref() == Some(mark))
    {
        mount(place);
    }
}

/// The marked places of the page.
pub fn places() -> Vec<Place> {
    let Ok(found) = browser::document().query_selector_all("[data-mount]") else {
        return Vec::new();
    };
    let element = |i| found.item(i)?.dyn_into::<HtmlElement>().ok();
    let place = |element: HtmlElement| {
        let root = element
            .get_attribute("data-root")
            .or_else(|| page_says("data-root"));
        let root = root.unwrap_or_else(|| "./".to_owned());
        Place { element, root }
    };
    (0..found.length()).filter_map(element).map(place).collect()
}

/// An attribute of the whole page.
fn page_says(name: &str) -> Option<String> {
    browser::document().document_element()?.get_attribute(name)
}

/// Bytes written as pairs of hex digits.
fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().as_bytes();
    if digits.len() % 2 == 1 {
        return None;
    }
    let digit = |c: u8| char::from(c).to_digit(16);
    digits
        .chunks(2)
        .map(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8))
        .collect()
}

/// A hidden room for the live part beside the still, so that nothing moves before there is something to see.
pub fn room(place: &Place) -> Option<HtmlElement> {
    let room: HtmlElement = browser::document().create_element("div").ok()?.dyn_into().ok()?;
    room.set_class_name("live");
    room.set_hidden(true);
    place.element.append_child(&room).ok()?;
    Some(room)
}

/// Shows the room and takes away the still.
pub fn reveal(room: &HtmlElement) {
    if !room.hidden() {
        return;
    }
    while let Some(still) = room.previous_sibling() {
        if let Some(parent) = still.parent_node() {
            parent.remove_child(&still).ok();
        }
    }
    room.set_hidden(false);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_in_pairs_and_refused_otherwise() {
        assert_eq!(bytes_of_hex("00ffA0"), Some(vec![0, 255, 160]));
        assert_eq!(bytes_of_hex("0"), None);
        assert_eq!(bytes_of_hex("zz"), None);
    }
}
