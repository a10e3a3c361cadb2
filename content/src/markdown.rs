//! Markdown → HTML with everything it refers to noted for checking, and the parts a page is made of.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::claim::Claim;
use crate::figure::Figure;
use crate::problem::Problem;

/// A piece of text as HTML. Site links read `~/…`, numbers to be put in read `{{…}}`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Text {
    /// The HTML.
    pub html: String,
    /// What it refers to, with the line.
    pub(crate) uses: Vec<(Use, usize)>,
    /// What is wrong with it.
    pub(crate) problems: Vec<Problem>,
    /// Ids of its headings.
    pub(crate) anchors: Vec<String>,
}

/// Something a text refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    /// A route of the site, perhaps with an anchor: `/model/#left-out`.
    Route(String),
    /// A key of the glossary.
    Term(String),
    /// A number: `knee.95pct`.
    Number(String),
}

/// A part of a page's body, in reading order.
#[derive(Clone, PartialEq, Debug)]
pub enum Part {
    /// Paragraphs, lists, headings, tables, code.
    Prose(Text),
    /// A note beside the text.
    Aside {
        /// Which kind.
        kind: AsideKind,
        /// Its first line; for a voice, who says it.
        title: String,
        /// What it says.
        text: Text,
    },
    /// A figure; the site runs and draws it.
    Figure(Box<Figure>),
    /// The prediction panel stands here.
    Predict,
    /// Withheld until the reader has guessed.
    Reveal(Vec<Part>),
    /// A claim; the site runs it and says so.
    Claim(Box<Claim>),
}

/// Kinds of notes beside the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AsideKind {
    /// How it is set in Slurm.
    Slurm,
    /// What is easily mistaken.
    Mistaken,
    /// What we suppose.
    Assumption,
    /// What somebody says.
    Voice,
}

/// What our Markdown has beyond the common.
fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_SMART_PUNCTUATION
}

/// Markdown of several paragraphs that begins on `line` of `file`.
pub(crate) fn text(file: &str, source: &str, line: usize) -> Text {
    let mut made = Text::default();
    let prepared = terms_as_links(source);
    let line_at = |offset: usize| line + prepared[..offset.min(prepared.len())].matches('\n').count();

    for (at, _) in prepared.match_indices("{{") {
        match prepared[at..].find("}}") {
            Some(end) => made.uses.push((
                Use::Number(prepared[at + 2..at + end].trim().to_owned()),
                line_at(at),
            )),
            None => made
                .problems
                .push(Problem::new(file, "`{{` is never closed", "write `{{claim.field}}`").at(line_at(at))),
        }
    }

    let mut events: Vec<Event> = Vec::new();
    for (event, range) in Parser::new_ext(&prepared, options()).into_offset_iter() {
        let here = line_at(range.start);
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let (class, href) = match dest_url.strip_prefix("term:") {
                    Some(key) => {
                        made.uses.push((Use::Term(key.to_owned()), here));
                        (" class=\"term\"", format!("~/glossary/#{key}"))
                    }
                    None if dest_url.starts_with('/') => {
                        made.uses.push((Use::Route(dest_url.to_string()), here));
                        ("", format!("~{dest_url}"))
                    }
                    None => ("", dest_url.to_string()),
                };
                events.push(Event::InlineHtml(
                    format!("<a{class} href=\"{}\">", escape(&href)).into(),
                ));
            }
            Event::End(TagEnd::Link) => events.push(Event::InlineHtml("</a>".into())),
            Event::Html(raw) | Event::InlineHtml(raw) => {
                made.problems.push(
                    Problem::new(
                        file,
                        format!("HTML in a text: `{}`", raw.trim()),
                        "say it in Markdown, or as a directive",
                    )
                    .at(here),
                );
                // As words it is at least seen where nobody asks for problems.
                events.push(Event::Text(raw));
            }
            // A number and its per cent stay on one line.
            Event::Text(words) if words.contains(" %") => {
                events.push(Event::Text(words.replace(" %", "\u{a0}%").into()));
            }
            other => events.push(other),
        }
    }
    made.anchors = name_headings(&mut events);
    name_cells(&mut events);
    html::push_html(&mut made.html, events.into_iter());
    if made.html.contains("role=\"columnheader\"></th>") {
        made.problems.push(
            Problem::new(
                file,
                "a column of a table has no heading",
                "name it: who listens hears the heading with each cell",
            )
            .at(line),
        );
    }
    made.html = made.html.replace("<pre>", "<pre tabindex=\"0\">");
    made
}

/// One line of Markdown, without a paragraph around it.
pub fn inline(source: &str) -> String {
    plain(&text("", source, 1).html)
}

/// One line of Markdown from the front matter of a file.
pub(crate) fn line(file: &str, source: &str) -> Text {
    let mut made = text(file, source, 1);
    made.html = plain(&made.html);
    made
}

