//! Search over all pages without a server: an index written with the pages, and the page that asks it. Without scripts that page
//! is the list of all others.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;
use content::Glossary;
use serde::Serialize;

use crate::assets::{Kind, short_hash};
use crate::html::escape;
use crate::shell::{LOST, Sheet};

/// Its route.
pub const ROUTE: &str = "/search/";

/// A page in the index.
#[derive(Serialize)]
struct Entry<'a> {
    /// Route, relative to the top; of a word, its place in the glossary.
    r: String,
    /// Title.
    t: &'a str,
    /// Description.
    d: String,
    /// What it is: "Lesson".
    k: &'static str,
    /// Its words, each once, in small letters.
    w: String,
}

/// Where pages stand in lists: what they are, and what their routes begin with. The first that fits counts.
const SORTS: [(&str, &str, &str); 8] = [
    ("Lesson", "Lessons", "/learn/"),
    ("Guide", "Guides", "/guides/"),
    ("Knob", "Knobs", "/knobs/"),
    ("Proposals", "Proposals", "/proposals/"),
    ("Situations", "Situations", "/situations/"),
    ("Lab", "The lab", "/lab/"),
    ("Glossary", "Glossary", "/glossary/"),
    ("Page", "The rest", "/"),
];

fn sort_of(route: &str) -> usize {
    SORTS
        .iter()
        .position(|(_, _, begin)| route.starts_with(begin))
        .unwrap_or(SORTS.len() - 1)
}

/// What a page is: "Lesson", and "Lessons" for the page that lists them.
fn kind_of(route: &str) -> &'static str {
    let (one, all, begin) = SORTS[sort_of(route)];
    if route == begin && route != "/" { all } else { one }
}

/// Writes the index of `sheets` into `out`, and makes the page that asks it.
pub fn page(sheets: &[Sheet], glossary: &Glossary, out: &Path) -> Result<Sheet> {
    let found: Vec<&Sheet> = sheets.iter().filter(|sheet| is_found(sheet)).collect();
    let pages = found.iter().map(|sheet| Entry {
        r: sheet.route.trim_start_matches('/').to_owned(),
        t: &sheet.title,
        d: sheet.description.clone(),
        k: kind_of(&sheet.route),
        w: words(&sheet.main),
    });
    let terms = glossary.terms.iter().map(|term| Entry {
        r: format!("glossary/#{}", term.key),
        t: &term.word,
        d: without_tags(&term.text.html),
        k: "Word",
        w: term.slurm.as_deref().map(words).unwrap_or_default(),
    });
    let entries: Vec<Entry> = pages.chain(terms).collect();
    let index = serde_json::to_vec(&entries)?;
    let file = format!("search-{}.json", short_hash(&index));
    fs::write(out.join(&file), index)?;
    let lists: String = (0..SORTS.len())
        .map(|at| {
            let items: String = found
                .iter()
                .filter(|sheet| sort_of(&sheet.route) == at)
                .map(|sheet| {
                    format!(
                        "<li><a href=\"~{}\">{}</a></li>",
                        sheet.route,
                        escape(&sheet.title)
                    )
                })
                .collect();
            format!(
                "<section><h3>{}</h3><ul class=\"bare\">{items}</ul></section>",
                SORTS[at].1
            )
        })
        .collect();
    Ok(Sheet {
        route: ROUTE.into(),
        title: "Find a page".into(),
        description: "Search over all lessons, guides, knobs, situations and words, without a server.".into(),
        kind: Kind::Search,
        main: format!(
            "<div class=\"reading\" data-search=\"../{file}\"><header class=\"page-head\"><h1>Find a page</h1></header>\
             <form class=\"search\" role=\"search\" hidden><label for=\"q\">What are you looking for?</label>\
             <input id=\"q\" type=\"search\" name=\"q\" autocomplete=\"off\" spellcheck=\"false\"></form>\
             <p class=\"quiet\" role=\"status\" data-found></p><ol class=\"cards-list bare\" data-results></ol>\
             <section class=\"block\"><h2>All pages</h2><div class=\"all-pages\">{lists}</div></section></div>"
        ),
        live: crate::shell::Live::Boot,
    })
}

/// Not the page that is not there, not frames, and of a lesson its own page alone.
fn is_found(sheet: &Sheet) -> bool {
    let view = sheet.route.ends_with("/present/")
        || sheet.route.ends_with("/instructor/")
        || sheet.route.starts_with("/learn/track-");
    sheet.route != LOST && sheet.kind != Kind::Embed && !view
}

/// The text of a line of HTML.
fn without_tags(html: &str) -> String {
    let mut made = String::new();
    for piece in html.split('<') {
        made.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
    }
    made.trim()
        .replace("&nbsp;", "\u{a0}")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// The words of a page, each once: letters and figures, two or more, without what stands in tags. A character that is
/// written by its name, such as `&amp;`, is no word.
fn words(html: &str) -> String {
    let mut found = BTreeSet::new();
    let (mut in_tag, mut in_name, mut word) = (false, false, String::new());
    let mut end = |word: &mut String| {
        if word.chars().nth(1).is_some() {
            found.insert(word.to_lowercase());
        }
        word.clear();
    };
    for c in html.chars() {
        match c {
            '<' => {
                (in_tag, in_name) = (true, false);
                end(&mut word);
            }
            '>' => in_tag = false,
            _ if in_tag => {}
            '&' => {
                in_name = true;
                end(&mut word);
            }
            _ if in_name => in_name = c != ';',
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            _ => end(&mut word),
        }
    }
    end(&mut word);
    found.into_iter().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_once_and_without_tags() {
        assert_eq!(
            words("<p class=\"x\">Wait, wait: <code>bf_window</code> is 4&nbsp;h</p>"),
            "bf_window is wait"
        );
        assert_eq!(words("Use &amp; wait: a &lt; b, &quot;run&quot;"), "run use wait");
    }

    #[test]
    fn a_line_without_its_tags_reads_as_it_is_seen() {
        assert_eq!(
            without_tags("<p>A <a href=\"x\">job</a> &amp; its <code>QOS</code>.</p>\n"),
            "A job & its QOS."
        );
    }

    #[test]
    fn a_page_stands_in_the_first_list_that_fits() {
        assert_eq!(kind_of("/knobs/cap/"), "Knob");
        assert_eq!(kind_of("/knobs/"), "Knobs");
        assert_eq!(kind_of("/privacy/"), "Page");
        assert_eq!(kind_of("/"), "Page");
    }
}
