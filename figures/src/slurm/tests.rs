//! That nothing of a policy is dropped, and that what is written is Slurm's.

use expect_test::expect_file;
use sim_core::scenario::knobs::{self, KNOBS, Kind};
use sim_core::scenario::{Backfill, PassRhythm, Scenario};
use toml::Value;

use super::{Export, changes, lines, text};
use crate::testing::presets;

fn everything() -> Scenario {
    toml::from_str(include_str!("everything.toml")).unwrap()
}

/// Every field set, and the same where other fields have an effect.
fn contexts() -> Vec<Scenario> {
    let with = |changes: &[&str]| {
        let mut scenario = everything();
        for change in changes {
            knobs::assign(&mut scenario, change).unwrap();
        }
        scenario
    };
    vec![
        with(&[]),
        with(&["service=by-demand", "service-drain=preempt"]),
        with(&["service=fixed", "low-use=warn", "budget-period=off"]),
    ]
}

/// Whether the lines of a scenario, or what has none, tell it from another.
fn tells(a: &Scenario, b: &Scenario) -> bool {
    changes(a, b) != Export::default() || lines(a) != lines(b)
}

#[test]
fn every_knob_makes_a_line_or_is_said_to_have_none() {
    for knob in KNOBS.iter().filter(|knob| knob.kind == Kind::Policy) {
        for &stop in knob.stops() {
            let mut told = Vec::new();
            for scenario in contexts() {
                let mut other = scenario.clone();
                if knob.apply(&mut other, stop).is_ok() && other != scenario {
                    told.push(tells(&scenario, &other));
                }
            }
            assert!(told.is_empty() || told.contains(&true), "{} {stop:?}", knob.key);
        }
    }
}

#[test]
fn assumptions_make_no_line() {
    for knob in KNOBS.iter().filter(|knob| knob.kind == Kind::Assumption) {
        for &stop in knob.stops() {
            let scenario = everything();
            let mut other = scenario.clone();
            knob.apply(&mut other, stop).unwrap();
            assert!(!tells(&scenario, &other), "{} {stop:?}", knob.key);
        }
    }
}

/// Where a value stands in a file.
type Path = Vec<Step>;

#[derive(Clone, PartialEq, Debug)]
enum Step {
    Key(String),
    Index(usize),
}

fn leaves(of: &Value, path: &mut Path, found: &mut Vec<Path>) {
    match of {
        Value::Table(table) => {
            for (key, value) in table {
                path.push(Step::Key(key.clone()));
                leaves(value, path, found);
                path.pop();
            }
        }
        Value::Array(all) => {
            for (index, value) in all.iter().enumerate() {
                path.push(Step::Index(index));
                leaves(value, path, found);
                path.pop();
            }
        }
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {
            found.push(path.clone());
        }
    }
}

fn at<'a>(of: &'a mut Value, path: &[Step]) -> &'a mut Value {
    path.iter().fold(of, |value, step| match step {
        Step::Key(key) => value.get_mut(key.as_str()).unwrap(),
        Step::Index(index) => value.get_mut(*index).unwrap(),
    })
}

/// Other values for a field.
fn others(whole: &Value, path: &[Step]) -> Vec<Value> {
    let mut whole = whole.clone();
    match at(&mut whole, path).clone() {
        Value::Integer(n) => vec![Value::Integer(n + 1), Value::Integer(n + 7)],
        Value::Float(x) => vec![Value::Float(x * 2.0)],
        Value::Boolean(is) => vec![Value::Boolean(!is)],
        Value::Datetime(_) => Vec::new(),
        Value::Table(_) | Value::Array(_) => Vec::new(),
        Value::String(_) => {
            // Words of an enum are those that its error names.
            *at(&mut whole, path) = Value::String(String::from("?!"));
            let error = Scenario::deserialize(whole).err();
            let told = error.map(|error| error.message().to_owned()).unwrap_or_default();
            let words = told.split('`').skip(1).step_by(2).map(str::to_owned);
            let usual = ["7h", "gres/gpu=77", "2x3g.20gb", "another"].map(str::to_owned);
            words.chain(usual).map(Value::String).collect()
        }
    }
}

use serde::Deserialize as _;

