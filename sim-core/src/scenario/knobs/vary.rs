//! What a sweep tries: a knob with several settings, as `--vary cap=2,4,8` and as addresses say it, and the grid of several knobs.

use super::{Choice, Knob, KnobError, Setting, Unit, find};

/// Most settings that a sweep may try, over all its knobs together.
pub const MOST_SETTINGS: usize = 1_000;

/// A knob, and the settings of it to try.
#[derive(Clone, Debug)]
pub struct Vary {
    /// Which.
    pub knob: &'static Knob,
    /// Its settings in the order given, each once.
    pub settings: Vec<Setting>,
}

/// Why a sweep cannot be tried.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VaryError {
    /// A knob or one of its values.
    #[error(transparent)]
    Knob(#[from] KnobError),
    /// Two lists of one knob.
    #[error("`{key}` is varied twice; give all its values in one list, such as {key}=a,b,c")]
    Twice {
        /// Which knob.
        key: &'static str,
    },
    /// More settings than anybody can look at.
    #[error("{found} settings in all; try fewer values, at most {MOST_SETTINGS} settings")]
    TooMany {
        /// How many there would be.
        found: usize,
    },
}

impl Vary {
    /// Reads `cap=2,4,8`, `cap=2..16` (both ends and the stops of its slider between them) or `cap` (all its stops).
    ///
    /// # Errors
    /// An unknown knob, or a value that it cannot take.
    pub fn parse(text: &str) -> Result<Vary, VaryError> {
        let (key, values) = match text.split_once('=') {
            Some((key, values)) => (key, Some(values)),
            None => (text, None),
        };
        let knob = find(&key.trim().to_ascii_lowercase())?;
        let mut vary = Vary {
            knob,
            settings: Vec::new(),
        };
        for part in values.into_iter().flat_map(|values| values.split(',')) {
            match part.split_once("..") {
                Some((from, to)) => vary.add(&knob.between(knob.parse(from)?, knob.parse(to)?)),
                None => vary.add(&[knob.parse(part)?]),
            }
        }
        if values.is_none() {
            vary.add(knob.stops());
        }
        Ok(vary)
    }

    /// A knob with the stops next to where it is, on both sides.
    pub fn beside(knob: &'static Knob, now: Setting) -> Vary {
        let (stops, at) = (knob.stops(), knob.nearest_stop(now));
        let near = &stops[at.saturating_sub(1)..(at + 2).min(stops.len())];
        Vary {
            knob,
            settings: near.iter().copied().filter(|&stop| stop != now).collect(),
        }
    }

    /// Each setting once.
    fn add(&mut self, settings: &[Setting]) {
        for setting in settings {
            if !self.settings.contains(setting) {
                self.settings.push(*setting);
            }
        }
    }

    /// Writes it as it can be read: `cap=2gpu,4gpu,8gpu`.
    pub fn write(&self) -> String {
        let settings: Vec<String> = self
            .settings
            .iter()
            .map(|&setting| self.knob.write(setting))
            .collect();
        format!("{}={}", self.knob.key, settings.join(","))
    }

    /// How many settings of it one passes from one to another, the last among them: next to each other are 1 apart.
    pub fn steps(&self, from: Setting, to: Setting) -> u32 {
        if from == to {
            return 0;
        }
        let (low, high) = in_order(self.knob, from, to);
        let passed = self
            .settings
            .iter()
            .filter(|&&between| is_between(self.knob, low, between, high));
        1 + passed.count() as u32
    }
}

impl Knob {
    /// Both ends, and the stops of the slider between them, in the direction from one to the other.
    fn between(&self, from: Setting, to: Setting) -> Vec<Setting> {
        let (low, high) = in_order(self, from, to);
        let mut stops: Vec<Setting> = self
            .stops()
            .iter()
            .copied()
            .filter(|&stop| is_between(self, low, stop, high))
            .collect();
        crate::order::sort_by_key(&mut stops, |&stop| place(self, stop));
        let mut all = vec![low];
        all.extend(stops);
        if low != high {
            all.push(high);
        }
        if low != from {
            all.reverse();
        }
        all
    }
}

/// Where a setting stands among all of its knob.
fn place(knob: &Knob, setting: Setting) -> u32 {
    let choices: &[Choice] = match knob.value.unit {
        Unit::Words(choices) => choices,
        Unit::Time | Unit::Gpus | Unit::GpuHours | Unit::Percent | Unit::Number => &[],
    };
    match setting {
        Setting::Word(word) => {
            let at = choices.iter().position(|choice| choice.key == word);
            at.map_or(0, |at| at as u32)
        }
        Setting::Off | Setting::Span(_) | Setting::Count(_) => setting.size(),
    }
}

fn in_order(knob: &Knob, a: Setting, b: Setting) -> (Setting, Setting) {
    if place(knob, a) <= place(knob, b) {
        (a, b)
    } else {
        (b, a)
    }
}

