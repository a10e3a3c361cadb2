//! The one table of everything that can be adjusted: form, link, `--set`, sweep and pages all read it.
//!
//! This file holds the types; the rows are in `table`, reading and writing values in `text`, what all knobs are set to in
//! `settings`. A knob that acts on
//! a partition or a QOS acts on the first one, the default.

mod elsewhere;
mod fields;
mod groups;
mod people;
mod quota;
mod rows;
mod service;
mod settings;
mod table;
mod text;
mod vary;
mod watch;
mod work;

use super::{Scenario, structure};
use crate::units::Span;

use rows::{HELPS, REACHES, TEXTS};

pub use groups::{GROUPS, Group};
pub use rows::KNOBS;
pub use settings::Settings;
pub use text::{KnobError, assign, nearest_word};
pub(super) use text::{say_span, write_span};
pub use vary::{MOST_SETTINGS, Vary, VaryError, grid};

/// One adjustable parameter.
#[derive(Clone, Copy, Debug)]
pub struct Knob {
    /// Key in links and in `--set`: `half-life`.
    pub key: &'static str,
    /// Policy or assumption.
    pub kind: Kind,
    /// Whether a person must know it to plan their work: such knobs count for simplicity when they differ from "off".
    pub rule: bool,
    /// Its type and range.
    pub value: Scale,
    /// Its place in the table.
    row: usize,
}

/// What people read of a knob.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// Name in the form: "Past use is forgotten by half in".
    pub label: &'static str,
    /// Slurm's name, empty if it has none: `PriorityDecayHalfLife`.
    pub slurm: &'static str,
    /// Words under the slider, in the direction of the stops: strict, usual, loose (or their like).
    pub words: [&'static str; 3],
    /// See [`Knob::stops`].
    stops: &'static [Setting],
}

/// Who can set it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An admin.
    Policy,
    /// Nobody: it is what we suppose.
    Assumption,
}

/// A setting of a knob, in its own unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Setting {
    /// The limit is not set, the memory never fades: written `off`.
    Off,
    /// A length of time: written `14d`.
    Span(Span),
    /// A number with the knob's unit: written `8gpu`, `120h`, `85pct`, `500`.
    Count(u32),
    /// One of the knob's words: written `tree`.
    Word(&'static str),
}

impl Setting {
    /// How large it is, for putting settings of one knob in order: off is larger than any number. Words have no size.
    fn size(self) -> u32 {
        match self {
            Setting::Off => u32::MAX,
            Setting::Span(span) => span.0,
            Setting::Count(n) => n,
            Setting::Word(_) => 0,
        }
    }
}

/// What a knob's value is measured in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// A length of time, [`Setting::Span`]: `14d`.
    Time,
    /// GPUs: `8gpu`.
    Gpus,
    /// GPU-hours: `120h`. The scenario keeps GPU-minutes, as Slurm does.
    GpuHours,
    /// Hundredths: `85pct`.
    Percent,
    /// A plain number: `500`.
    Number,
    /// One of these words, [`Setting::Word`].
    Words(&'static [Choice]),
}

/// One word that a knob takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// As in links: `tree`.
    pub key: &'static str,
    /// As said to people.
    pub words: &'static str,
}

/// Type and range of a knob.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// What it is measured in.
    pub unit: Unit,
    /// What follows the number when it is said: `of capacity`, `points`. Empty if the unit says it all.
    pub of: &'static str,
    /// How [`Setting::Off`] is said: "no limit". `None` if the knob cannot be off.
    pub off: Option<&'static str>,
    /// Smallest and largest value (seconds if a time). Words have none: `(0, 0)`.
    pub range: (u32, u32),
    /// A value is a multiple of this (seconds if a time): Slurm keeps time limits in minutes.
    pub step: u32,
}

impl Scale {
    /// Whether it may be [`Setting::Off`].
    pub fn may_be_off(&self) -> bool {
        self.off.is_some()
    }
}

