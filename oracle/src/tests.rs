//! Every case of the repository against the engine.

use super::*;

/// What does not agree yet: the case, the checks that fail, and why. A check that holds after all does not belong here.
const NOT_YET: &[(&str, &[&str], &str)] = &[];

/// Every case of the repository, by name.
pub(super) fn cases() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/oracle");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no case in {folder}");
    paths
        .iter()
        .map(|path| Case::read(&std::fs::read_to_string(path).unwrap()).unwrap())
        .collect()
}

/// The checks of a case that fail.
fn failing(case: &Case) -> Vec<Check> {
    let (outcome, notes) = compare(case).unwrap_or_else(|found| panic!("{found:?}"));
    assert_eq!(notes, Vec::<String>::new(), "{}", case.name);
    assert!(!outcome.checks.is_empty(), "{}", case.name);
    outcome.checks.into_iter().filter(|check| !check.pass).collect()
}

#[test]
fn the_engine_decides_as_slurm_did() {
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        let listed = NOT_YET.iter().find(|(name, ..)| *name == case.name);
        let (known, why) = listed.map_or((&[][..], ""), |(_, checks, why)| (checks, why));
        let failing = failing(case);
        for Check {
            what, observed, ours, ..
        } in &failing
        {
            if !known.contains(&what.as_str()) {
                wrong.push(format!("{}: {what}: observed {observed}; ours {ours}", case.name));
            }
        }
        for what in known {
            if !failing.iter().any(|check| check.what == *what) {
                wrong.push(format!(
                    "{}: {what}: agrees now; take it off the list ({why})",
                    case.name
                ));
            }
        }
    }
    for (name, ..) in NOT_YET {
        if !cases.iter().any(|case| case.name == *name) {
            wrong.push(format!("{name}: listed, but there is no such case"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
