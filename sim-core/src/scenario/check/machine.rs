//! Checks of the machine: node groups and their devices, how GPUs are cut, when nodes are away.

use super::Found;
use super::names::{all_known, groups, named, path_of};
use crate::scenario::mig::{Geometry, Layout};
use crate::scenario::{CutGpus, NodeGroup, Scenario};
use crate::units::{Span, Time};

/// More devices than any page can draw or any budget of time allows for.
const MOST_GPUS: u64 = 100_000;

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    let all = &scenario.cluster.nodes;
    for (i, group) in all.iter().enumerate() {
        let path = path_of("cluster.nodes", &group.name, i);
        let before = all[..i].iter().map(|other| other.name.as_str());
        named(
            &path,
            ("node group", "node groups"),
            "a100",
            &group.name,
            before,
            found,
        );
        if group.gpus == 0 && group.more.is_empty() && group.cpus == 0 {
            found.error(
                format!("{path}.gpus"),
                "a node with neither GPUs nor CPUs holds no job",
                "leave the group out, or give it GPUs",
            );
        }
        devices(&path, group, found);
        cuts(&path, group, found);
    }
    size(scenario, found);
    outages(scenario, found);
}

fn size(scenario: &Scenario, found: &mut Found) {
    let all = &scenario.cluster.nodes;
    let nodes: u64 = all.iter().map(|group| u64::from(group.count)).sum();
    let devices = |group: &NodeGroup| {
        let more: u64 = group.more.iter().map(|more| u64::from(more.count)).sum();
        u64::from(group.count).saturating_mul(u64::from(group.gpus) + more)
    };
    let gpus = all.iter().map(devices).fold(0, u64::saturating_add);
    if nodes == 0 {
        found.error(
            "cluster.nodes",
            "there is no node",
            "add a group, such as count = 8 with gpus = 4",
        );
    } else if gpus > MOST_GPUS {
        let what = format!("{gpus} GPUs are more than {MOST_GPUS}");
        found.error(
            "cluster.nodes",
            what,
            "simulate a smaller copy with the same proportions",
        );
    }
}

fn devices(path: &str, group: &NodeGroup, found: &mut Found) {
    type_name(&format!("{path}.gpu"), &group.gpu, found);
    if (1..group.gpus).contains(&group.cpus) {
        let what = format!("{} CPUs for {} GPUs", group.cpus, group.gpus);
        let remedy = "every job takes a CPU, so some GPUs stay idle: write more, or 0 for as many as needed";
        found.warning(format!("{path}.cpus"), what, remedy);
    }
    for (i, more) in group.more.iter().enumerate() {
        let path = format!("{path}.more.{}", i + 1);
        type_name(&format!("{path}.gpu"), &more.gpu, found);
        if more.count == 0 {
            let remedy = "write how many each node has, or leave the entry out";
            found.error(format!("{path}.count"), "no device", remedy);
        }
        let here_already = more.gpu == group.gpu || group.more[..i].iter().any(|other| other.gpu == more.gpu);
        if here_already && !more.gpu.is_empty() {
            let what = format!("`{}` is there already", more.gpu);
            found.error(format!("{path}.gpu"), what, "count its devices in one place");
        }
    }
}

/// A type has to be written in limits, between `gres/gpu:` and `=`.
fn type_name(path: &str, name: &str, found: &mut Found) {
    if name.is_empty() {
        found.error(path, "no type", "write the model, such as gpu = \"a100\"");
    } else if name.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '=' | ':')) {
        let what = format!("`{name}` cannot be written in a limit");
        let remedy = "leave out spaces, commas, colons and equals signs";
        found.error(path, what, remedy);
    }
}

fn cuts(path: &str, group: &NodeGroup, found: &mut Found) {
    let cut: u64 = group.cut.iter().map(|cut| u64::from(cut.gpus)).sum();
    if cut > u64::from(group.gpus) {
        let what = format!("{cut} GPUs are cut, and a node has {}", group.gpus);
        found.error(
            format!("{path}.cut"),
            what,
            "cut fewer; `gpus` counts the cut ones too",
        );
    }
    for (i, part) in group.cut.iter().enumerate() {
        let path = format!("{path}.cut.{}", i + 1);
        if part.gpus == 0 {
            let remedy = "write how many GPUs of each node are cut so, or leave the entry out";
            found.error(format!("{path}.gpus"), "no GPU is cut", remedy);
        }
        layout(&format!("{path}.layout"), group, part, found);
    }
}

fn layout(path: &str, group: &NodeGroup, cut: &CutGpus, found: &mut Found) {
    let layout = match Layout::parse(&group.gpu, &cut.layout) {
        Ok(layout) => layout,
        Err(error) => return found.error(path, error.what(), error.remedy()),
    };
    match layout.geometry() {
        Geometry::Declared => {
            let what = format!(
                "the slices of a `{}` are not known here, so nobody checks that they fit",
                group.gpu
            );
            let remedy = "look them up with nvidia-smi mig -lgipp, or name a model such as a100, a100-80, h100 or h200";
            found.warning(path, what, remedy);
        }
        Geometry::Checked(..) => {
            if let Some(profile) = layout.room() {
                let what = format!(
                    "{} of 7 compute slices are left, and a {profile} would fit",
                    layout.lost()
                );
                found.warning(path, what, format!("nobody can use the rest: add {profile}"));
            }
        }
    }
}

