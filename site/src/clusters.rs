//! The page on which a visitor finds a cluster like their own, and the choices of the lab: both from the presets' files.

use content::inline;
use sim_core::scenario::link::{Profile, Terms};
use sim_core::scenario::{PreemptMode, Scenario, Try};

use crate::html::escape;
use crate::runs::Runs;

/// The route of the page.
pub const ROUTE: &str = "/lab/site/";

/// Presets that have much in common, under what they have in common; what is named nowhere stands last.
const KINDS: [(&str, &[&str]); 4] = [
    ("Two people, or one group", &["group-32", "desk-4"]),
    (
        "A university or a campus",
        &[
            "uni-128",
            "campus-owners",
            "typed-caps",
            "length-shares",
            "scavenge-and-paid",
        ],
    ),
    ("An institute", &["lab-three-tier", "lab-caps-requeue", "lab-512"]),
    (
        "A national machine",
        &[
            "national-ai-project-cap",
            "mig-national",
            "nested-walltime-mig",
            "qos-ladder",
            "charge-factors",
            "supercomputer-node-minutes",
        ],
    ),
];
const OTHERS: &str = "Others";

/// Presets whose answer takes a browser a minute or more; docs/presets.md has the seconds.
const SLOW: [&str; 2] = ["charge-factors", "lab-caps-requeue"];

/// The presets by kind, kinds without one left out.
fn by_kind(presets: &[Scenario]) -> Vec<(&'static str, Vec<&Scenario>)> {
    let named = |name: &str| presets.iter().find(|preset| preset.name == name);
    let is_named = |preset: &&Scenario| {
        KINDS
            .iter()
            .any(|(_, names)| names.contains(&preset.name.as_str()))
    };
    let mut kinds: Vec<(&str, Vec<&Scenario>)> = KINDS
        .iter()
        .map(|&(kind, names)| (kind, names.iter().filter_map(|name| named(name)).collect()))
        .collect();
    kinds.push((
        OTHERS,
        presets.iter().filter(|preset| !is_named(preset)).collect(),
    ));
    kinds.retain(|(_, presets)| !presets.is_empty());
    kinds
}

/// The choices of the lab, as the inside of a `<select>`, with what its knobs act on.
pub fn choices(runs: &Runs) -> String {
    options(runs, |preset| format!(" data-acts=\"{}\"", escape(&acts(preset))))
}

/// The same for a text, where no knob is turned.
pub fn names(runs: &Runs) -> String {
    options(runs, |_| String::new())
}

fn options(runs: &Runs, more: impl Fn(&Scenario) -> String) -> String {
    let choice = |preset: &&Scenario| {
        format!(
            "<option value=\"{}\"{}>{}, {} GPUs</option>",
            escape(&preset.name),
            more(preset),
            escape(title(preset)),
            preset.cluster.gpus()
        )
    };
    by_kind(runs.presets())
        .iter()
        .map(|(kind, presets)| {
            let choices: String = presets.iter().map(choice).collect();
            format!("<optgroup label=\"{kind}\">{choices}</optgroup>")
        })
        .collect()
}

/// On which of several partitions and QOS the lab's knobs act; nothing where there is one of each.
fn acts(preset: &Scenario) -> String {
    let places = [
        (
            "Here the longest time limit is that of the partition",
            preset.policy.partitions.iter().map(|it| &it.name).collect(),
        ),
        (
            "caps and run-minutes are those of the QOS",
            preset.policy.qos.iter().map(|it| &it.name).collect::<Vec<_>>(),
        ),
    ];
    let said: Vec<String> = places
        .into_iter()
        .filter(|(_, names)| names.len() > 1)
        .map(|(what, names)| format!("{what} {}, the first of {}", names[0], names.len()))
        .collect();
    let mut said = said.join("; ");
    if let Some(first) = said.get_mut(0..1) {
        first.make_ascii_uppercase();
        said.push('.');
    }
    said
}

/// The title without the figures, which come after a colon.
fn title(preset: &Scenario) -> &str {
    preset.title.split(": ").next().unwrap_or_default()
}

/// The main part of the page.
pub fn main(runs: &Runs) -> String {
    let sections: String = by_kind(runs.presets())
        .iter()
        .map(|(kind, presets)| {
            let cards: String = presets.iter().map(|preset| card(preset, runs.line(&preset.name))).collect();
            format!("<section class=\"block\"><h2>{kind}</h2><ul class=\"cards-list clusters bare\">{cards}</ul></section>")
        })
        .collect();
    format!(
        "<div class=\"reading\"><header class=\"page-head\"><p class=\"eyebrow\"><a href=\"~/lab/\">The lab</a></p>\
         <h1>Find a cluster like yours</h1>\
         <p class=\"stand-first\">There are {count} to try a rule on, most of them after what a real site publishes, in a size that \
         a browser can run. Choose one: the lab opens with it as it is today.</p></header>{sections}\
         <section class=\"block\"><h2>Not yours?</h2><p>Take the nearest and <a href=\"~/lab/cluster/\">change it</a>: nodes, slices, partitions, limits, \
         owners, reservations. Or write your own as a file and give it to the command line: <code>trilemma run my-cluster.toml</code>. The names in code, such as <code>cap</code>, are knobs: \
         the lab has all of them, and so have links and <code>--set</code>. Whatever has no name in code is changed on that page, or in \
         the file.</p></section></div>",
        count = runs.presets().len(),
    )
}

