//! Lighthouse over one page of each kind, on its usual phone, three times each: the medians against the budgets.
//!
//! What a page is (reachable by everyone, well made, found by search engines, still under the eye) fails the command; what a
//! stopwatch says is printed beside its goal and fails nothing, since machines differ.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::shell::{must, root, say};
use crate::tools::{command, find_any, shed};
use crate::{install, serve};

/// A page of each kind.
const PAGES: [&str; 5] = ["", "lab/", "learn/busy-or-ready/", "guides/limits/", "knobs/cap/"];
const TIMES: usize = 3;
/// At a path of its own, so that a link that assumes the root is found out.
const PREFIX: &str = "/somewhere/deep/";

/// A figure of Lighthouse's.
struct Figure {
    what: &'static str,
    /// Where it stands in the report.
    at: &'static str,
    /// The worst that is good enough, in the report's unit.
    goal: f64,
    better: Better,
    /// Whether it depends on how fast the machine is.
    is_timed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Better {
    More,
    Less,
}

const FIGURES: [Figure; 7] = [
    score("accessibility", "/categories/accessibility/score"),
    score("best practices", "/categories/best-practices/score"),
    score("search engines", "/categories/seo/score"),
    Figure {
        what: "layout shift",
        at: "/audits/cumulative-layout-shift/numericValue",
        goal: 0.02,
        better: Better::Less,
        is_timed: false,
    },
    Figure {
        what: "performance",
        at: "/categories/performance/score",
        goal: 0.95,
        better: Better::More,
        is_timed: true,
    },
    Figure {
        what: "largest paint, ms",
        at: "/audits/largest-contentful-paint/numericValue",
        goal: 1_800.0,
        better: Better::Less,
        is_timed: true,
    },
    // Stands in for the answer to a press, which only people make.
    Figure {
        what: "blocked, ms",
        at: "/audits/total-blocking-time/numericValue",
        goal: 200.0,
        better: Better::Less,
        is_timed: true,
    },
];

const fn score(what: &'static str, at: &'static str) -> Figure {
    Figure {
        what,
        at,
        goal: 1.0,
        better: Better::More,
        is_timed: false,
    }
}

/// Prints the table; the answer is the number of untimed goals that are missed.
pub fn run() -> Result<u32> {
    let dist = root().join("dist");
    if !dist.join("index.html").is_file() {
        bail!("there is no site in dist/; run `cargo xtask build` first");
    }
    install::for_lighthouse()?;
    let server = serve::Server::bind(&dist, 0, PREFIX, serve::Keep::Nothing)?;
    let url = server.url();
    std::thread::spawn(move || server.run());
    let mut missed = 0;
    for page in PAGES {
        let mut reports = Vec::new();
        for _ in 0..TIMES {
            reports.push(report(&format!("{url}{page}"))?);
        }
        say(&format!("/{page}"));
        for figure in &FIGURES {
            missed += u32::from(!figure.told(&reports)?);
        }
    }
    Ok(missed)
}

fn report(url: &str) -> Result<Value> {
    let file = shed().join("lighthouse.json");
    let mut lighthouse = command("lighthouse");
    lighthouse
        .args([
            url,
            "--quiet",
            "--output=json",
            "--only-categories=performance,accessibility,best-practices,seo",
            "--chrome-flags=--headless=new --no-sandbox",
        ])
        .arg(format!("--output-path={}", file.display()));
    if let Some(browser) = find_any(&["chromium", "chromium-browser", "google-chrome"]) {
        lighthouse.env("CHROME_PATH", browser);
    }
    must(&format!("lighthouse {url}"), &mut lighthouse)?;
    read(&file)
}

fn read(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no report", file.display()))
}

impl Figure {
    /// Prints the median; `false` if it fails the command.
    fn told(&self, reports: &[Value]) -> Result<bool> {
        let mut values = Vec::new();
        for report in reports {
            let value = report.pointer(self.at).and_then(Value::as_f64);
            values.push(value.with_context(|| format!("the report has no {}", self.at))?);
        }
        let is_good = self.is_good(median(values.clone()));
        let word = match (is_good, self.is_timed) {
            (true, _) => "ok",
            (false, true) => "short of its goal here",
            (false, false) => "MISSED",
        };
        say(&format!(
            "  {:<20} {:>8.2}  goal {:>8.2}  {word}",
            self.what,
            median(values),
            self.goal
        ));
        Ok(is_good || self.is_timed)
    }

    fn is_good(&self, value: f64) -> bool {
        match self.better {
            Better::More => value >= self.goal,
            Better::Less => value <= self.goal,
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_middle_of_three_counts() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
    }

    #[test]
    fn what_a_page_is_fails_and_what_a_stopwatch_says_does_not() {
        let [accessibility, .., shift, performance, _, _] = &FIGURES;
        let worse = json!({
            "categories": { "accessibility": { "score": 0.99 }, "performance": { "score": 0.5 } },
            "audits": { "cumulative-layout-shift": { "numericValue": 0.03 } },
        });
        assert!(!accessibility.told(std::slice::from_ref(&worse)).unwrap());
        assert!(!shift.told(std::slice::from_ref(&worse)).unwrap());
        assert!(performance.told(std::slice::from_ref(&worse)).unwrap());
        assert!(performance.told(&[json!({})]).is_err());
    }
}
