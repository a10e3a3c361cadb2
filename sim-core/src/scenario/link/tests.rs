//! Links there and back, cut anywhere, and after what the post does to them.

use super::*;
use crate::scenario::knobs::{Setting, Unit, assign};
use crate::scenario::{Limits, NodeGroup, PartitionSpec, QosSpec, Repeats, ReservationSpec};
use crate::units::Span;

fn profile() -> Scenario {
    let mut scenario = Scenario {
        name: "group-32".to_owned(),
        ..Scenario::default()
    };
    assign(&mut scenario, "cap=8gpu").unwrap();
    scenario
}

fn read(text: &str) -> Result<Proposal, LinkError> {
    decode_among(text, &[profile()])
}

fn proposal(changes: &[&str], base: &[&str]) -> Proposal {
    let mut made = Proposal::of(&profile());
    for change in changes {
        assign(&mut made.proposal, change).unwrap();
    }
    for change in base {
        assign(&mut made.base, change).unwrap();
    }
    made
}

fn link(changes: &[&str]) -> String {
    encode(&proposal(changes, &[]), &profile())
}

#[test]
fn a_link_says_only_what_differs() {
    let nothing = encode(&Proposal::of(&profile()), &profile());
    assert!(nothing.starts_with("p0?profile=group-32~"), "{nothing}");
    let made = proposal(&["half-life=off", "cap=16gpu"], &["cap=off"]);
    let text = encode(&made, &profile());
    assert!(
        text.starts_with("p0?profile=group-32&cap=16gpu&half-life=off&b.cap=off~"),
        "{text}"
    );
    assert_eq!(read(&text), Ok(made));
}

/// A small generator of choices, so that the property below runs over many combinations of knobs and the same ones
/// every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }
    fn setting(&mut self, knob: &knobs::Knob) -> Setting {
        let dial = &knob.value;
        if matches!(dial.unit, Unit::Words(_)) || self.below(2) == 0 {
            return knob.stops()[self.below(knob.stops().len() as u32) as usize];
        }
        let (low, high) = dial.range;
        let n = low + self.below(high - low + 1);
        let n = (n - n % dial.step).max(low);
        match dial.unit {
            Unit::Time => Setting::Span(Span(n)),
            Unit::Gpus | Unit::GpuHours | Unit::Percent | Unit::Number | Unit::Words(_) => Setting::Count(n),
        }
    }
    fn proposal(&mut self) -> Proposal {
        let mut made = Proposal::of(&profile());
        for scenario in [&mut made.proposal, &mut made.base] {
            for knob in KNOBS {
                // As many on each side as somebody might move in the lab, however long the table is.
                if self.below(KNOBS.len() as u32) < 14 {
                    // A knob that has no effect under the drawn backfill stays as it is.
                    let _ = knob.apply(scenario, self.setting(knob));
                }
            }
        }
        if self.below(2) == 0 {
            let horizon = Horizon {
                warm_up: Span(self.below(86_400 * 300)),
                measured: Span(1 + self.below(86_400 * 300)),
            };
            (made.proposal.horizon, made.base.horizon) = (horizon, horizon);
        }
        if self.below(2) == 0 {
            made.seeds = 1 + self.below(MOST_SEEDS);
            let seed = u64::from(self.below(u32::MAX)) << 20;
            (made.proposal.seed, made.base.seed) = (seed, seed);
        }
        made
    }
}

#[test]
fn decoding_undoes_encoding_and_encoding_is_canonical() {
    let mut dice = Dice(1);
    for _ in 0..2_000 {
        let made = dice.proposal();
        let text = encode(&made, &profile());
        assert_eq!(read(&text).as_ref(), Ok(&made), "{text}");
        assert_eq!(encode(&read(&text).unwrap(), &profile()), text);
        assert!(
            text.chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._~=?&:,;+".contains(c)),
            "{text}"
        );
        assert!(text.len() <= 900, "{} characters: {text}", text.len());
        assert_eq!(travels(&made, &profile()), Ok(()));
    }
}

#[test]
fn a_typical_proposal_is_short() {
    let made = proposal(
        &[
            "cap=16gpu",
            "half-life=7d",
            "max-time=1d",
            "run-minutes=960h",
            "load=95pct",
        ],
        &["cap=off"],
    );
    let text = encode(&made, &profile());
    assert!(text.len() <= 200, "{text}");
}

