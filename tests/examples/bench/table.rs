//! From the command's words to the table: which rows, each in its own process, beside its goals and its past.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Map, Value, json};

use crate::history::{self, History};
use crate::measure::{ROUNDS, median, on_cpu, peak_megabytes, timed};
use crate::rows::{self, Row, Unit};
use crate::{page, reference};

/// What is wanted.
#[derive(Default)]
struct Wish {
    json: Option<String>,
    record: bool,
    /// Parts, or pieces of names; none: everything.
    words: Vec<String>,
}

impl Wish {
    fn of(arguments: &[String]) -> Result<Wish> {
        let mut wish = Wish::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--json" => wish.json = Some(arguments.next().context("--json takes a file")?.clone()),
                "--record" => wish.record = true,
                flag if flag.starts_with("--") => bail!("bench does not know `{flag}`"),
                word => wish.words.push(word.to_owned()),
            }
        }
        Ok(wish)
    }

    fn wants(&self, part: &str, name: &str) -> bool {
        self.words.is_empty()
            || self
                .words
                .iter()
                .any(|word| word == part || name.contains(word.as_str()))
    }
}

/// Everything.
pub fn main(arguments: &[String]) -> Result<()> {
    if let [flag, name] = arguments
        && flag == "--row"
    {
        return one(name);
    }
    let wish = Wish::of(arguments)?;
    let history = History::read()?;
    let commit = history::commit().ok();
    let mut reference = median((0..ROUNDS).map(|_| reference::seconds()).collect());
    println!(
        "{:<88} {reference:>9.4}",
        "the reference loop, 100 million steps, seconds"
    );
    let mut found = Map::new();
    let mut figures = Map::new();
    let mut rows: Vec<(&str, Value)> = Vec::new();
    for row in rows::all().iter().filter(|row| wish.wants(row.part, &row.name)) {
        if rows.last().is_none_or(|(part, _)| *part != row.part) {
            println!("{}", heading(row.part));
        }
        let past = history.of(&row.name, commit.as_deref());
        let value = of_child(row, past)?;
        println!("{}", line(row, &value));
        if let Some(queues) = value["queues"].as_array() {
            println!("{}", queues_in_words(queues));
        }
        rows.push((row.part, value));
    }
    if wish.words.is_empty() || wish.words.iter().any(|word| word == "page") {
        // Others may have come or gone since the loop was timed first.
        reference = median((0..ROUNDS).map(|_| reference::seconds()).collect());
        match page::all() {
            Ok(found) => rows.extend(found.into_iter().map(|row| ("page", row))),
            Err(why) => println!("left out: the page is not timed: {why:#}"),
        }
    }
    for (part, mut row) in rows {
        if part == "page"
            && let Some(millis) = row["value"].as_f64()
        {
            let ratio = millis / 1e3 / reference;
            let (first, last) = history.of(row["name"].as_str().unwrap_or_default(), commit.as_deref());
            row["ratio"] = json!(ratio);
            row["over_first"] = json!(first.map(|first| ratio / first));
            row["over_last"] = json!(last.map(|last| ratio / last));
        }
        // "At least" is no figure to be compared with.
        if row["share_of_the_run"].is_null()
            && let (Some(name), Some(ratio)) = (row["name"].as_str(), row["ratio"].as_f64())
        {
            figures.insert(name.to_owned(), json!(ratio));
        }
        let part = found.entry(part).or_insert_with(|| json!([]));
        if let Value::Array(rows) = part {
            rows.push(row);
        }
    }
    found.insert("reference_seconds".to_owned(), json!(reference));
    found.insert("commit".to_owned(), json!(commit));
    let text = Value::Object(found).to_string();
    println!("{text}");
    if let Some(file) = &wish.json {
        std::fs::write(file, text + "\n").with_context(|| file.clone())?;
    }
    if wish.record {
        history.record(
            &commit.context("there is no commit to record for")?,
            reference,
            figures,
        )?;
    }
    Ok(())
}

/// In the child: one row, as JSON in one line.
fn one(name: &str) -> Result<()> {
    let rows = rows::all();
    let row = rows
        .iter()
        .find(|row| row.name == name)
        .with_context(|| format!("no row is called `{name}`"))?;
    let mut loops: Vec<f64> = (0..2).map(|_| reference::seconds()).collect();
    let before = on_cpu();
    let (clock, found) = timed(|| row.measure());
    let mut found = found?;
    // The browser of the others is a process of its own.
    if row.part != "wasm" {
        found["memory_mb"] = json!(peak_megabytes());
        let ran = before.zip(on_cpu()).map(|(before, after)| after - before);
        found["on_cpu_percent"] = json!(ran.map(|ran| (100.0 * ran / clock).round()));
    }
    loops.push(reference::seconds());
    found["reference_seconds"] = json!(median(loops));
    println!("{found}");
    Ok(())
}

