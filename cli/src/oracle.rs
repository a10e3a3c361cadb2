//! `trilemma oracle`: replays what a real Slurm was seen to do, and compares.

use std::fmt::Write as _;

use oracle::{Case, Check, Outcome};
use serde::Serialize;

/// More text than any case has.
const LARGEST_CASE: u64 = 1 << 28;

/// What to compare.
#[derive(clap::Args)]
pub struct Args {
    /// Cases: JSON files of schema 1
    #[arg(required = true, value_name = "CASE.json")]
    cases: Vec<String>,
    /// One JSON object, with our own runs in the schema of what was observed
    #[arg(long)]
    json: bool,
}

/// What came of it: the text for standard output, notes for standard error, and whether every check holds.
pub struct Compared {
    /// For standard output.
    pub text: String,
    /// For standard error.
    pub notes: Vec<String>,
    /// What is wrong with those files that could not be replayed.
    pub problems: Vec<String>,
    /// Whether all checks pass.
    pub agree: bool,
}

#[derive(Serialize)]
struct Outcomes {
    cases: Vec<Outcome>,
}

/// Replays and compares every file that can be; or tells what is wrong with them, a line each, if none can.
pub fn run(args: &Args) -> Result<Compared, Vec<String>> {
    let mut problems = Vec::new();
    let mut notes = Vec::new();
    let mut cases = Vec::new();
    for path in &args.cases {
        let told = |what: &String| format!("{path}: {what}");
        match read(path) {
            Err(problem) => problems.push(problem),
            Ok(case) => match oracle::compare(&case) {
                Err(found) => problems.extend(found.iter().map(told)),
                Ok((outcome, passed_over)) => {
                    notes.extend(passed_over.iter().map(told));
                    cases.push(outcome);
                }
            },
        }
    }
    if cases.is_empty() && !problems.is_empty() {
        return Err(problems);
    }
    let agree = cases.iter().all(Outcome::agrees);
    let text = if args.json {
        let object = serde_json::to_string(&Outcomes { cases });
        object.map_err(|error| vec![format!("--json: {error}; leave it out for text")])? + "\n"
    } else {
        told(&cases)
    };
    Ok(Compared {
        text,
        notes,
        problems,
        agree,
    })
}

/// One line for each check, one for each case, one for all.
fn told(cases: &[Outcome]) -> String {
    let mut text = String::new();
    let (mut good, mut held, mut all) = (0, 0, 0);
    for case in cases {
        let holds = case.checks.iter().filter(|check| check.pass).count();
        for check in &case.checks {
            let verdict = if check.pass { "pass" } else { "FAIL" };
            let Check {
                what, observed, ours, ..
            } = check;
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{verdict}  {}: {what}: observed {observed}; ours {ours}",
                case.name
            );
        }
        let _ = writeln!(
            text,
            "{}: {holds} of {} checks hold",
            case.name,
            case.checks.len()
        );
        good += usize::from(case.agrees());
        held += holds;
        all += case.checks.len();
    }
    let _ = writeln!(
        text,
        "All: {held} of {all} checks hold; {good} of {} cases agree",
        cases.len()
    );
    text
}

/// A case from its file.
fn read(path: &str) -> Result<Case, String> {
    let told = |error: std::io::Error| format!("{path}: {error}; give the path of a case, .json");
    let size = std::fs::metadata(path).map_err(told)?.len();
    if size > LARGEST_CASE {
        return Err(format!(
            "{path}: {size} bytes; no case is so large: check the path"
        ));
    }
    let bytes = std::fs::read(path).map_err(told)?;
    let text = String::from_utf8(bytes).map_err(|_| format!("{path}: not UTF-8; give a case in JSON"))?;
    Case::read(&text).map_err(|what| format!("{path}: {what}"))
}
