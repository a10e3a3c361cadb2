//! The devices of a node, one by one, as Slurm counts them.

use super::mig::{Layout, slice_type};
use super::{ClusterSpec, CutGpus, NodeGroup};
use crate::units::SEVENTHS;

/// One device of a node: a whole GPU or a slice. Each counts one in `gres/gpu`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its type, as in `gres/gpu:TYPE`: `a100`, `a100_3g.20gb`.
    pub kind: String,
    /// Its compute slices, in sevenths of a GPU.
    pub sevenths: u64,
    /// Which GPU of the node it is or lies on, from 0.
    pub gpu: u32,
}

impl NodeGroup {
    /// The devices of each node in index order: whole GPUs, then `more`, then the slices of those that are cut, all of one
    /// type before the next, as Slurm lists them. For scenarios that passed [`super::Scenario::check`].
    pub fn devices(&self) -> Vec<Device> {
        let cut = self.cut.iter().map(|cut| cut.gpus).fold(0, u32::saturating_add);
        let wholes = std::iter::once((&self.gpu, self.gpus.saturating_sub(cut)))
            .chain(self.more.iter().map(|more| (&more.gpu, more.count)));
        let mut devices = Vec::new();
        let mut gpu = 0;
        for (kind, count) in wholes {
            for _ in 0..count {
                devices.push(Device {
                    kind: kind.clone(),
                    sevenths: SEVENTHS,
                    gpu,
                });
                gpu += 1;
            }
        }
        for cut in &self.cut {
            let Ok(layout) = Layout::parse(&self.gpu, &cut.layout) else {
                continue;
            };
            let slices = layout.slices();
            for (at, first) in slices.iter().enumerate() {
                if slices[..at].contains(first) {
                    continue;
                }
                let alike = slices.iter().filter(|slice| *slice == first).count();
                for on in gpu..gpu + cut.gpus {
                    let device = Device {
                        kind: slice_type(&self.gpu, &first.profile),
                        sevenths: u64::from(first.compute),
                        gpu: on,
                    };
                    devices.extend(std::iter::repeat_n(device, alike));
                }
            }
            gpu += cut.gpus;
        }
        devices
    }

    /// How many devices of these types each node has.
    pub fn count_of(&self, wanted: impl Fn(&str) -> bool) -> u64 {
        let cut: u32 = self.cut.iter().map(|cut| cut.gpus).fold(0, u32::saturating_add);
        let one = |kind: &str, count: u32| if wanted(kind) { u64::from(count) } else { 0 };
        let wholes = one(&self.gpu, self.gpus.saturating_sub(cut));
        let more: u64 = self.more.iter().map(|more| one(&more.gpu, more.count)).sum();
        let slices = |cut: &CutGpus| {
            let layout = Layout::parse(&self.gpu, &cut.layout);
            let of_one = layout.map_or(0, |layout| {
                layout.types(&self.gpu).filter(|kind| wanted(kind)).count()
            });
            u64::from(cut.gpus) * of_one as u64
        };
        wholes + more + self.cut.iter().map(slices).sum::<u64>()
    }

    /// The types of its devices in index order, each once.
    pub fn types(&self) -> Vec<String> {
        // One of each is enough to name them, however many there are.
        let mut types: Vec<String> = Vec::new();
        let mut add = |kind: String| {
            if !types.contains(&kind) {
                types.push(kind);
            }
        };
        let cut = self.cut.iter().map(|cut| cut.gpus).fold(0, u32::saturating_add);
        if self.gpus > cut {
            add(self.gpu.clone());
        }
        for more in self.more.iter().filter(|more| more.count > 0) {
            add(more.gpu.clone());
        }
        for cut in self.cut.iter().filter(|cut| cut.gpus > 0) {
            if let Ok(layout) = Layout::parse(&self.gpu, &cut.layout) {
                layout.types(&self.gpu).for_each(&mut add);
            }
        }
        types
    }
}

/// What stands in a machine, whole GPUs and slices. Counted without listing devices, so any numbers will do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Installed {
    /// Nodes.
    pub nodes: u64,
    /// GPUs, whole or cut, those of further types included.
    pub gpus: u64,
    /// Of these, how many are cut.
    pub cut: u64,
    /// Slices on those that are cut.
    pub slices: u64,
    /// Sevenths of a GPU that are lost to the cut: nobody can use them.
    pub lost: u64,
}

impl Installed {
    /// Capacity in sevenths of a GPU.
    pub fn sevenths(&self) -> u64 {
        self.gpus.saturating_mul(SEVENTHS)
    }

    fn and(self, other: Installed) -> Installed {
        Installed {
            nodes: self.nodes.saturating_add(other.nodes),
            gpus: self.gpus.saturating_add(other.gpus),
            cut: self.cut.saturating_add(other.cut),
            slices: self.slices.saturating_add(other.slices),
            lost: self.lost.saturating_add(other.lost),
        }
    }
}

