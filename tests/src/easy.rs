//! The promise of EASY, checked from start times alone: a job that became head of the queue never starts after the
//! shadow time that the estimates of the running jobs gave at that instant.

/// One job on a pool, and when it started.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ran {
    /// Submission.
    pub submit: u64,
    /// Start.
    pub start: u64,
    /// True run time.
    pub run: u64,
    /// What its owner said.
    pub estimate: u64,
    /// Processors.
    pub procs: u64,
}

/// The jobs, by index, that started later than promised. Jobs are given in the order of the queue: by submission.
pub fn late_heads(jobs: &[Ran], procs: u64) -> Vec<usize> {
    let mut late = Vec::new();
    // The last start among all jobs before: then the next one is head.
    let mut last_start = 0;
    for (index, job) in jobs.iter().enumerate() {
        let head = job.submit.max(last_start);
        last_start = last_start.max(job.start);
        if job.start > head && job.start > shadow(jobs, procs, head, job.procs) {
            late.push(index);
        }
    }
    late
}

/// When so many processors are free, by the estimates of what runs at an instant.
fn shadow(jobs: &[Ran], procs: u64, at: u64, need: u64) -> u64 {
    let mut running: Vec<&Ran> = jobs
        .iter()
        .filter(|job| job.start <= at && at < job.start + job.run)
        .collect();
    running.sort_by_key(|job| job.start + job.estimate);
    let mut free = procs - running.iter().map(|job| job.procs).sum::<u64>();
    for job in running {
        if free >= need {
            break;
        }
        free += job.procs;
        if free >= need {
            return job.start + job.estimate;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_that_starts_after_its_shadow_time_is_found_out() {
        let job = |submit, start, estimate, procs| Ran {
            submit,
            start,
            run: estimate,
            estimate,
            procs,
        };
        let fair = [job(0, 0, 100, 3), job(1, 100, 50, 4), job(2, 2, 98, 1)];
        assert_eq!(late_heads(&fair, 4), [0usize; 0]);
        let unfair = [job(0, 0, 100, 3), job(1, 150, 50, 4), job(2, 2, 148, 1)];
        assert_eq!(late_heads(&unfair, 4), [1]);
    }
}
