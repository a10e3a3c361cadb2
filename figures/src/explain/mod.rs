//! Why a job stands where it stands: one sentence a student understands, what would have to change, where backfill plans
//! it, the figures as rows, and what Slurm's own commands would print.

mod fates;
mod rows;
mod rule;
mod slurm;
mod times;
mod waiting;

use serde::{Deserialize, Serialize};
use sim_core::engine::explain::{Explanation, Standing};
use sim_core::ids::JobId;
use sim_core::workload::Class;

use crate::format::{self, NBSP};

pub use fates::{change_in_words, in_the_end, instead};
pub use times::{as_typed, clock, exact, instant};

/// An explanation in words.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Words {
    /// Which job this is.
    pub title: String,
    /// What holds it, or what it does.
    pub sentence: String,
    /// What would have to change.
    pub change: Option<String>,
    /// Where backfill plans it.
    pub plan: Option<String>,
    /// Names and figures, a row each.
    pub rows: Vec<(String, String)>,
    /// Its priority: factor, weight, product; the last row is the sum.
    pub priority: Vec<[String; 4]>,
    /// What `squeue`, `sprio` and `scontrol show job` would print.
    pub slurm: String,
}

/// Puts an explanation into words.
pub fn words(of: &Explanation) -> Words {
    let (sentence, change, plan) = match &of.standing {
        Standing::Refused(refused) => (fates::refused(of, refused), None, None),
        Standing::Waiting(waiting) => (
            format!("Job{NBSP}{} {}.", of.job.0, waiting::held(of, waiting)),
            waiting::change(waiting),
            waiting
                .places
                .first()
                .and_then(|place| waiting::planned(of, waiting, &place.plan)),
        ),
        Standing::Running(running) => (fates::running(of, running), None, None),
        Standing::Ended(ended) => (fates::ended(of, ended), None, None),
    };
    Words {
        title: format!(
            "Job{NBSP}{}: {} of person{NBSP}{}",
            of.job.0,
            class(of.class),
            of.user.0
        ),
        sentence,
        change,
        plan,
        rows: rows::rows(of),
        priority: rows::priority(of),
        slurm: slurm::words(of),
    }
}

/// What a class of work is called.
pub fn class(class: Class) -> &'static str {
    match class {
        Class::Debug => "ten-minute test",
        Class::Interactive => "notebook",
        Class::Infer => "batch inference",
        Class::Finetune => "fine-tuning",
        Class::Sweep => "sweep",
        Class::Train => "training",
        Class::Large => "training over several nodes",
        Class::Cpubound => "training, mostly on CPUs",
    }
}

fn gpus(n: u32) -> String {
    format::counted(u64::from(n), "GPU", "GPUs")
}

fn job(id: JobId) -> String {
    format!("job{NBSP}{}", id.0)
}

/// An account, whether it has a name or a number.
pub(crate) fn account(name: &str) -> String {
    if name.starts_with("account ") {
        name.to_owned()
    } else {
        format!("account {name}")
    }
}
