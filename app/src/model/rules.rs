//! What a person must know under a policy: each rule in words, and whether it is new.

use sim_core::scenario::knobs::{KNOBS, Knob, Setting, Settings};
use sim_core::scenario::link::Note;
use sim_worker::InForce;

use super::draft::Pair;

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

/// What the workers say is in force under baseline and proposal, as far as they have said it.
pub type Told = [Option<InForce>; 2];

/// The rules of a proposal, in the order of forms.
pub fn rules(pair: &Pair, [_, told]: &Told) -> Vec<Rule> {
    in_force(&pair.proposal, told)
        .map(|knob| Rule {
            key: knob.key,
            words: words(knob, pair, told),
            is_new: pair.baseline.get(knob) != pair.proposal.get(knob),
        })
        .collect()
}

/// The rules that the proposal does away with, in words.
pub fn dropped(pair: &Pair, [base, proposal]: &Told) -> Vec<String> {
    in_force(&pair.baseline, base)
        .filter(|knob| in_force(&pair.proposal, proposal).all(|kept| kept.key != knob.key))
        .map(|knob| words(knob, pair, proposal))
        .collect()
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

/// The rules in force. Until the workers have said where each holds, a setting other than off or nothing is taken for one.
fn in_force<'a>(
    settings: &'a Settings,
    told: &'a Option<InForce>,
) -> impl Iterator<Item = &'static Knob> + 'a {
    let rules = KNOBS.iter().enumerate().filter(|(_, knob)| knob.rule);
    let holds = move |&(at, knob): &(usize, &Knob)| match told {
        Some(told) => told.places.get(at).is_some_and(|&places| places > 0),
        None => !matches!(settings.get(knob), Setting::Off | Setting::Count(0)),
    };
    rules.filter(holds).map(|(_, knob)| knob)
}

/// A knob is set to what the first partition or QOS has; on a cluster with several a rule may hold in others as well, or
/// in others alone.
fn words(knob: &Knob, pair: &Pair, told: &Option<InForce>) -> String {
    let (label, setting) = (knob.texts().label, pair.proposal.get(knob));
    let row = KNOBS.iter().position(|row| row.key == knob.key);
    let places = row.and_then(|row| told.as_ref()?.places.get(row).copied());
    let others = places
        .unwrap_or(0)
        .saturating_sub(u32::from(setting != Setting::Off));
    let said = knob.say(setting);
    match (setting, others) {
        (_, 0) => format!("{label}: {said}"),
        (Setting::Off, n) => format!("{label}: by place, in {n}"),
        (Setting::Span(_) | Setting::Count(_) | Setting::Word(_), n) => {
            format!("{label}: {said}, and by place in {n} more")
        }
    }
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
        let silent: Told = [None, None];
        assert_eq!(rules(&pair, &silent).len(), 1, "the longest limit alone");
        assert_eq!(
            dropped(&pair, &silent),
            ["Most GPUs one person may hold at once: no limit"]
        );
        let mut told = InForce {
            places: vec![0; KNOBS.len()],
            ..InForce::default()
        };
        told.places[at("cap")] = 1;
        let told: Told = [Some(told.clone()), Some(told)];
        let said = rules(&pair, &told);
        assert_eq!((said.len(), said[0].key, said[0].is_new), (1, "cap", true));
        assert_eq!(dropped(&pair, &told), Vec::<String>::new());
        let words = |cap: Setting, places: u32| {
            let mut pair = pair.clone();
            pair.proposal.set(cap_knob, cap);
            let mut told = told.clone();
            told[1].as_mut().unwrap().places[at("cap")] = places;
            rules(&pair, &told)[0].words.clone()
        };
        let label = "Most GPUs one person may hold at once";
        assert_eq!(words(Setting::Off, 3), format!("{label}: by place, in 3"));
        assert_eq!(
            words(Setting::Count(8), 3),
            format!("{label}: 8 GPUs, and by place in 2 more")
        );
        assert_eq!(words(Setting::Count(8), 1), format!("{label}: 8 GPUs"));
    }
}