fn plain(html: &str) -> String {
    let html = html.trim();
    match html
        .strip_prefix("<p>")
        .and_then(|rest| rest.strip_suffix("</p>"))
    {
        Some(inner) if !inner.contains("<p>") => inner.to_owned(),
        Some(_) | None => html.to_owned(),
    }
}

/// Markdown for other places than this site: a term is its words, a page its words and its address. `site` is where the site
/// stands; without it an address is that within the site.
pub fn to_take_away(source: &str, site: Option<&str>) -> String {
    let plain = with_terms(source, |_, shown| shown.to_owned());
    let mut made = String::with_capacity(plain.len());
    let mut done = 0;
    for (event, range) in Parser::new_ext(&plain, options()).into_offset_iter() {
        let Event::Start(Tag::Link { dest_url: to, .. }) = event else {
            continue;
        };
        // `[words](/to/)`: what stands before the last `](` is the words.
        let Some(middle) = plain[range.clone()].rfind("](").map(|at| range.start + at) else {
            continue;
        };
        if !to.starts_with('/') {
            continue;
        }
        made.push_str(&plain[done..range.start]);
        match site {
            Some(site) => {
                made.push_str(&plain[range.start..middle + 2]);
                made.push_str(site.trim_end_matches('/'));
                made.push_str(&plain[middle + 2..range.end]);
            }
            None => made.push_str(&format!("{} (`{to}`)", &plain[range.start + 1..middle])),
        }
        done = range.end;
    }
    made.push_str(&plain[done..]);
    made
}

/// Whether `[[…]]` can name it.
pub(crate) fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// `[[key]]` and `[[key|words]]` become links to `term:key`.
fn terms_as_links(source: &str) -> String {
    with_terms(source, |key, shown| format!("[{shown}](term:{key})"))
}

/// Writes something in the place of each term outside code, from its key and its words.
fn with_terms(source: &str, write: impl Fn(&str, &str) -> String) -> String {
    let code: Vec<Range<usize>> = Parser::new_ext(source, options())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => Some(range),
            _ => None,
        })
        .collect();
    let mut made = String::with_capacity(source.len());
    let mut done = 0;
    while let Some(at) = source[done..].find("[[").map(|at| done + at) {
        let after = &source[at + 2..];
        let line = &after[..after.find('\n').unwrap_or(after.len())];
        let term = line.find("]]").and_then(|end| {
            let (key, words) = line[..end].split_once('|').unwrap_or((&line[..end], ""));
            is_key(key).then_some((key, words, at + 2 + end + 2))
        });
        made.push_str(&source[done..at]);
        done = match term {
            Some((key, words, end)) if !code.iter().any(|code| code.contains(&at)) => {
                let shown = if words.is_empty() {
                    key.replace('-', " ")
                } else {
                    words.to_owned()
                };
                made.push_str(&write(key, &shown));
                end
            }
            Some(_) | None => {
                made.push_str("[[");
                at + 2
            }
        };
    }
    made.push_str(&source[done..]);
    made
}

/// Gives every heading an id made of its words, and returns them.
fn name_headings(events: &mut [Event]) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for at in 0..events.len() {
        if !matches!(events[at], Event::Start(Tag::Heading { .. })) {
            continue;
        }
        let words: String = events[at..]
            .iter()
            .take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))))
            .filter_map(|event| match event {
                Event::Text(words) | Event::Code(words) => Some(words.as_ref()),
                _ => None,
            })
            .collect();
        let anchor = slug(&words);
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
            *id = Some(CowStr::from(anchor.clone()));
        }
        anchors.push(anchor);
    }
    anchors
}

/// Gives every cell of a table the words of its column, which a phone shows where the table folds into cards, and says
/// what each part is, since a browser may forget it once the parts are no longer laid out as a table. The first cell
/// names its row.
fn name_cells(events: &mut [Event]) {
    let (mut columns, mut column): (Vec<String>, usize) = (Vec::new(), 0);
    let mut is_head = false;
    for event in events {
        let tag = match event {
            Event::Start(Tag::Table(_)) => {
                columns.clear();
                "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">\
                 <table class=\"plain cards\" role=\"table\">"
                    .to_owned()
            }
            Event::Start(Tag::TableHead) => {
                is_head = true;
                "<thead role=\"rowgroup\"><tr role=\"row\">".to_owned()
            }
            Event::End(TagEnd::TableHead) => {
                is_head = false;
                "</tr></thead><tbody role=\"rowgroup\">\n".to_owned()
            }
            Event::Start(Tag::TableRow) => {
                column = 0;
                "<tr role=\"row\">".to_owned()
            }
            Event::End(TagEnd::TableRow) => "</tr>\n".to_owned(),
            Event::Start(Tag::TableCell) if is_head => {
                columns.push(String::new());
                "<th scope=\"col\" role=\"columnheader\">".to_owned()
            }
            Event::Start(Tag::TableCell) => {
                let words = escape(columns.get(column).map_or("", String::as_str));
                let cell = match column {
                    0 => "th scope=\"row\" role=\"rowheader\"",
                    _ => "td role=\"cell\"",
                };
                format!("<{cell} data-label=\"{words}\">")
            }
            Event::End(TagEnd::TableCell) if is_head => "</th>".to_owned(),
            Event::End(TagEnd::TableCell) => {
                column += 1;
                if column == 1 { "</th>" } else { "</td>" }.to_owned()
            }
            Event::End(TagEnd::Table) => "</tbody></table></div>\n".to_owned(),
            Event::Text(words) | Event::Code(words) if is_head => {
                if let Some(column) = columns.last_mut() {
                    column.push_str(words);
                }
                continue;
            }
            _ => continue,
        };
        *event = Event::InlineHtml(tag.into());
    }
}

