//! Which settings of a sweep have been run how often, and which run is next. Seed by seed, so that all settings fill in
//! together; what was run once is kept.

use figures::frontier;
use figures::view;
use sim_core::metrics::sweep::{Point, Reading};
use sim_core::metrics::{Detail, Report, SeedReport, Simplicity};
use sim_worker::{Case, Heard, Reply, Request, RunId};

use super::runs::{Act, Trouble};

/// A worker that breaks down so often in a row is not started again.
const CRASHES: u32 = 3;
/// In a ranking, a knob that has changed nothing in so many runs is not tried further.
const ENOUGH: usize = 2;

/// How thorough a sweep is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Care {
    /// Every setting gets all its runs.
    All,
    /// A setting whose first runs are those of the first setting gets no more.
    Different,
}

/// What is kept of a run.
pub trait Kept {
    /// What is kept of this run.
    fn of(run: SeedReport) -> Self;
    /// Its seed.
    fn seed(&self) -> u64;
    /// Digest of its records.
    fn digest(&self) -> &str;
}

/// Its figures alone, for many settings.
impl Kept for Reading {
    fn of(run: SeedReport) -> Reading {
        frontier::reading(run)
    }
    fn seed(&self) -> u64 {
        self.seed
    }
    fn digest(&self) -> &str {
        &self.digest
    }
}

/// All of it, with classes folded into the kinds on show, for few.
impl Kept for SeedReport {
    fn of(run: SeedReport) -> SeedReport {
        let folded = view::shown(&Report {
            seeds: vec![run],
            simplicity: Simplicity::default(),
        });
        folded.seeds.into_iter().next().unwrap_or_default()
    }
    fn seed(&self) -> u64 {
        self.seed
    }
    fn digest(&self) -> &str {
        &self.digest
    }
}

/// A setting, and what is known of it.
#[derive(Clone, Debug)]
struct Known<K> {
    case: Case,
    simplicity: Simplicity,
    runs: Vec<K>,
    /// Why it cannot be run.
    refused: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    run: RunId,
    known: usize,
    seed: u64,
}

/// The state of a sweep, which keeps figures.
pub type Sweep = Batch<Reading>;

/// The state of the runs of several settings.
#[derive(Debug)]
pub struct Batch<K> {
    known: Vec<Known<K>>,
    /// What is wanted, as places in `known`.
    wanted: Vec<usize>,
    seeds: u32,
    care: Care,
    flights: Vec<Option<Flight>>,
    next_run: u32,
    crashes: u32,
    stopped: bool,
    trouble: Option<Trouble>,
}

impl<K: Kept> Batch<K> {
    /// Nothing wanted yet, with so many workers.
    pub fn new(workers: usize) -> Batch<K> {
        Batch {
            known: Vec::new(),
            wanted: Vec::new(),
            seeds: 0,
            care: Care::All,
            flights: vec![None; workers.max(1)],
            next_run: 0,
            crashes: 0,
            stopped: true,
            trouble: None,
        }
    }

    /// Wants so many runs of these settings, in this order; whatever else was under way is dropped.
    pub fn want(&mut self, cases: Vec<Case>, seeds: u32, care: Care) -> Vec<Act> {
        let mut acts = self.stop();
        self.wanted = cases.into_iter().map(|case| self.place(case)).collect();
        self.seeds = seeds;
        self.care = care;
        self.stopped = false;
        self.crashes = 0;
        self.trouble = None;
        acts.extend(self.tick());
        acts
    }

    /// Stops everything under way; what is there stays.
    pub fn stop(&mut self) -> Vec<Act> {
        self.stopped = true;
        let flights = self.flights.iter_mut().enumerate();
        let running = flights.filter_map(|(slot, flight)| Some((slot, flight.take()?)));
        running
            .map(|(slot, flight)| Act::Send(slot, Request::Cancel { run: flight.run }))
            .collect()
    }

