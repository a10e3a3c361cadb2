//! The evidence beneath the answer: it is there when somebody asks, its numbers are those of whole runs, its days and walks follow
//! the keyboard, and its files are what they say.

use anyhow::{Context as _, Result, ensure};
use figures::evidence::{Found, Sight, csv, pictures};
use sim_core::engine::follow::Follow;
use sim_core::metrics::simplicity;
use sim_core::scenario::{Checked, Scenario, knobs, link};
use tests::browser::lab::answer;
use tests::browser::{Page, Theme, journey, root};
use thirtyfour::Key;

use super::access;

const LINK: &str = "lab/#p0?profile=group-32&cap=16gpu";

/// The lab's default as it is run there, with a change.
pub fn group(changes: &[&str]) -> Result<Checked> {
    let text = std::fs::read_to_string(root().join("content/scenarios/group-32.toml"))?;
    let mut scenario: Scenario = link::on_page(&toml::from_str(&text)?);
    for change in changes {
        knobs::assign(&mut scenario, change)?;
    }
    Ok(scenario.check().ok().context("a preset can run")?.0)
}

/// Opens the evidence by keyboard and waits until every run is in it.
pub(super) async fn opened(page: &Page) -> Result<()> {
    page.js("document.querySelector('#evidence summary').focus()")
        .await?;
    page.press(Key::Enter.value().to_string()).await?;
    page.until(
        "all runs in the evidence",
        "const said = document.querySelector('#evidence [role=status]');
         return said && said.textContent.includes('under either policy') ? true : null",
    )
    .await?;
    Ok(())
}

/// A text in the evidence.
async fn text(page: &Page, selector: &str) -> Result<String> {
    let script = format!("return document.querySelector('#evidence {selector}').textContent");
    page.text(&script).await
}

#[test]
fn winners_and_losers_are_those_of_the_same_runs_elsewhere() {
    journey(async |page| {
        page.open(LINK).await?;
        answer(page).await?;
        let loaded = page.requests().await?;
        ensure!(
            loaded.iter().all(|file| !file.contains("evidence-worker")),
            "nobody has asked yet"
        );
        opened(page).await?;
        let odd = page
            .text(
                "const titles = [...document.querySelectorAll('.lab-live .fig-title')].map((it) => it.textContent);
                 return titles.length > 7 ? titles.filter((it) => !it.endsWith('?')).join(' | ') : 'only ' + titles.length;",
            )
            .await?;
        ensure!(odd.is_empty(), "titles of figures that ask nothing: {odd}");
        let pair = [group(&[])?, group(&["cap=16gpu"])?];
        let mut found = Found::nothing(8, pair.each_ref().map(|of| simplicity(of.scenario())));
        for n in 0..8 {
            let seed = pair[0].scenario().seed + n;
            let mut follows = pair.each_ref().map(|of| Follow::new(of, seed));
            for follow in &mut follows {
                while follow.advance(u32::MAX) < 1.0 {}
            }
            let demand = follows[0].demand().clone();
            found.follow(follows.map(Follow::finish), pair.each_ref(), &demand);
        }
        let expected = pictures(&found, &Sight::default());
        for picture in &expected {
            let own = format!("#evidence-{}", picture.key);
            let finding = text(page, &format!("{own} .fig-say")).await?;
            ensure!(
                finding == picture.figure.finding,
                "{finding}, not {}",
                picture.figure.finding
            );
            let file = page
                .text(&format!(
                    "return decodeURIComponent(document.querySelector('{own} a[download$=\".csv\"]').href)"
                ))
                .await?;
            let table = csv(&picture.figure.table);
            ensure!(
                file.ends_with(&table),
                "{}: the file holds something else: {file}",
                picture.key
            );
            let rows = page
                .text(&format!(
                    "return String(document.querySelectorAll('{own} tbody tr').length)"
                ))
                .await?;
            let own_rows = std::iter::once(&picture.figure.table).chain(&picture.more);
            let number: usize = own_rows
                .map(|table| table.rows.len() + table.sums.iter().len())
                .sum();
            ensure!(rows == number.to_string(), "{}: {rows} rows", picture.key);
        }
        let queue = expected
            .iter()
            .find(|picture| picture.key == "queue")
            .context("the queue")?;
        ensure!(
            queue.figure.finding.contains("Over 8\u{a0}runs"),
            "the range over all runs is said: {}",
            queue.figure.finding
        );
        Ok(())
    });
}

#[test]
fn days_and_walks_follow_the_keyboard_and_nothing_is_closed() {
    journey(async |page| {
        page.open(LINK).await?;
        answer(page).await?;
        opened(page).await?;
        page.js("document.querySelector('#evidence-queue details').open = true")
            .await?;
        let before = text(page, "#evidence-queue .fig-say").await?;
        page.js("document.getElementById('evidence-to').focus()").await?;
        for _ in 0..4 {
            page.press(Key::Left.value().to_string()).await?;
        }
        page.until(
            "fewer days",
            "return document.querySelector('#evidence .ev-axis output').textContent.startsWith('Mon 1 to Wed 10') || null",
        )
        .await?;
        let after = text(page, "#evidence-queue .fig-say").await?;
        ensure!(
            before != after && after.starts_with("From Mon 1 to Wed 10"),
            "{after}"
        );
        let open = page
            .text("return String(document.querySelector('#evidence-queue details').open && document.activeElement.id)")
            .await?;
        ensure!(open == "evidence-to", "what is open and held stays: {open}");
        page.js("document.getElementById('evidence-bands-walk').focus()")
            .await?;
        let first = text(page, "#evidence-bands output").await?;
        page.press(Key::Right.value().to_string()).await?;
        page.until(
            "the next row",
            "return document.querySelector('#evidence-bands output').textContent.startsWith('Ten-minute test') || null",
        )
        .await?;
        ensure!(first.starts_with("All work"), "{first}");
        Ok(())
    });
}

#[test]
fn axe_finds_nothing_in_the_evidence() {
    let Some(axe) = access::axe() else { return };
    journey(async |page| {
        page.before_each_page(&axe).await?;
        let mut found = Vec::new();
        page.open(LINK).await?;
        answer(page).await?;
        opened(page).await?;
        page.js("for (const it of document.querySelectorAll('#evidence details')) it.open = true")
            .await?;
        for (width, height) in access::SCREENS {
            for theme in [Theme::Light, Theme::Dark] {
                page.screen(width, height, theme).await?;
                let wide = page
                    .text("return String(document.documentElement.scrollWidth - document.documentElement.clientWidth)")
                    .await?;
                ensure!(wide == "0", "at {width} px the page is {wide} px too wide");
                let here = access::violations(page).await?.into_iter();
                found.extend(here.map(|it| format!("{width} px, {}: {it}", theme.word())));
            }
        }
        ensure!(
            found.is_empty(),
            "{} violations:\n{}",
            found.len(),
            found.join("\n")
        );
        Ok(())
    });
}
