//! Pages in another language: which there are, and their words put in the place of the English ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use content::Library;
use serde::Deserialize;
use words::{Catalogue, Said};

use crate::assets::short_hash;
use crate::html::{escape, to_top};

/// Pages that are made anew from the English ones by their words alone. Texts are translated as files.
const BY_WORDS: [&str; 2] = ["/", "/lab/"];
/// Elements whose text is nobody's language.
const LEAVE: [&str; 6] = ["code", "pre", "kbd", "script", "style", "textarea"];
/// Attributes that are read out or shown.
const LABELS: [&str; 9] = [
    "aria-label",
    "aria-valuetext",
    "title",
    "placeholder",
    "alt",
    "label",
    "data-label",
    "data-dark",
    "data-light",
];

/// `words.toml` in a language's folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What it calls itself.
    name: String,
    /// Between whole numbers and tenths.
    point: char,
    /// Between thousands.
    group: char,
    /// By the place that they are said at, then by the English text.
    words: BTreeMap<String, BTreeMap<String, String>>,
}

/// A language beside English.
pub struct Language {
    /// `de`: its folder in `content/` and on the site.
    pub code: String,
    /// What it calls itself.
    pub name: String,
    /// Name of the file with its words for the browser.
    pub file: String,
    lines: String,
    catalogue: Catalogue,
    /// English routes that it has pages for.
    routes: BTreeSet<String>,
    /// By route, what the English page says: a text of the language's own is not taken for English.
    english: BTreeMap<String, English>,
}

/// What an English page says.
struct English {
    texts: BTreeSet<String>,
    /// The forms of those that have slots: the page maker may have put the language's own words into them.
    forms: BTreeSet<usize>,
}

/// A page in another language.
pub struct Spoken {
    /// The whole page.
    pub html: String,
    /// What stayed as it was and has letters.
    pub unknown: BTreeSet<String>,
}

impl Language {
    /// All languages that the library has texts of.
    pub fn all(root: &Path, library: &Library) -> Result<Vec<Language>> {
        let open = |(code, pages): (&String, &Vec<content::Page>)| {
            let file = format!("content/{code}/words.toml");
            let text =
                fs::read_to_string(root.join(&file)).with_context(|| format!("could not read {file}"))?;
            let below = pages.iter().flat_map(|page| {
                let route = page
                    .route
                    .strip_prefix(&format!("/{code}"))
                    .unwrap_or(&page.route);
                ["", "instructor/", "present/"].map(|view| format!("{route}{view}"))
            });
            let routes = below.chain(BY_WORDS.map(String::from)).collect();
            Self::new(code, &text, routes).with_context(|| file.clone())
        };
        library.translated.iter().map(open).collect()
    }

    fn new(code: &str, text: &str, routes: BTreeSet<String>) -> Result<Language> {
        let File {
            name,
            point,
            group,
            words,
        } = toml::from_str(text)?;
        let pairs: Vec<(String, String)> = words.into_values().flatten().collect();
        let lines = Catalogue::as_lines(point, group, &pairs);
        let catalogue =
            Catalogue::new(point, group, pairs).map_err(|wrong| anyhow!("`{}`: {}", wrong.0, wrong.1))?;
        Ok(Language {
            code: code.to_owned(),
            name,
            file: format!("words-{code}-{}.txt", short_hash(lines.as_bytes())),
            lines,
            catalogue,
            routes,
            english: BTreeMap::new(),
        })
    }

    /// Writes the words for the browser.
    pub fn write(&self, out: &Path) -> Result<()> {
        Ok(fs::write(out.join(&self.file), &self.lines)?)
    }

    /// Takes note of what an English page says.
    pub fn heard(&mut self, route: &str, html: &str) {
        if !self.routes.contains(route) {
            return;
        }
        let texts = texts(html);
        let forms = texts
            .iter()
            .filter_map(|text| self.catalogue.form(text))
            .collect();
        self.english.insert(route.to_owned(), English { texts, forms });
    }

    /// Routes of pages that are made from the English ones.
    pub fn by_words() -> [&'static str; 2] {
        BY_WORDS
    }

    /// The English routes that it has pages for, parted by spaces.
    pub fn routes(&self) -> String {
        self.routes.iter().cloned().collect::<Vec<_>>().join(" ")
    }

