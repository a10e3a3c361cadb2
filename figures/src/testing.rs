//! Made-up reports for tests: a toy scheduler on 32 GPUs, so that pictures have the shape of real ones.
//!
//! None of its numbers is a finding; it only has to be consistent with itself.

use std::sync::OnceLock;

use sim_core::ids::{JobId, UserId};
use sim_core::metrics::{
    Busy, By, Cause, Comparison, Complaints, IdleSpan, JobLine, Paired, Readiness, Report, SeedReport,
    Simplicity, Timeline, Verdict, Waits, median_f64, quantile,
};
use sim_core::scenario::Scenario;
use sim_core::sched::Reason;
use sim_core::units::Time;
use sim_core::workload::Class;

const HOUR: u32 = 3600;
const DAY: u32 = 24 * HOUR;
const FROM: u32 = 7 * DAY;
const TO: u32 = 35 * DAY;
const NODES: usize = 8;
const PER_NODE: usize = 4;

/// A small generator of numbers; the same every time.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
    fn pick(&mut self, n: u32) -> u32 {
        (self.unit() * f64::from(n)) as u32
    }
    /// Some instant in working hours of a day.
    fn at_work(&mut self, day: u32) -> u32 {
        let hour = self.between(8.5, 18.0);
        day * DAY + (hour * f64::from(HOUR)) as u32
    }
}

#[derive(Clone)]
struct Ask {
    user: u32,
    class: Class,
    at: u32,
    gpus: usize,
    secs: u32,
}

fn demand(seed: u64) -> Vec<Ask> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9) + 17);
    let mut asks = Vec::new();
    for day in 0..35 {
        let weekend = day % 7 >= 5;
        let mut add =
            |dice: &mut Dice, n: u32, class, users: (u32, u32), gpus: &[usize], hours: (f64, f64)| {
                let n = if weekend { n / 4 } else { n };
                for _ in 0..n {
                    asks.push(Ask {
                        user: users.0 + dice.pick(users.1),
                        class,
                        at: dice.at_work(day),
                        gpus: gpus[dice.pick(gpus.len() as u32) as usize],
                        secs: (dice.between(hours.0, hours.1) * f64::from(HOUR)) as u32,
                    });
                }
            };
        add(&mut dice, 5, Class::Train, (0, 7), &[4, 4, 2, 1], (10.0, 40.0));
        add(&mut dice, 1, Class::Large, (0, 7), &[8], (8.0, 20.0));
        add(&mut dice, 14, Class::Finetune, (7, 14), &[1, 1, 2], (1.0, 7.0));
        add(&mut dice, 22, Class::Infer, (12, 10), &[1], (0.3, 2.5));
        add(&mut dice, 36, Class::Debug, (7, 30), &[1], (0.05, 0.17));
        add(&mut dice, 5, Class::Interactive, (20, 15), &[1], (2.0, 6.0));
        if dice.unit() < 0.6 {
            let (at, user) = (dice.at_work(day), 25 + dice.pick(5));
            for i in 0..60 {
                asks.push(Ask {
                    user,
                    class: Class::Sweep,
                    at: at + i,
                    gpus: 1,
                    secs: (dice.between(0.3, 2.0) * f64::from(HOUR)) as u32,
                });
            }
        }
    }
    asks.sort_by_key(|ask| (ask.at, ask.user));
    asks
}

/// When, and on which devices of which nodes.
type Start = (u32, Vec<(usize, usize)>);

struct Running {
    job: usize,
    end: u32,
    devices: Vec<(usize, usize)>,
}