fn outages(scenario: &Scenario, found: &mut Found) {
    let end = Time::ZERO + scenario.horizon.whole();
    for (i, outage) in scenario.cluster.outages.iter().enumerate() {
        let path = format!("cluster.outages.{}", i + 1);
        all_known(
            &format!("{path}.nodes"),
            "node group",
            &outage.nodes,
            groups(scenario),
            found,
        );
        if outage.duration == Span::ZERO {
            let remedy = "write a time such as \"4h\", or leave the outage out";
            found.error(format!("{path}.duration"), "no time", remedy);
        }
        if Time::ZERO + outage.start >= end {
            let what = format!("{} is after the simulated time", outage.start);
            let remedy = "it never happens: let it begin earlier, or simulate longer";
            found.warning(format!("{path}.start"), what, remedy);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, problem, warning};
    use crate::scenario::{CutGpus, Devices, NodeGroup, Outage, Scenario};
    use crate::units::Span;

    fn cut(gpu: &'static str, gpus: u32, layout: &'static str) -> impl Fn(&mut Scenario) {
        move |s| {
            s.cluster.nodes[0].gpu = gpu.into();
            s.cluster.nodes[0].cut.push(CutGpus {
                gpus,
                layout: layout.into(),
            });
        }
    }

    #[test]
    fn a_machine_without_gpus_or_with_too_many_is_refused() {
        assert_eq!(error(|s| s.cluster.nodes.clear()), "cluster.nodes");
        assert_eq!(error(|s| s.cluster.nodes[0].count = 0), "cluster.nodes");
        assert_eq!(error(|s| s.cluster.nodes[0].gpus = 0), "cluster.nodes.node.gpus");
        assert_eq!(error(|s| s.cluster.nodes[0].count = u32::MAX), "cluster.nodes");
        assert_eq!(
            error(|s| s.cluster.nodes.push(NodeGroup::default())),
            "cluster.nodes.node"
        );
        assert_eq!(error(|s| s.cluster.nodes[0].name.clear()), "cluster.nodes.1");
    }

    #[test]
    fn devices_have_a_type_of_their_own() {
        let more = |gpu: &'static str, count| {
            move |s: &mut Scenario| {
                s.cluster.nodes[0].more.push(Devices {
                    gpu: gpu.into(),
                    count,
                });
            }
        };
        assert_eq!(error(more("", 1)), "cluster.nodes.node.more.1.gpu");
        assert_eq!(error(more("l4,l40", 1)), "cluster.nodes.node.more.1.gpu");
        assert_eq!(error(more("gpu", 1)), "cluster.nodes.node.more.1.gpu");
        assert_eq!(error(more("l4", 0)), "cluster.nodes.node.more.1.count");
        assert_eq!(error(more("l4", u32::MAX)), "cluster.nodes");
        assert_eq!(
            error(|s| s.cluster.nodes[0].gpu.clear()),
            "cluster.nodes.node.gpu"
        );
        assert_eq!(
            warning(|s| s.cluster.nodes[0].cpus = 3),
            "cluster.nodes.node.cpus"
        );
    }

    #[test]
    fn a_cut_has_to_fit_and_to_leave_nothing_over() {
        assert_eq!(error(cut("a100", 5, "7x1g.5gb")), "cluster.nodes.node.cut");
        assert_eq!(error(cut("a100", 0, "7x1g.5gb")), "cluster.nodes.node.cut.1.gpus");
        let text = problem(cut("a100", 2, "4g.20gb+2x2g.10gb")).to_string();
        assert!(
            text.starts_with("cluster.nodes.node.cut.1.layout: 2×2g+4g does not fit on one GPU: "),
            "{text}"
        );
        let text = problem(cut("a100", 2, "3g.20gb")).to_string();
        assert!(text.contains("4 of 7 compute slices are left"), "{text}");
        assert_eq!(
            warning(cut("b200", 1, "7x1g.23gb")),
            "cluster.nodes.node.cut.1.layout"
        );
        let mut scenario = Scenario::default();
        cut("a100", 4, "3g.20gb+2x2g.10gb")(&mut scenario);
        assert_eq!(scenario.check().unwrap().1, []);
    }

    #[test]
    fn an_outage_takes_time_and_happens() {
        let outage = |change: fn(&mut Outage)| {
            move |s: &mut Scenario| {
                let mut outage = Outage::default();
                change(&mut outage);
                s.cluster.outages.push(outage);
            }
        };
        assert_eq!(
            error(outage(|o| o.duration = Span::ZERO)),
            "cluster.outages.1.duration"
        );
        assert_eq!(
            error(outage(|o| o.nodes = vec!["nod".into()])),
            "cluster.outages.1.nodes"
        );
        assert_eq!(
            error(outage(|o| o.nodes = vec!["node".into(), "node".into()])),
            "cluster.outages.1.nodes"
        );
        assert_eq!(
            warning(outage(|o| o.start = Span::days(80))),
            "cluster.outages.1.start"
        );
    }
}
