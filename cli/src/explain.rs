//! `trilemma explain`: why a job waits at an instant, and what would have become of it had it asked for something else.

use std::collections::BTreeMap;

use figures::explain::{
    Words, change_in_words, clock, in_the_end, instant, instead as instead_in_words, words,
};
use figures::format;
use serde_json::{Value, json};
use sim_core::engine::explain::{self, Change, Explanation, Fate, Line, World};
use sim_core::ids::{JobId, PartitionId, QosId};
use sim_core::metrics::Window;
use sim_core::reason::Reason;
use sim_core::scenario::knobs::nearest_word;
use sim_core::units::{Span, Time};

use crate::text::{fill, table};
use crate::{Outcome, input};

/// What to explain.
#[derive(clap::Args)]
pub struct Args {
    /// A preset's name, a TOML file, or a share link in quotes
    scenario: String,
    /// Number of the job; --list shows who waits
    #[arg(long, value_name = "ID", required_unless_present = "list")]
    job: Option<u32>,
    /// When: 23d9h47m from the first Monday, or Tue 2 09:47 as on the pages; else half-way through its wait
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Had it asked for something else: limit=4h, gpus=2, partition=NAME, qos=NAME, at=TIME
    #[arg(long = "if", value_name = "CHANGE")]
    change: Vec<String>,
    /// Who waits then, by reason
    #[arg(long, conflicts_with_all = ["job", "change"])]
    list: bool,
    /// Change a knob, such as cap=16gpu or half-life=7d
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// Which run: its jobs and dice; else the scenario's first
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// One JSON object instead of words
    #[arg(long)]
    json: bool,
}

/// Everything that can be read of what was asked; all problems at once.
fn read(world: &World, args: &Args) -> Result<(Option<Time>, Change), Vec<String>> {
    let at = args
        .at
        .as_deref()
        .map(|text| time(world, "--at", text))
        .transpose();
    let mut problems = Vec::new();
    let mut change = Change::default();
    for text in &args.change {
        if let Err(problem) = read_change(world, &mut change, text) {
            problems.push(problem);
        }
    }
    let rest = if problems.is_empty() {
        Ok(change)
    } else {
        Err(problems)
    };
    input::both(at.map_err(|problem| vec![problem]), rest)
}

fn time(world: &World, what: &str, text: &str) -> Result<Time, String> {
    since_monday(text)
        .map(|span| Time::ZERO + span)
        .or_else(|| instant(text, world.window().from))
        .ok_or_else(|| {
            format!(
                "{what} {text}: no time; write 23d9h47m or 23-09:47 from the first Monday, or {} as on the pages",
                clock(world.window().from, world.window().from)
            )
        })
}

fn read_change(world: &World, change: &mut Change, text: &str) -> Result<(), String> {
    let told = |error: &dyn std::fmt::Display| format!("--if {text}: {error}");
    let Some((what, value)) = text.split_once('=') else {
        return Err(told(
            &"no change; write limit=4h, gpus=2, partition=NAME, qos=NAME or at=TIME",
        ));
    };
    let value = value.trim();
    let policy = world.policy();
    match what.trim() {
        "limit" => change.limit = Some(value.parse::<Span>().map_err(|error| told(&error))?),
        "gpus" => {
            let gpus = value
                .parse()
                .map_err(|_| told(&"no whole number; write gpus=2"))?;
            change.gpus = Some(gpus);
        }
        "partition" => {
            let names = policy.partitions.iter().map(|spec| spec.name.as_str());
            change.partition = Some(PartitionId::from(place(names, value).map_err(|e| told(&e))?));
        }
        "qos" => {
            let names = policy.qos.iter().map(|spec| spec.name.as_str());
            change.qos = Some(QosId::from(place(names, value).map_err(|e| told(&e))?));
        }
        "at" => change.at = Some(time(world, "--if at", value)?),
        _ => {
            return Err(told(
                &"no such change; there are limit, gpus, partition, qos and at",
            ));
        }
    }
    Ok(())
}

fn in_words(world: &World, change: &Change) -> String {
    let policy = world.policy();
    let partition = change
        .partition
        .map(|id| &*policy.partitions[usize::from(id)].name);
    let qos = change.qos.map(|id| &*policy.qos[usize::from(id)].name);
    change_in_words(change, partition, qos, world.window().from)
}

/// Where a name stands in a list.
fn place<'a>(names: impl Iterator<Item = &'a str> + Clone, name: &str) -> Result<usize, String> {
    names.clone().position(|other| other == name).ok_or_else(|| {
        let remedy = match nearest_word(name, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", names.collect::<Vec<_>>().join(", ")),
        };
        format!("no such name; {remedy}")
    })
}

/// `3d12h`, and whatever a [`Span`] is written as.
fn since_monday(text: &str) -> Option<Span> {
    if let Ok(span) = text.parse() {
        return Some(span);
    }
    let mut sum = Span::ZERO;
    for part in text.split_inclusive(|letter: char| letter.is_ascii_alphabetic()) {
        sum += part.parse::<Span>().ok()?;
    }
    (!text.is_empty()).then_some(sum)
}

