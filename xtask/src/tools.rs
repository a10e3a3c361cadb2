//! The programs we need: where they are, and whether they are the right version. Getting them is `install`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell::{ask, root};

/// The folder of what we install for this repository alone.
pub fn shed() -> PathBuf {
    root().join(".tools")
}

/// PATH with our own folders: programs we compiled come first, those from npm last.
///
/// Something is only in `.tools/bin` because it was missing on PATH or was the wrong version there.
pub fn path() -> OsString {
    let ours = shed().join("bin");
    let npm = shed().join("node_modules/.bin");
    let outer = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(ours)
        .chain(std::env::split_paths(&outer))
        .chain(std::iter::once(npm));
    std::env::join_paths(folders.filter(|folder| !folder.as_os_str().is_empty())).unwrap_or(outer)
}

/// Where a program is, looking through [`path`].
pub fn find(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&path())
        .map(|folder| folder.join(program))
        .find(|file| runnable(file))
}

/// The first of several names of one program.
pub fn find_any(programs: &[&str]) -> Option<PathBuf> {
    programs.iter().find_map(|program| find(program))
}

/// A command that finds our tools.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(find(program).unwrap_or_else(|| program.into()));
    command.env("PATH", path());
    command
}

/// Cargo, the one that runs us, with our tools on its path.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.env("PATH", path());
    // We are run by cargo; what it told us about this crate is not for the crates it builds next.
    for name in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION",
    ] {
        command.env_remove(name);
    }
    command
}

/// Whether `program --version` mentions this version as a word of its own.
pub fn is_version(program: &str, version: &str) -> bool {
    find(program).is_some()
        && ask(command(program).arg("--version"))
            .is_some_and(|said| said.split_whitespace().any(|word| word == version))
}

/// The version of a package in `Cargo.lock`.
pub fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("could not read Cargo.lock")?;
    version_in_lock(&lock, package).with_context(|| format!("Cargo.lock has no package {package}"))
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

#[cfg(unix)]
fn runnable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn runnable(file: &Path) -> bool {
    file.is_file() || file.with_extension("exe").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_version_of_a_package_and_of_no_longer_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-test\"\nversion = \"0.3.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "bindgen"), None);
    }

    #[test]
    fn our_own_folder_is_searched_first() {
        let first = std::env::split_paths(&path()).next().unwrap();
        assert_eq!(first, shed().join("bin"));
    }
}
