//! Runs seeds on all processors, and puts the reports back in order.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sim_core::engine;
use sim_core::metrics::{Detail, Report, SeedReport, simplicity};
use sim_core::scenario::Checked;

/// Runs each scenario on seeds `first`, `first + 1`, …: as many as asked for. One report per scenario.
pub fn run(scenarios: &[&Checked], seeds: u32) -> Vec<Report> {
    let report = |(seeds, scenario): (Vec<SeedReport>, &&Checked)| Report {
        seeds,
        simplicity: simplicity(scenario.scenario()),
    };
    run_each(scenarios, seeds, |seed| seed)
        .into_iter()
        .zip(scenarios)
        .map(report)
        .collect()
}

/// The same, keeping of each run only what `keep` makes of it, in order of seed.
pub fn run_each<T: Send>(
    scenarios: &[&Checked],
    seeds: u32,
    keep: impl Fn(SeedReport) -> T + Sync,
) -> Vec<Vec<T>> {
    let asked: Vec<(usize, u64)> = scenarios
        .iter()
        .enumerate()
        .flat_map(|(i, scenario)| {
            let first = scenario.scenario().seed;
            (0..u64::from(seeds)).map(move |n| (i, first.wrapping_add(n)))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<T>>> = Mutex::new(asked.iter().map(|_| None).collect());
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(asked.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(&(scenario, seed)) = asked.get(at) else {
                        break;
                    };
                    let kept = keep(engine::run(scenarios[scenario], seed, Detail::Summary));
                    let mut done = done.lock().expect("no thread panics while it holds the lock");
                    done[at] = Some(kept);
                    progress(done.iter().flatten().count(), asked.len());
                }
            });
        }
    });
    let done = done
        .into_inner()
        .expect("no thread panics while it holds the lock");
    let mut by_scenario: Vec<Vec<T>> = scenarios.iter().map(|_| Vec::new()).collect();
    for ((scenario, _), kept) in asked.iter().zip(done) {
        by_scenario[*scenario].extend(kept);
    }
    by_scenario
}

/// How far it is, for a person who watches; nothing in logs and pipes.
fn progress(done: usize, of: usize) {
    let mut out = std::io::stderr();
    if !out.is_terminal() {
        return;
    }
    let line = if done < of {
        format!("\r{done} of {of} runs ")
    } else {
        "\r\x1b[K".to_owned()
    };
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}
