//! Four seeds of a campus against the bands that real traces leave: Helios, Philly, PAI, Acme, MIT Supercloud. Those of the
//! presets stand in `bands_of_presets.rs`.

use std::collections::BTreeMap;

use sim_core::ids::UserId;
use sim_core::scenario::Scenario;
use sim_core::units::Span;
use sim_core::workload::{Arrival, Demand, JobSpec, generate, jobs};

use super::{campus, checked};

const DAYS: usize = 181;

#[test]
fn four_seeds_of_a_campus_stay_within_the_bands_of_real_traces() {
    let outside = outside(&campus());
    assert!(outside.is_empty(), "{}", outside.join("\n"));
}

/// The figures of four seeds that are outside their bands, in words.
fn outside(scenario: &Scenario) -> Vec<String> {
    let mut outside = Vec::new();
    for seed in 1..=4 {
        for (name, figure, (low, high)) in figures(scenario, seed) {
            println!("seed {seed}  {name:<36} {figure:>9.3}   {low} to {high}");
            if !(low..=high).contains(&figure) {
                outside.push(format!(
                    "seed {seed}: {name} is {figure:.3}, outside {low} to {high}"
                ));
            }
        }
    }
    outside
}

pub(super) type Figure = (&'static str, f64, (f64, f64));

pub(super) fn figures(scenario: &Scenario, seed: u64) -> Vec<Figure> {
    let week = checked(scenario.clone());
    let demand = generate(&week, seed);
    let submitted: Vec<JobSpec> = jobs(&demand, &week).iter().cloned().collect();
    let mut five_days = scenario.clone();
    five_days.policy.partitions[0].max_time = Span::days(5);
    let cut: Vec<JobSpec> = jobs(&demand, &checked(five_days)).iter().cloned().collect();
    let mut all = run_times(&submitted);
    all.extend(gpu_time(&submitted));
    all.extend(people(&demand));
    all.extend(arrivals(&submitted));
    all.extend(batches(&demand));
    all.push((
        "used over requested time, mean",
        mean(
            cut.iter()
                .map(|job| f64::from(job.runtime.0) / f64::from(job.request.limit.0)),
        ),
        (0.08, 0.4),
    ));
    all
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

fn run_times(jobs: &[JobSpec]) -> Vec<Figure> {
    let mut seconds: Vec<f64> = jobs.iter().map(|job| f64::from(job.runtime.0)).collect();
    seconds.sort_by(f64::total_cmp);
    let at = |share: f64| seconds[(share * seconds.len() as f64) as usize];
    let up_to = |most: f64| 100.0 * seconds.partition_point(|&s| s <= most) as f64 / seconds.len() as f64;
    vec![
        ("run time p50, seconds", at(0.50), (200.0, 1_500.0)),
        ("run time p90, hours", at(0.90) / 3_600.0, (2.0, 5.0)),
        ("run time p99, hours", at(0.99) / 3_600.0, (15.0, 80.0)),
        ("jobs up to a minute, %", up_to(60.0), (8.0, 25.0)),
        ("jobs up to 5 minutes, %", up_to(300.0), (25.0, 55.0)),
        ("jobs up to an hour, %", up_to(3_600.0), (65.0, 85.0)),
        ("jobs up to a day, %", up_to(86_400.0), (95.0, 99.5)),
    ]
}

fn gpu_time(jobs: &[JobSpec]) -> Vec<Figure> {
    let hours = |job: &JobSpec| job.runtime.as_hours() * f64::from(job.request.gpus());
    let total: f64 = jobs.iter().map(hours).sum();
    let share = |which: fn(&JobSpec) -> bool| {
        100.0 * jobs.iter().filter(|job| which(job)).map(hours).sum::<f64>() / total
    };
    let single = jobs.iter().filter(|job| job.request.gpus() == 1).count();
    let on_one = 100.0 * single as f64 / jobs.len() as f64;
    vec![
        (
            "GPU-hours in jobs above 4 h, %",
            share(|j| j.runtime > Span::hours(4)),
            (70.0, 92.0),
        ),
        (
            "GPU-hours in jobs above a day, %",
            share(|j| j.runtime > Span::days(1)),
            (35.0, 75.0),
        ),
        ("jobs on one GPU, %", on_one, (70.0, 95.0)),
        (
            "GPU-hours on one GPU, %",
            share(|j| j.request.gpus() == 1),
            (5.0, 55.0),
        ),
        (
            "GPU-hours on up to 8 GPUs, %",
            share(|j| j.request.gpus() <= 8),
            (40.0, 90.0),
        ),
        ("GPU-hours per job", total / jobs.len() as f64, (3.0, 13.0)),
    ]
}

fn people(demand: &Demand) -> Vec<Figure> {
    let mut work = vec![0.0; demand.people.len()];
    for intent in demand.intents.iter() {
        work[usize::from(intent.user)] += f64::from(intent.work.0);
    }
    work.sort_by(|a, b| b.total_cmp(a));
    let n = work.len() as f64;
    let total: f64 = work.iter().sum();
    let top = |share: f64| 100.0 * work[..(share * n) as usize].iter().sum::<f64>() / total;
    let ranked: f64 = work
        .iter()
        .zip(0..)
        .map(|(w, rank)| w * (n - 1.0 - 2.0 * f64::from(rank)))
        .sum();
    vec![
        ("GPU-hours of the top 5 % of people, %", top(0.05), (35.0, 65.0)),
        ("GPU-hours of the top 10 %, %", top(0.10), (55.0, 80.0)),
        ("GPU-hours of the top 20 %, %", top(0.20), (75.0, 92.0)),
        ("Gini of people's GPU-hours", ranked / (n * total), (0.7, 0.88)),
        (
            "GPU-hours of the biggest, %",
            100.0 * work[0] / total,
            (3.0, 16.0),
        ),
    ]
}

/// Mean, variance and maximum of counts in windows of so many seconds.
fn counts(times: &[u32], window: usize) -> (f64, f64, f64) {
    let mut counts = vec![0.0; DAYS * 86_400 / window];
    for &time in times {
        if let Some(count) = counts.get_mut(time as usize / window) {
            *count += 1.0;
        }
    }
    let m = mean(counts.iter().copied());
    let variance = mean(counts.iter().map(|c| (c - m) * (c - m)));
    (m, variance, counts.into_iter().fold(0.0, f64::max))
}

fn arrivals(jobs: &[JobSpec]) -> Vec<Figure> {
    let times: Vec<u32> = jobs
        .iter()
        .filter_map(|job| match job.arrival {
            Arrival::At(time) => Some(time.0),
            Arrival::After(_) => None,
        })
        .collect();
    let burst = |window| {
        let (mean, variance, _) = counts(&times, window);
        variance / mean
    };
    let cv = |window| {
        let (mean, variance, _) = counts(&times, window);
        variance.sqrt() / mean
    };
    let (mean_day, _, busiest) = counts(&times, 86_400);
    vec![
        ("variance/mean of arrivals in 10 min", burst(600), (10.0, 70.0)),
        ("in an hour", burst(3_600), (25.0, 100.0)),
        ("in 6 hours", burst(21_600), (50.0, 250.0)),
        ("in a day", burst(86_400), (60.0, 400.0)),
        ("in a week", burst(604_800), (200.0, 1_500.0)),
        ("variation of daily arrivals", cv(86_400), (0.3, 0.6)),
        ("variation of weekly arrivals", cv(604_800), (0.15, 0.45)),
        ("busiest day over mean day", busiest / mean_day, (1.8, 4.0)),
    ]
}

/// Runs of one person's submissions with gaps of up to a minute.
fn batches(demand: &Demand) -> Vec<Figure> {
    let mut last: BTreeMap<UserId, (u32, usize)> = BTreeMap::new();
    let mut sizes: Vec<u32> = Vec::new();
    for intent in demand.intents.iter() {
        let asked = intent.asked.0;
        let batch = match last.get(&intent.user) {
            Some(&(before, batch)) if asked - before <= 60 => batch,
            Some(_) | None => {
                sizes.push(0);
                sizes.len() - 1
            }
        };
        sizes[batch] += 1;
        last.insert(intent.user, (asked, batch));
    }
    let total = f64::from(sizes.iter().sum::<u32>());
    let in_big = f64::from(sizes.iter().filter(|&&size| size >= 10).sum::<u32>());
    vec![
        ("jobs in a batch, mean", total / sizes.len() as f64, (1.8, 3.0)),
        (
            "jobs in batches of 10 and more, %",
            100.0 * in_big / total,
            (30.0, 60.0),
        ),
    ]
}
