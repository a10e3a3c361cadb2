//! The workload generator: like real traces, the same for every policy, and routed without losing work.
#![cfg(not(target_arch = "wasm32"))]

mod bands;
mod bands_of_presets;
mod demand;
mod route;
mod route_properties;

use sim_core::scenario::{Checked, Horizon, NodeGroup, Scenario};
use sim_core::units::Span;

fn checked(scenario: Scenario) -> Checked {
    match scenario.check() {
        Ok((checked, _)) => checked,
        Err(problems) => panic!("{problems:?}"),
    }
}

fn preset(name: &str) -> Scenario {
    let file = format!("{}/../content/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(file).expect("a preset has a file");
    toml::from_str(&text).expect("a preset can be read")
}

/// A group's cluster for five weeks: 8 nodes of 4 GPUs, 40 people.
fn group() -> Scenario {
    let mut scenario = Scenario {
        horizon: Horizon::PAGE,
        ..Scenario::default()
    };
    scenario.workload.activity_sigma = 1.2;
    scenario
}

/// The set-up of the acceptance bands: 400 people for 181 days. Twelve GPU-hours a day for each are a load of 0.85 on
/// 235 GPUs; 29 nodes of 8 come nearest.
fn campus() -> Scenario {
    let mut scenario = Scenario {
        horizon: Horizon {
            warm_up: Span::ZERO,
            measured: Span::days(181),
        },
        ..Scenario::default()
    };
    scenario.cluster.nodes = vec![NodeGroup {
        count: 29,
        gpus: 8,
        ..NodeGroup::default()
    }];
    scenario.workload.people = 400;
    scenario.workload.accounts = 20;
    scenario.policy.partitions[0].max_time = Span::days(7);
    scenario
}
