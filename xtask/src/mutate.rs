//! Breaks the engine on purpose, one small patch of `tests/mutations` at a time, and asks whether the test that the patch
//! names catches it. The work is done on a copy, so that nobody's files are touched.
//!
//! The first line of a patch is `# caught-by: ` and what `cargo test` is given to run that test.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::shell::{root, say, spell};
use crate::tools::cargo;

/// A breakage may let a test run for ever.
const PATIENCE: Duration = Duration::from_secs(600);

/// One breakage.
struct Mutation {
    name: String,
    patch: PathBuf,
    /// Arguments of `cargo test`.
    caught_by: Vec<String>,
}

/// Applies every patch (or those whose name holds `only`); returns how many were not caught.
pub fn run(args: &[String]) -> Result<u32> {
    let only = match args {
        [] => "",
        [only] => only.as_str(),
        _ => bail!("mutate takes nothing or a part of a patch's name"),
    };
    let all: Vec<Mutation> = mutations()?
        .into_iter()
        .filter(|mutation| mutation.name.contains(only))
        .collect();
    if all.is_empty() {
        bail!("no patch in tests/mutations has `{only}` in its name");
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let place = target.join("mutations");
    let copy = place.join("copy");
    say("copying the sources, and running the tests on them as they are");
    // A build that was stopped half-way would spoil the next one.
    let unfinished = place.join("unfinished");
    if unfinished.exists() {
        let _ = std::fs::remove_dir_all(place.join("build/debug/incremental"));
    }
    copy_sources(&copy)?;
    std::fs::write(&unfinished, "")?;
    let began = Instant::now();
    let mut tests: Vec<&Vec<String>> = all.iter().map(|mutation| &mutation.caught_by).collect();
    tests.sort();
    tests.dedup();
    for test in &tests {
        if let Some(wrong) = passes_unbroken(&copy, &place, test)? {
            bail!("`cargo test {}` {wrong} without any breakage", test.join(" "));
        }
    }
    let mut missed = Vec::new();
    for (index, mutation) in all.iter().enumerate() {
        let began = Instant::now();
        let verdict = try_out(&copy, &place, mutation)?;
        let word = verdict.as_deref().unwrap_or("caught");
        let (n, of) = (index + 1, all.len());
        say(&format!(
            "{n:3} of {of}  {}: {word}, {}",
            mutation.name,
            spell(began.elapsed())
        ));
        if let Some(why) = verdict {
            missed.push(format!("{}: {why}", mutation.name));
        }
    }
    say(&format!(
        "\n{} breakages, {} caught, {} not, in {}",
        all.len(),
        all.len() - missed.len(),
        missed.len(),
        spell(began.elapsed())
    ));
    missed.iter().for_each(|line| say(&format!("  {line}")));
    std::fs::remove_file(&unfinished)?;
    Ok(missed.len() as u32)
}

/// All patches, by name.
fn mutations() -> Result<Vec<Mutation>> {
    let folder = root().join("tests/mutations");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("could not read {}", folder.display()))? {
        let patch = entry?.path();
        if patch.extension().is_none_or(|extension| extension != "patch") {
            continue;
        }
        let text = std::fs::read_to_string(&patch)?;
        let named = text
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# caught-by: "));
        let Some(named) = named else {
            bail!(
                "{}: its first line is not `# caught-by: ` and a test",
                patch.display()
            );
        };
        found.push(Mutation {
            name: patch
                .file_stem()
                .map_or(String::new(), |stem| stem.to_string_lossy().into_owned()),
            caught_by: named.split_whitespace().map(str::to_owned).collect(),
            patch,
        });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Brings the copy up to date with the sources that git knows or would; what has not changed keeps its time, so that little is
/// built again.
fn copy_sources(copy: &Path) -> Result<()> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-co", "--exclude-standard", "-z"])
        .current_dir(root());
    let listed = git.output().context("git is needed to list the sources")?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let from = root().join(name);
        let Ok(bytes) = std::fs::read(&from) else { continue };
        let to = copy.join(name);
        if std::fs::read(&to).is_ok_and(|old| old == bytes) {
            continue;
        }
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&to, bytes).with_context(|| format!("could not write {}", to.display()))?;
    }
    Ok(())
}

