//! The people: who is which persona, how active each is, when their projects are hot, and their habit with limits.

use rand_chacha::ChaCha8Rng;

use super::Class;
use super::dist;
use super::streams::{Purpose, Streams};
use crate::ids::AccountId;
use crate::order;
use crate::scenario::{Persona, Scenario, WorkloadSpec};
use crate::units::Span;

/// Median length of a hot phase and of the pause after it, in seconds: 21 days. (J)
const PHASE_MEDIAN: f64 = 21.0 * 86_400.0;
/// Sigma of both, lognormal. (J)
const PHASE_SIGMA: f64 = 0.8;
/// Phases begin so long before time zero that nobody remembers how: 400 days, in seconds. (J)
const PHASE_LEAD: f64 = 400.0 * 86_400.0;
/// How firmly a person keeps to one habit with limits: Beta(2p, 2(1 − p)) around the persona's p. (J)
const HABIT_STRENGTH: f64 = 2.0;

/// How somebody chooses time limits.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Habit {
    /// Asks for the longest limit in this share of batches, else for what fits.
    LongestIn(f64),
    /// Takes one of a few usual values, whatever the work.
    Usual,
}

/// What is fixed about a persona. Shares and rates are of the table of personas (J).
pub(super) struct Character {
    /// Share of all people.
    pub share: f64,
    /// Sessions a week while a project is hot, at activity 1.
    pub rate: f64,
    /// Weights of classes, per batch.
    pub classes: &'static [(Class, f64)],
    /// Mean habit with limits.
    pub habit: Habit,
}

/// Share of batches with the longest limit: careful, typical and padded habits. (J)
const CAREFUL: Habit = Habit::LongestIn(0.10);
const TYPICAL: Habit = Habit::LongestIn(0.25);
const PADDED: Habit = Habit::LongestIn(0.50);

/// The table of personas.
pub(super) fn character(persona: Persona) -> Character {
    use Class::{Cpubound, Debug, Finetune, Infer, Interactive, Large, Sweep, Train};
    let (share, rate, classes, habit): (f64, f64, &'static [(Class, f64)], Habit) = match persona {
        Persona::Trainer => (
            0.20,
            5.0,
            &[
                (Debug, 0.50),
                (Train, 0.30),
                (Interactive, 0.12),
                (Sweep, 0.06),
                (Large, 0.02),
            ],
            TYPICAL,
        ),
        Persona::FineTuner => (
            0.22,
            4.0,
            &[
                (Debug, 0.42),
                (Finetune, 0.34),
                (Infer, 0.10),
                (Interactive, 0.10),
                (Sweep, 0.04),
            ],
            TYPICAL,
        ),
        Persona::InferenceOnly => (
            0.16,
            3.0,
            &[(Infer, 0.62), (Debug, 0.25), (Interactive, 0.13)],
            CAREFUL,
        ),
        Persona::Notebook => (
            0.16,
            3.5,
            &[(Interactive, 0.75), (Debug, 0.18), (Infer, 0.07)],
            Habit::Usual,
        ),
        Persona::Sweeper => (
            0.06,
            4.0,
            &[(Sweep, 0.45), (Debug, 0.40), (Train, 0.10), (Interactive, 0.05)],
            PADDED,
        ),
        Persona::Intern => (
            0.07,
            4.0,
            &[
                (Debug, 0.55),
                (Train, 0.15),
                (Finetune, 0.15),
                (Interactive, 0.15),
            ],
            PADDED,
        ),
        Persona::LargeRunTeam => (
            0.03,
            6.0,
            &[
                (Debug, 0.50),
                (Large, 0.25),
                (Train, 0.10),
                (Infer, 0.10),
                (Interactive, 0.05),
            ],
            CAREFUL,
        ),
        Persona::LowEfficiency => (
            0.10,
            3.0,
            &[(Cpubound, 0.50), (Debug, 0.30), (Interactive, 0.20)],
            PADDED,
        ),
    };
    Character {
        share,
        rate,
        classes,
        habit,
    }
}

/// One person with everything drawn once for the whole run.
pub(super) struct Member {
    pub persona: Persona,
    pub account: AccountId,
    /// Relative activity; the mean over all people is 1.
    pub activity: f64,
    pub habit: Habit,
    /// Whether they let work be pushed off that saves its state.
    pub opts_in: bool,
    /// Hot phases within the horizon, in seconds of the clock.
    pub hot: Vec<(f64, f64)>,
}