impl NodeGroup {
    /// What stands in all nodes of the group. Of a layout that cannot be read nothing but its GPUs is counted.
    pub fn installed(&self) -> Installed {
        let nodes = u64::from(self.count);
        let more: u64 = self.more.iter().map(|more| u64::from(more.count)).sum();
        let mut all = Installed {
            nodes,
            gpus: nodes.saturating_mul(u64::from(self.gpus) + more),
            ..Installed::default()
        };
        for part in &self.cut {
            let gpus = nodes.saturating_mul(u64::from(part.gpus));
            all.cut = all.cut.saturating_add(gpus);
            if let Ok(layout) = Layout::parse(&self.gpu, &part.layout) {
                let slices = layout.slices().len() as u64;
                all.slices = all.slices.saturating_add(gpus.saturating_mul(slices));
                all.lost = all.lost.saturating_add(gpus.saturating_mul(layout.lost()));
            }
        }
        all
    }
}

impl ClusterSpec {
    /// What stands in the whole machine.
    pub fn installed(&self) -> Installed {
        self.nodes
            .iter()
            .fold(Installed::default(), |sum, group| sum.and(group.installed()))
    }

    /// The types of all devices, each once, in the order of the cluster: that in which limits on types are tested.
    pub fn types(&self) -> Vec<String> {
        let mut types: Vec<String> = Vec::new();
        for group in self.nodes.iter().filter(|group| group.count > 0) {
            for kind in group.types() {
                if !types.contains(&kind) {
                    types.push(kind);
                }
            }
        }
        types
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Devices;

    #[test]
    fn whole_gpus_come_first_and_slices_last() {
        let group = NodeGroup {
            gpus: 3,
            gpu: String::from("a100"),
            more: vec![Devices {
                gpu: String::from("l4"),
                count: 1,
            }],
            cut: vec![CutGpus {
                gpus: 2,
                layout: String::from("3g.20gb+2x2g.10gb"),
            }],
            ..NodeGroup::default()
        };
        let devices = group.devices();
        let kinds: Vec<(&str, u64, u32)> = devices.iter().map(|d| (&d.kind[..], d.sevenths, d.gpu)).collect();
        assert_eq!(
            kinds,
            [
                ("a100", 7, 0),
                ("l4", 7, 1),
                ("a100_3g.20gb", 3, 2),
                ("a100_3g.20gb", 3, 3),
                ("a100_2g.10gb", 2, 2),
                ("a100_2g.10gb", 2, 2),
                ("a100_2g.10gb", 2, 3),
                ("a100_2g.10gb", 2, 3),
            ]
        );
        assert_eq!(group.types(), ["a100", "l4", "a100_3g.20gb", "a100_2g.10gb"]);
        assert_eq!(group.count_of(|_| true), 8);
        assert_eq!(group.count_of(|kind| kind == "a100_2g.10gb"), 4);
    }

    #[test]
    fn a_type_is_there_only_while_a_device_has_it() {
        let cut = CutGpus {
            gpus: 4,
            layout: String::from("7x1g.5gb"),
        };
        let group = NodeGroup {
            gpu: String::from("a100"),
            cut: vec![cut],
            ..NodeGroup::default()
        };
        let empty = NodeGroup {
            count: 0,
            ..NodeGroup::default()
        };
        let cluster = ClusterSpec {
            nodes: vec![group, empty],
            ..ClusterSpec::default()
        };
        assert_eq!(cluster.types(), ["a100_1g.5gb"]);
    }

    #[test]
    fn what_is_installed_agrees_with_the_devices_one_by_one() {
        let group = NodeGroup {
            count: 3,
            gpus: 8,
            gpu: String::from("h200"),
            more: vec![Devices {
                gpu: String::from("l4"),
                count: 1,
            }],
            cut: vec![CutGpus {
                gpus: 6,
                layout: String::from("2x3g.71gb"),
            }],
            ..NodeGroup::default()
        };
        let devices = group.devices();
        let cluster = ClusterSpec {
            nodes: vec![group],
            outages: Vec::new(),
        };
        let all = cluster.installed();
        assert_eq!((all.nodes, all.gpus, all.cut, all.slices), (3, 27, 18, 36));
        let usable: u64 = devices.iter().map(|device| device.sevenths).sum();
        assert_eq!(all.sevenths() - all.lost, 3 * usable);
    }

    #[test]
    fn no_number_is_too_large_to_be_counted() {
        let group = NodeGroup {
            count: u32::MAX,
            gpus: u32::MAX,
            ..NodeGroup::default()
        };
        let cluster = ClusterSpec {
            nodes: vec![group.clone(), group],
            outages: Vec::new(),
        };
        assert_eq!(cluster.installed().sevenths(), u64::MAX);
    }
}
