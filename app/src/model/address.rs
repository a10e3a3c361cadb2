//! The address bar as the model sees it: a fragment becomes a pair of policies, a pair becomes a fragment.

use sim_core::scenario::knobs::{KNOBS, Kind, Knob, Settings};
use sim_core::scenario::link::{self, LinkError, Profile, Terms};

use super::draft::Pair;

/// Runs on each side if a link does not say.
pub const SEEDS: u32 = link::PAGE_SEEDS;

/// What a link says.
#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    /// The two sides.
    pub pair: Pair,
    /// Runs on each side.
    pub seeds: u32,
    /// What was not understood or looks damaged, as sentences.
    pub notes: Vec<String>,
}

/// Whether a fragment means to be a link, or what is left of one, rather than a place in the page. A page's places are
/// never called `p`, nor begin with `p` and a digit, nor hold a `?` or `=`.
pub fn is_link(fragment: &str) -> bool {
    let mut chars = fragment.chars();
    let versioned = chars.next() == Some('p') && chars.next().is_none_or(|c| c.is_ascii_digit());
    versioned || fragment.contains(['?', '=', '%', '~'])
}

/// Reads a link as it stands in the address bar, repaired where the post has mangled it.
///
/// # Errors
/// Why nothing could be read, and what a link looks like; or the name of a set-up that is not among these.
pub fn read(text: &str, profiles: &[Profile]) -> Result<Read, LinkError> {
    let (terms, notes) = link::read_among(text, profiles)?;
    let [base, proposal] = terms.set_ups.map(|name| {
        let found = profiles.iter().find(|profile| profile.name == name);
        found.cloned().ok_or(LinkError::ProfileMissing)
    });
    let mut notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
    let mut pair = Pair {
        on: [base?, proposal?],
        baseline: terms.base,
        proposal: terms.proposal,
        horizon: terms.horizon,
        seed: terms.seed,
    };
    let demand = |settings: &Settings| assumptions().map(|knob| settings.get(knob)).collect::<Vec<_>>();
    let asked = demand(&pair.baseline);
    if asked != demand(&pair.on[0].settings) && asked != demand(&pair.proposal) {
        notes.push(
            "the link asks for another demand on the baseline's side; here both sides meet the same demand"
                .to_owned(),
        );
    }
    for knob in assumptions() {
        pair.baseline.set(knob, pair.proposal.get(knob));
    }
    Ok(Read {
        pair,
        seeds: terms.seeds,
        notes,
    })
}

fn assumptions() -> impl Iterator<Item = &'static Knob> {
    KNOBS.iter().filter(|knob| knob.kind == Kind::Assumption)
}

/// The fragment of a pair, without the `#`.
pub fn write(pair: &Pair, seeds: u32) -> String {
    let set_ups = pair.on.each_ref();
    // Both sides meet the same demand, so the link says it once.
    let mut base = pair.baseline.clone();
    for knob in assumptions() {
        base.set(knob, set_ups[0].settings.get(knob));
    }
    let terms = Terms {
        set_ups: set_ups.map(|set_up| set_up.name.clone()),
        base,
        proposal: pair.proposal.clone(),
        horizon: pair.horizon,
        seed: pair.seed,
        seeds,
    };
    terms.write(set_ups.map(|set_up| &set_up.settings))
}

/// The fragment of a set-up as it is, without the `#`.
pub fn of_profile(name: &str) -> String {
    let text = format!("p{}?profile={name}", link::VERSION);
    format!("{text}~{}", link::check_characters(&text))
}

