//! A policy read aloud and written as Slurm's lines, as people and scripts get it.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::process::{Command, Output};

use serde_json::Value;

fn trilemma(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trilemma"))
        .args(args)
        .output()
        .unwrap()
}

fn text(args: &[&str]) -> String {
    let output = trilemma(args);
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&text(args)).unwrap()
}

#[test]
fn as_many_rules_are_read_aloud_as_a_run_counts() {
    for (preset, first) in [
        ("group-32", "group-32: 2 rules to know and 0 choices to make.\n"),
        ("uni-128", "uni-128: 6 rules to know and 7 choices to make.\n"),
    ] {
        let told = text(&["rules", preset]);
        assert!(told.starts_with(first), "{told}");
        assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
        let listed = json(&["rules", preset, "--json"]);
        let run = json(&["run", preset, "--seeds", "1", "--set", "load=10pct", "--json"]);
        for kind in ["rules", "choices"] {
            let counted = run["simplicity"][kind].as_u64().unwrap() as usize;
            assert_eq!(listed[kind].as_array().unwrap().len(), counted, "{preset} {kind}");
        }
    }
}

#[test]
fn what_changed_is_told_against_a_baseline() {
    let told = json(&[
        "rules",
        "group-32",
        "--set",
        "cap=off",
        "--against",
        "group-32",
        "--json",
    ]);
    let changes: Vec<&str> = told["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["change"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["kept", "dropped"]);
}

#[test]
fn the_lines_of_a_change_are_only_those_that_change() {
    let told = json(&[
        "export",
        "group-32",
        "--set",
        "cap=16gpu",
        "--set",
        "idle-cull=1h",
        "--against",
        "group-32",
        "--json",
    ]);
    assert_eq!(told["slurm.conf"], Value::Array(Vec::new()));
    assert_eq!(
        told["commands"][0]["line"],
        "sacctmgr -i modify qos normal set MaxTRESPerUser=gres/gpu=16"
    );
    assert_eq!(told["commands"].as_array().unwrap().len(), 1);
    assert_eq!(told["no_counterpart"][0]["about"], "policy.idle-cull");
    let same = text(&["export", "uni-128", "--against", "uni-128"]);
    assert!(same.ends_with("# Nothing changes.\n"), "{same}");
}

#[test]
fn an_export_is_lines_and_remarks_and_says_what_it_leaves_out() {
    let told = text(&["export", "mig-national"]);
    for words in [
        "PartitionName=gputest ",
        "Gres=gpu:h100_1g.10gb:28",
        "set MaxTRESPerJob=gres/gpu=4",
        "No counterpart in Slurm",
        "is no setting of Slurm and is not written here.",
    ] {
        assert!(told.contains(words), "{words}");
    }
    assert!(
        told.lines()
            .filter(|line| line.starts_with('#'))
            .all(|line| line.chars().count() <= 80)
    );
}

#[test]
fn bad_input_of_either_is_answered_with_status_two() {
    for args in [["export", "group-33"], ["rules", "group-33"]] {
        let output = trilemma(&args);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("did you mean `group-32`?"), "{told}");
    }
    let output = trilemma(&[
        "export",
        "group-32",
        "--against",
        "nowhere.toml",
        "--set",
        "cap=x",
    ]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 2);
}
