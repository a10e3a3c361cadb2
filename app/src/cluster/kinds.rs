//! The kinds of things that a cluster is made of, as lists: add, take away, put back, rename with all that names them.

use sim_core::scenario::{AccountSpec, NodeGroup, PartitionSpec, QosSpec, ReservationSpec, Scenario};

/// A kind of thing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// Groups of equal nodes.
    Nodes,
    /// Partitions.
    Partitions,
    /// QOS.
    Qos,
    /// Groups of people: accounts.
    Groups,
    /// Reservations.
    Reservations,
    /// What holds on the whole cluster; there is one.
    Rules,
}

/// Runs a line with the list of a kind, whichever type is in it.
macro_rules! with_list {
    ($kind:expr, $scenario:expr, $list:ident => $do:expr) => {
        match $kind {
            Kind::Nodes => {
                let $list = &mut $scenario.cluster.nodes;
                $do
            }
            Kind::Partitions => {
                let $list = &mut $scenario.policy.partitions;
                $do
            }
            Kind::Qos => {
                let $list = &mut $scenario.policy.qos;
                $do
            }
            Kind::Groups => {
                let $list = &mut $scenario.policy.associations.accounts;
                $do
            }
            Kind::Reservations => {
                let $list = &mut $scenario.policy.reservations;
                $do
            }
            Kind::Rules => {}
        }
    };
}

impl Kind {
    /// All, in the order of the page.
    pub const ALL: [Kind; 6] = [
        Kind::Nodes,
        Kind::Partitions,
        Kind::Qos,
        Kind::Groups,
        Kind::Reservations,
        Kind::Rules,
    ];

