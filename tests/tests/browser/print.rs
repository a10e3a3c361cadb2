//! A result on paper: A4 is narrow, and is no phone.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tests::browser::lab::answer;
use tests::browser::{Browser, Page, Theme, journey_in};

/// Between the margins of A4, in CSS pixels.
const WIDTH: u32 = 658;

/// Lays the page out as for paper.
async fn on_paper(page: &Page) -> Result<()> {
    page.screen(WIDTH, 960, Theme::Light).await?;
    page.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }))
        .await?;
    // Whoever listens to the medium has a turn to hear of it.
    page.until("the medium", "return matchMedia('print').matches || null")
        .await?;
    Ok(())
}

async fn seen(page: &Page, selectors: &[&str]) -> Result<Vec<bool>> {
    let found = page
        .js_with(
            "return arguments[0].map((it) => [...document.querySelectorAll(it)].some((one) => one.getClientRects().length > 0))",
            vec![json!(selectors)],
        )
        .await?;
    let all = found.as_array().into_iter().flatten();
    Ok(all.filter_map(Value::as_bool).collect())
}

#[test]
fn a_lab_result_prints_with_all_findings_its_whole_link_and_its_code() {
    journey_in(Browser::Chromium, async |page| {
        page.open("lab/#p0?profile=group-32&cap=4gpu").await?;
        answer(page).await?;
        page.js("document.querySelector('.share-more').open = true")
            .await?;
        page.until_there(".share-qr svg.qr path").await?;
        on_paper(page).await?;
        page.until(
            "every finding",
            "return ['corners', 'waits', 'picture', 'idle', 'who-pays'].every((it) => document.getElementById(it).getClientRects().length > 0) || null",
        )
        .await?;
        let shown = seen(
            page,
            &[".answer-line", ".by-class", ".share-qr svg.qr", ".receipt"],
        )
        .await?;
        ensure!(shown == [true; 4], "{shown:?}");
        let hidden = seen(
            page,
            &[
                ".drawer",
                ".dock",
                ".menu",
                ".tools",
                ".share .btn",
                ".lab-with",
                ".foot",
            ],
        )
        .await?;
        ensure!(hidden == [false; 7], "{hidden:?}");
        let fits = page
            .js("const table = document.querySelector('.by-class'); return table.scrollWidth <= table.closest('.wrap').clientWidth")
            .await?;
        ensure!(fits == json!(true), "the table is cut");
        let link = page
            .text("const it = document.querySelector('.share .share-link'); return getComputedStyle(it, '::before').content.replaceAll('\"', '').replace(/ /g, '') + it.textContent")
            .await?;
        let whole = page.text("return location.href").await?;
        ensure!(link == whole, "{link} for {whole}");
        Ok(())
    });
}

#[test]
fn a_comparison_prints_as_tables_with_its_address() {
    journey_in(Browser::Chromium, async |page| {
        page.open(
            "lab/compare/?with=p0?profile=group-32;days=5d&with=p0?profile=group-32;cap=2gpu;days=5d&runs=8",
        )
        .await?;
        super::compare::compared(page).await?;
        on_paper(page).await?;
        let shown = seen(
            page,
            &[".beside-answers", ".beside-waits thead th", ".beside-here"],
        )
        .await?;
        ensure!(shown == [true; 3], "{shown:?}");
        let hidden = seen(
            page,
            &[".beside-form", ".beside-tools", ".beside-runs", ".beside-files"],
        )
        .await?;
        ensure!(hidden == [false; 4], "{hidden:?}");
        let found = page
            .js("const here = document.querySelector('.beside-here').textContent;
                 const cut = [...document.querySelectorAll('.beside-waits')].some((it) => it.scrollWidth > it.closest('.wrap').clientWidth);
                 return [here === location.href, cut]")
            .await?;
        ensure!(found == json!([true, false]), "{found}");
        Ok(())
    });
}
