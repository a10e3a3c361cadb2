//! What a page asks, as scenarios. The page itself holds settings of knobs; what they mean is worked out here, beside the
//! simulator.

use serde::{Deserialize, Serialize};
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
    /// Those in these bytes, as `site` writes them into the page, having checked them; none, if the bytes hold something else.
    pub fn of(bytes: &[u8]) -> SetUps {
        SetUps(postcard::from_bytes(bytes).unwrap_or_default())
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

    fn set_ups() -> SetUps {
        SetUps::of(&postcard::to_allocvec(&vec![set_up()]).unwrap())
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
        let nowhere = SetUps::of(&[7]).check(&case(&[])).unwrap_err();
        assert!(nowhere[0].contains("group-32"), "{nowhere:?}");
    }
}