    /// Takes in what a worker says.
    pub fn hear(&mut self, slot: usize, heard: Heard) -> Vec<Act> {
        match heard {
            // The larger workers, which a sweep is run on, have room for every run.
            Heard::Reply(Reply::Ready { .. } | Reply::Progress { .. } | Reply::Elsewhere { .. }) => {
                Vec::new()
            }
            Heard::Reply(Reply::Begun { run, in_force }) => {
                if let Some(flight) = self.flight(slot, run) {
                    self.known[flight.known].simplicity = in_force.simplicity;
                }
                Vec::new()
            }
            Heard::Reply(Reply::Finished { run, report }) => {
                if let Some(Flight { known, .. }) = self.flight(slot, run) {
                    self.flights[slot] = None;
                    self.crashes = 0;
                    let runs = &mut self.known[known].runs;
                    let kept = K::of(*report);
                    let at = runs.partition_point(|other| other.seed() < kept.seed());
                    runs.insert(at, kept);
                }
                self.tick()
            }
            Heard::Reply(Reply::Rejected { run, problems }) => {
                if let Some(Flight { known, .. }) = self.flight(slot, run) {
                    self.flights[slot] = None;
                    self.known[known].refused = problems;
                }
                self.tick()
            }
            Heard::Crashed { message } => {
                self.flights[slot] = None;
                self.crashes += 1;
                if self.crashes >= CRASHES {
                    self.trouble = Some(Trouble::Crashed(message));
                    return Vec::new();
                }
                let mut acts = vec![Act::Respawn(slot)];
                acts.extend(self.tick());
                acts
            }
            Heard::OtherVersion => {
                self.trouble = Some(Trouble::OtherVersion);
                Vec::new()
            }
        }
    }

