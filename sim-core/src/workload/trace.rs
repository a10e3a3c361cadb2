//! The Standard Workload Format: text → submissions.
//!
//! A line of the format has 18 numbers; later ones are tolerated, `;` starts a comment. The rules by which the figures
//! of other simulators were made:
//!
//! 1. processors are those requested if above 0, else those allocated;
//! 2. a job without run time, without processors or wider than the machine is dropped;
//! 3. the estimate is the requested time if above 0, else the run time;
//! 4. a run time above the estimate is cut to it: the job is killed at its limit;
//! 5. jobs are in order of submission, ties in order of the file, and the first is submitted at zero.

use crate::order;
use crate::units::{Span, Time};

/// Numbers in a line of the format.
const FIELDS: usize = 18;

/// Every job of a trace that this machine could run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trace {
    /// In order of submission.
    pub jobs: Vec<TraceJob>,
    /// Lines left out: no run time, no processors, or wider than the machine.
    pub dropped: u32,
    /// Jobs whose run time was cut to the estimate.
    pub cut: u32,
}

/// One job of a trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceJob {
    /// When it was submitted, after the first.
    pub submit: Time,
    /// How long it ran; never longer than the estimate.
    pub run: Span,
    /// Processors.
    pub procs: u32,
    /// How long its owner said it would run.
    pub estimate: Span,
    /// Whose it was; 0 if the trace does not say.
    pub user: u32,
}

/// Why a text is no trace.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TraceError {
    /// A line with too few numbers.
    #[error(
        "line {line}: {found} fields, where the Standard Workload Format has {FIELDS}; complete the line or put `;` before it"
    )]
    TooFewFields {
        /// Number of the line, from 1.
        line: usize,
        /// Fields found.
        found: usize,
    },
    /// A field that is no number.
    #[error(
        "line {line}: {field} is `{text}`, which cannot be read as a number; write seconds or a count, and -1 for unknown"
    )]
    NotANumber {
        /// Number of the line, from 1.
        line: usize,
        /// What the field means, with its number.
        field: &'static str,
        /// What stands there.
        text: String,
    },
    /// A time that is negative or too large.
    #[error(
        "line {line}: {field} is {value}; it must lie between 0 and {} seconds",
        u32::MAX
    )]
    OutOfRange {
        /// Number of the line, from 1.
        line: usize,
        /// What the field means, with its number.
        field: &'static str,
        /// What stands there.
        value: i64,
    },
    /// Nothing is left.
    #[error(
        "no job is left for a machine of {procs} processors ({dropped} dropped); check the file and the number of processors"
    )]
    Empty {
        /// Processors of the machine.
        procs: u32,
        /// Lines left out.
        dropped: u32,
    },
}

/// Reads a trace for a machine of so many processors; with `first`, only so many of the jobs in order of submission.
/// The counts are always those of the whole text.
pub fn parse(text: &str, procs: u32, first: Option<usize>) -> Result<Trace, TraceError> {
    let mut trace = Trace::default();
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.trim_ascii();
        if content.is_empty() || content.starts_with(';') {
            continue;
        }
        match job(line, content, procs)? {
            Some((job, Ran::Whole)) => trace.jobs.push(job),
            Some((job, Ran::Cut)) => {
                trace.jobs.push(job);
                trace.cut += 1;
            }
            None => trace.dropped += 1,
        }
    }
    order::sort_by_key(&mut trace.jobs, |job| job.submit);
    if let Some(first) = first {
        trace.jobs.truncate(first);
    }
    let Some(start) = trace.jobs.first().map(|job| job.submit) else {
        return Err(TraceError::Empty {
            procs,
            dropped: trace.dropped,
        });
    };
    for job in &mut trace.jobs {
        job.submit = Time::ZERO + job.submit.since(start);
    }
    Ok(trace)
}

/// Whether a job ended by itself or at its estimate.
enum Ran {
    Whole,
    Cut,
}

/// One line; `None` if the machine can't run it.
fn job(line: usize, content: &str, machine: u32) -> Result<Option<(TraceJob, Ran)>, TraceError> {
    let mut fields = [""; FIELDS];
    let mut found = 0;
    for (slot, field) in fields.iter_mut().zip(content.split_ascii_whitespace()) {
        *slot = field;
        found += 1;
    }
    if found < FIELDS {
        return Err(TraceError::TooFewFields { line, found });
    }
    let number = |index: usize, field| number(line, field, fields[index]);
    let submit = number(1, "the submit time (field 2)")?;
    let run = number(3, "the run time (field 4)")?;
    let allocated = number(4, "the number of allocated processors (field 5)")?;
    let requested = number(7, "the number of requested processors (field 8)")?;
    let estimate = number(8, "the requested time (field 9)")?;
    let user = number(11, "the user (field 12)")?;

    let width = if requested > 0 { requested } else { allocated };
    if run <= 0 || width <= 0 || width > i64::from(machine) {
        return Ok(None);
    }
    let seconds =
        |value: i64, field| u32::try_from(value).map_err(|_| TraceError::OutOfRange { line, field, value });
    let submit = Time(seconds(submit, "the submit time (field 2)")?);
    let run = Span(seconds(run, "the run time (field 4)")?);
    let estimate = if estimate > 0 {
        Span(seconds(estimate, "the requested time (field 9)")?)
    } else {
        run
    };
    let job = TraceJob {
        submit,
        run: run.min(estimate),
        procs: u32::try_from(width).expect("not above the machine, which is a u32"),
        estimate,
        user: u32::try_from(user).unwrap_or(0),
    };
    let ran = if run > estimate { Ran::Cut } else { Ran::Whole };
    Ok(Some((job, ran)))
}

