//! The lab's page before the app is there: the default question and its answer as a still and tables.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use figures::format;
use figures::kind::Kind;
use figures::raster::{self, Look, Size};
use figures::view;
use sim_core::metrics::Report;
use sim_core::scenario::knobs::{KNOBS, Knob};
use sim_core::scenario::{Checked, Scenario};
use sim_worker::Brought;

use crate::assets::short_hash;
use crate::clusters;
use crate::home;
use crate::html::escape;
use crate::keys;
use crate::mounts;
use crate::runs::{DEFAULT, Rasters, Runs};
use figures::still::{Still, Width, framed};

/// Runs behind the page's tables: those of the lab's own answer.
const RUNS: u32 = 8;
const DAYS: u32 = 14;

/// The main part of the page. The default set-up is in it; all of them stand in a file in `out`, for whoever asks for
/// another.
pub fn main(runs: &Runs, out: &Path) -> Result<String> {
    println!("  lab: the default cluster as it is");
    let scenario = runs.scenario(DEFAULT, &[])?;
    let report = runs.report(&scenario, RUNS, Rasters::First)?;
    let SetUps { first, file } = set_ups(runs, out)?;
    let about = about_knobs();
    let help = format!("about-knobs-{}.txt", short_hash(about.as_bytes()));
    fs::write(out.join(&help), about).with_context(|| format!("could not write {help}"))?;
    Ok(format!(
        "<div class=\"lab-page\" data-mount=\"{mount}\" data-root=\"../\" data-set-ups=\"{first}\" \
         data-more=\"../{file}\" data-about=\"../{help}\" data-clusters=\"{choices}\">\
         <div class=\"wrap\"><header class=\"page-head\"><p class=\"eyebrow\">The lab</p>\
         <h1>If we change a rule, who waits?</h1><p class=\"stand-first\">{title}, as it is today: nothing changed yet.</p></header>\
         <p class=\"app-note\">The knobs need scripts and WebAssembly in your browser. Without them this page shows the default \
         cluster as it is: a picture of two weeks, and what people waited. The same questions can be put to the command line. <a href=\"~/lab/site/\">Which clusters there are</a>. \
         <a href=\"~/lab/sweep/\">Which setting it should be</a>. <a href=\"~/lab/compare/\">Proposals beside each other</a></p>\
         {picture}{waits}</div></div>",
        mount = mounts::LAB,
        choices = escape(&clusters::choices(runs)),
        title = content::inline(&scenario.title),
        picture = picture(&report)?,
        waits = waits(&report),
    ))
}

/// The set-ups that a live page needs.
pub struct SetUps {
    /// The first, for the page to bring along.
    pub first: String,
    /// The file of all of them, for when another is asked for.
    pub file: String,
}

/// Writes the file of all set-ups into `out`.
pub fn set_ups(runs: &Runs, out: &Path) -> Result<SetUps> {
    let set_ups = checked(runs.presets())?;
    let all = Brought::bytes(&set_ups);
    let file = format!("set-ups-{}.bin", short_hash(&all));
    fs::write(out.join(&file), all).with_context(|| format!("could not write {file}"))?;
    let first = hex(&Brought::bytes(&set_ups[..1]));
    Ok(SetUps { first, file })
}

/// What each knob is about: a line for each, its key, a tab, and the text.
fn about_knobs() -> String {
    let line = |knob: &Knob| format!("{}\t{}\n", knob.key, knob.help());
    KNOBS.iter().map(line).collect()
}

/// The presets, for workers to run without another check.
fn checked(presets: &[Scenario]) -> Result<Vec<Checked>> {
    let check = |preset: &Scenario| match preset.clone().check() {
        Ok((checked, _)) => Ok(checked),
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(|problem| format!("  {problem}")).collect();
            bail!("the preset `{}` cannot run:\n{}", preset.name, lines.join("\n"))
        }
    };
    presets.iter().map(check).collect()
}

/// Pairs of hex digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn picture(report: &Report) -> Result<String> {
    let timeline = report
        .seeds
        .first()
        .and_then(|seed| seed.timeline.as_ref())
        .context("the first run of the lab has no raster")?;
    let wide = Look::first_days(timeline, DAYS, Size::Desktop);
    let phone = Look::first_days(timeline, DAYS, Size::Phone);
    let words = raster::figure(timeline, &wide);
    let (tall, short) = (raster::height(timeline, &wide), raster::height(timeline, &phone));
    let label = format!("{} {}", words.title, words.finding);
    let drawing = Still::new("lab", label.trim()).draw(
        (1056, tall),
        (358, short),
        |ink, which, (width, _)| match which {
            Width::Wide => raster::draw(ink, width, timeline, &wide),
            Width::Phone => raster::draw(ink, width, timeline, &phone),
        },
    );
    Ok(framed(&words, &format!("{drawing}{}", home::legend("lab"))))
}

fn waits(report: &Report) -> String {
    let rows: String = Kind::SHOWN
        .into_iter()
        .filter_map(|kind| {
            let (half, most) = (view::wait(report, kind, 500)?, view::wait(report, kind, 900)?);
            Some(format!(
                "<tr><th scope=\"row\" class=\"class-name\">{}</th><td class=\"num\">{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td></tr>",
                keys::named(kind, "lab"),
                escape(&half.wait()),
                escape(&most.wait()),
                format::count(view::asked(report, kind)),
            ))
        })
        .collect();
    let used = view::middle(report, |seed| seed.used());
    format!(
        "<section class=\"finding\"><h2 class=\"fig-title\">How long do people wait?</h2>\
         <p class=\"fig-say\">{used} of the GPUs are in use, in the middle of {RUNS} runs.</p>\
         <div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Waits by kind of work\"><table class=\"plain by-class\"><caption class=\"sr\">Waits by kind of work</caption><thead><tr>\
         <th scope=\"col\">Kind of work</th><th scope=\"col\" class=\"num\">half start within</th>\
         <th scope=\"col\" class=\"num\">nine in ten start within</th><th scope=\"col\" class=\"num\">jobs a run</th></tr></thead>\
         <tbody>{rows}</tbody></table></div></section>",
        used = format::percent(used.median),
    )
}
