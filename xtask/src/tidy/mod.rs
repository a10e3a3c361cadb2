//! House rules that neither compiler nor linter knows. Also a test of this crate, so that `cargo test` sees them.

mod knobs;
mod order;
mod page;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::shell::{root, say};

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 6] = [".git", "target", "dist", ".tools", "node_modules", ".stage"];

/// A file of the repository.
struct Source {
    /// Its path from the root, with `/` on every system.
    path: String,
    /// What it says.
    text: String,
}

/// Something to put right: where, what, what to do.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Problem(String);

/// Prints every problem; the answer is their number.
pub fn run() -> Result<u32> {
    let problems = problems(&root())?;
    for Problem(line) in &problems {
        say(line);
    }
    say(&match problems.len() {
        0 => "tidy: nothing to put right".to_owned(),
        count => format!("tidy: {count} to put right"),
    });
    Ok(u32::try_from(problems.len()).unwrap_or(u32::MAX))
}

fn problems(root: &Path) -> Result<Vec<Problem>> {
    let mut sources = Vec::new();
    read(root, root, &mut sources)?;
    let order = order::declared(&sources);
    let mut problems: Vec<Problem> = sources
        .iter()
        .flat_map(|source| {
            [
                text::problems(source),
                order::problems(source, &order),
                knobs::problems(source),
                page::problems(source),
            ]
        })
        .flatten()
        .collect();
    problems.sort();
    Ok(problems)
}

fn read(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    entries.sort();
    for path in entries {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                read(root, &path, sources)?;
            }
        } else if let Ok(text) = fs::read_to_string(&path) {
            let parts = path.strip_prefix(root)?.components();
            let path = parts
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            sources.push(Source { path, text });
        }
        // What is not text (a font, a picture) has no house rules.
    }
    Ok(())
}

impl Source {
    fn problem(&self, line: usize, what: &str) -> Problem {
        Problem(format!("{}:{line}: {what}", self.path))
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let problems = problems(&root()).unwrap();
        let lines: Vec<&str> = problems.iter().map(|Problem(line)| line.as_str()).collect();
        assert!(lines.is_empty(), "\n{}", lines.join("\n"));
    }
}
