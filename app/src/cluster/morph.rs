//! Carries new markup over to what is on the page: what is the same stays, so focus, open parts and scrolling stay too.
//!
//! Children are matched by their id where they have one, else by place and name. A field keeps what is in it if the new
//! markup says the same value as the old.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlInputElement, Node};

/// Makes an element like another of the same name.
pub fn morph(old: &Element, new: &Element) {
    attributes(old, new);
    children(old, new);
    if matches!(old.tag_name().as_str(), "INPUT" | "SELECT") {
        value(old, new);
    }
}

fn attributes(old: &Element, new: &Element) {
    for name in old
        .get_attribute_names()
        .iter()
        .filter_map(|name| name.as_string())
    {
        // What a reader has opened stays open.
        if new.get_attribute(&name).is_none() && name != "open" {
            old.remove_attribute(&name).ok();
        }
    }
    for name in new
        .get_attribute_names()
        .iter()
        .filter_map(|name| name.as_string())
    {
        let value = new.get_attribute(&name);
        if value != old.get_attribute(&name) {
            old.set_attribute(&name, &value.unwrap_or_default()).ok();
        }
    }
}

/// What a field shows is not in its attributes once somebody has used it.
fn value(old: &Element, new: &Element) {
    let is = old.unchecked_ref::<HtmlInputElement>();
    if old.tag_name() == "SELECT" {
        let chosen = new.query_selector("[selected]").ok().flatten();
        if let Some(chosen) = chosen.and_then(|option| option.get_attribute("value")) {
            is.set_value(&chosen);
        }
        return;
    }
    match old.get_attribute("type").as_deref() {
        Some("checkbox" | "radio") => is.set_checked(new.has_attribute("checked")),
        Some(_) | None => {
            let value = new.get_attribute("value").unwrap_or_default();
            if is.value() != value {
                is.set_value(&value);
            }
        }
    }
}

fn children(old: &Element, new: &Element) {
    let mut at = old.first_child();
    let mut next = new.first_child();
    while let Some(wanted) = next {
        next = wanted.next_sibling();
        let found = matching(at.as_ref(), &wanted);
        match found {
            Some(found) => {
                // What lies between goes: it is not wanted, or is wanted later and comes anew.
                while let Some(between) = at.filter(|between| *between != found) {
                    at = between.next_sibling();
                    old.remove_child(&between).ok();
                }
                at = found.next_sibling();
                match (found.dyn_ref::<Element>(), wanted.dyn_ref::<Element>()) {
                    (Some(found), Some(wanted)) => morph(found, wanted),
                    _ if found.node_value() != wanted.node_value() => {
                        found.set_node_value(wanted.node_value().as_deref());
                    }
                    _ => {}
                }
            }
            None => {
                old.insert_before(&wanted, at.as_ref()).ok();
            }
        }
    }
    while let Some(rest) = at {
        at = rest.next_sibling();
        old.remove_child(&rest).ok();
    }
}

/// The node from here on that a new one is carried over to.
fn matching(from: Option<&Node>, wanted: &Node) -> Option<Node> {
    let id = |node: &Node| {
        node.dyn_ref::<Element>()
            .map(Element::id)
            .filter(|id| !id.is_empty())
    };
    let from = from?;
    match id(wanted) {
        None => (id(from).is_none() && from.node_name() == wanted.node_name()).then(|| from.clone()),
        Some(name) => {
            let mut at = Some(from.clone());
            while let Some(node) = at {
                if id(&node).as_ref() == Some(&name) && node.node_name() == wanted.node_name() {
                    return Some(node);
                }
                at = node.next_sibling();
            }
            None
        }
    }
}
