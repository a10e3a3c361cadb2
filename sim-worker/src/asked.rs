//! What a page asks, as scenarios. The page itself holds links and settings; what they mean is worked out here, beside the
//! simulator.

use serde::{Deserialize, Serialize};
use sim_core::metrics::{self, Simplicity};
use sim_core::scenario::knobs::KNOBS;
use sim_core::scenario::link::{self, Proposal, Terms};
use sim_core::scenario::{Checked, Problem, Scenario};

/// A link as read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reading {
    /// What it says. Both sides meet the same demand.
    pub terms: Terms,
    /// What was not understood or looks damaged, as sentences.
    pub notes: Vec<String>,
}

/// What holds under a policy, beyond what it is set to.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct InForce {
    /// In how many places each knob differs from off, in the order of the table.
    pub places: Vec<u32>,
    /// What it asks people to know.
    pub simplicity: Simplicity,
}

/// The set-ups that links name.
#[derive(Default)]
pub struct SetUps(Vec<Scenario>);

impl SetUps {
    /// Those in these bytes, as `site` writes them into the page; none, if the bytes hold something else.
    pub fn of(bytes: &[u8]) -> SetUps {
        SetUps(postcard::from_bytes(bytes).unwrap_or_default())
    }

    /// Reads a link as it stands in the address bar, repaired where the post has mangled it.
    ///
    /// # Errors
    /// A sentence that says why nothing could be read, and what a link looks like.
    pub fn read(&self, text: &str) -> Result<Reading, String> {
        let mut proposal = link::decode_among(text, &self.0).map_err(|error| error.to_string())?;
        let mut notes: Vec<String> = proposal.notes.iter().map(ToString::to_string).collect();
        let usual = self.0.iter().find(|set_up| set_up.name == proposal.profile);
        let asked = &proposal.base.assumptions;
        if usual.is_some_and(|usual| *asked != usual.assumptions) && *asked != proposal.proposal.assumptions {
            notes.push(
                "the link asks for another demand on the baseline's side; here both sides meet the same demand"
                    .to_owned(),
            );
        }
        proposal.base.assumptions = proposal.proposal.assumptions.clone();
        let terms = Terms::of(&proposal);
        Ok(Reading { terms, notes })
    }

    /// What a link proposes, ready to run.
    ///
    /// # Errors
    /// Every problem, as a sentence with place and remedy.
    pub fn check(&self, link: &str) -> Result<(Checked, InForce), Vec<String>> {
        let Proposal { proposal, notes, .. } =
            link::decode_among(link, &self.0).map_err(|error| vec![error.to_string()])?;
        // The page writes whole links; what is odd about one is a setting that the set-up does not take.
        if !notes.is_empty() {
            return Err(notes.iter().map(ToString::to_string).collect());
        }
        let in_force = InForce {
            places: KNOBS.iter().map(|knob| knob.places(&proposal)).collect(),
            simplicity: metrics::simplicity(&proposal),
        };
        match proposal.check() {
            Ok((checked, _warnings)) => Ok((checked, in_force)),
            Err(problems) => Err(problems.iter().map(Problem::to_string).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::knobs::{self, Settings};

    fn scenario() -> Scenario {
        link::on_page(&Scenario {
            name: "group-32".to_owned(),
            ..Scenario::default()
        })
    }

    fn set_ups() -> SetUps {
        SetUps::of(&postcard::to_allocvec(&vec![scenario()]).unwrap())
    }

    /// The link of a proposal.
    fn link(changes: &[&str]) -> String {
        let mut proposal = Proposal::of(&scenario());
        for change in changes {
            knobs::assign(&mut proposal.proposal, change).unwrap();
        }
        link::encode(&proposal, &scenario())
    }

    #[test]
    fn a_link_is_read_as_settings_and_both_sides_meet_the_same_demand() {
        let read = set_ups().read(&link(&["cap=16gpu", "load=110pct"])).unwrap();
        let terms = &read.terms;
        let of = |settings: &Settings, key: &str| {
            let knob = knobs::find(key).unwrap();
            knob.write(settings.get(knob))
        };
        assert_eq!(
            (of(&terms.proposal, "cap"), of(&terms.base, "cap")),
            ("16gpu".into(), "off".into())
        );
        assert_eq!(of(&terms.base, "load"), "110pct");
        assert_eq!(
            (&terms.profile[..], terms.seeds, &read.notes[..]),
            ("group-32", 8, &[][..])
        );
        let apart = "p0?profile=group-32&load=110pct&b.load=60pct";
        let apart = format!("{apart}~{}", link::check_characters(apart));
        assert_eq!(set_ups().read(&apart).unwrap().notes.len(), 1);
    }

    #[test]
    fn a_link_cut_at_any_place_never_passes_for_whole() {
        let whole = link(&["cap=16gpu", "half-life=7d"]);
        for end in 1..whole.len() {
            if let Ok(read) = set_ups().read(&whole[..end]) {
                assert!(!read.notes.is_empty(), "{}", &whole[..end]);
            }
        }
    }

    #[test]
    fn what_is_to_be_run_is_what_the_link_says() {
        let (checked, in_force) = set_ups().check(&link(&["cap=16gpu"])).unwrap();
        let mut expected = scenario();
        knobs::assign(&mut expected, "cap=16gpu").unwrap();
        assert_eq!(*checked.scenario(), expected);
        assert_eq!(in_force.simplicity, metrics::simplicity(&expected));
        assert_eq!(in_force.places.len(), KNOBS.len());
    }

    #[test]
    fn what_cannot_be_run_says_why() {
        let impossible = set_ups().check(&link(&["backfill=easy"])).unwrap_err();
        assert!(impossible[0].starts_with("policy.backfill"), "{impossible:?}");
        let text = "p0?profile=group-32&backfill=off&bf-interval=60s";
        let idle = set_ups()
            .check(&format!("{text}~{}", link::check_characters(text)))
            .unwrap_err();
        assert!(idle[0].contains("no effect"), "{idle:?}");
        assert!(SetUps::of(&[7]).check(&link(&[])).unwrap_err()[0].contains("group-32"));
    }
}
