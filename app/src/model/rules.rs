//! What a person must know under a policy, as far as knobs say it: each rule in short, and whether it has changed. The
//! clerk's worker writes them out in sentences.

use sim_core::scenario::knobs::{KNOBS, Knob, Setting, Settings};
use sim_core::scenario::link::Note;
use sim_worker::InForce;

use super::draft::Pair;

/// One rule in short.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// "changed: Most GPUs one person may hold at once: 8 GPUs".
    pub words: String,
    /// Whether it is not so under the baseline.
    pub is_new: bool,
}

/// What the workers say is in force under baseline and proposal, as far as they have said it.
pub type Told = [Option<InForce>; 2];

/// The rules of a proposal, in the order of forms, and those that it does away with.
pub fn rules(pair: &Pair, [base, told]: &Told) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (row, knob) in KNOBS.iter().enumerate().filter(|(_, knob)| knob.rule) {
        let holds = places(row, knob, &pair.proposal, told);
        let held = places(row, knob, &pair.baseline, base);
        let setting = pair.proposal.get(knob);
        let is_new = pair.baseline.get(knob) != setting;
        // A knob is set to what the first partition or QOS has; on a cluster with several a rule may hold in others as well,
        // or in others alone.
        let others = holds.saturating_sub(u32::from(setting != Setting::Off));
        let mark = match (holds, held, is_new) {
            (0, 0, _) => continue,
            (0, _, _) => "no longer: ",
            (_, _, true) => "changed: ",
            (_, _, false) => "",
        };
        let said = match (setting, others) {
            (_, 0) => knob.say(setting),
            (Setting::Off, n) => format!("by place, in {n}"),
            (_, n) => format!("{}, and by place in {n} more", knob.say(setting)),
        };
        rules.push(Rule {
            words: format!("{mark}{}: {said}", knob.texts().label),
            is_new,
        });
    }
    rules
}

/// In how many places a rule holds. Until the workers have said it, a setting other than off or nothing is taken for one.
fn places(row: usize, knob: &Knob, settings: &Settings, told: &Option<InForce>) -> u32 {
    match told {
        Some(told) => told.places.get(row).copied().unwrap_or(0),
        None => u32::from(!matches!(settings.get(knob), Setting::Off | Setting::Count(0))),
    }
}

/// The knobs whose settings have no effect on either side, as sentences.
pub fn idle(pair: &Pair, told: &Told) -> Vec<String> {
    let sides = [("b.", &pair.baseline, &told[0]), ("", &pair.proposal, &told[1])];
    let mut sentences = Vec::new();
    for (prefix, settings, told) in sides {
        let idle = told.iter().flat_map(|told| &told.idle);
        for knob in idle.filter_map(|&at| KNOBS.get(at as usize)) {
            let note = Note::of_knob(prefix, &knob.has_no_effect(settings.get(knob)));
            sentences.push(note.to_string());
        }
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::link::Profile;
    use sim_core::scenario::{Scenario, knobs};

    #[test]
    fn what_the_workers_say_is_in_force_decides() {
        let mut pair = Pair::unchanged(&Profile::of(&Scenario::default()));
        let cap_knob = knobs::find("cap").unwrap();
        pair.baseline.set(cap_knob, Setting::Count(8));
        let at = |key: &str| KNOBS.iter().position(|knob| knob.key == key).unwrap();
        let words = |pair: &Pair, told: &Told| -> Vec<String> {
            rules(pair, told).into_iter().map(|rule| rule.words).collect()
        };
        let label = "Most GPUs one person may hold at once";
        assert_eq!(
            words(&pair, &[None, None]),
            [
                format!("no longer: {label}: no limit"),
                "Longest time limit of a job: 3 days".to_owned()
            ]
        );
        let mut told = InForce {
            places: vec![0; KNOBS.len()],
            ..InForce::default()
        };
        told.places[at("cap")] = 1;
        let base = told.clone();
        let said = |cap: Setting, places: u32| {
            let mut pair = pair.clone();
            pair.proposal.set(cap_knob, cap);
            let mut told = told.clone();
            told.places[at("cap")] = places;
            words(&pair, &[Some(base.clone()), Some(told)])
        };
        assert_eq!(
            said(Setting::Off, 3),
            [format!("changed: {label}: by place, in 3")]
        );
        assert_eq!(said(Setting::Off, 0), [format!("no longer: {label}: no limit")]);
        assert_eq!(
            said(Setting::Count(8), 3),
            [format!("{label}: 8 GPUs, and by place in 2 more")]
        );
        assert_eq!(said(Setting::Count(8), 1), [format!("{label}: 8 GPUs")]);
    }
}
