//! Known digests: one list for the host, for WASM under Node, and for WASM in a browser.

use sim_core::engine;
use sim_core::metrics::Detail;
use sim_core::scenario::{Horizon, Scenario, knobs};
use sim_core::units::Span;

/// The list, as it lies in the repository.
pub const TEXT: &str = include_str!("../fixtures/goldens.txt");

/// One run, and the digest that it must have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Golden {
    /// Name of a preset or of a fixture.
    pub scenario: String,
    /// Knobs that are moved, such as `cap=16gpu`.
    pub settings: Vec<String>,
    /// Seed.
    pub seed: u64,
    /// Days of warm-up, and days measured.
    pub days: (u32, u32),
    /// First 16 hex digits of SHA-256 over the records.
    pub digest: String,
}

/// All of them. Panics at a line that cannot be read: the list is part of a test.
pub fn all() -> Vec<Golden> {
    TEXT.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(Golden::read)
        .collect()
}

impl Golden {
    fn read(line: &str) -> Golden {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let [scenario, settings, seed, days, digest] = fields[..] else {
            panic!("`{line}` has not five fields");
        };
        let number = |text: &str| {
            text.parse()
                .unwrap_or_else(|_| panic!("`{text}` in `{line}` is no number"))
        };
        let (warm_up, measured) = days
            .split_once('+')
            .unwrap_or_else(|| panic!("write days as 7+28: {line}"));
        Golden {
            scenario: scenario.to_owned(),
            settings: settings.split_whitespace().map(str::to_owned).collect(),
            seed: u64::from(number(seed)),
            days: (number(warm_up), number(measured)),
            digest: digest.to_owned(),
        }
    }

    /// The scenario to be run.
    pub fn scenario(&self) -> Scenario {
        let text = match self.scenario.as_str() {
            "group-32" => include_str!("../../content/scenarios/group-32.toml"),
            "two-partitions" => include_str!("../fixtures/two-partitions.toml"),
            other => panic!("no scenario is called `{other}` here"),
        };
        let mut scenario: Scenario =
            toml::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", self.scenario));
        for setting in &self.settings {
            knobs::assign(&mut scenario, setting).unwrap_or_else(|error| panic!("{setting}: {error}"));
        }
        scenario.horizon = Horizon {
            warm_up: Span::days(self.days.0),
            measured: Span::days(self.days.1),
        };
        scenario
    }

    /// The digest that the engine gives now.
    pub fn run(&self) -> String {
        let (checked, _) = self
            .scenario()
            .check()
            .unwrap_or_else(|problems| panic!("{}: {problems:?}", self.scenario));
        engine::run(&checked, self.seed, Detail::Summary).digest
    }
}
