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
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", short_paths());
    // Trunk reads NO_COLOR as true or false and stops at the usual "1".
    command.env_remove("NO_COLOR");
    match optimiser {
        Optimiser::Present => run(&mut command),
        Optimiser::Absent => {
            let plain = root().join("index.unoptimised.html");
            let index = fs::read_to_string(root().join("index.html")).context("could not read index.html")?;
            let levels = ["z", "s", "3"].map(|level| format!("data-wasm-opt=\"{level}\""));
            let index = levels
                .iter()
                .fold(index, |index, level| index.replace(level, "data-wasm-opt=\"0\""));
            fs::write(&plain, index)?;
            let result = run(command.args(["--html-output", "index.html", "index.unoptimised.html"]));
            fs::remove_file(&plain)?;
            result
        }
    }
}

/// Panic messages name source files: without the folders of this machine they are shorter, and say nothing about it.
fn short_paths() -> String {
    let home = |name: &str, folder: &str| {
        std::env::var_os(name)
            .map(std::path::PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| std::path::Path::new(&home).join(folder)))
    };
    let registry = home("CARGO_HOME", ".cargo").map(|cargo| cargo.join("registry/src"));
    // Cargo unpacks a registry's sources in one folder below this one.
    let registries = registry
        .and_then(|sources| fs::read_dir(sources).ok())
        .into_iter()
        .flatten()
        .flatten();
    let mut flags: Vec<String> = registries
        .map(|one| format!("--remap-path-prefix={}=", one.path().display()))
        .collect();
    if let Some(toolchains) = home("RUSTUP_HOME", ".rustup") {
        flags.push(format!("--remap-path-prefix={}=", toolchains.display()));
    }
    flags.push(format!("--remap-path-prefix={}=", root().display()));
    flags.retain(|flag| !flag.contains(' '));
    flags.join(" ")
}
