//! What came of a claim: its numbers, whether it holds, and its evidence in words.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use content::{Claim, Expect};
use figures::format;
use figures::markup::escape;
use sim_core::metrics::{median_f64, sign_test};
use sim_core::scenario::knobs;

use crate::measure::{Metric, Unit};
use crate::{Source, measured};

/// What luck alone does less often than this is called clear.
const LUCK: f64 = 0.05;

/// What running a claim gave.
#[derive(Clone)]
pub struct Outcome {
    /// The claim.
    pub claim: Claim,
    /// Unit of its metric.
    pub unit: Unit,
    /// For each value, the number of each run.
    pub runs: Vec<Vec<f64>>,
    /// For each value, whether the middle run's number is only a lower bound.
    pub at_least: Vec<bool>,
    /// What was expected and what was measured.
    pub judged: String,
    /// Whether that agrees.
    pub holds: bool,
}

/// Numbers by name: `knee.95pct`, `fact.people`.
pub type Numbers = BTreeMap<String, String>;

impl Outcome {
    /// Runs a claim.
    ///
    /// # Errors
    /// Its metric is not known, one of its settings cannot be run, or in some run nobody asks for what it measures.
    pub fn of(claim: &Claim, source: &impl Source) -> Result<Outcome> {
        let metric = Metric::parse(&claim.metric)?;
        let (mut runs, mut at_least) = (Vec::new(), Vec::new());
        for (_, set) in claim.settings() {
            let scenario = source.scenario(&claim.scenario, &set)?;
            let report = source.report(&scenario, source.seeds_of(claim))?;
            let Some(all) = measured(&scenario, &report, metric)? else {
                bail!("in some runs nobody asks for what `{}` measures", claim.metric);
            };
            at_least.push(all.at_least);
            runs.push(all.runs);
        }
        let (holds, judged) = judge(claim, metric.unit(), &runs);
        Ok(Outcome {
            claim: claim.clone(),
            unit: metric.unit(),
            runs,
            at_least,
            judged,
            holds,
        })
    }

    /// Its numbers, by name: `knee.95pct`.
    #[must_use]
    pub fn numbers(&self) -> Numbers {
        let id = &self.claim.id;
        let mut numbers = Numbers::new();
        let medians: Vec<f64> = self
            .runs
            .iter()
            .map(|row| median_f64(row).unwrap_or(0.0))
            .collect();
        let said: Vec<String> = medians
            .iter()
            .zip(&self.at_least)
            .map(|(&median, &open)| match open {
                true => self.unit.say_more_than(median),
                false => self.unit.say(median),
            })
            .collect();
        for ((name, _), words) in self.claim.settings().iter().zip(&said) {
            numbers.insert(format!("{id}.{name}"), words.clone());
        }
        let mut put = |field: &str, words: String| numbers.insert(format!("{id}.{field}"), words);
        if let (Some(first), Some(last)) = (self.runs.first(), self.runs.last()) {
            let (from, to) = (
                medians.first().copied().unwrap_or(0.0),
                medians.last().copied().unwrap_or(0.0),
            );
            let (up, down) = directions(first, last);
            put("first", said.first().cloned().unwrap_or_default());
            put("last", said.last().cloned().unwrap_or_default());
            if from > 0.0 {
                put("times", times(to / from));
            }
            put("up", format!("{up} of {}", first.len()));
            put("down", format!("{down} of {}", first.len()));
            put("seeds", first.len().to_string());
            if self.unit == Unit::Percent {
                put("points", format::points((to - from) / 100.0));
            }
        }
        numbers
    }

    /// A line for the log: name, verdict, expected and measured.
    #[must_use]
    pub fn line(&self) -> String {
        let word = if self.holds { "holds" } else { "DOES NOT HOLD" };
        format!("claim {} {word}: {}", self.claim.id, self.judged)
    }

