//! How people react, decided: what somebody remembers of the run so far, and what they make of a piece of work because of
//! it. Everything here is an assumption; `react` does what is decided here.
//!
//! Nothing is drawn here: whether somebody does what a share of people do is fixed with the intent
//! ([`Intent::does`]). The figures are our judgement (J) where no source is named; `docs/reactions.md` tells why.

use crate::ids::{IntentId, Table, UserId};
use crate::scenario::{Assumptions, Persona, Scenario};
use crate::units::{PerMille, Span, Time};
use crate::workload::{Class, Demand, Intent, Person, Saving, WantedLimit};

/// Things to do, by the number of their draw.
pub(super) mod what {
    pub const GIVE_UP: u32 = 1;
    pub const SPLIT: u32 = 2;
    pub const INFLATE: u32 = 3;
    pub const HOARD: u32 = 4;
    pub const CLIMB: u32 = 8;
    pub const TALK: u32 = 9;
    pub const LEARN: u32 = 10;
    pub const THRIFT: u32 = 11;
    pub const PATIENCE: u32 = 12;
    pub const HEARS: u32 = 13;
}

/// Work that is split is cut into jobs of this length: the example of short jobs that a site gives its people. (R) Aalto
const SHORT: Span = Span::hours(4);
/// A wait after which people ask for more time, and one after which they ask for more GPUs. (J)
const LONG_WAIT: Span = Span::hours(1);
const VERY_LONG_WAIT: Span = Span::hours(8);
/// Up to so many people know what the others need. (J)
const FEW: usize = 10;
/// The shortest limit that a thrifty person asks for, and their margin, as a divisor of the run time. (J)
const LEAST_LIMIT: Span = Span::mins(15);
const MARGIN: u32 = 4;

/// What somebody has seen of the run so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Felt {
    /// When their first job came.
    first: Option<Time>,
    /// How long their last job that started had waited.
    pub waited: Span,
    /// Whether a job of theirs has ended well.
    pub ended: bool,
    /// Whether a limit has held a job of theirs.
    pub told: bool,
    /// Whether work of theirs was lost that was not saved.
    pub lost: bool,
    /// How often they have doubled what they ask for.
    climbs: u32,
    /// Whether that was refused, or somebody explained it.
    stopped: bool,
    /// When they last doubled it.
    climbed: Option<Time>,
    /// When the cap for newcomers first stood in their way.
    capped: Option<Time>,
}

/// Everybody, with what they want and what they have seen.
#[derive(Debug)]
pub(super) struct Crowd {
    pub assumed: Assumptions,
    pub intents: Table<IntentId, Intent>,
    pub people: Table<UserId, Person>,
    pub felt: Vec<Felt>,
    pub budgets: super::budgets::Budgets,
}

/// What somebody submits in place of what they first wanted.
pub(super) struct Meant {
    pub intent: Intent,
    /// They cut it into jobs no longer than this.
    pub longest: Option<Span>,
}

impl Crowd {
    /// Those of a demand, if anybody reacts to anything, or a quota asks for it.
    pub fn of(scenario: &Scenario, demand: &Demand) -> Option<Box<Crowd>> {
        scenario.has_people_who_react().then(|| {
            Box::new(Crowd {
                assumed: scenario.assumptions.clone(),
                intents: demand.intents.clone(),
                people: demand.people.clone(),
                felt: vec![Felt::default(); demand.people.len()],
                budgets: super::budgets::Budgets::new(scenario),
            })
        })
    }

    /// Whether people are so few that they know what the others need.
    pub fn is_few(&self) -> bool {
        self.people.len() <= FEW
    }

    /// How long the owner of a piece of work waits for it to start before they leave; `None`: as long as it takes.
    pub fn patience(&self, id: IntentId) -> Option<Span> {
        let intent = self.intents.get(id)?;
        intent.does(what::GIVE_UP, self.assumed.give_up).then(|| {
            let usual = patience(self.people[intent.user].persona, intent.class);
            // Half to twice as much.
            Span(usual.0 / 1000 * (500 + intent.draw(what::PATIENCE) % 1_500))
        })
    }