/// Explains it.
pub fn run(args: &Args) -> Outcome {
    let given = input::read(&args.scenario, &args.set)?;
    let seed = args.seed.unwrap_or(given.scenario.seed);
    let world = World::new(input::check(given.scenario, &args.scenario)?, seed);
    let (at, change) = read(&world, args)?;
    match args.job {
        None => list(&world, at, args.json),
        Some(job) => one(&world, JobId(job), at, &change, args.json),
    }
    .map_err(|problem| vec![problem])
}

fn one(
    world: &World,
    job: JobId,
    at: Option<Time>,
    change: &Change,
    as_json: bool,
) -> Result<String, String> {
    let fate = world.fate(job);
    let at = at.unwrap_or_else(|| world.half_way(&fate));
    let explanation = world.explain(job, at).map_err(|error| match &error {
        explain::Unexplained::NoSuchJob { .. } => format!("--job {}: {error}", job.0),
        explain::Unexplained::NotYetSubmitted { .. } | explain::Unexplained::Outside { .. } => {
            format!("--at: {error}")
        }
    })?;
    let instead = if *change == Change::default() {
        None
    } else {
        let would = world
            .instead(job, change)
            .map_err(|error| format!("--if: {error}"))?;
        Some(would)
    };
    let words = words(&explanation);
    let instead_words = instead
        .as_ref()
        .map(|would| instead_in_words(job, &in_words(world, change), &fate, would, world.window().from));
    if as_json {
        let told = json!({
            "scenario": world.name(),
            "seed": world.seed(),
            "explanation": &explanation,
            "words": words,
            "fate": fate,
            "instead": instead.map(|would| json!({ "fate": would, "words": instead_words })),
        });
        return Ok(format!("{told}\n"));
    }
    Ok(for_people(&explanation, &words, &fate, instead_words.as_deref()))
}

fn for_people(explanation: &Explanation, words: &Words, fate: &Fate, instead: Option<&str>) -> String {
    let mut out = fill(&words.sentence);
    for more in [&words.change, &words.plan].into_iter().flatten() {
        out += &fill(more);
    }
    if let Some(told) = in_the_end(explanation, fate) {
        out += &fill(&told);
    }
    if let Some(told) = instead {
        out += "\n";
        out += &fill(told);
    }
    out += "\n";
    let width = words
        .rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    for (name, value) in &words.rows {
        out += &format!("  {name:width$}  {}\n", plain(value));
    }
    if !words.priority.is_empty() {
        let rows: Vec<Vec<String>> = words.priority.iter().map(|row| row.to_vec()).collect();
        out += "\n";
        out += &table(&["Priority", "weight", "factor", "product"], &rows);
    }
    out += "\nIn Slurm's words\n\n";
    out += &words.slurm;
    if !out.ends_with('\n') {
        out += "\n";
    }
    out
}

/// Terminals show every space alike, and some show odd ones badly.
fn plain(text: &str) -> String {
    text.replace([format::NBSP, format::THIN], " ")
}

fn list(world: &World, at: Option<Time>, as_json: bool) -> Result<String, String> {
    let Window { from, to } = world.window();
    let at = at.unwrap_or(from + Span(to.since(from).0 / 2));
    let lines = explain::waiting(world.start(), at).map_err(|error| format!("--at: {error}"))?;
    if as_json {
        let told: Value = json!({
            "scenario": world.name(),
            "seed": world.seed(),
            "at": at,
            "waiting": lines,
        });
        return Ok(format!("{told}\n"));
    }
    if lines.is_empty() {
        return Ok(fill(&format!("On {} nobody waits.", clock(at, from))));
    }
    let mut by_reason: BTreeMap<Reason, Vec<&Line>> = BTreeMap::new();
    for line in &lines {
        by_reason.entry(line.reason).or_default().push(line);
    }
    let mut by_reason: Vec<(Reason, Vec<&Line>)> = by_reason.into_iter().collect();
    by_reason.sort_by_key(|(_, lines)| std::cmp::Reverse(lines.len()));
    let rows: Vec<Vec<String>> = by_reason
        .iter()
        .map(|(reason, lines)| {
            let ids: Vec<String> = lines.iter().take(4).map(|line| line.job.0.to_string()).collect();
            let more = if lines.len() > ids.len() { " …" } else { "" };
            vec![
                reason.code().to_owned(),
                lines.len().to_string(),
                format!("{}{more}", ids.join(" ")),
            ]
        })
        .collect();
    let many = if lines.len() == 1 {
        "1 job waits".to_owned()
    } else {
        format!("{} jobs wait", lines.len())
    };
    Ok(format!(
        "{}\n{}",
        fill(&format!("On {} {many}.", clock(at, from))),
        table(&["Reason", "jobs", "such as"], &rows)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_one_unit_or_several() {
        for (text, secs) in [
            ("3d12h", 3 * 86_400 + 43_200),
            ("90s", 90),
            ("1d2h3m4s", 86_400 + 7_200 + 180 + 4),
            ("3-09:47", 3 * 86_400 + 9 * 3_600 + 47 * 60),
        ] {
            assert_eq!(since_monday(text), Some(Span(secs)), "{text}");
        }
        for text in ["", "3", "3d12", "Tue 2 09:47", "d"] {
            assert_eq!(since_monday(text), None, "{text}");
        }
    }
}
