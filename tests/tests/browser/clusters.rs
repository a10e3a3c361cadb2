//! A visitor who looks for a cluster like their own.

use anyhow::{Result, ensure};
use serde_json::json;
use tests::browser::lab::{Answer, answer, answer_but};
use tests::browser::{Page, journey};

/// Chooses a cluster as somebody does who uses the list by keys or mouse.
const CHOOSE: &str = "
    const list = document.getElementById('place');
    list.value = arguments[0];
    list.dispatchEvent(new Event('change', { bubbles: true }));
    return list.value;";

/// How often the set-ups of the other clusters were fetched.
async fn fetched(page: &Page) -> Result<u64> {
    let script = "return performance.getEntriesByType('resource').filter((it) => it.name.includes('/set-ups-')).length";
    Ok(page.js(script).await?.as_u64().unwrap_or_default())
}

async fn choose(page: &Page, cluster: &str, before: &Answer) -> Result<Answer> {
    let chosen = page.js_with(CHOOSE, vec![json!(cluster)]).await?;
    ensure!(chosen == json!(cluster), "{cluster} is no choice: {chosen}");
    answer_but(page, &before.digest).await
}

#[test]
fn another_cluster_is_fetched_when_it_is_chosen_and_is_the_one_that_its_link_opens() {
    journey(async |page| {
        page.open("lab/").await?;
        let first = answer(page).await?;
        ensure!(fetched(page).await? == 0, "the first visit fetches all set-ups");
        let shares = choose(page, "length-shares", &first).await?;
        ensure!(shares.link.starts_with("p0?profile=length-shares~"), "{shares:?}");
        let desk = choose(page, "desk-4", &shares).await?;
        ensure!(
            fetched(page).await? == 1,
            "the set-ups are fetched more than once"
        );
        page.js("history.back()").await?;
        let again = answer_but(page, &desk.digest).await?;
        ensure!(again == shares, "{shares:?} before, {again:?} on the way back");
        page.open_beside(&page.address(&format!("lab/#{}", desk.link)))
            .await?;
        let fresh = answer(page).await?;
        ensure!(fresh == desk, "{desk:?} by choice, {fresh:?} by link");
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

#[test]
fn the_page_of_clusters_leads_into_the_lab() {
    journey(async |page| {
        page.open("lab/site/").await?;
        page.js("document.querySelector('#desk-4 a').click()").await?;
        let there = answer(page).await?;
        ensure!(there.link.starts_with("p0?profile=desk-4~"), "{there:?}");
        let against = page
            .text("return document.querySelector('.against').textContent")
            .await?;
        ensure!(against == "against desk-4 as it is today", "{against}");
        Ok(())
    });
}

#[test]
fn a_cluster_that_does_not_come_is_told_and_the_first_one_is_still_there() {
    journey(async |page| {
        page.before_each_page(
            "const before = fetch;
             globalThis.fetch = (it, ...rest) => String(it).includes('set-ups-') ? Promise.reject(Error('gone')) : before(it, ...rest);",
        )
        .await?;
        page.open("lab/#p0?profile=desk-4~h4").await?;
        let script = "const notes = document.querySelector('.link-notes[role=alert]');
                      return notes && notes.getClientRects().length ? notes.innerText : null;";
        let said = page.until("a word about the missing cluster", script).await?;
        ensure!(
            said.as_str().unwrap_or_default().contains("could not fetch"),
            "{said}"
        );
        page.js("document.querySelector('.link-notes button').click()")
            .await?;
        let first = answer(page).await?;
        ensure!(first.link.starts_with("p0?profile=group-32~"), "{first:?}");
        Ok(())
    });
}