fn slug(words: &str) -> String {
    let mut made = String::new();
    for c in words.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            made.push(c);
        } else if !made.ends_with('-') && !made.is_empty() && c != '\'' && c != '’' {
            made.push('-');
        }
    }
    made.trim_end_matches('-').to_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_routes_become_links_the_site_can_place() {
        let made = text("a.md", "By [[backfill|filling gaps]], see [the lab](/lab/).", 7);
        assert_eq!(
            made.html,
            "<p>By <a class=\"term\" href=\"~/glossary/#backfill\">filling gaps</a>, see <a href=\"~/lab/\">the lab</a>.</p>\n"
        );
        assert_eq!(
            made.uses,
            [(Use::Term("backfill".into()), 7), (Use::Route("/lab/".into()), 7)]
        );
    }

    #[test]
    fn double_brackets_in_code_are_left_alone() {
        let made = text("a.md", "```bash\nif [[ok]]; then\n```\n", 1);
        assert!(made.html.contains("[[ok]]"), "{}", made.html);
        let made = text("a.md", "Write `if [[ok]]`, then a [[qos|rank `x`]].", 1);
        assert!(made.html.contains("<code>if [[ok]]</code>"), "{}", made.html);
        assert_eq!(made.uses, [(Use::Term("qos".into()), 1)]);
    }

    #[test]
    fn what_is_taken_away_holds_no_link_that_leads_nowhere() {
        let source =
            "Open [the lab](/lab/#p0?load=50pct), set [[load]] and [[time-limit|a limit]], `[[ -f x ]]`.";
        assert_eq!(
            to_take_away(source, None),
            "Open the lab (`/lab/#p0?load=50pct`), set load and a limit, `[[ -f x ]]`."
        );
        assert_eq!(
            to_take_away(source, Some("https://example.org/t/")),
            "Open [the lab](https://example.org/t/lab/#p0?load=50pct), set load and a limit, `[[ -f x ]]`."
        );
    }

    #[test]
    fn raw_html_is_a_problem_with_its_line() {
        let made = text("a.md", "Fine.\n\n<b>no</b>\n", 10);
        assert_eq!(made.problems[0].line, Some(12));
        assert!(made.html.contains("&lt;b&gt;"), "{}", made.html);
        assert_eq!(
            inline("Type scancel <jobid> to stop it."),
            "Type scancel &lt;jobid&gt; to stop it."
        );
    }

    #[test]
    fn the_cells_of_a_table_carry_the_words_of_their_column() {
        let made = text(
            "a.md",
            "| you need | you ask for |\n|---|---|\n| a test | `-t 10` |\n",
            1,
        );
        assert!(
            made.html.contains(
                "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\" data-label=\"you need\">a test</th>\
                 <td role=\"cell\" data-label=\"you ask for\"><code>-t 10</code></td></tr>"
            ),
            "{}",
            made.html
        );
        assert!(
            made.html
                .contains("<th scope=\"col\" role=\"columnheader\">you need</th>"),
            "{}",
            made.html
        );
    }

    #[test]
    fn a_number_and_its_per_cent_stay_together() {
        assert_eq!(
            text("a.md", "At 85 % load.", 1).html,
            "<p>At 85\u{a0}% load.</p>\n"
        );
        assert!(text("a.md", "Type `date +%d %H`.", 1).html.contains("+%d %H"));
    }

    #[test]
    fn a_column_without_a_heading_is_a_problem() {
        assert_eq!(
            text("a.md", "| | wait |\n|---|---|\n| a | b |\n", 7)
                .problems
                .len(),
            1
        );
        assert!(
            text("a.md", "| rule | wait |\n|---|---|\n| a | b |\n", 7)
                .problems
                .is_empty()
        );
    }

    #[test]
    fn headings_get_anchors_of_their_words() {
        let made = text("a.md", "## What it leaves out, and why\n", 1);
        assert_eq!(made.anchors, ["what-it-leaves-out-and-why"]);
        assert!(made.html.contains("id=\"what-it-leaves-out-and-why\""));
    }
}
