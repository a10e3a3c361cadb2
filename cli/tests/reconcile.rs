//! A known change, told the same way by every command: what a cap of 8 GPUs held back on the university's cluster.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

const SEEDS: usize = 2;
const CAP: &str = "p0?profile=uni-128&cap=8gpu";
const NO_CAP: &str = "p0?profile=uni-128&cap=off";

fn trilemma(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_trilemma"))
        .args(arguments)
        .args(["--seeds", "2", "--json"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn amounts(value: &Value) -> BTreeMap<String, u64> {
    serde_json::from_value(value.clone()).unwrap()
}

fn seeds(run: &Value) -> &Vec<Value> {
    let seeds = run["seeds"].as_array().unwrap();
    assert_eq!(seeds.len(), SEEDS);
    seeds
}

#[test]
fn capacity_waits_and_differences_reconcile_when_a_cap_is_lifted() {
    let [before, after] = [CAP, NO_CAP].map(|link| trilemma(&["run", link]));
    let compared = trilemma(&["compare", CAP, NO_CAP]);
    assert_eq!(compared["base"]["digest"], before["digest"]);
    assert_eq!(compared["proposal"]["digest"], after["digest"]);

    for run in [&before, &after] {
        for seed in seeds(run) {
            let parts = [&seed["busy"], &seed["idle"]].map(|part| amounts(part).values().sum::<u64>());
            let cut = seed["lost_to_the_cut"].as_u64().unwrap();
            assert_eq!(
                parts.iter().sum::<u64>() + cut,
                seed["capacity"].as_u64().unwrap()
            );
            let waited: u64 = amounts(&seed["waiting"]).values().sum();
            assert_eq!(waited, seed["wait_total"].as_u64().unwrap());
        }
    }
    for (was, is) in seeds(&before).iter().zip(seeds(&after)) {
        assert_eq!(
            was["capacity"], is["capacity"],
            "a rule changes what is installed"
        );
        let held = |seed: &Value| {
            (
                amounts(&seed["idle"]).contains_key("limit:QOSMaxGRESPerUser"),
                amounts(&seed["waiting"]).contains_key("QOSMaxGRESPerUser"),
            )
        };
        assert_eq!(
            (held(was), held(is)),
            ((true, true), (false, false)),
            "the cap is a cause with it, and none without"
        );
    }

    let runs = || seeds(&before).iter().zip(seeds(&after));
    let wait = |seed: &Value, class: &str, at: &str| seed["waits"][class][at].as_f64().unwrap();
    for difference in compared["differences"].as_array().unwrap() {
        let key = difference["key"].as_str().unwrap();
        let told: Vec<f64> = serde_json::from_value(difference["per_seed"].clone()).unwrap();
        let worked_out: Vec<f64> = match key.split('.').collect::<Vec<_>>()[..] {
            ["use" | "useful"] => runs()
                .map(|(was, is)| is[key].as_f64().unwrap() - was[key].as_f64().unwrap())
                .collect(),
            ["readiness"] => runs()
                .map(|(was, is)| {
                    let share = |seed: &Value| seed["readiness"]["share"].as_f64().unwrap();
                    share(is) - share(was)
                })
                .collect(),
            ["wait", at, class] if class != "all" => runs()
                .map(|(was, is)| wait(is, class, at) - wait(was, class, at))
                .collect(),
            _ => continue,
        };
        let near = |a: &f64, b: &f64| (a - b).abs() < 1e-9;
        assert!(
            told.len() == SEEDS && told.iter().zip(&worked_out).all(|(a, b)| near(a, b)),
            "{key}: {told:?}, and from the runs {worked_out:?}"
        );
    }
}
