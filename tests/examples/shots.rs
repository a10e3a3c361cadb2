//! Pictures of the pages at three widths, light and dark, for people to look at: `cargo run -p tests --example shots -- DIR`.

#[cfg(not(target_arch = "wasm32"))]
use {
    anyhow::{Result, anyhow},
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
                    std::fs::write(&file, shot(page, place, press).await?)?;
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
async fn shot(page: &Page, place: &str, press: &str) -> Result<Vec<u8>> {
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
    page.picture().await
}

#[cfg(target_arch = "wasm32")]
fn main() {}
