//! Links that lost a part on their way.

use anyhow::{Result, ensure};
use serde_json::json;
use sim_core::scenario::link::check_characters;
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

#[test]
fn a_link_whose_hash_or_page_was_lost_on_its_way_opens_the_same_proposal() {
    journey(async |page| {
        let text = "p0?profile=group-32&cap=2gpu&warm-up=2d&days=5d";
        let link = format!("{text}~{}", check_characters(text));
        page.open(&format!("lab/#{link}")).await?;
        let meant = answer(page).await?;
        let once = link.replace('?', "%3F").replace('=', "%3D").replace('&', "%26");
        let twice = format!("%23{once}").replace('%', "%25");
        for place in [
            format!("lab/%23{link}"),
            format!("lab%23{link}"),
            format!("lab/{twice}"),
            format!("lab/{link}"),
            format!("no/such/place/#{link}"),
            format!("nowhere/?s={once}"),
            format!("lab/?lang=en&s={once}"),
        ] {
            page.open(&place).await?;
            let shown = answer(page).await?;
            ensure!(shown == meant, "/{place} shows {shown:?}, not {meant:?}");
            let at = page.text("return location.pathname").await?;
            ensure!(at.ends_with("/lab/"), "/{place} led to {at}");
        }
        // Where the app itself finds it, the address stays as it came.
        page.open(&format!("lab/?s={once}")).await?;
        let same = format!(
            "const line = document.querySelector('.answer-line'), receipt = document.querySelector('[data-digest]');
             return line && line.dataset.state === 'ready' && receipt && receipt.dataset.digest === {} || null;",
            json!(meant.digest)
        );
        page.until("the same answer", &same).await?;
        // What stood before the link stays there, and so does the page.
        page.open(&format!("embed%3Fview=waits%23{link}")).await?;
        page.until_there(".embed-card tbody tr").await?;
        let at = page.text("return location.href").await?;
        ensure!(at == page.address(&format!("embed/?view=waits#{link}")), "{at}");
        Ok(())
    });
}