    /// How far it is from failing, as a share of what was asked for, and the same in words.
    #[must_use]
    pub fn margin(&self) -> (f64, String) {
        let medians: Vec<f64> = (self.runs.iter())
            .map(|row| median_f64(row).unwrap_or(0.0))
            .collect();
        let (Some(first), Some(last), &[from, .., to]) = (self.runs.first(), self.runs.last(), &medians[..])
        else {
            return (-1.0, String::from("nothing was run"));
        };
        let (up, down) = directions(first, last);
        let runs = first.len() as u32;
        // Runs that agree, and the fewest that would do.
        let agree = |with: u32, against: u32| {
            let told = with + against;
            let enough = (0..=runs).find(|&some| is_clear(some, told.saturating_sub(some), runs));
            let enough = enough.unwrap_or(runs + 1);
            let spare = (f64::from(with) - f64::from(enough)) / f64::from(runs.max(1));
            (spare, format!("{with} of {runs} runs agree, {enough} would do"))
        };
        match self.claim.expect {
            Expect::Rises => nearer(agree(up, down), self.nearest_step(|one, next| next - one)),
            Expect::Falls => nearer(agree(down, up), self.nearest_step(|one, next| one - next)),
            Expect::AtLeastTimes(times) => nearer(
                agree(up, down),
                (
                    to / (times * from).max(f64::MIN_POSITIVE) - 1.0,
                    format!("{:.2} times, {times} would do", to / from.max(f64::MIN_POSITIVE)),
                ),
            ),
            Expect::AtMostTimes(times) => {
                let words = format!("{:.2} times, {times} would do", to / from.max(f64::MIN_POSITIVE));
                let spare = 1.0 - to / (times * from).max(f64::MIN_POSITIVE);
                if !is_fall(times) {
                    (spare, words)
                } else if to < from {
                    nearer(agree(down, up), (spare, words))
                } else {
                    (-1.0, words)
                }
            }
            Expect::GainsAtLeast(much) => nearer(
                agree(up, down),
                (
                    (to - from) / much.max(f64::MIN_POSITIVE) - 1.0,
                    format!("a gain of {:.1}, {much} would do", to - from),
                ),
            ),
            Expect::StaysWithin(much) => (
                1.0 - (to - from).abs() / much.max(f64::MIN_POSITIVE),
                format!("{:.2} apart, {much} would do", (to - from).abs()),
            ),
            Expect::NoClearDirection => {
                let spare = if is_first_look(runs) {
                    (f64::from(runs) - 1.0 - f64::from(up.max(down))) / f64::from(runs.max(1))
                } else {
                    sign_test(up, down) - LUCK
                };
                (spare, format!("up in {up}, down in {down} of {runs} runs"))
            }
        }
    }

    /// The margin of the step from a value to the next one that is nearest to turning over; `along` is how far a step goes the
    /// way that is expected. Where half of the runs go along, the middle does.
    fn nearest_step(&self, along: fn(f64, f64) -> f64) -> (f64, String) {
        let middle = |row: &[f64]| median_f64(row).unwrap_or(0.0);
        let settings = self.claim.settings();
        let steps = self.runs.windows(2).zip(settings.windows(2));
        let margins = steps.map(|(rows, settings)| {
            let (one, next) = (&rows[0], &rows[1]);
            let (from, to) = (&settings[0].0, &settings[1].0);
            if along(middle(one), middle(next)) <= 0.0 {
                return (-1.0, format!("the middle turns over from {from} to {to}"));
            }
            let with = one
                .iter()
                .zip(next)
                .filter(|(a, b)| along(**a, **b) > 0.0)
                .count();
            let spare = with as f64 / one.len().max(1) as f64 - 0.5;
            let words = format!(
                "{with} of {} runs agree from {from} to {to}, half would do",
                one.len()
            );
            (spare.max(0.0), words)
        });
        margins
            .reduce(nearer)
            .unwrap_or((-1.0, String::from("nothing was run")))
    }

    /// A line of evidence as it stands in the page.
    #[must_use]
    pub fn evidence(&self) -> String {
        let claim = &self.claim;
        format!(
            "<p data-claim=\"{}\">{} {}.</p>",
            claim.id,
            escape(&claim.says),
            format::capital(&self.found())
        )
    }

