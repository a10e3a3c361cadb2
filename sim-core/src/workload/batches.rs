//! One batch: a job, a handful sent off in a loop, or an array, with everything about them drawn.

use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

use super::classes::{self, Kind, kind};
use super::dist;
use super::limits::{self, Choice};
use super::people::{Member, character};
use super::tasks::{Common, Limits, Task};
use super::{Class, Needs, Outcome, Saving, WantedLimit};
use crate::scenario::{ClassMix, Persona};
use crate::units::{Span, Time};

/// Tasks of a sweep: 2 + ⌊lognormal(7, 1.25)⌋, at most 500. Shape of array sizes (C) Philly; values (J).
const SWEEP: (f64, f64, u32) = (7.0, 1.25, 500);
/// Share of inference batches that are arrays, and their size: 2 + ⌊lognormal(4, 1.1)⌋, at most 200. (J)
const INFER_ARRAY: f64 = 0.25;
const INFER: (f64, f64, u32) = (4.0, 1.1, 200);
/// Share of training, fine-tuning and CPU-bound batches that are a handful: 1 + Geom(0.45) jobs. (J)
const HANDFUL: f64 = 0.30;
const HANDFUL_MEAN: f64 = 1.0 / 0.45;
/// Share of arrays that are broken as a whole. (J)
const BROKEN: f64 = 0.10;
/// Share of arrays with a throttle, and its values. (J)
const THROTTLED: f64 = 0.25;
const THROTTLES: [(u32, f64); 3] = [(4, 1.0), (8, 1.0), (16, 1.0)];
/// Between the jobs of a handful. (C) Philly
const LOOP_GAP: Span = Span::secs(2);
/// An intern multiplies the GPUs of a batch script by 1, 4 or 8, and fails early half as often again. (J)
const INTERN_GPUS: [(u32, f64); 3] = [(1, 0.7), (4, 0.2), (8, 0.1)];
const INTERN_EARLY: f64 = 1.5;
/// The most GPUs an intern's factor leads to: the widest node of the class table.
const INTERN_MOST: u32 = 8;

/// Spread of the work between two writes, lognormal sigma (M), and its ends in seconds: 5 minutes and 12 hours. (J)
const SAVE_SIGMA: f64 = 0.8;
const SAVE_LEAST: f64 = 300.0;
const SAVE_MOST: f64 = 43_200.0;
/// Seconds of one write: median, sigma, least, most. (J) 10 to 120
pub(super) const WRITE: (f64, f64, f64, f64) = (30.0, 0.6, 10.0, 120.0);
/// Memory of the slices that the class table tells apart, in GB: about a seventh and a half of a GPU. (J)
const SLICES: [u32; 2] = [10, 40];

/// What all jobs of a batch share, and the jobs.
pub(super) struct Batch {
    pub class: Class,
    pub gpus: u32,
    pub checkpoints: bool,
    pub saving: Saving,
    pub restart: Span,
    pub idle_per_mille: u32,
    pub needs: Needs,
    /// The throttle (0: none), if it is an array.
    pub array: Option<u32>,
    pub tasks: Vec<Task>,
    /// Fixed draw for later decisions; it comes from a stream of its own.
    pub whim: u32,
}

/// What a batch needs to know of the scenario; nothing in it is policy.
#[derive(Clone)]
pub(super) struct Place {
    /// Dials on the mix.
    pub mix: ClassMix,
    /// The same for training.
    pub train_x: f64,
    /// How much people pad their limits; 1 is as measured.
    pub padding: f64,
    /// The widest job anybody plans for, a power of two.
    pub widest: u32,
    /// How many name a type of GPU; 1 is everybody.
    pub type_choosers: f64,
    /// How people save, if saved states are in the model.
    pub habits: Option<Habits>,
    /// Share of notebooks of a Friday afternoon that are left open until Monday.
    pub weekends: f64,
}

/// How people save the state of their work.
#[derive(Clone, Copy)]
pub(super) struct Habits {
    /// Multiplies each class's share of scripts that save.
    pub share_x: f64,
    /// Median of the work between two writes, in seconds.
    pub every: f64,
    /// Share of scripts that save when they are told to stop.
    pub on_signal: f64,
}

