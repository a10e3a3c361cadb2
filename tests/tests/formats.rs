//! What people keep: scenario files and links. Presets are sound, old files load, links mean what they meant.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::PathBuf;

use sim_core::metrics::{Simplicity, simplicity};
use sim_core::scenario::knobs::{KNOBS, diff_in_words};
use sim_core::scenario::link::{Note, Proposal, decode_among, encode, on_page};
use sim_core::scenario::{Backfill, FairShare, Head, Scenario};
use sim_core::units::Span;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every preset with the name of its file.
fn presets() -> Vec<(String, Scenario)> {
    let mut found: Vec<(String, Scenario)> = std::fs::read_dir(root().join("content/scenarios"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (
                stem,
                toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
            )
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn every_preset_is_sound_titled_and_sourced() {
    assert!(!presets().is_empty());
    for (file, preset) in presets() {
        assert_eq!(preset.name, file);
        assert!(
            file.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{file}"
        );
        assert!(!preset.title.is_empty() && !preset.source.is_empty(), "{file}");
        assert!(
            preset.source.contains("[J]") || preset.source.contains("[R]"),
            "{file}: mark judgement and sources"
        );
        let (_, warnings) = preset
            .check()
            .unwrap_or_else(|problems| panic!("{file}: {problems:?}"));
        assert_eq!(warnings, [], "{file}");
    }
}

#[test]
fn every_preset_stands_within_the_range_of_its_knobs() {
    for (file, preset) in presets() {
        for knob in KNOBS {
            let mut copy = preset.clone();
            assert_eq!(knob.apply(&mut copy, knob.get(&preset)), Ok(()), "{file}");
            assert_eq!(copy, preset, "{file}: {} cannot say what the file says", knob.key);
        }
    }
}

#[test]
fn a_scenario_survives_toml_and_json() {
    let fixture: Scenario = toml::from_str(include_str!("../fixtures/scenario-1.toml")).unwrap();
    for scenario in presets().into_iter().map(|(_, preset)| preset).chain([fixture]) {
        let file = toml::to_string(&scenario).unwrap();
        assert_eq!(toml::from_str::<Scenario>(&file).unwrap(), scenario);
        let json = serde_json::to_string(&scenario).unwrap();
        assert_eq!(serde_json::from_str::<Scenario>(&json).unwrap(), scenario);
    }
}

#[test]
fn a_file_of_schema_1_still_means_what_it_said() {
    let text = include_str!("../fixtures/scenario-1.toml");
    assert_eq!(toml::from_str::<Head>(text).unwrap().readable(), Ok(()));
    let scenario: Scenario = toml::from_str(text).unwrap();
    assert_eq!((scenario.cluster.gpus(), scenario.cluster.node_count()), (24, 6));
    assert_eq!(scenario.policy.priority.half_life, None);
    assert_eq!(scenario.policy.priority.fairshare, FairShare::Off);
    assert_eq!(scenario.policy.partitions[0].max_time, Span::hours(60));
    assert_eq!(scenario.policy.partitions[0].default_time, None);
    assert!(matches!(scenario.policy.backfill, Backfill::Slurm(ref bf) if bf.window == Span::days(3)));
    // Rules: MaxTime twice, the cap twice, and each of the four budgets once. Choices: partition, QOS, GPU type.
    assert_eq!(simplicity(&scenario), Simplicity { rules: 8, choices: 3 });
    assert_eq!(scenario.check().map(|(_, warnings)| warnings), Ok(vec![]));
}

#[test]
fn a_key_that_nobody_knows_is_refused_at_every_level() {
    for text in [
        "colour = 1",
        "[horizon]\ncolour = 1",
        "[[cluster.nodes]]\ncolour = 1",
        "[workload.mix]\ncolour = 1",
        "[assumptions]\ncolour = 1",
        "[policy]\ncolour = 1",
        "[policy.priority]\ncolour = 1",
        "[[policy.partitions]]\ncolour = 1",
        "[[policy.qos]]\nlimits = { colour = 1 }",
        "[policy.backfill.slurm]\ncolour = 1",
    ] {
        let error = toml::from_str::<Scenario>(text).unwrap_err();
        assert!(
            error.message().contains("unknown field `colour`"),
            "{text}: {error}"
        );
    }
}

#[test]
fn links_ever_given_out_mean_what_they_meant() {
    let profiles: Vec<Scenario> = presets().into_iter().map(|(_, preset)| preset).collect();
    let corpus = include_str!("../fixtures/links.txt");
    let mut links = 0;
    for block in corpus
        .split("\n\n")
        .filter(|block| !block.trim_start().starts_with('#'))
    {
        let mut lines = block.lines();
        let link = lines.next().unwrap();
        let read = decode_among(link, &profiles).unwrap();
        assert_eq!(read.notes, [], "{link}");
        let profile = profiles
            .iter()
            .find(|profile| profile.name == read.profile)
            .unwrap();
        assert_eq!(encode(&read, profile), link);
        let said = diff_in_words(&on_page(profile), &read.proposal);
        assert_eq!(said, lines.collect::<Vec<_>>(), "{link}");
        links += 1;
    }
    assert!(links >= 80);
}

/// Every link to a proposal in the texts, with its file.
fn links_of_texts() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("content")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|kind| kind == "md" || kind == "toml")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                let links = text.split("#p0?").skip(1).map(|rest| {
                    let end = rest.find([')', '"', '`', ' ', '\n', '<', ']']);
                    format!("p0?{}", &rest[..end.unwrap_or(rest.len())])
                });
                found.extend(links.map(|link| (path.display().to_string(), link)));
            }
        }
    }
    found
}

