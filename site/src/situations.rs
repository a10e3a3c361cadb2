//! The wall of situations: what people say about shared GPUs, both sides of it, and what the engine says to that.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use content::inline;
use figures::explain::{in_the_end, words};
use figures::figure::Table;
use figures::format;
use serde::Deserialize;
use sim_core::engine::explain::World;
use sim_core::metrics::Timeline;
use sim_core::scenario::link::{self, PAGE_SEEDS, Proposal};
use sim_core::units::{Span, Time};

use crate::html::escape;
use crate::proposals::{self, Written};
use crate::runs::{Rasters, Runs};

/// The route of the page.
pub const ROUTE: &str = "/situations/";

/// Days of the lab's picture, in which it looks for the longest wait.
const PICTURE_DAYS: u32 = 14;

/// A situation as it is written in `content/situations.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Situation {
    /// Anchor of the row.
    key: String,
    question: String,
    /// What one side says, and who that is.
    said: String,
    by: String,
    /// What the other side says, and who that is.
    other: String,
    other_by: String,
    text: String,
    /// The worked proposal that answers it.
    proposal: Option<String>,
    /// Or the preset whose longest wait in the lab's picture does.
    job: Option<String>,
    picture: Option<Picture>,
}

/// A drawing that belongs to a situation.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Picture {
    /// What the proposal's limit on run-minutes allows.
    RunMinutes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    situation: Vec<Situation>,
}

/// The main part of the page.
pub fn main(root: &Path, runs: &Runs) -> Result<String> {
    let situations = read(root)?;
    let proposals = proposals::read(root)?;
    let by_key: BTreeMap<&str, &Written> = proposals.iter().map(|it| (it.key.as_str(), it)).collect();
    let mut rows = String::new();
    for situation in &situations {
        rows += &row(situation, &by_key, runs)
            .with_context(|| format!("content/situations.toml: the situation `{}`", situation.key))?;
    }
    Ok(format!(
        "<div class=\"wrap situations\"><header class=\"page-head\"><h1>Situations</h1>\
         <p class=\"stand-first\">What people say about shared GPUs. Both sides are usually right; so each stands here with its other side, \
         and with what a simulated cluster does when a rule is changed: a proposal, tried in {PAGE_SEEDS} runs on one of the \
         <a href=\"~/lab/site/\">clusters of this site</a>.</p></header>\
         <ul class=\"bare situation-list\">{rows}</ul></div>"
    ))
}

