//! A page for every knob, made from the table: what it means, what it takes, what clusters set, Slurm's lines, and where it is tried.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use content::{Body, Library, Page, inline};
use figures::slurm::{self, Export, Line};
use serde::Deserialize;
use sim_core::scenario::Scenario;
use sim_core::scenario::knobs::{GROUPS, Group, KNOBS, Kind, Knob, Setting, Unit, find};
use sim_core::scenario::link::{self, Proposal};

use crate::assets;
use crate::html::escape;
use crate::proposals::{self, Written as Proposed};
use crate::runs::Runs;
use crate::shell::{Live, Sheet};

/// The route of the list.
pub const ROUTE: &str = "/knobs/";

/// What is written about a knob in `content/knobs.toml`, in Markdown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// The knob.
    key: String,
    /// Where to look in the lab.
    watch: String,
    gains: String,
    loses: String,
    /// How people react.
    people: String,
    /// What is commonly believed, and what is so.
    mistaken: String,
    /// What it works with, and against.
    with: String,
    /// Published values of real sites.
    sites: Vec<String>,
    /// What our model does not know of it.
    left_out: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    knob: Vec<Written>,
}

fn read(root: &Path) -> Result<Vec<Written>> {
    let file = root.join("content/knobs.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    let File { knob: all } = toml::from_str(&text).context("content/knobs.toml")?;
    for (at, written) in all.iter().enumerate() {
        find(&written.key).with_context(|| format!("content/knobs.toml: `{}`", written.key))?;
        if all[..at].iter().any(|other| other.key == written.key) {
            bail!("content/knobs.toml: `{}` is there twice", written.key);
        }
    }
    Ok(all)
}

/// The list of all knobs, and a page for each.
pub fn sheets(root: &Path, runs: &Runs, library: &Library) -> Result<Vec<Sheet>> {
    let (all_written, proposals) = (read(root)?, proposals::read(root)?);
    let sheet = |route: String, title: &str, description: String, main: String| Sheet {
        route,
        title: title.to_owned(),
        description,
        kind: assets::Kind::Text,
        main,
        live: Live::Boot,
    };
    let mut all = vec![sheet(
        ROUTE.to_owned(),
        "Knobs",
        format!(
            "All {} knobs of a shared GPU cluster: what each does, what it is in Slurm, and what clusters set.",
            KNOBS.len()
        ),
        list(),
    )];
    for group in GROUPS {
        for knob in group.knobs() {
            let texts = knob.texts();
            let written = all_written.iter().find(|it| it.key == knob.key);
            let main = page(knob, group, (written, &proposals, library), runs)
                .with_context(|| format!("the knob `{}`", knob.key))?;
            all.push(sheet(
                format!("{ROUTE}{}/", knob.key),
                texts.label,
                first_sentence(knob.help()).to_owned(),
                main,
            ));
        }
    }
    Ok(all)
}

fn list() -> String {
    let section = |group: &Group| {
        let items: String = group
            .knobs()
            .map(|knob| {
                let texts = knob.texts();
                format!(
                    "<li><a href=\"~{ROUTE}{key}/\">{label}</a>{slurm}<p>{first}</p></li>",
                    key = knob.key,
                    label = escape(texts.label),
                    slurm = in_code(texts.slurm),
                    first = escape(first_sentence(knob.help())),
                )
            })
            .collect();
        format!(
            "<section class=\"block\"><h2>{}</h2><ul class=\"knob-list bare\">{items}</ul></section>",
            escape(group.title)
        )
    };
    let of = |kind: Kind| -> String {
        GROUPS
            .iter()
            .filter(|group| group.kind == kind)
            .map(section)
            .collect()
    };
    format!(
        "<div class=\"reading\"><header class=\"page-head\"><h1>Knobs</h1><p class=\"stand-first\">Whatever can be set: first what an \
         administrator decides, then what nobody does and we have to suppose.</p></header>{}\
         <header class=\"block\"><h2 class=\"knob-part\">Assumptions</h2><p class=\"quiet\">No rule sets these. Turn them to see on what a result rests.</p></header>{}</div>",
        of(Kind::Policy),
        of(Kind::Assumption)
    )
}

fn page(
    knob: &Knob,
    group: &Group,
    (written, proposals, library): (Option<&Written>, &[Proposed], &Library),
    runs: &Runs,
) -> Result<String> {
    let texts = knob.texts();
    let example = example(knob, runs);
    let assumed = match knob.kind {
        Kind::Policy => String::new(),
        Kind::Assumption => format!(
            "<p class=\"small quiet\">An assumption: nobody can set it. {}</p>",
            escape(slurm::ASSUMED)
        ),
    };
    let (lab, lines) = match &example {
        Some((before, after)) => (
            lab(knob, before, after, runs)?,
            match knob.kind {
                Kind::Policy => in_slurm(&slurm::changes(before, after), knob.say(knob.get(after))),
                Kind::Assumption => String::new(),
            },
        ),
        None => (String::new(), String::new()),
    };
    Ok(format!(
        "<article class=\"reading\"><header class=\"page-head\"><p class=\"eyebrow\"><a href=\"~{ROUTE}\">Knobs</a> · {group}</p>\
         <h1>{label}</h1><p class=\"stand-first\">{help}</p></header>{assumed}\
         <dl class=\"facts\"><dt>In Slurm</dt><dd>{slurm}</dd><dt>In links</dt><dd><code>{written}</code></dd>\
         <dt>Takes</dt><dd>{takes}</dd><dt>To know</dt><dd>{rule}</dd></dl>\
         {told}{stops}{clusters}{sites}{lines}{tried}{read}{lab}{others}</article>",
        group = escape(group.title),
        label = escape(texts.label),
        help = escape(knob.help()),
        slurm = if texts.slurm.is_empty() {
            String::from("no setting of its own")
        } else {
            in_code(texts.slurm)
        },
        written = escape(&format!(
            "{}={}",
            knob.key,
            knob.write(knob.stops()[knob.stops().len() / 2])
        )),
        takes = takes(knob),
        rule = if knob.rule {
            "Whoever plans work has to know it: set, it counts as a rule for <a href=\"~/glossary/#simplicity\">simplicity</a>."
        } else {
            "Nobody has to know it to plan their work."
        },
        told = written.map_or(String::new(), told),
        sites = written.map_or(String::new(), sites),
        stops = stops(knob),
        clusters = clusters(knob, runs),
        tried = tried(knob, proposals),
        read = texts_about(knob, library),
        others = others(knob, group),
    ))
}

/// What is written about it.
fn told(written: &Written) -> String {
    let row = |name: &str, text: &str| format!("<dt>{name}</dt><dd>{}</dd>", inline(text));
    format!(
        "<section class=\"block\"><h2>Who gains, who loses</h2><dl class=\"facts\">{}{}{}</dl></section>\
         <section class=\"block\"><h2>Easily mistaken</h2><p class=\"knob-text\">{}</p></section>\
         <section class=\"block\"><h2>Using it</h2><dl class=\"facts\">{}{}{}</dl></section>",
        row("Gains", &written.gains),
        row("Loses", &written.loses),
        row("People", &written.people),
        inline(&written.mistaken),
        row("Watch", &written.watch),
        row("Beside others", &written.with),
        row("Left out", &written.left_out),
    )
}

/// What real sites publish.
fn sites(written: &Written) -> String {
    let items: String = written
        .sites
        .iter()
        .map(|site| format!("<li>{}</li>", inline(site)))
        .collect();
    if items.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"block\"><h2>What sites publish</h2><ul class=\"knob-points\">{items}</ul>\
         <p class=\"small quiet\">From the sites’ own pages, which change: ask before you quote them.</p></section>"
    )
}

