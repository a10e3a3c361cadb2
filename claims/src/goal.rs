//! An answer to an exercise: a proposal, run against what it has to reach.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use content::{Goal, Reach};
use sim_core::metrics::median_f64;
use sim_core::scenario::knobs::{KNOBS, Kind};
use sim_core::scenario::{Scenario, WorkloadSpec};

use crate::{Metric, Source, measured, read_link};

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

/// Runs what `link` proposes against `goal`, over the window of the exercise's own link.
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
    let (from, found) = (read_link(&goal.from, presets)?, read_link(link, presets)?);
    let (asked, about) = (&from.profile, &found.profile);
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
    // A link may ask for any window, and within an hour nobody waits for two.
    let proposal = Scenario {
        horizon: from.proposal.horizon,
        seed: from.proposal.seed,
        ..found.proposal
    };
    let report = source.report(&proposal, seeds)?;
    let reached = goal.reach.iter().map(|reach| {
        let metric = Metric::parse(&reach.metric)?;
        let unit = metric.unit();
        let (measured, met) = match measured(&proposal, &report, metric)? {
            None => (String::from("nobody asks for it"), false),
            Some(all) => {
                let middle = median_f64(&all.runs).unwrap_or(0.0);
                let words = match all.at_least {
                    true => unit.say_more_than(middle),
                    false => unit.say(middle),
                };
                (words, is_met(reach, middle))
            }
        };
        Ok(Reached {
            says: reach.says.clone(),
            measured,
            met,
        })
    });
    Ok(Verdict {
        gamed,
        reached: reached.collect::<Result<_>>()?,
    })
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
    if found.is_empty() && from.assumptions != answer.assumptions {
        found.push(String::from("something that is assumed"));
    }
    if nodes(from) != nodes(answer) || from.cluster.outages != answer.cluster.outages {
        found.push(String::from("the machine"));
    }
    if work(from) != work(answer) {
        found.push(String::from("who there is, or what they ask for"));
    }
    found
}

/// A node, whatever its group and its weight, and however its GPUs are cut.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Node<'s> {
    gpus: u32,
    gpu: &'s str,
    cpus: u32,
    more: Vec<(&'s str, u32)>,
}

/// How many nodes there are of each kind.
fn nodes(of: &Scenario) -> BTreeMap<Node<'_>, u64> {
    let mut nodes = BTreeMap::new();
    for group in of.cluster.nodes.iter().filter(|group| group.count > 0) {
        let more = group.more.iter().map(|it| (it.gpu.as_str(), it.count));
        let node = Node {
            gpus: group.gpus,
            gpu: &group.gpu,
            cpus: group.cpus,
            more: more.collect(),
        };
        *nodes.entry(node).or_insert(0) += u64::from(group.count);
    }
    nodes
}

/// Who there is and what they ask for. A link that puts nodes into other groups says itself which machine they plan for.
fn work(of: &Scenario) -> WorkloadSpec {
    WorkloadSpec {
        planned_for: of.planned_for(),
        ..of.workload.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Elsewhere;
    use crate::testing::Made;
    use sim_core::metrics::{SeedReport, Waits};
    use sim_core::workload::Class;

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

    /// What an answer with these parts changes beside rules.
    fn beside_rules(parts: &str) -> Vec<String> {
        let presets = presets();
        let read = |link: &str| read_link(link, &presets).expect("is a link").proposal;
        let small = "#p0?profile=small";
        gamed(&read(small), &read(&format!("{small}{parts}")))
    }

    #[test]
    fn neither_the_machine_nor_the_work_can_be_changed_and_every_rule_can() {
        let machine = beside_rules("&.nodes.node.count=4&.nodes.node.gpus=8");
        assert_eq!(machine, ["the machine"], "as many GPUs in fewer pieces");
        for parts in [
            "&.workload.mix.large-x=0",
            "&.workload.people=4",
            "&.workload.planned-for=4,4",
        ] {
            assert_eq!(
                beside_rules(parts),
                ["who there is, or what they ask for"],
                "{parts}"
            );
        }
        let assumed = beside_rules("&.assumptions.deadline-days=7");
        assert_eq!(assumed, ["something that is assumed"], "no knob says it");
        for parts in [
            "&cap=2gpu&max-time=1d",
            "&.partitions.tests=new&.partitions.tests.max-time=30m",
            "&.nodes.node.count=6&.nodes.rest=new&.nodes.rest.count=2",
        ] {
            assert_eq!(beside_rules(parts), Vec::<String>::new(), "{parts}");
        }
    }

    #[test]
    fn an_answer_is_run_over_the_window_of_the_exercise() {
        let link = goal().from;
        let short = verdict(&format!("{link}&warm-up=1d&days=1d&seed=7")).expect("runs");
        assert_eq!(short, verdict(&link).expect("runs"));
    }

    #[test]
    fn an_answer_with_a_slip_is_not_run_as_if_it_proposed_nothing() {
        let slip = verdict("#p0?profile=small&cpa=2gpu").expect_err("is not understood");
        assert!(slip.to_string().contains("cpa=2gpu"), "{slip}");
    }

    #[test]
    fn what_nobody_asks_for_is_not_reached_and_a_wait_that_has_not_ended_is_more_than() {
        let mut goal = goal();
        goal.reach.truncate(1);
        goal.reach[0].metric = "wait.p50.debug".into();
        (goal.reach[0].at_least, goal.reach[0].at_most) = (None, Some(60.0));
        let reached = |run: SeedReport| {
            let verdict = answer(&goal, &goal.answer, &presets(), &Made(run), 3).expect("is run");
            verdict.reached[0].clone()
        };
        let nobody = reached(SeedReport::default());
        assert!(
            !nobody.met && nobody.measured == "nobody asks for it",
            "{nobody:?}"
        );
        let mut waiting = SeedReport::default();
        let waits = Waits {
            unfinished: vec![540],
            ..Waits::default()
        };
        waiting.waits.insert(Class::Debug, waits);
        let waiting = reached(waiting);
        assert!(
            !waiting.met && waiting.measured.starts_with("more than 9"),
            "{waiting:?}"
        );
    }
}
