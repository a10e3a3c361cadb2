//! Commands and job scripts that readers copy out of the texts can be read by the shell, and a linter has nothing to warn of.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A block of a text that the shell should be able to read.
struct Block {
    place: String,
    text: String,
}

/// Every block marked `bash` in the folder's texts, with where it stands.
fn blocks(folder: &Path) -> Vec<Block> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut lines = text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            if line == "```bash" {
                let inner: Vec<&str> = lines
                    .by_ref()
                    .map(|(_, line)| line)
                    .take_while(|line| *line != "```")
                    .collect();
                found.push(Block {
                    place: format!("{}:{}", file.display(), at + 1),
                    text: inner.join("\n") + "\n",
                });
            }
        }
    }
    found
}

/// What a program says of a block that it reads from its standard input; nothing if it is content. `None` without the program.
fn said(program: &str, arguments: &[&str], block: &Block) -> Option<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    child
        .stdin
        .take()
        .unwrap()
        .write_all(block.text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let words = [output.stdout, output.stderr].concat();
    match output.status.success() {
        true => Some(String::new()),
        false => Some(format!("{}: {}", block.place, String::from_utf8_lossy(&words))),
    }
}

#[test]
fn the_shell_can_read_every_command_and_script_of_the_texts() {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    let all: Vec<Block> = ["guides", "lessons", "pages"]
        .iter()
        .flat_map(|folder| blocks(&content.join(folder)))
        .collect();
    assert!(all.len() > 40, "only {} blocks", all.len());
    // A block may go on with what an earlier one set, and load files of the reader's.
    let linter = ["--shell=bash", "--severity=warning", "--exclude=SC2154", "-"];
    let programs: [(&str, &[&str]); 2] = [("bash", &["-n"]), ("shellcheck", &linter)];
    for (program, arguments) in programs {
        let answers: Option<Vec<String>> = all.iter().map(|block| said(program, arguments, block)).collect();
        match answers {
            Some(answers) => assert_eq!(answers.concat(), "", "{program}"),
            // Past the test runner, which keeps what a passing test prints to itself.
            None => writeln!(
                std::io::stdout().lock(),
                "left out: {program} is not installed, so it has read no command of the texts"
            )
            .unwrap(),
        }
    }
}
