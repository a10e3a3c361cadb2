//! `trilemma rules`: what a person must know under a policy, a sentence each, and what has changed since another.

use figures::aloud::{Aloud, Change, Rule, aloud, marked};
use figures::format;
use serde_json::{Value, json};
use sim_core::scenario::Scenario;

use crate::{Outcome, input};

/// What to read aloud.
#[derive(clap::Args)]
pub struct Args {
    /// A preset's name, a TOML file, or a share link in quotes
    scenario: String,
    /// Mark what is new, changed or dropped since this one
    #[arg(long, value_name = "BASE")]
    against: Option<String>,
    /// Change a knob, such as cap=16gpu
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// One JSON object instead of text
    #[arg(long)]
    json: bool,
}

/// A scenario, and what it is held against, read and checked.
pub fn pair(
    scenario: &str,
    set: &[String],
    against: Option<&str>,
) -> Result<(Scenario, Option<Scenario>), Vec<String>> {
    let read = |text: &str, set: &[String]| -> Result<Scenario, Vec<String>> {
        let given = input::read(text, set)?;
        Ok(input::check(given.scenario, text)?.scenario().clone())
    };
    input::both(
        read(scenario, set),
        against.map(|base| read(base, &[])).transpose(),
    )
}

/// Reads it aloud.
pub fn run(args: &Args) -> Outcome {
    let (scenario, base) = pair(&args.scenario, &args.set, args.against.as_deref())?;
    let (before, after) = (base.as_ref().map(aloud), aloud(&scenario));
    if args.json {
        let told = json!({
            "scenario": scenario.name,
            "against": base.as_ref().map(|base| &base.name),
            "rules": as_json(before.as_ref().map(|it| &it.rules), &after.rules),
            "choices": as_json(before.as_ref().map(|it| &it.choices), &after.choices),
            "beside": as_json(before.as_ref().map(|it| &it.beside), &after.beside),
        });
        return Ok(format!("{told}\n"));
    }
    let mut out = format!("{}: {}.\n\n", scenario.name, count(&after));
    out += &list(before.as_ref(), &after);
    Ok(out)
}

/// "6 rules to know and 7 choices to make".
pub fn count(of: &Aloud) -> String {
    let counted = |n: usize, one: &str, many: &str| plain(&format::counted(n as u64, one, many));
    format!(
        "{} and {}",
        counted(of.rules.len(), "rule to know", "rules to know"),
        counted(of.choices.len(), "choice to make", "choices to make")
    )
}

/// All of it, in lines of at most 80 columns; with marks if there is something to hold it against.
pub fn list(before: Option<&Aloud>, after: &Aloud) -> String {
    let was = before.cloned().unwrap_or_else(|| after.clone());
    let mut out = String::new();
    let mut number = 0;
    for (change, rule) in marked(was.counted(), after.counted()) {
        let sign = if change == Change::Dropped {
            String::from("  –")
        } else {
            number += 1;
            format!("{number:>3}")
        };
        out += &item(&format!("{sign}  "), change, rule);
    }
    out += "\nAlso in force, and not counted\n\n";
    for (change, rule) in marked(&was.beside, &after.beside) {
        out += &item("  ·  ", change, rule);
    }
    out
}

fn item(sign: &str, change: Change, rule: &Rule) -> String {
    let mark = match change {
        Change::Kept => String::new(),
        Change::New | Change::Changed | Change::Dropped => format!("[{}] ", change.word()),
    };
    hang(sign, &format!("{mark}{}", rule.words))
}

/// Words filled into lines of at most 80 columns behind a sign, the further ones under the first.
pub fn hang(sign: &str, text: &str) -> String {
    let indent = sign.chars().count();
    let mut out = sign.to_owned();
    let mut column = indent;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > indent && column + 1 + width > 80 {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out += word;
        column += width;
    }
    out.push('\n');
    out
}

fn as_json(before: Option<&Vec<Rule>>, after: &Vec<Rule>) -> Vec<Value> {
    let one = |rule: &Rule| json!({ "about": rule.about, "words": plain(&rule.words) });
    match before {
        None => after.iter().map(one).collect(),
        Some(before) => marked(before, after)
            .into_iter()
            .map(|(change, rule)| {
                let mut told = one(rule);
                told["change"] = json!(change);
                told
            })
            .collect(),
    }
}

/// Terminals and programs get every space alike.
pub fn plain(text: &str) -> String {
    text.replace([format::NBSP, format::THIN], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_listed_with_what_changed() {
        let run = |set: &[&str]| {
            let set: Vec<String> = set.iter().map(|set| (*set).to_owned()).collect();
            let (scenario, base) = pair("group-32", &set, Some("group-32")).unwrap();
            list(base.map(|base| aloud(&base)).as_ref(), &aloud(&scenario))
        };
        assert!(!run(&[]).contains('['));
        let told = run(&["cap=off", "max-time=1d", "idle-cull=1h"]);
        assert!(told.starts_with(
            "  1  [changed] A job may run for 1 day at most.\n  2  [new] A session that stands idle for 1 h is ended.\n  \
             –  [dropped] One person may hold at most 8 GPUs at once.\n"
        ), "{told}");
        assert!(told.lines().all(|line| line.chars().count() <= 80));
    }
}
