//! Generated demand under Slurm's rules: the group's cluster as it is, several of them as one, and a large machine.

use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use serde_json::Value;
use sim_core::engine::Run;
use sim_core::metrics::Detail;
use sim_core::scenario::{Checked, Horizon, Scenario};
use sim_core::units::{PerMille, Span, Time};
use tests::browser::root;

use crate::measure::{Counts, LONGEST, over_seeds, timed};

/// Groups whose 32 GPUs and 40 people make a cluster of 5,000 GPUs, to the next whole one: 4,992.
pub const GROUPS_OF_THE_LARGE: u32 = 156;
/// Seeds of the rows that are medians over seeds.
pub const SEEDS: [u64; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/// Events between two looks at the clock.
const SLICE: u32 = 5_000;

/// A year of it: 20 days of warm-up, the rest measured.
pub const YEAR: Horizon = Horizon {
    warm_up: Span::days(20),
    measured: Span::days(345),
};
/// Two weeks from an empty machine.
pub const TWO_WEEKS: Horizon = Horizon {
    warm_up: Span::ZERO,
    measured: Span::days(14),
};

/// A set-up of the repository.
pub fn set_up(name: &str) -> Result<Scenario> {
    let path = root().join(format!("content/scenarios/{name}.toml"));
    let text = std::fs::read_to_string(&path).with_context(|| format!("content/scenarios/{name}.toml"))?;
    Ok(toml::from_str(&text)?)
}

/// So many of the group's clusters as one machine with one queue: nodes, people and accounts in proportion. Demand
/// follows by itself, since the load is a share of the machine.
pub fn groups(count: u32) -> Result<Scenario> {
    let mut scenario = set_up("group-32")?;
    for nodes in &mut scenario.cluster.nodes {
        nodes.count *= count;
    }
    scenario.workload.people *= count;
    scenario.workload.accounts *= count;
    Ok(scenario)
}

/// Seconds of whole runs, generation included.
pub fn measure(mut scenario: Scenario, load: u32, horizon: Horizon, seeds: &[u64]) -> Result<Value> {
    scenario.horizon = horizon;
    scenario.assumptions.load = PerMille(load);
    let checked = check(scenario)?;
    let end = Time::ZERO + horizon.whole();
    Ok(over_seeds(seeds, |seed| {
        let (seconds, (effort, done)) = timed(|| {
            let began = Instant::now();
            let mut run = Run::new(&checked, seed, Detail::Summary, None);
            let mut done = 0.0;
            while done < 1.0 && began.elapsed() < LONGEST {
                done = run.advance(SLICE);
            }
            let effort = run.effort();
            std::hint::black_box(run.finish());
            (effort, done)
        });
        let skipped = tests::forced::skipped(&checked.scenario().policy, end, effort);
        let counts = Counts {
            broken_off: (done < 1.0).then_some(done),
            ..Counts::of(effort, skipped)
        };
        (seconds, counts)
    }))
}

/// The scenario, if it has no error.
pub fn check(scenario: Scenario) -> Result<Checked> {
    let (checked, _) = scenario.check().map_err(|problems| anyhow!("{problems:?}"))?;
    Ok(checked)
}
