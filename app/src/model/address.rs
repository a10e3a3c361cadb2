//! The address bar as the model sees it: a fragment becomes a pair of policies, a pair becomes a fragment.

use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::{self, KNOBS, Kind};

use super::draft::Pair;

/// Runs on each side if a link does not say.
pub const SEEDS: u32 = 8;

/// Something about a link that a reader must know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note(pub String);

/// What a link says.
#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    /// The profile both sides come from.
    pub profile: Scenario,
    /// The two sides.
    pub pair: Pair,
    /// Runs on each side.
    pub seeds: u32,
    /// What was not understood, or looks damaged.
    pub notes: Vec<Note>,
}

/// Whether a fragment means to be a link, rather than a place in the page.
pub fn is_link(fragment: &str) -> bool {
    let mut chars = fragment.chars();
    chars.next() == Some('p') && chars.next().is_some_and(|c| c.is_ascii_digit())
}

pub fn read(text: &str, profiles: &[Scenario]) -> Result<Read, Vec<Note>> {
    let profile = profiles[0].clone();
    let mut pair = Pair::unchanged(&profile);
    let (_, rest) = text.split_once('?').ok_or_else(|| vec![Note("no ?".into())])?;
    let mut notes = Vec::new();
    for part in rest.split('&') {
        if part.starts_with("profile=") {
            continue;
        }
        if let Err(error) = knobs::assign(&mut pair.proposal, part) {
            notes.push(Note(error.to_string()));
        }
    }
    pair.baseline.assumptions = pair.proposal.assumptions.clone();
    Ok(Read { profile, pair, seeds: SEEDS, notes })
}

pub fn write(profile: &Scenario, pair: &Pair, _seeds: u32) -> String {
    let mut out = format!("p0?profile={}", profile.name);
    for knob in KNOBS {
        let base = match knob.kind {
            Kind::Policy => &pair.baseline,
            Kind::Assumption => profile,
        };
        if knob.differs(base, &pair.proposal) {
            out.push_str(&format!("&{}={}", knob.key, knob.write(knob.get(&pair.proposal))));
        }
    }
    out
}