impl Habits {
    /// How one script saves, if it does.
    pub(super) fn draw(&self, rng: &mut ChaCha8Rng) -> Saving {
        let every = dist::lognormal(rng, self.every, SAVE_SIGMA).clamp(SAVE_LEAST, SAVE_MOST);
        let write = dist::lognormal(rng, WRITE.0, WRITE.1).clamp(WRITE.2, WRITE.3);
        Saving {
            every: Span::secs(every as u32),
            write: Span::secs(write as u32),
            restart: Span::ZERO,
            on_signal: dist::chance(rng, self.on_signal),
            cut: false,
        }
    }
}

impl Batch {
    /// Draws a batch of this member's; arrays and handfuls are `bigger` times the usual size. What it needs of a GPU comes
    /// from a stream of its own.
    pub(super) fn draw(
        rng: &mut ChaCha8Rng,
        of_needs: &mut ChaCha8Rng,
        member: &Member,
        bigger: f64,
        place: &Place,
    ) -> Batch {
        let class = dist::pick(rng, &weights(member.persona, place));
        let kind = kind(class);
        let (count, array) = size(rng, class, bigger);
        let wish = dist::pick(rng, kind.gpus);
        let factor = intern_factor(rng, member.persona, class, wish);
        let share_x = place.habits.as_ref().map_or(1.0, |habits| habits.share_x);
        let checkpoints = dist::chance(rng, kind.checkpoints * share_x);
        let restart = classes::restart(rng, class);
        let activity = classes::gpu_activity(rng, kind.activity) / f64::from(factor);
        let chosen = Choice::draw(rng, member.habit, place.padding);
        let booked = limits::session_limit(rng);
        let broken = array.is_some() && dist::chance(rng, BROKEN);
        let death = classes::broken_after(rng);
        let common = Common {
            early_x: early_factor(member.persona),
            broken_after: broken.then_some(death),
            ..Common::new(rng, &kind, limits_of(class, booked, chosen))
        };
        let gap = if array.is_some() { Span::ZERO } else { LOOP_GAP };
        let gpus = (wish * factor).min(place.widest);
        Batch {
            class,
            gpus,
            needs: needs(of_needs, &kind, gpus, place),
            checkpoints,
            saving: Saving::default(),
            restart,
            idle_per_mille: (1000.0 * (1.0 - activity) + 0.5).clamp(0.0, 1000.0) as u32,
            array,
            tasks: common.tasks(rng, count, gap),
            whim: 0,
        }
    }

    /// How long until the whole batch has answered, if nothing has to wait.
    pub(super) fn answer(&self) -> Span {
        self.tasks
            .iter()
            .map(|task| task.later + task.runtime)
            .max()
            .unwrap_or(Span::ZERO)
    }

    /// Gives each job its dice; and a notebook of a Friday afternoon that would be left open stays so until Monday, 9 h.
    pub(super) fn finish(&mut self, rng: &mut ChaCha8Rng, at: Time, weekends: f64) {
        let friday = at.weekday() == 4 && at.hour() >= 12 && self.class == Class::Interactive;
        for task in &mut self.tasks {
            task.dice = rng.next_u64();
            let stays = dist::chance(rng, weekends);
            if friday && stays && task.outcome == Outcome::HitsLimit {
                let monday = Time::ZERO + Span::days(at.day() + 3) + Span::hours(9);
                task.runtime = monday.since(at);
                task.wanted = WantedLimit::Exactly(Span::mins(task.runtime.mins_up()));
            }
        }
    }

    /// GPU time of all its jobs, in seconds.
    pub(super) fn work(&self) -> u64 {
        self.tasks
            .iter()
            .map(|task| u64::from(task.runtime.0) * u64::from(self.gpus))
            .sum()
    }
}

/// Whether a slice would do, and which GPU is named. All draws are made, whatever is made of them.
fn needs(rng: &mut ChaCha8Rng, kind: &Kind, gpus: u32, place: &Place) -> Needs {
    let memory = dist::unit(rng);
    let chooses = dist::unit(rng);
    let lot = dist::unit(rng);
    Needs {
        slice: SLICES
            .into_iter()
            .zip(kind.fits)
            .find(|&(_, share)| gpus == 1 && memory < share)
            .map(|(gigabytes, _)| gigabytes),
        names_type: chooses < place.type_choosers,
        lot: (lot * 65_536.0) as u16,
    }
}

