//! What a cluster is made of, as a picture and in words: each node a box, its GPUs in it, slices drawn to scale.
//!
//! The drawing is markup, a row for each group of nodes, so that it folds with the page; colours and textures are the style
//! sheet's. A seventh of a GPU is three pixels wide everywhere, so what is lost to a cut can be seen.

use sim_core::scenario::mig::{Geometry, Layout, MEMORY_SLOTS};
use sim_core::scenario::{ClusterSpec, NodeGroup, PartitionSpec, Scenario};

use crate::figure::{Figure, Table};
use crate::format::{count, counted};
use crate::markup::escape;

/// A seventh of a GPU.
const SEVENTH: u32 = 3;
/// A GPU.
const GPU: (u32, u32) = (7 * SEVENTH, 13);
const GAP: u32 = 3;
const MARGIN: u32 = 4;
/// GPUs beside each other in a node.
const COLUMNS: u32 = 4;
/// No more nodes of a group are drawn, nor more GPUs of a node: the words say how many there are.
const MOST_NODES: u32 = 24;
const MOST_GPUS: u32 = 16;

/// What has become of a group since the preset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Since {
    /// It was so before.
    Same,
    /// It is set otherwise.
    Changed,
    /// It was not there.
    New,
}

impl Since {
    /// By the group of that name in the preset.
    pub fn of(group: &NodeGroup, preset: &ClusterSpec) -> Since {
        match preset.nodes.iter().find(|other| other.name == group.name) {
            None => Since::New,
            Some(other) if other == group => Since::Same,
            Some(_) => Since::Changed,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Since::Same => "",
            Since::Changed => "changed",
            Since::New => "new",
        }
    }
}

/// Title, finding and table of a machine.
pub fn figure(scenario: &Scenario) -> Figure {
    let cluster = &scenario.cluster;
    let row = |group: &NodeGroup| {
        let all = group.installed();
        vec![
            group.name.clone(),
            count(all.nodes),
            makes(group),
            count(all.gpus),
            count(all.slices),
            count(all.lost),
            covered_by(scenario, group),
        ]
    };
    let all = cluster.installed();
    let headings = [
        "Nodes",
        "How many",
        "Each has",
        "GPUs",
        "Slices",
        "Sevenths lost",
        "Partitions",
    ];
    Figure {
        title: "What is the machine made of?".to_owned(),
        finding: finding(cluster),
        table: Table {
            caption: "The machine by groups of nodes".to_owned(),
            headings: headings.map(str::to_owned).to_vec(),
            rows: cluster.nodes.iter().map(row).collect(),
            sums: Some(vec![
                "All".to_owned(),
                count(all.nodes),
                String::new(),
                count(all.gpus),
                count(all.slices),
                count(all.lost),
                String::new(),
            ]),
        },
        made_from: String::new(),
    }
}

/// "144 GPUs in 22 nodes. 6 are cut into 12 slices; 6 of 1 008 sevenths are lost to the cut."
pub fn finding(cluster: &ClusterSpec) -> String {
    let all = cluster.installed();
    let size = format!(
        "{} in {}.",
        counted(all.gpus, "GPU", "GPUs"),
        counted(all.nodes, "node", "nodes")
    );
    let sevenths = count(all.sevenths());
    match (all.cut, all.lost) {
        (0, _) => format!("{size} None is cut into slices."),
        (cut, lost) => format!(
            "{size} {} cut into {}; {} of {sevenths} sevenths {} lost to the cut.",
            match cut {
                1 => "1 is".to_owned(),
                cut => format!("{} are", count(cut)),
            },
            counted(all.slices, "slice", "slices"),
            match lost {
                0 => "none".to_owned(),
                lost => count(lost),
            },
            if lost > 1 { "are" } else { "is" },
        ),
    }
}

