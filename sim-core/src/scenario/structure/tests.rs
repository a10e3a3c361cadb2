//! Every change there and back: each field of everything a scenario can say, over all presets.

use super::tree::Tree;
use super::*;
use crate::scenario::knobs::assign;
use crate::scenario::{
    AccountSpec, AssocLimits, Backfill, CutGpus, Devices, Limits, LoseIt, NodeGroup, Outage, PartitionSpec,
    PassRhythm, QosSpec, Repeats, ReservationSpec, Shares, SlurmPasses, TresCounts, UserSpec,
};
use crate::units::{PerMille, Span};

fn preset(name: &str) -> Scenario {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/scenarios");
    let text = std::fs::read_to_string(format!("{folder}/{name}.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

fn presets() -> Vec<Scenario> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/scenarios");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names.iter().map(|name| preset(name)).collect()
}

/// What a change of a preset is written as, once it has been seen to lead back.
fn told(name: &str, change: impl FnOnce(&mut Scenario)) -> String {
    let set_up = preset(name);
    let mut changed = set_up.clone();
    change(&mut changed);
    let (parts, made) = split(&set_up, &changed).unwrap();
    there_and_back(&set_up, &changed, &parts, &made);
    parts
}

fn there_and_back(set_up: &Scenario, changed: &Scenario, parts: &str, made: &Scenario) {
    let (mut again, unread) = read(set_up, parts);
    assert_eq!(unread, [], "{parts}");
    assert_eq!(again, *made, "{parts}");
    Settings::of(changed).apply(&mut again);
    assert_eq!(again, as_told_of(set_up, changed), "{parts}");
    assert!(
        parts
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._=&:,".contains(c)),
        "{parts}"
    );
}

#[test]
fn partitions_qos_nodes_owners_and_reservations_are_added_changed_and_removed() {
    assert_eq!(
        told("uni-128", |s| {
            s.policy.partitions[1].max_time = Span::mins(30);
            s.policy.partitions.remove(4);
            s.cluster.nodes[4].count = 4;
            s.policy.qos.push(QosSpec {
                name: String::from("long"),
                limits: Limits {
                    max_tres_pu: TresCounts::gpus(8),
                    ..Limits::default()
                },
                ..QosSpec::default()
            });
        }),
        "&.nodes.v100.count=4&.partitions.owner-short=-&.partitions.debug.max-time=30m&.qos.long=new\
         &.qos.long.limits.max-tres-pu=8"
    );
    assert_eq!(
        told("uni-128", |s| {
            s.policy.reservations.push(ReservationSpec {
                name: String::from("course"),
                nodes: vec![String::from("a100")],
                start: Span::days(1) + Span::hours(9),
                duration: Span::hours(3),
                repeats: Repeats::EveryWeeks(2),
                accounts: vec![String::from("physics")],
                maint: false,
                ..ReservationSpec::default()
            });
        }),
        "&.reservations.course=new&.reservations.course.nodes=a100&.reservations.course.start=33h\
         &.reservations.course.duration=3h&.reservations.course.repeats.every-weeks=2\
         &.reservations.course.accounts=physics&.reservations.course.maint=false"
    );
}

#[test]
fn what_a_knob_says_is_said_by_the_knob_alone() {
    assert_eq!(
        told("uni-128", |s| s.policy.partitions[0].max_time = Span::days(1)),
        ""
    );
    assert_eq!(told("uni-128", |s| assign(s, "cap=4gpu").unwrap()), "");
    assert_eq!(
        told("uni-128", |s| {
            assign(s, "half-life=off").unwrap();
            s.policy.partitions[0].max_time = Span::days(2);
            s.policy.partitions[0].tier = 3;
        }),
        "&.partitions.normal.tier=3"
    );
    // What a knob rounds it cannot say.
    assert_eq!(
        told("uni-128", |s| s.assumptions.load = PerMille(855)),
        "&.assumptions.load=855"
    );
    // Where the first partition goes, knobs speak of the next one, which keeps its own.
    assert_eq!(
        told("uni-128", |s| {
            s.policy.partitions.remove(0);
        }),
        "&.partitions.normal=-"
    );
}

#[test]
fn order_names_and_choices_with_more_in_them_travel() {
    assert_eq!(
        told("uni-128", |s| s.policy.partitions.swap(2, 3)),
        "&.partitions=normal,debug,owner,interactive,owner-short"
    );
    assert_eq!(
        told("uni-128", |s| s.policy.partitions.insert(
            1,
            PartitionSpec {
                name: String::from("GPU long_2"),
                ..PartitionSpec::default()
            }
        )),
        "&.partitions._g_p_u_20long__2=new&.partitions=normal,_g_p_u_20long__2,debug,interactive,owner,owner-short"
    );
    assert_eq!(
        told("uni-128", |s| s.policy.passes = PassRhythm::EveryEvent),
        "&.passes=every-event"
    );
    assert_eq!(
        told("uni-128", |s| s.policy.associations.accounts[1].shares =
            Shares::Parent),
        "&.associations.accounts.physics.shares=parent"
    );
    let mut off = preset("uni-128");
    assign(&mut off, "backfill=off").unwrap();
    let mut on = preset("uni-128");
    if let Backfill::Slurm(backfill) = &mut on.policy.backfill {
        backfill.max_job_user = 50;
    }
    let parts = write(&off, &on).unwrap();
    assert_eq!(parts, "&.backfill=slurm&.backfill.slurm.max-job-user=50");
}

/// Everything that can be set, set.
fn full() -> Scenario {
    let mut s = preset("uni-128");
    let limits = |n: u32| AssocLimits {
        grp_tres: "gres/gpu=8,cpu=64".parse().unwrap(),
        max_jobs: Some(n),
        max_wall: Some(Span::hours(n)),
        ..AssocLimits::default()
    };
    s.cluster.nodes.push(NodeGroup {
        name: String::from("odd"),
        gpu: String::from("a100"),
        more: vec![Devices {
            gpu: String::from("t4"),
            count: 2,
        }],
        cut: vec![
            CutGpus {
                gpus: 1,
                layout: String::from("3g.20gb+4x1g.5gb"),
            };
            2
        ],
        ..NodeGroup::default()
    });
    s.cluster.outages = vec![Outage::default(); 3];
    s.workload.planned_for = (64, 32);
    s.policy.partitions[1].preempt_mode = Some(crate::scenario::PreemptMode::Requeue);
    s.policy.associations.root = limits(3);
    s.policy.associations.accounts.push(AccountSpec {
        name: String::from("below"),
        parent: Some(String::from("physics")),
        shares: Shares::Of(7),
        priority: 4,
        limits: limits(9),
    });
    s.policy.associations.users = vec![UserSpec {
        person: 3,
        limits: limits(2),
        ..UserSpec::default()
    }];
    s.policy.quota.lose = vec![LoseIt::default(), LoseIt::default()];
    s.policy.reservations = vec![ReservationSpec {
        people: vec![1, 2],
        ..ReservationSpec::default()
    }];
    s.policy.passes = PassRhythm::Slurm(SlurmPasses {
        assoc_limit_stop: true,
        ..SlurmPasses::default()
    });
    s.policy.qos[0].usage_factor = 0.25;
    s.policy.qos[0].limit_factor = Some(1.5);
    s
}

/// Every list of things has a beginning for a new one; else a field has come in that `begins` does not know.
#[test]
fn every_list_of_things_knows_what_a_new_one_is() {
    fn walk(tree: &Tree, path: &mut Vec<String>) {
        match tree {
            Tree::Map(fields) => {
                for (key, value) in fields {
                    path.push(key.clone());
                    walk(value, path);
                    path.pop();
                }
            }
            Tree::List(items) => {
                let known = begins::begins(&path.iter().map(String::as_str).collect::<Vec<_>>());
                for (at, item) in items
                    .iter()
                    .enumerate()
                    .filter(|(_, item)| matches!(item, Tree::Map(_)))
                {
                    assert!(known.is_some() || path == &["try"], "{}", path.join("."));
                    path.push(item.name().map_or(at.to_string(), str::to_owned));
                    walk(item, path);
                    path.pop();
                }
            }
            Tree::Choice(word, inner) => {
                path.push(word.clone());
                if matches!(**inner, Tree::Map(_)) {
                    let known = begins::begins(&path.iter().map(String::as_str).collect::<Vec<_>>());
                    assert!(known.is_some(), "{}", path.join("."));
                }
                walk(inner, path);
                path.pop();
            }
            Tree::Nothing | Tree::Bare(_) | Tree::Text(_) | Tree::Word(_) => {}
        }
    }
    walk(&Tree::of(&full()), &mut Vec::new());
}

/// A small generator of choices, so that the properties run over many changes and the same ones every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

/// From any preset to any other, which changes nearly everything at once.
#[test]
fn any_preset_is_a_change_of_any_other() {
    let presets = presets();
    for (at, set_up) in presets.iter().enumerate() {
        for step in [1, 5] {
            let changed = &presets[(at + step) % presets.len()];
            let (parts, made) = split(set_up, changed).unwrap();
            there_and_back(set_up, changed, &parts, &made);
        }
        let (parts, made) = split(set_up, &full()).unwrap();
        there_and_back(set_up, &full(), &parts, &made);
    }
}

/// A tree in which some leaves are those of another, and things have come, gone and changed places: whatever of it is a
/// scenario must travel.
#[test]
fn random_changes_lead_back_and_are_told_alike() {
    fn mix(dice: &mut Dice, one: &mut Tree, other: &Tree) {
        match (&mut *one, other) {
            (Tree::Map(fields), Tree::Map(_)) => {
                for (key, value) in fields.iter_mut().filter(|(key, _)| key != "name") {
                    if let Some(other) = other.get(key).filter(|_| dice.below(3) > 0) {
                        mix(dice, value, other);
                    }
                }
            }
            (Tree::List(things), Tree::List(others))
                if things.iter().chain(others).any(|t| t.name().is_some()) =>
            {
                for thing in things.iter_mut() {
                    if !others.is_empty() && dice.below(4) == 0 {
                        let other = &others[dice.below(others.len())];
                        mix(dice, thing, other);
                    }
                }
                if things.len() > 1 && dice.below(3) == 0 {
                    let gone = dice.below(things.len());
                    things.remove(gone);
                }
                if let Some(new) = others
                    .iter()
                    .find(|new| things.iter().all(|t| t.name() != new.name()))
                    && dice.below(3) == 0
                {
                    let at = dice.below(things.len() + 1);
                    things.insert(at, new.clone());
                }
            }
            (one, other) if dice.below(6) == 0 => *one = other.clone(),
            _ => {}
        }
    }
    let mut presets = presets();
    presets.push(full());
    let mut dice = Dice(1);
    let mut tried = 0;
    for _ in 0..150 {
        let (one, other) = (dice.below(presets.len()), dice.below(presets.len()));
        let mut tree = Tree::of(&presets[one]);
        mix(&mut dice, &mut tree, &Tree::of(&presets[other]));
        let Ok(changed) = fit(&tree) else { continue };
        let set_up = &presets[one];
        let (parts, made) = split(set_up, &changed).unwrap();
        there_and_back(set_up, &changed, &parts, &made);
        let mut again = read(set_up, &parts).0;
        Settings::of(&changed).apply(&mut again);
        assert_eq!(write(set_up, &again), Ok(parts));
        tried += 1;
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn each_part_that_does_not_fit_is_named_and_the_others_hold() {
    let set_up = preset("uni-128");
    let parts = "&.partitions.debug.max-time=soon&.partitions.debg.tier=3&.qos.long.priority=2&.qos.normal=new\
                 &.partitions=debug,normal&.nodes.v100.count&.backfill.slurm=3&.partitions.debug.tier=5&.nodes..count=3\
                 &.passes=sometimes&.cluster.nodes.v100.gpus=&.cluster.nodes.v100.gpu=_";
    let (made, unread) = read(&set_up, parts);
    assert_eq!(made.policy.partitions[1].tier, 5);
    let said: Vec<(&str, &str)> = unread
        .iter()
        .map(|it| (it.part.as_str(), it.why.as_str()))
        .collect();
    for (part, why) in [
        (
            ".partitions.debug.max-time=soon",
            "`soon` is not a length of time",
        ),
        (".partitions.debg.tier=3", "did you mean `debug`?"),
        (".qos.long.priority=2", "there is no `long`"),
        (".qos.normal=new", "there is `normal` already"),
        (".partitions=debug,normal", "name each of the 5 partitions once"),
        (".nodes.v100.count", "there is no = in it"),
        (".backfill.slurm=3", "it has fields"),
        (".nodes..count=3", "a name is missing"),
        (".passes=sometimes", "unknown variant `sometimes`"),
        (".cluster.nodes.v100.gpus=", "nothing follows the ="),
        (".cluster.nodes.v100.gpu=_", "what follows `_` cannot be read"),
    ] {
        assert!(
            said.iter()
                .any(|(found, says)| *found == part && says.contains(why)),
            "{part}: {said:?}"
        );
    }
    assert_eq!(said.len(), 11);
    let deep = format!("&{}=1", ".quota".repeat(100_000));
    assert!(read(&set_up, &deep).1[0].why.contains("lies so deep"));
}

#[test]
fn what_cannot_be_told_says_why() {
    let set_up = preset("uni-128");
    let mut twice = set_up.clone();
    twice.policy.partitions[1].name = String::from("normal");
    let why = write(&set_up, &twice).unwrap_err().to_string();
    assert!(why.contains("two of them are called `normal`"), "{why}");
}

/// As the tree of a file's text.
fn of_toml(value: toml::Value) -> Tree {
    match value {
        toml::Value::String(text) => Tree::Text(text),
        toml::Value::Integer(number) => Tree::Bare(number.to_string()),
        toml::Value::Float(number) => Tree::Bare(number.to_string()),
        toml::Value::Boolean(yes) => Tree::Bare(yes.to_string()),
        toml::Value::Datetime(at) => Tree::Text(at.to_string()),
        toml::Value::Array(items) => Tree::List(items.into_iter().map(of_toml).collect()),
        toml::Value::Table(fields) => Tree::Map(
            fields
                .into_iter()
                .map(|(key, value)| (key, of_toml(value)))
                .collect(),
        ),
    }
}

fn tree_of(text: &str) -> Tree {
    of_toml(toml::from_str(text).unwrap())
}

#[test]
fn a_file_means_what_the_library_of_its_format_says() {
    for mut scenario in presets().into_iter().chain([full(), Scenario::default()]) {
        scenario.to_try.clear();
        let text = to_file(&scenario);
        let by_library: Scenario = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(by_library, scenario, "{text}");
        assert_eq!(from_file(&tree_of(&text)), Ok(scenario), "{text}");
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../content/scenarios");
    for mut scenario in presets() {
        let text = std::fs::read_to_string(format!("{folder}/{}.toml", scenario.name)).unwrap();
        scenario.to_try.clear();
        assert_eq!(from_file(&tree_of(&text)), Ok(scenario));
    }
}

#[test]
fn a_saved_file_reads_like_one_that_somebody_wrote() {
    let mut scenario = Scenario::default();
    assign(&mut scenario, "cap=8gpu").unwrap();
    scenario.title = String::from("Our \"own\"");
    scenario.policy.partitions[0].nodes = vec![String::from("node")];
    assert_eq!(
        to_file(&scenario),
        "schema = 1\nname = \"unnamed\"\ntitle = \"Our \\\"own\\\"\"\nseed = 1\n\n[horizon]\nwarm-up = \"20d\"\n\
         measured = \"60d\"\n\n[[policy.partitions]]\nname = \"batch\"\nnodes = [\"node\"]\n\n[[policy.qos]]\n\
         name = \"normal\"\nlimits = { max-tres-pu = \"gres/gpu=8\" }\n"
    );
}

#[test]
fn every_value_of_a_file_that_does_not_fit_is_named() {
    let file = tree_of(
        "[workload]\npeople = -3\n[[policy.partitions]]\nname = \"a\"\nmax-time = 3\ntier = 2\n[[policy.partitions]]\n\
         name = \"b\"\nmax-tiem = \"3d\"\n[policy]\npasses = \"seldom\"\n[[cluster.outages]]\nstart = \"now\"",
    );
    let found = from_file(&file).unwrap_err();
    let paths: Vec<&str> = found.iter().map(|misfit| misfit.path.as_str()).collect();
    let mut sorted = paths.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            "cluster.outages.1.start",
            "policy.partitions.a.max-time",
            "policy.partitions.b.max-tiem",
            "policy.passes",
            "workload.people"
        ]
    );
    let why = |path: &str| &found[paths.iter().position(|other| *other == path).unwrap()].why;
    assert_eq!(
        why("policy.partitions.b.max-tiem"),
        "unknown field `max-tiem`; did you mean `max-time`?"
    );
    assert_eq!(
        why("policy.partitions.a.max-time"),
        "found `3`, expected a text in quotes"
    );
}