/// One run with at most `cap` GPUs a person.
pub fn seed(seed: u64, cap: usize) -> SeedReport {
    let asks = demand(seed);
    let mut owner = [[None::<usize>; PER_NODE]; NODES];
    let mut idle_since = [[(0u32, Cause::NoDemand); PER_NODE]; NODES];
    let mut idle = Vec::new();
    let mut started: Vec<Option<Start>> = vec![None; asks.len()];
    let mut ended = vec![TO; asks.len()];
    let (mut running, mut queue): (Vec<Running>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut holds = [0usize; 64];
    let (mut next, mut now) = (0, 0);
    let mut waiting: By<Reason, u64> = By::default();
    while now < TO {
        while next < asks.len() && asks[next].at <= now {
            queue.push(next);
            next += 1;
        }
        running.retain(|run| {
            let over = run.end <= now;
            if over {
                ended[run.job] = run.end;
                holds[asks[run.job].user as usize] -= run.devices.len();
                run.devices.iter().for_each(|&(n, d)| owner[n][d] = None);
            }
            !over
        });
        queue.sort_by_key(|&job| (asks[job].class != Class::Debug, asks[job].at));
        let (mut limited, mut blocked) = (false, false);
        let mut left = Vec::new();
        for &job in &queue {
            let ask = &asks[job];
            let held = holds[ask.user as usize];
            let mut devices = Vec::new();
            let need = ask.gpus.min(PER_NODE);
            let over = held + ask.gpus > cap.max(ask.gpus);
            let rows = if over || blocked { &[][..] } else { &owner[..] };
            for (node, row) in rows.iter().enumerate() {
                let free = (0..PER_NODE).filter(|&d| row[d].is_none());
                if free.clone().count() >= need && devices.len() < ask.gpus {
                    devices.extend(free.take(need).map(|d| (node, d)));
                }
            }
            if over {
                limited = true;
                left.push((job, Reason::QOS_MAX_GRES_PER_USER));
            } else if blocked || devices.len() < ask.gpus {
                let reason = if blocked {
                    Reason::Priority
                } else {
                    Reason::Resources
                };
                blocked |= now - ask.at > 20 * HOUR;
                left.push((job, reason));
            } else {
                devices.truncate(ask.gpus);
                devices.iter().for_each(|&(n, d)| owner[n][d] = Some(job));
                holds[ask.user as usize] += devices.len();
                started[job] = Some((now, devices.clone()));
                running.push(Running {
                    job,
                    end: now + ask.secs.max(60),
                    devices,
                });
            }
        }
        let step = running
            .iter()
            .map(|r| r.end)
            .chain(asks.get(next).map(|a| a.at))
            .min()
            .unwrap_or(TO)
            .min(TO);
        for &(_, reason) in &left {
            *waiting.of(reason) += u64::from(step.max(FROM) - now.max(FROM));
        }
        queue = left.into_iter().map(|(job, _)| job).collect();
        let cause = match (limited, blocked, queue.is_empty()) {
            (true, _, _) => Cause::Limit(Reason::QOS_MAX_GRES_PER_USER),
            (_, true, _) => Cause::KeptForJobAhead,
            (_, _, false) => Cause::Fragments,
            (_, _, true) => Cause::NoDemand,
        };
        for (n, row) in owner.iter().enumerate() {
            for (d, device) in row.iter().enumerate() {
                let (since, was) = idle_since[n][d];
                if device.is_some() || was != cause {
                    push_idle(&mut idle, (n, d), since, now, was);
                    idle_since[n][d] = (now, cause);
                }
                if device.is_some() {
                    idle_since[n][d].0 = step;
                }
            }
        }
        now = step;
    }
    for (n, row) in idle_since.iter().enumerate() {
        for (d, &(since, was)) in row.iter().enumerate() {
            push_idle(&mut idle, (n, d), since, TO, was);
        }
    }
    idle.sort_by_key(|span| (span.node, span.device, span.from));
    let jobs: Vec<JobLine> = asks
        .iter()
        .enumerate()
        .filter(|&(i, _)| ended[i] > FROM)
        .map(|(i, ask)| JobLine {
            job: JobId(i as u32),
            user: UserId(ask.user),
            class: ask.class,
            asked: Time(ask.at),
            started: started[i].as_ref().map(|s| Time(s.0)),
            ended: Time(ended[i]),
            held: started[i].as_ref().map_or(Vec::new(), |s| runs_of(&s.1)),
        })
        .collect();
    report_of(seed, jobs, idle, waiting)
}

fn push_idle(idle: &mut Vec<IdleSpan>, (n, d): (usize, usize), since: u32, until: u32, cause: Cause) {
    let (from, to) = (since.max(FROM), until.min(TO));
    if from < to {
        idle.push(IdleSpan {
            node: n as u32,
            device: d as u32,
            from: Time(from),
            to: Time(to),
            cause,
        });
    }
}

/// Neighbouring devices as (node, lowest, number).
fn runs_of(devices: &[(usize, usize)]) -> Vec<(u32, u32, u32)> {
    let mut runs: Vec<(u32, u32, u32)> = Vec::new();
    for &(n, d) in devices {
        match runs.last_mut() {
            Some(run) if run.0 == n as u32 && run.1 + run.2 == d as u32 => run.2 += 1,
            _ => runs.push((n as u32, d as u32, 1)),
        }
    }
    runs
}

fn report_of(seed: u64, jobs: Vec<JobLine>, idle: Vec<IdleSpan>, waiting: By<Reason, u64>) -> SeedReport {
    let mut waits: By<Class, Waits> = Class::ALL.into_iter().map(|c| (c, Waits::default())).collect();
    let mut readiness = Readiness::default();
    let mut still_waiting = 0;
    for job in jobs.iter().filter(|job| job.asked >= Time(FROM)) {
        let of = waits.get_mut(&job.class).expect("every class is there");
        match job.started {
            Some(at) => of.started.push(at.since(job.asked).0),
            None => {
                still_waiting += 1;
                of.unfinished.push(TO - job.asked.0);
            }
        }
        let small = matches!(job.class, Class::Debug | Class::Interactive);
        if small && job.asked.weekday() < 5 && (8..18).contains(&job.asked.hour()) {
            readiness.asked += 1;
            let wait = job.started.map(|at| at.since(job.asked).0);
            readiness.within_ten_minutes += u32::from(wait.is_some_and(|w| w <= 600));
            match wait {
                Some(w) => readiness.waits.started.push(w),
                None => readiness.waits.unfinished.push(TO - job.asked.0),
            }
        }
    }
    for waits in waits.values_mut().chain([&mut readiness.waits]) {
        waits.started.sort_unstable();
        waits.unfinished.sort_unstable();
    }
    let mut by_cause: By<Cause, u64> = By::default();
    for span in &idle {
        *by_cause.of(span.cause) += 7 * u64::from(span.to.since(span.from).0);
    }
    let capacity = 7 * (NODES * PER_NODE) as u64 * u64::from(TO - FROM);
    let busy = capacity - by_cause.values().sum::<u64>();
    let held_idle = busy / 10;
    let submitted = jobs.iter().filter(|job| job.asked >= Time(FROM)).count() as u32;
    let slow = jobs
        .iter()
        .filter(|j| j.class == Class::Debug && j.started.is_some_and(|s| s.since(j.asked).0 > 600));
    let tests = jobs.iter().filter(|j| j.class == Class::Debug).count().max(1);
    let complaints = Complaints {
        not_allowed: (by_cause
            .get(&Cause::Limit(Reason::QOS_MAX_GRES_PER_USER))
            .copied()
            .unwrap_or(0)
            * 4000
            / capacity)
            .min(1000) as u32,
        all_taken: (slow.count() * 1000 / tests) as u32,
    };
    SeedReport {
        seed,
        digest: format!("{seed:016x}"),
        capacity,
        busy: Busy {
            useful: busy - held_idle,
            held_idle,
            ..Busy::default()
        },
        idle: by_cause,
        wait_total: waiting.values().sum(),
        waiting,
        waits,
        readiness,
        submitted,
        still_waiting,
        complaints,
        timeline: Some(Timeline {
            nodes: vec![PER_NODE as u32; NODES],
            from: Time(FROM),
            to: Time(TO),
            jobs,
            idle,
        }),
        ..SeedReport::default()
    }
}

/// Several runs.
pub fn report(cap: usize, runs: u64) -> Report {
    Report {
        seeds: (1..=runs).map(|n| seed(n, cap)).collect(),
        simplicity: Simplicity {
            rules: if cap < 32 { 3 } else { 2 },
            choices: 1,
        },
    }
}

/// A baseline and a proposal, made once: four runs without a limit and with one of six GPUs.
pub fn pair() -> &'static (Report, Report) {
    static PAIR: OnceLock<(Report, Report)> = OnceLock::new();
    PAIR.get_or_init(|| {
        (
            crate::view::shown(&report(32, 4)),
            crate::view::shown(&report(6, 4)),
        )
    })
}