/// What each node of a group has: "8 h200, 6 of them cut", "4 a100 and 1 l4".
pub fn makes(group: &NodeGroup) -> String {
    let mut parts = Vec::new();
    if group.gpus > 0 {
        parts.push(format!("{} {}", group.gpus, group.gpu));
    }
    parts.extend(
        group
            .more
            .iter()
            .map(|more| format!("{} {}", more.count, more.gpu)),
    );
    if parts.is_empty() {
        return match group.cpus {
            1 => "1 CPU".to_owned(),
            cpus => format!("{cpus} CPUs"),
        };
    }
    let cut: u64 = group.cut.iter().map(|part| u64::from(part.gpus)).sum();
    let cut = match cut {
        0 => String::new(),
        cut if cut == u64::from(group.gpus) && group.more.is_empty() => ", cut".to_owned(),
        cut => format!(", {cut} of them cut"),
    };
    format!("{}{cut}", parts.join(" and "))
}

/// The partitions that cover a group, in their order.
pub fn covered_by(scenario: &Scenario, group: &NodeGroup) -> String {
    let covers =
        |partition: &&PartitionSpec| partition.nodes.is_empty() || partition.nodes.contains(&group.name);
    let names: Vec<&str> = scenario
        .policy
        .partitions
        .iter()
        .filter(covers)
        .map(|partition| partition.name.as_str())
        .collect();
    match names.as_slice() {
        [] => "in no partition".to_owned(),
        names => names.join(", "),
    }
}

/// The whole machine: a row for each group of nodes. What has changed since the preset is marked.
pub fn picture(scenario: &Scenario, preset: &ClusterSpec) -> String {
    let rows: String = scenario
        .cluster
        .nodes
        .iter()
        .map(|group| {
            let since = Since::of(group, preset);
            let mark = match since {
                Since::Same => String::new(),
                Since::Changed | Since::New => format!(" <span class=\"cl-mark\">{}</span>", since.word()),
            };
            format!(
                "<li><p class=\"machine-name\"><b>{name}</b>{mark}<span>{nodes} × {makes}</span></p>\
                 <div class=\"machine-nodes\" aria-hidden=\"true\">{boxes}</div>\
                 <p class=\"machine-in\"><span class=\"sr\">Partitions: </span>{in_}</p></li>",
                name = escape(&group.name),
                nodes = count(u64::from(group.count)),
                makes = escape(&makes(group)),
                boxes = boxes(group),
                in_ = escape(&covered_by(scenario, group)),
            )
        })
        .collect();
    format!("<ul class=\"machine bare\">{rows}</ul>")
}

/// The nodes of a group, each a box.
pub fn boxes(group: &NodeGroup) -> String {
    let one = node(group);
    let drawn = group.count.min(MOST_NODES);
    let mut boxes = one.repeat(drawn as usize);
    if group.count > drawn {
        boxes += &format!("<span>and {} more</span>", count(u64::from(group.count - drawn)));
    }
    boxes
}

/// One node with its GPUs.
fn node(group: &NodeGroup) -> String {
    let cut: u32 = group
        .cut
        .iter()
        .fold(0, |sum: u32, part| sum.saturating_add(part.gpus))
        .min(group.gpus);
    let other = group
        .more
        .iter()
        .fold(0, |sum: u32, more| sum.saturating_add(more.count));
    let all = group.gpus.saturating_add(other);
    let shown = all.min(MOST_GPUS);
    let columns = shown.clamp(1, COLUMNS);
    let rows = shown.div_ceil(columns).max(1);
    let width = columns * (GPU.0 + GAP) - GAP + 2 * MARGIN;
    let height = rows * (GPU.1 + GAP) - GAP + 2 * MARGIN;
    let mut cells = String::new();
    let mut at = 0;
    let mut put = |draw: &dyn Fn(u32, u32) -> String, times: u32, from_the_end: u32| {
        // Of more than can be drawn, those that are cut stay in sight.
        let room = shown
            .saturating_sub(at)
            .saturating_sub(from_the_end.min(shown / 2));
        for _ in 0..times.min(room) {
            let (x, y) = (at % columns, at / columns);
            cells += &draw(MARGIN + x * (GPU.0 + GAP), MARGIN + y * (GPU.1 + GAP));
            at += 1;
        }
    };
    put(
        &|x, y| rect("whole", x, y, GPU.0),
        group.gpus - cut,
        other.saturating_add(cut),
    );
    put(&|x, y| rect("other", x, y, GPU.0), other, cut);
    for part in &group.cut {
        let layout = Layout::parse(&group.gpu, &part.layout);
        let draw = |x, y| match &layout {
            Ok(layout) => slices(layout, x, y),
            Err(_) => rect("bad", x, y, GPU.0),
        };
        put(&draw, part.gpus, 0);
    }
    format!(
        "<svg class=\"node\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\
         <rect class=\"box\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\"/>{cells}</svg>",
        width - 1,
        height - 1
    )
}

