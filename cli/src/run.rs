//! `trilemma run`: one scenario over several seeds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sim_core::metrics::{
    Cause, OutsideFigures, Quantile, Report, SeedReport, ServiceFigures, Waits, quantile,
};
use sim_core::scenario::Scenario;
use sim_core::workload::Class;

use crate::text::{cause, class, days, fill, middle, middle_quantile, percent, span, table};
use crate::{Outcome, input, seeds};

/// What to run.
#[derive(clap::Args)]
pub struct Args {
    /// A preset's name, a TOML file, or a share link in quotes
    scenario: String,
    /// Change a knob, such as cap=16gpu or half-life=7d
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// Number of runs, each with its own jobs and dice
    #[arg(long, value_name = "N")]
    seeds: Option<u32>,
    /// One JSON object instead of tables
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub fn run(args: &Args) -> Outcome {
    let given = input::read(&args.scenario, &args.set);
    let number = input::seeds(args.seeds, &given.as_ref().map_or(vec![], |given| vec![given]));
    let (given, number) = input::both(given, number)?;
    let checked = input::check(given.scenario, &args.scenario)?;
    let report = seeds::run(&[&checked], number).remove(0);
    if args.json {
        Ok(format!("{}\n", json(checked.scenario(), &report)))
    } else {
        Ok(for_people(checked.scenario(), &report))
    }
}

/// The whole report as one object.
pub fn json(scenario: &Scenario, report: &Report) -> Value {
    json!({
        "digest": report.digest(),
        "scenario": scenario.name,
        "warm_up_seconds": scenario.horizon.warm_up.0,
        "measured_seconds": scenario.horizon.measured.0,
        "simplicity": { "rules": report.simplicity.rules, "choices": report.simplicity.choices },
        "seeds": report.seeds.iter().map(seed_json).collect::<Vec<_>>(),
    })
}

fn seed_json(seed: &SeedReport) -> Value {
    let busy = seed.busy;
    let idle: Map<String, Value> = seed
        .idle
        .iter()
        .map(|(cause, amount)| (cause.key(), json!(amount)))
        .collect();
    let waiting: Map<String, Value> = seed
        .waiting
        .iter()
        .map(|(reason, secs)| (reason.code().to_owned(), json!(secs)))
        .collect();
    let waits: Map<String, Value> = seed
        .waits
        .iter()
        .map(|(class, waits)| (class.key().to_owned(), waits_json(waits)))
        .collect();
    json!({
        "seed": seed.seed,
        "digest": seed.digest,
        "capacity": seed.capacity,
        "busy": {
            "useful": busy.useful,
            "held_idle": busy.held_idle,
            "no_result": busy.no_result,
            "lost": busy.lost,
            "filler": busy.filler,
            "served": busy.served,
            "beyond_need": busy.beyond_need,
        },
        "idle": idle,
        "lost_to_the_cut": seed.lost_to_the_cut,
        "wait_total": seed.wait_total,
        "waiting": waiting,
        "use": seed.used(),
        "useful": seed.useful(),
        "readiness": {
            "share": seed.readiness.share(),
            "asked": seed.readiness.asked,
            "within_ten_minutes": seed.readiness.within_ten_minutes,
            "waits": waits_json(&seed.readiness.waits),
        },
        "waits": waits,
        "served": seed.served,
        "given_up": seed.given_up,
        "demand_lost_gpu_seconds": seed.demand_lost,
        "submitted": seed.submitted,
        "still_waiting": seed.still_waiting,
        "work_done": seed.work_done,
        "freed": seed.freed,
        "service": {
            "needed": seed.service.needed,
            "met": seed.service.met,
            "worst_hour": seed.service.worst_share(),
            "nodes_given": seed.service.given,
            "drained_seconds": seed.service.drained,
            "longest_drain": seed.service.longest,
            "asked_in_vain": seed.service.in_vain,
            "sessions": seed.shared.sessions,
            "sessions_would_have_held": seed.shared.instead,
        },
        "outside": {
            "moved": seed.outside.moved,
            "gpu_seconds": seed.outside.work,
            "cost": seed.outside.cost,
            "seconds_on_the_way": seed.outside.on_the_way,
            "data_gb": seed.outside.data,
            "set_ups": seed.outside.set_ups,
        },
    })
}

fn waits_json(waits: &Waits) -> Value {
    let value = |per_mille| match quantile(waits, per_mille) {
        Quantile::Nobody => Value::Null,
        Quantile::Secs(secs) | Quantile::MoreThan(secs) => json!(secs),
    };
    let more_than = |per_mille| matches!(quantile(waits, per_mille), Quantile::MoreThan(_));
    json!({
        "started": waits.started.len(),
        "still_waiting": waits.unfinished.len() - waits.given_up as usize,
        "given_up": waits.given_up,
        "p50": value(500),
        "p50_is_more_than": more_than(500),
        "p90": value(900),
        "p90_is_more_than": more_than(900),
    })
}

fn for_people(scenario: &Scenario, report: &Report) -> String {
    let number = report.seeds.len();
    let mut out = fill(&heading(scenario));
    out += &fill(&format!(
        "{number} {}, {} of warm-up, {} measured. Digest {}. Figures are medians over the runs.",
        if number == 1 { "run" } else { "runs" },
        days(scenario.horizon.warm_up),
        days(scenario.horizon.measured),
        report.digest()
    ));
    out += "\n";
    out += &corners(report);
    out += "\n";
    out += &waits(report);
    out += "\n";
    out += &gpu_time(report);
    out += &service(report);
    out += &outside(report);
    out += "\n";
    out += &reasons(report);
    out
}

/// Name and title.
pub fn heading(scenario: &Scenario) -> String {
    match scenario.title.as_str() {
        "" => scenario.name.clone(),
        title => format!("{}: {title}", scenario.name),
    }
}

fn corners(report: &Report) -> String {
    let of = |value: fn(&SeedReport) -> f64| middle(report.seeds.iter().map(value));
    let simplicity = &report.simplicity;
    let plural = |n: u32, noun: &str| {
        if n == 1 {
            format!("1 {noun}")
        } else {
            format!("{n} {noun}s")
        }
    };
    let ready = |per_mille| middle_quantile(report.seeds.iter().map(|seed| &seed.readiness.waits), per_mille);
    format!(
        "  Use         {} of GPU time was held by jobs, {} did useful work\n  \
           Readiness   {} of tests and notebooks started within ten minutes\n              \
                       (typical wait {}, nine in ten within {})\n  \
           Simplicity  {} to know, {} to make\n",
        percent(of(SeedReport::used)),
        percent(of(SeedReport::useful)),
        percent(of(|seed| seed.readiness.share())),
        ready(500),
        ready(900),
        plural(simplicity.rules, "rule"),
        plural(simplicity.choices, "choice"),
    )
}

fn waits(report: &Report) -> String {
    let leave = report.seeds.iter().any(|seed| seed.given_up > 0);
    let row = |name: &str, by_seed: Vec<Waits>| {
        let count = |of: fn(&Waits) -> usize| middle(by_seed.iter().map(|waits| of(waits) as f64));
        let mut row = vec![
            name.to_owned(),
            middle_quantile(by_seed.iter(), 500),
            middle_quantile(by_seed.iter(), 900),
            format!(
                "{:.0}",
                count(|waits| waits.started.len() + waits.unfinished.len())
            ),
            format!(
                "{:.0}",
                count(|waits| waits.unfinished.len() - waits.given_up as usize)
            ),
        ];
        if leave {
            row.push(format!("{:.0}", count(|waits| waits.given_up as usize)));
        }
        row
    };
    let of = |class| {
        report
            .seeds
            .iter()
            .map(|seed| seed.waits.get(&class).cloned().unwrap_or_default())
            .collect()
    };
    let mut rows: Vec<Vec<String>> = Class::ALL.iter().map(|&c| row(class(c), of(c))).collect();
    rows.push(row(
        "all",
        report.seeds.iter().map(SeedReport::all_waits).collect(),
    ));
    let mut head = vec!["Waits", "typical", "nine in ten within", "jobs", "still waiting"];
    if leave {
        // As wide as the page.
        head[2] = "nine in ten";
        head.push("given up");
    }
    table(&head, &rows) + &served(report)
}

/// What no wait tells: how much work did not stay to be done.
pub fn served(report: &Report) -> String {
    let middle_of = |of: fn(&SeedReport) -> f64| middle(report.seeds.iter().map(of));
    let given_up = middle_of(|seed| f64::from(seed.given_up));
    if given_up == 0.0 {
        return String::new();
    }
    fill(&format!(
        "Pieces of work: {:.0} served, {given_up:.0} given up, with {:.0} GPU-hours that went elsewhere.",
        middle_of(|seed| f64::from(seed.served)),
        middle_of(|seed| seed.demand_lost as f64 / 3_600.0),
    ))
}

fn gpu_time(report: &Report) -> String {
    let share = |of: &dyn Fn(&SeedReport) -> u64| {
        middle(
            report
                .seeds
                .iter()
                .map(|seed| of(seed) as f64 / (seed.capacity as f64).max(1.0)),
        )
    };
    let mut rows: Vec<(String, f64)> = vec![
        ("useful work".to_owned(), share(&|seed| seed.busy.useful)),
        (
            "held by a job, doing nothing".to_owned(),
            share(&|seed| seed.busy.held_idle),
        ),
        (
            "work that ended without result".to_owned(),
            share(&|seed| seed.busy.no_result),
        ),
        (
            "work lost or done again".to_owned(),
            share(&|seed| seed.busy.lost),
        ),
        (
            "work only to use up a quota".to_owned(),
            share(&|seed| seed.busy.filler),
        ),
        (
            "with the service, which needed it".to_owned(),
            share(&|seed| seed.busy.served),
        ),
        (
            "with the service, standing by".to_owned(),
            share(&|seed| seed.busy.beyond_need),
        ),
        ("lost to the cut".to_owned(), share(&|seed| seed.lost_to_the_cut)),
    ];
    rows.retain(|(_, share)| *share > 0.0);
    let freed = share(&|seed| seed.freed);
    let causes: BTreeSet<Cause> = report
        .seeds
        .iter()
        .flat_map(|seed| seed.idle.keys().copied())
        .collect();
    for found in causes {
        rows.push((
            format!("idle: {}", cause(found)),
            share(&|seed| seed.idle.get(&found).copied().unwrap_or(0)),
        ));
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, share)| vec![name, percent(share)])
        .collect();
    let mut text = table(&["GPU time", "of all"], &rows);
    if freed > 0.0 {
        text += &format!(
            "  Rules about idle GPUs set free {}: so much longer would jobs have held their GPUs.\n",
            percent(freed)
        );
    }
    text
}

