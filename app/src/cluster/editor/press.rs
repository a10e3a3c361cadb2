//! What the buttons of the page do.

use sim_core::scenario::{CutGpus, PartitionSpec, Scenario};

use super::{Editor, Scope, Sides, said};
use crate::cluster::differences::{Difference, WayBack, differences};
use crate::cluster::kinds::Kind;
use crate::cluster::removal::{Remedy, Removal};
use crate::cluster::slices;

impl Editor {
    /// A button was pressed.
    pub fn press(&mut self, verb: &str) {
        let mut words = verb.split('/');
        let verb = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        let kind = rest.first().and_then(|word| Kind::of_key(word));
        let number = |at: usize| rest.get(at).and_then(|word| word.parse::<usize>().ok());
        match (verb, kind, number(0), number(1)) {
            ("undo", ..) => self.step_back(),
            ("redo", ..) => self.step_again(),
            ("reset", ..) => self.reset(),
            ("keep", ..) => self.asked = None,
            ("go", ..) => self.carry_out(),
            ("tab", Some(kind), ..) => self.tab = kind,
            ("back", _, Some(at), _) => self.go_back(at),
            ("add", Some(kind), ..) => self.add(kind),
            ("copy", Some(kind), _, Some(at)) => self.copy(kind, at),
            ("remove", Some(kind), _, Some(at)) => self.remove(kind, at),
            ("earlier", Some(kind), _, Some(at)) => self.edit_at(kind, at, &|s, at| kind.earlier(s, at)),
            ("later", Some(kind), _, Some(at)) => self.edit_at(kind, at + 1, &|s, at| kind.earlier(s, at)),
            ("split", Some(kind), _, Some(at)) => self.split(kind, at),
            ("host", Some(Kind::Nodes), _, Some(at)) => self.partition_on(at),
            ("own", Some(Kind::Groups), _, Some(at)) => self.partition_for(at),
            ("cut", _, Some(at), _) => self.edit_at(Kind::Nodes, at, &|s, at| {
                let group = &mut s.cluster.nodes[at];
                let layout = slices::first(&group.gpu);
                group.cut.push(CutGpus { gpus: 1, layout });
            }),
            ("uncut", _, Some(at), Some(part)) => self.edit_cut(at, part, &|_, _| None),
            ("slice", _, Some(at), Some(part)) => {
                let profile = rest.get(2).copied().unwrap_or_default().to_owned();
                self.add_slice(at, part, &profile);
            }
            ("unslice", _, Some(at), Some(part)) => {
                let slice = number(2).unwrap_or(usize::MAX);
                self.edit_cut(at, part, &|gpu, layout| slices::without(gpu, layout, slice));
            }
            // Nothing on the page says so.
            _ => {}
        }
    }

    fn add(&mut self, kind: Kind) {
        let name = kind.free_name(self.now(), "new");
        let at = kind.names(self.now()).len();
        self.edit(&|s| {
            kind.add(s, name.clone());
            // Its limits and prices are those of the first, until somebody changes them.
            if let (Kind::Partitions, [first, .., last]) = (kind, s.policy.partitions.as_mut_slice()) {
                (last.max_time, last.default_time) = (first.max_time, None);
                last.billing.clone_from(&first.billing);
            }
        });
        self.opened = Some((kind, at));
    }

    fn copy(&mut self, kind: Kind, at: usize) {
        let Some(name) = kind
            .names(self.now())
            .get(at)
            .map(|name| kind.free_name(self.now(), name))
        else {
            return;
        };
        self.edit_at(kind, at, &|s, at| kind.copy(s, at, name.clone()));
        self.opened = Some((kind, at + 1));
    }

    /// One node of a group becomes a group of its own, in every list where the group is.
    fn split(&mut self, kind: Kind, at: usize) {
        let Some(name) = kind.names(self.now()).get(at).map(|name| (*name).to_owned()) else {
            return;
        };
        let new = kind.free_name(self.now(), &name);
        self.edit_at(kind, at, &|s, at| {
            if s.cluster.nodes[at].count < 2 {
                return;
            }
            kind.copy(s, at, new.clone());
            s.cluster.nodes[at].count -= 1;
            s.cluster.nodes[at + 1].count = 1;
            kind.each_list(s, &mut |_, names| {
                if let Some(place) = names.iter().position(|other| *other == name) {
                    names.insert(place + 1, new.clone());
                }
            });
        });
        self.opened = Some((kind, at + 1));
    }

