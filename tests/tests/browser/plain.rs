//! Readers without scripts, and readers whose browser cannot run WASM.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tests::browser::{Browser, Page, dist, journey, journey_in, routes};

/// What a page is made of, for somebody without scripts.
const LOOK: &str = "
    const main = document.querySelector('main');
    const shown = (it) => it.getClientRects().length > 0 && getComputedStyle(it).visibility !== 'hidden';
    const said = (selector) => [...document.querySelectorAll(selector)].map((it) => it.textContent.trim());
    return {
      title: document.title,
      headings: [...document.querySelectorAll('h1')].filter(shown).map((it) => it.textContent.trim()),
      words: main.innerText.trim().split(/\\s+/).length,
      stills: [...main.querySelectorAll('svg[role=img], img')].filter(shown).length,
      figures: main.querySelectorAll('figure, .still, .finding, .hero-picture').length,
      ids: [...document.querySelectorAll('[id]')].map((it) => it.id),
      links: [...document.querySelectorAll('a[href]')].map((it) => it.href),
      foot: [...document.querySelectorAll('footer a[href]')].filter(shown).map((it) => it.href),
      odd: said('.fig-title').filter((it) => !it.endsWith('?'))
        .concat(said('.fig-say').filter((it) => it && !/[.?!][”)]?$/.test(it))),
      scripted: document.documentElement.classList.contains('js'),
    };";

#[test]
fn without_scripts_every_page_has_its_title_text_and_pictures_and_every_link_leads_to_a_place() {
    journey_in(Browser::Chromium, async |page| {
        without_scripts(page).await?;
        let mut pages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut links: BTreeSet<(String, String)> = BTreeSet::new();
        for route in routes()? {
            page.open(&route).await?;
            let look = page.js(LOOK).await?;
            is_whole(&route, &look)?;
            leads_on(&route, &look)?;
            pages.insert(page.address(&route), texts(&look["ids"]).into_iter().collect());
            links.extend(
                texts(&look["links"])
                    .into_iter()
                    .map(|link| (route.clone(), link)),
            );
        }
        ensure!(links.len() > pages.len(), "only {} links found", links.len());
        let top = page.address("");
        for (route, link) in links
            .iter()
            .filter(|(_, link)| link.starts_with("http://127.0.0.1"))
        {
            let (to, place) = link.split_once('#').unwrap_or((link, ""));
            let ids = pages.get(to);
            // A text to take away is a file beside the pages.
            let file = to.strip_prefix(&top).map(|path| dist().join(path));
            ensure!(
                ids.is_some() || file.is_some_and(|file| file.is_file()),
                "/{route} links to {to}, where there is no page and no file"
            );
            // A proposal's link is no place on the page.
            let is_place = !place.is_empty() && !place.contains(['?', '=']);
            ensure!(
                !is_place || ids.is_some_and(|ids| ids.contains(place)),
                "/{route} links to {link}, and that page has no such place"
            );
        }
        Ok(())
    });
}

/// What somebody without scripts gets of a page.
fn is_whole(route: &str, look: &Value) -> Result<()> {
    ensure!(look["scripted"] == json!(false), "/{route}: scripts ran");
    let title = look["title"].as_str().unwrap_or_default();
    ensure!(title.contains("Trilemma"), "/{route} is titled “{title}”");
    let headings = look["headings"].as_array().map_or(0, Vec::len);
    ensure!(headings == 1, "/{route} has {headings} visible main headings");
    // The page that is not there has little to say.
    let least = if route == "404.html" { 10 } else { 30 };
    let words = look["words"].as_u64().unwrap_or_default();
    ensure!(words >= least, "/{route} has only {words} words");
    let has_picture = ["", "lab/", "learn/busy-or-ready/"].contains(&route);
    ensure!(
        !has_picture || look["stills"].as_u64() > Some(0),
        "/{route} shows no picture"
    );
    ensure!(
        look["odd"] == json!([]),
        "/{route}: a figure asks in its title and is told of in sentences: {}",
        look["odd"]
    );
    Ok(())
}

/// From everywhere it is one step to what the model is and leaves out, and to what is said of privacy, accessibility and licence.
fn leads_on(route: &str, look: &Value) -> Result<()> {
    let (links, foot) = (texts(&look["links"]), texts(&look["foot"]));
    let leads = |links: &[String], place: &str| links.iter().any(|link| link.ends_with(&format!("/{place}")));
    // A frame in a page of others and a screen in a room have no footer.
    if route == "embed/" {
        ensure!(
            leads(&links, "model/#what-it-leaves-out"),
            "/{route} does not say what is left out"
        );
        return Ok(());
    }
    if let Some(lesson) = route.strip_suffix("present/") {
        ensure!(leads(&links, lesson), "/{route} has no way back to its lesson");
        return Ok(());
    }
    for place in [
        "model/",
        "model/#what-it-leaves-out",
        "privacy/",
        "accessibility/",
        "licence/",
    ] {
        ensure!(
            leads(&foot, place),
            "/{route} has no link to /{place} in its footer"
        );
    }
    Ok(())
}

#[test]
fn a_browser_without_wasm_is_told_in_a_sentence_and_keeps_the_pictures() {
    journey(async |page| {
        page.before_each_page("delete globalThis.WebAssembly;").await?;
        for route in ["", "lab/"] {
            page.open(route).await?;
            let said = page
                .until(
                    "the sentence for browsers without WASM",
                    "const note = document.querySelector('.app-note');
                     return note && note.getClientRects().length ? note.textContent : null;",
                )
                .await?;
            ensure!(
                said.as_str().is_some_and(|said| said.contains("WebAssembly")),
                "/{route}: {said}"
            );
            let look = page.js(LOOK).await?;
            ensure!(look["stills"].as_u64() > Some(0), "/{route} lost its picture");
            let console = page.console().await?;
            ensure!(console.is_empty(), "/{route}: {console:?}");
        }
        Ok(())
    });
}

async fn without_scripts(page: &Page) -> Result<()> {
    page.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true }))
        .await
        .map(drop)
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect()
}
