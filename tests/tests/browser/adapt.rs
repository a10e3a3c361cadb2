//! Q-M9: readers who have their browser show pages in their own way. Less motion, more contrast, a few colours of their own, text
//! of twice the size, a screen of 320 px (which is 1280 px enlarged four times), a script that runs from right to left: nothing
//! makes the page wider than the screen, no text is cut, and the focus is seen. The lab in continuous integration, every kind of
//! page where everything is asked for. Pictures are kept in `target/looks/` for people to look at.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tests::browser::lab::answer;
use tests::browser::{Browser, Page, Theme, all, journey_in, root};
use thirtyfour::Key;

use super::{access, compare, quiet, sweep};

/// In which way somebody reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    LessMotion,
    MoreContrast,
    OwnColours,
    LargeText,
    SmallScreen,
    FromTheRight,
}

impl Way {
    const ALL: [Way; 6] = [
        Way::LessMotion,
        Way::MoreContrast,
        Way::OwnColours,
        Way::LargeText,
        Way::SmallScreen,
        Way::FromTheRight,
    ];

    fn screen(self) -> (u32, u32) {
        match self {
            Way::SmallScreen => (320, 640),
            Way::LessMotion | Way::MoreContrast | Way::OwnColours | Way::LargeText | Way::FromTheRight => {
                (1280, 900)
            }
        }
    }

    /// The preference as a media query has it.
    fn preference(self) -> Option<[&'static str; 2]> {
        match self {
            Way::LessMotion => Some(["prefers-reduced-motion", "reduce"]),
            Way::MoreContrast => Some(["prefers-contrast", "more"]),
            Way::OwnColours => Some(["forced-colors", "active"]),
            Way::LargeText | Way::SmallScreen | Way::FromTheRight => None,
        }
    }

    /// Has the browser show pages so, from now on.
    async fn set(self, page: &Page, theme: Theme) -> Result<()> {
        let (width, height) = self.screen();
        page.screen(width, height, theme).await?;
        let mut features = vec![json!({ "name": "prefers-color-scheme", "value": theme.word() })];
        features.extend(
            self.preference()
                .map(|[name, value]| json!({ "name": name, "value": value })),
        );
        page.cdp("Emulation.setEmulatedMedia", json!({ "features": features }))
            .await?;
        let text = if self == Way::LargeText { 32 } else { 16 };
        let sizes = json!({ "fontSizes": { "standard": text, "fixed": text * 13 / 16 } });
        page.cdp("Page.setFontSizes", sizes).await?;
        Ok(())
    }
}

/// Name, place, and what is there once it is whole.
const PAGES: [(&str, &str); 10] = [
    ("lab", "lab/#p0?profile=group-32&cap=4gpu&warm-up=2d&days=5d"),
    ("home", ""),
    (
        "compare",
        "lab/compare/?with=p0?profile=group-32;days=5d&with=p0?profile=group-32;cap=2gpu;days=5d&runs=8",
    ),
    (
        "sweep",
        "lab/sweep/?vary=cap=2gpu,8gpu,off&runs=8#p0?profile=group-32&warm-up=2d&days=5d",
    ),
    ("cluster", "lab/cluster/#p0?profile=uni-128&.partitions.tests=new"),
    (
        "answer-in-a-frame",
        "embed/?view=answer#p0?profile=group-32&cap=2gpu&days=5d",
    ),
    (
        "waits-in-a-frame",
        "embed/?view=waits#p0?profile=group-32&cap=2gpu&days=5d",
    ),
    ("proposals", "proposals/"),
    ("lesson", "learn/busy-or-ready/"),
    ("guide", "guides/ask-for-what-you-need/"),
];

async fn whole(page: &Page, name: &str) -> Result<()> {
    match name {
        "lab" => {
            answer(page).await?;
            page.js("for (const it of document.querySelectorAll('.layer-all, .knob-group, .share-more')) it.open = true")
                .await?;
            super::evidence::opened(page).await
        }
        "home" => {
            page.until_there(".hero-picture canvas").await?;
            page.js("document.querySelector('[data-stop=\"3\"]')?.click()")
                .await?;
            page.until_there(".home input[type=range]").await
        }
        "compare" => compare::compared(page).await.map(drop),
        "sweep" => sweep::swept(page).await.map(drop),
        "cluster" => {
            page.until_there(".cl .thing").await?;
            page.js("for (const it of document.querySelectorAll('.cl details')) it.open = true")
                .await?;
            Ok(())
        }
        "answer-in-a-frame" | "waits-in-a-frame" => {
            let script = "return performance.getEntriesByName('answer').length > 0 || null";
            page.until("the whole answer", script).await.map(drop)
        }
        "lesson" => {
            page.until_there("html.js [data-guess]").await?;
            page.js("document.querySelector('[data-guess]').click()").await?;
            page.until_there(".revealed").await
        }
        _ => page.until_there("html.js").await,
    }
}