    /// The same on a cluster that the text does not speak of: the sentence holds there, or it does not.
    #[must_use]
    pub fn evidence_on(&self, cluster: &str) -> String {
        let claim = &self.claim;
        let (class, verdict) = if self.holds {
            ("", "holds")
        } else {
            (" class=\"fails\"", "does not hold")
        };
        format!(
            "<p data-claim=\"{}\"{class}>“{}” <b>This {verdict} on {}.</b> {}.</p>",
            claim.id,
            escape(&claim.says),
            escape(cluster),
            format::capital(&self.found())
        )
    }

    /// What was found at each setting.
    fn found(&self) -> String {
        let numbers = self.numbers();
        let claim = &self.claim;
        let varied = claim
            .values
            .iter()
            .map(|value| (value, in_words(&claim.vary, value)));
        let cases = claim.cases.iter().map(|case| (&case.name, case.words.clone()));
        let values: Vec<String> = varied
            .chain(cases)
            .map(|(name, setting)| {
                let words = numbers
                    .get(&format!("{}.{name}", claim.id))
                    .map_or("", String::as_str);
                format!("{}:\u{a0}<b>{}</b>", escape(&setting), escape(words))
            })
            .collect();
        // An element of its own: the sentence before it may be of another language.
        let what = knobs::find(&claim.vary).map_or(String::new(), |knob| {
            format!("<span>{}.</span> ", escape(knob.texts().label))
        });
        format!("{what}{}", values.join("\u{a0}· "))
    }
}

/// Whether the claim holds, and the expected beside the measured.
fn judge(claim: &Claim, unit: Unit, runs: &[Vec<f64>]) -> (bool, String) {
    let medians: Vec<f64> = runs.iter().map(|row| median_f64(row).unwrap_or(0.0)).collect();
    let (Some(first), Some(last), [from, .., to]) = (runs.first(), runs.last(), &medians[..]) else {
        return (false, String::from("nothing was run"));
    };
    let (from, to) = (*from, *to);
    let (up, down) = directions(first, last);
    let clear = |more: u32, less: u32| is_clear(more, less, first.len() as u32);
    let holds = match claim.expect {
        Expect::Rises => medians.windows(2).all(|pair| pair[1] > pair[0]) && clear(up, down),
        Expect::Falls => medians.windows(2).all(|pair| pair[1] < pair[0]) && clear(down, up),
        Expect::AtLeastTimes(times) => to >= times * from && to > from && clear(up, down),
        Expect::AtMostTimes(times) => {
            // Nothing is no part of nothing.
            to <= times * from && (!is_fall(times) || (to < from && clear(down, up)))
        }
        Expect::GainsAtLeast(much) => to - from >= much && clear(up, down),
        Expect::StaysWithin(much) => (to - from).abs() <= much,
        Expect::NoClearDirection => is_open(up, down, first.len() as u32),
    };
    let expected = match claim.expect {
        Expect::Rises => String::from("rises from value to value, clearly over the runs"),
        Expect::Falls => String::from("falls from value to value, clearly over the runs"),
        Expect::AtLeastTimes(times) => format!("at least {times} times, clearly over the runs"),
        Expect::AtMostTimes(times) if is_fall(times) => {
            format!("at most {times} times, clearly over the runs")
        }
        Expect::AtMostTimes(times) => format!("at most {times} times"),
        Expect::GainsAtLeast(much) => format!("gains at least {much}, clearly over the runs"),
        Expect::StaysWithin(much) => format!("stays within {much}"),
        Expect::NoClearDirection => String::from("no clear direction"),
    };
    let measured: Vec<String> = claim
        .settings()
        .iter()
        .zip(&medians)
        .map(|((name, _), median)| format!("{name}: {} ({median:.1})", unit.say(*median)))
        .collect();
    let judged = format!(
        "expected of {}: {expected}; measured: {}; up in {up}, down in {down} of {} runs",
        claim.metric,
        measured.join(", "),
        first.len()
    );
    (holds, judged)
}

/// In how many runs the last number is above the first one, and in how many below it.
fn directions(first: &[f64], last: &[f64]) -> (u32, u32) {
    let up = first.iter().zip(last).filter(|(a, b)| b > a).count();
    let down = first.iter().zip(last).filter(|(a, b)| b < a).count();
    (up as u32, down as u32)
}

/// Whether there are too few runs for a verdict.
fn is_first_look(runs: u32) -> bool {
    runs < Claim::LEAST_SEEDS
}

