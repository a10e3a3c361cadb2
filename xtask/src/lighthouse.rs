//! Lighthouse over one page of each kind, on its usual phone, three times each: the medians against the budgets.
//!
//! What a page is (reachable by everyone, well made, found by search engines, still under the eye) fails the command; what a
//! stopwatch says is printed beside its goal and fails nothing, since machines differ.

use anyhow::{Context as _, Result, bail};

use crate::shell::{ask, must, root, say};
use crate::tools::{command, find_any, shed};
use crate::{install, serve};

/// A page of each kind.
const PAGES: [&str; 5] = ["", "lab/", "learn/busy-or-ready/", "guides/limits/", "knobs/cap/"];
const TIMES: usize = 3;
/// At a path of its own, so that a link that assumes the root is found out.
const PREFIX: &str = "/somewhere/deep/";

/// Reads figures out of a report, a line each: Node is there, since Lighthouse needs it.
const READ: &str = "
    const [file, ...places] = process.argv.slice(1);
    const report = JSON.parse(require('fs').readFileSync(file, 'utf8'));
    for (const place of places) console.log(place.split('/').reduce((it, key) => it[key], report));";

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
    score("accessibility", "categories/accessibility/score"),
    score("best practices", "categories/best-practices/score"),
    score("search engines", "categories/seo/score"),
    Figure {
        what: "layout shift",
        at: "audits/cumulative-layout-shift/numericValue",
        goal: 0.02,
        better: Better::Less,
        is_timed: false,
    },
    Figure {
        what: "performance",
        at: "categories/performance/score",
        goal: 0.95,
        better: Better::More,
        is_timed: true,
    },
    Figure {
        what: "largest paint, ms",
        at: "audits/largest-contentful-paint/numericValue",
        goal: 1_800.0,
        better: Better::Less,
        is_timed: true,
    },
    // Stands in for the answer to a press, which only people make.
    Figure {
        what: "blocked, ms",
        at: "audits/total-blocking-time/numericValue",
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
        for (at, figure) in FIGURES.iter().enumerate() {
            let values = reports.iter().map(|report| report[at]);
            missed += u32::from(!figure.told(median(values.collect())));
        }
    }
    Ok(missed)
}

/// The figures of one look at a page.
fn report(url: &str) -> Result<Vec<f64>> {
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
    let mut node = command("node");
    node.args(["-e", READ]).arg(&file).args(FIGURES.map(|it| it.at));
    let text = ask(&mut node).with_context(|| format!("{} is no report", file.display()))?;
    numbers(&text)
}

/// A number on each line, as many as there are figures.
fn numbers(text: &str) -> Result<Vec<f64>> {
    let found: Vec<f64> = text.lines().map_while(|line| line.parse().ok()).collect();
    if found.len() != FIGURES.len() {
        bail!("the report does not have all {} figures: {text:?}", FIGURES.len());
    }
    Ok(found)
}

impl Figure {
    /// Prints it; `false` if it fails the command.
    fn told(&self, value: f64) -> bool {
        let is_good = self.is_good(value);
        let word = match (is_good, self.is_timed) {
            (true, _) => "ok",
            (false, true) => "short of its goal here",
            (false, false) => "MISSED",
        };
        say(&format!(
            "  {:<20} {value:>8.2}  goal {:>8.2}  {word}",
            self.what, self.goal
        ));
        is_good || self.is_timed
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

    #[test]
    fn the_middle_of_three_counts() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
    }

    #[test]
    fn what_a_page_is_fails_and_what_a_stopwatch_says_does_not() {
        for figure in &FIGURES {
            assert!(figure.told(figure.goal), "{}", figure.what);
            let worse = match figure.better {
                Better::More => figure.goal - 0.01,
                Better::Less => figure.goal + 0.01,
            };
            assert_eq!(figure.told(worse), figure.is_timed, "{}", figure.what);
        }
    }

    #[test]
    fn a_report_without_a_figure_is_none() {
        assert_eq!(numbers("1\n1\n1\n0\n0.97\n1500.5\n20").unwrap()[5], 1500.5);
        assert!(numbers("1\n1\nundefined\n0\n0.97\n1500.5\n20").is_err());
    }
}
