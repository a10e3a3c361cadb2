//! What the site set out to answer, and the page that does: `content/coverage.toml` as a page, with what has none said plainly.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::html::escape;
use crate::shell::Sheet;

/// Its route.
pub const ROUTE: &str = "/coverage/";

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    part: Vec<Part>,
}

/// A list of questions of one kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    /// What they are.
    title: String,
    /// The questions.
    asked: Vec<Asked>,
}

/// Something that a page should answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// In words.
    what: String,
    /// Routes of the pages that do; none, if there is no such page yet.
    #[serde(default)]
    pages: Vec<String>,
}

/// The main part of the page. Every route must be one of `sheets`.
pub fn main(root: &Path, sheets: &[Sheet]) -> Result<String> {
    let file = root.join("content/coverage.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    html(&text, sheets)
}

fn html(text: &str, sheets: &[Sheet]) -> Result<String> {
    let coverage: Coverage = toml::from_str(text).context("content/coverage.toml")?;
    let (mut all, mut open) = (0, 0);
    let mut tables = String::new();
    for part in &coverage.part {
        let mut rows = String::new();
        for asked in &part.asked {
            all += 1;
            let mut links = Vec::new();
            for route in &asked.pages {
                let Some(sheet) = sheets.iter().find(|sheet| sheet.route == *route) else {
                    bail!(
                        "content/coverage.toml: “{}” names {route}, which is no page; correct it, or leave it out",
                        asked.what
                    );
                };
                links.push(format!("<a href=\"~{route}\">{}</a>", escape(&sheet.title)));
            }
            let cell = if links.is_empty() {
                open += 1;
                String::from("no page yet")
            } else {
                links.join(" · ")
            };
            rows.push_str(&format!(
                "<tr><th scope=\"row\">{}</th><td>{cell}</td></tr>",
                escape(&asked.what)
            ));
        }
        tables.push_str(&format!(
            "<section class=\"block\"><h2>{title}</h2><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\">\
             <table class=\"plain coverage\"><thead><tr><th scope=\"col\">asked</th><th scope=\"col\">answered in</th></tr></thead>\
             <tbody>{rows}</tbody></table></div></section>",
            title = escape(&part.title)
        ));
    }
    Ok(format!(
        "<div class=\"reading\"><header class=\"page-head\"><h1>What is covered</h1><p class=\"stand-first\">What people who share GPUs \
         ask about, and the pages that answer: {} of {all}.</p></header>{tables}</div>",
        all - open
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Kind;
    use crate::shell::Live;

    fn sheets() -> Vec<Sheet> {
        vec![Sheet {
            route: "/lab/".into(),
            title: "The lab".into(),
            description: String::new(),
            kind: Kind::Lab,
            main: String::new(),
            live: Live::App,
        }]
    }

    #[test]
    fn what_has_no_page_is_said_and_a_page_that_is_not_there_stops_the_build() {
        let text = "[[part]]\ntitle = 'P'\nasked = [{ what = 'A', pages = ['/lab/'] }, { what = 'B' }]";
        let html = html(text, &sheets()).expect("is well formed");
        assert!(html.contains("1 of 2") && html.contains("no page yet"), "{html}");
        assert!(super::html(&text.replace("/lab/", "/gone/"), &sheets()).is_err());
    }
}
