//! What each feature of Slurm costs: a run of the group's cluster with that feature alone, over a plain run of the same
//! submissions.
//!
//! Plain is backfill in order of age: one partition, one type of GPU, no fair share, no limits, nobody pushed off. A
//! feature also changes who runs when, and with that the queue: the ratio is that of whole runs, generation left out.
//!
//! A mechanism of people, work or machines is switched on by its knobs; people then also want other things.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use sim_core::engine::{Passes, Run};
use sim_core::ids::{JobId, KindId, PartitionId, QosId, Table};
use sim_core::metrics::{Detail, Window};
use sim_core::scenario::knobs::assign;
use sim_core::scenario::{
    Backfill, Checked, CutGpus, FairShare, Horizon, NodeGroup, Outage, PartitionSpec, PassRhythm, PreemptBy,
    PreemptMode, QosSpec, Repeats, ReservationSpec, Scenario, TresCounts,
};
use sim_core::units::{PerMille, Span, Time};
use sim_core::workload::{self, Class, Demand, JobSpec};

use crate::clusters::{check, set_up};
use crate::measure::{ROUNDS, median, timed};

/// Seeds that are run one after the other for each figure.
const SEEDS: [u64; 3] = [1, 2, 3];

/// One feature: how the rules differ from plain, and what people then ask for.
pub struct Feature {
    pub name: &'static str,
    rules: fn(&mut Scenario),
    ask: fn(&mut JobSpec),
}

const NOTHING: fn(&mut JobSpec) = |_| {};

/// All that are measured.
pub const FEATURES: [Feature; 19] = [
    Feature {
        name: "backfill off",
        rules: |it| it.policy.backfill = Backfill::Off,
        ask: NOTHING,
    },
    Feature {
        name: "fair share: Fair Tree",
        rules: |it| share(it, FairShare::FairTree),
        ask: NOTHING,
    },
    Feature {
        name: "fair share: classic",
        rules: |it| share(it, FairShare::Classic),
        ask: NOTHING,
    },
    Feature {
        name: "16 GPUs per user",
        rules: |it| it.policy.qos[0].limits.max_tres_pu = TresCounts::gpus(16),
        ask: NOTHING,
    },
    Feature {
        name: "run-minutes per user",
        // As much as the largest request, so that none waits for ever.
        rules: |it| it.policy.qos[0].limits.max_tres_run_mins_pu = TresCounts::gpus(16 * 72 * 60),
        ask: NOTHING,
    },
    Feature {
        name: "8 running jobs per user",
        rules: |it| it.policy.qos[0].limits.max_jobs_pu = Some(8),
        ask: NOTHING,
    },
    Feature {
        name: "2 jobs per user gain age",
        rules: |it| it.policy.qos[0].limits.max_jobs_accrue_pu = Some(2),
        ask: NOTHING,
    },
    Feature {
        name: "20 GPUs per account",
        rules: |it| it.policy.associations.each_account.grp_tres = TresCounts::gpus(20),
        ask: NOTHING,
    },
    Feature {
        name: "preemption by QOS",
        rules: preemption_by_qos,
        ask: |job| job.request.qos = QosId(u32::from(is_short(job))),
    },
    Feature {
        name: "preemption by partition",
        rules: |it| {
            second_partition(it, 2);
            it.policy.preemption.by = PreemptBy::PartitionPrio;
            it.policy.preemption.mode = PreemptMode::Requeue;
        },
        ask: |job| job.request.partition = PartitionId(u32::from(is_short(job))),
    },
    Feature {
        name: "a partition of higher tier",
        rules: |it| second_partition(it, 2),
        ask: |job| job.request.partition = PartitionId(u32::from(is_short(job))),
    },
    Feature {
        name: "overlapping partitions, jobs in both",
        rules: |it| second_partition(it, 1),
        ask: |job| job.request.also.insert(PartitionId(1)),
    },
    Feature {
        name: "a reservation every week",
        rules: |it| {
            it.policy.reservations = vec![ReservationSpec {
                repeats: Repeats::Weekly,
                ..ReservationSpec::default()
            }];
        },
        ask: NOTHING,
    },
    Feature {
        name: "nodes that go down",
        rules: |it| it.cluster.outages = vec![Outage::default()],
        ask: NOTHING,
    },
    Feature {
        name: "two types of GPU",
        rules: |it| it.cluster.nodes = ["a100", "h100"].map(|gpu| nodes(gpu, 4)).to_vec(),
        ask: |job| {
            let wish = job.request.user.0 % 3;
            job.request.kind = (wish < 2).then_some(KindId(wish));
        },
    },
    Feature {
        name: "GPUs cut into MIG slices",
        rules: |it| {
            let mut cut = nodes("a100", 2);
            cut.name = String::from("cut");
            cut.cut = vec![CutGpus {
                gpus: 2,
                layout: String::from("3g.20gb+2g.10gb+2g.10gb"),
            }];
            it.cluster.nodes = vec![nodes("a100", 6), cut];
        },
        // Types count in index order: the whole GPU, the slice of three, those of two.
        ask: |job| {
            let slice = is_short(job) && job.request.gpus() == 1;
            job.request.kind = Some(KindId(if slice { 2 } else { 0 }));
        },
    },
    Feature {
        name: "CPUs that can be short",
        rules: |it| it.cluster.nodes[0].cpus = 32,
        ask: |job| job.request.cpus_per_node = 8 * job.request.gpus_per_node,
    },
    Feature {
        name: "clean-up after jobs, kills by scan",
        rules: |it| {
            if let PassRhythm::Slurm(passes) = &mut it.policy.passes {
                passes.completing = Span::secs(30);
                passes.kill_scan = Span::secs(30);
            }
        },
        ask: NOTHING,
    },
    Feature {
        name: "all of group-32: Fair Tree and a cap",
        rules: |it| {
            share(it, FairShare::FairTree);
            it.policy.qos[0].limits.max_tres_pu = TresCounts::gpus(16);
        },
        ask: NOTHING,
    },
];

