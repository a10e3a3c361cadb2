//! Somebody who asks which setting it should be: sweeps, cancels, walks through what was found, keeps it, sends it.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sim_core::scenario::link::check_characters;
use tests::browser::{Page, Theme, journey};
use thirtyfour::Key;

/// A link of the lab to a short run: two days of warm-up, five measured.
fn short(knobs: &str) -> String {
    let text = format!("p0?profile=group-32{knobs}&warm-up=2d&days=5d");
    format!("{text}~{}", check_characters(&text))
}

fn place(query: &str, knobs: &str) -> String {
    format!("lab/sweep/{query}#{}", short(knobs))
}

/// Waits until the sweep is whole; returns the table, a list of cells for each setting.
pub async fn swept(page: &Page) -> Result<Vec<Vec<String>>> {
    let rows = page
        .until(
            "a whole sweep",
            "const said = document.querySelector('.sweep-progress [role=status]');
             if (!said || !said.textContent.startsWith('Sweep complete')) return null;
             const rows = [...document.querySelectorAll('.sweep-found tbody tr')];
             return rows.length && document.querySelector('.sweep-found svg')
               ? rows.map((row) => [...row.children].map((cell) => cell.textContent)) : null;",
        )
        .await?;
    let rows = rows.as_array().context("a table has rows")?;
    let text = |cell: &Value| cell.as_str().unwrap_or_default().replace('\u{a0}', " ");
    Ok(rows
        .iter()
        .map(|row| row.as_array().into_iter().flatten().map(text).collect())
        .collect())
}

