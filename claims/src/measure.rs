//! A number of one run by its name, as claims and figures ask for it: `wait.p50.all`, `use`, `readiness`.

use anyhow::{Result, bail};
use figures::format;
use sim_core::ids::IntentId;
use sim_core::metrics::{Quantile, SeedReport, Waits, quantile};
use sim_core::reason::{Cause, Reason};
use sim_core::workload::{Class, Demand};

/// Something to measure in each run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Metric {
    /// Allocated over installed, in percent.
    Use,
    /// Useful over installed, in percent.
    Useful,
    /// Share of tests and notebooks that start within ten minutes in working hours, in percent.
    Readiness,
    /// Work that ended with a result over what the machine could do, in percent.
    Work,
    /// Part of the busy time over installed, in percent.
    Held(Held),
    /// Idle over installed, of all causes or of one, in percent.
    Idle(Option<Why<Cause>>),
    /// Of all waiting, what one reason or all limits make, in percent.
    Waiting(Why<Reason>),
    /// Of all pieces of work, those whose owners gave up, in percent.
    GivenUp,
    /// How often the first complaint is true, in percent.
    NotAllowed,
    /// How often the second complaint is true, in percent.
    AllTaken,
    /// A quantile of waits, in seconds: thousandths, and a class or all.
    Wait(u32, Option<Class>),
    /// The same of the work of one account, with whatever it waited in pieces: thousandths, and the account's number.
    WaitOf(u32, u32),
    /// The mean wait of all jobs, unfinished ones as long as they are, in seconds.
    MeanWait,
}

/// What GPUs are held for without anything to show for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    /// By a job, doing nothing.
    Idle,
    /// By jobs that failed or were cancelled.
    NoResult,
    /// For work done again, or killed before it was saved.
    Lost,
    /// For work done only to use up a quota.
    Filler,
    /// By a service that needed it.
    Served,
}

