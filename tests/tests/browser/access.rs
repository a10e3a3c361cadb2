//! No page breaks a rule that axe knows, at any width, light or dark.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tests::browser::lab::answer;
use tests::browser::{Browser, Page, Theme, all, journey_in, leave_out, root, routes};

/// Width and height of the screens.
pub(super) const SCREENS: [(u32, u32); 3] = [(320, 640), (768, 1024), (1440, 900)];

/// Runs axe by the rules of WCAG 2.2 AA and its own best practices; returns what is violated, and where.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    // Colours that are on their way from one to another are no colours yet.
    for (const way of document.getAnimations()) try { way.finish(); } catch { way.cancel(); }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
      (found) => done(found.violations.map((it) =>
        it.id + ': ' + it.help + ' — ' + it.nodes.slice(0, 4).map((node) =>
          node.target.join(' ') + ' ' + node.html.slice(0, 120) + ' ' +
          node.any.concat(node.all, node.none).slice(0, 1).map((check) => check.message).join(' ')).join(' ; '))),
      (error) => done(['axe failed: ' + error]));";

pub(super) fn axe() -> Option<String> {
    let named = std::env::var_os("TRILEMMA_AXE").map(PathBuf::from);
    let file = named.unwrap_or_else(|| root().join(".tools/node_modules/axe-core/axe.min.js"));
    let text = std::fs::read_to_string(file).ok();
    if text.is_none() {
        leave_out("axe-core is not there; `cargo xtask test` fetches it from npm");
    }
    text
}

