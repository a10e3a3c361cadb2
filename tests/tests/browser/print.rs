//! Pages on paper: A4 is narrow, and is no phone.

use std::io::Read as _;

use anyhow::{Result, ensure};
use flate2::read::ZlibDecoder;
use serde_json::{Value, json};
use tests::browser::lab::answer;
use tests::browser::{Browser, Page, Theme, journey_in, root};

use super::quiet;

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

/// What is printed, and no more sheets than this.
const PRINTED: [(&str, &str, usize); 4] = [
    ("lesson", "learn/must-i-wait-five-days/", 30),
    ("track", "learn/track-b/", 120),
    ("guide", "guides/ask-for-what-you-need/", 30),
    ("lab", "lab/#p0?profile=group-32&cap=4gpu", 30),
];

/// Keeps what is in sight when the browser is about to print: covers, replies that were withheld, replies.
const WATCH: &str = "
    const count = (selector, within = document) => within.querySelectorAll(selector).length;
    const seen = (selector) => [...document.querySelectorAll(selector)].filter((it) => it.getClientRects().length).length;
    const withheld = [...document.querySelectorAll('template[data-reveal]')]
      .reduce((sum, it) => sum + count('[data-reply]', it.content), 0);
    window.printed = null;
    addEventListener('beforeprint', () => (window.printed = [seen('[data-cover]'), withheld, seen('[data-reply]')]));";

/// How many links lead elsewhere, and those of them whose address is not spelled out.
const LINKS: &str = "
    const links = [...document.querySelectorAll('main a[href^=http]')]
      .filter((it) => it.origin !== location.origin && it.getClientRects().length);
    const is_said = (it) => getComputedStyle(it, '::after').content.includes(it.getAttribute('href'));
    return [links.length, links.filter((it) => !is_said(it)).map((it) => it.href)];";

/// Lines and tables of a text that do not fit.
const CUT: &str = "
    return [...document.querySelectorAll('.prose > pre, .prose > .scroll')]
      .filter((it) => it.scrollWidth > it.clientWidth)
      .map((it) => it.textContent.trim().slice(0, 60));";

/// Width and height of every sheet of a PDF, in points.
fn sheets(pdf: &[u8]) -> Vec<[f64; 2]> {
    let sheet = |after: &str| {
        let list = after.trim_start().strip_prefix('[')?.split(']').next()?;
        let edges: Vec<f64> = list
            .split_whitespace()
            .filter_map(|edge| edge.parse().ok())
            .collect();
        let [left, bottom, right, top] = edges[..] else {
            return None;
        };
        Some([right - left, top - bottom])
    };
    plain(pdf).split("/MediaBox").skip(1).filter_map(sheet).collect()
}

/// What a PDF says of its sheets. Its writer may pack that into streams.
fn plain(pdf: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(pdf).into_owned();
    let mut rest = pdf;
    while let Some(after) = behind(rest, b"/ObjStm") {
        rest = after;
        let packed = behind(rest, b"stream").unwrap_or_default().trim_ascii_start();
        let mut bytes = Vec::new();
        // What cannot be unpacked has no sheets, and they are counted.
        ZlibDecoder::new(packed).read_to_end(&mut bytes).ok();
        text += &String::from_utf8_lossy(&bytes);
    }
    text
}

/// What follows the first such word.
fn behind<'a>(bytes: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(word.len()).position(|here| here == word)?;
    bytes.get(at + word.len()..)
}

#[test]
fn lesson_track_guide_and_lab_are_printed_whole_on_a4() {
    journey_in(Browser::Chromium, async |page| {
        let folder = root().join("target/looks");
        std::fs::create_dir_all(&folder)?;
        for (name, place, most) in PRINTED {
            page.cdp("Emulation.setEmulatedMedia", json!({ "media": "" }))
                .await?;
            page.screen(1440, 900, Theme::Light).await?;
            page.open(place).await?;
            match name {
                "lab" => drop(answer(page).await?),
                _ => page.until_there("html.js main").await?,
            }
            page.js(WATCH).await?;
            let pdf = page.printed().await?;
            std::fs::write(folder.join(format!("printed-{name}.pdf")), &pdf)?;
            let sheets = sheets(&pdf);
            ensure!(
                (2..=most).contains(&sheets.len()),
                "the {name} has {} sheets",
                sheets.len()
            );
            let is_a4 =
                |&[width, height]: &[f64; 2]| (width - 595.3).abs() < 1.5 && (height - 841.9).abs() < 1.5;
            ensure!(sheets.iter().all(is_a4), "the {name} is printed on {sheets:?}");
            // What waits for a guess is printed, and is covered again afterwards.
            let withheld = if name == "lesson" { 3 } else { 0 };
            let printed = page.js("return printed").await?;
            ensure!(printed == json!([0, withheld, withheld]), "the {name}: {printed}");
            let left = seen(page, &["[data-reply]", "[data-cover]"]).await?;
            ensure!(left == [false, withheld > 0], "after the {name}: {left:?}");

            on_paper(page).await?;
            page.js("dispatchEvent(new Event('beforeprint'))").await?;
            let wide = page.js(quiet::WIDE).await?;
            ensure!(wide == json!([]), "the {name} is wider than its paper: {wide}");
            let cut = page.js(CUT).await?;
            ensure!(cut == json!([]), "in the {name} is cut: {cut}");
            let links = page.js(LINKS).await?;
            ensure!(
                links[1] == json!([]) && (name == "lab" || links[0].as_u64() > Some(0)),
                "the {name} has links, and these are not spelled out: {links}"
            );
            let hidden = seen(page, &[".btn", ".menu", ".foot", ".here select", ".goal form"]).await?;
            ensure!(
                hidden == [false; 5],
                "on the {name} there is something to press: {hidden:?}"
            );
        }
        Ok(())
    });
}
