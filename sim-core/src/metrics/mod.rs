//! What it meant: one seed's records folded into a report, and two reports into a comparison.
//!
//! Every number a page, a table or the command line shows is made here. Amounts of GPU time are in sevenths of a
//! GPU-second, as exact integers: `capacity = busy + idle by cause + lost to the cut`.

mod at_work;
mod bands;
mod by;
pub mod collect;
pub mod compare;
pub mod course;
pub mod differ;
mod elsewhere;
pub mod heat;
mod lines;
mod pairs;
pub mod paths;
mod replay;
mod service;
mod sign;
mod simplicity;
pub mod spans;
mod stats;
pub mod sweep;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::ids::{JobId, UserId};
use crate::reason::Reason;
use crate::units::{Span, Time};
use crate::workload::Class;

pub use crate::reason::Cause;
pub use bands::{SeedBands, Tally, tally};
pub use by::By;
pub use compare::{Comparison, Paired, Verdict, compare, compare_all};
pub use elsewhere::{OutsideFigures, SharedFigures};
pub use pairs::{Band, MUCH, SAME, Shifts, paired_intents};
pub use replay::{ReplayFigures, replay_figures};
pub use service::ServiceFigures;
pub use sign::{holm, sign_test};
pub use simplicity::simplicity;
pub use stats::{Quantile, median_f64, quantile, quantile_f64};

/// Busy capacity by what became of it, in sevenths of a GPU-second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Busy {
    /// Work that counts.
    pub useful: u64,
    /// Held by a job, GPU doing nothing.
    pub held_idle: u64,
    /// Work of jobs that failed or were cancelled.
    pub no_result: u64,
    /// Work done again or killed before it was saved.
    pub lost: u64,
    /// Work done only to use up a quota.
    pub filler: u64,
    /// Given to a service that needed it.
    pub served: u64,
    /// Given to a service beyond its need.
    pub beyond_need: u64,
}

impl Busy {
    /// All busy capacity.
    pub fn total(&self) -> u64 {
        let by_jobs = self.useful + self.held_idle + self.no_result + self.lost + self.filler;
        by_jobs + self.served + self.beyond_need
    }
}

/// Waits of one class (or of all), sorted, of jobs that became eligible in the measured window.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Waits {
    /// Of those that started, shortest first, in seconds.
    pub started: Vec<u32>,
    /// "At least" this long: still waiting when the simulation stopped, or withdrawn, shortest first, in seconds.
    pub unfinished: Vec<u32>,
    /// How many of those were withdrawn: their owners gave up.
    pub given_up: u32,
}

impl Waits {
    /// These and others together, both still shortest first: merged, since they are sorted already.
    pub fn merge(&mut self, others: &Waits) {
        self.started = merged(&self.started, &others.started);
        self.unfinished = merged(&self.unfinished, &others.unfinished);
        self.given_up += others.given_up;
    }
}

fn merged<'a>(mut some: &'a [u32], mut others: &'a [u32]) -> Vec<u32> {
    let mut all = Vec::with_capacity(some.len() + others.len());
    while let (Some(first), Some(other)) = (some.first(), others.first()) {
        let from = if first <= other { &mut some } else { &mut others };
        all.push(from[0]);
        *from = &from[1..];
    }
    all.extend_from_slice(some);
    all.extend_from_slice(others);
    all
}

/// How soon small things start: debug- and interactive-class intents asked for Monday to Friday, 8 to 18 h.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Readiness {
    /// Intents that count.
    pub asked: u32,
    /// Of those, started within ten minutes.
    pub within_ten_minutes: u32,
    /// Their waits.
    pub waits: Waits,
}

impl Readiness {
    /// The share that started within ten minutes; 1 if nobody asked.
    pub fn share(&self) -> f64 {
        if self.asked == 0 {
            1.0
        } else {
            f64::from(self.within_ten_minutes) / f64::from(self.asked)
        }
    }
}

/// What happened to one job, for pictures and pairing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JobLine {
    /// Which.
    pub job: JobId,
    /// Whose.
    pub user: UserId,
    /// What kind.
    pub class: Class,
    /// When it became eligible.
    pub asked: Time,
    /// When it started, if it did.
    pub started: Option<Time>,
    /// When it ended, or the end of the simulation.
    pub ended: Time,
    /// Its GPUs: (node, lowest device, number), one entry per run of neighbouring devices.
    pub held: Vec<(u32, u32, u32)>,
}

/// A device that stands idle for one cause from `from` to `to`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IdleSpan {
    /// Node.
    pub node: u32,
    /// Device on the node.
    pub device: u32,
    /// Since when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// Why.
    pub cause: Cause,
}

/// Everything the raster shows, for one seed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Timeline {
    /// GPUs of each node, in index order.
    pub nodes: Vec<u32>,
    /// Start of the measured window.
    pub from: Time,
    /// End of the simulation.
    pub to: Time,
    /// Jobs that touch the measured window, in order of id.
    pub jobs: Vec<JobLine>,
    /// Idle devices in the measured window, by node, device, time.
    pub idle: Vec<IdleSpan>,
}