pub(super) async fn violations(page: &Page) -> Result<Vec<String>> {
    let found = page.driver.execute_async(RUN, Vec::new()).await?;
    let list = found.json().as_array().context("axe gives a list")?;
    Ok(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Pages that are made alike: a folder of routes, how they end, and the one that stands for the others.
const ALIKE: [(&str, &str, &str); 6] = [
    ("knobs/", "", "knobs/cap/"),
    ("guides/", "", "guides/ask-for-what-you-need/"),
    ("learn/", "/present/", "learn/busy-or-ready/present/"),
    ("learn/", "/instructor/", "learn/busy-or-ready/instructor/"),
    ("learn/track-", "", "learn/track-a/"),
    ("learn/", "", "learn/busy-or-ready/"),
];

/// Every width in light, the widest in dark; all of both if everything is asked for. Of pages that are made alike one stands for the
/// others, which are looked at once.
fn looks(route: &str) -> Vec<((u32, u32), Theme)> {
    let alike = ALIKE.iter().find(|(folder, end, _)| {
        route.len() > folder.len() && route.starts_with(folder) && route.ends_with(end)
    });
    if !all() && alike.is_some_and(|(_, _, first)| *first != route) {
        return vec![(SCREENS[0], Theme::Light)];
    }
    let dark = if all() { &SCREENS[..] } else { &SCREENS[2..] };
    let light = SCREENS.iter().map(|&screen| (screen, Theme::Light));
    light
        .chain(dark.iter().map(|&screen| (screen, Theme::Dark)))
        .collect()
}

#[test]
fn axe_finds_nothing_on_any_page() {
    let Some(axe) = axe() else { return };
    journey_in(Browser::Chromium, async |page| {
        page.before_each_page(&axe).await?;
        let mut found = Vec::new();
        for route in routes()? {
            for ((width, height), theme) in looks(&route) {
                page.screen(width, height, theme).await?;
                page.open(&route).await?;
                match route.as_str() {
                    "lab/" => {
                        answer(page).await?;
                        page.js("for (const it of document.querySelectorAll('.layer-all, .knob-group, .share-more')) it.open = true")
                            .await?;
                        page.until(
                            "a row for each knob of every layer",
                            "return document.querySelectorAll('.knob').length > 80 || null",
                        )
                        .await?;
                        // On the phone the dock stays over whatever is scrolled under it; look where a thumb would.
                        page.js("document.querySelector('.stepper')?.scrollIntoView({ block: 'center' })")
                            .await?;
                    }
                    "" => page.until_there(".hero-picture canvas").await?,
                    _ => page.until_there("html.js").await?,
                }
                let here = violations(page).await?;
                found.extend(
                    here.iter()
                        .map(|it| format!("/{route} at {width} px, {}: {it}", theme.word())),
                );
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

#[test]
fn axe_finds_nothing_in_the_lab_before_the_answer_and_with_a_proposal_a_job_and_a_damaged_link() {
    let Some(axe) = axe() else { return };
    journey_in(Browser::Chromium, async |page| {
        page.before_each_page(&axe).await?;
        let mut found = Vec::new();
        for place in [
            "lab/",
            "lab/#p0?profile=group-32&cap=5gpu&load=110pct",
            "lab/#p0?prof",
        ] {
            page.open(place).await?;
            page.until_there("html.js main").await?;
            found.extend(
                violations(page)
                    .await?
                    .into_iter()
                    .map(|it| format!("/{place} at once: {it}")),
            );
            if place.ends_with("prof") {
                page.until_there(".link-notes").await?;
            } else {
                answer(page).await?;
                page.js("document.getElementById('job-longest').click()").await?;
                page.until_there(".job-slurm:not(:empty)").await?;
                page.js("document.querySelector('.job details').open = true")
                    .await?;
            }
            for theme in [Theme::Light, Theme::Dark] {
                page.screen(1440, 900, theme).await?;
                let here = violations(page).await?.into_iter();
                found.extend(here.map(|it| format!("/{place}, {}: {it}", theme.word())));
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

#[test]
fn axe_finds_nothing_on_the_page_that_sweeps_before_and_after_a_sweep() {
    let Some(axe) = axe() else { return };
    journey_in(Browser::Chromium, async |page| {
        page.before_each_page(&axe).await?;
        let mut found = Vec::new();
        for query in [
            "",
            "?vary=cap=2gpu,8gpu,off&vary=max-time=1d,3d&runs=8&within=10&rules=2",
        ] {
            page.open(&format!("lab/sweep/{query}")).await?;
            page.until_there(".sweep-form").await?;
            if !query.is_empty() {
                super::sweep::swept(page).await?;
            }
            for (width, height) in SCREENS {
                for theme in [Theme::Light, Theme::Dark] {
                    page.screen(width, height, theme).await?;
                    let here = violations(page).await?.into_iter();
                    found.extend(
                        here.map(|it| format!("/lab/sweep/{query} at {width} px, {}: {it}", theme.word())),
                    );
                }
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

#[test]
fn axe_finds_nothing_on_the_page_that_compares_and_in_the_frame_before_and_after_their_runs() {
    let Some(axe) = axe() else { return };
    journey_in(Browser::Chromium, async |page| {
        page.before_each_page(&axe).await?;
        let mut found = Vec::new();
        let links = [
            "p0?profile=group-32;days=5d",
            "p0?profile=group-32;cap=2gpu;colour=red",
            "p0?profile=desk-4;max-time=1d",
        ];
        let with = format!("lab/compare/?with={}&runs=12", links.join("&with="));
        for place in [
            "lab/compare/",
            &with,
            "embed/?view=answer#p0?profile=group-32&cap=2gpu&days=5d",
            "embed/?view=raster#p0?profile=group-32&cap=2gpu&days=5d",
            "embed/?view=waits#p0?profile=group-32&cap=2gpu&days=5d",
            "embed/#p0?prof",
        ] {
            page.open(place).await?;
            page.until_there("html.js main").await?;
            found.extend(
                violations(page)
                    .await?
                    .into_iter()
                    .map(|it| format!("/{place} at once: {it}")),
            );
            if place == with {
                super::compare::compared(page).await?;
            } else if place.contains("view=") {
                page.until(
                    "the whole answer",
                    "return performance.getEntriesByName('answer').length > 0 || null",
                )
                .await?;
            } else {
                page.until_there(".beside-form, .embed-card").await?;
            }
            for (width, height) in SCREENS {
                for theme in [Theme::Light, Theme::Dark] {
                    page.screen(width, height, theme).await?;
                    let here = violations(page).await?.into_iter();
                    found.extend(here.map(|it| format!("/{place} at {width} px, {}: {it}", theme.word())));
                }
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

#[test]
fn axe_finds_nothing_on_any_tab_of_the_page_that_edits_a_cluster() {
    let Some(axe) = axe() else { return };
    journey_in(Browser::Chromium, async |page| {
        page.before_each_page(&axe).await?;
        let mut found = Vec::new();
        // Something is new, something is changed, and something has to be mended.
        super::cluster::edited(page, "&.partitions.tests=new&.partitions.owner.max-time=3d").await?;
        for (width, _) in SCREENS {
            for theme in [Theme::Light, Theme::Dark] {
                // As tall as the page: what the bar at the edge covers depends on where one has scrolled to.
                page.screen(width, 12_000, theme).await?;
                for tab in ["nodes", "partitions", "qos", "groups", "reservations"] {
                    page.js(&format!("document.getElementById('tab-{tab}').click()"))
                        .await?;
                    page.js("for (const it of document.querySelectorAll('.cl details')) it.open = true")
                        .await?;
                    if tab == "nodes" {
                        page.js("const it = document.getElementById('cut-1-0-text');
                             it.value = it.value === '3x3g.71gb' ? '2x3g.71gb' : '3x3g.71gb';
                             it.dispatchEvent(new Event('change', { bubbles: true }));
                             document.getElementById('remove-nodes-7').click();")
                            .await?;
                        page.until_there("#ask").await?;
                    }
                    let here = violations(page).await?.into_iter();
                    found.extend(here.map(|it| format!("{tab} at {width} px, {}: {it}", theme.word())));
                }
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

#[test]
fn axe_finds_nothing_in_the_lesson_and_on_the_home_page_after_the_guess() {
    let Some(axe) = axe() else { return };
    journey_in(Browser::Chromium, async |page| {
        page.before_each_page(&axe).await?;
        let mut found = Vec::new();
        for (route, press, then) in [
            ("learn/busy-or-ready/", "[data-guess]", ".revealed"),
            ("", "[data-stop='3']", ".home input[type=range]"),
        ] {
            page.open(route).await?;
            page.until_there(if route.is_empty() {
                ".hero-picture canvas"
            } else {
                "html.js [data-guess]"
            })
            .await?;
            page.js(&format!("document.querySelector(\"{press}\").click()"))
                .await?;
            page.until_there(then).await?;
            for (width, height) in SCREENS {
                page.screen(width, height, Theme::Light).await?;
                let here = violations(page).await?.into_iter();
                found.extend(here.map(|it| format!("/{route} after the guess at {width} px: {it}")));
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