/// A row from a process of its own, with what is asked of it and its past.
fn of_child(row: &Row, (first, last): (Option<f64>, Option<f64>)) -> Result<Value> {
    let mut child = Command::new(std::env::current_exe()?);
    let output = child
        .args(["--row", &row.name])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "`{}` could not be measured", row.name);
    let text = String::from_utf8_lossy(&output.stdout);
    let mut found: Value = serde_json::from_str(text.lines().last().unwrap_or_default())?;
    found["name"] = json!(row.name);
    let Some(value) = found["value"].as_f64() else {
        return Ok(found);
    };
    let reference = found["reference_seconds"].as_f64().unwrap_or(f64::NAN);
    let ratio = match row.unit {
        Unit::Seconds => value / reference,
        Unit::Times => value,
    };
    let whole = found["share_of_the_run"].is_null();
    let too_much = row
        .bar_mb
        .is_some_and(|bar| found["memory_mb"].as_f64().is_some_and(|mb| mb > bar));
    let met = match (row.bar, row.aim) {
        (Some(bar), _) if value > bar || too_much || !whole => Some("no"),
        (_, Some(aim)) if value <= aim => Some("aim"),
        (Some(_), _) => Some("bar"),
        (None, _) => None,
    };
    found["ratio"] = json!(ratio);
    found["unit"] = json!(if row.unit == Unit::Seconds {
        "seconds"
    } else {
        "times"
    });
    found["bar"] = json!(row.bar);
    found["aim"] = json!(row.aim);
    found["bar_mb"] = json!(row.bar_mb);
    found["met"] = json!(met);
    found["over_first"] = json!(first.filter(|_| whole).map(|first| ratio / first));
    found["over_last"] = json!(last.filter(|_| whole).map(|last| ratio / last));
    Ok(found)
}

fn heading(part: &str) -> String {
    let (what, unit) = match part {
        "engine" => ("engine, natively, median of 5", "seconds"),
        "features" => ("cost of a feature, times a plain run", "times"),
        _ => ("WASM over native, median of 5", "times"),
    };
    format!(
        "\n{what:<76} {unit:>9} {:>6} {:>6} {:>4} {:>7} {:>5} {:>9} {:>9} {:>8} {:>8} {:>9} {:>6} {:>6}",
        "bar",
        "aim",
        "met",
        "x loop",
        "MB",
        "events",
        "events/s",
        "passes",
        "skipped",
        "tested",
        "/last",
        "/first"
    )
}

fn line(row: &Row, found: &Value) -> String {
    if let Some(why) = found["left_out"].as_str() {
        return format!("left out: {}: {why}", row.name);
    }
    let number = |key: &str, digits: usize| {
        found[key]
            .as_f64()
            .map_or_else(|| String::from("-"), |value| format!("{value:.digits$}"))
    };
    let goal = |goal: Option<f64>| goal.map_or_else(|| String::from("-"), |goal| goal.to_string());
    let rounds = found["rounds"].as_u64().unwrap_or_default();
    let fewer = match found["share_of_the_run"].as_f64() {
        Some(share) => format!(" [at least: {:.0} % run]", 100.0 * share),
        None if rounds < ROUNDS as u64 => format!(" [{rounds} of 5 rounds]"),
        None => String::new(),
    };
    let of_loop = match row.unit {
        Unit::Seconds => number("ratio", 3),
        Unit::Times => String::from("-"),
    };
    format!(
        "{:<88} {:>9} {:>6} {:>6} {:>4} {of_loop:>7} {:>4} {:>5} {:>9} {:>9} {:>8} {:>8} {:>9} {:>6} {:>6}",
        row.name.clone() + fewer.as_str(),
        number("value", if row.unit == Unit::Seconds { 4 } else { 2 }),
        goal(row.bar),
        goal(row.aim),
        found["met"].as_str().unwrap_or("-"),
        number("on_cpu_percent", 0),
        number("memory_mb", 0),
        number("events", 0),
        number("events_per_second", 0),
        number("passes", 0),
        number("passes_skipped", 0),
        number("jobs_tested", 0),
        number("over_last", 2),
        number("over_first", 2),
    )
}

/// The growth row's own figures: seconds by length of the queue.
fn queues_in_words(queues: &[Value]) -> String {
    let each = queues.iter().map(|queue| {
        let seconds = queue["seconds"].as_f64().unwrap_or(f64::NAN);
        format!("{}: {seconds:.3}", queue["pending"])
    });
    format!(
        "    pending jobs: seconds  {}",
        each.collect::<Vec<_>>().join("  ")
    )
}
