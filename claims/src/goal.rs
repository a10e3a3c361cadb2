//! An answer to an exercise: a proposal, run against what it has to reach.

use anyhow::{Result, anyhow, bail};
use content::{Goal, Reach};
use sim_core::metrics::median_f64;
use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::{KNOBS, Kind};
use sim_core::scenario::link::decode_among;

use crate::{Metric, Source, each};

/// What came of an answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// What it changes that no rule can change; if there is anything, nothing is run.
    pub gamed: Vec<String>,
    /// What it had to reach, in order.
    pub reached: Vec<Reached>,
}

/// One thing that an answer had to reach.
#[derive(Clone, PartialEq, Debug)]
pub struct Reached {
    /// In words.
    pub says: String,
    /// What was measured, in the middle of the runs.
    pub measured: String,
    /// Whether that will do.
    pub met: bool,
}

impl Verdict {
    /// Whether it is an answer.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.gamed.is_empty() && self.reached.iter().all(|reached| reached.met)
    }
}

/// Runs what `link` proposes against `goal`.
///
/// # Errors
/// The link cannot be read or run, or is about another cluster: a sentence that says what to do.
pub fn answer(
    goal: &Goal,
    link: &str,
    presets: &[Scenario],
    source: &impl Source,
    seeds: u32,
) -> Result<Verdict> {
    let read = |link: &str| decode_among(link, presets).map_err(|error| anyhow!("{error}"));
    let (from, found) = (read(&goal.from)?, read(link)?);
    let (asked, about) = (preset_of(&from.profile), preset_of(&found.profile));
    if asked != about {
        bail!("the link is about {about}, the exercise about {asked}; begin with the exercise’s own link");
    }
    let gamed = gamed(&from.proposal, &found.proposal);
    if !gamed.is_empty() {
        return Ok(Verdict {
            gamed,
            reached: Vec::new(),
        });
    }
    let report = source.report(&found.proposal, seeds)?;
    let reached = goal.reach.iter().map(|reach| {
        let metric = Metric::parse(&reach.metric)?;
        let runs = each(&found.proposal, &report, metric, Metric::of)?;
        let middle = median_f64(&runs).unwrap_or(0.0);
        Ok(Reached {
            says: reach.says.clone(),
            measured: metric.unit().say(middle),
            met: is_met(reach, middle),
        })
    });
    Ok(Verdict {
        gamed,
        reached: reached.collect::<Result<_>>()?,
    })
}

/// The preset of a set-up that may be one with parts of a link behind its name.
pub(crate) fn preset_of(profile: &str) -> &str {
    profile.split(['&', '.']).next().unwrap_or(profile)
}

fn is_met(reach: &Reach, value: f64) -> bool {
    reach.at_least.is_none_or(|least| value >= least) && reach.at_most.is_none_or(|most| value <= most)
}

/// What differs beyond rules: assumptions, the people and their work, the machine.
fn gamed(from: &Scenario, answer: &Scenario) -> Vec<String> {
    let assumed = KNOBS
        .iter()
        .filter(|knob| knob.kind == Kind::Assumption && knob.get(from) != knob.get(answer));
    let mut found: Vec<String> = assumed
        .map(|knob| format!("“{}”, which is an assumption and no rule", knob.texts().label))
        .collect();
    if from.cluster.gpus() != answer.cluster.gpus() {
        found.push(String::from("how many GPUs there are"));
    }
    if from.workload.people != answer.workload.people {
        found.push(String::from("how many people there are"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Elsewhere;

    fn presets() -> Vec<Scenario> {
        let small = Scenario {
            name: "small".into(),
            ..Scenario::default()
        };
        vec![small]
    }

    fn goal() -> Goal {
        toml::from_str(
            "from = '#p0?profile=small&cap=2gpu'\nanswer = '#p0?profile=small&cap=off'\n\
             [[reach]]\nsays = 'two fifths of the machine are in use'\nmetric = 'use'\nat-least = 40\n\
             [[reach]]\nsays = 'limits leave hardly anything idle'\nmetric = 'idle.limits'\nat-most = 2",
        )
        .expect("is well formed")
    }

    fn verdict(link: &str) -> Result<Verdict> {
        let presets = presets();
        let elsewhere = Elsewhere::new(&presets, "small", 2, &|| ()).expect("there is such a cluster");
        answer(&goal(), link, &presets, &elsewhere, 2)
    }

    #[test]
    fn a_good_answer_meets_all_and_a_near_miss_says_what_is_missing() {
        let good = verdict(&goal().answer).expect("runs");
        assert!(good.is_met(), "{good:?}");
        let near = verdict(&goal().from).expect("runs");
        assert!(!near.is_met() && near.reached.iter().any(|it| it.met), "{near:?}");
        assert!(near.reached.iter().any(|it| !it.met && it.measured.contains('%')));
    }

    #[test]
    fn an_answer_that_changes_the_question_is_none() {
        let gamed = verdict("#p0?profile=small&cap=off&load=50pct").expect("is read");
        assert!(!gamed.is_met() && gamed.reached.is_empty());
        assert!(
            gamed.gamed.iter().any(|what| what.contains("assumption")),
            "{gamed:?}"
        );
        assert!(verdict("#p0?profile=other").is_err());
        assert!(verdict("nothing").is_err());
    }
}
