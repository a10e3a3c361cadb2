//! The page that compares, before its app is there: what it does, and an example of three proposals; and the frame that
//! other sites show a result in.

use std::path::Path;

use anyhow::{Context as _, Result};
use figures::several::{Named, Several, letter};
use figures::view;
use sim_core::scenario::knobs::assign;
use sim_core::scenario::link::{self, Proposal};

use crate::html::escape;
use crate::lab::{SetUps, set_ups};
use crate::mounts;
use crate::runs::{DEFAULT, Rasters, Runs};

/// The route of the page.
pub const ROUTE: &str = "/lab/compare/";
/// The route of the frame.
pub const EMBED: &str = "/embed/";

/// Runs behind the example: the fewest from which something is called better.
const RUNS: u32 = 12;
/// The example: what each proposal changes.
const EXAMPLE: [(&str, &[&str]); 3] = [
    ("As it is today", &[]),
    ("Cap 4 GPUs", &["cap=4gpu"]),
    ("Longest time limit 1 day", &["max-time=1d"]),
];

/// The main part of the page; the file of all set-ups goes into `out`.
pub fn main(runs: &Runs, out: &Path) -> Result<String> {
    println!("  compare: the example");
    let SetUps { first, file } = set_ups(runs, out)?;
    Ok(format!(
        "<div class=\"beside-page wrap\" data-mount=\"{mount}\" data-root=\"../../\" data-set-ups=\"{first}\" data-more=\"../../{file}\">\
         <header class=\"page-head\"><p class=\"eyebrow\"><a href=\"~/lab/\">The lab</a></p><h1>Which proposal should it be?</h1>\
         <p class=\"stand-first\">Two to four proposals beside each other: the same people, the same jobs and the same dice under each, and what \
         it changes against the first.</p></header>\
         <p class=\"app-note\">To compare here takes scripts and WebAssembly in your browser. Without them this page shows an \
         example; the command line compares two at a time: <code>trilemma compare LINK LINK --seeds 12</code>.</p>\
         <div class=\"beside-top\"></div>\
         <div class=\"beside-still\"><p class=\"small quiet\">An example on the small cluster.</p>{example}</div>\
         <div class=\"beside-below\"></div>\
         <section class=\"fig beside-how\"><h2 class=\"fig-title\">What is said, and when?</h2><div class=\"beside-words\">\
         <p><b>Against A.</b> The first proposal is what the others are held against, run by run. To hold them against how things are, let that be \
         the first.</p>\
         <p><b>Better or worse</b> is said from twelve runs on, where the runs agree beyond chance, corrected for everything on the page, and \
         the difference is large enough to matter. Otherwise there are directions with counts, and no verdict.</p>\
         <p><b>The same demand.</b> Where a link supposes other people or another window, it is run with those of the first, and the page says so. A proposal for \
         another cluster is described and not compared: other people on another machine share no job.</p>\
         <p><b>To say it aloud</b>, name the cluster and then the knobs: “group 32, cap 8, half life 14 days, run minutes 120 GPU hours, load 90 percent, \
         time limit 24 hours, no cap”. What was read how stands beside each; what is unclear is asked back.</p>\
         <p><a href=\"~/model/#what-it-leaves-out\">What this model leaves out</a></p></div></section></div>",
        mount = mounts::COMPARE,
        example = example(runs)?,
    ))
}

fn example(runs: &Runs) -> Result<String> {
    let preset = runs.presets().iter().find(|preset| preset.name == DEFAULT);
    let preset = preset.context("the lab's first cluster is a preset")?;
    let (mut named, mut reports, mut list) = (Vec::new(), Vec::new(), String::new());
    for (at, (title, set)) in EXAMPLE.into_iter().enumerate() {
        let mut proposal = Proposal::of(preset);
        for change in set {
            assign(&mut proposal.proposal, change)?;
        }
        let set: Vec<String> = set.iter().map(|&change| change.to_owned()).collect();
        reports.push(view::shown(&runs.report(
            &runs.scenario(DEFAULT, &set)?,
            RUNS,
            Rasters::None,
        )?));
        let link = link::encode(&proposal, preset);
        list += &format!(
            "<li class=\"beside-item\"><h2 class=\"beside-name\"><b class=\"badge\">{}</b> {title}</h2>\
             <p class=\"beside-link small\"><a href=\"~/lab/#{link}\">#{}</a></p></li>",
            letter(at),
            escape(&link),
        );
        named.push(Named {
            letter: letter(at),
            title: title.to_owned(),
            link,
        });
    }
    let several = Several::of(named, reports).context("the example has runs")?;
    Ok(format!(
        "<ol class=\"bare beside-list\" aria-label=\"Proposals\">{list}</ol>{}",
        several.html()
    ))
}

/// The main part of the frame: a sentence until its app is there, or where the address has no link.
pub fn embed(runs: &Runs, out: &Path) -> Result<String> {
    let SetUps { first, file } = set_ups(runs, out)?;
    Ok(format!(
        "<div class=\"embed\" data-mount=\"{mount}\" data-root=\"../\" data-set-ups=\"{first}\" data-more=\"../{file}\">\
         <div class=\"embed-still\"><h1 class=\"embed-title\">A result of the policy lab</h1>\
         <p class=\"app-note\">This frame needs scripts and WebAssembly.</p>\
         <p>The address of this frame ends in the link of a proposal, such as <code>#p0?profile=group-32&amp;cap=4gpu~vz</code>; \
         <code>?view=answer</code>, <code>?view=raster</code> or <code>?view=waits</code> before it picks what is shown.</p>\
         <p><a target=\"_blank\" rel=\"noopener\" href=\"~/lab/\">Open the lab</a> · \
         <a target=\"_blank\" rel=\"noopener\" href=\"~/model/#what-it-leaves-out\">What this model leaves out</a></p></div></div>",
        mount = mounts::EMBED,
    ))
}
