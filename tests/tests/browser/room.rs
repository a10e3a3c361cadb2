//! A lesson in a room: slides that fit, keys that turn them, notes that keep step, and nothing of it in the learner's page.

use anyhow::{Result, ensure};
use serde_json::json;
use tests::browser::{Theme, journey, routes};
use thirtyfour::Key;

/// The lessons' own routes.
pub(super) fn lessons() -> Result<Vec<String>> {
    let routes = routes()?;
    Ok(routes
        .iter()
        .filter_map(|route| route.strip_suffix("present/"))
        .map(str::to_owned)
        .collect())
}

#[test]
fn every_slide_of_every_lesson_fits_a_screen_of_1280_by_720() {
    journey(async |page| {
        let lessons = lessons()?;
        ensure!(!lessons.is_empty(), "no lesson has slides");
        let mut found = Vec::new();
        for lesson in &lessons {
            page.screen(1280, 720, Theme::Light).await?;
            page.open(&format!("{lesson}present/")).await?;
            page.until_there("body.one-slide").await?;
            // Each slide is shown in turn; what sticks out of it, or out of the window, is named.
            let over = page
                .js("document.fonts.ready.then(() => null);
                    const over = [];
                    const slides = [...document.querySelectorAll('.slide')];
                    for (const slide of slides) {
                      slides.forEach((it) => (it.hidden = it !== slide));
                      const body = slide.querySelector('.slide-body');
                      const foot = slide.querySelector('.slide-foot').getBoundingClientRect();
                      const last = [...body.querySelectorAll('*')].filter((it) => it.getClientRects().length)
                        .reduce((low, it) => Math.max(low, it.getBoundingClientRect().bottom), 0);
                      const wide = slide.scrollWidth > slide.clientWidth + 1;
                      if (slide.scrollHeight > slide.clientHeight + 1 || last > foot.top + 1 || wide || foot.bottom > innerHeight + 1)
                        over.push(slide.id + ' ' + Math.round(last) + ' over ' + Math.round(foot.top));
                    }
                    return over;")
                .await?;
            let over = over.as_array().cloned().unwrap_or_default();
            found.extend(over.iter().map(|it| format!("{lesson}present/ {it}")));
        }
        ensure!(
            found.is_empty(),
            "{} slides do not fit:\n{}",
            found.len(),
            found.join("\n")
        );
        Ok(())
    });
}

#[test]
fn arrow_keys_turn_the_slides_and_the_notes_keep_step() {
    journey(async |page| {
        page.screen(1280, 720, Theme::Light).await?;
        page.open("learn/busy-or-ready/present/").await?;
        page.until_there("body.one-slide").await?;
        page.js(
            "window.heard = [];
             window.wire = new BroadcastChannel('trilemma-present-' + document.querySelector('[data-present]').dataset.present);
             window.wire.onmessage = (event) => window.heard.push(event.data.at);",
        )
        .await?;
        page.press(Key::Right.value().to_string()).await?;
        page.press(Key::Right.value().to_string()).await?;
        page.press(Key::Left.value().to_string()).await?;
        let at = page.text("return location.hash").await?;
        ensure!(at == "#s2", "two on and one back is {at}");
        page.until(
            "the second window to hear of each turn",
            "return window.heard.join() === '1,2,1' || null",
        )
        .await?;
        // The notes' own window: it shows what belongs to the slide that it hears of, and turns the slides itself.
        page.open("learn/busy-or-ready/present/#notes").await?;
        page.driver.refresh().await?;
        page.until_there("body.notes-only").await?;
        let name = "'trilemma-present-' + document.querySelector('[data-present]').dataset.present";
        page.js(&format!(
            "new BroadcastChannel({name}).postMessage({{ at: 2, turned: Date.now() }})"
        ))
        .await?;
        page.until(
            "the notes of the third slide",
            "const shown = [...document.querySelectorAll('.spoken')].filter((it) => !it.hidden);
             return (shown.length === 1 && shown[0].dataset.for === 's3' && shown[0].textContent.length > 80) || null",
        )
        .await?;
        // Another window of the lesson, at its first slide, answers whoever asks; the notes stay with the slides in use.
        page.js(&format!(
            "const first = document.querySelector('.spoken');
             new MutationObserver(() => (window.jumped ||= !first.hidden)).observe(document.body, {{ subtree: true, attributes: true }});
             const wire = new BroadcastChannel({name});
             wire.postMessage({{ at: 0, turned: 0 }});
             wire.postMessage({{ at: 3, turned: Date.now() }});"
        ))
        .await?;
        page.until(
            "the notes of the fourth slide",
            "const shown = [...document.querySelectorAll('.spoken')].filter((it) => !it.hidden);
             return shown[0].dataset.for === 's4' || null",
        )
        .await?;
        let jumped = page.js("return !!window.jumped").await?;
        ensure!(
            jumped == json!(false),
            "the notes went to the first slide and back"
        );
        Ok(())
    });
}

#[test]
fn what_is_said_to_those_who_teach_is_not_in_the_learners_page() {
    journey(async |page| {
        for lesson in lessons()? {
            page.open(&lesson).await?;
            let count = "return document.documentElement.innerHTML.includes('class=\"teach\"')";
            ensure!(
                page.js(count).await? == json!(false),
                "{lesson} holds notes for instructors"
            );
            page.open(&format!("{lesson}instructor/")).await?;
            let shown = "return [...document.querySelectorAll('.teach')].filter((it) => it.getClientRects().length).length";
            ensure!(
                page.js(shown).await?.as_u64().unwrap_or(0) >= 1,
                "{lesson}instructor/ shows no notes"
            );
        }
        Ok(())
    });
}
