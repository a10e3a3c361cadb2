//! `trilemma replay`: a job trace through the same engine, for comparison with other simulators.

use std::fs::File;
use std::io::{BufReader, Read};
use std::time::Instant;

use clap::ValueEnum;
use flate2::read::MultiGzDecoder;
use serde_json::json;
use sim_core::engine::replay::{ReplayPolicy, replay};
use sim_core::metrics::replay_figures;
use sim_core::units::Time;
use sim_core::workload::trace;

use crate::Outcome;
use crate::text::{span, table};

/// More text than any trace has.
const LARGEST_TRACE: u64 = 1 << 30;

/// What to replay.
#[derive(clap::Args)]
pub struct Args {
    /// A trace in the Standard Workload Format, plain or gzipped
    trace: String,
    /// Processors of the machine
    #[arg(long, value_name = "N")]
    procs: u32,
    /// Only the first N jobs, in order of submission
    #[arg(long, value_name = "N")]
    first: Option<usize>,
    /// How to schedule
    #[arg(long, value_enum, default_value = "easy")]
    policy: Policy,
    /// When EASY looks at the queue: once after all events of an instant, or after each
    #[arg(long, value_enum, default_value = "batched")]
    easy: Easy,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Policy {
    Fcfs,
    Easy,
    Slurm,
}

#[derive(Clone, Copy, ValueEnum)]
enum Easy {
    Batched,
    PerEvent,
}

/// Replays it.
pub fn run(args: &Args) -> Outcome {
    let policy = match (args.policy, args.easy) {
        (Policy::Fcfs, _) => ReplayPolicy::Fcfs,
        (Policy::Slurm, _) => ReplayPolicy::Slurm,
        (Policy::Easy, Easy::Batched) => ReplayPolicy::EasyBatched,
        (Policy::Easy, Easy::PerEvent) => ReplayPolicy::EasyPerEvent,
    };
    let path = &args.trace;
    let one = |problem: String| vec![problem];
    if args.procs == 0 {
        return Err(one(
            "--procs 0: no processor; write how many the machine had".to_owned()
        ));
    }
    let text = read(path).map_err(one)?;
    let trace =
        trace::parse(&text, args.procs, args.first).map_err(|error| one(format!("{path}: {error}")))?;
    let clock = Instant::now();
    let replayed = replay(&trace, args.procs, policy).map_err(|problems| {
        problems
            .iter()
            .map(|problem| format!("--procs {}: {problem}", args.procs))
            .collect::<Vec<_>>()
    })?;
    let sim_seconds = clock.elapsed().as_secs_f64();
    let starts: Option<Vec<Time>> = replayed.starts.into_iter().collect();
    let figures = starts
        .and_then(|starts| replay_figures(&trace, &starts, args.procs))
        .ok_or_else(|| {
            one(format!(
                "{path}: no job of it could run on {} processors; check --procs and --first",
                args.procs
            ))
        })?;
    if args.json {
        let object = json!({
            "jobs": figures.jobs,
            "dropped": trace.dropped,
            "cut": trace.cut,
            "mean_wait": figures.mean_wait,
            "mean_bounded_slowdown": figures.mean_bounded_slowdown,
            "utilisation": figures.utilisation,
            "starts_sha": figures.starts_sha,
            "makespan": figures.makespan,
            "sim_seconds": sim_seconds,
        });
        return Ok(format!("{object}\n"));
    }
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let rows = [
        row("jobs", figures.jobs.to_string()),
        row("jobs left out (no run time, too wide)", trace.dropped.to_string()),
        row("run times cut to the estimate", trace.cut.to_string()),
        row(
            "mean wait",
            format!("{:.1} s ({})", figures.mean_wait, span(figures.mean_wait)),
        ),
        row(
            "mean bounded slowdown",
            format!("{:.2}", figures.mean_bounded_slowdown),
        ),
        row("utilisation", format!("{:.4}", figures.utilisation)),
        row("from first submission to last end", span(figures.makespan as f64)),
        row("start times", figures.starts_sha.clone()),
        row("worked out in", format!("{sim_seconds:.2} s")),
    ];
    Ok(table(&["Replay", ""], &rows))
}

/// The text of a trace. Old traces are not always UTF-8, and only their numbers matter.
fn read(path: &str) -> Result<String, String> {
    let told = |error: std::io::Error| format!("{path}: {error}; give the path of a trace, .swf or .swf.gz");
    let mut file = BufReader::new(File::open(path).map_err(told)?);
    let mut start = [0; 2];
    let head = file.read(&mut start).map_err(told)?;
    let whole = (&start[..head]).chain(file);
    let mut bytes = Vec::new();
    let limit = LARGEST_TRACE + 1;
    if start == [0x1f, 0x8b] {
        MultiGzDecoder::new(whole)
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(told)?;
    } else {
        whole.take(limit).read_to_end(&mut bytes).map_err(told)?;
    }
    if bytes.len() as u64 > LARGEST_TRACE {
        return Err(format!(
            "{path}: more than a gigabyte of text; cut it to the jobs you need"
        ));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
