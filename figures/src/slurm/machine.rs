//! The machine: nodes, their GPUs, and how some are cut.

use sim_core::scenario::mig::Layout;
use sim_core::scenario::{ClusterSpec, NodeGroup, Scenario, TresCounts, TresName};

use super::conf::{Options, set};
use super::{Export, Line, plural, safe};
use crate::aloud::length;

pub(super) fn write(scenario: &Scenario, out: &mut Export) {
    let ClusterSpec { nodes, outages } = &scenario.cluster;
    tracked(scenario, out);
    for group in nodes {
        node(group, out);
        gres(group, out);
    }
    for (number, outage) in outages.iter().enumerate() {
        let whose = if outage.nodes.is_empty() {
            String::from("all nodes")
        } else {
            outage.nodes.join(", ")
        };
        out.without(
            format!("cluster.outages.{}", number + 1),
            format!(
                "{whose}: {} for {}, {} after the beginning",
                if outage.drain { "drained" } else { "down" },
                length(outage.duration),
                length(outage.start)
            ),
            "it happens to a machine and is no setting; scontrol update nodename=… state=drain takes nodes out",
        );
    }
}

/// GresTypes and AccountingStorageTRES: what limits and weights may name.
fn tracked(scenario: &Scenario, out: &mut Export) {
    let policy = &scenario.policy;
    let shards = |counts: &TresCounts| counts.get(&TresName::Shard).is_some();
    let mut has_shards = false;
    for qos in &policy.qos {
        let l = &qos.limits;
        has_shards |= [
            &l.grp_tres,
            &l.grp_tres_mins,
            &l.grp_tres_run_mins,
            &l.max_tres_pj,
            &l.max_tres_pn,
            &l.min_tres_pj,
            &l.max_tres_pu,
            &l.max_tres_pa,
        ]
        .into_iter()
        .any(shards);
    }
    let types = if has_shards { "gpu,shard" } else { "gpu" };
    set(out, "GresTypes", types, "", "GPUs are counted");
    let mut names = vec![String::from("gres/gpu")];
    names.extend(
        scenario
            .cluster
            .types()
            .iter()
            .map(|kind| format!("gres/gpu:{}", safe(kind))),
    );
    if has_shards {
        names.push(String::from("gres/shard"));
    }
    set(
        out,
        "AccountingStorageTRES",
        &names.join(","),
        "",
        "only what stands here can be limited and charged; every device counts in gres/gpu and in its type",
    );
}

/// The nodes of a group as one word: `node[1-8]`, `h200-[1-3]`, `login`.
pub(super) fn hosts(group: &NodeGroup) -> Option<String> {
    let name = safe(&group.name);
    match group.count {
        0 => None,
        1 => Some(name),
        n if name.ends_with(|last: char| last.is_ascii_digit()) => Some(format!("{name}-[1-{n}]")),
        n => Some(format!("{name}[1-{n}]")),
    }
}

/// The nodes of several groups, by name; of none, all.
pub(super) fn hosts_of(cluster: &ClusterSpec, names: &[String]) -> String {
    if names.is_empty() {
        return String::from("ALL");
    }
    let groups = names
        .iter()
        .filter_map(|name| cluster.nodes.iter().find(|group| group.name == *name));
    let hosts: Vec<String> = groups.filter_map(hosts).collect();
    hosts.join(",")
}

/// Types and numbers of a node's devices, in index order.
fn devices(group: &NodeGroup) -> Vec<(String, u64)> {
    let kinds = group.types().into_iter();
    kinds
        .map(|kind| (safe(&kind), group.count_of(|other| other == kind)))
        .collect()
}

