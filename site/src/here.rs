//! Where a reader chooses the cluster that a lesson or guide is run for; `here.js` and the text worker do the rest.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use claims::{Asked, Outcome, Source};
use content::{Body, Library, Page};

use crate::assets::short_hash;
use crate::clusters;
use crate::html::{escape, to_top};
use crate::runs::Runs;
use sim_core::metrics::Report;
use sim_core::scenario::Scenario;

/// The panel of a text, and what its worker reads.
pub struct Here {
    panel: String,
    file: String,
    bytes: Vec<u8>,
}

impl Here {
    /// Of a text that asks for figures or claims; nothing, if all it says is so on every cluster.
    pub fn of(page: &Page, runs: &Runs, set_ups: &str) -> Result<Option<Here>> {
        let asked = Asked {
            name: page.name().to_owned(),
            claims: page.claims().into_iter().cloned().collect(),
            figures: page.figures().into_iter().cloned().collect(),
            goal: match &page.body {
                Body::Lesson(lesson) => lesson.exercise.goal.clone(),
                Body::Guide(_) | Body::Plain => None,
            },
        };
        if asked.items() == 0 {
            return Ok(None);
        }
        let named: BTreeSet<&str> = (asked.claims.iter().map(|claim| claim.scenario.as_str()))
            .chain(asked.figures.iter().map(|figure| figure.scenario.as_str()))
            .collect();
        let named = named.into_iter().collect::<Vec<_>>().join(" and ");
        let bytes =
            postcard::to_allocvec(&asked).map_err(|error| anyhow!("content/{}: {error}", page.file))?;
        let file = format!("runs-{}.bin", short_hash(&bytes));
        let said = format!(
            "The numbers here are those of {named}. Choose another, and the page is run anew for it."
        );
        // Its address is put in for each view, which may lie a folder deeper.
        let panel = format!(
            "<section class=\"here\" data-here=\"{{way}}{file}\" data-set-ups=\"{{top}}{set_ups}\" data-said=\"{said}\" \
             aria-label=\"Your cluster\"><label class=\"here-name\" for=\"here\">Your cluster</label>\
             <select id=\"here\"><option value=\"\">as written: {named}</option>{names}</select>\
             <p role=\"status\">{said}</p><progress hidden aria-label=\"Runs\"></progress>\
             <p class=\"here-do\"><button type=\"button\" class=\"btn\" data-stop hidden>Stop</button> \
             <button type=\"button\" class=\"btn\" data-surer hidden>Surer: 20 runs</button></p>\
             <details class=\"more\"><summary>Or paste a link from the lab</summary><form><label for=\"here-link\">The link</label>\
             <input id=\"here-link\" type=\"text\" inputmode=\"url\" autocomplete=\"off\" spellcheck=\"false\"> \
             <button class=\"btn\">Run the page for it</button></form></details></section>",
            said = escape(&said),
            named = escape(&named),
            names = clusters::names(runs),
        );
        Ok(Some(Here { panel, file, bytes }))
    }

    /// The panel as it stands on the text's own page, or on a view `below` it.
    pub fn panel(&self, route: &str, below: &str) -> String {
        let way = if below.is_empty() { "./" } else { "../" };
        self.panel
            .replace("{way}", way)
            .replace("{top}", &to_top(&format!("{route}{below}")))
    }

    /// Writes what the worker reads beside the text's page.
    pub fn write(&self, out: &Path, route: &str) -> Result<()> {
        let folder = out.join(route.trim_start_matches('/'));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(&self.file), &self.bytes)
            .with_context(|| format!("could not write {}", self.file))
    }
}

/// The runs of a cluster in the place of those that texts name.
struct On<'r> {
    runs: &'r Runs,
    chosen: &'r Scenario,
}

impl Source for On<'_> {
    fn scenario(&self, preset: &str, set: &[String]) -> Result<Scenario> {
        if preset == self.chosen.name {
            claims::set(self.chosen, set)
        } else {
            claims::set_elsewhere(self.chosen, set)
        }
    }

    fn report(&self, scenario: &Scenario, seeds: u32) -> Result<Report> {
        Source::report(self.runs, scenario, seeds)
    }

    fn seeds(&self, wanted: u32) -> u32 {
        self.runs.seeds(wanted)
    }
}

/// Prints, for every text, how many of its sentences hold on a cluster, which do not, and what cannot be asked of it.
pub fn table(library: &Library, runs: &Runs, cluster: &str) -> Result<()> {
    let chosen = runs.presets().iter().find(|preset| preset.name == cluster);
    let chosen = chosen.with_context(|| format!("no preset `{cluster}` in content/scenarios"))?;
    let on = On { runs, chosen };
    println!(
        "| text | hold on `{cluster}` | do not | cannot be asked | figures drawn |\n|---|---:|---|---|---:|"
    );
    for page in &library.pages {
        let (claims, figures) = (page.claims(), page.figures());
        if claims.is_empty() && figures.is_empty() {
            continue;
        }
        let (mut hold, mut fail, mut not_asked) = (0, Vec::new(), Vec::new());
        for claim in &claims {
            let id = format!("`{}`", claim.id);
            match Outcome::of(claim, &on) {
                Ok(outcome) if outcome.holds => hold += 1,
                Ok(_) => fail.push(id),
                Err(_) => not_asked.push(id),
            }
        }
        let drawn = figures
            .iter()
            .filter(|figure| claims::draw(page.name(), figure, &on).is_ok())
            .count();
        println!(
            "| {} | {hold} of {} | {} | {} | {drawn} of {} |",
            page.route,
            claims.len(),
            fail.join(", "),
            not_asked.join(", "),
            figures.len()
        );
    }
    Ok(())
}