/// One seed under one scenario.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct SeedReport {
    /// The seed.
    pub seed: u64,
    /// First 16 hex digits of SHA-256 over the records.
    pub digest: String,
    /// 7 × installed GPUs × measured seconds.
    pub capacity: u64,
    /// Busy capacity.
    pub busy: Busy,
    /// Idle capacity by cause.
    pub idle: By<Cause, u64>,
    /// Capacity outside any slice.
    pub lost_to_the_cut: u64,
    /// Waiting in the measured window, in job-seconds: of all jobs that became eligible in it.
    pub wait_total: u64,
    /// The same by the reason in force.
    pub waiting: By<Reason, u64>,
    /// Waiting after a run was broken off, in job-seconds: it is no part of the waits.
    pub waiting_again: u64,
    /// Pieces of work refused at submission in the measured window.
    pub refused: u32,
    /// Waits by class; every class is present.
    pub waits: By<Class, Waits>,
    /// Readiness.
    pub readiness: Readiness,
    /// Wait of each intent asked for in the measured window, summed over its segments: (intent, wait in seconds,
    /// whether it is "at least"). In order of intent; pairing between policies is by intent.
    pub intents: Vec<(u32, u32, bool)>,
    /// Of those, pieces of work that started.
    pub served: u32,
    /// Of those, pieces of work whose owners gave up before they started.
    pub given_up: u32,
    /// The work that went elsewhere with them, in GPU-seconds.
    pub demand_lost: u64,
    /// Jobs that became eligible in the measured window.
    pub submitted: u32,
    /// Of those, still waiting at the end.
    pub still_waiting: u32,
    /// Work that ended with a result in the measured window, in GPU-seconds.
    pub work_done: u64,
    /// What rules about idle sessions and low use have set free in the measured window, in sevenths of a GPU-second: for so
    /// long would those have held their GPUs. It is no part of the sums.
    pub freed: u64,
    /// What a service beside the jobs got.
    pub service: ServiceFigures,
    /// Sessions that asked it instead of holding GPUs of their own.
    pub shared: SharedFigures,
    /// What was done on GPUs outside.
    pub outside: OutsideFigures,
    /// How often the two complaints of the first screen are true.
    pub complaints: Complaints,
    /// Raster data, if asked for.
    pub timeline: Option<Timeline>,
    /// What was written down for pictures over time, if asked for. It crosses to no page.
    #[serde(skip)]
    pub spans: Option<Box<spans::Spans>>,
    /// Passes run, for benches.
    pub passes: u64,
    /// Events handled, for benches.
    pub events: u64,
}

/// How often the two complaints of the first screen are true.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Complaints {
    /// "There are free GPUs, and I am not allowed to use them": thousandths of the measured hours Monday to
    /// Friday 8 to 18 h in which a rule alone keeps somebody's job from a free GPU.
    pub not_allowed: u32,
    /// "Every GPU is taken, and I only need ten minutes": thousandths of the measured ten-minute tests that
    /// waited over ten minutes for other reasons than a limit.
    pub all_taken: u32,
}

/// How much is to be reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Detail {
    /// Numbers only.
    Summary,
    /// With the raster.
    Timeline,
}

/// All seeds of one scenario.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// One per seed, in order of seed.
    pub seeds: Vec<SeedReport>,
    /// Rules a person must know, and choices they must make: the simplicity corner.
    pub simplicity: Simplicity,
}

/// The simplicity corner: counted from the policy, never from the text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Simplicity {
    /// Knobs marked `rule` that differ from "off", once per partition, QOS or type for which they differ.
    pub rules: u32,
    /// Partitions, QOS and GPU types to choose among, each minus one.
    pub choices: u32,
}

impl Report {
    /// The digest of all seeds: first 16 hex digits of SHA-256 over the seeds' digests, one after the other as written.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for seed in &self.seeds {
            hash.update(seed.digest.as_bytes());
        }
        collect::hex16(&hash.finalize())
    }
}

impl SeedReport {
    /// Allocated over installed capacity, 0 to 1.
    pub fn used(&self) -> f64 {
        share(self.busy.total(), self.capacity)
    }
    /// Useful over installed capacity, with what a service needed, 0 to 1.
    pub fn useful(&self) -> f64 {
        share(self.busy.useful + self.busy.served, self.capacity)
    }
}

/// `part / whole`, 0 if there is nothing.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// A window of simulated time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Window {
    /// From.
    pub from: Time,
    /// Until, not included.
    pub to: Time,
}

impl Window {
    /// Its length.
    pub fn span(self) -> Span {
        self.to - self.from
    }
    /// Whether an instant lies in it.
    pub fn contains(self, at: Time) -> bool {
        self.from <= at && at < self.to
    }
    /// Seconds of `[from, to)` that lie in it.
    pub fn overlap(self, from: Time, to: Time) -> u64 {
        u64::from(to.min(self.to).since(from.max(self.from)).0)
    }
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn sorted_lists_are_merged_into_a_sorted_one() {
        assert_eq!(merged(&[1, 3, 3, 9], &[0, 3, 4]), [0, 1, 3, 3, 3, 4, 9]);
        assert_eq!(merged(&[], &[2]), [2]);
    }
}
