//! File headers, file length, and words that have no place in the repository.

use super::{Problem, Source};

const LONGEST: usize = 600;

/// Kinds of files that people write.
const WRITTEN: [&str; 10] = [
    ".rs", ".md", ".toml", ".html", ".css", ".js", ".sh", ".yml", ".cff", ".txt",
];

/// Words, and what to do instead. They are glued together here so that this file does not find itself.
const WORDS: [(&str, &str); 10] = [
    (concat!("<<<<", "<<< "), "finish the merge"),
    (concat!("to", "do!("), "build it, or leave it out"),
    (concat!("unimple", "mented!("), "build it, or leave it out"),
    (concat!("TO", "DO"), "build it, or write an issue"),
    (concat!("X", "XX"), "build it, or write an issue"),
    (
        concat!("#[ig", "nore"),
        "assert today's behaviour and say what is wrong with it",
    ),
    (
        concat!("#[should", "_panic"),
        "assert today's behaviour and say what is wrong with it",
    ),
    (concat!("replace", "-with"), "use the public registry"),
    (concat!("index", "-url"), "use the public registry"),
    (concat!("--reg", "istry"), "use the public registry"),
];

/// Folders of somebody's machine.
const MACHINE: [&str; 4] = ["work", "farm", "root", "tmp"];

const LOCK_SOURCE: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// What is wrong with the words of a file.
pub fn problems(source: &Source) -> Vec<Problem> {
    if source.path == "Cargo.lock" {
        return lock(source);
    }
    if !WRITTEN.iter().any(|kind| source.path.ends_with(kind)) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    if source.is_rust() {
        let length = source.text.lines().count();
        if !source.text.starts_with("//!") {
            problems.push(source.problem(1, "open the file with `//!`: what it is for, and what it is not"));
        }
        if length > LONGEST {
            problems.push(source.problem(
                length,
                &format!("{length} lines; split it by idea before {LONGEST}"),
            ));
        }
    }
    for (index, line) in source.text.lines().enumerate() {
        for (word, instead) in WORDS {
            if line.contains(word) {
                problems.push(source.problem(index + 1, &format!("`{word}`: {instead}")));
            }
        }
        if names_a_machine(line) {
            problems.push(source.problem(
                index + 1,
                "a path of somebody's machine; write it from the repository's root",
            ));
        }
    }
    problems
}

/// Whether a line holds an absolute path into a folder of [`MACHINE`].
fn names_a_machine(line: &str) -> bool {
    line.match_indices('/').any(|(place, _)| {
        let before = line[..place].chars().next_back();
        let is_start =
            before.is_none_or(|letter| !letter.is_ascii_alphanumeric() && !"_./-".contains(letter));
        let after = &line[place + 1..];
        let rest = MACHINE
            .iter()
            .find_map(|folder| after.strip_prefix(folder)?.strip_prefix('/'));
        is_start
            && rest.is_some_and(|rest| {
                rest.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '.')
            })
    })
}

/// Every dependency comes from the public registry.
fn lock(source: &Source) -> Vec<Problem> {
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| line.starts_with("source = ") && *line != LOCK_SOURCE)
        .map(|(index, _)| source.problem(index + 1, "a dependency from elsewhere than the public registry"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        problems(&Source {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .len()
    }

    #[test]
    fn a_file_without_header_or_of_too_many_lines_is_found() {
        assert_eq!(found("cli/src/main.rs", "fn main() {}"), 1);
        assert_eq!(found("cli/src/main.rs", "//! The door.\nfn main() {}"), 0);
        assert_eq!(
            found("cli/src/main.rs", &format!("//! Long.\n{}", "\n".repeat(LONGEST))),
            1
        );
    }

    #[test]
    fn paths_of_a_machine_are_found_and_links_are_not() {
        let machine = format!("see {}{}", "/ro", "ot/notes.txt");
        assert_eq!(found("README.md", &machine), 1);
        assert_eq!(
            found(
                "README.md",
                "see https://example.org/work/x and docs/work/y and /work"
            ),
            0
        );
    }

    #[test]
    fn promises_are_found() {
        assert_eq!(found("README.md", concat!("TO", "DO: write this")), 1);
        assert_eq!(
            found(
                "Cargo.lock",
                "source = \"registry+https://elsewhere.example/index\""
            ),
            1
        );
    }
}