#[test]
fn a_link_that_varies_a_knob_opens_as_its_frontier_with_the_numbers_in_a_table() {
    journey(async |page| {
        page.open(&place("?vary=cap=2gpu,8gpu,off&work=debug&runs=12", ""))
            .await?;
        let rows = swept(page).await?;
        ensure!(rows.len() == 3, "{rows:?}");
        ensure!(rows[0][0] == "2 GPUs" && rows[2][0] == "no limit", "{rows:?}");
        ensure!(rows[1][6].contains("now"), "{rows:?}");
        let head = page
            .text("return document.querySelector('.sweep-found h2').textContent")
            .await?;
        ensure!(head.ends_with('?'), "a picture's title is a question: {head}");
        let finding = page
            .text("return document.querySelector('.sweep-found [aria-live=polite]').textContent")
            .await?;
        ensure!(
            finding.contains("frontier") || finding.contains("settings"),
            "{finding}"
        );
        let words = page
            .text("return document.querySelector('.sweep-found svg').textContent")
            .await?;
        ensure!(
            words.contains("share of GPU time in use")
                && words.contains("nine in ten ten-minute tests start within"),
            "{words}"
        );
        ensure!(words.contains("8 GPUs · now"), "{words}");
        let still = page
            .js("return document.querySelectorAll('.sweep-still').length")
            .await?;
        ensure!(still == json!(0), "the example stands beside what was found");
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

#[test]
fn the_address_bar_is_the_link_of_the_sweep_and_each_setting_opens_in_the_lab() {
    journey(async |page| {
        page.open(&place("", "&load=95pct")).await?;
        page.until_there(".sweep-form").await?;
        page.js(
            "const box = (word) => [...document.querySelectorAll('.stop-tick')].find((it) => it.textContent.trim() === word).querySelector('input');
             for (const word of ['2 GPUs', '4 GPUs', 'no limit']) box(word).click();
             document.querySelector('.sweep-form [type=submit]').click();",
        )
        .await?;
        let rows = swept(page).await?;
        ensure!(rows.len() == 2, "{rows:?}");
        let address = page.text("return location.search + location.hash").await?;
        ensure!(
            address.starts_with("?vary=cap=8gpu,16gpu&work=debug&runs=12#p0?profile=group-32&load=95pct"),
            "{address}"
        );
        page.open_beside(&page.address(&format!("lab/sweep/{address}")))
            .await?;
        let again = swept(page).await?;
        ensure!(again == rows, "{rows:?} first, {again:?} by link");
        let links = page
            .js("return [...document.querySelectorAll('.sweep-found tbody a')].map((it) => it.href)")
            .await?;
        let link = links[1].as_str().context("a setting has a link")?;
        ensure!(
            link.contains("/lab/#p0?profile=group-32&cap=16gpu&load=95pct"),
            "{link}"
        );
        page.js_with("location.href = arguments[0]", vec![json!(link)])
            .await?;
        page.until_there(".answer-line[data-state=ready]").await?;
        // And from the lab back to a sweep around the same proposal.
        let back = page
            .text("return [...document.querySelectorAll('.share a')].map((it) => it.getAttribute('href')).join()")
            .await?;
        ensure!(
            back.starts_with("sweep/#p0?profile=group-32&cap=16gpu&load=95pct"),
            "{back}"
        );
        Ok(())
    });
}

#[test]
fn a_knob_without_effect_gives_equal_settings_and_says_that_none_beats_another() {
    journey(async |page| {
        let knobs = "&cap=64gpu&b.cap=64gpu";
        page.open(&place("?vary=cap=64gpu,128gpu,256gpu&runs=12", knobs))
            .await?;
        let rows = swept(page).await?;
        ensure!(rows.len() == 3, "{rows:?}");
        ensure!(
            rows.iter().all(|row| row[1..6] == rows[0][1..6]),
            "equal settings differ: {rows:?}"
        );
        let finding = page
            .text("return document.querySelector('.sweep-found [aria-live=polite]').textContent")
            .await?;
        ensure!(
            finding.contains("settings beats another") && !finding.contains("The nearest"),
            "{finding}"
        );
        Ok(())
    });
}

#[test]
fn a_sweep_is_cancelled_at_once_and_what_came_stays() {
    journey(async |page| {
        page.open("lab/sweep/?vary=cap=2gpu,4gpu,8gpu,16gpu,off&vary=max-time=1d,2d,3d,5d&runs=20")
            .await?;
        page.until(
            "the first settings",
            "return document.querySelectorAll('.sweep-found tbody tr').length === 20",
        )
        .await?;
        page.js("[...document.querySelectorAll('button')].find((it) => it.textContent === 'Cancel').click()")
            .await?;
        page.until(
            "that the sweep has stopped",
            "const said = document.querySelector('.sweep-progress [role=status]').textContent;
             const cancel = [...document.querySelectorAll('button')].find((it) => it.textContent === 'Cancel');
             return said.startsWith('Sweep stopped after') && cancel.getClientRects().length === 0;",
        )
        .await?;
        let rows = page
            .js("return document.querySelectorAll('.sweep-found tbody tr').length")
            .await?;
        ensure!(rows == json!(20), "what came is gone: {rows} rows");
        Ok(())
    });
}

#[test]
fn the_settings_are_walked_through_and_kept_by_keyboard() {
    journey(async |page| {
        page.screen(1440, 900, Theme::Light).await?;
        page.open(&place("?vary=cap=2gpu,8gpu,off&runs=8", "")).await?;
        swept(page).await?;
        page.tab_to("slider", "Walk through the settings").await?;
        let told = "return document.getElementById('sweep-walk').getAttribute('aria-valuetext')";
        let first = page.text(told).await?;
        page.press(Key::Right.value().to_string()).await?;
        let second = page.text(told).await?;
        // It begins at how things are.
        ensure!(
            first.starts_with("8 GPUs") && first.contains("now") && second.starts_with("no limit"),
            "{first} then {second}"
        );
        page.tab_to("link", "Open it in the lab").await?;
        for (name, kind, begins) in [
            ("Table as CSV", "text/csv", "cap,now,frontier,runs,rules"),
            ("Picture as SVG", "image/svg+xml", "<svg xmlns"),
        ] {
            page.tab_to("link", name).await?;
            // What would be kept, without keeping it here.
            let file = page
                .js("const it = document.activeElement;
                     it.addEventListener('click', (event) => event.preventDefault(), { once: true });
                     it.click();
                     const [head, text] = it.href.split(/,(.*)/s);
                     return [head, decodeURIComponent(text), it.download];")
                .await?;
            let text = |at: usize| file[at].as_str().unwrap_or_default().to_owned();
            ensure!(text(0).starts_with(&format!("data:{kind}")), "{}", text(0));
            ensure!(
                text(1).starts_with(begins),
                "{}",
                &text(1)[..text(1).len().min(80)]
            );
            ensure!(text(2).starts_with("sweep."), "{}", text(2));
        }
        Ok(())
    });
}

#[test]
fn a_goal_is_answered_in_a_sentence_and_bad_values_are_told() {
    journey(async |page| {
        page.open(&place("?vary=cap=2gpu,off&runs=8&rules=1", "")).await?;
        swept(page).await?;
        let said = "return document.querySelector('.sweep-goal [role=status]').textContent";
        let met = page.text(said).await?;
        ensure!(
            met.contains("One setting meets this in the middle run: no limit"),
            "{met}"
        );
        page.js("const field = document.getElementById('goal-use');
             field.value = '100'; field.dispatchEvent(new Event('change', { bubbles: true }));")
            .await?;
        let missed = page
            .until(
                "what is missing",
                "const said = document.querySelector('.sweep-goal [role=status]').textContent;
                 return said.startsWith('No setting tried meets this') ? said : null;",
            )
            .await?;
        ensure!(
            missed.as_str().unwrap_or_default().contains("too little"),
            "{missed}"
        );
        page.js("const field = document.getElementById('sweep-knob-1-more');
             field.value = '0'; field.dispatchEvent(new Event('input', { bubbles: true }));
             document.querySelector('.sweep-form [type=submit]').click();")
            .await?;
        let problem = page
            .until(
                "a word about the value",
                "return document.querySelector('.sweep-notes[role=alert]').innerText.trim()",
            )
            .await?;
        ensure!(
            problem
                .as_str()
                .unwrap_or_default()
                .contains("out of range; write 1gpu to 4096gpu, or off"),
            "{problem}"
        );
        Ok(())
    });
}
