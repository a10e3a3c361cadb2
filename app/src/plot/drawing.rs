//! A canvas that draws itself again when what it shows, its width, the theme or the fonts change.

use figures::palette::Theme;
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{MutationObserver, MutationObserverInit, ResizeObserver};

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
    if let Ok(ready) = ready.map(js_sys::Promise::resolve.to_owned_call()) {
        leptos::task::spawn_local(async move {
            wasm_bindgen_futures::JsFuture::from(ready).await.ok();
            call();
        });
    }
}