impl Knob {
    /// What people read of it.
    pub fn texts(&self) -> &'static Texts {
        &TEXTS[self.row]
    }

    /// What changes in the world if it is moved, in a sentence or two, with the source of its figures.
    pub fn help(&self) -> &'static str {
        HELPS[self.row]
    }

    /// Stops of its slider in order, loosest meaning last; values between them are allowed in the number field.
    pub fn stops(&self) -> &'static [Setting] {
        self.texts().stops
    }

    /// The stop of the slider nearest to a setting: that setting's own stop if there is one.
    pub fn nearest_stop(&self, setting: Setting) -> usize {
        let stops = self.stops();
        let size = Setting::size;
        let exact = stops.iter().position(|&stop| stop == setting);
        exact.unwrap_or_else(|| {
            let away = |stop: Setting| size(stop).abs_diff(size(setting));
            (0..stops.len()).min_by_key(|&i| away(stops[i])).unwrap_or(0)
        })
    }

    /// What it is set to.
    pub fn get(&self, scenario: &Scenario) -> Setting {
        (REACHES[self.row].get)(scenario)
    }

    /// In how many partitions, QOS or other places it differs from off: what simplicity counts.
    pub fn places(&self, scenario: &Scenario) -> u32 {
        (REACHES[self.row].places)(scenario)
    }

    /// Whether two scenarios are set differently.
    pub fn differs(&self, a: &Scenario, b: &Scenario) -> bool {
        self.get(a) != self.get(b)
    }

    /// Sets it, if the setting is in range and takes effect; else the scenario stays as it was.
    pub fn apply(&self, scenario: &mut Scenario, setting: Setting) -> Result<(), KnobError> {
        self.check(setting, &self.write(setting))?;
        self.set(scenario, setting);
        if self.get(scenario) == setting {
            Ok(())
        } else {
            Err(self.has_no_effect(setting))
        }
    }

    /// What is said where nothing in a scenario listens to it.
    pub fn has_no_effect(&self, setting: Setting) -> KnobError {
        KnobError::NoEffect {
            key: self.key,
            text: self.write(setting),
        }
    }

    /// Sets it, whatever the setting.
    pub(super) fn set(&self, scenario: &mut Scenario, setting: Setting) {
        (REACHES[self.row].set)(scenario, setting);
    }
}

/// The knob of a key, or the key that was probably meant.
pub fn find(key: &str) -> Result<&'static Knob, KnobError> {
    KNOBS
        .iter()
        .find(|knob| knob.key == key)
        .ok_or_else(|| KnobError::Unknown {
            key: key.to_owned(),
            near: nearest_word(key, KNOBS.iter().map(|knob| knob.key)),
        })
}