/// What the service got, if there is one.
fn service(report: &Report) -> String {
    let all: Vec<_> = report.seeds.iter().map(|seed| &seed.service).collect();
    if all.iter().all(|service| service.needed == 0) {
        return String::new();
    }
    let of = |value: &dyn Fn(&ServiceFigures) -> f64| middle(all.iter().map(|service| value(service)));
    let drained = |service: &ServiceFigures| service.drained as f64 / f64::from(service.given.max(1));
    let mut text = format!(
        "  Service: {} of what it needed was met, {} in its worst hour.\n",
        percent(of(&ServiceFigures::share)),
        percent(of(&ServiceFigures::worst_share)),
    );
    text += &format!(
        "  It was given a node {:.0} times, {} after asking on average, {} at the longest,\n  \
           and {:.0} times jobs still ran there when it needed it no more.\n",
        of(&|service| f64::from(service.given)),
        span(of(&drained)),
        span(of(&|service| f64::from(service.longest))),
        of(&|service| f64::from(service.in_vain)),
    );
    if all_of(report, |seed| f64::from(seed.shared.sessions)) > 0.0 {
        text += &format!(
            "  {:.0} sessions asked it; GPUs of their own they would have held for {} of all.\n",
            all_of(report, |seed| f64::from(seed.shared.sessions)),
            percent(all_of(report, |seed| seed.shared.instead as f64
                / (seed.capacity as f64).max(1.0))),
        );
    }
    text
}