/// Whether so many runs of one kind against so many of the other are a verdict; a first look asks for four in five of all.
fn is_clear(more: u32, less: u32, runs: u32) -> bool {
    if is_first_look(runs) {
        5 * more >= 4 * runs && more > less
    } else {
        sign_test(more, less) < LUCK && more > less
    }
}

/// Whether so many runs up and so many down leave the direction open.
fn is_open(up: u32, down: u32, runs: u32) -> bool {
    if is_first_look(runs) {
        // By luck alone four of five agree in three looks of eight, all five in one of sixteen.
        up < runs && down < runs
    } else {
        sign_test(up, down) >= LUCK
    }
}

/// Whether "at most so many times" says that a number falls.
fn is_fall(times: f64) -> bool {
    times < 1.0
}

/// The smaller of two margins: it decides.
fn nearer(one: (f64, String), other: (f64, String)) -> (f64, String) {
    if one.0 <= other.0 { one } else { other }
}

/// A setting as in links, in words: `85pct` of `load` → "85 %". What it is a share of stands with the knob's name.
pub(crate) fn in_words(key: &str, value: &str) -> String {
    let said = knobs::find(key).and_then(|knob| {
        let said = knob.say(knob.parse(value)?);
        Ok(said
            .strip_suffix(knob.value.of)
            .unwrap_or(&said)
            .trim_end()
            .replace(' ', "\u{a0}"))
    });
    said.unwrap_or_else(|_| value.to_owned())
}

