//! The pages in another language: every word of it, the switch, and what stays the same.

use anyhow::{Result, ensure};
use serde_json::json;
use tests::browser::lab::answer;
use tests::browser::{Page, journey};

/// What an app wrote that no catalogue knows, with the place where it stands.
const ENGLISH: &str = "
    return [...document.querySelectorAll('main [lang=en]')].map((it) => it.textContent.trim());";

async fn nothing_english(page: &Page, when: &str) -> Result<()> {
    // The words are put in before the next picture is painted.
    page.until(
        "two pictures",
        "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));",
    )
    .await?;
    let left = page.js(ENGLISH).await?;
    ensure!(
        left == json!([]),
        "{when}: content/de/words.toml does not say {left:#}"
    );
    Ok(())
}

#[test]
fn the_lab_says_all_it_has_to_say_in_german_and_its_answer_is_the_same() {
    journey(async |page| {
        page.open("lab/#p0?profile=group-32&cap=16gpu").await?;
        let english = answer(page).await?;
        page.open("de/lab/#p0?profile=group-32&cap=16gpu").await?;
        let german = answer(page).await?;
        ensure!(
            german.digest == english.digest,
            "another answer in another language"
        );
        ensure!(
            page.text("return document.documentElement.lang").await? == "de",
            "the page does not say that it is German"
        );
        ensure!(
            german.words != english.words,
            "the answer is in English: {}",
            german.words
        );
        ensure!(
            german.words.contains("Läufen") && german.words.contains(','),
            "numbers are not written the German way: {}",
            german.words
        );
        nothing_english(page, "with the first answer").await?;
        page.js("document.querySelectorAll('main details').forEach((it) => { it.open = true; })")
            .await?;
        page.until_there(".evidence svg").await?;
        page.until_there(".aloud li").await?;
        nothing_english(page, "with everything open").await?;
        page.js(
            "const cap = [...document.querySelectorAll('main input[type=range]')][0];
             cap.value = cap.min; cap.dispatchEvent(new Event('input', { bubbles: true }));
             cap.dispatchEvent(new Event('change', { bubbles: true }));",
        )
        .await?;
        nothing_english(page, "while a knob moves").await?;
        Ok(())
    });
}

#[test]
fn the_other_language_is_one_press_away_and_the_proposal_goes_along() {
    journey(async |page| {
        page.open("lab/#p0?profile=group-32&cap=16gpu").await?;
        page.js("document.querySelector('[data-language]').click()")
            .await?;
        page.until(
            "the German lab with the proposal",
            "return location.pathname.endsWith('/de/lab/') && location.hash.includes('cap=16gpu') || null",
        )
        .await?;
        page.until_there("html.js [data-language]").await?;
        page.js("document.querySelector('[data-language]').click()")
            .await?;
        page.until(
            "the English lab with the proposal",
            "return !location.pathname.includes('/de/') && location.hash.includes('cap=16gpu') || null",
        )
        .await?;
        Ok(())
    });
}

#[test]
fn a_german_lesson_is_guessed_and_read_in_german_and_leads_to_german_pages() {
    journey(async |page| {
        page.open("de/learn/busy-or-ready/").await?;
        page.until_there("html.js [data-guess]").await?;
        page.js("document.querySelector('[data-guess]').click()").await?;
        // Whoever is quicker than the words sees it change to German as soon as they are there.
        page.until(
            "the guess, in German",
            "const badge = document.querySelector('.revealed [data-your-guess]');
             return badge && badge.textContent.startsWith('Sie ') || null",
        )
        .await?;
        page.js("document.querySelector('[data-answer=right]').click()")
            .await?;
        let said = page
            .text("return document.querySelector('.check-say').textContent")
            .await?;
        ensure!(said.starts_with("Ja."), "the check: {said}");
        let links = page
            .text("return [...document.querySelectorAll('main a[href*=\"lab/\"]')].map((a) => a.pathname).join(' ')")
            .await?;
        ensure!(
            !links.is_empty()
                && links
                    .split(' ')
                    .filter(|link| link.ends_with("/lab/"))
                    .all(|link| link.ends_with("/de/lab/")),
            "links: {links}"
        );
        Ok(())
    });
}

#[test]
fn the_german_home_page_answers_a_guess_in_german() {
    journey(async |page| {
        page.open("de/").await?;
        page.until_there(".live [data-stop], .home canvas").await?;
        page.js("document.querySelector('[data-stop=show]')?.click()")
            .await?;
        page.until_there(".home input[type=range]").await?;
        nothing_english(page, "after the guess").await
    });
}
