//! The binary as people and scripts use it: what it prints, where, and how it ends.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use sim_core::scenario::Scenario;
use sim_core::scenario::link::check_characters;

/// A short run: a day of warm-up, three measured, one seed.
const SHORT: &str = "warm-up=1d&days=3d&seeds=1";

fn trilemma(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trilemma"))
        .args(args)
        .output()
        .unwrap()
}

fn json(args: &[&str]) -> Value {
    let output = trilemma(args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {told}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}"))
}

/// The lines that bad input is answered with.
fn problems(args: &[&str]) -> Vec<String> {
    let output = trilemma(args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?}");
    String::from_utf8(output.stderr)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn link(knobs: &str) -> String {
    let text = format!("p0?profile=group-32{knobs}&{SHORT}");
    let check = check_characters(&text);
    format!("https://example.org/lab/#{text}~{check}")
}

fn file(name: &str, content: &[u8]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The preset with another window, as somebody's own file.
fn short_file(name: &str) -> String {
    let preset = include_str!("../../content/scenarios/group-32.toml");
    let mut scenario: Scenario = toml::from_str(preset).unwrap();
    scenario.horizon = toml::from_str("warm-up = \"1d\"\nmeasured = \"3d\"").unwrap();
    file(name, toml::to_string(&scenario).unwrap().as_bytes())
}

fn sum(object: &Value) -> u64 {
    object
        .as_object()
        .unwrap()
        .values()
        .map(|value| value.as_u64().unwrap())
        .sum()
}

#[test]
fn a_run_accounts_for_every_gpu_second_and_every_waiting_second() {
    let run = json(&["run", &short_file("accounts.toml"), "--seeds", "3", "--json"]);
    let seeds = run["seeds"].as_array().unwrap();
    assert_eq!(seeds.len(), 3);
    for (i, seed) in seeds.iter().enumerate() {
        assert_eq!(seed["seed"], 1 + i as u64);
        assert_eq!(seed["capacity"], 7 * 32 * 3 * 86_400);
        let used = sum(&seed["busy"]) + sum(&seed["idle"]) + seed["lost_to_the_cut"].as_u64().unwrap();
        assert_eq!(seed["capacity"], used);
        assert_eq!(seed["wait_total"], sum(&seed["waiting"]));
    }
    assert_eq!(run["simplicity"]["rules"], 2);
}

#[test]
fn a_run_gives_the_same_digest_again() {
    let path = short_file("again.toml");
    let digest = |seeds| json(&["run", &path, "--seeds", seeds, "--json"])["digest"].clone();
    assert_eq!(digest("4"), digest("4"));
    assert_ne!(digest("4"), digest("3"));
}

#[test]
fn a_link_means_the_same_as_the_settings_in_it() {
    let set = [
        "--set",
        "cap=16gpu",
        "--set",
        "half-life=7d",
        "--set",
        "load=95pct",
    ];
    let path = short_file("set.toml");
    let by_hand = json(&[&["run", &path, "--seeds", "1", "--json"][..], &set[..]].concat());
    let by_link = json(&["run", &link("&cap=16gpu&half-life=7d&load=95pct"), "--json"]);
    assert_eq!(by_hand["digest"], by_link["digest"]);
    assert_eq!(by_link["seeds"].as_array().unwrap().len(), 1);
    let as_it_is = json(&["run", &path, "--seeds", "1", "--json"]);
    assert_ne!(as_it_is["digest"], by_link["digest"]);
}

#[test]
fn equal_policies_differ_in_nothing() {
    let path = short_file("null.toml");
    let compared = json(&[
        "compare", &path, &path, "--set", "cap=8", "--seeds", "12", "--json",
    ]);
    let rows = compared["differences"].as_array().unwrap();
    assert!(rows.len() > 10);
    for row in rows {
        let per_seed = row["per_seed"].as_array().unwrap();
        assert_eq!(per_seed.len(), 12);
        assert!(per_seed.iter().all(|value| value.as_f64() == Some(0.0)), "{row}");
        for key in ["median", "better", "worse", "agree"] {
            assert_eq!(row[key].as_f64(), Some(0.0), "{row}");
        }
        assert_eq!(row["verdict"], "identical");
    }
    assert_eq!(compared["base"]["digest"], compared["proposal"]["digest"]);
    assert_eq!(compared["changes"].as_array().unwrap().len(), 0);
}

#[test]
fn a_set_knob_changes_the_proposal_only() {
    let path = short_file("only.toml");
    let alone = json(&["run", &path, "--seeds", "2", "--json"]);
    let compared = json(&[
        "compare", &path, &path, "--set", "cap=2", "--seeds", "2", "--json",
    ]);
    assert_eq!(compared["base"]["digest"], alone["digest"]);
    assert_ne!(compared["proposal"]["digest"], alone["digest"]);
    assert!(
        compared["differences"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["verdict"] == "too-few-seeds")
    );
}

#[test]
fn a_link_lends_its_window_to_a_preset_it_is_compared_with() {
    let compared = json(&["compare", "group-32", &link("&cap=4gpu"), "--json"]);
    let alone = json(&["run", &link(""), "--json"]);
    assert_eq!(compared["base"]["digest"], alone["digest"]);
    let clash = problems(&["compare", "group-32", &short_file("clash.toml")]);
    assert!(clash[0].contains("different window or seed"), "{clash:?}");
}

#[test]
fn who_gave_up_stands_beside_every_wait() {
    let leaving = link("&load=150pct&give-up=100pct");
    let report = json(&["run", &leaving, "--json"]);
    let seed = &report["seeds"][0];
    let by_class = seed["waits"].as_object().unwrap().values();
    let left: u64 = by_class.map(|waits| waits["given_up"].as_u64().unwrap()).sum();
    assert!(left > 0 && seed["given_up"].as_u64().unwrap() <= left);
    assert!(seed["served"].as_u64().unwrap() > 0);
    assert!(seed["demand_lost_gpu_seconds"].as_u64().unwrap() > 0);
    for args in [&["run", &leaving][..], &["compare", "group-32", &leaving]] {
        let text = String::from_utf8(trilemma(args).stdout).unwrap();
        assert!(text.contains("given up") && text.contains("went"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
    let staying = String::from_utf8(trilemma(&["run", &link("")]).stdout).unwrap();
    assert!(!staying.contains("given up"), "{staying}");
}

#[test]
fn text_for_people_is_at_most_eighty_columns_wide() {
    let path = short_file("wide.toml");
    for args in [
        vec!["run", &path, "--seeds", "2"],
        vec!["compare", &path, &path, "--set", "cap=off", "--seeds", "12"],
    ] {
        let output = trilemma(&args);
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.lines().count() > 10);
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn bad_input_is_answered_with_one_line_per_problem() {
    assert_eq!(
        problems(&[
            "run",
            "grup-32",
            "--set",
            "cap=0",
            "--set",
            "halflife=7d",
            "--set",
            "x",
            "--seeds",
            "0"
        ]),
        [
            "`grup-32`: no preset, TOML file or share link; did you mean `group-32`?",
            "--set `cap=0`: out of range; write 1gpu to 4096gpu, or off",
            "--set `halflife`: no such knob; did you mean `half-life`?",
            "--set `x`: not a setting; write knob=value, such as cap=16gpu",
            "--seeds 0: out of range; write 1 to 1000",
        ]
    );
    let two = file(
        "two.toml",
        b"[workload]\npeople = 0\n[horizon]\nmeasured = \"0s\"\n",
    );
    assert_eq!(problems(&["run", &two]).len(), 2);
    for args in [
        &["run"][..],
        &["walk"],
        &[],
        &["run", "group-32", "--seeds", "many"],
        &["run", "group-32", "--json", "--json"],
        &["run", "no-such-file.toml"],
        &["run", "/"],
        &["run", ""],
        &["run", "#p0?profile=group-33~00"],
        &["run", "p9?profile=group-32"],
        &["compare", "group-32"],
        &["replay", "no-such-trace.swf", "--procs", "4"],
        &["replay", "no-such-trace.swf"],
        &["replay", "/", "--procs", "4"],
        &["replay", "x", "--procs", "0"],
        &["replay", "x", "--procs", "4", "--policy", "best"],
        &["diff", "group-32", "group-33"],
    ] {
        let told = problems(args);
        assert_eq!(told.len(), 1, "{args:?}: {told:?}");
        assert!(told[0].contains("; "), "{args:?}: {told:?}");
    }
}

#[test]
fn a_broken_file_is_answered_with_line_and_key() {
    for (name, content, starts) in [
        (
            "key.toml",
            &b"[policy.priority]\nhalflife = \"7d\"\n"[..],
            "key.toml:2: halflife: unknown field",
        ),
        (
            "value.toml",
            b"\n[workload]\npeople = \"many\"\n",
            "value.toml:3: people: invalid type",
        ),
        (
            "future.toml",
            b"schema = 2\nnew = 1\n",
            "future.toml: schema 2 is not known here",
        ),
        ("syntax.toml", b"[workload\n", "syntax.toml:1: "),
        ("bytes.toml", b"\xff\xfe", "bytes.toml: not a text in UTF-8"),
    ] {
        let told = problems(&["run", &file(name, content)]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains(starts), "{told:?}");
    }
}

#[test]
fn an_odd_link_runs_with_warnings_beside_the_result() {
    let output = trilemma(&[
        "run",
        &format!("p0?profile=group-32&{SHORT}&colour=red&cap=4"),
        "--json",
    ]);
    assert!(output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("typed by hand or cut") && told.contains("not understood: `colour=red`"),
        "{told}"
    );
    assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok());
}

#[test]
fn a_difference_is_told_in_words() {
    let said = |args: &[&str]| String::from_utf8(trilemma(args).stdout).unwrap();
    assert_eq!(said(&["diff", "group-32", "group-32"]), "No difference.\n");
    assert_eq!(
        said(&["diff", &link(""), &link("&cap=off")]),
        "Most GPUs one person may hold at once: 8 GPUs → no limit\n"
    );
}

/// Three jobs on four processors: the second, wide, waits for the first; the third, short, may pass it.
const TRACE: &str = "; a trace\n\
    1 0 -1 100 3 -1 -1 3 100 -1 1 1 1 -1 1 -1 -1 -1\n\
    2 10 -1 50 4 -1 -1 4 50 -1 1 2 1 -1 1 -1 -1 -1\n\
    3 20 -1 30 1 -1 -1 1 30 -1 1 3 1 -1 1 -1 -1 -1\n\
    4 30 -1 0 1 -1 -1 1 30 -1 1 3 1 -1 1 -1 -1 -1\n";

#[test]
fn a_replayed_trace_gives_the_worked_figures() {
    let plain = file("trace.swf", TRACE.as_bytes());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(TRACE.as_bytes()).unwrap();
    let packed = file("trace.swf.gz", &packed.finish().unwrap());
    for path in [&plain, &packed] {
        let fcfs = json(&["replay", path, "--procs", "4", "--policy", "fcfs", "--json"]);
        assert_eq!((&fcfs["jobs"], &fcfs["dropped"]), (&3.into(), &1.into()));
        // Starts 0, 100, 150: waits 0, 90, 130.
        assert_eq!(fcfs["mean_wait"].as_f64(), Some(220.0 / 3.0));
        let easy = json(&["replay", path, "--procs", "4", "--json"]);
        // Starts 0, 100, 20: the third ends before the first does.
        assert_eq!(easy["mean_wait"].as_f64(), Some(30.0));
        assert_eq!(
            easy["utilisation"].as_f64(),
            Some((300.0 + 200.0 + 30.0) / (4.0 * 150.0))
        );
        assert_ne!(fcfs["starts_sha"], easy["starts_sha"]);
        let first = json(&["replay", path, "--procs", "4", "--first", "1", "--json"]);
        assert_eq!(
            (&first["jobs"], first["mean_wait"].as_f64()),
            (&1.into(), Some(0.0))
        );
    }
}

#[test]
fn a_real_trace_starts_every_job_when_five_other_simulators_do() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let trace = ["../../shared", "../../../shared"]
        .map(|shared| root.join(shared).join("traces/KTH-SP2-1996-2.1-cln.swf.gz"))
        .into_iter()
        .find(|path| path.exists());
    let Some(trace) = trace else {
        println!("left out: the trace is not in this folder");
        return;
    };
    let path = trace.to_str().unwrap();
    for (args, sha) in [
        (&["--policy", "fcfs"][..], "ff5c113061d512ea"),
        (&["--policy", "easy", "--easy", "batched"], "9de30a44a6f98499"),
        (&["--policy", "easy", "--easy", "per-event"], "84124686e737199a"),
    ] {
        let replayed = json(&[&["replay", path, "--procs", "100", "--json"][..], args].concat());
        assert_eq!(
            (&replayed["jobs"], &replayed["starts_sha"]),
            (&28_467.into(), &sha.into())
        );
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_trilemma"))
        .args(["run", &link("")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panic"));
}

#[test]
fn help_and_version_are_results() {
    for args in [&["--help"][..], &["run", "--help"], &["--version"]] {
        let output = trilemma(args);
        assert!(
            output.status.success() && !output.stdout.is_empty() && output.stderr.is_empty(),
            "{args:?}"
        );
    }
}

#[test]
fn a_file_becomes_a_link_that_runs_to_the_same_digest() {
    let preset = include_str!("../../content/scenarios/group-32.toml");
    let mut scenario: Scenario = toml::from_str(preset).unwrap();
    scenario.horizon = toml::from_str("warm-up = \"1d\"\nmeasured = \"3d\"").unwrap();
    scenario.cluster.nodes[0].count = 6;
    scenario.policy.partitions[0].tier = 3;
    scenario.policy.qos[0].limits.max_tres_pu = 4.into();
    let path = file("ours.toml", toml::to_string(&scenario).unwrap().as_bytes());
    let output = trilemma(&["link", &path]);
    let link = String::from_utf8(output.stdout).unwrap();
    assert!(
        link.starts_with("#p0?profile=group-32&.nodes.node.count=6&.workload.planned-for=24,8&.partitions.batch.tier=3&cap=4gpu&"),
        "{link}"
    );
    let by_file = json(&["run", &path, "--seeds", "1", "--json"]);
    let by_link = json(&["run", &link, "--seeds", "1", "--json"]);
    assert_eq!(by_file["digest"], by_link["digest"]);
    // The same, part by part.
    let set = [
        "--set",
        ".nodes.node.count=6",
        "--set",
        ".partitions.batch.tier=3",
        "--set",
        "cap=4",
    ];
    let by_hand = json(
        &[
            &["run", &short_file("by-hand.toml"), "--seeds", "1", "--json"][..],
            &set,
        ]
        .concat(),
    );
    assert_eq!(by_file["digest"], by_hand["digest"]);
    let again = String::from_utf8(trilemma(&["link", "group-32", "--set", "cap=4gpu"]).stdout).unwrap();
    assert!(again.starts_with("#p0?profile=group-32&cap=4gpu~"), "{again}");
}

#[test]
fn what_a_link_changes_beyond_knobs_is_said_in_words_and_exported() {
    let plain = link("");
    let changed = link("&.partitions.batch.max-nodes=2&.qos.long=new&.qos.long.limits.max-wall=7d");
    let said = trilemma(&["diff", &plain, &changed]).stdout;
    assert_eq!(
        String::from_utf8(said).unwrap(),
        "Partition `batch`, max nodes: none → 2\nQOS `long` is new: max wall 7 days\n"
    );
    let lines = String::from_utf8(trilemma(&["export", &changed]).stdout).unwrap();
    assert!(
        lines.contains("MaxNodes=2") && lines.contains("add qos long"),
        "{lines}"
    );
    let grown = link("&.nodes.node.count=16");
    let compared = trilemma(&["compare", &plain, &grown, "--json"]);
    let noted = String::from_utf8(compared.stderr).unwrap();
    assert!(
        noted.contains("people plan for one of 32 GPUs") && !noted.contains("other demand"),
        "{noted}"
    );
}

#[test]
fn a_link_or_part_that_cannot_be_is_answered_with_what_can() {
    let told = problems(&["link", "group-32", "--from", "nowhere"]);
    assert!(
        told[0].starts_with("--from nowhere: no preset; there are: "),
        "{told:?}"
    );
    let told = problems(&["link", &link("&cap=4gpu")]);
    assert!(told[0].ends_with("a link already; give a TOML file"), "{told:?}");
    let told = problems(&["run", "group-32", "--set", ".partitions.btch.tier=2"]);
    assert_eq!(
        told,
        ["--set `.partitions.btch.tier=2`: there is no `btch`; did you mean `batch`?"]
    );
    let told = problems(&["link", "group-32", "--set", ".partitions.batch.nodes=gone"]);
    assert!(told[0].contains("policy.partitions.batch.nodes"), "{told:?}");
}
