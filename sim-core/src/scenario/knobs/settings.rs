//! What all knobs are set to: as much of a scenario as a form shows and a link tells. It does not grow with the scenario.

use serde::{Deserialize, Serialize};

use super::{Choice, KNOBS, Knob, Setting, Unit};
use crate::scenario::Scenario;
use crate::units::Span;

/// A setting for each knob. It crosses between programs that were built together as a list, in the order of the table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(into = "Vec<Sent>", try_from = "Vec<Sent>")]
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

    /// Sets a knob. Whether a scenario takes it is for [`Settings::apply`] to say.
    pub fn set(&mut self, knob: &Knob, setting: Setting) {
        self.0[knob.row] = setting;
    }

    /// Sets a scenario to these settings, and returns the knobs that have no effect there.
    pub fn apply(&self, scenario: &mut Scenario) -> Vec<&'static Knob> {
        let before = Settings::of(scenario);
        let moved = |knob: &&Knob| self.get(knob) != before.get(knob);
        for knob in KNOBS.iter().filter(moved) {
            knob.set(scenario, self.get(knob));
        }
        let is_idle = |knob: &&Knob| knob.get(scenario) != self.get(knob);
        KNOBS.iter().filter(moved).filter(is_idle).collect()
    }
}

/// A setting on its way: words go by their place among the knob's words.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum Sent {
    Off,
    Span(Span),
    Count(u32),
    Word(u8),
}

fn choices(knob: &Knob) -> &'static [Choice] {
    match knob.value.unit {
        Unit::Words(choices) => choices,
        Unit::Time | Unit::Gpus | Unit::GpuHours | Unit::Percent | Unit::Number => &[],
    }
}

impl From<Settings> for Vec<Sent> {
    fn from(settings: Settings) -> Vec<Sent> {
        let send = |knob: &Knob| match settings.get(knob) {
            Setting::Off => Sent::Off,
            Setting::Span(span) => Sent::Span(span),
            Setting::Count(n) => Sent::Count(n),
            Setting::Word(word) => {
                let place = choices(knob).iter().position(|choice| choice.key == word);
                Sent::Word(place.map_or(u8::MAX, |place| place as u8))
            }
        };
        KNOBS.iter().map(send).collect()
    }
}

impl TryFrom<Vec<Sent>> for Settings {
    type Error = &'static str;

    fn try_from(sent: Vec<Sent>) -> Result<Settings, &'static str> {
        if sent.len() != KNOBS.len() {
            return Err("not a setting for each knob");
        }
        let take = |(knob, &sent): (&Knob, &Sent)| match sent {
            Sent::Off => Ok(Setting::Off),
            Sent::Span(span) => Ok(Setting::Span(span)),
            Sent::Count(n) => Ok(Setting::Count(n)),
            Sent::Word(place) => choices(knob)
                .get(usize::from(place))
                .map(|choice| Setting::Word(choice.key))
                .ok_or("no such word"),
        };
        let settings: Result<_, _> = KNOBS.iter().zip(&sent).map(take).collect();
        settings.map(Settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_cross_and_nothing_else_passes_for_them() {
        let mut settings = Settings::of(&Scenario::default());
        for knob in KNOBS {
            for &stop in knob.stops() {
                settings.set(knob, stop);
                let bytes = postcard::to_allocvec(&settings).unwrap();
                assert_eq!(postcard::from_bytes(&bytes), Ok(settings.clone()), "{}", knob.key);
            }
        }
        assert!(Settings::try_from(Vec::new()).is_err());
        assert!(Settings::try_from(vec![Sent::Word(9); KNOBS.len()]).is_err());
    }

    #[test]
    fn a_scenario_takes_settings_as_far_as_they_have_an_effect() {
        let find = |key| super::super::find(key).unwrap();
        let mut settings = Settings::of(&Scenario::default());
        settings.set(find("cap"), Setting::Count(16));
        settings.set(find("backfill"), Setting::Off);
        settings.set(find("bf-interval"), Setting::Span(Span::mins(9)));
        let mut scenario = Scenario::default();
        let idle: Vec<&str> = settings
            .apply(&mut scenario)
            .iter()
            .map(|knob| knob.key)
            .collect();
        assert_eq!(idle, ["bf-interval"]);
        assert_eq!(Settings::of(&scenario).get(find("cap")), Setting::Count(16));
        settings.set(find("backfill"), Setting::Word("slurm"));
        assert!(settings.apply(&mut scenario).is_empty());
        assert_eq!(Settings::of(&scenario), settings);
    }
}
