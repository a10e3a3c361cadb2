//! Pages that keep to themselves: nothing in the console, nobody else on the line, nothing wider than the screen.

use anyhow::{Result, ensure};
use serde_json::json;
use tests::browser::lab::answer;
use tests::browser::{Browser, Page, Theme, journey, journey_in, routes};

/// Waits until the live parts of a page are there.
async fn alive(page: &Page, route: &str) -> Result<()> {
    match route {
        "lab/" => answer(page).await.map(drop),
        "" => page.until_there(".hero-picture canvas").await,
        _ => page.until_there("html.js").await,
    }
}

/// What makes the page wider than its screen, to the right or to the left; nothing where it fits.
pub(super) const WIDE: &str = "
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const scrolls = (it) => {
      for (let up = it.parentElement; up; up = up.parentElement)
        if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX)) return true;
      return false;
    };
    const over = (box) => Math.max(box.right - page.clientWidth, -box.left);
    return [...document.body.querySelectorAll('*')]
      .filter((it) => over(it.getBoundingClientRect()) > 0.5 && !scrolls(it))
      .slice(0, 5).map((it) => it.tagName + '.' + it.getAttribute('class') + ' by ' + Math.round(over(it.getBoundingClientRect())))
      .concat('the page is ' + page.scrollWidth + ' wide');";

#[test]
fn no_page_complains_in_the_console_or_speaks_with_another_host() {
    journey(async |page| {
        page.before_each_page(
            "globalThis.refused = [];
             document.addEventListener('securitypolicyviolation', (it) => refused.push(it.violatedDirective + ' ' + it.blockedURI));",
        )
        .await?;
        let mut asked = 0;
        let origin: String = page.site.split_inclusive('/').take(3).collect();
        for route in routes()? {
            page.open(&route).await?;
            alive(page, &route).await?;
            let mut console = page.console().await?;
            if route == "404.html" {
                // It is shown at any depth and looks for its style sheet and script from each.
                let looks = [
                    "404 (Not Found)",
                    "Refused to apply style",
                    "Refused to execute script",
                ];
                console.retain(|line| !looks.iter().any(|look| line.contains(look)));
            }
            ensure!(console.is_empty(), "/{route}: {console:?}");
            let refused = page.js("return refused").await?;
            ensure!(
                refused == json!([]),
                "/{route}: the page's own policy refused {refused}"
            );
            let ours = page
                .js("return performance.getEntriesByType('resource').map((it) => it.name)")
                .await?;
            let ours = ours
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|it| it.as_str().map(str::to_owned));
            let requests = page.requests().await?.into_iter().chain(ours);
            for request in requests.filter(|it| it.starts_with("http") || it.starts_with("ws")) {
                asked += 1;
                ensure!(request.starts_with(&origin), "/{route} asked for {request}");
            }
            let cookies = page.text("return document.cookie").await?;
            ensure!(cookies.is_empty(), "/{route} sets {cookies}");
        }
        ensure!(
            asked > 20,
            "only {asked} requests were seen: the log is not heard"
        );
        Ok(())
    });
}

#[test]
fn an_address_that_leads_nowhere_shows_the_not_found_page_in_its_dress_one_folder_deeper_than_any_page() {
    journey(async |page| {
        for place in ["nowhere", "no/such/", "learn/no/such/"] {
            page.open(place).await?;
            page.until_there("html.js main h1").await?;
            let family = page
                .text("return getComputedStyle(document.body).fontFamily")
                .await?;
            ensure!(
                family.contains("Archivo"),
                "/{place} is shown without style: {family}"
            );
            let home = page.text("return document.querySelector('a.brand').href").await?;
            ensure!(home == page.site, "at /{place} the way home leads to {home}");
        }
        Ok(())
    });
}

#[test]
fn no_page_is_wider_than_the_smallest_screen_and_no_code_or_table_of_a_text_needs_to_be_pushed_sideways() {
    journey(async |page| {
        page.screen(320, 640, Theme::Light).await?;
        let mut wide = Vec::new();
        for route in routes()? {
            page.open(&route).await?;
            alive(page, &route).await?;
            let found = page.js(WIDE).await?;
            if found != json!([]) {
                wide.push(format!("/{route}: {found}"));
            }
            let pushed = page
                .js(
                    "return [...document.querySelectorAll('.prose > pre, .prose > .scroll')]
                     .filter((it) => it.scrollWidth > it.clientWidth)
                     .map((it) => `${it.textContent.trim().slice(0, 60)} is ${it.scrollWidth} wide`)",
                )
                .await?;
            let pushed: Vec<String> = serde_json::from_value(pushed)?;
            wide.extend(pushed.iter().map(|it| format!("/{route}: {it}")));
        }
        ensure!(wide.is_empty(), "{}", wide.join("\n"));
        Ok(())
    });
}

#[test]
fn the_knobs_stay_where_they_are_while_the_first_answer_comes_in() {
    journey_in(Browser::Chromium, async |page| {
        page.before_each_page(
            "globalThis.moved = 0;
             new PerformanceObserver((list) => {
               for (const it of list.getEntries()) if (!it.hadRecentInput) globalThis.moved += it.value;
             }).observe({ type: 'layout-shift', buffered: true });",
        )
        .await?;
        for width in [360, 412, 768] {
            page.screen(width, 823, Theme::Light).await?;
            page.open("lab/").await?;
            answer(page).await?;
            let moved = page.js("return globalThis.moved").await?.as_f64();
            ensure!(
                moved.is_some_and(|moved| moved <= 0.02),
                "at {width} px the page moves by {moved:?}"
            );
        }
        Ok(())
    });
}
