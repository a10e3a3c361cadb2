//! `trilemma evidence` as people use it: its files hold what `trilemma compare` counts, and bad input is refused with what to write.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use sim_core::scenario::link::check_characters;

fn trilemma(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trilemma"))
        .args(args)
        .output()
        .unwrap()
}

/// A folder that is not there yet.
fn folder(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_dir_all(&dir).ok();
    dir
}

/// A small cluster over a day of warm-up and four days.
fn short(knobs: &str) -> String {
    let text = format!("p0?profile=group-32{knobs}&warm-up=1d&days=4d");
    let check = check_characters(&text);
    format!("{text}~{check}")
}

#[test]
fn its_bands_are_those_that_compare_counts() {
    let (base, proposal) = (short(""), short("&cap=2gpu"));
    let dir = folder("evidence");
    let pair = [base.as_str(), proposal.as_str(), "--seeds", "2"];
    let out = dir.to_str().unwrap();
    let told = trilemma(&[&["evidence"], &pair[..], &["--out", out, "--days", "2-4"]].concat());
    let said = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(
        said.contains("Who wins and who loses?") && said.contains("bands.csv"),
        "{said}"
    );
    let compared = trilemma(&[&["compare"], &pair[..], &["--json"]].concat());
    let intents = serde_json::from_slice::<Value>(&compared.stdout).unwrap()["intents"].clone();
    let bands = std::fs::read_to_string(dir.join("bands.csv")).unwrap();
    let all: Vec<u64> = (bands.lines().last().unwrap().split(','))
        .skip(2)
        .filter_map(|cell| cell.split(' ').next()?.parse().ok())
        .take(6)
        .collect();
    let expected = ["much_sooner", "sooner", "same", "later", "much_later", "open"];
    assert_eq!(all, expected.map(|band| intents[band].as_u64().unwrap()));
    for file in [
        "queue",
        "mirror",
        "heat",
        "differ",
        "timetable-proposal",
        "waits-tests",
    ] {
        let svg = std::fs::read_to_string(dir.join(format!("{file}.svg"))).unwrap();
        assert!(svg.starts_with("<svg") && !svg.contains("var("), "{file}");
        let csv = std::fs::read_to_string(dir.join(format!("{file}.csv"))).unwrap();
        assert!(csv.lines().count() > 1, "{file}");
    }
}

#[test]
fn bad_input_is_refused_with_what_to_write() {
    let scenario = short("");
    let dir = folder("evidence-bad");
    let out = dir.to_str().unwrap();
    let refused = |args: &[&str]| {
        let told = trilemma(&[&["evidence", &scenario, &scenario], args].concat());
        assert_eq!(told.status.code(), Some(2));
        String::from_utf8(told.stderr).unwrap()
    };
    assert!(refused(&["--out", out, "--days", "9-3"]).contains("such as 3-9"));
    assert!(refused(&["--out", out, "--seeds", "0"]).contains("seeds"));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let nowhere = refused(&["--out", file, "--seeds", "1"]);
    assert!(nowhere.contains("name another folder"), "{nowhere}");
    assert!(!dir.exists(), "nothing is written");
}