    /// The English route of one of its own.
    pub fn english<'route>(&self, route: &'route str) -> Option<&'route str> {
        let rest = route.strip_prefix('/')?.strip_prefix(self.code.as_str())?;
        rest.starts_with('/').then_some(rest)
    }

    /// Its route of an English one, if it has that page.
    pub fn of(&self, route: &str) -> Option<String> {
        self.routes
            .contains(route)
            .then(|| format!("/{}{route}", self.code))
    }

    /// A number as a text holds it.
    pub fn number(&self, words: &str) -> String {
        match self.catalogue.say(words) {
            Said::Known(said) | Said::Partly(said) => said,
            Said::Same | Said::Unknown => words.to_owned(),
        }
    }

    /// An English page in this language: its texts, its labels, and its links to pages that there are. `route` is its own.
    pub fn page(&self, html: &str, route: &str) -> Spoken {
        let english = self.english(route).unwrap_or(route);
        let tops = (to_top(english), to_top(route));
        let said_in_english = self.english.get(english);
        let mut spoken = Spoken {
            html: String::with_capacity(html.len()),
            unknown: BTreeSet::new(),
        };
        for token in Tokens::of(html) {
            match token {
                Token::Text(text) => self.text(text, said_in_english, &mut spoken),
                Token::Tag(tag) => self.tag(tag, &tops, said_in_english, &mut spoken),
                Token::Left(other) => spoken.html.push_str(other),
            }
        }
        spoken
    }

    fn text(&self, text: &str, english: Option<&English>, spoken: &mut Spoken) {
        let plain = unescape(text);
        if english.is_some_and(|english| !english.says(&plain, &self.catalogue)) {
            spoken.html.push_str(text);
            return;
        }
        let (made, is_known) = match self.catalogue.say(&plain) {
            Said::Known(said) => (escape(&said), true),
            Said::Partly(said) => (escape(&said), false),
            Said::Same => (text.to_owned(), true),
            Said::Unknown => (text.to_owned(), false),
        };
        spoken.html.push_str(&made);
        if !is_known {
            spoken.unknown.insert(one_line(&plain));
        }
    }

    fn tag(&self, tag: &str, (from, to): &(String, String), english: Option<&English>, spoken: &mut Spoken) {
        let mut rest = tag;
        while let Some((before, after)) = rest.split_once("=\"") {
            let Some((value, after)) = after.split_once('"') else {
                break;
            };
            spoken.html.push_str(before);
            spoken.html.push_str("=\"");
            let name = before.rsplit([' ', '\n']).next().unwrap_or_default();
            let is_description =
                name == "content" && (tag.contains("description\"") || tag.contains("og:title\""));
            if LABELS.contains(&name) || is_description {
                self.text(value, english, spoken);
            } else if let (true, Some(path)) = (
                name == "href" && !tag.contains(" hreflang="),
                value.strip_prefix('~'),
            ) {
                let (path, anchor) = path.split_at(path.find('#').unwrap_or(path.len()));
                let path = self.of(path).unwrap_or_else(|| path.to_owned());
                spoken.html.push_str(&format!("~{path}{anchor}"));
            } else {
                // What a live part asks for lies one folder further up.
                match value.strip_prefix(from.as_str()) {
                    Some(file) if name.starts_with("data-") && !file.starts_with("../") => {
                        spoken.html.push_str(&format!("{to}{file}"));
                    }
                    Some(_) | None => spoken.html.push_str(value),
                }
            }
            spoken.html.push('"');
            rest = after;
        }
        spoken.html.push_str(rest);
    }
}

impl English {
    fn says(&self, text: &str, catalogue: &Catalogue) -> bool {
        let form = || catalogue.form(text);
        self.texts.contains(&one_line(text)) || form().is_some_and(|form| self.forms.contains(&form))
    }
}

/// What an English page says, in texts and labels.
fn texts(html: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for token in Tokens::of(html) {
        match token {
            Token::Text(text) => drop(found.insert(one_line(&unescape(text)))),
            Token::Tag(tag) => {
                for name in LABELS.iter().chain(&["content"]) {
                    let value = tag
                        .split_once(&format!(" {name}=\""))
                        .and_then(|(_, rest)| rest.split_once('"'));
                    found.extend(value.map(|(value, _)| one_line(&unescape(value))));
                }
            }
            Token::Left(_) => {}
        }
    }
    found
}

