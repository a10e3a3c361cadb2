//! A canvas that draws itself again when what it shows, its width, the theme or the fonts change.

use std::cell::Cell;
use std::rc::Rc;

use figures::palette::Theme;
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlCanvasElement, MutationObserver, MutationObserverInit, ResizeObserver};

use super::CanvasInk;
use super::queue;
use crate::browser;

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
        let sheet = Sheet { theme: RwSignal::new(theme_now()), fonts: RwSignal::new(0) };
        let look = move || sheet.theme.set(theme_now());
        browser::on_media("(prefers-color-scheme: dark)", look);
        let on_change = Closure::<dyn FnMut()>::new(look);
        if let (Ok(observer), Some(root)) =
            (MutationObserver::new(on_change.as_ref().unchecked_ref()), browser::document().document_element())
        {
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
    let chosen = browser::document().document_element().and_then(|root| root.get_attribute("data-theme"));
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
        leptos::task::spawn_local(async move {
            wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&ready)).await.ok();
            call();
        });
    }
}

/// A canvas that shows `what`, `height` CSS pixels high at a width. It says `label` to those who do not see it.
pub fn drawing<T: Clone + Send + Sync + 'static>(
    what: Signal<Option<T>>,
    label: Signal<String>,
    height: impl Fn(&T, u32) -> u32 + 'static,
    paint: impl Fn(&mut CanvasInk, u32, &T) + 'static,
) -> impl IntoView {
    let sheet = expect_context::<Sheet>();
    let place = NodeRef::<Canvas>::new();
    let width = RwSignal::new(0_u32);
    Effect::new(move |_| {
        if let Some(canvas) = place.get() {
            follow_width(&canvas, width);
        }
    });
    let painter = Rc::new((height, paint));
    let asked = Rc::new(Cell::new(false));
    Effect::new(move |_| {
        let ready = what.with(Option::is_some) && width.get() > 0;
        sheet.fonts.track();
        sheet.theme.track();
        if !ready || asked.replace(true) {
            return;
        }
        let (painter, asked) = (Rc::clone(&painter), Rc::clone(&asked));
        queue::ask(move || {
            asked.set(false);
            let (Some(canvas), Some(Some(what))) = (place.try_get_untracked().flatten(), what.try_get_untracked())
            else {
                return;
            };
            let width = width.get_untracked();
            let height = painter.0(&what, width);
            if let Some(mut ink) = CanvasInk::new(&canvas, width, height, sheet.theme.get_untracked()) {
                painter.1(&mut ink, width, &what);
            }
        });
    });
    view! { <canvas node_ref=place role="img" aria-label=move || label.get() width="600" height="60"></canvas> }
}

/// A small sign of a fixed size in CSS pixels, drawn anew when the theme changes.
pub fn sign((width, height): (u32, u32), paint: impl Fn(&mut CanvasInk) + 'static) -> impl IntoView {
    let sheet = expect_context::<Sheet>();
    let place = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some(mut ink) = place.get().and_then(|canvas| CanvasInk::new(&canvas, width, height, sheet.theme.get())) {
            paint(&mut ink);
        }
    });
    view! { <canvas node_ref=place width=width height=height></canvas> }
}

/// Keeps a signal at the width of the canvas's place, in whole CSS pixels.
fn follow_width(canvas: &HtmlCanvasElement, width: RwSignal<u32>) {
    let Some(place) = canvas.parent_element() else { return };
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
        let kept = StoredValue::new_local((observer, on_resize));
        on_cleanup(move || {
            kept.with_value(|(observer, _)| observer.disconnect());
        });
    }
}
