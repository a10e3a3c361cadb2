//! X-M2: a reader who moves a knob fast, and one who stops the runs.

use anyhow::{Context as _, ensure};
use serde_json::json;
use tests::browser::journey;
use tests::browser::lab::{answer, answer_but, name_of};
use thirtyfour::Key;

/// Fifty moves within a second, to and fro, ending at another stop than it began; then tells how many runs had begun.
const DRAG: &str = "
    const done = arguments[arguments.length - 1];
    const range = document.getElementById('knob-cap');
    const runs = () => happened.filter(([what]) => what === 'wanted').length;
    const last = Number(range.max), before = runs(), began = performance.now();
    let moves = 0;
    const timer = setInterval(() => {
      moves += 1;
      range.value = String(moves === 50 ? 1 : moves % (last + 1));
      range.dispatchEvent(new Event('input', { bubbles: true }));
      if (moves === 50) {
        clearInterval(timer);
        done([runs() - before, performance.now() - began]);
      }
    }, 18);";

#[test]
fn fifty_moves_within_a_second_cause_few_runs_and_the_last_one_is_answered() {
    journey(async |page| {
        page.before_each_page(&super::trace::watch()).await?;
        page.open("lab/").await?;
        let start = answer(page).await?;
        let entries = page
            .js("return history.length")
            .await?
            .as_u64()
            .context("entries")?;
        let moved = page.driver.execute_async(DRAG, Vec::new()).await?.json().clone();
        let (runs, millis) = (
            moved[0].as_u64().context("runs")?,
            moved[1].as_f64().context("time")?,
        );
        // A busy machine may take longer for the fifty moves; the bar is per second.
        let allowed = 12.0 * (millis / 1_000.0).max(1.0);
        ensure!(
            runs as f64 <= allowed,
            "{runs} runs were begun for fifty moves in {millis:.0} ms"
        );
        let shown = answer_but(page, &start.digest).await?;
        let address = page.driver.current_url().await?;
        ensure!(address.fragment() == Some(shown.link.as_str()), "{address}");
        // One way back leads to what there was before all of them.
        let later = page.js("return history.length").await?.as_u64();
        ensure!(later == Some(entries + 1), "{entries} entries, then {later:?}");
        page.driver.back().await?;
        let back = answer_but(page, &shown.digest).await?;
        ensure!(
            back == start,
            "back from {shown:?} leads to {back:?}, not to {start:?}"
        );
        page.open_beside(address.as_str()).await?;
        let fresh = answer(page).await?;
        ensure!(fresh == shown, "{shown:?} after the moves, {fresh:?} afresh");
        Ok(())
    });
}

#[test]
fn cancel_returns_control_and_the_runs_can_go_on() {
    journey(async |page| {
        page.open("lab/#p0?profile=group-32&cap=5gpu&load=110pct").await?;
        let first = answer(page).await?;
        page.js(
            "const twenty = [...document.querySelectorAll('button')].find((it) => it.textContent === '20 runs');
             twenty.click();",
        )
        .await?;
        let cancel = "[...document.querySelectorAll('button')].find((it) => it.textContent === 'Cancel' && !it.hidden)";
        page.until(
            "a way to stop the runs",
            &format!("const it = {cancel}; if (it) it.focus(); return !!it;"),
        )
        .await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.until(
            "the word that the runs are stopped",
            "return document.querySelector('.answer-runs').textContent.includes('stopped at')",
        )
        .await?;
        ensure!(
            page.js(&format!("return !{cancel}")).await? == json!(true),
            "Cancel is still there after the runs were stopped"
        );
        page.tab_to("slider", name_of("cap")?).await?;
        page.press(Key::Left.value().to_string()).await?;
        let other = answer_but(page, &first.digest).await?;
        ensure!(other.link.contains("seeds=20"), "{}", other.link);
        Ok(())
    });
}
