//! The bench's own past: `docs/speed/history.json`, one entry for each commit that was measured with `--record`.
//!
//! Times are kept as multiples of the reference loop of the same run, so that machines can be compared; ratios as they
//! are.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};
use tests::browser::root;

/// Entries, oldest first.
pub struct History(Vec<Value>);

fn path() -> PathBuf {
    root().join("docs/speed/history.json")
}

impl History {
    /// What lies in the repository; nothing, if nothing was ever recorded.
    pub fn read() -> Result<History> {
        match std::fs::read_to_string(path()) {
            Ok(text) => Ok(History(
                serde_json::from_str(&text).context("docs/speed/history.json")?,
            )),
            Err(_) => Ok(History(Vec::new())),
        }
    }

    /// This row's oldest figure and its newest one of another commit than `now`.
    pub fn of(&self, name: &str, now: Option<&str>) -> (Option<f64>, Option<f64>) {
        let mut figures = (self.0.iter())
            .filter(|entry| entry["commit"].as_str() != now)
            .filter_map(|entry| entry["rows"][name].as_f64());
        let first = figures.next();
        (first, figures.next_back().or(first))
    }

    /// Adds today's figures to the entry of this commit, and writes the file.
    pub fn record(mut self, commit: &str, reference: f64, rows: Map<String, Value>) -> Result<()> {
        let changed = git(&["status", "--porcelain", "--", "sim-core", "sim-worker"])?;
        ensure!(
            changed.is_empty(),
            "the engine differs from the commit: commit first, then measure and record"
        );
        let at = self.0.iter().position(|entry| entry["commit"] == commit);
        let at = at.unwrap_or_else(|| {
            self.0.push(json!({ "commit": commit, "rows": {} }));
            self.0.len() - 1
        });
        let entry = &mut self.0[at];
        entry["date"] = json!(git(&["show", "-s", "--format=%cs", "HEAD"])?);
        entry["reference_seconds"] = json!(rounded(reference));
        for (name, figure) in rows {
            entry["rows"][name] = json!(figure.as_f64().map(rounded));
        }
        let text = serde_json::to_string_pretty(&self.0)? + "\n";
        std::fs::create_dir_all(root().join("docs/speed"))?;
        Ok(std::fs::write(path(), text)?)
    }
}

/// Four digits that count.
fn rounded(figure: f64) -> f64 {
    format!("{figure:.3e}").parse().unwrap_or(figure)
}

/// The commit at which the working tree stands.
pub fn commit() -> Result<String> {
    git(&["rev-parse", "--short=10", "HEAD"])
}

fn git(arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").args(arguments).current_dir(root()).output()?;
    ensure!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