fn node(group: &NodeGroup, out: &mut Export) {
    let NodeGroup {
        name,
        count,
        gpus: _,
        gpu: _,
        cpus,
        weight,
        more: _,
        cut: _,
    } = group;
    let Some(hosts) = hosts(group) else {
        return out.without(
            format!("cluster.nodes.{name}"),
            format!("a group {name} without nodes"),
            "a line needs a node",
        );
    };
    let gres: Vec<String> = devices(group)
        .iter()
        .map(|(kind, n)| format!("gpu:{kind}:{n}"))
        .collect();
    let mut options = Options::default();
    if !gres.is_empty() {
        options.add(
            format!("Gres={}", gres.join(",")),
            "its devices by type; a slice is one",
        );
    }
    if *cpus > 0 {
        options.add(format!("CPUs={cpus}"), "counted, so that they can run short");
    }
    options.number(
        "Weight",
        u64::from(*weight),
        1,
        "nodes of lower weight are filled first",
    );
    let (words, mut why) = options.into_line();
    why.insert(0, format!("{count} node{} of the group {name}", plural(*count)));
    out.slurm_conf.push(Line {
        about: format!("NodeName={}", safe(name)),
        text: format!("NodeName={hosts} {words}").trim_end().to_owned(),
        why,
        back: format!("# take out the line NodeName={hosts}"),
    });
}

fn gres(group: &NodeGroup, out: &mut Export) {
    let Some(hosts) = hosts(group) else { return };
    if group.cut.iter().all(|cut| cut.gpus == 0) {
        let mut first = 0;
        for (kind, n) in devices(group) {
            let last = first + n.saturating_sub(1);
            let files = if n == 1 {
                first.to_string()
            } else {
                format!("[{first}-{last}]")
            };
            out.gres_conf.push(Line {
                about: format!("{}/{kind}", safe(&group.name)),
                text: format!("NodeName={hosts} Name=gpu Type={kind} File=/dev/nvidia{files}"),
                why: vec![format!("whole GPUs of the group {}", group.name)],
                back: format!("# take out the line of NodeName={hosts} Type={kind}"),
            });
            first = last + 1;
        }
        return;
    }
    out.gres_conf.push(Line {
        about: format!("{}/cut", safe(&group.name)),
        text: format!("NodeName={hosts} AutoDetect=nvml"),
        why: vec![format!(
            "slices are found by NVML, by types that hold those of Gres in the group {}; Slurm itself never cuts a GPU",
            group.name
        )],
        back: format!("# take out the line NodeName={hosts} AutoDetect=nvml"),
    });
    // Cut GPUs come last in index order.
    let cut: u32 = group.cut.iter().map(|cut| cut.gpus).fold(0, u32::saturating_add);
    let more: u32 = group
        .more
        .iter()
        .map(|more| more.count)
        .fold(0, u32::saturating_add);
    let mut at = group.gpus.saturating_sub(cut).saturating_add(more);
    for (number, cut) in group.cut.iter().enumerate().filter(|(_, cut)| cut.gpus > 0) {
        let indices: Vec<String> = (at..at.saturating_add(cut.gpus))
            .map(|gpu| gpu.to_string())
            .collect();
        at = at.saturating_add(cut.gpus);
        let Ok(layout) = Layout::parse(&group.gpu, &cut.layout) else {
            continue;
        };
        let profiles: Vec<String> = layout.slices().iter().map(|slice| safe(&slice.profile)).collect();
        let gpus = indices.join(",");
        out.commands.push(Line {
            about: format!("nvidia-smi/{}/{number}", safe(&group.name)),
            text: format!(
                "nvidia-smi -i {gpus} -mig 1 && nvidia-smi mig -i {gpus} -cgi {} -C",
                profiles.join(",")
            ),
            why: vec![format!(
                "on each of {hosts}, drained: cut {} GPU{} into {}; where instances lie follows the order in which they are made",
                cut.gpus,
                plural(cut.gpus),
                cut.layout
            )],
            back: format!("nvidia-smi mig -i {gpus} -dci && nvidia-smi mig -i {gpus} -dgi && nvidia-smi -i {gpus} -mig 0"),
        });
    }
}
