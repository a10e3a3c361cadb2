//! Every preset runs, and its books sum.
#![cfg(not(target_arch = "wasm32"))]

use sim_core::engine::run;
use sim_core::metrics::Detail;
use sim_core::scenario::{Horizon, Scenario};
use sim_core::units::Span;

#[test]
fn every_preset_runs_and_its_capacity_is_busy_idle_or_lost_to_the_cut() {
    let folder = format!("{}/../content/scenarios", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).expect("presets have a folder");
    let mut runs = 0;
    for file in files {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a preset is text");
        let scenario: Scenario = toml::from_str(&text).expect("a preset can be read");
        let name = scenario.name.clone();
        let horizon = Horizon {
            warm_up: Span::days(1),
            measured: Span::days(2),
        };
        let (checked, _) = Scenario { horizon, ..scenario }
            .check()
            .expect("a preset is sound");
        let report = run(&checked, 1, Detail::Summary);
        let idle: u64 = report.idle.values().sum();
        let sum = report.busy.total() + idle + report.lost_to_the_cut;
        assert_eq!(report.capacity, sum, "{name}");
        assert_eq!(report.wait_total, report.waiting.values().sum::<u64>(), "{name}");
        assert_eq!(report.refused, 0, "{name}: people ask only for what is taken");
        assert!(
            report.busy.total() > 0 || name == "desk-4",
            "{name}: somebody works"
        );
        runs += 1;
    }
    assert_eq!(runs, 17);
}
