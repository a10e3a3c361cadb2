//! Every case of the repository against the engine.

use super::*;

/// What does not agree yet: the case, the checks that fail, and why. A check that holds after all does not belong here.
const NOT_YET: &[(&str, &[&str], &str)] = &[
    (
        "C05_GrpTRES_gpu_account_tree",
        &["assoc.c1.GrpTRES.gres/gpu at 27 samples"],
        "a start and a sample fall within the same tenth of a second",
    ),
    (
        "D07_sixty_random",
        &[
            "Spearman's correlation of first starts",
            "who began more than 10 s before whom",
        ],
        "each start taken by itself is explained; many ends share their second with a cycle",
    ),
    (
        "G03_campus_scavenger_preempt",
        &["mean wait of u4 (s)", "mean wait of u9 (s)"],
        "each start taken by itself is explained; few jobs, and one start more or less in a cycle moves the mean",
    ),
    (
        "G05_campus_runmins_and_jobs_limits",
        &["mean wait of u7 (s)"],
        "each start taken by itself is explained; few jobs, and one start more or less in a cycle moves the mean",
    ),
    (
        "G06_campus_crowded_limits",
        &[
            "Spearman's correlation of first starts",
            "mean wait of u1 (s)",
            "mean wait of u2 (s)",
            "mean wait of u4 (s)",
            "mean wait of u5 (s)",
            "mean wait of u7 (s)",
            "mean wait of u8 (s)",
        ],
        "each start taken by itself is explained; the queue is crowded, so one early difference goes on for long",
    ),
];

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