/// Mechanisms: the name, and the knobs that switch it on, as in a link.
pub const MECHANISMS: [(&str, &[&str]); 20] = [
    ("work that saves its state", &["checkpoint-share=65pct"]),
    ("nodes that fail at random", &["node-failures=5"]),
    ("a maintenance every four weeks", &["maintenance=4"]),
    (
        "idle sessions that are ended",
        &["weekend-notebooks=100pct", "idle-cull=1h"],
    ),
    ("a mail about low use", &["low-use=warn"]),
    ("low use is cancelled", &["low-use=cancel"]),
    ("a deadline", &["deadline-surge=300pct"]),
    ("interns of a season", &["intern-season=300pct"]),
    (
        "two nodes that serve by clock",
        &["service=by-clock", "service-need=8gpu"],
    ),
    (
        "the same by demand, jobs pushed off",
        &["service=by-demand", "service-need=8gpu", "service-drain=preempt"],
    ),
    ("work that goes outside", &["outside=4h"]),
    ("people who give up", &["give-up=100pct"]),
    ("people who split their work", &["split=100pct"]),
    ("people who ask for more after a wait", &["inflate=100pct"]),
    ("interns who climb", &["climb=100pct"]),
    (
        "people who learn to save",
        &["checkpoint-share=0pct", "node-failures=5", "learn=100pct"],
    ),
    ("a budget for each group", &A_BUDGET),
    (
        "the same, with overdraft at low priority",
        &[A_BUDGET[0], A_BUDGET[1], "overdraft=50pct"],
    ),
    (
        "the same, use it or lose it, and hoarding",
        &[A_BUDGET[0], A_BUDGET[1], "lose-it=thirds", "hoard=100pct"],
    ),
    (
        "the same, shared out anew each period",
        &[A_BUDGET[0], A_BUDGET[1], "share-out=each-period"],
    ),
];

/// An equal share of the group's cluster for each of its four groups.
const A_BUDGET: [&str; 2] = ["group-budget=1344h", "budget-period=week"];

fn share(scenario: &mut Scenario, fairshare: FairShare) {
    scenario.policy.priority.fairshare = fairshare;
    scenario.policy.priority.weight_fairshare = 100_000;
}