fn is_between(knob: &Knob, low: Setting, setting: Setting, high: Setting) -> bool {
    let at = place(knob, setting);
    place(knob, low) < at && at < place(knob, high)
}

/// Every setting of the first knob with every setting of the others; the last knob's changes fastest. Without a knob there
/// is one setting, of nothing.
///
/// # Errors
/// A knob that is there twice; more than [`MOST_SETTINGS`].
pub fn grid(varied: &[Vary]) -> Result<Vec<Vec<Setting>>, VaryError> {
    for (at, vary) in varied.iter().enumerate() {
        if varied[..at].iter().any(|other| other.knob.key == vary.knob.key) {
            return Err(VaryError::Twice { key: vary.knob.key });
        }
    }
    let found = varied
        .iter()
        .fold(1_usize, |all, vary| all.saturating_mul(vary.settings.len()));
    if found > MOST_SETTINGS {
        return Err(VaryError::TooMany { found });
    }
    let mut grid = vec![Vec::new()];
    for vary in varied {
        let longer = |so_far: &Vec<Setting>| {
            let so_far = so_far.clone();
            vary.settings.iter().map(move |&setting| {
                let mut settings = so_far.clone();
                settings.push(setting);
                settings
            })
        };
        grid = grid.iter().flat_map(longer).collect();
    }
    Ok(grid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        Vary::parse(text).unwrap().write()
    }

    #[test]
    fn values_are_a_list_a_stretch_of_stops_or_all_stops() {
        for (given, meant) in [
            ("cap=2,4,8", "cap=2gpu,4gpu,8gpu"),
            ("cap=8,8gpu,2", "cap=8gpu,2gpu"),
            ("cap=3..16", "cap=3gpu,4gpu,8gpu,16gpu"),
            ("cap=off..8", "cap=off,16gpu,8gpu"),
            ("cap=4..4", "cap=4gpu"),
            ("cap=1,4..16", "cap=1gpu,4gpu,8gpu,16gpu"),
            ("CAP", "cap=2gpu,4gpu,8gpu,16gpu,off"),
            ("backfill=easy,off", "backfill=easy,off"),
        ] {
            assert_eq!(written(given), meant, "{given}");
            assert_eq!(written(meant), meant);
        }
    }

    #[test]
    fn what_cannot_be_varied_is_refused_with_what_can() {
        for (given, said) in [
            ("caps=2", "`caps`: no such knob; did you mean `cap`?"),
            ("cap=", "`cap=`: cannot be read; write 1gpu to 4096gpu, or off"),
            ("cap=2,0", "`cap=0`: out of range; write 1gpu to 4096gpu, or off"),
            ("cap=2..", "`cap=`: cannot be read; write 1gpu to 4096gpu, or off"),
        ] {
            assert_eq!(Vary::parse(given).unwrap_err().to_string(), said);
        }
    }

    #[test]
    fn the_grid_is_every_setting_with_every_other() {
        let varied = [
            Vary::parse("cap=2,off").unwrap(),
            Vary::parse("max-time=1d,2d,3d").unwrap(),
        ];
        let grid = grid(&varied).unwrap();
        assert_eq!(grid.len(), 6);
        assert_eq!(grid[1], [Setting::Count(2), varied[1].settings[1]]);
        assert_eq!(super::grid(&[]), Ok(vec![vec![]]));
        let twice = [varied[0].clone(), varied[0].clone()];
        assert!(matches!(
            super::grid(&twice),
            Err(VaryError::Twice { key: "cap" })
        ));
        let list = |from: u32, to: u32| (from..=to).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let many = [("cap", list(1, 40)), ("load", list(50, 90))];
        let many = many.map(|(key, values)| Vary::parse(&format!("{key}={values}")).unwrap());
        assert_eq!(super::grid(&many), Err(VaryError::TooMany { found: 40 * 41 }));
    }

    #[test]
    fn beside_a_setting_are_the_stops_next_to_it() {
        let cap = find("cap").unwrap();
        let beside = |now| Vary::beside(cap, now).write();
        assert_eq!(beside(Setting::Count(8)), "cap=4gpu,16gpu");
        assert_eq!(beside(Setting::Count(9)), "cap=4gpu,8gpu,16gpu");
        assert_eq!(beside(Setting::Off), "cap=16gpu");
    }

    #[test]
    fn steps_count_the_settings_passed() {
        let vary = Vary::parse("cap=2,4,8,16,off").unwrap();
        let steps = |from, to| vary.steps(from, to);
        assert_eq!(steps(Setting::Count(4), Setting::Count(4)), 0);
        assert_eq!(steps(Setting::Count(4), Setting::Count(8)), 1);
        assert_eq!(steps(Setting::Count(6), Setting::Off), 3);
        assert_eq!(steps(Setting::Off, Setting::Count(2)), 4);
    }
}