#[test]
fn every_field_of_policy_and_cluster_makes_a_line_or_is_said_to_have_none() {
    let contexts = contexts();
    let values: Vec<Value> = contexts.iter().map(|it| Value::try_from(it).unwrap()).collect();
    let mut silent = Vec::new();
    let mut moved = 0;
    for part in ["policy", "cluster"] {
        let mut found = Vec::new();
        leaves(
            &values[0][part],
            &mut vec![Step::Key(part.to_owned())],
            &mut found,
        );
        for path in found {
            let mut is_moved = false;
            for other in others(&values[0], &path) {
                let mut told = Vec::new();
                for (context, value) in contexts.iter().zip(&values) {
                    let mut value = value.clone();
                    *at(&mut value, &path) = other.clone();
                    if let Ok(changed) = Scenario::deserialize(value)
                        && changed != *context
                    {
                        told.push(tells(context, &changed));
                    }
                }
                is_moved |= !told.is_empty();
                if !told.is_empty() && !told.contains(&true) {
                    silent.push(format!("{path:?} = {other}"));
                }
            }
            assert!(is_moved, "{path:?} could not be moved");
            moved += 1;
        }
    }
    assert_eq!(silent, Vec::<String>::new());
    assert!(moved > 250, "only {moved} fields were moved");
}

#[test]
fn what_stands_for_whole_families_of_fields_is_told_too() {
    let scenario = everything();
    for backfill in [Backfill::Off, Backfill::Easy] {
        let mut other = scenario.clone();
        other.policy.backfill = backfill;
        assert!(tells(&scenario, &other));
    }
    for passes in [PassRhythm::EveryEvent, PassRhythm::EveryInstant] {
        let mut other = scenario.clone();
        other.policy.passes = passes;
        assert!(tells(&scenario, &other));
        assert!(lines(&other).without.iter().any(|it| it.about == "policy.passes"));
    }
}

/// Every word at the beginning of a line, and every option of a line, that Slurm's manuals know and that may be written here.
const PARAMETERS: &str = "AccountingStorageEnforce AccountingStorageTRES EnforcePartLimits FairShareDampeningFactor GresTypes KillWait \
    NodeName PartitionName PreemptExemptTime PreemptMode PreemptParameters PreemptType PriorityCalcPeriod PriorityDecayHalfLife \
    PriorityFavorSmall PriorityFlags PriorityMaxAge PriorityUsageResetPeriod PriorityWeightAge PriorityWeightAssoc \
    PriorityWeightFairshare PriorityWeightJobSize PriorityWeightPartition PriorityWeightQOS PriorityWeightTRES \
    SchedulerParameters SchedulerType";
const PARTITION: &str = "PartitionName Nodes Default MaxTime DefaultTime MinNodes MaxNodes PriorityTier PriorityJobFactor QOS \
    AllowAccounts DenyAccounts AllowQos DenyQos State PreemptMode GraceTime OverSubscribe LLN TRESBillingWeights";
const NODE: &str = "NodeName Gres CPUs Weight";
const GRES: &str = "NodeName Name Type File AutoDetect";

fn keys(line: &str) -> Vec<&str> {
    line.split(' ')
        .map(|word| word.split('=').next().unwrap())
        .collect()
}

