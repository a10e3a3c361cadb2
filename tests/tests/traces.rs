//! Real traces, replayed start by start against what other simulators made of them.
//!
//! The traces are other people's data and stay out of this repository: the tests read `../shared/traces` beside it and
//! say plainly that they were left out where that folder is not.

#![cfg(not(target_arch = "wasm32"))]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use sim_core::engine::replay::{ReplayPolicy, replay};
use sim_core::workload::trace::{Trace, parse};
use tests::easy::{Ran, late_heads};

const KTH: (&str, u32) = ("KTH-SP2-1996-2.1-cln.swf.gz", 100);
const RICC: (&str, u32) = ("RICC-2010-2.swf.gz", 8192);

/// The folder of traces, if this machine has it.
fn traces(test: &str) -> Option<PathBuf> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this crate lies in the repository");
    // A clone beside `shared`, or a worktree one folder deeper.
    let found = [
        repository.join("../shared/traces"),
        repository.join("../../shared/traces"),
    ]
    .into_iter()
    .find(|folder| folder.is_dir());
    if found.is_none() {
        // Past the test runner's capture: whoever runs the tests is to see it.
        let _ = writeln!(
            std::io::stdout(),
            "\nleft out: {test}: there is no ../shared/traces on this machine"
        );
    }
    found
}

fn unzipped(path: &Path) -> String {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = Vec::new();
    GzDecoder::new(file)
        .read_to_end(&mut text)
        .expect("the trace is whole");
    String::from_utf8_lossy(&text).into_owned()
}

fn read(folder: &Path, (name, procs): (&str, u32), first: Option<usize>) -> Trace {
    parse(&unzipped(&folder.join(name)), procs, first).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The seconds of all starts, in order of id.
fn starts(trace: &Trace, procs: u32, policy: ReplayPolicy) -> Vec<u32> {
    let replayed = replay(trace, procs, policy).expect("a pool of so many processors can be");
    replayed
        .starts
        .iter()
        .map(|start| start.expect("everybody starts in the end").0)
        .collect()
}

/// Lines `id start`, as in the reference files.
fn expected(folder: &Path, name: &str) -> Vec<u32> {
    unzipped(&folder.join("reference").join(name))
        .lines()
        .enumerate()
        .map(|(index, line)| {
            let (id, start) = line.split_once(' ').expect("a line is `id start`");
            assert_eq!(id.parse(), Ok(index + 1));
            start.parse().expect("a start is whole seconds")
        })
        .collect()
}

/// Says how many starts differ, and shows the first of them.
fn compare(trace: &Trace, ours: &[u32], theirs: &[u32]) {
    assert_eq!(ours.len(), theirs.len());
    let differ: Vec<usize> = (0..ours.len()).filter(|&i| ours[i] != theirs[i]).collect();
    if let Some(&first) = differ.first() {
        panic!(
            "{} of {} starts differ; the first is of job {}, {:?}: {} here, {} there",
            differ.len(),
            ours.len(),
            first + 1,
            trace.jobs[first],
            ours[first],
            theirs[first]
        );
    }
}

fn ran(trace: &Trace, starts: &[u32]) -> Vec<Ran> {
    trace
        .jobs
        .iter()
        .zip(starts)
        .map(|(job, &start)| Ran {
            submit: job.submit.0.into(),
            start: start.into(),
            run: job.run.0.into(),
            estimate: job.estimate.0.into(),
            procs: job.procs.into(),
        })
        .collect()
}

#[test]
fn kth_is_read_as_everybody_reads_it() {
    let Some(folder) = traces("reading KTH") else {
        return;
    };
    let trace = read(&folder, KTH, None);
    let area: u64 = trace
        .jobs
        .iter()
        .map(|job| u64::from(job.procs) * u64::from(job.run.0))
        .sum();
    assert_eq!(
        (trace.jobs.len(), trace.dropped, trace.cut, area),
        (28_467, 9, 475, 2_005_181_934)
    );
}

#[test]
fn kth_first_come_first_served_starts_as_in_five_other_simulators() {
    let Some(folder) = traces("KTH, first come first served") else {
        return;
    };
    let trace = read(&folder, KTH, None);
    let ours = starts(&trace, KTH.1, ReplayPolicy::Fcfs);
    compare(&trace, &ours, &expected(&folder, "kth-sp2.fcfs.starts.gz"));
}

#[test]
fn kth_easy_one_pass_an_instant_starts_as_the_reference() {
    let Some(folder) = traces("KTH, EASY batched") else {
        return;
    };
    let trace = read(&folder, KTH, None);
    let ours = starts(&trace, KTH.1, ReplayPolicy::EasyBatched);
    compare(
        &trace,
        &ours,
        &expected(&folder, "kth-sp2.easy-batched.starts.gz"),
    );
    assert_eq!(late_heads(&ran(&trace, &ours), KTH.1.into()), [0usize; 0]);
}

#[test]
fn kth_easy_one_pass_an_event_starts_as_the_reference() {
    let Some(folder) = traces("KTH, EASY per event") else {
        return;
    };
    let trace = read(&folder, KTH, None);
    let ours = starts(&trace, KTH.1, ReplayPolicy::EasyPerEvent);
    compare(
        &trace,
        &ours,
        &expected(&folder, "kth-sp2.easy-per-event.starts.gz"),
    );
    assert_eq!(late_heads(&ran(&trace, &ours), KTH.1.into()), [0usize; 0]);
}

#[test]
fn kth_easy_with_perfect_estimates_starts_as_the_reference() {
    let Some(folder) = traces("KTH, EASY with perfect estimates") else {
        return;
    };
    let mut trace = read(&folder, KTH, None);
    trace.jobs.iter_mut().for_each(|job| job.estimate = job.run);
    let ours = starts(&trace, KTH.1, ReplayPolicy::EasyBatched);
    compare(
        &trace,
        &ours,
        &expected(&folder, "kth-sp2.easy-batched.perfect-estimates.starts.gz"),
    );
    assert_eq!(late_heads(&ran(&trace, &ours), KTH.1.into()), [0usize; 0]);
}

#[test]
fn the_first_five_thousand_of_ricc_start_as_the_reference() {
    let Some(folder) = traces("RICC, first 5000") else {
        return;
    };
    let trace = read(&folder, RICC, Some(5_000));
    for (policy, name) in [
        (ReplayPolicy::Fcfs, "ricc-5k.fcfs.starts.gz"),
        (ReplayPolicy::EasyBatched, "ricc-5k.easy.starts.gz"),
        (ReplayPolicy::EasyPerEvent, "ricc-5k.easy.starts.gz"),
    ] {
        let ours = starts(&trace, RICC.1, policy);
        compare(&trace, &ours, &expected(&folder, name));
    }
}
