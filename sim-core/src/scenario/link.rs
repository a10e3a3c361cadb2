//! A proposal as a line of text: `#p0?profile=group-32&cap=16gpu~7f`.
//!
//! Version, then the name of the set-up, then only what differs from it: what no knob says, as [`structure`] writes it, behind
//! dots; knobs in the order of their table; the same keys with `b.` where the baseline is not the set-up itself; and the run
//! where it is not the page's (a week of warm-up, four weeks measured, seeds 1 to 8). A set-up that is changed behind dots goes
//! by the name of the preset with these parts: knobs are told against it. At the end `~` and two check characters. A link is small, readable, and says nothing
//! about anybody.

mod check;
mod read;
mod repair;

use serde::{Deserialize, Serialize};

use super::knobs::{self, KNOBS, Settings};
use super::{Horizon, Scenario, structure};

pub use check::check_characters;
pub use read::{decode, decode_among, read_among};

/// The version of the grammar that this code writes and reads.
pub const VERSION: u32 = 0;

/// Runs of a page, and of a link that does not say otherwise.
pub const PAGE_SEEDS: u32 = 8;
/// The first seed of a page, and of a link that does not say otherwise.
pub const PAGE_SEED: u64 = 1;
/// Most runs that a link or a command may ask for.
pub const MOST_SEEDS: u32 = 1_000;
/// Largest first seed: what a browser's number can hold exactly.
pub const LARGEST_SEED: u64 = 1 << 53;

/// Two policies on the same people and machine, and how often to try them.
#[derive(Clone, PartialEq, Debug)]
pub struct Proposal {
    /// Name of the set-up that both differ from.
    pub profile: String,
    /// What is, or what to compare with.
    pub base: Scenario,
    /// What is proposed.
    pub proposal: Scenario,
    /// Number of runs, each with its own seed.
    pub seeds: u32,
    /// What was odd about the link it came from.
    pub notes: Vec<Note>,
}

/// A set-up as links see it: a name, and what its knobs are set to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it is set to.
    pub settings: Settings,
}

impl Profile {
    /// The profile of a set-up.
    pub fn of(set_up: &Scenario) -> Profile {
        Profile {
            name: set_up.name.clone(),
            settings: Settings::of(set_up),
        }
    }
}

/// What a link says, in its own terms: settings of knobs instead of scenarios. Whoever only shows and writes links needs
/// no more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// The set-ups that the two sides differ from, the baseline's first: the name of a preset, and behind it the parts that
    /// [`structure::write`] makes of what was changed in it.
    pub set_ups: [String; 2],
    /// What is, or what to compare with.
    pub base: Settings,
    /// What is proposed.
    pub proposal: Settings,
    /// What is simulated, and what of it is measured.
    pub horizon: Horizon,
    /// The first seed.
    pub seed: u64,
    /// Number of runs, each with its own seed.
    pub seeds: u32,
}

impl Terms {
    /// Nothing is proposed yet, under the page's run.
    pub fn unchanged(profile: Profile) -> Terms {
        Terms {
            set_ups: [profile.name.clone(), profile.name],
            base: profile.settings.clone(),
            proposal: profile.settings,
            horizon: Horizon::PAGE,
            seed: PAGE_SEED,
            seeds: PAGE_SEEDS,
        }
    }

    /// The fragment, without its `#`; it says what differs from the settings of the set-ups, the baseline's first.
    pub fn write(&self, set_ups: [&Settings; 2]) -> String {
        let [base, proposal] = &self.set_ups;
        let mut text = format!("p{VERSION}?profile={proposal}");
        // The demand is that of both sides, and said once.
        let (_, parts) = structure::taken_apart(base);
        let parts = parts.split('&').filter(|part| structure::is_part(part));
        for part in parts.filter(|part| !structure::is_demand(part)) {
            text += "&b.";
            text += part;
        }
        let sides = [("", &self.proposal, set_ups[1]), ("b.", &self.base, set_ups[0])];
        for (prefix, settings, set_up) in sides {
            for knob in KNOBS {
                let setting = settings.get(knob);
                if setting != set_up.get(knob) {
                    text += &format!("&{prefix}{}={}", knob.key, knob.write(setting));
                }
            }
        }
        if self.horizon.warm_up != Horizon::PAGE.warm_up {
            text += &format!("&warm-up={}", knobs::write_span(self.horizon.warm_up));
        }
        if self.horizon.measured != Horizon::PAGE.measured {
            text += &format!("&days={}", knobs::write_span(self.horizon.measured));
        }
        if self.seeds != PAGE_SEEDS {
            text += &format!("&seeds={}", self.seeds);
        }
        if self.seed != PAGE_SEED {
            text += &format!("&seed={}", self.seed);
        }
        let check = check_characters(&text);
        format!("{text}~{check}")
    }
}

/// Something odd about a link: it loads all the same, and its reader should know.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Note {
    /// No check characters at the end.
    #[error(
        "this link was typed by hand or cut: its check characters are missing{}",
        last_part(last)
    )]
    Unchecked {
        /// The last part that could be read.
        last: String,
    },
    /// The check characters belong to another text.
    #[error("this link was changed or damaged: it ends in `~{found}`, its text asks for `~{expected}`")]
    Damaged {
        /// What stands there.
        found: String,
        /// What belongs there.
        expected: String,
    },
    /// A part that says nothing this version understands.
    #[error("not understood: `{text}` ({why})")]
    NotUnderstood {
        /// The part, as it stands in the link.
        text: String,
        /// What is wrong with it.
        why: String,
    },
}