#[test]
fn every_link_in_the_texts_is_understood_whole() {
    let profiles: Vec<Scenario> = presets().into_iter().map(|(_, preset)| preset).collect();
    let links = links_of_texts();
    assert!(links.len() > 20, "{}", links.len());
    for (file, link) in links {
        let read = decode_among(&link, &profiles);
        let lost = read.as_ref().map(|read| {
            read.notes
                .iter()
                .any(|note| matches!(note, Note::NotUnderstood { .. }))
        });
        assert_eq!(lost, Ok(false), "{file}: {link}: {read:?}");
    }
}

#[test]
fn every_knob_has_a_link_that_holds_it_to_what_it_means() {
    let corpus = include_str!("../fixtures/links.txt");
    for knob in KNOBS {
        assert!(
            corpus.contains(&format!("&{}=", knob.key)),
            "tests/fixtures/links.txt has no link with `{}`; add one with what it means in words",
            knob.key
        );
    }
}

#[test]
fn every_preset_has_a_link_of_its_own() {
    for (file, preset) in presets() {
        let link = encode(&Proposal::of(&preset), &preset);
        assert!(link.starts_with(&format!("p0?profile={file}~")), "{link}");
        assert_eq!(
            decode_among(&link, std::slice::from_ref(&preset)),
            Ok(Proposal::of(&preset))
        );
    }
}

#[test]
fn a_link_has_no_place_for_a_person() {
    // All that a link says beside knobs: whoever lets it say more adds to this list, and sees that it is nothing personal.
    const RUN: [&str; 5] = ["profile", "warm-up", "days", "seeds", "seed"];
    for (file, preset) in presets() {
        let mut proposal = Proposal::of(&preset);
        for side in [&mut proposal.base, &mut proposal.proposal] {
            side.title = String::from("the cluster of ann example");
            side.source = String::from("ann@example.org");
        }
        for knob in KNOBS {
            let now = knob.get(&preset);
            for &stop in knob.stops().iter().filter(|&&stop| stop != now) {
                if knob.apply(&mut proposal.proposal, stop).is_ok() {
                    break;
                }
            }
        }
        let link = encode(&proposal, &preset);
        let (said, _check) = link.split_once('~').unwrap();
        let parts: Vec<&str> = said.split_once('?').unwrap().1.split('&').collect();
        assert!(parts.len() > KNOBS.len() / 2, "{file}: {link}");
        for part in parts {
            let key = part.split_once('=').unwrap().0;
            let key = key.strip_prefix("b.").unwrap_or(key);
            assert!(
                RUN.contains(&key) || KNOBS.iter().any(|knob| knob.key == key),
                "{file}: {part}"
            );
        }
        assert!(
            !link.contains("ann") && !link.contains("example"),
            "{file}: {link}"
        );
    }
}
