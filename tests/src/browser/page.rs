//! A page as a reader meets it: opened, looked at, walked through by keys. Waits are for what a page says, never for time.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};

use super::running::Running;
use super::{Browser, Kit, firefox};

/// No state of a page is waited for longer than this. Long, because machines that test are busy.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a page is asked.
pub(super) const PAUSE: Duration = Duration::from_millis(25);
/// More tab stops than any page has.
const STOPS: usize = 250;

/// The window of a reader who asks for no other, in CSS pixels.
pub(super) const WINDOW: (u32, u32) = (1440, 900);

/// Flags without which Chromium does not run everywhere, or speaks with others than our server.
const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--hide-scrollbars",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Light or dark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word in a media query.
    pub const fn word(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// One browser window.
pub struct Page {
    /// The driver, for what the verbs here do not cover.
    pub driver: WebDriver,
    /// Address of the home page, with a slash at its end.
    pub site: String,
    /// Where it is Firefox, what every page runs first.
    first: Option<Arc<Mutex<String>>>,
}

impl Page {
    pub(super) async fn open_in(kit: &Kit, running: &Running) -> Result<Page> {
        let program = kit.program.to_string_lossy().into_owned();
        let driver = match kit.browser {
            Browser::Chromium => {
                let mut wishes = ChromeCapabilities::new();
                wishes.set_binary(&program)?;
                for flag in FLAGS {
                    wishes.add_arg(flag)?;
                }
                wishes.add_arg(&format!("--user-data-dir={}", running.profile.display()))?;
                wishes.add_arg(&format!("--window-size={},{}", WINDOW.0, WINDOW.1))?;
                wishes.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
                wishes.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
                if !kit.traced.is_empty() {
                    let kinds = json!({ "traceCategories": kit.traced });
                    wishes.add_experimental_option("perfLoggingPrefs", kinds)?;
                }
                WebDriver::new(&running.url, wishes).await
            }
            Browser::Firefox => {
                let mut wishes = DesiredCapabilities::firefox();
                wishes.set_firefox_binary(&program)?;
                wishes.add_arg("--headless")?;
                wishes.add_arg("--profile")?;
                wishes.add_arg(&running.profile.to_string_lossy())?;
                WebDriver::new(&running.url, wishes).await
            }
        }
        .context("the browser did not start")?;
        driver.set_script_timeout(PATIENCE).await?;
        let first = kit.first.clone();
        if let Some(first) = &first {
            firefox::forget(first);
            firefox::screen(&driver, WINDOW.0, WINDOW.1, Theme::Light).await?;
        }
        Ok(Page {
            driver,
            site: kit.site.clone(),
            first,
        })
    }

    pub(super) async fn close(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }

    /// The whole address of a place below the top of the site.
    pub fn address(&self, place: &str) -> String {
        format!("{}{place}", self.site)
    }

    /// Opens a place of the site as somebody who comes from elsewhere.
    ///
    /// # Errors
    /// The browser's.
    pub async fn open(&self, place: &str) -> Result<()> {
        self.driver.goto("about:blank").await?;
        self.driver.goto(self.address(place)).await?;
        Ok(())
    }

    /// Opens an address in a tab of its own and goes there.
    ///
    /// # Errors
    /// The browser's.
    pub async fn open_beside(&self, address: &str) -> Result<()> {
        let tab = self.driver.new_tab().await?;
        self.driver.switch_to_window(tab).await?;
        self.driver.goto(address).await?;
        Ok(())
    }

    /// Runs a script and returns what it returns.
    ///
    /// # Errors
    /// The script's.
    pub async fn js(&self, script: &str) -> Result<Value> {
        self.js_with(script, Vec::new()).await
    }

    /// Runs a script with arguments.
    ///
    /// # Errors
    /// The script's.
    pub async fn js_with(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let returned = self.driver.execute(script, arguments).await;
        Ok(returned
            .with_context(|| format!("script {script}"))?
            .json()
            .clone())
    }

    /// A script's answer as text; nothing is an empty text.
    ///
    /// # Errors
    /// The script's.
    pub async fn text(&self, script: &str) -> Result<String> {
        Ok(self.js(script).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until a script returns something true, and returns it.
    ///
    /// # Errors
    /// If that never happens.
    pub async fn until(&self, what: &str, script: &str) -> Result<Value> {
        let began = Instant::now();
        loop {
            let value = self.js(script).await?;
            let is_true = match &value {
                Value::Null | Value::Bool(false) => false,
                Value::Number(number) => number.as_f64() != Some(0.0),
                Value::String(text) => !text.is_empty(),
                Value::Bool(true) | Value::Array(_) | Value::Object(_) => true,
            };
            if is_true {
                return Ok(value);
            }
            if began.elapsed() > PATIENCE {
                let seen = self.text("return (document.getElementById('answer') || document.body).innerText.replace(/\\s+/g, ' ').slice(0, 400)").await?;
                bail!("waited in vain: {what}. The page says: {seen}");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// If it never comes.
    pub async fn until_there(&self, selector: &str) -> Result<()> {
        let script = format!("return !!document.querySelector({})", json!(selector));
        self.until(selector, &script).await.map(drop)
    }

    /// A word of Chromium's own protocol.
    ///
    /// # Errors
    /// The browser's, and that of any other browser.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        let answer = self.driver.cdp().send_raw(method, parameters).await;
        answer.with_context(|| method.to_owned())
    }

    /// Runs a script in each page opened from now on, before any of its own.
    ///
    /// # Errors
    /// The browser's.
    pub async fn before_each_page(&self, source: &str) -> Result<()> {
        if let Some(first) = &self.first {
            firefox::add(first, source);
            return Ok(());
        }
        self.cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": source }),
        )
        .await
        .map(drop)
    }

    /// Gives the page a size in CSS pixels and the reader a preference.
    ///
    /// # Errors
    /// The browser's.
    pub async fn screen(&self, width: u32, height: u32, theme: Theme) -> Result<()> {
        if self.first.is_some() {
            return firefox::screen(&self.driver, width, height, theme).await;
        }
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false }),
        )
        .await?;
        let features = json!([{ "name": "prefers-color-scheme", "value": theme.word() }]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features }))
            .await?;
        Ok(())
    }

    /// The whole page as a PNG, from its top to its foot, as wide as the screen.
    ///
    /// # Errors
    /// The browser's.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        // Fonts are there, and two pictures of the page have been drawn since.
        let size = self
            .driver
            .execute_async(
                "const done = arguments[arguments.length - 1];
                 const size = () => done([innerWidth, document.documentElement.scrollHeight]);
                 document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(size)));",
                Vec::new(),
            )
            .await?;
        let (width, height) = (&size.json()[0], &size.json()[1]);
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let taken = self
            .cdp(
                "Page.captureScreenshot",
                json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }),
            )
            .await?;
        bytes_of_base64(taken["data"].as_str().unwrap_or_default()).context("the browser gave no picture")
    }

    /// The page as it is printed, on the paper that its own style asks for: a PDF.
    ///
    /// # Errors
    /// The browser's, and that of any other browser.
    pub async fn printed(&self) -> Result<Vec<u8>> {
        let printed = self
            .cdp("Page.printToPDF", json!({ "preferCSSPageSize": true }))
            .await?;
        bytes_of_base64(printed["data"].as_str().unwrap_or_default()).context("the browser printed nothing")
    }

    /// Presses keys, at whatever has the focus.
    ///
    /// # Errors
    /// The browser's.
    pub async fn press(&self, keys: impl AsRef<str>) -> Result<()> {
        Ok(self
            .driver
            .action_chain()
            .send_keys(keys.as_ref())
            .perform()
            .await?)
    }

    /// Presses a key while others are held.
    ///
    /// # Errors
    /// The browser's.
    pub async fn press_with(&self, held: &[Key], key: char) -> Result<()> {
        let mut keys = self.driver.action_chain();
        for held in held {
            keys = keys.key_down(held.clone());
        }
        keys = keys.key_down(key).key_up(key);
        for held in held {
            keys = keys.key_up(held.clone());
        }
        Ok(keys.perform().await?)
    }

    /// Presses Tab until the focus is on an element of this role and name, as a screen reader would say them.
    ///
    /// # Errors
    /// If no such element can be reached, or its focus cannot be seen.
    pub async fn tab_to(&self, role: &str, name: &str) -> Result<()> {
        let mut met = Vec::new();
        for _ in 0..STOPS {
            self.press(Key::Tab.value().to_string()).await?;
            let here = self.focused().await?;
            if here.0 == role && here.1 == name {
                if self.first.is_some() {
                    firefox::enter(&self.driver).await?;
                }
                return self.focus_is_seen().await;
            }
            met.push(here.1);
        }
        bail!("no {role} “{name}” can be reached by the Tab key; met: {met:?}")
    }

    /// Role and name of what has the focus.
    ///
    /// # Errors
    /// The browser's.
    pub async fn focused(&self) -> Result<(String, String)> {
        let found = self
            .js("const it = document.activeElement;
                 const roles = { BUTTON: 'button', A: 'link', SUMMARY: 'summary', TEXTAREA: 'textbox', INPUT: it.type === 'range' ? 'slider' : 'textbox' };
                 const role = it.getAttribute('role') || roles[it.tagName] || it.tagName.toLowerCase();
                 const label = it.labels && it.labels[0] ? it.labels[0].textContent : it.textContent;
                 return [role, (it.getAttribute('aria-label') || label || '').replace(/\\s+/g, ' ').trim()];")
            .await?;
        let text = |index: usize| found[index].as_str().unwrap_or_default().to_owned();
        Ok((text(0), text(1)))
    }

    /// What has the focus is on screen, part of it at least, and nothing lies over that.
    ///
    /// # Errors
    /// If it is hidden; with its name, and what lies over it.
    pub async fn focus_is_seen(&self) -> Result<()> {
        let hidden = self
            .text(
                "const it = document.activeElement, box = it.getBoundingClientRect();
                 // Of something large a part may be below the edge: the middle of what is in sight counts.
                 const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
                 const above = Math.max(box.top, 0), below = Math.min(box.bottom, innerHeight);
                 const top = document.elementFromPoint((left + right) / 2, (above + below) / 2);
                 const own = [it, ...(it.labels || [])];
                 const is_own = !!top && (top.contains(it) || own.some((one) => one.contains(top)));
                 if (left < right && above < below && is_own) return '';
                 const name = (it.getAttribute('aria-label') || it.textContent).replace(/\\s+/g, ' ').trim();
                 return `“${name.slice(0, 80)}” (${it.tagName} ${it.id}) has the focus, but `
                   + (top && !is_own ? `${top.tagName} ${top.className} lies over it` : 'it is off the screen');",
            )
            .await?;
        if !hidden.is_empty() {
            bail!("{hidden}");
        }
        Ok(())
    }

    /// What the console has said since it was last asked: only warnings and errors.
    ///
    /// # Errors
    /// The browser's.
    pub async fn console(&self) -> Result<Vec<String>> {
        if self.first.is_some() {
            return Ok(serde_json::from_value(self.js(firefox::NOTED).await?)?);
        }
        let entries = self.driver.get_log("browser").await?;
        let loud = entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" || entry.level == "WARNING");
        Ok(loud.map(|entry| entry.message).collect())
    }

    /// What Chromium has written down of itself since the journey began, if its [`Kit`] asks for that. It is told once.
    ///
    /// # Errors
    /// The browser's.
    pub async fn trace(&self) -> Result<Vec<Value>> {
        let entries = self.driver.get_log("performance").await?;
        let events = entries
            .iter()
            .filter_map(|entry| serde_json::from_str::<Value>(&entry.message).ok())
            .filter(|entry| entry["message"]["method"] == "Tracing.dataCollected");
        Ok(events
            .map(|mut entry| entry["message"]["params"].take())
            .collect())
    }

    /// Addresses that anything on the page has asked the network for since this was last asked.
    ///
    /// # Errors
    /// The browser's.
    pub async fn requests(&self) -> Result<Vec<String>> {
        if self.first.is_some() {
            return Ok(serde_json::from_value(self.js(firefox::ASKED).await?)?);
        }
        let entries = self.driver.get_log("performance").await?;
        Ok(entries
            .iter()
            .filter_map(|entry| serde_json::from_str::<Value>(&entry.message).ok())
            .filter(|entry| entry["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|entry| {
                entry["message"]["params"]["request"]["url"]
                    .as_str()
                    .map(str::to_owned)
            })
            .collect())
    }
}

/// Base 64, as the browser writes it.
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
