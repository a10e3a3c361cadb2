//! `trilemma sweep` as people and scripts use it: its tables, its CSV and JSON, and what it says of bad input.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::process::{Command, Output};

use expect_test::expect;
use serde_json::Value;
use sim_core::scenario::link::check_characters;

fn trilemma(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trilemma"))
        .args(args)
        .output()
        .unwrap()
}

fn sweep(scenario: &str, args: &[&str]) -> String {
    let output = trilemma(&[&["sweep", scenario], args].concat());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {told}");
    assert!(told.is_empty(), "{told}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(scenario: &str, args: &[&str]) -> Value {
    serde_json::from_str(&sweep(scenario, &[args, &["--json"]].concat())).unwrap()
}

/// The lines that bad input is answered with.
fn problems(args: &[&str]) -> Vec<String> {
    let output = trilemma(&[&["sweep"], args].concat());
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    told.lines().map(str::to_owned).collect()
}

/// A small cluster over a day of warm-up and so many days.
fn short(days: u32, knobs: &str) -> String {
    let text = format!("p0?profile=group-32{knobs}&warm-up=1d&days={days}d");
    let check = check_characters(&text);
    format!("{text}~{check}")
}

/// Sorted: in which order an object keeps them depends on what else is built.
fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_csv_has_a_line_per_setting_and_this_head() {
    let csv = sweep(
        &short(2, ""),
        &[
            "--vary",
            "cap=2,off",
            "--vary",
            "max-time=1d,3d",
            "--seeds",
            "2",
            "--csv",
        ],
    );
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    // As it is, cap 8, is none of the four and comes before them.
    assert_eq!(lines.len(), 1 + 5);
    assert!(lines.iter().all(|line| line.len() == lines[0].len()));
    let head = lines[0].join(",");
    let (begins, waits) = head.split_once(",jobs_all").unwrap();
    expect!["cap,max-time,now,frontier,runs,rules,choices,use_q25,use_median,use_q75,useful_q25,useful_median,useful_q75,readiness_q25,readiness_median,readiness_q75"].assert_eq(begins);
    expect![",p50_all_q25,p50_all_median,p50_all_q75,p50_all_more_than,p90_all_q25,p90_all_median,p90_all_q75,p90_all_more_than"].assert_eq(waits.split_once(",jobs_debug").unwrap().0);
    assert_eq!(lines[1][..3], ["8gpu", "3d", "true"]);
    assert_eq!(lines[2][..3], ["2gpu", "1d", "false"]);
    assert_eq!(lines[5][..3], ["off", "3d", "false"]);
}

#[test]
fn the_json_has_these_keys() {
    let told = json(
        &short(2, ""),
        &["--vary", "cap=2,8", "--seeds", "2", "--goal", "rules <= 1"],
    );
    expect!["class goal measured_seconds nearest_better points rank scenario seeds vary warm_up_seconds"]
        .assert_eq(&keys(&told).join(" "));
    let point = &told["points"][0];
    expect!["against_now frontier now readiness runs set simplicity use useful waits"]
        .assert_eq(&keys(point).join(" "));
    expect!["median more_than q25 q75"].assert_eq(&keys(&point["use"]).join(" "));
    expect!["jobs p50 p90"].assert_eq(&keys(&point["waits"]["debug"]).join(" "));
    expect!["met_by nearest_first points"].assert_eq(&keys(&told["goal"]).join(" "));
    expect!["asked at_least by has key share"]
        .assert_eq(&keys(&told["goal"]["points"][0]["misses"][0]).join(" "));
    assert_eq!(
        (&told["points"][1]["now"], &told["points"][0]["set"]["cap"]),
        (&true.into(), &"2gpu".into())
    );
}

#[test]
fn each_setting_meets_the_jobs_and_dice_that_a_run_of_it_does() {
    let scenario = short(2, "");
    let told = json(&scenario, &["--vary", "cap=4,8", "--seeds", "2"]);
    for (at, cap) in [(0, "cap=4"), (1, "cap=8")] {
        let run = trilemma(&["run", &scenario, "--set", cap, "--seeds", "2", "--json"]);
        let run: Value = serde_json::from_slice(&run.stdout).unwrap();
        for seed in 0..2 {
            assert_eq!(
                told["points"][at]["runs"][seed]["digest"],
                run["seeds"][seed]["digest"]
            );
        }
    }
    let compared = trilemma(&[
        "compare", &scenario, &scenario, "--set", "cap=4", "--seeds", "2", "--json",
    ]);
    let compared: Value = serde_json::from_slice(&compared.stdout).unwrap();
    let differences = compared["differences"].as_array().unwrap();
    for row in told["points"][0]["against_now"]["differences"]
        .as_array()
        .unwrap()
    {
        let same = differences
            .iter()
            .find(|other| other["key"] == row["key"])
            .unwrap();
        assert_eq!(row["per_seed"], same["per_seed"]);
    }
}

#[test]
fn a_knob_without_effect_gives_equal_settings_and_none_is_called_better() {
    let told = json(
        &short(2, "&cap=64gpu"),
        &["--vary", "cap=64,128,4096", "--seeds", "12", "--goal", "use >= 0"],
    );
    let points = told["points"].as_array().unwrap();
    assert_eq!(points.len(), 3);
    for point in points {
        assert_eq!(point["frontier"], true);
        assert_eq!(point["runs"], points[0]["runs"]);
        for row in point["against_now"]["differences"].as_array().unwrap() {
            assert_eq!(
                (&row["verdict"], &row["median"]),
                (&"identical".into(), &0.0.into())
            );
        }
    }
    assert_eq!(told["nearest_better"], Value::Null);
    assert_eq!(told["goal"]["met_by"].as_array().unwrap().len(), 3);
    let said = sweep(
        &short(2, "&cap=64gpu"),
        &["--vary", "cap=64,128", "--rank", "--seeds", "2"],
    );
    assert!(said.contains("Change nothing for it here: cap."), "{said}");
}

#[test]
fn tables_are_at_most_eighty_columns_wide() {
    for args in [
        &[
            "--vary",
            "cap",
            "--goal",
            "tests p90 <= 10min, use >= 85 %, rules <= 8",
        ][..],
        &[
            "--vary",
            "cap=2..off",
            "--vary",
            "max-time=1d,3d",
            "--class",
            "training",
        ],
        &[
            "--vary",
            "cap",
            "--vary",
            "half-life",
            "--vary",
            "weight-fairshare",
            "--rank",
        ],
    ] {
        let said = sweep(&short(2, "&load=95pct"), &[args, &["--seeds", "2"]].concat());
        assert!(said.lines().count() > 8, "{said}");
        for line in said.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn a_goal_is_answered_with_who_meets_it_or_comes_nearest() {
    let args = ["--vary", "cap=2,off", "--seeds", "2", "--goal"];
    let met = sweep(&short(2, ""), &[&args[..], &["rules <= 1"]].concat());
    assert!(
        met.contains("1 setting meets the goal") && met.contains("- cap=off; all of it met in 2 of 2 runs"),
        "{met}"
    );
    let missed = sweep(&short(2, ""), &[&args[..], &["use >= 100 %"]].concat());
    assert!(
        missed.contains("No setting tried meets the goal") && missed.contains("too little"),
        "{missed}"
    );
}

#[test]
fn bad_input_is_answered_with_one_line_per_problem() {
    assert_eq!(
        problems(&[
            "group-32",
            "--vary",
            "cap=0",
            "--vary",
            "halflife=7d",
            "--vary",
            "cap=2",
            "--vary",
            "cap=4"
        ]),
        [
            "--vary `cap=0`: out of range; write 1gpu to 4096gpu, or off",
            "--vary `halflife`: no such knob; did you mean `half-life`?",
            "--vary `cap` is varied twice; give all its values in one list, such as cap=a,b,c",
        ]
    );
    assert_eq!(
        problems(&[
            "grup-32",
            "--class",
            "naps",
            "--goal",
            "speed >= 3, rules <= many",
            "--seeds",
            "0"
        ]),
        [
            "`grup-32`: no preset, TOML file or share link; did you mean `group-32`?",
            "--seeds 0: out of range; write 1 to 1000",
            "--class `naps`: no such work; write tests, notebooks, inference, fine-tuning, sweeps, training, large, cpubound or all",
            "--goal `speed >= 3`: `speed` is nothing that can be wanted; write use, useful, readiness, rules, or a kind of work and p50 or p90, such as tests p90",
            "--goal `rules <= many`: `many` cannot be read; write a whole number",
        ]
    );
    for args in [
        &["group-32"][..],
        &["group-32", "--vary", "cap=2", "--csv", "--json"],
        &["group-32", "--vary", "backfill=off", "--vary", "bf-interval=60s"],
        &["group-32", "--vary", "weight-age=0..1000000000"],
        &[],
    ] {
        let told = problems(args);
        assert_eq!(told.len(), 1, "{args:?}: {told:?}");
        assert!(told[0].contains("; "), "{args:?}: {told:?}");
    }
}