/// Everybody with an account, by user id.
pub(super) fn members(scenario: &Scenario, streams: &Streams) -> Vec<Member> {
    let spec = &scenario.workload;
    let personas = personas(spec.people, streams);
    let activity = activity(spec.people, spec.activity_sigma, spec.activity_z_max, streams);
    let padding = scenario.assumptions.padding.as_f64();
    let opt_in = scenario.assumptions.opt_in.as_f64();
    (0..spec.people)
        .zip(personas)
        .zip(activity)
        .map(|((user, persona), activity)| Member {
            persona,
            account: account(user, spec),
            activity,
            opts_in: dist::unit(&mut streams.stream(Purpose::OptIn, user, 0)) < opt_in,
            habit: habit(
                character(persona).habit,
                padding,
                &mut streams.stream(Purpose::Habits, user, 0),
            ),
            hot: hot_phases(
                scenario.horizon.whole(),
                &mut streams.stream(Purpose::Phases, user, 0),
            ),
        })
        .collect()
}

/// Those who come for the interns' season only: for each intern so many more, of the same group and as active. They have no
/// deadlines, and leave the load of the others as it is.
pub(super) fn seasonal(scenario: &Scenario, usual: &[Member], streams: &Streams) -> Vec<Member> {
    let assumed = &scenario.assumptions;
    let interns = || usual.iter().filter(|member| member.persona == Persona::Intern);
    let more = assumed.intern_season.0.saturating_sub(1_000) * interns().count() as u32 / 1_000;
    let day = |day: u32| f64::from(scenario.horizon.warm_up.0) + 86_400.0 * f64::from(day);
    let (from, until) = (day(assumed.intern_days.0), day(assumed.intern_days.1));
    let padding = assumed.padding.as_f64();
    (usual.len() as u32..)
        .zip(interns().cycle().take(more as usize))
        .map(|(user, like)| {
            let mut phases = streams.stream(Purpose::Phases, user, 0);
            let mut hot = hot_phases(scenario.horizon.whole(), &mut phases);
            hot.retain_mut(|phase| {
                *phase = (phase.0.max(from), phase.1.min(until));
                phase.0 < phase.1
            });
            Member {
                persona: Persona::Intern,
                account: like.account,
                activity: like.activity,
                opts_in: dist::unit(&mut streams.stream(Purpose::OptIn, user, 0)) < assumed.opt_in.as_f64(),
                habit: habit(
                    character(Persona::Intern).habit,
                    padding,
                    &mut streams.stream(Purpose::Habits, user, 0),
                ),
                hot,
            }
        })
        .collect()
}

/// Whom somebody belongs to: in turn, or in blocks of the groups' sizes (personas are shuffled over people).
fn account(user: u32, spec: &WorkloadSpec) -> AccountId {
    let total: u64 = spec.group_sizes.iter().copied().map(u64::from).sum();
    if total == 0 {
        return AccountId(1 + user % spec.accounts.max(1));
    }
    // The middle of the person's place among all.
    let place = (2 * u64::from(user) + 1) * total / (2 * u64::from(spec.people.max(1)));
    let mut before = 0;
    let passed = spec.group_sizes.iter().take_while(|&&size| {
        before += u64::from(size);
        before <= place
    });
    AccountId(1 + passed.count() as u32)
}

/// The personas' shares of so many people by largest remainder, shuffled over the people.
fn personas(people: u32, streams: &Streams) -> Vec<Persona> {
    let exact = |persona: Persona| character(persona).share * f64::from(people);
    let mut counts: Vec<(Persona, u32)> = Persona::ALL.map(|p| (p, exact(p) as u32)).to_vec();
    let given: u32 = counts.iter().map(|(_, n)| n).sum();
    let mut by_remainder: Vec<usize> = (0..counts.len()).collect();
    let remainder = |i: usize| exact(Persona::ALL[i]) - libm::floor(exact(Persona::ALL[i]));
    order::sort_by(&mut by_remainder, |&a, &b| {
        remainder(b).total_cmp(&remainder(a)).then(a.cmp(&b))
    });
    for &i in by_remainder.iter().cycle().take((people - given) as usize) {
        counts[i].1 += 1;
    }
    let mut all: Vec<Persona> = counts
        .iter()
        .flat_map(|&(persona, n)| std::iter::repeat_n(persona, n as usize))
        .collect();
    let mut rng = streams.stream(Purpose::Personas, 0, 0);
    for i in (1..all.len()).rev() {
        let j = (dist::unit(&mut rng) * (i + 1) as f64) as usize;
        all.swap(i, j.min(i));
    }
    all
}

