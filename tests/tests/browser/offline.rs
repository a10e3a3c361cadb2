//! A reader whose network goes, and one who reads while a newer version of the site is put in place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};
use tests::browser::lab::answer;
use tests::browser::{Browser, Host, Kit, PREFIX, Page, all, dist, lead, leave_out, serve};
use thirtyfour::Key;

/// The page that a newer version changes.
const CHANGED: &str = "about/";

/// A copy of the built site on a host of its own, which goes with the test.
pub(super) struct Site {
    /// Where its files are.
    pub(super) folder: PathBuf,
    host: Host,
}

impl Site {
    fn new(name: &str) -> Result<Site> {
        let folder = std::env::temp_dir().join(format!("trilemma-{name}-{}", std::process::id()));
        copy(&dist(), &folder).context("could not copy dist/")?;
        let host = serve(&folder, PREFIX)?;
        Ok(Site { folder, host })
    }

    fn down(&self, is_down: bool) {
        self.host.is_down.store(is_down, Ordering::Relaxed);
    }

    /// The script of another build, in which one page has this text. The page itself is left as it is, and returned: so a
    /// host looks to those who come while it is being updated.
    fn announce(&self, text: &str) -> Result<String> {
        let page = fs::read_to_string(self.folder.join(CHANGED).join("index.html"))?;
        let page = page.replace("<main", &format!("<main data-text=\"{text}\""));
        let file = self.folder.join("sw.js");
        let script = fs::read_to_string(&file)?;
        let mut lines = script.splitn(3, '\n');
        let (build, files, rest) = (lines.next(), lines.next(), lines.next());
        let files = files.and_then(|line| line.strip_prefix("const FILES = ")?.strip_suffix(';'));
        let mut files: BTreeMap<String, String> =
            serde_json::from_str(files.context("the script lists its files")?)?;
        let digest: Vec<String> = Sha256::digest(&page)
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        ensure!(
            files.insert(CHANGED.to_owned(), digest.concat()).is_some(),
            "{CHANGED} is not kept"
        );
        ensure!(build.is_some_and(|line| line.starts_with("const BUILD = ")));
        let list = serde_json::to_string(&files)?;
        let rest = rest.context("the script does something")?;
        fs::write(
            file,
            format!("const BUILD = \"{text}\";\nconst FILES = {list};\n{rest}"),
        )?;
        Ok(page)
    }

