//! What a reader wants swept, and the address that says so: `?vary=cap=2gpu,4gpu&work=debug&runs=12#p0?…`. What is swept
//! around is the lab's link, untouched; what is varied stands before it, in the words of the command line.

use figures::kind::Kind;
use sim_core::scenario::knobs::{self, KNOBS, Knob, Setting, Vary, VaryError};

/// The numbers of runs to choose from; the second is the least from which something is called better.
pub const RUNS: [u32; 3] = [8, 12, 20];
/// Runs, if nobody says otherwise.
pub const USUAL: u32 = RUNS[1];
/// Most settings that a page sweeps.
pub const MOST: usize = 60;

/// What is asked of a setting; nothing where it is not asked.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Asked {
    /// Minutes within which nine in ten start.
    pub within: Option<f64>,
    /// Percent of GPU time in use.
    pub used: Option<f64>,
    /// Rules to know.
    pub rules: Option<f64>,
}

/// One knob to vary.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Varied {
    /// Its key; empty if none is chosen.
    pub key: String,
    /// The stops that are chosen.
    pub stops: Vec<Setting>,
    /// Further values, as written.
    pub more: String,
}

impl Varied {
    /// A knob with all its stops.
    pub fn all_of(key: &str) -> Varied {
        let stops = knobs::find(key).map(|knob| knob.stops().to_vec());
        Varied {
            key: key.to_owned(),
            stops: stops.unwrap_or_default(),
            more: String::new(),
        }
    }

    /// The knob, if one is chosen.
    pub fn knob(&self) -> Option<&'static Knob> {
        knobs::find(&self.key).ok()
    }

    /// The settings to try, stops first in their order; `None` if no knob is chosen.
    ///
    /// # Errors
    /// What of the further values cannot be read.
    pub fn vary(&self) -> Option<Result<Vary, VaryError>> {
        let knob = self.knob()?;
        let mut settings: Vec<Setting> = knob
            .stops()
            .iter()
            .copied()
            .filter(|stop| self.stops.contains(stop))
            .collect();
        if !self.more.trim().is_empty() {
            match Vary::parse(&format!("{}={}", self.key, self.more)) {
                Ok(more) => settings.extend(more.settings),
                Err(error) => return Some(Err(error)),
            }
        }
        let mut vary = Vary {
            knob,
            settings: Vec::new(),
        };
        for setting in settings {
            if !vary.settings.contains(&setting) {
                vary.settings.push(setting);
            }
        }
        Some(Ok(vary))
    }

    fn of(vary: &Vary) -> Varied {
        let is_stop = |setting: &&Setting| vary.knob.stops().contains(setting);
        let more = vary.settings.iter().filter(|setting| !is_stop(setting));
        let more: Vec<String> = more.map(|&setting| vary.knob.write(setting)).collect();
        Varied {
            key: vary.knob.key.to_owned(),
            stops: vary.settings.iter().filter(is_stop).copied().collect(),
            more: more.join(", "),
        }
    }
}

/// All that a reader wants.
#[derive(Clone, PartialEq, Debug)]
pub struct Wish {
    /// One or two knobs.
    pub varied: [Varied; 2],
    /// Whose wait is weighed.
    pub kind: Kind,
    /// Runs of each setting.
    pub runs: u32,
    /// What is asked of a setting.
    pub asked: Asked,
}

impl Default for Wish {
    fn default() -> Wish {
        Wish {
            varied: [Varied::all_of("cap"), Varied::default()],
            kind: Kind::Test,
            runs: USUAL,
            asked: Asked::default(),
        }
    }
}

impl Wish {
    /// The knobs to vary with their settings.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do.
    pub fn all_varied(&self) -> Result<Vec<Vary>, String> {
        let mut all = Vec::new();
        for varied in &self.varied {
            match varied.vary() {
                None => {}
                Some(Ok(vary)) if vary.settings.is_empty() => {
                    return Err(format!("Choose a value of “{}”.", vary.knob.texts().label));
                }
                Some(Ok(vary)) => all.push(vary),
                Some(Err(error)) => return Err(format!("A value cannot be read: {error}.")),
            }
        }
        if all.is_empty() {
            return Err("Choose a knob to vary.".to_owned());
        }
        match knobs::grid(&all) {
            Ok(grid) if grid.len() > MOST => Err(format!(
                "These are {} settings; choose fewer values, at most {MOST} settings. The command line takes more.",
                grid.len()
            )),
            Ok(_) => Ok(all),
            Err(error) => Err(format!("This cannot be swept: {error}.")),
        }
    }

    /// The query that says it, with its question mark.
    pub fn query(&self) -> String {
        let mut parts = Vec::new();
        for vary in self.varied.iter().filter_map(|varied| varied.vary()?.ok()) {
            parts.push(format!("vary={}", vary.write()));
        }
        let class = self.kind.classes().first();
        parts.extend(class.map(|class| format!("work={}", class.key())));
        parts.push(format!("runs={}", self.runs));
        let asked = [
            ("within", self.asked.within),
            ("use", self.asked.used),
            ("rules", self.asked.rules),
        ];
        for (key, value) in asked {
            parts.extend(value.map(|value| format!("{key}={value}")));
        }
        format!("?{}", parts.join("&"))
    }

