//! Where a reader chooses the cluster that a lesson or guide is run for; `here.js` and the text worker do the rest.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use claims::Asked;
use content::{Body, Page};

use crate::assets::short_hash;
use crate::clusters;
use crate::html::{escape, to_top};
use crate::runs::Runs;

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