    /// Its word in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Kind::Nodes => "nodes",
            Kind::Partitions => "partitions",
            Kind::Qos => "qos",
            Kind::Groups => "groups",
            Kind::Reservations => "reservations",
            Kind::Rules => "rules",
        }
    }

    /// By that word.
    pub fn of_key(key: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Where it stands in a file.
    pub const fn path(self) -> &'static str {
        match self {
            Kind::Nodes => "cluster.nodes",
            Kind::Partitions => "policy.partitions",
            Kind::Qos => "policy.qos",
            Kind::Groups => "policy.associations.accounts",
            Kind::Reservations => "policy.reservations",
            Kind::Rules => "policy.preemption",
        }
    }

    /// One of it.
    pub const fn one(self) -> &'static str {
        match self {
            Kind::Nodes => "node group",
            Kind::Partitions => "partition",
            Kind::Qos => "QOS",
            Kind::Groups => "group",
            Kind::Reservations => "reservation",
            Kind::Rules => "whole cluster",
        }
    }

    /// Whether there may be several.
    pub const fn is_list(self) -> bool {
        !matches!(self, Kind::Rules)
    }

    /// Whether there has to be one.
    pub const fn is_needed(self) -> bool {
        matches!(self, Kind::Nodes | Kind::Partitions | Kind::Qos)
    }

    /// The names of all of it, in order.
    pub fn names(self, scenario: &Scenario) -> Vec<&str> {
        match self {
            Kind::Nodes => scenario.cluster.nodes.iter().map(|it| it.name.as_str()).collect(),
            Kind::Partitions => scenario
                .policy
                .partitions
                .iter()
                .map(|it| it.name.as_str())
                .collect(),
            Kind::Qos => scenario.policy.qos.iter().map(|it| it.name.as_str()).collect(),
            Kind::Groups => {
                let listed = &scenario.policy.associations.accounts;
                listed.iter().map(|it| it.name.as_str()).collect()
            }
            Kind::Reservations => scenario
                .policy
                .reservations
                .iter()
                .map(|it| it.name.as_str())
                .collect(),
            Kind::Rules => vec![""],
        }
    }

    /// The first of a name.
    pub fn find(self, scenario: &Scenario, name: &str) -> Option<usize> {
        self.names(scenario).iter().position(|other| *other == name)
    }

    /// A name that nothing of the kind has: the word itself, or with a number.
    pub fn free_name(self, scenario: &Scenario, word: &str) -> String {
        let taken = self.names(scenario);
        let numbered = (2..).map(|n| format!("{word}-{n}"));
        std::iter::once(word.to_owned())
            .chain(numbered.take(taken.len() + 1))
            .find(|name| !taken.contains(&name.as_str()))
            .unwrap_or_default()
    }

    /// One more at the end, with the usual settings.
    pub fn add(self, scenario: &mut Scenario, name: String) {
        match self {
            Kind::Nodes => {
                let gpu = scenario.cluster.nodes.last().map(|group| group.gpu.clone());
                scenario.cluster.nodes.push(NodeGroup {
                    name,
                    count: 1,
                    gpu: gpu.unwrap_or_else(|| "h100".to_owned()),
                    ..NodeGroup::default()
                });
            }
            Kind::Partitions => scenario.policy.partitions.push(PartitionSpec {
                name,
                ..PartitionSpec::default()
            }),
            Kind::Qos => scenario.policy.qos.push(QosSpec {
                name,
                ..QosSpec::default()
            }),
            Kind::Groups => scenario.policy.associations.accounts.push(AccountSpec {
                name,
                ..AccountSpec::default()
            }),
            Kind::Reservations => scenario.policy.reservations.push(ReservationSpec {
                name,
                maint: false,
                ..ReservationSpec::default()
            }),
            Kind::Rules => {}
        }
    }

    /// The same again right after it, under another name.
    pub fn copy(self, scenario: &mut Scenario, at: usize, name: String) {
        with_list!(self, scenario, list => if let Some(it) = list.get(at) {
            let mut copy = it.clone();
            copy.name = name;
            list.insert(at + 1, copy);
        });
    }

    /// Takes one out; who names it is not asked.
    pub fn take(self, scenario: &mut Scenario, at: usize) {
        with_list!(self, scenario, list => if at < list.len() {
            list.remove(at);
        });
    }

    /// Changes places with the one before.
    pub fn earlier(self, scenario: &mut Scenario, at: usize) {
        with_list!(self, scenario, list => if at > 0 && at < list.len() {
            list.swap(at - 1, at);
        });
    }

    /// Puts back what another scenario has under a name, near its place there.
    pub fn put_back(self, scenario: &mut Scenario, from: &Scenario, name: &str) {
        let Some(place) = self.find(from, name) else {
            return;
        };
        match self {
            Kind::Nodes => put(&mut scenario.cluster.nodes, &from.cluster.nodes, place),
            Kind::Partitions => put(&mut scenario.policy.partitions, &from.policy.partitions, place),
            Kind::Qos => put(&mut scenario.policy.qos, &from.policy.qos, place),
            Kind::Groups => {
                let listed = &mut scenario.policy.associations.accounts;
                put(listed, &from.policy.associations.accounts, place);
            }
            Kind::Reservations => put(
                &mut scenario.policy.reservations,
                &from.policy.reservations,
                place,
            ),
            Kind::Rules => {}
        }
    }

    /// Puts what has these names into their order; others keep to the end.
    pub fn sort(self, scenario: &mut Scenario, names: &[String]) {
        with_list!(self, scenario, list => {
            let mut rest = std::mem::take(list);
            for name in names {
                if let Some(at) = rest.iter().position(|it| it.name == *name) {
                    list.push(rest.remove(at));
                }
            }
            list.append(&mut rest);
        });
    }

    /// Calls back with every list of names that names things of this kind: where it stands, and the list.
    pub fn each_list(self, scenario: &mut Scenario, call: &mut dyn FnMut(Place<'_>, &mut Vec<String>)) {
        let policy = &mut scenario.policy;
        match self {
            Kind::Nodes => {
                for it in &mut policy.partitions {
                    call(Place::Partition(&it.name), &mut it.nodes);
                }
                for it in &mut policy.reservations {
                    call(Place::Reservation(&it.name), &mut it.nodes);
                }
                for it in &mut scenario.cluster.outages {
                    call(Place::Outage, &mut it.nodes);
                }
                call(Place::Service, &mut policy.service.nodes);
            }
            Kind::Qos => {
                for it in &mut policy.partitions {
                    call(Place::Partition(&it.name), &mut it.allow_qos);
                    call(Place::Exception, &mut it.deny_qos);
                }
                for it in &mut policy.qos {
                    call(Place::Exception, &mut it.preempt);
                }
            }
            Kind::Groups => {
                for it in &mut policy.partitions {
                    call(Place::Partition(&it.name), &mut it.allow_accounts);
                    call(Place::Exception, &mut it.deny_accounts);
                }
                for it in &mut policy.reservations {
                    call(Place::Reservation(&it.name), &mut it.accounts);
                }
            }
            Kind::Partitions | Kind::Reservations | Kind::Rules => {}
        }
    }

    /// Everything that names one thing of this kind now names another, or nothing.
    pub fn name_instead(self, scenario: &mut Scenario, old: &str, new: Option<&str>) {
        self.each_list(scenario, &mut |_, names| match new {
            Some(new) => names
                .iter_mut()
                .filter(|name| *name == old)
                .for_each(|name| new.clone_into(name)),
            None => names.retain(|name| name != old),
        });
        let one = |name: &mut Option<String>| {
            if name.as_deref() == Some(old) {
                *name = new.map(str::to_owned);
            }
        };
        let policy = &mut scenario.policy;
        match self {
            Kind::Qos => policy.partitions.iter_mut().for_each(|it| one(&mut it.qos)),
            Kind::Groups => {
                policy
                    .associations
                    .accounts
                    .iter_mut()
                    .for_each(|it| one(&mut it.parent));
                match new {
                    Some(new) => {
                        let theirs = policy
                            .associations
                            .users
                            .iter_mut()
                            .filter(|it| it.account == old);
                        theirs.for_each(|it| new.clone_into(&mut it.account));
                    }
                    None => policy.associations.users.retain(|it| it.account != old),
                }
            }
            Kind::Nodes | Kind::Partitions | Kind::Reservations | Kind::Rules => {}
        }
    }
}

/// What a list of names belongs to, and so what becomes of it when its last name goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place<'a> {
    /// A partition: without a name it would mean everything and everybody.
    Partition(&'a str),
    /// A reservation, alike.
    Reservation(&'a str),
    /// An outage, alike.
    Outage,
    /// The nodes that may serve, alike.
    Service,
    /// Exceptions and rights: without a name there is none.
    Exception,
}

fn put<T: Clone>(list: &mut Vec<T>, from: &[T], place: usize) {
    if let Some(it) = from.get(place) {
        list.insert(place.min(list.len()), it.clone());
    }
}
