//! The lab by keyboard alone.

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use tests::browser::lab::{Answer, CONTROLS, answer, answer_but, name_of, value_after, value_of};
use tests::browser::{Page, Theme, journey};
use thirtyfour::Key;

/// Moves the control that has the focus by one stop, whichever way there is one, and returns its new words.
async fn move_one_stop(page: &Page, key: &str) -> Result<String> {
    let before = value_of(page, key).await?;
    page.press(Key::Left.value().to_string()).await?;
    if value_of(page, key).await? == before {
        page.press(Key::Right.value().to_string()).await?;
    }
    value_after(page, key, &before).await
}

/// Moves on, stop by stop, until the runs differ: the loosest stops of a limit may hold nobody.
async fn move_until_it_matters(page: &Page, key: &str, start: &Answer) -> Result<Answer> {
    for _ in 0..12 {
        let said = move_one_stop(page, key).await?;
        let now = answer(page).await?;
        if now.digest != start.digest {
            return Ok(now);
        }
        ensure!(
            now.link != start.link,
            "{key} says {said}, and the address does not"
        );
    }
    bail!("{key} changes nothing, whatever its setting")
}

#[test]
fn each_control_changes_its_words_the_answer_and_the_address_and_undo_takes_it_back() {
    journey(async |page| {
        page.open("lab/").await?;
        let start = answer(page).await?;
        let same = "Both sides are the same. Turn a knob to see who waits.|";
        ensure!(start.words.starts_with(same), "at first: {}", start.words);
        for key in CONTROLS {
            let before = value_of(page, key).await?;
            page.tab_to("slider", name_of(key)?).await?;
            let changed = move_until_it_matters(page, key, &start).await?;
            ensure!(value_of(page, key).await? != before, "{key} still says {before}");
            ensure!(
                changed.words != start.words,
                "{key}: the answer is as before: {}",
                changed.words
            );
            ensure!(
                changed.link.contains(&format!("&{key}=")),
                "{key} is not in {}",
                changed.link
            );
            while value_of(page, key).await? != before {
                let now = value_of(page, key).await?;
                page.press_with(&[Key::Control], 'z').await?;
                value_after(page, key, &now).await?;
            }
            let back = answer_but(page, &changed.digest).await?;
            ensure!(back == start, "undoing {key} led to {back:?}, not to {start:?}");
        }
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

#[test]
fn the_address_of_a_proposal_opened_elsewhere_shows_the_same_numbers() {
    journey(async |page| {
        page.open("lab/").await?;
        let start = answer(page).await?;
        page.tab_to("slider", name_of("cap")?).await?;
        move_one_stop(page, "cap").await?;
        let one = answer_but(page, &start.digest).await?;
        page.tab_to("slider", name_of("load")?).await?;
        move_one_stop(page, "load").await?;
        let both = answer_but(page, &one.digest).await?;
        let address = page.driver.current_url().await?;
        page.open_beside(address.as_str()).await?;
        ensure!(answer(page).await? == both, "another tab shows something else");
        Ok(())
    });
}

#[test]
fn back_and_forward_redo_and_reset_lead_where_they_say() {
    journey(async |page| {
        page.open("lab/").await?;
        let start = answer(page).await?;
        page.tab_to("slider", name_of("cap")?).await?;
        let moved = move_one_stop(page, "cap").await?;
        let changed = answer_but(page, &start.digest).await?;

        page.driver.back().await?;
        ensure!(
            answer_but(page, &changed.digest).await? == start,
            "back leads elsewhere"
        );
        page.driver.forward().await?;
        ensure!(
            answer_but(page, &start.digest).await? == changed,
            "forward leads elsewhere"
        );

        page.press_with(&[Key::Control], 'z').await?;
        ensure!(
            answer_but(page, &changed.digest).await? == start,
            "undo leads elsewhere"
        );
        page.press_with(&[Key::Control], 'y').await?;
        ensure!(
            answer_but(page, &start.digest).await? == changed,
            "redo leads elsewhere"
        );

        page.tab_to("button", &format!("Reset: {}", name_of("cap")?))
            .await?;
        page.press(Key::Enter.value().to_string()).await?;
        value_after(page, "cap", &moved).await?;
        let reset = answer_but(page, &changed.digest).await?;
        ensure!(reset == start, "resetting one knob leads elsewhere");

        page.tab_to("slider", name_of("half-life")?).await?;
        move_one_stop(page, "half-life").await?;
        let other = answer_but(page, &start.digest).await?;
        page.tab_to("button", "Reset all").await?;
        page.press(Key::Enter.value().to_string()).await?;
        ensure!(
            answer_but(page, &other.digest).await? == start,
            "resetting all leads elsewhere"
        );
        Ok(())
    });
}

#[test]
fn by_keyboard_the_last_change_is_shown_once_more_and_link_and_result_stay() {
    journey(async |page| {
        page.open("lab/").await?;
        let start = answer(page).await?;
        let before = value_of(page, "cap").await?;
        page.tab_to("slider", name_of("cap")?).await?;
        let after = move_one_stop(page, "cap").await?;
        let changed = answer_but(page, &start.digest).await?;
        page.js(
            "window.said = [];
             const cap = document.getElementById('knob-cap');
             const now = () => cap.getAttribute('aria-valuetext');
             new MutationObserver(() => said.at(-1) !== now() && said.push(now())).observe(cap, { attributes: true });",
        )
        .await?;
        page.tab_to("button", "Replay last change").await?;
        page.press(Key::Enter.value().to_string()).await?;
        let script = format!(
            "return said.join('|') === {} || null",
            json!(format!("{before}|{after}"))
        );
        page.until("what was before, and then the change", &script)
            .await?;
        let again = answer(page).await?;
        ensure!(again == changed, "{changed:?}, and after a second look {again:?}");
        Ok(())
    });
}

#[test]
fn a_number_can_be_typed_and_what_cannot_be_taken_is_said() {
    journey(async |page| {
        page.open("lab/").await?;
        let start = answer(page).await?;
        let name = format!("{}, typed", name_of("cap")?);
        page.tab_to("textbox", &name).await?;
        page.press_with(&[Key::Control], 'a').await?;
        page.press(format!("soon{}", Key::Enter.value())).await?;
        let said = page
            .until(
                "what is wrong with the number",
                "return document.getElementById('knob-cap-error').textContent",
            )
            .await?;
        ensure!(said.as_str().is_some_and(|said| said.contains("soon")), "{said}");
        ensure!(
            answer(page).await? == start,
            "a word that is no number changed the answer"
        );
        page.press_with(&[Key::Control], 'a').await?;
        page.press(format!("5{}", Key::Enter.value())).await?;
        let changed = answer_but(page, &start.digest).await?;
        ensure!(changed.link.contains("cap=5gpu"), "{}", changed.link);
        let words = value_of(page, "cap").await?;
        ensure!(words.contains('5'), "the slider says {words}");
        let gone = page
            .text("return document.getElementById('knob-cap-error').textContent")
            .await?;
        ensure!(gone.is_empty(), "{gone}");
        Ok(())
    });
}

#[test]
fn a_knob_beyond_the_first_five_is_found_by_a_word_set_and_counted() {
    journey(async |page| {
        page.open("lab/").await?;
        let start = answer(page).await?;
        page.js("document.querySelector('.layer-all summary').focus()")
            .await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.tab_to("textbox", "Find a knob among the rules").await?;
        page.press("PriorityCalc").await?;
        page.until(
            "the one knob that is meant, in its open group",
            "const rows = [...document.querySelectorAll('.layer-all .knob')].filter((it) => it.offsetParent);
             return rows.length === 1 && rows[0].dataset.knob === 'calc-period' ? true : null;",
        )
        .await?;
        page.tab_to("textbox", &format!("{}, typed", name_of("calc-period")?))
            .await?;
        page.press_with(&[Key::Control], 'a').await?;
        page.press(format!("30{}", Key::Enter.value())).await?;
        let changed = answer_but(page, &start.digest).await?;
        ensure!(changed.link.contains("&calc-period=30m"), "{}", changed.link);
        let counts = page
            .text("return [...document.querySelectorAll('.layer-count.changed')].map((it) => it.textContent).join('|')")
            .await?;
        ensure!(counts == "1 of 50 changed|1 of 8 changed", "{counts}");
        Ok(())
    });
}

/// Where the focus is: the number of its part of the lab, that part's top, its own left edge, top and foot. Nothing
/// outside the lab.
const FOCUS: &str = "
    const at = document.activeElement, part = at.closest('.lab-live > *');
    if (!part) return null;
    const box = at.getBoundingClientRect();
    return [[...part.parentElement.children].indexOf(part), part.getBoundingClientRect().top + scrollY,
      box.left, box.top + scrollY, box.bottom + scrollY];";

#[test]
fn below_the_wide_screen_the_tab_key_goes_down_the_page_as_the_eye_does() {
    journey(async |page| {
        for (width, height) in [(360, 740), (768, 1024), (1099, 900)] {
            page.screen(width, height, Theme::Light).await?;
            page.open("lab/").await?;
            answer(page).await?;
            let tops = page
                .js("return [...document.querySelectorAll('.lab-live > *, .lab-answer > *')].filter((it) => it.offsetParent)
                     .map((it) => it.getBoundingClientRect().top)")
                .await?;
            let tops: Vec<f64> = serde_json::from_value(tops)?;
            ensure!(
                tops.len() > 5 && tops.is_sorted(),
                "at {width} px the parts stand at {tops:?}"
            );
            let mut found: Vec<[f64; 5]> = Vec::new();
            for _ in 0..150 {
                page.press(Key::Tab.value().to_string()).await?;
                match page.js(FOCUS).await? {
                    Value::Null if found.is_empty() => continue,
                    Value::Null => break,
                    place => found.push(serde_json::from_value(place)?),
                }
                page.focus_is_seen()
                    .await
                    .with_context(|| format!("at {width} px"))?;
            }
            ensure!(found.len() > 15, "at {width} px the Tab key found {found:?}");
            for pair in found.windows(2) {
                let ([part, top, left, _, foot], [next_part, next_top, next_left, next_above, _]) =
                    (pair[0], pair[1]);
                // In a part, what comes next stands lower or further to the right, in the next column perhaps.
                let follows = if part == next_part {
                    next_above >= foot - 1.0 || next_left > left
                } else {
                    next_part > part && next_top > top
                };
                ensure!(
                    follows,
                    "at {width} px the focus goes from {:?} to {:?}",
                    pair[0],
                    pair[1]
                );
            }
        }
        Ok(())
    });
}

/// Whether the focus is in the page's main part; nothing where it has left the page.
const IN_MAIN: &str = "
    const at = document.activeElement;
    return at === document.body ? null : !!at.closest('main');";

/// Goes on by the Tab key, to the end of the page or for a long time, and returns how many stops in its main part were in sight.
async fn seen_by_tab(page: &Page) -> Result<u32> {
    let mut seen = 0;
    for _ in 0..160 {
        page.press(Key::Tab.value().to_string()).await?;
        match page.js(IN_MAIN).await?.as_bool() {
            Some(true) => page.focus_is_seen().await?,
            Some(false) => continue,
            None if seen > 0 => break,
            None => continue,
        }
        seen += 1;
    }
    Ok(seen)
}

#[test]
fn no_bar_that_stays_in_sight_hides_the_focus_where_a_cluster_is_edited_or_proposals_are_compared() {
    journey(async |page| {
        for (width, height) in [(360, 740), (1440, 900)] {
            page.screen(width, height, Theme::Light).await?;
            super::cluster::edited(page, "&.partitions.tests=new").await?;
            page.js("for (const it of document.querySelectorAll('.cl .thing')) it.open = true")
                .await?;
            let at = || format!("on the cluster's page at {width} px");
            let seen = seen_by_tab(page).await.with_context(at)?;
            ensure!(seen > 40, "{}: only {seen} stops", at());
            page.open("lab/compare/?with=p0?profile=group-32;days=5d&with=p0?profile=group-32;cap=2gpu;days=5d&runs=8")
                .await?;
            super::compare::compared(page).await?;
            let at = || format!("on the page that compares at {width} px");
            let seen = seen_by_tab(page).await.with_context(at)?;
            ensure!(seen > 10, "{}: only {seen} stops", at());
        }
        Ok(())
    });
}
