//! Guess first, then see: the home page's slider and the lesson.

use anyhow::{Result, ensure};
use serde_json::json;
use tests::browser::journey;
use thirtyfour::Key;

const LESSON: &str = "learn/busy-or-ready/";
/// A lesson for which nothing is run.
const WITHOUT_A_FIGURE: &str = "learn/what-do-you-mean-by-ai/";

/// What the home page's setting changes, as a script's expression.
const HOME: &str =
    "[...document.querySelectorAll('.home-say, .two-value')].map((it) => it.textContent).join('|')";

/// How many results are in sight, what is withheld, and what of that can be read all the same.
const COVERED: &str = "
    const plain = (text) => text.replace(/\\s+/g, ' ').trim();
    const withheld = [...document.querySelectorAll('template[data-reveal]')]
      .flatMap((it) => [...it.content.querySelectorAll('[data-reply]')])
      .map((it) => plain([...it.childNodes].slice(1).map((part) => part.textContent).join('')));
    const read = plain(document.querySelector('main').innerText);
    return [document.querySelectorAll('.revealed').length, withheld.length, withheld.filter((it) => read.includes(it))];";

/// Presses the first guess: how many results are in sight then, that guess, and which replies to guesses there are.
const GUESS: &str = "
    const guess = document.querySelector('[data-guess]');
    guess.click();
    const replies = [...document.querySelectorAll('.revealed [data-reply]')].filter((it) => it.getClientRects().length);
    return [document.querySelectorAll('.revealed').length, guess.dataset.guess, replies.map((it) => it.dataset.reply)];";

/// Presses every answer of the check question: whether it was right, and what was said to it.
const ANSWERS: &str = "
    return [...document.querySelectorAll('[data-check] [data-answer]')].map((it) => {
      it.click();
      return [it.dataset.answer === 'right', it.closest('[data-check]').querySelector('.check-say').textContent];
    });";

/// What is kept on this device, and how many lessons are marked as done.
const KEPT: &str = "
    return [Object.keys(localStorage).filter((it) => it.startsWith('trilemma-')).length,
      new Set([...document.querySelectorAll('[data-done]')].map((it) => it.dataset.route)).size];";

fn enter() -> String {
    Key::Enter.value().to_string()
}

