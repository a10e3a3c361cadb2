//! What a replayed trace comes to, as other simulators report it.

use sha2::{Digest as _, Sha256};

use super::collect::hex16;
use crate::units::Time;
use crate::workload::trace::Trace;

/// The usual figures over all jobs of a replayed trace.
#[derive(Clone, PartialEq, Debug)]
pub struct ReplayFigures {
    /// Jobs.
    pub jobs: usize,
    /// Mean of start minus submission, in seconds.
    pub mean_wait: f64,
    /// Mean of max(1, (wait + run) / max(run, 10 s)).
    pub mean_bounded_slowdown: f64,
    /// Processor-seconds over processors × (last end − first submission).
    pub utilisation: f64,
    /// First 16 hex digits of SHA-256 over the lines `id start`, ids from 1 in the trace's order.
    pub starts_sha: String,
    /// From the first submission to the last end, in seconds.
    pub makespan: u64,
}

/// Figures of a trace whose jobs started then; `None` if there are no jobs, or not one start for each.
pub fn replay_figures(trace: &Trace, starts: &[Time], procs: u32) -> Option<ReplayFigures> {
    let jobs = trace.jobs.len();
    if jobs == 0 || starts.len() != jobs {
        return None;
    }
    let (mut waited, mut slowdown, mut area, mut last_end) = (0_u64, 0.0_f64, 0_u64, 0_u64);
    let mut lines = String::new();
    for (i, (job, start)) in trace.jobs.iter().zip(starts).enumerate() {
        let wait = start.since(job.submit).0;
        let run = job.run.0;
        waited += u64::from(wait);
        slowdown += ((f64::from(wait) + f64::from(run)) / f64::from(run.max(10))).max(1.0);
        area += u64::from(run) * u64::from(job.procs);
        last_end = last_end.max(u64::from(start.0) + u64::from(run));
        lines += &format!("{} {}\n", i + 1, start.0);
    }
    let first = trace
        .jobs
        .iter()
        .map(|job| u64::from(job.submit.0))
        .min()
        .unwrap_or(0);
    let makespan = last_end - first.min(last_end);
    let capacity = (makespan * u64::from(procs)) as f64;
    Some(ReplayFigures {
        jobs,
        mean_wait: waited as f64 / jobs as f64,
        mean_bounded_slowdown: slowdown / jobs as f64,
        utilisation: if capacity > 0.0 {
            area as f64 / capacity
        } else {
            0.0
        },
        starts_sha: hex16(&Sha256::digest(lines.as_bytes())),
        makespan,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;
    use crate::workload::trace::TraceJob;

    #[test]
    fn two_jobs_one_after_the_other_give_the_worked_figures() {
        let job = |submit, run| TraceJob {
            submit: Time(submit),
            run: Span(run),
            procs: 2,
            estimate: Span(run),
            user: 0,
        };
        let trace = Trace {
            jobs: vec![job(0, 100), job(50, 5)],
            dropped: 0,
            cut: 0,
        };
        let figures = replay_figures(&trace, &[Time(0), Time(100)], 4).unwrap();
        assert_eq!((figures.jobs, figures.makespan), (2, 105));
        assert_eq!(figures.mean_wait, 25.0);
        // The second waits 50 s for 5 s: (50 + 5) / 10.
        assert_eq!(figures.mean_bounded_slowdown, (1.0 + 5.5) / 2.0);
        assert_eq!(figures.utilisation, 210.0 / 420.0);
        assert_eq!(figures.starts_sha, hex16(&Sha256::digest(b"1 0\n2 100\n")));
        assert_eq!(replay_figures(&trace, &[], 4), None);
    }
}