fn knows(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

fn is_slurms(export: &Export) {
    for line in &export.slurm_conf {
        let words = keys(&line.text);
        assert!(knows(PARAMETERS, words[0]), "{}", line.text);
        let list = match words[0] {
            "PartitionName" => PARTITION,
            "NodeName" => NODE,
            _ => {
                assert_eq!(words.len(), 1, "{}", line.text);
                continue;
            }
        };
        assert!(words.iter().all(|word| knows(list, word)), "{}", line.text);
    }
    for line in &export.gres_conf {
        assert!(
            keys(&line.text).iter().all(|word| knows(GRES, word)),
            "{}",
            line.text
        );
    }
    for line in &export.commands {
        let program = line.text.split(' ').next().unwrap();
        assert!(knows("sacctmgr scontrol nvidia-smi", program), "{}", line.text);
    }
    let all = export
        .slurm_conf
        .iter()
        .chain(&export.gres_conf)
        .chain(&export.commands);
    for line in all {
        assert!(
            !line.why.is_empty() && line.why.iter().all(|why| !why.is_empty()),
            "{}",
            line.text
        );
        assert!(
            !line.text.contains(['\n', '\r', ';', '$', '`', '|', '>']),
            "{}",
            line.text
        );
        assert!(!line.back.is_empty());
    }
}

#[test]
fn what_is_written_is_slurms() {
    is_slurms(&lines(&everything()));
    for preset in presets() {
        is_slurms(&lines(&preset));
    }
}

#[test]
fn no_line_is_about_what_another_is_about() {
    for scenario in presets().into_iter().chain(contexts()) {
        let export = lines(&scenario);
        for all in [&export.slurm_conf, &export.gres_conf, &export.commands] {
            for (at, line) in all.iter().enumerate() {
                let twin = all[..at].iter().find(|other| other.about == line.about);
                assert_eq!(twin, None, "{}", scenario.name);
            }
        }
    }
}

#[test]
fn a_name_cannot_leave_its_line() {
    let mut scenario = everything();
    let bad = String::from("x\nPartitionName=y; rm -rf $HOME `z`\"'");
    scenario.title.clone_from(&bad);
    scenario.cluster.nodes[0].name.clone_from(&bad);
    scenario.cluster.nodes[0].gpu.clone_from(&bad);
    scenario.policy.partitions[0].name.clone_from(&bad);
    scenario.policy.qos[2].name.clone_from(&bad);
    scenario.policy.partitions[0].qos = Some(bad.clone());
    scenario.policy.associations.accounts[0].name.clone_from(&bad);
    scenario.policy.reservations[0].name.clone_from(&bad);
    let export = lines(&scenario);
    is_slurms(&export);
    for line in text(&scenario, None, &export).lines() {
        assert!(line.starts_with('#') || !line.contains("rm -rf"), "{line}");
    }
}

#[test]
fn against_itself_nothing_changes_and_a_change_can_be_taken_back() {
    for preset in presets() {
        assert_eq!(changes(&preset, &preset), Export::default(), "{}", preset.name);
    }
    let base = everything();
    let mut other = base.clone();
    for change in [
        "cap=8",
        "half-life=7d",
        "idle-cull=off",
        "weight-size=0",
        "max-time=1d",
    ] {
        knobs::assign(&mut other, change).unwrap();
    }
    let there = changes(&base, &other);
    let written: Vec<&str> = there.slurm_conf.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(written.len(), 3, "{written:?}");
    assert!(written[0].starts_with("PartitionName=batch ") || written[0].starts_with("PriorityDecay"));
    assert!(written.contains(&"PriorityWeightJobSize=0"), "{written:?}");
    assert!(
        written.contains(&"PriorityDecayHalfLife=7-00:00:00"),
        "{written:?}"
    );
    assert_eq!(there.commands.len(), 1);
    assert_eq!(
        there.commands[0].text,
        "sacctmgr -i modify qos normal set MaxTRESPerUser=gres/gpu=8"
    );
    assert_eq!(there.without.len(), 1);
    let back = changes(&other, &base);
    assert_eq!(
        back.commands[0].text,
        "sacctmgr -i modify qos normal set MaxTRESPerUser=gres/gpu=-1"
    );
    let of_partition = there
        .slurm_conf
        .iter()
        .find(|line| line.about == "PartitionName=batch")
        .unwrap();
    assert_eq!(
        of_partition.why,
        ["MaxTime: the longest time limit, 1 day".replace("1 d", "1\u{a0}d")]
    );
}

#[test]
fn the_lines_of_presets_are_these() {
    for (name, golden) in [
        ("uni-128", expect_file!["golden/uni-128.txt"]),
        ("lab-512", expect_file!["golden/lab-512.txt"]),
        ("dual-64", expect_file!["golden/dual-64.txt"]),
        ("scavenge-and-paid", expect_file!["golden/scavenge-and-paid.txt"]),
        ("everything", expect_file!["golden/everything.txt"]),
    ] {
        let all = presets().into_iter().chain([everything()]);
        let scenario = all.into_iter().find(|scenario| scenario.name == name).unwrap();
        golden.assert_eq(&text(&scenario, None, &lines(&scenario)));
    }
}
