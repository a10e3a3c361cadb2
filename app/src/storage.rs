//! What stays on this device. The only place that touches local storage; a browser that refuses it loses nothing else.

use crate::browser;

/// What is kept under a name.
pub fn get(name: &str) -> Option<String> {
    browser::window()
        .local_storage()
        .ok()??
        .get_item(&format!("trilemma-{name}"))
        .ok()?
}

/// Keeps a text under a name.
pub fn set(name: &str, text: &str) {
    if let Ok(Some(storage)) = browser::window().local_storage() {
        storage.set_item(&format!("trilemma-{name}"), text).ok();
    }
}
