//! Numbers that texts may use and that no claim makes: counted in the presets and the tests, never typed.

use std::fs;
use std::path::Path;

use anyhow::Result;
use sim_core::scenario::Horizon;
use sim_core::scenario::knobs::KNOBS;
use sim_core::units::Span;

use crate::claims::Numbers;
use crate::home;
use crate::runs::Runs;

/// All facts, by name: `fact.people`.
pub fn numbers(runs: &Runs, root: &Path) -> Result<Numbers> {
    let group = runs.scenario("group-32", &[])?;
    let days = |span: Span| (span.0 / 86_400).to_string();
    let mut numbers = Numbers::new();
    let mut put = |name: &str, words: String| numbers.insert(format!("fact.{name}"), words);
    put("gpus", group.cluster.gpus().to_string());
    put("nodes", group.cluster.node_count().to_string());
    put("people", group.workload.people.to_string());
    put("warm-up", days(Horizon::PAGE.warm_up));
    put("measured", days(Horizon::PAGE.measured));
    put("long-warm-up", days(Horizon::COMMAND_LINE.warm_up));
    put("long-measured", days(Horizon::COMMAND_LINE.measured));
    put("home-runs", home::RUNS.to_string());
    put("knobs", KNOBS.len().to_string());
    let cases = fs::read_dir(root.join("tests/oracle/cases")).map_or(0, |entries| {
        entries
            .filter(|entry| {
                entry
                    .as_ref()
                    .is_ok_and(|entry| entry.path().extension().is_some_and(|end| end == "json"))
            })
            .count()
    });
    put("oracle-cases", cases.to_string());
    Ok(numbers)
}
