//! What Chromium's devtools do and Firefox's driver has no word for, done in other ways: a host of ours brings along what a
//! page is to run first, that script notes what goes wrong, and screens are set from the browser's own window.
//!
//! No other way is known to forbid scripts, to speak for another medium than the screen or to read the log of the network:
//! journeys that need those, or count what only Chromium counts, are made there alone.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{RequestData, SessionId, WebDriver};

use super::page::WINDOW;
use super::{Host, PREFIX, Theme, dist, serve};

/// Notes what a console would say: calls to it, errors, files that do not come, and what the page's own policy refuses.
const LISTEN: &str = "
    globalThis.noted = [];
    for (const level of ['warn', 'error']) {
      const say = console[level];
      console[level] = (...words) => {
        noted.push(level + ': ' + words.map(String).join(' '));
        say.apply(console, words);
      };
    }
    addEventListener('error', (it) => noted.push('error: ' + (it.message || '404 (Not Found) ' + (it.target.src || it.target.href))), true);
    addEventListener('unhandledrejection', (it) => noted.push('rejected: ' + it.reason));
    addEventListener('securitypolicyviolation', (it) => noted.push('refused: ' + it.violatedDirective + ' ' + it.blockedURI));
";

/// What has been noted since this was last asked.
pub(super) const NOTED: &str = "return globalThis.noted ? noted.splice(0) : []";

/// What the page has asked the network for since this was last asked.
pub(super) const ASKED: &str = "
    const asked = performance.getEntriesByType('resource').map((it) => it.name);
    performance.clearResourceTimings();
    return asked";

/// A screen, as the frame around the page, and a preference, as the whole browser has it.
const SCREEN: &str = "
    const [width, height, dark] = arguments;
    const size = (way, length) => `${way}: ${length}px; min-${way}: ${length}px; max-${way}: ${length}px;`;
    for (const frame of [document.getElementById('tabbrowser-tabbox'), gBrowser.selectedBrowser])
      frame.style.cssText = 'flex: none;' + size('width', width) + size('height', height);
    // Bars to scroll by take no room, as on a phone and in the other browser.
    Services.prefs.setIntPref('ui.useOverlayScrollbars', 1);
    // What has the focus is in sight at once.
    Services.prefs.setBoolPref('general.smoothScroll', false);
    Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', dark ? 0 : 1);";

/// More than the bars of the window take, in CSS pixels.
const BAR: u32 = 200;

/// The host of all journeys in Firefox, with what every page runs first as at the start of a journey.
pub(super) fn host() -> Result<Host, String> {
    static OURS: Mutex<Option<Host>> = Mutex::new(None);
    let mut ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    if ours.is_none() {
        let host = serve(&dist(), PREFIX).map_err(|error| format!("dist/ cannot be served: {error}"))?;
        add(&host.first, LISTEN);
        *ours = Some(host);
    }
    ours.clone().ok_or_else(|| "there is no host".to_owned())
}

/// What an earlier journey had run first is forgotten. A host whose pages run nothing first stays as it is: they are then
/// what its list of files says they are.
pub(super) fn forget(first: &Arc<Mutex<String>>) {
    let mut all = first.lock().unwrap_or_else(PoisonError::into_inner);
    if !all.is_empty() {
        *all = LISTEN.to_owned();
    }
}

/// Another script that every page runs first.
pub(super) fn add(first: &Arc<Mutex<String>>, source: &str) {
    let mut all = first.lock().unwrap_or_else(PoisonError::into_inner);
    *all += &format!("\n;{source}\n");
}

/// A word of the driver that the standard does not have.
#[derive(Debug)]
struct Speak<'a> {
    /// To the browser's own window, or to the page in it.
    to: &'a str,
}

impl FormatRequestData for Speak<'_> {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let post = "POST".parse().unwrap_or_default();
        RequestData::new(post, format!("session/{session}/moz/context"))
            .add_body(json!({ "context": self.to }))
    }
}

/// Leads back into the page whom the Tab key has led past its end and through the browser's own bars: the driver's keys go to the
/// page all the same, but a page without the focus lets no key press a button.
pub(super) async fn enter(driver: &WebDriver) -> Result<()> {
    driver.handle().cmd(Speak { to: "chrome" }).await?;
    let led = driver.execute("gBrowser.selectedBrowser.focus()", vec![]).await;
    driver.handle().cmd(Speak { to: "content" }).await?;
    led?;
    Ok(())
}

/// Gives the page a size in CSS pixels and the reader a preference.
pub(super) async fn screen(driver: &WebDriver, width: u32, height: u32, theme: Theme) -> Result<()> {
    // The window is as large as its page: what lies beyond it is under no pointer.
    driver
        .set_window_rect(0, 0, width.max(WINDOW.0), height.max(WINDOW.1) + BAR)
        .await?;
    driver.handle().cmd(Speak { to: "chrome" }).await?;
    let arguments: Vec<Value> = vec![json!(width), json!(height), json!(theme == Theme::Dark)];
    let set = driver.execute(SCREEN, arguments).await;
    driver.handle().cmd(Speak { to: "content" }).await?;
    set?;
    for _ in 0..200 {
        let shown = driver
            .execute(
                "return [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]",
                vec![],
            )
            .await?;
        if *shown.json() == json!([width, theme == Theme::Dark]) {
            return Ok(());
        }
        tokio::time::sleep(super::page::PAUSE).await;
    }
    let shown = driver.execute("return innerWidth", vec![]).await?;
    ensure!(
        shown.json() == &json!(width),
        "asked for a screen {width} px wide, got {}",
        shown.json()
    );
    Ok(())
}