fn in_code(slurm: &str) -> String {
    if slurm.is_empty() {
        String::new()
    } else {
        format!(" <code>{}</code>", escape(slurm))
    }
}

/// What may be typed, in words.
fn takes(knob: &Knob) -> String {
    let scale = &knob.value;
    if let Unit::Words(choices) = scale.unit {
        let words: Vec<String> = choices
            .iter()
            .map(|choice| format!("{} (<code>{}</code>)", escape(choice.words), escape(choice.key)))
            .collect();
        return words.join(" · ");
    }
    let value = |n: u32| match scale.unit {
        Unit::Time => Setting::Span(sim_core::units::Span(n)),
        Unit::Gpus | Unit::GpuHours | Unit::Percent | Unit::Number | Unit::Words(_) => Setting::Count(n),
    };
    let (least, most) = scale.range;
    let range = format!("{} to {}", knob.say(value(least)), knob.say(value(most)));
    match scale.off {
        Some(off) => format!("{}, or {} (<code>off</code>)", escape(&range), escape(off)),
        None => escape(&range),
    }
}

/// The stops of the slider, with its words at both ends and in the middle.
fn stops(knob: &Knob) -> String {
    if matches!(knob.value.unit, Unit::Words(_)) {
        return String::new();
    }
    let stops = knob.stops();
    let [first, middle, last] = knob.texts().words;
    let rows: String = stops
        .iter()
        .enumerate()
        .map(|(at, &stop)| {
            let words = match at {
                0 => first,
                at if at + 1 == stops.len() => last,
                at if at == stops.len() / 2 => middle,
                _ => "",
            };
            let said = knob.say(stop);
            // "no limit: no limit" says nothing.
            let words = if words == said { "" } else { words };
            format!(
                "<dt>{}</dt><dd><code>{}</code> {}</dd>",
                escape(&said),
                escape(&knob.write(stop)),
                escape(words)
            )
        })
        .collect();
    format!(
        "<section class=\"block\"><h2>From end to end</h2><p class=\"quiet\">The stops of its slider; what lies between can be typed.</p>\
         <dl class=\"facts knob-stops\">{rows}</dl></section>"
    )
}

