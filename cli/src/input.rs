//! From what stands on the command line to checked scenarios: a preset's name, a TOML file, or a share link.

use std::fs::File;
use std::io::Read as _;

use sim_core::scenario::knobs::{assign, nearest_word};
use sim_core::scenario::link::{MOST_SEEDS, decode_among};
use sim_core::scenario::{Checked, Head, Problem, Scenario, structure};

use crate::say;

macro_rules! preset {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../content/scenarios/", $name, ".toml")),
        )
    };
}

/// The presets, by name; the files are the one truth.
const PRESETS: [(&str, &str); 17] = [
    preset!("campus-owners"),
    preset!("charge-factors"),
    preset!("desk-4"),
    preset!("dual-64"),
    preset!("group-32"),
    preset!("lab-512"),
    preset!("lab-caps-requeue"),
    preset!("lab-three-tier"),
    preset!("length-shares"),
    preset!("mig-national"),
    preset!("national-ai-project-cap"),
    preset!("nested-walltime-mig"),
    preset!("qos-ladder"),
    preset!("scavenge-and-paid"),
    preset!("supercomputer-node-minutes"),
    preset!("typed-caps"),
    preset!("uni-128"),
];

/// The names of all presets.
pub fn presets() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|(name, _)| *name)
}

/// A scenario file is a page of text; more is not one.
const LARGEST_FILE: u64 = 4 << 20;

/// Runs if neither the command line nor a link says how many.
const USUAL_SEEDS: u32 = 8;

/// A scenario as given, with what is set on the command line.
pub struct Given {
    /// It.
    pub scenario: Scenario,
    /// The number of runs, if it came as a link.
    pub seeds: Option<u32>,
    /// Whether it came as a file that says over which window and from which seed it is run.
    pub says_when: bool,
}

/// Reads one argument and applies what is set. All problems at once.
pub fn read(text: &str, set: &[String]) -> Result<Given, Vec<String>> {
    let mut problems = Vec::new();
    // What is set can be judged even if the scenario cannot be read.
    let mut given = source(text).unwrap_or_else(|problem| {
        problems.push(problem);
        let scenario = Scenario::default();
        Given {
            scenario,
            seeds: None,
            says_when: false,
        }
    });
    for change in set {
        if structure::is_part(change) {
            let (changed, unread) = structure::read(&given.scenario, change);
            given.scenario = changed;
            problems.extend(unread.iter().map(|it| format!("--set `{}`: {}", it.part, it.why)));
        } else if let Err(error) = assign(&mut given.scenario, change) {
            problems.push(format!("--set {error}"));
        }
    }
    if problems.is_empty() {
        Ok(given)
    } else {
        Err(problems)
    }
}

/// Both, or the problems of both.
pub fn both<A, B>(a: Result<A, Vec<String>>, b: Result<B, Vec<String>>) -> Result<(A, B), Vec<String>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(problems), Ok(_)) | (Ok(_), Err(problems)) => Err(problems),
        (Err(mut problems), Err(more)) => {
            problems.extend(more);
            Err(problems)
        }
    }
}

/// Checks a scenario: warnings are told, errors returned. `what` names it.
pub fn check(scenario: Scenario, what: &str) -> Result<Checked, Vec<String>> {
    let line = |problem: &Problem| format!("{what}: {problem}");
    match scenario.check() {
        Ok((checked, warnings)) => {
            for warning in &warnings {
                say(&format!("warning: {}", line(warning)));
            }
            Ok(checked)
        }
        Err(problems) => Err(problems.iter().map(line).collect()),
    }
}

/// The number of runs: as asked for, else as in the link, else the usual.
pub fn seeds(asked: Option<u32>, given: &[&Given]) -> Result<u32, Vec<String>> {
    let n = asked
        .or_else(|| given.iter().find_map(|given| given.seeds))
        .unwrap_or(USUAL_SEEDS);
    if (1..=MOST_SEEDS).contains(&n) {
        Ok(n)
    } else {
        Err(vec![format!(
            "--seeds {n}: out of range; write 1 to {MOST_SEEDS}"
        )])
    }
}

