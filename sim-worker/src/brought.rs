//! Set-ups as a page brings them along, or fetches them: what links say of them, and themselves for workers alone.

use sim_core::scenario::Checked;
use sim_core::scenario::link::Profile;

use crate::SetUps;

/// Some set-ups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brought {
    /// What they are called and set to; there is one.
    pub profiles: Vec<Profile>,
    /// Themselves, to be handed on to workers unread.
    pub sealed: Vec<u8>,
}

impl Brought {
    /// Set-ups as bytes: their profiles, then what [`SetUps::sealed`] makes of them.
    pub fn bytes(set_ups: &[Checked]) -> Vec<u8> {
        let profiles = set_ups.iter().map(|set_up| Profile::of(set_up.scenario()));
        let mut bytes = crate::encode(&profiles.collect::<Vec<_>>());
        bytes.extend(SetUps::sealed(set_ups));
        bytes
    }

    /// What bytes hold that [`Brought::bytes`] has written; `None`, if not a single set-up.
    pub fn of(bytes: &[u8]) -> Option<Brought> {
        let (profiles, sealed) = postcard::take_from_bytes::<Vec<Profile>>(bytes).ok()?;
        let sealed = sealed.to_vec();
        (!profiles.is_empty()).then_some(Brought { profiles, sealed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Case;
    use sim_core::scenario::link::PAGE_SEED;
    use sim_core::scenario::{Horizon, Scenario};

    #[test]
    fn what_is_brought_can_be_named_and_run() {
        let checked = ["one", "two"].map(|name| {
            let name = name.to_owned();
            let scenario = Scenario {
                name,
                ..Scenario::default()
            };
            scenario.check().unwrap().0
        });
        let brought = Brought::of(&Brought::bytes(&checked)).unwrap();
        let names: Vec<&str> = brought
            .profiles
            .iter()
            .map(|profile| profile.name.as_str())
            .collect();
        assert_eq!(names, ["one", "two"]);
        let set_ups = SetUps::of(&brought.sealed);
        for Profile { name, settings } in brought.profiles {
            let case = Case {
                profile: name,
                settings,
                horizon: Horizon::PAGE,
                seed: PAGE_SEED,
            };
            assert!(set_ups.check(&case).is_ok());
        }
    }

    #[test]
    fn bytes_without_a_set_up_bring_nothing() {
        assert_eq!(Brought::of(&[]), None);
        assert_eq!(Brought::of(&Brought::bytes(&[])), None);
        assert_eq!(Brought::of(b"<!DOCTYPE html>"), None);
    }
}