/// Lognormal weights with mean 1 over the people. The bound on the deviate keeps one person from being most of the
/// cluster. (C) sigma 2 and 2.6 from Helios, for hundreds of people.
fn activity(people: u32, sigma: f64, z_max: f64, streams: &Streams) -> Vec<f64> {
    let raw: Vec<f64> = (0..people)
        .map(|user| {
            let z = dist::normal_up_to(&mut streams.stream(Purpose::Activity, user, 0), z_max);
            libm::exp(sigma * z - sigma * sigma / 2.0)
        })
        .collect();
    let mean = raw.iter().sum::<f64>() / f64::from(people.max(1));
    raw.into_iter().map(|weight| weight / mean).collect()
}

/// A person's own habit, drawn once around the persona's; `padding` scales the persona's share.
fn habit(usual: Habit, padding: f64, rng: &mut ChaCha8Rng) -> Habit {
    match usual {
        Habit::Usual => Habit::Usual,
        Habit::LongestIn(share) => {
            let share = (share * padding).min(1.0);
            Habit::LongestIn(dist::beta(
                rng,
                HABIT_STRENGTH * share,
                HABIT_STRENGTH * (1.0 - share),
            ))
        }
    }
}

/// Hot phases that touch the horizon; hot and cold alternate since long before time zero.
fn hot_phases(horizon: Span, rng: &mut ChaCha8Rng) -> Vec<(f64, f64)> {
    let end = f64::from(horizon.0);
    let mut hot = Vec::new();
    let mut now = -PHASE_LEAD;
    if dist::chance(rng, 0.5) {
        now += dist::lognormal(rng, PHASE_MEDIAN, PHASE_SIGMA);
    }
    while now < end {
        let until = now + dist::lognormal(rng, PHASE_MEDIAN, PHASE_SIGMA);
        if until > 0.0 {
            hot.push((now.max(0.0), until.min(end)));
        }
        now = until + dist::lognormal(rng, PHASE_MEDIAN, PHASE_SIGMA);
    }
    hot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_class_weights_sum_to_one() {
        let people: f64 = Persona::ALL.iter().map(|&p| character(p).share).sum();
        assert!((people - 1.0).abs() < 1e-9);
        for persona in Persona::ALL {
            let classes: f64 = character(persona).classes.iter().map(|(_, w)| w).sum();
            assert!((classes - 1.0).abs() < 1e-9, "{persona:?}");
        }
    }

    #[test]
    fn forty_people_are_shared_out_by_largest_remainder() {
        let all = personas(40, &Streams::new(1));
        let count = |persona| all.iter().filter(|&&p| p == persona).count();
        assert_eq!(Persona::ALL.map(count), [8, 9, 7, 6, 2, 3, 1, 4]);
    }

    #[test]
    fn groups_have_the_sizes_they_are_given() {
        let spec = WorkloadSpec {
            people: 20,
            accounts: 3,
            group_sizes: vec![1, 6, 3],
            ..WorkloadSpec::default()
        };
        let count = |n| {
            (0..20)
                .filter(|&user| account(user, &spec) == AccountId(n))
                .count()
        };
        assert_eq!([count(1), count(2), count(3)], [2, 12, 6]);
        let even = WorkloadSpec {
            group_sizes: Vec::new(),
            ..spec
        };
        assert_eq!(account(4, &even), AccountId(2));
    }

    #[test]
    fn activity_has_mean_one() {
        let weights = activity(40, 2.0, 2.6, &Streams::new(1));
        assert!((weights.iter().sum::<f64>() - 40.0).abs() < 1e-9);
    }

    #[test]
    fn about_half_of_all_time_is_hot() {
        let streams = Streams::new(1);
        let horizon = Span::days(35);
        let hot: f64 = (0..2_000)
            .flat_map(|user| hot_phases(horizon, &mut streams.stream(Purpose::Phases, user, 0)))
            .map(|(from, until)| until - from)
            .sum();
        let share = hot / (2_000.0 * f64::from(horizon.0));
        assert!((0.45..0.55).contains(&share), "{share}");
    }

    #[test]
    fn without_padding_nobody_asks_for_the_longest() {
        let mut rng = Streams::new(1).stream(Purpose::Habits, 0, 0);
        assert_eq!(habit(PADDED, 0.0, &mut rng), Habit::LongestIn(0.0));
        assert_eq!(habit(PADDED, 2.0, &mut rng), Habit::LongestIn(1.0));
    }
}