/// What differs between two scenarios, in words, one line per difference: empty only if nothing does.
pub fn diff_in_words(a: &Scenario, b: &Scenario) -> Vec<String> {
    let mut lines: Vec<String> = KNOBS
        .iter()
        .filter(|knob| knob.differs(a, b))
        .map(|knob| {
            let (from, to) = (knob.say(knob.get(a)), knob.say(knob.get(b)));
            format!("{}: {from} → {to}", knob.texts().label)
        })
        .collect();
    if a.cluster != b.cluster {
        let size = |s: &Scenario| format!("{} GPUs in {} nodes", s.cluster.gpus(), s.cluster.node_count());
        if size(a) != size(b) {
            lines.push(format!("The machine: {} → {}", size(a), size(b)));
        }
    }
    if a.horizon != b.horizon {
        let window = |s: &Scenario| {
            let (warm_up, measured) = (
                text::say_span(s.horizon.warm_up),
                text::say_span(s.horizon.measured),
            );
            format!("{warm_up} of warm-up and {measured} measured")
        };
        lines.push(format!("What is simulated: {} → {}", window(a), window(b)));
    }
    if a.seed != b.seed {
        lines.push(format!("First seed: {} → {}", a.seed, b.seed));
    }
    // What knobs have said is not said again.
    let mut told = a.clone();
    for knob in KNOBS {
        knob.set(&mut told, knob.get(b));
    }
    lines.extend(structure::differences(&told, b));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Backfill;

    #[test]
    fn keys_are_unique_and_fit_into_a_link() {
        for (i, knob) in KNOBS.iter().enumerate() {
            assert!(
                knob.key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{}",
                knob.key
            );
            assert!(
                KNOBS[..i].iter().all(|other| other.key != knob.key),
                "{}",
                knob.key
            );
            let texts = knob.texts();
            for text in [texts.label, knob.help()].into_iter().chain(texts.words) {
                assert!(!text.is_empty(), "{}", knob.key);
            }
        }
    }

    #[test]
    fn every_stop_can_be_set_and_read_back() {
        for knob in KNOBS {
            for &stop in knob.stops() {
                let mut scenario = Scenario::default();
                assert_eq!(knob.apply(&mut scenario, stop), Ok(()), "{}", knob.key);
                assert_eq!(knob.get(&scenario), stop, "{}", knob.key);
                assert_eq!(knob.stops()[knob.nearest_stop(stop)], stop);
            }
            assert!(knob.stops().len() >= 2, "{}", knob.key);
        }
    }

    #[test]
    fn setting_a_knob_to_what_it_is_changes_nothing() {
        for knob in KNOBS {
            let mut scenario = Scenario::default();
            let now = knob.get(&scenario);
            assert_eq!(knob.apply(&mut scenario, now), Ok(()), "{}", knob.key);
            assert_eq!(scenario, Scenario::default(), "{}", knob.key);
        }
    }

    #[test]
    fn no_two_knobs_move_the_same_field() {
        for knob in KNOBS {
            for &stop in knob.stops() {
                let mut scenario = Scenario::default();
                knob.set(&mut scenario, stop);
                for other in KNOBS.iter().filter(|other| other.key != knob.key) {
                    assert_eq!(
                        other.get(&scenario),
                        other.get(&Scenario::default()),
                        "{} {}",
                        knob.key,
                        other.key
                    );
                }
            }
        }
    }

    #[test]
    fn a_knob_without_effect_says_so() {
        let mut scenario = Scenario::default();
        scenario.policy.backfill = Backfill::Off;
        let found = assign(&mut scenario, "bf-interval=60s");
        assert!(matches!(
            found,
            Err(KnobError::NoEffect {
                key: "bf-interval",
                ..
            })
        ));
        assert_eq!(assign(&mut scenario, "backfill=slurm"), Ok(()));
        assert_eq!(assign(&mut scenario, "bf-interval=60s"), Ok(()));
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        assert!(matches!(
            find("halflife"),
            Err(KnobError::Unknown {
                near: Some("half-life"),
                ..
            })
        ));
        assert!(matches!(
            find("caps"),
            Err(KnobError::Unknown {
                near: Some("cap"),
                ..
            })
        ));
        assert!(matches!(
            find("colour"),
            Err(KnobError::Unknown { near: None, .. })
        ));
    }

    #[test]
    fn a_difference_is_said_in_words() {
        let base = Scenario::default();
        assert_eq!(diff_in_words(&base, &base), Vec::<String>::new());
        let mut other = base.clone();
        for change in ["cap=16", "half-life=off"] {
            assign(&mut other, change).unwrap();
        }
        assert_eq!(
            diff_in_words(&base, &other),
            [
                "Most GPUs one person may hold at once: no limit → 16 GPUs",
                "Past use is forgotten by half in: 14 days → never forgotten"
            ]
        );
        other.policy.partitions[0].tier = 3;
        assert_eq!(diff_in_words(&base, &other).len(), 3);
        other.cluster.nodes[0].count = 9;
        assert_eq!(
            diff_in_words(&base, &other)[2..],
            [
                "The machine: 32 GPUs in 8 nodes → 36 GPUs in 9 nodes",
                "Node group `node`, count: 8 → 9",
                "Partition `batch`, tier: 1 → 3"
            ]
        );
    }
}
