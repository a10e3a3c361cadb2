//! Terms of the glossary, explained where they stand.

use anyhow::ensure;
use serde_json::json;
use tests::browser::{Theme, journey};

#[test]
fn a_term_explains_itself_by_keyboard_and_gives_the_focus_back() {
    journey(async |page| {
        page.screen(360, 740, Theme::Light).await?;
        page.open("guides/ask-for-what-you-need/").await?;
        page.until_there("html.js a.term[aria-haspopup]").await?;
        let word = page
            .text(
                "const term = document.querySelector('main a.term'); term.focus(); return term.hash.slice(1)",
            )
            .await?;
        page.press("\u{e007}").await?;
        page.until_there(".term-box:popover-open").await?;
        let shown = page
            .js("const box = document.querySelector('.term-box'), at = box.getBoundingClientRect();
                 return { words: box.textContent.length, more: box.lastChild.hash.slice(1), focused: document.activeElement === box,
                          fits: at.left >= 0 && at.right <= innerWidth && at.top >= 0,
                          whole: [...box.querySelectorAll('a')].every((it) => it.href.includes('/glossary/')) };")
            .await?;
        ensure!(shown["words"].as_u64() > Some(30), "{shown}");
        ensure!(shown["more"] == json!(word), "{word}: {shown}");
        ensure!(
            shown["focused"] == json!(true) && shown["fits"] == json!(true) && shown["whole"] == json!(true),
            "{shown}"
        );
        page.press("\u{e00c}").await?;
        let back = page
            .js("return [document.querySelector('.term-box:popover-open'), document.activeElement === document.querySelector('main a.term')]")
            .await?;
        ensure!(back == json!([null, true]), "after Escape: {back}");
        Ok(())
    });
}

#[test]
fn a_term_within_an_explanation_explains_itself_in_its_place() {
    journey(async |page| {
        page.open("guides/ask-for-what-you-need/").await?;
        page.until_there("html.js a.term[aria-haspopup]").await?;
        let outer = "document.querySelector('main a.term[href$=\"#time-limit\"]')";
        page.js(&format!("{outer}.focus()")).await?;
        page.press("\u{e007}").await?;
        page.until_there(".term-box:popover-open a.term").await?;
        let inner = page
            .text("const term = document.querySelector('.term-box a.term'); term.focus(); return term.hash")
            .await?;
        page.press("\u{e007}").await?;
        page.until(
            "the other term in the box",
            &format!(
                "const box = document.querySelector('.term-box:popover-open'); return (box && box.lastChild.hash === {}) || null",
                json!(inner)
            ),
        )
        .await?;
        page.press("\u{e00c}").await?;
        let back = page
            .js(&format!(
                "return [document.querySelector('.term-box:popover-open'), document.activeElement === {outer}]"
            ))
            .await?;
        ensure!(back == json!([null, true]), "after Escape: {back}");
        Ok(())
    });
}
