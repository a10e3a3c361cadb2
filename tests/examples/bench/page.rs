//! The page in Chromium: how soon it responds, gives a first look, and the answer, from the marks that the app leaves in
//! the browser's own timeline.

use anyhow::{Result, anyhow};
use serde_json::{Value, json};
use tests::browser::lab::answer;
use tests::browser::{Browser, Kit, Page, lead};

/// Settings of the cap, none of them the cluster's own, so that each has to be run.
const CAPS: [u32; 22] = [
    1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
];
/// As much slower as a modest phone.
const SLOWER: u32 = 4;

/// Writes a number into the cap's field and waits for the answer; returns the times of the marks after the move.
const MOVE: &str = "
    const done = arguments[arguments.length - 1], value = arguments[0], until = arguments[1];
    const field = document.querySelector('.knob[data-knob=cap] .knob-number');
    performance.clearMarks();
    field.value = value;
    field.dispatchEvent(new Event('change', { bubbles: true }));
    const began = performance.getEntriesByName('input')[0].startTime;
    const at = (name) => { const mark = performance.getEntriesByName(name)[0]; return mark ? mark.startTime - began : null; };
    const look = () => at(until) === null ? setTimeout(look, 5) : done([at('responded'), at('first-look'), at('answer')]);
    look();";

/// Everything, as a table and as JSON.
pub fn all() -> Result<Vec<Value>> {
    let kit = Kit::find(Browser::Chromium).map_err(|missing| anyhow!(missing))?;
    println!(
        "\n{:<46} {:>8} {:>8} {:>8} {:>8} {:>8} {:>4}",
        "page, milliseconds", "p50", "p95", "longest", "bar", "aim", "met"
    );
    let mut rows = Vec::new();
    for at in &PLACES {
        rows.extend(lead(&kit, async |page| at_load(page, at).await)?);
    }
    Ok(rows)
}

/// A cluster under a load, and what is asked of it, in milliseconds.
struct At {
    profile: &'static str,
    load: &'static str,
    /// What the rows are called by.
    name: &'static str,
    /// So many of [`CAPS`], the last: an answer on the larger cluster takes seconds.
    moves: usize,
    look: f64,
    answer: f64,
}

/// A cluster that is asked for more than it has may take longer.
const PLACES: [At; 4] = [
    At {
        profile: "group-32",
        load: "85pct",
        name: "load 85pct",
        moves: CAPS.len(),
        look: 100.0,
        answer: 3_000.0,
    },
    At {
        profile: "group-32",
        load: "110pct",
        name: "load 110pct",
        moves: CAPS.len(),
        look: 1_000.0,
        answer: 10_000.0,
    },
    At {
        profile: "uni-128",
        load: "90pct",
        name: "uni-128, load 90pct",
        moves: 7,
        look: 300.0,
        answer: 3_000.0,
    },
    At {
        profile: "uni-128",
        load: "110pct",
        name: "uni-128, load 110pct",
        moves: 7,
        look: 1_000.0,
        answer: 10_000.0,
    },
];

async fn at_load(page: &Page, at: &At) -> Result<Vec<Value>> {
    page.before_each_page(
        "globalThis.longTasks = [];
         new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((it) => it.duration)))
           .observe({ type: 'longtask', buffered: true });",
    )
    .await?;
    let place = format!("lab/#p0?profile={}&load={}", at.profile, at.load);
    page.open(&place).await?;
    answer(page).await?;
    page.js("longTasks.length = 0").await?;
    let unslowed = moves(page, at.moves).await?;
    let tasks: Vec<f64> = serde_json::from_value(page.js("return longTasks").await?)?;

    // A fresh page: what has been run before would be there at once.
    page.open(&place).await?;
    answer(page).await?;
    page.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER }))
        .await?;
    let slowed = moves(page, at.moves).await?;
    let name = |what: &str| format!("{what}, {}", at.name);
    Ok(vec![
        row(
            &name("responds, page slowed 4 times"),
            column(&slowed, 0),
            Goal::P95(100.0),
        ),
        row(&name("responds"), column(&unslowed, 0), Goal::P95(100.0)),
        row(&name("first look"), column(&unslowed, 1), Goal::P50(at.look)),
        row(
            &name("answer, 8 runs"),
            column(&unslowed, 2),
            Goal::P50(at.answer),
        ),
        // The browser names only tasks of more than 50 ms.
        row(
            &name("tasks of the main thread over 50 ms"),
            tasks,
            Goal::Longest(50.0),
        ),
    ])
}

/// The bar, in milliseconds, and of which of the figures; the aim is half of it.
#[derive(Clone, Copy)]
enum Goal {
    P50(f64),
    P95(f64),
    Longest(f64),
}

/// One move after the other, each from rest.
async fn moves(page: &Page, count: usize) -> Result<Vec<Value>> {
    let mut times = Vec::new();
    for cap in &CAPS[CAPS.len() - count..] {
        let arguments = vec![json!(cap.to_string()), json!("answer")];
        times.push(page.driver.execute_async(MOVE, arguments).await?.json().clone());
    }
    Ok(times)
}

fn column(moves: &[Value], at: usize) -> Vec<f64> {
    moves.iter().filter_map(|times| times[at].as_f64()).collect()
}

fn row(name: &str, mut times: Vec<f64>, goal: Goal) -> Value {
    times.sort_by(f64::total_cmp);
    // The smallest time that so many in a hundred do not exceed; none at all took no time.
    let quantile = |share: usize| {
        let at = (times.len() * share).div_ceil(100).saturating_sub(1);
        times.get(at).copied().unwrap_or(0.0)
    };
    let (half, most, longest) = (quantile(50), quantile(95), quantile(100));
    let (of, value, bar) = match goal {
        Goal::P50(bar) => ("p50", half, bar),
        Goal::P95(bar) => ("p95", most, bar),
        Goal::Longest(bar) => ("longest", longest, bar),
    };
    let aim = bar / 2.0;
    let met = if value <= aim {
        "aim"
    } else if value <= bar {
        "bar"
    } else {
        "no"
    };
    let bar_of = format!("{of} {bar:.0}");
    println!("{name:<46} {half:>8.0} {most:>8.0} {longest:>8.0} {bar_of:>11} {aim:>5.0} {met:>4}");
    json!({
        "name": name, "unit": "milliseconds", "value": value, "of": of, "bar": bar, "aim": aim, "met": met,
        "count": times.len(), "p50": half, "p95": most, "longest": longest,
    })
}
