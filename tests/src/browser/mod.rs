//! A real browser: found, started on a fresh profile, led through a journey, and ended whatever happened on the way.
//!
//! A journey is one visit by one reader. Journeys take turns, so that none slows the other down. What they visit is
//! `dist/`, served under a path prefix: a link that assumes the top of a host is found out. If the browser or the site is
//! not there, a journey says so in a line and is left out; under `CI=true` that is a failure.
//!
//! Where everything is asked for (`--all`), each journey is made a second time in Firefox, but for those that need what
//! only Chromium's driver has: see `firefox.rs` beside this file.

mod firefox;
pub mod lab;
mod page;
mod running;
mod serve;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};

pub use page::{Page, Theme};
pub use serve::{Host, serve};

use running::Running;

/// Where our own server puts the site: not at the top.
pub const PREFIX: &str = "/some/prefix/";

/// Which browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Browser {
    /// Chromium, driven by chromedriver.
    Chromium,
    /// Firefox, driven by geckodriver.
    Firefox,
}

/// What a journey needs.
#[derive(Clone, Debug)]
pub struct Kit {
    /// Which browser it is.
    pub browser: Browser,
    /// The browser's program.
    pub program: PathBuf,
    /// Its driver's program.
    pub driver: PathBuf,
    /// Address of the site's home page, with a slash at its end.
    pub site: String,
    /// Of Firefox: what its host has every page run first.
    pub first: Option<Arc<Mutex<String>>>,
    /// Of Chromium: which kinds of events it writes down of itself, for [`Page::trace`]; none, if empty.
    pub traced: &'static str,
}

impl Kit {
    /// Finds everything, or says in a sentence what is missing.
    ///
    /// # Errors
    /// What is missing and how to get it.
    pub fn find(browser: Browser) -> Result<Kit, String> {
        let (names, driver, variables): (&[&str], _, _) = match browser {
            Browser::Chromium => (
                &["chromium", "chromium-browser", "google-chrome"],
                "chromedriver",
                ["TRILEMMA_CHROMIUM", "TRILEMMA_CHROMEDRIVER"],
            ),
            Browser::Firefox => (
                &["firefox", "firefox-esr"],
                "geckodriver",
                ["TRILEMMA_FIREFOX", "TRILEMMA_GECKODRIVER"],
            ),
        };
        let [program, its_driver] = variables;
        let (program, driver) = (program_of(program, names)?, program_of(its_driver, &[driver])?);
        let site = site()?;
        let (site, first) = match browser {
            Browser::Chromium => (site, None),
            Browser::Firefox => {
                let host = firefox::host()?;
                (host.url, Some(host.first))
            }
        };
        Ok(Kit {
            browser,
            program,
            driver,
            site,
            first,
            traced: "",
        })
    }
}

/// Leads a reader with a fresh browser through a journey; where everything is asked for, one with Firefox after that.
///
/// # Panics
/// If the journey fails, with what the page's console said; if something is missing under `CI=true`.
pub fn journey(walk: impl AsyncFn(&Page) -> Result<()>) {
    journey_in(Browser::Chromium, &walk);
    if all() {
        journey_in(Browser::Firefox, &walk);
    }
}

/// Leads a reader with one browser through a journey.
///
/// # Panics
/// As [`journey`].
pub fn journey_in(browser: Browser, walk: impl AsyncFnOnce(&Page) -> Result<()>) {
    match Kit::find(browser) {
        Ok(kit) => {
            if let Err(error) = lead(&kit, walk) {
                panic!("in {browser:?}: {error:#}");
            }
        }
        Err(missing) => leave_out(&missing),
    }
}

/// Says that something is left out, and why.
///
/// # Panics
/// Under `CI=true`, where nothing may be left out.
pub fn leave_out(missing: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
    // Past the test runner, which keeps what a passing test prints to itself.
    writeln!(std::io::stdout().lock(), "left out: {missing}").ok();
}

/// Whether the full matrices are asked for.
pub fn all() -> bool {
    std::env::var_os("TRILEMMA_ALL").is_some()
}

/// One journey, whose failure the caller hears of.
///
/// # Errors
/// What the journey or the browser says.
pub fn lead<T>(kit: &Kit, walk: impl AsyncFnOnce(&Page) -> Result<T>) -> Result<T> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let running = Running::start(kit)?;
        let page = Page::open_in(kit, &running).await?;
        let outcome = walk(&page).await;
        let outcome = match outcome {
            Ok(value) => Ok(value),
            Err(error) => {
                let at = page.js("return location.href").await.unwrap_or_default();
                let said = page.console().await.unwrap_or_default();
                Err(error.context(format!("at {at}; the console: {said:?}")))
            }
        };
        page.close().await?;
        outcome
    })
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where the built site lies.
#[must_use]
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The pages of the built site, as their paths below its top: "", "lab/", "404.html".
///
/// # Errors
/// If `dist/` cannot be read.
pub fn routes() -> Result<Vec<String>> {
    fn gather(folder: &Path, path: &str, routes: &mut Vec<String>) -> Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                gather(&entry.path(), &format!("{path}{name}/"), routes)?;
            } else if name == "index.html" {
                routes.push(path.to_owned());
            } else if name.ends_with(".html") {
                routes.push(format!("{path}{name}"));
            }
        }
        Ok(())
    }
    let mut routes = Vec::new();
    gather(&dist(), "", &mut routes).context("could not read dist/")?;
    routes.sort();
    Ok(routes)
}

/// The site's address: what `xtask` serves, or our own server.
fn site() -> Result<String, String> {
    static OURS: Mutex<Option<String>> = Mutex::new(None);
    let dist = dist();
    if !dist.join("404.html").is_file() {
        return Err("there is no site in dist/; `cargo xtask build` makes it".to_owned());
    }
    if let Ok(url) = std::env::var("TRILEMMA_SITE") {
        return Ok(url);
    }
    let mut ours = OURS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(url) = &*ours {
        return Ok(url.clone());
    }
    let host = serve(&dist, PREFIX).map_err(|error| format!("dist/ cannot be served: {error}"))?;
    Ok(ours.insert(host.url).clone())
}

fn program_of(variable: &str, names: &[&str]) -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(variable) {
        return Ok(named.into());
    }
    let folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("{} is not installed; `cargo xtask test` installs it", names[0]))
}
