//! What differs between two scenarios, in words, each with the way back.

use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::{KNOBS, Knob, Settings};

use super::fields::{self, Control, Field};
use super::kinds::Kind;

/// One difference.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// "Partition debug: tier 2, was 1".
    pub words: String,
    /// How it is undone; nothing where this page has no words for it.
    pub way_back: Option<WayBack>,
}

/// How one difference is undone.
#[derive(Clone, PartialEq, Debug)]
pub enum WayBack {
    /// A field has its old value again.
    Field(Kind, String, &'static str),
    /// What was not there goes.
    Take(Kind, String),
    /// What was there comes back.
    PutBack(Kind, String),
    /// The old order.
    Order(Kind),
    /// A knob is set as before.
    Knob(&'static str),
}

/// All that differs, in the order of the page.
pub fn differences(before: &Scenario, now: &Scenario) -> Vec<Difference> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        of_kind(kind, before, now, &mut all);
    }
    further(before, now, &mut all);
    all
}

fn of_kind(kind: Kind, before: &Scenario, now: &Scenario, all: &mut Vec<Difference>) {
    let (were, are) = (kind.names(before), kind.names(now));
    for (at, name) in are.iter().enumerate() {
        let first = are.iter().position(|other| other == name) == Some(at);
        let was = were.iter().position(|other| other == name).filter(|_| first);
        match was {
            Some(was) => of_fields(kind, (before, was), (now, at), all),
            None => all.push(Difference {
                words: format!("{} is new", thing(kind, name)),
                way_back: Some(WayBack::Take(kind, (*name).to_owned())),
            }),
        }
    }
    for name in were.iter().filter(|name| !are.contains(name)) {
        all.push(Difference {
            words: format!("{} is gone", thing(kind, name)),
            way_back: Some(WayBack::PutBack(kind, (*name).to_owned())),
        });
    }
    let kept: Vec<&&str> = were.iter().filter(|name| are.contains(name)).collect();
    let order: Vec<&&str> = are.iter().filter(|name| were.contains(name)).collect();
    if kept != order && kept.len() == order.len() {
        let names: Vec<&str> = order.iter().map(|name| **name).collect();
        all.push(Difference {
            words: format!("Order of the {}s: {}", kind.one(), names.join(", ")),
            way_back: Some(WayBack::Order(kind)),
        });
    }
}

/// What differs in one thing that both have.
fn of_fields(
    kind: Kind,
    (before, was): (&Scenario, usize),
    (now, at): (&Scenario, usize),
    all: &mut Vec<Difference>,
) {
    for field in fields::fields(kind) {
        let (old, new) = ((field.get)(before, was), (field.get)(now, at));
        if old != new {
            let name = kind.names(now).get(at).copied().unwrap_or_default();
            all.push(Difference {
                words: format!("{}: {}", thing(kind, name), change(field, &old, &new)),
                way_back: Some(WayBack::Field(kind, name.to_owned(), field.key)),
            });
        }
    }
}

/// "tier 2, was 1"; of names, only those that came or went.
fn change(field: &Field, old: &str, new: &str) -> String {
    let label = field.label.split([':', ';']).next().unwrap_or_default();
    let is_names = matches!(field.control, Control::Some(_)) || field.key == "nodes";
    if is_names && !old.is_empty() && !new.is_empty() {
        let lack = |of: &str, from: &str| -> Vec<String> {
            let there: Vec<&str> = from.split(',').collect();
            of.split(',')
                .filter(|name| !there.contains(name))
                .map(str::to_owned)
                .collect()
        };
        let parts = [("also ", lack(new, old)), ("without ", lack(old, new))];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(word, names)| format!("{word}{}", names.join(", ")))
            .collect();
        if !parts.is_empty() {
            return format!("{} {}", small(label), parts.join(", "));
        }
    }
    format!("{} {}, was {}", small(label), field.say(new), field.say(old))
}

/// "Partition debug", "The whole cluster".
fn thing(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Rules => "The whole cluster".to_owned(),
        Kind::Nodes => format!("Nodes {name}"),
        Kind::Partitions | Kind::Qos | Kind::Groups | Kind::Reservations => {
            format!("{} {name}", capital(kind.one()))
        }
    }
}

/// With a capital letter.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_ascii_uppercase().to_string() + letters.as_str()
    })
}

/// With a small letter, unless it is an abbreviation.
fn small(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters
        .next()
        .map_or(String::new(), |first| match letters.clone().next() {
            Some(second) if second.is_ascii_uppercase() => first.to_string(),
            Some(_) | None => first.to_ascii_lowercase().to_string(),
        });
    first + letters.as_str()
}