/// A link in pieces for the eye: each piece, and whether it says what is changed.
pub fn pieces(fragment: &str) -> Vec<(String, bool)> {
    let (body, check) = match fragment.split_once('~') {
        Some((body, check)) => (body, format!("~{check}")),
        None => (fragment, String::new()),
    };
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (i, part) in body.split('&').enumerate() {
        let is_change = i > 0;
        let text = if is_change {
            format!("&{part}")
        } else {
            part.to_owned()
        };
        pieces.push((text, is_change));
    }
    if !check.is_empty() {
        pieces.push((check, false));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::{Scenario, knobs};

    fn profile() -> Profile {
        Profile::of(&Scenario {
            name: "group-32".to_owned(),
            ..Scenario::default()
        })
    }

    fn set(settings: &mut Settings, key: &str, text: &str) {
        let knob = knobs::find(key).unwrap();
        settings.set(knob, knob.parse(text).unwrap());
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_pair() {
        let profile = profile();
        let mut pair = Pair::unchanged(&profile);
        set(&mut pair.proposal, "cap", "16gpu");
        set(&mut pair.baseline, "cap", "4gpu");
        for side in [&mut pair.proposal, &mut pair.baseline] {
            set(side, "load", "110pct");
        }
        let link = write(&pair, 12);
        assert!(!link.contains("b.load"), "{link}");
        let read = read(&link, std::slice::from_ref(&profile)).unwrap();
        assert_eq!((read.pair, read.seeds, read.notes), (pair, 12, Vec::new()));
    }

    #[test]
    fn a_set_up_as_it_is_has_the_link_that_nothing_changed_has() {
        let profile = profile();
        let unchanged = write(&Pair::unchanged(&profile), SEEDS);
        assert_eq!(of_profile(&profile.name), unchanged);
    }

    #[test]
    fn a_changed_set_up_is_a_profile_under_its_whole_name() {
        let text =
            "p0?profile=group-32&.nodes.node.count=9&.workload.people=50&b..qos.normal.priority=5&cap=16gpu";
        let whole = format!("{text}~{}", link::check_characters(text));
        let names = [
            "group-32&.workload.people=50&.qos.normal.priority=5",
            "group-32&.nodes.node.count=9&.workload.people=50",
        ];
        let unknown = read(&whole, &[profile()]);
        assert!(matches!(unknown, Err(LinkError::UnknownProfile { name, .. }) if name == names[0]));
        let on = names.map(|name| Profile {
            name: name.to_owned(),
            ..profile()
        });
        let read = read(&whole, &on).unwrap();
        assert_eq!((&read.pair.on, read.notes), (&on, Vec::new()));
        assert_eq!(write(&read.pair, read.seeds), whole);
    }

    #[test]
    fn another_demand_for_the_baseline_is_noted() {
        let text = "p0?profile=group-32&load=110pct&b.load=60pct";
        let whole = format!("{text}~{}", link::check_characters(text));
        let read = read(&whole, &[profile()]).unwrap();
        assert_eq!(
            (read.pair.baseline == read.pair.proposal, read.notes.len()),
            (true, 1)
        );
    }

    #[test]
    fn a_link_cut_at_any_place_never_passes_for_whole() {
        let profile = profile();
        let mut pair = Pair::unchanged(&profile);
        set(&mut pair.proposal, "cap", "16gpu");
        set(&mut pair.proposal, "half-life", "7d");
        let link = write(&pair, SEEDS);
        for end in 1..link.len() {
            if let Ok(read) = read(&link[..end], std::slice::from_ref(&profile)) {
                assert!(!read.notes.is_empty(), "{}", &link[..end]);
            }
        }
    }

    #[test]
    fn a_place_in_the_page_is_no_link() {
        assert!(is_link("p0?profile=group-32~7f") && is_link("p0") && is_link("p0%3Fprofile"));
        assert!(is_link("p"), "the shortest rest of a cut link");
        assert!(!is_link("") && !is_link("answer") && !is_link("picture-title"));
    }

    #[test]
    fn a_link_falls_into_pieces_that_make_it_up() {
        let pieces = pieces("p0?profile=group-32&cap=16gpu&half-life=7d~7f");
        let whole: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(whole, "p0?profile=group-32&cap=16gpu&half-life=7d~7f");
        let changed: Vec<&str> = pieces
            .iter()
            .filter(|(_, is)| *is)
            .map(|(text, _)| text.as_str())
            .collect();
        assert_eq!(changed, ["&cap=16gpu", "&half-life=7d"]);
    }
}