#[test]
fn a_link_cut_anywhere_never_passes_for_whole() {
    let mut dice = Dice(2);
    for _ in 0..50 {
        let whole = format!(
            "https://example.org/lab/#{}",
            encode(&dice.proposal(), &profile())
        );
        for end in 0..whole.len() {
            if let Ok(cut) = read(&whole[..end]) {
                assert!(!cut.notes.is_empty(), "{}", &whole[..end]);
            }
        }
    }
}

#[test]
fn a_damaged_link_loads_with_a_note() {
    let good = link(&["cap=16gpu", "half-life=7d"]);
    for at in 0..good.len() {
        for other in "x7-&=~".chars().filter(|&other| !good[at..].starts_with(other)) {
            let mut text = good.clone();
            text.replace_range(at..=at, &other.to_string());
            if let Ok(read) = read(&text) {
                assert!(!read.notes.is_empty(), "{text}");
            }
        }
    }
}

#[test]
fn what_the_post_does_to_a_link_is_undone() {
    let made = proposal(&["cap=16gpu", "half-life=7d"], &["cap=off"]);
    let l = encode(&made, &profile());
    let escaped = |text: &str| {
        text.replace('?', "%3F")
            .replace('=', "%3D")
            .replace('&', "%26")
            .replace('~', "%7E")
            .replace('.', "%2E")
    };
    let (half, rest) = l.split_at(30);
    let forms = [
        l.clone(),
        format!("#{l}"),
        format!("?s={l}"),
        format!("https://example.org/lab/#{l}"),
        format!("https://example.org/lab/?s={l}"),
        format!("https://example.org/lab/?s={}", escaped(&l)),
        format!("https://example.org/lab/?lang=en&s={}", escaped(&l)),
        format!("https://example.org/lab/%23{l}"),
        format!("https://example.org/lab/%23{}", escaped(&l)),
        format!(
            "https://example.org/lab%2F%2523{}",
            escaped(&escaped(&l)).replace('%', "%25")
        ),
        format!(
            "https://safe.example.org/?url=https%3A%2F%2Fexample.org%2Flab%2F%23{}&data=05%7C02%7Cx&reserved=0",
            escaped(&l)
        ),
        format!("https://example.org/p0/lab/#{l}"),
        format!("https://example.org/lab/#{l}&utm_source=chat"),
        format!("https://example.org/lab/#{l}."),
        format!("https://example.org/lab/#{l},"),
        format!("(https://example.org/lab/#{l})"),
        format!("(see https://example.org/lab/#{l})."),
        format!("<https://example.org/lab/#{l}>"),
        format!("<https://example.org/lab/#{l}|our proposal>"),
        format!("\"https://example.org/lab/#{l}\""),
        format!("“https://example.org/lab/#{l}”"),
        format!("'#{l}'"),
        format!("[our proposal](https://example.org/lab/#{l}), please read"),
        format!(
            "<a href=\"https://example.org/lab/#{}\">",
            l.replace('&', "&amp;")
        ),
        l.replace('&', "&amp;amp;"),
        l.replace('&', "&#38;").replace('~', "&#126;"),
        l.replace('&', "%26amp%3B"),
        l.replace('&', ";"),
        format!("{half}\r\n{rest}"),
        format!("{half}\n    {rest}"),
        format!("{half}%20{rest}"),
        format!("{half}+{rest}"),
        format!("{half}\u{200b}{rest}"),
        format!("{half}\u{ad}\n{rest}"),
        l.replace('-', "\u{2011}"),
        l.replace('-', "\u{2013}"),
        l.replace('~', "\u{223c}"),
        l.to_uppercase(),
        format!("  {l}  \n"),
        format!("\u{feff}{l}"),
    ];
    for form in forms {
        assert_eq!(read(&form), Ok(made.clone()), "{form}");
    }
}

#[test]
fn a_link_typed_by_hand_loads_and_says_so() {
    let typed = read("p0?profile=group-32&half-life=7 days; cap=16.").unwrap();
    assert_eq!(encode(&typed, &profile()), link(&["cap=16gpu", "half-life=7d"]));
    assert_eq!(
        typed.notes,
        [Note::Unchecked {
            last: "cap=16".to_owned()
        }]
    );
    assert!(typed.notes[0].to_string().contains("typed by hand or cut"));
}

