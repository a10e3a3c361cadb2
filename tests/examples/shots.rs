//! Pictures of the pages at three widths, light and dark, for people to look at: `cargo run -p tests --example shots -- DIR`.

#[cfg(not(target_arch = "wasm32"))]
use {
    anyhow::{Result, anyhow},
    serde_json::json,
    sim_core::scenario::{Scenario, link},
    std::path::PathBuf,
    tests::browser::lab::answer,
    tests::browser::{Browser, Kit, Page, Theme, lead, root},
};

/// A proposal, as somebody might type it.
#[cfg(not(target_arch = "wasm32"))]
const PROPOSAL: &str = "lab/#p0?profile=group-32&cap=16gpu&half-life=7d";

/// Name of the picture, place, and what is pressed before it is taken.
#[cfg(not(target_arch = "wasm32"))]
const PAGES: [(&str, &str, &str); 9] = [
    ("home", "", ""),
    ("home-guessed", "", "[data-stop='3']"),
    ("lab", "lab/", ""),
    ("lab-proposal", PROPOSAL, ""),
    ("lab-job", "lab/", "#tab-picture, #job-longest"),
    ("lesson", "learn/busy-or-ready/", ""),
    ("lesson-guessed", "learn/busy-or-ready/", "[data-guess]"),
    ("guide", "guides/ask-for-what-you-need/", ""),
    ("model", "model/", ""),
];

#[cfg(not(target_arch = "wasm32"))]
const MORE: [(&str, &str, &str); 6] = [
    ("clusters", "lab/site/", ""),
    ("lab-uni", "lab/#p0?profile=uni-128", ""),
    ("learn", "learn/", ""),
    ("guides", "guides/", ""),
    ("glossary", "glossary/", ""),
    ("about", "about/", ""),
];

#[cfg(not(target_arch = "wasm32"))]
fn main() -> Result<()> {
    let folder = std::env::args()
        .nth(1)
        .map_or_else(|| root().join("target/shots"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let kit = Kit::find(Browser::Chromium).map_err(|missing| anyhow!(missing))?;
    for (width, height) in [(360, 740), (768, 1024), (1440, 900)] {
        for theme in [Theme::Light, Theme::Dark] {
            lead(&kit, async |page| {
                for (name, place, press) in PAGES.iter().chain(&MORE) {
                    page.screen(width, height, theme).await?;
                    let file = folder.join(format!("{name}-{width}-{}.png", theme.word()));
                    std::fs::write(&file, shot(page, place, press, width).await?)?;
                    println!("{}", file.display());
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// A place whose link has its check characters, so that the page does not call it typed by hand.
#[cfg(not(target_arch = "wasm32"))]
fn whole(place: &str) -> Result<String> {
    let Some((page, fragment)) = place.split_once('#') else {
        return Ok(place.to_owned());
    };
    let name = fragment.split(['=', '&']).nth(1).unwrap_or("group-32");
    let text = std::fs::read_to_string(root().join(format!("content/scenarios/{name}.toml")))?;
    let profile: Scenario = toml::from_str(&text)?;
    let proposal =
        link::decode_among(fragment, std::slice::from_ref(&profile)).map_err(|error| anyhow!("{error}"))?;
    Ok(format!(
        "{page}#{}",
        link::encode(&proposal, &link::on_page(&profile))
    ))
}

/// The whole page, from its top to its foot.
#[cfg(not(target_arch = "wasm32"))]
async fn shot(page: &Page, place: &str, press: &str, width: u32) -> Result<Vec<u8>> {
    page.open(place).await?;
    page.js("localStorage.clear()").await?;
    page.open(&whole(place)?).await?;
    match place.split('#').next() {
        Some("lab/") => _ = answer(page).await?,
        Some("") => page.until_there(".hero-picture canvas").await?,
        _ => page.until_there("html.js").await?,
    }
    if !press.is_empty() {
        page.js(&format!(
            "document.querySelectorAll(\"{press}\").forEach(part => part.click())"
        ))
        .await?;
        page.until_there(".revealed, .home input[type=range], .job-slurm:not(:empty)")
            .await?;
    }
    let height = page.js("return document.documentElement.scrollHeight").await?;
    // Fonts are there, and two pictures of the page have been drawn since.
    page.driver
        .execute_async(
            "const done = arguments[arguments.length - 1];
             document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));",
            Vec::new(),
        )
        .await?;
    let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
    let taken = page
        .cdp(
            "Page.captureScreenshot",
            json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }),
        )
        .await?;
    let text = taken["data"].as_str().unwrap_or_default();
    bytes_of_base64(text).ok_or_else(|| anyhow!("the browser gave no picture of {place}"))
}

/// Base 64, as the browser writes it.
#[cfg(not(target_arch = "wasm32"))]
fn bytes_of_base64(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(u32::from(c - b'A')),
        b'a'..=b'z' => Some(u32::from(c - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(c - b'0') + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::new();
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0;
        for (i, &c) in four.iter().enumerate() {
            bits |= digit(c)? << (18 - 6 * i);
        }
        bytes.extend(bits.to_be_bytes()[1..four.len()].iter().copied());
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(target_arch = "wasm32")]
fn main() {}
