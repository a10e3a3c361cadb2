//! `trilemma oracle` as people and scripts use it: what it prints, where, and how it ends.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn oracle(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trilemma"))
        .arg("oracle")
        .args(args)
        .output()
        .unwrap()
}

fn file(name: &str, content: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A job that starts at once and runs for ten seconds.
fn case() -> Value {
    json!({
        "schema": 1, "name": "alone", "group": "C", "submit_mode": "live",
        "config": {
            "slurm_conf": {"SchedulerParameters": "bf_interval=2,sched_interval=2,batch_sched_delay=1"},
            "partitions": [{"name": "p", "nodes": "n1", "MaxTime": "60"}],
            "nodes": [{"name": "n1", "cpus": 8, "gres": {"gpu:h": 8}}]
        },
        "accounting": {
            "accounts": [{"name": "x", "parent": "root", "fairshare": 1}],
            "users": [{"name": "ann", "account": "x", "fairshare": 1}],
            "qos": []
        },
        "jobs": [{"id": "one", "user": "ann", "account": "x", "submit_s": 0, "nodes": 1, "cpus_per_node": 1,
                  "gres_per_node": {"gpu:h": 1}, "time_limit_min": 1, "runtime_s": 10, "qos": "normal"}],
        "actions": [],
        "observed": {
            "start_order": ["one"], "decay_ticks": [{"t_s": -3.5}],
            "jobs": [{"id": "one", "slurm_job_id": 1, "submit_s": 0, "eligible_s": 0,
                      "runs": [{"start_s": 1, "end_s": 11, "state": "COMPLETED", "nodes": ["n1"], "partition": "p",
                                "alloc_tres": "billing=1,cpu=1,gres/gpu:h=1,gres/gpu=1,node=1", "time_limit_min": 1}],
                      "log_starts": [{"t_s": 1.01, "by": "main", "node_list": "n1", "partition": "p"}]}]
        }
    })
}

#[test]
fn each_case_ends_with_a_line_and_all_of_them_with_one() {
    let path = file("alone.json", &case().to_string());
    let output = oracle(&[&path, &path]);
    let told = String::from_utf8(output.stdout).unwrap();
    let of_case = told.lines().filter(|line| line.starts_with("alone: ")).count();
    assert_eq!(of_case, 2, "{told}");
    let last = told.lines().last().unwrap();
    assert!(
        last.starts_with("All: ") && last.ends_with(" of 2 cases agree"),
        "{last}"
    );
    assert_eq!(output.status.code(), Some(i32::from(told.contains("FAIL"))));
}

#[test]
fn a_disagreement_is_status_one() {
    let mut other = case();
    other["observed"]["jobs"][0]["runs"][0]["start_s"] = json!(300);
    let path = file("late.json", &other.to_string());
    let output = oracle(&[&path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .any(|line| line.starts_with("FAIL  alone: "))
    );
}

#[test]
fn json_is_one_object_with_checks_and_our_own_run() {
    let path = file("json.json", &case().to_string());
    let output = oracle(&[&path, "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let alone = &told["cases"][0];
    assert_eq!(alone["name"], "alone");
    for check in alone["checks"].as_array().unwrap() {
        assert!(check["what"].is_string() && check["pass"].is_boolean());
        assert!(check["observed"].is_string() && check["ours"].is_string());
    }
    for key in ["jobs", "events", "start_order", "decay_ticks"] {
        assert!(alone["ours"][key].is_array(), "{key}");
    }
}

#[test]
fn bad_input_is_status_two_with_a_line_for_each_problem_beside_the_other_cases() {
    let mut wrong = case();
    wrong["config"]["partitions"][0]["nodes"] = json!("n[1-2]");
    wrong["jobs"][0]["nodes"] = json!(0);
    let good = file("good.json", &case().to_string());
    let cut = file("cut.json", &case().to_string()[..300]);
    let wrong = file("wrong.json", &wrong.to_string());
    let output = oracle(&[&good, &cut, &wrong, "/nowhere.json"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("of 1 cases agree"), "{text}");
    let alone = oracle(&[&cut]);
    assert_eq!((alone.status.code(), alone.stdout.len()), (Some(2), 0));
    let told = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 4, "{told}");
    assert!(
        lines[0].contains("cut.json: ") && lines[0].contains("cut off"),
        "{told}"
    );
    assert!(
        lines[1].contains("wrong.json: config.partitions.p.nodes: there is no node `n2`"),
        "{told}"
    );
    assert!(lines[2].contains("wrong.json: jobs.one.nodes: 0"), "{told}");
    assert!(lines[3].starts_with("/nowhere.json: "), "{told}");
}

#[test]
fn no_json_makes_it_panic() {
    let odd = [
        "",
        "null",
        "3",
        "[]",
        "{}",
        "{\"schema\": 2}",
        "\u{0}",
        "{\"schema\": 1e400}",
        "[[[[",
    ];
    let mut texts: Vec<String> = odd.map(str::to_owned).to_vec();
    // Every value of the case in turn replaced by something that it should not be.
    for value in [
        json!(null),
        json!(-1),
        json!(1e300),
        json!("?"),
        json!([]),
        json!({}),
        json!([[1]]),
    ] {
        for at in 0.. {
            let mut changed = case();
            let mut left = at;
            if !replace(&mut changed, &value, &mut left) {
                break;
            }
            texts.push(changed.to_string());
        }
    }
    let paths: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| file(&format!("odd-{i}.json"), text))
        .collect();
    for path in &paths {
        let output = oracle(&[path, "--json"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0..=2)), "{path}: {told}");
        assert!(!told.contains("panicked"), "{path}: {told}");
    }
}

/// Replaces the value at this place in a walk through all of them; whether there was one.
fn replace(tree: &mut Value, by: &Value, left: &mut usize) -> bool {
    if *left == 0 {
        *tree = by.clone();
        return true;
    }
    *left -= 1;
    match tree {
        Value::Object(children) => children.values_mut().any(|child| replace(child, by, left)),
        Value::Array(children) => children.iter_mut().any(|child| replace(child, by, left)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