    /// A partition on one group of nodes alone.
    fn partition_on(&mut self, at: usize) {
        let Some(nodes) = Kind::Nodes
            .names(self.now())
            .get(at)
            .map(|name| (*name).to_owned())
        else {
            return;
        };
        self.add(Kind::Partitions);
        self.touch_up_last(&|partition| partition.nodes = vec![nodes.clone()]);
    }

    /// A partition that lets in one group of people alone, before others on the same nodes.
    fn partition_for(&mut self, at: usize) {
        let Some(group) = Kind::Groups
            .names(self.now())
            .get(at)
            .map(|name| (*name).to_owned())
        else {
            return;
        };
        let name = Kind::Partitions.free_name(self.now(), &group);
        let nodes = self.now().cluster.nodes.last().map(|it| it.name.clone());
        self.add(Kind::Partitions);
        self.touch_up_last(&|partition| {
            partition.name.clone_from(&name);
            partition.allow_accounts = vec![group.clone()];
            partition.tier = 2;
            partition.nodes = nodes.clone().into_iter().collect();
        });
    }

    /// The partition that has just come, as part of the same step.
    fn touch_up_last(&mut self, edit: &dyn Fn(&mut PartitionSpec)) {
        let sides = match self.scope {
            Scope::Proposal => vec![&mut self.sides.proposal],
            Scope::Both => vec![&mut self.sides.proposal, &mut self.sides.base],
        };
        for side in sides {
            side.policy.partitions.last_mut().into_iter().for_each(edit);
        }
        self.tab = Kind::Partitions;
        if let Some(before) = self.past.last() {
            self.said = said(&differences(&before.proposal, &self.sides.proposal));
        }
    }

    fn add_slice(&mut self, at: usize, part: usize, profile: &str) {
        let group = self.now().cluster.nodes.get(at);
        let cut = group.and_then(|group| Some((&group.gpu, &group.cut.get(part)?.layout)));
        let offer = cut.and_then(|(gpu, layout)| {
            let offers = slices::offers(gpu, layout);
            offers.into_iter().find(|offer| offer.profile == profile)
        });
        match offer.map(|offer| offer.why) {
            None => {}
            Some(Some(why)) => self.said = format!("{profile} is not added: {why}."),
            Some(None) => self.edit_cut(at, part, &|_, layout| Some(slices::with(layout, profile))),
        }
    }

    /// Changes one layout of a group by its GPU's type and text; nothing: the cut goes.
    pub(super) fn edit_cut(&mut self, at: usize, part: usize, edit: &dyn Fn(&str, &str) -> Option<String>) {
        self.edit_at(Kind::Nodes, at, &|s, at| {
            let group = &mut s.cluster.nodes[at];
            let Some(cut) = group.cut.get_mut(part) else {
                return;
            };
            match edit(&group.gpu, &cut.layout) {
                Some(layout) => cut.layout = layout,
                None => drop(group.cut.remove(part)),
            }
        });
    }

    fn remove(&mut self, kind: Kind, at: usize) {
        match Removal::of(self.now(), kind, at) {
            Some(removal) if removal.is_free() => self.edit(&|s| removal.carry_out(s)),
            Some(removal) => {
                self.said = removal.breaks.join(" ");
                self.asked = Some(removal);
            }
            None => {}
        }
    }

    fn carry_out(&mut self) {
        if let Some(removal) = self.asked.take()
            && removal.remedy != Remedy::Refuse
        {
            self.edit(&|s| removal.carry_out(s));
        }
    }

    /// Undoes one difference from the preset.
    fn go_back(&mut self, at: usize) {
        let Some((
            Difference {
                way_back: Some(way), ..
            },
            is_theirs,
        )) = self.differences().into_iter().nth(at)
        else {
            return;
        };
        if let WayBack::Take(kind, name) = &way {
            // Others may have come to need it.
            if let Some(place) = kind.names(self.now()).iter().rposition(|other| other == name) {
                self.tab = *kind;
                self.remove(*kind, place);
            }
            return;
        }
        let preset = self.preset.clone();
        let scope = self.scope;
        if is_theirs {
            self.scope = Scope::Both;
        }
        self.edit(&|s| way.go(s, &preset));
        self.scope = scope;
    }

    fn reset(&mut self) {
        let (horizon, seed) = (self.now().horizon, self.now().seed);
        let preset = Scenario {
            horizon,
            seed,
            ..self.preset.clone()
        };
        self.both(Sides {
            base: preset.clone(),
            proposal: preset,
        });
    }
}
