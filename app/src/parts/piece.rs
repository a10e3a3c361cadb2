//! Markup that lives: a text of HTML whose named places follow signals.
//!
//! The page's shape stands in one text that reads like the page. A place in it is named `data-at="name"` and is brought to
//! life by its name; the piece's own element is named `"."`. All places that follow a text share one compiled path,
//! which is why the app is small: a view macro compiles each of them anew.
//!
//! Markup is ours alone: words from elsewhere, a link for instance, only ever arrive as text.

use std::cell::RefCell;

use leptos::prelude::Effect;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlInputElement};

use crate::browser;

/// One element and what is in it.
#[derive(Clone)]
pub struct Piece(Element);

impl Piece {
    /// The one element of a markup.
    pub fn of(markup: &str) -> Piece {
        let holder = browser::element("template");
        holder.set_inner_html(markup);
        // What is parsed into a template lies in its content, where table rows may stand alone.
        let content = js_sys::Reflect::get(&holder, &"content".into()).ok();
        let first = content
            .and_then(|content| content.dyn_into::<web_sys::DocumentFragment>().ok())
            .and_then(|content| content.first_element_child());
        Piece(first.unwrap_or(holder))
    }

    /// Its element.
    pub fn element(&self) -> &Element {
        &self.0
    }

    /// A named place in it.
    pub fn at(&self, name: &str) -> Element {
        if name == "." {
            return self.0.clone();
        }
        let found = self.0.query_selector(&format!("[data-at={name}]")).ok().flatten();
        debug_assert!(found.is_some(), "no place named {name}");
        found.unwrap_or_else(|| self.0.clone())
    }

    /// A named place that is a field or a slider.
    pub fn input(&self, name: &str) -> HtmlInputElement {
        self.at(name).unchecked_into()
    }

    /// Writes words that stay.
    pub fn write(&self, name: &str, words: &str) -> &Piece {
        self.at(name).set_text_content(Some(words));
        self
    }

    /// Sets an attribute that stays.
    pub fn mark(&self, name: &str, attribute: &str, value: &str) -> &Piece {
        self.at(name).set_attribute(attribute, value).ok();
        self
    }

    /// Words that follow signals; nothing is no words.
    pub fn say<T: Into<Option<String>>>(&self, name: &str, words: impl Fn() -> T + 'static) -> &Piece {
        let place = self.at(name);
        follow(
            Box::new(move || words().into().unwrap_or_default()),
            Box::new(move |words| place.set_text_content(Some(words))),
        );
        self
    }

    /// Markup of ours that follows signals: what a worker of this build has written, with words from elsewhere escaped.
    pub fn html(&self, name: &str, markup: impl Fn() -> String + 'static) -> &Piece {
        let place = self.at(name);
        follow(
            Box::new(markup),
            Box::new(move |markup| place.set_inner_html(markup)),
        );
        self
    }

    /// An attribute that follows signals.
    pub fn set<T: Into<Option<String>>>(
        &self,
        name: &str,
        attribute: &'static str,
        value: impl Fn() -> T + 'static,
    ) -> &Piece {
        let place = self.at(name);
        follow(
            Box::new(move || value().into().unwrap_or_default()),
            Box::new(move |value| drop(place.set_attribute(attribute, value))),
        );
        self
    }

    /// An attribute that says "true" or "false" and follows signals.
    pub fn tell(&self, name: &str, attribute: &'static str, is: impl Fn() -> bool + 'static) -> &Piece {
        self.set(name, attribute, move || Some(is().to_string()))
    }

    /// A field's or slider's value that follows signals.
    pub fn value(&self, name: &str, value: impl Fn() -> String + 'static) -> &Piece {
        let field = self.input(name);
        follow(Box::new(value), Box::new(move |value| field.set_value(value)));
        self
    }

    /// A class that is there or not, following signals.
    pub fn class(&self, name: &str, class: &'static str, is: impl Fn() -> bool + 'static) -> &Piece {
        let classes = self.at(name).class_list();
        follow(
            Box::new(move || if is() { class.to_owned() } else { String::new() }),
            Box::new(move |now| {
                drop(if now.is_empty() {
                    classes.remove_1(class)
                } else {
                    classes.add_1(class)
                })
            }),
        );
        self
    }

    /// A custom property of the style, following signals. Style attributes in markup are forbidden by the page's policy.
    pub fn style(&self, name: &str, property: &'static str, value: impl Fn() -> String + 'static) -> &Piece {
        let style = self.at(name).unchecked_into::<web_sys::HtmlElement>().style();
        follow(
            Box::new(value),
            Box::new(move |value| drop(style.set_property(property, value))),
        );
        self
    }

    /// Out of sight while this holds.
    pub fn hide(&self, name: &str, is: impl Fn() -> bool + 'static) -> &Piece {
        let place = self.at(name);
        follow(
            Box::new(move || if is() { "hidden".to_owned() } else { String::new() }),
            Box::new(move |now| {
                drop(if now.is_empty() {
                    place.remove_attribute("hidden")
                } else {
                    place.set_attribute("hidden", "")
                });
            }),
        );
        self
    }

    /// Hears an event.
    pub fn on(&self, name: &str, event: &str, call: impl FnMut(Event) + 'static) -> &Piece {
        browser::listen(&self.at(name), event, call);
        self
    }

    /// Puts a piece at the end of a place.
    pub fn put(&self, name: &str, piece: &Piece) -> &Piece {
        self.at(name).append_child(&piece.0).ok();
        self
    }

    /// Pieces that follow signals, in place of those before. They do not live themselves.
    pub fn fill(&self, name: &str, pieces: impl Fn() -> Vec<Piece> + 'static) -> &Piece {
        let place = self.at(name);
        effect(move || {
            place.set_text_content(None);
            for piece in pieces() {
                place.append_child(&piece.0).ok();
            }
        });
        self
    }
}

/// An effect that hands nothing on from one time to the next.
pub fn effect(run: impl FnMut() + 'static) {
    boxed_effect(Box::new(run));
}

/// Boxed, so that it is compiled once and not for each caller.
fn boxed_effect(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}

/// Carries a text on whenever it has changed.
fn follow(text: Box<dyn Fn() -> String>, carry: Box<dyn Fn(&str)>) {
    let last = RefCell::new(None::<String>);
    effect(move || {
        let now = Some(text());
        if *last.borrow() != now {
            carry(now.as_deref().unwrap_or_default());
            *last.borrow_mut() = now;
        }
    });
}
