//! Runs the claims of a text and says whether they hold; their numbers go into the text.

use std::collections::BTreeMap;

use anyhow::Result;
use content::{Claim, Expect, Page};
use figures::format;
use figures::view::{Ended, Spread};
use sim_core::metrics::median_f64;
use sim_core::scenario::knobs;

use crate::html::escape;
use crate::measure::{Metric, Unit};
use crate::runs::{Rasters, Runs};

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

/// Runs one claim.
pub fn run(claim: &Claim, runs: &Runs) -> Result<Outcome> {
    let metric = Metric::parse(&claim.metric)?;
    let mut values = Vec::new();
    let mut at_least = Vec::new();
    for (_, set) in claim.settings() {
        let scenario = runs.scenario(&claim.scenario, &set)?;
        let report = runs.report(&scenario, runs.seeds(claim.seeds), Rasters::None)?;
        let row = runs.measure(&scenario, &report, metric, Metric::of)?;
        let quantiles = runs.measure(&scenario, &report, metric, Metric::quantile)?;
        at_least.push(Spread::of_quantiles(&quantiles).is_some_and(|spread| spread.more == Ended::AtLeast));
        values.push(row);
    }
    let (holds, judged) = judge(claim, metric.unit(), &values);
    Ok(Outcome {
        claim: claim.clone(),
        unit: metric.unit(),
        runs: values,
        at_least,
        judged,
        holds,
    })
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
    let clear = |more: usize, less: usize| {
        if first.len() < Claim::LEAST_SEEDS as usize {
            // Too few for a verdict: a quick look asks for four runs in five.
            more > 0 && more >= 4 * less
        } else {
            sign_test(more, less) < 0.05 && more > less
        }
    };
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

impl Outcome {
    /// Its numbers, by name.
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
    pub fn line(&self) -> String {
        let word = if self.holds { "holds" } else { "DOES NOT HOLD" };
        format!("claim {} {word}: {}", self.claim.id, self.judged)
    }

    /// A line of evidence as it stands in the page.
    pub fn evidence(&self) -> String {
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
                format!("{}\u{a0}<b>{}</b>", escape(&setting), escape(words))
            })
            .collect();
        let what = knobs::find(&claim.vary).map_or(String::new(), |knob| format!("{}: ", knob.texts().label));
        let found = format::capital(&format!("{}{}", escape(&what), values.join("\u{a0}· ")));
        format!("<p>{} {found}.</p>", escape(&claim.says))
    }
}

/// A setting as in links, in words: `85pct` of `load` → "85 %". What it is a share of stands with the knob's name.
pub fn in_words(key: &str, value: &str) -> String {
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

/// Runs all claims of a page.
pub fn of_page(page: &Page, runs: &Runs) -> Result<Vec<Outcome>> {
    page.claims().into_iter().map(|claim| run(claim, runs)).collect()
}

/// Puts numbers in the place of `{{…}}`; `Err` names one that is not there.
pub fn fill(html: &str, numbers: &Numbers) -> Result<String, String> {
    let mut made = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or("`{{` is never closed")?;
        let number = numbers
            .get(name.trim())
            .ok_or_else(|| format!("`{{{{{name}}}}}` has no value"))?;
        made.push_str(before);
        made.push_str(&escape(number));
        rest = after;
    }
    made.push_str(rest);
    Ok(made)
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
    fn every_sentence_of_the_texts_holds_over_five_seeds() {
        let root = crate::assets::root().expect("the tests run inside the repository");
        let library =
            content::load(&root.join("content"), &crate::OWN_ROUTES).expect("the texts are well formed");
        let runs = Runs::open(&root, 5).expect("the presets are read");
        let mut broken = Vec::new();
        for page in &library.pages {
            let outcomes = of_page(page, &runs).expect("the claims can be run");
            let of_page = outcomes.into_iter().filter(|outcome| !outcome.holds);
            broken.extend(
                of_page.map(|outcome| format!("{}: “{}” {}", page.file, outcome.claim.says, outcome.judged)),
            );
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }

    #[test]
    fn the_sign_test_knows_its_tails() {
        assert!((sign_test(12, 0) - 2.0 / 4096.0).abs() < 1e-12);
        assert!((sign_test(10, 2) - 0.038_574_218_75).abs() < 1e-12);
        assert!(sign_test(9, 3) > 0.05);
        assert_eq!(sign_test(0, 0), 1.0);
    }

    #[test]
    fn numbers_are_put_in_and_missing_ones_named() {
        let numbers = Numbers::from([("a.95pct".into(), "3 h".into())]);
        assert_eq!(fill("wait {{a.95pct}}.", &numbers), Ok("wait 3 h.".into()));
        assert!(fill("{{a.b}}", &numbers).is_err());
    }
}
