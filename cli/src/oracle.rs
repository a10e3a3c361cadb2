//! `trilemma oracle`: replays what a real Slurm was seen to do, and compares.

mod case;
mod checks;
mod experiment;
mod observed;
mod record;
mod replay;
mod translate;
mod words;

use std::fmt::Write as _;

use serde::Serialize;

use case::Case;
use checks::Check;
use observed::Observed;

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
    /// Whether all checks pass.
    pub agree: bool,
}

/// A case with its checks.
#[derive(Serialize)]
struct Outcome {
    name: String,
    checks: Vec<Check>,
    ours: Observed,
}

#[derive(Serialize)]
struct Outcomes {
    cases: Vec<Outcome>,
}

/// Replays and compares; or tells what is wrong with the files, a line each.
pub fn run(args: &Args) -> Result<Compared, Vec<String>> {
    let mut notes = Vec::new();
    let mut problems = Vec::new();
    let mut ready = Vec::new();
    for path in &args.cases {
        match read(path) {
            Err(problem) => problems.push(problem),
            Ok(case) => match translate::translate(&case) {
                Err(found) => problems.extend(found.problems.iter().map(|what| format!("{path}: {what}"))),
                Ok((experiment, told)) => {
                    notes.extend(told.iter().map(|what| format!("{path}: {what}")));
                    ready.push((case, experiment));
                }
            },
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let cases: Vec<Outcome> = ready
        .iter()
        .map(|(case, experiment)| outcome(case, experiment, &mut notes))
        .collect();
    let agree = cases
        .iter()
        .all(|case| case.checks.iter().all(|check| check.pass));
    let text = if args.json {
        let object = serde_json::to_string(&Outcomes { cases });
        object.map_err(|error| vec![format!("--json: {error}; leave it out for text")])? + "\n"
    } else {
        told(&cases)
    };
    Ok(Compared { text, notes, agree })
}

fn outcome(case: &Case, experiment: &experiment::Experiment, notes: &mut Vec<String>) -> Outcome {
    let (checks, ours) = match replay::replay(experiment) {
        Ok(ours) => (checks::checks(case, experiment, &ours), ours),
        Err(missing) => {
            notes.extend(missing.iter().map(|what| format!("{}: {what}", case.name)));
            let told = Check {
                what: String::from("replay"),
                observed: String::from("runs"),
                ours: missing.join("; "),
                pass: false,
            };
            (vec![told], Observed::default())
        }
    };
    Outcome {
        name: case.name.clone(),
        checks,
        ours,
    }
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
        good += usize::from(holds == case.checks.len());
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
    case::read(&text).map_err(|what| format!("{path}: {what}"))
}

#[cfg(test)]
mod tests;
