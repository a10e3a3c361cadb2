//! Engine speed: runs the benchmark where it lives, in release, and passes its table and JSON on.

use anyhow::{Result, bail};

use crate::shell::{must, root};
use crate::tools::cargo;

/// Where a benchmark may live: package and example.
const PLACES: [(&str, &str); 2] = [("sim-core", "bench"), ("tests", "bench")];

/// Runs the benchmark with the given arguments.
pub fn run(args: &[String]) -> Result<()> {
    let is_there = |place: &&(&str, &str)| {
        root()
            .join(place.0)
            .join("examples")
            .join(format!("{}.rs", place.1))
            .is_file()
    };
    let Some((package, example)) = PLACES.iter().find(is_there) else {
        bail!("there is no benchmark at sim-core/examples/bench.rs");
    };
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