/// One cause or reason, or all that are limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why<K> {
    /// All limits together.
    Limits,
    /// This one.
    This(K),
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
            ["work"] => Metric::Work,
            ["given-up"] => Metric::GivenUp,
            ["held", "idle"] => Metric::Held(Held::Idle),
            ["held", "no-result"] => Metric::Held(Held::NoResult),
            ["held", "lost"] => Metric::Held(Held::Lost),
            ["held", "filler"] => Metric::Held(Held::Filler),
            ["held", "served"] => Metric::Held(Held::Served),
            ["idle"] => Metric::Idle(None),
            ["idle", "limits"] => Metric::Idle(Some(Why::Limits)),
            ["idle", key] => match causes().find(|cause| cause.key() == key) {
                Some(cause) => Metric::Idle(Some(Why::This(cause))),
                None => bail!(
                    "`{key}` in `{name}` is no cause; write limits, {}",
                    causes().map(Cause::key).collect::<Vec<_>>().join(", ")
                ),
            },
            ["waiting", "limits"] => Metric::Waiting(Why::Limits),
            ["waiting", word] => match Reason::all().find(|reason| reason.to_string() == word) {
                Some(reason) => Metric::Waiting(Why::This(reason)),
                None => {
                    bail!("`{word}` in `{name}` is no reason of Slurm; write it as squeue does, or limits")
                }
            },
            ["readiness"] => Metric::Readiness,
            ["not-allowed"] => Metric::NotAllowed,
            ["all-taken"] => Metric::AllTaken,
            ["wait", "mean"] => Metric::MeanWait,
            ["wait", percentile, "account", number] => match number.parse() {
                Ok(number) => Metric::WaitOf(per_mille(name, percentile)?, number),
                Err(_) => bail!("`{number}` in `{name}` is no account; write its number, the root is 0"),
            },
            ["wait", percentile, class] => {
                let per_mille = per_mille(name, percentile)?;
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
                "`{name}` is no metric; write use, useful, work, readiness, not-allowed, all-taken, given-up, wait.mean, \
                 wait.p50.all, wait.p50.account.1, idle, idle.no-demand, idle.limits, waiting.Priority, waiting.limits, \
                 held.idle, held.no-result, held.lost, held.filler or held.served"
            ),
        })
    }

    /// Its unit.
    pub fn unit(self) -> Unit {
        match self {
            Metric::Wait(..) | Metric::WaitOf(..) | Metric::MeanWait => Unit::Seconds,
            Metric::Use
            | Metric::Useful
            | Metric::Work
            | Metric::Held(_)
            | Metric::Idle(_)
            | Metric::Waiting(_)
            | Metric::GivenUp
            | Metric::Readiness
            | Metric::NotAllowed
            | Metric::AllTaken => Unit::Percent,
        }
    }

    /// Whether it can be told only by who asked for what.
    pub fn needs_demand(self) -> bool {
        matches!(self, Metric::WaitOf(..))
    }

    /// Its value in a run; `demand` is what was asked for, where [`Metric::needs_demand`].
    pub fn of(self, run: &SeedReport, demand: Option<&Demand>) -> f64 {
        match self {
            Metric::Use => run.used() * 100.0,
            Metric::Useful => run.useful() * 100.0,
            Metric::Work => percent(run.work_done * 7, run.capacity),
            Metric::Held(what) => {
                let part = match what {
                    Held::Idle => run.busy.held_idle,
                    Held::NoResult => run.busy.no_result,
                    Held::Lost => run.busy.lost,
                    Held::Filler => run.busy.filler,
                    Held::Served => run.busy.served,
                };
                percent(part, run.capacity)
            }
            Metric::Idle(why) => {
                let counts = |cause: &Cause| match why {
                    None => true,
                    Some(Why::Limits) => cause.is_rule(),
                    Some(Why::This(this)) => *cause == this,
                };
                let part = run.idle.iter().filter(|(cause, _)| counts(cause));
                percent(part.map(|(_, idle)| idle).sum(), run.capacity)
            }
            Metric::Waiting(why) => {
                let counts = |reason: &Reason| match why {
                    Why::Limits => reason.is_rule(),
                    Why::This(this) => *reason == this,
                };
                let part = run.waiting.iter().filter(|(reason, _)| counts(reason));
                percent(part.map(|(_, secs)| secs).sum(), run.wait_total)
            }
            Metric::GivenUp => percent(u64::from(run.given_up), run.intents.len() as u64),
            Metric::Readiness => run.readiness.share() * 100.0,
            Metric::NotAllowed => f64::from(run.complaints.not_allowed) / 10.0,
            Metric::AllTaken => f64::from(run.complaints.all_taken) / 10.0,
            Metric::Wait(..) | Metric::WaitOf(..) => f64::from(self.quantile(run, demand).floor_secs()),
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

    /// Whether anybody asks for what it measures in a run. Where nobody does, its value says nothing.
    pub fn is_asked(self, run: &SeedReport, demand: Option<&Demand>) -> bool {
        match self {
            Metric::Wait(..) | Metric::WaitOf(..) => self.quantile(run, demand) != Quantile::Nobody,
            Metric::MeanWait => run
                .waits
                .values()
                .any(|waits| !waits.started.is_empty() || !waits.unfinished.is_empty()),
            Metric::Readiness => run.readiness.asked > 0,
            Metric::Use
            | Metric::Useful
            | Metric::Work
            | Metric::Held(_)
            | Metric::Idle(_)
            | Metric::Waiting(_)
            | Metric::GivenUp
            | Metric::NotAllowed
            | Metric::AllTaken => true,
        }
    }

    /// The quantile it asks for; nobody, if it is none.
    pub fn quantile(self, run: &SeedReport, demand: Option<&Demand>) -> Quantile {
        match self {
            Metric::Wait(per_mille, class) => quantile(&waits(run, class), per_mille),
            Metric::WaitOf(per_mille, account) => demand.map_or(Quantile::Nobody, |demand| {
                quantile(&waits_of(run, demand, account), per_mille)
            }),
            Metric::Use
            | Metric::Useful
            | Metric::Work
            | Metric::Held(_)
            | Metric::Idle(_)
            | Metric::Waiting(_)
            | Metric::GivenUp
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

    /// A lower bound in words.
    pub fn say_more_than(self, value: f64) -> String {
        format!("more than {}", self.say(value))
    }
}

/// Causes of idle time that have no limit's name, each from the one before: a new one has to find its place here.
fn causes() -> impl Iterator<Item = Cause> {
    std::iter::successors(Some(Cause::NotYetLookedAt), |cause| match cause {
        Cause::NotYetLookedAt => Some(Cause::KeptForJobAhead),
        Cause::KeptForJobAhead => Some(Cause::Fragments),
        Cause::Fragments => Some(Cause::TooFewForNextJob),
        Cause::TooFewForNextJob => Some(Cause::HandingOver),
        Cause::HandingOver => Some(Cause::Draining),
        Cause::Draining => Some(Cause::Reprovisioning),
        Cause::Reprovisioning => Some(Cause::SetAside),
        Cause::SetAside => Some(Cause::NoDemand),
        // What serves is not idle, and no sum has it.
        Cause::NoDemand | Cause::Serving | Cause::Limit(_) => None,
    })
}

/// A part of a whole in percent; of nothing, nothing.
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 * 100.0 / whole as f64
    }
}

/// A percentile's word in thousandths.
fn per_mille(name: &str, percentile: &str) -> Result<u32> {
    Ok(match percentile {
        "p50" => 500,
        "p75" => 750,
        "p90" => 900,
        "p95" => 950,
        _ => bail!("`{percentile}` in `{name}`: write p50, p75, p90 or p95"),
    })
}

/// The waits of the work of one account.
fn waits_of(run: &SeedReport, demand: &Demand, account: u32) -> Waits {
    let mut all = Waits::default();
    for &(intent, wait, at_least) in &run.intents {
        let asked = demand.intents.get(IntentId(intent));
        let person = asked.and_then(|intent| demand.people.get(intent.user));
        if person.is_some_and(|person| person.account.0 == account) {
            let list = if at_least {
                &mut all.unfinished
            } else {
                &mut all.started
            };
            list.push(wait);
        }
    }
    all.started.sort_unstable();
    all.unfinished.sort_unstable();
    all
}

/// The waits of a class, or of all.
fn waits(run: &SeedReport, class: Option<Class>) -> Waits {
    match class {
        Some(class) => run.waits.get(&class).cloned().unwrap_or_default(),
        None => run.all_waits(),
    }
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
        assert_eq!(
            Metric::parse("idle.fragments").expect("is a metric"),
            Metric::Idle(Some(Why::This(Cause::Fragments)))
        );
        assert_eq!(
            Metric::parse("waiting.Priority").expect("is a metric"),
            Metric::Waiting(Why::This(Reason::Priority))
        );
        for wrong in [
            "",
            "wait",
            "idle.joy",
            "waiting.Godot",
            "held",
            "wait.p51.all",
            "wait.p50.nobody",
            "joy",
        ] {
            assert!(Metric::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_cause_that_is_no_limit_is_a_metric_once() {
        let keys: Vec<String> = causes().map(Cause::key).collect();
        assert_eq!(keys.len(), 9, "{keys:?}");
        for cause in causes() {
            assert_eq!(keys.iter().filter(|&key| *key == cause.key()).count(), 1);
            let metric = Metric::parse(&format!("idle.{}", cause.key())).expect("is a metric");
            assert_eq!(metric, Metric::Idle(Some(Why::This(cause))));
        }
    }

    #[test]
    fn idle_time_is_asked_for_by_cause_and_sums_up() {
        let limit = Reason::all()
            .find(|reason| reason.is_rule())
            .expect("some reason is a rule");
        let mut run = SeedReport {
            capacity: 1_000,
            ..SeedReport::default()
        };
        run.idle.insert(Cause::NoDemand, 100);
        run.idle.insert(Cause::Limit(limit), 50);
        // The owner of an array holds its tasks back, no rule of the site.
        run.idle.insert(Cause::Limit(Reason::JobArrayTaskLimit), 20);
        let of = |name: &str| Metric::parse(name).expect("is a metric").of(&run, None);
        assert_eq!(
            [of("idle"), of("idle.limits"), of("idle.no-demand")],
            [17.0, 5.0, 10.0]
        );
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
        assert_eq!(Metric::MeanWait.of(&run, None), 30.0);
    }

    #[test]
    fn waits_of_all_are_those_of_each_class_in_order() {
        let mut run = SeedReport::default();
        for (class, started, unfinished) in [(Class::Debug, 30, 5), (Class::Train, 10, 2)] {
            let waits = Waits {
                started: vec![started],
                unfinished: vec![unfinished],
                given_up: 1,
            };
            run.waits.insert(class, waits);
        }
        let all = waits(&run, None);
        assert_eq!((all.started, all.unfinished), (vec![10, 30], vec![2, 5]));
        assert_eq!(all.given_up, 2);
        assert_eq!(waits(&run, Some(Class::Train)).started, [10]);
        assert_eq!(waits(&run, Some(Class::Large)), Waits::default());
    }

    #[test]
    fn where_nobody_asks_there_is_no_wait_and_nothing_is_ready() {
        let mut run = SeedReport::default();
        let asked =
            |run: &SeedReport, name: &str| Metric::parse(name).expect("is a metric").is_asked(run, None);
        for name in [
            "wait.p50.all",
            "wait.p90.debug",
            "wait.p50.account.1",
            "wait.mean",
            "readiness",
        ] {
            assert!(!asked(&run, name), "{name}");
        }
        assert!(asked(&run, "use"));
        let waits = Waits {
            started: vec![0],
            ..Waits::default()
        };
        run.waits.insert(Class::Debug, waits);
        run.readiness.asked = 1;
        for name in ["wait.p50.all", "wait.p90.debug", "wait.mean", "readiness"] {
            assert!(asked(&run, name), "{name}");
        }
        assert!(!asked(&run, "wait.p90.large"));
    }
}
