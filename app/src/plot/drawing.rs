//! A canvas that draws itself again when what it shows, its width, the theme or the fonts change.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use figures::palette::Theme;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlCanvasElement, MutationObserver, MutationObserverInit, ResizeObserver};

use super::CanvasInk;
use super::queue;
use crate::browser;
use crate::parts::effect;

/// What all drawings of a page have in common.
#[derive(Clone, Copy)]
pub struct Sheet {
    /// The theme in force.
    pub theme: RwSignal<Theme>,
    /// Rises when the fonts have come.
    fonts: RwSignal<u32>,
}

impl Sheet {
    /// Watches theme and fonts for as long as the page lives.
    pub fn watch() -> Sheet {
        let sheet = Sheet {
            theme: RwSignal::new(theme_now()),
            fonts: RwSignal::new(0),
        };
        let look = move || sheet.theme.set(theme_now());
        browser::on_media("(prefers-color-scheme: dark)", look);
        let on_change = Closure::<dyn FnMut()>::new(look);
        if let (Ok(observer), Some(root)) = (
            MutationObserver::new(on_change.as_ref().unchecked_ref()),
            browser::document().document_element(),
        ) {
            let what = MutationObserverInit::new();
            what.set_attributes(true);
            observer.observe_with_options(&root, &what).ok();
            std::mem::forget(observer);
        }
        on_change.forget();
        when_fonts_are_there(move || sheet.fonts.update(|n| *n += 1));
        sheet
    }
}

/// The theme the page is shown in: what the reader chose, else what the system says.
fn theme_now() -> Theme {
    let chosen = browser::document()
        .document_element()
        .and_then(|root| root.get_attribute("data-theme"));
    let dark = match chosen.as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => browser::media("(prefers-color-scheme: dark)"),
    };
    if dark { Theme::Dark } else { Theme::Light }
}

/// Calls back once the page's fonts are loaded, if the browser says so.
fn when_fonts_are_there(call: impl FnOnce() + 'static) {
    let ready = js_sys::Reflect::get(&browser::document(), &"fonts".into())
        .and_then(|fonts| js_sys::Reflect::get(&fonts, &"ready".into()));
    if let Ok(ready) = ready {
        browser::then(&js_sys::Promise::resolve(&ready), |_| call());
    }
}

/// Draws at a width in CSS pixels.
pub type Paint = Box<dyn Fn(&mut CanvasInk, u32)>;

/// What a canvas shows at a moment.
pub struct Picture {
    /// Another name means another picture; without one it is always new.
    pub name: Option<(usize, usize)>,
    /// Its height at a width, in CSS pixels.
    pub height: Box<dyn Fn(u32) -> u32>,
    /// Draws it at a width.
    pub paint: Paint,
}

impl Picture {
    /// A picture that is drawn whenever it is asked for.
    pub fn new(
        height: impl Fn(u32) -> u32 + 'static,
        paint: impl Fn(&mut CanvasInk, u32) + 'static,
    ) -> Picture {
        Picture {
            name: None,
            height: Box::new(height),
            paint: Box::new(paint),
        }
    }

    /// The same, drawn only once under this name.
    pub fn named(self, name: (usize, usize)) -> Picture {
        Picture {
            name: Some(name),
            ..self
        }
    }
}

/// A canvas that shows `picture`, which follows signals.
pub fn drawing(canvas: &Element, picture: impl Fn() -> Option<Picture> + 'static) {
    draw(canvas.clone().unchecked_into(), Box::new(picture));
}

fn draw(canvas: HtmlCanvasElement, picture: Box<dyn Fn() -> Option<Picture>>) {
    let sheet = expect_context::<Sheet>();
    let width = RwSignal::new(0_u32);
    // The newest picture waits here for its turn to be drawn.
    let newest = Rc::new(RefCell::new(None::<Picture>));
    let drawn = Cell::new((None, 0, 0, Theme::Light));
    let watched = Cell::new(false);
    effect(move || {
        if !watched.replace(true) {
            follow_width(&canvas, width);
        }
        let stamp = (width.get(), sheet.fonts.get(), sheet.theme.get());
        let Some(picture) = picture().filter(|_| stamp.0 > 0) else {
            return;
        };
        let stamp = (picture.name, stamp.0, stamp.1, stamp.2);
        if drawn.replace(stamp) == stamp && picture.name.is_some() {
            return;
        }
        if newest.replace(Some(picture)).is_some() {
            return;
        }
        let (newest, canvas) = (Rc::clone(&newest), canvas.clone());
        queue::ask(move || {
            let (Some(picture), Some(width)) = (newest.take(), width.try_get_untracked()) else {
                return;
            };
            let height = (picture.height)(width);
            if let Some(mut ink) = CanvasInk::new(&canvas, width, height, sheet.theme.get_untracked()) {
                (picture.paint)(&mut ink, width);
            }
        });
    });
}

/// A small sign of a fixed size in CSS pixels, drawn anew when the theme changes.
pub fn sign(canvas: &Element, (width, height): (u32, u32), paint: Box<dyn Fn(&mut CanvasInk)>) {
    let sheet = expect_context::<Sheet>();
    let canvas: HtmlCanvasElement = canvas.clone().unchecked_into();
    effect(move || {
        if let Some(mut ink) = CanvasInk::new(&canvas, width, height, sheet.theme.get()) {
            paint(&mut ink);
        }
    });
}

/// Keeps a signal at the width of the canvas's place, in whole CSS pixels.
fn follow_width(canvas: &HtmlCanvasElement, width: RwSignal<u32>) {
    let Some(place) = canvas.parent_element() else {
        return;
    };
    let measured = place.clone();
    let read = move || {
        let now = measured.client_width().max(0) as u32;
        if width.try_get_untracked().is_some_and(|before| before != now) {
            width.set(now);
        }
    };
    read();
    let on_resize = Closure::<dyn FnMut()>::new(read);
    if let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
        observer.observe(&place);
        // Both live as long as the page, and so does the canvas.
        std::mem::forget(observer);
        on_resize.forget();
    }
}