/// Which of our clusters set what.
fn clusters(knob: &Knob, runs: &Runs) -> String {
    let mut by_setting: BTreeMap<Setting, Vec<&str>> = BTreeMap::new();
    for preset in runs.presets() {
        by_setting.entry(knob.get(preset)).or_default().push(&preset.name);
    }
    let rows: String = by_setting
        .into_iter()
        .map(|(setting, names)| {
            let names: Vec<String> = names
                .into_iter()
                .map(|name| format!("<span class=\"knob-cluster\">{}</span>", escape(name)))
                .collect();
            format!(
                "<dt>{}</dt><dd>{}</dd>",
                escape(&knob.say(setting)),
                names.join(", ")
            )
        })
        .collect();
    format!(
        "<section class=\"block\"><h2>What clusters set</h2><dl class=\"facts\">{rows}</dl><p class=\"small quiet\">What these clusters are like, \
         and after which sites: <a href=\"~/lab/site/\">Find a cluster like yours</a>.</p></section>"
    )
}

/// A cluster and the same with the knob at another stop, the lab's own cluster first.
fn example(knob: &Knob, runs: &Runs) -> Option<(Scenario, Scenario)> {
    let stops = knob.stops();
    let from_middle = || stops[stops.len() / 2..].iter().chain(&stops[..stops.len() / 2]);
    runs.presets().iter().find_map(|preset| {
        let before = runs.scenario(&preset.name, &[]).ok()?;
        from_middle().find_map(|&stop| {
            let mut after = before.clone();
            knob.apply(&mut after, stop).ok()?;
            let valid = after != before && after.clone().check().is_ok();
            valid.then(|| (before.clone(), after))
        })
    })
}

fn lab(knob: &Knob, before: &Scenario, after: &Scenario, runs: &Runs) -> Result<String> {
    let preset = runs.scenario(&before.name, &[])?;
    let mut said = Proposal::of(&preset);
    if knob.kind == Kind::Assumption {
        said.base = after.clone();
    }
    said.proposal = after.clone();
    let link = link::encode(&said, &preset);
    Ok(format!(
        "<section class=\"block\"><h2>Try it</h2><p><a href=\"~/lab/#{link}\">Open the lab with it at {now}</a> on <code>{preset}</code>, where it was {was}.</p></section>",
        link = escape(&link),
        now = escape(&knob.say(knob.get(after))),
        preset = escape(&before.name),
        was = escape(&knob.say(knob.get(before))),
    ))
}

