//! What a real Slurm was seen to do, replayed on the engine and compared.
//!
//! A case is read ([`Case`]), translated into an experiment of ours, run, and compared check by check with what was
//! observed, by the tolerances that `tests/oracle/README.md` gives. A replay takes from the observation only what the
//! same page allows.

mod case;
mod checks;
mod experiment;
mod observed;
mod record;
mod replay;
mod translate;
mod words;

use serde::Serialize;

pub use case::{Case, Group};
pub use checks::Check;
pub use observed::Observed;

/// A case with its checks.
#[derive(Serialize)]
pub struct Outcome {
    /// Name of the case.
    pub name: String,
    /// What it shows.
    #[serde(skip)]
    pub group: Group,
    /// What was compared.
    pub checks: Vec<Check>,
    /// Our run, in the schema of what was observed.
    pub ours: Observed,
}

impl Outcome {
    /// Whether every check holds.
    pub fn agrees(&self) -> bool {
        self.checks.iter().all(|check| check.pass)
    }
}

/// Replays a case and compares; with notes on what of it was passed over. Fails with what is wrong with the case, a line
/// each.
pub fn compare(case: &Case) -> Result<(Outcome, Vec<String>), Vec<String>> {
    let (experiment, mut notes) = translate::translate(case).map_err(|found| found.problems)?;
    let (checks, ours) = match replay::replay(&experiment) {
        Ok(ours) => (checks::checks(case, &experiment, &ours), ours),
        Err(missing) => {
            notes.extend(missing.iter().cloned());
            let told = Check {
                what: String::from("replay"),
                observed: String::from("runs"),
                ours: missing.join("; "),
                pass: false,
            };
            (vec![told], Observed::default())
        }
    };
    let outcome = Outcome {
        name: case.name.clone(),
        group: case.group,
        checks,
        ours,
    };
    Ok((outcome, notes))
}

#[cfg(test)]
mod tests;