/// Texts that are cut: by a box that hides what runs over it, by a field that is too small for what it says, or beyond the box
/// of what is pressed.
const CUT: &str = "
    const seen = (it) => it.checkVisibility({ visibilityProperty: true }) && !it.closest('.sr, svg, canvas');
    const name = (it) => `${it.tagName}.${it.getAttribute('class') || it.id}: ${(it.value || it.textContent).trim().slice(0, 40)}`;
    const own = (it) => [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const found = [];
    for (const it of document.body.querySelectorAll('*')) {
      if (!seen(it)) continue;
      const style = getComputedStyle(it), hides = ['hidden', 'clip'];
      const wide = it.scrollWidth - it.clientWidth > 1, high = it.scrollHeight - it.clientHeight > 1;
      if (own(it) && style.display !== 'inline' && it.clientWidth > 1) {
        if (hides.includes(style.overflowX) && wide) found.push('cut at its side: ' + name(it));
        if (hides.includes(style.overflowY) && high) found.push('cut at its foot: ' + name(it));
      }
      if (it.matches('input:not([type=range], [type=checkbox], [type=radio], [type=hidden], [type=file])') && it.value && wide)
        found.push('too long for its field: ' + name(it));
      if (it.matches('button, .btn, th, td, summary')) {
        const box = it.getBoundingClientRect(), range = document.createRange();
        for (const node of it.childNodes) {
          if (node.nodeType !== 3 || !node.data.trim()) continue;
          range.selectNode(node);
          const text = range.getBoundingClientRect();
          if (text.left < box.left - 1.5 || text.right > box.right + 1.5 || text.top < box.top - 3 || text.bottom > box.bottom + 3)
            found.push('beyond its box: ' + name(it));
        }
      }
    }
    return [...new Set(found)].slice(0, 12);";

/// What can have the focus and does not show it by an outline or a border, which are all that forced colours leave.
const UNSEEN: &str = "
    const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')]
      .filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled);
    const found = [];
    for (const it of stops) {
      it.focus();
      if (document.activeElement !== it || !it.matches(':focus-visible')) continue;
      const style = getComputedStyle(it);
      const held = getComputedStyle(it.closest('label') || it.parentElement);
      const shown = [style, held].some((of) => of.outlineStyle !== 'none' && parseFloat(of.outlineWidth) >= 2);
      if (!shown) found.push(it.tagName + '.' + (it.getAttribute('class') || it.id) + ' ' + it.textContent.trim().slice(0, 30));
    }
    return [stops.length, [...new Set(found)].slice(0, 12)];";

/// What still moves: how long a change of any part takes, beyond what no eye sees.
const MOVES: &str = "
    const long = (times) => times.split(',').some((it) => parseFloat(it) > 0.01);
    const moving = [...document.querySelectorAll('*')].filter((it) => {
      const style = getComputedStyle(it);
      return long(style.transitionDuration) && style.transitionProperty !== 'none' || long(style.animationDuration) && style.animationName !== 'none'
        || style.scrollBehavior === 'smooth';
    });
    return moving.slice(0, 8).map((it) => it.tagName + '.' + it.getAttribute('class'));";

fn words(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// What is wrong with a page that is read in this way.
async fn wrong(page: &Page, way: Way, axe: Option<&str>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for script in [quiet::WIDE, CUT] {
        found.extend(words(&page.js(script).await?));
    }
    match way {
        Way::LessMotion => found.extend(
            words(&page.js(MOVES).await?)
                .iter()
                .map(|it| format!("moves: {it}")),
        ),
        Way::OwnColours => {
            // Who uses the keyboard is shown the focus wherever it goes.
            page.press(Key::Tab.value().to_string()).await?;
            let unseen = page.js(UNSEEN).await?;
            ensure!(unseen[0].as_u64() > Some(0), "there is no place for the focus");
            found.extend(
                words(&unseen[1])
                    .iter()
                    .map(|it| format!("no focus is seen: {it}")),
            );
        }
        Way::LargeText => {
            let size = page
                .js("return parseFloat(getComputedStyle(document.documentElement).fontSize)")
                .await?;
            ensure!(size.as_f64() >= Some(32.0), "text is as small as ever: {size} px");
        }
        Way::MoreContrast | Way::SmallScreen | Way::FromTheRight => {}
    }
    if axe.is_some() {
        found.extend(access::violations(page).await?);
    }
    Ok(found)
}

/// Goes over these pages in every way.
async fn goes_over(page: &Page, pages: &[(&str, &str)], axe: Option<&str>) -> Result<()> {
    if let Some(axe) = axe {
        page.before_each_page(axe).await?;
    }
    let folder: PathBuf = root().join("target/looks");
    std::fs::create_dir_all(&folder)?;
    let mut found = Vec::new();
    for way in Way::ALL {
        for (name, place) in pages {
            way.set(page, Theme::Light).await?;
            page.open(place).await?;
            // A page from another process forgets how large its text is to be.
            way.set(page, Theme::Light).await?;
            if way == Way::FromTheRight {
                page.js("document.documentElement.dir = 'rtl'").await?;
            }
            whole(page, name).await?;
            found.extend(
                wrong(page, way, axe)
                    .await?
                    .iter()
                    .map(|it| format!("{way:?}, {name}: {it}")),
            );
            std::fs::write(folder.join(format!("{way:?}-{name}.png")), page.picture().await?)?;
            if way == Way::OwnColours {
                way.set(page, Theme::Dark).await?;
                std::fs::write(
                    folder.join(format!("{way:?}-{name}-dark.png")),
                    page.picture().await?,
                )?;
            }
        }
    }
    ensure!(found.is_empty(), "{} wrong:\n{}", found.len(), found.join("\n"));
    Ok(())
}

#[test]
fn pages_are_whole_in_whichever_way_they_are_read() {
    let axe = access::axe();
    let pages = if all() { &PAGES[..] } else { &PAGES[..1] };
    journey_in(Browser::Chromium, async |page| {
        goes_over(page, pages, axe.as_deref()).await
    });
}
