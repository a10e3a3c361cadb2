//! What has been given out stays: addresses of pages, licences, and how to cite.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use tests::browser::{dist, leave_out, root, routes};

/// Every address that a release had, one on a line. It only grows.
const GIVEN_OUT: &str = include_str!("../../fixtures/routes.txt");

/// The addresses of the built site; nothing if there is none.
fn built() -> Result<Option<BTreeSet<String>>> {
    if !dist().join("404.html").is_file() {
        leave_out("there is no site in dist/; `cargo xtask build` makes it");
        return Ok(None);
    }
    Ok(Some(routes()?.iter().map(|route| format!("/{route}")).collect()))
}

#[test]
fn every_address_ever_given_out_still_opens() -> Result<()> {
    let Some(now) = built()? else { return Ok(()) };
    let given: BTreeSet<String> = GIVEN_OUT.lines().map(str::to_owned).collect();
    ensure!(
        given.contains("/") && given.len() > 100,
        "{} addresses",
        given.len()
    );
    let lost: Vec<_> = given.difference(&now).collect();
    ensure!(
        lost.is_empty(),
        "no page is left at {lost:?}: put one there that says where its text went, and leads to it"
    );
    let new: Vec<_> = now.difference(&given).collect();
    ensure!(
        new.is_empty(),
        "{new:?} are new: add them to tests/fixtures/routes.txt, since from now on people may keep them"
    );
    Ok(())
}

#[test]
fn text_and_code_have_their_licences_and_every_lesson_says_how_to_cite_it() -> Result<()> {
    let top = root();
    let whole = |name: &str| std::fs::read_to_string(top.join(name)).with_context(|| name.to_owned());
    let files = [
        ("LICENSE-MIT", "Permission is hereby granted"),
        ("LICENSE-APACHE", "Apache License"),
        ("LICENSE-CC-BY-4.0", "Attribution 4.0 International"),
    ];
    for (name, words) in files {
        ensure!(whole(name)?.contains(words), "{name} is another text");
    }
    let version = env!("CARGO_PKG_VERSION");
    let cite = whole("CITATION.cff")?;
    ensure!(
        cite.contains(&format!("\nversion: {version}\n")),
        "CITATION.cff names another version than {version}"
    );
    let Some(now) = built()? else { return Ok(()) };
    let page =
        |route: &str| std::fs::read_to_string(dist().join(route.trim_start_matches('/')).join("index.html"));
    let licence = page("/licence/")?;
    for name in ["MIT", "Apache", "CC BY 4.0"] {
        ensure!(licence.contains(name), "the licence page does not name {name}");
    }
    let lessons: Vec<_> = now
        .iter()
        .filter(|route| route.starts_with("/learn/"))
        .filter_map(|route| route.strip_suffix("present/"))
        .collect();
    ensure!(lessons.len() > 20, "{} lessons", lessons.len());
    for lesson in lessons {
        let text = page(lesson)?;
        let says = text.contains(&format!("Trilemma, version {version}")) && text.contains("CC BY 4.0");
        ensure!(says, "{lesson} does not say how to cite it");
    }
    Ok(())
}
