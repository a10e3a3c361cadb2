//! What a page asks, as scenarios. The page itself holds settings of knobs; what they mean is worked out here, beside the
//! simulator.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sim_core::metrics::{self, Simplicity};
use sim_core::scenario::knobs::{KNOBS, Knob, Settings};
use sim_core::scenario::{Checked, Horizon, Problem, Scenario};

/// A policy on a set-up over a stretch of time: all that a page says of a scenario.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Case {
    /// The set-up's name.
    pub profile: String,
    /// What its knobs are set to.
    pub settings: Settings,
    /// What is simulated, and what of it is measured.
    pub horizon: Horizon,
    /// The first seed.
    pub seed: u64,
}

/// What holds in a case, beyond what its knobs are set to.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct InForce {
    /// In how many places each knob differs from off, in the order of the table.
    pub places: Vec<u32>,
    /// Places in the table of the knobs whose settings have no effect.
    pub idle: Vec<u32>,
    /// What it asks people to know.
    pub simplicity: Simplicity,
}

impl InForce {
    /// What holds in a scenario in which these knobs have no effect.
    fn of(scenario: &Scenario, idle: &[&Knob]) -> InForce {
        let is_idle = |knob: &Knob| idle.iter().any(|idle| idle.key == knob.key);
        let places = KNOBS.iter().zip(0..);
        InForce {
            places: KNOBS.iter().map(|knob| knob.places(scenario)).collect(),
            idle: places
                .filter(|(knob, _)| is_idle(knob))
                .map(|(_, at)| at)
                .collect(),
            simplicity: metrics::simplicity(scenario),
        }
    }
}

/// The set-ups that cases name.
#[derive(Default)]
pub struct SetUps(Vec<Checked>);

impl SetUps {
    /// Set-ups as bytes for a page to bring along and to hand on to its workers: `postcard`, behind a seal.
    pub fn sealed(set_ups: &[Checked]) -> Vec<u8> {
        let bytes = crate::encode(&set_ups);
        [&seal(&bytes)[..], &bytes].concat()
    }

    /// Those in bytes that [`SetUps::sealed`] has written; none, if the bytes are any others.
    pub fn of(bytes: &[u8]) -> SetUps {
        match bytes.split_first_chunk() {
            Some((found, bytes)) if *found == seal(bytes) => SetUps(crate::trusted::read(bytes)),
            Some(_) | None => SetUps::default(),
        }
    }

    /// All of them.
    pub fn all(&self) -> &[Checked] {
        &self.0
    }

    /// A case, ready to run.
    ///
    /// # Errors
    /// Every problem, as a sentence with place and remedy.
    pub fn check(&self, case: &Case) -> Result<(Checked, InForce), Vec<String>> {
        let set_up = self
            .0
            .iter()
            .find(|set_up| set_up.scenario().name == case.profile);
        let Some(set_up) = set_up else {
            return Err(vec![format!(
                "there is no set-up `{}`; reload the page",
                case.profile
            )]);
        };
        match set_up.set(case.horizon, case.seed, &case.settings) {
            Ok((checked, idle)) => {
                let in_force = InForce::of(checked.scenario(), &idle);
                Ok((checked, in_force))
            }
            Err(problems) => Err(problems.iter().map(Problem::to_string).collect()),
        }
    }
}

/// The first bytes of a digest: they differ if a single bit does.
fn seal(bytes: &[u8]) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    std::array::from_fn(|at| digest[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::{knobs, link};

    fn set_up() -> Scenario {
        Scenario {
            name: "group-32".to_owned(),
            ..Scenario::default()
        }
    }

    fn sealed() -> Vec<u8> {
        let (checked, _) = set_up().check().unwrap();
        SetUps::sealed(&[checked])
    }

    fn set_ups() -> SetUps {
        SetUps::of(&sealed())
    }

    fn case(changes: &[&str]) -> Case {
        let mut settings = Settings::of(&set_up());
        for (key, value) in changes.iter().filter_map(|change| change.split_once('=')) {
            let knob = knobs::find(key).unwrap();
            settings.set(knob, knob.parse(value).unwrap());
        }
        Case {
            profile: "group-32".to_owned(),
            settings,
            horizon: Horizon::PAGE,
            seed: link::PAGE_SEED,
        }
    }

    #[test]
    fn what_is_run_is_what_a_link_of_the_same_settings_means() {
        let (checked, in_force) = set_ups().check(&case(&["cap=16gpu", "load=110pct"])).unwrap();
        let link = "p0?profile=group-32&cap=16gpu&load=110pct";
        let meant = link::decode_among(link, &[set_up()]).unwrap().proposal;
        assert_eq!(*checked.scenario(), meant);
        assert_eq!(in_force.simplicity, metrics::simplicity(&meant));
        let at = KNOBS.iter().position(|knob| knob.key == "cap");
        assert_eq!((in_force.places[at.unwrap()], &in_force.idle[..]), (1, &[][..]));
    }

    #[test]
    fn a_setting_without_effect_is_named_and_the_rest_runs() {
        let (_, in_force) = set_ups()
            .check(&case(&["backfill=off", "bf-interval=60s"]))
            .unwrap();
        let idle = in_force.idle.iter().map(|&at| KNOBS[at as usize].key);
        assert_eq!(idle.collect::<Vec<_>>(), ["bf-interval"]);
    }

    #[test]
    fn what_cannot_be_run_says_why() {
        let impossible = set_ups().check(&case(&["backfill=easy"])).unwrap_err();
        assert!(impossible[0].starts_with("policy.backfill"), "{impossible:?}");
        let nowhere = SetUps::default().check(&case(&[])).unwrap_err();
        assert_eq!(nowhere, ["there is no set-up `group-32`; reload the page"]);
    }

    #[test]
    fn bytes_that_nobody_sealed_hold_no_set_up() {
        let whole = sealed();
        assert!(SetUps::of(&whole).check(&case(&[])).is_ok());
        let refused = |bytes: &[u8]| SetUps::of(bytes).check(&case(&[])).is_err();
        for length in 0..whole.len() {
            assert!(refused(&whole[..length]), "cut after {length} bytes");
        }
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 1;
            assert!(refused(&other), "byte {at} is another");
        }
    }
}
