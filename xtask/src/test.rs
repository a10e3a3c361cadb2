//! Every test there is, one step after the other; a step that fails does not keep the others from speaking.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Result, bail};

use crate::shell::{Outcome, root, say, spell, watch};
use crate::tools::{cargo, find, find_any, shed};
use crate::{build, install, lighthouse, serve, size, tidy};

const WASM: &str = "wasm32-unknown-unknown";

/// Where the browser tests find the site: not at the root, so that a link that assumes the root is found out.
const PREFIX: &str = "/somewhere/deep/";

/// How much is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// What fits into everyday work and into continuous integration.
    Usual,
    /// Twenty seeds where five or eight are usual, Firefox beside Chromium, and Lighthouse.
    All,
}

impl Extent {
    /// Reads the command's arguments.
    pub fn parse(args: &[String]) -> Result<Extent> {
        match args {
            [] => Ok(Extent::Usual),
            [all] if all == "--all" => Ok(Extent::All),
            _ => bail!("test takes nothing or --all, not `{}`", args.join(" ")),
        }
    }
}

/// What has been run so far.
struct Log {
    extent: Extent,
    steps: Vec<(&'static str, Outcome)>,
}

/// Runs everything and says how it went.
pub fn run(extent: Extent) -> Result<ExitCode> {
    let began = Instant::now();
    let mut log = Log {
        extent,
        steps: Vec::new(),
    };
    log.step("format", |_| {
        watch("cargo fmt", cargo().args(["fmt", "--all", "--check"]))
    });
    log.step("tidy", |_| Ok(verdict(tidy::run()?)));
    log.step("lints, host", |_| {
        let mut clippy = cargo();
        clippy.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
        watch("clippy", &mut clippy)
    });
    log.step("lints, WASM", |_| {
        install::wasm_target()?;
        let mut clippy = cargo();
        clippy.args([
            "clippy",
            "-p",
            "sim-core",
            "-p",
            "sim-worker",
            "-p",
            "app",
            "-p",
            "claims",
            "-p",
            "words",
            "--target",
            WASM,
        ]);
        watch("clippy", clippy.args(["--", "-D", "warnings"]))
    });
    log.step("documentation", |_| {
        let mut doc = cargo();
        doc.args(["doc", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "-D warnings");
        watch("cargo doc", &mut doc)
    });
    log.step("unit tests", |log| {
        watch(
            "unit tests",
            &mut log.test(&["--workspace", "--lib", "--bins", "--examples"]),
        )
    });
    log.step("examples in the documentation", |log| {
        watch("examples", &mut log.test(&["--workspace", "--doc"]))
    });
    log.step("stories, properties, goldens", |log| {
        let names = integration_tests()?;
        let mut args = vec!["--workspace"];
        for name in &names {
            args.extend(["--test", name]);
        }
        if names.is_empty() {
            Ok(fine())
        } else {
            watch("tests", &mut log.test(&args))
        }
    });
    log.step("the same digests as WASM under Node", |log| {
        install::for_node()?;
        let mut test = log.test(&["-p", "tests", "--target", WASM, "--test", "golden"]);
        // The runner's own limit of 20 s is for pages, not for simulations.
        watch("goldens under Node", test.env("WASM_BINDGEN_TEST_TIMEOUT", "900"))
    });
    let built = log.step("the site", |log| {
        let optimiser = install::for_build()?;
        build::trunk(optimiser, |trunk| {
            match log.extent {
                // What texts claim is run over five seeds in place of twenty.
                Extent::Usual => _ = trunk.env("SITE_SEEDS", "5"),
                Extent::All => {}
            }
            watch("trunk build", trunk)
        })
    });
    if built {
        log.step("sizes", |_| Ok(verdict(size::run()?)));
        log.step("browser journeys", browser);
        match log.extent {
            Extent::Usual => {}
            Extent::All => _ = log.step("Lighthouse", |_| Ok(verdict(lighthouse::run()?))),
        }
    } else {
        log.skip("sizes", "there is no site to weigh");
        log.skip("browser journeys", "there is no site to visit");
    }
    Ok(log.close(began))
}

fn browser(log: &Log) -> Result<Outcome> {
    install::for_browser()?;
    if log.extent == Extent::All {
        install::for_firefox()?;
    }
    let server = serve::Server::bind(&root().join("dist"), 0, PREFIX, serve::Keep::Nothing)?;
    let url = server.url();
    std::thread::spawn(move || server.run());
    let mut test = log.test(&["--workspace", "--test", "browser"]);
    test.env("TRILEMMA_SITE", url)
        .env("TRILEMMA_AXE", shed().join("node_modules/axe-core/axe.min.js"));
    let programs = [
        (
            "TRILEMMA_CHROMIUM",
            find_any(&["chromium", "chromium-browser", "google-chrome"]),
        ),
        ("TRILEMMA_CHROMEDRIVER", find("chromedriver")),
        ("TRILEMMA_FIREFOX", find_any(&["firefox", "firefox-esr"])),
        ("TRILEMMA_GECKODRIVER", find("geckodriver")),
    ];
    for (name, program) in programs {
        if let Some(program) = program {
            test.env(name, program);
        }
    }
    watch("browser journeys", &mut test)
}

impl Log {
    /// Runs a step; `true` if all was well.
    fn step(&mut self, name: &'static str, run: impl FnOnce(&Log) -> Result<Outcome>) -> bool {
        let began = Instant::now();
        say(&format!("\n==> {name}"));
        let mut outcome = run(self).unwrap_or_else(|error| {
            say(&format!("could not be run: {error:#}"));
            Outcome::default()
        });
        outcome.time = began.elapsed();
        let word = if outcome.ok { "done" } else { "FAILED" };
        say(&format!("<== {name}: {word}, {}", spell(outcome.time)));
        self.steps.push((name, outcome));
        self.steps.last().is_some_and(|(_, outcome)| outcome.ok)
    }

    fn skip(&mut self, name: &'static str, why: &str) {
        say(&format!("\n==> {name}: not run, {why}"));
        self.steps.push((name, Outcome::default()));
    }

    /// `cargo test` with what our tests read from the environment.
    fn test(&self, args: &[&str]) -> Command {
        let mut test = cargo();
        test.args(["test", "--no-fail-fast"]).args(args);
        match self.extent {
            Extent::Usual => {}
            Extent::All => _ = test.env("TRILEMMA_ALL", "1"),
        }
        test
    }

    fn close(&self, began: Instant) -> ExitCode {
        say("\nSteps:");
        for (name, outcome) in &self.steps {
            let word = if outcome.ok { "ok    " } else { "FAILED" };
            let tests = match (outcome.passed, outcome.failed) {
                (0, 0) => String::new(),
                (passed, 0) => format!("  {passed} tests"),
                (passed, failed) => format!("  {passed} passed, {failed} failed"),
            };
            say(&format!(
                "  {word}  {name:<36} {:>12}{tests}",
                spell(outcome.time)
            ));
        }
        for (name, outcome) in &self.steps {
            for line in &outcome.left_out {
                say(&format!("  {name}: {line}"));
            }
        }
        let passed: u32 = self.steps.iter().map(|(_, outcome)| outcome.passed).sum();
        let failed: u32 = self.steps.iter().map(|(_, outcome)| failures(outcome)).sum();
        say(&format!("In all {}.", spell(began.elapsed())));
        say(&format!("{passed} passed, {failed} failed"));
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// A step that failed without a failing test (a lint, a build) counts as one.
fn failures(outcome: &Outcome) -> u32 {
    if outcome.ok {
        outcome.failed
    } else {
        outcome.failed.max(1)
    }
}

fn fine() -> Outcome {
    Outcome {
        ok: true,
        ..Outcome::default()
    }
}

fn verdict(problems: u32) -> Outcome {
    Outcome {
        ok: problems == 0,
        ..Outcome::default()
    }
}

/// The names of all integration tests except the browser's, which need a built site.
fn integration_tests() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for package in std::fs::read_dir(root())? {
        let folder = package?.path().join("tests");
        // The package `tests` has its own in tests/tests.
        if folder
            .parent()
            .is_some_and(|package| package.join("Cargo.toml").is_file())
            && folder.is_dir()
        {
            names.extend(tests_in(&folder)?);
        }
    }
    names.retain(|name| name != "browser");
    names.sort();
    names.dedup();
    Ok(names)
}

fn tests_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_file = path.extension().is_some_and(|extension| extension == "rs");
        if is_file || path.join("main.rs").is_file() {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_without_a_test_counts_once() {
        let failed = |ok, failed| {
            failures(&Outcome {
                ok,
                failed,
                ..Outcome::default()
            })
        };
        assert_eq!((failed(true, 0), failed(false, 0), failed(false, 3)), (0, 1, 3));
    }

    #[test]
    fn an_argument_that_is_not_known_is_refused() {
        assert_eq!(Extent::parse(&["--all".to_owned()]).unwrap(), Extent::All);
        assert!(Extent::parse(&["--most".to_owned()]).is_err());
    }
}