/// "4 times", "2.5 times".
fn times(ratio: f64) -> String {
    if ratio >= 9.5 {
        format!("{ratio:.0}\u{a0}times")
    } else {
        let text = format!("{ratio:.1}");
        format!("{}\u{a0}times", text.strip_suffix(".0").unwrap_or(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(expect: &str) -> Claim {
        Claim {
            id: "a".into(),
            says: "It does.".into(),
            scenario: "group-32".into(),
            set: BTreeMap::new(),
            vary: "load".into(),
            values: vec!["50pct".into(), "95pct".into()],
            cases: Vec::new(),
            metric: "use".into(),
            expect: expect.parse().expect("is an expectation"),
            seeds: 12,
            whole: false,
        }
    }

    fn outcome(claim: Claim, runs: Vec<Vec<f64>>) -> Outcome {
        let (holds, judged) = judge(&claim, Unit::Percent, &runs);
        Outcome {
            unit: Unit::Percent,
            at_least: vec![false; runs.len()],
            claim,
            runs,
            judged,
            holds,
        }
    }

    #[test]
    fn a_claim_that_does_not_hold_says_expected_and_measured() {
        let runs = vec![vec![10.0; 12], vec![11.0; 12]];
        assert!(judge(&claim("rises"), Unit::Percent, &runs).0);
        let (holds, broken) = judge(&claim("at least 3 times"), Unit::Percent, &runs);
        assert!(!holds, "11 is not 3 × 10");
        assert!(
            broken.contains("at least 3 times") && broken.contains("95pct: 11.0"),
            "{broken}"
        );
        assert!(!judge(&claim("falls"), Unit::Percent, &runs).0);
    }

    #[test]
    fn the_margin_is_what_is_left_before_a_claim_fails() {
        let among = |runs: usize, expect: &str, ups: usize, rise: f64| {
            let last: Vec<f64> = (0..runs)
                .map(|i| if i < ups { 10.0 + rise } else { 9.0 })
                .collect();
            let outcome = outcome(claim(expect), vec![vec![10.0; runs], last]);
            let (margin, words) = outcome.margin();
            assert_eq!(
                outcome.holds,
                margin >= 0.0,
                "{expect} {ups} of {runs} {rise}: {words}"
            );
            words
        };
        let of = |expect: &str, ups: usize, rise: f64| among(12, expect, ups, rise);
        assert_eq!(of("rises", 12, 1.0), "12 of 12 runs agree, 10 would do");
        of("rises", 9, 1.0);
        assert_eq!(
            of("at least 2 times", 12, 15.0),
            "12 of 12 runs agree, 10 would do"
        );
        assert_eq!(of("at least 3 times", 12, 15.0), "2.50 times, 3 would do");
        of("gains at least 5", 12, 4.0);
        of("stays within 2", 12, 1.0);
        for runs in [5, 12] {
            for ups in 0..=runs {
                for expect in [
                    "rises",
                    "falls",
                    "at least 1.2 times",
                    "at most 0.95 times",
                    "at most 1.1 times",
                    "no clear direction",
                ] {
                    among(runs, expect, ups, 5.0);
                }
            }
        }
        let nothing = outcome(claim("at most 0.5 times"), vec![vec![0.0; 12], vec![0.0; 12]]);
        assert!(!nothing.holds && nothing.margin().0 < 0.0);
    }

    #[test]
    fn the_margin_of_a_rise_is_that_of_its_weakest_step() {
        let of = |middle: Vec<f64>| {
            let mut claim = claim("rises");
            claim.values.insert(1, "85pct".into());
            let outcome = outcome(claim, vec![vec![10.0; 12], middle, vec![20.0; 12]]);
            let (margin, words) = outcome.margin();
            assert_eq!(outcome.holds, margin >= 0.0, "{words}");
            words
        };
        let some = |ups: usize| -> Vec<f64> { (0..12).map(|i| if i < ups { 12.0 } else { 9.0 }).collect() };
        assert_eq!(
            of(some(7)),
            "7 of 12 runs agree from 50pct to 85pct, half would do"
        );
        assert_eq!(of(some(12)), "12 of 12 runs agree, 10 would do");
        assert_eq!(of(vec![25.0; 12]), "the middle turns over from 85pct to 95pct");
    }

    #[test]
    fn a_fall_to_a_part_is_a_fall_and_clear() {
        let holds = |expect: &str, from: &[f64], to: &[f64]| {
            let runs = [from.to_vec(), to.to_vec()];
            judge(&claim(expect), Unit::Seconds, &runs).0
        };
        assert!(holds("at most 0.5 times", &[10.0; 12], &[4.0; 12]));
        assert!(
            !holds("at most 0.5 times", &[0.0; 12], &[0.0; 12]),
            "nobody waits"
        );
        let (mut from, mut to) = ([40.0; 13], [40.0; 13]);
        from[6..].fill(100.0);
        to[7..].fill(100.0);
        assert!(
            !holds("at most 0.5 times", &from, &to),
            "the middle moves by one run alone"
        );
        assert!(
            holds("at most 1.2 times", &[10.0; 12], &[11.0; 12]),
            "no fall is said"
        );
    }

    #[test]
    fn a_rise_in_half_of_the_runs_is_no_rise() {
        let base = vec![10.0; 12];
        let mixed: Vec<f64> = (0..12).map(|i| if i % 2 == 0 { 9.0 } else { 12.0 }).collect();
        assert!(!judge(&claim("rises"), Unit::Percent, &[base, mixed]).0);
    }

    #[test]
    fn a_quick_look_asks_for_four_runs_in_five() {
        let of = |ups: usize| {
            let last = (0..5).map(|i| if i < ups { 12.0 } else { 9.0 }).collect();
            judge(&claim("rises"), Unit::Percent, &[vec![10.0; 5], last]).0
        };
        assert!(!of(3) && of(4));
        let one_of_five = [vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![1.0, 2.0, 6.0, 4.0, 5.0]];
        assert!(
            !judge(&claim("rises"), Unit::Percent, &one_of_five).0,
            "four stay"
        );
    }

    #[test]
    fn a_quick_look_sees_a_direction_only_if_all_runs_agree() {
        let of = |ups: usize| {
            let last = (0..5).map(|i| if i < ups { 100.0 } else { 9.0 }).collect();
            judge(
                &claim("no clear direction"),
                Unit::Percent,
                &[vec![10.0; 5], last],
            )
            .0
        };
        assert!(of(1) && of(4));
        assert!(!of(0) && !of(5));
    }

    #[test]
    fn settings_are_said_as_their_knob_says_them() {
        assert_eq!(in_words("load", "85pct").replace('\u{a0}', " "), "85 %");
        assert_eq!(in_words("cap", "off").replace('\u{a0}', " "), "no limit");
        assert_eq!(in_words("nothing", "much"), "much");
    }
}
