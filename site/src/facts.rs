//! Numbers that texts may use and that no claim makes: counted in the presets and the tests, never typed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, anyhow};
use oracle::{Case, Outcome};
use sim_core::scenario::Horizon;
use sim_core::scenario::knobs::KNOBS;
use sim_core::units::Span;

use crate::home;
use crate::runs::Runs;
use claims::Numbers;

/// All facts, by name: `fact.people`.
pub fn numbers(runs: &Runs, root: &Path) -> Result<Numbers> {
    let group = runs.scenario("group-32", &[])?;
    let days = |span: Span| (span.0 / 86_400).to_string();
    let mut numbers = claims::facts(&group);
    let mut put = |name: &str, words: String| numbers.insert(format!("fact.{name}"), words);
    put("warm-up", days(Horizon::PAGE.warm_up));
    put("measured", days(Horizon::PAGE.measured));
    put("long-warm-up", days(Horizon::COMMAND_LINE.warm_up));
    put("long-measured", days(Horizon::COMMAND_LINE.measured));
    put("home-runs", home::RUNS.to_string());
    put("knobs", KNOBS.len().to_string());
    for (name, words) in oracle(&root.join("tests/oracle"))? {
        numbers.insert(format!("fact.oracle-{name}"), words);
    }
    Ok(numbers)
}

/// How far the engine agrees with what a real Slurm was seen to do: `fact.oracle-cases`, `-agree`, `-checks`, `-hold`, and
/// the same for each group: `fact.oracle-a-cases`.
fn oracle(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut paths: Vec<_> = fs::read_dir(folder)?
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    let mut groups: BTreeMap<String, Score> = BTreeMap::new();
    let mut whole = Score::default();
    for path in paths {
        let told = |what: String| anyhow!("{}: {what}", path.display());
        let case = Case::read(&fs::read_to_string(&path)?).map_err(told)?;
        let (outcome, _) = oracle::compare(&case).map_err(|found| told(found.join("; ")))?;
        groups
            .entry(format!("{:?}", outcome.group))
            .or_default()
            .count(&outcome);
        whole.count(&outcome);
    }
    let mut facts = whole.facts("");
    for (group, score) in groups {
        facts.extend(score.facts(&format!("{}-", group.to_lowercase())));
    }
    Ok(facts)
}

/// Cases and checks, and those of them that hold.
#[derive(Default)]
struct Score {
    cases: usize,
    agree: usize,
    checks: usize,
    hold: usize,
}

impl Score {
    fn count(&mut self, outcome: &Outcome) {
        self.cases += 1;
        self.agree += usize::from(outcome.agrees());
        self.checks += outcome.checks.len();
        self.hold += outcome.checks.iter().filter(|check| check.pass).count();
    }

    fn facts(&self, prefix: &str) -> Vec<(String, String)> {
        [
            ("cases", self.cases),
            ("agree", self.agree),
            ("checks", self.checks),
            ("hold", self.hold),
        ]
        .map(|(name, n)| (format!("{prefix}{name}"), thousands(n)))
        .to_vec()
    }
}

/// A whole number as texts write it: 4,614.
fn thousands(n: usize) -> String {
    match n {
        0..1_000 => n.to_string(),
        _ => format!("{},{:03}", thousands(n / 1_000), n % 1_000),
    }
}
