//! Checks of the place: the format, the time simulated, the machine, the people, the assumptions.

use super::Found;
use crate::scenario::knobs::{self, Setting};
use crate::scenario::{Head, NodeGroup, Scenario};
use crate::units::{PerMille, Span};

/// More devices than any page can draw or any budget of time allows for.
const MOST_GPUS: u64 = 100_000;
const MOST_PEOPLE: u32 = 100_000;
const LONGEST_HORIZON: Span = Span::days(730);

pub(super) fn check(scenario: &Scenario, found: &mut Found) {
    let head = Head {
        schema: scenario.schema,
    };
    if let Err(unknown) = head.readable() {
        let what = format!("{} is not known here", unknown.0);
        found.error(
            "schema",
            what,
            "use a newer version of Trilemma, or write schema = 1",
        );
    }
    horizon(scenario, found);
    cluster(scenario, found);
    workload(scenario, found);
    assumptions(scenario, found);
}

fn horizon(scenario: &Scenario, found: &mut Found) {
    let horizon = scenario.horizon;
    if horizon.measured == Span::ZERO {
        found.error(
            "horizon.measured",
            "nothing is measured",
            "write a window such as measured = \"28d\"",
        );
    }
    if horizon.whole() > LONGEST_HORIZON {
        let what = format!("{} is more than two years", horizon.whole());
        found.error("horizon", what, "shorten warm-up or measured");
    }
}

fn cluster(scenario: &Scenario, found: &mut Found) {
    let groups = &scenario.cluster.nodes;
    for (i, group) in groups.iter().enumerate() {
        if group.name.is_empty() {
            let path = format!("cluster.nodes.{}", i + 1);
            found.error(
                path,
                "this node group has no name",
                "give it one, such as name = \"a100\"",
            );
        } else if groups[..i].iter().any(|other| other.name == group.name) {
            let path = format!("cluster.nodes.{}", group.name);
            found.error(path, "two node groups have this name", "rename one of them");
        }
        if group.gpus == 0 {
            let path = format!("cluster.nodes.{}.gpus", group.name);
            found.error(
                path,
                "nodes without GPUs take no part here",
                "leave the group out, or give it GPUs",
            );
        }
    }
    let nodes: u64 = groups.iter().map(|group| u64::from(group.count)).sum();
    let devices = |group: &NodeGroup| u64::from(group.count) * u64::from(group.gpus);
    let gpus = groups.iter().map(devices).fold(0, u64::saturating_add);
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

fn workload(scenario: &Scenario, found: &mut Found) {
    let workload = &scenario.workload;
    if !(1..=MOST_PEOPLE).contains(&workload.people) {
        let what = format!("{} people", workload.people);
        found.error("workload.people", what, format!("write 1 to {MOST_PEOPLE}"));
    }
    if workload.accounts == 0 || (workload.people > 0 && workload.accounts > workload.people) {
        let what = format!("{} accounts for {} people", workload.accounts, workload.people);
        found.error(
            "workload.accounts",
            what,
            "write at least one, and no more than there are people",
        );
    }
    let mix = workload.mix;
    for (path, value, most) in [
        ("workload.activity-sigma", workload.activity_sigma, 5.0),
        ("workload.activity-z-max", workload.activity_z_max, 10.0),
        ("workload.mix.large-x", mix.large_x, 100.0),
        ("workload.mix.sweep-x", mix.sweep_x, 100.0),
        ("workload.mix.interactive-x", mix.interactive_x, 100.0),
    ] {
        if !(0.0..=most).contains(&value) {
            found.error(
                path,
                format!("{value} makes no sense"),
                format!("write 0.0 to {most:.1}"),
            );
        }
    }
}

fn assumptions(scenario: &Scenario, found: &mut Found) {
    let assumed = &scenario.assumptions;
    for (key, PerMille(value)) in [
        ("load", assumed.load),
        ("padding", assumed.padding),
        ("burstiness", assumed.burstiness),
    ] {
        let (low, high) = knobs::find(key).map_or((0, u32::MAX), |knob| knob.value.range);
        let path = format!("assumptions.{key}");
        if !(low.saturating_mul(10)..=high.saturating_mul(10)).contains(&value) {
            let what = format!("{value} thousandths is out of range");
            found.error(path, what, format!("write {} to {}", low * 10, high * 10));
        } else if value % 10 != 0 {
            let link = knobs::find(key).map_or(String::new(), |knob| knob.write(Setting::Count(value / 10)));
            let what = format!("{value} thousandths is no whole per cent");
            found.warning(
                path,
                what,
                format!("a link or a slider would make it {link}: round it"),
            );
        }
    }
}
