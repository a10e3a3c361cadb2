//! What all knobs are set to: as much of a scenario as a form shows and a link tells. It does not grow with the scenario.

use serde::{Deserialize, Serialize};

use super::{KNOBS, Knob, Setting};
use crate::scenario::Scenario;

/// A setting for each knob. It crosses between programs as in links: `["16gpu", "off", …]`, in the order of the table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(into = "Vec<String>", try_from = "Vec<String>")]
pub struct Settings(Vec<Setting>);

impl Settings {
    /// What a scenario is set to.
    pub fn of(scenario: &Scenario) -> Settings {
        Settings(KNOBS.iter().map(|knob| knob.get(scenario)).collect())
    }

    /// What a knob is set to.
    pub fn get(&self, knob: &Knob) -> Setting {
        self.0[knob.row]
    }

    /// Sets a knob. Whether a scenario takes it is for [`Knob::apply`] to say.
    pub fn set(&mut self, knob: &Knob, setting: Setting) {
        self.0[knob.row] = setting;
    }
}

impl From<Settings> for Vec<String> {
    fn from(settings: Settings) -> Vec<String> {
        KNOBS.iter().map(|knob| knob.write(settings.get(knob))).collect()
    }
}

/// Texts that are no settings, in number or in kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a setting for each knob")]
pub struct NoSettings;

impl TryFrom<Vec<String>> for Settings {
    type Error = NoSettings;

    fn try_from(written: Vec<String>) -> Result<Settings, NoSettings> {
        if written.len() != KNOBS.len() {
            return Err(NoSettings);
        }
        let read = |(knob, text): (&Knob, &String)| knob.read(text).ok_or(NoSettings);
        let settings: Result<_, _> = KNOBS.iter().zip(&written).map(read).collect();
        settings.map(Settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_cross_as_they_are_written_and_nothing_else_passes_for_them() {
        let mut settings = Settings::of(&Scenario::default());
        for knob in KNOBS {
            for &stop in knob.value.stops {
                settings.set(knob, stop);
                let bytes = postcard::to_allocvec(&settings).unwrap();
                assert_eq!(postcard::from_bytes(&bytes), Ok(settings.clone()), "{}", knob.key);
            }
        }
        let mut written = Vec::from(settings);
        written[0] = "many".to_owned();
        assert_eq!(Settings::try_from(written), Err(NoSettings));
        assert_eq!(Settings::try_from(Vec::new()), Err(NoSettings));
    }
}
