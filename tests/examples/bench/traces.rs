//! Real traces on one pool of processors, as the reference values of other simulators are made.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use serde_json::{Value, json};
use sim_core::engine::replay::{ReplayPolicy, replay};
use sim_core::metrics::replay_figures;
use sim_core::units::Time;
use sim_core::workload::trace::{self, Trace};
use tests::browser::root;

use crate::measure::{Counts, forget_peak, over_seeds, timed};

/// A trace, and the pool it is replayed on.
pub struct Replayed {
    pub file: &'static str,
    pub procs: u32,
    /// Only so many jobs.
    pub first: Option<usize>,
    pub policy: ReplayPolicy,
}

/// KTH-SP2 as a whole.
pub fn kth(policy: ReplayPolicy) -> Replayed {
    Replayed {
        file: "KTH-SP2-1996-2.1-cln.swf.gz",
        procs: 100,
        first: None,
        policy,
    }
}

/// RICC with EASY.
pub fn ricc(first: Option<usize>) -> Replayed {
    Replayed {
        file: "RICC-2010-2.swf.gz",
        procs: 8_192,
        first,
        policy: ReplayPolicy::EasyBatched,
    }
}

/// Seconds of simulation, without reading the file, if the folder of traces is beside the repository.
pub fn measure(what: &Replayed) -> Result<Value> {
    let folder: Option<PathBuf> = root()
        .ancestors()
        .map(|up| up.join("shared/traces"))
        .find(|it| it.is_dir());
    let Some(folder) = folder else {
        return Ok(json!({ "left_out": "there is no folder shared/traces beside the repository" }));
    };
    let trace = read(&folder.join(what.file), what)?;
    forget_peak();
    let mut last = None;
    let mut row = over_seeds(&[0], |_| {
        let (seconds, replayed) = timed(|| replay(&trace, what.procs, what.policy));
        let counts = Counts {
            // Each job is submitted once and ends once.
            events: 2 * trace.jobs.len() as u64,
            passes: replayed.as_ref().map_or(0, |replayed| replayed.passes),
            ..Counts::default()
        };
        last = Some(replayed);
        (seconds, counts)
    });
    let replayed = last
        .context("a bench runs at least once")?
        .map_err(|problems| anyhow!("{problems:?}"))?;
    let starts: Option<Vec<Time>> = replayed.starts.into_iter().collect();
    let figures = starts
        .and_then(|starts| replay_figures(&trace, &starts, what.procs))
        .context("every job of the trace starts")?;
    row["starts_sha"] = json!(figures.starts_sha);
    Ok(row)
}

fn read(file: &std::path::Path, what: &Replayed) -> Result<Trace> {
    let packed = std::fs::read(file).with_context(|| what.file.to_owned())?;
    let mut bytes = Vec::new();
    flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut bytes)?;
    trace::parse(&String::from_utf8_lossy(&bytes), what.procs, what.first).map_err(|error| anyhow!("{error}"))
}
