//! The lab as a reader meets it: its controls by their names, its answer, its link, its receipt.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sim_core::scenario::knobs;

use super::Page;

/// The five controls, by their keys.
pub const CONTROLS: [&str; 5] = ["half-life", "run-minutes", "cap", "max-time", "load"];

/// What the lab shows once all runs are there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The answer, the corners, the waits: everything in words.
    pub words: String,
    /// The digest of the receipt.
    pub digest: String,
    /// The fragment in the address bar, without the `#`.
    pub link: String,
}

/// The name under which a control is announced.
///
/// # Errors
/// If there is no such control.
pub fn name_of(key: &str) -> Result<&'static str> {
    Ok(knobs::find(key)
        .ok()
        .context("a control is a knob")?
        .texts()
        .label)
}

/// What a control says of its value.
///
/// # Errors
/// If there is no such control.
pub async fn value_of(page: &Page, key: &str) -> Result<String> {
    let script = "return document.getElementById(arguments[0]).getAttribute('aria-valuetext')";
    let value = page.js_with(script, vec![json!(format!("knob-{key}"))]).await?;
    Ok(value.as_str().context("the control says its value")?.to_owned())
}

/// Waits until a control says something else than this, and returns what.
///
/// # Errors
/// If it never does.
pub async fn value_after(page: &Page, key: &str, before: &str) -> Result<String> {
    let script = format!(
        "const said = document.getElementById({}).getAttribute('aria-valuetext'); return said === {} ? null : said;",
        json!(format!("knob-{key}")),
        json!(before)
    );
    let value = page
        .until(&format!("{key} says another value than {before}"), &script)
        .await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// Waits until the answer for what the address bar says is whole.
///
/// # Errors
/// If it never is.
pub async fn answer(page: &Page) -> Result<Answer> {
    answer_but(page, "").await
}

/// Waits until there is a whole answer with another digest than this one.
///
/// # Errors
/// If there never is.
pub async fn answer_but(page: &Page, digest: &str) -> Result<Answer> {
    let script = format!(
        "const line = document.querySelector('.answer-line'), receipt = document.querySelector('[data-digest]');
         if (!line || line.dataset.state !== 'ready' || !receipt || receipt.hidden) return null;
         const digest = receipt.dataset.digest;
         if (!digest || digest === {}) return null;
         // While a knob moves, the address bar follows a little later than the page's own words.
         const link = document.querySelector('.share-link');
         if (link && location.hash !== '#' + link.textContent) return null;
         const words = [...document.querySelectorAll('.answer-line, .corner-value, #who-pays td')].map((it) => it.textContent);
         return [words.join('|'), digest, location.hash.slice(1)];",
        json!(digest)
    );
    let found = page.until("a whole answer with its receipt", &script).await?;
    Ok(read(&found))
}

fn read(found: &Value) -> Answer {
    let text = |index: usize| found[index].as_str().unwrap_or_default().to_owned();
    Answer {
        words: text(0),
        digest: text(1),
        link: text(2),
    }
}