#[test]
fn a_guess_on_the_home_page_unlocks_the_slider_and_the_keys_move_its_numbers() {
    journey(async |page| {
        page.open("").await?;
        page.until_there(".hero-picture canvas").await?;
        let before = page.text(&format!("return {HOME}")).await?;
        ensure!(
            page.js("return document.querySelector('.home input')")
                .await?
                .is_null(),
            "a slider before the guess"
        );
        // The stops are the only buttons in the group "Your guess"; the last one takes the cap away.
        page.tab_to("button", &last_stop(page).await?).await?;
        page.press(enter()).await?;
        page.until_there(".home input[type=range]").await?;
        let (role, name) = page.focused().await?;
        ensure!(
            role == "slider",
            "after the guess the focus is on a {role} “{name}”, not on the slider"
        );
        let guessed = page.text(&format!("return {HOME}")).await?;
        ensure!(guessed != before, "the guess changed nothing: {before}");
        page.press(Key::Left.value().to_string()).await?;
        page.until("other numbers", &format!("return {HOME} !== {}", json!(guessed)))
            .await?;
        let answered = page
            .text("return document.querySelector('.home-answer').textContent")
            .await?;
        ensure!(
            !answered.trim().is_empty(),
            "there is no answer beside the slider"
        );
        page.open("").await?;
        page.until_there(".home input[type=range]").await?;
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

async fn last_stop(page: &tests::browser::Page) -> Result<String> {
    page.text(
        "const stops = [...document.querySelectorAll('.stops [data-stop]')];
         return stops[stops.length - 1].textContent.replace(/\\s+/g, ' ').trim();",
    )
    .await
}

#[test]
fn the_lesson_keeps_its_result_until_a_guess_is_made() {
    journey(async |page| {
        page.open(LESSON).await?;
        page.until_there("html.js [data-predict]").await?;
        let shown = "return document.querySelectorAll('.revealed').length";
        ensure!(
            page.js(shown).await? == json!(0),
            "the result is there before the guess"
        );
        let covered = page
            .text("return document.querySelector('main').innerText")
            .await?;
        let name = page
            .text("return document.querySelector('[data-guess]').textContent.replace(/\\s+/g, ' ').trim()")
            .await?;
        page.tab_to("button", &name).await?;
        page.press(enter()).await?;
        page.until_there(".revealed").await?;
        let open = page
            .text("return document.querySelector('main').innerText")
            .await?;
        ensure!(open.len() > covered.len(), "the guess uncovered nothing");
        let reply = page
            .js("return [...document.querySelectorAll('.revealed [data-reply]')].filter((it) => !it.hidden).length")
            .await?;
        ensure!(reply == json!(1), "{reply} replies to one guess");
        let spoken = page
            .text("return document.querySelector('[data-say]').textContent")
            .await?;
        ensure!(!spoken.is_empty(), "nothing is said to those who listen");
        page.driver.refresh().await?;
        page.until_there(".revealed").await
    });
}

#[test]
fn who_does_not_want_to_guess_is_shown_the_result() {
    journey(async |page| {
        for lesson in [LESSON, WITHOUT_A_FIGURE] {
            page.open(lesson).await?;
            page.until_there("html.js [data-show]").await?;
            page.tab_to("button", "Just show me").await?;
            page.press(enter()).await?;
            page.until_there(".revealed").await?;
            let focus = page
                .js("const it = document.activeElement; return it !== document.body && !!it.closest('.revealed');")
                .await?;
            ensure!(
                focus == json!(true),
                "{lesson}: the focus is lost when the cover goes"
            );
        }
        let said = page
            .text("return document.querySelector('.said-badge').textContent")
            .await?;
        ensure!(
            said.starts_with("Our answer is"),
            "nothing was run for this lesson: {said}"
        );
        Ok(())
    });
}

#[test]
fn the_check_question_says_why_an_answer_is_right_or_not() {
    journey(async |page| {
        page.open(LESSON).await?;
        page.until_there("html.js [data-check]").await?;
        for (kind, head) in [("tried", "Not quite."), ("right", "Yes.")] {
            let name = page
                .text(&format!(
                    "return document.querySelector('[data-answer={kind}]').textContent.replace(/\\s+/g, ' ').trim()"
                ))
                .await?;
            page.tab_to("button", &name).await?;
            page.press(enter()).await?;
            let said = page
                .text("return document.querySelector('.check-say').textContent")
                .await?;
            ensure!(said.starts_with(head) && said.len() > head.len() + 20, "{said}");
        }
        page.open("learn/").await?;
        page.until_there("[data-done]").await
    });
}

#[test]
fn every_lesson_covers_its_result_says_why_to_every_answer_and_forgets_both_on_request() {
    journey(async |page| {
        // The site is kept on the device some time after a visit begins; nothing else asks for anything unasked.
        page.before_each_page("Object.defineProperty(navigator, 'serviceWorker', { value: undefined });")
            .await?;
        let mut lessons = super::room::lessons()?;
        // A translation shares its guess and its mark with the English lesson.
        lessons.retain(|lesson| lesson.starts_with("learn/"));
        ensure!(lessons.len() > 20, "only these lessons: {lessons:?}");
        for lesson in &lessons {
            page.open(lesson).await?;
            page.until_there("html.js [data-predict]").await?;
            let covered = page.js(COVERED).await?;
            ensure!(
                covered[0] == json!(0) && covered[1].as_u64() > Some(1) && covered[2] == json!([]),
                "{lesson} before a guess: {covered}"
            );
            let open = page.js(GUESS).await?;
            ensure!(open == json!([1, "A", ["A"]]), "{lesson} after the guess: {open}");
            page.requests().await?;
            let said: Vec<(bool, String)> = serde_json::from_value(page.js(ANSWERS).await?)?;
            ensure!(
                said.iter().filter(|(is_right, _)| *is_right).count() == 1,
                "{lesson}: {said:?}"
            );
            for (is_right, why) in &said {
                let head = if *is_right { "Yes. " } else { "Not quite. " };
                ensure!(
                    why.starts_with(head) && why.len() > head.len() + 20,
                    "{lesson}: {why}"
                );
            }
            // A letter's shape may be fetched when it is first drawn; what was answered goes nowhere.
            let asked = page.requests().await?;
            let mut sent = asked.iter().filter(|it| it.starts_with("http"));
            ensure!(
                sent.all(|it| it.ends_with(".woff2")),
                "{lesson} asked for {asked:?}"
            );
        }
        page.open("learn/").await?;
        page.until_there("html.js [data-done]").await?;
        let kept = page.js(KEPT).await?;
        ensure!(
            kept[0].as_u64() > Some(lessons.len() as u64) && kept[1] == json!(lessons.len()),
            "{} lessons, kept and marked: {kept}",
            lessons.len()
        );
        page.js("document.querySelector('[data-forget]').click()").await?;
        let kept = page.js(KEPT).await?;
        ensure!(
            kept == json!([0, 0]),
            "kept and marked once all is forgotten: {kept}"
        );
        let marks = page
            .js("return [...document.querySelectorAll('.done-word')].filter((it) => it.getClientRects().length).length")
            .await?;
        ensure!(marks == json!(0), "{marks} lessons still say that they are done");
        page.open(LESSON).await?;
        page.until_there("html.js [data-predict]").await?;
        let covered = page.js(COVERED).await?;
        ensure!(covered[0] == json!(0), "forgotten, and still open: {covered}");
        Ok(())
    });
}