#[test]
fn what_is_not_understood_is_kept_and_named() {
    let text = "p0?profile=group-32&cap=9999gpu&halflife=7d&b.colour=red&cap=16gpu&cap=4gpu&max-time&seeds=0&days=99999d";
    let odd = read(&format!("{text}~{}", check_characters(text))).unwrap();
    let said: Vec<String> = odd.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "not understood: `cap=9999gpu` (out of range; write 1gpu to 4096gpu, or off)",
            "not understood: `days=99999d` (out of range; write a time from 1s to 730d)",
            "not understood: `seeds=0` (out of range; write 1 to 1000)",
            "not understood: `halflife=7d` (no such knob; did you mean `half-life`?)",
            "not understood: `b.colour=red` (no such knob)",
            "not understood: `cap=16gpu` (it stands there twice)",
            "not understood: `cap=4gpu` (it stands there twice)",
            "not understood: `max-time` (there is no = in it)",
        ]
    );
    let added = read(&format!("{}&cap=16gpu", link(&["half-life=7d"]))).unwrap();
    assert!(added.notes[0].to_string().contains("after the check characters"));
}

#[test]
fn what_is_no_link_says_what_one_looks_like() {
    for text in [
        "",
        " ",
        "#",
        "https://example.org/lab/",
        "cap=16gpu",
        "p0",
        "p0!profile=group-32",
        "%",
        "%%%",
        "&;&#;",
        "é",
    ] {
        assert_eq!(read(text), Err(LinkError::NotALink), "{text}");
    }
    assert_eq!(read("p0?cap=16gpu"), Err(LinkError::ProfileMissing));
    assert_eq!(read("p0?"), Err(LinkError::ProfileMissing));
    assert_eq!(read("p7?profile=group-32"), Err(LinkError::Newer(7)));
    let unknown = read("p0?profile=group-33~00").unwrap_err().to_string();
    assert_eq!(
        unknown,
        "this link is about the set-up `group-33`, which is not known here; there are: group-32"
    );
}

#[test]
fn a_rule_that_no_knob_names_travels_behind_a_dot() {
    let mut made = proposal(&["cap=16gpu"], &["cap=off"]);
    made.proposal.policy.partitions[0].tier = 2;
    made.base.policy.qos[0].deny_on_limit = true;
    let text = encode(&made, &profile());
    assert!(
        text.starts_with(
            "p0?profile=group-32&.partitions.batch.tier=2&b..qos.normal.deny-on-limit=true&cap=16gpu&b.cap=off~"
        ),
        "{text}"
    );
    assert_eq!(travels(&made, &profile()), Ok(()));
    assert_eq!(read(&text), Ok(made));
}

/// What somebody may well change at once: a partition for tests and its limits, nodes, owners, a course, on top of knobs.
fn rebuilt(mut made: Proposal, dice: &mut Dice) -> Proposal {
    for side in [&mut made.proposal, &mut made.base] {
        side.workload.planned_for = (32, 16);
    }
    let policy = &mut made.proposal.policy;
    policy.partitions.push(PartitionSpec {
        name: String::from("tests"),
        nodes: vec![String::from("node"), String::from("h100")],
        max_time: Span::mins(30 * (1 + dice.below(8))),
        tier: 2,
        qos: Some(String::from("tests")),
        ..PartitionSpec::default()
    });
    policy.qos.push(QosSpec {
        name: String::from("tests"),
        limits: Limits {
            max_tres_pu: 2.into(),
            max_jobs_pu: Some(1 + dice.below(9)),
            ..Limits::default()
        },
        ..QosSpec::default()
    });
    policy.reservations.push(ReservationSpec {
        name: String::from("course"),
        start: Span::hours(9),
        duration: Span::hours(3),
        repeats: Repeats::Weekly,
        nodes: vec![String::from("h100")],
        ..ReservationSpec::default()
    });
    made.proposal.cluster.nodes.push(NodeGroup {
        name: String::from("h100"),
        count: 1 + dice.below(4),
        gpu: String::from("h100"),
        ..NodeGroup::default()
    });
    made
}

#[test]
fn a_rebuilt_cluster_travels_in_a_link_of_sensible_length_and_never_passes_for_whole_when_cut() {
    let mut dice = Dice(4);
    let knobs = [
        "cap=16gpu",
        "half-life=7d",
        "max-time=1d",
        "run-minutes=960h",
        "load=95pct",
    ];
    let sensible = rebuilt(proposal(&knobs, &["cap=off"]), &mut dice);
    let length = encode(&sensible, &profile()).len();
    assert!((500..=900).contains(&length), "{length} characters");
    for round in 0..60 {
        let made = dice.proposal();
        let made = rebuilt(made, &mut dice);
        let text = encode(&made, &profile());
        assert_eq!(read(&text).as_ref(), Ok(&made), "{text}");
        for end in (0..text.len()).filter(|_| round < 6) {
            if let Ok(cut) = read(&text[..end]) {
                assert!(!cut.notes.is_empty(), "{}", &text[..end]);
            }
        }
    }
}