/// The lines that make the change of the example.
fn in_slurm(export: &Export, set_to: String) -> String {
    let file = |title: &str, lines: &[Line]| {
        if lines.is_empty() {
            return String::new();
        }
        let items: String = lines
            .iter()
            .map(|line| {
                format!(
                    "<li><pre><code>{}</code></pre><p class=\"small quiet\">{}</p></li>",
                    escape(&line.text),
                    escape(&line.why.join(" "))
                )
            })
            .collect();
        format!("<h3>{title}</h3><ul class=\"knob-lines bare\">{items}</ul>")
    };
    let without: String = export
        .without
        .iter()
        .map(|it| format!("<p>{}: {}</p>", escape(&it.what), escape(&it.why)))
        .collect();
    let all = [
        file("slurm.conf", &export.slurm_conf),
        file("gres.conf", &export.gres_conf),
        file("Commands", &export.commands),
        without,
    ]
    .concat();
    let all = if all.is_empty() {
        String::from("<p>This setting is Slurm’s own default: no line is needed.</p>")
    } else {
        all
    };
    format!(
        "<section class=\"block\"><h2>The Slurm lines</h2><p class=\"quiet\">For {}:</p>{all}</section>",
        escape(&set_to)
    )
}

/// Worked proposals that move it.
fn tried(knob: &Knob, proposals: &[Proposed]) -> String {
    let prefix = format!("{}=", knob.key);
    let items: String = proposals
        .iter()
        .filter(|it| it.set.iter().chain(&it.base).any(|set| set.starts_with(&prefix)))
        .map(|it| {
            format!(
                "<li><a href=\"~{}#{}\">{}</a></li>",
                proposals::ROUTE,
                escape(&it.key),
                escape(&it.title)
            )
        })
        .collect();
    if items.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"block\"><h2>Proposals that turn it</h2><ul class=\"knob-points\">{items}</ul></section>"
    )
}

/// Lessons and guides that turn it, or send their readers to its page.
fn texts_about(knob: &Knob, library: &Library) -> String {
    let turns = |settings: &[(String, Vec<String>)]| {
        let prefix = format!("{}=", knob.key);
        settings
            .iter()
            .any(|(_, set)| set.iter().any(|one| one.starts_with(&prefix)))
    };
    let is_about = |page: &&Page| {
        let figures = page.figures();
        page.claims().iter().any(|claim| turns(&claim.settings()))
            || figures.iter().any(|figure| {
                figure.vary == knob.key
                    || figure.set.contains_key(knob.key)
                    || figure.lines.iter().any(|line| line.set.contains_key(knob.key))
            })
            || page.links_to(&format!("{ROUTE}{}/", knob.key))
    };
    let items: String = library
        .pages
        .iter()
        .filter(|page| !matches!(page.body, Body::Plain))
        .filter(is_about)
        .map(|page| format!("<li><a href=\"~{}\">{}</a></li>", page.route, escape(&page.title)))
        .collect();
    if items.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"block\"><h2>Lessons and guides that turn it</h2><ul class=\"knob-points\">{items}</ul></section>"
    )
}

/// Its neighbours.
fn others(knob: &Knob, group: &Group) -> String {
    let links: String = group
        .knobs()
        .filter(|other| other.key != knob.key)
        .map(|other| {
            format!(
                "<li><a href=\"~{ROUTE}{}/\">{}</a></li>",
                other.key,
                escape(other.texts().label)
            )
        })
        .collect();
    if links.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"block\"><h2>Beside it: {}</h2><ul class=\"knob-points\">{links}</ul></section>",
        escape(group.title)
    )
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_has_a_page_that_can_be_tried_and_says_what_it_takes() {
        let root = assets::root().unwrap();
        let runs = Runs::open(&root, 5).unwrap();
        let library = content::load(&root.join("content"), &crate::OWN_ROUTES).unwrap();
        let sheets = sheets(&root, &runs, &library).unwrap();
        assert_eq!(sheets.len(), KNOBS.len() + 1);
        for knob in KNOBS {
            let route = format!("{ROUTE}{}/", knob.key);
            let sheet = sheets.iter().find(|sheet| sheet.route == route).expect(knob.key);
            assert!(sheet.main.contains("Try it"), "{}", knob.key);
            assert!(sheet.main.contains("What clusters set"), "{}", knob.key);
            assert!(sheet.main.contains("Easily mistaken"), "{} has no text", knob.key);
            let lines = sheet.main.contains("The Slurm lines");
            assert_eq!(lines, knob.kind == Kind::Policy, "{}", knob.key);
            assert!(sheets[0].main.contains(&format!("~{route}\"")), "{}", knob.key);
        }
    }
}
