//! A number of one run by its name, as claims and figures ask for it: `wait.p50.all`, `use`, `readiness`.

use anyhow::{Result, bail};
use figures::format;
use sim_core::metrics::{Quantile, SeedReport, Waits, quantile};
use sim_core::workload::Class;

/// Something to measure in each run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Metric {
    /// Allocated over installed, in percent.
    Use,
    /// Useful over installed, in percent.
    Useful,
    /// Share of tests and notebooks that start within ten minutes in working hours, in percent.
    Readiness,
    /// How often the first complaint is true, in percent.
    NotAllowed,
    /// How often the second complaint is true, in percent.
    AllTaken,
    /// A quantile of waits, in seconds: thousandths, and a class or all.
    Wait(u32, Option<Class>),
    /// The mean wait of all jobs, unfinished ones as long as they are, in seconds.
    MeanWait,
}

/// What a metric is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Percent.
    Percent,
    /// Seconds of waiting.
    Seconds,
}

impl Metric {
    /// Reads a name.
    pub fn parse(name: &str) -> Result<Metric> {
        let parts: Vec<&str> = name.split('.').collect();
        Ok(match parts[..] {
            ["use"] => Metric::Use,
            ["useful"] => Metric::Useful,
            ["readiness"] => Metric::Readiness,
            ["not-allowed"] => Metric::NotAllowed,
            ["all-taken"] => Metric::AllTaken,
            ["wait", "mean"] => Metric::MeanWait,
            ["wait", percentile, class] => {
                let per_mille = match percentile {
                    "p50" => 500,
                    "p75" => 750,
                    "p90" => 900,
                    "p95" => 950,
                    _ => bail!("`{percentile}` in `{name}`: write p50, p75, p90 or p95"),
                };
                let class = match class {
                    "all" => None,
                    key => match Class::ALL.into_iter().find(|class| class.key() == key) {
                        Some(class) => Some(class),
                        None => bail!(
                            "`{key}` in `{name}` is no class; write all, {}",
                            Class::ALL.map(Class::key).join(", ")
                        ),
                    },
                };
                Metric::Wait(per_mille, class)
            }
            [..] => bail!(
                "`{name}` is no metric; write use, useful, readiness, not-allowed, all-taken, wait.mean or wait.p50.all"
            ),
        })
    }

    /// Its unit.
    pub fn unit(self) -> Unit {
        match self {
            Metric::Use | Metric::Useful | Metric::Readiness | Metric::NotAllowed | Metric::AllTaken => {
                Unit::Percent
            }
            Metric::Wait(..) | Metric::MeanWait => Unit::Seconds,
        }
    }

    /// Its value in a run.
    pub fn of(self, run: &SeedReport) -> f64 {
        match self {
            Metric::Use => run.used() * 100.0,
            Metric::Useful => run.useful() * 100.0,
            Metric::Readiness => run.readiness.share() * 100.0,
            Metric::NotAllowed => f64::from(run.complaints.not_allowed) / 10.0,
            Metric::AllTaken => f64::from(run.complaints.all_taken) / 10.0,
            Metric::Wait(..) => f64::from(self.quantile(run).floor_secs()),
            Metric::MeanWait => {
                let waits = waits(run, None);
                let n = waits.started.len() + waits.unfinished.len();
                let sum: u64 = waits
                    .started
                    .iter()
                    .chain(&waits.unfinished)
                    .map(|&wait| u64::from(wait))
                    .sum();
                if n == 0 { 0.0 } else { sum as f64 / n as f64 }
            }
        }
    }

    /// The quantile it asks for; nobody, if it is none.
    pub fn quantile(self, run: &SeedReport) -> Quantile {
        match self {
            Metric::Wait(per_mille, class) => quantile(&waits(run, class), per_mille),
            Metric::Use
            | Metric::Useful
            | Metric::Readiness
            | Metric::NotAllowed
            | Metric::AllTaken
            | Metric::MeanWait => Quantile::Nobody,
        }
    }
}

impl Unit {
    /// A value in words.
    pub fn say(self, value: f64) -> String {
        match self {
            Unit::Percent => format::percent(value / 100.0),
            Unit::Seconds => format::wait(value),
        }
    }
}

/// The waits of a class, or of all.
pub fn waits(run: &SeedReport, class: Option<Class>) -> Waits {
    let mut all = Waits::default();
    for (_, waits) in run
        .waits
        .iter()
        .filter(|(of, _)| class.is_none_or(|class| class == **of))
    {
        all.started.extend_from_slice(&waits.started);
        all.unfinished.extend_from_slice(&waits.unfinished);
    }
    all.started.sort_unstable();
    all.unfinished.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_read_by_name_and_others_refused() {
        assert_eq!(
            Metric::parse("wait.p90.debug").expect("is a metric"),
            Metric::Wait(900, Some(Class::Debug))
        );
        assert_eq!(
            Metric::parse("wait.p50.all").expect("is a metric"),
            Metric::Wait(500, None)
        );
        for wrong in ["", "wait", "wait.p51.all", "wait.p50.nobody", "joy"] {
            assert!(Metric::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_unfinished_wait_counts_into_the_mean_with_what_it_has() {
        let mut run = SeedReport::default();
        run.waits.insert(
            Class::Debug,
            Waits {
                started: vec![10, 20],
                unfinished: vec![60],
                given_up: 0,
            },
        );
        assert_eq!(Metric::MeanWait.of(&run), 30.0);
    }
}
