//! What a person must know under a policy: each rule in words, and whether it is new.

use sim_core::metrics::Simplicity;
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

/// The simplicity corner of a policy: rules once per place, and choices beyond the first.
pub fn simplicity(scenario: &Scenario) -> Simplicity {
    let rules = KNOBS.iter().filter(|knob| knob.rule).map(|knob| (knob.value.places)(scenario)).sum();
    let beyond_first = |n: usize| n.saturating_sub(1) as u32;
    let mut models: Vec<&str> = scenario.cluster.nodes.iter().map(|group| group.gpu.as_str()).collect();
    models.sort_unstable();
    models.dedup();
    let choices = beyond_first(scenario.policy.partitions.len())
        + beyond_first(scenario.policy.qos.len())
        + beyond_first(models.len());
    Simplicity { rules, choices }
}
