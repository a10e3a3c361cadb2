//! What a longer queue costs where nothing else changes: so many jobs wait behind a blocked head and cannot start, and
//! beside them the same short jobs come, start by backfill and end, at the same instants whatever waits.
//!
//! The pool: 32 nodes of 4 GPUs. Thirty of them are busy for three days. The head of the queue wants all 32, so that
//! backfill keeps every node from then on; who waits behind it asks for more than three days, by 64 people in twenty
//! shapes, and finds no place. Backfill may test every job (`bf_max_job_test=100000`), and the short jobs stand last, since
//! their owner alone has used anything: each pass has to walk past everybody. Two hours of that are timed, from the
//! time at which the queue stands.

use std::time::Instant;

use serde_json::{Value, json};
use sim_core::engine::{Effort, Passes, Run};
use sim_core::metrics::{Detail, Window};
use sim_core::scenario::{Backfill, ClusterSpec, NodeGroup, PartitionSpec, QosSpec, Scenario, SlurmBackfill};
use sim_core::units::{Span, Time};
use sim_core::workload::Arrival;
use tests::world::{Ask, World};

use crate::measure::{ROUNDS, median};

/// How many wait: each twice the one before.
const QUEUES: [usize; 7] = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000];
/// No further round begins after so many seconds.
const PATIENCE: u64 = 90;
/// People who wait; the one after them owns the head, the next the short jobs.
const PEOPLE: u32 = 64;
/// From here on the queue stands and time is taken.
const FROM: Time = Time(3_600);
/// The end.
const TO: Time = Time(3 * 3_600);
/// A short job comes so often.
const EVERY: usize = 30;

/// The largest ratio of the times of two queues, one twice as long as the other.
pub fn measure() -> Value {
    let worlds: Vec<World> = QUEUES.map(world).to_vec();
    let began = Instant::now();
    let mut times = vec![Vec::new(); worlds.len()];
    let mut took = vec![None; worlds.len()];
    let mut rounds = 0;
    while rounds == 0 || (rounds < ROUNDS && began.elapsed().as_secs() < PATIENCE) {
        for (world, (times, took)) in worlds.iter().zip(times.iter_mut().zip(&mut took)) {
            let (seconds, effort) = fixed_work(world);
            times.push(seconds);
            *took = Some(effort);
        }
        rounds += 1;
    }
    let seconds: Vec<f64> = times.into_iter().map(median).collect();
    let doublings: Vec<f64> = seconds.windows(2).map(|pair| pair[1] / pair[0]).collect();
    let queues: Vec<Value> = (QUEUES.iter().zip(&seconds).zip(took))
        .map(|((queue, seconds), took)| {
            let (events, passes) = took.unwrap_or_default();
            json!({ "pending": queue, "seconds": seconds, "events": events, "passes": passes })
        })
        .collect();
    json!({
        "value": doublings.iter().copied().fold(0.0, f64::max),
        "rounds": rounds,
        "doublings": doublings,
        "queues": queues,
    })
}

/// Seconds from the standing queue to the end, with the events and passes in between.
fn fixed_work(world: &World) -> (f64, (u64, u64)) {
    let mut run = world.start(Passes::WhereNeeded, Detail::Summary);
    while run.next_instant().is_some_and(|at| at < FROM) {
        run.advance(1);
    }
    let before = run.effort();
    let began = Instant::now();
    while run.advance(u32::MAX) < 1.0 {}
    let seconds = began.elapsed().as_secs_f64();
    (seconds, between(before, &run))
}

fn between(before: Effort, run: &Run) -> (u64, u64) {
    let after = run.effort();
    (after.events - before.events, after.passes - before.passes)
}

fn world(pending: usize) -> World {
    let mut asks = Vec::new();
    let busy = (0..30).map(|at| Ask {
        user: at % PEOPLE,
        each: 4,
        limit: Span::days(3),
        runs: Span::days(3),
        ..Ask::default()
    });
    asks.extend(busy);
    asks.push(Ask {
        arrival: Arrival::At(Time(1)),
        user: PEOPLE,
        qos: 1,
        nodes: 32,
        each: 4,
        limit: Span::days(1),
        ..Ask::default()
    });
    asks.extend((0..pending).map(waiting));
    let arrivals = (FROM.0..TO.0).step_by(EVERY);
    asks.extend(arrivals.map(|at| Ask {
        arrival: Arrival::At(Time(at)),
        user: PEOPLE + 1,
        limit: Span::mins(10),
        runs: Span::mins(3),
        ..Ask::default()
    }));
    World {
        scenario: scenario(),
        people: vec![1; PEOPLE as usize + 2],
        jobs: asks.iter().enumerate().map(|(id, ask)| ask.spec(id)).collect(),
        window: Window { from: FROM, to: TO },
    }
}

/// One of those who wait. Width, limit and person go round with different periods, so that all combinations come.
fn waiting(at: usize) -> Ask {
    let (nodes, each) = [(1, 1), (1, 2), (1, 4), (2, 4)][at % 4];
    Ask {
        arrival: Arrival::At(Time(10)),
        user: at as u32 % PEOPLE,
        nodes,
        each,
        limit: Span::hours([84, 90, 96, 108, 120][at % 5]),
        ..Ask::default()
    }
}

fn scenario() -> Scenario {
    let mut scenario = Scenario {
        cluster: ClusterSpec {
            nodes: vec![NodeGroup {
                count: 32,
                ..NodeGroup::default()
            }],
            ..ClusterSpec::default()
        },
        ..Scenario::default()
    };
    scenario.policy.partitions = vec![PartitionSpec {
        max_time: Span::days(5),
        ..PartitionSpec::default()
    }];
    // It keeps the head first, whoever has used how much.
    scenario.policy.qos.push(QosSpec {
        name: String::from("head"),
        priority: 1,
        ..QosSpec::default()
    });
    scenario.policy.priority.weight_qos = 1_000_000;
    scenario.policy.backfill = Backfill::Slurm(SlurmBackfill {
        max_job_test: 100_000,
        ..SlurmBackfill::default()
    });
    scenario
}