fn read(root: &Path) -> Result<Vec<Situation>> {
    let file = root.join("content/situations.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    let File { situation } = toml::from_str(&text).context("content/situations.toml")?;
    Ok(situation)
}

fn row(situation: &Situation, proposals: &BTreeMap<&str, &Written>, runs: &Runs) -> Result<String> {
    let written = situation
        .proposal
        .as_deref()
        .map(|key| {
            proposals
                .get(key)
                .copied()
                .with_context(|| format!("there is no proposal `{key}` in content/proposals.toml"))
        })
        .transpose()?;
    let (answer, links) = match (written, &situation.job) {
        (Some(written), None) => {
            let (said, link) = proposals::answered(written, runs)?;
            let title = escape(&written.title);
            let links = format!(
                "<a href=\"~/lab/#{}\">Try it in the lab<span class=\"sr\">: {title}</span></a>\
                 <a href=\"~{}#{}\">Reason, source and table<span class=\"sr\"> of the proposal: {title}</span></a>",
                escape(&link),
                proposals::ROUTE,
                escape(&written.key),
            );
            let on = escape(&written.profile);
            (format!("<b>{title}, on <code>{on}</code>.</b> {said}"), links)
        }
        (None, Some(preset)) => {
            let (said, link) = story(preset, runs)?;
            let links = format!(
                "<a href=\"~/lab/#{}\">Press a job in the lab<span class=\"sr\">, or take the longest wait</span></a>",
                escape(&link)
            );
            (said, links)
        }
        (Some(_), Some(_)) | (None, None) => bail!("name either a `proposal` or a `job`"),
    };
    let picture = match (&situation.picture, written) {
        (None, _) => String::new(),
        (Some(Picture::RunMinutes), Some(written)) => run_minutes(written)?,
        (Some(Picture::RunMinutes), None) => bail!("`run-minutes` draws a proposal's limit; name a proposal"),
    };
    let voice = |said: &str, by: &str| {
        format!(
            "<blockquote class=\"voice\"><p>“{}”</p><footer>{}</footer></blockquote>",
            escape(said),
            escape(by)
        )
    };
    Ok(format!(
        "<li class=\"situation\" id=\"{key}\"><div class=\"situation-said\">{said}{other}</div>\
         <div class=\"situation-answer\"><h2>{question}</h2><p>{text}</p>{picture}<p class=\"situation-model\">{answer}</p>\
         <p class=\"situation-links\">{links}</p></div></li>",
        key = escape(&situation.key),
        said = voice(&situation.said, &situation.by),
        other = voice(&situation.other, &situation.other_by),
        question = escape(&situation.question),
        text = inline(situation.text.trim()),
    ))
}

/// What is told of the job that the lab calls the longest wait, and the link of the preset.
fn story(preset: &str, runs: &Runs) -> Result<(String, String)> {
    let scenario = runs.scenario(preset, &[])?;
    let report = runs.report(&scenario, 1, Rasters::First)?;
    let timeline = report
        .seeds
        .first()
        .and_then(|seed| seed.timeline.as_ref())
        .context("the run has no timetable")?;
    let link = link::encode(&Proposal::of(&scenario), &scenario);
    let (checked, _warnings) = scenario.check().map_err(|problems| {
        anyhow::anyhow!("{}", problems.iter().map(ToString::to_string).collect::<String>())
    })?;
    let world = World::new(checked, 1);
    let job = longest_wait(timeline).context("nobody waits in the picture")?;
    let fate = world.fate(job);
    let told = world
        .explain(job, world.half_way(&fate))
        .map_err(|error| anyhow::anyhow!("job {}: {error}", job.0))?;
    let said = words(&told);
    let parts = [Some(said.sentence), said.plan, in_the_end(&told, &fate)];
    let parts: Vec<String> = parts.into_iter().flatten().map(|part| escape(&part)).collect();
    Ok((
        format!("<b>{}.</b> {}", escape(&said.title), parts.join(" ")),
        link,
    ))
}

/// Who waits longest among those who come in while the lab's picture lasts.
fn longest_wait(timeline: &Timeline) -> Option<sim_core::ids::JobId> {
    let end = timeline.from + Span::days(PICTURE_DAYS);
    let within = |at: &Time| *at < end;
    timeline
        .jobs
        .iter()
        .filter(|job| job.asked >= timeline.from && within(&job.asked))
        .max_by_key(|job| job.started.filter(within).unwrap_or(end).since(job.asked))
        .map(|job| job.job)
}

/// GPUs held against time left: whatever lies below the curve is allowed.
fn run_minutes(proposal: &Written) -> Result<String> {
    let limit = proposal
        .set
        .iter()
        .find_map(|set| set.strip_prefix("run-minutes=")?.parse::<Span>().ok())
        .context("its proposal sets no `run-minutes`")?;
    let gpu_hours = f64::from(limit.0) / 3_600.0;
    // Days left, and the GPUs that may be held with so much of their limits left.
    let shapes: Vec<(f64, f64)> = [5.0, 2.0, 1.0]
        .iter()
        .map(|days| (*days, (gpu_hours / (days * 24.0)).floor()))
        .collect();
    let most = shapes.last().map_or(1.0, |&(_, gpus)| gpus);
    let x = |days: f64| 34.0 + days * 60.0;
    let y = |gpus: f64| 178.0 - gpus / most * 150.0;
    let curve: Vec<String> = (0..=60)
        .map(|step| 0.9 + f64::from(step) * (5.2 - 0.9) / 60.0)
        .map(|days| (days, gpu_hours / (days * 24.0)))
        .filter(|&(_, gpus)| y(gpus) > 4.0)
        .map(|(days, gpus)| format!("{:.1} {:.1}", x(days), y(gpus)))
        .collect();
    let mut drawn = String::new();
    for &(days, gpus) in &shapes {
        let (right, top) = (x(days), y(gpus));
        // Beside the curve, the last one below it: there is no room to its right.
        let (at, below, anchor) = if days < 5.0 {
            (right + 8.0, top - 6.0, "start")
        } else {
            (right - 6.0, top + 19.0, "end")
        };
        drawn += &format!(
            "<path d=\"M{:.1} {top:.1}H{right:.1}V178\" fill=\"none\" stroke=\"var(--ink2)\"/>\
             <circle cx=\"{right:.1}\" cy=\"{top:.1}\" r=\"3.5\" fill=\"var(--ink)\"/>\
             <text x=\"{at:.1}\" y=\"{below:.1}\" font-size=\"14\" fill=\"var(--ink)\" text-anchor=\"{anchor}\">{gpus:.0} GPUs, {}</text>",
            x(0.0),
            days_left(days),
        );
    }
    let ticks: String = (1..=5)
        .map(|days| {
            format!(
                "<text x=\"{:.1}\" y=\"194\" font-size=\"14\" fill=\"var(--ink2)\" text-anchor=\"middle\">{days}\u{a0}d</text>",
                x(f64::from(days))
            )
        })
        .collect();
    let table = Table {
        caption: format!(
            "What {}\u{a0}GPU-hours of run-minutes allow at once",
            format::count(gpu_hours as u64)
        ),
        headings: ["time left", "GPUs at most"].map(String::from).to_vec(),
        rows: shapes
            .iter()
            .map(|&(days, gpus)| vec![days_left(days), format!("{gpus:.0}")])
            .collect(),
        sums: None,
    };
    Ok(format!(
        "<figure class=\"situation-picture\"><svg viewBox=\"0 0 360 204\" role=\"img\" aria-label=\"{label}\">\
         <path d=\"M34 12V178H356\" fill=\"none\" stroke=\"var(--ink)\"/>{drawn}\
         <path d=\"M{curve}\" fill=\"none\" stroke=\"var(--train)\" stroke-width=\"2.5\" stroke-linejoin=\"round\"/>{ticks}\
         <text x=\"28\" y=\"34\" font-size=\"14\" fill=\"var(--ink2)\" text-anchor=\"end\">{most:.0}</text>\
         <text x=\"28\" y=\"182\" font-size=\"14\" fill=\"var(--ink2)\" text-anchor=\"end\">0</text></svg>\
         <figcaption class=\"small\">GPUs that one may hold, against the time that their limits have left: below the curve is allowed, and each of the \
         three fills it.</figcaption><details class=\"fig-table\"><summary>As a table</summary>{table}</details></figure>",
        label = escape(&table.caption),
        curve = curve.join("L"),
        table = figures::still::table(&table),
    ))
}

fn days_left(days: f64) -> String {
    if days > 1.0 {
        format!("{days:.0}\u{a0}days left each")
    } else {
        String::from("a day left each")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets;

    #[test]
    fn each_situation_has_two_voices_and_an_answer_that_exists() {
        let root = assets::root().unwrap();
        let situations = read(&root).unwrap();
        let proposals = proposals::read(&root).unwrap();
        let runs = Runs::open(&root, 5).unwrap();
        let mut keys: Vec<&str> = situations.iter().map(|it| it.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert!(keys.len() == situations.len() && keys.len() >= 14, "{keys:?}");
        for it in &situations {
            for words in [&it.question, &it.said, &it.by, &it.other, &it.other_by, &it.text] {
                assert!(!words.trim().is_empty(), "{}", it.key);
            }
            assert!(it.question.ends_with('?'), "{}", it.question);
            match (&it.proposal, &it.job) {
                (Some(key), None) => assert!(proposals.iter().any(|other| other.key == *key), "{key}"),
                (None, Some(preset)) => assert!(runs.scenario(preset, &[]).is_ok(), "{preset}"),
                (Some(_), Some(_)) | (None, None) => panic!("{}", it.key),
            }
        }
    }

    #[test]
    fn whatever_fills_the_curve_is_the_limit() {
        let written = proposals::read(&assets::root().unwrap()).unwrap();
        let of = written
            .iter()
            .find(|it| it.key == "run-minutes-for-a-cap")
            .unwrap();
        let html = run_minutes(of).unwrap();
        for (days, gpus) in [(5, 16), (2, 40), (1, 80)] {
            assert_eq!(days * 24 * gpus, 1920);
            assert!(html.contains(&format!(">{gpus}<")), "{html}");
        }
        assert!(run_minutes(written.iter().find(|it| it.key == "cap-per-person").unwrap()).is_err());
    }
}
