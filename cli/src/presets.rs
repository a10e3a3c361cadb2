//! `trilemma presets`: what every preset does as it is, in tables to lay beside each other.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sim_core::metrics::{Cause, Report, SeedReport, Waits};
use sim_core::scenario::{Checked, Horizon, Scenario};
use sim_core::workload::Class;

use crate::text::{class, days, middle, middle_quantile, percent};
use crate::{Outcome, input, run, seeds};

/// Which presets, and how often.
#[derive(clap::Args)]
pub struct Args {
    /// Names of presets, files or links; all presets if none is named
    scenarios: Vec<String>,
    /// Change a knob in each of them, such as load=95pct
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// Number of runs of each
    #[arg(long, value_name = "N")]
    seeds: Option<u32>,
    /// Measure what the lab measures: a week of warm-up, four weeks
    #[arg(long)]
    page: bool,
    /// One JSON object instead of tables
    #[arg(long)]
    json: bool,
}

/// A preset that has been run.
struct Ran {
    scenario: Scenario,
    report: Report,
    /// Of one core, for one seed.
    time: Duration,
}

/// Runs them.
pub fn run(args: &Args) -> Outcome {
    let names = match args.scenarios.as_slice() {
        [] => input::presets().map(str::to_owned).collect(),
        some => some.to_vec(),
    };
    let mut checked = Vec::new();
    let mut problems = Vec::new();
    for name in &names {
        let given = input::read(name, &args.set).and_then(|mut given| {
            if args.page {
                given.scenario.horizon = Horizon::PAGE;
            }
            input::check(given.scenario, name)
        });
        match given {
            Ok(scenario) => checked.push(scenario),
            Err(found) => problems.extend(found),
        }
    }
    let number = input::seeds(args.seeds, &[]).map_err(|found| problems.extend(found));
    let (true, Ok(number)) = (problems.is_empty(), number) else {
        return Err(problems);
    };
    let ran: Vec<Ran> = checked.iter().map(|scenario| one(scenario, number)).collect();
    Ok(if args.json {
        format!("{}\n", json(&ran, number))
    } else {
        tables(&ran, number)
    })
}

fn one(scenario: &Checked, number: u32) -> Ran {
    let (began, spent) = (Instant::now(), processor_time());
    let report = seeds::run(&[scenario], number).remove(0);
    let time = match (spent, processor_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => began.elapsed(),
    };
    Ran {
        scenario: scenario.scenario().clone(),
        report,
        time: time / number,
    }
}

/// What this process has had of all processors, where the system tells (Linux: in hundredths of a second).
fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may hold spaces; it ends with the last bracket.
    let fields = told.rsplit_once(") ")?.1.split(' ');
    let ticks: Vec<u64> = fields
        .skip(11)
        .take(2)
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    Some(Duration::from_millis(10 * ticks.iter().sum::<u64>()))
}

fn json(ran: &[Ran], number: u32) -> Value {
    let one = |it: &Ran| {
        let mut report = run::json(&it.scenario, &it.report);
        report["gpus"] = json!(it.scenario.cluster.gpus());
        report["people"] = json!(it.scenario.workload.people);
        report["seconds_per_seed"] = json!(it.time.as_secs_f64());
        report
    };
    json!({ "runs": number, "presets": ran.iter().map(one).collect::<Vec<_>>() })
}

fn tables(ran: &[Ran], number: u32) -> String {
    let horizon = ran.first().map(|it| it.scenario.horizon).unwrap_or_default();
    let mut out = format!(
        "{number} {} of each, {} of warm-up, {} measured; medians over the runs.\n\n",
        if number == 1 { "run" } else { "runs" },
        days(horizon.warm_up),
        days(horizon.measured)
    );
    let head = [
        "preset",
        "GPUs",
        "people",
        "load",
        "jobs",
        "use",
        "useful",
        "readiness",
        "to know",
        "still waiting",
        "seconds a seed",
    ];
    out += &markdown(&head, ran.iter().map(figures));
    let mut head = vec!["typical, nine in ten"];
    head.extend(Class::ALL.iter().map(|&it| class(it)));
    out += "\n";
    out += &markdown(&head, ran.iter().map(waits));
    out += "\n";
    let mut head = vec!["of GPU time"];
    head.extend(TIMES.iter().map(|(name, _)| *name));
    out += &markdown(&head, ran.iter().map(times));
    out
}