#[test]
fn both_sides_of_a_link_meet_the_same_demand() {
    let mut made = proposal(&[], &[]);
    for side in [&mut made.proposal, &mut made.base] {
        side.workload.people = 50;
        side.assumptions.deadline_days = vec![3, 20];
    }
    let text = encode(&made, &profile());
    assert!(
        text.starts_with("p0?profile=group-32&.workload.people=50&.assumptions.deadline-days=3,20~"),
        "{text}"
    );
    assert_eq!(read(&text), Ok(made.clone()));
    made.base.workload.people = 40;
    assert!(
        travels(&made, &profile())
            .unwrap_err()
            .to_string()
            .contains("other people")
    );
    let odd = read("p0?profile=group-32&b..workload.people=40").unwrap();
    assert_eq!(odd.base, Proposal::of(&profile()).base);
    assert!(
        odd.notes[1].to_string().contains("write it without b."),
        "{:?}",
        odd.notes
    );
}

#[test]
fn two_machines_are_planned_for_as_for_the_baselines() {
    let grown = read("p0?profile=group-32&.nodes.node.count=10").unwrap();
    assert_eq!(
        (grown.base.cluster.gpus(), grown.proposal.cluster.gpus()),
        (32, 40)
    );
    for side in [&grown.base, &grown.proposal] {
        assert_eq!(side.planned_for(), (32, 16));
    }
    let text = encode(&grown, &profile());
    assert!(
        text.starts_with("p0?profile=group-32&.nodes.node.count=10&.workload.planned-for=32,16~"),
        "{text}"
    );
    assert_eq!(read(&text).map(|again| again.proposal), Ok(grown.proposal));
    let both = read("p0?profile=group-32&.nodes.node.count=10&b..nodes.node.count=10").unwrap();
    assert_eq!(
        both.proposal.workload.planned_for,
        (0, 0),
        "the load is measured against the machine they share"
    );
}

#[test]
fn structure_that_is_not_understood_is_named_and_the_rest_loads() {
    let text = "p0?profile=group-32&.partitions.batch.tir=2&.partitions.long.max-time=7d&b..nodes.node.count=many&.quota=1\
                &.qos.normal.priority=5&.qos.normal.priority=6";
    let odd = read(&format!("{text}~{}", check_characters(text))).unwrap();
    let said: Vec<String> = odd.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "not understood: `.qos.normal.priority=6` (it stands there twice)",
            "not understood: `.partitions.batch.tir=2` (there is no `tir`; did you mean `tier`?)",
            "not understood: `.partitions.long.max-time=7d` (there is no `long`)",
            "not understood: `.quota=1` (it has fields: write one of them, then its value)",
            "not understood: `b..nodes.node.count=many` (invalid value: `many`, expected u32)",
        ]
    );
    assert_eq!(odd.proposal.policy.qos[0].priority, 5);
    let added = read(&format!("{}&.qos.normal.priority=5", link(&["cap=16gpu"]))).unwrap();
    assert!(added.notes[0].to_string().contains("after the check characters"));
}

#[test]
fn no_text_at_all_makes_it_panic() {
    let mut dice = Dice(3);
    let pieces = [
        "p0?",
        "profile=group-32",
        "&",
        "~",
        "~~",
        "cap=",
        "16gpu",
        "off",
        "%",
        "%2",
        "%26",
        "%e9",
        "&amp;",
        "&#",
        "&#x7e;",
        ";",
        "b.",
        "days=",
        "99999999999",
        "\u{e9}",
        "\u{200b}",
        "\u{2013}",
        "p",
        "=",
        "?",
        "#",
        "seed=",
        "-1",
        "1-12:00:00",
        " ",
        "\0",
    ];
    for _ in 0..20_000 {
        let length = dice.below(12);
        let text: String = (0..length)
            .map(|_| pieces[dice.below(pieces.len() as u32) as usize])
            .collect();
        if let Ok(read) = read(&text) {
            let again = encode(&read, &profile());
            assert!(
                decode_among(&again, &[profile()]).is_ok_and(|again| again.notes.is_empty()),
                "{text}"
            );
        }
    }
}
