//! The engine against queueing theory: with random arrivals and nothing but first come, first served, mean waits are those
//! of M/M/1, M/M/c and M/D/1 (Erlang C, Pollaczek–Khinchine), and Little's law holds to the second.
#![cfg(not(target_arch = "wasm32"))]

use sim_core::engine::Passes;
use sim_core::metrics::{Detail, Window};
use sim_core::scenario::{
    Backfill, ClusterSpec, NodeGroup, PartitionSpec, PassRhythm, Policy, PriorityPolicy, Scenario,
};
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, JobSpec};
use tests::world::{Ask, World};

/// Mean service time, seconds: long against the second on which everything falls.
const SERVICE: f64 = 20_000.0;
/// Jobs of a run; the first tenth is not counted.
const JOBS: usize = 20_000;
const RUNS: u64 = 30;

/// How long a job runs.
#[derive(Clone, Copy)]
enum Service {
    Exponential,
    Always,
}

/// A small generator of its own (SplitMix64): the tests do not share dice with the workload.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.uniform()).ln()
    }
}

/// `servers` GPUs, on one node or one on each, with jobs of one GPU that come at random.
fn queue(servers: u32, nodes: u32, load: f64, service: Service, seed: u64) -> World {
    let mut dice = Dice(seed);
    let mut clock = 0.0;
    let jobs = (0..JOBS).map(|id| {
        clock += dice.exponential(SERVICE / (load * f64::from(servers)));
        let runs = match service {
            Service::Exponential => dice.exponential(SERVICE),
            Service::Always => SERVICE,
        };
        Ask {
            arrival: Arrival::At(Time(clock as u32)),
            limit: Span::days(365),
            runs: Span((runs as u32).max(1)),
            ..Ask::default()
        }
        .spec(id)
    });
    let jobs = jobs.collect();
    World {
        scenario: Scenario {
            cluster: ClusterSpec {
                nodes: vec![NodeGroup {
                    count: nodes,
                    gpus: servers / nodes,
                    ..NodeGroup::default()
                }],
                ..ClusterSpec::default()
            },
            policy: Policy {
                // First come, first served; no ticks.
                priority: PriorityPolicy {
                    weight_fairshare: 0,
                    weight_age: 0,
                    weight_partition: 0,
                    calc_period: Span::days(3_650),
                    ..PriorityPolicy::default()
                },
                partitions: vec![PartitionSpec {
                    max_time: Span::days(365),
                    ..PartitionSpec::default()
                }],
                backfill: Backfill::Off,
                passes: PassRhythm::EveryInstant,
                ..Policy::default()
            },
            ..Scenario::default()
        },
        people: vec![1],
        jobs,
        window: Window {
            from: Time::ZERO,
            to: Time(u32::MAX),
        },
    }
}

/// The mean wait of a run; on the way, Little's law: the jobs in the queue, summed over time, are the waits, summed over
/// jobs.
fn mean_wait(world: &World) -> f64 {
    let mut run = world.start(Passes::WhereNeeded, Detail::Summary);
    let (mut in_queue, mut since, mut length) = (0u64, Time::ZERO, 0u64);
    while run.advance(1) < 1.0 {
        in_queue += length * u64::from(run.now().since(since).0);
        since = run.now();
        length = run.cluster().queue.len() as u64;
    }
    assert_eq!(length, 0, "everybody has started");
    let waits: Vec<u64> = run
        .cluster()
        .jobs
        .iter()
        .map(|job| u64::from(job.started.since(job.eligible).0))
        .collect();
    assert_eq!(in_queue, waits.iter().sum::<u64>(), "Little's law");
    assert_eq!(
        waits,
        written_waits(world),
        "each takes the server that is free first"
    );
    let report = run.finish();
    assert_eq!(report.wait_total, in_queue, "and the report says the same");
    let counted = &waits[JOBS / 10..];
    counted.iter().sum::<u64>() as f64 / counted.len() as f64
}

/// The recursion of Kiefer and Wolfowitz: each job, in order, takes the server that is free first.
fn written_waits(world: &World) -> Vec<u64> {
    let mut free_at = vec![Time::ZERO; world.scenario.cluster.gpus() as usize];
    let wait = |spec: &JobSpec| {
        let Arrival::At(comes) = spec.arrival else {
            unreachable!("everybody comes by themselves")
        };
        let first = free_at.iter_mut().min().expect("there is a server");
        let starts = comes.max(*first);
        *first = starts + spec.runtime;
        u64::from(starts.since(comes).0)
    };
    world.jobs.iter().map(wait).collect()
}

/// Erlang C: the chance to wait.
fn erlang_c(servers: u32, load: f64) -> f64 {
    let offered = load * f64::from(servers);
    let blocked = (1..=servers).fold(1.0, |b, n| offered * b / (f64::from(n) + offered * b));
    blocked / (1.0 - load * (1.0 - blocked))
}

/// The mean over the runs lies within its own confidence interval of what theory says. 3.5 standard errors of thirty runs:
/// one healthy engine in several hundred would fail, and these dice are thrown once and for all.
fn agrees(servers: u32, nodes: u32, load: f64, service: Service) {
    let waits: Vec<f64> = (0..RUNS)
        .map(|seed| mean_wait(&queue(servers, nodes, load, service, 1 + seed)))
        .collect();
    let mean = waits.iter().sum::<f64>() / RUNS as f64;
    let variance = waits.iter().map(|w| (w - mean).powi(2)).sum::<f64>() / (RUNS - 1) as f64;
    let interval = 3.5 * (variance / RUNS as f64).sqrt();
    let exponential = erlang_c(servers, load) * SERVICE / (f64::from(servers) * (1.0 - load));
    let expected = match service {
        Service::Exponential => exponential,
        // Pollaczek–Khinchine: without variance, half.
        Service::Always => exponential / 2.0,
    };
    assert!(
        (mean - expected).abs() < interval,
        "{mean:.0} s, by theory {expected:.0} s, interval {interval:.0} s"
    );
    assert!(
        interval < 0.15 * expected,
        "the interval says something: {interval:.0} s"
    );
}

#[test]
fn one_gpu_with_random_run_times_waits_as_m_m_1() {
    agrees(1, 1, 0.5, Service::Exponential);
    agrees(1, 1, 0.7, Service::Exponential);
}

#[test]
fn one_gpu_with_equal_run_times_waits_as_m_d_1() {
    agrees(1, 1, 0.5, Service::Always);
    agrees(1, 1, 0.7, Service::Always);
}

#[test]
fn several_gpus_wait_as_m_m_c_on_one_node_and_on_several() {
    agrees(4, 1, 0.7, Service::Exponential);
    agrees(4, 4, 0.7, Service::Exponential);
}
