//! The same runs natively and in a worker of the built site, by turns, in one run of Chromium.
//!
//! The worker is the one that a reader gets: `dist/` is served and opened, the page starts the worker and hands over the
//! set-ups, one run makes it warm, and each further run is timed from posting the question to the arrival of its report.
//! The native side goes the same way from the question to the report. The digests have to be equal.

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde_json::{Value, json};
use sim_core::engine;
use sim_core::metrics::{Detail, SeedReport};
use sim_core::scenario::Horizon;
use sim_core::scenario::knobs::{self, Settings};
use sim_worker::{Case, PROTOCOL, Reply, Request, RunId, SetUps, decode, encode};
use tests::browser::{Browser, Kit, Page, lead};

use crate::clusters::{check, set_up};
use crate::measure::{ROUNDS, median, timed};

/// Starts the worker and hands over the set-ups once it speaks; returns its first words.
const START: &str = "
    const done = arguments[arguments.length - 1], [url, setUps] = arguments;
    const worker = globalThis.benchWorker = new Worker(url);
    worker.onerror = (error) => done(error.message || 'the worker could not be loaded');
    worker.onmessage = ({ data }) => { worker.postMessage(Uint8Array.from(setUps)); done(Array.from(data)); };";

/// Posts a question; returns the milliseconds to the last word on it, and that word. The first byte says which: reports
/// and refusals are the fourth and fifth kind of message.
const ASK: &str = "
    const done = arguments[arguments.length - 1], worker = globalThis.benchWorker;
    const question = Uint8Array.from(arguments[0]);
    worker.onerror = (error) => done(error.message);
    worker.onmessage = ({ data }) => { if (data[0] >= 3) done([performance.now() - began, Array.from(data)]); };
    const began = performance.now();
    worker.postMessage(question, [question.buffer]);";

/// The ratio of the medians in a worker, at this load of a set-up over the page's window.
pub fn measure(worker: &str, profile: &str, load: &str) -> Result<Value> {
    let kit = match Kit::find(Browser::Chromium) {
        Ok(kit) => kit,
        Err(missing) => return Ok(json!({ "left_out": missing })),
    };
    let mut scenario = set_up(profile)?;
    let set_ups = SetUps::sealed(&[check(scenario.clone())?]);
    knobs::assign(&mut scenario, &format!("load={load}")).map_err(|error| anyhow!("{error}"))?;
    let case = Case {
        profile: scenario.name.clone(),
        settings: Settings::of(&scenario),
        horizon: Horizon::PAGE,
        seed: 1,
    };
    let (mut native, mut wasm) = (Vec::new(), Vec::new());
    let led = lead(&kit, async |page| {
        page.open("model/").await?;
        let set_ups_of_page = encode(&Request::SetUps {
            bytes: set_ups.clone(),
        });
        start(page, worker, &set_ups_of_page).await?;
        ask(page, &case, 0).await?;
        for round in 0..ROUNDS as u32 {
            let (seconds, ours) = timed(|| natively(&set_ups, &case));
            native.push(seconds);
            let (seconds, theirs) = ask(page, &case, 1 + round).await?;
            wasm.push(seconds);
            ensure!(
                ours?.digest == theirs.digest,
                "the site in dist/ runs another engine; `cargo xtask build` makes it anew"
            );
        }
        Ok(())
    });
    if let Err(why) = led {
        return Ok(json!({ "left_out": format!("{why:#}") }));
    }
    let (native, wasm) = (median(native), median(wasm));
    Ok(json!({
        "value": wasm / native,
        "rounds": ROUNDS,
        "native_seconds": native,
        "wasm_seconds": wasm,
    }))
}

/// The same on this side.
fn natively(set_ups: &[u8], case: &Case) -> Result<SeedReport> {
    let checked = SetUps::of(set_ups).check(case);
    let (checked, _) = checked.map_err(|problems| anyhow!("{problems:?}"))?;
    Ok(engine::run(&checked, case.seed, Detail::Summary))
}

/// A worker that listens and has its set-ups.
async fn start(page: &Page, worker: &str, set_ups: &[u8]) -> Result<()> {
    let url = page.address(&format!("{worker}_loader.js"));
    let said = page
        .driver
        .execute_async(START, vec![json!(url), json!(set_ups)])
        .await?;
    match decode(&bytes(said.json())?) {
        Some(Reply::Ready { protocol: PROTOCOL }) => Ok(()),
        _ => bail!("the worker in dist/ is of another build; `cargo xtask build` makes it anew"),
    }
}

/// Seconds from the question to the report, and the report.
async fn ask(page: &Page, case: &Case, number: u32) -> Result<(f64, SeedReport)> {
    let question = encode(&Request::Run {
        run: RunId(number),
        case: case.clone(),
        seed: case.seed,
        detail: Detail::Summary,
        stop_after_days: None,
    });
    let answer = page.driver.execute_async(ASK, vec![json!(question)]).await?;
    let answer = answer.json();
    let millis = answer[0]
        .as_f64()
        .with_context(|| format!("the worker says {answer}"))?;
    match decode(&bytes(&answer[1])?) {
        Some(Reply::Finished { report, .. }) => Ok((millis / 1e3, *report)),
        Some(Reply::Rejected { problems, .. }) => bail!("the worker refuses: {problems:?}"),
        _ => bail!("the worker in dist/ is of another build; `cargo xtask build` makes it anew"),
    }
}

fn bytes(said: &Value) -> Result<Vec<u8>> {
    serde_json::from_value(said.clone()).with_context(|| format!("the worker says {said}"))
}
