//! The gallery of worked proposals: what a site publishes as its rule, tried on a cluster like it, with the answer that the
//! lab gives at the same link.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use content::inline;
use figures::answer::{Mark, Part, answer};
use figures::figure::Table;
use figures::{table, view};
use serde::Deserialize;
use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::diff_in_words;
use sim_core::scenario::link::{self, PAGE_SEEDS, Proposal};

use crate::html::escape;
use crate::runs::{Rasters, Runs};

/// The route of the page.
pub const ROUTE: &str = "/proposals/";

/// A proposal as it is written in `content/proposals.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Anchor of the card.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// The complaint that it answers, in somebody's words.
    said: String,
    /// The preset it is tried on.
    pub profile: String,
    /// Assumptions that both sides share, as in links.
    #[serde(default)]
    assume: Vec<String>,
    /// How the baseline differs from the preset.
    #[serde(default)]
    pub base: Vec<String>,
    /// What is proposed.
    pub set: Vec<String>,
    reason: String,
    /// Who has such a rule, and what of it is our own.
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    proposal: Vec<Written>,
}

/// The main part of the page.
pub fn main(root: &Path, runs: &Runs) -> Result<String> {
    let proposals = read(root)?;
    let mut cards = String::new();
    for written in &proposals {
        println!("  proposals: {}", written.key);
        cards += &card(written, runs)
            .with_context(|| format!("content/proposals.toml: the proposal `{}`", written.key))?;
    }
    let entries: String = proposals
        .iter()
        .map(|it| {
            format!(
                "<li><a href=\"#{}\">{}</a></li>",
                escape(&it.key),
                escape(&it.title)
            )
        })
        .collect();
    Ok(format!(
        "<div class=\"reading proposals\"><header class=\"page-head\"><h1>Proposals</h1>\
         <p class=\"stand-first\">Rules that sites publish, tried on a cluster like theirs. Each answers a complaint, and each is a link: \
         open it, turn a knob, send it on.</p></header>\
         <p>Every figure here comes from {PAGE_SEEDS} runs of both sides with the same people and the same dice, four weeks after a week of warm-up: \
         what the lab shows at the same link. With fewer than 12 runs there is no verdict, only a direction with its count. \
         <a href=\"~/model/#what-it-leaves-out\">What this model leaves out</a></p>\
         <nav aria-label=\"Proposals on this page\"><ul class=\"proposal-list\">{entries}</ul></nav>{cards}</div>"
    ))
}