/// Stops the build where the words of its pages are not all there.
pub fn check(language: &Language, pages: &[Spoken]) -> Result<()> {
    let missing: BTreeSet<&String> = pages.iter().flat_map(|spoken| &spoken.unknown).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = missing.iter().map(|text| format!("{text:?} = \"\"")).collect();
    bail!(
        "content/{}/words.toml does not say {} text(s) of its pages; add them:\n{}",
        language.code,
        missing.len(),
        lines.join("\n")
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

enum Token<'html> {
    /// What a reader reads.
    Text(&'html str),
    /// `<a href="…">`.
    Tag(&'html str),
    /// What has no language: code, comments, whatever is marked `translate="no"`.
    Left(&'html str),
}

/// A page of ours, cut into tags and texts. Ours are well formed: every attribute stands in quotes.
struct Tokens<'html> {
    rest: &'html str,
    /// The element that is left as it is, and how many of its name are open in it.
    left: Option<(&'html str, usize)>,
}

impl<'html> Tokens<'html> {
    fn of(html: &'html str) -> Self {
        Self {
            rest: html,
            left: None,
        }
    }
}

impl<'html> Iterator for Tokens<'html> {
    type Item = Token<'html>;

    fn next(&mut self) -> Option<Token<'html>> {
        if self.rest.is_empty() {
            return None;
        }
        if !self.rest.starts_with('<') {
            let (text, rest) = self.rest.split_at(self.rest.find('<').unwrap_or(self.rest.len()));
            self.rest = rest;
            return Some(if self.left.is_some() {
                Token::Left(text)
            } else {
                Token::Text(text)
            });
        }
        let end = if self.rest.starts_with("<!--") {
            self.rest.find("-->").map(|at| at + 3)
        } else {
            let mut in_quotes = false;
            let mut signs = self.rest.char_indices();
            signs.find_map(|(at, sign)| {
                in_quotes ^= sign == '"';
                (sign == '>' && !in_quotes).then_some(at + 1)
            })
        };
        let (tag, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        let is_close = tag.starts_with("</");
        let name = tag.trim_start_matches(['<', '/']);
        let name = name.split([' ', '>', '\n', '/']).next().unwrap_or_default();
        match &mut self.left {
            Some((open, depth)) if *open == name => {
                *depth = if is_close { *depth - 1 } else { *depth + 1 };
                if *depth == 0 {
                    self.left = None;
                }
                Some(Token::Left(tag))
            }
            Some(_) => Some(Token::Left(tag)),
            None if tag.starts_with("<!") => Some(Token::Left(tag)),
            None if !is_close && (LEAVE.contains(&name) || tag.contains(" translate=\"no\"")) => {
                self.left = Some((name, 1));
                Some(Token::Left(tag))
            }
            None => Some(Token::Tag(tag)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "name = 'Deutsch'\npoint = ','\ngroup = '.'\n[words.all]\n\"A lab\" = 'Ein Labor'\n\
                         \"{#} runs\" = '{} Läufe'\n\"Use & wait\" = 'Auslastung & Warten'\n";

    fn german() -> Language {
        let routes = ["/", "/lab/"].map(String::from).into();
        Language::new("de", WORDS, routes).expect("the words are well formed")
    }

    #[test]
    fn a_page_is_said_with_its_labels_and_links_and_code_stays() {
        let html = "<p title=\"A lab\">A lab <code>A lab</code> 1.5 runs</p><a href=\"~/lab/#x\">Use &amp; wait</a>\
                    <a href=\"~/learn/\">Learn</a><span translate=\"no\"><span>A lab</span> A lab</span><i data-more=\"../x.bin\"></i>";
        let spoken = german().page(html, "/de/lab/");
        assert_eq!(
            spoken.html,
            "<p title=\"Ein Labor\">Ein Labor <code>A lab</code> 1,5 Läufe</p><a href=\"~/de/lab/#x\">Auslastung &amp; Warten</a>\
             <a href=\"~/learn/\">Learn</a><span translate=\"no\"><span>A lab</span> A lab</span><i data-more=\"../../x.bin\"></i>"
        );
        assert_eq!(spoken.unknown, BTreeSet::from(["Learn".to_owned()]));
    }

    #[test]
    fn a_text_without_its_word_stops_the_build_and_what_is_german_already_does_not() {
        let mut german = german();
        german.heard("/", "<p>A lab</p><p>A word</p><p>5 runs</p>");
        let spoken = german.page(
            "<p>Ein Satz.</p><p>A word</p><p>8 runs</p><p>Use &amp; wait</p>",
            "/de/",
        );
        assert_eq!(
            spoken.html,
            "<p>Ein Satz.</p><p>A word</p><p>8 Läufe</p><p>Use &amp; wait</p>"
        );
        let failed = check(&german, &[spoken]).expect_err("`A word` is missing");
        assert!(failed.to_string().contains("\"A word\" = \"\""), "{failed}");
        assert!(!failed.to_string().contains("Satz"), "{failed}");
    }

    #[test]
    fn a_route_has_its_page_in_another_language_or_not() {
        let german = german();
        assert_eq!(german.of("/lab/").as_deref(), Some("/de/lab/"));
        assert_eq!(german.of("/learn/"), None);
        assert_eq!(german.english("/de/lab/"), Some("/lab/"));
        assert_eq!(german.english("/demo/"), None);
    }
}
