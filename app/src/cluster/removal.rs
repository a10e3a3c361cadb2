//! What would break if something went, and what can be done about it: asked before anything is taken away.

use sim_core::scenario::{HandOver, Problem, Scenario, Severity};

use super::kinds::{Kind, Place};

/// What goes, and what it takes along.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Removal {
    /// The kind of what goes.
    pub kind: Kind,
    /// Its place.
    pub at: usize,
    /// Its name.
    pub name: String,
    /// What would break, a sentence each.
    pub breaks: Vec<String>,
    /// What is offered.
    pub remedy: Remedy,
}

/// What is done about what would break.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remedy {
    /// It goes, and these with it.
    Take(Vec<(Kind, String)>),
    /// It stays, with the usual settings.
    Clear,
    /// Nothing can be done here: the sentence says what to do first.
    Refuse,
}

impl Removal {
    /// What happens if this goes.
    pub fn of(scenario: &Scenario, kind: Kind, at: usize) -> Option<Removal> {
        let names = kind.names(scenario);
        let name = (*names.get(at)?).to_owned();
        let one = kind.one();
        let refuse = |why: String| Removal {
            kind,
            at,
            name: name.clone(),
            breaks: vec![why],
            remedy: Remedy::Refuse,
        };
        if kind.is_needed() && names.len() == 1 {
            return Some(refuse(format!(
                "There has to be a {one}: change this one, or add another first."
            )));
        }
        if kind == Kind::Groups && at < scenario.workload.accounts as usize && at + 1 < names.len() {
            return Some(Removal {
                breaks: vec![format!(
                    "People belong to {name}, and who is there is not changed on this page. Its rules can go: then it has one share, \
                     no limits and nothing of its own."
                )],
                remedy: Remedy::Clear,
                ..refuse(String::new())
            });
        }
        let alone = names.iter().filter(|other| **other == name).count() == 1;
        let (breaks, along) = if alone {
            left_empty(scenario, kind, &name)
        } else {
            (Vec::new(), Vec::new())
        };
        if breaks.iter().any(String::is_empty) {
            return Some(refuse(format!(
                "The service runs on {name} alone: let it run on other nodes first."
            )));
        }
        let gone = |kind: Kind| along.iter().filter(|(other, _)| *other == kind).count();
        if gone(Kind::Partitions) > 0 && gone(Kind::Partitions) == scenario.policy.partitions.len() {
            return Some(refuse(format!(
                "No partition would be left: every one is on {name} alone. Give one of them other nodes first."
            )));
        }
        let mut removal = Removal {
            breaks,
            remedy: Remedy::Take(along),
            ..refuse(String::new())
        };
        removal.breaks.extend(new_errors(scenario, &removal));
        Some(removal)
    }

    /// Whether it can go without a word.
    pub fn is_free(&self) -> bool {
        self.breaks.is_empty()
    }

    /// What the button says.
    pub fn button(&self) -> String {
        match &self.remedy {
            Remedy::Take(along) if along.is_empty() => format!("Remove {} all the same", self.name),
            Remedy::Take(along) => {
                let names: Vec<&str> = along.iter().map(|(_, name)| name.as_str()).collect();
                format!("Remove {} and {}", self.name, names.join(", "))
            }
            Remedy::Clear => format!("Clear the rules of {}", self.name),
            Remedy::Refuse => String::new(),
        }
    }

    /// Does what the button says. On the other side things may stand elsewhere, so they are found by name.
    pub fn carry_out(&self, scenario: &mut Scenario) {
        let kind = self.kind;
        let names = kind.names(scenario);
        let at = match names.get(self.at) {
            Some(name) if *name == self.name => Some(self.at),
            Some(_) | None => kind.find(scenario, &self.name),
        };
        let Some(at) = at else { return };
        match &self.remedy {
            Remedy::Refuse => {}
            Remedy::Clear => {
                take_along(scenario, &left_empty(scenario, kind, &self.name).1);
                kind.name_instead(scenario, &self.name, None);
                let people = &mut scenario.policy.associations.accounts;
                if let Some(account) = people.get_mut(at) {
                    *account = sim_core::scenario::AccountSpec {
                        name: self.name.clone(),
                        ..Default::default()
                    };
                }
            }
            Remedy::Take(along) => {
                take_along(scenario, along);
                kind.take(scenario, at);
                if kind.find(scenario, &self.name).is_none() {
                    if kind == Kind::Nodes {
                        let only = [self.name.clone()];
                        scenario.cluster.outages.retain(|outage| outage.nodes != only);
                    }
                    kind.name_instead(scenario, &self.name, None);
                }
            }
        }
    }
}

fn take_along(scenario: &mut Scenario, along: &[(Kind, String)]) {
    for (kind, name) in along {
        if let Some(at) = kind.find(scenario, name) {
            kind.take(scenario, at);
        }
    }
}

