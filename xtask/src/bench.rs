//! Engine speed: runs the benchmark where it lives, in release, and passes its table and JSON on.

use anyhow::{Result, bail};

use crate::shell::{must, root};
use crate::tools::cargo;

/// Where the benchmark lives: package and example.
const PLACE: (&str, &str) = ("tests", "bench");

/// Runs the benchmark with the given arguments.
pub fn run(args: &[String]) -> Result<()> {
    let (package, example) = PLACE;
    if !root().join(package).join("examples").join(example).is_dir() {
        bail!("there is no benchmark at {package}/examples/{example}");
    }
    let mut bench = cargo();
    bench
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            package,
            "--example",
            example,
            "--",
        ])
        .args(args);
    must("the benchmark", &mut bench)
}
