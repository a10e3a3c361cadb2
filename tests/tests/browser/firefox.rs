//! Another engine: the same page, the same records.

use anyhow::ensure;
use tests::browser::lab::answer;
use tests::browser::{Browser, all, journey};

use crate::digests::trilemma;

#[test]
fn firefox_shows_the_digest_that_the_command_line_gives() {
    if !all() {
        return;
    }
    journey(Browser::Firefox, async |page| {
        page.open("lab/").await?;
        let shown = answer(page).await?;
        let address = page.driver.current_url().await?;
        let run = trilemma(&["run", address.as_str(), "--json"])?;
        ensure!(
            run["digest"] == shown.digest.as_str(),
            "{address}: {} and {}",
            run["digest"],
            shown.digest
        );
        Ok(())
    });
}