    /// Runs that are there, and runs that are wanted.
    pub fn progress(&self) -> (u32, u32) {
        let counts = self.wanted.iter().map(|&at| {
            let missing = self.seeds_of(at).filter(|&seed| !self.has(at, seed)).count() as u32;
            let is_over = self.is_over(at);
            let of = if is_over { self.seeds - missing } else { self.seeds };
            (self.seeds - missing, of)
        });
        counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// Whether runs are under way.
    pub fn is_running(&self) -> bool {
        let (done, of) = self.progress();
        !self.stopped && self.trouble.is_none() && done < of
    }

    /// The wanted settings that cannot be run, by place, and why.
    pub fn refused(&self) -> Vec<(usize, String)> {
        let all = self.wanted.iter().map(|&at| &self.known[at].refused).enumerate();
        all.filter_map(|(at, why)| Some((at, why.first()?.clone())))
            .collect()
    }

    /// Why there is no more, if there will be none.
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    fn place(&mut self, case: Case) -> usize {
        let found = self.known.iter().position(|known| known.case == case);
        found.unwrap_or_else(|| {
            self.known.push(Known {
                case,
                simplicity: Simplicity::default(),
                runs: Vec::new(),
                refused: Vec::new(),
            });
            self.known.len() - 1
        })
    }

    fn flight(&self, slot: usize, run: RunId) -> Option<Flight> {
        self.flights
            .get(slot)
            .copied()
            .flatten()
            .filter(|flight| flight.run == run)
    }

    fn seeds_of(&self, at: usize) -> std::ops::Range<u64> {
        let first = self.known[at].case.seed;
        first..first + u64::from(self.seeds)
    }

    fn has(&self, at: usize, seed: u64) -> bool {
        self.known[at].runs.iter().any(|run| run.seed() == seed)
    }

    /// Whether a setting gets no further runs: it cannot be run, or it changes nothing and that is enough.
    fn is_over(&self, at: usize) -> bool {
        let known = &self.known[at];
        let same = || {
            let first = self.wanted.first().map(|&first| &self.known[first].runs);
            let equal = |run: &&K| {
                first.is_some_and(|first| first.iter().any(|other| other.digest() == run.digest()))
            };
            let is_first = self.wanted.first() == Some(&at);
            !is_first && known.runs.len() >= ENOUGH && known.runs.iter().all(|run| equal(&run))
        };
        !known.refused.is_empty() || self.care == Care::Different && same()
    }

    /// Gives free workers the next runs.
    fn tick(&mut self) -> Vec<Act> {
        let mut acts = Vec::new();
        while !self.stopped && self.trouble.is_none() {
            let free = self.flights.iter().position(Option::is_none);
            let (Some(slot), Some((known, seed))) = (free, self.next()) else {
                break;
            };
            let run = RunId(self.next_run);
            self.next_run += 1;
            self.flights[slot] = Some(Flight { run, known, seed });
            let request = Request::Run {
                run,
                case: self.known[known].case.clone(),
                seed,
                detail: Detail::Summary,
                stop_after_days: None,
            };
            acts.push(Act::Send(slot, request));
        }
        acts
    }

    /// The first seed of every setting, then the second: nothing that is there, under way, or over.
    fn next(&self) -> Option<(usize, u64)> {
        let is_flying = |at: usize, seed: u64| {
            let mut flights = self.flights.iter().flatten();
            flights.any(|flight| (flight.known, flight.seed) == (at, seed))
        };
        (0..u64::from(self.seeds))
            .flat_map(|n| self.wanted.iter().map(move |&at| (at, n)))
            .map(|(at, n)| (at, self.known[at].case.seed + n))
            .find(|&(at, seed)| !self.has(at, seed) && !is_flying(at, seed) && !self.is_over(at))
    }
}

impl Batch<Reading> {
    /// What is known of the wanted settings, in their order.
    pub fn points(&self) -> Vec<Point> {
        let point = |&at: &usize| {
            let Known {
                case,
                simplicity,
                runs,
                ..
            } = &self.known[at];
            let wanted = |run: &&Reading| (case.seed..case.seed + u64::from(self.seeds)).contains(&run.seed);
            Point {
                settings: case.settings.clone(),
                simplicity: simplicity.clone(),
                runs: runs.iter().filter(wanted).cloned().collect(),
            }
        };
        self.wanted.iter().map(point).collect()
    }
}

impl Batch<SeedReport> {
    /// The wanted settings' runs, in their order.
    pub fn reports(&self) -> Vec<Report> {
        let report = |&at: &usize| {
            let known = &self.known[at];
            let first = known.case.seed;
            let wanted = |run: &&SeedReport| (first..first + u64::from(self.seeds)).contains(&run.seed);
            Report {
                seeds: known.runs.iter().filter(wanted).cloned().collect(),
                simplicity: known.simplicity.clone(),
            }
        };
        self.wanted.iter().map(report).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::knobs::{Settings, find};
    use sim_core::scenario::{Horizon, Scenario};
    use sim_worker::InForce;

    fn case(cap: &str) -> Case {
        let mut settings = Settings::of(&Scenario::default());
        let knob = find("cap").unwrap();
        settings.set(knob, knob.parse(cap).unwrap());
        Case {
            profile: "group-32".to_owned(),
            settings,
            horizon: Horizon::PAGE,
            seed: 1,
        }
    }

    /// What was asked: slot, number, cap and seed.
    fn asked(acts: &[Act]) -> Vec<(usize, RunId, String, u64)> {
        let cap = find("cap").unwrap();
        let one = |act: &Act| match act {
            Act::Send(slot, Request::Run { run, case, seed, .. }) => {
                Some((*slot, *run, cap.write(case.settings.get(cap)), *seed))
            }
            _ => None,
        };
        acts.iter().filter_map(one).collect()
    }

    fn finish(sweep: &mut Sweep, slot: usize, run: RunId, seed: u64, digest: &str) -> Vec<Act> {
        sweep.hear(
            slot,
            Heard::Reply(Reply::Begun {
                run,
                in_force: InForce::default(),
            }),
        );
        let report = SeedReport {
            seed,
            digest: digest.to_owned(),
            ..SeedReport::default()
        };
        let report = Box::new(report);
        sweep.hear(slot, Heard::Reply(Reply::Finished { run, report }))
    }

    /// Runs all that is asked for, with these digests, and says in which order.
    fn run_all(sweep: &mut Sweep, acts: Vec<Act>, digest: impl Fn(&str) -> String) -> Vec<(String, u64)> {
        let mut queue = asked(&acts);
        let mut order = Vec::new();
        while !queue.is_empty() {
            let (slot, run, cap, seed) = queue.remove(0);
            let digest = format!("{}{seed}", digest(&cap));
            order.push((cap, seed));
            queue.extend(asked(&finish(sweep, slot, run, seed, &digest)));
        }
        order
    }

    #[test]
    fn all_settings_fill_in_together_seed_by_seed() {
        let mut sweep = Sweep::new(2);
        let acts = sweep.want(vec![case("2"), case("4"), case("8")], 2, Care::All);
        assert_eq!(asked(&acts).len(), 2);
        let order = run_all(&mut sweep, acts, str::to_owned);
        let caps: Vec<(&str, u64)> = order.iter().map(|(cap, seed)| (cap.as_str(), *seed)).collect();
        assert_eq!(
            caps,
            [
                ("2gpu", 1),
                ("4gpu", 1),
                ("8gpu", 1),
                ("2gpu", 2),
                ("4gpu", 2),
                ("8gpu", 2)
            ]
        );
        assert_eq!((sweep.progress(), sweep.is_running()), ((6, 6), false));
        assert!(sweep.points().iter().all(|point| point.runs.len() == 2));
    }

    #[test]
    fn what_was_run_is_kept_and_only_what_is_missing_is_asked_for() {
        let mut sweep = Sweep::new(1);
        let acts = sweep.want(vec![case("2"), case("4")], 2, Care::All);
        run_all(&mut sweep, acts, str::to_owned);
        let acts = sweep.want(vec![case("4"), case("8")], 3, Care::All);
        let order = run_all(&mut sweep, acts, str::to_owned);
        assert_eq!(order.len(), 1 + 3);
        // Fewer runs again: the others stay out of the figures.
        assert!(sweep.want(vec![case("4")], 1, Care::All).is_empty());
        assert_eq!(sweep.points()[0].runs.len(), 1);
    }

    #[test]
    fn cancelling_stops_every_run_and_a_late_reply_is_not_heard() {
        let mut sweep = Sweep::new(2);
        let acts = sweep.want(vec![case("2"), case("4")], 8, Care::All);
        let (slot, run, ..) = asked(&acts)[0].clone();
        let cancels = sweep.stop();
        assert_eq!(cancels.len(), 2);
        assert!(!sweep.is_running());
        assert!(finish(&mut sweep, slot, run, 1, "late").is_empty());
        assert_eq!(sweep.progress(), (0, 16));
    }

    #[test]
    fn a_knob_that_changes_nothing_is_not_tried_further_in_a_ranking() {
        let mut sweep = Sweep::new(1);
        let acts = sweep.want(vec![case("8"), case("64"), case("2")], 5, Care::Different);
        let order = run_all(&mut sweep, acts, |cap| {
            if cap == "64gpu" {
                "8gpu".to_owned()
            } else {
                cap.to_owned()
            }
        });
        let runs = |cap: &str| order.iter().filter(|(other, _)| other == cap).count();
        assert_eq!((runs("8gpu"), runs("64gpu"), runs("2gpu")), (5, ENOUGH, 5));
        assert_eq!(sweep.progress(), (12, 12));
    }

    #[test]
    fn a_setting_that_cannot_be_run_says_why_and_the_others_go_on() {
        let mut sweep = Sweep::new(1);
        let acts = sweep.want(vec![case("2"), case("4")], 1, Care::All);
        let (slot, run, ..) = asked(&acts)[0].clone();
        let problems = vec!["policy: no; do otherwise".to_owned()];
        let acts = sweep.hear(slot, Heard::Reply(Reply::Rejected { run, problems }));
        assert_eq!(asked(&acts)[0].2, "4gpu");
        assert_eq!(sweep.refused(), [(0, "policy: no; do otherwise".to_owned())]);
        run_all(&mut sweep, acts, str::to_owned);
        assert!(!sweep.is_running());
    }
}