fn is_short(job: &JobSpec) -> bool {
    matches!(job.class, Class::Debug | Class::Interactive)
}

fn preemption_by_qos(scenario: &mut Scenario) {
    scenario.policy.qos.push(QosSpec {
        name: String::from("urgent"),
        preempt: vec![String::from("normal")],
        ..QosSpec::default()
    });
    scenario.policy.preemption.by = PreemptBy::Qos;
    scenario.policy.preemption.mode = PreemptMode::Requeue;
}

/// A partition over the same nodes.
fn second_partition(scenario: &mut Scenario, tier: u32) {
    let second = PartitionSpec {
        name: String::from("second"),
        tier,
        ..scenario.policy.partitions[0].clone()
    };
    scenario.policy.partitions.push(second);
}

fn nodes(gpu: &str, count: u32) -> NodeGroup {
    NodeGroup {
        name: gpu.to_owned(),
        count,
        gpu: gpu.to_owned(),
        ..NodeGroup::default()
    }
}

/// The group's cluster without any of it.
fn plain() -> Result<Scenario> {
    let mut scenario = set_up("group-32")?;
    scenario.workload.accounts = 4;
    scenario.horizon = Horizon::PAGE;
    scenario.assumptions.load = PerMille(850);
    scenario.policy.qos[0].limits = Default::default();
    scenario.policy.priority.weight_fairshare = 0;
    scenario.policy.priority.fairshare = FairShare::Off;
    Ok(scenario)
}

/// What is asked for: of each seed the people and their jobs.
type Asked = Vec<(Demand, Table<JobId, JobSpec>)>;

fn asked(of: &Checked) -> Asked {
    let demands = SEEDS.iter().map(|&seed| workload::generate(of, seed));
    demands
        .map(|demand| (demand.clone(), workload::jobs(&demand, of)))
        .collect()
}

/// What a feature costs.
pub fn measure(feature: &Feature) -> Result<Value> {
    let without = check(plain()?)?;
    let mut scenario = plain()?;
    (feature.rules)(&mut scenario);
    let ours = asked(&without);
    let mut theirs = ours.clone();
    for (_, jobs) in &mut theirs {
        jobs.iter_mut().for_each(feature.ask);
    }
    Ok(ratio((&without, &ours), (&check(scenario)?, &theirs)))
}

/// What a mechanism costs.
pub fn measure_mechanism(knobs: &[&str]) -> Result<Value> {
    let without = check(plain()?)?;
    let mut scenario = plain()?;
    for text in knobs {
        assign(&mut scenario, text).with_context(|| format!("the benchmark's {text}"))?;
    }
    let with = check(scenario)?;
    Ok(ratio((&without, &asked(&without)), (&with, &asked(&with))))
}

/// The ratio of the medians, both taken by turns.
fn ratio(plain: (&Checked, &Asked), featured: (&Checked, &Asked)) -> Value {
    let (mut seconds, mut events) = ([Vec::new(), Vec::new()], [0, 0]);
    for _ in 0..ROUNDS {
        for (i, (scenario, asked)) in [plain, featured].into_iter().enumerate() {
            let (took, count) = runs(scenario, asked);
            seconds[i].push(took);
            events[i] = count;
        }
    }
    let [plain, featured] = seconds.map(median);
    json!({
        "value": featured / plain,
        "rounds": ROUNDS,
        "seconds": featured,
        "plain_seconds": plain,
        "events": events[1],
        "plain_events": events[0],
    })
}

/// Seconds and events of all seeds.
fn runs(scenario: &Checked, asked: &Asked) -> (f64, u64) {
    let horizon = scenario.scenario().horizon;
    let from = Time::ZERO + horizon.warm_up;
    let to = from + horizon.measured;
    let mut all = (0.0, 0);
    for (demand, jobs) in asked {
        let jobs = jobs.clone();
        let (seconds, report) = timed(|| {
            let window = Window { from, to };
            let passes = Passes::WhereNeeded;
            let mut run = Run::of(scenario, 0, demand, jobs, window, Detail::Summary, passes);
            while run.advance(u32::MAX) < 1.0 {}
            run.finish()
        });
        all.0 += seconds;
        all.1 += report.events;
    }
    all
}