fn rect(class: &str, x: u32, y: u32, width: u32) -> String {
    format!(
        "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\"/>",
        GPU.1
    )
}

/// The slices of one GPU by the sevenths that they take, what is lost at the end.
fn slices(layout: &Layout, x: u32, y: u32) -> String {
    let takes: Vec<u32> = match layout.geometry() {
        Geometry::Checked(_, places) => places
            .iter()
            .map(|place| u32::from(place.class.compute()))
            .collect(),
        Geometry::Declared => layout
            .slices()
            .iter()
            .map(|slice| u32::from(slice.compute))
            .collect(),
    };
    let mut made = String::new();
    let mut from = x;
    for sevenths in takes {
        made += &rect("slice", from, y, sevenths * SEVENTH - 1);
        from += sevenths * SEVENTH;
    }
    if from < x + GPU.0 {
        made += &rect("lost", from, y, x + GPU.0 - from);
    }
    made
}

/// A slot of the large drawing of one GPU.
const SLOT: u32 = 36;
const BAR: u32 = 40;

/// One GPU at full width: where each slice lies on its memory. Of a model without a table, its compute slices one by one.
pub fn bar(layout: &Layout) -> String {
    let (slots, places): (u32, Vec<(u32, u32, String)>) = match layout.geometry() {
        Geometry::Checked(_, places) => {
            let place = |place: &sim_core::scenario::mig::Placed| {
                let class = place.class;
                (
                    u32::from(place.start),
                    u32::from(class.memory()),
                    class.to_string(),
                )
            };
            (u32::from(MEMORY_SLOTS), places.iter().map(place).collect())
        }
        Geometry::Declared => {
            let mut from = 0;
            let place = |slice: &sim_core::scenario::mig::Slice| {
                let width = u32::from(slice.compute);
                from += width;
                (from - width, width, format!("{width}g"))
            };
            (7, layout.slices().iter().map(place).collect())
        }
    };
    let width = slots * SLOT;
    let mut made = format!(
        "<svg class=\"bar\" width=\"{width}\" height=\"{BAR}\" viewBox=\"0 0 {width} {BAR}\" aria-hidden=\"true\">"
    );
    for slot in 0..slots {
        made += &format!(
            "<rect class=\"slot\" x=\"{}\" y=\"1\" width=\"{}\" height=\"{}\"/>",
            slot * SLOT + 1,
            SLOT - 2,
            BAR - 2
        );
    }
    for (start, long, word) in places {
        made += &format!(
            "<rect class=\"slice\" x=\"{}\" y=\"1\" width=\"{}\" height=\"{}\"/><text x=\"{}\" y=\"{}\">{word}</text>",
            start * SLOT + 1,
            long * SLOT - 2,
            BAR - 2,
            start * SLOT + long * SLOT / 2,
            BAR / 2 + 5
        );
    }
    made + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::{CutGpus, Devices};

    fn group(gpus: u32, cut: u32, layout: &str) -> NodeGroup {
        NodeGroup {
            gpus,
            gpu: "a100".to_owned(),
            cut: vec![CutGpus {
                gpus: cut,
                layout: layout.to_owned(),
            }],
            ..NodeGroup::default()
        }
    }

    #[test]
    fn slices_are_as_wide_as_the_sevenths_they_take_and_the_rest_is_lost() {
        let drawn = node(&group(2, 1, "2x3g.20gb"));
        assert_eq!(drawn.matches("class=\"whole\"").count(), 1);
        assert_eq!(drawn.matches("class=\"slice\"").count(), 2);
        assert_eq!(
            drawn.matches("width=\"8\"").count(),
            2,
            "three sevenths and a gap: {drawn}"
        );
        assert!(
            drawn.contains("class=\"lost\"") && drawn.contains("width=\"3\""),
            "{drawn}"
        );
        assert!(!node(&group(2, 1, "7x1g.5gb")).contains("class=\"lost\""));
    }

    #[test]
    fn what_cannot_be_read_is_drawn_as_such() {
        assert!(node(&group(1, 1, "3x3g.20gb")).contains("class=\"bad\""));
    }

    #[test]
    fn a_large_machine_is_drawn_in_part_and_said_in_full() {
        let large = NodeGroup {
            count: u32::MAX,
            gpus: u32::MAX,
            more: vec![Devices {
                gpu: "l4".to_owned(),
                count: u32::MAX,
            }],
            ..group(0, u32::MAX, "7x1g.5gb")
        };
        let drawn = boxes(&large);
        assert_eq!(drawn.matches("<svg").count(), MOST_NODES as usize);
        assert!(
            drawn.contains("and 4\u{202f}294\u{202f}967\u{202f}271 more"),
            "{}",
            &drawn[drawn.len() - 80..]
        );
    }

    #[test]
    fn the_finding_counts_gpus_slices_and_what_is_lost() {
        let cluster = |groups: Vec<NodeGroup>| ClusterSpec {
            nodes: groups,
            outages: Vec::new(),
        };
        let said = |cluster: &ClusterSpec| finding(cluster).replace('\u{a0}', " ");
        assert_eq!(
            said(&ClusterSpec::default()),
            "32 GPUs in 8 nodes. None is cut into slices."
        );
        assert_eq!(
            said(&cluster(vec![group(4, 1, "2x3g.20gb")])),
            "32 GPUs in 8 nodes. 8 are cut into 16 slices; 8 of 224 sevenths are lost to the cut."
        );
        assert_eq!(
            said(&cluster(vec![group(4, 1, "7x1g.5gb")])),
            "32 GPUs in 8 nodes. 8 are cut into 56 slices; none of 224 sevenths is lost to the cut."
        );
    }

    #[test]
    fn a_group_says_what_its_nodes_have_and_who_covers_it() {
        assert_eq!(makes(&group(8, 6, "2x3g.20gb")), "8 a100, 6 of them cut");
        assert_eq!(makes(&group(4, 4, "7x1g.5gb")), "4 a100, cut");
        let mut scenario = Scenario::default();
        assert_eq!(covered_by(&scenario, &scenario.cluster.nodes[0]), "batch");
        scenario.policy.partitions[0].nodes = vec!["elsewhere".to_owned()];
        assert_eq!(
            covered_by(&scenario, &scenario.cluster.nodes[0]),
            "in no partition"
        );
    }

    #[test]
    fn names_in_the_picture_are_words_and_what_is_new_is_marked() {
        let mut scenario = Scenario::default();
        let preset = scenario.cluster.clone();
        assert!(!picture(&scenario, &preset).contains("mark"));
        scenario.cluster.nodes[0].name = "<b>".to_owned();
        let drawn = picture(&scenario, &preset);
        assert!(drawn.contains("&lt;b&gt;") && drawn.contains(">new<"), "{drawn}");
    }
}
