//! The raster in words: what a reader who does not see it should know, day by day.

use sim_core::metrics::{JobLine, Timeline, median_f64};
use sim_core::units::Time;

use super::Look;
use crate::explain::{class, clock};
use crate::figure::{Figure, Table};
use crate::format::{self, NBSP};
use crate::hatch::Idle;

/// Its words: a question, a finding, and each day's asking, waiting and idling as a table.
pub fn figure(timeline: &Timeline, look: &Look) -> Figure {
    let (from, to) = (look.window.from, look.window.to);
    let all = Day::between(timeline, from, to);
    let gpus: u32 = timeline.nodes.iter().sum();
    let days = f64::from(to.since(from).0) / 86_400.0;
    let (idle, limit) = (all.share(gpus, all.idle), all.share(gpus, all.by_limit));
    let hatched = if limit > 0.0 {
        format!(
            ", {} because a limit holds those who wait",
            format::percent(limit)
        )
    } else {
        String::from(", none of it because of a limit")
    };
    let serves = match all.share(gpus, all.serving) {
        0.0 => String::new(),
        share => format!(" A service has {}.", format::percent(share)),
    };
    let waits = match all.typical {
        Some(wait) => format!(
            "Of {} jobs asked for, half start {}. ",
            format::count(all.asked),
            format::within(wait)
        ),
        None => String::from("No job is asked for. "),
    };
    let rows = (from.day()..to.0.div_ceil(86_400)).map(|day| {
        let (start, end) = (Time(day * 86_400), Time((day + 1) * 86_400));
        let of = Day::between(timeline, start.max(from), end.min(to));
        vec![
            format::day(start, timeline.from),
            format::count(of.asked),
            of.typical.map_or(String::from("–"), format::wait),
            format::percent(of.share(gpus, of.idle)),
            format::percent(of.share(gpus, of.by_limit)),
        ]
    });
    Figure {
        title: String::from("What did it look like?"),
        finding: format!(
            "{waits}{} of GPU time stands idle{hatched}.{serves}",
            format::percent(idle)
        ),
        table: Table {
            caption: String::from("One run, day by day"),
            headings: [
                "day",
                "jobs asked for",
                "typical wait",
                "idle",
                "idle under a limit",
            ]
            .map(String::from)
            .to_vec(),
            rows: rows.collect(),
            sums: None,
        },
        made_from: format!(
            "one run, {} GPUs, {} days",
            format::count(u64::from(gpus)),
            days.round() as u64
        ),
    }
}

/// A job in words, for a walk through the picture: whose, when it was asked for, how long it waited, what it held.
pub fn job(timeline: &Timeline, line: &JobLine) -> String {
    let wait = f64::from(line.started.unwrap_or(timeline.to).since(line.asked).0);
    let fate = match line.started {
        None => format!("still waits after {}", format::span(wait)),
        Some(at) => {
            let gpus: u32 = line.held.iter().map(|held| held.2).sum();
            format!(
                "starts {}, holds {} for {}{}",
                format::within(wait).replacen("within ", "after ", 1),
                format::counted(u64::from(gpus), "GPU", "GPUs"),
                if line.ended < timeline.to { "" } else { "at least " },
                format::span(f64::from(line.ended.since(at).0))
            )
        }
    };
    format!(
        "Job{NBSP}{}, {} of person{NBSP}{}: asked for {}, {fate}.",
        line.job.0,
        class(line.class),
        line.user.0,
        clock(line.asked, timeline.from)
    )
}

/// Sums between two instants.
struct Day {
    secs: u32,
    asked: u64,
    typical: Option<f64>,
    idle: u64,
    by_limit: u64,
    serving: u64,
}

impl Day {
    fn between(timeline: &Timeline, from: Time, to: Time) -> Day {
        let asked = timeline
            .jobs
            .iter()
            .filter(|job| job.asked >= from && job.asked < to);
        let waits: Vec<f64> = asked
            .map(|job| f64::from(job.started.unwrap_or(timeline.to).since(job.asked).0))
            .collect();
        let mut day = Day {
            secs: to.since(from).0,
            asked: waits.len() as u64,
            typical: median_f64(&waits),
            idle: 0,
            by_limit: 0,
            serving: 0,
        };
        for span in &timeline.idle {
            let secs = u64::from(span.to.min(to).since(span.from.max(from)).0);
            match Idle::of(span.cause) {
                Idle::Serving => day.serving += secs,
                Idle::ByLimit => {
                    day.idle += secs;
                    day.by_limit += secs;
                }
                Idle::Kept
                | Idle::SetAside
                | Idle::Fragments
                | Idle::TooFew
                | Idle::HandingOver
                | Idle::NotYet
                | Idle::Nobody => day.idle += secs,
            }
        }
        day
    }

    /// Device-seconds as a share of all.
    fn share(&self, gpus: u32, secs: u64) -> f64 {
        secs as f64 / (f64::from(gpus) * f64::from(self.secs)).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use sim_core::metrics::{Cause, IdleSpan};

    use super::super::Size;
    use super::*;

    #[test]
    fn what_a_service_has_is_told_apart_from_what_stands_idle() {
        let span = |device, cause| IdleSpan {
            node: 0,
            device,
            from: Time(0),
            to: Time(86_400),
            cause,
        };
        let mut timeline = Timeline {
            nodes: vec![4],
            from: Time(0),
            to: Time(86_400),
            jobs: Vec::new(),
            idle: vec![
                span(0, Cause::Serving),
                span(1, Cause::Serving),
                span(2, Cause::NoDemand),
            ],
        };
        let words = |timeline: &Timeline| {
            let look = Look::first_days(timeline, 1, Size::Desktop);
            figure(timeline, &look).finding.replace('\u{a0}', " ")
        };
        let all = "No job is asked for. 25.0 % of GPU time stands idle, none of it because of a limit.";
        assert_eq!(words(&timeline), format!("{all} A service has 50.0 %."));
        timeline.idle.drain(..2);
        assert_eq!(words(&timeline), all);
    }
}