/// Lists that name this alone: without it they would mean everything or everybody. An empty sentence stands for what this page
/// cannot mend.
fn left_empty(scenario: &Scenario, kind: Kind, name: &str) -> (Vec<String>, Vec<(Kind, String)>) {
    let (mut breaks, mut along) = (Vec::new(), Vec::new());
    let serves = scenario.policy.service.rule != HandOver::Off;
    kind.each_list(&mut scenario.clone(), &mut |place, names| {
        if *names != [name] {
            return;
        }
        match place {
            Place::Partition(it) => {
                let why = match kind {
                    Kind::Nodes => format!("Partition {it} is on no other nodes: it goes too."),
                    _ => format!(
                        "Partition {it} is only for {name}, and would be open to everybody: it goes too."
                    ),
                };
                breaks.push(why);
                along.push((Kind::Partitions, it.to_owned()));
            }
            Place::Reservation(it) => {
                let why = match kind {
                    Kind::Nodes => format!("Reservation {it} is of no other nodes: it goes too."),
                    _ => format!("Reservation {it} is for nobody else: it goes too."),
                };
                breaks.push(why);
                along.push((Kind::Reservations, it.to_owned()));
            }
            Place::Outage => breaks.push("An outage is of these nodes alone: it goes too.".to_owned()),
            Place::Service if serves => breaks.push(String::new()),
            Place::Service | Place::Exception => {}
        }
    });
    (breaks, along)
}

/// What the check would say then and does not say now.
fn new_errors(scenario: &Scenario, removal: &Removal) -> Vec<String> {
    let errors = |scenario: Scenario| -> Vec<Problem> {
        let found = scenario.check().err().unwrap_or_default();
        found
            .into_iter()
            .filter(|it| it.severity == Severity::Error)
            .collect()
    };
    let before = errors(scenario.clone());
    let mut then = scenario.clone();
    removal.carry_out(&mut then);
    errors(then)
        .into_iter()
        .filter(|problem| !before.contains(problem))
        .map(|problem| format!("Then {}: {}; {}.", problem.path, problem.what, problem.remedy))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing::university;

    fn removal(kind: Kind, name: &str) -> (Scenario, Removal) {
        let scenario = university();
        let at = kind.find(&scenario, name).unwrap();
        let removal = Removal::of(&scenario, kind, at).unwrap();
        (scenario, removal)
    }

    #[test]
    fn nodes_that_a_partition_has_alone_take_it_along() {
        let (mut scenario, removal) = removal(Kind::Nodes, "bought");
        assert_eq!(removal.button(), "Remove bought and owner, owner-short");
        assert_eq!(
            removal.breaks[0],
            "Partition owner is on no other nodes: it goes too."
        );
        removal.carry_out(&mut scenario);
        assert_eq!(
            Kind::Partitions.names(&scenario),
            ["normal", "debug", "interactive"]
        );
        assert!(scenario.check().is_ok());
    }

    #[test]
    fn nodes_that_others_share_go_without_a_word_and_out_of_every_list() {
        let (mut scenario, removal) = removal(Kind::Nodes, "v100-tests");
        assert!(removal.is_free(), "{removal:?}");
        removal.carry_out(&mut scenario);
        assert_eq!(scenario.policy.partitions[1].nodes, ["h100", "a100", "v100"]);
        assert!(scenario.check().is_ok());
    }

    #[test]
    fn what_the_rest_then_lacks_is_said() {
        let (_, removal) = removal(Kind::Nodes, "h200-cut");
        assert!(
            removal
                .breaks
                .iter()
                .any(|why| why.contains("no node has a device of type `h200_3g.71gb`")),
            "{removal:?}"
        );
        assert_eq!(removal.button(), "Remove h200-cut all the same");
    }

    #[test]
    fn a_group_that_people_belong_to_is_cleared_and_keeps_its_people() {
        let (mut scenario, removal) = removal(Kind::Groups, "buyer");
        assert_eq!(removal.remedy, Remedy::Clear);
        removal.carry_out(&mut scenario);
        assert_eq!(Kind::Groups.names(&scenario)[0], "buyer");
        assert!(
            !Kind::Partitions.names(&scenario).contains(&"owner"),
            "it was the group's own"
        );
        assert!(scenario.check().is_ok());
    }

    #[test]
    fn the_last_of_what_is_needed_stays() {
        let (scenario, removal) = removal(Kind::Qos, "normal");
        assert_eq!(removal.remedy, Remedy::Refuse);
        let mut same = scenario.clone();
        removal.carry_out(&mut same);
        assert_eq!(same, scenario);
        assert_eq!(Removal::of(&scenario, Kind::Qos, 7), None);
    }

    #[test]
    fn a_cluster_of_one_partition_does_not_lose_it_with_its_nodes() {
        let mut scenario = Scenario::default();
        Kind::Nodes.add(&mut scenario, "more".to_owned());
        scenario.policy.partitions[0].nodes = vec!["node".to_owned()];
        let removal = Removal::of(&scenario, Kind::Nodes, 0).unwrap();
        assert_eq!(removal.remedy, Remedy::Refuse);
        assert!(removal.breaks[0].contains("No partition would be left"));
    }
}
