//! Running other programs: what is done is said, long work shows that it is alive, and test results are counted.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Silence of this length is broken by a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// How a step ended.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Whether the program ended with success.
    pub ok: bool,
    /// How long it took.
    pub time: Duration,
    /// Tests that passed, by the program's own "test result" lines.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
    /// Lines in which a test said that it was left out, and why.
    pub left_out: Vec<String>,
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// Says a line about what is being done, at once.
pub fn say(line: &str) {
    println!("{line}");
    // A closed pipe is no reason to stop the work.
    let _ = std::io::stdout().flush();
}

/// `1 min 05 s`, `4 s`.
pub fn spell(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// Runs a program in the repository's folder, passes its output on, and counts the test results in it.
pub fn watch(what: &str, command: &mut Command) -> Result<Outcome> {
    let began = Instant::now();
    let mut child = command
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {}", command.get_program().to_string_lossy()))?;
    let stdout = child
        .stdout
        .take()
        .expect("stdout was asked to be a pipe just above");
    let (send, lines) = channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stdout)
            .split(b'\n')
            .map_while(std::result::Result::ok)
        {
            if send.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    });
    let mut outcome = Outcome::default();
    loop {
        match lines.recv_timeout(HEARTBEAT) {
            Ok(line) => {
                say(&line);
                outcome.count(&line);
            }
            Err(RecvTimeoutError::Timeout) => {
                say(&format!("    … still at it: {what}, {}", spell(began.elapsed())));
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    outcome.ok = child.wait()?.success();
    outcome.time = began.elapsed();
    if reader.join().is_err() {
        bail!("reading the output of {what} failed");
    }
    Ok(outcome)
}

/// Runs a program that must succeed.
pub fn must(what: &str, command: &mut Command) -> Result<()> {
    if !watch(what, command)?.ok {
        bail!("{what} failed (its own words are above)");
    }
    Ok(())
}

/// What a program prints, or nothing if it cannot be run or fails.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command
        .current_dir(root())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl Outcome {
    fn count(&mut self, line: &str) {
        if let Some((_, result)) = line.split_once("test result:") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
        } else if line.trim_start().starts_with("left out:") {
            self.left_out.push(line.trim().to_owned());
        }
    }
}

fn number_before(text: &str, word: &str) -> u32 {
    let Some(end) = text.find(word) else { return 0 };
    let digits = text[..end].bytes().rev().take_while(u8::is_ascii_digit).count();
    text[end - digits..end].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_test_programs_are_summed() {
        let mut outcome = Outcome::default();
        outcome.count("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        outcome.count("test result: FAILED. 3 passed; 2 failed; 0 ignored");
        outcome.count("test result: \u{1b}[32mok\u{1b}[0m. 1 passed; 0 failed; 0 ignored");
        outcome.count("5 passed by the way");
        assert_eq!((outcome.passed, outcome.failed), (16, 2));
    }

    #[test]
    fn a_test_that_was_left_out_is_remembered_with_its_reason() {
        let mut outcome = Outcome::default();
        outcome.count("  left out: traces are not on this machine");
        assert_eq!(outcome.left_out, ["left out: traces are not on this machine"]);
    }

    #[test]
    fn times_are_spelled_for_people() {
        assert_eq!(spell(Duration::from_secs(59)), "59 s");
        assert_eq!(spell(Duration::from_secs(125)), "2 min 05 s");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_is_seen_to_fail() {
        let outcome = watch("false", &mut Command::new("false")).unwrap();
        assert!(!outcome.ok);
        assert!(watch("nothing", &mut Command::new("a-program-that-does-not-exist")).is_err());
    }
}
