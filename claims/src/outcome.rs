//! What came of a claim: its numbers, whether it holds, and its evidence in words.

use std::collections::BTreeMap;

use anyhow::Result;
use content::{Claim, Expect};
use figures::format;
use figures::markup::escape;
use figures::view::{Ended, Spread};
use sim_core::metrics::median_f64;
use sim_core::scenario::knobs;

use crate::measure::{Metric, Unit};
use crate::{Source, each};

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
    /// Its metric is not known, or one of its settings cannot be run.
    pub fn of(claim: &Claim, source: &impl Source) -> Result<Outcome> {
        let metric = Metric::parse(&claim.metric)?;
        let (mut runs, mut at_least) = (Vec::new(), Vec::new());
        for (_, set) in claim.settings() {
            let scenario = source.scenario(&claim.scenario, &set)?;
            let report = source.report(&scenario, source.seeds(claim.seeds))?;
            let quantiles = each(&scenario, &report, metric, Metric::quantile)?;
            at_least
                .push(Spread::of_quantiles(&quantiles).is_some_and(|spread| spread.more == Ended::AtLeast));
            runs.push(each(&scenario, &report, metric, Metric::of)?);
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
            .map(|(&median, &open)| {
                let words = self.unit.say(median);
                if open { format!("more than {words}") } else { words }
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
            let up = first.iter().zip(last).filter(|(a, b)| b > a).count();
            let down = first.iter().zip(last).filter(|(a, b)| b < a).count();
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
        let (Some(first), Some(last), [from, .., to]) = (self.runs.first(), self.runs.last(), &medians[..])
        else {
            return (-1.0, String::from("nothing was run"));
        };
        let up = first.iter().zip(last).filter(|(a, b)| b > a).count();
        let down = first.iter().zip(last).filter(|(a, b)| b < a).count();
        // Runs that agree, and the fewest that would do.
        let agree = |with: usize, against: usize| {
            let enough =
                (0..=with + against).find(|&some| is_clear(some, with + against - some, first.len()));
            let enough = enough.unwrap_or(first.len() + 1);
            let spare = (with as f64 - enough as f64) / first.len().max(1) as f64;
            (
                spare,
                format!("{with} of {} runs agree, {enough} would do", first.len()),
            )
        };
        // The smaller of two margins decides.
        let and = |one: (f64, String), other: (f64, String)| if one.0 <= other.0 { one } else { other };
        match self.claim.expect {
            Expect::Rises => agree(up, down),
            Expect::Falls => agree(down, up),
            Expect::AtLeastTimes(times) => and(
                agree(up, down),
                (
                    to / (times * from).max(f64::MIN_POSITIVE) - 1.0,
                    format!("{:.2} times, {times} would do", to / from.max(f64::MIN_POSITIVE)),
                ),
            ),
            Expect::AtMostTimes(times) => (
                1.0 - to / (times * from).max(f64::MIN_POSITIVE),
                format!("{:.2} times, {times} would do", to / from.max(f64::MIN_POSITIVE)),
            ),
            Expect::GainsAtLeast(much) => and(
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
                let p = sign_test(up, down);
                (
                    p - 0.05,
                    format!("up in {up}, down in {down} of {} runs", first.len()),
                )
            }
        }
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
        let what = knobs::find(&claim.vary).map_or(String::new(), |knob| format!("{}. ", knob.texts().label));
        format!("{}{}", escape(&what), values.join("\u{a0}· "))
    }
}

/// Whether the claim holds, and the expected beside the measured.
fn judge(claim: &Claim, unit: Unit, runs: &[Vec<f64>]) -> (bool, String) {
    let medians: Vec<f64> = runs.iter().map(|row| median_f64(row).unwrap_or(0.0)).collect();
    let (Some(first), Some(last), [from, .., to]) = (runs.first(), runs.last(), &medians[..]) else {
        return (false, String::from("nothing was run"));
    };
    let (from, to) = (*from, *to);
    let up = first.iter().zip(last).filter(|(a, b)| b > a).count();
    let down = first.iter().zip(last).filter(|(a, b)| b < a).count();
    let clear = |more: usize, less: usize| is_clear(more, less, first.len());
    let holds = match claim.expect {
        Expect::Rises => medians.windows(2).all(|pair| pair[1] > pair[0]) && clear(up, down),
        Expect::Falls => medians.windows(2).all(|pair| pair[1] < pair[0]) && clear(down, up),
        Expect::AtLeastTimes(times) => to >= times * from && to > from && clear(up, down),
        Expect::AtMostTimes(times) => to <= times * from,
        Expect::GainsAtLeast(much) => to - from >= much && clear(up, down),
        Expect::StaysWithin(much) => (to - from).abs() <= much,
        Expect::NoClearDirection => sign_test(up, down) >= 0.05,
    };
    let expected = match claim.expect {
        Expect::Rises => String::from("rises from value to value, clearly over the runs"),
        Expect::Falls => String::from("falls from value to value, clearly over the runs"),
        Expect::AtLeastTimes(times) => format!("at least {times} times, clearly over the runs"),
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

/// Whether so many runs of one kind against so many of the other are a verdict.
fn is_clear(more: usize, less: usize, runs: usize) -> bool {
    if runs < Claim::LEAST_SEEDS as usize {
        // Too few for a verdict: a quick look asks for four runs in five.
        more > 0 && more >= 4 * less
    } else {
        sign_test(more, less) < 0.05 && more > less
    }
}

/// Two-sided sign test: how likely so lopsided a count is if both directions are equally likely. Ties are left out.
fn sign_test(a: usize, b: usize) -> f64 {
    let n = a + b;
    let (mut term, mut tail) = (0.5_f64.powi(i32::try_from(n).unwrap_or(i32::MAX)), 0.0);
    for k in 0..=a.min(b) {
        tail += term;
        term *= (n - k) as f64 / (k + 1) as f64;
    }
    (2.0 * tail).min(1.0)
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
        let of = |expect: &str, ups: usize, rise: f64| {
            let claim = claim(expect);
            let last: Vec<f64> = (0..12).map(|i| if i < ups { 10.0 + rise } else { 9.0 }).collect();
            let runs = vec![vec![10.0; 12], last];
            let (holds, judged) = judge(&claim, Unit::Percent, &runs);
            let unit = Unit::Percent;
            let at_least = vec![false; 2];
            let (margin, words) = (Outcome {
                claim,
                unit,
                runs,
                at_least,
                judged,
                holds,
            })
            .margin();
            assert_eq!(holds, margin >= 0.0, "{expect} {ups} {rise}: {words}");
            words
        };
        assert_eq!(of("rises", 12, 1.0), "12 of 12 runs agree, 10 would do");
        of("rises", 9, 1.0);
        assert_eq!(
            of("at least 2 times", 12, 15.0),
            "12 of 12 runs agree, 10 would do"
        );
        assert_eq!(of("at least 3 times", 12, 15.0), "2.50 times, 3 would do");
        of("gains at least 5", 12, 4.0);
        of("stays within 2", 12, 1.0);
        of("no clear direction", 7, 1.0);
        of("no clear direction", 12, 1.0);
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
    }

    #[test]
    fn settings_are_said_as_their_knob_says_them() {
        assert_eq!(in_words("load", "85pct").replace('\u{a0}', " "), "85 %");
        assert_eq!(in_words("cap", "off").replace('\u{a0}', " "), "no limit");
        assert_eq!(in_words("nothing", "much"), "much");
    }

    #[test]
    fn the_sign_test_knows_its_tails() {
        assert!((sign_test(12, 0) - 2.0 / 4096.0).abs() < 1e-12);
        assert!((sign_test(10, 2) - 0.038_574_218_75).abs() < 1e-12);
        assert!(sign_test(9, 3) > 0.05);
        assert_eq!(sign_test(0, 0), 1.0);
    }
}
