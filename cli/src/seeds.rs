//! Runs seeds on all processors, and puts the reports back in order.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sim_core::engine;
use sim_core::metrics::{Detail, Report, SeedReport, simplicity};
use sim_core::scenario::Checked;

/// Runs each scenario on seeds `first`, `first + 1`, …: as many as asked for. One report per scenario.
pub fn run(scenarios: &[&Checked], seeds: u32) -> Vec<Report> {
    let asked: Vec<(usize, u64)> = scenarios
        .iter()
        .enumerate()
        .flat_map(|(i, scenario)| {
            let first = scenario.scenario().seed;
            (0..u64::from(seeds)).map(move |n| (i, first.wrapping_add(n)))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<SeedReport>>> = Mutex::new(vec![None; asked.len()]);
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
                    let report = engine::run(scenarios[scenario], seed, Detail::Summary);
                    let mut done = done.lock().expect("no thread panics while it holds the lock");
                    done[at] = Some(report);
                    progress(done.iter().flatten().count(), asked.len());
                }
            });
        }
    });
    let done = done
        .into_inner()
        .expect("no thread panics while it holds the lock");
    let mut reports: Vec<Report> = scenarios
        .iter()
        .map(|scenario| Report {
            seeds: Vec::new(),
            simplicity: simplicity(scenario.scenario()),
        })
        .collect();
    for ((scenario, _), report) in asked.iter().zip(done) {
        reports[*scenario].seeds.extend(report);
    }
    reports
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
