//! Which settings a sweep runs: the scenario as it is, and each setting of the varied knobs once.

use sim_core::scenario::knobs::{KNOBS, Kind, Knob, Setting, Vary, VaryError, grid};
use sim_core::scenario::{Checked, Scenario};

/// The settings of a sweep, the scenario as it is among them.
pub struct Plan {
    /// What is varied, in the order given.
    pub varied: Vec<Vary>,
    /// Ready to run, in the order of tables.
    pub scenarios: Vec<Checked>,
    /// The place of the scenario as it is.
    pub now: usize,
    /// For a ranking: the places of each varied knob's settings.
    pub tried: Option<Vec<Vec<usize>>>,
}

/// Who said what to try.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chosen {
    ByName,
    ByUs,
}

impl Plan {
    /// Works out what to run; every setting that cannot be run is told.
    pub fn of(scenario: Checked, vary: &[String], rank: bool) -> Result<Plan, Vec<String>> {
        let told = |error: VaryError| format!("--vary {error}");
        let mut problems = Vec::new();
        let mut varied = Vec::new();
        for text in vary {
            match Vary::parse(text) {
                Ok(vary) => varied.push(vary),
                Err(error) => problems.push(told(error)),
            }
        }
        if varied.is_empty() && problems.is_empty() {
            if !rank {
                let example = "such as --vary cap=2,4,8, or ask with --rank which knobs matter here";
                return Err(vec![format!(
                    "--vary: nothing to vary; name a knob and its values, {example}"
                )]);
            }
            varied = neighbours(scenario.scenario());
        }
        // A grid that is refused is refused for a ranking too: a knob twice is a slip.
        let all = grid(&varied);
        if let Err(error @ VaryError::Twice { .. }) = &all {
            problems.push(told(error.clone()));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let changes: Vec<Vec<(&'static Knob, Setting)>> = if rank {
            one_at_a_time(&varied)
        } else {
            let pair = |settings: Vec<Setting>| varied.iter().map(|vary| vary.knob).zip(settings).collect();
            all.map_err(|error| vec![told(error)])?
                .into_iter()
                .map(pair)
                .collect()
        };
        // What the ranking chose by itself and cannot be here is left out.
        let chosen = if vary.is_empty() {
            Chosen::ByUs
        } else {
            Chosen::ByName
        };
        let mut plan = Plan {
            scenarios: Vec::new(),
            now: 0,
            tried: rank.then(|| vec![Vec::new(); varied.len()]),
            varied,
        };
        if rank {
            plan.place(scenario.clone());
        }
        plan.add(scenario.scenario(), &changes, chosen)?;
        let now = plan.scenarios.iter().position(|other| *other == scenario);
        // As it is may lie between the settings: then it comes before them.
        if now.is_none() {
            plan.scenarios.insert(0, scenario);
        }
        plan.now = now.unwrap_or(0);
        Ok(plan)
    }

    /// Adds every change to the scenario as it is.
    fn add(
        &mut self,
        base: &Scenario,
        changes: &[Vec<(&'static Knob, Setting)>],
        chosen: Chosen,
    ) -> Result<(), Vec<String>> {
        let mut problems = Vec::new();
        for change in changes {
            match (changed(base, change), chosen) {
                (Ok(scenario), _) => {
                    let at = self.place(scenario);
                    if let (Some(tried), [(knob, _)]) = (&mut self.tried, &change[..]) {
                        let which = self.varied.iter().position(|vary| vary.knob.key == knob.key);
                        which.into_iter().for_each(|which| tried[which].push(at));
                    }
                }
                (Err(_), Chosen::ByUs) => {}
                (Err(found), Chosen::ByName) => problems.extend(found),
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// The place of a setting, which is added unless it is there.
    fn place(&mut self, scenario: Checked) -> usize {
        let known = |other: &Checked| other.scenario() == scenario.scenario();
        self.scenarios.iter().position(known).unwrap_or_else(|| {
            self.scenarios.push(scenario);
            self.scenarios.len() - 1
        })
    }
}

/// A scenario with some knobs turned, checked.
fn changed(base: &Scenario, change: &[(&'static Knob, Setting)]) -> Result<Checked, Vec<String>> {
    let mut scenario = base.clone();
    let said: Vec<String> = change
        .iter()
        .map(|(knob, setting)| format!("{}={}", knob.key, knob.write(*setting)))
        .collect();
    let where_it_is = format!("--vary {}", said.join(" "));
    for (knob, setting) in change {
        knob.apply(&mut scenario, *setting)
            .map_err(|error| vec![format!("{where_it_is}: {error}")])?;
    }
    match scenario.check() {
        Ok((checked, _warnings)) => Ok(checked),
        Err(problems) => Err(problems
            .iter()
            .map(|problem| format!("{where_it_is}: {problem}"))
            .collect()),
    }
}

fn one_at_a_time(varied: &[Vary]) -> Vec<Vec<(&'static Knob, Setting)>> {
    let alone = |vary: &Vary| {
        let knob = vary.knob;
        vary.settings
            .clone()
            .into_iter()
            .map(move |setting| vec![(knob, setting)])
    };
    varied.iter().flat_map(alone).collect()
}

/// Every policy knob with the stops on both sides of where it is.
fn neighbours(scenario: &Scenario) -> Vec<Vary> {
    let policy = KNOBS.iter().filter(|knob| knob.kind == Kind::Policy);
    policy
        .map(|knob| Vary::beside(knob, knob.get(scenario)))
        .collect()
}