/// All proposals, in the order of the page.
pub fn read(root: &Path) -> Result<Vec<Written>> {
    let file = root.join("content/proposals.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    let File { proposal } = toml::from_str(&text).context("content/proposals.toml")?;
    Ok(proposal)
}

/// What the lab answers to a proposal, as HTML, and the link at which it does.
pub fn answered(written: &Written, runs: &Runs) -> Result<(String, String)> {
    let Answered { said, link, .. } = answer_of(written, runs)?;
    Ok((said, link))
}

/// What came of a proposal.
struct Answered {
    /// The lab's sentence.
    said: String,
    link: String,
    /// What is proposed, in words.
    changes: Vec<String>,
    corners: Vec<table::Corner>,
    waits: Table,
}

/// Both sides of a proposal, and the link that says them.
struct Sides {
    base: Scenario,
    proposed: Scenario,
    link: String,
}

fn sides(written: &Written, runs: &Runs) -> Result<Sides> {
    let preset = runs.scenario(&written.profile, &[])?;
    let with = |sets: [&[String]; 2]| runs.scenario(&written.profile, &sets.concat());
    let mut base = with([&written.assume, &written.base])?;
    let mut proposed = with([&written.assume, &written.set])?;
    let mut plain = runs.scenario(&written.profile, &written.base)?;
    // People plan for the machine that they have.
    if base.cluster != proposed.cluster {
        let planned = base.planned_for();
        for side in [&mut base, &mut proposed, &mut plain] {
            side.workload.planned_for = planned;
        }
    }
    // Both sides meet the same demand, so the link says it once.
    let said = Proposal {
        base: plain,
        proposal: proposed.clone(),
        ..Proposal::of(&preset)
    };
    let link = link::encode(&said, &preset);
    Ok(Sides { base, proposed, link })
}

fn answer_of(written: &Written, runs: &Runs) -> Result<Answered> {
    let Sides { base, proposed, link } = sides(written, runs)?;
    let changes = diff_in_words(&base, &proposed);
    if changes.is_empty() {
        bail!("`set` changes nothing; write what is proposed");
    }
    let report =
        |scenario| Ok::<_, anyhow::Error>(view::shown(&runs.report(scenario, PAGE_SEEDS, Rasters::None)?));
    let (before, after) = (report(&base)?, report(&proposed)?);
    let comparison = sim_core::metrics::compare(&before, &after);
    Ok(Answered {
        said: sentence(&answer(&comparison, &before, &after)),
        link,
        changes,
        corners: table::corners(&comparison, &before, &after),
        waits: table::words(&table::kinds(&comparison, &before, &after)),
    })
}

fn card(written: &Written, runs: &Runs) -> Result<String> {
    let Answered {
        said: answer,
        link,
        changes,
        corners,
        waits,
    } = answer_of(written, runs)?;
    let rows = corners.iter().map(|corner| {
        let was = corner.was.strip_prefix("was ").unwrap_or(&corner.value);
        [corner.name, was, corner.value.as_str(), corner.sure.as_str()]
            .map(|words| words.replace(" to know", ""))
            .to_vec()
    });
    let corners = Table {
        caption: format!("{}: use, readiness and simplicity", written.title),
        headings: ["corner", "now", "proposed", "how sure"]
            .map(String::from)
            .to_vec(),
        rows: rows.collect(),
        sums: None,
    };
    let shared = match &written.assume[..] {
        [] => String::new(),
        all => format!(
            "<p class=\"small quiet\">Supposed on both sides: <code>{}</code>.</p>",
            escape(&all.join(" "))
        ),
    };
    Ok(format!(
        "<section class=\"block proposal\" id=\"{key}\"><h2>{title}</h2>\
         <blockquote class=\"proposal-said\">“{said}”</blockquote>\
         <p class=\"proposal-answer\">{answer}</p>\
         <p>{reason}</p>\
         {corners}\
         <details class=\"fig-table\"><summary>Who waits, by kind of work</summary>{waits}</details>\
         <p class=\"small\">On <code>{profile}</code>: {changes}.</p>{shared}\
         <p class=\"small quiet\">{source}</p>\
         <p class=\"proposal-open\"><a href=\"~/lab/#{link}\">Open it in the lab<span class=\"sr\">: {title}</span></a> <code>{shown}</code></p></section>",
        key = escape(&written.key),
        title = escape(&written.title),
        said = escape(&written.said),
        reason = inline(written.reason.trim()),
        corners = figures::still::table(&corners),
        waits = figures::still::table(&waits),
        profile = escape(&written.profile),
        changes = escape(&changes.join("; ")),
        source = inline(written.source.trim()),
        shown = escape(&link),
        link = escape(&link),
    ))
}

/// A sentence with its gains underlined and its costs in red.
fn sentence(parts: &[Part]) -> String {
    let part = |part: &Part| {
        let words = escape(&part.text);
        match part.mark {
            Mark::Plain => words,
            Mark::Gain => format!("<span class=\"gain\">{words}</span>"),
            Mark::Cost => format!("<span class=\"cost\">{words}</span>"),
        }
    };
    parts.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets;

    /// A typical link is no longer than this, address included.
    const TYPICAL: usize = 250;

    #[test]
    fn each_link_is_short_and_says_what_the_card_is_about() {
        let root = assets::root().unwrap();
        let (runs, proposals) = (Runs::open(&root, 5).unwrap(), read(&root).unwrap());
        let mut keys: Vec<&str> = proposals.iter().map(|it| it.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert!(keys.len() == proposals.len() && keys.len() >= 8, "{keys:?}");
        for written in &proposals {
            let Sides { base, proposed, link } = sides(written, &runs).unwrap();
            assert!(
                link.len() + "https://example.org/trilemma/lab/#".len() <= TYPICAL,
                "{link}"
            );
            let meant = link::decode_among(&link, runs.presets()).unwrap();
            assert!(meant.notes.is_empty(), "{link}: {:?}", meant.notes);
            assert_eq!(meant.proposal, proposed, "{}", written.key);
            assert!(!diff_in_words(&base, &proposed).is_empty(), "{}", written.key);
        }
    }
}
