//! Figures on one person who fills a cluster, for docs/claims.md: `cargo run --release -p tests --example claims`.
//!
//! `group-32` without a cap, at several loads, with fair share and without. No report has a line for a single person, so
//! the runs are looked at job by job.

#[cfg(not(target_arch = "wasm32"))]
use {
    sim_core::engine,
    sim_core::metrics::{Detail, JobLine, Timeline, median_f64},
    sim_core::scenario::Scenario,
    sim_core::scenario::knobs::assign,
};

#[cfg(not(target_arch = "wasm32"))]
const SEEDS: u64 = 12;
#[cfg(not(target_arch = "wasm32"))]
const GPUS: u32 = 32;
#[cfg(not(target_arch = "wasm32"))]
const HOUR: u32 = 3_600;
/// Whoever has had more than this share of all GPU time of the week before is called heavy; an equal share is a fortieth.
#[cfg(not(target_arch = "wasm32"))]
const HEAVY: f64 = 0.125;

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    println!(
        "| load, % | weight of fair share | most that one person held | half or more in one hand, of hours | then somebody else waits | typical wait, heavy | others | nine in ten, heavy | others |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for load in [50, 60, 70, 85, 105] {
        for weight in [100_000, 0] {
            let seeds: Vec<Seen> = (1..=SEEDS).map(|seed| seen(load, weight, seed)).collect();
            let middle = |of: fn(&Seen) -> f64| {
                median_f64(&seeds.iter().map(of).collect::<Vec<_>>()).unwrap_or_default()
            };
            println!(
                "| {load} | {weight} | {} | {:.1} % | {:.0} % | {} | {} | {} | {} |",
                middle(|it| f64::from(it.most)),
                100.0 * middle(|it| it.half),
                100.0 * middle(|it| it.waited),
                minutes(middle(|it| it.heavy[0])),
                minutes(middle(|it| it.others[0])),
                minutes(middle(|it| it.heavy[1])),
                minutes(middle(|it| it.others[1])),
            );
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn minutes(secs: f64) -> String {
    match secs / 60.0 {
        few if few < 90.0 => format!("{few:.0} min"),
        many => format!("{:.1} h", many / 60.0),
    }
}

/// What is seen of one run.
#[cfg(not(target_arch = "wasm32"))]
struct Seen {
    /// Most GPUs that one person held at once.
    most: u32,
    /// Share of hours in which one person held half of the cluster or more.
    half: f64,
    /// Share of those in which a job of somebody else waited.
    waited: f64,
    /// Wait in seconds, typical and nine in ten, of jobs of people who had used much in the week before.
    heavy: [f64; 2],
    /// The same of all other jobs.
    others: [f64; 2],
}

#[cfg(not(target_arch = "wasm32"))]
fn seen(load: u32, weight: u32, seed: u64) -> Seen {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/scenarios/group-32.toml");
    let text = std::fs::read_to_string(file).expect("the preset has a file");
    let mut scenario: Scenario = toml::from_str(&text).expect("the preset can be read");
    scenario.policy.priority.weight_fairshare = weight;
    for change in ["cap=off".to_owned(), format!("load={load}pct")] {
        assign(&mut scenario, &change).expect("these are knobs");
    }
    let (checked, _) = scenario.check().expect("the preset is checked");
    let report = engine::run(&checked, seed, Detail::Timeline);
    let timeline = report.timeline.expect("it was asked for");
    let people = 1 + timeline
        .jobs
        .iter()
        .map(|job| job.user.0 as usize)
        .max()
        .unwrap_or(0);
    let hours = hours(&timeline, people);
    let in_one_hand: Vec<&Hour> = hours.iter().filter(|hour| 2 * hour.most >= GPUS).collect();
    let waits = |heavy: bool| {
        let mut waits: Vec<f64> = (timeline.jobs.iter())
            .filter(|job| job.asked.0 >= timeline.from.0 + 7 * 24 * HOUR)
            .filter(|job| (used(&timeline, job) > HEAVY) == heavy)
            .map(|job| f64::from(job.started.unwrap_or(timeline.to).0 - job.asked.0))
            .collect();
        waits.sort_by(f64::total_cmp);
        let at = |per: usize| waits.get(waits.len() * per / 10).copied().unwrap_or_default();
        [at(5), at(9)]
    };
    Seen {
        most: hours.iter().map(|hour| hour.most).max().unwrap_or(0),
        half: in_one_hand.len() as f64 / hours.len() as f64,
        waited: in_one_hand.iter().filter(|hour| hour.others_wait).count() as f64
            / in_one_hand.len().max(1) as f64,
        heavy: waits(true),
        others: waits(false),
    }
}

#[cfg(not(target_arch = "wasm32"))]
struct Hour {
    /// GPUs of whoever holds most.
    most: u32,
    /// Whether a job of anybody else waits.
    others_wait: bool,
}

#[cfg(not(target_arch = "wasm32"))]
fn hours(timeline: &Timeline, people: usize) -> Vec<Hour> {
    let look = |at: u32| {
        let mut held = vec![0_u32; people];
        for job in &timeline.jobs {
            if job.started.is_some_and(|started| started.0 <= at) && at < job.ended.0 {
                held[job.user.0 as usize] += gpus(job);
            }
        }
        let (who, most) = (held.iter().copied().enumerate())
            .max_by_key(|&(_, gpus)| gpus)
            .unwrap_or_default();
        let others_wait = timeline.jobs.iter().any(|job| {
            job.user.0 as usize != who
                && job.asked.0 <= at
                && job.started.is_none_or(|started| started.0 > at)
        });
        Hour { most, others_wait }
    };
    (timeline.from.0..timeline.to.0)
        .step_by(HOUR as usize)
        .map(look)
        .collect()
}

#[cfg(not(target_arch = "wasm32"))]
fn gpus(job: &JobLine) -> u32 {
    job.held.iter().map(|held| held.2).sum()
}

/// The share of the GPU time that all had in the week before a job was asked for, that its owner had.
#[cfg(not(target_arch = "wasm32"))]
fn used(timeline: &Timeline, of: &JobLine) -> f64 {
    let (from, to) = (of.asked.0 - 7 * 24 * HOUR, of.asked.0);
    let (mut own, mut all) = (0.0, 0.0);
    for job in &timeline.jobs {
        let Some(started) = job.started else { continue };
        let time = job.ended.0.min(to).saturating_sub(started.0.max(from));
        let held = f64::from(time) * f64::from(gpus(job));
        all += held;
        if job.user == of.user {
            own += held;
        }
    }
    if all > 0.0 { own / all } else { 0.0 }
}

#[cfg(target_arch = "wasm32")]
fn main() {}
