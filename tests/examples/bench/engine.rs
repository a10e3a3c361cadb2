//! The engine alone: real traces and the page's own cluster, medians of several runs.

use std::hint::black_box;
use std::io::Read as _;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use serde_json::{Value, json};
use sim_core::engine::replay::{ReplayPolicy, replay};
use sim_core::metrics::{Detail, replay_figures};
use sim_core::scenario::{Horizon, Scenario, knobs};
use sim_core::units::Time;
use sim_core::workload::trace;
use tests::browser::root;

/// Runs behind each figure.
const RUNS: usize = 5;
/// Steps of the loop that stands for the machine.
const STEPS: u64 = 100_000_000;

/// Seconds that a fixed loop takes here and now.
pub fn reference() -> f64 {
    let began = Instant::now();
    let mut state = black_box(1_u64);
    for _ in 0..STEPS {
        // The shift keeps the compiler from folding several steps into one.
        state = (state ^ (state >> 29))
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
    }
    black_box(state);
    began.elapsed().as_secs_f64()
}

/// Everything, as a table and as JSON.
pub fn all() -> Result<Value> {
    println!(
        "{:<40} {:>10} {:>10} {:>12} {:>10}",
        "engine, median of 5", "seconds", "events", "events/s", "passes"
    );
    let mut rows = Vec::new();
    for (load, days, horizon) in [
        ("85pct", "7 + 28 days", Horizon::PAGE),
        ("110pct", "7 + 28 days", Horizon::PAGE),
        ("85pct", "20 + 60 days", Horizon::COMMAND_LINE),
        ("110pct", "20 + 60 days", Horizon::COMMAND_LINE),
    ] {
        rows.push(cluster(load, days, horizon)?);
    }
    rows.extend(trace_row(
        "KTH-SP2-1996-2.1-cln.swf.gz",
        100,
        None,
        ReplayPolicy::EasyBatched,
        "KTH, EASY",
    )?);
    rows.extend(trace_row(
        "KTH-SP2-1996-2.1-cln.swf.gz",
        100,
        None,
        ReplayPolicy::Fcfs,
        "KTH, FCFS",
    )?);
    let (ricc, easy) = ("RICC-2010-2.swf.gz", ReplayPolicy::EasyBatched);
    rows.extend(trace_row(
        ricc,
        8_192,
        Some(5_000),
        easy,
        "RICC, first 5,000, EASY",
    )?);
    rows.extend(trace_row(ricc, 8_192, None, easy, "RICC, all, EASY")?);
    Ok(rows.into())
}

/// The page's cluster at some load.
fn cluster(load: &str, days: &str, horizon: Horizon) -> Result<Value> {
    let text = std::fs::read_to_string(root().join("content/scenarios/group-32.toml"))?;
    let mut scenario: Scenario = toml::from_str(&text)?;
    scenario.horizon = horizon;
    knobs::assign(&mut scenario, &format!("load={load}")).map_err(|error| anyhow!("{error}"))?;
    let (scenario, _) = scenario.check().map_err(|problems| anyhow!("{problems:?}"))?;
    let mut last = None;
    let seconds = median(|| last = Some(sim_core::engine::run(&scenario, 1, Detail::Summary)));
    let report = last.context("a bench runs at least once")?;
    let name = format!("group-32, load {load}, {days}");
    Ok(row(&name, seconds, report.events, report.passes))
}

/// A trace, if the folder of traces is beside the repository.
fn trace_row(
    file: &str,
    procs: u32,
    first: Option<usize>,
    policy: ReplayPolicy,
    name: &str,
) -> Result<Option<Value>> {
    let folder: Option<PathBuf> = root()
        .ancestors()
        .map(|up| up.join("shared/traces"))
        .find(|it| it.is_dir());
    let Some(folder) = folder else {
        println!("left out: {name}: there is no folder shared/traces beside the repository");
        return Ok(None);
    };
    let mut bytes = Vec::new();
    let packed = std::fs::read(folder.join(file)).with_context(|| file.to_owned())?;
    flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut bytes)?;
    let trace =
        trace::parse(&String::from_utf8_lossy(&bytes), procs, first).map_err(|error| anyhow!("{error}"))?;
    let mut last = None;
    let seconds = median(|| last = Some(replay(&trace, procs, policy)));
    let replayed = last
        .context("a bench runs at least once")?
        .map_err(|problems| anyhow!("{problems:?}"))?;
    let starts: Option<Vec<Time>> = replayed.starts.iter().copied().collect();
    let figures = starts
        .and_then(|starts| replay_figures(&trace, &starts, procs))
        .context("every job of the trace starts")?;
    // Each job is submitted once and ends once.
    let mut row = row(name, seconds, 2 * trace.jobs.len() as u64, replayed.passes);
    row["starts_sha"] = json!(figures.starts_sha);
    Ok(Some(row))
}

fn row(name: &str, seconds: f64, events: u64, passes: u64) -> Value {
    let speed = events as f64 / seconds;
    println!("{name:<40} {seconds:>10.4} {events:>10} {speed:>12.0} {passes:>10}");
    json!({ "name": name, "seconds": seconds, "events": events, "events_per_second": speed.round(), "passes": passes })
}

fn median(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}
