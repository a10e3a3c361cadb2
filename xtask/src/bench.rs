//! Engine speed: runs the benchmark of the package `tests` in release, and passes its table and JSON on.

use anyhow::{Result, bail};

use crate::shell::{must, root, say};
use crate::tools::cargo;

/// Runs the benchmark with the given arguments.
pub fn run(args: &[String]) -> Result<()> {
    if !root().join("tests/examples/bench").is_dir() {
        bail!("there is no benchmark at tests/examples/bench");
    }
    say("Compiling and running the benchmark (some minutes the first time) …");
    let mut bench = cargo();
    bench
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "tests",
            "--example",
            "bench",
            "--",
        ])
        .args(args);
    must("the benchmark", &mut bench)
}
