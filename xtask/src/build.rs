//! The release site: Trunk builds the two WASM crates, then its hook runs `site`, which writes the pages.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::install::{self, Optimiser};
use crate::shell::{must, root, say};
use crate::tools;

/// Builds the site into `dist/`, having installed what that needs.
pub fn site() -> Result<()> {
    let optimiser = install::for_build()?;
    say("Building the site in dist/ (the first time some minutes, later about half a minute) …");
    trunk(optimiser, |command| must("trunk build", command))?;
    if !root().join("dist/404.html").is_file() {
        bail!("trunk finished, but the pages were not written: dist/404.html is missing");
    }
    say("The site is in dist/.");
    Ok(())
}

/// Prepares Trunk's command and hands it to `run`.
pub fn trunk<T>(optimiser: Optimiser, run: impl FnOnce(&mut Command) -> Result<T>) -> Result<T> {
    let mut command = tools::command("trunk");
    command.args(["build", "--release", "--skip-version-check", "--offline", "true"]);
    // Trunk reads NO_COLOR as true or false and stops at the usual "1".
    command.env_remove("NO_COLOR");
    match optimiser {
        Optimiser::Present => run(&mut command),
        Optimiser::Absent => {
            let plain = root().join("index.unoptimised.html");
            let index = fs::read_to_string(root().join("index.html")).context("could not read index.html")?;
            fs::write(
                &plain,
                index.replace("data-wasm-opt=\"z\"", "data-wasm-opt=\"0\""),
            )?;
            let result = run(command.args(["--html-output", "index.html", "index.unoptimised.html"]));
            fs::remove_file(&plain)?;
            result
        }
    }
}
