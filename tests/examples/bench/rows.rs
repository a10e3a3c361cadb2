//! The rows: what is measured, and what is asked of it. A name is a row's key in the history: change it only with its
//! meaning.

use anyhow::Result;
use serde_json::Value;
use sim_core::engine::replay::ReplayPolicy;
use sim_core::scenario::{Horizon, Scenario};

use crate::clusters::{self, GROUPS_OF_THE_LARGE, SEEDS, TWO_WEEKS, YEAR};
use crate::features::{self, FEATURES, MECHANISMS};
use crate::{growth, traces, wasm};

/// What a figure is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Seconds: in the history as multiples of the reference loop.
    Seconds,
    /// A ratio of two times.
    Times,
}

/// One line of the table.
pub struct Row {
    /// The part it is in.
    pub part: &'static str,
    pub name: String,
    pub unit: Unit,
    /// What the figure must not exceed.
    pub bar: Option<f64>,
    /// Where the best would be.
    pub aim: Option<f64>,
    /// Megabytes that the process must not exceed.
    pub bar_mb: Option<f64>,
    measure: Box<dyn Fn() -> Result<Value>>,
}

impl Row {
    /// Takes the figure, here and now.
    pub fn measure(&self) -> Result<Value> {
        (self.measure)()
    }

    fn goals(mut self, bar: f64, aim: f64) -> Row {
        (self.bar, self.aim) = (Some(bar), Some(aim));
        self
    }
}

fn seconds(name: impl Into<String>, measure: impl Fn() -> Result<Value> + 'static) -> Row {
    Row {
        part: "engine",
        name: name.into(),
        unit: Unit::Seconds,
        bar: None,
        aim: None,
        bar_mb: None,
        measure: Box::new(measure),
    }
}

fn times(part: &'static str, name: impl Into<String>, measure: impl Fn() -> Result<Value> + 'static) -> Row {
    Row {
        part,
        unit: Unit::Times,
        ..seconds(name, measure)
    }
}

/// All of them.
pub fn all() -> Vec<Row> {
    let mut rows = on_traces();
    rows.extend(on_clusters());
    rows.push(
        times(
            "engine",
            "growth per doubling of the queue, 1,000 to 64,000 pending: worst",
            || Ok(growth::measure()),
        )
        .goals(2.5, 2.1),
    );
    rows.extend(FEATURES.iter().map(|feature| {
        times("features", format!("with {}", feature.name), || {
            features::measure(feature)
        })
    }));
    rows.extend(MECHANISMS.iter().map(|&(name, knobs)| {
        times("features", format!("with {name}"), move || {
            features::measure_mechanism(knobs)
        })
    }));
    for (load, words) in [("85pct", "0.85"), ("110pct", "1.10")] {
        let name = format!("WASM in Chromium, group-32, 7 + 28 days, load {words}");
        let row = times("wasm", name, move || {
            wasm::measure("sim-worker", "group-32", load)
        });
        rows.push(row.goals(2.0, 1.4));
    }
    for (load, words) in [("90pct", "0.90"), ("110pct", "1.10")] {
        let name = format!("WASM in Chromium, the larger worker, uni-128, 7 + 28 days, load {words}");
        let row = times("wasm", name, move || {
            wasm::measure("larger-worker", "uni-128", load)
        });
        rows.push(row.goals(2.0, 1.4));
    }
    rows
}

fn on_traces() -> Vec<Row> {
    use ReplayPolicy::{EasyBatched, Fcfs};
    let mut whole = seconds("RICC, EASY, 447,784 jobs", || {
        traces::measure(&traces::ricc(None))
    })
    .goals(1.0, 0.4);
    whole.bar_mb = Some(100.0);
    vec![
        seconds("KTH-SP2, EASY, 28,467 jobs", || {
            traces::measure(&traces::kth(EasyBatched))
        })
        .goals(0.01, 0.005),
        seconds("KTH-SP2, FCFS", || traces::measure(&traces::kth(Fcfs))),
        seconds("RICC, EASY, first 5,000 jobs", || {
            traces::measure(&traces::ricc(Some(5_000)))
        }),
        whole,
    ]
}

fn on_clusters() -> Vec<Row> {
    let of_the_group = |load: u32, days: &str, horizon: Horizon| {
        let name = format!("group-32, {days} days, load {}", decimal(load));
        seconds(name, move || {
            clusters::measure(clusters::set_up("group-32")?, load, horizon, &[1])
        })
    };
    let over_seeds =
        |name: &str, of: fn() -> Result<Scenario>, load: u32, horizon: Horizon, seeds: &'static [u64]| {
            let days = if horizon == YEAR { "a year" } else { "20 + 60 days" };
            let name = format!("{name}, {days}, load {}, seeds 1-{}", decimal(load), seeds.len());
            seconds(name, move || clusters::measure(of()?, load, horizon, seeds))
        };
    let of_the_university =
        |load, horizon, seeds| over_seeds("uni-128", || clusters::set_up("uni-128"), load, horizon, seeds);
    let of_four = |load, horizon, seeds| {
        over_seeds(
            "4 x group-32 as one, 128 GPUs (for uni-128)",
            || clusters::groups(4),
            load,
            horizon,
            seeds,
        )
    };
    let large = format!("{GROUPS_OF_THE_LARGE} x group-32 as one, 4,992 GPUs, 14 days, load 0.95");
    let of_the_large = || clusters::measure(clusters::groups(GROUPS_OF_THE_LARGE)?, 950, TWO_WEEKS, &[1]);
    vec![
        of_the_group(850, "7 + 28", Horizon::PAGE),
        of_the_group(1_100, "7 + 28", Horizon::PAGE),
        of_the_group(850, "20 + 60", Horizon::COMMAND_LINE),
        of_the_group(1_100, "20 + 60", Horizon::COMMAND_LINE),
        of_four(900, Horizon::COMMAND_LINE, &SEEDS),
        of_four(1_100, Horizon::COMMAND_LINE, &SEEDS),
        of_four(950, YEAR, &SEEDS[..3]),
        of_the_university(900, Horizon::COMMAND_LINE, &SEEDS).goals(0.25, 0.1),
        of_the_university(1_100, Horizon::COMMAND_LINE, &SEEDS).goals(0.8, 0.3),
        of_the_university(950, YEAR, &SEEDS[..3]).goals(3.0, 1.0),
        seconds(large, of_the_large).goals(30.0, 5.0),
    ]
}

fn decimal(per_mille: u32) -> String {
    format!("{:.2}", f64::from(per_mille) / 1_000.0)
}