/// The middle of a figure over seeds.
fn all_of(report: &Report, of: impl Fn(&SeedReport) -> f64) -> f64 {
    middle(report.seeds.iter().map(of))
}

/// What was done outside, if anything was.
fn outside(report: &Report) -> String {
    let of = |of: fn(&OutsideFigures) -> f64| all_of(report, |seed| of(&seed.outside));
    if of(|outside| f64::from(outside.moved)) == 0.0 {
        return String::new();
    }
    format!(
        "  Outside: {:.0} pieces of work went there, {:.0} GPU-hours for {:.0} and {:.0} GB of data;\n  \
           they started {} after leaving the queue on average, and {:.0} people set it up.\n",
        of(|outside| f64::from(outside.moved)),
        of(|outside| outside.work as f64 / 3_600.0),
        of(|outside| outside.cost as f64 / 100.0),
        of(|outside| outside.data as f64),
        span(of(
            |outside| outside.on_the_way as f64 / f64::from(outside.moved.max(1))
        )),
        of(|outside| f64::from(outside.set_ups)),
    )
}

fn reasons(report: &Report) -> String {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (reason, secs) in report.seeds.iter().flat_map(|seed| &seed.waiting) {
        *sums.entry(reason.code()).or_default() += secs;
    }
    let whole = sums.values().sum::<u64>().max(1) as f64;
    let mut rows: Vec<(&str, u64)> = sums.into_iter().filter(|(_, secs)| *secs > 0).collect();
    rows.sort_by_key(|&(_, secs)| std::cmp::Reverse(secs));
    if rows.is_empty() {
        return "  Nobody waited.\n".to_owned();
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(code, secs)| vec![code.to_owned(), percent(secs as f64 / whole)])
        .collect();
    table(&["Why jobs waited", "of all waiting"], &rows)
}