/// What the lists do not show: knobs, and whatever else there may be.
fn further(before: &Scenario, now: &Scenario, all: &mut Vec<Difference>) {
    let mut rest = now.clone();
    take_lists(&mut rest, before);
    let was = Settings::of(before);
    for knob in knobs_between(before, &rest) {
        let (old, new) = (was.get(knob), knob.get(&rest));
        all.push(Difference {
            words: format!("{}: {}, was {}", knob.texts().label, knob.say(new), knob.say(old)),
            way_back: Some(WayBack::Knob(knob.key)),
        });
    }
    was.apply(&mut rest);
    if (&rest.cluster, &rest.workload, &rest.assumptions, &rest.policy)
        != (
            &before.cluster,
            &before.workload,
            &before.assumptions,
            &before.policy,
        )
    {
        all.push(Difference {
            words: "More differs, which this page has no words for; it stays as it is".to_owned(),
            way_back: None,
        });
    }
}

/// Knobs that are set otherwise.
fn knobs_between(before: &Scenario, now: &Scenario) -> Vec<&'static Knob> {
    let (was, is) = (Settings::of(before), Settings::of(now));
    KNOBS
        .iter()
        .filter(|knob| was.get(knob) != is.get(knob))
        .collect()
}

/// Whatever the lists of the page show, as another scenario has it.
fn take_lists(scenario: &mut Scenario, from: &Scenario) {
    scenario.cluster.nodes.clone_from(&from.cluster.nodes);
    scenario.policy.partitions.clone_from(&from.policy.partitions);
    scenario.policy.qos.clone_from(&from.policy.qos);
    let accounts = &from.policy.associations.accounts;
    scenario.policy.associations.accounts.clone_from(accounts);
    scenario.policy.reservations.clone_from(&from.policy.reservations);
    scenario.policy.preemption.clone_from(&from.policy.preemption);
}

impl WayBack {
    /// Undoes one difference: in this place the scenario is as before again.
    pub fn go(&self, scenario: &mut Scenario, before: &Scenario) {
        match self {
            WayBack::Field(kind, name, key) => {
                let places = (kind.find(before, name), kind.find(scenario, name));
                if let ((Some(was), Some(at)), Some(field)) = (places, fields::find(*kind, key)) {
                    // What was written by a field can be read by it.
                    (field.set)(scenario, at, &(field.get)(before, was)).ok();
                }
            }
            WayBack::Take(kind, name) => {
                // Of two of one name the later is the new one.
                let last = kind.names(scenario).iter().rposition(|other| other == name);
                if let Some(at) = last {
                    kind.take(scenario, at);
                }
                if kind.find(scenario, name).is_none() {
                    kind.name_instead(scenario, name, None);
                }
            }
            WayBack::PutBack(kind, name) => kind.put_back(scenario, before, name),
            WayBack::Order(kind) => {
                let names: Vec<String> = kind.names(before).iter().map(|name| (*name).to_owned()).collect();
                kind.sort(scenario, &names);
            }
            WayBack::Knob(key) => {
                if let Some(knob) = KNOBS.iter().find(|knob| knob.key == *key) {
                    knob.apply(scenario, knob.get(before)).ok();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing::university;
    use sim_core::scenario::knobs;

    fn words(before: &Scenario, now: &Scenario) -> Vec<String> {
        let all = differences(before, now);
        all.into_iter()
            .map(|it| it.words.replace('\u{a0}', " "))
            .collect()
    }

    #[test]
    fn equal_scenarios_do_not_differ() {
        assert_eq!(words(&university(), &university()), [""; 0]);
    }

    #[test]
    fn each_difference_is_said_and_can_be_undone_alone() {
        let before = university();
        let mut now = before.clone();
        now.policy.partitions[1].tier = 1;
        now.cluster.nodes[1].cut[0].gpus = 8;
        Kind::Partitions.add(&mut now, "tests".to_owned());
        Kind::Partitions.take(&mut now, 4);
        now.policy.partitions.swap(0, 1);
        now.policy.preemption.youngest_first = true;
        knobs::assign(&mut now, "half-life=7d").unwrap();
        assert_eq!(
            words(&before, &now),
            [
                "Nodes h200-cut: cut into slices 8: 2x3g.71gb, was 6: 2x3g.71gb",
                "Partition debug: tier 1, was 2",
                "Partition tests is new",
                "Partition owner-short is gone",
                "Order of the partitions: debug, normal, interactive, owner",
                "The whole cluster: the youngest goes first yes, was no",
                "Past use is forgotten by half in: 7 days, was 14 days",
            ]
        );
        let all = differences(&before, &now);
        for difference in &all {
            let mut one_less = now.clone();
            difference.way_back.as_ref().unwrap().go(&mut one_less, &before);
            let left = differences(&before, &one_less);
            assert_eq!(left.len(), all.len() - 1, "{}", difference.words);
            assert!(
                !left.iter().any(|it| it.words == difference.words),
                "{}",
                difference.words
            );
        }
        while let Some(difference) = differences(&before, &now).first() {
            difference.way_back.as_ref().unwrap().go(&mut now, &before);
        }
        assert_eq!(now, before);
    }

    #[test]
    fn what_has_no_words_here_is_told_of() {
        let before = university();
        let mut now = before.clone();
        now.workload.accounts = 7;
        now.workload.group_sizes.pop();
        assert_eq!(
            words(&before, &now),
            ["More differs, which this page has no words for; it stays as it is"]
        );
    }
}