fn source(text: &str) -> Result<Given, String> {
    let name = text.trim();
    if let Some((name, toml)) = PRESETS.iter().find(|(preset, _)| *preset == name) {
        let scenario = parse(name, toml)?;
        return Ok(Given {
            scenario,
            seeds: None,
            says_when: false,
        });
    }
    let lower = name.to_ascii_lowercase();
    let signs = ["profile=", "profile%", "p0?", "://"];
    let looks_like_link = lower.starts_with('#') || signs.iter().any(|sign| lower.contains(sign));
    if looks_like_link {
        return from_link(name);
    }
    let looks_like_file =
        name.contains(['/', '\\']) || name.ends_with(".toml") || std::path::Path::new(name).exists();
    if looks_like_file {
        let text = read_file(name)?;
        let scenario = parse(name, &text)?;
        let says =
            |key: &str| toml::from_str::<toml::Table>(&text).is_ok_and(|table| table.contains_key(key));
        return Ok(Given {
            scenario,
            seeds: None,
            says_when: says("horizon") || says("seed"),
        });
    }
    let remedy = match nearest_word(name, presets()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", presets().collect::<Vec<_>>().join(", ")),
    };
    Err(format!("`{name}`: no preset, TOML file or share link; {remedy}"))
}

/// The scenarios of all presets.
pub fn all_presets() -> Result<Vec<Scenario>, String> {
    PRESETS.iter().map(|(name, toml)| parse(name, toml)).collect()
}

fn from_link(text: &str) -> Result<Given, String> {
    let presets = all_presets()?;
    let proposal = decode_among(text, &presets).map_err(|error| format!("`{text}`: {error}"))?;
    for note in &proposal.notes {
        say(&format!("warning: {note}"));
    }
    Ok(Given {
        scenario: proposal.proposal,
        seeds: Some(proposal.seeds),
        says_when: true,
    })
}

fn read_file(path: &str) -> Result<String, String> {
    let told = |error: std::io::Error| format!("{path}: {error}; give the path of a TOML file");
    let mut text = Vec::new();
    let file = File::open(path).map_err(told)?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut text).map_err(told)?;
    if text.len() as u64 > LARGEST_FILE {
        return Err(format!(
            "{path}: more than {LARGEST_FILE} bytes; give the path of a TOML file"
        ));
    }
    String::from_utf8(text).map_err(|_| format!("{path}: not a text in UTF-8; give the path of a TOML file"))
}

/// TOML to scenario. The format's number is looked at before the rest.
fn parse(path: &str, text: &str) -> Result<Scenario, String> {
    let located = |error: toml::de::Error| located(path, text, &error);
    let head: Head = toml::from_str(text).map_err(located)?;
    head.readable().map_err(|error| format!("{path}: {error}"))?;
    toml::from_str(text).map_err(located)
}

/// `mine.toml:12: max-time: what is wrong`, in one line.
fn located(path: &str, text: &str, error: &toml::de::Error) -> String {
    let message = error.message().lines().collect::<Vec<_>>().join(" ");
    let Some(span) = error.span() else {
        return format!("{path}: {message}");
    };
    let before = text.get(..span.start).unwrap_or(text);
    let number = before.matches('\n').count() + 1;
    let line = text.lines().nth(number - 1).unwrap_or_default();
    match line.split_once('=') {
        Some((key, _)) => format!("{path}:{number}: {}: {message}", key.trim()),
        None => format!("{path}:{number}: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_file_is_here_under_its_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/scenarios");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        files.sort();
        assert_eq!(files, PRESETS.map(|(name, _)| name));
        for (name, toml) in PRESETS {
            assert_eq!(parse(name, toml).unwrap().name, name);
        }
    }

    #[test]
    fn what_is_wrong_in_a_file_is_told_with_line_and_key() {
        for (text, expected) in [
            (
                "schema = 9\nfuture = 1",
                "f.toml: schema 9 is not known here, only 1 to 1; use a newer version of Trilemma, or write schema = 1",
            ),
            (
                "[workload]\npeople = -3",
                "f.toml:2: people: invalid value: integer `-3`, expected u32",
            ),
            (
                "[[policy.partitions]]\n\nmax-time = \"3\"",
                "f.toml:3: max-time: `3` is not a length of time; write 30s, 15m, 12h, 3d, 2w or 1-12:00:00",
            ),
        ] {
            assert_eq!(parse("f.toml", text).unwrap_err(), expected);
        }
        let unknown = parse("f.toml", "[assumptions]\nlaod = 850").unwrap_err();
        assert!(
            unknown.starts_with("f.toml:2: laod: unknown field `laod`, expected one of `load`"),
            "{unknown}"
        );
    }
}