/// The raster of one run.
pub fn timeline(cap: usize) -> Timeline {
    seed(1, cap).timeline.expect("the toy always has one")
}

/// Pairs two reports by key, as the model does, with the verdict of few runs.
pub fn compared(base: &Report, proposal: &Report) -> Comparison {
    let mut rows = vec![paired("use", Better::More, base, proposal, SeedReport::used)];
    rows.push(paired("useful", Better::More, base, proposal, SeedReport::useful));
    rows.push(paired("readiness", Better::More, base, proposal, |s| {
        s.readiness.share()
    }));
    for class in Class::ALL {
        for percentile in [50, 90] {
            let key = format!("wait.p{percentile}.{}", class.key());
            let wait = |s: &SeedReport| {
                s.waits
                    .get(&class)
                    .map_or(0.0, |w| f64::from(quantile(w, percentile * 10).floor_secs()))
            };
            rows.push(paired(&key, Better::Less, base, proposal, wait));
        }
    }
    Comparison { rows }
}

#[derive(Clone, Copy, PartialEq)]
enum Better {
    More,
    Less,
}

fn paired(
    key: &str,
    good: Better,
    base: &Report,
    proposal: &Report,
    of: impl Fn(&SeedReport) -> f64,
) -> Paired {
    let [base, proposal] = [base, proposal].map(|side| side.seeds.iter().map(&of).collect::<Vec<f64>>());
    let difference: Vec<f64> = base.iter().zip(&proposal).map(|(b, p)| p - b).collect();
    let sign = if good == Better::More { 1.0 } else { -1.0 };
    let better = difference.iter().filter(|&&d| d * sign > 0.0).count() as u32;
    let worse = difference.iter().filter(|&&d| d * sign < 0.0).count() as u32;
    Paired {
        key: key.to_owned(),
        more_is_better: good == Better::More,
        better,
        worse,
        median_difference: median_f64(&difference).unwrap_or(0.0),
        verdict: if better + worse == 0 {
            Verdict::Identical
        } else {
            Verdict::TooFewSeeds
        },
        base,
        proposal,
        difference,
    }
}

/// Every preset, in order of name.
pub fn presets() -> Vec<Scenario> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |file: &std::path::PathBuf| toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    files.iter().map(read).collect()
}

/// Whole numbers below a bound, the same every time.
pub fn dice(seed: u64) -> impl FnMut(usize) -> usize {
    let mut dice = Dice(seed);
    move |below| ((dice.unit() * below as f64) as usize).min(below - 1)
}