    /// What becomes of an intent because of what its owner has seen, if that is anything else. `widest` tells how many of
    /// the GPUs it asks for a job may have.
    pub fn meant(
        &mut self,
        id: IntentId,
        scenario: &Scenario,
        widest: impl Fn(&Intent, &Person) -> u32,
        now: Time,
    ) -> Option<Meant> {
        let wanted = self.intents.get(id)?;
        let (a, quota) = (&self.assumed, &scenario.policy.quota);
        let person = &self.people[wanted.user];
        let intern = person.persona == Persona::Intern;
        let felt = &mut self.felt[usize::from(wanted.user)];
        let first = *felt.first.get_or_insert(now);
        let mut meant = Meant {
            intent: wanted.clone(),
            longest: None,
        };
        let (intent, does) = (&mut meant.intent, |what, share| wanted.does(what, share));
        let newcomers = &quota.newcomers;
        let has_word = |felt: &Felt| {
            felt.capped
                .zip(newcomers.mentor)
                .is_some_and(|(since, after)| since + after <= now)
        };
        if has_word(felt) {
            // Whoever lifts the cap also explains what GPUs are for.
            (felt.stopped, felt.climbs) = (true, 0);
        }
        let cap = newcomers
            .cap
            .filter(|_| intern && now < first + newcomers.weeks && !has_word(felt));
        let most = |gpus: u32| {
            let wish = Intent {
                gpus,
                ..wanted.clone()
            };
            widest(&wish, person).min(cap.unwrap_or(u32::MAX))
        };
        let thrifty = quota.show_cost && does(what::THRIFT, a.thrift);
        let batch = wanted.class != Class::Interactive;
        if thrifty {
            ask_for_less(intent);
        } else if batch {
            if does(what::INFLATE, a.inflate) {
                let unsure = !felt.ended || felt.waited > LONG_WAIT;
                if unsure {
                    intent.wanted = stretch(intent.wanted, 2, 1);
                }
                if felt.waited > VERY_LONG_WAIT && most(intent.gpus * 2) == intent.gpus * 2 {
                    with_gpus(intent, wanted.gpus * 2);
                }
            }
            if intern && does(what::CLIMB, a.climb) {
                felt.climb(now, |climbs| {
                    let wish = wanted.gpus.saturating_mul(1 << climbs);
                    most(wish) == wish
                });
            }
            if intern && felt.climbs > 0 {
                let wish = wanted.gpus.saturating_mul(1 << felt.climbs);
                with_gpus(intent, most(wish).max(wanted.gpus));
            }
        }
        if let Some(cap) = cap.filter(|&cap| cap < intent.gpus) {
            felt.capped.get_or_insert(now);
            with_gpus(intent, cap);
        }
        if felt.lost && does(what::LEARN, a.learn) && batch {
            intent.checkpoints = true;
            if !intent.saving.on() {
                let hears = does(what::HEARS, a.signal_share);
                intent.saving = Saving::usual(a.checkpoint_interval, hears);
            }
        }
        let runs = intent.work.0 / intent.gpus.max(1);
        if felt.told && intent.checkpoints && runs > SHORT.0 && does(what::SPLIT, a.split) {
            meant.longest = Some(SHORT);
        }
        (*intent != *wanted || meant.longest.is_some()).then_some(meant)
    }
}

impl Felt {
    /// Another submission, another doubling, until it is refused. All jobs of one instant are one submission.
    fn climb(&mut self, now: Time, fits: impl Fn(u32) -> bool) {
        if self.stopped || self.climbed == Some(now) {
            return;
        }
        self.climbed = Some(now);
        if self.climbs < 16 && fits(self.climbs + 1) {
            self.climbs += 1;
        } else {
            self.stopped = true;
        }
    }
}

/// How long people usually wait for work of theirs to start before they take it elsewhere. (J) for all: minutes for who sits
/// at a notebook, a day or so for who wants an answer tomorrow, weeks for who has nowhere else to go.
fn patience(persona: Persona, class: Class) -> Span {
    let at_the_desk = matches!(class, Class::Debug | Class::Interactive);
    let own = match persona {
        Persona::Notebook | Persona::InferenceOnly => Span::hours(4),
        Persona::FineTuner => Span::days(1),
        Persona::Intern => Span::days(2),
        Persona::Trainer | Persona::LowEfficiency => Span::days(4),
        Persona::Sweeper => Span::days(7),
        Persona::LargeRunTeam => Span::days(14),
    };
    if at_the_desk { own.min(Span::hours(2)) } else { own }
}

/// The limit of work that takes `times` as long, by `than`.
fn stretch(wanted: WantedLimit, times: u64, than: u64) -> WantedLimit {
    match wanted {
        WantedLimit::Default(limit) | WantedLimit::Exactly(limit) if times > than => {
            let longer = u64::from(limit.0) * times / than;
            WantedLimit::Exactly(Span(u32::try_from(longer).unwrap_or(u32::MAX)))
        }
        WantedLimit::Longest | WantedLimit::Default(_) | WantedLimit::Exactly(_) => wanted,
    }
}

/// The same work on another number of GPUs: what idles gives way first, and more GPUs than are used only idle.
fn with_gpus(intent: &mut Intent, gpus: u32) {
    let busy = u64::from(intent.gpus) * u64::from(1000 - intent.idle_per_mille.min(1000));
    let all = u64::from(gpus) * 1000;
    let runs = u64::from(intent.work.0) / u64::from(intent.gpus.max(1));
    let stretched = runs * busy.max(all) / all;
    intent.used = Span((u64::from(intent.used.0) * stretched / runs.max(1)) as u32);
    intent.wanted = stretch(intent.wanted, stretched, runs.max(1));
    intent.work = Span(
        u32::try_from(stretched * u64::from(gpus))
            .unwrap_or(u32::MAX)
            .max(1),
    );
    intent.idle_per_mille = ((all - busy.min(all)) / u64::from(gpus)) as u32;
    intent.gpus = gpus;
}

/// No longer limit than the work needs, and half the GPUs as long as more than half of them idle.
fn ask_for_less(intent: &mut Intent) {
    while intent.gpus > 1 && intent.idle_per_mille > 500 {
        with_gpus(intent, intent.gpus / 2);
    }
    let runs = intent.work.0 / intent.gpus;
    let enough = Span::secs(runs + runs / MARGIN).max(LEAST_LIMIT);
    intent.wanted = match intent.wanted {
        WantedLimit::Exactly(limit) if limit <= enough => WantedLimit::Exactly(limit),
        WantedLimit::Longest | WantedLimit::Default(_) | WantedLimit::Exactly(_) => {
            WantedLimit::Exactly(enough)
        }
    };
}

/// A share of a share.
pub(super) fn of(share: PerMille, part: PerMille) -> PerMille {
    PerMille(share.0 * part.0.min(1000) / 1000)
}
