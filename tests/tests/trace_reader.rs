//! Real traces, read by the rules under which other simulators were compared. The files are other people's and stand
//! beside the repository, not in it.
#![cfg(not(target_arch = "wasm32"))]

use std::io::Read as _;
use std::path::{Path, PathBuf};

use sim_core::workload::trace::{Trace, parse};

/// The folder of traces beside the repository, if it is there.
fn folder() -> Option<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .skip(2)
        .map(|beside| beside.join("shared/traces"))
        .find(|folder| folder.is_dir())
}

fn read(name: &str) -> Option<String> {
    let Some(folder) = folder() else {
        println!("left out: there is no folder shared/traces beside the repository, so {name} is not read");
        return None;
    };
    let file = std::fs::read(folder.join(name)).expect("the trace is in the folder");
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&file[..])
        .read_to_end(&mut text)
        .expect("gzip");
    Some(String::from_utf8_lossy(&text).into_owned())
}

fn processor_seconds(trace: &Trace) -> u64 {
    trace
        .jobs
        .iter()
        .map(|job| u64::from(job.run.0) * u64::from(job.procs))
        .sum()
}

#[test]
fn each_trace_keeps_drops_and_cuts_what_other_readers_do() {
    for (name, procs, kept, dropped, cut, work) in [
        ("KTH-SP2-1996-2.1-cln.swf.gz", 100, 28_467, 9, 475, 2_005_181_934),
        ("RICC-2010-2.swf.gz", 8_192, 447_784, 10, 7_092, 90_166_354_102),
        ("NASA-iPSC-1993-3.1-cln.swf.gz", 128, 18_066, 173, 0, 474_238_015),
        ("lublin_256.swf.gz", 256, 10_000, 0, 0, 2_092_781_168),
    ] {
        let Some(text) = read(name) else { return };
        let trace = parse(&text, procs, None).unwrap();
        let counts = (
            trace.jobs.len(),
            trace.dropped,
            trace.cut,
            processor_seconds(&trace),
        );
        assert_eq!(counts, (kept, dropped, cut, work), "{name}");
        assert!(trace.jobs.is_sorted_by_key(|job| job.submit), "{name}");
        assert_eq!(trace.jobs[0].submit.0, 0, "{name}");
    }
}

#[test]
fn the_first_jobs_of_a_trace_are_those_submitted_first() {
    let Some(text) = read("RICC-2010-2.swf.gz") else {
        return;
    };
    let all = parse(&text, 8_192, None).unwrap();
    let first = parse(&text, 8_192, Some(5_000)).unwrap();
    assert_eq!(first.jobs, all.jobs[..5_000]);
    assert_eq!((first.dropped, first.cut), (all.dropped, all.cut));
}

#[test]
fn a_trace_with_more_fields_than_the_format_is_read() {
    let Some(text) = read("wagap-2013.swf.gz") else {
        return;
    };
    let trace = parse(&text, 20 * 80 + 48 * 12, None).unwrap();
    assert_eq!(trace.jobs.len() + trace.dropped as usize, 17_900);
}