fn figures(it: &Ran) -> Vec<String> {
    let seeds = || it.report.seeds.iter();
    let share = |of: fn(&SeedReport) -> f64| percent(middle(seeds().map(of)));
    let count = |of: fn(&SeedReport) -> f64| format!("{:.0}", middle(seeds().map(of)));
    vec![
        format!("`{}`", it.scenario.name),
        it.scenario.cluster.gpus().to_string(),
        it.scenario.workload.people.to_string(),
        percent(f64::from(it.scenario.assumptions.load.0) / 1000.0),
        count(|seed| f64::from(seed.submitted)),
        share(SeedReport::used),
        share(SeedReport::useful),
        share(|seed| seed.readiness.share()),
        (it.report.simplicity.rules + it.report.simplicity.choices).to_string(),
        count(|seed| f64::from(seed.still_waiting)),
        format!("{:.2}", it.time.as_secs_f64()),
    ]
}

fn waits(it: &Ran) -> Vec<String> {
    let cell = |&class: &Class| {
        let of: Vec<Waits> = it
            .report
            .seeds
            .iter()
            .map(|seed| seed.waits.get(&class).cloned().unwrap_or_default())
            .collect();
        let at = |per_mille| middle_quantile(of.iter(), per_mille);
        match at(500).as_str() {
            "–" => "–".to_owned(),
            half => format!("{half}, {}", at(900)),
        }
    };
    let mut row = vec![format!("`{}`", it.scenario.name)];
    row.extend(Class::ALL.iter().map(cell));
    row
}

/// A part of all GPU time.
type Part = (&'static str, fn(&SeedReport) -> u64);

/// Together they are all of it.
const TIMES: [Part; 13] = [
    ("useful", |seed| seed.busy.useful),
    ("held idle", |seed| seed.busy.held_idle),
    ("no result", |seed| seed.busy.no_result),
    ("lost", |seed| seed.busy.lost),
    ("idle: a limit", |seed| {
        sum(seed, |cause| matches!(cause, Cause::Limit(_)))
    }),
    ("kept", |seed| sum(seed, |cause| cause == Cause::KeptForJobAhead)),
    ("fragments", |seed| sum(seed, |cause| cause == Cause::Fragments)),
    ("too few", |seed| {
        sum(seed, |cause| cause == Cause::TooFewForNextJob)
    }),
    ("set aside", |seed| sum(seed, |cause| cause == Cause::SetAside)),
    ("handing over", |seed| {
        sum(seed, |cause| cause == Cause::HandingOver)
    }),
    ("not looked at", |seed| {
        sum(seed, |cause| cause == Cause::NotYetLookedAt)
    }),
    ("no demand", |seed| sum(seed, |cause| cause == Cause::NoDemand)),
    ("lost to the cut", |seed| seed.lost_to_the_cut),
];

fn sum(seed: &SeedReport, is: fn(Cause) -> bool) -> u64 {
    seed.idle
        .iter()
        .filter(|(cause, _)| is(**cause))
        .map(|(_, amount)| amount)
        .sum()
}

fn times(it: &Ran) -> Vec<String> {
    let share = |(_, of): &Part| {
        let shares = it
            .report
            .seeds
            .iter()
            .map(|seed| of(seed) as f64 / (seed.capacity as f64).max(1.0));
        percent(middle(shares))
    };
    let mut row = vec![format!("`{}`", it.scenario.name)];
    row.extend(TIMES.iter().map(share));
    row
}

/// A table as Markdown.
fn markdown(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = head.iter().map(|&it| it.to_owned()).collect();
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    let body: String = rows.map(|row| line(&row)).collect();
    line(&heads) + &rule + &body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_all_of_the_gpu_time() {
        let checked = input::read("desk-4", &[])
            .and_then(|given| input::check(given.scenario, "desk-4"))
            .unwrap();
        let ran = one(&checked, 2);
        for seed in &ran.report.seeds {
            let sum: u64 = TIMES.iter().map(|(_, of)| of(seed)).sum();
            assert_eq!(sum + seed.busy.filler, seed.capacity);
        }
    }

    #[test]
    fn tables_have_as_many_cells_as_heads() {
        let checked = input::read("desk-4", &[])
            .and_then(|given| input::check(given.scenario, "desk-4"))
            .unwrap();
        let said = tables(&[one(&checked, 1)], 1);
        for table in said.split("\n\n").skip(1) {
            let bars: Vec<usize> = table
                .lines()
                .map(|line| line.matches('|').count())
                .filter(|&n| n > 0)
                .collect();
            assert!(
                bars.len() == 3 && bars.windows(2).all(|two| two[0] == two[1]),
                "{table}"
            );
        }
    }
}
