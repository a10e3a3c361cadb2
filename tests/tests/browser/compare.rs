//! A committee with several proposals: pastes them, orders them, reads what each changes, keeps it; and a result in a frame
//! of another site.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sim_core::metrics::compare_all;
use sim_core::scenario::link::check_characters;
use sim_core::scenario::{Scenario, link};
use tests::browser::lab::answer;
use tests::browser::{Page, Theme, journey, root};
use thirtyfour::Key;

/// A link to a short run: two days of warm-up, five measured.
fn short(knobs: &str) -> String {
    checked(&format!("p0?profile=group-32{knobs}&warm-up=2d&days=5d"))
}

fn checked(text: &str) -> String {
    format!("{text}~{}", check_characters(text))
}

/// Waits until all runs are in; returns the table of typical waits, a list of cells for each kind of work.
pub async fn compared(page: &Page) -> Result<Vec<Vec<String>>> {
    let rows = page
        .until(
            "a whole comparison",
            "const said = document.querySelector('.beside-runs [role=status]');
             if (!said || !said.textContent.startsWith('All ')) return null;
             const rows = [...document.querySelectorAll('.beside-results .beside-waits')].slice(0, 1)
               .flatMap((table) => [...table.querySelectorAll('tbody tr')]);
             return rows.length ? rows.map((row) => [...row.children].map((cell) => cell.textContent)) : null;",
        )
        .await?;
    let text = |cell: &Value| cell.as_str().unwrap_or_default().replace('\u{a0}', " ");
    let rows = rows.as_array().context("a table has rows")?;
    Ok(rows
        .iter()
        .map(|row| row.as_array().into_iter().flatten().map(text).collect())
        .collect())
}

/// Puts a text into the field and presses *Add*.
async fn paste(page: &Page, text: &str) -> Result<()> {
    page.until_there(".beside-form").await?;
    page.js_with(
        "const field = document.getElementById('beside-text'); field.value = arguments[0];
         document.querySelector('.beside-form [type=submit]').click();",
        vec![json!(text)],
    )
    .await?;
    Ok(())
}

async fn titles(page: &Page) -> Result<Vec<String>> {
    let found = page
        .js("return [...document.querySelectorAll('.beside-top .beside-item:not([hidden]) h2')].map((it) => it.textContent.trim())")
        .await?;
    let words = found.as_array().into_iter().flatten();
    Ok(words.filter_map(Value::as_str).map(str::to_owned).collect())
}