/// Sessions are booked, scripts have a limit.
fn limits_of(class: Class, booked: Span, chosen: Choice) -> Limits {
    match class {
        Class::Interactive => Limits::Booked(booked),
        Class::Debug
        | Class::Infer
        | Class::Finetune
        | Class::Sweep
        | Class::Train
        | Class::Large
        | Class::Cpubound => Limits::Chosen(chosen),
    }
}

/// A persona's weights of classes, with the dials of the mix.
fn weights(persona: Persona, place: &Place) -> Vec<(Class, f64)> {
    let mix = place.mix;
    let dial = |class| match class {
        Class::Train => place.train_x,
        Class::Large => mix.large_x,
        Class::Sweep => mix.sweep_x,
        Class::Interactive => mix.interactive_x,
        Class::Debug | Class::Infer | Class::Finetune | Class::Cpubound => 1.0,
    };
    character(persona)
        .classes
        .iter()
        .map(|&(class, weight)| (class, weight * dial(class)))
        .collect()
}

/// Number of jobs, and the throttle if it is an array.
fn size(rng: &mut ChaCha8Rng, class: Class, bigger: f64) -> (u32, Option<u32>) {
    let several = dist::unit(rng);
    let throttled = dist::chance(rng, THROTTLED);
    let throttle = dist::pick(rng, &THROTTLES);
    let throttle = if throttled { throttle } else { 0 };
    let array = |rng: &mut ChaCha8Rng, (median, sigma, most): (f64, f64, u32)| {
        let more = dist::lognormal(rng, bigger * median, sigma).min(f64::from(most));
        (2 + more as u32).min(most)
    };
    match class {
        Class::Sweep => (array(rng, SWEEP), Some(throttle)),
        Class::Infer if several < INFER_ARRAY => (array(rng, INFER), Some(throttle)),
        Class::Train | Class::Finetune | Class::Cpubound if several < HANDFUL => {
            (1 + dist::geometric(rng, bigger * HANDFUL_MEAN), None)
        }
        Class::Infer
        | Class::Train
        | Class::Finetune
        | Class::Cpubound
        | Class::Debug
        | Class::Interactive
        | Class::Large => (1, None),
    }
}

/// Mean number of jobs in a batch of this class, about: for the first guess of the number of sessions.
fn mean_size(class: Class, bigger: f64) -> f64 {
    let array = |(median, sigma, most): (f64, f64, u32)| {
        (1.5 + bigger * median * libm::exp(sigma * sigma / 2.0)).min(f64::from(most))
    };
    match class {
        Class::Sweep => array(SWEEP),
        Class::Infer => 1.0 + INFER_ARRAY * (array(INFER) - 1.0),
        Class::Train | Class::Finetune | Class::Cpubound => 1.0 + HANDFUL * bigger * HANDFUL_MEAN,
        Class::Debug | Class::Interactive | Class::Large => 1.0,
    }
}

/// About how many GPU-hours a batch of this persona's holds.
pub(super) fn mean_gpu_hours(persona: Persona, bigger: f64, place: &Place) -> f64 {
    let weights = weights(persona, place);
    let total: f64 = weights.iter().map(|(_, w)| w).sum();
    let each = weights.iter().map(|&(class, weight)| {
        let kind = kind(class);
        let gpus = |most: u32| -> f64 { kind.gpus.iter().map(|&(n, p)| f64::from(n.min(most)) * p).sum() };
        weight * mean_size(class, bigger) * kind.gpu_hours * gpus(place.widest) / gpus(u32::MAX)
    });
    each.sum::<f64>() / total.max(f64::MIN_POSITIVE)
}

/// By how much an intern asks for more GPUs than the script uses; 1 for everybody else and for notebooks.
fn intern_factor(rng: &mut ChaCha8Rng, persona: Persona, class: Class, wish: u32) -> u32 {
    let drawn = dist::pick(rng, &INTERN_GPUS);
    let batch = class != Class::Interactive;
    if persona == Persona::Intern && batch {
        drawn.min((INTERN_MOST / wish).max(1))
    } else {
        1
    }
}

fn early_factor(persona: Persona) -> f64 {
    if persona == Persona::Intern {
        INTERN_EARLY
    } else {
        1.0
    }
}