/// `line` says what it is like.
fn card(preset: &Scenario, line: &str) -> String {
    let terms = Terms::unchanged(Profile::of(preset));
    let slow = match SLOW.contains(&preset.name.as_str()) {
        true => " Slow: in a browser its answer takes a minute or more.",
        false => "",
    };
    format!(
        "<li id=\"{key}\"><span class=\"cluster-size\"><b>{gpus}</b> GPUs</span>\
         <a href=\"~/lab/#{link}\">{name}</a><code class=\"small quiet\">{key}</code>\
         <p>{line}{after}</p><p class=\"small quiet\">{facts}.{slow} <a href=\"~/lab/cluster/#{link}\">Change this cluster<span class=\"sr\">: {name}</span></a></p>\
         <details><summary>What to try, and where its figures come from</summary>\
         <ul>{tries}</ul><p>{source}</p>\
         <p class=\"small quiet\">[R] read at the site, [M] remembered, [J] our judgement.</p></details></li>",
        key = escape(&preset.name),
        gpus = preset.cluster.gpus(),
        link = escape(&terms.write([&terms.base; 2])),
        name = escape(title(preset)),
        line = escape(line),
        after = after(&preset.source).map_or(String::new(), |site| format!(" After {}.", escape(site))),
        facts = escape(&facts(preset).join(" · ")),
        tries = preset.to_try.iter().map(attempt).collect::<String>(),
        source = escape(preset.source.trim()),
    )
}

/// The site that a preset follows, if it follows one.
fn after(source: &str) -> Option<&str> {
    let rest = source.trim_start().strip_prefix("After ")?;
    let end = [" [", ":", ", from", ", whose"]
        .iter()
        .filter_map(|mark| rest.find(mark))
        .min()?;
    Some(&rest[..end])
}

/// What tells clusters apart, in figures and words.
fn facts(preset: &Scenario) -> Vec<String> {
    let counted = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let mut facts = vec![
        counted(preset.workload.people as usize, "person", "people"),
        counted(preset.policy.partitions.len(), "partition", "partitions"),
    ];
    let mut types: Vec<&str> = preset
        .cluster
        .nodes
        .iter()
        .map(|group| group.gpu.as_str())
        .collect();
    types.sort_unstable();
    types.dedup();
    if types.len() > 1 {
        facts.push(format!("{} types of GPU", types.len()));
    }
    let cut = |group: &sim_core::scenario::NodeGroup| {
        let each: u32 = group.cut.iter().map(|cut| cut.gpus).sum();
        group.count * each
    };
    match preset.cluster.nodes.iter().map(cut).sum::<u32>() {
        0 => {}
        gpus => facts.push(format!("{gpus} GPUs cut into slices")),
    }
    if preset.policy.preemption.mode != PreemptMode::Off {
        facts.push("work that may be pushed off".to_owned());
    }
    facts.push(format!("load {}\u{a0}%", preset.assumptions.load.0 / 10));
    facts
}

/// Something worth trying; its knob in code, if there is one.
fn attempt(it: &Try) -> String {
    let knob = match it.knob.as_str() {
        "" => String::new(),
        key => format!("<code>{}</code> ", escape(key)),
    };
    format!("<li>{knob}{}</li>", inline(&it.line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::root;
    use sim_core::scenario::link::{Profile, read_among};

    #[test]
    fn every_preset_is_a_choice_and_its_link_opens_it_as_it_is() {
        let runs = Runs::open(&root().unwrap(), 5).unwrap();
        let (page, choices) = (main(&runs), choices(&runs));
        let profiles: Vec<Profile> = runs.presets().iter().map(Profile::of).collect();
        assert!(profiles.len() >= 15, "{}", profiles.len());
        for (preset, profile) in runs.presets().iter().zip(&profiles) {
            let name = &preset.name;
            assert!(choices.contains(&format!("<option value=\"{name}\"")), "{name}");
            let card = page
                .split("<li id=")
                .find(|card| card.starts_with(&format!("\"{name}\"")));
            let link = card
                .unwrap()
                .split("href=\"~/lab/#")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            let (terms, notes) = read_among(link, &profiles).unwrap();
            assert_eq!(
                (terms, notes),
                (Terms::unchanged(profile.clone()), vec![]),
                "{link}"
            );
        }
    }

    #[test]
    fn a_source_that_follows_a_site_names_it() {
        assert_eq!(after("After Mila [R]: unkillable"), Some("Mila"));
        assert_eq!(
            after("\nAfter Aalto's Triton, from its documentation [R]: x"),
            Some("Aalto's Triton")
        );
        assert_eq!(after("Judgement [J] throughout"), None);
    }

    #[test]
    fn the_first_of_several_places_is_named_and_the_only_one_is_not() {
        assert_eq!(acts(&Scenario::default()), "");
        let mut two = Scenario::default();
        let mut other = two.policy.partitions[0].clone();
        other.name = "other".to_owned();
        two.policy.partitions.push(other);
        let first = two.policy.partitions[0].name.clone();
        let said = format!("Here the longest time limit is that of the partition {first}, the first of 2.");
        assert_eq!(acts(&two), said);
    }
}