#[test]
fn pasted_links_stand_beside_each_other_and_the_address_opens_as_the_same() {
    journey(async |page| {
        page.open("lab/compare/").await?;
        let text = format!(
            "Dear all, as it is: https://example.org/lab/#{}\nMine: {} and hers:\n> {}",
            short(""),
            short("&cap=2gpu"),
            short("&max-time=1d"),
        );
        paste(page, &text).await?;
        let rows = compared(page).await?;
        ensure!(rows.iter().all(|row| row.len() == 4), "{rows:?}");
        ensure!(
            titles(page).await? == ["A As it is today", "B Cap 2 GPUs", "C Max time 1 day"],
            "{:?}",
            titles(page).await?
        );
        let differences = page
            .until(
                "the differences in words",
                "const all = [...document.querySelectorAll('.beside-top .beside-item:not([hidden]) .beside-difference')].map((it) => it.textContent);
                 return all.every((it) => it) ? all : null;",
            )
            .await?;
        ensure!(differences[0] == json!("No difference."), "{differences}");
        let cap = differences[1].as_str().unwrap_or_default();
        ensure!(
            cap == "Most GPUs one person may hold at once: 8 GPUs → 2 GPUs",
            "{cap}"
        );
        let address = page.text("return location.search + location.hash").await?;
        ensure!(
            address.starts_with("?with=p0?profile=group-32;warm-up=2d;days=5d~")
                && address.ends_with("&runs=12"),
            "{address}"
        );
        let answers = page
            .text("return document.querySelector('.beside-answers').textContent")
            .await?;
        ensure!(
            answers.contains("B Cap 2 GPUs") && !answers.contains("sooner in"),
            "{answers}"
        );
        page.open_beside(&page.address(&format!("lab/compare/{address}")))
            .await?;
        let again = compared(page).await?;
        ensure!(again == rows, "{rows:?} first, {again:?} by its address");
        ensure!(page.text("return location.search + location.hash").await? == address);
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

#[test]
fn the_page_says_what_the_engine_says_of_the_same_links() {
    journey(async |page| {
        let links = [short(""), short("&cap=2gpu"), short("&cap=off")];
        page.open("lab/compare/").await?;
        paste(page, &links.join("\n")).await?;
        compared(page).await?;
        // The file holds every row with its verdict.
        let file = page
            .js("const it = [...document.querySelectorAll('.beside-files a')].find((it) => it.download === 'comparison.csv');
                 it.addEventListener('click', (event) => event.preventDefault(), { once: true });
                 it.click();
                 return decodeURIComponent(it.href.split(/,(.*)/s)[1]);")
            .await?;
        let file = file.as_str().context("a file is a text")?;
        let preset: Scenario = toml::from_str(&std::fs::read_to_string(
            root().join("content/scenarios/group-32.toml"),
        )?)?;
        let reports = links.map(|text| {
            let scenario = link::decode_among(&text, std::slice::from_ref(&preset))
                .map(|it| it.proposal)
                .unwrap_or_default();
            let simplicity = sim_core::metrics::simplicity(&scenario);
            let (scenario, _) = scenario.check().expect("the links can be run");
            let run = |seed| sim_core::engine::run(&scenario, seed, sim_core::metrics::Detail::Summary);
            figures::view::shown(&sim_core::metrics::Report {
                seeds: (1..=12).map(run).collect(),
                simplicity,
            })
        });
        let expected = compare_all(&reports[0], &[&reports[1], &reports[2]]);
        for (letter, comparison) in ["B", "C"].into_iter().zip(expected) {
            for row in comparison.rows {
                let line = file
                    .lines()
                    .find(|line| line.starts_with(letter) && line.contains(&format!(",{},12,", row.key)));
                let line = line.with_context(|| format!("{letter} {} is not in the file", row.key))?;
                let verdict = serde_json::to_value(row.verdict)?;
                let said = line.rsplit(',').next().unwrap_or_default().replace('-', "");
                ensure!(
                    Some(said) == verdict.as_str().map(str::to_ascii_lowercase)
                        && line.contains(&format!(",{},{},", row.better, row.worse)),
                    "{line}: {row:?}"
                );
            }
        }
        Ok(())
    });
}

#[test]
fn equal_links_differ_in_nothing_and_another_cluster_is_described_and_not_compared() {
    journey(async |page| {
        page.open("lab/compare/").await?;
        let turned = "p0?cap=4&days=5d&warm-up=2d&profile=group-32";
        paste(
            page,
            &format!(
                "{}\n{turned}\n{}",
                short("&cap=4gpu"),
                checked("p0?profile=desk-4&max-time=1d")
            ),
        )
        .await?;
        let rows = compared(page).await?;
        ensure!(
            rows.iter().all(|row| row.len() == 3),
            "the third is compared: {rows:?}"
        );
        let answers = page
            .text("return document.querySelector('.beside-answers').textContent")
            .await?;
        ensure!(answers.contains("Nothing differs."), "{answers}");
        let items = page
            .until(
                "the differences in words",
                "const all = [...document.querySelectorAll('.beside-top .beside-item:not([hidden])')].map((it) => it.innerText);
                 return all.every((it) => !it.includes('undefined')) && document.querySelectorAll('.beside-difference > *').length > 2 ? all : null;",
            )
            .await?;
        let item = |at: usize| items[at].as_str().unwrap_or_default().to_owned();
        ensure!(item(1).contains("No difference."), "{}", item(1));
        ensure!(item(1).contains("typed by hand or cut"), "{}", item(1));
        ensure!(
            item(2).contains("Against desk-4 as it is:")
                && item(2).contains(
                    "other people on another machine, so no run of one can be held against a run of the other"
                ),
            "{}",
            item(2)
        );
        Ok(())
    });
}

#[test]
fn a_proposal_is_said_and_the_list_is_ordered_and_emptied_by_keyboard() {
    journey(async |page| {
        page.screen(1440, 900, Theme::Light).await?;
        page.open(&format!(
            "lab/compare/?with={}&runs=8",
            short("").replace('&', ";")
        ))
        .await?;
        page.until_there(".beside-item:not([hidden])").await?;
        page.tab_to(
            "textbox",
            "Paste links, one or several, with whatever stands around them",
        )
        .await?;
        page.press("group-32, cap 2, half life seven days".to_owned())
            .await?;
        page.tab_to("button", "Add").await?;
        page.press(Key::Enter.value().to_string()).await?;
        compared(page).await?;
        let said = page
            .text("return document.querySelector('.beside-top .beside-item:nth-child(2)').innerText")
            .await?;
        ensure!(
            said.contains("“half life seven days” is read as half-life=7d.") && said.contains("those of A"),
            "{said}"
        );
        page.tab_to("button", "Move down A").await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.until(
            "that the keyboard goes along",
            "return document.activeElement.getAttribute('aria-label') === 'Move up B'",
        )
        .await?;
        let order = titles(page).await?;
        ensure!(
            order == ["A Cap 2 GPUs, half life 7 days", "B As it is today"],
            "{order:?}"
        );
        page.tab_to("button", "Remove B").await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.until(
            "that it is gone",
            "return document.querySelectorAll('.beside-top .beside-item:not([hidden])').length === 1
               && document.activeElement.id === 'beside-text'",
        )
        .await?;
        let address = page.text("return location.search").await?;
        ensure!(address.matches("with=").count() == 1, "{address}");
        paste(page, "What do you all think?").await?;
        let told = page
            .until(
                "what can be pasted",
                "return document.querySelector('.beside-notes').innerText.trim() || null",
            )
            .await?;
        ensure!(
            told.as_str()
                .unwrap_or_default()
                .starts_with("There is no link in this"),
            "{told}"
        );
        Ok(())
    });
}

#[test]
fn the_lab_leads_here_with_both_its_sides_and_takes_a_link_as_baseline() {
    journey(async |page| {
        page.open(&format!("lab/#{}", short("&cap=2gpu"))).await?;
        answer(page).await?;
        let ask = "const field = document.getElementById('with'); field.value = arguments[0];
                   field.dispatchEvent(new Event('change', { bubbles: true }));";
        page.js_with(ask, vec![json!(short("&half-life=1d"))]).await?;
        page.until(
            "the other link's proposal as baseline",
            "return location.hash.includes('&b.half-life=1d') || null",
        )
        .await?;
        answer(page).await?;
        let against = page
            .text("return document.querySelector('.against').textContent")
            .await?;
        ensure!(against == "against a changed group-32", "{against}");
        // Both sides are exchanged by keys, and back.
        let swapped = "const press = () => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'X', ctrlKey: true, shiftKey: true, bubbles: true }));
                       press(); return location.hash;";
        let link = page.text(swapped).await?;
        ensure!(
            link.contains("&half-life=1d") && link.contains("&b.cap=2gpu"),
            "{link}"
        );
        page.js_with(ask, vec![json!(checked("p0?profile=desk-4&max-time=1d"))])
            .await?;
        page.until(
            "the page that compares",
            "return location.pathname.endsWith('/lab/compare/')
               && document.querySelectorAll('.beside-top .beside-item:not([hidden])').length === 3",
        )
        .await?;
        let order = titles(page).await?;
        ensure!(
            order == ["A Cap 2 GPUs", "B Half life 1 day", "C Max time 1 day"],
            "{order:?}"
        );
        Ok(())
    });
}

#[test]
fn runs_are_cancelled_at_once_and_go_on() {
    journey(async |page| {
        let links: Vec<String> = ["", "&cap=2gpu", "&cap=4gpu", "&cap=off"]
            .map(|knobs| checked(&format!("p0?profile=group-32{knobs}&load=110pct")).replace('&', ";"))
            .to_vec();
        page.open(&format!("lab/compare/?with={}&runs=20", links.join("&with=")))
            .await?;
        page.until(
            "the first runs",
            "return !!document.querySelector('.beside-results .beside-waits')",
        )
        .await?;
        let press = |word: &str| {
            format!(
                "[...document.querySelectorAll('.beside-runs button')].find((it) => it.textContent === '{word}').click()"
            )
        };
        page.js(&press("Cancel")).await?;
        page.until(
            "that the runs have stopped",
            "return document.querySelector('.beside-runs [role=status]').textContent.startsWith('Stopped after') || null",
        )
        .await?;
        ensure!(
            page.js("return document.querySelectorAll('.beside-results .beside-waits').length")
                .await?
                == json!(2),
            "what came is gone"
        );
        page.js(&press("Go on")).await?;
        page.until(
            "that the runs go on",
            "return document.querySelector('.beside-runs [role=status]').textContent.includes('runs done') || null",
        )
        .await?;
        Ok(())
    });
}

#[test]
fn a_frame_shows_one_view_with_one_caption_and_a_way_back_and_leaves_its_address_alone() {
    journey(async |page| {
        let link = short("&cap=2gpu");
        for (view, place) in [
            ("answer", ".embed-answer > *"),
            ("raster", ".embed-card svg"),
            ("waits", ".embed-card tbody tr"),
        ] {
            let address = format!("embed/?view={view}#{link}");
            page.open(&address).await?;
            page.until_there(place).await?;
            page.until(
                "the whole answer",
                "return performance.getEntriesByName('answer').length > 0 || null",
            )
            .await?;
            let whole = page.text("return location.href").await?;
            ensure!(whole.ends_with(&address), "{whole}");
            let found = page
                .js("return [document.querySelectorAll('.embed-caption').length, document.querySelector('.embed-back a').getAttribute('href'),
                     document.querySelector('.embed-title').textContent, document.querySelectorAll('.bar, .foot').length,
                     document.documentElement.scrollWidth <= innerWidth, document.querySelector('.embed-back [data-at=model]').getAttribute('href')]")
                .await?;
            ensure!(
                found
                    == json!([
                        1,
                        format!("../lab/#{link}"),
                        "Cap 2 GPUs",
                        0,
                        true,
                        "../model/#what-it-leaves-out"
                    ]),
                "{found}"
            );
        }
        // Narrow frames and wide ones.
        for width in [280, 1440] {
            page.screen(width, 500, Theme::Light).await?;
            let fits = page
                .js("return document.documentElement.scrollWidth <= innerWidth")
                .await?;
            ensure!(fits == json!(true), "it does not fit into {width} px");
        }
        page.open("embed/").await?;
        page.until_there("html.js").await?;
        let said = page
            .text("return document.querySelector('.embed').innerText")
            .await?;
        ensure!(said.contains("ends in the link of a proposal"), "{said}");
        ensure!(!page.text("return location.href").await?.contains('#'));
        Ok(())
    });
}

#[test]
fn the_share_sheet_gives_the_lines_of_a_frame() {
    journey(async |page| {
        let link = short("&cap=2gpu");
        page.open(&format!("lab/#{link}")).await?;
        answer(page).await?;
        page.js("document.querySelector('.share-more').open = true")
            .await?;
        let lines = page
            .until(
                "the lines",
                "const lines = document.querySelector('.share [data-at=frame] pre'); return lines ? lines.textContent : null;",
            )
            .await?;
        let lines = lines.as_str().unwrap_or_default().to_owned();
        let whole = page
            .address(&format!("embed/?view=answer#{link}"))
            .replace('&', "&amp;");
        ensure!(lines.contains(&format!("<iframe src=\"{whole}\"")), "{lines}");
        Ok(())
    });
}
