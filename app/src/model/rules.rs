//! What a person must know under a policy: each rule in words, and whether it is new.

use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::KNOBS;

/// One rule, read aloud.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Key of its knob.
    pub key: &'static str,
    /// "Most GPUs one person may hold at once: 8 GPUs".
    pub words: String,
    /// Whether it is not so, or not at all, under the baseline.
    pub is_new: bool,
}

/// The rules of a proposal, in the order of forms.
pub fn rules(baseline: &Scenario, proposal: &Scenario) -> Vec<Rule> {
    KNOBS
        .iter()
        .filter(|knob| knob.rule && (knob.value.places)(proposal) > 0)
        .map(|knob| Rule {
            key: knob.key,
            words: format!("{}: {}", knob.label, knob.say(knob.get(proposal))),
            is_new: knob.differs(baseline, proposal),
        })
        .collect()
}

/// The rules that the proposal does away with, in words.
pub fn dropped(baseline: &Scenario, proposal: &Scenario) -> Vec<String> {
    KNOBS
        .iter()
        .filter(|knob| knob.rule && (knob.value.places)(baseline) > 0 && (knob.value.places)(proposal) == 0)
        .map(|knob| format!("{}: {}", knob.label, knob.say(knob.get(proposal))))
        .collect()
}