/// What is wrong with a test before anything is broken, if something is.
fn passes_unbroken(copy: &Path, place: &Path, test: &[String]) -> Result<Option<&'static str>> {
    let Some(output) = cargo_test(copy, place, test)? else {
        return Ok(Some("does not end"));
    };
    Ok(if !output.status.success() {
        Some("fails")
    } else if tests_run(&output) == 0 {
        Some("runs no test")
    } else {
        None
    })
}

/// Why a breakage was not caught, if it was not.
fn try_out(copy: &Path, place: &Path, mutation: &Mutation) -> Result<Option<String>> {
    if !apply(copy, &mutation.patch, &[])? {
        return Ok(Some(String::from("the patch no longer applies: write it again")));
    }
    let tried = cargo_test(copy, place, &mutation.caught_by);
    if !apply(copy, &mutation.patch, &["--reverse"])? {
        bail!("{} could not be taken back", mutation.patch.display());
    }
    Ok(match tried? {
        // A test that never ends has noticed.
        None => None,
        Some(output) if output.status.success() => {
            Some(format!("NOT CAUGHT by {}", mutation.caught_by.join(" ")))
        }
        Some(output) => {
            let text = String::from_utf8_lossy(&output.stderr);
            let built = !text.contains("could not compile");
            (!built).then(|| String::from("it does not compile: write it again"))
        }
    })
}

/// Applies a patch to a folder as if git did not know the folder.
fn apply(folder: &Path, patch: &Path, more: &[&str]) -> Result<bool> {
    let mut git = Command::new("git");
    git.arg("apply").args(more).arg(patch).current_dir(folder);
    if let Some(above) = folder.parent() {
        git.env("GIT_CEILING_DIRECTORIES", above);
    }
    let output = git.output().context("git is needed to apply patches")?;
    if !output.status.success() {
        say(String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.status.success())
}

/// Runs `cargo test` in the copy; nothing if it had to be stopped.
fn cargo_test(copy: &Path, place: &Path, args: &[String]) -> Result<Option<Output>> {
    let [out, err] = ["stdout", "stderr"].map(|name| place.join(name));
    let mut command = cargo();
    // A group of its own, so that the test can be stopped with the cargo that runs it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command
        .arg("test")
        .args(args)
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", place.join("build"))
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out)?)
        .stderr(std::fs::File::create(&err)?)
        .spawn()
        .context("could not start cargo")?;
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if began.elapsed() > PATIENCE {
            stop(&mut child)?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    Ok(Some(Output {
        status,
        stdout: std::fs::read(out)?,
        stderr: std::fs::read(err)?,
    }))
}

/// Stops cargo and the test that it runs.
fn stop(child: &mut Child) -> Result<()> {
    if cfg!(unix) {
        let group = format!("-{}", child.id());
        Command::new("kill").args(["-KILL", "--", &group]).status()?;
    } else {
        child.kill()?;
    }
    child.wait()?;
    Ok(())
}

/// How many tests passed, by the program's own words.
fn tests_run(output: &Output) -> u32 {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let (_, counts) = line.split_once("test result: ok. ")?;
            counts.split(' ').next()?.parse::<u32>().ok()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_breakage_names_its_test_and_still_applies() {
        let all = mutations().unwrap();
        assert!(all.len() >= 20, "{} breakages", all.len());
        for mutation in all {
            assert!(
                mutation.caught_by.len() >= 3,
                "{}: name one test, and its crate",
                mutation.name
            );
            assert!(
                apply(&root(), &mutation.patch, &["--check"]).unwrap(),
                "{} no longer applies: write it again",
                mutation.name
            );
        }
    }
}
