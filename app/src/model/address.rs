//! The address bar as the model sees it: a pair of policies becomes a fragment. Links are read by the workers.

use sim_core::scenario::knobs::{KNOBS, Kind, Settings};
use sim_core::scenario::link::{self, Profile, Terms};

use super::draft::Pair;

/// Runs on each side if a link does not say.
pub const SEEDS: u32 = link::PAGE_SEEDS;

/// Whether a fragment means to be a link, or what is left of one, rather than a place in the page. A page's places are
/// never called `p`, nor begin with `p` and a digit, nor hold a `?` or `=`.
pub fn is_link(fragment: &str) -> bool {
    let mut chars = fragment.chars();
    let versioned = chars.next() == Some('p') && chars.next().is_none_or(|c| c.is_ascii_digit());
    versioned || fragment.contains(['?', '=', '%', '~'])
}

/// The pair that a link speaks of.
pub fn pair(terms: &Terms) -> Pair {
    Pair {
        baseline: terms.base.clone(),
        proposal: terms.proposal.clone(),
        horizon: terms.horizon,
        seed: terms.seed,
    }
}

/// The fragment of a pair, without the `#`.
pub fn write(profile: &Profile, pair: &Pair, seeds: u32) -> String {
    // Both sides meet the same demand, so the link says it once.
    let mut base = pair.baseline.clone();
    for knob in KNOBS.iter().filter(|knob| knob.kind == Kind::Assumption) {
        base.set(knob, profile.settings.get(knob));
    }
    fragment(profile, pair, base, &pair.proposal, seeds)
}

/// The link of each side by itself, baseline and proposal: what the workers are asked to run.
pub fn sides(profile: &Profile, pair: &Pair) -> [String; 2] {
    [&pair.baseline, &pair.proposal]
        .map(|side| fragment(profile, pair, profile.settings.clone(), side, SEEDS))
}

fn fragment(profile: &Profile, pair: &Pair, base: Settings, proposal: &Settings, seeds: u32) -> String {
    let terms = Terms {
        profile: profile.name.clone(),
        base,
        proposal: proposal.clone(),
        horizon: pair.horizon,
        seed: pair.seed,
        seeds,
    };
    terms.write(&profile.settings)
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

    #[test]
    fn a_link_says_the_demand_once_and_a_sides_own_link_says_all_of_that_side() {
        let profile = Profile::of(&Scenario {
            name: "group-32".to_owned(),
            ..Scenario::default()
        });
        let mut pair = Pair::unchanged(&profile);
        let set = |settings: &mut Settings, key: &str, text: &str| {
            let knob = knobs::find(key).unwrap();
            settings.set(knob, knob.parse(text).unwrap());
        };
        set(&mut pair.proposal, "cap", "16gpu");
        set(&mut pair.baseline, "cap", "4gpu");
        for side in [&mut pair.proposal, &mut pair.baseline] {
            set(side, "load", "110pct");
        }
        let said = |link: String| link.split('~').next().unwrap_or_default().to_owned();
        assert_eq!(
            said(write(&profile, &pair, 12)),
            "p0?profile=group-32&cap=16gpu&load=110pct&b.cap=4gpu&seeds=12"
        );
        assert_eq!(
            sides(&profile, &pair).map(said),
            [
                "p0?profile=group-32&cap=4gpu&load=110pct",
                "p0?profile=group-32&cap=16gpu&load=110pct"
            ]
        );
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
