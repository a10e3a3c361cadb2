//! The policy in words in the lab: every rule and choice in a sentence, and the lines of Slurm, as the command line has them.

use anyhow::{Result, ensure};
use figures::aloud::aloud;
use figures::slurm;
use serde_json::json;
use sim_core::metrics::simplicity;
use sim_core::scenario::{Scenario, knobs, link};
use tests::browser::lab::answer;
use tests::browser::{Page, Theme, journey, root};
use thirtyfour::Key;

use super::access;

/// The lab's default as it is run there, with a change.
fn group(changes: &[&str]) -> Result<Scenario> {
    let text = std::fs::read_to_string(root().join("content/scenarios/group-32.toml"))?;
    let mut scenario = link::on_page(&toml::from_str(&text)?);
    for change in changes {
        knobs::assign(&mut scenario, change)?;
    }
    Ok(scenario)
}

/// What a part says once it is written.
async fn written(page: &Page, part: &str, holds: &str) -> Result<String> {
    let script = format!(
        "const said = document.querySelector({}); const text = said ? said.textContent : '';
         return said && said.querySelector({}) ? text : null;",
        json!(format!("{part} [data-at=said]")),
        json!(holds)
    );
    let told = page.until("what the clerk writes", &script).await?;
    Ok(told.as_str().unwrap_or_default().to_owned())
}

/// Goes on to a button that copies, presses it, and hears that it did.
async fn copy(page: &Page, button: &str) -> Result<()> {
    page.tab_to("button", button).await?;
    page.press(Key::Enter.value().to_string()).await?;
    page.until(
        "the word that it was copied",
        "return document.activeElement.textContent === 'Copied' || null",
    )
    .await?;
    Ok(())
}

#[test]
fn a_result_is_shared_as_markdown_and_as_a_code_that_holds_the_link() {
    journey(async |page| {
        // The site is kept on the device some time after a visit begins; nothing else asks for anything unasked.
        page.before_each_page("Object.defineProperty(navigator, 'serviceWorker', { value: undefined });")
            .await?;
        page.open("lab/#p0?profile=group-32&cap=16gpu").await?;
        let shown = answer(page).await?;
        page.js(
            "window.copied = []; navigator.clipboard.writeText = async (text) => void copied.push(text);",
        )
        .await?;
        copy(page, "Copy link").await?;
        page.js("document.querySelector('.share-more summary').focus()")
            .await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.until(
            "the code",
            "return !!document.querySelector('.share-qr svg.qr path')",
        )
        .await?;
        let text = page
            .text("return document.querySelector('.share-ways [data-at=markdown]').textContent")
            .await?;
        let address = page.text("return location.href").await?;
        let answer = page
            .text("return document.querySelector('.answer-line').textContent")
            .await?;
        for part in [
            "## Cap 16 GPUs",
            "against group-32 as it is today",
            &answer,
            "| Use | ",
            "| Readiness | ",
            "| Simplicity | ",
            &format!("<{address}>"),
            &shown.digest,
        ] {
            ensure!(text.contains(part), "no `{part}` in {text}");
        }
        let file = page
            .text("return decodeURIComponent(document.querySelector('.share-ways a[download]').href)")
            .await?;
        ensure!(file.ends_with(&text), "the file holds something else: {file}");
        page.until_there(".share [data-at=frame] pre").await?;
        page.requests().await?;
        copy(page, "Copy the frame").await?;
        copy(page, "Copy it").await?;
        let frame = page
            .text("return document.querySelector('.share [data-at=frame] pre').textContent")
            .await?;
        let copied = page.js("return copied").await?;
        ensure!(copied == json!([address, frame, text]), "{copied}");
        let asked = page.requests().await?;
        ensure!(asked.iter().all(|it| !it.starts_with("http")), "{asked:?}");
        Ok(())
    });
}

#[test]
fn by_keyboard_the_policy_is_read_aloud_and_written_for_slurm() {
    journey(async |page| {
        let (base, proposal) = (group(&[])?, group(&["cap=16gpu"])?);
        page.open("lab/#p0?profile=group-32&cap=16gpu").await?;
        answer(page).await?;
        let before = page.requests().await?;
        ensure!(
            before.iter().all(|file| !file.contains("clerk")),
            "loaded unasked: {before:?}"
        );
        let count = simplicity(&proposal);
        let summary = format!(
            "All {}: every rule and choice in a sentence",
            count.rules + count.choices
        );
        let label = page
            .text("return document.querySelector('.aloud summary').textContent")
            .await?;
        ensure!(label == summary, "{label}");
        page.js("document.querySelector('.aloud summary').focus()")
            .await?;
        page.press(Key::Enter.value().to_string()).await?;
        let told = written(page, ".aloud", "ol").await?;
        for rule in aloud(&proposal).counted() {
            ensure!(told.contains(&rule.words), "{} is not in {told}", rule.words);
        }
        ensure!(told.starts_with("changed: One person may hold"), "{told}");
        page.js("document.querySelector('.lines summary').focus()")
            .await?;
        page.press(Key::Enter.value().to_string()).await?;
        let told = written(page, ".lines", "pre").await?;
        let change = slurm::text(&proposal, Some("the baseline"), &slurm::changes(&base, &proposal));
        ensure!(told.contains(&change), "{told}");
        ensure!(
            told.contains(&slurm::text(&proposal, None, &slurm::lines(&proposal))),
            "{told}"
        );
        // A knob that moves is written anew.
        page.js("location.hash = '#p0?profile=group-32&cap=4gpu';")
            .await?;
        let script = "const said = document.querySelector('.aloud [data-at=said]').textContent;
                      return said.includes('4\\u00a0GPUs at once') ? said : null;";
        page.until("the rules of the new link", script).await?;
        Ok(())
    });
}

#[test]
fn axe_finds_nothing_where_the_policy_is_written_out() {
    let Some(axe) = access::axe() else { return };
    journey(async |page| {
        page.before_each_page(&axe).await?;
        let mut found = Vec::new();
        page.open("lab/#p0?profile=group-32&cap=16gpu&idle-cull=1h")
            .await?;
        answer(page).await?;
        page.js(
            "for (const all of document.querySelectorAll('.aloud details, .lines details')) all.open = true",
        )
        .await?;
        written(page, ".lines", "details").await?;
        page.js("document.querySelector('.lines details details').open = true")
            .await?;
        for (width, height) in access::SCREENS {
            for theme in [Theme::Light, Theme::Dark] {
                page.screen(width, height, theme).await?;
                page.js("document.querySelector('.lines').scrollIntoView({ block: 'center' })")
                    .await?;
                let here = access::violations(page).await?.into_iter();
                found.extend(here.map(|it| format!("{width} px, {}: {it}", theme.word())));
                let wide = "return document.documentElement.scrollWidth > innerWidth";
                ensure!(
                    page.js(wide).await? == json!(false),
                    "the page is wider than {width} px"
                );
            }
        }
        ensure!(found.is_empty(), "{}", found.join("\n"));
        Ok(())
    });
}

#[test]
fn without_the_clerk_the_page_says_what_to_do() {
    journey(async |page| {
        page.before_each_page(
            "const There = Worker;
             window.Worker = function (url) { return new There(url.includes('clerk') ? '/no-such-worker.js' : url); };",
        )
        .await?;
        page.open("lab/").await?;
        answer(page).await?;
        page.js("document.querySelector('.lines details').open = true")
            .await?;
        let told = written(page, ".lines", "p").await?;
        ensure!(told.contains("could not be loaded"), "{told}");
        Ok(())
    });
}
