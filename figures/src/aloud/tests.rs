//! What is read aloud of the presets and of scenarios at random.

use expect_test::expect_file;
use sim_core::metrics::simplicity;
use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::{self, KNOBS, Kind};

use super::{Aloud, Change, aloud, marked};
use crate::testing::{dice, presets};

/// All of it as text.
fn text(of: &Aloud) -> String {
    let mut text = String::new();
    for (number, rule) in of.counted().enumerate() {
        text += &format!("{}. {}\n", number + 1, rule.words);
    }
    text += "\n";
    for rule in &of.beside {
        text += &format!("{}\n", rule.words);
    }
    text
}

fn preset(name: &str) -> Scenario {
    let mut all = presets();
    let at = all.iter().position(|scenario| scenario.name == name).unwrap();
    all.swap_remove(at)
}

/// As many sentences as are counted, each said once and about something of its own.
fn counts(scenario: &Scenario) {
    let of = aloud(scenario);
    let counted = simplicity(scenario);
    assert_eq!(of.rules.len(), counted.rules as usize, "{}", text(&of));
    assert_eq!(of.choices.len(), counted.choices as usize, "{}", text(&of));
    let all: Vec<_> = of.counted().chain(&of.beside).collect();
    for (at, rule) in all.iter().enumerate() {
        assert!(
            rule.words.ends_with('.') && !rule.words.contains("  "),
            "{}",
            rule.words
        );
        assert!(
            all[..at].iter().all(|other| other.about != rule.about),
            "{} twice in {}",
            rule.about,
            scenario.name
        );
    }
}

#[test]
fn presets_are_read_aloud_in_these_words() {
    for (name, golden) in [
        ("group-32", expect_file!["golden/group-32.txt"]),
        ("uni-128", expect_file!["golden/uni-128.txt"]),
        ("dual-64", expect_file!["golden/dual-64.txt"]),
        ("lab-512", expect_file!["golden/lab-512.txt"]),
        ("campus-owners", expect_file!["golden/campus-owners.txt"]),
        ("mig-national", expect_file!["golden/mig-national.txt"]),
        ("scavenge-and-paid", expect_file!["golden/scavenge-and-paid.txt"]),
    ] {
        golden.assert_eq(&text(&aloud(&preset(name))));
    }
}

#[test]
fn there_are_as_many_rules_as_simplicity_counts() {
    for preset in presets() {
        counts(&preset);
        for knob in KNOBS.iter().filter(|knob| knob.kind == Kind::Policy) {
            for &stop in knob.stops() {
                let mut scenario = preset.clone();
                if knob.apply(&mut scenario, stop).is_ok() {
                    counts(&scenario);
                }
            }
        }
    }
}

#[test]
fn there_are_as_many_rules_wherever_knobs_stand() {
    let presets = presets();
    let mut dice = dice(7);
    for round in 0..400 {
        let mut scenario = presets[round % presets.len()].clone();
        for knob in KNOBS {
            let stops = knob.stops();
            let stop = stops[dice(stops.len())];
            if dice(3) == 0 {
                let _ = knob.apply(&mut scenario, stop);
            }
        }
        // Places come and go as well.
        let policy = &mut scenario.policy;
        if dice(2) == 0 && policy.qos.len() > 1 {
            policy.qos.truncate(1 + dice(policy.qos.len()));
        }
        if dice(2) == 0 {
            let mut more = policy.partitions[dice(policy.partitions.len())].clone();
            more.name = String::from("more");
            more.qos = Some(policy.qos[dice(policy.qos.len())].name.clone());
            policy.partitions.push(more);
        }
        if dice(2) == 0 {
            let mut more = policy.qos[dice(policy.qos.len())].clone();
            more.name = String::from("more");
            policy.qos.push(more);
        }
        counts(&scenario);
    }
}

#[test]
fn what_changed_is_marked_in_words() {
    let base = preset("group-32");
    let mut proposal = base.clone();
    for change in ["cap=16gpu", "run-minutes=off", "idle-cull=1h"] {
        knobs::assign(&mut proposal, change).unwrap();
    }
    let (before, after) = (aloud(&base), aloud(&proposal));
    let changes = |a: &Aloud, b: &Aloud| -> Vec<(&str, String)> {
        let all = marked(a.counted(), b.counted());
        let told = all.iter().filter(|(change, _)| *change != Change::Kept);
        told.map(|(change, rule)| (change.word(), rule.about.clone()))
            .collect()
    };
    let about = |word: &'static str, about: &str| (word, about.to_owned());
    assert_eq!(
        changes(&before, &after),
        [about("changed", "cap/normal"), about("new", "idle-cull")]
    );
    assert_eq!(
        changes(&after, &before),
        [about("changed", "cap/normal"), about("dropped", "idle-cull")]
    );
    assert_eq!(changes(&before, &before), []);
}
