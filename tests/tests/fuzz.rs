//! Every parser, and the way from a scenario to a run, on texts that are nearly right: a corpus, changed by seeded dice a few
//! thousand times. Nothing panics; what is refused is refused with a place, or with what would be right; what is read is
//! read again as it was written. (The JSON of the oracle's cases is tried in the command line's own tests.)
#![cfg(not(target_arch = "wasm32"))]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

use sim_core::engine::Run;
use sim_core::metrics::Detail;
use sim_core::scenario::link::decode_among;
use sim_core::scenario::mig::Layout;
use sim_core::scenario::{Scenario, TresCounts, TresWeights, knobs, structure};
use sim_core::units::{Span, Time};
use sim_core::workload::trace;
use sim_worker::{Answer, Builder, Opening, Question};

/// Times as many with `TRILEMMA_ALL=1`.
fn rounds(usual: u64) -> u64 {
    let everything = std::env::var("TRILEMMA_ALL").is_ok_and(|value| value == "1");
    if everything { usual * 20 } else { usual }
}

fn corpus(path: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The short texts for one parser.
fn texts(parser: &str) -> Vec<String> {
    let all = corpus("fuzz/texts.txt");
    let of = |line: &str| {
        let (name, text) = line.split_once(' ')?;
        (name == parser).then(|| text.to_owned())
    };
    let found: Vec<String> = all.lines().filter_map(of).collect();
    assert!(!found.is_empty(), "the corpus has nothing for {parser}");
    found
}

fn scenarios() -> Vec<String> {
    [
        "fuzz/scenarios/small.toml",
        "fixtures/scenario-1.toml",
        "fixtures/two-partitions.toml",
        "../content/scenarios/group-32.toml",
    ]
    .map(corpus)
    .to_vec()
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
    fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// Pieces at which parsers stumble.
const PIECES: [&str; 24] = [
    "0",
    "-1",
    "4294967295",
    "4294967296",
    "18446744073709551616",
    "1e309",
    "NaN",
    "inf",
    "0.5",
    "",
    " ",
    "\n",
    ",",
    "=",
    ":",
    "~",
    "&",
    "\"",
    "[",
    "off",
    "é",
    "0000000000",
    "-9223372036854775808",
    "gres/gpu:",
];

/// Values that fit a scenario in form.
const VALUES: [&str; 10] = [
    "0",
    "1",
    "3",
    "\"1s\"",
    "\"6h\"",
    "\"off\"",
    "true",
    "false",
    "4294967295",
    "\"gres/gpu=1,node=1\"",
];

/// One to three small changes.
fn changed(dice: &mut Dice, from: &[String]) -> String {
    let mut text: Vec<char> = from[dice.below(from.len())].chars().collect();
    for _ in 0..=dice.below(3) {
        let at = dice.below(text.len() + 1);
        let to = (at + 1 + dice.below(6)).min(text.len());
        match dice.below(7) {
            0 => drop(text.drain(at..to)),
            1 => {
                let again: Vec<char> = text[at..to].to_vec();
                text.splice(at..at, again);
            }
            2 => drop(text.splice(at..at, dice.one_of(&PIECES).chars())),
            3 => drop(text.splice(at..to, dice.one_of(&PIECES).chars())),
            4 => {
                // A number becomes another one.
                let numbers: Vec<usize> = (0..text.len()).filter(|&i| text[i].is_ascii_digit()).collect();
                if let Some(&first) = numbers.get(dice.below(numbers.len())) {
                    let end = (first..text.len()).find(|&i| !text[i].is_ascii_digit());
                    text.splice(first..end.unwrap_or(text.len()), dice.one_of(&PIECES).chars());
                }
            }
            5 => {
                let other: Vec<char> = from[dice.below(from.len())].chars().collect();
                let cut = dice.below(other.len() + 1);
                text.truncate(at);
                text.extend(&other[cut..]);
            }
            _ => {
                if let Some(c) = text.get_mut(at) {
                    *c = char::from(32 + dice.below(95) as u8);
                }
            }
        }
    }
    text.into_iter().collect()
}

/// A line of a scenario goes, comes twice, or has another value.
fn rewritten(dice: &mut Dice, from: &[String]) -> String {
    let mut lines: Vec<String> = from[dice.below(from.len())].lines().map(str::to_owned).collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(lines.len());
        match (dice.below(6), lines[at].split_once(" = ")) {
            (0, _) => drop(lines.remove(at)),
            (1, Some((key, _))) if !lines[at].contains('{') => {
                lines[at] = format!("{key} = {}", dice.one_of(&VALUES));
            }
            (_, _) => {
                let numbers: Vec<(usize, char)> = lines[at]
                    .char_indices()
                    .filter(|(_, c)| c.is_ascii_digit())
                    .collect();
                if let Some(&(index, _)) = numbers.get(dice.below(numbers.len())) {
                    let digit = char::from(b'0' + dice.below(10) as u8);
                    lines[at].replace_range(index..=index, &digit.to_string());
                }
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\n")
}

/// Tries so many texts; tells the one that panicked.
fn try_all(rounds: u64, from: &[String], change: fn(&mut Dice, &[String]) -> String, reads: impl Fn(&str)) {
    for (round, text) in (0..rounds).map(|round| (round, change(&mut Dice(round), from))) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| reads(&text))) {
            eprintln!("round {round} broke it with this text:\n{text}");
            resume_unwind(panic);
        }
    }
    from.iter().for_each(|text| reads(text));
}

/// A refusal has something to say.
fn says(error: &impl std::fmt::Display, about: &[&str]) {
    let text = error.to_string();
    assert!(
        about.iter().any(|word| text.contains(word)),
        "`{text}` helps nobody"
    );
}

#[test]
fn spans() {
    try_all(rounds(5_000), &texts("span"), changed, |text| {
        match text.parse::<Span>() {
            Ok(span) => assert_eq!(span.to_string().parse(), Ok(span), "{text}"),
            Err(error) => says(&error, &["write 30s"]),
        }
    });
}

#[test]
fn resources() {
    try_all(rounds(5_000), &texts("tres"), changed, |text| {
        match text.parse::<TresCounts>() {
            Ok(counts) => assert_eq!(counts.to_string().parse(), Ok(counts), "{text}"),
            Err(error) => says(&error, &["write"]),
        }
    });
    try_all(
        rounds(5_000),
        &texts("weights"),
        changed,
        |text| match text.parse::<TresWeights>() {
            Ok(weights) => assert_eq!(weights.to_string().parse(), Ok(weights), "{text}"),
            Err(error) => says(&error, &["write"]),
        },
    );
}

#[test]
fn layouts_of_slices() {
    try_all(rounds(5_000), &texts("layout"), changed, |text| {
        for gpu in ["a100", "h100", "b200"] {
            match Layout::parse(gpu, text) {
                Ok(layout) => assert!(layout.slices().len() <= 64, "{text}"),
                Err(error) => assert!(!error.what().is_empty() && !error.remedy().is_empty()),
            }
        }
    });
}

#[test]
fn knobs_and_links() {
    let profile: Scenario = toml::from_str(&corpus("../content/scenarios/group-32.toml")).unwrap();
    try_all(rounds(5_000), &texts("knob"), changed, |text| {
        let mut scenario = profile.clone();
        if let Err(error) = knobs::assign(&mut scenario, text) {
            says(&error, &["write", "no such knob", "did you mean", ";"]);
            assert_eq!(scenario, profile, "what is refused changes nothing");
        }
    });
    let known = [profile];
    try_all(rounds(5_000), &texts("link"), changed, |text| {
        if let Err(error) = decode_among(text, &known) {
            says(&error, &["link"]);
        }
    });
}

#[test]
fn traces() {
    try_all(
        rounds(3_000),
        &[corpus("fuzz/trace.swf")],
        changed,
        |text| match trace::parse(text, 8, None) {
            Ok(trace) => assert!(!trace.jobs.is_empty()),
            Err(error) => says(&error, &["line ", "no job is left"]),
        },
    );
}

#[test]
fn links_that_rebuild_a_cluster() {
    let set_up: Scenario = toml::from_str(&corpus("../content/scenarios/group-32.toml")).unwrap();
    try_all(rounds(2_000), &texts("link"), changed, |text| {
        let (scenario, unread) = structure::read(&set_up, text);
        for it in unread {
            assert!(text.contains(&it.part) && !it.why.is_empty(), "{it:?}");
        }
        // Whatever was read is told in the same words again.
        if let Ok(parts) = structure::write(&set_up, &scenario) {
            assert_eq!(structure::read(&set_up, &parts).1, [], "{parts}");
        }
    });
}

#[test]
fn scenario_files_that_a_page_opens() {
    for change in [changed, rewritten] {
        try_all(rounds(300), &scenarios(), change, |text| {
            let opening = Opening::File(text.to_owned());
            match Builder::default().answer(Question::Open { id: 1, opening }) {
                Some(Answer::Rejected { problems, .. }) => {
                    assert!(!problems.is_empty());
                    for problem in problems {
                        says(&problem, &["line ", "reload the page", "; "]);
                    }
                }
                other => panic!("{other:?}"),
            }
        });
    }
}

#[test]
fn scenarios_in_toml() {
    let from = scenarios();
    for change in [changed, rewritten] {
        try_all(rounds(1_500), &from, change, |text| {
            let scenario: Scenario = match toml::from_str(text) {
                Ok(scenario) => scenario,
                Err(error) => return says(&error, &["line "]),
            };
            let again: Scenario = toml::from_str(&toml::to_string(&scenario).unwrap()).unwrap();
            assert_eq!(again, scenario, "what is written is read as it was");
            let problems = match scenario.check() {
                Ok((_, warnings)) => warnings,
                Err(problems) => problems,
            };
            for problem in problems {
                let named = !problem.path.is_empty() && !problem.what.is_empty();
                assert!(named && !problem.remedy.is_empty(), "{problem}");
            }
        });
    }
}

#[test]
fn from_a_scenario_to_a_run() {
    for text in scenarios() {
        let checked = toml::from_str::<Scenario>(&text).map(Scenario::check);
        assert!(
            matches!(checked, Ok(Ok(_))),
            "the corpus begins sound: {checked:?}"
        );
    }
    let ran = std::cell::Cell::new(0);
    try_all(rounds(600), &scenarios(), rewritten, |text| {
        let Ok(mut scenario) = toml::from_str::<Scenario>(text) else {
            return;
        };
        // Small enough to be tried often.
        scenario.horizon.warm_up = Span::hours(2);
        scenario.horizon.measured = Span::hours(10);
        let large = scenario.cluster.gpus() > 2_000 || scenario.workload.people > 300;
        let Ok((checked, _)) = scenario.check() else {
            return;
        };
        if large {
            return;
        }
        let mut run = Run::new(&checked, 7, Detail::Timeline, None);
        let mut slices = 0;
        let mut last = Time::ZERO;
        while slices < 200 && run.advance(500) < 1.0 {
            slices += 1;
            assert!(run.now() >= last);
            last = run.now();
        }
        ran.set(ran.get() + 1);
        if slices < 200 {
            let report = run.finish();
            let idle: u64 = report.idle.values().sum();
            assert_eq!(
                report.capacity,
                report.busy.total() + idle + report.lost_to_the_cut
            );
            assert_eq!(report.wait_total, report.waiting.values().sum::<u64>());
        }
    });
    assert!(
        ran.get() > rounds(600) / 4,
        "only {} of them could be run",
        ran.get()
    );
}