    fn deploy(&self, page: &str) -> Result<()> {
        Ok(fs::write(self.folder.join(CHANGED).join("index.html"), page)?)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.down(true);
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Leads a reader through a journey on a copy of the site. `name` tells the copies apart.
pub(super) fn visit(browser: Browser, name: &str, walk: impl AsyncFnOnce(&Page, &Site) -> Result<()>) {
    let kit = match Kit::find(browser) {
        Ok(kit) => kit,
        Err(missing) => return leave_out(&missing),
    };
    let site = Site::new(name).expect("a copy of dist/ can be made and served");
    let kit = Kit {
        site: site.host.url.clone(),
        first: kit.first.map(|_| site.host.first.clone()),
        ..kit
    };
    if let Err(error) = lead(&kit, async |page| walk(page, &site).await) {
        panic!("{error:#}");
    }
}

async fn kept(page: &Page) -> Result<()> {
    let script = "return !!(navigator.serviceWorker && navigator.serviceWorker.controller)";
    page.until("the site to be kept", script).await.map(drop)
}

/// What the changed page says of itself, in a tab of its own: a browser may begin with a newer version by itself when the
/// last page of the one before is closed.
async fn text(page: &Page) -> Result<String> {
    page.open_beside(&page.address(CHANGED)).await?;
    page.text("return document.querySelector('main').dataset.text || 'as before'")
        .await
}

async fn reads_everything_without_a_network(page: &Page, site: &Site) -> Result<()> {
    page.open("").await?;
    kept(page).await?;
    site.down(true);
    for route in tests::browser::routes()? {
        page.open(&route).await?;
        let heading = page
            .text("return document.querySelector('h1').textContent")
            .await?;
        let styled = page
            .text("return getComputedStyle(document.documentElement).getPropertyValue('--paper')")
            .await?;
        ensure!(
            !heading.is_empty() && !styled.is_empty(),
            "{route}: “{heading}”, {styled}"
        );
    }
    page.open("nowhere/at/all").await?;
    let lost = page
        .text("return document.querySelector('h1').textContent")
        .await?;
    ensure!(!lost.is_empty(), "an address that leads nowhere shows nothing");
    page.open("lab?s=p0%3Fprofile%3Ddesk-4#p0?profile=group-32&cap=16gpu")
        .await?;
    let first = answer(page).await?;
    page.open_beside(&page.address(&format!("lab/#{}", first.link)))
        .await?;
    let beside = answer(page).await?;
    ensure!(beside == first, "{first:?}, and beside it {beside:?}");
    page.js("document.querySelector('.share-more summary').click()")
        .await?;
    page.until_there(".share-qr svg.qr path").await?;
    page.open("lab/#p0?profile=desk-4~h4").await?;
    answer(page).await?;
    Ok(())
}

#[test]
fn after_one_visit_every_page_opens_and_the_lab_answers_without_a_network() {
    visit(Browser::Chromium, "offline", reads_everything_without_a_network);
}

#[test]
fn so_it_does_in_firefox() {
    if all() {
        visit(
            Browser::Firefox,
            "offline-firefox",
            reads_everything_without_a_network,
        );
    }
}

#[test]
fn a_newer_version_is_offered_whole_and_taken_when_the_reader_says_so() {
    visit(Browser::Chromium, "newer", async |page, site| {
        page.open("").await?;
        kept(page).await?;

        // Half updated: the list of files is new, a page is not.
        let newer = site.announce("newer")?;
        ensure!(text(page).await? == "as before");
        let script = "const it = await navigator.serviceWorker.getRegistration();
                      try { await it.update() } catch {}
                      const made = it.installing;
                      if (!made) return 'none';
                      while (made.state === 'installing') await new Promise((then) => setTimeout(then, 50));
                      return made.state;";
        let ended = page
            .text(&format!("return (async () => {{ {script} }})()"))
            .await?;
        ensure!(
            ended == "redundant",
            "half a version was kept: its worker is {ended}"
        );
        let offered = page.js("return !!document.querySelector('.newer')").await?;
        ensure!(offered == false, "half a version is offered");

        // Whole: offered, not taken; who leaves the offer alone goes on with what there was.
        site.deploy(&newer)?;
        page.js(&format!("return (async () => {{ {script} }})()")).await?;
        ensure!(text(page).await? == "as before");
        page.until_there(".newer").await?;
        let said = "const it = document.querySelector('.newer [role=status]'); return it && it.textContent";
        page.until("the offer in words", said).await?;
        ensure!(text(page).await? == "as before");

        // Taken, by keyboard; after that there is no way back, with or without a network.
        page.until_there(".newer").await?;
        page.tab_to("button", "Use it now").await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.until(
            "the newer page",
            "return document.querySelector('main').dataset.text === 'newer'",
        )
        .await?;
        site.down(true);
        ensure!(text(page).await? == "newer");
        Ok(())
    });
}

#[test]
fn who_forgets_is_forgotten() {
    visit(Browser::Chromium, "forget", async |page, _| {
        page.open("").await?;
        kept(page).await?;
        page.open("learn/").await?;
        page.js("document.querySelector('[data-theme-switch]').click(); document.querySelector('[data-forget]').click()")
            .await?;
        let said =
            "return document.querySelector('[data-forgotten]').textContent.startsWith('Forgotten: ') || null";
        page.until("word that all is forgotten", said).await?;
        let theme = page
            .text("return document.querySelector('[data-theme-switch]').getAttribute('aria-label')")
            .await?;
        ensure!(theme.starts_with("Theme: light"), "the switch says “{theme}”");
        let gone = "return (async () => !(await navigator.serviceWorker.getRegistration())
                     && (await caches.keys()).length === 0)()";
        page.until("nothing to be kept", gone).await?;
        Ok(())
    });
}
