//! The page that finds others, with its index and nobody's server.

use anyhow::{Result, ensure};
use serde_json::json;
use tests::browser::{Page, journey};

async fn ask(page: &Page, words: &str) -> Result<()> {
    page.js_with(
        "const field = document.querySelector('.search input'); field.value = arguments[0];
         field.dispatchEvent(new Event('input', { bubbles: true }));",
        vec![json!(words)],
    )
    .await?;
    page.until(
        "an answer to what was asked",
        "return document.querySelector('[data-found]').textContent || null",
    )
    .await?;
    Ok(())
}

#[test]
fn a_word_finds_its_pages_and_what_is_nowhere_is_said_to_be() {
    journey(async |page| {
        page.open("search/").await?;
        page.until_there(".search:not([hidden])").await?;
        ask(page, "backfill").await?;
        let first = page
            .text("return document.querySelector('[data-results] a').textContent")
            .await?;
        ensure!(first.to_lowercase().contains("backfill"), "first comes {first}");
        let there = page
            .js("return Promise.all([...document.querySelectorAll('[data-results] a')].map((it) => fetch(it.href).then((got) => got.ok)))")
            .await?;
        let all = there.as_array().cloned().unwrap_or_default();
        ensure!(
            !all.is_empty() && all.iter().all(|it| *it == json!(true)),
            "{there}: a page that was found is not there"
        );
        // The words are in the address, so that a search can be passed on.
        let address = page.text("return location.hash").await?;
        ensure!(address == "#q=backfill", "{address}");
        page.js("document.querySelector('[data-found]').textContent = ''")
            .await?;
        ask(page, "zyzzyva").await?;
        let said = page
            .text("return document.querySelector('[data-found]').textContent")
            .await?;
        ensure!(said.starts_with("No page"), "{said}");
        // Another search in the address, as when somebody goes back or pastes one, is asked.
        page.js("document.querySelector('[data-found]').textContent = ''; location.hash = '#q=queue'")
            .await?;
        page.until(
            "an answer to the address",
            "return document.querySelector('[data-found]').textContent || null",
        )
        .await?;
        let asked = page
            .text("return document.querySelector('.search input').value")
            .await?;
        ensure!(asked == "queue", "the field says “{asked}”");
        Ok(())
    });
}
