//! The raster in words: what a reader who does not see it should know, day by day.

use sim_core::metrics::{Cause, Timeline, median_f64};
use sim_core::units::Time;

use super::Look;
use crate::figure::{Figure, Table};
use crate::format;

/// Its words: a question, a finding, and each day's asking, waiting and idling as a table.
pub fn figure(timeline: &Timeline, look: &Look) -> Figure {
    let (from, to) = (look.window.from, look.window.to);
    let all = Day::between(timeline, from, to);
    let gpus: u32 = timeline.nodes.iter().sum();
    let days = f64::from(to.since(from).0) / 86_400.0;
    let (idle, limit) = (all.idle_share(gpus), all.limit_share(gpus));
    let hatched = if limit > 0.0 {
        format!(
            ", {} because a limit holds those who wait",
            format::percent(limit)
        )
    } else {
        String::from(", none of it because of a limit")
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
            format::percent(of.idle_share(gpus)),
            format::percent(of.limit_share(gpus)),
        ]
    });
    Figure {
        title: String::from("What did it look like?"),
        finding: format!(
            "{waits}{} of GPU time is held by no job{hatched}.",
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

/// Sums between two instants.
struct Day {
    secs: u32,
    asked: u64,
    typical: Option<f64>,
    idle: u64,
    by_limit: u64,
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
        };
        for span in &timeline.idle {
            let secs = u64::from(span.to.min(to).since(span.from.max(from)).0);
            day.idle += secs;
            if let Cause::Limit(_) = span.cause {
                day.by_limit += secs;
            }
        }
        day
    }

    fn idle_share(&self, gpus: u32) -> f64 {
        self.idle as f64 / (f64::from(gpus) * f64::from(self.secs)).max(1.0)
    }

    fn limit_share(&self, gpus: u32) -> f64 {
        self.by_limit as f64 / (f64::from(gpus) * f64::from(self.secs)).max(1.0)
    }
}