fn last_part(last: &str) -> String {
    match last {
        "" => String::new(),
        last => format!("; the last part read is `{last}`"),
    }
}

/// Why a text is no link.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LinkError {
    /// Nothing that looks like one.
    #[error(
        "no link in it; a link looks like #p0?profile=group-32&cap=16gpu~xx, with two check characters at the end"
    )]
    NotALink,
    /// Written by a later version.
    #[error(
        "this link is of version p{0}, and only p{VERSION} is known here; use a newer version of Trilemma"
    )]
    Newer(u32),
    /// It does not say which set-up it is about.
    #[error(
        "this link names no set-up, perhaps it was cut; a link looks like #p0?profile=group-32&cap=16gpu~xx"
    )]
    ProfileMissing,
    /// It names one that is not there.
    #[error(
        "this link is about the set-up `{}`, which is not known here{}",
        structure::taken_apart(name).0,
        known_names(known)
    )]
    UnknownProfile {
        /// Its name, and what is changed in it.
        name: String,
        /// Those that are, if the reader knows.
        known: Vec<String>,
    },
}

impl LinkError {
    /// Names the set-ups that are known, where one is not.
    fn with_known(self, names: impl Fn() -> Vec<String>) -> LinkError {
        match self {
            LinkError::UnknownProfile { name, .. } => LinkError::UnknownProfile { name, known: names() },
            LinkError::NotALink | LinkError::Newer(_) | LinkError::ProfileMissing => self,
        }
    }
}

fn known_names(known: &[String]) -> String {
    if known.is_empty() {
        String::new()
    } else {
        format!("; there are: {}", known.join(", "))
    }
}

impl Proposal {
    /// A set-up as it is, under the page's run: nothing is proposed yet.
    pub fn of(profile: &Scenario) -> Proposal {
        let scenario = on_page(profile);
        Proposal {
            profile: profile.name.clone(),
            base: scenario.clone(),
            proposal: scenario,
            seeds: PAGE_SEEDS,
            notes: Vec::new(),
        }
    }
}

impl Proposal {
    /// A scenario as a proposal for a preset, over its own window and seeds. Both sides are asked for the work of the scenario's
    /// people, as they plan it for the scenario's machine.
    pub fn out_of(scenario: Scenario, preset: &Scenario) -> Proposal {
        let mut proposal = scenario;
        if proposal.cluster != preset.cluster {
            proposal.workload.planned_for = proposal.planned_for();
        }
        let base = Scenario {
            cluster: preset.cluster.clone(),
            policy: preset.policy.clone(),
            ..on(&proposal, preset)
        };
        Proposal {
            profile: preset.name.clone(),
            proposal: on(&proposal, preset),
            base,
            seeds: PAGE_SEEDS,
            notes: Vec::new(),
        }
    }
}

/// The preset that a scenario is called after, or else the one that it differs least from: by the length of what a link says.
pub fn nearest<'s>(
    scenario: &Scenario,
    presets: impl Iterator<Item = &'s Scenario> + Clone,
) -> Option<&'s Scenario> {
    let presets = presets.filter(|preset| structure::taken_apart(&preset.name).1.is_empty());
    let length =
        |preset: &&Scenario| structure::write(preset, scenario).map_or(usize::MAX, |parts| parts.len());
    let named = presets.clone().find(|preset| preset.name == scenario.name);
    named.or_else(|| presets.min_by_key(length))
}

/// A set-up with the page's window and first seed.
pub fn on_page(profile: &Scenario) -> Scenario {
    Scenario {
        horizon: Horizon::PAGE,
        seed: PAGE_SEED,
        ..profile.clone()
    }
}

/// The fragment, without its `#`. What a link has no words for is left out: see [`travels`].
pub fn encode(proposal: &Proposal, profile: &Scenario) -> String {
    let set_up = |side: &Scenario| {
        let split = structure::split(profile, side);
        let (parts, set_up) = split.unwrap_or_else(|_| (String::new(), profile.clone()));
        (format!("{}{parts}", proposal.profile), Settings::of(&set_up))
    };
    let [(base, base_settings), (name, settings)] = [&proposal.base, &proposal.proposal].map(set_up);
    let terms = Terms {
        set_ups: [base, name],
        base: Settings::of(&proposal.base),
        proposal: Settings::of(&proposal.proposal),
        horizon: proposal.proposal.horizon,
        seed: proposal.proposal.seed,
        seeds: proposal.seeds,
    };
    terms.write([&base_settings, &settings])
}

/// Whether a link says everything by which the sides of a proposal differ from their set-up.
///
/// # Errors
/// What it has no words for, in a sentence.
pub fn travels(proposal: &Proposal, profile: &Scenario) -> Result<(), structure::Untold> {
    let [base, proposed] = [&proposal.base, &proposal.proposal];
    for side in [base, proposed] {
        structure::split(profile, side)?;
    }
    let link = encode(proposal, profile);
    let again = decode(&link, &|_| Some(profile.clone()));
    match again {
        Ok(again) if again.base == on(base, profile) && again.proposal == on(proposed, profile) => Ok(()),
        Ok(_) | Err(_) => Err(structure::Untold::demand()),
    }
}

/// A side under the name of its set-up, as a link gives it.
fn on(side: &Scenario, profile: &Scenario) -> Scenario {
    Scenario {
        schema: profile.schema,
        name: profile.name.clone(),
        title: profile.title.clone(),
        source: profile.source.clone(),
        to_try: profile.to_try.clone(),
        ..side.clone()
    }
}

#[cfg(test)]
mod tests;