    /// What a query says, and what of it was not understood; `None` if it varies nothing.
    pub fn read(query: &str) -> Option<(Wish, Vec<String>)> {
        let mut wish = Wish {
            varied: [Varied::default(), Varied::default()],
            ..Wish::default()
        };
        let mut notes = Vec::new();
        let mut found = 0;
        let query = query.strip_prefix('?').unwrap_or(query);
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let number = || value.parse().ok().filter(|&n: &f64| (0.0..=1e6).contains(&n));
            let is_read = match key {
                "vary" => match (Vary::parse(value), wish.varied.get_mut(found)) {
                    (Ok(vary), Some(varied)) if is_offered(vary.knob) => {
                        *varied = Varied::of(&vary);
                        found += 1;
                        true
                    }
                    (Ok(_) | Err(_), _) => false,
                },
                "work" => {
                    let named = |kind: &Kind| kind.classes().iter().any(|class| class.key() == value);
                    let kind = Kind::SHOWN.into_iter().find(named);
                    wish.kind = kind.unwrap_or(wish.kind);
                    kind.is_some()
                }
                "runs" => {
                    let runs = value.parse().ok().filter(|runs| RUNS.contains(runs));
                    wish.runs = runs.unwrap_or(wish.runs);
                    runs.is_some()
                }
                "within" => set(&mut wish.asked.within, number()),
                "use" => set(&mut wish.asked.used, number()),
                "rules" => set(&mut wish.asked.rules, number()),
                _ => false,
            };
            if !is_read {
                notes.push(format!("not understood: `{part}`"));
            }
        }
        (found > 0).then_some((wish, notes))
    }
}

fn set(place: &mut Option<f64>, value: Option<f64>) -> bool {
    *place = value;
    value.is_some()
}

/// Policy is offered; what is supposed is nobody's choice.
pub fn is_offered(knob: &Knob) -> bool {
    match knob.kind {
        knobs::Kind::Policy => true,
        knobs::Kind::Assumption => false,
    }
}

/// Every policy knob with the stops next to where it is: what a ranking tries.
pub fn neighbours(settings: &knobs::Settings) -> Vec<Vary> {
    let offered = KNOBS.iter().filter(|knob| is_offered(knob));
    offered
        .map(|knob| Vary::beside(knob, settings.get(knob)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_as_the_same_wish() {
        let mut wish = Wish::default();
        wish.varied[0].stops.truncate(2);
        wish.varied[0].more = "6gpu, 12gpu".to_owned();
        wish.varied[1] = Varied::all_of("max-time");
        wish.kind = Kind::Tuning;
        wish.runs = 20;
        wish.asked.within = Some(10.0);
        wish.asked.rules = Some(8.0);
        let query = wish.query();
        assert_eq!(
            query,
            "?vary=cap=2gpu,4gpu,6gpu,12gpu&vary=max-time=4h,12h,1d,2d,3d,5d,7d&work=finetune&runs=20&within=10&rules=8"
        );
        assert_eq!(Wish::read(&query), Some((wish, Vec::new())));
    }

    #[test]
    fn a_query_that_varies_nothing_is_none_and_odd_parts_are_named() {
        assert_eq!(Wish::read(""), None);
        assert_eq!(Wish::read("?s=p0"), None);
        let (wish, notes) = Wish::read("?vary=cap=2,4&vary=load=50,90&colour=red&runs=13&work=naps").unwrap();
        assert_eq!(
            (wish.varied[1].key.as_str(), wish.runs, wish.kind),
            ("", 12, Kind::Test)
        );
        assert_eq!(notes.len(), 4);
    }

    #[test]
    fn what_cannot_be_swept_is_said_in_a_sentence() {
        let mut wish = Wish::default();
        wish.varied[0].more = "0".to_owned();
        assert!(
            wish.all_varied()
                .unwrap_err()
                .contains("out of range; write 1gpu to 4096gpu, or off")
        );
        wish.varied[0] = Varied {
            key: "cap".to_owned(),
            ..Varied::default()
        };
        assert!(wish.all_varied().unwrap_err().starts_with("Choose a value"));
        wish.varied[0] = Varied::default();
        assert_eq!(wish.all_varied().unwrap_err(), "Choose a knob to vary.");
        wish.varied = [Varied::all_of("cap"), Varied::all_of("cap")];
        assert!(wish.all_varied().unwrap_err().contains("varied twice"));
        let many: Vec<String> = (1..=70).map(|n| n.to_string()).collect();
        wish.varied = [
            Varied {
                more: many.join(","),
                ..Varied::all_of("cap")
            },
            Varied::default(),
        ];
        assert!(wish.all_varied().unwrap_err().contains("at most 60"));
    }
}
