//! Links that lost a part on their way.

use anyhow::{Result, ensure};
use serde_json::json;
use tests::browser::lab::answer;
use tests::browser::{Page, journey};

/// A whole link, as the page writes it for a cap and a half-life.
async fn whole_link(page: &Page) -> Result<String> {
    page.open("lab/#p0?profile=group-32&cap=5gpu&half-life=3d")
        .await?;
    let script = "const link = document.querySelector('.share-link'); return link && link.textContent;";
    page.until("the link in the share bar", script).await?;
    // A reader's next change is what makes the page write a link of its own.
    answer(page).await?;
    page.js("const range = document.getElementById('knob-cap');
         range.value = String(Number(range.value) + 1);
         range.dispatchEvent(new Event('input', { bubbles: true }));")
        .await?;
    let whole = page
        .until(
            "a link with its check characters",
            "return /^#p\\d\\?.*half-life=3d.*~..$/.test(location.hash) ? location.hash.slice(1) : null;",
        )
        .await?;
    Ok(whole.as_str().unwrap_or_default().to_owned())
}

/// What the page says about the link it was opened with.
async fn notes(page: &Page, fragment: &str) -> Result<String> {
    page.open(&format!("lab/#{fragment}")).await?;
    let script = "const notes = document.querySelector('.link-notes[role=alert]');
                  return notes && notes.getClientRects().length ? notes.innerText : null;";
    let said = page
        .until(&format!("a word about the link {fragment}"), script)
        .await?;
    ensure!(
        page.js("return location.hash.slice(1)").await? == json!(fragment),
        "opening {fragment} changed the address"
    );
    let console = page.console().await?;
    ensure!(console.is_empty(), "{fragment}: {console:?}");
    Ok(said.as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_link_cut_anywhere_is_said_to_be_cut_and_never_passes_for_the_default() {
    journey(async |page| {
        let whole = whole_link(page).await?;
        let steps = 12;
        let mut ends: Vec<usize> = (0..steps)
            .map(|i| 1 + i * (whole.len() - 2) / (steps - 1))
            .collect();
        ends.dedup();
        ensure!(
            ends.len() >= 10 && ends.last() < Some(&whole.len()),
            "{ends:?} of {whole}"
        );
        for end in ends {
            let said = notes(page, &whole[..end]).await?;
            ensure!(said.len() > 40, "{}: {said}", &whole[..end]);
        }
        Ok(())
    });
}

#[test]
fn a_word_in_a_link_that_is_not_understood_is_named() {
    journey(async |page| {
        let said = notes(page, "p0?profile=group-32&cap=5gpu&wibble=3").await?;
        ensure!(said.contains("wibble"), "{said}");
        let said = notes(page, "p0?profile=group-32&cap=many").await?;
        ensure!(said.contains("many"), "{said}");
        let said = notes(page, "p0?profile=no-such-place&cap=5gpu").await?;
        ensure!(said.contains("no-such-place"), "{said}");
        Ok(())
    });
}