/// A whole number, or a decimal one without its fraction, as some archives write `12.0`.
fn number(line: usize, field: &'static str, text: &str) -> Result<i64, TraceError> {
    if let Ok(whole) = text.parse() {
        return Ok(whole);
    }
    text.parse::<f64>()
        .ok()
        .filter(|decimal| decimal.abs() < 1e15)
        .map(|decimal| decimal as i64)
        .ok_or_else(|| TraceError::NotANumber {
            line,
            field,
            text: text.to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line with these: submit, run time, allocated, requested, estimate, user.
    fn line(submit: &str, run: &str, allocated: &str, requested: &str, estimate: &str, user: &str) -> String {
        format!("1 {submit} -1 {run} {allocated} -1 -1 {requested} {estimate} -1 1 {user} 1 -1 1 -1 -1 -1\n")
    }

    fn simple(submit: &str, run: &str, estimate: &str) -> String {
        line(submit, run, "4", "4", estimate, "3")
    }

    #[test]
    fn comments_and_blank_lines_are_passed_over_and_extra_fields_are_tolerated() {
        let text = format!(
            "; Version: 2.2\n\n{} 17 node-3 1:ppn=64\n",
            simple("100", "50", "60").trim_end()
        );
        let trace = parse(&text, 100, None).unwrap();
        let job = TraceJob {
            submit: Time(0),
            run: Span(50),
            procs: 4,
            estimate: Span(60),
            user: 3,
        };
        assert_eq!((trace.jobs, trace.dropped, trace.cut), (vec![job], 0, 0));
    }

    #[test]
    fn requested_processors_go_before_allocated_ones() {
        let text = line("0", "1", "4", "8", "1", "1") + &line("0", "1", "4", "-1", "1", "1");
        let procs: Vec<u32> = parse(&text, 100, None)
            .unwrap()
            .jobs
            .iter()
            .map(|job| job.procs)
            .collect();
        assert_eq!(procs, [8, 4]);
    }

    #[test]
    fn what_cannot_run_is_dropped_and_counted() {
        let text = simple("0", "0", "9")
            + &line("0", "5", "-1", "-1", "9", "1")
            + &line("0", "5", "101", "101", "9", "1")
            + &simple("7", "5", "9");
        let trace = parse(&text, 100, None).unwrap();
        assert_eq!((trace.jobs.len(), trace.dropped), (1, 3));
    }

    #[test]
    fn a_run_past_its_estimate_is_cut_and_a_missing_estimate_is_the_run_time() {
        let text = simple("0", "50", "20") + &simple("0", "50", "-1") + &simple("0", "50", "50");
        let trace = parse(&text, 100, None).unwrap();
        let times: Vec<(u32, u32)> = trace.jobs.iter().map(|job| (job.run.0, job.estimate.0)).collect();
        assert_eq!((times, trace.cut), (vec![(20, 20), (50, 50), (50, 50)], 1));
    }

    #[test]
    fn jobs_are_sorted_by_submission_ties_in_order_of_the_file_from_zero() {
        let text = simple("30", "3", "9") + &simple("10", "1", "9") + &simple("10", "2", "9");
        let order = |first| {
            let trace = parse(&text, 100, first).unwrap();
            trace
                .jobs
                .iter()
                .map(|job| (job.submit.0, job.run.0))
                .collect::<Vec<_>>()
        };
        assert_eq!(order(None), [(0, 1), (0, 2), (20, 3)]);
        assert_eq!(order(Some(2)), [(0, 1), (0, 2)]);
        assert_eq!(order(Some(9)).len(), 3);
    }

    #[test]
    fn decimals_lose_their_fraction() {
        let trace = parse(&simple("12.0", "50.9", "60.0"), 100, None).unwrap();
        assert_eq!(trace.jobs[0].run, Span(50));
    }

    #[test]
    fn a_missing_user_is_nobody() {
        assert_eq!(
            parse(&line("0", "1", "1", "1", "1", "-1"), 9, None).unwrap().jobs[0].user,
            0
        );
    }

    #[test]
    fn an_error_says_where_what_and_what_to_do() {
        let error = |text: &str| parse(text, 100, None).unwrap_err().to_string();
        assert_eq!(
            error("; a comment\n1 2 3\n"),
            "line 2: 3 fields, where the Standard Workload Format has 18; complete the line or put `;` before it"
        );
        assert_eq!(
            error(&simple("0", "soon", "9")),
            "line 1: the run time (field 4) is `soon`, which cannot be read as a number; write seconds or a count, and -1 for unknown"
        );
        assert_eq!(
            error(&simple("-5", "1", "9")),
            "line 1: the submit time (field 2) is -5; it must lie between 0 and 4294967295 seconds"
        );
        assert_eq!(
            error("; nothing\n"),
            "no job is left for a machine of 100 processors (0 dropped); check the file and the number of processors"
        );
    }

    #[test]
    fn no_text_makes_it_panic() {
        for bad in [
            "nan",
            "inf",
            "1e400",
            "-1e20",
            "99999999999999999999",
            "4294967296",
            "½",
            "--",
        ] {
            assert!(parse(&simple(bad, "1", "1"), 100, None).is_err(), "{bad}");
            assert!(parse(&simple("0", bad, "1"), 100, None).is_err(), "{bad}");
            assert!(parse(&simple("0", "1", bad), 100, None).is_err(), "{bad}");
        }
        assert!(parse("", 0, Some(0)).is_err());
        assert!(parse(&simple("0", "1", "1"), 0, None).is_err());
        assert!(parse(&simple("0", "1", "1"), 100, Some(0)).is_err());
    }
}
