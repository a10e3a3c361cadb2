//! Links that change more of a cluster than knobs say, and scenario files, in the lab.

use anyhow::{Result, ensure};
use serde_json::json;
use sim_core::scenario::Scenario;
use sim_core::scenario::link::check_characters;
use tests::browser::lab::{answer, answer_but};
use tests::browser::{Page, Theme, journey};

use super::access;

const CHANGED: &str =
    "p0?profile=group-32&.nodes.node.count=10&.workload.planned-for=32,16&.partitions.batch.max-nodes=2";

fn whole(text: &str) -> String {
    format!("{text}~{}", check_characters(text))
}

/// What the page says was changed, once it says something that holds this.
async fn rebuilt(page: &Page, holds: &str) -> Result<String> {
    let script = format!(
        "const told = document.querySelector('.lab-rebuilt').innerText; return told.includes({}) ? told : null;",
        json!(holds)
    );
    let told = page
        .until(&format!("words about what was changed: {holds}"), &script)
        .await?;
    Ok(told.as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_link_that_rebuilds_the_cluster_is_run_told_in_words_and_undone() {
    journey(async |page| {
        let link = whole(CHANGED);
        page.open(&format!("lab/#{link}")).await?;
        let shown = answer(page).await?;
        ensure!(shown.link == link, "{} became {}", link, shown.link);
        let told = rebuilt(page, "max nodes: none → 2").await?;
        ensure!(told.contains("Node group node, count: 8 → 10"), "{told}");
        let notes = page
            .js("return document.querySelector('.link-notes').getClientRects().length")
            .await?;
        ensure!(notes == json!(0), "there is something odd about {link}");
        let place = page.text("return document.getElementById('place').value").await?;
        let against = page
            .text("return document.querySelector('.against').textContent")
            .await?;
        ensure!(
            (place.as_str(), against.as_str()) == ("group-32", "against group-32 as it is today"),
            "{place}, {against}"
        );
        // A knob moves on top of it, and the link keeps what was changed.
        page.js("const range = document.getElementById('knob-cap');
             range.value = String(Number(range.value) - 1);
             range.dispatchEvent(new Event('input', { bubbles: true }));")
            .await?;
        let moved = answer_but(page, &shown.digest).await?;
        let knob = format!("{CHANGED}&cap=4gpu");
        ensure!(moved.link == whole(&knob), "{}", moved.link);
        // Back to the cluster as it is, and undone.
        page.js("document.querySelector('.lab-rebuilt a').click()")
            .await?;
        let plain = answer_but(page, &moved.digest).await?;
        ensure!(plain.link.starts_with("p0?profile=group-32~"), "{plain:?}");
        let gone = page
            .text("return document.querySelector('.lab-rebuilt').innerText")
            .await?;
        ensure!(gone.is_empty(), "{gone}");
        page.js(
            "[...document.querySelectorAll('.tools button')].find((it) => it.textContent === 'Undo').click()",
        )
        .await?;
        let again = answer_but(page, &plain.digest).await?;
        ensure!(
            (&again.digest, &again.link) == (&moved.digest, &moved.link),
            "{again:?}"
        );
        rebuilt(page, "max nodes: none → 2").await?;
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

#[test]
fn what_cannot_be_built_is_said_and_the_link_stays() {
    journey(async |page| {
        let notes = "const notes = document.querySelector('.link-notes[role=alert]');
                     return notes && notes.getClientRects().length ? notes.innerText : null;";
        for (changed, says) in [
            ("&.partitions.batch.nodes=gone", "there is no node group `gone`"),
            ("&.partitions.btch.tier=2", "did you mean `batch`?"),
        ] {
            let link = whole(&format!("p0?profile=group-32{changed}"));
            page.open(&format!("lab/#{link}")).await?;
            let said = page.until("a word about the link", notes).await?;
            let said = said.as_str().unwrap_or_default();
            ensure!(said.contains(says), "{changed}: {said}");
            ensure!(
                page.text("return location.hash.slice(1)").await? == link,
                "{changed}"
            );
        }
        Ok(())
    });
}

/// Chooses a file as somebody does in the browser's own window.
const CHOOSE: &str = "
    const input = document.getElementById('open'), files = new DataTransfer();
    const content = typeof arguments[0] === 'number' ? new Uint8Array(arguments[0]) : arguments[0];
    files.items.add(new File([content], 'ours.toml'));
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));";

#[test]
fn a_proposal_is_saved_as_a_file_and_opened_again() {
    journey(async |page| {
        page.open(&format!("lab/#{}", whole(&format!("{CHANGED}&cap=4gpu"))))
            .await?;
        let shown = answer(page).await?;
        page.js("document.querySelector('.share-more').open = true")
            .await?;
        let file = page
            .until(
                "a file to save",
                "const save = document.querySelector('a[download=\"group-32.toml\"]');
                 return save && decodeURIComponent(save.href.split(',').slice(1).join(','));",
            )
            .await?;
        let text = file.as_str().unwrap_or_default().to_owned();
        let scenario: Scenario = toml::from_str(&text)?;
        ensure!(
            scenario.cluster.gpus() == 40 && scenario.name == "group-32",
            "{text}"
        );
        page.open("lab/#p0?profile=desk-4~h4").await?;
        let desk = answer(page).await?;
        page.js("document.querySelector('.share-more').open = true")
            .await?;
        page.js_with(CHOOSE, vec![json!(text)]).await?;
        let opened = answer_but(page, &desk.digest).await?;
        ensure!(
            (&opened.digest, &opened.link) == (&shown.digest, &shown.link),
            "{opened:?}"
        );
        let said = |holds: &'static str| {
            format!(
                "const told = document.querySelector('[data-at=opened]').innerText; return told.includes({}) ? told : null;",
                json!(holds)
            )
        };
        let odd = text
            .replace("count = 10", "count = many")
            .replace("schema = 1", "schema = 1\nmine = 2");
        page.js_with(CHOOSE, vec![json!(odd.replace("many", "-1"))])
            .await?;
        let told = page
            .until("what is wrong with the file", &said("unknown field `mine`"))
            .await?;
        let told = told.as_str().unwrap_or_default();
        ensure!(
            told.contains("line 2: mine") && told.contains("cluster.nodes.node.count"),
            "{told}"
        );
        page.js_with(CHOOSE, vec![json!(odd)]).await?;
        page.until("that it is no TOML", &said("a scenario file is written in TOML"))
            .await?;
        page.js_with(CHOOSE, vec![json!(104_857_600)]).await?;
        page.until("that it is too large", &said("larger than 4 MiB"))
            .await?;
        ensure!(
            page.text("return location.hash.slice(1)").await? == shown.link,
            "a bad file changed the link"
        );
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

#[test]
fn axe_finds_nothing_where_a_cluster_was_rebuilt() {
    let Some(axe) = access::axe() else { return };
    journey(async |page| {
        page.before_each_page(&axe).await?;
        page.open(&format!("lab/#{}", whole(CHANGED))).await?;
        answer(page).await?;
        rebuilt(page, "count: 8 → 10").await?;
        page.js("document.querySelector('.share-more').open = true")
            .await?;
        page.until(
            "a file to save",
            "return !!document.querySelector('a[download$=\".toml\"]')",
        )
        .await?;
        page.js_with(CHOOSE, vec![json!("people = 3")]).await?;
        page.until(
            "what is wrong with the file",
            "return !!document.querySelector('[data-at=opened] li')",
        )
        .await?;
        let mut found = Vec::new();
        for (width, height) in access::SCREENS {
            for theme in [Theme::Light, Theme::Dark] {
                page.screen(width, height, theme).await?;
                let here = access::violations(page).await?.into_iter();
                found.extend(here.map(|it| format!("{width} px, {}: {it}", theme.word())));
                let wide = "return document.documentElement.scrollWidth > innerWidth";
                ensure!(
                    page.js(wide).await? == json!(false),
                    "the page is wider than {width} px"
                );
            }
        }
        ensure!(found.is_empty(), "{found:#?}");
        Ok(())
    });
}
